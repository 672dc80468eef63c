//! Joins against Kafka Streams' published tables (tests/vectors/kafka_join_tables.json): every row of every table, and again with a
//! restart before each row. Behind them what the tables do not show: late rows, rows without a key, waiting for a table, times.

use super::Functions;
use crate::driver::{Record, TestDriver};
use crate::expr::Expr;
use crate::format::Format;
use crate::plan::{Agg, Aggregate, Emit, How, Join, NodeId, NodeOp, Plan, Sink, Source, SourceKind};
use crate::types::{Field, Type};
use serde_json::Value;

fn source(topic: &str, kind: SourceKind, format: Format, fields: Vec<Field>) -> NodeOp {
    let key = vec![Field::new("k", Type::String)];
    let (topic, key_format) = (topic.to_owned(), Format::Text);
    NodeOp::Source(Source { topic, kind, key, key_format, fields, format, time: None, idle_after_ms: None, from_latest: false, strict: true })
}
fn text(topic: &str, kind: SourceKind) -> NodeOp {
    source(topic, kind, Format::Text, vec![Field::new("v", Type::String)])
}
fn sink(topic: &str) -> NodeOp {
    NodeOp::Sink(Sink { topic: topic.to_owned(), format: Format::Json, key_format: None, columns: None, key: None, partitions: None })
}
fn join(how: How) -> Join {
    Join { how, on: None, before_ms: 0, after_ms: 0, grace_ms: None, prefix: "right_".to_owned() }
}
/// `left` joined with `right` into the topic `out`; gives the join's node.
fn joined(left: NodeOp, right: NodeOp, j: Join) -> (Plan, NodeId) {
    let mut p = Plan::default();
    let (l, r) = (p.push(left, vec![]), p.push(right, vec![]));
    let j = p.push(NodeOp::Join(j), vec![l, r]);
    p.push(sink("out"), vec![j]);
    (p, j)
}
fn driver(plan: &Plan) -> TestDriver {
    TestDriver::new(plan, Functions::default()).unwrap()
}
fn pipe(d: &mut TestDriver, topic: &str, key: Option<&str>, value: Option<&str>, time: i64) {
    d.pipe(topic, key.map(str::as_bytes), value.map(str::as_bytes), time).unwrap();
}
fn member(r: &Record, name: &str) -> String {
    let v: Value = serde_json::from_slice(r.value.as_ref().expect("it is no deletion")).unwrap();
    match v.get(name) {
        None | Some(Value::Null) => "null".to_owned(),
        Some(Value::String(s)) => s.clone(),
        Some(other) => other.to_string(),
    }
}
/// Records as the tables write them.
fn pairs(records: &[Record]) -> String {
    let one = |r: &Record| match &r.value {
        None => "null".to_owned(),
        Some(_) => format!("[{}, {}]", member(r, "v"), member(r, "right_v")),
    };
    records.iter().map(one).collect::<Vec<_>>().join(", ")
}
fn timed(records: &[Record]) -> Vec<(String, i64)> {
    records.iter().map(|r| (pairs(std::slice::from_ref(r)), r.timestamp)).collect()
}

/// The rows of a table, without its head.
fn table(name: &str) -> Vec<Vec<String>> {
    let all: Value = serde_json::from_str(include_str!("../../../../tests/vectors/kafka_join_tables.json")).unwrap();
    let (_, rows) = all.as_object().unwrap().iter().find(|(k, _)| k.starts_with(name)).expect("the table is there");
    let rows: Vec<Vec<String>> =
        rows.as_array().unwrap().iter().map(|r| r.as_array().unwrap().iter().map(|c| c.as_str().unwrap().to_owned()).collect()).collect();
    assert!(rows.len() > 8, "{name} has {} rows", rows.len());
    rows[1..].to_vec()
}

