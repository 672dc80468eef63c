//! One group: the classic protocol's joins, syncs, heartbeats and leaves. The parent's header has the states.

use super::{Append, Client, Committed, Effects, Gather, GroupConfig, Joining, Now, Reply, Stored, Token, append_failure};
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use wellhead_base::Code;
use wellhead_base::env::Rng;
use wellhead_wire::Reader;
use wellhead_wire::messages::join_group_request::JoinGroupRequestProtocol;
use wellhead_wire::messages::join_group_response::JoinGroupResponseMember;
use wellhead_wire::messages::{ConsumerProtocolSubscription, JoinGroupRequest, JoinGroupResponse, SyncGroupResponse};

/// The protocol type of consumers; their subscriptions can be read.
const CONSUMER: &str = "consumer";
/// From this version of JoinGroup on a new dynamic member first gets its id and comes again with it (KIP-394).
const MEMBER_ID_REQUIRED_FROM: i16 = 4;
/// From this version on a static member's return may skip the assignment (KIP-814).
const SKIP_ASSIGNMENT_FROM: i16 = 9;
/// A deadline that is not set.
pub(super) const NEVER: i64 = i64::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    Empty,
    PreparingRebalance,
    CompletingRebalance,
    Stable,
    Dead,
}

impl State {
    /// Kafka's name of it in responses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "Empty",
            Self::PreparingRebalance => "PreparingRebalance",
            Self::CompletingRebalance => "CompletingRebalance",
            Self::Stable => "Stable",
            Self::Dead => "Dead",
        }
    }
    fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Empty | Self::CompletingRebalance | Self::Stable, Self::PreparingRebalance)
                | (Self::PreparingRebalance, Self::CompletingRebalance | Self::Empty)
                | (Self::CompletingRebalance, Self::Stable)
                | (Self::Empty, Self::Dead)
        )
    }
}

#[derive(Debug)]
pub(super) struct Member {
    pub(super) instance_id: Option<String>,
    pub(super) client: Client,
    pub(super) session_ms: i32,
    pub(super) rebalance_ms: i32,
    /// In the member's order of preference.
    pub(super) protocols: Vec<(String, Bytes)>,
    pub(super) assignment: Bytes,
    /// When its session ends; NEVER while it waits in a join or sync.
    pub(super) deadline: i64,
    /// In its first join: it has no session yet, and its join is given up at the deadline.
    pub(super) is_new: bool,
    pub(super) join: Option<Token>,
    pub(super) sync: Option<Token>,
    /// The order of arrival.
    pub(super) seq: u64,
}

impl Member {
    fn supports(&self, protocol: &str) -> bool {
        self.protocols.iter().any(|(n, _)| n == protocol)
    }
    pub(super) fn metadata(&self, protocol: &str) -> Bytes {
        self.protocols.iter().find(|(n, _)| n == protocol).map(|(_, m)| m.clone()).unwrap_or_default()
    }
    fn matches(&self, protocols: &[JoinGroupRequestProtocol]) -> bool {
        self.protocols.len() == protocols.len() && self.protocols.iter().zip(protocols).all(|((n, m), p)| *n == p.name && *m == p.metadata)
    }
}

/// The time an initial rebalance may still be stretched while members keep coming.
#[derive(Debug)]
pub(super) struct Initial {
    pub(super) step_ms: i32,
    pub(super) left_ms: i32,
    pub(super) member_added: bool,
}

