//! The producer's driver: one task that feeds the sender with what happened and does what it says. Owns the connections of the
//! sinks, the topics' metadata and the deadlines of records that wait for it. Decides nothing about batches.

use super::accumulator::{Accumulator, BatchLimits, Queue};
use super::reports::Reports;
use super::sender::{Answer, Effect, Sender};
use super::topic::{Placing, SharedMailbox, State, Topic, Topics, Waiting};
use super::{DeliveryReport, Persisted};
use crate::cluster::{Class, Cluster, Link, Target};
use crate::config::ProducerConfig;
use crate::types::TimestampType;
use bytes::Bytes;
use parking_lot::Mutex;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use wellhead_base::{Code, Error, Result, TopicId};
use wellhead_wire::messages::{InitProducerIdRequest, ProduceRequest, ProduceResponse};
use wellhead_wire::views::ProduceRequestWriter;

/// Topics in one metadata request.
const METADATA_TOPICS_MAX: usize = 1000;
/// How often a driver that ends looks, a millisecond apart, for records whose sender it met in the middle.
const LATE_RECORDS_TURNS: usize = 1000;

/// What the sending threads and the driver share.
pub(crate) struct Core {
    pub cfg: ProducerConfig,
    pub cluster: Arc<Cluster>,
    pub limits: BatchLimits,
    pub topics: Topics,
    pub mailbox: SharedMailbox,
    pub notify: Notify,
    pub reports: Reports,
    /// Threads in flush: nothing lingers.
    pub flushing: AtomicUsize,
    pub closing: AtomicBool,
    pub fatal: Mutex<Option<Error>>,
}

impl Core {
    pub fn placing(&self) -> Placing<'_> {
        Placing { partitioner: self.cfg.partitioner, sticky_ms: self.cfg.sticky_ms, limits: &self.limits }
    }
}

/// Something that was waited for.
enum Done {
    Connected(i32, Result<Arc<Link>>),
    Answered { node: i32, request: u64, outcome: Result<Outcome> },
    Ids(Result<(i64, i16)>),
    Metadata(Vec<Arc<str>>, Result<()>),
}
#[derive(Default)]
struct Outcome {
    answers: HashMap<usize, Answer>,
    /// Topic, partition, leader and epoch that the broker knows better.
    leaders: Vec<(Arc<str>, i32, i32, i32)>,
}

type UnderWay = VecDeque<(u64, Option<Result<Outcome>>)>;

struct Tracked {
    topic: Arc<Topic>,
    accumulators: Vec<Arc<Accumulator>>,
}

pub(crate) struct Driver {
    core: Arc<Core>,
    sender: Sender,
    tasks: JoinSet<Done>,
    links: HashMap<i32, Arc<Link>>,
    /// Per node its requests in the order in which they went out, with the outcomes that came before an older one's: tasks end in
    /// any order, and reports must come in the order of the records.
    under_way: HashMap<i32, UnderWay>,
    topics: HashMap<Arc<str>, Tracked>,
    /// Topics without partitions: their records wait.
    unknown: BTreeSet<Arc<str>>,
    /// Topics to ask about.
    stale: BTreeSet<Arc<str>>,
    asking: bool,
    ask_not_before_us: i64,
    ask_failures: u32,
    refresh_at_us: Option<i64>,
    reports: Vec<(DeliveryReport, usize)>,
}

impl Driver {
    pub fn new(core: Arc<Core>) -> Driver {
        let sender = Sender::new(core.cfg.clone(), core.cluster.retry_backoff());
        Driver {
            sender,
            tasks: JoinSet::new(),
            links: HashMap::new(),
            under_way: HashMap::new(),
            topics: HashMap::new(),
            unknown: BTreeSet::new(),
            stale: BTreeSet::new(),
            asking: false,
            ask_not_before_us: 0,
            ask_failures: 0,
            refresh_at_us: None,
            reports: Vec::new(),
            core,
        }
    }

