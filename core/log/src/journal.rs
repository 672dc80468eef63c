//! The commit journal: one file that makes small batches of many partitions durable with one sync, before their own files are.
//!
//! Owns: the two files of the ring and their form (docs/format.md), which partitions have entries in them, when a partition's own
//! files are synced so that a file can be used again, and the rule when the journal is cheaper than syncing the segments. Does not
//! own: when a group commit runs (`commit`), reading the files after a crash ([`crate::replay`]).
//!
//! An entry is positional: these bytes lie at this place of that segment. So replaying it twice, or over what is there, changes
//! nothing. Before a segment's bytes may become others (retention, compaction, truncation, deletion) its partition is *settled*: its
//! files are synced, and a void entry says durably that what the journal said of it before is void.
//!
//! Invariants: a group is written after the sync of the one before it returned, and begins on a page of its own, so that a torn one
//! takes nothing with it; a file is written from its start again only when everything in it is synced in its own place and the
//! file's header says durably that its groups are old.
//! A sync that fails takes the directory offline before the journal's lock is released, and nothing is done here afterwards: what a
//! failed sync was to make durable is in nobody's list any more.
//! Lock order: a partition's state, the journal, then what `sync` locks.

use crate::dir::DirShared;
use crate::error::LogError;
use crate::partition::PartitionLog;
use crate::replay::Replayed;
use crate::sync::{Owed, SyncJob};
use std::collections::{HashMap, VecDeque};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use wellhead_base::TopicId;
use wellhead_base::bugs::{self, Bug};
use wellhead_base::env::{DiskFile, OpenMode};
use wellhead_record::crc32c;

/// The files of the ring, in the data directory.
pub(crate) const FILES: [&str; 2] = ["wellhead-journal-0", "wellhead-journal-1"];
/// Groups begin at multiples of this: no sync ever writes into a page that an earlier one made durable.
pub(crate) const PAGE: usize = 4096;
pub(crate) const FILE_MAGIC: &[u8; 8] = b"WHJRNL01";
pub(crate) const GROUP_MAGIC: u32 = 0x5748_4731;
/// Magic, sequence, key, CRC.
pub(crate) const FILE_HEADER: usize = 28;
/// Magic, CRC, key, sequence, length of the entries.
pub(crate) const GROUP_HEADER: usize = 32;
/// Kind, length of the name, topic id; for data also base offset, position and length.
pub(crate) const ENTRY_HEADER: usize = 2 + 16;
pub(crate) const DATA_HEADER: usize = ENTRY_HEADER + 8 + 8 + 4;
pub(crate) const DATA: u8 = 1;
pub(crate) const VOID: u8 = 2;
/// A group commit puts at most this much into the journal; the rest syncs its segments.
const GROUP_BYTES_MAX: u64 = 4 << 20;
/// The buffer that is kept between groups.
const BUFFER_KEPT: usize = 256 << 10;
/// Partitions whose own files a group commit syncs beside its work while the older file of the ring waits to be used again.
const DRAIN_PER_GROUP: usize = 16;

/// Partitions whose own files a commit thread that has nothing else to do syncs in one go.
const DRAIN_WHEN_IDLE: usize = 4;
/// They have waited this long by then, so that what is written often is not synced often.
const IDLE_AFTER_MS: i64 = 1_000;
/// From so many partitions on, the whole file system is synced instead of each file: 1,000 new partitions take 10 ms or more each
/// on ext4, and 50 ms together.
pub(crate) const SYNC_ALL_FROM: usize = 32;

/// A sync of one file or directory, in microseconds. Measured on a two-core machine with a local disk, ext4: 64 files of 1 KB in a
/// row 4 to 10 ms, a file that grows by 4 KB 90 us.
const FILE_SYNC_US: u64 = 100;
/// The same machine: a write and sync into space of a file that was written before, 70 us for 4 KB, 180 us for 256 KB, 650 us for
/// 1 MB. The bytes are read, checksummed and written a second time.
const JOURNAL_SYNC_US: u64 = 80;
const JOURNAL_NS_PER_BYTE: u64 = 1;

