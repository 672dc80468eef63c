//! Rows as bytes: what a store keeps, what a changelog and a repartition topic carry. docs/format.md draws the layout.
//!
//! Each column is a byte, 0 for null and 1 for a value, and then the value. `Ordered` rows compare as bytes the way their values
//! compare (keys); `Plain` rows are a little shorter and quicker (values). Invariant: what one version wrote the next one reads.

use crate::chunk::kernel;
use crate::types::Type;
use arrow_array::builder::{BinaryBuilder, BooleanBuilder, Float64Builder, Int64Builder, ListBuilder, StringBuilder, make_builder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampMillisecondType};
use arrow_array::{Array, ArrayRef, BinaryArray, BooleanArray, Float64Array, Int64Array, ListArray, StringArray, TimestampMillisecondArray};
use std::sync::Arc;
use wellhead_base::{Code, Error, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Bytes compare as the values do: nulls first, integers and floats by value, text by its bytes.
    Ordered,
    /// Text behind its length.
    Plain,
}

/// Bytes of many rows, one after the other.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    pub bytes: Vec<u8>,
    /// Where each row ends.
    pub ends: Vec<usize>,
}
impl Rows {
    pub fn len(&self) -> usize {
        self.ends.len()
    }
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
    pub fn get(&self, row: usize) -> &[u8] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.bytes[start..self.ends[row]]
    }
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|i| self.get(i))
    }
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }
    pub fn push(&mut self, row: &[u8]) {
        self.bytes.extend_from_slice(row);
        self.ends.push(self.bytes.len());
    }
}

