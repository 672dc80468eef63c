//! The node's partitions as handlers use them: a log and those who wait for it. Owns: the registry of open partitions, waking.
//! Does not own: what exists (the metadata image), the bytes (`log`).
//!
//! Invariant: a waiter registers first and looks second, and the log advances first and wakes second, so no advance is missed.

use crate::open::Blocking;
use parking_lot::{Mutex, RwLock};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;
use wellhead_base::env::Clock;
use wellhead_base::limits::SETTLE_MS_MAX;
use wellhead_base::meter::Counter;
use wellhead_base::{Code, TopicId};
use wellhead_log::{AppendError, AppendInfo, Appended, LogError, Origin, PartitionLog};

/// Who is to be woken when something moved.
#[derive(Debug, Default)]
pub struct Waiters {
    list: Mutex<Vec<Arc<Notify>>>,
}

impl Waiters {
    pub fn wake(&self) {
        for n in self.list.lock().iter() {
            n.notify_one();
        }
    }
    fn add(&self, n: &Arc<Notify>) {
        self.list.lock().push(n.clone());
    }
    fn remove(&self, n: &Arc<Notify>) {
        let mut list = self.list.lock();
        if let Some(at) = list.iter().position(|x| Arc::ptr_eq(x, n)) {
            list.swap_remove(at);
        }
    }
}

/// One request's wait for any of several things. It is woken at least once for each advance since it registered; dropping it takes
/// it from every list.
#[derive(Debug, Default)]
pub struct Wait {
    notify: Arc<Notify>,
    on: Vec<Arc<Waiters>>,
}

impl Wait {
    pub fn new() -> Wait {
        Wait::default()
    }
    pub fn on(&mut self, waiters: &Arc<Waiters>) {
        waiters.add(&self.notify);
        self.on.push(waiters.clone());
    }
    /// Until woken, or `deadline`: false.
    pub async fn woken(&self, deadline: Instant) -> bool {
        tokio::time::timeout_at(deadline, self.notify.notified()).await.is_ok()
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        for w in &self.on {
            w.remove(&self.notify);
        }
    }
}

/// One partition.
pub struct Partition {
    pub log: Arc<PartitionLog>,
    /// Leadership of a single node never moves, so this is what the metadata say for as long as the partition is open.
    pub leader_epoch: i32,
    pub waiters: Arc<Waiters>,
    /// Since it was opened: records and bytes of producers, and bytes that readers were sent.
    pub records_in: Counter,
    pub bytes_in: Counter,
    pub bytes_out: Counter,
    loaded: AtomicBool,
}

impl Partition {
    pub fn new(log: Arc<PartitionLog>, leader_epoch: i32) -> Partition {
        let waiters = Arc::new(Waiters::default());
        let hook = waiters.clone();
        log.set_on_advance(Arc::new(move || hook.wake()));
        Partition {
            log,
            leader_epoch,
            waiters,
            records_in: Counter::default(),
            bytes_in: Counter::default(),
            bytes_out: Counter::default(),
            loaded: AtomicBool::new(false),
        }
    }

    /// Reads the log's files where that may take long, which is after an unclean stop: the runtime is told, so that the other
    /// tasks of this worker go on elsewhere. A failure is kept by the log and answered by whatever is asked of it next.
    pub fn recover(&self, blocking: Blocking) {
        if !self.loaded.load(Ordering::Acquire) {
            let _ = blocking.in_place(|| self.log.load());
            self.loaded.store(true, Ordering::Release);
        }
    }

    /// Appends batches in place; see `PartitionLog::append`. Takes microseconds and does not wait for durability.
    pub fn append(&self, batches: &mut [u8], origin: Origin, clock: &dyn Clock) -> Result<Appended, AppendError> {
        let appended = self.log.append(batches, AppendInfo { leader_epoch: self.leader_epoch, origin, now_ms: clock.wall_ms() })?;
        if !appended.duplicate {
            self.records_in.add((appended.last_offset + 1).saturating_sub(appended.base_offset).max(0) as u64);
            self.bytes_in.add(batches.len() as u64);
        }
        if self.log.high_watermark() > appended.last_offset {
            // Class page-cache: visible at once, and no commit will call the hook.
            self.waiters.wake();
        }
        Ok(appended)
    }

