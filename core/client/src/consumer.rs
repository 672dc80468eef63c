//! The consumer's public face. Below it: `state` (positions and the queue, pure), `records` (fetched bytes as records), `session` and
//! `fetch` (sources, one task per broker), `membership` and `group` (the group protocol).
//!
//! Tasks of one consumer: a source per broker, the group's driver, upkeep (metadata, places to find, automatic commits). They share
//! `Inner`; its state mutex is held for moments and never across an await.

mod fetch;
mod group;
mod membership;
mod records;
mod session;
mod state;
mod upkeep;

pub use records::{RecordRef, RecordSet};

use crate::admin::Admin;
use crate::cluster::Cluster;
use crate::config::{Config, ConsumerConfig};
use crate::offsets::{self, Committer};
use crate::stats::Stats;
use crate::types::{Metadata, OFFSET_END, OFFSET_INVALID, TopicPartition, TopicPartitionOffset};
use membership::Membership;
use parking_lot::{Condvar, Mutex, MutexGuard};
use state::{Item, Place, State};
use std::os::fd::RawFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use wellhead_base::{Code, Error, Result};
use wellhead_net::WakeFd;

/// A reader of single records wakes the sources this often while a fetched batch lasts.
const TOUCH_INTERVAL_MS: i64 = 5;
/// How long a consumer that is closed tries to commit while its group is rebalancing.
const LAST_COMMIT: Duration = Duration::from_secs(2);

/// How a partition without a place finds one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    Earliest,
    Latest,
    /// So many before the end.
    Tail(i64),
    /// What the group committed, else auto.offset.reset.
    Committed,
}

/// What `poll` returns.
#[derive(Debug)]
pub enum Event {
    Records(RecordSet),
    /// The end of the partition was reached at `offset` (enable.partition.eof).
    PartitionEof {
        topic: Arc<str>,
        partition: i32,
        offset: i64,
    },
    /// Only with `set_rebalance_events(true)`: the application must call assign (or incremental_assign).
    Assign(Vec<TopicPartitionOffset>),
    /// Only with `set_rebalance_events(true)`: the application must call unassign (or incremental_unassign).
    Revoke {
        partitions: Vec<TopicPartitionOffset>,
        lost: bool,
    },
    /// The outcome of an asynchronous or automatic commit.
    Committed {
        error: Option<Error>,
        offsets: Vec<TopicPartitionOffset>,
    },
    Error(Error),
}

/// Which membership of a group wrote something; for transactions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupMetadata {
    pub group_id: String,
    pub generation_id: i32,
    pub member_id: String,
    pub group_instance_id: Option<String>,
}

/// What the handle and the tasks share.
pub(crate) struct Inner {
    cluster: Arc<Cluster>,
    cfg: ConsumerConfig,
    /// Taken before `member`, for moments only.
    state: Mutex<State>,
    arrived: Condvar,
    fd: WakeFd,
    /// Counts changes that tasks wait for: assignment, places, room in the queue, subscription, close.
    tick: watch::Sender<u64>,
    metadata_wanted: tokio::sync::Notify,
    member: Mutex<Membership>,
    cooperative: AtomicBool,
    /// Commits go out one after the other, so that an older one never overtakes a newer.
    committing: tokio::sync::Mutex<()>,
    tasks: Mutex<Vec<tokio::task::JoinHandle<()>>>,
    patterns: Mutex<Vec<(String, regex_lite::Regex)>>,
}

/// The state, for a moment.
fn lock(inner: &Inner) -> MutexGuard<'_, State> {
    inner.state.lock()
}

