//! Which keys of a table a reader wants: one, a range of them, or the next page.
//!
//! Owns: how a reader's values become encoded keys, and the order of pages. A key's columns compare one after the other, nulls first, texts
//! by their bytes; a bound may name the first columns alone. Everything here is done on the program's thread between two batches, so what
//! it costs is the looking (one hash for a key; each key compared, for a range or a page) and the rows that are given.

use crate::chunk::Chunk;
use crate::state::rows::{self, Layout, Rows};
use crate::types::{Field, Schema, Type};
use arrow_array::{ArrayRef, BinaryArray, BooleanArray, Float64Array, Int64Array, StringArray, TimestampMillisecondArray, new_null_array};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BinaryHeap;
use std::sync::Arc;
use wellhead_base::{Error, Result};

/// What a reader wants, as JSON: `{"from":["UA"],"to":["UA",1700000000000],"after":[...],"limit":1000}`. Bounds are values of the key's
/// columns in their order, or of the first of them, and both are included; a bound that is not there is no bound. `after` is a whole key:
/// the last one of the page before. Timestamps are milliseconds, bytes base64.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Keys {
    pub from: Option<Vec<Value>>,
    pub to: Option<Vec<Value>>,
    pub after: Option<Vec<Value>>,
    pub limit: Option<usize>,
}
impl Keys {
    pub fn all() -> Keys {
        Keys::default()
    }
    /// One key, or all that begin with these columns.
    pub fn of(key: impl IntoIterator<Item = impl Into<Value>>) -> Keys {
        let key: Vec<Value> = key.into_iter().map(Into::into).collect();
        Keys { from: Some(key.clone()), to: Some(key), ..Keys::default() }
    }
    /// From one key to another, both included.
    pub fn range(from: impl IntoIterator<Item = impl Into<Value>>, to: impl IntoIterator<Item = impl Into<Value>>) -> Keys {
        let list = |i: Vec<Value>| (!i.is_empty()).then_some(i);
        Keys { from: list(from.into_iter().map(Into::into).collect()), to: list(to.into_iter().map(Into::into).collect()), ..Keys::default() }
    }
    pub fn limit(mut self, rows: usize) -> Keys {
        self.limit = Some(rows);
        self
    }
    pub fn after(mut self, key: impl IntoIterator<Item = impl Into<Value>>) -> Keys {
        self.after = Some(key.into_iter().map(Into::into).collect());
        self
    }
    pub fn from_json(text: &str) -> Result<Keys> {
        if text.is_empty() {
            return Ok(Keys::all());
        }
        serde_json::from_str(text).map_err(|e| Error::invalid_arg(format!("the keys cannot be read: {e}")))
    }
    /// Over the key of a table.
    pub fn bind(&self, schema: &Schema) -> Result<KeyRange> {
        let fields = schema.key_fields();
        let bytes = |key: &Option<Vec<Value>>, whole: bool| -> Result<Option<Vec<u8>>> {
            let Some(key) = key else { return Ok(None) };
            if key.len() > fields.len() || whole && key.len() != fields.len() {
                let names: Vec<&str> = fields.iter().map(|f| f.name.as_str()).collect();
                return Err(Error::invalid_arg(format!("the key has the columns {}, and {} value(s) were given", names.join(", "), key.len())));
            }
            encode(fields, key).map(Some)
        };
        let mut hi = bytes(&self.to, false)?;
        if let Some(hi) = &mut hi {
            // Each column begins with a byte of 0 or 1, so that this is behind every key that begins so.
            hi.push(0xff);
        }
        let common = match (&self.from, &self.to) {
            (Some(a), Some(b)) => a.iter().zip(b).take_while(|(x, y)| x == y).count(),
            _ => 0,
        };
        // The encoded columns that all wanted keys begin with; a prefix of them is what a store may look up.
        let ends = (0..=common).map(|n| encode(fields, self.from.as_ref().map_or(&[][..], |f| &f[..n])).map(|b| b.len())).collect::<Result<_>>()?;
        Ok(KeyRange { lo: bytes(&self.from, false)?, hi, after: bytes(&self.after, true)?, limit: self.limit.unwrap_or(usize::MAX), ends })
    }
}

