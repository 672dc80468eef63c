//! Configs and the cluster as a whole. What belongs to one broker is that broker's business; the rest any broker answers.

use super::call::{Call, all_failed, at_once, match_up, outcome};
use super::{ClusterDescription, ConfigChange, ConfigEntry, ConfigResource, ConfigSynonym, ResourceType};
use crate::cluster::Target;
use crate::types::BrokerMetadata;
use std::collections::BTreeMap;
use std::sync::Arc;
use wellhead_base::{Code, Error, Result};
use wellhead_wire::Request;
use wellhead_wire::messages::describe_configs_request::DescribeConfigsResource;
use wellhead_wire::messages::describe_configs_response::DescribeConfigsResourceResult;
use wellhead_wire::messages::{AlterConfigsRequest, DescribeClusterRequest, DescribeConfigsRequest, IncrementalAlterConfigsRequest};
use wellhead_wire::messages::{alter_configs_request as replace, incremental_alter_configs_request as change};

/// Kafka's number for a config that nobody set.
const SOURCE_DEFAULT: i8 = 5;
/// DescribeConfigs tells documentation from this version on.
const DOCUMENTED: i16 = 3;
/// DescribeCluster knows kinds of endpoints from this version on; 1 is brokers.
const BROKERS: i8 = 1;

type Answers<T> = Vec<((i8, String), Result<T>)>;

/// Who answers for a resource; None: anybody.
fn node_of(r: &ConfigResource) -> Result<Option<i32>> {
    match r.kind {
        // A broker without a name is the default of all brokers, which is the cluster's.
        ResourceType::Broker if r.name.is_empty() => Ok(None),
        ResourceType::Broker | ResourceType::BrokerLogger => match r.name.parse() {
            Ok(id) => Ok(Some(id)),
            Err(_) => Err(Error::invalid_arg(format!("\"{}\" is not a broker's id", r.name))),
        },
        ResourceType::Unknown => Err(Error::invalid_arg(format!("\"{}\": a resource needs a type", r.name))),
        _ => Ok(None),
    }
}

/// One attempt at the open items: a request for each broker that has some.
async fn ask<R, T, M>(
    call: Call,
    resources: Arc<[ConfigResource]>,
    open: Vec<usize>,
    make: M,
    read: fn(R::Response) -> Answers<T>,
) -> Result<Vec<(usize, Result<T>)>>
where
    R: Request + Send + Sync + 'static,
    R::Response: Send + 'static,
    T: Send + 'static,
    M: Fn(i16, &[usize]) -> R + Clone + Send + Sync + 'static,
{
    let mut rows = Vec::new();
    let mut by_node: BTreeMap<Option<i32>, Vec<usize>> = BTreeMap::new();
    for i in open {
        match node_of(&resources[i]) {
            Ok(node) => by_node.entry(node).or_default().push(i),
            Err(e) => rows.push((i, Err(e))),
        }
    }
    if by_node.keys().any(Option::is_some) {
        call.learn(&[]).await?;
    }
    let asks = by_node.into_iter().map(|(node, items)| {
        let (call, resources, make) = (call.clone(), resources.clone(), make.clone());
        async move {
            match call.request(node.map_or(Target::Any, Target::Node), |version| make(version, &items)).await {
                Ok(r) => match_up(&items, |i| (resources[i].kind as i8, resources[i].name.clone()), read(r)),
                Err(e) => all_failed(&items, &e),
            }
        }
    });
    rows.extend(at_once(asks).await);
    Ok(rows)
}

fn named<T>(resources: &[ConfigResource], outcomes: Vec<Result<T>>) -> Vec<(ConfigResource, Result<T>)> {
    resources.iter().cloned().zip(outcomes).collect()
}

fn entry(c: DescribeConfigsResourceResult) -> ConfigEntry {
    ConfigEntry {
        name: c.name,
        value: c.value.filter(|_| !c.is_sensitive),
        read_only: c.read_only,
        is_default: c.config_source == SOURCE_DEFAULT,
        sensitive: c.is_sensitive,
        source: c.config_source,
        synonyms: c.synonyms.into_iter().map(|s| ConfigSynonym { name: s.name, value: s.value, source: s.source }).collect(),
        kind: c.config_type,
        documentation: c.documentation,
    }
}

