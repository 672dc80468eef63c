//! Where the consumer stands in each partition, and what waits for the application. Pure: the driver brings time and answers in.
//!
//! Invariants:
//! - What is queued of a partition begins at its position and has no gap of ours; a cursor's `version` changes whenever that would
//!   break (seek, pause, another assignment), and what was fetched for an older version is dropped.
//! - The stored offset follows what the application got, never what is merely queued.
//! - Queued bytes are bounded by `queued.max.messages.kbytes` (plus what one fetch brings); a full queue stops the fetching, so the
//!   broker is slowed by the application and memory is not.

use super::records::{Decoded, Extent, Fetched, RecordSet};
use super::session::Want;
use super::{Event, Start};
use crate::cluster::MetadataCache;
use crate::config::ConsumerConfig;
use crate::stats::PartitionStats;
use crate::types::{OFFSET_BEGINNING, OFFSET_END, OFFSET_INVALID, OFFSET_STORED, OFFSET_TAIL_BASE, TopicPartition, TopicPartitionOffset};
use std::collections::{BTreeMap, VecDeque};
use wellhead_base::{Code, Error, Result};

/// The next offset to fetch, or how to find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    At(i64),
    Find(Start),
    /// auto.offset.reset=error found none: stays until a seek.
    Nowhere,
}

#[derive(Debug)]
pub(crate) struct Cursor {
    pub version: u64,
    pub place: Place,
    /// One past the last record given out; OFFSET_INVALID before the first.
    pub position: i64,
    /// Of the last record given out.
    pub leader_epoch: i32,
    /// Offset, epoch and metadata that the next commit takes.
    pub stored: Option<(i64, i32, Option<String>)>,
    pub committed: i64,
    pub paused: bool,
    pub low: i64,
    pub high: i64,
    eof_at: i64,
    queued_records: usize,
    queued_bytes: usize,
    /// Records given out since it was assigned.
    given: u64,
    /// Not fetched or looked up before this time, after an error.
    pub retry_at_ms: i64,
}

impl Cursor {
    fn new(version: u64, place: Place) -> Self {
        Self {
            version,
            place,
            position: OFFSET_INVALID,
            leader_epoch: -1,
            stored: None,
            committed: OFFSET_INVALID,
            paused: false,
            low: OFFSET_INVALID,
            high: OFFSET_INVALID,
            eof_at: -1,
            queued_records: 0,
            queued_bytes: 0,
            given: 0,
            retry_at_ms: 0,
        }
    }
}

/// Fetched and not given out yet; read when its turn comes.
#[derive(Debug)]
pub(crate) struct Load {
    pub tp: TopicPartition,
    pub version: u64,
    pub extent: Extent,
    /// What was not read into `sets` yet.
    pub fetched: Option<Fetched>,
    pub sets: VecDeque<RecordSet>,
    /// What comes after `sets`, when it cannot be read.
    error: Option<Error>,
    /// Where it begins, for going back.
    pub first: i64,
    records: usize,
    bytes: usize,
}

impl Load {
    /// Reads on when everything that was read is given. May decompress megabytes.
    pub fn read(&mut self) {
        if self.sets.is_empty()
            && self.error.is_none()
            && let Some(fetched) = self.fetched.take()
        {
            let Decoded { sets, error, rest } = fetched.decode();
            self.sets.extend(sets);
            (self.error, self.fetched) = (error, rest);
        }
    }
}

#[derive(Debug)]
pub(crate) enum Item {
    Load(Load),
    Eof { tp: TopicPartition, version: u64, offset: i64 },
    Event(Event),
}

/// What a fetch brought of one partition.
#[derive(Debug)]
pub(crate) struct Answer {
    pub code: Code,
    pub high: i64,
    pub last_stable: i64,
    pub low: i64,
    pub fetched: Fetched,
}

/// What the driver is to do about an answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Todo {
    pub wake: bool,
    pub refresh_metadata: bool,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub cursors: BTreeMap<TopicPartition, Cursor>,
    pub queue: VecDeque<Item>,
    queued_bytes: usize,
    /// Records given out since the consumer was made.
    pub given: u64,
    versions: u64,
    /// Topics, or patterns beginning with ^; empty: not subscribed.
    pub subscription: Vec<String>,
    pub subscription_version: u64,
    /// The group gave partitions and the application must answer before it goes on.
    pub rebalance_pending: bool,
    pub rebalance_events: bool,
    pub assignment_lost: bool,
    pub last_poll_ms: i64,
    /// When a poll last woke the sources.
    pub last_touch_ms: i64,
    /// Threads inside `poll`.
    pub polling: usize,
    pub fatal: Option<Error>,
    pub closed: bool,
}

