//! Against what Google's protobuf wrote (vectors/make.py), and against bytes that nothing sane wrote.

use super::*;
use crate::format::tests::cell;
use crate::format::{BASE64, Decoded, Format};
use crate::types::{Field, Type};
use arrow_array::{Array, ArrayRef};
use base64::Engine;
use proptest::prelude::*;
use serde_json::{Value, json};

struct Vectors {
    format: Format,
    payloads: Vec<Vec<u8>>,
    rows: Vec<Value>,
}
fn vectors() -> Vec<Vectors> {
    let v: Value = serde_json::from_str(include_str!("../../../vectors/protobuf.json")).expect("the vectors are JSON");
    let descriptors = BASE64.decode(v["descriptors"].as_str().expect("a text")).expect("base64");
    let messages = v["messages"].as_array().expect("messages").iter();
    messages
        .map(|m| {
            let rows = m["rows"].as_array().expect("rows");
            Vectors {
                format: Format::Protobuf { descriptors: descriptors.clone(), message: m["message"].as_str().expect("a name").to_owned() },
                payloads: rows.iter().map(|r| hex(r["hex"].as_str().expect("hex"))).collect(),
                rows: rows.iter().map(|r| r["columns"].clone()).collect(),
            }
        })
        .collect()
}
fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).expect("hex")).collect()
}
fn decode(format: &Format, fields: &[Field], payloads: &[&[u8]]) -> Decoded {
    let payloads: Vec<Option<&[u8]>> = payloads.iter().map(|p| Some(*p)).collect();
    format.decoder(fields).expect("a decoder").decode(&payloads)
}
fn row(fields: &[Field], d: &Decoded, i: usize) -> Value {
    fields.iter().zip(&d.columns).map(|(f, c)| (f.name.clone(), cell(&f.ty, c, i))).collect::<serde_json::Map<_, _>>().into()
}

#[test]
fn as_protobuf_has_it() {
    for v in vectors() {
        let mut fields = v.format.fields("value").expect("descriptors").expect("fields");
        // The group of proto2 has no place in the vectors' columns.
        fields.retain(|f| !f.name.starts_with("extra"));
        let slices: Vec<&[u8]> = v.payloads.iter().map(Vec::as_slice).collect();
        let d = decode(&v.format, &fields, &slices);
        assert_eq!(d.bad, []);
        for (i, want) in v.rows.iter().enumerate() {
            assert_eq!(row(&fields, &d, i), *want, "row {i} of {:?}", v.payloads[i]);
        }
        // What is written is read as the same, but for messages in json columns and for nulls where presence is not tracked.
        let (some, columns): (Vec<Field>, Vec<ArrayRef>) = fields
            .iter()
            .zip(&d.columns)
            .filter(|(f, _)| !matches!(&f.ty, Type::Json) && f.ty != Type::List(Box::new(Type::Json)))
            .map(|(f, c)| (f.clone(), c.clone()))
            .unzip();
        let (mut out, mut ends) = (Vec::new(), Vec::new());
        v.format.encoder(&some).expect("an encoder").encode(&columns, &mut out, &mut ends).expect("encoded");
        let mut from = 0;
        let written: Vec<&[u8]> = ends.iter().map(|e| &out[std::mem::replace(&mut from, *e)..*e]).collect();
        let again = decode(&v.format, &some, &written);
        assert_eq!(again.bad, []);
        assert_eq!(again.columns, columns);
    }
}

#[test]
fn some_columns_and_other_types() {
    let v = &vectors()[0];
    let fields = [
        Field::new("buyer.address.city", Type::String),
        Field::new("state", Type::Int),
        Field::new("buyer", Type::Json),
        Field::new("i32", Type::Float),
        Field::new("s", Type::Bytes),
        Field::new("packed", Type::List(Box::new(Type::Float))),
        Field::new("left", Type::String),
    ];
    let d = decode(&v.format, &fields, &[&v.payloads[0]]);
    assert_eq!(d.bad, []);
    let buyer = json!({"name": "Ann", "age": 40, "address": {"city": "Bonn", "zip": ""}, "friend": {"name": "Bo", "age": 0}});
    assert_eq!(
        row(&fields, &d, 0),
        json!({"buyer.address.city": "Bonn", "state": 5, "buyer": buyer, "i32": -6.0, "s": "cGzDpG5l", "packed": [1.0, -1.0, 300.0], "left": null})
    );
    // The group of proto2, whole and in parts.
    let v = &vectors()[1];
    let fields = [Field::new("extra", Type::Json), Field::new("extra.x", Type::Int)];
    let d = decode(&v.format, &fields, &[&v.payloads[0], &v.payloads[1]]);
    assert_eq!([row(&fields, &d, 0), row(&fields, &d, 1)], [json!({"extra": {"x": 5}, "extra.x": 5}), json!({"extra": null, "extra.x": null})]);
}

