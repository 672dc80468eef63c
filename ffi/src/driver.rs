//! The test driver over the border: a plan without a broker, fed record by record.
//!
//! A driver's calls are one at a time: another thread waits. A function of the plan that calls its own driver is refused, as it would
//! see it half way.
#![allow(unsafe_code)]

use crate::batch::{Batch, wh_record, wh_view};
use crate::border::{Out, array, border, text, wh_error};
use crate::functions::{functions, wh_function};
use crate::handle::{self, Object};
use crate::lists::{Answer, wh_partition_count};
use crate::streams::{arrow_stream, json_lines};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use parking_lot::ReentrantMutex;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use wellhead::streams::ops::Functions;
use wellhead::streams::{Keys, Plan, TestDriver};
use wellhead_base::{Code, Error, Result};

/// A test driver and what it needs to start again.
pub struct Driver {
    plan: Plan,
    functions: Functions,
    inner: ReentrantMutex<RefCell<TestDriver>>,
}

impl Driver {
    fn with<T>(&self, f: impl FnOnce(&mut TestDriver) -> Result<T>) -> Result<T> {
        let inner = self.inner.lock();
        let mut driver =
            inner.try_borrow_mut().map_err(|_| Error::new(Code::STATE, "a function of the plan cannot call the driver that is running it"))?;
        f(&mut driver)
    }
}

/// Opens a driver for a plan (JSON). Every topic has one partition but for those of `partitions`, a list of topics with their counts.
/// The wall clock begins at 0.
///
/// # Safety
/// Pointers are valid for their lengths; `driver` points to a uint64_t; `err` is null or points to a wh_error. The functions keep the
/// promises of wh_function_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_driver_new(
    plan: *const u8,
    plan_len: usize,
    partitions: *const wh_partition_count,
    partition_count: usize,
    functions_ptr: *const wh_function,
    function_count: usize,
    driver: *mut u64,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c, streams.c).
        let (plan, counts, registered, out) = unsafe {
            (
                text(plan, plan_len, "the plan")?,
                array(partitions, partition_count, "the counts of partitions")?,
                functions(functions_ptr, function_count)?,
                Out::new(driver, "the driver")?,
            )
        };
        let mut by_topic = BTreeMap::new();
        for c in counts {
            // SAFETY: the caller's promise (tested: table.c).
            let topic = unsafe { text(c.topic, c.topic_len, "a topic's name")? };
            if c.partitions < 1 {
                return Err(Error::invalid_arg(format!("{topic} cannot have {} partitions", c.partitions)));
            }
            by_topic.insert(topic.to_owned(), c.partitions);
        }
        let plan = Plan::from_json(plan)?;
        let inner = TestDriver::with_partitions(&plan, registered.functions.clone(), &by_topic)?;
        let made = Driver { plan, functions: registered.functions.clone(), inner: ReentrantMutex::new(RefCell::new(inner)) };
        out.put(handle::insert(Object::Driver(Arc::new(made)))?);
        registered.keep();
        Ok(())
    })
}

/// One record into a partition of a topic that the plan reads, and everything that comes of it. A length of -1 means null.
///
/// # Safety
/// Pointers are valid for their lengths; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_driver_pipe(
    driver: u64,
    topic: *const u8,
    topic_len: usize,
    partition: i32,
    key: *const u8,
    key_len: i64,
    value: *const u8,
    value_len: i64,
    timestamp: i64,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        let maybe = |ptr, len: i64, what| -> Result<Option<&[u8]>> {
            if len == -1 {
                return Ok(None);
            }
            // A record of Kafka's has no longer ones.
            let len = i32::try_from(len)
                .ok()
                .and_then(|n| usize::try_from(n).ok())
                .ok_or_else(|| Error::invalid_arg(format!("the length of {what} cannot be {len}")))?;
            // SAFETY: the caller's promise (tested: table.c, streams.c).
            Ok(Some(unsafe { array(ptr, len, what)? }))
        };
        // SAFETY: the caller's promise (tested: table.c, streams.c).
        let topic = unsafe { text(topic, topic_len, "the topic")? };
        let (key, value) = (maybe(key, key_len, "the key")?, maybe(value, value_len, "the value")?);
        handle::driver(driver)?.with(|d| d.pipe_batch(topic, partition, &[(key, value, timestamp)]))
    })
}

/// Event time is at least `timestamp`, as if a later record had come: windows that are closed by then go out.
///
/// # Safety
/// `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_driver_advance_time(driver: u64, timestamp: i64, err: *mut wh_error) -> i32 {
    border(err, || handle::driver(driver)?.with(|d| d.advance_time(timestamp)))
}

