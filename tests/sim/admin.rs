//! The admin of one seed: topics come, change and go. Owns: what the metadata must say. A command whose answer was lost has happened
//! or not; the next look decides, and then it stays so.

use crate::clients::Marks;
use crate::world::{Step, World, broken};
use std::collections::{BTreeMap, BTreeSet};
use wellhead_base::{Code, TopicId};
use wellhead_wire::messages::*;

/// The property that the admin changes; nothing in a run depends on it.
const CONFIG: &str = "max.message.bytes";
const EPHEMERAL: &[&str] = &["come-0", "come-1", "come-2"];

/// A command that may or may not have happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Create,
    Delete,
    Partitions(i32),
    Config(u64),
}
#[derive(Debug, Default)]
struct Topic {
    id: Option<TopicId>,
    partitions: i32,
    config: Option<u64>,
    unsure: Option<Change>,
}

#[derive(Debug, Default)]
pub struct Admin {
    topics: BTreeMap<String, Topic>,
    producer_ids: BTreeSet<i64>,
    topic_ids: BTreeSet<TopicId>,
    next: u64,
}

fn in_trouble(world: &World) -> bool {
    world.tainted || world.disk.chaos_errors() > 0
}

impl Admin {
    /// No producer id is given out twice.
    pub fn producer_id(&mut self, id: i64) -> Step {
        if self.producer_ids.insert(id) { Ok(()) } else { broken(format!("the producer id {id} was given out twice")) }
    }
    /// Nobody knows whether it is there.
    pub fn is_unsure(&self, topic: &str) -> bool {
        self.topics.get(topic).is_some_and(|t| matches!(t.unsure, Some(Change::Create | Change::Delete)))
    }
    /// The topic of this id is certainly not there.
    pub fn is_gone(&self, topic: &str, id: TopicId) -> bool {
        self.topics.get(topic).is_some_and(|t| t.unsure.is_none() && t.id != Some(id))
    }

    /// Makes a topic, or finds the one that an attempt before made. None: not this time.
    pub fn create(&mut self, world: &mut World, name: &str, partitions: i32, configs: &[(String, String)]) -> Step<Option<TopicId>> {
        let configs = configs.iter().map(|(k, v)| create_topics_request::CreatableTopicConfig { name: k.clone(), value: Some(v.clone()) }).collect();
        let topic = create_topics_request::CreatableTopic {
            name: name.into(),
            num_partitions: partitions,
            replication_factor: -1,
            configs,
            ..Default::default()
        };
        let t = self.topics.entry(name.to_owned()).or_default();
        t.partitions = partitions;
        t.unsure = Some(Change::Create);
        let r = world.call(7, &CreateTopicsRequest { topics: vec![topic], timeout_ms: 60_000, validate_only: false })?;
        match Code(r.topics[0].error_code) {
            Code::NO_ERROR => {
                let id = r.topics[0].topic_id;
                world.trace.line(|| format!("topic {name} is {id}"));
                if !self.topic_ids.insert(id) {
                    return broken(format!("the topic id {id} was given out twice"));
                }
                t.id = Some(id);
                t.unsure = None;
                t.config = None;
                Ok(Some(id))
            }
            Code::TOPIC_ALREADY_EXISTS => {
                self.check(world, &mut Vec::new())?;
                Ok(self.topics[name].id)
            }
            _ if in_trouble(world) => Ok(None),
            code => broken(format!("CreateTopics: {code:?} {:?}", r.topics[0].error_message)),
        }
    }

    /// One command. Gives the topic when a new one was made.
    pub fn step(&mut self, world: &mut World, marks: &mut Marks) -> Step<Option<(String, TopicId)>> {
        if self.topics.values().any(|t| t.unsure.is_some()) {
            return Ok(None);
        }
        marks.hit("admin commands");
        let name = EPHEMERAL[world.rng.below(EPHEMERAL.len() as u64) as usize];
        if self.topics.get(name).is_none_or(|t| t.id.is_none()) {
            return Ok(self.create(world, name, 1, &[])?.map(|id| (name.to_owned(), id)));
        }
        match world.rng.below(4) {
            0 | 1 => self.delete(world, name)?,
            2 => self.more_partitions(world, name)?,
            _ => {
                let all: Vec<String> = self.topics.iter().filter(|t| t.1.id.is_some()).map(|t| t.0.clone()).collect();
                let name = all[world.rng.below(all.len() as u64) as usize].clone();
                self.configure(world, &name)?;
            }
        }
        Ok(None)
    }

    fn topic(&mut self, name: &str) -> &mut Topic {
        self.topics.get_mut(name).expect("a topic of ours")
    }

