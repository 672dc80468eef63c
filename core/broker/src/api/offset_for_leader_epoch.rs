//! OffsetForLeaderEpoch: where a leader epoch ends, for a client that checks whether its position was truncated away.

use super::{Body, Node, RequestContext, check_leader_epoch};
use std::sync::Arc;
use wellhead_net::Answer;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::offset_for_leader_epoch_response::{EpochEndOffset, OffsetForLeaderTopicResult};
use wellhead_wire::messages::{OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse};

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: OffsetForLeaderEpochRequest = body.decode(&context)?;
    let topics = request
        .topics
        .iter()
        .map(|t| {
            let partitions = t
                .partitions
                .iter()
                .map(|p| {
                    let found = node.partition(&t.topic, p.partition).and_then(|partition| {
                        check_leader_epoch(p.current_leader_epoch, partition.leader_epoch)?;
                        partition.log.offset_for_leader_epoch(p.leader_epoch).map_err(|e| e.code())
                    });
                    match found {
                        Ok(end) => EpochEndOffset { error_code: 0, partition: p.partition, leader_epoch: end.epoch, end_offset: end.end_offset },
                        Err(code) => EpochEndOffset { error_code: code.get(), partition: p.partition, leader_epoch: -1, end_offset: -1 },
                    }
                })
                .collect();
            OffsetForLeaderTopicResult { topic: t.topic.clone(), partitions }
        })
        .collect();
    Ok(context.answer(&OffsetForLeaderEpochResponse { throttle_time_ms: 0, topics }))
}
