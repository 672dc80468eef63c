//! Topics, partitions, records: what the controller and the leaders of partitions answer.

use super::call::{Call, all_failed, at_once, match_up, outcome};
use super::{ListedOffset, NewTopic, OffsetSpec, Outcomes};
use crate::cluster::Target;
use crate::offsets;
use crate::types::{OFFSET_END, OFFSET_INVALID, TopicMetadata, TopicPartition, TopicPartitionOffset};
use std::collections::BTreeMap;
use std::sync::Arc;
use wellhead_base::{Code, Error, Result, TopicId};
use wellhead_wire::messages::create_partitions_request::{CreatePartitionsAssignment, CreatePartitionsTopic};
use wellhead_wire::messages::create_topics_request::{CreatableReplicaAssignment, CreatableTopic, CreatableTopicConfig};
use wellhead_wire::messages::delete_records_request::{DeleteRecordsPartition, DeleteRecordsTopic};
use wellhead_wire::messages::delete_topics_request::DeleteTopicState;
use wellhead_wire::messages::{CreatePartitionsRequest, CreateTopicsRequest, DeleteRecordsRequest, DeleteTopicsRequest};

/// DeleteTopics identifies topics by name or id from this version on.
const DELETE_BY_STATE: i16 = 6;

fn creatable(t: &NewTopic) -> CreatableTopic {
    let given = !t.assignment.is_empty();
    let assignments =
        t.assignment.iter().zip(0..).map(|(ids, partition_index)| CreatableReplicaAssignment { partition_index, broker_ids: ids.clone() });
    CreatableTopic {
        name: t.name.clone(),
        num_partitions: if given { -1 } else { t.partitions },
        replication_factor: if given { -1 } else { t.replication.try_into().unwrap_or(i16::MAX) },
        assignments: assignments.collect(),
        configs: t.configs.iter().map(|(name, value)| CreatableTopicConfig { name: name.clone(), value: Some(value.clone()) }).collect(),
    }
}

pub(super) async fn create(mut call: Call, topics: Arc<[NewTopic]>, validate_only: bool) -> Result<Outcomes<()>> {
    let made = call
        .each(topics.len(), |call, open| {
            let topics = topics.clone();
            async move {
                call.know_brokers().await?;
                let make = |_| CreateTopicsRequest {
                    topics: open.iter().map(|&i| creatable(&topics[i])).collect(),
                    timeout_ms: call.left_ms(),
                    validate_only,
                };
                let r = call.request(Target::Controller, make).await?;
                let answers = r.topics.into_iter().map(|t| (t.name, outcome(t.error_code, t.error_message).map(|()| t.num_partitions)));
                Ok(match_up(&open, |i| topics[i].name.clone(), answers))
            }
        })
        .await?;
    if !validate_only {
        let count = |t: &NewTopic, told: i32| {
            // Older brokers do not tell how many partitions there are; then it is what was asked for, or at least one.
            let asked = if t.assignment.is_empty() { t.partitions } else { t.assignment.len() as i32 };
            (if told > 0 { told } else { asked }).max(1) as usize
        };
        let new = topics.iter().zip(&made).filter_map(|(t, m)| Some((t.name.clone(), count(t, *m.as_ref().ok()?))));
        wait_for_leaders(&mut call, new.collect()).await;
    }
    Ok(topics.iter().map(|t| t.name.clone()).zip(made.into_iter().map(|m| m.map(|_| ()))).collect())
}

/// Waits until the metadata shows that many partitions of each topic, all with leaders, or until the call's time is up.
async fn wait_for_leaders(call: &mut Call, mut missing: Vec<(String, usize)>) {
    call.calm();
    while !missing.is_empty() {
        let names: Vec<&str> = missing.iter().map(|m| m.0.as_str()).collect();
        if let Ok(told) = call.learn(&names).await {
            let shown = |name: &str, count: usize| {
                let t = told.topics.iter().find(|t| &*t.name == name);
                t.is_some_and(|t| t.partitions.len() >= count && t.partitions.iter().all(|p| p.leader >= 0 && p.error.is_none()))
            };
            missing.retain(|(name, count)| !shown(name, *count));
        }
        if !missing.is_empty() && call.again(Error::code(Code::LEADER_NOT_AVAILABLE)).await.is_err() {
            return;
        }
    }
}

