//! Session and sliding windows: the cases of Kafka Streams' own tests, every result as it comes, then what restarts and late rows do, and
//! plain models over random rows.

use super::Functions;
use crate::driver::{Record, TestDriver};
use crate::expr::Expr;
use crate::format::Format;
use crate::plan::{Agg, Aggregate, Emit, NodeId, NodeOp, Plan, Sink, Source, SourceKind, Window};
use crate::types::{Field, Type};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn plan(window: Window, grace_ms: i64, emit: Emit, function: &str) -> (Plan, NodeId) {
    let mut p = Plan::default();
    let s = p.push(
        NodeOp::Source(Source {
            topic: "in".to_owned(),
            kind: SourceKind::Stream,
            key: vec![Field::new("k", Type::String)],
            key_format: Format::Text,
            fields: vec![Field::new("v", Type::String)],
            format: Format::Text,
            time: None,
            idle_after_ms: None,
            from_latest: false,
            strict: true,
        }),
        vec![],
    );
    let column = ("x".to_owned(), Agg { function: function.to_owned(), arg: Some(Expr::Col("v".to_owned())), param: None, reduce: None });
    let a = Aggregate { by: vec!["k".to_owned()], window: Some(window), grace_ms, columns: vec![column], emit };
    let a = p.push(NodeOp::Aggregate(a), vec![s]);
    let sink = |topic: &str| {
        NodeOp::Sink(Sink { topic: topic.to_owned(), format: Format::Json, key_format: None, columns: None, key: None, partitions: None })
    };
    p.push(sink("out"), vec![a]);
    let late = p.push(NodeOp::Late, vec![a]);
    p.push(sink("late"), vec![late]);
    (p, a)
}
fn driver(p: &Plan) -> TestDriver {
    TestDriver::new(p, Functions::default()).unwrap()
}
fn pipe(d: &mut TestDriver, key: &str, value: &str, time: i64) {
    d.pipe("in", Some(key.as_bytes()), Some(value.as_bytes()), time).unwrap();
}

/// "A[10,20] 1+2", and "A[10,20] -" for a deletion.
fn show(r: &Record) -> String {
    let key: serde_json::Value = serde_json::from_slice(r.key.as_ref().unwrap()).unwrap();
    let part = |name: &str| match &key[name] {
        serde_json::Value::String(s) => s.parse::<i64>().unwrap_or_else(|_| millis(s)).to_string(),
        other => other.to_string(),
    };
    let value = r.value.as_ref().map(|v| {
        let v: serde_json::Value = serde_json::from_slice(v).unwrap();
        match &v["x"] {
            serde_json::Value::Array(list) => list.iter().map(|i| i.as_str().unwrap_or("null").to_owned()).collect::<Vec<_>>().join("+"),
            other => other.to_string(),
        }
    });
    format!("{}[{},{}] {}", key["k"].as_str().unwrap(), part("window_start"), part("window_end"), value.unwrap_or_else(|| "-".to_owned()))
}
/// Milliseconds of a time as JSON writes it, in the first minute of 1970.
fn millis(text: &str) -> i64 {
    let digits = |s: &str| s.chars().filter(char::is_ascii_digit).collect::<String>();
    let seconds = text.split(':').nth(2).unwrap_or_else(|| panic!("{text} is a time"));
    let (s, ms) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let minutes: i64 = text.split(':').nth(1).unwrap().parse().unwrap();
    let ms = format!("{:0<3}", digits(ms));
    (minutes * 60 + digits(s).parse::<i64>().unwrap()) * 1000 + ms[..3].parse::<i64>().unwrap()
}
fn out(d: &mut TestDriver) -> Vec<String> {
    d.read_all("out").iter().map(show).collect()
}

/// Steps: key, value, time, and what comes of it; again with a restart before each step.
fn play(p: &Plan, steps: &[(&str, &str, i64, &[&str])]) {
    for restart in 0..=steps.len() {
        let mut d = driver(p);
        for (n, (key, value, time, expected)) in steps.iter().enumerate() {
            if n == restart && n > 0 {
                d.restart(p, Functions::default()).unwrap();
            }
            pipe(&mut d, key, value, *time);
            assert_eq!(out(&mut d), *expected, "step {n}: {key} {value} at {time}, restart before step {restart}");
        }
    }
}

#[test]
fn sessions_grow_and_become_one() {
    let steps: &[(&str, &str, i64, &[&str])] = &[
        ("A", "1", 10, &["A[10,10] 1"]),
        ("B", "1", 10, &["B[10,10] 1"]),
        // Equal times change no bounds, so nothing is deleted.
        ("A", "2", 10, &["A[10,10] 1+2"]),
        ("A", "3", 15, &["A[10,10] -", "A[10,15] 1+2+3"]),
        ("A", "4", 12, &["A[10,15] 1+2+3+4"]),
        // A gap apart is together, and one more is not.
        ("A", "5", 20, &["A[10,15] -", "A[10,20] 1+2+3+4+5"]),
        ("B", "2", 16, &["B[16,16] 2"]),
        ("B", "3", 13, &["B[10,10] -", "B[16,16] -", "B[10,16] 1+2+3"]),
        ("B", "4", 7, &["B[10,16] -", "B[7,16] 1+2+3+4"]),
    ];
    for emit in [Emit::Every, Emit::Changes] {
        play(&plan(Window::Session { gap_ms: 5 }, 100, emit, "collect").0, steps);
    }
}

