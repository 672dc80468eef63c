//! The accumulator: batches of one partition from the first record to the sink. `send` encodes a record straight into the open
//! batch; nothing is kept per record but its token and timestamp.

use super::ProducerRecord;
use bytes::Bytes;
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use wellhead_base::{Code, Error, Result};
use wellhead_record::{BatchBuilder, BuilderOptions, Codec, patch, record_size_max};

/// What bounds a batch.
#[derive(Clone, Debug)]
pub(crate) struct BatchLimits {
    pub bytes: usize,
    pub records: usize,
    pub record_bytes: usize,
    pub codec: Codec,
    pub level: i32,
}

/// A batch's place in the order of its producer id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sequence {
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub base: i32,
}

enum Content {
    Filling(BatchBuilder),
    Encoded(Bytes),
}

pub(crate) struct Batch {
    content: Content,
    pub tokens: Vec<u64>,
    pub timestamps: Vec<i64>,
    /// Bytes as counted against the queue's bound.
    pub queued_bytes: usize,
    pub created_us: i64,
    /// Set when it is first sent and kept through every retry, until a new producer id renumbers it.
    pub sequence: Option<Sequence>,
    pub attempts: u32,
    pub renewals: u32,
    /// An attempt ended without an answer: the batch may be in the log.
    pub ambiguous: bool,
}

impl Batch {
    fn open(limits: &BatchLimits, now_us: i64, like_bytes: usize, like_records: usize) -> Batch {
        let mut builder = BatchBuilder::new(BuilderOptions { codec: limits.codec, level: limits.level, ..Default::default() });
        builder.reserve(like_bytes);
        Batch {
            content: Content::Filling(builder),
            tokens: Vec::with_capacity(like_records),
            timestamps: Vec::with_capacity(like_records),
            queued_bytes: 0,
            created_us: now_us,
            sequence: None,
            attempts: 0,
            renewals: 0,
            ambiguous: false,
        }
    }
    pub fn records(&self) -> usize {
        self.tokens.len()
    }
    /// Bytes on the wire, or before compression while it is filling.
    pub fn size(&self) -> usize {
        match &self.content {
            Content::Filling(b) => b.size_estimate(),
            Content::Encoded(b) => b.len(),
        }
    }
    /// The bytes to send under its sequence; compressed and summed the first time. The bytes given out before are not changed:
    /// a new sequence goes into a copy unless nobody else holds them.
    pub fn encode(&mut self, sequence: Option<Sequence>) -> Result<Bytes> {
        let s = sequence.unwrap_or(Sequence { producer_id: -1, producer_epoch: -1, base: -1 });
        let failed = |e: wellhead_record::BatchError| Error::new(Code::BAD_COMPRESSION, format!("a batch cannot be encoded: {e}"));
        let bytes = match &mut self.content {
            Content::Filling(builder) => {
                builder.set_producer(s.producer_id, s.producer_epoch, s.base);
                Bytes::from(builder.finish().map_err(failed)?)
            }
            Content::Encoded(bytes) if self.sequence == sequence => bytes.clone(),
            Content::Encoded(bytes) => {
                let mut own = std::mem::take(bytes).try_into_mut().unwrap_or_else(|shared| bytes::BytesMut::from(&shared[..]));
                patch::set_producer(&mut own, s.producer_id, s.producer_epoch, s.base);
                own.freeze()
            }
        };
        self.sequence = sequence;
        self.content = Content::Encoded(bytes.clone());
        Ok(bytes)
    }
}

/// Whether a partition has something to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ready {
    Now,
    /// When the open batch has lingered long enough, in monotonic microseconds.
    At(i64),
    Empty,
}

/// The batches of one partition that were never sent.
#[derive(Default)]
pub(crate) struct Queue {
    open: Option<Batch>,
    sealed: VecDeque<Batch>,
    last_bytes: usize,
    last_records: usize,
}

/// A record's measure, taken before anything is changed.
pub(crate) fn record_bytes(r: &ProducerRecord<'_>) -> usize {
    let headers: usize = r.headers.iter().map(|(k, v)| k.len() + v.map_or(0, <[u8]>::len)).sum();
    record_size_max(r.key.map_or(0, <[u8]>::len), r.value.map_or(0, <[u8]>::len), r.headers.len(), headers)
}

impl Queue {
    /// Adds a record of `size` bytes. Gives whether the driver must look: the first record of a batch, which begins its linger.
    /// `now_us` is asked only then.
    pub fn append(
        &mut self,
        limits: &BatchLimits,
        r: &ProducerRecord<'_>,
        size: usize,
        timestamp_ms: i64,
        now_us: impl FnOnce() -> i64,
    ) -> Result<bool> {
        if let Some(b) = &self.open
            && (b.records() >= limits.records || b.size() + size > limits.bytes)
        {
            self.seal();
        }
        let begun = self.open.is_none();
        let (like_bytes, like_records) = (self.last_bytes, self.last_records);
        let batch = self.open.get_or_insert_with(|| Batch::open(limits, now_us(), like_bytes, like_records));
        let Content::Filling(builder) = &mut batch.content else { unreachable!("an open batch is filling") };
        let added = builder.append(timestamp_ms, r.key, r.value, r.headers.iter().map(|(k, v)| (k.as_bytes(), *v)));
        if let Err(e) = added {
            if batch.tokens.is_empty() {
                self.open = None;
            }
            return Err(Error::new(Code::MSG_SIZE_TOO_LARGE, e.to_string()));
        }
        batch.tokens.push(r.token);
        batch.timestamps.push(timestamp_ms);
        batch.queued_bytes += size;
        Ok(begun)
    }

    fn seal(&mut self) {
        if let Some(b) = self.open.take() {
            // The next batch allocates as much at once, so that a busy partition does not grow its buffer step by step.
            (self.last_bytes, self.last_records) = (b.size(), b.records());
            self.sealed.push_back(b);
        }
    }

    pub fn ready(&self, now_us: i64, linger_us: i64) -> Ready {
        if !self.sealed.is_empty() {
            return Ready::Now;
        }
        match &self.open {
            None => Ready::Empty,
            Some(b) if now_us >= b.created_us + linger_us => Ready::Now,
            Some(b) => Ready::At(b.created_us + linger_us),
        }
    }
    /// Bytes of the oldest batch as it is now; an open one may still grow.
    pub fn front_size(&self) -> usize {
        self.sealed.front().or(self.open.as_ref()).map_or(0, Batch::size)
    }
    pub fn is_empty(&self) -> bool {
        self.open.is_none() && self.sealed.is_empty()
    }
    /// When its oldest batch was begun.
    pub fn oldest_us(&self) -> Option<i64> {
        self.sealed.front().or(self.open.as_ref()).map(|b| b.created_us)
    }
    /// The oldest batch, sealed now if it is still open.
    pub fn take(&mut self) -> Option<Batch> {
        if self.sealed.is_empty() {
            self.seal();
        }
        self.sealed.pop_front()
    }
}

/// One partition's accumulator, shared by the sending threads and the driver. Locked for one record's encoding, or to move a batch.
pub(crate) struct Accumulator {
    pub topic: Arc<str>,
    pub partition: i32,
    /// Its place in the driver's list.
    pub index: usize,
    pub queue: Mutex<Queue>,
    /// Records without a key prefer partitions that have a leader.
    pub has_leader: AtomicBool,
}
