//! `INSERT INTO ... VALUES`: constants as the bytes of records.

use super::Entry;
use crate::chunk::Chunk;
use crate::expr::{Bound, Expr, Scalar};
use crate::plan;
use crate::types::{Field, Schema};
use arrow_array::{Array, ArrayRef, cast::AsArray, new_null_array, types::Int64Type, types::TimestampMillisecondType};
use std::sync::Arc;
use wellhead_base::{Error, Result};

/// A record to write: key, value and event time, where the row has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub key: Option<Vec<u8>>,
    pub value: Option<Vec<u8>>,
    pub timestamp: Option<i64>,
}

/// Rows for a stream or table; columns that are not named are null.
pub fn rows_of(entry: &Entry, schema: &Arc<Schema>, columns: Option<&[String]>, rows: &[Vec<Expr>]) -> Result<Vec<Written>> {
    let Some(sink) = &entry.sink else { return Err(Error::invalid_arg(format!("{} has no topic to write to", entry.name))) };
    let at: Vec<usize> = match columns {
        None => (0..schema.len()).collect(),
        Some(names) => names.iter().map(|n| schema.find(n)).collect::<Result<_>>()?,
    };
    let nothing = Schema::new(Vec::new(), 0)?;
    let one = Chunk::new(nothing.clone(), Vec::new(), vec![0]);
    let mut written = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        if row.len() != at.len() {
            return Err(Error::invalid_arg(format!("{} has {} columns, and row {} has {} values", entry.name, at.len(), n + 1, row.len())));
        }
        let mut cells: Vec<ArrayRef> = schema.fields().iter().map(|f| new_null_array(&f.ty.arrow(), 1)).collect();
        for (column, e) in at.iter().zip(row) {
            let f = &schema.fields()[*column];
            if *e == Expr::Lit(Scalar::Null) {
                continue;
            }
            let ty = Bound::new(e, &nothing)?.ty().clone();
            let value = Bound::new(&if ty == f.ty { e.clone() } else { e.clone().cast(f.ty.clone()) }, &nothing)?.eval(&one)?;
            if value.is_null(0) {
                return Err(Error::invalid_arg(format!("{e} is no value of the column {}, which is {}", f.name, f.ty)));
            }
            cells[*column] = value;
        }
        let (key, value) = plan::sink_columns(sink, schema)?;
        let key: Vec<usize> = if sink.key.is_none() { (0..schema.key_len()).collect() } else { key };
        // The key's columns are written again in the value only where a query's sink does so.
        let value: Vec<usize> = if entry.source.is_some() { (schema.key_len()..schema.len()).collect() } else { value };
        let fields = |list: &[usize]| list.iter().map(|i| schema.fields()[*i].clone()).collect::<Vec<Field>>();
        let encode = |format: crate::format::Format, list: &[usize]| -> Result<Vec<u8>> {
            let columns: Vec<ArrayRef> = list.iter().map(|i| cells[*i].clone()).collect();
            let (mut out, mut ends) = (Vec::new(), Vec::new());
            format.encoder(&fields(list))?.encode(&columns, &mut out, &mut ends)?;
            Ok(out)
        };
        let null = |list: &[usize]| list.iter().all(|i| cells[*i].is_null(0));
        let time = entry.source.as_ref().and_then(|s| s.time.as_ref()).map(|t| schema.find(t)).transpose()?;
        written.push(Written {
            key: if key.is_empty() || null(&key) { None } else { Some(encode(plan::sink_key_format(sink, &fields(&key)), &key)?) },
            // A row of a table that has a key alone deletes it.
            value: if null(&value) && !key.is_empty() { None } else { Some(encode(sink.format.clone(), &value)?) },
            timestamp: time.map(|t| &cells[t]).filter(|c| c.is_valid(0)).map(|c| match c.data_type() {
                arrow_schema::DataType::Int64 => c.as_primitive::<Int64Type>().value(0),
                _ => c.as_primitive::<TimestampMillisecondType>().value(0),
            }),
        });
    }
    Ok(written)
}
