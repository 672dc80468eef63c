//! Records to Arrow columns, and the Arrow C capsules. The capsules own what they hold: if nobody takes it out, it is released
//! with the capsule.

use crate::batch::Part;
use crate::errors;
use arrow_array::builder::{ArrayBuilder, BinaryBuilder, StringBuilder};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{
    ArrayRef, BinaryArray, Int32Array, Int64Array, ListArray, RecordBatch, RecordBatchIterator, StringArray, StructArray, TimestampMillisecondArray,
};
use arrow_buffer::{Buffer, NullBufferBuilder, OffsetBuffer};
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, TimeUnit};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use std::sync::Arc;
use wellhead::RecordRef;
use wellhead_base::Code;

/// Offsets into a binary column are 32 bits: a chunk ends before its keys, or its values, or its headers pass this.
const CHUNK_BYTES_MAX: usize = 1 << 30;

fn header_fields() -> Fields {
    Fields::from(vec![Field::new("key", DataType::Utf8, false), Field::new("value", DataType::Binary, true)])
}

fn header_item() -> Arc<Field> {
    Arc::new(Field::new("item", DataType::Struct(header_fields()), false))
}

/// The schema of every batch.
pub fn schema() -> Schema {
    Schema::new(vec![
        Field::new("topic", DataType::Utf8, false),
        Field::new("partition", DataType::Int32, false),
        Field::new("offset", DataType::Int64, false),
        Field::new("timestamp", DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())), true),
        Field::new("key", DataType::Binary, true),
        Field::new("value", DataType::Binary, true),
        Field::new("headers", DataType::List(header_item()), false),
    ])
}

/// A column of bytes that may be missing.
struct BytesColumn {
    offsets: Vec<i32>,
    bytes: Vec<u8>,
    nulls: NullBufferBuilder,
}
impl BytesColumn {
    fn new(rows: usize, bytes: usize) -> Self {
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        Self { offsets, bytes: Vec::with_capacity(bytes), nulls: NullBufferBuilder::new(rows) }
    }
    /// A chunk ends before its bytes pass what an offset can say.
    fn push(&mut self, value: Option<&[u8]>) {
        if let Some(v) = value {
            self.bytes.extend_from_slice(v);
        }
        self.nulls.append(value.is_some());
        self.offsets.push(self.bytes.len() as i32);
    }
    fn finish(mut self) -> Result<ArrayRef, ArrowError> {
        let offsets = OffsetBuffer::new(self.offsets.into());
        Ok(Arc::new(BinaryArray::try_new(offsets, Buffer::from_vec(self.bytes), self.nulls.finish())?))
    }
}

struct Columns {
    topic: (Vec<i32>, Vec<u8>),
    partition: Vec<i32>,
    offset: Vec<i64>,
    timestamp: (Vec<i64>, NullBufferBuilder),
    key: BytesColumn,
    value: BytesColumn,
    headers: Headers,
    bytes: usize,
}

/// How many headers each row has, and what they are.
struct Headers {
    offsets: Vec<i32>,
    names: StringBuilder,
    values: BinaryBuilder,
}

impl Columns {
    fn new(rows: usize, key_bytes: usize, value_bytes: usize) -> Self {
        let offsets = || {
            let mut o = Vec::with_capacity(rows + 1);
            o.push(0);
            o
        };
        Self {
            topic: (offsets(), Vec::new()),
            partition: Vec::with_capacity(rows),
            offset: Vec::with_capacity(rows),
            timestamp: (Vec::with_capacity(rows), NullBufferBuilder::new(rows)),
            key: BytesColumn::new(rows, key_bytes),
            value: BytesColumn::new(rows, value_bytes),
            headers: Headers { offsets: offsets(), names: StringBuilder::new(), values: BinaryBuilder::new() },
            bytes: 0,
        }
    }
    fn push(&mut self, topic: &str, partition: i32, r: &RecordRef<'_>) {
        self.topic.1.extend_from_slice(topic.as_bytes());
        self.topic.0.push(self.topic.1.len() as i32);
        self.partition.push(partition);
        self.offset.push(r.offset);
        self.timestamp.0.push(r.timestamp.max(0));
        self.timestamp.1.append(r.timestamp >= 0);
        self.key.push(r.key);
        self.value.push(r.value);
        if r.header_count() > 0 {
            for (name, value) in r.headers() {
                self.headers.names.append_value(name);
                self.headers.values.append_option(value);
            }
        }
        self.headers.offsets.push(self.headers.names.len() as i32);
    }
    fn finish(mut self, schema: &Arc<Schema>) -> Result<RecordBatch, ArrowError> {
        let (times, mut known) = self.timestamp;
        let item: ArrayRef = Arc::new(StructArray::try_new(
            header_fields(),
            vec![Arc::new(self.headers.names.finish()), Arc::new(self.headers.values.finish())],
            None,
        )?);
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::try_new(OffsetBuffer::new(self.topic.0.into()), Buffer::from_vec(self.topic.1), None)?),
            Arc::new(Int32Array::from(self.partition)),
            Arc::new(Int64Array::from(self.offset)),
            Arc::new(TimestampMillisecondArray::try_new(times.into(), known.finish())?.with_timezone("UTC")),
            self.key.finish()?,
            self.value.finish()?,
            Arc::new(ListArray::try_new(header_item(), OffsetBuffer::new(self.headers.offsets.into()), item, None)?),
        ];
        RecordBatch::try_new(schema.clone(), columns)
    }
}

/// Copies the records into columns, in as many chunks as the offsets of a column need (nearly always one).
fn chunks(parts: &[Part], rows: usize, schema: &Arc<Schema>) -> Result<Vec<RecordBatch>, ArrowError> {
    // What is known beforehand is allocated once.
    let (mut key_bytes, mut value_bytes) = (0, 0);
    let records = || parts.iter().flat_map(|p| (p.from..p.to).filter_map(move |i| Some((p, p.set.get(i)?))));
    for (_, r) in records() {
        key_bytes += r.key.map_or(0, <[u8]>::len);
        value_bytes += r.value.map_or(0, <[u8]>::len);
    }
    let mut out = Vec::with_capacity(1);
    let mut c = Columns::new(rows, key_bytes.min(CHUNK_BYTES_MAX), value_bytes.min(CHUNK_BYTES_MAX));
    for (part, r) in records() {
        let header_bytes: usize = if r.header_count() == 0 { 0 } else { r.headers().map(|(k, v)| k.len() + v.map_or(0, <[u8]>::len)).sum() };
        let bytes = part.set.topic.len() + r.key.map_or(0, <[u8]>::len) + r.value.map_or(0, <[u8]>::len) + header_bytes;
        if !c.offset.is_empty() && c.bytes + bytes > CHUNK_BYTES_MAX {
            out.push(std::mem::replace(&mut c, Columns::new(0, 0, 0)).finish(schema)?);
        }
        c.bytes += bytes;
        c.push(&part.set.topic, part.set.partition, &r);
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
