//! Append, visibility, read, restart: the everyday path on the real disk.

use super::util::*;
use crate::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use wellhead_base::{Code, TopicId};
use wellhead_record::{BuilderOptions, Codec};

#[test]
fn a_partition_never_written_touches_no_file() {
    let f = Fixture::real();
    let dir = f.open();
    let p = log(&dir, LogConfig::default());
    assert_eq!(p.offsets().unwrap(), Offsets { log_start: 0, high_watermark: 0, log_end: 0 });
    assert!(p.read(0, 100, ReadUpTo::HighWatermark, true).unwrap().is_empty());
    assert_eq!(p.read(1, 100, ReadUpTo::HighWatermark, true).unwrap_err().code(), Code::OFFSET_OUT_OF_RANGE);
    assert_eq!(p.offset_for_timestamp(0).unwrap(), None);
    assert_eq!(p.max_timestamp_offset().unwrap(), None);
    assert_eq!(p.size_bytes(), 0);
    p.flush().unwrap();
    p.retain(NOW).unwrap();
    p.compact(NOW).unwrap();
    assert_eq!(listing(&*f.disk, &f.path), [".lock"]);
    assert!(dir.partitions_on_disk().is_empty());
    p.delete().unwrap();
    dir.close().unwrap();
}

#[test]
fn records_become_visible_when_durable_and_are_read_back() {
    let f = Fixture::real_manual();
    let dir = f.open();
    let p = log(&dir, LogConfig::default());
    let woken = Arc::new(AtomicUsize::new(0));
    let w = woken.clone();
    p.set_on_advance(Arc::new(move || {
        w.fetch_add(1, Ordering::SeqCst);
    }));
    let a = p.append(&mut batch(&["a", "b"]), info()).unwrap();
    assert_eq!((a.base_offset, a.last_offset, a.duplicate, a.log_append_time), (0, 1, false, -1));
    let b = p.append(&mut batch(&["c"]), info()).unwrap();
    assert_eq!(b.base_offset, 2);
    assert_eq!(p.offsets().unwrap(), Offsets { log_start: 0, high_watermark: 0, log_end: 3 });
    assert!(values(&p).is_empty());
    // Followers see it at once.
    assert!(!p.read(0, 1000, ReadUpTo::LogEnd, true).unwrap().is_empty());
    assert_eq!(dir.commit_now().unwrap(), 1);
    assert_eq!(woken.load(Ordering::SeqCst), 1);
    assert_eq!(p.high_watermark(), 3);
    assert_eq!(values(&p), ["a", "b", "c"]);
    assert_eq!(dir.commit_now().unwrap(), 0);
    dir.close().unwrap();
    drop((p, dir));
    let dir = f.open();
    assert!(dir.was_clean());
    let p = log(&dir, LogConfig::default());
    assert_eq!(p.offsets().unwrap(), Offsets { log_start: 0, high_watermark: 3, log_end: 3 });
    assert_eq!(values(&p), ["a", "b", "c"]);
    assert_eq!(p.append(&mut batch(&["d"]), info()).unwrap().base_offset, 3);
}

#[test]
fn page_cache_class_is_visible_at_once() {
    let f = Fixture::real_manual();
    let dir = f.open();
    let p = log(&dir, LogConfig { durability: Durability::PageCache, ..LogConfig::default() });
    let woken = Arc::new(AtomicUsize::new(0));
    let w = woken.clone();
    p.set_on_advance(Arc::new(move || {
        w.fetch_add(1, Ordering::SeqCst);
    }));
    p.append(&mut batch(&["a"]), info()).unwrap();
    assert_eq!(p.high_watermark(), 1);
    assert_eq!(values(&p), ["a"]);
    assert_eq!(dir.commit_now().unwrap(), 1);
    assert_eq!(woken.load(Ordering::SeqCst), 1);
    p.flush().unwrap();
}

