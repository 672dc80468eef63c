//! The metadata log: what the cluster is made of, durably. Owns: the log `__cluster_metadata-0`, its snapshots, the image that its
//! records make. Does not own: what a command does (`state::image`).
//!
//! Invariants: commands run one at a time; a command's records are one batch, appended and synced before the image changes and the
//! client hears of it; the image is what a replay of snapshot and log would make. A snapshot is complete or not there: it is
//! written beside, synced, renamed. The log below a snapshot is dropped after the snapshot is durable.

use crate::partitions::Partition;
use parking_lot::{Mutex, RwLock, RwLockReadGuard};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use wellhead_base::bugs::{self, Bug};
use wellhead_base::env::{Clock, Disk, OpenMode, Rng};
use wellhead_base::limits::METADATA_SNAPSHOT_BYTES_MAX;
use wellhead_base::{Code, Error, Result, TopicId};
use wellhead_log::{Cleanup, LogConfig, LogDir, Origin, ReadUpTo};
use wellhead_record::{BatchBuilder, BatchRef, Batches, BuilderOptions, NO_HEADERS};
use wellhead_state::image::{Decision, Image, METADATA_TOPIC, Record, Replay, Settings, encode_records};

/// A command that is not durable after this long is worth a log line.
const COMMAND_WAIT: Duration = Duration::from_secs(30);
/// Bytes read at a time while the log is replayed.
const REPLAY_BYTES: usize = 4 << 20;
/// What a metadata batch may hold when it is read back.
const BATCH_BYTES_MAX: usize = 256 << 20;
/// Kafka's types of control records (`ControlRecordType`). The header's value is a version and the time of the last record in it (0:
/// not told), the footer's a version.
const SNAPSHOT_HEADER: i16 = 3;
const SNAPSHOT_FOOTER: i16 = 4;
/// Records in one batch of a snapshot.
const SNAPSHOT_BATCH_RECORDS: usize = 10_000;

/// The image and its log.
pub struct Metadata {
    image: RwLock<Image>,
    partition: Partition,
    clock: Arc<dyn Clock>,
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    rng: Mutex<Rng>,
    /// Held by the command that runs: it decides, appends, waits, replays. Bytes appended since the last snapshot.
    running: tokio::sync::Mutex<u64>,
    snapshot_bytes: u64,
}

/// The records of an applied command, and the topics that they removed.
pub struct Applied {
    pub records: Vec<Record>,
    /// Name, id and number of partitions.
    pub removed: Vec<(Arc<str>, TopicId, usize)>,
}

/// Where the log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogState {
    pub leader_epoch: i32,
    pub log_end: i64,
    pub high_watermark: i64,
}

