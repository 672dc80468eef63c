//! DescribeProducers: the idempotent producers that a partition remembers.

use super::{Body, Node, RequestContext};
use std::sync::Arc;
use wellhead_net::Answer;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::describe_producers_response::{PartitionResponse, ProducerState, TopicResponse};
use wellhead_wire::messages::{DescribeProducersRequest, DescribeProducersResponse};

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: DescribeProducersRequest = body.decode(&context)?;
    let topics = request
        .topics
        .iter()
        .map(|t| {
            let partitions = t
                .partition_indexes
                .iter()
                .map(|&partition_index| {
                    let found = node.partition(&t.name, partition_index).and_then(|p| p.log.active_producers().map_err(|e| e.code()));
                    let mut out = PartitionResponse { partition_index, ..PartitionResponse::default() };
                    match found {
                        Ok(producers) => {
                            out.active_producers = producers
                                .into_iter()
                                .map(|p| ProducerState {
                                    producer_id: p.producer_id,
                                    producer_epoch: i32::from(p.producer_epoch),
                                    last_sequence: p.last_sequence,
                                    last_timestamp: p.last_timestamp,
                                    coordinator_epoch: p.coordinator_epoch,
                                    current_txn_start_offset: p.current_txn_start_offset,
                                })
                                .collect();
                        }
                        Err(code) => (out.error_code, out.error_message) = (code.get(), Some(code.description().to_owned())),
                    }
                    out
                })
                .collect();
            TopicResponse { name: t.name.clone(), partitions }
        })
        .collect();
    Ok(context.answer(&DescribeProducersResponse { throttle_time_ms: 0, topics }))
}
