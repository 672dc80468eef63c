//! The user's functions of a stream program: how the engine calls out over the border, and Arrow's C structs on the way.
//!
//! Owns: a registered function's life (its context is released once, when nothing can call it any more) and the check of what it gives
//! back, since columns that break Arrow's rules would break the engine's. Does not own: when a function is called (the plan says that).
//! This is the one place from which the library calls back: on the program's own thread, or inside a test driver's call.
#![allow(unsafe_code)]

use crate::border::{array, text, wh_error};
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi, to_ffi};
use arrow_array::{Array, RecordBatch, StructArray};
use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use wellhead::streams::ops::{self, BatchedFn, Functions, Gave, Why};
use wellhead_base::{Code, Error, Result};

/// A user's function over a batch of rows: gets the key and value columns and, last, `_timestamp`, as one struct array, and gives its
/// columns in the same way. A plan's "foreach" gives nothing: `out_array` and `out_schema` are null there.
///
/// Ownership is Arrow's: what comes in may be read until the function returns, or be moved away (then its `release` is set to null); what
/// goes out belongs to the library, which calls its `release`. Returns 0, or a code with `error` written; that ends the program with this
/// text. It is called by one thread at a time for one program, which is not the thread that started it; by a test driver on the thread
/// that is in a call of the driver. It must not unwind, nor wait for its own program.
#[allow(non_camel_case_types)]
pub type wh_function_call = Option<
    unsafe extern "C" fn(
        context: *mut c_void,
        in_array: *mut FFI_ArrowArray,
        in_schema: *mut FFI_ArrowSchema,
        out_array: *mut FFI_ArrowArray,
        out_schema: *mut FFI_ArrowSchema,
        error: *mut wh_error,
    ) -> i32,
>;

/// wh_process_call: rows of the input.
pub const WH_PROCESS_ROWS: i32 = 0;
/// wh_process_call: keys whose timers on event time are due, and in `_timestamp` what each was set for.
pub const WH_PROCESS_EVENT_TIMERS: i32 = 1;
/// wh_process_call: the same of timers on the wall clock.
pub const WH_PROCESS_WALL_TIMERS: i32 = 2;
/// A change of state: keep `value` for the key.
pub const WH_CHANGE_PUT: i64 = 0;
/// A change of state: the key has nothing any more.
pub const WH_CHANGE_DELETE: i64 = 1;
/// A change of state: a timer on event time, or on the wall clock, at `time`.
pub const WH_CHANGE_SET_EVENT_TIMER: i64 = 2;
pub const WH_CHANGE_SET_WALL_TIMER: i64 = 3;
/// A change of state: that timer is taken back.
pub const WH_CHANGE_CANCEL_EVENT_TIMER: i64 = 4;
pub const WH_CHANGE_CANCEL_WALL_TIMER: i64 = 5;

/// A user's function with state for each key and timers, of a plan's "process". The rows are those that wh_function_call gets, with two
/// columns more: `_key`, an integer that is the same for rows of one key and counts from 0 in the order of their first rows; and `_state`,
/// the bytes that the key has, in its first row (null: nothing; null in its other rows too). It gives rows as there, and changes of state in
/// their order as a struct of `_key` (int64), `what` (int64, WH_CHANGE_...), `value` (binary) and `time` (int64, milliseconds); either may be
/// left released: nothing. `why` is WH_PROCESS_..., `event_time` the greatest time of a row so far, INT64_MIN before the first. What is said
/// of wh_function_call holds here.
#[allow(non_camel_case_types)]
pub type wh_process_call = Option<
    unsafe extern "C" fn(
        context: *mut c_void,
        why: i32,
        event_time: i64,
        in_array: *mut FFI_ArrowArray,
        in_schema: *mut FFI_ArrowSchema,
        out_array: *mut FFI_ArrowArray,
        out_schema: *mut FFI_ArrowSchema,
        changes_array: *mut FFI_ArrowArray,
        changes_schema: *mut FFI_ArrowSchema,
        error: *mut wh_error,
    ) -> i32,