#[test]
fn sessions_close_and_rows_come_late() {
    let (p, a) = plan(Window::Session { gap_ms: 5 }, 3, Emit::Final, "collect");
    play(
        &p,
        &[
            ("A", "1", 10, &[]),
            ("A", "2", 14, &[]),
            ("B", "1", 16, &[]),
            // Stream time 22 is gap and grace behind 14, and 23 more than that.
            ("B", "2", 22, &[]),
            ("A", "3", 12, &[]),
            ("C", "1", 23, &["A[10,14] 1+2+3"]),
            ("A", "4", 14, &[]),
            // Not late: a session of it would be open, and the closed one is no longer met.
            ("A", "5", 15, &[]),
            ("C", "2", 40, &["A[15,15] 5", "B[16,16] 1", "B[22,22] 2", "C[23,23] 1"]),
        ],
    );
    let mut d = driver(&p);
    pipe(&mut d, "A", "1", 10);
    pipe(&mut d, "A", "2", 30);
    pipe(&mut d, "A", "3", 10);
    assert_eq!(out(&mut d), ["A[10,10] 1"]);
    assert_eq!((d.read_all("late").len(), d.counters().late), (1, 1));
    assert_eq!(d.table(a).unwrap().len(), 1);
    d.advance_time(39).unwrap();
    assert_eq!(out(&mut d), ["A[30,30] 2"]);
}

/// A chunk in which sessions of several groups grow and unite gives, with emit every, what its rows give one by one; and with emit
/// changes each session once.
#[test]
fn a_chunk_of_sessions() {
    let rows = [("A", "1", 10), ("B", "1", 11), ("A", "2", 30), ("A", "3", 20), ("B", "2", 12), ("A", "4", 21)];
    let batch: Vec<_> = rows.iter().map(|(k, v, t)| (Some(k.as_bytes()), Some(v.as_bytes()), *t)).collect();
    let p = plan(Window::Session { gap_ms: 10 }, 100, Emit::Every, "collect").0;
    let (mut one, mut all) = (driver(&p), driver(&p));
    for (k, v, t) in rows {
        pipe(&mut one, k, v, t);
    }
    all.pipe_batch("in", 0, &batch).unwrap();
    assert_eq!(out(&mut one), out(&mut all));
    let mut changes = driver(&plan(Window::Session { gap_ms: 10 }, 100, Emit::Changes, "collect").0);
    changes.pipe_batch("in", 0, &batch).unwrap();
    assert_eq!(out(&mut changes), ["A[10,30] 1+2+3+4", "B[11,12] 1+2"]);
}

/// KStreamSlidingWindowAggregateTest, with size 10: in order, out of order, and rows that are earlier than the size.
#[test]
fn sliding_windows_as_kafka_has_them() {
    let p = |emit| plan(Window::Sliding { size_ms: 10 }, 50, emit, "collect").0;
    let steps: &[(&str, &str, i64, &[&str])] = &[
        ("A", "1", 10, &["A[0,10] 1"]),
        ("A", "2", 20, &["A[10,20] 1+2", "A[11,21] 2"]),
        // Its left window has the row of 20, which has a right window now.
        ("A", "3", 22, &["A[12,22] 2+3", "A[21,31] 3"]),
        // Between: into three, its own left one, and its right one with what is behind it.
        ("A", "4", 15, &["A[5,15] 1+4", "A[10,20] 1+2+4", "A[11,21] 2+4", "A[12,22] 2+3+4", "A[16,26] 2+3"]),
        // The same time again makes nothing new.
        ("A", "5", 15, &["A[5,15] 1+4+5", "A[10,20] 1+2+4+5", "A[11,21] 2+4+5", "A[12,22] 2+3+4+5"]),
        ("B", "1", 15, &["B[5,15] 1"]),
    ];
    play(&p(Emit::Every), steps);
    let early: &[(&str, &str, i64, &[&str])] = &[
        ("A", "1", 0, &["A[0,10] 1"]),
        ("A", "2", 5, &["A[0,10] 1+2", "A[1,11] 2"]),
        ("A", "3", 6, &["A[0,10] 1+2+3", "A[1,11] 2+3", "A[6,16] 3"]),
        ("A", "4", 3, &["A[0,10] 1+2+3+4", "A[1,11] 2+3+4", "A[4,14] 2+3"]),
        ("A", "5", 13, &["A[3,13] 2+3+4+5", "A[4,14] 2+3+5", "A[6,16] 3+5", "A[7,17] 5"]),
    ];
    play(&p(Emit::Every), early);
}

