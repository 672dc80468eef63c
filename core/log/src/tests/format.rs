//! The files are Kafka's, byte by byte, by the rules its dump tool checks them with.

use super::util::*;
use crate::*;
use std::fs;
use wellhead_base::env::Rng;
use wellhead_record::{BatchRef, Batches, BuilderOptions};

/// What DumpLogSegments verifies: each offset index entry is the last offset of the batch that begins at its position; each time
/// index entry is the max timestamp of the batch with that last offset, rising.
fn verify_segment(f: &Fixture, base: i64) -> (usize, usize) {
    let name = |suffix: &str| f.file(&format!("{base:020}.{suffix}"));
    let log = fs::read(name("log")).unwrap();
    let (index, times) = (fs::read(name("index")).unwrap(), fs::read(name("timeindex")).unwrap());
    assert_eq!((index.len() % 8, times.len() % 12), (0, 0), "trimmed to whole entries");
    let mut last = (-1i64, -1i64);
    for e in index.chunks_exact(8) {
        let offset = base + i64::from(u32::from_be_bytes(e[..4].try_into().unwrap()));
        let pos = i64::from(u32::from_be_bytes(e[4..].try_into().unwrap()));
        assert!(offset > last.0 && pos > last.1, "both columns rise");
        assert_eq!(BatchRef::parse(&log[pos as usize..]).unwrap().last_offset(), offset);
        last = (offset, pos);
    }
    let mut last = (-1i64, -1i64);
    let batches: Vec<_> = Batches::new(&log).map(|b| b.unwrap()).collect();
    for e in times.chunks_exact(12) {
        let ts = i64::from_be_bytes(e[..8].try_into().unwrap());
        let offset = base + i64::from(u32::from_be_bytes(e[8..].try_into().unwrap()));
        assert!(ts > last.0 && offset > last.1, "both columns rise");
        let b = batches.iter().find(|b| b.last_offset() == offset).unwrap();
        assert_eq!(b.max_timestamp(), ts);
        assert!(batches.iter().take_while(|b| b.base_offset() <= offset).all(|b| b.max_timestamp() <= ts), "nothing before it is newer");
        last = (ts, offset);
    }
    if let Some(newest) = batches.iter().map(BatchRef::max_timestamp).max() {
        assert_eq!(last.0, newest, "a sealed time index ends with the largest timestamp");
    }
    (index.len() / 8, times.len() / 12)
}

#[test]
fn kafkas_dump_tool_would_accept_every_index() {
    for (seed, maps) in [(1, false), (2, true), (3, false), (4, true)] {
        let mut f = Fixture::real();
        f.options.maps = maps;
        let mut rng = Rng::seeded(seed);
        let config = LogConfig { segment_bytes: 200_000, ..LogConfig::default() };
        let dir = f.open();
        let p = log(&dir, config.clone());
        let mut end = 0;
        for _ in 0..800 {
            let n = 1 + rng.below(5) as i64;
            let ts = NOW - rng.below(1_000) as i64;
            let value = "x".repeat(rng.below(1_500) as usize);
            let records: Vec<_> = (0..n).map(|_| (None, Some(&value[..]))).collect();
            p.append(&mut batch_of(BuilderOptions::default(), ts, &records), info()).unwrap();
            end += n;
        }
        wait_visible(&p, end);
        for _ in 0..300 {
            let from = rng.below(end as u64) as i64;
            let max = rng.below(300_000) as usize;
            let slice = p.read(from, max, ReadUpTo::HighWatermark, true).unwrap();
            let bytes = slice.to_bytes().unwrap();
            let mut all = Batches::new(&bytes);
            let first = all.next().unwrap().unwrap();
            assert!(first.base_offset() <= from && first.last_offset() >= from && first.base_offset() == slice.base_offset);
            assert!(all.by_ref().all(|b| b.unwrap().verify_crc().is_ok()) && all.rest().is_empty());
            assert!(bytes.len() <= max || all.consumed() == first.len());
        }
        dir.close().unwrap();
        drop((p, dir));
        let bases: Vec<i64> = listing(&*f.disk, &f.path.join("t-0")).iter().filter_map(|n| n.strip_suffix(".log")?.parse().ok()).collect();
        assert!(bases.len() > 3);
        let counts: Vec<_> = bases.iter().map(|&b| verify_segment(&f, b)).collect();
        assert!(counts[..counts.len() - 1].iter().all(|c| c.0 > 10), "{counts:?}");
        // Recovery makes the same indexes again.
        let before: Vec<_> = bases.iter().map(|b| fs::read(f.file(&format!("{b:020}.index"))).unwrap()).collect();
        for b in &bases {
            for suffix in ["index", "timeindex"] {
                fs::remove_file(f.file(&format!("{b:020}.{suffix}"))).unwrap();
            }
        }
        fs::remove_file(f.path.join(".kafka_cleanshutdown")).unwrap();
        fs::remove_file(f.path.join("recovery-point-offset-checkpoint")).unwrap();
        let dir = f.open();
        let p = log(&dir, config);
        assert_eq!(scan(&p).len() as i64, end);
        dir.close().unwrap();
        for (b, before) in bases.iter().zip(before) {
            verify_segment(&f, *b);
            assert!(fs::read(f.file(&format!("{b:020}.index"))).unwrap() == before, "segment {b}");
        }
    }
}

