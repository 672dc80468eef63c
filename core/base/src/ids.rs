//! Newtypes for what must not mix. Parse at the edge, then trust.

use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub $inner);
        impl $name {
            /// The bare number, for the wire and the disk.
            pub const fn get(self) -> $inner {
                self.0
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl From<$inner> for $name {
            fn from(v: $inner) -> Self {
                Self(v)
            }
        }
        impl From<$name> for $inner {
            fn from(v: $name) -> $inner {
                v.0
            }
        }
    };
}

id!(
    /// A record's position in its partition; the first is 0.
    Offset(i64)
);
id!(
    /// The term of a partition's leader; -1 where it is not known.
    LeaderEpoch(i32)
);
id!(
    /// A partition's number within its topic, from 0.
    PartitionId(i32)
);
id!(
    /// An idempotent producer's identity; -1 means none.
    ProducerId(i64)
);
id!(
    /// Fences older instances of one producer id; -1 means none.
    ProducerEpoch(i16)
);

impl Offset {
    pub const ZERO: Self = Self(0);
}
impl std::ops::Add<i64> for Offset {
    type Output = Self;
    fn add(self, n: i64) -> Self {
        Self(self.0 + n)
    }
}
impl std::ops::Sub for Offset {
    type Output = i64;
    fn sub(self, o: Self) -> i64 {
        self.0 - o.0
    }
}
impl LeaderEpoch {
    pub const NONE: Self = Self(-1);
}
impl ProducerId {
    pub const NONE: Self = Self(-1);
}

/// A topic's identity (KIP-516): a random UUID, so that a topic deleted and created again under one name is another topic.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TopicId(pub [u8; 16]);

impl TopicId {
    /// Kafka's null id: sent where a topic is named and not identified.
    pub const ZERO: Self = Self([0; 16]);
    /// Kafka's reserved id of `__cluster_metadata`.
    pub const METADATA: Self = Self([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

    pub fn is_zero(self) -> bool {
        self == Self::ZERO
    }
    /// A random (version 4) UUID made of 16 random bytes.
    pub const fn from_random(mut b: [u8; 16]) -> Self {
        b[6] = b[6] & 0x0f | 0x40;
        b[8] = b[8] & 0x3f | 0x80;
        Self(b)
    }
    /// Parses Kafka's text form: 22 characters of URL-safe base64 without padding.
    pub fn parse(s: &str) -> Option<Self> {
        let s = s.as_bytes();
        if s.len() != 22 {
            return None;
        }
        let (mut acc, mut bits, mut out, mut n) = (0u32, 0u32, [0u8; 16], 0usize);
        for &c in s {
            let v = ALPHABET.iter().position(|&a| a == c)? as u32;
            acc = acc << 6 | v;
            bits += 6;
            if bits >= 8 && n < 16 {
                bits -= 8;
                out[n] = (acc >> bits) as u8;
                n += 1;
                acc &= (1 << bits) - 1;
            }
        }
        (n == 16 && acc == 0).then_some(Self(out))
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

impl fmt::Display for TopicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut acc, mut bits, mut out) = (0u32, 0u32, String::with_capacity(22));
        for &b in &self.0 {
            acc = acc << 8 | u32::from(b);
            bits += 8;
            while bits >= 6 {
                bits -= 6;
                out.push(ALPHABET[(acc >> bits & 63) as usize] as char);
            }
            acc &= (1 << bits) - 1;
        }
        if bits > 0 {
            out.push(ALPHABET[(acc << (6 - bits) & 63) as usize] as char);
        }
        f.write_str(&out)
    }
}
impl fmt::Debug for TopicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether Kafka accepts `name` for a topic: 1 to 249 of `[a-zA-Z0-9._-]`, and neither `.` nor `..`.
pub fn topic_name_valid(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= crate::limits::TOPIC_NAME_LEN_MAX
        && name != "."
        && name != ".."
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topic_ids_read_back_what_they_print() {
        for id in [TopicId::ZERO, TopicId::METADATA, TopicId([0xff; 16]), TopicId::from_random([7; 16])] {
            assert_eq!(TopicId::parse(&id.to_string()), Some(id));
        }
        assert_eq!(TopicId::METADATA.to_string(), "AAAAAAAAAAAAAAAAAAAAAQ");
        for bad in ["", "AAAAAAAAAAAAAAAAAAAAAR", "AAAAAAAAAAAAAAAAAAAAA!", "AAAAAAAAAAAAAAAAAAAAAQA"] {
            assert_eq!(TopicId::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn topic_names_are_kafkas() {
        for good in ["a", "a.b_c-D9", "...", &"x".repeat(249)] {
            assert!(topic_name_valid(good), "{good}");
        }
        for bad in ["", ".", "..", "a/b", "a b", "ä", &"x".repeat(250)] {
            assert!(!topic_name_valid(bad), "{bad}");
        }
    }
}
