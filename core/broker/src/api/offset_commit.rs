//! OffsetCommit: answered when the offsets are durable.

use super::{Body, RequestContext};
use crate::node::Node;
use std::sync::Arc;
use wellhead_base::Code;
use wellhead_net::Answer;
use wellhead_state::group::{NewOffset, OffsetCommit, Reply};
use wellhead_wire::DecodeError;
use wellhead_wire::messages::offset_commit_response::{OffsetCommitResponsePartition, OffsetCommitResponseTopic};
use wellhead_wire::messages::{OffsetCommitRequest, OffsetCommitResponse};

/// From this version on topics are named by their ids.
const TOPIC_IDS_FROM: i16 = 10;

pub fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: OffsetCommitRequest = body.decode(&context)?;
    let version = context.version();
    let mut response = OffsetCommitResponse::default();
    let mut offsets = Vec::new();
    // Where the code of each of `offsets` goes: topic and partition in the response.
    let mut places = Vec::new();
    {
        let image = node.metadata.image();
        for asked in request.topics {
            let topic = if version >= TOPIC_IDS_FROM { image.topic_by_id(asked.topic_id) } else { image.topic(&asked.name) };
            let unknown = if version >= TOPIC_IDS_FROM { Code::UNKNOWN_TOPIC_ID } else { Code::UNKNOWN_TOPIC_OR_PART };
            let mut partitions = Vec::with_capacity(asked.partitions.len());
            for p in asked.partitions {
                let code = match topic {
                    None => unknown,
                    Some(t) if usize::try_from(p.partition_index).is_ok_and(|i| i < t.partitions.len()) => {
                        places.push((response.topics.len(), partitions.len()));
                        offsets.push(NewOffset {
                            topic: t.name.clone(),
                            topic_id: t.id,
                            partition: p.partition_index,
                            offset: p.committed_offset,
                            leader_epoch: p.committed_leader_epoch,
                            metadata: p.committed_metadata,
                        });
                        Code::NO_ERROR
                    }
                    Some(_) => Code::UNKNOWN_TOPIC_OR_PART,
                };
                partitions.push(OffsetCommitResponsePartition { partition_index: p.partition_index, error_code: code.get() });
            }
            response.topics.push(OffsetCommitResponseTopic { name: asked.name, topic_id: asked.topic_id, partitions });
        }
    }
    if offsets.is_empty() {
        return Ok(context.answer(&response));
    }
    let group = request.group_id.clone();
    let (generation, member_id, instance_id) = (request.generation_id_or_member_epoch, request.member_id, request.group_instance_id);
    let retention_ms = request.retention_time_ms;
    let committed = node.coordinator.ask(&request.group_id, generation < 0, move |groups, now, token, _, fx| {
        let commit =
            OffsetCommit { group: &group, generation, member_id: &member_id, instance_id: instance_id.as_deref(), retention_ms, version, offsets };
        groups.commit(now, token, &commit, fx);
    });
    let timeout = node.coordinator.commit_timeout();
    Ok(context.later(async move {
        let codes = match tokio::time::timeout(timeout, committed).await {
            Ok(Ok(Reply::Commit(codes))) => codes,
            Ok(Ok(_)) => vec![Code::UNKNOWN; places.len()],
            Ok(Err(code)) => vec![code; places.len()],
            Err(_) => vec![Code::REQUEST_TIMED_OUT; places.len()],
        };
        for ((topic, partition), code) in places.into_iter().zip(codes) {
            response.topics[topic].partitions[partition].error_code = code.get();
        }
        response
    }))
}
