//! DeleteTopics, by name or by id.

use super::{Body, Node, RequestContext, code_and_message, wire_code};
use std::sync::Arc;
use wellhead_base::{Code, TopicId};
use wellhead_net::Answer;
use wellhead_state::image::DeleteTopic;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::delete_topics_response::DeletableTopicResult;
use wellhead_wire::messages::{DeleteTopicsRequest, DeleteTopicsResponse};

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: DeleteTopicsRequest = body.decode(&context)?;
    let topics: Vec<DeleteTopic> = if context.version() >= 6 {
        request.topics.into_iter().map(|t| DeleteTopic { name: t.name, id: t.topic_id }).collect()
    } else {
        request.topic_names.into_iter().map(|n| DeleteTopic { name: Some(n), id: TopicId::ZERO }).collect()
    };
    if !node.config.delete_topics {
        let code = if context.version() < 3 { Code::INVALID_REQUEST } else { Code::TOPIC_DELETION_DISABLED };
        let responses = topics.into_iter().map(|t| result(t.name, t.id, code, "Topic deletion is disabled.")).collect();
        return Ok(context.answer(&DeleteTopicsResponse { throttle_time_ms: 0, responses }));
    }
    let (node, version) = (node.clone(), context.version());
    Ok(context.later(async move {
        let asked = topics.clone();
        let responses = match node.delete_topics(topics).await {
            Ok(results) => results
                .into_iter()
                .map(|t| {
                    let (error_code, error_message) = code_and_message(&t.result);
                    // Before version 6 a name is never null.
                    let name = if version < 6 { Some(t.name.unwrap_or_default()) } else { t.name };
                    DeletableTopicResult { name, topic_id: t.id, error_code, error_message }
                })
                .collect(),
            Err(e) => asked.into_iter().map(|t| result(t.name, t.id, wire_code(&e), e.message())).collect(),
        };
        DeleteTopicsResponse { throttle_time_ms: 0, responses }
    }))
}

fn result(name: Option<String>, topic_id: TopicId, code: Code, message: &str) -> DeletableTopicResult {
    DeletableTopicResult { name, topic_id, error_code: code.get(), error_message: Some(message.to_owned()) }
}
