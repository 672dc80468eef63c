//! What is checked and changed in batches before they are written. Pure: bytes and configuration in, bytes and headers out.
//!
//! A batch's header and CRC are always checked. It is opened only where its records matter: the topic compacts (null keys), stores
//! another codec than the producer's, or bounds how old records may be.

use crate::batch::Header;
use crate::config::{Compression, LogConfig};
use crate::error::{AppendError, RecordError};
use crate::partition::{AppendInfo, Origin};
use wellhead_base::Code;
use wellhead_base::limits::produced_batch_bytes_max;
use wellhead_record::{BatchBuilder, BatchError, BatchRef, BuilderOptions, Codec, LEVEL_DEFAULT, TimestampType};
use wellhead_record::{set_base_offset, set_leader_epoch, set_max_timestamp};

/// A produce response names at most so many records of a batch.
const RECORD_ERRORS_MAX: usize = 100;

#[derive(Debug)]
pub(crate) struct PreparedBatch {
    /// Where the batch begins in the bytes to write.
    pub at: usize,
    pub header: Header,
}

#[derive(Debug)]
pub(crate) struct Prepared {
    /// The bytes to write when they are not the caller's: something was compressed anew.
    pub replaced: Option<Vec<u8>>,
    /// At least one.
    pub batches: Vec<PreparedBatch>,
    /// -1: the records keep their own time.
    pub log_append_time: i64,
}

/// Checks the batches and makes every change that does not depend on where they go. The caller's bytes may be changed even when
/// the result is an error.
pub(crate) fn prepare(bytes: &mut [u8], info: &AppendInfo, config: &LogConfig) -> Result<Prepared, AppendError> {
    let client = info.origin == Origin::Client;
    let mut spans: Vec<(usize, usize)> = Vec::with_capacity(1);
    let mut repairs: Vec<(usize, i64)> = Vec::new();
    let mut recompress = false;
    let mut at = 0;
    while at < bytes.len() {
        let batch = BatchRef::parse(&bytes[at..]).map_err(refused)?;
        if client {
            if let Some(max_timestamp) = check_produced(&batch, info, config)? {
                repairs.push((spans.len(), max_timestamp));
            }
            recompress |= target_codec(config.compression).is_some_and(|c| c.0 != batch.codec());
        } else {
            batch.verify_crc().map_err(refused)?;
        }
        spans.push((at, batch.len()));
        at += batch.len();
    }
    if spans.is_empty() {
        return Err(AppendError::new(Code::INVALID_RECORD, "there is no record batch to append"));
    }
    if client && bytes.len() as u64 > config.segment_bytes {
        let message = format!("{} bytes are more than a segment of {} bytes can hold", bytes.len(), config.segment_bytes);
        return Err(AppendError::new(Code::RECORD_LIST_TOO_LARGE, message));
    }
    for (batch, max_timestamp) in repairs {
        let (at, len) = spans[batch];
        set_max_timestamp(&mut bytes[at..at + len], TimestampType::CreateTime, max_timestamp);
    }
    let log_append_time = if client && config.log_append_time { info.now_ms } else { -1 };
    let mut replaced = if recompress { Some(compress_anew(bytes, &mut spans, config)?) } else { None };
    let bytes: &mut [u8] = replaced.as_deref_mut().unwrap_or(bytes);
    let mut batches = Vec::with_capacity(spans.len());
    for (at, len) in spans {
        let b = &mut bytes[at..at + len];
        if log_append_time >= 0 {
            set_max_timestamp(b, TimestampType::LogAppendTime, log_append_time);
        }
        let header = Header::parse(b)
            .filter(|h| h.len == len as u64)
            .ok_or_else(|| AppendError::new(Code::INVALID_RECORD, "the record batch's header is wrong"))?;
        batches.push(PreparedBatch { at, header });
    }
    Ok(Prepared { replaced, batches, log_append_time })
}

/// Gives the batches their offsets and leader epoch and returns the offset after them.
pub(crate) fn assign_offsets(bytes: &mut [u8], batches: &mut [PreparedBatch], end: i64, info: &AppendInfo) -> Result<i64, AppendError> {
    let mut next = end;
    for b in batches {
        if info.origin == Origin::Replication {
            if b.header.base_offset < next {
                let message = format!("the leader's batch at offset {} does not continue the log at {next}", b.header.base_offset);
                return Err(AppendError::new(Code::OFFSET_OUT_OF_RANGE, message));
            }
        } else {
            let slice = &mut bytes[b.at..b.at + b.header.len as usize];
            set_base_offset(slice, next);
            set_leader_epoch(slice, info.leader_epoch);
            b.header.base_offset = next;
            b.header.leader_epoch = info.leader_epoch;
        }
        next = b
            .header
            .base_offset
            .checked_add(i64::from(b.header.last_offset_delta) + 1)
            .ok_or_else(|| AppendError::new(Code::INVALID_RECORD, "the partition's offsets are used up"))?;
    }
    Ok(next)
}

fn refused(e: BatchError) -> AppendError {
    AppendError::new(e.code(), e.to_string())
}

