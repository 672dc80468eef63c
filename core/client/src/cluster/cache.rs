//! The metadata cache: who the brokers are, and who leads what.

use crate::types::{BrokerMetadata, TopicMetadata};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use wellhead_base::{Code, TopicId};
use wellhead_net::Address;

/// A topic as last told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TopicInfo {
    pub name: Arc<str>,
    /// Zero where the broker has no topic ids.
    pub id: TopicId,
    /// NO_ERROR, or why there are no partitions.
    pub error: Code,
    /// By number, without gaps.
    pub partitions: Vec<PartitionInfo>,
    pub told_ms: i64,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PartitionInfo {
    /// -1 while there is none.
    pub leader: i32,
    pub leader_epoch: i32,
}

#[derive(Default)]
pub(crate) struct MetadataCache {
    brokers: BTreeMap<i32, (Address, BrokerMetadata)>,
    pub controller: i32,
    pub cluster_id: Option<String>,
    pub topics: HashMap<Arc<str>, Arc<TopicInfo>>,
    pub ids: HashMap<TopicId, Arc<str>>,
    /// Grows with each answer taken in.
    pub version: u64,
}

impl MetadataCache {
    /// How a broker is reached that an answer from `from` named. An embedded broker that is alone is reached the way we came,
    /// whatever address it tells to the outside.
    fn address_of(from: &Address, host: &str, port: i32, alone: bool) -> Option<Address> {
        if alone && matches!(from, Address::Embedded(_)) {
            return Some(from.clone());
        }
        if host.starts_with("embedded:") {
            return Address::parse(host).ok();
        }
        let port = u16::try_from(port).ok().filter(|&p| p != 0)?;
        Some(Address::Tcp { host: host.to_owned(), port })
    }

    pub fn learn_brokers(&mut self, from: &Address, brokers: &[BrokerMetadata], controller: i32, cluster_id: Option<String>) {
        self.version += 1;
        self.controller = controller;
        if cluster_id.is_some() {
            self.cluster_id = cluster_id;
        }
        // A broker that is starting may answer without any; then what was known stays.
        if !brokers.is_empty() {
            self.brokers =
                brokers.iter().filter_map(|b| Some((b.id, (Self::address_of(from, &b.host, b.port, brokers.len() == 1)?, b.clone())))).collect();
        }
    }

    /// A broker named outside of metadata, as a coordinator is.
    pub fn learn_node(&mut self, from: &Address, id: i32, host: &str, port: i32) {
        if id >= 0
            && !self.brokers.contains_key(&id)
            && let Some(a) = Self::address_of(from, host, port, false)
        {
            self.brokers.insert(id, (a, BrokerMetadata { id, host: host.to_owned(), port, rack: None }));
        }
    }

    /// `asked`: the topics asked for; what of them is not in the answer is forgotten. None: all were asked for.
    pub fn learn_topics(&mut self, asked: Option<&[&str]>, told: &[TopicMetadata], now_ms: i64) {
        self.version += 1;
        if asked.is_none() {
            self.topics.retain(|name, _| told.iter().any(|t| t.name == *name));
        }
        for t in told {
            let before = self.topics.get(&t.name).filter(|b| b.id == t.id).cloned();
            let mut partitions = Vec::with_capacity(t.partitions.len());
            for p in &t.partitions {
                if p.id as usize != partitions.len() {
                    break; // A gap: the rest is not known yet.
                }
                let new = PartitionInfo { leader: p.leader, leader_epoch: p.leader_epoch };
                let old = before.as_ref().and_then(|b| b.partitions.get(p.id as usize));
                partitions.push(match old {
                    Some(o) if new.leader_epoch >= 0 && o.leader_epoch > new.leader_epoch => *o,
                    _ => new,
                });
            }
            let error = t.error.as_ref().map_or(Code::NO_ERROR, |e| e.code);
            if error != Code::NO_ERROR
                && error != Code::UNKNOWN_TOPIC_OR_PART
                && let Some(b) = &before
                && !b.partitions.is_empty()
            {
                continue; // A passing trouble (leaders not elected) does not take away what is known.
            }
            if !t.id.is_zero() {
                self.ids.insert(t.id, t.name.clone());
            }
            let info = TopicInfo { name: t.name.clone(), id: t.id, error, partitions, told_ms: now_ms };
            self.topics.insert(t.name.clone(), Arc::new(info));
        }
    }

    /// A leader told by an answer to produce or fetch (KIP-951). Gives whether it was news.
    pub fn learn_leader(&mut self, topic: &str, partition: i32, leader: i32, epoch: i32) -> bool {
        let Some(info) = self.topics.get(topic) else { return false };
        let Some(p) = usize::try_from(partition).ok().and_then(|i| info.partitions.get(i)) else { return false };
        if leader < 0 || epoch <= p.leader_epoch || !self.brokers.contains_key(&leader) {
            return false;
        }
        let mut info = TopicInfo::clone(info);
        info.partitions[partition as usize] = PartitionInfo { leader, leader_epoch: epoch };
        self.topics.insert(info.name.clone(), Arc::new(info));
        self.version += 1;
        true
    }

    pub fn addresses(&self) -> Vec<Address> {
        self.brokers.values().map(|b| b.0.clone()).collect()
    }
    pub fn address(&self, node: i32) -> Option<Address> {
        self.brokers.get(&node).map(|b| b.0.clone())
    }
    /// The node with this address; -1 where no metadata named it.
    pub fn node_at(&self, address: &Address) -> i32 {
        self.brokers.iter().find(|(_, b)| b.0 == *address).map_or(-1, |(id, _)| *id)
    }
    pub fn broker(&self, node: i32) -> Option<BrokerMetadata> {
        self.brokers.get(&node).map(|b| b.1.clone())
    }
    pub fn leader(&self, topic: &str, partition: i32) -> Option<PartitionInfo> {
        let i = usize::try_from(partition).ok()?;
        self.topics.get(topic)?.partitions.get(i).copied()
    }
}
