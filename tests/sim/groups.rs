//! Two groups of one seed: `solo` commits offsets without members, `team` has members that join, beat, commit and leave. Owns: what
//! is known of committed offsets. What is committed only grows, so an answer below an earlier one is a commit that was lost.

use crate::clients::Marks;
use crate::oracle::Part;
use crate::world::{Outcome, Step, World, broken, decode};
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use wellhead_base::{Code, TopicId};
use wellhead_wire::messages::*;

const COMMIT: i16 = 9;
const JOIN: i16 = 9;
const SYNC: i16 = 5;
const BEAT: i16 = 4;
const LEAVE: i16 = 5;
const MEMBERS: usize = 2;

#[derive(Debug, Default)]
struct Committed {
    /// The largest that was acknowledged or told by the group.
    known: Option<i64>,
    tried: BTreeSet<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Member {
    #[default]
    Out,
    /// A request of its is under way.
    Busy,
    /// It was given an id to join with.
    Named(String),
    Joined(String, i32, bool),
    Stable(String, i32),
}

enum Ask {
    Commit(&'static str, usize, i64),
    Join(usize),
    Sync(usize, String, i32),
    Beat(usize, String, i32),
    Leave,
}

#[derive(Default)]
pub struct GroupsClient {
    committed: BTreeMap<(&'static str, usize), Committed>,
    members: [Member; MEMBERS],
    asked: BTreeMap<u64, Ask>,
}

/// A group that is being moved, loaded or rebalanced; the client asks again.
fn passing(code: Code) -> bool {
    matches!(
        code,
        Code::COORDINATOR_LOAD_IN_PROGRESS
            | Code::COORDINATOR_NOT_AVAILABLE
            | Code::NOT_COORDINATOR
            | Code::ILLEGAL_GENERATION
            | Code::UNKNOWN_MEMBER_ID
            | Code::REBALANCE_IN_PROGRESS
            | Code::MEMBER_ID_REQUIRED
    )
}

impl GroupsClient {
    pub fn disconnected(&mut self) {
        self.asked.clear();
        for m in &mut self.members {
            if *m == Member::Busy {
                *m = Member::Out;
            }
        }
    }

    fn connection(world: &World, member: usize) -> usize {
        member % world.plan.connections
    }

    pub fn step(&mut self, world: &mut World, parts: &[Part], positions: &[i64], marks: &mut Marks) -> Step {
        match world.rng.below(6) {
            0 | 1 => self.commit(world, parts, positions, "solo", String::new(), -1),
            2 if world.chance(30) => self.check(world, parts),
            _ => {
                let n = world.rng.below(MEMBERS as u64) as usize;
                self.member(world, parts, positions, marks, n)
            }
        }
    }

    fn commit(&mut self, world: &mut World, parts: &[Part], positions: &[i64], group: &'static str, member: String, generation: i32) -> Step {
        // One at a time in a group, so that a later one never overtakes an earlier one.
        if self.asked.values().any(|a| matches!(a, Ask::Commit(g, ..) if *g == group)) {
            return Ok(());
        }
        let lasting: Vec<usize> = (0..parts.len()).filter(|p| parts[*p].alive && !parts[*p].topic.starts_with("come")).collect();
        let part = lasting[world.rng.below(lasting.len() as u64) as usize];
        let c = self.committed.entry((group, part)).or_default();
        let offset = c.tried.last().map_or(0, |l| l + 1).max(positions[part]);
        c.tried.insert(offset);
        let p = offset_commit_request::OffsetCommitRequestPartition {
            partition_index: parts[part].index,
            committed_offset: offset,
            committed_leader_epoch: -1,
            committed_metadata: Some(offset.to_string()),
        };
        let topics =
            vec![offset_commit_request::OffsetCommitRequestTopic { name: parts[part].topic.clone(), topic_id: TopicId::ZERO, partitions: vec![p] }];
        let request = OffsetCommitRequest {
            group_id: group.into(),
            generation_id_or_member_epoch: generation,
            member_id: member,
            topics,
            ..Default::default()
        };
        let tag = world.send(0, COMMIT, &request)?;
        self.asked.insert(tag, Ask::Commit(group, part, offset));
        Ok(())
    }

