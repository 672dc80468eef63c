//! Fetched records: what a partition's share of a fetch response becomes for the application.
//!
//! Owns: finding records in batches, lazily, when the application polls. Records are never copied: a set of records shares the
//! fetched buffer, or the buffer that one compressed batch was decompressed into. Does not own: positions and queues.

use crate::types::TimestampType;
use bytes::Bytes;
use std::collections::HashSet;
use std::sync::Arc;
use wellhead_base::limits::{DECOMPRESSED_BATCH_BYTES_MAX, FETCH_DECOMPRESSED_BYTES, RECORDS_PER_BATCH_MAX};
use wellhead_base::{Code, Error, Result};
use wellhead_record::{BatchError, BatchRef, Batches, Codec, EndTxnMarker};

/// Where one record's parts are in its set's buffer. Lengths below 0 are null.
#[derive(Clone, Copy, Debug)]
struct Entry {
    offset: i64,
    timestamp: i64,
    key_at: u32,
    key_len: i32,
    value_at: u32,
    value_len: i32,
    headers_at: u32,
    headers_len: u32,
    header_count: u32,
}

#[derive(Debug)]
struct Buffer {
    bytes: Bytes,
    entries: Vec<Entry>,
    timestamp_type: TimestampType,
}

/// Records of one partition in offset order, sharing the fetched buffer. A clone is cheap.
#[derive(Clone, Debug)]
pub struct RecordSet {
    pub topic: Arc<str>,
    pub partition: i32,
    pub leader_epoch: i32,
    buffer: Arc<Buffer>,
    first: usize,
    end: usize,
}

/// A record borrowed from its set.
#[derive(Clone, Copy, Debug)]
pub struct RecordRef<'a> {
    pub offset: i64,
    /// Milliseconds since the Unix epoch; -1 where there is none.
    pub timestamp: i64,
    pub timestamp_type: TimestampType,
    pub key: Option<&'a [u8]>,
    pub value: Option<&'a [u8]>,
    header_bytes: &'a [u8],
    header_count: u32,
}

impl<'a> RecordRef<'a> {
    /// Name and value, in order. A name that is not UTF-8 (no client writes one) comes as U+FFFD.
    pub fn headers(&self) -> impl Iterator<Item = (&'a str, Option<&'a [u8]>)> + use<'a> {
        wellhead_record::Headers::new(self.header_count, self.header_bytes).map(|(k, v)| (std::str::from_utf8(k).unwrap_or("\u{fffd}"), v))
    }
    pub fn header_count(&self) -> usize {
        self.header_count as usize
    }
}

impl RecordSet {
    pub fn len(&self) -> usize {
        self.end - self.first
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The first record's offset; -1 for an empty set.
    pub fn first_offset(&self) -> i64 {
        self.entries().first().map_or(-1, |e| e.offset)
    }
    /// The last record's offset; -1 for an empty set.
    pub fn last_offset(&self) -> i64 {
        self.entries().last().map_or(-1, |e| e.offset)
    }
    pub fn get(&self, index: usize) -> Option<RecordRef<'_>> {
        self.entries().get(index).map(|e| self.record(e))
    }
    pub fn iter(&self) -> impl ExactSizeIterator<Item = RecordRef<'_>> + '_ {
        self.entries().iter().map(|e| self.record(e))
    }
    /// Cuts the first `n` records off into a set of their own.
    pub(crate) fn split_to(&mut self, n: usize) -> RecordSet {
        let mut head = self.clone();
        head.end = self.first + n.min(self.len());
        self.first = head.end;
        head
    }
    fn entries(&self) -> &[Entry] {
        &self.buffer.entries[self.first..self.end]
    }
    fn record(&self, e: &Entry) -> RecordRef<'_> {
        let bytes = &self.buffer.bytes;
        let part = |at: u32, len: i32| usize::try_from(len).ok().map(|n| &bytes[at as usize..at as usize + n]);
        RecordRef {
            offset: e.offset,
            timestamp: e.timestamp,
            timestamp_type: self.buffer.timestamp_type,
            key: part(e.key_at, e.key_len),
            value: part(e.value_at, e.value_len),
            header_bytes: &bytes[e.headers_at as usize..(e.headers_at + e.headers_len) as usize],
            header_count: e.header_count,
        }
    }
}

