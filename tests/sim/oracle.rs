//! What a partition must and must not give, from what its clients were told. Owns: the invariants I-ACK, I-ORD and I-READ. Does not
//! own: how records are asked for (`world`), what is sent (`clients`).
//!
//! I-ACK: what was acknowledged is there, at its offset, and once when its producer is idempotent. I-ORD: offsets have no gap (but by
//! compaction) and one producer's records stand in its order. I-READ: what was read once is read again, unless it was deleted or
//! compacted on purpose. Under class `page-cache` a power cut, and nothing else, may take off the end.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use wellhead_base::TopicId;
use wellhead_base::env::Rng;
use wellhead_record::{BatchError, Batches};

/// A broken invariant, in words.
pub type Checked<T = ()> = Result<T, String>;

/// One record that a client made up. Its number travels in a header, and everything else follows from the number.
#[derive(Debug, Clone)]
pub struct Sent {
    pub part: usize,
    pub producer: usize,
    /// Its place among the producer's records for this partition.
    pub index: u64,
    pub key: Option<u64>,
    pub value: Option<usize>,
    pub ts: i64,
    /// It must not be there twice.
    pub once: bool,
    /// Its producer waits for each answer before it sends more.
    pub ordered: bool,
}

pub fn key_bytes(key: u64) -> Vec<u8> {
    format!("key-{key}").into_bytes()
}
/// A value that only this record has.
pub fn value_bytes(id: u64, len: usize) -> Vec<u8> {
    let mut rng = Rng::seeded(id ^ 0x5eed);
    let mut out = Vec::with_capacity(len + 8);
    while out.len() < len {
        out.extend_from_slice(&rng.next_u64().to_be_bytes());
    }
    out.truncate(len);
    out
}

/// A record as a reader got it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Got {
    pub offset: i64,
    pub id: u64,
    pub ts: i64,
}

/// What a reader knows when it asks.
#[derive(Debug, Clone, Copy)]
pub struct Before {
    pub tag: u64,
    pub high: i64,
    pub start: i64,
}

/// What a fetch said of a partition.
#[derive(Debug, Clone)]
pub struct Page {
    pub asked: i64,
    /// What was known of the partition when this was asked for: answers may come late.
    pub before: Before,
    pub high_watermark: i64,
    pub log_start: i64,
    pub records: Vec<Got>,
    /// Offset after the last batch, also when compaction left it empty.
    pub next: i64,
}

/// One partition.
#[derive(Debug)]
pub struct Part {
    pub topic: String,
    pub topic_id: TopicId,
    pub index: i32,
    /// Class `fsync`.
    pub durable: bool,
    pub compact: bool,
    /// Retention may take segments away.
    pub shrinks: bool,
    /// A power cut whose loss is not settled yet.
    pub cut: bool,
    /// A bit of its log flipped: what is served must be right all the same, and what is missing must be told.
    pub rotten: bool,
    /// Its topic is there.
    pub alive: bool,
    /// Acknowledged with acks=all, by offset.
    acked: BTreeMap<i64, u64>,
    /// Acknowledged with acks=1: a power cut may take it.
    appended: BTreeMap<i64, u64>,
    /// Read by somebody.
    seen: BTreeMap<i64, u64>,
    /// Known records that a complete reading did not find any more.
    /// With the first request that cannot find them.
    gone: BTreeMap<i64, u64>,
    /// Where an idempotent producer's record is.
    at: HashMap<u64, i64>,
    /// The highest high watermark that anybody was told.
    pub high: i64,
    /// The log start never lies below what was acknowledged, nor above what was asked for (unless the partition shrinks).
    pub start_acked: i64,
    pub start_asked: i64,
    start_seen: i64,
}

impl Part {
    pub fn new(topic: &str, topic_id: TopicId, index: i32, durable: bool, compact: bool, shrinks: bool) -> Self {
        Self {
            topic: topic.to_owned(),
            topic_id,
            index,
            durable,
            compact,
            shrinks,
            cut: false,
            rotten: false,
            alive: true,
            acked: BTreeMap::new(),
            appended: BTreeMap::new(),
            seen: BTreeMap::new(),
            gone: BTreeMap::new(),
            at: HashMap::new(),
            high: 0,
            start_acked: 0,
            start_asked: 0,
            start_seen: 0,
        }
    }
    pub fn name(&self) -> String {
        format!("{}-{}", self.topic, self.index)
    }
    fn known(&self, offset: i64) -> Option<u64> {
        self.acked.get(&offset).or_else(|| self.seen.get(&offset)).or_else(|| self.appended.get(&offset)).copied()
    }
    /// What is known before something is asked with this tag.
    pub fn before(&self, tag: u64) -> Before {
        Before { tag, high: self.high, start: self.start_acked }
    }
    /// The lowest offset that readers may still ask for.
    pub fn start(&self) -> i64 {
        self.start_seen
    }

