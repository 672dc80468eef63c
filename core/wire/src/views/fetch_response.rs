//! Fetch: the response as the consumer reads it, and as the broker writes it around records that stay in their files.

use super::fetch_request::{FLEXIBLE, TOPIC_ID, topic_key};
use super::{Items, range_of, version_in};
use crate::headers::encode_response_header;
use crate::messages::FetchResponse;
use crate::messages::fetch_response::NodeEndpoint;
use crate::primitives::{DecodeError, Element, EncodeError, Reader, Writer};
use bytes::Bytes;
use std::ops::Range;
use wellhead_base::TopicId;

const API_KEY: i16 = FetchResponse::API_KEY;

/// A fetch response, borrowed. Fields that the version lacks have Kafka's defaults.
#[derive(Debug, Clone)]
pub struct FetchResponseView<'a> {
    pub version: i16,
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub session_id: i32,
    /// Where to find the leaders that the partitions name; empty unless a partition moved.
    pub node_endpoints: Vec<NodeEndpoint>,
    topics: Items<'a, FetchResponseTopicView<'a>>,
}

/// One topic of the response; `name` is empty from version 13 on, `id` zero before.
#[derive(Debug, Clone)]
pub struct FetchResponseTopicView<'a> {
    pub name: &'a str,
    pub id: TopicId,
    partitions: Items<'a, FetchedPartitionView<'a>>,
}

/// What came of one partition.
#[derive(Debug, Clone)]
pub struct FetchedPartitionView<'a> {
    pub partition: i32,
    pub error_code: i16,
    pub high_watermark: i64,
    pub last_stable_offset: i64,
    pub log_start_offset: i64,
    /// Epoch and end offset where the logs part.
    pub diverging_epoch: Option<(i32, i64)>,
    /// Leader id and leader epoch, when the broker knows better.
    pub current_leader: Option<(i32, i32)>,
    pub preferred_read_replica: i32,
    /// Batches, one after the other; the last may be cut off.
    pub records: Option<&'a [u8]>,
    /// Where they are in the reader's buffer.
    pub range: Range<usize>,
    aborted: Option<Items<'a, (i64, i64)>>,
}

impl<'a> FetchResponseView<'a> {
    /// Reads the body and checks its structure, not the records. Allocates for node endpoints alone.
    pub fn parse(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        version_in("FetchResponse", version, FetchResponse::MIN_VERSION, FetchResponse::MAX_VERSION)?;
        let (v, f) = (version, version >= FLEXIBLE);
        let throttle_time_ms = r.i32()?;
        let (error_code, session_id) = if v >= 7 { (r.i16()?, r.i32()?) } else { (0, 0) };
        let topics = Items::required(r, v, f, 6, topic)?;
        let mut node_endpoints = Vec::new();
        if f {
            let mut t = r.tags()?;
            while let Some(tag) = r.next_tag(&mut t)? {
                match tag {
                    0 if v >= 16 => node_endpoints = r.array(v, f)?,
                    _ => r.skip_tag(),
                }
                r.end_tag(&t)?;
            }
        }
        Ok(Self { version, throttle_time_ms, error_code, session_id, node_endpoints, topics })
    }
    pub fn topics(&self) -> Items<'a, FetchResponseTopicView<'a>> {
        self.topics.clone()
    }
}

impl<'a> FetchResponseTopicView<'a> {
    pub fn partitions(&self) -> Items<'a, FetchedPartitionView<'a>> {
        self.partitions.clone()
    }
}

impl<'a> FetchedPartitionView<'a> {
    /// Aborted transactions among the records: producer id and first offset.
    pub fn aborted(&self) -> impl Iterator<Item = (i64, i64)> + use<'a> {
        self.aborted.clone().into_iter().flatten()
    }
}

fn topic<'a>(r: &mut Reader<'a>, v: i16) -> Result<FetchResponseTopicView<'a>, DecodeError> {
    let f = v >= FLEXIBLE;
    let (name, id) = topic_key(r, v)?;
    let partitions = Items::required(r, v, f, 25, partition)?;
    if f {
        r.skip_tags()?;
    }
    Ok(FetchResponseTopicView { name, id, partitions })
}

fn aborted(r: &mut Reader<'_>, v: i16) -> Result<(i64, i64), DecodeError> {
    let a = (r.i64()?, r.i64()?);
    if v >= FLEXIBLE {
        r.skip_tags()?;
    }
    Ok(a)
}

fn partition<'a>(r: &mut Reader<'a>, v: i16) -> Result<FetchedPartitionView<'a>, DecodeError> {
    let f = v >= FLEXIBLE;
    let (partition, error_code, high_watermark, last_stable_offset) = (r.i32()?, r.i16()?, r.i64()?, r.i64()?);
    let log_start_offset = if v >= 5 { r.i64()? } else { -1 };
    let aborted = Items::walk(r, v, f, 16, true, aborted)?;
    let preferred_read_replica = if v >= 11 { r.i32()? } else { -1 };
    let records = r.opt_slice(f)?;
    let range = range_of(r, records);
    let mut p = FetchedPartitionView {
        partition,
        error_code,
        high_watermark,
        last_stable_offset,
        log_start_offset,
        diverging_epoch: None,
        current_leader: None,
        preferred_read_replica,
        records,
        range,
        aborted,
    };
    if f {
        let mut t = r.tags()?;
        while let Some(tag) = r.next_tag(&mut t)? {
            match tag {
                0 => {
                    p.diverging_epoch = Some((r.i32()?, r.i64()?));
                    r.skip_tags()?;
                }
                1 => {
                    p.current_leader = Some((r.i32()?, r.i32()?));
                    r.skip_tags()?;
                }
                _ => r.skip_tag(),
            }
            r.end_tag(&t)?;
        }
    }
    Ok(p)
}

