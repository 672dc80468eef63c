//! Our clients against a cluster that is not ours: Apache Kafka, started by `tests/interop/test_against_kafka.py`, which names it in
//! WELLHEAD_TEST_BOOTSTRAP and runs this. Ignored where nobody does, since Java may be missing.

use crate::embedded::WAIT;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use wellhead::admin::{AlterOp, ConfigChange, ConfigResource, NewTopic, OffsetSpec, ResourceType};
use wellhead::{Admin, Code, Consumer, Event, Producer, ProducerRecord, TimestampType, TopicPartition};

fn address() -> String {
    std::env::var("WELLHEAD_TEST_BOOTSTRAP").expect("WELLHEAD_TEST_BOOTSTRAP names the cluster")
}

fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_millis() as i64
}

/// A name that no earlier run on this cluster used.
fn fresh(what: &str) -> String {
    format!("rust-{what}-{}-{}", std::process::id(), now_ms())
}

fn admin() -> Admin {
    Admin::new([("bootstrap.servers", address())]).expect("an admin")
}

fn create(topic: &str, partitions: i32, configs: &[(&str, &str)]) {
    let configs = configs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let topic = NewTopic { name: topic.into(), partitions, replication: -1, configs, ..NewTopic::default() };
    admin().create_topics(&[topic], WAIT, false).expect("create").remove(0).1.expect("created");
}

/// Sends `n` numbered records to partition 0 and waits until all are acknowledged; the offset of each.
fn produce(topic: &str, from: u64, n: u64, first_ms: i64, more: &[(&str, &str)]) -> Vec<i64> {
    let address = address();
    let p = Producer::new([("bootstrap.servers", address.as_str())].iter().chain(more).copied()).expect("a producer");
    let mut offsets = vec![-1; n as usize];
    for i in from..from + n {
        let value = i.to_string();
        let headers: [(&str, Option<&[u8]>); 3] = [("h", Some(b"1")), ("h", None), ("e", Some(b""))];
        let record = ProducerRecord { headers: &headers, timestamp_ms: first_ms + (i - from) as i64, token: i - from, ..ProducerRecord::to(topic) };
        p.send(&record.partition(0).key(b"k").value(value.as_bytes())).expect("send");
    }
    assert_eq!(p.flush(WAIT), 0);
    for r in p.poll_reports(usize::MAX, Duration::ZERO) {
        assert!(r.error.is_none(), "{:?}", r.error);
        for (i, token) in r.tokens.iter().enumerate() {
            offsets[*token as usize] = r.base_offset + i as i64;
        }
    }
    p.close(WAIT);
    offsets
}

fn consumer(group: &str, more: &[(&str, &str)]) -> Consumer {
    let address = address();
    let pairs = [
        ("bootstrap.servers", address.as_str()),
        ("group.id", group),
        ("auto.offset.reset", "earliest"),
        ("enable.auto.commit", "false"),
        ("heartbeat.interval.ms", "100"),
    ];
    Consumer::new(pairs.iter().chain(more).copied()).expect("a consumer")
}

/// Reads until `n` records came: offset, value, timestamp.
fn read(c: &Consumer, n: usize) -> Vec<(i64, String, i64)> {
    let (mut out, end) = (Vec::new(), Instant::now() + WAIT);
    while out.len() < n && Instant::now() < end {
        for e in c.poll(10_000, Duration::from_millis(200)).expect("poll") {
            match e {
                Event::Records(set) => {
                    for r in set.iter() {
                        assert_eq!(r.headers().collect::<Vec<_>>(), [("h", Some(&b"1"[..])), ("h", None), ("e", Some(&b""[..]))]);
                        assert_eq!((r.key, r.timestamp_type), (Some(&b"k"[..]), TimestampType::CreateTime));
                        out.push((r.offset, String::from_utf8(r.value.expect("a value").to_vec()).expect("text"), r.timestamp));
                    }
                }
                Event::Error(e) => panic!("{e}"),
                _ => {}
            }
        }
    }
    assert_eq!(out.len(), n);
    out
}

#[test]
#[ignore = "tests/interop/test_against_kafka.py runs it"]
fn against_kafka_records_come_back_with_every_codec() {
    for codec in ["none", "gzip", "snappy", "lz4", "zstd"] {
        let topic = fresh(codec);
        create(&topic, 1, &[]);
        let first = now_ms() - 100_000;
        // Straight after the topic was made, when its leader is still finding out: nothing may come out of order.
        let offsets = produce(&topic, 0, 5000, first, &[("compression.type", codec), ("batch.num.messages", "50"), ("linger.ms", "0")]);
        assert_eq!(offsets, (0..5000).collect::<Vec<i64>>(), "{codec}");
        let c = consumer(&fresh("reader"), &[]);
        c.assign(&[TopicPartition::new(topic.as_str(), 0).at(0)]).expect("assign");
        let want: Vec<(i64, String, i64)> = (0..5000).map(|i| (i, i.to_string(), first + i)).collect();
        assert_eq!(read(&c, 5000), want, "{codec}");
        c.close(WAIT).expect("close");
    }
}

