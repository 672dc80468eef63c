//! The commit journal: many partitions, every operation that changes segments under it, a ring that comes round often, and the power
//! going at every step. And what the journal's files say when they are damaged.

use super::util::*;
use crate::journal::{FILES, PAGE, cheaper};
use crate::sim::{Fault, Op, SimDisk};
use crate::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use wellhead_base::TopicId;
use wellhead_base::env::Rng;

const PARTITIONS: usize = 4;
/// The one that compacts.
const COMPACTS: usize = 3;

fn options() -> LogDirOptions {
    LogDirOptions {
        commit: CommitMode::Manual,
        open_files_max: 3,
        // The least: sixteen pages a file, one of them the header.
        journal_bytes: 2,
        journal_partitions_max: 3,
        ..LogDirOptions::default()
    }
}
fn fixture(sim: &SimDisk, options: LogDirOptions) -> Fixture {
    Fixture::on(sim.disk(), PathBuf::from("/data"), options, None)
}
fn config(i: usize) -> LogConfig {
    LogConfig {
        segment_bytes: 1_500,
        index_interval_bytes: 300,
        retention_ms: -1,
        cleanup: Cleanup { delete: i != COMPACTS, compact: i == COMPACTS },
        min_cleanable_dirty_ratio: 0.01,
        ..LogConfig::default()
    }
}

/// What was done to one partition so far.
#[derive(Clone, Default)]
struct Model {
    id: u8,
    /// Key and value by offset. A crash takes off its end.
    appended: BTreeMap<i64, (String, String)>,
    /// Up to here it was seen visible.
    visible: i64,
    start_asked: i64,
    start_done: i64,
    payload: u64,
    /// Deleted, and nothing appended since: it has no directory.
    gone: bool,
}

fn open(dir: &LogDir, i: usize, m: &Model) -> Result<Arc<PartitionLog>, LogError> {
    dir.partition("p", i as i32, TopicId([m.id + 1; 16]), config(i))
}

fn live(sim: &SimDisk, rng: &mut Rng, models: &mut [Model], steps: usize) -> Result<(), LogError> {
    let f = fixture(sim, options());
    let mut dir = f.try_open()?;
    check(&dir, models)?;
    for _ in 0..steps {
        let i = rng.below(PARTITIONS as u64) as usize;
        let m = &mut models[i];
        let p = open(&dir, i, m)?;
        match rng.below(40) {
            0..=17 => {
                m.payload += 1;
                let (key, value) = (format!("k{}", rng.below(4)), format!("{}-{}", m.payload, "z".repeat(rng.below(400) as usize)));
                let end = p.offsets()?.log_end;
                // Noted first: when the machine stops under the write, the record may be there.
                m.appended.insert(end, (key.clone(), value.clone()));
                m.gone = false;
                let mut b = batch_of(wellhead_record::BuilderOptions::default(), NOW, &[(Some(&key), Some(&value))]);
                let a = p.append(&mut b, info()).map_err(|e| LogError::Invalid(e.message.into()))?;
                assert_eq!(a.base_offset, end);
            }
            18..=28 => {
                dir.commit_now()?;
            }
            29 => dir.checkpoint()?,
            30 => p.flush()?,
            31 | 32 if i != COMPACTS => {
                let o = p.offsets()?;
                let to = o.log_start + rng.below((o.high_watermark - o.log_start) as u64 / 2 + 1) as i64;
                m.start_asked = m.start_asked.max(to);
                m.start_done = p.delete_records(to)?;
            }
            33 | 34 if i != COMPACTS => {
                p.set_config(LogConfig { retention_bytes: 2_000, ..config(i) });
                m.start_asked = m.start_asked.max(p.offsets()?.high_watermark);
                p.retain(NOW)?;
                m.start_asked = p.offsets()?.log_start;
            }
            31..=34 => {
                p.compact(NOW)?;
            }
            35 => {
                let o = p.offsets()?;
                let to = (o.log_end - rng.below(4) as i64).max(o.log_start);
                m.visible = m.visible.min(to);
                p.truncate_to(to)?;
                m.appended.split_off(&to);
            }
            36 | 37 => {
                let id = m.id + 1;
                *m = Model { id, payload: m.payload, ..Model::default() };
                p.delete()?;
                m.gone = true;
            }
            38 => {
                dir.close()?;
                drop((p, dir));
                for name in FILES {
                    assert!(sim.content(&f.path.join(name)).is_none(), "a clean stop leaves no journal");
                }
                dir = f.try_open()?;
                check(&dir, models)?;
                continue;
            }
            _ => {}
        }
        for (i, m) in models.iter_mut().enumerate() {
            m.visible = m.visible.max(open(&dir, i, m)?.offsets()?.high_watermark);
        }
    }
    Ok(())
}

