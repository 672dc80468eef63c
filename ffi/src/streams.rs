//! Stream programs over the border: plans as JSON down, states, figures and tables up.
//!
//! A table comes as an Arrow C stream that owns its columns, or as lines of JSON for a small one. Owns nothing but the wording of
//! arguments: the facade's `streams` does the work.
#![allow(unsafe_code)]

use crate::batch::{Batch, wh_view};
use crate::border::{Out, border, text, timeout, wh_error};
use crate::functions::{functions, wh_function};
use crate::handle::{self, Object};
use crate::lists::{Answer, properties, wh_property};
use crate::log;
use arrow_array::RecordBatchIterator;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use std::sync::Arc;
use wellhead::streams::run::{App, Config, State};
use wellhead::streams::{Chunk, Expr, Format, Keys, Plan};
use wellhead_base::{Code, Error, Result};

/// wh_streams_state: topics are made and the group is joined.
pub const WH_STREAMS_STARTING: i32 = 0;
/// wh_streams_state: state comes back.
pub const WH_STREAMS_RESTORING: i32 = 1;
/// wh_streams_state: it runs.
pub const WH_STREAMS_RUNNING: i32 = 2;
/// wh_streams_state: it was stopped.
pub const WH_STREAMS_STOPPED: i32 = 3;
/// wh_streams_state: it ended by an error, which wh_streams_wait_ended gives.
pub const WH_STREAMS_FAILED: i32 = 4;

/// A table as an Arrow stream of one batch.
pub(crate) fn arrow_stream(chunk: &Chunk) -> Result<FFI_ArrowArrayStream> {
    let batch = chunk.to_record_batch()?;
    let schema = batch.schema();
    Ok(FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new([Ok(batch)], schema))))
}

/// A table as lines, each a JSON object of its key and value columns.
pub(crate) fn json_lines(chunk: &Chunk) -> Result<Batch> {
    let (mut bytes, mut ends) = (Vec::new(), Vec::new());
    Format::Json.encoder(chunk.schema.fields())?.encode(&chunk.columns, &mut bytes, &mut ends)?;
    let mut arena = Vec::with_capacity(bytes.len() + ends.len());
    let mut from = 0;
    for end in ends {
        arena.extend_from_slice(&bytes[from..end]);
        arena.push(b'\n');
        from = end;
    }
    Ok(Batch { arena, ..Batch::default() })
}

/// Checks a plan (JSON; docs/streams.md) and describes what would run: subtopologies, nodes with their columns, stores, topics. The
/// batch's arena is the text. A mistake is INVALID_ARG, and its message names what is meant.
///
/// # Safety
/// Pointers are valid for their lengths; `batch` points to a uint64_t, `view` is null or points to a wh_view; `err` is null or points to a
/// wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_streams_check(plan: *const u8, plan_len: usize, batch: *mut u64, view: *mut wh_view, err: *mut wh_error) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c, streams.c).
        let (plan, answer) = unsafe { (text(plan, plan_len, "the plan")?, Answer::new(batch, view)?) };
        answer.put(Batch::text(Plan::from_json(plan)?.check()?.describe()))
    })
}

/// What a program that ran `old_plan` finds when it goes on with `plan`: the arena is JSON with the lists "kept", "added", "orphaned" and
/// "changed" of stores and internal topics.
///
/// # Safety
/// As wh_streams_check.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_streams_diff(
    plan: *const u8,
    plan_len: usize,
    old_plan: *const u8,
    old_plan_len: usize,
    batch: *mut u64,
    view: *mut wh_view,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c, streams.c).
        let (plan, old, answer) =
            unsafe { (text(plan, plan_len, "the plan")?, text(old_plan, old_plan_len, "the old plan")?, Answer::new(batch, view)?) };
        let diff = Plan::from_json(plan)?.check()?.diff(&Plan::from_json(old)?.check()?);
        answer.put(Batch::text(json(&diff)?))
    })
}

