//! Numbers of a fixed width, big-endian: what Kafka's LongSerializer, IntegerSerializer and DoubleSerializer write.

use super::column::Rows;
use super::{Decoded, Decoder, Encoder, one_column, one_field};
use crate::types::{Field, Type};
use arrow_array::{Array, ArrayRef, cast::AsArray, types::Float64Type};
use wellhead_base::{Error, Result};

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Width {
    Int64,
    Int32,
    Double,
}

pub(super) struct Number {
    width: Width,
    fields: Vec<Field>,
}
impl Number {
    /// An integer column or, of 8 bytes, one of timestamps (milliseconds).
    pub fn new(width: Width, fields: &[Field]) -> Result<Number> {
        match width {
            Width::Int64 => one_field("int64", fields, &[Type::Int, Type::Timestamp])?,
            Width::Int32 => one_field("int32", fields, &[Type::Int])?,
            Width::Double => one_field("double", fields, &[Type::Float])?,
        }
        Ok(Number { width, fields: fields.to_vec() })
    }
}
impl Decoder for Number {
    fn decode(&mut self, payloads: &[Option<&[u8]>]) -> Decoded {
        let mut rows = Rows::new(&self.fields, payloads.len());
        for p in payloads {
            let outcome = match (p, rows.columns.first_mut()) {
                (Some(bytes), Some(column)) => match self.width {
                    Width::Int64 => exact(bytes, "an integer").map(|b| column.int(i64::from_be_bytes(b))),
                    Width::Int32 => exact(bytes, "an integer of 32 bits").map(|b| column.int(i64::from(i32::from_be_bytes(b)))),
                    Width::Double => exact(bytes, "a double").map(|b| column.float(f64::from_be_bytes(b))),
                },
                _ => Ok(()),
            };
            rows.end(outcome);
        }
        rows.finish()
    }
}
fn exact<const N: usize>(bytes: &[u8], what: &str) -> Result<[u8; N], String> {
    bytes.try_into().map_err(|_| format!("{} bytes where {N} make {what}", bytes.len()))
}
impl Encoder for Number {
    /// An integer beyond 32 bits is an error where the format has 32: it would come back as another.
    fn encode(&mut self, columns: &[ArrayRef], out: &mut Vec<u8>, ends: &mut Vec<usize>) -> Result<()> {
        let column = one_column(&self.fields, columns)?;
        if self.width == Width::Double {
            let values = column.as_primitive::<Float64Type>();
            for row in 0..values.len() {
                if values.is_valid(row) {
                    out.extend_from_slice(&values.value(row).to_be_bytes());
                }
                ends.push(out.len());
            }
            return Ok(());
        }
        let values = super::integers(column);
        for (row, x) in values.iter().enumerate() {
            if column.is_valid(row) {
                if self.width == Width::Int64 {
                    out.extend_from_slice(&x.to_be_bytes());
                } else {
                    let small = i32::try_from(*x).map_err(|_| {
                        Error::invalid_arg(format!("{x} of column \"{}\" does not fit the 32 bits of the format int32", self.fields[0].name))
                    })?;
                    out.extend_from_slice(&small.to_be_bytes());
                }
            }
            ends.push(out.len());
        }
        Ok(())
    }
}
