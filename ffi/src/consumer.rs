//! The consumer over the border: events, records among them, come in batches.
#![allow(unsafe_code)]

use crate::batch::{Batch, wh_partition, wh_view};
use crate::border::{Out, border, timeout, wh_error};
use crate::handle::{self, Object};
use crate::lists::{Answer, batch_of, partitions, properties, tps, wh_property};
use crate::log;
use std::time::Duration;
use wellhead::{Consumer, Event, OFFSET_INVALID, TopicPartition};
use wellhead_base::{Code, Error};

/// Records fetched from the core at a time, so that a batch ends soon after `max_bytes`.
const RECORDS_PER_STEP: usize = 256;

/// wh_consumer_assign: the list replaces the assignment.
pub const WH_ASSIGN_REPLACE: u32 = 0;
/// wh_consumer_assign: the list is added.
pub const WH_ASSIGN_ADD: u32 = 1;
/// wh_consumer_assign: the list is taken away.
pub const WH_ASSIGN_REMOVE: u32 = 2;
/// wh_consumer_assign: nothing is assigned any more; the list is not read.
pub const WH_ASSIGN_NONE: u32 = 3;

/// Opens a consumer. Properties have librdkafka's names. Does not wait for a broker. Without group.id it can assign, but neither
/// subscribe nor commit.
///
/// # Safety
/// Pointers are valid for their lengths; `consumer` points to a uint64_t; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_consumer_new(properties_ptr: *const wh_property, property_count: usize, consumer: *mut u64, err: *mut wh_error) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let (props, out) = unsafe { (properties(properties_ptr, property_count)?, Out::new(consumer, "the consumer")?) };
        log::listen();
        out.put(handle::insert(Object::Consumer(Consumer::new(props)?))?);
        Ok(())
    })
}

/// Joins the group for the topics of the list (their names alone count; ^ begins a regular expression). An empty list leaves it.
///
/// # Safety
/// Pointers are valid for their lengths; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_consumer_subscribe(
    consumer: u64,
    list: *const wh_partition,
    count: usize,
    arena: *const u8,
    arena_len: usize,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let list = unsafe { partitions(list, count, arena, arena_len)? };
        let c = handle::consumer(consumer)?;
        if list.is_empty() {
            return c.unsubscribe();
        }
        c.subscribe(&list.iter().map(|p| &*p.topic).collect::<Vec<_>>())
    })
}

/// The topics subscribed to, as partitions of which only the topic counts.
///
/// # Safety
/// `batch` points to a uint64_t, `view` is null or points to a wh_view; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_consumer_subscription(consumer: u64, batch: *mut u64, view: *mut wh_view, err: *mut wh_error) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let answer = unsafe { Answer::new(batch, view)? };
        let mut b = Batch::default();
        for topic in handle::consumer(consumer)?.subscription() {
            b.push_tp(&TopicPartition::new(topic, -1));
        }
        answer.put(b)
    })
}

/// Changes the assignment: `how` is WH_ASSIGN_... The offset of an entry may be special; -1001 means the committed one, else
/// auto.offset.reset.
///
/// # Safety
/// Pointers are valid for their lengths; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_consumer_assign(
    consumer: u64,
    how: u32,
    list: *const wh_partition,
    count: usize,
    arena: *const u8,
    arena_len: usize,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let list = unsafe { partitions(list, count, arena, arena_len)? };
        let c = handle::consumer(consumer)?;
        match how {
            WH_ASSIGN_REPLACE => c.assign(&list),
            WH_ASSIGN_ADD => c.incremental_assign(&list),
            WH_ASSIGN_REMOVE => c.incremental_unassign(&tps(&list)),
            WH_ASSIGN_NONE => c.unassign(),
            _ => Err(Error::invalid_arg(format!("there is no WH_ASSIGN_ of {how}"))),
        }
    })
}

/// The assignment.
///
/// # Safety
/// `batch` points to a uint64_t, `view` is null or points to a wh_view; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_consumer_assignment(consumer: u64, batch: *mut u64, view: *mut wh_view, err: *mut wh_error) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let answer = unsafe { Answer::new(batch, view)? };
        let mut b = Batch::default();
        for p in handle::consumer(consumer)?.assignment() {
            b.push_tp(&p);
        }
        answer.put(b)
    })
}

