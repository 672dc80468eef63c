//! Warnings of the engine go to Python's `logging`: to the logger that the caller gave, else to the logger `wellhead`.
//!
//! The engine's threads must not touch Python, so what they say waits here until a call of the program serves it (poll, flush,
//! consume ...). Bounded: when nobody serves, the oldest go.

use crate::wait::lock;
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

const WAITING_MAX: usize = 100;

static WAITING: Mutex<VecDeque<(bool, String)>> = Mutex::new(VecDeque::new());
static ANY: AtomicBool = AtomicBool::new(false);
static ONCE: Once = Once::new();

/// Begins to gather what the engine says. A host program that gathers it already keeps it.
pub fn listen() {
    ONCE.call_once(|| {
        let _ = tracing::subscriber::set_global_default(Gather);
    });
}

struct Gather;

struct Text {
    message: String,
    rest: String,
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            "error" => write!(self.rest, ": {value:?}"),
            name => write!(self.rest, ", {name} {value:?}"),
        };
    }
}

impl Subscriber for Gather {
    fn enabled(&self, m: &Metadata<'_>) -> bool {
        *m.level() <= Level::WARN && m.is_event() && m.target().starts_with("wellhead")
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1) // spans are not enabled
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut text = Text { message: String::new(), rest: String::new() };
        event.record(&mut text);
        let mut waiting = lock(&WAITING);
        if waiting.len() == WAITING_MAX {
            waiting.pop_front();
        }
        waiting.push_back((*event.metadata().level() == Level::ERROR, text.message + &text.rest));
        ANY.store(true, Ordering::Release);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Hands what waits to Python.
pub fn serve(py: Python<'_>, logger: &Mutex<Option<Py<PyAny>>>) -> PyResult<()> {
    if !ANY.swap(false, Ordering::Acquire) {
        return Ok(());
    }
    let said = std::mem::take(&mut *lock(&WAITING));
    let logger = lock(logger).as_ref().map(|l| l.clone_ref(py));
    said.iter().try_for_each(|(error, text)| log(py, logger.as_ref(), if *error { "error" } else { "warning" }, text))
}

pub fn warn(py: Python<'_>, logger: Option<&Py<PyAny>>, text: &str) -> PyResult<()> {
    log(py, logger, "warning", text)
}

fn log(py: Python<'_>, logger: Option<&Py<PyAny>>, level: &str, text: &str) -> PyResult<()> {
    let logger = match logger {
        Some(l) => l.bind(py).clone(),
        None => py.import("logging")?.call_method1("getLogger", ("wellhead",))?,
    };
    // Not as a format: the text may hold a percent sign.
    logger.call_method1(level, ("%s", PyString::new(py, text)))?;
    Ok(())
}
