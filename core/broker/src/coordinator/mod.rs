//! The runtime of the group coordinator: it runs `state`'s group machines over the offsets topic.
//!
//! Owns: which partition of `__consumer_offsets` a group lives in, loading a partition, the order of decisions and appends, the
//! requests that wait, the timers. Does not own: the protocol (`state::group`), the log (`log`), request and response forms
//! (`api`).
//!
//! A request becomes an operation on its group's [`shard`], one per partition of the offsets topic. Operations run in the order
//! they arrive: at once when the shard is loaded, else as soon as it is. Whatever an operation wants in the log is appended under
//! the shard's lock, so the log has the order of the decisions; its answers go out when the high watermark has passed it. One
//! task, the driver, completes appends, lets timers fire and drops expired offsets.
//!
//! Invariants: no answer that depends on a record is given before the record is durable; nothing is appended after `stop`; a
//! request is always answered, if only with an error, because dropping an operation answers it.

mod shard;

#[cfg(test)]
mod tests;

use crate::node::Node;
use crate::partitions::{Wait, Waiters};
use parking_lot::Mutex;
use shard::{Op, Shard};
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;
use wellhead_base::env::Rng;
use wellhead_base::{Code, Result};
use wellhead_state::group::{Effects, GroupConfig, Groups, Now, Reply, Token};
use wellhead_state::image::OFFSETS_TOPIC;

/// A request does not wait longer for its partition to load: the client is told to ask again.
const LOAD_WAIT_MS: i64 = 2_000;
/// Threads that load partitions when the node starts.
const LOAD_THREADS: usize = 4;
/// How long `stop` waits for appends that are under way.
const STOP_WAIT: Duration = Duration::from_secs(5);
/// The driver looks at least this often, so that a shard that is stuck in loading is noticed.
const DRIVE_AT_LEAST_MS: i64 = 60_000;

/// What is answered to a request: by the machine, or why it could not be asked.
pub type Answered<T> = Result<T, Code>;

/// Kafka's place of a group: `abs(javaHash(group)) % partitions`.
pub fn partition_of(group: &str, partitions: i32) -> i32 {
    let hash = group.encode_utf16().fold(0i32, |h, c| h.wrapping_mul(31).wrapping_add(i32::from(c)));
    let hash = if hash == i32::MIN { 0 } else { hash.abs() };
    hash % partitions.max(1)
}

/// The groups of this node.
#[derive(Debug)]
pub struct Coordinator {
    inner: Arc<Inner>,
}

/// What shards share.
pub(crate) struct Inner {
    node: Weak<Node>,
    config: OnceLock<Config>,
    /// By partition; made when first needed. Lock order: this one before a shard's.
    shards: Mutex<BTreeMap<i32, Arc<Shard>>>,
    /// Operations that wait for the offsets topic to be made, in order of arrival; None when nobody makes it.
    creating: Mutex<Option<Vec<(String, Op)>>>,
    token_next: AtomicU64,
    /// When the driver wakes next; monotonic milliseconds.
    wake_at: AtomicI64,
    /// Wakes the driver: an append became durable, a timer is nearer than it knows.
    poke: Arc<Waiters>,
    stopping: AtomicBool,
    /// Turns that the driver took, for a test that it sleeps between them.
    #[cfg(test)]
    turns: AtomicU64,
}

struct Config {
    group: GroupConfig,
    expiry_interval_ms: i64,
    load_bytes: usize,
    commit_timeout: Duration,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Coordinator").field("shards", &self.shards.lock().len()).finish_non_exhaustive()
    }
}

impl Coordinator {
    /// Called once while the node is made; `node` cannot be upgraded before `start`.
    pub fn new(node: Weak<Node>) -> Self {
        Self {
            inner: Arc::new(Inner {
                node,
                config: OnceLock::new(),
                shards: Mutex::default(),
                creating: Mutex::new(None),
                token_next: AtomicU64::new(1),
                wake_at: AtomicI64::new(i64::MAX),
                poke: Arc::default(),
                stopping: AtomicBool::new(false),
                #[cfg(test)]
                turns: AtomicU64::new(0),
            }),
        }
    }

