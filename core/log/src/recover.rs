//! After an unclean stop: what lies past the recovery point is read and every batch's CRC checked; the log ends before the first
//! one that is not whole.
//!
//! Below the recovery point everything was durable, so that damage there is an error of the disk and takes the partition out of
//! service. Past it a bad batch is the trace of writes that a power cut kept out of order: a torn tail, or a hole with the length of
//! unwritten sectors (which read as zeros) and later batches behind it. Neither was acknowledged, and both are cut off. Under class
//! `fsync` a bad batch that is fully written and has whole batches behind it is neither: those were written after it, so it was
//! probably synced, acknowledged and then damaged. That is an error too, not a truncation. Under class `page-cache` nothing was
//! promised, and the log is cut as Kafka does.

use crate::batch::{Header, HeaderScan, ScanStop};
use crate::config::Durability;
use crate::error::LogError;
use crate::files::remove_if_there;
use crate::partition::PartitionLog;
use crate::segment::{IndexEntries, Segment};
use std::io;
use std::sync::Arc;
use wellhead_base::bugs::{self, Bug};
use wellhead_base::env::DiskFile;
use wellhead_record::{BatchRef, HEADER_LEN, crc32c};

/// What a recovery found.
#[derive(Debug)]
pub(crate) struct Recovered {
    pub end: i64,
    /// Everything from here on was read.
    pub from_offset: i64,
    /// The whole log was.
    pub from_start: bool,
    /// Epoch changes in what was read.
    pub epochs: Vec<(i32, i64)>,
    /// The last batch below what was read, to check the epoch checkpoint against.
    pub last_known: Option<Header>,
}

/// Bytes read at once.
const CHUNK: usize = 1 << 20;
const SECTOR: usize = 512;
/// Where a batch's CRC stands, and where what it covers begins.
const CRC_AT: usize = 17;
const CRC_FROM: usize = 21;

