//! The driver of the group membership: finds the coordinator, joins, shares partitions when it leads, keeps the heartbeat, and hands
//! partitions over to the application. What each answer means is decided in `membership`; what each member gets, in `assignor`.
//!
//! Order of a rebalance: commit what is stored and take partitions away (all of them under the eager protocol), join, sync, give the
//! new ones. Under the cooperative protocol only partitions that went elsewhere are taken away, after the sync, and a second round
//! follows.

use super::membership::{Membership, Next};
use super::{Event, Inner, lock};
use crate::assignor::{self, Assignor, Partition};
use crate::cluster::{Class, Target};
use crate::offsets;
use crate::types::{OFFSET_INVALID, TopicPartition};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use wellhead_base::{Code, Error, Result};
use wellhead_wire::messages::join_group_request::JoinGroupRequestProtocol;
use wellhead_wire::messages::join_group_response::JoinGroupResponseMember;
use wellhead_wire::messages::leave_group_request::MemberIdentity;
use wellhead_wire::messages::sync_group_request::SyncGroupRequestAssignment;
use wellhead_wire::messages::{HeartbeatRequest, JoinGroupRequest, LeaveGroupRequest, SyncGroupRequest};

const PROTOCOL_TYPE: &str = "consumer";
/// On top of the rebalance timeout, for the answer to travel.
const JOIN_GRACE: Duration = Duration::from_secs(5);
/// How long the last commit and the leave may take when the application takes its topics back.
const LEAVE_TIMEOUT: Duration = Duration::from_secs(5);

/// Runs while the consumer lives.
pub(super) async fn run(inner: Arc<Inner>, group: String) {
    let mut driver = Driver { inner, group, failures: 0, topics: Vec::new(), counts: BTreeMap::new(), subscription_version: 0, had: Vec::new() };
    loop {
        let subscribed = {
            let s = lock(&driver.inner);
            if s.closed || s.fatal.is_some() {
                return;
            }
            !s.subscription.is_empty()
        };
        if subscribed && !driver.poll_overdue() {
            driver.round().await;
        } else {
            if driver.inner.membership().generation >= 0 {
                driver.take_all(false).await;
                driver.leave("the consumer unsubscribed").await;
            }
            driver.inner.changed().await;
        }
    }
}

struct Driver {
    inner: Arc<Inner>,
    group: String,
    failures: u32,
    /// The topics of the current subscription, patterns resolved.
    topics: Vec<String>,
    /// Partitions of the topics that the leader shared out.
    counts: BTreeMap<String, i32>,
    subscription_version: u64,
    /// What it had before the rebalance took it. `copartitioned` gives it back where it can.
    had: Vec<Partition>,
}

