//! A plan against a broker: one thread that polls, processes, writes and commits. The only part of the room that waits or looks at a clock.
//!
//! The commit is the one barrier: outputs and changes of state are written and acknowledged, then the offsets of the inputs and of the
//! changelogs are committed together, in one request of the group. A restart reads each changelog up to its committed offset and goes on
//! at the committed input: state counts no record twice and none never; outputs since the last commit may be written again.
//! docs/streams.md tells why.

mod changelog;
mod query;
mod restore;
mod snapshot;
mod topics;
mod worker;

pub use query::{Query, Until};

use crate::chunk::Chunk;
use crate::keys::Keys;
use crate::ops::{Counters, Functions};
use crate::plan::{Checked, Plan};
use crossbeam_channel::{Receiver, Sender, bounded};
use parking_lot::{Condvar, Mutex};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wellhead_base::{Code, Error, Result};

/// How a program runs. `client` are librdkafka's property names for the connection (`bootstrap.servers`, security, ...).
#[derive(Clone, Debug)]
pub struct Config {
    /// `application.id`: the group, and the start of every internal topic's name.
    pub application: String,
    pub client: Vec<(String, String)>,
    /// Milliseconds between commits; what a crash repeats at most, and how long results of `emit changes` may be seen again.
    pub commit_interval_ms: i64,
    /// Where snapshots of state lie; None: state comes back from its changelog alone.
    pub state_dir: Option<PathBuf>,
    /// Milliseconds between snapshots of a store. One is written when the program stops, too.
    pub snapshot_interval_ms: i64,
    /// Milliseconds between deletions of moved rows that are committed, from the repartition topics; nothing else removes them.
    pub purge_interval_ms: i64,
    /// Replicas of internal topics; -1: the broker's default.
    pub replication: i32,
    /// Missing source topics are created instead of being an error.
    pub create_sources: bool,
    /// The most records one poll takes; bounds the memory of what is under way.
    pub poll_records: usize,
}

impl Config {
    pub fn new(application: impl Into<String>, bootstrap: impl Into<String>) -> Config {
        Config {
            application: application.into(),
            client: vec![("bootstrap.servers".to_owned(), bootstrap.into())],
            commit_interval_ms: 1000,
            state_dir: None,
            snapshot_interval_ms: 60_000,
            purge_interval_ms: 30_000,
            replication: -1,
            create_sources: false,
            poll_records: 50_000,
        }
    }
    /// Reads properties: those of this struct by Kafka Streams' names (`application.id`, `commit.interval.ms`, `state.dir`,
    /// `replication.factor`, `repartition.purge.interval.ms`) and ours (`snapshot.interval.ms`, `create.sources`); all others are the client's.
    pub fn from_pairs<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Config> {
        let mut c = Config::new("", "");
        c.client.clear();
        for (k, v) in pairs {
            let (k, v) = (k.as_ref(), v.as_ref());
            let number =
                || v.parse::<i64>().ok().filter(|n| *n >= 0).ok_or_else(|| Error::invalid_arg(format!("{k}={v}: a number of 0 or more is needed")));
            match k {
                "application.id" => v.clone_into(&mut c.application),
                "commit.interval.ms" => c.commit_interval_ms = number()?,
                "snapshot.interval.ms" => c.snapshot_interval_ms = number()?,
                "repartition.purge.interval.ms" => c.purge_interval_ms = number()?,
                "state.dir" => c.state_dir = (!v.is_empty()).then(|| PathBuf::from(v)),
                "replication.factor" => c.replication = v.parse().map_err(|_| Error::invalid_arg(format!("{k}={v}: a number is needed")))?,
                "create.sources" => c.create_sources = v.parse().map_err(|_| Error::invalid_arg(format!("{k}={v}: true or false is needed")))?,
                "poll.records" => c.poll_records = number()?.max(1) as usize,
                "processing.guarantee" if v == "at_least_once" => {}
                "processing.guarantee" => {
                    return Err(Error::new(
                        Code::NOT_IMPLEMENTED,
                        "processing.guarantee is at_least_once: exactly-once needs transactions, which the broker does not have yet",
                    ));
                }
                _ => c.client.push((k.to_owned(), v.to_owned())),
            }
        }
        if !wellhead_base::ids::topic_name_valid(&c.application) {
            return Err(Error::invalid_arg(format!("application.id \"{}\": 1 to 249 of a-z A-Z 0-9 . _ - are needed", c.application)));
        }
        Ok(c)
    }
}

/// What a program is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It makes topics and joins its group.
    Starting,
    /// State comes back.
    Restoring,
    Running,
    Stopped,
    /// It stopped by an error.
    Failed(Error),
}

/// Figures of a running program.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Metrics {
    #[serde(flatten)]
    pub counters: Counters,
    pub tasks: usize,
    pub commits: u64,
    /// About how much memory state takes, bytes.
    pub state_bytes: usize,
    /// How long the last restore took, milliseconds, and how many entries came back (from snapshots; from changelogs).
    pub restore_ms: i64,
    /// Tasks that went on with the state they had at the last rebalance.
    pub kept_tasks: usize,
    pub restored_snapshot: u64,
    pub restored_changelog: u64,
}

pub(crate) enum Ask {
    Find(usize, Keys, Sender<Result<Chunk>>),
    Metrics(Sender<Metrics>),
    Commit(Sender<Result<()>>),
    CatchUp(Sender<Result<()>>),
    Stop,
}

pub(crate) struct Status {
    state: Mutex<State>,
    changed: Condvar,
}
impl Status {
    pub fn set(&self, s: State) {
        let mut at = self.state.lock();
        // The first error is the one that tells why.
        if !matches!(*at, State::Failed(_)) {
            *at = s;
        }
        self.changed.notify_all();
    }
}

