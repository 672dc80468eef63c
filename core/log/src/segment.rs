//! One segment: a log file and its two indexes, named by the first offset it may hold.
//!
//! Invariants: `size` bytes of the file are whole batches in offset order; bytes behind it are nobody's. Index entries are checked
//! against the batch they point to before they are believed.

use crate::batch::{Header, HeaderScan, ScanStop};
use crate::error::LogError;
use crate::files::{FilePool, LogFile};
use crate::index::{Entry, Index, Kind};
use parking_lot::Mutex;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use wellhead_base::bugs::{self, Bug};
use wellhead_base::env::{Disk, DiskFile};

/// `00000000000000000042.log` and its like.
pub(crate) fn file_name(base: i64, suffix: &str) -> String {
    format!("{base:020}.{suffix}")
}
/// The base offset in such a name, if its suffix is this one.
pub(crate) fn parse_name(name: &str, suffix: &str) -> Option<i64> {
    let digits = name.strip_suffix(suffix)?.strip_suffix('.')?;
    (digits.len() == 20 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok())?
}

/// What a segment's batches say about time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Times {
    /// The largest timestamp and the last offset of the first batch that has it; -1 where there is none.
    pub max: (i64, i64),
    /// The max timestamp of the first batch; -1 where there is none.
    pub first: i64,
}
impl Times {
    pub(crate) const NONE: Self = Self { max: (-1, -1), first: -1 };
    pub(crate) fn note(&mut self, h: &Header) {
        if self.first < 0 {
            self.first = h.max_timestamp;
        }
        if h.max_timestamp > self.max.0 {
            self.max = (h.max_timestamp, h.last_offset());
        }
    }
}

/// The entries that a segment's batches give, collected during a scan.
#[derive(Debug)]
pub(crate) struct IndexEntries {
    interval: u64,
    since: u64,
    pub offsets: Vec<Entry>,
    pub times: Vec<Entry>,
    pub seen: Times,
}
impl IndexEntries {
    pub(crate) fn new(interval: u64) -> Self {
        Self { interval, since: 0, offsets: Vec::new(), times: Vec::new(), seen: Times::NONE }
    }
    /// Goes on from entries that are known already.
    pub(crate) fn keep(&mut self, offsets: Vec<Entry>, times: Vec<Entry>) {
        if let Some(&max) = times.last() {
            self.seen.max = max;
        }
        (self.offsets, self.times) = (offsets, times);
    }
    pub(crate) fn note(&mut self, pos: u64, h: &Header) {
        self.seen.note(h);
        if self.since > self.interval {
            self.offsets.push((h.last_offset(), pos as i64));
            self.note_time();
            self.since = 0;
        }
        self.since += h.len;
    }
    fn note_time(&mut self) {
        let max = self.seen.max;
        if max.0 >= 0 && self.times.last().is_none_or(|l| max.0 > l.0 && max.1 > l.1) {
            self.times.push(max);
        }
    }
    /// A sealed segment's time index ends with its largest timestamp.
    pub(crate) fn seal(&mut self) {
        self.note_time();
    }
    pub(crate) fn bytes_since_entry(&self) -> u64 {
        self.since
    }
}

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

#[derive(Debug)]
pub(crate) struct Segment {
    /// Tells this object from another one of the same name, before a compaction or truncation.
    pub id: u64,
    pub base: i64,
    pub log: Arc<LogFile>,
    pub index: Index,
    pub time: Index,
    size: AtomicU64,
    /// Bytes since the last index entry; of the active segment.
    pub since_index: AtomicU64,
    /// The offset after the last batch; -1: not looked at yet. Of a sealed segment only.
    ends_at: AtomicI64,
    /// None: found on disk and not looked at yet.
    times: Mutex<Option<Times>>,
    /// Wall clock when it was made or found, in milliseconds: its age when its records have no timestamps.
    pub created_ms: i64,
}

impl Segment {
    pub(crate) fn create(pool: &Arc<FilePool>, dir: &Path, base: i64, now_ms: i64) -> io::Result<Self> {
        let log = LogFile::create(pool, dir.join(file_name(base, "log")))?;
        Ok(Self {
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
            base,
            log,
            index: Index::fresh(Kind::Offset, base, pool, dir.join(file_name(base, "index"))),
            time: Index::fresh(Kind::Time, base, pool, dir.join(file_name(base, "timeindex"))),
            size: 0.into(),
            since_index: 0.into(),
            ends_at: (-1).into(),
            times: Mutex::new(Some(Times::NONE)),
            created_ms: now_ms,
        })
    }

    pub(crate) fn existing(pool: &Arc<FilePool>, dir: &Path, base: i64, now_ms: i64) -> Result<Self, LogError> {
        let log = LogFile::existing(pool, dir.join(file_name(base, "log")));
        let size = log.open()?.len().map_err(|e| LogError::io("measuring", log.path(), e))?;
        if size > i64::from(i32::MAX) as u64 {
            return Err(LogError::corrupt(log.path(), format!("it has {size} bytes, and no segment is larger than 2 GiB")));
        }
        Ok(Self {
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
            base,
            log,
            index: Index::existing(Kind::Offset, base, pool, dir.join(file_name(base, "index"))),
            time: Index::existing(Kind::Time, base, pool, dir.join(file_name(base, "timeindex"))),
            size: size.into(),
            since_index: 0.into(),
            ends_at: (-1).into(),
            times: Mutex::new(None),
            created_ms: now_ms,
        })
    }

