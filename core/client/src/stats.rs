//! What a client can tell about itself: what went over the wire to each broker and how long the answers took, what waits, and where
//! the partitions stand. Owns the counters per broker address; the figures of partitions are read from their owners when asked.
//!
//! Counters only grow, except the round trips, which are those since the last look.

use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Round trips in microseconds, from handing a request to the connection to its answer; a fetch that waits for data waits in here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoundTrips {
    pub count: u64,
    pub sum_us: u64,
    pub min_us: u64,
    pub max_us: u64,
}

impl RoundTrips {
    fn add(&mut self, us: u64) {
        self.min_us = if self.count == 0 { us } else { self.min_us.min(us) };
        self.max_us = self.max_us.max(us);
        self.sum_us += us;
        self.count += 1;
    }
}

/// One broker's counters.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    tx: AtomicU64,
    tx_bytes: AtomicU64,
    rx: AtomicU64,
    rx_bytes: AtomicU64,
    round_trips: Mutex<RoundTrips>,
}

impl Counters {
    pub fn sent(&self, bytes: usize) {
        self.tx.fetch_add(1, Ordering::Relaxed);
        self.tx_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }
    pub fn answered(&self, bytes: usize, after: Duration) {
        self.rx.fetch_add(1, Ordering::Relaxed);
        self.rx_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        self.round_trips.lock().add(after.as_micros() as u64);
    }
    /// The figures of the broker at `address`; begins a new window of round trips.
    pub fn look(&self, address: String, node: i32, connected: bool) -> BrokerStats {
        BrokerStats {
            address,
            node,
            connected,
            tx: self.tx.load(Ordering::Relaxed),
            tx_bytes: self.tx_bytes.load(Ordering::Relaxed),
            rx: self.rx.load(Ordering::Relaxed),
            rx_bytes: self.rx_bytes.load(Ordering::Relaxed),
            round_trips: std::mem::take(&mut *self.round_trips.lock()),
        }
    }
}

#[derive(Clone, Debug)]
pub struct BrokerStats {
    pub address: String,
    /// -1 where no metadata has named it.
    pub node: i32,
    pub connected: bool,
    /// Requests and their bytes.
    pub tx: u64,
    pub tx_bytes: u64,
    /// Answers and their bytes.
    pub rx: u64,
    pub rx_bytes: u64,
    /// Since the last look.
    pub round_trips: RoundTrips,
}

/// Where a partition stands. What the client's kind does not have is 0, or OFFSET_INVALID for offsets.
#[derive(Clone, Debug)]
pub struct PartitionStats {
    pub topic: Arc<str>,
    pub partition: i32,
    /// -1 where not known.
    pub leader: i32,
    /// A consumer's records and bytes that are fetched and not given out; a producer counts them for all partitions together.
    pub waiting_records: u64,
    pub waiting_bytes: u64,
    /// A producer's acknowledged records, a consumer's records given out.
    pub records: u64,
    /// Bytes of a producer's acknowledged records.
    pub record_bytes: u64,
    /// One past the last record given out.
    pub position: i64,
    pub stored: i64,
    pub committed: i64,
    pub low: i64,
    pub high: i64,
}

impl PartitionStats {
    pub(crate) fn new(topic: Arc<str>, partition: i32, leader: i32) -> Self {
        let none = crate::OFFSET_INVALID;
        Self {
            topic,
            partition,
            leader,
            waiting_records: 0,
            waiting_bytes: 0,
            records: 0,
            record_bytes: 0,
            position: none,
            stored: none,
            committed: none,
            low: none,
            high: none,
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct Stats {
    pub brokers: Vec<BrokerStats>,
    pub partitions: Vec<PartitionStats>,
    /// Records and bytes that wait or are under way (producer), or are fetched and not given out (consumer).
    pub waiting_records: u64,
    pub waiting_bytes: u64,
    /// Records acknowledged (producer) or given out (consumer), also of partitions that are not held any more.
    pub records: u64,
    /// Bytes of acknowledged records; 0 for a consumer, which does not count them.
    pub record_bytes: u64,
    pub topics_known: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_are_those_since_the_last_look() {
        let c = Counters::default();
        for ms in [5, 1, 9] {
            c.sent(10);
            c.answered(20, Duration::from_millis(ms));
        }
        let s = c.look("a:1".into(), 0, true);
        assert_eq!((s.tx, s.tx_bytes, s.rx, s.rx_bytes), (3, 30, 3, 60));
        assert_eq!(s.round_trips, RoundTrips { count: 3, sum_us: 15_000, min_us: 1_000, max_us: 9_000 });
        c.answered(20, Duration::from_millis(7));
        let s = c.look("a:1".into(), 0, true);
        assert_eq!((s.rx, s.round_trips.count, s.round_trips.min_us, s.round_trips.max_us), (4, 1, 7_000, 7_000));
    }
}
