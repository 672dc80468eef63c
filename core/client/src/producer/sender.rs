//! The producer's decisions: what goes to which broker when, what an answer means, what is sent again. A plain machine: events and
//! the time in, effects out; no clock, no sockets.
//!
//! Owns: per partition the batches that were sent or are to be sent again, their sequence numbers, the producer id; per broker (the
//! sink) the requests under way. Does not own: the records of batches never sent (`accumulator`), connections (`driver`).
//!
//! Invariants:
//! - A partition's batches are sent in order. After one failed in a way that allows a retry nothing newer of the partition goes out
//!   until the answers to all its batches under way are in; then it is sent again from the failed one on, in the old order.
//! - With idempotence what is sent again goes one batch at a time: a broker remembers the last five batches of a producer, so that a
//!   batch whose answer was lost may have at most four younger ones behind it, or its duplicate would not be recognised.
//! - The first batch under a producer id goes to a partition alone. A broker that does not know the producer takes whatever sequence
//!   it sees first (since KIP-360), so a second batch would be taken in front of a first one that is refused and sent again: on a
//!   topic that was just made, the broker learns that it leads a partition while the batches come in.
//! - A batch keeps its sequence number through its retries. Only OUT_OF_ORDER_SEQUENCE_NUMBER at the head of the partition (the
//!   broker then has neither it nor anything after it) or UNKNOWN_PRODUCER_ID for a batch that no earlier attempt may have written
//!   lead to a new producer id and new numbers, beginning with 0, for this partition alone.
//! - A batch is reported exactly once. While it is in flight it is not expired: its outcome is open.
//! - One request holds at most one batch of a partition.

use super::accumulator::{Accumulator, Batch, Ready, Sequence};
use super::{DeliveryReport, Persisted};
use crate::config::{Backoff, ProducerConfig};
use crate::types::TimestampType;
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use wellhead_base::{Code, Error};

/// One produce request takes about as much; a single larger batch goes alone.
const REQUEST_BYTES: usize = 8 * 1024 * 1024;
/// New producer ids for one batch before its error is believed.
const RENEWALS_MAX: u32 = 3;

/// A producer id from the cluster. `generation` counts them, so that a partition knows a newer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ids {
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub generation: u32,
}

/// What a broker answered for one partition.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub code: Code,
    pub message: Option<String>,
    pub base_offset: i64,
    pub log_append_time_ms: i64,
}

#[derive(Debug)]
pub(crate) enum Effect {
    /// Send these batches in one request; the outcome comes to `on_answers` or `on_broken`.
    Send {
        node: i32,
        request: u64,
        batches: Vec<(usize, Bytes)>,
    },
    Connect(i32),
    /// Ask for a producer id; the answer comes to `on_ids`.
    WantIds,
    /// The leader of this topic's partitions is in doubt.
    Refresh(Arc<str>),
    Report {
        report: DeliveryReport,
        queued_bytes: usize,
    },
}

struct InFlight {
    request: u64,
    /// None once it was reported although unanswered (purged).
    batch: Option<Batch>,
    /// The answer came and asks for a retry.
    retry: bool,
}

struct Partition {
    acc: Arc<Accumulator>,
    leader: i32,
    leader_epoch: i32,
    /// To be sent again, in order, before anything of the accumulator.
    retry: VecDeque<Batch>,
    in_flight: VecDeque<InFlight>,
    /// Where the batches in flight went.
    in_flight_node: i32,
    ids: Option<Ids>,
    next_sequence: i32,
    /// The partition has a batch of `ids`, so that its broker refuses one that is not the next.
    known: bool,
    /// Wants a producer id newer than `ids`.
    renew: bool,
    not_before_us: i64,
    failures: u32,
}

impl Partition {
    fn stalled(&self) -> bool {
        self.in_flight.iter().any(|f| f.retry)
    }
    /// Something that was sent before is in flight again, or is to be.
    fn again(&self) -> bool {
        !self.retry.is_empty() || self.in_flight.iter().any(|f| f.batch.as_ref().is_some_and(|b| b.attempts > 1))
    }
    fn idle(&self) -> bool {
        self.retry.is_empty() && self.in_flight.is_empty() && self.acc.queue.lock().is_empty()
    }
}

#[derive(Default)]
struct Sink {
    up: bool,
    connecting: bool,
    not_before_us: i64,
    /// Requests under way and the partitions in each.
    requests: HashMap<u64, Vec<usize>>,
}

