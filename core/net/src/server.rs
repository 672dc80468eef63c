//! The server's side of framed connections. Owns: listeners, the accept loop, per connection the reading of frames with their
//! bounds, the order of answers, the deadlines of idle and half-sent frames, connection limits, draining at the end. Does not own:
//! what a frame says or how it is answered (`Service`).
//!
//! Invariants:
//! - Requests of a connection are handed to the service in their order and answered in their order; up to `in_flight_max` may be
//!   under way at once. `Service::call` runs when a request arrives: what it does before it returns is ordered by arrival.
//! - A read buffer grows with the data received, never with a declared size, and all of them together stay below
//!   `buffered_bytes_max`, plus one request of the largest size: when the budget is spent, one connection at a time may go on
//!   without it (the lane), so that half requests that wait for each other are completed one by one.
//! - The clock of a half-sent frame runs only while the peer is who is waited for. It is a bucket of `half_frame` that drains with
//!   time and is filled by bytes; while somebody waits for budget, bytes do not fill it.
//! - A frame of a wrong size, a half frame that does not come, or a protocol error closes that connection only, with a log line.

use crate::sendfile::Outgoing;
use crate::{Frame, in_process};
use bytes::BytesMut;
use parking_lot::Mutex;
use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Instant;
use wellhead_base::limits::{
    CONNECTIONS_MAX, CONNECTIONS_PER_IP_MAX, FRAME_BYTES_PER_SECOND_MIN, HALF_FRAME, IN_FLIGHT_PER_CONNECTION_MAX, QUEUED_REQUEST_BYTES_MAX,
    READ_AHEAD_BYTES, REQUEST_BYTES_MAX,
};

/// What reads and answers the frames.
pub trait Service: Send + Sync + 'static {
    /// One request without its length field. Must not block: it runs on a worker of the runtime.
    fn call(&self, peer: &Arc<Peer>, request: BytesMut) -> Answer;
    /// The connection ended; what was remembered for `peer.id` may go.
    fn disconnected(&self, _peer: &Peer) {}
}

/// How a request is answered.
pub enum Answer {
    Now(Frame),
    /// Polled once the answers before it were sent. What must happen at once belongs before the future is returned.
    Later(Pin<Box<dyn Future<Output = Answer> + Send>>),
    /// No answer is sent (a produce request with acks=0).
    Silent,
    /// The connection is closed after the answers before it; the log line says why.
    Close(Cow<'static, str>),
}

/// One side of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    Tcp(SocketAddr),
    /// The name that an embedded broker registered.
    Embedded(Arc<str>),
}

/// A connection, as handlers see it.
#[derive(Debug)]
pub struct Peer {
    /// Unique within the server.
    pub id: u64,
    /// The client's side.
    pub remote: Endpoint,
    /// The side that the client connected to.
    pub local: Endpoint,
}

impl Peer {
    /// The client's address without its port, or `embedded`.
    pub fn host(&self) -> String {
        match &self.remote {
            Endpoint::Tcp(a) => a.ip().to_string(),
            Endpoint::Embedded(_) => "embedded".to_owned(),
        }
    }
}

impl std::fmt::Display for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.remote {
            Endpoint::Tcp(a) => write!(f, "{a}"),
            Endpoint::Embedded(n) => write!(f, "embedded:{n}"),
        }
    }
}

