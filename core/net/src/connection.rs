//! The client's end of a connection: pipelined calls, matched by correlation id.

use crate::{Address, NetError};
use bytes::Bytes;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// How a connection is made.
#[derive(Debug, Clone)]
pub struct ConnectOptions {
    /// Until the connection stands, name resolution included.
    pub setup_timeout: Duration,
    /// The largest response accepted, in bytes.
    pub response_bytes_max: usize,
    pub nagle_disable: bool,
    pub keepalive: bool,
}
impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            setup_timeout: Duration::from_secs(30),
            response_bytes_max: wellhead_base::limits::RESPONSE_BYTES_MAX,
            nagle_disable: true,
            keepalive: false,
        }
    }
}

/// A shared handle; the connection closes when the last one is dropped, or by `close`.
#[derive(Debug, Clone)]
pub struct Connection {}

/// The answer to one call; dropping it forgets the answer, not the request.
#[derive(Debug)]
pub struct Response {}

impl Connection {
    pub async fn connect(_address: &Address, _options: &ConnectOptions) -> Result<Connection, NetError> {
        todo!()
    }
    /// Queues a request, given as parts without the length field; the first part holds the correlation id at 4..8, which must
    /// not be in use. Requests go out in the order of the calls. Never blocks.
    pub fn call(&self, _parts: Vec<Bytes>) -> Response {
        todo!()
    }
    /// Queues a request that is not answered (acks=0).
    pub fn cast(&self, _parts: Vec<Bytes>) -> Result<(), NetError> {
        todo!()
    }
    pub fn is_closed(&self) -> bool {
        todo!()
    }
    pub fn close(&self) {
        todo!()
    }
}
impl Future for Response {
    type Output = Result<Bytes, NetError>;
    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Self::Output> {
        todo!()
    }
}