/// Whether the journal makes a group durable in less time than syncing its files does.
pub(crate) fn cheaper(files: u64, bytes: u64) -> bool {
    files > 1 && JOURNAL_SYNC_US + bytes * JOURNAL_NS_PER_BYTE / 1_000 < files * FILE_SYNC_US
}

/// A partition with entries in the ring.
struct Live {
    partition: Arc<PartitionLog>,
    /// Everything that entries say is synced in its own place. The entries are there all the same.
    synced: bool,
    /// Which files have entries.
    files: [bool; 2],
}

pub(crate) struct Journal {
    /// Bytes of one file; 0: there is no journal.
    capacity: u64,
    /// Partitions that may wait for their own sync at once: their files stay open.
    unsynced_max: usize,
    files: [Option<Arc<dyn DiskFile>>; 2],
    /// The file that is written, and where the next group goes.
    current: usize,
    at: u64,
    /// The next group's.
    seq: u64,
    /// Marks groups as this journal's, against bytes of a producer that look like one.
    key: u64,
    /// By directory name.
    live: HashMap<String, Live>,
    /// Names of the live partitions that are not synced, in the order in which they became so, and when that was (monotonic
    /// milliseconds). Those with entries in the older file
    /// come first.
    unsynced: VecDeque<(String, i64)>,
    /// The file that is not written now has groups that are not old yet.
    occupied: bool,
    buf: Vec<u8>,
}

impl Journal {
    /// The empty ring that a replay leaves. `capacity` is in bytes, of one file.
    pub(crate) fn new(capacity: u64, unsynced_max: usize, replayed: Replayed) -> Self {
        let Replayed { files, seq, key, .. } = replayed;
        // A file holds at least its header and one group of some size.
        let capacity = if capacity == 0 { 0 } else { capacity.max(16 * PAGE as u64) };
        Self {
            capacity,
            unsynced_max: unsynced_max.max(1),
            files,
            current: 0,
            at: PAGE as u64,
            seq,
            key,
            live: HashMap::new(),
            unsynced: VecDeque::new(),
            occupied: false,
            buf: Vec::new(),
        }
    }

    /// Which of a group commit's partitions go into the journal: the ones with the fewest bytes, as far as that is cheaper. Also
    /// about how many bytes that will be.
    pub(crate) fn choose(&self, owed: &[Owed]) -> (Vec<bool>, u64) {
        let mut chosen = vec![false; owed.len()];
        if self.capacity == 0 {
            return (chosen, 0);
        }
        let mut order: Vec<usize> = (0..owed.len()).filter(|&i| owed[i].journals).collect();
        order.sort_by_key(|&i| owed[i].bytes);
        let bytes_max = GROUP_BYTES_MAX.min(self.capacity / 4);
        let (mut files, mut bytes, mut best) = (0, 0, (0, 0));
        for (n, &i) in order.iter().enumerate() {
            // An entry and its name beside the bytes.
            bytes += owed[i].bytes + 300;
            files += owed[i].files;
            if bytes > bytes_max {
                break;
            }
            if cheaper(files, bytes) {
                best = (n + 1, bytes);
            }
        }
        for &i in &order[..best.0] {
            chosen[i] = true;
        }
        (chosen, best.1)
    }

    /// Writes the jobs' bytes as one group and syncs it. False: they are not in the journal (a full disk, or a segment that cannot
    /// be read back), and nothing is lost by that. An error: nobody knows what is on the disk.
    pub(crate) fn write(&mut self, shared: &DirShared, jobs: &[(Arc<PartitionLog>, SyncJob)]) -> Result<bool, LogError> {
        self.begin();
        for (p, job) in jobs {
            for d in &job.dirty {
                let (from, to) = (d.covered, job.end(&d.segment));
                if from >= to {
                    continue;
                }
                put_header(&mut self.buf, DATA, p.dir_name(), p.topic_id());
                self.buf.extend_from_slice(&d.segment.base.to_be_bytes());
                self.buf.extend_from_slice(&from.to_be_bytes());
                self.buf.extend_from_slice(&((to - from) as u32).to_be_bytes());
                self.buf.extend_from_slice(p.dir_name().as_bytes());
                let at = self.buf.len();
                self.buf.resize(at + (to - from) as usize, 0);
                let read = d
                    .segment
                    .log
                    .open()
                    .and_then(|f| f.read_exact_at(&mut self.buf[at..], from).map_err(|e| LogError::io("reading back", d.segment.log.path(), e)));
                if let Err(e) = read {
                    tracing::warn!("{e}; the segments are synced instead");
                    return Ok(false);
                }
            }
        }
        if !self.commit(shared)? {
            return Ok(false);
        }
        let now_ms = shared.clock.mono_ms();
        for (p, _) in jobs {
            self.note(p, now_ms);
        }
        Ok(true)
    }