    fn delete(&mut self, world: &mut World, name: &str) -> Step {
        self.topic(name).unsure = Some(Change::Delete);
        let topics = vec![delete_topics_request::DeleteTopicState { name: Some(name.to_owned()), topic_id: TopicId::ZERO }];
        let r = world.call(6, &DeleteTopicsRequest { topics, topic_names: Vec::new(), timeout_ms: 60_000 })?;
        match Code(r.responses[0].error_code) {
            Code::NO_ERROR => {
                world.trace.line(|| format!("topic {name} is gone"));
                let t = self.topic(name);
                (t.id, t.unsure) = (None, None);
            }
            _ if in_trouble(world) => {}
            code => return broken(format!("DeleteTopics: {code:?}")),
        }
        Ok(())
    }

    fn more_partitions(&mut self, world: &mut World, name: &str) -> Step {
        let count = self.topic(name).partitions + 1;
        self.topic(name).unsure = Some(Change::Partitions(count));
        let topics = vec![create_partitions_request::CreatePartitionsTopic { name: name.to_owned(), count, assignments: None }];
        let r = world.call(3, &CreatePartitionsRequest { topics, timeout_ms: 60_000, validate_only: false })?;
        match Code(r.results[0].error_code) {
            Code::NO_ERROR => {
                let t = self.topic(name);
                (t.partitions, t.unsure) = (count, None);
            }
            _ if in_trouble(world) => {}
            code => return broken(format!("CreatePartitions: {code:?}")),
        }
        Ok(())
    }

    fn configure(&mut self, world: &mut World, name: &str) -> Step {
        self.next += 1;
        let value = 1_000_000 + self.next;
        self.topic(name).unsure = Some(Change::Config(value));
        let configs =
            vec![incremental_alter_configs_request::AlterableConfig { name: CONFIG.into(), config_operation: 0, value: Some(value.to_string()) }];
        let resources = vec![incremental_alter_configs_request::AlterConfigsResource { resource_type: 2, resource_name: name.to_owned(), configs }];
        let r = world.call(1, &IncrementalAlterConfigsRequest { resources, validate_only: false })?;
        match Code(r.responses[0].error_code) {
            Code::NO_ERROR => {
                let t = self.topic(name);
                (t.config, t.unsure) = (Some(value), None);
            }
            _ if in_trouble(world) => {}
            code => return broken(format!("IncrementalAlterConfigs: {code:?}")),
        }
        Ok(())
    }

    /// Compares the metadata with what was acknowledged. `died` gets the topics whose unanswered deletion turns out to have happened.
    pub fn check(&mut self, world: &mut World, died: &mut Vec<(String, TopicId)>) -> Step {
        let r = world.call(12, &MetadataRequest { topics: None, ..Default::default() })?;
        let mut there: BTreeMap<String, (TopicId, i32)> = BTreeMap::new();
        for t in r.topics.iter().filter(|t| !t.is_internal) {
            there.insert(t.name.clone().unwrap_or_default(), (t.topic_id, t.partitions.len() as i32));
        }
        if let Some(name) = there.keys().find(|n| !self.topics.contains_key(*n)) {
            return broken(format!("metadata: there is a topic {name} that nobody made"));
        }
        if in_trouble(world) && self.topics.values().any(|t| t.unsure.is_some()) {
            // A command that failed may come to be by the next start.
            return Ok(());
        }
        for (name, t) in &mut self.topics {
            let actual = there.get(name);
            let unsure = t.unsure.take();
            match (unsure, t.id, actual) {
                (Some(Change::Create), _, Some((id, _))) => {
                    (t.id, t.config) = (Some(*id), None);
                    self.topic_ids.insert(*id);
                }
                (Some(Change::Create), _, None) => t.id = None,
                (Some(Change::Delete), Some(id), None) => {
                    died.push((name.clone(), id));
                    t.id = None;
                }
                (_, Some(id), Some((actual, _))) if id == *actual => {}
                (_, None, None) => {}
                (_, expected, actual) => return broken(format!("metadata: topic {name} is {actual:?} and was acknowledged as {expected:?}")),
            }
            let Some((_, partitions)) = actual else { continue };
            match unsure {
                Some(Change::Partitions(n)) if *partitions == n => t.partitions = n,
                _ if *partitions == t.partitions => {}
                _ => return broken(format!("metadata: topic {name} has {partitions} partitions and was acknowledged with {}", t.partitions)),
            }
            let resources = vec![describe_configs_request::DescribeConfigsResource {
                resource_type: 2,
                resource_name: name.clone(),
                configuration_keys: Some(vec![CONFIG.into()]),
            }];
            let r = world.call(4, &DescribeConfigsRequest { resources, include_synonyms: false, include_documentation: false })?;
            let c = r.results.first().and_then(|r| r.configs.first());
            // 1: set on the topic; other sources are defaults.
            let value = c.filter(|c| c.config_source == 1).and_then(|c| c.value.as_ref()).and_then(|v| v.parse::<u64>().ok());
            match unsure {
                Some(Change::Config(v)) if value == Some(v) => t.config = Some(v),
                _ if value == t.config => {}
                _ => return broken(format!("metadata: {CONFIG} of {name} is {value:?} and was acknowledged as {:?}", t.config)),
            }
        }
        Ok(())
    }
}
