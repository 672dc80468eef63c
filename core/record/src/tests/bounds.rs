//! Bytes from outside: cut off, flipped, lying, bombs. Nothing panics, nothing allocates on a claim.

use super::{Owned, build, read};
use crate::*;

fn sample(codec: Codec) -> Vec<u8> {
    let mut r = Owned::value(b"a value of some bytes, a value of some bytes, a value of some bytes");
    r.key = Some(b"key".to_vec());
    r.headers = vec![(b"h".to_vec(), Some(b"v".to_vec())), (b"h".to_vec(), None)];
    build(BuilderOptions { codec, producer_id: 3, producer_epoch: 0, base_sequence: 0, ..BuilderOptions::default() }, &[r.clone(), r])
}

/// Changes the bytes behind the header and makes length and CRC right again, so that only the records are wrong.
fn with_body(batch: &[u8], body: &[u8]) -> Vec<u8> {
    let mut out = [&batch[..HEADER_LEN], body].concat();
    let len = (out.len() - LOG_OVERHEAD) as i32;
    out[8..12].copy_from_slice(&len.to_be_bytes());
    patch::set_crc(&mut out);
    out
}

#[test]
fn cut_anywhere_is_incomplete() {
    for codec in Codec::ALL {
        let batch = sample(codec);
        for n in 0..batch.len() {
            match BatchRef::parse(&batch[..n]) {
                Err(BatchError::Incomplete { need }) => assert!(need > n && need <= batch.len(), "{n}: {need}"),
                other => panic!("cut at {n}: {other:?}"),
            }
        }
    }
}

#[test]
fn a_body_cut_anywhere_is_an_error() {
    for codec in Codec::ALL {
        let batch = sample(codec);
        let body = &batch[HEADER_LEN..];
        for n in 0..body.len() {
            // An lz4 frame without its end mark still holds every record; the CRC is what covers the mark.
            let lacks_end_mark_only = codec == Codec::Lz4 && n >= body.len() - 4;
            assert!(lacks_end_mark_only || read(&with_body(&batch, &body[..n])).is_err(), "{codec:?} cut at {n}");
        }
        // Gzip and lz4 say themselves where they end; readers stop there, as Java's do.
        let ends_itself = matches!(codec, Codec::Gzip | Codec::Lz4);
        assert!(ends_itself || read(&with_body(&batch, &[body, b"bytes behind the frame"].concat())).is_err(), "{codec:?} with junk behind it");
    }
}

#[test]
fn every_flipped_bit_is_caught() {
    for codec in Codec::ALL {
        let good = sample(codec);
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            // Base offset and leader epoch are outside the CRC: the log owns them.
            let covered = !(0..8).contains(&(bit / 8)) && !(12..16).contains(&(bit / 8));
            let caught = BatchRef::parse(&bad).and_then(|b| b.verify_crc()).is_err();
            assert!(caught || !covered, "{codec:?}, bit {bit}");
        }
    }
}

#[test]
fn random_bodies_never_panic() {
    let mut rng = wellhead_base::env::Rng::seeded(0x5eed);
    for round in 0..4_000 {
        let codec = Codec::ALL[rng.below(5) as usize];
        let mut batch = sample(codec);
        for _ in 0..=rng.below(4) {
            let at = 12 + rng.below(batch.len() as u64 - 12) as usize;
            batch[at] = rng.next_u64() as u8;
        }
        batch[16] = 2;
        // With a right CRC the parser itself has to hold.
        patch::set_crc(&mut batch);
        let _ = read(&batch).map(|r| assert!(r.len() <= 1_000, "seed 0x5eed, round {round}"));
        let mut scratch = Vec::new();
        if let Ok(b) = BatchRef::parse(&batch) {
            let _ = b.check_records(&mut scratch, 1 << 20, RecordRules { contiguous: true, keys_required: true });
        }
        assert!(scratch.capacity() <= 4 << 20, "seed 0x5eed, round {round}: {}", scratch.capacity());
    }
}

