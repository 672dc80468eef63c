//! Compaction by key: what stays, what goes and when, and power cuts at every step of it.

use super::util::*;
use crate::sim::SimDisk;
use crate::*;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use wellhead_base::env::Rng;
use wellhead_record::{Batches, BuilderOptions, Codec};

const DAY: i64 = 86_400_000;

fn config() -> LogConfig {
    LogConfig {
        segment_bytes: 400,
        index_interval_bytes: 100,
        cleanup: Cleanup { delete: false, compact: true },
        min_cleanable_dirty_ratio: 0.01,
        ..LogConfig::default()
    }
}

fn put(p: &PartitionLog, records: &[(&str, Option<&str>)]) -> Appended {
    put_with(p, BuilderOptions::default(), NOW, records)
}
fn put_with(p: &PartitionLog, options: BuilderOptions, ts: i64, records: &[(&str, Option<&str>)]) -> Appended {
    let records: Vec<_> = records.iter().map(|(k, v)| (Some(*k), *v)).collect();
    p.append(&mut batch_of(options, ts, &records), info()).unwrap()
}
/// Fills the active segment, so that everything before is sealed.
fn seal(p: &PartitionLog) {
    put(p, &[("filler", Some(&"f".repeat(400 - 100)))]);
    p.flush().unwrap();
}
fn pairs(p: &PartitionLog) -> Vec<(i64, String, Option<String>)> {
    scan(p).into_iter().filter(|r| r.1.as_deref() != Some("filler")).map(|r| (r.0, r.1.unwrap(), r.2)).collect()
}
fn kept(list: &[(i64, &str, Option<&str>)]) -> Vec<(i64, String, Option<String>)> {
    list.iter().map(|(o, k, v)| (*o, (*k).to_owned(), v.map(str::to_owned))).collect()
}

#[test]
fn of_each_key_the_last_record_stays_at_its_offset() {
    for codec in Codec::ALL {
        let f = Fixture::real();
        let dir = f.open();
        let p = log(&dir, config());
        let options = || BuilderOptions { codec, ..BuilderOptions::default() };
        put_with(&p, options(), NOW, &[("a", Some("1")), ("b", Some("1")), ("a", Some("2"))]);
        put_with(&p, options(), NOW + 50, &[("c", Some("1")), ("b", Some("2"))]);
        put_with(&p, options(), NOW + 60, &[("a", Some("3"))]);
        seal(&p);
        seal(&p);
        let done = p.compact(NOW).unwrap();
        assert!(done.ran && !done.more && done.bytes_after < done.bytes_before, "{done:?}");
        let want = kept(&[(3, "c", Some("1")), (4, "b", Some("2")), (5, "a", Some("3"))]);
        assert_eq!(pairs(&p), want);
        assert_eq!(p.offset_for_timestamp(NOW + 60).unwrap().unwrap().offset, 5);
        assert_eq!(p.compact(NOW).unwrap(), Compacted::default(), "nothing new, nothing due");
        // From any offset the next record that is left is found.
        for from in 0..6 {
            assert_eq!(scan_from(&p, from, 1)[0].0, from.max(3));
        }
        let before = scan(&p);
        dir.close().unwrap();
        drop((p, dir));
        let dir = f.open();
        let p = log(&dir, config());
        assert_eq!(scan(&p), before);
        drop((p, dir));
        let dir = f.open();
        assert!(!dir.was_clean());
        let p = log(&dir, config());
        assert_eq!(scan(&p), before);
        assert_eq!(put(&p, &[("d", Some("1"))]).base_offset, 8);
    }
}