impl Metadata {
    /// Reads the newest snapshot and replays the log after it. Blocks on the disk.
    pub fn open(
        log_dir: &LogDir,
        disk: Arc<dyn Disk>,
        clock: Arc<dyn Clock>,
        settings: Settings,
        segment_bytes: u64,
        snapshot_bytes: u64,
        rng: Rng,
    ) -> Result<Metadata> {
        let config = LogConfig {
            segment_bytes,
            segment_ms: i64::MAX,
            retention_ms: -1,
            max_message_bytes: BATCH_BYTES_MAX as u64,
            cleanup: Cleanup { delete: false, compact: false },
            ..LogConfig::default()
        };
        let log = log_dir.partition(METADATA_TOPIC, 0, TopicId::METADATA, config)?;
        let dir = log_dir.path().join(format!("{METADATA_TOPIC}-0"));
        let mut replay = Replay::new(Image::new(settings));
        let mut next = 0;
        if let Some((offset, path)) = newest_snapshot(&*disk, &dir)? {
            let bytes = read_file(&*disk, &path).map_err(|e| unreadable(&path, &e.to_string()))?;
            let used = replay_batches(&bytes, 0, &mut replay).map_err(|e| unreadable(&path, &e))?;
            if used != bytes.len() || used == 0 {
                return Err(unreadable(&path, "it ends in the middle of a batch"));
            }
            next = offset;
        }
        let offsets = log.offsets()?;
        if next < offsets.log_start {
            return Err(unreadable(&dir, &format!("the log begins at {} and the snapshot ends at {next}", offsets.log_start)));
        }
        if next > offsets.log_end {
            return Err(unreadable(&dir, &format!("the snapshot ends at {next} and the log at {}", offsets.log_end)));
        }
        let mut replayed = 0;
        while next < offsets.log_end {
            let slice = log.read(next, REPLAY_BYTES, ReadUpTo::LogEnd, true)?;
            let bytes = slice.to_bytes()?;
            if replay_batches(&bytes, next, &mut replay).map_err(|e| unreadable(&dir, &e))? == 0 {
                return Err(unreadable(&dir, &format!("nothing can be read at offset {next}")));
            }
            next = Batches::new(&bytes).filter_map(std::result::Result::ok).last().map_or(next, |b| b.last_offset() + 1);
            replayed += bytes.len() as u64;
        }
        if replay.kafkas() {
            no_aborted_transactions(&*disk, log_dir)?;
        }
        let image = replay.finish().map_err(|e| refused(log_dir.path(), &e.to_string()))?;
        // What we append follows on what a controller of Kafka's appended, if one did.
        let epoch = log.latest_epoch().unwrap_or(0);
        Ok(Metadata {
            image: RwLock::new(image),
            partition: Partition::new(log, epoch),
            clock,
            disk,
            dir,
            rng: Mutex::new(rng),
            running: tokio::sync::Mutex::new(replayed),
            snapshot_bytes,
        })
    }