#[test]
fn headers_that_lie_are_refused() {
    let good = sample(Codec::None);
    let patched = |at: usize, v: &[u8]| {
        let mut b = good.clone();
        b[at..at + v.len()].copy_from_slice(v);
        BatchRef::parse(&b).map(|b| b.len())
    };
    for magic in [0u8, 1, 3, 0xff] {
        assert_eq!(patched(16, &[magic]), Err(BatchError::BadMagic(magic as i8)));
    }
    for length in [-1, 0, 48, i32::MIN, i32::MAX] {
        assert_eq!(patched(8, &length.to_be_bytes()), Err(BatchError::BadLength(length)));
    }
    assert!(matches!(patched(8, &1_000_000i32.to_be_bytes()), Err(BatchError::Incomplete { need: 1_000_012 })));
    for count in [-1, i32::MIN, i32::MAX, 3] {
        assert!(matches!(patched(57, &count.to_be_bytes()), Err(BatchError::BadCount { .. })), "{count}");
    }
    for delta in [-1, 0, i32::MIN] {
        assert!(matches!(patched(23, &delta.to_be_bytes()), Err(BatchError::BadCount { .. })), "{delta}");
    }
    for codec in 5..8 {
        assert_eq!(patched(21, &[0, codec]), Err(BatchError::UnknownCodec(codec)));
    }
    // The offset after the last one must be an offset too: it is where a reader goes on.
    for base in [i64::MAX, i64::MAX - 1] {
        assert!(matches!(patched(0, &base.to_be_bytes()), Err(BatchError::BadHeader(_))), "{base}");
    }
    // A claim of two billion records in a few bytes, compressed so that the header alone cannot tell.
    let mut b = sample(Codec::Zstd);
    b[23..27].copy_from_slice(&(i32::MAX - 1).to_be_bytes());
    b[57..61].copy_from_slice(&i32::MAX.to_be_bytes());
    patch::set_crc(&mut b);
    assert!(matches!(read(&b), Err(BatchError::BadCount { .. })));
}

#[test]
fn records_that_lie_are_refused() {
    let base = build(BuilderOptions::default(), &[Owned::value(b"")]);
    let read_body = |body: &[u8]| read(&with_body(&base, body));
    // Length, attributes, timestamp delta, offset delta, key, value, headers; zigzag, so that 0x01 is -1 and 0x0c is 6.
    let good = [0x0c, 0, 0, 0, 0x01, 0, 0];
    assert_eq!(read_body(&good).unwrap().len(), 1);
    for (what, body) in [
        ("a negative length", vec![0x01, 0, 0, 0, 0x01, 0, 0]),
        ("a length beyond the batch", vec![0x0e, 0, 0, 0, 0x01, 0, 0]),
        ("a length below its fields", vec![0x0a, 0, 0, 0, 0x01, 0, 0]),
        ("a key beyond the record", vec![0x0c, 0, 0, 0, 0x7e, 0, 0]),
        ("a key of length -2", vec![0x0c, 0, 0, 0, 0x03, 0, 0]),
        ("a negative header count", vec![0x0c, 0, 0, 0, 0x01, 0, 0x01]),
        ("a header count beyond the record", vec![0x0c, 0, 0, 0, 0x01, 0, 0x7e]),
        ("two billion headers", vec![0x14, 0, 0, 0, 0x01, 0, 0xfe, 0xff, 0xff, 0xff, 0x0f]),
        ("a null header key", vec![0x10, 0, 0, 0, 0x01, 0, 0x02, 0x01, 0x01]),
        ("bytes behind the headers", vec![0x0e, 0, 0, 0, 0x01, 0, 0, 0]),
        ("an offset beyond the batch", vec![0x0c, 0, 0, 0x02, 0x01, 0, 0]),
        ("a negative offset delta", vec![0x0c, 0, 0, 0x01, 0x01, 0, 0]),
        ("a varint that does not end", vec![0xff; 12]),
        ("bytes behind the record", [good.as_slice(), &good].concat()),
    ] {
        let err = read_body(&body).expect_err(what);
        assert_eq!(err.code().bare_name(), "INVALID_RECORD", "{what}: {err}");
    }
    // The iterator ends after an error.
    let bad = with_body(&base, &[0x01; 9]);
    let mut scratch = Vec::new();
    let mut it = BatchRef::parse(&bad).unwrap().records(&mut scratch, 0).unwrap();
    assert!(it.next().is_some_and(|r| r.is_err()));
    assert!(it.next().is_none());
}