    /// Called when the node is ready, on the runtime: loads what is on disk in the background and starts the driver.
    pub fn start(&self, node: &Arc<Node>) {
        let inner = self.inner.clone();
        inner.config(node);
        node.runtime.spawn(drive(Arc::downgrade(&self.inner), node.clock.mono_ms()));
        // All of them are there before the first request, so that a list of groups waits for every one.
        let on_disk = node.log_dir.partitions_on_disk().into_iter().filter(|(t, _)| t == OFFSETS_TOPIC);
        let shards: Vec<_> = on_disk.filter_map(|(_, p)| inner.shard(node, p).ok()).filter(|s| s.begin_load(&inner)).collect();
        for some in shards.chunks(shards.len().div_ceil(LOAD_THREADS).max(1)) {
            let (inner, some, bytes) = (inner.clone(), some.to_vec(), inner.config(node).load_bytes);
            node.spawn_blocking(move || some.iter().for_each(|shard| shard.load(&inner, bytes)));
        }
    }

    /// Takes no more requests and answers those that wait for other members, so that the server need not wait for them. What is on
    /// its way to the log is answered when it is there.
    pub fn begin_stop(&self) {
        self.inner.stopping.store(true, Ordering::SeqCst);
        self.inner.creating.lock().take();
        for shard in self.inner.all() {
            shard.abandon(&self.inner, Code::COORDINATOR_NOT_AVAILABLE);
        }
    }

    /// Called before the log directory is closed: appends nothing afterwards.
    pub async fn stop(&self) {
        self.begin_stop();
        let shards = self.inner.all();
        let deadline = Instant::now() + STOP_WAIT;
        for shard in shards {
            while !shard.is_idle(&self.inner) {
                let mut wait = Wait::new();
                shard.wait_on(&mut wait);
                if shard.is_idle(&self.inner) || !wait.woken(deadline).await {
                    break;
                }
            }
            shard.close();
        }
        self.inner.poke.wake();
    }

    /// Topics were deleted: their committed offsets go.
    pub fn topics_deleted(&self, names: &[String]) {
        let shards = self.inner.all();
        if names.iter().any(|n| n == OFFSETS_TOPIC) {
            self.inner.shards.lock().clear();
            for shard in shards {
                shard.abandon(&self.inner, Code::NOT_COORDINATOR);
                shard.close();
            }
            return;
        }
        for shard in shards {
            let names = names.to_vec();
            shard.submit(
                &self.inner,
                Box::new(move |r| {
                    if let Ok(ready) = r {
                        let names: Vec<&str> = names.iter().map(String::as_str).collect();
                        ready.with_groups(|groups, _, _, fx| groups.topics_deleted(&names, fx));
                    }
                }),
            );
        }
    }

    /// Runs `f` on the group's machine, now or when it is loaded, before this returns if it can be; the machine answers under the
    /// token that `f` is given. With `create` the offsets topic is made if it is not there; without, `f` sees no groups then.
    pub fn ask<F>(&self, group: &str, create: bool, f: F) -> impl Future<Output = Answered<Reply>> + Send + 'static + use<F>
    where
        F: FnOnce(&mut Groups, Now, Token, &mut Rng, &mut Effects) + Send + 'static,
    {
        let token = self.inner.token_next.fetch_add(1, Ordering::Relaxed);
        let (sender, receiver) = oneshot::channel();
        let group_id = group.to_owned();
        let op: Op = Box::new(move |r| match r {
            Ok(ready) => {
                ready.wait_for(token, sender);
                ready.with_groups(|groups, now, rng, fx| f(groups, now, token, rng, fx));
                ready.touch(&group_id);
            }
            Err(code) => drop(sender.send(Err(code))),
        });
        self.inner.submit(group, create, op);
        async move { receiver.await.unwrap_or(Err(Code::COORDINATOR_NOT_AVAILABLE)) }
    }

