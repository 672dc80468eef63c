//! One partition on disk, in Kafka's format: segments with their offset and time index, leader epochs, producer state, recovery,
//! retention and compaction; and the data directory that holds the partitions, with its lock, checkpoints and group commit.
//!
//! Owns every file below a data directory but the metadata log's content. Does not own who may append (the broker), when a
//! request is answered (the broker) or replication. Everything goes through base's `Disk` and `Clock`, so the simulated disk of
//! [`sim`] drives the same code as the operating system's.

// Kafka's file names are what they are, case and all.
#![allow(clippy::case_sensitive_file_extension_comparisons)]

mod append;
mod batch;
mod checkpoint;
mod commit;
mod compact;
mod config;
mod derived;
mod dir;
mod disk;
mod epochs;
mod error;
mod files;
mod index;
mod journal;
mod load;
mod map;
mod partition;
mod producers;
mod read;
mod recover;
mod replay;
mod retain;
mod roll;
mod segment;
#[cfg(any(test, feature = "sim"))]
pub mod sim;
mod sync;

pub use compact::Compacted;
pub use config::{Cleanup, CommitMode, Compression, Durability, LogConfig, LogDirOptions};
pub use dir::LogDir;
pub use disk::{open_files_limit, raise_open_files_limit, real_disk};
pub use error::{AppendError, LogError, ReadError, RecordError};
pub use partition::{AppendInfo, Appended, EpochEnd, Offsets, OnAdvance, Origin, PartitionLog};
pub use producers::ActiveProducer;
pub use read::{FileRange, ReadSlice, ReadUpTo, TimestampOffset};
pub use retain::Retained;

#[cfg(test)]
mod tests;
