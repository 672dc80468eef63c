//! One partition's log: what the broker calls, and the state behind it.
//!
//! Three locks, taken in this order: `state` (everything that changes the log; held over one write), `sync` (what the commit thread
//! has to do), `view` (what readers see; held for moments). Readers take the view only, so a slow write does not stop them.
//! Invariants: log start <= high watermark <= log end; the high watermark moves forward only, but for a truncation; the view's end
//! is a batch boundary of the active segment.

use crate::append;
use crate::commit;
use crate::config::{Durability, LogConfig};
use crate::dir::DirShared;
use crate::epochs::Epochs;
use crate::error::{AppendError, LogError};
use crate::files::replace;
use crate::producers::{ActiveProducer, Producers, Verdict};
use crate::segment::Segment;
use crate::sync::SyncState;
use crate::{checkpoint as names, load};
use parking_lot::{Condvar, MappedMutexGuard, Mutex, MutexGuard, RwLock};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use wellhead_base::bugs::{self, Bug};
use wellhead_base::{Code, TopicId};

/// Who wrote what is appended; it decides what is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A producer: everything is checked, offsets are assigned.
    Client,
    /// This broker (offsets, group state): offsets are assigned; sizes, timestamps and sequences are not checked.
    Coordinator,
    /// A leader's bytes: offsets and leader epochs are kept and must continue the log.
    Replication,
}

/// What goes with an append.
#[derive(Debug, Clone, Copy)]
pub struct AppendInfo {
    pub leader_epoch: i32,
    pub origin: Origin,
    /// Wall clock, milliseconds.
    pub now_ms: i64,
}

/// Where an append went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    pub base_offset: i64,
    pub last_offset: i64,
    /// The time that replaced the records' own under LogAppendTime, else -1.
    pub log_append_time: i64,
    pub log_start_offset: i64,
    /// An idempotent producer's batch that was in the log already; the offsets are the first append's. It may not be durable
    /// yet: wait for the high watermark to pass `last_offset` like for any other.
    pub duplicate: bool,
}

/// The three offsets of a log, read together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offsets {
    pub log_start: i64,
    pub high_watermark: i64,
    pub log_end: i64,
}

/// Where a leader epoch ends: the offset after its last record. Epoch -1 and offset -1 where it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EpochEnd {
    pub epoch: i32,
    pub end_offset: i64,
}

/// Called when the high watermark moved or the log failed.
pub type OnAdvance = Arc<dyn Fn() + Send + Sync>;

/// One partition's log. Calls block for microseconds, but the first one on a partition that has files reads (after an unclean
/// stop: recovers) them.
pub struct PartitionLog {
    pub(crate) shared: Arc<DirShared>,
    topic: Arc<str>,
    partition: i32,
    dir_name: String,
    path: PathBuf,
    topic_id: Mutex<TopicId>,
    config: RwLock<Arc<LogConfig>>,
    /// None: not loaded yet.
    state: Mutex<Option<Box<Log>>>,
    loaded: AtomicBool,
    /// The directory was there when this object was made.
    on_disk: bool,
    pub(crate) view: RwLock<View>,
    pub(crate) hints: Mutex<[Hint; HINTS]>,
    pub(crate) sync: Mutex<SyncState>,
    pub(crate) synced: Condvar,
    pub(crate) hook: RwLock<Option<OnAdvance>>,
    failed: OnceLock<LogError>,
    deleted: AtomicBool,
    /// Something was appended since this object was made: the journal may have it. Set under the state lock.
    pub(crate) appended: AtomicBool,
    /// One compaction at a time; retention waits for it too, so that segments do not go away under it.
    pub(crate) cleaning: Mutex<()>,
    /// What the commit queue is given.
    pub(crate) this: OnceLock<Weak<PartitionLog>>,
}

/// A place between two batches: the offset of the one behind it, and where that would be in a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LogPos {
    pub offset: i64,
    /// The segment's base offset.
    pub segment: i64,
    pub pos: u64,
}

/// Where an earlier read or append found an offset.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hint {
    pub offset: i64,
    /// The segment's own id: a position says nothing of another file under the same name.
    pub segment: u64,
    pub pos: u64,
}
pub(crate) const NO_HINT: Hint = Hint { offset: -1, segment: 0, pos: 0 };
/// Readers in sequence that are served without a lookup.
pub(crate) const HINTS: usize = 4;

