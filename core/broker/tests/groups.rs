//! Consumer groups through a whole node, in process, with Kafka's messages: every version of every API, rebalances between
//! several clients, restarts and crashes.

use bytes::Bytes;
use std::path::Path;
use std::time::{Duration, Instant};
use wellhead_base::{Code, TopicId};
use wellhead_broker::Broker;
use wellhead_net::{Address, in_process};
use wellhead_wire::headers::{decode_response, encode_request};
use wellhead_wire::messages::*;
use wellhead_wire::{Api, Request, Writer};

/// Nothing here takes this long unless it is stuck.
const STUCK: Duration = Duration::from_secs(30);

struct Node {
    dir: tempfile::TempDir,
    broker: Option<Broker>,
}

impl Node {
    fn start(properties: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let broker = Some(open(dir.path(), properties));
        Self { dir, broker }
    }
    fn restart(&mut self, properties: &[(&str, &str)]) {
        self.broker.take().expect("running").close().expect("a clean end");
        self.broker = Some(open(self.dir.path(), properties));
    }
    /// What the machine would find after a kill -9 now: a copy of the files, opened.
    fn crashed(&self) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        copy(self.dir.path(), dir.path());
        let broker = Some(open(dir.path(), &[]));
        Self { dir, broker }
    }
    fn client(&self) -> Client {
        let address = self.broker.as_ref().expect("running").embedded_address();
        let Ok(Address::Embedded(name)) = Address::parse(&address) else { panic!("an embedded address") };
        Client { end: in_process::connect(&name).expect("connecting"), next: 0 }
    }
}

fn open(dir: &Path, properties: &[(&str, &str)]) -> Broker {
    let properties: Vec<(String, String)> = properties.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Broker::open(dir, &properties).expect("opening")
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("reading").map(|e| e.expect("an entry")) {
        let to = to.join(entry.file_name());
        if entry.file_type().expect("its type").is_dir() {
            std::fs::create_dir(&to).expect("a directory");
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), &to).expect("copying");
        }
    }
}

struct Client {
    end: in_process::ClientEnd,
    next: i32,
}