impl Inner {
    /// Something changed that a task may wait for.
    fn touch(&self) {
        self.tick.send_modify(|n| *n += 1);
    }
    /// The next change after this call.
    async fn changed(&self) {
        let mut r = self.tick.subscribe();
        let _ = r.changed().await;
    }
    /// Ends when the consumer closes.
    async fn closing(&self) {
        let mut r = self.tick.subscribe();
        while !lock(self).closed {
            if r.changed().await.is_err() {
                return;
            }
        }
    }
    fn wake_application(&self) {
        self.arrived.notify_all();
        self.fd.raise();
    }
    fn push(&self, event: Event) {
        lock(self).queue.push_back(Item::Event(event));
        self.wake_application();
    }
    fn want_metadata(&self) {
        self.metadata_wanted.notify_one();
    }
    fn membership(&self) -> Membership {
        self.member.lock().clone()
    }
    fn set_protocol(&self, cooperative: bool) {
        self.cooperative.store(cooperative, Ordering::Release);
    }

    /// Whether a topic's name is one that the subscription means.
    fn matches(&self, topic: &str) -> bool {
        self.patterns.lock().iter().any(|(_, p)| p.is_match(topic))
    }
    /// The subscribed topics from what is cached; None when there is no pattern, so that nothing can have changed.
    fn resolve_now(&self) -> Option<Vec<String>> {
        if self.patterns.lock().is_empty() {
            return None;
        }
        let names: Vec<Arc<str>> = self.cluster.with_cache(|c| c.topics.values().filter(|t| t.error.is_ok()).map(|t| t.name.clone()).collect());
        let mut out: Vec<String> = lock(self).subscription.iter().filter(|t| !t.starts_with('^')).cloned().collect();
        out.extend(names.iter().filter(|n| self.matches(n)).map(|n| n.to_string()));
        out.sort();
        out.dedup();
        Some(out)
    }
    /// The subscribed topics, with patterns resolved by asking for all topics.
    async fn subscribed_topics(&self) -> Result<Vec<String>> {
        if !self.patterns.lock().is_empty() {
            self.cluster.metadata(None, false, self.cluster.cfg.request_timeout).await?;
        }
        let mut plain = lock(self).subscription.clone();
        plain.sort();
        plain.dedup();
        Ok(self.resolve_now().unwrap_or(plain))
    }

    fn committer(&self) -> Result<Committer> {
        let group =
            self.cfg.group_id.clone().ok_or_else(|| Error::new(Code::UNKNOWN_GROUP, "group.id is not set: there is no group to commit for"))?;
        let m = self.membership();
        Ok(Committer {
            group,
            generation: m.generation,
            member_id: if m.generation < 0 { String::new() } else { m.member_id },
            instance_id: self.cfg.instance_id.clone(),
        })
    }

