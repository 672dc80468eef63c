//! Typed configuration, read once from the property table; conflicts are explained here.

use crate::assignor::Assignor;
use crate::partitioner::Partitioner;
use std::time::Duration;
use wellhead_base::props::{Properties, client::TABLE, find};
use wellhead_base::{Code, Error, Result};
use wellhead_net::connection::Family;
use wellhead_net::{Address, ConnectOptions};
use wellhead_record::Codec;

/// What every client needs to reach a cluster.
#[derive(Clone, Debug)]
pub(crate) struct ClusterConfig {
    pub client_id: String,
    pub rack: String,
    pub bootstrap: Vec<Address>,
    pub connect: ConnectOptions,
    pub request_timeout: Duration,
    pub reconnect_backoff: Backoff,
    pub retry_backoff: Backoff,
    pub metadata_refresh: Option<Duration>,
    pub metadata_fast: Duration,
}

/// A pause that doubles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backoff {
    pub first_ms: u64,
    pub max_ms: u64,
}
impl Backoff {
    /// The pause after `failures` (from 1) in a row, in milliseconds.
    pub fn after(&self, failures: u32) -> u64 {
        let max = self.max_ms.max(self.first_ms);
        self.first_ms.saturating_mul(1 << failures.saturating_sub(1).min(20)).min(max)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct ProducerConfig {
    pub acks: i16,
    pub idempotent: bool,
    pub gapless: bool,
    pub in_flight_max: usize,
    pub retries: u32,
    pub request_timeout_ms: i32,
    /// 0: never.
    pub message_timeout_ms: i64,
    pub linger_us: i64,
    pub batch_bytes: usize,
    pub batch_records: usize,
    pub message_bytes_max: usize,
    pub codec: Codec,
    pub level: i32,
    pub queue_records_max: usize,
    pub queue_bytes_max: usize,
    pub partitioner: Partitioner,
    pub sticky_ms: i64,
    pub only_errors: bool,
    pub propagation_max_ms: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reset {
    Earliest,
    Latest,
    Error,
}

#[derive(Clone, Debug)]
pub(crate) struct ConsumerConfig {
    pub group_id: Option<String>,
    pub instance_id: Option<String>,
    pub assignors: Vec<Assignor>,
    pub session_timeout_ms: i64,
    pub heartbeat_ms: i64,
    pub max_poll_interval_ms: i64,
    pub auto_commit: bool,
    pub auto_commit_ms: i64,
    pub auto_store: bool,
    pub reset: Reset,
    pub queued_records_min: usize,
    pub queued_bytes_max: usize,
    pub fetch_wait_ms: i32,
    pub partition_bytes: i32,
    pub fetch_bytes: i32,
    pub fetch_min_bytes: i32,
    pub fetch_error_backoff_ms: i64,
    pub read_committed: bool,
    pub eof: bool,
    pub check_crcs: bool,
    pub auto_create: bool,
}

/// Checked properties, and the typed views of them.
#[derive(Clone)]
pub(crate) struct Config {
    props: Properties,
}

impl Config {
    pub fn read<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Config> {
        let props = Properties::read(&[TABLE], pairs)?;
        let c = Config { props };
        for (name, instead) in [("sasl.jaas.config", "sasl.username and sasl.password"), ("ssl.truststore.location", "ssl.ca.location")] {
            if c.props.get(name).is_some_and(|v| !v.is_empty()) {
                return Err(Error::invalid_arg(format!("\"{name}\" is Java's; set {instead}")));
            }
        }
        let protocol = c.text("security.protocol");
        if protocol != "plaintext" {
            return Err(Error::new(
                Code::UNSUPPORTED_FEATURE,
                format!("security.protocol={protocol} is not built yet: TLS and SASL come later; only plaintext works"),
            ));
        }
        if !c.text("plugin.library.paths").is_empty() {
            return Err(Error::new(Code::UNSUPPORTED_FEATURE, "plugin.library.paths: plugins are not supported"));
        }
        Ok(c)
    }

    /// What was set, for a second client with the same configuration.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.props.iter()
    }

    fn text(&self, name: &str) -> String {
        let p = find(TABLE, name).expect("the name is in the table");
        self.props.text(p)
    }
    fn int(&self, name: &str) -> i64 {
        self.text(name).parse().expect("the table checked that it is a whole number")
    }
    fn flag(&self, name: &str) -> bool {
        self.text(name) == "true"
    }
    fn ms(&self, name: &str) -> Duration {
        Duration::from_millis(self.int(name) as u64)
    }
    fn is_set(&self, name: &str) -> bool {
        self.props.is_set(name)
    }

    pub fn cluster(&self) -> Result<ClusterConfig> {
        let bootstrap = Address::parse_list(&self.text("bootstrap.servers"))?;
        let response_bytes_max = self.int("receive.message.max.bytes").max(self.int("fetch.max.bytes") + 512) as usize;
        let refresh = self.int("topic.metadata.refresh.interval.ms");
        Ok(ClusterConfig {
            client_id: self.text("client.id"),
            rack: self.text("client.rack"),
            bootstrap,
            connect: ConnectOptions {
                setup_timeout: self.ms("socket.connection.setup.timeout.ms"),
                stall: self.ms("socket.timeout.ms"),
                response_bytes_max,
                nagle_disable: self.flag("socket.nagle.disable"),
                keepalive: self.flag("socket.keepalive.enable"),
                family: match self.text("broker.address.family").as_str() {
                    "v4" => Family::V4,
                    "v6" => Family::V6,
                    _ => Family::Any,
                },
            },
            request_timeout: self.ms("socket.timeout.ms"),
            reconnect_backoff: Backoff { first_ms: self.int("reconnect.backoff.ms") as u64, max_ms: self.int("reconnect.backoff.max.ms") as u64 },
            retry_backoff: Backoff { first_ms: self.int("retry.backoff.ms") as u64, max_ms: self.int("retry.backoff.max.ms") as u64 },
            metadata_refresh: u64::try_from(refresh)
                .ok()
                .filter(|&n| n > 0)
                .map(|n| Duration::from_millis(n.min(self.int("metadata.max.age.ms") as u64))),
            metadata_fast: self.ms("topic.metadata.refresh.fast.interval.ms"),
        })
    }

    pub fn producer(&self) -> Result<ProducerConfig> {
        if !self.text("transactional.id").is_empty() {
            return Err(Error::new(Code::UNSUPPORTED_FEATURE, "transactional.id: transactions are not built yet"));
        }
        let acks: i16 = self.text("acks").parse().expect("the table checked it");
        let retries = self.int("retries");
        let asked_in_flight = self.int("max.in.flight.requests.per.connection") as usize;
        let in_flight_set = self.is_set("max.in.flight.requests.per.connection");
        // On by default, it gives way to settings that exclude it; asked for, it refuses them.
        let excluded = if acks != -1 {
            Some("acks=all")
        } else if retries == 0 {
            Some("retries above 0")
        } else if in_flight_set && asked_in_flight > 5 {
            Some("max.in.flight.requests.per.connection of at most 5")
        } else {
            None
        };
        let asked = self.is_set("enable.idempotence") && self.flag("enable.idempotence");
        if let (true, Some(needs)) = (asked, excluded) {
            return Err(Error::invalid_arg(format!("enable.idempotence=true needs {needs}")));
        }
        let idempotent = self.flag("enable.idempotence") && excluded.is_none();
        let in_flight_bound = if idempotent { 5 } else { wellhead_base::limits::IN_FLIGHT_PER_CONNECTION_MAX };
        let queue_bytes_max =
            if self.is_set("buffer.memory") { self.int("buffer.memory") as usize } else { self.int("queue.buffering.max.kbytes") as usize * 1024 };
        let records_max = self.int("queue.buffering.max.messages") as usize;
        let message_bytes_max = self.int("message.max.bytes") as usize;
        let linger: f64 = self.text("linger.ms").parse().expect("the table checked it");
        Ok(ProducerConfig {
            acks,
            idempotent,
            gapless: self.flag("enable.gapless.guarantee"),
            in_flight_max: asked_in_flight.min(in_flight_bound),
            retries: u32::try_from(retries).unwrap_or(u32::MAX),
            request_timeout_ms: self.int("request.timeout.ms") as i32,
            message_timeout_ms: self.int("message.timeout.ms"),
            linger_us: (linger * 1000.0) as i64,
            batch_bytes: (self.int("batch.size") as usize).min(message_bytes_max),
            batch_records: self.int("batch.num.messages") as usize,
            message_bytes_max,
            codec: Codec::parse(&self.text("compression.type")).unwrap_or(Codec::None),
            level: self.int("compression.level") as i32,
            queue_records_max: if records_max == 0 { usize::MAX } else { records_max },
            queue_bytes_max,
            partitioner: Partitioner::parse(&self.text("partitioner")).expect("the table checked it"),
            sticky_ms: self.int("sticky.partitioning.linger.ms"),
            only_errors: self.flag("delivery.report.only.error"),
            propagation_max_ms: self.int("topic.metadata.propagation.max.ms"),
        })
    }

    pub fn consumer(&self) -> Result<ConsumerConfig> {
        if self.text("group.protocol") == "consumer" {
            return Err(Error::new(Code::UNSUPPORTED_FEATURE, "group.protocol=consumer is not built yet; classic works"));
        }
        let non_empty = |name: &str| Some(self.text(name)).filter(|s| !s.is_empty());
        let mut assignors = Vec::new();
        for word in self.text("partition.assignment.strategy").split(',').filter(|s| !s.is_empty()) {
            let a = Assignor::parse(word).ok_or_else(|| {
                Error::invalid_arg(format!(
                    "partition.assignment.strategy: no assignor \"{word}\"; there are range, roundrobin, cooperative-sticky, copartitioned"
                ))
            })?;
            if !assignors.contains(&a) {
                assignors.push(a);
            }
        }
        if assignors.is_empty() {
            return Err(Error::invalid_arg("partition.assignment.strategy is empty"));
        }
        if assignors.iter().any(|a| a.cooperative()) && !assignors.iter().all(|a| a.cooperative()) {
            return Err(Error::invalid_arg("partition.assignment.strategy: eager and cooperative assignors must not be mixed"));
        }
        let (session, poll) = (self.int("session.timeout.ms"), self.int("max.poll.interval.ms"));
        if poll < session {
            return Err(Error::invalid_arg("max.poll.interval.ms must be at least session.timeout.ms"));
        }
        Ok(ConsumerConfig {
            group_id: non_empty("group.id"),
            instance_id: non_empty("group.instance.id"),
            assignors,
            session_timeout_ms: session,
            heartbeat_ms: self.int("heartbeat.interval.ms").min((session / 3).max(1)),
            max_poll_interval_ms: poll,
            auto_commit: self.flag("enable.auto.commit"),
            auto_commit_ms: self.int("auto.commit.interval.ms"),
            auto_store: self.flag("enable.auto.offset.store"),
            reset: match self.text("auto.offset.reset").as_str() {
                "earliest" => Reset::Earliest,
                "error" => Reset::Error,
                _ => Reset::Latest,
            },
            queued_records_min: self.int("queued.min.messages") as usize,
            queued_bytes_max: self.int("queued.max.messages.kbytes") as usize * 1024,
            fetch_wait_ms: self.int("fetch.wait.max.ms") as i32,
            partition_bytes: self.int("fetch.message.max.bytes") as i32,
            fetch_bytes: self.int("fetch.max.bytes") as i32,
            fetch_min_bytes: self.int("fetch.min.bytes") as i32,
            fetch_error_backoff_ms: self.int("fetch.error.backoff.ms"),
            read_committed: self.text("isolation.level") == "read_committed",
            eof: self.flag("enable.partition.eof"),
            check_crcs: self.flag("check.crcs"),
            auto_create: self.flag("allow.auto.create.topics"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn producer(pairs: &[(&str, &str)]) -> Result<ProducerConfig> {
        Config::read(pairs.iter().copied())?.producer()
    }

    #[test]
    fn idempotence_is_on_and_gives_way_only_to_what_excludes_it() {
        assert!(producer(&[]).unwrap().idempotent);
        assert_eq!(producer(&[]).unwrap().in_flight_max, 5);
        for pair in [("acks", "1"), ("retries", "0"), ("max.in.flight", "6"), ("enable.idempotence", "false")] {
            assert!(!producer(&[pair]).unwrap().idempotent, "{pair:?}");
        }
        for pair in [("acks", "1"), ("retries", "0"), ("max.in.flight", "6")] {
            let e = producer(&[pair, ("enable.idempotence", "true")]).unwrap_err();
            assert!(e.message().contains("needs"), "{pair:?}: {e}");
        }
    }

    #[test]
    fn what_is_not_built_says_so() {
        for pair in [("security.protocol", "ssl"), ("transactional.id", "t"), ("group.protocol", "consumer"), ("sasl.jaas.config", "x")] {
            let c = Config::read([pair]).and_then(|c| c.producer().and_then(|_| c.consumer()));
            assert!(c.is_err(), "{pair:?}");
        }
        let mixed = Config::read([("partition.assignment.strategy", "range,cooperative-sticky")]).unwrap().consumer();
        assert!(mixed.unwrap_err().message().contains("mixed"));
    }

    #[test]
    fn a_pause_doubles_to_its_bound() {
        let b = Backoff { first_ms: 100, max_ms: 1000 };
        assert_eq!([1, 2, 3, 4, 5, 90].map(|n| b.after(n)), [100, 200, 400, 800, 1000, 1000]);
    }
}
