//! The tasks of one process: records in, records out, changes of state, all as values. Pure: no clock, no thread, no broker.
//!
//! Owns: which operator gets which chunk in which order, time across inputs, rows moving between tasks, and what a commit consists of.
//! Does not own: where records come from and go to (`run`, `driver`).
//!
//! A caller feeds records, calls `run` until there is nothing left, takes the outputs, and at a commit drains the changes: at that point
//! every record that was fed is in the state and in the outputs, and nowhere else (the barrier).

mod find;
mod io;
mod task;

pub use io::{Input, OutBatch, Outputs};
pub use task::TaskId;

use crate::chunk::Chunk;
use crate::keys::Keys;
use crate::ops::{Counters, Functions, Materialize};
use crate::plan::{Checked, Kind, NodeKind, NodeOp, StoreSpec};
use crate::state::{Store, TableStore};
use io::{MoveCodec, SourceReader};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use task::{IdleTime, Task};
use wellhead_base::{Code, Error, Result};
use wellhead_client::partitioner::Partitioner;

/// How rows move between subtopologies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moves {
    /// This process has every task: they go from task to task in memory.
    Local,
    /// Other processes have some: they go through a topic.
    Topics,
}

#[derive(Clone, Debug)]
pub struct Options {
    /// The start of internal topics' names.
    pub application: String,
    /// Which partition a moved row goes to; the producers of topics that are joined must use the same one.
    pub partitioner: Partitioner,
}
impl Options {
    pub fn new(application: impl Into<String>) -> Options {
        Options { application: application.into(), partitioner: Partitioner::ConsistentRandom }
    }
    /// The topic of a move.
    pub fn move_topic(&self, name: &str) -> String {
        format!("{}-{name}-repartition", self.application)
    }
    /// The topic of a store's changes.
    pub fn changelog_topic(&self, store: &str) -> String {
        format!("{}-{store}-changelog", self.application)
    }
}

/// Subtopologies whose rows meet in windows or joins behind a move. Their tasks stay together in event time: none gets further ahead of
/// the others' next rows than `slack`, so that it makes no row of theirs late.
pub(crate) struct Pace {
    peers: BTreeSet<usize>,
    /// The shortest grace behind them, milliseconds.
    slack: i64,
}

/// What does not change while the engine runs; tasks share it.
pub(crate) struct Shared {
    pub plan: Arc<Checked>,
    pub functions: Functions,
    pub partitions: Vec<i32>,
    /// Readers of a node's output: `[node][port]` to (node, input).
    pub readers: Vec<[Vec<(usize, usize)>; 2]>,
    /// Readers need to know what a change replaces.
    pub before: Vec<bool>,
    pub movers: HashMap<usize, MoveCodec>,
    /// Per subtopology: itself and those whose rows reach it.
    pub feeding: Vec<BTreeSet<usize>>,
    /// Per subtopology: with whom it goes on in event time.
    pub pace: Vec<Option<Pace>>,
}

/// Told of a change of a task's store: its key, and its value or None where it went.
pub type OnTaskChange<'a> = dyn FnMut(TaskId, &StoreSpec, &[u8], Option<&[u8]>) + 'a;

pub struct Engine {
    shared: Arc<Shared>,
    moves: Moves,
    tasks: BTreeMap<TaskId, Task>,
    globals: HashMap<usize, TableStore>,
    global_readers: HashMap<usize, SourceReader>,
    /// Source and move topics to their nodes.
    topics: HashMap<String, usize>,
    outputs: Outputs,
}

