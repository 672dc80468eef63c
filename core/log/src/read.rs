//! Reads: an offset becomes ranges of segment files, a timestamp becomes an offset.
//!
//! No lock is held while files are looked at: a read works on the view it took. When retention or compaction replaced a file under
//! it, the file says so (it is retired) and the read begins again with a new view; bytes found through an open handle are never
//! mixed with positions of another file.

use crate::batch::{Header, HeaderScan};
use crate::error::{LogError, ReadError};
use crate::partition::{Hint, LogPos, PartitionLog, View};
use crate::segment::Segment;
use bytes::Bytes;
use std::sync::Arc;
use wellhead_base::env::DiskFile;
use wellhead_base::limits::DECOMPRESSED_BATCH_BYTES_MAX;
use wellhead_record::{BatchRef, HEADER_LEN, TimestampType};

/// How far a read may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadUpTo {
    /// Consumers: what is visible.
    HighWatermark,
    /// Followers: everything appended.
    LogEnd,
}

/// Part of a file: `len` bytes at `position`.
#[derive(Debug, Clone)]
pub struct FileRange {
    pub file: Arc<dyn DiskFile>,
    pub position: u64,
    pub len: u64,
}

/// Whole batches in offset order, not read yet. Holding it keeps the files readable, also when retention deletes them.
#[derive(Debug, Clone)]
pub struct ReadSlice {
    pub parts: Vec<FileRange>,
    /// The base offset of the first batch, which may lie before the offset asked for; the offset asked for when empty.
    pub base_offset: i64,
    pub high_watermark: i64,
    pub log_start: i64,
    pub log_end: i64,
}
impl ReadSlice {
    /// Total length of all parts in bytes.
    pub fn len(&self) -> u64 {
        self.parts.iter().map(|p| p.len).sum()
    }
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
    /// Reads all parts into one buffer. Blocks on the disk.
    pub fn to_bytes(&self) -> Result<Bytes, LogError> {
        let mut out = vec![0; self.len() as usize];
        let mut at = 0;
        for p in &self.parts {
            let n = p.len as usize;
            p.file.read_exact_at(&mut out[at..at + n], p.position).map_err(|e| LogError::Io {
                what: "reading a segment at offset".into(),
                path: self.base_offset.to_string().into(),
                source: Arc::new(e),
            })?;
            at += n;
        }
        Ok(out.into())
    }
}

/// An answer of the ListOffsets kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimestampOffset {
    /// Milliseconds; -1 where the question was not about time.
    pub timestamp: i64,
    pub offset: i64,
    pub leader_epoch: i32,
}

/// A read touches at most this many segments; many tiny ones are read in several goes.
const PARTS_MAX: usize = 64;
/// A read begins again when its files were replaced; more often than this in a row does not happen.
const ATTEMPTS: usize = 8;

impl PartitionLog {
    /// Whole batches from the one that holds `offset`, as file ranges, up to `max_bytes`. With `min_one` the first batch comes
    /// whatever its size. Empty at the end of what `up_to` allows. No record bytes are read.
    pub fn read(&self, offset: i64, max_bytes: usize, up_to: ReadUpTo, min_one: bool) -> Result<ReadSlice, ReadError> {
        let mut last = LogError::Gone;
        for _ in 0..ATTEMPTS {
            let view = self.snapshot_view()?;
            if offset < view.log_start || offset > view.end.offset {
                return Err(ReadError::OffsetOutOfRange {
                    offset,
                    log_start: view.log_start,
                    high_watermark: view.hw.offset,
                    log_end: view.end.offset,
                });
            }
            match self.read_view(&view, offset, max_bytes as u64, up_to, min_one) {
                Ok(slice) => return Ok(slice),
                Err(e) if view.segments.iter().any(|s| s.log.is_retired()) => last = e,
                Err(e) => return Err(e.into()),
            }
        }
        Err(last.into())
    }