impl Client {
    fn send<R: Request>(&mut self, version: i16, request: &R) {
        self.next += 1;
        let frame = encode_request(request, version, self.next, Some("test")).expect("a request");
        self.end.requests.blocking_send(frame).expect("sending");
    }
    fn receive<R: Request>(&mut self, version: i16) -> R::Response {
        let frame = self.end.responses.blocking_recv().expect("a response").into_bytes().expect("its bytes");
        decode_response::<R::Response>(&frame, version).expect("a response that can be read").1
    }
    fn call<R: Request>(&mut self, version: i16, request: &R) -> R::Response {
        self.send(version, request);
        self.receive::<R>(version)
    }
    fn create(&mut self, name: &str, partitions: i32) -> TopicId {
        let topic =
            create_topics_request::CreatableTopic { name: name.into(), num_partitions: partitions, replication_factor: -1, ..Default::default() };
        let r = self.call(7, &CreateTopicsRequest { topics: vec![topic], timeout_ms: 1000, validate_only: false });
        assert_eq!(r.topics[0].error_code, 0, "{:?}", r.topics[0].error_message);
        r.topics[0].topic_id
    }
    fn find(&mut self, group: &str) -> i16 {
        let r = self.call(6, &FindCoordinatorRequest { key_type: 0, coordinator_keys: vec![group.into()], ..Default::default() });
        r.coordinators[0].error_code
    }
    /// Joins as a dynamic member, which takes two requests when it has no id, and sends only the second one.
    fn send_join(&mut self, group: &str, member: &str) -> String {
        let mut request = join_request(group, member, None);
        if member.is_empty() {
            let r = self.call(9, &request);
            assert_eq!(Code(r.error_code), Code::MEMBER_ID_REQUIRED);
            request.member_id = r.member_id;
        }
        self.send(9, &request);
        request.member_id
    }
    fn joined(&mut self) -> JoinGroupResponse {
        let r = self.receive::<JoinGroupRequest>(9);
        assert_eq!(r.error_code, 0);
        r
    }
    fn sync(&mut self, group: &str, member: &str, generation: i32, assign: &[(&str, &str)]) -> SyncGroupResponse {
        self.call(5, &sync_request(group, member, generation, assign))
    }
    fn beat(&mut self, group: &str, member: &str, generation: i32) -> Code {
        let r = HeartbeatRequest { group_id: group.into(), generation_id: generation, member_id: member.into(), group_instance_id: None };
        Code(self.call(4, &r).error_code)
    }
    fn commit(&mut self, group: &str, member: &str, generation: i32, topic: &str, offset: i64) -> Code {
        Code(self.call(9, &commit_request(group, member, generation, topic, TopicId::ZERO, offset)).topics[0].partitions[0].error_code)
    }
    /// The committed offset of partition 0; -1 for none.
    fn committed(&mut self, group: &str, topic: &str) -> i64 {
        let topics = vec![offset_fetch_request::OffsetFetchRequestTopics { name: topic.into(), partition_indexes: vec![0], ..Default::default() }];
        let g = offset_fetch_request::OffsetFetchRequestGroup { group_id: group.into(), topics: Some(topics), ..Default::default() };
        let mut r = self.call(9, &OffsetFetchRequest { groups: vec![g], ..Default::default() });
        assert_eq!(r.groups[0].error_code, 0);
        r.groups.remove(0).topics.remove(0).partitions.remove(0).committed_offset
    }
    fn describe(&mut self, group: &str) -> describe_groups_response::DescribedGroup {
        self.call(6, &DescribeGroupsRequest { groups: vec![group.into()], include_authorized_operations: false }).groups.remove(0)
    }
    fn wait_for_state(&mut self, group: &str, state: &str) {
        let end = Instant::now() + STUCK;
        loop {
            let d = self.describe(group);
            if d.group_state == state {
                return;
            }
            assert!(Instant::now() < end, "{group} stays {}", d.group_state);
            std::thread::yield_now();
        }
    }
    /// One member in a stable group: its id and generation.
    fn alone(&mut self, group: &str) -> (String, i32) {
        self.send_join(group, "");
        let r = self.joined();
        let s = self.sync(group, &r.member_id, r.generation_id, &[(&r.member_id, "all")]);
        assert_eq!((s.error_code, s.assignment), (0, Bytes::from_static(b"all")));
        (r.member_id, r.generation_id)
    }
}

fn subscription(topics: &[&str]) -> Bytes {
    let mut w = Writer::with_capacity(32);
    w.i16(0);
    ConsumerProtocolSubscription { topics: topics.iter().map(|t| (*t).to_owned()).collect(), ..Default::default() }
        .encode(&mut w, 0)
        .expect("a subscription");
    w.into_bytes()
}

fn join_request(group: &str, member: &str, instance: Option<&str>) -> JoinGroupRequest {
    JoinGroupRequest {
        group_id: group.into(),
        session_timeout_ms: 10_000,
        rebalance_timeout_ms: 20_000,
        member_id: member.into(),
        group_instance_id: instance.map(str::to_owned),
        protocol_type: "consumer".into(),
        protocols: vec![join_group_request::JoinGroupRequestProtocol { name: "range".into(), metadata: subscription(&["t"]) }],
        reason: None,
    }
}

fn sync_request(group: &str, member: &str, generation: i32, assign: &[(&str, &str)]) -> SyncGroupRequest {
    let one = |(m, a): &(&str, &str)| sync_group_request::SyncGroupRequestAssignment {
        member_id: (*m).into(),
        assignment: Bytes::copy_from_slice(a.as_bytes()),
    };
    SyncGroupRequest {
        group_id: group.into(),
        generation_id: generation,
        member_id: member.into(),
        group_instance_id: None,
        protocol_type: Some("consumer".into()),
        protocol_name: Some("range".into()),
        assignments: assign.iter().map(one).collect(),
    }
}

