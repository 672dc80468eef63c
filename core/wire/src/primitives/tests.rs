//! Primitives: what is written reads back, and what lies is refused within its bounds.

use super::*;
use proptest::prelude::*;

fn read<T>(b: &[u8], f: impl FnOnce(&mut Reader<'_>) -> Result<T, DecodeError>) -> Result<T, DecodeError> {
    let mut r = Reader::from_slice(b);
    let v = f(&mut r)?;
    r.finish()?;
    Ok(v)
}
fn written(f: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut w = Writer::new();
    f(&mut w);
    w.into_bytes().to_vec()
}

#[test]
fn varints_are_kafkas() {
    // Values and bytes of Kafka's ByteUtilsTest.
    for (n, bytes) in [
        (0, &[0x00][..]),
        (127, &[0x7f]),
        (128, &[0x80, 0x01]),
        (8191, &[0xff, 0x3f]),
        (16_384, &[0x80, 0x80, 0x01]),
        (2_097_152, &[0x80, 0x80, 0x80, 0x01]),
        (i32::MAX as u32, &[0xff, 0xff, 0xff, 0xff, 0x07]),
        (u32::MAX, &[0xff, 0xff, 0xff, 0xff, 0x0f]),
    ] {
        assert_eq!(written(|w| w.uvarint(n)), bytes);
        assert_eq!(read(bytes, |r| r.uvarint()), Ok(n));
    }
    for (n, bytes) in
        [(0, &[0][..]), (-1, &[1]), (1, &[2]), (63, &[0x7e]), (-64, &[0x7f]), (64, &[0x80, 1]), (i32::MIN, &[0xff, 0xff, 0xff, 0xff, 0x0f])]
    {
        assert_eq!(written(|w| w.varint(n)), bytes);
        assert_eq!(read(bytes, |r| r.varint()), Ok(n));
    }
    let min = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    assert_eq!(written(|w| w.varlong(i64::MIN)), min);
    assert_eq!(read(&min, |r| r.varlong()), Ok(i64::MIN));
}

#[test]
fn overlong_varints_are_refused() {
    for b in [&[0x80, 0x80, 0x80, 0x80, 0x80, 0x00][..], &[0xff, 0xff, 0xff, 0xff, 0x1f], &[0x80, 0x80, 0x80, 0x80, 0x10], &[0xff; 11]] {
        assert_eq!(read(b, |r| r.uvarint()), Err(DecodeError::Varint), "{b:x?}");
    }
    for b in [&[0xff; 11][..], &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02]] {
        assert_eq!(read(b, |r| r.varlong()), Err(DecodeError::Varint), "{b:x?}");
    }
    // Padding within five bytes is read, as Kafka does: some writers reserve room for a length before they know it.
    assert_eq!(read(&[0x85, 0x80, 0x00], |r| r.uvarint()), Ok(5));
    assert_eq!(read(&[0x80], |r| r.uvarint()), Err(DecodeError::Truncated { need: 1, have: 0 }));
}

#[test]
fn strings_and_nulls() {
    for f in [false, true] {
        let b = written(|w| w.string("käfka", f).expect("a short string"));
        assert_eq!(read(&b, |r| r.string(f)).as_deref(), Ok("käfka"));
        let null = written(|w| w.opt_string(None, f, true, "x").expect("a null"));
        assert_eq!(read(&null, |r| r.opt_string(f, true)), Ok(None));
        assert_eq!(read(&null, |r| r.opt_string(f, false)), Err(DecodeError::Null));
        assert_eq!(read(&null, |r| r.string(f)), Err(DecodeError::Null));
        let mut w = Writer::new();
        assert_eq!(w.opt_string(None, f, false, "x"), Err(EncodeError::Null { field: "x" }));
        let long = "x".repeat(STRING_BYTES_MAX + 1);
        assert_eq!(w.string(&long, f), Err(EncodeError::Length(long.len())));
        assert!(w.is_empty());
    }
    assert_eq!(read(&[0, 2, 0xc3, 0x28], |r| r.string(false)), Err(DecodeError::Utf8));
    assert_eq!(read(&[0xff, 0xfe], |r| r.opt_string(false, true)), Err(DecodeError::Length(-2)));
    let mut b = written(|w| w.uvarint(STRING_BYTES_MAX as u32 + 2));
    b.extend(vec![b'x'; STRING_BYTES_MAX + 1]);
    assert_eq!(read(&b, |r| r.string(true)), Err(DecodeError::Length(STRING_BYTES_MAX as i64 + 1)));
}

#[test]
fn counts_are_bounded_by_what_remains() {
    let b = [0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2];
    assert_eq!(read(&b, |r| r.array::<i32>(0, false)), Ok(vec![1, 2]));
    let b = [0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2];
    assert_eq!(read(&b, |r| r.array::<i32>(0, false)), Err(DecodeError::Count { count: 3, have: 8 }));
    assert_eq!(read(&[0xff; 4], |r| r.opt_array::<i32>(0, false, true)), Ok(None));
    assert_eq!(read(&[0xff; 4], |r| r.array::<i32>(0, false)), Err(DecodeError::Null));
    assert_eq!(read(&[0xff, 0xff, 0xff, 0xfe], |r| r.array::<i32>(0, false)), Err(DecodeError::Length(-2)));
}

