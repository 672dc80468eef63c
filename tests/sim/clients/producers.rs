//! The producers of a seed: what they make up, send, send again, and what an answer means to them.

use super::{Batch, Flight, PRODUCE, Pending, Sim};
use crate::oracle::{Sent, key_bytes, value_bytes};
use crate::world::{Outcome, Step, Stop, broken, decode};
use std::collections::BTreeMap;
use wellhead_base::{Code, TopicId};
use wellhead_record::{BatchBuilder, BuilderOptions, Codec};
use wellhead_wire::messages::*;

impl Sim {
    pub(super) fn produce(&mut self) -> Step {
        let n = self.world.rng.below(self.producers.len() as u64) as usize;
        if self.producers[n].lanes.is_empty() {
            return Ok(());
        }
        if self.producers[n].idempotent && self.producers[n].id < 0 {
            let request = InitProducerIdRequest { transactional_id: None, transaction_timeout_ms: 1000, ..Default::default() };
            let r = self.world.call(4, &request)?;
            match Code(r.error_code) {
                Code::NO_ERROR => {
                    self.admin.producer_id(r.producer_id)?;
                    self.producers[n].id = r.producer_id;
                }
                _ if self.world.tainted => {}
                code => return broken(format!("InitProducerId: {code:?}")),
            }
            return Ok(());
        }
        let lanes = self.producers[n].lanes.len();
        let first = self.world.rng.below(lanes as u64) as usize;
        for k in 0..=self.world.rng.below(lanes as u64) as usize {
            let lane = (first + k) % lanes;
            let l = &self.producers[n].lanes[lane];
            // The first batch goes alone: a broker takes any sequence of a producer that it does not know, so that the second one
            // would be taken when the first was refused.
            let room = if l.known { self.producers[n].in_flight_max } else { 1 };
            if l.open.len() < room && l.open.iter().all(|b| b.flight == Flight::Flying) && self.parts[l.part].alive {
                self.make_batch(n, lane);
            }
        }
        self.send_due(n)
    }

    pub(super) fn make_batch(&mut self, n: usize, lane: usize) {
        let (wall, plan) = (self.world.wall_ms(), self.world.plan.clone());
        let codec = [Codec::None, Codec::None, Codec::Lz4, Codec::Zstd][self.world.rng.below(4) as usize];
        let count = 1 + self.world.rng.below(4);
        let (idempotent, acks, in_flight_max, id) =
            (self.producers[n].idempotent, self.producers[n].acks, self.producers[n].in_flight_max, self.producers[n].id);
        let l = &mut self.producers[n].lanes[lane];
        let compact = self.parts[l.part].compact;
        let mut b = BatchBuilder::new(BuilderOptions { codec, ..BuilderOptions::default() });
        if idempotent {
            b.set_producer(id, 0, l.next_sequence);
        }
        let mut ids = Vec::new();
        for i in 0..count {
            let id = self.sent.len() as u64;
            let key = (compact || self.world.rng.below(3) == 0).then(|| self.world.rng.below(plan.keys));
            let value = (!compact || self.world.rng.below(6) > 0).then(|| self.world.rng.below(plan.value_bytes) as usize);
            let ts = wall + i as i64;
            let record = Sent {
                part: l.part,
                producer: n,
                index: l.next_index,
                key,
                value,
                ts,
                once: idempotent,
                ordered: idempotent || (in_flight_max == 1 && acks != 0),
            };
            l.next_index += 1;
            let (key, value) = (record.key.map(key_bytes), record.value.map(|len| value_bytes(id, len)));
            let header = id.to_be_bytes();
            b.append(ts, key.as_deref(), value.as_deref(), std::iter::once((&b"i"[..], Some(&header[..])))).expect("a record fits");
            self.sent.push(record);
            ids.push(id);
        }
        l.next_sequence += count as i32;
        l.open.push_back(Batch { ids, bytes: b.finish().expect("a batch"), flight: Flight::Due, sends: 0 });
    }

