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
/// Unknown tagged fields in one message; they are skipped and never kept.
pub const UNKNOWN_TAGS_MAX: usize = 1_024;
/// What one compressed batch may decompress to, whatever it claims.
pub const DECOMPRESSED_BATCH_BYTES_MAX: usize = 256 * 1024 * 1024;
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
