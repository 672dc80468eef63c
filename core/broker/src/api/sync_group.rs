//! SyncGroup: the leader brings the assignment, the others wait for it.

use super::{Body, RequestContext};
use crate::node::Node;
use std::sync::Arc;
use wellhead_base::Code;
use wellhead_net::Answer;
use wellhead_state::group::Reply;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::{SyncGroupRequest, SyncGroupResponse};

/// From this version on a request must name the protocol's type and name.
const PROTOCOL_REQUIRED_FROM: i16 = 5;

pub fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: SyncGroupRequest = body.decode(&context)?;
    if context.version() >= PROTOCOL_REQUIRED_FROM && (request.protocol_type.is_none() || request.protocol_name.is_none()) {
        return Ok(context.answer(&failed(Code::INCONSISTENT_GROUP_PROTOCOL)));
    }
    let group = request.group_id.clone();
    let synced = node.coordinator.ask(&group, false, move |groups, now, token, _, fx| groups.sync(now, token, &request, fx));
    Ok(context.later(async move {
        match synced.await {
            Ok(Reply::Sync(r)) => r,
            Ok(_) => failed(Code::UNKNOWN),
            Err(code) => failed(code),
        }
    }))
}

fn failed(code: Code) -> SyncGroupResponse {
    SyncGroupResponse { error_code: code.get(), ..SyncGroupResponse::default() }
}
