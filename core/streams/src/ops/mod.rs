//! Operators: what a node of the plan does with a chunk. One file per kind.
//!
//! An operator belongs to one task. It takes chunks on numbered inputs and gives chunks through its context; it knows no topic, clock or
//! thread. Tables that are looked up belong to the task and are reached through the context.

pub mod aggregate;
mod batched;
mod cells;
mod join;
mod join_foreign;
mod join_graced;
mod join_lookup;
mod join_streams;
mod join_tables;
#[cfg(test)]
mod join_tests;
#[cfg(test)]
mod plan_tests;
mod process;
mod sessions;
mod sliding;
mod stateless;
mod table;
#[cfg(test)]
mod window_tests;

use crate::chunk::{Chunk, Op};
use crate::keys::KeyRange;
use crate::plan::{Checked, Kind, NodeKind, NodeOp, Window};
use crate::state::{Store, TableStore};
use arrow_array::RecordBatch;
use std::collections::HashMap;
use std::sync::Arc;
use wellhead_base::{Code, Error, Result};

/// What an operator may use while it works on a chunk.
pub struct Cx<'a> {
    /// The task's kept tables by the checked node that keeps them.
    pub tables: &'a mut HashMap<usize, TableStore>,
    /// Global tables, likewise.
    pub globals: &'a HashMap<usize, TableStore>,
    /// What the operator gives: the output (0: rows, 1: put aside) and the chunk.
    pub out: Vec<(usize, Chunk)>,
    pub counters: &'a mut Counters,
}

impl Cx<'_> {
    pub fn emit(&mut self, chunk: Chunk) {
        if !chunk.is_empty() {
            self.out.push((0, chunk));
        }
    }
    /// Late rows.
    pub fn aside(&mut self, chunk: Chunk) {
        if !chunk.is_empty() {
            self.out.push((1, chunk));
        }
    }
}

/// What happened, summed over a task's life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counters {
    pub records_in: u64,
    pub records_out: u64,
    /// Records that could not be read.
    pub dead: u64,
    /// Rows that came after their window was closed.
    pub late: u64,
    /// Rows without a key or without a value where one is needed, which Kafka Streams skips as well.
    pub skipped: u64,
}

pub trait Operator: Send {
    /// A chunk on input `port`.
    fn process(&mut self, port: usize, chunk: Chunk, cx: &mut Cx<'_>) -> Result<()>;
    /// All input that there was has been processed: give what is due (changes that were gathered, windows that are closed).
    fn round(&mut self, _cx: &mut Cx<'_>) -> Result<()> {
        Ok(())
    }
    /// Event time is at least `time` although no row says so (idle input, or the end of a test).
    fn advance(&mut self, _time: i64, _cx: &mut Cx<'_>) -> Result<()> {
        Ok(())
    }
    /// The wall clock, milliseconds, for timers that run on it.
    fn wall(&mut self, _now_ms: i64, _cx: &mut Cx<'_>) -> Result<()> {
        Ok(())
    }
    /// What it keeps, apart from kept tables.
    fn store(&mut self) -> Option<&mut dyn Store> {
        None
    }
    /// The wanted rows of its state (key columns, value columns), sorted by key; None where there is nothing to ask.
    fn find(&self, _keys: &KeyRange) -> Result<Option<Chunk>> {
        Ok(None)
    }
    /// The same where what it keeps lies in a table of the task's.
    fn find_in(&self, _table: &TableStore, _keys: &KeyRange) -> Result<Option<Chunk>> {
        Ok(None)
    }
}

/// A user's function over a batch: gets the key and value columns and `_timestamp`.
pub type MapFn = Arc<dyn Fn(&RecordBatch) -> Result<RecordBatch> + Send + Sync>;
/// A user's function that is told of a batch.
pub type ForeachFn = Arc<dyn Fn(&RecordBatch) -> Result<()> + Send + Sync>;

/// Told of the rows as the engine has them, with what kind of change each is.
pub type ChunkFn = Arc<dyn Fn(&Chunk) -> Result<()> + Send + Sync>;

/// The user's functions by the names that the plan has for them.
#[derive(Clone, Default)]
pub struct Functions {
    pub map: HashMap<String, MapFn>,
    pub foreach: HashMap<String, ForeachFn>,
    /// The same for those of the library itself.
    pub chunks: HashMap<String, ChunkFn>,
    /// Makers of processors, each called once per task.
    pub process: HashMap<String, ProcessFn>,
}

pub use batched::{BatchedFn, Gave, Why, batched};
pub use process::{Clock, ProcessFn, Processor, State};
pub use table::{Materialize, TableCodec};

impl std::ops::Add for Counters {
    type Output = Counters;
    fn add(self, o: Counters) -> Counters {
        Counters {
            records_in: self.records_in + o.records_in,
            records_out: self.records_out + o.records_out,
            dead: self.dead + o.dead,
            late: self.late + o.late,
            skipped: self.skipped + o.skipped,
        }
    }
}

/// The operator of a checked node. `before`: readers need to know what its changes replace.
pub fn build(at: usize, plan: &Checked, functions: &Functions, before: bool) -> Result<Box<dyn Operator>> {
    let node = &plan.nodes[at];
    let input = &plan.nodes[node.inputs[0].node];
    if let Some(op) = stateless::build(node, &input.schema, functions)? {
        return Ok(op);
    }
    let table = input.shape == Kind::Table;
    match &node.kind {
        NodeKind::Plan(NodeOp::Aggregate(a)) => match a.window {
            None | Some(Window::Tumbling { .. } | Window::Hopping { .. }) => {
                Ok(Box::new(aggregate::GroupBy::new(node, a, &input.schema, table, before)?))
            }
            Some(Window::Session { .. }) => Ok(Box::new(sessions::Sessions::new(node, a, &input.schema, before)?)),
            Some(Window::Sliding { .. }) => Ok(Box::new(sliding::Sliding::new(node, a, &input.schema, before)?)),
        },
        NodeKind::Plan(NodeOp::Process { function, .. }) => {
            let make = functions.process.get(function).ok_or_else(|| stateless::unknown(function, functions.process.keys()))?;
            Ok(Box::new(process::Process::new(node, function, make)?))
        }
        NodeKind::Plan(NodeOp::Join(j)) => join::build(node, plan, j),
        NodeKind::ForeignLeft { on } => Ok(Box::new(join_foreign::Wants::new(at, node, input, on)?)),
        NodeKind::ForeignRight { .. } => Ok(Box::new(join_foreign::Answers::new(node, &plan.nodes[node.inputs[1].node]))),
        NodeKind::ForeignResolve { left, how } => {
            let side = |at: usize, input: usize| plan.nodes[at].inputs[input].node;
            // Its input is the move behind the answers.
            let answers = input.inputs[0].node;
            let sides = (&plan.nodes[side(*left, 0)], &plan.nodes[side(answers, 1)]);
            Ok(Box::new(join_foreign::Resolve::new(node, *left, *how, input, sides.0, sides.1, before)))
        }
        _ => Err(Error::new(Code::NOT_IMPLEMENTED, format!("{node:?}"))),
    }
}

/// The rows of a chunk that a stream operator with a memory works on: those with a value. The others are counted as skipped.
pub(crate) fn with_values(chunk: Chunk, cx: &mut Cx<'_>) -> Result<Chunk> {
    let Some(ops) = &chunk.ops else { return Ok(chunk) };
    let keep: arrow_array::BooleanArray = ops.iter().map(|o| Some(*o != Op::Delete)).collect();
    let kept = chunk.filter(&keep)?;
    cx.counters.skipped += (chunk.len() - kept.len()) as u64;
    Ok(kept)
}
