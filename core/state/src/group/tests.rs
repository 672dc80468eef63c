//! Scripts over the machine, with a clock moved by hand and a log that becomes durable when the script says so.

use super::*;
use proptest::prelude::*;
use std::collections::VecDeque;
use wellhead_base::env::Rng;
use wellhead_wire::Writer;
use wellhead_wire::messages::ConsumerProtocolSubscription;
use wellhead_wire::messages::join_group_request::JoinGroupRequestProtocol;
use wellhead_wire::messages::leave_group_request::MemberIdentity;
use wellhead_wire::messages::sync_group_request::SyncGroupRequestAssignment;

const G: &str = "g";

/// The machine with its shell: a log, and the appends that are not durable yet.
struct World {
    groups: Groups,
    now: Now,
    rng: Rng,
    token: Token,
    replies: BTreeMap<Token, Reply>,
    waiting: VecDeque<(Arc<str>, Stored)>,
    log: Vec<KeyValue>,
    /// Appends become durable at once.
    auto: bool,
}

impl World {
    fn new() -> Self {
        Self::with(GroupConfig::default())
    }
    fn with(config: GroupConfig) -> Self {
        Self {
            groups: Groups::new(config),
            now: Now { mono_ms: 1_000, wall_ms: 1_700_000_000_000 },
            rng: Rng::seeded(1),
            token: 0,
            replies: BTreeMap::new(),
            waiting: VecDeque::new(),
            log: Vec::new(),
            auto: true,
        }
    }
    fn token(&mut self) -> Token {
        self.token += 1;
        self.token
    }
    fn absorb(&mut self, fx: Effects) {
        for (t, r) in fx.replies {
            assert!(self.replies.insert(t, r).is_none(), "token {t} is answered twice");
        }
        for a in fx.appends {
            self.log.extend(a.records);
            self.waiting.push_back((a.group, a.stored));
        }
        if self.auto {
            self.durable(Ok(()));
        }
    }
    /// Everything appended so far becomes durable, or fails.
    fn durable(&mut self, result: Result<(), Code>) {
        while let Some((group, stored)) = self.waiting.pop_front() {
            let mut fx = Effects::default();
            self.groups.stored(self.now, &group, stored, result, &mut fx);
            self.absorb(fx);
        }
    }
    /// Time passes, and the shell wakes the group whenever it asked for it.
    fn pass(&mut self, ms: i64) {
        let end = self.now.mono_ms + ms;
        while let Some(at) = self.groups.wake_at(G).filter(|at| *at <= end) {
            let step = (at - self.now.mono_ms).max(0);
            self.now.mono_ms += step;
            self.now.wall_ms += step;
            let mut fx = Effects::default();
            self.groups.on_time(self.now, G, &mut fx);
            self.absorb(fx);
            assert!(self.groups.wake_at(G).is_none_or(|next| next > self.now.mono_ms), "a wake must move on");
        }
        self.now.wall_ms += end - self.now.mono_ms;
        self.now.mono_ms = end;
    }
    fn join(&mut self, j: Join<'_>) -> Token {
        let token = self.token();
        let request = JoinGroupRequest {
            group_id: G.into(),
            session_timeout_ms: j.session_ms,
            rebalance_timeout_ms: j.rebalance_ms,
            member_id: j.member.into(),
            group_instance_id: j.instance.map(str::to_owned),
            protocol_type: "consumer".into(),
            protocols: j.protocols.iter().map(|p| JoinGroupRequestProtocol { name: (*p).to_owned(), metadata: subscription(j.topics) }).collect(),
            reason: None,
        };
        let mut fx = Effects::default();
        let client = Client { id: "cl".into(), host: "/127.0.0.1".into() };
        let mut rng = self.rng.clone();
        self.groups.join(self.now, &Joining { token, request: &request, version: j.version, client: &client }, &mut rng, &mut fx);
        self.rng = rng;
        self.absorb(fx);
        token
    }
    fn joined(&mut self, token: Token) -> JoinGroupResponse {
        match self.replies.remove(&token) {
            Some(Reply::Join(r)) => r,
            other => panic!("join {token} has {other:?}"),
        }
    }
    fn sync(&mut self, member: &str, generation: i32, assign: &[(&str, &str)]) -> Token {
        self.sync_as(member, None, generation, assign)
    }
    fn sync_as(&mut self, member: &str, instance: Option<&str>, generation: i32, assign: &[(&str, &str)]) -> Token {
        let token = self.token();
        let request = SyncGroupRequest {
            group_id: G.into(),
            generation_id: generation,
            member_id: member.into(),
            group_instance_id: instance.map(str::to_owned),
            protocol_type: Some("consumer".into()),
            protocol_name: None,
            assignments: assign
                .iter()
                .map(|(m, a)| SyncGroupRequestAssignment { member_id: (*m).to_owned(), assignment: Bytes::copy_from_slice(a.as_bytes()) })
                .collect(),
        };
        let mut fx = Effects::default();
        self.groups.sync(self.now, token, &request, &mut fx);
        self.absorb(fx);
        token
    }
    fn synced(&mut self, token: Token) -> Result<String, Code> {
        match self.replies.remove(&token) {
            Some(Reply::Sync(r)) if r.error_code == 0 => Ok(String::from_utf8(r.assignment.to_vec()).unwrap()),
            Some(Reply::Sync(r)) => Err(Code(r.error_code)),
            other => panic!("sync {token} has {other:?}"),
        }
    }
    fn beat(&mut self, member: &str, generation: i32) -> Code {
        let request = HeartbeatRequest { group_id: G.into(), generation_id: generation, member_id: member.into(), group_instance_id: None };
        self.groups.heartbeat(self.now, &request)
    }
    fn leave(&mut self, members: &[(&str, Option<&str>)]) -> Vec<Code> {
        let token = self.token();
        let request = LeaveGroupRequest {
            group_id: G.into(),
            members: members
                .iter()
                .map(|(m, i)| MemberIdentity { member_id: (*m).to_owned(), group_instance_id: i.map(str::to_owned), reason: None })
                .collect(),
            ..LeaveGroupRequest::default()
        };
        let mut fx = Effects::default();
        self.groups.leave(self.now, token, &request, &mut fx);
        self.absorb(fx);
        match self.replies.remove(&token) {
            Some(Reply::Leave(r)) if r.error_code != 0 => vec![Code(r.error_code)],
            Some(Reply::Leave(r)) => r.members.iter().map(|m| Code(m.error_code)).collect(),
            other => panic!("leave has {other:?}"),
        }
    }
    fn commit(&mut self, member: &str, generation: i32, topic: &str, offset: i64) -> Token {
        let token = self.token();
        let request = OffsetCommit {
            group: G,
            generation,
            member_id: member,
            instance_id: None,
            retention_ms: -1,
            version: 9,
            offsets: vec![NewOffset {
                topic: topic.into(),
                topic_id: TopicId::ZERO,
                partition: 0,
                offset,
                leader_epoch: -1,
                metadata: Some("m".into()),
            }],
        };
        let mut fx = Effects::default();
        self.groups.commit(self.now, token, &request, &mut fx);
        self.absorb(fx);
        token
    }
    fn committed(&mut self, token: Token) -> Code {
        match self.replies.remove(&token) {
            Some(Reply::Commit(codes)) => codes[0],
            other => panic!("commit {token} has {other:?}"),
        }
    }
    fn offset(&self, topic: &str) -> Option<i64> {
        self.groups.fetch(G, topic, TopicId::ZERO, 0).map(|c| c.offset)
    }
    fn state(&self) -> State {
        self.groups.get(G).map_or(State::Dead, Group::state)
    }
    /// A new dynamic member's id, by a refused first join.
    fn new_id(&mut self) -> String {
        let t = self.join(Join::default());
        let r = self.joined(t);
        assert_eq!(Code(r.error_code), Code::MEMBER_ID_REQUIRED);
        r.member_id
    }
    /// A stable group of `n` dynamic members, each assigned its own index; the leader first.
    fn stable(&mut self, n: usize) -> Vec<String> {
        let ids: Vec<String> = (0..n).map(|_| self.new_id()).collect();
        let t = self.join(Join { member: &ids[0], ..Join::default() });
        let mut generation = self.joined(t).generation_id;
        if n > 1 {
            let tokens: Vec<Token> = ids[1..].iter().map(|m| self.join(Join { member: m, ..Join::default() })).collect();
            let t = self.join(Join { member: &ids[0], ..Join::default() });
            generation = self.joined(t).generation_id;
            for t in tokens {
                self.joined(t);
            }
        }
        let assign: Vec<(String, String)> = ids.iter().enumerate().map(|(i, m)| (m.clone(), i.to_string())).collect();
        let assign: Vec<(&str, &str)> = assign.iter().map(|(m, a)| (m.as_str(), a.as_str())).collect();
        let followers: Vec<Token> = ids[1..].iter().map(|m| self.sync(m, generation, &[])).collect();
        let t = self.sync(&ids[0], generation, &assign);
        assert_eq!(self.synced(t), Ok("0".into()));
        for (i, t) in followers.into_iter().enumerate() {
            assert_eq!(self.synced(t), Ok((i + 1).to_string()));
        }
        assert_eq!(self.state(), State::Stable);
        ids
    }
    fn generation(&self) -> i32 {
        self.groups.get(G).unwrap().generation()
    }
    /// The machine that a restart would build from the log.
    fn restarted(&self) -> Groups {
        let mut groups = Groups::new(GroupConfig::default());
        for (k, v) in &self.log {
            groups.replay(self.now, decode(k, v.as_deref()).unwrap());
        }
        groups
    }
    fn view(groups: &Groups) -> BTreeMap<String, String> {
        groups.iter().map(|g| (g.id.to_string(), g.durable_view())).collect()
    }
}

