//! The base of `wellhead.streams`: plans as JSON in, programs and test drivers out. Python builds the JSON and keeps the functions.
//!
//! A function of the user is called on the program's thread, which takes the GIL for that call and nothing else. What it raises ends the
//! program: the text with its traceback becomes the program's error, and the exception itself is kept to be raised (or named as the
//! cause) where Python waits for the program.

use crate::errors;
use crate::frame::Frame;
use crate::wait::{self, Kept, Slices, lock};
use arrow_array::RecordBatch;
use pyo3::exceptions::{PyKeyError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, TryLockError};
use std::time::Duration;
use wellhead::streams::driver;
use wellhead::streams::ops::{BatchedFn, Functions, Gave, batched};
use wellhead::streams::plan::Kind;
use wellhead::streams::run;
use wellhead::streams::{Expr, Keys, Plan, Schema};
use wellhead_base::{Code, Error, Result};

/// A mistake in a plan is a ValueError; what happens to a program is a KafkaException.
fn raise(e: &Error) -> PyErr {
    if e.code == Code::INVALID_ARG { PyValueError::new_err(e.message().to_owned()) } else { errors::raise(e) }
}

/// The exception that ended a program.
type Raised = Arc<Mutex<Option<PyErr>>>;

/// Calls Python from the engine. The error's text is the traceback.
fn call<T>(name: &str, raised: &Raised, work: impl FnOnce(Python<'_>) -> PyResult<T>) -> Result<T> {
    let over = || Error::new(Code::DESTROY, "the interpreter is ending");
    if wait::ending() {
        return Err(over());
    }
    let done = Python::try_attach(|py| {
        work(py).map_err(|e| {
            let text = traceback(py, &e);
            lock(raised).get_or_insert(e);
            Error::new(Code::FAIL, format!("the function \"{name}\" raised an exception\n{text}"))
        })
    });
    done.unwrap_or_else(|| Err(over()))
}

fn traceback(py: Python<'_>, e: &PyErr) -> String {
    let text = py
        .import("traceback")
        .and_then(|m| m.call_method1("format_exception", (e.get_type(py), e.value(py), e.traceback(py))))
        .and_then(|lines| lines.extract::<Vec<String>>());
    text.map_or_else(|_| e.to_string(), |lines| lines.concat().trim_end().to_owned())
}

type Given = HashMap<String, Py<PyAny>>;

fn functions(map: Given, foreach: Given, process: Given, raised: &Raised) -> Functions {
    let mut f = Functions::default();
    for (name, function) in map {
        let (raised, name_of) = (raised.clone(), name.clone());
        f.map.insert(
            name,
            Arc::new(move |batch: &RecordBatch| {
                call(&name_of, &raised, |py| {
                    let given = function.bind(py).call1((Frame::new(batch),))?;
                    Ok(given.cast::<Frame>()?.get().batch().clone())
                })
            }),
        );
    }
    for (name, function) in foreach {
        let (raised, name_of) = (raised.clone(), name.clone());
        f.foreach
            .insert(name, Arc::new(move |batch: &RecordBatch| call(&name_of, &raised, |py| function.bind(py).call1((Frame::new(batch),)).map(drop))));
    }
    for (name, function) in process {
        let (raised, name_of) = (raised.clone(), name.clone());
        let called: BatchedFn = Arc::new(move |why, event_time, batch: &RecordBatch| {
            call(&name_of, &raised, |py| {
                let gave = function.bind(py).call1((why as i32, event_time, Frame::new(batch)))?;
                let (rows, changes): (Option<Bound<'_, Frame>>, Option<Bound<'_, Frame>>) = gave.extract()?;
                Ok(Gave { rows: rows.map(|f| f.get().batch().clone()), changes: changes.map(|f| f.get().batch().clone()) })
            })
        });
        f.process.insert(name.clone(), batched(name, called));
    }
    f
}

/// SQL text of one expression as the plan's JSON.
#[pyfunction]
pub fn _parse_expr(text: &str) -> PyResult<String> {
    let e = Expr::parse(text).map_err(|e| raise(&e))?;
    serde_json::to_string(&e).map_err(|e| PyValueError::new_err(e.to_string()))
}

/// SQL statements over a plan and its catalog; all as JSON.
#[pyfunction]
pub fn _plan_sql(plan: &str, catalog: &str, text: &str) -> PyResult<String> {
    wellhead::streams::sql::run_json(plan, catalog, text).map_err(|e| raise(&e))
}

type Columns = Vec<(String, String)>;

fn columns(schema: &Schema) -> Columns {
    schema.fields().iter().map(|f| (f.name.clone(), f.ty.to_string())).collect()
}

/// What a node of a plan, the last without a number, gives: stream, table or global; its columns with their types; how many of them are the key; and whether
/// the last two of those are a window's ends.
#[pyfunction]
#[pyo3(signature = (plan, node=None))]
pub fn _plan_check(plan: &str, node: Option<usize>) -> PyResult<(&'static str, Columns, usize, bool)> {
    let plan = Plan::from_json(plan).map_err(|e| raise(&e))?;
    let checked = plan.check().map_err(|e| raise(&e))?;
    let at = node.map_or(checked.of_plan.last(), |n| checked.of_plan.get(n)).ok_or_else(|| PyValueError::new_err("the plan is empty"))?;
    let n = &checked.nodes[*at];
    let kind = match n.shape {
        Kind::Stream => "stream",
        Kind::Table => "table",
        Kind::Global => "global",
    };
    Ok((kind, columns(&n.schema), n.schema.key_len(), n.window.is_some()))
}

#[pyfunction]
pub fn _plan_describe(plan: &str) -> PyResult<String> {
    Ok(Plan::from_json(plan).and_then(|p| p.check()).map_err(|e| raise(&e))?.describe())
}

/// What becomes of the state of an old plan, as JSON.
#[pyfunction]
pub fn _plan_diff(new: &str, old: &str) -> PyResult<String> {
    let check = |text: &str| Plan::from_json(text).and_then(|p| p.check()).map_err(|e| raise(&e));
    serde_json::to_string(&check(new)?.diff(&check(old)?)).map_err(|e| PyValueError::new_err(e.to_string()))
}

/// A running program.
#[pyclass(name = "_App", module = "wellhead._wellhead", frozen)]
pub struct App {
    engine: Kept<Arc<run::App>>,
    raised: Raised,
}

impl App {
    fn engine(&self) -> PyResult<Arc<run::App>> {
        self.engine.check("App")?;
        Ok(self.engine.get().clone())
    }
    /// The program's end as an exception whose cause is what a function raised.
    fn error(&self, py: Python<'_>, e: &Error) -> PyErr {
        let err = raise(e);
        if let Some(cause) = &*lock(&self.raised) {
            err.set_cause(py, Some(cause.clone_ref(py)));
        }
        err
    }
    fn wait(&self, py: Python<'_>, timeout: Option<f64>, once: impl Fn(&run::App, Duration) -> Result<()> + Sync) -> PyResult<bool> {
        let engine = self.engine()?;
        let slices = Slices::new(wait::seconds(timeout));
        while let Some(slice) = slices.next(py)? {
            match py.detach(|| once(&engine, slice)) {
                Ok(()) => return Ok(true),
                Err(e) if e.code == Code::TIMED_OUT => {}
                Err(e) => return Err(self.error(py, &e)),
            }
        }
        Ok(false)
    }
    fn ask<T: Send + 'static>(&self, py: Python<'_>, work: impl FnOnce(&run::App) -> Result<T> + Send + 'static) -> PyResult<T> {
        let engine = self.engine()?;
        wait::run(py, move || work(&engine))?.map_err(|e| self.error(py, &e))
    }
}

