//! Dynamic configs of topics and brokers: AlterConfigs replaces them all, IncrementalAlterConfigs changes some.

use super::{Decision, Image, Record, refuse};
use std::collections::{BTreeMap, BTreeSet};
use wellhead_base::props::{self, Kind, Property};
use wellhead_base::{Code, Error};

/// What a config belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Resource {
    Topic(String),
    /// A broker's id in decimal, or "" for all brokers.
    Broker(String),
}

impl Resource {
    /// Kafka's number of the resource's type (`ConfigResource.Type`).
    pub fn type_id(&self) -> i8 {
        match self {
            Self::Topic(_) => 2,
            Self::Broker(_) => 4,
        }
    }
    pub fn name(&self) -> &str {
        match self {
            Self::Topic(n) | Self::Broker(n) => n,
        }
    }
    /// None for a type that has no dynamic configs here.
    pub fn from_type(type_id: i8, name: String) -> Option<Self> {
        match type_id {
            2 => Some(Self::Topic(name)),
            4 => Some(Self::Broker(name)),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlterOp {
    Set,
    Delete,
    Append,
    Subtract,
}

impl AlterOp {
    pub fn from_id(id: i8) -> Option<Self> {
        Some(match id {
            0 => Self::Set,
            1 => Self::Delete,
            2 => Self::Append,
            3 => Self::Subtract,
            _ => return None,
        })
    }
}

/// Names and values to set.
pub type NewConfigs = Vec<(String, Option<String>)>;

/// One change of one config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlterConfig {
    pub name: String,
    pub op: AlterOp,
    pub value: Option<String>,
}

/// What one resource of IncrementalAlterConfigs asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlterResource {
    pub resource: Resource,
    pub configs: Vec<AlterConfig>,
}

/// The outcome for one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceResult {
    pub resource: Resource,
    pub result: Result<(), Error>,
}

/// The broker properties that may be changed while it runs; the others are read at the start only.
pub const DYNAMIC_BROKER_CONFIGS: &[&str] = &[
    "compression.type",
    "follower.replication.throttled.rate",
    "leader.replication.throttled.rate",
    "log.cleaner.backoff.ms",
    "log.cleaner.delete.retention.ms",
    "log.cleaner.max.compaction.lag.ms",
    "log.cleaner.min.cleanable.ratio",
    "log.cleaner.min.compaction.lag.ms",
    "log.cleanup.policy",
    "log.flush.interval.messages",
    "log.flush.interval.ms",
    "log.index.interval.bytes",
    "log.index.size.max.bytes",
    "log.local.retention.bytes",
    "log.local.retention.ms",
    "log.message.timestamp.after.max.ms",
    "log.message.timestamp.before.max.ms",
    "log.message.timestamp.type",
    "log.preallocate",
    "log.retention.bytes",
    "log.retention.ms",
    "log.roll.jitter.ms",
    "log.roll.ms",
    "log.segment.bytes",
    "log.segment.delete.delay.ms",
    "message.max.bytes",
    "min.insync.replicas",
    "replica.alter.log.dirs.io.max.bytes.per.second",
    "unclean.leader.election.enable",
    "wellhead.durability",
];

/// A value must fit a string of the metadata log with room to spare.
const VALUE_LEN_MAX: usize = 32_000;

fn invalid_config(message: impl Into<String>) -> Error {
    refuse(Code::INVALID_CONFIG, message)
}

/// The row of a topic's config.
fn topic_row(name: &str) -> Result<&'static Property, Error> {
    props::topic::TABLE.iter().find(|p| p.name == name).ok_or_else(|| invalid_config(format!("Unknown topic config name: {name}")))
}

/// Checks the configs of a new topic and returns their canonical texts.
pub(super) fn check_topic_configs(configs: &[(String, Option<String>)]) -> Result<BTreeMap<String, String>, Error> {
    let nulls: Vec<&str> = configs.iter().filter(|(_, v)| v.is_none()).map(|(n, _)| n.as_str()).collect();
    if !nulls.is_empty() {
        return Err(invalid_config(format!("Null value not supported for topic configs: {}", nulls.join(","))));
    }
    let mut out = BTreeMap::new();
    for (name, value) in configs {
        let value = check_value(topic_row(name)?, value.as_deref().unwrap_or_default())?;
        out.insert(name.clone(), value);
    }
    check_together(&out)?;
    Ok(out)
}

/// The text is kept as it came where Kafka would keep it; the check is what matters.
fn check_value(row: &Property, value: &str) -> Result<String, Error> {
    if value.len() > VALUE_LEN_MAX {
        return Err(invalid_config(format!("Invalid value for configuration {}: longer than {VALUE_LEN_MAX} bytes", row.name)));
    }
    row.check(value).map_err(|_| invalid_config(value_message(row, value)))
}

