//! A node's configuration: Kafka's broker properties, checked, and what follows from them for each topic. Owns: where a topic
//! property's value comes from (topic, broker, default) and its reading into a `LogConfig`. Does not own: the property table (base),
//! dynamic configs (the metadata image).

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use wellhead_base::props::{self, Kind, Properties, Property, broker, topic};
use wellhead_base::{Code, Error, Result};
use wellhead_log::{Cleanup, Compression, Durability, LogConfig};
use wellhead_state::image::{Image, Topic};

/// Static configuration of a node.
pub struct Config {
    properties: Properties,
    pub node_id: i32,
    pub auto_create_topics: bool,
    pub delete_topics: bool,
    pub fetch_max_bytes: i32,
    pub rack: Option<String>,
    /// Host and port that clients are told; None: the address that they connected to.
    pub advertised: Option<(String, i32)>,
    pub listeners: Vec<Listener>,
    /// Where `admin` answers.
    pub admin: Option<Listener>,
    /// `max.connections.per.ip.overrides`.
    pub connections_per_ip: Vec<(IpAddr, usize)>,
}

/// One listener as it was asked for, with the addresses that its host has.
#[derive(Debug, Clone)]
pub struct Listener {
    pub text: String,
    pub addresses: Vec<SocketAddr>,
}

impl Config {
    /// Reads Kafka's broker properties. An unknown or wrong one is an error; one that Kafka knows and this node has no use for is
    /// logged and left out, unless leaving it out would open the broker to somebody.
    pub fn read<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Config> {
        let mut kept = Vec::new();
        for (name, value) in pairs {
            let (name, value) = (name.as_ref().trim().to_owned(), value.as_ref().trim().to_owned());
            if props::find(broker::TABLE, &name).is_some() {
                // An empty value is how server.properties says "not set".
                if !value.is_empty() {
                    kept.push((name, value));
                }
            } else if broker::security_relevant(&name) {
                return Err(Error::invalid_arg(format!("\"{name}\" is not supported yet, and starting without it would not be what was asked for")));
            } else if broker::not_applicable(&name) {
                tracing::info!(property = name, "a property of Kafka without a meaning for this node: ignored");
            } else {
                return Err(props::unknown(&[broker::TABLE], &name));
            }
        }
        let properties = Properties::read(&[broker::TABLE], kept)?;
        let read = Reading(&properties);
        let advertised = match read.text("advertised.listeners").split(',').find(|s| !s.is_empty()) {
            None => None,
            Some(text) => {
                let (host, port) = host_and_port("advertised.listeners", text)?;
                Some((host, i32::from(port)))
            }
        };
        let mut listeners = Vec::new();
        for text in read.text("listeners").split(',').filter(|s| !s.is_empty()) {
            listeners.push(listener(text)?);
        }
        let admin = match read.text("wellhead.admin.listener") {
            text if text.is_empty() => None,
            text => Some(listener(&text)?),
        };
        let rack = Some(read.text("broker.rack")).filter(|r| !r.is_empty());
        Ok(Config {
            node_id: read.int("node.id") as i32,
            auto_create_topics: read.bool("auto.create.topics.enable"),
            delete_topics: read.bool("delete.topic.enable"),
            fetch_max_bytes: read.int("fetch.max.bytes") as i32,
            rack,
            advertised,
            listeners,
            admin,
            connections_per_ip: connections_per_ip(&read.text("max.connections.per.ip.overrides"))?,
            properties,
        })
    }

    /// The value of a whole-number property; -1 where it has none. `name` must be in the table.
    pub fn int(&self, name: &str) -> i64 {
        Reading(&self.properties).int(name)
    }
    /// The value of a number of milliseconds as a duration.
    pub fn millis(&self, name: &str) -> std::time::Duration {
        std::time::Duration::from_millis(self.int(name).max(0) as u64)
    }
    pub fn bool(&self, name: &str) -> bool {
        Reading(&self.properties).bool(name)
    }
    /// The value set, or the default.
    pub fn text(&self, name: &str) -> String {
        Reading(&self.properties).text(name)
    }
    /// The value that was set, if one was.
    pub fn given(&self, name: &str) -> Option<&str> {
        self.properties.get(name)
    }
}

