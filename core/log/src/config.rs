//! What a data directory and a partition can be told. The broker fills these from Kafka's property names.

/// When an appended batch counts as durable, so becomes visible and is acknowledged (topic config `wellhead.durability`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// After fdatasync, shared by everything that arrived while the last one ran.
    #[default]
    Fsync,
    /// At once; the operating system writes it back when it likes (Kafka's default behaviour).
    PageCache,
}

/// `cleanup.policy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cleanup {
    pub delete: bool,
    pub compact: bool,
}

/// `compression.type` with its level (None: the codec's own default).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compression {
    /// As the producer sent it.
    #[default]
    Producer,
    Uncompressed,
    Gzip(Option<i32>),
    Snappy,
    Lz4(Option<i32>),
    Zstd(Option<i32>),
}

/// One partition's configuration. Sizes are bytes, times milliseconds; defaults are Kafka's.
#[derive(Debug, Clone, PartialEq)]
pub struct LogConfig {
    /// `segment.bytes`: a segment is rolled before it would grow past this.
    pub segment_bytes: u64,
    /// `segment.ms`: a segment is rolled when its first record is this much older than the next one.
    pub segment_ms: i64,
    /// `segment.jitter.ms`: up to this much is taken off `segment_ms`, a fixed share for each partition.
    pub segment_jitter_ms: i64,
    /// `segment.index.bytes`: a segment is rolled when one of its indexes is this large.
    pub segment_index_bytes: u64,
    /// `index.interval.bytes`: an index entry at most every so many bytes of log.
    pub index_interval_bytes: u64,
    /// `max.message.bytes`: the largest batch.
    pub max_message_bytes: u64,
    /// `retention.bytes`: the oldest segments go while more than this would stay; negative: no limit.
    pub retention_bytes: i64,
    /// `retention.ms`: segments whose newest record is older go; negative: no limit.
    pub retention_ms: i64,
    /// `cleanup.policy`.
    pub cleanup: Cleanup,
    /// `min.cleanable.dirty.ratio`.
    pub min_cleanable_dirty_ratio: f64,
    /// `min.compaction.lag.ms`: records younger than this are not compacted.
    pub min_compaction_lag_ms: i64,
    /// `max.compaction.lag.ms`: a record older than this makes its log due whatever the ratio.
    pub max_compaction_lag_ms: i64,
    /// `delete.retention.ms`: how long a compacted tombstone stays for readers.
    pub delete_retention_ms: i64,
    /// `compression.type`.
    pub compression: Compression,
    /// `message.timestamp.type` is `LogAppendTime`.
    pub log_append_time: bool,
    /// `message.timestamp.before.max.ms`.
    pub timestamp_before_max_ms: i64,
    /// `message.timestamp.after.max.ms`.
    pub timestamp_after_max_ms: i64,
    /// `producer.id.expiration.ms`: an idempotent producer is forgotten after so long without an append.
    pub producer_id_expiration_ms: i64,
    /// `wellhead.durability`.
    pub durability: Durability,
}
impl Default for LogConfig {
    fn default() -> Self {
        Self {
            segment_bytes: 1 << 30,
            segment_ms: 7 * 86_400_000,
            segment_jitter_ms: 0,
            segment_index_bytes: 10 << 20,
            index_interval_bytes: 4096,
            max_message_bytes: 1_048_588,
            retention_bytes: -1,
            retention_ms: 7 * 86_400_000,
            cleanup: Cleanup { delete: true, compact: false },
            min_cleanable_dirty_ratio: 0.5,
            min_compaction_lag_ms: 0,
            max_compaction_lag_ms: i64::MAX,
            delete_retention_ms: 86_400_000,
            compression: Compression::Producer,
            log_append_time: false,
            timestamp_before_max_ms: i64::MAX,
            timestamp_after_max_ms: 3_600_000,
            producer_id_expiration_ms: 86_400_000,
            durability: Durability::Fsync,
        }
    }
}

/// Who runs the group commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CommitMode {
    /// A thread of the data directory, woken by appends.
    #[default]
    Thread,
    /// Nobody: the caller runs `LogDir::commit_now`. For tests and the simulation, which must repeat.
    Manual,
}

/// A data directory's options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogDirOptions {
    pub commit: CommitMode,
    /// Whether sealed indexes may be mapped into memory. Off in embedded mode: an I/O error on a map is a signal there.
    pub maps: bool,
    /// Files kept open beyond those being written; the longest unused are closed first.
    pub open_files_max: usize,
    /// `log.flush.offset.checkpoint.interval.ms`: how often the commit thread writes the recovery points, in milliseconds.
    pub checkpoint_interval_ms: i64,
    /// `wellhead.journal.bytes`: the commit journal's two files have half of this each, when they have been filled once; 0: no journal.
    pub journal_bytes: u64,
    /// Partitions that may have bytes in the journal and not yet in their own files, durably; each keeps up to three files open.
    pub journal_partitions_max: usize,
    /// Marks this journal's groups, against bytes of a producer that look like one: a random number; 0: one is made up.
    pub journal_key: u64,
    /// `log.cleaner.dedupe.buffer.size`: memory of one compaction's map of keys, in bytes.
    pub dedupe_buffer_bytes: usize,
}
impl Default for LogDirOptions {
    fn default() -> Self {
        Self {
            commit: CommitMode::Thread,
            maps: false,
            open_files_max: 512,
            checkpoint_interval_ms: 60_000,
            journal_bytes: 64 << 20,
            journal_partitions_max: 200,
            journal_key: 0,
            dedupe_buffer_bytes: 128 << 20,
        }
    }
}