#[derive(Clone, Copy)]
struct Join<'a> {
    member: &'a str,
    instance: Option<&'a str>,
    protocols: &'a [&'a str],
    topics: &'a [&'a str],
    session_ms: i32,
    rebalance_ms: i32,
    version: i16,
}
impl Default for Join<'_> {
    fn default() -> Self {
        Self { member: "", instance: None, protocols: &["range"], topics: &["t"], session_ms: 10_000, rebalance_ms: 30_000, version: 9 }
    }
}

fn subscription(topics: &[&str]) -> Bytes {
    let mut w = Writer::with_capacity(32);
    w.i16(0);
    ConsumerProtocolSubscription { topics: topics.iter().map(|t| (*t).to_owned()).collect(), ..ConsumerProtocolSubscription::default() }
        .encode(&mut w, 0)
        .unwrap();
    w.into_bytes()
}

#[test]
fn three_members_join_sync_and_beat() {
    let mut w = World::new();
    let ids = w.stable(3);
    let generation = w.generation();
    assert_eq!(generation, 2, "the first member alone, then all three");
    for id in &ids {
        assert_eq!(w.beat(id, generation), Code::NO_ERROR);
        assert_eq!(w.beat(id, generation - 1), Code::ILLEGAL_GENERATION);
    }
    assert_eq!(w.beat("nobody", generation), Code::UNKNOWN_MEMBER_ID);
    let d = w.groups.describe(G, 6);
    assert_eq!((d.group_state.as_str(), d.protocol_data.as_str(), d.members.len()), ("Stable", "range", 3));
    assert_eq!(d.members[1].member_assignment, Bytes::from_static(b"1"));
    assert_eq!(World::view(&w.restarted()), World::view(&w.groups));
}

