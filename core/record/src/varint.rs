//! Zigzag varints, as records use them: 7 bits a byte, the lowest first, at most 5 bytes for 32 bits and 10 for 64.

/// Takes a 32-bit varint off the front. `None`: cut off, or more bits than 32.
#[inline(always)]
pub(crate) fn take_i32(buf: &mut &[u8]) -> Option<i32> {
    let (&b, rest) = buf.split_first()?;
    if b < 0x80 {
        *buf = rest;
        return Some(i32::from(b >> 1) ^ -i32::from(b & 1));
    }
    let v = take_long(buf, 5)?;
    let v = u32::try_from(v).ok()?;
    Some((v >> 1) as i32 ^ -((v & 1) as i32))
}

/// Takes a 64-bit varint off the front. `None`: cut off, or more bits than 64.
#[inline(always)]
pub(crate) fn take_i64(buf: &mut &[u8]) -> Option<i64> {
    let (&b, rest) = buf.split_first()?;
    if b < 0x80 {
        *buf = rest;
        return Some(i64::from(b >> 1) ^ -i64::from(b & 1));
    }
    let v = take_long(buf, 10)?;
    Some((v >> 1) as i64 ^ -((v & 1) as i64))
}

fn take_long(buf: &mut &[u8], bytes_max: usize) -> Option<u64> {
    let mut v = 0u64;
    for (i, &b) in buf.iter().take(bytes_max).enumerate() {
        if i == 9 && b > 1 {
            return None;
        }
        v |= u64::from(b & 0x7f) << (7 * i);
        if b < 0x80 {
            *buf = &buf[i + 1..];
            return Some(v);
        }
    }
    None
}

/// A few varints in a row on the stack, so that a record's prefix goes into the batch with one copy.
pub(crate) struct Scratch {
    bytes: [u8; 48],
    len: usize,
}
impl Scratch {
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Self { bytes: [0; 48], len: 0 }
    }
    #[inline(always)]
    pub(crate) fn byte(&mut self, b: u8) {
        self.bytes[self.len] = b;
        self.len += 1;
    }
    #[inline(always)]
    pub(crate) fn put_i64(&mut self, v: i64) {
        let mut z = (v << 1 ^ v >> 63) as u64;
        while z >= 0x80 {
            self.byte(z as u8 | 0x80);
            z >>= 7;
        }
        self.byte(z as u8);
    }
    #[inline(always)]
    pub(crate) fn put_i32(&mut self, v: i32) {
        self.put_i64(i64::from(v));
    }
    #[inline(always)]
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// Bytes that `v` takes as a varint; a 32-bit value takes the same number in either width.
#[inline(always)]
pub(crate) fn size(v: i64) -> usize {
    let z = (v << 1 ^ v >> 63) as u64;
    (70 - (z | 1).leading_zeros() as usize) / 7
}