    fn now_us(&self) -> i64 {
        self.core.cluster.clock.mono_us()
    }

    pub async fn run(mut self) {
        loop {
            let now = self.now_us();
            self.take_mail(now);
            if self.core.closing.load(Ordering::Acquire) {
                break;
            }
            let mut next = self.mind_topics(now);
            let flushing = self.core.flushing.load(Ordering::Acquire) > 0;
            let (effects, due) = self.sender.poll(now, flushing);
            let acted = self.perform(now, effects);
            self.hand_over();
            if acted {
                continue; // What was done at once (acks=0) may have made room.
            }
            next = match (next, due) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            let core = self.core.clone();
            let pause = next.map_or(Duration::from_secs(3600), |at| Duration::from_micros((at - now).max(0) as u64));
            tokio::select! {
                () = core.notify.notified() => {}
                Some(done) = self.tasks.join_next() => if let Ok(d) = done {
                    self.on_done(d);
                    while let Some(Ok(d)) = self.tasks.try_join_next() {
                        self.on_done(d);
                    }
                },
                () = tokio::time::sleep(pause) => {}
            }
        }
        // What is queued fails now. A thread that was admitted just before may still be writing its record, which is waited for: a
        // record that `send` took always gets its report.
        let gone = |code| Error::new(code, "the producer was closed");
        self.core.reports.close();
        for _ in 0..LATE_RECORDS_TURNS {
            let now = self.now_us();
            self.take_mail(now);
            self.purge(now, true, true, &gone(Code::PURGE_QUEUE), &gone(Code::PURGE_INFLIGHT));
            self.hand_over();
            if self.core.reports.outstanding() == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.core.reports.end();
        self.core.cluster.close();
    }

    fn take_mail(&mut self, now: i64) {
        let mail = std::mem::take(&mut *self.core.mailbox.lock());
        for topic in mail.new_topics {
            if self.sender.wants_ids_early() {
                self.want_ids(0);
            }
            self.unknown.insert(topic.name.clone());
            self.stale.insert(topic.name.clone());
            self.ask_not_before_us = self.ask_not_before_us.min(now);
            self.topics.insert(topic.name.clone(), Tracked { topic, accumulators: Vec::new() });
        }
        for i in mail.woken {
            self.sender.on_wake(i);
        }
        for (queued, in_flight) in mail.purges {
            self.purge(now, queued, in_flight, &Error::code(Code::PURGE_QUEUE), &Error::code(Code::PURGE_INFLIGHT));
        }
    }

    fn purge(&mut self, now: i64, queued: bool, in_flight: bool, why_queued: &Error, why_in_flight: &Error) {
        let mut out = Vec::new();
        if in_flight {
            self.sender.fail_in_flight(now, why_in_flight, &mut out);
        }
        if queued {
            self.sender.fail_queued(now, why_queued, &mut out);
            for name in self.unknown.clone() {
                let lost = self.topics.get(&name).map(|t| take_waiting(&t.topic)).unwrap_or_default();
                self.lose(&name, lost.into_iter().map(|w| (w, why_queued.clone())).collect(), now);
            }
        }
        for e in out {
            if let Effect::Report { report, queued_bytes } = e {
                self.reports.push((report, queued_bytes));
            }
        }
    }

    /// Reports records that never reached an accumulator.
    fn lose(&mut self, topic: &Arc<str>, lost: Vec<(Waiting, Error)>, now: i64) {
        for (w, error) in lost {
            let report = DeliveryReport {
                topic: topic.clone(),
                partition: w.partition,
                base_offset: -1,
                leader_epoch: -1,
                timestamp_type: TimestampType::CreateTime,
                timestamps: vec![w.timestamp_ms],
                tokens: vec![w.token],
                error: Some(error),
                persisted: Persisted::No,
                latency: Duration::from_micros((now - w.since_us).max(0) as u64),
            };
            self.reports.push((report, w.size));
        }
    }

    fn hand_over(&mut self) {
        if let Some(e) = &self.sender.fatal {
            self.core.fatal.lock().get_or_insert_with(|| e.clone());
        }
        self.core.reports.push(std::mem::take(&mut self.reports));
    }

    // --- effects ---

    /// Gives whether something happened at once that the sender should hear of before it sleeps.
    fn perform(&mut self, now: i64, effects: Vec<Effect>) -> bool {
        let mut acted = false;
        for e in effects {
            match e {
                Effect::Report { report, queued_bytes } => self.reports.push((report, queued_bytes)),
                Effect::Connect(node) => {
                    let cluster = self.core.cluster.clone();
                    self.tasks.spawn(async move { Done::Connected(node, cluster.link(Target::Node(node), Class::Produce).await) });
                }
                Effect::WantIds => self.want_ids(0),
                Effect::Refresh(topic) => drop(self.stale.insert(topic)),
                Effect::Send { node, request, batches } => acted |= self.send(now, node, request, batches),
            }
        }
        acted
    }

    fn want_ids(&mut self, after_ms: u64) {
        let cluster = self.core.cluster.clone();
        self.tasks.spawn(async move {
            if after_ms > 0 {
                tokio::time::sleep(Duration::from_millis(after_ms)).await;
            }
            let request = InitProducerIdRequest {
                transactional_id: None,
                transaction_timeout_ms: i32::MAX,
                producer_id: -1,
                producer_epoch: -1,
                ..Default::default()
            };
            let r = cluster.call(Target::Any, Class::Control, cluster.cfg.request_timeout, &request).await;
            Done::Ids(r.and_then(|r| if r.error_code == 0 { Ok((r.producer_id, r.producer_epoch)) } else { Err(Error::code(Code(r.error_code))) }))
        });
    }

    fn send(&mut self, now: i64, node: i32, request: u64, batches: Vec<(usize, Bytes)>) -> bool {
        let Some(link) = self.links.get(&node).cloned() else {
            let effects = self.sender.on_broken(now, node, request, &Error::code(Code::TRANSPORT));
            self.perform(now, effects);
            return true;
        };
        let timeout_ms = match self.core.cfg.message_timeout_ms {
            0 => self.core.cfg.request_timeout_ms,
            m => self.core.cfg.request_timeout_ms.min(m.clamp(1, i64::from(i32::MAX)) as i32),
        };
        let (version, parts, places) = match self.encode(&link, timeout_ms, batches) {
            Ok(x) => x,
            Err(e) => {
                self.sender.fatal.get_or_insert(e.clone());
                let effects = self.sender.on_broken(now, node, request, &e);
                self.perform(now, effects);
                return true;
            }
        };
        if self.core.cfg.acks == 0 {
            let effects = match link.cast(parts) {
                Ok(()) => {
                    let ok = |i| (i, Answer { code: Code::NO_ERROR, message: None, base_offset: -1, log_append_time_ms: -1 });
                    self.sender.on_answers(now, node, request, places.into_values().map(ok).collect())
                }
                Err(e) => {
                    self.sink_down(now, node, false);
                    self.sender.on_broken(now, node, request, &e.into())
                }
            };
            self.perform(now, effects);
            return true;
        }
        // The call is queued here and now, so that requests go out in the order of the sender's effects.
        let answer = link.call(parts);
        self.under_way.entry(node).or_default().push_back((request, None));
        let wait = Duration::from_millis(timeout_ms as u64 + 500);
        self.tasks.spawn(async move {
            let outcome = match link.answer(wait, answer).await {
                Ok(bytes) => decode(&link, &bytes, version, places),
                Err(e) => Err(e),
            };
            Done::Answered { node, request, outcome }
        });
        false
    }

    /// The request's frame, and which accumulator each partition in it is.
    #[allow(clippy::type_complexity)] // The key is what an answer names: topic (by name or id) and partition.
    fn encode(&self, link: &Link, timeout_ms: i32, batches: Vec<(usize, Bytes)>) -> Result<(i16, Vec<Bytes>, HashMap<(Key, i32), usize>)> {
        let mut topics: Vec<(Arc<str>, TopicId, Vec<(usize, i32, Bytes)>)> = Vec::new();
        for (i, bytes) in batches {
            let acc = self.sender.accumulator(i);
            match topics.iter_mut().rev().find(|t| t.0 == acc.topic) {
                Some(t) => t.2.push((i, acc.partition, bytes)),
                None => {
                    let id = self.core.cluster.topic(&acc.topic).map_or(TopicId::ZERO, |t| t.id);
                    topics.push((acc.topic.clone(), id, vec![(i, acc.partition, bytes)]));
                }
            }
        }
        let by_id = topics.iter().all(|t| !t.1.is_zero());
        let version = link.versions.newest::<ProduceRequest>(if by_id { i16::MAX } else { 12 })?;
        let refused = |e: wellhead_wire::EncodeError| Error::new(Code::INVALID_ARG, e.to_string());
        let cluster = &self.core.cluster;
        let acks = self.core.cfg.acks;
        let mut w = ProduceRequestWriter::new(version, cluster.correlation_id(), Some(&cluster.cfg.client_id), None, acks, timeout_ms, topics.len())
            .map_err(refused)?;
        let mut places = HashMap::new();
        for (name, id, partitions) in topics {
            w.topic(&name, id, partitions.len()).map_err(refused)?;
            let key = if version >= 13 { Key::Id(id) } else { Key::Name(name) };
            for (i, partition, bytes) in partitions {
                w.partition(partition, bytes).map_err(refused)?;
                places.insert((key.clone(), partition), i);
            }
        }
        Ok((version, w.finish(), places))
    }

    // --- what came ---

    fn sink_down(&mut self, now: i64, node: i32, failed_to_connect: bool) {
        self.links.remove(&node);
        let effects = self.sender.on_down(now, node, failed_to_connect);
        self.perform(now, effects);
    }

    fn on_done(&mut self, done: Done) {
        let now = self.now_us();
        match done {
            Done::Connected(node, Ok(link)) => {
                self.links.insert(node, link);
                self.sender.on_up(node);
            }
            Done::Connected(node, Err(e)) => {
                tracing::debug!(node, error = %e, "no connection");
                self.sink_down(now, node, true);
            }
            Done::Answered { node, request, outcome } => {
                let queue = self.under_way.entry(node).or_default();
                if let Some(at) = queue.iter().position(|r| r.0 == request) {
                    queue[at].1 = Some(outcome);
                }
                while let Some((request, outcome)) = self.next_outcome(node) {
                    self.on_answered(now, node, request, outcome);
                }
            }
            Done::Ids(Ok((id, epoch))) => self.sender.on_ids(id, epoch),
            Done::Ids(Err(e)) if e.code == Code::UNSUPPORTED_FEATURE => {
                tracing::warn!("the broker has no producer ids: going on without idempotence");
                self.sender.idempotent = false;
            }
            Done::Ids(Err(e)) if e.retriable() || e.code == Code::RESOLVE => {
                tracing::debug!(error = %e, "no producer id");
                let pause = self.core.cluster.retry_backoff().first_ms;
                self.want_ids(pause);
            }
            Done::Ids(Err(e)) => {
                let fatal = Error::fatal(e.code, format!("no producer id: {}", e.message()));
                self.sender.fatal.get_or_insert(fatal);
            }
            Done::Metadata(asked, outcome) => self.on_metadata(now, &asked, outcome),
        }
    }

    /// The outcome of the node's oldest request, once it is there.
    fn next_outcome(&mut self, node: i32) -> Option<(u64, Result<Outcome>)> {
        let queue = self.under_way.get_mut(&node)?;
        let outcome = queue.front_mut()?.1.take()?;
        queue.pop_front().map(|(request, _)| (request, outcome))
    }

    fn on_answered(&mut self, now: i64, node: i32, request: u64, outcome: Result<Outcome>) {
        let effects = match outcome {
            Ok(o) => {
                for (topic, partition, leader, epoch) in o.leaders {
                    if self.core.cluster.learn_leader(&topic, partition, leader, epoch) {
                        self.learn(&topic, now);
                    }
                }
                self.sender.on_answers(now, node, request, o.answers)
            }
            Err(e) => {
                tracing::debug!(node, error = %e, "a produce request was not answered");
                if self.links.get(&node).is_some_and(|l| l.conn.is_closed()) {
                    self.sink_down(now, node, false);
                }
                self.sender.on_broken(now, node, request, &e)
            }
        };
        self.perform(now, effects);
    }

    // --- topics ---

    /// Asks about topics when it is time; gives when that is next.
    fn mind_topics(&mut self, now: i64) -> Option<i64> {
        let mut next: Option<i64> = None;
        let mut later = |at: i64| next = Some(next.map_or(at, |n| n.min(at)));
        // Records that wait for a topic too long.
        if self.core.cfg.message_timeout_ms > 0 {
            let timeout = self.core.cfg.message_timeout_ms * 1000;
            for name in self.unknown.clone() {
                let Some(t) = self.topics.get(&name) else { continue };
                let mut late = Vec::new();
                if let State::Unknown { waiting, .. } = &mut *t.topic.state.write() {
                    let n = waiting.iter().take_while(|w| w.since_us + timeout <= now).count();
                    late.extend(waiting.drain(..n).map(|w| (w, Error::code(Code::MSG_TIMED_OUT))));
                    if let Some(w) = waiting.first() {
                        later(w.since_us + timeout);
                    }
                }
                self.lose(&name, late, now);
            }
        }
        if let Some(every) = self.core.cluster.cfg.metadata_refresh
            && !self.topics.is_empty()
        {
            let every = every.as_micros() as i64;
            let at = *self.refresh_at_us.get_or_insert(now + every);
            if now >= at {
                self.stale.extend(self.topics.keys().cloned());
                self.refresh_at_us = Some(now + every);
            }
            later(self.refresh_at_us.unwrap_or(now + every));
        }
        if !self.stale.is_empty() && !self.asking {
            if now >= self.ask_not_before_us {
                let names: Vec<Arc<str>> = self.stale.iter().take(METADATA_TOPICS_MAX).cloned().collect();
                for n in &names {
                    self.stale.remove(n);
                }
                self.asking = true;
                let cluster = self.core.cluster.clone();
                self.tasks.spawn(async move {
                    let list: Vec<&str> = names.iter().map(|n| &**n).collect();
                    let r = cluster.metadata_once(Some(&list), true, cluster.cfg.request_timeout).await.map(drop);
                    Done::Metadata(names, r)
                });
            } else {
                later(self.ask_not_before_us);
            }
        }
        next
    }

    fn on_metadata(&mut self, now: i64, asked: &[Arc<str>], outcome: Result<()>) {
        self.asking = false;
        let fast = self.core.cluster.cfg.metadata_fast.as_micros() as i64;
        self.ask_not_before_us = now + fast;
        if let Err(e) = outcome {
            self.ask_failures += 1;
            if self.ask_failures == 1 {
                tracing::warn!(error = %e, "cannot reach the cluster; trying on");
            }
            self.stale.extend(asked.iter().cloned());
            return;
        }
        self.ask_failures = 0;
        for name in asked {
            self.learn(name, now);
        }
    }

    /// Takes what the cache knows of a topic into the sender and the topic itself.
    fn learn(&mut self, name: &Arc<str>, now: i64) {
        let Some(info) = self.core.cluster.topic(name) else { return };
        let Some(tracked) = self.topics.get_mut(name) else { return };
        if info.partitions.is_empty() {
            self.without_partitions(name, info.error, now);
            return;
        }
        let before = tracked.accumulators.len();
        let mut leaderless = false;
        for (p, at) in info.partitions.iter().enumerate() {
            if p >= tracked.accumulators.len() {
                let acc = Arc::new(Accumulator {
                    topic: name.clone(),
                    partition: p as i32,
                    index: self.sender.len(),
                    queue: Mutex::new(Queue::default()),
                    has_leader: AtomicBool::new(false),
                });
                self.sender.add(acc.clone());
                tracked.accumulators.push(acc);
            }
            self.sender.on_leader(tracked.accumulators[p].index, at.leader, at.leader_epoch);
            leaderless |= at.leader < 0;
        }
        let shrunk = info.partitions.len() < before;
        if tracked.accumulators.len() != before || shrunk || self.unknown.contains(name) {
            let parts = tracked.accumulators[..info.partitions.len()].to_vec();
            let (begun, lost) = tracked.topic.learn(parts, &self.core.placing(), self.core.cluster.clock.wall_ms());
            for i in begun {
                self.sender.on_wake(i);
            }
            self.unknown.remove(name);
            self.lose(name, lost, now);
        }
        if leaderless {
            self.stale.insert(name.clone());
        }
    }

    /// A topic that is not there: perhaps it is being made; after a while its records fail.
    fn without_partitions(&mut self, name: &Arc<str>, code: Code, now: i64) {
        let Some(tracked) = self.topics.get(name) else { return };
        let (mut lost, mut given_up) = (Vec::new(), false);
        if let State::Unknown { waiting, since_us, dormant } = &mut *tracked.topic.state.write() {
            let since = *since_us.get_or_insert(now);
            let passing = code.is_ok() || code.retriable();
            let why = if passing && now - since < self.core.cfg.propagation_max_ms * 1000 {
                None
            } else if code == Code::UNKNOWN_TOPIC_OR_PART || passing {
                Some(Error::new(Code::UNKNOWN_TOPIC, format!("topic \"{name}\" does not exist")))
            } else {
                Some(Error::new(code, format!("topic \"{name}\": {}", code.description())))
            };
            if let Some(e) = why {
                (*since_us, *dormant) = (None, true);
                given_up = true;
                lost.extend(waiting.drain(..).map(|w| (w, e.clone())));
            }
        }
        self.lose(name, lost, now);
        if given_up {
            // The next record for it asks again: under the lock above its sender sees that nobody does.
            self.unknown.remove(name);
        } else {
            self.stale.insert(name.clone());
        }
    }
}

/// How an answer names a topic.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Name(Arc<str>),
    Id(TopicId),
}

fn take_waiting(topic: &Topic) -> Vec<Waiting> {
    match &mut *topic.state.write() {
        State::Unknown { waiting, .. } => std::mem::take(waiting),
        State::Known(_) => Vec::new(),
    }
}

fn decode(link: &Link, bytes: &Bytes, version: i16, places: HashMap<(Key, i32), usize>) -> Result<Outcome> {
    let (_, r) = wellhead_wire::headers::decode_response::<ProduceResponse>(bytes, version).map_err(|e| link.broken("Produce", &e))?;
    let mut out = Outcome::default();
    for t in r.responses {
        let key = if version >= 13 { Key::Id(t.topic_id) } else { Key::Name(t.name.as_str().into()) };
        for p in t.partition_responses {
            let Some(&i) = places.get(&(key.clone(), p.index)) else { continue };
            if p.current_leader.leader_id >= 0
                && let Key::Name(name) = &key
            {
                out.leaders.push((name.clone(), p.index, p.current_leader.leader_id, p.current_leader.leader_epoch));
            }
            let answer =
                Answer { code: Code(p.error_code), message: p.error_message, base_offset: p.base_offset, log_append_time_ms: p.log_append_time_ms };
            out.answers.insert(i, answer);
        }
    }
    Ok(out)
}
