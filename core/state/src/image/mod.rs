//! The cluster metadata machine: topics, partitions, dynamic configs and the allocation of producer ids.
//!
//! Owns: names and ids of topics, who leads and holds each partition, what was configured on topics and brokers, the next
//! producer id. Does not own: the metadata log (the broker's `metadata` writes and reads it), the partitions' data, defaults of
//! configs (the property table).
//!
//! A command never changes the image: it returns a [`Decision`], the records to append as one batch and the response to give once
//! they are durable. [`Image::replay`] is the one way the image changes, live and after a restart. Commands must not overlap: the
//! shell decides, appends and replays one command before it decides the next.
//!
//! Invariants: every topic has at least one partition and partitions are numbered from 0 without a gap; a topic's name and id map
//! to each other; no two topics differ only in `.` and `_`; `next_producer_id` never goes back.

mod codec;
mod configs;
mod features;
mod placement;
mod replay;
mod topics;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use wellhead_base::ids::topic_name_valid;
use wellhead_base::{Code, Error, TopicId};

pub use codec::{CodecError, Entry, decode, encode_records};
pub use configs::{AlterConfig, AlterOp, AlterResource, DYNAMIC_BROKER_CONFIGS, NewConfigs, Resource, ResourceResult};
pub use features::{Feature, FeatureUpdate, UpgradeType};
pub use replay::{Refusal, Replay};
pub use topics::{CreateTopics, CreatedTopic, DeleteTopic, DeletedTopic, GrowTopic, GrownTopic, NewTopic, TopicCreated};

/// Kafka's name of the metadata log's topic; it exists apart from the image and nobody may create or delete it.
pub const METADATA_TOPIC: &str = "__cluster_metadata";
/// Where committed offsets and groups live.
pub const OFFSETS_TOPIC: &str = "__consumer_offsets";
/// Where transactions live.
pub const TRANSACTIONS_TOPIC: &str = "__transaction_state";
/// The feature without whose record Kafka does not read a metadata log, and its level for Kafka 4.3, whose records are written here
/// (`MetadataVersion.IBP_4_3_IV0`).
pub const METADATA_VERSION: (&str, i16) = ("metadata.version", 30);
/// Producer ids are handed out in blocks of this many (Kafka: `ProducerIdsBlock.PRODUCER_ID_BLOCK_SIZE`).
pub const PRODUCER_ID_BLOCK: i64 = 1000;

/// The protocol's strings hold 32,767 bytes; a message for a person needs far less.
const MESSAGE_LEN_MAX: usize = 4_000;

/// Whether Kafka calls this topic internal in its responses.
pub fn is_internal(topic: &str) -> bool {
    topic == OFFSETS_TOPIC || topic == TRANSACTIONS_TOPIC
}

/// What a command decided: append `records` as one batch, and once they are durable replay them and answer `response`. Nothing is
/// to be appended when `records` is empty.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Decision<R> {
    pub records: Vec<Record>,
    pub response: R,
}

/// One change of the image, as the metadata log keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    Topic {
        name: String,
        id: TopicId,
    },
    Partition {
        topic: TopicId,
        partition: i32,
        state: Partition,
    },
    /// What is None stays. We never write it; Kafka's controller does. A change of the leader, also to none (-1), begins a leader epoch.
    PartitionChange {
        topic: TopicId,
        partition: i32,
        replicas: Option<Vec<i32>>,
        isr: Option<Vec<i32>>,
        leader: Option<i32>,
    },
    /// What Kafka has agreed on within a cluster; level 0 is none. It changes nothing here: it is kept so that Kafka can open the directory.
    Feature {
        name: String,
        level: i16,
    },
    RemoveTopic {
        id: TopicId,
    },
    /// `value: None` removes the config.
    Config {
        resource: Resource,
        name: String,
        value: Option<String>,
    },
    /// Ids below `next` are allocated.
    ProducerIds {
        broker: i32,
        broker_epoch: i64,
        next: i64,
    },
}

/// Why a record does not fit the image: the log was damaged or written by something newer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayError(pub String);
impl std::fmt::Display for ReplayError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for ReplayError {}

