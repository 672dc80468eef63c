//! Columns to JSON objects: a member for each column, in their order.
//!
//! A null is written as `null`, so that every record has every member (and the reader's prediction holds). Timestamps are numbers of
//! milliseconds, bytes are base64 with padding, floats the shortest digits that read back the same; NaN and the infinities, which JSON
//! has not, are `null`. A json column is written as it stands. Dots in names are part of the name: objects are not nested.

use super::{Field, Type};
use crate::format::{Encoder, columns_of, integers, write_base64};
use arrow_array::{Array, ArrayRef, cast::AsArray, types::Float64Type};
use wellhead_base::Result;

pub(crate) struct Writer {
    fields: Vec<Field>,
    /// What stands before each value: a brace or a comma, the name and the colon.
    heads: Vec<Vec<u8>>,
}

impl Writer {
    pub fn new(fields: &[Field]) -> Writer {
        let head = |(i, f): (usize, &Field)| {
            let mut h = vec![if i == 0 { b'{' } else { b',' }];
            json(&f.name, &mut h);
            h.push(b':');
            h
        };
        Writer { fields: fields.to_vec(), heads: fields.iter().enumerate().map(head).collect() }
    }
    fn value(ty: &Type, column: &ArrayRef, row: usize, out: &mut Vec<u8>) {
        if column.is_null(row) {
            out.extend_from_slice(b"null");
            return;
        }
        match ty {
            Type::Bool => out.extend_from_slice(if column.as_boolean().value(row) { b"true" } else { b"false" }),
            Type::Int | Type::Timestamp => json(&integers(column)[row], out),
            Type::Float => json(&column.as_primitive::<Float64Type>().value(row), out),
            Type::String => json(column.as_string::<i32>().value(row), out),
            Type::Json => out.extend_from_slice(column.as_string::<i32>().value(row).as_bytes()),
            Type::Bytes => {
                out.push(b'"');
                write_base64(column.as_binary::<i32>().value(row), out);
                out.push(b'"');
            }
            Type::List(of) => {
                let list = column.as_list::<i32>();
                let (from, to) = (list.value_offsets()[row] as usize, list.value_offsets()[row + 1] as usize);
                out.push(b'[');
                for i in from..to {
                    if i > from {
                        out.push(b',');
                    }
                    Writer::value(of, list.values(), i, out);
                }
                out.push(b']');
            }
        }
    }
}

/// serde_json's digits and escapes, straight into the payload.
fn json<T: serde::Serialize + ?Sized>(x: &T, out: &mut Vec<u8>) {
    serde_json::to_writer(out, x).expect("a vector takes what is written, and these values have a form in JSON");
}

impl Encoder for Writer {
    fn encode(&mut self, columns: &[ArrayRef], out: &mut Vec<u8>, ends: &mut Vec<usize>) -> Result<()> {
        let rows = columns_of(&self.fields, columns)?;
        for row in 0..rows {
            for ((f, head), column) in self.fields.iter().zip(&self.heads).zip(columns) {
                out.extend_from_slice(head);
                Writer::value(&f.ty, column, row, out);
            }
            out.push(b'}');
            ends.push(out.len());
        }
        Ok(())
    }
}
