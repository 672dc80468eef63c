//! `Message`: a record as Python sees it. One that was read is an index into its shared batch and copies a field when it is asked
//! for; one that was produced (in a delivery report) or made by hand holds Python objects.
//!
//! A message kept for long keeps its whole fetched batch alive.

use crate::errors::{self, KafkaError};
use pyo3::basic::CompareOp;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyDict, PyList, PyMemoryView, PyString, PyTuple, PyType};
use std::sync::Arc;
use wellhead::{OFFSET_INVALID, RecordRef, RecordSet, TopicPartitionOffset};

/// What a message holds itself.
#[derive(Default)]
pub struct Own {
    /// A string, unless a program put something else there.
    pub topic: Option<Py<PyAny>>,
    pub partition: Option<i32>,
    pub offset: Option<i64>,
    pub key: Option<Py<PyAny>>,
    pub value: Option<Py<PyAny>>,
    pub headers: Option<Py<PyAny>>,
    /// A KafkaError, unless a program put something else there.
    pub error: Option<Py<PyAny>>,
    pub timestamp: (i32, i64),
    pub latency: Option<f64>,
    pub leader_epoch: Option<i32>,
    pub delivery_count: Option<i16>,
}

enum Body {
    Read { set: Arc<RecordSet>, index: u32 },
    Own(Box<Own>),
}

/// A record, or an error in place of one: look at `error()` first.
#[pyclass(module = "wellhead", subclass)]
pub struct Message {
    body: Body,
}

impl Message {
    pub fn read(set: Arc<RecordSet>, index: usize) -> Self {
        Self { body: Body::Read { set, index: index as u32 } }
    }
    pub fn own(own: Own) -> Self {
        Self { body: Body::Own(Box::new(own)) }
    }
    fn record(set: &RecordSet, index: u32) -> PyResult<RecordRef<'_>> {
        set.get(index as usize).ok_or_else(|| errors::closed("this message's batch does not hold it any more"))
    }
    /// Turns a message that was read into one that owns its fields, so that they can be replaced.
    fn owned(&mut self, py: Python<'_>) -> PyResult<&mut Own> {
        if let Body::Read { set, index } = &self.body {
            let r = Self::record(set, *index)?;
            let own = Own {
                topic: Some(PyString::new(py, &set.topic).into_any().unbind()),
                partition: Some(set.partition),
                offset: Some(r.offset),
                key: r.key.map(|b| PyBytes::new(py, b).into_any().unbind()),
                value: r.value.map(|b| PyBytes::new(py, b).into_any().unbind()),
                headers: header_list(py, &r)?.map(|l| l.into_any().unbind()),
                error: None,
                timestamp: (r.timestamp_type as i32, r.timestamp),
                latency: None,
                leader_epoch: (set.leader_epoch >= 0).then_some(set.leader_epoch),
                delivery_count: None,
            };
            self.body = Body::Own(Box::new(own));
        }
        match &mut self.body {
            Body::Own(own) => Ok(own),
            Body::Read { .. } => unreachable!("replaced above"),
        }
    }
    /// What to commit so that the record after this one is read next.
    pub fn commit_offset(&self, py: Python<'_>) -> PyResult<Result<TopicPartitionOffset, String>> {
        match &self.body {
            Body::Read { set, index } => {
                let mut t = TopicPartitionOffset::new(set.topic.clone(), set.partition, Self::record(set, *index)?.offset + 1);
                t.leader_epoch = set.leader_epoch;
                Ok(Ok(t))
            }
            Body::Own(o) => {
                if let Some(e) = &o.error {
                    let e = e.bind(py);
                    return Ok(Err(match e.cast::<KafkaError>() {
                        Ok(e) => e.get().message(),
                        Err(_) => e.str()?.to_string(),
                    }));
                }
                let Some(topic) = o.topic.as_ref().and_then(|t| t.bind(py).cast::<PyString>().ok()) else {
                    return Ok(Err("it has no topic".into()));
                };
                // A message without an offset names no position; what becomes of it is up to commit and store.
                let next = o.offset.map_or(OFFSET_INVALID, |offset| offset + 1);
                let mut t = TopicPartitionOffset::new(&*topic.to_cow()?, o.partition.unwrap_or(-1), next);
                t.leader_epoch = o.leader_epoch.unwrap_or(-1);
                Ok(Ok(t))
            }
        }
    }
    /// The fields that make two messages equal and that pickling keeps, in the constructor's order.
    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Fields<'py>> {
        Ok((
            self.topic(py),
            self.partition().unwrap_or(-1),
            self.offset()?.unwrap_or(OFFSET_INVALID),
            self.key(py)?,
            self.value(py)?,
            self.headers(py)?,
            self.error(py),
            self.timestamp()?,
            self.latency().unwrap_or(-1.0),
            self.leader_epoch().unwrap_or(-1),
            self.delivery_count().unwrap_or(-1),
        ))
    }
}

