//! The admin's requests and answers as JSON: rare, small, and easier to keep stable across languages than a struct each.
//!
//! Owns the shapes, which docs/format.md lists ("The C border", admin). A failure of one item is its "error" member
//! {"code", "message", "flags"}; a member that is null or missing takes its default.

use crate::border::flags;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;
use wellhead::admin::{AlterOp, ConfigChange, ConfigEntry, ConfigResource, GroupDescription, NewTopic, OffsetSpec, ResourceType};
use wellhead::{Admin, BrokerMetadata, Metadata, TopicMetadata, TopicPartition, TopicPartitionOffset};
use wellhead_base::{Code, Error, Result};

/// A request's member, read with its path in the error.
struct Req<'a>(&'a Value, &'a str);

impl<'a> Req<'a> {
    fn bad(&self, want: &str) -> Error {
        Error::invalid_arg(format!("the request's \"{}\" is not {want}", self.1))
    }
    fn get(&self, name: &'a str) -> Req<'a> {
        Req(self.0.get(name).unwrap_or(&Value::Null), name)
    }
    fn is_null(&self) -> bool {
        self.0.is_null()
    }
    fn text(&self) -> Result<&'a str> {
        self.0.as_str().ok_or_else(|| self.bad("a text"))
    }
    fn text_or_none(&self) -> Result<Option<&'a str>> {
        if self.is_null() { Ok(None) } else { self.text().map(Some) }
    }
    fn int(&self, default: i64) -> Result<i64> {
        if self.is_null() { Ok(default) } else { self.0.as_i64().ok_or_else(|| self.bad("a whole number")) }
    }
    fn int32(&self, default: i32) -> Result<i32> {
        i32::try_from(self.int(i64::from(default))?).map_err(|_| self.bad("a number of 32 bits"))
    }
    fn flag(&self) -> Result<bool> {
        if self.is_null() { Ok(false) } else { self.0.as_bool().ok_or_else(|| self.bad("true or false")) }
    }
    fn list<T>(&self, each: impl Fn(Req<'a>) -> Result<T>) -> Result<Vec<T>> {
        match self.0 {
            Value::Null => Ok(Vec::new()),
            Value::Array(a) => a.iter().map(|v| each(Req(v, self.1))).collect(),
            _ => Err(self.bad("a list")),
        }
    }
    fn texts(&self) -> Result<Vec<&'a str>> {
        self.list(|r| r.text())
    }
    fn pairs<T>(&self, each: impl Fn(&'a str, Req<'a>) -> Result<T>) -> Result<Vec<T>> {
        match self.0 {
            Value::Null => Ok(Vec::new()),
            Value::Object(m) => m.iter().map(|(k, v)| each(k, Req(v, k))).collect(),
            _ => Err(self.bad("an object")),
        }
    }
    fn ids(&self) -> Result<Vec<Vec<i32>>> {
        self.list(|r| r.list(|id| id.int32(-1)))
    }
    fn tp(&self) -> Result<TopicPartition> {
        Ok(TopicPartition::new(self.get("topic").text()?, self.get("partition").int32(-1)?))
    }
    fn tpo(&self) -> Result<TopicPartitionOffset> {
        let mut p = self.tp()?.at(self.get("offset").int(-1001)?);
        p.leader_epoch = self.get("leader_epoch").int32(-1)?;
        p.metadata = self.get("metadata").text_or_none()?.map(str::to_owned);
        Ok(p)
    }
    fn resource(&self) -> Result<ConfigResource> {
        let kind = match self.get("type").int(0)? {
            2 => ResourceType::Topic,
            4 => ResourceType::Broker,
            8 => ResourceType::BrokerLogger,
            16 => ResourceType::ClientMetrics,
            32 => ResourceType::Group,
            n => return Err(Error::invalid_arg(format!("there is no resource type {n}"))),
        };
        Ok(ConfigResource { kind, name: self.get("name").text()?.to_owned() })
    }
}