/// Typed reading of checked properties.
struct Reading<'a>(&'a Properties);
impl Reading<'_> {
    fn text(&self, name: &str) -> String {
        let row = props::find(broker::TABLE, name).expect("callers name rows of the table");
        self.0.text(row)
    }
    fn int(&self, name: &str) -> i64 {
        self.text(name).parse().unwrap_or(-1)
    }
    fn bool(&self, name: &str) -> bool {
        self.text(name) == "true"
    }
}

/// Reads `HOST:PORT`, `:PORT`, `PLAINTEXT://HOST:PORT`. Any other protocol is refused rather than spoken in plain text.
fn host_and_port(property: &str, text: &str) -> Result<(String, u16)> {
    let bad = |why: &str| Error::invalid_arg(format!("Invalid value \"{text}\" for configuration property \"{property}\": {why}"));
    let rest = match text.split_once("://") {
        Some((protocol, rest)) if protocol.eq_ignore_ascii_case("PLAINTEXT") => rest,
        Some((protocol, _)) => return Err(bad(&format!("the protocol {protocol} is not supported yet, only PLAINTEXT is"))),
        None => text,
    };
    let (host, port) = rest.rsplit_once(':').ok_or_else(|| bad("expected HOST:PORT"))?;
    let host = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    let port = port.parse::<u16>().map_err(|_| bad("expected a port from 0 to 65535"))?;
    Ok((host.to_owned(), port))
}

fn listener(text: &str) -> Result<Listener> {
    let (host, port) = host_and_port("listeners", text)?;
    // Kafka reads no host as every interface.
    let host = if host.is_empty() { "0.0.0.0" } else { &host };
    let resolved =
        (host, port).to_socket_addrs().map_err(|e| Error::invalid_arg(format!("cannot listen on {text}: the host \"{host}\" is not known ({e})")))?;
    let mut addresses: Vec<SocketAddr> = Vec::new();
    for a in resolved {
        if !addresses.contains(&a) {
            addresses.push(a);
        }
    }
    if addresses.is_empty() {
        return Err(Error::invalid_arg(format!("cannot listen on {text}: the host \"{host}\" has no address")));
    }
    Ok(Listener { text: text.to_owned(), addresses })
}

/// Reads `ADDRESS:NUMBER` or `HOST:NUMBER`, comma-separated. An IPv6 address may stand in brackets or not; a host counts with each
/// address that it has.
fn connections_per_ip(text: &str) -> Result<Vec<(IpAddr, usize)>> {
    let mut out = Vec::new();
    for entry in text.split(',').filter(|e| !e.is_empty()) {
        let bad = |why: &str| {
            Error::invalid_arg(format!("Invalid value \"{entry}\" for configuration property \"max.connections.per.ip.overrides\": {why}"))
        };
        let (host, number) = entry.rsplit_once(':').ok_or_else(|| bad("expected ADDRESS:NUMBER"))?;
        let number = number.trim().parse::<u32>().map_err(|_| bad("expected a number of connections behind the last colon"))? as usize;
        let host = host.trim();
        let host = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
        let addresses = (host, 0).to_socket_addrs().map_err(|e| bad(&format!("the host \"{host}\" is not known ({e})")))?;
        out.extend(addresses.map(|a| (a.ip().to_canonical(), number)));
    }
    Ok(out)
}

/// Where a config's value comes from; the numbers are Kafka's (`DescribeConfigsResponse.ConfigSource`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i8)]
pub enum Source {
    Topic = 1,
    DynamicBroker = 2,
    DynamicDefaultBroker = 3,
    StaticBroker = 4,
    Default = 5,
}

