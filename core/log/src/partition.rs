//! One partition's log: what the broker calls.

use crate::config::LogConfig;
use crate::error::{AppendError, LogError, ReadError};
use crate::producers::ActiveProducer;
use crate::read::{ReadSlice, ReadUpTo, TimestampOffset};
use crate::{compact::Compacted, retain::Retained};
use std::sync::Arc;
use wellhead_base::TopicId;

/// Who wrote what is appended; it decides what is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A producer: everything is checked, offsets are assigned.
    Client,
    /// This broker (offsets, group state): offsets are assigned; sizes, timestamps and sequences are not checked.
    Coordinator,
    /// A leader's bytes: offsets and leader epochs are kept and must continue the log.
    Replication,
}

/// What goes with an append.
#[derive(Debug, Clone, Copy)]
pub struct AppendInfo {
    pub leader_epoch: i32,
    pub origin: Origin,
    /// Wall clock, milliseconds.
    pub now_ms: i64,
}

/// Where an append went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    pub base_offset: i64,
    pub last_offset: i64,
    /// The time that replaced the records' own under LogAppendTime, else -1.
    pub log_append_time: i64,
    pub log_start_offset: i64,
    /// An idempotent producer's batch that was in the log already; the offsets are the first append's. It may not be durable
    /// yet: wait for the high watermark to pass `last_offset` like for any other.
    pub duplicate: bool,
}

/// The three offsets of a log, read together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offsets {
    pub log_start: i64,
    pub high_watermark: i64,
    pub log_end: i64,
}

/// Where a leader epoch ends: the offset after its last record. Epoch -1 and offset -1 where it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EpochEnd {
    pub epoch: i32,
    pub end_offset: i64,
}

/// Called when the high watermark moved or the log failed.
pub type OnAdvance = Arc<dyn Fn() + Send + Sync>;

/// One partition's log. Calls block for microseconds, but the first one on a partition that has files reads (after an unclean
/// stop: recovers) them.
pub struct PartitionLog {
    _private: (),
}

impl PartitionLog {
    pub fn topic(&self) -> &str {
        todo!()
    }
    pub fn partition(&self) -> i32 {
        todo!()
    }
    pub fn topic_id(&self) -> TopicId {
        todo!()
    }
    pub fn config(&self) -> Arc<LogConfig> {
        todo!()
    }
    /// Takes effect with the next append, roll, retention or compaction.
    pub fn set_config(&self, _config: LogConfig) {
        todo!()
    }
    /// Called from the commit thread after the high watermark moved or the log failed, with no lock of this crate held. It must
    /// be quick and must not block; it may call this log. Replaces the one set before.
    pub fn set_on_advance(&self, _hook: OnAdvance) {
        todo!()
    }
    /// Reads the partition's files if that did not happen yet.
    pub fn load(&self) -> Result<(), LogError> {
        todo!()
    }
    /// Why the partition (or its whole data directory) takes no appends any more, if it does not.
    pub fn failed(&self) -> Option<LogError> {
        todo!()
    }

    /// Checks `batches` (one or more batches v2, nothing else), assigns their offsets and leader epoch in place, and writes them
    /// with one write. The records are visible and may be acknowledged (acks=all) once `high_watermark()` is past `last_offset`;
    /// under class `fsync` the commit thread does that, under `page-cache` it is so on return.
    pub fn append(&self, _batches: &mut [u8], _info: AppendInfo) -> Result<Appended, AppendError> {
        todo!()
    }

    /// The offset below which records are visible. Loads the log; 0 when that fails (see `failed`).
    pub fn high_watermark(&self) -> i64 {
        todo!()
    }
    pub fn log_start_offset(&self) -> i64 {
        todo!()
    }
    /// The offset that the next record gets.
    pub fn log_end_offset(&self) -> i64 {
        todo!()
    }
    /// All three at once, or why the log could not be loaded.
    pub fn offsets(&self) -> Result<Offsets, LogError> {
        todo!()
    }

    /// Whole batches from the one that holds `offset`, as file ranges, up to `max_bytes`. With `min_one` the first batch comes
    /// whatever its size. Empty at the end of what `up_to` allows. No record bytes are read.
    pub fn read(&self, _offset: i64, _max_bytes: usize, _up_to: ReadUpTo, _min_one: bool) -> Result<ReadSlice, ReadError> {
        todo!()
    }

    /// The first visible record whose timestamp is at least `timestamp_ms`.
    pub fn offset_for_timestamp(&self, _timestamp_ms: i64) -> Result<Option<TimestampOffset>, LogError> {
        todo!()
    }
    /// The visible record with the largest timestamp (the first of equals).
    pub fn max_timestamp_offset(&self) -> Result<Option<TimestampOffset>, LogError> {
        todo!()
    }
    /// The first offset that is on this disk; the log start, as nothing is tiered.
    pub fn earliest_local(&self) -> Result<TimestampOffset, LogError> {
        todo!()
    }
    /// The latest leader epoch in the log.
    pub fn latest_epoch(&self) -> Option<i32> {
        todo!()
    }
    /// The epoch in the log that holds `offset` (for ListOffsets answers); -1 where not known.
    pub fn epoch_of(&self, _offset: i64) -> i32 {
        todo!()
    }
    /// Where the largest epoch that is not above `epoch` ends, as Kafka's OffsetForLeaderEpoch answers.
    pub fn offset_for_leader_epoch(&self, _epoch: i32) -> Result<EpochEnd, LogError> {
        todo!()
    }

    /// Moves the log start to `before` (-1: the high watermark) durably, and drops whole segments below. Returns the new log
    /// start.
    pub fn delete_records(&self, _before: i64) -> Result<i64, LogError> {
        todo!()
    }
    /// Drops everything from `offset` on (a follower that diverged).
    pub fn truncate_to(&self, _offset: i64) -> Result<(), LogError> {
        todo!()
    }
    /// Drops segments past `retention.ms` and `retention.bytes` and forgets expired producers; does nothing on a partition that
    /// was never used. For a background thread.
    pub fn retain(&self, _now_ms: i64) -> Result<Retained, LogError> {
        todo!()
    }
    /// Compacts the log if its policy asks for it and it is due. Takes long; for a background thread.
    pub fn compact(&self, _now_ms: i64) -> Result<Compacted, LogError> {
        todo!()
    }
    /// Bytes of all segments' log files. 0 for a partition never written.
    pub fn size_bytes(&self) -> u64 {
        todo!()
    }
    /// The idempotent producers that the log remembers.
    pub fn active_producers(&self) -> Result<Vec<ActiveProducer>, LogError> {
        todo!()
    }
    /// Blocks until everything appended before the call is durable, whatever the class.
    pub fn flush(&self) -> Result<(), LogError> {
        todo!()
    }
    /// Takes the partition out of the data directory and removes its files. Every later call fails with `Gone`.
    pub fn delete(&self) -> Result<(), LogError> {
        todo!()
    }
}
