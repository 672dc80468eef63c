//! Builds a batch: records are encoded straight into the buffer that goes out, so that `append` is the only copy of a record's bytes
//! when nothing is compressed.

use crate::batch::*;
use crate::codec::{self, Codec, LEVEL_DEFAULT};
use crate::records::RecordRef;
use crate::{BatchError, crc32c, varint};

/// What a batch's header says beside its records.
#[derive(Clone, Debug)]
pub struct BuilderOptions {
    pub codec: Codec,
    /// The codec's own scale; [`LEVEL_DEFAULT`] is its default. Snappy and lz4 have one level.
    pub level: i32,
    pub timestamp_type: TimestampType,
    /// The max timestamp of the batch when the type is LogAppendTime, in ms.
    pub log_append_time_ms: i64,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub base_sequence: i32,
    pub transactional: bool,
    pub control: bool,
    pub leader_epoch: i32,
    pub base_offset: i64,
    /// Set by compaction on batches with tombstones or markers, in ms.
    pub delete_horizon_ms: Option<i64>,
}
impl Default for BuilderOptions {
    fn default() -> Self {
        Self {
            codec: Codec::None,
            level: LEVEL_DEFAULT,
            timestamp_type: TimestampType::CreateTime,
            log_append_time_ms: NO_TIMESTAMP,
            producer_id: NO_PRODUCER_ID,
            producer_epoch: NO_EPOCH,
            base_sequence: NO_SEQUENCE,
            transactional: false,
            control: false,
            leader_epoch: -1,
            base_offset: 0,
            delete_horizon_ms: None,
        }
    }
}

/// For `append` without headers.
pub const NO_HEADERS: std::iter::Empty<(&'static [u8], Option<&'static [u8]>)> = std::iter::empty();

/// An upper bound of the bytes that a record takes in a batch, for deciding whether it fits; `header_bytes` is the sum of the keys'
/// and values' lengths.
pub fn record_size_max(key_len: usize, value_len: usize, header_count: usize, header_bytes: usize) -> usize {
    // Length 5, attributes 1, timestamp delta 10, offset delta 5, key and value length 5 each, header count 5; a header's two lengths.
    36 + key_len + value_len + header_count * 10 + header_bytes
}

/// One batch under construction. After `finish` it is empty and may be filled again.
#[derive(Debug)]
pub struct BatchBuilder {
    options: BuilderOptions,
    /// The header's space and the records, uncompressed; empty before the first record.
    buf: Vec<u8>,
    count: i32,
    base_timestamp: i64,
    max_timestamp: i64,
    /// -1 before the first record.
    last_offset_delta: i32,
    /// What the last buffer given away held, to allocate the next one at once.
    capacity: usize,
}

impl BatchBuilder {
    pub fn new(options: BuilderOptions) -> Self {
        Self { options, buf: Vec::new(), count: 0, base_timestamp: NO_TIMESTAMP, max_timestamp: NO_TIMESTAMP, last_offset_delta: -1, capacity: 0 }
    }

    /// Forgets the records; keeps options and memory.
    pub fn reset(&mut self) {
        self.buf.clear();
        self.count = 0;
        self.base_timestamp = NO_TIMESTAMP;
        self.max_timestamp = NO_TIMESTAMP;
        self.last_offset_delta = -1;
    }

    pub fn options(&self) -> &BuilderOptions {
        &self.options
    }
    /// The header of the batch under construction may be changed until `finish`.
    pub fn options_mut(&mut self) -> &mut BuilderOptions {
        &mut self.options
    }
    pub fn set_producer(&mut self, producer_id: i64, producer_epoch: i16, base_sequence: i32) {
        self.options.producer_id = producer_id;
        self.options.producer_epoch = producer_epoch;
        self.options.base_sequence = base_sequence;
    }
    /// Makes room for `bytes` more at once.
    pub fn reserve(&mut self, bytes: usize) {
        self.start();
        self.buf.reserve(bytes);
    }

    /// Records so far.
    pub fn count(&self) -> usize {
        self.count as usize
    }
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
    /// Bytes of the batch so far, uncompressed, with its header.
    pub fn size_estimate(&self) -> usize {
        self.buf.len().max(HEADER_LEN)
    }
    pub fn max_timestamp(&self) -> i64 {
        self.max_timestamp
    }

