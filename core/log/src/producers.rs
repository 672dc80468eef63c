//! What a partition remembers of idempotent producers: the last batches of each, so that a retried batch is answered and not
//! appended again, and a batch that skips one is refused. The rules are Kafka's (`ProducerStateManager`), as is the snapshot file.
//!
//! Pure but for nothing: files come and go as bytes. Legal: a producer that is not known may begin at any sequence (its records may
//! have been deleted); a known one must continue at the next sequence, or begin a higher epoch at 0.

use crate::batch::Header;
use std::collections::{HashMap, VecDeque};
use wellhead_base::Code;
use wellhead_base::limits::PRODUCER_BATCHES_RETAINED;
use wellhead_record::crc32c;

/// One idempotent producer that a partition remembers (DescribeProducers).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActiveProducer {
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub last_sequence: i32,
    /// Milliseconds; -1 where none is known.
    pub last_timestamp: i64,
    pub coordinator_epoch: i32,
    /// -1: no transaction open.
    pub current_txn_start_offset: i64,
}

/// One remembered batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Remembered {
    last_sequence: i32,
    last_offset: i64,
    offset_delta: i32,
    timestamp: i64,
}
impl Remembered {
    fn first_sequence(&self) -> i32 {
        ((i64::from(self.last_sequence) - i64::from(self.offset_delta)) & 0x7fff_ffff) as i32
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    epoch: i16,
    /// At most `PRODUCER_BATCHES_RETAINED`, oldest first.
    batches: VecDeque<Remembered>,
    last_timestamp: i64,
    coordinator_epoch: i32,
    txn_first_offset: i64,
}

impl Entry {
    fn new(epoch: i16) -> Self {
        Self { epoch, batches: VecDeque::new(), last_timestamp: -1, coordinator_epoch: -1, txn_first_offset: -1 }
    }
    fn note(&mut self, h: &Header) {
        if h.producer_epoch != self.epoch {
            self.epoch = h.producer_epoch;
            self.batches.clear();
        }
        self.last_timestamp = h.max_timestamp;
        if h.base_sequence < 0 {
            // A transaction marker: it bumps the epoch and has no sequence.
            return;
        }
        if self.batches.len() == PRODUCER_BATCHES_RETAINED {
            self.batches.pop_front();
        }
        self.batches.push_back(Remembered {
            last_sequence: h.last_sequence(),
            last_offset: h.last_offset(),
            offset_delta: h.last_offset_delta,
            timestamp: h.max_timestamp,
        });
    }
}

/// Why a batch of an idempotent producer may not be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SequenceError {
    pub code: Code,
    pub message: String,
}

/// What to do with a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Append,
    Duplicate { base_offset: i64, last_offset: i64, timestamp: i64 },
}

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Producers {
    map: HashMap<i64, Entry>,
}

