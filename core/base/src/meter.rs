//! Counts of what happened, for whoever watches from outside. Lock-free: a few atomic additions each. Does not own: names, units on the
//! page, who reads them (`broker::admin`).

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The upper ends of a histogram's buckets, in microseconds. What took longer is in the count alone.
pub const BUCKETS_US: [u64; 17] =
    [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000];

/// How long something took.
#[derive(Debug, Default)]
pub struct Histogram {
    buckets: [AtomicU64; BUCKETS_US.len()],
    count: AtomicU64,
    sum_us: AtomicU64,
}

/// What a histogram held at one moment. Its parts are read one after another: a sum may have a duration that a count does not have yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Durations {
    /// In each bucket alone, not below its upper end in all.
    pub buckets: [u64; BUCKETS_US.len()],
    pub count: u64,
    pub sum_us: u64,
}

impl Histogram {
    /// `us` is in microseconds; what is negative counts as nothing.
    pub fn note(&self, us: i64) {
        let us = us.max(0) as u64;
        if let Some(b) = self.buckets.get(BUCKETS_US.partition_point(|upper| *upper < us)) {
            b.fetch_add(1, Relaxed);
        }
        self.count.fetch_add(1, Relaxed);
        self.sum_us.fetch_add(us, Relaxed);
    }
    pub fn read(&self) -> Durations {
        // The count last: it is never below its buckets then.
        let buckets = std::array::from_fn(|i| self.buckets[i].load(Relaxed));
        let sum_us = self.sum_us.load(Relaxed);
        Durations { buckets, count: self.count.load(Relaxed), sum_us }
    }
}

/// How often something happened, or how much of it.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);
impl Counter {
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Relaxed);
    }
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_in_the_bucket_that_it_fits() {
        let h = Histogram::default();
        for us in [-5, 0, 50, 51, 10_000_000, 10_000_001] {
            h.note(us);
        }
        let d = h.read();
        assert_eq!((d.count, d.sum_us), (6, 50 + 51 + 10_000_000 + 10_000_001));
        assert_eq!((d.buckets[0], d.buckets[1], d.buckets[BUCKETS_US.len() - 1]), (3, 1, 1), "the longest is in no bucket");
        assert_eq!(d.buckets.iter().sum::<u64>(), 5);
    }
}