    /// A producer was told that its records are at these offsets.
    pub fn acknowledge(&mut self, base: i64, ids: &[u64], all: bool, sent: &[Sent]) -> Checked {
        if base < 0 {
            return Err(format!("{}: an acknowledgement without an offset", self.name()));
        }
        for (id, offset) in ids.iter().zip(base..) {
            if let Some(other) = self.known(offset)
                && other != *id
            {
                return Err(format!("I-ACK {}: offset {offset} is acknowledged for record {id}, and record {other} is there", self.name()));
            }
            self.place(*id, offset, sent)?;
            if all {
                self.acked.insert(offset, *id)
            } else {
                self.appended.insert(offset, *id)
            };
        }
        Ok(())
    }

    fn place(&mut self, id: u64, offset: i64, sent: &[Sent]) -> Checked {
        if sent[id as usize].once {
            let at = *self.at.entry(id).or_insert(offset);
            if at != offset {
                return Err(format!("I-ACK {}: record {id} of an idempotent producer is at {at} and at {offset}", self.name()));
            }
        }
        Ok(())
    }

    /// Somebody read this.
    pub fn observe(&mut self, me: usize, page: &Page, sent: &[Sent]) -> Checked {
        let name = self.name();
        if page.log_start < page.before.start {
            return Err(format!("I-READ {name}: the log begins at {}, and records below {} were deleted", page.log_start, page.before.start));
        }
        if !self.shrinks && page.log_start > self.start_asked.max(self.start_acked) {
            return Err(format!("I-ACK {name}: the log begins at {}, and only records below {} were to go", page.log_start, self.start_asked));
        }
        if page.high_watermark < page.before.high {
            return Err(format!("I-READ {name}: the high watermark went back from {} to {}", page.before.high, page.high_watermark));
        }
        self.high = self.high.max(page.high_watermark);
        self.start_seen = self.start_seen.max(page.log_start);
        let mut next = page.asked;
        for r in &page.records {
            let Some(s) = sent.get(r.id as usize).filter(|s| s.part == me) else {
                return Err(format!("I-READ {name}: offset {} holds record {}, which nobody sent here", r.offset, r.id));
            };
            if s.ts != r.ts {
                return Err(format!("I-READ {name}: record {} has the time {} and was sent with {}", r.id, r.ts, s.ts));
            }
            if let Some(other) = self.known(r.offset)
                && other != r.id
            {
                return Err(format!("I-READ {name}: offset {} held record {other} and holds {} now", r.offset, r.id));
            }
            if r.offset < page.asked {
                // The beginning of a batch that reaches into what was asked for.
                continue;
            }
            if r.offset >= page.high_watermark {
                return Err(format!("I-READ {name}: offset {} was served above the high watermark {}", r.offset, page.high_watermark));
            }
            if r.offset < next || (r.offset > next && !self.compact) {
                return Err(format!("I-ORD {name}: offset {} came where {next} was due", r.offset));
            }
            if self.gone.get(&r.offset).is_some_and(|tag| *tag <= page.before.tag) {
                return Err(format!("I-READ {name}: offset {} was compacted away and is there again", r.offset));
            }
            next = r.offset + 1;
            self.seen.insert(r.offset, r.id);
            self.place(r.id, r.offset, sent)?;
        }
        Ok(())
    }

    /// Everything from the log's start to the high watermark was read; `observe` has seen it. Later requests have `tag` or a higher one.
    pub fn complete(&mut self, me: usize, page: &Page, tag: u64, sent: &[Sent]) -> Checked {
        let name = self.name();
        let (from, to) = (page.log_start, page.high_watermark);
        if !self.compact && page.records.len() as i64 != to - from {
            return Err(format!("I-ACK {name}: {} records were read between {from} and {to}", page.records.len()));
        }
        let there: BTreeMap<i64, u64> = page.records.iter().map(|r| (r.offset, r.id)).collect();
        let mut newest: HashMap<u64, i64> = HashMap::new();
        for (offset, id) in &there {
            if let Some(k) = sent[*id as usize].key {
                newest.insert(k, *offset);
            }
        }
        let mut known: BTreeMap<i64, u64> = self.seen.clone();
        known.extend(&self.acked);
        known.extend(&self.appended);
        let mut tombstone: HashMap<u64, i64> = HashMap::new();
        // One whose answer was lost may have been written, have taken its key away and be gone itself.
        let heard: BTreeSet<u64> = known.values().copied().collect();
        if self.compact {
            for (id, s) in sent.iter().enumerate().filter(|(id, s)| s.part == me && s.value.is_none() && !heard.contains(&(*id as u64))) {
                debug_assert!(id < sent.len());
                tombstone.extend(s.key.map(|k| (k, i64::MAX)));
            }
        }
        for (offset, id) in &known {
            let s = &sent[*id as usize];
            if let (Some(k), None) = (s.key, s.value) {
                let at = tombstone.entry(k).or_insert(*offset);
                *at = (*at).max(*offset);
            }
        }
        for (&offset, id) in known.range(from.max(0)..) {
            if offset >= to && self.acked.get(&offset).or(self.seen.get(&offset)).is_none() {
                // Acknowledged with acks=1 and not visible yet.
                continue;
            }
            if offset >= to {
                return Err(format!("I-ACK {name}: record {id} was acknowledged or read at {offset}, and the log ends at {to}"));
            }
            if there.contains_key(&offset) {
                continue;
            }
            let replaced = self.compact
                && sent[*id as usize]
                    .key
                    .is_some_and(|k| newest.get(&k).is_some_and(|n| *n > offset) || tombstone.get(&k).is_some_and(|t| *t >= offset));
            if !replaced {
                let key = sent[*id as usize].key;
                return Err(format!("I-ACK {name}: record {id} with key {key:?} was acknowledged or read at {offset} and is not there"));
            }
            self.gone.entry(offset).or_insert(tag);
        }
        self.order(&there, sent)
    }

