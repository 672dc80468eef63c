//! Groups and offsets as the records of `__consumer_offsets`, in Kafka's own form: a key begins with its type (1: offset, 2:
//! group), a value with its version, both 16 bits big-endian.

use super::offsets::Committed;
use bytes::Bytes;
use wellhead_wire::records::{
    GroupMetadataKey, GroupMetadataValue, LegacyOffsetCommitKey, LegacyOffsetCommitValue, OffsetCommitKey, OffsetCommitValue,
};
use wellhead_wire::{DecodeError, Message, Reader, Writer};

/// The version in which a group is written: the newest that is not flexible, as Kafka writes it.
const GROUP_VALUE_VERSION: i16 = 3;

/// One record of the log, read.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    Offset {
        group: String,
        topic: String,
        partition: i32,
        value: Option<Committed>,
    },
    Group {
        group: String,
        value: Option<GroupMetadataValue>,
    },
    /// Of a kind that this machine does not keep (groups of newer protocols).
    Other,
}

fn frame<M: Message>(leading: i16, version: i16, message: &M) -> Bytes {
    let mut w = Writer::with_capacity(128);
    w.i16(leading);
    message.encode(&mut w, version).expect("names, metadata and subscriptions came from requests, whose strings are bounded alike");
    w.into_bytes()
}

pub(super) fn offset_key(group: &str, topic: &str, partition: i32) -> Bytes {
    frame(1, 0, &OffsetCommitKey { group: group.to_owned(), topic: topic.to_owned(), partition })
}

/// An expiry time exists only in version 1, a topic id only in version 4.
pub(super) fn offset_value(c: &Committed) -> Bytes {
    let version = match (c.expire_ms, c.topic_id.is_zero()) {
        (Some(_), _) => 1,
        (None, true) => 3,
        (None, false) => 4,
    };
    let value = OffsetCommitValue {
        offset: c.offset,
        leader_epoch: c.leader_epoch,
        metadata: c.metadata.to_string(),
        commit_timestamp: c.commit_ms,
        expire_timestamp: c.expire_ms.unwrap_or(-1),
        topic_id: c.topic_id,
    };
    frame(version, version, &value)
}

pub(super) fn group_key(group: &str) -> Bytes {
    frame(2, 0, &GroupMetadataKey { group: group.to_owned() })
}

pub(super) fn group_value(value: &GroupMetadataValue) -> Bytes {
    frame(GROUP_VALUE_VERSION, GROUP_VALUE_VERSION, value)
}

/// Reads a record of the log; `value` is None for a tombstone.
pub fn decode(key: &[u8], value: Option<&[u8]>) -> Result<Entry, DecodeError> {
    let mut k = Reader::from_slice(key);
    match k.i16()? {
        0 => {
            let key = LegacyOffsetCommitKey::decode(&mut k, 0)?;
            let value = value.map(legacy_offset).transpose()?;
            Ok(Entry::Offset { group: key.group, topic: key.topic, partition: key.partition, value })
        }
        1 => {
            let key = OffsetCommitKey::decode(&mut k, 0)?;
            let value = value.map(offset).transpose()?;
            Ok(Entry::Offset { group: key.group, topic: key.topic, partition: key.partition, value })
        }
        2 => {
            let key = GroupMetadataKey::decode(&mut k, 0)?;
            let value = value.map(group).transpose()?;
            Ok(Entry::Group { group: key.group, value })
        }
        _ => Ok(Entry::Other),
    }
}

fn offset(value: &[u8]) -> Result<Committed, DecodeError> {
    let mut r = Reader::from_slice(value);
    let version = r.i16()?;
    let v = OffsetCommitValue::decode(&mut r, version)?;
    Ok(Committed {
        offset: v.offset,
        leader_epoch: v.leader_epoch,
        metadata: v.metadata.into(),
        commit_ms: v.commit_timestamp,
        expire_ms: (v.expire_timestamp >= 0).then_some(v.expire_timestamp),
        topic_id: v.topic_id,
    })
}

fn legacy_offset(value: &[u8]) -> Result<Committed, DecodeError> {
    let mut r = Reader::from_slice(value);
    let version = r.i16()?;
    let v = LegacyOffsetCommitValue::decode(&mut r, version)?;
    Ok(Committed {
        offset: v.offset,
        leader_epoch: -1,
        metadata: v.metadata.into(),
        commit_ms: v.commit_timestamp,
        expire_ms: None,
        topic_id: wellhead_base::TopicId::ZERO,
    })
}

fn group(value: &[u8]) -> Result<GroupMetadataValue, DecodeError> {
    let mut r = Reader::from_slice(value);
    let version = r.i16()?;
    GroupMetadataValue::decode(&mut r, version)
}
