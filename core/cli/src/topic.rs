//! `wellhead topic ...`

use crate::args::{Global, Topic};
use crate::connect::Cluster;
use crate::fail::{Done, Failure, Result};
use crate::output::Out;
use serde_json::{Value, json};
use wellhead::admin::{AlterOp, ConfigChange, ConfigEntry, ConfigResource, NewTopic, OffsetSpec, ResourceType};
use wellhead::{Admin, Code, TopicMetadata, TopicPartition};

pub fn run(global: &Global, command: Topic) -> Done {
    let cluster = Cluster::new(global);
    let admin = cluster.admin()?;
    let mut out = Out::stdout(global.json);
    match command {
        Topic::Create { names, partitions, replication_factor, configs, if_not_exists } => {
            let new: Vec<NewTopic> = names
                .into_iter()
                .map(|name| NewTopic {
                    name,
                    partitions: partitions.unwrap_or(-1),
                    replication: replication_factor.unwrap_or(-1),
                    assignment: Vec::new(),
                    configs: configs.clone(),
                })
                .collect();
            create(&cluster, &admin, &mut out, &new, if_not_exists)
        }
        Topic::List { all, long } => list(&cluster, &admin, &mut out, all, long),
        Topic::Describe { names } => describe(&cluster, &admin, &mut out, &names),
        Topic::Alter { name, partitions, configs, delete_config } => alter(&cluster, &admin, &mut out, &name, partitions, configs, delete_config),
        Topic::Delete { names } => delete(&cluster, &admin, &mut out, &names),
    }?;
    out.flush()
}

fn create(cluster: &Cluster, admin: &Admin, out: &mut Out, new: &[NewTopic], if_not_exists: bool) -> Done {
    let outcomes = admin.create_topics(new, cluster.timeout, false).map_err(|e| cluster.failure(&e))?;
    let mut first_failure = None;
    for (name, outcome) in outcomes {
        let created = match outcome {
            Ok(()) => true,
            Err(e) if e.code == Code::TOPIC_ALREADY_EXISTS && if_not_exists => false,
            Err(e) => {
                let failure = match e.code {
                    Code::TOPIC_ALREADY_EXISTS => {
                        Failure::new(format!("There is a topic \"{name}\" already")).hint("--if-not-exists takes that for done.")
                    }
                    _ => cluster.topic_failure(admin, &name, &e),
                };
                // The others are told as well; the command fails with the first.
                if first_failure.is_some() {
                    eprintln!("wellhead: {failure}");
                } else {
                    first_failure = Some(failure);
                }
                continue;
            }
        };
        if out.json {
            out.value(&json!({ "topic": name, "created": created }))?;
        } else if created {
            out.line(&format!("Created topic {name}."))?;
        } else {
            out.line(&format!("Topic {name} exists already."))?;
        }
    }
    out.flush()?;
    first_failure.map_or(Ok(()), Err)
}

fn list(cluster: &Cluster, admin: &Admin, out: &mut Out, all: bool, long: bool) -> Done {
    let mut topics = admin.metadata(None, cluster.timeout).map_err(|e| cluster.failure(&e))?.topics;
    topics.retain(|t| all || !t.internal);
    topics.sort_by(|a, b| a.name.cmp(&b.name));
    if out.json {
        let values =
            topics.iter().map(|t| json!({ "topic": &*t.name, "id": t.id.to_string(), "internal": t.internal, "partitions": t.partitions.len() }));
        return out.value(&Value::Array(values.collect()));
    }
    if long {
        let rows: Vec<Vec<String>> = topics.iter().map(|t| vec![t.name.to_string(), t.partitions.len().to_string(), t.id.to_string()]).collect();
        return out.table(&["TOPIC", "PARTITIONS", "ID"], &rows);
    }
    for t in &topics {
        out.line(&t.name)?;
    }
    Ok(())
}