/// One group and its offsets.
#[derive(Debug)]
pub struct Group {
    pub id: Arc<str>,
    pub(super) incarnation: u64,
    pub(super) state: State,
    /// Wall clock of the last transition; -1 where a log of old did not say.
    pub(super) state_since_ms: i64,
    pub(super) protocol_type: Option<String>,
    pub(super) protocol: Option<String>,
    pub(super) generation: i32,
    pub(super) leader: Option<String>,
    pub(super) members: BTreeMap<String, Member>,
    /// Instance id to member id.
    pub(super) statics: BTreeMap<String, String>,
    /// Members that were told their id and have not come back, with their deadlines.
    pub(super) pending: BTreeMap<String, i64>,
    /// Members of this generation that have not synced.
    pub(super) unsynced: BTreeSet<String>,
    pub(super) join_deadline: i64,
    pub(super) sync_deadline: i64,
    pub(super) initial: Option<Initial>,
    /// An assignment of this generation is on its way to the log.
    pub(super) storing: bool,
    /// Topics that the members read; None where that cannot be known.
    pub(super) subscribed: Option<BTreeSet<String>>,
    pub(super) seq_next: u64,
    /// A metadata record of this group is in the log, or on its way.
    pub(super) persisted: bool,
    /// Not later than any deadline above; NEVER when there is none.
    pub(super) wake_at: i64,
    pub(super) offsets: BTreeMap<Arc<str>, BTreeMap<i32, Committed>>,
    /// Commits on their way to the log.
    pub(super) commits_pending: BTreeMap<(Arc<str>, i32), u32>,
}

pub(super) fn join_error(member_id: &str, code: Code) -> JoinGroupResponse {
    JoinGroupResponse { error_code: code.get(), member_id: member_id.to_owned(), protocol_name: None, ..JoinGroupResponse::default() }
}

pub(super) fn sync_error(code: Code) -> SyncGroupResponse {
    SyncGroupResponse { error_code: code.get(), ..SyncGroupResponse::default() }
}

/// A copy that does not keep the request's whole frame in memory.
pub(super) fn own(b: &Bytes) -> Bytes {
    Bytes::copy_from_slice(b)
}

impl Group {
    pub(super) fn new(id: Arc<str>, incarnation: u64, wall_ms: i64) -> Self {
        Self {
            id,
            incarnation,
            state: State::Empty,
            state_since_ms: wall_ms,
            protocol_type: None,
            protocol: None,
            generation: 0,
            leader: None,
            members: BTreeMap::new(),
            statics: BTreeMap::new(),
            pending: BTreeMap::new(),
            unsynced: BTreeSet::new(),
            join_deadline: NEVER,
            sync_deadline: NEVER,
            initial: None,
            storing: false,
            subscribed: None,
            seq_next: 0,
            persisted: false,
            wake_at: NEVER,
            offsets: BTreeMap::new(),
            commits_pending: BTreeMap::new(),
        }
    }

    pub fn state(&self) -> State {
        self.state
    }
    pub fn generation(&self) -> i32 {
        self.generation
    }
    /// "" for a group that only commits offsets.
    pub fn protocol_type(&self) -> &str {
        self.protocol_type.as_deref().unwrap_or_default()
    }
    pub fn leader(&self) -> Option<&str> {
        self.leader.as_deref()
    }
    pub fn member_ids(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }
    pub(super) fn state_since_ms(&self) -> i64 {
        self.state_since_ms
    }
    pub(super) fn is_consumer_group(&self) -> bool {
        self.protocol_type() == CONSUMER
    }
    pub(super) fn knows_subscription(&self) -> bool {
        self.subscribed.is_some()
    }
    /// Where the subscription cannot be read, a consumer group with members is taken to read everything.
    pub(super) fn is_subscribed(&self, topic: &str) -> bool {
        match &self.subscribed {
            Some(topics) => topics.contains(topic),
            None => self.is_consumer_group() && self.state != State::Empty,
        }
    }
    pub(super) fn has_pending_members(&self) -> bool {
        !self.pending.is_empty()
    }
    /// Nothing here is worth keeping and nothing is in the log.
    pub(super) fn is_blank(&self) -> bool {
        self.state == State::Empty && !self.persisted && self.pending.is_empty() && self.offsets.is_empty() && self.commits_pending.is_empty()
    }
    pub(super) fn wake_at(&self) -> Option<i64> {
        (self.wake_at != NEVER).then_some(self.wake_at)
    }
    /// Taken out of the map, for its tombstones' way to the log.
    pub(super) fn die(&mut self) {
        self.become_state(State::Dead, self.state_since_ms);
        self.pending.clear();
        self.wake_at = NEVER;
    }
    /// The tombstones did not reach the log: the group is there after all.
    pub(super) fn revive(&mut self) {
        self.state = State::Empty;
        self.commits_pending.clear();
    }