    /// Bytes of whole batches.
    pub(crate) fn size(&self) -> u64 {
        self.size.load(Ordering::Acquire)
    }
    pub(crate) fn set_size(&self, size: u64) {
        self.size.store(size, Ordering::Release);
    }
    pub(crate) fn paths(&self) -> [PathBuf; 4] {
        let log = self.log.path();
        ["log", "index", "timeindex", "txnindex"].map(|s| log.with_extension(s))
    }
    /// Nothing of it is opened by its path any more.
    pub(crate) fn retire(&self) {
        self.log.retire();
        self.index.file().retire();
        self.time.file().retire();
    }

    /// Takes note of a batch that was appended at `pos`.
    pub(crate) fn note(&self, disk: &dyn Disk, interval: u64, pos: u64, h: &Header) {
        let max = {
            let mut times = self.times.lock();
            let times = times.get_or_insert(Times::NONE);
            times.note(h);
            times.max
        };
        let since = self.since_index.load(Ordering::Relaxed);
        if since > interval {
            self.index.append(disk, (h.last_offset(), pos as i64));
            if max.0 >= 0 {
                self.time.append(disk, max);
            }
            self.since_index.store(h.len, Ordering::Relaxed);
        } else {
            self.since_index.store(since + h.len, Ordering::Relaxed);
        }
    }

    /// Takes over what a scan of the whole segment found. The files of damaged indexes are replaced.
    pub(crate) fn adopt(&self, disk: &dyn Disk, entries: IndexEntries) {
        self.since_index.store(entries.bytes_since_entry(), Ordering::Relaxed);
        *self.times.lock() = Some(entries.seen);
        for (index, list) in [(&self.index, entries.offsets), (&self.time, entries.times)] {
            if let Err(e) = index.rebuild(disk, &list) {
                tracing::warn!("{e}");
                index.rebuild_in_memory(list);
            }
        }
    }

    /// Writes the indexes out; a sealed segment's time index ends with its largest timestamp.
    pub(crate) fn write_indexes(&self, disk: &dyn Disk, seal: bool) -> Result<(), LogError> {
        if seal
            && let Some(times) = *self.times.lock()
            && times.max.0 >= 0
        {
            self.time.append(disk, times.max);
        }
        self.index.write_out(disk)?;
        self.time.write_out(disk)
    }

    /// Makes the indexes usable: rebuilds them by reading all headers when one is missing or damaged.
    pub(crate) fn ready_indexes(&self, disk: &dyn Disk, interval: u64, sealed: bool) -> Result<(), LogError> {
        if self.index.needs_rebuild()? || self.time.needs_rebuild()? {
            self.rebuild_indexes(disk, interval, sealed)?;
        }
        Ok(())
    }

    pub(crate) fn rebuild_indexes(&self, disk: &dyn Disk, interval: u64, sealed: bool) -> Result<(), LogError> {
        let file = self.log.open()?;
        let mut entries = IndexEntries::new(interval);
        let mut scan = HeaderScan::new(&*file, 0, self.size(), self.base);
        while let Some((pos, h)) = scan.next().map_err(|e| self.stopped(e))? {
            entries.note(pos, &h);
        }
        if sealed {
            entries.seal();
        }
        tracing::info!("rebuilt the indexes of {}", self.log.path().display());
        self.adopt(disk, entries);
        Ok(())
    }

    pub(crate) fn stopped(&self, e: ScanStop) -> LogError {
        match e {
            ScanStop::Io(e) => LogError::io("reading", self.log.path(), e),
            ScanStop::Bad(pos) => LogError::corrupt(self.log.path(), format!("no batch begins at position {pos}, where one must")),
        }
    }

    /// A position from which a scan finds the batch of `offset`, by an index entry that was checked; 0 where there is none.
    pub(crate) fn floor_position(&self, disk: &dyn Disk, file: &dyn DiskFile, offset: i64, interval: u64) -> Result<u64, LogError> {
        for _ in 0..2 {
            if self.index.needs_rebuild()? {
                self.rebuild_indexes(disk, interval, false)?;
            }
            match self.index.floor_key(offset)? {
                None => return Ok(0),
                Some(e) if self.entry_true(file, e)? => return Ok(e.1 as u64),
                Some(_) => self.index.mark_damaged(),
            }
        }
        Ok(0)
    }

    pub(crate) fn entry_true(&self, file: &dyn DiskFile, e: Entry) -> Result<bool, LogError> {
        if e.1 < 0 || e.1 as u64 >= self.size() {
            return Ok(false);
        }
        if bugs::on(Bug::IndexTrusted) {
            return Ok(true);
        }
        let mut scan = HeaderScan::new(file, e.1 as u64, self.size(), self.base);
        match scan.next() {
            Ok(Some((_, h))) => Ok(h.last_offset() == e.0),
            Ok(None) | Err(ScanStop::Bad(_)) => Ok(false),
            Err(stop) => Err(self.stopped(stop)),
        }
    }