fn commit_request(group: &str, member: &str, generation: i32, topic: &str, topic_id: TopicId, offset: i64) -> OffsetCommitRequest {
    let p = offset_commit_request::OffsetCommitRequestPartition {
        partition_index: 0,
        committed_offset: offset,
        committed_leader_epoch: -1,
        committed_metadata: Some("meta".into()),
    };
    OffsetCommitRequest {
        group_id: group.into(),
        generation_id_or_member_epoch: generation,
        member_id: member.into(),
        topics: vec![offset_commit_request::OffsetCommitRequestTopic { name: topic.into(), topic_id, partitions: vec![p] }],
        ..Default::default()
    }
}

fn versions<R: Request>() -> std::ops::RangeInclusive<i16> {
    let api = Api::find(R::API_KEY).expect("an API");
    api.min..=api.max
}

#[test]
fn every_version_of_every_group_api_is_answered() {
    let node = Node::start(&[]);
    let mut c = node.client();
    let id = c.create("t", 1);
    for v in versions::<FindCoordinatorRequest>() {
        for (key_type, want) in [(0i8, Code::NO_ERROR), (1, Code::TRANSACTIONAL_ID_AUTHORIZATION_FAILED), (2, Code::INVALID_REQUEST)] {
            if v == 0 && key_type != 0 {
                continue;
            }
            let mut request = FindCoordinatorRequest { key_type, ..Default::default() };
            if v < 4 {
                request.key = "g".into();
            } else {
                request.coordinator_keys = vec!["g".into(), "h".into()];
            }
            let r = c.call(v, &request);
            let code = if v < 4 { r.error_code } else { r.coordinators[1].error_code };
            assert_eq!(Code(code), want, "v{v} type {key_type}");
        }
    }
    // A generation per version of JoinGroup, with the versions of the others taken in turn.
    for v in versions::<JoinGroupRequest>() {
        let group = format!("g{v}");
        let mut r = c.call(v, &JoinGroupRequest { rebalance_timeout_ms: if v == 0 { -1 } else { 20_000 }, ..join_request(&group, "", None) });
        if v >= 4 {
            assert_eq!(Code(r.error_code), Code::MEMBER_ID_REQUIRED);
            r = c.call(v, &join_request(&group, &r.member_id, None));
        }
        assert_eq!((r.error_code, r.generation_id, r.members.len(), r.protocol_name.as_deref()), (0, 1, 1, Some("range")), "v{v}");
        let (member, refused) = (r.member_id, c.call(v, &join_request(&group, "nobody", None)));
        assert_eq!(Code(refused.error_code), Code::UNKNOWN_MEMBER_ID);

        for s in versions::<SyncGroupRequest>() {
            let mut request = sync_request(&group, &member, 1, &[(&member, "mine")]);
            if s < 5 {
                (request.protocol_type, request.protocol_name) = (None, None);
            }
            let r = c.call(s, &request);
            assert_eq!((r.error_code, r.assignment), (0, Bytes::from_static(b"mine")), "sync v{s}");
        }
        for h in versions::<HeartbeatRequest>() {
            let request = HeartbeatRequest { group_id: group.clone(), generation_id: 1, member_id: member.clone(), group_instance_id: None };
            assert_eq!(c.call(h, &request).error_code, 0, "heartbeat v{h}");
        }
        let l = v.min(5);
        let mut request = LeaveGroupRequest { group_id: group.clone(), ..Default::default() };
        if l < 3 {
            request.member_id = member.clone();
        } else {
            request.members = vec![leave_group_request::MemberIdentity { member_id: member.clone(), ..Default::default() }];
        }
        let r = c.call(l, &request);
        assert_eq!((r.error_code, r.members.len()), (0, usize::from(l >= 3)), "leave v{l}");
        let again = c.call(l, &request);
        assert_eq!(Code(if l < 3 { again.error_code } else { again.members[0].error_code }), Code::UNKNOWN_MEMBER_ID);
    }
    for v in versions::<OffsetCommitRequest>() {
        let request = commit_request("simple", "", -1, if v < 10 { "t" } else { "" }, if v < 10 { TopicId::ZERO } else { id }, i64::from(v));
        assert_eq!(c.call(v, &request).topics[0].partitions[0].error_code, 0, "commit v{v}");
        assert_eq!(c.committed("simple", "t"), i64::from(v));
        let unknown = commit_request("simple", "", -1, if v < 10 { "nope" } else { "" }, if v < 10 { TopicId::ZERO } else { TopicId([9; 16]) }, 1);
        let want = if v < 10 { Code::UNKNOWN_TOPIC_OR_PART } else { Code::UNKNOWN_TOPIC_ID };
        assert_eq!(Code(c.call(v, &unknown).topics[0].partitions[0].error_code), want, "commit v{v}");
    }
    for v in versions::<OffsetFetchRequest>() {
        for all in [false, true] {
            if v < 2 && all {
                continue;
            }
            let mut request = OffsetFetchRequest::default();
            if v < 8 {
                request.group_id = "simple".into();
                request.topics =
                    (!all).then(|| vec![offset_fetch_request::OffsetFetchRequestTopic { name: "t".into(), partition_indexes: vec![0, 7] }]);
            } else {
                let (name, topic_id) = if v < 10 { ("t".to_owned(), TopicId::ZERO) } else { (String::new(), id) };
                let topics = vec![offset_fetch_request::OffsetFetchRequestTopics { name, topic_id, partition_indexes: vec![0, 7] }];
                let one = |g: &str| offset_fetch_request::OffsetFetchRequestGroup {
                    group_id: g.into(),
                    topics: (!all).then(|| topics.clone()),
                    ..Default::default()
                };
                request.groups = vec![one("simple"), one("none")];
            }
            let r = c.call(v, &request);
            let got: Vec<(i32, i64, i16)> = if v < 8 {
                r.topics[0].partitions.iter().map(|p| (p.partition_index, p.committed_offset, p.error_code)).collect()
            } else {
                assert_eq!(r.groups.len(), 2);
                assert!(r.groups[1].topics.iter().flat_map(|t| &t.partitions).all(|p| p.committed_offset == -1));
                r.groups[0].topics[0].partitions.iter().map(|p| (p.partition_index, p.committed_offset, p.error_code)).collect()
            };
            assert_eq!(got, if all { vec![(0, 10, 0)] } else { vec![(0, 10, 0), (7, -1, 0)] }, "fetch v{v} all {all}");
        }
    }
    for v in versions::<DescribeGroupsRequest>() {
        let r = c.call(v, &DescribeGroupsRequest { groups: vec!["simple".into(), "none".into()], include_authorized_operations: v >= 3 });
        assert_eq!((r.groups[0].error_code, r.groups[0].group_state.as_str()), (0, "Empty"), "describe v{v}");
        let want = if v < 6 { Code::NO_ERROR } else { Code::GROUP_ID_NOT_FOUND };
        assert_eq!((Code(r.groups[1].error_code), r.groups[1].group_state.as_str()), (want, "Dead"), "describe v{v}");
    }
    for v in versions::<ListGroupsRequest>() {
        let mut request = ListGroupsRequest::default();
        assert_eq!(c.call(v, &request).groups.len(), 11, "list v{v}");
        if v >= 4 {
            request.states_filter = vec!["stable".into()];
            assert!(c.call(v, &request).groups.is_empty());
        }
        if v >= 5 {
            request = ListGroupsRequest { types_filter: vec!["Classic".into()], ..Default::default() };
            assert_eq!(c.call(v, &request).groups[0].group_type, "classic");
            request.types_filter = vec!["consumer".into()];
            assert!(c.call(v, &request).groups.is_empty());
        }
    }
    let topics = vec![
        offset_delete_request::OffsetDeleteRequestTopic {
            name: "t".into(),
            partitions: vec![offset_delete_request::OffsetDeleteRequestPartition { partition_index: 0 }],
        },
        offset_delete_request::OffsetDeleteRequestTopic {
            name: "nope".into(),
            partitions: vec![offset_delete_request::OffsetDeleteRequestPartition { partition_index: 0 }],
        },
    ];
    let r = c.call(0, &OffsetDeleteRequest { group_id: "simple".into(), topics: topics.clone() });
    assert_eq!((r.error_code, r.topics[0].partitions[0].error_code, Code(r.topics[1].partitions[0].error_code)), (0, 0, Code::UNKNOWN_TOPIC_OR_PART));
    assert_eq!(c.committed("simple", "t"), -1);
    assert_eq!(Code(c.call(0, &OffsetDeleteRequest { group_id: "none".into(), topics }).error_code), Code::GROUP_ID_NOT_FOUND);
    for v in versions::<DeleteGroupsRequest>() {
        let r = c.call(v, &DeleteGroupsRequest { groups_names: vec![format!("g{v}"), "none".into()] });
        assert_eq!((r.results[0].error_code, Code(r.results[1].error_code)), (0, Code::GROUP_ID_NOT_FOUND), "delete v{v}");
    }
    assert_eq!(c.call(5, &ListGroupsRequest::default()).groups.len(), 7);
}

