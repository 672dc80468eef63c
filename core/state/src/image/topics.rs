//! Creating, deleting and growing topics: the checks, in Kafka's order and words, and the records.

use super::configs::check_topic_configs;
use super::{Decision, Image, METADATA_TOPIC, Partition, Record, Resource, refuse};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use wellhead_base::env::Rng;
use wellhead_base::limits::{PARTITIONS_PER_REQUEST_MAX, TOPIC_NAME_LEN_MAX};
use wellhead_base::{Code, Error, TopicId, ids::topic_name_valid};

/// A topic to be made, as a client asks for it.
#[derive(Debug, Clone, Default)]
pub struct NewTopic {
    pub name: String,
    /// -1 for the broker's default, and with `assignments`.
    pub num_partitions: i32,
    /// -1 for the broker's default, and with `assignments`.
    pub replication_factor: i16,
    /// Partition index and broker ids of a manual placement; empty for the broker's.
    pub assignments: Vec<(i32, Vec<i32>)>,
    pub configs: Vec<(String, Option<String>)>,
}

#[derive(Debug, Clone, Default)]
pub struct CreateTopics {
    pub topics: Vec<NewTopic>,
    /// Check and answer, but make nothing.
    pub validate_only: bool,
}

/// The outcome for one topic of CreateTopics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedTopic {
    pub name: String,
    pub result: Result<TopicCreated, Error>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicCreated {
    /// Zero when it was only validated.
    pub id: TopicId,
    pub num_partitions: i32,
    pub replication_factor: i16,
    /// What was set on the topic; the shell adds defaults for the response.
    pub configs: BTreeMap<String, String>,
}

/// A topic to be deleted: by name, or by id where `name` is None.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteTopic {
    pub name: Option<String>,
    pub id: TopicId,
}

/// The outcome for one topic of DeleteTopics; name and id are filled in as far as the topic was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletedTopic {
    pub name: Option<String>,
    pub id: TopicId,
    pub result: Result<(), Error>,
}

/// A topic to be given more partitions.
#[derive(Debug, Clone, Default)]
pub struct GrowTopic {
    pub name: String,
    /// Partitions it shall have afterwards.
    pub count: i32,
    /// Broker ids of each new partition, or None for the broker's placement.
    pub assignments: Option<Vec<Vec<i32>>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrownTopic {
    pub name: String,
    pub result: Result<(), Error>,
}

pub(super) fn has_collision_chars(name: &str) -> bool {
    name.bytes().any(|b| b == b'.' || b == b'_')
}

/// Metrics names read `.` as `_`, so two topics may not differ only there.
pub(super) fn unify(name: &str) -> String {
    name.replace('.', "_")
}

fn name_error(name: &str) -> Option<Error> {
    if topic_name_valid(name) {
        return None;
    }
    let why = match name {
        "" => "the empty string is not allowed".to_owned(),
        "." | ".." => "'.' or '..' is not allowed".to_owned(),
        _ if name.len() > TOPIC_NAME_LEN_MAX => format!("the length of '{name}' is longer than the max allowed length {TOPIC_NAME_LEN_MAX}"),
        _ => format!("'{name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"),
    };
    Some(refuse(Code::TOPIC_EXCEPTION, format!("Topic name is invalid: {why}")))
}

fn unknown_topic() -> Error {
    refuse(Code::UNKNOWN_TOPIC_OR_PART, "This server does not host this topic-partition.")
}

impl Image {
    /// Decides a CreateTopics. `rng` makes the topic ids; one result per distinct name, in the request's order.
    pub fn create_topics(&self, command: &CreateTopics, rng: &mut Rng) -> Decision<Vec<CreatedTopic>> {
        let mut named: HashMap<&str, usize> = HashMap::new();
        for t in &command.topics {
            *named.entry(&t.name).or_default() += 1;
        }
        let (mut records, mut response) = (Vec::new(), Vec::new());
        let (mut answered, mut taken) = (HashSet::new(), HashMap::new());
        let mut partitions_left = PARTITIONS_PER_REQUEST_MAX as usize;
        for new in &command.topics {
            if !answered.insert(new.name.as_str()) {
                continue;
            }
            let result = if named[new.name.as_str()] > 1 {
                Err(refuse(Code::INVALID_REQUEST, "Duplicate topic name."))
            } else {
                self.create_topic(new, rng, &mut partitions_left, &mut taken).map(|(mut created, made)| {
                    if command.validate_only {
                        created.id = TopicId::ZERO;
                    } else {
                        records.extend(made);
                    }
                    created
                })
            };
            response.push(CreatedTopic { name: new.name.clone(), result });
        }
        Decision { records, response }
    }

