//! Files that say nonsense. Derived ones (indexes, snapshots, epochs) are made again and every answer stays the same; the log itself
//! is never believed where it is not whole.

use super::util::*;
use crate::*;
use std::fs;
use wellhead_base::env::Rng;

fn config() -> LogConfig {
    LogConfig { segment_bytes: 2_000, index_interval_bytes: 200, ..LogConfig::default() }
}

/// A closed log of several segments, and what it answers.
fn filled() -> (Fixture, Vec<String>) {
    let f = Fixture::real();
    let dir = f.open();
    let p = log(&dir, config());
    for i in 0..60 {
        let mut b = sequenced(3, 0, i, &[&format!("value {i} {}", "p".repeat(i as usize))]);
        p.append(&mut b, AppendInfo { leader_epoch: i / 20, ..info() }).unwrap();
    }
    wait_visible(&p, 60);
    let want = answers(&p);
    dir.close().unwrap();
    (f, want)
}

/// Everything that derived files help to answer.
fn answers(p: &PartitionLog) -> Vec<String> {
    let mut out = vec![format!("{:?}", p.offsets().unwrap())];
    for from in 0..60 {
        let slice = p.read(from, 1, ReadUpTo::HighWatermark, true).unwrap();
        out.push(format!("{from}: {} {:?}", slice.base_offset, slice.to_bytes().unwrap()));
    }
    for t in [NOW - 1, NOW, NOW + 1] {
        out.push(format!("{:?}", p.offset_for_timestamp(t).unwrap()));
    }
    out.push(format!("{:?}", p.max_timestamp_offset().unwrap()));
    for e in 0..4 {
        out.push(format!("{:?}", p.offset_for_leader_epoch(e).unwrap()));
    }
    let producers = p.active_producers().unwrap();
    out.push(format!("{:?}", producers.iter().map(|a| (a.producer_id, a.last_sequence)).collect::<Vec<_>>()));
    out
}

#[test]
fn damaged_derived_files_change_no_answer() {
    let kinds = ["index", "timeindex", "snapshot", "leader-epoch-checkpoint"];
    type Damage = (&'static str, fn(&mut Vec<u8>, &mut Rng));
    let damages: [Damage; 6] = [
        ("empty", |b, _| b.clear()),
        ("garbage", |b, rng| b.iter_mut().for_each(|b| *b = rng.next_u64() as u8)),
        ("cut", |b, _| b.truncate(b.len() * 2 / 3)),
        ("odd", |b, _| b.push(7)),
        ("zeros", |b, _| b.extend([0; 240])),
        ("huge", |b, _| b.iter_mut().for_each(|b| *b = 0xff)),
    ];
    let seed = 11;
    for kind in kinds {
        for clean in [true, false] {
            for (name, damage) in damages.iter().chain(&[("missing", (|_, _| ()) as fn(&mut Vec<u8>, &mut Rng))]) {
                let mut rng = Rng::seeded(seed);
                let (f, want) = filled();
                let mut touched = 0;
                for file in listing(&*f.disk, &f.path.join("t-0")).into_iter().filter(|n| n.ends_with(kind)) {
                    let path = f.file(&file);
                    touched += 1;
                    if *name == "missing" {
                        fs::remove_file(&path).unwrap();
                    } else {
                        let mut bytes = fs::read(&path).unwrap();
                        damage(&mut bytes, &mut rng);
                        fs::write(&path, bytes).unwrap();
                    }
                }
                assert!(touched > 0, "there is a {kind}");
                if !clean {
                    fs::remove_file(f.path.join(".kafka_cleanshutdown")).unwrap();
                }
                let dir = f.open();
                let p = log(&dir, config());
                assert_eq!(answers(&p), want, "{kind} {name}, clean {clean}, seed {seed}");
                // And it goes on.
                assert_eq!(p.append(&mut sequenced(3, 0, 60, &["next"]), info()).unwrap().base_offset, 60);
                wait_visible(&p, 61);
                dir.close().unwrap();
            }
        }
    }
}

#[test]
fn damaged_checkpoints_of_the_directory_do_no_harm() {
    for name in ["recovery-point-offset-checkpoint", "log-start-offset-checkpoint", "cleaner-offset-checkpoint"] {
        for content in [&b""[..], b"0\n99999999999\n", b"\xff\xfe\x00", b"0\n1\nt 0 -5\n", b"7\n1\nt 0 5\n", b"0\n1\n../../x 0 5\n"] {
            for clean in [true, false] {
                let (f, want) = filled();
                fs::write(f.path.join(name), content).unwrap();
                if !clean {
                    fs::remove_file(f.path.join(".kafka_cleanshutdown")).unwrap();
                }
                let dir = f.open();
                assert_eq!(answers(&log(&dir, config())), want, "{name} {content:?}");
                dir.close().unwrap();
            }
        }
    }
}

#[test]
fn strange_names_are_left_alone() {
    let (f, want) = filled();
    fs::write(f.file("notes.txt"), "x").unwrap();
    fs::write(f.file("1.log"), "x").unwrap();
    fs::write(f.file("99999999999999999999.log"), "x").unwrap();
    fs::write(f.file("00000000000000000005.log.deleted"), "x").unwrap();
    fs::create_dir(f.path.join("not a partition")).unwrap();
    fs::create_dir(f.path.join("u-00")).unwrap();
    fs::create_dir(f.path.join("u-0.00-delete")).unwrap();
    let dir = f.open();
    assert_eq!(dir.partitions_on_disk(), [("t".to_owned(), 0)]);
    assert_eq!(answers(&log(&dir, config())), want);
    assert!(f.file("notes.txt").exists() && f.file("1.log").exists());
    assert!(!f.file("00000000000000000005.log.deleted").exists());
    assert!(!f.path.join("u-0.00-delete").exists());
}

#[test]
fn garbage_in_place_of_a_log_is_never_served() {
    for seed in 0..30 {
        let mut rng = Rng::seeded(seed);
        let (f, _) = filled();
        let logs: Vec<_> = listing(&*f.disk, &f.path.join("t-0")).into_iter().filter(|n| n.ends_with(".log")).collect();
        let path = f.file(&logs[rng.below(logs.len() as u64) as usize]);
        let mut bytes = fs::read(&path).unwrap();
        let at = rng.below(bytes.len() as u64) as usize;
        match rng.below(3) {
            0 => bytes[at] ^= 1 << rng.below(8),
            1 => bytes[at..].iter_mut().for_each(|b| *b = rng.next_u64() as u8),
            _ => bytes.truncate(at),
        }
        fs::write(&path, &bytes).unwrap();
        // As if nothing had been checkpointed: everything is read and checked.
        fs::remove_file(f.path.join(".kafka_cleanshutdown")).unwrap();
        fs::write(f.path.join("recovery-point-offset-checkpoint"), "0\n0\n").unwrap();
        let dir = f.open();
        let p = log(&dir, config());
        match p.offsets() {
            Err(e) => assert!(matches!(e, LogError::Corrupt { .. }), "seed {seed}: {e}"),
            Ok(o) => {
                // `scan` checks each batch's CRC.
                let got = scan(&p);
                assert_eq!(got.len() as i64, o.log_end, "seed {seed}");
                assert!(got.iter().all(|r| r.2.as_ref().unwrap().starts_with(&format!("value {} ", r.0))), "seed {seed}");
            }
        }
    }
}