pub(crate) fn recover(p: &PartitionLog, segments: &mut Vec<Arc<Segment>>, recovery_point: i64) -> Result<Recovered, LogError> {
    let config = p.config();
    let disk = &*p.shared.disk;
    let first = segments.partition_point(|s| s.base <= recovery_point).saturating_sub(1);
    let mut found = Recovered { end: segments[first].base, from_offset: 0, from_start: first == 0, epochs: Vec::new(), last_known: None };
    let mut cut: Option<(usize, u64)> = None;
    let mut read_any = false;
    let mut orphans: Vec<Arc<Segment>> = Vec::new();
    let mut suspect_from = 0;
    let mut trimmed = false;
    for i in first..segments.len() {
        let segment = segments[i].clone();
        let file = segment.log.open()?;
        if i > first && segment.base > found.end && segment.base >= recovery_point {
            // The end of the segment before it was never written: nothing from here on was visible. (A segment begins where the
            // one before it ended; compaction leaves gaps only below the recovery point.)
            cut = Some((i - 1, segments[i - 1].size()));
            break;
        }
        if i > first && segment.base < found.end && segment.size() == 0 {
            // Made for a batch that was then refused; the log went on in the segment before it.
            orphans.push(segment);
            continue;
        }
        let mut entries = IndexEntries::new(config.index_interval_bytes);
        let mut pos = 0;
        if i == first {
            pos = skip_durable(&segment, &*file, recovery_point, &mut entries, &mut found)?;
            let reached = found.last_known.map_or(segment.base, |h| h.next_offset());
            if reached < recovery_point && pos >= segment.size() {
                // Also where other segments follow: compaction, which leaves gaps, puts the recovery point behind them first. Nothing is
                // cut off or removed then, so that whoever looks into it finds what there is.
                return Err(LogError::corrupt(
                    segment.log.path(),
                    format!("it ends at offset {reached}, though records below {recovery_point} were durable"),
                ));
            }
            found.end = reached;
            found.from_offset = reached;
            found.from_start &= pos == 0;
        }
        read_any |= pos < segment.size();
        if i == first {
            suspect_from = pos;
        }
        let mut scan = CrcScan::new(&*file, pos, segment.size());
        let mut before = (0, 0);
        let bad = loop {
            match scan.next(found.end.max(segment.base)) {
                Ok(Some((pos, h))) => {
                    before = (pos, h.base_offset);
                    entries.note(pos, &h);
                    if h.leader_epoch >= 0 && found.epochs.last().is_none_or(|l| h.leader_epoch > l.0) {
                        found.epochs.push((h.leader_epoch, h.base_offset));
                    }
                    found.end = h.next_offset();
                }
                Ok(None) => break None,
                Err(ScanStop::Bad(_)) if bugs::on(Bug::CutsOneBatchMore) && before.0 > 0 => {
                    found.end = before.1;
                    break Some(before.0);
                }
                Err(ScanStop::Bad(pos)) => break Some(pos),
                Err(ScanStop::Io(e)) => return Err(LogError::io("reading", segment.log.path(), e)),
            }
        };
        if i + 1 < segments.len() && bad.is_none() {
            entries.seal();
        }
        segment.adopt(disk, entries);
        if let Some(pos) = bad
            && segments.get(i + 1).is_some_and(|next| next.base == found.end)
        {
            // The next segment begins where the good part of this one ends: no record is missing. A write that was refused (a full
            // disk) left its beginning here, and the cut after it was not durable.
            tracing::warn!("{}: {} bytes of a refused write are cut off", segment.log.path().display(), segment.size() - pos);
            file.set_len(pos).map_err(|e| LogError::io("cutting", segment.log.path(), e))?;
            segment.set_size(pos);
            trimmed = true;
            continue;
        }
        if let Some(pos) = bad {
            if config.durability == Durability::Fsync
                && let Some(why) = damaged_not_torn(&segments[i..], &*file, pos, found.end)?
            {
                return Err(LogError::corrupt(segment.log.path(), format!("the batch at position {pos} (offset {}) {why}", found.end)));
            }
            cut = Some((i, pos));
            break;
        }
        found.end = found.end.max(segment.base);
    }
    if let Some((i, pos)) = cut {
        let lost: u64 = segments[i..].iter().map(|s| s.size()).sum::<u64>() - pos;
        tracing::warn!(
            "{} was not closed cleanly: {lost} bytes that were never acknowledged are cut off at offset {}",
            p.path().display(),
            found.end
        );
        for s in segments.drain(i + 1..) {
            s.retire();
            for path in s.paths() {
                remove_if_there(disk, &path)?;
            }
        }
        // They must not come back behind a segment that was cut.
        disk.sync_dir(p.path()).map_err(|e| p.shared.go_offline(&LogError::io("syncing", p.path(), e)))?;
        let s = &segments[i];
        let pos = if bugs::on(Bug::TornTailKept) { s.size() } else { pos };
        s.log.open()?.set_len(pos).map_err(|e| LogError::io("cutting", s.log.path(), e))?;
        s.set_size(pos);
    }
    for o in &orphans {
        o.retire();
        for path in o.paths() {
            remove_if_there(disk, &path)?;
        }
    }
    if p.shared.is_suspect() {
        for (i, s) in segments.iter().enumerate().skip(first) {
            write_again(s, if i == first { suspect_from } else { 0 })?;
        }
    }
    segments.retain(|s| !orphans.iter().any(|o| Arc::ptr_eq(o, s)));
    if read_any || trimmed || cut.is_some() {
        // What was read came from the page cache perhaps; it becomes visible, so it has to be durable.
        for s in &segments[first.min(segments.len() - 1)..] {
            s.log.open()?.sync_data().map_err(|e| p.shared.go_offline(&LogError::io("syncing", s.log.path(), e)))?;
        }
    }
    disk.sync_dir(p.path()).map_err(|e| p.shared.go_offline(&LogError::io("syncing", p.path(), e)))?;
    Ok(found)
}

