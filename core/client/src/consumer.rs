//! The consumer's public face.

use crate::types::{Metadata, TimestampType, TopicPartition, TopicPartitionOffset};
use std::os::fd::RawFd;
use std::sync::Arc;
use std::time::Duration;
use wellhead_base::{Error, Result};

/// What `poll` returns.
#[derive(Debug)]
pub enum Event {
    Records(RecordSet),
    /// The end of the partition was reached at `offset` (enable.partition.eof).
    PartitionEof {
        topic: Arc<str>,
        partition: i32,
        offset: i64,
    },
    /// Only with `set_rebalance_events(true)`: the application must call assign (or incremental_assign).
    Assign(Vec<TopicPartitionOffset>),
    /// Only with `set_rebalance_events(true)`: the application must call unassign (or incremental_unassign).
    Revoke {
        partitions: Vec<TopicPartitionOffset>,
        lost: bool,
    },
    /// The outcome of an asynchronous or automatic commit.
    Committed {
        error: Option<Error>,
        offsets: Vec<TopicPartitionOffset>,
    },
    Error(Error),
}

/// Records of one partition in offset order, sharing the fetched buffer.
#[derive(Clone, Debug)]
pub struct RecordSet {
    pub topic: Arc<str>,
    pub partition: i32,
    pub leader_epoch: i32,
}

/// A record borrowed from its set.
#[derive(Clone, Copy, Debug)]
pub struct RecordRef<'a> {
    pub offset: i64,
    /// Milliseconds since the Unix epoch; -1 where there is none.
    pub timestamp: i64,
    pub timestamp_type: TimestampType,
    pub key: Option<&'a [u8]>,
    pub value: Option<&'a [u8]>,
    header_bytes: &'a [u8],
    header_count: u32,
}

impl<'a> RecordRef<'a> {
    /// Name and value, in order.
    pub fn headers(&self) -> impl Iterator<Item = (&'a str, Option<&'a [u8]>)> + use<'a> {
        let _ = (self.header_bytes, self.header_count);
        std::iter::empty()
    }
    pub fn header_count(&self) -> usize {
        self.header_count as usize
    }
}

impl RecordSet {
    pub fn len(&self) -> usize {
        todo!()
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The first record's offset.
    pub fn first_offset(&self) -> i64 {
        todo!()
    }
    /// The last record's offset.
    pub fn last_offset(&self) -> i64 {
        todo!()
    }
    pub fn get(&self, _index: usize) -> Option<RecordRef<'_>> {
        todo!()
    }
    pub fn iter(&self) -> impl Iterator<Item = RecordRef<'_>> + '_ {
        (0..self.len()).filter_map(|i| self.get(i))
    }
}

/// Which membership of a group wrote something; for transactions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupMetadata {
    pub group_id: String,
    pub generation_id: i32,
    pub member_id: String,
    pub group_instance_id: Option<String>,
}

/// A shared handle. Several threads may use it, but records come in order only to one that polls.
#[derive(Clone)]
pub struct Consumer {}

