//! One task: the operators of a subtopology for one partition, and the order in which they get rows.

use super::Shared;
use super::io::{Input, Outputs, SinkWriter, SourceReader};
use crate::chunk::Chunk;
use crate::ops::{self, Counters, Cx, Materialize, Operator};
use crate::plan::{NodeKind, NodeOp, StoreSpec};
use crate::state::{Store, TableStore};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;
use wellhead_base::{Code, Error, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId {
    pub subtopology: usize,
    pub partition: i32,
}
impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.subtopology, self.partition)
    }
}

/// Rows of one source or move that wait.
#[derive(Default)]
struct Queue {
    chunks: VecDeque<Chunk>,
    /// More are known to exist.
    more: bool,
}
impl Queue {
    fn head(&self) -> Option<i64> {
        self.chunks.front().map(|c| c.times[0])
    }
}

/// What is known of a source's event time, for sources that go on when they are idle.
#[derive(Clone, Copy)]
struct Idle {
    after_ms: i64,
    /// The greatest event time there was, and when the last record came.
    time: i64,
    wall_ms: i64,
}

/// What idle sources say of event time.
pub(crate) enum IdleTime {
    /// One is not idle, or rows still wait.
    Busy,
    /// No record ever came.
    Unknown,
    At(i64),
}

/// Told of a store's change: its key, and its value or None where it went.
pub(crate) type OnChange<'a> = dyn FnMut(&StoreSpec, &[u8], Option<&[u8]>) + 'a;

pub(crate) struct Task {
    id: TaskId,
    pub(super) operators: HashMap<usize, Box<dyn Operator>>,
    readers: HashMap<usize, SourceReader>,
    sinks: HashMap<usize, SinkWriter>,
    pub(super) tables: HashMap<usize, TableStore>,
    queues: BTreeMap<usize, Queue>,
    idle: HashMap<usize, Idle>,
    pub counters: Counters,
    /// Rows for other tasks: the move's node and the rows.
    pub moved: Vec<(usize, Chunk)>,
}

impl Task {
    pub fn new(id: TaskId, shared: &Shared) -> Result<Task> {
        let mut t = Task {
            id,
            operators: HashMap::new(),
            readers: HashMap::new(),
            sinks: HashMap::new(),
            tables: HashMap::new(),
            queues: BTreeMap::new(),
            idle: HashMap::new(),
            counters: Counters::default(),
            moved: Vec::new(),
        };
        for at in &shared.plan.subtopologies[id.subtopology].nodes {
            let at = *at;
            let n = &shared.plan.nodes[at];
            match &n.kind {
                NodeKind::Plan(NodeOp::Source(s)) => {
                    t.readers.insert(at, SourceReader::new(s, &n.schema)?);
                    t.queues.insert(at, Queue::default());
                    if let Some(after_ms) = s.idle_after_ms {
                        t.idle.insert(at, Idle { after_ms, time: i64::MIN, wall_ms: 0 });
                    }
                }
                NodeKind::Move { .. } => {
                    t.queues.insert(at, Queue::default());
                }
                NodeKind::Plan(NodeOp::Sink(s)) => {
                    t.sinks.insert(at, SinkWriter::new(s, &n.schema)?);
                }
                NodeKind::Materialize => {
                    t.operators.insert(at, Box::new(Materialize::new(at, &n.schema)));
                    t.tables.insert(at, TableStore::default());
                }
                NodeKind::ForeignLeft { .. } => {
                    // Two nodes work on it, so it lies here.
                    t.operators.insert(at, ops::build(at, shared.plan.as_ref(), &shared.functions, shared.before[at])?);
                    t.tables.insert(at, TableStore::default());
                }
                _ => {
                    t.operators.insert(at, ops::build(at, shared.plan.as_ref(), &shared.functions, shared.before[at])?);
                }
            }
        }
        Ok(t)
    }

