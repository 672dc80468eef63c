//! Fetch: the request as the broker reads it.

use super::{Items, version_in};
use crate::messages::FetchRequest;
use crate::primitives::{DecodeError, Reader};
use wellhead_base::TopicId;

pub(super) const FLEXIBLE: i16 = 12;
/// From here on topics go by id.
pub(super) const TOPIC_ID: i16 = 13;

/// A fetch request, borrowed.
#[derive(Debug, Clone)]
pub struct FetchRequestView<'a> {
    pub version: i16,
    pub cluster_id: Option<&'a str>,
    /// -1 for a consumer.
    pub replica_id: i32,
    pub replica_epoch: i64,
    pub max_wait_ms: i32,
    pub min_bytes: i32,
    pub max_bytes: i32,
    /// 0 reads all, 1 only what is committed.
    pub isolation_level: i8,
    pub session_id: i32,
    pub session_epoch: i32,
    pub rack_id: &'a str,
    topics: Items<'a, FetchTopicView<'a>>,
    forgotten: Option<Items<'a, ForgottenTopicView<'a>>>,
}

/// One topic to read; `name` is empty from version 13 on, `id` zero before.
#[derive(Debug, Clone)]
pub struct FetchTopicView<'a> {
    pub name: &'a str,
    pub id: TopicId,
    partitions: Items<'a, FetchPartitionView>,
}

/// One partition to read. Fields that the version lacks have Kafka's defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchPartitionView {
    pub partition: i32,
    pub current_leader_epoch: i32,
    pub fetch_offset: i64,
    pub last_fetched_epoch: i32,
    pub log_start_offset: i64,
    pub partition_max_bytes: i32,
    pub replica_directory_id: TopicId,
    pub high_watermark: i64,
}

/// Partitions that leave the session.
#[derive(Debug, Clone)]
pub struct ForgottenTopicView<'a> {
    pub name: &'a str,
    pub id: TopicId,
    partitions: Items<'a, i32>,
}

impl<'a> FetchRequestView<'a> {
    /// Reads the body and checks its structure.
    pub fn parse(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        version_in("FetchRequest", version, FetchRequest::MIN_VERSION, FetchRequest::MAX_VERSION)?;
        let (v, f) = (version, version >= FLEXIBLE);
        let replica_id = if v <= 14 { r.i32()? } else { -1 };
        let (max_wait_ms, min_bytes, max_bytes, isolation_level) = (r.i32()?, r.i32()?, r.i32()?, r.i8()?);
        let (session_id, session_epoch) = if v >= 7 { (r.i32()?, r.i32()?) } else { (0, -1) };
        let topics = Items::required(r, v, f, 6, topic)?;
        let forgotten = if v >= 7 { Some(Items::required(r, v, f, 6, forgotten)?) } else { None };
        let rack_id = if v >= 11 { r.str(f)? } else { "" };
        let mut view = Self {
            version,
            cluster_id: None,
            replica_id,
            replica_epoch: -1,
            max_wait_ms,
            min_bytes,
            max_bytes,
            isolation_level,
            session_id,
            session_epoch,
            rack_id,
            topics,
            forgotten,
        };
        if f {
            let mut t = r.tags()?;
            while let Some(tag) = r.next_tag(&mut t)? {
                match tag {
                    0 => view.cluster_id = r.opt_str(true)?,
                    1 if v >= 15 => {
                        (view.replica_id, view.replica_epoch) = (r.i32()?, r.i64()?);
                        r.skip_tags()?;
                    }
                    _ => r.skip_tag(),
                }
                r.end_tag(&t)?;
            }
        }
        Ok(view)
    }
    /// The topics, in the order of the request.
    pub fn topics(&self) -> Items<'a, FetchTopicView<'a>> {
        self.topics.clone()
    }
    /// The topics that leave the session.
    pub fn forgotten(&self) -> impl Iterator<Item = ForgottenTopicView<'a>> + use<'a> {
        self.forgotten.clone().into_iter().flatten()
    }
}

impl<'a> FetchTopicView<'a> {
    pub fn partitions(&self) -> Items<'a, FetchPartitionView> {
        self.partitions.clone()
    }
}
impl<'a> ForgottenTopicView<'a> {
    pub fn partitions(&self) -> Items<'a, i32> {
        self.partitions.clone()
    }
}

pub(super) fn topic_key<'a>(r: &mut Reader<'a>, v: i16) -> Result<(&'a str, TopicId), DecodeError> {
    Ok(if v >= TOPIC_ID { ("", r.uuid()?) } else { (r.str(v >= FLEXIBLE)?, TopicId::ZERO) })
}

fn topic<'a>(r: &mut Reader<'a>, v: i16) -> Result<FetchTopicView<'a>, DecodeError> {
    let f = v >= FLEXIBLE;
    let (name, id) = topic_key(r, v)?;
    let partitions = Items::required(r, v, f, 16, partition)?;
    if f {
        r.skip_tags()?;
    }
    Ok(FetchTopicView { name, id, partitions })
}

fn partition(r: &mut Reader<'_>, v: i16) -> Result<FetchPartitionView, DecodeError> {
    let mut p = FetchPartitionView {
        partition: r.i32()?,
        current_leader_epoch: if v >= 9 { r.i32()? } else { -1 },
        fetch_offset: r.i64()?,
        last_fetched_epoch: if v >= 12 { r.i32()? } else { -1 },
        log_start_offset: if v >= 5 { r.i64()? } else { -1 },
        partition_max_bytes: r.i32()?,
        replica_directory_id: TopicId::ZERO,
        high_watermark: i64::MAX,
    };
    if v >= FLEXIBLE {
        let mut t = r.tags()?;
        while let Some(tag) = r.next_tag(&mut t)? {
            match tag {
                0 if v >= 17 => p.replica_directory_id = r.uuid()?,
                1 if v >= 18 => p.high_watermark = r.i64()?,
                _ => r.skip_tag(),
            }
            r.end_tag(&t)?;
        }
    }
    Ok(p)
}

fn forgotten<'a>(r: &mut Reader<'a>, v: i16) -> Result<ForgottenTopicView<'a>, DecodeError> {
    let f = v >= FLEXIBLE;
    let (name, id) = topic_key(r, v)?;
    let partitions = Items::required(r, v, f, 4, |r, _| r.i32())?;
    if f {
        r.skip_tags()?;
    }
    Ok(ForgottenTopicView { name, id, partitions })
}