>;

/// Told once when a function's context is not used any more; from any thread. May be null.
#[allow(non_camel_case_types)]
pub type wh_function_release = Option<unsafe extern "C" fn(context: *mut c_void)>;

/// A user's function by the name that the plan has for it: `call` for "map" and "foreach", or `process` for "process", and the other null.
/// `release` is called for functions of a call that succeeded; on failure the
/// caller keeps the contexts.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct wh_function {
    pub name: *const u8,
    pub name_len: usize,
    pub call: wh_function_call,
    pub release: wh_function_release,
    pub context: *mut c_void,
    pub process: wh_process_call,
}

struct Function {
    name: String,
    call: wh_function_call,
    process: wh_process_call,
    release: wh_function_release,
    context: *mut c_void,
    /// The call that registers it succeeded, so the context is ours to release.
    ours: AtomicBool,
}

// SAFETY: the context is the caller's, who promised with wh_function_call that it may be used from other threads (tested: streams.c).
unsafe impl Send for Function {}
// SAFETY: as above; nothing else in it changes but the atomic (tested: streams.c).
unsafe impl Sync for Function {}

impl Drop for Function {
    fn drop(&mut self) {
        if let (true, Some(release)) = (self.ours.load(Ordering::Acquire), self.release) {
            // SAFETY: registered together with this context, and this is the last reference (tested: streams.c).
            unsafe { release(self.context) };
        }
    }
}

/// Registered functions, before it is sure that the call succeeds.
pub struct Registered {
    all: Vec<Arc<Function>>,
    pub functions: Functions,
}

impl Registered {
    /// The call succeeded: from now on contexts are released with the last user of each.
    pub fn keep(self) {
        for f in &self.all {
            f.ours.store(true, Ordering::Release);
        }
    }
}

/// The caller's functions.
///
/// # Safety
/// `ptr` and every pointer in it are valid for their lengths during the call; what they name may be called until it is released.
pub unsafe fn functions(ptr: *const wh_function, count: usize) -> Result<Registered> {
    // SAFETY: the caller's promise (tested: table.c, streams.c).
    let list = unsafe { array(ptr, count, "the functions")? };
    let mut out = Registered { all: Vec::new(), functions: Functions::default() };
    for f in list {
        // SAFETY: the caller's promise (tested: table.c).
        let name = unsafe { text(f.name, f.name_len, "a function's name")? }.to_owned();
        if f.call.is_none() == f.process.is_none() {
            let what = if f.call.is_none() { "is null" } else { "has both a call and a process" };
            return Err(Error::invalid_arg(format!("the function \"{name}\" {what}")));
        }
        let (call, process) = (f.call, f.process);
        let function = Arc::new(Function { name: name.clone(), call, process, release: f.release, context: f.context, ours: AtomicBool::new(false) });
        if process.is_some() {
            let called = function.clone();
            let batched: BatchedFn = Arc::new(move |why, event_time, b: &RecordBatch| called.process(why, event_time, b));
            out.functions.process.insert(name.clone(), ops::batched(name, batched));
        } else {
            let (map, foreach) = (function.clone(), function.clone());
            out.functions.map.insert(name.clone(), Arc::new(move |b: &RecordBatch| map.map(b)));
            out.functions.foreach.insert(name, Arc::new(move |b: &RecordBatch| foreach.told(b)));
        }
        out.all.push(function);
    }
    Ok(out)
}

impl Function {
    fn map(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let (mut array, mut schema) = (FFI_ArrowArray::empty(), FFI_ArrowSchema::empty());
        self.run(batch, &raw mut array, &raw mut schema)?;
        self.given(array, schema)?.ok_or_else(|| self.wrong("gave no columns"))
    }

