//! How a group's leader shares partitions among the members, and the bytes in which members tell what they want and get. Pure.
//!
//! Owns: the strategies `range`, `roundrobin`, `cooperative-sticky` (KIP-429) and `copartitioned`, and the embedded consumer protocol. Does not own:
//! membership (the group machine). Invariant of every strategy: each partition of a topic that somebody subscribed goes to exactly
//! one subscriber, except that `cooperative-sticky` leaves out a partition whose former owner must give it up first.

use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use wellhead_base::limits::TOPIC_NAME_LEN_MAX;
use wellhead_wire::messages::consumer_protocol_assignment::{ConsumerProtocolAssignment, TopicPartition as AssignedTopic};
use wellhead_wire::messages::consumer_protocol_subscription::{ConsumerProtocolSubscription, TopicPartition as OwnedTopic};
use wellhead_wire::{DecodeError, Reader, Writer};

/// A topic's name and a partition of it.
pub type Partition = (String, i32);
/// What each member gets, by member id; every member is in it.
pub type Assignments = BTreeMap<String, Vec<Partition>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignor {
    /// Per topic, consecutive partitions (librdkafka's and Java's first choice).
    Range,
    /// All partitions of all topics in turn.
    RoundRobin,
    /// As even as can be, moving as little as can be, and in two steps so that what stays is never interrupted.
    CooperativeSticky,
    /// The same partition of every topic to the same member, whatever the topics' numbers of partitions (stream tasks).
    Copartitioned,
}

/// One member as the leader sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Member {
    pub id: String,
    pub instance_id: Option<String>,
    pub topics: Vec<String>,
    /// What it says it owns; empty under the eager protocol.
    pub owned: Vec<Partition>,
    /// The generation in which it owned that; -1 where not known.
    pub generation: i32,
}

impl Assignor {
    /// The strategy of a `partition.assignment.strategy` word.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "range" => Self::Range,
            "roundrobin" => Self::RoundRobin,
            "cooperative-sticky" => Self::CooperativeSticky,
            "copartitioned" => Self::Copartitioned,
            _ => return None,
        })
    }
    /// The name that members vote for.
    pub fn name(self) -> &'static str {
        match self {
            Self::Range => "range",
            Self::RoundRobin => "roundrobin",
            Self::CooperativeSticky => "cooperative-sticky",
            Self::Copartitioned => "copartitioned",
        }
    }
    /// Members keep what they own through a rebalance.
    pub fn cooperative(self) -> bool {
        self == Self::CooperativeSticky
    }

    /// Shares the partitions of `counts` (topic to number of partitions; a topic that is not there has none).
    pub fn assign(self, members: &[Member], counts: &BTreeMap<String, i32>) -> Assignments {
        // Static members first and by their instance ids, so that a restart does not reshuffle them (Java's order).
        let mut ordered: Vec<&Member> = members.iter().collect();
        ordered.sort_by(|a, b| (a.instance_id.is_none(), &a.instance_id, &a.id).cmp(&(b.instance_id.is_none(), &b.instance_id, &b.id)));
        match self {
            Self::Range => range(&ordered, counts),
            Self::RoundRobin => round_robin(&ordered, counts),
            Self::Copartitioned => copartitioned(&ordered, counts),
            Self::CooperativeSticky => without_those_to_revoke(members, sticky(&ordered, counts)),
        }
    }
}

fn empty(members: &[&Member]) -> Assignments {
    members.iter().map(|m| (m.id.clone(), Vec::new())).collect()
}

fn range(members: &[&Member], counts: &BTreeMap<String, i32>) -> Assignments {
    let mut out = empty(members);
    for (topic, &count) in counts {
        let takers: Vec<_> = members.iter().filter(|m| m.topics.contains(topic)).collect();
        if takers.is_empty() || count <= 0 {
            continue;
        }
        let (each, more) = (count / takers.len() as i32, count % takers.len() as i32);
        let mut next = 0;
        for (i, m) in takers.iter().enumerate() {
            let n = each + i32::from((i as i32) < more);
            if let Some(list) = out.get_mut(&m.id) {
                list.extend((next..next + n).map(|p| (topic.clone(), p)));
            }
            next += n;
        }
    }
    out
}

