//! A lying broker against our clients (T2): every place of every answer that they read, one lie at a time, told twice. Whatever is
//! done with it is an error that says so or no matter; and as soon as the broker is honest again it works.

use crate::MEMORY;
use crate::memory::alone;
use crate::proxy::{Proxy, Wrong, places};
use crate::schema::Message;
use crate::walk::{definitions, lies};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use wellhead_base::env::Rng;
use wellhead_client::admin::{ConfigResource, NewTopic, OffsetSpec, ResourceType};
use wellhead_client::{Admin, Code, Consumer, Error, Event, Producer, ProducerRecord, TopicPartition};

/// Until a client works again; a busy machine is not a failure.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the calls of one attempt may take.
const CALL: Duration = Duration::from_secs(2);
/// What all lanes together may take at a time. A length that is believed is one of gigabytes.
const MEMORY_MAX: usize = 400 << 20;

/// What clients are configured with: as ever, but impatient.
const PAIRS: [(&str, &str); 8] = [
    ("reconnect.backoff.ms", "1"),
    ("reconnect.backoff.max.ms", "10"),
    ("retry.backoff.ms", "1"),
    ("retry.backoff.max.ms", "10"),
    ("topic.metadata.refresh.fast.interval.ms", "5"),
    ("socket.timeout.ms", "1000"),
    ("socket.connection.setup.timeout.ms", "1000"),
    ("receive.message.max.bytes", "10000000"),
];

fn pairs<'a>(address: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut out = PAIRS.to_vec();
    out.push(("bootstrap.servers", address));
    out.extend_from_slice(more);
    out
}

fn next(name: &str) -> String {
    static N: AtomicUsize = AtomicUsize::new(0);
    format!("{name}-{}", N.fetch_add(1, Ordering::Relaxed))
}

/// One use of a client: an error must be one, with a code and words.
type Use = fn(&Proxy) -> Result<(), Error>;

fn produce(proxy: &Proxy) -> Result<(), Error> {
    let at = proxy.address();
    let p = Producer::new(pairs(&at, &[("message.timeout.ms", "2000"), ("request.timeout.ms", "1000"), ("linger.ms", "0")]))?;
    for v in [&b"one"[..], b"two"] {
        p.send(&ProducerRecord::to("abc").partition(0).value(v))?;
    }
    p.flush(PATIENCE);
    let reports = p.poll_reports(10, Duration::ZERO);
    let failed = reports.iter().find_map(|r| r.error.clone());
    assert_eq!(p.outstanding(), 0, "flush came back with records under way");
    match (failed, p.fatal_error()) {
        (Some(e), _) | (None, Some(e)) => Err(e),
        _ => Ok(()),
    }
}

/// A new group reads a record and commits.
fn consume(proxy: &Proxy) -> Result<(), Error> {
    let (at, group) = (proxy.address(), next("group"));
    let more = [
        ("group.id", group.as_str()),
        ("auto.offset.reset", "earliest"),
        ("enable.auto.commit", "false"),
        ("session.timeout.ms", "6000"),
        ("heartbeat.interval.ms", "200"),
        ("fetch.wait.max.ms", "50"),
        ("fetch.error.backoff.ms", "1"),
    ];
    let c = Consumer::new(pairs(&at, &more))?;
    c.subscribe(&["abc"])?;
    let outcome = read_one(&c, proxy).and_then(|()| {
        for o in c.commit(None, CALL)? {
            o.error.map_or(Ok(()), Err)?;
        }
        c.query_watermarks(&TopicPartition::new("abc", 0), CALL)?;
        Ok(())
    });
    c.close(CALL).and(outcome)
}

