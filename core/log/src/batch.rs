//! Batch headers as they lie in a segment, without the records: what offset lookups, replays of producer state and the end of a
//! clean log need. The layout is record's; here it is read from 61 bytes where record's borrowed batch needs the whole batch.

use std::io;
use wellhead_base::env::DiskFile;
use wellhead_record::{HEADER_LEN, LOG_OVERHEAD, MAGIC};

/// One batch's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub base_offset: i64,
    /// Bytes of the whole batch.
    pub len: u64,
    pub leader_epoch: i32,
    pub attributes: i16,
    pub last_offset_delta: i32,
    pub base_timestamp: i64,
    pub max_timestamp: i64,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub base_sequence: i32,
    pub record_count: i32,
}

impl Header {
    /// The header that `buf` begins with, if it can be one.
    pub(crate) fn parse(buf: &[u8]) -> Option<Self> {
        let h = buf.first_chunk::<HEADER_LEN>()?;
        let i64_at = |at: usize| i64::from_be_bytes(h[at..at + 8].try_into().expect("8 bytes"));
        let i32_at = |at: usize| i32::from_be_bytes(h[at..at + 4].try_into().expect("4 bytes"));
        let i16_at = |at: usize| i16::from_be_bytes(h[at..at + 2].try_into().expect("2 bytes"));
        let length = i32_at(8);
        let header = Self {
            base_offset: i64_at(0),
            len: u64::try_from(length).ok()? + LOG_OVERHEAD as u64,
            leader_epoch: i32_at(12),
            attributes: i16_at(21),
            last_offset_delta: i32_at(23),
            base_timestamp: i64_at(27),
            max_timestamp: i64_at(35),
            producer_id: i64_at(43),
            producer_epoch: i16_at(51),
            base_sequence: i32_at(53),
            record_count: i32_at(57),
        };
        let sound = h[16] as i8 == MAGIC
            && header.len >= HEADER_LEN as u64
            && header.base_offset >= 0
            && header.last_offset_delta >= 0
            && header.record_count >= 0
            && header.base_offset.checked_add(i64::from(header.last_offset_delta) + 1).is_some();
        sound.then_some(header)
    }
    pub(crate) fn last_offset(&self) -> i64 {
        self.base_offset + i64::from(self.last_offset_delta)
    }
    pub(crate) fn next_offset(&self) -> i64 {
        self.last_offset() + 1
    }
    pub(crate) fn last_sequence(&self) -> i32 {
        if self.base_sequence < 0 { -1 } else { ((i64::from(self.base_sequence) + i64::from(self.last_offset_delta)) & 0x7fff_ffff) as i32 }
    }
    pub(crate) fn is_control(&self) -> bool {
        self.attributes & 0x20 != 0
    }
}

/// Why a scan cannot go on.
#[derive(Debug)]
pub(crate) enum ScanStop {
    Io(io::Error),
    /// No batch can begin at this position.
    Bad(u64),
}

const CHUNK_MIN: usize = 1 << 10;
const CHUNK_MAX: usize = 64 << 10;
const _: () = assert!(CHUNK_MIN >= HEADER_LEN);

/// Walks batch headers from a batch boundary on. Reads little where batches are large and in chunks where they are small.
pub(crate) struct HeaderScan<'a> {
    file: &'a dyn DiskFile,
    pos: u64,
    end: u64,
    /// No batch may begin below this offset.
    offset_min: i64,
    buf: Vec<u8>,
    buf_pos: u64,
    chunk: usize,
}

impl<'a> HeaderScan<'a> {
    /// From `pos`, where a batch begins, up to `end`, where one ends.
    pub(crate) fn new(file: &'a dyn DiskFile, pos: u64, end: u64, offset_min: i64) -> Self {
        Self { file, pos, end, offset_min, buf: Vec::new(), buf_pos: 0, chunk: CHUNK_MIN * 4 }
    }

    /// The next batch's position and header; None at the end.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, Header)>, ScanStop> {
        if self.pos >= self.end {
            return Ok(None);
        }
        let buffered = self.pos >= self.buf_pos && self.pos + HEADER_LEN as u64 <= self.buf_pos + self.buf.len() as u64;
        if !buffered {
            let hop = self.pos.saturating_sub(self.buf_pos + self.buf.len() as u64);
            self.chunk = if hop > self.chunk as u64 { CHUNK_MIN } else { (self.chunk * 2).min(CHUNK_MAX) };
            let want = (self.end - self.pos).min(self.chunk as u64) as usize;
            if want < HEADER_LEN {
                return Err(ScanStop::Bad(self.pos));
            }
            self.buf.resize(want, 0);
            self.buf_pos = self.pos;
            if let Err(e) = self.file.read_exact_at(&mut self.buf, self.pos) {
                self.buf.clear();
                return if e.kind() == io::ErrorKind::UnexpectedEof { Err(ScanStop::Bad(self.pos)) } else { Err(ScanStop::Io(e)) };
            }
        }
        let pos = self.pos;
        let at = (pos - self.buf_pos) as usize;
        match Header::parse(&self.buf[at..]) {
            Some(h) if h.base_offset >= self.offset_min && h.len <= self.end - pos => {
                self.pos += h.len;
                self.offset_min = h.next_offset();
                Ok(Some((pos, h)))
            }
            _ => Err(ScanStop::Bad(pos)),
        }
    }
}
