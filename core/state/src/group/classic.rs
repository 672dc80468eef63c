//! One group: the classic protocol's joins, syncs, heartbeats and leaves. The parent's header has the states.

use super::codec::{group_key, group_value};
use super::{Append, Client, Committed, Effects, GROUP_OPERATIONS, GroupConfig, Now, Reply, Stored, Token, append_failure};
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use wellhead_base::Code;
use wellhead_base::env::Rng;
use wellhead_wire::Reader;
use wellhead_wire::messages::describe_groups_response::{DescribedGroup, DescribedGroupMember};
use wellhead_wire::messages::join_group_request::JoinGroupRequestProtocol;
use wellhead_wire::messages::join_group_response::JoinGroupResponseMember;
use wellhead_wire::messages::leave_group_request::MemberIdentity;
use wellhead_wire::messages::leave_group_response::MemberResponse;
use wellhead_wire::messages::{
    ConsumerProtocolSubscription, HeartbeatRequest, JoinGroupRequest, JoinGroupResponse, LeaveGroupRequest, LeaveGroupResponse, SyncGroupRequest,
    SyncGroupResponse,
};
use wellhead_wire::records::GroupMetadataValue;
use wellhead_wire::records::group_metadata_value::MemberMetadata;

/// The protocol type of consumers; their subscriptions can be read.
const CONSUMER: &str = "consumer";
/// From this version of JoinGroup on a new dynamic member first gets its id and comes again with it (KIP-394).
const MEMBER_ID_REQUIRED_FROM: i16 = 4;
/// From this version on a static member's return may skip the assignment (KIP-814).
const SKIP_ASSIGNMENT_FROM: i16 = 9;
/// A deadline that is not set.
const NEVER: i64 = i64::MAX;

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
struct Member {
    instance_id: Option<String>,
    client: Client,
    session_ms: i32,
    rebalance_ms: i32,
    /// In the member's order of preference.
    protocols: Vec<(String, Bytes)>,
    assignment: Bytes,
    /// When its session ends; NEVER while it waits in a join or sync.
    deadline: i64,
    /// In its first join: it has no session yet, and its join is given up at the deadline.
    is_new: bool,
    join: Option<Token>,
    sync: Option<Token>,
    /// The order of arrival.
    seq: u64,
}

impl Member {
    fn supports(&self, protocol: &str) -> bool {
        self.protocols.iter().any(|(n, _)| n == protocol)
    }
    fn metadata(&self, protocol: &str) -> Bytes {
        self.protocols.iter().find(|(n, _)| n == protocol).map(|(_, m)| m.clone()).unwrap_or_default()
    }
    fn matches(&self, protocols: &[JoinGroupRequestProtocol]) -> bool {
        self.protocols.len() == protocols.len() && self.protocols.iter().zip(protocols).all(|((n, m), p)| *n == p.name && *m == p.metadata)
    }
}

/// The time an initial rebalance may still be stretched while members keep coming.
#[derive(Debug)]
struct Initial {
    left_ms: i32,
    member_added: bool,
}

