//! Bytes of records to columns and back.

use crate::types::{Field, Type};
use arrow_array::ArrayRef;
use serde::{Deserialize, Serialize};
use wellhead_base::Result;

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
    /// A decoder into `fields`; an error where the format cannot give them.
    pub fn decoder(&self, fields: &[Field]) -> Result<Box<dyn Decoder>> {
        let _ = fields;
        todo!()
    }
    /// An encoder of `fields`.
    pub fn encoder(&self, fields: &[Field]) -> Result<Box<dyn Encoder>> {
        let _ = fields;
        todo!()
    }
    /// The columns that a reader gets who names none: `name` for formats of one column; those of the schema for Avro and Protobuf; None for
    /// JSON and CSV, where they must be named.
    pub fn fields(&self, name: &str) -> Option<Vec<Field>> {
        match self {
            Format::Raw => Some(vec![Field::new(name, Type::Bytes)]),
            Format::Text => Some(vec![Field::new(name, Type::String)]),
            Format::Int64 | Format::Int32 => Some(vec![Field::new(name, Type::Int)]),
            Format::Double => Some(vec![Field::new(name, Type::Float)]),
            Format::Json | Format::Csv { .. } => None,
            Format::Avro { .. } | Format::Protobuf { .. } => None,
        }
    }
}