/// The metadata of topics that must exist; all of them when none is named.
fn existing(cluster: &Cluster, admin: &Admin, names: &[String]) -> Result<Vec<TopicMetadata>> {
    let mut topics = if names.is_empty() {
        admin.metadata(None, cluster.timeout).map_err(|e| cluster.failure(&e))?.topics
    } else {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        admin.describe_topics(&names, cluster.timeout).map_err(|e| cluster.failure(&e))?
    };
    if names.is_empty() {
        topics.retain(|t| !t.internal);
        topics.sort_by(|a, b| a.name.cmp(&b.name));
    }
    for t in &topics {
        if let Some(e) = &t.error {
            return Err(cluster.topic_failure(admin, &t.name, e));
        }
    }
    Ok(topics)
}

/// One topic that must exist.
pub fn one(cluster: &Cluster, admin: &Admin, name: &str) -> Result<TopicMetadata> {
    existing(cluster, admin, &[name.to_owned()])?.pop().ok_or_else(|| cluster.no_such_topic(admin, name))
}

/// First and next offset of each partition, in the order given.
pub fn bounds(cluster: &Cluster, admin: &Admin, partitions: &[TopicPartition]) -> Result<Vec<(i64, i64)>> {
    let first = offsets(cluster, admin, partitions, OffsetSpec::Earliest)?;
    let next = offsets(cluster, admin, partitions, OffsetSpec::Latest)?;
    Ok(first.into_iter().zip(next).collect())
}

/// One offset of each partition, in the order given; -1 where no record answers.
pub fn offsets(cluster: &Cluster, admin: &Admin, partitions: &[TopicPartition], spec: OffsetSpec) -> Result<Vec<i64>> {
    let specs: Vec<_> = partitions.iter().map(|tp| (tp.clone(), spec)).collect();
    if specs.is_empty() {
        return Ok(Vec::new());
    }
    let answers = admin.list_offsets(&specs, false, cluster.timeout).map_err(|e| cluster.failure(&e))?;
    let mut found = std::collections::HashMap::new();
    for (tp, answer) in answers {
        let offset = answer.map_err(|e| cluster.topic_failure(admin, &tp.topic, &e))?.offset;
        found.insert(tp, offset);
    }
    partitions.iter().map(|tp| found.get(tp).copied().ok_or_else(|| Failure::new(format!("The broker did not tell the offsets of {tp}")))).collect()
}

fn configs(cluster: &Cluster, admin: &Admin, topics: &[TopicMetadata]) -> Result<Vec<Vec<ConfigEntry>>> {
    let resources: Vec<ConfigResource> = topics.iter().map(|t| ConfigResource { kind: ResourceType::Topic, name: t.name.to_string() }).collect();
    if resources.is_empty() {
        return Ok(Vec::new());
    }
    let mut answers = admin.describe_configs(&resources, cluster.timeout).map_err(|e| cluster.failure(&e))?;
    Ok(topics
        .iter()
        .map(|t| answers.iter_mut().find(|(r, _)| r.name == *t.name).and_then(|(_, a)| a.as_mut().ok()).map(std::mem::take).unwrap_or_default())
        .collect())
}

/// A topic's configuration value, whatever its source.
pub fn config(cluster: &Cluster, admin: &Admin, topic: &str, name: &str) -> Option<String> {
    let resource = ConfigResource { kind: ResourceType::Topic, name: topic.to_owned() };
    let (_, entries) = admin.describe_configs(&[resource], cluster.timeout).ok()?.pop()?;
    entries.ok()?.into_iter().find(|e| e.name == name)?.value
}

