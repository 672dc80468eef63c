//! Two tables by their keys: inner, left and outer.
//!
//! Owns nothing: both tables belong to the task. A change of one side meets what the other side has now, and the result changes with it;
//! where there was no result and is none, nothing is given. A result's time is the later one of its two rows.

use super::join::{self, Picked};
use super::{Cx, Operator, TableCodec};
use crate::chunk::{Chunk, Op};
use crate::plan::{CheckedNode, How};
use crate::types::Schema;
use arrow_array::ArrayRef;
use std::sync::Arc;
use wellhead_base::Result;

pub struct TableTable {
    schema: Arc<Schema>,
    how: How,
    codecs: [TableCodec; 2],
    tables: [usize; 2],
}

impl TableTable {
    pub fn new(node: &CheckedNode, left: &CheckedNode, right: &CheckedNode, how: How) -> TableTable {
        let tables = [node.inputs[0].node, node.inputs[1].node];
        TableTable { schema: node.schema.clone(), how, codecs: join::codecs(left, right), tables }
    }
}

/// The chunk's changes: the row with the old value and the row with the new one.
pub(crate) fn changes(chunk: &Chunk) -> impl Iterator<Item = (Option<u32>, Option<u32>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        if at >= chunk.len() {
            return None;
        }
        let i = at as u32;
        at += 1;
        Some(match chunk.op(i as usize) {
            Op::Insert | Op::After => (None, Some(i)),
            Op::Before if at < chunk.len() && chunk.op(at) == Op::After => {
                at += 1;
                (Some(i), Some(i + 1))
            }
            Op::Delete | Op::Before => (Some(i), None),
        })
    })
}

impl Operator for TableTable {
    fn process(&mut self, port: usize, chunk: Chunk, cx: &mut Cx<'_>) -> Result<()> {
        let keys = self.codecs[port].keys(chunk.key_columns(), chunk.len());
        let table = cx.tables.get(&self.tables[1 - port]);
        let mut others = Picked::default();
        // Per result: a row of the chunk for the key, one for this side's value, the other side's row, and what kind of change it is.
        let (mut key, mut this, mut other, mut ops, mut times) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (old, new) in changes(&chunk) {
            let at = new.or(old).expect("a change has a row") as usize;
            let entry = table.and_then(|t| t.get(keys.get(at)));
            let gives = |row: Option<u32>| {
                let (this, that) = (row.is_some(), entry.is_some());
                if port == 0 { self.how.gives(this, that) } else { self.how.gives(that, this) }
            };
            let kinds: &[(Op, Option<u32>)] = match (gives(old), gives(new)) {
                (false, false) => continue,
                (false, true) => &[(Op::Insert, new)],
                (true, false) => &[(Op::Delete, old)],
                (true, true) => &[(Op::Before, old), (Op::After, new)],
            };
            let found = others.push(entry.map(|e| e.row)) as u32;
            let time = entry.map_or(chunk.times[at], |e| e.time.max(chunk.times[at]));
            for (op, row) in kinds {
                key.push(Some(at as u32));
                this.push(*row);
                other.push(Some(found));
                ops.push(*op);
                times.push(time);
            }
        }
        let mut columns: Vec<ArrayRef> = join::take_nullable(chunk.key_columns(), &key)?;
        let here = join::take_nullable(chunk.value_columns(), &this)?;
        let there = join::take_nullable(&self.codecs[1 - port].decode_values(others.iter())?, &other)?;
        let (left, right) = if port == 0 { (here, there) } else { (there, here) };
        columns.extend(left);
        columns.extend(right);
        cx.emit(Chunk::new(self.schema.clone(), columns, times).with_ops(Some(ops.into())));
        Ok(())
    }
}
