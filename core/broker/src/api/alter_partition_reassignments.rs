//! AlterPartitionReassignments: checked as Kafka does; with one node a partition can only be assigned to what holds it.

use super::{Body, Node, RequestContext, code_and_message};
use std::sync::Arc;
use wellhead_net::Answer;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::alter_partition_reassignments_response::{ReassignablePartitionResponse, ReassignableTopicResponse};
use wellhead_wire::messages::{AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse};

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: AlterPartitionReassignmentsRequest = body.decode(&context)?;
    let image = node.metadata.image();
    let responses = request
        .topics
        .into_iter()
        .map(|t| {
            let partitions = t.partitions.iter().map(|p| {
                let (error_code, error_message) = code_and_message(&image.reassign(&t.name, p.partition_index, p.replicas.as_deref()));
                ReassignablePartitionResponse { partition_index: p.partition_index, error_code, error_message }
            });
            let partitions = partitions.collect();
            ReassignableTopicResponse { name: t.name, partitions }
        })
        .collect();
    drop(image);
    let response = AlterPartitionReassignmentsResponse {
        allow_replication_factor_change: request.allow_replication_factor_change,
        error_message: None,
        responses,
        ..AlterPartitionReassignmentsResponse::default()
    };
    Ok(context.answer(&response))
}
