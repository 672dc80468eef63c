//! `TopicPartition`, and how lists of them cross the border.

use crate::errors::{self, KafkaError};
use pyo3::basic::CompareOp;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple, PyType};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use wellhead::TopicPartitionOffset;

/// A topic's partition with an offset. In answers `error` tells about this partition alone. Equal when topic and partition are.
#[pyclass(module = "wellhead", subclass)]
pub struct TopicPartition {
    #[pyo3(get, set)]
    topic: String,
    #[pyo3(get, set)]
    partition: i32,
    #[pyo3(get, set)]
    offset: i64,
    #[pyo3(get, set)]
    metadata: Option<String>,
    #[pyo3(get, set)]
    leader_epoch: Option<i32>,
    #[pyo3(get, set)]
    error: Option<Py<KafkaError>>,
}

#[pymethods]
impl TopicPartition {
    /// Takes whatever a subclass is called with; `__init__` reads it.
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self { topic: String::new(), partition: -1, offset: wellhead::OFFSET_INVALID, metadata: None, leader_epoch: None, error: None }
    }
    #[pyo3(signature = (topic, partition = -1, offset = -1001, metadata = None, leader_epoch = None))]
    fn __init__(&mut self, topic: String, partition: i32, offset: i64, metadata: Option<String>, leader_epoch: Option<i32>) {
        *self = Self { topic, partition, offset, metadata, leader_epoch: leader_epoch.filter(|e| *e >= 0), error: None };
    }
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let error = match &self.error {
            Some(e) => e.bind(py).repr()?.to_string(),
            None => "None".to_owned(),
        };
        let epoch = self.leader_epoch.map_or_else(|| "None".to_owned(), |e| e.to_string());
        Ok(format!("TopicPartition{{topic={},partition={},offset={},leader_epoch={epoch},error={error}}}", self.topic, self.partition, self.offset))
    }
    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        self.__repr__(py)
    }
    fn __hash__(&self) -> u64 {
        let mut h = DefaultHasher::new();
        (&self.topic, self.partition).hash(&mut h);
        h.finish()
    }
    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
        let py = other.py();
        let Ok(other) = other.cast::<TopicPartition>() else { return Ok(py.NotImplemented()) };
        let other = other.borrow();
        let order = (&self.topic, self.partition).cmp(&(&other.topic, other.partition));
        Ok(op.matches(order).into_pyobject(py)?.to_owned().into_any().unbind())
    }
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyType>, (String, i32, i64, Option<String>, Option<i32>)) {
        let me = slf.borrow();
        (slf.get_type(), (me.topic.clone(), me.partition, me.offset, me.metadata.clone(), me.leader_epoch))
    }
}

impl TopicPartition {
    pub fn of(py: Python<'_>, t: &TopicPartitionOffset) -> PyResult<Self> {
        let error = t.error.as_ref().map(|e| errors::object(py, e)).transpose()?;
        Ok(Self {
            topic: t.topic.to_string(),
            partition: t.partition,
            offset: t.offset,
            metadata: t.metadata.clone(),
            leader_epoch: (t.leader_epoch >= 0).then_some(t.leader_epoch),
            error,
        })
    }
    pub fn plain(&self) -> TopicPartitionOffset {
        TopicPartitionOffset {
            topic: Arc::from(self.topic.as_str()),
            partition: self.partition,
            offset: self.offset,
            leader_epoch: self.leader_epoch.unwrap_or(-1),
            metadata: self.metadata.clone(),
            error: None,
        }
    }
}

/// One TopicPartition of the caller.
pub fn one(item: &Bound<'_, PyAny>) -> PyResult<TopicPartitionOffset> {
    match item.cast::<TopicPartition>() {
        Ok(t) => Ok(t.borrow().plain()),
        Err(_) => Err(PyTypeError::new_err("expected TopicPartition")),
    }
}

/// A list (or any sequence) of TopicPartition of the caller.
pub fn many(list: &Bound<'_, PyAny>) -> PyResult<Vec<TopicPartitionOffset>> {
    let wrong = || PyTypeError::new_err("requires list of TopicPartition");
    if list.is_instance_of::<PyString>() {
        return Err(wrong());
    }
    list.try_iter().map_err(|_| wrong())?.map(|item| one(&item?)).collect()
}

/// The same without offsets.
pub fn partitions(list: &Bound<'_, PyAny>) -> PyResult<Vec<wellhead::TopicPartition>> {
    Ok(many(list)?.iter().map(TopicPartitionOffset::tp).collect())
}

/// A Python list for the caller.
pub fn list<'py>(py: Python<'py>, items: &[TopicPartitionOffset]) -> PyResult<Bound<'py, PyList>> {
    let out = PyList::empty(py);
    for t in items {
        out.append(Py::new(py, TopicPartition::of(py, t)?)?)?;
    }
    Ok(out)
}
