//! Tests of the crate by subject.

mod bounds;
mod round_trip;
mod vectors;

use crate::*;

/// A record that owns its bytes, to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owned {
    pub timestamp: i64,
    pub key: Option<Vec<u8>>,
    pub value: Option<Vec<u8>>,
    pub headers: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

impl Owned {
    pub(crate) fn value(v: &[u8]) -> Self {
        Self { timestamp: 1_700_000_000_000, key: None, value: Some(v.to_vec()), headers: Vec::new() }
    }
    pub(crate) fn of(r: &RecordRef<'_>) -> Self {
        Self {
            timestamp: r.timestamp,
            key: r.key.map(<[u8]>::to_vec),
            value: r.value.map(<[u8]>::to_vec),
            headers: r.headers().map(|(k, v)| (k.to_vec(), v.map(<[u8]>::to_vec))).collect(),
        }
    }
    pub(crate) fn append(&self, b: &mut BatchBuilder) {
        let headers = self.headers.iter().map(|(k, v)| (k.as_slice(), v.as_deref()));
        b.append(self.timestamp, self.key.as_deref(), self.value.as_deref(), headers).expect("a small record fits");
    }
}

pub(crate) fn build(options: BuilderOptions, records: &[Owned]) -> Vec<u8> {
    let mut b = BatchBuilder::new(options);
    for r in records {
        r.append(&mut b);
    }
    b.finish().expect("the batch has records")
}

/// Reads a whole batch: its CRC, then its records.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<(i64, Owned)>, BatchError> {
    let batch = BatchRef::parse(bytes)?;
    batch.verify_crc()?;
    let mut scratch = Vec::new();
    batch.records(&mut scratch, 1 << 24)?.map(|r| r.map(|r| (r.offset, Owned::of(&r)))).collect()
}
