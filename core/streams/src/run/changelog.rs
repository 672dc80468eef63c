//! What the program writes: outputs, moved rows and changelogs, and what is known of them when they are acknowledged.
//!
//! Owns: the producer. Invariant: `settle` returns only when everything that was sent is acknowledged; one failed record fails the
//! program, since a commit behind it would claim what is not true.

use crate::engine::OutBatch;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wellhead_base::{Code, Error, Result};
use wellhead_client::{DeliveryReport, Producer, ProducerRecord};

pub struct Writer {
    producer: Producer,
    /// Of changelogs: the next offset after what was written, and ranges that somebody else wrote in between.
    ends: HashMap<(Arc<str>, i32), End>,
}

#[derive(Default)]
struct End {
    next: i64,
    foreign: Vec<(i64, i64)>,
}

/// Records that are tokens of the changelog; others are not tracked.
const TRACKED: u64 = 1;

impl Writer {
    pub fn new(client: &[(String, String)], partitioner: &str) -> Result<Writer> {
        let mut pairs: Vec<(String, String)> = vec![
            ("acks".into(), "all".into()),
            ("enable.idempotence".into(), "true".into()),
            ("linger.ms".into(), "1".into()),
            ("partitioner".into(), partitioner.into()),
            ("queue.buffering.max.messages".into(), "2000000".into()),
            ("queue.buffering.max.kbytes".into(), "262144".into()),
        ];
        pairs.extend(client.iter().cloned());
        Ok(Writer { producer: Producer::new(pairs)?, ends: HashMap::new() })
    }

    /// Sends; waits while the producer's queue is full.
    fn send(&mut self, record: &ProducerRecord<'_>) -> Result<()> {
        loop {
            match self.producer.send(record) {
                Ok(()) => return Ok(()),
                Err(e) if e.code == Code::QUEUE_FULL => self.take_reports(Duration::from_millis(100))?,
                Err(e) => return Err(Error::new(e.code, format!("writing to {}: {}", record.topic, e.message()))),
            }
        }
    }
    pub fn write(&mut self, batch: &OutBatch) -> Result<()> {
        for i in 0..batch.len() {
            let r = ProducerRecord {
                topic: &batch.topic,
                partition: batch.partition,
                key: batch.key(i),
                value: batch.value(i),
                headers: &[],
                // 0 means now to the producer; a row of the very first millisecond is written a millisecond later.
                timestamp_ms: batch.times[i].max(1),
                token: 0,
            };
            self.send(&r)?;
        }
        Ok(())
    }
    /// One change of a store.
    pub fn change(&mut self, topic: &str, partition: i32, key: &[u8], value: Option<&[u8]>) -> Result<()> {
        self.send(&ProducerRecord { topic, partition, key: Some(key), value, headers: &[], timestamp_ms: 0, token: TRACKED })
    }
    /// Where a changelog's content ends for this process, when it takes it over.
    pub fn begin(&mut self, topic: &Arc<str>, partition: i32, next: i64) {
        self.ends.insert((topic.clone(), partition), End { next, foreign: Vec::new() });
    }
    pub fn forget(&mut self, partition_of: impl Fn(&str, i32) -> bool) {
        self.ends.retain(|(t, p), _| !partition_of(t, *p));
    }
    /// The offset to commit for each changelog.
    pub fn ends(&self) -> impl Iterator<Item = (&Arc<str>, i32, i64)> {
        self.ends.iter().map(|((t, p), e)| (t, *p, e.next))
    }
    /// Offsets that others wrote among ours since the last call: (topic, partition, from, to).
    pub fn take_foreign(&mut self) -> Vec<(Arc<str>, i32, i64, i64)> {
        let mut out = Vec::new();
        for ((t, p), e) in &mut self.ends {
            out.extend(e.foreign.drain(..).map(|(from, to)| (t.clone(), *p, from, to)));
        }
        out
    }

    fn take_reports(&mut self, wait: Duration) -> Result<()> {
        for r in self.producer.poll_reports(10_000, wait) {
            self.report(&r)?;
        }
        Ok(())
    }
    fn report(&mut self, r: &DeliveryReport) -> Result<()> {
        if let Some(e) = &r.error {
            return Err(Error::new(e.code, format!("writing to {} [{}] failed: {}", r.topic, r.partition, e.message())));
        }
        if r.tokens.first() == Some(&TRACKED) && r.base_offset >= 0 {
            let end = self.ends.entry((r.topic.clone(), r.partition)).or_default();
            if r.base_offset > end.next {
                end.foreign.push((end.next, r.base_offset));
            }
            end.next = end.next.max(r.base_offset + r.tokens.len() as i64);
        }
        Ok(())
    }
    /// Reports that are there, without waiting.
    pub fn poll(&mut self) -> Result<()> {
        if self.producer.reports_waiting() > 0 { self.take_reports(Duration::ZERO) } else { Ok(()) }
    }
    /// Waits until everything is acknowledged.
    pub fn settle(&mut self, timeout: Duration) -> Result<()> {
        let deadline = Instant::now() + timeout;
        loop {
            let left = self.producer.flush(Duration::from_millis(200));
            while self.producer.reports_waiting() > 0 {
                self.take_reports(Duration::ZERO)?;
            }
            if left == 0 {
                return Ok(());
            }
            if let Some(e) = self.producer.fatal_error() {
                return Err(e);
            }
            if Instant::now() > deadline {
                return Err(Error::new(Code::TIMED_OUT, format!("{left} records were not acknowledged within {} s", timeout.as_secs())));
            }
        }
    }
    pub fn close(&self) {
        self.producer.close(Duration::from_secs(1));
    }
}