    /// Sends what is due of a producer, of each lane one batch a request, in order.
    pub(super) fn send_due(&mut self, n: usize) -> Step {
        let p = &mut self.producers[n];
        let mut data: BTreeMap<String, Vec<produce_request::PartitionProduceData>> = BTreeMap::new();
        let mut lanes = Vec::new();
        for (i, lane) in p.lanes.iter_mut().enumerate() {
            if let Some(b) = lane.open.iter_mut().find(|b| b.flight == Flight::Due) {
                b.flight = Flight::Flying;
                b.sends += 1;
                if b.sends > 1 {
                    self.marks.hit("batches sent again");
                }
                let part = &self.parts[lane.part];
                let records = Some(b.bytes.clone().into());
                data.entry(part.topic.clone()).or_default().push(produce_request::PartitionProduceData { index: part.index, records });
                lanes.push((i, b.ids[0]));
            }
        }
        if lanes.is_empty() {
            return Ok(());
        }
        let topic_data = data
            .into_iter()
            .map(|(name, partition_data)| produce_request::TopicProduceData { name, topic_id: TopicId::ZERO, partition_data })
            .collect();
        let request = ProduceRequest { transactional_id: None, acks: p.acks, timeout_ms: 30_000, topic_data };
        let (connection, acks) = (p.connection, p.acks);
        if acks == 0 {
            for (lane, _) in &lanes {
                self.producers[n].lanes[*lane].open.clear();
            }
        }
        let tag = self.world.send(connection, PRODUCE, &request)?;
        if acks != 0 {
            self.pending.insert(tag, (Pending::Produce(n, lanes), PRODUCE));
        }
        Ok(())
    }

    pub(super) fn produced(&mut self, n: usize, lanes: &[(usize, u64)], outcome: Outcome) -> Step {
        let response = match outcome {
            Outcome::Answer(bytes) => decode::<ProduceRequest>(&bytes, PRODUCE)?,
            Outcome::Closed(_) if self.world.tainted => return Err(Stop::Crash),
            Outcome::Closed(why) => return broken(format!("a produce request closed its connection: {why}")),
        };
        for (lane, first) in lanes {
            let part = self.producers[n].lanes[*lane].part;
            let (topic, index) = (&self.parts[part].topic, self.parts[part].index);
            let Some(r) =
                response.responses.iter().filter(|t| t.name == *topic).flat_map(|t| &t.partition_responses).find(|p| p.index == index).cloned()
            else {
                return broken("a produce response leaves out a partition");
            };
            let Some(at) = self.producers[n].lanes[*lane].open.iter().position(|b| b.ids[0] == *first) else { continue };
            let code = Code(r.error_code);
            let name = self.parts[part].name();
            self.world.trace.line(|| format!("{name} producer {n} record {first}: {code:?} at {}", r.base_offset));
            if code == Code::NO_ERROR {
                let batch = self.producers[n].lanes[*lane].open.remove(at).expect("just found");
                self.producers[n].lanes[*lane].known = true;
                self.marks.hit("batches acknowledged");
                let all = self.producers[n].acks == -1;
                self.parts[part].acknowledge(r.base_offset, &batch.ids, all, &self.sent)?;
                let last = r.base_offset + batch.ids.len() as i64 - 1;
                if all && self.world.chance(50) && last >= self.parts[part].start() {
                    // It is visible as soon as it is acknowledged.
                    self.look(part, last, true)?;
                }
                continue;
            }
            let tainted = self.world.tainted || self.world.disk.chaos_errors() > 0;
            if self.parts[part].rotten && code == Code::KAFKA_STORAGE_ERROR {
                // Out of service: this is the end of it for everybody.
                self.marks.hit("damaged logs that say so");
                self.parts[part].alive = false;
            }
            if !self.parts[part].alive || self.admin.is_unsure(&self.parts[part].topic) {
                self.producers[n].lanes[*lane].open.remove(at);
                continue;
            }
            // Its predecessor failed, so it does too.
            let follows = at > 0 && code == Code::OUT_OF_ORDER_SEQUENCE_NUMBER;
            if !tainted && !follows {
                return broken(format!("I-ACK {name}: record {first} of producer {n} was refused: {code:?} {:?}", r.error_message));
            }
            if code == Code::OUT_OF_ORDER_SEQUENCE_NUMBER && !follows {
                return broken(format!("I-ACK {name}: record {first} of producer {n} is out of order, and nothing is open before it"));
            }
            self.marks.hit("batches refused");
            let p = &mut self.producers[n];
            if p.idempotent {
                // This one and those behind it, again, in order.
                for b in p.lanes[*lane].open.iter_mut().skip(at) {
                    b.flight = Flight::Due;
                }
            } else {
                p.lanes[*lane].open.remove(at);
            }
        }
        Ok(())
    }
}
