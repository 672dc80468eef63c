//! The producer over the border: records go in batches, reports come in batches.
#![allow(unsafe_code)]

use crate::batch::{Batch, wh_view};
use crate::border::{Out, array, array_mut, border, flags, timeout, wh_error};
use crate::handle::{self, Object};
use crate::lists::{Answer, properties, range, range_text, wh_property};
use crate::log;
use std::time::Duration;
use wellhead::{Event, Producer, ProducerRecord};
use wellhead_base::{Code, Error, Result};

/// One record to send. Its bytes lie together at `data_offset` of the arena: key, value, headers (as in wh_record); a length of -1
/// means null and takes no bytes. 64 bytes.
#[repr(C)]
#[derive(Clone, Copy, Default, Debug)]
#[allow(non_camel_case_types)]
pub struct wh_send {
    /// Comes back in the report.
    pub token: u64,
    /// Milliseconds since the Unix epoch; 0 is now.
    pub timestamp: i64,
    pub data_offset: u64,
    pub key_len: i32,
    pub value_len: i32,
    /// Bytes of all headers.
    pub headers_len: u32,
    pub header_count: u32,
    pub topic_offset: u64,
    pub topic_len: u32,
    /// -1: the partitioner chooses.
    pub partition: i32,
    pub reserved: u64,
}

const _: () = assert!(size_of::<wh_send>() == 64);

/// Opens a producer. Properties have librdkafka's names. Does not wait for a broker.
///
/// # Safety
/// Pointers are valid for their lengths; `producer` points to a uint64_t; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_producer_new(properties_ptr: *const wh_property, property_count: usize, producer: *mut u64, err: *mut wh_error) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let (props, out) = unsafe { (properties(properties_ptr, property_count)?, Out::new(producer, "the producer")?) };
        log::listen();
        let producer = Producer::new(props)?;
        producer.watch_troubles(false);
        out.put(handle::insert(Object::Producer(producer))?);
        Ok(())
    })
}

/// Queues a batch of records in order; never blocks. `results` gets one code per record, 0 for a queued one. Returns 0 when all
/// are queued and PARTIAL (-158) when some were refused; on any other code nothing was queued and `results` is not written.
/// From the first QUEUE_FULL (-184) on, every record is refused with it, so that order holds. All is copied before it returns.
///
/// # Safety
/// Pointers are valid for their lengths; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_producer_send_batch(
    producer: u64,
    arena: *const u8,
    arena_len: usize,
    records: *const wh_send,
    record_count: usize,
    results: *mut i16,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let (arena, records, results) = unsafe {
            (array(arena, arena_len, "the arena")?, array(records, record_count, "the records")?, array_mut(results, record_count, "the results")?)
        };
        let producer = handle::producer(producer)?;
        let refused = send_all(&producer, arena, records, results);
        if refused == 0 { Ok(()) } else { Err(Error::new(Code::PARTIAL, format!("{refused} of {record_count} records were refused"))) }
    })
}

/// The hot loop of producing; about what `Producer::send` costs, and one UTF-8 check per change of topic.
fn send_all(producer: &Producer, arena: &[u8], records: &[wh_send], results: &mut [i16]) -> usize {
    let mut refused = 0;
    let mut headers: Vec<(&str, Option<&[u8]>)> = Vec::new();
    let mut topic: (u64, u32, &str) = (0, 0, "");
    let mut full = false;
    let now_ms = producer.wall_ms();
    for (r, result) in records.iter().zip(results) {
        let sent = if full { Err(Code::QUEUE_FULL.into()) } else { send_one(producer, now_ms, arena, r, &mut topic, &mut headers) };
        *result = match sent {
            Ok(()) => 0,
            Err(e) => {
                refused += 1;
                full |= e.code == Code::QUEUE_FULL;
                if e.code.is_ok() { Code::FAIL.get() } else { e.code.get() }
            }
        };
    }
    refused
}

