//! The coordinator's own arithmetic; what it does with a log and a node is tested in `tests/groups.rs` over whole nodes.

use super::*;
use wellhead_base::env::Clock;

/// Java's `String.hashCode`, which works on UTF-16, and Kafka's `Utils.abs`.
#[test]
fn groups_live_where_kafka_puts_them() {
    // "test".hashCode() is 3556498, "a" 97, "polygenelubricants" the least integer there is.
    for (group, want) in [("test", 3_556_498 % 50), ("a", 97 % 50), ("", 0), ("polygenelubricants", 0)] {
        assert_eq!(partition_of(group, 50), want, "{group}");
    }
    // A surrogate pair is two units: "😀" is 0xD83D * 31 + 0xDE00.
    assert_eq!(partition_of("😀", 1_000_000), (0xD83D * 31 + 0xDE00) % 1_000_000);
    assert_eq!(partition_of("x", 0), 0);
}

/// A driver that woke itself once spun: it held the log's lock so often that nothing became durable until a session ran out.
#[test]
fn the_driver_sleeps_while_timers_are_far_away() {
    use bytes::Bytes;
    use wellhead_state::group::{Client, Joining};
    use wellhead_wire::messages::join_group_request::JoinGroupRequestProtocol;
    use wellhead_wire::messages::{HeartbeatRequest, JoinGroupRequest, SyncGroupRequest};

    let dir = tempfile::tempdir().unwrap();
    let broker = crate::Broker::open(dir.path(), &[]).unwrap();
    let node = broker.node().clone();
    let coordinator = &node.coordinator;
    node.runtime.block_on(async {
        let request = JoinGroupRequest {
            group_id: "g".into(),
            session_timeout_ms: 10_000,
            protocol_type: "consumer".into(),
            protocols: vec![JoinGroupRequestProtocol { name: "range".into(), metadata: Bytes::new() }],
            ..JoinGroupRequest::default()
        };
        let joined = coordinator.ask("g", true, move |groups, now, token, rng, fx| {
            groups.join(now, &Joining { token, request: &request, version: 3, client: &Client::default(), company: false }, rng, fx);
        });
        let Ok(Reply::Join(joined)) = joined.await else { panic!("not joined") };
        let request = SyncGroupRequest { group_id: "g".into(), generation_id: 1, member_id: joined.member_id.clone(), ..SyncGroupRequest::default() };
        let synced = coordinator.ask("g", false, move |groups, now, token, _, fx| groups.sync(now, token, &request, fx));
        assert!(matches!(synced.await, Ok(Reply::Sync(r)) if r.error_code == 0));
        for _ in 0..1000 {
            let beat = HeartbeatRequest { group_id: "g".into(), generation_id: 1, member_id: joined.member_id.clone(), group_instance_id: None };
            assert_eq!(coordinator.read("g", move |groups, now| groups.heartbeat(now, &beat)).await, Ok(Code::NO_ERROR));
        }
    });
    let turns = coordinator.inner.turns.load(Ordering::Relaxed);
    assert!(turns < 50, "{turns} turns");
}

/// A shard over a log of its own, with a clock moved by hand and nobody to make appends durable but the test.
struct Bench {
    _dir: tempfile::TempDir,
    logs: wellhead_log::LogDir,
    clock: Arc<wellhead_base::env::ManualClock>,
    inner: Arc<Inner>,
    shard: Shard,
}