#[test]
fn the_first_join_needs_an_id_from_version_4_on_and_none_before() {
    let mut w = World::new();
    let t = w.join(Join { version: 3, ..Join::default() });
    let r = w.joined(t);
    assert_eq!((r.error_code, r.generation_id, &r.leader), (0, 1, &r.member_id));
    assert!(r.member_id.starts_with("cl-") && r.member_id.len() == 3 + 36, "{}", r.member_id);
    let t = w.join(Join { member: "made-up", ..Join::default() });
    assert_eq!(Code(w.joined(t).error_code), Code::UNKNOWN_MEMBER_ID);
}

#[test]
fn the_longest_names_fit_the_log_and_the_answers() {
    let mut w = World::new();
    let long = "é".repeat(16_383);
    let client = Client { id: long.clone(), host: "/127.0.0.1".into() };
    for (instance, version) in [(None, 3), (Some(long.clone()), 9)] {
        let request = JoinGroupRequest {
            group_id: long.clone(),
            session_timeout_ms: 10_000,
            group_instance_id: instance,
            protocol_type: long.clone(),
            protocols: vec![JoinGroupRequestProtocol { name: long.clone(), metadata: Bytes::new() }],
            ..JoinGroupRequest::default()
        };
        let (token, mut fx, mut rng) = (w.token(), Effects::default(), Rng::seeded(1));
        w.groups = Groups::new(GroupConfig::default());
        w.groups.join(w.now, &Joining { token, request: &request, version, client: &client }, &mut rng, &mut fx);
        w.absorb(fx);
        let r = w.joined(token);
        assert_eq!(r.error_code, 0);
        r.encode(&mut Writer::with_capacity(64), version).unwrap();
        let sync = SyncGroupRequest {
            group_id: long.clone(),
            generation_id: 1,
            member_id: r.member_id.clone(),
            group_instance_id: request.group_instance_id.clone(),
            ..SyncGroupRequest::default()
        };
        let (token, mut fx) = (w.token(), Effects::default());
        w.groups.sync(w.now, token, &sync, &mut fx);
        w.absorb(fx);
        assert!(w.synced(token).is_ok());
        w.groups.describe(&long, 6);
    }
    let mut answer = wellhead_wire::messages::DescribeGroupsResponse::default();
    answer.groups.push(Groups::new(GroupConfig::default()).describe(&long, 6));
    answer.encode(&mut Writer::with_capacity(64), 6).unwrap();
}

#[test]
fn an_id_that_is_never_used_leaves_nothing_behind() {
    let mut w = World::new();
    w.new_id();
    assert_eq!(w.groups.len(), 1);
    w.pass(10_000);
    assert!(w.groups.is_empty() && w.log.is_empty());
}

#[test]
fn a_new_member_makes_the_others_join_again_and_the_late_are_out() {
    let mut w = World::new();
    let ids = w.stable(2);
    let generation = w.generation();
    let third = w.new_id();
    let t3 = w.join(Join { member: &third, ..Join::default() });
    assert_eq!(w.beat(&ids[0], generation), Code::REBALANCE_IN_PROGRESS);
    let t0 = w.join(Join { member: &ids[0], ..Join::default() });
    // The second one only beats and never joins: out after the rebalance timeout.
    for _ in 0..5 {
        assert_eq!(w.beat(&ids[1], generation), Code::REBALANCE_IN_PROGRESS);
        assert!(!w.replies.contains_key(&t0));
        w.pass(6_000);
    }
    let (r0, r3) = (w.joined(t0), w.joined(t3));
    assert_eq!((r0.generation_id, r3.generation_id), (generation + 1, generation + 1));
    assert_eq!(r0.members.len(), 2, "the leader sees those who came");
    assert!(r3.members.is_empty());
    assert_eq!(w.beat(&ids[1], generation), Code::UNKNOWN_MEMBER_ID);
}

#[test]
fn the_assignment_is_told_only_when_it_is_durable() {
    let mut w = World::new();
    let id = w.new_id();
    let t = w.join(Join { member: &id, ..Join::default() });
    let generation = w.joined(t).generation_id;
    w.auto = false;
    let t = w.sync(&id, generation, &[(&id, "a")]);
    assert!(!w.replies.contains_key(&t));
    assert_eq!(w.state(), State::CompletingRebalance);
    w.durable(Ok(()));
    assert_eq!(w.synced(t), Ok("a".into()));
    assert_eq!(w.state(), State::Stable);
}