/// What a writer is free to do: another order, a field twice, a list not packed or in pieces, a oneof that changes its mind, fields that
/// the descriptors do not know.
#[test]
fn the_freedom_of_writers() {
    let v = &vectors()[0];
    let list = Type::List(Box::new(Type::Int));
    let fields = [
        Field::new("i64", Type::Int),
        Field::new("packed", list.clone()),
        Field::new("loose", list),
        Field::new("left", Type::String),
        Field::new("right", Type::Int),
        Field::new("states", Type::List(Box::new(Type::String))),
    ];
    for (bytes, want) in [
        (&b"\x08\x01\x08\x02"[..], json!([2, [], [], null, null, []])),
        (b"\xb0\x01\x05\xb2\x01\x02\x06\x07\xb0\x01\x08", json!([0, [5, 6, 7, 8], [], null, null, []])),
        (b"\xba\x01\x02\x01\x02", json!([0, [], [-1, 1], null, null, []])),
        (b"\x92\x01\x01a\x98\x01\x07", json!([0, [], [], null, 7, []])),
        (b"\x98\x01\x07\x92\x01\x01a", json!([0, [], [], "a", null, []])),
        (b"\xca\x01\x02\x01\x63", json!([0, [], [], null, null, ["PAID", "99"]])),
        // Unknown: a varint, 8 bytes, a text, a group within a group, 4 bytes.
        (
            b"\xc0\x3e\x01\xc1\x3e12345678\xc2\x3e\x01x\xc3\x3e\xcb\x3e\x08\x01\xcc\x3e\xc4\x3e\xc5\x3e1234\x08\x03",
            json!([3, [], [], null, null, []]),
        ),
    ] {
        let d = decode(&v.format, &fields, &[bytes]);
        assert_eq!(d.bad, [], "{bytes:x?}");
        let got: Value = fields.iter().zip(&d.columns).map(|(f, c)| cell(&f.ty, c, 0)).collect();
        assert_eq!(got, want, "{bytes:x?}");
    }
}

#[test]
fn bad_rows_say_why() {
    let v = &vectors()[0];
    let mut fields = v.format.fields("").expect("descriptors").expect("fields");
    for (bytes, why) in [
        (&b"\x08"[..], "ends too early: 1 bytes are due at byte 1, and 0 are left"),
        (b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "a number of more than ten bytes before byte 11"),
        (b"\x0d1234", "field \"i64\": wire type 5 where it has 0"),
        (b"\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "field \"u64\": 18446744073709551615 does not fit a signed integer of 64 bits"),
        (b"\x72\xff\xff\xff\xff\x0f", "ends too early: 4294967295 bytes are due at byte 6, and 0 are left"),
        (b"\x72\x01\xff", "field \"s\": not UTF-8 from byte 0 on"),
        (b"\xa2\x01\x02\x0a\x05", "field \"buyer\": ends too early: 5 bytes are due at byte 2, and 0 are left"),
        (b"\xb2\x01\x02\x01\x80", "field \"packed\": ends too early: 1 bytes are due at byte 2, and 0 are left"),
        (b"\x00", "a field of number 0 at byte 0"),
        (b"\x0c", "a group ends that did not begin, before byte 1"),
        (b"\x0f", "a wire type of 7, which there is not, before byte 1"),
        (b"\xc3\x3e\x08\x01", "ends within a group"),
        (b"\xc3\x3e\xcc\x3e", "a group ends that did not begin, before byte 4"),
    ] {
        let d = decode(&v.format, &fields, &[bytes]);
        assert_eq!(d.bad, [(0, why.to_owned())], "{bytes:x?}");
        assert!(d.columns.iter().all(|c| c.is_null(0)));
    }
    // Friends of friends, as deep as the bytes go.
    let mut deep = Vec::new();
    for _ in 0..2000 {
        let mut out = vec![0x22];
        wire::put_varint(deep.len() as u64, &mut out);
        out.extend(deep);
        deep = out;
    }
    let mut order = vec![0xa2, 0x01];
    wire::put_varint(deep.len() as u64, &mut order);
    order.extend(deep);
    fields.retain(|f| f.name == "buyer.friend");
    let d = decode(&v.format, &fields, &[&order, &[0xc3, 0x3e].repeat(50_000)]);
    assert!(d.bad[0].1.ends_with("more than 64 messages within each other"), "{}", d.bad[0].1);
    assert_eq!(d.bad[1].1, "more than 64 groups within each other");
}