enum Col<'a> {
    Bool(&'a BooleanArray),
    Int(&'a Int64Array),
    Time(&'a TimestampMillisecondArray),
    Float(&'a Float64Array),
    Text(&'a StringArray),
    Bytes(&'a BinaryArray),
    List(&'a ListArray, Type),
}

fn typed<'a>(t: &Type, c: &'a ArrayRef) -> Col<'a> {
    match t {
        Type::Bool => Col::Bool(c.as_boolean()),
        Type::Int => Col::Int(c.as_primitive::<Int64Type>()),
        Type::Timestamp => Col::Time(c.as_primitive::<TimestampMillisecondType>()),
        Type::Float => Col::Float(c.as_primitive::<Float64Type>()),
        Type::String | Type::Json => Col::Text(c.as_string::<i32>()),
        Type::Bytes => Col::Bytes(c.as_binary::<i32>()),
        Type::List(of) => Col::List(c.as_list::<i32>(), (**of).clone()),
    }
}

const SIGN: u64 = 1 << 63;

fn float_ordered(f: f64) -> u64 {
    let bits = f.to_bits();
    if bits & SIGN == 0 { bits ^ SIGN } else { !bits }
}
fn float_from(bits: u64) -> f64 {
    f64::from_bits(if bits & SIGN == 0 { !bits } else { bits ^ SIGN })
}

/// Ordered text: a zero byte inside is written 0x00 0xff, and 0x00 0x00 ends it, so that a prefix comes first.
fn put_ordered(out: &mut Vec<u8>, text: &[u8]) {
    if text.contains(&0) {
        for b in text {
            out.push(*b);
            if *b == 0 {
                out.push(0xff);
            }
        }
    } else {
        out.extend_from_slice(text);
    }
    out.extend_from_slice(&[0, 0]);
}

/// A timestamp as `encode` writes it.
pub(crate) fn put_time(time: i64, out: &mut Vec<u8>) {
    out.push(1);
    out.extend_from_slice(&(time as u64 ^ SIGN).to_be_bytes());
}

pub(crate) fn put_len(out: &mut Vec<u8>, mut n: usize) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

impl Col<'_> {
    fn put(&self, row: usize, layout: Layout, out: &mut Vec<u8>) {
        let valid = match self {
            Col::Bool(a) => a.is_valid(row),
            Col::Int(a) => a.is_valid(row),
            Col::Time(a) => a.is_valid(row),
            Col::Float(a) => a.is_valid(row),
            Col::Text(a) => a.is_valid(row),
            Col::Bytes(a) => a.is_valid(row),
            Col::List(a, _) => a.is_valid(row),
        };
        if !valid {
            out.push(0);
            return;
        }
        out.push(1);
        let text = |out: &mut Vec<u8>, t: &[u8]| {
            if layout == Layout::Ordered {
                put_ordered(out, t);
            } else {
                put_len(out, t.len());
                out.extend_from_slice(t);
            }
        };
        match self {
            Col::Bool(a) => out.push(u8::from(a.value(row))),
            Col::Int(a) => out.extend_from_slice(&(a.value(row) as u64 ^ SIGN).to_be_bytes()),
            Col::Time(a) => out.extend_from_slice(&(a.value(row) as u64 ^ SIGN).to_be_bytes()),
            Col::Float(a) => out.extend_from_slice(&float_ordered(a.value(row)).to_be_bytes()),
            Col::Text(a) => text(out, a.value(row).as_bytes()),
            Col::Bytes(a) => text(out, a.value(row)),
            Col::List(a, of) => {
                let items = a.value(row);
                put_len(out, items.len());
                let col = typed(of, &items);
                for i in 0..items.len() {
                    col.put(i, layout, out);
                }
            }
        }
    }
}

/// Writes the columns' rows behind those that `rows` has.
pub fn encode(types: &[Type], columns: &[ArrayRef], len: usize, layout: Layout, rows: &mut Rows) {
    assert_eq!(types.len(), columns.len(), "a column for each type");
    let cols: Vec<Col<'_>> = types.iter().zip(columns).map(|(t, c)| typed(t, c)).collect();
    rows.ends.reserve(len);
    for row in 0..len {
        for c in &cols {
            c.put(row, layout, &mut rows.bytes);
        }
        rows.ends.push(rows.bytes.len());
    }
}

/// A row's bytes that are not what `encode` writes for these columns.
pub fn damaged() -> Error {
    Error::new(Code::BAD_MSG, "a stored row cannot be read: it was damaged, or written for other columns")
}

pub(crate) fn take<'a>(from: &mut &'a [u8], n: usize) -> Result<&'a [u8]> {
    if n > from.len() {
        return Err(damaged());
    }
    let (head, rest) = from.split_at(n);
    *from = rest;
    Ok(head)
}
pub(crate) fn take_len(from: &mut &[u8]) -> Result<usize> {
    let mut n = 0usize;
    for shift in (0..35).step_by(7) {
        let b = take(from, 1)?[0];
        n |= usize::from(b & 0x7f) << shift;
        if b & 0x80 == 0 {
            return Ok(n);
        }
    }
    Err(damaged())
}
pub(crate) fn take_u64(from: &mut &[u8]) -> Result<u64> {
    Ok(u64::from_be_bytes(take(from, 8)?.try_into().expect("eight bytes were taken")))
}

fn take_ordered(from: &mut &[u8], scratch: &mut Vec<u8>) -> Result<()> {
    scratch.clear();
    loop {
        let zero = from.iter().position(|b| *b == 0).ok_or_else(damaged)?;
        scratch.extend_from_slice(take(from, zero)?);
        match take(from, 2)?[1] {
            0 => return Ok(()),
            0xff => scratch.push(0),
            _ => return Err(damaged()),
        }
    }
}

enum Build {
    Bool(BooleanBuilder),
    Int(Int64Builder),
    Time(Int64Builder),
    Float(Float64Builder),
    Text(StringBuilder),
    Bytes(BinaryBuilder),
    List(ListBuilder<Box<dyn arrow_array::builder::ArrayBuilder>>, Type),
}

impl Build {
    fn new(t: &Type, len: usize) -> Build {
        match t {
            Type::Bool => Build::Bool(BooleanBuilder::with_capacity(len)),
            Type::Int => Build::Int(Int64Builder::with_capacity(len)),
            Type::Timestamp => Build::Time(Int64Builder::with_capacity(len)),
            Type::Float => Build::Float(Float64Builder::with_capacity(len)),
            Type::String | Type::Json => Build::Text(StringBuilder::with_capacity(len, len * 8)),
            Type::Bytes => Build::Bytes(BinaryBuilder::with_capacity(len, len * 8)),
            Type::List(of) => Build::List(ListBuilder::new(make_builder(&of.arrow(), len)), (**of).clone()),
        }
    }
    fn null(&mut self) {
        match self {
            Build::Bool(b) => b.append_null(),
            Build::Int(b) | Build::Time(b) => b.append_null(),
            Build::Float(b) => b.append_null(),
            Build::Text(b) => b.append_null(),
            Build::Bytes(b) => b.append_null(),
            Build::List(b, _) => b.append_null(),
        }
    }
    fn read(&mut self, from: &mut &[u8], layout: Layout, scratch: &mut Vec<u8>) -> Result<()> {
        match take(from, 1)?[0] {
            0 => {
                self.null();
                return Ok(());
            }
            1 => {}
            _ => return Err(damaged()),
        }
        match self {
            Build::Bool(b) => b.append_value(take(from, 1)?[0] != 0),
            Build::Int(b) | Build::Time(b) => b.append_value((take_u64(from)? ^ SIGN) as i64),
            Build::Float(b) => b.append_value(float_from(take_u64(from)?)),
            Build::Text(b) => b.append_value(std::str::from_utf8(text(from, layout, scratch)?).map_err(|_| damaged())?),
            Build::Bytes(b) => b.append_value(text(from, layout, scratch)?),
            Build::List(b, of) => {
                let n = take_len(from)?;
                if n > from.len() {
                    return Err(damaged());
                }
                let mut items = Build::new(of, n);
                for _ in 0..n {
                    items.read(from, layout, scratch)?;
                }
                append_items(b, &items.finish());
            }
        }
        Ok(())
    }
    fn finish(mut self) -> ArrayRef {
        match &mut self {
            Build::Bool(b) => Arc::new(b.finish()),
            Build::Int(b) => Arc::new(b.finish()),
            Build::Time(b) => Arc::new(b.finish().reinterpret_cast::<TimestampMillisecondType>()),
            Build::Float(b) => Arc::new(b.finish()),
            Build::Text(b) => Arc::new(b.finish()),
            Build::Bytes(b) => Arc::new(b.finish()),
            Build::List(b, _) => Arc::new(b.finish()),
        }
    }
}

/// Lists are rare and short: their items go over one by one.
fn append_items(list: &mut ListBuilder<Box<dyn arrow_array::builder::ArrayBuilder>>, items: &ArrayRef) {
    let values = list.values().as_any_mut();
    for i in 0..items.len() {
        let null = items.is_null(i);
        if let Some(b) = values.downcast_mut::<StringBuilder>() {
            b.append_option((!null).then(|| items.as_string::<i32>().value(i)));
        } else if let Some(b) = values.downcast_mut::<Int64Builder>() {
            b.append_option((!null).then(|| items.as_primitive::<Int64Type>().value(i)));
        } else if let Some(b) = values.downcast_mut::<Float64Builder>() {
            b.append_option((!null).then(|| items.as_primitive::<Float64Type>().value(i)));
        } else if let Some(b) = values.downcast_mut::<BooleanBuilder>() {
            b.append_option((!null).then(|| items.as_boolean().value(i)));
        } else if let Some(b) = values.downcast_mut::<BinaryBuilder>() {
            b.append_option((!null).then(|| items.as_binary::<i32>().value(i)));
        } else if let Some(b) = values.downcast_mut::<arrow_array::builder::TimestampMillisecondBuilder>() {
            b.append_option((!null).then(|| items.as_primitive::<TimestampMillisecondType>().value(i)));
        }
    }
    list.append(true);
}

fn text<'a, 'b: 'a>(from: &mut &'b [u8], layout: Layout, scratch: &'a mut Vec<u8>) -> Result<&'a [u8]> {
    if layout == Layout::Ordered {
        take_ordered(from, scratch)?;
        return Ok(scratch);
    }
    let n = take_len(from)?;
    take(from, n)
}

/// Reads rows into columns. `None` gives a row of nulls.
pub fn decode<'a>(types: &[Type], rows: impl IntoIterator<Item = Option<&'a [u8]>>, layout: Layout) -> Result<Vec<ArrayRef>> {
    let rows = rows.into_iter();
    let mut builds: Vec<Build> = types.iter().map(|t| Build::new(t, rows.size_hint().0)).collect();
    let mut scratch = Vec::new();
    for row in rows {
        match row {
            None => builds.iter_mut().for_each(Build::null),
            Some(mut from) => {
                for b in &mut builds {
                    b.read(&mut from, layout, &mut scratch)?;
                }
                if !from.is_empty() {
                    return Err(damaged());
                }
            }
        }
    }
    Ok(builds.into_iter().map(Build::finish).collect())
}

/// One array of the rows at `pick` = (which array, which row): what operators that put rows of several sources in turn need.
pub fn interleave(arrays: &[&ArrayRef], pick: &[(usize, usize)]) -> Result<ArrayRef> {
    let parts: Vec<&dyn Array> = arrays.iter().map(|a| &***a).collect();
    arrow_select::interleave::interleave(&parts, pick).map_err(kernel)
}