    /// Waits until `offset` is visible, the log failed, or `deadline`.
    pub async fn visible(&self, offset: i64, deadline: Instant) -> Result<(), Code> {
        if self.log.high_watermark() > offset {
            return Ok(());
        }
        let mut wait = Wait::new();
        wait.on(&self.waiters);
        loop {
            if self.log.high_watermark() > offset {
                return Ok(());
            }
            if let Some(e) = self.log.failed() {
                return Err(e.code());
            }
            if !wait.woken(deadline).await {
                return Err(Code::REQUEST_TIMED_OUT);
            }
        }
    }
}

/// What was appended to some partitions at one moment and was not visible yet.
#[derive(Default)]
pub struct Unsettled(Vec<(Arc<Partition>, i64)>);

impl Unsettled {
    /// Adds what is appended to `partition` by now.
    pub fn add(&mut self, partition: &Arc<Partition>) {
        if let Ok(o) = partition.log.offsets()
            && o.high_watermark < o.log_end
        {
            self.0.push((partition.clone(), o.log_end - 1));
        }
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Waits until all of it is visible, or cannot become so, or `SETTLE_MS_MAX` passed. A producer with acks=1 is answered at its
    /// append; who then asks where the log ends is told an end that has the record, as by a Kafka broker without followers.
    pub async fn settle(self) {
        let deadline = Instant::now() + Duration::from_millis(SETTLE_MS_MAX);
        for (partition, last) in self.0 {
            let _ = partition.visible(last, deadline).await;
        }
    }
}

/// The partitions that were used since the start.
#[derive(Default)]
pub struct Partitions {
    open: RwLock<HashMap<(TopicId, i32), Arc<Partition>>>,
}

impl Partitions {
    pub fn get(&self, topic: TopicId, partition: i32) -> Option<Arc<Partition>> {
        self.open.read().get(&(topic, partition)).cloned()
    }
    /// The partition, opened with `open` if it was not. The caller holds the metadata image, in which the topic exists, so that a
    /// deletion of the topic comes wholly before or wholly after.
    pub fn get_or_open(
        &self,
        topic: TopicId,
        partition: i32,
        leader_epoch: i32,
        open: impl FnOnce() -> Result<Arc<PartitionLog>, LogError>,
    ) -> Result<Arc<Partition>, LogError> {
        if let Some(p) = self.get(topic, partition) {
            return Ok(p);
        }
        let mut map = self.open.write();
        if let Some(p) = map.get(&(topic, partition)) {
            return Ok(p.clone());
        }
        let p = Arc::new(Partition::new(open()?, leader_epoch));
        map.insert((topic, partition), p.clone());
        Ok(p)
    }
    pub fn remove(&self, topic: TopicId, partition: i32) -> Option<Arc<Partition>> {
        self.open.write().remove(&(topic, partition))
    }
    /// The open partitions with their topic's id and number.
    pub fn all(&self) -> Vec<(TopicId, i32, Arc<Partition>)> {
        self.open.read().iter().map(|((t, p), x)| (*t, *p, x.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_wait_is_woken_by_any_of_its_lists_and_leaves_them_when_dropped() {
        let lists: Vec<Arc<Waiters>> = (0..3).map(|_| Arc::default()).collect();
        let soon = || Instant::now() + Duration::from_millis(10);
        for woken in &lists {
            let mut wait = Wait::new();
            for l in &lists {
                wait.on(l);
            }
            assert!(!wait.woken(soon()).await);
            woken.wake();
            woken.wake();
            assert!(wait.woken(soon()).await);
            assert!(!wait.woken(soon()).await, "several wakes before it looks are one");
            // A wake between registering and waiting is kept.
            woken.wake();
            tokio::task::yield_now().await;
            assert!(wait.woken(soon()).await);
            drop(wait);
            assert!(lists.iter().all(|l| l.list.lock().is_empty()));
        }
    }
}
