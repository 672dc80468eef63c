//! One node on a machine that fails: its lives one after the other, its connections, virtual time, and what goes wrong.
//!
//! Owns: the simulated disk, the runtime of a life, the order in which things happen. Does not own: what is asked (`clients`) and
//! what must be true (`oracle`). Invariant: everything that happens follows from the seed. There is one thread; the runtime's clock
//! stands still but when the simulation sleeps; the commit thread's work is done here, by hand; nothing reads the real time.

use crate::oracle::Checked;
use crate::plan::Plan;
use crate::trace::Trace;
use bytes::{Bytes, BytesMut};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use wellhead_base::env::{Clock, Rng};
use wellhead_broker::config::Config;
use wellhead_broker::node::NodeService;
use wellhead_broker::{Blocking, Env, Node};
use wellhead_log::CommitMode;
use wellhead_log::sim::{Chaos, SimDisk};
use wellhead_net::{Answer, Endpoint, Peer, Service};
use wellhead_record::Batches;
use wellhead_wire::Request;
use wellhead_wire::headers::{decode_response, encode_request};

/// Why a step did not come to its end.
#[derive(Debug)]
pub enum Stop {
    /// The machine is off, or the process is to die now.
    Crash,
    /// An invariant is broken.
    Broken(String),
}
pub type Step<T = ()> = Result<T, Stop>;

impl From<String> for Stop {
    fn from(why: String) -> Self {
        Stop::Broken(why)
    }
}
pub fn broken<T>(why: impl Into<String>) -> Step<T> {
    Err(Stop::Broken(why.into()))
}

/// What became of a request.
#[derive(Debug)]
pub enum Outcome {
    Answer(Bytes),
    /// The node closed the connection.
    Closed(String),
}

/// Wall time at the beginning of every run.
const WALL_MS: i64 = 1_700_000_000_000;
/// A request that waits for longer than this in a machine that works is stuck.
const STUCK_MS: i64 = 60_000;
/// Attempts of a node to come up before something is wrong with it.
const STARTS_MAX: usize = 40;

#[derive(Debug)]
struct SimClock {
    life_ms: i64,
    start: tokio::time::Instant,
}
impl Clock for SimClock {
    fn wall_ms(&self) -> i64 {
        WALL_MS + self.mono_ms()
    }
    fn mono_ms(&self) -> i64 {
        self.life_ms + self.start.elapsed().as_millis() as i64
    }
}

type Inbox = Arc<Mutex<VecDeque<(u64, Outcome)>>>;
/// What is asked while a commit waits for the disk.
type Meanwhile = Arc<Mutex<VecDeque<(u64, usize, Bytes)>>>;

struct Connection {
    peer: Arc<Peer>,
    answers: mpsc::UnboundedSender<(u64, Answer)>,
}

/// From one start to its end.
struct Life {
    node: Arc<Node>,
    tasks: Vec<JoinHandle<()>>,
    connections: Vec<Connection>,
    clock: Arc<SimClock>,
    // Last, so that it goes after everything that lives on it.
    runtime: Runtime,
}

pub struct World {
    pub disk: SimDisk,
    pub rng: Rng,
    pub plan: Plan,
    pub trace: Trace,
    life: Option<Life>,
    inbox: Inbox,
    meanwhile: Meanwhile,
    in_commit: Arc<AtomicBool>,
    next_tag: u64,
    /// Monotonic time at which the current life began, or the last one ended.
    now_ms: i64,
    /// Chance gave an error in this life, so that answers may be errors.
    pub tainted: bool,
    /// A bit of some log has flipped: an end is not clean once that was noticed.
    rotten: bool,
    /// The commit thread is stuck in a slow disk until then.
    slow_until: i64,
    pub starts: u64,
}

