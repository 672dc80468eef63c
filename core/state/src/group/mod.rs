//! Kafka's classic group protocol and the store of committed offsets: the groups of one partition of `__consumer_offsets`.
//!
//! Owns: members and their sessions, generations, leaders, the vote for a protocol, assignments, committed offsets and their
//! expiry, and what of it is written to the log. Does not own: the log, clocks, waiting requests (the shell keeps them under a
//! [`Token`]), which topics exist (the shell asks before it commits).
//!
//! A request either answers at once or leaves its token waiting; what follows comes out as [`Effects`]. An [`Append`] in them is
//! written to the log by the shell in order, and when it is durable, or has failed, the shell hands its [`Stored`] back with
//! [`Groups::stored`]: only then are its answers given and committed offsets visible. `stored` must be called in the order of
//! the appends.
//!
//! States and their legal transitions (anything else is a bug and asserts):
//!
//! | from | to | when |
//! |---|---|---|
//! | Empty | PreparingRebalance | the first member joins |
//! | Empty | Dead | the group is deleted or expires |
//! | PreparingRebalance | CompletingRebalance | all have joined, or the rebalance timeout has passed |
//! | PreparingRebalance | Empty | all have left |
//! | CompletingRebalance | Stable | the leader's assignment is durable |
//! | CompletingRebalance | PreparingRebalance | a member joins anew, leaves, or does not sync in time |
//! | Stable | PreparingRebalance | a member joins anew, changes what it supports, leaves or expires |
//!
//! Invariants: a group that is Stable or CompletingRebalance has members, a leader among them and a protocol that all of them
//! support; an Empty group has no members; the generation never goes back; a static instance id belongs to one member.

mod classic;
mod codec;
mod durable;
mod offsets;
mod sessions;

#[cfg(test)]
mod tests;

use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::Arc;
use wellhead_base::env::Rng;
use wellhead_base::{Code, TopicId};
use wellhead_wire::messages::{
    HeartbeatRequest, JoinGroupRequest, JoinGroupResponse, LeaveGroupRequest, LeaveGroupResponse, SyncGroupRequest, SyncGroupResponse,
};

pub use classic::{Group, State};
pub use codec::{Entry, decode};
pub use offsets::{Committed, NewOffset, OffsetCommit};
pub use wellhead_wire::messages::describe_groups_response::DescribedGroup;

/// What Kafka's `authorized operations` are for a group when nobody is refused: read, delete, describe, and its configs.
pub const GROUP_OPERATIONS: i32 = 1 << 3 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 11;

/// Of an id that a client chose, what goes into a message or a member's id.
const ID_SHOWN_LEN_MAX: usize = 1_000;

/// Both times of one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// For sessions and timeouts; never goes back. Milliseconds.
    pub mono_ms: i64,
    /// For commit timestamps and retention. Milliseconds since the epoch.
    pub wall_ms: i64,
}

/// A request that waits; the shell's number for it.
pub type Token = u64;

/// The broker's settings for groups.
#[derive(Debug, Clone)]
pub struct GroupConfig {
    /// `group.min.session.timeout.ms`
    pub session_min_ms: i32,
    /// `group.max.session.timeout.ms`
    pub session_max_ms: i32,
    /// `group.max.size`
    pub size_max: usize,
    /// `group.initial.rebalance.delay.ms`
    pub initial_delay_ms: i32,
    /// `wellhead.group.gather.ms`: where there is no initial delay, a new group waits this long after each member that came, if
    /// others seem to be on their way.
    pub gather_ms: i32,
    /// A new member's first join is given up after this (Kafka's fixed five minutes).
    pub new_member_join_ms: i32,
    /// `offset.metadata.max.bytes`
    pub metadata_bytes_max: usize,
    /// `offsets.retention.minutes`, in milliseconds.
    pub retention_ms: i64,
}
impl Default for GroupConfig {
    fn default() -> Self {
        Self {
            session_min_ms: 6_000,
            session_max_ms: 1_800_000,
            size_max: i32::MAX as usize,
            initial_delay_ms: 0,
            gather_ms: 0,
            new_member_join_ms: 300_000,
            metadata_bytes_max: wellhead_base::limits::OFFSET_METADATA_BYTES_MAX,
            retention_ms: 7 * 86_400_000,
        }
    }
}

