//! The producer. Four nouns explain it: the accumulator (open batch of one partition) takes records as they are sent, the sender
//! decides, the sink (outbox of one broker) holds what is under way, the report tells what became of it.

mod accumulator;
mod driver;
mod reports;
mod sender;
mod topic;

use crate::cluster::Cluster;
use crate::config::Config;
use crate::stats::{PartitionStats, Stats};
use crate::types::{Metadata, TimestampType};
use accumulator::{BatchLimits, record_bytes};
use driver::{Core, Driver};
use parking_lot::{Mutex, RwLock};
use reports::Reports;
use std::os::fd::RawFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use topic::{Sent, Topic};
use wellhead_base::{Code, Error, Result};

/// What `send` takes; everything is borrowed and encoded before it returns.
#[derive(Clone, Copy, Debug)]
pub struct ProducerRecord<'a> {
    pub topic: &'a str,
    /// -1: the partitioner chooses.
    pub partition: i32,
    pub key: Option<&'a [u8]>,
    pub value: Option<&'a [u8]>,
    /// In order; names may repeat.
    pub headers: &'a [(&'a str, Option<&'a [u8]>)],
    /// Milliseconds since the Unix epoch; 0 is now.
    pub timestamp_ms: i64,
    /// Comes back in the delivery report.
    pub token: u64,
}
impl<'a> ProducerRecord<'a> {
    /// A record with neither key nor value, for any partition, now.
    pub fn to(topic: &'a str) -> Self {
        Self { topic, partition: -1, key: None, value: None, headers: &[], timestamp_ms: 0, token: 0 }
    }
    pub fn key(self, key: &'a [u8]) -> Self {
        Self { key: Some(key), ..self }
    }
    pub fn value(self, value: &'a [u8]) -> Self {
        Self { value: Some(value), ..self }
    }
    pub fn partition(self, partition: i32) -> Self {
        Self { partition, ..self }
    }
    pub fn token(self, token: u64) -> Self {
        Self { token, ..self }
    }
}

/// Whether records with an error may nevertheless be in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persisted {
    No,
    Possibly,
    Yes,
}

/// What became of one batch.
#[derive(Clone, Debug)]
pub struct DeliveryReport {
    pub topic: Arc<str>,
    /// -1 when the records never got one.
    pub partition: i32,
    /// The offset of the first record, -1 when not known (an error, acks=0); the following records have the following offsets.
    pub base_offset: i64,
    /// Of the broker's leader when it was appended; -1 when not known.
    pub leader_epoch: i32,
    pub timestamp_type: TimestampType,
    /// Per record, in offset order, milliseconds.
    pub timestamps: Vec<i64>,
    /// Per record, in offset order.
    pub tokens: Vec<u64>,
    pub error: Option<Error>,
    pub persisted: Persisted,
    /// From the first record's `send` to this report.
    pub latency: Duration,
}

/// A shared handle; the producer stops when the last one is dropped (records not delivered by then are lost: `flush` first).
#[derive(Clone)]
pub struct Producer(Arc<Handle>);

struct Handle {
    core: Arc<Core>,
    config: Config,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.core.closing.store(true, Ordering::Release);
        self.core.notify.notify_one();
    }
}

impl Producer {
    /// Reads librdkafka's property names; an unknown name or a wrong value is `INVALID_ARG`. Does not wait for a broker.
    pub fn new<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Producer> {
        Self::with(Config::read(pairs)?)
    }
    fn with(config: Config) -> Result<Producer> {
        let cfg = config.producer()?;
        let cluster = Cluster::new(config.cluster()?)?;
        let limits = BatchLimits {
            bytes: cfg.batch_bytes,
            records: cfg.batch_records,
            record_bytes: cfg.message_bytes_max,
            codec: cfg.codec,
            level: cfg.level,
        };
        let core = Arc::new(Core {
            limits,
            topics: RwLock::default(),
            mailbox: Mutex::default(),
            notify: Notify::new(),
            reports: Reports::new(cfg.queue_records_max, cfg.queue_bytes_max, cfg.only_errors)?,
            flushing: AtomicUsize::new(0),
            closing: AtomicBool::new(false),
            fatal: Mutex::new(None),
            cluster,
            cfg,
        });
        let driver = Driver::new(core.clone());
        core.cluster.handle.spawn(driver.run());
        Ok(Producer(Arc::new(Handle { core, config })))
    }

