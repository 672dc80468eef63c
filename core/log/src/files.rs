//! Open files of segments, and how many of them there are.
//!
//! A [`LogFile`] is a path whose file is opened when it is needed; the pool closes the longest opened ones beyond its bound. Files
//! with unsynced bytes are pinned: closing one could lose the error of its write-back. A retired file's path may hold something
//! else already, so that opening it fails; who still has its handle can go on reading.

use crate::error::LogError;
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use wellhead_base::env::{Disk, DiskFile, OpenMode};

/// Bounds the open files of a data directory.
#[derive(Debug)]
pub(crate) struct FilePool {
    disk: Arc<dyn Disk>,
    max: usize,
    open: Mutex<VecDeque<Weak<LogFile>>>,
}

impl FilePool {
    pub(crate) fn new(disk: Arc<dyn Disk>, max: usize) -> Arc<Self> {
        Arc::new(Self { disk, max: max.max(1), open: Mutex::new(VecDeque::new()) })
    }

    /// Notes that `file` was opened, and closes the ones that are open the longest and not pinned.
    fn opened(&self, file: &Arc<LogFile>) {
        let mut closed = Vec::new();
        {
            let mut open = self.open.lock();
            open.push_back(Arc::downgrade(file));
            let mut looks = open.len();
            while open.len() > self.max && looks > 0 {
                looks -= 1;
                let Some(oldest) = open.pop_front() else { break };
                let Some(f) = oldest.upgrade() else { continue };
                if f.pins.load(Ordering::Acquire) > 0 || f.used.swap(false, Ordering::AcqRel) {
                    open.push_back(oldest);
                } else {
                    closed.push(f);
                }
            }
        }
        for f in closed {
            // Pinned since we looked: it stays open and uncounted, which is harmless.
            let mut handle = f.handle.lock();
            if f.pins.load(Ordering::Acquire) == 0 {
                *handle = None;
            }
        }
    }
}

/// A file that is open while it is used.
#[derive(Debug)]
pub(crate) struct LogFile {
    pool: Arc<FilePool>,
    path: PathBuf,
    /// Short: held over an open or a clone, never over a read, write or sync.
    handle: Mutex<Option<Arc<dyn DiskFile>>>,
    pins: AtomicU32,
    used: AtomicBool,
    retired: AtomicBool,
}

impl LogFile {
    /// The file at `path`, which exists.
    pub(crate) fn existing(pool: &Arc<FilePool>, path: PathBuf) -> Arc<Self> {
        Arc::new(Self {
            pool: pool.clone(),
            path,
            handle: Mutex::new(None),
            pins: AtomicU32::new(0),
            used: AtomicBool::new(false),
            retired: AtomicBool::new(false),
        })
    }

    /// Makes the file, or empties one that a failed attempt left.
    pub(crate) fn create(pool: &Arc<FilePool>, path: PathBuf) -> io::Result<Arc<Self>> {
        let handle = pool.disk.open(&path, OpenMode::Create)?;
        if !handle.is_empty()? {
            handle.set_len(0)?;
        }
        let file = Self::existing(pool, path);
        *file.handle.lock() = Some(handle);
        pool.opened(&file);
        Ok(file)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The open file. Fails with `NotFound` once it is retired.
    pub(crate) fn get(self: &Arc<Self>) -> io::Result<Arc<dyn DiskFile>> {
        self.used.store(true, Ordering::Release);
        let handle = {
            let mut slot = self.handle.lock();
            if let Some(h) = &*slot {
                return Ok(h.clone());
            }
            // The flag is set before the path is given away, so that looking at it after the open catches a replaced file.
            let h = self.pool.disk.open(&self.path, OpenMode::ReadWrite);
            if self.retired.load(Ordering::Acquire) {
                return Err(io::ErrorKind::NotFound.into());
            }
            let h = h?;
            *slot = Some(h.clone());
            h
        };
        self.pool.opened(self);
        Ok(handle)
    }

    /// As [`Self::get`], with the path in the error.
    pub(crate) fn open(self: &Arc<Self>) -> Result<Arc<dyn DiskFile>, LogError> {
        self.get().map_err(|e| LogError::io("opening", &self.path, e))
    }

    /// Keeps the file open until [`Self::unpin`].
    pub(crate) fn pin(&self) {
        let _slot = self.handle.lock();
        self.pins.fetch_add(1, Ordering::AcqRel);
    }
    pub(crate) fn unpin(&self) {
        self.pins.fetch_sub(1, Ordering::AcqRel);
    }

    /// Drops the handle: the path holds a new file now.
    pub(crate) fn forget(&self) {
        *self.handle.lock() = None;
    }

    /// The path will be renamed, removed or replaced: nothing is opened by it any more.
    pub(crate) fn retire(&self) {
        self.retired.store(true, Ordering::Release);
    }
    pub(crate) fn is_retired(&self) -> bool {
        self.retired.load(Ordering::Acquire)
    }
}

/// Reads a whole small file; None when it is not there. More than `max` bytes is an error of the file.
pub(crate) fn read_small(disk: &dyn Disk, path: &Path, max: u64) -> Result<Option<Vec<u8>>, LogError> {
    let file = match disk.open(path, OpenMode::Read) {
        Ok(f) => f,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(LogError::io("opening", path, e)),
    };
    let len = file.len().map_err(|e| LogError::io("measuring", path, e))?;
    if len > max {
        return Err(LogError::corrupt(path, format!("it has {len} bytes, and at most {max} make sense")));
    }
    let mut bytes = vec![0; len as usize];
    file.read_exact_at(&mut bytes, 0).map_err(|e| LogError::io("reading", path, e))?;
    Ok(Some(bytes))
}

/// Puts `bytes` in place of the file at `path` atomically; with `durable` they are on the disk on return.
pub(crate) fn replace(disk: &dyn Disk, path: &Path, bytes: &[u8], durable: bool) -> Result<(), LogError> {
    let mut name = path.file_name().expect("a file has a name").to_owned();
    name.push(".tmp");
    let tmp = path.with_file_name(name);
    let write = || -> io::Result<()> {
        let f = disk.open(&tmp, OpenMode::Create)?;
        f.set_len(0)?;
        f.write_all_at(bytes, 0)?;
        if durable {
            f.sync_data()?;
        }
        disk.rename(&tmp, path)?;
        if durable {
            disk.sync_dir(path.parent().expect("a file lies in a directory"))?;
        }
        Ok(())
    };
    write().map_err(|e| LogError::io("writing", path, e))
}

/// Removes a file that may be gone already.
pub(crate) fn remove_if_there(disk: &dyn Disk, path: &Path) -> Result<(), LogError> {
    match disk.remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(LogError::io("removing", path, e)),
        _ => Ok(()),
    }
}
