//! Against what fastavro wrote (vectors/make.py), and against bytes that nothing sane wrote.

use crate::format::tests::cell;
use crate::format::{Decoded, Format};
use crate::types::{Field, Type};
use arrow_array::Array;
use proptest::prelude::*;
use serde_json::{Value, json};

fn vectors() -> (String, Vec<Vec<u8>>, Vec<Value>) {
    let v: Value = serde_json::from_str(include_str!("../../../vectors/avro.json")).expect("the vectors are JSON");
    let rows = v["rows"].as_array().expect("rows");
    let payloads = rows.iter().map(|r| hex(r["hex"].as_str().expect("hex"))).collect();
    (v["schema"].to_string(), payloads, rows.iter().map(|r| r["columns"].clone()).collect())
}
fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).expect("hex")).collect()
}
fn avro(schema: impl Into<String>) -> Format {
    Format::Avro { schema: schema.into(), framed: false, schema_id: None }
}
fn decode(format: &Format, fields: &[Field], payloads: &[&[u8]]) -> Decoded {
    let payloads: Vec<Option<&[u8]>> = payloads.iter().map(|p| Some(*p)).collect();
    format.decoder(fields).expect("a decoder").decode(&payloads)
}

#[test]
fn as_fastavro_has_it() {
    let (schema, payloads, rows) = vectors();
    let format = avro(schema);
    let fields = format.fields("value").expect("a schema").expect("fields");
    let slices: Vec<&[u8]> = payloads.iter().map(Vec::as_slice).collect();
    let d = decode(&format, &fields, &slices);
    assert_eq!(d.bad, []);
    for (i, want) in rows.iter().enumerate() {
        let got: Value = fields.iter().zip(&d.columns).map(|(f, c)| (f.name.clone(), cell(&f.ty, c, i))).collect::<serde_json::Map<_, _>>().into();
        assert_eq!(got, *want, "row {i}");
    }
    // And the same bytes from the columns.
    let (mut out, mut ends) = (Vec::new(), Vec::new());
    format.encoder(&fields).expect("an encoder").encode(&d.columns, &mut out, &mut ends).expect("encoded");
    let mut from = 0;
    for (i, (end, want)) in ends.iter().zip(&payloads).enumerate() {
        assert_eq!(out[from..*end], want[..], "row {i}");
        from = *end;
    }
    // Some of the columns, in another order, also a whole record beside a field in it.
    let some = [Field::new("buyer.age", Type::Float), Field::new("id", Type::Int), Field::new("buyer", Type::Json), Field::new("day", Type::Int)];
    let d = decode(&format, &some, &slices);
    assert_eq!(d.bad, []);
    let row: Vec<Value> = some.iter().zip(&d.columns).map(|(f, c)| cell(&f.ty, c, 1)).collect();
    assert_eq!(Value::from(row), json!([null, -1, {"name": "Cy", "age": null, "address": null, "friend": null}, -86_400_000]));
}

#[test]
fn cut_or_longer_records_are_bad() {
    let (schema, payloads, _) = vectors();
    let format = avro(schema);
    let fields = format.fields("value").expect("a schema").expect("fields");
    let cuts: Vec<&[u8]> = (0..payloads[0].len()).map(|n| &payloads[0][..n]).collect();
    for fields in [&fields[..], &[][..]] {
        assert_eq!(decode(&format, fields, &cuts).bad.len(), cuts.len());
    }
    let longer = [&payloads[0][..], b"x"].concat();
    assert_eq!(decode(&format, &fields, &[&longer]).bad, [(0, "1 bytes follow the record: another schema may have written it".to_owned())]);
}

fn record(fields: Value) -> Format {
    avro(json!({"type": "record", "name": "R", "fields": fields}).to_string())
}

