//! The words of the protocol: integers, varints, strings, byte strings, arrays, tagged fields; read by [`Reader`], written by
//! [`Writer`]. Each exists in a classic form (fixed-size lengths) and, from a message's flexible versions on, in a compact one
//! (unsigned varint lengths, one more than the length so that 0 is null); a `flexible` bool chooses at run time, which keeps the
//! generated code small.
//!
//! Owns: bounds. Does not own: which fields a message has (the generated modules), frames and headers (`headers`).
//!
//! Invariants of reading:
//! - Nothing is read beyond the frame, and nothing beyond its own length inside a tagged field.
//! - A count or a length is checked against the bytes that remain before anything is allocated for it.
//! - All arrays of one message together take at most `ARRAY_BYTES_FLOOR + ARRAY_BYTES_FACTOR * frame` bytes of memory: elements that
//!   are smaller on the wire than in memory cannot multiply a frame at will. For a request it is less (`REQUEST_ARRAY_BYTES_*`), and
//!   it may have `REQUEST_ELEMENTS_MAX` elements, since an answer takes memory for each of them.
//! - `bytes` and `records` are slices of the frame, not copies, when the reader was made of a [`Bytes`].
//! - Recursion is as deep as the schema, which has no recursive struct; the peer cannot deepen it.

use bytes::{BufMut, Bytes, BytesMut};
use std::fmt;
use wellhead_base::limits::{REQUEST_ELEMENTS_MAX, UNKNOWN_TAGS_MAX};
use wellhead_base::{Code, TopicId};

/// Memory that the arrays of any message may take, however short its frame is.
pub const ARRAY_BYTES_FLOOR: usize = 1024 * 1024;
/// And so many bytes more per byte of the frame.
pub const ARRAY_BYTES_FACTOR: usize = 16;
/// Likewise for a request, which anybody may send. With its strings and itself it stays below 8 bytes for each of its own.
pub const REQUEST_ARRAY_BYTES_FLOOR: usize = 512 * 1024;
pub const REQUEST_ARRAY_BYTES_FACTOR: usize = 6;
/// Kafka's limit of a string's UTF-8 bytes, in the compact form too.
pub const STRING_BYTES_MAX: usize = i16::MAX as usize;

/// Why bytes are not the message they should be. The peer's fault, never ours: close the connection or answer with an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecodeError {
    /// `need` more bytes were expected, `have` remain.
    Truncated { need: usize, have: usize },
    /// A varint longer than its type.
    Varint,
    /// A string that is not UTF-8.
    Utf8,
    /// A negative length other than the null marker, or a string above Kafka's limit.
    Length(i64),
    /// Null where this version of the field has no null.
    Null,
    /// More elements than the remaining bytes can hold.
    Count { count: usize, have: usize },
    /// The arrays of this message want more memory than a frame of its size may take, or have too many elements.
    Memory,
    /// Tagged fields not in ascending order, too many, or of another size than they say.
    Tags,
    /// The message has no such version.
    Version { message: &'static str, version: i16 },
    /// Bytes are left over where the message should end.
    Trailing(usize),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Truncated { need, have } => write!(f, "message ends early: {need} more bytes expected, {have} remain"),
            Self::Varint => f.write_str("overlong varint"),
            Self::Utf8 => f.write_str("string is not UTF-8"),
            Self::Length(n) => write!(f, "impossible length {n}"),
            Self::Null => f.write_str("null where the version does not allow it"),
            Self::Count { count, have } => write!(f, "{count} elements announced, {have} bytes remain"),
            Self::Memory => f.write_str("arrays take too much memory for a message of this size"),
            Self::Tags => f.write_str("tagged fields out of order, too many or of a wrong size"),
            Self::Version { message, version } => write!(f, "{message} has no version {version}"),
            Self::Trailing(n) => write!(f, "{n} bytes left over after the message"),
        }
    }
}
impl std::error::Error for DecodeError {}
impl From<DecodeError> for wellhead_base::Error {
    fn from(e: DecodeError) -> Self {
        Self::new(Code::BAD_MSG, e.to_string())
    }
}

