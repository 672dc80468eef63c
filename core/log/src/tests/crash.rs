//! Power cuts at every step of everything that writes, on the simulated disk. What was visible under class `fsync` is there
//! afterwards, what is served is a prefix of what was appended, and the log goes on from there.

use super::util::*;
use crate::sim::SimDisk;
use crate::*;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use wellhead_base::env::Rng;
use wellhead_record::BuilderOptions;

fn config(durability: Durability) -> LogConfig {
    LogConfig { segment_bytes: 2_500, index_interval_bytes: 300, durability, retention_ms: -1, ..LogConfig::default() }
}

/// What a run of the workload has done so far.
#[derive(Default)]
struct Model {
    /// What was appended, by offset. A crash takes off its end.
    appended: BTreeMap<i64, String>,
    /// Up to here it was seen visible.
    visible: i64,
    /// Asked for by DeleteRecords or retention: the log start is between these.
    start_asked: i64,
    start_done: i64,
    /// The next sequence of the one producer, and the number of the next payload.
    sequence: i32,
    payload: u64,
}

/// Without the journal (which has tests of its own): what the segments' own syncs keep.
fn fixture(sim: &SimDisk) -> Fixture {
    let options = LogDirOptions { commit: CommitMode::Manual, open_files_max: 3, journal_bytes: 0, ..LogDirOptions::default() };
    Fixture::on(sim.disk(), PathBuf::from("/data"), options, None)
}

/// One seeded life of a data directory: until its steps are done or the machine stops.
fn live(sim: &SimDisk, rng: &mut Rng, m: &mut Model, durability: Durability, steps: usize) -> Result<(), LogError> {
    let f = fixture(sim);
    let mut dir = f.try_open()?;
    let mut p = dir.partition("t", 0, ID, config(durability))?;
    check(&p, m)?;
    for _ in 0..steps {
        match rng.below(20) {
            0..=9 => {
                let n = 1 + rng.below(3) as i32;
                let values: Vec<String> = (0..n)
                    .map(|_| {
                        m.payload += 1;
                        let len = rng.below(500) as usize;
                        format!("{}-{}", m.payload, "z".repeat(len))
                    })
                    .collect();
                let refs: Vec<&str> = values.iter().map(String::as_str).collect();
                let end = p.offsets()?.log_end;
                // Noted first: when the machine stops under the write, the records may be there.
                for (i, v) in values.iter().enumerate() {
                    m.appended.insert(end + i as i64, v.clone());
                }
                let a = p.append(&mut sequenced(1, 0, m.sequence, &refs), info()).map_err(|e| LogError::Invalid(e.message.into()))?;
                assert_eq!((a.base_offset, a.duplicate), (end, false));
                m.sequence += n;
            }
            10..=14 => {
                dir.commit_now()?;
            }
            15 => dir.checkpoint()?,
            16 => {
                let o = p.offsets()?;
                let to = o.log_start + rng.below((o.high_watermark - o.log_start) as u64 / 4 + 1) as i64;
                m.start_asked = m.start_asked.max(to);
                m.start_done = p.delete_records(to)?;
            }
            17 => {
                p.set_config(LogConfig { retention_bytes: 6_000, ..config(durability) });
                m.start_asked = m.start_asked.max(p.offsets()?.high_watermark);
                p.retain(NOW)?;
                p.set_config(config(durability));
                m.start_asked = p.offsets()?.log_start;
                m.start_done = m.start_done.max(0);
            }
            18 => p.flush()?,
            _ => {
                dir.close()?;
                drop((p, dir));
                dir = f.try_open()?;
                p = dir.partition("t", 0, ID, config(durability))?;
                check(&p, m)?;
            }
        }
        m.visible = m.visible.max(p.offsets()?.high_watermark);
    }
    Ok(())
}

