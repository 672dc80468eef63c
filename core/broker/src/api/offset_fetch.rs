//! OffsetFetch: the durable committed offsets of one group (before version 8) or several, of named partitions or of all.

use super::{Body, RequestContext};
use crate::coordinator::Answered;
use crate::node::Node;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use wellhead_base::{Code, TopicId};
use wellhead_net::Answer;
use wellhead_state::group::Committed;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::offset_fetch_request::{OffsetFetchRequestGroup, OffsetFetchRequestTopics};
use wellhead_wire::messages::offset_fetch_response::{
    OffsetFetchResponseGroup, OffsetFetchResponsePartition, OffsetFetchResponsePartitions, OffsetFetchResponseTopic, OffsetFetchResponseTopics,
};
use wellhead_wire::messages::{OffsetFetchRequest, OffsetFetchResponse};

/// From this version on an error concerns the whole group and not each partition.
const GROUP_ERROR_FROM: i16 = 2;
/// From this version on a request names several groups.
const BATCHED_FROM: i16 = 8;
/// From this version on topics are named by their ids.
const TOPIC_IDS_FROM: i16 = 10;

type Fetching = Pin<Box<dyn Future<Output = OffsetFetchResponseGroup> + Send>>;

pub fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: OffsetFetchRequest = body.decode(&context)?;
    let version = context.version();
    if version >= BATCHED_FROM {
        let groups: Vec<Fetching> = request.groups.into_iter().map(|g| fetch(node, g, version)).collect();
        return Ok(context.later(async move {
            let mut response = OffsetFetchResponse::default();
            for g in groups {
                response.groups.push(g.await);
            }
            response
        }));
    }
    let topics = request.topics.map(|topics| {
        topics
            .into_iter()
            .map(|t| OffsetFetchRequestTopics { name: t.name, partition_indexes: t.partition_indexes, ..OffsetFetchRequestTopics::default() })
            .collect()
    });
    let group = fetch(node, OffsetFetchRequestGroup { group_id: request.group_id, topics, ..OffsetFetchRequestGroup::default() }, version);
    Ok(context.later(async move {
        let group = group.await;
        let topics =
            group.topics.into_iter().map(|t| OffsetFetchResponseTopic { name: t.name, partitions: t.partitions.into_iter().map(single).collect() });
        OffsetFetchResponse {
            topics: topics.collect(),
            error_code: if version >= GROUP_ERROR_FROM { group.error_code } else { 0 },
            ..OffsetFetchResponse::default()
        }
    }))
}

fn single(p: OffsetFetchResponsePartitions) -> OffsetFetchResponsePartition {
    OffsetFetchResponsePartition {
        partition_index: p.partition_index,
        committed_offset: p.committed_offset,
        committed_leader_epoch: p.committed_leader_epoch,
        metadata: p.metadata,
        error_code: p.error_code,
    }
}

fn fetch(node: &Arc<Node>, asked: OffsetFetchRequestGroup, version: i16) -> Fetching {
    let OffsetFetchRequestGroup { group_id, topics, .. } = asked;
    match topics {
        Some(topics) => Box::pin(fetch_named(node, group_id, topics, version)),
        None => Box::pin(fetch_all(node, group_id)),
    }
}

/// The offsets of the partitions that the request names, in its order; -1 where nothing is committed.
fn fetch_named(
    node: &Arc<Node>,
    group_id: String,
    asked: Vec<OffsetFetchRequestTopics>,
    version: i16,
) -> impl Future<Output = OffsetFetchResponseGroup> + Send + use<> {
    // The topic's present name and id; None for an id that no topic has.
    let names: Vec<Option<(String, TopicId)>> = {
        let image = node.metadata.image();
        asked
            .iter()
            .map(|t| {
                if version >= TOPIC_IDS_FROM {
                    image.topic_by_id(t.topic_id).map(|t| (t.name.to_string(), t.id))
                } else {
                    Some((t.name.clone(), image.topic(&t.name).map_or(TopicId::ZERO, |t| t.id)))
                }
            })
            .collect()
    };
    let partitions: Vec<Vec<i32>> = asked.iter().map(|t| t.partition_indexes.clone()).collect();
    let group = group_id.clone();
    let wanted = names.clone();
    let found = node.coordinator.read(&group_id, move |groups, _| {
        let each = wanted.iter().zip(&partitions).map(|(name, partitions)| {
            let of = |p: &i32| name.as_ref().and_then(|(n, id)| groups.fetch(&group, n, *id, *p).cloned());
            partitions.iter().map(of).collect::<Vec<Option<Committed>>>()
        });
        each.collect::<Vec<_>>()
    });
    async move {
        let found: Answered<Vec<Vec<Option<Committed>>>> = found.await;
        let error = found.as_ref().err().copied().unwrap_or(Code::NO_ERROR);
        let mut out = OffsetFetchResponseGroup { group_id, ..OffsetFetchResponseGroup::default() };
        if !error.is_ok() && version >= GROUP_ERROR_FROM {
            out.error_code = error.get();
            return out;
        }
        let mut found = found.unwrap_or_default().into_iter();
        for (topic, name) in asked.into_iter().zip(names) {
            let code = if name.is_none() { Code::UNKNOWN_TOPIC_ID } else { error };
            let mut of_topic = found.next().unwrap_or_default().into_iter();
            let partitions = topic.partition_indexes.iter().map(|p| partition(*p, of_topic.next().flatten(), code)).collect();
            out.topics.push(OffsetFetchResponseTopics { name: topic.name, topic_id: topic.topic_id, partitions });
        }
        out
    }
}

/// Every offset that the group has committed, of topics that are still there.
fn fetch_all(node: &Arc<Node>, group_id: String) -> impl Future<Output = OffsetFetchResponseGroup> + Send + use<> {
    let group = group_id.clone();
    let node = node.clone();
    let found = node.coordinator.read(&group_id, move |groups, _| {
        groups.get(&group).map(|g| g.offsets().map(|(t, p, c)| (t.clone(), p, c.clone())).collect::<Vec<_>>()).unwrap_or_default()
    });
    async move {
        let mut out = OffsetFetchResponseGroup { group_id, ..OffsetFetchResponseGroup::default() };
        match found.await {
            Err(code) => out.error_code = code.get(),
            Ok(offsets) => {
                let image = node.metadata.image();
                for (name, p, committed) in offsets {
                    let Some(topic) = image.topic(&name).filter(|t| committed.topic_id.is_zero() || committed.topic_id == t.id) else { continue };
                    if out.topics.last().is_none_or(|t| t.name != *name) {
                        out.topics.push(OffsetFetchResponseTopics { name: name.to_string(), topic_id: topic.id, partitions: Vec::new() });
                    }
                    if let Some(t) = out.topics.last_mut() {
                        t.partitions.push(partition(p, Some(committed), Code::NO_ERROR));
                    }
                }
            }
        }
        out
    }
}

fn partition(index: i32, committed: Option<Committed>, code: Code) -> OffsetFetchResponsePartitions {
    let none = OffsetFetchResponsePartitions {
        partition_index: index,
        committed_offset: -1,
        committed_leader_epoch: -1,
        metadata: Some(String::new()),
        error_code: code.get(),
    };
    match committed {
        Some(c) if code.is_ok() => OffsetFetchResponsePartitions {
            committed_offset: c.offset,
            committed_leader_epoch: c.leader_epoch,
            metadata: Some(c.metadata.to_string()),
            ..none
        },
        _ => none,
    }
}