impl World {
    pub fn new(seed: u64, plan: Plan, trace: Trace) -> Self {
        Self {
            disk: SimDisk::new(),
            rng: Rng::seeded(seed),
            plan,
            trace,
            life: None,
            inbox: Inbox::default(),
            meanwhile: Meanwhile::default(),
            in_commit: Arc::default(),
            next_tag: 1,
            now_ms: 0,
            tainted: false,
            rotten: false,
            slow_until: 0,
            starts: 0,
        }
    }

    fn life(&self) -> &Life {
        self.life.as_ref().expect("the node is up")
    }
    pub fn node(&self) -> &Arc<Node> {
        &self.life().node
    }
    pub fn now_ms(&self) -> i64 {
        match &self.life {
            Some(l) => {
                let _context = l.runtime.enter();
                l.clock.mono_ms()
            }
            None => self.now_ms,
        }
    }
    pub fn wall_ms(&self) -> i64 {
        WALL_MS + self.now_ms()
    }
    pub fn chance(&mut self, percent: u64) -> bool {
        self.rng.below(100) < percent
    }

    // ---- lives ----

    /// Opens the directory and starts the node. `Err(Crash)`: the power went while it came up.
    fn start(&mut self) -> Step {
        self.starts += 1;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .map_err(|e| Stop::Broken(format!("no runtime: {e}")))?;
        let context = runtime.enter();
        let clock = Arc::new(SimClock { life_ms: self.now_ms, start: tokio::time::Instant::now() });
        let env = Env {
            disk: self.disk.disk(),
            clock: clock.clone(),
            rng: Rng::seeded(self.rng.next_u64()),
            runtime: runtime.handle().clone(),
            blocking: Blocking::Inline,
            commit: CommitMode::Manual,
            open_files: 256,
        };
        let config = Config::read(self.plan.properties.iter().map(|(k, v)| (k, v))).map_err(|e| Stop::Broken(e.to_string()))?;
        let opened = Node::open(Path::new("/data"), config, env);
        let node = match opened {
            Ok(n) if !self.disk.is_off() => n,
            _ if self.disk.is_off() => return Err(Stop::Crash),
            Err(_) if self.disk.chaos_errors() > 0 => return Err(Stop::Crash),
            Err(e) => return broken(format!("the node does not start: {e}")),
            Ok(_) => return Err(Stop::Crash),
        };
        let tasks = node.start();
        drop(context);
        self.life = Some(Life { node, tasks, connections: Vec::new(), clock, runtime });
        for n in 0..self.plan.connections {
            self.connect(n);
        }
        self.tainted = false;
        self.slow_until = 0;
        self.check_on()
    }

    fn connect(&mut self, n: usize) {
        let inbox = self.inbox.clone();
        let name = Endpoint::Embedded("sim".into());
        let peer = Arc::new(Peer { id: self.starts * 100 + n as u64, remote: name.clone(), local: name });
        let (answers, mut waiting) = mpsc::unbounded_channel::<(u64, Answer)>();
        let life = self.life.as_mut().expect("the node is up");
        // As `net`'s server does it: an answer for later is polled once those before it were sent.
        life.runtime.spawn(async move {
            while let Some((tag, mut answer)) = waiting.recv().await {
                let outcome = loop {
                    match answer {
                        Answer::Now(frame) => match frame.into_bytes() {
                            Ok(bytes) => break Some(Outcome::Answer(bytes)),
                            Err(e) => break Some(Outcome::Closed(e.to_string())),
                        },
                        Answer::Later(later) => answer = later.await,
                        Answer::Silent => break None,
                        Answer::Close(why) => break Some(Outcome::Closed(why.into_owned())),
                    }
                };
                if let Some(outcome) = outcome {
                    inbox.lock().expect("one thread").push_back((tag, outcome));
                }
            }
        });
        let connection = Connection { peer, answers };
        if n < life.connections.len() {
            life.connections[n] = connection;
        } else {
            life.connections.push(connection);
        }
    }