/// Compares what the log serves with what may be there, and takes the model back to it.
fn check(p: &Arc<PartitionLog>, m: &mut Model) -> Result<(), LogError> {
    let o = p.offsets()?;
    assert_eq!(o.high_watermark, o.log_end, "after an open everything there is visible");
    assert!(o.log_end >= m.visible, "visible up to {}, and the log ends at {}", m.visible, o.log_end);
    assert!(
        o.log_start >= m.start_done && o.log_start <= m.start_asked.max(m.start_done),
        "log start {} is not in {}..={}",
        o.log_start,
        m.start_done,
        m.start_asked
    );
    let got = try_scan_from(p, o.log_start, 3_000).map_err(|e| LogError::Invalid(e.to_string().into()))?;
    let want: Vec<Record> = m.appended.range(o.log_start..o.log_end).map(|(o, v)| (*o, None, Some(v.clone()))).collect();
    assert_eq!(got, want);
    assert_eq!(want.len() as i64, o.log_end - o.log_start);
    m.appended.retain(|&offset, _| offset < o.log_end);
    m.visible = o.log_end;
    (m.start_asked, m.start_done) = (o.log_start, m.start_done);
    // The producer goes on where the log does: one sequence a record.
    m.sequence = o.log_end as i32;
    if o.log_end > 0 {
        assert_eq!(p.active_producers()?[0].last_sequence + 1, m.sequence);
    }
    Ok(())
}

fn run(seed: u64, durability: Durability, off_at: Option<u64>) -> u64 {
    let sim = SimDisk::new();
    let mut rng = Rng::seeded(seed);
    let mut m = Model::default();
    sim.power_off_at(off_at.unwrap_or(u64::MAX));
    let mut done = live(&sim, &mut rng, &mut m, durability, 40);
    assert!(done.is_ok() || sim.is_off(), "seed {seed} off at {off_at:?}: {done:?}");
    let changes = sim.changes();
    for round in 0..3 {
        if done.is_ok() && off_at.is_some() {
            break;
        }
        sim.power_cut(seed ^ off_at.unwrap_or(0) << 8 ^ round);
        if durability == Durability::PageCache {
            // Nothing was promised; what is there must still be right.
            m.visible = 0;
        }
        // The next life is cut as well, during recovery or soon after.
        if round < 2 {
            let more = rng.below(30);
            sim.power_off_at(sim.changes() + more);
        }
        done = live(&sim, &mut rng, &mut m, durability, 10);
        assert!(done.is_ok() || sim.is_off(), "seed {seed} off at {off_at:?} round {round}: {done:?}");
    }
    changes
}

#[test]
fn a_power_cut_at_every_step_loses_nothing_that_was_visible() {
    for seed in 0..4 {
        let changes = run(seed, Durability::Fsync, None);
        for at in 0..changes {
            run(seed, Durability::Fsync, Some(at));
        }
    }
}

#[test]
fn under_class_page_cache_a_power_cut_leaves_a_prefix() {
    for seed in 100..102 {
        let changes = run(seed, Durability::PageCache, None);
        for at in 0..changes {
            run(seed, Durability::PageCache, Some(at));
        }
    }
}

#[test]
fn a_killed_process_loses_nothing_that_was_appended() {
    for seed in 0..40 {
        let sim = SimDisk::new();
        let mut rng = Rng::seeded(seed);
        let mut m = Model::default();
        for _ in 0..5 {
            live(&sim, &mut rng, &mut m, Durability::PageCache, 15).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
            sim.kill();
            m.visible = *m.appended.keys().last().map_or(&0, |k| k) + i64::from(!m.appended.is_empty());
        }
    }
}

