//! Random messages of every version: read back equal, and, where the crate kafka-protocol knows the version, read and written by it into
//! the same bytes. The seed is printed; `WELLHEAD_SEED` sets it.

use crate::arbitrary::{definitions, message};
use crate::convert::{FromJson, Run};
use crate::generator::schema::Message as Definition;
use crate::json::with_message;
use crate::vectors::hex;
use bytes::{Bytes, BytesMut};
use kafka_protocol::messages::{ApiKey, RequestKind, ResponseKind};
use serde_json::Value;
use wellhead_base::env::Rng;
use wellhead_wire::{Message, Reader, Writer};

pub fn seed() -> u64 {
    let seed = std::env::var("WELLHEAD_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_260_101);
    println!("WELLHEAD_SEED={seed}");
    seed
}

/// Encodes one random message, checks that it reads back, and keeps the bytes.
pub struct Encode<'a> {
    pub json: &'a Value,
    pub version: i16,
    pub bytes: Bytes,
}

impl Run for Encode<'_> {
    fn message<M: Message + FromJson>(&mut self) {
        let what = format!("{} v{} {}", M::NAME, self.version, self.json);
        let m = M::from_json(self.json);
        let mut w = Writer::new();
        m.encode(&mut w, self.version).unwrap_or_else(|e| panic!("{what}: {e}"));
        self.bytes = w.into_bytes();
        let mut r = Reader::new(&self.bytes);
        let back = M::decode(&mut r, self.version).unwrap_or_else(|e| panic!("{what}: {e}"));
        r.finish().unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!(back, m, "{what}");
    }
}

/// What the oracle makes of the bytes; `None` where it does not know the message or the version.
fn theirs(m: &Definition, version: i16, bytes: &Bytes) -> Option<Result<Bytes, String>> {
    let key = ApiKey::try_from(m.api_key).ok()?;
    let range = key.valid_versions();
    // It counts versions that were unstable in Kafka 4.1 as valid, and cannot read them.
    let unstable = matches!((key, version), (ApiKey::InitProducerId, 6) | (ApiKey::OffsetCommit | ApiKey::OffsetFetch, 10));
    if !(range.min..=range.max).contains(&version) || unstable {
        return None;
    }
    let (mut left, mut out) = (bytes.clone(), BytesMut::new());
    let done = match m.kind.as_str() {
        "request" => RequestKind::decode(key, &mut left, version).and_then(|r| r.encode(&mut out, version)),
        "response" => ResponseKind::decode(key, &mut left, version).and_then(|r| r.encode(&mut out, version)),
        _ => return None,
    };
    Some(match done {
        Ok(()) if left.is_empty() => Ok(out.freeze()),
        Ok(()) => Err(format!("{} bytes left over", left.len())),
        Err(e) => Err(e.to_string()),
    })
}

#[test]
fn random_messages_read_back_and_agree_with_kafka_protocol() {
    let mut rng = Rng::seeded(seed());
    let (mut ours, mut both) = (0, 0);
    for m in definitions() {
        for version in m.valid.lo..=m.valid.hi {
            for _ in 0..4 {
                let json = message(&mut rng, &m, version);
                let mut run = Encode { json: &json, version, bytes: Bytes::new() };
                assert!(with_message(&m.name, &mut run), "no message {}", m.name);
                ours += 1;
                if let Some(theirs) = theirs(&m, version, &run.bytes) {
                    let theirs = theirs.unwrap_or_else(|e| panic!("{} v{version}: kafka-protocol: {e}: {json}", m.name));
                    assert_eq!(hex(&theirs), hex(&run.bytes), "{} v{version} {json}", m.name);
                    both += 1;
                }
            }
        }
    }
    println!("{ours} messages, {both} of them through kafka-protocol");
    assert!(both > 1000);
}