impl GroupConfig {
    /// How a group that begins with this join waits for more members.
    fn gather(&self, company: bool, rebalance_ms: i64) -> Gather {
        if self.initial_delay_ms > 0 {
            return Gather { step_ms: self.initial_delay_ms, most_ms: rebalance_ms.min(i64::from(i32::MAX)) as i32 };
        }
        let step_ms = if company { self.gather_ms } else { 0 };
        Gather { step_ms, most_ms: step_ms.saturating_mul(GATHER_STEPS_MAX) }
    }
}

/// How long a group that begins waits: `step_ms` after each member that came, and `most_ms` in all. 0: not at all.
#[derive(Debug, Clone, Copy, Default)]
struct Gather {
    step_ms: i32,
    most_ms: i32,
}

/// A group that gathers is not kept from its records for longer than so many steps, however many members keep coming.
const GATHER_STEPS_MAX: i32 = 4;

/// Who sends a request.
#[derive(Debug, Clone, Default)]
pub struct Client {
    pub id: String,
    /// Kafka prints it with a leading slash: `/127.0.0.1`.
    pub host: String,
}

/// A JoinGroup and who sends it.
#[derive(Debug, Clone, Copy)]
pub struct Joining<'a> {
    pub token: Token,
    pub request: &'a JoinGroupRequest,
    pub version: i16,
    pub client: &'a Client,
    /// Other clients seem to be starting beside this one.
    pub company: bool,
}

/// The answer of a request that waited.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    Join(JoinGroupResponse),
    Sync(SyncGroupResponse),
    Leave(LeaveGroupResponse),
    /// One code per offset of the request, in its order.
    Commit(Vec<Code>),
    /// For OffsetDelete and DeleteGroups: whether it is durable.
    Done(Code),
}

/// A key and its value in the log; a value of None is a tombstone.
pub type KeyValue = (Bytes, Option<Bytes>);

/// Records that belong together, and what is to be done when they are durable.
#[derive(Debug)]
pub struct Append {
    pub group: Arc<str>,
    pub records: Vec<KeyValue>,
    pub stored: Stored,
}

/// What follows an append; opaque to the shell.
#[derive(Debug)]
pub enum Stored {
    Nothing,
    Reply { token: Token, reply: Reply },
    Assignment { generation: i32, assignments: BTreeMap<String, Bytes> },
    StaticJoin { member: String, generation: i32, leader_before: String, skip: bool },
    Offsets { incarnation: u64, offsets: Vec<(Arc<str>, i32, Option<Committed>)>, token: Option<Token>, codes: Vec<Code> },
    Deleted { group: Box<Group>, token: Option<Token> },
}

/// What a call asks the shell to do: send the replies, append the records.
#[derive(Debug, Default)]
pub struct Effects {
    pub replies: Vec<(Token, Reply)>,
    pub appends: Vec<Append>,
}
impl Effects {
    fn reply(&mut self, token: Token, reply: Reply) {
        self.replies.push((token, reply));
    }
}

/// One row of ListGroups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub group: Arc<str>,
    pub protocol_type: String,
    pub state: State,
}

/// The groups of one offsets partition.
#[derive(Debug)]
pub struct Groups {
    config: GroupConfig,
    /// In an order, so that what is done to all of them repeats.
    groups: BTreeMap<Arc<str>, Group>,
    incarnations: u64,
}

