//! Which partition a record goes to. Pure; the names are librdkafka's `partitioner` values, and so are the choices: the same key goes
//! to the same partition whichever client wrote it (`murmur2*` agrees with Java's).

use wellhead_base::env::Rng;

/// A strategy. Records without a key go where the producer's sticky choice is, unless the strategy hashes them too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Partitioner {
    /// A random partition for every record.
    Random,
    /// CRC-32 of the key; null and empty keys all go to one partition.
    Consistent,
    /// CRC-32 of the key; null and empty keys stick to a random partition for a while (librdkafka's default).
    ConsistentRandom,
    /// Java's hash of the key; null keys all go to one partition.
    Murmur2,
    /// Java's hash of the key; null keys stick to a random partition for a while (Java's default).
    Murmur2Random,
    /// FNV-1a of the key; null keys all go to one partition.
    Fnv1a,
    /// FNV-1a of the key; null keys stick to a random partition for a while.
    Fnv1aRandom,
}

impl Partitioner {
    const NAMES: &[(&str, Self)] = &[
        ("random", Self::Random),
        ("consistent", Self::Consistent),
        ("consistent_random", Self::ConsistentRandom),
        ("murmur2", Self::Murmur2),
        ("murmur2_random", Self::Murmur2Random),
        ("fnv1a", Self::Fnv1a),
        ("fnv1a_random", Self::Fnv1aRandom),
    ];

    /// The strategy of a `partitioner` value.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(n, _)| *n == name).map(|(_, p)| *p)
    }
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, p)| *p == self).expect("every strategy has a row").0
    }

    /// The partition of a record, or None where the producer's sticky choice decides. `partitions` must not be 0.
    pub fn choose(self, key: Option<&[u8]>, partitions: u32, rng: &mut Rng) -> Option<i32> {
        assert!(partitions > 0, "a topic has at least one partition");
        let hash = match (self, key) {
            (Self::Random, _) => return Some(rng.below(u64::from(partitions)) as i32),
            (Self::ConsistentRandom, None | Some([])) | (Self::Murmur2Random | Self::Fnv1aRandom, None) => return None,
            (Self::Consistent | Self::ConsistentRandom, key) => crc32(key.unwrap_or_default()),
            (Self::Murmur2 | Self::Murmur2Random, key) => murmur2(key.unwrap_or_default()) & 0x7fff_ffff,
            (Self::Fnv1a | Self::Fnv1aRandom, key) => fnv1a(key.unwrap_or_default()),
        };
        Some((hash % partitions) as i32)
    }
}

const CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let mut c = i as u32;
        let mut bit = 0;
        while bit < 8 {
            c = if c & 1 == 1 { 0xedb8_8320 ^ (c >> 1) } else { c >> 1 };
            bit += 1;
        }
        table[i] = c;
        i += 1;
    }
    table
};

/// CRC-32 (IEEE 802.3, as zlib's). Keys are short, so a table is enough.
pub fn crc32(key: &[u8]) -> u32 {
    !key.iter().fold(!0, |c, &b| CRC_TABLE[((c ^ u32::from(b)) & 0xff) as usize] ^ (c >> 8))
}

/// MurmurHash2 with the seed of Java's `Utils.murmur2`; a partition takes its lower 31 bits.
pub fn murmur2(key: &[u8]) -> u32 {
    const M: u32 = 0x5bd1_e995;
    let mut h = 0x9747_b28c ^ key.len() as u32;
    let (words, rest) = key.as_chunks::<4>();
    for w in words {
        let mut k = u32::from_le_bytes(*w).wrapping_mul(M);
        k ^= k >> 24;
        h = h.wrapping_mul(M) ^ k.wrapping_mul(M);
    }
    for (i, b) in rest.iter().enumerate() {
        h ^= u32::from(*b) << (8 * i);
    }
    if !rest.is_empty() {
        h = h.wrapping_mul(M);
    }
    h ^= h >> 13;
    h = h.wrapping_mul(M);
    h ^ h >> 15
}

/// FNV-1a as librdkafka and Sarama take it: the absolute value of the signed hash.
pub fn fnv1a(key: &[u8]) -> u32 {
    let h = key.iter().fold(0x811c_9dc5_u32, |h, &b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193));
    (h as i32).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with confluent-kafka 2.16's murmur2, consistent and fnv1a over 1, 3, 7 and 100 partitions.
    type Row = (&'static [u8], [i32; 4], [i32; 4], [i32; 4]);
    const GOLDEN: &[Row] = &[
        (b"", [0, 0, 2, 81], [0, 0, 0, 0], [0, 0, 2, 35]),
        (b"a", [0, 1, 5, 24], [0, 0, 4, 7], [0, 0, 6, 76]),
        (b"kafka", [0, 1, 3, 80], [0, 2, 6, 99], [0, 2, 4, 45]),
        (b"hello world", [0, 1, 2, 59], [0, 0, 5, 57], [0, 1, 4, 89]),
        (b"\xff\x00\x01\x02", [0, 1, 4, 37], [0, 0, 5, 52], [0, 0, 4, 63]),
        (b"flight-UA", [0, 0, 1, 84], [0, 1, 4, 59], [0, 0, 1, 4]),
        (b"0123456789abcdef", [0, 0, 6, 52], [0, 0, 2, 11], [0, 1, 5, 51]),
    ];

    #[test]
    fn keys_go_where_librdkafka_sends_them() {
        let mut rng = Rng::seeded(1);
        for (key, murmur2, consistent, fnv1a) in GOLDEN {
            for (i, n) in [1, 3, 7, 100].into_iter().enumerate() {
                for (p, want) in [(Partitioner::Murmur2, murmur2), (Partitioner::Consistent, consistent), (Partitioner::Fnv1a, fnv1a)] {
                    assert_eq!(p.choose(Some(key), n, &mut rng), Some(want[i]), "{} of {key:?} over {n}", p.name());
                }
            }
        }
    }

    #[test]
    fn records_without_a_key_stick_where_librdkafka_sticks() {
        let mut rng = Rng::seeded(1);
        for (name, null, empty) in [
            ("consistent_random", true, true),
            ("murmur2_random", true, false),
            ("fnv1a_random", true, false),
            ("murmur2", false, false),
            ("random", false, false),
        ] {
            let p = Partitioner::parse(name).expect("a known name");
            assert_eq!(p.choose(None, 5, &mut rng).is_none(), null, "{name}, null key");
            assert_eq!(p.choose(Some(b""), 5, &mut rng).is_none(), empty, "{name}, empty key");
            assert!(p.choose(Some(b"k"), 5, &mut rng).is_some_and(|n| (0..5).contains(&n)), "{name}");
        }
        assert_eq!(Partitioner::parse("roundrobin"), None);
    }
}
