//! Scripts over the machine, with a clock moved by hand and a log that becomes durable when the script says so.

mod classic;
mod model;
mod offsets;

use super::*;
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
    /// Others seem to be starting too.
    company: bool,
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
            company: false,
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
        self.groups.join(
            self.now,
            &Joining { token, request: &request, version: j.version, client: &client, company: self.company },
            &mut rng,
            &mut fx,
        );
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