    pub(super) fn become_state(&mut self, next: State, wall_ms: i64) {
        assert!(self.state.may_become(next), "group {} from {:?} to {next:?}", self.id, self.state);
        self.state = next;
        self.state_since_ms = wall_ms;
    }
    pub(super) fn wake_by(&mut self, at: i64) {
        self.wake_at = self.wake_at.min(at);
    }
    fn rebalance_ms(&self) -> i64 {
        self.members.values().map(|m| i64::from(m.rebalance_ms)).max().unwrap_or(0)
    }

    // ---- joining

    pub(super) fn join(&mut self, now: Now, j: &Joining<'_>, config: &GroupConfig, rng: &mut Rng, fx: &mut Effects) {
        let Joining { token, request, version, client, .. } = *j;
        let id = request.member_id.as_str();
        let instance = request.group_instance_id.as_deref();
        let refuse = |code: Code, member: &str, fx: &mut Effects| fx.reply(token, Reply::Join(join_error(member, code)));
        if !self.has_room_for(id, config.size_max) {
            self.remove(id);
            return refuse(Code::GROUP_MAX_SIZE_REACHED, "", fx);
        }
        if !self.supports(&request.protocol_type, &request.protocols) {
            return refuse(Code::INCONSISTENT_GROUP_PROTOCOL, id, fx);
        }
        if id.is_empty() {
            let new_id = member_id(instance.unwrap_or(&client.id), rng);
            let old = instance.and_then(|i| self.statics.get(i).cloned());
            return match (instance, old) {
                (Some(_), Some(old)) => self.static_return(now, j, &old, &new_id, fx),
                (None, _) if version >= MEMBER_ID_REQUIRED_FROM => {
                    let deadline = now.mono_ms + i64::from(request.session_timeout_ms);
                    self.pending.insert(new_id.clone(), deadline);
                    self.wake_by(deadline);
                    refuse(Code::MEMBER_ID_REQUIRED, &new_id, fx);
                }
                _ => self.add(now, j, new_id, config, fx),
            };
        }
        if instance.is_none() && self.pending.contains_key(id) {
            return self.add(now, j, id.to_owned(), config, fx);
        }
        if let Err(code) = self.check_member(id, instance) {
            return refuse(code, id, fx);
        }
        let same = self.members.get(id).is_some_and(|m| m.matches(&request.protocols));
        match self.state {
            State::PreparingRebalance => self.rejoin(now, j, config, fx),
            // The same again: the first answer was lost, or a follower asks for the present generation before it syncs.
            State::CompletingRebalance if same => {
                let r = self.present(id);
                fx.reply(token, Reply::Join(r));
            }
            State::Stable if same && self.leader() != Some(id) => {
                let r = self.present(id);
                fx.reply(token, Reply::Join(r));
            }
            // The leader joins anew to make others be assigned anew.
            State::CompletingRebalance | State::Stable => self.rejoin(now, j, config, fx),
            State::Empty | State::Dead => refuse(Code::UNKNOWN_MEMBER_ID, id, fx),
        }
    }

    /// While members gather, those who wait count, so that the last to come are turned away; otherwise those who are in.
    fn has_room_for(&self, id: &str, size_max: usize) -> bool {
        match self.state {
            State::Empty | State::Dead => true,
            State::PreparingRebalance => {
                self.members.get(id).is_some_and(|m| m.join.is_some()) || self.members.values().filter(|m| m.join.is_some()).count() < size_max
            }
            State::CompletingRebalance | State::Stable => self.members.contains_key(id) || self.members.len() < size_max,
        }
    }