impl Groups {
    pub fn new(config: GroupConfig) -> Self {
        Self { config, groups: BTreeMap::new(), incarnations: 0 }
    }
    pub fn get(&self, group: &str) -> Option<&Group> {
        self.groups.get(group)
    }
    pub fn len(&self) -> usize {
        self.groups.len()
    }
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }
    pub fn iter(&self) -> impl Iterator<Item = &Group> {
        self.groups.values()
    }

    fn get_or_create(&mut self, id: &str, now: Now) -> &mut Group {
        if !self.groups.contains_key(id) {
            self.incarnations += 1;
            let id: Arc<str> = id.into();
            self.groups.insert(id.clone(), Group::new(id.clone(), self.incarnations, now.wall_ms));
        }
        self.groups.get_mut(id).expect("it was inserted just now")
    }

    /// JoinGroup. Answers through `fx`, at once or later. `rng` makes member ids.
    pub fn join(&mut self, now: Now, joining: &Joining<'_>, rng: &mut Rng, fx: &mut Effects) {
        let Joining { token, request, .. } = *joining;
        let refuse = |code: Code, fx: &mut Effects| fx.reply(token, Reply::Join(classic::join_error(&request.member_id, code)));
        if request.group_id.is_empty() {
            return refuse(Code::INVALID_GROUP_ID, fx);
        }
        if request.session_timeout_ms < self.config.session_min_ms || request.session_timeout_ms > self.config.session_max_ms {
            return refuse(Code::INVALID_SESSION_TIMEOUT, fx);
        }
        let config = self.config.clone();
        if !request.member_id.is_empty() && !self.groups.contains_key(request.group_id.as_str()) {
            return refuse(Code::UNKNOWN_MEMBER_ID, fx);
        }
        let group = self.get_or_create(&request.group_id, now);
        group.join(now, joining, &config, rng, fx);
        self.forget_if_blank(&request.group_id);
    }

    /// SyncGroup. Answers through `fx`, at once or when the assignment is durable.
    pub fn sync(&mut self, now: Now, token: Token, request: &SyncGroupRequest, fx: &mut Effects) {
        let refuse = |code: Code, fx: &mut Effects| fx.reply(token, Reply::Sync(classic::sync_error(code)));
        if request.group_id.is_empty() {
            return refuse(Code::INVALID_GROUP_ID, fx);
        }
        match self.groups.get_mut(request.group_id.as_str()) {
            Some(group) => group.sync(now, token, request, fx),
            None => refuse(Code::UNKNOWN_MEMBER_ID, fx),
        }
    }

    /// Heartbeat: keeps the member's session and tells whether it must rejoin.
    pub fn heartbeat(&mut self, now: Now, request: &HeartbeatRequest) -> Code {
        if request.group_id.is_empty() {
            return Code::INVALID_GROUP_ID;
        }
        self.groups.get_mut(request.group_id.as_str()).map_or(Code::UNKNOWN_MEMBER_ID, |group| group.heartbeat(now, request))
    }

    /// LeaveGroup, in the form of version 3 and later (one or several members).
    pub fn leave(&mut self, now: Now, token: Token, request: &LeaveGroupRequest, fx: &mut Effects) {
        let refuse = |code: Code, fx: &mut Effects| {
            fx.reply(token, Reply::Leave(LeaveGroupResponse { error_code: code.get(), ..LeaveGroupResponse::default() }));
        };
        if request.group_id.is_empty() {
            return refuse(Code::INVALID_GROUP_ID, fx);
        }
        match self.groups.get_mut(request.group_id.as_str()) {
            Some(group) => group.leave(now, token, request, fx),
            None => refuse(Code::UNKNOWN_MEMBER_ID, fx),
        }
        self.forget_if_blank(&request.group_id);
    }

    /// OffsetCommit. The offsets' topics must exist; the shell has answered for those that do not.
    pub fn commit(&mut self, now: Now, token: Token, request: &OffsetCommit<'_>, fx: &mut Effects) {
        let metadata_bytes_max = self.config.metadata_bytes_max;
        if request.generation < 0 {
            // A commit outside of any membership makes the group when there is none.
            self.get_or_create(request.group, now);
        }
        match self.groups.get_mut(request.group) {
            Some(group) => group.commit(now, token, request, metadata_bytes_max, fx),
            None => {
                let code = if request.version >= 9 { Code::GROUP_ID_NOT_FOUND } else { Code::ILLEGAL_GENERATION };
                fx.reply(token, Reply::Commit(vec![code; request.offsets.len()]));
            }
        }
        self.forget_if_blank(request.group);
    }

    /// The committed and durable offset of one partition. `topic_id` is the present id of the topic, or zero: an offset that was
    /// committed to an earlier topic of the same name does not count.
    pub fn fetch(&self, group: &str, topic: &str, topic_id: TopicId, partition: i32) -> Option<&Committed> {
        self.groups.get(group)?.offset(topic, topic_id, partition)
    }

    /// OffsetDelete: one code per partition, or one for all. The reply `Done` follows under `token` when there was something to
    /// delete, which the returned flag says.
    pub fn delete_offsets(&mut self, token: Token, group: &str, partitions: &[(&str, i32)], fx: &mut Effects) -> Result<(Vec<Code>, bool), Code> {
        self.groups.get_mut(group).ok_or(Code::GROUP_ID_NOT_FOUND)?.delete_offsets(token, partitions, fx)
    }

    /// Deletes an empty group with its offsets. The reply `Done` follows under `token` when the code is NO_ERROR.
    pub fn delete_group(&mut self, token: Token, group: &str, fx: &mut Effects) -> Code {
        let Some(found) = self.groups.get(group) else { return Code::GROUP_ID_NOT_FOUND };
        if found.state() != State::Empty {
            return Code::NON_EMPTY_GROUP;
        }
        self.remove(group, Some(token), fx);
        Code::NO_ERROR
    }

    /// Takes a group out at once; its tombstones go to the log, and a failure of that brings it back.
    fn remove(&mut self, id: &str, token: Option<Token>, fx: &mut Effects) {
        let Some(mut group) = self.groups.remove(id) else { return };
        let records = group.tombstones();
        group.die();
        fx.appends.push(Append { group: group.id.clone(), records, stored: Stored::Deleted { group: Box::new(group), token } });
    }

    /// An empty group that never was written and holds nothing is dropped without a trace.
    fn forget_if_blank(&mut self, id: &str) {
        if self.groups.get(id).is_some_and(Group::is_blank) {
            self.groups.remove(id);
        }
    }

    /// DescribeGroups for one group. From version 6 on an unknown group is an error, before it is a dead one.
    pub fn describe(&self, group: &str, version: i16) -> DescribedGroup {
        match self.groups.get(group) {
            Some(g) => g.describe(),
            None => {
                let mut out = DescribedGroup { group_id: group.to_owned(), group_state: State::Dead.name().to_owned(), ..DescribedGroup::default() };
                if version >= 6 {
                    out.error_code = Code::GROUP_ID_NOT_FOUND.get();
                    // An id of the greatest length would leave the message no room.
                    let shown = crate::clip(group, ID_SHOWN_LEN_MAX);
                    out.error_message = Some(format!("Group {shown} not found."));
                }
                out
            }
        }
    }

    /// All groups, in no order.
    pub fn list(&self) -> impl Iterator<Item = Listed> + '_ {
        self.groups.values().map(|g| Listed { group: g.id.clone(), protocol_type: g.protocol_type().to_owned(), state: g.state() })
    }

    /// The topics are gone: their offsets go too, in every group.
    pub fn topics_deleted(&mut self, topics: &[&str], fx: &mut Effects) {
        for group in self.groups.values_mut() {
            group.drop_topics(topics, fx);
        }
    }

    /// Drops offsets that are past their retention, and empty groups that hold none.
    pub fn expire(&mut self, now: Now, fx: &mut Effects) {
        let mut gone = Vec::new();
        for group in self.groups.values_mut() {
            if group.expire(now, self.config.retention_ms, fx) {
                gone.push(group.id.clone());
            }
        }
        for id in gone {
            self.remove(&id, None, fx);
        }
    }

    /// When the group next needs [`Groups::on_time`], in monotonic milliseconds. May be early, never late.
    pub fn wake_at(&self, group: &str) -> Option<i64> {
        self.groups.get(group).and_then(Group::wake_at)
    }

    /// Lets the sessions, joins and syncs of one group that are due run out.
    pub fn on_time(&mut self, now: Now, group: &str, fx: &mut Effects) {
        if let Some(g) = self.groups.get_mut(group) {
            g.on_time(now, fx);
        }
        self.forget_if_blank(group);
    }

    /// An append of `group` is durable, or failed with a code. In the order of the appends.
    pub fn stored(&mut self, now: Now, group: &str, stored: Stored, result: Result<(), Code>, fx: &mut Effects) {
        let code = result.err().unwrap_or(Code::NO_ERROR);
        match stored {
            Stored::Nothing => {}
            Stored::Reply { token, reply } => fx.reply(token, if code.is_ok() { reply } else { failed_reply(reply, code) }),
            Stored::Deleted { group: deleted, token } => {
                if !code.is_ok() && !self.groups.contains_key(&deleted.id) {
                    let mut deleted = *deleted;
                    deleted.revive();
                    self.groups.insert(deleted.id.clone(), deleted);
                }
                if let Some(token) = token {
                    fx.reply(token, Reply::Done(code));
                }
            }
            Stored::Offsets { incarnation, offsets, token, codes } => {
                let is_commit = !codes.is_empty();
                if let Some(g) = self.groups.get_mut(group).filter(|g| g.incarnation == incarnation) {
                    g.offsets_stored(offsets, code.is_ok());
                }
                if let Some(token) = token {
                    let codes = if code.is_ok() { codes } else { codes.into_iter().map(|c| if c.is_ok() { code } else { c }).collect() };
                    fx.reply(token, if is_commit { Reply::Commit(codes) } else { Reply::Done(code) });
                }
                self.forget_if_blank(group);
            }
            Stored::Assignment { generation, assignments } => {
                if let Some(g) = self.groups.get_mut(group) {
                    g.assignment_stored(now, generation, assignments, code, fx);
                }
            }
            Stored::StaticJoin { member, generation, leader_before, skip } => {
                if let Some(g) = self.groups.get_mut(group) {
                    g.static_join_stored(&member, generation, &leader_before, skip, code, fx);
                }
            }
        }
    }

    /// Applies one record of the log while loading.
    pub fn replay(&mut self, now: Now, entry: Entry) {
        match entry {
            Entry::Offset { group, topic, partition, value: Some(value) } => {
                self.get_or_create(&group, now).replay_offset(topic, partition, Some(value));
            }
            Entry::Offset { group, topic, partition, value: None } => {
                if let Some(g) = self.groups.get_mut(group.as_str()) {
                    g.replay_offset(topic, partition, None);
                }
                self.forget_if_blank(&group);
            }
            Entry::Group { group, value: Some(value) } => self.get_or_create(&group, now).replay_metadata(value),
            Entry::Group { group, value: None } => {
                if let Some(g) = self.groups.get_mut(group.as_str()) {
                    g.replay_tombstone(now.wall_ms);
                }
                self.forget_if_blank(&group);
            }
            Entry::Other => {}
        }
    }

    /// The log is read to its end: sessions of the members begin anew.
    pub fn loaded(&mut self, now: Now, fx: &mut Effects) {
        let config = self.config.clone();
        for group in self.groups.values_mut() {
            group.loaded(now, &config, fx);
        }
    }

    /// Answers everyone who waits with `code`: the coordinator stops.
    pub fn abandon(&mut self, code: Code, fx: &mut Effects) {
        for group in self.groups.values_mut() {
            group.abandon(code, fx);
        }
    }
}

