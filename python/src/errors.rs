//! Errors on the Python side. Owns: the class `KafkaError` (a code with a text, comparable with numbers), the exception
//! `KafkaException` that carries one, and how the engine's errors become them. Does not own: the table of codes (`base`).

use pyo3::basic::CompareOp;
use pyo3::create_exception;
use pyo3::exceptions::{PyBufferError, PyException, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};
use wellhead_base::{Code, Error};

create_exception!(wellhead, KafkaException, PyException, "Raised when an operation fails; `args[0]` is the KafkaError that tells why.");

/// An error code of Kafka, or of the client (negative), with a text. It compares and hashes as its number.
#[pyclass(module = "wellhead", subclass, frozen)]
pub struct KafkaError {
    code: i32,
    reason: Option<String>,
    fatal: bool,
    retriable: bool,
    txn_requires_abort: bool,
}

impl KafkaError {
    pub fn of(e: &Error) -> Self {
        Self {
            code: i32::from(e.code.get()),
            reason: (e.message() != e.code.description()).then(|| e.message().to_owned()),
            fatal: e.fatal,
            retriable: e.retriable(),
            txn_requires_abort: false,
        }
    }
    fn known(&self) -> Option<Code> {
        let code = Code(i16::try_from(self.code).ok()?);
        Code::ALL.iter().any(|row| row.0 == code.0).then_some(code)
    }
    fn text(&self) -> String {
        match (&self.reason, self.known()) {
            (Some(r), _) => r.clone(),
            (None, Some(c)) => c.description().to_owned(),
            (None, None) => format!("Err-{}?", self.code),
        }
    }
}

#[pymethods]
impl KafkaError {
    #[new]
    #[pyo3(signature = (error, reason = None, fatal = false, retriable = false, txn_requires_abort = false))]
    fn new(error: i32, reason: Option<String>, fatal: bool, retriable: bool, txn_requires_abort: bool) -> Self {
        Self { code: error, reason, fatal, retriable, txn_requires_abort }
    }
    /// The number: Kafka's from -1 up, the client's own below -100.
    fn code(&self) -> i32 {
        self.code
    }
    /// The name, e.g. `UNKNOWN_TOPIC_OR_PART`; the client's own begin with an underscore.
    fn name(&self) -> String {
        self.known().map_or_else(|| format!("ERR_{}?", self.code), |c| c.name())
    }
    /// What happened, for a person.
    #[pyo3(name = "str")]
    fn text_py(&self) -> String {
        self.text()
    }
    /// Whether the object that reported it cannot go on.
    fn fatal(&self) -> bool {
        self.fatal
    }
    /// Whether the same call may succeed later.
    fn retriable(&self) -> bool {
        self.retriable
    }
    /// Whether the transaction must be aborted.
    fn txn_requires_abort(&self) -> bool {
        self.txn_requires_abort
    }
    fn __repr__(&self) -> String {
        format!("KafkaError{{{}code={},val={},str=\"{}\"}}", if self.fatal { "FATAL," } else { "" }, self.name(), self.code, self.text())
    }
    fn __str__(&self) -> String {
        self.__repr__()
    }
    fn __bool__(&self) -> bool {
        true
    }
    fn __hash__(&self) -> isize {
        self.code as isize
    }
    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
        let py = other.py();
        let theirs = match other.cast::<KafkaError>() {
            Ok(e) => i64::from(e.get().code),
            Err(_) => match other.extract::<i64>() {
                Ok(n) => n,
                Err(_) => return Ok(py.NotImplemented()),
            },
        };
        Ok(op.matches(i64::from(self.code).cmp(&theirs)).into_pyobject(py)?.to_owned().into_any().unbind())
    }
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyType>, Bound<'py, PyTuple>)> {
        let me = slf.get();
        Ok((slf.get_type(), (me.code, me.text(), me.fatal, me.retriable, me.txn_requires_abort).into_pyobject(slf.py())?))
    }
}

/// The exception that carries `e`.
pub fn raise(e: &Error) -> PyErr {
    raise_with(e, "")
}

/// As `raise`, with the operation before the text: `Failed to ...: Local: Timed out`.
pub fn raise_with(e: &Error, doing: &str) -> PyErr {
    Python::attach(|py| {
        let mut error = KafkaError::of(e);
        if !doing.is_empty() {
            error.reason = Some(format!("{doing}: {}", e.message()));
        }
        match Py::new(py, error) {
            Ok(error) => KafkaException::new_err((error,)),
            Err(err) => err,
        }
    })
}

/// An exception with a code and a text of our own.
pub fn raise_code(code: Code, text: &str) -> PyErr {
    raise(&Error::new(code, text))
}

/// What Python programs expect of a full queue.
pub fn queue_full() -> PyErr {
    PyBufferError::new_err(Code::QUEUE_FULL.description())
}

pub fn closed(what: &str) -> PyErr {
    PyRuntimeError::new_err(what.to_owned())
}

/// What confluent-kafka says when a client that is closed, or was never made, is asked for metadata.
pub const HANDLE_CLOSED: &str = "Handle has been closed";

/// The error as a Python object, for callbacks and fields.
pub fn object(py: Python<'_>, e: &Error) -> PyResult<Py<KafkaError>> {
    Py::new(py, KafkaError::of(e))
}

/// An error object with another text.
pub fn object_of(py: Python<'_>, code: Code, text: Option<String>) -> PyResult<Py<KafkaError>> {
    Py::new(py, KafkaError { code: i32::from(code.get()), reason: text, fatal: false, retriable: code.retriable(), txn_requires_abort: false })
}

impl KafkaError {
    pub fn code_value(&self) -> i32 {
        self.code
    }
    pub fn message(&self) -> String {
        self.text()
    }
}

pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    let class = m.py().get_type::<KafkaError>();
    for (value, ..) in Code::ALL {
        class.setattr(Code(*value).name(), *value)?;
    }
    m.add("KafkaError", class)?;
    m.add("KafkaException", m.py().get_type::<KafkaException>())
}