const _: () = assert!(OFFSET_INVALID == -1001); // as the signature of `__init__` says

type Object<'py> = Option<Bound<'py, PyAny>>;
type Fields<'py> = (Object<'py>, i32, i64, Object<'py>, Object<'py>, Object<'py>, Object<'py>, (i32, i64), f64, i32, i16);

fn header_list<'py>(py: Python<'py>, r: &RecordRef<'_>) -> PyResult<Option<Bound<'py, PyList>>> {
    if r.header_count() == 0 {
        return Ok(None);
    }
    let out = PyList::empty(py);
    for (name, value) in r.headers() {
        out.append((name, value.map(|v| PyBytes::new(py, v))))?;
    }
    Ok(Some(out))
}

#[pymethods]
impl Message {
    /// Takes whatever a subclass is called with; `__init__` reads it.
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self::own(Own::default())
    }
    /// Numbers below zero (a delivery count: below one) mean that there is none.
    #[pyo3(signature = (topic = None, partition = -1, offset = -1001, key = None, value = None, headers = None, error = None, timestamp = None, latency = -1.0, leader_epoch = -1, delivery_count = -1))]
    #[allow(clippy::too_many_arguments)]
    fn __init__(
        &mut self,
        topic: Option<Py<PyAny>>,
        partition: Option<i32>,
        offset: Option<i64>,
        key: Option<Py<PyAny>>,
        value: Option<Py<PyAny>>,
        headers: Option<Py<PyAny>>,
        error: Option<Py<PyAny>>,
        timestamp: Option<(i32, i64)>,
        latency: Option<f64>,
        leader_epoch: Option<i32>,
        delivery_count: Option<i16>,
    ) {
        self.body = Body::Own(Box::new(Own {
            topic,
            partition: partition.filter(|p| *p >= 0),
            offset: offset.filter(|o| *o >= 0),
            key,
            value,
            headers,
            error,
            timestamp: timestamp.unwrap_or_default(),
            latency: latency.filter(|l| *l >= 0.0),
            leader_epoch: leader_epoch.filter(|e| *e >= 0),
            delivery_count: delivery_count.filter(|n| *n > 0),
        }));
    }
    fn topic<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        match &self.body {
            Body::Read { set, .. } => Some(PyString::new(py, &set.topic).into_any()),
            Body::Own(o) => o.topic.as_ref().map(|t| t.bind(py).clone()),
        }
    }
    fn partition(&self) -> Option<i32> {
        match &self.body {
            Body::Read { set, .. } => Some(set.partition),
            Body::Own(o) => o.partition,
        }
    }
    fn offset(&self) -> PyResult<Option<i64>> {
        match &self.body {
            Body::Read { set, index } => Ok(Some(Self::record(set, *index)?.offset)),
            Body::Own(o) => Ok(o.offset),
        }
    }
    fn key<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match &self.body {
            Body::Read { set, index } => Ok(Self::record(set, *index)?.key.map(|b| PyBytes::new(py, b).into_any())),
            Body::Own(o) => Ok(o.key.as_ref().map(|k| k.bind(py).clone())),
        }
    }
    fn value<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match &self.body {
            Body::Read { set, index } => Ok(Self::record(set, *index)?.value.map(|b| PyBytes::new(py, b).into_any())),
            Body::Own(o) => Ok(o.value.as_ref().map(|v| v.bind(py).clone())),
        }
    }
    /// As `key()`; a deserializing consumer's messages hold the deserialized object.
    fn deserialized_key<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.key(py)
    }
    /// As `value()`; a deserializing consumer's messages hold the deserialized object.
    fn deserialized_value<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.value(py)
    }
    /// A list of (name, value), in order, or None.
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match &self.body {
            Body::Read { set, index } => Ok(header_list(py, &Self::record(set, *index)?)?.map(Bound::into_any)),
            Body::Own(o) => Ok(o.headers.as_ref().map(|h| h.bind(py).clone())),
        }
    }
    fn error<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        match &self.body {
            Body::Read { .. } => None,
            Body::Own(o) => o.error.as_ref().map(|e| e.bind(py).clone()),
        }
    }
    /// (type, milliseconds since the Unix epoch); the type is one of TIMESTAMP_*.
    fn timestamp(&self) -> PyResult<(i32, i64)> {
        match &self.body {
            Body::Read { set, index } => {
                let r = Self::record(set, *index)?;
                Ok((r.timestamp_type as i32, r.timestamp))
            }
            Body::Own(o) => Ok(o.timestamp),
        }
    }
    /// In a delivery report: seconds from produce() to the report.
    fn latency(&self) -> Option<f64> {
        match &self.body {
            Body::Read { .. } => None,
            Body::Own(o) => o.latency,
        }
    }
    fn leader_epoch(&self) -> Option<i32> {
        match &self.body {
            Body::Read { set, .. } => (set.leader_epoch >= 0).then_some(set.leader_epoch),
            Body::Own(o) => o.leader_epoch,
        }
    }
    fn delivery_count(&self) -> Option<i16> {
        match &self.body {
            Body::Read { .. } => None,
            Body::Own(o) => o.delivery_count,
        }
    }
    fn set_topic(&mut self, py: Python<'_>, topic: Py<PyAny>) -> PyResult<()> {
        self.owned(py)?.topic = not_none(py, topic);
        Ok(())
    }
    fn set_headers(&mut self, py: Python<'_>, headers: Py<PyAny>) -> PyResult<()> {
        self.owned(py)?.headers = not_none(py, headers);
        Ok(())
    }
    fn set_key(&mut self, py: Python<'_>, key: Py<PyAny>) -> PyResult<()> {
        self.owned(py)?.key = not_none(py, key);
        Ok(())
    }
    fn set_value(&mut self, py: Python<'_>, value: Py<PyAny>) -> PyResult<()> {
        self.owned(py)?.value = not_none(py, value);
        Ok(())
    }
    fn set_error(&mut self, py: Python<'_>, error: Py<PyAny>) -> PyResult<()> {
        self.owned(py)?.error = not_none(py, error);
        Ok(())
    }
    /// The length of the value.
    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        match &self.body {
            Body::Read { set, index } => Ok(Self::record(set, *index)?.value.map_or(0, <[u8]>::len)),
            Body::Own(o) => o.value.as_ref().map_or(Ok(0), |v| v.bind(py).len()),
        }
    }
    /// A message is always true, also with an empty value.
    fn __bool__(&self) -> bool {
        true
    }
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let topic = match self.topic(py) {
            Some(t) => t.str()?.to_string(),
            None => "None".to_owned(),
        };
        let number = |n: Option<i64>| n.map_or_else(|| "None".to_owned(), |n| n.to_string());
        let partition = number(self.partition().map(i64::from));
        if let Some(e) = self.error(py) {
            let text = match e.cast::<KafkaError>() {
                Ok(e) => e.get().message(),
                Err(_) => e.str()?.to_string(),
            };
            return Ok(format!("<Message {topic} [{partition}] error: {text}>"));
        }
        Ok(format!("<Message {topic} [{partition}] @ {}>", number(self.offset()?)))
    }
    /// Equal when everything but the latency is.
    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
        let py = other.py();
        let Ok(other) = other.cast::<Message>() else { return Ok(py.NotImplemented()) };
        let wanted = match op {
            CompareOp::Eq => true,
            CompareOp::Ne => false,
            _ => return Ok(py.NotImplemented()),
        };
        let (mut mine, mut theirs) = (self.fields(py)?, other.borrow().fields(py)?);
        (mine.8, theirs.8) = (0.0, 0.0);
        let equal = mine.into_pyobject(py)?.eq(theirs)?;
        Ok((equal == wanted).into_pyobject(py)?.to_owned().into_any().unbind())
    }
    /// As confluent-kafka's, a subclass comes back as a Message: how its constructor is called is not known here.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyType>, Fields<'py>)> {
        Ok((py.get_type::<Message>(), self.fields(py)?))
    }
    #[classmethod]
    fn __class_getitem__<'py>(cls: &Bound<'py, PyType>, _item: &Bound<'py, PyAny>) -> Bound<'py, PyType> {
        cls.clone()
    }
}

