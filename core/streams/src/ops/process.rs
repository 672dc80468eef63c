//! A user's operator: a function over batches that keeps bytes per key and is called back by timers.
//!
//! Owns: the state, the timers, and both in the changelog. Does not own: what the function does. A batch is the rows of a chunk, so a
//! function sees the timers that its own batch made due behind that batch. Each timer is given once; one that is set while timers are
//! given and is due already is given with the next batch, round or advance of time, so a function cannot keep the task for itself.

use super::stateless::user_batch;
use super::{Cx, Operator, TableCodec};
use crate::chunk::Chunk;
use crate::plan::CheckedNode;
use crate::state::rows::{self, Rows};
use crate::state::{Store, TableStore};
use crate::types::Schema;
use arrow_array::RecordBatch;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use wellhead_base::Result;

/// The user's side. Made once per task, so what is kept in `self` is of that task alone and gone after a restart.
pub trait Processor: Send {
    /// Rows as `Functions::map` gets them: key columns, value columns, `_timestamp`. Row n of the batch is row n of `state`. What is given
    /// is the node's value columns; with another number of rows than the batch, also the key columns and `_timestamp`.
    fn process(&mut self, batch: &RecordBatch, state: &mut State<'_>) -> Result<Option<RecordBatch>>;
    /// Timers that are due, by time: key columns, and in `_timestamp` the time that each was set for. Gives rows likewise.
    fn timers(&mut self, _due: &RecordBatch, _clock: Clock, _state: &mut State<'_>) -> Result<Option<RecordBatch>> {
        Ok(None)
    }
}

/// Makes a task's processor.
pub type ProcessFn = Arc<dyn Fn() -> Box<dyn Processor> + Send + Sync>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clock {
    /// Event time: the greatest there was on the task's input.
    Event,
    Wall,
}

/// The clock, the time in milliseconds since the Unix epoch, the encoded key.
type Timer = (Clock, i64, Vec<u8>);

#[derive(Default)]
struct Kept {
    values: TableStore,
    timers: BTreeSet<Timer>,
    changed: HashSet<Timer>,
}
impl Kept {
    fn set(&mut self, timer: Timer) {
        if self.timers.insert(timer.clone()) {
            self.changed.insert(timer);
        }
    }
    fn cancel(&mut self, timer: Timer) {
        if self.timers.remove(&timer) {
            self.changed.insert(timer);
        }
    }
}

/// What is kept for the keys of a batch. Rows with equal keys share it.
pub struct State<'a> {
    keys: &'a Rows,
    kept: &'a mut Kept,
    event_time: Option<i64>,
}
impl State<'_> {
    pub(super) fn key(&self, row: usize) -> &[u8] {
        self.keys.get(row)
    }
    /// What the key of this row has.
    pub fn get(&self, row: usize) -> Option<&[u8]> {
        self.kept.values.get(self.keys.get(row)).map(|e| e.row)
    }
    pub fn put(&mut self, row: usize, value: &[u8]) {
        self.kept.values.put(self.keys.get(row), value, 0);
    }
    pub fn delete(&mut self, row: usize) {
        self.kept.values.remove(self.keys.get(row));
    }
    /// Calls back for the key of this row at a time. The same time twice is one call.
    pub fn set_timer(&mut self, row: usize, clock: Clock, time: i64) {
        self.kept.set((clock, time, self.keys.get(row).to_vec()));
    }
    pub fn cancel_timer(&mut self, row: usize, clock: Clock, time: i64) {
        self.kept.cancel((clock, time, self.keys.get(row).to_vec()));
    }
    /// None before the first row.
    pub fn event_time(&self) -> Option<i64> {
        self.event_time
    }
    /// How many rows the batch has.
    pub fn len(&self) -> usize {
        self.keys.len()
    }
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

pub struct Process {
    name: String,
    schema: Arc<Schema>,
    /// The key's columns alone: what timers are given with.
    timer_schema: Arc<Schema>,
    codec: TableCodec,
    processor: Box<dyn Processor>,
    kept: Kept,
    event_time: Option<i64>,
}

