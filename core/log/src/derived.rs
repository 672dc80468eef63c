//! What is derived from the log and written beside it: producer snapshots, the epoch checkpoint, indexes; what a checkpoint may say of
//! the partition; the clean end. None of it is evidence about the log, and all of it can be made again.

use crate::checkpoint as names;
use crate::error::LogError;
use crate::files::replace;
use crate::partition::{Log, PartitionLog};
use crate::segment::file_name;
use wellhead_base::bugs::{self, Bug};

impl PartitionLog {
    /// Writes what is known of producers now, durably. Compaction is about to take away batches from which it could be replayed.
    pub(crate) fn take_durable_snapshot(&self) -> Result<(), LogError> {
        let mut log = self.log()?;
        let end = log.end;
        let bytes = log.producers.to_snapshot();
        replace(&*self.shared.disk, &self.path().join(file_name(end, "snapshot")), &bytes, true)?;
        if !log.snapshots.contains(&end) {
            log.snapshots.push(end);
        }
        drop(log);
        // A power cut must not leave a log that ends before it, for which it would say nothing.
        self.flush_to(end)?;
        self.log()?.snapshot_durable = Some(end);
        Ok(())
    }

    /// Writes what is known of producers at `offset`; the newest two snapshots are kept, and the newest durable one. These are not
    /// synced: a snapshot proves itself by its CRC, and without it the state is replayed from an older one.
    pub(crate) fn take_snapshot(&self, log: &mut Log, offset: i64) {
        let disk = &*self.shared.disk;
        if log.snapshot_durable == Some(offset) {
            // It says the same, and durably.
            return;
        }
        let path = self.path().join(file_name(offset, "snapshot"));
        if let Err(e) = replace(disk, &path, &log.producers.to_snapshot(), false) {
            tracing::warn!("{e}");
            return;
        }
        if log.snapshots.last() != Some(&offset) {
            log.snapshots.push(offset);
        }
        while log.snapshots.len() > 2
            && let Some(at) = log.snapshots.iter().position(|s| Some(*s) != log.snapshot_durable)
            && at + 2 < log.snapshots.len()
        {
            let old = log.snapshots.remove(at);
            let _ = disk.remove_file(&self.path().join(file_name(old, "snapshot")));
        }
    }

    /// Brings the derived files up to date, before a checkpoint says how far recovery need not look.
    pub(crate) fn write_derived(&self) -> Result<(), LogError> {
        if !self.is_loaded() || self.is_deleted() {
            return Ok(());
        }
        let mut log = match self.log() {
            Ok(l) => l,
            Err(LogError::Gone) => return Ok(()),
            Err(e) => return Err(e),
        };
        if !log.dir_made {
            return Ok(());
        }
        self.write_epochs(&mut log)?;
        let end = log.end;
        if log.snapshots.last().is_none_or(|&s| s < end) {
            // So that a recovery replays producer state from here.
            self.take_snapshot(&mut log, end);
        }
        let active = self.view.read().segments.last().cloned();
        if let Some(active) = active
            && let Err(e) = active.write_indexes(&*self.shared.disk, false)
        {
            tracing::warn!("{e}");
        }
        Ok(())
    }

    /// What a checkpoint says of this partition: how far it is durable, and the log start where the first segment does not say
    /// it durably. None while there is nothing to say. Does not take the state lock; the caller holds the journal's, so that no sync
    /// of the directory is under way.
    pub(crate) fn checkpoint(&self) -> Option<(i64, Option<i64>)> {
        if !self.is_loaded() || self.is_deleted() {
            return None;
        }
        let sync = self.sync.lock();
        let view = self.view.read();
        let first = view.segments.first()?;
        // While the removal of segments is not synced they may come back.
        let unsaid = view.log_start > first.base || (sync.dir_entries && view.log_start > 0);
        let durable = if bugs::on(Bug::RecoveryPointAhead) { view.end.offset } else { sync.durable };
        Some((durable, unsaid.then_some(view.log_start)))
    }

    pub(crate) fn write_epochs(&self, log: &mut Log) -> Result<(), LogError> {
        if std::mem::take(&mut log.epochs_dirty) {
            let done = replace(&*self.shared.disk, &self.path().join(names::LEADER_EPOCHS), log.epochs.to_text().as_bytes(), false);
            log.epochs_dirty = done.is_err();
            done?;
        }
        Ok(())
    }

    /// For a clean close: all durable, derived files complete.
    pub(crate) fn seal(&self) -> Result<(), LogError> {
        if self.is_deleted() {
            return Ok(());
        }
        if !self.is_loaded() {
            return self.damage().map_or(Ok(()), Err);
        }
        let end = {
            let mut log = match self.log() {
                Ok(l) => l,
                Err(LogError::Gone) => return Ok(()),
                Err(e) => return Err(e),
            };
            if !log.dir_made {
                return Ok(());
            }
            let end = log.end;
            if log.snapshots.last() != Some(&end) {
                self.take_snapshot(&mut log, end);
            }
            self.write_epochs(&mut log)?;
            if let Some(active) = self.view.read().segments.last() {
                active.write_indexes(&*self.shared.disk, true)?;
            }
            end
        };
        // The first segments may never have been written to; then there is nothing to flush.
        self.flush_to(end)?;
        self.damage().map_or(Ok(()), Err)
    }
}