/// Partition p of every topic goes to one member, to the one that had it where that is even: what a member had comes with its state.
/// Members of such a group subscribe to the same topics; while a new version of the program is rolled out, a topic that p's member
/// does not know goes to another one.
fn copartitioned(members: &[&Member], counts: &BTreeMap<String, i32>) -> Assignments {
    let mut out = empty(members);
    let n = counts.values().copied().max().unwrap_or(0).max(0) as usize;
    // Who had it in the newest generation; of two claims in one generation the first one's counts.
    let mut claims: Vec<Option<(i32, usize)>> = vec![None; n];
    for (i, m) in members.iter().enumerate() {
        for (topic, p) in &m.owned {
            if *p < counts.get(topic).copied().unwrap_or(0)
                && let Some(claim) = claims.get_mut(*p as usize)
                && claim.is_none_or(|(generation, _)| generation < m.generation)
            {
                *claim = Some((m.generation, i));
            }
        }
    }
    let (each, mut more) = (n / members.len().max(1), n % members.len().max(1));
    let mut load = vec![0; members.len()];
    let mut owners: Vec<Option<usize>> = vec![None; n];
    for (owner, claim) in owners.iter_mut().zip(claims) {
        let Some((_, i)) = claim else { continue };
        if load[i] < each || (load[i] == each && more > 0) {
            more -= usize::from(load[i] == each);
            load[i] += 1;
            *owner = Some(i);
        }
    }
    for owner in &mut owners {
        if owner.is_none() {
            *owner = (0..members.len()).min_by_key(|&i| load[i]).inspect(|&i| load[i] += 1);
        }
    }
    for (topic, &count) in counts {
        let takers: Vec<usize> = (0..members.len()).filter(|&i| members[i].topics.contains(topic)).collect();
        for (p, owner) in owners.iter().enumerate().take(count.max(0) as usize) {
            let owner = owner.filter(|i| takers.contains(i)).or_else(|| takers.get(p % takers.len().max(1)).copied());
            if let Some(list) = owner.and_then(|i| out.get_mut(&members[i].id)) {
                list.push((topic.clone(), p as i32));
            }
        }
    }
    out
}

fn round_robin(members: &[&Member], counts: &BTreeMap<String, i32>) -> Assignments {
    let mut out = empty(members);
    let mut at = 0;
    for (topic, &count) in counts {
        if !members.iter().any(|m| m.topics.contains(topic)) {
            continue;
        }
        for p in 0..count {
            while !members[at % members.len()].topics.contains(topic) {
                at += 1;
            }
            if let Some(list) = out.get_mut(&members[at % members.len()].id) {
                list.push((topic.clone(), p));
            }
            at += 1;
        }
    }
    out
}

/// Keeps what each member rightly owns, gives the rest to whoever has least, then moves single partitions from the most to the
/// least loaded while that evens out.
fn sticky(members: &[&Member], counts: &BTreeMap<String, i32>) -> Assignments {
    let subscribed: Vec<BTreeSet<&str>> = members.iter().map(|m| m.topics.iter().map(String::as_str).collect()).collect();
    // Who claims a partition in the newest generation owns it; two claims of one generation cancel each other (KIP-429's double ownership).
    let mut claims: HashMap<&Partition, (i32, Option<usize>)> = HashMap::new();
    for (i, m) in members.iter().enumerate() {
        for p in &m.owned {
            if !subscribed[i].contains(p.0.as_str()) || !counts.get(&p.0).is_some_and(|n| (0..*n).contains(&p.1)) {
                continue;
            }
            let claim = claims.entry(p).or_insert((m.generation, Some(i)));
            if claim.1 != Some(i) {
                if claim.0 == m.generation {
                    claim.1 = None;
                } else if claim.0 < m.generation {
                    *claim = (m.generation, Some(i));
                }
            }
        }
    }
    let mut load: Vec<BTreeSet<Partition>> = vec![BTreeSet::new(); members.len()];
    let mut free: Vec<Partition> = Vec::new();
    for (topic, &count) in counts {
        for p in 0..count {
            let partition = (topic.clone(), p);
            match claims.get(&partition) {
                Some((_, Some(owner))) => {
                    load[*owner].insert(partition);
                }
                _ => free.push(partition),
            }
        }
    }
    // Those that fewest may take go first, so that they do not land on members that are full by then.
    let takers = |topic: &str| subscribed.iter().filter(|s| s.contains(topic)).count();
    free.sort_by_cached_key(|p| (takers(&p.0), p.clone()));
    for p in free {
        let least = (0..members.len()).filter(|&i| subscribed[i].contains(p.0.as_str())).min_by_key(|&i| load[i].len());
        if let Some(i) = least {
            load[i].insert(p);
        }
    }
    // Each move lowers the sum of squares of the loads, so this ends.
    while let Some((from, to, p)) = evening_move(&load, &subscribed) {
        load[from].remove(&p);
        load[to].insert(p);
    }
    members.iter().zip(load).map(|(m, l)| (m.id.clone(), l.into_iter().collect())).collect()
}

