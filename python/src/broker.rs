//! The base of `wellhead.Broker`: the engine's broker in this process.

use crate::wait::{self, Kept, lock};
use pyo3::prelude::*;
use std::path::PathBuf;
use std::sync::Mutex;

#[pyclass(name = "_Broker", module = "wellhead._wellhead", frozen)]
pub struct Broker {
    engine: Mutex<Option<Kept<wellhead::Broker>>>,
    bootstrap: String,
    addresses: Vec<String>,
}

#[pymethods]
impl Broker {
    /// Opens the data directory and starts. Waits for recovery.
    #[new]
    fn new(py: Python<'_>, data: PathBuf, properties: Vec<(String, String)>) -> PyResult<Self> {
        let engine = wait::run_result(py, "", move || wellhead::Broker::open(&data, &properties))?;
        let bootstrap = engine.bootstrap_servers();
        let addresses = engine.listen_addrs().iter().map(ToString::to_string).collect();
        Ok(Self { engine: Mutex::new(Some(Kept::new(engine))), bootstrap, addresses })
    }
    fn bootstrap_servers(&self) -> String {
        self.bootstrap.clone()
    }
    fn listen_addrs(&self) -> Vec<String> {
        self.addresses.clone()
    }
    fn closed(&self) -> bool {
        lock(&self.engine).is_none()
    }
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let Some(engine) = lock(&self.engine).take() else { return Ok(()) };
        if !engine.here() {
            return Ok(()); // the parent's; forgotten by Kept
        }
        wait::run_result(py, "", move || engine.get().close())
    }
}
