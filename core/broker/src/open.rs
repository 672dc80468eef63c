//! How a node comes up and goes down: what it gets from outside, the order in which its parts open and close. Owns: that order,
//! `meta.properties`. Does not own: listeners (`broker`), and what runs between (`node`).
//!
//! The seeded simulation opens the same node on another [`Env`]: a disk in memory, a clock and a runtime that stand still until they
//! are told to move, commits and blocking work in line.

use crate::background;
use crate::config::Config;
use crate::metadata::Metadata;
use crate::node::{Node, Parts};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use wellhead_base::env::{Clock, Disk, Rng};
use wellhead_base::{Code, Error, Result, TopicId};
use wellhead_log::{CommitMode, LogDir, LogDirOptions, LogError};
use wellhead_state::image::Settings;

/// At an orderly end the metadata log is snapshotted when it has grown by this much, so that the next start reads little.
const SNAPSHOT_AT_CLOSE_BYTES: u64 = 256 * 1024;

/// What a node gets from outside.
pub struct Env {
    pub disk: Arc<dyn Disk>,
    pub clock: Arc<dyn Clock>,
    pub rng: Rng,
    pub runtime: Handle,
    pub blocking: Blocking,
    pub commit: CommitMode,
    /// How many files the process may have open.
    pub open_files: u64,
}

/// Where work that blocks on the disk runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blocking {
    /// On threads of the runtime's that may block.
    Threads,
    /// As a task among the others: with a runtime of one thread everything then happens in an order that repeats.
    Inline,
}

impl Blocking {
    /// Runs `f`, which blocks, where it may. It goes on when the handle is dropped.
    pub fn spawn<T: Send + 'static>(self, runtime: &Handle, f: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
        match self {
            Blocking::Threads => runtime.spawn_blocking(f),
            Blocking::Inline => runtime.spawn(async move { f() }),
        }
    }
    /// Runs `f`, which blocks, here; the runtime is told, so that the other tasks of this worker go on elsewhere.
    pub fn in_place<T>(self, f: impl FnOnce() -> T) -> T {
        match self {
            Blocking::Threads => tokio::task::block_in_place(f),
            Blocking::Inline => f(),
        }
    }
}

/// How many partitions may wait for their own sync: each keeps up to three files open, and a third of what the process may have
/// open is theirs.
fn journal_partitions(open_files: u64) -> usize {
    (open_files / 9).clamp(20, 4_000) as usize
}

impl Node {
    /// Opens `dir` (made if needed): lock, checkpoints, identity, metadata. Nothing runs yet. Blocks on the disk.
    pub fn open(dir: &Path, config: Config, env: Env) -> Result<Arc<Node>> {
        let Env { disk, clock, mut rng, runtime, blocking, commit, open_files } = env;
        let options = LogDirOptions {
            commit,
            // In a program of its own an I/O error on a map may end the process; in somebody else's it must not.
            maps: false,
            checkpoint_interval_ms: config.int("log.flush.offset.checkpoint.interval.ms").max(1),
            journal_bytes: config.int("wellhead.journal.bytes").max(0) as u64,
            journal_partitions_max: journal_partitions(open_files),
            journal_key: rng.next_u64(),
            dedupe_buffer_bytes: config.int("log.cleaner.dedupe.buffer.size") as usize,
            ..LogDirOptions::default()
        };
        let log_dir = LogDir::open(dir, disk.clone(), clock.clone(), options).map_err(|e| open_error(dir, e))?;
        let opened = (|| {
            let (cluster_id, directory_id) = identity(&log_dir, config.node_id, &mut rng)?;
            let settings = Settings {
                cluster_id,
                node_id: config.node_id,
                default_partitions: config.int("num.partitions") as i32,
                default_replication_factor: config.int("default.replication.factor") as i16,
            };
            let metadata = Metadata::open(
                &log_dir,
                disk,
                clock.clone(),
                settings,
                config.int("metadata.log.segment.bytes").max(1) as u64,
                config.int("metadata.log.max.record.bytes.between.snapshots").max(1) as u64,
                Rng::seeded(rng.next_u64()),
            )?;
            Ok((directory_id, metadata))
        })();
        match opened {
            Ok((directory_id, metadata)) => Ok(Node::new(Parts { config, clock, log_dir, metadata, runtime, blocking, directory_id, rng })),
            Err(e) => {
                // Leave the directory as it was found.
                let _ = log_dir.close();
                Err(e)
            }
        }
    }