#[test]
fn an_assignment_that_cannot_be_stored_starts_over() {
    let mut w = World::new();
    let id = w.new_id();
    let t = w.join(Join { member: &id, ..Join::default() });
    let generation = w.joined(t).generation_id;
    w.auto = false;
    let t = w.sync(&id, generation, &[(&id, "a")]);
    w.durable(Err(Code::KAFKA_STORAGE_ERROR));
    assert_eq!(w.synced(t), Err(Code::NOT_COORDINATOR));
    assert_eq!(w.state(), State::PreparingRebalance);
}

#[test]
fn a_group_that_moved_on_ignores_the_late_assignment() {
    let mut w = World::new();
    let first = w.new_id();
    let t = w.join(Join { member: &first, ..Join::default() });
    let generation = w.joined(t).generation_id;
    w.auto = false;
    let t_sync = w.sync(&first, generation, &[(&first, "old")]);
    let second = w.new_id();
    let t2 = w.join(Join { member: &second, ..Join::default() });
    assert_eq!(w.synced(t_sync), Err(Code::REBALANCE_IN_PROGRESS));
    w.durable(Ok(()));
    assert_eq!(w.state(), State::PreparingRebalance);
    let t1 = w.join(Join { member: &first, ..Join::default() });
    assert_eq!(w.joined(t1).generation_id, generation + 1);
    assert_eq!(w.joined(t2).generation_id, generation + 1);
    // The old record became durable; an assignment of the new generation still decides.
    let t = w.sync(&first, generation + 1, &[(&first, "new"), (&second, "other")]);
    w.durable(Ok(()));
    assert_eq!(w.synced(t), Ok("new".into()));
}

#[test]
fn the_leader_leaves_while_the_others_wait_for_its_assignment() {
    let mut w = World::new();
    let ids = w.stable(2);
    let t1 = w.join(Join { member: &ids[1], topics: &["u"], ..Join::default() });
    let t0 = w.join(Join { member: &ids[0], ..Join::default() });
    let generation = w.joined(t0).generation_id;
    assert_eq!(w.joined(t1).leader, ids[0]);
    let waiting = w.sync(&ids[1], generation, &[]);
    assert_eq!(w.leave(&[(&ids[0], None)]), [Code::NO_ERROR]);
    assert_eq!(w.synced(waiting), Err(Code::REBALANCE_IN_PROGRESS));
    let t1 = w.join(Join { member: &ids[1], topics: &["u"], ..Join::default() });
    let r = w.joined(t1);
    assert_eq!((r.leader, r.generation_id, r.members.len()), (ids[1].clone(), generation + 1, 1));
}

#[test]
fn a_leader_that_never_syncs_is_out() {
    let mut w = World::new();
    let ids = w.stable(2);
    let t1 = w.join(Join { member: &ids[1], topics: &["u"], ..Join::default() });
    let t0 = w.join(Join { member: &ids[0], ..Join::default() });
    let generation = w.joined(t0).generation_id;
    w.joined(t1);
    let waiting = w.sync(&ids[1], generation, &[]);
    for _ in 0..6 {
        w.beat(&ids[0], generation);
        w.pass(5_000);
    }
    assert_eq!(w.synced(waiting), Err(Code::REBALANCE_IN_PROGRESS));
    assert_eq!(w.groups.get(G).unwrap().member_ids().collect::<Vec<_>>(), [ids[1].as_str()]);
}

#[test]
fn silence_ends_a_session_and_beats_keep_it() {
    let mut w = World::new();
    let ids = w.stable(2);
    let generation = w.generation();
    for _ in 0..10 {
        w.pass(3_000);
        w.beat(&ids[0], generation);
    }
    assert_eq!(w.state(), State::PreparingRebalance, "the silent one is gone, the other must join");
    assert_eq!(w.beat(&ids[1], generation), Code::UNKNOWN_MEMBER_ID);
    w.pass(60_000);
    assert_eq!(w.state(), State::Empty);
    assert_eq!(World::view(&w.restarted()), World::view(&w.groups));
}

#[test]
fn a_static_member_returns_without_a_rebalance() {
    for version in [5, 9] {
        let mut w = World::new();
        let join = |m: &'static str| Join { instance: Some(m), version, ..Join::default() };
        let t = w.join(join("i1"));
        let first = w.joined(t);
        assert_eq!(first.error_code, 0, "a static member needs no second join");
        let t2 = w.join(join("i2"));
        let t1 = w.join(Join { member: &first.member_id, ..join("i1") });
        let (r1, r2) = (w.joined(t1), w.joined(t2));
        let generation = r1.generation_id;
        let s2 = w.sync_as(&r2.member_id, Some("i2"), generation, &[]);
        let s1 = w.sync_as(&r1.member_id, Some("i1"), generation, &[(&r1.member_id, "x"), (&r2.member_id, "y")]);
        assert_eq!((w.synced(s1), w.synced(s2)), (Ok("x".into()), Ok("y".into())));

        // The follower restarts: same generation, same assignment, the old id is fenced.
        w.auto = false;
        let t = w.join(join("i2"));
        assert!(!w.replies.contains_key(&t), "not before the new id is durable");
        w.auto = true;
        w.durable(Ok(()));
        let back = w.joined(t);
        assert_eq!((back.error_code, back.generation_id), (0, generation));
        assert_ne!(back.member_id, r2.member_id);
        assert_eq!(w.state(), State::Stable);
        let s = w.sync_as(&r2.member_id, Some("i2"), generation, &[]);
        assert_eq!(w.synced(s), Err(Code::FENCED_INSTANCE_ID));
        let s = w.sync_as(&back.member_id, Some("i2"), generation, &[]);
        assert_eq!(w.synced(s), Ok("y".into()));

        // The leader restarts: a new client leads without assigning, an old one is told of another leader.
        let t = w.join(join("i1"));
        let back = w.joined(t);
        assert_eq!(back.generation_id, generation);
        if version >= 9 {
            assert!(back.skip_assignment && back.leader == back.member_id && back.members.len() == 2);
        } else {
            assert!(!back.skip_assignment && back.leader == r1.member_id && back.members.is_empty());
        }
        assert_eq!(World::view(&w.restarted()), World::view(&w.groups));

        // An administrator removes it by its instance id.
        assert_eq!(w.leave(&[("", Some("i1")), ("", Some("nope"))]), [Code::NO_ERROR, Code::UNKNOWN_MEMBER_ID]);
        assert_eq!(w.state(), State::PreparingRebalance);
    }
}

