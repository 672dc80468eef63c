//! Every bound of the engine has its name here. A bound that users may set has its default in the property table instead.

/// Kafka's limit of a topic name (`Topic.MAX_NAME_LENGTH`).
pub const TOPIC_NAME_LEN_MAX: usize = 249;
/// The largest request frame a server reads (`socket.request.max.bytes`).
pub const REQUEST_BYTES_MAX: usize = 104_857_600;
/// The largest response frame our client reads (`receive.message.max.bytes` may lower it).
pub const RESPONSE_BYTES_MAX: usize = 1_000_000_000;
/// A read buffer grows by at most this much before the bytes that justify it have arrived.
pub const READ_AHEAD_BYTES: usize = 64 * 1024;
/// Requests of one connection that may be under way at once; a further one waits in the socket.
pub const IN_FLIGHT_PER_CONNECTION_MAX: usize = 64;
/// Connections a server accepts (`max.connections`); one more is closed with a log line.
pub const CONNECTIONS_MAX: usize = 10_000;
/// Connections from one IPv4 address or one IPv6 network of 64 bits (`max.connections.per.ip`), so that no single host takes all.
pub const CONNECTIONS_PER_IP_MAX: usize = 4_000;
/// Bytes of half-received requests over all connections (`queued.max.request.bytes`).
pub const QUEUED_REQUEST_BYTES_MAX: usize = 256 * 1024 * 1024;
/// A half-sent request may rest this long (`wellhead.partial.request.ms`).
pub const HALF_FRAME: std::time::Duration = std::time::Duration::from_secs(30);
/// And from then on it must come at least this fast.
pub const FRAME_BYTES_PER_SECOND_MIN: u64 = 16 * 1024;
/// Unknown tagged fields in one message; they are skipped and never kept.
pub const UNKNOWN_TAGS_MAX: usize = 1_024;
/// Elements of all arrays of one request: topics, partitions, groups, configs. A handler takes some hundred bytes for each, however
/// short it is on the wire.
pub const REQUEST_ELEMENTS_MAX: usize = 250_000;
/// What one compressed batch may decompress to, whatever it claims.
pub const DECOMPRESSED_BATCH_BYTES_MAX: usize = 256 * 1024 * 1024;
/// What a broker lets a producer's compressed batch decompress to, where it must open it (timestamps, compaction, another codec):
/// a hundred times its size, and `PRODUCED_BATCH_BYTES_FLOOR` at least.
pub const fn produced_batch_bytes_max(compressed: usize) -> usize {
    let scaled = compressed.saturating_mul(100);
    let wanted = if scaled > PRODUCED_BATCH_BYTES_FLOOR { scaled } else { PRODUCED_BATCH_BYTES_FLOOR };
    if wanted < DECOMPRESSED_BATCH_BYTES_MAX { wanted } else { DECOMPRESSED_BATCH_BYTES_MAX }
}
pub const PRODUCED_BATCH_BYTES_FLOOR: usize = 16 * 1024 * 1024;
/// What a member of a group may say of itself when it joins, for all strategies together. The group's record, which holds it, must
/// fit the offsets topic's `max.message.bytes`, so that more could not be kept anyway.
pub const GROUP_MEMBER_METADATA_BYTES_MAX: usize = 1024 * 1024;
/// Brokers that a client believes a cluster to have.
pub const CLUSTER_BROKERS_MAX: usize = 10_000;
/// A client opens the compressed batches that it fetched until they come to this much, and further ones when those are read.
pub const FETCH_DECOMPRESSED_BYTES: usize = 16 * 1024 * 1024;
/// Records of one batch that a client opens. The smallest record is 7 bytes in the batch and 48 in the client's list.
pub const RECORDS_PER_BATCH_MAX: i32 = 4_000_000;
/// The largest window of a zstd frame that is opened, as a power of two: the format's decoders refuse more by default, Java's too.
pub const ZSTD_WINDOW_LOG_MAX: u32 = 27;
/// A thread keeps its zstd context from batch to batch unless a frame made it larger than this.
pub const ZSTD_CONTEXT_KEPT_BYTES: usize = 8 * 1024 * 1024;
/// A snapshot of the metadata log; a larger file is damaged.
pub const METADATA_SNAPSHOT_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// The smallest `segment.bytes` a topic may have (Kafka: 1 MiB; ours also for tests, which roll often).
pub const SEGMENT_BYTES_MIN: i64 = 14;
/// Batches remembered per idempotent producer and partition (Kafka: `ProducerStateEntry.NUM_BATCHES_TO_RETAIN`).
pub const PRODUCER_BATCHES_RETAINED: usize = 5;
/// Cached fetch sessions (`max.incremental.fetch.session.cache.slots`).
pub const FETCH_SESSIONS_MAX: usize = 1_000;
/// Partitions in one CreateTopics request and in one topic.
pub const PARTITIONS_PER_REQUEST_MAX: i32 = 100_000;
/// Bytes of an offset commit's metadata (`offset.metadata.max.bytes`).
pub const OFFSET_METADATA_BYTES_MAX: usize = 4_096;
/// How long ListOffsets and DeleteRecords wait for records that are appended and not durable yet, in milliseconds; after it they
/// answer by the high watermark as it stands.
pub const SETTLE_MS_MAX: u64 = 5_000;

const _: () = assert!(READ_AHEAD_BYTES < REQUEST_BYTES_MAX);
const _: () = assert!(REQUEST_BYTES_MAX < RESPONSE_BYTES_MAX);
const _: () = assert!(CONNECTIONS_PER_IP_MAX < CONNECTIONS_MAX);
