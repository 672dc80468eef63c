//! What the fuzz targets share: every message by its name, read and written back; the parts of an input; a log on a disk in memory.

// The table of all messages as the tests of wire have it.
#[allow(dead_code)]
#[path = "../../../core/wire/tests/messages/convert.rs"]
mod convert;
#[allow(dead_code)]
#[path = "../../../core/wire/tests/messages/json.rs"]
#[rustfmt::skip]
mod json;

use bytes::Bytes;
use convert::{FromJson, Run};
use std::path::Path;
use std::sync::Arc;
use wellhead_base::env::{Disk, ManualClock, OpenMode};
use wellhead_log::{CommitMode, LogConfig, LogDir, LogDirOptions, LogError, PartitionLog};
use wellhead_wire::{Message, Reader, Writer};

struct RoundTrip<'a> {
    body: &'a Bytes,
    version: i16,
}

impl Run for RoundTrip<'_> {
    fn message<M: Message + FromJson>(&mut self) {
        let v = self.version;
        let Ok(m) = M::decode(&mut Reader::new(self.body), v) else { return };
        let mut w = Writer::new();
        m.encode(&mut w, v).expect("what was read can be written");
        let again = M::decode(&mut Reader::new(&w.into_bytes()), v).expect("what was written can be read");
        // NaN is not equal to itself; the text is.
        assert_eq!(format!("{again:?}"), format!("{m:?}"));
    }
}

/// Reads a body as this message; what can be read can be written, and is read again as the same.
pub fn round_trip(name: &str, version: i16, body: &Bytes) {
    json::with_message(name, &mut RoundTrip { body, version });
}

/// The input's parts: each begins with its length in two bytes; the last one is what is left.
pub fn parts<const N: usize>(mut data: &[u8]) -> [&[u8]; N] {
    let mut out = [&[][..]; N];
    for (i, part) in out.iter_mut().enumerate() {
        if i + 1 == N {
            *part = data;
            break;
        }
        let Some((len, rest)) = data.split_first_chunk::<2>() else { break };
        let (head, rest) = rest.split_at((u16::from_be_bytes(*len) as usize).min(rest.len()));
        (*part, data) = (head, rest);
    }
    out
}

/// The reverse, for seeds.
pub fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let (last, heads) = parts.split_last().expect("one part at least");
    let mut out = Vec::new();
    for part in heads {
        let part = &part[..part.len().min(u16::MAX as usize)];
        out.extend((part.len() as u16).to_be_bytes());
        out.extend(part);
    }
    out.extend_from_slice(last);
    out
}

pub fn put(disk: &dyn Disk, path: &Path, bytes: &[u8]) {
    let f = disk.open(path, OpenMode::Create).expect("a file of the memory disk");
    f.set_len(0).expect("room");
    f.write_all_at(bytes, 0).expect("room");
}

/// A data directory on `disk`; nothing runs beside it.
pub fn log_dir(disk: Arc<dyn Disk>) -> Result<LogDir, LogError> {
    let options = LogDirOptions { commit: CommitMode::Manual, ..LogDirOptions::default() };
    LogDir::open(Path::new("/d"), disk, Arc::new(ManualClock::at(1_000_000)), options)
}

/// Opens the partition and uses everything that is read from its files.
pub fn use_log(p: &PartitionLog) -> Result<(), LogError> {
    p.load()?;
    let o = p.offsets()?;
    assert!(o.log_start <= o.log_end, "{o:?}");
    let mut next = o.log_start;
    while next < o.log_end {
        let Ok(slice) = p.read(next, 1 << 20, wellhead_log::ReadUpTo::LogEnd, true) else { break };
        let bytes = slice.to_bytes()?;
        let before = next;
        for b in wellhead_record::Batches::new(&bytes) {
            let Ok(b) = b else { break };
            next = b.last_offset() + 1;
        }
        if next == before {
            break;
        }
    }
    p.offset_for_timestamp(0)?;
    p.max_timestamp_offset()?;
    p.offset_for_leader_epoch(0)?;
    p.active_producers()?;
    Ok(())
}

/// Small segments, many index entries.
pub fn log_config() -> LogConfig {
    LogConfig { segment_bytes: 2_000, index_interval_bytes: 50, ..LogConfig::default() }
}