/// Plays a table into a plan and compares column `expected`, restarting before row `restart`.
fn play(name: &str, plan: &Plan, expected: usize, restart: Option<usize>) {
    let mut d = driver(plan);
    for (n, row) in table(name).iter().enumerate() {
        if restart == Some(n) {
            d.restart(plan, Functions::default()).unwrap();
        }
        let Ok(time) = row[0].parse::<i64>() else { continue };
        for (topic, cell) in [("left", &row[1]), ("right", &row[2])] {
            if !cell.is_empty() {
                pipe(&mut d, topic, Some("k"), (cell != "null").then_some(cell), time * 1000);
            }
        }
        let got = pairs(&d.read_all("out"));
        assert_eq!(got, row[expected], "{name}, column {expected}, row at {time}, restart before row {restart:?}");
    }
}
fn play_all(name: &str, plan: &Plan, expected: usize) {
    play(name, plan, expected, None);
    for n in 1..table(name).len() {
        play(name, plan, expected, Some(n));
    }
}

#[test]
fn stream_stream_table() {
    for (how, column) in [(How::Inner, 3), (How::Left, 4), (How::Outer, 5)] {
        let j = Join { before_ms: 15_000, after_ms: 15_000, grace_ms: Some(5_000), ..join(how) };
        play_all("stream-stream", &joined(text("left", SourceKind::Stream), text("right", SourceKind::Stream), j).0, column);
    }
}

#[test]
fn table_table_table() {
    for (how, column) in [(How::Inner, 3), (How::Left, 4), (How::Outer, 5)] {
        play_all("table-table", &joined(text("left", SourceKind::Table), text("right", SourceKind::Table), join(how)).0, column);
    }
}

#[test]
fn stream_table_table() {
    for (how, column) in [(How::Inner, 3), (How::Left, 4)] {
        play_all("stream-table", &joined(text("left", SourceKind::Stream), text("right", SourceKind::Table), join(how)).0, column);
    }
}

/// A global table gives what a table gives, as the driver reads it in the order in which records are piped.
#[test]
fn stream_global_table() {
    for (how, column) in [(How::Inner, 3), (How::Left, 4)] {
        let (plan, _) = joined(text("left", SourceKind::Stream), text("right", SourceKind::Global), join(how));
        play("stream-table", &plan, column, None);
    }
}

