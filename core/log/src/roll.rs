//! Which segment takes an append: the active one, or a new one when that is full or old. The state lock is held.

use crate::append;
use crate::checkpoint as names;
use crate::config::LogConfig;
use crate::error::LogError;
use crate::partition::{AppendInfo, Log, Origin, PartitionLog, aside_name};
use crate::segment::{Segment, file_name};
use std::sync::Arc;
use wellhead_base::TopicId;
use wellhead_base::env::OpenMode;

impl PartitionLog {
    /// The segment that takes these batches, with the new list of segments if it was made for them.
    #[allow(clippy::type_complexity)]
    pub(crate) fn segment_for(
        &self,
        log: &mut Log,
        config: &LogConfig,
        info: &AppendInfo,
        prepared: &append::Prepared,
        next: i64,
    ) -> Result<(Arc<Segment>, Option<Arc<Vec<Arc<Segment>>>>), LogError> {
        let segments = self.view.read().segments.clone();
        let first = prepared.batches[0].header.base_offset;
        if let Some(active) = segments.last() {
            let bytes = prepared.batches.iter().map(|b| b.header.len).sum::<u64>();
            let newest = prepared.batches.iter().map(|b| b.header.max_timestamp).max().unwrap_or(-1);
            if !self.must_roll(active, config, bytes, newest, info.now_ms, next)? {
                return Ok((active.clone(), None));
            }
            // A segment begins where the one before it ended, which recovery relies on; a leader's gap lies within it, unless it is
            // too wide for the relative offsets.
            let base = if next - 1 - log.end > i64::from(i32::MAX) { first } else { log.end };
            // An empty segment takes what it is given.
            if base > active.base {
                let list = self.roll(log, base, info.now_ms)?;
                return Ok((list.last().expect("just rolled").clone(), Some(list)));
            }
            return Ok((active.clone(), None));
        }
        self.make_dir(log)?;
        let base = if info.origin == Origin::Replication { first } else { log.end };
        let segment = Segment::create(&self.shared.pool, self.path(), base, info.now_ms)
            .map_err(|e| LogError::io("making", &self.path().join(file_name(base, "log")), e))?;
        let segment = Arc::new(segment);
        self.sync.lock().dir_entries = true;
        Ok((segment.clone(), Some(Arc::new(vec![segment]))))
    }

    /// The partition's directory and its `partition.metadata`, on the first append.
    fn make_dir(&self, log: &mut Log) -> Result<(), LogError> {
        if log.dir_made {
            return Ok(());
        }
        let disk = &*self.shared.disk;
        // What checkpoints of an earlier partition of this name say would be taken for ours after a crash.
        self.shared.forget_checkpoints(self.topic(), self.partition())?;
        if !std::mem::replace(&mut log.dir_looked, true) && disk.exists(self.path()) {
            // Of a deleted topic whose files could not be removed: its segments must not be taken for ours.
            let aside = self.shared.path.join(aside_name(self.topic(), self.partition(), TopicId::ZERO, "stray"));
            let _ = disk.remove_dir_all(&aside);
            disk.rename(self.path(), &aside).map_err(|e| LogError::io("renaming", self.path(), e))?;
            disk.sync_dir(&self.shared.path).map_err(|e| LogError::io("syncing", &self.shared.path, e))?;
        }
        disk.create_dir_all(self.path()).map_err(|e| LogError::io("making", self.path(), e))?;
        let id = self.topic_id();
        if !id.is_zero() {
            let path = self.path().join(names::PARTITION_METADATA);
            let write = || {
                let f = disk.open(&path, OpenMode::Create)?;
                f.write_all_at(names::partition_metadata(id).as_bytes(), 0)?;
                Ok(f)
            };
            let file = write().map_err(|e| LogError::io("writing", &path, e))?;
            self.sync.lock().files.push(file);
        }
        let mut sync = self.sync.lock();
        sync.dir_entries = true;
        sync.root_entry = true;
        drop(sync);
        self.shared.made(self.dir_name());
        log.dir_made = true;
        Ok(())
    }

    fn must_roll(&self, active: &Segment, config: &LogConfig, bytes: u64, newest: i64, now_ms: i64, next: i64) -> Result<bool, LogError> {
        let size = active.size();
        if next - 1 - active.base > i64::from(i32::MAX) {
            return Ok(true);
        }
        if size == 0 {
            return Ok(false);
        }
        if size + bytes > config.segment_bytes.min(i32::MAX as u64) {
            return Ok(true);
        }
        let index_bytes = config.segment_index_bytes;
        if active.index.len()? as u64 * 8 + 8 > index_bytes || active.time.len()? as u64 * 12 + 12 > index_bytes {
            return Ok(true);
        }
        self.past_segment_ms(active, config, newest, now_ms)
    }

    /// Whether the active segment is as old as a segment may get, measured in record time where there is one.
    pub(crate) fn past_segment_ms(&self, active: &Segment, config: &LogConfig, newest: i64, now_ms: i64) -> Result<bool, LogError> {
        let first = active.times(&*self.shared.disk, config.index_interval_bytes, false)?.first;
        let waited = if first >= 0 && newest >= 0 { newest.saturating_sub(first) } else { now_ms.saturating_sub(active.created_ms) };
        // A fixed share of the jitter for each partition, so that partitions made together do not roll together.
        let share = self.topic().bytes().fold(self.partition() as u32, |h, b| h.wrapping_mul(31).wrapping_add(u32::from(b))) % 1000;
        let jitter = config.segment_jitter_ms.clamp(0, config.segment_ms.max(0)) / 1000 * i64::from(share);
        Ok(waited > config.segment_ms.saturating_sub(jitter))
    }

    /// Seals the active segment and makes the next one. The list is not in the view yet.
    pub(crate) fn roll(&self, log: &mut Log, base: i64, now_ms: i64) -> Result<Arc<Vec<Arc<Segment>>>, LogError> {
        let disk = &*self.shared.disk;
        let segments = self.view.read().segments.clone();
        let active = segments.last().expect("only a log with a segment is rolled");
        assert!(base > active.base, "segments are in offset order");
        let new = Segment::create(&self.shared.pool, self.path(), base, now_ms)
            .map_err(|e| LogError::io("making", &self.path().join(file_name(base, "log")), e))?;
        if let Err(e) = active.write_indexes(disk, true) {
            tracing::warn!("{e}");
        }
        if self.shared.options.maps {
            active.index.map_sealed();
            active.time.map_sealed();
        }
        self.take_snapshot(log, base);
        let mut list = Vec::clone(&segments);
        list.push(Arc::new(new));
        let mut sync = self.sync.lock();
        sync.dir_entries = true;
        // Also under class page-cache: a sealed segment is synced once, so that recovery need not read it.
        sync.want_sync = true;
        drop(sync);
        Ok(Arc::new(list))
    }
}
