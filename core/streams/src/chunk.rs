//! The unit of work: rows as columns, with a time each and, where they are changes of a table, what kind of change each row is.
//!
//! Owns: the row kinds and the reshaping that every operator needs (filter, take, join of chunks). Columns are shared, so a clone is
//! cheap. Invariants: every column, `times` and `ops` have the same length, and a column has the type that the schema says.

use crate::types::Schema;
use arrow_array::{Array, ArrayRef, BooleanArray, Int64Array, RecordBatch, RecordBatchOptions, UInt32Array, new_null_array};
use arrow_buffer::ScalarBuffer;
use std::sync::Arc;
use wellhead_base::{Code, Error, Result};

/// What a row says. A stream has `Insert` rows, and `Delete` rows where a record had no value (their value columns are null). The
/// changes of a table come as `Insert` (a new key), `Delete` (a key that goes; with the row that was) or as a pair of `Before` and
/// `After` of one key, next to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Op {
    Insert,
    Delete,
    Before,
    After,
}
impl Op {
    /// The row holds from now on.
    pub fn adds(self) -> bool {
        matches!(self, Op::Insert | Op::After)
    }
}

/// Where rows came from, for dead letters and for `_topic`, `_partition` and `_offset`.
#[derive(Clone, Debug)]
pub struct Origin {
    pub topic: Arc<str>,
    pub partition: i32,
    /// Per row; empty where rows no longer are records of a topic.
    pub offsets: ScalarBuffer<i64>,
}

#[derive(Clone, Debug)]
pub struct Chunk {
    pub schema: Arc<Schema>,
    pub columns: Vec<ArrayRef>,
    /// Event time of each row, milliseconds since the Unix epoch.
    pub times: ScalarBuffer<i64>,
    /// None: every row is an `Insert`.
    pub ops: Option<Arc<[Op]>>,
    pub origin: Option<Arc<Origin>>,
}

/// An Arrow kernel's error. Operators check types before they call one, so it is a fault of ours or memory that ran out.
pub fn kernel(e: arrow_schema::ArrowError) -> Error {
    Error::new(Code::FAIL, format!("a column operation failed: {e}"))
}

