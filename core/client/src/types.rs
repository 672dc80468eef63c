//! The words that producer, consumer and admin share.

use std::fmt;
use std::sync::Arc;
use wellhead_base::{Error, TopicId};

/// Let the partitioner choose.
pub const PARTITION_ANY: i32 = -1;
/// The first record there is.
pub const OFFSET_BEGINNING: i64 = -2;
/// The next record that will be written.
pub const OFFSET_END: i64 = -1;
/// What the group committed.
pub const OFFSET_STORED: i64 = -1000;
/// No offset.
pub const OFFSET_INVALID: i64 = -1001;
/// `OFFSET_TAIL_BASE - n` is n records before the end.
pub const OFFSET_TAIL_BASE: i64 = -2000;

/// The special offset of `n` records before the end.
pub fn offset_tail(n: i64) -> i64 {
    OFFSET_TAIL_BASE - n.max(0)
}

/// A topic's partition.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TopicPartition {
    pub topic: Arc<str>,
    pub partition: i32,
}
impl TopicPartition {
    pub fn new(topic: impl Into<Arc<str>>, partition: i32) -> Self {
        Self { topic: topic.into(), partition }
    }
    pub fn at(&self, offset: i64) -> TopicPartitionOffset {
        TopicPartitionOffset::new(self.topic.clone(), self.partition, offset)
    }
}
impl fmt::Display for TopicPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", self.topic, self.partition)
    }
}
impl fmt::Debug for TopicPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A partition with an offset (or one of the special offsets) and what belongs to it. In answers `error` tells about this
/// partition alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicPartitionOffset {
    pub topic: Arc<str>,
    pub partition: i32,
    pub offset: i64,
    /// The leader epoch of the record before `offset`; -1 where not known.
    pub leader_epoch: i32,
    /// The text committed with the offset.
    pub metadata: Option<String>,
    pub error: Option<Error>,
}
impl TopicPartitionOffset {
    pub fn new(topic: impl Into<Arc<str>>, partition: i32, offset: i64) -> Self {
        Self { topic: topic.into(), partition, offset, leader_epoch: -1, metadata: None, error: None }
    }
    pub fn tp(&self) -> TopicPartition {
        TopicPartition { topic: self.topic.clone(), partition: self.partition }
    }
}

/// Who set a record's timestamp. The numbers are librdkafka's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[repr(i32)]
pub enum TimestampType {
    #[default]
    NotAvailable = 0,
    CreateTime = 1,
    LogAppendTime = 2,
}

/// What the cluster says about itself.
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    pub cluster_id: Option<String>,
    /// -1 where not known.
    pub controller_id: i32,
    pub brokers: Vec<BrokerMetadata>,
    pub topics: Vec<TopicMetadata>,
    /// The broker that answered.
    pub originating_broker: BrokerMetadata,
}
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BrokerMetadata {
    pub id: i32,
    pub host: String,
    pub port: i32,
    pub rack: Option<String>,
}
#[derive(Clone, Debug)]
pub struct TopicMetadata {
    pub name: Arc<str>,
    /// Zero where the broker has no topic ids.
    pub id: TopicId,
    pub internal: bool,
    /// By number.
    pub partitions: Vec<PartitionMetadata>,
    pub error: Option<Error>,
}
#[derive(Clone, Debug)]
pub struct PartitionMetadata {
    pub id: i32,
    /// -1 while there is none.
    pub leader: i32,
    pub leader_epoch: i32,
    pub replicas: Vec<i32>,
    pub isr: Vec<i32>,
    pub error: Option<Error>,
}