fn place_of(offset: i64) -> Place {
    match offset {
        o if o >= 0 => Place::At(o),
        OFFSET_BEGINNING => Place::Find(Start::Earliest),
        OFFSET_END => Place::Find(Start::Latest),
        o if o <= OFFSET_TAIL_BASE => Place::Find(Start::Tail(OFFSET_TAIL_BASE - o)),
        _ => Place::Find(Start::Committed),
    }
}

/// Refuses an offset that means nothing.
pub(crate) fn check_offset(offset: i64) -> Result<()> {
    match offset {
        0.. | OFFSET_BEGINNING | OFFSET_END | OFFSET_STORED | OFFSET_INVALID | ..=OFFSET_TAIL_BASE => Ok(()),
        _ => Err(Error::invalid_arg(format!("{offset} is neither an offset nor one of the special offsets"))),
    }
}

impl State {
    fn next_version(&mut self) -> u64 {
        self.versions += 1;
        self.versions
    }

    /// Replaces the assignment. A partition that stays with OFFSET_INVALID keeps its place.
    pub fn assign(&mut self, partitions: &[TopicPartitionOffset]) {
        let mut old = std::mem::take(&mut self.cursors);
        for p in partitions {
            let tp = p.tp();
            let kept = old.remove(&tp).filter(|_| p.offset == OFFSET_INVALID);
            let version = self.next_version();
            self.cursors.insert(tp, kept.unwrap_or_else(|| Cursor::new(version, place_of(p.offset))));
        }
        self.purge_orphans();
    }
    pub fn add(&mut self, partitions: &[TopicPartitionOffset]) -> Result<()> {
        if let Some(p) = partitions.iter().find(|p| self.cursors.contains_key(&p.tp())) {
            return Err(Error::new(Code::CONFLICT, format!("{} is assigned already", p.tp())));
        }
        for p in partitions {
            let version = self.next_version();
            self.cursors.insert(p.tp(), Cursor::new(version, place_of(p.offset)));
        }
        Ok(())
    }
    pub fn remove(&mut self, partitions: &[TopicPartition]) {
        for p in partitions {
            self.cursors.remove(p);
        }
        self.purge_orphans();
    }

    /// Nothing more of these partitions is fetched or given out; their positions and what is stored of them stay.
    pub fn freeze(&mut self, partitions: &[TopicPartition]) {
        for p in partitions {
            let version = self.next_version();
            if let Some(c) = self.cursors.get_mut(p) {
                (c.version, c.place) = (version, Place::Nowhere);
            }
        }
        self.purge_orphans();
    }

    /// Drops what is queued of partitions or versions that are not current any more.
    fn purge_orphans(&mut self) {
        let cursors = &self.cursors;
        self.queue.retain(|item| match item {
            Item::Load(l) => cursors.get(&l.tp).is_some_and(|c| c.version == l.version),
            Item::Eof { tp, version, .. } => cursors.get(tp).is_some_and(|c| c.version == *version),
            Item::Event(_) => true,
        });
        for c in self.cursors.values_mut() {
            (c.queued_records, c.queued_bytes) = (0, 0);
        }
        self.queued_bytes = 0;
        for item in &self.queue {
            if let Item::Load(l) = item {
                self.queued_bytes += l.bytes;
                if let Some(c) = self.cursors.get_mut(&l.tp) {
                    c.queued_records += l.records;
                    c.queued_bytes += l.bytes;
                }
            }
        }
    }

    fn cursor(&mut self, tp: &TopicPartition) -> Result<&mut Cursor> {
        self.cursors.get_mut(tp).ok_or_else(|| Error::new(Code::STATE, format!("{tp} is not assigned")))
    }

    pub fn seek(&mut self, tp: &TopicPartition, offset: i64) -> Result<()> {
        check_offset(offset)?;
        let version = self.next_version();
        let c = self.cursor(tp)?;
        c.version = version;
        c.place = place_of(offset);
        c.position = if offset >= 0 { offset } else { OFFSET_INVALID };
        c.eof_at = -1;
        c.retry_at_ms = 0;
        self.purge_orphans();
        Ok(())
    }

