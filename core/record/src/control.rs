//! Control records: what the log writes for itself. Only the transaction markers are written here; the others are recognised.

use crate::{BatchBuilder, BatchError, BuilderOptions, NO_HEADERS};

/// The kinds that Kafka has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ControlType {
    Abort,
    Commit,
    LeaderChange,
    SnapshotHeader,
    SnapshotFooter,
    KRaftVersion,
    KRaftVoters,
    /// One that came after this was written; a reader skips it.
    Unknown(i16),
}
impl ControlType {
    /// Reads a control record's key: version (i16), type (i16), and whatever later versions add.
    pub fn parse(key: Option<&[u8]>) -> Result<Self, BatchError> {
        let Some(&[v0, v1, t0, t1]) = key.and_then(|k| k.first_chunk::<4>()) else {
            return Err(BatchError::BadRecord("a control record's key is cut off"));
        };
        if i16::from_be_bytes([v0, v1]) < 0 {
            return Err(BatchError::BadRecord("a control record's version is negative"));
        }
        Ok(match i16::from_be_bytes([t0, t1]) {
            0 => Self::Abort,
            1 => Self::Commit,
            2 => Self::LeaderChange,
            3 => Self::SnapshotHeader,
            4 => Self::SnapshotFooter,
            5 => Self::KRaftVersion,
            6 => Self::KRaftVoters,
            t => Self::Unknown(t),
        })
    }
}

/// The end of a transaction in one partition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EndTxnMarker {
    pub commit: bool,
    pub coordinator_epoch: i32,
}
impl EndTxnMarker {
    /// Reads key and value of a control record; `None` when it is a control record of another kind.
    pub fn parse(key: Option<&[u8]>, value: Option<&[u8]>) -> Result<Option<Self>, BatchError> {
        let commit = match ControlType::parse(key)? {
            ControlType::Commit => true,
            ControlType::Abort => false,
            _ => return Ok(None),
        };
        let Some(&[v0, v1, e0, e1, e2, e3]) = value.and_then(|v| v.first_chunk::<6>()) else {
            return Err(BatchError::BadRecord("a transaction marker's value is cut off"));
        };
        if i16::from_be_bytes([v0, v1]) < 0 {
            return Err(BatchError::BadRecord("a transaction marker's version is negative"));
        }
        Ok(Some(Self { commit, coordinator_epoch: i32::from_be_bytes([e0, e1, e2, e3]) }))
    }

    /// The marker as a whole batch of one control record; offset 0 and leader epoch -1 until it is appended.
    pub fn to_batch(self, producer_id: i64, producer_epoch: i16, timestamp_ms: i64) -> Vec<u8> {
        let mut b =
            BatchBuilder::new(BuilderOptions { producer_id, producer_epoch, transactional: true, control: true, ..BuilderOptions::default() });
        let key = [0, 0, 0, u8::from(self.commit)];
        let e = self.coordinator_epoch.to_be_bytes();
        let value = [0, 0, e[0], e[1], e[2], e[3]];
        b.append(timestamp_ms, Some(&key), Some(&value), NO_HEADERS).expect("a record of ten bytes fits");
        b.finish().expect("one record without compression")
    }
}