impl Bench {
    fn new() -> Self {
        use wellhead_log::{CommitMode, LogConfig, LogDir, LogDirOptions, real_disk};
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(wellhead_base::env::ManualClock::at(1_000_000));
        let options = LogDirOptions { commit: CommitMode::Manual, ..LogDirOptions::default() };
        let logs = LogDir::open(dir.path(), real_disk(), clock.clone(), options).unwrap();
        let log = logs.partition(OFFSETS_TOPIC, 0, wellhead_base::TopicId([7; 16]), LogConfig::default()).unwrap();
        let shard = Shard::new(Arc::new(crate::partitions::Partition::new(log, 0)), clock.clone(), GroupConfig::default(), 1);
        Self { _dir: dir, logs, clock, inner: Coordinator::new(Weak::new()).inner, shard }
    }
    fn ask(&self) -> oneshot::Receiver<Answered<()>> {
        let (sender, receiver) = oneshot::channel();
        self.shard.submit(&self.inner, read_op(sender, |_, _| ()));
        receiver
    }
    /// Commits an offset of a simple group; the answer comes when the log is asked to be durable.
    fn commit(&self, token: Token, offset: i64) -> oneshot::Receiver<Answered<Reply>> {
        use wellhead_state::group::{NewOffset, OffsetCommit};
        let (sender, receiver) = oneshot::channel();
        let op: Op = Box::new(move |r| {
            let Ok(ready) = r else { return };
            ready.wait_for(token, sender);
            ready.with_groups(|groups, now, _, fx| {
                let topic_id = wellhead_base::TopicId::ZERO;
                let offsets = vec![NewOffset { topic: "t".into(), topic_id, partition: 0, offset, leader_epoch: -1, metadata: None }];
                let commit = OffsetCommit { group: "g", generation: -1, member_id: "", instance_id: None, retention_ms: -1, version: 9, offsets };
                groups.commit(now, token, &commit, fx);
            });
        });
        self.shard.submit(&self.inner, op);
        receiver
    }
    fn committed(&self) -> Option<i64> {
        let (sender, mut receiver) = oneshot::channel();
        let id = wellhead_base::TopicId::ZERO;
        self.shard.submit(&self.inner, read_op(sender, move |groups, _| groups.fetch("g", "t", id, 0).map(|c| c.offset)));
        receiver.try_recv().unwrap().unwrap()
    }
}

#[test]
fn a_request_waits_for_a_load_but_not_for_long() {
    let b = Bench::new();
    assert!(b.shard.begin_load(&b.inner) && !b.shard.begin_load(&b.inner));
    let mut early = b.ask();
    b.clock.advance(LOAD_WAIT_MS - 1);
    assert_eq!(b.shard.drive(&b.inner, false), Some(b.clock.mono_ms() + 1));
    assert!(early.try_recv().is_err());
    b.clock.advance(1);
    b.shard.drive(&b.inner, false);
    assert_eq!(early.try_recv(), Ok(Err(Code::COORDINATOR_LOAD_IN_PROGRESS)));
    assert_eq!(b.ask().try_recv(), Ok(Err(Code::COORDINATOR_LOAD_IN_PROGRESS)));
    b.shard.load(&b.inner, 1 << 20);
    assert_eq!(b.ask().try_recv(), Ok(Ok(())));
}

#[test]
fn those_who_waited_for_the_load_go_in_their_order() {
    let b = Bench::new();
    b.shard.begin_load(&b.inner);
    let mut first = b.commit(1, 10);
    let mut second = b.commit(2, 20);
    b.shard.load(&b.inner, 1 << 20);
    assert!(first.try_recv().is_err(), "not durable yet");
    b.logs.commit_now().unwrap();
    b.shard.drive(&b.inner, false);
    for r in [&mut first, &mut second] {
        assert_eq!(r.try_recv(), Ok(Ok(Reply::Commit(vec![Code::NO_ERROR]))));
    }
    assert_eq!(b.committed(), Some(20));
}

#[test]
fn a_commit_is_seen_and_acknowledged_when_it_is_durable_and_after_closing_nothing_is_appended() {
    let b = Bench::new();
    b.shard.begin_load(&b.inner);
    b.shard.load(&b.inner, 1 << 20);
    let mut first = b.commit(1, 10);
    b.shard.drive(&b.inner, false);
    assert!(first.try_recv().is_err() && b.committed().is_none() && !b.shard.is_idle(&b.inner));
    b.logs.commit_now().unwrap();
    assert!(b.shard.is_idle(&b.inner));
    assert_eq!((first.try_recv(), b.committed()), (Ok(Ok(Reply::Commit(vec![Code::NO_ERROR]))), Some(10)));
    // The directory is gone under it: the commit fails and what was committed stays.
    b.logs.close().unwrap();
    let mut late = b.commit(2, 11);
    let Ok(Ok(Reply::Commit(codes))) = late.try_recv() else { panic!("not answered") };
    assert!(!codes[0].is_ok());
    assert_eq!(b.committed(), Some(10));
    b.shard.close();
    assert_eq!(b.ask().try_recv(), Ok(Err(Code::COORDINATOR_NOT_AVAILABLE)));
}