/// Reads SQL text of one expression: the arena is the JSON that a plan has for it.
///
/// # Safety
/// As wh_streams_check.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_expr_parse(expr: *const u8, expr_len: usize, batch: *mut u64, view: *mut wh_view, err: *mut wh_error) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c, streams.c).
        let (expr, answer) = unsafe { (text(expr, expr_len, "the expression")?, Answer::new(batch, view)?) };
        answer.put(Batch::text(json(&Expr::parse(expr)?)?))
    })
}

/// Runs SQL statements (docs/streams.md) over a plan and the names of its streams and tables. `catalog` is a JSON list of entries, as an earlier
/// call gave it; `{"name":"orders","node":3}` is enough to name a node of the plan, and a text of length 0 is an empty one. The arena is
/// JSON: "plan", the plan with what the statements made; "catalog"; and "answers", one a statement: {"query":node,"kind":...} of SELECT,
/// {"made":{"name":...,"node":...},"kind":...} of CREATE ... AS, {"rows":[[...]]} of SHOW and DESCRIBE, {"text":...} of EXPLAIN, else
/// {"done":...}. A mistake is INVALID_ARG, names its line and column, and gives nothing.
///
/// # Safety
/// As wh_streams_check.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_streams_sql(
    plan: *const u8,
    plan_len: usize,
    catalog: *const u8,
    catalog_len: usize,
    sql: *const u8,
    sql_len: usize,
    batch: *mut u64,
    view: *mut wh_view,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c, streams.c).
        let (plan, catalog, sql, answer) = unsafe {
            (
                text(plan, plan_len, "the plan")?,
                text(catalog, catalog_len, "the catalog")?,
                text(sql, sql_len, "the statements")?,
                Answer::new(batch, view)?,
            )
        };
        answer.put(Batch::text(wellhead::streams::sql::run_json(plan, catalog, sql)?))
    })
}

fn json(of: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(of).map_err(|e| Error::new(Code::FAIL, format!("an answer as JSON: {e}")))
}

/// Starts a program: checks the plan and starts its thread. Properties are the program's (application.id, commit.interval.ms, state.dir, ...)
/// and its clients'. Does not wait for a broker: wh_streams_wait_running does.
///
/// # Safety
/// Pointers are valid for their lengths; `program` points to a uint64_t; `err` is null or points to a wh_error. The functions keep the
/// promises of wh_function_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_streams_start(
    plan: *const u8,
    plan_len: usize,
    properties_ptr: *const wh_property,
    property_count: usize,
    functions_ptr: *const wh_function,
    function_count: usize,
    program: *mut u64,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c, streams.c).
        let (plan, props, registered, out) = unsafe {
            (
                text(plan, plan_len, "the plan")?,
                properties(properties_ptr, property_count)?,
                functions(functions_ptr, function_count)?,
                Out::new(program, "the program")?,
            )
        };
        log::listen();
        let app = App::start(&Plan::from_json(plan)?, registered.functions.clone(), Config::from_pairs(props)?)?;
        out.put(handle::insert(Object::Program(Arc::new(app)))?);
        registered.keep();
        Ok(())
    })
}

/// What the program is doing: `state` gets WH_STREAMS_...
///
/// # Safety
/// `state` points to an int32_t; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_streams_state(program: u64, state: *mut i32, err: *mut wh_error) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let out = unsafe { Out::new(state, "the state")? };
        out.put(match handle::program(program)?.state() {
            State::Starting => WH_STREAMS_STARTING,
            State::Restoring => WH_STREAMS_RESTORING,
            State::Running => WH_STREAMS_RUNNING,
            State::Stopped => WH_STREAMS_STOPPED,
            State::Failed(_) => WH_STREAMS_FAILED,
        });
        Ok(())
    })
}

/// Waits up to `timeout_ms` (negative: for ever) until the program runs. The error by which it failed; STATE (-172) when it was stopped;
/// TIMED_OUT (-185).
///
/// # Safety
/// `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_streams_wait_running(program: u64, timeout_ms: i32, err: *mut wh_error) -> i32 {
    border(err, || handle::program(program)?.wait_running(timeout(timeout_ms)))
}

/// Waits up to `timeout_ms` until the program ended. 0 when it was stopped, the error by which it failed, or TIMED_OUT (-185).
///
/// # Safety
/// `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_streams_wait_ended(program: u64, timeout_ms: i32, err: *mut wh_error) -> i32 {
    border(err, || handle::program(program)?.wait_ended(timeout(timeout_ms)))
}

