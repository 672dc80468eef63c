//! Tables asked for keys, ranges and pages, over several partitions: always the same rows that the whole table has.

use crate::build::{Builder, Column, Grouped, HasNode, Source, count, session, sliding, tumbling};
use crate::driver::TestDriver;
use crate::keys::Keys;
use crate::ops::Functions;
use crate::plan::{How, NodeId};
use crate::types::Type;
use crate::{Chunk, Format};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

fn rows(c: &Chunk) -> Vec<Value> {
    let (mut out, mut ends) = (Vec::new(), Vec::new());
    Format::Json.encoder(c.schema.fields()).unwrap().encode(&c.columns, &mut out, &mut ends).unwrap();
    let mut from = 0;
    let mut one = |end: usize| serde_json::from_slice(&out[std::mem::replace(&mut from, end)..end]).unwrap();
    ends.into_iter().map(&mut one).collect()
}
fn key(c: &Chunk, row: &Value) -> Vec<Value> {
    c.schema.key_fields().iter().map(|f| row[&f.name].clone()).collect()
}

/// Every key alone, the pages of every length, and ranges: what they give is what the whole table has.
fn check(d: &mut TestDriver, node: NodeId, what: &str) -> Vec<Value> {
    let whole = d.table(node).unwrap();
    let all = rows(&whole);
    let keys: Vec<Vec<Value>> = all.iter().map(|r| key(&whole, r)).collect();
    for (row, k) in all.iter().zip(&keys) {
        assert_eq!(rows(&d.find(node, &Keys::of(k.clone())).unwrap()), std::slice::from_ref(row), "{what}: {k:?}");
        let first = d.find(node, &Keys::of([k[0].clone()])).unwrap();
        let want: Vec<Value> = all.iter().zip(&keys).filter(|(_, x)| x[0] == k[0]).map(|(r, _)| r.clone()).collect();
        assert_eq!(rows(&first), want, "{what}: all that begin with {:?}", k[0]);
    }
    for page in 1..=all.len() + 1 {
        let (mut got, mut after) = (Vec::new(), None);
        loop {
            let keys = Keys { after: after.clone(), ..Keys::all() }.limit(page);
            let found = d.find(node, &keys).unwrap();
            let Some(last) = rows(&found).last().map(|r| key(&found, r)) else { break };
            assert!(found.len() <= page, "{what}");
            got.extend(rows(&found));
            after = Some(last);
        }
        assert_eq!(got, all, "{what}: pages of {page}");
    }
    for (i, from) in keys.iter().enumerate() {
        for (j, to) in keys.iter().enumerate().skip(i) {
            let found = rows(&d.find(node, &Keys::range(from.clone(), to.clone())).unwrap());
            assert_eq!(found, all[i..=j], "{what}: {from:?} to {to:?}");
        }
        assert_eq!(rows(&d.find(node, &Keys { from: Some(from.clone()), ..Keys::all() }).unwrap()), all[i..], "{what}");
    }
    all
}

fn driver(b: &Builder, topics: &[&str]) -> TestDriver {
    let partitions: BTreeMap<String, i32> = topics.iter().map(|t| ((*t).to_owned(), 3)).collect();
    TestDriver::with_partitions(&b.plan().unwrap(), Functions::default(), &partitions).unwrap()
}
/// Into the partition that the key's producer would choose is not needed: each key has one here.
fn put(d: &mut TestDriver, topic: &str, k: &str, v: Option<Value>, time: i64) {
    let partition = i32::from(k.as_bytes()[k.len() - 1] % 3);
    let v = v.map(|v| v.to_string().into_bytes());
    d.pipe_batch(topic, partition, &[(Some(k.as_bytes()), v.as_deref(), time)]).unwrap();
}