    /// Adds a record behind the last one and gives its offset delta. The headers are walked twice, hence `Clone`.
    #[inline]
    pub fn append<'h>(
        &mut self,
        timestamp_ms: i64,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        headers: impl Iterator<Item = (&'h [u8], Option<&'h [u8]>)> + Clone,
    ) -> Result<i32, BatchError> {
        let delta = self.last_offset_delta.checked_add(1).ok_or(BatchError::TooLarge { max: i32::MAX as usize })?;
        self.append_at(delta, timestamp_ms, key, value, headers)?;
        Ok(delta)
    }

    /// Adds a record at an offset delta that is above the last one's: compaction leaves gaps.
    #[inline]
    pub fn append_at<'h>(
        &mut self,
        offset_delta: i32,
        timestamp_ms: i64,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        headers: impl Iterator<Item = (&'h [u8], Option<&'h [u8]>)> + Clone,
    ) -> Result<(), BatchError> {
        let mut header_count = 0i32;
        let mut header_len = 0usize;
        for (k, v) in headers.clone() {
            header_count = header_count.saturating_add(1);
            header_len = header_len.saturating_add(sized(Some(k))).saturating_add(sized(v));
        }
        self.begin_record(offset_delta, timestamp_ms, key, value, header_count, header_len)?;
        for (k, v) in headers {
            put_sized(&mut self.buf, Some(k));
            put_sized(&mut self.buf, v);
        }
        Ok(())
    }

    /// Adds a record of another batch at its own offset, which is counted from this batch's base offset.
    pub fn append_record(&mut self, record: &RecordRef<'_>) -> Result<(), BatchError> {
        let delta = record.offset.checked_sub(self.options.base_offset).and_then(|d| i32::try_from(d).ok());
        let delta = delta.ok_or(BatchError::BadRecord("its offset is not within the batch"))?;
        let (n, bytes) = (record.header_count as i32, record.header_bytes);
        self.begin_record(delta, record.timestamp, record.key, record.value, n, bytes.len())?;
        self.buf.extend_from_slice(bytes);
        Ok(())
    }

    /// Writes a record up to its headers and counts it.
    #[inline(always)]
    fn begin_record(
        &mut self,
        offset_delta: i32,
        timestamp_ms: i64,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        header_count: i32,
        header_len: usize,
    ) -> Result<(), BatchError> {
        if offset_delta <= self.last_offset_delta {
            return Err(BatchError::BadRecord("its offset is not above the last one's"));
        }
        self.start();
        if self.count == 0 {
            self.base_timestamp = self.options.delete_horizon_ms.unwrap_or(timestamp_ms);
        }
        let timestamp_delta = timestamp_ms.wrapping_sub(self.base_timestamp);
        let len = [
            1 + varint::size(timestamp_delta) + varint::size(i64::from(offset_delta)) + varint::size(i64::from(header_count)),
            sized(key),
            sized(value),
            header_len,
        ]
        .into_iter()
        .fold(0usize, usize::saturating_add);
        const MAX: usize = i32::MAX as usize - LOG_OVERHEAD;
        if len > MAX || self.buf.len() + 5 + len > MAX {
            return Err(BatchError::TooLarge { max: MAX });
        }
        self.buf.reserve(5 + len);
        let mut prefix = varint::Scratch::new();
        prefix.put_i32(len as i32);
        prefix.byte(0);
        prefix.put_i64(timestamp_delta);
        prefix.put_i32(offset_delta);
        prefix.put_i32(key.map_or(-1, |k| k.len() as i32));
        self.buf.extend_from_slice(prefix.as_slice());
        self.buf.extend_from_slice(key.unwrap_or_default());
        put_sized(&mut self.buf, value);
        let mut suffix = varint::Scratch::new();
        suffix.put_i32(header_count);
        self.buf.extend_from_slice(suffix.as_slice());
        self.last_offset_delta = offset_delta;
        self.max_timestamp = if self.count == 0 { timestamp_ms } else { self.max_timestamp.max(timestamp_ms) };
        self.count += 1;
        Ok(())
    }

    #[inline(always)]
    fn start(&mut self) {
        if self.buf.is_empty() {
            self.buf.reserve(self.capacity.max(HEADER_LEN));
            self.buf.resize(HEADER_LEN, 0);
        }
    }

    /// Makes the batch span offsets up to `base_offset + delta` although its last records are gone, as compaction must.
    pub fn set_last_offset_delta(&mut self, delta: i32) -> Result<(), BatchError> {
        if delta < 0 || delta < self.last_offset_delta {
            return Err(BatchError::BadRecord("the last offset is below a record's"));
        }
        self.last_offset_delta = delta;
        Ok(())
    }

    /// The batch, compressed and with its CRC; the builder is empty again. Without compression this gives its buffer away: no copy.
    pub fn finish(&mut self) -> Result<Vec<u8>, BatchError> {
        self.start();
        if self.options.codec != Codec::None {
            let mut out = Vec::new();
            self.finish_into(&mut out)?;
            return Ok(out);
        }
        self.check_finish()?;
        self.capacity = self.buf.len();
        let mut out = std::mem::take(&mut self.buf);
        self.write_header(&mut out);
        self.reset();
        Ok(out)
    }

    /// As [`Self::finish`], behind what `out` holds already; the builder keeps its buffer.
    pub fn finish_into(&mut self, out: &mut Vec<u8>) -> Result<(), BatchError> {
        self.start();
        self.check_finish()?;
        let at = out.len();
        if self.options.codec == Codec::None {
            out.extend_from_slice(&self.buf);
        } else {
            out.resize(at + HEADER_LEN, 0);
            codec::compress(self.options.codec, self.options.level, &self.buf[HEADER_LEN..], out)?;
            if out.len() - at > i32::MAX as usize - LOG_OVERHEAD {
                out.truncate(at);
                return Err(BatchError::TooLarge { max: i32::MAX as usize - LOG_OVERHEAD });
            }
        }
        self.write_header(&mut out[at..]);
        self.reset();
        Ok(())
    }

    fn check_finish(&self) -> Result<(), BatchError> {
        if self.last_offset_delta < 0 { Err(BatchError::Empty) } else { Ok(()) }
    }

    fn write_header(&self, batch: &mut [u8]) {
        let o = &self.options;
        let mut attributes = i16::from(o.codec.bits());
        if o.timestamp_type == TimestampType::LogAppendTime {
            attributes |= ATTR_LOG_APPEND_TIME;
        }
        if o.transactional {
            attributes |= ATTR_TRANSACTIONAL;
        }
        if o.control {
            attributes |= ATTR_CONTROL;
        }
        if o.delete_horizon_ms.is_some() {
            attributes |= ATTR_DELETE_HORIZON;
        }
        let max_timestamp = if o.timestamp_type == TimestampType::LogAppendTime { o.log_append_time_ms } else { self.max_timestamp };
        let base_timestamp = if self.count == 0 { o.delete_horizon_ms.unwrap_or(max_timestamp) } else { self.base_timestamp };
        let length = (batch.len() - LOG_OVERHEAD) as i32;
        let h = &mut batch[..HEADER_LEN];
        let mut put = |at: usize, v: &[u8]| h[at..at + v.len()].copy_from_slice(v);
        put(AT_BASE_OFFSET, &o.base_offset.to_be_bytes());
        put(AT_LENGTH, &length.to_be_bytes());
        put(AT_LEADER_EPOCH, &o.leader_epoch.to_be_bytes());
        put(AT_MAGIC, &MAGIC.to_be_bytes());
        put(AT_ATTRIBUTES, &attributes.to_be_bytes());
        put(AT_LAST_OFFSET_DELTA, &self.last_offset_delta.to_be_bytes());
        put(AT_BASE_TIMESTAMP, &base_timestamp.to_be_bytes());
        put(AT_MAX_TIMESTAMP, &max_timestamp.to_be_bytes());
        put(AT_PRODUCER_ID, &o.producer_id.to_be_bytes());
        put(AT_PRODUCER_EPOCH, &o.producer_epoch.to_be_bytes());
        put(AT_BASE_SEQUENCE, &o.base_sequence.to_be_bytes());
        put(AT_RECORD_COUNT, &self.count.to_be_bytes());
        let crc = crc32c(&batch[AT_ATTRIBUTES..]);
        batch[AT_CRC..AT_CRC + 4].copy_from_slice(&crc.to_be_bytes());
    }
}

/// Bytes that a nullable byte string takes with its length. Lengths beyond `i32` come out as more than a batch may hold.
#[inline(always)]
fn sized(bytes: Option<&[u8]>) -> usize {
    bytes.map_or(1, |b| varint::size(b.len() as i64).saturating_add(b.len()))
}

#[inline(always)]
fn put_sized(buf: &mut Vec<u8>, bytes: Option<&[u8]>) {
    let mut len = varint::Scratch::new();
    len.put_i32(bytes.map_or(-1, |b| b.len() as i32));
    buf.extend_from_slice(len.as_slice());
    buf.extend_from_slice(bytes.unwrap_or_default());
}
