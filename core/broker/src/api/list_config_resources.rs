//! ListConfigResources: what may have configs.

use super::{Body, Node, RequestContext};
use std::sync::Arc;
use wellhead_base::Code;
use wellhead_net::Answer;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::list_config_resources_response::ConfigResource;
use wellhead_wire::messages::{ListConfigResourcesRequest, ListConfigResourcesResponse};

const TOPIC: i8 = 2;
const BROKER: i8 = 4;
const BROKER_LOGGER: i8 = 8;
const CLIENT_METRICS: i8 = 16;
const GROUP: i8 = 32;

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: ListConfigResourcesRequest = body.decode(&context)?;
    // Version 0 lists the resources of client metrics, of which there are none; from version 1 on no type means every type.
    let types = match context.version() {
        0 => vec![CLIENT_METRICS],
        _ if request.resource_types.is_empty() => vec![TOPIC, BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP],
        _ => request.resource_types,
    };
    if types.iter().any(|t| !matches!(*t, TOPIC | BROKER | BROKER_LOGGER | CLIENT_METRICS | GROUP)) {
        return Ok(
            context.answer(&ListConfigResourcesResponse { error_code: Code::UNSUPPORTED_VERSION.get(), ..ListConfigResourcesResponse::default() })
        );
    }
    let mut config_resources = Vec::new();
    let mut add = |resource_type, resource_name| config_resources.push(ConfigResource { resource_name, resource_type });
    if types.contains(&TOPIC) {
        node.metadata.image().topics().for_each(|t| add(TOPIC, t.name.to_string()));
    }
    for t in [BROKER, BROKER_LOGGER] {
        if types.contains(&t) {
            add(t, node.node_id().to_string());
        }
    }
    Ok(context.answer(&ListConfigResourcesResponse { throttle_time_ms: 0, error_code: 0, config_resources }))
}
