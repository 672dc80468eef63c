//! Delivery reports on their way to the application, and what is counted until they are there.

use super::DeliveryReport;
use parking_lot::{Condvar, Mutex};
use std::collections::VecDeque;
use std::os::fd::RawFd;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use wellhead_base::{Code, Error, Result};
use wellhead_net::WakeFd;

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
}

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
        self.outstanding.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
    /// Takes back an `admit`.
    pub fn refuse(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
        self.held.fetch_sub(1, Ordering::Relaxed);
        self.ended(1);
    }
    fn ended(&self, records: usize) {
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
        self.ended(ended);
    }

    pub fn poll(&self, max: usize, timeout: Duration) -> Vec<DeliveryReport> {
        let mut queue = self.queue.lock();
        if queue.is_empty() && !timeout.is_zero() {
            let until = Instant::now() + timeout.min(Duration::from_secs(86_400));
            while queue.is_empty() && !self.arrived.wait_until(&mut queue, until).timed_out() {}
        }
        let n = queue.len().min(max);
        let out: Vec<DeliveryReport> = queue.drain(..n).collect();
        if queue.is_empty() {
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
        while self.outstanding() > 0 && !self.idle.wait_until(&mut lock, until).timed_out() {}
        drop(lock);
        self.outstanding()
    }
    /// Wakes whoever waits for reports.
    pub fn interrupt(&self) {
        self.arrived.notify_all();
    }
}