/// Compares what the logs serve with what may be there, and takes the models back to it.
fn check(dir: &LogDir, models: &mut [Model]) -> Result<(), LogError> {
    let on_disk: BTreeSet<i32> = dir.partitions_on_disk().into_iter().map(|p| p.1).collect();
    for (i, m) in models.iter_mut().enumerate() {
        assert!(!m.gone || !on_disk.contains(&(i as i32)), "partition {i} came back from the dead");
        let p = open(dir, i, m)?;
        let o = p.offsets()?;
        assert_eq!(o.high_watermark, o.log_end, "after an open everything there is visible");
        assert!(o.log_end >= m.visible, "partition {i}: visible up to {}, and the log ends at {}", m.visible, o.log_end);
        assert!(
            o.log_start >= m.start_done && o.log_start <= m.start_asked.max(m.start_done),
            "partition {i}: log start {} is not in {}..={}",
            o.log_start,
            m.start_done,
            m.start_asked
        );
        let got = try_scan_from(&p, o.log_start, 3_000).map_err(|e| LogError::Invalid(e.to_string().into()))?;
        let want: BTreeMap<i64, (String, String)> = m.appended.range(o.log_start..o.log_end).map(|(o, r)| (*o, r.clone())).collect();
        let got: BTreeMap<i64, (String, String)> = got.into_iter().map(|r| (r.0, (r.1.unwrap(), r.2.unwrap()))).collect();
        if i == COMPACTS {
            assert!(got.iter().all(|g| want.get(g.0) == Some(g.1)), "partition {i} serves what was not appended");
            let last: BTreeMap<&String, i64> = want.iter().map(|(o, r)| (&r.0, *o)).collect();
            assert!(last.values().all(|o| got.contains_key(o)), "partition {i} lost the last value of a key");
        } else {
            assert_eq!(got, want, "partition {i}");
        }
        m.appended.retain(|&offset, _| offset < o.log_end);
        m.visible = o.log_end;
        (m.start_asked, m.start_done) = (o.log_start, o.log_start);
    }
    Ok(())
}

/// Says which run failed.
struct Named(u64, usize, Option<u64>);
impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("run({}, {}, {:?})", self.0, self.1, self.2);
        }
    }
}

/// Returns how many changes the first life made.
fn run(seed: u64, steps: usize, off_at: Option<u64>) -> u64 {
    let _named = Named(seed, steps, off_at);
    let sim = SimDisk::new();
    let mut rng = Rng::seeded(seed);
    let mut models = vec![Model::default(); PARTITIONS];
    sim.power_off_at(off_at.unwrap_or(u64::MAX));
    let mut done = live(&sim, &mut rng, &mut models, steps);
    assert!(done.is_ok() || sim.is_off(), "seed {seed} off at {off_at:?}: {done:?}");
    let changes = sim.changes();
    for round in 0..3 {
        if done.is_ok() && off_at.is_some() {
            break;
        }
        sim.power_cut(seed ^ off_at.unwrap_or(0) << 8 ^ round);
        // The next life is cut as well, during the replay or soon after.
        if round < 2 {
            let more = rng.below(40);
            sim.power_off_at(sim.changes() + more);
        }
        done = live(&sim, &mut rng, &mut models, 15);
        assert!(done.is_ok() || sim.is_off(), "seed {seed} off at {off_at:?} round {round}: {done:?}");
    }
    changes
}

#[test]
fn a_power_cut_at_every_step_loses_nothing_that_was_visible() {
    let seed = 0;
    let changes = run(seed, 120, None);
    for at in 0..changes {
        run(seed, 120, Some(at));
    }
}