/// Why a message cannot be written in a version. A programming error or a feature that the peer is too old for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EncodeError {
    /// The field is set, cannot be dropped, and this version lacks it.
    Field { field: &'static str, version: i16 },
    /// Null in a version that has no null for this field.
    Null { field: &'static str },
    /// A string above 32,767 bytes, or bytes or an array above `i32::MAX`.
    Length(usize),
    /// The message has no such version.
    Version { message: &'static str, version: i16 },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Field { field, version } => write!(f, "version {version} has no field {field}, which is set"),
            Self::Null { field } => write!(f, "{field} is null, which this version does not allow"),
            Self::Length(n) => write!(f, "{n} is too long for the protocol"),
            Self::Version { message, version } => write!(f, "{message} has no version {version}"),
        }
    }
}
impl std::error::Error for EncodeError {}
impl From<EncodeError> for wellhead_base::Error {
    fn from(e: EncodeError) -> Self {
        let code = if matches!(e, EncodeError::Length(_)) { Code::INVALID_ARG } else { Code::UNSUPPORTED_FEATURE };
        Self::new(code, e.to_string())
    }
}

/// Something an array may hold, and every generated struct. `v` is the version of the message, `f` whether it is flexible.
pub trait Element: Sized {
    /// The least bytes one element takes in any version; at least 1.
    const MIN_SIZE: usize;
    fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError>;
    fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError>;
}

/// Reads one frame from front to back.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    buf: &'a [u8],
    /// The owner of `buf`, for slices that outlive it; without one they are copied.
    owner: Option<&'a Bytes>,
    pos: usize,
    /// Where the present tagged field, or else the frame, ends.
    end: usize,
    /// Bytes of memory that arrays may still take, and elements that they may still have.
    budget: usize,
    elements: usize,
}

/// The tagged fields of one struct while they are read.
#[derive(Debug)]
pub struct Tags {
    left: u32,
    last: i64,
    outer_end: usize,
}

macro_rules! read_int {
    ($($name:ident $ty:ty),*) => {$(
        #[inline]
        pub fn $name(&mut self) -> Result<$ty, DecodeError> {
            Ok(<$ty>::from_be_bytes(self.fixed()?))
        }
    )*};
}