    /// A joiner must share the group's type and have a protocol that every member has.
    fn supports(&self, protocol_type: &str, protocols: &[JoinGroupRequestProtocol]) -> bool {
        if self.members.is_empty() {
            return !protocol_type.is_empty() && !protocols.is_empty();
        }
        self.protocol_type() == protocol_type && protocols.iter().any(|p| self.members.values().all(|m| m.supports(&p.name)))
    }

    /// The member exists, and its instance id is its own.
    pub(super) fn check_member(&self, id: &str, instance: Option<&str>) -> Result<(), Code> {
        match instance {
            None if self.members.contains_key(id) => Ok(()),
            None => Err(Code::UNKNOWN_MEMBER_ID),
            Some(i) => match self.statics.get(i) {
                None => Err(Code::UNKNOWN_MEMBER_ID),
                Some(owner) if owner != id => Err(Code::FENCED_INSTANCE_ID),
                Some(_) => Ok(()),
            },
        }
    }

    fn add(&mut self, now: Now, j: &Joining<'_>, id: String, config: &GroupConfig, fx: &mut Effects) {
        let request = j.request;
        if self.members.is_empty() {
            self.protocol_type = Some(request.protocol_type.clone());
        }
        if let Some(initial) = &mut self.initial {
            initial.member_added = true;
        }
        self.pending.remove(&id);
        if let Some(instance) = &request.group_instance_id {
            self.statics.insert(instance.clone(), id.clone());
        }
        if self.leader.is_none() {
            self.leader = Some(id.clone());
        }
        let deadline = now.mono_ms + i64::from(config.new_member_join_ms);
        self.seq_next += 1;
        let member = Member {
            instance_id: request.group_instance_id.clone(),
            client: j.client.clone(),
            session_ms: request.session_timeout_ms,
            rebalance_ms: rebalance_timeout(request, j.version),
            protocols: request.protocols.iter().map(|p| (p.name.clone(), own(&p.metadata))).collect(),
            assignment: Bytes::new(),
            deadline,
            is_new: true,
            join: Some(j.token),
            sync: None,
            seq: self.seq_next,
        };
        self.members.insert(id, member);
        self.wake_by(deadline);
        let gather = config.gather(j.company, self.rebalance_ms());
        self.rebalance_or_complete(now, gather, fx);
    }

    /// A known member joins the next generation, perhaps with other protocols.
    fn rejoin(&mut self, now: Now, j: &Joining<'_>, config: &GroupConfig, fx: &mut Effects) {
        if let Some(m) = self.members.get_mut(&j.request.member_id) {
            update(m, j, fx);
        }
        let gather = config.gather(j.company, self.rebalance_ms());
        self.rebalance_or_complete(now, gather, fx);
    }

    /// A static member comes back under a new member id: it takes its predecessor's place and assignment, and the predecessor is
    /// fenced. In a stable group nobody else notices.
    fn static_return(&mut self, now: Now, j: &Joining<'_>, old_id: &str, new_id: &str, fx: &mut Effects) {
        let request = j.request;
        let Some(mut member) = self.members.remove(old_id) else {
            return fx.reply(j.token, Reply::Join(join_error("", Code::UNKNOWN_MEMBER_ID)));
        };
        let leader_before = self.leader.clone().unwrap_or_default();
        if let Some(t) = member.join.take() {
            fx.reply(t, Reply::Join(join_error(old_id, Code::FENCED_INSTANCE_ID)));
        }
        if let Some(t) = member.sync.take() {
            fx.reply(t, Reply::Sync(sync_error(Code::FENCED_INSTANCE_ID)));
        }
        if let Some(i) = &member.instance_id {
            self.statics.insert(i.clone(), new_id.to_owned());
        }
        if self.leader.as_deref() == Some(old_id) {
            self.leader = Some(new_id.to_owned());
        }
        if self.unsynced.remove(old_id) {
            self.unsynced.insert(new_id.to_owned());
        }
        member.client = j.client.clone();
        member.deadline = now.mono_ms + i64::from(request.session_timeout_ms);
        update(&mut member, j, fx);
        self.wake_by(member.deadline);
        self.members.insert(new_id.to_owned(), member);

        match self.state {
            State::Stable if self.protocol == self.select_protocol() => {
                let assignments = self.members.iter().map(|(id, m)| (id.clone(), m.assignment.clone())).collect();
                let records = vec![self.metadata_record(&assignments)];
                let stored = Stored::StaticJoin {
                    member: new_id.to_owned(),
                    generation: self.generation,
                    leader_before,
                    skip: j.version >= SKIP_ASSIGNMENT_FROM,
                };
                fx.appends.push(Append { group: self.id.clone(), records, stored });
            }
            State::Stable | State::CompletingRebalance => self.rebalance_or_complete(now, Gather::default(), fx),
            State::PreparingRebalance => self.complete_if_all_joined(now, fx),
            State::Empty | State::Dead => unreachable!("a group with a member is neither empty nor dead"),
        }
    }

