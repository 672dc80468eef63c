//! Reads: an offset becomes ranges of segment files.

use crate::error::LogError;
use bytes::Bytes;
use std::sync::Arc;
use wellhead_base::env::DiskFile;

/// How far a read may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadUpTo {
    /// Consumers: what is visible.
    HighWatermark,
    /// Followers: everything appended.
    LogEnd,
}

/// Part of a file: `len` bytes at `position`.
#[derive(Debug, Clone)]
pub struct FileRange {
    pub file: Arc<dyn DiskFile>,
    pub position: u64,
    pub len: u64,
}

/// Whole batches in offset order, not read yet. Holding it keeps the files readable, also when retention deletes them.
#[derive(Debug, Clone)]
pub struct ReadSlice {
    pub parts: Vec<FileRange>,
    /// The base offset of the first batch, which may lie before the offset asked for; the offset asked for when empty.
    pub base_offset: i64,
    pub high_watermark: i64,
    pub log_start: i64,
    pub log_end: i64,
}
impl ReadSlice {
    /// Total length of all parts in bytes.
    pub fn len(&self) -> u64 {
        self.parts.iter().map(|p| p.len).sum()
    }
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
    /// Reads all parts. Blocks on the disk.
    pub fn to_bytes(&self) -> Result<Bytes, LogError> {
        todo!()
    }
}

/// An answer of the ListOffsets kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimestampOffset {
    /// Milliseconds; -1 where the question was not about time.
    pub timestamp: i64,
    pub offset: i64,
    pub leader_epoch: i32,
}
