//! How a consumed record is printed, in kcat's format language.

use crate::fail::{Failure, Result};
use crate::output::bytes_json;
use serde_json::{Value, json};
use std::io::Write;
use wellhead::{RecordRef, TimestampType};

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(Vec<u8>),
    Topic,
    Partition,
    Offset,
    Key,
    KeyLen,
    Value,
    ValueLen,
    /// The value's length as a big-endian i32, for programs that read a stream of frames.
    ValueLenBinary,
    Timestamp,
    Headers,
}

/// A format, read once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    pieces: Vec<Piece>,
    /// What stands for a null key or value.
    null: &'static [u8],
}

impl Format {
    pub fn parse(format: &str, null: &'static str) -> Result<Self> {
        let bytes = unescape(format);
        let mut pieces = Vec::new();
        let mut text = Vec::new();
        let mut it = bytes.iter().copied();
        while let Some(b) = it.next() {
            if b != b'%' {
                text.push(b);
                continue;
            }
            let piece = match it.next() {
                Some(b'%') => {
                    text.push(b'%');
                    continue;
                }
                Some(b't') => Piece::Topic,
                Some(b'p') => Piece::Partition,
                Some(b'o') => Piece::Offset,
                Some(b'k') => Piece::Key,
                Some(b'K') => Piece::KeyLen,
                Some(b's') => Piece::Value,
                Some(b'S') => Piece::ValueLen,
                Some(b'R') => Piece::ValueLenBinary,
                Some(b'T') => Piece::Timestamp,
                Some(b'h') => Piece::Headers,
                other => {
                    let what = other.map_or("%".to_owned(), |c| format!("%{}", c as char));
                    return Err(
                        Failure::new(format!("\"{what}\" means nothing in a format")).hint("It may hold %t %p %o %k %K %s %S %R %T %h and %%.")
                    );
                }
            };
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            pieces.push(piece);
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        Ok(Self { pieces, null: null.as_bytes() })
    }

    /// Key (if `key_delimiter`), value, delimiter: what kcat prints without a format.
    pub fn plain(key_delimiter: Option<&str>, delimiter: &str, null: &'static str) -> Self {
        let mut pieces = Vec::new();
        if let Some(d) = key_delimiter {
            pieces.push(Piece::Key);
            pieces.push(Piece::Text(unescape(d)));
        }
        pieces.push(Piece::Value);
        pieces.push(Piece::Text(unescape(delimiter)));
        Self { pieces, null: null.as_bytes() }
    }

    /// Appends a record to `out`.
    pub fn print(&self, out: &mut Vec<u8>, topic: &str, partition: i32, r: &RecordRef<'_>) {
        // Writing to a Vec cannot fail.
        for piece in &self.pieces {
            match piece {
                Piece::Text(t) => out.extend_from_slice(t),
                Piece::Topic => out.extend_from_slice(topic.as_bytes()),
                Piece::Partition => drop(write!(out, "{partition}")),
                Piece::Offset => drop(write!(out, "{}", r.offset)),
                Piece::Key => out.extend_from_slice(r.key.unwrap_or(self.null)),
                Piece::KeyLen => drop(write!(out, "{}", r.key.map_or(-1, |k| k.len() as i64))),
                Piece::Value => out.extend_from_slice(r.value.unwrap_or(self.null)),
                Piece::ValueLen => drop(write!(out, "{}", r.value.map_or(-1, |v| v.len() as i64))),
                Piece::ValueLenBinary => out.extend_from_slice(&r.value.map_or(-1, |v| v.len() as i32).to_be_bytes()),
                Piece::Timestamp => drop(write!(out, "{}", r.timestamp)),
                Piece::Headers => {
                    for (i, (name, value)) in r.headers().enumerate() {
                        if i > 0 {
                            out.push(b',');
                        }
                        out.extend_from_slice(name.as_bytes());
                        out.push(b'=');
                        out.extend_from_slice(value.unwrap_or(b"NULL"));
                    }
                }
            }
        }
    }
}

/// A record as one JSON object.
pub fn record_json(topic: &str, partition: i32, r: &RecordRef<'_>) -> Value {
    let kind = match r.timestamp_type {
        TimestampType::CreateTime => "create",
        TimestampType::LogAppendTime => "append",
        TimestampType::NotAvailable => "none",
    };
    let headers: Vec<Value> = r.headers().map(|(name, value)| json!([name, bytes_json(value)])).collect();
    json!({
        "topic": topic, "partition": partition, "offset": r.offset, "timestamp": r.timestamp, "timestamp_type": kind,
        "key": bytes_json(r.key), "value": bytes_json(r.value), "headers": headers,
    })
}

/// `\n`, `\t`, `\r`, `\0`, `\\`, `\xNN`; any other backslash stays.
pub fn unescape(s: &str) -> Vec<u8> {
    let b = s.as_bytes();
    let mut out = Vec::with_capacity(b.len());
    let mut i = 0;
    while i < b.len() {
        let (byte, took) = match (b[i], b.get(i + 1)) {
            (b'\\', Some(b'n')) => (b'\n', 2),
            (b'\\', Some(b't')) => (b'\t', 2),
            (b'\\', Some(b'r')) => (b'\r', 2),
            (b'\\', Some(b'0')) => (0, 2),
            (b'\\', Some(b'\\')) => (b'\\', 2),
            (b'\\', Some(b'x')) => match s.get(i + 2..i + 4).and_then(|h| u8::from_str_radix(h, 16).ok()) {
                Some(v) => (v, 4),
                None => (b'\\', 1),
            },
            (c, _) => (c, 1),
        };
        out.push(byte);
        i += took;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_kcats() {
        let f = Format::parse("%t [%p] at %o: key %k = %s\\n%%", "").unwrap();
        assert_eq!(f.pieces.len(), 10);
        assert_eq!(f.pieces[0], Piece::Topic);
        assert_eq!(f.pieces[9], Piece::Text(b"\n%".to_vec()));
        for bad in ["%q", "100%", "%s%"] {
            assert!(Format::parse(bad, "").is_err(), "{bad}");
        }
        assert_eq!(Format::plain(None, "\\n", ""), Format::parse("%s\\n", "").unwrap());
        assert_eq!(Format::plain(Some(":"), "\\n", ""), Format::parse("%k:%s\\n", "").unwrap());
    }

    #[test]
    fn escapes() {
        assert_eq!(unescape("a\\n\\t\\r\\0\\\\\\x41\\q\\"), b"a\n\t\r\0\\A\\q\\");
        assert_eq!(unescape("\\xzz"), b"\\xzz");
        assert_eq!(unescape("\\xä"), "\\xä".as_bytes());
        assert_eq!(unescape("\\x"), b"\\x");
    }
}