    pub(super) fn static_join_stored(&mut self, id: &str, generation: i32, leader_before: &str, skip: bool, code: Code, fx: &mut Effects) {
        let stable = self.state == State::Stable && self.generation == generation;
        let Some(member) = self.members.get_mut(id) else { return };
        if !code.is_ok() {
            if let Some(t) = member.join.take() {
                fx.reply(t, Reply::Join(join_error("", append_failure(code))));
            }
            return;
        }
        if !stable {
            // A rebalance began meanwhile; the join is part of it and is answered at its end.
            return;
        }
        let Some(token) = member.join.take() else { return };
        let mut r = self.present(id);
        if skip {
            r.skip_assignment = self.leader() == Some(id);
        } else {
            // An old client must not think that it leads, or it would assign; its predecessor's id says so.
            r.members = Vec::new();
            leader_before.clone_into(&mut r.leader);
        }
        fx.reply(token, Reply::Join(r));
    }

    /// The present generation, as this member is told of it.
    fn present(&self, id: &str) -> JoinGroupResponse {
        let leads = self.leader() == Some(id);
        JoinGroupResponse {
            generation_id: self.generation,
            protocol_type: self.protocol_type.clone(),
            protocol_name: self.protocol.clone(),
            leader: self.leader.clone().unwrap_or_default(),
            member_id: id.to_owned(),
            members: if leads { self.member_list() } else { Vec::new() },
            ..JoinGroupResponse::default()
        }
    }

    /// The members with their metadata, in the order they came.
    fn member_list(&self) -> Vec<JoinGroupResponseMember> {
        let protocol = self.protocol.as_deref().unwrap_or_default();
        let mut list: Vec<_> = self.members.iter().collect();
        list.sort_by_key(|(_, m)| m.seq);
        list.into_iter()
            .map(|(id, m)| JoinGroupResponseMember {
                member_id: id.clone(),
                group_instance_id: m.instance_id.clone(),
                metadata: m.metadata(protocol),
            })
            .collect()
    }

    // ---- rebalancing

    fn rebalance_or_complete(&mut self, now: Now, gather: Gather, fx: &mut Effects) {
        if self.state.may_become(State::PreparingRebalance) {
            self.prepare_rebalance(now, gather, fx);
        } else {
            self.complete_if_all_joined(now, fx);
        }
    }

    pub(super) fn prepare_rebalance(&mut self, now: Now, gather: Gather, fx: &mut Effects) {
        if self.state == State::CompletingRebalance {
            self.reset_assignment(now, Code::REBALANCE_IN_PROGRESS, fx);
        }
        self.sync_deadline = NEVER;
        self.unsynced.clear();
        self.storing = false;
        let is_initial = self.state == State::Empty;
        self.become_state(State::PreparingRebalance, now.wall_ms);
        if is_initial {
            if gather.step_ms > 0 {
                let left_ms = (gather.most_ms - gather.step_ms).max(0);
                self.initial = Some(Initial { step_ms: gather.step_ms, left_ms, member_added: false });
                self.set_join_deadline(now.mono_ms + i64::from(gather.step_ms));
            } else {
                // The first member need not wait for those who were only told their id.
                self.complete_join(now, fx);
            }
            return;
        }
        self.set_join_deadline(now.mono_ms + self.rebalance_ms());
        self.complete_if_all_joined(now, fx);
    }

