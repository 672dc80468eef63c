//! The client's end of a connection: pipelined calls, matched by correlation id. One task writes, one reads.
//!
//! Invariants:
//! - Requests go out in the order of the calls; an answer goes to the call with its correlation id, whatever the order.
//! - When the connection ends every call under way gets `Closed`, once, and no bytes of it are used any more.
//! - A response that was begun comes on or ends the connection.
//! - A read buffer grows with what arrives; a declared length is believed only up to twice the largest frame that came whole.

use crate::{Address, Frame, NetError, in_process};
use bytes::{Buf, Bytes, BytesMut};
use parking_lot::Mutex;
use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{AbortHandle, JoinSet};
use wellhead_base::limits::{READ_AHEAD_BYTES, RESPONSE_BYTES_MAX};

/// Requests that may wait to be written; callers bound what they have in flight far below.
const QUEUE_MAX: usize = 4096;
/// Attempts to other addresses of a name that is not this machine begin this much later, one after the other (RFC 8305).
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// Which addresses of a name are used (`broker.address.family`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Family {
    #[default]
    Any,
    V4,
    V6,
}

/// How a connection is made.
#[derive(Debug, Clone)]
pub struct ConnectOptions {
    /// Until the connection stands, name resolution included.
    pub setup_timeout: Duration,
    /// The largest response accepted, in bytes.
    pub response_bytes_max: usize,
    /// A response that was begun must come on within this time, or the connection ends.
    pub stall: Duration,
    pub nagle_disable: bool,
    pub keepalive: bool,
    pub family: Family,
}
impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            setup_timeout: Duration::from_secs(30),
            response_bytes_max: RESPONSE_BYTES_MAX,
            stall: Duration::from_secs(60),
            nagle_disable: true,
            keepalive: false,
            family: Family::Any,
        }
    }
}

type Reply = oneshot::Sender<Result<Bytes, NetError>>;

/// What the handle and its two tasks share.
#[derive(Debug, Default)]
struct Shared {
    /// Calls under way, by correlation id. Locked for a map operation only.
    pending: Mutex<HashMap<i32, Reply>>,
    closed: AtomicBool,
}

impl Shared {
    /// Ends every call under way. Later calls are refused before they are queued.
    fn fail(&self, why: &NetError) {
        self.closed.store(true, Ordering::Release);
        let calls = std::mem::take(&mut *self.pending.lock());
        for (_, reply) in calls {
            let _ = reply.send(Err(why.clone()));
        }
    }
    /// Hands a response to its call; the first four bytes are the correlation id.
    fn deliver(&self, frame: Bytes) -> Result<(), NetError> {
        let Some(head) = frame.first_chunk::<4>() else { return Err(NetError::BadFrame("shorter than a header".into())) };
        let id = i32::from_be_bytes(*head);
        match self.pending.lock().remove(&id) {
            // The caller may have given up meanwhile; then the answer is dropped.
            Some(reply) => drop(reply.send(Ok(frame))),
            None => return Err(NetError::BadFrame(format!("answers request {id}, which was not asked"))),
        }
        Ok(())
    }
}

#[derive(Debug)]
struct Inner {
    shared: Arc<Shared>,
    outbox: mpsc::Sender<Vec<Bytes>>,
    tasks: [AbortHandle; 2],
    peer: String,
}

impl Drop for Inner {
    fn drop(&mut self) {
        for t in &self.tasks {
            t.abort();
        }
        self.shared.fail(&NetError::Closed);
    }
}

/// A shared handle; the connection closes when the last one is dropped, or by `close`.
#[derive(Debug, Clone)]
pub struct Connection(Arc<Inner>);

/// The answer to one call; dropping it forgets the answer, not the request.
#[derive(Debug)]
pub struct Response(Result<oneshot::Receiver<Result<Bytes, NetError>>, Option<NetError>>);