impl Producers {
    /// Judges one append's batches in their order; a later one may continue an earlier one. A duplicate anywhere makes the whole
    /// append a duplicate, as Kafka has it (a produce request holds one batch per partition).
    pub(crate) fn judge<'h>(&self, batches: impl Iterator<Item = &'h Header>) -> Result<Verdict, SequenceError> {
        let mut staged: Vec<(i64, Entry)> = Vec::new();
        for h in batches.filter(|h| h.producer_id >= 0) {
            if !staged.iter().any(|s| s.0 == h.producer_id) {
                let entry = self.map.get(&h.producer_id).cloned().unwrap_or_else(|| Entry::new(-1));
                staged.push((h.producer_id, entry));
            }
            let entry = &mut staged.iter_mut().find(|s| s.0 == h.producer_id).expect("just put there").1;
            if let Some(d) = duplicate(entry, h) {
                return Ok(d);
            }
            check(entry, h)?;
            entry.note(h);
        }
        Ok(Verdict::Append)
    }

    /// Takes note of a batch that is in the log.
    pub(crate) fn note(&mut self, h: &Header) {
        if h.producer_id >= 0 {
            self.map.entry(h.producer_id).or_insert_with(|| Entry::new(h.producer_epoch)).note(h);
        }
    }

    /// Forgets producers that have not appended for `expiration_ms`.
    pub(crate) fn expire(&mut self, now_ms: i64, expiration_ms: i64) {
        self.map.retain(|_, e| e.txn_first_offset >= 0 || now_ms.saturating_sub(e.last_timestamp) < expiration_ms);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// The offset of the last record that the producer wrote, with its epoch.
    pub(crate) fn last_offset(&self, producer_id: i64) -> Option<i64> {
        self.map.get(&producer_id)?.batches.back().map(|b| b.last_offset)
    }

    pub(crate) fn list(&self) -> Vec<ActiveProducer> {
        let mut all: Vec<_> = self
            .map
            .iter()
            .map(|(&producer_id, e)| ActiveProducer {
                producer_id,
                producer_epoch: e.epoch,
                last_sequence: e.batches.back().map_or(-1, |b| b.last_sequence),
                last_timestamp: e.last_timestamp,
                coordinator_epoch: e.coordinator_epoch,
                current_txn_start_offset: e.txn_first_offset,
            })
            .collect();
        all.sort_unstable_by_key(|p| p.producer_id);
        all
    }

    /// Kafka's snapshots keep the last batch of each producer only. `replayed` was built from the log's tail: where its last batch of a
    /// producer is the same, it may know more of the batches before that.
    pub(crate) fn refill(&mut self, replayed: &Self) {
        for (id, e) in &mut self.map {
            if let Some(r) = replayed.map.get(id)
                && r.epoch == e.epoch
                && r.batches.back() == e.batches.back()
                && r.batches.len() > e.batches.len()
            {
                e.batches.clone_from(&r.batches);
            }
        }
    }

    /// Kafka's `.snapshot`: version 1 (2 bytes), CRC-32C of what follows it (4), count (4), and entries of 46 bytes. Kafka writes one
    /// entry a producer, with its last batch; we write one a remembered batch, oldest first, so that a batch that is sent again after
    /// a restart is recognized. Of several entries of a producer Kafka keeps the last one.
    pub(crate) fn to_snapshot(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(10 + self.map.len() * ENTRY_BYTES);
        out.extend_from_slice(&1i16.to_be_bytes());
        out.extend_from_slice(&[0; 8]);
        let mut count = 0i32;
        let mut ids: Vec<_> = self.map.keys().copied().collect();
        ids.sort_unstable();
        for id in ids {
            let e = &self.map[&id];
            let none = Remembered { last_sequence: -1, last_offset: -1, offset_delta: 0, timestamp: e.last_timestamp };
            let last = e.batches.len().saturating_sub(1);
            for (i, b) in e.batches.iter().chain(e.batches.is_empty().then_some(&none)).enumerate() {
                out.extend_from_slice(&id.to_be_bytes());
                out.extend_from_slice(&e.epoch.to_be_bytes());
                out.extend_from_slice(&b.last_sequence.to_be_bytes());
                out.extend_from_slice(&b.last_offset.to_be_bytes());
                out.extend_from_slice(&b.offset_delta.to_be_bytes());
                out.extend_from_slice(&(if i == last { e.last_timestamp } else { b.timestamp }).to_be_bytes());
                out.extend_from_slice(&e.coordinator_epoch.to_be_bytes());
                out.extend_from_slice(&e.txn_first_offset.to_be_bytes());
                count += 1;
            }
        }
        out[6..10].copy_from_slice(&count.to_be_bytes());
        let crc = crc32c(&out[6..]);
        out[2..6].copy_from_slice(&crc.to_be_bytes());
        out
    }

    /// None when the bytes are no such snapshot.
    pub(crate) fn from_snapshot(bytes: &[u8]) -> Option<Self> {
        let (head, entries) = bytes.split_at_checked(10)?;
        let (version, crc, count) = (&head[..2], &head[2..6], i32::from_be_bytes(head[6..10].try_into().ok()?));
        if version != 1i16.to_be_bytes() || crc != crc32c(&bytes[6..]).to_be_bytes() {
            return None;
        }
        if usize::try_from(count).ok()?.checked_mul(ENTRY_BYTES)? != entries.len() {
            return None;
        }
        let mut map: HashMap<i64, Entry> = HashMap::with_capacity(count as usize);
        for b in entries.chunks_exact(ENTRY_BYTES) {
            let i64_at = |at: usize| i64::from_be_bytes(b[at..at + 8].try_into().expect("8 bytes"));
            let i32_at = |at: usize| i32::from_be_bytes(b[at..at + 4].try_into().expect("4 bytes"));
            let last = Remembered { last_sequence: i32_at(10), last_offset: i64_at(14), offset_delta: i32_at(22), timestamp: i64_at(26) };
            let epoch = i16::from_be_bytes(b[8..10].try_into().expect("2 bytes"));
            let entry = map.entry(i64_at(0)).or_insert_with(|| Entry::new(epoch));
            if entry.epoch != epoch {
                *entry = Entry::new(epoch);
            }
            entry.last_timestamp = last.timestamp;
            entry.coordinator_epoch = i32_at(34);
            entry.txn_first_offset = i64_at(38);
            if last.last_sequence >= 0 && last.last_offset >= 0 && last.offset_delta >= 0 {
                if entry.batches.len() == PRODUCER_BATCHES_RETAINED {
                    entry.batches.pop_front();
                }
                entry.batches.push_back(last);
            }
        }
        Some(Self { map })
    }
}

