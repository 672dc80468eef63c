//! LeaveGroup: one member (before version 3) or several.

use super::{Body, RequestContext};
use crate::node::Node;
use std::sync::Arc;
use wellhead_base::Code;
use wellhead_net::Answer;
use wellhead_state::group::Reply;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::leave_group_request::MemberIdentity;
use wellhead_wire::messages::{LeaveGroupRequest, LeaveGroupResponse};

/// From this version on a request names several members, and each has its result.
const BATCHED_FROM: i16 = 3;

pub fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let mut request: LeaveGroupRequest = body.decode(&context)?;
    let batched = context.version() >= BATCHED_FROM;
    if !batched {
        let member_id = std::mem::take(&mut request.member_id);
        request.members = vec![MemberIdentity { member_id, group_instance_id: None, reason: None }];
    }
    let group = request.group_id.clone();
    let left = node.coordinator.ask(&group, false, move |groups, now, token, _, fx| groups.leave(now, token, &request, fx));
    Ok(context.later(async move {
        let mut response = match left.await {
            Ok(Reply::Leave(r)) => r,
            Ok(_) => failed(Code::UNKNOWN),
            Err(code) => failed(code),
        };
        if !batched && let Some(m) = std::mem::take(&mut response.members).pop() {
            response.error_code = m.error_code;
        }
        response
    }))
}

fn failed(code: Code) -> LeaveGroupResponse {
    LeaveGroupResponse { error_code: code.get(), ..LeaveGroupResponse::default() }
}