fn foreign(how: How) -> (Plan, NodeId) {
    let left = source("left", SourceKind::Table, Format::Json, vec![Field::new("fk", Type::String)]);
    joined(left, text("right", SourceKind::Table), Join { on: Some(vec![Expr::Col("fk".to_owned())]), ..join(how) })
}
/// (k,1) as key and value.
fn cell(text: &str) -> Option<(String, String)> {
    let (k, v) = text.strip_prefix('(')?.strip_suffix(')')?.split_once(',')?;
    Some((k.to_owned(), v.to_owned()))
}
fn left_value(fk: &str) -> String {
    if fk == "null" { r#"{"fk":null}"#.to_owned() } else { format!(r#"{{"fk":"{fk}"}}"#) }
}
fn foreign_rows(records: &[Record]) -> String {
    let key = |r: &Record| String::from_utf8(r.key.clone().unwrap()).unwrap();
    let one = |r: &Record| match &r.value {
        None => format!("({},null)", key(r)),
        Some(_) => format!("({},{},{})", key(r), member(r, "fk"), member(r, "v")),
    };
    records.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[test]
fn foreign_key_table() {
    for (how, column) in [(How::Inner, 3), (How::Left, 4)] {
        let (plan, _) = foreign(how);
        let rows = table("fk");
        for restart in 0..rows.len() {
            let mut d = driver(&plan);
            for (n, row) in rows.iter().enumerate() {
                if n == restart {
                    d.restart(&plan, Functions::default()).unwrap();
                }
                let time = row[0].parse::<i64>().unwrap();
                // Where a row of the table has both, one result comes of them: the right one was there.
                if let Some((k, v)) = cell(&row[2]) {
                    pipe(&mut d, "right", Some(&k), Some(&v), time);
                }
                if let Some((k, fk)) = cell(&row[1]) {
                    pipe(&mut d, "left", Some(&k), Some(&left_value(&fk)), time);
                }
                let got = foreign_rows(&d.read_all("out"));
                assert_eq!(got, row[column], "{how:?}, row {}, restart before row {restart}", row[0]);
            }
        }
    }
}

#[test]
fn deletions_by_foreign_key() {
    let (plan, _) = foreign(How::Left);
    let mut d = driver(&plan);
    let mut step = |topic: &str, key: &str, value: Option<&str>, expected: &str| {
        let value = if topic == "left" { value.map(left_value) } else { value.map(str::to_owned) };
        pipe(&mut d, topic, Some(key), value.as_deref(), 1);
        assert_eq!(foreign_rows(&d.read_all("out")), expected, "{topic} {key} {value:?}");
    };
    step("left", "a", Some("1"), "(a,1,null)");
    step("left", "b", Some("1"), "(b,1,null)");
    step("right", "1", Some("x"), "(a,1,x), (b,1,x)");
    step("left", "a", None, "(a,null)");
    // Who is gone is told of nothing.
    step("right", "1", Some("y"), "(b,1,y)");
    step("right", "1", None, "(b,1,null)");
    step("left", "c", Some("null"), "(c,null,null)");
    step("left", "c", None, "(c,null)");
    step("left", "c", None, "");
}

type Model = std::collections::BTreeMap<String, String>;
fn set(of: &mut Model, key: &str, value: Option<String>) {
    match value {
        Some(v) => of.insert(key.to_owned(), v),
        None => of.remove(key),
    };
}

/// What an aggregate behind a foreign-key join sees are real changes alone: after each step it is the count over the whole join.
#[test]
fn an_aggregate_of_a_foreign_key_join() {
    for how in [How::Inner, How::Left] {
        let mut p = Plan::default();
        let l = p.push(source("left", SourceKind::Table, Format::Json, vec![Field::new("fk", Type::String)]), vec![]);
        let r = p.push(text("right", SourceKind::Table), vec![]);
        let j = p.push(NodeOp::Join(Join { on: Some(vec![Expr::Col("fk".to_owned())]), ..join(how) }), vec![l, r]);
        let n = ("n".to_owned(), Agg { function: "count".to_owned(), arg: None, param: None, reduce: None });
        let a = Aggregate { by: vec!["v".to_owned()], window: None, grace_ms: 0, columns: vec![n], emit: Emit::Changes };
        let a = p.push(NodeOp::Aggregate(a), vec![j]);
        p.push(sink("out"), vec![a]);
        let mut d = driver(&p);
        let (mut lefts, mut rights) = (Model::new(), Model::new());
        let mut rng = wellhead_base::env::Rng::seeded(7);
        for step in 0..400 {
            let key = format!("{}", rng.below(4));
            let value = (rng.below(4) > 0).then(|| format!("{}", rng.below(3)));
            if rng.below(2) == 0 {
                pipe(&mut d, "left", Some(&key), value.as_deref().map(left_value).as_deref(), step);
                set(&mut lefts, &key, value);
            } else {
                pipe(&mut d, "right", Some(&key), value.as_deref(), step);
                set(&mut rights, &key, value);
            }
            if step % 50 == 49 {
                d.restart(&p, Functions::default()).unwrap();
            }
            let mut expected = std::collections::BTreeMap::new();
            for fk in lefts.values() {
                let v = rights.get(fk).cloned();
                // A group whose column is null is none.
                if let Some(v) = v {
                    *expected.entry(v).or_insert(0) += 1;
                }
            }
            let view = d.table(a).unwrap();
            use arrow_array::cast::AsArray;
            let (keys, counts) = (view.columns[0].as_string::<i32>(), view.columns[1].as_primitive::<arrow_array::types::Int64Type>());
            let got: std::collections::BTreeMap<String, i64> = (0..view.len()).map(|i| (keys.value(i).to_owned(), counts.value(i))).collect();
            assert_eq!(got, expected, "{how:?}, step {step}");
        }
    }
}

#[test]
fn results_of_tables_have_the_later_time() {
    let (plan, _) = joined(text("left", SourceKind::Table), text("right", SourceKind::Table), join(How::Outer));
    let mut d = driver(&plan);
    pipe(&mut d, "left", Some("k"), Some("A"), 10);
    pipe(&mut d, "right", Some("k"), Some("a"), 4);
    pipe(&mut d, "right", Some("k"), Some("b"), 12);
    pipe(&mut d, "left", Some("k"), None, 11);
    let expected = [("[A, null]", 10), ("[A, a]", 10), ("[A, b]", 12), ("[null, b]", 12)];
    assert_eq!(timed(&d.read_all("out")), expected.map(|(s, t)| (s.to_owned(), t)));
}

/// Kafka Streams 4 (KIP-962): a left row without a key comes out of a left join alone, and of an outer one from both sides.
#[test]
fn rows_without_a_key() {
    let stream = |right, how| joined(text("left", SourceKind::Stream), text("right", right), Join { before_ms: 5, after_ms: 5, ..join(how) }).0;
    for (right, how, expected) in [
        (SourceKind::Table, How::Inner, ""),
        (SourceKind::Table, How::Left, "[A, null]"),
        (SourceKind::Global, How::Left, "[A, null]"),
        (SourceKind::Stream, How::Inner, ""),
        (SourceKind::Stream, How::Left, "[A, null]"),
        (SourceKind::Stream, How::Outer, "[A, null], [null, a]"),
    ] {
        let mut d = driver(&stream(right, how));
        pipe(&mut d, "left", None, Some("A"), 1);
        pipe(&mut d, "right", None, Some("a"), 1);
        assert_eq!(pairs(&d.read_all("out")), expected, "{right:?} {how:?}");
    }
}

/// Before 2, after 10, grace 3: rows are of use for 15.
#[test]
fn late_rows_of_two_streams() {
    let mut p = Plan::default();
    let (l, r) = (p.push(text("left", SourceKind::Stream), vec![]), p.push(text("right", SourceKind::Stream), vec![]));
    let j = p.push(NodeOp::Join(Join { before_ms: 2, after_ms: 10, grace_ms: Some(3), ..join(How::Outer) }), vec![l, r]);
    p.push(sink("out"), vec![j]);
    let late = p.push(NodeOp::Late, vec![j]);
    p.push(sink("late"), vec![late]);
    let mut d = driver(&p);
    pipe(&mut d, "left", Some("k"), Some("A"), 100);
    pipe(&mut d, "right", Some("other"), Some("b"), 115);
    // A's window was over at 113, b's is at 120.
    assert_eq!(timed(&d.read_all("out")), [("[A, null]".to_owned(), 100)]);
    pipe(&mut d, "right", Some("k"), Some("a"), 110);
    // A came out, so nothing meets it any more.
    assert_eq!(timed(&d.read_all("out")), [("[null, a]".to_owned(), 110)]);
    // As late as may be, and one later.
    pipe(&mut d, "left", Some("other"), Some("B"), 100);
    assert_eq!(timed(&d.read_all("out")), [("[B, null]".to_owned(), 100)]);
    pipe(&mut d, "left", Some("other"), Some("C"), 99);
    assert_eq!(timed(&d.read_all("out")), []);
    assert_eq!(timed(&d.read_all("late")), [("[C, null]".to_owned(), 99)]);
    assert_eq!(d.counters().late, 1);
    // Late itself, but what it meets is open.
    pipe(&mut d, "left", Some("other"), Some("D"), 105);
    assert_eq!(timed(&d.read_all("out")), [("[D, b]".to_owned(), 115)]);
    pipe(&mut d, "right", Some("x"), Some("c"), 200);
    d.advance_time(205).unwrap();
    assert_eq!(timed(&d.read_all("out")), [("[null, c]".to_owned(), 200)]);
}

/// Topic, key, value, time; results.
type Step<'a> = (&'a str, &'a str, Option<&'a str>, i64, &'a [(&'a str, i64)]);