impl Driver {
    fn poll_overdue(&self) -> bool {
        let s = lock(&self.inner);
        s.polling == 0 && self.inner.cluster.now_ms() - s.last_poll_ms > self.inner.cfg.max_poll_interval_ms
    }
    fn cooperative(&self) -> bool {
        self.inner.cfg.assignors.iter().all(|a| a.cooperative())
    }
    async fn pause(&mut self) {
        self.failures += 1;
        let ms = self.inner.cluster.retry_backoff().after(self.failures);
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
    fn report(&self, e: Error) {
        self.inner.push(Event::Error(e));
    }

    /// One join, sync and the time until the next is due.
    async fn round(&mut self) {
        let version = lock(&self.inner).subscription_version;
        self.topics = match self.inner.subscribed_topics().await {
            Ok(t) => t,
            Err(e) => {
                tracing::debug!(error = %e, "the subscribed topics are not known");
                return self.pause().await;
            }
        };
        self.subscription_version = version;
        if !self.cooperative() && !lock(&self.inner).cursors.is_empty() {
            self.had = self.owned();
            self.take_all(false).await;
        }
        let next = match self.join_and_sync().await {
            Ok(next) => next,
            Err(e) if offsets::coordinator_moved(e.code) || e.retriable() => {
                tracing::debug!(error = %e, "joining failed");
                Next::FindCoordinator
            }
            Err(e) => Next::Report(e),
        };
        match next {
            Next::Proceed => {
                self.failures = 0;
                let next = self.stable().await;
                self.after(next).await;
            }
            other => self.after(other).await,
        }
    }

    async fn after(&mut self, next: Next) {
        match next {
            Next::Proceed | Next::Join => {}
            Next::FindCoordinator => {
                self.inner.cluster.forget_coordinator(&self.group);
                self.pause().await;
            }
            Next::Lost => self.lose().await,
            Next::Report(e) => {
                self.report(e);
                self.pause().await;
            }
            Next::Fatal(e) => {
                self.lose().await;
                lock(&self.inner).fatal = Some(e.clone());
                self.report(e);
            }
        }
    }

    /// The partitions are gone without a chance to commit.
    async fn lose(&mut self) {
        *self.inner.member.lock() = Membership::default();
        self.had.clear();
        if !lock(&self.inner).cursors.is_empty() {
            lock(&self.inner).assignment_lost = true;
            self.take_all(true).await;
        }
    }

    async fn coordinator(&self) -> Result<i32> {
        self.inner.cluster.coordinator(&self.group, self.inner.cluster.cfg.request_timeout).await
    }

    async fn join_and_sync(&mut self) -> Result<Next> {
        let node = self.coordinator().await?;
        let inner = self.inner.clone();
        let (cfg, cluster) = (&inner.cfg, &inner.cluster);
        let mut member = self.inner.membership();
        let owned: Vec<Partition> = match () {
            () if self.cooperative() => self.owned(),
            () if cfg.assignors.contains(&Assignor::Copartitioned) => self.had.clone(),
            () => Vec::new(),
        };
        let metadata = assignor::encode_subscription(&self.topics, &owned, member.generation);
        let protocols = cfg.assignors.iter().map(|a| JoinGroupRequestProtocol { name: a.name().into(), metadata: metadata.clone() });
        let request = JoinGroupRequest {
            group_id: self.group.clone(),
            session_timeout_ms: cfg.session_timeout_ms as i32,
            rebalance_timeout_ms: cfg.max_poll_interval_ms as i32,
            member_id: member.member_id.clone(),
            group_instance_id: cfg.instance_id.clone(),
            protocol_type: PROTOCOL_TYPE.into(),
            protocols: protocols.collect(),
            ..JoinGroupRequest::default()
        };
        let timeout = Duration::from_millis(cfg.max_poll_interval_ms as u64) + JOIN_GRACE;
        let joined = cluster.call(Target::Node(node), Class::Join, timeout, &request);
        let r = tokio::select! {
            r = joined => r?,
            () = self.inner.closing() => return Ok(Next::Join),
        };
        let next = member.joined(&r);
        *self.inner.member.lock() = member.clone();
        if next != Next::Proceed {
            return Ok(next);
        }
        let strategy = cfg.assignors.iter().copied().find(|a| a.name() == member.protocol);
        let Some(strategy) = strategy else {
            return Ok(Next::Report(Error::new(
                Code::UNKNOWN_PROTOCOL,
                format!("the group chose the strategy \"{}\", which this member did not offer", member.protocol),
            )));
        };
        let mut assignments = Vec::new();
        if member.leader && !r.skip_assignment {
            let members: Vec<_> = r.members.into_iter().map(|m| self.member(m)).collect();
            if !members.iter().any(|m| m.id == member.member_id) {
                // Everything would be shared among others, and this member would wait for ever.
                return Err(Error::new(Code::BAD_MSG, "the group's leader is not among its members"));
            }
            assignments = self.share(strategy, &members).await?;
        }
        let request = SyncGroupRequest {
            group_id: self.group.clone(),
            generation_id: member.generation,
            member_id: member.member_id.clone(),
            group_instance_id: cfg.instance_id.clone(),
            protocol_type: Some(PROTOCOL_TYPE.into()),
            protocol_name: Some(member.protocol.clone()),
            assignments,
        };
        let r = cluster.call(Target::Node(node), Class::Join, timeout, &request).await?;
        let next = member.synced(Code(r.error_code));
        *self.inner.member.lock() = member;
        if next != Next::Proceed {
            return Ok(next);
        }
        let mine =
            assignor::decode_assignment(&r.assignment).map_err(|e| Error::new(Code::BAD_MSG, format!("the assignment cannot be read: {e}")))?;
        Ok(self.take_assignment(strategy, mine).await)
    }

    /// As the leader: what another member asks for. One whose subscription cannot be read gets nothing: it is in the group all the
    /// same, and a leader that gave up on it would keep the others from their partitions for as long as it stays.
    fn member(&self, m: JoinGroupResponseMember) -> assignor::Member {
        assignor::decode_subscription(m.member_id.clone(), m.group_instance_id.clone(), &m.metadata).unwrap_or_else(|e| {
            tracing::warn!(group = %self.group, member = %m.member_id, "a member's subscription cannot be read, it gets no partitions: {e}");
            assignor::Member { id: m.member_id, instance_id: m.group_instance_id, generation: -1, ..assignor::Member::default() }
        })
    }

    /// As the leader: shares the partitions of everybody's topics.
    async fn share(&mut self, strategy: Assignor, members: &[assignor::Member]) -> Result<Vec<SyncGroupRequestAssignment>> {
        let topics: BTreeSet<&str> = members.iter().flat_map(|m| m.topics.iter().map(String::as_str)).collect();
        let topics: Vec<&str> = topics.into_iter().collect();
        self.inner.cluster.metadata(Some(&topics), self.inner.cfg.auto_create, self.inner.cluster.cfg.request_timeout).await?;
        self.counts = self.counts_of(topics.iter().copied());
        let shared = strategy.assign(members, &self.counts);
        tracing::debug!(group = %self.group, strategy = strategy.name(), members = members.len(), "shared the partitions");
        Ok(shared.into_iter().map(|(member_id, ps)| SyncGroupRequestAssignment { member_id, assignment: assignor::encode_assignment(&ps) }).collect())
    }

    fn counts_of<'t>(&self, topics: impl Iterator<Item = &'t str>) -> BTreeMap<String, i32> {
        topics.filter_map(|t| self.inner.cluster.topic(t).map(|i| (t.to_owned(), i.partitions.len() as i32))).collect()
    }

