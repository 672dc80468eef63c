//! Bytes of a message by its definition: written with something in every field (`build`), and read again into a list of the places
//! where a peer can lie (`marks`). Made from Kafka's definitions alone; the generated code has no part in it.

use crate::schema::{self, Field, Message, Struct, Type};
use std::path::Path;

/// The definitions of every message of the protocol that Kafka 4 still has.
pub fn definitions() -> Vec<Message> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/wire/schema/protocol");
    schema::read_folder(&dir).into_iter().filter(|m| !m.valid.is_empty()).collect()
}

/// What stands at a place of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A length or count of 16 or 32 bits, -1 for null.
    Short,
    Long,
    /// A compact length or count: an unsigned varint, one more than the number.
    Compact,
    /// How many tagged fields follow, one's tag, one's size.
    TagCount,
    Tag,
    TagSize,
    /// An integer of so many bytes.
    Int,
    /// The bytes of a string, of one or more.
    Text,
    /// -1 or 1 before a struct that may be null.
    There,
}

#[derive(Debug, Clone)]
pub struct Mark {
    pub kind: Kind,
    pub at: usize,
    pub len: usize,
    /// The field, from the outermost struct.
    pub path: String,
}

/// What `build` puts into a field; None: its own choice.
pub type Fill<'a> = &'a dyn Fn(&str, &Field) -> Option<Content>;
pub enum Content {
    Int(i64),
    Text(Vec<u8>),
    /// So many elements; of an array.
    Count(usize),
}

pub fn uvarint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// A body with every field of `version`, tagged ones too, nothing null, one element in each array.
pub fn build(m: &Message, version: i16, fill: Fill<'_>) -> Vec<u8> {
    let mut b = Build { m, version, flexible: version >= m.flexible_from, fill, out: Vec::new() };
    b.structure(&m.structs[0], &m.name);
    b.out
}

struct Build<'a> {
    m: &'a Message,
    version: i16,
    flexible: bool,
    fill: Fill<'a>,
    out: Vec<u8>,
}

impl Build<'_> {
    fn structure(&mut self, s: &Struct, path: &str) {
        let version = self.version;
        for f in s.fields.iter().filter(|f| f.versions.has(version) && !f.tagged.has(version)) {
            self.field(f, &format!("{path}.{}", f.name));
        }
        if !self.flexible {
            return;
        }
        let mut tagged: Vec<_> = s.fields.iter().filter(|f| f.tagged.has(self.version)).collect();
        tagged.sort_by_key(|f| f.tag);
        uvarint(&mut self.out, tagged.len() as u64);
        for f in tagged {
            uvarint(&mut self.out, u64::from(f.tag));
            let before = std::mem::take(&mut self.out);
            self.field(f, &format!("{path}.{}", f.name));
            let value = std::mem::replace(&mut self.out, before);
            uvarint(&mut self.out, value.len() as u64);
            self.out.extend(value);
        }
    }

    fn field(&mut self, f: &Field, path: &str) {
        let content = (self.fill)(path, f);
        let flexible = self.flexible && !f.always_classic;
        match &f.ty {
            Type::Array(element) => {
                let count = if let Some(Content::Count(n)) = content { n } else { 1 };
                self.length(count, flexible, false);
                if count > 0 {
                    let start = self.out.len();
                    self.value(element, path, flexible, None);
                    // They are all alike.
                    let one = self.out[start..].to_vec();
                    (1..count).for_each(|_| self.out.extend_from_slice(&one));
                }
            }
            Type::Struct(_) => {
                if !f.nullable.is_empty() {
                    self.out.push(1);
                }
                self.value(&f.ty, path, flexible, content);
            }
            _ => self.value(&f.ty, path, flexible, content),
        }
    }

    fn value(&mut self, t: &Type, path: &str, flexible: bool, content: Option<Content>) {
        let int = if let Some(Content::Int(n)) = content { n } else { 1 };
        match t {
            Type::Bool => self.out.push(int as u8),
            Type::Int("i8") => self.out.push(int as u8),
            Type::Int("i16" | "u16") => self.out.extend((int as i16).to_be_bytes()),
            Type::Int("i32" | "u32") => self.out.extend((int as i32).to_be_bytes()),
            Type::Int(_) => self.out.extend(int.to_be_bytes()),
            Type::Float64 => self.out.extend((int as f64).to_be_bytes()),
            Type::Uuid => match content {
                Some(Content::Text(id)) => self.out.extend(id),
                _ => self.out.extend([7; 16]),
            },
            Type::String | Type::Bytes | Type::Records => {
                let text = if let Some(Content::Text(t)) = content { t } else { b"abc".to_vec() };
                self.length(text.len(), flexible, *t == Type::String);
                self.out.extend(text);
            }
            Type::Struct(name) => {
                let m = self.m;
                self.structure(m.find(name), path);
            }
            Type::Array(_) => unreachable!("no array holds arrays"),
        }
    }

    fn length(&mut self, n: usize, flexible: bool, short: bool) {
        match (flexible, short) {
            (true, _) => uvarint(&mut self.out, n as u64 + 1),
            (false, true) => self.out.extend((n as i16).to_be_bytes()),
            (false, false) => self.out.extend((n as i32).to_be_bytes()),
        }
    }
}

