//! CreatePartitions: more partitions for topics that exist.

use super::{Body, Node, RequestContext, code_and_message, wire_code};
use std::sync::Arc;
use wellhead_net::Answer;
use wellhead_state::image::GrowTopic;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::create_partitions_response::CreatePartitionsTopicResult;
use wellhead_wire::messages::{CreatePartitionsRequest, CreatePartitionsResponse};

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: CreatePartitionsRequest = body.decode(&context)?;
    let topics: Vec<GrowTopic> = request
        .topics
        .into_iter()
        .map(|t| GrowTopic { name: t.name, count: t.count, assignments: t.assignments.map(|a| a.into_iter().map(|b| b.broker_ids).collect()) })
        .collect();
    let (node, validate_only) = (node.clone(), request.validate_only);
    Ok(context.later(async move {
        let names: Vec<String> = topics.iter().map(|t| t.name.clone()).collect();
        let results = match node.command(move |image, _| image.create_partitions(&topics, validate_only)).await {
            Ok(results) => results
                .into_iter()
                .map(|t| {
                    let (error_code, error_message) = code_and_message(&t.result);
                    CreatePartitionsTopicResult { name: t.name, error_code, error_message }
                })
                .collect(),
            Err(e) => names
                .into_iter()
                .map(|name| CreatePartitionsTopicResult { name, error_code: wire_code(&e).get(), error_message: Some(e.message().to_owned()) })
                .collect(),
        };
        CreatePartitionsResponse { throttle_time_ms: 0, results }
    }))
}
