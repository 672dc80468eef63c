//! The commit seam: appended batches become durable. Partitions with something to sync queue up; one thread takes all that are
//! queued, syncs what they touched and moves their high watermarks. While it works the next group gathers, so that a busy directory
//! shares its syncs and a single quick producer waits for one.
//!
//! Nobody else syncs segment data (but recovery, before anybody reads). A sync that fails takes the directory offline and is never
//! tried again: the kernel may have dropped the pages and would call the second try a success.
//!
//! `sync_group` is the one place that decides how a group becomes durable: by the journal ([`crate::journal`]), where many files have
//! little to sync, or by the segments' own syncs.

use crate::dir::DirShared;
use crate::error::LogError;
use crate::partition::PartitionLog;
use crate::sync::{Owed, SyncJob};
use std::sync::Arc;
use std::time::Duration;

/// What waits for the commit thread.
#[derive(Default)]
pub(crate) struct Queue {
    /// Each partition at most once.
    pub partitions: Vec<Arc<PartitionLog>>,
    /// The directory went offline: tell every partition's waiters.
    pub announce: bool,
    pub stop: bool,
}

/// Queues a partition; the caller has set its queued flag.
pub(crate) fn enqueue(shared: &DirShared, partition: Arc<PartitionLog>) {
    let mut queue = shared.queue.lock();
    queue.partitions.push(partition);
    // Only the first one finds the thread asleep.
    let wake = queue.partitions.len() == 1;
    drop(queue);
    if wake {
        shared.wake.notify_one();
    }
}

/// The commit thread.
pub(crate) fn run(shared: &Arc<DirShared>) {
    let interval = shared.options.checkpoint_interval_ms.max(1);
    let mut checkpoint_due = shared.clock.mono_ms().saturating_add(interval);
    let mut moved = false;
    loop {
        // Partitions that wait for their own sync are a reason to look again, when nothing else is to be done.
        let idle_at = shared.journal.lock().idle_at().filter(|_| shared.offline().is_none());
        {
            let mut queue = shared.queue.lock();
            while queue.partitions.is_empty() && !queue.announce && !queue.stop {
                let until = match (idle_at, moved.then_some(checkpoint_due)) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                };
                let Some(until) = until else {
                    shared.wake.wait(&mut queue);
                    continue;
                };
                let left = until - shared.clock.mono_ms();
                if left <= 0 {
                    break;
                }
                shared.wake.wait_for(&mut queue, Duration::from_millis(left.min(1_000) as u64));
            }
            if queue.stop && queue.partitions.is_empty() && !queue.announce {
                return;
            }
            if queue.partitions.is_empty() && !queue.announce {
                drop(queue);
                let mut journal = shared.journal.lock();
                if let Err(e) = journal.idle(shared) {
                    shared.go_offline(&e);
                }
            }
        }
        // An error has taken the directory offline, which the next round announces.
        moved |= run_once(shared).is_ok_and(|n| n > 0);
        if moved && shared.clock.mono_ms() >= checkpoint_due {
            if let Err(e) = shared.checkpoint() {
                tracing::warn!("the checkpoints were not written: {e}");
            }
            moved = false;
            checkpoint_due = shared.clock.mono_ms().saturating_add(interval);
        } else if !moved {
            checkpoint_due = shared.clock.mono_ms().saturating_add(interval);
        }
    }
}

/// One group commit. Returns how many partitions were queued.
pub(crate) fn run_once(shared: &DirShared) -> Result<usize, LogError> {
    let (group, announce) = {
        let mut queue = shared.queue.lock();
        (std::mem::take(&mut queue.partitions), std::mem::take(&mut queue.announce))
    };
    let result = match shared.offline() {
        Some(e) => Err(e),
        None if group.is_empty() => Ok(()),
        None => {
            let begun = shared.clock.mono_us();
            let done = sync_group(shared, &group);
            shared.commits.note(shared.clock.mono_us() - begun);
            done
        }
    };
    if let Err(e) = &result {
        shared.go_offline(e);
        for p in &group {
            p.wake_all();
        }
    }
    if announce {
        for p in shared.list() {
            p.wake_all();
        }
    }
    result.map(|()| group.len())
}

/// Makes one group durable: what the journal takes with one sync, and then the rest, file by file. A partition is told as soon as
/// it is durable, with no lock held.
fn sync_group(shared: &DirShared, group: &[Arc<PartitionLog>]) -> Result<(), LogError> {
    // Before the journal's lock is released.
    let failed = |e: LogError| shared.go_offline(&e);
    let mut journal = shared.journal.lock();
    // Under the lock: a partition that is deleted later finds its entries and voids them.
    let owed: Vec<Owed> = group.iter().map(|p| p.owed()).collect();
    let (chosen, bytes) = journal.choose(&owed);
    if chosen.contains(&true) {
        journal.make_room(shared, bytes).map_err(failed)?;
        let jobs: Vec<_> = group.iter().zip(&chosen).filter(|c| *c.1).map(|(p, _)| (p.clone(), p.take_job())).collect();
        let written = journal.write(shared, &jobs).map_err(failed)?;
        let mut told = Vec::with_capacity(jobs.len());
        for (p, job) in jobs {
            if written {
                p.keep_job(job);
            } else {
                finish_directly(shared, &p, job).map_err(failed)?;
            }
            told.push(p);
        }
        drop(journal);
        for p in told {
            p.call_hook();
        }
    } else {
        drop(journal);
    }
    for (p, _) in group.iter().zip(&chosen).filter(|c| !c.1) {
        let journal = shared.journal.lock();
        // Another thread's sync may have failed since.
        shared.offline().map_or(Ok(()), Err)?;
        finish_directly(shared, p, p.take_job()).map_err(failed)?;
        drop(journal);
        p.call_hook();
    }
    let mut journal = shared.journal.lock();
    journal.upkeep(shared).map_err(failed)
}

/// Syncs a partition's files. The caller holds the journal's lock.
fn finish_directly(shared: &DirShared, p: &PartitionLog, job: SyncJob) -> Result<(), LogError> {
    if !job.sync {
        return Ok(());
    }
    let root = || shared.disk.sync_dir(&shared.path).map_err(|e| LogError::io("syncing", &shared.path, e));
    match job.run(&*shared.disk, p).and_then(|()| if job.root_entry { root() } else { Ok(()) }) {
        Ok(()) => p.finish_job(&job),
        // Its files went away under the sync, on purpose.
        Err(_) if p.is_deleted() => {}
        Err(e) => return Err(e),
    }
    Ok(())
}