/// `lost`: 1 when the assignment was taken away without a chance to commit. `protocol`: 0 none yet, 1 eager, 2 cooperative.
///
/// # Safety
/// `lost` and `protocol` point to an int32_t each; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_consumer_membership(consumer: u64, lost: *mut i32, protocol: *mut i32, err: *mut wh_error) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let (lost, protocol) = unsafe { (Out::new(lost, "lost")?, Out::new(protocol, "protocol")?) };
        let c = handle::consumer(consumer)?;
        lost.put(i32::from(c.assignment_lost()));
        protocol.put(match c.rebalance_protocol() {
            "EAGER" => 1,
            "COOPERATIVE" => 2,
            _ => 0,
        });
        Ok(())
    })
}

/// With 1, WH_EVENT_ASSIGN and WH_EVENT_REVOKE come and wait for wh_consumer_assign; with 0 they are handled inside.
///
/// # Safety
/// `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_consumer_set_rebalance_events(consumer: u64, wanted: i32, err: *mut wh_error) -> i32 {
    border(err, || {
        handle::consumer(consumer)?.set_rebalance_events(wanted != 0);
        Ok(())
    })
}

/// Waits up to `timeout_ms` (negative: for ever) for events and returns them in order: at most `max_records` records, and no
/// further ones once they take `max_bytes`. `max_records` 0 asks for the events that are neither records nor ends of partitions, also
/// those that wait behind records, and does not block. Nothing happened: the handle is 0.
///
/// # Safety
/// `batch` points to a uint64_t, `view` is null or points to a wh_view; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_consumer_poll(
    consumer: u64,
    max_records: usize,
    max_bytes: usize,
    timeout_ms: i32,
    batch: *mut u64,
    view: *mut wh_view,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let answer = unsafe { Answer::new(batch, view)? };
        let c = handle::consumer(consumer)?;
        let mut b = Batch::default();
        let mut wait = timeout(timeout_ms);
        loop {
            let want = (max_records - b.records.len()).min(RECORDS_PER_STEP);
            let events = match if max_records == 0 { c.poll_events() } else { c.poll(want, wait) } {
                Ok(events) => events,
                // What came before the error is given first; the error comes again.
                Err(_) if !b.is_empty() => break,
                Err(e) => return Err(e),
            };
            for e in &events {
                b.push_event(e);
            }
            // Anything but records is for the caller to see now: it may have to answer it.
            let only_records = events.iter().all(|e| matches!(e, Event::Records(_)));
            if events.is_empty() || !only_records || b.records.len() >= max_records || b.arena.len() >= max_bytes {
                break;
            }
            wait = Duration::ZERO;
        }
        if b.is_empty() {
            answer.put_none();
            return Ok(());
        }
        answer.put(b)
    })
}

/// Commits the list (`list` null: what is stored). With `wait` 1 it blocks up to `timeout_ms` and the batch tells each partition's
/// outcome; with 0 the outcome comes as WH_EVENT_COMMITTED and the batch handle is 0. NO_OFFSET (-168): nothing to commit.
///
/// # Safety
/// Pointers are valid for their lengths; `batch` points to a uint64_t, `view` is null or points to a wh_view; `err` is null or
/// points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_consumer_commit(
    consumer: u64,
    list: *const wh_partition,
    count: usize,
    arena: *const u8,
    arena_len: usize,
    wait: i32,
    timeout_ms: i32,
    batch: *mut u64,
    view: *mut wh_view,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let (offsets, answer) = unsafe { (partitions(list, count, arena, arena_len)?, Answer::new(batch, view)?) };
        let offsets = (!list.is_null()).then_some(offsets.as_slice());
        let c = handle::consumer(consumer)?;
        if wait == 0 {
            c.commit_async(offsets)?;
            answer.put_none();
            return Ok(());
        }
        answer.put(batch_of(&c.commit(offsets, timeout(timeout_ms))?))
    })
}

/// Sets what the next commit without a list commits: each offset is that of the next record to read.
///
/// # Safety
/// Pointers are valid for their lengths; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_consumer_store_offsets(
    consumer: u64,
    list: *const wh_partition,
    count: usize,
    arena: *const u8,
    arena_len: usize,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let list = unsafe { partitions(list, count, arena, arena_len)? };
        handle::consumer(consumer)?.store_offsets(&list)
    })
}

/// wh_consumer_offsets: what the group committed; -1001 where nothing.
pub const WH_OFFSETS_COMMITTED: u32 = 0;
/// wh_consumer_offsets: one past the last record polled; -1001 before the first. Does not block.
pub const WH_OFFSETS_POSITION: u32 = 1;
/// wh_consumer_offsets: the first offset at or after each entry's `offset`, which is a time in milliseconds; -1 when there is none.
pub const WH_OFFSETS_FOR_TIMES: u32 = 2;

