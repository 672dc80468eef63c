//! From files to a log: what is read when a partition is used for the first time, and truncation, which leaves the same kind of
//! state behind.
//!
//! After a clean stop the names, the last index entries and the headers behind them say everything. After an unclean one
//! [`crate::recover`] reads what lies past the recovery point first. Derived files (indexes, snapshots, epochs) are believed as far
//! as they fit the log, and made again where they do not.

use crate::batch::{Header, HeaderScan};
use crate::checkpoint as names;
use crate::epochs::Epochs;
use crate::error::LogError;
use crate::files::{LogFile, read_small, remove_if_there, replace};
use crate::partition::{Log, LogPos, PartitionLog, View, aside_name};
use crate::producers::Producers;
use crate::recover;
use crate::segment::{Segment, file_name, parse_name};
use std::io;
use std::sync::Arc;
use wellhead_base::bugs::{self, Bug};
use wellhead_base::env::OpenMode;

/// A snapshot holds 46 bytes a producer; a larger one is damaged.
const SNAPSHOT_BYTES_MAX: u64 = 256 << 20;
/// How much of the log's tail is walked for the last batches of idempotent producers, which a snapshot does not hold all of.
const REFILL_BYTES: u64 = 256 << 10;

/// Reads the partition's directory. Gives the state, what readers see, and how far the log is durable.
pub(crate) fn load(p: &PartitionLog) -> Result<(Log, View, i64), LogError> {
    let disk = &*p.shared.disk;
    let entries = match disk.read_dir(p.path()) {
        Ok(e) => e,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(fresh()),
        Err(e) => return Err(LogError::io("listing", p.path(), e)),
    };
    if !topic_id_fits(p)? {
        return Ok(fresh());
    }
    let listing: Vec<String> = entries.into_iter().filter(|e| !e.1).filter_map(|e| e.0.to_str().map(str::to_owned)).collect();
    let removed = finish_swaps(p, &listing)?;
    let mut bases: Vec<i64> = listing.iter().filter_map(|n| parse_name(n, "log")).filter(|b| !removed.contains(b)).collect();
    bases.extend(listing.iter().filter_map(|n| parse_name(n, "log.swap")));
    bases.sort_unstable();
    bases.dedup();
    let mut snapshots: Vec<i64> = listing.iter().filter_map(|n| parse_name(n, "snapshot")).collect();
    snapshots.sort_unstable();

    let recovery_point = p.shared.recovery_point(p.topic(), p.partition());
    let start_noted = p.shared.log_start(p.topic(), p.partition());
    if bases.is_empty() {
        if recovery_point > 0 {
            return Err(LogError::corrupt(p.path(), format!("it has no segments, though records below {recovery_point} were durable")));
        }
        // Whoever made the directory may have died before it wrote the topic id: the first append does all of it again.
        let mut log = fresh();
        log.0.dir_looked = true;
        return Ok(log);
    }
    let now = p.shared.clock.wall_ms();
    let mut segments = Vec::with_capacity(bases.len());
    for &base in &bases {
        segments.push(Arc::new(Segment::existing(&p.shared.pool, p.path(), base, now)?));
    }

    let clean = if p.shared.unclean() { None } else { clean_end(p, &segments)? };
    let (end, last, recovered) = match clean {
        Some((end, last)) => (end, last, None),
        None => {
            let r = recover::recover(p, &mut segments, recovery_point)?;
            (r.end, r.last_known, Some(r))
        }
    };
    if end < recovery_point {
        return Err(LogError::corrupt(p.path(), format!("it ends at offset {end}, though records below {recovery_point} were durable")));
    }

    let mut log = Log { end, dir_made: true, ..Log::default() };
    load_epochs(p, &mut log, &segments, last.as_ref(), recovered.as_ref())?;
    let cut_snapshots = snapshots.iter().any(|&s| s > end);
    for &s in snapshots.iter().filter(|&&s| s > end) {
        remove_if_there(disk, &p.path().join(file_name(s, "snapshot")))?;
    }
    snapshots.retain(|&s| s <= end);
    if cut_snapshots {
        // A snapshot of a future that did not happen must not come back.
        disk.sync_dir(p.path()).map_err(|e| LogError::io("syncing", p.path(), e))?;
    }
    // Perhaps the oldest is the one that a compaction relied on.
    log.snapshot_durable = snapshots.first().copied();
    log.snapshots = snapshots;
    load_producers(p, &mut log, &segments)?;
    let expiration = p.config().producer_id_expiration_ms;
    log.producers.expire(now, expiration);

    let first = segments[0].base;
    let log_start = start_noted.max(first).min(end);
    let active = segments.last().expect("at least one");
    let at = LogPos { offset: end, segment: active.base, pos: active.size() };
    Ok((log, View { segments: Arc::new(segments), log_start, hw: at, end: at }, end))
}

