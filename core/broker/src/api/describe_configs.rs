//! DescribeConfigs: every config of a topic or of this node, where its value comes from and what it means.

use super::{Body, Node, RequestContext};
use crate::config::{Source, Synonym, broker_synonyms, topic_synonyms, type_id};
use std::sync::Arc;
use wellhead_base::props::{Kind, Property, broker, topic};
use wellhead_base::{Code, Error};
use wellhead_net::Answer;
use wellhead_state::image::DYNAMIC_BROKER_CONFIGS;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::describe_configs_response::{DescribeConfigsResourceResult, DescribeConfigsResult, DescribeConfigsSynonym};
use wellhead_wire::messages::{DescribeConfigsRequest, DescribeConfigsResponse};

const TOPIC: i8 = 2;
const BROKER: i8 = 4;
const BROKER_LOGGER: i8 = 8;
const CLIENT_METRICS: i8 = 16;
const GROUP: i8 = 32;

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: DescribeConfigsRequest = body.decode(&context)?;
    let form = Form { synonyms: request.include_synonyms, documentation: request.include_documentation };
    let results = request
        .resources
        .into_iter()
        .map(|r| {
            let wanted = |p: &Property| r.configuration_keys.as_ref().is_none_or(|keys| keys.iter().any(|k| k == p.name));
            let configs = match r.resource_type {
                TOPIC => of_topic(node, &r.resource_name, wanted, form),
                BROKER => of_broker(node, &r.resource_name, wanted, form),
                // Known to Kafka and without any config here.
                BROKER_LOGGER | CLIENT_METRICS | GROUP => Ok(Vec::new()),
                other => Err(Error::new(Code::INVALID_REQUEST, format!("Unsupported resource type: {other}"))),
            };
            let mut out =
                DescribeConfigsResult { resource_type: r.resource_type, resource_name: r.resource_name, ..DescribeConfigsResult::default() };
            match configs {
                Ok(configs) => out.configs = configs,
                Err(e) => (out.error_code, out.error_message) = (e.code.get(), Some(e.message().to_owned())),
            }
            out
        })
        .collect();
    Ok(context.answer(&DescribeConfigsResponse { throttle_time_ms: 0, results }))
}

/// What the client wants to see of each config.
#[derive(Clone, Copy)]
struct Form {
    synonyms: bool,
    documentation: bool,
}

type Described = Result<Vec<DescribeConfigsResourceResult>, Error>;

fn of_topic(node: &Node, name: &str, wanted: impl Fn(&Property) -> bool, form: Form) -> Described {
    let image = node.metadata.image();
    let Some(topic) = image.topic(name) else {
        let code = if wellhead_base::ids::topic_name_valid(name) { Code::UNKNOWN_TOPIC_OR_PART } else { Code::TOPIC_EXCEPTION };
        return Err(Error::new(code, format!("Topic '{name}' does not exist.")));
    };
    let describe = |p: &'static Property| described(p, topic_synonyms(&node.config, &image, Some(topic), p), false, form);
    Ok(topic::TABLE.iter().filter(|p| wanted(p)).map(describe).collect())
}

fn of_broker(node: &Node, name: &str, wanted: impl Fn(&Property) -> bool, form: Form) -> Described {
    let image = node.metadata.image();
    if name.is_empty() {
        // The cluster-wide defaults: only what was set.
        let set = image.broker_configs(None);
        let describe = |p: &'static Property| {
            let synonyms: Vec<Synonym> =
                broker_synonyms(&node.config, &image, p).into_iter().filter(|s| s.source == Source::DynamicDefaultBroker).collect();
            (!synonyms.is_empty()).then(|| described(p, synonyms, false, form))
        };
        return Ok(broker::TABLE.iter().filter(|p| set.is_some_and(|s| s.contains_key(p.name)) && wanted(p)).filter_map(describe).collect());
    }
    match name.parse::<i32>() {
        Ok(id) if id == node.node_id() => {}
        Ok(_) => {
            let message = format!("Unexpected broker id, expected {} or empty string, but received {name}", node.node_id());
            return Err(Error::new(Code::INVALID_REQUEST, message));
        }
        Err(_) => return Err(Error::new(Code::INVALID_REQUEST, format!("Broker id must be an integer, but it is: {name}"))),
    }
    let describe = |p: &'static Property| {
        let read_only = !DYNAMIC_BROKER_CONFIGS.contains(&p.name);
        described(p, broker_synonyms(&node.config, &image, p), read_only, form)
    };
    Ok(broker::TABLE.iter().filter(|p| wanted(p)).map(describe).collect())
}

fn described(p: &'static Property, synonyms: Vec<Synonym>, read_only: bool, form: Form) -> DescribeConfigsResourceResult {
    let is_sensitive = p.kind == Kind::Secret;
    let shown = |value: &str| (!is_sensitive).then(|| value.to_owned());
    let first = synonyms.first();
    DescribeConfigsResourceResult {
        name: p.name.to_owned(),
        value: first.and_then(|s| shown(&s.value)),
        read_only,
        config_source: first.map_or(Source::Default, |s| s.source) as i8,
        is_sensitive,
        synonyms: if form.synonyms {
            synonyms.iter().map(|s| DescribeConfigsSynonym { name: s.name.to_owned(), value: shown(&s.text), source: s.source as i8 }).collect()
        } else {
            Vec::new()
        },
        config_type: type_id(p),
        documentation: form.documentation.then(|| p.doc.to_owned()),
    }
}
