//! A data directory that Apache Kafka 4.3.1 wrote (one node in KRaft mode, stopped cleanly after a restart), opened as it is:
//! `vectors/kafka-dir`. It holds the topic `orders` of two partitions (50 records by five idempotent producers, ten with each codec,
//! and one record after the restart), a deleted topic, and the group `billing` with an offset. The interop tests do the same with
//! directories that they let Kafka write, larger ones and one of a Kafka that was killed.

use crate::embedded::WAIT;
use std::path::Path;
use std::time::{Duration, Instant};
use wellhead::admin::{ConfigResource, NewTopic, OffsetSpec, ResourceType};
use wellhead::{Admin, Broker, Code, Consumer, Event, Producer, ProducerRecord, TopicPartition};

const CODECS: [&str; 5] = ["none", "gzip", "snappy", "lz4", "zstd"];
const FIRST_MS: i64 = 1_700_000_000_000;

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a directory");
    for e in std::fs::read_dir(from).expect("the vectors").map(|e| e.expect("an entry")) {
        let to = to.join(e.file_name());
        if e.path().is_dir() {
            copy(&e.path(), &to);
        } else {
            std::fs::copy(e.path(), &to).expect("a copy");
        }
    }
}

fn kafkas() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/kafka-dir"), dir.path());
    dir
}

/// All records of a partition: offset, timestamp, leader epoch, key, value, value of the first header.
fn records(broker: &Broker, partition: i32, n: usize) -> Vec<(i64, i64, i32, String, String, String)> {
    let text = |b: Option<&[u8]>| String::from_utf8(b.unwrap_or_default().to_vec()).expect("text");
    let c = Consumer::new([("bootstrap.servers", broker.bootstrap_servers().as_str()), ("group.id", "reader")]).expect("a consumer");
    c.assign(&[TopicPartition::new("orders", partition).at(0)]).expect("assign");
    let (mut out, end) = (Vec::new(), Instant::now() + WAIT);
    while out.len() < n && Instant::now() < end {
        for e in c.poll(1000, Duration::from_millis(100)).expect("poll") {
            match e {
                Event::Records(set) => {
                    for r in set.iter() {
                        let header = r.headers().next().and_then(|h| h.1);
                        out.push((r.offset, r.timestamp, set.leader_epoch, text(r.key), text(r.value), text(header)));
                    }
                }
                Event::Error(e) => panic!("{e}"),
                _ => {}
            }
        }
    }
    c.close(WAIT).expect("close");
    out
}

fn kafkas_records() -> Vec<(i64, i64, i32, String, String, String)> {
    let of = |(c, codec): (usize, &&str)| {
        let codec = (*codec).to_owned();
        (0..10).map(move |i| {
            let value = format!("{codec}-{i}-{}", "v".repeat(30));
            ((c * 10 + i) as i64, FIRST_MS + (c * 100 + i) as i64, 0, format!("k{i}"), value, codec.clone())
        })
    };
    CODECS.iter().enumerate().flat_map(of).collect()
}

