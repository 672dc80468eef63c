//! The base class of `wellhead.Producer`: `produce`, `poll`, `flush` on the engine's producer.
//!
//! Owns: the slab that keeps, for each record that wants a report, the callback and the caller's own objects under the token that
//! travels with the record; and the reports that were fetched and not served yet. Callbacks run inside `poll`, `flush` and `close`,
//! on the caller's thread, in the order of the reports. An exception of a callback leaves the remaining reports for the next call.

use crate::errors;
use crate::message::{self, Data, Message, Own};
use crate::wait::{self, Kept, Slices, lock};
use crate::{admin, log, stats::StatsCallback};
use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyList, PyString, PyTuple};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};
use wellhead::{DeliveryReport, ProducerRecord};
use wellhead_base::{Code, Error};

/// Reports (one per batch) taken from the engine at a time.
const REPORTS_MAX: usize = 256;
/// While flushing, reports are served at least this often.
const FLUSH_SLICE: Duration = Duration::from_millis(50);

/// What one record's report needs.
struct Slot {
    callback: Py<PyAny>,
    topic: Py<PyString>,
    key: Option<Py<PyAny>>,
    value: Option<Py<PyAny>>,
    headers: Option<Py<PyAny>>,
}

/// Slots by token; token 0 means that nobody waits for the report.
#[derive(Default)]
struct Slab {
    slots: Vec<Option<Slot>>,
    free: Vec<u32>,
}

impl Slab {
    fn put(&mut self, slot: Slot) -> u64 {
        if let Some(i) = self.free.pop() {
            self.slots[i as usize] = Some(slot);
            return u64::from(i) + 1;
        }
        self.slots.push(Some(slot));
        self.slots.len() as u64
    }
    fn take(&mut self, token: u64) -> Option<Slot> {
        let i = usize::try_from(token.checked_sub(1)?).ok()?;
        let slot = self.slots.get_mut(i)?.take()?;
        self.free.push(i as u32);
        Some(slot)
    }
}

struct Inner {
    engine: Kept<wellhead::Producer>,
    reports: AtomicBool,
    stats: Option<StatsCallback>,
}

#[pyclass(name = "_Producer", module = "wellhead._wellhead", subclass, frozen)]
pub struct Producer {
    inner: OnceLock<Inner>,
    closed: AtomicBool,
    on_delivery: Mutex<Option<Py<PyAny>>>,
    error_cb: Mutex<Option<Py<PyAny>>>,
    logger: Mutex<Option<Py<PyAny>>>,
    slab: Mutex<Slab>,
    waiting: Mutex<VecDeque<(Arc<DeliveryReport>, usize)>>,
}

impl Producer {
    fn inner(&self) -> PyResult<&Inner> {
        let inner = self.inner.get().ok_or_else(|| errors::closed("Producer has been closed: its __init__() was not called"))?;
        inner.engine.check("Producer")?;
        if self.closed.load(Ordering::Relaxed) {
            return Err(errors::closed("Producer has been closed"));
        }
        Ok(inner)
    }

    /// The next record somebody waits for, with its slot.
    fn next_report(&self) -> Option<(Slot, Arc<DeliveryReport>, usize)> {
        let mut waiting = lock(&self.waiting);
        let mut slab = lock(&self.slab);
        while let Some((report, next)) = waiting.front_mut() {
            while *next < report.tokens.len() {
                let i = *next;
                *next += 1;
                if let Some(slot) = slab.take(report.tokens[i]) {
                    return Some((slot, report.clone(), i));
                }
            }
            waiting.pop_front();
        }
        None
    }

    /// Runs the callbacks of the reports at hand. Returns how many.
    fn serve(&self, py: Python<'_>) -> PyResult<usize> {
        let mut served = 0;
        while let Some((slot, report, i)) = self.next_report() {
            served += 1;
            let error = report.error.as_ref().map(|e| errors::object(py, e)).transpose()?;
            let known = report.base_offset >= 0 && report.error.is_none();
            let message = Message::own(Own {
                topic: Some(slot.topic.into_any()),
                partition: Some(report.partition),
                offset: known.then_some(report.base_offset + i as i64),
                key: slot.key,
                value: slot.value,
                headers: slot.headers,
                error: error.as_ref().map(|e| e.clone_ref(py).into_any()),
                timestamp: report.timestamps.get(i).map_or((0, -1), |t| (report.timestamp_type as i32, *t)),
                latency: Some(report.latency.as_secs_f64()),
                leader_epoch: (report.leader_epoch >= 0).then_some(report.leader_epoch),
                delivery_count: None,
            });
            slot.callback.call1(py, (error, message))?;
        }
        Ok(served)
    }

