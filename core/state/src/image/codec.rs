//! Records of the image as the metadata log keeps them: Kafka's metadata records in KRaft's frame, which is
//! `frame version: uvarint (1) | record type: uvarint | record version: uvarint | body`.

use super::{Partition, Record, Resource};
use wellhead_wire::records::{
    ConfigRecord, FeatureLevelRecord, MetadataRecord, PartitionChangeRecord, PartitionRecord, ProducerIdsRecord, RemoveTopicRecord, TopicRecord,
};
use wellhead_wire::{Reader, Writer};

const FRAME_VERSION: u32 = 1;
/// Kafka's `LeaderConstants.NO_LEADER_CHANGE`.
const NO_LEADER_CHANGE: i32 = -2;

/// One value of a metadata log, ours or one that Kafka's controller wrote.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    Record(Record),
    /// What lies between `Begin` and `End` counts together; `Abort` instead of `End` says that it does not.
    Begin,
    End,
    Abort,
    /// What must not be ignored: a broker that does not know it would let somebody in, or lack records. `there: false` takes it back.
    Guard {
        what: &'static str,
        key: String,
        there: bool,
    },
    /// It says nothing about the image: who is registered, settings without a meaning here.
    Nothing,
}

const ACLS: &str = "access control lists, which are not supported yet: without them everybody would be let in";
const SCRAM: &str = "SCRAM users, which are not supported yet: without them everybody would be let in";
const TOKENS: &str = "delegation tokens, which are not supported yet: without them everybody would be let in";
const DIRECTORIES: &str = "a broker with several log directories, of which only this one is here";

/// Why a value of the metadata log is not a record of the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodecError(pub String);
impl std::fmt::Display for CodecError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for CodecError {}

/// The values of one batch of the metadata log, one per record, in order. Their keys are null.
pub fn encode_records(records: &[Record]) -> Vec<Vec<u8>> {
    records.iter().map(encode).collect()
}

fn encode(record: &Record) -> Vec<u8> {
    let m: MetadataRecord = match record {
        Record::Topic { name, id } => TopicRecord { name: name.clone(), topic_id: *id }.into(),
        Record::Partition { topic, partition, state } => PartitionRecord {
            partition_id: *partition,
            topic_id: *topic,
            replicas: state.replicas.to_vec(),
            isr: state.isr.to_vec(),
            leader: state.leader,
            leader_epoch: state.leader_epoch,
            partition_epoch: state.partition_epoch,
            ..PartitionRecord::default()
        }
        .into(),
        Record::PartitionChange { topic, partition, replicas, isr, leader } => PartitionChangeRecord {
            partition_id: *partition,
            topic_id: *topic,
            isr: isr.clone(),
            leader: leader.unwrap_or(NO_LEADER_CHANGE),
            replicas: replicas.clone(),
            ..PartitionChangeRecord::default()
        }
        .into(),
        Record::Feature { name, level } => FeatureLevelRecord { name: name.clone(), feature_level: *level }.into(),
        Record::RemoveTopic { id } => RemoveTopicRecord { topic_id: *id }.into(),
        Record::Config { resource, name, value } => {
            ConfigRecord { resource_type: resource.type_id(), resource_name: resource.name().to_owned(), name: name.clone(), value: value.clone() }
                .into()
        }
        Record::ProducerIds { broker, broker_epoch, next } => {
            ProducerIdsRecord { broker_id: *broker, broker_epoch: *broker_epoch, next_producer_id: *next }.into()
        }
    };
    let version = m.version_max();
    let mut w = Writer::with_capacity(64);
    w.uvarint(FRAME_VERSION);
    w.uvarint(m.api_key() as u32);
    w.uvarint(version as u32);
    m.encode_body(&mut w, version).expect("names and values are bounded where commands are decided");
    w.as_slice().to_vec()
}