    /// The earliest time in the visible batch that holds `offset`, or the next one behind it; None at the end. Reads its header alone.
    pub fn time_at(&self, offset: i64) -> Result<Option<i64>, ReadError> {
        let slice = self.read(offset, 1, ReadUpTo::HighWatermark, true)?;
        let Some(part) = slice.parts.first().filter(|p| p.len >= HEADER_LEN as u64) else { return Ok(None) };
        let mut header = [0; HEADER_LEN];
        part.file.read_exact_at(&mut header, part.position).map_err(|e| LogError::io("reading a batch of", self.path(), e))?;
        Ok(Header::parse(&header).map(|h| if h.attributes & 8 == 0 { h.base_timestamp } else { h.max_timestamp }))
    }

    /// Whether `next` begins where the sealed `segment` ends. Compaction leaves gaps; without it records are missing, and reading on
    /// behind them would not tell anybody.
    fn goes_on(&self, segment: &Segment, next: &Segment) -> Result<(), LogError> {
        let end = segment.ends_at()?;
        if end == next.base || self.config().cleanup.compact || segment.base < self.shared.cleaner_point(self.topic(), self.partition()) {
            return Ok(());
        }
        Err(LogError::corrupt(
            segment.log.path(),
            format!("it ends at offset {end}, and the next segment begins at {}: records are missing", next.base),
        ))
    }

    fn read_view(&self, view: &View, offset: i64, max_bytes: u64, up_to: ReadUpTo, min_one: bool) -> Result<ReadSlice, LogError> {
        let disk = &*self.shared.disk;
        let limit = match up_to {
            ReadUpTo::HighWatermark => view.hw,
            ReadUpTo::LogEnd => view.end,
        };
        let mut slice =
            ReadSlice { parts: Vec::new(), base_offset: offset, high_watermark: view.hw.offset, log_start: view.log_start, log_end: view.end.offset };
        let segments = &view.segments;
        if offset >= limit.offset {
            if offset == limit.offset {
                // Whoever waits here will ask for this offset next.
                self.remember(segments, limit);
            }
            return Ok(slice);
        }
        let interval = self.config().index_interval_bytes;
        let mut i = segments.partition_point(|s| s.base <= offset).saturating_sub(1);
        let mut pos = 0;
        let mut known = false;
        if let Some(hint) = self.hint(offset)
            && let Some(at) = segments.iter().position(|s| s.id == hint.segment)
        {
            // Everything in that segment from there on is at or after the offset.
            (i, pos, known) = (at, hint.pos, true);
        }
        let mut left = max_bytes;
        let mut next = None;
        while i < segments.len() && slice.parts.len() < PARTS_MAX {
            let segment = &segments[i];
            if segment.base > limit.offset {
                break;
            }
            let end = visible_end(segments, i, limit);
            let last = end < segment.size() || segments.get(i + 1).is_none_or(|s| s.base > limit.offset);
            if pos < end {
                let file = segment.log.open()?;
                if !known {
                    match segment.locate(disk, &*file, offset, end, interval)? {
                        Some((at, h)) => {
                            slice.base_offset = h.base_offset;
                            pos = at;
                        }
                        None => pos = end,
                    }
                }
            }
            if pos < end {
                let file = segment.log.open()?;
                if known && slice.parts.is_empty() {
                    // The hint was right or the header does not fit.
                    match HeaderScan::new(&*file, pos, end, segment.base).next().map_err(|e| segment.stopped(e))? {
                        Some((_, h)) => slice.base_offset = h.base_offset,
                        None => unreachable!("there is something before the end"),
                    }
                }
                known = true;
                let have = end - pos;
                let mut take = if have <= left { have } else { segment.boundary(&*file, pos, pos + left, end)?.0 - pos };
                if take < have && slice.parts.is_empty() && take == 0 && min_one {
                    let first = HeaderScan::new(&*file, pos, end, segment.base).next().map_err(|e| segment.stopped(e))?;
                    take = first.map_or(0, |(_, h)| h.len);
                }
                if take > 0 {
                    slice.parts.push(FileRange { file, position: pos, len: take });
                    left = left.saturating_sub(take);
                }
                if take < have {
                    next = None;
                    if take > 0
                        && let Some(p) = slice.parts.last()
                        && let Some((_, h)) = HeaderScan::new(&*p.file, pos + take, end, segment.base).next().map_err(|e| segment.stopped(e))?
                    {
                        next = Some(LogPos { offset: h.base_offset, segment: segment.base, pos: pos + take });
                    }
                    break;
                }
            }
            if last {
                next = Some(limit);
                break;
            }
            if let Err(e) = self.goes_on(segment, &segments[i + 1]) {
                // What stands before the gap is good; who asks for what is missing hears of it.
                if slice.is_empty() {
                    return Err(e);
                }
                next = None;
                break;
            }
            i += 1;
            pos = 0;
            // A later segment is read from its beginning, unless the batch has not been found yet.
            known |= segments.get(i).is_some_and(|s| s.base > offset);
        }
        if let Some(next) = next
            && !slice.is_empty()
        {
            self.remember(segments, next);
        }
        if slice.is_empty() {
            slice.base_offset = offset;
        }
        Ok(slice)
    }

