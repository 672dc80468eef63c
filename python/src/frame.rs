//! Columns at the border of the streams engine: a batch as Python sees it, and what a Python function gave as a batch.
//!
//! Owns: Arrow capsules out (pyo3's) and in (arrow-pyarrow's), columns to lists and lists to columns. Does not own: what Python's own
//! types mean to a column (datetimes, objects for JSON), which is `wellhead/streams/_frame.py`. Timestamps are whole milliseconds here.

use crate::errors;
use arrow_array::builder::{BinaryBuilder, BooleanBuilder, Float64Builder, Int64Builder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::types::{Float64Type, Int64Type, TimestampMillisecondType};
use arrow_array::{Array, ArrayRef, Int64Array, ListArray, RecordBatch, RecordBatchIterator, RecordBatchOptions, StructArray, UInt32Array};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_pyarrow::FromPyArrow;
use arrow_schema::{ArrowError, DataType, Field, Schema, TimeUnit};
use pyo3::exceptions::{PyIndexError, PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule, PyDict, PyList, PyString};
use std::sync::Arc;
use wellhead::streams::Type;
use wellhead_base::Code;

/// A batch of rows. Anything that takes the Arrow interfaces reads it without a copy.
#[pyclass(name = "_Frame", module = "wellhead._wellhead", frozen)]
pub struct Frame {
    batch: RecordBatch,
}

fn failed(e: &ArrowError) -> PyErr {
    errors::raise_code(Code::FAIL, &format!("a column operation failed: {e}"))
}

fn utc() -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))
}

impl Frame {
    /// The engine's times have no zone in Arrow and are UTC; other libraries are told so.
    pub fn new(batch: &RecordBatch) -> Frame {
        let schema = batch.schema();
        let mut fields = Vec::with_capacity(schema.fields().len());
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
        for (f, c) in schema.fields().iter().zip(batch.columns()) {
            if *f.data_type() == DataType::Timestamp(TimeUnit::Millisecond, None) {
                fields.push(Field::new(f.name(), utc(), f.is_nullable()));
                columns.push(Arc::new(c.as_primitive::<TimestampMillisecondType>().clone().with_timezone("UTC")));
            } else {
                fields.push(Field::clone(f));
                columns.push(c.clone());
            }
        }
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let batch = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options)
            .expect("the same columns, of the same lengths and of the types that their fields say");
        Frame { batch }
    }
    pub fn batch(&self) -> &RecordBatch {
        &self.batch
    }
}