/// Kafka's words for a value that does not parse or is out of bounds.
fn value_message(row: &Property, value: &str) -> String {
    let why = match row.kind {
        Kind::Int(lo, hi) => match value.trim().parse::<i64>() {
            Ok(n) if n < lo => format!("Value must be at least {lo}"),
            Ok(_) => format!("Value must be no more than {hi}"),
            Err(_) if lo >= i64::from(i32::MIN) && hi <= i64::from(i32::MAX) => "Not a number of type INT".into(),
            Err(_) => "Not a number of type LONG".into(),
        },
        Kind::Float(lo, hi) => match value.trim().parse::<f64>() {
            Ok(n) if n < lo => format!("Value must be at least {lo}"),
            Ok(_) => format!("Value must be no more than {hi}"),
            Err(_) => "Not a number of type DOUBLE".into(),
        },
        Kind::Bool => "Expected value to be either true or false".into(),
        Kind::OneOf(words) => {
            format!("String must be one of: {}", words.iter().map(|w| w.split_once('=').map_or(*w, |(f, _)| f)).collect::<Vec<_>>().join(", "))
        }
        Kind::List => "Expected a comma separated list".into(),
        Kind::Str | Kind::Secret | Kind::Host => "Invalid value".into(),
    };
    format!("Invalid value {value} for configuration {}: {why}", row.name)
}

/// What two configs say about each other.
fn check_together(configs: &BTreeMap<String, String>) -> Result<(), Error> {
    let number = |name: &str| -> Option<i64> {
        configs.get(name).map(String::as_str).or_else(|| topic_row(name).ok().map(|r| r.default)).and_then(|v| v.parse().ok())
    };
    if let (Some(min), Some(max)) = (number("min.compaction.lag.ms"), number("max.compaction.lag.ms"))
        && min > max
    {
        return Err(invalid_config(format!(
            "conflict between topic config setting min.compaction.lag.ms ({min}) and max.compaction.lag.ms ({max}); the former should not be larger than the latter"
        )));
    }
    if let Some(policy) = configs.get("cleanup.policy") {
        let mut words = policy.split(',').map(str::trim).filter(|w| !w.is_empty());
        if let Some(bad) = words.find(|w| !matches!(*w, "delete" | "compact")) {
            return Err(invalid_config(format!("Invalid value {bad} for configuration cleanup.policy: String must be one of: compact, delete")));
        }
    }
    Ok(())
}

impl Image {
    /// Decides an AlterConfigs: each resource's configs become exactly those given.
    pub fn alter_configs(&self, resources: &[(Resource, NewConfigs)], validate_only: bool) -> Decision<Vec<ResourceResult>> {
        self.per_resource(resources.iter().map(|(r, c)| (r, c)), validate_only, |image, resource, configs| {
            if let Some(dup) = duplicate(configs.iter().map(|(n, _)| n.as_str())) {
                return Err(refuse(Code::INVALID_REQUEST, format!("Error due to duplicate config keys: {dup}")));
            }
            let nulls: Vec<&str> = configs.iter().filter(|(_, v)| v.is_none()).map(|(n, _)| n.as_str()).collect();
            if !nulls.is_empty() {
                return Err(refuse(Code::INVALID_REQUEST, format!("Null value not supported for : {}", nulls.join(","))));
            }
            image.check_resource(resource)?;
            let mut next = BTreeMap::new();
            for (name, value) in configs {
                next.insert(name.clone(), check_one(resource, name, value.as_deref().unwrap_or_default())?);
            }
            Ok(next)
        })
    }

    /// Decides an IncrementalAlterConfigs.
    pub fn incremental_alter_configs(&self, resources: &[AlterResource], validate_only: bool) -> Decision<Vec<ResourceResult>> {
        self.per_resource(resources.iter().map(|r| (&r.resource, &r.configs)), validate_only, |image, resource, configs| {
            if let Some(dup) = duplicate(configs.iter().map(|c| c.name.as_str())) {
                return Err(refuse(Code::INVALID_REQUEST, format!("Error due to duplicate config keys: {dup}")));
            }
            let nulls: Vec<&str> = configs.iter().filter(|c| c.op != AlterOp::Delete && c.value.is_none()).map(|c| c.name.as_str()).collect();
            if !nulls.is_empty() {
                return Err(refuse(Code::INVALID_REQUEST, format!("Null value not supported for : {}", nulls.join(","))));
            }
            image.check_resource(resource)?;
            let mut next = image.current(resource).clone();
            for change in configs {
                let given = change.value.as_deref().unwrap_or_default();
                let text = match change.op {
                    AlterOp::Delete => {
                        if row_of(resource, &change.name).is_err() && !next.contains_key(&change.name) {
                            row_of(resource, &change.name)?;
                        }
                        next.remove(&change.name);
                        continue;
                    }
                    AlterOp::Set => given.to_owned(),
                    AlterOp::Append | AlterOp::Subtract => {
                        let row = row_of(resource, &change.name)?;
                        if row.kind != Kind::List && row.name != "cleanup.policy" {
                            let op = if change.op == AlterOp::Append { "APPEND" } else { "SUBTRACT" };
                            return Err(invalid_config(format!("Can't {op} to key {} because its type is not LIST.", change.name)));
                        }
                        let now = next.get(&change.name).map_or(row.default, String::as_str);
                        edit_list(now, given, change.op)
                    }
                };
                next.insert(change.name.clone(), check_one(resource, &change.name, &text)?);
            }
            Ok(next)
        })
    }

