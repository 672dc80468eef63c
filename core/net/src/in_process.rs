//! The transport within one process: bounded channels of request bytes one way and response frames the other. No socket, no
//! copy; file parts of a response are read by the receiver.

use crate::{Frame, NetError};
use bytes::Bytes;
use parking_lot::Mutex;
use std::collections::HashMap;
use tokio::sync::mpsc;

/// Requests (or responses) that wait in one direction; the sender waits for room.
pub const QUEUE_MAX: usize = wellhead_base::limits::IN_FLIGHT_PER_CONNECTION_MAX;
/// Connections that wait to be accepted.
const BACKLOG_MAX: usize = 128;

static REGISTRY: Mutex<Option<HashMap<String, mpsc::Sender<ServerEnd>>>> = Mutex::new(None);

/// Takes connections to one registered name; dropping it frees the name and refuses further connections.
#[derive(Debug)]
pub struct Acceptor {
    name: String,
    incoming: mpsc::Receiver<ServerEnd>,
}

/// The server's end of a connection. Requests arrive without their length field and in order; answers must be sent in the order
/// of their requests.
#[derive(Debug)]
pub struct ServerEnd {
    pub requests: mpsc::Receiver<Bytes>,
    pub responses: mpsc::Sender<Frame>,
}

/// The client's end.
#[derive(Debug)]
pub struct ClientEnd {
    pub requests: mpsc::Sender<Bytes>,
    pub responses: mpsc::Receiver<Frame>,
}

/// Registers `name`. Fails when it is taken.
pub fn listen(name: &str) -> Result<Acceptor, NetError> {
    let mut registry = REGISTRY.lock();
    let map = registry.get_or_insert_with(HashMap::new);
    if map.get(name).is_some_and(|tx| !tx.is_closed()) {
        return Err(NetError::Io { kind: std::io::ErrorKind::AddrInUse, reason: format!("embedded:{name} is taken") });
    }
    let (tx, incoming) = mpsc::channel(BACKLOG_MAX);
    map.insert(name.to_owned(), tx);
    Ok(Acceptor { name: name.to_owned(), incoming })
}

/// Connects to a registered name. Never blocks.
pub fn connect(name: &str) -> Result<ClientEnd, NetError> {
    let acceptor = REGISTRY.lock().as_ref().and_then(|m| m.get(name).cloned()).ok_or_else(|| NetError::NoSuchBroker(name.to_owned()))?;
    let (req_tx, req_rx) = mpsc::channel(QUEUE_MAX);
    let (resp_tx, resp_rx) = mpsc::channel(QUEUE_MAX);
    match acceptor.try_send(ServerEnd { requests: req_rx, responses: resp_tx }) {
        Ok(()) => Ok(ClientEnd { requests: req_tx, responses: resp_rx }),
        Err(mpsc::error::TrySendError::Full(_)) => Err(NetError::Busy),
        Err(mpsc::error::TrySendError::Closed(_)) => Err(NetError::NoSuchBroker(name.to_owned())),
    }
}

impl Acceptor {
    pub fn name(&self) -> &str {
        &self.name
    }
    /// The next connection; None once the name was taken away.
    pub async fn accept(&mut self) -> Option<ServerEnd> {
        self.incoming.recv().await
    }
}
impl Drop for Acceptor {
    fn drop(&mut self) {
        self.incoming.close();
        if let Some(map) = REGISTRY.lock().as_mut()
            && map.get(&self.name).is_some_and(mpsc::Sender::is_closed)
        {
            map.remove(&self.name);
        }
    }
}
