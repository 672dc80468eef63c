//! A segment's sparse indexes, in Kafka's layout: `.index` (4 bytes relative offset, 4 bytes position) and `.timeindex` (8 bytes
//! timestamp, 4 bytes relative offset), big-endian, both columns rising.
//!
//! Invariants: an index is derived from its log and never evidence about it; whoever uses an entry checks it against the batch it
//! points to, and rebuilds the index when they differ. A prefix of an index is an index: losing its end only makes lookups slower.
//! Entries are kept in memory until some hundreds are due and are then written with one pwrite; nothing here is synced.

use crate::error::LogError;
use crate::files::{FilePool, LogFile, replace};
use crate::map::Map;
use parking_lot::Mutex;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use wellhead_base::env::{Disk, OpenMode};

/// Entries held back before one write.
const PENDING_MAX: usize = 256;
/// A lookup reads single entries until this many are left, then those at once.
const BLOCK_ENTRIES: u32 = 128;

/// Entries of a whole index that are read at a time.
const PREFIX_ENTRIES: u32 = 16 * 1024;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Offset to position.
    Offset,
    /// Timestamp to offset.
    Time,
}

/// (offset, position) or (timestamp, offset); offsets are absolute here.
pub(crate) type Entry = (i64, i64);

impl Kind {
    pub(crate) fn width(self) -> usize {
        match self {
            Self::Offset => 8,
            Self::Time => 12,
        }
    }
    fn decode(self, base: i64, b: &[u8]) -> Entry {
        let u32_at = |at: usize| i64::from(u32::from_be_bytes(b[at..at + 4].try_into().expect("4 bytes")));
        match self {
            Self::Offset => (base.wrapping_add(u32_at(0)), u32_at(4)),
            Self::Time => (i64::from_be_bytes(b[..8].try_into().expect("8 bytes")), base.wrapping_add(u32_at(8))),
        }
    }
    fn encode(self, base: i64, e: Entry, out: &mut Vec<u8>) {
        match self {
            Self::Offset => {
                out.extend_from_slice(&((e.0 - base) as u32).to_be_bytes());
                out.extend_from_slice(&(e.1 as u32).to_be_bytes());
            }
            Self::Time => {
                out.extend_from_slice(&e.0.to_be_bytes());
                out.extend_from_slice(&((e.1 - base) as u32).to_be_bytes());
            }
        }
    }
}

#[derive(Debug, Default)]
struct Inner {
    /// Entries in the file.
    written: u32,
    pending: Vec<Entry>,
    last: Option<Entry>,
    /// The file's length and last entry have been looked at.
    opened: bool,
    /// No such file, or one that is no index: to be rebuilt before use.
    damaged: bool,
    map: Option<Map>,
}

/// One index of one segment.
#[derive(Debug)]
pub(crate) struct Index {
    kind: Kind,
    base: i64,
    file: Arc<LogFile>,
    inner: Mutex<Inner>,
}

impl Index {
    /// The index of a new segment: empty, its file made when the first entries are written.
    pub(crate) fn fresh(kind: Kind, base: i64, pool: &Arc<FilePool>, path: PathBuf) -> Self {
        Self { kind, base, file: LogFile::existing(pool, path), inner: Mutex::new(Inner { opened: true, ..Inner::default() }) }
    }
    /// The index of a segment found on disk; looked at on first use.
    pub(crate) fn existing(kind: Kind, base: i64, pool: &Arc<FilePool>, path: PathBuf) -> Self {
        Self { kind, base, file: LogFile::existing(pool, path), inner: Mutex::default() }
    }
    pub(crate) fn file(&self) -> &Arc<LogFile> {
        &self.file
    }

    /// Looks at the file once; true when it has to be rebuilt.
    pub(crate) fn needs_rebuild(&self) -> Result<bool, LogError> {
        let mut inner = self.inner.lock();
        self.look(&mut inner)?;
        Ok(inner.damaged)
    }

