//! A data directory.

use crate::config::{LogConfig, LogDirOptions};
use crate::error::LogError;
use crate::partition::PartitionLog;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use wellhead_base::TopicId;
use wellhead_base::env::{Clock, Disk};

/// A locked data directory and its commit thread. Clones share it; the last one to go, or `close`, stops it.
#[derive(Clone)]
pub struct LogDir {
    _private: (),
}

impl LogDir {
    /// Makes `path` if needed and locks it (`LogError::Locked` when another process has it). Reads the checkpoints and the names
    /// of the partitions, but no partition: that happens on first use. Blocks on the disk.
    pub fn open(_path: &Path, _disk: Arc<dyn Disk>, _clock: Arc<dyn Clock>, _options: LogDirOptions) -> Result<Self, LogError> {
        todo!()
    }
    /// The log of one partition; the same object for the same partition. Touches no file: a directory is made by the first
    /// append, files are read on first use. Files that bear another topic id (a topic deleted and made again under its name) are
    /// set aside then.
    pub fn partition(&self, _topic: &str, _partition: i32, _topic_id: TopicId, _config: LogConfig) -> Result<Arc<PartitionLog>, LogError> {
        todo!()
    }
    /// The partitions that have a directory: name and number.
    pub fn partitions_on_disk(&self) -> Vec<(String, i32)> {
        todo!()
    }
    pub fn path(&self) -> &Path {
        todo!()
    }
    /// The directory was closed cleanly the last time.
    pub fn was_clean(&self) -> bool {
        todo!()
    }
    /// Loads every partition that has a directory, after an unclean stop recovering it, on `threads` threads. Optional: first use
    /// does the same for one. Returns the partitions that failed.
    pub fn load_all(&self, _threads: usize) -> Vec<(String, i32, LogError)> {
        todo!()
    }
    /// Why the directory takes no more appends, if it does not.
    pub fn offline(&self) -> Option<LogError> {
        todo!()
    }
    /// Kafka's `meta.properties`: empty when there is no such file yet.
    pub fn meta_properties(&self) -> Result<BTreeMap<String, String>, LogError> {
        todo!()
    }
    /// Replaces `meta.properties` durably.
    pub fn set_meta_properties(&self, _properties: &BTreeMap<String, String>) -> Result<(), LogError> {
        todo!()
    }
    /// Writes recovery points and log starts. The commit thread does so by itself at its interval.
    pub fn checkpoint(&self) -> Result<(), LogError> {
        todo!()
    }
    /// Runs one group commit here (`CommitMode::Manual`). Returns how many partitions it made durable.
    pub fn commit_now(&self) -> Result<usize, LogError> {
        todo!()
    }
    /// Makes everything durable, writes the checkpoints and the clean-shutdown marker, stops the commit thread and unlocks.
    /// Without it (drop, kill) the next open recovers.
    pub fn close(&self) -> Result<(), LogError> {
        todo!()
    }
}