    fn owned(&self) -> Vec<Partition> {
        lock(&self.inner).cursors.keys().map(|tp| (tp.topic.to_string(), tp.partition)).collect()
    }

    /// Hands over what this member got.
    async fn take_assignment(&mut self, strategy: Assignor, mine: Vec<Partition>) -> Next {
        let mine: BTreeSet<TopicPartition> = mine.into_iter().map(|(t, p)| TopicPartition::new(t, p)).collect();
        {
            let mut s = lock(&self.inner);
            s.assignment_lost = false;
            self.inner.set_protocol(strategy.cooperative());
            drop(s);
        }
        let topics: BTreeSet<Arc<str>> = mine.iter().map(|tp| tp.topic.clone()).collect();
        let timeout = self.inner.cluster.cfg.request_timeout;
        if let Err(e) = offsets::know_topics(&self.inner.cluster, topics.iter(), timeout).await {
            tracing::debug!(error = %e, "metadata of the assigned topics");
            self.inner.want_metadata();
        }
        let had: BTreeSet<TopicPartition> = lock(&self.inner).cursors.keys().cloned().collect();
        let gone: Vec<TopicPartition> = had.difference(&mine).cloned().collect();
        let new: Vec<TopicPartition> = mine.difference(&had).cloned().collect();
        if strategy.cooperative() {
            let revoked = !gone.is_empty();
            if revoked {
                self.take(gone, false).await;
            }
            self.give(new, true).await;
            if revoked { Next::Join } else { Next::Proceed }
        } else {
            self.give(mine.into_iter().collect(), false).await;
            Next::Proceed
        }
    }

