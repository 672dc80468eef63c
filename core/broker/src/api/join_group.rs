//! JoinGroup: the answer comes when the generation is complete.

use super::{Body, RequestContext};
use crate::node::Node;
use std::sync::Arc;
use wellhead_base::Code;
use wellhead_net::Answer;
use wellhead_state::group::{Client, Joining, Reply};
use wellhead_wire::DecodeError;
use wellhead_wire::messages::{JoinGroupRequest, JoinGroupResponse};

/// From this version on the protocol's name may be null.
const NULL_PROTOCOL_FROM: i16 = 7;

pub fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: JoinGroupRequest = body.decode(&context)?;
    let version = context.version();
    let client = Client { id: context.client_id().to_owned(), host: context.client_host() };
    let (group, member) = (request.group_id.clone(), request.member_id.clone());
    // A request that is refused anyway does not make the offsets topic.
    let create = !group.is_empty();
    let company = node.company_is_coming();
    let joined = node.coordinator.ask(&group, create, move |groups, now, token, rng, fx| {
        groups.join(now, &Joining { token, request: &request, version, client: &client, company }, rng, fx);
    });
    Ok(context.later(async move {
        let mut response = match joined.await {
            Ok(Reply::Join(r)) => r,
            Ok(_) => failed(member, Code::UNKNOWN),
            Err(code) => failed(member, code),
        };
        if version < NULL_PROTOCOL_FROM && response.protocol_name.is_none() {
            response.protocol_name = Some(String::new());
        }
        response
    }))
}

fn failed(member_id: String, code: Code) -> JoinGroupResponse {
    JoinGroupResponse { error_code: code.get(), member_id, ..JoinGroupResponse::default() }
}