/// The bounds of a server.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// The largest request frame, in bytes (`socket.request.max.bytes`).
    pub request_bytes_max: usize,
    /// Requests of one connection under way at once.
    pub in_flight_max: usize,
    /// Bytes of half-received requests, over all connections (`queued.max.request.bytes`).
    pub buffered_bytes_max: usize,
    /// A connection without a request is closed after this long (`connections.max.idle.ms`); None keeps it.
    pub idle: Option<Duration>,
    /// A half-sent frame may rest this long, and longer than this it must come at `FRAME_BYTES_PER_SECOND_MIN` at least. While other
    /// connections wait for `buffered_bytes_max` the whole frame must come within it (`wellhead.partial.request.ms`).
    pub half_frame: Duration,
    /// Connections over all listeners (`max.connections`).
    pub connections_max: usize,
    /// Connections from one IPv4 address or one IPv6 network of 64 bits (`max.connections.per.ip`).
    pub connections_per_ip_max: usize,
    /// Other bounds for some of them (`max.connections.per.ip.overrides`); of an IPv6 address, for its network.
    pub connections_per_ip_overrides: Vec<(IpAddr, usize)>,
    /// Connections that wait to be accepted (`socket.listen.backlog.size`).
    pub backlog: u32,
    /// SO_SNDBUF and SO_RCVBUF in bytes; None leaves them to the kernel.
    pub send_buffer: Option<u32>,
    pub receive_buffer: Option<u32>,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            request_bytes_max: REQUEST_BYTES_MAX,
            in_flight_max: IN_FLIGHT_PER_CONNECTION_MAX,
            buffered_bytes_max: QUEUED_REQUEST_BYTES_MAX,
            idle: Some(Duration::from_secs(600)),
            half_frame: HALF_FRAME,
            connections_max: CONNECTIONS_MAX,
            connections_per_ip_max: CONNECTIONS_PER_IP_MAX,
            connections_per_ip_overrides: Vec::new(),
            backlog: 1024,
            send_buffer: None,
            receive_buffer: None,
        }
    }
}

/// What a connection is told: go on, finish what is under way, or end at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Stage {
    Open,
    Draining,
    Ended,
}

/// Listeners and their connections. Dropping it ends them at once; `stop` lets them finish.
pub struct Server {
    shared: Arc<Shared>,
    runtime: Handle,
}

struct Shared {
    service: Arc<dyn Service>,
    options: ServerOptions,
    stage: watch::Sender<Stage>,
    /// Open connections.
    open: watch::Sender<usize>,
    /// Accept loops that still hold their port or name.
    listening: watch::Sender<usize>,
    per_ip: Mutex<HashMap<IpAddr, usize>>,
    next_id: AtomicU64,
    /// Permits of 1 KiB for half-received requests beyond their first READ_AHEAD_BYTES.
    budget: Arc<Semaphore>,
    /// Whose holder needs no budget for its present frame.
    lane: Arc<Semaphore>,
    /// Connections that wait for budget or the lane now.
    starving: AtomicUsize,
    complaints: Complaints,
}

impl Server {
    pub fn new(service: Arc<dyn Service>, options: ServerOptions, runtime: Handle) -> Server {
        // A request of the largest size need not fit the budget: the lane is for it.
        let kib = (options.buffered_bytes_max / 1024).clamp(1, u32::MAX as usize >> 1);
        let shared = Shared {
            service,
            stage: watch::Sender::new(Stage::Open),
            open: watch::Sender::new(0),
            listening: watch::Sender::new(0),
            per_ip: Mutex::default(),
            next_id: AtomicU64::new(1),
            budget: Arc::new(Semaphore::new(kib)),
            lane: Arc::new(Semaphore::new(1)),
            starving: AtomicUsize::new(0),
            complaints: Complaints::default(),
            options,
        };
        Server { shared: Arc::new(shared), runtime }
    }

    /// Binds `address` and accepts on it from now on; the address bound, with its port. Does not block.
    pub fn listen_tcp(&self, address: SocketAddr) -> io::Result<SocketAddr> {
        let _context = self.runtime.enter();
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        socket.set_reuseaddr(true)?;
        if let Some(n) = self.shared.options.receive_buffer {
            socket.set_recv_buffer_size(n)?;
        }
        if let Some(n) = self.shared.options.send_buffer {
            socket.set_send_buffer_size(n)?;
        }
        socket.bind(address)?;
        let listener = socket.listen(self.shared.options.backlog)?;
        let bound = listener.local_addr()?;
        self.accept(accept_tcp(self.shared.clone(), listener));
        Ok(bound)
    }

    /// Serves the connections of an in-process name from now on.
    pub fn listen_in_process(&self, acceptor: in_process::Acceptor) {
        self.accept(accept_in_process(self.shared.clone(), acceptor));
    }

