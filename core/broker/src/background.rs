//! What a node does by itself: retention, compaction, recovery after an unclean stop. Owns: when. Does not own: what (`log`).
//! One task each; the work itself runs on a thread that may block, one partition after the other, so that it never takes more than
//! one core from the clients.

use crate::config::{log_config, millis_now};
use crate::node::Node;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use wellhead_log::{LogConfig, PartitionLog};
use wellhead_state::image::METADATA_TOPIC;

/// Starts the tasks. They end when they are aborted.
pub fn start(node: &Arc<Node>) -> Vec<JoinHandle<()>> {
    let every = |period: fn(&Node) -> Duration, work: fn(&Node)| {
        let node = node.clone();
        let runtime = node.runtime.clone();
        runtime.spawn(async move {
            loop {
                tokio::time::sleep(period(&node).max(Duration::from_millis(10))).await;
                let blocking = node.clone();
                // A failed join is a panic in one partition's work, which the next round may get past.
                let _ = node.spawn_blocking(move || work(&blocking)).await;
            }
        })
    };
    let mut tasks = vec![every(retention_period, retain)];
    if node.config.bool("log.cleaner.enable") {
        tasks.push(every(compaction_period, compact));
    }
    say_strays(node);
    if !node.log_dir.was_clean() {
        node.set_recovering(true);
        let (blocking, threads) = (node.clone(), node.config.int("num.recovery.threads.per.data.dir").max(1) as usize);
        tasks.push(node.spawn_blocking(move || {
            for (topic, partition, e) in blocking.log_dir.load_all(threads) {
                tracing::error!(topic, partition, "a partition is out of service: {e}");
            }
            blocking.set_recovering(false);
        }));
    }
    tasks
}

fn retention_period(node: &Node) -> Duration {
    node.config.millis("log.retention.check.interval.ms").min(node.config.millis("producer.id.expiration.check.interval.ms"))
}

fn compaction_period(node: &Node) -> Duration {
    millis_now(&node.config, &node.metadata.image(), "log.cleaner.backoff.ms")
}

/// Directories of partitions that no topic has: left by a deletion that a crash cut short, or the metadata is not theirs. They are
/// kept, since the second case would lose data.
fn say_strays(node: &Node) {
    let image = node.metadata.image();
    let known = |topic: &str, partition: i32| topic == METADATA_TOPIC || image.partition(topic, partition).is_some();
    let strays: Vec<String> = node.log_dir.partitions_on_disk().into_iter().filter(|(t, p)| !known(t, *p)).map(|(t, p)| format!("{t}-{p}")).collect();
    if !strays.is_empty() {
        tracing::warn!(
            directories = strays.len(),
            first = strays[0],
            "the data directory holds partitions of topics that do not exist; they are left alone"
        );
    }
}

/// The logs of the partitions whose topic's config is wanted. What was never written has no directory and needs no work, nor the
/// memory of an open partition.
fn logs(node: &Node, wanted: impl Fn(&LogConfig) -> bool) -> Vec<Arc<PartitionLog>> {
    let topics: HashSet<Arc<str>> = {
        let image = node.metadata.image();
        image.topics().filter(|t| wanted(&log_config(&node.config, &image, Some(t)))).map(|t| t.name.clone()).collect()
    };
    if topics.is_empty() {
        return Vec::new();
    }
    let on_disk = node.log_dir.partitions_on_disk();
    on_disk.iter().filter(|(t, _)| topics.contains(t.as_str())).filter_map(|(t, p)| Some(node.partition(t, *p).ok()?.log.clone())).collect()
}

fn retain(node: &Node) {
    for log in logs(node, |_| true) {
        if node.stopping() {
            return;
        }
        match log.retain(node.clock.wall_ms()) {
            Ok(done) if done.segments_deleted > 0 => {
                tracing::info!(
                    topic = log.topic(),
                    partition = log.partition(),
                    segments = done.segments_deleted,
                    bytes = done.bytes_deleted,
                    "retention"
                );
            }
            Ok(_) => {}
            Err(e) => tracing::warn!(topic = log.topic(), partition = log.partition(), "retention failed: {e}"),
        }
    }
}

fn compact(node: &Node) {
    for log in logs(node, |config| config.cleanup.compact) {
        loop {
            if node.stopping() {
                return;
            }
            match log.compact(node.clock.wall_ms()) {
                Ok(done) => {
                    if done.ran {
                        let (before, after) = (done.bytes_before, done.bytes_after);
                        tracing::info!(topic = log.topic(), partition = log.partition(), before, after, "compacted");
                    }
                    if !done.more {
                        break;
                    }
                }
                Err(e) => {
                    tracing::warn!(topic = log.topic(), partition = log.partition(), "compaction failed: {e}");
                    break;
                }
            }
        }
    }
}