    /// Reports that wait for their callback.
    fn unserved(&self) -> usize {
        lock(&self.waiting).iter().map(|(r, next)| r.tokens[*next..].iter().filter(|t| **t != 0).count()).sum()
    }

    fn fetch(&self, reports: Vec<DeliveryReport>) {
        if !reports.is_empty() {
            lock(&self.waiting).extend(reports.into_iter().map(|r| (Arc::new(r), 0)));
        }
    }

    fn serve_stats(&self, py: Python<'_>, inner: &Inner) -> PyResult<usize> {
        let Some(stats) = &inner.stats else { return Ok(0) };
        let engine = inner.engine.get();
        stats.serve(py, "producer", engine.client_id(), || engine.stats())
    }

    /// What belongs to no record, to `error_cb`. Returns how many. When the callback raises, the others are not lost but told to the log.
    fn serve_errors(&self, py: Python<'_>, inner: &Inner) -> PyResult<usize> {
        let Some(callback) = lock(&self.error_cb).as_ref().map(|c| c.clone_ref(py)) else { return Ok(0) };
        let errors = inner.engine.get().take_troubles();
        let mut raised = Ok(errors.len());
        for e in &errors {
            if raised.is_ok() {
                raised = callback.call1(py, (errors::object(py, e)?,)).map(|_| errors.len());
            } else {
                let logger = lock(&self.logger).as_ref().map(|l| l.clone_ref(py));
                log::warn(py, logger.as_ref(), e.message())?;
            }
        }
        raised
    }

    /// One record. `Ok(Err(..))`: the engine refused it.
    #[allow(clippy::too_many_arguments)]
    fn send<'py>(
        &self,
        inner: &Inner,
        topic: &Bound<'py, PyString>,
        value: Option<&Bound<'py, PyAny>>,
        key: Option<&Bound<'py, PyAny>>,
        partition: i32,
        callback: Option<&Bound<'py, PyAny>>,
        timestamp: i64,
        headers: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Result<(), Error>> {
        let py = topic.py();
        let name = topic.to_cow()?;
        let value_data = message::data(value)?;
        let key_data = message::data(key)?;
        let header_data = message::headers(headers)?;
        let borrowed: Vec<(&str, Option<&[u8]>)> = header_data.iter().map(|(n, v)| (n.as_str(), v.as_ref().map(Data::as_slice))).collect();
        let callback = match callback {
            Some(c) => Some(c.clone().unbind()),
            None => lock(&self.on_delivery).as_ref().map(|c| c.clone_ref(py)),
        };
        let token = match callback {
            None => 0,
            Some(callback) => {
                if !inner.reports.swap(true, Ordering::Relaxed) {
                    inner.engine.get().set_reports(true);
                }
                lock(&self.slab).put(Slot {
                    callback,
                    topic: topic.clone().unbind(),
                    key: key.map(|k| k.clone().unbind()),
                    value: value.map(|v| v.clone().unbind()),
                    headers: headers.map(|h| h.clone().unbind()),
                })
            }
        };
        let sent = inner.engine.get().send(&ProducerRecord {
            topic: &name,
            partition,
            key: key_data.as_ref().map(Data::as_slice),
            value: value_data.as_ref().map(Data::as_slice),
            headers: &borrowed,
            timestamp_ms: timestamp,
            token,
        });
        if sent.is_err() && token != 0 {
            let slot = lock(&self.slab).take(token);
            drop(slot); // outside the lock: a destructor may call back
        }
        Ok(sent)
    }
}

