//! What is built is what is read, for any records; and the patches change what they say.

use super::{Owned, build, read};
use crate::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

fn bytes(max: usize) -> impl Strategy<Value = Vec<u8>> {
    // Runs compress and random bytes do not; both kinds of block matter.
    prop_oneof![vec(any::<u8>(), 0..max), (any::<u8>(), 0..max).prop_map(|(b, n)| vec![b; n])]
}
fn record() -> impl Strategy<Value = Owned> {
    let timestamp = prop_oneof![4 => 1_600_000_000_000..1_800_000_000_000i64, 1 => any::<i64>(), 1 => Just(-1)];
    let headers = vec((bytes(12), option::of(bytes(40))), 0..4);
    (timestamp, option::of(bytes(300)), option::of(bytes(2_000)), headers).prop_map(|(timestamp, key, value, headers)| Owned {
        timestamp,
        key,
        value,
        headers,
    })
}
fn codec() -> impl Strategy<Value = Codec> {
    proptest::sample::select(&Codec::ALL[..])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_records_round_trip(records in vec(record(), 1..40), codec in codec(), base in 0..i64::MAX / 2, transactional: bool) {
        let options = BuilderOptions { codec, base_offset: base, producer_id: 7, producer_epoch: 1, base_sequence: i32::MAX - 3, transactional, ..BuilderOptions::default() };
        let batch = build(options, &records);
        let b = BatchRef::parse(&batch).unwrap();
        prop_assert_eq!(b.record_count() as usize, records.len());
        prop_assert_eq!(b.last_offset(), base + records.len() as i64 - 1);
        prop_assert_eq!(b.max_timestamp(), records.iter().map(|r| r.timestamp).max().unwrap());
        prop_assert_eq!(b.is_transactional(), transactional);
        let got = read(&batch).unwrap();
        for (i, (offset, r)) in got.iter().enumerate() {
            prop_assert_eq!(*offset, base + i as i64);
            prop_assert_eq!(r, &records[i]);
        }
        prop_assert_eq!(got.len(), records.len());
    }

    #[test]
    fn compaction_keeps_offsets_and_headers(records in vec(record(), 2..30), keep: u64, codec in codec()) {
        let whole = build(BuilderOptions { base_offset: 1_000, ..BuilderOptions::default() }, &records);
        let from = BatchRef::parse(&whole).unwrap();
        let mut b = BatchBuilder::new(BuilderOptions { codec, base_offset: 1_000, delete_horizon_ms: Some(5_000), ..BuilderOptions::default() });
        let mut scratch = Vec::new();
        for r in from.records(&mut scratch, 0).unwrap() {
            let r = r.unwrap();
            if keep >> (r.offset % 64) & 1 == 1 {
                b.append_record(&r).unwrap();
            }
        }
        b.set_last_offset_delta(from.last_offset_delta()).unwrap();
        let compacted = b.finish().unwrap();
        let c = BatchRef::parse(&compacted).unwrap();
        prop_assert_eq!(c.last_offset(), from.last_offset());
        prop_assert_eq!(c.delete_horizon_ms(), Some(5_000));
        let expected: Vec<_> = read(&whole).unwrap().into_iter().filter(|(o, _)| keep >> (o % 64) & 1 == 1).collect();
        prop_assert_eq!(read(&compacted).unwrap(), expected);
    }

    #[test]
    fn varints_read_what_they_write(v: i64, w: i32) {
        for v in [v, i64::from(w), v >> 33, 0, -1, i64::MIN, i64::MAX] {
            let mut s = varint::Scratch::new();
            s.put_i64(v);
            prop_assert_eq!(s.as_slice().len(), varint::size(v));
            let mut r = s.as_slice();
            prop_assert_eq!(varint::take_i64(&mut r), Some(v));
            prop_assert!(r.is_empty());
            let mut r = s.as_slice();
            prop_assert_eq!(varint::take_i32(&mut r), i32::try_from(v).ok());
        }
    }

    #[test]
    fn a_record_fits_its_bound(r in record(), delta in 0..i32::MAX) {
        let mut b = BatchBuilder::new(BuilderOptions::default());
        b.append(0, None, None, NO_HEADERS).unwrap();
        let before = b.size_estimate();
        let headers = r.headers.iter().map(|(k, v)| (k.as_slice(), v.as_deref()));
        b.append_at(delta.max(1), r.timestamp, r.key.as_deref(), r.value.as_deref(), headers).unwrap();
        let header_bytes = r.headers.iter().map(|(k, v)| k.len() + v.as_ref().map_or(0, Vec::len)).sum();
        let bound = record_size_max(r.key.as_ref().map_or(0, Vec::len), r.value.as_ref().map_or(0, Vec::len), r.headers.len(), header_bytes);
        prop_assert!(b.size_estimate() - before <= bound);
    }
}