    /// The first batch below `end` that ends at or after `offset`: its position and header.
    pub(crate) fn locate(
        &self,
        disk: &dyn Disk,
        file: &dyn DiskFile,
        offset: i64,
        end: u64,
        interval: u64,
    ) -> Result<Option<(u64, Header)>, LogError> {
        let from = self.floor_position(disk, file, offset, interval)?;
        let mut scan = HeaderScan::new(file, from.min(end), end, self.base);
        while let Some((pos, h)) = scan.next().map_err(|e| self.stopped(e))? {
            if h.last_offset() >= offset {
                return Ok(Some((pos, h)));
            }
        }
        Ok(None)
    }

    /// The last batch boundary in `start..=limit`, and the offset after it if a batch lies between. `start` is a boundary.
    pub(crate) fn boundary(&self, file: &dyn DiskFile, start: u64, limit: u64, end: u64) -> Result<(u64, Option<i64>), LogError> {
        let mut from = start;
        if !self.index.needs_rebuild()?
            && let Some(e) = self.index.floor_value(limit as i64)?
            && e.1 as u64 > start
            && self.entry_true(file, e)?
        {
            from = e.1 as u64;
        }
        let mut scan = HeaderScan::new(file, from, end, self.base);
        let mut at = (from, None);
        while let Some((pos, h)) = scan.next().map_err(|e| self.stopped(e))? {
            if pos + h.len > limit {
                // The batch before `from` is not known here; its end is `from`, and this batch begins there at the earliest.
                return Ok(if at.1.is_none() && from > start { (from, Some(h.base_offset)) } else { at });
            }
            at = (pos + h.len, Some(h.next_offset()));
        }
        Ok(at)
    }

    /// The offset after the last batch of a sealed segment, its base where it has none. Reads headers the first time.
    pub(crate) fn ends_at(&self) -> Result<i64, LogError> {
        let known = self.ends_at.load(Ordering::Relaxed);
        if known >= 0 {
            return Ok(known);
        }
        let file = self.log.open()?;
        let from = match self.index.last() {
            Ok(Some(e)) if self.entry_true(&*file, e)? => e.1 as u64,
            _ => 0,
        };
        let mut end = self.base;
        let mut scan = HeaderScan::new(&*file, from, self.size(), self.base);
        while let Some((_, h)) = scan.next().map_err(|e| self.stopped(e))? {
            end = h.next_offset();
        }
        self.ends_at.store(end, Ordering::Relaxed);
        Ok(end)
    }

    /// What the segment's batches say about time: remembered, or from the last (checked) time index entry and what follows it.
    pub(crate) fn times(&self, disk: &dyn Disk, interval: u64, sealed: bool) -> Result<Times, LogError> {
        if let Some(t) = *self.times.lock() {
            return Ok(t);
        }
        let file = self.log.open()?;
        self.ready_indexes(disk, interval, sealed)?;
        if let Some(t) = *self.times.lock() {
            return Ok(t);
        }
        let mut seen = Times::NONE;
        let mut scan = HeaderScan::new(&*file, 0, self.size(), self.base);
        if let Some((_, h)) = scan.next().map_err(|e| self.stopped(e))? {
            seen.note(&h);
        }
        let mut from = 0;
        if let Some(max) = self.time.last()? {
            match self.locate(disk, &*file, max.1, self.size(), interval)? {
                Some((pos, h)) if h.max_timestamp == max.0 && h.last_offset() == max.1 => {
                    seen.max = max;
                    // It is the largest up to its batch. A segment that was sealed well has nothing newer behind it; after a power cut
                    // the end of the time index may be missing while the offset index is whole.
                    from = pos;
                }
                _ => {
                    self.rebuild_indexes(disk, interval, sealed)?;
                    return Ok(self.times.lock().unwrap_or(Times::NONE));
                }
            }
        }
        let mut scan = HeaderScan::new(&*file, from, self.size(), self.base);
        while let Some((_, h)) = scan.next().map_err(|e| self.stopped(e))? {
            seen.note(&h);
        }
        *self.times.lock() = Some(seen);
        Ok(seen)
    }
    /// An offset from which a scan finds the first record that is not older than `timestamp`; the base where the index knows none.
    pub(crate) fn floor_time(&self, disk: &dyn Disk, file: &dyn DiskFile, timestamp: i64, interval: u64, sealed: bool) -> Result<i64, LogError> {
        for _ in 0..2 {
            self.ready_indexes(disk, interval, sealed)?;
            // Entries say "up to this offset nothing is newer than this": the one strictly below the time asked for is safe.
            let Some(e) = self.time.floor_key(timestamp - 1)? else { return Ok(self.base) };
            match self.locate(disk, file, e.1, self.size(), interval)? {
                Some((_, h)) if h.max_timestamp == e.0 && h.last_offset() == e.1 => return Ok(e.1),
                _ => self.time.mark_damaged(),
            }
        }
        Ok(self.base)
    }
}