    /// What is queued goes back: it is fetched again after `resume`, so that nothing of a paused partition is given out.
    pub fn pause(&mut self, tp: &TopicPartition) -> Result<()> {
        let first = self.queue.iter().find_map(|i| match i {
            Item::Load(l) if l.tp == *tp => Some(l.first),
            _ => None,
        });
        let version = self.next_version();
        let c = self.cursor(tp)?;
        c.paused = true;
        c.version = version;
        if let (Some(first), Place::At(_)) = (first, c.place) {
            c.place = Place::At(first);
        }
        self.purge_orphans();
        Ok(())
    }
    pub fn resume(&mut self, tp: &TopicPartition) -> Result<()> {
        self.cursor(tp)?.paused = false;
        Ok(())
    }

    /// Partitions whose place must be found, and are due.
    pub fn lookups(&self, now_ms: i64) -> Vec<(TopicPartition, u64, Start)> {
        let due = self.cursors.iter().filter(|(_, c)| c.retry_at_ms <= now_ms);
        due.filter_map(|(tp, c)| if let Place::Find(s) = c.place { Some((tp.clone(), c.version, s)) } else { None }).collect()
    }
    /// The answer to a lookup: a place, another lookup (no commit: the reset policy), or nowhere.
    pub fn found(&mut self, tp: &TopicPartition, version: u64, place: Place, committed: Option<i64>) {
        if let Some(c) = self.cursors.get_mut(tp).filter(|c| c.version == version) {
            c.place = place;
            c.retry_at_ms = 0;
            if let Some(o) = committed {
                c.committed = o;
            }
        }
    }
    pub fn try_later(&mut self, tp: &TopicPartition, version: u64, at_ms: i64) {
        if let Some(c) = self.cursors.get_mut(tp).filter(|c| c.version == version) {
            c.retry_at_ms = at_ms;
        }
    }

    /// What to ask of `node`, by the leaders that the cache knows.
    pub fn wants(&self, node: i32, cache: &MetadataCache, cfg: &ConsumerConfig, now_ms: i64) -> BTreeMap<TopicPartition, Want> {
        if self.queued_bytes >= cfg.queued_bytes_max || self.closed {
            return BTreeMap::new();
        }
        let mut out = BTreeMap::new();
        for (tp, c) in &self.cursors {
            let Place::At(offset) = c.place else { continue };
            if c.paused || c.retry_at_ms > now_ms || c.queued_records >= cfg.queued_records_min {
                continue;
            }
            let Some(topic) = cache.topics.get(&tp.topic) else { continue };
            let Some(p) = usize::try_from(tp.partition).ok().and_then(|i| topic.partitions.get(i)).filter(|p| p.leader == node) else { continue };
            out.insert(tp.clone(), Want { topic_id: topic.id, offset, leader_epoch: p.leader_epoch, bytes_max: cfg.partition_bytes });
        }
        out
    }

    /// The soonest time at which something that waits after an error is due.
    pub fn next_retry(&self, now_ms: i64) -> Option<i64> {
        self.cursors.values().map(|c| c.retry_at_ms).filter(|&t| t > now_ms).min()
    }