    pub(super) fn set_join_deadline(&mut self, at: i64) {
        self.join_deadline = at;
        self.wake_by(at);
    }

    pub(super) fn complete_if_all_joined(&mut self, now: Now, fx: &mut Effects) {
        let all = self.pending.is_empty() && self.members.values().all(|m| m.join.is_some());
        if self.state == State::PreparingRebalance && self.initial.is_none() && all {
            self.complete_join(now, fx);
        }
    }

    /// Ends the gathering: dynamic members that did not come are out, the rest are the next generation.
    pub(super) fn complete_join(&mut self, now: Now, fx: &mut Effects) {
        self.join_deadline = NEVER;
        self.initial = None;
        let late: Vec<String> = self.members.iter().filter(|(_, m)| m.join.is_none() && m.instance_id.is_none()).map(|(id, _)| id.clone()).collect();
        for id in late {
            self.remove(&id);
        }
        if !self.members.is_empty() && !self.elect_joined_leader() {
            // Only static members are left and none of them came; their sessions decide.
            self.set_join_deadline(now.mono_ms + self.rebalance_ms());
            return;
        }
        self.generation = self.generation.checked_add(1).unwrap_or(1);
        self.unsynced.clear();
        if self.members.is_empty() {
            self.protocol = None;
            self.leader = None;
            self.subscribed = self.is_consumer_group().then(BTreeSet::new);
            self.become_state(State::Empty, now.wall_ms);
            let records = vec![self.metadata_record(&BTreeMap::new())];
            fx.appends.push(Append { group: self.id.clone(), records, stored: Stored::Nothing });
            return;
        }
        self.protocol = self.select_protocol();
        self.subscribed = self.read_subscriptions();
        self.become_state(State::CompletingRebalance, now.wall_ms);
        let ids: Vec<String> = self.members.keys().cloned().collect();
        for id in ids {
            let r = self.present(&id);
            let m = self.members.get_mut(&id).expect("the ids are those of the members");
            m.is_new = false;
            m.deadline = now.mono_ms + i64::from(m.session_ms);
            let deadline = m.deadline;
            if let Some(token) = m.join.take() {
                fx.reply(token, Reply::Join(r));
            }
            self.wake_by(deadline);
            self.unsynced.insert(id);
        }
        self.sync_deadline = now.mono_ms + self.rebalance_ms();
        self.wake_by(self.sync_deadline);
    }

    /// Keeps the leader if it has joined, else the longest-standing member that has. False when nobody has.
    fn elect_joined_leader(&mut self) -> bool {
        let joined = |id: &String| self.members.get(id).is_some_and(|m| m.join.is_some());
        if self.leader.as_ref().is_some_and(joined) {
            return true;
        }
        match self.members.iter().filter(|(_, m)| m.join.is_some()).min_by_key(|(_, m)| m.seq) {
            Some((id, _)) => {
                self.leader = Some(id.clone());
                true
            }
            None => false,
        }
    }

    /// Every member votes for the first of its protocols that all support; most votes win, and of equals the one the
    /// longest-standing member likes better.
    fn select_protocol(&self) -> Option<String> {
        let eldest = self.members.values().min_by_key(|m| m.seq)?;
        let common: Vec<&str> = eldest.protocols.iter().map(|(n, _)| n.as_str()).filter(|n| self.members.values().all(|m| m.supports(n))).collect();
        let mut votes = vec![0usize; common.len()];
        for m in self.members.values() {
            if let Some(i) = m.protocols.iter().find_map(|(n, _)| common.iter().position(|c| c == n)) {
                votes[i] += 1;
            }
        }
        let best = *votes.iter().max()?;
        votes.iter().position(|v| *v == best).map(|i| common[i].to_owned())
    }