#[test]
fn tombstones_stay_for_their_time_and_then_go() {
    let f = Fixture::real();
    let dir = f.open();
    let p = log(&dir, config());
    put(&p, &[("a", Some("1")), ("b", Some("1"))]);
    put(&p, &[("a", None)]);
    seal(&p);
    seal(&p);
    p.compact(NOW).unwrap();
    assert_eq!(pairs(&p), kept(&[(1, "b", Some("1")), (2, "a", None)]));
    // The batch carries the time at which the tombstone may go; its records' times did not change.
    let bytes = p.read(2, 1, ReadUpTo::HighWatermark, true).unwrap().to_bytes().unwrap();
    let b = Batches::new(&bytes).next().unwrap().unwrap();
    assert_eq!(b.delete_horizon_ms(), Some(NOW + DAY));
    assert_eq!(b.records(&mut Vec::new(), 1000).unwrap().next().unwrap().unwrap().timestamp, NOW);
    let again = |now: i64| {
        seal(&p);
        p.compact(now).unwrap()
    };
    assert!(again(NOW + DAY - 1).ran);
    assert_eq!(pairs(&p), kept(&[(1, "b", Some("1")), (2, "a", None)]), "one millisecond early");
    assert!(again(NOW + DAY).ran);
    assert_eq!(pairs(&p), kept(&[(1, "b", Some("1"))]));
}

#[test]
fn a_log_is_compacted_when_it_is_due() {
    let f = Fixture::real();
    let dir = f.open();
    let p = log(&dir, LogConfig { min_cleanable_dirty_ratio: 0.5, ..config() });
    let fill = |n: usize| {
        for _ in 0..n {
            put(&p, &[("k", Some(&"v".repeat(250)))]);
        }
        p.flush().unwrap();
    };
    fill(9);
    assert!(p.compact(NOW).unwrap().ran, "all is dirty");
    put(&p, &[("x", Some(&"v".repeat(300)))]);
    put(&p, &[("y", Some(&"v".repeat(300)))]);
    put(&p, &[("z", Some(&"v".repeat(300)))]);
    fill(1);
    assert!(p.compact(NOW).unwrap().ran);
    fill(2);
    assert!(!p.compact(NOW).unwrap().ran, "less than half is dirty");
    p.set_config(LogConfig { min_cleanable_dirty_ratio: 0.5, max_compaction_lag_ms: 1_000, ..config() });
    assert!(!p.compact(NOW + 999).unwrap().ran);
    assert!(p.compact(NOW + 1_001).unwrap().ran, "records are older than max.compaction.lag.ms");
    // Young records wait.
    p.set_config(LogConfig { min_compaction_lag_ms: 5_000, ..config() });
    fill(4);
    assert!(!p.compact(NOW + 4_000).unwrap().ran);
    assert!(p.compact(NOW + 6_000).unwrap().ran);
    assert!(!log_without_policy(&dir).compact(NOW).unwrap().ran);
}

fn log_without_policy(dir: &LogDir) -> Arc<PartitionLog> {
    let p = dir.partition("other", 0, ID, LogConfig::default()).unwrap();
    p.append(&mut batch(&["x"]), info()).unwrap();
    p.flush().unwrap();
    p
}

#[test]
fn a_producers_last_batch_keeps_its_sequence() {
    let f = Fixture::real();
    let dir = f.open();
    let p = log(&dir, config());
    let of = |sequence: i32| BuilderOptions { producer_id: 5, producer_epoch: 1, base_sequence: sequence, ..BuilderOptions::default() };
    put_with(&p, of(0), NOW, &[("a", Some("1"))]);
    put_with(&p, of(1), NOW, &[("a", Some("2")), ("a", Some("3"))]);
    put(&p, &[("a", Some("4"))]);
    seal(&p);
    seal(&p);
    p.compact(NOW).unwrap();
    assert_eq!(pairs(&p), kept(&[(3, "a", Some("4"))]));
    let bytes = p.read(0, 1 << 20, ReadUpTo::HighWatermark, true).unwrap().to_bytes().unwrap();
    let empty = Batches::new(&bytes).next().unwrap().unwrap();
    assert_eq!((empty.record_count(), empty.base_offset(), empty.last_offset(), empty.base_sequence()), (0, 1, 2, 1));
    // It is enough to know the producer by after everything else is lost.
    dir.close().unwrap();
    drop((p, dir));
    for name in listing(&*f.disk, &f.path.join("t-0")).into_iter().filter(|n| n.ends_with("snapshot")) {
        std::fs::remove_file(f.file(&name)).unwrap();
    }
    let dir = f.open();
    let p = log(&dir, config());
    let mut retry = batch_of(of(1), NOW, &[(Some("a"), Some("2")), (Some("a"), Some("3"))]);
    let dup = p.append(&mut retry, info()).unwrap();
    assert_eq!((dup.base_offset, dup.last_offset, dup.duplicate), (1, 2, true));
    assert!(!put_with(&p, of(3), NOW, &[("b", Some("1"))]).duplicate);
    seal(&p);
    seal(&p);
    p.compact(NOW).unwrap();
    let bytes = p.read(0, 1 << 20, ReadUpTo::HighWatermark, true).unwrap().to_bytes().unwrap();
    assert!(Batches::new(&bytes).all(|b| b.unwrap().record_count() > 0), "the empty batch goes once the producer has gone on");
}