pub(super) async fn describe(mut call: Call, resources: Arc<[ConfigResource]>) -> Result<Vec<(ConfigResource, Result<Vec<ConfigEntry>>)>> {
    let told = call
        .each(resources.len(), |call, open| {
            let all = resources.clone();
            let make = move |version, items: &[usize]| DescribeConfigsRequest {
                resources: items
                    .iter()
                    .map(|&i| DescribeConfigsResource {
                        resource_type: all[i].kind as i8,
                        resource_name: all[i].name.clone(),
                        configuration_keys: None,
                    })
                    .collect(),
                include_synonyms: true,
                include_documentation: version >= DOCUMENTED,
            };
            ask(call, resources.clone(), open, make, |r| {
                let row = |o: Result<()>, configs: Vec<_>| o.map(|()| configs.into_iter().map(entry).collect());
                r.results.into_iter().map(|r| ((r.resource_type, r.resource_name), row(outcome(r.error_code, r.error_message), r.configs))).collect()
            })
        })
        .await?;
    Ok(named(&resources, told))
}

pub(super) async fn alter(
    mut call: Call,
    resources: Vec<ConfigResource>,
    values: Vec<Vec<(String, Option<String>)>>,
    validate_only: bool,
) -> Result<Vec<(ConfigResource, Result<()>)>> {
    let (resources, values): (Arc<[_]>, Arc<[_]>) = (resources.into(), values.into());
    let done = call
        .each(resources.len(), |call, open| {
            let (all, values) = (resources.clone(), values.clone());
            let make = move |_, items: &[usize]| AlterConfigsRequest {
                resources: items
                    .iter()
                    .map(|&i| replace::AlterConfigsResource {
                        resource_type: all[i].kind as i8,
                        resource_name: all[i].name.clone(),
                        configs: values[i]
                            .iter()
                            .map(|(name, value)| replace::AlterableConfig { name: name.clone(), value: value.clone() })
                            .collect(),
                    })
                    .collect(),
                validate_only,
            };
            ask(call, resources.clone(), open, make, |r| {
                r.responses.into_iter().map(|r| ((r.resource_type, r.resource_name), outcome(r.error_code, r.error_message))).collect()
            })
        })
        .await?;
    Ok(named(&resources, done))
}

pub(super) async fn alter_some(
    mut call: Call,
    resources: Vec<ConfigResource>,
    changes: Vec<Vec<ConfigChange>>,
    validate_only: bool,
) -> Result<Vec<(ConfigResource, Result<()>)>> {
    let (resources, changes): (Arc<[_]>, Arc<[_]>) = (resources.into(), changes.into());
    let done = call
        .each(resources.len(), |call, open| {
            let (all, changes) = (resources.clone(), changes.clone());
            let config = |c: &ConfigChange| change::AlterableConfig { name: c.name.clone(), config_operation: c.op as i8, value: c.value.clone() };
            let make = move |_, items: &[usize]| IncrementalAlterConfigsRequest {
                resources: items
                    .iter()
                    .map(|&i| change::AlterConfigsResource {
                        resource_type: all[i].kind as i8,
                        resource_name: all[i].name.clone(),
                        configs: changes[i].iter().map(config).collect(),
                    })
                    .collect(),
                validate_only,
            };
            ask(call, resources.clone(), open, make, |r| {
                r.responses.into_iter().map(|r| ((r.resource_type, r.resource_name), outcome(r.error_code, r.error_message))).collect()
            })
        })
        .await?;
    Ok(named(&resources, done))
}

pub(super) async fn describe_cluster(mut call: Call) -> Result<ClusterDescription> {
    call.one(|call| async move {
        let ask = |_| DescribeClusterRequest { include_cluster_authorized_operations: true, endpoint_type: BROKERS, ..Default::default() };
        match call.request(Target::Any, ask).await {
            Ok(r) => {
                outcome(r.error_code, r.error_message)?;
                let brokers = r.brokers.into_iter().map(|b| BrokerMetadata { id: b.broker_id, host: b.host, port: b.port, rack: b.rack });
                let mut brokers: Vec<_> = brokers.collect();
                brokers.sort_by_key(|b| b.id);
                Ok(ClusterDescription {
                    cluster_id: r.cluster_id,
                    controller_id: r.controller_id,
                    brokers,
                    authorized_operations: r.cluster_authorized_operations,
                })
            }
            // Brokers before DescribeCluster say the same in their metadata, but for the operations.
            Err(e) if e.code == Code::UNSUPPORTED_FEATURE => {
                let m = call.learn(&[]).await?;
                Ok(ClusterDescription {
                    cluster_id: m.cluster_id.unwrap_or_default(),
                    controller_id: m.controller_id,
                    brokers: m.brokers,
                    authorized_operations: i32::MIN,
                })
            }
            Err(e) => Err(e),
        }
    })
    .await
}