impl Process {
    pub fn new(node: &CheckedNode, function: &str, make: &ProcessFn) -> Result<Process> {
        let key = node.schema.key_fields().to_vec();
        let timer_schema = Schema::new(key.clone(), key.len())?;
        Ok(Process {
            name: function.to_owned(),
            schema: node.schema.clone(),
            codec: TableCodec::new(&timer_schema),
            timer_schema,
            processor: make(),
            kept: Kept::default(),
            event_time: None,
        })
    }
    /// The timers that are due by now. Those that the function sets meanwhile wait for the next time.
    fn fire(&mut self, clock: Clock, now: i64, cx: &mut Cx<'_>) -> Result<()> {
        let from = (clock, i64::MIN, Vec::new());
        let due: Vec<Timer> = self.kept.timers.range(from..).take_while(|(c, t, _)| *c == clock && *t <= now).cloned().collect();
        if due.is_empty() {
            return Ok(());
        }
        let mut keys = Rows::default();
        for (_, _, key) in &due {
            keys.push(key);
        }
        let columns = self.codec.decode_keys(keys.iter().map(Some))?;
        let times: Vec<i64> = due.iter().map(|t| t.1).collect();
        for t in due {
            self.kept.cancel(t);
        }
        let chunk = Chunk::new(self.timer_schema.clone(), columns, times);
        let mut state = State { keys: &keys, kept: &mut self.kept, event_time: self.event_time };
        if let Some(out) = self.processor.timers(&chunk.to_record_batch()?, clock, &mut state)? {
            cx.emit(user_batch(&self.name, &self.schema, &chunk, &out)?);
        }
        Ok(())
    }
}

impl Operator for Process {
    fn process(&mut self, _port: usize, chunk: Chunk, cx: &mut Cx<'_>) -> Result<()> {
        let mut chunk = chunk;
        // What it gives are new rows, and no deletions because the input had some.
        chunk.ops = None;
        let keys = self.codec.keys(chunk.key_columns(), chunk.len());
        let latest = chunk.times.iter().copied().max();
        self.event_time = self.event_time.max(latest);
        let mut state = State { keys: &keys, kept: &mut self.kept, event_time: self.event_time };
        if let Some(out) = self.processor.process(&chunk.to_record_batch()?, &mut state)? {
            cx.emit(user_batch(&self.name, &self.schema, &chunk, &out)?);
        }
        self.round(cx)
    }
    fn round(&mut self, cx: &mut Cx<'_>) -> Result<()> {
        self.event_time.map_or(Ok(()), |now| self.fire(Clock::Event, now, cx))
    }
    fn advance(&mut self, time: i64, cx: &mut Cx<'_>) -> Result<()> {
        self.event_time = self.event_time.max(Some(time));
        self.round(cx)
    }
    fn wall(&mut self, now_ms: i64, cx: &mut Cx<'_>) -> Result<()> {
        self.fire(Clock::Wall, now_ms, cx)
    }
    fn store(&mut self) -> Option<&mut dyn Store> {
        Some(self)
    }
}

/// Key 0 and the row's key: its value, as a table has it. Key 1, clock (a byte), time (8 bytes, big-endian) and the row's key: a timer.
fn timer_key(t: &Timer) -> Vec<u8> {
    [&[1, t.0 as u8][..], &t.1.to_be_bytes(), &t.2].concat()
}
fn value_key(key: &[u8]) -> Vec<u8> {
    [&[0][..], key].concat()
}
impl Store for Process {
    fn drain(&mut self, each: &mut crate::state::OnKey<'_>) {
        self.kept.values.drain(&mut |k, v| each(&value_key(k), v));
        for t in std::mem::take(&mut self.kept.changed) {
            each(&timer_key(&t), self.kept.timers.contains(&t).then_some(&[][..]));
        }
    }
    fn apply(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<()> {
        let mut key = key;
        if rows::take(&mut key, 1)?[0] == 0 {
            return self.kept.values.apply(key, value);
        }
        let clock = match rows::take(&mut key, 1)?[0] {
            0 => Clock::Event,
            1 => Clock::Wall,
            _ => return Err(rows::damaged()),
        };
        let timer = (clock, rows::take_u64(&mut key)? as i64, key.to_vec());
        if value.is_some() {
            self.kept.timers.insert(timer)
        } else {
            self.kept.timers.remove(&timer)
        };
        Ok(())
    }
    fn scan(&self, each: &mut dyn FnMut(&[u8], &[u8])) {
        self.kept.values.scan(&mut |k, v| each(&value_key(k), v));
        self.kept.timers.iter().for_each(|t| each(&timer_key(t), &[]));
    }
    fn clear(&mut self) {
        self.kept = Kept::default();
        self.event_time = None;
    }
    fn bytes(&self) -> usize {
        self.kept.values.bytes() + self.kept.timers.iter().map(|t| t.2.len() + 64).sum::<usize>()
    }
    fn time(&self) -> Option<i64> {
        self.event_time
    }
    fn set_time(&mut self, time: i64) {
        self.event_time = self.event_time.max(Some(time));
    }
}

#[cfg(test)]
#[path = "process_tests.rs"]
mod tests;