#[test]
fn many_small_segments_are_read_in_any_step() {
    let f = Fixture::real();
    let dir = f.open();
    let config = LogConfig { segment_bytes: 300, index_interval_bytes: 1, ..LogConfig::default() };
    let p = log(&dir, config.clone());
    let mut want = Vec::new();
    for i in 0..100 {
        let (a, b) = (format!("v{i}a"), format!("v{i}b"));
        p.append(&mut batch(&[&a, &b]), info()).unwrap();
        want.extend([a, b]);
    }
    wait_visible(&p, 200);
    let check = |p: &PartitionLog| {
        for step in [1, 100, 250, 333, 1000, 1 << 20] {
            for from in [0, 1, 2, 99, 100, 101, 198, 199] {
                let got: Vec<_> = scan_from(p, from, step).into_iter().map(|r| r.2.unwrap()).collect();
                assert_eq!(got, want[from as usize..], "from {from} in steps of {step}");
            }
        }
    };
    check(&p);
    let slice = p.read(3, 1, ReadUpTo::HighWatermark, false).unwrap();
    assert!(slice.is_empty(), "without min_one a batch that does not fit is not given");
    assert_eq!(p.read(3, 1, ReadUpTo::HighWatermark, true).unwrap().base_offset, 2);
    assert_eq!(p.read(201, 1, ReadUpTo::LogEnd, true).unwrap_err().code(), Code::OFFSET_OUT_OF_RANGE);
    dir.close().unwrap();
    drop((p, dir));
    let dir = f.open();
    check(&log(&dir, config));
}

#[test]
fn the_lock_keeps_others_out() {
    let f = Fixture::real();
    let dir = f.open();
    assert!(matches!(f.try_open(), Err(LogError::Locked(_))));
    dir.close().unwrap();
    let dir2 = f.open();
    assert!(matches!(f.try_open(), Err(LogError::Locked(_))));
    drop(dir2);
    drop(f.open());
    assert!(matches!(dir.partition("t", 0, ID, LogConfig::default()), Err(LogError::Gone)));
}

#[test]
fn batches_are_checked() {
    let f = Fixture::real_manual();
    let dir = f.open();
    let p = log(&dir, LogConfig { max_message_bytes: 1000, segment_bytes: 2000, ..LogConfig::default() });
    let good = batch(&["a"]);
    let code = |bytes: &mut Vec<u8>| p.append(bytes, info()).unwrap_err().code;
    let with = |at: usize, v: u8| {
        let mut b = good.clone();
        b[at] ^= v;
        b
    };
    assert_eq!(code(&mut Vec::new()), Code::INVALID_RECORD);
    assert_eq!(code(&mut with(66, 1)), Code::INVALID_MSG, "CRC");
    assert_eq!(code(&mut with(16, 3)), Code::UNSUPPORTED_FOR_MESSAGE_FORMAT, "magic 1");
    assert_eq!(code(&mut good[..good.len() - 1].to_vec()), Code::INVALID_MSG, "cut off");
    assert_eq!(code(&mut [&good[..], &[1, 2, 3]].concat()), Code::INVALID_MSG, "something behind it");
    assert_eq!(code(&mut batch(&[&"x".repeat(1000)])), Code::MSG_SIZE_TOO_LARGE);
    let big = batch(&[&"x".repeat(900)]);
    assert_eq!(code(&mut [&big[..], &big, &big].concat()), Code::RECORD_LIST_TOO_LARGE);
    let transactional = BuilderOptions { transactional: true, producer_id: 1, producer_epoch: 0, base_sequence: 0, ..BuilderOptions::default() };
    assert_eq!(code(&mut batch_of(transactional, NOW, &[(None, Some("x"))])), Code::INVALID_TXN_STATE);
    let late = batch_of(BuilderOptions::default(), NOW + 3_600_001, &[(None, Some("x"))]);
    let e = p.append(&mut late.clone(), info()).unwrap_err();
    assert_eq!((e.code, e.record_errors.len(), e.record_errors[0].batch_index), (Code::INVALID_TIMESTAMP, 1, 0));
    p.set_config(LogConfig { timestamp_before_max_ms: 1000, ..LogConfig::default() });
    let old = batch_of(BuilderOptions::default(), NOW - 1001, &[(None, Some("x")), (None, Some("y"))]);
    assert_eq!(p.append(&mut old.clone(), info()).unwrap_err().record_errors.len(), 1);
    p.set_config(LogConfig { cleanup: Cleanup { delete: false, compact: true }, ..LogConfig::default() });
    let e = p.append(&mut batch_of(BuilderOptions::default(), NOW, &[(Some("k"), None), (None, Some("v"))]), info()).unwrap_err();
    assert_eq!((e.code, e.record_errors[0].batch_index), (Code::INVALID_RECORD, 1));
    // Nothing of all this is in the log.
    assert_eq!(p.log_end_offset(), 0);
    assert!(dir.partitions_on_disk().is_empty());
}