/// One partition's share of a fetch response, not read yet.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub topic: Arc<str>,
    pub partition: i32,
    /// Records before it are not wanted: they only share a batch with the first that is.
    pub offset: i64,
    pub records: Bytes,
    /// Aborted transactions (producer id, first offset) by first offset, for readers of committed records.
    pub aborted: Vec<(i64, i64)>,
    pub check_crcs: bool,
    /// Of the part that was read already.
    pub open: Open,
}

/// Transactions at some point of a share.
#[derive(Debug, Default)]
pub(crate) struct Open {
    /// Producers whose open transaction was aborted.
    aborted: HashSet<i64>,
    /// How many of the share's aborted transactions have begun.
    begun: usize,
}

/// Some of a share's records.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub sets: Vec<RecordSet>,
    /// Why nothing behind them is given: it names the partition and where it broke.
    pub error: Option<Error>,
    /// What was not read yet.
    pub rest: Option<Fetched>,
}

/// What is known of a share from its batches' headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Where the next fetch goes on.
    pub offset_next: i64,
    pub records: usize,
    pub leader_epoch: i32,
}

impl Fetched {
    /// Walks the batches' headers. None when not even one whole batch is there.
    pub fn extent(&self) -> Result<Option<Extent>> {
        let mut out: Option<Extent> = None;
        for batch in Batches::new(&self.records) {
            let b = batch.map_err(|e| self.error(e))?;
            if out.is_some_and(|o| b.base_offset() < o.offset_next) {
                return Err(self.error(BatchError::BadHeader("its offsets go back")));
            }
            let records = out.map_or(0, |o| o.records) + b.record_count().max(0) as usize;
            out = Some(Extent { offset_next: b.last_offset() + 1, records, leader_epoch: b.leader_epoch() });
        }
        Ok(out)
    }

    fn error(&self, e: BatchError) -> Error {
        Error::new(
            if matches!(e, BatchError::BadCrc { .. }) { Code::BAD_MSG } else { e.code() },
            format!("{} [{}] from offset {}: {e}", self.topic, self.partition, self.offset),
        )
    }

    /// Finds the records of as many batches as decompress to `FETCH_DECOMPRESSED_BYTES`, one at least: a share of a megabyte may
    /// hold batches of many gigabytes. What stands before a damaged batch is given.
    pub fn decode(mut self) -> Decoded {
        let mut open = std::mem::take(&mut self.open);
        let mut out = Decoder { fetched: &self, sets: Vec::new(), run: None, scratch: Vec::new(), open: &mut open, decompressed: 0 };
        let (mut error, mut read) = (None, None);
        let mut batches = Batches::new(&self.records);
        while let Some(batch) = batches.next() {
            if let Err(e) = batch.and_then(|b| out.batch(&b)) {
                error = Some(self.error(e));
                break;
            }
            if out.decompressed >= FETCH_DECOMPRESSED_BYTES {
                read = Some(batches.consumed());
                break;
            }
        }
        out.end_run();
        let sets = out.sets;
        let rest = read.filter(|n| *n < self.records.len()).map(|n| Fetched { records: self.records.slice(n..), open, ..self });
        Decoded { sets, error, rest }
    }
}

/// A run of uncompressed batches that will share one set.
struct Run {
    entries: Vec<Entry>,
    timestamp_type: wellhead_record::TimestampType,
    leader_epoch: i32,
}

struct Decoder<'f> {
    fetched: &'f Fetched,
    sets: Vec<RecordSet>,
    run: Option<Run>,
    scratch: Vec<u8>,
    open: &'f mut Open,
    /// Bytes of the batches that were compressed, and of the entries of their records.
    decompressed: usize,
}