#[test]
fn rows_that_wait_for_a_table() {
    let j = |how| joined(text("left", SourceKind::Stream), text("right", SourceKind::Table), Join { grace_ms: Some(10), ..join(how) }).0;
    let plan = j(How::Left);
    for restart in 0..9 {
        let mut d = driver(&plan);
        let steps: [Step<'_>; 9] = [
            ("right", "k", Some("a"), 0, &[]),
            ("left", "k", Some("A"), 5, &[]),
            // The table of 7 is not what the row of 5 sees, and that of 4 is, although it comes later.
            ("right", "k", Some("c"), 7, &[]),
            ("right", "k", Some("b"), 4, &[]),
            ("left", "k", Some("B"), 8, &[]),
            ("right", "k", None, 9, &[]),
            ("left", "k", Some("C"), 18, &[("[A, b]", 5), ("[B, c]", 8)]),
            // Too late, so joined at once with the oldest that is kept, that of 8.
            ("left", "k", Some("D"), 1, &[("[D, c]", 1)]),
            ("left", "other", Some("E"), 40, &[("[C, null]", 18)]),
        ];
        for (n, (topic, key, value, time, expected)) in steps.iter().enumerate() {
            if n == restart {
                d.restart(&plan, Functions::default()).unwrap();
            }
            pipe(&mut d, topic, Some(key), *value, *time);
            let expected: Vec<(String, i64)> = expected.iter().map(|(s, t)| ((*s).to_owned(), *t)).collect();
            assert_eq!(timed(&d.read_all("out")), expected, "step {n}, restart before {restart}");
        }
        d.advance_time(50).unwrap();
        assert_eq!(timed(&d.read_all("out")), [("[E, null]".to_owned(), 40)]);
    }
    let mut d = driver(&j(How::Inner));
    pipe(&mut d, "left", Some("k"), Some("A"), 5);
    d.advance_time(15).unwrap();
    assert_eq!(d.read_all("out"), []);
}