    /// Ends the life as a kill or a power cut does: nothing is told to anybody.
    fn die(&mut self) {
        self.now_ms = self.now_ms();
        self.meanwhile.lock().expect("one thread").clear();
        if let Some(Life { node, tasks, connections, clock, runtime }) = self.life.take() {
            let context = runtime.enter();
            drop((connections, tasks));
            drop(context);
            runtime.shutdown_background();
            drop((node, clock));
        }
        self.inbox.lock().expect("one thread").clear();
    }

    /// The machine or the process goes and comes back, if need be several times. Says whether the power was cut.
    pub fn restart(&mut self) -> Step<bool> {
        let mut cut = false;
        for attempt in 0..STARTS_MAX {
            self.die();
            let mut power = if self.plan.kills && self.plan.cuts { self.chance(50) } else { self.plan.cuts };
            if self.disk.chaos_errors() > 0 && !self.disk.files().iter().any(|f| f.ends_with(".wellhead-sync-failed")) {
                // A sync may have failed and the mark that says so too; then the machine has to be restarted.
                power = true;
            }
            if power {
                let seed = self.rng.next_u64();
                self.disk.power_cut(seed);
                cut = true;
            } else {
                self.disk.kill();
            }
            self.trace.line(|| format!("-- {} with {:x}", if power { "power cut" } else { "kill" }, self.disk.digest()));
            self.now_ms += 1 + self.rng.below(200) as i64;
            if self.plan.rot && self.chance(40) {
                self.rot();
            }
            if self.plan.short_reads {
                let seed = self.rng.next_u64();
                self.disk.set_chaos(Chaos { short_reads: 200_000, ..Chaos::default() }, seed);
            }
            if self.plan.crash_in_recovery && attempt < 6 && self.chance(50) {
                let n = self.disk.changes() + self.rng.below(40);
                self.disk.power_off_at(n);
            }
            match self.start() {
                Err(Stop::Crash) => {}
                Err(e) => return Err(e),
                Ok(()) => return Ok(cut),
            }
        }
        broken("the node does not come up")
    }

    /// An orderly end and a new start.
    pub fn restart_cleanly(&mut self) -> Step {
        let life = self.life.take().expect("the node is up");
        self.trace.line(|| "-- clean close".to_owned());
        let node = life.node.clone();
        node.begin_stop();
        let mut closing = life.runtime.spawn(async move { node.close(&life.tasks).await });
        let closed = life.runtime.block_on(async {
            loop {
                let wait = tokio::time::sleep(Duration::from_millis(1));
                tokio::select! {
                    biased;
                    done = &mut closing => return done,
                    () = wait => drop(life.node.log_dir.commit_now()),
                }
            }
        });
        self.now_ms = {
            let _context = life.runtime.enter();
            life.clock.mono_ms()
        };
        drop(life.connections);
        life.runtime.shutdown_background();
        drop(life.node);
        self.meanwhile.lock().expect("one thread").clear();
        self.inbox.lock().expect("one thread").clear();
        if self.disk.is_off() {
            return Err(Stop::Crash);
        }
        match closed {
            Ok(Ok(())) => {}
            _ if self.tainted || self.rotten || self.disk.chaos_errors() > 0 => return Err(Stop::Crash),
            Ok(Err(e)) => return broken(format!("the node does not close cleanly: {e}")),
            Err(e) => return broken(format!("closing the node: {e}")),
        }
        self.disk.kill();
        self.now_ms += 1;
        self.start()
    }