/// One place that gives a value: the property's name there, what it says there, the place, and what that means for the property
/// that was asked about, whose unit may be another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synonym {
    pub name: &'static str,
    pub text: String,
    pub source: Source,
    pub value: String,
}

impl Synonym {
    fn new(name: &'static str, text: &str, source: Source) -> Synonym {
        Synonym { name, text: text.to_owned(), source, value: text.to_owned() }
    }
}

/// Every place that gives a topic property a value, the strongest first; the last is its default.
pub fn topic_synonyms(config: &Config, image: &Image, topic: Option<&Topic>, p: &'static Property) -> Vec<Synonym> {
    let mut out = Vec::new();
    if let Some(value) = topic.and_then(|t| t.configs.get(p.name)) {
        out.push(Synonym::new(p.name, value, Source::Topic));
    }
    for (name, factor) in topic::broker_synonyms(p.name) {
        let row = props::find(broker::TABLE, name).expect("a test of base holds that synonyms are broker properties");
        for mut s in broker_synonyms(config, image, row) {
            s.value = scaled(&s.text, *factor);
            out.push(s);
        }
    }
    // Every dynamic one goes before every static one, whatever their units, and the default of the broker comes last.
    out.sort_by_key(|s| s.source as i8);
    if out.last().is_none_or(|s| s.source != Source::Default) {
        out.push(Synonym::new(p.name, p.default, Source::Default));
    }
    out
}

/// Every place that gives a broker property a value, the strongest first; the last is its default where it has one.
pub fn broker_synonyms(config: &Config, image: &Image, p: &'static Property) -> Vec<Synonym> {
    let mut out = Vec::new();
    if let Some(value) = image.broker_configs(Some(config.node_id)).and_then(|c| c.get(p.name)) {
        out.push(Synonym::new(p.name, value, Source::DynamicBroker));
    }
    if let Some(value) = image.broker_configs(None).and_then(|c| c.get(p.name)) {
        out.push(Synonym::new(p.name, value, Source::DynamicDefaultBroker));
    }
    if let Some(value) = config.given(p.name) {
        out.push(Synonym::new(p.name, value, Source::StaticBroker));
    }
    if !p.default.is_empty() {
        out.push(Synonym::new(p.name, p.default, Source::Default));
    }
    out
}

/// The milliseconds of a broker property that may be changed while the node runs, as they are at the moment. `name` must be in the table.
pub fn millis_now(config: &Config, image: &Image, name: &str) -> std::time::Duration {
    let property = props::find(broker::TABLE, name).expect("it is in the table");
    let set = broker_synonyms(config, image, property).into_iter().next().and_then(|s| s.value.parse().ok());
    set.map_or_else(|| config.millis(name), std::time::Duration::from_millis)
}

/// Hours or minutes as milliseconds; -1 (no limit) stays.
fn scaled(value: &str, factor: i64) -> String {
    match value.parse::<i64>() {
        Ok(n) if n >= 0 && factor != 1 => n.saturating_mul(factor).to_string(),
        _ => value.to_owned(),
    }
}

