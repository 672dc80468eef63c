//! The readers of a seed: fetches in sequence, looks at one record, and the audit that reads everything and asks for times and offsets.

use super::{FETCH, Pending, Sim};
use crate::oracle::{Before, Got, Page, Part, read_batches};
use crate::world::{Outcome, Step, Stop, broken, decode};
use wellhead_base::Code;
use wellhead_wire::messages::*;

impl Sim {
    pub(super) fn fetch_request(&self, part: usize, offset: i64, wait_ms: i32, bytes: i32) -> FetchRequest {
        let p = &self.parts[part];
        let partition = fetch_request::FetchPartition { partition: p.index, fetch_offset: offset, partition_max_bytes: bytes, ..Default::default() };
        let topic = fetch_request::FetchTopic { topic: p.topic.clone(), partitions: vec![partition], ..Default::default() };
        FetchRequest { max_wait_ms: wait_ms, min_bytes: 1, max_bytes: 1 << 20, session_epoch: -1, topics: vec![topic], ..Default::default() }
    }

    pub(super) fn fetch(&mut self) -> Step {
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
    pub(super) fn page(&mut self, part: usize, asked: i64, before: Before, response: FetchResponse) -> Step<Option<Page>> {
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
            code if self.parts[part].rotten => {
                self.told(part, code);
                return Ok(None);
            }
            _ if tainted || !self.parts[part].alive || self.admin.is_unsure(&self.parts[part].topic) => return Ok(None),
            code => return broken(format!("I-READ {name}: offset {asked} cannot be read: {code:?}")),
        }
        let (records, next) = match read_batches(&p.records.unwrap_or_default(), &self.sent) {
            // A client of Kafka's checks the CRC, too.
            Err(_) if self.parts[part].rotten => {
                self.marks.hit("damaged batches that their reader noticed");
                return Ok(None);
            }
            read => read?,
        };
        let page =
            Page { asked, before, high_watermark: p.high_watermark, log_start: p.log_start_offset, records, next: next.unwrap_or(asked).max(asked) };
        self.parts[part].observe(part, &page, &self.sent)?;
        Ok(Some(page))
    }

    /// A damaged partition says that it cannot be read.
    fn told(&mut self, part: usize, code: Code) {
        let name = self.parts[part].name();
        self.world.trace.line(|| format!("{name} is damaged and says {code:?}"));
        self.marks.hit("damaged logs that say so");
    }

    pub(super) fn fetched(&mut self, part: usize, asked: i64, before: Before, version: i16, outcome: Outcome) -> Step {
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
    pub(super) fn look(&mut self, part: usize, offset: i64, must: bool) -> Step {
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
    pub(super) fn read_while_offline(&mut self) -> Step {
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
    pub(super) fn ends(&mut self, part: usize) -> Step<Option<(i64, i64)>> {
        let mut out = [0; 2];
        for (i, timestamp) in [-2, -1].into_iter().enumerate() {
            match self.list_offset(part, timestamp)? {
                Some((offset, _)) => out[i] = offset,
                None => return Ok(None),
            }
        }
        Ok(Some((out[0], out[1])))
    }

    pub(super) fn list_offset(&mut self, part: usize, timestamp: i64) -> Step<Option<(i64, i64)>> {
        let p = &self.parts[part];
        let partition = list_offsets_request::ListOffsetsPartition { partition_index: p.index, current_leader_epoch: -1, timestamp };
        let topics = vec![list_offsets_request::ListOffsetsTopic { name: p.topic.clone(), partitions: vec![partition] }];
        let r = self.world.call(7, &ListOffsetsRequest { replica_id: -1, isolation_level: 0, topics, timeout_ms: 0 })?;
        let Some(r) = r.topics.first().and_then(|t| t.partitions.first()) else { return broken("ListOffsets leaves out a partition") };
        match Code(r.error_code) {
            Code::NO_ERROR => Ok(Some((r.offset, r.timestamp))),
            // An ephemeral topic, whose fate is looked at by the admin.
            Code::UNKNOWN_TOPIC_OR_PART if self.admin.is_unsure(&self.parts[part].topic) => Ok(None),
            code if self.parts[part].rotten => {
                self.told(part, code);
                Ok(None)
            }
            _ if self.world.tainted || self.world.disk.chaos_errors() > 0 => Ok(None),
            code => broken(format!("I-READ {}: ListOffsets says {code:?}", self.parts[part].name())),
        }
    }

    /// Reads everything, and asks for times and offsets.
    pub(super) fn audit(&mut self) -> Step {
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

    pub(super) fn audit_part(&mut self, part: usize) -> Step {
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
    pub(super) fn ask_times(&mut self, part: usize, records: &[Got]) -> Step {
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
}