#[test]
fn an_empty_group_id_is_no_group_for_members() {
    let node = Node::start(&[]);
    let mut c = node.client();
    assert_eq!(Code(c.call(9, &join_request("", "", None)).error_code), Code::INVALID_GROUP_ID);
    assert_eq!(Code(c.sync("", "m", 1, &[]).error_code), Code::INVALID_GROUP_ID);
    assert_eq!(c.beat("", "m", 1), Code::INVALID_GROUP_ID);
    assert_eq!(Code(c.call(5, &LeaveGroupRequest::default()).error_code), Code::INVALID_GROUP_ID);
}

#[test]
fn three_clients_share_a_group_and_go_on_when_one_leaves() {
    let node = Node::start(&[]);
    let mut clients: Vec<Client> = (0..3).map(|_| node.client()).collect();
    clients[0].create("t", 3);
    assert_eq!(clients[0].find("g"), 0);
    let (leader, generation) = clients[0].alone("g");
    let mut members = vec![leader];
    for c in &mut clients[1..] {
        members.push(c.send_join("g", ""));
    }
    let mut c0 = node.client();
    c0.wait_for_state("g", "PreparingRebalance");
    assert_eq!(clients[0].beat("g", &members[0], generation), Code::REBALANCE_IN_PROGRESS);
    clients[0].send_join("g", &members[0]);
    let answers: Vec<JoinGroupResponse> = clients.iter_mut().map(Client::joined).collect();
    let generation = answers[0].generation_id;
    assert!(answers.iter().all(|a| a.generation_id == generation && a.leader == members[0]));
    let ids: Vec<&str> = answers[0].members.iter().map(|m| m.member_id.as_str()).collect();
    assert_eq!(ids.len(), 3);
    // Followers ask first and wait for the leader.
    for (c, m) in clients.iter_mut().zip(&members).skip(1) {
        c.send(5, &sync_request("g", m, generation, &[]));
    }
    let assign: Vec<(&str, &str)> = members.iter().map(String::as_str).zip(["0", "1", "2"]).collect();
    assert_eq!(clients[0].sync("g", &members[0], generation, &assign).assignment, Bytes::from_static(b"0"));
    for (c, want) in clients[1..].iter_mut().zip(["1", "2"]) {
        assert_eq!(c.receive::<SyncGroupRequest>(5).assignment, Bytes::copy_from_slice(want.as_bytes()));
    }
    let d = c0.describe("g");
    assert_eq!((d.group_state.as_str(), d.members.len(), d.members[0].client_id.as_str()), ("Stable", 3, "test"));

    let leave = leave_group_request::MemberIdentity { member_id: members[1].clone(), ..Default::default() };
    assert_eq!(clients[1].call(5, &LeaveGroupRequest { group_id: "g".into(), members: vec![leave], ..Default::default() }).members[0].error_code, 0);
    clients[2].send_join("g", &members[2]);
    clients[0].send_join("g", &members[0]);
    let (a, b) = (clients[0].joined(), clients[2].joined());
    assert_eq!((a.generation_id, b.generation_id, a.members.len()), (generation + 1, generation + 1, 2));
}