    /// Commits, following the coordinator, until `timeout`. Outcomes are per partition.
    async fn commit(self: &Arc<Self>, offsets: Vec<TopicPartitionOffset>, timeout: Duration) -> Result<Vec<TopicPartitionOffset>> {
        let deadline = tokio::time::Instant::now() + timeout.min(Duration::from_secs(86_400));
        let _order = tokio::time::timeout_at(deadline, self.committing.lock()).await.map_err(|_| Error::code(Code::TIMED_OUT))?;
        let mut failures = 0;
        loop {
            let who = self.committer()?;
            let once = offsets::commit(&self.cluster, &who, &offsets, self.cluster.cfg.request_timeout);
            let outcome = tokio::time::timeout_at(deadline, once)
                .await
                .unwrap_or_else(|_| Err(Error::new(Code::TIMED_OUT, "the commit was not answered in time")));
            let moved = match &outcome {
                Ok(rows) => rows.iter().filter_map(|r| r.error.as_ref()).find(|e| offsets::coordinator_moved(e.code)).map(|e| e.code),
                Err(e) => Some(e.code).filter(|c| offsets::coordinator_moved(*c)),
            };
            failures += 1;
            let pause = Duration::from_millis(self.cluster.retry_backoff().after(failures));
            if moved.is_none() || tokio::time::Instant::now() + pause >= deadline {
                if let Ok(rows) = &outcome {
                    lock(self).committed(rows);
                }
                return outcome;
            }
            self.cluster.forget_coordinator(&who.group);
            tokio::time::sleep(pause).await;
        }
    }
    /// The commit of a consumer that is closed. A rebalance that is under way refuses it until each member has its share, which takes
    /// moments: who gives up at once has all of it read again by others.
    async fn commit_last(self: &Arc<Self>, timeout: Duration) {
        let deadline = tokio::time::Instant::now() + timeout.min(LAST_COMMIT);
        loop {
            let offsets = lock(self).uncommitted();
            if offsets.is_empty() {
                return;
            }
            let outcome = self.commit(offsets.clone(), timeout).await;
            let code = match &outcome {
                Ok(rows) => rows.iter().find_map(|r| r.error.as_ref()).map(|e| e.code),
                Err(e) => Some(e.code),
            };
            if matches!(code, Some(Code::REBALANCE_IN_PROGRESS | Code::ILLEGAL_GENERATION)) && tokio::time::Instant::now() < deadline {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
            self.push(committed_event(outcome, offsets));
            return;
        }
    }
    /// Commits what is stored and tells the application how it went.
    async fn commit_stored(self: &Arc<Self>, timeout: Duration) {
        let offsets = lock(self).uncommitted();
        if offsets.is_empty() || self.cfg.group_id.is_none() {
            return;
        }
        let event = committed_event(self.commit(offsets.clone(), timeout).await, offsets);
        self.push(event);
    }
}

/// The error of a whole commit: its own, or that of the first partition that failed.
fn committed_event(outcome: Result<Vec<TopicPartitionOffset>>, asked: Vec<TopicPartitionOffset>) -> Event {
    match outcome {
        Ok(offsets) => Event::Committed { error: offsets.iter().find_map(|o| o.error.clone()), offsets },
        Err(e) => Event::Committed { error: Some(e), offsets: asked },
    }
}

/// Stops the tasks when the last handle is dropped; the group learns by the session's end.
struct Handle {
    inner: Arc<Inner>,
    config: Config,
}
impl Drop for Handle {
    fn drop(&mut self) {
        stop(&self.inner);
    }
}

fn stop(inner: &Inner) {
    lock(inner).closed = true;
    inner.touch();
    inner.wake_application();
    for t in inner.tasks.lock().drain(..) {
        t.abort();
    }
    inner.cluster.close();
}

/// A shared handle. Several threads may use it, but records come in order only to one that polls.
#[derive(Clone)]
pub struct Consumer {
    handle: Arc<Handle>,
}

impl Consumer {
    /// Reads librdkafka's property names. Without group.id the consumer can assign, but neither subscribe nor commit.
    pub fn new<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Consumer> {
        let config = Config::read(pairs)?;
        let cfg = config.consumer()?;
        let cluster = Cluster::new(config.cluster()?)?;
        let fd = WakeFd::new().map_err(|e| Error::new(Code::CRIT_SYS_RESOURCE, format!("eventfd: {e}")))?;
        let mut state = State::default();
        state.last_poll_ms = cluster.now_ms();
        let inner = Arc::new(Inner {
            cluster,
            cfg,
            state: Mutex::new(state),
            arrived: Condvar::new(),
            fd,
            tick: watch::channel(0).0,
            metadata_wanted: tokio::sync::Notify::new(),
            member: Mutex::default(),
            cooperative: AtomicBool::new(false),
            committing: tokio::sync::Mutex::new(()),
            tasks: Mutex::default(),
            patterns: Mutex::default(),
        });
        let listener = Arc::downgrade(&inner);
        inner.cluster.on_trouble(move |e| {
            if let Some(inner) = listener.upgrade() {
                inner.push(Event::Error(e));
            }
        });
        let spawn = |f| inner.cluster.handle.spawn(f);
        let mut tasks = vec![
            spawn(Box::pin(fetch::run(inner.clone())) as std::pin::Pin<Box<dyn Future<Output = ()> + Send>>),
            spawn(Box::pin(upkeep::run(inner.clone()))),
        ];
        if let Some(group) = inner.cfg.group_id.clone() {
            tasks.push(spawn(Box::pin(group::run(inner.clone(), group))));
        }
        *inner.tasks.lock() = tasks;
        Ok(Consumer { handle: Arc::new(Handle { inner, config }) })
    }