fn send_one<'a>(
    producer: &Producer,
    now_ms: i64,
    arena: &'a [u8],
    r: &wh_send,
    topic: &mut (u64, u32, &'a str),
    headers: &mut Vec<(&'a str, Option<&'a [u8]>)>,
) -> Result<()> {
    if (r.topic_offset, r.topic_len) != (topic.0, topic.1) {
        *topic = (r.topic_offset, r.topic_len, range_text(arena, r.topic_offset, u64::from(r.topic_len), "the topic")?);
    }
    let (key_len, value_len) = (u64::from(r.key_len.max(0) as u32), u64::from(r.value_len.max(0) as u32));
    let all = range(arena, r.data_offset, key_len + value_len + u64::from(r.headers_len), "a record")?;
    let (key, rest) = all.split_at(key_len as usize);
    let (value, rest) = rest.split_at(value_len as usize);
    headers.clear();
    if r.header_count > 0 || !rest.is_empty() {
        read_headers(rest, r.header_count, headers)?;
    }
    let record = ProducerRecord {
        topic: topic.2,
        partition: r.partition,
        key: (r.key_len >= 0).then_some(key),
        value: (r.value_len >= 0).then_some(value),
        headers,
        timestamp_ms: r.timestamp,
        token: r.token,
    };
    producer.send_at(&record, now_ms)
}

/// Reads packed headers; their count must fit their bytes exactly.
fn read_headers<'a>(mut rest: &'a [u8], count: u32, out: &mut Vec<(&'a str, Option<&'a [u8]>)>) -> Result<()> {
    let bad = || Error::invalid_arg("a record's headers do not fit their bytes");
    for _ in 0..count {
        let (lens, after) = rest.split_at_checked(8).ok_or_else(bad)?;
        let name_len = u32::from_ne_bytes([lens[0], lens[1], lens[2], lens[3]]) as usize;
        let value_len = i32::from_ne_bytes([lens[4], lens[5], lens[6], lens[7]]);
        let (name, after) = after.split_at_checked(name_len).ok_or_else(bad)?;
        let (value, after) = after.split_at_checked(value_len.max(0) as usize).ok_or_else(bad)?;
        let name = std::str::from_utf8(name).map_err(|_| Error::invalid_arg("a header's name is not UTF-8"))?;
        out.push((name, (value_len >= 0).then_some(value)));
        rest = after;
    }
    if rest.is_empty() { Ok(()) } else { Err(bad()) }
}

/// Waits up to `timeout_ms` (negative: for ever) for delivery reports and returns up to `max_reports` of them (one per batch of
/// records); and, as WH_EVENT_ERROR, what went wrong and belongs to no record: a broker that cannot be reached, or none of them.
/// Nothing of either: the handle is 0. Ends early when another thread closes the producer.
///
/// # Safety
/// `batch` points to a uint64_t, `view` is null or points to a wh_view; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_producer_reports(
    producer: u64,
    max_reports: usize,
    timeout_ms: i32,
    batch: *mut u64,
    view: *mut wh_view,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let answer = unsafe { Answer::new(batch, view)? };
        let p = handle::producer(producer)?;
        let mut b = Batch::default();
        for r in &p.poll_reports(max_reports, timeout(timeout_ms)) {
            b.push_report(r);
        }
        for e in p.take_troubles() {
            b.push_event(&Event::Error(e));
        }
        if b.is_empty() {
            answer.put_none();
            return Ok(());
        }
        answer.put(b)
    })
}

/// With 0, reports are dropped as they come; then only wh_producer_outstanding and wh_producer_flush tell of delivery.
///
/// # Safety
/// `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_producer_set_reports(producer: u64, wanted: i32, err: *mut wh_error) -> i32 {
    border(err, || {
        handle::producer(producer)?.set_reports(wanted != 0);
        Ok(())
    })
}

/// Sends what lingers and waits up to `timeout_ms` until all is delivered or failed; `remaining` gets what is still under way.
///
/// # Safety
/// `remaining` points to a uint64_t; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_producer_flush(producer: u64, timeout_ms: i32, remaining: *mut u64, err: *mut wh_error) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let out = unsafe { Out::new(remaining, "remaining")? };
        out.put(handle::producer(producer)?.flush(timeout(timeout_ms)) as u64);
        Ok(())
    })
}

