//! Deliberate bugs, which show that the seeded simulation would find such ones. They exist only in builds with the feature `bugs`,
//! which nothing but the simulation (`tests/sim`) asks for; there one of them is switched on by name while the program runs. In every
//! other build [`on`] is the constant `false` and the code behind it goes.

/// Where and what, one for each kind of mistake that costs a log its promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Bug {
    /// A group commit says "durable" and has not synced the files.
    AckBeforeSync = 1,
    /// A group commit syncs files and not the directory entries that lead to them.
    NoDirectorySync,
    /// Under class `fsync` an append is visible before it is durable.
    HighWatermarkAhead,
    /// A failed sync is tried again, and its second answer believed.
    FailedSyncRetried,
    /// Recovery leaves the torn tail in the file behind the last good batch.
    TornTailKept,
    /// Recovery does not look at checksums.
    RecoverySkipsCrc,
    /// Recovery cuts one batch more than it must.
    CutsOneBatchMore,
    /// After a start nothing is known of idempotent producers.
    ProducersForgotten,
    /// Compaction drops a key's newest value when it stands last in its batch.
    CompactionDropsNewest,
    /// Compaction removes the old segments before the new one has its name.
    SwapOutOfOrder,
    /// DeleteRecords does not write down the new log start.
    LogStartNotKept,
    /// A checkpoint says that everything written is durable.
    RecoveryPointAhead,
    /// The clean-shutdown marker stays when the directory is opened.
    MarkerKept,
    /// An index entry is followed without a look at what it points to.
    IndexTrusted,
    /// An offset commit is answered when it is appended.
    CommitBeforeDurable,
    /// A metadata command is answered when it is appended.
    MetadataBeforeDurable,
    /// The commit journal is written and not synced.
    JournalNotSynced,
    /// A file of the journal is used again though partitions with entries in it are not synced in their own place.
    JournalReusedEarly,
}

/// All of them, by the name that switches them on.
pub const ALL: &[(&str, Bug)] = &[
    ("ack-before-sync", Bug::AckBeforeSync),
    ("no-directory-sync", Bug::NoDirectorySync),
    ("high-watermark-ahead", Bug::HighWatermarkAhead),
    ("failed-sync-retried", Bug::FailedSyncRetried),
    ("torn-tail-kept", Bug::TornTailKept),
    ("recovery-skips-crc", Bug::RecoverySkipsCrc),
    ("cuts-one-batch-more", Bug::CutsOneBatchMore),
    ("producers-forgotten", Bug::ProducersForgotten),
    ("compaction-drops-newest", Bug::CompactionDropsNewest),
    ("swap-out-of-order", Bug::SwapOutOfOrder),
    ("log-start-not-kept", Bug::LogStartNotKept),
    ("recovery-point-ahead", Bug::RecoveryPointAhead),
    ("marker-kept", Bug::MarkerKept),
    ("index-trusted", Bug::IndexTrusted),
    ("commit-before-durable", Bug::CommitBeforeDurable),
    ("metadata-before-durable", Bug::MetadataBeforeDurable),
    ("journal-not-synced", Bug::JournalNotSynced),
    ("journal-reused-early", Bug::JournalReusedEarly),
];

#[cfg(feature = "bugs")]
mod switch {
    use std::sync::atomic::AtomicU8;
    pub(super) static ON: AtomicU8 = AtomicU8::new(0);
}

/// Whether the bug is switched on.
#[cfg(feature = "bugs")]
pub fn on(bug: Bug) -> bool {
    switch::ON.load(std::sync::atomic::Ordering::Relaxed) == bug as u8
}
#[cfg(not(feature = "bugs"))]
#[inline]
pub const fn on(_bug: Bug) -> bool {
    false
}

/// Switches one on for the whole process, or all off.
#[cfg(feature = "bugs")]
pub fn switch_on(bug: Option<Bug>) {
    switch::ON.store(bug.map_or(0, |b| b as u8), std::sync::atomic::Ordering::Relaxed);
}