pub(crate) struct Sender {
    cfg: ProducerConfig,
    backoff: Backoff,
    pub idempotent: bool,
    parts: Vec<Partition>,
    /// Those with anything queued or under way.
    active: BTreeSet<usize>,
    sinks: BTreeMap<i32, Sink>,
    ids: Option<Ids>,
    ids_wanted: bool,
    next_request: u64,
    /// Where the last round ended, so that no partition is always last.
    cursor: usize,
    pub fatal: Option<Error>,
}

fn sequence_after(base: i32, records: usize) -> i32 {
    ((i64::from(base) + records as i64) & i64::from(i32::MAX)) as i32
}

/// Nothing certain is known of what such a request did.
fn leaves_doubt(code: Code) -> bool {
    matches!(
        code,
        Code::TRANSPORT
            | Code::TIMED_OUT
            | Code::REQUEST_TIMED_OUT
            | Code::NOT_ENOUGH_REPLICAS_AFTER_APPEND
            | Code::NETWORK_EXCEPTION
            | Code::BAD_MSG
    )
}

impl Sender {
    pub fn new(cfg: ProducerConfig, backoff: Backoff) -> Sender {
        Sender {
            idempotent: cfg.idempotent,
            cfg,
            backoff,
            parts: Vec::new(),
            active: BTreeSet::new(),
            sinks: BTreeMap::new(),
            ids: None,
            ids_wanted: false,
            next_request: 0,
            cursor: 0,
            fatal: None,
        }
    }

    /// Takes in a partition; its accumulator's `index` must be the number of those before it.
    pub fn add(&mut self, acc: Arc<Accumulator>) {
        assert_eq!(acc.index, self.parts.len(), "accumulators are numbered as they are added");
        self.parts.push(Partition {
            acc,
            leader: -1,
            leader_epoch: -1,
            retry: VecDeque::new(),
            in_flight: VecDeque::new(),
            in_flight_node: -1,
            ids: None,
            next_sequence: 0,
            known: false,
            renew: false,
            not_before_us: 0,
            failures: 0,
        });
    }
    pub fn len(&self) -> usize {
        self.parts.len()
    }
    pub fn accumulator(&self, index: usize) -> &Arc<Accumulator> {
        &self.parts[index].acc
    }
    /// Whether a producer id will be needed and was not asked for; then it counts as asked for.
    pub fn wants_ids_early(&mut self) -> bool {
        let wants = self.idempotent && self.ids.is_none() && !self.ids_wanted;
        self.ids_wanted |= wants;
        wants
    }

    /// Something was appended to the accumulator.
    pub fn on_wake(&mut self, index: usize) {
        self.active.insert(index);
    }
    pub fn on_leader(&mut self, index: usize, leader: i32, epoch: i32) {
        let p = &mut self.parts[index];
        if leader >= 0 && (leader != p.leader || epoch > p.leader_epoch) {
            // News about the leader ends the pause that its absence caused.
            p.not_before_us = 0;
        }
        (p.leader, p.leader_epoch) = (leader, epoch);
        p.acc.has_leader.store(leader >= 0, Ordering::Relaxed);
    }
    pub fn on_up(&mut self, node: i32) {
        let s = self.sinks.entry(node).or_default();
        (s.up, s.connecting) = (true, false);
    }
    /// The connection could not be made, or broke (its requests end with `on_broken` each).
    pub fn on_down(&mut self, now_us: i64, node: i32, failed_to_connect: bool) -> Vec<Effect> {
        let s = self.sinks.entry(node).or_default();
        (s.up, s.connecting) = (false, false);
        if failed_to_connect {
            s.not_before_us = now_us + self.backoff.first_ms as i64 * 1000;
        }
        let mut topics: Vec<Arc<str>> =
            self.active.iter().map(|&i| &self.parts[i]).filter(|p| p.leader == node).map(|p| p.acc.topic.clone()).collect();
        topics.dedup();
        topics.into_iter().map(Effect::Refresh).collect()
    }
    pub fn on_ids(&mut self, producer_id: i64, producer_epoch: i16) {
        let generation = self.ids.map_or(0, |i| i.generation + 1);
        self.ids = Some(Ids { producer_id, producer_epoch, generation });
        self.ids_wanted = false;
    }

