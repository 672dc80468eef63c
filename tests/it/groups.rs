//! Groups of our own consumers over an embedded broker: members come and go and every record is read once; static members; what
//! an administrator sees; a member that nobody understands.

use crate::embedded::{WAIT, open};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Instant;
use wellhead::{Admin, Broker, Code, Consumer, Event, Producer, ProducerRecord, TopicPartition, admin::NewTopic};
use wellhead_net::{Address, in_process};
use wellhead_wire::Request;
use wellhead_wire::headers::{decode_response, encode_request};
use wellhead_wire::messages::join_group_request::JoinGroupRequestProtocol;
use wellhead_wire::messages::{HeartbeatRequest, JoinGroupRequest, SyncGroupRequest};

const PARTITIONS: i32 = 6;

/// What the members of a group have seen, and where they are.
#[derive(Default)]
struct Seen {
    /// Times each record was read, by partition and offset.
    records: BTreeMap<(i32, i64), usize>,
    /// The partitions of each member, by its name.
    assigned: BTreeMap<&'static str, Vec<i32>>,
}

#[derive(Default)]
struct Board {
    seen: Mutex<Seen>,
    changed: Condvar,
}

impl Board {
    fn wait(&self, what: &str, done: impl Fn(&Seen) -> bool) {
        let end = Instant::now() + WAIT;
        let mut seen = self.seen.lock().expect("the board");
        while !done(&seen) {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waiting for {what}: {} records, {:?}", seen.records.len(), seen.assigned);
            seen = self.changed.wait_timeout(seen, left).expect("the board").0;
        }
    }
    fn wait_for_records(&self, n: usize) {
        self.wait("records", |s| s.records.len() >= n);
    }
    /// Every partition has exactly one of `members`, and each of them some.
    fn wait_for_share(&self, members: &[&str]) {
        self.wait("a share for each", |s| {
            let mut all: Vec<i32> = members.iter().flat_map(|m| s.assigned.get(m).cloned().unwrap_or_default()).collect();
            all.sort_unstable();
            all.iter().copied().eq(0..PARTITIONS) && members.iter().all(|m| s.assigned.get(m).is_some_and(|a| !a.is_empty()))
        });
    }
}

/// A consumer in a thread, until it is told to leave.
struct Member {
    leave: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Member {
    fn start(name: &'static str, board: &Arc<Board>, pairs: Vec<(&'static str, String)>) -> Self {
        let (board, leave) = (board.clone(), Arc::new(AtomicBool::new(false)));
        let told = leave.clone();
        let thread = std::thread::spawn(move || {
            let c = Consumer::new(pairs).expect("a consumer");
            c.subscribe(&["t"]).expect("subscribe");
            while !told.load(Ordering::SeqCst) {
                let events = c.poll(500, std::time::Duration::from_millis(50)).expect("poll");
                let mut seen = board.seen.lock().expect("the board");
                for e in events {
                    match e {
                        Event::Records(set) => set.iter().for_each(|r| *seen.records.entry((set.partition, r.offset)).or_default() += 1),
                        Event::Error(e) => panic!("{name}: {e}"),
                        _ => {}
                    }
                }
                let mut now: Vec<i32> = c.assignment().iter().map(|p| p.partition).collect();
                now.sort_unstable();
                seen.assigned.insert(name, now);
                board.changed.notify_all();
            }
            c.close(WAIT).expect("close");
            board.seen.lock().expect("the board").assigned.remove(name);
            board.changed.notify_all();
        });
        Self { leave, thread }
    }
    fn leave(self) {
        self.leave.store(true, Ordering::SeqCst);
        self.thread.join().expect("a member that ends well");
    }
}

fn pairs(broker: &Broker, group: &str, more: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let mut out = vec![
        ("bootstrap.servers", broker.bootstrap_servers()),
        ("group.id", group.to_owned()),
        ("auto.offset.reset", "earliest".to_owned()),
        ("heartbeat.interval.ms", "100".to_owned()),
        // Only what a rebalance or an end commits counts here.
        ("auto.commit.interval.ms", "3600000".to_owned()),
    ];
    out.extend(more.iter().map(|(k, v)| (*k, (*v).to_owned())));
    out
}

fn create(broker: &Broker) -> Admin {
    let admin = Admin::new([("bootstrap.servers", broker.bootstrap_servers())]).expect("an admin");
    let topic = NewTopic { name: "t".into(), partitions: PARTITIONS, replication: -1, ..NewTopic::default() };
    assert!(admin.create_topics(&[topic], WAIT, false).expect("create")[0].1.is_ok());
    admin
}