#[test]
fn cut_messages_are_bad_or_shorter() {
    let v = &vectors()[0];
    let fields = v.format.fields("").expect("descriptors").expect("fields");
    let whole = &v.payloads[0];
    // A message has no end of its own: a cut between two fields is a message without the later ones.
    let mut ends = vec![0];
    let mut at = wire::Fields::new(whole);
    while at.next().expect("a good message").is_some() {
        ends.push(whole.len() - at.left());
    }
    for n in 0..whole.len() {
        let bad = !decode(&v.format, &fields, &[&whole[..n]]).bad.is_empty();
        assert_eq!(bad, !ends.contains(&n), "{n}");
    }
}

#[test]
fn descriptors_and_columns_that_do_not_fit() {
    let v = &vectors()[0];
    let Format::Protobuf { descriptors, .. } = &v.format else { unreachable!("a Protobuf format") };
    let of = |message: &str| Format::Protobuf { descriptors: descriptors.clone(), message: message.to_owned() };
    assert!(of("Order").fields("").is_ok(), "a name that is unique needs no package");
    let message = |e: Option<wellhead_base::Error>| e.expect("an error").message().to_owned();
    assert!(message(of("shop.v1.Ordre").fields("").err()).ends_with("did you mean \"shop.v1.Order\"?"));
    for cut in [1, 10, descriptors.len() / 2, descriptors.len() - 1] {
        let f = Format::Protobuf { descriptors: descriptors[..cut].to_vec(), message: "shop.v1.Order".into() };
        assert!(f.fields("").is_err(), "{cut}");
    }
    let read = |name: &str, ty| message(v.format.decoder(&[Field::new(name, ty)]).err());
    assert!(read("buyer.nam", Type::String).ends_with("did you mean \"buyer.name\"?"));
    assert_eq!(read("b", Type::Int), "column \"b\" is int where the Protobuf field is bool");
    let write = |name: &str, ty| message(v.format.encoder(&[Field::new(name, ty)]).err());
    assert_eq!(write("labels", Type::Json), "column \"labels\" is json, of which no message can be written: name the message's fields");
    let numbers: ArrayRef = std::sync::Arc::new(arrow_array::Int64Array::from(vec![1i64 << 40]));
    let e = v.format.encoder(&[Field::new("i32", Type::Int)]).expect("an encoder").encode(&[numbers], &mut Vec::new(), &mut Vec::new());
    assert_eq!(message(e.err()), "column \"i32\", row 0: 1099511627776 does not fit the field");
    let old = &vectors()[1].format;
    assert_eq!(message(old.encoder(&[Field::new("name", Type::String)]).err()), "the required field \"id\" has no column");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn any_bytes(
        start in 0..4usize,
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        noise in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let v = &vectors()[0];
        let fields = v.format.fields("value")?.expect("fields");
        let mut edited = [&v.payloads[start][..], &v.payloads[0]].concat();
        for (i, b) in edits {
            let at = i.index(edited.len());
            edited[at] = b;
        }
        for fields in [&fields[..], &fields[..3], &[Field::new("buyer", Type::Json)]] {
            let d = decode(&v.format, fields, &[&edited, &noise]);
            for (row, _) in &d.bad {
                prop_assert!(d.columns.iter().all(|c| c.is_null(*row)));
            }
            prop_assert!(d.columns.iter().all(|c| c.len() == 2));
        }
        // Descriptors are the user's, and may be broken all the same.
        let Format::Protobuf { descriptors, message } = &v.format else { unreachable!("a Protobuf format") };
        let mut broken = descriptors.clone();
        let at = start * 97 + noise.len();
        broken[at] ^= noise.first().copied().unwrap_or(1);
        if let Ok(set) = Set::parse(&broken, message) {
            let _ = set.fields();
        }
    }
}