    /// Runs `decide` for each resource (one named twice is refused) and turns the configs it wants into records.
    fn per_resource<'a, C: 'a>(
        &self,
        resources: impl Iterator<Item = (&'a Resource, &'a C)>,
        validate_only: bool,
        decide: impl Fn(&Self, &Resource, &'a C) -> Result<BTreeMap<String, String>, Error>,
    ) -> Decision<Vec<ResourceResult>> {
        let resources: Vec<_> = resources.collect();
        let mut count: BTreeMap<&Resource, usize> = BTreeMap::new();
        for (resource, _) in &resources {
            *count.entry(resource).or_default() += 1;
        }
        let (mut records, mut response, mut answered) = (Vec::new(), Vec::new(), BTreeSet::new());
        for (resource, configs) in &resources {
            if !answered.insert(*resource) {
                continue;
            }
            let decided = if count[resource] > 1 {
                Err(refuse(Code::INVALID_REQUEST, "Each resource must appear at most once."))
            } else {
                decide(self, resource, configs).and_then(|next| {
                    if matches!(resource, Resource::Topic(_)) {
                        check_together(&next)?;
                    }
                    Ok(next)
                })
            };
            let result = decided.map(|next| {
                if !validate_only {
                    records.extend(difference(resource, self.current(resource), &next));
                }
            });
            response.push(ResourceResult { resource: (*resource).clone(), result });
        }
        Decision { records, response }
    }

    fn current(&self, resource: &Resource) -> &BTreeMap<String, String> {
        static NONE: BTreeMap<String, String> = BTreeMap::new();
        match resource {
            Resource::Topic(name) => self.topic(name).map_or(&NONE, |t| &t.configs),
            Resource::Broker(name) => self.brokers.get(name).unwrap_or(&NONE),
        }
    }

    fn check_resource(&self, resource: &Resource) -> Result<(), Error> {
        match resource {
            Resource::Topic(name) if name.is_empty() => Err(refuse(Code::INVALID_REQUEST, "Default topic resources are not allowed.")),
            Resource::Topic(name) if self.topic(name).is_none() => {
                Err(refuse(Code::UNKNOWN_TOPIC_OR_PART, format!("The topic '{name}' does not exist.")))
            }
            Resource::Broker(name) if !name.is_empty() => match name.parse::<i32>() {
                Err(_) => Err(refuse(Code::INVALID_REQUEST, "Unable to parse broker name as a base 10 number.")),
                Ok(id) if id != self.settings.node_id => {
                    Err(refuse(Code::INVALID_REQUEST, format!("Unexpected broker id, expected {}, but received {name}", self.settings.node_id)))
                }
                Ok(_) => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

fn check_one(resource: &Resource, name: &str, value: &str) -> Result<String, Error> {
    let row = row_of(resource, name)?;
    if matches!(resource, Resource::Broker(_)) && !DYNAMIC_BROKER_CONFIGS.contains(&row.name) {
        return Err(refuse(Code::INVALID_REQUEST, format!("Cannot update these configs dynamically: Set({name})")));
    }
    check_value(row, value)
}

fn row_of(resource: &Resource, name: &str) -> Result<&'static Property, Error> {
    match resource {
        Resource::Topic(_) => topic_row(name),
        Resource::Broker(_) => props::find(props::broker::TABLE, name).ok_or_else(|| invalid_config(format!("Unknown broker config name: {name}"))),
    }
}

fn duplicate<'a>(names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut seen = BTreeSet::new();
    names.into_iter().find(|n| !seen.insert(*n))
}

fn edit_list(now: &str, given: &str, op: AlterOp) -> String {
    let parts = |s: &'_ str| s.split(',').map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect::<Vec<_>>();
    let (mut list, given) = (parts(now), parts(given));
    if op == AlterOp::Append {
        for g in given {
            if !list.contains(&g) {
                list.push(g);
            }
        }
    } else {
        list.retain(|p| !given.contains(p));
    }
    list.join(",")
}

fn difference(resource: &Resource, now: &BTreeMap<String, String>, next: &BTreeMap<String, String>) -> Vec<Record> {
    let removed = now.keys().filter(|k| !next.contains_key(*k)).map(|k| (k.clone(), None));
    let changed = next.iter().filter(|(k, v)| now.get(*k) != Some(v)).map(|(k, v)| (k.clone(), Some(v.clone())));
    removed.chain(changed).map(|(name, value)| Record::Config { resource: resource.clone(), name, value }).collect()
}