    pub fn feed(&mut self, shared: &Shared, node: usize, topic: &str, input: &Input<'_>, now_ms: i64) -> Result<()> {
        self.counters.records_in += input.len() as u64;
        if let Some(mover) = shared.movers.get(&node) {
            let rows = mover.read(input)?;
            self.push(node, rows);
            return Ok(());
        }
        let reader = self.readers.get_mut(&node).ok_or_else(|| Error::new(Code::STATE, format!("task {} does not read {topic}", self.id)))?;
        let read = reader.read(topic, self.id.partition, input)?;
        if !read.dead.is_empty() {
            self.counters.dead += read.dead.len() as u64;
            // Dead letters wait in a queue of their own kind: they have no place in event time.
            for (to, _) in &shared.readers[node][1] {
                self.queues.entry(*to).or_default().chunks.push_back(read.dead.clone());
            }
        }
        if let Some(idle) = self.idle.get_mut(&node) {
            idle.wall_ms = now_ms;
            idle.time = read.rows.times.iter().copied().fold(idle.time, i64::max);
        }
        self.push(node, read.rows);
        Ok(())
    }
    pub fn push(&mut self, node: usize, rows: Chunk) {
        if !rows.is_empty() {
            self.queues.entry(node).or_default().chunks.push_back(rows);
        }
    }
    pub fn expect_more(&mut self, node: usize, more: bool) {
        self.queues.entry(node).or_default().more = more;
    }
    pub fn park(&mut self) {
        self.queues.values_mut().for_each(|q| *q = Queue::default());
        self.moved.clear();
    }
    pub fn moves_wait(&self, shared: &Shared) -> bool {
        self.queues.iter().any(|(n, q)| !q.chunks.is_empty() && !matches!(shared.plan.nodes[*n].kind, NodeKind::Plan(NodeOp::Source(_))))
    }
    pub fn first_waiting(&self, node: usize) -> Option<i64> {
        let c = self.queues.get(&node)?.chunks.front()?;
        c.origin.as_ref()?.offsets.first().copied()
    }
    pub fn is_idle(&self) -> bool {
        self.queues.values().all(|q| q.chunks.is_empty())
    }

    /// An input is known to have more, and nothing of it is here.
    pub fn expects(&self) -> bool {
        self.queues.values().any(|q| q.more && q.chunks.is_empty())
    }
    /// The time of the next row, also where it has to wait for others.
    pub fn first(&self) -> Option<i64> {
        self.queues.values().filter_map(Queue::head).min()
    }
    /// Rows of a source or move that wait.
    pub fn waiting_rows(&self, node: usize) -> usize {
        self.queues.get(&node).map_or(0, |q| q.chunks.iter().map(Chunk::len).sum())
    }
    /// The time of the next row; None where none may be worked on.
    pub fn head(&self, force: bool) -> Option<i64> {
        if !force && self.expects() { None } else { self.first() }
    }
    /// Works on the rows that are next by time, up to `until`; there is one.
    pub fn step(&mut self, until: i64, shared: &Arc<Shared>, globals: &HashMap<usize, TableStore>, outputs: &mut Outputs) -> Result<()> {
        let (node, _) = self.queues.iter().filter_map(|(n, q)| Some((*n, q.head()?))).min_by_key(|(n, t)| (*t, *n)).expect("a row waits");
        // Up to where another input has something earlier.
        let limit = self.queues.iter().filter(|(n, _)| **n != node).filter_map(|(_, q)| q.head()).min().map_or(until, |l| l.min(until));
        let queue = self.queues.get_mut(&node).expect("it was found");
        let chunk = queue.chunks.pop_front().expect("it has a head");
        let n = chunk.times.iter().position(|t| *t > limit).unwrap_or(chunk.len()).max(1);
        let chunk = if n < chunk.len() {
            let (now, rest) = chunk.split_at(n);
            queue.chunks.push_front(rest);
            now
        } else {
            chunk
        };
        self.give(shared, globals, outputs, node, 0, chunk)
    }