    /// The image as it is now. Hold it shortly and never across an await: commands wait for it.
    pub fn image(&self) -> RwLockReadGuard<'_, Image> {
        self.image.read()
    }

    /// The log as those who replicate it would see it.
    pub fn log_state(&self) -> std::result::Result<LogState, Code> {
        let offsets = self.partition.log.offsets().map_err(|e| e.code())?;
        Ok(LogState { leader_epoch: self.partition.leader_epoch, log_end: offsets.log_end, high_watermark: self.partition.log.high_watermark() })
    }

    /// The offset of the last durable record, 0 before the first.
    pub fn offset(&self) -> i64 {
        (self.partition.log.high_watermark() - 1).max(0)
    }

    /// Runs one command: decides on the image, lets `before` make way for what was decided, makes its records durable, replays them, calls `applied`, waits for the work that it
    /// may return (the next command waits too), and gives the response. Must run to its end: run it as a task of its own, which a
    /// caller that goes away does not cancel.
    pub async fn execute<R>(
        &self,
        decide: impl FnOnce(&Image, &mut Rng) -> Decision<R>,
        before: impl FnOnce(&Image, &[Record]) -> Result<()>,
        applied: impl FnOnce(Applied) -> Option<JoinHandle<()>>,
    ) -> Result<R> {
        let mut since_snapshot = self.running.lock().await;
        let Decision { mut records, response } = decide(&self.image.read(), &mut self.rng.lock());
        if records.is_empty() {
            return Ok(response);
        }
        // Commands run one after the other, so that nothing changes between this look at the image and the records.
        before(&self.image.read(), &records)?;
        if let Some(first) = self.image.read().first_record() {
            records.insert(0, first);
        }
        let mut batch = encode_batch(&records, 0, self.clock.wall_ms())?;
        let appended = self.partition.append(&mut batch, Origin::Coordinator, &*self.clock)?;
        if !bugs::on(Bug::MetadataBeforeDurable) {
            self.durable(appended.last_offset).await?;
        }
        let removed = {
            let mut image = self.image.write();
            let removed = records
                .iter()
                .filter_map(|r| match r {
                    Record::RemoveTopic { id } => image.topic_by_id(*id).map(|t| (t.name.clone(), *id, t.partitions.len())),
                    _ => None,
                })
                .collect();
            for r in &records {
                if let Err(e) = image.replay(r) {
                    // Decided on this very image: a record that does not fit it is a defect of ours. Going on would serve an image
                    // that a restart would not give.
                    tracing::error!("a metadata record does not fit the image it was decided on: {e}");
                    return Err(Error::new(Code::UNKNOWN, e.to_string()));
                }
            }
            removed
        };
        if let Some(work) = applied(Applied { records, removed }) {
            let _ = work.await;
        }
        *since_snapshot += batch.len() as u64;
        if *since_snapshot >= self.snapshot_bytes {
            match self.write_snapshot(appended.last_offset + 1) {
                Ok(()) => *since_snapshot = 0,
                Err(e) => tracing::warn!("the metadata snapshot could not be written: {e}"),
            }
        }
        Ok(response)
    }

    /// Waits until `offset` is durable, however long: the image must not fall behind records that may yet become durable.
    async fn durable(&self, offset: i64) -> Result<()> {
        loop {
            match self.partition.visible(offset, Instant::now() + COMMAND_WAIT).await {
                Ok(()) => return Ok(()),
                Err(Code::REQUEST_TIMED_OUT) => tracing::warn!("the disk has not made a metadata command durable for {} s", COMMAND_WAIT.as_secs()),
                Err(c) => return Err(Error::new(c, "the metadata log could not be written; the broker's log says why")),
            }
        }
    }

    /// Writes a snapshot when the log has grown by at least `bytes` since the last one. For the orderly end.
    pub async fn snapshot_if_grown(&self, bytes: u64) {
        let mut since_snapshot = self.running.lock().await;
        if *since_snapshot >= bytes && self.partition.log.failed().is_none() {
            match self.write_snapshot(self.partition.log.high_watermark()) {
                Ok(()) => *since_snapshot = 0,
                Err(e) => tracing::warn!("the metadata snapshot could not be written: {e}"),
            }
        }
    }

    /// Writes the image as the snapshot that ends before `offset`, and drops what it replaces. The caller holds `running`.
    fn write_snapshot(&self, offset: i64) -> Result<()> {
        let io = |e: std::io::Error| Error::new(Code::KAFKA_STORAGE_ERROR, e.to_string());
        let now = self.clock.wall_ms();
        // Kafka reads a snapshot only with a header and a footer around the records.
        let mut bytes = control_batch(SNAPSHOT_HEADER, &[0; 11], 0, now)?;
        let mut base = 1;
        for records in self.image.read().snapshot().chunks(SNAPSHOT_BATCH_RECORDS) {
            bytes.extend_from_slice(&encode_batch(records, base, now)?);
            base += records.len() as i64;
        }
        bytes.extend_from_slice(&control_batch(SNAPSHOT_FOOTER, &[0; 3], base, now)?);
        let path = self.dir.join(format!("{offset:020}-{:010}.checkpoint", self.partition.leader_epoch));
        let part = path.with_extension("checkpoint.part");
        let file = self.disk.open(&part, OpenMode::Create).map_err(io)?;
        file.set_len(0).map_err(io)?;
        file.write_all_at(&bytes, 0).map_err(io)?;
        file.sync_data().map_err(io)?;
        self.disk.rename(&part, &path).map_err(io)?;
        self.disk.sync_dir(&self.dir).map_err(io)?;
        for (other, old) in snapshots(&*self.disk, &self.dir).map_err(io)? {
            if other < offset {
                self.disk.remove_file(&old).map_err(io)?;
            }
        }
        // The last record stays: a log without records has no leader epoch, and Kafka opens it only when it begins at its end.
        self.partition.log.delete_records((offset - 1).max(0))?;
        Ok(())
    }
}

fn unreadable(path: &Path, why: &str) -> Error {
    Error::new(Code::KAFKA_STORAGE_ERROR, format!("the cluster metadata in {} cannot be read: {why}", path.display()))
}

fn refused(dir: &Path, why: &str) -> Error {
    Error::invalid_arg(format!("the data directory {} cannot be served: {why}", dir.display()))
}