/// One group and its offsets.
#[derive(Debug)]
pub struct Group {
    pub id: Arc<str>,
    pub(super) incarnation: u64,
    state: State,
    /// Wall clock of the last transition; -1 where a log of old did not say.
    state_since_ms: i64,
    protocol_type: Option<String>,
    protocol: Option<String>,
    generation: i32,
    leader: Option<String>,
    members: BTreeMap<String, Member>,
    /// Instance id to member id.
    statics: BTreeMap<String, String>,
    /// Members that were told their id and have not come back, with their deadlines.
    pending: BTreeMap<String, i64>,
    /// Members of this generation that have not synced.
    unsynced: BTreeSet<String>,
    join_deadline: i64,
    sync_deadline: i64,
    initial: Option<Initial>,
    /// An assignment of this generation is on its way to the log.
    storing: bool,
    /// Topics that the members read; None where that cannot be known.
    subscribed: Option<BTreeSet<String>>,
    seq_next: u64,
    /// A metadata record of this group is in the log, or on its way.
    persisted: bool,
    /// Not later than any deadline above; NEVER when there is none.
    wake_at: i64,
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
fn own(b: &Bytes) -> Bytes {
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

    fn become_state(&mut self, next: State, wall_ms: i64) {
        assert!(self.state.may_become(next), "group {} from {:?} to {next:?}", self.id, self.state);
        self.state = next;
        self.state_since_ms = wall_ms;
    }
    fn wake_by(&mut self, at: i64) {
        self.wake_at = self.wake_at.min(at);
    }
    fn rebalance_ms(&self) -> i64 {
        self.members.values().map(|m| i64::from(m.rebalance_ms)).max().unwrap_or(0)
    }

    // ---- joining

    pub(super) fn join(
        &mut self,
        now: Now,
        token: Token,
        request: &JoinGroupRequest,
        version: i16,
        client: &Client,
        config: &GroupConfig,
        rng: &mut Rng,
        fx: &mut Effects,
    ) {
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
                (Some(_), Some(old)) => self.static_return(now, token, request, version, client, &old, &new_id, fx),
                (None, _) if version >= MEMBER_ID_REQUIRED_FROM => {
                    let deadline = now.mono_ms + i64::from(request.session_timeout_ms);
                    self.pending.insert(new_id.clone(), deadline);
                    self.wake_by(deadline);
                    refuse(Code::MEMBER_ID_REQUIRED, &new_id, fx);
                }
                _ => self.add(now, token, request, version, client, new_id, config, fx),
            };
        }
        if instance.is_none() && self.pending.contains_key(id) {
            return self.add(now, token, request, version, client, id.to_owned(), config, fx);
        }
        if let Err(code) = self.check_member(id, instance) {
            return refuse(code, id, fx);
        }
        let same = self.members.get(id).is_some_and(|m| m.matches(&request.protocols));
        match self.state {
            State::PreparingRebalance => self.rejoin(now, token, request, version, config, fx),
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
            State::CompletingRebalance | State::Stable => self.rejoin(now, token, request, version, config, fx),
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

    fn add(
        &mut self,
        now: Now,
        token: Token,
        request: &JoinGroupRequest,
        version: i16,
        client: &Client,
        id: String,
        config: &GroupConfig,
        fx: &mut Effects,
    ) {
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
            client: client.clone(),
            session_ms: request.session_timeout_ms,
            rebalance_ms: rebalance_timeout(request, version),
            protocols: request.protocols.iter().map(|p| (p.name.clone(), own(&p.metadata))).collect(),
            assignment: Bytes::new(),
            deadline,
            is_new: true,
            join: Some(token),
            sync: None,
            seq: self.seq_next,
        };
        self.members.insert(id, member);
        self.wake_by(deadline);
        self.rebalance_or_complete(now, config.initial_delay_ms, fx);
    }

    /// A known member joins the next generation, perhaps with other protocols.
    fn rejoin(&mut self, now: Now, token: Token, request: &JoinGroupRequest, version: i16, config: &GroupConfig, fx: &mut Effects) {
        if let Some(m) = self.members.get_mut(&request.member_id) {
            update(m, request, version, token, fx);
        }
        self.rebalance_or_complete(now, config.initial_delay_ms, fx);
    }

    /// A static member comes back under a new member id: it takes its predecessor's place and assignment, and the predecessor is
    /// fenced. In a stable group nobody else notices.
    fn static_return(
        &mut self,
        now: Now,
        token: Token,
        request: &JoinGroupRequest,
        version: i16,
        client: &Client,
        old_id: &str,
        new_id: &str,
        fx: &mut Effects,
    ) {
        let Some(mut member) = self.members.remove(old_id) else {
            return fx.reply(token, Reply::Join(join_error("", Code::UNKNOWN_MEMBER_ID)));
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
        member.client = client.clone();
        member.deadline = now.mono_ms + i64::from(request.session_timeout_ms);
        update(&mut member, request, version, token, fx);
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
                    skip: version >= SKIP_ASSIGNMENT_FROM,
                };
                fx.appends.push(Append { group: self.id.clone(), records, stored });
            }
            State::Stable | State::CompletingRebalance => self.rebalance_or_complete(now, 0, fx),
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
            r.leader = leader_before.to_owned();
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

    fn rebalance_or_complete(&mut self, now: Now, initial_delay_ms: i32, fx: &mut Effects) {
        if self.state.may_become(State::PreparingRebalance) {
            self.prepare_rebalance(now, initial_delay_ms, fx);
        } else {
            self.complete_if_all_joined(now, fx);
        }
    }

