//! OffsetDelete: forgets committed offsets of topics that the group does not read.

use super::{Body, RequestContext};
use crate::node::Node;
use std::sync::Arc;
use tokio::sync::oneshot;
use wellhead_base::Code;
use wellhead_net::Answer;
use wellhead_state::group::Reply;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::offset_delete_response::{OffsetDeleteResponsePartition, OffsetDeleteResponseTopic};
use wellhead_wire::messages::{OffsetDeleteRequest, OffsetDeleteResponse};

pub fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: OffsetDeleteRequest = body.decode(&context)?;
    let mut response = OffsetDeleteResponse::default();
    let (mut wanted, mut places) = (Vec::new(), Vec::new());
    {
        let image = node.metadata.image();
        for topic in request.topics {
            let mut partitions = Vec::with_capacity(topic.partitions.len());
            for p in topic.partitions {
                let code = if image.partition(&topic.name, p.partition_index).is_some() {
                    places.push((response.topics.len(), partitions.len()));
                    wanted.push((topic.name.clone(), p.partition_index));
                    Code::NO_ERROR
                } else {
                    Code::UNKNOWN_TOPIC_OR_PART
                };
                partitions.push(OffsetDeleteResponsePartition { partition_index: p.partition_index, error_code: code.get() });
            }
            response.topics.push(OffsetDeleteResponseTopic { name: topic.name, partitions });
        }
    }
    let group = request.group_id.clone();
    let (codes_to, codes) = oneshot::channel();
    let done = node.coordinator.ask(&request.group_id, false, move |groups, _, token, _, fx| {
        let partitions: Vec<(&str, i32)> = wanted.iter().map(|(t, p)| (t.as_str(), *p)).collect();
        let (codes, code) = match groups.delete_offsets(token, &group, &partitions, fx) {
            // The answer comes when the tombstones are durable.
            Ok((codes, true)) => return drop(codes_to.send(codes)),
            Ok((codes, false)) => (codes, Code::NO_ERROR),
            Err(code) => (Vec::new(), code),
        };
        drop(codes_to.send(codes));
        fx.replies.push((token, Reply::Done(code)));
    });
    Ok(context.later(async move {
        let code = match done.await {
            Ok(Reply::Done(code)) => code,
            Ok(_) => Code::UNKNOWN,
            Err(code) => code,
        };
        if !code.is_ok() {
            return OffsetDeleteResponse { error_code: code.get(), ..OffsetDeleteResponse::default() };
        }
        let codes = codes.await.unwrap_or_default();
        for ((topic, partition), code) in places.into_iter().zip(codes) {
            response.topics[topic].partitions[partition].error_code = code.get();
        }
        response
    }))
}
