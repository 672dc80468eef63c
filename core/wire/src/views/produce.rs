//! Produce: the request as the broker reads it and as the producer writes it, the response as the broker writes it.

use super::{Items, range_of, version_in};
use crate::headers::{encode_request_header, encode_response_header};
use crate::messages::{ProduceRequest, ProduceResponse};
use crate::primitives::{DecodeError, EncodeError, Reader, Writer};
use bytes::Bytes;
use std::ops::Range;
use wellhead_base::TopicId;

const API_KEY: i16 = ProduceRequest::API_KEY;
const FLEXIBLE: i16 = 9;
/// From here on topics go by id.
const TOPIC_ID: i16 = 13;
/// Records shorter than this are copied between the headers: one more part costs more than the copy.
const INLINE_RECORDS_BYTES: usize = 1024;

/// A produce request, borrowed.
#[derive(Debug, Clone)]
pub struct ProduceRequestView<'a> {
    pub version: i16,
    pub transactional_id: Option<&'a str>,
    pub acks: i16,
    pub timeout_ms: i32,
    topics: Items<'a, ProduceTopicView<'a>>,
}

/// One topic of a produce request; `name` is empty from version 13 on, `id` zero before.
#[derive(Debug, Clone)]
pub struct ProduceTopicView<'a> {
    pub name: &'a str,
    pub id: TopicId,
    partitions: Items<'a, ProducePartitionView<'a>>,
}

/// What is produced to one partition.
#[derive(Debug, Clone)]
pub struct ProducePartitionView<'a> {
    pub index: i32,
    /// Batches, one after the other; unchecked.
    pub records: Option<&'a [u8]>,
    /// Where they are in the reader's buffer; empty when there are none.
    pub range: Range<usize>,
}

impl<'a> ProduceRequestView<'a> {
    /// Reads the body; checks its structure but not the records.
    pub fn parse(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        version_in("ProduceRequest", version, ProduceRequest::MIN_VERSION, ProduceRequest::MAX_VERSION)?;
        let f = version >= FLEXIBLE;
        let view = Self {
            version,
            transactional_id: r.opt_str(f)?,
            acks: r.i16()?,
            timeout_ms: r.i32()?,
            topics: Items::required(r, version, f, 3, topic)?,
        };
        if f {
            r.skip_tags()?;
        }
        Ok(view)
    }
    /// The topics, in the order of the request.
    pub fn topics(&self) -> Items<'a, ProduceTopicView<'a>> {
        self.topics.clone()
    }
}

impl<'a> ProduceTopicView<'a> {
    pub fn partitions(&self) -> Items<'a, ProducePartitionView<'a>> {
        self.partitions.clone()
    }
}

fn topic<'a>(r: &mut Reader<'a>, v: i16) -> Result<ProduceTopicView<'a>, DecodeError> {
    let f = v >= FLEXIBLE;
    let (name, id) = if v >= TOPIC_ID { ("", r.uuid()?) } else { (r.str(f)?, TopicId::ZERO) };
    let partitions = Items::required(r, v, f, 6, partition)?;
    if f {
        r.skip_tags()?;
    }
    Ok(ProduceTopicView { name, id, partitions })
}

fn partition<'a>(r: &mut Reader<'a>, v: i16) -> Result<ProducePartitionView<'a>, DecodeError> {
    let f = v >= FLEXIBLE;
    let index = r.i32()?;
    let records = r.opt_slice(f)?;
    let range = range_of(r, records);
    if f {
        r.skip_tags()?;
    }
    Ok(ProducePartitionView { index, records, range })
}

/// Writes a produce request, header and body, as parts; records of some size are passed on and not copied.
#[derive(Debug)]
pub struct ProduceRequestWriter {
    w: Writer,
    parts: Vec<Bytes>,
    version: i16,
    topics_left: usize,
    partitions_left: usize,
}