impl Engine {
    /// An engine without tasks. `counts` has the number of partitions of every source topic.
    pub fn new(plan: Arc<Checked>, functions: Functions, options: Options, counts: &BTreeMap<String, i32>, moves: Moves) -> Result<Engine> {
        let partitions = plan.partitions(counts)?;
        let mut readers: Vec<[Vec<(usize, usize)>; 2]> = vec![Default::default(); plan.nodes.len()];
        for (at, n) in plan.nodes.iter().enumerate() {
            for (input, e) in n.inputs.iter().enumerate() {
                readers[e.node][e.port].push((at, input));
            }
        }
        joins_first(&plan, &mut readers);
        let before = needs_before(&plan, &readers);
        let mut topics = HashMap::new();
        let mut movers = HashMap::new();
        let mut global_readers = HashMap::new();
        for (at, n) in plan.nodes.iter().enumerate() {
            match &n.kind {
                NodeKind::Plan(NodeOp::Source(s)) => {
                    topics.insert(s.topic.clone(), at);
                    if n.shape == Kind::Global {
                        global_readers.insert(at, SourceReader::new(s, &n.schema)?);
                    }
                }
                NodeKind::Move { topic, .. } => {
                    topics.insert(options.move_topic(topic), at);
                    movers.insert(at, MoveCodec::new(n, &options, partitions[n.subtopology])?);
                }
                _ => {}
            }
        }
        let feeding = feeding(&plan);
        let pace = pace(&plan, &feeding);
        let shared = Arc::new(Shared { plan, functions, partitions, readers, before, movers, feeding, pace });
        Ok(Engine { shared, moves, tasks: BTreeMap::new(), globals: HashMap::new(), global_readers, topics, outputs: Outputs::default() })
    }

    pub fn plan(&self) -> &Checked {
        &self.shared.plan
    }
    /// How many partitions each subtopology has.
    pub fn partitions(&self) -> &[i32] {
        &self.shared.partitions
    }
    /// Only while every queue is empty (after `run`): rows that are on their way would be lost.
    pub fn set_moves(&mut self, moves: Moves) {
        assert!(self.is_idle(), "moves change at a barrier");
        self.moves = moves;
    }