    /// What the function filled in; None where it left it released.
    fn given(&self, array: FFI_ArrowArray, schema: FFI_ArrowSchema) -> Result<Option<RecordBatch>> {
        if array.is_released() || schema.release().is_none() {
            return Ok(None);
        }
        // SAFETY: the function promised to fill both by Arrow's rules; what can be checked of the columns is checked next (tested: streams.c).
        let data = unsafe { from_ffi(array, &schema) }.map_err(|e| self.wrong(&format!("gave what cannot be read: {e}")))?;
        // Offsets, lengths and UTF-8: a column that lies about them would be read out of bounds later.
        data.validate_full().map_err(|e| self.wrong(&format!("gave columns that are not whole: {e}")))?;
        if !matches!(data.data_type(), arrow_schema::DataType::Struct(_)) || data.null_count() > 0 {
            return Err(self.wrong(&format!("gave {} and not a struct of columns without nulls of its own", data.data_type())));
        }
        Ok(Some(RecordBatch::from(StructArray::from(data))))
    }

    fn process(&self, why: Why, event_time: Option<i64>, batch: &RecordBatch) -> Result<Gave> {
        let Some(process) = self.process else { return Err(self.wrong("has no process")) };
        let (mut array, mut schema) = self.columns(batch)?;
        let (mut out, mut out_schema) = (FFI_ArrowArray::empty(), FFI_ArrowSchema::empty());
        let (mut changes, mut changes_schema) = (FFI_ArrowArray::empty(), FFI_ArrowSchema::empty());
        let mut error = wh_error { code: 0, flags: 0, message_len: 0, message: [0; 500] };
        // SAFETY: registered as a function of this type; every pointer is to something of ours that outlives the call (tested: streams.c).
        let code = unsafe {
            process(
                self.context,
                why as i32,
                event_time.unwrap_or(i64::MIN),
                &raw mut array,
                &raw mut schema,
                &raw mut out,
                &raw mut out_schema,
                &raw mut changes,
                &raw mut changes_schema,
                &raw mut error,
            )
        };
        self.said(code, &error)?;
        Ok(Gave { rows: self.given(out, out_schema)?, changes: self.given(changes, changes_schema)? })
    }

    fn told(&self, batch: &RecordBatch) -> Result<()> {
        self.run(batch, std::ptr::null_mut(), std::ptr::null_mut())
    }

    /// Both are released when they go, unless the function moved them away.
    fn columns(&self, batch: &RecordBatch) -> Result<(FFI_ArrowArray, FFI_ArrowSchema)> {
        let data = StructArray::from(batch.clone()).into_data();
        to_ffi(&data).map_err(|e| Error::new(Code::FAIL, format!("columns for the function \"{}\": {e}", self.name)))
    }

    fn run(&self, batch: &RecordBatch, out_array: *mut FFI_ArrowArray, out_schema: *mut FFI_ArrowSchema) -> Result<()> {
        let Some(call) = self.call else { return Err(self.wrong("has no call")) };
        let (mut array, mut schema) = self.columns(batch)?;
        let mut error = wh_error { code: 0, flags: 0, message_len: 0, message: [0; 500] };
        // SAFETY: registered as a function of this type; every pointer is to something of ours that outlives the call, or null as the type's
        // comment says (tested: streams.c).
        let code = unsafe { call(self.context, &raw mut array, &raw mut schema, out_array, out_schema, &raw mut error) };
        self.said(code, &error)
    }

    /// The error that a function said, where its code is one.
    fn said(&self, code: i32, error: &wh_error) -> Result<()> {
        if code == 0 {
            return Ok(());
        }
        let said: Vec<u8> = error.message.iter().take(error.message_len.min(500) as usize).map(|c| *c as u8).collect();
        let said = String::from_utf8_lossy(&said);
        let code = i16::try_from(code).ok().map(Code).filter(|c| c.bare_name() != "UNKNOWN_CODE").unwrap_or(Code::FAIL);
        Err(Error::new(code, format!("the function \"{}\" failed: {}", self.name, if said.is_empty() { "it said nothing" } else { &said })))
    }

    fn wrong(&self, what: &str) -> Error {
        Error::invalid_arg(format!("the function \"{}\" {what}", self.name))
    }
}
