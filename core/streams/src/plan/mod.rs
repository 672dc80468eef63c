//! The plan: what every front builds and the engine runs. Data only; `check` gives it its types, keys, stores and tasks.
//!
//! As JSON it is `{"nodes":[{"op":{"source":{...}},"inputs":[]}, ...]}`: a node's inputs are the numbers of earlier nodes.

mod check;
mod describe;
mod names;

pub use check::{Checked, CheckedNode, Edge, Kind, NodeKind, StoreSpec, Subtopology, WINDOW_END, WINDOW_START};
pub(crate) use check::{dead_letter_fields, sink_columns, sink_key_format};
pub use describe::Diff;

use crate::expr::Expr;
use crate::format::Format;
use crate::types::Field;
use serde::{Deserialize, Serialize};
use wellhead_base::{Error, Result};

pub type NodeId = usize;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub nodes: Vec<Node>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    pub op: NodeOp,
    #[serde(default)]
    pub inputs: Vec<NodeId>,
    /// The name of what the node keeps (store, changelog, repartition topic). Without one it is a hash of what the node does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeOp {
    /// Records of a topic.
    Source(Source),
    /// Records of the input source that could not be read, as (reason string, value bytes) with the key as bytes.
    DeadLetters,
    /// Rows of the input aggregate or join that came after their window was closed, as they came.
    Late,
    Filter {
        when: Expr,
    },
    /// New value columns, in order. `keep`: beside the old ones, of which those with the same name are replaced.
    Select {
        columns: Vec<(String, Expr)>,
        #[serde(default)]
        keep: bool,
    },
    /// Another key. Value columns stay, but for those that become the key under their own name.
    SelectKey {
        columns: Vec<(String, Expr)>,
    },
    /// One row for each item of a list column, which becomes the item; rows with an empty list or none are dropped.
    Explode {
        column: String,
    },
    /// A function over whole batches: it gets the key and value columns and `_timestamp`, and gives value columns of `fields`. Where it gives
    /// another number of rows, it must give the key columns and `_timestamp` too.
    Map {
        function: String,
        fields: Vec<Field>,
    },
    /// A function with state per key and timers.
    Process {
        function: String,
        fields: Vec<Field>,
    },
    /// A function that is told of every batch.
    Foreach {
        function: String,
    },
    /// The rows of all inputs, which have the same columns.
    Merge,
    Aggregate(Aggregate),
    /// The stream's latest row per key.
    ToTable,
    /// The table's changes as a stream: a row for each new value, and a deletion where a key goes.
    ToStream,
    Join(Join),
    /// To the partition of its key. The checker puts it where rows must move; a plan may ask for it too.
    Repartition {
        #[serde(default)]
        partitions: Option<i32>,
    },
    Sink(Sink),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    #[default]
    Stream,
    /// The topic's latest record per key; a null value deletes.
    Table,
    /// The same, with all partitions in every process.
    Global,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    pub topic: String,
    #[serde(default)]
    pub kind: SourceKind,
    /// The key's columns. With none the key's bytes are not read.
    #[serde(default)]
    pub key: Vec<Field>,
    #[serde(default = "text")]
    pub key_format: Format,
    /// The value's columns.
    pub fields: Vec<Field>,
    #[serde(default = "json")]
    pub format: Format,
    /// The column that is the event time (timestamp, or int in milliseconds); None: the record's own timestamp.
    #[serde(default)]
    pub time: Option<String>,
    /// When no record comes for so long (milliseconds of the wall clock), event time goes on by itself.
    #[serde(default)]
    pub idle_after_ms: Option<i64>,
    /// Where to begin without a committed offset: earliest (the default) or latest.
    #[serde(default)]
    pub from_latest: bool,
    /// A record that cannot be read stops the program instead of going to the dead letters.
    #[serde(default)]
    pub strict: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sink {
    pub topic: String,
    #[serde(default = "json")]
    pub format: Format,
    /// None: text for one column, JSON for several.
    #[serde(default)]
    pub key_format: Option<Format>,
    /// None: all columns but those whose name begins with `_`.
    #[serde(default)]
    pub columns: Option<Vec<String>>,
    /// The record's key; None: the rows' key.
    #[serde(default)]
    pub key: Option<Vec<String>>,
    /// How many partitions the topic gets if it is not there; None: as many as its input has.
    #[serde(default)]
    pub partitions: Option<i32>,
}