    /// Queues a record. Never blocks. `QUEUE_FULL`: try again after reports were polled. `MSG_SIZE_TOO_LARGE`: larger than
    /// message.max.bytes. `UNKNOWN_PARTITION`, `INVALID_ARG`: this record cannot be sent. After a fatal error: that error.
    pub fn send(&self, record: &ProducerRecord<'_>) -> Result<()> {
        self.send_as_of(record, None)
    }

    /// What the wall clock says, for `send_at`: milliseconds since the Unix epoch.
    pub fn wall_ms(&self) -> i64 {
        self.0.core.cluster.clock.wall_ms()
    }

    /// As `send`, at a time that the caller has just asked for: whoever sends many records at once asks once.
    pub fn send_at(&self, record: &ProducerRecord<'_>, wall_ms: i64) -> Result<()> {
        self.send_as_of(record, Some(wall_ms))
    }

    fn send_as_of(&self, record: &ProducerRecord<'_>, wall_ms: Option<i64>) -> Result<()> {
        let core = &*self.0.core;
        if core.closing.load(Ordering::Relaxed) {
            return Err(Error::new(Code::STATE, "the producer is closed"));
        }
        let size = record_bytes(record);
        if size > core.limits.record_bytes {
            return Err(Error::new(
                Code::MSG_SIZE_TOO_LARGE,
                format!("a record of {size} bytes is larger than message.max.bytes={}", core.limits.record_bytes),
            ));
        }
        {
            // The map is read under its lock and the topic not cloned: a clone would be two atomic steps on one line for all threads.
            let topics = core.topics.read();
            if let Some(topic) = topics.get(record.topic) {
                return self.send_to(topic, record, size, wall_ms);
            }
        }
        let topic = self.new_topic(record.topic)?;
        self.send_to(&topic, record, size, wall_ms)
    }

    fn send_to(&self, topic: &Arc<Topic>, record: &ProducerRecord<'_>, size: usize, known_ms: Option<i64>) -> Result<()> {
        let core = &*self.0.core;
        core.reports.admit(size)?;
        let clock = &*core.cluster.clock;
        // A record with a time and a place of its own costs no look at a clock.
        let wall = known_ms.or_else(|| (record.timestamp_ms == 0).then(|| clock.wall_ms()));
        let timestamp_ms = if record.timestamp_ms == 0 { wall.unwrap_or_default() } else { record.timestamp_ms };
        let wall_ms = || wall.unwrap_or_else(|| clock.wall_ms());
        match topic.send(&core.placing(), record, size, timestamp_ms, wall_ms, || clock.mono_us()) {
            Ok(Sent::Quietly | Sent::Waits) => Ok(()),
            Ok(Sent::Ask) => {
                core.mailbox.lock().new_topics.push(topic.clone());
                core.notify.notify_one();
                Ok(())
            }
            Ok(Sent::Begun(index)) => {
                // Once per batch: a child of a fork has no driver, and must not go on as if its records were on their way.
                if let Err(e) = wellhead_net::pid_check() {
                    core.closing.store(true, Ordering::Release);
                    return Err(e.into());
                }
                core.mailbox.lock().woken.push(index);
                core.notify.notify_one();
                Ok(())
            }
            Err(e) => {
                core.reports.refuse(size);
                Err(e)
            }
        }
    }

    /// Once per topic; also where a fork and a fatal error are noticed.
    fn new_topic(&self, name: &str) -> Result<Arc<Topic>> {
        let core = &*self.0.core;
        wellhead_net::pid_check()?;
        if let Some(e) = self.fatal_error() {
            return Err(e);
        }
        if !wellhead_base::ids::topic_name_valid(name) {
            return Err(Error::invalid_arg(format!("\"{name}\" is not a topic's name: 1 to 249 of a-z A-Z 0-9 . _ -")));
        }
        let mut topics = core.topics.write();
        if let Some(t) = topics.get(name) {
            return Ok(t.clone());
        }
        let topic = Arc::new(Topic::new(name));
        topics.insert(topic.name.clone(), topic.clone());
        Ok(topic)
    }