/// Writes what is there once more from `pos` on. A sync of an earlier life failed: the kernel then holds these pages as clean, and a
/// sync alone would not bring them to the disk.
fn write_again(s: &Segment, mut pos: u64) -> Result<(), LogError> {
    let file = s.log.open()?;
    let mut buf = vec![0; CHUNK];
    while pos < s.size() {
        let n = (s.size() - pos).min(CHUNK as u64) as usize;
        file.read_exact_at(&mut buf[..n], pos).map_err(|e| LogError::io("reading", s.log.path(), e))?;
        file.write_all_at(&buf[..n], pos).map_err(|e| LogError::io("writing", s.log.path(), e))?;
        pos += n as u64;
    }
    Ok(())
}

/// The position of the first batch that reaches past the recovery point. The batches before it are walked from the last index entry
/// that can be trusted, so that the index and the times go on from there.
fn skip_durable(
    segment: &Segment,
    file: &dyn DiskFile,
    recovery_point: i64,
    entries: &mut IndexEntries,
    found: &mut Recovered,
) -> Result<u64, LogError> {
    let size = segment.size();
    if recovery_point <= segment.base {
        return Ok(0);
    }
    let mut from = 0;
    if !segment.index.needs_rebuild()?
        && let Some(e) = segment.index.floor_key(recovery_point - 1)?
        && segment.entry_true(file, e)?
    {
        // What is skipped must be known by offset and by time. After a power cut either index may have lost its end: the last time
        // entry that the log confirms says how far the times are whole.
        let times = if segment.time.needs_rebuild()? { Vec::new() } else { segment.time.prefix(|t| t.1 <= e.0)? };
        if let Some(last) = times.last()
            && let Some(e) = segment.index.floor_key(last.1)?
            && segment.entry_true(file, e)?
            && confirms(segment, file, e.1 as u64, *last)?
        {
            from = e.1 as u64;
            entries.keep(segment.index.prefix(|k| k.0 <= e.0)?, times.into_iter().filter(|t| t.1 <= e.0).collect());
        }
        if let Ok(Some((_, h))) = HeaderScan::new(file, 0, size, segment.base).next() {
            entries.seen.first = h.max_timestamp;
        }
    }
    let mut scan = HeaderScan::new(file, from, size, segment.base);
    loop {
        match scan.next() {
            Ok(Some((pos, h))) if h.last_offset() >= recovery_point => return Ok(pos),
            Ok(Some((pos, h))) => {
                entries.note(pos, &h);
                found.last_known = Some(h);
            }
            Ok(None) => return Ok(size),
            Err(ScanStop::Bad(pos)) => {
                let reached = found.last_known.map_or(segment.base, |h| h.next_offset());
                if reached >= recovery_point {
                    return Ok(pos);
                }
                return Err(LogError::corrupt(
                    segment.log.path(),
                    format!("no batch begins at position {pos} (offset {reached}), though records below {recovery_point} were durable"),
                ));
            }
            Err(ScanStop::Io(e)) => return Err(LogError::io("reading", segment.log.path(), e)),
        }
    }
}

/// The batch that a time entry names is there, from `pos` on, and has this time.
fn confirms(segment: &Segment, file: &dyn DiskFile, pos: u64, entry: (i64, i64)) -> Result<bool, LogError> {
    let mut scan = HeaderScan::new(file, pos, segment.size(), segment.base);
    loop {
        match scan.next() {
            Ok(Some((_, h))) if h.last_offset() < entry.1 => {}
            Ok(Some((_, h))) => return Ok((h.max_timestamp, h.last_offset()) == entry),
            Ok(None) | Err(ScanStop::Bad(_)) => return Ok(false),
            Err(ScanStop::Io(e)) => return Err(LogError::io("reading", segment.log.path(), e)),
        }
    }
}

/// Walks whole batches and checks their CRC.
pub(crate) struct CrcScan<'a> {
    file: &'a dyn DiskFile,
    pos: u64,
    end: u64,
    buf: Vec<u8>,
    buf_pos: u64,
}

