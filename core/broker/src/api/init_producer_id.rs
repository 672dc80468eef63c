//! InitProducerId: a producer id that nobody had before, for idempotent producers. Ids come in durable blocks, so that a restart
//! gives none out twice. Transactions are not served yet, and a transactional id is refused in a way that clients do not repeat.

use super::{Body, Node, RequestContext, wire_code};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use wellhead_base::Code;
use wellhead_net::Answer;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::{InitProducerIdRequest, InitProducerIdResponse};

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: InitProducerIdRequest = body.decode(&context)?;
    if let Some(id) = &request.transactional_id {
        let code = if id.is_empty() { Code::INVALID_REQUEST } else { Code::TRANSACTIONAL_ID_AUTHORIZATION_FAILED };
        say_once(&context, id);
        return Ok(context.answer(&refused(code)));
    }
    // A producer that lost its place asks with what it had; it gets a new id, as from Kafka without a transactional id.
    if (request.producer_id >= 0) != (request.producer_epoch >= 0) {
        return Ok(context.answer(&refused(Code::INVALID_REQUEST)));
    }
    let node = node.clone();
    Ok(context.later(async move {
        match node.next_producer_id().await {
            Ok(producer_id) => InitProducerIdResponse { producer_id, producer_epoch: 0, ..InitProducerIdResponse::default() },
            Err(e) => refused(wire_code(&e)),
        }
    }))
}

fn refused(code: Code) -> InitProducerIdResponse {
    InitProducerIdResponse { error_code: code.get(), producer_id: -1, producer_epoch: -1, ..InitProducerIdResponse::default() }
}

fn say_once(context: &RequestContext, transactional_id: &str) {
    static SAID: AtomicBool = AtomicBool::new(false);
    if !SAID.swap(true, Ordering::Relaxed) {
        tracing::warn!(peer = %context.peer, transactional_id, "transactions are not served yet: transactional ids are refused (said once)");
    }
}
