//! Bytes of records to columns and back.
//!
//! One file per format. What they share is here and in `column` (a growing column), `time` (ISO 8601) and `text` (the text of one value).
//! A payload that cannot be read is a bad row, null in every column and with its reason; it is never a panic and never makes an
//! allocation that the payload's own length does not pay for. A null payload is a row of nulls and not bad.
//!
//! Encoders of one column (raw, text, int64, int32, double) write nothing for a null; whether that is to be a null payload is for the caller
//! to say, who sees the column.

mod avro;
mod column;
mod csv;
mod json;
mod number;
mod protobuf;
mod raw;
mod text;

#[cfg(test)]
mod tests;

use crate::types::{Field, Type};
use arrow_array::{Array, ArrayRef, cast::AsArray, types::Int64Type, types::TimestampMillisecondType};
use base64::Engine;
use serde::{Deserialize, Serialize};
use wellhead_base::{Error, Result};

/// How the bytes of a key or of a value are to be read and written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// The bytes themselves, as one column of type bytes.
    Raw,
    /// One column; text as it is (UTF-8), and other types as their text ("42", "true").
    Text,
    /// An object with a member for each column; members that no column names are skipped.
    Json,
    /// One line of separated fields, in the order of the columns.
    Csv {
        #[serde(default = "comma")]
        delimiter: char,
    },
    /// One integer of 8 bytes, big-endian (Kafka's LongSerializer).
    Int64,
    /// One integer of 4 bytes, big-endian (Kafka's IntegerSerializer).
    Int32,
    /// One double of 8 bytes, big-endian (Kafka's DoubleSerializer).
    Double,
    /// Avro's binary encoding of one record under this schema (JSON text), without a header, or behind the five bytes of Confluent's
    /// wire format when `framed`.
    Avro {
        schema: String,
        #[serde(default)]
        framed: bool,
        /// The id under which the schema is registered: written in the frame, and the only one read when given.
        #[serde(default)]
        schema_id: Option<u32>,
    },
    /// A Protobuf message of a FileDescriptorSet.
    Protobuf { descriptors: Vec<u8>, message: String },
}

fn comma() -> char {
    ','
}

/// What a decoder made of some records: a column for each field, and the rows that could not be read (null in every column) with the
/// reason why.
#[derive(Debug, Default)]
pub struct Decoded {
    pub columns: Vec<ArrayRef>,
    pub bad: Vec<(usize, String)>,
}

/// Reads payloads into columns. Made once per source, so that it may keep buffers and what it learnt of the records' shape.
pub trait Decoder: Send {
    /// A null payload gives a row of nulls, which is not bad.
    fn decode(&mut self, payloads: &[Option<&[u8]>]) -> Decoded;
}

/// Writes rows of columns as payloads.
pub trait Encoder: Send {
    /// Appends each row's bytes to `out` and the end of each row's bytes to `ends`. The columns are those that the encoder was made for.
    fn encode(&mut self, columns: &[ArrayRef], out: &mut Vec<u8>, ends: &mut Vec<usize>) -> Result<()>;
}

impl Format {
    /// A decoder into `fields`, which may be some of those that there are; an error where the format cannot give them.
    pub fn decoder(&self, fields: &[Field]) -> Result<Box<dyn Decoder>> {
        Ok(match self {
            Format::Raw => Box::new(raw::Raw::new(fields)?),
            Format::Text => Box::new(text::Text::new(fields)?),
            Format::Json => Box::new(json::Reader::new(fields)),
            Format::Int64 => Box::new(number::Number::new(number::Width::Int64, fields)?),
            Format::Int32 => Box::new(number::Number::new(number::Width::Int32, fields)?),
            Format::Double => Box::new(number::Number::new(number::Width::Double, fields)?),
            Format::Csv { delimiter } => Box::new(csv::Csv::new(*delimiter, fields)?),
            Format::Avro { schema, framed, schema_id } => Box::new(avro::Reader::new(avro::Schema::parse(schema)?, *framed, *schema_id, fields)?),
            Format::Protobuf { descriptors, message } => Box::new(protobuf::Reader::new(protobuf::Set::parse(descriptors, message)?, fields)?),
        })
    }
    /// An encoder of `fields`.
    pub fn encoder(&self, fields: &[Field]) -> Result<Box<dyn Encoder>> {
        Ok(match self {
            Format::Raw => Box::new(raw::Raw::new(fields)?),
            Format::Text => Box::new(text::Text::new(fields)?),
            Format::Json => Box::new(json::Writer::new(fields)),
            Format::Int64 => Box::new(number::Number::new(number::Width::Int64, fields)?),
            Format::Int32 => Box::new(number::Number::new(number::Width::Int32, fields)?),
            Format::Double => Box::new(number::Number::new(number::Width::Double, fields)?),
            Format::Csv { delimiter } => Box::new(csv::Csv::new(*delimiter, fields)?),
            Format::Avro { schema, framed, schema_id } => Box::new(avro::Writer::new(avro::Schema::parse(schema)?, *framed, *schema_id, fields)?),
            Format::Protobuf { descriptors, message } => Box::new(protobuf::Writer::new(protobuf::Set::parse(descriptors, message)?, fields)?),
        })
    }
    /// The columns that a reader gets who names none: `name` for formats of one column; those of the schema for Avro and Protobuf; None for
    /// JSON and CSV, where they must be named.
    /// An error is a schema that is none.
    pub fn fields(&self, name: &str) -> Result<Option<Vec<Field>>> {
        Ok(match self {
            Format::Raw => Some(vec![Field::new(name, Type::Bytes)]),
            Format::Text => Some(vec![Field::new(name, Type::String)]),
            Format::Int64 | Format::Int32 => Some(vec![Field::new(name, Type::Int)]),
            Format::Double => Some(vec![Field::new(name, Type::Float)]),
            Format::Json | Format::Csv { .. } => None,
            Format::Avro { schema, .. } => Some(avro::Schema::parse(schema)?.fields()?),
            Format::Protobuf { descriptors, message } => Some(protobuf::Set::parse(descriptors, message)?.fields()?),
        })
    }
}