/// The log configuration of a topic (None: of a topic that sets nothing).
pub fn log_config(config: &Config, image: &Image, topic: Option<&Topic>) -> LogConfig {
    let text = |name: &str| -> String {
        let row = props::find(topic::TABLE, name).expect("named below, and a test reads them all");
        topic_synonyms(config, image, topic, row).into_iter().next().map(|s| s.value).unwrap_or_default()
    };
    let default = LogConfig::default();
    let int = |name: &str| text(name).parse::<i64>().unwrap_or(-1);
    let policy = text("cleanup.policy");
    let level = |name: &str, none: i64| Some(int(name)).filter(|n| *n != none).map(|n| n as i32);
    LogConfig {
        segment_bytes: int("segment.bytes").max(1) as u64,
        segment_ms: int("segment.ms").max(1),
        segment_jitter_ms: int("segment.jitter.ms").max(0),
        segment_index_bytes: int("segment.index.bytes").max(12) as u64,
        index_interval_bytes: int("index.interval.bytes").max(0) as u64,
        max_message_bytes: int("max.message.bytes").max(0) as u64,
        retention_bytes: int("retention.bytes"),
        retention_ms: int("retention.ms"),
        cleanup: Cleanup { delete: policy.split(',').any(|p| p.trim() == "delete"), compact: policy.split(',').any(|p| p.trim() == "compact") },
        min_cleanable_dirty_ratio: text("min.cleanable.dirty.ratio").parse().unwrap_or(default.min_cleanable_dirty_ratio),
        min_compaction_lag_ms: int("min.compaction.lag.ms").max(0),
        max_compaction_lag_ms: int("max.compaction.lag.ms").max(1),
        delete_retention_ms: int("delete.retention.ms").max(0),
        compression: match text("compression.type").as_str() {
            "uncompressed" => Compression::Uncompressed,
            "gzip" => Compression::Gzip(level("compression.gzip.level", -1)),
            "snappy" => Compression::Snappy,
            "lz4" => Compression::Lz4(level("compression.lz4.level", 9)),
            "zstd" => Compression::Zstd(level("compression.zstd.level", 3)),
            _ => Compression::Producer,
        },
        log_append_time: text("message.timestamp.type") == "LogAppendTime",
        timestamp_before_max_ms: int("message.timestamp.before.max.ms").max(0),
        timestamp_after_max_ms: int("message.timestamp.after.max.ms").max(0),
        producer_id_expiration_ms: config.int("producer.id.expiration.ms"),
        durability: if text("wellhead.durability") == "page-cache" { Durability::PageCache } else { Durability::Fsync },
    }
}

/// Kafka's number of a property's type (`DescribeConfigsResponse.ConfigType`).
pub fn type_id(p: &Property) -> i8 {
    match p.kind {
        Kind::Bool => 1,
        Kind::Str | Kind::OneOf(_) | Kind::Host => 2,
        Kind::Int(lo, hi) if lo >= i64::from(i32::MIN) && hi <= i64::from(i32::MAX) => 3,
        Kind::Int(..) => 5,
        Kind::Float(..) => 6,
        Kind::List => 7,
        Kind::Secret => 9,
    }
}