#[test]
fn the_group_goes_on_where_it_was_after_a_restart_and_after_a_crash() {
    let mut node = Node::start(&[]);
    let mut c = node.client();
    c.create("t", 1);
    let (member, generation) = c.alone("g");
    assert_eq!(c.commit("g", &member, generation, "t", 41), Code::NO_ERROR);

    let crashed = node.crashed();
    let mut other = crashed.client();
    assert_eq!(other.beat("g", &member, generation), Code::NO_ERROR);
    assert_eq!(other.committed("g", "t"), 41);
    let d = other.describe("g");
    assert_eq!((d.group_state.as_str(), &d.members[0].member_assignment), ("Stable", &Bytes::from_static(b"all")));

    node.restart(&[]);
    let mut c = node.client();
    assert_eq!(c.call(5, &ListGroupsRequest::default()).groups.len(), 1, "a list waits for what is being loaded");
    assert_eq!(c.committed("g", "t"), 41);
    assert_eq!(c.beat("g", &member, generation), Code::NO_ERROR);
    assert_eq!(c.commit("g", &member, generation, "t", 42), Code::NO_ERROR);
    assert_eq!(c.commit("g", &member, generation - 1, "t", 40), Code::ILLEGAL_GENERATION);
    node.restart(&[]);
    assert_eq!(node.client().committed("g", "t"), 42);
}

