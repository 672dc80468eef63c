//! What one partition owes the disk, and paying it: the state that appends leave for the commit thread, the jobs it takes, and
//! waiting for it.
//!
//! Invariants: a segment is pinned open from its first unsynced byte until it is synced; what a job takes is either synced, or put
//! back with the bytes marked that the journal holds; `durable` never passes what is synced or in the journal.
//! The commit thread, the journal and whoever settles a partition take jobs under the journal's lock, one at a time.

use crate::commit;
use crate::config::{CommitMode, Durability};
use crate::error::LogError;
use crate::partition::{LogPos, PartitionLog};
use crate::segment::Segment;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use wellhead_base::bugs::{self, Bug};
use wellhead_base::env::{Disk, DiskFile};

/// A segment with unsynced bytes, pinned open once.
pub(crate) struct Dirty {
    pub segment: Arc<Segment>,
    /// Unsynced bytes below this position are in the journal.
    pub covered: u64,
}

/// What the commit thread has to do for a partition.
#[derive(Default)]
pub(crate) struct SyncState {
    pub queued: bool,
    dirty: Vec<Dirty>,
    /// Other new files, to be synced once.
    pub files: Vec<Arc<dyn DiskFile>>,
    pub dir_entries: bool,
    pub root_entry: bool,
    /// Something has to be synced (under class page-cache most appends only notify).
    pub want_sync: bool,
    pub durable: i64,
    /// Counts truncations: a sync that began before one says nothing of what came after.
    generation: u64,
    /// A truncation is under way.
    pub frozen: bool,
}

impl SyncState {
    /// Bytes were written at `at`, the end of the segment until then.
    pub(crate) fn wrote(&mut self, segment: &Arc<Segment>, at: u64) {
        if !self.dirty.iter().any(|d| Arc::ptr_eq(&d.segment, segment)) {
            segment.log.pin();
            self.dirty.push(Dirty { segment: segment.clone(), covered: at });
        }
    }
    /// The log was cut: these segments are left, synced by the truncation, and it ends here.
    pub(crate) fn truncated(&mut self, left: &[Arc<Segment>], end: i64) {
        self.generation += 1;
        self.frozen = false;
        self.durable = end;
        let (keep, gone): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.dirty).into_iter().partition(|d| left.iter().any(|s| Arc::ptr_eq(s, &d.segment)));
        self.dirty = keep;
        for d in gone {
            d.segment.log.unpin();
        }
    }
}

/// What syncing a partition would take.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Owed {
    /// The class is `fsync`, and there are bytes that the journal does not hold.
    pub journals: bool,
    pub bytes: u64,
    /// Files and directories to sync.
    pub files: u64,
}

/// One partition's share of a group commit.
pub(crate) struct SyncJob {
    pub sync: bool,
    pub dirty: Vec<Dirty>,
    pub files: Vec<Arc<dyn DiskFile>>,
    pub dir_entries: bool,
    pub root_entry: bool,
    upto: LogPos,
    generation: u64,
}

impl SyncJob {
    /// Where the job's bytes of this segment end.
    pub(crate) fn end(&self, segment: &Segment) -> u64 {
        if segment.base == self.upto.segment { self.upto.pos } else { segment.size() }
    }
    pub(crate) fn unpin(&self) {
        for d in &self.dirty {
            d.segment.log.unpin();
        }
    }

    /// Syncs the partition's own files and directory, but not the entry of that directory in the root.
    pub(crate) fn run(&self, disk: &dyn Disk, p: &PartitionLog) -> Result<(), LogError> {
        let done = self.sync_files(disk, p);
        self.unpin();
        done
    }
    fn sync_files(&self, disk: &dyn Disk, p: &PartitionLog) -> Result<(), LogError> {
        for d in &self.dirty {
            // Pinned since its first unsynced byte, so this does not open anything; and a retired one need not be durable any more.
            if d.segment.log.is_retired() {
                continue;
            }
            if bugs::on(Bug::AckBeforeSync) {
                continue;
            }
            let file = d.segment.log.open()?;
            let mut synced = file.sync_data();
            if bugs::on(Bug::FailedSyncRetried) && synced.is_err() {
                synced = file.sync_data();
            }
            synced.map_err(|e| LogError::io("syncing", d.segment.log.path(), e))?;
        }
        if bugs::on(Bug::NoDirectorySync) {
            return Ok(());
        }
        for file in &self.files {
            file.sync_data().map_err(|e| LogError::io("syncing a file of", p.path(), e))?;
        }
        if self.dir_entries {
            disk.sync_dir(p.path()).map_err(|e| LogError::io("syncing", p.path(), e))?;
        }
        Ok(())
    }
}

impl PartitionLog {
    /// What a job would have to do.
    pub(crate) fn owed(&self) -> Owed {
        let fsync = self.config().durability == Durability::Fsync;
        let sync = self.sync.lock();
        if !sync.want_sync || self.is_deleted() {
            return Owed::default();
        }
        let upto = self.view.read().end;
        let end = |s: &Segment| if s.base == upto.segment { upto.pos } else { s.size() };
        let bytes = sync.dirty.iter().map(|d| end(&d.segment).saturating_sub(d.covered)).sum();
        let files = sync.dirty.len() + sync.files.len() + usize::from(sync.dir_entries) + usize::from(sync.root_entry);
        Owed { journals: fsync && bytes > 0 && !sync.frozen, bytes, files: files as u64 }
    }