    /// Makes a task with empty state. It must be restored before it is fed.
    pub fn open(&mut self, id: TaskId) -> Result<()> {
        if !self.tasks.contains_key(&id) {
            let t = Task::new(id, &self.shared)?;
            self.tasks.insert(id, t);
        }
        Ok(())
    }
    /// Drops a task with its state.
    pub fn close(&mut self, id: TaskId) {
        self.tasks.remove(&id);
    }
    /// Right behind a commit: rows that still wait are forgotten, since they will be read again from what was committed; state stays.
    pub fn park(&mut self) {
        for t in self.tasks.values_mut() {
            t.park();
        }
    }
    pub fn tasks(&self) -> impl Iterator<Item = TaskId> + '_ {
        self.tasks.keys().copied()
    }
    /// The task that reads a partition of a source or move topic.
    pub fn task_of(&self, topic: &str, partition: i32) -> Option<TaskId> {
        let node = *self.topics.get(topic)?;
        let n = &self.shared.plan.nodes[node];
        (n.shape != Kind::Global).then_some(TaskId { subtopology: n.subtopology, partition })
    }
    fn node_of(&self, topic: &str) -> Result<usize> {
        self.topics.get(topic).copied().ok_or_else(|| Error::new(Code::UNKNOWN_TOPIC_OR_PART, format!("the plan does not read {topic}")))
    }
    fn task(&mut self, id: TaskId) -> Result<&mut Task> {
        self.tasks.get_mut(&id).ok_or_else(|| Error::new(Code::STATE, format!("this process does not have task {id}")))
    }

    /// Records of a partition, in order. They wait in the task's queue for `run`. `now_ms` is the wall clock.
    pub fn feed(&mut self, topic: &str, partition: i32, input: &Input<'_>, now_ms: i64) -> Result<()> {
        let node = self.node_of(topic)?;
        if self.shared.plan.nodes[node].shape == Kind::Global {
            return self.feed_global(node, topic, partition, input);
        }
        let id = TaskId { subtopology: self.shared.plan.nodes[node].subtopology, partition };
        let shared = self.shared.clone();
        self.task(id)?.feed(&shared, node, topic, input, now_ms)
    }
    fn feed_global(&mut self, node: usize, topic: &str, partition: i32, input: &Input<'_>) -> Result<()> {
        let reader = self.global_readers.get_mut(&node).expect("global sources have a reader");
        let read = reader.read(topic, partition, input)?;
        let kept = self.shared.readers[node][0].iter().map(|(n, _)| *n).find(|n| matches!(self.shared.plan.nodes[*n].kind, NodeKind::Materialize));
        let kept = kept.expect("a global source is kept");
        let table = self.globals.entry(kept).or_default();
        let mut skipped = 0;
        Materialize::new(kept, &self.shared.plan.nodes[kept].schema).take_in(table, &read.rows, &mut skipped)?;
        // A global table comes back by reading its topic; its changes are nobody's.
        table.drain(&mut |_, _| {});
        Ok(())
    }
    /// More records of this partition are known to exist: others of the task wait for them, so that rows are taken by their time.
    pub fn expect_more(&mut self, topic: &str, partition: i32, more: bool) -> Result<()> {
        let node = self.node_of(topic)?;
        let id = TaskId { subtopology: self.shared.plan.nodes[node].subtopology, partition };
        if let Some(t) = self.tasks.get_mut(&id) {
            t.expect_more(node, more);
        }
        Ok(())
    }

    /// No row waits in any queue.
    pub fn is_idle(&self) -> bool {
        self.tasks.values().all(Task::is_idle)
    }
    /// Works until nothing is left that could be worked on. `force`: rows do not wait for others that are expected (a barrier).
    ///
    /// The task whose next row is the earliest goes first, and where rows of several tasks meet behind a move it goes on no further than
    /// the others allow (`Pace`): a backlog of several partitions is worked off in the order of event time.
    pub fn run(&mut self, force: bool) -> Result<()> {
        let shared = self.shared.clone();
        loop {
            let mut expects = vec![false; shared.pace.len()];
            if !force {
                for (id, t) in &self.tasks {
                    expects[id.subtopology] |= t.expects();
                }
            }
            let waits = |id: &TaskId| shared.pace[id.subtopology].as_ref().is_some_and(|p| p.peers.iter().any(|s| expects[*s]));
            let next = self.tasks.iter().filter(|(id, _)| !waits(id)).filter_map(|(id, t)| Some((t.head(force)?, *id))).min();
            let Some((_, id)) = next else { return Ok(()) };
            let until = match &shared.pace[id.subtopology] {
                None => i64::MAX,
                Some(p) => {
                    let others = self.tasks.iter().filter(|(other, _)| **other != id && p.peers.contains(&other.subtopology));
                    others.filter_map(|(_, t)| t.first()).min().map_or(i64::MAX, |t| t.saturating_add(p.slack))
                }
            };
            self.tasks.get_mut(&id).expect("it is listed").step(until, &shared, &self.globals, &mut self.outputs)?;
            self.deliver(id)?;
        }
    }
    /// Rows that a task moved go to their tasks, or out.
    fn deliver(&mut self, from: TaskId) -> Result<()> {
        let moved = std::mem::take(&mut self.task(from)?.moved);
        let shared = self.shared.clone();
        for (node, chunk) in moved {
            let mover = &shared.movers[&node];
            match self.moves {
                Moves::Topics => mover.write(&chunk, &mut self.outputs)?,
                Moves::Local => {
                    for (partition, part) in mover.split(&chunk)? {
                        let id = TaskId { subtopology: shared.plan.nodes[node].subtopology, partition };
                        self.task(id)?.push(node, part);
                    }
                }
            }
        }
        Ok(())
    }
    /// Gives what gathered since the last round: changed results, closed windows. Call it when there is no more input for now.
    pub fn round(&mut self) -> Result<()> {
        self.each_task(|task, shared, globals, outputs| task.round(shared, globals, outputs))
    }
    /// The wall clock: timers on it, and event time of inputs that are idle.
    pub fn tick(&mut self, now_ms: i64) -> Result<()> {
        self.each_task(|task, shared, globals, outputs| task.wall(now_ms, shared, globals, outputs))?;
        let shared = self.shared.clone();
        for (subtopology, feeding) in shared.feeding.iter().enumerate() {
            // Event time goes on where every source that may be idle is, also behind moves; rows are late there otherwise.
            let mut time: Option<i64> = None;
            let mut busy = false;
            for (_, t) in self.tasks.iter().filter(|(id, _)| feeding.contains(&id.subtopology)) {
                match t.idle_time(now_ms) {
                    IdleTime::Busy => busy = true,
                    IdleTime::Unknown => {}
                    IdleTime::At(t) => time = Some(time.map_or(t, |x| x.min(t))),
                }
            }
            let Some(time) = time.filter(|_| !busy) else { continue };
            let ids: Vec<TaskId> = self.tasks.keys().copied().filter(|id| id.subtopology == subtopology).collect();
            for id in ids {
                self.tasks.get_mut(&id).expect("it is listed").advance(time, &shared, &self.globals, &mut self.outputs)?;
                self.deliver(id)?;
            }
            self.run(false)?;
        }
        Ok(())
    }
    /// Event time is at least `time` in every task: windows before it close.
    pub fn advance(&mut self, time: i64) -> Result<()> {
        self.each_task(|task, shared, globals, outputs| task.advance(time, shared, globals, outputs))
    }
    /// Does something to each task, upstream first, with what comes of it downstream.
    fn each_task(&mut self, mut act: impl FnMut(&mut Task, &Arc<Shared>, &HashMap<usize, TableStore>, &mut Outputs) -> Result<()>) -> Result<()> {
        let ids: Vec<TaskId> = self.tasks.keys().copied().collect();
        let shared = self.shared.clone();
        for id in ids {
            let task = self.tasks.get_mut(&id).expect("it is listed");
            act(task, &shared, &self.globals, &mut self.outputs)?;
            self.deliver(id)?;
            self.run(false)?;
        }
        Ok(())
    }

    /// What is to be written, in order.
    pub fn take_outputs(&mut self) -> Vec<OutBatch> {
        self.outputs.take()
    }
    /// Every change of state since the last call, for the changelogs: (task, store, key, value or None where it went).
    pub fn drain(&mut self, each: &mut OnTaskChange<'_>) {
        let shared = self.shared.clone();
        for (id, task) in &mut self.tasks {
            task.drain(&shared, &mut |spec, key, value| each(*id, spec, key, value));
        }
    }
    /// The stores of a task.
    pub fn stores(&self, id: TaskId) -> Vec<StoreSpec> {
        self.shared.plan.subtopologies[id.subtopology].nodes.iter().filter_map(|n| self.shared.plan.nodes[*n].store.clone()).collect()
    }
    /// A store's stream time, for the commit.
    pub fn store_time(&mut self, id: TaskId, store: &str) -> Option<i64> {
        let shared = self.shared.clone();
        self.tasks.get_mut(&id)?.with_store(&shared, store, |s| s.time()).flatten()
    }
    /// Puts one change of a changelog or a snapshot back. `set_time` comes first.
    pub fn restore(&mut self, id: TaskId, store: &str, key: &[u8], value: Option<&[u8]>) -> Result<()> {
        let shared = self.shared.clone();
        let gone = || Error::new(Code::STATE, format!("task {id} has no store {store}"));
        self.task(id)?.with_store(&shared, store, |s| s.apply(key, value)).ok_or_else(gone)?
    }
    pub fn set_time(&mut self, id: TaskId, store: &str, time: i64) -> Result<()> {
        let shared = self.shared.clone();
        self.task(id)?.with_store(&shared, store, |s| s.set_time(time));
        Ok(())
    }
    pub fn clear_store(&mut self, id: TaskId, store: &str) {
        let shared = self.shared.clone();
        if let Some(t) = self.tasks.get_mut(&id) {
            t.with_store(&shared, store, |s| s.clear());
        }
    }
    /// Rows of a partition that were fed and are not worked on yet.
    pub fn waiting_rows(&self, topic: &str, partition: i32) -> usize {
        let Some(node) = self.topics.get(topic) else { return 0 };
        let id = TaskId { subtopology: self.shared.plan.nodes[*node].subtopology, partition };
        self.tasks.get(&id).map_or(0, |t| t.waiting_rows(*node))
    }
    /// Rows that were moved in memory wait in a queue.
    pub fn moves_wait(&self) -> bool {
        self.tasks.values().any(|t| t.moves_wait(&self.shared))
    }
    /// The offset of the first record of a partition that is not processed yet, where one waits.
    pub fn first_waiting(&self, topic: &str, partition: i32) -> Option<i64> {
        let node = *self.topics.get(topic)?;
        let id = TaskId { subtopology: self.shared.plan.nodes[node].subtopology, partition };
        self.tasks.get(&id)?.first_waiting(node)
    }
    /// Everything in a store, for a snapshot.
    pub fn scan(&mut self, id: TaskId, store: &str, each: &mut dyn FnMut(&[u8], &[u8])) -> Result<()> {
        let shared = self.shared.clone();
        self.task(id)?.with_store(&shared, store, |s| s.scan(each));
        Ok(())
    }
    /// Records of a table's source topic go into its store without being processed: that topic is the changelog.
    pub fn restore_source(&mut self, topic: &str, partition: i32, input: &Input<'_>) -> Result<()> {
        let node = self.node_of(topic)?;
        let id = TaskId { subtopology: self.shared.plan.nodes[node].subtopology, partition };
        let shared = self.shared.clone();
        self.task(id)?.restore_source(&shared, node, topic, input)
    }

    /// What a table node holds in this process, over all its tasks, sorted by key. `node` is the plan's node.
    pub fn view(&mut self, node: usize) -> Result<Chunk> {
        self.find(node, &Keys::all())
    }
    /// The same of some keys.
    pub fn find(&mut self, node: usize, keys: &Keys) -> Result<Chunk> {
        let at = *self.shared.plan.of_plan.get(node).ok_or_else(|| Error::invalid_arg(format!("the plan has no node {node}")))?;
        let shared = self.shared.clone();
        let n = &shared.plan.nodes[at];
        let no = || Error::invalid_arg(format!("node {node} ({}) keeps no table that could be asked", n.schema));
        if n.shape == Kind::Stream {
            return Err(no());
        }
        let range = keys.bind(&n.schema)?;
        if n.shape == Kind::Global {
            return find::in_table(&n.schema, self.globals.get(&at).unwrap_or(&TableStore::default()), &range);
        }
        let mut parts = Vec::new();
        for (_, t) in self.tasks.iter_mut().filter(|(id, _)| id.subtopology == n.subtopology) {
            parts.push(t.find(&shared, &self.globals, at, &range)?.ok_or_else(no)?);
        }
        let all = Chunk::concat(&parts)?.unwrap_or_else(|| Chunk::empty(&n.schema));
        // Each part is sorted; a key is in one partition, so that a single part needs no more.
        if parts.iter().filter(|p| !p.is_empty()).count() < 2 { Ok(all) } else { range.cut(&all) }
    }
    /// Sums over this process's tasks.
    pub fn counters(&self) -> Counters {
        self.tasks.values().fold(Counters::default(), |a, t| a + t.counters)
    }
    /// About how much memory state takes.
    pub fn state_bytes(&mut self) -> usize {
        let shared = self.shared.clone();
        self.tasks.values_mut().map(|t| t.state_bytes(&shared)).sum::<usize>() + self.globals.values().map(TableStore::bytes).sum::<usize>()
    }
}