pub(super) async fn delete(mut call: Call, topics: Arc<[String]>) -> Result<Outcomes<()>> {
    let gone = call
        .each(topics.len(), |call, open| {
            let topics = topics.clone();
            async move {
                call.know_brokers().await?;
                let names = || open.iter().map(|&i| topics[i].clone());
                let make = |version| {
                    let mut r = DeleteTopicsRequest { timeout_ms: call.left_ms(), ..Default::default() };
                    if version >= DELETE_BY_STATE {
                        r.topics = names().map(|name| DeleteTopicState { name: Some(name), topic_id: TopicId::default() }).collect();
                    } else {
                        r.topic_names = names().collect();
                    }
                    r
                };
                let r = call.request(Target::Controller, make).await?;
                let answers = r.responses.into_iter().filter_map(|t| Some((t.name?, outcome(t.error_code, t.error_message))));
                Ok(match_up(&open, |i| topics[i].clone(), answers))
            }
        })
        .await?;
    Ok(topics.iter().cloned().zip(gone).collect())
}

/// A topic, its new number of partitions, and the replicas of each new one or nothing.
type MorePartitions = (String, i32, Vec<Vec<i32>>);

pub(super) async fn add_partitions(mut call: Call, topics: Arc<[MorePartitions]>, validate_only: bool) -> Result<Outcomes<()>> {
    let made = call
        .each(topics.len(), |call, open| {
            let topics = topics.clone();
            async move {
                call.know_brokers().await?;
                let topic = |i: usize| {
                    let (name, count, replicas) = &topics[i];
                    let assignments = replicas.iter().map(|ids| CreatePartitionsAssignment { broker_ids: ids.clone() }).collect::<Vec<_>>();
                    CreatePartitionsTopic { name: name.clone(), count: *count, assignments: Some(assignments).filter(|a| !a.is_empty()) }
                };
                let make =
                    |_| CreatePartitionsRequest { topics: open.iter().map(|&i| topic(i)).collect(), timeout_ms: call.left_ms(), validate_only };
                let r = call.request(Target::Controller, make).await?;
                let answers = r.results.into_iter().map(|t| (t.name, outcome(t.error_code, t.error_message)));
                Ok(match_up(&open, |i| topics[i].0.clone(), answers))
            }
        })
        .await?;
    if !validate_only {
        let new = topics.iter().zip(&made).filter(|(_, m)| m.is_ok()).map(|(t, _)| (t.0.clone(), t.1.max(1) as usize));
        wait_for_leaders(&mut call, new.collect()).await;
    }
    Ok(topics.iter().map(|t| t.0.clone()).zip(made).collect())
}

pub(super) async fn describe(mut call: Call, topics: Arc<[String]>) -> Result<Vec<TopicMetadata>> {
    if topics.is_empty() {
        return Ok(Vec::new());
    }
    let told = call
        .one(|call| {
            let mut names: Vec<String> = topics.to_vec();
            names.sort();
            names.dedup();
            async move {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                call.learn(&names).await
            }
        })
        .await?;
    let left_out = |name: &str| TopicMetadata {
        name: name.into(),
        id: TopicId::default(),
        internal: false,
        partitions: Vec::new(),
        error: Some(Error::code(Code::UNKNOWN_TOPIC_OR_PART)),
    };
    Ok(topics.iter().map(|n| told.topics.iter().find(|t| &*t.name == n.as_str()).cloned().unwrap_or_else(|| left_out(n))).collect())
}

/// The leader of a partition as the metadata has it, which was just asked for.
fn leader(call: &Call, topic: &str, partition: i32) -> Result<i32> {
    match call.cluster.with_cache(|c| c.leader(topic, partition)) {
        Some(p) if p.leader >= 0 => Ok(p.leader),
        Some(_) => Err(Error::new(Code::LEADER_NOT_AVAILABLE, format!("{topic} [{partition}] has no leader"))),
        None => {
            let of_topic = call.cluster.topic(topic).map_or(Code::UNKNOWN_TOPIC_OR_PART, |t| t.error);
            let code = if of_topic.is_ok() { Code::UNKNOWN_TOPIC_OR_PART } else { of_topic };
            Err(Error::new(code, format!("{topic} [{partition}]: {}", code.description())))
        }
    }
}

/// A broker that is no longer in the metadata may come back, or another becomes leader.
fn of_leader(e: Error) -> Error {
    if e.code == Code::UNKNOWN_BROKER { Error::new(Code::LEADER_NOT_AVAILABLE, e.message()) } else { e }
}