#[test]
fn damage_below_the_recovery_point_takes_the_partition_out_of_service() {
    let sim = SimDisk::new();
    let f = fixture(&sim);
    let dir = f.open();
    let p = log(&dir, LogConfig::default());
    for i in 0..10 {
        p.append(&mut batch(&[&format!("value {i}")]), info()).unwrap();
    }
    p.flush().unwrap();
    dir.checkpoint().unwrap();
    drop((p, dir));
    // The file ends below what the checkpoint says was durable.
    sim.kill();
    let path = f.file("00000000000000000000.log");
    let whole = sim.content(&path).unwrap();
    sim.damage(&path, |b| b.truncate(b.len() - 5));
    let dir = f.open();
    let p = log(&dir, LogConfig::default());
    let e = p.offsets().unwrap_err();
    assert!(matches!(e, LogError::Corrupt { .. }), "{e}");
    assert_eq!(p.append(&mut batch(&["x"]), info()).unwrap_err().code, wellhead_base::Code::KAFKA_STORAGE_ERROR);
    assert!(p.read(0, 100, ReadUpTo::HighWatermark, true).is_err());
    // Others go on, and the directory is not called clean.
    let q = dir.partition("u", 0, ID, LogConfig::default()).unwrap();
    q.append(&mut batch(&["x"]), info()).unwrap();
    q.flush().unwrap();
    assert!(dir.close().is_err());
    drop((p, q, dir));
    sim.damage(&path, |b| *b = whole);
    let dir = f.open();
    assert!(!dir.was_clean());
    assert_eq!(values(&log(&dir, LogConfig::default())).len(), 10);
}

#[test]
fn past_the_recovery_point_a_torn_tail_is_cut_and_a_damaged_middle_is_an_error() {
    // (what happens to the third of five batches, its class, records left or None for an error)
    type Damage = fn(&mut Vec<u8>, usize);
    let flip: Damage = |b, at| b[at + 100] ^= 1;
    let zero: Damage = |b, at| {
        let from = (at + 100).next_multiple_of(512);
        b[from..from + 512].fill(0);
    };
    let cut: Damage = |b, at| b.truncate(at + 700);
    let header: Damage = |b, at| b[at..at + 61].fill(0xaa);
    let fsync = Durability::Fsync;
    for (name, damage, durability, left) in [
        ("flip", flip, fsync, None),
        ("flip", flip, Durability::PageCache, Some(2)),
        ("header", header, fsync, None),
        ("zero", zero, fsync, Some(2)),
        ("cut", cut, fsync, Some(2)),
    ] {
        let sim = SimDisk::new();
        let f = fixture(&sim);
        let dir = f.open();
        let config = LogConfig { durability, ..LogConfig::default() };
        let p = log(&dir, config.clone());
        let mut third = 0;
        for i in 0..5 {
            if i == 2 {
                third = p.size_bytes() as usize;
            }
            p.append(&mut batch(&[&"v".repeat(2000)]), info()).unwrap();
        }
        p.flush().unwrap();
        drop((p, dir));
        sim.kill();
        sim.damage(&f.file("00000000000000000000.log"), |b| damage(b, third));
        let dir = f.open();
        let p = log(&dir, config);
        match left {
            Some(n) => assert_eq!(values(&p).len(), n, "{name}"),
            None => assert!(matches!(p.offsets(), Err(LogError::Corrupt { .. })), "{name}"),
        }
    }
}

#[test]
fn recovery_reads_only_what_lies_past_the_recovery_point() {
    let sim = SimDisk::new();
    let f = fixture(&sim);
    let dir = f.open();
    let big = "v".repeat(100_000);
    for t in ["a", "b"] {
        let p = dir.partition(t, 0, ID, LogConfig::default()).unwrap();
        for i in 0..50 {
            p.append(&mut batch_of(BuilderOptions::default(), NOW + i, &[(None, Some(&big))]), info()).unwrap();
        }
        p.flush().unwrap();
        if t == "a" {
            dir.checkpoint().unwrap();
        }
    }
    drop(dir);
    sim.kill();
    let dir = f.open();
    let reads = |t: &str| {
        let before = sim.reads(".log");
        let p = dir.partition(t, 0, ID, LogConfig::default()).unwrap();
        assert_eq!(p.offsets().unwrap().high_watermark, 50);
        sim.reads(".log") - before
    };
    let (checkpointed, not) = (reads("a"), reads("b"));
    assert!(checkpointed <= 10, "{checkpointed} reads");
    assert!(not >= 50, "{not} reads");
}
