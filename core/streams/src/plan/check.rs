//! From a plan to what the engine runs: types and keys of every node, rows moved to the partition of their key where they must be, tables
//! kept where they are looked up, subtopologies cut, stores named. Pure; every mistake in a plan is found here.

mod joins;

use super::{Aggregate, Emit, How, Node, NodeId, NodeOp, Plan, SourceKind, Window, names};
use crate::agg;
use crate::expr::{Bound, Expr};
use crate::format::Format;
use crate::types::{Field, Schema, Type};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use wellhead_base::{Error, Result};

/// What flows out of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Stream,
    Table,
    Global,
}

/// The output of a node that an input reads: 0 is the rows, 1 what was put aside (dead letters, late rows).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    pub node: usize,
    pub port: usize,
}

/// What a node of the checked plan is: one of the plan, or one that the checker put in.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    Plan(NodeOp),
    /// Keeps the latest row per key, so that it can be looked up, and says for each change what was before.
    Materialize,
    /// Rows go to the partition of their key's first `by` columns, by a topic or within the process. The node's output begins the next
    /// subtopology.
    Move {
        by: usize,
        topic: String,
        key_format: Format,
        partitions: Option<i32>,
    },
    /// Foreign-key join, on the left table's side: tells the right side which foreign key each left key wants. Port 0 goes to `ForeignRight`.
    ForeignLeft {
        on: Vec<Expr>,
    },
    /// On the right side: keeps who wants which key; input 0 are wants, input 1 the right table.
    ForeignRight {
        how: How,
    },
    /// Back on the left side: drops answers that were overtaken, gives the join's changes. `left` is the node of `ForeignLeft`.
    ForeignResolve {
        left: usize,
        how: How,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreSpec {
    /// Unique in the plan; the changelog topic is `<application>-<name>-changelog`.
    pub name: String,
    /// The source topic that is the changelog itself (table sources).
    pub source: Option<String>,
    /// How long its entries are of use, milliseconds of stream time (windows); None: for ever.
    pub retention_ms: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct CheckedNode {
    pub kind: NodeKind,
    pub inputs: Vec<Edge>,
    pub schema: Arc<Schema>,
    pub shape: Kind,
    /// Rows are where the hash of that many leading key columns says; None: anywhere.
    pub located: Option<usize>,
    /// The key's window columns are the last two.
    pub window: Option<Window>,
    pub subtopology: usize,
    pub store: Option<StoreSpec>,
    /// The plan's node that it stands for or was put in for.
    pub origin: NodeId,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subtopology {
    /// Nodes in an order in which inputs come first.
    pub nodes: Vec<usize>,
    /// Source topics, without global ones.
    pub sources: BTreeSet<String>,
    /// Topics of `Move` nodes that begin here.
    pub moves: BTreeSet<String>,
    /// Topics whose partition counts must be equal, since they are joined.
    pub copartitioned: BTreeSet<String>,
}

#[derive(Clone, Debug)]
pub struct Checked {
    pub plan: Plan,
    pub nodes: Vec<CheckedNode>,
    pub subtopologies: Vec<Subtopology>,
    /// The checked node that gives the output of a plan's node.
    pub of_plan: Vec<usize>,
}

/// Names of the columns that a window adds to the key.
pub const WINDOW_START: &str = "window_start";
pub const WINDOW_END: &str = "window_end";

struct Checker<'p> {
    plan: &'p Plan,
    nodes: Vec<CheckedNode>,
    of_plan: Vec<usize>,
    materialized: HashMap<usize, usize>,
    names: names::Names,
}

impl Plan {
    /// Checks the plan and works out how it runs.
    pub fn check(&self) -> Result<Checked> {
        let mut c = Checker { plan: self, nodes: Vec::new(), of_plan: Vec::new(), materialized: HashMap::new(), names: names::Names::of(self) };
        for (id, node) in self.nodes.iter().enumerate() {
            let at = c.node(id, node).map_err(|e| {
                Error::new(e.code, format!("{} (node {id}, {}): {}", node.name.as_deref().unwrap_or("-"), node.op.word(), e.message()))
            })?;
            c.of_plan.push(at);
        }
        if !self.nodes.iter().any(|n| matches!(n.op, NodeOp::Source(_))) {
            return Err(Error::invalid_arg("the plan reads no topic: it needs a stream or a table"));
        }
        c.finish()
    }
}

impl Checker<'_> {
    fn add(&mut self, node: CheckedNode) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// The checked node behind one of the plan's inputs.
    fn input(&self, node: &Node, index: usize) -> Result<usize> {
        let id = *node.inputs.get(index).ok_or_else(|| Error::invalid_arg(format!("{} needs {} input(s)", node.op.word(), index + 1)))?;
        self.of_plan.get(id).copied().ok_or_else(|| Error::invalid_arg(format!("its input {id} is not an earlier node")))
    }

    fn node(&mut self, id: NodeId, node: &Node) -> Result<usize> {
        let arity = match &node.op {
            NodeOp::Source(_) => 0..=0,
            NodeOp::Join(_) => 2..=2,
            NodeOp::Merge => 1..=usize::MAX,
            _ => 1..=1,
        };
        if !arity.contains(&node.inputs.len()) {
            return Err(Error::invalid_arg(format!("it has {} inputs", node.inputs.len())));
        }
        if let NodeOp::Source(s) = &node.op {
            return self.source(id, s);
        }
        let input = self.input(node, 0)?;
        let from = self.nodes[input].clone();
        let edge = vec![Edge { node: input, port: 0 }];
        if from.shape == Kind::Global {
            return Err(Error::invalid_arg("a global table can only be the right side of a join"));
        }
        let same = CheckedNode { kind: NodeKind::Plan(node.op.clone()), inputs: edge.clone(), store: None, origin: id, ..from.clone() };
        let schema = from.schema.clone();
        Ok(match &node.op {
            NodeOp::Source(_) => unreachable!("sources are handled above"),
            NodeOp::DeadLetters => {
                if !matches!(from.kind, NodeKind::Plan(NodeOp::Source(_))) && !matches!(from.kind, NodeKind::Materialize) {
                    return Err(Error::invalid_arg("only a source has dead letters"));
                }
                // Behind a table's source stands what keeps it; the letters come from the source itself.
                let source = if matches!(from.kind, NodeKind::Materialize) { from.inputs[0].node } else { input };
                let fields = dead_letter_fields();
                let inputs = vec![Edge { node: source, port: 1 }];
                self.add(CheckedNode { inputs, schema: Schema::new(fields, 1)?, shape: Kind::Stream, located: None, window: None, ..same })
            }
            NodeOp::Late => {
                let shape = |n: usize| self.nodes[from.inputs[n].node].shape;
                let (schema, located) = match &from.kind {
                    NodeKind::Plan(NodeOp::Aggregate(a)) if a.window.is_some() => {
                        let of = &self.nodes[from.inputs[0].node];
                        (of.schema.clone(), of.located)
                    }
                    // Late rows of both sides, so they have the join's columns, without a partner.
                    NodeKind::Plan(NodeOp::Join(_)) if shape(0) == Kind::Stream && shape(1) == Kind::Stream => (from.schema.clone(), from.located),
                    _ => return Err(Error::invalid_arg("only a windowed aggregate and a join of two streams have late rows")),
                };
                let inputs = vec![Edge { node: input, port: 1 }];
                self.add(CheckedNode { inputs, schema, located, shape: Kind::Stream, window: None, ..same })
            }
            NodeOp::Filter { when } => {
                let t = Bound::new(when, &schema)?.ty().clone();
                if t != Type::Bool {
                    return Err(Error::invalid_arg(format!("a filter needs a condition, and \"{when}\" is of type {t}")));
                }
                self.add(same)
            }
            NodeOp::Select { columns, keep } => {
                let mut fields = schema.key_fields().to_vec();
                let key = fields.len();
                if *keep {
                    fields.extend_from_slice(schema.value_fields());
                }
                for (name, e) in columns {
                    let ty = Bound::new(e, &schema)?.ty().clone();
                    if fields[..key].iter().any(|f| f.name == *name) {
                        return Err(Error::invalid_arg(format!("\"{name}\" is a column of the key: select_key changes keys")));
                    }
                    match fields[key..].iter_mut().find(|f| f.name == *name) {
                        Some(f) if *keep => f.ty = ty,
                        _ => fields.push(Field::new(name, ty)),
                    }
                }
                self.add(CheckedNode { schema: Schema::new(fields, key)?, ..same })
            }
            NodeOp::SelectKey { columns } => self.select_key(id, input, columns)?,
            NodeOp::Explode { column } => {
                let at = schema.find(column)?;
                let Type::List(of) = &schema.fields()[at].ty else {
                    return Err(Error::invalid_arg(format!("\"{column}\" is no list but {}", schema.fields()[at].ty)));
                };
                if from.shape != Kind::Stream || at < schema.key_len() {
                    return Err(Error::invalid_arg("only a value column of a stream can be exploded"));
                }
                let mut fields = schema.fields().to_vec();
                fields[at].ty = (**of).clone();
                self.add(CheckedNode { schema: Schema::new(fields, schema.key_len())?, ..same })
            }
            NodeOp::Map { fields, .. } => {
                Self::only_streams(&from)?;
                let all = [schema.key_fields(), fields].concat();
                self.add(CheckedNode { schema: Schema::new(all, schema.key_len())?, ..same })
            }
            NodeOp::Process { fields, .. } => {
                Self::only_streams(&from)?;
                let input = self.located(id, input, schema.key_len())?;
                let all = [schema.key_fields(), fields].concat();
                let store = Some(self.store(id, "process", None));
                let inputs = vec![Edge { node: input, port: 0 }];
                let located = self.nodes[input].located;
                self.add(CheckedNode { inputs, schema: Schema::new(all, schema.key_len())?, store, located, ..same })
            }
            NodeOp::Foreach { .. } => self.add(same),
            NodeOp::Merge => {
                let mut inputs = Vec::new();
                let mut located = from.located;
                for i in 0..node.inputs.len() {
                    let at = self.input(node, i)?;
                    let other = &self.nodes[at];
                    Self::only_streams(other)?;
                    if other.schema != schema {
                        return Err(Error::invalid_arg(format!(
                            "streams that are merged have the same columns, and these have {schema} and {}",
                            other.schema
                        )));
                    }
                    located = located.filter(|l| other.located == Some(*l));
                    inputs.push(Edge { node: at, port: 0 });
                }
                self.add(CheckedNode { inputs, located, ..same })
            }
            NodeOp::Aggregate(a) => self.aggregate(id, input, a)?,
            NodeOp::ToTable => {
                Self::only_streams(&from)?;
                if schema.key_len() == 0 {
                    return Err(Error::invalid_arg("a table needs a key: give the source one, or use select_key"));
                }
                let moved = self.located(id, input, schema.key_len())?;
                let table = self.add(CheckedNode {
                    inputs: vec![Edge { node: moved, port: 0 }],
                    shape: Kind::Table,
                    located: self.nodes[moved].located,
                    ..same
                });
                self.materialize(id, table)
            }
            NodeOp::ToStream => {
                if from.shape != Kind::Table {
                    return Err(Error::invalid_arg("it is a stream already"));
                }
                self.add(CheckedNode { shape: Kind::Stream, ..same })
            }
            NodeOp::Join(j) => {
                let right = self.input(node, 1)?;
                self.join(id, input, right, j)?
            }
            NodeOp::Repartition { partitions } => self.moved(id, input, schema.key_len(), *partitions, None)?,
            NodeOp::Sink(s) => {
                if !wellhead_base::ids::topic_name_valid(&s.topic) {
                    return Err(Error::invalid_arg(format!("\"{}\" is not a topic's name", s.topic)));
                }
                let (key, value) = sink_columns(s, &schema)?;
                let picked = |list: &[usize]| list.iter().map(|i| schema.fields()[*i].clone()).collect::<Vec<_>>();
                sink_key_format(s, &picked(&key)).encoder(&picked(&key))?;
                s.format.encoder(&picked(&value))?;
                self.add(same)
            }
        })
    }

    fn only_streams(n: &CheckedNode) -> Result<()> {
        if n.shape == Kind::Stream { Ok(()) } else { Err(Error::invalid_arg("it works on a stream: use to_stream")) }
    }

    fn source(&mut self, id: NodeId, s: &super::Source) -> Result<usize> {
        if !wellhead_base::ids::topic_name_valid(&s.topic) {
            return Err(Error::invalid_arg(format!("\"{}\" is not a topic's name", s.topic)));
        }
        let schema = Schema::new([s.key.clone(), s.fields.clone()].concat(), s.key.len())?;
        if !s.key.is_empty() {
            s.key_format.decoder(&s.key)?;
        }
        s.format.decoder(&s.fields)?;
        if let Some(t) = &s.time {
            let ty = &schema.fields()[schema.find(t)?].ty;
            if !matches!(ty, Type::Timestamp | Type::Int) {
                return Err(Error::invalid_arg(format!("the event time \"{t}\" is of type {ty}; timestamp, or int in milliseconds, is needed")));
            }
        }
        if s.kind != SourceKind::Stream && s.key.is_empty() {
            return Err(Error::invalid_arg("a table needs the columns of its key"));
        }
        if self.nodes.iter().any(|n| matches!(&n.kind, NodeKind::Plan(NodeOp::Source(o)) if o.topic == s.topic)) {
            return Err(Error::invalid_arg(format!("the topic {} is read twice: read it once and use it twice", s.topic)));
        }
        let shape = match s.kind {
            SourceKind::Stream => Kind::Stream,
            SourceKind::Table => Kind::Table,
            SourceKind::Global => Kind::Global,
        };
        let located = (!s.key.is_empty()).then_some(s.key.len());
        let node = CheckedNode {
            kind: NodeKind::Plan(NodeOp::Source(s.clone())),
            inputs: vec![],
            schema,
            shape,
            located,
            window: None,
            subtopology: 0,
            store: None,
            origin: id,
        };
        let at = self.add(node);
        if shape == Kind::Stream {
            return Ok(at);
        }
        let kept = self.materialize(id, at);
        self.nodes[kept].store = Some(StoreSpec { name: self.names.store(id, "source"), source: Some(s.topic.clone()), retention_ms: None });
        Ok(kept)
    }

    fn store(&mut self, id: NodeId, what: &str, retention_ms: Option<i64>) -> StoreSpec {
        StoreSpec { name: self.names.store(id, what), source: None, retention_ms }
    }

    /// The node that keeps a table's rows for look-ups: itself, or one put behind it.
    fn materialize(&mut self, id: NodeId, table: usize) -> usize {
        if matches!(self.nodes[table].kind, NodeKind::Materialize) {
            return table;
        }
        if let Some(at) = self.materialized.get(&table) {
            return *at;
        }
        let store = Some(self.store(id, "table", None));
        let n = CheckedNode { kind: NodeKind::Materialize, inputs: vec![Edge { node: table, port: 0 }], store, ..self.nodes[table].clone() };
        let at = self.add(n);
        self.materialized.insert(table, at);
        at
    }

    fn select_key(&mut self, id: NodeId, input: usize, columns: &[(String, Expr)]) -> Result<usize> {
        let from = self.nodes[input].clone();
        let mut fields = Vec::new();
        for (name, e) in columns {
            fields.push(Field::new(name, Bound::new(e, &from.schema)?.ty().clone()));
        }
        let key = fields.len();
        fields.extend(from.schema.value_fields().iter().filter(|f| !columns.iter().any(|(n, _)| *n == f.name)).cloned());
        // The same key under the same names moves nothing.
        let same = from.schema.key_len() == key
            && columns.iter().zip(from.schema.key_fields()).all(|((n, e), f)| *n == f.name && *e == Expr::Col(f.name.clone()));
        let located = if same { from.located } else { None };
        let kind = NodeKind::Plan(NodeOp::SelectKey { columns: columns.to_vec() });
        let inputs = vec![Edge { node: input, port: 0 }];
        Ok(self.add(CheckedNode { kind, inputs, schema: Schema::new(fields, key)?, located, window: None, store: None, origin: id, ..from }))
    }

    /// The node, or one behind it whose rows are at the partition of their first `by` key columns.
    fn located(&mut self, id: NodeId, input: usize, by: usize) -> Result<usize> {
        if self.nodes[input].located == Some(by) { Ok(input) } else { self.moved(id, input, by, None, None) }
    }

    fn moved(&mut self, id: NodeId, input: usize, by: usize, partitions: Option<i32>, key_format: Option<Format>) -> Result<usize> {
        let from = self.nodes[input].clone();
        let key_format = key_format.unwrap_or_else(|| default_key_format(&from.schema.key_fields()[..by]));
        if by > 0 {
            key_format.encoder(&from.schema.key_fields()[..by])?;
        }
        let topic = self.names.store(id, "move");
        let kind = NodeKind::Move { by, topic, key_format, partitions };
        Ok(self.add(CheckedNode { kind, inputs: vec![Edge { node: input, port: 0 }], located: Some(by), store: None, origin: id, ..from }))
    }

    fn aggregate(&mut self, id: NodeId, input: usize, a: &Aggregate) -> Result<usize> {
        let from = self.nodes[input].clone();
        let table = from.shape == Kind::Table;
        if a.columns.is_empty() {
            return Err(Error::invalid_arg("an aggregate needs at least one column, as n = count()"));
        }
        if table && a.window.is_some() {
            return Err(Error::invalid_arg("a table has no windows: its rows are what holds now"));
        }
        if a.emit == Emit::Final && a.window.is_none() {
            return Err(Error::invalid_arg("emit final needs a window: without one no result is ever final"));
        }
        let span = match a.window {
            None => 0,
            Some(Window::Tumbling { size_ms } | Window::Sliding { size_ms }) => size_ms,
            Some(Window::Hopping { size_ms, advance_ms }) => {
                if advance_ms < 1 || advance_ms > size_ms {
                    return Err(Error::invalid_arg(format!("a hopping window of {size_ms} ms advances by 1 to {size_ms} ms, not by {advance_ms}")));
                }
                if size_ms / advance_ms > crate::limits::WINDOWS_PER_ROW_MAX {
                    return Err(Error::invalid_arg(format!(
                        "each row would be in {} windows; {} are the most",
                        size_ms / advance_ms,
                        crate::limits::WINDOWS_PER_ROW_MAX
                    )));
                }
                size_ms
            }
            Some(Window::Session { gap_ms }) => gap_ms,
        };
        let longest = crate::limits::WINDOW_MS_MAX;
        if a.window.is_some() && !(1..=longest).contains(&span) || !(0..=longest).contains(&a.grace_ms) {
            return Err(Error::invalid_arg(format!("a window is 1 to {longest} ms long and its grace 0 to {longest} ms")));
        }
        let mut by = Vec::new();
        for name in &a.by {
            by.push((name.clone(), Expr::Col(name.clone())));
            from.schema.find(name)?;
        }
        // The rows carry the groups as their key from here on.
        let keyed = from.schema.key_len() == by.len() && from.schema.key_fields().iter().zip(&a.by).all(|(f, n)| f.name == *n);
        let keyed = if keyed { input } else { self.select_key(id, input, &by)? };
        let at = self.located(id, keyed, by.len())?;
        let schema = self.nodes[at].schema.clone();
        let mut fields = schema.key_fields().to_vec();
        if a.window.is_some() {
            fields.push(Field::new(WINDOW_START, Type::Timestamp));
            fields.push(Field::new(WINDOW_END, Type::Timestamp));
        }
        let key = fields.len();
        for (name, g) in &a.columns {
            fields.push(Field::new(name, agg::result_type(g, &schema, table)?));
        }
        let retention = a.window.map(|w| match w {
            // Rows are kept, and a new window may begin a size before the earliest row that is not late.
            Window::Sliding { size_ms } => size_ms.saturating_mul(2).saturating_add(a.grace_ms),
            _ => span.saturating_add(a.grace_ms),
        });
        let store = Some(self.store(id, "aggregate", retention));
        let n = CheckedNode {
            kind: NodeKind::Plan(NodeOp::Aggregate(a.clone())),
            inputs: vec![Edge { node: at, port: 0 }],
            schema: Schema::new(fields, key)?,
            shape: Kind::Table,
            located: Some(by.len()),
            window: a.window,
            store,
            origin: id,
            subtopology: 0,
        };
        Ok(self.add(n))
    }

    /// Cuts the subtopologies: nodes that rows or look-ups connect without a move are one.
    fn finish(mut self) -> Result<Checked> {
        let mut group: Vec<usize> = (0..self.nodes.len()).collect();
        fn root(group: &mut [usize], mut n: usize) -> usize {
            while group[n] != n {
                group[n] = group[group[n]];
                n = group[n];
            }
            n
        }
        for at in 0..self.nodes.len() {
            let mut near: Vec<usize> = Vec::new();
            if !matches!(self.nodes[at].kind, NodeKind::Move { .. }) {
                near.extend(
                    self.nodes[at]
                        .inputs
                        .iter()
                        .map(|e| e.node)
                        .filter(|n| self.nodes[*n].shape != Kind::Global || self.nodes[at].shape == Kind::Global),
                );
            }
            if let NodeKind::ForeignResolve { left, .. } = &self.nodes[at].kind {
                near.push(*left);
            }
            for n in near {
                let (a, b) = (root(&mut group, at), root(&mut group, n));
                group[a.max(b)] = a.min(b);
            }
        }
        let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
        let mut subtopologies: Vec<Subtopology> = Vec::new();
        for at in 0..self.nodes.len() {
            if self.nodes[at].shape == Kind::Global {
                continue;
            }
            let r = root(&mut group, at);
            let n = *numbers.entry(r).or_insert_with(|| {
                subtopologies.push(Subtopology::default());
                subtopologies.len() - 1
            });
            self.nodes[at].subtopology = n;
            subtopologies[n].nodes.push(at);
            match &self.nodes[at].kind {
                NodeKind::Plan(NodeOp::Source(s)) => {
                    subtopologies[n].sources.insert(s.topic.clone());
                }
                NodeKind::Move { topic, .. } => {
                    subtopologies[n].moves.insert(topic.clone());
                }
                _ => {}
            }
        }
        for at in 0..self.nodes.len() {
            let joins =
                matches!(self.nodes[at].kind, NodeKind::Plan(NodeOp::Join(_)) | NodeKind::ForeignRight { .. } | NodeKind::ForeignResolve { .. });
            if joins {
                let mut topics = BTreeSet::new();
                for e in self.nodes[at].inputs.clone() {
                    self.source_topics(e.node, &mut topics);
                }
                let n = self.nodes[at].subtopology;
                subtopologies[n].copartitioned.extend(topics);
            }
        }
        Ok(Checked { plan: self.plan.clone(), nodes: self.nodes, subtopologies, of_plan: self.of_plan })
    }

    /// The topics whose records reach a node without a move.
    fn source_topics(&self, at: usize, out: &mut BTreeSet<String>) {
        let n = &self.nodes[at];
        match &n.kind {
            NodeKind::Plan(NodeOp::Source(s)) if s.kind != SourceKind::Global => {
                out.insert(s.topic.clone());
            }
            NodeKind::Move { .. } => {}
            _ => n.inputs.iter().for_each(|e| self.source_topics(e.node, out)),
        }
    }
}

impl Checked {
    /// How many partitions each subtopology has, given those of the source topics.
    pub fn partitions(&self, counts: &BTreeMap<String, i32>) -> Result<Vec<i32>> {
        let mut out = vec![0; self.subtopologies.len()];
        for (i, s) in self.subtopologies.iter().enumerate() {
            let mut seen: Option<(&str, i32)> = None;
            for topic in &s.sources {
                let n = *counts.get(topic).ok_or_else(|| Error::invalid_arg(format!("the topic {topic} is not there")))?;
                if s.copartitioned.contains(topic) {
                    if let Some((other, m)) = seen.filter(|(_, m)| *m != n) {
                        return Err(Error::invalid_arg(format!(
                            "{other} has {m} partitions and {topic} has {n}: topics that are joined need the same number (repartition one of them)"
                        )));
                    }
                    seen = Some((topic, n));
                }
                out[i] = out[i].max(n);
            }
        }
        // What only moves feed takes the most of what feeds it; a chain of moves needs a pass for each link.
        for _ in 0..self.subtopologies.len() {
            for n in &self.nodes {
                if let NodeKind::Move { partitions, .. } = &n.kind
                    && self.subtopologies[n.subtopology].sources.is_empty()
                {
                    let from = out[self.nodes[n.inputs[0].node].subtopology];
                    out[n.subtopology] = out[n.subtopology].max(partitions.unwrap_or(from));
                }
            }
        }
        Ok(out)
    }
    /// All topics that the plan reads.
    pub fn sources(&self) -> impl Iterator<Item = (usize, &super::Source)> {
        self.nodes.iter().enumerate().filter_map(|(i, n)| match &n.kind {
            NodeKind::Plan(NodeOp::Source(s)) => Some((i, s)),
            _ => None,
        })
    }
}

/// A dead letter: the record's key bytes as its key; then the reason, the value's bytes, and where it came from.
pub fn dead_letter_fields() -> Vec<Field> {
    vec![
        Field::new("key", Type::Bytes),
        Field::new("reason", Type::String),
        Field::new("value", Type::Bytes),
        Field::new("topic", Type::String),
        Field::new("partition", Type::Int),
        Field::new("offset", Type::Int),
    ]
}

/// One column as text (bytes as they are), several as JSON.
pub fn default_key_format(fields: &[Field]) -> Format {
    match fields {
        [Field { ty: Type::Bytes, .. }] => Format::Raw,
        [Field { ty: Type::List(_), .. }] => Format::Json,
        [_] => Format::Text,
        _ => Format::Json,
    }
}

/// Which columns a sink writes as key and as value.
pub fn sink_columns(s: &super::Sink, schema: &Schema) -> Result<(Vec<usize>, Vec<usize>)> {
    let find = |names: &[String]| names.iter().map(|n| schema.find(n)).collect::<Result<Vec<_>>>();
    let key = match &s.key {
        Some(names) => find(names)?,
        None => (0..schema.key_len()).collect(),
    };
    let value = match &s.columns {
        Some(names) => find(names)?,
        // A format of one column gets the one value column there is; the others get all that have a public name.
        None if matches!(s.format, Format::Raw | Format::Text | Format::Int64 | Format::Int32 | Format::Double) => {
            (schema.key_len()..schema.len()).collect()
        }
        None => (0..schema.len()).filter(|i| !schema.fields()[*i].name.starts_with('_')).collect(),
    };
    if value.is_empty() {
        return Err(Error::invalid_arg("the sink would write no column"));
    }
    Ok((key, value))
}

/// The format of a sink's key.
pub fn sink_key_format(s: &super::Sink, key: &[Field]) -> Format {
    s.key_format.clone().unwrap_or_else(|| default_key_format(key))
}