fn fresh() -> (Log, View, i64) {
    let zero = LogPos { offset: 0, segment: 0, pos: 0 };
    (Log::default(), View { segments: Arc::new(Vec::new()), log_start: 0, hw: zero, end: zero }, 0)
}

/// Compares `partition.metadata` with the id the partition was asked for under. False: the files are another topic's and were put
/// aside.
fn topic_id_fits(p: &PartitionLog) -> Result<bool, LogError> {
    let disk = &*p.shared.disk;
    let path = p.path().join(names::PARTITION_METADATA);
    let mine = p.topic_id();
    match names::read_partition_metadata(disk, &path)? {
        Some(id) if mine.is_zero() => p.set_topic_id(id),
        Some(id) if id != mine => {
            let aside = p.shared.path.join(aside_name(p.topic(), p.partition(), id, "stray"));
            tracing::warn!("{} belongs to topic id {id}, not {mine}; it is put aside as {}", p.path().display(), aside.display());
            disk.rename(p.path(), &aside).map_err(|e| LogError::io("renaming", p.path(), e))?;
            disk.sync_dir(&p.shared.path).map_err(|e| LogError::io("syncing", &p.shared.path, e))?;
            p.shared.forget_checkpoints(p.topic(), p.partition())?;
            return Ok(false);
        }
        Some(_) => {}
        None if mine.is_zero() => {}
        None => {
            replace(disk, &path, names::partition_metadata(mine).as_bytes(), true)?;
            return Ok(true);
        }
    }
    if p.shared.unclean() && !p.topic_id().is_zero() {
        // The process that made it may have died before its first commit. Without its id the directory would pass for any topic's.
        if p.shared.is_suspect() {
            replace(disk, &path, names::partition_metadata(p.topic_id()).as_bytes(), true)?;
        } else {
            let synced = disk.open(&path, OpenMode::ReadWrite).and_then(|f| f.sync_data());
            synced.map_err(|e| p.shared.go_offline(&LogError::io("syncing", &path, e)))?;
        }
    }
    Ok(true)
}

/// Removes what an interrupted operation left, and finishes a compaction that had come to its commit point (a `.log.swap`).
/// Returns the segments that it replaced.
fn finish_swaps(p: &PartitionLog, listing: &[String]) -> Result<Vec<i64>, LogError> {
    let disk = &*p.shared.disk;
    let gone = |n: &str| [".cleaned", ".deleted", ".tmp"].iter().any(|s| n.ends_with(s)) || (n.ends_with(".swap") && !n.ends_with(".log.swap"));
    for n in listing.iter().filter(|n| gone(n)) {
        remove_if_there(disk, &p.path().join(n))?;
    }
    let mut removed = Vec::new();
    for base in listing.iter().filter_map(|n| parse_name(n, "log.swap")) {
        let path = p.path().join(file_name(base, "log.swap"));
        let file = LogFile::existing(&p.shared.pool, path.clone());
        let handle = file.open()?;
        let len = handle.len().map_err(|e| LogError::io("measuring", &path, e))?;
        let mut end = base;
        let mut scan = HeaderScan::new(&*handle, 0, len, base);
        // It was synced before it got this name: damage here is damage below the recovery point.
        while let Some((_, h)) = scan.next().map_err(|_| LogError::corrupt(&path, "a compacted segment cannot be read"))? {
            end = h.next_offset();
        }
        let replaced: Vec<i64> = listing.iter().filter_map(|n| parse_name(n, "log")).filter(|&b| b > base && b < end).collect();
        install_swap(p, base, &replaced)?;
        removed.extend(replaced);
    }
    Ok(removed)
}

/// The second half of a compaction: `<base>.log.swap` takes the place of `<base>.log` and of the segments `replaced`. Their removal
/// is durable before the new name is, so that old and new never stand side by side.
pub(crate) fn install_swap(p: &PartitionLog, base: i64, replaced: &[i64]) -> Result<(), LogError> {
    let disk = &*p.shared.disk;
    let dir = p.path();
    for &b in replaced {
        for suffix in ["log", "index", "timeindex", "txnindex"] {
            remove_if_there(disk, &dir.join(file_name(b, suffix)))?;
        }
    }
    for suffix in ["index", "timeindex"] {
        remove_if_there(disk, &dir.join(file_name(base, suffix)))?;
    }
    let sync = || disk.sync_dir(dir).map_err(|e| LogError::io("syncing", dir, e));
    sync()?;
    let (from, to) = (dir.join(file_name(base, "log.swap")), dir.join(file_name(base, "log")));
    disk.rename(&from, &to).map_err(|e| LogError::io("renaming", &from, e))?;
    sync()
}