#[test]
fn bombs_end_in_an_error_and_not_in_memory() {
    let zeroes = vec![0u8; 64 << 20];
    for codec in [Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
        let mut packed = Vec::new();
        compress(codec, LEVEL_DEFAULT, &zeroes, &mut packed).unwrap();
        assert!(packed.len() < zeroes.len() / 15, "{codec:?} packs zeroes into {}", packed.len());
        for max in [0, 1_000, 1 << 20] {
            let mut out = Vec::new();
            assert_eq!(decompress(codec, &packed, &mut out, max), Err(BatchError::TooLarge { max }), "{codec:?}");
            assert!(out.capacity() <= 8 * max.max(64 << 10), "{codec:?} took {} for {max}", out.capacity());
        }
        // The bound itself is allowed.
        let mut out = Vec::new();
        decompress(codec, &packed, &mut out, zeroes.len()).unwrap();
        assert_eq!(out.len(), zeroes.len());
    }
}

#[test]
fn claims_of_size_are_not_believed() {
    // Raw snappy that claims 4 GB less one byte in six bytes.
    let mut out = Vec::new();
    let claim = [0xff, 0xff, 0xff, 0xff, 0x0f, 0x00];
    assert_eq!(decompress(Codec::Snappy, &claim, &mut out, 1 << 40), Err(BatchError::BadCompression("snappy")));
    // A zstd frame header that claims a terabyte.
    let claim = [0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0];
    assert_eq!(decompress(Codec::Zstd, &claim, &mut out, 1 << 20), Err(BatchError::TooLarge { max: 1 << 20 }));
    assert!(decompress(Codec::Zstd, &claim, &mut out, usize::MAX).is_err());
    assert!(out.capacity() < 1 << 20, "{}", out.capacity());
    for codec in [Codec::Gzip, Codec::Zstd] {
        assert!(decompress(codec, b"", &mut out, 100).is_err(), "{codec:?} of nothing");
    }
}

/// Five bytes that claim a window of 128 MiB are read, as Java reads them; the context that this takes is not kept by the thread.
#[test]
fn large_zstd_windows_are_bounded_and_their_memory_is_given_back() {
    let frame = |window_bits: u8| [&[0x28, 0xb5, 0x2f, 0xfd, 0, (window_bits - 10) << 3, 5 << 3 | 1, 0, 0][..], b"hello"].concat();
    let mut out = Vec::new();
    for (bits, kept) in [(17, true), (27, false), (20, true)] {
        decompress(Codec::Zstd, &frame(bits), &mut out, 100).unwrap();
        assert_eq!((out.as_slice(), codec::zstd_context_kept()), (&b"hello"[..], kept), "2^{bits}");
    }
    for bits in [28, 31] {
        assert_eq!(decompress(Codec::Zstd, &frame(bits), &mut out, 100), Err(BatchError::BadCompression("zstd")), "2^{bits}");
    }
}