#[pymethods]
impl Producer {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self {
            inner: OnceLock::new(),
            closed: AtomicBool::new(false),
            on_delivery: Mutex::default(),
            error_cb: Mutex::default(),
            logger: Mutex::default(),
            slab: Mutex::default(),
            waiting: Mutex::default(),
        }
    }

    /// Makes the engine's producer; called by `__init__`.
    #[pyo3(signature = (pairs, on_delivery = None, stats_cb = None, stats_interval_ms = 0, logger = None, error_cb = None))]
    fn _open(
        &self,
        pairs: Vec<(String, String)>,
        on_delivery: Option<Py<PyAny>>,
        stats_cb: Option<Py<PyAny>>,
        stats_interval_ms: u64,
        logger: Option<Py<PyAny>>,
        error_cb: Option<Py<PyAny>>,
    ) -> PyResult<()> {
        let engine = wellhead::Producer::new(pairs).map_err(|e| errors::raise(&e))?;
        let reports = on_delivery.is_some();
        engine.set_reports(reports);
        *lock(&self.on_delivery) = on_delivery;
        if error_cb.is_some() {
            engine.watch_troubles(true);
        }
        *lock(&self.error_cb) = error_cb;
        *lock(&self.logger) = logger;
        log::listen();
        let inner = Inner { engine: Kept::new(engine), reports: AtomicBool::new(reports), stats: StatsCallback::new(stats_cb, stats_interval_ms) };
        self.inner.set(inner).map_err(|_| PyRuntimeError::new_err("Producer.__init__() was called twice"))
    }

    /// Queues a record and returns at once; its outcome comes to the callback in a later `poll()` or `flush()`. A full queue
    /// raises BufferError: call `poll()` and try again.
    #[pyo3(signature = (topic, value = None, key = None, partition = -1, callback = None, on_delivery = None, timestamp = 0, headers = None), text_signature = "($self, topic, value=None, key=None, partition=-1, callback=None, on_delivery=None, timestamp=0, headers=None)")]
    #[allow(clippy::too_many_arguments)]
    fn produce<'py>(
        &self,
        topic: &Bound<'py, PyString>,
        value: Option<Bound<'py, PyAny>>,
        key: Option<Bound<'py, PyAny>>,
        partition: i32,
        callback: Option<Bound<'py, PyAny>>,
        on_delivery: Option<Bound<'py, PyAny>>,
        timestamp: i64,
        headers: Option<Bound<'py, PyAny>>,
    ) -> PyResult<()> {
        let inner = self.inner()?;
        let callback = on_delivery.or(callback);
        if callback.as_ref().is_some_and(|c| !c.is_callable()) {
            return Err(PyTypeError::new_err("callback must be callable"));
        }
        match self.send(inner, topic, value.as_ref(), key.as_ref(), partition, callback.as_ref(), timestamp, headers.as_ref())? {
            Ok(()) => Ok(()),
            Err(e) if e.code == Code::QUEUE_FULL => Err(errors::queue_full()),
            // Another thread closed it since we looked.
            Err(e) if e.code == Code::STATE && self.closed.load(Ordering::Relaxed) => Err(errors::closed("Producer has been closed")),
            Err(e) => Err(errors::raise_with(&e, "Unable to produce message")),
        }
    }

    /// Queues a list of dicts with the keys value, key, headers, timestamp, partition, callback. Returns how many were queued; a
    /// dict that was refused gets the KafkaError under `_error`. What is no such list is a TypeError, and then nothing is queued.
    #[pyo3(signature = (topic, messages, partition = -1, callback = None, on_delivery = None), text_signature = "($self, topic, messages, partition=-1, callback=None, on_delivery=None)")]
    fn produce_batch<'py>(
        &self,
        topic: &Bound<'py, PyString>,
        messages: &Bound<'py, PyAny>,
        partition: i32,
        callback: Option<Bound<'py, PyAny>>,
        on_delivery: Option<Bound<'py, PyAny>>,
    ) -> PyResult<usize> {
        let inner = self.inner()?;
        let py = topic.py();
        let default = on_delivery.or(callback);
        let messages = messages.cast::<PyList>().map_err(|_| PyTypeError::new_err("messages must be a list of dicts"))?;
        check_batch(messages)?;
        let mut queued = 0;
        for item in messages.iter() {
            let d = item.cast::<PyDict>().map_err(|_| PyTypeError::new_err("messages must be a list of dicts"))?;
            let get = |name: &str| -> PyResult<Option<Bound<'py, PyAny>>> { Ok(d.get_item(name)?.filter(|v| !v.is_none())) };
            let (value, key, headers) = (get("value")?, get("key")?, get("headers")?);
            let own = match get("callback")? {
                Some(c) => Some(c),
                None => get("on_delivery")?,
            };
            let timestamp = get("timestamp")?.map_or(Ok(0), |t| t.extract())?;
            let partition = get("partition")?.map_or(Ok(partition), |p| p.extract())?;
            let cb = own.as_ref().or(default.as_ref());
            match self.send(inner, topic, value.as_ref(), key.as_ref(), partition, cb, timestamp, headers.as_ref())? {
                Ok(()) => queued += 1,
                Err(e) => d.set_item("_error", errors::object(py, &e)?)?,
            }
        }
        Ok(queued)
    }

    /// Serves delivery reports: runs their callbacks, waiting up to `timeout` seconds for the first (negative: for ever).
    /// Returns how many callbacks ran.
    #[pyo3(signature = (timeout = -1.0), text_signature = "($self, timeout=-1.0)")]
    fn poll(&self, py: Python<'_>, timeout: f64) -> PyResult<usize> {
        let inner = self.inner()?;
        log::serve(py, &self.logger)?;
        let mut served = self.serve(py)? + self.serve_errors(py, inner)? + self.serve_stats(py, inner)?;
        if inner.reports.load(Ordering::Relaxed) {
            self.fetch(inner.engine.get().poll_reports(REPORTS_MAX, Duration::ZERO));
            served += self.serve(py)?;
        }
        if served > 0 || timeout == 0.0 {
            return Ok(served);
        }
        let slices = Slices::new(wait::seconds(Some(timeout)));
        while let Some(slice) = slices.next(py)? {
            let engine = inner.engine.get();
            let reports = py.detach(|| engine.poll_reports(REPORTS_MAX, slice));
            self.fetch(reports);
            log::serve(py, &self.logger)?;
            served = self.serve(py)? + self.serve_errors(py, inner)? + self.serve_stats(py, inner)?;
            if served > 0 || self.closed.load(Ordering::Relaxed) {
                break;
            }
        }
        Ok(served)
    }

    /// Sends what is queued and waits up to `timeout` seconds (negative: for ever) until everything is delivered or failed and
    /// every callback has run. Returns what is left.
    #[pyo3(signature = (timeout = -1.0), text_signature = "($self, timeout=-1.0)")]
    fn flush(&self, py: Python<'_>, timeout: f64) -> PyResult<usize> {
        let inner = self.inner()?;
        self.flush_for(py, inner, wait::seconds(Some(timeout)))
    }

    /// Drops what is queued, and with `in_flight` also what was sent and not acknowledged; their reports have _PURGE_QUEUE or
    /// _PURGE_INFLIGHT.
    #[pyo3(signature = (in_queue = true, in_flight = true, blocking = true))]
    fn purge(&self, in_queue: bool, in_flight: bool, blocking: bool) -> PyResult<()> {
        let _ = blocking;
        self.inner()?.engine.get().purge(in_queue, in_flight);
        Ok(())
    }

    /// Flushes and ends the producer. Returns whether everything was delivered or failed with a report.
    #[pyo3(signature = (timeout = -1.0), text_signature = "($self, timeout=-1.0)")]
    fn close(&self, py: Python<'_>, timeout: f64) -> PyResult<bool> {
        let Some(inner) = self.inner.get() else { return Ok(true) };
        inner.engine.check("Producer")?;
        if self.closed.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let left = self.flush_for(py, inner, wait::seconds(Some(timeout)))?;
        if !self.closed.swap(true, Ordering::SeqCst) {
            let engine = inner.engine.get().clone();
            wait::run(py, move || engine.close(Duration::ZERO))?;
            if left > 0 {
                // What was not delivered in time has failed now; its callbacks are due.
                self.fetch(inner.engine.get().poll_reports(usize::MAX, Duration::ZERO));
                self.serve(py)?;
            }
        }
        Ok(left == 0)
    }

    /// Ends it at the interpreter's end: what is queued gets `timeout` seconds, no callback runs. Returns what was not delivered.
    fn _end(&self, py: Python<'_>, timeout: f64) -> PyResult<usize> {
        let Some(inner) = self.inner.get() else { return Ok(0) };
        if !inner.engine.here() || self.closed.swap(true, Ordering::SeqCst) {
            return Ok(0);
        }
        let engine = inner.engine.get().clone();
        let end = Instant::now() + wait::seconds(Some(timeout));
        wait::run(py, move || {
            engine.set_reports(false);
            let mut left = engine.outstanding();
            while left > 0 && Instant::now() < end {
                left = engine.flush(FLUSH_SLICE);
            }
            engine.close(Duration::ZERO);
            left
        })
    }

    fn _metadata(&self, py: Python<'_>, topic: Option<String>, timeout: f64) -> PyResult<Py<PyAny>> {
        if self.inner.get().is_none() || self.closed.load(Ordering::Relaxed) {
            return Err(errors::closed(errors::HANDLE_CLOSED));
        }
        let engine = self.inner()?.engine.get().clone();
        let timeout = wait::seconds(Some(timeout));
        let m = wait::run_result(py, "Failed to get metadata", move || engine.metadata(topic.as_deref(), timeout))?;
        admin::metadata_to_py(py, &m)
    }

    fn _admin(&self, py: Python<'_>) -> PyResult<Py<admin::Admin>> {
        admin::Admin::of(py, self.inner()?.engine.get().admin())
    }

    /// The file descriptor that is readable while reports wait.
    fn _event_fd(&self) -> PyResult<i32> {
        Ok(self.inner()?.engine.get().event_fd())
    }

    fn _closed(&self) -> bool {
        self.inner.get().is_none() || self.closed.load(Ordering::Relaxed)
    }

    /// Records queued or in flight, and reports whose callbacks have not run.
    fn __len__(&self) -> usize {
        match self.inner() {
            Ok(inner) => {
                let waiting = if inner.reports.load(Ordering::Relaxed) { inner.engine.get().reports_waiting() } else { 0 };
                inner.engine.get().outstanding() + waiting + self.unserved()
            }
            Err(_) => 0,
        }
    }
    fn __bool__(&self) -> bool {
        true
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        if let Ok(cb) = self.on_delivery.try_lock() {
            visit.call(cb.as_ref())?;
        }
        if let Ok(cb) = self.error_cb.try_lock() {
            visit.call(cb.as_ref())?;
        }
        if let Ok(logger) = self.logger.try_lock() {
            visit.call(logger.as_ref())?;
        }
        if let Ok(slab) = self.slab.try_lock() {
            for slot in slab.slots.iter().flatten() {
                visit.call(&slot.callback)?;
                visit.call(slot.headers.as_ref())?;
            }
        }
        if let Some(Inner { stats: Some(stats), .. }) = self.inner.get() {
            stats.traverse(&visit)?;
        }
        Ok(())
    }
    fn __clear__(&self) {
        let callback = (lock(&self.on_delivery).take(), lock(&self.error_cb).take());
        let slots = std::mem::take(&mut *lock(&self.slab));
        if let Some(Inner { stats: Some(stats), .. }) = self.inner.get() {
            stats.clear();
        }
        drop((callback, slots.slots));
    }
}

