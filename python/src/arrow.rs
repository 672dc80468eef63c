//! Records to Arrow columns, and the Arrow C capsules. The capsules own what they hold: if nobody takes it out, it is released
//! with the capsule.

use crate::batch::Part;
use crate::errors;
use arrow_array::builder::{BinaryBuilder, Int32Builder, Int64Builder, ListBuilder, StringBuilder, StructBuilder, TimestampMillisecondBuilder};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchIterator};
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, TimeUnit};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use std::sync::Arc;
use wellhead_base::Code;

/// Offsets into a binary column are 32 bits: a chunk ends before its keys, or its values, or its headers pass this.
const CHUNK_BYTES_MAX: usize = 1 << 30;

fn header_fields() -> Fields {
    Fields::from(vec![Field::new("key", DataType::Utf8, false), Field::new("value", DataType::Binary, true)])
}

/// The schema of every batch.
pub fn schema() -> Schema {
    let header = Field::new("item", DataType::Struct(header_fields()), false);
    Schema::new(vec![
        Field::new("topic", DataType::Utf8, false),
        Field::new("partition", DataType::Int32, false),
        Field::new("offset", DataType::Int64, false),
        Field::new("timestamp", DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())), true),
        Field::new("key", DataType::Binary, true),
        Field::new("value", DataType::Binary, true),
        Field::new("headers", DataType::List(Arc::new(header)), false),
    ])
}

struct Columns {
    topic: StringBuilder,
    partition: Int32Builder,
    offset: Int64Builder,
    timestamp: TimestampMillisecondBuilder,
    key: BinaryBuilder,
    value: BinaryBuilder,
    headers: ListBuilder<StructBuilder>,
    rows: usize,
    bytes: usize,
}

impl Columns {
    fn new(rows: usize) -> Self {
        let header: Vec<Box<dyn arrow_array::builder::ArrayBuilder>> = vec![Box::new(StringBuilder::new()), Box::new(BinaryBuilder::new())];
        Self {
            topic: StringBuilder::with_capacity(rows, 0),
            partition: Int32Builder::with_capacity(rows),
            offset: Int64Builder::with_capacity(rows),
            timestamp: TimestampMillisecondBuilder::with_capacity(rows).with_timezone("UTC"),
            key: BinaryBuilder::with_capacity(rows, 0),
            value: BinaryBuilder::with_capacity(rows, 0),
            headers: ListBuilder::new(StructBuilder::new(header_fields(), header)).with_field(Field::new(
                "item",
                DataType::Struct(header_fields()),
                false,
            )),
            rows: 0,
            bytes: 0,
        }
    }
    fn finish(mut self, schema: &Arc<Schema>) -> Result<RecordBatch, ArrowError> {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.topic.finish()),
            Arc::new(self.partition.finish()),
            Arc::new(self.offset.finish()),
            Arc::new(self.timestamp.finish()),
            Arc::new(self.key.finish()),
            Arc::new(self.value.finish()),
            Arc::new(self.headers.finish()),
        ];
        RecordBatch::try_new(schema.clone(), columns)
    }
}

/// Copies the records into columns, in as many chunks as the offsets of a column need (nearly always one).
fn chunks(parts: &[Part], rows: usize, schema: &Arc<Schema>) -> Result<Vec<RecordBatch>, ArrowError> {
    let mut out = Vec::with_capacity(1);
    let mut c = Columns::new(rows);
    for part in parts {
        for i in part.from..part.to {
            let Some(r) = part.set.get(i) else { continue };
            let header_bytes: usize = if r.header_count() == 0 { 0 } else { r.headers().map(|(k, v)| k.len() + v.map_or(0, <[u8]>::len)).sum() };
            let bytes = part.set.topic.len() + r.key.map_or(0, <[u8]>::len) + r.value.map_or(0, <[u8]>::len) + header_bytes;
            if c.rows > 0 && c.bytes + bytes > CHUNK_BYTES_MAX {
                out.push(std::mem::replace(&mut c, Columns::new(0)).finish(schema)?);
            }
            c.rows += 1;
            c.bytes += bytes;
            c.topic.append_value(&part.set.topic);
            c.partition.append_value(part.set.partition);
            c.offset.append_value(r.offset);
            c.timestamp.append_option((r.timestamp >= 0).then_some(r.timestamp));
            c.key.append_option(r.key);
            c.value.append_option(r.value);
            if header_bytes > 0 || r.header_count() > 0 {
                let item = c.headers.values();
                for (name, value) in r.headers() {
                    if let Some(b) = item.field_builder::<StringBuilder>(0) {
                        b.append_value(name);
                    }
                    if let Some(b) = item.field_builder::<BinaryBuilder>(1) {
                        b.append_option(value);
                    }
                    item.append(true);
                }
            }
            c.headers.append(true);
        }
    }
    out.push(c.finish(schema)?);
    Ok(out)
}

fn failed(e: &ArrowError) -> PyErr {
    errors::raise_code(Code::FAIL, &format!("cannot make Arrow columns: {e}"))
}

pub fn stream_capsule<'py>(py: Python<'py>, parts: &[Part], rows: usize) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = Arc::new(schema());
    let made = py.detach(|| chunks(parts, rows, &schema)).map_err(|e| failed(&e))?;
    let reader = RecordBatchIterator::new(made.into_iter().map(Ok), schema);
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), c"arrow_array_stream")
}

pub fn schema_capsule(py: Python<'_>) -> PyResult<Bound<'_, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(schema()).map_err(|e| failed(&e))?;
    PyCapsule::new_with_value(py, schema, c"arrow_schema")
}