#[test]
fn snappy_is_read_raw_framed_and_joined() {
    let plain = b"snappy has two forms in Kafka ".repeat(3_000);
    let raw = snap::raw::Encoder::new().compress_vec(&plain).unwrap();
    let mut framed = Vec::new();
    compress(Codec::Snappy, LEVEL_DEFAULT, &plain, &mut framed).unwrap();
    assert_eq!(framed[..16], [0x82, b'S', b'N', b'A', b'P', b'P', b'Y', 0, 0, 0, 0, 1, 0, 0, 0, 1]);
    let mut out = Vec::new();
    for form in [&raw, &framed] {
        decompress(Codec::Snappy, form, &mut out, plain.len()).unwrap();
        assert_eq!(out, plain);
    }
    decompress(Codec::Snappy, &[framed.as_slice(), &framed].concat(), &mut out, plain.len() * 2).unwrap();
    assert_eq!(out, [plain.as_slice(), &plain].concat());
    let mut cut = framed.clone();
    cut.truncate(framed.len() - 1);
    assert!(decompress(Codec::Snappy, &cut, &mut out, plain.len()).is_err());
}

#[test]
fn a_brokers_rules_for_producers() {
    let ok = sample(Codec::Lz4);
    BatchRef::parse(&ok).unwrap().check_produced().unwrap();
    let refused = |options: BuilderOptions| {
        let b = build(options, &[Owned::value(b"x")]);
        BatchRef::parse(&b).unwrap().check_produced().expect_err("refused").code().bare_name()
    };
    let d = BuilderOptions::default;
    assert_eq!(refused(BuilderOptions { base_offset: 5, ..d() }), "INVALID_RECORD");
    assert_eq!(refused(BuilderOptions { control: true, ..d() }), "INVALID_RECORD");
    assert_eq!(refused(BuilderOptions { transactional: true, ..d() }), "INVALID_RECORD");
    assert_eq!(refused(BuilderOptions { producer_id: 1, producer_epoch: 0, ..d() }), "INVALID_RECORD");
    assert_eq!(refused(BuilderOptions { delete_horizon_ms: Some(1), ..d() }), "INVALID_RECORD");
    let mut damaged = ok.clone();
    *damaged.last_mut().unwrap() ^= 1;
    assert_eq!(BatchRef::parse(&damaged).unwrap().check_produced().unwrap_err().code().bare_name(), "INVALID_MSG");

    // Opened: gaps and missing keys are seen, and the timestamps are summed up.
    let mut b = BatchBuilder::new(d());
    b.append_at(0, 30, Some(b"k"), None, NO_HEADERS).unwrap();
    b.append_at(2, 10, None, None, NO_HEADERS).unwrap();
    b.append_at(5, 30, Some(b"k"), None, NO_HEADERS).unwrap();
    assert!(b.append_at(5, 30, None, None, NO_HEADERS).is_err(), "offsets only go up");
    let gaps = b.finish().unwrap();
    let g = BatchRef::parse(&gaps).unwrap();
    let mut scratch = Vec::new();
    let sum = g.check_records(&mut scratch, 0, RecordRules::default()).unwrap();
    assert_eq!((sum.records, sum.min_timestamp, sum.max_timestamp, sum.max_timestamp_offset), (3, 10, 30, 0));
    assert!(g.check_records(&mut scratch, 0, RecordRules { contiguous: true, ..RecordRules::default() }).is_err());
    assert!(g.check_records(&mut scratch, 0, RecordRules { keys_required: true, ..RecordRules::default() }).is_err());
    assert!(matches!(g.check_produced(), Err(BatchError::BadCount { .. })));
}

#[test]
fn header_keys_are_checked_when_they_are_text() {
    let mut r = Owned::value(b"x");
    r.headers = vec![("grün".as_bytes().to_vec(), None), (vec![0xff, 0xfe], Some(vec![1]))];
    let got = read(&build(BuilderOptions::default(), &[r.clone()])).unwrap();
    assert_eq!(got[0].1, r, "bytes that are no UTF-8 are carried all the same");
    assert_eq!(header_key_str(&got[0].1.headers[0].0), Ok("grün"));
    assert!(header_key_str(&got[0].1.headers[1].0).is_err());
}