    /// Everything that is due. Also gives when to come again at the latest, in microseconds. `flushing`: nothing lingers.
    pub fn poll(&mut self, now_us: i64, flushing: bool) -> (Vec<Effect>, Option<i64>) {
        let mut out = Vec::new();
        let mut next: Option<i64> = None;
        if let Some(e) = self.fatal.clone() {
            self.fail_queued(now_us, &e, &mut out);
            return (out, None);
        }
        self.expire(now_us, &mut out, &mut next);
        let linger = if flushing { 0 } else { self.cfg.linger_us };
        // Rounds: each gives every sink with room one request, until nothing is ready.
        loop {
            let mut picked: BTreeMap<i32, (Vec<usize>, usize)> = BTreeMap::new();
            let order: Vec<usize> = self.active.range(self.cursor..).chain(self.active.range(..self.cursor)).copied().collect();
            for i in order {
                if let Some(size) = self.due(i, now_us, linger, &mut out, &mut next) {
                    let node = self.parts[i].leader;
                    let (list, bytes) = picked.entry(node).or_default();
                    if list.is_empty() || *bytes + size <= REQUEST_BYTES {
                        *bytes += size;
                        list.push(i);
                    } else {
                        self.cursor = i;
                    }
                }
            }
            if picked.is_empty() {
                break;
            }
            for (node, (list, _)) in picked {
                self.send(now_us, node, &list, &mut out);
            }
        }
        self.active.retain(|&i| !self.parts[i].idle());
        (out, next)
    }

    /// Whether a batch of the partition may go out now, and its size.
    fn due(&mut self, i: usize, now_us: i64, linger: i64, out: &mut Vec<Effect>, next: &mut Option<i64>) -> Option<usize> {
        let idempotent = self.idempotent;
        let p = &mut self.parts[i];
        let mut later = |at: i64| *next = Some(next.map_or(at, |n: i64| n.min(at)));
        let (ready, size) = match p.retry.front() {
            Some(b) => (Ready::Now, b.size()),
            None => {
                let q = p.acc.queue.lock();
                (q.ready(now_us, linger), q.front_size())
            }
        };
        match ready {
            Ready::Empty => return None,
            Ready::At(t) => {
                later(t);
                return None;
            }
            Ready::Now => {}
        }
        if p.stalled() || (!p.in_flight.is_empty() && (p.in_flight_node != p.leader || p.renew || (idempotent && (p.again() || !p.known)))) {
            return None;
        }
        if p.not_before_us > now_us {
            later(p.not_before_us);
            return None;
        }
        if p.leader < 0 {
            return None;
        }
        if idempotent {
            let has = p.ids;
            let usable = match (has, self.ids) {
                (Some(_), _) if !p.renew => true,
                (Some(old), Some(new)) => new.generation > old.generation,
                (None, Some(_)) => true,
                (_, None) => false,
            };
            if !usable {
                if !self.ids_wanted {
                    self.ids_wanted = true;
                    out.push(Effect::WantIds);
                }
                return None;
            }
        }
        let sink = self.sinks.entry(p.leader).or_default();
        if !sink.up {
            if sink.not_before_us > now_us {
                later(sink.not_before_us);
            } else if !sink.connecting {
                sink.connecting = true;
                out.push(Effect::Connect(p.leader));
            }
            return None;
        }
        if sink.requests.len() >= self.cfg.in_flight_max {
            return None;
        }
        Some(size)
    }

    fn send(&mut self, now_us: i64, node: i32, list: &[usize], out: &mut Vec<Effect>) {
        let request = self.next_request;
        let mut batches = Vec::with_capacity(list.len());
        let mut bytes_so_far = 0;
        for &i in list {
            // An open batch may have grown since it was measured: then the rest goes with the next request.
            if bytes_so_far > REQUEST_BYTES {
                break;
            }
            let p = &mut self.parts[i];
            let Some(mut batch) = p.retry.pop_front().or_else(|| p.acc.queue.lock().take()) else { continue };
            let sequence = if self.idempotent {
                if p.renew || p.ids.is_none() {
                    // Nothing of the partition is in flight, so that its order begins anew with this batch.
                    p.ids = self.ids;
                    (p.renew, p.known, p.next_sequence) = (false, false, 0);
                    batch.sequence = None;
                    p.retry.iter_mut().for_each(|b| b.sequence = None);
                }
                let ids = p.ids.expect("due checked that there are ids");
                match batch.sequence {
                    Some(s) => Some(s),
                    None => {
                        let s = Sequence { producer_id: ids.producer_id, producer_epoch: ids.producer_epoch, base: p.next_sequence };
                        p.next_sequence = sequence_after(p.next_sequence, batch.records());
                        Some(s)
                    }
                }
            } else {
                None
            };
            match batch.encode(sequence) {
                Ok(bytes) => {
                    bytes_so_far += bytes.len();
                    batch.attempts += 1;
                    p.in_flight_node = node;
                    p.in_flight.push_back(InFlight { request, batch: Some(batch), retry: false });
                    batches.push((i, bytes));
                }
                Err(e) => {
                    p.renew |= self.idempotent;
                    out.push(report(&p.acc, batch, now_us, Err((e, Persisted::No))));
                }
            }
        }
        if batches.is_empty() {
            return;
        }
        self.next_request += 1;
        let sink = self.sinks.entry(node).or_default();
        sink.requests.insert(request, batches.iter().map(|b| b.0).collect());
        out.push(Effect::Send { node, request, batches });
    }