    /// One producer's records are there in its order, each once if it must not be twice.
    fn order(&self, there: &BTreeMap<i64, u64>, sent: &[Sent]) -> Checked {
        let mut last: HashMap<usize, u64> = HashMap::new();
        let mut met: BTreeSet<u64> = BTreeSet::new();
        for (offset, id) in there {
            let s = &sent[*id as usize];
            let again = !met.insert(*id);
            if again && s.once {
                return Err(format!("I-ACK {}: record {id} is there twice, the second time at {offset}", self.name()));
            }
            if !s.ordered || again {
                continue;
            }
            if let Some(before) = last.insert(s.producer, s.index)
                && before >= s.index
            {
                return Err(format!("I-ORD {}: record {} of producer {} stands behind its record {before}", self.name(), s.index, s.producer));
            }
        }
        Ok(())
    }

    /// A bit of it flips. Recovery cannot tell damage of what was written last from a tear, and may cut it off, with a line in the
    /// node's log: from now on it promises what class `page-cache` promises.
    pub fn rots(&mut self) {
        self.rotten = true;
        self.durable = false;
    }

    /// The node came back; `cut` when it was a power cut.
    pub fn restarted(&mut self, log_end: i64, log_start: i64, cut: bool) {
        if !cut {
            return;
        }
        self.start_seen = log_start;
        let lost = |map: &mut BTreeMap<i64, u64>| drop(map.split_off(&log_end));
        // What was only appended may be gone, also where the end is: another record may come there.
        lost(&mut self.appended);
        if !self.durable {
            lost(&mut self.acked);
            lost(&mut self.seen);
            self.gone.split_off(&log_end);
            self.at.retain(|_, at| *at < log_end);
            self.high = self.high.min(log_end);
        }
    }

    /// Times of what is there, for questions by time.
    pub fn first_at_or_after(records: &[Got], ts: i64) -> Option<&Got> {
        records.iter().find(|r| r.ts >= ts)
    }
}

/// Reads a fetch's bytes: every batch must be whole, its checksum right and its records what their numbers say.
pub fn read_batches(bytes: &[u8], sent: &[Sent]) -> Checked<(Vec<Got>, Option<i64>)> {
    let mut out = Vec::new();
    let mut next = None;
    let mut scratch = Vec::new();
    for batch in Batches::new(bytes) {
        let batch = match batch {
            Ok(b) => b,
            // The last one may be cut off by the limit.
            Err(BatchError::Incomplete { .. }) => break,
            Err(e) => return Err(format!("I-READ: a batch cannot be read: {e}")),
        };
        batch.verify_crc().map_err(|e| format!("I-READ: the batch at offset {} was served damaged: {e}", batch.base_offset()))?;
        next = Some(batch.last_offset() + 1);
        for r in batch.records(&mut scratch, 1 << 24).map_err(|e| format!("I-READ: {e}"))? {
            let r = r.map_err(|e| format!("I-READ: {e}"))?;
            let header = r.headers().next().and_then(|h| h.1).and_then(|v| v.try_into().ok());
            let Some(id) = header.map(u64::from_be_bytes) else { return Err(format!("I-READ: offset {} holds no record of ours", r.offset)) };
            let Some(s) = sent.get(id as usize) else { return Err(format!("I-READ: offset {} holds the unknown record {id}", r.offset)) };
            if r.key != s.key.map(key_bytes).as_deref() || r.value != s.value.map(|len| value_bytes(id, len)).as_deref() {
                return Err(format!("I-READ: offset {} holds record {id} with another key or value", r.offset));
            }
            out.push(Got { offset: r.offset, id, ts: r.timestamp });
        }
    }
    Ok((out, next))
}
