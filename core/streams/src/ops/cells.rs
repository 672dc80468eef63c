//! What aggregates over sessions and sliding windows share: accumulators by slot, and results as chunks.
//!
//! Owns: the slots and what is in them. Does not own: which group and window a slot stands for.

use super::aggregate::Columns;
use super::{Cx, table::null_key, with_values};
use crate::agg::Accumulator;
use crate::chunk::{Chunk, Op, kernel};
use crate::state::rows::{self, Layout, Rows};
use crate::types::{Schema, Type};
use arrow_array::{Array, ArrayRef, BooleanArray, TimestampMillisecondArray, UInt32Array};
use std::sync::Arc;
use wellhead_base::Result;

pub(crate) struct Cells {
    pub args: Columns,
    columns: Vec<Box<dyn Accumulator>>,
    free: Vec<u32>,
    len: usize,
    room: usize,
}
impl Cells {
    pub fn new(args: Columns) -> Result<Cells> {
        let columns = args.make()?;
        Ok(Cells { args, columns, free: Vec::new(), len: 0, room: 0 })
    }
    /// An empty slot.
    pub fn make(&mut self) -> u32 {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.len += 1;
            if self.len > self.room {
                self.room = self.len.next_power_of_two().max(16);
                self.columns.iter_mut().for_each(|c| c.resize(self.room));
            }
            self.len as u32 - 1
        });
        self.columns.iter_mut().for_each(|c| c.reset(slot));
        slot
    }
    pub fn give_back(&mut self, slot: u32) {
        self.columns.iter_mut().for_each(|c| c.reset(slot));
        self.free.push(slot);
    }
    /// Row `rows[i]` of the arguments goes into `slots[i]`.
    pub fn update(&mut self, slots: &[u32], args: &[Option<ArrayRef>], rows: &[u32], times: &[i64]) -> Result<()> {
        if slots.is_empty() {
            return Ok(());
        }
        let index = UInt32Array::from_iter_values(rows.iter().copied());
        for (c, a) in self.columns.iter_mut().zip(args) {
            let part = a.as_ref().map(|a| arrow_select::take::take(a, &index, None).map_err(kernel)).transpose()?;
            c.update(slots, part.as_ref(), times)?;
        }
        Ok(())
    }
    pub fn merge(&mut self, into: u32, from: u32) -> Result<()> {
        self.columns.iter_mut().try_for_each(|c| c.merge(into, from))
    }
    pub fn output(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        self.columns.iter().map(|c| c.output(slots)).collect()
    }
    pub fn write(&self, slot: u32, out: &mut Vec<u8>) {
        self.columns.iter().for_each(|c| c.write(slot, out));
    }
    pub fn read(&mut self, slot: u32, mut from: &[u8]) -> Result<()> {
        self.columns.iter_mut().try_for_each(|c| c.read(slot, &mut from))?;
        if from.is_empty() { Ok(()) } else { Err(rows::damaged()) }
    }
    pub fn clear(&mut self) -> Result<()> {
        self.columns = self.args.make()?;
        (self.free, self.len, self.room) = (Vec::new(), 0, 0);
        Ok(())
    }
    pub fn bytes(&self) -> usize {
        self.columns.iter().map(|c| c.bytes()).sum::<usize>() + self.free.capacity() * 4
    }
    /// What readers now see of these slots, as bytes for `Value::Old`.
    pub fn encode(&self, schema: &Schema, slots: &[u32]) -> Result<Rows> {
        let types: Vec<Type> = schema.value_fields().iter().map(|f| f.ty.clone()).collect();
        let mut out = Rows::default();
        rows::encode(&types, &self.output(slots)?, slots.len(), Layout::Plain, &mut out);
        Ok(out)
    }
}

pub(crate) enum Value {
    Slot(u32),
    /// What was there; None where no reader asks.
    Old(Option<Vec<u8>>),
}

/// A result: the group's encoded key, its window, and what is to be said of it.
pub(crate) struct Given<'a> {
    pub key: &'a [u8],
    pub start: i64,
    pub end: i64,
    pub op: Op,
    pub time: i64,
    pub value: Value,
}

/// The results as a chunk of the aggregate's schema: key, window, values.
pub(crate) fn results(schema: &Arc<Schema>, cells: &Cells, given: &[Given<'_>]) -> Result<Chunk> {
    let types: Vec<Type> = schema.fields().iter().map(|f| f.ty.clone()).collect();
    let key = schema.key_len();
    let mut columns = rows::decode(&types[..key - 2], given.iter().map(|g| Some(g.key)), Layout::Ordered)?;
    columns.push(Arc::new(TimestampMillisecondArray::from_iter_values(given.iter().map(|g| g.start))));
    columns.push(Arc::new(TimestampMillisecondArray::from_iter_values(given.iter().map(|g| g.end))));
    let (mut slots, mut olds, mut picks) = (Vec::new(), Vec::new(), Vec::with_capacity(given.len()));
    for g in given {
        match &g.value {
            Value::Slot(s) => {
                picks.push((0, slots.len()));
                slots.push(*s);
            }
            Value::Old(o) => {
                picks.push((1, olds.len()));
                olds.push(o.as_deref());
            }
        }
    }
    let now = cells.output(&slots)?;
    if olds.is_empty() {
        columns.extend(now);
    } else {
        let old = rows::decode(&types[key..], olds.iter().copied(), Layout::Plain)?;
        for (n, o) in now.iter().zip(&old) {
            columns.push(rows::interleave(&[n, o], &picks)?);
        }
    }
    let times: Vec<i64> = given.iter().map(|g| g.time).collect();
    Ok(Chunk::new(schema.clone(), columns, times).with_ops(Some(given.iter().map(|g| g.op).collect())))
}

/// The rows of a stream that can be grouped: with a value and a key. The others are counted.
pub(crate) fn with_keys(chunk: Chunk, cx: &mut Cx<'_>) -> Result<Chunk> {
    let chunk = with_values(chunk, cx)?;
    if chunk.key_columns().iter().all(|c| c.null_count() == 0) {
        return Ok(chunk);
    }
    let keep: BooleanArray = (0..chunk.len()).map(|i| Some(!null_key(chunk.key_columns(), i))).collect();
    cx.counters.skipped += (chunk.len() - keep.true_count()) as u64;
    chunk.filter(&keep)
}
