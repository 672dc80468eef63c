//! Random plans over random rows: what comes out when rows come in chunks of any length, with restarts between them, is what comes out row by
//! row without one.
//!
//! Where every result is determined (joins of streams, final results of windows) the outputs are equal record by record; where a chunk may
//! skip a result that another replaces at once (changes), what is left at the end is.

use super::Functions;
use crate::build::{self, Builder, Source, Stream, Table, Within, collect, count, count_distinct, last, max, reduce, sum, within};
use crate::driver::TestDriver;
use crate::plan::{Emit, How, Plan};
use crate::types::Type;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// How a plan is put together.
#[derive(Clone, Copy, Debug)]
struct Recipe {
    filter: bool,
    rekey: bool,
    join: u8,
    how: u8,
    window: u8,
    function: u8,
    last_filter: bool,
}
fn recipe() -> impl Strategy<Value = Recipe> {
    (any::<bool>(), any::<bool>(), 0..6u8, 0..3u8, 0..6u8, 0..6u8, any::<bool>())
        .prop_map(|(filter, rekey, join, how, window, function, last_filter)| Recipe { filter, rekey, join, how, window, function, last_filter })
}

fn source(topic: &str) -> Source {
    Source::json(topic, &[("v", Type::Int), ("w", Type::Int)]).key("k", Type::String)
}

/// The plan, and whether its outputs are determined record by record.
fn plan(r: Recipe) -> (Plan, bool) {
    let b = Builder::new();
    let (mut left, right, table) = (b.stream(source("left")), b.stream(source("right")), b.table(source("table")));
    if r.filter {
        left = left.filter("v % 4 <> 1");
    }
    if r.rekey {
        left = left.select_key([("k", "cast(w as string)")]);
    }
    let span: Within = within(ms(8)).grace(ms(4));
    let inner_or_left = [How::Inner, How::Left, How::Left][usize::from(r.how)];
    let how = [How::Inner, How::Left, How::Outer][usize::from(r.how)];
    let totals = |s: &Stream| s.group_by(&["k"]).agg(&[sum("t", "w"), max("v", "v")]);
    let mut exact = true;
    let rows: Stream = match r.join {
        0 => left,
        1 => left.join_stream(&right, how, span),
        2 => left.join_table(&table, inner_or_left),
        3 => left.join_table_after(&table, inner_or_left, ms(6)),
        // Tables: what is between two changes of a chunk may be skipped.
        4 => {
            exact = false;
            finish_table(&totals(&left).join(&table, how), r);
            return (b.plan().unwrap(), exact);
        }
        _ => {
            exact = false;
            finish_table(&table.join_on(&totals(&right), inner_or_left, ["cast(v % 3 as string)"]), r);
            return (b.plan().unwrap(), exact);
        }
    };
    let grouped = rows.group_by(&["k"]);
    let column = match r.function {
        0 => count("n"),
        1 => sum("n", "v"),
        2 => last("n", "v"),
        3 => collect("n", "v"),
        4 => count_distinct("n", "w"),
        _ => reduce("n", "v", "acc * 3 + value"),
    };
    let windows = [build::tumbling(ms(10)), build::hop(ms(10), ms(4)), build::session(ms(5)), build::sliding(ms(7))];
    match windows.get(usize::from(r.window)) {
        Some(w) => grouped.window(*w).grace(ms(3)).emit(Emit::Final).agg(&[column]).to("out"),
        None if r.window == 4 => {
            exact = false;
            grouped.agg(&[column]).to("out");
        }
        None => rows.to("out"),
    }
    (b.plan().unwrap(), exact)
}
/// A filter, or an aggregate that takes rows back: both need what was before.
fn finish_table(t: &Table, r: Recipe) {
    match r.function {
        0 | 1 if r.last_filter => t.filter("v % 2 = 0").to("out"),
        0 | 1 => t.to("out"),
        2 => t.group_by(&["v"]).agg(&[count("n"), sum("s", "w"), max("m", "t")]).to("out"),
        3 => t.group_by(&["v"]).agg(&[count_distinct("n", "w")]).to("out"),
        _ => t.select([("v", "v"), ("t", "t")]).filter("v > 2").to("out"),
    }
}

/// Topic, key, value (none: a deletion), time.
type Row = (u8, u8, Option<(i8, i8)>, i64);
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let value = proptest::option::weighted(0.85, (0..6i8, 0..4i8));
    // Times go forward, with some that come late.
    proptest::collection::vec((0..3u8, 0..4u8, value, 0..12i64), 1..60).prop_map(|rows| {
        let steps = rows.into_iter().enumerate();
        steps.map(|(i, (topic, key, value, back))| (topic, key, value, (100 + 2 * i as i64) - if back > 8 { back * 2 } else { 0 })).collect()
    })
}

struct Output {
    records: Vec<(Option<String>, Option<String>, i64)>,
    late: u64,
}
fn run(p: &Plan, rows: &[Row], cuts: Option<&[u8]>) -> Output {
    let mut d = TestDriver::new(p, Functions::default()).unwrap();
    let mut cut = cuts.map(|c| c.iter().cycle());
    let mut at = 0;
    while at < rows.len() {
        let n = cut.as_mut().map_or(7, |c| *c.next().unwrap());
        // A chunk is of one topic.
        let same = rows[at..].iter().take(1 + usize::from(n % 7)).take_while(|r| r.0 == rows[at].0).count();
        let batch: Vec<_> =
            rows[at..at + same].iter().map(|(_, k, v, t)| (k.to_string(), v.map(|(v, w)| format!(r#"{{"v":{v},"w":{w}}}"#)), *t)).collect();
        let batch: Vec<_> = batch.iter().map(|(k, v, t)| (Some(k.as_bytes()), v.as_ref().map(|v| v.as_bytes()), *t)).collect();
        // A plan does not read all three.
        let _ = d.pipe_batch(["left", "right", "table"][usize::from(rows[at].0)], 0, &batch);
        if cuts.is_some() && n.is_multiple_of(3) {
            d.restart(p, Functions::default()).unwrap();
        }
        at += same;
    }
    d.advance_time(10_000).unwrap();
    let text = |b: Option<Vec<u8>>| b.map(|b| String::from_utf8(b).unwrap());
    let records = d.read_all("out").into_iter().map(|r| (text(r.key), text(r.value), r.timestamp)).collect();
    Output { records, late: d.counters().late }
}
fn at_the_end(o: &Output) -> BTreeMap<Option<String>, String> {
    let mut all = BTreeMap::new();
    for (k, v, _) in &o.records {
        match v {
            None => all.remove(k),
            Some(v) => all.insert(k.clone(), v.clone()),
        };
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn chunks_and_restarts_change_nothing(recipe in recipe(), rows in rows(), cuts in proptest::collection::vec(any::<u8>(), 6)) {
        let (p, exact) = plan(recipe);
        let (one, cut) = (run(&p, &rows, None), run(&p, &rows, Some(&cuts)));
        if exact {
            prop_assert_eq!(&one.records, &cut.records, "{:?}", recipe);
        } else {
            prop_assert_eq!(at_the_end(&one), at_the_end(&cut), "{:?}", recipe);
        }
        // Counters are of the process, so a restart begins them anew.
        prop_assert!(cut.late <= one.late, "{:?}", recipe);
    }
}
