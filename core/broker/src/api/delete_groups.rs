//! DeleteGroups: empty groups with their offsets; answered when that is durable.

use super::{Body, RequestContext};
use crate::node::Node;
use std::sync::Arc;
use wellhead_base::Code;
use wellhead_net::Answer;
use wellhead_state::group::Reply;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::delete_groups_response::DeletableGroupResult;
use wellhead_wire::messages::{DeleteGroupsRequest, DeleteGroupsResponse};

pub fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: DeleteGroupsRequest = body.decode(&context)?;
    let delete = |group_id: String| {
        let group = group_id.clone();
        let done = node.coordinator.ask(&group_id, false, move |groups, _, token, _, fx| {
            let code = groups.delete_group(token, &group, fx);
            if !code.is_ok() {
                fx.replies.push((token, Reply::Done(code)));
            }
        });
        (group_id, done)
    };
    let deleted: Vec<_> = request.groups_names.into_iter().map(delete).collect();
    Ok(context.later(async move {
        let mut response = DeleteGroupsResponse::default();
        for (group_id, done) in deleted {
            let code = match done.await {
                Ok(Reply::Done(code)) => code,
                Ok(_) => Code::UNKNOWN,
                Err(code) => code,
            };
            response.results.push(DeletableGroupResult { group_id, error_code: code.get() });
        }
        response
    }))
}