/// A format of one column takes one field of a type it knows. No field at all is a reader that uses none.
fn one_field(format: &str, fields: &[Field], types: &[Type]) -> Result<()> {
    let Some(f) = fields.first() else { return Ok(()) };
    if fields.len() > 1 {
        let names: Vec<&str> = fields.iter().map(|f| f.name.as_str()).collect();
        return Err(Error::invalid_arg(format!("the format {format} holds one column, not {}: {}", fields.len(), names.join(", "))));
    }
    if !types.contains(&f.ty) {
        let known: Vec<String> = types.iter().map(Type::to_string).collect();
        return Err(Error::invalid_arg(format!("the format {format} holds {}, and column \"{}\" is {}", known.join(" or "), f.name, f.ty)));
    }
    Ok(())
}

/// The one column of an encoder of one column.
fn one_column<'a>(fields: &[Field], columns: &'a [ArrayRef]) -> Result<&'a ArrayRef> {
    columns_of(fields, columns)?;
    columns.first().ok_or_else(|| Error::invalid_arg("an encoder of one column was given none"))
}

/// The columns are those that the encoder was made for, so that it may read them by their types.
fn columns_of(fields: &[Field], columns: &[ArrayRef]) -> Result<usize> {
    if fields.len() != columns.len() {
        return Err(Error::invalid_arg(format!("{} columns for an encoder of {}", columns.len(), fields.len())));
    }
    for (f, c) in fields.iter().zip(columns) {
        if *c.data_type() != f.ty.arrow() {
            return Err(Error::invalid_arg(format!("column \"{}\" is {} where the encoder writes {}", f.name, c.data_type(), f.ty)));
        }
    }
    let rows = columns.first().map_or(0, |c| c.len());
    if columns.iter().any(|c| c.len() != rows) {
        return Err(Error::invalid_arg("the columns of an encoder differ in length"));
    }
    Ok(rows)
}

/// The numbers of a column of integers or timestamps.
fn integers(column: &ArrayRef) -> &[i64] {
    match column.data_type() {
        arrow_schema::DataType::Int64 => column.as_primitive::<Int64Type>().values(),
        _ => column.as_primitive::<TimestampMillisecondType>().values(),
    }
}

/// A piece of someone's payload in a message: short, and with what cannot be printed escaped.
fn quoted(text: &str) -> String {
    let mut short = text.chars().take(40);
    let head: String = short.by_ref().collect();
    format!("{head:?}{}", if text.len() > head.len() { "..." } else { "" })
}

fn not_utf8(e: &std::str::Utf8Error) -> String {
    format!("not UTF-8 from byte {} on", e.valid_up_to())
}

/// Base64 with the standard alphabet; the padding may be left out.
const BASE64: base64::engine::GeneralPurpose = base64::engine::GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    base64::engine::GeneralPurposeConfig::new().with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
);

/// The bytes of base64, as an option's text has them.
pub(crate) fn from_base64(text: &str) -> Result<Vec<u8>, String> {
    let joined: String = text.split_whitespace().collect();
    BASE64.decode(joined).map_err(|e| format!("not base64: {e}"))
}

fn base64_text(text: &[u8], column: &mut column::Column) -> Result<(), String> {
    column.bytes_with(|to| BASE64.decode_vec(text, to).map_err(|e| format!("not base64: {e}")))
}

fn write_base64(bytes: &[u8], out: &mut Vec<u8>) {
    let at = out.len();
    out.resize(at + bytes.len().div_ceil(3) * 4, 0);
    let n = BASE64.encode_slice(bytes, &mut out[at..]).expect("base64 takes four letters for three bytes");
    debug_assert_eq!(at + n, out.len());
}
