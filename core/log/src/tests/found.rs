//! Bugs that the seeded simulation (tests/sim) or a second reading found, each told again in a few steps.

use super::util::*;
use crate::batch::Header;
use crate::segment::file_name as segment_file_name;
use crate::sim::{Chaos, Fault, Op, SimDisk};
use crate::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use wellhead_base::TopicId;
use wellhead_record::BuilderOptions;

const OTHER: TopicId = TopicId([9; 16]);

fn config() -> LogConfig {
    LogConfig { segment_bytes: 600, index_interval_bytes: 100, retention_ms: -1, ..LogConfig::default() }
}
fn fixture(sim: &SimDisk) -> Fixture {
    Fixture::on(sim.disk(), PathBuf::from("/data"), LogDirOptions { commit: CommitMode::Manual, ..LogDirOptions::default() }, None)
}
/// Without the journal, which would put back what a test takes away.
fn without_journal(sim: &SimDisk) -> Fixture {
    Fixture::on(sim.disk(), PathBuf::from("/data"), LogDirOptions { commit: CommitMode::Manual, journal_bytes: 0, ..LogDirOptions::default() }, None)
}
fn append(p: &PartitionLog, value: &str) -> Result<Appended, AppendError> {
    p.append(&mut batch(&[value]), info())
}
fn big() -> String {
    "b".repeat(300)
}
/// A power cut that leaves as little as it may, and one that leaves as much.
fn cuts() -> impl Iterator<Item = u64> {
    0..40
}

/// The refused batch had made a new segment, which then stood empty behind a log that went on in the segment before it. The next
/// recovery took its base offset for the log's end.
#[test]
fn a_refused_batch_that_rolled_leaves_no_segment_in_the_way() {
    for cut in cuts() {
        let sim = SimDisk::new();
        let f = fixture(&sim);
        let dir = f.open();
        let p = log(&dir, config());
        append(&p, &big()).unwrap();
        dir.commit_now().unwrap();
        sim.inject(Op::Write, 4, Fault::Enospc);
        let refused = (0..4).any(|_| append(&p, &big()).is_err());
        append(&p, "small").unwrap();
        dir.commit_now().unwrap();
        let kept = values(&p);
        assert!(refused && kept.last().is_some_and(|v| v == "small"));
        drop((p, dir));
        sim.power_cut(cut);
        assert_eq!(values(&log(&f.open(), config())), kept, "cut {cut}");
    }
}

/// Half of the refused batch was in the file, cut off but not durably. With a later segment behind it recovery took it for the place
/// where the log ended and dropped what had been acknowledged since.
#[test]
fn the_beginning_of_a_refused_batch_costs_nothing_behind_it() {
    for cut in cuts() {
        let sim = SimDisk::new();
        let f = fixture(&sim);
        let dir = f.open();
        let p = log(&dir, config());
        append(&p, "first").unwrap();
        dir.commit_now().unwrap();
        sim.inject(Op::Write, 1, Fault::Short(90));
        assert!(append(&p, &"m".repeat(200)).is_err());
        append(&p, &"r".repeat(500)).unwrap();
        append(&p, "last").unwrap();
        dir.commit_now().unwrap();
        let kept = values(&p);
        assert_eq!(kept.len(), 3);
        drop((p, dir));
        sim.power_cut(cut);
        assert_eq!(values(&log(&f.open(), config())), kept, "cut {cut}");
    }
}

/// `load_all` opened the files of a topic that had been deleted; the topic made anew under its name could not be used.
#[test]
fn the_files_of_a_deleted_topic_make_way() {
    let sim = SimDisk::new();
    let f = fixture(&sim);
    let dir = f.open();
    append(&log(&dir, config()), "old").unwrap();
    dir.commit_now().unwrap();
    drop(dir);
    sim.kill();
    let dir = f.open();
    assert!(dir.load_all(1).is_empty());
    let p = dir.partition("t", 0, OTHER, config()).unwrap();
    assert_eq!(p.offsets().unwrap().log_end, 0);
    append(&p, "new").unwrap();
    dir.commit_now().unwrap();
    assert_eq!(values(&p), ["new"]);
    drop((p, dir));
    sim.kill();
    assert_eq!(values(&f.open().partition("t", 0, OTHER, config()).unwrap()), ["new"]);
}

