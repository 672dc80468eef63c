//! Compaction by key, by Kafka's rules: of each key the last record stays, a tombstone stays for `delete.retention.ms` after the first
//! compaction that met it (its batch then carries that delete horizon), offsets never change, and the last batch of an idempotent
//! producer stays as an empty one so that its sequence is not lost.
//!
//! Sealed, visible, durable segments only. A group of them becomes one new file: written as `.log.cleaned`, synced, renamed to
//! `.log.swap` (from here on it counts), then put in the place of the old ones. A crash before that leaves the old segments, one after
//! it is finished by the next load ([`crate::load`]). The recovery point is on disk first, so that no recovery scans a compacted
//! segment. The map of keys has a bound; what does not fit waits for the next run.

use crate::append::options_of;
use crate::batch::{Header, ScanStop};
use crate::config::LogConfig;
use crate::error::LogError;
use crate::load::install_swap;
use crate::partition::{LogPos, PartitionLog, View};
use crate::recover::CrcScan;
use crate::segment::{IndexEntries, Segment, file_name};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use wellhead_base::bugs::{self, Bug};
use wellhead_base::env::{DiskFile, OpenMode};
use wellhead_base::limits::DECOMPRESSED_BATCH_BYTES_MAX;
use wellhead_record::{BatchBuilder, BatchError, BatchRef, BuilderOptions, Codec, set_max_timestamp};

/// What a compaction run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Compacted {
    /// False: the log was not due (or its policy does not compact).
    pub ran: bool,
    pub bytes_before: u64,
    pub bytes_after: u64,
    pub records_removed: u64,
    /// More is due than one run's memory could hold; call again.
    pub more: bool,
}

/// What one key takes in the map, with its share of free slots.
const ENTRY_BYTES: usize = 64;
/// Output is written in pieces of about this size.
const WRITE_BYTES: usize = 1 << 20;

/// Of each key the last offset. Keys are known by 128 bits of two keyed hashes: equal ones by accident do not happen, and whoever
/// picks the keys does not know the hashes'.
struct KeyMap {
    hashers: [RandomState; 2],
    last: HashMap<u128, i64>,
    max: usize,
    /// Everything below this offset is in the map.
    end: i64,
}
impl KeyMap {
    fn hash(&self, key: &[u8]) -> u128 {
        u128::from(self.hashers[0].hash_one(key)) << 64 | u128::from(self.hashers[1].hash_one(key))
    }
    fn last(&self, key: &[u8]) -> Option<i64> {
        self.last.get(&self.hash(key)).copied()
    }
}

/// The segments to look at and where the part begins that was not compacted yet.
struct Plan {
    cleanable: Vec<Arc<Segment>>,
    /// The offset after the last of them.
    end: i64,
    first_dirty: i64,
}

impl PartitionLog {
    /// Compacts the log if its policy asks for it and it is due. Takes long; for a background thread.
    pub fn compact(&self, now_ms: i64) -> Result<Compacted, LogError> {
        let config = self.config();
        if !config.cleanup.compact {
            return Ok(Compacted::default());
        }
        self.load()?;
        let _cleaning = self.cleaning.lock();
        if let Some(e) = self.failed() {
            return Err(e);
        }
        self.roll_for_lag(&config, now_ms)?;
        let Some(plan) = self.plan(&config, now_ms)? else { return Ok(Compacted::default()) };
        self.flush_to(plan.end)?;
        self.take_durable_snapshot()?;
        self.shared.checkpoint()?;
        let map = self.map_keys(&plan)?;
        let producers: HashMap<i64, i64> = {
            let log = self.log()?;
            log.producers.list().iter().filter_map(|a| Some((a.producer_id, log.producers.last_offset(a.producer_id)?))).collect()
        };
        let mut done = Compacted { ran: true, more: map.end < plan.end, ..Compacted::default() };
        let segments: Vec<_> = plan.cleanable.iter().filter(|s| s.base < map.end).cloned().collect();
        for group in groups(&segments, &config) {
            let removed = self.clean_group(group, &map, &producers, &config, now_ms, &mut done)?;
            done.records_removed += removed;
        }
        self.shared.set_cleaner_point(self.topic(), self.partition(), map.end)?;
        Ok(done)
    }