#[pymethods]
impl Frame {
    fn __len__(&self) -> usize {
        self.batch.num_rows()
    }
    /// The columns' names.
    fn names(&self) -> Vec<String> {
        self.batch.schema().fields().iter().map(|f| f.name().clone()).collect()
    }
    /// The columns' types, as the engine writes them.
    fn types(&self) -> Vec<String> {
        let text = |t: &DataType| Type::of_arrow(t).map_or_else(|| t.to_string(), |t| t.to_string());
        self.batch.schema().fields().iter().map(|f| text(f.data_type())).collect()
    }
    /// `count` values of a column from row `start` on.
    fn values<'py>(&self, py: Python<'py>, column: usize, start: usize, count: usize) -> PyResult<Bound<'py, PyList>> {
        let c = self.batch.columns().get(column).ok_or_else(|| PyIndexError::new_err("there is no such column"))?;
        let start = start.min(c.len());
        to_list(py, &c.slice(start, count.min(c.len() - start)))
    }
    /// `count` rows from row `start` on; the columns are shared.
    fn slice(&self, start: usize, count: usize) -> Frame {
        let start = start.min(self.batch.num_rows());
        Frame { batch: self.batch.slice(start, count.min(self.batch.num_rows() - start)) }
    }
    /// The rows in which each of these columns has its value.
    fn find(&self, py: Python<'_>, columns: Vec<(String, Bound<'_, PyAny>)>) -> PyResult<Frame> {
        let mut wanted = Vec::new();
        for (name, value) in columns {
            let c = self.batch.column_by_name(&name).ok_or_else(|| PyValueError::new_err(format!("there is no column {name:?}")))?;
            let ty = Type::of_arrow(c.data_type()).ok_or_else(|| PyTypeError::new_err(format!("{name:?} cannot be looked up")))?;
            let one = from_values(&ty, &[(!value.is_none()).then_some(value)], &name)?;
            let one: ArrayRef = if *c.data_type() == utc() {
                Arc::new(one.as_primitive::<TimestampMillisecondType>().clone().with_timezone("UTC"))
            } else {
                arrow_cast::cast(&one, c.data_type()).map_err(|e| failed(&e))?
            };
            wanted.push((c.clone(), one));
        }
        let rows = self.batch.num_rows();
        let batch = &self.batch;
        py.detach(|| {
            let hits = (0..rows).filter(|i| wanted.iter().all(|(c, one)| *c.slice(*i, 1) == **one)).map(|i| i as u32);
            arrow_select::take::take_record_batch(batch, &UInt32Array::from_iter_values(hits))
        })
        .map(|batch| Frame { batch })
        .map_err(|e| failed(&e))
    }
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(&self, py: Python<'py>, requested_schema: Option<Py<PyAny>>) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema; // a wish that may be left unheard
        let reader = RecordBatchIterator::new([Ok(self.batch.clone())], self.batch.schema());
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), c"arrow_array_stream")
    }
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Py<PyAny>>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        let _ = requested_schema;
        let array = FFI_ArrowArray::new(&StructArray::from(self.batch.clone()).into_data());
        Ok((self.__arrow_c_schema__(py)?, PyCapsule::new_with_value(py, array, c"arrow_array")?))
    }
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(&*self.batch.schema()).map_err(|e| failed(&e))?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }
    /// A batch of what a function gave: another frame, a dict of columns, or what has an Arrow capsule. `types` says of which types a
    /// dict's columns are; those that it does not name are left out.
    #[staticmethod]
    fn of(py: Python<'_>, given: &Bound<'_, PyAny>, types: Vec<(String, String)>) -> PyResult<Frame> {
        if let Ok(f) = given.cast::<Frame>() {
            return Ok(Frame { batch: f.get().batch.clone() });
        }
        if let Ok(d) = given.cast::<PyDict>() {
            return Ok(Frame::new(&of_dict(d, &types)?));
        }
        if given.hasattr("__arrow_c_stream__")? {
            let reader = RecordBatchStreamReader::from_pyarrow_bound(given)?;
            let schema = arrow_array::RecordBatchReader::schema(&reader);
            // What makes the batches may be Python, which takes the GIL by itself.
            let batches = py.detach(|| reader.collect::<Result<Vec<_>, _>>()).map_err(|e| PyValueError::new_err(e.to_string()))?;
            let batch = if batches.len() == 1 {
                batches.into_iter().next().expect("one")
            } else {
                arrow_select::concat::concat_batches(&schema, &batches).map_err(|e| failed(&e))?
            };
            return Ok(Frame::new(&batch));
        }
        if given.hasattr("__arrow_c_array__")? {
            return Ok(Frame::new(&RecordBatch::from_pyarrow_bound(given)?));
        }
        Err(PyTypeError::new_err(format!(
            "a dict of columns, or a table or data frame with an Arrow interface is needed, not {}",
            given.get_type().qualname()?
        )))
    }
}

fn of_dict(d: &Bound<'_, PyDict>, types: &[(String, String)]) -> PyResult<RecordBatch> {
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (name, text) in types {
        let Some(given) = d.get_item(name)? else { continue };
        let ty = Type::parse(text).map_err(|e| PyValueError::new_err(e.message().to_owned()))?;
        if given.is_instance_of::<PyString>() || given.is_instance_of::<PyBytes>() {
            return Err(PyTypeError::new_err(format!("the column {name:?} must be a list of values, not one text")));
        }
        let values = given
            .try_iter()
            .map_err(|_| PyTypeError::new_err(format!("the column {name:?} must be a list of values")))?
            .map(|v| v.map(|v| (!v.is_none()).then_some(v)))
            .collect::<PyResult<Vec<_>>>()?;
        let c = from_values(&ty, &values, name)?;
        if let Some(first) = columns.first().filter(|f| f.len() != c.len()) {
            return Err(PyValueError::new_err(format!(
                "columns are of the same length, and {:?} has {} values where {:?} has {}",
                name,
                c.len(),
                Field::name(&fields[0]),
                first.len()
            )));
        }
        fields.push(Field::new(name, ty.arrow(), true));
        columns.push(c);
    }
    let options = RecordBatchOptions::new().with_row_count(Some(columns.first().map_or(0, |c| c.len())));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options).map_err(|e| failed(&e))
}