fn read_one(c: &Consumer, proxy: &Proxy) -> Result<(), Error> {
    let began = Instant::now();
    let until = began + PATIENCE;
    let mut last: Option<Error> = None;
    while Instant::now() < until {
        for e in c.poll(10, Duration::from_millis(100))? {
            match e {
                Event::Records(set) => {
                    for r in set.iter() {
                        let v = r.value.unwrap_or_default();
                        assert!([&b"one"[..], b"two", b"zero"].contains(&v), "a record that nobody wrote: {v:?}");
                    }
                    return Ok(());
                }
                Event::Error(e) => last = Some(e),
                _ => {}
            }
        }
        if let Some(e) = c.fatal_error() {
            return Err(e);
        }
        if let Some(e) = last.take_if(|e| proxy.words().starts_with("API 18 ") && e.code == Code::UNSUPPORTED_FEATURE) {
            // The broker said that it cannot do what a consumer needs, which is believed for as long as the connection lasts.
            return Err(e);
        }
        if c.assignment().iter().any(|p| *p != TopicPartition::new("abc", 0)) {
            // The group gave it a partition that there is not. It waits for that one to come, as it was told.
            return Err(Error::new(Code::UNKNOWN_PARTITION, format!("assigned {:?}", c.assignment())));
        }
        if proxy.words().starts_with("API 14 ") && c.assignment().is_empty() && began.elapsed() > 2 * CALL {
            // Or none, which members of large groups get too.
            return Err(Error::new(Code::NO_OFFSET, "nothing is assigned"));
        }
    }
    panic!(
        "after \"{}\" no record came within {PATIENCE:?}; the last error: {last:?}; assigned {:?}, at {:?}, watermarks {:?}",
        proxy.words(),
        c.assignment(),
        c.position(&c.assignment()),
        c.cached_watermarks(&TopicPartition::new("abc", 0))
    );
}

fn administer(proxy: &Proxy) -> Result<(), Error> {
    let at = proxy.address();
    let a = Admin::new(pairs(&at, &[]))?;
    let mut first: Option<Error> = None;
    let mut note = |r: Result<(), Error>| {
        if let Err(e) = r {
            first.get_or_insert(e);
        }
    };
    let tp = TopicPartition::new("abc", 0);
    let topic = NewTopic { name: next("topic"), partitions: 2, replication: 1, assignment: vec![], configs: vec![] };
    note(a.create_topics(std::slice::from_ref(&topic), CALL, false).map(drop));
    note(a.create_partitions(&[(&topic.name, 3, vec![])], CALL, false).map(drop));
    note(a.delete_topics(&[&topic.name], CALL).map(drop));
    note(a.describe_cluster(CALL).map(drop));
    note(a.describe_topics(&["abc"], CALL).map(drop));
    note(a.describe_configs(&[ConfigResource { kind: ResourceType::Topic, name: "abc".into() }], CALL).map(drop));
    note(a.list_groups(&[], &[], CALL).map(drop));
    note(a.describe_groups(&["no-group"], CALL).map(drop));
    note(a.list_group_offsets("no-group", None, false, CALL).map(drop));
    note(a.list_offsets(&[(tp, OffsetSpec::Latest)], false, CALL).map(drop));
    note(a.delete_groups(&["no-group"], CALL).map(drop));
    first.map_or(Ok(()), Err)
}

/// A lie, and the client that is told it.
struct Case {
    what: &'static str,
    run: Use,
    key: i16,
    wrong: Wrong,
}

/// One proxy with a topic that grows, and honest answers of everything that `runs` ask for.
fn lane(all: &Arc<Vec<Message>>, stop: &Arc<AtomicBool>) -> (Proxy, std::thread::JoinHandle<()>) {
    let proxy = Proxy::start(all);
    let behind = proxy.behind();
    let a = Admin::new([("bootstrap.servers", behind.as_str())]).expect("an admin");
    let topic = NewTopic { name: "abc".into(), partitions: 1, replication: 1, assignment: vec![], configs: vec![] };
    a.create_topics(&[topic], PATIENCE, false).expect("an answer").remove(0).1.expect("a topic");
    let p = Producer::new([("bootstrap.servers", behind.as_str()), ("linger.ms", "0")]).expect("a producer");
    p.set_reports(false);
    p.send(&ProducerRecord::to("abc").partition(0).value(b"zero")).expect("room");
    assert_eq!(p.flush(PATIENCE), 0);
    let stop = stop.clone();
    // A lie about an offset may send a consumer to the end of the log: something always comes behind it.
    let feeder = std::thread::spawn(move || {
        while !stop.load(Ordering::SeqCst) {
            let _ = p.send(&ProducerRecord::to("abc").partition(0).value(b"zero"));
            std::thread::park_timeout(Duration::from_millis(20));
        }
    });
    (proxy, feeder)
}