    /// A node's output goes to its readers.
    fn give(
        &mut self,
        shared: &Arc<Shared>,
        globals: &HashMap<usize, TableStore>,
        outputs: &mut Outputs,
        node: usize,
        port: usize,
        chunk: Chunk,
    ) -> Result<()> {
        for (reader, input) in &shared.readers[node][port] {
            let n = &shared.plan.nodes[*reader];
            match &n.kind {
                NodeKind::Move { .. } => self.moved.push((*reader, chunk.clone())),
                NodeKind::Plan(NodeOp::Sink(_)) => {
                    let sink = self.sinks.get_mut(reader).expect("the task has its sinks");
                    self.counters.records_out += sink.write(&chunk, outputs)?;
                }
                _ => self.act(shared, globals, outputs, *reader, |op, cx| op.process(*input, chunk.clone(), cx))?,
            }
        }
        Ok(())
    }
    /// Does something with an operator and gives what comes of it to its readers.
    fn act(
        &mut self,
        shared: &Arc<Shared>,
        globals: &HashMap<usize, TableStore>,
        outputs: &mut Outputs,
        node: usize,
        act: impl FnOnce(&mut dyn Operator, &mut Cx<'_>) -> Result<()>,
    ) -> Result<()> {
        let Some(mut op) = self.operators.remove(&node) else { return Ok(()) };
        let mut cx = Cx { tables: &mut self.tables, globals, out: Vec::new(), counters: &mut self.counters };
        let done = act(&mut *op, &mut cx);
        let out = cx.out;
        self.operators.insert(node, op);
        done?;
        for (port, chunk) in out {
            self.give(shared, globals, outputs, node, port, chunk)?;
        }
        Ok(())
    }
    /// The same for every operator, inputs first.
    fn all(
        &mut self,
        shared: &Arc<Shared>,
        globals: &HashMap<usize, TableStore>,
        outputs: &mut Outputs,
        act: impl Fn(&mut dyn Operator, &mut Cx<'_>) -> Result<()>,
    ) -> Result<()> {
        for at in &shared.plan.subtopologies[self.id.subtopology].nodes {
            self.act(shared, globals, outputs, *at, &act)?;
        }
        Ok(())
    }
    pub fn round(&mut self, shared: &Arc<Shared>, globals: &HashMap<usize, TableStore>, outputs: &mut Outputs) -> Result<()> {
        self.all(shared, globals, outputs, |op, cx| op.round(cx))
    }
    pub fn advance(&mut self, time: i64, shared: &Arc<Shared>, globals: &HashMap<usize, TableStore>, outputs: &mut Outputs) -> Result<()> {
        self.all(shared, globals, outputs, |op, cx| op.advance(time, cx))
    }
    pub fn wall(&mut self, now_ms: i64, shared: &Arc<Shared>, globals: &HashMap<usize, TableStore>, outputs: &mut Outputs) -> Result<()> {
        self.all(shared, globals, outputs, |op, cx| op.wall(now_ms, cx))
    }
    /// How far event time has come by the wall clock in sources that may be idle.
    pub fn idle_time(&self, now_ms: i64) -> IdleTime {
        if !self.is_idle() {
            return IdleTime::Busy;
        }
        let known = || self.idle.values().filter(|i| i.time != i64::MIN);
        if known().any(|i| now_ms - i.wall_ms < i.after_ms) {
            return IdleTime::Busy;
        }
        known().map(|i| i.time.saturating_add(now_ms - i.wall_ms)).min().map_or(IdleTime::Unknown, IdleTime::At)
    }

    pub fn drain(&mut self, shared: &Shared, each: &mut OnChange<'_>) {
        for at in &shared.plan.subtopologies[self.id.subtopology].nodes {
            let Some(spec) = &shared.plan.nodes[*at].store else { continue };
            let store: Option<&mut dyn Store> = match self.tables.get_mut(at) {
                Some(t) => Some(t),
                None => self.operators.get_mut(at).and_then(|o| o.store()),
            };
            if let Some(s) = store {
                let kept = spec.source.is_none();
                s.drain(&mut |k, v| {
                    if kept {
                        each(spec, k, v);
                    }
                });
            }
        }
    }
    pub fn with_store<R>(&mut self, shared: &Shared, name: &str, f: impl FnOnce(&mut dyn Store) -> R) -> Option<R> {
        let at = shared.plan.subtopologies[self.id.subtopology]
            .nodes
            .iter()
            .find(|n| shared.plan.nodes[**n].store.as_ref().is_some_and(|s| s.name == name))?;
        match self.tables.get_mut(at) {
            Some(t) => Some(f(t)),
            None => self.operators.get_mut(at)?.store().map(f),
        }
    }
    pub fn restore_source(&mut self, shared: &Shared, node: usize, topic: &str, input: &Input<'_>) -> Result<()> {
        let reader = self.readers.get_mut(&node).ok_or_else(|| Error::new(Code::STATE, format!("task {} does not read {topic}", self.id)))?;
        let rows = reader.read(topic, self.id.partition, input)?.rows;
        for (kept, _) in &shared.readers[node][0] {
            if let Some(table) = self.tables.get_mut(kept) {
                Materialize::new(*kept, &shared.plan.nodes[*kept].schema).take_in(table, &rows, &mut 0)?;
                table.drain(&mut |_, _| {});
            }
        }
        Ok(())
    }
    pub fn state_bytes(&mut self, shared: &Shared) -> usize {
        let mut n: usize = self.tables.values().map(TableStore::bytes).sum();
        for at in &shared.plan.subtopologies[self.id.subtopology].nodes {
            n += self.operators.get_mut(at).and_then(|o| o.store()).map_or(0, |s| s.bytes());
        }
        n
    }
}