#[test]
fn a_small_map_compacts_in_several_runs() {
    let mut f = Fixture::real();
    f.options.dedupe_buffer_bytes = 1;
    let dir = f.open();
    let p = log(&dir, LogConfig { segment_bytes: 20_000, ..config() });
    for i in 0..2_500 {
        put(&p, &[(&format!("k{i}"), Some("1")), ("same", Some(&i.to_string()))]);
    }
    put(&p, &[("last", Some(&"x".repeat(19_900)))]);
    p.flush().unwrap();
    let mut runs = 0;
    while p.compact(NOW).unwrap().more {
        runs += 1;
        assert!(runs < 10, "each run makes progress");
    }
    assert!(runs >= 2, "{runs} runs");
    // All but the records of the active segment.
    let got = pairs(&p);
    assert_eq!(got.iter().filter(|r| r.1 == "same").count(), 1);
    assert_eq!(got.len(), 2_500 + 2);
}

#[test]
fn damage_stops_a_compaction_and_spoils_nothing() {
    let f = Fixture::real();
    let dir = f.open();
    let p = log(&dir, config());
    for i in 0..10 {
        put(&p, &[("a", Some(&format!("{i} {}", "v".repeat(200))))]);
    }
    p.flush().unwrap();
    let name = &listing(&*f.disk, &f.path.join("t-0"))[1];
    assert!(name.ends_with(".log"), "{name}");
    let mut bytes = std::fs::read(f.file(name)).unwrap();
    let at = bytes.len() - 3;
    bytes[at] ^= 1;
    std::fs::write(f.file(name), &bytes).unwrap();
    let e = p.compact(NOW).unwrap_err();
    assert!(matches!(e, LogError::Corrupt { .. }), "{e}");
    assert_eq!(std::fs::read(f.file(name)).unwrap(), bytes);
    assert_eq!(p.offsets().unwrap().log_start, 0);
    assert!(p.append(&mut batch_of(BuilderOptions::default(), NOW, &[(Some("b"), Some("x"))]), info()).is_ok());
}

/// The last value of each key, with deleted keys left out.
type Table = BTreeMap<String, String>;
fn table<'r>(records: impl Iterator<Item = (&'r str, Option<&'r str>)>) -> Table {
    let mut t = Table::new();
    for (k, v) in records {
        match v {
            Some(v) => t.insert(k.to_owned(), v.to_owned()),
            None => t.remove(k),
        };
    }
    t
}