    /// Runs `f`, which answers at once, on the group's machine. Where there is no offsets topic `f` sees no groups.
    pub fn read<T, F>(&self, group: &str, f: F) -> impl Future<Output = Answered<T>> + Send + 'static + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce(&mut Groups, Now) -> T + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        self.inner.submit(group, false, read_op(sender, f));
        async move { receiver.await.unwrap_or(Err(Code::COORDINATOR_NOT_AVAILABLE)) }
    }

    /// Runs `f` on every shard there is.
    pub fn read_all<T, F>(&self, f: F) -> impl Future<Output = Answered<Vec<T>>> + Send + 'static + use<T, F>
    where
        T: Send + 'static,
        F: Fn(&mut Groups, Now) -> T + Clone + Send + 'static,
    {
        let receivers: Vec<_> = self
            .inner
            .all()
            .into_iter()
            .map(|shard| {
                let (sender, receiver) = oneshot::channel();
                shard.submit(&self.inner, read_op(sender, f.clone()));
                receiver
            })
            .collect();
        async move {
            let mut out = Vec::with_capacity(receivers.len());
            for r in receivers {
                out.push(r.await.unwrap_or(Err(Code::COORDINATOR_NOT_AVAILABLE))?);
            }
            Ok(out)
        }
    }

    /// Makes the group's partition ready for requests: the topic made, the partition loaded.
    pub fn ready(&self, group: &str) -> impl Future<Output = Answered<()>> + Send + 'static + use<> {
        let (sender, receiver) = oneshot::channel();
        self.inner.submit(group, true, read_op(sender, |_, _| ()));
        async move { receiver.await.unwrap_or(Err(Code::COORDINATOR_NOT_AVAILABLE)) }
    }

    /// `offsets.commit.timeout.ms`
    pub fn commit_timeout(&self) -> Duration {
        self.inner.config.get().map_or(Duration::from_secs(5), |c| c.commit_timeout)
    }
}

fn read_op<T: Send + 'static>(sender: oneshot::Sender<Answered<T>>, f: impl FnOnce(&mut Groups, Now) -> T + Send + 'static) -> Op {
    Box::new(move |r| match r {
        Ok(ready) => {
            let mut out = None;
            ready.with_groups(|groups, now, _, _| out = Some(f(groups, now)));
            if let Some(out) = out {
                drop(sender.send(Ok(out)));
            }
        }
        Err(code) => drop(sender.send(Err(code))),
    })
}

impl Inner {
    fn config(&self, node: &Node) -> &Config {
        self.config.get_or_init(|| {
            let c = &node.config;
            let small = |name: &str| c.int(name).clamp(0, i64::from(i32::MAX)) as i32;
            Config {
                group: GroupConfig {
                    session_min_ms: small("group.min.session.timeout.ms"),
                    session_max_ms: small("group.max.session.timeout.ms"),
                    size_max: small("group.max.size") as usize,
                    initial_delay_ms: small("group.initial.rebalance.delay.ms"),
                    gather_ms: small("wellhead.group.gather.ms"),
                    metadata_bytes_max: small("offset.metadata.max.bytes") as usize,
                    retention_ms: c.int("offsets.retention.minutes").saturating_mul(60_000),
                    ..GroupConfig::default()
                },
                expiry_interval_ms: c.int("offsets.retention.check.interval.ms").max(1),
                load_bytes: small("offsets.load.buffer.size").max(1) as usize,
                commit_timeout: Duration::from_millis(c.int("offsets.commit.timeout.ms").max(1) as u64),
            }
        })
    }

    fn all(&self) -> Vec<Arc<Shard>> {
        self.shards.lock().values().cloned().collect()
    }

    /// The shard of a partition that exists.
    fn shard(&self, node: &Arc<Node>, partition: i32) -> Answered<Arc<Shard>> {
        if let Some(s) = self.shards.lock().get(&partition) {
            return Ok(s.clone());
        }
        // Outside of the lock: opening looks at the metadata, whose lock a deletion of topics holds when it comes here.
        let log = node.partition(OFFSETS_TOPIC, partition).map_err(|_| Code::COORDINATOR_NOT_AVAILABLE)?;
        let seed = node.rng.lock().next_u64();
        let made = || Arc::new(Shard::new(log, node.clock.clone(), self.config(node).group.clone(), seed));
        let shard = self.shards.lock().entry(partition).or_insert_with(made).clone();
        // The driver registers with the new shard's log.
        self.poke.wake();
        Ok(shard)
    }

    /// Brings an operation to its group's shard.
    fn submit(self: &Arc<Self>, group: &str, create: bool, op: Op) {
        let Some(node) = self.node.upgrade().filter(|_| !self.stopping.load(Ordering::SeqCst)) else {
            return op(Err(Code::COORDINATOR_NOT_AVAILABLE));
        };
        // Those who came while the topic was being made go first.
        let mut creating = self.creating.lock();
        let partitions = node.metadata.image().topic(OFFSETS_TOPIC).map(|t| t.partitions.len() as i32);
        if let Some(waiting) = &mut *creating {
            return waiting.push((group.to_owned(), op));
        }
        match partitions {
            Some(n) => {
                drop(creating);
                self.dispatch(&node, group, n, op);
            }
            None if create => {
                *creating = Some(vec![(group.to_owned(), op)]);
                drop(creating);
                let inner = self.clone();
                node.runtime.clone().spawn(inner.create_topic(node));
            }
            None => {
                drop(creating);
                shard::on_nothing(&node.clock, &self.config(&node).group, op);
            }
        }
    }