/// `n` more records on every partition.
fn produce(broker: &Broker, n: usize) {
    let p = Producer::new([("bootstrap.servers", broker.bootstrap_servers())]).expect("a producer");
    for i in 0..n * PARTITIONS as usize {
        p.send(&ProducerRecord::to("t").partition(i as i32 % PARTITIONS).value(b"x")).expect("send");
    }
    assert_eq!(p.flush(WAIT), 0);
    p.close(WAIT);
}

#[test]
fn members_come_and_go_and_every_record_is_read_once() {
    for strategy in ["range", "roundrobin", "cooperative-sticky"] {
        let dir = tempfile::tempdir().expect("a directory");
        let broker = open(dir.path());
        let admin = create(&broker);
        let board = Arc::new(Board::default());
        let member = |name| Member::start(name, &board, pairs(&broker, "g", &[("partition.assignment.strategy", strategy)]));
        produce(&broker, 100);
        let a = member("a");
        board.wait_for_records(600);
        let b = member("b");
        board.wait_for_share(&["a", "b"]);
        produce(&broker, 100);
        let c = member("c");
        board.wait_for_share(&["a", "b", "c"]);
        produce(&broker, 100);
        board.wait_for_records(1800);
        let described = admin.describe_groups(&["g"], WAIT).expect("describe").remove(0).1.expect("a group");
        assert_eq!((described.state.as_str(), described.protocol.as_str(), described.members.len()), ("Stable", strategy, 3));
        assert_eq!(described.members.iter().map(|m| m.assignment.len()).sum::<usize>(), 6);
        // The leader goes, the others take over what it had.
        a.leave();
        board.wait_for_share(&["b", "c"]);
        produce(&broker, 100);
        board.wait_for_records(2400);
        b.leave();
        c.leave();
        let twice = board.seen.lock().expect("the board").records.values().filter(|n| **n > 1).count();
        assert_eq!(twice, 0, "{strategy}: {twice} records were read more than once");
        let committed = admin.list_group_offsets("g", None, false, WAIT).expect("offsets");
        assert_eq!(committed.iter().map(|o| o.offset).sum::<i64>(), 2400, "{strategy}");
    }
}

#[test]
fn a_static_member_comes_back_to_what_it_had() {
    let dir = tempfile::tempdir().expect("a directory");
    let broker = open(dir.path());
    let admin = create(&broker);
    let board = Arc::new(Board::default());
    let member = |name: &'static str| Member::start(name, &board, pairs(&broker, "g", &[("group.instance.id", name)]));
    let (a, b) = (member("a"), member("b"));
    board.wait_for_share(&["a", "b"]);
    let assignment = |of: &str| {
        let g = admin.describe_groups(&["g"], WAIT).expect("describe").remove(0).1.expect("a group");
        let m = g.members.into_iter().find(|m| m.group_instance_id.as_deref() == Some(of)).expect("the member");
        (m.member_id, m.assignment)
    };
    let (id, had) = assignment("b");
    let (other, _) = assignment("a");
    // A static member that closes does not leave; within its session it comes back under another id to the same partitions.
    b.leave();
    let b = member("b");
    board.wait_for_share(&["a", "b"]);
    let (new_id, has) = assignment("b");
    assert_ne!(id, new_id);
    assert_eq!((had, other), (has, assignment("a").0));
    a.leave();
    b.leave();
}

#[test]
fn an_administrator_moves_and_deletes_a_group() {
    let dir = tempfile::tempdir().expect("a directory");
    let broker = open(dir.path());
    let admin = create(&broker);
    produce(&broker, 50);
    let board = Arc::new(Board::default());
    let a = Member::start("a", &board, pairs(&broker, "g", &[]));
    board.wait_for_records(300);
    // Nobody moves the offsets of a group that lives.
    let at = |offset| (0..PARTITIONS).map(|p| TopicPartition::new("t", p).at(offset)).collect::<Vec<_>>();
    let refused = admin.alter_group_offsets("g", &at(10), WAIT).expect("alter");
    assert!(refused.iter().all(|o| o.error.as_ref().is_some_and(|e| e.code == Code::UNKNOWN_MEMBER_ID)), "{refused:?}");
    assert!(admin.delete_groups(&["g"], WAIT).expect("delete")[0].1.as_ref().is_err_and(|e| e.code == Code::NON_EMPTY_GROUP));
    a.leave();
    let moved = admin.alter_group_offsets("g", &at(10), WAIT).expect("alter");
    assert!(moved.iter().all(|o| o.error.is_none()), "{moved:?}");
    let board = Arc::new(Board::default());
    let a = Member::start("a", &board, pairs(&broker, "g", &[]));
    board.wait_for_records(240);
    assert!(board.seen.lock().expect("the board").records.keys().all(|(_, offset)| *offset >= 10));
    a.leave();
    let (groups, errors) = admin.list_groups(&["Empty"], &[], WAIT).expect("list");
    assert!(errors.is_empty() && groups.len() == 1 && groups[0].group_id == "g", "{groups:?} {errors:?}");
    assert!(admin.delete_groups(&["g"], WAIT).expect("delete")[0].1.is_ok());
    assert!(admin.list_groups(&[], &[], WAIT).expect("list").0.is_empty());
}

