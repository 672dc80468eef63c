//! The records of one batch, decoded as borrowed slices. The hot loop of every consumer: `next` costs some nanoseconds per record
//! (benches/batch.rs) and allocates nothing.

use crate::batch::{BatchMeta, RECORD_LEN_MIN, TimestampType};
use crate::{BatchError, varint};

/// One record, borrowed from its batch or from the scratch it was decompressed into.
#[derive(Clone, Copy, Debug)]
pub struct RecordRef<'a> {
    pub offset: i64,
    /// Milliseconds since the epoch; -1 where there is none.
    pub timestamp: i64,
    pub key: Option<&'a [u8]>,
    pub value: Option<&'a [u8]>,
    pub(crate) header_count: u32,
    pub(crate) header_bytes: &'a [u8],
}
impl<'a> RecordRef<'a> {
    /// The headers in their order, duplicates kept. They were checked when the record was read.
    pub fn headers(&self) -> Headers<'a> {
        Headers { left: self.header_count, bytes: self.header_bytes }
    }
    pub fn header_count(&self) -> usize {
        self.header_count as usize
    }
}

/// A header's key as text; Kafka's clients write UTF-8 and nothing enforces it.
pub fn header_key_str(key: &[u8]) -> Result<&str, BatchError> {
    std::str::from_utf8(key).map_err(|_| BatchError::BadRecord("a header's key is not UTF-8"))
}

/// The headers of one record: key and value, the value `None` where it is null.
#[derive(Clone, Debug)]
pub struct Headers<'a> {
    left: u32,
    bytes: &'a [u8],
}
impl<'a> Headers<'a> {
    /// Headers whose bytes were checked before, as [`Headers::as_bytes`] gave them; bytes that are not such end the iteration.
    pub fn new(count: u32, bytes: &'a [u8]) -> Self {
        Self { left: count, bytes }
    }
    /// The bytes of the headers not given yet, to be kept and read again by [`Headers::new`].
    pub fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }
}
impl<'a> Iterator for Headers<'a> {
    type Item = (&'a [u8], Option<&'a [u8]>);
    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        // The bytes were walked by `Records::next`, so that neither fails.
        let key = take_nullable(&mut self.bytes).ok()??;
        let value = take_nullable(&mut self.bytes).ok()?;
        Some((key, value))
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left as usize, Some(self.left as usize))
    }
}
impl ExactSizeIterator for Headers<'_> {}

/// Iterates the records of one batch in offset order. It ends after the first error, and gives an error when the bytes do not end
/// with the last record.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    rest: &'a [u8],
    left: u32,
    /// The least offset delta that the next record may have.
    delta_next: i64,
    meta: BatchMeta,
    append_time: bool,
}

impl<'a> Records<'a> {
    /// The records of the batch that `meta` is from; `body` is its records' bytes, decompressed.
    pub fn new(meta: &BatchMeta, body: &'a [u8]) -> Result<Self, BatchError> {
        let count = u32::try_from(meta.record_count).ok().filter(|&n| n as usize <= body.len() / RECORD_LEN_MIN);
        let Some(left) = count else {
            return Err(BatchError::BadCount { records: meta.record_count, last_offset_delta: meta.last_offset_delta });
        };
        Ok(Self { rest: body, left, delta_next: 0, meta: *meta, append_time: meta.timestamp_type == TimestampType::LogAppendTime })
    }

    #[inline(always)]
    fn decode(&mut self) -> Result<RecordRef<'a>, BatchError> {
        const CUT: BatchError = BatchError::BadRecord("it is cut off");
        let mut rest = self.rest;
        let len = varint::take_i32(&mut rest).ok_or(CUT)?;
        let Some((mut r, rest)) = usize::try_from(len).ok().and_then(|n| rest.split_at_checked(n)) else {
            return Err(BatchError::BadRecord("its length is beyond the batch"));
        };
        self.rest = rest;
        // The attributes byte has no meaning yet.
        r = r.get(1..).ok_or(CUT)?;
        let timestamp_delta = varint::take_i64(&mut r).ok_or(CUT)?;
        let offset_delta = i64::from(varint::take_i32(&mut r).ok_or(CUT)?);
        if offset_delta < self.delta_next || offset_delta > i64::from(self.meta.last_offset_delta) {
            return Err(BatchError::BadRecord("its offset is out of order or beyond the batch"));
        }
        self.delta_next = offset_delta + 1;
        let key = take_nullable(&mut r)?;
        let value = take_nullable(&mut r)?;
        let header_count = varint::take_i32(&mut r).ok_or(CUT)?;
        if header_count != 0 || !r.is_empty() {
            check_headers(header_count, r)?;
        }
        Ok(RecordRef {
            offset: self.meta.base_offset + offset_delta,
            timestamp: if self.append_time { self.meta.max_timestamp } else { self.meta.base_timestamp.wrapping_add(timestamp_delta) },
            key,
            value,
            header_count: header_count as u32,
            header_bytes: r,
        })
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<RecordRef<'a>, BatchError>;
    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            if self.rest.is_empty() {
                return None;
            }
            self.rest = &[];
            return Some(Err(BatchError::BadRecord("bytes follow the batch's last record")));
        }
        let record = self.decode();
        if record.is_ok() {
            self.left -= 1;
        } else {
            self.left = 0;
            self.rest = &[];
        }
        Some(record)
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        // One more for the error about bytes behind the last record.
        (0, Some(self.left as usize + 1))
    }
}
impl std::iter::FusedIterator for Records<'_> {}

/// A length (-1: null) and that many bytes.
#[inline(always)]
fn take_nullable<'a>(buf: &mut &'a [u8]) -> Result<Option<&'a [u8]>, BatchError> {
    let len = varint::take_i32(buf).ok_or(BatchError::BadRecord("it is cut off"))?;
    if len < 0 {
        return if len == -1 { Ok(None) } else { Err(BatchError::BadRecord("a length is negative")) };
    }
    let Some((bytes, rest)) = buf.split_at_checked(len as usize) else {
        return Err(BatchError::BadRecord("a length is beyond the record"));
    };
    *buf = rest;
    Ok(Some(bytes))
}

fn check_headers(count: i32, mut bytes: &[u8]) -> Result<(), BatchError> {
    // A header takes two bytes at least, so that a count beyond the bytes ends here and not in a long loop.
    if usize::try_from(count).map_or(true, |n| n > bytes.len() / 2) {
        return Err(BatchError::BadRecord("its header count is beyond the record, or bytes follow its headers"));
    }
    for _ in 0..count {
        take_nullable(&mut bytes)?.ok_or(BatchError::BadRecord("a header's key is null"))?;
        take_nullable(&mut bytes)?;
    }
    if bytes.is_empty() { Ok(()) } else { Err(BatchError::BadRecord("bytes follow its headers")) }
}
