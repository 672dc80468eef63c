//! A data directory: its lock, its checkpoints, its partitions and whether it may still be written.
//!
//! Invariants: the clean-shutdown marker is gone, durably, before anything is written; it comes back only when everything is durable
//! and no partition failed. A recovery point on disk never lies above what is durable, and is lowered before a truncation. Once
//! offline, always offline: nothing is appended, synced, checkpointed or acknowledged any more, and reads go on.
//! Lock order: a partition's state, `checkpointing`, the journal, the partition's sync state, its view; the maps here are leaves.

use crate::checkpoint::{self as files, Offsets};
use crate::commit::{self, Queue};
use crate::config::{CommitMode, LogConfig, LogDirOptions};
use crate::error::LogError;
use crate::files::{FilePool, remove_if_there};
use crate::journal::Journal;
use crate::partition::PartitionLog;
use crate::replay;
use parking_lot::{Condvar, Mutex};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use wellhead_base::TopicId;
use wellhead_base::bugs::{self, Bug};
use wellhead_base::env::{Clock, Disk, DiskFile, OpenMode};
use wellhead_base::ids::topic_name_valid;
use wellhead_base::meter::Histogram;

/// A locked data directory and its commit thread. Clones share it; the last one to go, or `close`, stops it.
#[derive(Clone)]
pub struct LogDir {
    handle: Arc<Handle>,
}

struct Handle {
    shared: Arc<DirShared>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// After a fork the child has this object and no such thread: it must not join it.
    pid: u32,
}

/// What the partitions and the commit thread share.
pub(crate) struct DirShared {
    pub path: PathBuf,
    pub disk: Arc<dyn Disk>,
    pub clock: Arc<dyn Clock>,
    pub options: LogDirOptions,
    pub pool: Arc<FilePool>,
    /// By directory name, in an order, so that what is done to all of them repeats.
    partitions: Mutex<BTreeMap<String, Arc<PartitionLog>>>,
    /// Directories found at open or made since.
    on_disk: Mutex<HashSet<String>>,
    was_clean: bool,
    /// A sync of an earlier life failed: what lies past the recovery points may be in memory only, and its pages clean.
    suspect: bool,
    recovery_points: Mutex<Offsets>,
    log_starts: Mutex<Offsets>,
    cleaner_points: Mutex<Offsets>,
    /// One checkpoint at a time: two would write the same temporary file. Taken after a partition's state, never before.
    checkpointing: Mutex<()>,
    /// Held over a group commit, and over what must not happen beside one.
    pub journal: Mutex<Journal>,
    /// Partitions that the journal's replay could not restore, by directory name.
    damaged: Mutex<HashMap<String, LogError>>,
    pub queue: Mutex<Queue>,
    pub wake: Condvar,
    offline: OnceLock<Arc<str>>,
    /// Of group commits.
    pub commits: Histogram,
    closed: AtomicBool,
    lock: Mutex<Option<Arc<dyn DiskFile>>>,
}

/// `topic-0` to its parts.
pub(crate) fn parse_dir_name(name: &str) -> Option<(&str, i32)> {
    let (topic, partition) = name.rsplit_once('-')?;
    let number: i32 = partition.parse().ok()?;
    (topic_name_valid(topic) && number >= 0 && number.to_string() == partition).then_some((topic, number))
}

/// Makes the directory and, durably, its name and those of the directories above it that were missing.
fn make_root(disk: &dyn Disk, path: &Path) -> Result<(), LogError> {
    // The lock file is made after this. Where it is not there yet an earlier start may have died between making a directory and
    // syncing its name, so that all names down to here are synced.
    let begun = disk.exists(&path.join(files::LOCK));
    let missing: Vec<&Path> = path.ancestors().take_while(|p| !begun && !p.as_os_str().is_empty()).collect();
    if !disk.exists(path) {
        // Where it exists it may be a link; only what lies below it may not.
        disk.create_dir_all(path).map_err(|e| LogError::io("making", path, e))?;
    }
    for made in missing {
        let parent = made.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        match disk.sync_dir(parent) {
            // Somebody else's, and so not of our making.
            Err(e) if e.kind() == io::ErrorKind::PermissionDenied => break,
            done => done.map_err(|e| LogError::io("syncing", parent, e))?,
        }
    }
    Ok(())
}

