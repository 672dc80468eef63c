//! Questions about offsets that consumer and admin share: where partitions begin and end, what a group committed, and committing.
//!
//! Each function makes the requests that are needed, one per broker, and gives every partition its own outcome. Retries are the
//! caller's, except that a commit follows its coordinator.

use crate::cluster::{Class, Cluster, Target};
use crate::types::{OFFSET_INVALID, TopicPartition, TopicPartitionOffset};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use wellhead_base::{Code, Error, Result};
use wellhead_wire::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use wellhead_wire::messages::offset_commit_request::{OffsetCommitRequestPartition, OffsetCommitRequestTopic};
use wellhead_wire::messages::offset_fetch_request::{OffsetFetchRequestGroup, OffsetFetchRequestTopic, OffsetFetchRequestTopics};
use wellhead_wire::messages::{ListOffsetsRequest, OffsetCommitRequest, OffsetFetchRequest};

/// ListOffsets' special timestamps (KIP-79, KIP-734, KIP-405, KIP-1005).
pub(crate) const LATEST: i64 = -1;
pub(crate) const EARLIEST: i64 = -2;
pub(crate) const MAX_TIMESTAMP: i64 = -3;
pub(crate) const EARLIEST_LOCAL: i64 = -4;
pub(crate) const LATEST_TIERED: i64 = -5;

/// OffsetCommit and OffsetFetch name topics up to here, and identify them by id from the next version on.
const NAMED_VERSION_MAX: i16 = 9;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    /// -1: there is none (a timestamp after the last record).
    pub offset: i64,
    pub timestamp: i64,
    pub leader_epoch: i32,
}

fn by_topic<T>(rows: impl IntoIterator<Item = (TopicPartition, T)>) -> BTreeMap<Arc<str>, Vec<(i32, T)>> {
    let mut out: BTreeMap<Arc<str>, Vec<(i32, T)>> = BTreeMap::new();
    for (tp, v) in rows {
        out.entry(tp.topic).or_default().push((tp.partition, v));
    }
    out
}

/// Makes sure that the leaders of `topics` are known, asking once for those that are not.
pub(crate) async fn know_topics(cluster: &Cluster, topics: impl Iterator<Item = &Arc<str>>, timeout: Duration) -> Result<()> {
    let mut unknown: Vec<&str> = topics.filter(|t| cluster.topic(t).is_none_or(|i| i.partitions.is_empty())).map(|t| &**t).collect();
    unknown.sort_unstable();
    unknown.dedup();
    if !unknown.is_empty() {
        cluster.metadata(Some(&unknown), false, timeout).await?;
    }
    Ok(())
}

/// Asks the leaders for the offsets of timestamps. One attempt; a leader that moved is asked for anew by the next.
pub(crate) async fn list(
    cluster: &Arc<Cluster>,
    asked: &[(TopicPartition, i64)],
    read_committed: bool,
    timeout: Duration,
) -> Result<Vec<(TopicPartition, Result<Listed>)>> {
    know_topics(cluster, asked.iter().map(|(tp, _)| &tp.topic), timeout).await?;
    let mut out = Vec::with_capacity(asked.len());
    let mut by_leader: BTreeMap<i32, Vec<(TopicPartition, i64, i32)>> = BTreeMap::new();
    for (tp, timestamp) in asked {
        match cluster.with_cache(|c| c.leader(&tp.topic, tp.partition)) {
            Some(p) if p.leader >= 0 => by_leader.entry(p.leader).or_default().push((tp.clone(), *timestamp, p.leader_epoch)),
            Some(_) => out.push((tp.clone(), Err(Error::code(Code::LEADER_NOT_AVAILABLE)))),
            None => {
                let code = cluster
                    .topic(&tp.topic)
                    .map_or(Code::UNKNOWN_TOPIC_OR_PART, |t| if t.partitions.is_empty() { t.error } else { Code::UNKNOWN_PARTITION });
                out.push((tp.clone(), Err(Error::new(code, format!("{tp}: {}", code.description())))));
            }
        }
    }
    for (node, rows) in by_leader {
        let topics = by_topic(rows.iter().map(|(tp, timestamp, epoch)| (tp.clone(), (*timestamp, *epoch))));
        let topics = topics.into_iter().map(|(name, ps)| ListOffsetsTopic {
            name: name.to_string(),
            partitions: ps
                .into_iter()
                .map(|(partition_index, (timestamp, current_leader_epoch))| ListOffsetsPartition { partition_index, current_leader_epoch, timestamp })
                .collect(),
        });
        let request = ListOffsetsRequest {
            replica_id: -1,
            isolation_level: i8::from(read_committed),
            topics: topics.collect(),
            timeout_ms: timeout.as_millis().min(60_000) as i32,
        };
        match cluster.call(Target::Node(node), Class::Control, timeout, &request).await {
            Ok(r) => {
                let mut answers: HashMap<(String, i32), Result<Listed>> = HashMap::new();
                for t in r.topics {
                    for p in t.partitions {
                        let listed = Listed { offset: p.offset, timestamp: p.timestamp, leader_epoch: p.leader_epoch };
                        let outcome = if p.error_code == 0 { Ok(listed) } else { Err(Error::code(Code(p.error_code))) };
                        answers.insert((t.name.clone(), p.partition_index), outcome);
                    }
                }
                for (tp, _, _) in rows {
                    let a = answers.remove(&(tp.topic.to_string(), tp.partition));
                    out.push((tp, a.unwrap_or_else(|| Err(Error::new(Code::BAD_MSG, "the broker left the partition out of its answer")))));
                }
            }
            Err(e) => out.extend(rows.into_iter().map(|(tp, _, _)| (tp, Err(e.clone())))),
        }
    }
    if out.iter().any(|(_, r)| r.as_ref().is_err_and(Error::retriable)) {
        let mut topics: Vec<&str> = asked.iter().map(|(tp, _)| &*tp.topic).collect();
        topics.sort_unstable();
        topics.dedup();
        // A failure here is told by the next attempt.
        let _ = cluster.metadata_once(Some(&topics), false, timeout).await;
    }
    Ok(out)
}

