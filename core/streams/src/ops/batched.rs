//! A processor on the other side of a border, for which state and timers go across with the rows: one call a batch, and no call back.
//!
//! Owns: how they travel. A batch gets two columns more, `_key` (rows of one key have the same number, from 0 in the order of their first
//! rows) and `_state` (what the key has, in its first row; null where it has nothing, and in its other rows). What is given back beside
//! rows are changes in their order, as columns `_key`, `what` (a number of `Change`), `value` (bytes of Put) and `time` (milliseconds).

use super::process::{Clock, ProcessFn, Processor, State};
use crate::chunk::kernel;
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, BinaryArray, Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use std::collections::HashMap;
use std::sync::Arc;
use wellhead_base::{Error, Result};

/// Why a function is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    Rows = 0,
    /// Timers on event time are due; the rows are their keys, and `_timestamp` is what they were set for.
    EventTimers = 1,
    WallTimers = 2,
}

/// What a change does, by its number.
const PUT: i64 = 0;
const DELETE: i64 = 1;
const SET_EVENT: i64 = 2;
const SET_WALL: i64 = 3;
const CANCEL_EVENT: i64 = 4;
const CANCEL_WALL: i64 = 5;

/// What a function gave: rows, and changes.
#[derive(Default)]
pub struct Gave {
    pub rows: Option<RecordBatch>,
    pub changes: Option<RecordBatch>,
}
/// Gets why, event time (None before the first row) and the rows.
pub type BatchedFn = Arc<dyn Fn(Why, Option<i64>, &RecordBatch) -> Result<Gave> + Send + Sync>;

/// A maker of processors that all call one function.
pub fn batched(name: impl Into<String>, f: BatchedFn) -> ProcessFn {
    let name = name.into();
    Arc::new(move || Box::new(Batched { name: name.clone(), f: f.clone() }))
}