/// Runs the operation `op` with the JSON `request`, and returns the answer's JSON.
pub fn call(admin: &Admin, op: &str, request: &str, timeout: Duration) -> Result<String> {
    let parsed: Value = if request.trim().is_empty() {
        Value::Null
    } else {
        serde_json::from_str(request).map_err(|e| Error::invalid_arg(format!("the request is not JSON: {e}")))?
    };
    let r = Req(&parsed, "request");
    let validate_only = || r.get("validate_only").flag();
    let answer = match op {
        "create_topics" => {
            let topics = r.get("topics").list(|t| {
                Ok(NewTopic {
                    name: t.get("name").text()?.to_owned(),
                    partitions: t.get("partitions").int32(-1)?,
                    replication: t.get("replication").int32(-1)?,
                    assignment: t.get("assignment").ids()?,
                    configs: t.get("configs").pairs(|k, v| Ok((k.to_owned(), v.text()?.to_owned())))?,
                })
            })?;
            outcomes(admin.create_topics(&topics, timeout, validate_only()?)?, |()| Map::new())
        }
        "delete_topics" => outcomes(admin.delete_topics(&r.get("topics").texts()?, timeout)?, |()| Map::new()),
        "create_partitions" => {
            let topics = r.get("topics").list(|t| Ok((t.get("name").text()?, t.get("partitions").int32(-1)?, t.get("assignment").ids()?)))?;
            outcomes(admin.create_partitions(&topics, timeout, validate_only()?)?, |()| Map::new())
        }
        "delete_records" => partitions(&admin.delete_records(&r.get("partitions").list(|p| p.tpo())?, timeout)?),
        "metadata" => metadata(&admin.metadata(r.get("topic").text_or_none()?, timeout)?),
        "describe_topics" => Value::Array(admin.describe_topics(&r.get("topics").texts()?, timeout)?.iter().map(topic).collect()),
        "describe_cluster" => {
            let c = admin.describe_cluster(timeout)?;
            json!({
                "cluster_id": c.cluster_id, "controller_id": c.controller_id, "brokers": c.brokers.iter().map(broker).collect::<Vec<_>>(),
                "authorized_operations": c.authorized_operations,
            })
        }
        "describe_configs" => {
            let found = admin.describe_configs(&r.get("resources").list(|x| x.resource())?, timeout)?;
            found
                .into_iter()
                .map(|(res, outcome)| {
                    resource(&res, outcome, |entries| [("entries".to_owned(), entries.iter().map(config).collect())].into_iter().collect())
                })
                .collect()
        }
        "alter_configs" => {
            let changes = r
                .get("resources")
                .list(|x| Ok((x.resource()?, x.get("configs").pairs(|k, v| Ok((k.to_owned(), v.text_or_none()?.map(str::to_owned))))?)))?;
            let done = admin.alter_configs(&changes, timeout, validate_only()?)?;
            done.into_iter().map(|(res, outcome)| resource(&res, outcome, |()| Map::new())).collect()
        }
        "incremental_alter_configs" => {
            let changes = r.get("resources").list(|x| {
                let changes = x.get("changes").list(|c| {
                    let op = match c.get("op").int(0)? {
                        0 => AlterOp::Set,
                        1 => AlterOp::Delete,
                        2 => AlterOp::Append,
                        3 => AlterOp::Subtract,
                        n => return Err(Error::invalid_arg(format!("there is no config operation {n}"))),
                    };
                    Ok(ConfigChange { name: c.get("name").text()?.to_owned(), op, value: c.get("value").text_or_none()?.map(str::to_owned) })
                })?;
                Ok((x.resource()?, changes))
            })?;
            let done = admin.incremental_alter_configs(&changes, timeout, validate_only()?)?;
            done.into_iter().map(|(res, outcome)| resource(&res, outcome, |()| Map::new())).collect()
        }
        "list_groups" => {
            let (groups, errors) = admin.list_groups(&r.get("states").texts()?, &r.get("types").texts()?, timeout)?;
            let groups: Vec<_> = groups
                .iter()
                .map(|g| json!({"group_id": g.group_id, "protocol_type": g.protocol_type, "state": g.state, "type": g.group_type}))
                .collect();
            json!({"groups": groups, "errors": errors.iter().map(error).collect::<Vec<_>>()})
        }
        "describe_groups" => outcomes(admin.describe_groups(&r.get("groups").texts()?, timeout)?, group),
        "delete_groups" => outcomes(admin.delete_groups(&r.get("groups").texts()?, timeout)?, |()| Map::new()),
        "list_group_offsets" => {
            let wanted = r.get("partitions");
            let tps = wanted.list(|p| p.tp())?;
            let tps = (!wanted.is_null()).then_some(tps.as_slice());
            partitions(&admin.list_group_offsets(r.get("group").text()?, tps, r.get("require_stable").flag()?, timeout)?)
        }
        "alter_group_offsets" => partitions(&admin.alter_group_offsets(r.get("group").text()?, &r.get("partitions").list(|p| p.tpo())?, timeout)?),
        "delete_group_offsets" => partitions(&admin.delete_group_offsets(r.get("group").text()?, &r.get("partitions").list(|p| p.tp())?, timeout)?),
        "list_offsets" => {
            let specs = r.get("partitions").list(|p| {
                let spec = match (p.get("spec").text_or_none()?, p.get("timestamp").int(-1)?) {
                    (Some("earliest"), _) => OffsetSpec::Earliest,
                    (Some("latest"), _) => OffsetSpec::Latest,
                    (Some("max_timestamp"), _) => OffsetSpec::MaxTimestamp,
                    (Some("earliest_local"), _) => OffsetSpec::EarliestLocal,
                    (Some("latest_tiered"), _) => OffsetSpec::LatestTiered,
                    (None, ms) if ms >= 0 => OffsetSpec::Timestamp(ms),
                    _ => return Err(Error::invalid_arg("an entry has neither a known \"spec\" nor a \"timestamp\"")),
                };
                Ok((p.tp()?, spec))
            })?;
            let found = admin.list_offsets(&specs, r.get("read_committed").flag()?, timeout)?;
            found
                .into_iter()
                .map(|(tp, outcome)| match outcome {
                    Ok(o) => json!({
                        "topic": &*tp.topic, "partition": tp.partition, "offset": o.offset, "timestamp": o.timestamp, "leader_epoch": o.leader_epoch,
                    }),
                    Err(e) => json!({"topic": &*tp.topic, "partition": tp.partition, "error": error(&e)}),
                })
                .collect()
        }
        _ => return Err(Error::new(Code::INVALID_ARG, format!("there is no admin operation \"{op}\""))),
    };
    Ok(answer.to_string())
}