#[test]
fn a_static_member_returns_after_a_restart_without_a_rebalance() {
    let mut node = Node::start(&[]);
    let mut c = node.client();
    c.create("t", 1);
    let r = c.call(9, &join_request("g", "", Some("i")));
    assert_eq!((r.error_code, r.generation_id), (0, 1));
    let request = SyncGroupRequest { group_instance_id: Some("i".into()), ..sync_request("g", &r.member_id, 1, &[(&r.member_id, "kept")]) };
    assert_eq!(c.call(5, &request).error_code, 0);
    node.restart(&[]);
    let mut c = node.client();
    let back = c.call(9, &join_request("g", "", Some("i")));
    assert_eq!((back.error_code, back.generation_id, back.skip_assignment), (0, 1, true));
    let request = SyncGroupRequest { group_instance_id: Some("i".into()), ..sync_request("g", &back.member_id, 1, &[]) };
    assert_eq!(c.call(5, &request).assignment, Bytes::from_static(b"kept"));
    let old = HeartbeatRequest { group_id: "g".into(), generation_id: 1, member_id: r.member_id, group_instance_id: Some("i".into()) };
    assert_eq!(Code(c.call(4, &old).error_code), Code::FENCED_INSTANCE_ID);
}

#[test]
fn a_silent_member_is_out_and_one_that_waits_is_answered() {
    let node = Node::start(&[("group.min.session.timeout.ms", "50")]);
    let (mut a, mut b) = (node.client(), node.client());
    a.create("t", 1);
    let first = a.call(3, &JoinGroupRequest { session_timeout_ms: 200, rebalance_timeout_ms: 60_000, ..join_request("g", "", None) });
    assert_eq!(a.sync("g", &first.member_id, 1, &[(&first.member_id, "x")]).error_code, 0);
    // The second one waits for the first, which never joins again: its session ends before its rebalance timeout.
    let started = Instant::now();
    b.send_join("g", "");
    let r = b.joined();
    assert_eq!((r.generation_id, r.members.len()), (2, 1));
    assert!(started.elapsed() < STUCK);
    assert_eq!(a.beat("g", &first.member_id, 1), Code::UNKNOWN_MEMBER_ID);
}

#[test]
fn closing_answers_members_that_wait_and_does_not_wait_for_them() {
    let node = Node::start(&[]);
    let (mut a, mut b) = (node.client(), node.client());
    a.create("t", 1);
    a.alone("g");
    b.send_join("g", "");
    node.client().wait_for_state("g", "PreparingRebalance");
    let started = Instant::now();
    node.broker.as_ref().expect("running").close().expect("a clean end");
    assert!(started.elapsed() < Duration::from_secs(4), "closing took {:?}", started.elapsed());
    if let Some(frame) = b.end.responses.blocking_recv() {
        let r = decode_response::<JoinGroupResponse>(&frame.into_bytes().expect("bytes"), 9).expect("a response").1;
        assert_eq!(Code(r.error_code), Code::COORDINATOR_NOT_AVAILABLE);
    }
}