    /// Takes what is to be done, if somebody wants it done.
    pub(crate) fn take_job(&self) -> SyncJob {
        let mut sync = self.sync.lock();
        sync.queued = false;
        let wanted = sync.want_sync;
        self.take(&mut sync, wanted)
    }
    /// Takes everything that is not synced, wanted or not. The partition stays queued if it was.
    pub(crate) fn take_all(&self) -> SyncJob {
        let mut sync = self.sync.lock();
        self.take(&mut sync, true)
    }
    fn take(&self, sync: &mut SyncState, all: bool) -> SyncJob {
        let upto = self.view.read().end;
        let generation = sync.generation;
        let mut job = SyncJob { sync: all, dirty: Vec::new(), files: Vec::new(), dir_entries: false, root_entry: false, upto, generation };
        if all {
            sync.want_sync = false;
            job.dirty = std::mem::take(&mut sync.dirty);
            job.files = std::mem::take(&mut sync.files);
            job.dir_entries = std::mem::take(&mut sync.dir_entries);
            job.root_entry = std::mem::take(&mut sync.root_entry);
        }
        job
    }

    /// The journal holds the job's bytes: they are durable, and the files are synced later.
    pub(crate) fn keep_job(&self, job: SyncJob) {
        self.finish_job(&job);
        let mut sync = self.sync.lock();
        for d in &job.dirty {
            let covered = job.end(&d.segment);
            if let Some(again) = sync.dirty.iter_mut().find(|a| Arc::ptr_eq(&a.segment, &d.segment)) {
                // Written to meanwhile, from where the job ends, and pinned for that.
                again.covered = again.covered.max(covered);
                d.segment.log.unpin();
            } else {
                sync.dirty.push(Dirty { segment: d.segment.clone(), covered });
            }
        }
        sync.files.extend(job.files);
        sync.dir_entries |= job.dir_entries;
        sync.root_entry |= job.root_entry;
    }

    /// Everything of the job is durable.
    pub(crate) fn finish_job(&self, job: &SyncJob) {
        let mut sync = self.sync.lock();
        if sync.generation == job.generation && !sync.frozen {
            sync.durable = sync.durable.max(job.upto.offset);
            let mut view = self.view.write();
            if view.hw.offset < job.upto.offset {
                view.hw = job.upto;
            }
        }
        drop(sync);
        self.synced.notify_all();
    }
    pub(crate) fn call_hook(&self) {
        let hook = self.hook.read().clone();
        if let Some(hook) = hook {
            hook();
        }
    }
    /// Whoever waits looks again.
    pub(crate) fn wake_all(&self) {
        drop(self.sync.lock());
        self.synced.notify_all();
        self.call_hook();
    }

    /// Blocks until everything appended before the call is durable, whatever the class.
    pub fn flush(&self) -> Result<(), LogError> {
        if !self.is_loaded() {
            return self.writable();
        }
        let target = self.view.read().end.offset;
        self.flush_to(target)
    }

    pub(crate) fn flush_to(&self, target: i64) -> Result<(), LogError> {
        let manual = self.shared.options.commit == CommitMode::Manual;
        loop {
            let mut sync = self.sync.lock();
            let end = self.view.read().end.offset;
            if sync.durable >= target.min(end) {
                return Ok(());
            }
            if let Some(e) = self.shared.offline() {
                return Err(e);
            }
            if self.is_deleted() {
                return Err(LogError::Gone);
            }
            sync.want_sync = true;
            let queue = !std::mem::replace(&mut sync.queued, true);
            if queue {
                // The queue's lock is a leaf; taking it here keeps the wake-up from being missed.
                self.enqueue();
            }
            if manual {
                drop(sync);
                commit::run_once(&self.shared)?;
            } else {
                self.synced.wait(&mut sync);
            }
        }
    }

    /// Before segments change in place or go: what the journal says of them is void from here on, and with `sync` in its own place.
    /// The caller holds the state lock, so that nothing is appended before it is done.
    pub(crate) fn settle(&self, sync: bool) -> Result<(), LogError> {
        // Nothing of it can be in the journal: the caller need not wait for a group commit that is under way.
        if !self.appended.load(Ordering::Acquire) {
            return Ok(());
        }
        let Some(this) = self.this.get().and_then(Weak::upgrade) else { return Ok(()) };
        let mut journal = self.shared.journal.lock();
        journal.settle(&self.shared, &this, sync).map_err(|e| self.shared.go_offline(&e))
    }

    /// Asks for a sync of the directory and of everything dirty.
    pub(crate) fn request_sync(&self, dir_entries: bool) {
        let mut sync = self.sync.lock();
        sync.want_sync = true;
        sync.dir_entries |= dir_entries;
        let queue = !std::mem::replace(&mut sync.queued, true);
        drop(sync);
        if queue {
            self.enqueue();
        }
    }
}