impl Consumer {
    /// Reads librdkafka's property names. Without group.id the consumer can assign, but neither subscribe nor commit.
    pub fn new<K: AsRef<str>, V: AsRef<str>>(_pairs: impl IntoIterator<Item = (K, V)>) -> Result<Consumer> {
        todo!()
    }
    /// Joins the group for these topics; a name that begins with ^ is a regular expression over all topics. Replaces the
    /// former subscription. Does not block.
    pub fn subscribe(&self, _topics: &[&str]) -> Result<()> {
        todo!()
    }
    pub fn unsubscribe(&self) -> Result<()> {
        todo!()
    }
    pub fn subscription(&self) -> Vec<String> {
        todo!()
    }
    /// Replaces the assignment. An offset may be special; OFFSET_INVALID means the committed one, else auto.offset.reset.
    pub fn assign(&self, _partitions: &[TopicPartitionOffset]) -> Result<()> {
        todo!()
    }
    pub fn unassign(&self) -> Result<()> {
        todo!()
    }
    pub fn incremental_assign(&self, _partitions: &[TopicPartitionOffset]) -> Result<()> {
        todo!()
    }
    pub fn incremental_unassign(&self, _partitions: &[TopicPartition]) -> Result<()> {
        todo!()
    }
    pub fn assignment(&self) -> Vec<TopicPartition> {
        todo!()
    }
    /// The assignment was taken away without a chance to commit (session lost, fenced).
    pub fn assignment_lost(&self) -> bool {
        todo!()
    }
    /// `NONE`, `EAGER` or `COOPERATIVE`.
    pub fn rebalance_protocol(&self) -> &'static str {
        todo!()
    }
    /// Whether `Assign` and `Revoke` come out of `poll` and wait for the application's answer. Off: handled inside.
    pub fn set_rebalance_events(&self, _wanted: bool) {
        todo!()
    }
    /// Waits up to `timeout` for events; returns as soon as there are some. At most `max_records` records in all.
    pub fn poll(&self, _max_records: usize, _timeout: Duration) -> Result<Vec<Event>> {
        todo!()
    }
    /// Commits `offsets` (None: the stored ones) and waits. `NO_OFFSET` when there is nothing to commit. Each partition's
    /// outcome is in its `error`.
    pub fn commit(&self, _offsets: Option<&[TopicPartitionOffset]>, _timeout: Duration) -> Result<Vec<TopicPartitionOffset>> {
        todo!()
    }
    /// As `commit`; the outcome comes as `Event::Committed`.
    pub fn commit_async(&self, _offsets: Option<&[TopicPartitionOffset]>) -> Result<()> {
        todo!()
    }
    /// Sets what the next commit without offsets commits: `offset` is that of the next record to read. The partitions must be assigned.
    pub fn store_offsets(&self, _offsets: &[TopicPartitionOffset]) -> Result<()> {
        todo!()
    }
    /// What the group committed; OFFSET_INVALID where nothing.
    pub fn committed(&self, _partitions: &[TopicPartition], _timeout: Duration) -> Result<Vec<TopicPartitionOffset>> {
        todo!()
    }
    /// One past the last record that `poll` returned; OFFSET_INVALID before the first.
    pub fn position(&self, _partitions: &[TopicPartition]) -> Vec<TopicPartitionOffset> {
        todo!()
    }
    /// Goes on from `offset` (may be special). Records of before are not returned any more once this returns.
    pub fn seek(&self, _partition: &TopicPartition, _offset: i64, _timeout: Duration) -> Result<()> {
        todo!()
    }
    pub fn pause(&self, _partitions: &[TopicPartition]) -> Result<()> {
        todo!()
    }
    pub fn resume(&self, _partitions: &[TopicPartition]) -> Result<()> {
        todo!()
    }
    pub fn paused(&self) -> Vec<TopicPartition> {
        todo!()
    }
    /// (first offset, next offset) as the broker says now.
    pub fn query_watermarks(&self, _partition: &TopicPartition, _timeout: Duration) -> Result<(i64, i64)> {
        todo!()
    }
    /// As the last fetch said; OFFSET_INVALID where not known.
    pub fn cached_watermarks(&self, _partition: &TopicPartition) -> (i64, i64) {
        todo!()
    }
    /// For each partition the first offset whose timestamp is at or after the given `offset` (milliseconds); OFFSET_END when
    /// there is none.
    pub fn offsets_for_times(&self, _times: &[TopicPartitionOffset], _timeout: Duration) -> Result<Vec<TopicPartitionOffset>> {
        todo!()
    }
    pub fn metadata(&self, _topic: Option<&str>, _timeout: Duration) -> Result<Metadata> {
        todo!()
    }
    pub fn group_metadata(&self) -> Option<GroupMetadata> {
        todo!()
    }
    /// "" before the first join.
    pub fn member_id(&self) -> String {
        todo!()
    }
    /// Readable while events wait. Poll it; do not read or close it.
    pub fn event_fd(&self) -> RawFd {
        todo!()
    }
    pub fn fatal_error(&self) -> Option<Error> {
        todo!()
    }
    /// Commits what is stored (enable.auto.commit), leaves the group, stops. Waits up to `timeout`.
    pub fn close(&self, _timeout: Duration) -> Result<()> {
        todo!()
    }
    pub fn is_closed(&self) -> bool {
        todo!()
    }
    pub fn client_id(&self) -> &str {
        todo!()
    }
    /// An admin with this consumer's configuration.
    pub fn admin(&self) -> Result<crate::Admin> {
        todo!()
    }
}