/// One life: records come in, compaction runs between, until the machine stops.
fn live(
    sim: &SimDisk,
    rng: &mut Rng,
    appended: &mut BTreeMap<i64, (String, Option<String>)>,
    visible: &mut i64,
    now: &mut i64,
) -> Result<(), LogError> {
    let options = LogDirOptions { commit: CommitMode::Manual, open_files_max: 2, ..LogDirOptions::default() };
    let f = Fixture::on(sim.disk(), PathBuf::from("/data"), options, None);
    let dir = f.try_open()?;
    let p = dir.partition("t", 0, ID, LogConfig { delete_retention_ms: 1_000, ..config() })?;
    let check = |p: &PartitionLog, appended: &mut BTreeMap<i64, (String, Option<String>)>, visible: &mut i64| -> Result<(), LogError> {
        let o = p.offsets()?;
        assert!(o.log_end >= *visible && o.log_start == 0);
        appended.retain(|&offset, _| offset < o.log_end);
        *visible = o.log_end;
        let got = try_scan_from(p, 0, 700).map_err(|e| LogError::Invalid(e.to_string().into()))?;
        assert!(got.windows(2).all(|w| w[0].0 < w[1].0), "offsets rise");
        for (offset, k, v) in &got {
            let want = appended.get(offset).expect("only what was appended");
            assert_eq!((k.as_ref(), v), (Some(&want.0), &want.1), "at offset {offset}");
        }
        let now_there = table(got.iter().map(|r| (r.1.as_deref().unwrap(), r.2.as_deref())));
        let want = table(appended.values().map(|r| (&r.0[..], r.1.as_deref())));
        let files = f.disk.read_dir(&f.path.join("t-0"));
        assert_eq!(now_there, want, "no key is lost, none comes back: {o:?} {:?} {files:?}", got.iter().map(|r| r.0).collect::<Vec<_>>());
        Ok(())
    };
    check(&p, appended, visible)?;
    for _ in 0..25 {
        match rng.below(10) {
            0..=6 => {
                let k = format!("k{}", rng.below(6));
                let v = (rng.below(4) > 0).then(|| format!("{} {}", appended.len(), "v".repeat(rng.below(150) as usize)));
                let end = p.offsets()?.log_end;
                appended.insert(end, (k.clone(), v.clone()));
                let mut b = batch_of(BuilderOptions::default(), *now, &[(Some(&k), v.as_deref())]);
                p.append(&mut b, AppendInfo { now_ms: *now, ..info() }).map_err(|e| LogError::Invalid(e.message.into()))?;
            }
            7 => {
                dir.commit_now()?;
            }
            _ => {
                *now += rng.below(1_500) as i64;
                p.compact(*now)?;
                check_visible(&p, appended)?;
            }
        }
        *visible = (*visible).max(p.offsets()?.high_watermark);
    }
    if rng.below(2) == 0 {
        dir.close()?;
    }
    Ok(())
}

fn check_visible(p: &PartitionLog, appended: &BTreeMap<i64, (String, Option<String>)>) -> Result<(), LogError> {
    let hw = p.offsets()?.high_watermark;
    let got = try_scan_from(p, 0, 700).map_err(|e| LogError::Invalid(e.to_string().into()))?;
    let want = table(appended.range(..hw).map(|(_, r)| (&r.0[..], r.1.as_deref())));
    assert_eq!(table(got.iter().map(|r| (r.1.as_deref().unwrap(), r.2.as_deref()))), want);
    Ok(())
}

#[test]
fn a_power_cut_at_every_step_of_a_compaction_loses_no_key() {
    for seed in 0..3 {
        let run = |off_at: Option<u64>| {
            let sim = SimDisk::new();
            let (mut rng, mut appended, mut visible, mut now) = (Rng::seeded(seed), BTreeMap::new(), 0, NOW);
            sim.power_off_at(off_at.unwrap_or(u64::MAX));
            for round in 0..4 {
                let done = live(&sim, &mut rng, &mut appended, &mut visible, &mut now);
                assert!(done.is_ok() || sim.is_off(), "seed {seed} off at {off_at:?} round {round}: {done:?}");
                if done.is_err() || round > 1 {
                    sim.power_cut(seed ^ off_at.unwrap_or(7) << 4 ^ round);
                } else {
                    sim.kill();
                    sim.power_off_at(off_at.unwrap_or(u64::MAX));
                }
            }
            sim.changes()
        };
        let changes = run(None);
        // Every step of one history, and some of others.
        for at in (0..changes).step_by(if seed == 0 { 1 } else { 11 }) {
            run(Some(at));
        }
    }
}