/// The directory of a deleted topic could not be removed; the topic made anew under its name found the old segments at the next start.
#[test]
fn a_directory_that_was_not_removed_is_not_taken_over() {
    let sim = SimDisk::new();
    let f = fixture(&sim);
    let dir = f.open();
    let p = log(&dir, config());
    for _ in 0..4 {
        append(&p, &big()).unwrap();
    }
    dir.commit_now().unwrap();
    sim.inject(Op::Rename, 1, Fault::Eio);
    assert!(p.delete().is_err());
    let p = dir.partition("t", 0, OTHER, config()).unwrap();
    append(&p, "new").unwrap();
    dir.commit_now().unwrap();
    drop((p, dir));
    sim.kill();
    assert_eq!(values(&f.open().partition("t", 0, OTHER, config()).unwrap()), ["new"]);
}

/// The process died before the first commit of a partition. The next one made its records durable and not its topic id, which a power
/// cut then took; the directory was somebody else's from then on.
#[test]
fn the_topic_id_is_as_durable_as_the_records() {
    for cut in cuts() {
        let sim = SimDisk::new();
        let f = fixture(&sim);
        let dir = f.open();
        append(&log(&dir, config()), "old").unwrap();
        drop(dir);
        sim.kill();
        let dir = f.open();
        assert_eq!(values(&log(&dir, config())), ["old"]);
        drop(dir);
        sim.power_cut(cut);
        let dir = f.open();
        assert_eq!(dir.partition("t", 0, OTHER, config()).unwrap().offsets().unwrap().log_end, 0, "cut {cut}");
    }
}

/// The process died between making a partition's directory and writing its topic id; `load_all` then opened it for nobody, and the id
/// was never written.
#[test]
fn the_topic_id_is_written_even_when_the_maker_of_the_directory_died() {
    for changes in 1..8 {
        let sim = SimDisk::new();
        let f = fixture(&sim);
        let dir = f.open();
        let p = log(&dir, config());
        sim.power_off_at(sim.changes() + changes);
        let _ = append(&p, "old");
        drop((p, dir));
        sim.kill();
        let dir = f.open();
        assert!(dir.load_all(1).is_empty());
        append(&log(&dir, config()), "kept").unwrap();
        dir.commit_now().unwrap();
        drop(dir);
        sim.power_cut(changes);
        let dir = f.open();
        assert!(dir.load_all(1).is_empty());
        assert_eq!(dir.partition("t", 0, OTHER, config()).unwrap().offsets().unwrap().log_end, 0, "after {changes} changes");
    }
}

/// The log start moved in memory, its note on the disk failed, and the second attempt found that nothing was left to do.
#[test]
fn delete_records_that_failed_is_done_by_the_next_attempt() {
    let sim = SimDisk::new();
    let f = fixture(&sim);
    let dir = f.open();
    let p = log(&dir, config());
    for v in ["a", "b", "c"] {
        append(&p, v).unwrap();
    }
    dir.commit_now().unwrap();
    sim.inject(Op::Rename, 1, Fault::Enospc);
    assert!(p.delete_records(2).is_err());
    assert_eq!(p.delete_records(2).unwrap(), 2);
    drop((p, dir));
    sim.power_cut(1);
    assert_eq!(log(&f.open(), config()).offsets().unwrap().log_start, 2);
}