/// The codec that batches are stored with; None: the producer's.
fn target_codec(c: Compression) -> Option<(Codec, i32)> {
    Some(match c {
        Compression::Producer => return None,
        Compression::Uncompressed => (Codec::None, LEVEL_DEFAULT),
        Compression::Gzip(level) => (Codec::Gzip, level.unwrap_or(LEVEL_DEFAULT)),
        Compression::Snappy => (Codec::Snappy, LEVEL_DEFAULT),
        Compression::Lz4(level) => (Codec::Lz4, level.unwrap_or(LEVEL_DEFAULT)),
        Compression::Zstd(level) => (Codec::Zstd, level.unwrap_or(LEVEL_DEFAULT)),
    })
}

/// A producer's batch. Gives the max timestamp that the header should have said, when the records were looked at and say otherwise.
fn check_produced(batch: &BatchRef<'_>, info: &AppendInfo, config: &LogConfig) -> Result<Option<i64>, AppendError> {
    if batch.len() as u64 > config.max_message_bytes {
        let message = format!("the record batch has {} bytes, and max.message.bytes is {}", batch.len(), config.max_message_bytes);
        return Err(AppendError::new(Code::MSG_SIZE_TOO_LARGE, message));
    }
    batch.check_produced().map_err(refused)?;
    if batch.is_transactional() {
        return Err(AppendError::new(Code::INVALID_TXN_STATE, "transactions are not supported yet"));
    }
    if batch.timestamp_type() == TimestampType::LogAppendTime {
        return Err(AppendError::new(Code::INVALID_TIMESTAMP, "a producer must not set the timestamp type LogAppendTime"));
    }
    let newest = info.now_ms.saturating_add(config.timestamp_after_max_ms);
    let oldest = info.now_ms.saturating_sub(config.timestamp_before_max_ms);
    let bounded = !config.log_append_time;
    let too_new = bounded && batch.max_timestamp() > newest;
    let look = too_new || config.cleanup.compact || (bounded && config.timestamp_before_max_ms != i64::MAX) || recompresses(batch, config);
    if !look {
        return Ok(None);
    }
    let mut scratch = Vec::new();
    let mut bad_time = Vec::new();
    let mut bad_key = Vec::new();
    let mut max_timestamp = -1;
    for (i, r) in batch.records(&mut scratch, produced_batch_bytes_max(batch.len())).map_err(refused)?.enumerate() {
        let r = r.map_err(refused)?;
        let batch_index = i as i32;
        if r.offset != batch.base_offset() + i as i64 {
            return Err(AppendError::new(Code::INVALID_RECORD, "the offsets of the batch's records leave a gap"));
        }
        max_timestamp = max_timestamp.max(r.timestamp);
        if config.cleanup.compact && r.key.is_none() && bad_key.len() < RECORD_ERRORS_MAX {
            bad_key.push(RecordError { batch_index, message: "Compacted topic cannot accept message without key".into() });
        }
        if bounded && r.timestamp >= 0 && (r.timestamp > newest || r.timestamp < oldest) && bad_time.len() < RECORD_ERRORS_MAX {
            let message = format!("Timestamp {} is out of range: it should be within [{oldest}, {newest}]", r.timestamp);
            bad_time.push(RecordError { batch_index, message });
        }
    }
    if !bad_key.is_empty() {
        let message = "One or more records have no key, and a compacted topic needs one".into();
        return Err(AppendError { code: Code::INVALID_RECORD, message, record_errors: bad_key });
    }
    if !bad_time.is_empty() {
        let message = "One or more records have been rejected due to invalid timestamp".into();
        return Err(AppendError { code: Code::INVALID_TIMESTAMP, message, record_errors: bad_time });
    }
    Ok((max_timestamp != batch.max_timestamp()).then_some(max_timestamp))
}

fn recompresses(batch: &BatchRef<'_>, config: &LogConfig) -> bool {
    target_codec(config.compression).is_some_and(|c| c.0 != batch.codec())
}

/// All batches with the topic's codec, in a new buffer; `spans` then says where they are in it.
fn compress_anew(bytes: &[u8], spans: &mut [(usize, usize)], config: &LogConfig) -> Result<Vec<u8>, AppendError> {
    let Some((codec, level)) = target_codec(config.compression) else { return Ok(bytes.to_vec()) };
    let mut out = Vec::with_capacity(bytes.len());
    let mut scratch = Vec::new();
    for span in spans {
        let batch = BatchRef::parse(&bytes[span.0..span.0 + span.1]).map_err(refused)?;
        let at = out.len();
        if batch.codec() == codec {
            out.extend_from_slice(batch.bytes());
        } else {
            let mut b = BatchBuilder::new(BuilderOptions { codec, level, ..options_of(&batch) });
            for r in batch.records(&mut scratch, produced_batch_bytes_max(batch.len())).map_err(refused)? {
                b.append_record(&r.map_err(refused)?).map_err(refused)?;
            }
            b.finish_into(&mut out).map_err(refused)?;
        }
        *span = (at, out.len() - at);
    }
    Ok(out)
}

/// A builder's options for a batch like this one.
pub(crate) fn options_of(batch: &BatchRef<'_>) -> BuilderOptions {
    BuilderOptions {
        codec: batch.codec(),
        level: LEVEL_DEFAULT,
        timestamp_type: batch.timestamp_type(),
        log_append_time_ms: batch.max_timestamp(),
        producer_id: batch.producer_id(),
        producer_epoch: batch.producer_epoch(),
        base_sequence: batch.base_sequence(),
        transactional: batch.is_transactional(),
        control: batch.is_control(),
        leader_epoch: batch.leader_epoch(),
        base_offset: batch.base_offset(),
        delete_horizon_ms: batch.delete_horizon_ms(),
    }
}
