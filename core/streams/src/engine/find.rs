//! What a table holds for those who ask: kept tables and aggregates as they are, and tables that are made of others (filters, columns,
//! joins) by making the wanted rows when they are asked for, from what their inputs keep.
//!
//! Owns: which tables can be asked, and that an answer is of one moment: it is made between two chunks, on the engine's thread.

use super::Shared;
use super::task::Task;
use crate::chunk::Chunk;
use crate::keys::{KeyRange, Smallest};
use crate::ops::{self, Counters, Cx, TableCodec};
use crate::plan::{How, Kind, NodeKind, NodeOp};
use crate::state::TableStore;
use crate::types::Schema;
use arrow_array::BooleanArray;
use std::collections::HashMap;
use std::sync::Arc;
use wellhead_base::Result;

/// The wanted rows of a kept table, sorted by key.
pub(super) fn in_table(schema: &Arc<Schema>, table: &TableStore, keys: &KeyRange) -> Result<Chunk> {
    let codec = TableCodec::new(schema);
    let mut smallest = Smallest::new(keys);
    match keys.prefix(schema.key_len()) {
        Some(key) => table.get(key).into_iter().for_each(|e| smallest.offer(key, (e.row, e.time))),
        None => table.iter().for_each(|(k, e)| smallest.offer(k, (e.row, e.time))),
    }
    let found = smallest.sorted();
    let mut columns = codec.decode_keys(found.iter().map(|(k, _)| Some(k.as_slice())))?;
    columns.extend(codec.decode_values(found.iter().map(|(_, (row, _))| Some(*row)))?);
    Ok(Chunk::new(schema.clone(), columns, found.iter().map(|(_, (_, t))| *t).collect::<Vec<_>>()))
}

impl Task {
    /// The wanted rows of a table of this task, sorted by key. None where nothing is kept that they could be made of.
    pub(super) fn find(&mut self, shared: &Arc<Shared>, globals: &HashMap<usize, TableStore>, at: usize, keys: &KeyRange) -> Result<Option<Chunk>> {
        let n = &shared.plan.nodes[at];
        if n.shape == Kind::Stream {
            return Ok(None);
        }
        let input = |i: usize| n.inputs[i].node;
        match &n.kind {
            NodeKind::Materialize => Ok(Some(in_table(&n.schema, self.tables.get(&at).unwrap_or(&TableStore::default()), keys)?)),
            NodeKind::Plan(NodeOp::Aggregate(_)) => self.operators.get(&at).map_or(Ok(None), |o| o.find(keys)),
            NodeKind::Plan(NodeOp::Filter { .. } | NodeOp::Select { .. }) => {
                let all = keys.without_limit();
                let Some(rows) =
                    self.find(shared, globals, input(0), if matches!(n.kind, NodeKind::Plan(NodeOp::Select { .. })) { keys } else { &all })?
                else {
                    return Ok(None);
                };
                let made = self.make(shared, globals, at, 0, rows)?;
                Ok(Some(keys.cut(&made.unwrap_or_else(|| Chunk::empty(&n.schema)))?))
            }
            // Rows go through as they are.
            NodeKind::Plan(NodeOp::Foreach { .. }) => self.find(shared, globals, input(0), keys),
            NodeKind::Plan(NodeOp::Join(j)) => {
                let all = keys.without_limit();
                let Some(left) = self.find(shared, globals, input(0), &all)? else { return Ok(None) };
                let mut parts: Vec<Chunk> = self.make(shared, globals, at, 0, left)?.into_iter().collect();
                if j.how == How::Outer {
                    // What the right side has alone; the others are there already.
                    let Some(right) = self.find(shared, globals, input(1), &all)? else { return Ok(None) };
                    let codec = TableCodec::new(&shared.plan.nodes[input(1)].schema);
                    let known = codec.keys(right.key_columns(), right.len());
                    let other = self.tables.get(&input(0));
                    let alone: Vec<u32> =
                        (0..right.len()).filter(|i| other.is_none_or(|t| t.get(known.get(*i)).is_none())).map(|i| i as u32).collect();
                    parts.extend(self.make(shared, globals, at, 1, right.take(&alone)?)?);
                }
                Ok(Some(keys.cut(&Chunk::concat(&parts)?.unwrap_or_else(|| Chunk::empty(&n.schema)))?))
            }
            NodeKind::ForeignResolve { left, .. } => {
                let Some(table) = self.tables.get(left) else { return Ok(Some(Chunk::empty(&n.schema))) };
                let all = keys.without_limit();
                let found = self.operators.get(&at).map_or(Ok(None), |o| o.find_in(table, &all))?;
                found.map(|c| keys.cut(&c)).transpose()
            }
            _ => Ok(None),
        }
    }

    /// What an operator makes of rows of a table, as a new one would: nothing that is kept changes.
    fn make(&mut self, shared: &Arc<Shared>, globals: &HashMap<usize, TableStore>, at: usize, port: usize, rows: Chunk) -> Result<Option<Chunk>> {
        if rows.is_empty() {
            return Ok(None);
        }
        let mut op = ops::build(at, shared.plan.as_ref(), &shared.functions, false)?;
        let mut counters = Counters::default();
        let mut cx = Cx { tables: &mut self.tables, globals, out: Vec::new(), counters: &mut counters };
        op.process(port, rows, &mut cx)?;
        let mut made = Vec::new();
        for (_, c) in cx.out.into_iter().filter(|(port, _)| *port == 0) {
            // A join tells what it had before, too, where one side was there already.
            let holds: BooleanArray = (0..c.len()).map(|i| Some(c.op(i).adds())).collect();
            made.push(c.filter(&holds)?.with_ops(None));
        }
        Chunk::concat(&made)
    }
}
