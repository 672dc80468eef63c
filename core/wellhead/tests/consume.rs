//! The consumer against this repository's broker: groups, positions, commits, what a newcomer tries.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use wellhead::*;

const LONG: Duration = Duration::from_secs(30);

struct World {
    broker: Broker,
    _dir: tempfile::TempDir,
}
impl World {
    fn new() -> World {
        let dir = tempfile::tempdir().unwrap();
        let props: Vec<(String, String)> = vec![("num.partitions".into(), "3".into())];
        World { broker: Broker::open(dir.path(), &props).unwrap(), _dir: dir }
    }
    fn consumer(&self, more: &[(&str, &str)]) -> Consumer {
        let at = self.broker.bootstrap_servers();
        let mut pairs = vec![("bootstrap.servers", at.as_str()), ("auto.offset.reset", "earliest")];
        pairs.extend_from_slice(more);
        Consumer::new(pairs).unwrap()
    }
    /// `values` to a partition, in order.
    fn produce(&self, topic: &str, partition: i32, values: std::ops::Range<u64>, more: &[(&str, &str)]) {
        let at = self.broker.bootstrap_servers();
        let mut pairs = vec![("bootstrap.servers", at.as_str())];
        pairs.extend_from_slice(more);
        let p = Producer::new(pairs).unwrap();
        for v in values {
            let text = v.to_string();
            let headers: &[(&str, Option<&[u8]>)] = &[("a", Some(b"1")), ("a", None)];
            p.send(&ProducerRecord {
                headers,
                timestamp_ms: 1_000_000 + v as i64,
                ..ProducerRecord::to(topic).partition(partition).key(b"k").value(text.as_bytes())
            })
            .unwrap();
        }
        assert_eq!(p.flush(LONG), 0);
        p.poll_reports(10_000, Duration::ZERO).iter().for_each(|r| assert!(r.error.is_none(), "{r:?}"));
    }
}

type Got = BTreeMap<i32, Vec<(i64, u64)>>;
fn take(events: Vec<Event>, got: &mut Got) -> Vec<Event> {
    let mut rest = Vec::new();
    for e in events {
        match e {
            Event::Records(set) => {
                for r in set.iter() {
                    let v = std::str::from_utf8(r.value.unwrap()).unwrap().parse().unwrap();
                    assert_eq!(
                        r.headers().map(|(k, v)| (k.to_owned(), v.map(<[u8]>::to_vec))).collect::<Vec<_>>(),
                        [("a".to_owned(), Some(b"1".to_vec())), ("a".to_owned(), None)]
                    );
                    assert_eq!((r.timestamp, r.timestamp_type, r.key), (1_000_000 + v as i64, TimestampType::CreateTime, Some(&b"k"[..])));
                    got.entry(set.partition).or_default().push((r.offset, v));
                }
            }
            other => rest.push(other),
        }
    }
    rest
}
fn total(got: &Got) -> usize {
    got.values().map(Vec::len).sum()
}
/// Polls until `n` records came; other events are given back.
fn read(c: &Consumer, n: usize) -> (Got, Vec<Event>) {
    let (mut got, mut rest, until) = (Got::new(), Vec::new(), Instant::now() + LONG);
    while total(&got) < n {
        rest.extend(take(c.poll(500, Duration::from_millis(200)).unwrap(), &mut got));
        assert!(Instant::now() < until, "{} of {n}; {rest:?}; assigned {:?}", total(&got), c.assignment());
    }
    (got, rest)
}
fn tp(partition: i32) -> TopicPartition {
    TopicPartition::new("t", partition)
}

#[test]
fn every_codec_comes_back_in_order_and_a_new_group_reads_at_once() {
    let w = World::new();
    let codecs = ["none", "gzip", "snappy", "lz4", "zstd"];
    for (i, codec) in codecs.iter().enumerate() {
        let i = i as u64;
        w.produce("t", 0, i * 300..(i + 1) * 300, &[("compression.type", codec), ("batch.num.messages", "70")]);
    }
    let started = Instant::now();
    let c = w.consumer(&[("group.id", "g")]);
    c.subscribe(&["t"]).unwrap();
    let mut got = Got::new();
    while got.is_empty() {
        take(c.poll(1, LONG).unwrap(), &mut got);
    }
    println!("a new group's first record after {:?}", started.elapsed());
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!(total(&got), 1, "poll keeps to its bound");
    while total(&got) < 1500 {
        take(c.poll(1000, LONG).unwrap(), &mut got);
    }
    assert_eq!(got[&0], (0..1500).map(|i| (i, i as u64)).collect::<Vec<_>>());
    assert_eq!(c.position(&[tp(0)])[0].offset, 1500);
    let done = c.commit(None, LONG).unwrap();
    assert!(done.iter().all(|d| d.error.is_none()), "{done:?}");
    assert_eq!(c.committed(&[tp(0), tp(1)], LONG).unwrap().iter().map(|o| o.offset).collect::<Vec<_>>(), [1500, OFFSET_INVALID]);
    assert_eq!(c.query_watermarks(&tp(0), LONG).unwrap(), (0, 1500));
    c.close(LONG).unwrap();
    // The next member goes on from there.
    w.produce("t", 0, 1500..1501, &[]);
    let c = w.consumer(&[("group.id", "g")]);
    c.subscribe(&["t"]).unwrap();
    assert_eq!(read(&c, 1).0[&0], [(1500, 1500)]);
    c.close(LONG).unwrap();
    w.broker.close().unwrap();
}

