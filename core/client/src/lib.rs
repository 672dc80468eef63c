//! Producer, consumer and admin of any Kafka cluster, over TCP or in process. Decisions (batching and retries, group membership,
//! positions, assignment) are plain state machines; a thin asynchronous driver feeds them. The public calls are synchronous.

pub mod admin;
pub mod assignor;
mod cluster;
mod config;
pub mod consumer;
mod offsets;
pub mod partitioner;
pub mod producer;
pub mod stats;
pub mod types;

pub use admin::Admin;
pub use consumer::{Consumer, Event, GroupMetadata, RecordRef, RecordSet};
pub use producer::{DeliveryReport, Persisted, Producer, ProducerRecord};
pub use types::{
    BrokerMetadata, Metadata, OFFSET_BEGINNING, OFFSET_END, OFFSET_INVALID, OFFSET_STORED, OFFSET_TAIL_BASE, PARTITION_ANY, PartitionMetadata,
    TimestampType, TopicMetadata, TopicPartition, TopicPartitionOffset, offset_tail,
};
pub use wellhead_base::{Code, Error, Result};