    /// Gives partitions to the application, or assigns them when it did not ask to be told.
    async fn give(&mut self, partitions: Vec<TopicPartition>, incremental: bool) {
        let offers: Vec<_> = partitions.iter().map(|p| p.at(OFFSET_INVALID)).collect();
        let wanted = {
            let mut s = lock(&self.inner);
            if !s.rebalance_events {
                if incremental {
                    let missing: Vec<_> = offers.iter().filter(|o| !s.cursors.contains_key(&o.tp())).cloned().collect();
                    s.add(&missing).expect("those that are there were left out");
                } else {
                    s.assign(&offers);
                }
            }
            s.rebalance_events
        };
        if wanted {
            self.ask(Event::Assign(offers)).await;
        }
        self.inner.touch();
    }

    async fn take_all(&mut self, lost: bool) {
        let all = lock(&self.inner).assignment();
        self.take(all, lost).await;
    }

    /// Takes partitions away; what was stored of them is committed before, unless the group has given them to others already.
    async fn take(&mut self, partitions: Vec<TopicPartition>, lost: bool) {
        let (wanted, offers) = {
            let mut s = lock(&self.inner);
            // What the application did not get yet is the next owner's.
            s.freeze(&partitions);
            let offers: Vec<_> = partitions.iter().map(|p| p.at(s.cursors.get(p).map_or(OFFSET_INVALID, |c| c.position))).collect();
            (s.rebalance_events && !s.closed, offers)
        };
        if wanted {
            self.ask(Event::Revoke { partitions: offers, lost }).await;
        }
        if !lost && self.inner.cfg.auto_commit {
            self.inner.commit_stored(LEAVE_TIMEOUT).await;
        }
        lock(&self.inner).remove(&partitions);
        self.inner.touch();
    }

    /// Tells the application and waits for its answer, at most as long as it may go without polling; heartbeats go on.
    async fn ask(&mut self, event: Event) {
        lock(&self.inner).rebalance_pending = true;
        self.inner.push(event);
        let deadline = self.inner.cluster.now_ms() + self.inner.cfg.max_poll_interval_ms;
        loop {
            {
                let s = lock(&self.inner);
                if !s.rebalance_pending || s.closed {
                    break;
                }
            }
            if self.inner.cluster.now_ms() >= deadline {
                break;
            }
            tokio::select! {
                () = self.inner.changed() => {}
                () = tokio::time::sleep(Duration::from_millis(self.inner.cfg.heartbeat_ms as u64)) => {
                    // What it says about a new round is heard again once this one is over.
                    let _ = self.heartbeat().await;
                }
            }
        }
        lock(&self.inner).rebalance_pending = false;
    }

    async fn heartbeat(&mut self) -> Result<Next> {
        let mut member = self.inner.membership();
        if member.outside_generation() {
            return Ok(Next::Proceed);
        }
        let node = self.coordinator().await?;
        let request = HeartbeatRequest {
            group_id: self.group.clone(),
            generation_id: member.generation,
            member_id: member.member_id.clone(),
            group_instance_id: self.inner.cfg.instance_id.clone(),
        };
        let timeout = Duration::from_millis(self.inner.cfg.session_timeout_ms as u64);
        let r = self.inner.cluster.call(Target::Node(node), Class::Group, timeout, &request).await?;
        let next = member.heartbeat(Code(r.error_code));
        if next == Next::Lost {
            *self.inner.member.lock() = member;
        }
        Ok(next)
    }