    /// The answers to a request; a partition that is missing is taken for one without an answer.
    pub fn on_answers(&mut self, now_us: i64, node: i32, request: u64, mut answers: HashMap<usize, Answer>) -> Vec<Effect> {
        let mut out = Vec::new();
        for i in self.end_request(node, request) {
            let answer = answers.remove(&i).unwrap_or(Answer {
                code: Code::NETWORK_EXCEPTION,
                message: Some("the answer lacks this partition".into()),
                base_offset: -1,
                log_append_time_ms: -1,
            });
            self.on_answer(now_us, i, request, answer, &mut out);
        }
        out
    }
    /// The request ended without an answer; whether it was served is not known.
    pub fn on_broken(&mut self, now_us: i64, node: i32, request: u64, error: &Error) -> Vec<Effect> {
        let mut out = Vec::new();
        // Only the codes that leave doubt do: whatever ended it, the request was on its way.
        let code = if leaves_doubt(error.code) { error.code } else { Code::TRANSPORT };
        for i in self.end_request(node, request) {
            let answer = Answer { code, message: Some(error.message().to_owned()), base_offset: -1, log_append_time_ms: -1 };
            self.on_answer(now_us, i, request, answer, &mut out);
        }
        out
    }
    fn end_request(&mut self, node: i32, request: u64) -> Vec<usize> {
        self.sinks.get_mut(&node).and_then(|s| s.requests.remove(&request)).unwrap_or_default()
    }

    fn on_answer(&mut self, now_us: i64, i: usize, request: u64, answer: Answer, out: &mut Vec<Effect>) {
        let idempotent = self.idempotent;
        let p = &mut self.parts[i];
        let Some(at) = p.in_flight.iter().position(|f| f.request == request) else { return };
        let earlier_open = at > 0;
        let code = answer.code;
        let Some(batch) = &mut p.in_flight[at].batch else {
            p.in_flight.remove(at);
            self.settle(i, now_us);
            return;
        };
        let error = || match &answer.message {
            Some(m) if !m.is_empty() => Error::new(code, m.clone()),
            _ => Error::code(code),
        };
        let sequence_lost =
            idempotent && matches!(code, Code::OUT_OF_ORDER_SEQUENCE_NUMBER | Code::UNKNOWN_PRODUCER_ID | Code::INVALID_PRODUCER_EPOCH);
        if code.is_ok() || (idempotent && code == Code::DUPLICATE_SEQUENCE_NUMBER) {
            let batch = p.in_flight.remove(at).and_then(|f| f.batch).expect("it was there a moment ago");
            p.failures = 0;
            p.known = true;
            out.push(report(&p.acc, batch, now_us, Ok(&answer)));
        } else if sequence_lost && earlier_open {
            // It follows one that has to be sent again.
            p.in_flight[at].retry = true;
        } else if sequence_lost && (code == Code::OUT_OF_ORDER_SEQUENCE_NUMBER || !batch.ambiguous) && batch.renewals < RENEWALS_MAX {
            tracing::debug!(topic = %p.acc.topic, partition = p.acc.partition, %code, "beginning anew under another producer id");
            batch.renewals += 1;
            batch.ambiguous = false;
            p.in_flight[at].retry = true;
            p.renew = true;
        } else if (code.retriable() || leaves_doubt(code)) && !sequence_lost && batch.attempts <= self.cfg.retries {
            batch.ambiguous |= leaves_doubt(code);
            p.in_flight[at].retry = true;
            p.failures += 1;
            p.not_before_us = now_us + self.backoff.after(p.failures) as i64 * 1000;
            out.push(Effect::Refresh(p.acc.topic.clone()));
        } else {
            let batch = p.in_flight.remove(at).and_then(|f| f.batch).expect("it was there a moment ago");
            let persisted = if batch.ambiguous || leaves_doubt(code) { Persisted::Possibly } else { Persisted::No };
            if self.cfg.gapless && idempotent {
                self.fatal = Some(Error::fatal(
                    Code::GAPLESS_GUARANTEE,
                    format!("{}: a record failed and its successors would leave a gap", error().message()),
                ));
            }
            out.push(report(&p.acc, batch, now_us, Err((error(), persisted))));
        }
        self.settle(i, now_us);
    }