    fn inner(&self) -> &Arc<Inner> {
        &self.handle.inner
    }
    fn open(&self) -> Result<MutexGuard<'_, State>> {
        wellhead_net::pid_check()?;
        let s = lock(self.inner());
        if s.closed { Err(Error::new(Code::STATE, "the consumer is closed")) } else { Ok(s) }
    }

    /// Joins the group for these topics; a name that begins with ^ is a regular expression over all topics. Replaces the
    /// former subscription. Does not block.
    pub fn subscribe(&self, topics: &[&str]) -> Result<()> {
        if self.inner().cfg.group_id.is_none() {
            return Err(Error::new(Code::UNKNOWN_GROUP, "group.id is not set: subscribing needs a group"));
        }
        if topics.is_empty() {
            return self.unsubscribe();
        }
        let mut patterns = Vec::new();
        for t in topics {
            if t.starts_with('^') {
                let p = regex_lite::Regex::new(t).map_err(|e| Error::invalid_arg(format!("the topic pattern {t} cannot be read: {e}")))?;
                patterns.push(((*t).to_owned(), p));
            } else if !wellhead_base::ids::topic_name_valid(t) {
                return Err(Error::invalid_arg(format!("\"{t}\" is not a topic name: 1 to 249 of a-z, A-Z, 0-9, '.', '_' and '-'")));
            }
        }
        let mut s = self.open()?;
        s.subscription = topics.iter().map(|t| (*t).to_owned()).collect();
        s.subscription_version += 1;
        s.last_poll_ms = self.inner().cluster.now_ms();
        drop(s);
        *self.inner().patterns.lock() = patterns;
        self.inner().touch();
        self.inner().want_metadata();
        Ok(())
    }
    /// Leaves the group; what it had given is taken away.
    pub fn unsubscribe(&self) -> Result<()> {
        let mut s = self.open()?;
        s.subscription.clear();
        s.subscription_version += 1;
        drop(s);
        self.inner().patterns.lock().clear();
        self.inner().touch();
        Ok(())
    }
    pub fn subscription(&self) -> Vec<String> {
        lock(self.inner()).subscription.clone()
    }

