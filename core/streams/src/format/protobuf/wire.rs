//! Protobuf's wire format: numbered fields, each with a wire type. Knows no schema.

use super::DEPTH_MAX;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Varint(u64),
    Fixed64(u64),
    Fixed32(u32),
    /// A text, bytes, a message or packed numbers.
    Bytes(&'a [u8]),
    /// What is between the tags of a group.
    Group(&'a [u8]),
}
impl Value<'_> {
    pub fn wire_type(&self) -> u8 {
        match self {
            Value::Varint(_) => 0,
            Value::Fixed64(_) => 1,
            Value::Bytes(_) => 2,
            Value::Group(_) => 3,
            Value::Fixed32(_) => 5,
        }
    }
}

#[derive(Clone)]
pub(super) struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Fields<'a> {
    pub fn new(bytes: &'a [u8]) -> Fields<'a> {
        Fields { bytes, at: 0 }
    }
    pub fn is_empty(&self) -> bool {
        self.at == self.bytes.len()
    }
    /// Bytes that are yet to come.
    #[cfg(test)]
    pub fn left(&self) -> usize {
        self.bytes.len() - self.at
    }
    pub fn take(&mut self, n: u64) -> Result<&'a [u8], String> {
        let rest = &self.bytes[self.at..];
        let part = usize::try_from(n).ok().and_then(|n| rest.get(..n));
        let part = part.ok_or_else(|| format!("ends too early: {n} bytes are due at byte {}, and {} are left", self.at, rest.len()))?;
        self.at += part.len();
        Ok(part)
    }
    pub fn fixed<const N: usize>(&mut self) -> Result<[u8; N], String> {
        Ok(self.take(N as u64)?.try_into().expect("as many bytes as were taken"))
    }
    pub fn varint(&mut self) -> Result<u64, String> {
        let mut x: u64 = 0;
        for shift in (0..64).step_by(7) {
            let b = self.take(1)?[0];
            x |= u64::from(b & 0x7f) << shift;
            if b & 0x80 == 0 {
                return Ok(x);
            }
        }
        Err(format!("a number of more than ten bytes before byte {}", self.at))
    }
    /// The next field; None at the end.
    pub fn next(&mut self) -> Result<Option<(u32, Value<'a>)>, String> {
        if self.is_empty() {
            return Ok(None);
        }
        let (number, wire_type) = self.tag()?;
        match wire_type {
            3 => {
                let from = self.at;
                let to = self.group(number)?;
                Ok(Some((number, Value::Group(&self.bytes[from..to]))))
            }
            _ => Ok(Some((number, self.value(wire_type)?))),
        }
    }
    fn tag(&mut self) -> Result<(u32, u8), String> {
        let at = self.at;
        let tag = self.varint()?;
        let number = u32::try_from(tag >> 3).ok().filter(|n| (1..1 << 29).contains(n));
        Ok((number.ok_or_else(|| format!("a field of number {} at byte {at}", tag >> 3))?, (tag & 7) as u8))
    }
    fn value(&mut self, wire_type: u8) -> Result<Value<'a>, String> {
        Ok(match wire_type {
            0 => Value::Varint(self.varint()?),
            1 => Value::Fixed64(u64::from_le_bytes(self.fixed()?)),
            2 => {
                let n = self.varint()?;
                Value::Bytes(self.take(n)?)
            }
            5 => Value::Fixed32(u32::from_le_bytes(self.fixed()?)),
            4 => return Err(format!("a group ends that did not begin, before byte {}", self.at)),
            t => return Err(format!("a wire type of {t}, which there is not, before byte {}", self.at)),
        })
    }
    /// Past a group's end; where its end tag begins.
    fn group(&mut self, number: u32) -> Result<usize, String> {
        let mut open = vec![number];
        loop {
            let at = self.at;
            if self.is_empty() {
                return Err("ends within a group".to_owned());
            }
            match self.tag()? {
                (n, 3) if open.len() < DEPTH_MAX as usize => open.push(n),
                (_, 3) => return Err(format!("more than {DEPTH_MAX} groups within each other")),
                (n, 4) => {
                    if open.pop() != Some(n) {
                        return Err(format!("a group ends that did not begin, before byte {}", self.at));
                    }
                    if open.is_empty() {
                        return Ok(at);
                    }
                }
                (_, t) => _ = self.value(t)?,
            }
        }
    }
}

pub(super) fn put_varint(mut x: u64, out: &mut Vec<u8>) {
    while x >= 0x80 {
        out.push(x as u8 | 0x80);
        x >>= 7;
    }
    out.push(x as u8);
}
pub(super) fn put_tag(number: u32, wire_type: u8, out: &mut Vec<u8>) {
    put_varint(u64::from(number) << 3 | u64::from(wire_type), out);
}
pub(super) fn zigzag(x: i64) -> u64 {
    ((x << 1) ^ (x >> 63)) as u64
}
pub(super) fn unzigzag(x: u64) -> i64 {
    (x >> 1) as i64 ^ -((x & 1) as i64)
}
