//! IncrementalAlterConfigs: sets, deletes, appends to or subtracts from single configs.

use super::alter_configs::outcome;
use super::{Body, Node, RequestContext, code_and_message};
use std::sync::Arc;
use wellhead_base::{Code, Error};
use wellhead_net::Answer;
use wellhead_state::image::{AlterConfig, AlterOp, AlterResource, Resource};
use wellhead_wire::DecodeError;
use wellhead_wire::messages::incremental_alter_configs_response::AlterConfigsResourceResponse;
use wellhead_wire::messages::{IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse};

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: IncrementalAlterConfigsRequest = body.decode(&context)?;
    let asked: Vec<(i8, String)> = request.resources.iter().map(|r| (r.resource_type, r.resource_name.clone())).collect();
    let (mut resources, mut refused) = (Vec::new(), Vec::new());
    for r in request.resources {
        let Some(resource) = Resource::from_type(r.resource_type, r.resource_name.clone()) else { continue };
        let configs: Option<Vec<AlterConfig>> =
            r.configs.into_iter().map(|c| Some(AlterConfig { name: c.name, op: AlterOp::from_id(c.config_operation)?, value: c.value })).collect();
        match configs {
            Some(configs) => resources.push(AlterResource { resource, configs }),
            None => refused.push((r.resource_type, r.resource_name)),
        }
    }
    let (node, validate_only) = (node.clone(), request.validate_only);
    Ok(context.later(async move {
        let responses = outcome(&node, asked, move |image| image.incremental_alter_configs(&resources, validate_only))
            .await
            .into_iter()
            .map(|(resource_type, resource_name, result)| {
                let unknown = refused.iter().any(|(t, n)| *t == resource_type && *n == resource_name);
                let result = if unknown { Err(Error::new(Code::INVALID_REQUEST, "Unknown operation on a config.")) } else { result };
                let (error_code, error_message) = code_and_message(&result);
                AlterConfigsResourceResponse { error_code, error_message, resource_type, resource_name }
            })
            .collect();
        IncrementalAlterConfigsResponse { throttle_time_ms: 0, responses }
    }))
}