#[test]
fn without_a_group_places_are_chosen_by_offset_end_time_and_seek() {
    let w = World::new();
    w.produce("t", 0, 0..1000, &[("batch.num.messages", "10")]);
    let c = w.consumer(&[("enable.partition.eof", "true")]);
    assert_eq!(c.subscribe(&["t"]).unwrap_err().code, Code::UNKNOWN_GROUP);
    let first = |c: &Consumer| read(c, 1).0[&0][0].0;
    for (offset, want) in [(OFFSET_BEGINNING, 0), (17, 17), (offset_tail(5), 995)] {
        c.assign(&[tp(0).at(offset)]).unwrap();
        assert_eq!(first(&c), want);
    }
    c.seek(&tp(0), 990, LONG).unwrap();
    let (got, _) = read(&c, 10);
    assert_eq!(got[&0].first(), Some(&(990, 990)));
    for (time, want) in [(1_000_500, 500), (9_000_000, OFFSET_END)] {
        assert_eq!(c.offsets_for_times(&[tp(0).at(time)], LONG).unwrap()[0].offset, want);
    }
    // At the end: told once, and what comes later wakes the waiting fetch.
    c.assign(&[tp(0).at(OFFSET_END)]).unwrap();
    let until = Instant::now() + LONG;
    let eof = loop {
        if let Some(Event::PartitionEof { offset, .. }) = c.poll(10, LONG).unwrap().into_iter().next() {
            break offset;
        }
        assert!(Instant::now() < until);
    };
    assert_eq!(eof, 1000);
    w.produce("t", 0, 1000..1001, &[]);
    assert_eq!(first(&c), 1000);
    c.pause(&[tp(0)]).unwrap();
    w.produce("t", 0, 1001..1002, &[]);
    let mut got = Got::new();
    take(c.poll(10, Duration::from_millis(300)).unwrap(), &mut got);
    assert!(got.is_empty(), "paused: {got:?}");
    c.resume(&[tp(0)]).unwrap();
    assert_eq!(first(&c), 1001);
    // Out of range, by policy.
    c.assign(&[tp(0).at(5_000_000)]).unwrap();
    assert_eq!(first(&c), 0);
    let strict = w.consumer(&[("auto.offset.reset", "error")]);
    strict.assign(&[tp(0).at(5_000_000)]).unwrap();
    let e = loop {
        match strict.poll(1, LONG).unwrap().into_iter().next() {
            Some(Event::Error(e)) => break e,
            other => assert!(other.is_none() && Instant::now() < until + LONG, "{other:?}"),
        }
    };
    assert!(matches!(e.code, Code::AUTO_OFFSET_RESET | Code::OFFSET_OUT_OF_RANGE), "{e:?}");
}

fn members_share(strategy: &str) {
    let w = World::new();
    for p in 0..3 {
        w.produce("t", p, 0..200, &[]);
    }
    let conf = [
        ("group.id", "g"),
        ("partition.assignment.strategy", strategy),
        ("heartbeat.interval.ms", "100"),
        ("session.timeout.ms", "6000"),
        ("auto.commit.interval.ms", "50"),
    ];
    let mut members: Vec<Consumer> = (0..3).map(|_| w.consumer(&conf)).collect();
    let (mut seen, until) = (BTreeSet::new(), Instant::now() + LONG);
    for m in &members {
        m.subscribe(&["t"]).unwrap();
    }
    let sizes = |members: &[Consumer]| members.iter().map(|m| m.assignment().len()).collect::<Vec<_>>();
    let mut twice = 0;
    while seen.len() < 600 || sizes(&members) != [1, 1, 1] {
        for m in &members {
            let mut got = Got::new();
            take(m.poll(100, Duration::from_millis(20)).unwrap(), &mut got);
            for (p, list) in got {
                for (o, _) in list {
                    twice += usize::from(!seen.insert((p, o)));
                }
            }
        }
        assert!(Instant::now() < until, "{} records, {:?}", seen.len(), sizes(&members));
    }
    println!("{strategy}: {twice} records came twice");
    assert_eq!(members[0].rebalance_protocol(), if strategy.starts_with("coop") { "COOPERATIVE" } else { "EAGER" });
    // One leaves; the others take over what it had.
    members.pop().unwrap().close(LONG).unwrap();
    while sizes(&members).iter().sum::<usize>() != 3 || sizes(&members).contains(&0) {
        for m in &members {
            m.poll(100, Duration::from_millis(20)).unwrap();
        }
        assert!(Instant::now() < until, "{:?}", sizes(&members));
    }
    for m in members {
        m.close(LONG).unwrap();
    }
}