#[test]
fn tables_and_what_is_made_of_them() {
    let b = Builder::new();
    let left = b.table(Source::json("left", &[("n", Type::Int)]).key("k", Type::String));
    let right = b.table(Source::json("right", &[("m", Type::Int)]).key("k", Type::String));
    let big = left.filter("n > 2");
    let twice = big.select([("twice", "n * 2")]);
    let joins: Vec<_> = [How::Inner, How::Left, How::Outer].into_iter().map(|how| left.join(&right, how)).collect();
    let over = joins[2].filter("m > 1");
    let mut d = driver(&b, &["left", "right"]);
    for (i, k) in ["a1", "a2", "a3", "b1", "b2", "c"].into_iter().enumerate() {
        put(&mut d, "left", k, Some(json!({"n": i})), 10 + i as i64);
    }
    put(&mut d, "left", "b2", None, 30);
    for (i, k) in ["a2", "b1", "b2", "d1", "d2"].into_iter().enumerate() {
        put(&mut d, "right", k, Some(json!({"m": i})), 20 + i as i64);
    }
    let keys = |rows: &[Value]| rows.iter().map(|r| r["k"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ");
    assert_eq!(keys(&check(&mut d, left.node_id(), "a table")), "a1 a2 a3 b1 c");
    assert_eq!(keys(&check(&mut d, big.node_id(), "a filter")), "b1 c");
    let rows = check(&mut d, twice.node_id(), "columns");
    assert_eq!(rows, [json!({"k": "b1", "twice": 6}), json!({"k": "c", "twice": 10})]);
    assert_eq!(keys(&check(&mut d, joins[0].node_id(), "inner")), "a2 b1");
    assert_eq!(keys(&check(&mut d, joins[1].node_id(), "left")), "a1 a2 a3 b1 c");
    assert_eq!(keys(&check(&mut d, joins[2].node_id(), "outer")), "a1 a2 a3 b1 b2 c d1 d2");
    assert_eq!(keys(&check(&mut d, over.node_id(), "a filter of a join")), "b2 d1 d2");
    // Asking changes nothing: the join goes on as if nobody had looked.
    put(&mut d, "right", "a1", Some(json!({"m": 9})), 50);
    assert_eq!(keys(&check(&mut d, joins[0].node_id(), "inner")), "a1 a2 b1");
}

#[test]
fn joins_by_a_foreign_key() {
    let b = Builder::new();
    let left = b.table(Source::json("left", &[("n", Type::Int), ("of", Type::String)]).key("k", Type::String));
    let names = b.table(Source::json("names", &[("name", Type::String)]).key("id", Type::String));
    let joins: Vec<_> = [How::Inner, How::Left].into_iter().map(|how| left.join_on(&names, how, ["of"])).collect();
    // One partition of each: rows go where the partitioner says.
    let mut d = driver(&b, &[]);
    let mut give = |topic: &str, k: &str, v: Value| d.pipe(topic, Some(k.as_bytes()), Some(v.to_string().as_bytes()), 5).unwrap();
    for (i, k) in ["a1", "a2", "a3", "b"].into_iter().enumerate() {
        give("left", k, json!({"n": i, "of": format!("x{}", i % 2)}));
    }
    give("names", "x0", json!({"name": "even"}));
    let rows = check(&mut d, joins[0].node_id(), "foreign");
    assert_eq!(
        rows.iter().map(|r| (r["k"].clone(), r["name"].clone())).collect::<Vec<_>>(),
        [(json!("a1"), json!("even")), (json!("a3"), json!("even"))]
    );
    assert_eq!(check(&mut d, joins[1].node_id(), "foreign, left").len(), 4);
}

#[test]
fn groups_windows_and_sessions() {
    let b = Builder::new();
    let s = b.stream(Source::json("in", &[("v", Type::Int)]).key("k", Type::String));
    let of = |g: Grouped| g.grace(Duration::from_secs(100)).agg(&[count("n") as Column]);
    let groups = s.group_by(&["k"]).agg(&[count("n")]);
    let tables = [
        ("groups", groups),
        ("tumbling", of(s.group_by(&["k"]).window(tumbling(Duration::from_millis(10))))),
        ("sessions", of(s.group_by(&["k"]).window(session(Duration::from_millis(5))))),
        ("sliding", of(s.group_by(&["k"]).window(sliding(Duration::from_millis(10))))),
    ];
    let mut d = driver(&b, &["in"]);
    for (i, k) in ["a", "b", "a", "c", "ab", "a", "b", "b"].into_iter().enumerate() {
        put(&mut d, "in", k, Some(json!({"v": i})), 7 * i as i64);
    }
    let counts: Vec<usize> = tables.iter().map(|(what, t)| check(&mut d, t.node_id(), what).len()).collect();
    assert_eq!((counts[0], counts[1], counts[2]), (4, 7, 8), "{counts:?}");
    let windows = tables[1].1.node_id();
    // Windows of a key from one time to another.
    let found = rows(&d.find(windows, &Keys::range(json_list(json!(["a", 10])), json_list(json!(["a", 30])))).unwrap());
    assert_eq!(
        found,
        [json!({"k": "a", "window_start": 10, "window_end": 20, "n": 1}), json!({"k": "a", "window_start": 30, "window_end": 40, "n": 1})]
    );
    assert_eq!(d.find(windows, &Keys::of(["nobody"])).unwrap().len(), 0);
    assert_eq!(d.find(windows, &Keys::all().limit(0)).unwrap().len(), 0);
}
fn json_list(v: Value) -> Vec<Value> {
    v.as_array().cloned().unwrap_or_default()
}

#[test]
fn keys_that_cannot_be() {
    let b = Builder::new();
    let t = b.table(Source::json("t", &[("n", Type::Int)]).keys(&[("k", Type::Int), ("b", Type::Bytes)], Format::Json));
    let s = b.stream(Source::json("s", &[("n", Type::Int)]));
    s.filter("n > 1").to("out");
    let mut d = driver(&b, &[]);
    for (keys, part) in [
        (Keys::of(json_list(json!([1, "eA==", 3]))), "the key has the columns k, b, and 3 value(s) were given"),
        (Keys::of(json_list(json!(["x"]))), "\"x\" is no value of the key's column k, which is int"),
        (Keys::of(json_list(json!([1, "%"]))), "no value of the key's column b, which is bytes"),
        (Keys::all().after(json_list(json!([1]))), "1 value(s) were given"),
    ] {
        let e = d.find(t.node_id(), &keys).unwrap_err();
        assert!(e.message().contains(part), "{}", e.message());
    }
    assert!(d.find(s.node(), &Keys::all()).unwrap_err().message().contains("keeps no table"));
    assert!(Keys::from_json("{\"form\":[1]}").unwrap_err().message().contains("form"));
    assert_eq!(Keys::from_json("").unwrap(), Keys::all());
}
