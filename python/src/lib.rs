//! The Python module `wellhead._wellhead`. Owns the border: Python objects to the engine's types and back, waits with the GIL
//! released, callbacks on the caller's thread. Does not own: configuration dicts, the classes of the admin API and everything
//! asynchronous, which are Python (`python/wellhead`), nor anything that decides about records, groups or connections.

// Methods of Python classes take self whether they look at it or not, and what is a tuple in Python is a tuple type here.
#![allow(clippy::unused_self, clippy::type_complexity)]

mod admin;
mod arrow;
mod batch;
mod broker;
mod command;
mod consumer;
mod errors;
mod frame;
mod log;
mod message;
mod producer;
mod stats;
mod streams;
mod types;
mod wait;

use pyo3::prelude::*;

#[pymodule]
mod _wellhead {
    use super::*;

    #[pymodule_export]
    use super::admin::Admin;
    #[pymodule_export]
    use super::batch::Batch;
    #[pymodule_export]
    use super::broker::Broker;
    #[pymodule_export]
    use super::command::_command;
    #[pymodule_export]
    use super::consumer::Consumer;
    #[pymodule_export]
    use super::frame::Frame;
    #[pymodule_export]
    use super::message::Message;
    #[pymodule_export]
    use super::producer::Producer;
    #[pymodule_export]
    use super::streams::{_parse_expr, _plan_check, _plan_describe, _plan_diff, _plan_sql, App, TestDriver};
    #[pymodule_export]
    use super::types::TopicPartition;
    #[pymodule_export]
    use super::wait::{_ending, _forked};

    #[pymodule_init]
    fn init(m: &Bound<'_, PyModule>) -> PyResult<()> {
        m.add("__version__", env!("CARGO_PKG_VERSION"))?;
        errors::register(m)
    }
}
