//! The `wellhead` command, for the console script of the package.

use pyo3::prelude::*;

/// Runs one command line, program name included, and returns its exit code.
#[pyfunction]
pub fn _command(py: Python<'_>, args: Vec<String>) -> i32 {
    py.detach(|| wellhead_cli::run(args))
}