    /// The topics that the members of a consumer group subscribe to; None when one of them cannot be read.
    pub(super) fn read_subscriptions(&self) -> Option<BTreeSet<String>> {
        if !self.is_consumer_group() {
            return None;
        }
        let protocol = self.protocol.as_deref()?;
        let mut topics = BTreeSet::new();
        for m in self.members.values() {
            let metadata = m.metadata(protocol);
            let mut r = Reader::new(&metadata);
            let version = r.i16().ok()?.clamp(ConsumerProtocolSubscription::MIN_VERSION, ConsumerProtocolSubscription::MAX_VERSION);
            topics.extend(ConsumerProtocolSubscription::decode(&mut r, version).ok()?.topics);
        }
        Some(topics)
    }

    /// Takes a member out, waiting requests unanswered; another becomes leader if it led.
    fn remove(&mut self, id: &str) -> Option<Member> {
        self.pending.remove(id);
        self.unsynced.remove(id);
        let member = self.members.remove(id)?;
        if let Some(i) = &member.instance_id
            && self.statics.get(i).is_some_and(|owner| owner == id)
        {
            self.statics.remove(i);
        }
        if self.leader() == Some(id) {
            self.leader = self.members.iter().min_by_key(|(_, m)| m.seq).map(|(id, _)| id.clone());
        }
        Some(member)
    }

    /// Takes a member out and tells its waiting requests that it is no more.
    pub(super) fn dismiss(&mut self, id: &str, fx: &mut Effects) {
        if let Some(m) = self.remove(id) {
            if let Some(t) = m.join {
                fx.reply(t, Reply::Join(join_error("", Code::UNKNOWN_MEMBER_ID)));
            }
            if let Some(t) = m.sync {
                fx.reply(t, Reply::Sync(sync_error(Code::UNKNOWN_MEMBER_ID)));
            }
        }
    }

    pub(super) fn after_departure(&mut self, now: Now, fx: &mut Effects) {
        match self.state {
            State::Stable | State::CompletingRebalance => self.prepare_rebalance(now, Gather::default(), fx),
            State::PreparingRebalance => self.complete_if_all_joined(now, fx),
            State::Empty | State::Dead => {}
        }
    }
}

fn rebalance_timeout(request: &JoinGroupRequest, version: i16) -> i32 {
    if version == 0 || request.rebalance_timeout_ms < 0 { request.session_timeout_ms } else { request.rebalance_timeout_ms }
}

fn update(m: &mut Member, j: &Joining<'_>, fx: &mut Effects) {
    let request = j.request;
    m.protocols = request.protocols.iter().map(|p| (p.name.clone(), own(&p.metadata))).collect();
    m.session_ms = request.session_timeout_ms;
    m.rebalance_ms = rebalance_timeout(request, j.version);
    if let Some(earlier) = m.join.replace(j.token) {
        // The request was sent again; nobody reads the first answer any more.
        fx.reply(earlier, Reply::Join(join_error(&request.member_id, Code::REBALANCE_IN_PROGRESS)));
    }
}

/// The client's id and a random UUID, as Kafka makes them.
fn member_id(prefix: &str, rng: &mut Rng) -> String {
    let mut b: [u8; 16] = rng.bytes();
    b[6] = b[6] & 0x0f | 0x40;
    b[8] = b[8] & 0x3f | 0x80;
    let n = u128::from_be_bytes(b);
    // The whole must fit the protocol's and the log's strings, however long the client's name is.
    let prefix = crate::clip(prefix, super::ID_SHOWN_LEN_MAX);
    format!("{prefix}-{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", n >> 96, n >> 80 & 0xffff, n >> 64 & 0xffff, n >> 48 & 0xffff, n & 0xffff_ffff_ffff)
}
