//! The properties of a client, under librdkafka's names; Java's spellings are aliases where they mean the same.
//!
//! Where our default differs from librdkafka's the row says so: `enable.idempotence` is on (unless acks, retries or the
//! in-flight bound were set to what excludes it), `check.crcs` is on. What is accepted and ignored says so too.

use super::Kind::{Bool, Float, Host, Int, List, OneOf, Secret, Str};
use super::Side::{Client, Consumer, Producer};
use super::{Kind, Property, Side};

const MS_MAX: i64 = 86_400_000;
const I32_MAX: i64 = i32::MAX as i64;

const fn row(side: Side, name: &'static str, aliases: &'static [&'static str], kind: Kind, default: &'static str, doc: &'static str) -> Property {
    Property { name, aliases, side, kind, default, doc }
}
/// Programs still set these; they change nothing here.
const fn ignored(side: Side, name: &'static str, kind: Kind, default: &'static str) -> Property {
    row(side, name, &[], kind, default, "Accepted for compatibility; changes nothing.")
}

pub const TABLE: &[Property] = &[
    // Client
    row(Client, "bootstrap.servers", &["metadata.broker.list"], Str, "", "Comma-separated host:port or embedded:NAME of brokers to begin with."),
    row(Client, "client.id", &[], Str, "rdkafka", "Names this client in the broker's logs and quotas."),
    row(Client, "client.rack", &[], Str, "", "Where this client runs; a broker may name a nearer replica to read from."),
    row(
        Client,
        "security.protocol",
        &[],
        OneOf(&["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"]),
        "plaintext",
        "How brokers are spoken to; only plaintext is built so far.",
    ),
    row(Client, "sasl.mechanisms", &["sasl.mechanism"], Str, "GSSAPI", "Not used with plaintext."),
    row(Client, "sasl.username", &[], Str, "", "Not used with plaintext."),
    row(Client, "sasl.password", &[], Secret, "", "Not used with plaintext."),
    row(Client, "sasl.jaas.config", &[], Secret, "", "Java only; set sasl.username and sasl.password."),
    row(Client, "sasl.kerberos.service.name", &[], Str, "kafka", "Not used with plaintext."),
    row(Client, "sasl.kerberos.principal", &[], Str, "kafkaclient", "Not used with plaintext."),
    row(Client, "sasl.kerberos.keytab", &[], Str, "", "Not used with plaintext."),
    row(Client, "sasl.kerberos.kinit.cmd", &[], Str, "", "Not used with plaintext."),
    row(Client, "sasl.kerberos.min.time.before.relogin", &[], Int(0, MS_MAX), "60000", "Not used with plaintext."),
    row(Client, "sasl.oauthbearer.config", &[], Secret, "", "Not used with plaintext."),
    row(Client, "sasl.oauthbearer.method", &[], OneOf(&["default", "oidc"]), "default", "Not used with plaintext."),
    row(Client, "sasl.oauthbearer.client.id", &[], Str, "", "Not used with plaintext."),
    row(Client, "sasl.oauthbearer.client.secret", &[], Secret, "", "Not used with plaintext."),
    row(Client, "sasl.oauthbearer.scope", &[], Str, "", "Not used with plaintext."),
    row(Client, "sasl.oauthbearer.extensions", &[], Str, "", "Not used with plaintext."),
    row(Client, "sasl.oauthbearer.token.endpoint.url", &[], Str, "", "Not used with plaintext."),
    row(Client, "enable.sasl.oauthbearer.unsecure.jwt", &[], Bool, "false", "Not used with plaintext."),
    row(Client, "ssl.ca.location", &[], Str, "", "Not used with plaintext."),
    row(Client, "ssl.ca.pem", &[], Str, "", "Not used with plaintext."),
    row(Client, "ssl.ca.certificate.stores", &[], Str, "Root", "Not used with plaintext."),
    row(Client, "ssl.certificate.location", &[], Str, "", "Not used with plaintext."),
    row(Client, "ssl.certificate.pem", &[], Str, "", "Not used with plaintext."),
    row(Client, "ssl.key.location", &[], Str, "", "Not used with plaintext."),
    row(Client, "ssl.key.pem", &[], Secret, "", "Not used with plaintext."),
    row(Client, "ssl.key.password", &[], Secret, "", "Not used with plaintext."),
    row(Client, "ssl.keystore.location", &[], Str, "", "Not used with plaintext."),
    row(Client, "ssl.keystore.password", &[], Secret, "", "Not used with plaintext."),
    row(Client, "ssl.truststore.location", &[], Str, "", "Java only; set ssl.ca.location."),
    row(Client, "ssl.truststore.password", &[], Secret, "", "Java only; set ssl.ca.location."),
    row(Client, "ssl.truststore.type", &[], Str, "", "Java only; set ssl.ca.location."),
    row(Client, "ssl.crl.location", &[], Str, "", "Not used with plaintext."),
    row(Client, "ssl.cipher.suites", &[], Str, "", "Not used with plaintext."),
    row(Client, "ssl.curves.list", &[], Str, "", "Not used with plaintext."),
    row(Client, "ssl.sigalgs.list", &[], Str, "", "Not used with plaintext."),
    row(Client, "ssl.providers", &[], Str, "", "Not used with plaintext."),
    row(Client, "enable.ssl.certificate.verification", &[], Bool, "true", "Not used with plaintext."),
    row(Client, "ssl.endpoint.identification.algorithm", &[], OneOf(&["https", "none"]), "https", "Not used with plaintext."),
    row(
        Client,
        "message.max.bytes",
        &["max.request.size"],
        Int(1000, 1_000_000_000),
        "1000000",
        "The largest record and the largest uncompressed batch a producer makes, in bytes.",
    ),
    row(
        Client,
        "receive.message.max.bytes",
        &[],
        Int(1000, I32_MAX),
        "100000000",
        "The largest response read, in bytes; raised to fetch.max.bytes + 512 when that is larger.",
    ),
    row(
        Client,
        "max.in.flight.requests.per.connection",
        &["max.in.flight"],
        Int(1, 1_000_000),
        "1000000",
        "Requests under way on one connection; an idempotent producer keeps at most 5.",
    ),
    row(Client, "socket.timeout.ms", &[], Int(10, 300_000), "60000", "Until a request without a timeout of its own is given up, in milliseconds."),
    row(Client, "socket.keepalive.enable", &[], Bool, "false", "TCP keep-alive."),
    row(Client, "socket.nagle.disable", &[], Bool, "true", "TCP_NODELAY."),
    row(Client, "socket.send.buffer.bytes", &["send.buffer.bytes"], Int(0, 100_000_000), "0", "Accepted for compatibility; changes nothing."),
    row(Client, "socket.receive.buffer.bytes", &["receive.buffer.bytes"], Int(0, 100_000_000), "0", "Accepted for compatibility; changes nothing."),
    row(
        Client,
        "socket.connection.setup.timeout.ms",
        &[],
        Int(1000, I32_MAX),
        "30000",
        "Until a connection stands, name resolution included, in milliseconds.",
    ),
    row(Client, "connections.max.idle.ms", &[], Int(0, I32_MAX), "0", "Accepted for compatibility; changes nothing."),
    row(
        Client,
        "reconnect.backoff.ms",
        &[],
        Int(0, 3_600_000),
        "100",
        "The pause before a broken connection is tried again, in milliseconds; doubles up to reconnect.backoff.max.ms.",
    ),
    row(Client, "reconnect.backoff.max.ms", &[], Int(0, 3_600_000), "10000", "The longest pause between attempts to connect, in milliseconds."),
    row(Client, "retry.backoff.ms", &[], Int(1, 300_000), "100", "The pause before a failed request is sent again, in milliseconds; doubles."),
    row(Client, "retry.backoff.max.ms", &[], Int(1, 300_000), "1000", "The longest pause before a request is sent again, in milliseconds."),
    row(Client, "metadata.max.age.ms", &[], Int(1, MS_MAX), "900000", "Topic metadata older than this is asked for again, in milliseconds."),
    row(
        Client,
        "topic.metadata.refresh.interval.ms",
        &[],
        Int(-1, 3_600_000),
        "300000",
        "How often the metadata of topics in use is asked for, in milliseconds; -1: only when needed.",
    ),
    row(
        Client,
        "topic.metadata.refresh.fast.interval.ms",
        &[],
        Int(1, 60_000),
        "100",
        "How soon metadata is asked for again while a topic has no leader, in milliseconds.",
    ),
    row(Client, "topic.metadata.refresh.fast.cnt", &[], Int(0, 1000), "10", "Accepted for compatibility; changes nothing."),
    row(
        Client,
        "topic.metadata.propagation.max.ms",
        &[],
        Int(0, 3_600_000),
        "30000",
        "How long a producer takes an unknown topic to be one that is being created, in milliseconds.",
    ),
    row(Client, "topic.blacklist", &[], List, "", "Accepted for compatibility; changes nothing."),
    row(
        Client,
        "metadata.recovery.strategy",
        &[],
        OneOf(&["none", "rebootstrap"]),
        "rebootstrap",
        "When no known broker answers, begin again with bootstrap.servers.",
    ),
    row(
        Client,
        "metadata.recovery.rebootstrap.trigger.ms",
        &[],
        Int(0, I32_MAX),
        "300000",
        "Accepted for compatibility; known brokers and bootstrap.servers are tried in turn.",
    ),
    row(Client, "broker.address.ttl", &[], Int(0, MS_MAX), "1000", "Accepted for compatibility; names are resolved at each connection."),
    row(Client, "broker.address.family", &[], OneOf(&["any", "v4", "v6"]), "any", "Which addresses of a name are used."),
    row(
        Client,
        "client.dns.lookup",
        &[],
        OneOf(&["use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"]),
        "use_all_dns_ips",
        "Accepted for compatibility; all addresses of a name are tried.",
    ),
    row(Client, "statistics.interval.ms", &[], Int(0, MS_MAX), "0", "Accepted for compatibility; no statistics are emitted yet."),
    row(Client, "debug", &[], Str, "", "Accepted for compatibility; set WELLHEAD_LOG to see log lines."),
    row(Client, "log_level", &[], Int(0, 7), "6", "Accepted for compatibility; set WELLHEAD_LOG to see log lines."),
    row(Client, "log.queue", &[], Bool, "false", "Accepted for compatibility; changes nothing."),
    row(Client, "enable.metrics.push", &[], Bool, "true", "Accepted for compatibility; no metrics are pushed."),
    row(
        Client,
        "retries",
        &["message.send.max.retries"],
        Int(0, I32_MAX),
        "2147483647",
        "How often a batch is sent again; message.timeout.ms ends it before.",
    ),
    row(Client, "test.mock.num.brokers", &[], Int(0, 10_000), "0", "A front end opens an embedded broker instead of connecting."),
    row(Client, "internal.termination.signal", &[], Int(0, 128), "0", "Accepted for compatibility; changes nothing."),
    row(Client, "plugin.library.paths", &[], Str, "", "Plugins are not supported; must be empty."),
    row(Client, "builtin.features", &[], Str, "", "Accepted for compatibility; changes nothing."),
    row(Client, "enable.random.seed", &[], Bool, "true", "Accepted for compatibility; changes nothing."),
    row(Client, "allow.auto.create.topics", &[], Bool, "false", "Whether a consumer's questions about a topic may create it."),
    ignored(Client, "api.version.request", Bool, "true"),
    ignored(Client, "api.version.request.timeout.ms", Int(1, 300_000), "10000"),
    ignored(Client, "api.version.fallback.ms", Int(0, 604_800_000), "0"),
    ignored(Client, "broker.version.fallback", Str, "0.10.0"),
    ignored(Client, "socket.blocking.max.ms", Int(1, 60_000), "1000"),
    ignored(Client, "socket.max.fails", Int(0, 1_000_000), "1"),
    ignored(Client, "message.copy.max.bytes", Int(0, 1_000_000_000), "65535"),
    ignored(Client, "topic.metadata.refresh.sparse", Bool, "true"),
    ignored(Client, "log.thread.name", Bool, "true"),
    ignored(Client, "log.connection.close", Bool, "true"),
    row(Client, "error_cb", &[], Host, "", "Of the host language."),
    row(Client, "stats_cb", &[], Host, "", "Of the host language."),
    row(Client, "throttle_cb", &[], Host, "", "Of the host language."),
    row(Client, "log_cb", &[], Host, "", "Of the host language."),
    row(Client, "oauth_cb", &[], Host, "", "Of the host language."),
    row(Client, "oauthbearer_token_refresh_cb", &[], Host, "", "Of the host language."),
    row(Client, "ssl.certificate.verify_cb", &[], Host, "", "Of the host language."),
    row(Client, "opaque", &[], Host, "", "Of the host language."),
    row(Client, "logger", &[], Host, "", "Of the host language."),
    // Consumer
    row(Consumer, "group.id", &[], Str, "", "The consumer group; needed to subscribe and to commit."),
    row(Consumer, "group.instance.id", &[], Str, "", "Makes this a static member: its assignment waits for it through a restart."),
    row(
        Consumer,
        "partition.assignment.strategy",
        &[],
        List,
        "range,roundrobin",
        "Assignors in order of preference: range, roundrobin, copartitioned (partition n of every topic to one member); or cooperative-sticky alone.",
    ),
    row(
        Consumer,
        "session.timeout.ms",
        &[],
        Int(1, 3_600_000),
        "45000",
        "Without a heartbeat for so long the group goes on without this member, in milliseconds.",
    ),
    row(Consumer, "heartbeat.interval.ms", &[], Int(1, 3_600_000), "3000", "Between heartbeats, in milliseconds."),
    row(Consumer, "group.protocol.type", &[], Str, "consumer", "The group's protocol type."),
    row(Consumer, "group.protocol", &[], OneOf(&["classic", "consumer"]), "classic", "Only classic is built so far."),
    row(Consumer, "group.remote.assignor", &[], Str, "", "Of group.protocol=consumer; not used."),
    row(
        Consumer,
        "coordinator.query.interval.ms",
        &[],
        Int(1, 3_600_000),
        "600000",
        "Accepted for compatibility; the coordinator is asked for when it is not known.",
    ),
    row(
        Consumer,
        "max.poll.interval.ms",
        &[],
        Int(1, MS_MAX),
        "300000",
        "An application that does not poll for so long leaves the group, in milliseconds.",
    ),
    row(
        Consumer,
        "enable.auto.commit",
        &["auto.commit.enable"],
        Bool,
        "true",
        "Commit stored offsets every auto.commit.interval.ms, at a rebalance and at close.",
    ),
    row(Consumer, "auto.commit.interval.ms", &[], Int(0, MS_MAX), "5000", "Between automatic commits, in milliseconds."),
    row(Consumer, "enable.auto.offset.store", &[], Bool, "true", "Store the offset of what poll returns, for the next commit."),
    row(
        Consumer,
        "auto.offset.reset",
        &[],
        OneOf(&["smallest=earliest", "earliest", "beginning=earliest", "largest=latest", "latest", "end=latest", "error", "none=error"]),
        "latest",
        "Where to begin without a committed offset, or when it is out of range.",
    ),
    row(Consumer, "queued.min.messages", &[], Int(1, 10_000_000), "100000", "Fetching goes on while fewer records than this wait to be polled."),
    row(
        Consumer,
        "queued.max.messages.kbytes",
        &[],
        Int(1, 2_097_151),
        "65536",
        "Fetching pauses while more than this waits to be polled, in kibibytes.",
    ),
    row(
        Consumer,
        "fetch.wait.max.ms",
        &["fetch.max.wait.ms"],
        Int(0, 300_000),
        "500",
        "How long a broker may wait for fetch.min.bytes, in milliseconds.",
    ),
    row(Consumer, "fetch.queue.backoff.ms", &[], Int(0, 300_000), "1000", "Accepted for compatibility; fetching goes on as soon as there is room."),
    row(
        Consumer,
        "fetch.message.max.bytes",
        &["max.partition.fetch.bytes"],
        Int(1, 1_000_000_000),
        "1048576",
        "Bytes asked for per partition and fetch; a larger batch still comes whole.",
    ),
    row(Consumer, "fetch.max.bytes", &[], Int(0, 2_147_483_135), "52428800", "Bytes asked for per fetch."),
    row(Consumer, "fetch.min.bytes", &[], Int(1, 100_000_000), "1", "A broker answers a fetch when it has so many bytes."),
    row(
        Consumer,
        "fetch.error.backoff.ms",
        &[],
        Int(0, 300_000),
        "500",
        "The pause before a partition is fetched again after an error, in milliseconds.",
    ),
    row(
        Consumer,
        "isolation.level",
        &[],
        OneOf(&["read_uncommitted", "read_committed"]),
        "read_committed",
        "Whether records of unfinished and aborted transactions are returned.",
    ),
    row(Consumer, "enable.partition.eof", &[], Bool, "false", "Tell when the end of a partition is reached."),
    row(Consumer, "check.crcs", &[], Bool, "true", "Verify each batch's CRC-32C; on here, off in librdkafka: it costs next to nothing."),
    row(Consumer, "max.poll.records", &[], Int(1, I32_MAX), "500", "Of share consumers; poll has its own bound."),
    row(Consumer, "share.acknowledgement.mode", &[], OneOf(&["implicit", "explicit"]), "implicit", "Of share consumers; not used."),
    ignored(Consumer, "offset.store.method", OneOf(&["none", "file", "broker"]), "broker"),
    ignored(Consumer, "offset.store.path", Str, "."),
    ignored(Consumer, "offset.store.sync.interval.ms", Int(-1, MS_MAX), "-1"),
    ignored(Consumer, "consume.callback.max.messages", Int(0, 1_000_000), "0"),
    row(Consumer, "rebalance_cb", &[], Host, "", "Of the host language."),
    row(Consumer, "offset_commit_cb", &["on_commit"], Host, "", "Of the host language."),
    row(Consumer, "consume_cb", &[], Host, "", "Of the host language."),
    // Producer
    row(
        Producer,
        "acks",
        &["request.required.acks"],
        OneOf(&["all=-1", "-1", "0", "1"]),
        "-1",
        "Who must have a batch before it is acknowledged: -1 (all) every in-sync replica, 1 the leader, 0 nobody.",
    ),
    row(Producer, "request.timeout.ms", &[], Int(1, 900_000), "30000", "How long a broker may take to acknowledge, in milliseconds."),
    row(
        Producer,
        "message.timeout.ms",
        &["delivery.timeout.ms"],
        Int(0, I32_MAX),
        "300000",
        "A record not delivered by then fails with MSG_TIMED_OUT, in milliseconds; 0: never.",
    ),
    row(Producer, "linger.ms", &["queue.buffering.max.ms"], Float(0.0, 900_000.0), "5", "How long a batch waits for more records, in milliseconds."),
    row(Producer, "batch.size", &[], Int(1, I32_MAX), "1000000", "The largest batch, in bytes before compression."),
    row(Producer, "batch.num.messages", &[], Int(1, 1_000_000), "10000", "The largest batch, in records."),
    row(
        Producer,
        "compression.type",
        &["compression.codec"],
        OneOf(&["none", "gzip", "snappy", "lz4", "zstd", "inherit=none"]),
        "none",
        "How batches are compressed.",
    ),
    row(Producer, "compression.level", &[], Int(-1, 22), "-1", "The codec's level; -1: its default."),
    row(Producer, "enable.idempotence", &[], Bool, "true", "Each record once and in order, whatever is retried. On here, off in librdkafka."),
    row(Producer, "enable.gapless.guarantee", &[], Bool, "false", "A record that fails while its successors may be delivered stops the producer."),
    row(Producer, "transactional.id", &[], Str, "", "Transactions are not built yet; must be empty."),
    row(Producer, "transaction.timeout.ms", &[], Int(1000, I32_MAX), "60000", "Of transactions; not used."),
    row(
        Producer,
        "queue.buffering.max.messages",
        &[],
        Int(0, I32_MAX),
        "100000",
        "Records that may wait (reports not polled included) before send says QUEUE_FULL; 0: no bound.",
    ),
    row(Producer, "queue.buffering.max.kbytes", &[], Int(1, I32_MAX), "1048576", "As queue.buffering.max.messages, in kibibytes."),
    row(Producer, "buffer.memory", &[], Int(1024, i64::MAX), "", "Java's queue.buffering.max.kbytes, in bytes."),
    row(Producer, "queue.buffering.backpressure.threshold", &[], Int(1, 1_000_000), "1", "Accepted for compatibility; changes nothing."),
    row(
        Producer,
        "partitioner",
        &[],
        OneOf(&["consistent_random", "random", "consistent", "murmur2", "murmur2_random", "fnv1a", "fnv1a_random"]),
        "consistent_random",
        "How a key chooses the partition; murmur2_random is Java's.",
    ),
    row(
        Producer,
        "sticky.partitioning.linger.ms",
        &[],
        Int(0, 900_000),
        "10",
        "How long records without a key stay with one partition, in milliseconds; 0: each goes elsewhere.",
    ),
    row(Producer, "delivery.report.only.error", &[], Bool, "false", "Report failures only."),
    row(Producer, "queuing.strategy", &[], OneOf(&["fifo", "lifo"]), "fifo", "Accepted for compatibility; always first in, first out."),
    ignored(Producer, "produce.offset.report", Bool, "true"),
    row(Producer, "dr_cb", &[], Host, "", "Of the host language."),
    row(Producer, "dr_msg_cb", &["on_delivery"], Host, "", "Of the host language."),
    row(Producer, "partitioner_cb", &[], Host, "", "Of the host language."),
    row(Producer, "msg_order_cmp", &[], Host, "", "Of the host language."),
];

#[cfg(test)]
mod tests {
    use super::super::{Properties, find};
    use super::*;

    #[test]
    fn librdkafkas_names_and_javas_spellings_are_read() {
        for (given, name, value) in [
            ("metadata.broker.list", "bootstrap.servers", "h:1"),
            ("max.in.flight", "max.in.flight.requests.per.connection", "3"),
            ("request.required.acks", "acks", "1"),
            ("queue.buffering.max.ms", "linger.ms", "0.5"),
            ("fetch.max.wait.ms", "fetch.wait.max.ms", "7"),
            ("max.request.size", "message.max.bytes", "5000"),
            ("delivery.timeout.ms", "message.timeout.ms", "9"),
            ("max.partition.fetch.bytes", "fetch.message.max.bytes", "1"),
        ] {
            let p = Properties::read(&[TABLE], [(given, value)]).unwrap();
            assert_eq!(p.get(name), Some(value), "{given}");
        }
        let p = Properties::read(&[TABLE], [("acks", "all"), ("auto.offset.reset", "smallest")]).unwrap();
        assert_eq!((p.get("acks"), p.get("auto.offset.reset")), (Some("-1"), Some("earliest")));
    }

    #[test]
    fn a_wrong_name_is_refused_with_the_nearest() {
        for (wrong, meant) in [
            ("bootstrap.server", "bootstrap.servers"),
            ("group_id", "group.id"),
            ("auto.offset.rest", "auto.offset.reset"),
            ("linger_ms", "linger.ms"),
        ] {
            let e = Properties::read(&[TABLE], [(wrong, "x")]).err().expect(wrong);
            assert!(e.message().contains(&format!("did you mean \"{meant}\"")), "{e}");
        }
    }

    #[test]
    fn our_defaults_that_differ_say_so() {
        for name in ["enable.idempotence", "check.crcs"] {
            let p = find(TABLE, name).unwrap();
            assert!(p.default == "true" && p.doc.contains("librdkafka"), "{name}");
        }
    }
}
