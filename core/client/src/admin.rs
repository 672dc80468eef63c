//! The admin client's public face. Every call blocks up to its timeout; a per-item outcome is in the item, a failure of the
//! whole call is the call's error.

use crate::types::{BrokerMetadata, Metadata, TopicMetadata, TopicPartition, TopicPartitionOffset};
use std::time::Duration;
use wellhead_base::{Error, Result};

/// A topic to create.
#[derive(Clone, Debug, Default)]
pub struct NewTopic {
    pub name: String,
    /// -1: the broker's default.
    pub partitions: i32,
    /// -1: the broker's default.
    pub replication: i32,
    /// Replica ids per partition; empty: the broker chooses. When given, `partitions` and `replication` are ignored.
    pub assignment: Vec<Vec<i32>>,
    pub configs: Vec<(String, String)>,
}

/// What a config belongs to. The numbers are Kafka's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i8)]
pub enum ResourceType {
    Unknown = 0,
    Topic = 2,
    Group = 32,
    Broker = 4,
    BrokerLogger = 8,
    ClientMetrics = 16,
}
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConfigResource {
    pub kind: ResourceType,
    pub name: String,
}
#[derive(Clone, Debug)]
pub struct ConfigEntry {
    pub name: String,
    /// None when sensitive.
    pub value: Option<String>,
    pub read_only: bool,
    pub is_default: bool,
    pub sensitive: bool,
    /// Kafka's number: 1 topic, 2 dynamic broker, 4 static broker, 5 default, ...
    pub source: i8,
    pub synonyms: Vec<ConfigSynonym>,
    /// Kafka's number; 0 where not told.
    pub kind: i8,
    pub documentation: Option<String>,
}
#[derive(Clone, Debug)]
pub struct ConfigSynonym {
    pub name: String,
    pub value: Option<String>,
    pub source: i8,
}
/// What IncrementalAlterConfigs does to one config.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i8)]
pub enum AlterOp {
    Set = 0,
    Delete = 1,
    Append = 2,
    Subtract = 3,
}
#[derive(Clone, Debug)]
pub struct ConfigChange {
    pub name: String,
    pub op: AlterOp,
    pub value: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct ClusterDescription {
    pub cluster_id: String,
    pub controller_id: i32,
    pub brokers: Vec<BrokerMetadata>,
    /// A bit per operation; i32::MIN when not told.
    pub authorized_operations: i32,
}
#[derive(Clone, Debug)]
pub struct GroupListing {
    pub group_id: String,
    /// `consumer` for consumers; "" for a group that only holds offsets.
    pub protocol_type: String,
    /// As Kafka names it: `Stable`, `Empty`, ...; "" where not told.
    pub state: String,
    /// `classic` or `consumer`; "" where not told.
    pub group_type: String,
}
#[derive(Clone, Debug)]
pub struct GroupDescription {
    pub group_id: String,
    pub state: String,
    pub protocol_type: String,
    /// The assignor's name.
    pub protocol: String,
    pub members: Vec<MemberDescription>,
    pub coordinator: BrokerMetadata,
    pub authorized_operations: i32,
}
#[derive(Clone, Debug)]
pub struct MemberDescription {
    pub member_id: String,
    pub group_instance_id: Option<String>,
    pub client_id: String,
    pub client_host: String,
    pub assignment: Vec<TopicPartition>,
}
/// Which offset `list_offsets` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetSpec {
    Earliest,
    Latest,
    MaxTimestamp,
    EarliestLocal,
    LatestTiered,
    /// The first at or after this many milliseconds.
    Timestamp(i64),
}
#[derive(Clone, Debug)]
pub struct ListedOffset {
    pub offset: i64,
    pub timestamp: i64,
    pub leader_epoch: i32,
}

/// Outcomes by name, in the order asked for.
pub type Outcomes<T> = Vec<(String, Result<T>)>;

/// A shared handle.
#[derive(Clone)]
pub struct Admin {}

