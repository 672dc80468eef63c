//! Read-only memory maps of sealed indexes; the only unsafe code of this crate.
//!
//! A mapped file is never shortened or written again by us: a sealed index that must change is replaced by a new file. Embedded
//! mode does not map at all, since an I/O error on a mapped page is a SIGBUS in somebody else's process.
#![allow(unsafe_code)]

use memmap2::Mmap;
use std::fs::File;
use std::io;

/// The bytes of one sealed file.
#[derive(Debug)]
pub(crate) struct Map(Mmap);

impl Map {
    pub(crate) fn of_sealed(file: &File) -> io::Result<Self> {
        // SAFETY: the data directory is locked against other processes of ours, and this process never truncates or writes a
        // sealed index: it is replaced by rename, which leaves the mapped inode alone. Somebody who shortens the file behind
        // our back in spite of the lock gets a SIGBUS, never memory of another object (tested: kafkas_dump_tool_would_accept_every_index).
        unsafe { Mmap::map(file) }.map(Self)
    }
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}