/// What the broker says of one partition besides the records. What a version lacks is left out.
#[derive(Debug, Clone, Copy)]
pub struct FetchPartitionHeader<'a> {
    pub partition: i32,
    pub error_code: i16,
    pub high_watermark: i64,
    pub last_stable_offset: i64,
    pub log_start_offset: i64,
    /// Producer id and first offset; `None` is null, as for a reader of uncommitted records.
    pub aborted: Option<&'a [(i64, i64)]>,
    pub preferred_read_replica: i32,
    pub diverging_epoch: Option<(i32, i64)>,
    pub current_leader: Option<(i32, i32)>,
}

impl Default for FetchPartitionHeader<'_> {
    fn default() -> Self {
        Self {
            partition: 0,
            error_code: 0,
            high_watermark: -1,
            last_stable_offset: -1,
            log_start_offset: -1,
            aborted: None,
            preferred_read_replica: -1,
            diverging_epoch: None,
            current_leader: None,
        }
    }
}

/// Writes a fetch response, header and body, as parts `P`: what this writer makes is `P::from(Bytes)`, and records are parts that the
/// caller gives (ranges of files, say), with their length.
#[derive(Debug)]
pub struct FetchResponseWriter<P> {
    w: Writer,
    parts: Vec<P>,
    version: i16,
    topics_left: usize,
    partitions_left: usize,
}

impl<P: From<Bytes>> FetchResponseWriter<P> {
    /// `topics`: how many calls of `topic` follow.
    pub fn new(
        version: i16,
        correlation_id: i32,
        throttle_time_ms: i32,
        error_code: i16,
        session_id: i32,
        topics: usize,
    ) -> Result<Self, EncodeError> {
        if !(FetchResponse::MIN_VERSION..=FetchResponse::MAX_VERSION).contains(&version) {
            return Err(EncodeError::Version { message: "FetchResponse", version });
        }
        let mut w = Writer::with_capacity(256);
        encode_response_header(&mut w, API_KEY, version, correlation_id);
        w.i32(throttle_time_ms);
        if version >= 7 {
            w.i16(error_code);
            w.i32(session_id);
        } else if session_id != 0 {
            return Err(EncodeError::Field { field: "session_id", version });
        }
        w.length(topics, version >= FLEXIBLE)?;
        Ok(Self { w, parts: Vec::new(), version, topics_left: topics, partitions_left: 0 })
    }
    /// Begins a topic; `partitions`: how many calls of `partition` follow. The version decides whether `name` or `id` is written.
    pub fn topic(&mut self, name: &str, id: TopicId, partitions: usize) -> Result<(), EncodeError> {
        assert!(self.topics_left > 0 && self.partitions_left == 0, "as many topics and partitions as announced");
        (self.topics_left, self.partitions_left) = (self.topics_left - 1, partitions);
        let f = self.version >= FLEXIBLE;
        if self.version >= TOPIC_ID {
            self.w.uuid(id);
        } else {
            self.w.string(name, f)?;
        }
        self.w.length(partitions, f)?;
        if partitions == 0 && f {
            self.w.u8(0);
        }
        Ok(())
    }
    /// One partition; `records` are `records_len` bytes in all.
    pub fn partition(&mut self, p: &FetchPartitionHeader<'_>, records_len: usize, records: impl IntoIterator<Item = P>) -> Result<(), EncodeError> {
        assert!(self.partitions_left > 0, "as many partitions as announced");
        self.partitions_left -= 1;
        let (w, v, f) = (&mut self.w, self.version, self.version >= FLEXIBLE);
        w.i32(p.partition);
        w.i16(p.error_code);
        w.i64(p.high_watermark);
        w.i64(p.last_stable_offset);
        if v >= 5 {
            w.i64(p.log_start_offset);
        }
        match p.aborted {
            None => w.null(f),
            Some(a) => {
                w.length(a.len(), f)?;
                for (producer_id, first_offset) in a {
                    w.i64(*producer_id);
                    w.i64(*first_offset);
                    if f {
                        w.u8(0);
                    }
                }
            }
        }
        if v >= 11 {
            w.i32(p.preferred_read_replica);
        }
        w.length(records_len, f)?;
        if records_len > 0 {
            self.parts.push(P::from(w.take()));
            self.parts.extend(records);
        }
        if f {
            let t = w.tags();
            if let Some((epoch, end_offset)) = p.diverging_epoch {
                let at = w.tag(t, 0);
                w.i32(epoch);
                w.i64(end_offset);
                w.u8(0);
                w.end_tag(at)?;
            }
            if let Some((leader_id, leader_epoch)) = p.current_leader {
                let at = w.tag(t, 1);
                w.i32(leader_id);
                w.i32(leader_epoch);
                w.u8(0);
                w.end_tag(at)?;
            }
            if self.partitions_left == 0 {
                // The topic's own tagged fields.
                w.u8(0);
            }
        }
        Ok(())
    }
    /// The parts of the frame, in order, without the frame's length. `node_endpoints` are written from version 16 on.
    pub fn finish(mut self, node_endpoints: &[NodeEndpoint]) -> Result<Vec<P>, EncodeError> {
        assert!(self.topics_left == 0 && self.partitions_left == 0, "as many topics and partitions as announced");
        if self.version >= FLEXIBLE {
            let w = &mut self.w;
            let t = w.tags();
            if self.version >= 16 && !node_endpoints.is_empty() {
                let at = w.tag(t, 0);
                w.length(node_endpoints.len(), true)?;
                node_endpoints.iter().try_for_each(|n| n.write(w, self.version, true))?;
                w.end_tag(at)?;
            }
        }
        if !self.w.is_empty() {
            self.parts.push(P::from(self.w.into_bytes()));
        }
        Ok(self.parts)
    }
}