impl Admin {
    /// Reads librdkafka's property names; those of producers and consumers are accepted and ignored.
    pub fn new<K: AsRef<str>, V: AsRef<str>>(_pairs: impl IntoIterator<Item = (K, V)>) -> Result<Admin> {
        todo!()
    }
    pub fn create_topics(&self, _topics: &[NewTopic], _timeout: Duration, _validate_only: bool) -> Result<Outcomes<()>> {
        todo!()
    }
    pub fn delete_topics(&self, _topics: &[&str], _timeout: Duration) -> Result<Outcomes<()>> {
        todo!()
    }
    /// `(topic, new total, replica ids of each new partition or empty)`.
    pub fn create_partitions(&self, _topics: &[(&str, i32, Vec<Vec<i32>>)], _timeout: Duration, _validate_only: bool) -> Result<Outcomes<()>> {
        todo!()
    }
    /// Deletes what lies before each offset (OFFSET_END: everything). The answer's offset is the new first one.
    pub fn delete_records(&self, _before: &[TopicPartitionOffset], _timeout: Duration) -> Result<Vec<TopicPartitionOffset>> {
        todo!()
    }
    /// One topic or all of them.
    pub fn metadata(&self, _topic: Option<&str>, _timeout: Duration) -> Result<Metadata> {
        todo!()
    }
    pub fn describe_topics(&self, _topics: &[&str], _timeout: Duration) -> Result<Vec<TopicMetadata>> {
        todo!()
    }
    pub fn describe_cluster(&self, _timeout: Duration) -> Result<ClusterDescription> {
        todo!()
    }
    pub fn describe_configs(&self, _resources: &[ConfigResource], _timeout: Duration) -> Result<Vec<(ConfigResource, Result<Vec<ConfigEntry>>)>> {
        todo!()
    }
    /// Replaces all configs of each resource.
    pub fn alter_configs(
        &self,
        _changes: &[(ConfigResource, Vec<(String, Option<String>)>)],
        _timeout: Duration,
        _validate_only: bool,
    ) -> Result<Vec<(ConfigResource, Result<()>)>> {
        todo!()
    }
    pub fn incremental_alter_configs(
        &self,
        _changes: &[(ConfigResource, Vec<ConfigChange>)],
        _timeout: Duration,
        _validate_only: bool,
    ) -> Result<Vec<(ConfigResource, Result<()>)>> {
        todo!()
    }
    /// Groups of all brokers. `states` (e.g. `Stable`) and `types` (e.g. `classic`) filter; empty: all. A broker that fails is in the second list.
    pub fn list_groups(&self, _states: &[&str], _types: &[&str], _timeout: Duration) -> Result<(Vec<GroupListing>, Vec<Error>)> {
        todo!()
    }
    pub fn describe_groups(&self, _groups: &[&str], _timeout: Duration) -> Result<Outcomes<GroupDescription>> {
        todo!()
    }
    pub fn delete_groups(&self, _groups: &[&str], _timeout: Duration) -> Result<Outcomes<()>> {
        todo!()
    }
    /// None: every partition with a committed offset.
    pub fn list_group_offsets(
        &self,
        _group: &str,
        _partitions: Option<&[TopicPartition]>,
        _require_stable: bool,
        _timeout: Duration,
    ) -> Result<Vec<TopicPartitionOffset>> {
        todo!()
    }
    pub fn alter_group_offsets(&self, _group: &str, _offsets: &[TopicPartitionOffset], _timeout: Duration) -> Result<Vec<TopicPartitionOffset>> {
        todo!()
    }
    pub fn delete_group_offsets(&self, _group: &str, _partitions: &[TopicPartition], _timeout: Duration) -> Result<Vec<TopicPartitionOffset>> {
        todo!()
    }
    pub fn list_offsets(
        &self,
        _specs: &[(TopicPartition, OffsetSpec)],
        _read_committed: bool,
        _timeout: Duration,
    ) -> Result<Vec<(TopicPartition, Result<ListedOffset>)>> {
        todo!()
    }
    pub fn client_id(&self) -> &str {
        todo!()
    }
    /// Cancels what is under way; further calls return `STATE`.
    pub fn close(&self) {
        todo!()
    }
}