impl LogDir {
    /// Makes `path` if needed and locks it (`LogError::Locked` when another process has it). Reads the checkpoints and the names
    /// of the partitions, but no partition: that happens on first use. Blocks on the disk.
    pub fn open(path: &Path, disk: Arc<dyn Disk>, clock: Arc<dyn Clock>, options: LogDirOptions) -> Result<Self, LogError> {
        make_root(&*disk, path)?;
        let lock = match disk.lock(&path.join(files::LOCK)) {
            Ok(l) => l,
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Err(LogError::Locked(path.to_owned())),
            Err(e) => return Err(LogError::io("locking", &path.join(files::LOCK), e)),
        };
        let marker = path.join(files::CLEAN_SHUTDOWN);
        let was_clean = disk.exists(&marker);
        // First of all: it may make directories.
        let mut replayed = replay::replay(&*disk, &*lock, path, was_clean, options.journal_key)?;
        let mut on_disk = HashSet::new();
        for (name, is_dir) in disk.read_dir(path).map_err(|e| LogError::io("listing", path, e))? {
            let Some(name) = name.to_str() else { continue };
            if !is_dir {
                if name.ends_with(".tmp") {
                    remove_if_there(&*disk, &path.join(name))?;
                }
            } else if name.ends_with("-delete") {
                // A deletion that did not finish.
                disk.remove_dir_all(&path.join(name)).map_err(|e| LogError::io("removing", &path.join(name), e))?;
            } else if parse_dir_name(name).is_some() {
                on_disk.insert(name.to_owned());
            }
        }
        if was_clean && !bugs::on(Bug::MarkerKept) {
            remove_if_there(&*disk, &marker)?;
        }
        // Durably: the marker's removal, and after an unclean stop the names of directories whose records will be visible.
        if was_clean || !on_disk.is_empty() {
            disk.sync_dir(path).map_err(|e| LogError::io("syncing", path, e))?;
        }
        let read = |name: &str| Ok::<_, LogError>(files::read_offsets(&*disk, &path.join(name))?.unwrap_or_default());
        let shared = Arc::new(DirShared {
            recovery_points: Mutex::new(read(files::RECOVERY_POINTS)?),
            log_starts: Mutex::new(read(files::LOG_STARTS)?),
            cleaner_points: Mutex::new(read(files::CLEANER_POINTS)?),
            path: path.to_owned(),
            pool: FilePool::new(disk.clone(), options.open_files_max),
            disk: disk.clone(),
            clock,
            partitions: Mutex::default(),
            was_clean: was_clean || on_disk.is_empty(),
            suspect: disk.exists(&path.join(files::SYNC_FAILED)),
            on_disk: Mutex::new(on_disk),
            checkpointing: Mutex::default(),
            damaged: Mutex::new(std::mem::take(&mut replayed.damaged)),
            journal: Mutex::new(Journal::new(options.journal_bytes / 2, options.journal_partitions_max, replayed)),
            queue: Mutex::default(),
            wake: Condvar::new(),
            offline: OnceLock::new(),
            commits: Histogram::default(),
            closed: AtomicBool::new(false),
            lock: Mutex::new(Some(lock)),
            options,
        });
        let thread = match shared.options.commit {
            CommitMode::Manual => None,
            CommitMode::Thread => {
                let shared = shared.clone();
                let spawned = std::thread::Builder::new().name("wellhead-commit".into()).spawn(move || commit::run(&shared));
                Some(spawned.map_err(|e| LogError::io("starting the commit thread of", path, e))?)
            }
        };
        Ok(Self { handle: Arc::new(Handle { shared, thread: Mutex::new(thread), pid: std::process::id() }) })
    }

    fn shared(&self) -> &Arc<DirShared> {
        &self.handle.shared
    }

    /// The log of one partition; the same object for the same partition. Touches no file: a directory is made by the first
    /// append, files are read on first use. Files that bear another topic id (a topic deleted and made again under its name) are
    /// set aside then.
    pub fn partition(&self, topic: &str, partition: i32, topic_id: TopicId, config: LogConfig) -> Result<Arc<PartitionLog>, LogError> {
        let shared = self.shared();
        if shared.closed.load(Ordering::Acquire) {
            return Err(LogError::Gone);
        }
        if !topic_name_valid(topic) || partition < 0 {
            return Err(LogError::Invalid(format!("{topic:?}-{partition} is no partition").into()));
        }
        let name = format!("{topic}-{partition}");
        let mut map = loop {
            let map = shared.partitions.lock();
            let Some(p) = map.get(&name).cloned() else { break map };
            drop(map);
            let unknown = p.topic_id().is_zero();
            if topic_id.is_zero() || p.adopt_topic_id(topic_id) {
                if unknown && !topic_id.is_zero() && p.is_loaded() {
                    p.keep_topic_id()?;
                }
                p.set_config(config);
                return Ok(p);
            }
            // Who asks knows which topic bears this name now. The other one was deleted while nobody was there to remove its files,
            // and `load_all` took them for somebody's.
            p.put_aside()?;
        };
        let on_disk = shared.on_disk.lock().contains(&name);
        let p = Arc::new(PartitionLog::new(shared.clone(), topic, partition, topic_id, config, on_disk));
        p.set_this();
        map.insert(name, p.clone());
        Ok(p)
    }