    /// Changes the assignment, which is also the answer to a rebalance that waits for it.
    fn reassign(&self, change: impl FnOnce(&mut State) -> Result<()>) -> Result<()> {
        let mut s = self.open()?;
        change(&mut s)?;
        s.rebalance_pending = false;
        drop(s);
        self.inner().touch();
        self.inner().want_metadata();
        Ok(())
    }
    /// Replaces the assignment. An offset may be special; OFFSET_INVALID means the committed one, else auto.offset.reset.
    pub fn assign(&self, partitions: &[TopicPartitionOffset]) -> Result<()> {
        check(partitions)?;
        self.reassign(|s| {
            s.assign(partitions);
            Ok(())
        })
    }
    pub fn unassign(&self) -> Result<()> {
        self.reassign(|s| {
            // Under a rebalance the driver commits what is stored before it lets go; it takes the partitions then.
            if !s.rebalance_pending {
                s.assign(&[]);
            }
            Ok(())
        })
    }
    pub fn incremental_assign(&self, partitions: &[TopicPartitionOffset]) -> Result<()> {
        check(partitions)?;
        self.reassign(|s| s.add(partitions))
    }
    pub fn incremental_unassign(&self, partitions: &[TopicPartition]) -> Result<()> {
        self.reassign(|s| {
            if let Some(p) = partitions.iter().find(|p| !s.cursors.contains_key(p)) {
                return Err(Error::new(Code::STATE, format!("{p} is not assigned")));
            }
            if !s.rebalance_pending {
                s.remove(partitions);
            }
            Ok(())
        })
    }
    pub fn assignment(&self) -> Vec<TopicPartition> {
        lock(self.inner()).assignment()
    }
    /// The assignment was taken away without a chance to commit (session lost, fenced).
    pub fn assignment_lost(&self) -> bool {
        lock(self.inner()).assignment_lost
    }
    /// `NONE`, `EAGER` or `COOPERATIVE`.
    pub fn rebalance_protocol(&self) -> &'static str {
        if self.inner().membership().outside_generation() {
            "NONE"
        } else if self.inner().cooperative.load(Ordering::Acquire) {
            "COOPERATIVE"
        } else {
            "EAGER"
        }
    }
    /// Whether `Assign` and `Revoke` come out of `poll` and wait for the application's answer. Off: handled inside.
    pub fn set_rebalance_events(&self, wanted: bool) {
        lock(self.inner()).rebalance_events = wanted;
    }

    /// Waits up to `timeout` for events; returns as soon as there are some. At most `max_records` records in all.
    pub fn poll(&self, max_records: usize, timeout: Duration) -> Result<Vec<Event>> {
        let inner = self.inner();
        let mut s = self.open()?;
        s.polling += 1;
        let out = self.poll_until(&mut s, max_records.max(1), timeout);
        s.polling -= 1;
        let now_ms = inner.cluster.now_ms();
        s.last_poll_ms = now_ms;
        if s.queue.is_empty() {
            inner.fd.clear();
        }
        // There may be room again for what the sources hold back. Waking them costs more than giving out one record, so whoever
        // reads record by record does it when a fetched batch is used up, and every few milliseconds.
        let used_up = !matches!(s.queue.front(), Some(Item::Load(_)));
        let touch = used_up || max_records > 1 || now_ms - s.last_touch_ms >= TOUCH_INTERVAL_MS;
        if touch {
            s.last_touch_ms = now_ms;
        }
        drop(s);
        if touch {
            inner.touch();
        }
        Ok(out)
    }

    /// The events that wait, without records and ends of partitions, which keep their place. For a binding that buffers records:
    /// a rebalance must not wait until they are read. Counts as a poll; does not block.
    pub fn poll_events(&self) -> Result<Vec<Event>> {
        let inner = self.inner();
        let mut s = self.open()?;
        let (mut out, mut kept) = (Vec::new(), std::collections::VecDeque::with_capacity(s.queue.len()));
        for item in std::mem::take(&mut s.queue) {
            match item {
                Item::Event(e) => out.push(e),
                other => kept.push_back(other),
            }
        }
        s.queue = kept;
        s.last_poll_ms = inner.cluster.now_ms();
        if s.queue.is_empty() {
            inner.fd.clear();
        }
        Ok(out)
    }

    fn poll_until(&self, s: &mut MutexGuard<'_, State>, max: usize, timeout: Duration) -> Vec<Event> {
        let inner = self.inner();
        let (mut out, mut given) = (Vec::new(), 0);
        // Asked for only where something has to be waited for.
        let mut deadline = None;
        loop {
            while given < max {
                match s.pop() {
                    None => break,
                    Some(Item::Event(e)) => out.push(e),
                    Some(Item::Eof { tp, offset, .. }) => out.push(Event::PartitionEof { topic: tp.topic, partition: tp.partition, offset }),
                    Some(Item::Load(mut load)) => {
                        if load.sets.is_empty() {
                            // Reading may decompress megabytes: not under the lock.
                            MutexGuard::unlocked(s, || load.read());
                        }
                        given += s.give(load, max - given, &inner.cfg, || inner.cluster.now_ms(), &mut out);
                    }
                }
            }
            if !out.is_empty() || s.closed {
                return out;
            }
            if timeout.is_zero() {
                return out;
            }
            // A time too far off for the clock is for ever.
            match *deadline.get_or_insert_with(|| Instant::now().checked_add(timeout)) {
                Some(at) => {
                    if inner.arrived.wait_until(s, at).timed_out() && s.queue.is_empty() {
                        return out;
                    }
                }
                None => inner.arrived.wait(s),
            }
        }
    }

    /// Commits `offsets` (None: the stored ones) and waits. `NO_OFFSET` when there is nothing to commit. Each partition's
    /// outcome is in its `error`.
    pub fn commit(&self, offsets: Option<&[TopicPartitionOffset]>, timeout: Duration) -> Result<Vec<TopicPartitionOffset>> {
        let offsets = self.to_commit(offsets)?;
        let inner = self.inner().clone();
        self.inner().cluster.block_on(timeout, async move { inner.commit(offsets, timeout).await })
    }
    /// As `commit`; the outcome comes as `Event::Committed`.
    pub fn commit_async(&self, offsets: Option<&[TopicPartitionOffset]>) -> Result<()> {
        let offsets = self.to_commit(offsets)?;
        let inner = self.inner().clone();
        self.inner().cluster.handle.spawn(async move {
            let outcome = inner.commit(offsets.clone(), inner.cluster.cfg.request_timeout).await;
            inner.push(committed_event(outcome, offsets));
        });
        Ok(())
    }
    fn to_commit(&self, offsets: Option<&[TopicPartitionOffset]>) -> Result<Vec<TopicPartitionOffset>> {
        self.inner().committer()?;
        let s = self.open()?;
        let offsets: Vec<_> = match offsets {
            Some(given) => given.iter().filter(|o| o.offset >= 0).cloned().collect(),
            None => s.uncommitted(),
        };
        if offsets.is_empty() { Err(Error::code(Code::NO_OFFSET)) } else { Ok(offsets) }
    }
    /// Sets what the next commit without offsets commits: `offset` is that of the next record to read. The partitions must be
    /// assigned. An offset below zero is no position: nothing is stored for it.
    pub fn store_offsets(&self, offsets: &[TopicPartitionOffset]) -> Result<()> {
        let mut s = self.open()?;
        let known = |o: &TopicPartitionOffset| self.inner().cluster.with_cache(|c| c.leader(&o.topic, o.partition)).is_some();
        let stored = |o: &TopicPartitionOffset| match s.store(o) {
            // librdkafka's distinction: one that was never heard of, and one that is (or was) somebody else's.
            Err(e) if e.code == Code::STATE && !known(o) => Err(Error::new(Code::UNKNOWN_PARTITION, e.message())),
            r => r,
        };
        // One that is not assigned any more must not keep the others from being stored.
        offsets.iter().map(stored).fold(Ok(()), Result::and)
    }
    /// What the group committed; OFFSET_INVALID where nothing.
    pub fn committed(&self, partitions: &[TopicPartition], timeout: Duration) -> Result<Vec<TopicPartitionOffset>> {
        let group = self.inner().committer()?.group;
        drop(self.open()?);
        let (cluster, asked) = (self.inner().cluster.clone(), Arc::new(partitions.to_vec()));
        let rows = self.inner().cluster.block_on(timeout, async move {
            upkeep::patiently(&cluster, timeout, |left| {
                let (cluster, asked, group) = (cluster.clone(), asked.clone(), group.clone());
                async move {
                    let moved = |e: Error| {
                        cluster.forget_coordinator(&group);
                        let again = offsets::coordinator_moved(e.code) || e.retriable();
                        (e, again)
                    };
                    offsets::fetch_committed(&cluster, &group, Some(&asked), true, left).await.map_err(moved)
                }
            })
            .await
            .map_err(|e| cluster.without_bootstrap(e, Code::TIMED_OUT))
        })?;
        Ok(partitions.iter().map(|tp| rows.iter().find(|r| r.tp() == *tp).cloned().unwrap_or_else(|| tp.at(OFFSET_INVALID))).collect())
    }
    /// One past the last record that `poll` returned; OFFSET_INVALID before the first.
    pub fn position(&self, partitions: &[TopicPartition]) -> Vec<TopicPartitionOffset> {
        let s = lock(self.inner());
        partitions.iter().map(|tp| tp.at(s.cursors.get(tp).map_or(OFFSET_INVALID, |c| c.position))).collect()
    }
    /// Goes on from `offset` (may be special). Records of before are not returned any more once this returns.
    pub fn seek(&self, partition: &TopicPartition, offset: i64, _timeout: Duration) -> Result<()> {
        self.open()?.seek(partition, offset)?;
        self.inner().touch();
        Ok(())
    }
    pub fn pause(&self, partitions: &[TopicPartition]) -> Result<()> {
        let mut s = self.open()?;
        partitions.iter().try_for_each(|p| s.pause(p))
    }
    pub fn resume(&self, partitions: &[TopicPartition]) -> Result<()> {
        let mut s = self.open()?;
        partitions.iter().try_for_each(|p| s.resume(p))?;
        drop(s);
        self.inner().touch();
        Ok(())
    }
    pub fn paused(&self) -> Vec<TopicPartition> {
        lock(self.inner()).cursors.iter().filter(|(_, c)| c.paused).map(|(tp, _)| tp.clone()).collect()
    }

    /// The offsets of timestamps, asked until they are all known or the time is over.
    fn list(&self, asked: Vec<(TopicPartition, i64)>, timeout: Duration) -> Result<Vec<(TopicPartition, Result<offsets::Listed>)>> {
        drop(self.open()?);
        let (cluster, read_committed, asked) = (self.inner().cluster.clone(), self.inner().cfg.read_committed, Arc::new(asked));
        self.inner().cluster.block_on(timeout, async move {
            upkeep::patiently(&cluster, timeout, |left| {
                let (cluster, asked) = (cluster.clone(), asked.clone());
                async move {
                    let rows = offsets::list(&cluster, &asked, read_committed, left).await.map_err(|e| (e.clone(), e.retriable()))?;
                    match rows.iter().find_map(|(_, r)| r.as_ref().err().filter(|e| e.retriable() && e.code != Code::UNKNOWN_TOPIC_OR_PART)) {
                        Some(e) => Err((e.clone(), true)),
                        None => Ok(rows),
                    }
                }
            })
            .await
            .map_err(|e| cluster.without_bootstrap(e, Code::ALL_BROKERS_DOWN))
        })
    }
    /// (first offset, next offset) as the broker says now.
    pub fn query_watermarks(&self, partition: &TopicPartition, timeout: Duration) -> Result<(i64, i64)> {
        let mut ends = [0; 2];
        for (end, timestamp) in ends.iter_mut().zip([offsets::EARLIEST, offsets::LATEST]) {
            *end = self.list(vec![(partition.clone(), timestamp)], timeout)?.pop().ok_or(Code::BAD_MSG)?.1?.offset;
        }
        Ok((ends[0], ends[1]))
    }
    /// As the last fetch said; OFFSET_INVALID where not known.
    pub fn cached_watermarks(&self, partition: &TopicPartition) -> (i64, i64) {
        lock(self.inner()).cursors.get(partition).map_or((OFFSET_INVALID, OFFSET_INVALID), |c| (c.low, c.high))
    }
    /// For each partition the first offset whose timestamp is at or after the given `offset` (milliseconds); OFFSET_END when
    /// there is none.
    pub fn offsets_for_times(&self, times: &[TopicPartitionOffset], timeout: Duration) -> Result<Vec<TopicPartitionOffset>> {
        let rows = self.list(times.iter().map(|t| (t.tp(), t.offset)).collect(), timeout)?;
        let answer = |t: &TopicPartitionOffset| match rows.iter().find(|(tp, _)| *tp == t.tp()) {
            Some((tp, Ok(l))) => TopicPartitionOffset { leader_epoch: l.leader_epoch, ..tp.at(if l.offset < 0 { OFFSET_END } else { l.offset }) },
            Some((tp, Err(e))) => TopicPartitionOffset { error: Some(e.clone()), ..tp.at(OFFSET_INVALID) },
            None => t.tp().at(OFFSET_INVALID),
        };
        Ok(times.iter().map(answer).collect())
    }
    /// Asks the cluster: one topic, or all of them. Blocks up to `timeout`.
    pub fn metadata(&self, topic: Option<&str>, timeout: Duration) -> Result<Metadata> {
        drop(self.open()?);
        let (cluster, topic, create) = (self.inner().cluster.clone(), topic.map(str::to_owned), self.inner().cfg.auto_create);
        self.inner().cluster.block_on(timeout, async move {
            let names: Option<Vec<&str>> = topic.as_deref().map(|t| vec![t]);
            cluster.metadata(names.as_deref(), create, timeout).await.map_err(|e| cluster.without_bootstrap(e, Code::TRANSPORT))
        })
    }
    /// None without a group.
    pub fn group_metadata(&self) -> Option<GroupMetadata> {
        let group_id = self.inner().cfg.group_id.clone()?;
        let m = self.inner().membership();
        Some(GroupMetadata { group_id, generation_id: m.generation, member_id: m.member_id, group_instance_id: self.inner().cfg.instance_id.clone() })
    }
    /// "" before the first join.
    pub fn member_id(&self) -> String {
        self.inner().membership().member_id
    }
    /// Readable while events wait. Poll it; do not read or close it.
    pub fn event_fd(&self) -> RawFd {
        self.inner().fd.raw()
    }
    pub fn fatal_error(&self) -> Option<Error> {
        lock(self.inner()).fatal.clone()
    }
    /// Commits what is stored (enable.auto.commit), leaves the group, stops. Waits up to `timeout`. A second call does nothing.
    pub fn close(&self, timeout: Duration) -> Result<()> {
        wellhead_net::pid_check()?;
        let inner = self.inner().clone();
        {
            let mut s = lock(&inner);
            if s.closed {
                return Ok(());
            }
            s.closed = true;
        }
        inner.touch();
        inner.wake_application();
        let last = inner.clone();
        let done = inner.cluster.block_on(timeout, async move {
            if let Some(group) = last.cfg.group_id.clone() {
                if last.cfg.auto_commit {
                    last.commit_last(timeout).await;
                }
                group::leave(&last, &group, "the consumer closed").await;
            }
            Ok(())
        });
        lock(&inner).assign(&[]);
        stop(&inner);
        done
    }
    /// What this consumer can tell about itself; begins a new window of round trips. Does not block.
    pub fn stats(&self) -> Stats {
        let cluster = &self.inner().cluster;
        let (mut partitions, records) = {
            let s = lock(self.inner());
            (s.stats(), s.given)
        };
        for p in &mut partitions {
            p.leader = cluster.with_cache(|c| c.leader(&p.topic, p.partition)).map_or(-1, |l| l.leader);
        }
        Stats {
            waiting_records: partitions.iter().map(|p| p.waiting_records).sum(),
            waiting_bytes: partitions.iter().map(|p| p.waiting_bytes).sum(),
            records,
            record_bytes: 0,
            brokers: cluster.broker_stats(),
            topics_known: cluster.with_cache(|c| c.topics.len()),
            partitions,
        }
    }
    pub fn is_closed(&self) -> bool {
        lock(self.inner()).closed
    }
    pub fn client_id(&self) -> &str {
        &self.inner().cluster.cfg.client_id
    }
    /// An admin with this consumer's configuration.
    pub fn admin(&self) -> Result<Admin> {
        drop(self.open()?);
        Admin::new(self.handle.config.pairs())
    }
}

fn check(partitions: &[TopicPartitionOffset]) -> Result<()> {
    for (i, p) in partitions.iter().enumerate() {
        state::check_offset(p.offset)?;
        if p.partition < 0 {
            return Err(Error::new(Code::UNKNOWN_PARTITION, format!("{} is not a partition", p.tp())));
        }
        if partitions[..i].iter().any(|o| o.partition == p.partition && o.topic == p.topic) {
            return Err(Error::invalid_arg(format!("{} is there twice", p.tp())));
        }
    }
    Ok(())
}

/// The reset policy as a place.
fn reset(cfg: &ConsumerConfig) -> Place {
    match cfg.reset {
        crate::config::Reset::Earliest => Place::Find(Start::Earliest),
        crate::config::Reset::Latest => Place::Find(Start::Latest),
        crate::config::Reset::Error => Place::Nowhere,
    }
}

#[cfg(test)]
mod tests;