#[test]
fn log_append_time_and_codecs_are_the_topics() {
    let f = Fixture::real_manual();
    let dir = f.open();
    let p = log(&dir, LogConfig { log_append_time: true, ..LogConfig::default() });
    let a = p.append(&mut batch_of(BuilderOptions::default(), 5, &[(None, Some("x"))]), AppendInfo { now_ms: NOW + 9, ..info() }).unwrap();
    assert_eq!(a.log_append_time, NOW + 9);
    p.flush().unwrap();
    assert_eq!(p.max_timestamp_offset().unwrap().unwrap().timestamp, NOW + 9);
    p.set_config(LogConfig { compression: Compression::Zstd(Some(3)), ..LogConfig::default() });
    let text = "y".repeat(3000);
    p.append(&mut [batch(&[&text]), compressed(Codec::Zstd, &["z"]), compressed(Codec::Gzip, &["g"])].concat(), info()).unwrap();
    p.flush().unwrap();
    assert_eq!(values(&p), ["x", &text, "z", "g"]);
    assert!(p.size_bytes() < 1000, "{} bytes", p.size_bytes());
    p.set_config(LogConfig { compression: Compression::Uncompressed, ..LogConfig::default() });
    p.append(&mut compressed(Codec::Lz4, &[&text]), info()).unwrap();
    p.flush().unwrap();
    assert!(p.size_bytes() > 3000);
    assert_eq!(values(&p).len(), 5);
}

#[test]
fn idempotence_survives_restarts_clean_and_not() {
    for clean in [true, false] {
        let f = Fixture::real();
        let dir = f.open();
        let p = log(&dir, LogConfig::default());
        for i in 0..6 {
            p.append(&mut sequenced(4, 1, i * 2, &[&format!("{i}"), "x"]), info()).unwrap();
        }
        let dup = p.append(&mut sequenced(4, 1, 8, &["4", "x"]), info()).unwrap();
        assert_eq!((dup.base_offset, dup.last_offset, dup.duplicate), (8, 9, true));
        wait_visible(&p, 12);
        if clean {
            dir.close().unwrap();
        }
        drop((p, dir));
        let dir = f.open();
        assert_eq!(dir.was_clean(), clean);
        let p = log(&dir, LogConfig::default());
        // All five retained batches are known, not only the one that a snapshot holds.
        for i in 1..6 {
            let dup = p.append(&mut sequenced(4, 1, i * 2, &[&format!("{i}"), "x"]), info()).unwrap();
            assert_eq!((dup.base_offset, dup.duplicate), (i64::from(i) * 2, true), "clean {clean}");
        }
        assert_eq!(p.append(&mut sequenced(4, 1, 13, &["x"]), info()).unwrap_err().code, Code::OUT_OF_ORDER_SEQUENCE_NUMBER);
        assert_eq!(p.append(&mut sequenced(4, 0, 0, &["x"]), info()).unwrap_err().code, Code::INVALID_PRODUCER_EPOCH);
        assert_eq!(p.append(&mut sequenced(4, 1, 12, &["y"]), info()).unwrap().base_offset, 12);
        let active = p.active_producers().unwrap();
        assert_eq!((active.len(), active[0].producer_id, active[0].producer_epoch, active[0].last_sequence), (1, 4, 1, 12));
    }
}