/// Whether every item can be a record, before the first is queued.
fn check_batch(messages: &Bound<'_, PyList>) -> PyResult<()> {
    for (i, item) in messages.iter().enumerate() {
        let wrong = |what: &str| PyTypeError::new_err(format!("Message {what}"));
        let d = item.cast::<PyDict>().map_err(|_| wrong(&format!("at index {i} must be a dict")))?;
        for name in ["value", "key"] {
            let field = d.get_item(name)?.filter(|v| !v.is_none());
            if field.is_some_and(|f| !message::is_data(&f)) {
                return Err(wrong(&format!("{name} at index {i} must be bytes or str")));
            }
        }
        for name in ["partition", "timestamp"] {
            if d.get_item(name)?.is_some_and(|v| !v.is_none() && !v.is_instance_of::<PyInt>()) {
                return Err(wrong(&format!("{name} at index {i} must be int")));
            }
        }
    }
    Ok(())
}

impl Producer {
    fn flush_for(&self, py: Python<'_>, inner: &Inner, timeout: Duration) -> PyResult<usize> {
        let slices = Slices::new(timeout);
        loop {
            let slice = slices.next(py)?;
            let engine = inner.engine.get();
            py.detach(|| engine.flush(slice.unwrap_or_default().min(FLUSH_SLICE)));
            if inner.reports.load(Ordering::Relaxed) {
                self.fetch(inner.engine.get().poll_reports(usize::MAX, Duration::ZERO));
            }
            self.serve(py)?;
            self.serve_errors(py, inner)?;
            log::serve(py, &self.logger)?;
            // Counted now, as callbacks may have produced more.
            let left = engine.outstanding() + self.unserved();
            if left == 0 || slice.is_none() || self.closed.load(Ordering::Relaxed) {
                return Ok(left);
            }
        }
    }
}