    /// Flips a bit of what a CRC covers, in a batch of a closed segment of this partition's. False: it has none.
    pub fn rot_log(&mut self, dir: &str) -> bool {
        // What no CRC covers (as in Kafka) is the beginning of a batch: its offset, its length, its leader epoch.
        const COVERED_FROM: u64 = 16;
        let mut files: Vec<PathBuf> = self
            .disk
            .files()
            .into_iter()
            .filter(|p| p.extension().is_some_and(|e| e == "log") && p.parent().is_some_and(|d| d.ends_with(dir)))
            .collect();
        files.sort();
        files.pop();
        if files.is_empty() {
            return false;
        }
        let path = &files[self.rng.below(files.len() as u64) as usize];
        let bytes = self.disk.content(path).unwrap_or_default();
        let mut spans = Vec::new();
        let mut at = 0;
        for b in Batches::new(&bytes).map_while(Result::ok) {
            spans.push((at, b.len() as u64));
            at += b.len() as u64;
        }
        if spans.is_empty() {
            return false;
        }
        let (begin, len) = spans[self.rng.below(spans.len() as u64) as usize];
        let at = begin + COVERED_FROM + self.rng.below(len - COVERED_FROM);
        let bit = self.rng.below(8);
        self.trace.line(|| format!("-- bit {bit} of byte {at} of {} flips", path.display()));
        self.disk.damage(path, |b| b[at as usize] ^= 1 << bit);
        self.rotten = true;
        true
    }

    /// Derived files are damaged by somebody: they must be made again.
    fn rot(&mut self) {
        let derived = |p: &PathBuf| {
            let name = p.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            [".index", ".timeindex"].iter().any(|s| name.ends_with(s)) || name == "leader-epoch-checkpoint"
        };
        let files: Vec<PathBuf> = self.disk.files().into_iter().filter(derived).collect();
        for path in files {
            if !self.chance(25) {
                continue;
            }
            let (how, a, b) = (self.rng.below(4), self.rng.next_u64(), self.rng.next_u64());
            self.trace.line(|| format!("-- rot {how} of {}", path.display()));
            self.disk.damage(&path, |bytes| match how {
                0 => bytes.clear(),
                1 => bytes.truncate((a % (bytes.len() as u64 + 1)) as usize),
                2 => bytes.extend_from_slice(&a.to_be_bytes()[..=(b % 8) as usize]),
                _ if bytes.is_empty() => {}
                _ => {
                    let at = (a % bytes.len() as u64) as usize;
                    bytes[at] ^= 1 << (b % 8);
                }
            });
        }
    }

    /// The power is on.
    pub fn check_on(&mut self) -> Step {
        if self.disk.chaos_errors() > 0 {
            self.tainted = true;
        }
        if self.disk.is_off() { Err(Stop::Crash) } else { Ok(()) }
    }
    /// No append is taken any more: a failed disk.
    pub fn is_offline(&self) -> bool {
        self.life().node.log_dir.offline().is_some()
    }

    // ---- requests ----

    /// Sends a request; its answer comes by `answers` under the tag.
    pub fn send<R: Request>(&mut self, connection: usize, version: i16, request: &R) -> Step<u64> {
        let tag = self.next_tag;
        self.next_tag += 1;
        let frame = encode_request(request, version, tag as i32, Some("sim")).map_err(|e| Stop::Broken(format!("a request: {e}")))?;
        let behind = self.meanwhile.lock().expect("one thread").iter().any(|m| m.1 == connection);
        if behind || (self.plan.meanwhile && self.chance(30)) {
            // It comes while a commit waits for the disk, or a moment later.
            self.meanwhile.lock().expect("one thread").push_back((tag, connection, frame));
            return Ok(tag);
        }
        let life = self.life();
        let _context = life.runtime.enter();
        arrive(&life.node, &life.connections[connection], tag, &frame);
        self.check_on()?;
        Ok(tag)
    }

    /// Lets time pass: tasks run, timers fire, and unless the disk is slow what was appended becomes durable.
    pub fn tick(&mut self, ms: u64) -> Step {
        let life = self.life();
        life.runtime.block_on(async { tokio::time::sleep(Duration::from_millis(ms)).await });
        if self.disk.is_off() {
            return Err(Stop::Crash);
        }
        if self.now_ms() >= self.slow_until {
            self.commit();
        }
        // What came for the disk's sake and found none.
        let late: Vec<_> = self.meanwhile.lock().expect("one thread").drain(..).collect();
        let life = self.life();
        {
            let _context = life.runtime.enter();
            for (tag, connection, frame) in late {
                arrive(&life.node, &life.connections[connection], tag, &frame);
            }
        }
        life.runtime.block_on(async { tokio::time::sleep(Duration::from_millis(1)).await });
        self.check_on()
    }