    fn dispatch(self: &Arc<Self>, node: &Arc<Node>, group: &str, partitions: i32, op: Op) {
        match self.shard(node, partition_of(group, partitions)) {
            Ok(shard) => {
                if shard.begin_load(self) {
                    let (inner, shard, bytes) = (self.clone(), shard.clone(), self.config(node).load_bytes);
                    node.spawn_blocking(move || shard.load(&inner, bytes));
                }
                shard.submit(self, op);
            }
            Err(code) => op(Err(code)),
        }
    }

    /// Makes the offsets topic, then lets those who waited go on in their order.
    async fn create_topic(self: Arc<Self>, node: Arc<Node>) {
        let made = node.create_missing(vec![OFFSETS_TOPIC.to_owned()]).await;
        let failure = match made.map(|mut m| m.pop()) {
            Ok(Some(created)) => created.result.err().filter(|e| e.code != Code::TOPIC_ALREADY_EXISTS),
            Ok(None) => None,
            Err(e) => Some(e),
        };
        if let Some(e) = &failure {
            tracing::error!("{OFFSETS_TOPIC} cannot be made: {e}");
        }
        let partitions = node.metadata.image().topic(OFFSETS_TOPIC).map(|t| t.partitions.len() as i32);
        // The lock is held until all are dispatched, so that nobody overtakes them.
        let mut creating = self.creating.lock();
        for (group, op) in creating.take().unwrap_or_default() {
            match partitions {
                Some(n) => self.dispatch(&node, &group, n, op),
                None => op(Err(Code::COORDINATOR_NOT_AVAILABLE)),
            }
        }
    }

    /// A timer is due at `at`; the driver is woken when that is earlier than it knows.
    fn wake_by(&self, at: i64) {
        if self.wake_at.fetch_min(at, Ordering::SeqCst) > at {
            self.poke.wake();
        }
    }
}

/// Completes appends, fires timers and expires offsets until the node is gone or stops.
async fn drive(inner: Weak<Inner>, started_ms: i64) {
    let mut known: Vec<Weak<Shard>> = Vec::new();
    let mut wait = Wait::new();
    let mut expire_at = None;
    let mut first = true;
    loop {
        let deadline = {
            let Some(inner) = inner.upgrade() else { return };
            let Some(node) = inner.node.upgrade() else { return };
            if std::mem::take(&mut first) {
                wait.on(&inner.poke);
            }
            #[cfg(test)]
            inner.turns.fetch_add(1, Ordering::Relaxed);
            let interval = inner.config(&node).expiry_interval_ms;
            let now = node.clock.mono_ms();
            let expire_at = expire_at.get_or_insert(started_ms + interval);
            inner.wake_at.store(i64::MAX, Ordering::SeqCst);
            let shards = inner.all();
            if !shards.iter().map(Arc::as_ptr).eq(known.iter().map(Weak::as_ptr)) {
                // Register with every log anew; a wake that comes between is not lost, as everything is looked at below.
                let mut again = Wait::new();
                again.on(&inner.poke);
                for s in &shards {
                    s.wait_on(&mut again);
                }
                wait = again;
                known = shards.iter().map(Arc::downgrade).collect();
            }
            let due = *expire_at <= now;
            if due {
                *expire_at = now + interval;
            }
            let next = shards.iter().filter_map(|shard| shard.drive(&inner, due)).min().unwrap_or(i64::MAX);
            if inner.stopping.load(Ordering::SeqCst) && shards.iter().all(|s| s.is_closed()) {
                return;
            }
            let at = next.min(*expire_at).min(now + DRIVE_AT_LEAST_MS);
            // A timer that was set since is nearer than this only if it says so, or has already poked.
            let at = at.min(inner.wake_at.fetch_min(at, Ordering::SeqCst));
            Instant::now() + Duration::from_millis((at - node.clock.mono_ms()).max(0) as u64)
        };
        wait.woken(deadline).await;
    }
}