#[test]
fn offsets_are_found_by_time() {
    let f = Fixture::real();
    let dir = f.open();
    let config = LogConfig { segment_bytes: 400, index_interval_bytes: 100, ..LogConfig::default() };
    let p = log(&dir, config.clone());
    // Times go up by 10 a batch of two, with one out of order.
    let mut want: Vec<i64> = Vec::new();
    for i in 0..50 {
        let ts = if i == 20 { NOW + 5_000 } else { NOW + i * 10 };
        p.append(&mut batch_of(BuilderOptions::default(), ts, &[(None, Some("a")), (None, Some("b"))]), info()).unwrap();
        want.extend([ts, ts + 1]);
    }
    wait_visible(&p, 100);
    let check = |p: &PartitionLog| {
        for t in [0, NOW, NOW + 1, NOW + 2, NOW + 195, NOW + 200, NOW + 490, NOW + 491, NOW + 492, NOW + 5_001, NOW + 5_002] {
            let first = want.iter().position(|&ts| ts >= t);
            let got = p.offset_for_timestamp(t).unwrap();
            assert_eq!(got.map(|g| (g.offset, g.timestamp)), first.map(|i| (i as i64, want[i])), "time {}", t - NOW);
        }
        let max = p.max_timestamp_offset().unwrap().unwrap();
        assert_eq!((max.offset, max.timestamp, max.leader_epoch), (41, NOW + 5_001, 0));
    };
    check(&p);
    dir.close().unwrap();
    drop((p, dir));
    let dir = f.open();
    let p = log(&dir, config.clone());
    check(&p);
    // After DeleteRecords nothing below the log start is found.
    assert_eq!(p.delete_records(43).unwrap(), 43);
    let max = p.max_timestamp_offset().unwrap().unwrap();
    assert_eq!(max.offset, 99);
    assert_eq!(p.offset_for_timestamp(0).unwrap().unwrap().offset, 43);
}

#[test]
fn leader_epochs_are_kept() {
    let f = Fixture::real();
    for round in 0..3 {
        let dir = f.open();
        let p = log(&dir, LogConfig::default());
        if round == 0 {
            for (epoch, n) in [(0, 3), (2, 2), (5, 1)] {
                for _ in 0..n {
                    p.append(&mut batch(&["x"]), AppendInfo { leader_epoch: epoch, ..info() }).unwrap();
                }
            }
            p.flush().unwrap();
        }
        assert_eq!(p.latest_epoch(), Some(5));
        assert_eq!(p.epoch_of(4), 2);
        assert_eq!(p.offset_for_leader_epoch(2).unwrap(), EpochEnd { epoch: 2, end_offset: 5 }, "round {round}");
        assert_eq!(p.offset_for_leader_epoch(1).unwrap(), EpochEnd { epoch: 0, end_offset: 3 });
        // Round 1 opens after a kill, round 2 after a clean stop.
        if round == 1 {
            dir.close().unwrap();
            assert_eq!(std::fs::read_to_string(f.file("leader-epoch-checkpoint")).unwrap(), "0\n3\n0 0\n2 3\n5 5\n");
        }
    }
}

