//! Delivery reports on their way to the application, and what is counted until they are there.

use super::DeliveryReport;
use parking_lot::{Condvar, Mutex};
use std::collections::{BTreeMap, VecDeque};
use std::os::fd::RawFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use wellhead_base::{Code, Error, Result};
use wellhead_net::WakeFd;

/// Records and bytes by topic and partition.
type Sums = BTreeMap<(Arc<str>, i32), (u64, u64)>;

/// The queue of reports, and the bounds of what may wait. The queue itself is bounded by them: a record counts until its report was
/// polled.
pub(crate) struct Reports {
    queue: Mutex<VecDeque<DeliveryReport>>,
    arrived: Condvar,
    wake: WakeFd,
    wanted: AtomicBool,
    only_errors: bool,
    records_max: usize,
    bytes_max: usize,
    /// Records queued, in flight, or reported and not polled.
    held: AtomicUsize,
    /// Records queued or in flight.
    outstanding: AtomicUsize,
    bytes: AtomicUsize,
    /// For those who wait for `outstanding` to be 0.
    idle_lock: Mutex<()>,
    idle: Condvar,
    /// The driver is ending: nothing is admitted.
    closed: AtomicBool,
    /// It has ended: nobody waits for what cannot come any more.
    ended: AtomicBool,
    /// Troubles that belong to no record, for who asked for them; the oldest go when nobody takes them.
    troubles: Mutex<VecDeque<Error>>,
    /// Records and bytes that were acknowledged, by partition. One entry for each that was ever written to.
    acknowledged: Mutex<Sums>,
}

/// Troubles that wait at most.
const TROUBLES_MAX: usize = 32;

impl Reports {
    pub fn new(records_max: usize, bytes_max: usize, only_errors: bool) -> Result<Reports> {
        let wake = WakeFd::new().map_err(|e| Error::new(Code::CRIT_SYS_RESOURCE, format!("eventfd: {e}")))?;
        Ok(Reports {
            queue: Mutex::default(),
            arrived: Condvar::new(),
            wake,
            wanted: AtomicBool::new(true),
            only_errors,
            records_max,
            bytes_max,
            held: AtomicUsize::new(0),
            outstanding: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            idle_lock: Mutex::default(),
            idle: Condvar::new(),
            closed: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            troubles: Mutex::default(),
            acknowledged: Mutex::default(),
        })
    }

    /// Counts a record in, if there is room. A record larger than all the room still fits into an empty queue.
    pub fn admit(&self, bytes: usize) -> Result<()> {
        let full = || Err(Error::code(Code::QUEUE_FULL));
        if self.held.fetch_add(1, Ordering::Relaxed) >= self.records_max {
            self.held.fetch_sub(1, Ordering::Relaxed);
            return full();
        }
        let before = self.bytes.fetch_add(bytes, Ordering::Relaxed);
        if before > 0 && before + bytes > self.bytes_max {
            self.bytes.fetch_sub(bytes, Ordering::Relaxed);
            self.held.fetch_sub(1, Ordering::Relaxed);
            return full();
        }
        // Counted before it is looked whether the driver ends, and the driver, once it has said so, fails what is counted
        // (`Driver::run`): so a record that a closing producer took is reported, or refused here, and never forgotten.
        self.outstanding.fetch_add(1, Ordering::SeqCst);
        if self.closed.load(Ordering::SeqCst) {
            self.refuse(bytes);
            return Err(Error::new(Code::STATE, "the producer is closed"));
        }
        Ok(())
    }
    /// Takes back an `admit`.
    pub fn refuse(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
        self.held.fetch_sub(1, Ordering::Relaxed);
        self.gone(1);
    }
    fn gone(&self, records: usize) {
        if self.outstanding.fetch_sub(records, Ordering::AcqRel) == records {
            drop(self.idle_lock.lock());
            self.idle.notify_all();
        }
    }

