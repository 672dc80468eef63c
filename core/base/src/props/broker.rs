//! The properties of a broker: Kafka 4.3's names and defaults where one node has a use for them. Names that Kafka knows and this
//! node has no use for are in `NOT_APPLICABLE`: they are accepted, so that an existing server.properties starts, and logged.

use super::{Kind, Property, Side};

const MAX: i64 = i64::MAX;
const INT_MAX: i64 = i32::MAX as i64;

const fn row(name: &'static str, kind: Kind, default: &'static str, doc: &'static str) -> Property {
    Property { name, aliases: &[], side: Side::Broker, kind, default, doc }
}

pub const TABLE: &[Property] = &[
    // Who and where this node is.
    Property {
        name: "node.id",
        aliases: &["broker.id"],
        side: Side::Broker,
        kind: Kind::Int(0, INT_MAX),
        default: "1",
        doc: "This node's number in the cluster.",
    },
    row("listeners", Kind::List, "", "Where to listen: HOST:PORT or PLAINTEXT://HOST:PORT, comma-separated; none listens in process only."),
    row("advertised.listeners", Kind::List, "", "What clients are told to connect to; by default the address that they did connect to."),
    row("broker.rack", Kind::Str, "", "The rack that clients are told."),
    row("log.dir", Kind::Str, "", "The data directory; the one given when the broker is opened goes before it."),
    row("log.dirs", Kind::Str, "", "As log.dir; one directory."),
    // Connections.
    row(
        "connections.max.idle.ms",
        Kind::Int(-1, MAX),
        "600000",
        "A connection without requests is closed after this long, in milliseconds; -1: never.",
    ),
    row("max.connections", Kind::Int(0, INT_MAX), "10000", "Connections at a time. Kafka's default has no bound; this one has."),
    row(
        "max.connections.per.ip",
        Kind::Int(0, INT_MAX),
        "4000",
        "Connections at a time from one IPv4 address or one IPv6 network of 64 bits. Kafka's default has no bound; this one has.",
    ),
    row(
        "max.connections.per.ip.overrides",
        Kind::List,
        "",
        "Addresses (or host names) with a bound of their own in the place of max.connections.per.ip: ADDRESS:NUMBER, comma-separated.",
    ),
    row(
        "queued.max.request.bytes",
        Kind::Int(-1, MAX),
        "268435456",
        "Bytes of half-received requests over all connections. Kafka's default has no bound (-1); this one has.",
    ),
    row("socket.listen.backlog.size", Kind::Int(1, INT_MAX), "1024", "Connections that wait to be accepted."),
    row(
        "socket.receive.buffer.bytes",
        Kind::Int(-1, INT_MAX),
        "-1",
        "SO_RCVBUF of connections in bytes; -1 leaves it to the kernel, which grows it.",
    ),
    row("socket.request.max.bytes", Kind::Int(1, INT_MAX), "104857600", "The largest request, in bytes."),
    row("socket.send.buffer.bytes", Kind::Int(-1, INT_MAX), "-1", "SO_SNDBUF of connections in bytes; -1 leaves it to the kernel, which grows it."),
    row(
        "wellhead.admin.listener",
        Kind::List,
        "",
        "HOST:PORT where /metrics (Prometheus), /healthz and /readyz are answered over HTTP; by default nowhere.",
    ),
    row(
        "wellhead.partial.request.ms",
        Kind::Int(100, MAX),
        "30000",
        "A request once begun may rest this long, and must come at 16 KiB a second from then on, in milliseconds.",
    ),
    // Topics.
    row("auto.create.topics.enable", Kind::Bool, "true", "Whether a topic that a client asks for is made when it does not exist."),
    row("default.replication.factor", Kind::Int(1, 32_767), "1", "Replicas of a topic that does not say how many."),
    row("delete.topic.enable", Kind::Bool, "true", "Whether topics may be deleted."),
    row("num.partitions", Kind::Int(1, INT_MAX), "1", "Partitions of a topic that does not say how many."),
    row("wellhead.durability", Kind::OneOf(&["fsync", "page-cache"]), "fsync", "The default of topics that do not set wellhead.durability."),
    row(
        "wellhead.journal.bytes",
        Kind::Int(0, 1 << 40),
        "67108864",
        "Bytes of the commit journal's two files together, once they were filled; 0: no journal, each partition's files are synced by every group commit.",
    ),
    // The log: defaults of topics.
    row("compression.gzip.level", Kind::Int(-1, 9), "-1", "The default of topics that do not set compression.gzip.level."),
    row("compression.lz4.level", Kind::Int(1, 17), "9", "The default of topics that do not set compression.lz4.level."),
    row(
        "compression.type",
        Kind::OneOf(&["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"]),
        "producer",
        "The default of topics that do not set compression.type.",
    ),
    row("compression.zstd.level", Kind::Int(-131_072, 22), "3", "The default of topics that do not set compression.zstd.level."),
    row("log.cleaner.backoff.ms", Kind::Int(0, MAX), "15000", "How often logs are checked for compaction, in milliseconds."),
    row("log.cleaner.dedupe.buffer.size", Kind::Int(1024, MAX), "134217728", "Memory of one compaction's map of keys, in bytes."),
    row("log.cleaner.delete.retention.ms", Kind::Int(0, MAX), "86400000", "The default of topics that do not set delete.retention.ms."),
    row("log.cleaner.enable", Kind::Bool, "true", "Whether logs are compacted."),
    row(
        "log.cleaner.max.compaction.lag.ms",
        Kind::Int(1, MAX),
        "9223372036854775807",
        "The default of topics that do not set max.compaction.lag.ms.",
    ),
    row("log.cleaner.min.cleanable.ratio", Kind::Float(0.0, 1.0), "0.5", "The default of topics that do not set min.cleanable.dirty.ratio."),
    row("log.cleaner.min.compaction.lag.ms", Kind::Int(0, MAX), "0", "The default of topics that do not set min.compaction.lag.ms."),
    row("log.cleanup.policy", Kind::List, "delete", "The default of topics that do not set cleanup.policy."),
    row("log.flush.interval.messages", Kind::Int(1, MAX), "9223372036854775807", "The default of topics that do not set flush.messages."),
    row("log.flush.interval.ms", Kind::Int(0, MAX), "9223372036854775807", "The default of topics that do not set flush.ms."),
    row("log.flush.offset.checkpoint.interval.ms", Kind::Int(0, INT_MAX), "60000", "How often recovery points are written, in milliseconds."),
    row("log.index.interval.bytes", Kind::Int(0, INT_MAX), "4096", "The default of topics that do not set index.interval.bytes."),
    row("log.index.size.max.bytes", Kind::Int(4, INT_MAX), "10485760", "The default of topics that do not set segment.index.bytes."),
    row("log.local.retention.bytes", Kind::Int(-2, MAX), "-2", "The default of topics that do not set local.retention.bytes."),
    row("log.local.retention.ms", Kind::Int(-2, MAX), "-2", "The default of topics that do not set local.retention.ms."),
    row("log.message.timestamp.after.max.ms", Kind::Int(0, MAX), "3600000", "The default of topics that do not set message.timestamp.after.max.ms."),
    row(
        "log.message.timestamp.before.max.ms",
        Kind::Int(0, MAX),
        "9223372036854775807",
        "The default of topics that do not set message.timestamp.before.max.ms.",
    ),
    row(
        "log.message.timestamp.type",
        Kind::OneOf(&["createtime=CreateTime", "logappendtime=LogAppendTime"]),
        "CreateTime",
        "The default of topics that do not set message.timestamp.type.",
    ),
    row("log.preallocate", Kind::Bool, "false", "The default of topics that do not set preallocate."),
    row("log.retention.bytes", Kind::Int(i64::MIN, MAX), "-1", "The default of topics that do not set retention.bytes."),
    row("log.retention.check.interval.ms", Kind::Int(1, MAX), "300000", "How often retention is enforced, in milliseconds."),
    row("log.retention.hours", Kind::Int(-1, INT_MAX), "168", "The default of topics that do not set retention.ms, in hours."),
    row("log.retention.minutes", Kind::Int(-1, INT_MAX), "", "As log.retention.hours in minutes; goes before it."),
    row("log.retention.ms", Kind::Int(-1, MAX), "", "As log.retention.minutes in milliseconds; goes before it."),
    row("log.roll.hours", Kind::Int(1, INT_MAX), "168", "The default of topics that do not set segment.ms, in hours."),
    row("log.roll.jitter.hours", Kind::Int(0, INT_MAX), "0", "The default of topics that do not set segment.jitter.ms, in hours."),
    row("log.roll.jitter.ms", Kind::Int(0, MAX), "", "As log.roll.jitter.hours in milliseconds; goes before it."),
    row("log.roll.ms", Kind::Int(1, MAX), "", "As log.roll.hours in milliseconds; goes before it."),
    row(
        "log.segment.bytes",
        Kind::Int(crate::limits::SEGMENT_BYTES_MIN, INT_MAX),
        "1073741824",
        "The default of topics that do not set segment.bytes.",
    ),
    row("log.segment.delete.delay.ms", Kind::Int(0, MAX), "60000", "The default of topics that do not set file.delete.delay.ms."),
    row("message.max.bytes", Kind::Int(0, INT_MAX), "1048588", "The default of topics that do not set max.message.bytes."),
    row("min.insync.replicas", Kind::Int(1, INT_MAX), "1", "The default of topics that do not set min.insync.replicas."),
    row("num.recovery.threads.per.data.dir", Kind::Int(1, 1024), "2", "Threads that recover partitions after an unclean stop."),
    row("unclean.leader.election.enable", Kind::Bool, "false", "The default of topics that do not set unclean.leader.election.enable."),
    // Kafka's tool that moves partitions sets and removes these; between the replicas of one node nothing moves.
    row("follower.replication.throttled.rate", Kind::Int(0, MAX), "9223372036854775807", "Without effect with one node."),
    row("leader.replication.throttled.rate", Kind::Int(0, MAX), "9223372036854775807", "Without effect with one node."),
    row("replica.alter.log.dirs.io.max.bytes.per.second", Kind::Int(0, MAX), "9223372036854775807", "Without effect with one directory."),
    // Producers and fetches.
    row("fetch.max.bytes", Kind::Int(1024, INT_MAX), "57671680", "The most bytes that one fetch is answered with, apart from its first batch."),
    row("max.incremental.fetch.session.cache.slots", Kind::Int(0, INT_MAX), "1000", "Fetch sessions kept."),
    row("producer.id.expiration.check.interval.ms", Kind::Int(1, INT_MAX), "600000", "How often producers are checked for expiry, in milliseconds."),
    row(
        "producer.id.expiration.ms",
        Kind::Int(1, INT_MAX),
        "86400000",
        "An idempotent producer is forgotten after this long without an append, in milliseconds.",
    ),
    // Groups.
    row("group.coordinator.rebalance.protocols", Kind::List, "classic", "The group protocols that are served; classic is the one there is so far."),
    row(
        "group.initial.rebalance.delay.ms",
        Kind::Int(0, INT_MAX),
        "0",
        "How long a new group waits for more members, in milliseconds. Kafka's default is 3000; here a first record does not wait.",
    ),
    row(
        "wellhead.group.gather.ms",
        Kind::Int(0, 10_000),
        "75",
        "When several clients connect at the same time, a new group waits this long after each member that came, and at most four times as long, in milliseconds. A client on its own never waits.",
    ),
    row("group.max.session.timeout.ms", Kind::Int(1, INT_MAX), "1800000", "The longest session timeout that a member may ask for, in milliseconds."),
    row("group.max.size", Kind::Int(1, INT_MAX), "2147483647", "Members of one group."),
    row("group.min.session.timeout.ms", Kind::Int(1, INT_MAX), "6000", "The shortest session timeout that a member may ask for, in milliseconds."),
    row("offset.metadata.max.bytes", Kind::Int(0, INT_MAX), "4096", "The longest metadata of an offset commit, in bytes."),
    row("offsets.commit.timeout.ms", Kind::Int(1, INT_MAX), "5000", "An offset commit that is not durable after this long fails, in milliseconds."),
    row("offsets.load.buffer.size", Kind::Int(1, INT_MAX), "5242880", "Bytes read at a time while offsets and groups are loaded."),
    row("offsets.retention.check.interval.ms", Kind::Int(1, MAX), "600000", "How often committed offsets are checked for expiry, in milliseconds."),
    row("offsets.retention.minutes", Kind::Int(1, INT_MAX), "10080", "Committed offsets of a group without members are kept this long, in minutes."),
    row("offsets.topic.compression.codec", Kind::Int(0, 4), "0", "The codec of the offsets topic: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd."),
    row("offsets.topic.num.partitions", Kind::Int(1, INT_MAX), "50", "Partitions of the offsets topic."),
    row("offsets.topic.replication.factor", Kind::Int(1, 32_767), "1", "Replicas of the offsets topic. Kafka's default is 3."),
    row("offsets.topic.segment.bytes", Kind::Int(1, INT_MAX), "104857600", "Segment size of the offsets topic, in bytes."),
    // Metadata.
    row("metadata.log.max.record.bytes.between.snapshots", Kind::Int(1, MAX), "20971520", "The metadata log is snapshotted after so many bytes."),
    row("metadata.log.segment.bytes", Kind::Int(14, INT_MAX), "8388608", "Segment size of the metadata log, in bytes."),
];