    /// Seals the active segment when its oldest record has waited for compaction for long enough.
    fn roll_for_lag(&self, config: &LogConfig, now_ms: i64) -> Result<(), LogError> {
        if config.max_compaction_lag_ms == i64::MAX {
            return Ok(());
        }
        let mut log = self.log()?;
        let Some(active) = self.view.read().segments.last().cloned() else { return Ok(()) };
        let first = active.times(&*self.shared.disk, config.index_interval_bytes, false)?.first;
        let since = if first >= 0 { first } else { active.created_ms };
        if active.size() > 0 && now_ms.saturating_sub(since) > config.max_compaction_lag_ms {
            let end = log.end;
            let list = self.roll(&mut log, end, now_ms)?;
            self.view.write().segments = list;
            drop(log);
            self.request_sync(true);
        }
        Ok(())
    }

    /// None: nothing is due.
    fn plan(&self, config: &LogConfig, now_ms: i64) -> Result<Option<Plan>, LogError> {
        let view = self.snapshot_view()?;
        let (disk, interval) = (&*self.shared.disk, config.index_interval_bytes);
        let mut first_dirty = self.shared.cleaner_point(self.topic(), self.partition());
        if first_dirty < view.log_start || first_dirty > view.end.offset {
            first_dirty = view.log_start;
        }
        let (mut clean, mut dirty) = (0u64, 0u64);
        let mut plan = Plan { cleanable: Vec::new(), end: 0, first_dirty };
        let mut overdue = false;
        for pair in view.segments.windows(2) {
            let (s, next) = (&pair[0], pair[1].base);
            let times = s.times(disk, interval, true)?;
            let young = config.min_compaction_lag_ms > 0 && times.max.0 > now_ms.saturating_sub(config.min_compaction_lag_ms);
            if next > view.hw.offset || young {
                break;
            }
            if next <= first_dirty {
                clean += s.size();
            } else {
                dirty += s.size();
                overdue |=
                    config.max_compaction_lag_ms != i64::MAX && times.first >= 0 && now_ms.saturating_sub(times.first) > config.max_compaction_lag_ms;
            }
            plan.cleanable.push(s.clone());
            plan.end = next;
        }
        let due = dirty > 0 && (overdue || dirty as f64 / (clean + dirty) as f64 > config.min_cleanable_dirty_ratio);
        Ok(due.then_some(plan))
    }

    /// Reads the keys of what was not compacted yet.
    fn map_keys(&self, plan: &Plan) -> Result<KeyMap, LogError> {
        let max = (self.shared.options.dedupe_buffer_bytes / ENTRY_BYTES).max(1_000);
        let mut map = KeyMap { hashers: [RandomState::new(), RandomState::new()], last: HashMap::new(), max, end: plan.first_dirty };
        let mut scratch = Vec::new();
        for s in &plan.cleanable {
            let file = s.log.open()?;
            let mut scan = CrcScan::new(&*file, 0, s.size());
            while let Some((pos, h)) = scan.next(s.base).map_err(|e| damaged(s, e))? {
                if h.last_offset() < plan.first_dirty || h.is_control() {
                    continue;
                }
                let batch = BatchRef::parse(scan.batch(pos, &h)).map_err(|e| bad_batch(s, pos, e))?;
                if map.last.len() + h.record_count as usize > map.max && !map.last.is_empty() {
                    map.end = h.base_offset.max(map.end);
                    return Ok(map);
                }
                for r in batch.records(&mut scratch, DECOMPRESSED_BATCH_BYTES_MAX).map_err(|e| bad_batch(s, pos, e))? {
                    let r = r.map_err(|e| bad_batch(s, pos, e))?;
                    if let Some(key) = r.key
                        && r.offset >= plan.first_dirty
                    {
                        let hash = map.hash(key);
                        map.last.insert(hash, r.offset);
                    }
                }
                map.end = h.next_offset();
            }
        }
        map.end = plan.end;
        Ok(map)
    }