pub(super) async fn delete_records(mut call: Call, before: Arc<[TopicPartitionOffset]>) -> Result<Vec<TopicPartitionOffset>> {
    // Everything: up to the high watermark, which is -1 in this request.
    if let Some(o) = before.iter().find(|o| o.offset < 0 && o.offset != OFFSET_END) {
        return Err(Error::invalid_arg(format!("{}: delete before an offset of 0 or more, or before the end, not {}", o.tp(), o.offset)));
    }
    let firsts = call
        .each(before.len(), |call, open| {
            let before = before.clone();
            async move {
                let mut names: Vec<&str> = open.iter().map(|&i| &*before[i].topic).collect();
                names.sort_unstable();
                names.dedup();
                call.learn(&names).await?;
                let mut rows = Vec::new();
                let mut by_leader: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
                for i in open {
                    match leader(&call, &before[i].topic, before[i].partition) {
                        Ok(node) => by_leader.entry(node).or_default().push(i),
                        Err(e) => rows.push((i, Err(e))),
                    }
                }
                let asks = by_leader.into_iter().map(|(node, items)| delete_at(call.clone(), node, before.clone(), items));
                rows.extend(at_once(asks).await);
                Ok(rows)
            }
        })
        .await?;
    let row = |(o, first): (&TopicPartitionOffset, Result<i64>)| {
        let (offset, error) = match first {
            Ok(offset) => (offset, None),
            Err(e) => (OFFSET_INVALID, Some(e)),
        };
        TopicPartitionOffset { offset, error, ..o.clone() }
    };
    Ok(before.iter().zip(firsts).map(row).collect())
}

async fn delete_at(call: Call, node: i32, before: Arc<[TopicPartitionOffset]>, items: Vec<usize>) -> Vec<(usize, Result<i64>)> {
    let mut topics: BTreeMap<&str, Vec<DeleteRecordsPartition>> = BTreeMap::new();
    for &i in &items {
        let o = &before[i];
        topics.entry(&o.topic).or_default().push(DeleteRecordsPartition { partition_index: o.partition, offset: o.offset });
    }
    let topics = topics.into_iter().map(|(name, partitions)| DeleteRecordsTopic { name: name.to_owned(), partitions }).collect();
    let request = DeleteRecordsRequest { topics, timeout_ms: call.left_ms() };
    match call.request(Target::Node(node), |_| request).await {
        Ok(r) => {
            let of_topic = |name: &str, p: &_| {
                let p: &wellhead_wire::messages::delete_records_response::DeleteRecordsPartitionResult = p;
                ((name.to_owned(), p.partition_index), outcome(p.error_code, None).map(|()| p.low_watermark))
            };
            let answers = r.topics.iter().flat_map(|t| t.partitions.iter().map(|p| of_topic(&t.name, p)));
            match_up(&items, |i| (before[i].topic.to_string(), before[i].partition), answers)
        }
        Err(e) => all_failed(&items, &of_leader(e)),
    }
}

fn timestamp(spec: OffsetSpec) -> i64 {
    match spec {
        OffsetSpec::Earliest => offsets::EARLIEST,
        OffsetSpec::Latest => offsets::LATEST,
        OffsetSpec::MaxTimestamp => offsets::MAX_TIMESTAMP,
        OffsetSpec::EarliestLocal => offsets::EARLIEST_LOCAL,
        OffsetSpec::LatestTiered => offsets::LATEST_TIERED,
        OffsetSpec::Timestamp(ms) => ms,
    }
}

pub(super) async fn list_offsets(
    mut call: Call,
    specs: Arc<[(TopicPartition, OffsetSpec)]>,
    read_committed: bool,
) -> Result<Vec<(TopicPartition, Result<ListedOffset>)>> {
    let listed = call
        .each(specs.len(), |call, open| {
            let specs = specs.clone();
            async move {
                let mut names: Vec<&str> = open.iter().map(|&i| &*specs[i].0.topic).collect();
                names.sort_unstable();
                names.dedup();
                call.learn(&names).await?;
                let asked: Vec<_> = open.iter().map(|&i| (specs[i].0.clone(), timestamp(specs[i].1))).collect();
                let timeout = call.left().min(call.cluster.cfg.request_timeout);
                let rows = call.bounded(offsets::list(&call.cluster, &asked, read_committed, timeout)).await?;
                let answers = rows.into_iter().map(|(tp, listed)| (tp, listed.map_err(of_leader)));
                Ok(match_up(&open, |i| specs[i].0.clone(), answers))
            }
        })
        .await?;
    let public = |l: offsets::Listed| ListedOffset { offset: l.offset, timestamp: l.timestamp, leader_epoch: l.leader_epoch };
    Ok(specs.iter().map(|s| s.0.clone()).zip(listed.into_iter().map(|l| l.map(public))).collect())
}
