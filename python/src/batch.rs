//! `Batch`: records of a consumer as columns. Holds the fetched batches they lie in; columns are made when they are asked for
//! through `__arrow_c_stream__`, and what is handed out then lives on its own, also after the batch and the consumer are gone.

use crate::arrow;
use crate::consumer::Handle;
use crate::message::Message;
use crate::{types, wait};
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList};
use std::sync::Arc;
use wellhead::{RecordSet, TopicPartitionOffset};

/// The records `from..to` of a set.
#[derive(Clone)]
pub struct Part {
    pub set: Arc<RecordSet>,
    pub from: usize,
    pub to: usize,
}

/// Records of one or more partitions, in the order they were read. Anything that takes the Arrow C stream interface reads it:
/// `pyarrow.table(batch)`, `polars.DataFrame(batch)`, `duckdb`.
#[pyclass(module = "wellhead", frozen)]
pub struct Batch {
    parts: Vec<Part>,
    rows: usize,
    handle: Arc<Handle>,
}

impl Batch {
    pub fn new(parts: Vec<Part>, rows: usize, handle: Arc<Handle>) -> Self {
        Self { parts, rows, handle }
    }
    /// Per partition the offset after its last record here.
    fn next_offsets(&self) -> Vec<TopicPartitionOffset> {
        let mut out: Vec<TopicPartitionOffset> = Vec::new();
        for part in &self.parts {
            let Some(last) = part.to.checked_sub(1).and_then(|i| part.set.get(i)) else { continue };
            let at = out.iter().position(|t| t.topic == part.set.topic && t.partition == part.set.partition).unwrap_or_else(|| {
                out.push(TopicPartitionOffset::new(part.set.topic.clone(), part.set.partition, 0));
                out.len() - 1
            });
            out[at].offset = last.offset + 1;
            out[at].leader_epoch = part.set.leader_epoch;
        }
        out
    }
}

#[pymethods]
impl Batch {
    /// The number of records.
    fn __len__(&self) -> usize {
        self.rows
    }
    #[getter]
    fn num_rows(&self) -> usize {
        self.rows
    }
    /// The record at `index` as a Message; negative counts from the end.
    fn __getitem__(&self, index: isize) -> PyResult<Message> {
        let mut i = if index < 0 { index + self.rows as isize } else { index };
        for part in &self.parts {
            let n = (part.to - part.from) as isize;
            if (0..n).contains(&i) {
                return Ok(Message::read(part.set.clone(), part.from + i as usize));
            }
            i -= n;
        }
        Err(PyIndexError::new_err("batch index out of range"))
    }
    /// The records as a list of Message.
    fn messages<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let all: Vec<Message> = self.parts.iter().flat_map(|p| (p.from..p.to).map(|i| Message::read(p.set.clone(), i))).collect();
        PyList::new(py, all)
    }
    /// Per partition, the offset to commit once these records are dealt with.
    #[pyo3(name = "next_offsets")]
    fn next_offsets_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        types::list(py, &self.next_offsets())
    }
    /// Commits the offsets after these records. Waits for the outcome unless `asynchronous`.
    #[pyo3(signature = (asynchronous = false, timeout = -1.0), text_signature = "($self, asynchronous=False, timeout=-1.0)")]
    fn commit<'py>(&self, py: Python<'py>, asynchronous: bool, timeout: f64) -> PyResult<Option<Bound<'py, PyList>>> {
        let engine = self.handle.engine()?.clone();
        let offsets = self.next_offsets();
        if asynchronous {
            wait::run_result(py, "Commit failed", move || engine.commit_async(Some(&offsets)))?;
            return Ok(None);
        }
        let timeout = wait::seconds(Some(timeout));
        let done = wait::run_result(py, "Commit failed", move || engine.commit(Some(&offsets), timeout))?;
        Ok(Some(types::list(py, &done)?))
    }
    /// These records followed by those of `other`.
    fn _joined(&self, other: &Self) -> Self {
        let parts = self.parts.iter().chain(&other.parts).cloned().collect();
        Self { parts, rows: self.rows + other.rows, handle: self.handle.clone() }
    }
    /// The schema as an Arrow C capsule.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        arrow::schema_capsule(py)
    }
    /// The records as an Arrow C stream capsule: topic, partition, offset, timestamp (milliseconds, UTC), key, value, headers.
    /// Bytes are copied once, into the columns.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(&self, py: Python<'py>, requested_schema: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema; // a request is a wish; the consumer casts
        arrow::stream_capsule(py, &self.parts, self.rows)
    }
    fn __repr__(&self) -> String {
        let ends: Vec<String> = self.next_offsets().iter().map(|t| format!("{} [{}] up to {}", t.topic, t.partition, t.offset - 1)).collect();
        format!("<Batch of {} records: {}>", self.rows, ends.join(", "))
    }
}