/// Reads one value of a metadata log.
pub fn decode(value: &[u8]) -> Result<Entry, CodecError> {
    let bad = |e: wellhead_wire::DecodeError| CodecError(format!("metadata record: {e}"));
    let mut r = Reader::from_slice(value);
    let frame = r.uvarint().map_err(bad)?;
    if frame != FRAME_VERSION {
        return Err(CodecError(format!("metadata record of frame version {frame}")));
    }
    let number = |n: u32| i16::try_from(n).map_err(|_| CodecError(format!("metadata record of type or version {n}")));
    let (key, version) = (number(r.uvarint().map_err(bad)?)?, number(r.uvarint().map_err(bad)?)?);
    let m = MetadataRecord::decode_body(&mut r, key, version)
        .map_err(bad)?
        .ok_or_else(|| CodecError(format!("metadata record of the unknown type {key}")))?;
    r.finish().map_err(bad)?;
    let guard = |what, key: String, there| Entry::Guard { what, key, there };
    // Every type is named: one that is not understood must not be skipped.
    Ok(match m {
        MetadataRecord::Topic(t) => Entry::Record(Record::Topic { name: t.name, id: t.topic_id }),
        MetadataRecord::Partition(p) => Entry::Record(Record::Partition {
            topic: p.topic_id,
            partition: p.partition_id,
            state: Partition {
                replicas: p.replicas.into(),
                isr: p.isr.into(),
                leader: p.leader,
                leader_epoch: p.leader_epoch,
                partition_epoch: p.partition_epoch,
            },
        }),
        MetadataRecord::PartitionChange(p) => Entry::Record(Record::PartitionChange {
            topic: p.topic_id,
            partition: p.partition_id,
            replicas: p.replicas,
            isr: p.isr,
            leader: (p.leader != NO_LEADER_CHANGE).then_some(p.leader),
        }),
        MetadataRecord::RemoveTopic(t) => Entry::Record(Record::RemoveTopic { id: t.topic_id }),
        MetadataRecord::Config(c) => Resource::from_type(c.resource_type, c.resource_name)
            .map_or(Entry::Nothing, |resource| Entry::Record(Record::Config { resource, name: c.name, value: c.value })),
        MetadataRecord::ProducerIds(p) => {
            Entry::Record(Record::ProducerIds { broker: p.broker_id, broker_epoch: p.broker_epoch, next: p.next_producer_id })
        }
        MetadataRecord::BeginTransaction(_) => Entry::Begin,
        MetadataRecord::EndTransaction(_) => Entry::End,
        MetadataRecord::AbortTransaction(_) => Entry::Abort,
        MetadataRecord::AccessControlEntry(a) => guard(ACLS, a.id.to_string(), true),
        MetadataRecord::RemoveAccessControlEntry(a) => guard(ACLS, a.id.to_string(), false),
        MetadataRecord::UserScramCredential(u) => guard(SCRAM, format!("{} {}", u.mechanism, u.name), true),
        MetadataRecord::RemoveUserScramCredential(u) => guard(SCRAM, format!("{} {}", u.mechanism, u.name), false),
        MetadataRecord::DelegationToken(t) => guard(TOKENS, t.token_id, true),
        MetadataRecord::RemoveDelegationToken(t) => guard(TOKENS, t.token_id, false),
        MetadataRecord::RegisterBroker(b) => guard(DIRECTORIES, b.broker_id.to_string(), b.log_dirs.len() > 1),
        MetadataRecord::FeatureLevel(f) => Entry::Record(Record::Feature { name: f.name, level: f.feature_level }),
        MetadataRecord::NoOp(_)
        | MetadataRecord::UnregisterBroker(_)
        | MetadataRecord::FenceBroker(_)
        | MetadataRecord::UnfenceBroker(_)
        | MetadataRecord::BrokerRegistrationChange(_)
        | MetadataRecord::RegisterController(_)
        | MetadataRecord::ClientQuota(_)
        | MetadataRecord::ZkMigrationState(_)
        | MetadataRecord::ClearElr(_) => Entry::Nothing,
    })
}
