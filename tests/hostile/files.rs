//! A data directory that somebody was at (T13): every file empty, cut, garbage, huge, a link, a pipe, a directory. The broker opens
//! and gives out what was written and nothing else, or says what is wrong and with which file. Nothing outside is touched.

use crate::MEMORY;
use crate::memory::{alone, directory};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use wellhead_base::env::Rng;
use wellhead_broker::Broker;
use wellhead_client::admin::NewTopic;
use wellhead_client::{Admin, Code, Consumer, Event, Producer, ProducerRecord, TopicPartition};

const PATIENCE: Duration = Duration::from_secs(20);
const RECORDS: i64 = 40;

fn open(dir: &Path) -> Result<Broker, wellhead_client::Error> {
    let properties = [("offsets.topic.num.partitions", "1"), ("log.segment.bytes", "1000"), ("log.index.interval.bytes", "100")];
    let properties: Vec<_> = properties.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Broker::open(dir, &properties)
}

fn value(topic: &str, offset: i64) -> Vec<u8> {
    format!("{topic} record {offset}").into_bytes()
}

/// A directory with two topics, a group and a snapshot of everything.
fn filled(dir: &Path) {
    let broker = open(dir).expect("a new directory");
    let at = broker.embedded_address();
    let admin = Admin::new([("bootstrap.servers", at.as_str())]).expect("an admin");
    let topic = |name: &str, policy: &str| NewTopic {
        name: name.into(),
        partitions: 1,
        replication: 1,
        assignment: vec![],
        configs: vec![("cleanup.policy".into(), policy.into())],
    };
    for made in admin.create_topics(&[topic("plain", "delete"), topic("kept", "compact")], PATIENCE, false).expect("an answer") {
        made.1.expect("a topic");
    }
    let p = Producer::new([("bootstrap.servers", at.as_str()), ("enable.idempotence", "true"), ("linger.ms", "0")]).expect("a producer");
    p.set_reports(false);
    for topic in ["plain", "kept"] {
        for i in 0..RECORDS {
            let v = value(topic, i);
            p.send(&ProducerRecord::to(topic).partition(0).key(&v).value(&v)).expect("room");
            assert_eq!(p.flush(PATIENCE), 0);
        }
    }
    let c = Consumer::new([("bootstrap.servers", at.as_str()), ("group.id", "g"), ("auto.offset.reset", "earliest")]).expect("a consumer");
    c.subscribe(&["plain"]).expect("subscribed");
    let until = Instant::now() + PATIENCE;
    while !c.poll(1000, Duration::from_millis(200)).expect("polled").iter().any(|e| matches!(e, Event::Records(_))) {
        assert!(Instant::now() < until, "no record came");
    }
    c.commit(None, PATIENCE).expect("committed");
    c.close(PATIENCE).expect("closed");
    drop((p, admin));
    broker.close().expect("closed");
}

/// Reads a topic to its end; what comes must be what was written. The records read.
fn check(broker: &Broker, topic: &str, story: &str) -> Result<i64, String> {
    // A client tries again for ever what a storage error stopped, so the log itself is asked first.
    let found = broker.node().partition(topic, 0).map_err(|e| e.to_string())?;
    found.log.offsets().map_err(|e| e.to_string())?;
    let at = broker.embedded_address();
    let pairs = [
        ("bootstrap.servers", at.as_str()),
        ("enable.partition.eof", "true"),
        ("auto.offset.reset", "error"),
        ("topic.metadata.propagation.max.ms", "0"),
    ];
    let c = Consumer::new(pairs).map_err(|e| e.to_string())?;
    c.assign(&[TopicPartition::new(topic, 0).at(0)]).map_err(|e| e.to_string())?;
    let until = Instant::now() + PATIENCE;
    let mut read = 0;
    while Instant::now() < until {
        for e in c.poll(1000, Duration::from_millis(100)).map_err(|e| e.to_string())? {
            match e {
                Event::Records(set) => {
                    for r in set.iter() {
                        assert_eq!(r.value, Some(&value(topic, r.offset)[..]), "{topic} at {}", r.offset);
                        read += 1;
                    }
                }
                Event::PartitionEof { .. } => return Ok(read),
                Event::Error(e) => return Err(e.to_string()),
                _ => {}
            }
        }
    }
    panic!("{story}: neither the end of {topic} nor an error came");
}