#[test]
fn a_power_cut_somewhere_in_many_lives_loses_nothing_that_was_visible() {
    // WELLHEAD_SEEDS=20000 for a long run.
    let seeds: u64 = std::env::var("WELLHEAD_SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(60);
    for seed in 1_000..1_000 + seeds {
        let changes = run(seed, 200, None);
        let mut rng = Rng::seeded(seed);
        for _ in 0..4 {
            run(seed, 200, Some(rng.below(changes)));
        }
    }
}

/// Appends one record to each of some partitions and commits them as one group.
fn group(dir: &LogDir, n: i32, value: &str) -> Vec<Arc<PartitionLog>> {
    let all: Vec<_> = (0..n).map(|i| dir.partition("p", i, ID, LogConfig::default()).unwrap()).collect();
    for p in &all {
        p.append(&mut batch(&[value]), info()).unwrap();
    }
    dir.commit_now().unwrap();
    assert!(all.iter().all(|p| p.high_watermark() == p.log_end_offset()));
    all
}

#[test]
fn one_sync_makes_many_partitions_durable() {
    let sim = SimDisk::new();
    let f = fixture(&sim, LogDirOptions { journal_bytes: 64 << 20, journal_partitions_max: 1_000, ..options() });
    let dir = f.open();
    group(&dir, 1, "the journal's file is made");
    let before = sim.count(Op::Sync) + sim.count(Op::SyncDir);
    group(&dir, 100, "x");
    assert_eq!(sim.count(Op::Sync) + sim.count(Op::SyncDir) - before, 1, "new directories and all");
    drop(dir);
    sim.power_cut(3);
    let dir = f.open();
    for i in 0..100 {
        assert_eq!(values(&dir.partition("p", i, ID, LogConfig::default()).unwrap()).last().unwrap(), "x");
    }
}

#[test]
fn the_rule_takes_the_cheaper_way() {
    for (files, bytes, journal) in [(1, 100, false), (2, 2_000, true), (4, 100_000, true), (4, 1_000_000, false), (1_000, 1_000_000, true)] {
        assert_eq!(cheaper(files, bytes), journal, "{files} files, {bytes} bytes");
    }
}

/// A directory with a journal of three groups, and the machine stopped.
fn stopped() -> (SimDisk, Fixture) {
    let sim = SimDisk::new();
    let f = fixture(&sim, LogDirOptions { journal_bytes: 64 << 20, journal_partitions_max: 1_000, ..options() });
    let dir = f.open();
    for v in ["one", "two", "three"] {
        group(&dir, 3, v);
    }
    drop(dir);
    sim.power_cut(0);
    (sim, f)
}

#[test]
fn a_damaged_group_with_others_behind_it_is_an_error_and_a_torn_last_one_is_the_end() {
    let (sim, f) = stopped();
    let path = f.path.join(FILES[0]);
    let whole = sim.content(&path).unwrap();
    assert_eq!(whole.len(), 4 * PAGE, "a header and three groups");
    for (at, opens) in [(PAGE + 40, false), (2 * PAGE + 40, false), (PAGE, false), (3 * PAGE + 40, true), (3, false), (9, false)] {
        sim.damage(&path, |b| {
            b.clone_from(&whole);
            b[at] ^= 1;
        });
        let opened = f.try_open();
        if opens {
            let dir = opened.unwrap();
            let all: Vec<_> = (0..3).map(|i| values(&dir.partition("p", i, ID, LogConfig::default()).unwrap())).collect();
            assert!(all.iter().all(|v| v[..2] == ["one", "two"]), "{all:?}");
        } else {
            let e = opened.map(drop).unwrap_err();
            assert!(matches!(e, LogError::Corrupt { .. }), "{at}: {e}");
        }
        sim.kill();
    }
}

#[test]
fn every_byte_cut_off_or_changed_is_an_error_or_a_prefix() {
    let (sim, f) = stopped();
    let path = f.path.join(FILES[0]);
    let whole = sim.content(&path).unwrap();
    let mut rng = Rng::seeded(5);
    for case in 0..2_000u64 {
        sim.damage(&path, |b| {
            b.clone_from(&whole);
            if case % 2 == 0 {
                b.truncate(rng.below(whole.len() as u64) as usize);
            } else {
                // Most of a page is nothing.
                let at = rng.below(4) as usize * PAGE + rng.below(200) as usize;
                b[at] = [0, 0x7f, 0x80, 0xff][rng.below(4) as usize];
            }
        });
        if let Ok(dir) = f.try_open() {
            for i in 0..3 {
                if let Ok(p) = dir.partition("p", i, ID, LogConfig::default())
                    && p.load().is_ok()
                {
                    let v = values(&p);
                    assert_eq!(v[..], ["one", "two", "three"][..v.len()], "case {case}");
                }
            }
        }
        sim.kill();
    }
}

#[test]
fn a_journal_from_before_a_clean_stop_is_not_believed() {
    let (sim, f) = stopped();
    let path = f.path.join(FILES[0]);
    let old = sim.content(&path).unwrap();
    let dir = f.open();
    let p = dir.partition("p", 0, ID, LogConfig::default()).unwrap();
    p.truncate_to(1).unwrap();
    dir.close().unwrap();
    drop((p, dir));
    // Somebody put it back.
    sim.disk().open(&path, wellhead_base::env::OpenMode::Create).unwrap();
    sim.damage(&path, |b| *b = old);
    let dir = f.open();
    assert_eq!(values(&dir.partition("p", 0, ID, LogConfig::default()).unwrap()), ["one"]);
    assert!(sim.content(&path).is_none());
}

#[test]
fn a_full_disk_makes_the_segments_be_synced_instead() {
    for nth in 1..6 {
        for op in [Op::Create, Op::Write] {
            let sim = SimDisk::new();
            let f = fixture(&sim, LogDirOptions { journal_bytes: 64 << 20, ..options() });
            let dir = f.open();
            let all: Vec<_> = (0..5).map(|i| dir.partition("p", i, ID, LogConfig::default()).unwrap()).collect();
            for p in &all {
                p.append(&mut batch(&["x"]), info()).unwrap();
            }
            sim.inject(op, nth, Fault::Enospc);
            dir.commit_now().unwrap();
            assert!(all.iter().all(|p| p.high_watermark() == 1), "{op:?} {nth}");
            // A deletion finds no room either.
            sim.inject(Op::Write, 1, Fault::Enospc);
            all[4].delete().unwrap();
            drop((all, dir));
            sim.power_cut(nth);
            let dir = f.open();
            assert_eq!(dir.partitions_on_disk().len(), 4);
            for i in 0..4 {
                assert_eq!(values(&dir.partition("p", i, ID, LogConfig::default()).unwrap()), ["x"], "{op:?} {nth}");
            }
        }
    }
}

#[test]
fn a_segment_that_others_shortened_puts_its_partition_out_of_service_and_no_other() {
    let (sim, f) = stopped();
    // The first group's bytes were at the start; the others' place is behind what is left.
    let dir = f.open();
    let path = f.path.join("p-1").join("00000000000000000000.log");
    group(&dir, 3, "four");
    dir.close().unwrap();
    drop(dir);
    let dir = f.open();
    group(&dir, 3, "five");
    drop(dir);
    sim.power_cut(1);
    sim.damage(&path, |b| b.truncate(10));
    let dir = f.open();
    let e = dir.partition("p", 1, ID, LogConfig::default()).unwrap().load().unwrap_err();
    assert!(matches!(e, LogError::Corrupt { .. }), "{e}");
    assert_eq!(values(&dir.partition("p", 0, ID, LogConfig::default()).unwrap()).len(), 5);
}

/// A killed process leaves directories whose names are in memory only. The replay found them there, synced what lies in them and
/// emptied the journal, and a power cut took them (seed 1629 of the simulation).
#[test]
fn directories_that_a_replay_finds_in_memory_are_made_durable() {
    let sim = SimDisk::new();
    let f = fixture(&sim, LogDirOptions { journal_bytes: 64 << 20, journal_partitions_max: 1_000, ..options() });
    group(&f.open(), 3, "one");
    sim.kill();
    drop(f.open());
    sim.power_cut(1);
    let dir = f.open();
    for i in 0..3 {
        assert_eq!(values(&dir.partition("p", i, ID, LogConfig::default()).unwrap()), ["one"]);
    }
}

/// A ring that was emptied because no void found room went on behind its old groups, which the next start took for damage.
#[test]
fn a_ring_that_was_emptied_begins_at_the_start_of_its_file() {
    let sim = SimDisk::new();
    let f = fixture(&sim, LogDirOptions { journal_bytes: 64 << 20, journal_partitions_max: 1_000, ..options() });
    let dir = f.open();
    let all = group(&dir, 3, "one");
    sim.inject(Op::Write, 1, Fault::Enospc);
    all[0].truncate_to(0).unwrap();
    group(&dir, 3, "two");
    group(&dir, 3, "three");
    drop((all, dir));
    sim.power_cut(1);
    let dir = f.open();
    for (i, want) in [vec!["two", "three"], vec!["one", "two", "three"]].into_iter().enumerate() {
        assert_eq!(values(&dir.partition("p", i as i32, ID, LogConfig::default()).unwrap()), want);
    }
}

/// A full disk refused what fills the last page of a group: the group was whole, and nobody knew. The segments were synced instead, the
/// partition was deleted without a void, and a replay brought it back.
#[test]
fn a_group_that_was_refused_is_not_replayed() {
    // The group has two pages.
    for bytes in [0, 31, 400, PAGE, 7_000, 2 * PAGE - 1] {
        let sim = SimDisk::new();
        let f = fixture(&sim, LogDirOptions { journal_bytes: 64 << 20, journal_partitions_max: 1_000, ..options() });
        let dir = f.open();
        group(&dir, 3, "one");
        let all: Vec<_> = (3..6).map(|i| dir.partition("p", i, ID, LogConfig::default()).unwrap()).collect();
        for p in &all {
            p.append(&mut batch(&[&"x".repeat(2_000)]), info()).unwrap();
        }
        sim.inject(Op::Write, 1, Fault::Short(bytes));
        dir.commit_now().unwrap();
        all[0].delete().unwrap();
        drop((all, dir));
        sim.kill();
        let dir = f.open();
        let mut there: Vec<i32> = dir.partitions_on_disk().into_iter().map(|p| p.1).collect();
        there.sort_unstable();
        assert_eq!(there, [0, 1, 2, 4, 5], "{bytes} bytes were written");
    }
}