    /// Runs an accept loop, which owns what it listens on; `stop` waits until it has given that up.
    fn accept(&self, accepting: impl Future<Output = ()> + Send + 'static) {
        let shared = self.shared.clone();
        shared.listening.send_modify(|n| *n += 1);
        self.runtime.spawn(async move {
            accepting.await;
            shared.listening.send_modify(|n| *n -= 1);
        });
    }

    /// Connections open now, and when that changes.
    pub fn watch_connections(&self) -> watch::Receiver<usize> {
        self.shared.open.subscribe()
    }
    /// Connections open now.
    pub fn connections(&self) -> usize {
        *self.shared.open.borrow()
    }

    /// Stops accepting and reading, lets requests under way be answered for at most `grace`, then ends every connection. The ports
    /// and names that it listened on are free when it returns.
    pub async fn stop(&self, grace: Duration) {
        self.shared.stage.send_replace(Stage::Draining);
        // Accept loops wait for nothing else, so this is as long as it takes to wake them.
        let _ = self.shared.listening.subscribe().wait_for(|n| *n == 0).await;
        let mut open = self.shared.open.subscribe();
        if tokio::time::timeout(grace, open.wait_for(|n| *n == 0)).await.is_err() {
            self.shared.stage.send_replace(Stage::Ended);
            let _ = tokio::time::timeout(Duration::from_secs(1), open.wait_for(|n| *n == 0)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stage.send_replace(Stage::Ended);
    }
}

/// Holds a connection's place in the counts.
struct Place {
    shared: Arc<Shared>,
    /// As `network` gives it.
    ip: Option<IpAddr>,
}

/// What one peer is counted by: an IPv4 address, or the first 64 bits of an IPv6 one, since whoever has one of those has them all.
fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

impl Place {
    /// None, with the reason, when a limit is reached.
    fn take(shared: &Arc<Shared>, ip: Option<IpAddr>) -> Result<Place, &'static str> {
        if *shared.open.borrow() >= shared.options.connections_max {
            return Err("max.connections is reached");
        }
        let ip = ip.map(network);
        if let Some(ip) = ip {
            let mut per_ip = shared.per_ip.lock();
            let n = per_ip.entry(ip).or_insert(0);
            let options = &shared.options;
            let own = options.connections_per_ip_overrides.iter().rev().find(|(a, _)| network(*a) == ip);
            if *n >= own.map_or(options.connections_per_ip_max, |(_, n)| *n) {
                return Err("max.connections.per.ip is reached");
            }
            *n += 1;
        }
        shared.open.send_modify(|n| *n += 1);
        Ok(Place { shared: shared.clone(), ip })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(ip) = self.ip {
            let mut per_ip = self.shared.per_ip.lock();
            if let Some(n) = per_ip.get_mut(&ip) {
                *n -= 1;
                if *n == 0 {
                    per_ip.remove(&ip);
                }
            }
        }
        self.shared.open.send_modify(|n| *n -= 1);
    }
}

/// Keeps a flood of bad peers from becoming a flood of log lines: so many a second, then a count.
#[derive(Default)]
struct Complaints {
    /// The second, the lines printed in it, the lines left out since the last one printed.
    state: Mutex<(Option<Instant>, u32, u64)>,
}

impl Complaints {
    const PER_SECOND: u32 = 10;
    fn say(&self, peer: &dyn std::fmt::Display, why: &str) {
        let left_out = {
            let mut s = self.state.lock();
            let now = Instant::now();
            if s.0.is_none_or(|t| now.duration_since(t) >= Duration::from_secs(1)) {
                (s.0, s.1) = (Some(now), 0);
            }
            if s.1 >= Self::PER_SECOND {
                s.2 += 1;
                return;
            }
            s.1 += 1;
            std::mem::take(&mut s.2)
        };
        if left_out > 0 {
            tracing::warn!(left_out, "more connections were closed than are logged");
        }
        tracing::warn!(%peer, "connection closed: {why}");
    }
}

async fn accept_tcp(shared: Arc<Shared>, listener: TcpListener) {
    let mut stage = shared.stage.subscribe();
    let mut stop = pin!(async move { stage.wait_for(|s| *s != Stage::Open).await.is_ok() });
    loop {
        let accepted = tokio::select! {
            biased;
            _ = &mut stop => return,
            a = listener.accept() => a,
        };
        match accepted {
            Ok((stream, remote)) => {
                let remote = SocketAddr::new(remote.ip().to_canonical(), remote.port());
                match Place::take(&shared, Some(remote.ip())) {
                    Ok(place) => {
                        tokio::spawn(serve_tcp(shared.clone(), stream, remote, place));
                    }
                    Err(why) => shared.complaints.say(&remote, why),
                }
            }
            Err(e) => {
                // Out of descriptors or memory: connections that end give some back, so wait instead of spinning.
                if !matches!(e.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::Interrupted) {
                    tracing::warn!("cannot accept a connection: {e}");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }
}

async fn serve_tcp(shared: Arc<Shared>, stream: TcpStream, remote: SocketAddr, place: Place) {
    let Ok(local) = stream.local_addr() else { return };
    let _ = stream.set_nodelay(true);
    let local = SocketAddr::new(local.ip().to_canonical(), local.port());
    let id = shared.next_id.fetch_add(1, Ordering::Relaxed);
    let peer = Arc::new(Peer { id, remote: Endpoint::Tcp(remote), local: Endpoint::Tcp(local) });
    let reason = TcpConnection::new(&shared, &peer, &stream).run().await;
    shared.service.disconnected(&peer);
    match reason {
        End::Quiet => {}
        End::Complaint(why) => shared.complaints.say(&*peer, &why),
    }
    drop(place);
}

/// Why a connection ended.
enum End {
    /// As clients end it, or we at shutdown.
    Quiet,
    Complaint(Cow<'static, str>),
}
impl From<io::Error> for End {
    fn from(e: io::Error) -> End {
        use io::ErrorKind as K;
        match e.kind() {
            K::ConnectionReset | K::BrokenPipe | K::ConnectionAborted | K::NotConnected => End::Quiet,
            _ => End::Complaint(e.to_string().into()),
        }
    }
}

struct TcpConnection<'a> {
    shared: &'a Arc<Shared>,
    peer: &'a Arc<Peer>,
    stream: &'a TcpStream,
    input: Input,
    queue: VecDeque<Answer>,
    out: Outgoing,
    last_frame: Instant,
}

/// What was read and is not a whole frame yet.
struct Input {
    buf: BytesMut,
    /// The clock of the frame in `buf`; None when there is none.
    clock: Option<FrameClock>,
    /// Budget held for it.
    held: Option<OwnedSemaphorePermit>,
    lane: Option<OwnedSemaphorePermit>,
}

/// How long a half-sent frame may still take. Stands while we are not reading.
#[derive(Debug, Clone, Copy)]
struct FrameClock {
    /// When the frame must be complete, as long as somebody else waits for the memory that it holds.
    whole_by: Instant,
    /// When it must be complete or have come on.
    next_by: Instant,
    stands_since: Option<Instant>,
}

impl FrameClock {
    fn start(now: Instant, half_frame: Duration) -> FrameClock {
        FrameClock { whole_by: now + half_frame, next_by: now + half_frame, stands_since: None }
    }
    fn stop(&mut self, now: Instant) {
        self.stands_since.get_or_insert(now);
    }
    fn go(&mut self, now: Instant) {
        if let Some(since) = self.stands_since.take() {
            self.whole_by += now - since;
            self.next_by += now - since;
        }
    }
    fn received(&mut self, bytes: usize, now: Instant, half_frame: Duration) {
        let earned = Duration::from_micros((bytes as u64).saturating_mul(1_000_000) / FRAME_BYTES_PER_SECOND_MIN);
        self.next_by = (self.next_by + earned).min(now + half_frame);
    }
    /// The instant at which the connection is closed; None while the clock stands.
    fn limit(&self, starving: bool) -> Option<Instant> {
        if self.stands_since.is_some() {
            return None;
        }
        Some(if starving { self.next_by.min(self.whole_by) } else { self.next_by })
    }
}

/// Counts a connection as starving while it waits.
struct Starving<'a>(&'a AtomicUsize);
impl<'a> Starving<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}
impl Drop for Starving<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<'a> TcpConnection<'a> {
    fn new(shared: &'a Arc<Shared>, peer: &'a Arc<Peer>, stream: &'a TcpStream) -> Self {
        let input = Input { buf: BytesMut::new(), clock: None, held: None, lane: None };
        Self { shared, peer, stream, input, queue: VecDeque::new(), out: Outgoing::default(), last_frame: Instant::now() }
    }

    async fn run(mut self) -> End {
        match self.serve().await {
            Ok(end) | Err(end) => end,
        }
    }

    async fn serve(&mut self) -> Result<End, End> {
        let options = &self.shared.options;
        let stall = options.idle.unwrap_or(Duration::from_secs(600));
        let mut draining = pin!(reached(self.shared, Stage::Draining));
        let mut ended = pin!(reached(self.shared, Stage::Ended));
        let mut alarm = pin!(tokio::time::sleep(options.half_frame));
        let mut stopping = false;
        loop {
            if !stopping {
                self.call_whole_frames()?;
            }
            self.gather_answers()?;
            if !self.out.is_empty() {
                self.input.stop_clock();
                tokio::select! {
                    biased;
                    r = self.out.write(self.stream, stall) => r?,
                    () = &mut ended => return Ok(End::Quiet),
                }
                continue;
            }
            if matches!(self.queue.front(), Some(Answer::Close(_))) {
                let Some(Answer::Close(why)) = self.queue.pop_front() else { unreachable!("the front is Close") };
                return Err(End::Complaint(why));
            }
            if stopping && self.queue.is_empty() {
                return Ok(End::Quiet);
            }
            let room = self.queue.len() < options.in_flight_max && !stopping;
            if room {
                self.input.go_on();
            } else {
                self.input.stop_clock();
            }
            let head = self.queue.front_mut();
            let waiting = head.is_some();
            tokio::select! {
                biased;
                answer = head_answer(head) => {
                    if let Some(front) = self.queue.front_mut() {
                        *front = answer;
                    }
                }
                read = self.input.read(self.shared, self.stream), if room => if read? == 0 {
                    return if self.input.buf.is_empty() { Ok(End::Quiet) } else { Err(End::Complaint("the peer left in the middle of a request".into())) };
                },
                () = &mut draining, if !stopping => stopping = true,
                () = &mut ended => return Ok(End::Quiet),
                () = &mut alarm => {
                    let next = self.check_deadlines(waiting)?;
                    alarm.as_mut().reset(next);
                }
            }
        }
    }

    /// Hands whole frames to the service while there is room for their answers.
    fn call_whole_frames(&mut self) -> Result<(), End> {
        while self.queue.len() < self.shared.options.in_flight_max {
            let Some(frame) = self.input.take_frame(&self.shared.options)? else { return Ok(()) };
            self.last_frame = Instant::now();
            let answer = self.shared.service.call(self.peer, frame);
            (self.input.held, self.input.lane) = (None, None);
            let close = matches!(answer, Answer::Close(_));
            self.queue.push_back(answer);
            if close {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Moves the answers that are ready, in order, to what is written next.
    fn gather_answers(&mut self) -> Result<(), End> {
        while let Some(front) = self.queue.front() {
            match front {
                Answer::Now(_) => {
                    let Some(Answer::Now(frame)) = self.queue.pop_front() else { unreachable!("the front is Now") };
                    self.out.push(frame)?;
                }
                Answer::Silent => {
                    self.queue.pop_front();
                }
                Answer::Later(_) | Answer::Close(_) => break,
            }
        }
        Ok(())
    }

    /// The alarm rang: when it must ring next, or why the connection ends.
    fn check_deadlines(&mut self, waiting: bool) -> Result<Instant, End> {
        let options = &self.shared.options;
        if self.input.buf.is_empty() && self.input.buf.capacity() > READ_AHEAD_BYTES {
            // What large requests left behind; while they come the buffer is used again.
            self.input.buf = BytesMut::new();
        }
        let now = Instant::now();
        if let Some(clock) = &self.input.clock {
            let limit = clock.limit(self.shared.starving.load(Ordering::Relaxed) > 0);
            if limit.is_some_and(|t| now >= t) {
                let (have, want) = (self.input.buf.len(), self.input.declared().map_or(4, |n| 4 + i64::from(n)));
                return Err(End::Complaint(format!("a request was begun and not completed, {have} of {want} bytes came").into()));
            }
            // Whether somebody starves may change at any time.
            let soon = now + Duration::from_secs(1);
            return Ok(limit.map_or(soon, |t| t.clamp(now + Duration::from_millis(100), soon)));
        }
        match options.idle {
            Some(idle) if !waiting && now >= self.last_frame + idle => Err(End::Quiet),
            Some(idle) => Ok((self.last_frame + idle).clamp(now + Duration::from_millis(100), now + options.half_frame)),
            None => Ok(now + options.half_frame),
        }
    }
}

impl Input {
    /// The next whole frame, if it is there.
    fn take_frame(&mut self, options: &ServerOptions) -> Result<Option<BytesMut>, End> {
        let request_bytes_max = options.request_bytes_max;
        if self.buf.is_empty() {
            self.clock = None;
            return Ok(None);
        }
        if self.clock.is_none() {
            self.clock = Some(FrameClock::start(Instant::now(), options.half_frame));
        }
        let Some(declared) = self.declared() else { return Ok(None) };
        // The smallest request header is 8 bytes: key, version, correlation id.
        let len = usize::try_from(declared).ok().filter(|n| (8..=request_bytes_max).contains(n));
        let Some(len) = len else {
            return Err(End::Complaint(format!("a request of {declared} bytes (from 8 to {request_bytes_max} are accepted)").into()));
        };
        if self.buf.len() < 4 + len {
            return Ok(None);
        }
        let mut frame = self.buf.split_to(4 + len);
        let _ = frame.split_to(4);
        self.clock = None;
        Ok(Some(frame))
    }
    fn stop_clock(&mut self) {
        if let Some(c) = &mut self.clock {
            c.stop(Instant::now());
        }
    }
    fn go_on(&mut self) {
        if let Some(c) = &mut self.clock {
            c.go(Instant::now());
        }
    }

    fn declared(&self) -> Option<i32> {
        self.buf.first_chunk::<4>().map(|b| i32::from_be_bytes(*b))
    }

    /// Reads once what has come; bytes read, 0 at the end. Cancelling it loses nothing.
    async fn read(&mut self, shared: &Shared, stream: &TcpStream) -> io::Result<usize> {
        loop {
            stream.readable().await?;
            // The declared length was checked by take_frame. Grow by what has come already, so that a large frame needs few steps
            // and a large claim costs nothing.
            let missing = self.declared().map_or(4096, |n| (4 + n.max(0) as usize).saturating_sub(self.buf.len()));
            let step = missing.min(READ_AHEAD_BYTES.max(self.buf.len())).max(4096);
            let over = (self.buf.len() + step).saturating_sub(READ_AHEAD_BYTES).div_ceil(1024);
            let have = self.held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
            if over > have && self.lane.is_none() {
                self.take_budget(shared, (over - have) as u32).await?;
            }
            self.buf.reserve(step);
            match stream.try_read_buf(&mut self.buf) {
                Err(e) if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
                other => {
                    if let (Ok(n), Some(clock)) = (&other, &mut self.clock) {
                        clock.received(*n, Instant::now(), shared.options.half_frame);
                    }
                    return other;
                }
            }
        }
    }

    /// Waits for `kib` more of the budget, or for the lane when there is none. Cancelling it loses nothing.
    async fn take_budget(&mut self, shared: &Shared, kib: u32) -> io::Result<()> {
        let more = match shared.budget.clone().try_acquire_many_owned(kib) {
            Ok(more) => more,
            Err(_) => {
                self.stop_clock();
                let _starving = Starving::new(&shared.starving);
                tokio::select! {
                    biased;
                    lane = shared.lane.clone().acquire_owned() => {
                        self.lane = Some(lane.map_err(io::Error::other)?);
                        self.go_on();
                        return Ok(());
                    }
                    more = shared.budget.clone().acquire_many_owned(kib) => {
                        self.go_on();
                        more.map_err(io::Error::other)?
                    }
                }
            }
        };
        match &mut self.held {
            Some(h) => h.merge(more),
            none => *none = Some(more),
        }
        Ok(())
    }
}

/// Waits for the server to come to `stage`; also when it was dropped.
async fn reached(shared: &Shared, stage: Stage) {
    let _ = shared.stage.subscribe().wait_for(|s| *s >= stage).await;
}

/// The answer at the head once it is there; never, when there is none.
async fn head_answer(head: Option<&mut Answer>) -> Answer {
    match head {
        Some(Answer::Later(future)) => future.await,
        _ => std::future::pending().await,
    }
}

async fn accept_in_process(shared: Arc<Shared>, mut acceptor: in_process::Acceptor) {
    let name: Arc<str> = acceptor.name().into();
    let mut draining = pin!(reached(&shared, Stage::Draining));
    loop {
        let end = tokio::select! {
            biased;
            () = &mut draining => return,
            a = acceptor.accept() => match a {
                Some(end) => end,
                None => return,
            },
        };
        match Place::take(&shared, None) {
            Ok(place) => {
                tokio::spawn(serve_in_process(shared.clone(), end, name.clone(), place));
            }
            Err(why) => shared.complaints.say(&format_args!("embedded:{name}"), why),
        }
    }
}

async fn serve_in_process(shared: Arc<Shared>, mut end: in_process::ServerEnd, name: Arc<str>, place: Place) {
    let id = shared.next_id.fetch_add(1, Ordering::Relaxed);
    let peer = Arc::new(Peer { id, remote: Endpoint::Embedded(name.clone()), local: Endpoint::Embedded(name) });
    if let End::Complaint(why) = answer_in_process(&shared, &peer, &mut end).await {
        shared.complaints.say(&*peer, &why);
    }
    shared.service.disconnected(&peer);
    drop(place);
}

async fn answer_in_process(shared: &Arc<Shared>, peer: &Arc<Peer>, end: &mut in_process::ServerEnd) -> End {
    let mut draining = pin!(reached(shared, Stage::Draining));
    let mut ended = pin!(reached(shared, Stage::Ended));
    let mut queue: VecDeque<Answer> = VecDeque::new();
    let mut stopping = false;
    loop {
        while let Some(front) = queue.pop_front() {
            match front {
                Answer::Now(frame) => tokio::select! {
                    biased;
                    sent = end.responses.send(frame) => if sent.is_err() {
                        return End::Quiet;
                    },
                    () = &mut ended => return End::Quiet,
                },
                Answer::Silent => {}
                Answer::Close(why) => return End::Complaint(why),
                later @ Answer::Later(_) => {
                    queue.push_front(later);
                    break;
                }
            }
        }
        if stopping && queue.is_empty() {
            return End::Quiet;
        }
        let room = queue.len() < shared.options.in_flight_max && !stopping;
        tokio::select! {
            biased;
            answer = head_answer(queue.front_mut()) => {
                if let Some(front) = queue.front_mut() {
                    *front = answer;
                }
            }
            request = end.requests.recv(), if room => {
                let Some(request) = request else { return End::Quiet };
                if !(8..=shared.options.request_bytes_max).contains(&request.len()) {
                    return End::Complaint(format!("a request of {} bytes", request.len()).into());
                }
                // A request that the client still holds (it may send it again) is copied, since handlers write into it.
                let request = request.try_into_mut().unwrap_or_else(|b| BytesMut::from(&b[..]));
                queue.push_back(shared.service.call(peer, request));
            }
            () = &mut draining, if !stopping => stopping = true,
            () = &mut ended => return End::Quiet,
        }
    }
}

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod tests;
