//! Many threads at once: appends, reads, retention and compaction of the same log.

use super::util::*;
use crate::*;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use wellhead_record::BuilderOptions;

/// Ends the other threads' loops also when this one panics.
struct Done<'a>(&'a AtomicBool);
impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn appends_from_many_threads_keep_every_record_once_and_in_order() {
    let f = Fixture::real();
    let dir = f.open();
    let config = LogConfig { segment_bytes: 20_000, ..LogConfig::default() };
    let partitions: Vec<_> = (0..4).map(|i| dir.partition("t", i, ID, config.clone()).unwrap()).collect();
    let done = AtomicBool::new(false);
    std::thread::scope(|s| {
        let guard = Done(&done);
        let writers: Vec<_> = (0..8)
            .map(|t| {
                let p = &partitions[t % 4];
                s.spawn(move || {
                    for i in 0..200 {
                        let v = format!("{t}:{i}");
                        let a = p.append(&mut batch(&[&v]), info()).unwrap();
                        if i % 50 == 0 {
                            wait_visible(p, a.last_offset + 1);
                        }
                    }
                })
            })
            .collect();
        for p in &partitions {
            let done = &done;
            s.spawn(move || {
                // A reader at the tail sees whole batches without gaps.
                let mut next = 0;
                while !done.load(Ordering::Relaxed) || next < p.high_watermark() {
                    for r in scan_from(p, next, 5_000) {
                        assert_eq!(r.0, next);
                        next += 1;
                    }
                }
                assert_eq!(next, 400);
            });
        }
        for w in writers {
            w.join().unwrap();
        }
        for p in &partitions {
            p.flush().unwrap();
        }
        drop(guard);
    });
    for p in &partitions {
        let mut next = std::collections::BTreeMap::new();
        for v in values(p) {
            let (t, i) = v.split_once(':').unwrap();
            let n = next.entry(t.to_owned()).or_insert(0);
            assert_eq!(i.parse::<i32>().unwrap(), *n);
            *n += 1;
        }
        assert_eq!(next.values().copied().collect::<Vec<_>>(), [200, 200]);
    }
    dir.close().unwrap();
}

#[test]
fn readers_go_on_while_segments_are_compacted_and_deleted() {
    let mut f = Fixture::real();
    f.options.open_files_max = 2;
    let dir = f.open();
    let config = LogConfig {
        segment_bytes: 3_000,
        index_interval_bytes: 200,
        cleanup: Cleanup { delete: true, compact: true },
        min_cleanable_dirty_ratio: 0.01,
        retention_ms: -1,
        retention_bytes: 20_000,
        ..LogConfig::default()
    };
    let p = log(&dir, config);
    let (done, newest) = (AtomicBool::new(false), AtomicI64::new(0));
    std::thread::scope(|s| {
        let guard = Done(&done);
        let readers: Vec<_> = (0..3)
            .map(|n| {
                let (p, done, newest) = (&p, &done, &newest);
                s.spawn(move || {
                    let mut passes = 0;
                    while !done.load(Ordering::Relaxed) || passes == 0 {
                        let from = p.log_start_offset();
                        // The start may move on between the two calls.
                        let Ok(records) = try_scan_from(p, from, 1_000 * (n + 1)) else { continue };
                        assert!(records.windows(2).all(|w| w[0].0 < w[1].0));
                        for r in &records {
                            assert_eq!(r.2.as_ref().unwrap().split(' ').next().unwrap(), r.0.to_string(), "a record stays at its offset");
                        }
                        let last = newest.load(Ordering::Relaxed);
                        assert!(last == 0 || records.last().is_none_or(|r| r.0 <= p.log_end_offset()));
                        passes += 1;
                    }
                })
            })
            .collect();
        s.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                p.compact(NOW).unwrap();
                p.retain(NOW).unwrap();
                dir.checkpoint().unwrap();
            }
        });
        for i in 0..1_500i64 {
            let (k, v) = (format!("key {}", i % 37), format!("{i} {}", "v".repeat((i % 90) as usize)));
            let a = p.append(&mut batch_of(BuilderOptions::default(), NOW, &[(Some(&k), Some(&v))]), info()).unwrap();
            assert_eq!(a.base_offset, i);
            newest.store(i, Ordering::Relaxed);
            if i % 100 == 0 {
                p.flush().unwrap();
            }
        }
        p.flush().unwrap();
        drop(guard);
        for r in readers {
            r.join().unwrap();
        }
    });
    dir.close().unwrap();
}
