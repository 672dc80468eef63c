//! The properties of a topic: Kafka 4.3's names and defaults, and ours for durability. A topic that does not set one takes the
//! broker's (`broker_synonyms`), which takes the default here.

use super::{Kind, Property, Side};

const MAX: i64 = i64::MAX;
const INT_MAX: i64 = i32::MAX as i64;

const fn row(name: &'static str, kind: Kind, default: &'static str, doc: &'static str) -> Property {
    Property { name, aliases: &[], side: Side::Topic, kind, default, doc }
}

pub const TABLE: &[Property] = &[
    row(
        "cleanup.policy",
        Kind::List,
        "delete",
        "What happens to old records: delete (by time and size), compact (the last record of each key stays), or both.",
    ),
    row("compression.gzip.level", Kind::Int(-1, 9), "-1", "The gzip level where this topic compresses itself; -1 is the codec's default."),
    row("compression.lz4.level", Kind::Int(1, 17), "9", "The lz4 level where this topic compresses itself."),
    row(
        "compression.type",
        Kind::OneOf(&["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"]),
        "producer",
        "The codec of the topic's batches; producer keeps what the producer chose.",
    ),
    row("compression.zstd.level", Kind::Int(-131_072, 22), "3", "The zstd level where this topic compresses itself."),
    row("delete.retention.ms", Kind::Int(0, MAX), "86400000", "How long a compacted topic keeps tombstones for its readers, in milliseconds."),
    row(
        "file.delete.delay.ms",
        Kind::Int(0, MAX),
        "60000",
        "How long a removed segment's file stays, in milliseconds. Here files go when their last reader goes.",
    ),
    row(
        "flush.messages",
        Kind::Int(1, MAX),
        "9223372036854775807",
        "Kafka's number of records between syncs; see wellhead.durability, which decides here.",
    ),
    row(
        "flush.ms",
        Kind::Int(0, MAX),
        "9223372036854775807",
        "Kafka's time between syncs in milliseconds; see wellhead.durability, which decides here.",
    ),
    row("follower.replication.throttled.replicas", Kind::List, "", "Replicas whose incoming replication is throttled."),
    row("index.interval.bytes", Kind::Int(0, INT_MAX), "4096", "An offset index entry at most every so many bytes of log."),
    row("leader.replication.throttled.replicas", Kind::List, "", "Replicas whose outgoing replication is throttled."),
    row("local.retention.bytes", Kind::Int(-2, MAX), "-2", "Bytes kept on local disk when segments are tiered; -2 means retention.bytes."),
    row("local.retention.ms", Kind::Int(-2, MAX), "-2", "Milliseconds kept on local disk when segments are tiered; -2 means retention.ms."),
    row(
        "max.compaction.lag.ms",
        Kind::Int(1, MAX),
        "9223372036854775807",
        "A record older than this makes its log due for compaction, in milliseconds.",
    ),
    row("max.message.bytes", Kind::Int(0, INT_MAX), "1048588", "The largest batch, in bytes, after compression."),
    row("message.timestamp.after.max.ms", Kind::Int(0, MAX), "3600000", "How far a record's timestamp may lie in the future, in milliseconds."),
    row(
        "message.timestamp.before.max.ms",
        Kind::Int(0, MAX),
        "9223372036854775807",
        "How far a record's timestamp may lie in the past, in milliseconds.",
    ),
    row(
        "message.timestamp.type",
        Kind::OneOf(&["createtime=CreateTime", "logappendtime=LogAppendTime"]),
        "CreateTime",
        "Whether a record keeps its producer's timestamp or takes the time of its append.",
    ),
    row("min.cleanable.dirty.ratio", Kind::Float(0.0, 1.0), "0.5", "The share of a log not compacted yet from which it is due."),
    row("min.compaction.lag.ms", Kind::Int(0, MAX), "0", "A record younger than this is not compacted, in milliseconds."),
    row("min.insync.replicas", Kind::Int(1, INT_MAX), "1", "In-sync replicas that acks=all needs."),
    row("preallocate", Kind::Bool, "false", "Whether a segment's file is allocated when it is made."),
    row("remote.log.copy.disable", Kind::Bool, "false", "Whether tiered data becomes read-only."),
    row("remote.log.delete.on.disable", Kind::Bool, "false", "Whether tiered data goes when tiering is switched off."),
    row("remote.storage.enable", Kind::Bool, "false", "Whether sealed segments are tiered."),
    row(
        "retention.bytes",
        Kind::Int(i64::MIN, MAX),
        "-1",
        "The oldest segments of a partition go while more bytes than this would stay; -1: no limit.",
    ),
    row("retention.ms", Kind::Int(-1, MAX), "604800000", "Segments whose newest record is older than this go, in milliseconds; -1: no limit."),
    row(
        "segment.bytes",
        Kind::Int(crate::limits::SEGMENT_BYTES_MIN, INT_MAX),
        "1073741824",
        "A segment is sealed before it would grow past this, in bytes.",
    ),
    row("segment.index.bytes", Kind::Int(4, INT_MAX), "10485760", "The largest offset or time index of a segment, in bytes."),
    row(
        "segment.jitter.ms",
        Kind::Int(0, MAX),
        "0",
        "Up to this much is taken off segment.ms so that segments do not all roll at once, in milliseconds.",
    ),
    row("segment.ms", Kind::Int(1, MAX), "604800000", "A segment is sealed when its first record is this old, in milliseconds."),
    row(
        "unclean.leader.election.enable",
        Kind::Bool,
        "false",
        "Whether a replica that is not in sync may lead, at the price of acknowledged records.",
    ),
    row(
        "wellhead.durability",
        Kind::OneOf(&["fsync", "page-cache"]),
        "fsync",
        "When a record counts as durable, becomes visible and is acknowledged: after fdatasync, or once it is in the operating system's page cache (Kafka's behaviour).",
    ),
];