#[test]
fn bytes_share_the_frame() {
    let frame = Bytes::from_static(&[0, 0, 0, 3, 1, 2, 3]);
    let b = Reader::new(&frame).bytes(false).expect("three bytes");
    assert_eq!(b.as_ptr(), frame[4..].as_ptr());
    let copy = Reader::from_slice(&frame).bytes(false).expect("three bytes");
    assert_ne!(copy.as_ptr(), frame[4..].as_ptr());
    assert_eq!(copy, b);
}

#[test]
fn unknown_tagged_fields_are_passed_over() {
    let known = |b: &[u8]| {
        read(b, |r| {
            let mut t = r.tags()?;
            let mut x = None;
            while let Some(tag) = r.next_tag(&mut t)? {
                if tag == 1 {
                    x = Some(r.i16()?);
                } else {
                    r.skip_tag();
                }
                r.end_tag(&t)?;
            }
            Ok(x)
        })
    };
    assert_eq!(known(&[0]), Ok(None));
    assert_eq!(known(&[3, 0, 2, 9, 9, 1, 2, 0, 7, 5, 0]), Ok(Some(7)));
    for (b, why) in [
        (&[2, 1, 2, 0, 7, 1, 2, 0, 7][..], "a tag twice"),
        (&[2, 5, 0, 1, 2, 0, 7], "tags out of order"),
        (&[1, 1, 3, 0, 7, 0], "a value shorter than its size"),
        (&[100, 1, 0], "more tags than bytes"),
    ] {
        assert_eq!(known(b), Err(DecodeError::Tags), "{why}");
    }
    assert_eq!(known(&[1, 1, 1, 0, 7]), Err(DecodeError::Truncated { need: 2, have: 1 }), "a value longer than its size");
    assert_eq!(known(&[1, 1, 9, 0, 7]), Err(DecodeError::Truncated { need: 9, have: 2 }), "a size beyond the frame");
    let many = written(|w| {
        w.uvarint(UNKNOWN_TAGS_MAX as u32 + 1);
        for tag in 0..=UNKNOWN_TAGS_MAX as u32 {
            w.uvarint(tag);
            w.u8(0);
        }
    });
    assert_eq!(known(&many), Err(DecodeError::Tags), "too many tags");
}

#[test]
fn a_tagged_value_of_any_size_gets_its_size_before_it() {
    for n in [0, 1, 127, 128, 16_383, 16_384, 2_097_152] {
        let value: Vec<u8> = (0..n).map(|i| i as u8).collect();
        let b = written(|w| {
            let t = w.tags();
            let at = w.tag(t, 3);
            w.raw(&value);
            w.end_tag(at).expect("a value of moderate size");
            let at = w.tag(t, 300);
            w.u8(5);
            w.end_tag(at).expect("a value of moderate size");
        });
        let mut r = Reader::from_slice(&b);
        let mut t = r.tags().expect("tags");
        assert_eq!(r.next_tag(&mut t), Ok(Some(3)));
        assert_eq!(r.take(n), Ok(&value[..]));
        r.end_tag(&t).expect("the end");
        assert_eq!(r.next_tag(&mut t), Ok(Some(300)));
        assert_eq!(r.u8(), Ok(5));
        r.end_tag(&t).expect("the end");
        assert_eq!((r.next_tag(&mut t), r.finish()), (Ok(None), Ok(())));
    }
}

proptest! {
    #[test]
    fn varints_read_back(a: u32, b: i32, c: i64) {
        let bytes = written(|w| { w.uvarint(a); w.varint(b); w.varlong(c); });
        prop_assert_eq!(read(&bytes, |r| Ok((r.uvarint()?, r.varint()?, r.varlong()?))), Ok((a, b, c)));
    }

    #[test]
    fn anything_may_be_read_as_anything(b: Vec<u8>, f: bool) {
        let _ = read(&b, |r| r.string(f));
        let _ = read(&b, |r| r.opt_bytes(f, true));
        let _ = read(&b, |r| r.array::<String>(0, f));
        let _ = read(&b, |r| r.array::<TopicId>(0, f));
        let _ = read(&b, |r| r.skip_tags());
        let _ = read(&b, |r| r.varlong());
    }

    #[test]
    fn arrays_read_back(a: Vec<String>, n: Vec<i64>, f: bool) {
        let bytes = written(|w| { w.array(&a, 0, f).expect("short strings"); w.array(&n, 0, f).expect("a short array"); });
        prop_assert_eq!(read(&bytes, |r| Ok((r.array(0, f)?, r.array(0, f)?))), Ok((a, n)));
    }
}