struct Batched {
    name: String,
    f: BatchedFn,
}
impl Batched {
    fn call(&self, why: Why, batch: &RecordBatch, state: &mut State<'_>) -> Result<Option<RecordBatch>> {
        let mut numbers: HashMap<Vec<u8>, i64> = HashMap::new();
        // The first row of each key, by its number.
        let mut first: Vec<usize> = Vec::new();
        let mut key: Vec<i64> = Vec::with_capacity(state.len());
        let mut kept: Vec<Option<&[u8]>> = Vec::with_capacity(state.len());
        for row in 0..state.len() {
            let next = first.len() as i64;
            let n = *numbers.entry(state.key(row).to_vec()).or_insert(next);
            key.push(n);
            if n == next {
                first.push(row);
                kept.push(state.get(row));
            } else {
                kept.push(None);
            }
        }
        let mut fields: Vec<Arc<Field>> = batch.schema().fields().iter().cloned().collect();
        fields.push(Arc::new(Field::new("_key", DataType::Int64, false)));
        fields.push(Arc::new(Field::new("_state", DataType::Binary, true)));
        let mut columns: Vec<ArrayRef> = batch.columns().to_vec();
        columns.push(Arc::new(Int64Array::from(key)));
        columns.push(Arc::new(BinaryArray::from_iter(kept)));
        let rows = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(kernel)?;
        let gave = (self.f)(why, state.event_time(), &rows)?;
        if let Some(changes) = gave.changes {
            self.apply(&changes, &first, state)?;
        }
        Ok(gave.rows)
    }
    fn apply(&self, changes: &RecordBatch, first: &[usize], state: &mut State<'_>) -> Result<()> {
        let wrong = |what: String| Error::invalid_arg(format!("the function \"{}\" gave changes of state that {what}", self.name));
        let column = |name: &str, ty: &DataType| {
            let c = changes.column_by_name(name).ok_or_else(|| wrong(format!("have no column {name}")))?;
            if c.data_type() == ty { Ok(c) } else { Err(wrong(format!("have a column {name} of {}, not {ty}", c.data_type()))) }
        };
        let key = column("_key", &DataType::Int64)?.as_primitive::<Int64Type>();
        let what = column("what", &DataType::Int64)?.as_primitive::<Int64Type>();
        let value = column("value", &DataType::Binary)?.as_binary::<i32>();
        let time = column("time", &DataType::Int64)?.as_primitive::<Int64Type>();
        for i in 0..changes.num_rows() {
            let n = key.value(i);
            let row = usize::try_from(n).ok().and_then(|n| first.get(n)).filter(|_| key.is_valid(i));
            let row = *row.ok_or_else(|| wrong(format!("are of key {n}, and the batch has {}", first.len())))?;
            let at = || if time.is_valid(i) { Ok(time.value(i)) } else { Err(wrong("have a timer without its time".to_owned())) };
            match what.value(i) {
                PUT if value.is_valid(i) => state.put(row, value.value(i)),
                PUT => return Err(wrong("put no value".to_owned())),
                DELETE => state.delete(row),
                SET_EVENT => state.set_timer(row, Clock::Event, at()?),
                SET_WALL => state.set_timer(row, Clock::Wall, at()?),
                CANCEL_EVENT => state.cancel_timer(row, Clock::Event, at()?),
                CANCEL_WALL => state.cancel_timer(row, Clock::Wall, at()?),
                other => return Err(wrong(format!("do {other}, which is nothing"))),
            }
        }
        Ok(())
    }
}
impl Processor for Batched {
    fn process(&mut self, batch: &RecordBatch, state: &mut State<'_>) -> Result<Option<RecordBatch>> {
        self.call(Why::Rows, batch, state)
    }
    fn timers(&mut self, due: &RecordBatch, clock: Clock, state: &mut State<'_>) -> Result<Option<RecordBatch>> {
        self.call(if clock == Clock::Event { Why::EventTimers } else { Why::WallTimers }, due, state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::{Builder, Source};
    use crate::driver::TestDriver;
    use crate::ops::Functions;
    use crate::types::Type;

    fn changes(key: i64, what: i64, value: Option<&[u8]>, time: Option<i64>) -> RecordBatch {
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("_key", Arc::new(Int64Array::from(vec![key]))),
            ("what", Arc::new(Int64Array::from(vec![what]))),
            ("value", Arc::new(BinaryArray::from_iter([value]))),
            ("time", Arc::new(Int64Array::from(vec![time]))),
        ];
        RecordBatch::try_from_iter(columns).unwrap()
    }
    /// Two rows of one key and one of another, with what the function gives.
    fn run(f: impl Fn(&RecordBatch) -> Result<Gave> + Send + Sync + 'static) -> Result<()> {
        let b = Builder::new();
        b.stream(Source::json("in", &[("n", Type::Int)]).key("k", Type::String)).process("mine", &[("n", Type::Int)]).to("out");
        let mut functions = Functions::default();
        functions.process.insert("mine".to_owned(), batched("mine", Arc::new(move |_, _, rows| f(rows))));
        let mut d = TestDriver::new(&b.plan().unwrap(), functions).unwrap();
        let one = |k: &'static str, t| (Some(k.as_bytes()), Some(&b"{\"n\":1}"[..]), t);
        d.pipe_batch("in", 0, &[one("a", 1), one("b", 2), one("a", 3)])?;
        d.pipe_batch("in", 0, &[one("b", 4), one("a", 5)])
    }

    #[test]
    fn keys_have_numbers_and_the_first_row_the_state() {
        let turn = std::sync::atomic::AtomicUsize::new(0);
        run(move |rows| {
            let key: Vec<i64> = rows.column_by_name("_key").unwrap().as_primitive::<Int64Type>().values().to_vec();
            let state: Vec<Option<&[u8]>> = rows.column_by_name("_state").unwrap().as_binary::<i32>().iter().collect();
            if turn.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0 {
                assert_eq!((key, state), (vec![0, 1, 0], vec![None, None, None]));
                return Ok(Gave { rows: None, changes: Some(changes(0, PUT, Some(b"kept"), None)) });
            }
            assert_eq!((key, state), (vec![0, 1], vec![None, Some(&b"kept"[..])]));
            Ok(Gave::default())
        })
        .unwrap();
    }

    #[test]
    fn changes_that_cannot_be_are_refused() {
        for (batch, part) in [
            (changes(2, PUT, Some(b"x"), None), "are of key 2, and the batch has 2"),
            (changes(-1, DELETE, None, None), "are of key -1"),
            (changes(0, PUT, None, None), "put no value"),
            (changes(0, SET_WALL, None, None), "a timer without its time"),
            (changes(0, 9, None, None), "do 9, which is nothing"),
            (changes(0, PUT, Some(b"x"), None).project(&[0, 1, 2]).unwrap(), "no column time"),
        ] {
            let e = run(move |_| Ok(Gave { rows: None, changes: Some(batch.clone()) })).unwrap_err();
            assert!(e.message().contains(part) && e.message().contains("\"mine\""), "{}", e.message());
        }
    }
}