/// A table that was given another key is kept where its rows are moved to, and joined there.
#[test]
fn a_table_under_another_key() {
    let mut p = Plan::default();
    let l = p.push(text("left", SourceKind::Table), vec![]);
    let r = p.push(source("right", SourceKind::Table, Format::Json, vec![Field::new("to", Type::String), Field::new("w", Type::Int)]), vec![]);
    let r = p.push(NodeOp::SelectKey { columns: vec![("to".to_owned(), Expr::Col("to".to_owned()))] }, vec![r]);
    let moved = p.push(NodeOp::Repartition { partitions: None }, vec![r]);
    let j = p.push(NodeOp::Join(join(How::Inner)), vec![l, moved]);
    p.push(sink("out"), vec![j]);
    let mut d = driver(&p);
    pipe(&mut d, "left", Some("k"), Some("A"), 1);
    pipe(&mut d, "right", Some("r1"), Some(r#"{"to":"k","w":7}"#), 2);
    pipe(&mut d, "right", Some("r1"), Some(r#"{"to":"z","w":7}"#), 3);
    let got = d.read_all("out");
    assert_eq!(got.len(), 2, "{got:?}");
    assert_eq!((member(&got[0], "v"), member(&got[0], "w")), ("A".to_owned(), "7".to_owned()));
    assert_eq!(got[1].value, None);
}

/// Left and right rows lie in different partitions of different numbers: wants and answers go to where their keys are.
#[test]
fn a_foreign_key_join_over_partitions() {
    use wellhead_base::env::Rng;
    use wellhead_client::partitioner::Partitioner;
    let (plan, _) = foreign(How::Left);
    let counts = std::collections::BTreeMap::from([("left".to_owned(), 3), ("right".to_owned(), 2)]);
    let mut d = TestDriver::with_partitions(&plan, Functions::default(), &counts).unwrap();
    let mut put = |topic: &str, key: &str, value: Option<&str>, time: i64| {
        let n = counts[topic] as u32;
        let p = Partitioner::ConsistentRandom.choose(Some(key.as_bytes()), n, &mut Rng::seeded(0)).unwrap();
        d.pipe_batch(topic, p, &[(Some(key.as_bytes()), value.map(str::as_bytes), time)]).unwrap();
    };
    let (mut lefts, mut rights) = (Model::new(), Model::new());
    let mut rng = Rng::seeded(11);
    for step in 0..300 {
        let key = rng.below(8).to_string();
        let value = (rng.below(5) > 0).then(|| rng.below(6).to_string());
        if rng.below(2) == 0 {
            put("left", &key, value.as_deref().map(left_value).as_deref(), step);
            set(&mut lefts, &key, value);
        } else {
            put("right", &key, value.as_deref(), step);
            set(&mut rights, &key, value);
        }
    }
    let mut last = Model::new();
    for r in d.read_all("out") {
        let key = String::from_utf8(r.key.clone().unwrap()).unwrap();
        let row = r.value.is_some().then(|| format!("{},{}", member(&r, "fk"), member(&r, "v")));
        set(&mut last, &key, row);
    }
    let expected: Model = lefts.iter().map(|(k, fk)| (k.clone(), format!("{fk},{}", rights.get(fk).map_or("null", String::as_str)))).collect();
    assert!(expected.len() > 3, "seed 11 leaves rows");
    assert_eq!(last, expected);
}