impl Decoder<'_> {
    fn batch(&mut self, b: &BatchRef<'_>) -> Result<(), BatchError> {
        if self.fetched.check_crcs {
            b.verify_crc()?;
        }
        while let Some((producer, first)) = self.fetched.aborted.get(self.open.begun).copied().filter(|(_, first)| *first <= b.last_offset()) {
            let _ = first;
            self.open.aborted.insert(producer);
            self.open.begun += 1;
        }
        if b.is_control() {
            // A marker ends its producer's transaction, whether aborted or not.
            for r in b.records(&mut self.scratch, DECOMPRESSED_BATCH_BYTES_MAX)? {
                let r = r?;
                if EndTxnMarker::parse(r.key, r.value)?.is_some() {
                    self.open.aborted.remove(&b.producer_id());
                }
            }
            return Ok(());
        }
        if b.last_offset() < self.fetched.offset || (b.is_transactional() && self.open.aborted.contains(&b.producer_id())) {
            return Ok(());
        }
        if b.codec() == Codec::None {
            let same = self.run.as_ref().is_some_and(|r| r.timestamp_type == b.timestamp_type() && r.leader_epoch == b.leader_epoch());
            if !same {
                self.end_run();
                self.run = Some(Run { entries: Vec::new(), timestamp_type: b.timestamp_type(), leader_epoch: b.leader_epoch() });
            }
            let Some(run) = &mut self.run else { return Ok(()) };
            collect(b, b.body(), &self.fetched.records, self.fetched.offset, &mut run.entries)
        } else {
            self.end_run();
            let mut plain = std::mem::take(&mut self.scratch);
            let mut entries = Vec::new();
            let body = b.plain_body(&mut plain, DECOMPRESSED_BATCH_BYTES_MAX)?;
            collect(b, body, body, self.fetched.offset, &mut entries)?;
            self.decompressed += body.len() + size_of_val(&entries[..]);
            self.push(Bytes::from(plain), entries, b.timestamp_type(), b.leader_epoch());
            Ok(())
        }
    }

    fn end_run(&mut self) {
        if let Some(run) = self.run.take() {
            self.push(self.fetched.records.clone(), run.entries, run.timestamp_type, run.leader_epoch);
        }
    }

    fn push(&mut self, bytes: Bytes, entries: Vec<Entry>, timestamp_type: wellhead_record::TimestampType, leader_epoch: i32) {
        if entries.is_empty() {
            return;
        }
        let timestamp_type = match timestamp_type {
            wellhead_record::TimestampType::CreateTime => TimestampType::CreateTime,
            wellhead_record::TimestampType::LogAppendTime => TimestampType::LogAppendTime,
        };
        let end = entries.len();
        let buffer = Arc::new(Buffer { bytes, entries, timestamp_type });
        self.sets.push(RecordSet { topic: self.fetched.topic.clone(), partition: self.fetched.partition, leader_epoch, buffer, first: 0, end });
    }
}

