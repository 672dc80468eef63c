//! Commits, expiry, deletion, and what a restart brings back.

use super::*;

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