#[test]
fn offsets_of_a_deleted_topic_go_and_do_not_return_with_its_name() {
    let mut node = Node::start(&[]);
    let mut c = node.client();
    c.create("t", 1);
    c.create("u", 1);
    assert_eq!(c.commit("g", "", -1, "t", 5), Code::NO_ERROR);
    assert_eq!(c.commit("g", "", -1, "u", 6), Code::NO_ERROR);
    let request = DeleteTopicsRequest { topic_names: vec!["t".into()], timeout_ms: 1000, ..Default::default() };
    assert_eq!(c.call(5, &request).responses[0].error_code, 0);
    c.create("t", 1);
    assert_eq!((c.committed("g", "t"), c.committed("g", "u")), (-1, 6));
    node.restart(&[]);
    let mut c = node.client();
    assert_eq!((c.committed("g", "t"), c.committed("g", "u")), (-1, 6));
}

#[test]
fn many_groups_commit_at_once_and_every_acknowledged_offset_is_there_after_a_crash() {
    const GROUPS: usize = 60;
    let node = Node::start(&[]);
    node.client().create("t", 1);
    let threads: Vec<_> = (0..4)
        .map(|n| {
            let mut c = node.client();
            std::thread::spawn(move || {
                for round in 0..10 {
                    for g in (n..GROUPS).step_by(4) {
                        // Pipelined: the answers come in order.
                        c.send(9, &commit_request(&format!("g{g}"), "", -1, "t", TopicId::ZERO, round));
                    }
                    for _ in (n..GROUPS).step_by(4) {
                        assert_eq!(c.receive::<OffsetCommitRequest>(9).topics[0].partitions[0].error_code, 0);
                    }
                }
            })
        })
        .collect();
    for t in threads {
        t.join().expect("a thread that ends well");
    }
    let crashed = node.crashed();
    let mut c = crashed.client();
    for g in 0..GROUPS {
        assert_eq!(c.committed(&format!("g{g}"), "t"), 9, "g{g}");
    }
}

/// The whole way of a new consumer on a new node, printed: coordinator, join, sync, first fetch position.
#[test]
fn a_new_group_is_quick() {
    let node = Node::start(&[]);
    let mut c = node.client();
    c.create("t", 1);
    let started = Instant::now();
    assert_eq!(c.find("g"), 0);
    let found = started.elapsed();
    c.alone("g");
    assert_eq!(c.committed("g", "t"), -1);
    let all = started.elapsed();
    println!("coordinator {found:?}, joined and synced {all:?}");
    assert!(all < Duration::from_secs(2), "a new group took {all:?}");
}

/// Members that start at the same moment are one generation: without waiting, the first would be alone in it, read everything, and
/// hear of the others at its next heartbeat.
#[test]
fn members_that_start_together_are_one_generation() {
    // Long, so that a busy machine does not make a generation of some of them.
    let node = Node::start(&[("wellhead.group.gather.ms", "2000")]);
    // A hello counts as new for a second. A machine that takes longer from there to the join has members that do not start together, so
    // such a round is run again; without the gathering no round passes.
    let one_generation = |round: usize| {
        let group = format!("trio{round}");
        let mut clients: Vec<Client> = (0..4).map(|_| node.client()).collect();
        assert_eq!(clients[3].find(&group), 0, "the offsets topic is there, so that nothing below takes long");
        for c in &mut clients {
            assert_eq!(c.call(0, &ApiVersionsRequest::default()).error_code, 0);
        }
        let members: Vec<_> = clients[..3].iter_mut().map(|c| c.send_join(&group, "")).collect();
        let joined: Vec<_> = clients[..3].iter_mut().map(Client::joined).collect();
        assert!(joined.iter().zip(&members).all(|(j, m)| j.member_id == *m));
        joined.iter().all(|j| j.generation_id == 1) && joined.iter().map(|j| j.members.len()).max() == Some(3)
    };
    assert!((0..5).any(one_generation), "no round gave one generation of three");
}
