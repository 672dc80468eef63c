//! The clients of one seed and its course: producers, readers, groups, an admin; what they know, in the oracles; and the loop that
//! lets one of them do something, then something go wrong, then looks whether everything is still true.
//!
//! Owns: what is asked and what an answer means. Does not own: the node and its faults (`world`), the invariants of a partition
//! (`oracle`), topics and groups (`admin`, `groups`).

mod producers;
mod readers;

use crate::admin::Admin;
use crate::groups::GroupsClient;
use crate::oracle::{Before, Checked, Part, Sent};
use crate::plan::Plan;
use crate::trace::Trace;
use crate::world::{Step, Stop, World, broken};
use std::collections::{BTreeMap, VecDeque};
use wellhead_base::Code;
use wellhead_log::sim::{Chaos, Op};
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
            // Of a damaged log recovery may cut off the end after a kill, too.
            let cut = std::mem::take(&mut self.parts[i].cut) || self.parts[i].rotten;
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
        if self.world.plan.log_rot && self.world.rng.below(1000) < 4 {
            self.rot_a_log();
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

    /// A bit of a partition's log flips. Partitions that are compacted are left alone: what is missing there was perhaps replaced.
    fn rot_a_log(&mut self) {
        let choices: Vec<usize> = (0..self.parts.len()).filter(|p| self.parts[*p].alive && !self.parts[*p].compact).collect();
        if choices.is_empty() {
            return;
        }
        let part = choices[self.world.rng.below(choices.len() as u64) as usize];
        let name = self.parts[part].name();
        if self.world.rot_log(&name) {
            self.marks.hit("bits of a log flipped");
            self.parts[part].rots();
        }
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

    // ---- the rest ----

    fn delete_records(&mut self) -> Step {
        let choices: Vec<usize> = (0..self.parts.len()).filter(|p| self.parts[*p].alive && !self.parts[*p].compact).collect();
        if choices.is_empty() {
            return Ok(());
        }
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
            _ if self.world.tainted || self.world.disk.chaos_errors() > 0 || self.parts[part].rotten => {}
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