impl Chunk {
    pub fn new(schema: Arc<Schema>, columns: Vec<ArrayRef>, times: impl Into<ScalarBuffer<i64>>) -> Chunk {
        let c = Chunk { schema, columns, times: times.into(), ops: None, origin: None };
        c.check();
        c
    }
    pub fn with_ops(mut self, ops: Option<Arc<[Op]>>) -> Chunk {
        // A chunk without a row kind other than Insert is plain: operators have a shorter way for those.
        self.ops = ops.filter(|o| o.iter().any(|x| *x != Op::Insert));
        self.check();
        self
    }
    fn check(&self) {
        debug_assert_eq!(self.columns.len(), self.schema.len(), "a column for each field of {}", self.schema);
        for (c, f) in self.columns.iter().zip(self.schema.fields()) {
            debug_assert_eq!(c.len(), self.times.len(), "column {} is as long as the chunk", f.name);
            debug_assert_eq!(*c.data_type(), f.ty.arrow(), "column {} has its type", f.name);
        }
        debug_assert!(self.ops.as_ref().is_none_or(|o| o.len() == self.times.len()));
    }
    pub fn len(&self) -> usize {
        self.times.len()
    }
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }
    pub fn op(&self, row: usize) -> Op {
        self.ops.as_ref().map_or(Op::Insert, |o| o[row])
    }
    pub fn column(&self, name: &str) -> Result<&ArrayRef> {
        Ok(&self.columns[self.schema.find(name)?])
    }
    pub fn key_columns(&self) -> &[ArrayRef] {
        &self.columns[..self.schema.key_len()]
    }
    pub fn value_columns(&self) -> &[ArrayRef] {
        &self.columns[self.schema.key_len()..]
    }
    /// The same rows under other columns.
    pub fn replace(&self, schema: Arc<Schema>, columns: Vec<ArrayRef>) -> Chunk {
        let c = Chunk { schema, columns, times: self.times.clone(), ops: self.ops.clone(), origin: self.origin.clone() };
        c.check();
        c
    }
    /// The rows for which `keep` is true; null counts as false.
    pub fn filter(&self, keep: &BooleanArray) -> Result<Chunk> {
        let picked = keep.true_count();
        if picked == self.len() {
            return Ok(self.clone());
        }
        let p = arrow_select::filter::FilterBuilder::new(keep).optimize().build();
        let columns = self.columns.iter().map(|c| p.filter(c).map_err(kernel)).collect::<Result<Vec<_>>>()?;
        let chosen = |i: &usize| keep.is_valid(*i) && keep.value(*i);
        let rows: Vec<usize> = (0..self.len()).filter(chosen).collect();
        Ok(self.rebuilt(columns, &rows))
    }
    /// The rows at `rows`, in that order; a row may come several times.
    pub fn take(&self, rows: &[u32]) -> Result<Chunk> {
        let index = UInt32Array::from_iter_values(rows.iter().copied());
        let columns = self.columns.iter().map(|c| arrow_select::take::take(c, &index, None).map_err(kernel)).collect::<Result<Vec<_>>>()?;
        let rows: Vec<usize> = rows.iter().map(|r| *r as usize).collect();
        Ok(self.rebuilt(columns, &rows))
    }
    fn rebuilt(&self, columns: Vec<ArrayRef>, rows: &[usize]) -> Chunk {
        let times: Vec<i64> = rows.iter().map(|r| self.times[*r]).collect();
        let ops = self.ops.as_ref().map(|o| rows.iter().map(|r| o[*r]).collect::<Arc<[Op]>>());
        let origin = self.origin.as_ref().map(|o| {
            let offsets =
                if o.offsets.is_empty() { ScalarBuffer::from(vec![]) } else { rows.iter().map(|r| o.offsets[*r]).collect::<Vec<_>>().into() };
            Arc::new(Origin { topic: o.topic.clone(), partition: o.partition, offsets })
        });
        let mut c = Chunk::new(self.schema.clone(), columns, times).with_ops(ops);
        c.origin = origin;
        c
    }
    /// The first `n` rows, and the others.
    pub fn split_at(&self, n: usize) -> (Chunk, Chunk) {
        (self.slice(0, n), self.slice(n, self.len() - n))
    }
    /// `len` rows from `from` on, without a copy of the columns.
    pub fn slice(&self, from: usize, len: usize) -> Chunk {
        let columns = self.columns.iter().map(|c| c.slice(from, len)).collect();
        let mut c =
            Chunk::new(self.schema.clone(), columns, self.times.slice(from, len)).with_ops(self.ops.as_ref().map(|o| o[from..from + len].into()));
        c.origin = self.origin.as_ref().map(|o| {
            let offsets = if o.offsets.is_empty() { o.offsets.clone() } else { o.offsets.slice(from, len) };
            Arc::new(Origin { topic: o.topic.clone(), partition: o.partition, offsets })
        });
        c
    }
    /// All rows of `chunks`, which share one schema, in order. None for no chunk.
    pub fn concat(chunks: &[Chunk]) -> Result<Option<Chunk>> {
        let Some(first) = chunks.first() else { return Ok(None) };
        if chunks.len() == 1 {
            return Ok(Some(first.clone()));
        }
        let columns = (0..first.columns.len())
            .map(|i| {
                let parts: Vec<&dyn Array> = chunks.iter().map(|c| &*c.columns[i]).collect();
                arrow_select::concat::concat(&parts).map_err(kernel)
            })
            .collect::<Result<Vec<_>>>()?;
        let times: Vec<i64> = chunks.iter().flat_map(|c| c.times.iter().copied()).collect();
        let ops = chunks.iter().any(|c| c.ops.is_some()).then(|| chunks.iter().flat_map(|c| (0..c.len()).map(|i| c.op(i))).collect::<Arc<[Op]>>());
        Ok(Some(Chunk::new(first.schema.clone(), columns, times).with_ops(ops)))
    }
    /// No rows.
    pub fn empty(schema: &Arc<Schema>) -> Chunk {
        let columns = schema.fields().iter().map(|f| new_null_array(&f.ty.arrow(), 0)).collect();
        Chunk::new(schema.clone(), columns, Vec::new())
    }
    /// As Arrow's own batch, with the columns of the key first and a last column `_timestamp`.
    pub fn to_record_batch(&self) -> Result<RecordBatch> {
        let mut fields: Vec<arrow_schema::Field> =
            self.schema.fields().iter().map(|f| arrow_schema::Field::new(&f.name, f.ty.arrow(), true)).collect();
        fields.push(arrow_schema::Field::new("_timestamp", crate::types::Type::Timestamp.arrow(), false));
        let mut columns = self.columns.clone();
        columns.push(Arc::new(Int64Array::new(self.times.clone(), None).reinterpret_cast::<arrow_array::types::TimestampMillisecondType>()));
        let options = RecordBatchOptions::new().with_row_count(Some(self.len()));
        RecordBatch::try_new_with_options(Arc::new(arrow_schema::Schema::new(fields)), columns, &options).map_err(kernel)
    }
}