    fn prepare_rebalance(&mut self, now: Now, initial_delay_ms: i32, fx: &mut Effects) {
        if self.state == State::CompletingRebalance {
            self.reset_assignment(now, Code::REBALANCE_IN_PROGRESS, fx);
        }
        self.sync_deadline = NEVER;
        self.unsynced.clear();
        self.storing = false;
        let is_initial = self.state == State::Empty;
        self.become_state(State::PreparingRebalance, now.wall_ms);
        if is_initial {
            if initial_delay_ms > 0 {
                let left_ms = (self.rebalance_ms() - i64::from(initial_delay_ms)).max(0) as i32;
                self.initial = Some(Initial { left_ms, member_added: false });
                self.set_join_deadline(now.mono_ms + i64::from(initial_delay_ms));
            } else {
                // The first member need not wait for those who were only told their id.
                self.complete_join(now, fx);
            }
            return;
        }
        self.set_join_deadline(now.mono_ms + self.rebalance_ms());
        self.complete_if_all_joined(now, fx);
    }

    fn set_join_deadline(&mut self, at: i64) {
        self.join_deadline = at;
        self.wake_by(at);
    }

    fn complete_if_all_joined(&mut self, now: Now, fx: &mut Effects) {
        let all = self.pending.is_empty() && self.members.values().all(|m| m.join.is_some());
        if self.state == State::PreparingRebalance && self.initial.is_none() && all {
            self.complete_join(now, fx);
        }
    }

