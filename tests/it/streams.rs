//! Stream programs against an embedded broker: what they write, what they keep over a restart, and what kill -9 leaves of them.

use super::embedded::{WAIT, open};
use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wellhead::admin::{NewTopic, OffsetSpec};
use wellhead::streams::array::{AsArray, Int64Type};
use wellhead::streams::build::{Builder, Source, count, sum, tumbling};
use wellhead::streams::ops::Functions;
use wellhead::streams::plan::{Emit, Plan};
use wellhead::streams::run::{App, Config, Query, Until};
use wellhead::streams::{Chunk, Type};
use wellhead::{Admin, Broker, Consumer, Event, Producer, ProducerRecord, TopicPartition};

fn topics(bootstrap: &str, list: &[(&str, i32)]) {
    let admin = Admin::new([("bootstrap.servers", bootstrap)]).expect("an admin");
    let new: Vec<NewTopic> =
        list.iter().map(|(n, p)| NewTopic { name: (*n).to_owned(), partitions: *p, replication: -1, ..NewTopic::default() }).collect();
    for (_, r) in admin.create_topics(&new, WAIT, false).expect("create") {
        r.expect("it is created");
    }
}

fn produce(bootstrap: &str, topic: &str, records: impl IntoIterator<Item = (i32, String, i64)>) {
    let p = Producer::new([("bootstrap.servers", bootstrap)]).expect("a producer");
    for (partition, value, timestamp_ms) in records {
        p.send(&ProducerRecord { timestamp_ms, ..ProducerRecord::to(topic).partition(partition).value(value.as_bytes()) }).expect("send");
    }
    assert_eq!(p.flush(WAIT), 0);
    assert!(p.poll_reports(usize::MAX, Duration::ZERO).iter().all(|r| r.error.is_none()));
}

/// Everything in a topic by now, as text: (key, value), per partition in order.
fn read_all(bootstrap: &str, topic: &str) -> Vec<(String, String)> {
    let c =
        Consumer::new([("bootstrap.servers", bootstrap), ("enable.partition.eof", "true"), ("auto.offset.reset", "earliest")]).expect("a consumer");
    let m = c.metadata(Some(topic), WAIT).expect("metadata");
    let n = m.topics[0].partitions.len();
    c.assign(&(0..n as i32).map(|p| TopicPartition::new(topic, p).at(-2)).collect::<Vec<_>>()).expect("assign");
    let (mut out, mut ends, until) = (Vec::new(), 0, Instant::now() + WAIT);
    let text = |b: Option<&[u8]>| b.map(|b| String::from_utf8_lossy(b).into_owned()).unwrap_or_default();
    while ends < n {
        assert!(Instant::now() < until, "the ends of {topic} are not reached");
        for e in c.poll(100_000, Duration::from_millis(100)).expect("poll") {
            match e {
                Event::Records(set) => out.extend(set.iter().map(|r| (text(r.key), text(r.value)))),
                Event::PartitionEof { .. } => ends += 1,
                _ => {}
            }
        }
    }
    out
}

/// A table's rows as text, by the text of its key column.
fn rows(c: &Chunk, key: &str, value: &str) -> BTreeMap<String, i64> {
    let k = c.column(key).expect("the key").as_string::<i32>().clone();
    let v = c.column(value).expect("the value").as_primitive::<Int64Type>().clone();
    (0..c.len()).map(|i| (k.value(i).to_owned(), v.value(i))).collect()
}