#[test]
fn sliding_windows_close_and_rows_come_late() {
    let p = plan(Window::Sliding { size_ms: 10 }, 5, Emit::Final, "collect").0;
    let steps: &[(&str, &str, i64, &[&str])] = &[
        ("A", "1", 100, &[]),
        ("A", "2", 103, &[]),
        // [90,100] has its grace until 105, [93,103] until 108.
        ("B", "1", 108, &["A[90,100] 1"]),
        ("B", "2", 109, &["A[93,103] 1+2"]),
        // Its left window is closed, and those that it is in are not.
        ("A", "3", 102, &[]),
        ("B", "3", 120, &["B[98,108] 1", "B[99,109] 1+2", "A[101,111] 2+3", "A[103,113] 2"]),
    ];
    play(&p, steps);
    let mut d = driver(&p);
    pipe(&mut d, "A", "1", 100);
    pipe(&mut d, "B", "1", 115);
    pipe(&mut d, "A", "2", 100);
    pipe(&mut d, "B", "2", 116);
    pipe(&mut d, "A", "3", 100);
    assert_eq!((d.read_all("late").len(), d.counters().late), (1, 1));
}

type Row = (u8, i64);
/// The last result of each window that is not deleted; deletions take away.
fn last(d: &mut TestDriver) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for line in out(d) {
        let (window, value) = line.split_once(' ').unwrap();
        if value == "-" {
            all.remove(window)
        } else {
            all.insert(window.to_owned(), value.to_owned())
        };
    }
    all
}
/// The rows, cut into chunks of random length, with restarts.
fn feed(p: &Plan, rows: &[Row], cuts: &[u8]) -> TestDriver {
    let mut d = driver(p);
    let (mut at, mut cut) = (0, cuts.iter().cycle());
    while at < rows.len() {
        let n = *cut.next().unwrap();
        let to = (at + 1 + usize::from(n % 7)).min(rows.len());
        let names: Vec<(String, String, i64)> = (at..to).map(|i| (rows[i].0.to_string(), i.to_string(), rows[i].1)).collect();
        let batch: Vec<_> = names.iter().map(|(k, v, t)| (Some(k.as_bytes()), Some(v.as_bytes()), *t)).collect();
        d.pipe_batch("in", 0, &batch).unwrap();
        if n.is_multiple_of(5) {
            d.restart(p, Functions::default()).unwrap();
        }
        at = to;
    }
    d
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// With a grace that nothing exceeds, sessions are what sorting and cutting at gaps gives, and sliding windows what their
    /// definition gives.
    #[test]
    fn windows_are_as_defined(rows in proptest::collection::vec((0..3u8, 0..200i64), 1..60), cuts in proptest::collection::vec(any::<u8>(), 8)) {
        let mut sessions = BTreeMap::new();
        let mut sliding = BTreeMap::new();
        for key in 0..3u8 {
            let mut times: Vec<i64> = rows.iter().filter(|r| r.0 == key).map(|r| r.1).collect();
            times.sort_unstable();
            let count = |from: i64, to: i64| times.iter().filter(|t| (from..=to).contains(*t)).count().to_string();
            for (i, t) in times.iter().enumerate() {
                if i == 0 || t - times[i - 1] > 7 {
                    let mut end = i;
                    while end + 1 < times.len() && times[end + 1] - times[end] <= 7 {
                        end += 1;
                    }
                    sessions.insert(format!("{key}[{t},{}]", times[end]), count(*t, times[end]));
                }
                let left = (t - 9).max(0);
                sliding.insert(format!("{key}[{left},{}]", left + 9), count(left, left + 9));
                if count(t + 1, t + 10) != "0" {
                    sliding.insert(format!("{key}[{},{}]", t + 1, t + 10), count(t + 1, t + 10));
                }
            }
        }
        for (window, expected) in [(Window::Session { gap_ms: 7 }, &sessions), (Window::Sliding { size_ms: 9 }, &sliding)] {
            for emit in [Emit::Every, Emit::Changes, Emit::Final] {
                let (p, _) = plan(window, 1000, emit, "count");
                let mut d = feed(&p, &rows, &cuts);
                d.advance_time(5000).unwrap();
                prop_assert_eq!(&last(&mut d), expected, "{:?} {:?}", window, emit);
            }
        }
    }

    /// Late rows and closed windows are the same however rows are cut; final results come once.
    #[test]
    fn cuts_and_restarts_change_nothing(rows in proptest::collection::vec((0..3u8, 0..60i64), 1..80), cuts in proptest::collection::vec(any::<u8>(), 8)) {
        for window in [Window::Session { gap_ms: 4 }, Window::Sliding { size_ms: 6 }, Window::Hopping { size_ms: 6, advance_ms: 2 }] {
            let (p, _) = plan(window, 5, Emit::Final, "collect");
            let (mut one, mut cut) = (feed(&p, &rows, &[7]), feed(&p, &rows, &cuts));
            for d in [&mut one, &mut cut] {
                d.advance_time(500).unwrap();
            }
            prop_assert_eq!(out(&mut one), out(&mut cut), "{:?}", window);
            prop_assert_eq!(one.read_all("late").len(), cut.read_all("late").len());
        }
    }
}