/// Retention had moved the log start, durably or not; DeleteRecords up to there, and checkpoints, relied on it.
#[test]
fn deleted_records_do_not_come_back_with_segments_that_a_power_cut_brings_back() {
    for (cut, deleted_first) in cuts().flat_map(|c| [(c, false), (c, true)]) {
        let sim = SimDisk::new();
        let f = fixture(&sim);
        let dir = f.open();
        let p = log(&dir, config());
        for _ in 0..6 {
            append(&p, &big()).unwrap();
            dir.commit_now().unwrap();
        }
        let mut start = 0;
        if deleted_first {
            start = p.delete_records(1).unwrap();
        }
        p.set_config(LogConfig { retention_bytes: 700, ..config() });
        assert!(p.retain(NOW).unwrap().segments_deleted > 0);
        if !deleted_first {
            start = p.delete_records(p.offsets().unwrap().log_start).unwrap();
        }
        dir.checkpoint().unwrap();
        drop((p, dir));
        sim.power_cut(cut);
        assert!(log(&f.open(), config()).offsets().unwrap().log_start >= start, "cut {cut}");
    }
}

/// A segment's file could not be removed, later ones were: the hole looked like lost records to the next recovery.
#[test]
fn a_segment_that_cannot_be_removed_leaves_no_hole() {
    let sim = SimDisk::new();
    let f = fixture(&sim);
    let dir = f.open();
    let p = log(&dir, config());
    for _ in 0..10 {
        append(&p, &big()).unwrap();
    }
    dir.commit_now().unwrap();
    sim.inject(Op::Remove, 1, Fault::Eio);
    p.set_config(LogConfig { retention_bytes: 1_800, ..config() });
    assert!(p.retain(NOW).is_err());
    p.set_config(LogConfig { retention_bytes: 700, ..config() });
    p.retain(NOW).unwrap();
    let end = p.offsets().unwrap().log_end;
    drop((p, dir));
    sim.kill();
    assert_eq!(log(&f.open(), config()).offsets().unwrap().log_end, end);
}

/// A sync failed, the process was started again on the same running machine, and its recovery's sync said "durable" of pages that the
/// kernel held for clean.
#[test]
fn after_a_failed_sync_a_new_process_writes_again_what_it_makes_visible() {
    let sim = SimDisk::new();
    let f = fixture(&sim);
    let dir = f.open();
    let p = log(&dir, config());
    append(&p, "durable").unwrap();
    dir.commit_now().unwrap();
    append(&p, "refused").unwrap();
    sim.inject(Op::Sync, 1, Fault::Eio);
    assert!(dir.commit_now().is_err());
    drop((p, dir));
    sim.kill();
    let dir = f.open();
    let seen = values(&log(&dir, config()));
    assert_eq!(seen, ["durable", "refused"]);
    drop(dir);
    for cut in cuts() {
        sim.power_cut(cut);
        assert_eq!(values(&log(&f.open(), config())), seen, "cut {cut}");
    }
    let dir = f.open();
    dir.close().unwrap();
    assert!(!sim.disk().exists(Path::new("/data/.wellhead-sync-failed")), "a clean end takes the mark away");
}

/// A snapshot named only the last batch of a producer, so that one sent again after a restart was out of order.
#[test]
fn every_remembered_batch_is_remembered_after_a_restart() {
    let sim = SimDisk::new();
    let f = fixture(&sim);
    let dir = f.open();
    let p = log(&dir, config());
    for i in 0..5 {
        p.append(&mut sequenced(1, 0, i, &[&big()]), info()).unwrap();
        dir.commit_now().unwrap();
        dir.checkpoint().unwrap();
    }
    drop((p, dir));
    sim.kill();
    let dir = f.open();
    let p = log(&dir, config());
    for i in 0..5 {
        let a = p.append(&mut sequenced(1, 0, i, &[&big()]), info()).unwrap();
        assert!(a.duplicate && a.base_offset == i64::from(i));
    }
}

