//! A column while it grows: what every decoder appends its values to. Owns validity and offsets; the arrays that come out are Arrow's.
//!
//! Invariants: a column has one entry for each row appended so far; a row that turns out bad is either cut off again (`truncate`) or made
//! null where it stands (`void`). Offsets are 32 bits in Arrow, so a column refuses bytes beyond 2 GiB instead of overflowing.

use crate::types::Type;
use arrow_array::types::TimestampMillisecondType;
use arrow_array::{ArrayRef, BinaryArray, BooleanArray, Float64Array, Int64Array, ListArray, PrimitiveArray, StringArray};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use std::sync::Arc;

pub(crate) struct Column {
    ty: Type,
    data: Data,
    valid: Vec<bool>,
    nulls: usize,
}

enum Data {
    Bool(Vec<bool>),
    /// Int and Timestamp.
    Int(Vec<i64>),
    Float(Vec<f64>),
    /// String, Json and Bytes: where each row ends, beginning with 0, and the bytes.
    Bytes(Vec<i32>, Vec<u8>),
    List(Vec<i32>, Box<Column>),
}

/// Bytes that no longer fit under offsets of 32 bits.
pub(crate) const TOO_LONG: &str = "the column would hold more than 2 GiB in one chunk";

impl Column {
    pub fn new(ty: &Type, rows: usize) -> Column {
        let ends = || {
            let mut e = Vec::with_capacity(rows + 1);
            e.push(0);
            e
        };
        let data = match ty {
            Type::Bool => Data::Bool(Vec::with_capacity(rows)),
            Type::Int | Type::Timestamp => Data::Int(Vec::with_capacity(rows)),
            Type::Float => Data::Float(Vec::with_capacity(rows)),
            Type::String | Type::Json | Type::Bytes => Data::Bytes(ends(), Vec::new()),
            Type::List(of) => Data::List(ends(), Box::new(Column::new(of, 0))),
        };
        Column { ty: ty.clone(), data, valid: Vec::with_capacity(rows), nulls: 0 }
    }
    pub fn ty(&self) -> &Type {
        &self.ty
    }
    pub fn len(&self) -> usize {
        self.valid.len()
    }
    pub fn null(&mut self) {
        match &mut self.data {
            Data::Bool(v) => v.push(false),
            Data::Int(v) => v.push(0),
            Data::Float(v) => v.push(0.0),
            Data::Bytes(ends, _) => ends.push(ends[ends.len() - 1]),
            Data::List(ends, child) => {
                // Elements of a list that broke off go with it.
                let end = ends[ends.len() - 1];
                child.truncate(end as usize);
                ends.push(end);
            }
        }
        self.valid.push(false);
        self.nulls += 1;
    }
    pub fn bool(&mut self, x: bool) {
        match &mut self.data {
            Data::Bool(v) => v.push(x),
            _ => unreachable!("a bool for a column of {}", self.ty),
        }
        self.valid.push(true);
    }
    /// An integer, or milliseconds.
    pub fn int(&mut self, x: i64) {
        match &mut self.data {
            Data::Int(v) => v.push(x),
            _ => unreachable!("an integer for a column of {}", self.ty),
        }
        self.valid.push(true);
    }
    pub fn float(&mut self, x: f64) {
        match &mut self.data {
            Data::Float(v) => v.push(x),
            _ => unreachable!("a float for a column of {}", self.ty),
        }
        self.valid.push(true);
    }
    /// Bytes; a column of text takes UTF-8 only, which the caller has checked.
    pub fn bytes(&mut self, x: &[u8]) -> Result<(), &'static str> {
        self.bytes_with(|to| {
            to.extend_from_slice(x);
            Ok(())
        })
    }
    /// Bytes of `source`, if they are few and not at its end: 16 are copied, whatever their number is, which costs less than to copy as
    /// many as there are. None, and nothing appended, where that cannot be.
    #[inline]
    pub fn short(&mut self, source: &[u8], from: usize, to: usize) -> Option<()> {
        let Data::Bytes(ends, bytes) = &mut self.data else { return None };
        let n = to.checked_sub(from).filter(|n| *n <= 16)?;
        let chunk = source.get(from..)?.first_chunk::<16>()?;
        let end = bytes.len() + n;
        let offset = i32::try_from(end).ok()?;
        bytes.extend_from_slice(chunk);
        bytes.truncate(end);
        ends.push(offset);
        self.valid.push(true);
        Some(())
    }
    /// Bytes that `write` appends. What it appended is taken back if it fails.
    pub fn bytes_with<E: From<&'static str>>(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>) -> Result<(), E> {
        let Data::Bytes(ends, bytes) = &mut self.data else { unreachable!("bytes for a column of {}", self.ty) };
        let before = bytes.len();
        let wrote = write(bytes).and_then(|()| i32::try_from(bytes.len()).map_err(|_| E::from(TOO_LONG)));
        match wrote {
            Ok(end) => ends.push(end),
            Err(e) => {
                bytes.truncate(before);
                return Err(e);
            }
        }
        self.valid.push(true);
        Ok(())
    }
    /// The column of a list's elements; append them, then call `list`.
    pub fn elements(&mut self) -> &mut Column {
        let Data::List(_, child) = &mut self.data else { unreachable!("elements for a column of {}", self.ty) };
        child
    }
    /// Ends a list: the elements appended since the last one ended are its own.
    pub fn list(&mut self) -> Result<(), &'static str> {
        let Data::List(ends, child) = &mut self.data else { unreachable!("a list for a column of {}", self.ty) };
        let end = i32::try_from(child.len()).map_err(|_| "the column would hold more than 2^31 list elements in one chunk")?;
        ends.push(end);
        self.valid.push(true);
        Ok(())
    }
    /// Keeps the first `rows`, and drops elements of a list that has not ended.
    pub fn truncate(&mut self, rows: usize) {
        if rows < self.valid.len() {
            self.nulls -= self.valid[rows..].iter().filter(|v| !**v).count();
            self.valid.truncate(rows);
        }
        match &mut self.data {
            Data::Bool(v) => v.truncate(rows),
            Data::Int(v) => v.truncate(rows),
            Data::Float(v) => v.truncate(rows),
            Data::Bytes(ends, bytes) => {
                ends.truncate(rows + 1);
                bytes.truncate(ends[ends.len() - 1] as usize);
            }
            Data::List(ends, child) => {
                ends.truncate(rows + 1);
                child.truncate(ends[ends.len() - 1] as usize);
            }
        }
    }
    /// Makes a row that was appended null.
    pub fn void(&mut self, row: usize) {
        if self.valid[row] {
            self.valid[row] = false;
            self.nulls += 1;
        }
    }
    pub fn finish(self) -> ArrayRef {
        let nulls = (self.nulls > 0).then(|| NullBuffer::new(BooleanBuffer::from(self.valid.as_slice())));
        let offsets = |ends: Vec<i32>| OffsetBuffer::new(ScalarBuffer::from(ends));
        match (self.data, &self.ty) {
            (Data::Bool(v), _) => Arc::new(BooleanArray::new(BooleanBuffer::from(v.as_slice()), nulls)),
            (Data::Int(v), Type::Timestamp) => Arc::new(PrimitiveArray::<TimestampMillisecondType>::new(v.into(), nulls)),
            (Data::Int(v), _) => Arc::new(Int64Array::new(v.into(), nulls)),
            (Data::Float(v), _) => Arc::new(Float64Array::new(v.into(), nulls)),
            (Data::Bytes(ends, bytes), Type::Bytes) => Arc::new(BinaryArray::new(offsets(ends), Buffer::from_vec(bytes), nulls)),
            (Data::Bytes(ends, bytes), _) => Arc::new(StringArray::new(offsets(ends), Buffer::from_vec(bytes), nulls)),
            (Data::List(ends, child), Type::List(of)) => {
                let item = Arc::new(arrow_schema::Field::new("item", of.arrow(), true));
                Arc::new(ListArray::new(item, offsets(ends), child.finish(), nulls))
            }
            (Data::List(..), ty) => unreachable!("a list in a column of {ty}"),
        }
    }
}

/// The columns of a decoder that reads row by row: a row's values are appended one column after the other, and `bad` takes them back.
pub(crate) struct Rows {
    pub columns: Vec<Column>,
    bad: Vec<(usize, String)>,
    row: usize,
}

impl Rows {
    pub fn new(fields: &[crate::types::Field], rows: usize) -> Rows {
        Rows { columns: fields.iter().map(|f| Column::new(&f.ty, rows)).collect(), bad: Vec::new(), row: 0 }
    }
    /// The row's end: columns that got nothing are null, and all are if the row is bad.
    pub fn end(&mut self, outcome: Result<(), String>) {
        if let Err(why) = outcome {
            self.columns.iter_mut().for_each(|c| c.truncate(self.row));
            self.bad.push((self.row, why));
        }
        self.row += 1;
        for c in &mut self.columns {
            if c.len() < self.row {
                c.null();
            }
            debug_assert_eq!(c.len(), self.row, "one value for each column and row");
        }
    }
    pub fn finish(self) -> super::Decoded {
        super::Decoded { columns: self.columns.into_iter().map(Column::finish).collect(), bad: self.bad }
    }
}
