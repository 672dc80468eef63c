//! Changes to a batch where it lies: what a broker assigns on append and an idempotent producer just before it sends.
//!
//! Each takes exactly one batch that [`crate::BatchRef::parse`] accepted, as long as its length field says; anything else is an
//! error of the caller and panics.

use crate::batch::*;
use crate::crc32c;

fn put<const N: usize>(batch: &mut [u8], at: usize, v: [u8; N]) {
    batch[at..at + N].copy_from_slice(&v);
}

fn check(batch: &[u8]) {
    assert!(batch.len() >= HEADER_LEN && batch[AT_MAGIC] as i8 == MAGIC, "a whole batch of format 2");
    let length = i32::from_be_bytes([batch[AT_LENGTH], batch[AT_LENGTH + 1], batch[AT_LENGTH + 2], batch[AT_LENGTH + 3]]);
    assert_eq!(length as usize + LOG_OVERHEAD, batch.len(), "exactly one batch");
}

/// Sets the first record's offset; the others count from it. The CRC does not cover it.
pub fn set_base_offset(batch: &mut [u8], offset: i64) {
    check(batch);
    put(batch, AT_BASE_OFFSET, offset.to_be_bytes());
}

/// Sets the appending leader's epoch. The CRC does not cover it.
pub fn set_leader_epoch(batch: &mut [u8], epoch: i32) {
    check(batch);
    put(batch, AT_LEADER_EPOCH, epoch.to_be_bytes());
}

/// Sets the timestamp type and the max timestamp (ms) and computes the CRC again: one pass over the batch.
pub fn set_max_timestamp(batch: &mut [u8], timestamp_type: TimestampType, max_timestamp: i64) {
    check(batch);
    let mut attributes = i16::from_be_bytes([batch[AT_ATTRIBUTES], batch[AT_ATTRIBUTES + 1]]);
    match timestamp_type {
        TimestampType::CreateTime => attributes &= !ATTR_LOG_APPEND_TIME,
        TimestampType::LogAppendTime => attributes |= ATTR_LOG_APPEND_TIME,
    }
    put(batch, AT_ATTRIBUTES, attributes.to_be_bytes());
    put(batch, AT_MAX_TIMESTAMP, max_timestamp.to_be_bytes());
    set_crc(batch);
}

/// Sets the idempotent producer's identity and first sequence and computes the CRC again: one pass over the batch.
pub fn set_producer(batch: &mut [u8], producer_id: i64, producer_epoch: i16, base_sequence: i32) {
    check(batch);
    put(batch, AT_PRODUCER_ID, producer_id.to_be_bytes());
    put(batch, AT_PRODUCER_EPOCH, producer_epoch.to_be_bytes());
    put(batch, AT_BASE_SEQUENCE, base_sequence.to_be_bytes());
    set_crc(batch);
}

/// Computes the CRC of the batch as it is and stores it.
pub fn set_crc(batch: &mut [u8]) {
    check(batch);
    let crc = crc32c(&batch[AT_ATTRIBUTES..]);
    put(batch, AT_CRC, crc.to_be_bytes());
}
