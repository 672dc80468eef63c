//! What can go wrong between two ends of a connection.

use std::fmt;
use std::io;
use wellhead_base::{Code, Error};

/// Why a connection could not be made, or a call was not answered. After anything but `Timeout` of a call the connection is dead.
#[derive(Debug, Clone)]
pub enum NetError {
    /// The name could not be resolved.
    Resolve { host: String, reason: String },
    /// Nobody accepted the connection, or the socket failed.
    Io { kind: io::ErrorKind, reason: String },
    /// Nothing was answered in time.
    Timeout,
    /// The connection was closed, by the peer or on this side; a request under way may or may not have been served.
    Closed,
    /// The peer's frame is larger than allowed or shorter than a header, or answers nothing that was asked.
    BadFrame(String),
    /// No embedded broker is registered under this name in this process.
    NoSuchBroker(String),
    /// More requests wait than the connection's queue holds.
    Busy,
    /// The process forked after the runtime started; a child must open its own clients before it uses any.
    Forked,
}

impl NetError {
    pub fn io(e: &io::Error) -> Self {
        NetError::Io { kind: e.kind(), reason: e.to_string() }
    }
    pub fn code(&self) -> Code {
        match self {
            NetError::Resolve { .. } => Code::RESOLVE,
            NetError::Timeout => Code::TIMED_OUT,
            NetError::Forked => Code::STATE,
            NetError::BadFrame(_) => Code::BAD_MSG,
            NetError::Io { .. } | NetError::Closed | NetError::NoSuchBroker(_) | NetError::Busy => Code::TRANSPORT,
        }
    }
}

impl fmt::Display for NetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NetError::Resolve { host, reason } => write!(f, "cannot resolve {host}: {reason}"),
            NetError::Io { kind: io::ErrorKind::ConnectionRefused, .. } => f.write_str("connection refused: is a broker listening there?"),
            NetError::Io { reason, .. } => f.write_str(reason),
            NetError::Timeout => f.write_str("timed out"),
            NetError::Closed => f.write_str("connection closed"),
            NetError::BadFrame(why) => write!(f, "unreadable frame: {why}"),
            NetError::NoSuchBroker(name) => write!(f, "no embedded broker \"{name}\" is open in this process"),
            NetError::Busy => f.write_str("too many requests wait on this connection"),
            NetError::Forked => f.write_str("this process was forked after its runtime started; open brokers and clients after the fork"),
        }
    }
}
impl std::error::Error for NetError {}
impl From<NetError> for Error {
    fn from(e: NetError) -> Error {
        Error::new(e.code(), e.to_string())
    }
}