/// Every lie about every place of every answer that a use of a client reads.
fn cases(proxy: &Proxy, all: &[Message]) -> Vec<Case> {
    let mut out = Vec::new();
    let mut done = BTreeSet::<i16>::new();
    for (what, run) in [("produce", produce as Use), ("consume", consume), ("administer", administer)] {
        let before = proxy.seen();
        run(proxy).unwrap_or_else(|e| panic!("{what} with an honest broker: {e}"));
        for (key, (version, body)) in proxy.seen() {
            if before.get(&key) == Some(&(version, body.clone())) || !done.insert(key) {
                continue;
            }
            let m = all.iter().find(|m| m.kind == "response" && m.api_key == key).expect("a definition");
            let places = places(m, version, &body);
            assert!(!places.is_empty(), "{} v{version} cannot be walked", m.name);
            let mut add = |wrong| out.push(Case { what, run, key, wrong });
            for (i, place) in places.iter().enumerate() {
                (0..lies(&body, place).len()).for_each(|lie| add(Wrong::Place(i, lie)));
            }
            let len = body.len() + 4;
            (0..len.min(200)).for_each(|n| add(Wrong::Cut(n)));
            (4..len.min(300)).for_each(|n| add(Wrong::Flip(n, 0xff)));
            for n in [i32::MAX, i32::MIN, -1, 0, 1, 3, 9_999_999, 10_000_001] {
                add(Wrong::Length(n));
            }
            for wrong in [Wrong::Correlation, Wrong::Twice, Wrong::Longer, Wrong::Hangup] {
                add(wrong);
            }
        }
    }
    out
}

fn told(proxy: &Proxy, case: &Case) -> (bool, Option<Error>) {
    proxy.lie(case.key, case.wrong.clone(), 2);
    let first = (case.run)(proxy);
    let (told, what) = proxy.honest();
    if let Err(e) = &first {
        assert!(!e.message().is_empty() && e.code != Code::NO_ERROR, "{what}: {e:?}");
        let until = Instant::now() + PATIENCE;
        // A new client of a broker that is honest again, at once.
        while let Err(again) = (case.run)(proxy) {
            assert!(Instant::now() < until, "{} after \"{what}\": {e}; and still, with an honest broker: {again}", case.what);
        }
    }
    (told > 0, first.err())
}

/// `WELLHEAD_HOSTILE=n` takes every n-th case (1: all of them), from one that the seed says.
#[test]
fn a_lying_broker_gets_errors_and_an_honest_one_works_again() {
    let alone = alone();
    let every: usize = std::env::var("WELLHEAD_HOSTILE").ok().and_then(|s| s.parse().ok()).unwrap_or(10);
    let seed: u64 = std::env::var("WELLHEAD_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_261_128);
    println!("WELLHEAD_SEED={seed} WELLHEAD_HOSTILE={every}");
    let all = Arc::new(definitions());
    let stop = Arc::new(AtomicBool::new(false));
    let lanes: Vec<_> = (0..4).map(|_| lane(&all, &stop)).collect();
    let mut cases = cases(&lanes[0].0, &all);
    let count = cases.len();
    // Shuffled, so that a sample takes of everything.
    let mut rng = Rng::seeded(seed);
    for i in (1..cases.len()).rev() {
        cases.swap(i, rng.below(i as u64 + 1) as usize);
    }
    cases.truncate(count / every);
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let (at, applied, failed) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|s| {
        for (proxy, _) in &lanes {
            s.spawn(|| {
                while let Some(case) = cases.get(at.fetch_add(1, Ordering::SeqCst)) {
                    let began = Instant::now();
                    let (told, error) = told(proxy, case);
                    applied.fetch_add(usize::from(told), Ordering::SeqCst);
                    failed.fetch_add(usize::from(error.is_some()), Ordering::SeqCst);
                    if began.elapsed() > Duration::from_secs(3) {
                        println!("{:?}: {} API {} {:?}: {error:?}", began.elapsed(), case.what, case.key, case.wrong);
                    }
                }
            });
        }
    });
    let peak = MEMORY.peak_usage().saturating_sub(before);
    stop.store(true, Ordering::SeqCst);
    for (proxy, feeder) in lanes {
        feeder.thread().unpark();
        feeder.join().expect("the feeder");
        drop(proxy);
    }
    let (applied, failed) = (applied.into_inner(), failed.into_inner());
    println!("{} of {count} lies, {applied} told, {failed} gave an error, {peak} bytes at most", cases.len());
    assert_eq!(alone.panics(), 0);
    assert!(applied * 10 > cases.len() * 7 && failed > 0, "{applied} of {} lies were told, {failed} gave an error", cases.len());
    assert!(peak < MEMORY_MAX, "{peak} bytes");
}