#[test]
#[ignore = "tests/interop/test_against_kafka.py runs it"]
fn against_kafka_positions_times_and_commits() {
    let (topic, group) = (fresh("positions"), fresh("group"));
    create(&topic, 1, &[]);
    let first = now_ms() - 100_000;
    produce(&topic, 0, 100, first, &[]);
    let here = TopicPartition::new(topic.as_str(), 0);
    let c = consumer(&group, &[]);
    c.subscribe(&[topic.as_str()]).expect("subscribe");
    assert_eq!(read(&c, 100)[99].1, "99");
    assert_eq!(c.query_watermarks(&here, WAIT).expect("watermarks"), (0, 100));
    assert_eq!(c.offsets_for_times(&[here.at(first + 40)], WAIT).expect("times")[0].offset, 40);
    c.seek(&here, 60, WAIT).expect("seek");
    assert_eq!(read(&c, 40)[0], (60, "60".to_owned(), first + 60));
    let mut commit = here.at(42);
    commit.metadata = Some("a note".into());
    c.commit(Some(&[commit]), WAIT).expect("commit");
    let committed = c.committed(std::slice::from_ref(&here), WAIT).expect("committed").remove(0);
    assert_eq!((committed.offset, committed.metadata.as_deref()), (42, Some("a note")));
    c.close(WAIT).expect("close");
    // Another member of the group goes on there, and a second one takes over when it leaves.
    let (a, b) = (consumer(&group, &[("client.id", "a")]), consumer(&group, &[("client.id", "b")]));
    a.subscribe(&[topic.as_str()]).expect("subscribe");
    assert_eq!(read(&a, 58)[0].0, 42);
    a.commit(None, WAIT).expect("commit");
    b.subscribe(&[topic.as_str()]).expect("subscribe");
    a.close(WAIT).expect("close");
    produce(&topic, 100, 10, first, &[]);
    assert_eq!(read(&b, 10)[0].0, 100);
    b.close(WAIT).expect("close");
}

#[test]
#[ignore = "tests/interop/test_against_kafka.py runs it"]
fn against_kafka_the_admin_does_its_work() {
    let (topic, group) = (fresh("admin"), fresh("group"));
    create(&topic, 2, &[("retention.ms", "1234567")]);
    let admin = admin();
    let again = NewTopic { name: topic.clone(), partitions: 1, replication: -1, ..NewTopic::default() };
    let refused = admin.create_topics(&[again], WAIT, false).expect("create").remove(0).1.expect_err("it exists");
    assert_eq!(refused.code, Code::TOPIC_ALREADY_EXISTS);
    admin.create_partitions(&[(topic.as_str(), 3, Vec::new())], WAIT, false).expect("grow").remove(0).1.expect("grown");
    let end = Instant::now() + WAIT;
    while admin.describe_topics(&[topic.as_str()], WAIT).expect("describe")[0].partitions.len() != 3 {
        assert!(Instant::now() < end, "the third partition does not come");
    }
    let resource = ConfigResource { kind: ResourceType::Topic, name: topic.clone() };
    let change = ConfigChange { name: "max.message.bytes".into(), op: AlterOp::Set, value: Some("5000".into()) };
    admin.incremental_alter_configs(&[(resource.clone(), vec![change])], WAIT, false).expect("alter").remove(0).1.expect("altered");
    let configs = || admin.describe_configs(std::slice::from_ref(&resource), WAIT).expect("configs").remove(0).1.expect("described");
    let value = |name: &str| configs().into_iter().find(|c| c.name == name).and_then(|c| c.value);
    while value("max.message.bytes").as_deref() != Some("5000") {
        assert!(Instant::now() < end, "the config does not change");
    }
    assert_eq!(value("retention.ms").as_deref(), Some("1234567"));
    let first = now_ms() - 100_000;
    produce(&topic, 0, 50, first, &[]);
    let here = TopicPartition::new(topic.as_str(), 0);
    let deleted = admin.delete_records(&[here.at(20)], WAIT).expect("delete records").remove(0);
    assert_eq!((deleted.offset, deleted.error), (20, None));
    for (spec, offset) in
        [(OffsetSpec::Earliest, 20), (OffsetSpec::Latest, 50), (OffsetSpec::MaxTimestamp, 49), (OffsetSpec::Timestamp(first + 30), 30)]
    {
        let listed = admin.list_offsets(&[(here.clone(), spec)], false, WAIT).expect("list").remove(0).1.expect("an offset");
        assert_eq!(listed.offset, offset, "{spec:?}");
    }
    let moved = admin.alter_group_offsets(&group, &[here.at(33)], WAIT).expect("alter offsets");
    assert!(moved[0].error.is_none(), "{moved:?}");
    assert_eq!(admin.list_group_offsets(&group, None, false, WAIT).expect("offsets")[0].offset, 33);
    let described = admin.describe_groups(&[group.as_str()], WAIT).expect("describe").remove(0).1.expect("a group");
    assert_eq!(described.state, "Empty");
    assert!(admin.list_groups(&["Empty"], &[], WAIT).expect("groups").0.iter().any(|g| g.group_id == group));
    admin.delete_groups(&[group.as_str()], WAIT).expect("delete").remove(0).1.expect("deleted");
    let cluster = admin.describe_cluster(WAIT).expect("cluster");
    assert_eq!((cluster.brokers.len(), cluster.cluster_id.len()), (1, 22));
    admin.delete_topics(&[topic.as_str()], WAIT).expect("delete").remove(0).1.expect("deleted");
    while admin.metadata(None, WAIT).expect("metadata").topics.iter().any(|t| *t.name == *topic) {
        assert!(Instant::now() < end, "the topic stays");
    }
}