    fn commit(&mut self) {
        let life = self.life();
        let _context = life.runtime.enter();
        if self.plan.meanwhile {
            let (node, meanwhile, in_commit) = (life.node.clone(), self.meanwhile.clone(), self.in_commit.clone());
            let senders: Vec<_> = life.connections.iter().map(|c| (c.peer.clone(), c.answers.clone())).collect();
            self.disk.set_on_sync(Some(Arc::new(move |_| {
                // Only under the commit itself, which holds no lock while it syncs.
                if in_commit.swap(false, Ordering::SeqCst) {
                    let next = meanwhile.lock().expect("one thread").pop_front();
                    if let Some((tag, connection, frame)) = next {
                        let (peer, answers) = &senders[connection];
                        let answer = NodeService(node.clone()).call(peer, BytesMut::from(&frame[..]));
                        let _ = answers.send((tag, answer));
                    }
                    in_commit.store(true, Ordering::SeqCst);
                }
            })));
            self.in_commit.store(true, Ordering::SeqCst);
        }
        // A failure takes the directory offline, which whoever waits is told.
        let _ = life.node.log_dir.commit_now();
        self.in_commit.store(false, Ordering::SeqCst);
        self.disk.set_on_sync(None);
    }

    /// The disk takes this long for the next sync.
    pub fn slow_disk(&mut self, ms: i64) {
        self.slow_until = self.now_ms() + ms;
    }

    /// Requests sent from now on have this tag or a higher one.
    pub fn tag(&self) -> u64 {
        self.next_tag
    }

    /// What was answered since the last call. A connection that the node closed is opened anew.
    pub fn answers(&mut self) -> Vec<(u64, Outcome)> {
        self.inbox.lock().expect("one thread").drain(..).collect()
    }
    pub fn put_back(&mut self, answers: Vec<(u64, Outcome)>) {
        let mut inbox = self.inbox.lock().expect("one thread");
        for a in answers.into_iter().rev() {
            inbox.push_front(a);
        }
    }

    /// Sends a request and waits for its answer while everything else goes on.
    pub fn call<R: Request>(&mut self, version: i16, request: &R) -> Step<R::Response> {
        let connection = self.plan.connections - 1;
        let tag = self.send(connection, version, request)?;
        let end = self.now_ms() + STUCK_MS;
        loop {
            self.life().runtime.block_on(async { tokio::task::yield_now().await });
            self.check_on()?;
            let mut answers = self.answers();
            let found = answers.iter().position(|a| a.0 == tag).map(|at| answers.remove(at).1);
            self.put_back(answers);
            match found {
                Some(Outcome::Answer(bytes)) => return Ok(decode::<R>(&bytes, version)?),
                Some(Outcome::Closed(_)) if self.tainted || self.disk.chaos_errors() > 0 => return Err(Stop::Crash),
                Some(Outcome::Closed(why)) => return broken(format!("the connection was closed: {why}")),
                None => {}
            }
            if self.now_ms() > end {
                return broken("a request is not answered");
            }
            let ms = 1 + self.rng.below(4);
            self.tick(ms)?;
        }
    }
}

pub fn decode<R: Request>(bytes: &Bytes, version: i16) -> Checked<R::Response> {
    decode_response::<R::Response>(bytes, version).map(|r| r.1).map_err(|e| format!("a response cannot be read: {e}"))
}

/// A request reaches the node.
fn arrive(node: &Arc<Node>, connection: &Connection, tag: u64, frame: &Bytes) {
    let answer = NodeService(node.clone()).call(&connection.peer, BytesMut::from(&frame[..]));
    let _ = connection.answers.send((tag, answer));
}