/// A column of Python's values; None is null.
fn from_values(ty: &Type, values: &[Option<Bound<'_, PyAny>>], name: &str) -> PyResult<ArrayRef> {
    let wrong = |v: &Bound<'_, PyAny>, row: usize| {
        let of = v.get_type().qualname().map_or_else(|_| "?".to_owned(), |n| n.to_string());
        PyTypeError::new_err(format!("the column {name:?} is of type {ty}, and its value {row} is of type {of}"))
    };
    macro_rules! filled {
        ($builder:expr, $t:ty) => {{
            let mut b = $builder;
            for (row, v) in values.iter().enumerate() {
                match v {
                    None => b.append_null(),
                    Some(v) => b.append_value(v.extract::<$t>().map_err(|e| {
                        if PyErr::from(e).is_instance_of::<PyOverflowError>(v.py()) {
                            PyValueError::new_err(format!("the column {name:?} is of type {ty}, and its value {row} needs more than 64 bits"))
                        } else {
                            wrong(v, row)
                        }
                    })?),
                }
            }
            Arc::new(b.finish())
        }};
    }
    Ok(match ty {
        Type::Bool => {
            let mut b = BooleanBuilder::with_capacity(values.len());
            for (row, v) in values.iter().enumerate() {
                match v {
                    None => b.append_null(),
                    // numpy's bool is no bool of Python, but says what it is.
                    Some(v) => b.append_value(
                        v.extract::<bool>().or_else(|_| v.call_method0("__bool__").and_then(|b| b.extract())).map_err(|_| wrong(v, row))?,
                    ),
                }
            }
            Arc::new(b.finish())
        }
        Type::Int => filled!(Int64Builder::with_capacity(values.len()), i64),
        Type::Float => filled!(Float64Builder::with_capacity(values.len()), f64),
        Type::String | Type::Json => filled!(StringBuilder::with_capacity(values.len(), 0), pyo3::pybacked::PyBackedStr),
        Type::Bytes => filled!(BinaryBuilder::with_capacity(values.len(), 0), pyo3::pybacked::PyBackedBytes),
        Type::Timestamp => {
            let ints: Arc<Int64Array> = filled!(Int64Builder::with_capacity(values.len()), i64);
            Arc::new(ints.reinterpret_cast::<TimestampMillisecondType>())
        }
        Type::List(of) => {
            let mut ends = vec![0_i32];
            let mut items = Vec::new();
            for (row, v) in values.iter().enumerate() {
                if let Some(v) = v {
                    if v.is_instance_of::<PyString>() || v.is_instance_of::<PyBytes>() {
                        return Err(wrong(v, row));
                    }
                    for item in v.try_iter().map_err(|_| wrong(v, row))? {
                        let item = item?;
                        items.push((!item.is_none()).then_some(item));
                    }
                }
                ends.push(i32::try_from(items.len()).map_err(|_| PyValueError::new_err("the lists of a column have too many items"))?);
            }
            let nulls: NullBuffer = values.iter().map(Option::is_some).collect::<Vec<bool>>().into();
            let item = Arc::new(Field::new("item", of.arrow(), true));
            let list = ListArray::try_new(item, OffsetBuffer::new(ends.into()), from_values(of, &items, name)?, Some(nulls));
            Arc::new(list.map_err(|e| failed(&e))?)
        }
    })
}

/// A column's values; null is None, a timestamp its milliseconds.
fn to_list<'py>(py: Python<'py>, c: &ArrayRef) -> PyResult<Bound<'py, PyList>> {
    let rows = 0..c.len();
    macro_rules! listed {
        ($a:expr, $value:expr) => {{
            let a = $a;
            PyList::new(py, rows.map(|i| a.is_valid(i).then(|| $value(a, i))).collect::<Vec<_>>())
        }};
    }
    match c.data_type() {
        DataType::Boolean => listed!(c.as_boolean(), |a: &arrow_array::BooleanArray, i| a.value(i)),
        DataType::Int64 => listed!(c.as_primitive::<Int64Type>(), |a: &Int64Array, i| a.value(i)),
        DataType::Float64 => listed!(c.as_primitive::<Float64Type>(), |a: &arrow_array::Float64Array, i| a.value(i)),
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            listed!(c.as_primitive::<TimestampMillisecondType>(), |a: &arrow_array::TimestampMillisecondArray, i| a.value(i))
        }
        DataType::Utf8 => listed!(c.as_string::<i32>(), |a: &arrow_array::StringArray, i| PyString::new(py, a.value(i))),
        DataType::Binary => listed!(c.as_binary::<i32>(), |a: &arrow_array::BinaryArray, i| PyBytes::new(py, a.value(i))),
        DataType::List(_) => {
            let a = c.as_list::<i32>();
            let lists = rows.map(|i| a.is_valid(i).then(|| to_list(py, &a.value(i))).transpose()).collect::<PyResult<Vec<_>>>()?;
            PyList::new(py, lists)
        }
        // What a function gave may be narrower or a view: it is read as what the engine would make of it.
        other => match Type::of_arrow(other) {
            Some(t) if t.arrow() != *other => to_list(py, &arrow_cast::cast(c, &t.arrow()).map_err(|e| failed(&e))?),
            _ => Err(PyTypeError::new_err(format!("a column of type {other} has no values in Python; read it as Arrow"))),
        },
    }
}