    fn begin(&mut self) {
        self.buf.clear();
        self.buf.resize(GROUP_HEADER, 0);
    }

    /// Takes note of entries of a partition in the current file.
    fn note(&mut self, p: &Arc<PartitionLog>, now_ms: i64) {
        let name = p.dir_name();
        let live = self.live.entry(name.to_owned()).or_insert_with(|| Live { partition: p.clone(), synced: true, files: [false; 2] });
        live.files[self.current] = true;
        if std::mem::replace(&mut live.synced, false) {
            self.unsynced.push_back((name.to_owned(), now_ms));
        }
    }

    /// Writes the group in the buffer and syncs it. False: there is no room for it on the disk.
    fn commit(&mut self, shared: &DirShared) -> Result<bool, LogError> {
        let entries = self.buf.len() - GROUP_HEADER;
        self.buf.resize(self.buf.len().next_multiple_of(PAGE), 0);
        self.buf[..4].copy_from_slice(&GROUP_MAGIC.to_be_bytes());
        self.buf[8..16].copy_from_slice(&self.key.to_be_bytes());
        self.buf[24..32].copy_from_slice(&(entries as u64).to_be_bytes());
        if self.at + self.buf.len() as u64 > self.capacity {
            // More came than room was made for.
            return Ok(false);
        }
        self.buf[16..24].copy_from_slice(&self.seq.to_be_bytes());
        let crc = crc32c(&self.buf[8..GROUP_HEADER + entries]);
        self.buf[4..8].copy_from_slice(&crc.to_be_bytes());
        let path = path(shared, self.current);
        let file = match self.file(shared) {
            Ok(f) => f,
            Err(e) if is_full(&e) => return Ok(false),
            Err(e) => return Err(LogError::io("making", &path, e)),
        };
        match file.write_all_at(&self.buf, self.at) {
            Ok(()) => {}
            Err(e) if is_full(&e) => {
                // It may be a whole group all the same, when only what fills its last page is missing. Nobody would void it, and a
                // replay would bring back what has gone since. So it goes, durably; that needs no room.
                return file.set_len(self.at).and_then(|()| file.sync_data()).map(|()| false).map_err(|e| LogError::io("cutting", &path, e));
            }
            Err(e) => return Err(LogError::io("writing", &path, e)),
        }
        if !bugs::on(Bug::JournalNotSynced) {
            file.sync_data().map_err(|e| LogError::io("syncing", &path, e))?;
        }
        self.at += self.buf.len() as u64;
        self.seq += 1;
        if self.buf.capacity() > BUFFER_KEPT {
            self.buf = Vec::new();
        }
        Ok(true)
    }

    /// The current file, made durably if it is not there.
    fn file(&mut self, shared: &DirShared) -> io::Result<Arc<dyn DiskFile>> {
        if let Some(f) = &self.files[self.current] {
            return Ok(f.clone());
        }
        let path = path(shared, self.current);
        let f = shared.disk.open(&path, OpenMode::Create)?;
        f.write_all_at(&file_header(self.seq, self.key), 0)?;
        f.sync_data()?;
        shared.disk.sync_dir(&shared.path)?;
        self.files[self.current] = Some(f.clone());
        Ok(f)
    }