/// The places of a body that is right; None when it is not one of `m` in `version`. Also where it ends.
pub fn marks(m: &Message, version: i16, body: &[u8]) -> Option<(Vec<Mark>, usize)> {
    let mut w = Walk { m, version, flexible: version >= m.flexible_from, body, at: 0, marks: Vec::new() };
    w.structure(&m.structs[0], &m.name)?;
    Some((w.marks, w.at))
}

struct Walk<'a> {
    m: &'a Message,
    version: i16,
    flexible: bool,
    body: &'a [u8],
    at: usize,
    marks: Vec<Mark>,
}

impl Walk<'_> {
    fn mark(&mut self, kind: Kind, len: usize, path: &str) -> Option<()> {
        if self.at + len > self.body.len() {
            return None;
        }
        self.marks.push(Mark { kind, at: self.at, len, path: path.to_owned() });
        self.at += len;
        Some(())
    }

    fn uvarint(&mut self, kind: Kind, path: &str) -> Option<u64> {
        let (mut n, mut len) = (0, 0);
        loop {
            let b = *self.body.get(self.at + len)?;
            n |= u64::from(b & 0x7f) << (7 * len);
            len += 1;
            if b < 0x80 {
                break;
            }
            if len > 4 {
                return None;
            }
        }
        self.mark(kind, len, path)?;
        Some(n)
    }

    /// -1 is null.
    fn length(&mut self, flexible: bool, short: bool, path: &str) -> Option<i64> {
        if flexible {
            return Some(self.uvarint(Kind::Compact, path)? as i64 - 1);
        }
        let at = self.at;
        if short {
            self.mark(Kind::Short, 2, path)?;
            Some(i64::from(i16::from_be_bytes(self.body[at..at + 2].try_into().ok()?)))
        } else {
            self.mark(Kind::Long, 4, path)?;
            Some(i64::from(i32::from_be_bytes(self.body[at..at + 4].try_into().ok()?)))
        }
    }

    fn structure(&mut self, s: &Struct, path: &str) -> Option<()> {
        let version = self.version;
        for f in s.fields.iter().filter(|f| f.versions.has(version) && !f.tagged.has(version)) {
            self.field(f, &format!("{path}.{}", f.name))?;
        }
        if !self.flexible {
            return Some(());
        }
        for _ in 0..self.uvarint(Kind::TagCount, path)? {
            let tag = self.uvarint(Kind::Tag, path)?;
            let size = self.uvarint(Kind::TagSize, path)? as usize;
            let end = self.at.checked_add(size).filter(|e| *e <= self.body.len())?;
            if let Some(f) = s.fields.iter().find(|f| f.tagged.has(self.version) && u64::from(f.tag) == tag) {
                self.field(f, &format!("{path}.{}", f.name))?;
            }
            self.at = end;
        }
        Some(())
    }

    fn field(&mut self, f: &Field, path: &str) -> Option<()> {
        let flexible = self.flexible && !f.always_classic;
        match &f.ty {
            Type::Array(element) => {
                for _ in 0..self.length(flexible, false, path)?.max(0) {
                    self.value(element, path, flexible)?;
                }
                Some(())
            }
            Type::Struct(_) if !f.nullable.is_empty() => {
                let there = *self.body.get(self.at)? as i8;
                self.mark(Kind::There, 1, path)?;
                if there < 0 { Some(()) } else { self.value(&f.ty, path, flexible) }
            }
            t => self.value(t, path, flexible),
        }
    }

    fn value(&mut self, t: &Type, path: &str, flexible: bool) -> Option<()> {
        match t {
            Type::Bool | Type::Int("i8") => self.mark(Kind::Int, 1, path),
            Type::Int("i16" | "u16") => self.mark(Kind::Int, 2, path),
            Type::Int("i32" | "u32") => self.mark(Kind::Int, 4, path),
            Type::Int(_) | Type::Float64 => self.mark(Kind::Int, 8, path),
            Type::Uuid => {
                self.at += 16;
                (self.at <= self.body.len()).then_some(())
            }
            Type::String | Type::Bytes | Type::Records => {
                let n = self.length(flexible, *t == Type::String, path)?.max(0) as usize;
                if *t == Type::String && n > 0 {
                    return self.mark(Kind::Text, n, path);
                }
                self.at += n;
                (self.at <= self.body.len()).then_some(())
            }
            Type::Struct(name) => {
                let m = self.m;
                self.structure(m.find(name), path)
            }
            Type::Array(_) => unreachable!("no array holds arrays"),
        }
    }
}

