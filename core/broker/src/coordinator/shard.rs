//! One partition of the offsets topic with its groups: its load, the operations on it, its appends under way, its timers.

use super::{Answered, Inner, LOAD_WAIT_MS};
use crate::partitions::{Partition, Wait};
use parking_lot::Mutex;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::sync::Arc;
use tokio::sync::oneshot;
use wellhead_base::Code;
use wellhead_base::bugs::{self, Bug};
use wellhead_base::env::{Clock, Rng};
use wellhead_base::limits::DECOMPRESSED_BATCH_BYTES_MAX;
use wellhead_log::{Origin, ReadUpTo};
use wellhead_record::{BatchBuilder, Batches, BuilderOptions, NO_HEADERS};
use wellhead_state::group::{Append, Effects, GroupConfig, Groups, Now, Reply, Stored, Token, decode};

/// One operation: on the loaded shard, or told why there is none. Called exactly once.
pub(super) type Op = Box<dyn FnOnce(Answered<&mut Ready>) + Send>;

/// One partition of the offsets topic.
pub(super) struct Shard {
    partition: Arc<Partition>,
    clock: Arc<dyn Clock>,
    config: GroupConfig,
    state: Mutex<State>,
}

struct State {
    load: Load,
    ready: Ready,
}

/// Cold → Loading → Loaded; Loading → Cold when it failed, to be tried again by the next request; any → Closed.
enum Load {
    Cold,
    /// Since when, and who waits for it, in order of arrival.
    Loading(i64, Vec<Op>),
    Loaded,
    Closed,
}

/// What operations work on.
pub(super) struct Ready {
    groups: Groups,
    rng: Rng,
    now: Now,
    waiting: HashMap<Token, oneshot::Sender<Answered<Reply>>>,
    /// Appends that are not durable yet, in the order of the log, and among them in their place those that failed.
    appended: VecDeque<Appending>,
    /// When which group wants to be woken; an entry that `armed` does not confirm is old.
    timers: BinaryHeap<Reverse<(i64, Arc<str>)>>,
    armed: HashMap<Arc<str>, i64>,
    /// Of the operation that runs: what it caused, and the groups whose timers may have changed.
    fx: Effects,
    touched: Vec<Arc<str>>,
}

/// An append's last offset, or why it failed, and what follows from it.
struct Appending {
    last: Result<i64, Code>,
    stored: Vec<(Arc<str>, Stored)>,
}

impl Ready {
    fn new(config: GroupConfig, seed: u64) -> Self {
        Self {
            groups: Groups::new(config),
            rng: Rng::seeded(seed),
            now: Now { mono_ms: 0, wall_ms: 0 },
            waiting: HashMap::new(),
            appended: VecDeque::new(),
            timers: BinaryHeap::new(),
            armed: HashMap::new(),
            fx: Effects::default(),
            touched: Vec::new(),
        }
    }
    /// `sender` gets the machine's answer under `token`.
    pub(super) fn wait_for(&mut self, token: Token, sender: oneshot::Sender<Answered<Reply>>) {
        self.waiting.insert(token, sender);
    }
    pub(super) fn with_groups(&mut self, f: impl FnOnce(&mut Groups, Now, &mut Rng, &mut Effects)) {
        f(&mut self.groups, self.now, &mut self.rng, &mut self.fx);
    }
    /// The operation may have changed this group's timers.
    pub(super) fn touch(&mut self, group: &str) {
        self.touched.push(group.into());
    }

    fn send_replies(&mut self) {
        for (token, reply) in self.fx.replies.drain(..) {
            if let Some(sender) = self.waiting.remove(&token) {
                // Nobody listens any more when the client went away.
                drop(sender.send(Ok(reply)));
            }
        }
    }
    fn arm(&mut self, group: &Arc<str>, inner: &Inner) {
        let Some(at) = self.groups.wake_at(group) else { return };
        let armed = self.armed.entry(group.clone()).or_insert(i64::MAX);
        if at < *armed {
            *armed = at;
            self.timers.push(Reverse((at, group.clone())));
            inner.wake_by(at);
        }
    }
}

/// Runs `op` where there is no offsets topic and so no group.
pub(super) fn on_nothing(clock: &Arc<dyn Clock>, config: &GroupConfig, op: Op) {
    let mut ready = Ready::new(config.clone(), 0);
    ready.now = Now { mono_ms: clock.mono_ms(), wall_ms: clock.wall_ms() };
    op(Ok(&mut ready));
    ready.send_replies();
}

impl Shard {
    pub(super) fn new(partition: Arc<Partition>, clock: Arc<dyn Clock>, config: GroupConfig, seed: u64) -> Self {
        let state = Mutex::new(State { load: Load::Cold, ready: Ready::new(config.clone(), seed) });
        Self { partition, clock, config, state }
    }

