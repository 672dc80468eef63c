//! Wellhead from Rust: an embedded durable broker, and a producer, a consumer and an admin for it or for any Kafka cluster.

pub use wellhead_base::{Code, Error, Result, TopicId};
pub use wellhead_broker::{Broker, raise_open_files_limit};
pub use wellhead_client::{
    Admin, BrokerMetadata, Consumer, DeliveryReport, Event, GroupMetadata, Metadata, OFFSET_BEGINNING, OFFSET_END, OFFSET_INVALID, OFFSET_STORED,
    OFFSET_TAIL_BASE, PARTITION_ANY, PartitionMetadata, Persisted, Producer, ProducerRecord, RecordRef, RecordSet, TimestampType, TopicMetadata,
    TopicPartition, TopicPartitionOffset, offset_tail,
};
pub use wellhead_client::{admin, stats};
pub use wellhead_net::{pid_check, runtime};
/// Stream processing over any of them.
pub use wellhead_streams as streams;