/// The error of an operation on the data directory, with Kafka's code turned into what a caller of this process knows.
pub fn local(code: Code, message: String) -> Error {
    Error::fatal(code, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wellhead_state::image::{AlterConfig, AlterOp, AlterResource, Resource, Settings};

    fn image() -> Image {
        Image::new(Settings { cluster_id: "c".into(), node_id: 1, default_partitions: 1, default_replication_factor: 1 })
    }

    #[test]
    fn defaults_are_the_logs_own() {
        let config = Config::read::<&str, &str>([]).unwrap();
        let read = log_config(&config, &image(), None);
        assert_eq!(read, LogConfig::default());
    }

    #[test]
    fn a_brokers_hours_become_a_topics_milliseconds_and_finer_units_go_first() {
        let read = |pairs: &[(&str, &str)]| log_config(&Config::read(pairs.iter().copied()).unwrap(), &image(), None).retention_ms;
        assert_eq!(read(&[("log.retention.hours", "2")]), 7_200_000);
        assert_eq!(read(&[("log.retention.hours", "2"), ("log.retention.minutes", "3")]), 180_000);
        assert_eq!(read(&[("log.retention.hours", "2"), ("log.retention.ms", "-1")]), -1);
        assert_eq!(read(&[("log.retention.hours", "-1")]), -1);
    }

    /// What a topic's config comes from is named as the broker's property and in its unit; what it means is in the topic's.
    #[test]
    fn synonyms_of_a_topics_config_are_the_brokers_properties() {
        let given = |pairs: &[(&str, &str)], name: &str| {
            let row = props::find(topic::TABLE, name).unwrap();
            let all = topic_synonyms(&Config::read(pairs.iter().copied()).unwrap(), &image(), None, row);
            all.into_iter().map(|s| (s.name, s.text, s.source, s.value)).collect::<Vec<_>>()
        };
        let row = |name, text: &str, source, value: &str| (name, text.to_owned(), source, value.to_owned());
        let hours = row("log.retention.hours", "168", Source::Default, "604800000");
        assert_eq!(given(&[], "retention.ms"), std::slice::from_ref(&hours));
        assert_eq!(
            given(&[("log.retention.minutes", "3"), ("log.retention.ms", "5")], "retention.ms"),
            [row("log.retention.ms", "5", Source::StaticBroker, "5"), row("log.retention.minutes", "3", Source::StaticBroker, "180000"), hours]
        );
        assert_eq!(given(&[], "max.message.bytes"), [row("message.max.bytes", "1048588", Source::Default, "1048588")]);
        assert_eq!(given(&[], "leader.replication.throttled.replicas"), [row("leader.replication.throttled.replicas", "", Source::Default, "")]);
    }

    #[test]
    fn addresses_may_have_their_own_bound_of_connections() {
        let read = |text: &str| Config::read([("max.connections.per.ip.overrides", text)]).map(|c| c.connections_per_ip);
        let ip = |s: &str| s.parse::<IpAddr>().unwrap();
        assert_eq!(read("127.0.0.1:7, [::1]:2,fe80::1:3").unwrap(), [(ip("127.0.0.1"), 7), (ip("::1"), 2), (ip("fe80::1"), 3)]);
        assert!(read("localhost:5").unwrap().iter().all(|(a, n)| a.is_loopback() && *n == 5));
        for bad in ["127.0.0.1", "127.0.0.1:many", "127.0.0.1:-1", "no.such.host.invalid:1"] {
            let e = read(bad).unwrap_err();
            assert!(e.message().contains("max.connections.per.ip.overrides") && e.message().contains(bad), "{e}");
        }
    }

    /// sarama's functional tests change this one while the broker runs.
    #[test]
    fn a_period_follows_what_is_set_while_the_node_runs() {
        let config = Config::read([("log.cleaner.backoff.ms", "7")]).unwrap();
        let mut image = image();
        let mut set = |broker: &str, value: Option<&str>| {
            let configs = vec![AlterConfig {
                name: "log.cleaner.backoff.ms".into(),
                op: if value.is_some() { AlterOp::Set } else { AlterOp::Delete },
                value: value.map(str::to_owned),
            }];
            let decision = image.incremental_alter_configs(&[AlterResource { resource: Resource::Broker(broker.into()), configs }], false);
            assert!(decision.response[0].result.is_ok(), "{:?}", decision.response);
            decision.records.iter().for_each(|r| image.replay(r).unwrap());
            millis_now(&config, &image, "log.cleaner.backoff.ms").as_millis()
        };
        assert_eq!(set("", Some("8")), 8);
        assert_eq!(set("1", Some("9")), 9);
        assert_eq!(set("1", None), 8);
        assert_eq!(set("", None), 7);
    }

    #[test]
    fn mistakes_are_named_and_what_kafka_knows_is_let_through() {
        let error = |k: &str, v: &str| Config::read([(k, v)]).err().map(|e| e.message().to_owned()).unwrap_or_default();
        assert!(error("num.partition", "3").contains("num.partitions"));
        assert!(error("num.partitions", "many").contains("num.partitions"));
        assert!(error("listeners", "SSL://:9093").contains("SSL"));
        assert!(error("listeners", "nonsense").contains("HOST:PORT"));
        assert!(error("ssl.keystore.location", "/x").contains("not supported"));
        assert_eq!(error("zookeeper.connect", "localhost:2181"), "");
        assert_eq!(error("num.network.threads", "3"), "");
        let c = Config::read([("listeners", "PLAINTEXT://127.0.0.1:0"), ("advertised.listeners", "PLAINTEXT://[::1]:19092"), ("broker.id", "7")])
            .unwrap();
        assert_eq!((c.node_id, c.advertised, c.listeners.len()), (7, Some(("::1".into(), 19092)), 1));
    }
}
