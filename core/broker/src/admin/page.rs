//! What a node is like at one moment, as plain values. Owns: where each figure comes from. Does not own: how it is written (`text`).

use crate::node::Node;
use crate::partitions::Partition;
use std::collections::HashMap;
use std::sync::Arc;
use wellhead_base::meter::Durations;
use wellhead_log::Durability;
use wellhead_state::group::{Group, Groups};
use wellhead_state::image::Topic;
use wellhead_wire::ApiKey;

/// See the module.
#[derive(Debug, Default)]
pub struct Page {
    pub uptime_seconds: f64,
    pub connections: usize,
    pub requests: Vec<(ApiKey, Durations)>,
    pub commits: Durations,
    pub online: bool,
    pub recovering: bool,
    /// Bytes of the data directory's file system, and how many of them may be used; None where it does not say.
    pub disk: Option<(u64, u64)>,
    pub topics: Vec<TopicFigures>,
    pub groups: Vec<GroupFigures>,
    pub process: Process,
    /// Each partition is told apart.
    pub by_partition: bool,
}

#[derive(Debug, Default)]
pub struct TopicFigures {
    pub name: Arc<str>,
    pub durability: &'static str,
    pub partitions: Vec<PartitionFigures>,
}

#[derive(Debug, Default, Clone)]
pub struct PartitionFigures {
    pub partition: i32,
    pub offline: bool,
    pub size_bytes: u64,
    pub log_start: i64,
    pub high_watermark: i64,
    pub log_end: i64,
    pub records_in: u64,
    pub bytes_in: u64,
    pub bytes_out: u64,
}

#[derive(Debug)]
pub struct GroupFigures {
    pub name: Arc<str>,
    pub state: &'static str,
    pub members: usize,
    pub lags: Vec<Lag>,
}

/// How far a group is behind in one partition.
#[derive(Debug)]
pub struct Lag {
    pub topic: Arc<str>,
    pub partition: i32,
    pub records: i64,
    /// The age of the batch that has the first record not read yet, by its earliest record; 0 where all is read.
    pub seconds: f64,
}

/// Of the process, as Prometheus' own clients name it; None where this system does not say.
#[derive(Debug, Default)]
pub struct Process {
    pub resident_bytes: Option<u64>,
    pub cpu_seconds: Option<f64>,
    pub open_files: Option<u64>,
}

/// Reads all of it. Partitions that were not used since the start are opened for it; what blocks on the disk runs where it may.
pub async fn gather(node: &Arc<Node>, connections: usize, by_topic: bool) -> Page {
    let groups = node.coordinator.read_all(|groups, _| groups_of(groups)).await.unwrap_or_default();
    let of = node.clone();
    let gathered = node.spawn_blocking(move || {
        let image = of.metadata.image();
        let topics: Vec<TopicFigures> = image.topics().map(|t| topic(&of, t)).collect();
        drop(image);
        let groups = groups.into_iter().flatten().map(|g| lags(&of, g)).collect();
        (topics, groups, process(), disk(of.log_dir.path()))
    });
    let (topics, groups, process, disk) = gathered.await.unwrap_or_default();
    Page {
        uptime_seconds: node.clock.mono_ms().saturating_sub(node.started_ms).max(0) as f64 / 1000.0,
        connections,
        requests: node.meters.read(),
        commits: node.log_dir.commits().read(),
        online: node.log_dir.offline().is_none(),
        recovering: node.recovering(),
        disk,
        topics,
        groups,
        process,
        by_partition: !by_topic,
    }
}

fn topic(node: &Node, topic: &Topic) -> TopicFigures {
    let mut durability = "";
    let mut partitions = Vec::with_capacity(topic.partitions.len());
    for partition in 0..topic.partitions.len() as i32 {
        let Ok(p) = node.partition(&topic.name, partition) else {
            partitions.push(PartitionFigures { partition, offline: true, ..PartitionFigures::default() });
            continue;
        };
        durability = match p.log.config().durability {
            Durability::Fsync => "fsync",
            Durability::PageCache => "page-cache",
        };
        partitions.push(figures(&p, partition));
    }
    TopicFigures { name: topic.name.clone(), durability, partitions }
}

fn figures(p: &Partition, partition: i32) -> PartitionFigures {
    let counts = PartitionFigures {
        partition,
        records_in: p.records_in.get(),
        bytes_in: p.bytes_in.get(),
        bytes_out: p.bytes_out.get(),
        ..PartitionFigures::default()
    };
    match p.log.offsets() {
        Ok(o) => PartitionFigures {
            size_bytes: p.log.size_bytes(),
            log_start: o.log_start,
            high_watermark: o.high_watermark,
            log_end: o.log_end,
            ..counts
        },
        Err(_) => PartitionFigures { offline: true, ..counts },
    }
}

/// A group and what it has committed.
pub struct GroupRead {
    name: Arc<str>,
    state: &'static str,
    members: usize,
    offsets: Vec<(Arc<str>, i32, i64)>,
}

fn groups_of(groups: &Groups) -> Vec<GroupRead> {
    let read = |g: &Group| GroupRead {
        name: g.id.clone(),
        state: g.state().name(),
        members: g.member_ids().count(),
        offsets: g.offsets().map(|(t, p, c)| (t.clone(), p, c.offset)).collect(),
    };
    groups.iter().map(read).collect()
}

fn lags(node: &Node, group: GroupRead) -> GroupFigures {
    let now_ms = node.clock.wall_ms();
    let mut found: HashMap<(Arc<str>, i32), Option<Arc<Partition>>> = HashMap::new();
    let lags = group.offsets.into_iter().filter_map(|(topic, partition, offset)| {
        let p = found.entry((topic.clone(), partition)).or_insert_with(|| node.partition(&topic, partition).ok()).clone()?;
        let o = p.log.offsets().ok()?;
        // A committed offset may lie before the log's start, which is where its readers go on.
        let next = offset.max(o.log_start);
        let records = (o.high_watermark - next).max(0);
        let age = |t: i64| now_ms.saturating_sub(t).max(0) as f64 / 1000.0;
        let seconds = if records == 0 { 0.0 } else { p.log.time_at(next).ok().flatten().map_or(0.0, age) };
        Some(Lag { topic, partition, records, seconds })
    });
    let lags = lags.collect();
    GroupFigures { name: group.name, state: group.state, members: group.members, lags }
}

fn disk(path: &std::path::Path) -> Option<(u64, u64)> {
    let s = rustix::fs::statvfs(path).ok()?;
    Some((s.f_blocks.saturating_mul(s.f_frsize), s.f_bavail.saturating_mul(s.f_frsize)))
}

/// From Linux' /proc.
fn process() -> Process {
    let read = |file: &str| std::fs::read_to_string(format!("/proc/self/{file}")).ok();
    let cpu = || {
        let stat = read("stat")?;
        // The name in brackets may have anything in it.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = |i: usize| fields.get(i)?.parse::<u64>().ok();
        Some((ticks(11)? + ticks(12)?) as f64 / rustix::param::clock_ticks_per_second().max(1) as f64)
    };
    let resident = || Some(read("statm")?.split_whitespace().nth(1)?.parse::<u64>().ok()?.saturating_mul(rustix::param::page_size() as u64));
    Process { resident_bytes: resident(), cpu_seconds: cpu(), open_files: std::fs::read_dir("/proc/self/fd").ok().map(|d| d.count() as u64) }
}
