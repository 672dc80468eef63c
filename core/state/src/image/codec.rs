//! Records of the image as the metadata log keeps them: Kafka's metadata records in KRaft's frame, which is
//! `frame version: uvarint (1) | record type: uvarint | record version: uvarint | body`.

use super::{Partition, Record, Resource};
use wellhead_wire::records::{ConfigRecord, MetadataRecord, PartitionRecord, ProducerIdsRecord, RemoveTopicRecord, TopicRecord};
use wellhead_wire::{Reader, Writer};

const FRAME_VERSION: u32 = 1;

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

/// Reads one value of the metadata log. `Ok(None)` for a record that is valid and says nothing about the image.
pub fn decode(value: &[u8]) -> Result<Option<Record>, CodecError> {
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
    Ok(Some(match m {
        MetadataRecord::Topic(t) => Record::Topic { name: t.name, id: t.topic_id },
        MetadataRecord::Partition(p) => Record::Partition {
            topic: p.topic_id,
            partition: p.partition_id,
            state: Partition {
                replicas: p.replicas.into(),
                isr: p.isr.into(),
                leader: p.leader,
                leader_epoch: p.leader_epoch,
                partition_epoch: p.partition_epoch,
            },
        },
        MetadataRecord::RemoveTopic(t) => Record::RemoveTopic { id: t.topic_id },
        MetadataRecord::Config(c) => {
            let resource = Resource::from_type(c.resource_type, c.resource_name)
                .ok_or_else(|| CodecError(format!("config of a resource of type {}", c.resource_type)))?;
            Record::Config { resource, name: c.name, value: c.value }
        }
        MetadataRecord::ProducerIds(p) => Record::ProducerIds { broker: p.broker_id, broker_epoch: p.broker_epoch, next: p.next_producer_id },
        // Nothing else is written here, and a record that is not understood must not be skipped; these say nothing about the image.
        MetadataRecord::NoOp(_) | MetadataRecord::FeatureLevel(_) | MetadataRecord::BeginTransaction(_) | MetadataRecord::EndTransaction(_) => {
            return Ok(None);
        }
        other => return Err(CodecError(format!("metadata record of type {}, which this version does not know", other.api_key()))),
    }))
}
