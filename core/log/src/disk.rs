//! The operating system's file system behind base's Disk seam.

use rustix::fs::{FlockOperation, OFlags, flock, syncfs};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::system::uname;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use wellhead_base::env::{Disk, DiskFile, OpenMode};

/// The operating system's file system. Files are made with mode 0600 and directories with 0700, less the umask. Below the data
/// directory nothing is reached through a symbolic link, and nothing but regular files is read or written.
pub fn real_disk() -> Arc<dyn Disk> {
    Arc::new(RealDisk)
}

/// Files that this process may have open.
pub fn open_files_limit() -> u64 {
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

/// Raises that limit as far as the system allows; a program of its own does so, a guest in somebody else's process does not.
pub fn raise_open_files_limit() {
    let limit = getrlimit(Resource::Nofile);
    // A failure leaves the limit as it was, which is enough for most.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}

/// Since Linux 5.8 `syncfs` reports that something could not be written back (man 2 sync).
fn syncfs_tells() -> bool {
    uname().release().to_str().is_ok_and(|release| at_least(release, (5, 8)))
}
fn at_least(release: &str, version: (u32, u32)) -> bool {
    let mut numbers = release.split(|c: char| !c.is_ascii_digit()).map(|n| n.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= version
}

fn is_link(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|m| m.is_symlink())
}

fn not_followed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is a symbolic link, and none is followed below the data directory")
}

#[derive(Debug)]
struct RealDisk;

#[derive(Debug)]
struct RealFile(File);

impl Disk for RealDisk {
    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Arc<dyn DiskFile>> {
        let mut o = OpenOptions::new();
        // O_NONBLOCK, as the open of a pipe in a file's place would wait for its other end; to a regular file it is nothing.
        o.read(true).mode(0o600).custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32);
        match mode {
            OpenMode::Read => &mut o,
            OpenMode::ReadWrite => o.write(true),
            OpenMode::Create => o.write(true).create(true),
            OpenMode::CreateNew => o.write(true).create_new(true),
        };
        let f = o.open(path).map_err(|e| if is_link(path) { not_followed() } else { e })?;
        if !f.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
        }
        Ok(Arc::new(RealFile(f)))
    }
    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        if is_link(path) { Err(not_followed()) } else { Ok(()) }
    }
    fn read_dir(&self, path: &Path) -> io::Result<Vec<(PathBuf, bool)>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            // A symbolic link counts as a file: nothing below a data directory is reached through one.
            names.push((PathBuf::from(entry.file_name()), entry.file_type()?.is_dir()));
        }
        Ok(names)
    }
    fn exists(&self, path: &Path) -> bool {
        path.exists()
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }
    fn remove_dir_all(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_dir_all(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }
    fn lock(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        let mut o = OpenOptions::new();
        o.read(true).write(true).create(true).truncate(false).mode(0o600).custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32);
        let f = o.open(path).map_err(|e| if is_link(path) { not_followed() } else { e })?;
        flock(&f, FlockOperation::NonBlockingLockExclusive)?;
        Ok(Arc::new(RealFile(f)))
    }
}

impl DiskFile for RealFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(buf, offset)
    }
    fn write_all_at(&self, buf: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_all_at(buf, offset)
    }
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }
    fn sync_file_system(&self) -> bool {
        // Its errors are those since this file was opened, of any file of the file system: then each of ours is asked by its own sync.
        syncfs_tells() && syncfs(&self.0).is_ok()
    }
    fn sync_data(&self) -> io::Result<()> {
        self.0.sync_data()
    }
    fn as_file(&self) -> Option<&File> {
        Some(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernel_versions_compare_by_number() {
        for (release, new) in [("5.8.0", true), ("5.10.0-20-amd64", true), ("6.1.155+", true), ("5.4.0-generic", false), ("4.19", false), ("", false)]
        {
            assert_eq!(at_least(release, (5, 8)), new, "{release}");
        }
    }
}