/// Kafka notes aborted transactions beside the log, and a reader of committed records needs them. Nobody here would tell it yet.
fn no_aborted_transactions(disk: &dyn Disk, log_dir: &LogDir) -> Result<()> {
    let io = |e: std::io::Error| Error::new(Code::KAFKA_STORAGE_ERROR, e.to_string());
    for (topic, partition) in log_dir.partitions_on_disk() {
        let dir = log_dir.path().join(format!("{topic}-{partition}"));
        for (name, is_dir) in disk.read_dir(&dir).map_err(io)? {
            let path = dir.join(&name);
            if !is_dir
                && path.extension().is_some_and(|e| e == "txnindex")
                && !disk.open(&path, OpenMode::Read).and_then(|f| f.is_empty()).map_err(io)?
            {
                return Err(refused(log_dir.path(), &format!("{topic}-{partition} holds aborted transactions, which are not supported yet")));
            }
        }
    }
    Ok(())
}

/// One batch of metadata records.
fn encode_batch(records: &[Record], base_offset: i64, now_ms: i64) -> Result<Vec<u8>> {
    let mut builder = BatchBuilder::new(BuilderOptions { base_offset, leader_epoch: 0, ..BuilderOptions::default() });
    for value in encode_records(records) {
        builder.append(now_ms, None, Some(&value), NO_HEADERS)?;
    }
    Ok(builder.finish()?)
}

/// A batch with one control record: its type, and as its value version 0 of Kafka's record with the fields that are 0.
fn control_batch(kind: i16, value: &[u8], base_offset: i64, now_ms: i64) -> Result<Vec<u8>> {
    let mut builder = BatchBuilder::new(BuilderOptions { base_offset, leader_epoch: 0, control: true, ..BuilderOptions::default() });
    builder.append(now_ms, Some(&[0, 0, 0, kind as u8]), Some(value), NO_HEADERS)?;
    Ok(builder.finish()?)
}

/// Replays the records from offset `from` on of the batches in `bytes`; bytes used.
fn replay_batches(bytes: &[u8], from: i64, replay: &mut Replay) -> std::result::Result<usize, String> {
    let mut batches = Batches::new(bytes);
    let mut scratch = Vec::new();
    for batch in &mut batches {
        let batch: BatchRef<'_> = batch.map_err(|e| e.to_string())?;
        batch.verify_crc().map_err(|e| e.to_string())?;
        if batch.is_control() {
            continue;
        }
        for record in batch.records(&mut scratch, BATCH_BYTES_MAX).map_err(|e| e.to_string())? {
            let record = record.map_err(|e| e.to_string())?;
            if record.offset < from {
                continue;
            }
            replay.value(record.value.unwrap_or_default()).map_err(|e| e.to_string())?;
        }
    }
    Ok(batches.consumed())
}

/// The snapshots of a directory: the offset each ends before, and its path.
fn snapshots(disk: &dyn Disk, dir: &Path) -> std::io::Result<Vec<(i64, PathBuf)>> {
    if !disk.exists(dir) {
        return Ok(Vec::new());
    }
    let mut out = Vec::new();
    for (path, is_dir) in disk.read_dir(dir)? {
        let offset = path
            .file_name()
            .and_then(|n| n.to_str())
            .and_then(|n| n.strip_suffix(".checkpoint"))
            .and_then(|n| n.split_once('-'))
            .and_then(|(offset, _)| offset.parse::<i64>().ok());
        if let Some(offset) = offset
            && !is_dir
        {
            out.push((offset, dir.join(path.file_name().unwrap_or_default())));
        }
    }
    Ok(out)
}

fn newest_snapshot(disk: &dyn Disk, dir: &Path) -> Result<Option<(i64, PathBuf)>> {
    let all = snapshots(disk, dir).map_err(|e| unreadable(dir, &e.to_string()))?;
    Ok(all.into_iter().max_by_key(|(offset, _)| *offset))
}

fn read_file(disk: &dyn Disk, path: &Path) -> std::io::Result<Vec<u8>> {
    let file = disk.open(path, OpenMode::Read)?;
    let len = file.len()?;
    if len > METADATA_SNAPSHOT_BYTES_MAX {
        return Err(std::io::Error::other(format!("it has {len} bytes, and at most {METADATA_SNAPSHOT_BYTES_MAX} make sense")));
    }
    let mut bytes = vec![0; len as usize];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(bytes)
}