    fn hint(&self, offset: i64) -> Option<Hint> {
        self.hints.lock().iter().find(|h| h.offset == offset).copied()
    }
    fn remember(&self, segments: &[Arc<Segment>], at: LogPos) {
        let Some(segment) = segments.iter().rfind(|s| s.base == at.segment) else { return };
        let hint = Hint { offset: at.offset, segment: segment.id, pos: at.pos };
        let mut hints = self.hints.lock();
        if let Some(same) = hints.iter_mut().find(|h| h.offset == at.offset) {
            *same = hint;
            return;
        }
        hints.rotate_right(1);
        hints[0] = hint;
    }

    /// The first visible record whose timestamp is at least `timestamp_ms`.
    pub fn offset_for_timestamp(&self, timestamp_ms: i64) -> Result<Option<TimestampOffset>, LogError> {
        self.again(|view| {
            let (disk, interval) = (&*self.shared.disk, self.config().index_interval_bytes);
            for (i, segment) in view.segments.iter().enumerate() {
                let sealed = i + 1 < view.segments.len();
                if segment.base >= view.hw.offset || segment.times(disk, interval, sealed)?.max.0 < timestamp_ms {
                    continue;
                }
                let file = segment.log.open()?;
                let from = segment.floor_time(disk, &*file, timestamp_ms, interval, sealed)?.max(view.log_start);
                let end = visible_end(&view.segments, i, view.hw);
                let Some((at, _)) = segment.locate(disk, &*file, from, end, interval)? else { continue };
                let mut scan = HeaderScan::new(&*file, at, end, segment.base);
                while let Some((pos, h)) = scan.next().map_err(|e| segment.stopped(e))? {
                    if h.max_timestamp < timestamp_ms || h.record_count == 0 {
                        continue;
                    }
                    let found = find_record(segment, &*file, pos, h.len, |offset, ts| offset >= view.log_start && ts >= timestamp_ms)?;
                    if let Some((offset, timestamp)) = found {
                        return Ok(Some((offset, timestamp, h.leader_epoch)));
                    }
                }
            }
            Ok(None)
        })
    }

    /// The visible record with the largest timestamp (the first of equals).
    pub fn max_timestamp_offset(&self) -> Result<Option<TimestampOffset>, LogError> {
        self.again(|view| {
            let (disk, interval) = (&*self.shared.disk, self.config().index_interval_bytes);
            let mut best: Option<(i64, usize, i64)> = None;
            for (i, segment) in view.segments.iter().enumerate() {
                let sealed = i + 1 < view.segments.len();
                if segment.base >= view.hw.offset {
                    break;
                }
                let max = if visible_end(&view.segments, i, view.hw) == segment.size() && segment.base >= view.log_start {
                    segment.times(disk, interval, sealed)?.max
                } else {
                    // Part of the segment does not count: its headers are walked.
                    self.max_of_part(view, i)?
                };
                if max.0 >= 0 && best.is_none_or(|b| max.0 > b.0) {
                    best = Some((max.0, i, max.1));
                }
            }
            let Some((timestamp, i, last_offset)) = best else { return Ok(None) };
            let segment = &view.segments[i];
            let file = segment.log.open()?;
            let end = visible_end(&view.segments, i, view.hw);
            let Some((pos, h)) = segment.locate(disk, &*file, last_offset, end, interval)? else { return Ok(None) };
            let found = find_record(segment, &*file, pos, h.len, |offset, ts| offset >= view.log_start && ts == timestamp)?;
            Ok(found.map(|(offset, ts)| (offset, ts, h.leader_epoch)))
        })
    }

