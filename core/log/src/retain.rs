//! Retention.

/// What a retention run removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retained {
    pub segments_deleted: usize,
    pub bytes_deleted: u64,
}