/// The batches of a producer were compacted or deleted, and the snapshots that knew them were not durable.
#[test]
fn producers_survive_what_takes_their_batches_away() {
    for (cut, compact) in cuts().flat_map(|c| [(c, false), (c, true)]) {
        let sim = SimDisk::new();
        let f = fixture(&sim);
        let config = if compact {
            LogConfig { cleanup: Cleanup { delete: false, compact: true }, min_cleanable_dirty_ratio: 0.0, ..config() }
        } else {
            LogConfig { retention_bytes: 700, ..config() }
        };
        let dir = f.open();
        let p = log(&dir, config.clone());
        let batch = |i: i32| {
            let options = BuilderOptions { producer_id: 1, producer_epoch: 0, base_sequence: i, ..BuilderOptions::default() };
            batch_of(options, NOW, &[(Some("k"), Some(&big()))])
        };
        for i in 0..6 {
            p.append(&mut batch(i), info()).unwrap();
            dir.commit_now().unwrap();
            dir.checkpoint().unwrap();
        }
        if compact {
            assert!(p.compact(NOW).unwrap().records_removed > 0);
        } else {
            assert!(p.retain(NOW).unwrap().segments_deleted > 0);
        }
        dir.checkpoint().unwrap();
        drop((p, dir));
        sim.power_cut(cut);
        let dir = f.open();
        let p = log(&dir, config);
        for i in 1..6 {
            assert!(p.append(&mut batch(i), info()).unwrap().duplicate, "cut {cut}: batch {i}");
        }
        assert!(!p.append(&mut batch(6), info()).unwrap().duplicate);
    }
}

/// The process died between making its data directory and syncing the name of it; the next one found it there and synced nothing.
#[test]
fn a_data_directory_is_durable_even_when_its_maker_died() {
    let sim = SimDisk::new();
    let f = fixture(&sim);
    sim.power_off_at(1);
    assert!(f.try_open().is_err());
    sim.kill();
    let dir = f.open();
    append(&log(&dir, config()), "kept").unwrap();
    dir.commit_now().unwrap();
    drop(dir);
    for cut in cuts() {
        sim.power_cut(cut);
        assert_eq!(values(&log(&f.open(), config())), ["kept"], "cut {cut}");
    }
}

/// A power cut took the end of the time index and left the offset index whole: the times of what lay between were not looked at.
#[test]
fn a_time_index_that_lost_its_end_hides_no_record() {
    for sealed in [false, true] {
        let sim = SimDisk::new();
        let f = fixture(&sim);
        let config = LogConfig { segment_bytes: 2_000, ..config() };
        let dir = f.open();
        let p = log(&dir, config.clone());
        let count = if sealed { 8 } else { 4 };
        for i in 0..count {
            p.append(&mut batch_of(BuilderOptions::default(), NOW + i * 10, &[(None, Some(&big()))]), info()).unwrap();
        }
        dir.commit_now().unwrap();
        dir.checkpoint().unwrap();
        drop((p, dir));
        sim.kill();
        sim.damage(&f.file("00000000000000000000.timeindex"), |b| b.truncate(12));
        let p = log(&f.open(), config);
        for i in 0..count {
            let found = p.offset_for_timestamp(NOW + i * 10).unwrap().map(|t| t.offset);
            assert_eq!(found, Some(i), "sealed: {sealed}");
        }
    }
}

/// Reads may give less than was asked for; nobody may take that for the end of a file.
#[test]
fn short_reads_change_no_answer() {
    let sim = SimDisk::new();
    let f = fixture(&sim);
    let dir = f.open();
    let p = log(&dir, config());
    for i in 0..20 {
        append(&p, &format!("{i}-{}", big())).unwrap();
    }
    dir.commit_now().unwrap();
    dir.checkpoint().unwrap();
    let kept = values(&p);
    drop((p, dir));
    sim.kill();
    sim.set_chaos(Chaos { short_reads: 900_000, ..Chaos::default() }, 1);
    let p: Arc<PartitionLog> = log(&f.open(), config());
    assert_eq!(values(&p), kept);
}