    fn look(&self, inner: &mut Inner) -> Result<(), LogError> {
        if inner.opened {
            return Ok(());
        }
        let width = self.kind.width() as u64;
        let found = match self.file.get() {
            Ok(f) => {
                let len = f.len().map_err(|e| self.io("measuring", e))?;
                if len % width != 0 || len / width > u64::from(u32::MAX) {
                    None
                } else if len == 0 {
                    Some((0, None))
                } else {
                    let mut b = [0; 12];
                    let b = &mut b[..width as usize];
                    f.read_exact_at(b, len - width).map_err(|e| self.io("reading", e))?;
                    Some(((len / width) as u32, Some(self.kind.decode(self.base, b))))
                }
            }
            // Not there, or something else in its place: a link, a pipe, a directory.
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidInput | io::ErrorKind::IsADirectory) => None,
            Err(e) => return Err(self.io("opening", e)),
        };
        inner.opened = true;
        match found {
            Some((written, last)) => (inner.written, inner.last) = (written, last),
            None => inner.damaged = true,
        }
        Ok(())
    }

    /// Takes note that an entry contradicted the log.
    pub(crate) fn mark_damaged(&self) {
        self.inner.lock().damaged = true;
    }

    /// Replaces the whole index by `entries`, as a new file.
    pub(crate) fn rebuild(&self, disk: &dyn Disk, entries: &[Entry]) -> Result<(), LogError> {
        let mut bytes = Vec::with_capacity(entries.len() * self.kind.width());
        for &e in entries {
            self.kind.encode(self.base, e, &mut bytes);
        }
        let mut inner = self.inner.lock();
        replace(disk, self.file.path(), &bytes, false)?;
        // A handle of the file that was replaced must not be used again.
        self.file.forget();
        *inner = Inner { written: entries.len() as u32, last: entries.last().copied(), opened: true, damaged: false, pending: Vec::new(), map: None };
        Ok(())
    }

    /// As [`Self::rebuild`] in memory only, when the disk refused: lookups work, the file is made at the next restart.
    pub(crate) fn rebuild_in_memory(&self, entries: Vec<Entry>) {
        let mut inner = self.inner.lock();
        *inner = Inner { written: 0, last: entries.last().copied(), opened: true, damaged: false, pending: entries, map: None };
    }

    /// Entries, in the file and not yet written.
    pub(crate) fn len(&self) -> Result<usize, LogError> {
        let mut inner = self.inner.lock();
        self.look(&mut inner)?;
        Ok(inner.written as usize + inner.pending.len())
    }
    pub(crate) fn last(&self) -> Result<Option<Entry>, LogError> {
        let mut inner = self.inner.lock();
        self.look(&mut inner)?;
        Ok(inner.last)
    }

    /// Adds an entry if both columns rise (the time index skips what brings nothing new).
    pub(crate) fn append(&self, disk: &dyn Disk, e: Entry) {
        let mut inner = self.inner.lock();
        if inner.last.is_some_and(|l| e.0 <= l.0 || e.1 <= l.1) {
            return;
        }
        inner.last = Some(e);
        inner.pending.push(e);
        if inner.pending.len() >= PENDING_MAX
            && let Err(err) = self.write_pending(disk, &mut inner)
        {
            // The log itself is what counts; the entries stay in memory and are tried again with the next ones.
            tracing::warn!("{err}");
        }
    }

    fn write_pending(&self, disk: &dyn Disk, inner: &mut Inner) -> Result<(), LogError> {
        let at = inner.written as u64 * self.kind.width() as u64;
        let mut bytes = Vec::with_capacity(inner.pending.len() * self.kind.width());
        for &e in &inner.pending {
            self.kind.encode(self.base, e, &mut bytes);
        }
        let file = match self.file.get() {
            Ok(f) => f,
            Err(e) if e.kind() == io::ErrorKind::NotFound && !self.file.is_retired() => {
                disk.open(self.file.path(), OpenMode::Create).map_err(|e| self.io("making", e))?
            }
            Err(e) => return Err(self.io("opening", e)),
        };
        if at == 0 {
            // What an earlier life of this segment left must not follow our entries.
            file.set_len(0).map_err(|e| self.io("emptying", e))?;
        }
        file.write_all_at(&bytes, at).map_err(|e| self.io("writing", e))?;
        inner.written += inner.pending.len() as u32;
        inner.pending = Vec::new();
        // A map would not cover the new entries.
        inner.map = None;
        Ok(())
    }

    /// Writes what is held back, so that the file holds every entry and nothing else.
    pub(crate) fn write_out(&self, disk: &dyn Disk) -> Result<(), LogError> {
        let mut inner = self.inner.lock();
        self.look(&mut inner)?;
        if inner.damaged || (inner.pending.is_empty() && inner.written > 0) {
            return Ok(());
        }
        self.write_pending(disk, &mut inner)
    }

    /// Maps the file for lookups, if it is sealed and real.
    pub(crate) fn map_sealed(&self) {
        let mut inner = self.inner.lock();
        if inner.map.is_some() || inner.written == 0 || !inner.pending.is_empty() || inner.damaged {
            return;
        }
        let Ok(handle) = self.file.get() else { return };
        if let Some(f) = handle.as_file()
            && let Ok(map) = Map::of_sealed(f)
            && map.bytes().len() == inner.written as usize * self.kind.width()
        {
            inner.map = Some(map);
        }
    }

    /// The last entry whose first column is not above `key`.
    pub(crate) fn floor_key(&self, key: i64) -> Result<Option<Entry>, LogError> {
        self.floor(|e| e.0 <= key)
    }
    /// The last entry whose second column is not above `value`.
    pub(crate) fn floor_value(&self, value: i64) -> Result<Option<Entry>, LogError> {
        self.floor(|e| e.1 <= value)
    }

    /// All entries from the first on that rise and for which `keep` holds. Reads the file as far as they go: its length says nothing
    /// about how many there are, as Kafka preallocates indexes and a damaged one may be of any size.
    pub(crate) fn prefix(&self, keep: impl Fn(&Entry) -> bool) -> Result<Vec<Entry>, LogError> {
        let mut inner = self.inner.lock();
        self.look(&mut inner)?;
        let mut all: Vec<Entry> = Vec::new();
        let mut take = |e: Entry| {
            let good = keep(&e) && all.last().is_none_or(|l| l.0 < e.0 && l.1 < e.1);
            if good {
                all.push(e);
            }
            good
        };
        if inner.written > 0 {
            let width = self.kind.width();
            let file = self.file.get().map_err(|e| self.io("opening", e))?;
            let mut bytes = Vec::new();
            for first in (0..inner.written).step_by(PREFIX_ENTRIES as usize) {
                bytes.resize((inner.written - first).min(PREFIX_ENTRIES) as usize * width, 0);
                file.read_exact_at(&mut bytes, first as u64 * width as u64).map_err(|e| self.io("reading", e))?;
                if !bytes.chunks_exact(width).all(|b| take(self.kind.decode(self.base, b))) {
                    return Ok(all);
                }
            }
        }
        let _ = inner.pending.iter().all(|e| take(*e));
        Ok(all)
    }

    /// The last entry for which `below` holds; it must hold for a prefix of the entries.
    fn floor(&self, below: impl Fn(&Entry) -> bool) -> Result<Option<Entry>, LogError> {
        let mut inner = self.inner.lock();
        self.look(&mut inner)?;
        if inner.last.is_some_and(|l| below(&l)) {
            return Ok(inner.last);
        }
        let n = inner.pending.partition_point(&below);
        if n > 0 {
            return Ok(Some(inner.pending[n - 1]));
        }
        if inner.written == 0 {
            return Ok(None);
        }
        let width = self.kind.width();
        if let Some(map) = &inner.map {
            let bytes = map.bytes();
            let entry = |i: usize| self.kind.decode(self.base, &bytes[i * width..]);
            let (mut lo, mut hi) = (0, inner.written as usize);
            while lo < hi {
                let mid = lo.midpoint(hi);
                if below(&entry(mid)) { lo = mid + 1 } else { hi = mid }
            }
            return Ok(lo.checked_sub(1).map(entry));
        }
        let file = self.file.get().map_err(|e| self.io("opening", e))?;
        // Below `lo` the predicate holds, from `hi` on it does not.
        let (mut lo, mut hi) = (0u32, inner.written);
        let mut best = None;
        let mut one = [0u8; 12];
        while hi - lo > BLOCK_ENTRIES {
            let mid = lo.midpoint(hi);
            let b = &mut one[..width];
            file.read_exact_at(b, mid as u64 * width as u64).map_err(|e| self.io("reading", e))?;
            let e = self.kind.decode(self.base, b);
            if below(&e) {
                lo = mid + 1;
                best = Some(e);
            } else {
                hi = mid;
            }
        }
        let mut block = vec![0; (hi - lo) as usize * width];
        file.read_exact_at(&mut block, lo as u64 * width as u64).map_err(|e| self.io("reading", e))?;
        for b in block.chunks_exact(width) {
            let e = self.kind.decode(self.base, b);
            if !below(&e) {
                break;
            }
            best = Some(e);
        }
        Ok(best)
    }

    fn io(&self, what: &str, e: io::Error) -> LogError {
        LogError::io(what, self.file.path(), e)
    }
}
