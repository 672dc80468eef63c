//! Keeps the latest row per key and says for each change what was there before.

use super::{Cx, Operator};
use crate::chunk::{Chunk, Op};
use crate::state::TableStore;
use crate::state::rows::{self, Layout, Rows};
use crate::types::{Schema, Type};
use arrow_array::{Array, ArrayRef};
use std::sync::Arc;
use wellhead_base::Result;

/// Encodes a table's keys and rows and decodes them again.
pub struct TableCodec {
    key: Vec<Type>,
    value: Vec<Type>,
}
impl TableCodec {
    pub fn new(schema: &Arc<Schema>) -> TableCodec {
        let types = |f: &[crate::types::Field]| f.iter().map(|f| f.ty.clone()).collect();
        TableCodec { key: types(schema.key_fields()), value: types(schema.value_fields()) }
    }
    pub fn keys(&self, columns: &[ArrayRef], len: usize) -> Rows {
        let mut out = Rows::default();
        rows::encode(&self.key, columns, len, Layout::Ordered, &mut out);
        out
    }
    pub fn values(&self, columns: &[ArrayRef], len: usize) -> Rows {
        let mut out = Rows::default();
        rows::encode(&self.value, columns, len, Layout::Plain, &mut out);
        out
    }
    pub fn decode_keys<'a>(&self, keys: impl IntoIterator<Item = Option<&'a [u8]>>) -> Result<Vec<ArrayRef>> {
        rows::decode(&self.key, keys, Layout::Ordered)
    }
    /// None gives a row of nulls.
    pub fn decode_values<'a>(&self, values: impl IntoIterator<Item = Option<&'a [u8]>>) -> Result<Vec<ArrayRef>> {
        rows::decode(&self.value, values, Layout::Plain)
    }
}

/// Whether all key columns are null in a row: Kafka's null key.
pub(crate) fn null_key(columns: &[ArrayRef], row: usize) -> bool {
    !columns.is_empty() && columns.iter().all(|c| c.is_null(row))
}

/// The operator; its table lies with the task under the node's number.
pub struct Materialize {
    node: usize,
    codec: TableCodec,
}
impl Materialize {
    pub fn new(node: usize, schema: &Arc<Schema>) -> Materialize {
        Materialize { node, codec: TableCodec::new(schema) }
    }

    /// Takes a chunk's rows into the table; gives the changes with what was before.
    pub fn take_in(&self, table: &mut TableStore, chunk: &Chunk, skipped: &mut u64) -> Result<Chunk> {
        let keys = self.codec.keys(chunk.key_columns(), chunk.len());
        let values = self.codec.values(chunk.value_columns(), chunk.len());
        let mut olds = Rows::default();
        // Per output row: the chunk's row, whether its value is an old one (and which), and the kind.
        let mut out_rows: Vec<u32> = Vec::with_capacity(chunk.len() * 2);
        let mut picks: Vec<(usize, usize)> = Vec::with_capacity(chunk.len() * 2);
        let mut ops: Vec<Op> = Vec::with_capacity(chunk.len() * 2);
        for i in 0..chunk.len() {
            let op = chunk.op(i);
            if op == Op::Before {
                continue;
            }
            if null_key(chunk.key_columns(), i) {
                *skipped += 1;
                continue;
            }
            let key = keys.get(i);
            let mut give = |pick: (usize, usize), op: Op| {
                out_rows.push(i as u32);
                picks.push(pick);
                ops.push(op);
            };
            let old = table.get(key).map(|e| {
                olds.push(e.row);
                olds.len() - 1
            });
            if op == Op::Delete {
                if let Some(old) = old {
                    table.remove(key);
                    give((1, old), Op::Delete);
                }
                continue;
            }
            table.put(key, values.get(i), chunk.times[i]);
            match old {
                None => give((0, i), Op::Insert),
                Some(old) => {
                    give((1, old), Op::Before);
                    give((0, i), Op::After);
                }
            }
        }
        let key_part = chunk.take(&out_rows)?;
        let old_columns = self.codec.decode_values(olds.iter().map(Some))?;
        let mut columns: Vec<ArrayRef> = key_part.key_columns().to_vec();
        for (new, old) in chunk.value_columns().iter().zip(&old_columns) {
            columns.push(rows::interleave(&[new, old], &picks)?);
        }
        Ok(Chunk::new(chunk.schema.clone(), columns, key_part.times.clone()).with_ops(Some(ops.into())))
    }
}
impl Operator for Materialize {
    fn process(&mut self, _port: usize, chunk: Chunk, cx: &mut Cx<'_>) -> Result<()> {
        let table = cx.tables.entry(self.node).or_default();
        let mut skipped = 0;
        let changes = self.take_in(table, &chunk, &mut skipped)?;
        cx.counters.skipped += skipped;
        cx.emit(changes);
        Ok(())
    }
}