/// The broker properties that give a topic property its default, the strongest first, each with the factor that turns its unit into
/// the topic property's.
pub fn broker_synonyms(topic_property: &str) -> &'static [(&'static str, i64)] {
    match topic_property {
        "cleanup.policy" => &[("log.cleanup.policy", 1)],
        "compression.gzip.level" => &[("compression.gzip.level", 1)],
        "compression.lz4.level" => &[("compression.lz4.level", 1)],
        "compression.type" => &[("compression.type", 1)],
        "compression.zstd.level" => &[("compression.zstd.level", 1)],
        "delete.retention.ms" => &[("log.cleaner.delete.retention.ms", 1)],
        "file.delete.delay.ms" => &[("log.segment.delete.delay.ms", 1)],
        "flush.messages" => &[("log.flush.interval.messages", 1)],
        "flush.ms" => &[("log.flush.interval.ms", 1)],
        "index.interval.bytes" => &[("log.index.interval.bytes", 1)],
        "local.retention.bytes" => &[("log.local.retention.bytes", 1)],
        "local.retention.ms" => &[("log.local.retention.ms", 1)],
        "max.compaction.lag.ms" => &[("log.cleaner.max.compaction.lag.ms", 1)],
        "max.message.bytes" => &[("message.max.bytes", 1)],
        "message.timestamp.after.max.ms" => &[("log.message.timestamp.after.max.ms", 1)],
        "message.timestamp.before.max.ms" => &[("log.message.timestamp.before.max.ms", 1)],
        "message.timestamp.type" => &[("log.message.timestamp.type", 1)],
        "min.cleanable.dirty.ratio" => &[("log.cleaner.min.cleanable.ratio", 1)],
        "min.compaction.lag.ms" => &[("log.cleaner.min.compaction.lag.ms", 1)],
        "min.insync.replicas" => &[("min.insync.replicas", 1)],
        "preallocate" => &[("log.preallocate", 1)],
        "retention.bytes" => &[("log.retention.bytes", 1)],
        "retention.ms" => &[("log.retention.ms", 1), ("log.retention.minutes", 60_000), ("log.retention.hours", 3_600_000)],
        "segment.bytes" => &[("log.segment.bytes", 1)],
        "segment.index.bytes" => &[("log.index.size.max.bytes", 1)],
        "segment.jitter.ms" => &[("log.roll.jitter.ms", 1), ("log.roll.jitter.hours", 3_600_000)],
        "segment.ms" => &[("log.roll.ms", 1), ("log.roll.hours", 3_600_000)],
        "unclean.leader.election.enable" => &[("unclean.leader.election.enable", 1)],
        "wellhead.durability" => &[("wellhead.durability", 1)],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::props::{broker, find};

    #[test]
    fn every_synonym_is_a_broker_property_with_the_same_default() {
        for p in TABLE {
            let synonyms = broker_synonyms(p.name);
            for (name, _) in synonyms {
                assert!(find(broker::TABLE, name).is_some(), "{name}");
            }
            // The last synonym is the one that has the default.
            if let Some((name, factor)) = synonyms.last() {
                let default = find(broker::TABLE, name).unwrap().default;
                let scaled = default.parse::<i64>().map_or(default.to_owned(), |n| n.saturating_mul(*factor).to_string());
                assert_eq!(scaled, p.default, "{} and {name}", p.name);
            }
        }
    }
}