fn below(dir: &Path) -> Vec<PathBuf> {
    let (mut out, mut open) = (Vec::new(), vec![dir.to_owned()]);
    while let Some(d) = open.pop() {
        for e in fs::read_dir(&d).expect("a listing").flatten() {
            let kind = e.file_type().expect("a type");
            if kind.is_dir() {
                open.push(e.path());
            }
            out.push(e.path());
        }
    }
    out.sort();
    out
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for path in below(from) {
        let target = to.join(path.strip_prefix(from).expect("below it"));
        if path.is_dir() {
            fs::create_dir_all(&target).expect("made");
        } else {
            fs::copy(&path, &target).expect("copied");
        }
    }
}

const DAMAGES: [&str; 9] = ["empty", "garbage", "cut", "longer", "ones", "huge", "a link", "a pipe", "a directory"];

fn damage(what: &str, path: &Path, victim: &Path, rng: &mut Rng) {
    let bytes = fs::read(path).expect("readable");
    let random = |rng: &mut Rng, n: usize| (0..n).map(|_| rng.next_u64() as u8).collect::<Vec<_>>();
    match what {
        "empty" => fs::write(path, b"").expect("written"),
        "garbage" => fs::write(path, random(rng, bytes.len().max(50))).expect("written"),
        "cut" => fs::write(path, &bytes[..bytes.len() * 2 / 3]).expect("written"),
        "longer" => fs::write(path, [&bytes[..], &random(rng, 100)].concat()).expect("written"),
        "ones" => fs::write(path, vec![0xff; bytes.len().max(50)]).expect("written"),
        // A hole: it takes no room on the disk and says that it is a terabyte.
        "huge" => fs::OpenOptions::new().write(true).open(path).and_then(|f| f.set_len(1 << 40)).expect("made longer"),
        _ => {
            fs::remove_file(path).expect("removed");
            match what {
                "a link" => symlink(victim, path).expect("linked"),
                "a pipe" => rustix::fs::mkfifoat(rustix::fs::CWD, path, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR).expect("a pipe"),
                _ => fs::create_dir(path).expect("a directory"),
            }
        }
    }
}