#[test]
fn patches_change_what_they_say_and_keep_the_crc_right() {
    let records = [Owned::value(b"one"), Owned::value(b"two")];
    for codec in Codec::ALL {
        let mut batch = build(BuilderOptions { codec, ..BuilderOptions::default() }, &records);
        set_base_offset(&mut batch, 4_711);
        set_leader_epoch(&mut batch, 9);
        BatchRef::parse(&batch).unwrap().verify_crc().expect("neither is under the CRC");
        set_producer(&mut batch, 12, 3, i32::MAX);
        set_max_timestamp(&mut batch, TimestampType::LogAppendTime, 99);
        let b = BatchRef::parse(&batch).unwrap();
        b.verify_crc().unwrap();
        assert_eq!((b.base_offset(), b.last_offset(), b.leader_epoch()), (4_711, 4_712, 9));
        assert_eq!((b.producer_id(), b.producer_epoch(), b.base_sequence()), (12, 3, i32::MAX));
        assert_eq!(b.last_sequence(), 0, "sequences wrap to 0");
        let got = read(&batch).unwrap();
        assert!(got.iter().all(|(_, r)| r.timestamp == 99), "the append time is every record's: {got:?}");
        assert_eq!(got[1].0, 4_712);
        set_max_timestamp(&mut batch, TimestampType::CreateTime, 1_700_000_000_000);
        assert_eq!(read(&batch).unwrap()[0].1, records[0], "the times of creation are still there");
    }
}

#[test]
fn a_builder_is_used_again() {
    let mut b = BatchBuilder::new(BuilderOptions::default());
    assert_eq!(b.finish(), Err(BatchError::Empty));
    Owned::value(b"first").append(&mut b);
    assert_eq!(b.count(), 1);
    let first = b.finish().unwrap();
    assert!(b.is_empty());
    assert_eq!(b.size_estimate(), HEADER_LEN);
    Owned::value(b"second").append(&mut b);
    let mut both = first.clone();
    b.finish_into(&mut both).unwrap();
    let batches: Vec<_> = Batches::new(&both).map(|b| read(b.unwrap().bytes()).unwrap()[0].1.value.clone().unwrap()).collect();
    assert_eq!(batches, [b"first".to_vec(), b"second".to_vec()]);
    // A batch that compaction emptied keeps its header: its producer's sequence is still needed.
    b.set_producer(5, 0, 17);
    b.set_last_offset_delta(4).unwrap();
    let empty = b.finish().unwrap();
    let e = BatchRef::parse(&empty).unwrap();
    assert_eq!((e.len(), e.record_count(), e.last_offset_delta(), e.last_sequence()), (HEADER_LEN, 0, 4, 21));
    assert_eq!(read(&empty).unwrap(), []);
    assert!(e.check_produced().is_err(), "a producer may not send an empty batch");
}

#[test]
fn batches_end_quietly_at_a_cut_tail() {
    let one = build(BuilderOptions::default(), &[Owned::value(b"x")]);
    let buf = [one.as_slice(), &one, &one].concat();
    for cut in 0..=buf.len() {
        let mut it = Batches::new(&buf[..cut]);
        let mut whole = 0;
        for b in it.by_ref() {
            b.expect("no error, only a cut");
            whole += 1;
        }
        assert_eq!(whole, cut / one.len());
        assert_eq!(it.consumed(), whole * one.len());
        assert_eq!(it.rest().len(), cut % one.len());
    }
}

#[test]
fn codecs_are_named_as_kafka_names_them() {
    for codec in Codec::ALL {
        assert_eq!(Codec::parse(codec.name()), Some(codec));
        assert_eq!(Codec::from_bits(codec.bits()), Some(codec));
    }
    assert_eq!(Codec::parse("uncompressed"), Some(Codec::None));
    assert_eq!(Codec::parse("LZ4"), None);
    assert_eq!(Codec::from_bits(5), None);
    assert_eq!(crc32c(b"123456789"), 0xe306_9283, "the check value of CRC-32C");
}

#[test]
fn levels_are_accepted_and_clamped() {
    let input = b"the quick brown fox jumps over the lazy dog ".repeat(50);
    for codec in Codec::ALL {
        for level in [LEVEL_DEFAULT, 1, 9, i32::MAX, -7] {
            let (mut packed, mut plain) = (b"kept".to_vec(), b"replaced".to_vec());
            compress(codec, level, &input, &mut packed).unwrap();
            assert_eq!(&packed[..4], b"kept");
            decompress(codec, &packed[4..], &mut plain, input.len()).unwrap();
            assert_eq!(plain, input, "{codec:?} at {level}");
        }
    }
}