/// A running program. Dropping it stops it without waiting; `stop` commits first.
pub struct App {
    plan: Arc<Checked>,
    asks: Sender<Ask>,
    status: Arc<Status>,
    thread: Mutex<Option<std::thread::JoinHandle<()>>>,
}

impl App {
    /// Checks the plan and starts its thread. Does not wait for the broker: `wait_running` does.
    pub fn start(plan: &Plan, functions: Functions, config: Config) -> Result<App> {
        let plan = Arc::new(plan.check()?);
        // At most so many questions wait; whoever asks then waits for room.
        let (asks, inbox): (Sender<Ask>, Receiver<Ask>) = bounded(64);
        let status = Arc::new(Status { state: Mutex::new(State::Starting), changed: Condvar::new() });
        let worker = worker::Worker::new(plan.clone(), functions, config, inbox, status.clone())?;
        let of_thread = status.clone();
        let thread = std::thread::Builder::new()
            .name("wellhead-streams".to_owned())
            .spawn(move || {
                // A panic in a user's function must not leave the program looking alive.
                let end = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| worker.run()));
                of_thread.set(match end {
                    Ok(Ok(())) => State::Stopped,
                    Ok(Err(e)) => State::Failed(e),
                    Err(_) => State::Failed(Error::new(Code::FAIL, "the program panicked; its message is in the log")),
                });
            })
            .map_err(|e| Error::new(Code::CRIT_SYS_RESOURCE, format!("a thread: {e}")))?;
        Ok(App { plan, asks, status, thread: Mutex::new(Some(thread)) })
    }
    pub fn plan(&self) -> &Checked {
        &self.plan
    }
    pub fn state(&self) -> State {
        self.status.state.lock().clone()
    }
    /// Waits until the program runs; an error when it failed or stopped, or when `timeout` is over (TIMED_OUT).
    pub fn wait_running(&self, timeout: Duration) -> Result<()> {
        let deadline = Instant::now() + timeout;
        let mut s = self.status.state.lock();
        loop {
            match &*s {
                State::Running => return Ok(()),
                State::Failed(e) => return Err(e.clone()),
                State::Stopped => return Err(Error::new(Code::STATE, "the program is stopped")),
                State::Starting | State::Restoring => {}
            }
            if self.status.changed.wait_until(&mut s, deadline).timed_out() {
                return Err(Error::new(Code::TIMED_OUT, format!("the program does not run yet: {s:?}")));
            }
        }
    }
    /// Waits until the program ends; its error where it failed. TIMED_OUT while it goes on.
    pub fn wait_ended(&self, timeout: Duration) -> Result<()> {
        let deadline = Instant::now() + timeout;
        let mut s = self.status.state.lock();
        loop {
            match &*s {
                State::Stopped => return Ok(()),
                State::Failed(e) => return Err(e.clone()),
                _ => {}
            }
            if self.status.changed.wait_until(&mut s, deadline).timed_out() {
                return Err(Error::new(Code::TIMED_OUT, "the program goes on"));
            }
        }
    }
    fn ask<T>(&self, make: impl FnOnce(Sender<T>) -> Ask, timeout: Duration) -> Result<T> {
        let (to, from) = bounded(1);
        let ended = || match self.state() {
            State::Failed(e) => e,
            _ => Error::new(Code::STATE, "the program is stopped"),
        };
        self.asks.send_timeout(make(to), timeout).map_err(|_| ended())?;
        from.recv_timeout(timeout).map_err(|e| match e {
            crossbeam_channel::RecvTimeoutError::Timeout => Error::new(Code::TIMED_OUT, "the program did not answer in time"),
            crossbeam_channel::RecvTimeoutError::Disconnected => ended(),
        })
    }
    /// What a table of the plan holds in this process, as one chunk sorted by key. Blocks until the program is between two batches.
    pub fn table(&self, node: usize, timeout: Duration) -> Result<Chunk> {
        self.find(node, Keys::all(), timeout)
    }
    /// Some rows of a table, sorted by key: one key, a range, or a page after the last key of the page before. What is read is what the
    /// program has processed so far, committed or not, of one moment between two batches; a page is of its own moment. The program does
    /// nothing else while the rows are put together, so large tables are better read in pages than whole.
    pub fn find(&self, node: usize, keys: Keys, timeout: Duration) -> Result<Chunk> {
        self.ask(|to| Ask::Find(node, keys, to), timeout)?
    }
    pub fn metrics(&self, timeout: Duration) -> Result<Metrics> {
        self.ask(Ask::Metrics, timeout)
    }
    /// Commits now, and waits for it.
    pub fn commit(&self, timeout: Duration) -> Result<()> {
        self.ask(Ask::Commit, timeout)?
    }
    /// Waits until everything that the program's topics hold now has been processed, written and committed. An answer of a table is then at
    /// least as new as the moment of the call.
    pub fn catch_up(&self, timeout: Duration) -> Result<()> {
        self.ask(Ask::CatchUp, timeout)?
    }
    /// Commits, leaves the group and ends. The error by which the program failed, if it did.
    pub fn stop(&self, timeout: Duration) -> Result<()> {
        let _ = self.asks.send_timeout(Ask::Stop, timeout);
        let end = self.wait_ended(timeout);
        if !matches!(&end, Err(e) if e.code == Code::TIMED_OUT)
            && let Some(t) = self.thread.lock().take()
        {
            let _ = t.join();
        }
        end
    }
}
impl Drop for App {
    fn drop(&mut self) {
        let _ = self.asks.try_send(Ask::Stop);
    }
}