impl<'a> CrcScan<'a> {
    /// From `pos`, where a batch begins, up to `end`.
    pub(crate) fn new(file: &'a dyn DiskFile, pos: u64, end: u64) -> Self {
        Self { file, pos, end, buf: Vec::new(), buf_pos: 0 }
    }
    /// The bytes of the batch that `next` gave.
    pub(crate) fn batch(&self, pos: u64, h: &Header) -> &[u8] {
        let at = (pos - self.buf_pos) as usize;
        &self.buf[at..at + h.len as usize]
    }
    /// The next batch, which must not begin below `offset_min`.
    pub(crate) fn next(&mut self, offset_min: i64) -> Result<Option<(u64, Header)>, ScanStop> {
        if self.pos >= self.end {
            return Ok(None);
        }
        let bad = ScanStop::Bad(self.pos);
        let left = self.end - self.pos;
        if left < HEADER_LEN as u64 {
            return Err(bad);
        }
        self.fill(HEADER_LEN as u64)?;
        let Some(h) = Header::parse(self.at()) else { return Err(bad) };
        // The length is within the file before anything is allocated for it.
        if h.base_offset < offset_min || h.len > left {
            return Err(bad);
        }
        self.fill(h.len)?;
        match BatchRef::parse(self.at()) {
            Ok(b) if b.len() as u64 == h.len && (b.verify_crc().is_ok() || bugs::on(Bug::RecoverySkipsCrc)) => {}
            _ => return Err(bad),
        }
        let pos = self.pos;
        self.pos += h.len;
        Ok(Some((pos, h)))
    }
    fn at(&self) -> &[u8] {
        &self.buf[(self.pos - self.buf_pos) as usize..]
    }
    /// Has `need` bytes in the buffer at the position.
    fn fill(&mut self, need: u64) -> Result<(), ScanStop> {
        if self.pos >= self.buf_pos && self.pos + need <= self.buf_pos + self.buf.len() as u64 {
            return Ok(());
        }
        let want = (self.end - self.pos).min(need.max(CHUNK as u64)) as usize;
        self.buf.resize(want, 0);
        self.buf_pos = self.pos;
        match self.file.read_exact_at(&mut self.buf, self.pos) {
            Ok(()) => Ok(()),
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Err(ScanStop::Bad(self.pos)),
            Err(e) => Err(ScanStop::Io(e)),
        }
    }
}

/// Whether the bad batch at `pos` was written whole and damaged later. None: it was not written whole.
fn damaged_not_torn(segments: &[Arc<Segment>], file: &dyn DiskFile, pos: u64, offset: i64) -> Result<Option<String>, LogError> {
    let segment = &segments[0];
    let mut rest = vec![0; (segment.size() - pos) as usize];
    let got = read_up_to(file, &mut rest, pos).map_err(|e| LogError::io("reading", segment.log.path(), e))?;
    rest.truncate(got);
    let later = later_batch(&rest, offset);
    let mut hole_end = later.unwrap_or(rest.len());
    if later.is_none() {
        // Perhaps the next segment goes on.
        let mut goes_on = false;
        for s in &segments[1..] {
            let f = s.log.open()?;
            let mut scan = CrcScan::new(&*f, 0, s.size());
            goes_on |= matches!(scan.next(s.base), Ok(Some(_)));
        }
        if !goes_on {
            return Ok(None);
        }
        hole_end = rest.len();
        // The end of this file may never have been written at all: then there is no whole header, or its batch is cut off.
        if Header::parse(&rest).is_none_or(|h| h.len > rest.len() as u64) {
            return Ok(None);
        }
    }
    // A sector that was never written reads as zeros. The one that the batch begins in may hold the end of the batch before it, and
    // then what is missing are the first bytes of this one: its offset, which is known, and its length, which is not 0.
    let first = pos.next_multiple_of(SECTOR as u64);
    let head = &rest[..((first - pos) as usize).min(hole_end)];
    let zeros = |b: &[u8]| b.iter().all(|&b| b == 0);
    let known = offset.to_be_bytes();
    if !head.is_empty() && zeros(head) && (head.len() >= 12 || !zeros(&known[..head.len().min(8)])) {
        return Ok(None);
    }
    let mut at = (first - pos) as usize;
    while at < hole_end {
        // The last one may have the first bytes of the batch that follows, which are zeros anyhow: those of its offset.
        let sector = &rest[at..(at + SECTOR).min(rest.len())];
        // A sector that is cut short is the end of the file, which need not have been written. Of its last bytes a few may be zeros in a
        // whole batch, too: then it was not written if other bytes there make the batch whole.
        let torn = sector.len() == SECTOR || (later.is_none() && (sector.len() >= 4 || completes(&rest[..at], sector.len())));
        if zeros(sector) && torn {
            return Ok(None);
        }
        at += SECTOR;
    }
    Ok(Some("is damaged, and whole batches follow it".into()))
}