const ENTRY_BYTES: usize = 46;

fn duplicate(entry: &Entry, h: &Header) -> Option<Verdict> {
    if h.producer_epoch != entry.epoch || h.base_sequence < 0 {
        return None;
    }
    let d = entry.batches.iter().find(|b| b.first_sequence() == h.base_sequence && b.last_sequence == h.last_sequence())?;
    Some(Verdict::Duplicate { base_offset: d.last_offset - i64::from(d.offset_delta), last_offset: d.last_offset, timestamp: d.timestamp })
}

fn check(entry: &Entry, h: &Header) -> Result<(), SequenceError> {
    if h.producer_epoch < entry.epoch {
        return Err(SequenceError {
            code: Code::INVALID_PRODUCER_EPOCH,
            message: format!("producer {} has epoch {}, and {} was seen already", h.producer_id, h.producer_epoch, entry.epoch),
        });
    }
    let out_of_order = |expected: String| {
        Err(SequenceError {
            code: Code::OUT_OF_ORDER_SEQUENCE_NUMBER,
            message: format!("producer {} sends sequence {} where {expected} is next", h.producer_id, h.base_sequence),
        })
    };
    if entry.epoch == -1 {
        return Ok(());
    }
    if h.producer_epoch != entry.epoch {
        return if h.base_sequence == 0 { Ok(()) } else { out_of_order(format!("0 (the first of epoch {})", h.producer_epoch)) };
    }
    match entry.batches.back() {
        None if h.base_sequence == 0 => Ok(()),
        None => out_of_order("0".into()),
        Some(last) => {
            let next = ((i64::from(last.last_sequence) + 1) & 0x7fff_ffff) as i32;
            if h.base_sequence == next { Ok(()) } else { out_of_order(next.to_string()) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(id: i64, epoch: i16, sequence: i32, count: i32, base_offset: i64) -> Header {
        Header {
            base_offset,
            len: 100,
            leader_epoch: 0,
            attributes: 0,
            last_offset_delta: count - 1,
            base_timestamp: 5,
            max_timestamp: 7,
            producer_id: id,
            producer_epoch: epoch,
            base_sequence: sequence,
            record_count: count,
        }
    }

    #[test]
    fn sequences_follow_kafkas_rules() {
        let mut p = Producers::default();
        let judge = |p: &Producers, h: Header| p.judge(std::iter::once(&h));
        let code = |r: Result<Verdict, SequenceError>| r.unwrap_err().code;
        // Not known: any sequence may begin.
        assert_eq!(judge(&p, batch(1, 0, 40, 2, 0)), Ok(Verdict::Append));
        p.note(&batch(1, 0, 0, 10, 0));
        p.note(&batch(1, 0, 10, 5, 10));
        assert_eq!(judge(&p, batch(1, 0, 15, 1, 15)), Ok(Verdict::Append));
        assert_eq!(judge(&p, batch(1, 0, 0, 10, 0)), Ok(Verdict::Duplicate { base_offset: 0, last_offset: 9, timestamp: 7 }));
        assert_eq!(code(judge(&p, batch(1, 0, 16, 1, 15))), Code::OUT_OF_ORDER_SEQUENCE_NUMBER);
        assert_eq!(code(judge(&p, batch(1, 0, 10, 4, 15))), Code::OUT_OF_ORDER_SEQUENCE_NUMBER);
        assert_eq!(judge(&p, batch(1, 1, 0, 1, 15)), Ok(Verdict::Append));
        assert_eq!(code(judge(&p, batch(1, 1, 3, 1, 15))), Code::OUT_OF_ORDER_SEQUENCE_NUMBER);
        p.note(&batch(1, 1, 0, 1, 15));
        assert_eq!(code(judge(&p, batch(1, 0, 15, 1, 16))), Code::INVALID_PRODUCER_EPOCH);
        // After i32::MAX comes 0; also within one append.
        p.note(&batch(2, 0, i32::MAX - 1, 2, 16));
        assert_eq!(judge(&p, batch(2, 0, 0, 1, 18)), Ok(Verdict::Append));
        p.note(&batch(3, 0, i32::MAX, 2, 18));
        assert_eq!(judge(&p, batch(3, 0, 1, 1, 20)), Ok(Verdict::Append));
        assert_eq!(judge(&p, batch(3, 0, i32::MAX, 2, 20)), Ok(Verdict::Duplicate { base_offset: 18, last_offset: 19, timestamp: 7 }));
        let two = [batch(1, 1, 1, 2, 20), batch(1, 1, 3, 1, 22)];
        assert_eq!(p.judge(two.iter()), Ok(Verdict::Append));
        let gap = [batch(1, 1, 1, 2, 20), batch(1, 1, 4, 1, 22)];
        assert_eq!(code(p.judge(gap.iter())), Code::OUT_OF_ORDER_SEQUENCE_NUMBER);
    }

    #[test]
    fn five_batches_are_remembered() {
        let mut p = Producers::default();
        for i in 0..6 {
            p.note(&batch(9, 0, i, 1, i64::from(i)));
        }
        let judge = |i: i32| p.judge(std::iter::once(&batch(9, 0, i, 1, 0)));
        assert!(judge(0).is_err());
        for i in 1..6 {
            assert!(matches!(judge(i), Ok(Verdict::Duplicate { .. })), "sequence {i}");
        }
    }

    #[test]
    fn snapshots_round_trip_and_hostile_ones_are_refused() {
        let mut p = Producers::default();
        p.note(&batch(9, 3, 0, 4, 100));
        p.note(&batch(7, 0, 5, 1, 104));
        p.note(&batch(7, 0, 6, 2, 105));
        let bytes = p.to_snapshot();
        assert_eq!(bytes.len(), 10 + 3 * 46, "an entry for each remembered batch");
        assert_eq!(Producers::from_snapshot(&bytes), Some(p.clone()));
        for cut in 0..bytes.len() {
            assert_eq!(Producers::from_snapshot(&bytes[..cut]), None, "cut at {cut}");
        }
        for at in 0..bytes.len() {
            let mut bad = bytes.clone();
            bad[at] ^= 0x40;
            assert_eq!(Producers::from_snapshot(&bad), None, "flipped at {at}");
        }
        // A count far beyond the bytes, with a good CRC.
        let mut huge = bytes.clone();
        huge[6..10].copy_from_slice(&i32::MAX.to_be_bytes());
        let crc = crc32c(&huge[6..]);
        huge[2..6].copy_from_slice(&crc.to_be_bytes());
        assert_eq!(Producers::from_snapshot(&huge), None);
    }

    #[test]
    fn idle_producers_expire() {
        let mut p = Producers::default();
        p.note(&batch(9, 0, 0, 1, 0));
        p.expire(100, 94);
        assert_eq!(p.list().len(), 1);
        p.expire(101, 94);
        assert!(p.is_empty());
    }
}