impl Connection {
    /// Connects, within `options.setup_timeout`. Must be called on the runtime.
    pub async fn connect(address: &Address, options: &ConnectOptions) -> Result<Connection, NetError> {
        match address {
            Address::Embedded(name) => Ok(Self::in_process(in_process::connect(name)?, &format!("embedded:{name}"))),
            Address::Tcp { host, port } => {
                let stream =
                    tokio::time::timeout(options.setup_timeout, dial(host, *port, options.family)).await.map_err(|_| NetError::Timeout)??;
                stream.set_nodelay(options.nagle_disable).map_err(|e| NetError::io(&e))?;
                if options.keepalive {
                    socket2::SockRef::from(&stream).set_keepalive(true).map_err(|e| NetError::io(&e))?;
                }
                Ok(Self::tcp(stream, options, address.to_string()))
            }
        }
    }

    fn tcp(stream: TcpStream, options: &ConnectOptions, peer: String) -> Connection {
        let shared = Arc::new(Shared::default());
        let (outbox, inbox) = mpsc::channel(QUEUE_MAX);
        let (read, write) = stream.into_split();
        let (s, t) = (shared.clone(), shared.clone());
        let (max, stall) = (options.response_bytes_max, options.stall);
        let reader = tokio::spawn(async move {
            let e = read_loop(read, max, stall, &s).await;
            s.fail(&e);
        });
        let writer = tokio::spawn(async move {
            if let Err(e) = write_loop(write, inbox).await {
                t.fail(&NetError::io(&e));
            }
        });
        Connection(Arc::new(Inner { shared, outbox, tasks: [reader.abort_handle(), writer.abort_handle()], peer }))
    }

    /// A connection over an in-process pair.
    pub fn in_process(end: in_process::ClientEnd, peer: &str) -> Connection {
        let in_process::ClientEnd { requests, mut responses } = end;
        let shared = Arc::new(Shared::default());
        let (outbox, mut inbox) = mpsc::channel::<Vec<Bytes>>(QUEUE_MAX);
        let (s, t) = (shared.clone(), shared.clone());
        let reader = tokio::spawn(async move {
            let e = loop {
                let Some(frame) = responses.recv().await else { break NetError::Closed };
                match Frame::into_bytes(frame).map_err(|e| NetError::io(&e)).and_then(|b| s.deliver(b)) {
                    Ok(()) => {}
                    Err(e) => break e,
                }
            };
            s.fail(&e);
        });
        let writer = tokio::spawn(async move {
            while let Some(parts) = inbox.recv().await {
                // One copy, into a buffer that the broker then owns alone and may change in place.
                let mut whole = BytesMut::with_capacity(parts.iter().map(Bytes::len).sum());
                for p in &parts {
                    whole.extend_from_slice(p);
                }
                drop(parts);
                if requests.send(whole.freeze()).await.is_err() {
                    t.fail(&NetError::Closed);
                    return;
                }
            }
        });
        Connection(Arc::new(Inner { shared, outbox, tasks: [reader.abort_handle(), writer.abort_handle()], peer: peer.to_owned() }))
    }

    /// Queues a request, given as parts without the length field; bytes 4..8 of the first part are the correlation id, which must
    /// not be in use. Requests go out in the order of the calls. Never blocks.
    pub fn call(&self, parts: Vec<Bytes>) -> Response {
        let Some(id) = parts.first().and_then(|p| p.get(4..8)).and_then(|b| b.first_chunk::<4>()) else {
            return Response(Err(Some(NetError::BadFrame("a request without a header".into()))));
        };
        let id = i32::from_be_bytes(*id);
        let (tx, rx) = oneshot::channel();
        {
            let mut pending = self.0.shared.pending.lock();
            if self.0.shared.closed.load(Ordering::Acquire) {
                return Response(Err(Some(NetError::Closed)));
            }
            // Queued under the lock, so that the reader cannot see an answer before its call is known and `fail` misses none.
            match self.0.outbox.try_send(parts) {
                Ok(()) => drop(pending.insert(id, tx)),
                Err(mpsc::error::TrySendError::Full(_)) => return Response(Err(Some(NetError::Busy))),
                Err(mpsc::error::TrySendError::Closed(_)) => return Response(Err(Some(NetError::Closed))),
            }
        }
        Response(Ok(rx))
    }
    /// Queues a request that is not answered (acks=0).
    pub fn cast(&self, parts: Vec<Bytes>) -> Result<(), NetError> {
        if self.is_closed() {
            return Err(NetError::Closed);
        }
        self.0.outbox.try_send(parts).map_err(|e| match e {
            mpsc::error::TrySendError::Full(_) => NetError::Busy,
            mpsc::error::TrySendError::Closed(_) => NetError::Closed,
        })
    }
    pub fn is_closed(&self) -> bool {
        self.0.shared.closed.load(Ordering::Acquire)
    }
    /// Ends the connection and every call under way.
    pub fn close(&self) {
        for t in &self.0.tasks {
            t.abort();
        }
        self.0.shared.fail(&NetError::Closed);
    }
    /// The address, for messages.
    pub fn peer(&self) -> &str {
        &self.0.peer
    }
}