fn describe(cluster: &Cluster, admin: &Admin, out: &mut Out, names: &[String]) -> Done {
    let topics = existing(cluster, admin, names)?;
    let partitions: Vec<TopicPartition> =
        topics.iter().flat_map(|t| t.partitions.iter().map(|p| TopicPartition::new(t.name.clone(), p.id))).collect();
    let mut bounds = bounds(cluster, admin, &partitions)?.into_iter();
    let configs = configs(cluster, admin, &topics)?;
    let mut values = Vec::new();
    for (n, (t, entries)) in topics.iter().zip(&configs).enumerate() {
        let set: Vec<(&str, &str)> =
            entries.iter().filter(|e| e.source == 1).map(|e| (e.name.as_str(), e.value.as_deref().unwrap_or("(hidden)"))).collect();
        let rows: Vec<_> = t.partitions.iter().map(|p| (p, bounds.next().unwrap_or((0, 0)))).collect();
        if out.json {
            let partitions: Vec<Value> = rows
                .iter()
                .map(|(p, (first, next))| {
                    json!({ "partition": p.id, "leader": p.leader, "leader_epoch": p.leader_epoch, "replicas": p.replicas, "isr": p.isr, "first_offset": first, "next_offset": next })
                })
                .collect();
            let set: serde_json::Map<String, Value> = set.iter().map(|&(k, v)| (k.to_owned(), Value::from(v))).collect();
            values.push(json!({ "topic": &*t.name, "id": t.id.to_string(), "internal": t.internal, "partitions": partitions, "config": set }));
            continue;
        }
        if n > 0 {
            out.line("")?;
        }
        let durability = entries.iter().find(|e| e.name == "wellhead.durability").and_then(|e| e.value.as_deref());
        let durability = durability.map_or(String::new(), |d| format!(", durability {d}"));
        let count = t.partitions.len();
        out.line(&format!("{} (id {}): {count} partition{}{durability}", t.name, t.id, if count == 1 { "" } else { "s" }))?;
        for (k, v) in set {
            out.line(&format!("  {k}={v}"))?;
        }
        let ids = |v: &[i32]| v.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let rows: Vec<Vec<String>> = rows
            .iter()
            .map(|(p, (first, next))| {
                let leader = if p.leader < 0 { "none".to_owned() } else { p.leader.to_string() };
                vec![p.id.to_string(), leader, ids(&p.replicas), ids(&p.isr), first.to_string(), next.to_string()]
            })
            .collect();
        out.table(&["PARTITION", "LEADER", "REPLICAS", "IN SYNC", "FIRST OFFSET", "NEXT OFFSET"], &rows)?;
    }
    if out.json {
        // Asked for one: one object.
        if names.len() == 1 { out.one_or_many(values) } else { out.value(&Value::Array(values)) }
    } else {
        Ok(())
    }
}

fn alter(
    cluster: &Cluster,
    admin: &Admin,
    out: &mut Out,
    name: &str,
    partitions: Option<i32>,
    configs: Vec<(String, String)>,
    delete_config: Vec<String>,
) -> Done {
    one(cluster, admin, name)?;
    let mut changes: Vec<ConfigChange> =
        configs.into_iter().map(|(name, value)| ConfigChange { name, op: AlterOp::Set, value: Some(value) }).collect();
    changes.extend(delete_config.into_iter().map(|name| ConfigChange { name, op: AlterOp::Delete, value: None }));
    if changes.is_empty() && partitions.is_none() {
        return Err(Failure::new("There is nothing to change").hint("Give --partitions, --config or --delete-config."));
    }
    if !changes.is_empty() {
        let resource = ConfigResource { kind: ResourceType::Topic, name: name.to_owned() };
        let answers = admin.incremental_alter_configs(&[(resource, changes)], cluster.timeout, false).map_err(|e| cluster.failure(&e))?;
        for (_, answer) in answers {
            answer.map_err(|e| cluster.topic_failure(admin, name, &e))?;
        }
    }
    if let Some(total) = partitions {
        let answers = admin.create_partitions(&[(name, total, Vec::new())], cluster.timeout, false).map_err(|e| cluster.failure(&e))?;
        for (_, answer) in answers {
            answer.map_err(|e| cluster.topic_failure(admin, name, &e))?;
        }
    }
    if out.json { out.value(&json!({ "topic": name, "changed": true })) } else { out.line(&format!("Changed topic {name}.")) }
}

fn delete(cluster: &Cluster, admin: &Admin, out: &mut Out, names: &[String]) -> Done {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let outcomes = admin.delete_topics(&names, cluster.timeout).map_err(|e| cluster.failure(&e))?;
    let mut first_failure = None;
    for (name, outcome) in outcomes {
        match outcome {
            Ok(()) if out.json => out.value(&json!({ "topic": name, "deleted": true }))?,
            Ok(()) => out.line(&format!("Deleted topic {name}."))?,
            Err(e) => {
                let failure = cluster.topic_failure(admin, &name, &e);
                if first_failure.is_some() {
                    eprintln!("wellhead: {failure}");
                } else {
                    first_failure = Some(failure);
                }
            }
        }
    }
    out.flush()?;
    first_failure.map_or(Ok(()), Err)
}