    /// Takes one partition's share of a fetch that asked for `want` under `version`.
    pub fn fetched(&mut self, tp: &TopicPartition, asked: i64, answer: Answer, cfg: &ConsumerConfig, now_ms: i64) -> Todo {
        let mut todo = Todo::default();
        let Some(c) = self.cursors.get_mut(tp).filter(|c| c.place == Place::At(asked) && !c.paused) else { return todo };
        match answer.code {
            Code::NO_ERROR => {}
            Code::OFFSET_OUT_OF_RANGE => {
                match cfg.reset {
                    crate::config::Reset::Earliest => c.place = Place::Find(Start::Earliest),
                    crate::config::Reset::Latest => c.place = Place::Find(Start::Latest),
                    crate::config::Reset::Error => {
                        c.place = Place::Nowhere;
                        let e = Error::new(Code::AUTO_OFFSET_RESET, format!("{tp}: offset {asked} is out of range and auto.offset.reset is error"));
                        self.queue.push_back(Item::Event(Event::Error(e)));
                    }
                }
                todo.wake = true;
                return todo;
            }
            code => {
                c.retry_at_ms = now_ms + cfg.fetch_error_backoff_ms;
                todo.refresh_metadata = code.retriable() || code == Code::UNKNOWN_TOPIC_OR_PART || code == Code::UNKNOWN_TOPIC_ID;
                // Damage on the broker's disk does not go away by waiting: it is told, and asked for again.
                if !todo.refresh_metadata || code == Code::INVALID_MSG {
                    self.queue.push_back(Item::Event(Event::Error(Error::new(code, format!("{tp}: {}", code.description())))));
                    todo.wake = true;
                }
                return todo;
            }
        }
        (c.high, c.low) = (answer.high, answer.low);
        let fetched = answer.fetched;
        match fetched.extent() {
            Ok(Some(extent)) if extent.offset_next > asked => {
                let (records, bytes, extent_next) = (extent.records, fetched.records.len(), extent.offset_next);
                c.place = Place::At(extent_next);
                c.queued_records += records;
                c.queued_bytes += bytes;
                self.queued_bytes += bytes;
                let load = Load {
                    tp: tp.clone(),
                    version: c.version,
                    extent,
                    fetched: Some(fetched),
                    sets: VecDeque::new(),
                    error: None,
                    first: asked,
                    records,
                    bytes,
                };
                self.queue.push_back(Item::Load(load));
                // Told with the last records: a fetch session leaves a partition out in which nothing changed, so the next
                // answer may never mention it.
                let end = if cfg.read_committed && answer.last_stable >= 0 { answer.last_stable } else { answer.high };
                if cfg.eof && extent_next >= end && c.eof_at != extent_next {
                    c.eof_at = extent_next;
                    self.queue.push_back(Item::Eof { tp: tp.clone(), version: c.version, offset: extent_next });
                }
                todo.wake = true;
            }
            Ok(Some(extent)) => {
                // Asking again at once would get the same answer.
                c.retry_at_ms = now_ms + cfg.fetch_error_backoff_ms;
                let why = format!("{tp}: the broker gave records up to offset {} where {asked} was asked for", extent.offset_next);
                self.queue.push_back(Item::Event(Event::Error(Error::new(Code::BAD_MSG, why))));
                todo.wake = true;
            }
            Ok(None) if !fetched.records.is_empty() => {
                c.retry_at_ms = now_ms + cfg.fetch_error_backoff_ms;
                let e =
                    Error::new(Code::MSG_SIZE_TOO_LARGE, format!("{tp}: the batch at offset {asked} came cut off; raise fetch.message.max.bytes"));
                self.queue.push_back(Item::Event(Event::Error(e)));
                todo.wake = true;
            }
            Ok(_) => {
                let end = if cfg.read_committed && answer.last_stable >= 0 { answer.last_stable } else { answer.high };
                if cfg.eof && asked >= end && c.eof_at != asked {
                    c.eof_at = asked;
                    self.queue.push_back(Item::Eof { tp: tp.clone(), version: c.version, offset: asked });
                    todo.wake = true;
                }
            }
            Err(e) => {
                c.retry_at_ms = now_ms + cfg.fetch_error_backoff_ms;
                self.queue.push_back(Item::Event(Event::Error(e)));
                todo.wake = true;
            }
        }
        todo
    }

    /// The next thing to give out, taken off the queue.
    pub fn pop(&mut self) -> Option<Item> {
        let item = self.queue.pop_front()?;
        if let Item::Load(l) = &item {
            self.queued_bytes = self.queued_bytes.saturating_sub(l.bytes);
            if let Some(c) = self.cursors.get_mut(&l.tp).filter(|c| c.version == l.version) {
                c.queued_records = c.queued_records.saturating_sub(l.records);
                c.queued_bytes = c.queued_bytes.saturating_sub(l.bytes);
            }
        }
        Some(item)
    }