#[test]
fn a_static_member_that_supports_something_else_makes_a_rebalance() {
    let mut w = World::new();
    let t = w.join(Join { instance: Some("i"), protocols: &["a", "b"], ..Join::default() });
    let r = w.joined(t);
    let s = w.sync_as(&r.member_id, Some("i"), 1, &[(&r.member_id, "x")]);
    w.synced(s).unwrap();
    let t = w.join(Join { instance: Some("i"), protocols: &["b"], ..Join::default() });
    let r = w.joined(t);
    assert_eq!((r.generation_id, r.protocol_name.as_deref()), (2, Some("b")));
}

/// Cooperative rebalancing needs nothing special of the machine: a member that gives up partitions joins again with a changed
/// subscription, and the generation moves on.
#[test]
fn a_cooperative_member_joins_again_after_giving_up() {
    let mut w = World::new();
    let ids = w.stable(1);
    let second = w.new_id();
    let t2 = w.join(Join { member: &second, ..Join::default() });
    let t1 = w.join(Join { member: &ids[0], ..Join::default() });
    let generation = w.joined(t1).generation_id;
    w.joined(t2);
    let s2 = w.sync(&second, generation, &[]);
    let s1 = w.sync(&ids[0], generation, &[(&ids[0], "half"), (&second, "")]);
    assert_eq!((w.synced(s1), w.synced(s2)), (Ok("half".into()), Ok(String::new())));
    // The first has revoked its half, says so in its metadata and joins again; the other hears of it by heartbeat.
    let t1 = w.join(Join { member: &ids[0], topics: &["t", "revoked"], ..Join::default() });
    assert_eq!(w.beat(&second, generation), Code::REBALANCE_IN_PROGRESS);
    let t2 = w.join(Join { member: &second, ..Join::default() });
    assert_eq!((w.joined(t1).generation_id, w.joined(t2).generation_id), (generation + 1, generation + 1));
}

#[test]
fn a_follower_that_joins_again_unchanged_gets_the_present_generation() {
    let mut w = World::new();
    let ids = w.stable(2);
    let generation = w.generation();
    let t = w.join(Join { member: &ids[1], ..Join::default() });
    assert_eq!(w.joined(t).generation_id, generation);
    assert_eq!(w.state(), State::Stable);
    let t = w.join(Join { member: &ids[0], ..Join::default() });
    assert!(!w.replies.contains_key(&t), "the leader forces a rebalance");
    assert_eq!(w.state(), State::PreparingRebalance);
}

#[test]
fn the_protocol_is_voted() {
    let mut w = World::new();
    let lists: [&[&str]; 3] = [&["a", "b", "c"], &["b", "a"], &["b", "a", "x"]];
    let ids: Vec<String> = (0..3).map(|_| w.new_id()).collect();
    let t = w.join(Join { member: &ids[0], protocols: lists[0], ..Join::default() });
    assert_eq!(w.joined(t).protocol_name.as_deref(), Some("a"));
    let others: Vec<Token> = (1..3).map(|i| w.join(Join { member: &ids[i], protocols: lists[i], ..Join::default() })).collect();
    let t = w.join(Join { member: &ids[0], protocols: lists[0], ..Join::default() });
    assert_eq!(w.joined(t).protocol_name.as_deref(), Some("b"));
    for t in others {
        assert_eq!(w.joined(t).protocol_name.as_deref(), Some("b"));
    }
    let t = w.join(Join { protocols: &["zzz"], ..Join::default() });
    assert_eq!(Code(w.joined(t).error_code), Code::INCONSISTENT_GROUP_PROTOCOL);
}

#[test]
fn a_full_group_takes_no_more_and_session_timeouts_are_bounded() {
    let mut w = World::with(GroupConfig { size_max: 1, ..GroupConfig::default() });
    w.stable(1);
    let t = w.join(Join::default());
    assert_eq!(Code(w.joined(t).error_code), Code::GROUP_MAX_SIZE_REACHED);
    for session_ms in [5_999, 1_800_001, -1] {
        let t = w.join(Join { session_ms, ..Join::default() });
        assert_eq!(Code(w.joined(t).error_code), Code::INVALID_SESSION_TIMEOUT);
    }
}