fn until(what: &str, mut ok: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !ok() {
        assert!(Instant::now() < end, "{what} did not come");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn words() -> (Plan, usize) {
    let b = Builder::new();
    let words = b.stream(Source::text("lines")).select([("word", "split(lower(value), ' ')")]).explode("word");
    let counts = words.group_by(&["word"]).agg(&[count("n")]);
    counts.to("counts");
    (b.plan().expect("a plan"), counts.node())
}

#[test]
fn a_word_count_goes_on_after_a_restart_and_counts_nothing_twice() {
    let dir = tempfile::tempdir().expect("a directory");
    let broker = open(dir.path());
    let bootstrap = broker.bootstrap_servers();
    topics(&bootstrap, &[("lines", 3)]);
    let state = tempfile::tempdir().expect("a directory");
    let (plan, node) = words();
    let mut config = Config::new("words", bootstrap.clone());
    config.state_dir = Some(state.path().to_owned());
    let line = |i: i32| (i % 3, "the cat and the dog".to_owned(), i64::from(i) + 1);
    for round in 1..=3 {
        produce(&bootstrap, "lines", (0..100).map(line));
        let app = App::start(&plan, Functions::default(), config.clone()).expect("it starts");
        app.wait_running(WAIT).expect("it runs");
        let want: BTreeMap<String, i64> =
            [("the", 200), ("cat", 100), ("and", 100), ("dog", 100)].into_iter().map(|(w, n)| (w.to_owned(), n * round)).collect();
        until("every word", || rows(&app.table(node, WAIT).expect("the table"), "word", "n") == want);
        let m = app.metrics(WAIT).expect("metrics");
        if round > 1 {
            assert_eq!((m.restored_snapshot, m.restored_changelog), (4, 0), "the state came from the snapshots alone");
        }
        app.stop(WAIT).expect("it stops");
    }
    // Without snapshots the changelogs alone must do.
    config.state_dir = None;
    let app = App::start(&plan, Functions::default(), config).expect("it starts");
    app.wait_running(WAIT).expect("it runs");
    assert_eq!(rows(&app.table(node, WAIT).expect("the table"), "word", "n").get("the"), Some(&600));
    app.stop(WAIT).expect("it stops");
    broker.close().expect("a clean stop");
}

/// A second process of a program takes over some of its tasks, and gives them back: rows move by topics meanwhile, and nothing is lost
/// or counted twice.
#[test]
fn tasks_are_shared_with_a_second_process_and_come_back() {
    let dir = tempfile::tempdir().expect("a directory");
    let broker = open(dir.path());
    let bootstrap = broker.bootstrap_servers();
    topics(&bootstrap, &[("lines", 4)]);
    let (plan, node) = words();
    let config = Config { purge_interval_ms: 0, ..Config::new("shared", bootstrap.clone()) };
    let names = ["ant", "bee", "cat", "dog", "eel", "fox", "gnu", "hen"];
    let lines = |n: i64| (0..n).map(move |i| ((i % 4) as i32, names[(i % 8) as usize].to_owned() + " " + names[((i / 8) % 8) as usize], i + 1));
    let start = || {
        let app = App::start(&plan, Functions::default(), config.clone()).expect("it starts");
        app.wait_running(WAIT).expect("it runs");
        app
    };
    let counted =
        |apps: &[&App]| -> i64 { apps.iter().map(|a| rows(&a.table(node, WAIT).expect("the table"), "word", "n").values().sum::<i64>()).sum() };
    let one = start();
    produce(&bootstrap, "lines", lines(400));
    until("the words of the first", || counted(&[&one]) == 800);
    let two = start();
    let tasks = |a: &App| a.metrics(WAIT).expect("metrics").tasks;
    until("tasks of both", || tasks(&one) == 4 && tasks(&two) == 4);
    let kept = |a: &App| a.metrics(WAIT).map(|m| (m.kept_tasks, m.restored_snapshot + m.restored_changelog)).expect("metrics");
    assert_eq!(kept(&one), (4, 0), "what stays with a process keeps its state");
    produce(&bootstrap, "lines", lines(400));
    until("the words of both", || counted(&[&one, &two]) == 1600);
    assert!(counted(&[&one]) > 0 && counted(&[&two]) > 0, "both have words");
    // Rows went through a topic, and once they are committed nothing of them stays there.
    let admin = Admin::new([("bootstrap.servers", bootstrap.as_str())]).expect("an admin");
    let moves =
        admin.metadata(None, WAIT).expect("metadata").topics.into_iter().find(|t| t.name.ends_with("-repartition")).expect("a topic of moves");
    let all: Vec<TopicPartition> = (0..4).map(|p| TopicPartition::new(moves.name.clone(), p)).collect();
    let offsets = |which: OffsetSpec| -> Vec<i64> {
        let specs: Vec<_> = all.iter().map(|t| (t.clone(), which)).collect();
        admin.list_offsets(&specs, false, WAIT).expect("offsets").into_iter().map(|(_, r)| r.expect("an offset").offset).collect()
    };
    until("moved rows are gone", || {
        let ends = offsets(OffsetSpec::Latest);
        ends.iter().sum::<i64>() == 800 && offsets(OffsetSpec::Earliest) == ends
    });
    one.stop(WAIT).expect("it stops");
    until("tasks of the second", || tasks(&two) == 8);
    let (stayed, restored) = kept(&two);
    assert!(stayed == 4 && restored > 0, "{stayed} tasks stayed, {restored} entries came from elsewhere");
    produce(&bootstrap, "lines", lines(400));
    until("the words of the second", || counted(&[&two]) == 2400);
    let want: BTreeMap<String, i64> = names.iter().map(|n| ((*n).to_owned(), 300)).collect();
    let got = rows(&two.table(node, WAIT).expect("the table"), "word", "n");
    assert_eq!(got.values().sum::<i64>(), 2400);
    assert_eq!(got.keys().collect::<Vec<_>>(), want.keys().collect::<Vec<_>>());
    two.stop(WAIT).expect("it stops");
    broker.close().expect("a clean stop");
}

/// What lies in several partitions when a program starts is worked off in the order of event time, so that nothing is late where rows of
/// all partitions meet.
#[test]
fn a_backlog_of_several_partitions_is_read_as_it_happened() {
    let dir = tempfile::tempdir().expect("a directory");
    let broker = open(dir.path());
    let bootstrap = broker.bootstrap_servers();
    topics(&bootstrap, &[("backlog", 3)]);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_millis() as i64;
    let begin = now / 10_000 * 10_000 - 1_000_000;
    // One partition after the other, so that the first to be read is far ahead of the last.
    let at = |i: i64| begin + i * 100;
    produce(&bootstrap, "backlog", (0..3).flat_map(|p| (0..2_000).map(move |i| (p, format!("k{}", i % 10), at(i * 3 + i64::from(p))))));
    let b = Builder::new();
    let windows = b.stream(Source::text("backlog")).group_by(&["value"]).window(tumbling(Duration::from_secs(10))).emit(Emit::Final);
    let counts = windows.agg(&[count("n")]);
    counts.to("windows");
    let plan = b.plan().expect("a plan");
    // A query reads the same backlog in its own way.
    let query = Query::open(&plan, counts.node(), &[("bootstrap.servers".to_owned(), bootstrap.clone())], Until::Now, WAIT).expect("a query");
    let answer = query.answer(usize::MAX, || true).expect("an answer").expect("it went on");
    // 600 s of rows in windows of 10 s, 10 keys; the last window is open.
    let n = answer.column("n").expect("the counts").as_primitive::<Int64Type>().clone();
    assert_eq!((answer.len(), n.iter().flatten().sum::<i64>()), (590, 5_900), "a window that is closed has all of its rows");
    let config = Config { commit_interval_ms: 20, ..Config::new("backlog", bootstrap.clone()) };
    let app = App::start(&plan, Functions::default(), config).expect("it starts");
    app.wait_running(WAIT).expect("it runs");
    until("the backlog is read", || app.metrics(WAIT).expect("metrics").counters.records_in == 6_000);
    app.commit(WAIT).expect("a commit");
    assert_eq!(app.metrics(WAIT).expect("metrics").counters.late, 0, "nothing is late");
    app.stop(WAIT).expect("it stops");
    broker.close().expect("a clean stop");
}

const ROUNDS: usize = 50;
const KEYS: i64 = 20;
const PER_ROUND: i64 = 400;

fn windows_plan() -> Plan {
    let b = Builder::new();
    let source = |topic: &str| Source::json(topic, &[("k", Type::String), ("v", Type::Int), ("ts", Type::Timestamp)]).time("ts");
    // One partition, so that rows come in the order of their time and none is late whenever it is read.
    let windows = b.stream(source("one")).group_by(&["k"]).window(tumbling(Duration::from_secs(1))).grace(Duration::from_millis(500));
    windows.emit(Emit::Final).agg(&[count("n"), sum("total", "v")]).to("windows");
    // Two partitions and a key that is not the record's: rows move between tasks.
    b.stream(source("two")).filter("v % 2 = 0").group_by(&["k"]).agg(&[count("n")]).to("evens");
    b.plan().expect("a plan")
}

/// The process that is killed: a program over the broker whose address is in the environment.
#[test]
#[ignore = "started by the test below"]
fn the_program_that_is_killed() {
    let Ok(bootstrap) = std::env::var("STREAMS_BOOTSTRAP") else { return };
    let mut config = Config::new("killed", bootstrap);
    // A process that comes back under its name takes its place over at once, instead of waiting for the dead one's session to end.
    config.client.push(("group.instance.id".into(), "one".into()));
    config.commit_interval_ms = 30;
    config.snapshot_interval_ms = 200;
    config.state_dir = std::env::var_os("STREAMS_STATE").map(Into::into);
    let app = App::start(&windows_plan(), Functions::default(), config).expect("it starts");
    match app.wait_ended(Duration::from_secs(600)) {
        Ok(()) => {}
        Err(e) => panic!("{e}"),
    }
}

/// kill -9 at any moment, 50 rounds: in the end the results are those of a program that was never interrupted.
#[test]
fn fifty_kills_leave_the_results_of_an_uninterrupted_run() {
    let seed = std::env::var("STREAMS_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(7);
    println!("STREAMS_SEED={seed}");
    let mut rng = wellhead_base::env::Rng::seeded(seed);
    let dir = tempfile::tempdir().expect("a directory");
    let state = tempfile::tempdir().expect("a directory");
    let broker = Broker::open(dir.path(), &[("listeners".into(), "PLAINTEXT://127.0.0.1:0".into())]).expect("the broker opens");
    let bootstrap = broker.bootstrap_servers();
    topics(&bootstrap, &[("one", 1), ("two", 2)]);
    let start = || {
        Command::new(std::env::current_exe().expect("this program"))
            .args(["--ignored", "--exact", "streams::the_program_that_is_killed", "--nocapture"])
            .env("STREAMS_BOOTSTRAP", &bootstrap)
            .env("STREAMS_STATE", state.path())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the program starts")
    };
    let admin = Admin::new([("bootstrap.servers", bootstrap.as_str())]).expect("an admin");
    let committed = || -> i64 {
        let all = admin.list_group_offsets("killed", None, false, WAIT).unwrap_or_default();
        all.iter().filter(|o| &*o.topic == "one").map(|o| o.offset).sum()
    };
    let (mut evens, mut windows) = (BTreeMap::new(), BTreeMap::new());
    let mut child = start();
    let (mut ts, mut before, mut went_on) = (0, 0, 0);
    for _ in 0..ROUNDS {
        let mut batch = Vec::new();
        for i in 0..PER_ROUND {
            let (k, v) = (rng.below(KEYS as u64) as i64, rng.below(100) as i64);
            ts += 1;
            batch.push((((i / 50) % 2) as i32, format!("{{\"k\":\"k{k}\",\"v\":{v},\"ts\":{ts}}}"), ts));
            if v % 2 == 0 {
                *evens.entry(format!("k{k}")).or_insert(0i64) += 1;
            }
            let w = windows.entry((format!("k{k}"), ts / 1000 * 1000)).or_insert((0i64, 0i64));
            w.0 += 1;
            w.1 += v;
        }
        produce(&bootstrap, "one", batch.iter().map(|(_, v, t)| (0, v.clone(), *t)));
        produce(&bootstrap, "two", batch);
        std::thread::sleep(Duration::from_millis(rng.below(250)));
        child.kill().expect("it is killed");
        child.wait().expect("it ended");
        let now = committed();
        assert!(now >= before, "the committed offset went back from {before} to {now}");
        went_on += usize::from(now > before);
        before = now;
        child = start();
    }
    println!("it committed in {went_on} of {ROUNDS} rounds, up to offset {before} of {}", ROUNDS as i64 * PER_ROUND);
    assert!(went_on >= ROUNDS / 5, "the kills hit a program that hardly ever ran: {went_on}");
    // A row that closes every window.
    let far = ts + 1_000_000;
    produce(&bootstrap, "one", [(0, format!("{{\"k\":\"end\",\"v\":1,\"ts\":{far}}}"), far)]);
    let json = |t: &str| serde_json::from_str::<serde_json::Value>(t).expect("JSON");
    // The last record of a key is its result; a final window must be the same every time that it was written.
    let mut last = (BTreeMap::new(), BTreeMap::new());
    let full = || {
        let evens: BTreeMap<String, i64> = read_all(&bootstrap, "evens").into_iter().map(|(k, v)| (k, json(&v)["n"].as_i64().expect("n"))).collect();
        let mut finals = BTreeMap::new();
        for (_, v) in read_all(&bootstrap, "windows") {
            let v = json(&v);
            let key = (v["k"].as_str().expect("k").to_owned(), v["window_start"].as_i64().expect("a start"));
            let value = (v["n"].as_i64().expect("n"), v["total"].as_i64().expect("total"));
            let before = finals.insert(key.clone(), value);
            assert!(before.is_none_or(|b| b == value), "two final results for {key:?}: {before:?} and {value:?}");
        }
        (evens, finals)
    };
    let end = Instant::now() + Duration::from_secs(60);
    while last != (evens.clone(), windows.clone()) {
        if Instant::now() > end {
            let (e, w) = &last;
            for (k, v) in &evens {
                assert_eq!(e.get(k), Some(v), "the count of {k}");
            }
            for (k, v) in &windows {
                assert_eq!(w.get(k), Some(v), "the window {k:?}");
            }
            panic!("there is more than there should be: {last:?}");
        }
        std::thread::sleep(Duration::from_millis(100));
        last = full();
    }
    child.kill().expect("it is killed");
    child.wait().expect("it ended");
    broker.close().expect("a clean stop");
}