    /// Puts aside, durably, whatever bears this name. For a partition that is about to be made: what is there is nobody's.
    pub fn clear(&self, topic: &str, partition: i32) -> Result<(), LogError> {
        let name = format!("{topic}-{partition}");
        let there = self.shared().on_disk.lock().contains(&name) || self.shared().partitions.lock().contains_key(&name);
        if there { self.existing(topic, partition)?.put_aside() } else { Ok(()) }
    }

    /// The partitions that have a directory: name and number, sorted.
    pub fn partitions_on_disk(&self) -> Vec<(String, i32)> {
        let mut all: Vec<_> = self.shared().on_disk.lock().iter().filter_map(|n| parse_dir_name(n)).map(|(t, p)| (t.to_owned(), p)).collect();
        all.sort_unstable();
        all
    }
    pub fn path(&self) -> &Path {
        &self.shared().path
    }
    /// The directory was closed cleanly the last time (or is new).
    pub fn was_clean(&self) -> bool {
        self.shared().was_clean
    }

    /// Loads every partition that has a directory, after an unclean stop recovering it, on `threads` threads. Optional: first use
    /// does the same for one. Partitions not asked for before are loaded with the default configuration. Returns those that failed.
    pub fn load_all(&self, threads: usize) -> Vec<(String, i32, LogError)> {
        let todo = Mutex::new(self.partitions_on_disk().into_iter());
        let failed = Mutex::new(Vec::new());
        let work = || {
            loop {
                let Some((topic, partition)) = todo.lock().next() else { return };
                if let Err(e) = self.existing(&topic, partition).and_then(|p| p.load()) {
                    failed.lock().push((topic, partition, e));
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
        failed.into_inner()
    }

    /// The partition as it is open, or opened with what its files say.
    fn existing(&self, topic: &str, partition: i32) -> Result<Arc<PartitionLog>, LogError> {
        if let Some(p) = self.shared().partitions.lock().get(&format!("{topic}-{partition}")) {
            return Ok(p.clone());
        }
        self.partition(topic, partition, TopicId::ZERO, LogConfig::default())
    }

    /// Why the directory takes no more appends, if it does not.
    pub fn offline(&self) -> Option<LogError> {
        self.shared().offline()
    }
    /// Kafka's `meta.properties`: empty when there is no such file yet.
    /// How long group commits took: the syncs by which records become durable.
    pub fn commits(&self) -> &Histogram {
        &self.shared().commits
    }
    pub fn meta_properties(&self) -> Result<BTreeMap<String, String>, LogError> {
        files::read_properties(&*self.shared().disk, &self.path().join(files::META_PROPERTIES))
    }
    /// Replaces `meta.properties` durably.
    pub fn set_meta_properties(&self, properties: &BTreeMap<String, String>) -> Result<(), LogError> {
        files::write_properties(&*self.shared().disk, &self.path().join(files::META_PROPERTIES), properties)
    }
    /// Writes recovery points and log starts. The commit thread does so by itself at its interval.
    pub fn checkpoint(&self) -> Result<(), LogError> {
        self.shared().checkpoint()
    }
    /// Runs one group commit here (`CommitMode::Manual`). Returns how many partitions it worked on.
    pub fn commit_now(&self) -> Result<usize, LogError> {
        commit::run_once(self.shared())
    }

    /// Makes everything durable, writes the checkpoints and the clean-shutdown marker, stops the commit thread and unlocks.
    /// Without it (drop, kill) the next open recovers. A second call does nothing.
    pub fn close(&self) -> Result<(), LogError> {
        let shared = self.shared();
        if shared.closed.load(Ordering::Acquire) {
            return Ok(());
        }
        let result = self.close_files();
        if result.is_err() {
            // Not clean: whoever opens it next recovers.
            shared.closed.store(true, Ordering::Release);
        }
        self.handle.stop();
        result
    }

    fn close_files(&self) -> Result<(), LogError> {
        let shared = self.shared();
        if let Some(e) = shared.offline() {
            return Err(e);
        }
        let mut failed = None;
        if !shared.was_clean {
            // Partitions that nobody used are still as the crash left them; the marker would say otherwise.
            let threads = if shared.options.commit == CommitMode::Manual { 1 } else { 2 };
            failed = self.load_all(threads).into_iter().next().map(|f| f.2);
        }
        // From here on nothing is appended; what is under way finishes before `seal` gets its lock.
        shared.closed.store(true, Ordering::Release);
        for p in shared.list() {
            if let Err(e) = p.seal() {
                failed = Some(e);
            }
        }
        {
            let mut journal = shared.journal.lock();
            journal.empty(shared).and_then(|()| journal.remove_files(shared)).map_err(|e| shared.go_offline(&e))?;
        }
        shared.checkpoint()?;
        if let Some(e) = failed {
            return Err(e);
        }
        if shared.suspect {
            remove_if_there(&*shared.disk, &shared.path.join(files::SYNC_FAILED))?;
        }
        let marker = shared.path.join(files::CLEAN_SHUTDOWN);
        crate::files::replace(&*shared.disk, &marker, b"{\"version\":0,\"brokerEpoch\":-1}", true)
    }
}

impl Handle {
    fn stop(&self) {
        self.shared.closed.store(true, Ordering::Release);
        if std::process::id() != self.pid {
            return;
        }
        self.shared.queue.lock().stop = true;
        self.shared.wake.notify_all();
        if let Some(t) = self.thread.lock().take()
            && t.thread().id() != std::thread::current().id()
        {
            let _ = t.join();
        }
        // The partitions hold the directory and the directory holds them.
        let partitions = std::mem::take(&mut *self.shared.partitions.lock());
        for p in partitions.values() {
            p.wake_all();
        }
        // Also those that wait for a commit which nobody will run (`CommitMode::Manual`).
        self.shared.queue.lock().partitions.clear();
        self.shared.journal.lock().forget();
        *self.shared.lock.lock() = None;
    }
}
impl Drop for Handle {
    fn drop(&mut self) {
        self.stop();
    }
}

impl DirShared {
    pub(crate) fn list(&self) -> Vec<Arc<PartitionLog>> {
        self.partitions.lock().values().cloned().collect()
    }
    pub(crate) fn remove(&self, name: &str) {
        self.partitions.lock().remove(name);
        self.on_disk.lock().remove(name);
        self.damaged.lock().remove(name);
    }
    /// Why a partition's files are not what the journal said they are.
    pub(crate) fn damage(&self, name: &str) -> Option<LogError> {
        self.damaged.lock().get(name).cloned()
    }
    pub(crate) fn made(&self, name: &str) {
        self.on_disk.lock().insert(name.to_owned());
    }
    pub(crate) fn is_suspect(&self) -> bool {
        self.suspect
    }
    /// Makes everything that was written so far durable at once, where that can be known. The lock's file was opened before the first
    /// write of this life, so that no error since escapes it.
    pub(crate) fn sync_file_system(&self) -> bool {
        let lock = self.lock.lock().clone();
        lock.is_some_and(|f| f.sync_file_system())
    }
    pub(crate) fn unclean(&self) -> bool {
        !self.was_clean
    }
    pub(crate) fn offline(&self) -> Option<LogError> {
        self.offline.get().map(|why| LogError::Offline(why.clone()))
    }
    /// Whether appends may go on.
    pub(crate) fn writable(&self) -> Result<(), LogError> {
        match self.offline() {
            Some(e) => Err(e),
            None if self.closed.load(Ordering::Acquire) => Err(LogError::Gone),
            None => Ok(()),
        }
    }
    /// The directory cannot be trusted with another byte. Whoever waits is told by the commit thread, since the caller may hold
    /// locks.
    pub(crate) fn go_offline(&self, why: &LogError) -> LogError {
        let why: Arc<str> = why.to_string().into();
        if self.offline.set(why.clone()).is_ok() {
            tracing::error!("the data directory {} goes offline: {why}", self.path.display());
            // For the next life of this process on this running machine, so that it need not be durable. If it cannot be written,
            // only a restart of the machine shows what the disk has.
            let mark = self.path.join(files::SYNC_FAILED);
            if let Err(e) = self.disk.open(&mark, OpenMode::Create) {
                tracing::error!("{} cannot be written ({e}): restart the machine before this directory is used again", mark.display());
            }
            self.queue.lock().announce = true;
            self.wake.notify_all();
        }
        self.offline().expect("just set")
    }

    pub(crate) fn recovery_point(&self, topic: &str, partition: i32) -> i64 {
        self.recovery_points.lock().get(&(topic.to_owned(), partition)).copied().unwrap_or(0)
    }
    pub(crate) fn log_start(&self, topic: &str, partition: i32) -> i64 {
        self.log_starts.lock().get(&(topic.to_owned(), partition)).copied().unwrap_or(0)
    }
    pub(crate) fn cleaner_point(&self, topic: &str, partition: i32) -> i64 {
        self.cleaner_points.lock().get(&(topic.to_owned(), partition)).copied().unwrap_or(0)
    }
    pub(crate) fn set_cleaner_point(&self, topic: &str, partition: i32, offset: i64) -> Result<(), LogError> {
        let _one = self.checkpointing.lock();
        let mut points = self.cleaner_points.lock().clone();
        points.insert((topic.to_owned(), partition), offset);
        files::write_offsets(&*self.disk, &self.path.join(files::CLEANER_POINTS), &points)?;
        *self.cleaner_points.lock() = points;
        Ok(())
    }

    /// Notes a log start durably.
    pub(crate) fn set_log_start(&self, topic: &str, partition: i32, offset: i64) -> Result<(), LogError> {
        let _one = self.checkpointing.lock();
        let mut starts = self.log_starts.lock().clone();
        starts.insert((topic.to_owned(), partition), offset);
        files::write_offsets(&*self.disk, &self.path.join(files::LOG_STARTS), &starts)?;
        *self.log_starts.lock() = starts;
        Ok(())
    }

    /// Drops what the checkpoints say of a partition, durably if they said anything: it is deleted, or begins anew.
    pub(crate) fn forget_checkpoints(&self, topic: &str, partition: i32) -> Result<(), LogError> {
        let _one = self.checkpointing.lock();
        let key = (topic.to_owned(), partition);
        for (map, name) in
            [(&self.recovery_points, files::RECOVERY_POINTS), (&self.log_starts, files::LOG_STARTS), (&self.cleaner_points, files::CLEANER_POINTS)]
        {
            let mut left = map.lock().clone();
            if left.remove(&key).is_some() {
                files::write_offsets(&*self.disk, &self.path.join(name), &left)?;
                *map.lock() = left;
            }
        }
        Ok(())
    }

    /// Lowers the recovery point on disk before bytes above `offset` are cut off.
    pub(crate) fn lower_recovery_point(&self, topic: &str, partition: i32, offset: i64) -> Result<(), LogError> {
        let _one = self.checkpointing.lock();
        let key = (topic.to_owned(), partition);
        let mut points = self.recovery_points.lock().clone();
        if points.get(&key).is_none_or(|&p| p <= offset) {
            return Ok(());
        }
        points.insert(key, offset);
        files::write_offsets(&*self.disk, &self.path.join(files::RECOVERY_POINTS), &points)?;
        *self.recovery_points.lock() = points;
        Ok(())
    }

    /// Writes recovery points and log starts of the partitions in use; those not in use keep theirs.
    pub(crate) fn checkpoint(&self) -> Result<(), LogError> {
        if let Some(e) = self.offline() {
            return Err(e);
        }
        let partitions = self.list();
        for p in &partitions {
            p.write_derived()?;
        }
        // From here on no partition's state is locked: who holds one may be waiting for this lock.
        let _one = self.checkpointing.lock();
        let (mut points, mut starts) = (self.recovery_points.lock().clone(), self.log_starts.lock().clone());
        let journal = self.journal.lock();
        for p in &partitions {
            let Some((durable, start)) = p.checkpoint() else { continue };
            let key = (p.topic().to_owned(), p.partition());
            points.insert(key.clone(), durable);
            // One below the first segment stays: that the segments before it are gone may not be durable yet.
            if let Some(offset) = start {
                starts.insert(key, offset);
            }
        }
        drop(journal);
        // A sync that failed meanwhile makes these figures worthless.
        if let Some(e) = self.offline() {
            return Err(e);
        }
        for (map, new, name) in [(&self.log_starts, starts, files::LOG_STARTS), (&self.recovery_points, points, files::RECOVERY_POINTS)] {
            if *map.lock() != new {
                files::write_offsets(&*self.disk, &self.path.join(name), &new)?;
                *map.lock() = new;
            }
        }
        Ok(())
    }
}
