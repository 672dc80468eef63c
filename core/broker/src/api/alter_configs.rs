//! AlterConfigs: replaces all that was set on a topic or a broker.

use super::{Body, Node, RequestContext, code_and_message};
use std::sync::Arc;
use wellhead_base::{Code, Error};
use wellhead_net::Answer;
use wellhead_state::image::{Decision, Image, Resource, ResourceResult};
use wellhead_wire::DecodeError;
use wellhead_wire::messages::alter_configs_response::AlterConfigsResourceResponse;
use wellhead_wire::messages::{AlterConfigsRequest, AlterConfigsResponse};

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: AlterConfigsRequest = body.decode(&context)?;
    let asked: Vec<(i8, String)> = request.resources.iter().map(|r| (r.resource_type, r.resource_name.clone())).collect();
    let resources: Vec<_> = request
        .resources
        .into_iter()
        .filter_map(|r| {
            Some((Resource::from_type(r.resource_type, r.resource_name)?, r.configs.into_iter().map(|c| (c.name, c.value)).collect::<Vec<_>>()))
        })
        .collect();
    let (node, validate_only) = (node.clone(), request.validate_only);
    Ok(context.later(async move {
        let responses = outcome(&node, asked, move |image| image.alter_configs(&resources, validate_only))
            .await
            .into_iter()
            .map(|(resource_type, resource_name, result)| {
                let (error_code, error_message) = code_and_message(&result);
                AlterConfigsResourceResponse { error_code, error_message, resource_type, resource_name }
            })
            .collect();
        AlterConfigsResponse { throttle_time_ms: 0, responses }
    }))
}

/// Runs the command and gives each resource asked for its result, once; those of a type that has no configs here are refused.
pub(super) async fn outcome(
    node: &Arc<Node>,
    asked: Vec<(i8, String)>,
    decide: impl FnOnce(&Image) -> Decision<Vec<ResourceResult>> + Send + 'static,
) -> Vec<(i8, String, Result<(), Error>)> {
    let results = node.command(move |image, _| decide(image)).await;
    let mut out: Vec<(i8, String, Result<(), Error>)> = Vec::new();
    for (resource_type, name) in asked {
        if out.iter().any(|(t, n, _)| *t == resource_type && *n == name) {
            continue;
        }
        let result = match (&results, Resource::from_type(resource_type, name.clone())) {
            (_, None) => Err(Error::new(Code::INVALID_REQUEST, format!("Unexpected resource type {resource_type}."))),
            (Err(e), _) => Err(e.clone()),
            (Ok(results), Some(resource)) => results.iter().find(|r| r.resource == resource).map_or(Ok(()), |r| r.result.clone()),
        };
        out.push((resource_type, name, result));
    }
    out
}
