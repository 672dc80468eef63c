//! How Python waits for the engine. Owns: the length of one wait with the GIL released, so that Ctrl-C is seen soon; the mark
//! that the interpreter is ending; the count of forks, so that an object made before a fork says so instead of hanging.
//!
//! Invariant: no thread of the engine ever takes the GIL, but for one that calls a Python function of a streams program
//! (`streams::call`). What blocks long runs on a thread of its own that knows nothing of Python, and the Python thread looks in
//! every `SLICE`; if the interpreter ends meanwhile, that thread touches nothing of it.

use crate::errors;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};
use wellhead_base::{Code, Result};

/// The longest wait without a look at signals.
pub const SLICE: Duration = Duration::from_millis(100);
/// What "for ever" means, so that deadlines can be added up.
pub const FOREVER: Duration = Duration::from_secs(365 * 24 * 3600);

static ENDING: AtomicBool = AtomicBool::new(false);
static FORKS: AtomicU32 = AtomicU32::new(0);

/// Called when the interpreter begins to end: whoever waits in here gives up.
#[pyfunction]
pub fn _ending() {
    ENDING.store(true, Ordering::SeqCst);
}

/// Whether the interpreter has begun to end.
pub fn ending() -> bool {
    ENDING.load(Ordering::Relaxed)
}

/// Called in the child after a fork.
#[pyfunction]
pub fn _forked() {
    FORKS.fetch_add(1, Ordering::SeqCst);
}

/// Which side of a fork an object was made on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Birth(u32);

impl Birth {
    pub fn now() -> Self {
        Self(FORKS.load(Ordering::Relaxed))
    }
    /// Whether this process is the one the object was made in.
    pub fn here(self) -> bool {
        self == Self::now()
    }
    pub fn check(self, what: &str) -> PyResult<()> {
        if self.here() {
            return Ok(());
        }
        Err(PyRuntimeError::new_err(format!(
            "this {what} was made before a fork and works only in the parent process; make a new one in the child, or start child processes with the 'spawn' method"
        )))
    }
}

/// A handle of the engine. After a fork it is refused, and never dropped: the threads that its end would wait for live in the
/// parent only, and files of the parent would be closed as if this were it.
pub struct Kept<T>(Option<T>, Birth);

impl<T> Kept<T> {
    pub fn new(handle: T) -> Self {
        Self(Some(handle), Birth::now())
    }
    pub fn get(&self) -> &T {
        self.0.as_ref().expect("taken only while it is dropped")
    }
    pub fn here(&self) -> bool {
        self.1.here()
    }
    pub fn check(&self, what: &str) -> PyResult<()> {
        self.1.check(what)
    }
}

impl<T> Drop for Kept<T> {
    fn drop(&mut self) {
        if !self.1.here() {
            std::mem::forget(self.0.take());
        }
    }
}

/// The mutex, also after a panic of another holder: each holds plain data that is whole at every step.
pub fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The caller's seconds; negative (or None) is for ever.
pub fn seconds(timeout: Option<f64>) -> Duration {
    match timeout {
        Some(s) if s >= 0.0 => Duration::try_from_secs_f64(s).unwrap_or(FOREVER).min(FOREVER),
        _ => FOREVER,
    }
}

/// A wait in slices.
pub struct Slices {
    timeout: Duration,
    /// Known from the first slice on: who finds something at once asks no clock.
    end: Cell<Option<Instant>>,
}

impl Slices {
    pub fn new(timeout: Duration) -> Self {
        Self { timeout, end: Cell::new(None) }
    }
    /// The next slice, or None when the time is over. Raises what a signal handler raised.
    pub fn next(&self, py: Python<'_>) -> PyResult<Option<Duration>> {
        py.check_signals()?;
        let now = Instant::now();
        let end = self.end.get().unwrap_or(now + self.timeout);
        self.end.set(Some(end));
        let left = end.saturating_duration_since(now);
        if ENDING.load(Ordering::Relaxed) {
            return Ok(None);
        }
        Ok((!left.is_zero()).then(|| left.min(SLICE)))
    }
}

/// Runs what may block long on a thread of its own and waits for it, with the GIL released and an eye on signals. When a signal
/// handler raises, the work is left to itself.
pub fn run<T: Send + 'static>(py: Python<'_>, work: impl FnOnce() -> T + Send + 'static) -> PyResult<T> {
    let (tx, rx) = mpsc::sync_channel(1);
    std::thread::Builder::new()
        .name("wellhead-call".into())
        .stack_size(512 * 1024)
        .spawn(move || {
            let _ = tx.send(work());
        })
        .map_err(|e| errors::raise_code(Code::CRIT_SYS_RESOURCE, &format!("cannot start a thread: {e}")))?;
    let mut rx = rx;
    loop {
        let (back, answer) = py.detach(move || {
            let answer = rx.recv_timeout(SLICE);
            (rx, answer)
        });
        rx = back;
        match answer {
            Ok(v) => return Ok(v),
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                return Err(PyRuntimeError::new_err("wellhead: an internal error ended this call (a panic; please report it)"));
            }
            Err(mpsc::RecvTimeoutError::Timeout) => py.check_signals()?,
        }
        if ENDING.load(Ordering::Relaxed) {
            return Err(PyRuntimeError::new_err("the interpreter is ending"));
        }
    }
}

/// `run` for what returns the engine's result; `doing` begins the text of its error.
pub fn run_result<T: Send + 'static>(py: Python<'_>, doing: &str, work: impl FnOnce() -> Result<T> + Send + 'static) -> PyResult<T> {
    run(py, work)?.map_err(|e| errors::raise_with(&e, doing))
}