fn not_none(py: Python<'_>, o: Py<PyAny>) -> Option<Py<PyAny>> {
    (!o.is_none(py)).then_some(o)
}

/// Bytes of the caller, borrowed where Python already holds them as bytes.
pub enum Data<'py> {
    Bytes(Bound<'py, PyBytes>),
    Copy(Vec<u8>),
}

impl Data<'_> {
    pub fn as_slice(&self) -> &[u8] {
        match self {
            Data::Bytes(b) => b.as_bytes(),
            Data::Copy(v) => v,
        }
    }
}

/// Whether `data` takes it.
pub fn is_data(o: &Bound<'_, PyAny>) -> bool {
    o.is_instance_of::<PyBytes>() || o.is_instance_of::<PyString>() || o.is_instance_of::<PyByteArray>() || o.is_instance_of::<PyMemoryView>()
}

/// A key or value: None, bytes, str (as UTF-8), bytearray or memoryview.
pub fn data<'py>(o: Option<&Bound<'py, PyAny>>) -> PyResult<Option<Data<'py>>> {
    let Some(o) = o else { return Ok(None) };
    if let Ok(b) = o.cast::<PyBytes>() {
        return Ok(Some(Data::Bytes(b.clone())));
    }
    if let Ok(s) = o.cast::<PyString>() {
        return Ok(Some(Data::Copy(s.to_cow()?.into_owned().into_bytes())));
    }
    if let Ok(b) = o.cast::<PyByteArray>() {
        return Ok(Some(Data::Copy(b.to_vec())));
    }
    if o.is_instance_of::<PyMemoryView>() {
        return Ok(Some(Data::Bytes(o.call_method0("tobytes")?.cast_into()?)));
    }
    Err(PyTypeError::new_err(format!("a bytes-like object is required, not '{}'", o.get_type().name()?)))
}