    /// Reports and the queued bytes that end with them.
    pub fn push(&self, reports: Vec<(DeliveryReport, usize)>) {
        if reports.is_empty() {
            return;
        }
        let wanted = self.wanted.load(Ordering::Relaxed);
        let (mut ended, mut bytes) = (0, 0);
        {
            let mut acknowledged = self.acknowledged.lock();
            for (r, queued) in reports.iter().filter(|(r, _)| r.error.is_none()) {
                let sum = acknowledged.entry((r.topic.clone(), r.partition)).or_default();
                *sum = (sum.0 + r.tokens.len() as u64, sum.1 + *queued as u64);
            }
        }
        {
            let mut queue = self.queue.lock();
            let was_empty = queue.is_empty();
            for (r, queued) in reports {
                ended += r.tokens.len();
                bytes += queued;
                if wanted && !(self.only_errors && r.error.is_none()) {
                    queue.push_back(r);
                } else {
                    self.held.fetch_sub(r.tokens.len(), Ordering::Relaxed);
                }
            }
            if was_empty && !queue.is_empty() {
                self.wake.raise();
            }
        }
        self.arrived.notify_all();
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
        self.gone(ended);
    }

    /// Records and bytes under way, and those acknowledged by partition.
    pub fn stats(&self) -> (usize, usize, Sums) {
        (self.outstanding(), self.bytes.load(Ordering::Relaxed), self.acknowledged.lock().clone())
    }

    pub fn poll(&self, max: usize, timeout: Duration) -> Vec<DeliveryReport> {
        let mut queue = self.queue.lock();
        if queue.is_empty() && !timeout.is_zero() {
            let until = Instant::now() + timeout.min(Duration::from_secs(86_400));
            while queue.is_empty() && self.troubles.lock().is_empty() && !self.ended.load(Ordering::SeqCst) {
                if self.arrived.wait_until(&mut queue, until).timed_out() {
                    break;
                }
            }
        }
        let n = queue.len().min(max);
        let out: Vec<DeliveryReport> = queue.drain(..n).collect();
        if queue.is_empty() && self.troubles.lock().is_empty() {
            self.wake.clear();
        }
        drop(queue);
        self.held.fetch_sub(out.iter().map(|r| r.tokens.len()).sum(), Ordering::Relaxed);
        out
    }
    pub fn set_wanted(&self, wanted: bool) {
        self.wanted.store(wanted, Ordering::Relaxed);
    }
    pub fn outstanding(&self) -> usize {
        self.outstanding.load(Ordering::Acquire)
    }
    pub fn waiting(&self) -> usize {
        self.queue.lock().iter().map(|r| r.tokens.len()).sum()
    }
    pub fn fd(&self) -> RawFd {
        self.wake.raw()
    }
    /// Blocks until nothing is outstanding, or the time is over. Gives what is.
    pub fn wait_idle(&self, timeout: Duration) -> usize {
        let until = Instant::now() + timeout.min(Duration::from_secs(86_400));
        let mut lock = self.idle_lock.lock();
        while self.outstanding() > 0 && !self.ended.load(Ordering::SeqCst) && !self.idle.wait_until(&mut lock, until).timed_out() {}
        drop(lock);
        self.outstanding()
    }
    /// Nothing is admitted from now on.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }
    /// The driver has ended: whoever waits here returns.
    pub fn end(&self) {
        self.ended.store(true, Ordering::SeqCst);
        // Each lock is passed once, so that none is between its look at `ended` and its wait.
        drop(self.queue.lock());
        self.arrived.notify_all();
        drop(self.idle_lock.lock());
        self.idle.notify_all();
        self.wake.raise();
    }
    /// Something went wrong that belongs to no record.
    pub fn push_trouble(&self, e: Error) {
        // Under the queue's lock, as `poll` decides under it whether the descriptor stays readable.
        let queue = self.queue.lock();
        let mut troubles = self.troubles.lock();
        if troubles.len() == TROUBLES_MAX {
            troubles.pop_front();
        }
        troubles.push_back(e);
        self.wake.raise();
        drop((troubles, queue));
        self.arrived.notify_all();
    }
    pub fn take_troubles(&self) -> Vec<Error> {
        let queue = self.queue.lock();
        let out = self.troubles.lock().drain(..).collect();
        if queue.is_empty() {
            self.wake.clear();
        }
        out
    }
}