    /// Writes the group anew and swaps it in. Returns how many records went.
    fn clean_group(
        &self,
        group: &[Arc<Segment>],
        map: &KeyMap,
        producers: &HashMap<i64, i64>,
        config: &LogConfig,
        now_ms: i64,
        done: &mut Compacted,
    ) -> Result<u64, LogError> {
        let disk = &*self.shared.disk;
        let base = group[0].base;
        let path = self.path().join(file_name(base, "log.cleaned"));
        let io = |e| LogError::io("writing", &path, e);
        let file = disk.open(&path, OpenMode::Create).map_err(io)?;
        file.set_len(0).map_err(io)?;
        let mut out = Output { file: &*file, at: 0, buf: Vec::new(), entries: IndexEntries::new(config.index_interval_bytes) };
        let (mut removed, mut changed) = (0, false);
        let mut scratch = Vec::new();
        for s in group {
            let input = s.log.open()?;
            let mut scan = CrcScan::new(&*input, 0, s.size());
            while let Some((pos, h)) = scan.next(s.base).map_err(|e| damaged(s, e))? {
                let batch = BatchRef::parse(scan.batch(pos, &h)).map_err(|e| bad_batch(s, pos, e))?;
                let cleaned = clean_batch(&batch, map, producers, now_ms, config.delete_retention_ms, &mut scratch);
                let cleaned = cleaned.map_err(|e| bad_batch(s, pos, e))?;
                changed |= !matches!(cleaned, Cleaned::Same);
                match cleaned {
                    Cleaned::Same => out.put(batch.bytes()),
                    Cleaned::Gone => removed += h.record_count as u64,
                    Cleaned::Rewritten(bytes, kept) => {
                        removed += h.record_count as u64 - kept;
                        out.put(&bytes);
                    }
                }
                if out.buf.len() >= WRITE_BYTES {
                    out.flush().map_err(io)?;
                }
            }
            done.bytes_before += s.size();
        }
        out.flush().map_err(io)?;
        let (bytes_after, mut entries) = (out.at, out.entries);
        done.bytes_after += bytes_after;
        if group.len() == 1 && !changed {
            drop(file);
            crate::files::remove_if_there(disk, &path)?;
            return Ok(0);
        }
        entries.seal();
        file.sync_data().map_err(|e| self.shared.go_offline(&LogError::io("syncing", &path, e)))?;
        drop(file);
        self.swap(group, entries, now_ms)?;
        Ok(removed)
    }

    /// Puts `<base>.log.cleaned` in the place of the group.
    fn swap(&self, group: &[Arc<Segment>], entries: IndexEntries, now_ms: i64) -> Result<(), LogError> {
        let disk = &*self.shared.disk;
        let base = group[0].base;
        let log = self.log()?;
        self.settle(true)?;
        let (from, to) = (self.path().join(file_name(base, "log.cleaned")), self.path().join(file_name(base, "log.swap")));
        if bugs::on(Bug::SwapOutOfOrder) {
            for s in group {
                s.retire();
                crate::files::remove_if_there(disk, s.log.path())?;
            }
        }
        disk.rename(&from, &to).map_err(|e| LogError::io("renaming", &from, e))?;
        disk.sync_dir(self.path()).map_err(|e| self.shared.go_offline(&LogError::io("syncing", self.path(), e)))?;
        for s in group {
            s.retire();
        }
        let replaced: Vec<i64> = group[1..].iter().map(|s| s.base).collect();
        let segment = install_swap(self, base, &replaced)
            .and_then(|()| Segment::existing(&self.shared.pool, self.path(), base, now_ms))
            // Between old and new there is no going on; the next start finishes it.
            .map_err(|e| self.fail(e))?;
        segment.adopt(disk, entries);
        if self.shared.options.maps {
            segment.index.map_sealed();
            segment.time.map_sealed();
        }
        let mut view = self.view.write();
        let View { segments, hw, end, .. } = &mut *view;
        let at = segments.iter().position(|s| Arc::ptr_eq(s, &group[0])).expect("nobody else takes segments out while cleaning");
        let mut list = Vec::clone(segments);
        list.splice(at..at + group.len(), [Arc::new(segment)]);
        // A mark at the end of the last old one is the beginning of the segment after it.
        for mark in [hw, end] {
            if group.iter().any(|s| s.base == mark.segment) {
                *mark = LogPos { offset: mark.offset, segment: list[at + 1].base, pos: 0 };
            }
        }
        *segments = Arc::new(list);
        drop(view);
        drop(log);
        Ok(())
    }
}

/// Runs of segments that fit into one.
fn groups<'s>(segments: &'s [Arc<Segment>], config: &LogConfig) -> Vec<&'s [Arc<Segment>]> {
    let mut out = Vec::new();
    let mut from = 0;
    for i in 1..=segments.len() {
        let fits = i < segments.len() && {
            let run = &segments[from..=i];
            // The end of the run's last segment is not known here; its base and a whole segment's offsets are far enough away.
            run.iter().map(|s| s.size()).sum::<u64>() <= config.segment_bytes
                && run.iter().map(|s| s.index.len().unwrap_or(usize::MAX / 1024)).sum::<usize>() as u64 * 12 <= config.segment_index_bytes
                && segments.get(i + 1).map_or(segments[i].base, |n| n.base) - segments[from].base <= i64::from(i32::MAX) / 2
        };
        if !fits {
            out.push(&segments[from..i]);
            from = i;
        }
    }
    out
}