/// After a clean stop: the log end and the last header, from the last index entry on. None when the last segment is not whole,
/// against what the marker says.
fn clean_end(p: &PartitionLog, segments: &[Arc<Segment>]) -> Result<Option<(i64, Option<Header>)>, LogError> {
    let active = segments.last().expect("at least one");
    let file = active.log.open()?;
    let disk = &*p.shared.disk;
    let interval = p.config().index_interval_bytes;
    let from = if active.index.needs_rebuild()? {
        0
    } else {
        match active.index.last()? {
            Some(e) if active.entry_true(&*file, e)? => e.1 as u64,
            Some(_) => {
                active.index.mark_damaged();
                0
            }
            None => 0,
        }
    };
    let (mut end, mut last) = (active.base, None);
    let mut scan = HeaderScan::new(&*file, from, active.size(), active.base);
    loop {
        match scan.next() {
            Ok(Some((_, h))) => (end, last) = (h.next_offset(), Some(h)),
            Ok(None) => break,
            Err(crate::batch::ScanStop::Bad(pos)) => {
                tracing::warn!("{} is not whole at position {pos} after a clean stop; it is recovered", active.log.path().display());
                return Ok(None);
            }
            Err(e) => return Err(active.stopped(e)),
        }
    }
    active.since_index.store(active.size() - from, std::sync::atomic::Ordering::Relaxed);
    // Appends go on from these.
    active.times(disk, interval, false)?;
    Ok(Some((end, last)))
}

/// The epochs in the checkpoint if they fit the log, else those in the batches.
fn load_epochs(
    p: &PartitionLog,
    log: &mut Log,
    segments: &[Arc<Segment>],
    last: Option<&Header>,
    recovered: Option<&recover::Recovered>,
) -> Result<(), LogError> {
    let path = p.path().join(names::LEADER_EPOCHS);
    let bytes = match read_small(&*p.shared.disk, &path, 64 << 20) {
        Err(LogError::Corrupt { .. }) => None,
        other => other?,
    };
    let mut epochs = bytes.as_deref().and_then(Epochs::parse);
    if let (Some(e), Some(h)) = (&epochs, last)
        && e.of(h.last_offset()) != h.leader_epoch
    {
        epochs = None;
    }
    let scanned_all = recovered.is_some_and(|r| r.from_start);
    log.epochs = match epochs {
        Some(mut e) => {
            if let Some(r) = recovered {
                log.epochs_dirty |= e.truncate_end(r.from_offset);
                for &(epoch, offset) in &r.epochs {
                    log.epochs_dirty |= e.assign(epoch, offset);
                }
            }
            e
        }
        None => {
            let mut e = Epochs::default();
            if scanned_all {
                for &(epoch, offset) in &recovered.expect("just looked").epochs {
                    e.assign(epoch, offset);
                }
            } else if last.is_some() || recovered.is_some_and(|r| !r.epochs.is_empty()) {
                for s in segments {
                    let file = s.log.open()?;
                    let mut scan = HeaderScan::new(&*file, 0, s.size(), s.base);
                    while let Some((_, h)) = scan.next().map_err(|e| s.stopped(e))? {
                        e.assign(h.leader_epoch, h.base_offset);
                    }
                }
            }
            log.epochs_dirty = true;
            e
        }
    };
    Ok(())
}

/// Producer state at the log end: the newest good snapshot, and the batches after it.
pub(crate) fn load_producers(p: &PartitionLog, log: &mut Log, segments: &[Arc<Segment>]) -> Result<(), LogError> {
    let disk = &*p.shared.disk;
    let (mut at, mut producers) = (0, Producers::default());
    for &offset in log.snapshots.iter().rev() {
        let path = p.path().join(file_name(offset, "snapshot"));
        let bytes = match read_small(disk, &path, SNAPSHOT_BYTES_MAX) {
            Err(LogError::Corrupt { .. }) => None,
            other => other?,
        };
        if let Some(found) = bytes.as_deref().and_then(Producers::from_snapshot) {
            (at, producers) = (offset, found);
            break;
        }
        tracing::warn!("{} is damaged and ignored", path.display());
    }
    replay(p, segments, at, |h| producers.note(h))?;
    if !producers.is_empty() && at > 0 {
        // Walk the tail for the batches that the snapshot does not name, so that a retry from before the stop is recognized.
        let active = segments.last().expect("at least one");
        let from = active.size().saturating_sub(REFILL_BYTES);
        let file = active.log.open()?;
        let boundary = active.boundary(&*file, 0, from, active.size())?.0;
        let mut tail = Producers::default();
        let mut scan = HeaderScan::new(&*file, boundary, active.size(), active.base);
        while let Some((_, h)) = scan.next().map_err(|e| active.stopped(e))? {
            tail.note(&h);
        }
        producers.refill(&tail);
    }
    log.producers = if bugs::on(Bug::ProducersForgotten) { Producers::default() } else { producers };
    Ok(())
}

