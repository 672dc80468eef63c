//! Joins: which operator a join is, and what all of them share. One file per kind: `join_lookup` (stream with table or global table),
//! `join_graced` (stream with table, waiting), `join_tables`, `join_streams` (within a window), `join_foreign` (by a foreign key).

use super::{Operator, TableCodec, join_graced, join_lookup, join_streams, join_tables};
use crate::chunk::kernel;
use crate::plan::{Checked, CheckedNode, How, Join, Kind};
use crate::state::rows::{self, Rows};
use arrow_array::{ArrayRef, UInt32Array};
use wellhead_base::Result;

/// The operator of a join that is one node.
pub fn build(node: &CheckedNode, plan: &Checked, j: &Join) -> Result<Box<dyn Operator>> {
    let (left, right) = (&plan.nodes[node.inputs[0].node], &plan.nodes[node.inputs[1].node]);
    Ok(match (left.shape, right.shape) {
        (_, Kind::Global) => Box::new(join_lookup::Lookup::new(node, left, right, j, true)?),
        (Kind::Stream, Kind::Table) if j.grace_ms.is_none() => Box::new(join_lookup::Lookup::new(node, left, right, j, false)?),
        (Kind::Stream, Kind::Table) => Box::new(join_graced::Graced::new(node, left, right, j)),
        (Kind::Table, _) => Box::new(join_tables::TableTable::new(node, left, right, j.how)),
        _ => Box::new(join_streams::StreamStream::new(node, left, right, j)),
    })
}

impl How {
    /// Whether the join has a row where a key has a left and a right one, or lacks one.
    pub(crate) fn gives(self, left: bool, right: bool) -> bool {
        match self {
            How::Inner => left && right,
            How::Left => left,
            How::Outer => left || right,
        }
    }
    /// Whether rows of this side (0: left) come out without a partner.
    pub(crate) fn alone(self, side: usize) -> bool {
        self.gives(side == 0, side == 1)
    }
}

/// The rows at `at`, and rows of nulls where there is none.
pub(crate) fn take_nullable(columns: &[ArrayRef], at: &[Option<u32>]) -> Result<Vec<ArrayRef>> {
    let index: UInt32Array = at.iter().copied().collect();
    columns.iter().map(|c| arrow_select::take::take(c, &index, None).map_err(kernel)).collect()
}

/// Encoded rows, of which some are none.
#[derive(Default)]
pub(crate) struct Picked {
    bytes: Rows,
    some: Vec<bool>,
}
impl Picked {
    /// The new row's place.
    pub fn push(&mut self, row: Option<&[u8]>) -> usize {
        self.bytes.push(row.unwrap_or_default());
        self.some.push(row.is_some());
        self.some.len() - 1
    }
    pub fn len(&self) -> usize {
        self.some.len()
    }
    pub fn is_empty(&self) -> bool {
        self.some.is_empty()
    }
    pub fn iter(&self) -> impl Iterator<Item = Option<&[u8]>> {
        self.some.iter().enumerate().map(|(i, s)| s.then(|| self.bytes.get(i)))
    }
}

/// One side of what a join gives, row by row: rows of the chunk in hand (0, row) and rows out of the state (1, place in `stored`).
#[derive(Default)]
pub(crate) struct Part {
    pub stored: Picked,
    pub picks: Vec<(usize, usize)>,
}
impl Part {
    pub fn row(&mut self, row: usize) {
        self.picks.push((0, row));
    }
    pub fn stored(&mut self, bytes: Option<&[u8]>) {
        let at = self.stored.push(bytes);
        self.picks.push((1, at));
    }
    /// The columns: `chunk` has those of the chunk in hand, where rows of it were picked; `decode` reads what was stored.
    pub fn columns(&self, chunk: &[ArrayRef], decode: impl FnOnce(&Picked) -> Result<Vec<ArrayRef>>) -> Result<Vec<ArrayRef>> {
        if self.stored.is_empty() {
            let at: Vec<Option<u32>> = self.picks.iter().map(|(_, i)| Some(*i as u32)).collect();
            return take_nullable(chunk, &at);
        }
        let stored = decode(&self.stored)?;
        if self.stored.len() == self.picks.len() {
            return Ok(stored);
        }
        chunk.iter().zip(&stored).map(|(c, s)| rows::interleave(&[c, s], &self.picks)).collect()
    }
}

/// A row of both sides' codecs.
pub(crate) fn codecs(left: &CheckedNode, right: &CheckedNode) -> [TableCodec; 2] {
    [TableCodec::new(&left.schema), TableCodec::new(&right.schema)]
}
