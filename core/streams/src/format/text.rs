//! One column as text: strings as they are, other types as their text.
//!
//! Also owns the text of a single value, which CSV shares. Text is read strictly: no spaces around a number, "true" and "false" in any
//! case, and a time as ISO 8601 or as a number of milliseconds.

use super::column::{Column, Rows};
use super::{Decoded, Decoder, Encoder, base64_text, json, one_column, one_field};
use crate::calendar;
use crate::types::{Field, Type};
use arrow_array::{Array, ArrayRef, cast::AsArray, types::Float64Type};
use std::io::Write;
use wellhead_base::Result;

pub(super) struct Text {
    fields: Vec<Field>,
}
impl Text {
    pub fn new(fields: &[Field]) -> Result<Text> {
        one_field("text", fields, &[Type::String, Type::Int, Type::Float, Type::Bool, Type::Timestamp, Type::Json])?;
        Ok(Text { fields: fields.to_vec() })
    }
}
impl Decoder for Text {
    fn decode(&mut self, payloads: &[Option<&[u8]>]) -> Decoded {
        let mut rows = Rows::new(&self.fields, payloads.len());
        for p in payloads {
            let outcome = match (p, rows.columns.first_mut()) {
                (Some(bytes), Some(column)) => match std::str::from_utf8(bytes) {
                    Ok(text) => read(text, column),
                    Err(e) => Err(super::not_utf8(&e)),
                },
                _ => Ok(()),
            };
            rows.end(outcome);
        }
        rows.finish()
    }
}
impl Encoder for Text {
    fn encode(&mut self, columns: &[ArrayRef], out: &mut Vec<u8>, ends: &mut Vec<usize>) -> Result<()> {
        let column = one_column(&self.fields, columns)?;
        for row in 0..column.len() {
            if column.is_valid(row) {
                write(&self.fields[0].ty, column, row, out);
            }
            ends.push(out.len());
        }
        Ok(())
    }
}

/// Appends the value that `text` is to a column of its type. Not for lists.
pub(super) fn read(text: &str, column: &mut Column) -> Result<(), String> {
    let not = |what: &str| format!("{} is not {what}", super::quoted(text));
    match column.ty() {
        Type::String => column.bytes(text.as_bytes())?,
        Type::Json => {
            json::check(text.as_bytes()).map_err(|e| format!("not JSON: {e}"))?;
            column.bytes(text.as_bytes())?;
        }
        Type::Bytes => base64_text(text.as_bytes(), column)?,
        Type::Int => column.int(text.parse().map_err(|_| not("an integer of 64 bits"))?),
        Type::Float => column.float(text.parse().map_err(|_| not("a number"))?),
        Type::Bool if text.eq_ignore_ascii_case("true") => column.bool(true),
        Type::Bool if text.eq_ignore_ascii_case("false") => column.bool(false),
        Type::Bool => return Err(not("true or false")),
        Type::Timestamp => {
            let ms = text.parse().ok().or_else(|| calendar::parse(text));
            column.int(ms.ok_or_else(|| not("a time (ISO 8601, or milliseconds)"))?);
        }
        Type::List(_) => unreachable!("a list has no text; the decoder was not made"),
    }
    Ok(())
}

/// Appends a value's text. The row is not null. Not for lists.
pub(super) fn write(ty: &Type, column: &ArrayRef, row: usize, out: &mut Vec<u8>) {
    match ty {
        Type::String | Type::Json => out.extend_from_slice(column.as_string::<i32>().value(row).as_bytes()),
        Type::Bytes => super::write_base64(column.as_binary::<i32>().value(row), out),
        Type::Int => write!(out, "{}", super::integers(column)[row]).expect("a vector takes what is written"),
        // Debug keeps the ".0" of a whole number and turns to exponents where the digits would go on; both read back to the same double.
        Type::Float => write!(out, "{:?}", column.as_primitive::<Float64Type>().value(row)).expect("a vector takes what is written"),
        Type::Bool => out.extend_from_slice(if column.as_boolean().value(row) { b"true" } else { b"false" }),
        Type::Timestamp => calendar::write(super::integers(column)[row], out),
        Type::List(_) => unreachable!("a list has no text; the encoder was not made"),
    }
}