    /// Heartbeats until something asks for another round.
    async fn stable(&mut self) -> Next {
        let beat = Duration::from_millis(self.inner.cfg.heartbeat_ms as u64);
        let mut metadata = self.inner.cluster.watch();
        let mut due = tokio::time::Instant::now() + beat;
        let mut answered_ms = self.inner.cluster.now_ms();
        loop {
            metadata.borrow_and_update();
            {
                let s = lock(&self.inner);
                if s.closed || s.subscription_version != self.subscription_version {
                    return Next::Join;
                }
            }
            if self.poll_overdue() {
                let ms = self.inner.cfg.max_poll_interval_ms;
                self.report(Error::new(
                    Code::MAX_POLL_EXCEEDED,
                    format!("the application did not poll for {ms} ms (max.poll.interval.ms): leaving the group"),
                ));
                self.leave("max.poll.interval.ms exceeded").await;
                return Next::Lost;
            }
            if self.topics_changed() {
                return Next::Join;
            }
            tokio::select! {
                () = self.inner.changed() => continue,
                r = metadata.changed() => if r.is_ok() { continue },
                () = tokio::time::sleep_until(due) => {}
            }
            due = tokio::time::Instant::now() + beat;
            match self.heartbeat().await {
                Ok(Next::Proceed) => answered_ms = self.inner.cluster.now_ms(),
                Ok(Next::FindCoordinator) => self.inner.cluster.forget_coordinator(&self.group),
                Ok(next) => return next,
                Err(e) => {
                    tracing::debug!(error = %e, "heartbeat failed");
                    self.inner.cluster.forget_coordinator(&self.group);
                    due = tokio::time::Instant::now() + Duration::from_millis(self.inner.cluster.retry_backoff().after(2));
                }
            }
            if self.inner.cluster.now_ms() - answered_ms > self.inner.cfg.session_timeout_ms {
                self.report(Error::new(Code::TIMED_OUT, "no heartbeat was answered for session.timeout.ms: the group has given this member up"));
                return Next::Lost;
            }
        }
    }

    /// Partitions were added (the leader shares anew), or a pattern matches other topics (every member says so).
    fn topics_changed(&self) -> bool {
        let leads = self.inner.membership().leader;
        (leads && self.counts_of(self.counts.keys().map(String::as_str)) != self.counts && !self.counts.is_empty())
            || self.newly_there(leads)
            || self.inner.resolve_now().is_some_and(|t| t != self.topics)
    }
    /// A subscribed topic that was not there when the partitions were shared.
    fn newly_there(&self, leads: bool) -> bool {
        leads && self.topics.iter().any(|t| !self.counts.contains_key(t) && self.inner.cluster.topic(t).is_some_and(|i| !i.partitions.is_empty()))
    }

    async fn leave(&mut self, why: &str) {
        leave(&self.inner, &self.group, why).await;
    }
}

/// Leaves the group, so that the others need not wait for the session to end. A static member stays: it is expected back.
pub(super) async fn leave(inner: &Arc<Inner>, group: &str, why: &str) {
    let member = std::mem::take(&mut *inner.member.lock());
    if member.member_id.is_empty() || inner.cfg.instance_id.is_some() {
        return;
    }
    let send = async {
        let node = inner.cluster.coordinator(group, LEAVE_TIMEOUT).await?;
        let make = |version: i16| {
            if version >= 3 {
                let reason = (version >= 5).then(|| why.to_owned());
                let identity = MemberIdentity { member_id: member.member_id.clone(), group_instance_id: None, reason };
                LeaveGroupRequest { group_id: group.to_owned(), members: vec![identity], ..LeaveGroupRequest::default() }
            } else {
                LeaveGroupRequest { group_id: group.to_owned(), member_id: member.member_id.clone(), ..LeaveGroupRequest::default() }
            }
        };
        inner.cluster.call_with(Target::Node(node), Class::Group, LEAVE_TIMEOUT, i16::MAX, make).await
    };
    if let Ok(Err(e)) = tokio::time::timeout(LEAVE_TIMEOUT, send).await {
        tracing::debug!(error = %e, "leaving the group");
    }
}
