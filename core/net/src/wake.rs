//! A file descriptor that is readable while something waits: the bridge to event loops of other languages.

use rustix::event::{EventfdFlags, eventfd};
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};

/// An eventfd. It is readable from `raise` until `clear`.
#[derive(Debug)]
pub struct WakeFd {
    fd: OwnedFd,
}

impl WakeFd {
    pub fn new() -> io::Result<WakeFd> {
        Ok(WakeFd { fd: eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)? })
    }
    /// Makes the descriptor readable. Cheap to repeat; never blocks.
    pub fn raise(&self) {
        // The one failure is a counter at its maximum, and then the descriptor is readable already.
        let _ = rustix::io::write(self.fd.as_fd(), &1u64.to_ne_bytes());
    }
    /// Makes it unreadable until the next `raise`.
    pub fn clear(&self) {
        let mut buf = [0u8; 8];
        let _ = rustix::io::read(self.fd.as_fd(), &mut buf);
    }
    /// The descriptor, owned by this object: poll it, do not read or close it.
    pub fn raw(&self) -> RawFd {
        self.fd.as_raw_fd()
    }
}