/// Adds the records of a batch whose plain body lies in `base`. About 15 ns a record, without an allocation but the vector's growth.
fn collect(b: &BatchRef<'_>, body: &[u8], base: &[u8], from: i64, entries: &mut Vec<Entry>) -> Result<(), BatchError> {
    let start = base.as_ptr() as usize;
    let at = |part: &[u8]| (part.as_ptr() as usize - start) as u32;
    let part = |p: Option<&[u8]>| p.map_or((0, -1), |p| (at(p), p.len() as i32));
    // The count was checked against the bytes of the batch.
    let records = wellhead_record::Records::new(&b.meta(), body)?;
    if b.record_count() > RECORDS_PER_BATCH_MAX {
        return Err(BatchError::BadHeader("it has more records than a client takes in one batch"));
    }
    entries.reserve(b.record_count().max(0) as usize);
    for r in records {
        let r = r?;
        if r.offset < from {
            continue;
        }
        let ((key_at, key_len), (value_at, value_len)) = (part(r.key), part(r.value));
        let header_bytes = r.headers().as_bytes();
        let headers_at = if header_bytes.is_empty() { 0 } else { at(header_bytes) };
        entries.push(Entry {
            offset: r.offset,
            timestamp: r.timestamp,
            key_at,
            key_len,
            value_at,
            value_len,
            headers_at,
            headers_len: header_bytes.len() as u32,
            header_count: r.header_count() as u32,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use wellhead_record::{BatchBuilder, BuilderOptions};

    fn batch(base_offset: i64, codec: Codec, values: &[&str]) -> Vec<u8> {
        let mut b = BatchBuilder::new(BuilderOptions { codec, base_offset, ..BuilderOptions::default() });
        for (i, v) in values.iter().enumerate() {
            let headers: [(&[u8], Option<&[u8]>); 2] = [(b"h", Some(b"1")), (b"h", None)];
            b.append(1000 + i as i64, (i % 2 == 0).then_some(b"key".as_slice()), Some(v.as_bytes()), headers.into_iter()).expect("a small record");
        }
        b.finish().expect("a batch")
    }

    fn fetched(offset: i64, records: Vec<u8>) -> Fetched {
        Fetched { topic: "t".into(), partition: 3, offset, records: records.into(), aborted: Vec::new(), check_crcs: true, open: Open::default() }
    }

    fn values(sets: &[RecordSet]) -> Vec<(i64, String)> {
        sets.iter().flat_map(|s| s.iter().map(|r| (r.offset, String::from_utf8(r.value.expect("a value").to_vec()).expect("text")))).collect()
    }

    #[test]
    fn plain_batches_share_one_set_and_compressed_ones_have_their_own() {
        let mut all = batch(10, Codec::None, &["a", "b"]);
        all.extend(batch(12, Codec::None, &["c"]));
        all.extend(batch(13, Codec::Lz4, &["d", "e"]));
        all.extend(batch(15, Codec::None, &["f"]));
        let cut = all.len();
        all.extend(&batch(16, Codec::None, &["g"])[..40]);
        let (whole, f) = (all.len(), fetched(11, all));
        assert_eq!(
            f.extent().expect("whole batches"),
            Some(Extent { offset_next: 16, records: 6, leader_epoch: f.extent().unwrap().unwrap().leader_epoch })
        );
        let Decoded { sets, error, .. } = f.decode();
        assert!(error.is_none() && cut < whole, "{error:?}");
        assert_eq!(sets.iter().map(RecordSet::len).collect::<Vec<_>>(), [2, 2, 1]);
        assert_eq!(values(&sets), [(11, "b"), (12, "c"), (13, "d"), (14, "e"), (15, "f")].map(|(o, v)| (o, v.to_owned())));
        let r = sets[1].get(0).expect("a record");
        assert_eq!((r.key, r.timestamp, r.header_count()), (Some(b"key".as_slice()), 1000, 2));
        assert_eq!(r.headers().collect::<Vec<_>>(), [("h", Some(b"1".as_slice())), ("h", None)]);
        assert_eq!(sets[1].get(1).expect("a record").key, None);
    }

    #[test]
    fn a_damaged_batch_ends_the_records_with_an_error_that_names_the_place() {
        let mut all = batch(0, Codec::None, &["a"]);
        let first = all.len();
        all.extend(batch(1, Codec::None, &["b"]));
        let last = all.len() - 3;
        all[last] ^= 1;
        assert!(last > first);
        let Decoded { sets, error, .. } = fetched(0, all).decode();
        assert_eq!(values(&sets), [(0, "a".to_owned())]);
        let e = error.expect("the CRC differs");
        assert!(e.code == Code::BAD_MSG && e.message().contains("t [3]"), "{e:?}");
    }

    #[test]
    fn aborted_transactions_are_left_out_until_their_marker() {
        let transactional = |base_offset, producer_id, v: &str| {
            let mut b = BatchBuilder::new(BuilderOptions {
                base_offset,
                producer_id,
                producer_epoch: 0,
                base_sequence: 0,
                transactional: true,
                ..BuilderOptions::default()
            });
            b.append(0, None, Some(v.as_bytes()), wellhead_record::NO_HEADERS).expect("a small record");
            b.finish().expect("a batch")
        };
        let mut abort = EndTxnMarker { commit: false, coordinator_epoch: 0 }.to_batch(7, 0, 0);
        wellhead_record::set_base_offset(&mut abort, 2);
        let mut all = transactional(0, 7, "aborted");
        all.extend(transactional(1, 8, "other"));
        all.extend(abort);
        all.extend(transactional(3, 7, "next"));
        let mut f = fetched(0, all);
        f.aborted = vec![(7, 0)];
        let Decoded { sets, error, .. } = f.decode();
        assert!(error.is_none(), "{error:?}");
        assert_eq!(values(&sets), [(1, "other".to_owned()), (3, "next".to_owned())]);
    }

    #[test]
    fn a_set_is_cut_without_copying() {
        let Decoded { mut sets, .. } = fetched(0, batch(0, Codec::None, &["a", "b", "c"])).decode();
        let head = sets[0].split_to(2);
        assert_eq!((head.len(), sets[0].len(), head.last_offset(), sets[0].first_offset()), (2, 1, 1, 2));
        assert_eq!(sets[0].split_to(5).len(), 1);
        assert!(sets[0].is_empty() && sets[0].first_offset() == -1);
    }
}