#[pymethods]
impl App {
    /// Checks the plan and starts the program's thread.
    #[new]
    fn new(py: Python<'_>, plan: &str, map: Given, foreach: Given, process: Given, config: Vec<(String, String)>) -> PyResult<Self> {
        let plan = Plan::from_json(plan).map_err(|e| raise(&e))?;
        let config = run::Config::from_pairs(config).map_err(|e| raise(&e))?;
        let raised = Raised::default();
        let functions = functions(map, foreach, process, &raised);
        let engine = wait::run(py, move || run::App::start(&plan, functions, config))?.map_err(|e| raise(&e))?;
        Ok(Self { engine: Kept::new(Arc::new(engine)), raised })
    }
    /// `starting`, `restoring`, `running`, `stopped` or `failed`.
    fn state(&self) -> PyResult<&'static str> {
        Ok(match self.engine()?.state() {
            run::State::Starting => "starting",
            run::State::Restoring => "restoring",
            run::State::Running => "running",
            run::State::Stopped => "stopped",
            run::State::Failed(_) => "failed",
        })
    }
    /// The exception that ended the program, if one did.
    fn failure(&self, py: Python<'_>) -> PyResult<Option<PyErr>> {
        Ok(match self.engine()?.state() {
            run::State::Failed(e) => Some(self.error(py, &e)),
            _ => None,
        })
    }
    /// Whether it runs within `timeout` seconds.
    fn wait_running(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<bool> {
        self.wait(py, timeout, run::App::wait_running)
    }
    /// Whether it ended within `timeout` seconds.
    fn wait_ended(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<bool> {
        self.wait(py, timeout, run::App::wait_ended)
    }
    fn stop(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<()> {
        let timeout = wait::seconds(timeout);
        self.ask(py, move |a| a.stop(timeout))
    }
    fn commit(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<()> {
        let timeout = wait::seconds(timeout);
        self.ask(py, move |a| a.commit(timeout))
    }
    fn catch_up(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<()> {
        let timeout = wait::seconds(timeout);
        self.ask(py, move |a| a.catch_up(timeout))
    }
    /// The rows of a table of the plan that this process has.
    fn table(&self, py: Python<'_>, node: usize, timeout: Option<f64>) -> PyResult<Frame> {
        let timeout = wait::seconds(timeout);
        self.ask(py, move |a| a.table(node, timeout)?.to_record_batch()).map(|b| Frame::new(&b))
    }
    /// Some rows of it; `keys` is JSON.
    fn find(&self, py: Python<'_>, node: usize, keys: &str, timeout: Option<f64>) -> PyResult<Frame> {
        let (keys, timeout) = (Keys::from_json(keys).map_err(|e| raise(&e))?, wait::seconds(timeout));
        self.ask(py, move |a| a.find(node, keys, timeout)?.to_record_batch()).map(|b| Frame::new(&b))
    }
    /// As JSON.
    fn metrics(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<String> {
        let timeout = wait::seconds(timeout);
        let m = self.ask(py, move |a| a.metrics(timeout))?;
        serde_json::to_string(&m).map_err(|e| PyValueError::new_err(e.to_string()))
    }
}

type Record = (Option<Vec<u8>>, Option<Vec<u8>>, i64);

/// A program without a broker.
#[pyclass(name = "_TestDriver", module = "wellhead._wellhead", frozen)]
pub struct TestDriver {
    driver: Mutex<driver::TestDriver>,
    raised: Raised,
}

impl TestDriver {
    /// Works on the driver with the GIL released, so that its functions can take it. What a function raised is raised here.
    fn with<T: Send>(&self, py: Python<'_>, work: impl FnOnce(&mut driver::TestDriver) -> Result<T> + Send) -> PyResult<T> {
        let done = py.detach(|| {
            let mut driver = match self.driver.try_lock() {
                Ok(d) => d,
                Err(TryLockError::Poisoned(d)) => d.into_inner(),
                Err(TryLockError::WouldBlock) => return None,
            };
            Some(work(&mut driver))
        });
        match done {
            None => Err(PyRuntimeError::new_err("the test driver is at work: a function of the program, or another thread, cannot use it meanwhile")),
            Some(Ok(v)) => Ok(v),
            Some(Err(e)) => Err(lock(&self.raised).take().unwrap_or_else(|| match e.code {
                Code::UNKNOWN_TOPIC_OR_PART | Code::UNKNOWN_PARTITION => PyKeyError::new_err(e.message().to_owned()),
                _ => raise(&e),
            })),
        }
    }
}

fn out<'py>(py: Python<'py>, r: &driver::Record) -> (Option<Bound<'py, PyBytes>>, Option<Bound<'py, PyBytes>>, i64) {
    let bytes = |b: &Option<Vec<u8>>| b.as_ref().map(|b| PyBytes::new(py, b));
    (bytes(&r.key), bytes(&r.value), r.timestamp)
}

#[pymethods]
impl TestDriver {
    #[new]
    fn new(py: Python<'_>, plan: &str, map: Given, foreach: Given, process: Given, partitions: BTreeMap<String, i32>) -> PyResult<Self> {
        let raised = Raised::default();
        let functions = functions(map, foreach, process, &raised);
        let plan = Plan::from_json(plan).map_err(|e| raise(&e))?;
        let driver = py.detach(|| driver::TestDriver::with_partitions(&plan, functions, &partitions)).map_err(|e| raise(&e))?;
        Ok(Self { driver: Mutex::new(driver), raised })
    }
    fn pipe(&self, py: Python<'_>, topic: &str, partition: i32, records: Vec<Record>) -> PyResult<()> {
        self.with(py, |d| {
            let records: Vec<_> = records.iter().map(|(k, v, t)| (k.as_deref(), v.as_deref(), *t)).collect();
            d.pipe_batch(topic, partition, &records)
        })
    }
    fn advance_wall(&self, py: Python<'_>, ms: i64) -> PyResult<()> {
        self.with(py, |d| d.advance_wall(ms))
    }
    fn advance_time(&self, py: Python<'_>, time: i64) -> PyResult<()> {
        self.with(py, |d| d.advance_time(time))
    }
    fn read<'py>(&self, py: Python<'py>, topic: &str) -> PyResult<Option<(Option<Bound<'py, PyBytes>>, Option<Bound<'py, PyBytes>>, i64)>> {
        Ok(self.with(py, |d| Ok(d.read(topic)))?.map(|r| out(py, &r)))
    }
    fn table(&self, py: Python<'_>, node: usize) -> PyResult<Frame> {
        self.with(py, |d| d.table(node)?.to_record_batch()).map(|b| Frame::new(&b))
    }
    fn find(&self, py: Python<'_>, node: usize, keys: &str) -> PyResult<Frame> {
        let keys = Keys::from_json(keys).map_err(|e| raise(&e))?;
        self.with(py, |d| d.find(node, &keys)?.to_record_batch()).map(|b| Frame::new(&b))
    }
    fn counters(&self, py: Python<'_>) -> PyResult<String> {
        let c = self.with(py, |d| Ok(d.counters()))?;
        serde_json::to_string(&c).map_err(|e| PyValueError::new_err(e.to_string()))
    }
    fn restart(&self, py: Python<'_>, plan: &str, map: Given, foreach: Given, process: Given) -> PyResult<()> {
        let functions = functions(map, foreach, process, &self.raised);
        let plan = Plan::from_json(plan).map_err(|e| raise(&e))?;
        self.with(py, |d| d.restart(&plan, functions))
    }
}