/// The wall clock goes on by so many milliseconds: timers, and inputs that count as idle.
///
/// # Safety
/// `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_driver_advance_wall(driver: u64, duration_ms: i64, err: *mut wh_error) -> i32 {
    border(err, || handle::driver(driver)?.with(|d| d.advance_wall(duration_ms)))
}

/// The next records that were written to a topic, at most `max_records`, in the order of writing: rows of the records table, without
/// headers, their offset -1. Nothing: the handle is 0.
///
/// # Safety
/// Pointers are valid for their lengths; `batch` points to a uint64_t, `view` is null or points to a wh_view; `err` is null or points to a
/// wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_driver_read(
    driver: u64,
    topic: *const u8,
    topic_len: usize,
    max_records: usize,
    batch: *mut u64,
    view: *mut wh_view,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c, streams.c).
        let (topic, answer) = unsafe { (text(topic, topic_len, "the topic")?, Answer::new(batch, view)?) };
        let mut b = Batch::default();
        handle::driver(driver)?.with(|d| {
            while b.records.len() < max_records
                && let Some(r) = d.read(topic)
            {
                let data_offset = b.arena.len() as u64;
                b.arena.extend_from_slice(r.key.as_deref().unwrap_or_default());
                b.arena.extend_from_slice(r.value.as_deref().unwrap_or_default());
                b.records.push(wh_record {
                    offset: -1,
                    timestamp: r.timestamp,
                    data_offset,
                    key_len: r.key.map_or(-1, |k| k.len() as i32),
                    value_len: r.value.map_or(-1, |v| v.len() as i32),
                    timestamp_type: 1,
                    ..wh_record::default()
                });
            }
            Ok(())
        })?;
        if b.records.is_empty() {
            answer.put_none();
            return Ok(());
        }
        answer.put(b)
    })
}

/// What the table of the plan's node `node` holds; as wh_streams_table.
///
/// # Safety
/// As wh_streams_table.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_driver_table(driver: u64, node: usize, stream: *mut FFI_ArrowArrayStream, err: *mut wh_error) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c, streams.c).
        let out = unsafe { Out::new(stream, "the stream")? };
        out.put(arrow_stream(&handle::driver(driver)?.with(|d| d.table(node))?)?);
        Ok(())
    })
}

/// Some rows of a table; as wh_streams_find.
///
/// # Safety
/// As wh_streams_find.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_driver_find(
    driver: u64,
    node: usize,
    keys: *const u8,
    keys_len: usize,
    stream: *mut FFI_ArrowArrayStream,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c, streams.c).
        let (keys, out) = unsafe { (text(keys, keys_len, "the keys")?, Out::new(stream, "the stream")?) };
        let driver = handle::driver(driver)?;
        let keys = Keys::from_json(keys)?;
        out.put(arrow_stream(&driver.with(|d| d.find(node, &keys))?)?);
        Ok(())
    })
}

/// What wh_driver_table gives as lines of JSON; as wh_streams_table_json.
///
/// # Safety
/// As wh_streams_table_json.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_driver_table_json(driver: u64, node: usize, batch: *mut u64, view: *mut wh_view, err: *mut wh_error) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c, streams.c).
        let answer = unsafe { Answer::new(batch, view)? };
        answer.put(json_lines(&handle::driver(driver)?.with(|d| d.table(node))?)?)
    })
}

/// What happened so far: the arena is a JSON object of numbers.
///
/// # Safety
/// As wh_streams_metrics.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_driver_metrics(driver: u64, batch: *mut u64, view: *mut wh_view, err: *mut wh_error) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let answer = unsafe { Answer::new(batch, view)? };
        let counters = handle::driver(driver)?.with(|d| Ok(d.counters()))?;
        answer.put(Batch::text(serde_json::to_string(&counters).map_err(|e| Error::new(Code::FAIL, format!("an answer as JSON: {e}")))?))
    })
}

/// Ends the program and starts it again from what its changelogs would hold.
///
/// # Safety
/// `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_driver_restart(driver: u64, err: *mut wh_error) -> i32 {
    border(err, || {
        let driver = handle::driver(driver)?;
        driver.with(|d| d.restart(&driver.plan, driver.functions.clone()))
    })
}

/// Closes the handle; what was not read is gone.
///
/// # Safety
/// `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_driver_close(driver: u64, err: *mut wh_error) -> i32 {
    border(err, || handle::take_driver(driver).map(drop))
}
