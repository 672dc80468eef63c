//! Formats of one column, and what every format has in common.

use super::*;

/// One value of a column as JSON, so that columns can be compared with what serde_json reads. Bytes are base64, and json is read again.
pub(super) fn cell(ty: &Type, column: &ArrayRef, row: usize) -> serde_json::Value {
    if column.is_null(row) {
        return serde_json::Value::Null;
    }
    match ty {
        Type::Bool => column.as_boolean().value(row).into(),
        Type::Int | Type::Timestamp => integers(column)[row].into(),
        Type::Float => column.as_primitive::<arrow_array::types::Float64Type>().value(row).into(),
        Type::String => column.as_string::<i32>().value(row).into(),
        Type::Json => serde_json::from_str(column.as_string::<i32>().value(row)).expect("a json column holds JSON"),
        Type::Bytes => BASE64.encode(column.as_binary::<i32>().value(row)).into(),
        Type::List(of) => {
            let items = column.as_list::<i32>().value(row);
            (0..items.len()).map(|i| cell(of, &items, i)).collect()
        }
    }
}

fn decode(format: &Format, ty: Type, payloads: &[Option<&[u8]>]) -> Decoded {
    format.decoder(&[Field::new("x", ty)]).expect("the format holds that type").decode(payloads)
}

#[test]
fn one_column_formats_return_what_they_wrote() {
    let ints: ArrayRef = std::sync::Arc::new(arrow_array::Int64Array::from(vec![Some(1), None, Some(-5), Some(i64::from(i32::MAX))]));
    let floats: ArrayRef = std::sync::Arc::new(arrow_array::Float64Array::from(vec![Some(1.5), None, Some(-0.0), Some(1e300)]));
    let texts: ArrayRef = std::sync::Arc::new(arrow_array::StringArray::from(vec![Some("é"), None, Some(""), Some("x")]));
    let bytes: ArrayRef = std::sync::Arc::new(arrow_array::BinaryArray::from(vec![Some(&b"\xff"[..]), None, Some(b""), Some(b"x")]));
    let bools: ArrayRef = std::sync::Arc::new(arrow_array::BooleanArray::from(vec![Some(true), None, Some(false), Some(true)]));
    let times: ArrayRef = std::sync::Arc::new(arrow_array::TimestampMillisecondArray::from(vec![Some(1), None, Some(-5), Some(1_700_000_000_123)]));
    for (format, ty, column, first) in [
        (Format::Raw, Type::Bytes, &bytes, &b"\xff"[..]),
        (Format::Text, Type::String, &texts, "é".as_bytes()),
        (Format::Text, Type::Int, &ints, b"1"),
        (Format::Text, Type::Float, &floats, b"1.5"),
        (Format::Text, Type::Bool, &bools, b"true"),
        (Format::Text, Type::Timestamp, &times, b"1970-01-01T00:00:00.001Z"),
        (Format::Int64, Type::Int, &ints, b"\0\0\0\0\0\0\0\x01"),
        (Format::Int64, Type::Timestamp, &times, b"\0\0\0\0\0\0\0\x01"),
        (Format::Int32, Type::Int, &ints, b"\0\0\0\x01"),
        (Format::Double, Type::Float, &floats, b"\x3f\xf8\0\0\0\0\0\0"),
    ] {
        let (mut out, mut ends) = (Vec::new(), Vec::new());
        let field = [Field::new("x", ty.clone())];
        format.encoder(&field).expect("an encoder").encode(std::slice::from_ref(column), &mut out, &mut ends).expect("encoded");
        assert_eq!(&out[..ends[0]], first, "{format:?} {ty}");
        assert_eq!(ends[1], ends[0], "a null has no bytes");
        let mut from = 0;
        let payloads: Vec<Option<&[u8]>> = ends
            .iter()
            .enumerate()
            .map(|(row, end)| {
                let p = column.is_valid(row).then(|| &out[from..*end]);
                from = *end;
                p
            })
            .collect();
        let d = decode(&format, ty.clone(), &payloads);
        assert_eq!(d.bad, vec![], "{format:?} {ty}");
        assert_eq!(&d.columns[0], column, "{format:?} {ty}");
    }
}

#[test]
fn bad_rows_say_why() {
    for (format, ty, payload, why) in [
        (Format::Int64, Type::Int, &b"1234"[..], "4 bytes where 8 make an integer"),
        (Format::Int32, Type::Int, b"", "0 bytes where 4 make an integer of 32 bits"),
        (Format::Double, Type::Float, b"123456789", "9 bytes where 8 make a double"),
        (Format::Text, Type::String, b"ab\xff", "not UTF-8 from byte 2 on"),
        (Format::Text, Type::Int, b"12a", "\"12a\" is not an integer of 64 bits"),
        (Format::Text, Type::Int, b"", "\"\" is not an integer of 64 bits"),
        (Format::Text, Type::Int, b"9223372036854775808", "\"9223372036854775808\" is not an integer of 64 bits"),
        (Format::Text, Type::Float, b"1,5", "\"1,5\" is not a number"),
        (Format::Text, Type::Bool, b"yes", "\"yes\" is not true or false"),
        (Format::Text, Type::Timestamp, b"noon", "\"noon\" is not a time (ISO 8601, or milliseconds)"),
        (Format::Text, Type::Json, b"{", "not JSON: ends too early at byte 1"),
    ] {
        let d = decode(&format, ty, &[Some(payload), None]);
        assert_eq!(d.bad, [(0, why.to_owned())], "{format:?}");
        assert!(d.columns[0].is_null(0) && d.columns[0].is_null(1));
    }
}

#[test]
fn a_format_refuses_columns_it_cannot_hold() {
    let message = |f: Format, fields: &[Field]| f.decoder(fields).err().expect("an error").message().to_owned();
    let x = |ty| Field::new("x", ty);
    assert_eq!(message(Format::Int64, &[x(Type::String)]), "the format int64 holds int or timestamp, and column \"x\" is string");
    assert_eq!(message(Format::Raw, &[x(Type::Bytes), Field::new("y", Type::Bytes)]), "the format raw holds one column, not 2: x, y");
    let big: ArrayRef = std::sync::Arc::new(arrow_array::Int64Array::from(vec![1 << 40]));
    let e = Format::Int32.encoder(&[x(Type::Int)]).expect("an encoder").encode(&[big], &mut Vec::new(), &mut Vec::new());
    assert_eq!(e.expect_err("too big").message(), "1099511627776 of column \"x\" does not fit the 32 bits of the format int32");
    let text: ArrayRef = std::sync::Arc::new(arrow_array::StringArray::from(vec!["a"]));
    let e = Format::Json.encoder(&[x(Type::Int)]).expect("an encoder").encode(&[text], &mut Vec::new(), &mut Vec::new());
    assert_eq!(e.expect_err("another type").message(), "column \"x\" is Utf8 where the encoder writes int");
}
