//! The embedded broker over the border.
#![allow(unsafe_code)]

use crate::batch::{Batch, wh_view};
use crate::border::{Out, border, text, wh_error};
use crate::handle::{self, Object};
use crate::lists::{Answer, properties, wh_property};
use crate::log;
use std::ffi::c_char;
use std::path::Path;
use std::sync::Arc;
use wellhead::Broker;

/// The library's version, as text that lives for ever.
#[unsafe(no_mangle)]
pub extern "C" fn wh_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// Opens the broker of a data directory, which is made when it is not there, and starts it. Properties have Kafka's broker names;
/// without `listeners` it takes no port and is reached in this process alone. Blocks until it serves.
///
/// # Safety
/// Pointers are valid for their lengths; `broker` points to a uint64_t; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_broker_open(
    dir: *const u8,
    dir_len: usize,
    properties_ptr: *const wh_property,
    property_count: usize,
    broker: *mut u64,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let (dir, props, out) =
            unsafe { (text(dir, dir_len, "the directory")?, properties(properties_ptr, property_count)?, Out::new(broker, "the broker")?) };
        log::listen();
        let opened = Broker::open(Path::new(dir), &props)?;
        out.put(handle::insert(Object::Broker(Arc::new(opened)))?);
        Ok(())
    })
}

/// What a client's bootstrap.servers takes to reach this broker: the batch's arena is the text.
///
/// # Safety
/// `batch` points to a uint64_t, `view` is null or points to a wh_view; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_broker_bootstrap_servers(broker: u64, batch: *mut u64, view: *mut wh_view, err: *mut wh_error) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let answer = unsafe { Answer::new(batch, view)? };
        answer.put(Batch::text(handle::broker(broker)?.bootstrap_servers()))
    })
}

/// Stops the broker cleanly and closes the handle. Blocks until everything is on disk.
///
/// # Safety
/// `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_broker_close(broker: u64, err: *mut wh_error) -> i32 {
    border(err, || handle::take_broker(broker)?.close())
}