fn feeding(plan: &Checked) -> Vec<BTreeSet<usize>> {
    let mut out: Vec<BTreeSet<usize>> = (0..plan.subtopologies.len()).map(|s| BTreeSet::from([s])).collect();
    // A chain of moves needs a pass for each link.
    for _ in 0..out.len() {
        for n in plan.nodes.iter().filter(|n| matches!(n.kind, NodeKind::Move { .. })) {
            let above = out[plan.nodes[n.inputs[0].node].subtopology].clone();
            out[n.subtopology].extend(above);
        }
    }
    out
}

fn pace(plan: &Checked, feeding: &[BTreeSet<usize>]) -> Vec<Option<Pace>> {
    let mut out: Vec<Option<Pace>> = (0..feeding.len()).map(|_| None).collect();
    for (behind, above) in feeding.iter().enumerate().filter(|(_, f)| f.len() > 1) {
        // What comes too late for these is lost to them, or meets something else. A count without windows does not care.
        let graces = plan.nodes.iter().filter(|n| n.subtopology == behind).filter_map(|n| match &n.kind {
            NodeKind::Plan(NodeOp::Aggregate(a)) if a.window.is_some() => Some(a.grace_ms),
            NodeKind::Plan(NodeOp::Join(j)) if n.inputs.iter().any(|e| plan.nodes[e.node].shape == Kind::Stream) => Some(j.grace_ms.unwrap_or(0)),
            NodeKind::Plan(NodeOp::Process { .. }) => Some(0),
            _ => None,
        });
        let Some(slack) = graces.min() else { continue };
        for s in above.iter().filter(|s| **s != behind) {
            let p = out[*s].get_or_insert_with(|| Pace { peers: BTreeSet::new(), slack });
            p.slack = p.slack.min(slack);
            p.peers.extend(above.iter().filter(|s| **s != behind));
        }
    }
    out
}

