//! Names of stores and internal topics, by content: a hash of what the operator does, its key and its source topics. Stateless operators
//! before it do not count, so adding a filter keeps every name; a name that the user gave wins.

use super::{NodeId, NodeOp, Plan};
use std::collections::{HashMap, HashSet};

pub(super) struct Names {
    content: Vec<String>,
    given: Vec<Option<String>>,
    words: Vec<&'static str>,
    taken: HashSet<String>,
    /// How often an anonymous name was asked for.
    again: HashMap<String, usize>,
}

impl Names {
    pub fn of(plan: &Plan) -> Names {
        let mut content: Vec<String> = Vec::new();
        for node in &plan.nodes {
            let of = |i: usize| node.inputs.get(i).and_then(|n| content.get(*n)).cloned().unwrap_or_default();
            let all = || (0..node.inputs.len()).map(of).collect::<Vec<_>>().join(",");
            let text = match &node.op {
                NodeOp::Source(s) => s.topic.clone(),
                NodeOp::DeadLetters | NodeOp::Late => format!("{}({})", node.op.word(), of(0)),
                NodeOp::Filter { .. }
                | NodeOp::Select { .. }
                | NodeOp::Explode { .. }
                | NodeOp::Map { .. }
                | NodeOp::Foreach { .. }
                | NodeOp::ToStream
                | NodeOp::Sink(_) => of(0),
                NodeOp::SelectKey { columns } => {
                    let list: Vec<String> = columns.iter().map(|(n, e)| format!("{n}={e}")).collect();
                    format!("key({};{})", list.join(","), of(0))
                }
                NodeOp::Merge => format!("merge({})", all()),
                NodeOp::ToTable | NodeOp::Repartition { .. } => format!("{}({})", node.op.word(), of(0)),
                NodeOp::Process { function, .. } => format!("process({function};{})", of(0)),
                NodeOp::Aggregate(a) => {
                    let columns: Vec<String> =
                        a.columns.iter().map(|(n, g)| format!("{n}={}", serde_json::to_string(g).unwrap_or_default())).collect();
                    format!("aggregate({};{:?};{};{})", a.by.join(","), a.window, columns.join(","), of(0))
                }
                NodeOp::Join(j) => {
                    let on: Vec<String> = j.on.iter().flatten().map(|e| e.to_string()).collect();
                    format!("join({};{};{};{})", on.join(","), j.before_ms, j.after_ms, all())
                }
            };
            content.push(text);
        }
        let given: Vec<Option<String>> = plan.nodes.iter().map(|n| n.name.clone()).collect();
        let words = plan.nodes.iter().map(|n| n.op.word()).collect();
        Names { content, given, words, taken: HashSet::new(), again: HashMap::new() }
    }

    /// A name for what node `id` keeps; `what` tells its several things apart.
    pub fn store(&mut self, id: NodeId, what: &str) -> String {
        let base = match &self.given[id] {
            Some(name) if what == self.words[id] || what == "table" => name.clone(),
            Some(name) => format!("{name}-{what}"),
            None => format!("{what}-{:010x}", hash(&format!("{what} {}", self.content[id])) & 0xff_ffff_ffff),
        };
        let n = self.again.entry(base.clone()).or_insert(0);
        loop {
            *n += 1;
            let name = if *n == 1 { base.clone() } else { format!("{base}-{n}") };
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }
}

/// FNV-1a of 64 bits: names outlive versions, so the hash is one that never changes.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}
