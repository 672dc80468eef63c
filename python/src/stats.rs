//! `stats_cb`: a JSON text of a few figures, given to the callback inside `poll()` every `statistics.interval.ms`.

use crate::wait::lock;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use std::fmt::Write;
use std::sync::Mutex;
use std::time::{Duration, Instant};

pub struct Stats {
    callback: Mutex<Option<Py<PyAny>>>,
    interval: Duration,
    started: Instant,
    last: Mutex<Instant>,
}

impl Stats {
    /// None when nobody asked for them.
    pub fn new(callback: Option<Py<PyAny>>, interval_ms: u64) -> Option<Self> {
        let now = Instant::now();
        (callback.is_some() && interval_ms > 0).then(|| Self {
            callback: Mutex::new(callback),
            interval: Duration::from_millis(interval_ms),
            started: now,
            last: Mutex::new(now),
        })
    }

    /// Calls the callback if it is time. Returns how often (0 or 1).
    pub fn serve(&self, py: Python<'_>, kind: &str, client_id: &str, queued: usize) -> PyResult<usize> {
        {
            let mut last = lock(&self.last);
            if last.elapsed() < self.interval {
                return Ok(0);
            }
            *last = Instant::now();
        }
        let Some(callback) = lock(&self.callback).as_ref().map(|c| c.clone_ref(py)) else { return Ok(0) };
        let age = self.started.elapsed().as_micros();
        let mut json = String::with_capacity(160);
        json.push_str("{\"name\":\"");
        escape(&mut json, client_id);
        json.push_str("\",\"client_id\":\"");
        escape(&mut json, client_id);
        let _ = write!(json, "\",\"type\":\"{kind}\",\"ts\":{age},\"age\":{age},\"msg_cnt\":{queued},\"brokers\":{{}},\"topics\":{{}}}}");
        callback.call1(py, (json,))?;
        Ok(1)
    }

    pub fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        match self.callback.try_lock() {
            Ok(cb) => visit.call(cb.as_ref()),
            Err(_) => Ok(()),
        }
    }
    pub fn clear(&self) {
        let callback = lock(&self.callback).take();
        drop(callback);
    }
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
}
