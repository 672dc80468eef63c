//! Heartbeat: a member lives, and hears of a rebalance.

use super::{Body, RequestContext};
use crate::node::Node;
use std::sync::Arc;
use wellhead_net::Answer;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::{HeartbeatRequest, HeartbeatResponse};

pub fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: HeartbeatRequest = body.decode(&context)?;
    let group = request.group_id.clone();
    let beat = node.coordinator.read(&group, move |groups, now| groups.heartbeat(now, &request));
    Ok(context.later(async move {
        let code = beat.await.unwrap_or_else(|code| code);
        HeartbeatResponse { error_code: code.get(), ..HeartbeatResponse::default() }
    }))
}