/// Walks the headers of all batches at or after `offset`.
fn replay(p: &PartitionLog, segments: &[Arc<Segment>], offset: i64, mut f: impl FnMut(&Header)) -> Result<(), LogError> {
    let (disk, interval) = (&*p.shared.disk, p.config().index_interval_bytes);
    for (i, s) in segments.iter().enumerate() {
        if segments.get(i + 1).is_some_and(|next| next.base <= offset) || s.size() == 0 {
            continue;
        }
        let file = s.log.open()?;
        let from = if offset <= s.base {
            0
        } else {
            match s.locate(disk, &*file, offset, s.size(), interval)? {
                Some((pos, _)) => pos,
                None => continue,
            }
        };
        let mut scan = HeaderScan::new(&*file, from, s.size(), s.base);
        while let Some((_, h)) = scan.next().map_err(|e| s.stopped(e))? {
            f(&h);
        }
    }
    Ok(())
}

/// Cuts the log at `offset`, which lies between log start and log end. The state lock is held.
pub(crate) fn truncate(p: &PartitionLog, log: &mut Log, view: &View, offset: i64) -> Result<(), LogError> {
    let disk = &*p.shared.disk;
    let interval = p.config().index_interval_bytes;
    let now = p.shared.clock.wall_ms();
    p.shared.lower_recovery_point(p.topic(), p.partition(), offset)?;
    let mut end = offset;
    let mut keep: Vec<Arc<Segment>> = Vec::new();
    let mut cut = None;
    for s in view.segments.iter() {
        if s.base < offset {
            let file = s.log.open()?;
            if let Some((pos, h)) = s.locate(disk, &*file, offset, s.size(), interval)? {
                end = end.min(h.base_offset);
                cut = Some((s.clone(), pos));
                break;
            }
            keep.push(s.clone());
        }
    }
    for s in view.segments.iter().rev().filter(|s| !keep.iter().any(|k| Arc::ptr_eq(k, s))) {
        s.retire();
        if cut.as_ref().is_some_and(|(c, _)| Arc::ptr_eq(c, s)) {
            continue;
        }
        for path in s.paths() {
            remove_if_there(disk, &path)?;
        }
    }
    disk.sync_dir(p.path()).map_err(|e| p.shared.go_offline(&LogError::io("syncing", p.path(), e)))?;
    if let Some((s, pos)) = cut {
        let file = LogFile::existing(&p.shared.pool, s.log.path().to_owned());
        file.open()?.set_len(pos).map_err(|e| LogError::io("cutting", s.log.path(), e))?;
        let s = Segment::existing(&p.shared.pool, p.path(), s.base, now)?;
        s.rebuild_indexes(disk, interval, false)?;
        keep.push(Arc::new(s));
    } else if let Some(s) = keep.pop() {
        // It takes appends again: its sealed index must not be written behind a map.
        s.retire();
        let s = Segment::existing(&p.shared.pool, p.path(), s.base, now)?;
        s.rebuild_indexes(disk, interval, false)?;
        keep.push(Arc::new(s));
    } else {
        let s = Segment::create(&p.shared.pool, p.path(), end, now).map_err(|e| LogError::io("making a segment in", p.path(), e))?;
        keep.push(Arc::new(s));
    }
    for &s in log.snapshots.iter().filter(|&&s| s > end) {
        remove_if_there(disk, &p.path().join(file_name(s, "snapshot")))?;
    }
    log.snapshots.retain(|&s| s <= end);
    let active = keep.last().expect("just put there").clone();
    active.log.open()?.sync_data().map_err(|e| p.shared.go_offline(&LogError::io("syncing", active.log.path(), e)))?;
    disk.sync_dir(p.path()).map_err(|e| p.shared.go_offline(&LogError::io("syncing", p.path(), e)))?;
    log.end = end;
    log.epochs_dirty |= log.epochs.truncate_end(end);
    load_producers(p, log, &keep)?;
    let at = LogPos { offset: end, segment: active.base, pos: active.size() };
    p.install_truncated(Arc::new(keep), at);
    Ok(())
}