impl<'a> Reader<'a> {
    /// A reader whose `bytes` fields share `frame`'s memory.
    pub fn new(frame: &'a Bytes) -> Self {
        Self { owner: Some(frame), ..Self::from_slice(frame) }
    }
    /// A reader whose `bytes` fields are copies.
    pub fn from_slice(buf: &'a [u8]) -> Self {
        let budget = ARRAY_BYTES_FLOOR.saturating_add(buf.len().saturating_mul(ARRAY_BYTES_FACTOR));
        Self { buf, owner: None, pos: 0, end: buf.len(), budget, elements: usize::MAX }
    }
    /// For the frame of a request: less memory, and a bound of its elements.
    pub fn of_request(self) -> Self {
        let budget = REQUEST_ARRAY_BYTES_FLOOR.saturating_add(self.buf.len().saturating_mul(REQUEST_ARRAY_BYTES_FACTOR));
        Self { budget, elements: REQUEST_ELEMENTS_MAX, ..self }
    }
    /// Bytes read so far: the position in the frame.
    pub fn position(&self) -> usize {
        self.pos
    }
    pub fn remaining(&self) -> usize {
        self.end - self.pos
    }
    /// Everything not yet read.
    pub fn rest(&self) -> &'a [u8] {
        &self.buf[self.pos..self.end]
    }
    /// An error unless everything was read.
    pub fn finish(&self) -> Result<(), DecodeError> {
        if self.remaining() == 0 { Ok(()) } else { Err(DecodeError::Trailing(self.remaining())) }
    }

    #[inline]
    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        match self.buf[self.pos..self.end].first_chunk::<N>() {
            Some(b) => {
                self.pos += N;
                Ok(*b)
            }
            None => Err(self.truncated(N)),
        }
    }
    #[cold]
    fn truncated(&self, need: usize) -> DecodeError {
        DecodeError::Truncated { need, have: self.remaining() }
    }
    /// The next `n` bytes.
    #[inline]
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], DecodeError> {
        if n > self.remaining() {
            return Err(self.truncated(n));
        }
        let s = &self.buf[self.pos..self.pos + n];
        self.pos += n;
        Ok(s)
    }
    pub fn skip(&mut self, n: usize) -> Result<(), DecodeError> {
        self.take(n).map(|_| ())
    }
    fn owned(&self, s: &'a [u8]) -> Bytes {
        self.owner.map_or_else(|| Bytes::copy_from_slice(s), |o| o.slice_ref(s))
    }

    read_int!(i8 i8, u8 u8, i16 i16, u16 u16, i32 i32, u32 u32, i64 i64, f64 f64);

    #[inline]
    pub fn bool(&mut self) -> Result<bool, DecodeError> {
        Ok(self.u8()? != 0)
    }
    #[inline]
    pub fn uuid(&mut self) -> Result<TopicId, DecodeError> {
        Ok(TopicId(self.fixed()?))
    }
    /// An unsigned varint of at most 32 bits and five bytes. Zero padding within them is read, as Kafka reads it.
    #[inline]
    pub fn uvarint(&mut self) -> Result<u32, DecodeError> {
        let first = self.u8()?;
        if first < 0x80 {
            return Ok(u32::from(first));
        }
        let mut out = u32::from(first & 0x7f);
        for shift in [7, 14, 21, 28] {
            let b = self.u8()?;
            if shift == 28 && b > 0x0f {
                return Err(DecodeError::Varint);
            }
            out |= u32::from(b & 0x7f) << shift;
            if b < 0x80 {
                return Ok(out);
            }
        }
        Err(DecodeError::Varint)
    }
    /// A zig-zag varint of 32 bits.
    pub fn varint(&mut self) -> Result<i32, DecodeError> {
        let u = self.uvarint()?;
        Ok((u >> 1) as i32 ^ -((u & 1) as i32))
    }
    /// A zig-zag varint of 64 bits.
    pub fn varlong(&mut self) -> Result<i64, DecodeError> {
        let mut out = 0u64;
        for i in 0..10 {
            let b = self.u8()?;
            if i == 9 && b > 1 {
                return Err(DecodeError::Varint);
            }
            out |= u64::from(b & 0x7f) << (7 * i);
            if b < 0x80 {
                return Ok((out >> 1) as i64 ^ -((out & 1) as i64));
            }
        }
        Err(DecodeError::Varint)
    }

    /// A compact length, count + 1 on the wire: `None` is null.
    #[inline]
    fn compact_len(&mut self) -> Result<Option<usize>, DecodeError> {
        let n = self.uvarint()?;
        if n > i32::MAX as u32 {
            return Err(DecodeError::Length(i64::from(n) - 1));
        }
        Ok((n as usize).checked_sub(1))
    }
    /// A length of 16 or 32 bits: `None` is null (-1), other negative ones are errors.
    #[inline]
    fn classic_len(&mut self, short: bool) -> Result<Option<usize>, DecodeError> {
        let n = if short { i32::from(self.i16()?) } else { self.i32()? };
        match n {
            0.. => Ok(Some(n as usize)),
            -1 => Ok(None),
            _ => Err(DecodeError::Length(i64::from(n))),
        }
    }
    /// A string borrowed from the frame, or null.
    #[inline]
    pub fn opt_str(&mut self, f: bool) -> Result<Option<&'a str>, DecodeError> {
        let Some(n) = (if f { self.compact_len()? } else { self.classic_len(true)? }) else { return Ok(None) };
        if n > STRING_BYTES_MAX {
            return Err(DecodeError::Length(n as i64));
        }
        let s = self.take(n)?;
        std::str::from_utf8(s).map(Some).map_err(|_| DecodeError::Utf8)
    }
    /// A string borrowed from the frame.
    #[inline]
    pub fn str(&mut self, f: bool) -> Result<&'a str, DecodeError> {
        self.opt_str(f)?.ok_or(DecodeError::Null)
    }
    pub fn string(&mut self, f: bool) -> Result<String, DecodeError> {
        self.str(f).map(str::to_owned)
    }
    /// `null_ok`: whether this version of the field has null.
    pub fn opt_string(&mut self, f: bool, null_ok: bool) -> Result<Option<String>, DecodeError> {
        nullable(self.opt_str(f)?.map(str::to_owned), null_ok)
    }
    /// Bytes borrowed from the frame, or null.
    #[inline]
    pub fn opt_slice(&mut self, f: bool) -> Result<Option<&'a [u8]>, DecodeError> {
        match if f { self.compact_len()? } else { self.classic_len(false)? } {
            Some(n) => self.take(n).map(Some),
            None => Ok(None),
        }
    }
    pub fn bytes(&mut self, f: bool) -> Result<Bytes, DecodeError> {
        let s = self.opt_slice(f)?.ok_or(DecodeError::Null)?;
        Ok(self.owned(s))
    }
    pub fn opt_bytes(&mut self, f: bool, null_ok: bool) -> Result<Option<Bytes>, DecodeError> {
        let s = nullable(self.opt_slice(f)?, null_ok)?;
        Ok(s.map(|s| self.owned(s)))
    }

    /// The number of elements that follow, each of at least `min_size` bytes; `None` is null.
    #[inline]
    pub fn opt_count(&mut self, f: bool, min_size: usize) -> Result<Option<usize>, DecodeError> {
        let Some(count) = (if f { self.compact_len()? } else { self.classic_len(false)? }) else { return Ok(None) };
        if count > self.remaining() / min_size.max(1) {
            return Err(DecodeError::Count { count, have: self.remaining() });
        }
        self.elements = self.elements.checked_sub(count).ok_or(DecodeError::Memory)?;
        Ok(Some(count))
    }
    pub fn array<T: Element>(&mut self, v: i16, f: bool) -> Result<Vec<T>, DecodeError> {
        self.opt_array(v, f, true)?.ok_or(DecodeError::Null)
    }
    pub fn opt_array<T: Element>(&mut self, v: i16, f: bool, null_ok: bool) -> Result<Option<Vec<T>>, DecodeError> {
        let Some(count) = nullable(self.opt_count(f, T::MIN_SIZE)?, null_ok)? else { return Ok(None) };
        self.budget = self.budget.checked_sub(count * size_of::<T>()).ok_or(DecodeError::Memory)?;
        let mut out = Vec::with_capacity(count);
        for _ in 0..count {
            out.push(T::read(self, v, f)?);
        }
        Ok(Some(out))
    }
    /// A struct that may be null: one byte before it says so, -1 for null.
    pub fn opt_struct<T: Element>(&mut self, v: i16, f: bool, null_ok: bool) -> Result<Option<T>, DecodeError> {
        let there = if self.i8()? < 0 { None } else { Some(()) };
        nullable(there, null_ok)?.map(|()| T::read(self, v, f)).transpose()
    }

    /// Begins the tagged fields of a struct.
    pub fn tags(&mut self) -> Result<Tags, DecodeError> {
        let left = self.uvarint()?;
        // Each takes two bytes at least: its tag and its size.
        if left as usize > UNKNOWN_TAGS_MAX || left as usize > self.remaining() / 2 {
            return Err(DecodeError::Tags);
        }
        Ok(Tags { left, last: -1, outer_end: self.end })
    }
    /// The next tag, if there is one; until `end_tag` the reader ends where its field ends.
    pub fn next_tag(&mut self, t: &mut Tags) -> Result<Option<u32>, DecodeError> {
        if t.left == 0 {
            return Ok(None);
        }
        t.left -= 1;
        let tag = self.uvarint()?;
        let size = self.uvarint()? as usize;
        if i64::from(tag) <= t.last {
            return Err(DecodeError::Tags);
        }
        if size > self.remaining() {
            return Err(self.truncated(size));
        }
        t.last = i64::from(tag);
        self.end = self.pos + size;
        Ok(Some(tag))
    }
    /// Passes over the rest of a field that this version does not know.
    pub fn skip_tag(&mut self) {
        self.pos = self.end;
    }
    pub fn end_tag(&mut self, t: &Tags) -> Result<(), DecodeError> {
        if self.pos != self.end {
            return Err(DecodeError::Tags);
        }
        self.end = t.outer_end;
        Ok(())
    }
    /// Passes over all tagged fields of a struct that knows none.
    #[inline]
    pub fn skip_tags(&mut self) -> Result<(), DecodeError> {
        let mut t = self.tags()?;
        while self.next_tag(&mut t)?.is_some() {
            self.skip_tag();
            self.end_tag(&t)?;
        }
        Ok(())
    }
}