/// The same bytes with another value at a place.
#[derive(Debug, Clone)]
pub struct Lie {
    pub what: String,
    pub bytes: Vec<u8>,
}

fn replaced(b: &[u8], at: usize, len: usize, by: &[u8]) -> Vec<u8> {
    [&b[..at], by, &b[at + len..]].concat()
}

/// Everything that a peer may say at a place instead: for lengths {-2, -1, 0, 1, 2^15-1, 2^31-1, more than remains, an overlong
/// varint}, for integers their ends, for strings what is not UTF-8, for tags unknown, doubled and unordered ones.
pub fn lies(body: &[u8], mark: &Mark) -> Vec<Lie> {
    let mut out = Vec::new();
    let mut lie = |what: String, by: &[u8]| {
        let bytes = replaced(body, mark.at, mark.len, by);
        if bytes != body {
            out.push(Lie { what: format!("{} {:?} {what}", mark.path, mark.kind), bytes });
        }
    };
    let remaining = (body.len() - mark.at - mark.len) as i64;
    match mark.kind {
        Kind::Short => {
            for n in [-2, -1, 0, 1, i64::from(i16::MAX), i64::from(i16::MIN), remaining + 1] {
                lie(n.to_string(), &(n.min(i64::from(i16::MAX)) as i16).to_be_bytes());
            }
        }
        Kind::Long => {
            for n in [-2, -1, 0, 1, i64::from(i16::MAX), i64::from(i32::MAX), i64::from(i32::MIN), remaining, remaining + 1] {
                lie(n.to_string(), &(n as i32).to_be_bytes());
            }
        }
        Kind::Compact | Kind::TagCount | Kind::TagSize => {
            let plus = u64::from(mark.kind == Kind::Compact);
            // What would be -2 and -1 in 32 bits, and the ends.
            for n in [0, 1, 2, 1 << 15, 1 << 31, (1 << 31) - 1, u64::from(u32::MAX), u64::from(u32::MAX) - 1, remaining as u64, remaining as u64 + 1]
            {
                let mut by = Vec::new();
                uvarint(&mut by, (n + plus).min(u64::from(u32::MAX)));
                lie(n.to_string(), &by);
            }
            lie("longer than a varint".into(), &[0xff; 11]);
            lie("five bytes with bits beyond the 32nd".into(), &[0xff, 0xff, 0xff, 0xff, 0x7f]);
            lie("zero in five bytes".into(), &[0x80, 0x80, 0x80, 0x80, 0]);
            lie("zero in six bytes".into(), &[0x80, 0x80, 0x80, 0x80, 0x80, 0]);
            if mark.kind == Kind::TagCount {
                let at = mark.at + mark.len;
                // The tags that are there are left over; what matters is what is done with those before them.
                for (what, tags) in [
                    ("one unknown tag", &[1u8, 99, 1, 0][..]),
                    ("a tag twice", &[2, 99, 0, 99, 0]),
                    ("tags out of order", &[2, 99, 0, 98, 0]),
                    ("a tag of 2^32-1", &[1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0]),
                    ("a tag beyond the body", &[1, 99, 0xff, 0xff, 0xff, 0xff, 0x0f]),
                ] {
                    let bytes = replaced(body, mark.at, body.len() - at + mark.len, tags);
                    out.push(Lie { what: format!("{} {what}", mark.path), bytes });
                }
                let mut many = Vec::new();
                uvarint(&mut many, 20_000);
                (0..20_000).for_each(|tag| {
                    uvarint(&mut many, 100 + tag);
                    many.push(0);
                });
                out.push(Lie { what: format!("{} 20,000 unknown tags", mark.path), bytes: [&body[..mark.at], &many].concat() });
            }
        }
        Kind::Tag => {
            for n in [0, 1, 1 << 20, u64::from(u32::MAX)] {
                let mut by = Vec::new();
                uvarint(&mut by, n);
                lie(n.to_string(), &by);
            }
        }
        Kind::Int => {
            let bits = 8 * mark.len as u32;
            let (min, max) = (i64::MIN >> (64 - bits), i64::MAX >> (64 - bits));
            for n in [min, -2, -1, 0, 2, 100, max, max - 1] {
                lie(n.to_string(), &n.to_be_bytes()[8 - mark.len..]);
            }
        }
        Kind::Text => {
            lie("not UTF-8".into(), &vec![0xff; mark.len]);
            lie("cut UTF-8".into(), &[&vec![b'a'; mark.len - 1][..], &[0xe2]].concat());
            lie("NUL and line ends".into(), &b"\0\n\r\0".iter().copied().cycle().take(mark.len).collect::<Vec<_>>());
            lie("dots and slashes".into(), &b"../".iter().copied().cycle().take(mark.len).collect::<Vec<_>>());
        }
        Kind::There => {
            for n in [0u8, 2, 0x7f, 0x80, 0xff] {
                lie(n.to_string(), &[n]);
            }
        }
    }
    out
}