#[test]
fn a_partition_is_deleted_and_made_again() {
    let f = Fixture::real();
    let dir = f.open();
    let p = log(&dir, LogConfig::default());
    p.append(&mut batch(&["old"]), info()).unwrap();
    p.flush().unwrap();
    dir.checkpoint().unwrap();
    let slice = p.read(0, 1000, ReadUpTo::HighWatermark, true).unwrap();
    p.delete().unwrap();
    assert_eq!(p.append(&mut batch(&["x"]), info()).unwrap_err().code, Code::UNKNOWN_TOPIC_OR_PART);
    assert!(matches!(p.read(0, 1, ReadUpTo::LogEnd, true), Err(ReadError::Log(LogError::Gone))));
    assert!(!slice.to_bytes().unwrap().is_empty(), "who reads goes on reading");
    assert!(listing(&*f.disk, &f.path).iter().all(|n| !n.starts_with("t-0")));
    let p = dir.partition("t", 0, TopicId([8; 16]), LogConfig::default()).unwrap();
    assert_eq!(p.append(&mut batch(&["new"]), info()).unwrap().base_offset, 0);
    p.flush().unwrap();
    assert_eq!(values(&p), ["new"]);
    drop((p, dir));
    // A directory that bears another topic's id is put aside.
    let dir = f.open();
    let p = log(&dir, LogConfig::default());
    assert_eq!(p.offsets().unwrap().log_end, 0);
    assert!(listing(&*f.disk, &f.path).iter().any(|n| n.ends_with("-stray")));
    for bad in ["", "..", "a/b"] {
        assert!(matches!(dir.partition(bad, 0, ID, LogConfig::default()), Err(LogError::Invalid(_))));
    }
    assert!(dir.partition("t", -1, ID, LogConfig::default()).is_err());
}

#[test]
fn truncation_cuts_records_epochs_and_producers() {
    let f = Fixture::real();
    let dir = f.open();
    let config = LogConfig { segment_bytes: 300, ..LogConfig::default() };
    let p = log(&dir, config.clone());
    for i in 0..20 {
        p.append(&mut sequenced(1, 0, i, &[&format!("{i}")]), AppendInfo { leader_epoch: i / 5, ..info() }).unwrap();
    }
    p.flush().unwrap();
    p.truncate_to(20).unwrap();
    p.truncate_to(12).unwrap();
    assert_eq!(p.offsets().unwrap(), Offsets { log_start: 0, high_watermark: 12, log_end: 12 });
    assert_eq!(p.latest_epoch(), Some(2));
    assert_eq!(values(&p).len(), 12);
    assert_eq!(p.append(&mut sequenced(1, 0, 13, &["x"]), info()).unwrap_err().code, Code::OUT_OF_ORDER_SEQUENCE_NUMBER);
    assert_eq!(p.append(&mut sequenced(1, 0, 12, &["again"]), AppendInfo { leader_epoch: 9, ..info() }).unwrap().base_offset, 12);
    p.flush().unwrap();
    drop((p, dir));
    let dir = f.open();
    let p = log(&dir, config);
    assert_eq!(values(&p).last().unwrap(), "again");
    assert_eq!(p.latest_epoch(), Some(9));
    p.truncate_to(0).unwrap();
    assert_eq!(p.offsets().unwrap().log_end, 0);
    assert_eq!(p.append(&mut batch(&["first"]), info()).unwrap().base_offset, 0);
    p.flush().unwrap();
    assert_eq!(values(&p), ["first"]);
}

#[test]
fn followers_keep_the_leaders_offsets() {
    let f = Fixture::real();
    let dir = f.open();
    let p = log(&dir, LogConfig::default());
    let at = |offset: i64| {
        let options = BuilderOptions { base_offset: offset, leader_epoch: 3, ..BuilderOptions::default() };
        batch_of(options, NOW, &[(None, Some("x"))])
    };
    let replica = AppendInfo { origin: Origin::Replication, leader_epoch: 3, now_ms: NOW };
    assert_eq!(p.append(&mut at(100), replica).unwrap().base_offset, 100);
    assert_eq!(p.append(&mut at(105), replica).unwrap().base_offset, 105);
    assert!(p.append(&mut at(105), replica).is_err());
    p.flush().unwrap();
    assert_eq!(p.offsets().unwrap(), Offsets { log_start: 100, high_watermark: 106, log_end: 106 });
    assert_eq!(scan(&p).iter().map(|r| r.0).collect::<Vec<_>>(), [100, 105]);
}

#[test]
fn meta_properties_are_kept() {
    let f = Fixture::real();
    let dir = f.open();
    assert!(dir.meta_properties().unwrap().is_empty());
    let map = [("version", "1"), ("cluster.id", "abc"), ("node.id", "1")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
    dir.set_meta_properties(&map).unwrap();
    assert_eq!(dir.meta_properties().unwrap(), map);
}
