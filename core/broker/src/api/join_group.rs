//! JoinGroup: the answer comes when the generation is complete.

use super::{Body, RequestContext};
use crate::node::Node;
use std::sync::Arc;
use wellhead_base::Code;
use wellhead_base::limits::GROUP_MEMBER_METADATA_BYTES_MAX;
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
    if request.protocols.iter().map(|p| p.name.len() + p.metadata.len()).sum::<usize>() > GROUP_MEMBER_METADATA_BYTES_MAX {
        return Ok(context.answer(&failed(member, version, Code::MSG_SIZE_TOO_LARGE)));
    }
    // A request that is refused anyway does not make the offsets topic.
    let create = !group.is_empty();
    let company = node.company_is_coming();
    let joined = node.coordinator.ask(&group, create, move |groups, now, token, rng, fx| {
        groups.join(now, &Joining { token, request: &request, version, client: &client, company }, rng, fx);
    });
    Ok(context.later(async move {
        match joined.await {
            Ok(Reply::Join(r)) => named(r, version),
            Ok(_) => failed(member, version, Code::UNKNOWN),
            Err(code) => failed(member, version, code),
        }
    }))
}

fn failed(member_id: String, version: i16, code: Code) -> JoinGroupResponse {
    named(JoinGroupResponse { error_code: code.get(), member_id, ..JoinGroupResponse::default() }, version)
}

fn named(mut response: JoinGroupResponse, version: i16) -> JoinGroupResponse {
    if version < NULL_PROTOCOL_FROM && response.protocol_name.is_none() {
        response.protocol_name = Some(String::new());
    }
    response
}