#[test]
fn bad_rows_say_why() {
    let f = record(json!([
        {"name": "i", "type": "int"}, {"name": "s", "type": "string"}, {"name": "e", "type": {"type": "enum", "name": "E", "symbols": ["A"]}},
        {"name": "u", "type": ["null", "boolean"]}, {"name": "l", "type": {"type": "array", "items": "long"}},
    ]));
    let fields = f.fields("").expect("a schema").expect("fields");
    for (bytes, why) in [
        (&b"\x80\x80\x80\x80\x20"[..], "field \"i\": 4294967296 where the schema says an int of 32 bits"),
        (b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "field \"i\": a number of more than 64 bits before byte 10"),
        (b"\x00\x01", "field \"s\": a length of -1 at byte 2"),
        (b"\x00\xfe\xff\xff\xff\x0f", "field \"s\": ends too early: 2147483647 bytes are due at byte 6, and 0 are left"),
        (b"\x00\x02\xff", "field \"s\": not UTF-8 from byte 0 on"),
        (b"\x00\x00\x02", "field \"e\": symbol 1 of 1"),
        (b"\x00\x00\x00\x04", "field \"u\": branch 2 of 2"),
        (b"\x00\x00\x00\x02\x05", "field \"u\": 5 where a boolean is 0 or 1"),
        (b"\x00\x00\x00\x00\xfe\xff\xff\xff\x0f", "field \"l\": 2147483647 elements in 9 bytes"),
        (b"\x00\x00\x00\x00\x02\x02", "field \"l\": ends too early: 1 bytes are due at byte 6, and 0 are left"),
    ] {
        let d = decode(&f, &fields, &[bytes]);
        assert_eq!(d.bad, [(0, why.to_owned())], "{bytes:x?}");
        assert!(d.columns.iter().all(|c| c.is_null(0)));
    }
    // A negative count brings the block's size.
    let d = decode(&f, &fields, &[b"\x00\x00\x00\x00\x03\x04\x02\x04\x02\x06\x00"]);
    assert_eq!((d.bad.len(), cell(&fields[4].ty, &d.columns[4], 0)), (0, json!([1, 2, 3])));
}

/// What is finer than a millisecond is dropped, towards the past also before the epoch.
#[test]
fn times_of_other_units() {
    let time = |unit: &str| json!({"type": "long", "logicalType": unit});
    let f = record(json!([
        {"name": "us", "type": time("timestamp-micros")}, {"name": "ns", "type": time("local-timestamp-nanos")},
        {"name": "plain", "type": time("no-such-thing")},
    ]));
    let fields = f.fields("").expect("a schema").expect("fields");
    let d = decode(&f, &fields, &[b"\x01\x01\x01", b"\x9e\x1f\x80\x89\x7a\x04"]);
    let rows: Vec<Vec<Value>> = (0..2).map(|i| fields.iter().zip(&d.columns).map(|(f, c)| cell(&f.ty, c, i)).collect()).collect();
    assert_eq!(json!(rows), json!([[-1, -1, -1], [1, 1, 2]]));
}

/// Elements of no bytes and schemas that contain themselves let a few bytes ask for endless work.
#[test]
fn short_payloads_stay_cheap() {
    let nulls = record(json!([{"name": "l", "type": {"type": "array", "items": "null"}}]));
    let long = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
    let rings = record(json!([{"name": "r", "type": ["null", "R"]}]));
    let deep = vec![2; 100_000];
    let endless = record(json!([{"name": "r", "type": "R"}]));
    for (f, bytes, why) in [
        (&nulls, &long[..], "elements in 9 bytes"),
        (&rings, &deep, "more than 64 values within each other"),
        (&endless, b"", "more than 64 values within each other"),
    ] {
        let fields = f.fields("").expect("a schema").expect("fields");
        for fields in [&fields[..], &[]] {
            let d = decode(f, fields, &[bytes]);
            assert!(d.bad[0].1.contains(why), "{}", d.bad[0].1);
        }
    }
}