fn encode(fields: &[Field], key: &[Value]) -> Result<Vec<u8>> {
    let mut out = Rows::default();
    let columns = key.iter().zip(fields).map(|(v, f)| column(f, v)).collect::<Result<Vec<_>>>()?;
    let types: Vec<Type> = fields.iter().take(key.len()).map(|f| f.ty.clone()).collect();
    rows::encode(&types, &columns, 1, Layout::Ordered, &mut out);
    Ok(out.bytes)
}
/// A value as a column of one row.
fn column(f: &Field, v: &Value) -> Result<ArrayRef> {
    let wrong = || Error::invalid_arg(format!("{v} is no value of the key's column {}, which is {}", f.name, f.ty));
    if v.is_null() {
        return Ok(new_null_array(&f.ty.arrow(), 1));
    }
    Ok(match &f.ty {
        Type::Bool => Arc::new(BooleanArray::from(vec![v.as_bool().ok_or_else(wrong)?])),
        Type::Int => Arc::new(Int64Array::from(vec![v.as_i64().ok_or_else(wrong)?])),
        Type::Float => Arc::new(Float64Array::from(vec![v.as_f64().ok_or_else(wrong)?])),
        Type::String => Arc::new(StringArray::from(vec![v.as_str().ok_or_else(wrong)?])),
        // A text is JSON's own text; anything else is written as JSON.
        Type::Json => Arc::new(StringArray::from(vec![v.as_str().map_or_else(|| v.to_string(), str::to_owned)])),
        Type::Bytes => {
            let bytes = crate::format::from_base64(v.as_str().ok_or_else(wrong)?).map_err(|_| wrong())?;
            Arc::new(BinaryArray::from_iter_values([bytes]))
        }
        Type::Timestamp => Arc::new(TimestampMillisecondArray::from(vec![v.as_i64().ok_or_else(wrong)?])),
        Type::List(_) => return Err(Error::invalid_arg(format!("the key's column {} is a list: such keys are read by scanning", f.name))),
    })
}

/// The same over encoded keys.
#[derive(Clone, Debug)]
pub struct KeyRange {
    lo: Option<Vec<u8>>,
    /// Excluded.
    hi: Option<Vec<u8>>,
    /// Excluded.
    after: Option<Vec<u8>>,
    pub limit: usize,
    /// Where the columns end that all wanted keys begin with; first 0.
    ends: Vec<usize>,
}
impl KeyRange {
    pub fn contains(&self, key: &[u8]) -> bool {
        self.lo.as_deref().is_none_or(|lo| key >= lo) && self.hi.as_deref().is_none_or(|hi| key < hi) && self.after.as_deref().is_none_or(|a| key > a)
    }
    /// The first `columns` columns of the key, where all wanted keys have the same.
    pub fn prefix(&self, columns: usize) -> Option<&[u8]> {
        if columns == 0 {
            return None;
        }
        let end = *self.ends.get(columns)?;
        Some(&self.lo.as_ref()?[..end])
    }
    pub fn without_limit(&self) -> KeyRange {
        KeyRange { limit: usize::MAX, ..self.clone() }
    }
    /// Of a chunk of a table the rows that are wanted, sorted by key.
    pub fn cut(&self, chunk: &Chunk) -> Result<Chunk> {
        let types: Vec<Type> = chunk.schema.key_fields().iter().map(|f| f.ty.clone()).collect();
        let mut keys = Rows::default();
        rows::encode(&types, chunk.key_columns(), chunk.len(), Layout::Ordered, &mut keys);
        let mut smallest = Smallest::new(self);
        for (i, key) in keys.iter().enumerate() {
            smallest.offer(key, i as u32);
        }
        let picked: Vec<u32> = smallest.sorted().into_iter().map(|(_, i)| i).collect();
        if picked.len() == chunk.len() && picked.iter().enumerate().all(|(i, p)| i as u32 == *p) {
            return Ok(chunk.clone());
        }
        chunk.take(&picked)
    }
}

/// The first wanted keys of many in any order, without keeping more than that.
pub struct Smallest<'a, T> {
    range: &'a KeyRange,
    heap: BinaryHeap<(Vec<u8>, T)>,
}
impl<'a, T: Ord> Smallest<'a, T> {
    pub fn new(range: &'a KeyRange) -> Self {
        Smallest { range, heap: BinaryHeap::new() }
    }
    pub fn offer(&mut self, key: &[u8], of: T) {
        if !self.range.contains(key) || self.range.limit == 0 {
            return;
        }
        if self.heap.len() >= self.range.limit {
            match self.heap.peek() {
                Some((largest, _)) if key >= largest.as_slice() => return,
                _ => self.heap.pop(),
            };
        }
        self.heap.push((key.to_vec(), of));
    }
    pub fn sorted(self) -> Vec<(Vec<u8>, T)> {
        self.heap.into_sorted_vec()
    }
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