/// The program's figures: the arena is a JSON object of numbers.
///
/// # Safety
/// `batch` points to a uint64_t, `view` is null or points to a wh_view; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_streams_metrics(program: u64, timeout_ms: i32, batch: *mut u64, view: *mut wh_view, err: *mut wh_error) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let answer = unsafe { Answer::new(batch, view)? };
        let metrics = handle::program(program)?.metrics(timeout(timeout_ms))?;
        answer.put(Batch::text(json(&metrics)?))
    })
}

/// Commits now and waits for it, up to `timeout_ms`.
///
/// # Safety
/// `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_streams_commit(program: u64, timeout_ms: i32, err: *mut wh_error) -> i32 {
    border(err, || handle::program(program)?.commit(timeout(timeout_ms)))
}

/// What the table of the plan's node `node` holds in this process, sorted by key, with a last column `_timestamp`. `stream` is overwritten
/// with a stream of one batch, which belongs to the caller: it lives until its `release` is called, whatever becomes of the program.
///
/// # Safety
/// `stream` points to room for a struct ArrowArrayStream, which is not read; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_streams_table(program: u64, node: usize, timeout_ms: i32, stream: *mut FFI_ArrowArrayStream, err: *mut wh_error) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c, streams.c).
        let out = unsafe { Out::new(stream, "the stream")? };
        out.put(arrow_stream(&handle::program(program)?.table(node, timeout(timeout_ms))?)?);
        Ok(())
    })
}

/// Some rows of a table, as wh_streams_table gives all. `keys` is JSON: {"from":[...],"to":[...],"after":[...],"limit":n}, each of which may
/// be left out; a text of length 0 is all rows. Bounds are values of the key's columns in their order, or of the first of them, and both are
/// included (a key alone is from and to at once); `after` is the whole key that the page before ended with. Timestamps are milliseconds,
/// bytes base64. A table that is made of others (a filter, a join of two tables) is made of their rows when it is asked. What is read is
/// what the program has processed, of one moment.
///
/// # Safety
/// As wh_streams_table; `keys` is valid for its length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_streams_find(
    program: u64,
    node: usize,
    keys: *const u8,
    keys_len: usize,
    timeout_ms: i32,
    stream: *mut FFI_ArrowArrayStream,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c, streams.c).
        let (keys, out) = unsafe { (text(keys, keys_len, "the keys")?, Out::new(stream, "the stream")?) };
        let program = handle::program(program)?;
        out.put(arrow_stream(&program.find(node, Keys::from_json(keys)?, timeout(timeout_ms))?)?);
        Ok(())
    })
}

/// What wh_streams_table gives as text: the arena has a line for each row, a JSON object. For tables that are small.
///
/// # Safety
/// As wh_streams_metrics.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_streams_table_json(
    program: u64,
    node: usize,
    timeout_ms: i32,
    batch: *mut u64,
    view: *mut wh_view,
    err: *mut wh_error,
) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c, streams.c).
        let answer = unsafe { Answer::new(batch, view)? };
        answer.put(json_lines(&handle::program(program)?.table(node, timeout(timeout_ms))?)?)
    })
}

/// Commits, leaves the group and ends the program; waits up to `timeout_ms`. The handle stays open: state and error can still be asked.
/// Returns the error by which the program failed, or TIMED_OUT (-185) while it still stops.
///
/// # Safety
/// `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_streams_stop(program: u64, timeout_ms: i32, err: *mut wh_error) -> i32 {
    border(err, || handle::program(program)?.stop(timeout(timeout_ms)))
}

/// Stops the program as wh_streams_stop does, and closes the handle whatever came of it.
///
/// # Safety
/// `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_streams_close(program: u64, timeout_ms: i32, err: *mut wh_error) -> i32 {
    border(err, || {
        // How it ended is told by wh_streams_stop and wh_streams_wait_ended; a close closes.
        let _ = handle::take_program(program)?.stop(timeout(timeout_ms));
        Ok(())
    })
}