/// A partition that a member with at least two more can give to one with less.
fn evening_move(load: &[BTreeSet<Partition>], subscribed: &[BTreeSet<&str>]) -> Option<(usize, usize, Partition)> {
    let mut by_load: Vec<usize> = (0..load.len()).collect();
    by_load.sort_by_key(|&i| load[i].len());
    for &to in &by_load {
        for &from in by_load.iter().rev() {
            if load[from].len() < load[to].len() + 2 {
                break;
            }
            if let Some(p) = load[from].iter().rev().find(|p| subscribed[to].contains(p.0.as_str())) {
                return Some((from, to, p.clone()));
            }
        }
    }
    None
}

/// Takes out what another member still owns: it is given only in the rebalance after its owner gave it up.
fn without_those_to_revoke(members: &[Member], mut assignments: Assignments) -> Assignments {
    let mut owners: HashMap<&Partition, Vec<&str>> = HashMap::new();
    for m in members {
        for p in &m.owned {
            owners.entry(p).or_default().push(&m.id);
        }
    }
    for (id, list) in &mut assignments {
        list.retain(|p| owners.get(p).is_none_or(|who| who.iter().all(|o| o == id)));
    }
    assignments
}

/// The version of the subscription that is written: generation and owned partitions are in it (KIP-792).
const SUBSCRIPTION_VERSION: i16 = 2;
const ASSIGNMENT_VERSION: i16 = 1;
/// Versions above ours are read as the newest one known, as every client does.
const SUBSCRIPTION_VERSION_MAX: i16 = 3;
const ASSIGNMENT_VERSION_MAX: i16 = 3;

/// What a member sends with its join: its topics, what it owns and since which generation.
pub fn encode_subscription(topics: &[String], owned: &[Partition], generation: i32) -> Bytes {
    let mut topics = topics.to_vec();
    topics.sort();
    let owned_partitions = by_topic(owned).into_iter().map(|(topic, partitions)| OwnedTopic { topic, partitions }).collect();
    let message = ConsumerProtocolSubscription { topics, owned_partitions, generation_id: generation, ..ConsumerProtocolSubscription::default() };
    let mut w = Writer::new();
    w.i16(SUBSCRIPTION_VERSION);
    message.encode(&mut w, SUBSCRIPTION_VERSION).expect("topic names were checked when they were subscribed");
    w.into_bytes()
}

/// A member from what it sent with its join.
pub fn decode_subscription(id: String, instance_id: Option<String>, bytes: &Bytes) -> Result<Member, DecodeError> {
    let mut r = Reader::new(bytes);
    let version = r.i16()?.clamp(0, SUBSCRIPTION_VERSION_MAX);
    let s = ConsumerProtocolSubscription::decode(&mut r, version)?;
    // Java's cooperative-sticky puts the generation into four bytes of user data where the version has no field for it.
    let generation = match (s.generation_id, s.user_data.as_deref()) {
        (-1, Some(&[a, b, c, d])) => i32::from_be_bytes([a, b, c, d]),
        (g, _) => g,
    };
    let owned = pairs(s.owned_partitions.into_iter().map(|t| (t.topic, t.partitions)))?;
    Ok(Member { id, instance_id, topics: s.topics, owned, generation })
}

/// What the leader sends for one member.
pub fn encode_assignment(partitions: &[Partition]) -> Bytes {
    let assigned_partitions = by_topic(partitions).into_iter().map(|(topic, partitions)| AssignedTopic { topic, partitions }).collect();
    let mut w = Writer::new();
    w.i16(ASSIGNMENT_VERSION);
    ConsumerProtocolAssignment { assigned_partitions, user_data: None }
        .encode(&mut w, ASSIGNMENT_VERSION)
        .expect("topic names came from the metadata");
    w.into_bytes()
}

/// What this member got; nothing from empty bytes (a member whose leader knew nothing of it).
pub fn decode_assignment(bytes: &Bytes) -> Result<Vec<Partition>, DecodeError> {
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let mut r = Reader::new(bytes);
    let version = r.i16()?.clamp(0, ASSIGNMENT_VERSION_MAX);
    let a = ConsumerProtocolAssignment::decode(&mut r, version)?;
    pairs(a.assigned_partitions.into_iter().map(|t| (t.topic, t.partitions)))
}

/// Each partition with its topic's name, which other members sent: a name that no topic can have would be copied for each of them.
fn pairs(topics: impl Iterator<Item = (String, Vec<i32>)>) -> Result<Vec<Partition>, DecodeError> {
    let mut out = Vec::new();
    for (topic, partitions) in topics {
        if topic.len() > TOPIC_NAME_LEN_MAX {
            return Err(DecodeError::Length(topic.len() as i64));
        }
        if let Some(p) = partitions.iter().find(|p| **p < 0) {
            return Err(DecodeError::Length(i64::from(*p)));
        }
        out.extend(partitions.into_iter().map(|p| (topic.clone(), p)));
    }
    Ok(out)
}