#[test]
fn members_share_range() {
    members_share("range");
}
#[test]
fn members_share_roundrobin() {
    members_share("roundrobin");
}
#[test]
fn members_share_cooperatively() {
    members_share("cooperative-sticky");
}

#[test]
fn a_topic_that_comes_later_and_one_that_matches_are_found_within_a_second_or_so() {
    let w = World::new();
    let plain = w.consumer(&[("group.id", "plain")]);
    plain.subscribe(&["t"]).unwrap();
    let pattern = w.consumer(&[("group.id", "pattern")]);
    pattern.subscribe(&["^t.*"]).unwrap();
    assert!(plain.poll(1, Duration::from_millis(300)).unwrap().iter().all(|e| matches!(e, Event::Error(_))));
    w.produce("t", 0, 0..10, &[]);
    let started = Instant::now();
    for c in [&plain, &pattern] {
        assert_eq!(read(c, 10).0[&0].len(), 10);
    }
    println!("found after {:?}", started.elapsed());
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

#[test]
fn rebalance_events_wait_for_the_application() {
    let w = World::new();
    w.produce("t", 0, 0..10, &[]);
    let c = w.consumer(&[("group.id", "g"), ("heartbeat.interval.ms", "100")]);
    c.set_rebalance_events(true);
    c.subscribe(&["t"]).unwrap();
    let until = Instant::now() + LONG;
    let given = loop {
        match c.poll(10, Duration::from_millis(200)).unwrap().into_iter().next() {
            Some(Event::Assign(p)) => break p,
            other => assert!(other.is_none() && Instant::now() < until, "{other:?}"),
        }
    };
    assert_eq!(given.len(), 3);
    assert!(c.assignment().is_empty(), "not before the application says so");
    let moved: Vec<_> = given.iter().map(|o| o.tp().at(if o.partition == 0 { 7 } else { 0 })).collect();
    c.assign(&moved).unwrap();
    assert_eq!(read(&c, 3).0[&0], [(7, 7), (8, 8), (9, 9)]);
    c.unsubscribe().unwrap();
    let lost = loop {
        match c.poll(10, Duration::from_millis(200)).unwrap().into_iter().next() {
            Some(Event::Revoke { partitions, lost }) => {
                assert_eq!(partitions.len(), 3);
                break lost;
            }
            Some(Event::Committed { .. }) | None => assert!(Instant::now() < until),
            other => panic!("{other:?}"),
        }
    };
    assert!(!lost);
    c.unassign().unwrap();
    c.close(LONG).unwrap();
    assert!(c.is_closed() && c.poll(1, Duration::ZERO).is_err());
}

#[test]
fn a_static_member_keeps_its_partitions_through_a_restart_and_commits_go_on() {
    let w = World::new();
    w.produce("t", 0, 0..100, &[]);
    let conf = [("group.id", "g"), ("group.instance.id", "one"), ("enable.auto.commit", "true")];
    let c = w.consumer(&conf);
    c.subscribe(&["t"]).unwrap();
    let (got, _) = read(&c, 100);
    assert_eq!(got[&0].len(), 100);
    c.close(LONG).unwrap();
    w.produce("t", 0, 100..101, &[]);
    let c = w.consumer(&conf);
    c.subscribe(&["t"]).unwrap();
    assert_eq!(read(&c, 1).0[&0], [(100, 100)], "closing committed what was read");
    c.commit_async(None).unwrap();
    let until = Instant::now() + LONG;
    loop {
        match c.poll(1, Duration::from_millis(200)).unwrap().into_iter().next() {
            Some(Event::Committed { error, offsets }) => {
                assert!(error.is_none() && offsets.iter().any(|o| o.offset == 101), "{error:?} {offsets:?}");
                break;
            }
            other => assert!(other.is_none() && Instant::now() < until, "{other:?}"),
        }
    }
    assert_eq!(c.commit(None, LONG).unwrap_err().code, Code::NO_OFFSET);
    c.close(LONG).unwrap();
}