impl ProduceRequestWriter {
    /// `topics`: how many calls of `topic` follow.
    pub fn new(
        version: i16,
        correlation_id: i32,
        client_id: Option<&str>,
        transactional_id: Option<&str>,
        acks: i16,
        timeout_ms: i32,
        topics: usize,
    ) -> Result<Self, EncodeError> {
        if !(ProduceRequest::MIN_VERSION..=ProduceRequest::MAX_VERSION).contains(&version) {
            return Err(EncodeError::Version { message: "ProduceRequest", version });
        }
        let f = version >= FLEXIBLE;
        let mut w = Writer::with_capacity(256);
        encode_request_header(&mut w, API_KEY, version, correlation_id, client_id)?;
        w.opt_string(transactional_id, f, true, "transactional_id")?;
        w.i16(acks);
        w.i32(timeout_ms);
        w.length(topics, f)?;
        Ok(Self { w, parts: Vec::new(), version, topics_left: topics, partitions_left: 0 })
    }
    /// Begins a topic; `partitions`: how many calls of `partition` follow. The version decides whether `name` or `id` is written.
    pub fn topic(&mut self, name: &str, id: TopicId, partitions: usize) -> Result<(), EncodeError> {
        assert!(self.topics_left > 0 && self.partitions_left == 0, "as many topics and partitions as announced");
        (self.topics_left, self.partitions_left) = (self.topics_left - 1, partitions);
        let f = self.version >= FLEXIBLE;
        topic_start(&mut self.w, self.version, name, id, partitions)?;
        if partitions == 0 && f {
            self.w.u8(0);
        }
        Ok(())
    }
    pub fn partition(&mut self, index: i32, records: Bytes) -> Result<(), EncodeError> {
        assert!(self.partitions_left > 0, "as many partitions as announced");
        self.partitions_left -= 1;
        let f = self.version >= FLEXIBLE;
        self.w.i32(index);
        self.w.length(records.len(), f)?;
        if records.len() < INLINE_RECORDS_BYTES {
            self.w.raw(&records);
        } else {
            self.parts.push(self.w.take());
            self.parts.push(records);
        }
        if f {
            // The partition's tagged fields and, after the last one, the topic's.
            self.w.raw(if self.partitions_left == 0 { &[0, 0] } else { &[0] });
        }
        Ok(())
    }
    /// The parts of the frame, in order, without the frame's length.
    pub fn finish(mut self) -> Vec<Bytes> {
        assert!(self.topics_left == 0 && self.partitions_left == 0, "as many topics and partitions as announced");
        if self.version >= FLEXIBLE {
            self.w.u8(0);
        }
        if !self.w.is_empty() {
            self.parts.push(self.w.into_bytes());
        }
        self.parts
    }
}

fn topic_start(w: &mut Writer, version: i16, name: &str, id: TopicId, partitions: usize) -> Result<(), EncodeError> {
    let f = version >= FLEXIBLE;
    if version >= TOPIC_ID {
        w.uuid(id);
    } else {
        w.string(name, f)?;
    }
    w.length(partitions, f)
}

/// The outcome for one partition; what a version lacks is left out.
#[derive(Debug, Clone, Copy)]
pub struct ProducedPartition<'a> {
    pub index: i32,
    pub error_code: i16,
    /// -1 with an error.
    pub base_offset: i64,
    /// Milliseconds; -1 unless the topic stamps records itself.
    pub log_append_time_ms: i64,
    pub log_start_offset: i64,
    pub error_message: Option<&'a str>,
}

/// Writes a produce response, header and body.
#[derive(Debug)]
pub struct ProduceResponseWriter {
    w: Writer,
    version: i16,
    topics_left: usize,
    partitions_left: usize,
}

impl ProduceResponseWriter {
    /// `topics`: how many calls of `topic` follow.
    pub fn new(version: i16, correlation_id: i32, topics: usize) -> Result<Self, EncodeError> {
        if !(ProduceResponse::MIN_VERSION..=ProduceResponse::MAX_VERSION).contains(&version) {
            return Err(EncodeError::Version { message: "ProduceResponse", version });
        }
        let mut w = Writer::with_capacity(128);
        encode_response_header(&mut w, API_KEY, version, correlation_id);
        w.length(topics, version >= FLEXIBLE)?;
        Ok(Self { w, version, topics_left: topics, partitions_left: 0 })
    }
    /// Begins a topic; `partitions`: how many calls of `partition` follow.
    pub fn topic(&mut self, name: &str, id: TopicId, partitions: usize) -> Result<(), EncodeError> {
        assert!(self.topics_left > 0 && self.partitions_left == 0, "as many topics and partitions as announced");
        (self.topics_left, self.partitions_left) = (self.topics_left - 1, partitions);
        topic_start(&mut self.w, self.version, name, id, partitions)?;
        if partitions == 0 && self.version >= FLEXIBLE {
            self.w.u8(0);
        }
        Ok(())
    }
    pub fn partition(&mut self, p: &ProducedPartition<'_>) -> Result<(), EncodeError> {
        assert!(self.partitions_left > 0, "as many partitions as announced");
        self.partitions_left -= 1;
        let (w, v, f) = (&mut self.w, self.version, self.version >= FLEXIBLE);
        w.i32(p.index);
        w.i16(p.error_code);
        w.i64(p.base_offset);
        w.i64(p.log_append_time_ms);
        if v >= 5 {
            w.i64(p.log_start_offset);
        }
        if v >= 8 {
            // No per-record errors: a batch is taken or refused whole.
            w.length(0, f)?;
            w.opt_string(p.error_message, f, true, "error_message")?;
        }
        if f {
            w.raw(if self.partitions_left == 0 { &[0, 0] } else { &[0] });
        }
        Ok(())
    }
    /// The frame without its length.
    pub fn finish(mut self, throttle_time_ms: i32) -> Bytes {
        assert!(self.topics_left == 0 && self.partitions_left == 0, "as many topics and partitions as announced");
        self.w.i32(throttle_time_ms);
        if self.version >= FLEXIBLE {
            self.w.u8(0);
        }
        self.w.into_bytes()
    }
}