fn text() -> Format {
    Format::Text
}
fn json() -> Format {
    Format::Json
}

/// Durations are milliseconds. Windows begin at multiples of their advance since the Unix epoch, include their start and exclude their
/// end; sessions and sliding windows include both ends, as Kafka Streams has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    Tumbling { size_ms: i64 },
    Hopping { size_ms: i64, advance_ms: i64 },
    Sliding { size_ms: i64 },
    Session { gap_ms: i64 },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Emit {
    /// A row for every input row.
    Every,
    /// A row per changed key and chunk of input.
    #[default]
    Changes,
    /// One row when the window is closed.
    Final,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Aggregate {
    /// The groups: columns of the input.
    pub by: Vec<String>,
    #[serde(default)]
    pub window: Option<Window>,
    #[serde(default)]
    pub grace_ms: i64,
    pub columns: Vec<(String, Agg)>,
    #[serde(default)]
    pub emit: Emit,
}

/// One aggregated column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agg {
    /// count, sum, min, max, mean, first, last, collect, count_distinct, quantile, reduce.
    pub function: String,
    #[serde(default)]
    pub arg: Option<Expr>,
    /// Of quantile: 0 to 1.
    #[serde(default)]
    pub param: Option<f64>,
    /// Of reduce: an expression over `acc` and `value`; the first value is the first `acc`.
    #[serde(default)]
    pub reduce: Option<Expr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    Inner,
    Left,
    Outer,
}

/// A join of the first input with the second. What it is follows from what they are: two streams (within a window), a stream and a table, a
/// stream and a global table, two tables, or two tables by a foreign key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Join {
    pub how: How,
    /// The left columns that are looked up: for a global table and for a foreign key. None: the key.
    #[serde(default)]
    pub on: Option<Vec<Expr>>,
    /// Of two streams: the right row may be so much earlier than the left one ...
    #[serde(default)]
    pub before_ms: i64,
    /// ... or so much later.
    #[serde(default)]
    pub after_ms: i64,
    /// Of two streams: how late a row may be. Of a stream and a table: how long stream rows wait for the table, None for not at all.
    #[serde(default)]
    pub grace_ms: Option<i64>,
    /// Put before the right side's columns whose names the left side has too.
    #[serde(default = "right")]
    pub prefix: String,
}
fn right() -> String {
    "right_".to_owned()
}

impl Plan {
    pub fn from_json(text: &str) -> Result<Plan> {
        serde_json::from_str(text).map_err(|e| Error::invalid_arg(format!("the plan cannot be read: {e}")))
    }
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a plan is plain data")
    }
    /// Adds a node behind others.
    pub fn push(&mut self, op: NodeOp, inputs: Vec<NodeId>) -> NodeId {
        self.nodes.push(Node { op, inputs, name: None });
        self.nodes.len() - 1
    }
}

impl NodeOp {
    /// One word for it.
    pub fn word(&self) -> &'static str {
        match self {
            NodeOp::Source(s) => match s.kind {
                SourceKind::Stream => "stream",
                SourceKind::Table => "table",
                SourceKind::Global => "global",
            },
            NodeOp::DeadLetters => "dead_letters",
            NodeOp::Late => "late",
            NodeOp::Filter { .. } => "filter",
            NodeOp::Select { .. } => "select",
            NodeOp::SelectKey { .. } => "select_key",
            NodeOp::Explode { .. } => "explode",
            NodeOp::Map { .. } => "map",
            NodeOp::Process { .. } => "process",
            NodeOp::Foreach { .. } => "foreach",
            NodeOp::Merge => "merge",
            NodeOp::Aggregate(_) => "aggregate",
            NodeOp::ToTable => "to_table",
            NodeOp::ToStream => "to_stream",
            NodeOp::Join(_) => "join",
            NodeOp::Repartition { .. } => "repartition",
            NodeOp::Sink(_) => "sink",
        }
    }
}