    fn create_topic(
        &self,
        new: &NewTopic,
        rng: &mut Rng,
        partitions_left: &mut usize,
        taken: &mut HashMap<String, String>,
    ) -> Result<(TopicCreated, Vec<Record>), Error> {
        let name = new.name.as_str();
        if name == METADATA_TOPIC {
            return Err(refuse(Code::INVALID_REQUEST, format!("Creation of internal topic {METADATA_TOPIC} is prohibited.")));
        }
        if self.topic(name).is_some() {
            return Err(refuse(Code::TOPIC_ALREADY_EXISTS, format!("Topic '{name}' already exists.")));
        }
        if let Some(e) = name_error(name) {
            return Err(e);
        }
        if has_collision_chars(name) {
            let unified = unify(name);
            let other = self.collisions.get(&unified).map(|n| n.to_string()).or_else(|| taken.get(&unified).cloned());
            if let Some(other) = other {
                return Err(refuse(Code::TOPIC_EXCEPTION, format!("Topic '{name}' collides with existing topic: {other}")));
            }
        }
        let configs = check_topic_configs(&new.configs)?;
        let placement = self.place_new(new)?;
        if placement.len() > *partitions_left {
            return Err(refuse(Code::POLICY_VIOLATION, "Excessively large number of partitions per request."));
        }
        *partitions_left -= placement.len();
        if has_collision_chars(name) {
            taken.insert(unify(name), name.to_owned());
        }

        let id = self.new_topic_id(rng);
        let created =
            TopicCreated { id, num_partitions: placement.len() as i32, replication_factor: placement[0].len() as i16, configs: configs.clone() };
        let mut records = Vec::with_capacity(1 + configs.len() + placement.len());
        records.push(Record::Topic { name: name.to_owned(), id });
        records.extend(configs.into_iter().map(|(n, v)| Record::Config { resource: Resource::Topic(name.to_owned()), name: n, value: Some(v) }));
        records.extend(placement.into_iter().enumerate().map(|(i, replicas)| Record::Partition {
            topic: id,
            partition: i as i32,
            state: new_partition(replicas),
        }));
        Ok((created, records))
    }

    /// A random id that no topic has and that is none of Kafka's reserved ones (they begin with zeros or a dash in text).
    fn new_topic_id(&self, rng: &mut Rng) -> TopicId {
        loop {
            let id = TopicId::from_random(rng.bytes());
            if !self.by_id.contains_key(&id) && !id.to_string().starts_with('-') {
                return id;
            }
        }
    }

    /// The replicas of each partition of a new topic.
    fn place_new(&self, new: &NewTopic) -> Result<Vec<Arc<[i32]>>, Error> {
        if !new.assignments.is_empty() {
            if new.replication_factor != -1 {
                return Err(refuse(Code::INVALID_REQUEST, "A manual partition assignment was specified, but replication factor was not set to -1."));
            }
            if new.num_partitions != -1 {
                return Err(refuse(Code::INVALID_REQUEST, "A manual partition assignment was specified, but numPartitions was not set to -1."));
            }
            let mut by_index: BTreeMap<i32, Arc<[i32]>> = BTreeMap::new();
            let mut factor = None;
            for (index, brokers) in &new.assignments {
                if by_index.contains_key(index) {
                    return Err(refuse(
                        Code::INVALID_REPLICA_ASSIGNMENT,
                        format!("Found multiple manual partition assignments for partition {index}"),
                    ));
                }
                self.check_assignment(brokers, factor)?;
                factor = Some(brokers.len());
                by_index.insert(*index, brokers.as_slice().into());
            }
            if !by_index.keys().copied().eq(0..by_index.len() as i32) {
                return Err(refuse(Code::INVALID_REPLICA_ASSIGNMENT, "partitions should be a consecutive 0-based integer sequence"));
            }
            return Ok(by_index.into_values().collect());
        }
        if new.replication_factor < -1 || new.replication_factor == 0 {
            return Err(refuse(Code::INVALID_REPLICATION_FACTOR, "Replication factor must be larger than 0, or -1 to use the default value."));
        }
        if new.num_partitions < -1 || new.num_partitions == 0 {
            return Err(refuse(Code::INVALID_PARTITIONS, "Number of partitions was set to an invalid non-positive value."));
        }
        let factor = if new.replication_factor == -1 { self.settings.default_replication_factor } else { new.replication_factor };
        let count = if new.num_partitions == -1 { self.settings.default_partitions } else { new.num_partitions };
        if count > PARTITIONS_PER_REQUEST_MAX {
            return Err(refuse(Code::POLICY_VIOLATION, "Excessively large number of partitions per request."));
        }
        Ok(vec![self.place(factor)?; count.max(1) as usize])
    }

    /// Where one more partition goes: on one node, there.
    fn place(&self, factor: i16) -> Result<Arc<[i32]>, Error> {
        if factor != 1 {
            return Err(refuse(
                Code::INVALID_REPLICATION_FACTOR,
                format!(
                    "Unable to replicate the partition {factor} time(s): The target replication factor of {factor} cannot be reached because only 1 broker(s) are registered."
                ),
            ));
        }
        Ok([self.settings.node_id].into())
    }