    /// Gives up to `max` records of a load that was read, and puts the rest back.
    pub fn give(&mut self, mut load: Load, max: usize, cfg: &ConsumerConfig, now_ms: impl FnOnce() -> i64, out: &mut Vec<Event>) -> usize {
        let Some(c) = self.cursors.get_mut(&load.tp).filter(|c| c.version == load.version && !c.paused) else { return 0 };
        let mut given = 0;
        while given < max {
            let Some(set) = load.sets.front_mut() else { break };
            let head = set.split_to(max - given);
            if set.is_empty() {
                load.sets.pop_front();
            }
            given += head.len();
            c.position = head.last_offset() + 1;
            c.leader_epoch = head.leader_epoch;
            out.push(Event::Records(head));
        }
        c.given += given as u64;
        self.given += given as u64;
        let mut damaged = false;
        if let Some(next) = load.sets.front() {
            load.first = next.first_offset();
        } else if load.fetched.is_some() {
            load.first = c.position.max(load.first);
        } else if let Some(e) = load.error.take() {
            damaged = true;
            // What follows is damaged: nothing of it is given, and it is asked for again after a pause.
            let at = c.position.max(load.first);
            c.place = Place::At(at);
            c.retry_at_ms = now_ms() + cfg.fetch_error_backoff_ms;
            out.push(Event::Error(e));
        } else {
            c.position = c.position.max(load.extent.offset_next);
            c.leader_epoch = load.extent.leader_epoch;
        }
        if cfg.auto_store && given > 0 {
            c.stored = Some((c.position, c.leader_epoch, None));
        }
        if !load.sets.is_empty() || load.fetched.is_some() {
            if load.fetched.is_none() {
                load.records = load.sets.iter().map(RecordSet::len).sum();
            }
            c.queued_records += load.records;
            c.queued_bytes += load.bytes;
            self.queued_bytes += load.bytes;
            self.queue.push_front(Item::Load(load));
        } else if damaged {
            let version = self.next_version();
            if let Some(c) = self.cursors.get_mut(&load.tp) {
                c.version = version;
            }
            self.purge_orphans();
        }
        given
    }

    /// Where the assigned partitions stand; leaders are left to who knows them.
    pub fn stats(&self) -> Vec<PartitionStats> {
        let row = |(tp, c): (&TopicPartition, &Cursor)| PartitionStats {
            waiting_records: c.queued_records as u64,
            waiting_bytes: c.queued_bytes as u64,
            records: c.given,
            position: c.position,
            stored: c.stored.as_ref().map_or(OFFSET_INVALID, |s| s.0),
            committed: c.committed,
            low: c.low,
            high: c.high,
            ..PartitionStats::new(tp.topic.clone(), tp.partition, -1)
        };
        self.cursors.iter().map(row).collect()
    }

