//! The one error that crosses a border: a code (Kafka's, or librdkafka's for what happens on this side), a message for a person,
//! and what the caller may do about it. Rooms have their own small enums inside and turn them into this at their edge.

use crate::codes::Code;
use std::fmt;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in the numbering that Kafka and librdkafka share.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    pub code: Code,
    message: Option<String>,
    /// The object that reported it cannot go on and must be closed.
    pub fatal: bool,
}

impl Error {
    /// An error whose message is the code's own.
    pub fn code(code: Code) -> Self {
        Self { code, message: None, fatal: false }
    }
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: Some(message.into()), fatal: false }
    }
    pub fn fatal(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: Some(message.into()), fatal: true }
    }
    /// A wrong argument or configuration of the caller.
    pub fn invalid_arg(message: impl Into<String>) -> Self {
        Self::new(Code::INVALID_ARG, message)
    }
    /// For a person: what was wrong and with what.
    pub fn message(&self) -> &str {
        self.message.as_deref().unwrap_or_else(|| self.code.description())
    }
    /// The same call may succeed later.
    pub fn retriable(&self) -> bool {
        self.code.retriable() && !self.fatal
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.name(), self.message())
    }
}
impl std::error::Error for Error {}
impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::code(code)
    }
}
