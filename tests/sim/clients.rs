//! The clients of one seed and its course: producers, readers, groups, an admin; what they know, in the oracles; and the loop that
//! lets one of them do something, then something go wrong, then looks whether everything is still true.
//!
//! Owns: what is asked and what an answer means. Does not own: the node and its faults (`world`), the invariants of a partition
//! (`oracle`), topics and groups (`admin`, `groups`).

use crate::admin::Admin;
use crate::groups::GroupsClient;
use crate::oracle::{Before, Checked, Got, Page, Part, Sent, key_bytes, read_batches, value_bytes};
use crate::plan::Plan;
use crate::trace::Trace;
use crate::world::{Outcome, Step, Stop, World, broken, decode};
use std::collections::{BTreeMap, VecDeque};
use wellhead_base::{Code, TopicId};
use wellhead_log::sim::{Chaos, Op};
use wellhead_record::{BatchBuilder, BuilderOptions, Codec};
use wellhead_wire::messages::*;

pub const PRODUCE: i16 = 9;
pub const FETCH: i16 = 12;

/// What happened how often, so that a run shows which rare things it met.
#[derive(Debug, Default, Clone)]
pub struct Marks(pub BTreeMap<&'static str, u64>);
impl Marks {
    pub fn hit(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }
    pub fn add(&mut self, other: &Marks) {
        for (k, v) in &other.0 {
            *self.0.entry(k).or_default() += v;
        }
    }
}

/// A request that is under way.
enum Pending {
    /// Producer, and of each lane the batch by its first record.
    Produce(usize, Vec<(usize, u64)>),
    Fetch(usize, i64, Before),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flight {
    /// To be sent, perhaps again.
    Due,
    Flying,
}
struct Batch {
    ids: Vec<u64>,
    bytes: Vec<u8>,
    flight: Flight,
    sends: u32,
}
/// What one producer has for one partition.
struct Lane {
    part: usize,
    next_sequence: i32,
    next_index: u64,
    /// A batch was acknowledged.
    known: bool,
    open: VecDeque<Batch>,
}
struct Producer {
    idempotent: bool,
    acks: i16,
    id: i64,
    connection: usize,
    in_flight_max: usize,
    lanes: Vec<Lane>,
}

pub struct Sim {
    pub world: World,
    pub parts: Vec<Part>,
    pub sent: Vec<Sent>,
    producers: Vec<Producer>,
    /// The reader's position in each partition.
    positions: Vec<i64>,
    pending: BTreeMap<u64, (Pending, i16)>,
    pub admin: Admin,
    groups: GroupsClient,
    pub marks: Marks,
    chaos_until: Option<u64>,
    step: u64,
}

impl Sim {
    /// Runs the seed. `Err` is a broken invariant.
    pub fn run(seed: u64, steps: u64, keep_trace: bool) -> (Checked, Trace, Marks, Plan) {
        let plan = Plan::draw(seed);
        let mut trace = Trace::new(keep_trace);
        trace.line(|| format!("seed {seed}: {}", plan.describe()));
        let mut sim = Sim {
            world: World::new(seed, plan.clone(), trace),
            parts: Vec::new(),
            sent: Vec::new(),
            producers: Vec::new(),
            positions: Vec::new(),
            pending: BTreeMap::new(),
            admin: Admin::default(),
            groups: GroupsClient::default(),
            marks: Marks::default(),
            chaos_until: None,
            step: 0,
        };
        sim.world.disk.set_verbose(keep_trace);
        let result = match sim.course(steps) {
            Ok(()) => Ok(()),
            Err(Stop::Broken(why)) => Err(why),
            Err(Stop::Crash) => Err("the run ended in a crash that nobody took care of".to_owned()),
        };
        sim.world.trace.line(|| format!("end {:?} disk {:x}", result.as_ref().err(), sim.world.disk.digest()));
        let trace = std::mem::take(&mut sim.world.trace);
        (result, trace, sim.marks, plan)
    }

    fn course(&mut self, steps: u64) -> Step {
        self.world.restart()?;
        self.recovering(Self::set_up)?;
        for step in 0..steps {
            self.step = step;
            self.recovering(Self::one_step)?;
        }
        // The end: everything works again, nobody waits, all is read.
        self.recovering(|s| {
            s.calm();
            Ok(())
        })?;
        if self.world.tainted {
            self.come_back()?;
        }
        self.recovering(|s| s.drain())?;
        self.recovering(Self::audit)
    }

    /// Does `f`; a crash under it brings the node back.
    fn recovering(&mut self, f: impl Fn(&mut Self) -> Step) -> Step {
        match f(self) {
            Err(Stop::Crash) => self.come_back(),
            other => other,
        }
    }

    /// The node comes back, and everybody looks at what it has.
    fn come_back(&mut self) -> Step {
        self.chaos_until = None;
        for _ in 0..20 {
            let cut = self.world.restart()?;
            self.marks.hit(if cut { "power cuts" } else { "kills" });
            match self.after_start(cut) {
                Err(Stop::Crash) => self.marks.hit("crashes while coming back"),
                other => return other,
            }
        }
        broken("the node does not stay up")
    }

    fn after_start(&mut self, cut: bool) -> Step {
        self.disconnected();
        self.parts.iter_mut().for_each(|p| p.cut |= cut);
        // What a power cut may take is settled at once, even if the node dies again before all was looked at.
        for i in 0..self.parts.len() {
            if !self.parts[i].alive {
                continue;
            }
            let Some((start, end)) = self.ends(i)? else { continue };
            let cut = std::mem::take(&mut self.parts[i].cut);
            self.parts[i].restarted(end, start, cut);
            self.positions[i] = self.positions[i].min(end).max(0);
        }
        self.audit()
    }

    /// Every connection is gone: what was under way may have happened or not.
    fn disconnected(&mut self) {
        self.pending.clear();
        self.groups.disconnected();
        for p in &mut self.producers {
            for lane in &mut p.lanes {
                for b in &mut lane.open {
                    b.flight = Flight::Due;
                }
                if !p.idempotent {
                    // Some give up, some try again and may write it twice.
                    if lane.open.len() % 2 == 0 {
                        lane.open.clear();
                    }
                    for b in &lane.open {
                        for id in &b.ids {
                            self.sent[*id as usize].ordered = false;
                        }
                    }
                }
            }
        }
    }

    // ---- the beginning ----

    fn set_up(&mut self) -> Step {
        let plan = self.world.plan.clone();
        let mut topics = vec![("events", 2, false, true), ("table", 1, true, true)];
        if plan.page_cache {
            topics.push(("cache", 1, false, false));
        }
        for (name, partitions, compact, durable) in topics {
            let mut configs = vec![
                ("segment.bytes".to_owned(), plan.segment_bytes.to_string()),
                ("index.interval.bytes".to_owned(), plan.index_interval.to_string()),
                ("wellhead.durability".to_owned(), if durable { "fsync" } else { "page-cache" }.to_owned()),
            ];
            if compact {
                configs.push(("cleanup.policy".to_owned(), "compact".to_owned()));
                configs.push(("min.cleanable.dirty.ratio".to_owned(), if plan.compaction { "0.01" } else { "1.0" }.to_owned()));
                configs.push(("delete.retention.ms".to_owned(), ["0", "100", "86400000"][self.world.rng.below(3) as usize].to_owned()));
            }
            let shrinks = plan.retention && !compact;
            if shrinks {
                configs.push(("retention.bytes".to_owned(), (plan.segment_bytes * 3).to_string()));
            }
            let id = loop {
                match self.admin.create(&mut self.world, name, partitions, &configs) {
                    Ok(Some(id)) => break id,
                    Ok(None) => {}
                    Err(Stop::Crash) => self.come_back()?,
                    Err(e) => return Err(e),
                }
            };
            for index in 0..partitions {
                self.add_part(Part::new(name, id, index, durable, compact, shrinks));
            }
        }
        for n in 0..plan.producers {
            let idempotent = self.world.chance(60);
            let lanes = (0..self.parts.len()).filter(|p| self.parts[*p].durable || !idempotent).filter(|_| self.world.rng.below(100) < 70);
            let lanes: Vec<Lane> = lanes.map(|part| Lane { part, next_sequence: 0, next_index: 0, known: false, open: VecDeque::new() }).collect();
            let acks = if idempotent { -1 } else { [-1, -1, 1, 0][self.world.rng.below(4) as usize] };
            let in_flight_max = if acks == 0 { 1 } else { 1 + self.world.rng.below(5) as usize };
            self.producers.push(Producer { idempotent, acks, id: -1, connection: n % plan.connections, in_flight_max, lanes });
        }
        Ok(())
    }

    pub fn add_part(&mut self, part: Part) -> usize {
        self.parts.push(part);
        self.positions.push(0);
        self.parts.len() - 1
    }

    // ---- one step ----

    fn one_step(&mut self) -> Step {
        self.disturb()?;
        match self.world.rng.below(100) {
            0..=44 => self.produce()?,
            45..=64 => self.fetch()?,
            65..=76 if self.world.plan.groups => self.groups_step()?,
            77..=79 if self.world.plan.deletes => self.delete_records()?,
            80..=83 if self.world.plan.admin => self.admin_step()?,
            84..=86 if self.world.plan.checkpoints => {
                self.marks.hit("checkpoints");
                // It may fail under chance's hands; the next one does it then.
                let dir = self.world.node().log_dir.clone();
                let _ = dir.checkpoint();
                self.world.check_on()?;
            }
            87..=88 => self.audit()?,
            _ => {
                let ms = 1 + self.world.rng.below(30);
                self.world.tick(ms)?;
            }
        }
        if self.world.chance(60) {
            let ms = 1 + self.world.rng.below(3);
            self.world.tick(ms)?;
        }
        self.take_answers()?;
        if self.world.is_offline() {
            self.marks.hit("directories offline");
            if !self.world.tainted {
                return broken("the directory went offline, and the disk had no fault");
            }
            self.read_while_offline()?;
            if self.world.chance(50) {
                return Err(Stop::Crash);
            }
        }
        Ok(())
    }

    /// Something goes wrong, perhaps.
    fn disturb(&mut self) -> Step {
        let plan = &self.world.plan;
        let (rate, clean, slow) = (plan.end_rate, plan.clean_ends, plan.slow);
        let any = plan.eio_reads || plan.eio_writes || plan.eio_syncs || plan.eio_entries || plan.full;
        if self.world.rng.below(1000) < rate {
            match self.world.rng.below(4) {
                0 if clean && !self.world.tainted => {
                    self.calm();
                    self.marks.hit("clean restarts");
                    self.disconnected();
                    self.world.restart_cleanly()?;
                    self.disconnected();
                    return self.after_start(false);
                }
                1 => return Err(Stop::Crash),
                // In the middle of something that changes names.
                2 => {
                    let op = [Op::Rename, Op::Remove, Op::Create, Op::SyncDir, Op::SetLen][self.world.rng.below(5) as usize];
                    let (nth, then) = (1 + self.world.rng.below(8), self.world.rng.below(3));
                    self.world.disk.power_off_after(op, nth, then);
                }
                // In the middle of anything.
                _ => {
                    let n = self.world.disk.changes() + self.world.rng.below(30);
                    self.world.disk.power_off_at(n);
                }
            }
        }
        if slow && self.world.chance(3) {
            let ms = self.world.rng.below(300) as i64;
            self.world.slow_disk(ms);
        }
        match self.chaos_until {
            Some(until) if self.step >= until => self.calm(),
            Some(_) => {}
            None if any && self.world.chance(4) => {
                let plan = &self.world.plan;
                let of = |on: bool, rate: u64| if on { rate } else { 0 };
                let mut chaos = Chaos {
                    short_reads: of(plan.short_reads, 200_000),
                    eio_reads: of(plan.eio_reads, 20_000),
                    eio_writes: of(plan.eio_writes, 60_000),
                    eio_syncs: of(plan.eio_syncs, 100_000),
                    eio_entries: of(plan.eio_entries, 60_000),
                    capacity: None,
                };
                if plan.full {
                    chaos.capacity = Some(self.world.disk.bytes() + self.world.rng.below(3_000));
                    // Refusals for want of room are no surprise from here on.
                    self.world.tainted = true;
                }
                self.marks.hit("disks in trouble");
                self.chaos_until = Some(self.step + 5 + self.world.rng.below(20));
                let seed = self.world.rng.next_u64();
                self.world.disk.set_chaos(chaos, seed);
            }
            None => {}
        }
        Ok(())
    }

    /// The disk works again.
    fn calm(&mut self) {
        if self.chaos_until.take().is_some() {
            let short_reads = if self.world.plan.short_reads { 200_000 } else { 0 };
            let seed = self.world.rng.next_u64();
            self.world.disk.set_chaos(Chaos { short_reads, ..Chaos::default() }, seed);
        }
    }

    fn take_answers(&mut self) -> Step {
        for (tag, outcome) in self.world.answers() {
            if let Some((pending, version)) = self.pending.remove(&tag) {
                match pending {
                    Pending::Produce(producer, lanes) => self.produced(producer, &lanes, outcome)?,
                    Pending::Fetch(part, asked, before) => self.fetched(part, asked, before, version, outcome)?,
                }
            } else {
                self.groups.answered(&mut self.world, &mut self.marks, tag, outcome)?;
            }
        }
        Ok(())
    }

    /// Nobody waits any more.
    fn drain(&mut self) -> Step {
        for round in 0.. {
            let mut due = 0;
            for p in 0..self.producers.len() {
                for l in 0..self.producers[p].lanes.len() {
                    due += self.producers[p].lanes[l].open.len();
                }
                self.send_due(p)?;
            }
            self.world.tick(2)?;
            self.take_answers()?;
            if due == 0 && self.pending.is_empty() {
                return Ok(());
            }
            if round > 5_000 {
                return broken("a producer's batches are not answered");
            }
        }
        Ok(())
    }

    // ---- producers ----

    fn produce(&mut self) -> Step {
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

    fn make_batch(&mut self, n: usize, lane: usize) {
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
    fn send_due(&mut self, n: usize) -> Step {
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

    fn produced(&mut self, n: usize, lanes: &[(usize, u64)], outcome: Outcome) -> Step {
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

    // ---- readers ----

    fn fetch_request(&self, part: usize, offset: i64, wait_ms: i32, bytes: i32) -> FetchRequest {
        let p = &self.parts[part];
        let partition = fetch_request::FetchPartition { partition: p.index, fetch_offset: offset, partition_max_bytes: bytes, ..Default::default() };
        let topic = fetch_request::FetchTopic { topic: p.topic.clone(), partitions: vec![partition], ..Default::default() };
        FetchRequest { max_wait_ms: wait_ms, min_bytes: 1, max_bytes: 1 << 20, session_epoch: -1, topics: vec![topic], ..Default::default() }
    }

    fn fetch(&mut self) -> Step {
        let part = self.world.rng.below(self.parts.len() as u64) as usize;
        if !self.parts[part].alive || self.pending.values().any(|p| matches!(p.0, Pending::Fetch(other, ..) if other == part)) {
            return Ok(());
        }
        let (wait, bytes) = (self.world.rng.below(40) as i32, [1, 500, 5_000, 1 << 20][self.world.rng.below(4) as usize]);
        let connection = self.world.rng.below(self.world.plan.connections as u64) as usize;
        let asked = self.positions[part];
        let request = self.fetch_request(part, asked, wait, bytes);
        let before = self.parts[part].before(self.world.tag());
        let tag = self.world.send(connection, FETCH, &request)?;
        self.pending.insert(tag, (Pending::Fetch(part, asked, before), FETCH));
        Ok(())
    }

    /// What a fetch gave; None when the offset is out of range or the partition cannot be read for a reason.
    fn page(&mut self, part: usize, asked: i64, before: Before, response: FetchResponse) -> Step<Option<Page>> {
        let name = self.parts[part].name();
        let tainted = self.world.tainted || self.world.disk.chaos_errors() > 0;
        let Some(p) = response.responses.into_iter().flat_map(|t| t.partitions).next() else {
            if tainted {
                return Ok(None);
            }
            return broken(format!("{name}: a fetch response without its partition: {}", response.error_code));
        };
        match Code(p.error_code) {
            Code::NO_ERROR => {}
            Code::OFFSET_OUT_OF_RANGE if asked < self.parts[part].start_asked || self.parts[part].shrinks => return Ok(None),
            _ if tainted || !self.parts[part].alive || self.admin.is_unsure(&self.parts[part].topic) => return Ok(None),
            code => return broken(format!("I-READ {name}: offset {asked} cannot be read: {code:?}")),
        }
        let (records, next) = read_batches(&p.records.unwrap_or_default(), &self.sent)?;
        let page =
            Page { asked, before, high_watermark: p.high_watermark, log_start: p.log_start_offset, records, next: next.unwrap_or(asked).max(asked) };
        self.parts[part].observe(part, &page, &self.sent)?;
        Ok(Some(page))
    }

    fn fetched(&mut self, part: usize, asked: i64, before: Before, version: i16, outcome: Outcome) -> Step {
        let response = match outcome {
            Outcome::Answer(bytes) => decode::<FetchRequest>(&bytes, version)?,
            Outcome::Closed(_) if self.world.tainted => return Err(Stop::Crash),
            Outcome::Closed(why) => return broken(format!("a fetch closed its connection: {why}")),
        };
        if !self.parts[part].alive {
            return Ok(());
        }
        match self.page(part, asked, before, response)? {
            Some(page) => {
                let name = self.parts[part].name();
                self.world.trace.line(|| format!("{name} read from {asked}: {} records, high watermark {}", page.records.len(), page.high_watermark));
                self.positions[part] = page.next;
                self.marks.hit("pages read");
            }
            None => self.positions[part] = self.parts[part].start().max(asked.min(self.parts[part].start_asked)),
        }
        Ok(())
    }

    /// One record must be readable now.
    fn look(&mut self, part: usize, offset: i64, must: bool) -> Step {
        let request = self.fetch_request(part, offset, 0, 1);
        let before = self.parts[part].before(self.world.tag());
        let response = self.world.call(FETCH, &request)?;
        let page = self.page(part, offset, before, response)?;
        if let Some(page) = page
            && must
            && !page.records.iter().any(|r| r.offset == offset)
            && !self.parts[part].compact
            && page.log_start <= offset
        {
            return broken(format!("I-ACK {}: offset {offset} was acknowledged and is not visible", self.parts[part].name()));
        }
        Ok(())
    }

    /// After a failed disk what was visible can be read where that is safe: from memory at least.
    fn read_while_offline(&mut self) -> Step {
        if self.world.plan.eio_reads || self.chaos_until.is_some() {
            return Ok(());
        }
        for part in 0..self.parts.len() {
            if self.parts[part].alive && self.parts[part].high > self.parts[part].start() {
                let at = self.parts[part].high - 1;
                self.look(part, at, self.parts[part].durable)?;
            }
        }
        Ok(())
    }

    /// The partition's first offset and its end; None when it cannot be asked for a reason.
    fn ends(&mut self, part: usize) -> Step<Option<(i64, i64)>> {
        let mut out = [0; 2];
        for (i, timestamp) in [-2, -1].into_iter().enumerate() {
            match self.list_offset(part, timestamp)? {
                Some((offset, _)) => out[i] = offset,
                None => return Ok(None),
            }
        }
        Ok(Some((out[0], out[1])))
    }

    fn list_offset(&mut self, part: usize, timestamp: i64) -> Step<Option<(i64, i64)>> {
        let p = &self.parts[part];
        let partition = list_offsets_request::ListOffsetsPartition { partition_index: p.index, current_leader_epoch: -1, timestamp };
        let topics = vec![list_offsets_request::ListOffsetsTopic { name: p.topic.clone(), partitions: vec![partition] }];
        let r = self.world.call(7, &ListOffsetsRequest { replica_id: -1, isolation_level: 0, topics, timeout_ms: 0 })?;
        let Some(r) = r.topics.first().and_then(|t| t.partitions.first()) else { return broken("ListOffsets leaves out a partition") };
        match Code(r.error_code) {
            Code::NO_ERROR => Ok(Some((r.offset, r.timestamp))),
            // An ephemeral topic, whose fate is looked at by the admin.
            Code::UNKNOWN_TOPIC_OR_PART if self.admin.is_unsure(&self.parts[part].topic) => Ok(None),
            _ if self.world.tainted || self.world.disk.chaos_errors() > 0 => Ok(None),
            code => broken(format!("I-READ {}: ListOffsets says {code:?}", self.parts[part].name())),
        }
    }

    /// Reads everything, and asks for times and offsets.
    fn audit(&mut self) -> Step {
        self.marks.hit("audits");
        let mut died = Vec::new();
        self.admin.check(&mut self.world, &mut died)?;
        for (topic, id) in died {
            for p in self.parts.iter_mut().filter(|p| p.topic == topic && p.topic_id == id) {
                p.alive = false;
            }
        }
        for part in 0..self.parts.len() {
            if self.parts[part].alive {
                self.audit_part(part)?;
            }
        }
        if self.world.plan.groups {
            self.groups.check(&mut self.world, &self.parts)?;
        }
        Ok(())
    }

    fn audit_part(&mut self, part: usize) -> Step {
        let Some((start, _)) = self.ends(part)? else { return Ok(()) };
        let bytes = [400, 3_000, 1 << 20][self.world.rng.below(3) as usize];
        let mut whole: Option<Page> = None;
        let mut at = start;
        loop {
            let request = self.fetch_request(part, at, 0, bytes);
            let before = self.parts[part].before(self.world.tag());
            let response = self.world.call(FETCH, &request)?;
            let Some(mut page) = self.page(part, at, before, response)? else { return Ok(()) };
            page.records.retain(|r| r.offset >= at);
            let done = page.next >= page.high_watermark || page.next == at;
            at = page.next;
            if let Some(w) = &mut whole {
                w.records.append(&mut page.records);
                (w.high_watermark, w.log_start) = (page.high_watermark, page.log_start);
            } else {
                whole = Some(page);
            }
            if done {
                break;
            }
        }
        let Some(mut whole) = whole else { return Ok(()) };
        whole.records.retain(|r| r.offset >= whole.log_start);
        let tag = self.world.tag();
        self.parts[part].complete(part, &whole, tag, &self.sent)?;
        if !self.parts[part].compact && !whole.records.is_empty() {
            self.ask_times(part, &whole.records)?;
        }
        Ok(())
    }

    /// The first record at or after a time is the one that reading finds.
    fn ask_times(&mut self, part: usize, records: &[Got]) -> Step {
        let ts = records[self.world.rng.below(records.len() as u64) as usize].ts + self.world.rng.below(2) as i64;
        let want = Part::first_at_or_after(records, ts).map_or((-1, -1), |r| (r.offset, r.ts));
        let Some(got) = self.list_offset(part, ts)? else { return Ok(()) };
        // Others may have written meanwhile; what was there before is what counts.
        if got != want && want.0 >= 0 {
            // Unless retention took it between the two questions.
            if self.parts[part].shrinks && self.ends(part)?.is_none_or(|(start, _)| start > want.0) {
                return Ok(());
            }
            return broken(format!(
                "I-READ {}: the first record at or after {ts} is {want:?}, and ListOffsets says {got:?}",
                self.parts[part].name()
            ));
        }
        Ok(())
    }

    // ---- the rest ----

    fn delete_records(&mut self) -> Step {
        let choices: Vec<usize> = (0..self.parts.len()).filter(|p| self.parts[*p].alive && !self.parts[*p].compact).collect();
        let part = choices[self.world.rng.below(choices.len() as u64) as usize];
        let (start, high) = (self.parts[part].start(), self.parts[part].high);
        if high <= start {
            return Ok(());
        }
        let before = start + self.world.rng.below((high - start) as u64 / 2 + 1) as i64;
        self.parts[part].start_asked = self.parts[part].start_asked.max(before);
        let p = &self.parts[part];
        let partitions = vec![delete_records_request::DeleteRecordsPartition { partition_index: p.index, offset: before }];
        let topics = vec![delete_records_request::DeleteRecordsTopic { name: p.topic.clone(), partitions }];
        let r = self.world.call(2, &DeleteRecordsRequest { topics, timeout_ms: 10_000 })?;
        let r = &r.topics[0].partitions[0];
        match Code(r.error_code) {
            Code::NO_ERROR if r.low_watermark < before => return broken(format!("DeleteRecords to {before} leaves {}", r.low_watermark)),
            Code::NO_ERROR => {
                self.marks.hit("records deleted");
                let durable = self.parts[part].durable;
                let p = &mut self.parts[part];
                p.start_acked = p.start_acked.max(before);
                debug_assert!(durable || p.start_acked >= 0);
            }
            _ if self.world.tainted || self.world.disk.chaos_errors() > 0 => {}
            code => return broken(format!("DeleteRecords: {code:?}")),
        }
        Ok(())
    }

    fn admin_step(&mut self) -> Step {
        let made = self.admin.step(&mut self.world, &mut self.marks)?;
        if let Some((topic, id)) = made {
            let part = self.add_part(Part::new(&topic, id, 0, true, false, false));
            let producer = self.producers.len();
            self.producers.push(Producer {
                idempotent: false,
                acks: -1,
                id: -1,
                connection: 0,
                in_flight_max: 1,
                lanes: vec![Lane { part, next_sequence: 0, next_index: 0, known: false, open: VecDeque::new() }],
            });
            debug_assert_eq!(producer + 1, self.producers.len());
        }
        // Topics that are gone, or may be, take their partitions and producers with them.
        for p in 0..self.parts.len() {
            if self.parts[p].alive && self.admin.is_gone(&self.parts[p].topic, self.parts[p].topic_id) {
                self.parts[p].alive = false;
            }
        }
        let dead: Vec<bool> = self.parts.iter().map(|p| !p.alive).collect();
        for lane in self.producers.iter_mut().flat_map(|p| &mut p.lanes) {
            if dead[lane.part] {
                lane.open.clear();
            }
        }
        Ok(())
    }

    fn groups_step(&mut self) -> Step {
        self.groups.step(&mut self.world, &self.parts, &self.positions, &mut self.marks)
    }
}