/// A join of two tables looks at what the other table has now, which must be what it was told of. So a table's change goes to the joins
/// that look it up before it goes on anywhere else, from where it may reach the same join by its other side; and to the last of these
/// joins first, since one may lead to another.
fn joins_first(plan: &Checked, readers: &mut [[Vec<(usize, usize)>; 2]]) {
    let looks_up = |reader: usize| {
        let n = &plan.nodes[reader];
        matches!(n.kind, NodeKind::Plan(NodeOp::Join(_))) && n.inputs.iter().all(|e| plan.nodes[e.node].shape == Kind::Table)
    };
    for (at, ports) in readers.iter_mut().enumerate() {
        if plan.nodes[at].shape == Kind::Table {
            // Stable: the others stay in their order.
            ports[0].sort_by_key(|(reader, _)| if looks_up(*reader) { (0, usize::MAX - reader) } else { (1, 0) });
        }
    }
}

/// Whether some reader of each node's changes must know what was before: aggregates of tables and filters do; sinks, streams and kept
/// tables do not (a kept table knows by itself).
fn needs_before(plan: &Checked, readers: &[[Vec<(usize, usize)>; 2]]) -> Vec<bool> {
    let mut out = vec![false; plan.nodes.len()];
    // Inputs come first in the order of nodes, so going backwards every reader is decided before what it reads.
    for at in (0..plan.nodes.len()).rev() {
        out[at] = plan.nodes[at].shape == Kind::Table
            && readers[at][0].iter().any(|(r, _)| match &plan.nodes[*r].kind {
                NodeKind::Plan(op) => match op {
                    NodeOp::Sink(_) | NodeOp::ToStream | NodeOp::Foreach { .. } => false,
                    NodeOp::Select { .. } => out[*r],
                    _ => true,
                },
                NodeKind::Materialize => false,
                NodeKind::Move { .. } => true,
                _ => true,
            });
    }
    out
}