    fn member(&mut self, world: &mut World, parts: &[Part], positions: &[i64], marks: &mut Marks, n: usize) -> Step {
        let connection = Self::connection(world, n);
        match self.members[n].clone() {
            Member::Busy => Ok(()),
            Member::Out => self.join(world, n, String::new()),
            Member::Named(id) => self.join(world, n, id),
            Member::Joined(id, generation, leader) => {
                let one = |m: &str| sync_group_request::SyncGroupRequestAssignment { member_id: m.into(), assignment: Bytes::from_static(b"all") };
                let request = SyncGroupRequest {
                    group_id: "team".into(),
                    generation_id: generation,
                    member_id: id.clone(),
                    group_instance_id: None,
                    protocol_type: Some("consumer".into()),
                    protocol_name: Some("range".into()),
                    assignments: if leader { vec![one(&id)] } else { Vec::new() },
                };
                let tag = world.send(connection, SYNC, &request)?;
                self.members[n] = Member::Busy;
                self.asked.insert(tag, Ask::Sync(n, id, generation));
                Ok(())
            }
            Member::Stable(id, generation) => match world.rng.below(10) {
                0 => {
                    marks.hit("members left");
                    let members = vec![leave_group_request::MemberIdentity { member_id: id, group_instance_id: None, reason: None }];
                    let request = LeaveGroupRequest { group_id: "team".into(), members, ..Default::default() };
                    let tag = world.send(connection, LEAVE, &request)?;
                    self.members[n] = Member::Out;
                    self.asked.insert(tag, Ask::Leave);
                    Ok(())
                }
                // It goes away without a word.
                1 => {
                    self.members[n] = Member::Out;
                    Ok(())
                }
                2..=5 => {
                    let request =
                        HeartbeatRequest { group_id: "team".into(), generation_id: generation, member_id: id.clone(), group_instance_id: None };
                    let tag = world.send(connection, BEAT, &request)?;
                    self.members[n] = Member::Busy;
                    self.asked.insert(tag, Ask::Beat(n, id, generation));
                    Ok(())
                }
                _ => self.commit(world, parts, positions, "team", id, generation),
            },
        }
    }

    fn join(&mut self, world: &mut World, n: usize, id: String) -> Step {
        let request = JoinGroupRequest {
            group_id: "team".into(),
            session_timeout_ms: 400,
            rebalance_timeout_ms: 400,
            member_id: id,
            group_instance_id: None,
            protocol_type: "consumer".into(),
            protocols: vec![join_group_request::JoinGroupRequestProtocol { name: "range".into(), metadata: Bytes::from_static(b"any") }],
            reason: None,
        };
        let connection = Self::connection(world, n);
        let tag = world.send(connection, JOIN, &request)?;
        self.members[n] = Member::Busy;
        self.asked.insert(tag, Ask::Join(n));
        Ok(())
    }