/// Offsets of the list's partitions; `which` is WH_OFFSETS_...
///
/// # Safety
/// Pointers are valid for their lengths; `batch` points to a uint64_t, `view` is null or points to a wh_view; `err` is null or
/// points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_consumer_offsets(
    consumer: u64,
    which: u32,
    list: *const wh_partition,
    count: usize,
    arena: *const u8,
    arena_len: usize,
    timeout_ms: i32,
    batch: *mut u64,
    view: *mut wh_view,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let (list, answer) = unsafe { (partitions(list, count, arena, arena_len)?, Answer::new(batch, view)?) };
        let c = handle::consumer(consumer)?;
        let found = match which {
            WH_OFFSETS_COMMITTED => c.committed(&tps(&list), timeout(timeout_ms))?,
            WH_OFFSETS_POSITION => c.position(&tps(&list)),
            WH_OFFSETS_FOR_TIMES => c.offsets_for_times(&list, timeout(timeout_ms))?,
            _ => return Err(Error::invalid_arg(format!("there is no WH_OFFSETS_ of {which}"))),
        };
        answer.put(batch_of(&found))
    })
}

/// Goes on from each entry's offset, which may be special. Records of before do not come any more once this returns. The batch
/// tells each partition's outcome.
///
/// # Safety
/// Pointers are valid for their lengths; `batch` points to a uint64_t, `view` is null or points to a wh_view; `err` is null or
/// points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_consumer_seek(
    consumer: u64,
    list: *const wh_partition,
    count: usize,
    arena: *const u8,
    arena_len: usize,
    timeout_ms: i32,
    batch: *mut u64,
    view: *mut wh_view,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let (mut list, answer) = unsafe { (partitions(list, count, arena, arena_len)?, Answer::new(batch, view)?) };
        let c = handle::consumer(consumer)?;
        for p in &mut list {
            p.error = c.seek(&p.tp(), p.offset, timeout(timeout_ms)).err();
        }
        answer.put(batch_of(&list))
    })
}

/// Stops (`paused` 1) or resumes (0) the delivery of the list's partitions.
///
/// # Safety
/// Pointers are valid for their lengths; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_consumer_pause(
    consumer: u64,
    paused: i32,
    list: *const wh_partition,
    count: usize,
    arena: *const u8,
    arena_len: usize,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let list = tps(&unsafe { partitions(list, count, arena, arena_len)? });
        let c = handle::consumer(consumer)?;
        if paused != 0 { c.pause(&list) } else { c.resume(&list) }
    })
}

/// The first offset and the next one of the list's one partition: asked of the broker (`cached` 0), or as the last fetch said (1).
///
/// # Safety
/// Pointers are valid for their lengths; `low` and `high` point to an int64_t each; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_consumer_watermarks(
    consumer: u64,
    cached: i32,
    partition: *const wh_partition,
    arena: *const u8,
    arena_len: usize,
    timeout_ms: i32,
    low: *mut i64,
    high: *mut i64,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let (list, low, high) = unsafe { (partitions(partition, 1, arena, arena_len)?, Out::new(low, "low")?, Out::new(high, "high")?) };
        let tp = list.first().map(|p| p.tp()).ok_or_else(|| Error::invalid_arg("no partition is given"))?;
        let c = handle::consumer(consumer)?;
        let found = if cached != 0 { c.cached_watermarks(&tp) } else { c.query_watermarks(&tp, timeout(timeout_ms))? };
        debug_assert!(found.0 >= OFFSET_INVALID);
        low.put(found.0);
        high.put(found.1);
        Ok(())
    })
}

/// Which membership this consumer has: the batch's arena is JSON {"group_id", "generation_id", "member_id", "group_instance_id"}.
/// STATE (-172) when it has no group.
///
/// # Safety
/// `batch` points to a uint64_t, `view` is null or points to a wh_view; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_consumer_group_metadata(consumer: u64, batch: *mut u64, view: *mut wh_view, err: *mut wh_error) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let answer = unsafe { Answer::new(batch, view)? };
        let m = handle::consumer(consumer)?.group_metadata().ok_or_else(|| Error::new(Code::STATE, "the consumer has no group"))?;
        answer.put(Batch::text(
            serde_json::json!({
                "group_id": m.group_id, "generation_id": m.generation_id, "member_id": m.member_id, "group_instance_id": m.group_instance_id,
            })
            .to_string(),
        ))
    })
}

/// Commits what is stored (enable.auto.commit), leaves the group, stops the consumer and closes the handle. Waits up to
/// `timeout_ms`. The handle is closed also when it returns an error.
///
/// # Safety
/// `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_consumer_close(consumer: u64, timeout_ms: i32, err: *mut wh_error) -> i32 {
    border(err, || handle::take_consumer(consumer)?.close(timeout(timeout_ms)))
}