/// What readers see.
#[derive(Debug, Clone)]
pub(crate) struct View {
    /// In offset order; the last one is active.
    pub segments: Arc<Vec<Arc<Segment>>>,
    pub log_start: i64,
    pub hw: LogPos,
    pub end: LogPos,
}

/// What changes under the state lock.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub end: i64,
    pub dir_made: bool,
    /// Whether something else was in its place was looked at.
    pub dir_looked: bool,
    pub epochs: Epochs,
    pub epochs_dirty: bool,
    pub producers: Producers,
    /// Offsets of the producer snapshots on disk, ascending.
    pub snapshots: Vec<i64>,
    /// The one that must stay until there is a newer durable one: compaction relies on it.
    pub snapshot_durable: Option<i64>,
    /// Dropped segments whose files could not be removed yet, in offset order.
    pub leftovers: Vec<Arc<Segment>>,
}

impl PartitionLog {
    pub(crate) fn new(shared: Arc<DirShared>, topic: &str, partition: i32, topic_id: TopicId, config: LogConfig, on_disk: bool) -> Self {
        let zero = LogPos { offset: 0, segment: 0, pos: 0 };
        Self {
            path: shared.path.join(format!("{topic}-{partition}")),
            dir_name: format!("{topic}-{partition}"),
            shared,
            topic: topic.into(),
            partition,
            topic_id: Mutex::new(topic_id),
            config: RwLock::new(Arc::new(config)),
            state: Mutex::new(None),
            loaded: AtomicBool::new(false),
            on_disk,
            view: RwLock::new(View { segments: Arc::new(Vec::new()), log_start: 0, hw: zero, end: zero }),
            hints: Mutex::new([NO_HINT; HINTS]),
            sync: Mutex::default(),
            synced: Condvar::new(),
            hook: RwLock::new(None),
            failed: OnceLock::new(),
            deleted: AtomicBool::new(false),
            appended: AtomicBool::new(false),
            cleaning: Mutex::new(()),
            this: OnceLock::new(),
        }
    }
    /// Called once by the directory, which makes the object.
    pub(crate) fn set_this(self: &Arc<Self>) {
        let _ = self.this.set(Arc::downgrade(self));
    }

    pub fn topic(&self) -> &str {
        &self.topic
    }
    pub fn partition(&self) -> i32 {
        self.partition
    }
    pub fn topic_id(&self) -> TopicId {
        *self.topic_id.lock()
    }
    /// The name of its directory: `topic-0`.
    pub(crate) fn dir_name(&self) -> &str {
        &self.dir_name
    }
    /// The partition's directory, which exists once something was appended.
    pub fn path(&self) -> &Path {
        &self.path
    }
    pub fn config(&self) -> Arc<LogConfig> {
        self.config.read().clone()
    }
    /// Takes effect with the next append, roll, retention or compaction.
    pub fn set_config(&self, config: LogConfig) {
        *self.config.write() = Arc::new(config);
    }
    /// False when the log has another id already.
    pub(crate) fn adopt_topic_id(&self, id: TopicId) -> bool {
        let mut mine = self.topic_id.lock();
        if mine.is_zero() {
            *mine = id;
        }
        *mine == id
    }
    /// Writes the id into the directory if there is one: `load_all` opened it without knowing whose it is.
    pub(crate) fn keep_topic_id(&self) -> Result<(), LogError> {
        if self.shared.disk.exists(&self.path) {
            let text = names::partition_metadata(self.topic_id());
            replace(&*self.shared.disk, &self.path.join(names::PARTITION_METADATA), text.as_bytes(), true)?;
        }
        Ok(())
    }
    pub(crate) fn set_topic_id(&self, id: TopicId) {
        *self.topic_id.lock() = id;
    }
    /// Called from the commit thread after the high watermark moved or the log failed, with no lock of this crate held. It must
    /// be quick and must not block; it may call this log. Replaces the one set before.
    pub fn set_on_advance(&self, hook: OnAdvance) {
        *self.hook.write() = Some(hook);
    }
    /// Reads the partition's files if that did not happen yet.
    pub fn load(&self) -> Result<(), LogError> {
        if self.deleted.load(Ordering::Acquire) {
            return Err(LogError::Gone);
        }
        if !self.loaded.load(Ordering::Acquire) {
            drop(self.log()?);
        }
        Ok(())
    }
    pub(crate) fn is_loaded(&self) -> bool {
        self.loaded.load(Ordering::Acquire)
    }
    pub(crate) fn is_deleted(&self) -> bool {
        self.deleted.load(Ordering::Acquire)
    }
    /// Why the partition (or its whole data directory) takes no appends any more, if it does not.
    pub fn failed(&self) -> Option<LogError> {
        self.writable().err()
    }
    /// Why this partition, and not its directory, is out of service.
    pub(crate) fn damage(&self) -> Option<LogError> {
        self.failed.get().cloned()
    }
    pub(crate) fn writable(&self) -> Result<(), LogError> {
        if self.is_deleted() {
            return Err(LogError::Gone);
        }
        if let Some(e) = self.failed.get() {
            return Err(e.clone());
        }
        self.shared.writable()
    }
    pub(crate) fn fail(&self, e: LogError) -> LogError {
        tracing::error!("{}-{} is out of service: {e}", self.topic, self.partition);
        let _ = self.failed.set(e.clone());
        e
    }