impl Future for Response {
    type Output = Result<Bytes, NetError>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Ok(rx) => Pin::new(rx).poll(cx).map(|r| r.unwrap_or(Err(NetError::Closed))),
            Err(e) => Poll::Ready(Err(e.take().unwrap_or(NetError::Closed))),
        }
    }
}

/// Connects to any address of `host`: all at once when the name means this machine, since one of `::1` and `127.0.0.1` is often
/// not listened on; otherwise one after the other, each with a head start.
async fn dial(host: &str, port: u16, family: Family) -> Result<TcpStream, NetError> {
    let resolve = |reason: String| NetError::Resolve { host: host.to_owned(), reason };
    let found = tokio::net::lookup_host((host, port)).await.map_err(|e| resolve(e.to_string()))?;
    let mut addresses: Vec<SocketAddr> = Vec::new();
    for a in found {
        let wanted = match family {
            Family::Any => true,
            Family::V4 => a.is_ipv4(),
            Family::V6 => a.is_ipv6(),
        };
        if wanted && !addresses.contains(&a) {
            addresses.push(a);
        }
    }
    if addresses.is_empty() {
        return Err(resolve("no address of the wanted family".into()));
    }
    if let [only] = addresses[..] {
        return TcpStream::connect(only).await.map_err(|e| NetError::io(&e));
    }
    let mut attempts = JoinSet::new();
    for (i, a) in addresses.into_iter().enumerate() {
        let delay = if a.ip().is_loopback() { Duration::ZERO } else { ATTEMPT_DELAY * i as u32 };
        attempts.spawn(async move {
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            TcpStream::connect(a).await
        });
    }
    let mut last = NetError::Closed;
    while let Some(done) = attempts.join_next().await {
        match done {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(e)) => last = NetError::io(&e),
            Err(_) => {}
        }
    }
    Err(last)
}

async fn read_loop(mut read: tokio::net::tcp::OwnedReadHalf, max: usize, stall: Duration, shared: &Shared) -> NetError {
    let mut buf = BytesMut::with_capacity(READ_AHEAD_BYTES);
    let mut believed = READ_AHEAD_BYTES;
    loop {
        // Whole frames first, then read more: a large frame into a buffer of its own size, as far as it is believed.
        let want = loop {
            let Some(head) = buf.first_chunk::<4>() else { break 4 };
            let declared = i32::from_be_bytes(*head);
            let len = match usize::try_from(declared) {
                Ok(n) if n >= 4 && n <= max => n,
                _ => return NetError::BadFrame(format!("a response of {declared} bytes; the limit is {max} (receive.message.max.bytes)")),
            };
            if buf.len() < 4 + len {
                break 4 + len;
            }
            buf.advance(4);
            believed = believed.max(len.saturating_mul(2));
            if let Err(e) = shared.deliver(buf.split_to(len).freeze()) {
                return e;
            }
        };
        let missing = want - buf.len();
        let room = missing.min(believed.max(buf.len())).max(READ_AHEAD_BYTES.min(believed));
        buf.reserve(room);
        // Between responses it may be quiet for as long as it likes: a request may wait for minutes.
        let come = if buf.is_empty() {
            read.read_buf(&mut buf).await
        } else {
            match tokio::time::timeout(stall, read.read_buf(&mut buf)).await {
                Ok(come) => come,
                Err(_) => return NetError::BadFrame(format!("a response was begun and stopped: {} of {want} bytes came", buf.len())),
            }
        };
        match come {
            Ok(0) => return NetError::Closed,
            Ok(_) => {}
            Err(e) => return NetError::io(&e),
        }
    }
}