#[test]
fn an_initial_delay_gathers_members() {
    let mut w = World::with(GroupConfig { initial_delay_ms: 3_000, ..GroupConfig::default() });
    let (a, b) = (w.new_id(), w.new_id());
    let ta = w.join(Join { member: &a, ..Join::default() });
    w.pass(2_000);
    let tb = w.join(Join { member: &b, ..Join::default() });
    w.pass(1_500);
    assert!(!w.replies.contains_key(&ta), "a member came, so the delay is stretched");
    w.pass(3_000);
    assert_eq!((w.joined(ta).generation_id, w.joined(tb).generation_id), (1, 1));
}

#[test]
fn commits_are_fenced_by_generation_and_visible_when_durable() {
    let mut w = World::new();
    let ids = w.stable(1);
    let generation = w.generation();
    for (member, generation, want) in [
        (ids[0].as_str(), generation + 1, Code::ILLEGAL_GENERATION),
        ("nobody", generation, Code::UNKNOWN_MEMBER_ID),
        ("", -1, Code::UNKNOWN_MEMBER_ID),
    ] {
        let t = w.commit(member, generation, "t", 1);
        assert_eq!(w.committed(t), want, "{member} {generation}");
    }
    w.auto = false;
    let t = w.commit(&ids[0], generation, "t", 7);
    assert_eq!(w.offset("t"), None);
    assert!(!w.replies.contains_key(&t));
    w.durable(Ok(()));
    assert_eq!(w.committed(t), Code::NO_ERROR);
    assert_eq!(w.offset("t"), Some(7));
    let t = w.commit(&ids[0], generation, "t", 9);
    w.durable(Err(Code::KAFKA_STORAGE_ERROR));
    assert_eq!(w.committed(t), Code::KAFKA_STORAGE_ERROR);
    assert_eq!(w.offset("t"), Some(7), "a failed commit is never seen");
}

#[test]
fn a_commit_during_the_rebalance_is_told_to_wait() {
    let mut w = World::new();
    let id = w.new_id();
    let t = w.join(Join { member: &id, ..Join::default() });
    let generation = w.joined(t).generation_id;
    let t = w.commit(&id, generation, "t", 1);
    assert_eq!(w.committed(t), Code::REBALANCE_IN_PROGRESS);
}

#[test]
fn a_simple_group_commits_without_members_and_is_deleted_with_its_offsets() {
    let mut w = World::new();
    let t = w.commit("", -1, "t", 5);
    assert_eq!(w.committed(t), Code::NO_ERROR);
    assert_eq!((w.state(), w.offset("t")), (State::Empty, Some(5)));
    assert_eq!(World::view(&w.restarted()), World::view(&w.groups));
    // A commit that is on its way when the group is deleted is covered by the tombstones.
    w.auto = false;
    let late = w.commit("", -1, "u", 6);
    let mut fx = Effects::default();
    let token = w.token();
    assert_eq!(w.groups.delete_group(token, G, &mut fx), Code::NO_ERROR);
    w.absorb(fx);
    w.durable(Ok(()));
    assert_eq!(w.committed(late), Code::NO_ERROR);
    assert_eq!(w.replies.remove(&token), Some(Reply::Done(Code::NO_ERROR)));
    assert!(w.groups.is_empty() && w.restarted().is_empty());
    assert_eq!(w.groups.delete_group(token, G, &mut Effects::default()), Code::GROUP_ID_NOT_FOUND);
}

#[test]
fn a_deletion_that_fails_leaves_the_group() {
    let mut w = World::new();
    let t = w.commit("", -1, "t", 5);
    w.committed(t);
    w.auto = false;
    let (mut fx, token) = (Effects::default(), w.token());
    w.groups.delete_group(token, G, &mut fx);
    w.absorb(fx);
    w.durable(Err(Code::KAFKA_STORAGE_ERROR));
    assert_eq!(w.replies.remove(&token), Some(Reply::Done(Code::KAFKA_STORAGE_ERROR)));
    assert_eq!((w.state(), w.offset("t")), (State::Empty, Some(5)));
}

#[test]
fn offsets_of_topics_that_are_read_stay() {
    let mut w = World::new();
    let ids = w.stable(1);
    let generation = w.generation();
    for topic in ["t", "old"] {
        let t = w.commit(&ids[0], generation, topic, 1);
        w.committed(t);
    }
    let (mut fx, token) = (Effects::default(), w.token());
    let (codes, some) = w.groups.delete_offsets(token, G, &[("t", 0), ("old", 0), ("never", 0)], &mut fx).unwrap();
    w.absorb(fx);
    assert_eq!((codes, some), (vec![Code::GROUP_SUBSCRIBED_TO_TOPIC, Code::NO_ERROR, Code::NO_ERROR], true));
    assert_eq!((w.offset("t"), w.offset("old")), (Some(1), None));
    assert_eq!(w.groups.delete_group(token, G, &mut Effects::default()), Code::NON_EMPTY_GROUP);
    assert_eq!(World::view(&w.restarted()), World::view(&w.groups));
}

