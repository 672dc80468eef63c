//! A batch borrowed from a buffer. The header's layout is here and nowhere else.

use crate::codec::{self, Codec};
use crate::records::Records;
use crate::{BatchError, crc32c};

/// Bytes of a batch before its records.
pub const HEADER_LEN: usize = 61;
/// Base offset and length: the part that the length field does not count.
pub const LOG_OVERHEAD: usize = 12;
/// The only message format there is here.
pub const MAGIC: i8 = 2;
pub const NO_PRODUCER_ID: i64 = -1;
pub const NO_EPOCH: i16 = -1;
pub const NO_SEQUENCE: i32 = -1;
pub const NO_TIMESTAMP: i64 = -1;

// Where each field begins. All integers are big-endian.
pub(crate) const AT_BASE_OFFSET: usize = 0;
pub(crate) const AT_LENGTH: usize = 8;
pub(crate) const AT_LEADER_EPOCH: usize = 12;
pub(crate) const AT_MAGIC: usize = 16;
pub(crate) const AT_CRC: usize = 17;
/// The CRC covers everything from the attributes to the batch's end.
pub(crate) const AT_ATTRIBUTES: usize = 21;
pub(crate) const AT_LAST_OFFSET_DELTA: usize = 23;
pub(crate) const AT_BASE_TIMESTAMP: usize = 27;
pub(crate) const AT_MAX_TIMESTAMP: usize = 35;
pub(crate) const AT_PRODUCER_ID: usize = 43;
pub(crate) const AT_PRODUCER_EPOCH: usize = 51;
pub(crate) const AT_BASE_SEQUENCE: usize = 53;
pub(crate) const AT_RECORD_COUNT: usize = 57;
const _: () = assert!(AT_RECORD_COUNT + 4 == HEADER_LEN);

pub(crate) const ATTR_CODEC: i16 = 0x07;
pub(crate) const ATTR_LOG_APPEND_TIME: i16 = 0x08;
pub(crate) const ATTR_TRANSACTIONAL: i16 = 0x10;
pub(crate) const ATTR_CONTROL: i16 = 0x20;
pub(crate) const ATTR_DELETE_HORIZON: i16 = 0x40;

/// The least a record takes: one byte each for length, attributes, two deltas, key and value length, and header count.
pub(crate) const RECORD_LEN_MIN: usize = 7;

/// Whose clock made the timestamps.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum TimestampType {
    /// The producer's, record by record.
    #[default]
    CreateTime,
    /// The broker's at the append: one for the whole batch, kept in its max timestamp.
    LogAppendTime,
}

/// What of a batch's header its records need: keep it beside the decompressed bytes to iterate again later.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BatchMeta {
    pub base_offset: i64,
    pub last_offset_delta: i32,
    pub record_count: i32,
    pub base_timestamp: i64,
    pub max_timestamp: i64,
    pub timestamp_type: TimestampType,
}

/// One whole batch at the start of a slice, borrowed. Its length, counts and flags fit each other and its bytes; its CRC and its
/// records have not been looked at.
#[derive(Clone, Copy)]
pub struct BatchRef<'a> {
    head: &'a [u8; HEADER_LEN],
    bytes: &'a [u8],
}

#[inline(always)]
fn field<const N: usize>(head: &[u8; HEADER_LEN], at: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&head[at..at + N]);
    out
}

