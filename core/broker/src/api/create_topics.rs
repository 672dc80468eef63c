//! CreateTopics.

use super::{Body, Node, RequestContext, code_and_message, wire_code};
use crate::config::{Source, topic_synonyms};
use std::sync::Arc;
use wellhead_base::props::topic;
use wellhead_base::{Code, TopicId};
use wellhead_net::Answer;
use wellhead_state::image::{CreateTopics, METADATA_TOPIC, NewTopic, Topic, TopicCreated};
use wellhead_wire::DecodeError;
use wellhead_wire::messages::create_topics_response::{CreatableTopicConfigs, CreatableTopicResult};
use wellhead_wire::messages::{CreateTopicsRequest, CreateTopicsResponse};

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: CreateTopicsRequest = body.decode(&context)?;
    let (mut refused, mut topics) = (Vec::new(), Vec::new());
    for t in request.topics {
        if t.name == METADATA_TOPIC {
            let message = Some(format!("Creation of internal topic {METADATA_TOPIC} is prohibited."));
            refused.push(CreatableTopicResult {
                name: t.name,
                error_code: Code::INVALID_REQUEST.get(),
                error_message: message,
                ..CreatableTopicResult::default()
            });
            continue;
        }
        topics.push(NewTopic {
            name: t.name,
            num_partitions: t.num_partitions,
            replication_factor: t.replication_factor,
            assignments: t.assignments.into_iter().map(|a| (a.partition_index, a.broker_ids)).collect(),
            configs: t.configs.into_iter().map(|c| (c.name, c.value)).collect(),
        });
    }
    let (node, validate_only) = (node.clone(), request.validate_only);
    Ok(context.later(async move {
        let names: Vec<String> = topics.iter().map(|t| t.name.clone()).collect();
        let mut results = refused;
        match node.create_topics(CreateTopics { topics, validate_only }).await {
            Ok(made) => results.extend(made.into_iter().map(|t| {
                let (error_code, error_message) = code_and_message(&t.result.as_ref().map(|_| ()).map_err(Clone::clone));
                match t.result {
                    Ok(made) => CreatableTopicResult {
                        topic_id: made.id,
                        error_message,
                        num_partitions: made.num_partitions,
                        replication_factor: made.replication_factor,
                        configs: Some(configs(&node, &t.name, &made)),
                        name: t.name,
                        ..CreatableTopicResult::default()
                    },
                    Err(_) => {
                        CreatableTopicResult { name: t.name, error_code, error_message, configs: Some(Vec::new()), ..CreatableTopicResult::default() }
                    }
                }
            })),
            Err(e) => results.extend(names.into_iter().map(|name| CreatableTopicResult {
                name,
                error_code: wire_code(&e).get(),
                error_message: Some(e.message().to_owned()),
                ..CreatableTopicResult::default()
            })),
        }
        CreateTopicsResponse { throttle_time_ms: 0, topics: results }
    }))
}

/// Every config of the new topic, as it is in effect.
fn configs(node: &Node, name: &str, made: &TopicCreated) -> Vec<CreatableTopicConfigs> {
    let as_topic = Topic { name: name.into(), id: TopicId::ZERO, partitions: Vec::new(), configs: made.configs.clone() };
    let image = node.metadata.image();
    topic::TABLE
        .iter()
        .filter_map(|p| {
            let s = topic_synonyms(&node.config, &image, Some(&as_topic), p).into_iter().next()?;
            debug_assert!(s.source != Source::Topic || made.configs.contains_key(p.name));
            Some(CreatableTopicConfigs {
                name: p.name.to_owned(),
                value: Some(s.value),
                read_only: false,
                config_source: s.source as i8,
                is_sensitive: false,
            })
        })
        .collect()
}
