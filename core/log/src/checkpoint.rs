//! The small text files of a data directory, in Kafka's form: offset checkpoints, `partition.metadata`, `meta.properties` and the
//! clean-shutdown marker.

use crate::error::LogError;
use crate::files::{read_small, replace};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use wellhead_base::TopicId;
use wellhead_base::env::Disk;

pub(crate) const RECOVERY_POINTS: &str = "recovery-point-offset-checkpoint";
pub(crate) const LOG_STARTS: &str = "log-start-offset-checkpoint";
pub(crate) const CLEANER_POINTS: &str = "cleaner-offset-checkpoint";
pub(crate) const CLEAN_SHUTDOWN: &str = ".kafka_cleanshutdown";
pub(crate) const META_PROPERTIES: &str = "meta.properties";
pub(crate) const PARTITION_METADATA: &str = "partition.metadata";
pub(crate) const LEADER_EPOCHS: &str = "leader-epoch-checkpoint";
pub(crate) const LOCK: &str = ".lock";
/// Empty; there after a sync failed, until a clean end. See `recover::write_again`.
pub(crate) const SYNC_FAILED: &str = ".wellhead-sync-failed";

/// No text file of ours is larger; a larger one is damaged.
const TEXT_BYTES_MAX: u64 = 64 << 20;

/// Topic and partition to offset.
pub(crate) type Offsets = BTreeMap<(String, i32), i64>;

/// Kafka's offset checkpoint: a version line "0", the count, and a line "topic partition offset" each.
pub(crate) fn write_offsets(disk: &dyn Disk, path: &Path, offsets: &Offsets) -> Result<(), LogError> {
    let mut text = format!("0\n{}\n", offsets.len());
    for ((topic, partition), offset) in offsets {
        let _ = writeln!(text, "{topic} {partition} {offset}");
    }
    replace(disk, path, text.as_bytes(), true)
}

/// None when there is no such file, or what is there is no checkpoint (which is logged).
pub(crate) fn read_offsets(disk: &dyn Disk, path: &Path) -> Result<Option<Offsets>, LogError> {
    let bytes = match read_small(disk, path, TEXT_BYTES_MAX) {
        Ok(Some(b)) => b,
        Ok(None) => return Ok(None),
        Err(e @ LogError::Corrupt { .. }) => {
            tracing::warn!("{e}");
            return Ok(None);
        }
        Err(e) => return Err(e),
    };
    let parsed = parse_offsets(&bytes);
    if parsed.is_none() {
        tracing::warn!("{} is damaged and ignored", path.display());
    }
    Ok(parsed)
}

fn parse_offsets(bytes: &[u8]) -> Option<Offsets> {
    let mut lines = std::str::from_utf8(bytes).ok()?.lines();
    if lines.next()?.trim() != "0" {
        return None;
    }
    let count: usize = lines.next()?.trim().parse().ok()?;
    let mut offsets = Offsets::new();
    for line in lines.filter(|l| !l.is_empty()) {
        let mut words = line.split(' ');
        let (topic, partition, offset) = (words.next()?, words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        if words.next().is_some() || offset < 0 {
            return None;
        }
        offsets.insert((topic.to_owned(), partition), offset);
    }
    (offsets.len() == count).then_some(offsets)
}

pub(crate) fn partition_metadata(id: TopicId) -> String {
    format!("version: 0\ntopic_id: {id}\n")
}

/// The topic id in a `partition.metadata`; None when there is none that can be read.
pub(crate) fn read_partition_metadata(disk: &dyn Disk, path: &Path) -> Result<Option<TopicId>, LogError> {
    let bytes = match read_small(disk, path, 4096) {
        Ok(Some(b)) => b,
        Ok(None) | Err(LogError::Corrupt { .. }) => return Ok(None),
        Err(e) => return Err(e),
    };
    let Ok(text) = std::str::from_utf8(&bytes) else { return Ok(None) };
    Ok(text.lines().find_map(|l| l.strip_prefix("topic_id:")).and_then(|id| TopicId::parse(id.trim())))
}

/// `key=value` lines, as Java's Properties writes them without anything to escape.
pub(crate) fn read_properties(disk: &dyn Disk, path: &Path) -> Result<BTreeMap<String, String>, LogError> {
    let bytes = read_small(disk, path, 1 << 20)?.unwrap_or_default();
    let text = std::str::from_utf8(&bytes).map_err(|_| LogError::corrupt(path, "it is not text"))?;
    let mut map = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with(['#', '!'])) {
        let (k, v) = line.split_once('=').ok_or_else(|| LogError::corrupt(path, format!("the line {line:?} has no '='")))?;
        map.insert(k.trim().to_owned(), v.trim().to_owned());
    }
    Ok(map)
}

pub(crate) fn write_properties(disk: &dyn Disk, path: &Path, map: &BTreeMap<String, String>) -> Result<(), LogError> {
    let mut text = String::new();
    for (k, v) in map {
        if k.contains(['=', '\n', '\r']) || v.contains(['\n', '\r']) {
            return Err(LogError::Invalid(format!("the property {k:?} cannot be written").into()));
        }
        let _ = writeln!(text, "{k}={v}");
    }
    replace(disk, path, text.as_bytes(), true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checkpoints_of_kafkas_form_are_read_and_others_refused() {
        let good = parse_offsets(b"0\n2\nflights 0 17\na.b_c-d 11 9223372036854775807\n").unwrap();
        assert_eq!(good.get(&("flights".to_owned(), 0)), Some(&17));
        assert_eq!(good.get(&("a.b_c-d".to_owned(), 11)), Some(&i64::MAX));
        for bad in
            ["", "0\n", "1\n0\n", "0\n5\na 0 1\n", "0\n1\na 0 -4\n", "0\n1\na 0 1 2\n", "0\n1\na 0\n", "0\n99999999999999999999\n", "0\n1\na x 1\n"]
        {
            assert!(parse_offsets(bad.as_bytes()).is_none(), "{bad:?}");
        }
    }
}