impl<'a> BatchRef<'a> {
    /// Reads the header of the batch that `buf` begins with; `buf` may go on behind it. Nothing is copied.
    pub fn parse(buf: &'a [u8]) -> Result<Self, BatchError> {
        // The magic is looked at first: the fields behind it, and what the length means, depend on it.
        match buf.get(AT_MAGIC) {
            None => return Err(BatchError::Incomplete { need: HEADER_LEN }),
            Some(&m) if m as i8 != MAGIC => return Err(BatchError::BadMagic(m as i8)),
            Some(_) => {}
        }
        let Some(head) = buf.first_chunk::<HEADER_LEN>() else { return Err(BatchError::Incomplete { need: HEADER_LEN }) };
        let length = i32::from_be_bytes(field(head, AT_LENGTH));
        let total = match usize::try_from(length) {
            Ok(n) if n >= HEADER_LEN - LOG_OVERHEAD && n <= i32::MAX as usize - LOG_OVERHEAD => n + LOG_OVERHEAD,
            _ => return Err(BatchError::BadLength(length)),
        };
        let Some(bytes) = buf.get(..total) else { return Err(BatchError::Incomplete { need: total }) };
        let batch = Self { head, bytes };
        let bits = (batch.attributes() & ATTR_CODEC) as u8;
        let codec = Codec::from_bits(bits).ok_or(BatchError::UnknownCodec(bits))?;
        let (records, last_offset_delta) = (batch.record_count(), batch.last_offset_delta());
        let bad_count = BatchError::BadCount { records, last_offset_delta };
        // Compaction leaves gaps, so that the count may be below the offsets spanned, down to an empty batch; never above.
        if records < 0 || last_offset_delta < 0 || i64::from(records) > i64::from(last_offset_delta) + 1 {
            return Err(bad_count);
        }
        if codec == Codec::None && records as usize > batch.body().len() / RECORD_LEN_MIN {
            return Err(bad_count);
        }
        // The next offset must be one too.
        if batch.base_offset().checked_add(i64::from(last_offset_delta) + 1).is_none() {
            return Err(BatchError::BadHeader("the offsets overflow"));
        }
        Ok(batch)
    }

    /// Compares the stored CRC-32C with that of the bytes; some microseconds per 100 kB.
    pub fn verify_crc(&self) -> Result<(), BatchError> {
        let (stored, computed) = (self.crc(), crc32c(&self.bytes[AT_ATTRIBUTES..]));
        if stored == computed { Ok(()) } else { Err(BatchError::BadCrc { stored, computed }) }
    }