#[test]
fn metadata_has_a_limit_and_a_recreated_topic_has_no_offset() {
    let mut w = World::new();
    let token = w.token();
    let (one, two) = (TopicId([1; 16]), TopicId([2; 16]));
    let new =
        |partition, metadata: String| NewOffset { topic: "t".into(), topic_id: one, partition, offset: 3, leader_epoch: 4, metadata: Some(metadata) };
    let request = OffsetCommit {
        group: G,
        generation: -1,
        member_id: "",
        instance_id: None,
        retention_ms: -1,
        version: 10,
        offsets: vec![new(0, "x".repeat(4096)), new(1, "x".repeat(4097))],
    };
    let mut fx = Effects::default();
    w.groups.commit(w.now, token, &request, &mut fx);
    w.absorb(fx);
    assert_eq!(w.replies.remove(&token), Some(Reply::Commit(vec![Code::NO_ERROR, Code::OFFSET_METADATA_TOO_LARGE])));
    assert_eq!(w.groups.fetch(G, "t", one, 0).unwrap().leader_epoch, 4);
    assert!(w.groups.fetch(G, "t", two, 0).is_none());
    let restarted = w.restarted();
    assert_eq!(restarted.fetch(G, "t", one, 0).unwrap().leader_epoch, 4);
    assert!(restarted.fetch(G, "t", two, 0).is_none());
    let mut fx = Effects::default();
    w.groups.topics_deleted(&["t"], &mut fx);
    w.absorb(fx);
    assert!(w.groups.is_empty() && w.restarted().is_empty());
}

#[test]
fn offsets_expire_after_the_group_was_empty_for_the_retention() {
    const DAY: i64 = 86_400_000;
    let expire = |w: &mut World| {
        let mut fx = Effects::default();
        w.groups.expire(w.now, &mut fx);
        w.absorb(fx);
    };
    let mut w = World::new();
    let ids = w.stable(1);
    let t = w.commit(&ids[0], w.generation(), "t", 1);
    w.committed(t);
    // A member that lives keeps what it reads, however old.
    for _ in 0..(8 * DAY / 9_000) {
        w.now.mono_ms += 9_000;
        w.now.wall_ms += 9_000;
        w.beat(&ids[0], 1);
    }
    expire(&mut w);
    assert_eq!(w.offset("t"), Some(1));
    w.leave(&[(&ids[0], None)]);
    w.pass(6 * DAY);
    expire(&mut w);
    assert_eq!(w.offset("t"), Some(1));
    w.pass(DAY);
    expire(&mut w);
    assert!(w.groups.is_empty() && w.restarted().is_empty());

    // A commit with its own retention goes after that.
    let token = w.token();
    let offsets = vec![NewOffset { topic: "t".into(), topic_id: TopicId::ZERO, partition: 0, offset: 1, leader_epoch: -1, metadata: None }];
    let request = OffsetCommit { group: G, generation: -1, member_id: "", instance_id: None, retention_ms: 1_000, version: 2, offsets };
    let mut fx = Effects::default();
    w.groups.commit(w.now, token, &request, &mut fx);
    w.absorb(fx);
    assert_eq!(World::view(&w.restarted()), World::view(&w.groups));
    w.pass(999);
    expire(&mut w);
    assert_eq!(w.offset("t"), Some(1));
    w.pass(1);
    expire(&mut w);
    assert!(w.groups.is_empty());
}

#[test]
fn a_restart_goes_on_where_the_group_was() {
    let mut w = World::new();
    let ids = w.stable(2);
    let generation = w.generation();
    let t = w.commit(&ids[0], generation, "t", 42);
    w.committed(t);
    w.groups = w.restarted();
    let mut fx = Effects::default();
    w.groups.loaded(w.now, &mut fx);
    w.absorb(fx);
    for id in &ids {
        assert_eq!(w.beat(id, generation), Code::NO_ERROR);
    }
    let t = w.commit(&ids[1], generation, "t", 43);
    assert_eq!(w.committed(t), Code::NO_ERROR);
    assert_eq!(w.offset("t"), Some(43));
    // Those who do not come back lose their session.
    w.pass(9_000);
    w.beat(&ids[0], generation);
    w.pass(2_000);
    assert_eq!(w.beat(&ids[1], generation), Code::UNKNOWN_MEMBER_ID);
}

#[test]
fn stopping_answers_everyone() {
    let mut w = World::new();
    let ids = w.stable(2);
    let t = w.join(Join { member: &ids[0], ..Join::default() });
    let mut fx = Effects::default();
    w.groups.abandon(Code::COORDINATOR_NOT_AVAILABLE, &mut fx);
    w.absorb(fx);
    assert_eq!(Code(w.joined(t).error_code), Code::COORDINATOR_NOT_AVAILABLE);
}

/// Kafka's bytes: an offset key is type 1, group, topic, partition; a value of version 3 is version, offset, epoch, metadata, time.
#[test]
fn records_have_kafkas_bytes() {
    let key = codec::offset_key("g", "t", 2);
    assert_eq!(&key[..], [0, 1, 0, 1, b'g', 0, 1, b't', 0, 0, 0, 2]);
    let c = Committed { offset: 5, leader_epoch: 1, metadata: "m".into(), commit_ms: 9, expire_ms: None, topic_id: TopicId::ZERO };
    assert_eq!(&codec::offset_value(&c)[..], [0, 3, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 1, 0, 1, b'm', 0, 0, 0, 0, 0, 0, 0, 9]);
    assert_eq!(&codec::group_key("g")[..], [0, 2, 0, 1, b'g']);
    assert_eq!(decode(&[0, 3, 0, 1, b'g'], None), Ok(Entry::Other));
    assert!(decode(&[0], None).is_err() && decode(&key, Some(&[0, 9])).is_err());
}