    /// An answer to one of ours, or to nobody's.
    pub fn answered(&mut self, world: &mut World, marks: &mut Marks, tag: u64, outcome: Outcome) -> Step {
        let Some(ask) = self.asked.remove(&tag) else { return Ok(()) };
        let bytes = match outcome {
            Outcome::Answer(b) => b,
            Outcome::Closed(_) if world.tainted => return Ok(()),
            Outcome::Closed(why) => return broken(format!("a group request closed its connection: {why}")),
        };
        let trouble = world.tainted || world.disk.chaos_errors() > 0;
        let check =
            |code: Code, what: &str| if code == Code::NO_ERROR || passing(code) || trouble { Ok(()) } else { broken(format!("{what}: {code:?}")) };
        match ask {
            Ask::Commit(group, part, offset) => {
                let r = decode::<OffsetCommitRequest>(&bytes, COMMIT)?;
                let code = Code(r.topics[0].partitions[0].error_code);
                world.trace.line(|| format!("{group} commits {offset} of part {part}: {code:?}"));
                check(code, "OffsetCommit")?;
                if code == Code::NO_ERROR {
                    marks.hit("offsets committed");
                    let c = self.committed.entry((group, part)).or_default();
                    c.known = c.known.max(Some(offset));
                }
            }
            Ask::Join(n) => {
                let r = decode::<JoinGroupRequest>(&bytes, JOIN)?;
                let code = Code(r.error_code);
                check(code, "JoinGroup")?;
                self.members[n] = match code {
                    Code::NO_ERROR => Member::Joined(r.member_id.clone(), r.generation_id, r.leader == r.member_id),
                    Code::MEMBER_ID_REQUIRED => Member::Named(r.member_id),
                    _ => Member::Out,
                };
            }
            Ask::Sync(n, id, generation) => {
                let code = Code(decode::<SyncGroupRequest>(&bytes, SYNC)?.error_code);
                check(code, "SyncGroup")?;
                self.members[n] = match code {
                    Code::NO_ERROR => {
                        marks.hit("members stable");
                        Member::Stable(id, generation)
                    }
                    Code::REBALANCE_IN_PROGRESS => Member::Named(id),
                    _ => Member::Out,
                };
            }
            Ask::Beat(n, id, generation) => {
                let code = Code(decode::<HeartbeatRequest>(&bytes, BEAT)?.error_code);
                check(code, "Heartbeat")?;
                self.members[n] = match code {
                    Code::NO_ERROR => Member::Stable(id, generation),
                    Code::REBALANCE_IN_PROGRESS => Member::Named(id),
                    _ => Member::Out,
                };
            }
            Ask::Leave => {}
        }
        Ok(())
    }

    /// What is committed has not gone back.
    pub fn check(&mut self, world: &mut World, parts: &[Part]) -> Step {
        for group in ["solo", "team"] {
            let mine: Vec<usize> = self.committed.keys().filter(|k| k.0 == group).map(|k| k.1).collect();
            if mine.is_empty() {
                continue;
            }
            let topics = mine
                .iter()
                .map(|p| offset_fetch_request::OffsetFetchRequestTopics {
                    name: parts[*p].topic.clone(),
                    partition_indexes: vec![parts[*p].index],
                    ..Default::default()
                })
                .collect();
            let g = offset_fetch_request::OffsetFetchRequestGroup { group_id: group.into(), topics: Some(topics), ..Default::default() };
            let request = OffsetFetchRequest { groups: vec![g], ..Default::default() };
            let mut told = None;
            for _ in 0..500 {
                let r = world.call(8, &request)?;
                let code = Code(r.groups[0].error_code);
                if code == Code::NO_ERROR {
                    told = Some(r);
                    break;
                }
                if world.tainted || world.disk.chaos_errors() > 0 {
                    return Ok(());
                }
                if !passing(code) {
                    return broken(format!("OffsetFetch of {group}: {code:?}"));
                }
                world.tick(5)?;
            }
            let Some(told) = told else { return broken(format!("the offsets of {group} cannot be fetched")) };
            for (p, t) in mine.iter().zip(&told.groups[0].topics) {
                let c = self.committed.entry((group, *p)).or_default();
                let got = Some(t.partitions[0].committed_offset).filter(|o| *o >= 0);
                let name = parts[*p].name();
                if got < c.known {
                    return broken(format!("the committed offset of {group} for {name} went back from {:?} to {got:?}", c.known));
                }
                if let Some(o) = got
                    && (!c.tried.contains(&o) || t.partitions[0].metadata.as_deref() != Some(&o.to_string()))
                {
                    return broken(format!("{group} never committed {o} for {name}, or with other metadata"));
                }
                c.known = got;
            }
        }
        Ok(())
    }
}