#[test]
fn whatever_was_done_to_a_file_the_truth_or_a_clear_error_comes() {
    let alone = alone();
    let seed: u64 = std::env::var("WELLHEAD_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_261_128);
    println!("WELLHEAD_SEED={seed}");
    let mut rng = Rng::seeded(seed);
    let root = directory();
    let original = root.path().join("original");
    filled(&original);
    let victim = root.path().join("victim");
    let secret = b"nothing of this may be read, written or removed".to_vec();
    fs::write(&victim, &secret).expect("written");
    let all: Vec<PathBuf> = below(&original).into_iter().filter(|p| p.is_file()).collect();
    // Of segments the first, one in the middle and the last, with all that belongs to them.
    let bases: BTreeSet<&str> =
        all.iter().filter(|p| p.parent().is_some_and(|d| d.ends_with("plain-0"))).filter_map(|p| p.file_stem()?.to_str()).collect();
    assert!(bases.len() > 3, "several segments: {bases:?}");
    let files: Vec<&PathBuf> = all
        .iter()
        .filter(|p| {
            let dir = p.parent().expect("a directory");
            let base = p.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
            let numbered = base.len() == 20 && base.bytes().all(|b| b.is_ascii_digit());
            let of = all.iter().filter(|o| o.parent() == Some(dir) && o.extension() == p.extension()).collect::<Vec<_>>();
            !numbered || of.first() == Some(p) || of.last() == Some(p) || of.get(of.len() / 2) == Some(p)
        })
        .collect();
    assert!(files.len() > 20, "{files:?}");
    let (mut whole, mut told, mut worst) = (0, 0, (0, String::new()));
    for (n, file) in files.iter().enumerate() {
        for (m, what) in DAMAGES.iter().enumerate() {
            let dir = root.path().join(format!("copy-{n}-{m}"));
            copy(&original, &dir);
            let name = file.strip_prefix(&original).expect("below it");
            let path = dir.join(name);
            damage(what, &path, &victim, &mut rng);
            let unclean = (n + m) % 2 == 0;
            if unclean {
                let _ = fs::remove_file(dir.join(".kafka_cleanshutdown"));
            }
            let story = format!("{} {what}, {}", name.display(), if unclean { "unclean" } else { "clean" });
            let before = MEMORY.current_usage();
            MEMORY.reset_peak_usage();
            match open(&dir) {
                Err(e) => {
                    told += 1;
                    // It says where to look.
                    let parent = name.parent().and_then(|p| p.file_name()).unwrap_or(name.as_os_str()).to_string_lossy().into_owned();
                    let file = name.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    assert!(e.message().contains(&file) || e.message().contains(&parent), "{story}: {e}");
                }
                Ok(broker) => {
                    let mut good = true;
                    for topic in ["plain", "kept"] {
                        match check(&broker, topic, &story) {
                            Ok(n) => good &= n == RECORDS,
                            Err(e) => {
                                if std::env::var_os("SHOW").is_some() {
                                    println!("{story}: {topic}: {e}");
                                }
                                good = false;
                                assert!(!e.is_empty(), "{story}");
                            }
                        }
                    }
                    whole += usize::from(good);
                    told += usize::from(!good);
                    // An end that is not clean is said; it must come.
                    let _ = broker.close();
                }
            }
            let peak = MEMORY.peak_usage().saturating_sub(before);
            if peak > worst.0 {
                worst = (peak, story.clone());
            }
            assert!(peak < 200 << 20, "{story}: {peak} bytes of memory");
            assert_eq!(fs::read(&victim).expect("it is there"), secret, "{story}");
            assert_eq!(alone.panics(), 0, "{story}");
            fs::remove_dir_all(&dir).expect("removed");
        }
    }
    println!("{} files: {whole} times all records came, {told} times something was said; the most memory {worst:?}", files.len());
    assert!(whole > 50 && told > 20, "{whole} {told}");
}

#[test]
fn what_is_made_is_for_its_owner_alone() {
    let _alone = alone();
    let root = directory();
    let dir = root.path().join("data");
    filled(&dir);
    for path in below(&dir).into_iter().chain([dir.clone()]) {
        let mode = fs::symlink_metadata(&path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", path.display());
    }
}

#[test]
fn a_partition_that_is_a_link_is_put_aside_and_names_with_paths_in_them_are_refused() {
    let _alone = alone();
    let root = directory();
    let (dir, elsewhere) = (root.path().join("data"), root.path().join("elsewhere"));
    fs::create_dir_all(&dir).expect("made");
    fs::create_dir_all(&elsewhere).expect("made");
    symlink(&elsewhere, dir.join("linked-0")).expect("linked");
    let link = root.path().join("by-a-link");
    symlink(&dir, &link).expect("linked");
    // The directory itself may be reached through a link.
    let broker = open(&link).expect("opened");
    let at = broker.embedded_address();
    let pairs = [("bootstrap.servers", at.as_str()), ("message.timeout.ms", "3000"), ("linger.ms", "0")];
    let p = Producer::new(pairs).expect("a producer");
    for topic in ["linked", "fine"] {
        p.send(&ProducerRecord::to(topic).partition(0).value(b"x")).expect("room");
    }
    p.flush(PATIENCE);
    let reports = p.poll_reports(10, Duration::ZERO);
    let of = |topic: &str| reports.iter().find(|r| &*r.topic == topic).expect("a report").error.as_ref().map(|e| e.code);
    assert_eq!((of("fine"), of("linked")), (None, None), "{reports:?}");
    assert_eq!(fs::read_dir(&elsewhere).expect("there").count(), 0, "nothing is written through the link");
    let made = fs::symlink_metadata(dir.join("linked-0")).expect("there");
    assert!(made.is_dir() && !made.is_symlink(), "the partition has a directory of its own");
    let aside = fs::read_dir(&dir).expect("there").flatten().any(|e| e.path().is_symlink() && e.file_name().to_string_lossy().ends_with("-stray"));
    assert!(aside, "the link was not removed");

    let admin = Admin::new([("bootstrap.servers", at.as_str())]).expect("an admin");
    let before = below(&dir);
    let long = "x".repeat(250);
    for name in ["..", ".", "a/b", "../x", "a\0b", "/etc", "x\n", "é", long.as_str(), ""] {
        let topic = NewTopic { name: name.into(), partitions: 1, replication: 1, assignment: vec![], configs: vec![] };
        let e = admin.create_topics(&[topic], PATIENCE, false).map(|mut made| made.remove(0).1);
        let code = match e {
            Ok(Err(e)) | Err(e) => e.code,
            Ok(Ok(())) => Code::NO_ERROR,
        };
        assert!([Code::TOPIC_EXCEPTION, Code::INVALID_ARG].contains(&code), "{name:?}: {code}");
    }
    let strange: Vec<_> = below(&dir).into_iter().filter(|p| !before.contains(p) && !p.to_string_lossy().contains("__cluster_metadata-0")).collect();
    assert!(strange.is_empty(), "{strange:?}");
    drop((p, admin));
    broker.close().expect("closed");
}
