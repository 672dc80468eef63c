//! What can go wrong, one small type per kind of operation; each knows Kafka's code for the wire.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use wellhead_base::{Code, Error};

/// A failure of the data directory, of one partition's files, or of a management call.
#[derive(Debug, Clone)]
pub enum LogError {
    /// Another process has the data directory open.
    Locked(PathBuf),
    /// A write or sync failed in a way that leaves the whole data directory untrusted: nothing more is appended or acknowledged
    /// until a restart; what was visible can still be read.
    Offline(Arc<str>),
    /// This partition's files are damaged below what was known durable; the partition is out of service.
    Corrupt { path: PathBuf, what: Arc<str> },
    /// One file operation failed; the caller may try again (a full disk, for one).
    Io { what: Arc<str>, path: PathBuf, source: Arc<io::Error> },
    /// An offset outside of what the log holds.
    OutOfRange { offset: i64, log_start: i64, log_end: i64 },
    /// The caller's argument can never work.
    Invalid(Arc<str>),
    /// The partition was deleted, or the data directory closed.
    Gone,
}

impl LogError {
    /// Kafka's code for it.
    pub fn code(&self) -> Code {
        match self {
            Self::OutOfRange { .. } => Code::OFFSET_OUT_OF_RANGE,
            Self::Invalid(_) => Code::INVALID_REQUEST,
            Self::Gone => Code::UNKNOWN_TOPIC_OR_PART,
            Self::Locked(_) | Self::Offline(_) | Self::Corrupt { .. } | Self::Io { .. } => Code::KAFKA_STORAGE_ERROR,
        }
    }
    pub(crate) fn io(what: &str, path: &Path, e: io::Error) -> Self {
        Self::Io { what: what.into(), path: path.to_owned(), source: Arc::new(e) }
    }
    pub(crate) fn corrupt(path: &Path, what: impl Into<String>) -> Self {
        Self::Corrupt { path: path.to_owned(), what: what.into().into() }
    }
}
impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Locked(p) => write!(f, "the data directory {} is in use by another process", p.display()),
            Self::Offline(why) => write!(f, "the data directory is offline: {why}"),
            Self::Corrupt { path, what } => write!(f, "{} is damaged: {what}", path.display()),
            Self::Io { what, path, source } => write!(f, "{what} {}: {source}", path.display()),
            Self::OutOfRange { offset, log_start, log_end } => write!(f, "offset {offset} is outside of {log_start}..{log_end}"),
            Self::Invalid(what) => f.write_str(what),
            Self::Gone => f.write_str("the partition is deleted or its data directory closed"),
        }
    }
}
impl std::error::Error for LogError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(&**source),
            _ => None,
        }
    }
}
impl From<LogError> for Error {
    fn from(e: LogError) -> Self {
        Self::new(e.code(), e.to_string())
    }
}

/// What is wrong with one record of a refused batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordError {
    /// The record's place in its batch, from 0.
    pub batch_index: i32,
    pub message: String,
}

/// Why an append was refused. Nothing of it is in the log.
#[derive(Debug, Clone)]
pub struct AppendError {
    /// Kafka's code for the produce response.
    pub code: Code,
    /// For a person.
    pub message: String,
    /// The records to blame, where single ones are.
    pub record_errors: Vec<RecordError>,
}
impl AppendError {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), record_errors: Vec::new() }
    }
}
impl fmt::Display for AppendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
impl std::error::Error for AppendError {}
impl From<LogError> for AppendError {
    fn from(e: LogError) -> Self {
        Self::new(e.code(), e.to_string())
    }
}
impl From<AppendError> for Error {
    fn from(e: AppendError) -> Self {
        Self::new(e.code, e.message)
    }
}

/// Why a read has no answer.
#[derive(Debug, Clone)]
pub enum ReadError {
    /// Below the log start or above what `up_to` allows (the log end, or the high watermark).
    OffsetOutOfRange {
        offset: i64,
        log_start: i64,
        high_watermark: i64,
        log_end: i64,
    },
    Log(LogError),
}
impl ReadError {
    pub fn code(&self) -> Code {
        match self {
            Self::OffsetOutOfRange { .. } => Code::OFFSET_OUT_OF_RANGE,
            Self::Log(e) => e.code(),
        }
    }
}
impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OffsetOutOfRange { offset, log_start, high_watermark, log_end } => {
                write!(f, "offset {offset} is outside of {log_start}..{log_end} (high watermark {high_watermark})")
            }
            Self::Log(e) => e.fmt(f),
        }
    }
}
impl std::error::Error for ReadError {}
impl From<LogError> for ReadError {
    fn from(e: LogError) -> Self {
        Self::Log(e)
    }
}
impl From<ReadError> for Error {
    fn from(e: ReadError) -> Self {
        Self::new(e.code(), e.to_string())
    }
}