    /// Makes room for a group of about so many bytes, in the other file when this one is full. To be called before jobs are taken:
    /// what is in a job is nobody's to sync, and the other file may have to be freed.
    pub(crate) fn make_room(&mut self, shared: &DirShared, bytes: u64) -> Result<(), LogError> {
        if let Some(e) = shared.offline() {
            return Err(e);
        }
        if self.at + 2 * bytes + PAGE as u64 <= self.capacity {
            return Ok(());
        }
        if self.occupied {
            self.drain(shared, usize::MAX, true)?;
        }
        self.current = 1 - self.current;
        self.at = PAGE as u64;
        self.occupied = true;
        Ok(())
    }

    /// Syncs the own files of up to `max` partitions with entries, the longest unsynced first (or only those in the older file), and
    /// frees the older file when all of its are. High watermarks may move; partitions that they move for are queued for the commit
    /// thread, which tells whoever waits.
    fn drain(&mut self, shared: &DirShared, max: usize, old_only: bool) -> Result<(), LogError> {
        let old = 1 - self.current;
        let mut batch = Vec::new();
        while batch.len() < max
            && let Some((name, since)) = self.unsynced.pop_front()
        {
            let live = self.live.get_mut(&name).expect("an unsynced partition is live");
            if old_only && !live.files[old] {
                self.unsynced.push_front((name, since));
                break;
            }
            live.synced = true;
            batch.push(live.partition.clone());
        }
        if !bugs::on(Bug::JournalReusedEarly) {
            sync_own_files(shared, &batch)?;
        }
        let old_waits = self.unsynced.front().is_some_and(|(name, _)| self.live[name].files[old]);
        if self.occupied && !old_waits {
            self.free(shared, old)?;
            self.occupied = false;
        }
        Ok(())
    }

    /// Says durably that a file's groups are old.
    fn free(&mut self, shared: &DirShared, file: usize) -> Result<(), LogError> {
        if let Some(f) = &self.files[file] {
            let path = path(shared, file);
            match f.write_all_at(&file_header(self.seq, self.key), 0) {
                Ok(()) => f.sync_data().map_err(|e| LogError::io("syncing", &path, e))?,
                // A file system that never writes in place has no room for it; a removal needs none.
                Err(e) if is_full(&e) => {
                    self.files[file] = None;
                    crate::files::remove_if_there(&*shared.disk, &path)?;
                    shared.disk.sync_dir(&shared.path).map_err(|e| LogError::io("syncing", &shared.path, e))?;
                }
                Err(e) => return Err(LogError::io("writing", &path, e)),
            }
        }
        if file == self.current {
            // What is there is old, and a file's groups follow each other from its start.
            self.at = PAGE as u64;
        }
        self.live.retain(|_, l| {
            l.files[file] = false;
            l.files != [false; 2]
        });
        Ok(())
    }

    /// The journal's share of upkeep after a group commit: a little of what must be done before the ring comes round.
    pub(crate) fn upkeep(&mut self, shared: &DirShared) -> Result<(), LogError> {
        if let Some(e) = shared.offline() {
            return Err(e);
        }
        let excess = self.unsynced.len().saturating_sub(self.unsynced_max);
        if excess > 0 {
            self.drain(shared, excess, false)?;
        } else if self.occupied {
            self.drain(shared, DRAIN_PER_GROUP, true)?;
        }
        Ok(())
    }

    /// When a commit thread without other work should call [`Self::idle`]; monotonic milliseconds.
    pub(crate) fn idle_at(&self) -> Option<i64> {
        self.unsynced.front().map(|u| u.1 + IDLE_AFTER_MS)
    }
    /// Syncs a few of the partitions that have waited for long, so that a stop finds little to do.
    pub(crate) fn idle(&mut self, shared: &DirShared) -> Result<(), LogError> {
        if let Some(e) = shared.offline() {
            return Err(e);
        }
        let due = shared.clock.mono_ms() - IDLE_AFTER_MS;
        let n = self.unsynced.iter().take(DRAIN_WHEN_IDLE).take_while(|u| u.1 <= due).count();
        if n > 0 { self.drain(shared, n, false) } else { Ok(()) }
    }

