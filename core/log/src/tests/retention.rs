//! Retention by time and size, DeleteRecords, rolling.

use super::util::*;
use crate::*;
use wellhead_base::Code;
use wellhead_record::BuilderOptions;

fn at(ts: i64) -> Vec<u8> {
    batch_of(BuilderOptions::default(), ts, &[(Some("k"), Some("0123456789"))])
}

/// Ten segments of one batch each, an hour apart, the last one at `NOW`.
fn ten(config: &LogConfig) -> (Fixture, LogDir, std::sync::Arc<PartitionLog>) {
    let f = Fixture::real();
    let dir = f.open();
    let p = log(&dir, LogConfig { segment_bytes: 100, ..config.clone() });
    for i in 0..10 {
        p.append(&mut at(NOW - (9 - i) * 3_600_000), info()).unwrap();
    }
    p.flush().unwrap();
    (f, dir, p)
}

#[test]
fn old_segments_go() {
    let hour = 3_600_000;
    for (retention_ms, left) in [(-1, 10), (100 * hour, 10), (hour * 5 / 2, 3), (hour * 9, 10), (hour * 9 - 1, 9)] {
        let (f, dir, p) = ten(&LogConfig { retention_ms, ..LogConfig::default() });
        let done = p.retain(NOW).unwrap();
        assert_eq!(done.segments_deleted, 10 - left, "retention {retention_ms}");
        assert_eq!(p.offsets().unwrap(), Offsets { log_start: 10 - left as i64, high_watermark: 10, log_end: 10 });
        assert_eq!(scan(&p).len(), left);
        let logs = listing(&*f.disk, &f.path.join("t-0")).iter().filter(|n| n.ends_with(".log")).count();
        assert_eq!(logs, left);
        dir.close().unwrap();
    }
    // Everything is old: the log goes on at its end in a new segment.
    let (f, dir, p) = ten(&LogConfig { retention_ms: hour, ..LogConfig::default() });
    assert_eq!(p.retain(NOW + 50 * hour).unwrap().segments_deleted, 10);
    assert_eq!(p.offsets().unwrap(), Offsets { log_start: 10, high_watermark: 10, log_end: 10 });
    assert_eq!(p.size_bytes(), 0);
    assert_eq!(p.append(&mut at(NOW), info()).unwrap().base_offset, 10);
    p.flush().unwrap();
    drop((p, dir));
    let dir = f.open();
    let p = log(&dir, LogConfig::default());
    assert_eq!(p.offsets().unwrap(), Offsets { log_start: 10, high_watermark: 11, log_end: 11 });
    assert_eq!(p.read(9, 100, ReadUpTo::HighWatermark, true).unwrap_err().code(), Code::OFFSET_OUT_OF_RANGE);
}

#[test]
fn a_large_log_loses_its_oldest_segments() {
    let one = at(NOW).len() as i64;
    for (retention_bytes, left) in [(-1, 10), (one * 10, 10), (one * 10 - 1, 10), (one * 9, 9), (one * 4 + 5, 5), (one, 1), (0, 1)] {
        let (_f, _dir, p) = ten(&LogConfig { retention_bytes, retention_ms: -1, ..LogConfig::default() });
        p.retain(NOW).unwrap();
        assert_eq!(scan(&p).len(), left, "retention.bytes {retention_bytes}");
    }
    let (_f, _dir, p) =
        ten(&LogConfig { retention_bytes: 0, retention_ms: 0, cleanup: Cleanup { delete: false, compact: true }, ..LogConfig::default() });
    assert_eq!(p.retain(NOW).unwrap(), Retained::default(), "without the delete policy nothing goes");
}

#[test]
fn delete_records_moves_the_start_and_frees_whole_segments() {
    let (f, dir, p) = ten(&LogConfig { retention_ms: -1, ..LogConfig::default() });
    assert_eq!(p.delete_records(11).unwrap_err().code(), Code::OFFSET_OUT_OF_RANGE);
    assert_eq!(p.delete_records(-7).unwrap_err().code(), Code::OFFSET_OUT_OF_RANGE);
    assert_eq!(p.delete_records(4).unwrap(), 4);
    assert_eq!(p.delete_records(2).unwrap(), 4, "never back");
    assert_eq!(scan(&p).first().unwrap().0, 4);
    assert_eq!(p.read(3, 100, ReadUpTo::HighWatermark, true).unwrap_err().code(), Code::OFFSET_OUT_OF_RANGE);
    assert_eq!(p.earliest_local().unwrap().offset, 4);
    assert_eq!(p.delete_records(-1).unwrap(), 10);
    assert!(scan(&p).is_empty());
    drop((p, dir));
    let dir = f.open();
    let p = log(&dir, LogConfig::default());
    assert_eq!(p.offsets().unwrap(), Offsets { log_start: 10, high_watermark: 10, log_end: 10 });
    dir.close().unwrap();
    drop((p, dir));
    let p = log(&f.open(), LogConfig::default());
    assert_eq!(p.offsets().unwrap().log_start, 10);
}

#[test]
fn a_slow_reader_keeps_the_files_it_began_to_read() {
    let (_f, _dir, p) = ten(&LogConfig { retention_bytes: 0, retention_ms: -1, ..LogConfig::default() });
    let slice = p.read(0, 1 << 20, ReadUpTo::HighWatermark, true).unwrap();
    assert_eq!(slice.parts.len(), 10);
    p.retain(NOW).unwrap();
    assert_eq!(p.log_start_offset(), 9);
    assert_eq!(slice.to_bytes().unwrap().len() as u64, slice.len());
}

#[test]
fn segments_roll_by_time_and_by_full_index() {
    let f = Fixture::real();
    let dir = f.open();
    let segments = |topic: &str| listing(&*f.disk, &f.path.join(format!("{topic}-0"))).iter().filter(|n| n.ends_with(".log")).count();
    let p = dir.partition("time", 0, ID, LogConfig { segment_ms: 1_000, ..LogConfig::default() }).unwrap();
    for ts in [0, 1, 1_000, 1_001, 1_500, 2_100] {
        p.append(&mut at(NOW + ts), info()).unwrap();
    }
    assert_eq!(segments("time"), 3);
    let p = dir.partition("index", 0, ID, LogConfig { segment_index_bytes: 60, index_interval_bytes: 1, ..LogConfig::default() }).unwrap();
    for ts in 0..20 {
        p.append(&mut at(NOW + ts), info()).unwrap();
    }
    assert!(segments("index") >= 3, "{}", segments("index"));
    p.flush().unwrap();
    assert_eq!(scan(&p).len(), 20);
}