#[test]
fn a_closed_directory_has_kafkas_files() {
    let f = Fixture::real();
    let dir = f.open();
    let p = log(&dir, LogConfig::default());
    p.append(&mut sequenced(7, 2, 0, &["a", "b", "c"]), AppendInfo { leader_epoch: 4, ..info() }).unwrap();
    p.flush().unwrap();
    p.delete_records(2).unwrap();
    dir.close().unwrap();
    assert_eq!(
        listing(&*f.disk, &f.path),
        [".kafka_cleanshutdown", ".lock", "log-start-offset-checkpoint", "recovery-point-offset-checkpoint", "t-0"]
    );
    assert_eq!(
        listing(&*f.disk, &f.path.join("t-0")),
        [
            "00000000000000000000.index",
            "00000000000000000000.log",
            "00000000000000000000.timeindex",
            "00000000000000000003.snapshot",
            "leader-epoch-checkpoint",
            "partition.metadata"
        ]
    );
    let text = |name: &str| fs::read_to_string(f.path.join(name)).unwrap();
    assert_eq!(text("recovery-point-offset-checkpoint"), "0\n1\nt 0 3\n");
    assert_eq!(text("log-start-offset-checkpoint"), "0\n1\nt 0 2\n");
    assert_eq!(text("t-0/leader-epoch-checkpoint"), "0\n1\n4 2\n", "epochs begin at the log start");
    assert_eq!(text("t-0/partition.metadata"), format!("version: 0\ntopic_id: {ID}\n"));
    assert_eq!(fs::read(f.file("00000000000000000000.index")).unwrap(), b"");
    let mut time = (NOW + 2).to_be_bytes().to_vec();
    time.extend(2u32.to_be_bytes());
    assert_eq!(fs::read(f.file("00000000000000000000.timeindex")).unwrap(), time);
    let snapshot = fs::read(f.file("00000000000000000003.snapshot")).unwrap();
    let mut want = Vec::new();
    want.extend(1i16.to_be_bytes());
    want.extend(&snapshot[2..6]); // the CRC, which producers.rs checks
    want.extend(1i32.to_be_bytes());
    want.extend(7i64.to_be_bytes()); // producer id
    want.extend(2i16.to_be_bytes()); // epoch
    want.extend(2i32.to_be_bytes()); // last sequence
    want.extend(2i64.to_be_bytes()); // last offset
    want.extend(2i32.to_be_bytes()); // offset delta
    want.extend((NOW + 2).to_be_bytes()); // timestamp
    want.extend((-1i32).to_be_bytes()); // coordinator epoch
    want.extend((-1i64).to_be_bytes()); // first offset of the open transaction
    assert_eq!(snapshot, want);
}
