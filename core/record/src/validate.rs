//! What a broker asks of a batch before it appends it. `check_produced` looks at the header alone; `check_records` opens the batch,
//! which the plain append path never does (docs/durability.md says when it must).

use crate::batch::*;
use crate::{BatchError, BatchRef};

/// Which records [`BatchRef::check_records`] accepts, beyond being well formed.
#[derive(Clone, Copy, Debug, Default)]
pub struct RecordRules {
    /// Offsets go up by one from the base offset, as a producer writes them; compaction leaves gaps.
    pub contiguous: bool,
    /// Every record has a key: the topic compacts.
    pub keys_required: bool,
}

/// What the records of a batch are together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RecordsSummary {
    pub records: i32,
    /// -1 and -1 for a batch without records.
    pub min_timestamp: i64,
    pub max_timestamp: i64,
    /// The first record that has the max timestamp; with LogAppendTime the last record, as Kafka counts it; -1 without records.
    pub max_timestamp_offset: i64,
    /// Bytes of the records uncompressed.
    pub plain_bytes: usize,
}

impl BatchRef<'_> {
    /// The rules for a batch that a producer sends: its CRC, offsets from 0 without gaps, as many records as offsets, no control
    /// records, and a sequence exactly when there is a producer id. Does not open the batch.
    pub fn check_produced(&self) -> Result<(), BatchError> {
        let (records, last_offset_delta) = (self.record_count(), self.last_offset_delta());
        // parse() keeps the delta at 0 or above, so that an empty batch fails here as well.
        if i64::from(records) != i64::from(last_offset_delta) + 1 {
            return Err(BatchError::BadCount { records, last_offset_delta });
        }
        if self.base_offset() != 0 {
            return Err(BatchError::BadHeader("the base offset of a produced batch must be 0"));
        }
        if self.is_control() {
            return Err(BatchError::BadHeader("producers may not write control records"));
        }
        if self.has_delete_horizon() {
            return Err(BatchError::BadHeader("producers may not set a delete horizon"));
        }
        if self.producer_id() >= 0 {
            if self.base_sequence() < 0 || self.producer_epoch() < 0 {
                return Err(BatchError::BadHeader("a producer id needs a sequence and an epoch"));
            }
        } else if self.is_transactional() {
            return Err(BatchError::BadHeader("a transactional batch needs a producer id"));
        }
        self.verify_crc()
    }

    /// Opens the batch (into `scratch`, at most `bytes_max`) and walks every record. The header's max timestamp is compared with the
    /// records' only by the caller: a broker repairs it, a recovery ignores it.
    pub fn check_records(&self, scratch: &mut Vec<u8>, bytes_max: usize, rules: RecordRules) -> Result<RecordsSummary, BatchError> {
        let body = self.plain_body(scratch, bytes_max)?;
        let meta = self.meta();
        let mut sum = RecordsSummary {
            records: 0,
            min_timestamp: NO_TIMESTAMP,
            max_timestamp: NO_TIMESTAMP,
            max_timestamp_offset: -1,
            plain_bytes: body.len(),
        };
        for record in crate::Records::new(&meta, body)? {
            let record = record?;
            if rules.contiguous && record.offset != meta.base_offset + i64::from(sum.records) {
                return Err(BatchError::BadRecord("its offset leaves a gap"));
            }
            if rules.keys_required && record.key.is_none() {
                return Err(BatchError::BadRecord("it has no key, and a compacted topic needs one"));
            }
            if sum.records == 0 || record.timestamp < sum.min_timestamp {
                sum.min_timestamp = record.timestamp;
            }
            if sum.records == 0 || record.timestamp > sum.max_timestamp || self.timestamp_type() == TimestampType::LogAppendTime {
                sum.max_timestamp = record.timestamp;
                sum.max_timestamp_offset = record.offset;
            }
            sum.records += 1;
        }
        Ok(sum)
    }
}