    /// The state, loaded. A partition that is damaged stays failed; other errors are tried again by the next call.
    pub(crate) fn log(&self) -> Result<MappedMutexGuard<'_, Log>, LogError> {
        let mut state = self.state.lock();
        if self.is_deleted() {
            return Err(LogError::Gone);
        }
        if state.is_none() {
            if let Some(e) = self.failed.get() {
                return Err(e.clone());
            }
            if let Some(e) = self.shared.damage(&self.dir_name) {
                return Err(self.fail(e));
            }
            let (log, view, durable) = if self.on_disk {
                load::load(self).map_err(|e| if matches!(e, LogError::Corrupt { .. }) { self.fail(e) } else { e })?
            } else {
                (Log::default(), self.view.read().clone(), 0)
            };
            self.sync.lock().durable = durable;
            *self.view.write() = view;
            *state = Some(Box::new(log));
            self.loaded.store(true, Ordering::Release);
        }
        Ok(MutexGuard::map(state, |s| &mut **s.as_mut().expect("just loaded")))
    }

    pub(crate) fn snapshot_view(&self) -> Result<View, LogError> {
        self.load()?;
        Ok(self.view.read().clone())
    }

    /// Checks `batches` (one or more batches v2, nothing else), assigns their offsets and leader epoch in place, and writes them
    /// with one write. The records are visible and may be acknowledged (acks=all) once `high_watermark()` is past `last_offset`;
    /// under class `fsync` the commit thread does that, under `page-cache` it is so on return.
    pub fn append(&self, batches: &mut [u8], info: AppendInfo) -> Result<Appended, AppendError> {
        self.writable()?;
        let config = self.config();
        let mut prepared = append::prepare(batches, &info, &config)?;
        let mut replaced = prepared.replaced.take();
        let bytes: &mut [u8] = replaced.as_deref_mut().unwrap_or(batches);

        let mut log = self.log()?;
        self.writable()?;
        if info.origin == Origin::Client {
            match log.producers.judge(prepared.batches.iter().map(|b| &b.header)) {
                Ok(Verdict::Append) => {}
                Ok(Verdict::Duplicate { base_offset, last_offset, timestamp }) => {
                    let log_append_time = if config.log_append_time { timestamp } else { -1 };
                    let log_start_offset = self.view.read().log_start;
                    return Ok(Appended { base_offset, last_offset, log_append_time, log_start_offset, duplicate: true });
                }
                Err(e) => return Err(AppendError::new(e.code, e.message)),
            }
        }
        let next = append::assign_offsets(bytes, &mut prepared.batches, log.end, &info)?;
        let first = prepared.batches[0].header.base_offset;
        let (segment, mut segments) = self.segment_for(&mut log, &config, &info, &prepared, next)?;
        if segment.base == log.end
            && let Some(list) = segments.take()
        {
            // The new segment is there from now on, also when the write fails: a smaller batch must not go to the one before it, behind
            // which a file with a lower offset would then stand.
            let mut view = self.view.write();
            view.end = LogPos { offset: log.end, segment: segment.base, pos: 0 };
            view.segments = list;
        }
        let at = segment.size();
        self.appended.store(true, Ordering::Release);
        self.write(&segment, bytes, at)?;
        let mut pos = at;
        for b in &prepared.batches {
            segment.note(&*self.shared.disk, config.index_interval_bytes, pos, &b.header);
            pos += b.header.len;
            log.producers.note(&b.header);
            log.epochs_dirty |= log.epochs.assign(b.header.leader_epoch, b.header.base_offset);
        }
        debug_assert_eq!(pos, at + bytes.len() as u64);
        segment.set_size(pos);
        log.end = next;

        let log_start_offset;
        let queue = {
            let mut sync = self.sync.lock();
            let mut view = self.view.write();
            if let Some(segments) = segments.take() {
                view.segments = segments;
            }
            view.end = LogPos { offset: next, segment: segment.base, pos };
            if segment.base == first && view.segments.len() == 1 {
                // A follower's log begins where its leader's did.
                view.log_start = view.log_start.max(first);
            }
            if config.durability == Durability::PageCache || bugs::on(Bug::HighWatermarkAhead) {
                view.hw = view.end;
            } else {
                sync.want_sync = true;
            }
            log_start_offset = view.log_start;
            drop(view);
            sync.wrote(&segment, at);
            !std::mem::replace(&mut sync.queued, true)
        };
        drop(log);
        if queue {
            self.enqueue();
        }
        Ok(Appended { base_offset: first, last_offset: next - 1, log_append_time: prepared.log_append_time, log_start_offset, duplicate: false })
    }

    pub(crate) fn enqueue(&self) {
        if let Some(this) = self.this.get().and_then(Weak::upgrade) {
            commit::enqueue(&self.shared, this);
        }
    }

    /// One write at the segment's end. When it fails nothing of it stays: a full disk is an error to try again, anything else takes
    /// the directory offline.
    fn write(&self, segment: &Arc<Segment>, bytes: &[u8], at: u64) -> Result<(), LogError> {
        let file = segment.log.open()?;
        let Err(e) = file.write_all_at(bytes, at) else { return Ok(()) };
        let full = matches!(e.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge);
        let e = LogError::io("writing", segment.log.path(), e);
        match file.set_len(at) {
            Ok(()) if full => {
                // The cut has to be durable before a later segment is, or a recovery finds half a batch in the middle of the log.
                self.sync.lock().wrote(segment, at);
                self.request_sync(false);
                Err(e)
            }
            Ok(()) => Err(self.shared.go_offline(&e)),
            Err(cut) => {
                let cut = LogError::io("cutting off a failed write of", segment.log.path(), cut);
                Err(self.shared.go_offline(&cut))
            }
        }
    }

    // ---- questions ----

    fn offset(&self, f: impl Fn(&View) -> i64) -> i64 {
        match self.load() {
            Ok(()) => f(&self.view.read()),
            Err(_) => 0,
        }
    }
    /// The offset below which records are visible. Loads the log; 0 when that fails (see `offsets`).
    pub fn high_watermark(&self) -> i64 {
        self.offset(|v| v.hw.offset)
    }
    /// The last stable offset: without transactions the high watermark.
    pub fn last_stable_offset(&self) -> i64 {
        self.high_watermark()
    }
    pub fn log_start_offset(&self) -> i64 {
        self.offset(|v| v.log_start)
    }
    /// The offset that the next record gets.
    pub fn log_end_offset(&self) -> i64 {
        self.offset(|v| v.end.offset)
    }
    /// All three at once, or why the log could not be loaded.
    pub fn offsets(&self) -> Result<Offsets, LogError> {
        self.load()?;
        let v = self.view.read();
        Ok(Offsets { log_start: v.log_start, high_watermark: v.hw.offset, log_end: v.end.offset })
    }
    /// The latest leader epoch in the log.
    pub fn latest_epoch(&self) -> Option<i32> {
        self.log().ok()?.epochs.latest()
    }
    /// The epoch in the log that holds `offset` (for ListOffsets answers); -1 where not known.
    pub fn epoch_of(&self, offset: i64) -> i32 {
        self.log().map_or(-1, |l| l.epochs.of(offset))
    }
    /// Where the largest epoch that is not above `epoch` ends, as Kafka's OffsetForLeaderEpoch answers.
    pub fn offset_for_leader_epoch(&self, epoch: i32) -> Result<EpochEnd, LogError> {
        let log = self.log()?;
        Ok(log.epochs.end_of(epoch, log.end))
    }
    /// Bytes of all segments' log files. 0 for a partition never written.
    pub fn size_bytes(&self) -> u64 {
        self.load().map_or(0, |()| self.view.read().segments.iter().map(|s| s.size()).sum())
    }
    /// The idempotent producers that the log remembers, by id.
    pub fn active_producers(&self) -> Result<Vec<ActiveProducer>, LogError> {
        Ok(self.log()?.producers.list())
    }

    // ---- truncation and removal ----

    /// Drops everything from `offset` on (a follower that diverged). Visible records may go; that is the caller's decision.
    pub fn truncate_to(&self, offset: i64) -> Result<(), LogError> {
        let _cleaning = self.cleaning.lock();
        self.writable()?;
        let mut log = self.log()?;
        let view = self.view.read().clone();
        if offset >= log.end {
            return Ok(());
        }
        if offset < view.log_start {
            return Err(LogError::OutOfRange { offset, log_start: view.log_start, log_end: log.end });
        }
        self.settle(true)?;
        {
            // From here until the new end is installed no sync and no checkpoint may speak of the old one.
            let mut sync = self.sync.lock();
            sync.frozen = true;
            sync.durable = sync.durable.min(offset);
        }
        load::truncate(self, &mut log, &view, offset).map_err(|e| self.fail(e))
    }

    /// After the files are cut: the parts of the state that the commit thread and readers look at.
    pub(crate) fn install_truncated(&self, segments: Arc<Vec<Arc<Segment>>>, end: LogPos) {
        let mut sync = self.sync.lock();
        sync.truncated(&segments, end.offset);
        let mut view = self.view.write();
        view.segments = segments;
        view.end = end;
        if view.hw.offset >= end.offset {
            view.hw = end;
        }
        view.log_start = view.log_start.min(end.offset);
    }

    /// Takes the partition out of the data directory and removes its files. Every later call fails with `Gone`. The name is free
    /// for another partition on return, durably.
    pub fn delete(&self) -> Result<(), LogError> {
        self.leave("delete")
    }
    /// As `delete`, but the files stay under another name.
    pub(crate) fn put_aside(&self) -> Result<(), LogError> {
        tracing::warn!("{} belongs to topic id {}, which is not there any more; it is put aside", self.path.display(), self.topic_id());
        self.leave("stray")
    }

    fn leave(&self, why: &str) -> Result<(), LogError> {
        let _cleaning = self.cleaning.lock();
        let state = self.state.lock();
        if self.deleted.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        for s in self.view.read().segments.iter() {
            s.retire();
        }
        let disk = &*self.shared.disk;
        // First what the checkpoints say: the void leaves the directory without its last bytes, should it come back after a power cut.
        // On a full disk they stay until the files are gone.
        let forgotten = self.shared.forget_checkpoints(&self.topic, self.partition);
        let settled = self.settle(forgotten.is_err());
        let done = if settled.is_err() {
            settled
        } else if self.on_disk || state.as_ref().is_some_and(|l| l.dir_made) {
            let aside = self.shared.path.join(aside_name(&self.topic, self.partition, self.topic_id(), why));
            let _ = disk.remove_dir_all(&aside);
            match disk.rename(&self.path, &aside) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => Err(LogError::io("renaming", &self.path, e)),
                _ => disk.sync_dir(&self.shared.path).map_err(|e| LogError::io("syncing", &self.shared.path, e)).map(|()| {
                    if why == "delete"
                        && let Err(e) = disk.remove_dir_all(&aside)
                        && e.kind() != io::ErrorKind::NotFound
                    {
                        tracing::warn!("{} stays until the next start: {e}", aside.display());
                    }
                }),
            }
        } else {
            Ok(())
        };
        drop(state);
        self.shared.remove(&self.dir_name);
        self.wake_all();
        done.and_then(|()| if forgotten.is_err() { self.shared.forget_checkpoints(&self.topic, self.partition) } else { Ok(()) })
    }

    /// For a produce request that cannot go on: the code and message of this log's failure.
    pub fn failure_code(&self) -> Option<(Code, String)> {
        self.failed().map(|e| (e.code(), e.to_string()))
    }
}

/// `topic-0.<id>-delete`, shortened to what a file system takes, as Kafka names directories it is about to remove.
pub(crate) fn aside_name(topic: &str, partition: i32, id: TopicId, why: &str) -> String {
    use std::fmt::Write;
    let mut tail = format!("-{partition}.");
    for b in id.0 {
        let _ = write!(tail, "{b:02x}");
    }
    let _ = write!(tail, "-{why}");
    let room = 255usize.saturating_sub(tail.len());
    format!("{}{tail}", &topic[..topic.len().min(room)])
}

impl std::fmt::Debug for PartitionLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let v = self.view.read();
        f.debug_struct("PartitionLog")
            .field("topic", &self.topic)
            .field("partition", &self.partition)
            .field("loaded", &self.is_loaded())
            .field("log_start", &v.log_start)
            .field("high_watermark", &v.hw.offset)
            .field("log_end", &v.end.offset)
            .finish_non_exhaustive()
    }
}
