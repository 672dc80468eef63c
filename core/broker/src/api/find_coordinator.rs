//! FindCoordinator: every group's coordinator is this node. The answer waits until the group's partition is loaded, so that the
//! requests that follow are served at once.

use super::{Body, RequestContext};
use crate::node::Node;
use std::sync::Arc;
use wellhead_base::Code;
use wellhead_net::Answer;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::find_coordinator_response::Coordinator;
use wellhead_wire::messages::{FindCoordinatorRequest, FindCoordinatorResponse};

/// From this version on a request names several keys.
const BATCHED_FROM: i16 = 4;
const GROUP: i8 = 0;
const TRANSACTION: i8 = 1;

pub fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: FindCoordinatorRequest = body.decode(&context)?;
    let version = context.version();
    let keys = if version < BATCHED_FROM { vec![request.key] } else { request.coordinator_keys };
    let ready: Vec<_> = match request.key_type {
        GROUP => keys.iter().map(|k| Some(node.coordinator.ready(k))).collect(),
        _ => keys.iter().map(|_| None).collect(),
    };
    let (host, port) = node.endpoint(&context.peer);
    let node_id = node.node_id();
    let refusal = match request.key_type {
        TRANSACTION => (Code::TRANSACTIONAL_ID_AUTHORIZATION_FAILED, "Transactions are not served yet."),
        _ => (Code::INVALID_REQUEST, "Coordinators of this type are not served."),
    };
    if request.key_type == TRANSACTION {
        tracing::info!(client = context.client_id(), "a client asked for a transaction coordinator; transactions are not served yet");
    }
    Ok(context.later(async move {
        let mut coordinators = Vec::with_capacity(keys.len());
        for (key, ready) in keys.into_iter().zip(ready) {
            let failure = match ready {
                None => Some((refusal.0, refusal.1.to_owned())),
                // A partition that takes long to load has its coordinator here all the same.
                Some(r) => r.await.err().filter(|c| *c != Code::COORDINATOR_LOAD_IN_PROGRESS).map(|c| (c, c.description().to_owned())),
            };
            coordinators.push(match failure {
                None => Coordinator { key, node_id, host: host.clone(), port, ..Coordinator::default() },
                Some((code, message)) => {
                    Coordinator { key, node_id: -1, port: -1, error_code: code.get(), error_message: Some(message), ..Coordinator::default() }
                }
            });
        }
        if version >= BATCHED_FROM {
            return FindCoordinatorResponse { coordinators, ..FindCoordinatorResponse::default() };
        }
        let c = coordinators.pop().unwrap_or_default();
        FindCoordinatorResponse {
            error_code: c.error_code,
            error_message: c.error_message,
            node_id: c.node_id,
            host: c.host,
            port: c.port,
            ..FindCoordinatorResponse::default()
        }
    }))
}