    /// Starts what the node does by itself. Requests are answered from here on. The tasks end by `close`.
    pub fn start(self: &Arc<Self>) -> Vec<JoinHandle<()>> {
        {
            let _context = self.runtime.enter();
            self.coordinator.start(self);
        }
        background::start(self)
    }

    /// The orderly end, after `begin_stop` and when no request is under way any more: everything durable, the directory unlocked.
    pub async fn close(self: &Arc<Self>, tasks: &[JoinHandle<()>]) -> Result<(), LogError> {
        tasks.iter().for_each(JoinHandle::abort);
        self.coordinator.stop().await;
        self.metadata.snapshot_if_grown(SNAPSHOT_AT_CLOSE_BYTES).await;
        let node = self.clone();
        let closed = self.spawn_blocking(move || node.log_dir.close()).await;
        closed.unwrap_or_else(|e| Err(LogError::Offline(e.to_string().into())))
    }
}

/// Why a data directory cannot be opened, for the person who asked for it.
fn open_error(dir: &Path, e: LogError) -> Error {
    let dir = dir.display();
    match &e {
        LogError::Locked(_) => Error::new(
            Code::CONFLICT,
            format!("the data directory {dir} is in use by another broker (this process or another one); close that one or choose another directory"),
        ),
        LogError::Io { source, what, path } => {
            let hint = match source.kind() {
                std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => ": it must be writable",
                std::io::ErrorKind::StorageFull => ": the disk is full",
                std::io::ErrorKind::NotADirectory | std::io::ErrorKind::AlreadyExists => ": it is not a directory",
                _ => "",
            };
            Error::new(Code::FS, format!("cannot open the data directory {dir}{hint} ({what} {}: {source})", path.display()))
        }
        _ => Error::new(Code::FS, format!("cannot open the data directory {dir}: {e}")),
    }
}

/// The cluster's and the directory's id, from `meta.properties`, which a new directory gets here.
fn identity(log_dir: &LogDir, node_id: i32, rng: &mut Rng) -> Result<(String, TopicId)> {
    let mut meta: BTreeMap<String, String> = log_dir.meta_properties()?;
    if let Some(stored) = meta.get("node.id").or_else(|| meta.get("broker.id"))
        && *stored != node_id.to_string()
    {
        return Err(Error::invalid_arg(format!(
            "the data directory {} belongs to node {stored}, not to node {node_id}; set node.id={stored} or choose another directory",
            log_dir.path().display()
        )));
    }
    let known = |meta: &BTreeMap<String, String>, key: &str| meta.get(key).filter(|v| !v.is_empty()).cloned();
    if let (Some(cluster), Some(directory), true) =
        (known(&meta, "cluster.id"), known(&meta, "directory.id").and_then(|d| TopicId::parse(&d)), meta.contains_key("node.id"))
    {
        return Ok((cluster, directory));
    }
    // Kafka avoids ids that begin with a dash: command lines take them for options.
    let mut id = || loop {
        let id = TopicId::from_random(rng.bytes());
        if !id.to_string().starts_with('-') {
            break id;
        }
    };
    let directory = known(&meta, "directory.id").and_then(|d| TopicId::parse(&d)).unwrap_or_else(&mut id);
    let cluster = known(&meta, "cluster.id").unwrap_or_else(|| id().to_string());
    meta.insert("version".into(), "1".into());
    meta.insert("cluster.id".into(), cluster.clone());
    meta.insert("node.id".into(), node_id.to_string());
    meta.insert("directory.id".into(), directory.to_string());
    log_dir.set_meta_properties(&meta)?;
    Ok((cluster, directory))
}