struct Output<'a> {
    file: &'a dyn DiskFile,
    at: u64,
    buf: Vec<u8>,
    entries: IndexEntries,
}
impl Output<'_> {
    fn put(&mut self, batch: &[u8]) {
        let h = Header::parse(batch).expect("a batch that was read or built here");
        self.entries.note(self.at + self.buf.len() as u64, &h);
        self.buf.extend_from_slice(batch);
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.file.write_all_at(&self.buf, self.at)?;
        self.at += self.buf.len() as u64;
        self.buf.clear();
        Ok(())
    }
}

enum Cleaned {
    Same,
    Gone,
    /// With the number of records that stayed.
    Rewritten(Vec<u8>, u64),
}

fn clean_batch(
    batch: &BatchRef<'_>,
    map: &KeyMap,
    producers: &HashMap<i64, i64>,
    now_ms: i64,
    delete_retention_ms: i64,
    scratch: &mut Vec<u8>,
) -> Result<Cleaned, BatchError> {
    if batch.is_control() || batch.is_transactional() || batch.base_offset() >= map.end {
        return Ok(Cleaned::Same);
    }
    let horizon = batch.delete_horizon_ms();
    let expired = horizon.is_some_and(|h| now_ms >= h);
    let (mut kept, mut tombstones) = (0u64, false);
    let keep = |key: Option<&[u8]>, has_value: bool, offset: i64| {
        offset >= map.end
            || key.is_some_and(|k| {
                let newest =
                    |last| if bugs::on(Bug::CompactionDropsNewest) && offset == batch.last_offset() { offset > last } else { offset >= last };
                map.last(k).is_none_or(newest) && (has_value || !expired)
            })
    };
    for r in batch.records(scratch, DECOMPRESSED_BATCH_BYTES_MAX)? {
        let r = r?;
        if keep(r.key, r.value.is_some(), r.offset) {
            kept += 1;
            tombstones |= r.value.is_none();
        }
    }
    let set_horizon = tombstones && horizon.is_none();
    if kept == batch.record_count() as u64 && !set_horizon {
        // Also an empty batch that an earlier run left: it goes once its producer has gone on.
        let needed = batch.record_count() > 0 || producers.get(&batch.producer_id()) == Some(&batch.last_offset());
        return Ok(if needed { Cleaned::Same } else { Cleaned::Gone });
    }
    let last_of_producer = batch.producer_id() >= 0 && producers.get(&batch.producer_id()) == Some(&batch.last_offset());
    if kept == 0 && !last_of_producer {
        return Ok(Cleaned::Gone);
    }
    let mut options = options_of(batch);
    if kept == 0 {
        options = BuilderOptions { codec: Codec::None, delete_horizon_ms: None, ..options };
    } else if set_horizon {
        options.delete_horizon_ms = Some(now_ms.saturating_add(delete_retention_ms));
    }
    let mut builder = BatchBuilder::new(options);
    if kept > 0 {
        for r in batch.records(scratch, DECOMPRESSED_BATCH_BYTES_MAX)? {
            let r = r?;
            if keep(r.key, r.value.is_some(), r.offset) {
                builder.append_record(&r)?;
            }
        }
    }
    builder.set_last_offset_delta(batch.last_offset_delta())?;
    let mut bytes = builder.finish()?;
    if kept == 0 {
        // An empty batch still says when its producer was last there.
        set_max_timestamp(&mut bytes, batch.timestamp_type(), batch.max_timestamp());
    }
    Ok(Cleaned::Rewritten(bytes, kept))
}

fn damaged(s: &Segment, e: ScanStop) -> LogError {
    match e {
        ScanStop::Io(e) => LogError::io("reading", s.log.path(), e),
        ScanStop::Bad(pos) => LogError::corrupt(s.log.path(), format!("the batch at position {pos} is damaged; nothing is compacted")),
    }
}
fn bad_batch(s: &Segment, pos: u64, e: BatchError) -> LogError {
    LogError::corrupt(s.log.path(), format!("the batch at position {pos} cannot be compacted: {e}"))
}
