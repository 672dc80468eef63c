//! What the engine has to say to a person goes to standard error, a line each, as the field's C library does it; wh_log_level
//! turns it down. Owns that level. A host program that gathers the engine's `tracing` events itself keeps them.
#![allow(unsafe_code)]

use crate::border::{border, wh_error};
use std::fmt::Write;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use wellhead_base::Error;

/// wh_log_level: nothing is written.
pub const WH_LOG_OFF: u32 = 0;
/// wh_log_level: what went wrong for good.
pub const WH_LOG_ERRORS: u32 = 1;
/// wh_log_level: also what is tried again. The default.
pub const WH_LOG_WARNINGS: u32 = 2;

static LEVEL: AtomicU32 = AtomicU32::new(WH_LOG_WARNINGS);
static ONCE: Once = Once::new();

/// Begins to listen; every function that opens something calls it.
pub fn listen() {
    ONCE.call_once(|| {
        let _ = tracing::subscriber::set_global_default(Lines);
    });
}

fn level_of(level: Level) -> u32 {
    match level {
        Level::ERROR => WH_LOG_ERRORS,
        Level::WARN => WH_LOG_WARNINGS,
        _ => u32::MAX,
    }
}

struct Lines;

#[derive(Default)]
struct Text {
    message: String,
    rest: String,
}

impl Text {
    fn line(self, error: bool) -> String {
        format!("wellhead: {}: {}{}\n", if error { "error" } else { "warning" }, self.message, self.rest)
    }
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

impl Subscriber for Lines {
    fn enabled(&self, m: &Metadata<'_>) -> bool {
        level_of(*m.level()) <= WH_LOG_WARNINGS && m.is_event() && m.target().starts_with("wellhead")
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1) // spans are not enabled
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        if level_of(*event.metadata().level()) > LEVEL.load(Ordering::Relaxed) {
            return;
        }
        let mut text = Text::default();
        event.record(&mut text);
        // One write a line; nobody can be told when standard error is gone.
        let _ = std::io::Write::write_all(&mut std::io::stderr(), text.line(*event.metadata().level() == Level::ERROR).as_bytes());
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// How much is written to standard error from now on, in the whole process: WH_LOG_...
///
/// # Safety
/// `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_log_level(level: u32, err: *mut wh_error) -> i32 {
    border(err, || {
        if level > WH_LOG_WARNINGS {
            return Err(Error::invalid_arg(format!("there is no WH_LOG_ of {level}")));
        }
        LEVEL.store(level, Ordering::Relaxed);
        Ok(())
    })
}
