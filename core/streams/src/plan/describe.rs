//! A checked plan for people, and what changes between two plans.

use super::{Checked, Kind, NodeKind, NodeOp};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What becomes of the stores and internal topics of an old plan under a new one.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Diff {
    /// In both: the new plan goes on with their state.
    pub kept: Vec<String>,
    /// Only in the new plan: they begin empty.
    pub added: Vec<String>,
    /// Only in the old plan: nobody reads them any more.
    pub orphaned: Vec<String>,
    /// In both, but their columns differ: the state cannot be read and begins empty under a new name is needed.
    pub changed: Vec<String>,
}

impl Checked {
    /// Subtopologies with their nodes, where rows come from and go, and what is kept.
    pub fn describe(&self) -> String {
        let mut out = String::new();
        for (i, s) in self.subtopologies.iter().enumerate() {
            let _ = writeln!(out, "Sub-topology {i}");
            for n in &s.nodes {
                let node = &self.nodes[*n];
                let inputs: Vec<String> =
                    node.inputs.iter().map(|e| if e.port == 0 { e.node.to_string() } else { format!("{} (aside)", e.node) }).collect();
                let from = if inputs.is_empty() { String::new() } else { format!(" <- {}", inputs.join(", ")) };
                let store = node.store.as_ref().map(|s| format!("  store {}", s.name)).unwrap_or_default();
                let _ = writeln!(out, "  {n:>3} {}{from}  {}{store}", self.words(*n), node.schema);
            }
        }
        let globals: Vec<usize> = (0..self.nodes.len()).filter(|n| self.nodes[*n].shape == Kind::Global).collect();
        if !globals.is_empty() {
            let _ = writeln!(out, "Global");
            for n in globals {
                let _ = writeln!(out, "  {n:>3} {}  {}", self.words(n), self.nodes[n].schema);
            }
        }
        out
    }

    fn words(&self, n: usize) -> String {
        match &self.nodes[n].kind {
            NodeKind::Plan(op) => match op {
                NodeOp::Source(s) => format!("{} {}", op.word(), s.topic),
                NodeOp::Sink(s) => format!("sink {}", s.topic),
                NodeOp::Filter { when } => format!("filter {when}"),
                NodeOp::Aggregate(a) => format!("aggregate by {} {}", a.by.join(", "), a.window.map(|w| format!("{w:?}")).unwrap_or_default()),
                NodeOp::Map { function, .. } | NodeOp::Process { function, .. } | NodeOp::Foreach { function } => format!("{} {function}", op.word()),
                op => op.word().to_owned(),
            },
            NodeKind::Materialize => "keep".to_owned(),
            NodeKind::Move { topic, .. } => format!("move {topic}"),
            NodeKind::ForeignLeft { .. } => "foreign key: wants".to_owned(),
            NodeKind::ForeignRight { .. } => "foreign key: answers".to_owned(),
            NodeKind::ForeignResolve { .. } => "foreign key: join".to_owned(),
        }
    }

    /// Every store and internal topic, with the columns that it holds.
    pub fn names(&self) -> BTreeMap<String, String> {
        let mut out = BTreeMap::new();
        for n in &self.nodes {
            if let Some(s) = n.store.as_ref().filter(|s| s.source.is_none()) {
                out.insert(s.name.clone(), n.schema.to_string());
            }
            if let NodeKind::Move { topic, .. } = &n.kind {
                out.insert(topic.clone(), n.schema.to_string());
            }
        }
        out
    }

    /// What a program that ran `old` finds when it goes on with this plan.
    pub fn diff(&self, old: &Checked) -> Diff {
        let (new, old) = (self.names(), old.names());
        let mut d = Diff::default();
        for (name, columns) in &new {
            match old.get(name) {
                None => d.added.push(name.clone()),
                Some(c) if c == columns => d.kept.push(name.clone()),
                Some(_) => d.changed.push(name.clone()),
            }
        }
        d.orphaned = old.keys().filter(|n| !new.contains_key(*n)).cloned().collect();
        d
    }
}