    /// Everything in the ring is synced in its own place, and the ring is empty.
    pub(crate) fn empty(&mut self, shared: &DirShared) -> Result<(), LogError> {
        if let Some(e) = shared.offline() {
            return Err(e);
        }
        self.drain(shared, usize::MAX, false)?;
        // Entries of partitions that are not live are void.
        if !self.live.is_empty() {
            self.free(shared, self.current)?;
        }
        assert!(self.live.is_empty(), "an empty ring says nothing of any partition");
        Ok(())
    }

    /// Before the partition's segments change under what the journal says: syncs its files (unless they go anyway), and voids the
    /// entries durably.
    pub(crate) fn settle(&mut self, shared: &DirShared, p: &Arc<PartitionLog>, sync: bool) -> Result<(), LogError> {
        let name = p.dir_name();
        if !self.live.contains_key(name) {
            return Ok(());
        }
        self.make_room(shared, 2 * PAGE as u64)?;
        if sync {
            sync_own_files(shared, std::slice::from_ref(p))?;
            if let Some(l) = self.live.get_mut(name) {
                l.synced = true;
            }
            self.unsynced.retain(|u| u.0 != name);
        }
        self.begin();
        put_header(&mut self.buf, VOID, name, p.topic_id());
        self.buf.extend_from_slice(name.as_bytes());
        if self.commit(shared)? {
            self.live.remove(name);
            self.unsynced.retain(|u| u.0 != name);
            return Ok(());
        }
        // No room for a page: then nothing may be left in the ring that needs one.
        self.empty(shared)
    }

    /// For a clean end, after `empty`: the files go.
    pub(crate) fn remove_files(&mut self, shared: &DirShared) -> Result<(), LogError> {
        assert!(self.live.is_empty(), "the ring is emptied before its files go");
        for file in 0..FILES.len() {
            if self.files[file].take().is_some() {
                crate::files::remove_if_there(&*shared.disk, &path(shared, file))?;
            }
        }
        shared.disk.sync_dir(&shared.path).map_err(|e| LogError::io("syncing", &shared.path, e))
    }

    /// The partitions hold the directory, and the directory holds this.
    pub(crate) fn forget(&mut self) {
        self.live.clear();
        self.unsynced.clear();
    }
}

/// Syncs everything of these partitions, and once the root if one of them is new in it.
fn sync_own_files(shared: &DirShared, partitions: &[Arc<PartitionLog>]) -> Result<(), LogError> {
    let jobs: Vec<SyncJob> = partitions.iter().map(|p| p.take_all()).collect();
    let all = partitions.len() >= SYNC_ALL_FROM && shared.sync_file_system();
    let mut root = false;
    for (p, job) in partitions.iter().zip(&jobs) {
        if all {
            job.unpin();
            continue;
        }
        match job.run(&*shared.disk, p) {
            Ok(()) => root |= job.root_entry,
            // Its files went away under the sync, on purpose.
            Err(_) if p.is_deleted() => {}
            Err(e) => return Err(e),
        }
    }
    if root {
        shared.disk.sync_dir(&shared.path).map_err(|e| LogError::io("syncing", &shared.path, e))?;
    }
    for (p, job) in partitions.iter().zip(&jobs) {
        p.finish_job(job);
    }
    Ok(())
}

fn path(shared: &DirShared, file: usize) -> PathBuf {
    shared.path.join(FILES[file])
}

fn put_header(buf: &mut Vec<u8>, kind: u8, name: &str, id: TopicId) {
    buf.push(kind);
    buf.push(u8::try_from(name.len()).expect("a directory's name has at most 255 bytes"));
    buf.extend_from_slice(&id.0);
}

/// The first page of a file: groups below `seq` are old.
pub(crate) fn file_header(seq: u64, key: u64) -> Vec<u8> {
    let mut page = vec![0; PAGE];
    page[..8].copy_from_slice(FILE_MAGIC);
    page[8..16].copy_from_slice(&seq.to_be_bytes());
    page[16..24].copy_from_slice(&key.to_be_bytes());
    let crc = crc32c(&page[..24]);
    page[24..28].copy_from_slice(&crc.to_be_bytes());
    page
}

pub(crate) fn is_full(e: &io::Error) -> bool {
    matches!(e.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge)
}
