//! The base class of `wellhead.Consumer`: `poll`, `consume` and `_next_batch` on the engine's consumer, rebalances and commits.
//!
//! Owns: events that were fetched and not given out yet (records go back here when a wait is interrupted, so that Ctrl-C loses
//! none), and the callbacks. Callbacks run inside `poll`, `consume` and `close`, on the caller's thread.
//!
//! A rebalance callback that calls neither assign nor unassign (nor their incremental forms) leaves the default to us.

use crate::batch::{Batch, Part};
use crate::errors;
use crate::message::{Message, Own};
use crate::stats::StatsCallback;
use crate::types;
use crate::wait::{self, Kept, Slices, lock};
use crate::{admin, log};
use pyo3::exceptions::{PyRuntimeError, PyTypeError, PyValueError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use wellhead::{Event, RecordSet, TopicPartitionOffset};
use wellhead_base::{Code, Error};

/// The most messages one `consume()` may ask for.
const CONSUME_MAX: i64 = 1_000_000;
/// The timestamp of a message that stands for an error: TIMESTAMP_NOT_AVAILABLE.
const NO_TIMESTAMP: (i32, i64) = (0, -1);
/// How long `close()` waits for the last commit and the goodbye to the group.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(30);

/// The engine's consumer and whether it is closed; batches hold it to commit.
pub struct Handle {
    engine: Kept<wellhead::Consumer>,
    closed: AtomicBool,
}

impl Handle {
    pub fn engine(&self) -> PyResult<&wellhead::Consumer> {
        self.engine.check("Consumer")?;
        if self.closed.load(Ordering::Relaxed) {
            return Err(errors::closed("Consumer closed"));
        }
        Ok(self.engine.get())
    }
}

#[derive(Default)]
struct Callbacks {
    on_assign: Option<Py<PyAny>>,
    on_revoke: Option<Py<PyAny>>,
    on_lost: Option<Py<PyAny>>,
    on_commit: Option<Py<PyAny>>,
    error: Option<Py<PyAny>>,
}

enum Pending {
    Event(Event),
    Records(Arc<RecordSet>, usize),
}

/// What comes out of the queue for the caller.
enum Taken {
    Records(Part),
    /// An error or the end of a partition, as a message; the error is None for the end of a partition.
    Note(Box<Message>, Option<Error>),
}

#[pyclass(name = "_Consumer", module = "wellhead._wellhead", subclass, frozen)]
pub struct Consumer {
    handle: OnceLock<Arc<Handle>>,
    stats: OnceLock<Option<StatsCallback>>,
    callbacks: Mutex<Callbacks>,
    logger: Mutex<Option<Py<PyAny>>>,
    pending: Mutex<VecDeque<Pending>>,
    /// Set by every call that answers a rebalance.
    answered: AtomicBool,
    /// No address was given. The log has said so once; every attempt would say it again in a message, which confluent-kafka has not.
    nowhere: AtomicBool,
    /// `close()` has begun: a second one, of another thread or of the callback that the first one calls, has nothing to do.
    closing: AtomicBool,
}

fn callable(o: Option<Bound<'_, PyAny>>, name: &str) -> PyResult<Option<Py<PyAny>>> {
    match o {
        Some(o) if !o.is_callable() => Err(PyTypeError::new_err(format!("{name} expects a callable"))),
        o => Ok(o.map(Bound::unbind)),
    }
}

/// Errors that only say that something on the way does not work at the moment; the client goes on by itself.
fn passing(e: &Error) -> bool {
    !e.fatal && matches!(e.code, Code::TRANSPORT | Code::ALL_BROKERS_DOWN | Code::RESOLVE | Code::TIMED_OUT | Code::AUTHENTICATION | Code::SSL)
}

impl Consumer {
    fn handle(&self) -> PyResult<&Arc<Handle>> {
        self.handle.get().ok_or_else(|| errors::closed("Consumer closed: its __init__() was not called"))
    }
    fn engine(&self) -> PyResult<&wellhead::Consumer> {
        self.handle()?.engine()
    }
    fn open(&self) -> bool {
        self.handle.get().is_some_and(|h| !h.closed.load(Ordering::Relaxed))
    }

    /// Forgets fetched records of partitions that the caller just moved or gave away.
    fn forget(&self, gone: impl Fn(&RecordSet) -> bool) {
        lock(&self.pending).retain(|p| match p {
            Pending::Records(set, _) => !gone(set),
            Pending::Event(Event::Records(set)) => !gone(set),
            Pending::Event(_) => true,
        });
    }

    /// The next thing for the caller out of what was fetched, at most `max` records; runs callbacks on the way.
    fn take(slf: &Bound<'_, Self>, max: usize) -> PyResult<Option<Taken>> {
        let me = slf.get();
        loop {
            let Some(next) = lock(&me.pending).pop_front() else { return Ok(None) };
            let (set, from) = match next {
                Pending::Records(set, from) => (set, from),
                Pending::Event(Event::Records(set)) => (Arc::new(set), 0),
                Pending::Event(event) => match me.handle_event(slf, event)? {
                    Some(note) => return Ok(Some(note)),
                    None => continue,
                },
            };
            let len = set.len();
            let to = from.saturating_add(max).min(len);
            if to < len {
                lock(&me.pending).push_front(Pending::Records(set.clone(), to));
            }
            if from < to {
                return Ok(Some(Taken::Records(Part { set, from, to })));
            }
        }
    }

    /// Puts records back that were taken and cannot be given out.
    fn give_back(&self, parts: Vec<Part>) {
        let mut pending = lock(&self.pending);
        for part in parts.into_iter().rev() {
            // The rest of the same set, if it waits at the front, is joined again.
            if let Some(Pending::Records(set, from)) = pending.front_mut()
                && Arc::ptr_eq(set, &part.set)
                && *from == part.to
            {
                *from = part.from;
                continue;
            }
            if part.to == part.set.len() {
                pending.push_front(Pending::Records(part.set, part.from));
            }
        }
    }

    fn fetch(&self, events: Vec<Event>) -> bool {
        if events.is_empty() {
            return false;
        }
        lock(&self.pending).extend(events.into_iter().map(Pending::Event));
        true
    }

    /// Fetches at most `max` records, waiting up to one slice; first without letting go of the GIL, as there is often something.
    fn fill(&self, py: Python<'_>, max: usize, slices: &Slices) -> PyResult<Option<bool>> {
        let engine = self.engine()?;
        let now = engine.poll(max, Duration::ZERO).map_err(|e| errors::raise(&e))?;
        if self.fetch(now) {
            return Ok(Some(true));
        }
        log::serve(py, &self.logger)?;
        self.serve_stats(py)?;
        let Some(slice) = slices.next(py)? else { return Ok(None) };
        let events = py.detach(|| engine.poll(max, slice));
        if !self.open() {
            return Ok(None);
        }
        Ok(Some(self.fetch(events.map_err(|e| errors::raise(&e))?)))
    }

    fn handle_event(&self, slf: &Bound<'_, Self>, event: Event) -> PyResult<Option<Taken>> {
        let py = slf.py();
        match event {
            Event::Records(_) => Ok(None),
            Event::PartitionEof { topic, partition, offset } => {
                let message = Message::own(Own {
                    topic: Some(PyString::new(py, &topic).into_any().unbind()),
                    partition: Some(partition),
                    offset: Some(offset),
                    error: Some(
                        errors::object_of(py, Code::PARTITION_EOF, Some(format!("Fetch from broker reached end of partition at offset {offset}")))?
                            .into_any(),
                    ),
                    timestamp: NO_TIMESTAMP,
                    ..Own::default()
                });
                Ok(Some(Taken::Note(Box::new(message), None)))
            }
            Event::Assign(partitions) => self.rebalance(slf, false, false, &partitions).map(|()| None),
            Event::Revoke { partitions, lost } => self.rebalance(slf, true, lost, &partitions).map(|()| None),
            Event::Committed { error, offsets } => {
                let callback = lock(&self.callbacks).on_commit.as_ref().map(|c| c.clone_ref(py));
                if let Some(callback) = callback {
                    let error = error.as_ref().map(|e| errors::object(py, e)).transpose()?;
                    callback.call1(py, (error, types::list(py, &offsets)?))?;
                }
                Ok(None)
            }
            Event::Error(e) if e.code == Code::INVALID_ARG && self.nowhere.load(Ordering::Relaxed) => Ok(None),
            Event::Error(e) if passing(&e) => self.tell(py, &e).map(|()| None),
            Event::Error(e) => {
                let message = Message::own(Own { error: Some(errors::object(py, &e)?.into_any()), timestamp: NO_TIMESTAMP, ..Own::default() });
                Ok(Some(Taken::Note(Box::new(message), Some(e))))
            }
        }
    }

    /// An error that ends nothing: to `error_cb`, else to the log.
    fn tell(&self, py: Python<'_>, e: &Error) -> PyResult<()> {
        let callback = lock(&self.callbacks).error.as_ref().map(|c| c.clone_ref(py));
        if let Some(callback) = callback {
            return callback.call1(py, (errors::object(py, e)?,)).map(|_| ());
        }
        let logger = lock(&self.logger).as_ref().map(|l| l.clone_ref(py));
        log::warn(py, logger.as_ref(), e.message())
    }

    fn rebalance(&self, slf: &Bound<'_, Self>, revoke: bool, lost: bool, partitions: &[TopicPartitionOffset]) -> PyResult<()> {
        let py = slf.py();
        let callback = {
            let c = lock(&self.callbacks);
            let chosen = match (revoke, lost) {
                (false, _) => &c.on_assign,
                (true, true) if c.on_lost.is_some() => &c.on_lost,
                (true, _) => &c.on_revoke,
            };
            chosen.as_ref().map(|c| c.clone_ref(py))
        };
        self.answered.store(false, Ordering::Relaxed);
        let called = match callback {
            Some(callback) => callback.call1(py, (slf, types::list(py, partitions)?)).map(|_| ()),
            None => Ok(()),
        };
        // Also when the callback raised: the group waits for an answer.
        if !self.answered.load(Ordering::Relaxed) && self.open() {
            self.answer(py, revoke, partitions)?;
        }
        called
    }

    fn answer(&self, py: Python<'_>, revoke: bool, partitions: &[TopicPartitionOffset]) -> PyResult<()> {
        let engine = self.engine()?;
        let cooperative = engine.rebalance_protocol() == "COOPERATIVE";
        let done = py.detach(|| match (revoke, cooperative) {
            (false, false) => engine.assign(partitions),
            (false, true) => engine.incremental_assign(partitions),
            (true, false) => engine.unassign(),
            (true, true) => engine.incremental_unassign(&partitions.iter().map(TopicPartitionOffset::tp).collect::<Vec<_>>()),
        });
        done.map_err(|e| errors::raise(&e))
    }

    fn serve_stats(&self, py: Python<'_>) -> PyResult<()> {
        if let Some(Some(stats)) = self.stats.get() {
            let engine = self.engine()?;
            stats.serve(py, "consumer", engine.client_id(), || engine.stats())?;
        }
        Ok(())
    }

    /// The offsets that `commit` and `store_offsets` were called with; None: those stored.
    fn chosen(
        py: Python<'_>,
        message: Option<Bound<'_, PyAny>>,
        offsets: Option<Bound<'_, PyAny>>,
        verb: &str,
    ) -> PyResult<Option<Vec<TopicPartitionOffset>>> {
        match (message, offsets) {
            (Some(_), Some(_)) => Err(PyValueError::new_err("message and offsets are mutually exclusive")),
            (None, None) => Ok(None),
            (None, Some(offsets)) => Ok(Some(types::many(&offsets)?)),
            (Some(message), None) => {
                let message = message.cast::<Message>().map_err(|_| PyTypeError::new_err("expected Message"))?;
                match message.borrow().commit_offset(py)? {
                    Ok(t) => Ok(Some(vec![t])),
                    Err(why) => Err(errors::raise_code(Code::INVALID_ARG, &format!("Cannot {verb} offsets for message with error: '{why}'"))),
                }
            }
        }
    }
}

#[pymethods]
impl Consumer {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self {
            handle: OnceLock::new(),
            stats: OnceLock::new(),
            callbacks: Mutex::default(),
            logger: Mutex::default(),
            pending: Mutex::default(),
            answered: AtomicBool::new(false),
            nowhere: AtomicBool::new(false),
            closing: AtomicBool::new(false),
        }
    }

    /// Makes the engine's consumer; called by `__init__`.
    #[pyo3(signature = (pairs, on_commit = None, error_cb = None, stats_cb = None, stats_interval_ms = 0, logger = None))]
    fn _open(
        &self,
        pairs: Vec<(String, String)>,
        on_commit: Option<Py<PyAny>>,
        error_cb: Option<Py<PyAny>>,
        stats_cb: Option<Py<PyAny>>,
        stats_interval_ms: u64,
        logger: Option<Py<PyAny>>,
    ) -> PyResult<()> {
        let address = |(name, value): &(String, String)| ["bootstrap.servers", "metadata.broker.list"].contains(&name.as_str()) && !value.is_empty();
        self.nowhere.store(!pairs.iter().any(address), Ordering::Relaxed);
        let engine = wellhead::Consumer::new(pairs).map_err(|e| errors::raise(&e))?;
        {
            let mut c = lock(&self.callbacks);
            c.on_commit = on_commit;
            c.error = error_cb;
        }
        *lock(&self.logger) = logger;
        log::listen();
        let _ = self.stats.set(StatsCallback::new(stats_cb, stats_interval_ms));
        let handle = Arc::new(Handle { engine: Kept::new(engine), closed: AtomicBool::new(false) });
        self.handle.set(handle).map_err(|_| PyRuntimeError::new_err("Consumer.__init__() was called twice"))
    }

    /// Joins the group for these topics, in place of the former ones; a name that begins with ^ is a regular expression. The
    /// callbacks take (consumer, partitions) and run inside `poll()`, `consume()` or `close()`.
    #[pyo3(signature = (topics, on_assign = None, on_revoke = None, on_lost = None))]
    fn subscribe(
        &self,
        py: Python<'_>,
        topics: &Bound<'_, PyAny>,
        on_assign: Option<Bound<'_, PyAny>>,
        on_revoke: Option<Bound<'_, PyAny>>,
        on_lost: Option<Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let engine = self.engine()?;
        let wrong = || PyTypeError::new_err("expected list of topic unicode strings");
        if topics.is_instance_of::<PyString>() {
            return Err(wrong());
        }
        let topics: Vec<String> = topics.extract().map_err(|_| wrong())?;
        if topics.is_empty() {
            return Err(errors::raise_code(Code::INVALID_ARG, "Failed to set subscription: no topics were given (unsubscribe() leaves the group)"));
        }
        let wanted = on_assign.is_some() || on_revoke.is_some() || on_lost.is_some();
        {
            let (a, r, l) = (callable(on_assign, "on_assign")?, callable(on_revoke, "on_revoke")?, callable(on_lost, "on_lost")?);
            let mut c = lock(&self.callbacks);
            let former = (c.on_assign.take(), c.on_revoke.take(), c.on_lost.take());
            (c.on_assign, c.on_revoke, c.on_lost) = (a, r, l);
            drop(c);
            drop(former);
        }
        engine.set_rebalance_events(wanted);
        let names: Vec<&str> = topics.iter().map(String::as_str).collect();
        py.detach(|| engine.subscribe(&names)).map_err(|e| errors::raise_with(&e, "Failed to set subscription"))
    }
    /// Leaves the group.
    fn unsubscribe(&self, py: Python<'_>) -> PyResult<()> {
        let engine = self.engine()?;
        self.forget(|_| true);
        py.detach(|| engine.unsubscribe()).map_err(|e| errors::raise_with(&e, "Failed to remove subscription"))
    }
    /// The topics asked for.
    fn subscription(&self) -> PyResult<Vec<String>> {
        Ok(self.engine()?.subscription())
    }

    /// Reads exactly these partitions. An offset may be OFFSET_BEGINNING, OFFSET_END, OFFSET_STORED or a number.
    fn assign(&self, py: Python<'_>, partitions: &Bound<'_, PyAny>) -> PyResult<()> {
        let engine = self.engine()?;
        let partitions = types::many(partitions)?;
        self.answered.store(true, Ordering::Relaxed);
        self.forget(|_| true);
        py.detach(|| engine.assign(&partitions)).map_err(|e| errors::raise_with(&e, "Failed to set assignment"))
    }
    /// Reads nothing.
    fn unassign(&self, py: Python<'_>) -> PyResult<()> {
        let engine = self.engine()?;
        self.answered.store(true, Ordering::Relaxed);
        self.forget(|_| true);
        py.detach(|| engine.unassign()).map_err(|e| errors::raise_with(&e, "Failed to remove assignment"))
    }
    /// Reads these partitions, too.
    fn incremental_assign(&self, py: Python<'_>, partitions: &Bound<'_, PyAny>) -> PyResult<()> {
        let engine = self.engine()?;
        let partitions = types::many(partitions)?;
        self.answered.store(true, Ordering::Relaxed);
        py.detach(|| engine.incremental_assign(&partitions)).map_err(|e| errors::raise_with(&e, "Failed to incremental assign"))
    }
    /// Reads these partitions no longer.
    fn incremental_unassign(&self, py: Python<'_>, partitions: &Bound<'_, PyAny>) -> PyResult<()> {
        let engine = self.engine()?;
        let partitions = types::partitions(partitions)?;
        self.answered.store(true, Ordering::Relaxed);
        self.forget(|set| partitions.iter().any(|p| p.topic == set.topic && p.partition == set.partition));
        py.detach(|| engine.incremental_unassign(&partitions)).map_err(|e| errors::raise_with(&e, "Failed to incremental unassign"))
    }
    /// The partitions being read.
    fn assignment<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list: Vec<_> = self.engine()?.assignment().iter().map(|t| t.at(wellhead::OFFSET_INVALID)).collect();
        types::list(py, &list)
    }
    /// Whether the partitions were taken away without a chance to commit.
    fn assignment_lost(&self) -> PyResult<bool> {
        Ok(self.engine()?.assignment_lost())
    }
    /// `NONE`, `EAGER` or `COOPERATIVE`.
    fn rebalance_protocol(&self) -> PyResult<&'static str> {
        Ok(self.engine()?.rebalance_protocol())
    }
    /// Tells that the answer to the rebalance that is being handled comes later, by `_answer` or by assign and the like.
    fn _defer(&self) {
        self.answered.store(true, Ordering::Relaxed);
    }
    /// Marks the beginning of a deferred answer; `_answer` gives the default one unless assign or the like came first.
    fn _begin_answer(&self) {
        self.answered.store(false, Ordering::Relaxed);
    }
    fn _answer(&self, py: Python<'_>, revoke: bool, partitions: &Bound<'_, PyAny>) -> PyResult<()> {
        if self.answered.load(Ordering::Relaxed) || !self.open() {
            return Ok(());
        }
        self.answer(py, revoke, &types::many(partitions)?)
    }

    /// The next message, or None after `timeout` seconds (negative: never). A message may stand for an error: look at its
    /// `error()`.
    #[pyo3(signature = (timeout = -1.0), text_signature = "($self, timeout=-1.0)")]
    fn poll(slf: &Bound<'_, Self>, timeout: f64) -> PyResult<Option<Message>> {
        let (me, py) = (slf.get(), slf.py());
        me.engine()?;
        me.serve_stats(py)?;
        let slices = Slices::new(wait::seconds(Some(timeout)));
        loop {
            match Self::take(slf, 1)? {
                Some(Taken::Records(part)) => return Ok(Some(Message::read(part.set, part.from))),
                Some(Taken::Note(message, _)) => return Ok(Some(*message)),
                None if !me.open() => return Ok(None),
                None => {
                    if me.fill(py, 1, &slices)?.is_none() {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Up to `num_messages` messages, waiting up to `timeout` seconds (negative: for ever) until there are as many.
    #[pyo3(signature = (num_messages = 1, timeout = -1.0), text_signature = "($self, num_messages=1, timeout=-1.0)")]
    fn consume<'py>(slf: &Bound<'py, Self>, num_messages: i64, timeout: f64) -> PyResult<Bound<'py, PyList>> {
        let (me, py) = (slf.get(), slf.py());
        me.engine()?;
        if !(0..=CONSUME_MAX).contains(&num_messages) {
            return Err(PyValueError::new_err("num_messages must be between 0 and 1000000 (1M)"));
        }
        me.serve_stats(py)?;
        let max = num_messages as usize;
        let slices = Slices::new(wait::seconds(Some(timeout)));
        let (mut parts, mut notes, mut rows) = (Vec::new(), Vec::new(), 0);
        let gathered = (|| -> PyResult<()> {
            while rows < max {
                match Self::take(slf, max - rows)? {
                    Some(Taken::Records(part)) => {
                        rows += part.to - part.from;
                        parts.push(part);
                    }
                    Some(Taken::Note(message, _)) => {
                        rows += 1;
                        notes.push((parts.len(), message));
                    }
                    None if !me.open() => break,
                    None => {
                        if me.fill(py, max - rows, &slices)?.is_none() {
                            break;
                        }
                    }
                }
            }
            Ok(())
        })();
        if let Err(e) = gathered {
            me.give_back(parts);
            return Err(e);
        }
        let mut messages: Vec<Message> = Vec::with_capacity(rows);
        let mut notes = notes.into_iter().peekable();
        for (i, part) in parts.into_iter().enumerate() {
            while let Some((_, note)) = notes.next_if(|(at, _)| *at <= i) {
                messages.push(*note);
            }
            messages.extend((part.from..part.to).map(|k| Message::read(part.set.clone(), k)));
        }
        messages.extend(notes.map(|(_, note)| *note));
        PyList::new(py, messages)
    }

    /// Up to `max_rows` records as a batch of columns. Waits up to `timeout` seconds (None: for ever) for the first, then up to
    /// `linger` seconds for more; None when there was none.
    #[pyo3(signature = (max_rows = 32768, timeout = None, linger = 0.1))]
    fn _next_batch(slf: &Bound<'_, Self>, max_rows: usize, timeout: Option<f64>, linger: f64) -> PyResult<Option<Batch>> {
        let (me, py) = (slf.get(), slf.py());
        let handle = me.handle()?.clone();
        handle.engine()?;
        if max_rows == 0 {
            return Err(PyValueError::new_err("max_rows must be at least 1"));
        }
        me.serve_stats(py)?;
        let mut slices = Slices::new(wait::seconds(timeout));
        let (mut parts, mut rows) = (Vec::new(), 0);
        let gathered = (|| -> PyResult<()> {
            while rows < max_rows {
                match Self::take(slf, max_rows - rows)? {
                    Some(Taken::Records(part)) => {
                        if rows == 0 {
                            slices = Slices::new(wait::seconds(Some(linger)));
                        }
                        rows += part.to - part.from;
                        parts.push(part);
                    }
                    Some(Taken::Note(_, None)) => {}
                    // A topic that is not there yet may come; columns have no place for the message that poll() gives.
                    Some(Taken::Note(_, Some(e))) if e.code == Code::UNKNOWN_TOPIC_OR_PART => me.tell(py, &e)?,
                    Some(Taken::Note(_, Some(e))) => return Err(errors::raise(&e)),
                    None if !me.open() => break,
                    None => {
                        if me.fill(py, max_rows - rows, &slices)?.is_none() {
                            break;
                        }
                    }
                }
            }
            Ok(())
        })();
        if let Err(e) = gathered {
            me.give_back(parts);
            return Err(e);
        }
        Ok((rows > 0).then(|| Batch::new(parts, rows, handle)))
    }

    /// Commits `message`'s offset + 1, or `offsets`, or (neither given) what was read. Asynchronously: returns None, the outcome
    /// comes to the `on_commit` callback. Else waits and returns the offsets with their errors.
    #[pyo3(signature = (message = None, offsets = None, asynchronous = true, timeout = -1.0), text_signature = "($self, message=None, offsets=None, asynchronous=True, timeout=-1.0)")]
    fn commit<'py>(
        &self,
        py: Python<'py>,
        message: Option<Bound<'py, PyAny>>,
        offsets: Option<Bound<'py, PyAny>>,
        asynchronous: bool,
        timeout: f64,
    ) -> PyResult<Option<Bound<'py, PyList>>> {
        let engine = self.engine()?;
        let chosen = Self::chosen(py, message, offsets, "commit")?;
        if asynchronous {
            return match py.detach(|| engine.commit_async(chosen.as_deref())) {
                Ok(()) => Ok(None),
                // Nothing to commit is no failure of an asynchronous commit.
                Err(e) if e.code == Code::NO_OFFSET => Ok(None),
                Err(e) => Err(errors::raise_with(&e, "Commit failed")),
            };
        }
        let (engine, timeout) = (engine.clone(), wait::seconds(Some(timeout)));
        let done = wait::run_result(py, "Commit failed", move || engine.commit(chosen.as_deref(), timeout))?;
        Ok(Some(types::list(py, &done)?))
    }
    /// Sets what the next commit commits: `message`'s offset + 1, or `offsets`. Needs enable.auto.offset.store=false.
    #[pyo3(signature = (message = None, offsets = None))]
    fn store_offsets(&self, py: Python<'_>, message: Option<Bound<'_, PyAny>>, offsets: Option<Bound<'_, PyAny>>) -> PyResult<()> {
        let engine = self.engine()?;
        let Some(chosen) = Self::chosen(py, message, offsets, "store")? else {
            return Err(PyValueError::new_err("expected either message or offsets"));
        };
        engine.store_offsets(&chosen).map_err(|e| errors::raise_with(&e, "StoreOffsets failed"))
    }
    /// What the group committed for these partitions.
    #[pyo3(signature = (partitions, timeout = -1.0), text_signature = "($self, partitions, timeout=-1.0)")]
    fn committed<'py>(&self, py: Python<'py>, partitions: &Bound<'py, PyAny>, timeout: f64) -> PyResult<Bound<'py, PyList>> {
        let (engine, timeout) = (self.engine()?.clone(), wait::seconds(Some(timeout)));
        let partitions = types::partitions(partitions)?;
        let list = wait::run_result(py, "Failed to get committed offsets", move || engine.committed(&partitions, timeout))?;
        types::list(py, &list)
    }
    /// For each partition the offset after the last message that was returned; OFFSET_INVALID before the first.
    fn position<'py>(&self, py: Python<'py>, partitions: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let engine = self.engine()?;
        let mut list = engine.position(&types::partitions(partitions)?);
        // Records that were fetched and not given out yet are still ahead of the caller.
        for p in lock(&self.pending).iter() {
            let (set, from) = match p {
                Pending::Records(set, from) => (&**set, *from),
                Pending::Event(Event::Records(set)) => (set, 0),
                Pending::Event(_) => continue,
            };
            let first = set.get(from).map(|r| r.offset);
            for t in &mut list {
                if let Some(first) = first.filter(|f| t.topic == set.topic && t.partition == set.partition && (t.offset < 0 || *f < t.offset)) {
                    t.offset = first;
                }
            }
        }
        types::list(py, &list)
    }
    /// Goes on reading this partition at its offset.
    #[pyo3(signature = (partition, timeout = 30.0))]
    fn seek(&self, py: Python<'_>, partition: &Bound<'_, PyAny>, timeout: f64) -> PyResult<()> {
        let (engine, timeout) = (self.engine()?.clone(), wait::seconds(Some(timeout)));
        let t = types::one(partition)?;
        let doing = format!("Failed to seek to offset {}", t.offset);
        let target = t.clone();
        wait::run_result(py, &doing, move || engine.seek(&target.tp(), target.offset, timeout))?;
        self.forget(|set| set.topic == t.topic && set.partition == t.partition);
        Ok(())
    }
    /// Reads these partitions no further until `resume()`.
    fn pause(&self, partitions: &Bound<'_, PyAny>) -> PyResult<()> {
        self.engine()?.pause(&types::partitions(partitions)?).map_err(|e| errors::raise_with(&e, "Failed to pause partitions"))
    }
    fn resume(&self, partitions: &Bound<'_, PyAny>) -> PyResult<()> {
        self.engine()?.resume(&types::partitions(partitions)?).map_err(|e| errors::raise_with(&e, "Failed to resume partitions"))
    }
    /// (first offset, next offset) of a partition; with `cached` as the last fetch said, without asking.
    #[pyo3(signature = (partition, timeout = -1.0, cached = false), text_signature = "($self, partition, timeout=-1.0, cached=False)")]
    fn get_watermark_offsets(&self, py: Python<'_>, partition: &Bound<'_, PyAny>, timeout: f64, cached: bool) -> PyResult<(i64, i64)> {
        let engine = self.engine()?;
        let t = types::one(partition)?.tp();
        if cached {
            return Ok(engine.cached_watermarks(&t));
        }
        let (engine, timeout) = (engine.clone(), wait::seconds(Some(timeout)));
        wait::run_result(py, "Failed to get watermark offsets", move || engine.query_watermarks(&t, timeout))
    }
    /// For each partition the first offset whose timestamp is at or after its `offset` (milliseconds).
    #[pyo3(signature = (partitions, timeout = -1.0), text_signature = "($self, partitions, timeout=-1.0)")]
    fn offsets_for_times<'py>(&self, py: Python<'py>, partitions: &Bound<'py, PyAny>, timeout: f64) -> PyResult<Bound<'py, PyList>> {
        let (engine, timeout) = (self.engine()?.clone(), wait::seconds(Some(timeout)));
        let times = types::many(partitions)?;
        let list = wait::run_result(py, "Failed to get offsets", move || engine.offsets_for_times(&times, timeout))?;
        types::list(py, &list)
    }
    /// The member id that the group gave, or None.
    fn memberid(&self) -> PyResult<Option<String>> {
        Ok(Some(self.engine()?.member_id()).filter(|m| !m.is_empty()))
    }
    /// (group, generation, member, instance), or None.
    fn _group_metadata(&self) -> PyResult<Option<(String, i32, String, Option<String>)>> {
        Ok(self.engine()?.group_metadata().map(|g| (g.group_id, g.generation_id, g.member_id, g.group_instance_id)))
    }
    fn _metadata(&self, py: Python<'_>, topic: Option<String>, timeout: f64) -> PyResult<Py<PyAny>> {
        if !self.open() {
            return Err(errors::closed(errors::HANDLE_CLOSED));
        }
        let (engine, timeout) = (self.engine()?.clone(), wait::seconds(Some(timeout)));
        let m = wait::run_result(py, "Failed to get metadata", move || engine.metadata(topic.as_deref(), timeout))?;
        admin::metadata_to_py(py, &m)
    }
    fn _admin(&self, py: Python<'_>) -> PyResult<Py<admin::Admin>> {
        admin::Admin::of(py, self.engine()?.admin())
    }
    /// The file descriptor that is readable while events wait.
    fn _event_fd(&self) -> PyResult<i32> {
        Ok(self.engine()?.event_fd())
    }
    fn _closed(&self) -> bool {
        !self.open()
    }

    /// Commits what was read (enable.auto.commit), leaves the group and ends the consumer. An `on_revoke` callback is called first.
    fn close(slf: &Bound<'_, Self>) -> PyResult<()> {
        let (me, py) = (slf.get(), slf.py());
        let Some(handle) = me.handle.get() else { return Ok(()) };
        handle.engine.check("Consumer")?;
        if handle.closed.load(Ordering::SeqCst) || me.closing.swap(true, Ordering::SeqCst) {
            return Ok(());
        }
        let engine = handle.engine.get();
        let callback = lock(&me.callbacks).on_revoke.as_ref().map(|c| c.clone_ref(py));
        let mut called = Ok(());
        if let Some(callback) = callback {
            engine.set_rebalance_events(false);
            let held: Vec<_> = engine.assignment().iter().map(|t| t.at(wellhead::OFFSET_INVALID)).collect();
            if !held.is_empty() && !engine.subscription().is_empty() {
                called = callback.call1(py, (slf, types::list(py, &held)?)).map(|_| ());
            }
        }
        me.end(py, CLOSE_TIMEOUT)?;
        called
    }
    /// Ends it at the interpreter's end; no callback runs.
    fn _end(&self, py: Python<'_>, timeout: f64) -> PyResult<()> {
        self.end(py, wait::seconds(Some(timeout)))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        if let Ok(c) = self.callbacks.try_lock() {
            for cb in [&c.on_assign, &c.on_revoke, &c.on_lost, &c.on_commit, &c.error] {
                visit.call(cb.as_ref())?;
            }
        }
        if let Ok(logger) = self.logger.try_lock() {
            visit.call(logger.as_ref())?;
        }
        match self.stats.get() {
            Some(Some(stats)) => stats.traverse(&visit),
            _ => Ok(()),
        }
    }
    fn __clear__(&self) {
        let callbacks = std::mem::take(&mut *lock(&self.callbacks));
        drop(callbacks);
        if let Some(Some(stats)) = self.stats.get() {
            stats.clear();
        }
    }
}

impl Consumer {
    fn end(&self, py: Python<'_>, timeout: Duration) -> PyResult<()> {
        let Some(handle) = self.handle.get() else { return Ok(()) };
        if !handle.engine.here() || handle.closed.swap(true, Ordering::SeqCst) {
            return Ok(());
        }
        lock(&self.pending).clear();
        let engine = handle.engine.get().clone();
        wait::run_result(py, "Failed to close", move || engine.close(timeout))
    }
}