    fn max_of_part(&self, view: &View, i: usize) -> Result<(i64, i64), LogError> {
        let (disk, interval) = (&*self.shared.disk, self.config().index_interval_bytes);
        let segment = &view.segments[i];
        let file = segment.log.open()?;
        let end = visible_end(&view.segments, i, view.hw);
        let mut seen = crate::segment::Times::NONE;
        let Some((from, _)) = segment.locate(disk, &*file, view.log_start.max(segment.base), end, interval)? else { return Ok((-1, -1)) };
        let mut scan = HeaderScan::new(&*file, from, end, segment.base);
        while let Some((_, h)) = scan.next().map_err(|e| segment.stopped(e))? {
            seen.note(&h);
        }
        Ok(seen.max)
    }

    /// The first offset that is on this disk; the log start, as nothing is tiered.
    pub fn earliest_local(&self) -> Result<TimestampOffset, LogError> {
        let offset = self.offsets()?.log_start;
        Ok(TimestampOffset { timestamp: -1, offset, leader_epoch: self.epoch_of(offset) })
    }

    /// Runs a lookup on a view, again when its files were replaced meanwhile.
    fn again(&self, f: impl Fn(&View) -> Result<Option<(i64, i64, i32)>, LogError>) -> Result<Option<TimestampOffset>, LogError> {
        let mut last = LogError::Gone;
        for _ in 0..ATTEMPTS {
            let view = self.snapshot_view()?;
            match f(&view) {
                Ok(found) => return Ok(found.map(|(offset, timestamp, leader_epoch)| TimestampOffset { timestamp, offset, leader_epoch })),
                Err(e) if view.segments.iter().any(|s| s.log.is_retired()) => last = e,
                Err(e) => return Err(e),
            }
        }
        Err(last)
    }
}

/// How much of segment `i` lies before `limit`.
pub(crate) fn visible_end(segments: &[Arc<Segment>], i: usize, limit: LogPos) -> u64 {
    let s = &segments[i];
    match segments.get(i + 1) {
        Some(next) if next.base <= limit.offset => s.size(),
        _ if s.base > limit.offset => 0,
        _ if limit.segment == s.base => limit.pos.min(s.size()),
        // The limit was noted at the end of the segment before this one.
        _ => 0,
    }
}

/// Opens the batch at `pos` and finds the first record that fits: offset and timestamp.
fn find_record(segment: &Segment, file: &dyn DiskFile, pos: u64, len: u64, fits: impl Fn(i64, i64) -> bool) -> Result<Option<(i64, i64)>, LogError> {
    let mut bytes = vec![0; len as usize];
    file.read_exact_at(&mut bytes, pos).map_err(|e| LogError::io("reading", segment.log.path(), e))?;
    let damaged = |e: wellhead_record::BatchError| LogError::corrupt(segment.log.path(), format!("position {pos}: {e}"));
    let batch = BatchRef::parse(&bytes).map_err(damaged)?;
    batch.verify_crc().map_err(damaged)?;
    let mut scratch = Vec::new();
    for r in batch.records(&mut scratch, DECOMPRESSED_BATCH_BYTES_MAX).map_err(damaged)? {
        let r = r.map_err(damaged)?;
        debug_assert!(batch.timestamp_type() == TimestampType::CreateTime || r.timestamp == batch.max_timestamp());
        if fits(r.offset, r.timestamp) {
            return Ok(Some((r.offset, r.timestamp)));
        }
    }
    Ok(None)
}
