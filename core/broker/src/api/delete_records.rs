//! DeleteRecords: moves the start of partitions forward, up to what is visible or becomes so while it waits.

use super::{Body, Node, RequestContext};
use crate::partitions::Unsettled;
use std::sync::Arc;
use wellhead_base::Code;
use wellhead_net::Answer;
use wellhead_state::image::is_internal;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::delete_records_response::{DeleteRecordsPartitionResult, DeleteRecordsTopicResult};
use wellhead_wire::messages::{DeleteRecordsRequest, DeleteRecordsResponse};

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: DeleteRecordsRequest = body.decode(&context)?;
    let mut unsettled = Unsettled::default();
    for (t, p) in request.topics.iter().flat_map(|t| t.partitions.iter().map(move |p| (t, p))) {
        if let Ok(partition) = node.partition(&t.name, p.partition_index) {
            unsettled.add(&partition);
        }
    }
    let node = node.clone();
    // Files are removed and a checkpoint is synced: not on a worker of the runtime.
    Ok(context.later(async move {
        unsettled.settle().await;
        let blocking = node.clone();
        let topics = node.spawn_blocking(move || delete(&blocking, &request)).await.unwrap_or_default();
        DeleteRecordsResponse { throttle_time_ms: 0, topics }
    }))
}

fn delete(node: &Node, request: &DeleteRecordsRequest) -> Vec<DeleteRecordsTopicResult> {
    request
        .topics
        .iter()
        .map(|t| {
            let partitions = t
                .partitions
                .iter()
                .map(|p| {
                    let result =
                        if is_internal(&t.name) { Err(Code::TOPIC_EXCEPTION) } else { delete_one(node, &t.name, p.partition_index, p.offset) };
                    DeleteRecordsPartitionResult {
                        partition_index: p.partition_index,
                        low_watermark: result.unwrap_or(-1),
                        error_code: result.err().unwrap_or(Code::NO_ERROR).get(),
                    }
                })
                .collect();
            DeleteRecordsTopicResult { name: t.name.clone(), partitions }
        })
        .collect()
}

fn delete_one(node: &Node, topic: &str, partition: i32, offset: i64) -> Result<i64, Code> {
    let partition = node.partition(topic, partition)?;
    // As Kafka: a topic that is only compacted keeps its history.
    if !partition.log.config().cleanup.delete {
        return Err(Code::POLICY_VIOLATION);
    }
    if offset < -1 {
        return Err(Code::OFFSET_OUT_OF_RANGE);
    }
    let before = if offset == -1 { partition.log.high_watermark() } else { offset };
    if before > partition.log.high_watermark() {
        return Err(Code::OFFSET_OUT_OF_RANGE);
    }
    partition.log.delete_records(before).map_err(|e| e.code())
}