    /// Waits up to `timeout` for reports, and returns up to `max` of them (one per batch).
    pub fn poll_reports(&self, max: usize, timeout: Duration) -> Vec<DeliveryReport> {
        if wellhead_net::pid_check().is_err() {
            return Vec::new();
        }
        self.0.core.reports.poll(max, timeout)
    }
    /// From now on brokers that cannot be reached are told of by `take_troubles`. With `at_once` also before anything is sent.
    pub fn watch_troubles(&self, at_once: bool) {
        let listener = Arc::downgrade(&self.0.core);
        self.0.core.cluster.on_trouble(move |e| {
            if let Some(core) = listener.upgrade() {
                core.reports.push_trouble(e);
            }
        });
        if at_once {
            self.0.core.cluster.probe();
        }
    }
    /// What went wrong since the last call and belongs to no record: TRANSPORT, RESOLVE, ALL_BROKERS_DOWN. They wake `poll_reports`
    /// and the descriptor as reports do. Does not block.
    pub fn take_troubles(&self) -> Vec<Error> {
        self.0.core.reports.take_troubles()
    }
    /// With false, reports are dropped as they come; then only `outstanding` and `flush` tell of delivery.
    pub fn set_reports(&self, wanted: bool) {
        self.0.core.reports.set_wanted(wanted);
    }
    /// Sends what lingers and waits up to `timeout` until all is delivered or failed. Returns the records still under way.
    /// Reports are not consumed.
    pub fn flush(&self, timeout: Duration) -> usize {
        let core = &*self.0.core;
        if core.reports.outstanding() == 0 || wellhead_net::pid_check().is_err() {
            return core.reports.outstanding();
        }
        core.flushing.fetch_add(1, Ordering::AcqRel);
        core.notify.notify_one();
        let left = core.reports.wait_idle(timeout);
        core.flushing.fetch_sub(1, Ordering::AcqRel);
        left
    }
    /// Records queued or in flight (reports that wait to be polled are not counted).
    pub fn outstanding(&self) -> usize {
        self.0.core.reports.outstanding()
    }
    /// Records whose reports wait to be polled.
    pub fn reports_waiting(&self) -> usize {
        self.0.core.reports.waiting()
    }
    /// Fails what is queued (`PURGE_QUEUE`) and, when asked, what is in flight (`PURGE_INFLIGHT`). Does not wait for the reports.
    pub fn purge(&self, queued: bool, in_flight: bool) {
        self.0.core.mailbox.lock().purges.push((queued, in_flight));
        self.0.core.notify.notify_one();
    }
    /// Readable while reports wait. Poll it; do not read or close it.
    pub fn event_fd(&self) -> RawFd {
        self.0.core.reports.fd()
    }
    /// Asks the cluster: one topic, or all of them. Blocks up to `timeout`.
    pub fn metadata(&self, topic: Option<&str>, timeout: Duration) -> Result<Metadata> {
        let cluster = self.0.core.cluster.clone();
        let topic = topic.map(str::to_owned);
        cluster.clone().block_on(timeout, async move {
            let list: Option<Vec<&str>> = topic.as_deref().map(|t| vec![t]);
            cluster.metadata(list.as_deref(), false, timeout).await.map_err(|e| cluster.without_bootstrap(e, Code::TRANSPORT))
        })
    }
    /// The error that stopped this producer, if any.
    pub fn fatal_error(&self) -> Option<Error> {
        self.0.core.fatal.lock().clone()
    }
    /// Flushes up to `timeout`, then fails the rest and stops. Further sends return `STATE`. Reports may still be polled.
    pub fn close(&self, timeout: Duration) {
        self.flush(timeout);
        self.0.core.closing.store(true, Ordering::Release);
        self.0.core.notify.notify_one();
    }
    /// What this producer can tell about itself; begins a new window of round trips. Does not block.
    pub fn stats(&self) -> Stats {
        let cluster = &self.0.core.cluster;
        let (waiting_records, waiting_bytes, acknowledged) = self.0.core.reports.stats();
        let partition = |((topic, partition), (records, record_bytes)): ((Arc<str>, i32), (u64, u64))| {
            let leader = cluster.with_cache(|c| c.leader(&topic, partition)).map_or(-1, |l| l.leader);
            PartitionStats { records, record_bytes, ..PartitionStats::new(topic, partition, leader) }
        };
        let partitions: Vec<_> = acknowledged.into_iter().map(partition).collect();
        Stats {
            waiting_records: waiting_records as u64,
            waiting_bytes: waiting_bytes as u64,
            records: partitions.iter().map(|p| p.records).sum(),
            record_bytes: partitions.iter().map(|p| p.record_bytes).sum(),
            brokers: cluster.broker_stats(),
            topics_known: cluster.with_cache(|c| c.topics.len()),
            partitions,
        }
    }
    /// client.id, or the default.
    pub fn client_id(&self) -> &str {
        &self.0.core.cluster.cfg.client_id
    }
    /// An admin with this producer's configuration.
    pub fn admin(&self) -> Result<crate::Admin> {
        crate::Admin::new(self.0.config.pairs())
    }
}

#[cfg(test)]
mod tests;