#[inline]
fn nullable<T>(v: Option<T>, null_ok: bool) -> Result<Option<T>, DecodeError> {
    if v.is_none() && !null_ok { Err(DecodeError::Null) } else { Ok(v) }
}

/// Writes messages one after the other into one growing buffer.
#[derive(Debug, Default)]
pub struct Writer {
    buf: BytesMut,
}

macro_rules! write_int {
    ($($name:ident $ty:ty),*) => {$(
        #[inline]
        pub fn $name(&mut self, v: $ty) {
            self.buf.put_slice(&v.to_be_bytes());
        }
    )*};
}

impl Writer {
    pub fn new() -> Self {
        Self::default()
    }
    pub fn with_capacity(n: usize) -> Self {
        Self { buf: BytesMut::with_capacity(n) }
    }
    pub fn len(&self) -> usize {
        self.buf.len()
    }
    pub fn is_empty(&self) -> bool {
        self.buf.is_empty()
    }
    pub fn as_slice(&self) -> &[u8] {
        &self.buf
    }
    /// What was written and not yet taken; for patches of fixed-size fields.
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.buf
    }
    /// Takes what was written so far; the writer goes on, empty, in the same allocation where it can.
    pub fn take(&mut self) -> Bytes {
        self.buf.split().freeze()
    }
    pub fn into_bytes(self) -> Bytes {
        self.buf.freeze()
    }
    pub fn into_inner(self) -> BytesMut {
        self.buf
    }

    write_int!(i8 i8, u8 u8, i16 i16, u16 u16, i32 i32, u32 u32, i64 i64, f64 f64);

    pub fn raw(&mut self, b: &[u8]) {
        self.buf.put_slice(b);
    }
    #[inline]
    pub fn bool(&mut self, v: bool) {
        self.u8(u8::from(v));
    }
    #[inline]
    pub fn uuid(&mut self, v: TopicId) {
        self.raw(&v.0);
    }
    #[inline]
    pub fn uvarint(&mut self, mut v: u32) {
        let (mut b, mut n) = ([0u8; 5], 0);
        while v >= 0x80 {
            b[n] = v as u8 | 0x80;
            v >>= 7;
            n += 1;
        }
        b[n] = v as u8;
        self.buf.put_slice(&b[..=n]);
    }
    pub fn varint(&mut self, v: i32) {
        self.uvarint((v << 1 ^ v >> 31) as u32);
    }
    pub fn varlong(&mut self, v: i64) {
        let mut v = (v << 1 ^ v >> 63) as u64;
        while v >= 0x80 {
            self.u8(v as u8 | 0x80);
            v >>= 7;
        }
        self.u8(v as u8);
    }
    /// The length of `n` elements or bytes, in either form; used where the content goes another way (records of a file).
    pub fn length(&mut self, n: usize, f: bool) -> Result<(), EncodeError> {
        let n = i32::try_from(n).ok().filter(|n| *n < i32::MAX).ok_or(EncodeError::Length(n))?;
        if f {
            self.uvarint(n as u32 + 1);
        } else {
            self.i32(n);
        }
        Ok(())
    }
    /// Null of an array, of bytes and of records.
    pub fn null(&mut self, f: bool) {
        if f {
            self.u8(0);
        } else {
            self.i32(-1);
        }
    }
    pub fn string(&mut self, s: &str, f: bool) -> Result<(), EncodeError> {
        if s.len() > STRING_BYTES_MAX {
            return Err(EncodeError::Length(s.len()));
        }
        if f {
            self.uvarint(s.len() as u32 + 1);
        } else {
            self.i16(s.len() as i16);
        }
        self.raw(s.as_bytes());
        Ok(())
    }
    /// `null_ok`: whether this version of the field has null; `field` is named in the error.
    pub fn opt_string(&mut self, s: Option<&str>, f: bool, null_ok: bool, field: &'static str) -> Result<(), EncodeError> {
        match s {
            Some(s) => self.string(s, f)?,
            None if !null_ok => return Err(EncodeError::Null { field }),
            None if f => self.u8(0),
            None => self.i16(-1),
        }
        Ok(())
    }
    pub fn bytes(&mut self, b: &[u8], f: bool) -> Result<(), EncodeError> {
        self.length(b.len(), f)?;
        self.raw(b);
        Ok(())
    }
    pub fn opt_bytes(&mut self, b: Option<&Bytes>, f: bool, null_ok: bool, field: &'static str) -> Result<(), EncodeError> {
        match b {
            Some(b) => self.bytes(b, f)?,
            None if !null_ok => return Err(EncodeError::Null { field }),
            None => self.null(f),
        }
        Ok(())
    }
    pub fn array<T: Element>(&mut self, a: &[T], v: i16, f: bool) -> Result<(), EncodeError> {
        self.length(a.len(), f)?;
        a.iter().try_for_each(|e| e.write(self, v, f))
    }
    pub fn opt_array<T: Element>(&mut self, a: Option<&[T]>, v: i16, f: bool, null_ok: bool, field: &'static str) -> Result<(), EncodeError> {
        match a {
            Some(a) => self.array(a, v, f)?,
            None if !null_ok => return Err(EncodeError::Null { field }),
            None => self.null(f),
        }
        Ok(())
    }
    pub fn opt_struct<T: Element>(&mut self, s: Option<&T>, v: i16, f: bool, null_ok: bool, field: &'static str) -> Result<(), EncodeError> {
        match s {
            Some(s) => {
                self.i8(1);
                s.write(self, v, f)?;
            }
            None if !null_ok => return Err(EncodeError::Null { field }),
            None => self.i8(-1),
        }
        Ok(())
    }

    /// Begins the tagged fields of a struct: writes their count, 0 so far. Fewer than 128 are known in any struct, so one byte holds it.
    #[inline]
    pub fn tags(&mut self) -> usize {
        self.u8(0);
        self.buf.len() - 1
    }
    /// Begins the field of `tag`; what is written until `end_tag` is its value. Tags must ascend.
    pub fn tag(&mut self, tags: usize, tag: u32) -> usize {
        self.buf[tags] += 1;
        debug_assert!(self.buf[tags] < 0x80);
        self.uvarint(tag);
        self.u8(0);
        self.buf.len()
    }
    /// Ends a field: its size goes before it. Moves the value by the bytes that the size needs beyond one.
    pub fn end_tag(&mut self, start: usize) -> Result<(), EncodeError> {
        let size = self.buf.len() - start;
        let n = u32::try_from(size).map_err(|_| EncodeError::Length(size))?;
        let size_len = (38 - (n | 1).leading_zeros() as usize) / 7;
        self.buf.put_bytes(0, size_len - 1);
        self.buf.copy_within(start..start + size, start + size_len - 1);
        for (i, b) in self.buf[start - 1..start - 1 + size_len].iter_mut().enumerate() {
            let more = if i + 1 < size_len { 0x80 } else { 0 };
            *b = (n >> (7 * i)) as u8 & 0x7f | more;
        }
        Ok(())
    }
}

/// For generated code: an error when a field that must not be dropped is set in a version that lacks it.
#[inline]
pub fn absent(is_default: bool, field: &'static str, version: i16) -> Result<(), EncodeError> {
    if is_default { Ok(()) } else { Err(EncodeError::Field { field, version }) }
}

macro_rules! elements {
    ($($ty:ty, $name:ident, $size:literal;)*) => {$(
        impl Element for $ty {
            const MIN_SIZE: usize = $size;
            #[inline]
            fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
                r.$name()
            }
            #[inline]
            fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
                w.$name(*self);
                Ok(())
            }
        }
    )*};
}
elements!(i8, i8, 1; i16, i16, 2; i32, i32, 4; i64, i64, 8; TopicId, uuid, 16;);

impl Element for String {
    const MIN_SIZE: usize = 1;
    fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
        r.string(f)
    }
    fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
        w.string(self, f)
    }
}

#[cfg(test)]
mod tests;