    pub fn base_offset(&self) -> i64 {
        i64::from_be_bytes(field(self.head, AT_BASE_OFFSET))
    }
    /// The offset of the last record there ever was in the batch, also when compaction has removed it.
    pub fn last_offset(&self) -> i64 {
        self.base_offset() + i64::from(self.last_offset_delta())
    }
    pub fn last_offset_delta(&self) -> i32 {
        i32::from_be_bytes(field(self.head, AT_LAST_OFFSET_DELTA))
    }
    pub fn record_count(&self) -> i32 {
        i32::from_be_bytes(field(self.head, AT_RECORD_COUNT))
    }
    /// The epoch of the leader that appended the batch; -1 before that.
    pub fn leader_epoch(&self) -> i32 {
        i32::from_be_bytes(field(self.head, AT_LEADER_EPOCH))
    }
    pub fn crc(&self) -> u32 {
        u32::from_be_bytes(field(self.head, AT_CRC))
    }
    pub fn attributes(&self) -> i16 {
        i16::from_be_bytes(field(self.head, AT_ATTRIBUTES))
    }
    pub fn codec(&self) -> Codec {
        Codec::from_bits((self.attributes() & ATTR_CODEC) as u8).expect("parse refused codecs that do not exist")
    }
    pub fn timestamp_type(&self) -> TimestampType {
        if self.attributes() & ATTR_LOG_APPEND_TIME == 0 { TimestampType::CreateTime } else { TimestampType::LogAppendTime }
    }
    pub fn is_transactional(&self) -> bool {
        self.attributes() & ATTR_TRANSACTIONAL != 0
    }
    /// Its records are the log's own (transaction markers) and not for consumers.
    pub fn is_control(&self) -> bool {
        self.attributes() & ATTR_CONTROL != 0
    }
    /// The base timestamp is the time at which compaction may drop this batch's tombstones and markers.
    pub fn has_delete_horizon(&self) -> bool {
        self.attributes() & ATTR_DELETE_HORIZON != 0
    }
    pub fn delete_horizon_ms(&self) -> Option<i64> {
        self.has_delete_horizon().then(|| self.base_timestamp())
    }
    /// What the records' timestamp deltas count from, in ms since the epoch.
    pub fn base_timestamp(&self) -> i64 {
        i64::from_be_bytes(field(self.head, AT_BASE_TIMESTAMP))
    }
    pub fn max_timestamp(&self) -> i64 {
        i64::from_be_bytes(field(self.head, AT_MAX_TIMESTAMP))
    }
    /// -1: not from an idempotent producer.
    pub fn producer_id(&self) -> i64 {
        i64::from_be_bytes(field(self.head, AT_PRODUCER_ID))
    }
    pub fn producer_epoch(&self) -> i16 {
        i16::from_be_bytes(field(self.head, AT_PRODUCER_EPOCH))
    }
    pub fn base_sequence(&self) -> i32 {
        i32::from_be_bytes(field(self.head, AT_BASE_SEQUENCE))
    }
    /// The sequence of the last record; after `i32::MAX` comes 0. -1 without a base sequence.
    pub fn last_sequence(&self) -> i32 {
        match self.base_sequence() {
            NO_SEQUENCE => NO_SEQUENCE,
            base => (i64::from(base) + i64::from(self.last_offset_delta())).rem_euclid(1 << 31) as i32,
        }
    }
    /// Bytes of the whole batch, header included.
    #[allow(clippy::len_without_is_empty)] // A batch has at least its header.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }
    /// The batch as it lies in the buffer.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }
    /// The records as they lie in the buffer: compressed by [`Self::codec`].
    pub fn body(&self) -> &'a [u8] {
        &self.bytes[HEADER_LEN..]
    }
    pub fn meta(&self) -> BatchMeta {
        BatchMeta {
            base_offset: self.base_offset(),
            last_offset_delta: self.last_offset_delta(),
            record_count: self.record_count(),
            base_timestamp: self.base_timestamp(),
            max_timestamp: self.max_timestamp(),
            timestamp_type: self.timestamp_type(),
        }
    }

    /// The records, borrowed: from the batch itself, or from `scratch`, whose content is replaced by the decompressed records.
    /// More than `bytes_max` of those is [`BatchError::TooLarge`]. Without compression `scratch` is not touched.
    pub fn records<'s>(&self, scratch: &'s mut Vec<u8>, bytes_max: usize) -> Result<Records<'s>, BatchError>
    where
        'a: 's,
    {
        let body = self.plain_body(scratch, bytes_max)?;
        Records::new(&self.meta(), body)
    }

    /// The records' bytes, decompressed into `scratch` if need be; for [`Records::new`].
    pub fn plain_body<'s>(&self, scratch: &'s mut Vec<u8>, bytes_max: usize) -> Result<&'s [u8], BatchError>
    where
        'a: 's,
    {
        match self.codec() {
            Codec::None => Ok(self.body()),
            codec => {
                codec::decompress(codec, self.body(), scratch, bytes_max)?;
                Ok(scratch)
            }
        }
    }
}

impl std::fmt::Debug for BatchRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BatchRef")
            .field("base_offset", &self.base_offset())
            .field("last_offset", &self.last_offset())
            .field("records", &self.record_count())
            .field("codec", &self.codec())
            .field("leader_epoch", &self.leader_epoch())
            .field("producer", &(self.producer_id(), self.producer_epoch(), self.base_sequence()))
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

/// The batches that follow each other in a buffer: a fetch response's records, or a piece of a segment. It ends at a batch that is
/// cut off at the buffer's end (a broker may cut there), and after the first error.
#[derive(Clone, Debug)]
pub struct Batches<'a> {
    buf: &'a [u8],
    consumed: usize,
    failed: bool,
}
impl<'a> Batches<'a> {
    pub fn new(buf: &'a [u8]) -> Self {
        Self { buf, consumed: 0, failed: false }
    }
    /// Bytes of the batches given so far.
    pub fn consumed(&self) -> usize {
        self.consumed
    }
    /// What has not been given: at the end, the batch that is cut off, or nothing.
    pub fn rest(&self) -> &'a [u8] {
        &self.buf[self.consumed..]
    }
}
impl<'a> Iterator for Batches<'a> {
    type Item = Result<BatchRef<'a>, BatchError>;
    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        match BatchRef::parse(self.rest()) {
            Ok(batch) => {
                self.consumed += batch.len();
                Some(Ok(batch))
            }
            Err(BatchError::Incomplete { .. }) => None,
            Err(e) => {
                self.failed = true;
                Some(Err(e))
            }
        }
    }
}
impl std::iter::FusedIterator for Batches<'_> {}
