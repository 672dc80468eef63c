//! Warnings of the engine go to Python's `logging`: to the logger that the caller gave, else to the logger `wellhead`.

use pyo3::prelude::*;
use pyo3::types::PyString;

pub fn warn(py: Python<'_>, logger: Option<&Py<PyAny>>, text: &str) -> PyResult<()> {
    let logger = match logger {
        Some(l) => l.bind(py).clone(),
        None => py.import("logging")?.call_method1("getLogger", ("wellhead",))?,
    };
    // Not as a format: the text may hold a percent sign.
    logger.call_method1("warning", ("%s", PyString::new(py, text)))?;
    Ok(())
}
