//! Errors of the disk: full, failing writes and syncs.

use super::util::*;
use crate::sim::{Fault, Op, SimDisk};
use crate::*;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use wellhead_base::Code;

fn fixture(sim: &SimDisk, commit: CommitMode) -> Fixture {
    Fixture::on(sim.disk(), PathBuf::from("/data"), LogDirOptions { commit, ..LogDirOptions::default() }, None)
}

#[test]
fn a_full_disk_refuses_and_goes_on() {
    for fault in [Fault::Enospc, Fault::Short(1), Fault::Short(40), Fault::Short(70)] {
        let sim = SimDisk::new();
        let f = fixture(&sim, CommitMode::Thread);
        let dir = f.open();
        let p = log(&dir, LogConfig::default());
        p.append(&mut batch(&["a"]), info()).unwrap();
        p.flush().unwrap();
        sim.inject(Op::Write, 1, fault);
        let e = p.append(&mut batch(&["b"]), info()).unwrap_err();
        assert_eq!(e.code, Code::KAFKA_STORAGE_ERROR);
        assert!(p.failed().is_none());
        assert_eq!(p.offsets().unwrap().log_end, 1);
        assert_eq!(p.append(&mut batch(&["c"]), info()).unwrap().base_offset, 1);
        p.flush().unwrap();
        assert_eq!(values(&p), ["a", "c"]);
        drop((p, dir));
        sim.power_cut(1);
        assert_eq!(values(&log(&f.open(), LogConfig::default())), ["a", "c"]);
    }
}

#[test]
fn a_full_disk_when_a_partition_or_segment_is_made() {
    for nth in 1..8 {
        for op in [Op::Create, Op::CreateDir, Op::Write, Op::SetLen, Op::Rename] {
            let sim = SimDisk::new();
            let f = fixture(&sim, CommitMode::Manual);
            let dir = f.open();
            let config = LogConfig { segment_bytes: 200, index_interval_bytes: 1, ..LogConfig::default() };
            let p = log(&dir, config.clone());
            sim.inject(op, nth, Fault::Enospc);
            let mut want = Vec::new();
            for i in 0..10 {
                let v = format!("value {i}");
                if p.append(&mut batch(&[&v]), info()).is_ok() {
                    want.push(v);
                }
            }
            assert!(want.len() >= 9, "one error costs one append at most");
            p.flush().unwrap();
            assert_eq!(values(&p), want, "{op:?} {nth}");
            drop((p, dir));
            sim.power_cut(nth);
            assert_eq!(values(&log(&f.open(), config)), want, "{op:?} {nth} after a power cut");
        }
    }
}

#[test]
fn a_failed_sync_takes_the_directory_offline_and_acknowledges_nothing() {
    // With the journal a directory is synced later.
    for (op, journal_bytes) in [(Op::Sync, 1 << 20), (Op::Sync, 0), (Op::SyncDir, 0)] {
        let sim = SimDisk::new();
        let mut f = fixture(&sim, CommitMode::Thread);
        f.options.journal_bytes = journal_bytes;
        let dir = f.open();
        let config = LogConfig { segment_bytes: 200, ..LogConfig::default() };
        let p = log(&dir, config.clone());
        let q = dir.partition("other", 3, ID, LogConfig::default()).unwrap();
        p.append(&mut batch(&["a"]), info()).unwrap();
        p.flush().unwrap();
        let woken = Arc::new(AtomicUsize::new(0));
        for log in [&p, &q] {
            let w = woken.clone();
            log.set_on_advance(Arc::new(move || {
                w.fetch_add(1, Ordering::SeqCst);
            }));
        }
        sim.inject(op, 1, Fault::Eio);
        // Large enough for a new segment, so that a directory is to be synced too.
        p.append(&mut batch(&[&"b".repeat(100)]), info()).unwrap();
        let e = p.flush().unwrap_err();
        assert_eq!(e.code(), Code::KAFKA_STORAGE_ERROR);
        assert!(matches!(dir.offline(), Some(LogError::Offline(_))));
        let syncs = sim.changes();
        for log in [&p, &q] {
            assert!(log.failed().is_some());
            assert_eq!(log.append(&mut batch(&["c"]), info()).unwrap_err().code, Code::KAFKA_STORAGE_ERROR);
        }
        assert!(p.flush().is_err() && dir.checkpoint().is_err() && dir.commit_now().is_err());
        assert_eq!(sim.changes(), syncs, "nothing is written or synced any more");
        // What was visible is read on; what was not stays so.
        assert_eq!(p.high_watermark(), 1);
        assert_eq!(values(&p), ["a"]);
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
        while woken.load(Ordering::SeqCst) < 2 {
            assert!(std::time::Instant::now() < deadline, "every partition's waiters are told");
            std::thread::yield_now();
        }
        assert!(dir.close().is_err());
        drop((p, q, dir));
        sim.power_cut(9);
        let dir = f.open();
        assert!(!dir.was_clean());
        let got = values(&log(&dir, config));
        assert_eq!(got[0], "a");
        assert!(got.len() <= 2);
    }
}

#[test]
fn a_failed_write_takes_the_directory_offline() {
    let sim = SimDisk::new();
    let f = fixture(&sim, CommitMode::Manual);
    let dir = f.open();
    let p = log(&dir, LogConfig::default());
    p.append(&mut batch(&["a"]), info()).unwrap();
    p.flush().unwrap();
    sim.inject(Op::Write, 1, Fault::Eio);
    assert_eq!(p.append(&mut batch(&["b"]), info()).unwrap_err().code, Code::KAFKA_STORAGE_ERROR);
    assert!(dir.offline().is_some());
    assert_eq!(values(&p), ["a"]);
}

#[test]
fn ten_thousand_partitions_open_without_reading_a_log() {
    const N: i32 = 10_000;
    let sim = SimDisk::new();
    let f = fixture(&sim, CommitMode::Manual);
    let dir = f.open();
    for i in 0..N {
        let p = dir.partition("many", i, ID, LogConfig::default()).unwrap();
        p.append(&mut batch(&["x"]), info()).unwrap();
    }
    dir.close().unwrap();
    drop(dir);
    let before = (sim.reads(".log"), sim.reads("index"));
    let dir = f.open();
    assert!(dir.was_clean());
    assert_eq!(dir.partitions_on_disk().len(), N as usize);
    let all: Vec<_> = (0..N).map(|i| dir.partition("many", i, ID, LogConfig::default()).unwrap()).collect();
    assert_eq!((sim.reads(".log"), sim.reads("index")), before);
    assert_eq!(all[7777].offsets().unwrap().log_end, 1);
    assert_eq!(values(&all[7777]), ["x"]);
    // A second clean stop, nearly all unused, does not read them either.
    drop(all);
    let before = sim.reads(".log");
    dir.close().unwrap();
    assert_eq!(sim.reads(".log"), before);
}