    fn now(&self) -> Now {
        Now { mono_ms: self.clock.mono_ms(), wall_ms: self.clock.wall_ms() }
    }

    /// Registers for the log's advance.
    pub(super) fn wait_on(&self, wait: &mut Wait) {
        wait.on(&self.partition.waiters);
    }

    /// True when the caller must now call `load`.
    pub(super) fn begin_load(&self, inner: &Inner) -> bool {
        let mut state = self.state.lock();
        if matches!(state.load, Load::Cold) {
            let now = self.clock.mono_ms();
            state.load = Load::Loading(now, Vec::new());
            inner.wake_by(now + LOAD_WAIT_MS);
            return true;
        }
        false
    }

    /// Runs `op` now, or when the load is done.
    pub(super) fn submit(&self, inner: &Inner, op: Op) {
        let mut state = self.state.lock();
        match &mut state.load {
            Load::Loaded => {
                state.ready.now = self.now();
                op(Ok(&mut state.ready));
                self.carry_out(inner, &mut state.ready);
            }
            Load::Loading(since, _) if self.clock.mono_ms() - *since >= LOAD_WAIT_MS => {
                drop(state);
                op(Err(Code::COORDINATOR_LOAD_IN_PROGRESS));
            }
            Load::Loading(_, waiting) => waiting.push(op),
            Load::Cold | Load::Closed => {
                drop(state);
                op(Err(Code::COORDINATOR_NOT_AVAILABLE));
            }
        }
    }

    /// Reads the partition's log from its start and then runs those who waited. Blocks on the disk.
    pub(super) fn load(&self, inner: &Inner, bytes_at_once: usize) {
        let loaded = self.read_log(bytes_at_once);
        let mut state = self.state.lock();
        let waiting = match std::mem::replace(&mut state.load, Load::Closed) {
            Load::Loading(_, waiting) => waiting,
            // Closed meanwhile.
            _ => return,
        };
        match loaded {
            Err(why) => {
                tracing::error!(partition = self.partition.log.partition(), "the groups of an offsets partition cannot be loaded: {why}");
                state.load = Load::Cold;
                drop(state);
                for op in waiting {
                    op(Err(Code::COORDINATOR_NOT_AVAILABLE));
                }
            }
            Ok(groups) => {
                state.load = Load::Loaded;
                let ready = &mut state.ready;
                ready.groups = groups;
                ready.now = self.now();
                ready.with_groups(|groups, now, _, fx| groups.loaded(now, fx));
                ready.touched = ready.groups.iter().map(|g| g.id.clone()).collect();
                self.carry_out(inner, ready);
                for op in waiting {
                    op(Ok(&mut *ready));
                    self.carry_out(inner, ready);
                }
            }
        }
    }

    fn read_log(&self, bytes_at_once: usize) -> Result<Groups, String> {
        let log = &self.partition.log;
        let mut groups = Groups::new(self.config.clone());
        let now = self.now();
        let offsets = log.offsets().map_err(|e| e.to_string())?;
        let mut next = offsets.log_start;
        let mut scratch = Vec::new();
        while next < offsets.log_end {
            let slice = log.read(next, bytes_at_once, ReadUpTo::LogEnd, true).map_err(|e| e.to_string())?;
            let bytes = slice.to_bytes().map_err(|e| e.to_string())?;
            let before = next;
            for batch in Batches::new(&bytes) {
                let batch = batch.map_err(|e| e.to_string())?;
                next = next.max(batch.last_offset() + 1);
                if batch.is_control() {
                    continue;
                }
                batch.verify_crc().map_err(|e| format!("at offset {}: {e}", batch.base_offset()))?;
                for record in batch.records(&mut scratch, DECOMPRESSED_BATCH_BYTES_MAX).map_err(|e| e.to_string())? {
                    let record = record.map_err(|e| e.to_string())?;
                    let Some(key) = record.key else { continue };
                    match decode(key, record.value) {
                        Ok(entry) => groups.replay(now, entry),
                        // One record of a newer form must not take the others with it.
                        Err(e) => {
                            tracing::warn!(partition = log.partition(), offset = record.offset, "a record of the offsets topic cannot be read: {e}");
                        }
                    }
                }
            }
            if next == before {
                return Err(format!("nothing can be read at offset {next}"));
            }
        }
        Ok(groups)
    }

    /// Carries out what an operation caused: replies go out, records go to the log, timers are set.
    fn carry_out(&self, inner: &Inner, ready: &mut Ready) {
        loop {
            ready.send_replies();
            let appends = std::mem::take(&mut ready.fx.appends);
            if appends.is_empty() {
                break;
            }
            self.append(ready, appends);
            // Under class page-cache what is written is visible at once; and an append that failed is answered.
            self.complete(ready);
        }
        for group in std::mem::take(&mut ready.touched) {
            ready.arm(&group, inner);
        }
    }