/// Who holds and who leads one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// Broker ids; shared between the partitions that are placed alike.
    pub replicas: Arc<[i32]>,
    pub isr: Arc<[i32]>,
    pub leader: i32,
    pub leader_epoch: i32,
    pub partition_epoch: i32,
}

/// A topic, cheap to hand out: the image keeps it behind an `Arc`, and a change makes a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    pub name: Arc<str>,
    pub id: TopicId,
    pub partitions: Vec<Partition>,
    /// What was set on the topic, by canonical name; defaults are not here.
    pub configs: BTreeMap<String, String>,
}

/// What the machine must know of the node it runs on.
#[derive(Debug, Clone)]
pub struct Settings {
    pub cluster_id: String,
    pub node_id: i32,
    /// `num.partitions`: for a topic created with -1 partitions.
    pub default_partitions: i32,
    /// `default.replication.factor`: for a topic created with replication factor -1.
    pub default_replication_factor: i16,
}

/// The cluster's metadata. A clone is cheap per topic (one `Arc` each), so that the shell may publish copies to readers.
#[derive(Debug, Clone)]
pub struct Image {
    settings: Arc<Settings>,
    topics: BTreeMap<Arc<str>, Arc<Topic>>,
    by_id: HashMap<TopicId, Arc<str>>,
    /// Names with `.` read as `_`, for those that have either.
    collisions: HashMap<String, Arc<str>>,
    /// Dynamic broker configs; key "" is the cluster-wide default, else a broker id in decimal.
    brokers: BTreeMap<String, BTreeMap<String, String>>,
    next_producer_id: i64,
    features: BTreeMap<String, i16>,
    partition_count: usize,
}