fn error(e: &Error) -> Value {
    json!({"code": e.code.get(), "message": e.message(), "flags": flags(e)})
}
fn maybe(e: Option<&Error>) -> Value {
    e.map_or(Value::Null, error)
}

fn outcomes<T>(all: Vec<(String, Result<T>)>, body: impl Fn(T) -> Map<String, Value>) -> Value {
    all.into_iter()
        .map(|(name, outcome)| {
            let mut m = Map::new();
            m.insert("name".into(), name.into());
            match outcome {
                Ok(t) => m.extend(body(t)),
                Err(e) => _ = m.insert("error".into(), error(&e)),
            }
            Value::Object(m)
        })
        .collect()
}

fn resource<T>(r: &ConfigResource, outcome: Result<T>, body: impl Fn(T) -> Map<String, Value>) -> Value {
    let mut m = Map::new();
    m.insert("type".into(), (r.kind as i8).into());
    m.insert("name".into(), r.name.as_str().into());
    match outcome {
        Ok(t) => m.extend(body(t)),
        Err(e) => _ = m.insert("error".into(), error(&e)),
    }
    Value::Object(m)
}

fn config(c: &ConfigEntry) -> Value {
    let synonyms: Vec<_> = c.synonyms.iter().map(|s| json!({"name": s.name, "value": s.value, "source": s.source})).collect();
    json!({
        "name": c.name, "value": c.value, "read_only": c.read_only, "is_default": c.is_default, "sensitive": c.sensitive, "source": c.source,
        "synonyms": synonyms, "kind": c.kind, "documentation": c.documentation,
    })
}

fn partitions(list: &[TopicPartitionOffset]) -> Value {
    list.iter()
        .map(|p| {
            json!({
                "topic": &*p.topic, "partition": p.partition, "offset": p.offset, "leader_epoch": p.leader_epoch, "metadata": p.metadata,
                "error": maybe(p.error.as_ref()),
            })
        })
        .collect()
}

fn group(g: GroupDescription) -> Map<String, Value> {
    let members: Vec<_> = g
        .members
        .iter()
        .map(|m| {
            let assignment: Vec<_> = m.assignment.iter().map(|p| json!({"topic": &*p.topic, "partition": p.partition})).collect();
            json!({
                "member_id": m.member_id, "group_instance_id": m.group_instance_id, "client_id": m.client_id, "client_host": m.client_host,
                "assignment": assignment,
            })
        })
        .collect();
    let Value::Object(m) = json!({
        "state": g.state, "protocol_type": g.protocol_type, "protocol": g.protocol, "members": members, "coordinator": broker(&g.coordinator),
        "authorized_operations": g.authorized_operations,
    }) else {
        return Map::new();
    };
    m
}

fn broker(b: &BrokerMetadata) -> Value {
    json!({"id": b.id, "host": b.host, "port": b.port, "rack": b.rack})
}

fn topic(t: &TopicMetadata) -> Value {
    let partitions: Vec<_> = t
        .partitions
        .iter()
        .map(|p| {
            json!({
                "id": p.id, "leader": p.leader, "leader_epoch": p.leader_epoch, "replicas": p.replicas, "isr": p.isr,
                "error": maybe(p.error.as_ref()),
            })
        })
        .collect();
    json!({"name": &*Arc::clone(&t.name), "id": t.id.to_string(), "internal": t.internal, "partitions": partitions, "error": maybe(t.error.as_ref())})
}

/// The shape of metadata, which producers and consumers answer too.
pub fn metadata(m: &Metadata) -> Value {
    json!({
        "cluster_id": m.cluster_id, "controller_id": m.controller_id, "brokers": m.brokers.iter().map(broker).collect::<Vec<_>>(),
        "topics": m.topics.iter().map(topic).collect::<Vec<_>>(), "originating_broker": broker(&m.originating_broker),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_strictly() {
        let v = json!({"topic": "t", "partition": 3, "big": 1_i64 << 40, "list": [1], "null": null});
        let r = Req(&v, "request");
        assert_eq!(r.tp().unwrap(), TopicPartition::new("t", 3));
        assert!(r.get("big").int32(0).is_err());
        assert!(r.get("list").texts().is_err());
        assert!(r.get("topic").list(|_| Ok(())).is_err());
        assert_eq!(r.get("null").int(7).unwrap(), 7);
        assert!(r.get("missing").text().unwrap_err().to_string().contains("missing"));
        assert!(r.resource().is_err());
    }
}
