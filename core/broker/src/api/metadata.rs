//! Metadata: topics, their partitions and leaders, this node's address. A topic that does not exist is made first when the client
//! and the node allow it, so that one request is enough.

use super::{Body, Node, RequestContext, operations, wire_code};
use std::sync::Arc;
use wellhead_base::ids::topic_name_valid;
use wellhead_base::{Code, TopicId};
use wellhead_net::Answer;
use wellhead_state::image::{TRANSACTIONS_TOPIC, Topic, is_internal};
use wellhead_wire::DecodeError;
use wellhead_wire::messages::metadata_response::{MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic};
use wellhead_wire::messages::{MetadataRequest, MetadataResponse};

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: MetadataRequest = body.decode(&context)?;
    let missing = missing_topics(node, &context, &request);
    if missing.is_empty() {
        return Ok(context.answer(&response(node, &context, &request, &[])));
    }
    let (node, asked) = (node.clone(), context.clone());
    Ok(context.later(async move {
        let failed = match node.create_missing(missing.clone()).await {
            Ok(made) => made.into_iter().filter_map(|t| t.result.err().map(|e| (t.name, wire_code(&e)))).collect(),
            Err(e) => missing.into_iter().map(|name| (name, wire_code(&e))).collect::<Vec<_>>(),
        };
        response(&node, &asked, &request, &failed)
    }))
}

/// The topics that are to be made for this request.
fn missing_topics(node: &Arc<Node>, context: &RequestContext, request: &MetadataRequest) -> Vec<String> {
    // Before version 4 a client cannot say that it does not want them made.
    let allowed = request.allow_auto_topic_creation || context.version() < 4;
    let Some(topics) = request.topics.as_ref().filter(|_| allowed && node.config.auto_create_topics) else { return Vec::new() };
    let image = node.metadata.image();
    let mut out: Vec<String> = Vec::new();
    for t in topics {
        if let Some(name) = &t.name
            && t.topic_id.is_zero()
            && topic_name_valid(name)
            && name != TRANSACTIONS_TOPIC
            && image.topic(name).is_none()
            && !out.contains(name)
        {
            out.push(name.clone());
        }
    }
    out
}

fn response(node: &Arc<Node>, context: &RequestContext, request: &MetadataRequest, failed: &[(String, Code)]) -> MetadataResponse {
    let version = context.version();
    let operations = |asked: bool, all: i32| if asked { all } else { operations::NOT_ASKED };
    let topic_operations = operations(request.include_topic_authorized_operations, operations::TOPIC);
    let image = node.metadata.image();
    let found = |t: &Topic| topic(t, topic_operations);
    let topics = match &request.topics {
        // Version 0 says "all" by an empty list.
        None => image.topics().map(|t| found(t)).collect(),
        Some(list) if list.is_empty() && version == 0 => image.topics().map(|t| found(t)).collect(),
        Some(list) => list
            .iter()
            .map(|asked| match &asked.name {
                name if version < 12 && (name.is_none() || !asked.topic_id.is_zero()) => {
                    error(Code::INVALID_REQUEST, Some(name.clone().unwrap_or_default()), asked.topic_id)
                }
                // With an id the name means nothing: Java's admin client sends "" and not null.
                _ if !asked.topic_id.is_zero() => {
                    image.topic_by_id(asked.topic_id).map_or_else(|| error(Code::UNKNOWN_TOPIC_ID, None, asked.topic_id), |t| found(t))
                }
                None => error(Code::UNKNOWN_TOPIC_ID, None, asked.topic_id),
                Some(name) => match image.topic(name) {
                    Some(t) => found(t),
                    None if !topic_name_valid(name) => error(Code::TOPIC_EXCEPTION, Some(name.clone()), TopicId::ZERO),
                    None => {
                        let code = failed.iter().find(|(n, _)| n == name).map_or(Code::UNKNOWN_TOPIC_OR_PART, |(_, c)| *c);
                        error(code, Some(name.clone()), TopicId::ZERO)
                    }
                },
            })
            .collect(),
    };
    let (host, port) = node.endpoint(&context.peer);
    let cluster_asked = request.include_cluster_authorized_operations && (8..=10).contains(&version);
    MetadataResponse {
        brokers: vec![MetadataResponseBroker { node_id: node.node_id(), host, port, rack: node.config.rack.clone() }],
        cluster_id: Some(image.cluster_id().to_owned()),
        controller_id: node.node_id(),
        topics,
        cluster_authorized_operations: operations(cluster_asked, operations::CLUSTER),
        ..MetadataResponse::default()
    }
}

fn topic(t: &Topic, topic_authorized_operations: i32) -> MetadataResponseTopic {
    let partitions = t
        .partitions
        .iter()
        .enumerate()
        .map(|(i, p)| MetadataResponsePartition {
            error_code: 0,
            partition_index: i as i32,
            leader_id: p.leader,
            leader_epoch: p.leader_epoch,
            replica_nodes: p.replicas.to_vec(),
            isr_nodes: p.isr.to_vec(),
            offline_replicas: Vec::new(),
        })
        .collect();
    MetadataResponseTopic {
        error_code: 0,
        name: Some(t.name.to_string()),
        topic_id: t.id,
        is_internal: is_internal(&t.name),
        partitions,
        topic_authorized_operations,
    }
}

fn error(code: Code, name: Option<String>, topic_id: TopicId) -> MetadataResponseTopic {
    let is_internal = name.as_deref().is_some_and(is_internal);
    MetadataResponseTopic { error_code: code.get(), name, topic_id, is_internal, ..MetadataResponseTopic::default() }
}