/// Whether to ask another broker, or the same a little later, for the coordinator's answer.
pub(crate) fn coordinator_moved(code: Code) -> bool {
    matches!(
        code,
        Code::NOT_COORDINATOR
            | Code::COORDINATOR_NOT_AVAILABLE
            | Code::COORDINATOR_LOAD_IN_PROGRESS
            | Code::TRANSPORT
            | Code::RESOLVE
            | Code::UNKNOWN_BROKER
            | Code::TIMED_OUT
    )
}

/// What a group committed; None: of every partition. Offsets are OFFSET_INVALID where nothing was. One attempt.
pub(crate) async fn fetch_committed(
    cluster: &Arc<Cluster>,
    group: &str,
    partitions: Option<&[TopicPartition]>,
    require_stable: bool,
    timeout: Duration,
) -> Result<Vec<TopicPartitionOffset>> {
    let node = cluster.coordinator(group, timeout).await?;
    let named = partitions.map(|ps| by_topic(ps.iter().map(|p| (p.clone(), ()))));
    let indexes = |ps: &[(i32, ())]| ps.iter().map(|p| p.0).collect::<Vec<_>>();
    let make = |version: i16| {
        if version >= 8 {
            let topics = named.as_ref().map(|n| {
                n.iter()
                    .map(|(t, ps)| OffsetFetchRequestTopics { name: t.to_string(), partition_indexes: indexes(ps), ..Default::default() })
                    .collect()
            });
            let g = OffsetFetchRequestGroup { group_id: group.to_owned(), topics, ..Default::default() };
            OffsetFetchRequest { groups: vec![g], require_stable, ..Default::default() }
        } else {
            let topics = named
                .as_ref()
                .map(|n| n.iter().map(|(t, ps)| OffsetFetchRequestTopic { name: t.to_string(), partition_indexes: indexes(ps) }).collect());
            OffsetFetchRequest { group_id: group.to_owned(), topics, require_stable: require_stable && version >= 7, ..Default::default() }
        }
    };
    let (_, mut r) = cluster.call_with(Target::Node(node), Class::Group, timeout, NAMED_VERSION_MAX, make).await?;
    let mut out = Vec::new();
    let mut row = |name: &str, partition: i32, offset: i64, epoch: i32, metadata: Option<String>, code: i16| {
        let mut o = TopicPartitionOffset::new(name, partition, if offset < 0 { OFFSET_INVALID } else { offset });
        o.leader_epoch = epoch;
        o.metadata = metadata.filter(|m| !m.is_empty());
        o.error = crate::cluster::error_of(code);
        out.push(o);
    };
    let code = match r.groups.pop() {
        Some(g) => {
            for t in g.topics {
                for p in t.partitions {
                    row(&t.name, p.partition_index, p.committed_offset, p.committed_leader_epoch, p.metadata, p.error_code);
                }
            }
            g.error_code
        }
        None => {
            for t in r.topics {
                for p in t.partitions {
                    row(&t.name, p.partition_index, p.committed_offset, p.committed_leader_epoch, p.metadata, p.error_code);
                }
            }
            r.error_code
        }
    };
    match Code(code) {
        Code::NO_ERROR => Ok(out),
        code => Err(Error::code(code)),
    }
}

/// Who commits: a member in a generation, or nobody in particular (generation -1).
#[derive(Clone, Debug, Default)]
pub(crate) struct Committer {
    pub group: String,
    pub generation: i32,
    pub member_id: String,
    pub instance_id: Option<String>,
}

/// Commits offsets. One attempt; each partition's outcome is in its `error`.
pub(crate) async fn commit(
    cluster: &Arc<Cluster>,
    who: &Committer,
    offsets: &[TopicPartitionOffset],
    timeout: Duration,
) -> Result<Vec<TopicPartitionOffset>> {
    let node = cluster.coordinator(&who.group, timeout).await?;
    let topics = by_topic(offsets.iter().map(|o| (o.tp(), o))).into_iter().map(|(name, ps)| OffsetCommitRequestTopic {
        name: name.to_string(),
        partitions: ps
            .into_iter()
            .map(|(partition_index, o)| OffsetCommitRequestPartition {
                partition_index,
                committed_offset: o.offset,
                committed_leader_epoch: o.leader_epoch,
                committed_metadata: Some(o.metadata.clone().unwrap_or_default()),
            })
            .collect(),
        ..Default::default()
    });
    let request = OffsetCommitRequest {
        group_id: who.group.clone(),
        generation_id_or_member_epoch: who.generation,
        member_id: who.member_id.clone(),
        group_instance_id: who.instance_id.clone(),
        retention_time_ms: -1,
        topics: topics.collect(),
    };
    let (_, r) = cluster.call_with(Target::Node(node), Class::Group, timeout, NAMED_VERSION_MAX, |_| request).await?;
    let mut codes: HashMap<(String, i32), Code> = HashMap::new();
    for t in r.topics {
        for p in t.partitions {
            codes.insert((t.name.clone(), p.partition_index), Code(p.error_code));
        }
    }
    let outcome = |o: &TopicPartitionOffset| {
        let code = codes.get(&(o.topic.to_string(), o.partition)).copied().unwrap_or(Code::BAD_MSG);
        TopicPartitionOffset { error: (!code.is_ok()).then(|| Error::code(code)), ..o.clone() }
    };
    Ok(offsets.iter().map(outcome).collect())
}
