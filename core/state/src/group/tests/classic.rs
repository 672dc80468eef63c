//! Joins, syncs, heartbeats and leaves.

use super::*;

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
        w.groups.join(w.now, &Joining { token, request: &request, version, client: &client, company: false }, &mut rng, &mut fx);
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
fn a_group_that_begins_in_company_gathers_for_a_moment_and_one_alone_does_not() {
    let gathering = || World::with(GroupConfig { gather_ms: 75, ..GroupConfig::default() });
    let mut w = gathering();
    let a = w.new_id();
    let ta = w.join(Join { member: &a, ..Join::default() });
    assert_eq!(w.joined(ta).generation_id, 1, "nobody else is there");

    // Each member that comes stretches the wait.
    let mut w = gathering();
    w.company = true;
    let (a, b, c) = (w.new_id(), w.new_id(), w.new_id());
    let ta = w.join(Join { member: &a, ..Join::default() });
    w.pass(60);
    let tb = w.join(Join { member: &b, ..Join::default() });
    w.pass(60);
    let tc = w.join(Join { member: &c, ..Join::default() });
    assert!(!w.replies.contains_key(&ta));
    w.pass(105);
    assert_eq!([ta, tb, tc].map(|t| w.joined(t).generation_id), [1; 3]);
}

#[test]
fn a_crowd_that_keeps_coming_does_not_keep_a_group_from_its_records() {
    let mut w = World::with(GroupConfig { gather_ms: 75, ..GroupConfig::default() });
    w.company = true;
    let first = w.new_id();
    let t = w.join(Join { member: &first, ..Join::default() });
    let mut waited = 0;
    while !w.replies.contains_key(&t) {
        let id = w.new_id();
        w.join(Join { member: &id, ..Join::default() });
        w.pass(50);
        waited += 50;
        assert!(waited <= 4 * 75, "{waited} ms");
    }
    assert!(waited > 75);
}