/// Whether the batch whose beginning is `head` and that has `missing` more bytes, at most three, has its CRC with some bytes there.
fn completes(head: &[u8], missing: usize) -> bool {
    let known = Header::parse(head).is_some_and(|h| h.len == (head.len() + missing) as u64 && head.len() >= HEADER_LEN);
    known && crc32c_completes(crc32c(&head[CRC_FROM..]), missing, u32::from_be_bytes(head[CRC_AT..CRC_AT + 4].try_into().expect("four bytes")))
}

/// Whether `crc` becomes `wanted` by some `missing` more bytes, at most four. From the end each byte of `wanted` names the entry of the
/// table that made it; what is left must agree with `crc` where the bytes that are not known have no say.
fn crc32c_completes(crc: u32, missing: usize, wanted: u32) -> bool {
    const POLYNOMIAL: u32 = 0x82f6_3b78;
    let entry = |i: u32| (0..8).fold(i, |c, _| if c & 1 == 1 { c >> 1 ^ POLYNOMIAL } else { c >> 1 });
    let mut state = !wanted;
    for _ in 0..missing {
        let index = (0..256).find(|i| entry(*i) >> 24 == state >> 24).expect("each top byte stands in the table once");
        state = (state ^ entry(index)) << 8;
    }
    // The lower bits are the unknown bytes'.
    (!crc ^ state).checked_shr(8 * missing as u32).unwrap_or(0) == 0
}

/// Where a whole batch at or after `offset` begins in `bytes`, beyond the first one.
fn later_batch(bytes: &[u8], offset: i64) -> Option<usize> {
    (1..bytes.len().saturating_sub(HEADER_LEN)).find(|&at| {
        bytes[at + 16] == 2
            && Header::parse(&bytes[at..]).is_some_and(|h| h.base_offset >= offset && h.base_offset - offset <= i64::from(i32::MAX))
            && BatchRef::parse(&bytes[at..]).is_ok_and(|b| b.verify_crc().is_ok())
    })
}

fn read_up_to(file: &dyn DiskFile, buf: &mut [u8], pos: u64) -> io::Result<usize> {
    let mut got = 0;
    while got < buf.len() {
        match file.read_at(&mut buf[got..], pos + got as u64) {
            Ok(0) => break,
            Ok(n) => got += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(got)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wellhead_base::env::Rng;

    #[test]
    fn missing_bytes_are_found_where_there_are_some_and_nowhere_else() {
        let mut rng = Rng::seeded(1);
        for missing in 1..=4usize {
            let mut found = 0;
            for _ in 0..2_000 {
                let bytes: Vec<u8> = (0..20).map(|_| rng.next_u64() as u8).collect();
                let (head, wanted) = (crc32c(&bytes[..20 - missing]), crc32c(&bytes));
                assert!(crc32c_completes(head, missing, wanted));
                found += usize::from(crc32c_completes(head, missing, rng.next_u64() as u32));
            }
            // Of three bytes one CRC in 256 has some, of four every one.
            assert!(if missing == 4 { found == 2_000 } else { found < 40 }, "{missing}: {found}");
        }
    }
}