/// A connection on which requests are made by hand.
struct Raw(in_process::ClientEnd);

impl Raw {
    fn connect(broker: &Broker) -> Self {
        let Ok(Address::Embedded(name)) = Address::parse(&broker.embedded_address()) else { panic!("an embedded address") };
        Self(in_process::connect(&name).expect("connecting"))
    }
    fn call<R: Request>(&mut self, version: i16, request: &R) -> R::Response {
        self.0.requests.blocking_send(encode_request(request, version, 1, Some("raw")).expect("a request")).expect("sending");
        let frame = self.0.responses.blocking_recv().expect("a response").into_bytes().expect("its bytes");
        decode_response::<R::Response>(&frame, version).expect("a response that can be read").1
    }
}

/// A leader that could not read what another member wants gave up, joined again, and so on for as long as that member stayed: the
/// group stood still.
#[test]
fn a_member_whose_subscription_cannot_be_read_gets_nothing_and_holds_up_nobody() {
    let garbage: &[&[u8]] =
        &[b"", b"\0", b"\xff\xff\xff\xff\xff\xff", &[0, 1, 0x7f, 0xff, 0xff, 0xff], &[0, 1, 0, 0, 0, 1, 0x7f, 0xff, b't'], &[0x55; 4096]];
    for strategy in ["range", "roundrobin", "cooperative-sticky"] {
        let dir = tempfile::tempdir().expect("a directory");
        let broker = open(dir.path());
        create(&broker);
        let board = Arc::new(Board::default());
        let a = Member::start("a", &board, pairs(&broker, "g", &[("partition.assignment.strategy", strategy)]));
        board.wait_for_share(&["a"]);
        let mut raw = Raw::connect(&broker);
        let mut id = String::new();
        for (i, metadata) in garbage.iter().enumerate() {
            let protocol = JoinGroupRequestProtocol { name: strategy.into(), metadata: metadata.to_vec().into() };
            let mut join = JoinGroupRequest {
                group_id: "g".into(),
                session_timeout_ms: 60_000,
                rebalance_timeout_ms: 60_000,
                member_id: id.clone(),
                protocol_type: "consumer".into(),
                protocols: vec![protocol],
                ..JoinGroupRequest::default()
            };
            if id.is_empty() {
                join.member_id = raw.call(9, &join).member_id;
            }
            let joined = raw.call(9, &join);
            id.clone_from(&join.member_id);
            assert!(joined.error_code == 0 && joined.leader != id, "{strategy}, {i}: the reader stays the leader");
            let generation_id = joined.generation_id;
            let sync = SyncGroupRequest { group_id: "g".into(), generation_id, member_id: id.clone(), ..SyncGroupRequest::default() };
            let synced = raw.call(5, &SyncGroupRequest { protocol_type: Some("consumer".into()), protocol_name: Some(strategy.into()), ..sync });
            assert_eq!(synced.error_code, 0, "{strategy}, {i}");
            let got = wellhead_client::assignor::decode_assignment(&synced.assignment).expect("an assignment");
            assert!(got.is_empty(), "{strategy}, {i}: {got:?}");
            // The others go on, and nobody asks for another round.
            produce(&broker, 10);
            board.wait_for_records((i + 1) * 10 * PARTITIONS as usize);
            let beat = HeartbeatRequest { group_id: "g".into(), generation_id, member_id: id.clone(), group_instance_id: None };
            assert_eq!(raw.call(4, &beat).error_code, 0, "{strategy}, {i}: the group is at rest");
        }
        a.leave();
    }
}
