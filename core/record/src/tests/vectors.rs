//! Batches that Kafka's own classes wrote, read and written again. `WELLHEAD_VECTORS=DIR` takes them from `DIR/batches.jsonl`.

use super::Owned;
use crate::*;
use serde_json::Value;

fn hex(s: &str) -> Vec<u8> {
    assert!(s.len().is_multiple_of(2), "{s}");
    (0..s.len()).step_by(2).map(|i| u8::from_str_radix(&s[i..i + 2], 16).expect("hex digits")).collect()
}
fn nullable(v: &Value) -> Option<Vec<u8>> {
    v.as_str().map(hex)
}

fn vectors() -> Vec<Value> {
    let dir = std::env::var("WELLHEAD_VECTORS").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors").to_owned());
    let path = std::path::Path::new(&dir).join("batches.jsonl");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let all: Vec<Value> = text.lines().filter(|l| !l.trim().is_empty()).map(|l| serde_json::from_str(l).expect("a JSON line")).collect();
    assert!(!all.is_empty(), "{} holds no vectors", path.display());
    all
}

fn expected(v: &Value) -> Vec<(i64, Owned)> {
    let records = v["records"].as_array().expect("records");
    records
        .iter()
        .map(|r| {
            let headers = r["headers"]
                .as_array()
                .map_or(Vec::new(), |hs| hs.iter().map(|h| (h[0].as_str().expect("a header key").as_bytes().to_vec(), nullable(&h[1]))).collect());
            let timestamp = r["timestamp"].as_i64().expect("timestamp");
            (r["offset"].as_i64().expect("offset"), Owned { timestamp, key: nullable(&r["key"]), value: nullable(&r["value"]), headers })
        })
        .collect()
}

#[test]
fn kafkas_batches_are_read_and_written_again() {
    for (n, v) in vectors().iter().enumerate() {
        let what = format!("line {}, {}", n + 1, v["what"]);
        let bytes = hex(v["hex"].as_str().expect("hex"));
        let int = |name: &str| v[name].as_i64().unwrap_or_else(|| panic!("{what}: {name}"));
        let flag = |name: &str| v[name].as_bool().unwrap_or_else(|| panic!("{what}: {name}"));
        let b = BatchRef::parse(&bytes).unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!(b.verify_crc().is_ok(), flag("valid"), "{what}");
        assert_eq!(b.len() as i64, int("size"), "{what}");
        assert_eq!(b.base_offset(), int("base_offset"), "{what}");
        assert_eq!(b.last_offset(), int("last_offset"), "{what}");
        assert_eq!(i64::from(b.crc()), int("crc"), "{what}");
        assert_eq!(i64::from(b.leader_epoch()), int("leader_epoch"), "{what}");
        assert_eq!(b.max_timestamp(), int("max_timestamp"), "{what}");
        assert_eq!(format!("{:?}", b.timestamp_type()), v["timestamp_type"].as_str().expect("a type"), "{what}");
        assert_eq!(b.producer_id(), int("producer_id"), "{what}");
        assert_eq!(i64::from(b.producer_epoch()), int("producer_epoch"), "{what}");
        assert_eq!(i64::from(b.base_sequence()), int("base_sequence"), "{what}");
        assert_eq!(i64::from(b.last_sequence()), int("last_sequence"), "{what}");
        assert_eq!(b.is_transactional(), flag("transactional"), "{what}");
        assert_eq!(b.is_control(), flag("control"), "{what}");
        let expected = expected(v);
        if !flag("valid") {
            continue;
        }
        assert_eq!(super::read(&bytes).unwrap_or_else(|e| panic!("{what}: {e}")), expected, "{what}");

        // With LogAppendTime the records keep deltas to the times they were made at: what the batch said before its append.
        let mut created = bytes.clone();
        set_max_timestamp(&mut created, TimestampType::CreateTime, b.max_timestamp());
        let mut builder = BatchBuilder::new(BuilderOptions {
            codec: b.codec(),
            producer_id: b.producer_id(),
            producer_epoch: b.producer_epoch(),
            base_sequence: b.base_sequence(),
            transactional: b.is_transactional(),
            control: b.is_control(),
            leader_epoch: b.leader_epoch(),
            base_offset: b.base_offset(),
            delete_horizon_ms: b.delete_horizon_ms(),
            ..BuilderOptions::default()
        });
        for (_, r) in super::read(&created).expect("the patched batch reads") {
            r.append(&mut builder);
        }
        let mut again = builder.finish().expect("the batch has records");
        if b.timestamp_type() == TimestampType::LogAppendTime {
            set_max_timestamp(&mut again, TimestampType::LogAppendTime, b.max_timestamp());
        }
        assert_eq!(super::read(&again).unwrap_or_else(|e| panic!("{what}, written again: {e}")), expected, "{what}");
        let a = BatchRef::parse(&again).expect("our own batch");
        assert_eq!(a.attributes(), b.attributes(), "{what}");
        assert_eq!(a.meta(), b.meta(), "{what}");
        if b.codec() == Codec::None {
            assert_eq!(again, bytes, "{what}: uncompressed batches come out byte for byte");
        }
    }
}

#[test]
fn transaction_markers_are_kafkas() {
    let mut seen = 0;
    for v in vectors() {
        if v["control"].as_bool() != Some(true) {
            continue;
        }
        seen += 1;
        let bytes = hex(v["hex"].as_str().expect("hex"));
        let b = BatchRef::parse(&bytes).expect("a batch");
        let mut scratch = Vec::new();
        let r = b.records(&mut scratch, 0).expect("records").next().expect("one").expect("whole");
        let marker = EndTxnMarker::parse(r.key, r.value).expect("a control record").expect("a transaction marker");
        assert_eq!(marker.commit, v["what"].as_str().expect("what").contains("commit"));
        let mut ours = marker.to_batch(b.producer_id(), b.producer_epoch(), r.timestamp);
        set_base_offset(&mut ours, b.base_offset());
        set_leader_epoch(&mut ours, b.leader_epoch());
        assert_eq!(ours, bytes);
    }
    assert!(seen >= 2, "a commit and an abort marker are among the vectors");
}