    /// Once all answers of a stalled partition are in, what is to be sent again goes to the front, in its old order.
    fn settle(&mut self, i: usize, _now_us: i64) {
        let p = &mut self.parts[i];
        if p.stalled() && p.in_flight.iter().all(|f| f.retry || f.batch.is_none()) {
            let again: Vec<Batch> = p.in_flight.drain(..).filter_map(|f| f.batch).collect();
            for b in again.into_iter().rev() {
                p.retry.push_front(b);
            }
        }
        self.active.insert(i);
    }

    /// Fails what waited too long and is not in flight.
    fn expire(&mut self, now_us: i64, out: &mut Vec<Effect>, next: &mut Option<i64>) {
        if self.cfg.message_timeout_ms == 0 {
            return;
        }
        let timeout = self.cfg.message_timeout_ms * 1000;
        for &i in &self.active {
            let p = &mut self.parts[i];
            loop {
                // Batches are in the order of their beginning, so the front is the oldest.
                let (oldest, sent) = match p.retry.front() {
                    Some(b) => (b.created_us, true),
                    None => match p.acc.queue.lock().oldest_us() {
                        Some(t) => (t, false),
                        None => break,
                    },
                };
                if now_us < oldest + timeout {
                    let at = oldest + timeout;
                    *next = Some(next.map_or(at, |n| n.min(at)));
                    break;
                }
                let batch = if sent { p.retry.pop_front() } else { p.acc.queue.lock().take() };
                let Some(batch) = batch else { break };
                let persisted = if batch.ambiguous { Persisted::Possibly } else { Persisted::No };
                if self.cfg.gapless && self.idempotent && batch.sequence.is_some() {
                    self.fatal = Some(Error::fatal(Code::GAPLESS_GUARANTEE, "a record timed out and its successors would leave a gap"));
                }
                out.push(report(&p.acc, batch, now_us, Err((Error::code(Code::MSG_TIMED_OUT), persisted))));
            }
        }
    }

    /// Fails everything that is not in flight.
    pub fn fail_queued(&mut self, now_us: i64, error: &Error, out: &mut Vec<Effect>) {
        for p in &mut self.parts {
            while let Some(batch) = p.retry.pop_front().or_else(|| p.acc.queue.lock().take()) {
                let persisted = if batch.ambiguous { Persisted::Possibly } else { Persisted::No };
                out.push(report(&p.acc, batch, now_us, Err((error.clone(), persisted))));
            }
        }
    }
    /// Reports what is in flight as failed; the answers will find nobody.
    pub fn fail_in_flight(&mut self, now_us: i64, error: &Error, out: &mut Vec<Effect>) {
        for p in &mut self.parts {
            for f in &mut p.in_flight {
                if let Some(batch) = f.batch.take() {
                    // Its number may or may not be taken: those after it begin anew.
                    p.renew |= self.idempotent;
                    out.push(report(&p.acc, batch, now_us, Err((error.clone(), Persisted::Possibly))));
                }
            }
            // Those whose answer already came will get no other.
            p.in_flight.retain(|f| !f.retry);
        }
    }
}

fn report(acc: &Accumulator, batch: Batch, now_us: i64, outcome: Result<&Answer, (Error, Persisted)>) -> Effect {
    let (error, persisted, base_offset, append_time) = match outcome {
        Ok(a) => (None, Persisted::Yes, a.base_offset, a.log_append_time_ms),
        Err((e, p)) => (Some(e), p, -1, -1),
    };
    let mut timestamps = batch.timestamps;
    let timestamp_type = if append_time >= 0 {
        timestamps.fill(append_time);
        TimestampType::LogAppendTime
    } else {
        TimestampType::CreateTime
    };
    let report = DeliveryReport {
        topic: acc.topic.clone(),
        partition: acc.partition,
        base_offset,
        leader_epoch: -1,
        timestamp_type,
        timestamps,
        tokens: batch.tokens,
        error,
        persisted,
        latency: Duration::from_micros((now_us - batch.created_us).max(0) as u64),
    };
    Effect::Report { report, queued_bytes: batch.queued_bytes }
}

#[cfg(test)]
#[path = "sender_tests.rs"]
mod tests;