/// Segments of two batches each, everything durable; their bases.
fn five_segments(dir: &LogDir) -> (Arc<PartitionLog>, Vec<i64>) {
    let p = log(dir, config());
    for i in 0..5 {
        append(&p, &format!("{i}{}", big())).unwrap();
        append(&p, &format!("{i}{}", "c".repeat(100))).unwrap();
        dir.commit_now().unwrap();
    }
    let bases: Vec<i64> = p.view.read().segments.iter().map(|s| s.base).collect();
    assert!(bases.len() == 5 && bases.windows(2).all(|b| b[1] == b[0] + 2), "{bases:?}");
    (p, bases)
}
fn segment(f: &Fixture, base: i64) -> PathBuf {
    f.path.join("t-0").join(segment_file_name(base, "log"))
}

/// The segment in which the recovery point lies had lost its records, others followed. Recovery first removed those that followed, and
/// then said that something was missing.
#[test]
fn a_segment_that_lost_durable_records_takes_no_others_with_it() {
    for keep in [0, 1, 100] {
        let sim = SimDisk::new();
        let f = without_journal(&sim);
        let dir = f.open();
        let p = log(&dir, config());
        append(&p, &big()).unwrap();
        dir.commit_now().unwrap();
        dir.checkpoint().unwrap();
        append(&p, "c").unwrap();
        for _ in 0..3 {
            append(&p, &big()).unwrap();
            dir.commit_now().unwrap();
        }
        drop((p, dir));
        sim.power_cut(1);
        sim.damage(&segment(&f, 0), |b| b.truncate(keep));
        let before = sim.files();
        for _ in 0..2 {
            let dir = f.open();
            let e = log(&dir, config()).load().unwrap_err();
            assert!(matches!(e, LogError::Corrupt { .. }), "{e}");
            drop(dir);
            sim.kill();
        }
        let after = sim.files();
        assert!(before.iter().all(|p| after.contains(p) || !p.to_string_lossy().ends_with(".log")), "{before:?} {after:?}");
    }
}

/// A closed segment that had lost its end, or everything, was passed over: who read in sequence got the records behind it and no word.
#[test]
fn records_that_are_missing_between_segments_are_told() {
    for (which, batches) in [(1, 0), (1, 1), (3, 0), (0, 1)] {
        for clean in [true, false] {
            let sim = SimDisk::new();
            let f = without_journal(&sim);
            let dir = f.open();
            let (p, bases) = five_segments(&dir);
            if clean {
                dir.close().unwrap();
            } else {
                dir.checkpoint().unwrap();
            }
            drop((p, dir));
            if !clean {
                sim.power_cut(1);
            }
            sim.damage(&segment(&f, bases[which]), |b| {
                let first = Header::parse(b).unwrap().len as usize;
                b.truncate(batches * first);
            });
            let dir = f.open();
            let p = log(&dir, config());
            let end = bases[which] + batches as i64;
            // In one go and from each offset on its own, with what is known of earlier reads and without.
            for max_bytes in [1, 1 << 20] {
                let mut next = 0;
                let e = loop {
                    match try_scan_from(&p, next, max_bytes) {
                        Ok(records) => next = records.last().unwrap().0 + 1,
                        Err(e) => break e,
                    }
                    assert!(next <= end, "segment {which} without its end: read on to {next}");
                };
                assert!(matches!(&e, ReadError::Log(LogError::Corrupt { .. })), "{e}");
            }
            let from = bases[which + 1];
            assert_eq!(try_scan_from(&p, from, 1 << 20).unwrap().first().unwrap().0, from, "what is behind it can be read");
        }
    }
}