/// Headers of the caller: a dict, or a list of (name, value).
pub fn headers<'py>(o: Option<&Bound<'py, PyAny>>) -> PyResult<Vec<(String, Option<Data<'py>>)>> {
    let Some(o) = o else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    if let Ok(d) = o.cast::<PyDict>() {
        for (k, v) in d.iter() {
            out.push((header_name(&k)?, header_value(&v)?));
        }
    } else if let Ok(l) = o.cast::<PyList>() {
        for item in l.iter() {
            let wrong = || PyTypeError::new_err("Headers are expected to be a list of (key, value) tuples");
            let pair = item.cast::<PyTuple>().map_err(|_| wrong())?;
            if pair.len() != 2 {
                return Err(wrong());
            }
            out.push((header_name(&pair.get_item(0)?)?, header_value(&pair.get_item(1)?)?));
        }
    } else {
        return Err(PyTypeError::new_err(format!("expected headers to be dict or list of (key, value) tuples, not {}", o.get_type().name()?)));
    }
    Ok(out)
}

fn header_name(o: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(b) = o.cast::<PyBytes>() {
        return String::from_utf8(b.as_bytes().to_vec()).map_err(|_| PyTypeError::new_err("a header's name must be text"));
    }
    o.extract::<String>().map_err(|_| PyTypeError::new_err("expected header key to be a unicode string"))
}

fn header_value<'py>(o: &Bound<'py, PyAny>) -> PyResult<Option<Data<'py>>> {
    if o.is_none() {
        return Ok(None);
    }
    match data(Some(o)) {
        Ok(d) => Ok(d),
        Err(_) => Err(PyTypeError::new_err(format!("expected header value to be None, binary, or unicode string, not {}", o.get_type().name()?))),
    }
}