async fn write_loop(mut write: tokio::net::tcp::OwnedWriteHalf, mut inbox: mpsc::Receiver<Vec<Bytes>>) -> io::Result<()> {
    /// Requests that are ready together go out in one call.
    const GATHER_MAX: usize = 32;
    let mut batch = Vec::with_capacity(GATHER_MAX);
    loop {
        if inbox.recv_many(&mut batch, GATHER_MAX).await == 0 {
            return Ok(());
        }
        let mut out = Chunks(VecDeque::new());
        for parts in batch.drain(..) {
            let len = parts.iter().map(Bytes::len).sum::<usize>();
            let len = i32::try_from(len).map_err(|_| io::Error::other("a request above 2 GiB"))?;
            out.0.push_back(Bytes::copy_from_slice(&len.to_be_bytes()));
            out.0.extend(parts.into_iter().filter(|p| !p.is_empty()));
        }
        write.write_all_buf(&mut out).await?;
    }
}

/// Buffers one after the other, for vectored writes.
struct Chunks(VecDeque<Bytes>);
impl Buf for Chunks {
    fn remaining(&self) -> usize {
        self.0.iter().map(Bytes::len).sum()
    }
    fn chunk(&self) -> &[u8] {
        self.0.front().map_or(&[], |b| b)
    }
    fn advance(&mut self, mut n: usize) {
        while n > 0 {
            let front = self.0.front_mut().expect("advance stays within remaining");
            if n < front.len() {
                front.advance(n);
                return;
            }
            n -= front.len();
            self.0.pop_front();
        }
    }
    fn chunks_vectored<'a>(&'a self, dst: &mut [IoSlice<'a>]) -> usize {
        let n = dst.len().min(self.0.len());
        for (slot, b) in dst.iter_mut().zip(&self.0) {
            *slot = IoSlice::new(b);
        }
        n
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    fn request(id: i32, body: &[u8]) -> Vec<Bytes> {
        let mut head = vec![0u8; 4];
        head.extend_from_slice(&id.to_be_bytes());
        vec![head.into(), Bytes::copy_from_slice(body)]
    }

    async fn read_request(s: &mut TcpStream) -> Vec<u8> {
        let n = s.read_i32().await.unwrap();
        let mut b = vec![0; n as usize];
        s.read_exact(&mut b).await.unwrap();
        b
    }

    #[tokio::test]
    async fn answers_find_their_calls_in_any_order_and_large_ones_come_whole() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            let (mut s, _) = listener.accept().await.unwrap();
            let (a, b) = (read_request(&mut s).await, read_request(&mut s).await);
            assert_eq!((&a[8..], &b[8..]), (&b"first"[..], &b"second"[..]));
            for (req, size) in [(b, 3_000_000usize), (a, 5)] {
                s.write_i32(4 + size as i32).await.unwrap();
                s.write_all(&req[4..8]).await.unwrap();
                s.write_all(&vec![7u8; size]).await.unwrap();
            }
            s
        });
        // The listener has only 127.0.0.1; `localhost` may name ::1 first and still connects at once.
        let at = Address::Tcp { host: "localhost".into(), port };
        let c = Connection::connect(&at, &ConnectOptions::default()).await.unwrap();
        let (one, two) = (c.call(request(1, b"first")), c.call(request(2, b"second")));
        assert_eq!(two.await.unwrap().len(), 3_000_004);
        assert_eq!(one.await.unwrap().len(), 9);
        drop(server.await.unwrap());
        assert!(matches!(c.call(request(3, b"")).await, Err(NetError::Closed | NetError::Io { .. })));
        assert!(c.is_closed());
    }

    #[tokio::test]
    async fn a_hostile_length_or_an_unasked_answer_ends_the_connection() {
        for frame in [&0x7fff_ffffi32.to_be_bytes()[..], &[0xff; 4], &[0, 0, 0, 3, 1, 2, 3], &[0, 0, 0, 4, 0, 0, 0, 99]] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let port = listener.local_addr().unwrap().port();
            let bytes = frame.to_vec();
            let server = tokio::spawn(async move {
                let (mut s, _) = listener.accept().await.unwrap();
                read_request(&mut s).await;
                s.write_all(&bytes).await.unwrap();
                s
            });
            let at = Address::Tcp { host: "127.0.0.1".into(), port };
            let c = Connection::connect(&at, &ConnectOptions { response_bytes_max: 1 << 20, ..Default::default() }).await.unwrap();
            let answer = c.call(request(1, b"")).await;
            assert!(matches!(answer, Err(NetError::BadFrame(_))), "{frame:?}: {answer:?}");
            drop(server.await.unwrap());
        }
    }

    #[tokio::test]
    async fn nobody_listening_and_nobody_registered_are_said() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let e = Connection::connect(&Address::Tcp { host: "127.0.0.1".into(), port }, &ConnectOptions::default()).await.unwrap_err();
        assert!(e.to_string().contains("refused"), "{e}");
        let e = Connection::connect(&Address::Embedded("nobody".into()), &ConnectOptions::default()).await.unwrap_err();
        assert!(matches!(e, NetError::NoSuchBroker(_)));
    }

    #[tokio::test]
    async fn in_process_calls_are_answered_and_end_with_their_server() {
        let mut acceptor = in_process::listen("connection-test").unwrap();
        assert!(in_process::listen("connection-test").is_err());
        let c = Connection::connect(&Address::Embedded("connection-test".into()), &ConnectOptions::default()).await.unwrap();
        let mut end = acceptor.accept().await.unwrap();
        let answer = c.call(request(5, b"abc"));
        let got = end.requests.recv().await.unwrap();
        assert_eq!(&got[8..], b"abc");
        end.responses.send(Frame(vec![crate::Part::Bytes(got.slice(4..8)), crate::Part::Bytes(Bytes::from_static(b"xyz"))])).await.unwrap();
        assert_eq!(&answer.await.unwrap()[4..], b"xyz");
        let left = c.call(request(6, b""));
        drop(end);
        assert!(matches!(left.await, Err(NetError::Closed)));
        drop(acceptor);
        assert!(matches!(in_process::connect("connection-test"), Err(NetError::NoSuchBroker(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn half_a_response_ends_the_connection_and_silence_before_one_does_not() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = Address::parse(&listener.local_addr().unwrap().to_string()).unwrap();
        let options = ConnectOptions { stall: Duration::from_secs(5), ..Default::default() };
        let c = Connection::connect(&at, &options).await.unwrap();
        let (mut s, _) = listener.accept().await.unwrap();
        let began = tokio::time::Instant::now();
        let answer = c.call(request(1, b"x"));
        read_request(&mut s).await;
        tokio::time::sleep(Duration::from_secs(600)).await;
        // It comes slowly, and comes.
        for b in [0, 0, 0, 4, 0, 0, 0, 1u8] {
            s.write_all(&[b]).await.unwrap();
            tokio::time::sleep(Duration::from_secs(4)).await;
        }
        assert_eq!(answer.await.unwrap(), [0, 0, 0, 1][..]);
        let answer = c.call(request(2, b"x"));
        read_request(&mut s).await;
        s.write_all(&[0x7f, 0xff, 0xff]).await.unwrap();
        let e = answer.await.unwrap_err();
        assert!(e.to_string().contains("3 of 4 bytes"), "{e}");
        assert!(c.is_closed() && began.elapsed() < Duration::from_secs(650));
    }
}
