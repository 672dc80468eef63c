//! DescribeCluster: the nodes and the cluster's id.

use super::{Body, Node, RequestContext, operations};
use std::sync::Arc;
use wellhead_base::Code;
use wellhead_net::Answer;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::describe_cluster_response::DescribeClusterBroker;
use wellhead_wire::messages::{DescribeClusterRequest, DescribeClusterResponse};

/// The endpoint type of brokers; controllers are 2.
const BROKERS: i8 = 1;

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: DescribeClusterRequest = body.decode(&context)?;
    if request.endpoint_type != BROKERS {
        let (code, message) = match request.endpoint_type {
            2 => (Code::MISMATCHED_ENDPOINT_TYPE, "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER"),
            _ => (Code::UNSUPPORTED_ENDPOINT_TYPE, "Unsupported endpoint type"),
        };
        return Ok(context.answer(&DescribeClusterResponse {
            error_code: code.get(),
            error_message: Some(message.to_owned()),
            ..DescribeClusterResponse::default()
        }));
    }
    let (host, port) = node.endpoint(&context.peer);
    let response = DescribeClusterResponse {
        cluster_id: node.metadata.image().cluster_id().to_owned(),
        controller_id: node.node_id(),
        brokers: vec![DescribeClusterBroker { broker_id: node.node_id(), host, port, rack: node.config.rack.clone(), is_fenced: false }],
        cluster_authorized_operations: if request.include_cluster_authorized_operations { operations::CLUSTER } else { operations::NOT_ASKED },
        ..DescribeClusterResponse::default()
    };
    Ok(context.answer(&response))
}