/// What a request is told whose append failed (Kafka: `appendGroupMetadataErrorToResponseError`).
pub fn append_failure(code: Code) -> Code {
    match code {
        Code::UNKNOWN_TOPIC_OR_PART | Code::NOT_ENOUGH_REPLICAS | Code::NOT_ENOUGH_REPLICAS_AFTER_APPEND | Code::REQUEST_TIMED_OUT => {
            Code::COORDINATOR_NOT_AVAILABLE
        }
        Code::NOT_LEADER_FOR_PARTITION | Code::KAFKA_STORAGE_ERROR => Code::NOT_COORDINATOR,
        Code::RECORD_LIST_TOO_LARGE | Code::MSG_SIZE_TOO_LARGE | Code::INVALID_MSG_SIZE => Code::UNKNOWN,
        other => other,
    }
}

fn failed_reply(reply: Reply, code: Code) -> Reply {
    match reply {
        Reply::Join(r) => Reply::Join(classic::join_error(&r.member_id, code)),
        Reply::Sync(_) => Reply::Sync(classic::sync_error(code)),
        Reply::Leave(_) => Reply::Leave(LeaveGroupResponse { error_code: code.get(), ..LeaveGroupResponse::default() }),
        Reply::Commit(codes) => Reply::Commit(vec![code; codes.len()]),
        Reply::Done(_) => Reply::Done(code),
    }
}
