//! ListPartitionReassignments: with one node nothing is ever under way.

use super::{Body, Node, RequestContext};
use std::sync::Arc;
use wellhead_net::Answer;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::{ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse};

pub(super) fn handle(_node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let _: ListPartitionReassignmentsRequest = body.decode(&context)?;
    Ok(context.answer(&ListPartitionReassignmentsResponse { error_message: None, ..ListPartitionReassignmentsResponse::default() }))
}
