//! The seam to the environment: time, randomness and the disk come in through these traits, so that a seeded run repeats.
//! Nothing outside the rim asks the operating system for any of them (tests/tidy checks it).

use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Wall-clock and monotonic time.
pub trait Clock: Send + Sync + Debug {
    /// Milliseconds since the Unix epoch. May jump; for record timestamps and retention only.
    fn wall_ms(&self) -> i64;
    /// Milliseconds that never go back; for timeouts, deadlines and sessions.
    fn mono_ms(&self) -> i64;
    /// As `mono_ms`, in microseconds.
    fn mono_us(&self) -> i64 {
        self.mono_ms() * 1000
    }
}

/// The operating system's clocks.
#[derive(Debug)]
pub struct SystemClock {
    start: std::time::Instant,
}
impl Default for SystemClock {
    fn default() -> Self {
        Self { start: std::time::Instant::now() }
    }
}
impl Clock for SystemClock {
    fn wall_ms(&self) -> i64 {
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64)
    }
    fn mono_ms(&self) -> i64 {
        self.start.elapsed().as_millis() as i64
    }
    fn mono_us(&self) -> i64 {
        self.start.elapsed().as_micros() as i64
    }
}

/// A clock that a test or the simulation moves by hand.
#[derive(Debug, Default)]
pub struct ManualClock {
    ms: std::sync::atomic::AtomicI64,
}
impl ManualClock {
    pub fn at(ms: i64) -> Self {
        Self { ms: ms.into() }
    }
    pub fn advance(&self, ms: i64) {
        self.ms.fetch_add(ms, std::sync::atomic::Ordering::SeqCst);
    }
}
impl Clock for ManualClock {
    fn wall_ms(&self) -> i64 {
        self.ms.load(std::sync::atomic::Ordering::SeqCst)
    }
    fn mono_ms(&self) -> i64 {
        self.wall_ms()
    }
}

/// A small seeded generator (SplitMix64): repeatable, not for secrets.
#[derive(Debug, Clone)]
pub struct Rng(u64);
impl Rng {
    pub fn seeded(seed: u64) -> Self {
        Self(seed)
    }
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// A number below `n`; `n` must not be 0.
    pub fn below(&mut self, n: u64) -> u64 {
        assert!(n > 0, "a range must not be empty");
        ((u128::from(self.next_u64()) * u128::from(n)) >> 64) as u64
    }
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        for c in out.chunks_mut(8) {
            c.copy_from_slice(&self.next_u64().to_le_bytes()[..c.len()]);
        }
        out
    }
}

/// How a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode {
    /// The file must exist; reading only.
    Read,
    /// The file must exist; reading and writing.
    ReadWrite,
    /// Made when it is not there; reading and writing.
    Create,
    /// Must not exist yet; reading and writing.
    CreateNew,
}

/// The file system below one data directory. All calls block. Implementations: the operating system's (`wellhead-log`), and
/// the simulated one of the tests, which loses what was not synced.
pub trait Disk: Send + Sync + Debug {
    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Arc<dyn DiskFile>>;
    fn create_dir_all(&self, path: &Path) -> io::Result<()>;
    /// The names in a directory, with whether each is a directory; in no order.
    fn read_dir(&self, path: &Path) -> io::Result<Vec<(PathBuf, bool)>>;
    fn exists(&self, path: &Path) -> bool;
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    fn remove_dir_all(&self, path: &Path) -> io::Result<()>;
    /// Replaces `to` atomically; durable after `sync_dir` of its parent.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Makes the creations, renames and removals in a directory durable.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
    /// Takes an exclusive lock, held until the returned file is dropped; `WouldBlock` when another process has it.
    fn lock(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>>;
}

/// An open file. Offsets and lengths are bytes.
pub trait DiskFile: Send + Sync + Debug {
    /// Reads up to `buf.len()` bytes; fewer at the end of the file.
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize>;
    /// Writes all of `buf`, or fails having written any part of it.
    fn write_all_at(&self, buf: &[u8], offset: u64) -> io::Result<()>;
    fn len(&self) -> io::Result<u64>;
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
    fn set_len(&self, len: u64) -> io::Result<()>;
    /// Makes content and length durable (fdatasync). After an error the content must not be trusted and the call not repeated.
    fn sync_data(&self) -> io::Result<()>;
    /// Makes everything durable that was written to the file system of this file before the call, where the system can do that and
    /// says truly whether anything failed since the file was opened: true. False: the caller syncs each file.
    fn sync_file_system(&self) -> bool {
        false
    }
    /// The operating system's file, for sendfile and maps; None on a simulated disk.
    fn as_file(&self) -> Option<&std::fs::File> {
        None
    }

    /// Fills `buf` or fails with `UnexpectedEof`.
    fn read_exact_at(&self, mut buf: &mut [u8], mut offset: u64) -> io::Result<()> {
        while !buf.is_empty() {
            match self.read_at(buf, offset) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(n) => {
                    buf = &mut buf[n..];
                    offset += n as u64;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }
}