fn by_topic(partitions: &[Partition]) -> BTreeMap<String, Vec<i32>> {
    let mut out: BTreeMap<String, Vec<i32>> = BTreeMap::new();
    for (topic, p) in partitions {
        out.entry(topic.clone()).or_default().push(*p);
    }
    for list in out.values_mut() {
        list.sort_unstable();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use wellhead_base::env::Rng;

    fn member(id: &str, topics: &[&str]) -> Member {
        Member { id: id.into(), topics: topics.iter().map(|t| (*t).to_owned()).collect(), generation: -1, ..Member::default() }
    }
    fn counts(rows: &[(&str, i32)]) -> BTreeMap<String, i32> {
        rows.iter().map(|(t, n)| ((*t).to_owned(), *n)).collect()
    }
    /// `a: t0 t1 | b: t2`
    fn text(a: &Assignments) -> String {
        a.iter()
            .map(|(m, l)| format!("{m}: {}", l.iter().map(|(t, p)| format!("{t}{p}")).collect::<Vec<_>>().join(" ")))
            .collect::<Vec<_>>()
            .join(" | ")
    }

    #[test]
    fn range_and_roundrobin_follow_the_tables_of_their_documentation() {
        let two = [member("c0", &["t", "u"]), member("c1", &["t", "u"])];
        let three_each = counts(&[("t", 3), ("u", 3)]);
        for (assignor, want) in [(Assignor::Range, "c0: t0 t1 u0 u1 | c1: t2 u2"), (Assignor::RoundRobin, "c0: t0 t2 u1 | c1: t1 u0 u2")] {
            assert_eq!(text(&assignor.assign(&two, &three_each)), want, "{}", assignor.name());
        }
        let uneven = [member("c0", &["t"]), member("c1", &["t", "u"]), member("c2", &["t", "u", "v"])];
        let grown = counts(&[("t", 1), ("u", 2), ("v", 3)]);
        assert_eq!(text(&Assignor::RoundRobin.assign(&uneven, &grown)), "c0: t0 | c1: u0 | c2: u1 v0 v1 v2");
        assert_eq!(text(&Assignor::CooperativeSticky.assign(&uneven, &grown)), "c0: t0 | c1: u0 u1 | c2: v0 v1 v2");
        assert_eq!(text(&Assignor::Range.assign(&[member("c", &["gone"])], &counts(&[]))), "c: ");
    }

    #[test]
    fn static_members_keep_their_place_whatever_their_member_id() {
        let m = |id: &str, instance: &str| Member { instance_id: Some(instance.into()), ..member(id, &["t"]) };
        let n = counts(&[("t", 2)]);
        assert_eq!(text(&Assignor::Range.assign(&[m("x", "i1"), m("y", "i2")], &n)), "x: t0 | y: t1");
        assert_eq!(text(&Assignor::Range.assign(&[m("z", "i1"), m("y", "i2")], &n)), "y: t1 | z: t0");
    }

    #[test]
    fn cooperative_gives_up_first_and_takes_in_the_next_round() {
        let own = |id: &str, ps: &[i32]| Member { owned: ps.iter().map(|p| ("t".to_owned(), *p)).collect(), generation: 4, ..member(id, &["t"]) };
        let n = counts(&[("t", 4)]);
        let first = Assignor::CooperativeSticky.assign(&[own("a", &[0, 1, 2, 3]), own("b", &[])], &n);
        assert_eq!(text(&first), "a: t0 t1 | b: ");
        let second = Assignor::CooperativeSticky.assign(&[own("a", &[0, 1]), own("b", &[])], &n);
        assert_eq!(text(&second), "a: t0 t1 | b: t2 t3");
    }

    /// Sticky assignments stay complete, even and quiet through random joins, leaves and restarts.
    #[test]
    fn sticky_keeps_its_promises_through_random_histories() {
        for seed in 0..200 {
            let mut rng = Rng::seeded(seed);
            let topics = ["a", "b", "c"];
            let n = counts(&[("a", rng.below(9) as i32), ("b", rng.below(9) as i32), ("c", rng.below(5) as i32)]);
            let mut members: Vec<Member> = (0..=rng.below(5)).map(|i| member(&format!("m{i}"), &topics)).collect();
            for generation in 0..20 {
                // Rounds until nothing has to be given up any more; two are enough.
                for round in 0..3 {
                    let got = Assignor::CooperativeSticky.assign(&members, &n);
                    let mut all: Vec<_> = got.values().flatten().collect();
                    all.sort();
                    let unique = all.len();
                    all.dedup();
                    assert_eq!(unique, all.len(), "seed {seed}: a partition has two owners");
                    for m in &mut members {
                        m.owned = got[&m.id].clone();
                        m.generation = generation;
                    }
                    if round == 2 {
                        let sizes: Vec<_> = got.values().map(Vec::len).collect();
                        assert_eq!(unique as i32, n.values().sum::<i32>(), "seed {seed}: a partition has no owner");
                        assert!(sizes.iter().max().unwrap_or(&0) - sizes.iter().min().unwrap_or(&0) <= 1, "seed {seed}: {sizes:?}");
                        assert_eq!(Assignor::CooperativeSticky.assign(&members, &n), got, "seed {seed}: it moves without a reason");
                    }
                }
                if rng.below(2) == 0 && members.len() > 1 {
                    members.swap_remove(rng.below(members.len() as u64) as usize);
                } else {
                    members.push(member(&format!("n{seed}-{generation}"), &topics));
                }
            }
        }
    }

    #[test]
    fn copartitioned_keeps_tasks_whole_even_and_where_they_were() {
        for seed in 0..300 {
            let mut rng = Rng::seeded(seed);
            let rows = counts(&[("a", 1 + rng.below(12) as i32), ("b", 1 + rng.below(12) as i32)]);
            let n = rows.values().copied().max().unwrap_or(0) as usize;
            let mut members: Vec<Member> = Vec::new();
            for generation in 0..12 {
                if members.is_empty() || rng.below(2) == 0 {
                    members.push(member(&format!("m{}", rng.below(1_000_000)), &["a", "b"]));
                } else if members.len() > 1 {
                    members.remove(rng.below(members.len() as u64) as usize);
                }
                let got = Assignor::Copartitioned.assign(&members, &rows);
                let mut owner: BTreeMap<i32, &str> = BTreeMap::new();
                for (m, list) in &got {
                    for (_, p) in list {
                        assert_eq!(*owner.entry(*p).or_insert(m), m, "seed {seed}: {p} is split: {}", text(&got));
                    }
                }
                assert_eq!(got.values().map(Vec::len).sum::<usize>(), rows.values().sum::<i32>() as usize, "seed {seed}: {}", text(&got));
                let of = |m: &str| owner.values().filter(|o| **o == m).count();
                let (each, more) = (n / members.len(), n % members.len());
                assert!(members.iter().all(|m| (each..=each + usize::from(more > 0)).contains(&of(&m.id))), "seed {seed}: {}", text(&got));
                // Nobody loses one while it has no more than its even share.
                for m in &members {
                    let had: BTreeSet<i32> = m.owned.iter().map(|(_, p)| *p).collect();
                    let kept = had.iter().filter(|p| owner[p] == m.id).count();
                    assert!(kept >= had.len().min(each), "seed {seed}: {} had {had:?}: {}", m.id, text(&got));
                }
                for m in &mut members {
                    m.owned = got[&m.id].clone();
                    m.generation = generation;
                }
            }
        }
        // A topic that the owner does not know goes to somebody who does.
        let rolled = [member("new", &["a", "c"]), member("old", &["a"])];
        let got = Assignor::Copartitioned.assign(&rolled, &counts(&[("a", 2), ("c", 2)]));
        assert_eq!(text(&got), "new: a0 c0 c1 | old: a1");
    }

    #[test]
    fn the_embedded_protocol_reads_what_it_writes_and_refuses_garbage() {
        let owned = vec![("t".to_owned(), 3), ("t".to_owned(), 1), ("u".to_owned(), 0)];
        let bytes = encode_subscription(&["u".to_owned(), "t".to_owned()], &owned, 7);
        let m = decode_subscription("id".into(), None, &bytes).expect("our own bytes");
        assert_eq!((m.topics, m.generation, m.owned.len()), (vec!["t".to_owned(), "u".to_owned()], 7, 3));
        let a = encode_assignment(&owned);
        assert_eq!(decode_assignment(&a).expect("our own bytes").len(), 3);
        assert_eq!(decode_assignment(&Bytes::new()).expect("nothing"), []);
        for cut in 1..a.len() - 4 {
            assert!(decode_assignment(&a.slice(..cut)).is_err(), "{cut}");
        }
        assert!(decode_subscription("id".into(), None, &Bytes::from_static(&[0, 1, 0x7f, 0xff, 0xff, 0xff])).is_err());
    }
}