    pub(super) fn check_assignment(&self, brokers: &[i32], factor: Option<usize>) -> Result<(), Error> {
        let bad = |why: String| Err(refuse(Code::INVALID_REPLICA_ASSIGNMENT, format!("The manual partition assignment includes {why}")));
        if brokers.is_empty() {
            return bad("an empty replica list.".into());
        }
        if let Some(b) = brokers.iter().find(|b| **b != self.settings.node_id) {
            return bad(format!("broker {b}, but no such broker is registered."));
        }
        if brokers.len() > 1 {
            return bad(format!("the broker {} more than once.", brokers[0]));
        }
        match factor {
            Some(n) if n != brokers.len() => bad(format!(
                "a partition with {} replica(s), but this is not consistent with previous partitions, which have {n} replica(s).",
                brokers.len()
            )),
            _ => Ok(()),
        }
    }

    /// Decides a DeleteTopics: one result per topic asked for, in order.
    pub fn delete_topics(&self, topics: &[DeleteTopic]) -> Decision<Vec<DeletedTopic>> {
        let (mut records, mut response, mut gone) = (Vec::new(), Vec::new(), HashSet::new());
        for asked in topics {
            let mut out = DeletedTopic { name: asked.name.clone(), id: asked.id, result: Ok(()) };
            let found = match (&asked.name, asked.id.is_zero()) {
                (Some(_), false) => Err(refuse(Code::INVALID_REQUEST, "You may not specify both topic name and topic id.")),
                (None, true) => Err(refuse(Code::INVALID_REQUEST, "Neither topic name nor id were specified.")),
                (Some(name), true) => self.topic(name).ok_or_else(unknown_topic),
                (None, false) => self.topic_by_id(asked.id).ok_or_else(|| refuse(Code::UNKNOWN_TOPIC_ID, "This server does not host this topic ID.")),
            };
            match found {
                Err(e) => out.result = Err(e),
                Ok(topic) => {
                    out.name = Some(topic.name.to_string());
                    out.id = topic.id;
                    if gone.insert(topic.id) {
                        records.push(Record::RemoveTopic { id: topic.id });
                    } else {
                        out.result = Err(refuse(Code::INVALID_REQUEST, "Duplicate topic name."));
                    }
                }
            }
            response.push(out);
        }
        Decision { records, response }
    }

    /// Decides a CreatePartitions: one result per distinct topic, in the request's order.
    pub fn create_partitions(&self, topics: &[GrowTopic], validate_only: bool) -> Decision<Vec<GrownTopic>> {
        let (mut records, mut response, mut answered) = (Vec::new(), Vec::new(), HashSet::new());
        let mut left = PARTITIONS_PER_REQUEST_MAX;
        for grow in topics {
            if !answered.insert(grow.name.as_str()) {
                continue;
            }
            let result = if topics.iter().filter(|t| t.name == grow.name).count() > 1 {
                Err(refuse(Code::INVALID_REQUEST, "Duplicate topic name."))
            } else {
                self.grow(grow, &mut left).map(|made| {
                    if !validate_only {
                        records.extend(made);
                    }
                })
            };
            response.push(GrownTopic { name: grow.name.clone(), result });
        }
        Decision { records, response }
    }

    fn grow(&self, grow: &GrowTopic, left: &mut i32) -> Result<Vec<Record>, Error> {
        let topic = self.topic(&grow.name).ok_or_else(unknown_topic)?;
        let have = topic.partitions.len() as i32;
        if grow.count == have {
            return Err(refuse(Code::INVALID_PARTITIONS, format!("Topic already has {have} partition(s).")));
        }
        if grow.count < have {
            return Err(refuse(
                Code::INVALID_PARTITIONS,
                format!("The topic {} currently has {have} partition(s); {} would not be an increase.", grow.name, grow.count),
            ));
        }
        let more = grow.count - have;
        if more > *left {
            return Err(refuse(Code::POLICY_VIOLATION, "Excessively large number of partitions per request."));
        }
        let factor = topic.partitions.first().map_or(1, |p| p.replicas.len());
        let placement = match &grow.assignments {
            None => vec![self.place(factor as i16)?; more as usize],
            Some(assignments) => {
                if assignments.len() != more as usize {
                    return Err(refuse(
                        Code::INVALID_REPLICA_ASSIGNMENT,
                        format!("Attempted to add {more} additional partition(s), but only {} assignment(s) were specified.", assignments.len()),
                    ));
                }
                for brokers in assignments {
                    self.check_assignment(brokers, Some(factor))?;
                }
                assignments.iter().map(|b| b.as_slice().into()).collect()
            }
        };
        *left -= more;
        Ok(placement
            .into_iter()
            .enumerate()
            .map(|(i, replicas)| Record::Partition { topic: topic.id, partition: have + i as i32, state: new_partition(replicas) })
            .collect())
    }
}

fn new_partition(replicas: Arc<[i32]>) -> Partition {
    Partition { isr: replicas.clone(), leader: replicas[0], leader_epoch: 0, partition_epoch: 0, replicas }
}
