//! ListGroups: all groups, or those in given states or of given types.

use super::{Body, RequestContext};
use crate::node::Node;
use std::sync::Arc;
use wellhead_net::Answer;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::list_groups_response::ListedGroup;
use wellhead_wire::messages::{ListGroupsRequest, ListGroupsResponse};

/// The type of every group here, as Kafka writes it; filters match in any case.
const CLASSIC: &str = "classic";

pub fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: ListGroupsRequest = body.decode(&context)?;
    let listed = node.coordinator.read_all(|groups, _| groups.list().collect::<Vec<_>>());
    Ok(context.later(async move {
        let all = match listed.await {
            Ok(all) => all,
            Err(code) => return ListGroupsResponse { error_code: code.get(), ..ListGroupsResponse::default() },
        };
        let wanted = |filter: &[String], is: &str| filter.is_empty() || filter.iter().any(|f| f.eq_ignore_ascii_case(is));
        let groups = all
            .into_iter()
            .flatten()
            .filter(|g| wanted(&request.states_filter, g.state.name()) && wanted(&request.types_filter, CLASSIC))
            .map(|g| ListedGroup {
                group_id: g.group.to_string(),
                protocol_type: g.protocol_type,
                group_state: g.state.name().to_owned(),
                group_type: CLASSIC.to_owned(),
            })
            .collect();
        ListGroupsResponse { groups, ..ListGroupsResponse::default() }
    }))
}