#[test]
fn everything_in_it_is_served_and_goes_on() {
    let dir = kafkas();
    for round in 0..3 {
        let broker = Broker::open(dir.path(), &[]).expect("the directory opens");
        assert_eq!(broker.cluster_id(), "lvvp4yd3QbSuon2MJ5_nEw");
        let admin = Admin::new([("bootstrap.servers", broker.bootstrap_servers())]).expect("an admin");
        let topics = admin.metadata(None, WAIT).expect("metadata").topics;
        let names: Vec<(&str, usize)> = topics.iter().map(|t| (&*t.name, t.partitions.len())).collect();
        assert_eq!(names, [("__consumer_offsets", 1), ("orders", 2)]);
        assert!(topics.iter().flat_map(|t| &t.partitions).all(|p| p.leader == 1 && p.isr == [1]));
        let resource = ConfigResource { kind: ResourceType::Topic, name: "orders".into() };
        let configs = admin.describe_configs(&[resource], WAIT).expect("configs").remove(0).1.expect("described");
        assert!(configs.iter().any(|c| c.name == "retention.ms" && c.value.as_deref() == Some("-1") && !c.is_default));

        assert_eq!(records(&broker, 0, 50)[..50], kafkas_records()[..]);
        let here = TopicPartition::new("orders", 0);
        for (spec, offset) in [
            (OffsetSpec::Earliest, 0),
            (OffsetSpec::Latest, 50),
            (OffsetSpec::Timestamp(FIRST_MS), 0),
            (OffsetSpec::Timestamp(FIRST_MS + 105), 15),
            (OffsetSpec::Timestamp(FIRST_MS + 310), 40),
            (OffsetSpec::Timestamp(FIRST_MS + 410), -1),
            (OffsetSpec::MaxTimestamp, 49),
        ] {
            let listed = admin.list_offsets(&[(here.clone(), spec)], false, WAIT).expect("offsets").remove(0).1.expect("an offset");
            assert_eq!(listed.offset, offset, "{spec:?}");
        }
        let committed = admin.list_group_offsets("billing", None, false, WAIT).expect("offsets").remove(0);
        // The client that committed it (confluent-kafka for Python) sends the zero behind its text along.
        assert_eq!((committed.offset, committed.metadata.as_deref(), committed.tp()), (17, Some("note\0"), here));

        // What we write follows on what Kafka wrote, under a leader epoch that is not older.
        let p = Producer::new([("bootstrap.servers", broker.bootstrap_servers())]).expect("a producer");
        p.send(&ProducerRecord::to("orders").partition(1).value(b"ours")).expect("send");
        assert_eq!(p.flush(WAIT), 0);
        p.close(WAIT);
        let second = records(&broker, 1, 2 + round);
        assert_eq!(second.iter().map(|r| r.0).collect::<Vec<_>>(), (0..2 + round as i64).collect::<Vec<_>>());
        assert_eq!((second[0].4.as_str(), second[1].4.as_str()), ("after", "ours"));
        let epochs: Vec<i32> = second.iter().map(|r| r.2).collect();
        assert!(epochs.is_sorted() && epochs[0] == 2 && epochs[1] > 2, "{epochs:?}");
        // Producer ids that Kafka gave out are not given out again, and topics come and go.
        let name = format!("new-{round}");
        let new = NewTopic { name: name.clone(), partitions: 1, replication: -1, ..NewTopic::default() };
        assert!(admin.create_topics(&[new], WAIT, false).expect("create")[0].1.is_ok());
        assert!(admin.delete_topics(&[name.as_str()], WAIT).expect("delete")[0].1.is_ok());
        broker.close().expect("a clean stop");
    }
}

#[test]
fn what_cannot_be_served_is_said_and_nothing_is_touched() {
    let dir = kafkas();
    let refused = |properties: &[(&str, &str)]| {
        let properties: Vec<(String, String)> = properties.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let Err(e) = Broker::open(dir.path(), &properties) else { panic!("it opened") };
        e
    };
    let e = refused(&[("node.id", "2")]);
    assert!(e.message().contains("node.id=1"), "{e}");
    // Kafka noted an aborted transaction; a reader of committed records would have to be told of it.
    let index = dir.path().join("orders-0/00000000000000000000.txnindex");
    std::fs::write(&index, [0; 34]).expect("a transaction index");
    let e = refused(&[]);
    assert!(e.code == Code::INVALID_ARG && e.message().contains("orders-0 holds aborted transactions"), "{e}");
    std::fs::remove_file(&index).expect("removed");
    let broker = Broker::open(dir.path(), &[]).expect("it opens");
    assert_eq!(records(&broker, 0, 50)[..], kafkas_records()[..]);
    broker.close().expect("a clean stop");
}