    /// Stored offsets that were not committed yet.
    pub fn uncommitted(&self) -> Vec<TopicPartitionOffset> {
        let changed = self.cursors.iter().filter_map(|(tp, c)| c.stored.as_ref().filter(|s| s.0 != c.committed).map(|s| (tp, s)));
        changed
            .map(|(tp, (offset, epoch, metadata))| TopicPartitionOffset { leader_epoch: *epoch, metadata: metadata.clone(), ..tp.at(*offset) })
            .collect()
    }
    pub fn committed(&mut self, offsets: &[TopicPartitionOffset]) {
        for o in offsets.iter().filter(|o| o.error.is_none()) {
            if let Some(c) = self.cursors.get_mut(&o.tp()) {
                c.committed = o.offset;
            }
        }
    }
    pub fn store(&mut self, o: &TopicPartitionOffset) -> Result<()> {
        let cursor = self.cursor(&o.tp())?;
        if o.offset >= 0 {
            cursor.stored = Some((o.offset, o.leader_epoch, o.metadata.clone()));
        }
        Ok(())
    }
    pub fn assignment(&self) -> Vec<TopicPartition> {
        self.cursors.keys().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::records::Open;
    use super::*;
    use crate::config::Config;
    use wellhead_record::{BatchBuilder, BuilderOptions};

    fn cfg(pairs: &[(&str, &str)]) -> ConsumerConfig {
        Config::read(pairs.iter().copied()).expect("known names").consumer().expect("a configuration")
    }
    fn tp() -> TopicPartition {
        TopicPartition::new("t", 0)
    }
    fn answer(code: Code, base_offset: i64, n: usize) -> Answer {
        let mut b = BatchBuilder::new(BuilderOptions { base_offset, ..BuilderOptions::default() });
        for _ in 0..n {
            b.append(0, None, Some(b"v"), wellhead_record::NO_HEADERS).expect("a small record");
        }
        let records = if n == 0 { Vec::new() } else { b.finish().expect("a batch") };
        let fetched = Fetched {
            topic: "t".into(),
            partition: 0,
            offset: base_offset,
            records: records.into(),
            aborted: vec![],
            check_crcs: true,
            open: Open::default(),
        };
        Answer { code, high: base_offset + n as i64, last_stable: base_offset + n as i64, low: 0, fetched }
    }
    fn poll(s: &mut State, max: usize, cfg: &ConsumerConfig) -> Vec<(i64, usize)> {
        let mut out = Vec::new();
        let Some(Item::Load(mut l)) = s.pop() else { return Vec::new() };
        l.read();
        s.give(l, max, cfg, || 0, &mut out);
        out.iter().filter_map(|e| if let Event::Records(r) = e { Some((r.first_offset(), r.len())) } else { None }).collect()
    }

    #[test]
    fn positions_follow_what_was_given_and_not_what_is_queued() {
        let (mut s, cfg) = (State::default(), cfg(&[]));
        s.assign(&[tp().at(5)]);
        assert!(s.fetched(&tp(), 5, answer(Code::NO_ERROR, 5, 10), &cfg, 0).wake);
        assert_eq!(s.cursors[&tp()].place, Place::At(15));
        assert_eq!((s.cursors[&tp()].position, s.uncommitted().len()), (OFFSET_INVALID, 0));
        assert_eq!(poll(&mut s, 4, &cfg), [(5, 4)]);
        assert_eq!(s.uncommitted()[0].offset, 9);
        assert_eq!(poll(&mut s, 100, &cfg), [(9, 6)]);
        assert_eq!((s.cursors[&tp()].position, s.queued_bytes), (15, 0));
    }

    #[test]
    fn what_was_fetched_before_a_seek_or_a_new_assignment_is_dropped() {
        let (mut s, cfg) = (State::default(), cfg(&[]));
        s.assign(&[tp().at(0)]);
        s.fetched(&tp(), 0, answer(Code::NO_ERROR, 0, 3), &cfg, 0);
        s.seek(&tp(), 1).expect("assigned");
        assert!(s.queue.is_empty() && s.queued_bytes == 0);
        assert!(!s.fetched(&tp(), 3, answer(Code::NO_ERROR, 3, 3), &cfg, 0).wake, "an answer to the request of before the seek");
        s.fetched(&tp(), 1, answer(Code::NO_ERROR, 1, 3), &cfg, 0);
        s.assign(&[]);
        assert!(s.pop().is_none());
        assert_eq!(s.seek(&tp(), 0).expect_err("not assigned").code, Code::STATE);
    }

    #[test]
    fn a_partition_that_is_taken_away_gives_nothing_more_and_keeps_what_is_stored() {
        let cfg = cfg(&[]);
        let mut s = State::default();
        s.assign(&[tp().at(5)]);
        s.fetched(&tp(), 5, answer(Code::NO_ERROR, 5, 10), &cfg, 0);
        assert_eq!(poll(&mut s, 3, &cfg), [(5, 3)]);
        s.freeze(&[tp()]);
        assert!(poll(&mut s, 100, &cfg).is_empty());
        s.fetched(&tp(), 15, answer(Code::NO_ERROR, 15, 1), &cfg, 0);
        assert!(poll(&mut s, 100, &cfg).is_empty());
        assert_eq!(s.uncommitted().iter().map(|o| o.offset).collect::<Vec<_>>(), [8]);
        assert_eq!(s.cursors[&tp()].position, 8);
    }

    #[test]
    fn a_paused_partition_gives_nothing_and_goes_on_where_it_was() {
        let (mut s, cfg) = (State::default(), cfg(&[]));
        s.assign(&[tp().at(0)]);
        s.fetched(&tp(), 0, answer(Code::NO_ERROR, 0, 10), &cfg, 0);
        assert_eq!(poll(&mut s, 4, &cfg), [(0, 4)]);
        s.pause(&tp()).expect("assigned");
        assert!(s.pop().is_none());
        s.resume(&tp()).expect("assigned");
        assert_eq!(s.cursors[&tp()].place, Place::At(4));
    }

    #[test]
    fn out_of_range_follows_the_reset_policy() {
        for (policy, place) in [("earliest", Place::Find(Start::Earliest)), ("latest", Place::Find(Start::Latest)), ("error", Place::Nowhere)] {
            let (mut s, cfg) = (State::default(), cfg(&[("auto.offset.reset", policy)]));
            s.assign(&[tp().at(50)]);
            s.fetched(&tp(), 50, answer(Code::OFFSET_OUT_OF_RANGE, 50, 0), &cfg, 0);
            assert_eq!((s.cursors[&tp()].place, s.queue.len()), (place, usize::from(policy == "error")), "{policy}");
        }
    }

    #[test]
    fn the_end_is_told_once_per_place() {
        let (mut s, cfg) = (State::default(), cfg(&[("enable.partition.eof", "true")]));
        s.assign(&[tp().at(5)]);
        for wake in [true, false] {
            assert_eq!(s.fetched(&tp(), 5, answer(Code::NO_ERROR, 5, 0), &cfg, 0).wake, wake);
        }
        assert!(matches!(s.pop(), Some(Item::Eof { offset: 5, .. })));
    }

    /// A consumer that reads up to the end once heard nothing of it: the session left the unchanged partition out of the next answer.
    #[test]
    fn the_end_is_told_with_the_last_records() {
        let (mut s, cfg) = (State::default(), cfg(&[("enable.partition.eof", "true")]));
        s.assign(&[tp().at(0)]);
        s.fetched(&tp(), 0, answer(Code::NO_ERROR, 0, 3), &cfg, 0);
        assert!(matches!(s.pop(), Some(Item::Load(_))));
        assert!(matches!(s.pop(), Some(Item::Eof { offset: 3, .. })));
    }

    #[test]
    fn errors_wait_and_ask_for_new_metadata() {
        let (mut s, cfg) = (State::default(), cfg(&[("fetch.error.backoff.ms", "300")]));
        s.assign(&[tp().at(5)]);
        assert_eq!(s.fetched(&tp(), 5, answer(Code::NOT_LEADER_FOR_PARTITION, 5, 0), &cfg, 1000), Todo { wake: false, refresh_metadata: true });
        assert_eq!(s.next_retry(1000), Some(1300));
        s.seek(&tp(), 5).expect("assigned");
        assert!(s.fetched(&tp(), 5, answer(Code::TOPIC_AUTHORIZATION_FAILED, 5, 0), &cfg, 1000).wake);
    }

    #[test]
    fn a_damaged_batch_is_an_error_and_asked_for_again() {
        let (mut s, cfg) = (State::default(), cfg(&[]));
        s.assign(&[tp().at(0)]);
        let mut a = answer(Code::NO_ERROR, 0, 3);
        let mut bytes = a.fetched.records.to_vec();
        *bytes.last_mut().expect("bytes") ^= 1;
        a.fetched.records = bytes.into();
        s.fetched(&tp(), 0, a, &cfg, 0);
        assert_eq!(poll(&mut s, 9, &cfg), []);
        assert_eq!((s.cursors[&tp()].place, s.next_retry(0)), (Place::At(0), Some(cfg.fetch_error_backoff_ms)));
    }

    /// Once the error went with the poll that met it, and when that poll had room for a part of the good records only, the next
    /// ones went on behind the damage without a word.
    #[test]
    fn damage_behind_records_that_are_given_one_by_one_is_told_and_not_passed_over() {
        let (mut s, cfg) = (State::default(), cfg(&[]));
        s.assign(&[tp().at(0)]);
        let mut a = answer(Code::NO_ERROR, 0, 2);
        let mut damaged = answer(Code::NO_ERROR, 2, 3).fetched.records.to_vec();
        *damaged.last_mut().expect("bytes") ^= 1;
        a.fetched.records = [&a.fetched.records[..], &damaged].concat().into();
        s.fetched(&tp(), 0, a, &cfg, 0);
        assert_eq!(poll(&mut s, 1, &cfg), [(0, 1)]);
        assert_eq!(poll(&mut s, 1, &cfg), [(1, 1)]);
        assert_eq!(s.cursors[&tp()].position, 2);
        assert_eq!((s.cursors[&tp()].place, s.next_retry(0)), (Place::At(2), Some(cfg.fetch_error_backoff_ms)));
        assert_eq!(s.uncommitted()[0].offset, 2);
    }

    #[test]
    fn offsets_that_go_back_are_an_error_and_asked_for_after_a_pause() {
        let (mut s, cfg) = (State::default(), cfg(&[]));
        s.assign(&[tp().at(50)]);
        let mut a = answer(Code::NO_ERROR, 3, 4);
        a.fetched.offset = 50;
        assert!(s.fetched(&tp(), 50, a, &cfg, 0).wake);
        assert!(matches!(s.pop(), Some(Item::Event(Event::Error(e))) if e.code == Code::BAD_MSG));
        assert_eq!((s.cursors[&tp()].place, s.next_retry(0)), (Place::At(50), Some(cfg.fetch_error_backoff_ms)));
        // Within one answer too.
        s.assign(&[tp().at(0)]);
        let mut a = answer(Code::NO_ERROR, 10, 4);
        a.fetched.records = [&a.fetched.records[..], &answer(Code::NO_ERROR, 0, 4).fetched.records].concat().into();
        assert!(s.fetched(&tp(), 0, a, &cfg, 0).wake);
        assert!(matches!(s.pop(), Some(Item::Event(Event::Error(_)))));
        assert_eq!(s.cursors[&tp()].place, Place::At(0));
    }

    #[test]
    fn damage_on_the_brokers_disk_is_told_and_asked_for_again() {
        let (mut s, cfg) = (State::default(), cfg(&[]));
        s.assign(&[tp().at(5)]);
        assert_eq!(s.fetched(&tp(), 5, answer(Code::INVALID_MSG, 5, 0), &cfg, 0), Todo { wake: true, refresh_metadata: true });
        assert!(matches!(s.pop(), Some(Item::Event(Event::Error(e))) if e.code == Code::INVALID_MSG));
        assert_eq!((s.cursors[&tp()].place, s.next_retry(0)), (Place::At(5), Some(cfg.fetch_error_backoff_ms)));
    }

    /// A megabyte of a fetch may hold batches of gigabytes: they are opened as they are read.
    #[test]
    fn compressed_batches_are_opened_some_at_a_time() {
        use wellhead_base::limits::FETCH_DECOMPRESSED_BYTES;
        let (mut s, cfg) = (State::default(), cfg(&[]));
        s.assign(&[tp().at(0)]);
        let value = vec![0; FETCH_DECOMPRESSED_BYTES / 2];
        let mut records = Vec::new();
        for base_offset in (0..20).step_by(2) {
            let codec = wellhead_record::Codec::Zstd;
            let mut b = BatchBuilder::new(BuilderOptions { base_offset, codec, ..BuilderOptions::default() });
            for _ in 0..2 {
                b.append(0, None, Some(&value), wellhead_record::NO_HEADERS).expect("room");
            }
            records.extend(b.finish().expect("a batch"));
        }
        let mut a = answer(Code::NO_ERROR, 0, 0);
        a.fetched.records = records.into();
        s.fetched(&tp(), 0, a, &cfg, 0);
        for offset in 0..20 {
            assert_eq!(poll(&mut s, 1, &cfg), [(offset, 1)]);
            if let Some(Item::Load(l)) = s.queue.front() {
                assert!(l.sets.iter().map(RecordSet::len).sum::<usize>() <= 2, "more than one batch is open at offset {offset}");
            }
            assert_eq!(s.cursors[&tp()].position, if offset == 19 { 20 } else { offset + 1 });
        }
        assert!(s.queue.is_empty() && s.queued_bytes == 0 && s.cursors[&tp()].queued_records == 0);
        // Going back in the middle begins at what was not given.
        s.seek(&tp(), 0).expect("assigned");
        s.fetched(&tp(), 0, answer(Code::NO_ERROR, 0, 3), &cfg, 0);
        assert_eq!(poll(&mut s, 1, &cfg), [(0, 1)]);
    }

    #[test]
    fn special_offsets_are_places_to_find_and_others_are_refused() {
        for (offset, start) in [
            (OFFSET_BEGINNING, Start::Earliest),
            (OFFSET_END, Start::Latest),
            (crate::offset_tail(7), Start::Tail(7)),
            (OFFSET_STORED, Start::Committed),
            (OFFSET_INVALID, Start::Committed),
        ] {
            assert!(check_offset(offset).is_ok());
            assert_eq!(place_of(offset), Place::Find(start));
        }
        assert!(check_offset(-3).is_err());
    }
}
