//! The coordinator's own arithmetic; what it does with a log and a node is tested in `tests/groups.rs` over whole nodes.

use super::*;

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
            groups.join(now, &Joining { token, request: &request, version: 3, client: &Client::default() }, rng, fx);
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