    fn append(&self, ready: &mut Ready, appends: Vec<Append>) {
        let mut builder = BatchBuilder::new(BuilderOptions::default());
        let mut built = Ok(());
        for (key, value) in appends.iter().flat_map(|a| &a.records) {
            built = built.and_then(|()| builder.append(ready.now.wall_ms, Some(key), value.as_deref(), NO_HEADERS).map(drop));
        }
        let result = built.and_then(|()| builder.finish()).map_err(|e| e.code()).and_then(|mut batch| {
            self.partition.append(&mut batch, Origin::Coordinator, &*self.clock).map_err(|e| {
                tracing::error!(partition = self.partition.log.partition(), "an append to the offsets topic failed: {e}");
                e.code
            })
        });
        let stored = appends.into_iter().map(|a| (a.group, a.stored)).collect();
        ready.appended.push_back(Appending { last: result.map(|a| a.last_offset), stored });
    }

    /// Lets everything that is durable by now, or failed, have its consequences.
    fn complete(&self, ready: &mut Ready) {
        if ready.appended.is_empty() {
            return;
        }
        let high_watermark = self.partition.log.high_watermark();
        let failed = self.partition.log.failed().map(|e| e.code());
        while let Some(front) = ready.appended.front() {
            let result = match (front.last, failed) {
                (Ok(last), _) if last < high_watermark || bugs::on(Bug::CommitBeforeDurable) => Ok(()),
                (Err(code), _) | (Ok(_), Some(code)) => Err(code),
                (Ok(_), None) => break,
            };
            let Some(done) = ready.appended.pop_front() else { break };
            for (group, s) in done.stored {
                ready.groups.stored(ready.now, &group, s, result, &mut ready.fx);
                ready.touched.push(group);
            }
        }
    }

    /// The driver's turn: appends, timers that are due, and with `expire` old offsets. Returns when the next turn is due, in
    /// monotonic milliseconds.
    pub(super) fn drive(&self, inner: &Inner, expire: bool) -> Option<i64> {
        let mut state = self.state.lock();
        if let Load::Loading(since, waiting) = &mut state.load {
            let left = *since + LOAD_WAIT_MS - self.clock.mono_ms();
            if left <= 0 {
                let waiting = std::mem::take(waiting);
                drop(state);
                for op in waiting {
                    op(Err(Code::COORDINATOR_LOAD_IN_PROGRESS));
                }
                return None;
            }
            return Some(*since + LOAD_WAIT_MS);
        }
        if !matches!(state.load, Load::Loaded) {
            return None;
        }
        let ready = &mut state.ready;
        ready.now = self.now();
        self.complete(ready);
        if expire {
            ready.with_groups(|groups, now, _, fx| groups.expire(now, fx));
        }
        self.carry_out(inner, ready);
        while let Some(Reverse((at, _))) = ready.timers.peek() {
            if *at > ready.now.mono_ms {
                return Some(*at);
            }
            let Some(Reverse((at, group))) = ready.timers.pop() else { break };
            if ready.armed.get(&group) == Some(&at) {
                ready.armed.remove(&group);
                ready.with_groups(|groups, now, _, fx| groups.on_time(now, &group, fx));
                ready.touched.push(group);
                self.carry_out(inner, ready);
            }
        }
        None
    }

    /// Answers everyone who waits for others; appends that are under way still complete.
    pub(super) fn abandon(&self, inner: &Inner, code: Code) {
        let mut state = self.state.lock();
        if let Load::Loading(_, waiting) = &mut state.load {
            let waiting = std::mem::take(waiting);
            state.load = Load::Closed;
            drop(state);
            for op in waiting {
                op(Err(code));
            }
        } else if matches!(state.load, Load::Loaded) {
            let ready = &mut state.ready;
            ready.now = self.now();
            ready.with_groups(|groups, _, _, fx| groups.abandon(code, fx));
            self.carry_out(inner, ready);
        }
    }

    /// No append is under way. Completes what has become durable.
    pub(super) fn is_idle(&self, inner: &Inner) -> bool {
        let mut state = self.state.lock();
        if !matches!(state.load, Load::Loaded) {
            return true;
        }
        let ready = &mut state.ready;
        ready.now = self.now();
        self.complete(ready);
        self.carry_out(inner, ready);
        ready.appended.is_empty()
    }

    /// Nothing is appended from now on; whoever still waits is answered by being dropped.
    pub(super) fn close(&self) {
        let mut state = self.state.lock();
        state.load = Load::Closed;
        state.ready.waiting.clear();
        state.ready.appended.clear();
    }
    pub(super) fn is_closed(&self) -> bool {
        matches!(self.state.lock().load, Load::Closed)
    }
}
