//! Writes the parts of frames to a socket: buffers gathered into one call, file ranges by `sendfile` where the kernel and the
//! process allow it, by pread and send elsewhere (a simulated disk, a file system without it, a process that dies of SIGPIPE).
//!
//! Invariants: no call here can raise SIGPIPE. Buffers go out with MSG_NOSIGNAL. `sendfile` has no such flag, so it is used only
//! where the process ignores or handles the signal (Rust, Python and Go programs do; a bare C program does not). A file range
//! shorter than its frame said is an error after which the connection must be closed, since the frame cannot be completed.

use crate::Part;
use bytes::{Buf, Bytes};
use rustix::net::{SendAncillaryBuffer, SendFlags};
use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::sync::OnceLock;
use std::time::Duration;
use tokio::io::Interest;
use tokio::net::TcpStream;

/// Buffers gathered into one call.
const SLICES_MAX: usize = 32;
/// What one `sendfile` is asked for, so that one connection does not hold its worker for long.
const SENDFILE_BYTES_MAX: u64 = 1 << 20;
/// The buffer of the pread path.
const PREAD_BYTES: usize = 128 * 1024;

/// Parts that wait to be written, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    parts: VecDeque<Part>,
}

impl Outgoing {
    pub(crate) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Appends a frame with its 4-byte length. Fails when it is longer than the length field can say.
    pub(crate) fn push(&mut self, frame: crate::Frame) -> io::Result<()> {
        let len = i32::try_from(frame.len()).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "a response of more than 2 GiB"))?;
        self.parts.push_back(Part::Bytes(Bytes::copy_from_slice(&len.to_be_bytes())));
        self.parts.extend(frame.0.into_iter().filter(|p| !p.is_empty()));
        Ok(())
    }

    /// Writes everything. Waits while the peer does not read, at most `stall` without any progress.
    pub(crate) async fn write(&mut self, stream: &TcpStream, stall: Duration) -> io::Result<()> {
        while !self.parts.is_empty() {
            let sent = match self.write_some(stream) {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                    tokio::time::timeout(stall, stream.writable()).await.map_err(|_| stalled())??;
                    continue;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            self.advance(sent);
            tokio::task::coop::consume_budget().await;
        }
        Ok(())
    }

    /// One system call's worth; bytes sent.
    fn write_some(&mut self, stream: &TcpStream) -> io::Result<u64> {
        if let Some(Part::File { file, offset, len }) = self.parts.front() {
            if sendfile_allowed()
                && let Some(f) = file.as_file()
            {
                let mut at = *offset;
                let want = (*len).min(SENDFILE_BYTES_MAX) as usize;
                match stream.try_io(Interest::WRITABLE, || Ok(rustix::fs::sendfile(stream, f, Some(&mut at), want)?)) {
                    Ok(0) => return Err(truncated()),
                    Ok(n) => return Ok(n as u64),
                    // This file system cannot: read it instead.
                    Err(e)
                        if matches!(
                            e.raw_os_error().map(rustix::io::Errno::from_raw_os_error),
                            Some(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS)
                        ) => {}
                    Err(e) => return Err(e),
                }
            }
            let mut buf = vec![0; (*len).min(PREAD_BYTES as u64) as usize];
            let n = file.read_at(&mut buf, *offset)?;
            if n == 0 {
                return Err(truncated());
            }
            buf.truncate(n);
            let rest = *len - n as u64;
            let next = Part::File { file: file.clone(), offset: *offset + n as u64, len: rest };
            self.parts.pop_front();
            if rest > 0 {
                self.parts.push_front(next);
            }
            self.parts.push_front(Part::Bytes(buf.into()));
        }
        let mut slices = [IoSlice::new(&[]); SLICES_MAX];
        let mut n = 0;
        for (slot, part) in slices.iter_mut().zip(&self.parts) {
            let Part::Bytes(b) = part else { break };
            *slot = IoSlice::new(b);
            n += 1;
        }
        // What follows at once shares the packet.
        let flags = if n < self.parts.len() { SendFlags::NOSIGNAL | SendFlags::MORE } else { SendFlags::NOSIGNAL };
        stream.try_io(Interest::WRITABLE, || Ok(rustix::net::sendmsg(stream, &slices[..n], &mut SendAncillaryBuffer::default(), flags)? as u64))
    }

    fn advance(&mut self, mut sent: u64) {
        while sent > 0 {
            let Some(front) = self.parts.front_mut() else { return };
            let step = sent.min(front.len());
            match front {
                Part::Bytes(b) => b.advance(step as usize),
                Part::File { offset, len, .. } => {
                    *offset += step;
                    *len -= step;
                }
            }
            if front.is_empty() {
                self.parts.pop_front();
            }
            sent -= step;
        }
    }
}

fn stalled() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the peer does not read its responses")
}

fn truncated() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "a log file is shorter than the response that refers to it")
}

/// Whether SIGPIPE would not end this process. Asked once: a program decides this before it opens a broker.
fn sendfile_allowed() -> bool {
    static ALLOWED: OnceLock<bool> = OnceLock::new();
    *ALLOWED.get_or_init(|| std::fs::read_to_string("/proc/self/status").is_ok_and(|s| sigpipe_handled(&s)))
}

/// Reads the signal masks of `/proc/self/status`: SIGPIPE is signal 13, bit 12.
fn sigpipe_handled(status: &str) -> bool {
    status
        .lines()
        .filter_map(|l| l.strip_prefix("SigIgn:").or_else(|| l.strip_prefix("SigCgt:")))
        .any(|mask| u64::from_str_radix(mask.trim(), 16).is_ok_and(|m| m & 1 << 12 != 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sigpipe_is_read_from_the_masks() {
        assert!(sigpipe_handled("SigBlk:\t0000000000000000\nSigIgn:\t0000000000001000\nSigCgt:\t0000000000000000\n"));
        assert!(sigpipe_handled("SigIgn:\t0000000000000000\nSigCgt:\t0000000000001000\n"));
        assert!(!sigpipe_handled("SigBlk:\t0000000000001000\nSigIgn:\t0000000000000000\nSigCgt:\t0000000000000440\n"));
        assert!(!sigpipe_handled(""));
    }
}