    /// Ends the gathering: dynamic members that did not come are out, the rest are the next generation.
    fn complete_join(&mut self, now: Now, fx: &mut Effects) {
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
    fn read_subscriptions(&self) -> Option<BTreeSet<String>> {
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
    fn dismiss(&mut self, id: &str, fx: &mut Effects) {
        if let Some(m) = self.remove(id) {
            if let Some(t) = m.join {
                fx.reply(t, Reply::Join(join_error("", Code::UNKNOWN_MEMBER_ID)));
            }
            if let Some(t) = m.sync {
                fx.reply(t, Reply::Sync(sync_error(Code::UNKNOWN_MEMBER_ID)));
            }
        }
    }

    fn after_departure(&mut self, now: Now, fx: &mut Effects) {
        match self.state {
            State::Stable | State::CompletingRebalance => self.prepare_rebalance(now, 0, fx),
            State::PreparingRebalance => self.complete_if_all_joined(now, fx),
            State::Empty | State::Dead => {}
        }
    }

    // ---- syncing

    pub(super) fn sync(&mut self, now: Now, token: Token, request: &SyncGroupRequest, fx: &mut Effects) {
        let id = request.member_id.as_str();
        let differs = |asked: &Option<String>, have: &Option<String>| asked.is_some() && asked != have;
        let checked = self.check_member(id, request.group_instance_id.as_deref()).and_then(|()| {
            if request.generation_id != self.generation {
                Err(Code::ILLEGAL_GENERATION)
            } else if differs(&request.protocol_type, &self.protocol_type) || differs(&request.protocol_name, &self.protocol) {
                Err(Code::INCONSISTENT_GROUP_PROTOCOL)
            } else {
                Ok(())
            }
        });
        let code = match (checked, self.state) {
            (Err(code), _) => code,
            (Ok(()), State::Empty) => Code::UNKNOWN_MEMBER_ID,
            (Ok(()), State::Dead) => Code::COORDINATOR_NOT_AVAILABLE,
            (Ok(()), State::PreparingRebalance) => Code::REBALANCE_IN_PROGRESS,
            (Ok(()), State::CompletingRebalance | State::Stable) => Code::NO_ERROR,
        };
        if !code.is_ok() {
            return fx.reply(token, Reply::Sync(sync_error(code)));
        }
        self.unsynced.remove(id);
        if self.state == State::Stable {
            let assignment = self.members.get(id).map(|m| m.assignment.clone()).unwrap_or_default();
            self.keep_session(now, id);
            return fx.reply(token, Reply::Sync(self.assigned(assignment)));
        }
        let leads = self.leader() == Some(id);
        if let Some(m) = self.members.get_mut(id)
            && let Some(earlier) = m.sync.replace(token)
        {
            // The request was sent again; nobody reads the first answer any more.
            fx.reply(earlier, Reply::Sync(sync_error(Code::REBALANCE_IN_PROGRESS)));
        }
        if !leads || self.storing {
            return;
        }
        // Members that the leader forgot get nothing; assignments for those it made up are dropped.
        let mut assignments: BTreeMap<String, Bytes> = self.members.keys().map(|id| (id.clone(), Bytes::new())).collect();
        for a in &request.assignments {
            if let Some(slot) = assignments.get_mut(&a.member_id) {
                *slot = own(&a.assignment);
            }
        }
        let records = vec![self.metadata_record(&assignments)];
        self.storing = true;
        fx.appends.push(Append { group: self.id.clone(), records, stored: Stored::Assignment { generation: self.generation, assignments } });
    }

    fn assigned(&self, assignment: Bytes) -> SyncGroupResponse {
        SyncGroupResponse {
            protocol_type: self.protocol_type.clone(),
            protocol_name: self.protocol.clone(),
            assignment,
            ..SyncGroupResponse::default()
        }
    }

    /// The leader's assignment is in the log: hand it out, unless the group has moved on meanwhile.
    pub(super) fn assignment_stored(&mut self, now: Now, generation: i32, assignments: BTreeMap<String, Bytes>, code: Code, fx: &mut Effects) {
        if self.state != State::CompletingRebalance || self.generation != generation || !self.storing {
            return;
        }
        self.storing = false;
        if !code.is_ok() {
            self.reset_assignment(now, append_failure(code), fx);
            return self.prepare_rebalance(now, 0, fx);
        }
        for (id, assignment) in assignments {
            if let Some(m) = self.members.get_mut(&id) {
                m.assignment = assignment;
            }
        }
        self.become_state(State::Stable, now.wall_ms);
        let waiting: Vec<(String, Token, Bytes)> =
            self.members.iter_mut().filter_map(|(id, m)| m.sync.take().map(|t| (id.clone(), t, m.assignment.clone()))).collect();
        for (id, token, assignment) in waiting {
            self.keep_session(now, &id);
            fx.reply(token, Reply::Sync(self.assigned(assignment)));
        }
    }

    /// Nobody has an assignment; those who wait for one are told why.
    fn reset_assignment(&mut self, now: Now, code: Code, fx: &mut Effects) {
        let mut kept = Vec::new();
        for (id, m) in &mut self.members {
            m.assignment = Bytes::new();
            if let Some(t) = m.sync.take() {
                fx.reply(t, Reply::Sync(sync_error(code)));
                kept.push(id.clone());
            }
        }
        for id in kept {
            self.keep_session(now, &id);
        }
    }

    // ---- sessions

    pub(super) fn keep_session(&mut self, now: Now, id: &str) {
        if let Some(m) = self.members.get_mut(id) {
            m.deadline = now.mono_ms + i64::from(m.session_ms);
            let at = m.deadline;
            self.wake_by(at);
        }
    }

    pub(super) fn heartbeat(&mut self, now: Now, request: &HeartbeatRequest) -> Code {
        let id = request.member_id.as_str();
        if let Err(code) = self.check_member(id, request.group_instance_id.as_deref()) {
            return code;
        }
        if request.generation_id != self.generation {
            return Code::ILLEGAL_GENERATION;
        }
        match self.state {
            State::Empty => Code::UNKNOWN_MEMBER_ID,
            State::Dead => Code::COORDINATOR_NOT_AVAILABLE,
            State::PreparingRebalance => {
                self.keep_session(now, id);
                Code::REBALANCE_IN_PROGRESS
            }
            State::CompletingRebalance | State::Stable => {
                self.keep_session(now, id);
                Code::NO_ERROR
            }
        }
    }

    pub(super) fn leave(&mut self, now: Now, token: Token, request: &LeaveGroupRequest, fx: &mut Effects) {
        let appends_before = fx.appends.len();
        let mut answer = LeaveGroupResponse::default();
        let mut gone = false;
        for asked in &request.members {
            let left = self.leave_one(asked, fx);
            gone |= left.is_ok();
            answer.members.push(MemberResponse {
                member_id: asked.member_id.clone(),
                group_instance_id: asked.group_instance_id.clone(),
                error_code: left.err().unwrap_or(Code::NO_ERROR).get(),
            });
        }
        if gone {
            self.after_departure(now, fx);
        }
        // When this emptied the group the answer waits for the record of it, so that a restart does not bring the members back.
        let reply = Reply::Leave(answer);
        match fx.appends[appends_before..].iter_mut().find(|a| matches!(a.stored, Stored::Nothing)) {
            Some(append) => append.stored = Stored::Reply { token, reply },
            None => fx.reply(token, reply),
        }
    }

    fn leave_one(&mut self, asked: &MemberIdentity, fx: &mut Effects) -> Result<(), Code> {
        let instance = asked.group_instance_id.as_deref();
        if asked.member_id.is_empty() {
            // An administrator removes a static member by its instance id.
            let id = instance.and_then(|i| self.statics.get(i).cloned()).ok_or(Code::UNKNOWN_MEMBER_ID)?;
            self.dismiss(&id, fx);
            return Ok(());
        }
        if self.pending.remove(&asked.member_id).is_some() {
            return Ok(());
        }
        self.check_member(&asked.member_id, instance)?;
        self.dismiss(&asked.member_id, fx);
        Ok(())
    }

    pub(super) fn on_time(&mut self, now: Now, config: &GroupConfig, fx: &mut Effects) {
        let at = now.mono_ms;
        if self.wake_at > at {
            return;
        }
        let told = self.pending.len();
        self.pending.retain(|_, deadline| *deadline > at);
        let mut gone = self.pending.len() < told;
        let due: Vec<String> = self.members.iter().filter(|(_, m)| m.deadline <= at).map(|(id, _)| id.clone()).collect();
        let mut expired = false;
        for id in due {
            let m = self.members.get_mut(&id).expect("the ids are those of the members");
            if !m.is_new && (m.join.is_some() || m.sync.is_some()) {
                // It waits for others and cannot send heartbeats; its session begins anew with the answer.
                m.deadline = NEVER;
            } else {
                self.dismiss(&id, fx);
                expired = true;
            }
        }
        gone |= expired;
        if expired {
            self.after_departure(now, fx);
        } else if gone {
            self.complete_if_all_joined(now, fx);
        }
        if self.state == State::PreparingRebalance && self.join_deadline <= at {
            match &mut self.initial {
                Some(initial) if initial.member_added && initial.left_ms > 0 => {
                    let delay = config.initial_delay_ms.min(initial.left_ms);
                    initial.left_ms -= delay;
                    initial.member_added = false;
                    self.set_join_deadline(at + i64::from(delay));
                }
                _ => self.complete_join(now, fx),
            }
        }
        if matches!(self.state, State::CompletingRebalance | State::Stable) && self.sync_deadline <= at {
            self.sync_deadline = NEVER;
            let lost: Vec<String> = self.unsynced.iter().cloned().collect();
            if !lost.is_empty() {
                for id in lost {
                    self.dismiss(&id, fx);
                }
                self.prepare_rebalance(now, 0, fx);
            }
        }
        if self.state == State::Stable && self.unsynced.is_empty() {
            self.sync_deadline = NEVER;
        }
        self.find_next_wake();
    }

    fn find_next_wake(&mut self) {
        let members = self.members.values().map(|m| m.deadline);
        let told = self.pending.values().copied();
        self.wake_at = members.chain(told).chain([self.join_deadline, self.sync_deadline]).min().unwrap_or(NEVER);
    }

    /// Answers everyone who waits.
    pub(super) fn abandon(&mut self, code: Code, fx: &mut Effects) {
        for (id, m) in &mut self.members {
            if let Some(t) = m.join.take() {
                fx.reply(t, Reply::Join(join_error(id, code)));
            }
            if let Some(t) = m.sync.take() {
                fx.reply(t, Reply::Sync(sync_error(code)));
            }
        }
    }

    // ---- the log

    /// The group's record, with these assignments.
    fn metadata_record(&mut self, assignments: &BTreeMap<String, Bytes>) -> super::KeyValue {
        self.persisted = true;
        let protocol = self.protocol.as_deref().unwrap_or_default();
        let mut members: Vec<_> = self.members.iter().collect();
        members.sort_by_key(|(_, m)| m.seq);
        let value = GroupMetadataValue {
            protocol_type: self.protocol_type.clone().unwrap_or_default(),
            generation: self.generation,
            protocol: self.protocol.clone(),
            leader: self.leader.clone(),
            current_state_timestamp: self.state_since_ms,
            members: members
                .into_iter()
                .map(|(id, m)| MemberMetadata {
                    member_id: id.clone(),
                    group_instance_id: m.instance_id.clone(),
                    client_id: m.client.id.clone(),
                    client_host: m.client.host.clone(),
                    rebalance_timeout: m.rebalance_ms,
                    session_timeout: m.session_ms,
                    subscription: m.metadata(protocol),
                    assignment: assignments.get(id).cloned().unwrap_or_default(),
                })
                .collect(),
        };
        (group_key(&self.id), Some(group_value(&value)))
    }

    pub(super) fn replay_metadata(&mut self, value: GroupMetadataValue) {
        self.persisted = true;
        self.protocol_type = (!value.protocol_type.is_empty()).then_some(value.protocol_type);
        self.generation = value.generation;
        self.state = if value.members.is_empty() { State::Empty } else { State::Stable };
        self.state_since_ms = value.current_state_timestamp;
        self.leader = value.leader.filter(|_| !value.members.is_empty());
        self.protocol = value.protocol.filter(|_| !value.members.is_empty());
        self.members.clear();
        self.statics.clear();
        for m in value.members {
            if let Some(i) = &m.group_instance_id {
                self.statics.insert(i.clone(), m.member_id.clone());
            }
            self.seq_next += 1;
            let member = Member {
                instance_id: m.group_instance_id,
                client: Client { id: m.client_id, host: m.client_host },
                session_ms: m.session_timeout,
                rebalance_ms: if m.rebalance_timeout < 0 { m.session_timeout } else { m.rebalance_timeout },
                protocols: vec![(self.protocol.clone().unwrap_or_default(), own(&m.subscription))],
                assignment: own(&m.assignment),
                deadline: NEVER,
                is_new: false,
                join: None,
                sync: None,
                seq: self.seq_next,
            };
            self.members.insert(m.member_id, member);
        }
        self.subscribed = if self.members.is_empty() { self.is_consumer_group().then(BTreeSet::new) } else { self.read_subscriptions() };
    }

    pub(super) fn replay_tombstone(&mut self, wall_ms: i64) {
        let mut blank = Self::new(self.id.clone(), self.incarnation, wall_ms);
        blank.offsets = std::mem::take(&mut self.offsets);
        *self = blank;
    }

    pub(super) fn loaded(&mut self, now: Now, config: &GroupConfig, fx: &mut Effects) {
        let ids: Vec<String> = self.members.keys().cloned().collect();
        for id in ids {
            self.keep_session(now, &id);
        }
        if self.state == State::Stable && self.members.len() > config.size_max {
            self.prepare_rebalance(now, 0, fx);
        }
    }

    pub(super) fn describe(&self) -> DescribedGroup {
        let stable = self.state == State::Stable;
        let protocol = self.protocol.as_deref().unwrap_or_default();
        let mut members: Vec<_> = self.members.iter().collect();
        members.sort_by_key(|(_, m)| m.seq);
        DescribedGroup {
            group_id: self.id.to_string(),
            group_state: self.state.name().to_owned(),
            protocol_type: self.protocol_type().to_owned(),
            protocol_data: if stable { protocol.to_owned() } else { String::new() },
            members: members
                .into_iter()
                .map(|(id, m)| DescribedGroupMember {
                    member_id: id.clone(),
                    group_instance_id: m.instance_id.clone(),
                    client_id: m.client.id.clone(),
                    client_host: m.client.host.clone(),
                    member_metadata: if stable { m.metadata(protocol) } else { Bytes::new() },
                    member_assignment: if stable { m.assignment.clone() } else { Bytes::new() },
                })
                .collect(),
            authorized_operations: GROUP_OPERATIONS,
            ..DescribedGroup::default()
        }
    }

    /// What a restart would know of the group, for comparing.
    #[cfg(test)]
    pub(super) fn durable_view(&self) -> String {
        let mut members: Vec<_> = self.members.iter().collect();
        members.sort_by_key(|(_, m)| m.seq);
        let protocol = self.protocol.as_deref().unwrap_or_default();
        let members: Vec<_> = members
            .into_iter()
            .map(|(id, m)| (id, &m.instance_id, m.session_ms, m.rebalance_ms, m.metadata(protocol), m.assignment.clone()))
            .collect();
        format!(
            "{:?} {} {:?} {:?} {:?} {:?} {:?}",
            self.state, self.generation, self.protocol_type, self.protocol, self.leader, members, self.offsets
        )
    }
}

fn rebalance_timeout(request: &JoinGroupRequest, version: i16) -> i32 {
    if version == 0 || request.rebalance_timeout_ms < 0 { request.session_timeout_ms } else { request.rebalance_timeout_ms }
}

fn update(m: &mut Member, request: &JoinGroupRequest, version: i16, token: Token, fx: &mut Effects) {
    m.protocols = request.protocols.iter().map(|p| (p.name.clone(), own(&p.metadata))).collect();
    m.session_ms = request.session_timeout_ms;
    m.rebalance_ms = rebalance_timeout(request, version);
    if let Some(earlier) = m.join.replace(token) {
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
    format!("{prefix}-{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", n >> 96, n >> 80 & 0xffff, n >> 64 & 0xffff, n >> 48 & 0xffff, n & 0xffff_ffff_ffff)
}