/// Records queued or in flight; `waiting` (may be null) gets the records whose reports wait to be polled.
///
/// # Safety
/// `outstanding` points to a uint64_t; `waiting` is null or does; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_producer_outstanding(producer: u64, outstanding: *mut u64, waiting: *mut u64, err: *mut wh_error) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let out = unsafe { Out::new(outstanding, "outstanding")? };
        let p = handle::producer(producer)?;
        out.put(p.outstanding() as u64);
        if !waiting.is_null() {
            // SAFETY: the caller's promise (tested: table.c).
            unsafe { Out::new(waiting, "waiting")? }.put(p.reports_waiting() as u64);
        }
        Ok(())
    })
}

/// Fails what is queued (PURGE_QUEUE, -152) and, when asked, what is in flight (PURGE_INFLIGHT, -151).
///
/// # Safety
/// `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_producer_purge(producer: u64, queued: i32, in_flight: i32, err: *mut wh_error) -> i32 {
    border(err, || {
        handle::producer(producer)?.purge(queued != 0, in_flight != 0);
        Ok(())
    })
}

/// Returns the error that stopped this producer or consumer, else 0.
///
/// # Safety
/// `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_fatal_error(client: u64, err: *mut wh_error) -> i32 {
    border(err, || {
        let fatal = match handle::get(client)? {
            Object::Producer(p) => p.fatal_error(),
            Object::Consumer(c) => c.fatal_error(),
            _ => return Err(Error::new(Code::INVALID_TYPE, "the handle is neither a producer's nor a consumer's")),
        };
        match fatal {
            Some(e) => {
                debug_assert!(flags(&e) != 0);
                Err(e)
            }
            None => Ok(()),
        }
    })
}

/// Flushes up to `timeout_ms`, fails the rest, stops the producer and closes the handle.
///
/// # Safety
/// `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_producer_close(producer: u64, timeout_ms: i32, err: *mut wh_error) -> i32 {
    border(err, || {
        let p = handle::take_producer(producer)?;
        p.close(if timeout_ms == 0 { Duration::ZERO } else { timeout(timeout_ms) });
        Ok(())
    })
}

/// The descriptor that is readable while a producer's reports or a consumer's events wait. Poll it; do not read or close it. It
/// lives as long as the handle.
///
/// # Safety
/// `fd` points to an int32_t; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_event_fd(client: u64, fd: *mut i32, err: *mut wh_error) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let out = unsafe { Out::new(fd, "fd")? };
        out.put(match handle::get(client)? {
            Object::Producer(p) => p.event_fd(),
            Object::Consumer(c) => c.event_fd(),
            _ => return Err(Error::new(Code::INVALID_TYPE, "the handle is neither a producer's nor a consumer's")),
        });
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_must_fit_their_bytes() {
        let mut bytes = Vec::new();
        for (name, value) in [("a", Some(&b"12"[..])), ("a", None), ("", Some(b""))] {
            bytes.extend_from_slice(&(name.len() as u32).to_ne_bytes());
            bytes.extend_from_slice(&value.map_or(-1i32, |v| v.len() as i32).to_ne_bytes());
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(value.unwrap_or_default());
        }
        let mut out = Vec::new();
        read_headers(&bytes, 3, &mut out).unwrap();
        assert_eq!(out, [("a", Some(&b"12"[..])), ("a", None), ("", Some(&b""[..]))]);
        for (n, count) in [(bytes.len(), 2), (bytes.len(), 4), (bytes.len() - 1, 3), (3, 1)] {
            assert!(read_headers(&bytes[..n], count, &mut Vec::new()).is_err(), "{n} {count}");
        }
        let huge = [&u32::MAX.to_ne_bytes()[..], &(-1i32).to_ne_bytes()].concat();
        assert!(read_headers(&huge, 1, &mut Vec::new()).is_err());
    }
}
