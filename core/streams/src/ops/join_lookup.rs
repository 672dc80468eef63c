//! A stream's rows each look up one row: of a table by their key, of a global table by expressions.
//!
//! Owns nothing: the table belongs to the task, or to the engine. Only stream rows give results, with their own times; the table's changes
//! are seen by the rows that come after them. As in Kafka Streams a row without a value gives nothing, and one without a key gives
//! something in a left join only.

use super::join::Picked;
use super::{Cx, Operator, TableCodec, table::null_key, with_values};
use crate::chunk::Chunk;
use crate::expr::Bound;
use crate::plan::{CheckedNode, How, Join};
use crate::types::Schema;
use arrow_array::ArrayRef;
use std::sync::Arc;
use wellhead_base::Result;

pub struct Lookup {
    schema: Arc<Schema>,
    how: How,
    on: Option<Vec<Bound>>,
    right: TableCodec,
    table: usize,
    global: bool,
}

impl Lookup {
    pub fn new(node: &CheckedNode, left: &CheckedNode, right: &CheckedNode, j: &Join, global: bool) -> Result<Lookup> {
        let on = j.on.as_ref().filter(|_| global);
        let on = on.map(|on| on.iter().map(|e| Bound::new(e, &left.schema)).collect::<Result<Vec<_>>>()).transpose()?;
        Ok(Lookup { schema: node.schema.clone(), how: j.how, on, right: TableCodec::new(&right.schema), table: node.inputs[1].node, global })
    }
}

impl Operator for Lookup {
    fn process(&mut self, port: usize, chunk: Chunk, cx: &mut Cx<'_>) -> Result<()> {
        if port == 1 {
            return Ok(());
        }
        let chunk = with_values(chunk, cx)?;
        let key: Vec<ArrayRef> = match &self.on {
            Some(on) => on.iter().map(|e| e.eval(&chunk)).collect::<Result<_>>()?,
            None => chunk.key_columns().to_vec(),
        };
        let keys = self.right.keys(&key, chunk.len());
        let table = if self.global { cx.globals.get(&self.table) } else { cx.tables.get(&self.table) };
        let mut found = Picked::default();
        let mut kept: Vec<u32> = Vec::with_capacity(chunk.len());
        for i in 0..chunk.len() {
            let null = null_key(&key, i);
            let row = table.filter(|_| !null).and_then(|t| t.get(keys.get(i))).map(|e| e.row);
            if self.how.gives(true, row.is_some()) {
                found.push(row);
                kept.push(i as u32);
            } else if null {
                cx.counters.skipped += 1;
            }
        }
        let rows = if kept.len() == chunk.len() { chunk } else { chunk.take(&kept)? };
        let mut columns = rows.columns.clone();
        columns.extend(self.right.decode_values(found.iter())?);
        cx.emit(rows.replace(self.schema.clone(), columns));
        Ok(())
    }
}
