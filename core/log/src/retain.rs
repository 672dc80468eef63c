//! What leaves the log at its beginning: retention by time and size, and DeleteRecords. Segments leave whole; the log start moves in
//! between. Only what is visible leaves.

use crate::error::LogError;
use crate::partition::{Log, PartitionLog, View};
use crate::segment::{Segment, file_name};
use parking_lot::MappedMutexGuard;
use std::sync::Arc;
use wellhead_base::bugs::{self, Bug};

/// What a retention run removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retained {
    pub segments_deleted: usize,
    pub bytes_deleted: u64,
}

impl PartitionLog {
    /// Drops segments past `retention.ms` and `retention.bytes` and forgets expired producers; does nothing on a partition that
    /// was never used, or whose configuration keeps everything and that nobody uses. For a background thread.
    pub fn retain(&self, now_ms: i64) -> Result<Retained, LogError> {
        let config = self.config();
        let by_policy = config.cleanup.delete && (config.retention_ms >= 0 || config.retention_bytes >= 0);
        if !self.is_loaded() && !by_policy {
            return Ok(Retained::default());
        }
        let _cleaning = self.cleaning.lock();
        if let Some(e) = self.failed() {
            return Err(e);
        }
        let mut log = self.log()?;
        log.producers.expire(now_ms, config.producer_id_expiration_ms);
        let view = self.view.read().clone();
        let disk = &*self.shared.disk;
        let mut total: u64 = view.segments.iter().map(|s| s.size()).sum();
        let mut drop_count = 0;
        for (i, s) in view.segments.iter().enumerate() {
            let sealed = i + 1 < view.segments.len();
            let next = view.segments.get(i + 1).map_or(log.end, |n| n.base);
            if next > view.hw.offset || s.size() == 0 && !sealed {
                break;
            }
            let below_start = next <= view.log_start && sealed;
            let max = s.times(disk, config.index_interval_bytes, sealed)?.max.0;
            let newest = if max >= 0 { max } else { s.created_ms };
            let old = config.cleanup.delete && config.retention_ms >= 0 && now_ms.saturating_sub(newest) > config.retention_ms;
            let excess = sealed
                && config.cleanup.delete
                && config.retention_bytes >= 0
                && total.saturating_sub(s.size()) >= config.retention_bytes as u64
                && total > config.retention_bytes as u64;
            if !(below_start || old || excess) {
                break;
            }
            total -= s.size();
            drop_count += 1;
        }
        if drop_count == 0 {
            return Ok(Retained::default());
        }
        let end_before = log.end;
        drop(log);
        self.keep_producers();
        let mut log = self.log()?;
        // Nothing but an append can have come between, to the active segment or one behind it.
        if drop_count == view.segments.len() && log.end != end_before {
            drop_count -= 1;
            if drop_count == 0 {
                return Ok(Retained::default());
            }
        }
        if drop_count == self.view.read().segments.len() {
            // Everything is old: what comes next needs a segment to go to.
            let end = log.end;
            let list = self.roll(&mut log, end, now_ms)?;
            self.view.write().segments = list;
        }
        self.drop_segments(log, drop_count)
    }

    /// Moves the log start to `before` (-1: the high watermark) durably, and drops whole segments below. Returns the new log
    /// start.
    pub fn delete_records(&self, before: i64) -> Result<i64, LogError> {
        let _cleaning = self.cleaning.lock();
        if let Some(e) = self.failed() {
            return Err(e);
        }
        // The log start never lies above what a power cut leaves.
        self.flush_to(self.offsets()?.high_watermark)?;
        let log = self.log()?;
        let view = self.view.read().clone();
        let before = if before == -1 { view.hw.offset } else { before };
        if before < 0 || before > view.hw.offset {
            return Err(LogError::OutOfRange { offset: before, log_start: view.log_start, log_end: view.hw.offset });
        }
        if before <= view.log_start {
            // Retention may have moved it here, and that its segments are gone may not be durable yet.
            if self.shared.log_start(self.topic(), self.partition()) < before {
                self.shared.set_log_start(self.topic(), self.partition(), before)?;
            }
            return Ok(view.log_start);
        }
        // On disk before the answer: records that somebody was told are gone must not come back. And before readers see it: if it
        // cannot be written, the next attempt must not find it done.
        if !bugs::on(Bug::LogStartNotKept) {
            self.shared.set_log_start(self.topic(), self.partition(), before)?;
        }
        self.view.write().log_start = before;
        let whole = view.segments.windows(2).take_while(|w| w[1].base <= before).count();
        drop(log);
        if whole > 0 {
            self.keep_producers();
        }
        self.drop_segments(self.log()?, whole)?;
        Ok(before)
    }

    /// Batches are about to go from which the state of producers could be replayed, so it is made durable. On a full disk they go
    /// nevertheless: that makes room.
    fn keep_producers(&self) {
        if self.log().is_ok_and(|log| !log.producers.is_empty())
            && let Err(e) = self.take_durable_snapshot()
        {
            tracing::warn!("the producers of {} are not kept durably: {e}", self.path().display());
        }
    }

    /// Takes the first `count` segments out of the log; their files go once the lock is free. Files that cannot be removed are tried
    /// again before others go, oldest first: a hole among the segments would look like lost records to the next recovery.
    fn drop_segments(&self, mut log: MappedMutexGuard<'_, Log>, count: usize) -> Result<Retained, LogError> {
        if count > 0 {
            self.settle(true)?;
        }
        let dropped: Vec<Arc<Segment>>;
        let start;
        while let Some(s) = log.leftovers.first() {
            self.remove_files(s)?;
            log.leftovers.remove(0);
        }
        {
            let mut view = self.view.write();
            let View { segments, log_start, .. } = &mut *view;
            assert!(count < segments.len(), "the active segment stays");
            for s in &segments[..count] {
                s.retire();
            }
            dropped = segments[..count].to_vec();
            *segments = Arc::new(segments[count..].to_vec());
            *log_start = (*log_start).max(segments[0].base);
            start = *log_start;
        }
        log.epochs_dirty |= log.epochs.truncate_start(start);
        let disk = &*self.shared.disk;
        // A snapshot from before the log start is of no use beside a newer one.
        while log.snapshots.len() > 1 && log.snapshots[0] < start && Some(log.snapshots[0]) != log.snapshot_durable {
            let old = log.snapshots.remove(0);
            let _ = disk.remove_file(&self.path().join(file_name(old, "snapshot")));
        }
        drop(log);
        let mut done = Retained::default();
        for (i, s) in dropped.iter().enumerate() {
            if let Err(e) = self.remove_files(s) {
                self.log()?.leftovers.extend_from_slice(&dropped[i..]);
                return Err(e);
            }
            done.segments_deleted += 1;
            done.bytes_deleted += s.size();
        }
        if done.segments_deleted > 0 {
            self.request_sync(true);
        }
        Ok(done)
    }
    /// The log first: without it the others are nothing, and with it they can be made again.
    fn remove_files(&self, s: &Segment) -> Result<(), LogError> {
        for path in s.paths() {
            crate::files::remove_if_there(&*self.shared.disk, &path)?;
        }
        Ok(())
    }
}
