//! The producer's public face.

use crate::types::{Metadata, TimestampType};
use std::os::fd::RawFd;
use std::sync::Arc;
use std::time::Duration;
use wellhead_base::{Error, Result};

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
pub struct Producer {}

impl Producer {
    /// Reads librdkafka's property names; an unknown name or a wrong value is `INVALID_ARG`. Does not wait for a broker.
    pub fn new<K: AsRef<str>, V: AsRef<str>>(_pairs: impl IntoIterator<Item = (K, V)>) -> Result<Producer> {
        todo!()
    }
    /// Queues a record. Never blocks. `QUEUE_FULL`: try again after reports were polled. `MSG_SIZE_TOO_LARGE`: larger than
    /// message.max.bytes. `UNKNOWN_PARTITION`, `INVALID_ARG`: this record cannot be sent.
    pub fn send(&self, _record: &ProducerRecord<'_>) -> Result<()> {
        todo!()
    }
    /// Waits up to `timeout` for reports, and returns up to `max` of them (one per batch).
    pub fn poll_reports(&self, _max: usize, _timeout: Duration) -> Vec<DeliveryReport> {
        todo!()
    }
    /// With false, reports are dropped as they come; then only `outstanding` and `flush` tell of delivery.
    pub fn set_reports(&self, _wanted: bool) {
        todo!()
    }
    /// Sends what lingers and waits up to `timeout` until all is delivered or failed. Returns the records still under way.
    /// Reports are not consumed.
    pub fn flush(&self, _timeout: Duration) -> usize {
        todo!()
    }
    /// Records queued or in flight (reports that wait to be polled are not counted).
    pub fn outstanding(&self) -> usize {
        todo!()
    }
    /// Records whose reports wait to be polled.
    pub fn reports_waiting(&self) -> usize {
        todo!()
    }
    /// Fails what is queued (`PURGE_QUEUE`) and, when asked, what is in flight (`PURGE_INFLIGHT`).
    pub fn purge(&self, _queued: bool, _in_flight: bool) {
        todo!()
    }
    /// Readable while reports wait. Poll it; do not read or close it.
    pub fn event_fd(&self) -> RawFd {
        todo!()
    }
    /// Asks the cluster: one topic, or all of them. Blocks up to `timeout`.
    pub fn metadata(&self, _topic: Option<&str>, _timeout: Duration) -> Result<Metadata> {
        todo!()
    }
    /// The error that stopped this producer, if any.
    pub fn fatal_error(&self) -> Option<Error> {
        todo!()
    }
    /// Flushes up to `timeout`, then fails the rest and stops. Further sends return `STATE`.
    pub fn close(&self, _timeout: Duration) {
        todo!()
    }
    /// client.id, or the default.
    pub fn client_id(&self) -> &str {
        todo!()
    }
    /// An admin with this producer's configuration.
    pub fn admin(&self) -> Result<crate::Admin> {
        todo!()
    }
}
