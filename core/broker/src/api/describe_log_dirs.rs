//! DescribeLogDirs: the data directory and the size of its partitions.

use super::{Body, Node, RequestContext};
use std::collections::BTreeMap;
use std::sync::Arc;
use wellhead_base::Code;
use wellhead_net::Answer;
use wellhead_state::image::Image;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::describe_log_dirs_response::{DescribeLogDirsPartition, DescribeLogDirsResult, DescribeLogDirsTopic};
use wellhead_wire::messages::{DescribeLogDirsRequest, DescribeLogDirsResponse};

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: DescribeLogDirsRequest = body.decode(&context)?;
    let asked = node.clone();
    // Logs that were not used since the start are opened for their size.
    Ok(context.later(async move {
        let node = asked.clone();
        let results = asked.spawn_blocking(move || vec![describe(&node, &request)]).await.unwrap_or_default();
        DescribeLogDirsResponse { throttle_time_ms: 0, error_code: 0, results }
    }))
}

fn describe(node: &Node, request: &DescribeLogDirsRequest) -> DescribeLogDirsResult {
    let path = node.log_dir.path();
    let log_dir = path.to_string_lossy().into_owned();
    if node.log_dir.offline().is_some() {
        return DescribeLogDirsResult { error_code: Code::KAFKA_STORAGE_ERROR.get(), log_dir, ..DescribeLogDirsResult::default() };
    }
    let wanted = wanted(&node.metadata.image(), request);
    let topics = wanted
        .into_iter()
        .map(|(name, partitions)| {
            let partitions = partitions
                .into_iter()
                .filter_map(|partition_index| {
                    let p = node.partition(&name, partition_index).ok()?;
                    Some(DescribeLogDirsPartition { partition_index, partition_size: p.log.size_bytes() as i64, offset_lag: 0, is_future_key: false })
                })
                .collect();
            DescribeLogDirsTopic { name, partitions }
        })
        .collect();
    let (total_bytes, usable_bytes) = space(path);
    DescribeLogDirsResult { error_code: 0, log_dir, topics, total_bytes, usable_bytes, ..DescribeLogDirsResult::default() }
}

/// The partitions that exist and were asked for.
fn wanted(image: &Image, request: &DescribeLogDirsRequest) -> BTreeMap<String, Vec<i32>> {
    let mut out: BTreeMap<String, Vec<i32>> = BTreeMap::new();
    match &request.topics {
        None => {
            for t in image.topics() {
                out.insert(t.name.to_string(), (0..t.partitions.len() as i32).collect());
            }
        }
        Some(topics) => {
            for t in topics {
                let known = image.topic(&t.topic).map_or(0, |k| k.partitions.len() as i32);
                let of = out.entry(t.topic.clone()).or_default();
                of.extend(t.partitions.iter().filter(|p| (0..known).contains(*p)));
                of.sort_unstable();
                of.dedup();
            }
        }
    }
    out.retain(|_, p| !p.is_empty());
    out
}

/// Bytes of the file system and bytes that may be used of it; -1 where it does not say.
fn space(path: &std::path::Path) -> (i64, i64) {
    match rustix::fs::statvfs(path) {
        Ok(s) => {
            let bytes = |blocks: u64| i64::try_from(u128::from(blocks) * u128::from(s.f_frsize)).unwrap_or(i64::MAX);
            (bytes(s.f_blocks), bytes(s.f_bavail))
        }
        Err(_) => (-1, -1),
    }
}