/// Of a segment's last sector one to three bytes were in it, and a power cut took them; a later segment was there. Recovery took that for
/// damage of something whole and put the partition out of service.
#[test]
fn a_tear_of_the_last_bytes_before_another_segment_is_a_tear() {
    let mut seen = std::collections::BTreeSet::new();
    for len in 300..900 {
        let sim = SimDisk::new();
        let f = without_journal(&sim);
        let dir = f.open();
        let p = log(&dir, LogConfig { segment_bytes: 1_000, ..config() });
        append(&p, &"v".repeat(len)).unwrap();
        let size = p.view.read().segments[0].size() as usize;
        let over = size % 512;
        if !(1..=3).contains(&over) {
            continue;
        }
        append(&p, &"n".repeat(900)).unwrap();
        drop((p, dir));
        sim.kill();
        let whole = sim.content(&segment(&f, 0)).unwrap();
        sim.damage(&segment(&f, 0), |b| b[size - over..].fill(0));
        // A record ends with the number of its headers, a zero: of one byte nothing is missing.
        seen.insert((over, sim.content(&segment(&f, 0)).unwrap() != whole));
        log(&f.open(), config()).load().unwrap_or_else(|e| panic!("{len}: {e}"));
        // The same with a byte changed elsewhere, which no tear does.
        let sim2 = SimDisk::new();
        let f = without_journal(&sim2);
        let dir = f.open();
        let p = log(&dir, LogConfig { segment_bytes: 1_000, ..config() });
        append(&p, &"v".repeat(len)).unwrap();
        append(&p, &"n".repeat(900)).unwrap();
        drop((p, dir));
        sim2.kill();
        sim2.damage(&segment(&f, 0), |b| {
            b[size - over..].fill(0);
            b[200] ^= 0x40;
        });
        let dir = f.open();
        assert!(matches!(log(&dir, config()).load(), Err(LogError::Corrupt { .. })), "{len}");
    }
    assert!((2..=3).all(|over| seen.contains(&(over, true))), "{seen:?}");
}

/// Of the batch behind a sector that was never written the first bytes may be in it: the upper ones of its offset, zeros anyhow. The
/// sector then did not count as one that reads as zeros, and recovery put the partition out of service.
#[test]
fn a_tear_that_takes_the_zeros_of_the_next_batch_is_a_tear() {
    let config = LogConfig { segment_bytes: 10_000, ..config() };
    let mut seen = std::collections::BTreeSet::new();
    for len in 700..1_300 {
        let sim = SimDisk::new();
        let f = without_journal(&sim);
        let dir = f.open();
        let p = log(&dir, config.clone());
        append(&p, &"v".repeat(len)).unwrap();
        let size = p.view.read().segments[0].size() as usize;
        let within = size.next_multiple_of(512) - size;
        if !(1..=7).contains(&within) {
            continue;
        }
        append(&p, "behind it").unwrap();
        drop((p, dir));
        sim.kill();
        let sector = size / 512 * 512;
        sim.damage(&segment(&f, 0), |b| b[sector..sector + 512].fill(0));
        let dir = f.open();
        let p = log(&dir, config.clone());
        p.load().unwrap_or_else(|e| panic!("{len}: {e}"));
        assert_eq!(p.view.read().end.offset, 0, "{len}: what is torn and what is behind it are cut off");
        seen.insert(within);
        // A sector in which something is left was written: a record ends with the number of its headers, a zero, and before it is the value.
        let sim = SimDisk::new();
        let f = without_journal(&sim);
        let dir = f.open();
        let p = log(&dir, config.clone());
        append(&p, &"v".repeat(len)).unwrap();
        append(&p, "behind it").unwrap();
        drop((p, dir));
        sim.kill();
        sim.damage(&segment(&f, 0), |b| b[sector..size - 2].fill(0));
        let dir = f.open();
        assert!(matches!(log(&dir, config.clone()).load(), Err(LogError::Corrupt { .. })), "{len}");
    }
    assert_eq!(seen.len(), 7, "{seen:?}");
}

/// A directory that was dropped with something uncommitted stayed in memory: its queue held the partitions, and they held it.
#[test]
fn a_dropped_directory_leaves_nothing_in_memory() {
    for commit in [false, true] {
        let sim = SimDisk::new();
        let f = fixture(&sim);
        let dir = f.open();
        let p = log(&dir, config());
        append(&p, "x").unwrap();
        if commit {
            dir.commit_now().unwrap();
        }
        let weak = Arc::downgrade(&p);
        drop((p, dir));
        assert!(weak.upgrade().is_none(), "committed: {commit}");
    }
}