#[test]
fn framed() {
    let schema = json!({"type": "record", "name": "R", "fields": [{"name": "i", "type": "int"}]}).to_string();
    let fields = [Field::new("i", Type::Int)];
    let any = Format::Avro { schema: schema.clone(), framed: true, schema_id: None };
    let one = Format::Avro { schema, framed: true, schema_id: Some(258) };
    let rows: [&[u8]; 5] = [b"\0\0\0\x01\x02\x02", b"\0\0\0\0\x07\x04", b"\x01\0\0\x01\x02\x02", b"\0\0\0", b"\0\0\0\x01\x02"];
    let reasons = |f: &Format| decode(f, &fields, &rows).bad.into_iter().map(|(i, w)| format!("{i}: {w}")).collect::<Vec<_>>();
    let others = [
        "2: the first byte is 1 and not the 0 of Confluent's wire format",
        "3: 3 bytes where the schema's id alone takes 5",
        "4: field \"i\": ends too early: 1 bytes are due at byte 0, and 0 are left",
    ];
    assert_eq!(reasons(&any), others);
    assert_eq!(reasons(&one), [&["1: written under schema 7 where 258 is read"][..], &others].concat());
    let column: arrow_array::ArrayRef = std::sync::Arc::new(arrow_array::Int64Array::from(vec![1]));
    let mut out = Vec::new();
    one.encoder(&fields).expect("an encoder").encode(std::slice::from_ref(&column), &mut out, &mut Vec::new()).expect("encoded");
    assert_eq!(out, rows[0]);
    assert_eq!(any.encoder(&fields).err().expect("no id").message(), "framed Avro is written with the schema's id: give schema_id");
}

#[test]
fn schemas_and_columns_that_do_not_fit() {
    let r = |fields: Value| json!({"type": "record", "name": "R", "fields": fields}).to_string();
    for (schema, why) in [
        ("{".to_owned(), "the Avro schema is not JSON: EOF while parsing an object at line 1 column 1"),
        ("\"int\"".to_owned(), "the Avro schema is not that of a record"),
        (r(json!([{"name": "a", "type": "Person"}])), "the Avro schema is wrong: there is no type \"Person\""),
        (r(json!([{"name": "a"}])), "the Avro schema is wrong: null is not a type"),
        (r(json!([{"name": "a", "type": "int"}, {"name": "a", "type": "int"}])), "the Avro schema is wrong: \"R\" has two fields \"a\""),
        (r(json!([{"name": "a", "type": {"type": "fixed", "name": "F"}}])), "the Avro schema is wrong: fixed \"F\" without a size"),
        (r(json!([{"name": "a", "type": []}])), "the Avro schema is wrong: a union of no types"),
    ] {
        assert_eq!(avro(schema.as_str()).fields("").expect_err(&schema).message(), why);
    }
    let f = record(json!([{"name": "amount", "type": "double"}, {"name": "who", "type": "string"}]));
    let message = |e: Option<wellhead_base::Error>| e.expect("an error").message().to_owned();
    let read = |name: &str, ty| message(f.decoder(&[Field::new(name, ty)]).err());
    assert_eq!(read("amonut", Type::Float), "the Avro schema has no field \"amonut\" among amount, who; did you mean \"amount\"?");
    assert_eq!(read("amount", Type::Bool), "column \"amount\" is bool where the Avro schema's field is float");
    let write = |fields: &[Field]| message(f.encoder(fields).err());
    assert_eq!(write(&[Field::new("amount", Type::Float)]), "the Avro schema's field \"who\" has no column, and it cannot be null");
    let columns: [arrow_array::ArrayRef; 2] =
        [std::sync::Arc::new(arrow_array::Int64Array::from(vec![1])), std::sync::Arc::new(arrow_array::StringArray::from(vec![None::<&str>]))];
    let e = f.encoder(&[Field::new("amount", Type::Int), Field::new("who", Type::String)]).expect("an int is a double too");
    let e = { e }.encode(&columns, &mut Vec::new(), &mut Vec::new());
    assert_eq!(message(e.err()), "column \"who\", row 0: null, which the schema does not allow");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn any_bytes(
        start in 0..3usize,
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        noise in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let (schema, payloads, _) = vectors();
        let format = avro(schema);
        let fields = format.fields("value")?.expect("fields");
        let mut edited = payloads[start].clone();
        for (i, b) in edits {
            let at = i.index(edited.len());
            edited[at] = b;
        }
        for fields in [&fields[..], &fields[..3], &[Field::new("buyer", Type::Json)]] {
            let d = decode(&format, fields, &[&edited, &noise]);
            for (row, _) in &d.bad {
                prop_assert!(d.columns.iter().all(|c| c.is_null(*row)));
            }
            prop_assert!(d.columns.iter().all(|c| c.len() == 2));
        }
    }
}
