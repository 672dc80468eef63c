//! A processor that counts per key and says its count ten milliseconds after the key's first row, by event time and by the wall clock.

use super::*;
use crate::driver::TestDriver;
use crate::format::Format;
use crate::ops::Functions;
use crate::plan::{NodeOp, Plan, Sink, Source, SourceKind};
use crate::types::{Field, Type};
use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMillisecondType;
use arrow_array::{Int64Array, RecordBatch};
use std::sync::Arc;

struct Counter;
fn count(state: &State<'_>, row: usize) -> i64 {
    state.get(row).map_or(0, |b| i64::from_be_bytes(b.try_into().unwrap()))
}
impl Processor for Counter {
    fn process(&mut self, batch: &RecordBatch, state: &mut State<'_>) -> Result<Option<RecordBatch>> {
        let times = batch.column_by_name("_timestamp").unwrap().as_primitive::<TimestampMillisecondType>();
        let values = batch.column_by_name("v").unwrap().as_string::<i32>();
        for row in 0..batch.num_rows() {
            let n = count(state, row);
            if n == 0 {
                state.set_timer(row, Clock::Event, times.value(row) + 10);
                state.set_timer(row, Clock::Wall, 1000);
            }
            if values.value(row) == "stop" {
                state.delete(row);
                state.cancel_timer(row, Clock::Wall, 1000);
            } else {
                state.put(row, &(n + 1).to_be_bytes());
            }
        }
        // Half of what comes goes on, so there are no rows to take keys and times from.
        let keep: arrow_array::BooleanArray = (0..batch.num_rows()).map(|i| Some(values.value(i) == "pass")).collect();
        let out = arrow_select::filter::filter_record_batch(batch, &keep).unwrap();
        let n: Int64Array = (0..out.num_rows()).map(|_| Some(-1)).collect();
        let mut columns = out.columns().to_vec();
        columns[1] = Arc::new(n);
        Ok(Some(named(&["k", "n", "_timestamp"], columns)))
    }
    fn timers(&mut self, due: &RecordBatch, clock: Clock, state: &mut State<'_>) -> Result<Option<RecordBatch>> {
        let n: Int64Array = (0..due.num_rows()).map(|i| Some(count(state, i) + if clock == Clock::Wall { 100 } else { 0 })).collect();
        Ok(Some(named(&["n"], vec![Arc::new(n)])))
    }
}
fn named(names: &[&str], columns: Vec<arrow_array::ArrayRef>) -> RecordBatch {
    RecordBatch::try_from_iter(names.iter().copied().zip(columns)).unwrap()
}

fn plan() -> (Plan, Functions) {
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
    let c = p.push(NodeOp::Process { function: "counter".to_owned(), fields: vec![Field::new("n", Type::Int)] }, vec![s]);
    let format = Format::Text;
    let columns = Some(vec!["n".to_owned()]);
    p.push(NodeOp::Sink(Sink { topic: "out".to_owned(), format, key_format: None, columns, key: None, partitions: None }), vec![c]);
    let mut f = Functions::default();
    f.process.insert("counter".to_owned(), Arc::new(|| Box::new(Counter)));
    (p, f)
}
fn out(d: &mut TestDriver) -> Vec<(String, String, i64)> {
    let text = |b: Option<Vec<u8>>| String::from_utf8(b.unwrap()).unwrap();
    d.read_all("out").into_iter().map(|r| (text(r.key), text(r.value), r.timestamp)).collect()
}
fn row(k: &str, v: &str, t: i64) -> (String, String, i64) {
    (k.to_owned(), v.to_owned(), t)
}

#[test]
fn state_and_timers_also_over_a_restart() {
    let (p, f) = plan();
    for restart in 0..5 {
        let mut d = TestDriver::new(&p, f.clone()).unwrap();
        let step = |n: usize, d: &mut TestDriver| {
            if restart == n {
                d.restart(&p, f.clone()).unwrap();
            }
        };
        let pipe = |d: &mut TestDriver, k: &str, v: &str, t: i64| d.pipe("in", Some(k.as_bytes()), Some(v.as_bytes()), t).unwrap();
        pipe(&mut d, "a", "x", 5);
        step(0, &mut d);
        d.pipe_batch("in", 0, &[(Some(b"a"), Some(b"x"), 6), (Some(b"b"), Some(b"pass"), 7), (Some(b"a"), Some(b"x"), 8)]).unwrap();
        assert_eq!(out(&mut d), [row("b", "-1", 7)], "restart {restart}");
        step(1, &mut d);
        // a's timer of 15 and b's of 17 are due, in this order.
        pipe(&mut d, "c", "stop", 20);
        assert_eq!(out(&mut d), [row("a", "3", 15), row("b", "1", 17)], "restart {restart}");
        step(2, &mut d);
        d.advance_time(29).unwrap();
        assert_eq!(out(&mut d), []);
        d.advance_time(30).unwrap();
        assert_eq!(out(&mut d), [row("c", "0", 30)], "restart {restart}");
        step(3, &mut d);
        d.advance_wall(999).unwrap();
        assert_eq!(out(&mut d), []);
        step(4, &mut d);
        d.advance_wall(1).unwrap();
        assert_eq!(out(&mut d), [row("a", "103", 1000), row("b", "101", 1000)], "restart {restart}");
        d.advance_wall(5000).unwrap();
        assert_eq!(out(&mut d), []);
    }
}

#[test]
fn a_function_that_is_not_there() {
    let e = TestDriver::new(&plan().0, Functions::default()).err().unwrap();
    assert!(e.message().contains("\"counter\""), "{}", e.message());
}

/// Keys that are several rows of a batch share what is kept.
#[test]
fn keys_as_text_or_none() {
    let (p, f) = plan();
    let mut d = TestDriver::new(&p, f).unwrap();
    d.pipe_batch("in", 0, &[(None, Some(b"x"), 1), (None, Some(b"x"), 2)]).unwrap();
    d.advance_time(11).unwrap();
    let got = d.read_all("out");
    assert_eq!(got.len(), 1);
    assert_eq!((got[0].key.as_deref(), got[0].value.as_deref()), (None, Some(&b"2"[..])));
}
