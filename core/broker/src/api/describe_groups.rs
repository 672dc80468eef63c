//! DescribeGroups: state, protocol, members and their assignments.

use super::{Body, RequestContext, operations};
use crate::node::Node;
use std::sync::Arc;
use wellhead_net::Answer;
use wellhead_state::group::DescribedGroup;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::{DescribeGroupsRequest, DescribeGroupsResponse};

pub fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: DescribeGroupsRequest = body.decode(&context)?;
    let version = context.version();
    let describe = |id: String| {
        let group = id.clone();
        let found = node.coordinator.read(&id, move |groups, _| groups.describe(&group, version));
        (id, found)
    };
    let described: Vec<_> = request.groups.into_iter().map(describe).collect();
    Ok(context.later(async move {
        let mut response = DescribeGroupsResponse::default();
        for (group_id, found) in described {
            let mut group = match found.await {
                Ok(g) => g,
                Err(code) => DescribedGroup { group_id, error_code: code.get(), ..DescribedGroup::default() },
            };
            if !request.include_authorized_operations {
                group.authorized_operations = operations::NOT_ASKED;
            }
            response.groups.push(group);
        }
        response
    }))
}
