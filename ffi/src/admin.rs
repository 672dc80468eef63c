//! The admin over the border: one call with an operation's name and JSON.
#![allow(unsafe_code)]

use crate::batch::{Batch, wh_view};
use crate::border::{Out, border, text, timeout, wh_error};
use crate::handle::{self, Object};
use crate::json;
use crate::lists::{Answer, properties, wh_property};
use crate::log;
use wellhead::Admin;
use wellhead_base::{Code, Error};

/// Opens an admin. Properties have librdkafka's names.
///
/// # Safety
/// Pointers are valid for their lengths; `admin` points to a uint64_t; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_admin_new(properties_ptr: *const wh_property, property_count: usize, admin: *mut u64, err: *mut wh_error) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let (props, out) = unsafe { (properties(properties_ptr, property_count)?, Out::new(admin, "the admin")?) };
        log::listen();
        out.put(handle::insert(Object::Admin(Admin::new(props)?))?);
        Ok(())
    })
}

/// Opens an admin with the configuration of a producer or a consumer. It is closed on its own.
///
/// # Safety
/// `admin` points to a uint64_t; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_admin_of(client: u64, admin: *mut u64, err: *mut wh_error) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let out = unsafe { Out::new(admin, "the admin")? };
        let made = match handle::get(client)? {
            Object::Producer(p) => p.admin()?,
            Object::Consumer(c) => c.admin()?,
            _ => return Err(Error::new(Code::INVALID_TYPE, "the handle is neither a producer's nor a consumer's")),
        };
        out.put(handle::insert(Object::Admin(made))?);
        Ok(())
    })
}

/// Runs the operation named `op` with the request `json`, waiting up to `timeout_ms`; the batch's arena is the answer's JSON.
/// Operations and shapes are in docs/format.md, "The C border". A failure of one item is in the item.
///
/// # Safety
/// Pointers are valid for their lengths; `batch` points to a uint64_t, `view` is null or points to a wh_view; `err` is null or
/// points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_admin_call(
    admin: u64,
    op: *const u8,
    op_len: usize,
    json: *const u8,
    json_len: usize,
    timeout_ms: i32,
    batch: *mut u64,
    view: *mut wh_view,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let (op, request, answer) = unsafe { (text(op, op_len, "the operation")?, text(json, json_len, "the request")?, Answer::new(batch, view)?) };
        let admin = handle::admin(admin)?;
        answer.put(Batch::text(json::call(&admin, op, request, timeout(timeout_ms))?))
    })
}

/// Asks the cluster about one topic, or (`topic` null) all of them, through a producer, a consumer or an admin; the batch's arena
/// is JSON, as of the admin's operation "metadata".
///
/// # Safety
/// As wh_admin_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_metadata(
    client: u64,
    topic: *const u8,
    topic_len: usize,
    timeout_ms: i32,
    batch: *mut u64,
    view: *mut wh_view,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let (name, answer) = unsafe { (text(topic, topic_len, "the topic")?, Answer::new(batch, view)?) };
        let name = (!topic.is_null()).then_some(name);
        let wait = timeout(timeout_ms);
        let m = match handle::get(client)? {
            Object::Producer(p) => p.metadata(name, wait)?,
            Object::Consumer(c) => c.metadata(name, wait)?,
            Object::Admin(a) => a.metadata(name, wait)?,
            _ => return Err(Error::new(Code::INVALID_TYPE, "the handle is not a client's")),
        };
        answer.put(Batch::text(json::metadata(&m).to_string()))
    })
}

/// Cancels what is under way and closes the handle.
///
/// # Safety
/// `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_admin_close(admin: u64, err: *mut wh_error) -> i32 {
    border(err, || {
        handle::take_admin(admin)?.close();
        Ok(())
    })
}