/// What a random client does.
#[derive(Debug, Clone)]
enum Act {
    Join(usize, bool),
    StaticJoin(usize),
    Sync(usize),
    Beat(usize),
    Leave(usize),
    Commit(usize, i64),
    SimpleCommit(i64),
    Pass(i64),
    Durable,
    Fail,
    Delete,
    Expire,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let m = 0usize..4;
    let act = prop_oneof![
        6 => (m.clone(), any::<bool>()).prop_map(|(m, c)| Act::Join(m, c)),
        2 => m.clone().prop_map(Act::StaticJoin),
        6 => m.clone().prop_map(Act::Sync),
        3 => m.clone().prop_map(Act::Beat),
        1 => m.clone().prop_map(Act::Leave),
        3 => (m, 0i64..100).prop_map(|(m, o)| Act::Commit(m, o)),
        1 => (0i64..100).prop_map(Act::SimpleCommit),
        3 => (1i64..20_000).prop_map(Act::Pass),
        8 => Just(Act::Durable),
        1 => Just(Act::Fail),
        1 => Just(Act::Delete),
        1 => Just(Act::Expire),
    ];
    prop::collection::vec(act, 1..120)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Whatever clients do and whenever appends become durable: no illegal transition, no token answered twice, all are answered
    /// in the end; and while the group is at rest, what the log says is what the machine knows.
    #[test]
    fn replay_equals_the_live_state(acts in acts()) {
        let mut w = World::new();
        w.auto = false;
        // What each client believes: its id and generation.
        let mut ids = vec![(String::new(), -1); 4];
        let mut joins: BTreeMap<Token, usize> = BTreeMap::new();
        let mut asked = std::collections::BTreeSet::new();
        let mut failed = false;
        for act in acts {
            match act {
                Act::Join(m, changed) => {
                    let id = ids[m].0.clone();
                    let t = w.join(Join { member: &id, topics: if changed { &["u"] } else { &["t"] }, ..Join::default() });
                    joins.insert(t, m);
                    asked.insert(t);
                }
                Act::StaticJoin(m) => {
                    let t = w.join(Join { instance: Some(["s0", "s1", "s2", "s3"][m]), ..Join::default() });
                    asked.insert(t);
                }
                Act::Sync(m) => {
                    let (id, generation) = ids[m].clone();
                    let everyone: Vec<String> = w.groups.get(G).map(|g| g.member_ids().map(str::to_owned).collect()).unwrap_or_default();
                    let assign: Vec<(&str, &str)> = everyone.iter().map(|m| (m.as_str(), &m[m.len() - 4..])).collect();
                    let t = w.sync(&id, generation, &assign);
                    asked.insert(t);
                }
                Act::Beat(m) => { let (id, g) = ids[m].clone(); w.beat(&id, g); }
                Act::Leave(m) => {
                    let token = w.token();
                    asked.insert(token);
                    let request = LeaveGroupRequest {
                        group_id: G.into(),
                        members: vec![MemberIdentity { member_id: ids[m].0.clone(), ..MemberIdentity::default() }],
                        ..LeaveGroupRequest::default()
                    };
                    let mut fx = Effects::default();
                    w.groups.leave(w.now, token, &request, &mut fx);
                    w.absorb(fx);
                }
                Act::Commit(m, o) => { let (id, g) = ids[m].clone(); let t = w.commit(&id, g, "t", o); asked.insert(t); }
                Act::SimpleCommit(o) => { let t = w.commit("", -1, "s", o); asked.insert(t); }
                Act::Pass(ms) => w.pass(ms),
                Act::Durable => w.durable(Ok(())),
                Act::Fail => {
                    // What was refused is not in the log; the log before it is.
                    failed |= !w.waiting.is_empty();
                    w.durable(Err(Code::KAFKA_STORAGE_ERROR));
                }
                Act::Delete => {
                    let (mut fx, t) = (Effects::default(), w.token());
                    if w.groups.delete_group(t, G, &mut fx).is_ok() { asked.insert(t); }
                    w.absorb(fx);
                }
                Act::Expire => {
                    let mut fx = Effects::default();
                    w.groups.expire(w.now, &mut fx);
                    w.absorb(fx);
                }
            }
            for (t, r) in std::mem::take(&mut w.replies) {
                prop_assert!(asked.remove(&t), "token {} was not asked, or twice", t);
                if let (Some(m), Reply::Join(r)) = (joins.remove(&t), &r) {
                    match Code(r.error_code) {
                        Code::NO_ERROR => ids[m] = (r.member_id.clone(), r.generation_id),
                        Code::MEMBER_ID_REQUIRED => ids[m].0 = r.member_id.clone(),
                        _ => ids[m] = (String::new(), -1),
                    }
                }
            }
            let at_rest = w.waiting.is_empty() && w.groups.get(G).is_none_or(|g| matches!(g.state(), State::Stable | State::Empty));
            if at_rest && !failed {
                let known: BTreeMap<_, _> = World::view(&w.groups).into_iter().filter(|(id, _)| !w.groups.get(id).unwrap().has_pending_members() || w.restarted().get(id).is_some()).collect();
                prop_assert_eq!(World::view(&w.restarted()), known);
            }
        }
        w.durable(Ok(()));
        w.pass(10_000_000);
        w.durable(Ok(()));
        for t in std::mem::take(&mut w.replies).into_keys() {
            asked.remove(&t);
        }
        prop_assert!(asked.is_empty(), "never answered: {:?}", asked);
    }
}
