//! ListOffsets: an offset for a time, or for one of the special times. It waits for what is appended and not durable yet, so that a
//! producer with acks=1 is not told an end before its own record.

use super::{Body, Node, RequestContext, check_leader_epoch};
use crate::partitions::{Partition, Unsettled};
use std::collections::HashSet;
use std::sync::Arc;
use wellhead_base::Code;
use wellhead_log::LogError;
use wellhead_net::Answer;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::list_offsets_response::{ListOffsetsPartitionResponse, ListOffsetsTopicResponse};
use wellhead_wire::messages::{ListOffsetsRequest, ListOffsetsResponse};

const LATEST: i64 = -1;
const EARLIEST: i64 = -2;
const MAX_TIMESTAMP: i64 = -3;
const EARLIEST_LOCAL: i64 = -4;
const LATEST_TIERED: i64 = -5;
const EARLIEST_PENDING_UPLOAD: i64 = -6;

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: ListOffsetsRequest = body.decode(&context)?;
    let version = context.version();
    let mut unsettled = Unsettled::default();
    for (t, p) in request.topics.iter().flat_map(|t| t.partitions.iter().map(move |p| (t, p))) {
        if !matches!(p.timestamp, EARLIEST | EARLIEST_LOCAL)
            && let Ok(partition) = node.partition(&t.name, p.partition_index)
        {
            unsettled.add(&partition);
        }
    }
    if unsettled.is_empty() {
        return Ok(context.answer(&respond(node, &request, version)));
    }
    let node = node.clone();
    Ok(context.later(async move {
        unsettled.settle().await;
        respond(&node, &request, version)
    }))
}

fn respond(node: &Arc<Node>, request: &ListOffsetsRequest, version: i16) -> ListOffsetsResponse {
    let (mut seen, mut twice) = (HashSet::new(), HashSet::new());
    for t in &request.topics {
        for p in &t.partitions {
            if !seen.insert((t.name.as_str(), p.partition_index)) {
                twice.insert((t.name.as_str(), p.partition_index));
            }
        }
    }
    let topics = request
        .topics
        .iter()
        .map(|t| {
            let partitions = t
                .partitions
                .iter()
                .map(|p| {
                    let found = if twice.contains(&(t.name.as_str(), p.partition_index)) {
                        Err(Code::INVALID_REQUEST)
                    } else if !timestamp_known(p.timestamp, version) {
                        Err(Code::UNSUPPORTED_VERSION)
                    } else {
                        node.partition(&t.name, p.partition_index).and_then(|partition| {
                            check_leader_epoch(p.current_leader_epoch, partition.leader_epoch)?;
                            find(&partition, p.timestamp).map_err(|e| e.code())
                        })
                    };
                    let mut out = ListOffsetsPartitionResponse {
                        partition_index: p.partition_index,
                        timestamp: -1,
                        offset: -1,
                        leader_epoch: -1,
                        error_code: 0,
                    };
                    match found {
                        Ok(Found { timestamp, offset, leader_epoch }) => {
                            (out.timestamp, out.offset) = (timestamp, offset);
                            if version >= 4 {
                                out.leader_epoch = leader_epoch;
                            }
                        }
                        Err(code) => out.error_code = code.get(),
                    }
                    out
                })
                .collect();
            ListOffsetsTopicResponse { name: t.name.clone(), partitions }
        })
        .collect();
    ListOffsetsResponse { throttle_time_ms: 0, topics }
}

/// Whether the version knows this special time.
fn timestamp_known(timestamp: i64, version: i16) -> bool {
    match timestamp {
        0.. | LATEST | EARLIEST => true,
        MAX_TIMESTAMP => version >= 7,
        EARLIEST_LOCAL => version >= 8,
        LATEST_TIERED => version >= 9,
        EARLIEST_PENDING_UPLOAD => version >= 11,
        _ => false,
    }
}

struct Found {
    timestamp: i64,
    offset: i64,
    leader_epoch: i32,
}

fn find(partition: &Partition, timestamp: i64) -> Result<Found, LogError> {
    let log = &partition.log;
    let nothing = Found { timestamp: -1, offset: -1, leader_epoch: -1 };
    let offsets = log.offsets()?;
    Ok(match timestamp {
        LATEST => Found { timestamp: -1, offset: offsets.high_watermark, leader_epoch: log.latest_epoch().unwrap_or(partition.leader_epoch) },
        EARLIEST => {
            let epoch = log.epoch_of(offsets.log_start);
            Found { timestamp: -1, offset: offsets.log_start, leader_epoch: epoch }
        }
        EARLIEST_LOCAL => log.earliest_local().map(|t| Found { timestamp: -1, offset: t.offset, leader_epoch: t.leader_epoch })?,
        // Nothing is tiered here.
        LATEST_TIERED | EARLIEST_PENDING_UPLOAD => nothing,
        MAX_TIMESTAMP => {
            log.max_timestamp_offset()?.map_or(nothing, |t| Found { timestamp: t.timestamp, offset: t.offset, leader_epoch: t.leader_epoch })
        }
        _ => {
            log.offset_for_timestamp(timestamp)?.map_or(nothing, |t| Found { timestamp: t.timestamp, offset: t.offset, leader_epoch: t.leader_epoch })
        }
    })
}