/// Properties of Kafka's broker without a meaning for one node of this engine.
pub const NOT_APPLICABLE: &[&str] = &[
    "alter.config.policy.class.name",
    "alter.log.dirs.replication.quota.window.num",
    "alter.log.dirs.replication.quota.window.size.seconds",
    "authorizer.class.name",
    "auto.include.jmx.reporter",
    "auto.leader.rebalance.enable",
    "background.threads",
    "broker.heartbeat.interval.ms",
    "broker.id.generation.enable",
    "broker.session.timeout.ms",
    "client.quota.callback.class",
    "connection.failed.authentication.delay.ms",
    "connections.max.reauth.ms",
    "control.plane.listener.name",
    "controlled.shutdown.enable",
    "controlled.shutdown.max.retries",
    "controlled.shutdown.retry.backoff.ms",
    "controller.listener.names",
    "controller.quorum.append.linger.ms",
    "controller.quorum.bootstrap.servers",
    "controller.quorum.election.backoff.max.ms",
    "controller.quorum.election.timeout.ms",
    "controller.quorum.fetch.timeout.ms",
    "controller.quorum.request.timeout.ms",
    "controller.quorum.retry.backoff.ms",
    "controller.quorum.voters",
    "controller.quota.window.num",
    "controller.quota.window.size.seconds",
    "controller.socket.timeout.ms",
    "create.topic.policy.class.name",
    "delegation.token.expiry.check.interval.ms",
    "delegation.token.expiry.time.ms",
    "delegation.token.max.lifetime.ms",
    "delegation.token.secret.key",
    "delete.records.purgatory.purge.interval.requests",
    "early.start.listeners",
    "fetch.purgatory.purge.interval.requests",
    "group.consumer.assignors",
    "group.consumer.heartbeat.interval.ms",
    "group.consumer.max.heartbeat.interval.ms",
    "group.consumer.max.session.timeout.ms",
    "group.consumer.max.size",
    "group.consumer.migration.policy",
    "group.consumer.min.heartbeat.interval.ms",
    "group.consumer.min.session.timeout.ms",
    "group.consumer.session.timeout.ms",
    "group.coordinator.append.linger.ms",
    "group.coordinator.threads",
    "initial.broker.registration.timeout.ms",
    "inter.broker.listener.name",
    "inter.broker.protocol.version",
    "kafka.metrics.polling.interval.secs",
    "kafka.metrics.reporters",
    "leader.imbalance.check.interval.seconds",
    "leader.imbalance.per.broker.percentage",
    "listener.security.protocol.map",
    "log.cleaner.io.buffer.load.factor",
    "log.cleaner.io.buffer.size",
    "log.cleaner.io.max.bytes.per.second",
    "log.cleaner.threads",
    "log.dir.failure.timeout.ms",
    "log.flush.scheduler.interval.ms",
    "log.flush.start.offset.checkpoint.interval.ms",
    "log.initial.task.delay.ms",
    "log.message.downconversion.enable",
    "log.message.format.version",
    "max.connection.creation.rate",
    "metadata.log.dir",
    "metadata.log.max.snapshot.interval.ms",
    "metadata.log.segment.ms",
    "metadata.max.idle.interval.ms",
    "metadata.max.retention.bytes",
    "metadata.max.retention.ms",
    "metric.reporters",
    "metrics.num.samples",
    "metrics.recording.level",
    "metrics.sample.window.ms",
    "num.io.threads",
    "num.network.threads",
    "num.replica.alter.log.dirs.threads",
    "num.replica.fetchers",
    "offsets.commit.required.acks",
    "password.encoder.secret",
    "principal.builder.class",
    "process.roles",
    "producer.purgatory.purge.interval.requests",
    "queued.max.requests",
    "quota.window.num",
    "quota.window.size.seconds",
    "remote.log.storage.system.enable",
    "replica.fetch.backoff.ms",
    "replica.fetch.max.bytes",
    "replica.fetch.min.bytes",
    "replica.fetch.response.max.bytes",
    "replica.fetch.wait.max.ms",
    "replica.high.watermark.checkpoint.interval.ms",
    "replica.lag.time.max.ms",
    "replica.selector.class",
    "replica.socket.receive.buffer.bytes",
    "replica.socket.timeout.ms",
    "replication.quota.window.num",
    "replication.quota.window.size.seconds",
    "request.timeout.ms",
    "reserved.broker.max.id",
    "security.inter.broker.protocol",
    "security.providers",
    "server.max.startup.time.ms",
    "socket.connection.setup.timeout.max.ms",
    "socket.connection.setup.timeout.ms",
    "telemetry.max.bytes",
    "transaction.abort.timed.out.transaction.cleanup.interval.ms",
    "transaction.max.timeout.ms",
    "transaction.partition.verification.enable",
    "transaction.remove.expired.transaction.cleanup.interval.ms",
    "transaction.state.log.load.buffer.size",
    "transaction.state.log.min.isr",
    "transaction.state.log.num.partitions",
    "transaction.state.log.replication.factor",
    "transaction.state.log.segment.bytes",
    "transactional.id.expiration.ms",
    "zookeeper.connect",
];

/// Whether Kafka knows the property and this node has no use for it.
pub fn not_applicable(name: &str) -> bool {
    NOT_APPLICABLE.binary_search(&name).is_ok()
        || ["remote.log.", "group.share.", "group.streams.", "share.coordinator.", "controller.quorum.", "log4j", "metrics.", "confluent."]
            .iter()
            .any(|p| name.starts_with(p))
}

/// Whether the property would change who may connect or what they may do: starting without it would be unsafe, so it is refused.
pub fn security_relevant(name: &str) -> bool {
    ["ssl.", "sasl.", "listener.name."].iter().any(|p| name.starts_with(p)) || matches!(name, "authorizer.class.name" | "super.users")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_a_use_are_sorted_and_apart_from_the_table() {
        assert!(NOT_APPLICABLE.windows(2).all(|w| w[0] < w[1]));
        for p in TABLE {
            assert!(!NOT_APPLICABLE.contains(&p.name), "{}", p.name);
        }
    }
}