impl Image {
    /// An empty cluster.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings: Arc::new(settings),
            topics: BTreeMap::new(),
            by_id: HashMap::new(),
            collisions: HashMap::new(),
            brokers: BTreeMap::new(),
            next_producer_id: 0,
            features: BTreeMap::new(),
            partition_count: 0,
        }
    }
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
    pub fn cluster_id(&self) -> &str {
        &self.settings.cluster_id
    }
    /// All topics in the order of their names.
    pub fn topics(&self) -> impl ExactSizeIterator<Item = &Arc<Topic>> {
        self.topics.values()
    }
    /// The topics whose name is at least `first`, in order (DescribeTopicPartitions' cursor).
    pub fn topics_from(&self, first: &str) -> impl Iterator<Item = &Arc<Topic>> {
        self.topics.range::<str, _>((std::ops::Bound::Included(first), std::ops::Bound::Unbounded)).map(|(_, t)| t)
    }
    pub fn topic(&self, name: &str) -> Option<&Arc<Topic>> {
        self.topics.get(name)
    }
    pub fn topic_by_id(&self, id: TopicId) -> Option<&Arc<Topic>> {
        self.by_id.get(&id).and_then(|name| self.topics.get(name))
    }
    pub fn partition(&self, name: &str, partition: i32) -> Option<&Partition> {
        self.topics.get(name)?.partitions.get(usize::try_from(partition).ok()?)
    }
    /// Partitions of all topics together.
    pub fn partition_count(&self) -> usize {
        self.partition_count
    }
    /// The dynamic configs of a broker (`Some(id)`) or the cluster-wide ones (`None`).
    pub fn broker_configs(&self, broker: Option<i32>) -> Option<&BTreeMap<String, String>> {
        self.brokers.get(&broker.map_or_else(String::new, |id| id.to_string()))
    }
    /// Brokers that have dynamic configs; "" stands for the cluster-wide ones.
    pub fn broker_config_names(&self) -> impl Iterator<Item = &str> {
        self.brokers.keys().map(String::as_str)
    }
    pub fn next_producer_id(&self) -> i64 {
        self.next_producer_id
    }
    /// The record that a metadata log begins with, where it has none yet.
    pub fn first_record(&self) -> Option<Record> {
        let (name, level) = METADATA_VERSION;
        (!self.features.contains_key(name)).then(|| Record::Feature { name: name.to_owned(), level })
    }

    /// Takes the next block of producer ids: the response is the first one and how many.
    pub fn allocate_producer_ids(&self) -> Decision<Result<(i64, i64), Error>> {
        let first = self.next_producer_id;
        match first.checked_add(PRODUCER_ID_BLOCK) {
            Some(next) => Decision {
                records: vec![Record::ProducerIds { broker: self.settings.node_id, broker_epoch: -1, next }],
                response: Ok((first, PRODUCER_ID_BLOCK)),
            },
            None => Decision { records: Vec::new(), response: Err(refuse(Code::UNKNOWN, "Exhausted all producerIds")) },
        }
    }

    /// Applies one record. Replaying a log from its start, or a snapshot, gives the same image as living through it.
    pub fn replay(&mut self, record: &Record) -> Result<(), ReplayError> {
        match record {
            Record::Topic { name, id } => {
                if !topic_name_valid(name) {
                    return Err(ReplayError(format!("{name:?} is no name of a topic")));
                }
                if self.topics.contains_key(name.as_str()) || self.by_id.contains_key(id) {
                    return Err(ReplayError(format!("topic {name} ({id}) is there already")));
                }
                let name: Arc<str> = name.as_str().into();
                if topics::has_collision_chars(&name) {
                    self.collisions.insert(topics::unify(&name), name.clone());
                }
                self.by_id.insert(*id, name.clone());
                self.topics.insert(name.clone(), Arc::new(Topic { name, id: *id, partitions: Vec::new(), configs: BTreeMap::new() }));
            }
            Record::Partition { topic, partition, state } => {
                let shared = self.shared_replicas(state);
                let topic = self.topic_mut(*topic)?;
                let at = usize::try_from(*partition).map_err(|_| ReplayError(format!("partition {partition} of topic {}", topic.name)))?;
                match at.cmp(&topic.partitions.len()) {
                    std::cmp::Ordering::Less => topic.partitions[at] = shared,
                    std::cmp::Ordering::Equal => {
                        topic.partitions.push(shared);
                        self.partition_count += 1;
                    }
                    std::cmp::Ordering::Greater => return Err(ReplayError(format!("partition {partition} of topic {} leaves a gap", topic.name))),
                }
            }
            Record::PartitionChange { topic, partition, replicas, isr, leader } => {
                let topic = self.topic_mut(*topic)?;
                let name = topic.name.clone();
                let state = usize::try_from(*partition).ok().and_then(|at| topic.partitions.get_mut(at));
                let state = state.ok_or_else(|| ReplayError(format!("a change of partition {partition} of topic {name}, which does not exist")))?;
                if let Some(replicas) = replicas {
                    state.replicas = replicas.as_slice().into();
                }
                if let Some(isr) = isr {
                    state.isr = isr.as_slice().into();
                }
                if let Some(leader) = leader {
                    state.leader = *leader;
                    state.leader_epoch += 1;
                }
                state.partition_epoch += 1;
            }
            Record::Feature { name, level: 0 } => drop(self.features.remove(name)),
            Record::Feature { name, level } => drop(self.features.insert(name.clone(), *level)),
            Record::RemoveTopic { id } => {
                let name = self.by_id.remove(id).ok_or_else(|| ReplayError(format!("no topic {id} to remove")))?;
                if let Some(topic) = self.topics.remove(&name) {
                    self.partition_count -= topic.partitions.len();
                }
                if topics::has_collision_chars(&name) {
                    self.collisions.remove(&topics::unify(&name));
                }
            }
            Record::Config { resource: Resource::Topic(topic), name, value } => {
                let id = self.topics.get(topic.as_str()).map(|t| t.id).ok_or_else(|| ReplayError(format!("config of the unknown topic {topic}")))?;
                set_or_remove(&mut self.topic_mut(id)?.configs, name, value.as_deref());
            }
            Record::Config { resource: Resource::Broker(broker), name, value } => {
                let configs = self.brokers.entry(broker.clone()).or_default();
                set_or_remove(configs, name, value.as_deref());
                if configs.is_empty() {
                    self.brokers.remove(broker);
                }
            }
            Record::ProducerIds { next, .. } => {
                if *next < self.next_producer_id {
                    return Err(ReplayError(format!("next producer id went back from {} to {next}", self.next_producer_id)));
                }
                self.next_producer_id = *next;
            }
        }
        Ok(())
    }

    /// The image as records: replayed into an empty image they give this one.
    pub fn snapshot(&self) -> Vec<Record> {
        let mut out = Vec::with_capacity(self.features.len() + self.topics.len() + self.partition_count + 1);
        out.extend(self.features.iter().map(|(name, level)| Record::Feature { name: name.clone(), level: *level }));
        for topic in self.topics.values() {
            out.push(Record::Topic { name: topic.name.to_string(), id: topic.id });
            for (i, state) in topic.partitions.iter().enumerate() {
                out.push(Record::Partition { topic: topic.id, partition: i as i32, state: state.clone() });
            }
            out.extend(topic.configs.iter().map(|(name, value)| Record::Config {
                resource: Resource::Topic(topic.name.to_string()),
                name: name.clone(),
                value: Some(value.clone()),
            }));
        }
        for (broker, configs) in &self.brokers {
            out.extend(configs.iter().map(|(name, value)| Record::Config {
                resource: Resource::Broker(broker.clone()),
                name: name.clone(),
                value: Some(value.clone()),
            }));
        }
        if self.next_producer_id > 0 {
            out.push(Record::ProducerIds { broker: self.settings.node_id, broker_epoch: -1, next: self.next_producer_id });
        }
        out
    }

    /// An image from a snapshot's records.
    pub fn restore(settings: Settings, records: &[Record]) -> Result<Self, ReplayError> {
        let mut image = Self::new(settings);
        records.iter().try_for_each(|r| image.replay(r))?;
        Ok(image)
    }

    /// Makes this node the leader of every partition, in the leader epoch that follows where somebody else led or nobody did: Kafka's
    /// controller takes the leadership from a broker that stops. The error names a partition that is held elsewhere too.
    pub fn lead_all(&mut self) -> Result<(), String> {
        let me = self.settings.node_id;
        for topic in self.topics.values_mut() {
            if let Some((i, p)) = topic.partitions.iter().enumerate().find(|(_, p)| *p.replicas != [me]) {
                return Err(format!("partition {i} of topic {} has its replicas on the nodes {:?}", topic.name, p.replicas));
            }
            if topic.partitions.iter().all(|p| p.leader == me) {
                continue;
            }
            for p in Arc::make_mut(topic).partitions.iter_mut().filter(|p| p.leader != me) {
                p.leader = me;
                p.leader_epoch += 1;
                p.partition_epoch += 1;
                p.isr = p.replicas.clone();
            }
        }
        Ok(())
    }

    fn topic_mut(&mut self, id: TopicId) -> Result<&mut Topic, ReplayError> {
        let name = self.by_id.get(&id).ok_or_else(|| ReplayError(format!("unknown topic {id}")))?;
        self.topics.get_mut(name).map(Arc::make_mut).ok_or_else(|| ReplayError(format!("unknown topic {name}")))
    }

    /// `state` with the replica lists of the topic's first partition where they are equal: thousands of partitions of one node
    /// then share one list.
    fn shared_replicas(&self, state: &Partition) -> Partition {
        let mut state = state.clone();
        if let Some(first) = self.topics.values().next().and_then(|t| t.partitions.first()) {
            if first.replicas == state.replicas {
                state.replicas = first.replicas.clone();
            }
            if first.isr == state.isr {
                state.isr = first.isr.clone();
            }
        }
        state
    }
}

/// A refusal with a message for a person, which may quote what the client sent, but not so much of it that the answer has no room.
fn refuse(code: Code, message: impl Into<String>) -> Error {
    let mut message = message.into();
    if message.len() > MESSAGE_LEN_MAX {
        message.truncate(crate::clip(&message, MESSAGE_LEN_MAX).len());
        message.push_str("...");
    }
    Error::new(code, message)
}

fn set_or_remove(configs: &mut BTreeMap<String, String>, name: &str, value: Option<&str>) {
    match value {
        Some(v) => configs.insert(name.to_owned(), v.to_owned()),
        None => configs.remove(name),
    };
}

impl PartialEq for Image {
    /// Equal in what was replayed; the settings are the node's own.
    fn eq(&self, other: &Self) -> bool {
        self.topics == other.topics
            && self.brokers == other.brokers
            && self.next_producer_id == other.next_producer_id
            && self.features == other.features
    }
}
