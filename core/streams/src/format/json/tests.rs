//! The reader against a table, against serde_json, and with prediction against without; the writer against the reader and serde_json.

use super::*;
use crate::format::Format;
use crate::format::tests::cell;
use arrow_array::{Array, ArrayRef};
use proptest::prelude::*;
use serde_json::Value;

fn field(text: &str) -> Field {
    let (name, ty) = text.rsplit_once(' ').expect("a name and a type");
    Field::new(name, Type::parse(ty).expect("a type"))
}
fn fields(text: &[&str]) -> Vec<Field> {
    text.iter().map(|t| field(t)).collect()
}

fn one(field: &Field, text: &[u8]) -> Result<Value, String> {
    let mut d = Reader::new(std::slice::from_ref(field)).decode(&[Some(text)]);
    match d.bad.pop() {
        Some((_, why)) => {
            assert!(d.columns[0].is_null(0), "a bad row is null");
            Err(why)
        }
        None => Ok(cell(&field.ty, &d.columns[0], 0)),
    }
}

#[test]
fn each_type_takes() {
    for (f, text, want) in [
        ("x bool", r#"{"x":true}"#, "true"),
        ("x bool", r#"{"x":false}"#, "false"),
        ("x bool", r#"{"x":null}"#, "null"),
        ("x bool", r#"{"y":1}"#, "null"),
        ("x bool", "{}", "null"),
        ("x int", r#" { "a" : [ 1 , { } ] , "x" : -42 } "#, "-42"),
        ("x int", r#"{"x":42.0}"#, "42"),
        ("x int", r#"{"x":4.2e1}"#, "42"),
        ("x int", r#"{"x":4200E-2}"#, "42"),
        ("x int", r#"{"x":-0}"#, "0"),
        ("x int", r#"{"x":0.0e99999999999999999999}"#, "0"),
        ("x int", r#"{"x":9223372036854775807}"#, "9223372036854775807"),
        ("x int", r#"{"x":-9223372036854775808}"#, "-9223372036854775808"),
        ("x int", r#"{"x":9007199254740993.00}"#, "9007199254740993"),
        ("x int", r#"{"x":1,"x":2}"#, "2"),
        ("x int", r#"{"x":1,"x":null}"#, "null"),
        ("x int", r#"{"\u0078":7}"#, "7"),
        ("x float", r#"{"x":42}"#, "42.0"),
        ("x float", r#"{"x":-12.5}"#, "-12.5"),
        ("x float", r#"{"x":1e-400}"#, "0.0"),
        ("x string", r#"{"x":""}"#, r#""""#),
        ("x string", r#"{"x":"a\"b\\c\/\b\f\n\r\t"}"#, r#""a\"b\\c/\b\f\n\r\t""#),
        ("x string", r#"{"x":"\u00e9\uD83D\ude00é😀 and some more text to be longer than a word"}"#, r#""éé""#),
        ("x bytes", r#"{"x":"AP8="}"#, "\"AP8=\""),
        ("x bytes", r#"{"x":"AP8"}"#, "\"AP8=\""),
        ("x bytes", r#"{"x":"\u0041P8="}"#, "\"AP8=\""),
        ("x timestamp", r#"{"x":1700000000000}"#, "1700000000000"),
        ("x timestamp", r#"{"x":1.7e12}"#, "1700000000000"),
        ("x timestamp", r#"{"x":"2023-11-14T22:13:20Z"}"#, "1700000000000"),
        ("x json", r#"{"x": {"a":[1, 2]} }"#, r#"{"a":[1,2]}"#),
        ("x json", r#"{"x":"t"}"#, r#""t""#),
        ("x json", r#"{"x":null}"#, "null"),
        ("x list<int>", r#"{"x":[1, null ,3.0]}"#, "[1,null,3]"),
        ("x list<int>", r#"{"x":[ ]}"#, "[]"),
        ("x list<list<string>>", r#"{"x":[["a"],null,[],["b","\n"]]}"#, r#"[["a"],null,[],["b","\n"]]"#),
        // Names with dots.
        ("a.b int", r#"{"a":{"b":1}}"#, "1"),
        ("a.b int", r#"{"a":{"b":1},"a.b":2}"#, "2"),
        ("a.b int", r#"{"a.b":2,"a":{"b":1}}"#, "2"),
        ("a.b int", r#"{"a":{"b":1},"a":{"c":2}}"#, "null"),
        ("a.b int", r#"{"a":{"b":1},"a":5}"#, "null"),
        ("a.b int", r#"{"a":5}"#, "null"),
        ("a.b int", r#"{"a":{"x":{"b":9},"b":{"b":1}.0}}"#, "error"),
        ("a.b.c int", r#"{"a":{"x":{"c":9},"b":{"d":0,"c":1}}}"#, "1"),
        ("a.b.c int", r#"{"a":{"b.c":3}}"#, "3"),
        ("a.b.c int", r#"{"a.b":{"c":4}}"#, "4"),
        ("a json", r#"{"a":{"b":1}}"#, r#"{"b":1}"#),
    ] {
        let got = one(&field(f), text.as_bytes());
        match want {
            "error" => assert!(got.is_err(), "{f} of {text}: {got:?}"),
            r#""éé""# => assert_eq!(got, Ok("é😀é😀 and some more text to be longer than a word".into())),
            _ => assert_eq!(got.as_ref().map(Value::to_string).as_deref(), Ok(want), "{f} of {text}"),
        }
    }
}

#[test]
fn bad_rows_say_why() {
    for (f, text, why) in [
        ("x int", r#"{"x":"42"}"#, "member \"x\": a text where an int was declared"),
        ("x int", r#"{"x":4.5}"#, "member \"x\": 4.5 is not an integer of 64 bits"),
        ("x int", r#"{"x":9223372036854775808}"#, "member \"x\": 9223372036854775808 is not an integer of 64 bits"),
        ("x int", r#"{"x":1e999999999999999999999}"#, "member \"x\": 1e999999999999999999999 is not an integer of 64 bits"),
        ("x int", r#"{"x":[1]}"#, "member \"x\": an array where an int was declared"),
        ("x float", r#"{"x":1e999}"#, "member \"x\": 1e999 is not within a double's range"),
        ("x float", r#"{"x":true}"#, "member \"x\": a boolean where a float was declared"),
        ("x bool", r#"{"x":0}"#, "member \"x\": a number where a bool was declared"),
        ("x string", r#"{"x":{}}"#, "member \"x\": an object where a string was declared"),
        ("x string", r#"{"x":"\ud800"}"#, "member \"x\": half a surrogate pair in a text"),
        ("x string", r#"{"x":"\ud800\u0041"}"#, "member \"x\": half a surrogate pair in a text"),
        ("x string", r#"{"x":"\udc00"}"#, "member \"x\": half a surrogate pair in a text"),
        ("x bytes", r#"{"x":"?"}"#, "member \"x\": not base64: Invalid symbol 63, offset 0."),
        ("x timestamp", r#"{"x":1.5}"#, "member \"x\": 1.5 is not a whole number of milliseconds"),
        ("x timestamp", r#"{"x":"yesterday"}"#, "member \"x\": \"yesterday\" is not a time in ISO 8601"),
        ("x list<int>", r#"{"x":[1,"2"]}"#, "member \"x\": an element: a text where an int was declared"),
        ("a.b int", r#"{"a":{"b":""}}"#, "member \"a.b\": a text where an int was declared"),
        ("x int", "", "not a JSON object: ends too early at byte 0"),
        ("x int", "[1]", "not a JSON object: a { was expected at byte 0"),
        ("x int", "null", "not a JSON object: a { was expected at byte 0"),
        ("x int", r#"{"x":1"#, "not a JSON object: ends too early at byte 6"),
        ("x int", r#"{"x":1}{"#, "not a JSON object: something follows the value's end at byte 7"),
        ("x int", r#"{"x":1,}"#, "not a JSON object: a member's name was expected at byte 7"),
        ("x int", r#"{"x" 1}"#, "not a JSON object: a colon was expected at byte 5"),
        ("x int", r#"{"x":01}"#, "not a JSON object: a number that begins with a zero at byte 5"),
        ("x int", r#"{"x":-}"#, "not a JSON object: a number without digits at byte 6"),
        ("x int", r#"{"x":1.}"#, "not a JSON object: a number without digits after its point at byte 7"),
        ("x int", r#"{"x":1e+}"#, "not a JSON object: a number without digits in its exponent at byte 8"),
        ("x int", r#"{"y":NaN,"x":1}"#, "not a JSON object: a value was expected at byte 5"),
        ("x int", r#"{"y":"\x","x":1}"#, "not a JSON object: an escape that JSON has not at byte 6"),
        ("x int", r#"{"y":"\u00g0","x":1}"#, "not a JSON object: an escape \\u without four hexadecimal digits at byte 6"),
        ("x int", "{\"y\":\"a\nb\",\"x\":1}", "not a JSON object: a control character within a text at byte 7"),
        ("x int", r#"{"y":[1,2},"x":1}"#, "not a JSON object: a comma or ] was expected at byte 9"),
        ("x int", r#"{"y":{"z":1],"x":1}"#, "not a JSON object: a comma or } was expected at byte 11"),
    ] {
        assert_eq!(one(&field(f), text.as_bytes()), Err(why.to_owned()), "{f} of {text}");
    }
    assert_eq!(one(&field("x int"), b"{\"y\":\"\xff\"}"), Err("not a JSON object: not UTF-8 at byte 6".into()));
    assert_eq!(one(&field("x string"), b"{\"x\":\"\xc3\"}"), Err("not a JSON object: not UTF-8 at byte 6".into()));
}

/// A record nested as deep as a stack would not bear is a verdict, not a crash; the limit is the same whether the member is used, skipped
/// or predicted.
#[test]
fn depth() {
    let nest = |n: usize| format!("{{\"x\":{}1{},\"y\":1}}", "[".repeat(n), "]".repeat(n));
    let objects = |n: usize| format!("{}1{}", "{\"a\":".repeat(n), "}".repeat(n));
    for f in ["x json", "y int", "a.a.a int"] {
        let mut r = Reader::new(&[field(f)]);
        let texts = [nest(3), nest(127), nest(128), nest(1_000_000), nest(127), objects(128), objects(129), objects(500_000), "[".repeat(1_000_000)];
        let payloads: Vec<Option<&[u8]>> = texts.iter().map(|t| Some(t.as_bytes())).collect();
        let bad: Vec<usize> = r.decode(&payloads).bad.into_iter().map(|b| b.0).collect();
        // Three names reach into objects: then what they find there is an object, no integer.
        assert_eq!(bad, if f.starts_with("a.") { vec![2, 3, 5, 6, 7, 8] } else { vec![2, 3, 6, 7, 8] }, "{f}");
    }
}

/// A bad value makes every column of its row null, also those that were read before it; other rows stay.
#[test]
fn a_bad_row_is_null_everywhere() {
    let fs = fields(&["a int", "b string", "c list<int>", "d float"]);
    let rows: [Option<&[u8]>; 5] = [
        Some(br#"{"a":1,"b":"x","c":[1,2],"d":1.5}"#),
        Some(br#"{"a":2,"b":"y","c":[3,"no"],"d":2.5}"#),
        None,
        Some(br#"{"a":3,"b":"z","c":[4],"d":"no"}"#),
        Some(br#"{"a":4,"b":"w","c":[5],"d":4}"#),
    ];
    let d = Reader::new(&fs).decode(&rows);
    assert_eq!(d.bad.iter().map(|b| b.0).collect::<Vec<_>>(), [1, 3]);
    for (f, c) in fs.iter().zip(&d.columns) {
        assert_eq!((0..5).filter(|r| c.is_valid(*r)).collect::<Vec<_>>(), [0, 4], "{}", f.name);
    }
    assert_eq!(cell(&fs[2].ty, &d.columns[2], 4).to_string(), "[5]");
}

/// A prediction must not outlive its evidence: each pair has a second record that looks like the first for as long as possible.
#[test]
fn near_misses_of_a_shape() {
    let fs = fields(&["a int", "b string", "n.x int"]);
    for (first, second) in [
        (r#"{"a":1,"b":"x"}"#, r#"{"a":1,"b":"x"}}"#),
        (r#"{"a":1,"b":"x"}"#, r#"{"a":1,"b":"x""#),
        (r#"{"a":1,"b":"x"}"#, r#"{"a":1,"b":"x" }"#),
        (r#"{"a":1,"b":"x"}"#, r#"{"a":1,"c":"x"}"#),
        (r#"{"a":1,"b":"x"}"#, r#"{"a":1,"b":"x","a":2}"#),
        (r#"{"a":1,"b":"x","a":3}"#, r#"{"a":4,"b":"y","a":5}"#),
        (r#"{"a":1,"b":"x"}"#, r#"{"a":"1","b":5}"#),
        (r#"{"a":1,"n":5}"#, r#"{"a":1,"n":{"x":6}}"#),
        (r#"{"a":1,"n":{"x":6}}"#, r#"{"a":1,"n":{"x":null}}"#),
        (r#"{"a":1,"n":{"x":6}}"#, r#"{"a":1,"n":{"x":6},"n":null}"#),
        (r#"{"a":1,"n":{"x":6},"n":null}"#, r#"{"a":2,"n":{"x":7},"n":{"x":8}}"#),
        (r#"{"a":1,"n.x":6,"n":{"x":1}}"#, r#"{"a":1,"n.x":7,"n":{"x":2}}"#),
        ("{}", "{} "),
        ("{}", "{"),
    ] {
        let rows: [Option<&[u8]>; 4] = [Some(first.as_bytes()), Some(second.as_bytes()), Some(first.as_bytes()), Some(second.as_bytes())];
        let (p, u) = (Reader::new(&fs).decode(&rows), Reader::unpredicted(&fs).decode(&rows));
        assert_eq!(p.columns, u.columns, "{first} then {second}");
        assert_eq!(p.bad, u.bad, "{first} then {second}");
    }
}

#[test]
fn numbers_as_std_reads_them() {
    for x in
        ["0", "-0", "1", "999999999999999", "9999999999999999", "0.1", "-1234567.8901234", "123456789.123456", "1.7976931348623157e308", "5e-324"]
    {
        assert_eq!(read::float_of(x).map(f64::to_bits), x.parse().ok().map(f64::to_bits), "{x}");
    }
    for x in ["0", "-1", "999999999999999999", "-9999999999999999999", "9223372036854775808", "-9223372036854775808", "1234567890123456789"] {
        assert_eq!(read::int_of(x), x.parse().ok(), "{x}");
    }
}

// ---- against serde_json

const NAMES: &[&str] = &["a", "b", "c.d", "c", "d", "é", "\\u0061", "long member name beyond a word", ""];

fn json_text(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|b| b.to_string()),
        any::<i64>().prop_map(|i| i.to_string()),
        (-1000i64..1000).prop_map(|i| i.to_string()),
        any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(|f| format!("{f:?}")),
        (-9999i32..9999).prop_map(|i| format!("{}", f64::from(i) / 100.0)),
        "[a-zé\"\\\\\n/ ]{0,20}".prop_map(|s| serde_json::to_string(&s).expect("a text")),
        Just(r#""\u00e9\ud83d\ude00""#.to_owned()),
        Just(r#""AAEC/w==""#.to_owned()),
        Just(r#""2024-05-06T07:08:09.010Z""#.to_owned()),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = json_text(depth - 1);
    let array = (proptest::collection::vec(inner, 0..4), space()).prop_map(|(v, s)| format!("[{s}{}{s}]", v.join(&format!("{s},{s}"))));
    prop_oneof![4 => leaf, 1 => array, 1 => object(depth - 1)].boxed()
}
fn space() -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => Just(""), 1 => Just(" "), 1 => Just("\n\t")]
}
fn object(depth: u32) -> BoxedStrategy<String> {
    let member = (proptest::sample::select(NAMES), json_text(depth), space()).prop_map(|(n, v, s)| format!("{s}\"{n}\"{s}:{s}{v}{s}"));
    proptest::collection::vec(member, 0..6).prop_map(|m| format!("{{{}}}", m.join(","))).boxed()
}

/// What is done to a record before it is read: mostly nothing, else damage at a place given as a fraction.
#[derive(Clone, Debug)]
enum Damage {
    None,
    Cut(prop::sample::Index),
    Byte(prop::sample::Index, u8),
    Insert(prop::sample::Index, u8),
    Remove(prop::sample::Index),
}
fn damage() -> impl Strategy<Value = Damage> {
    let byte = || prop_oneof![proptest::sample::select(b"{}[]\",:\\ 019.-eEtfnu\x00\x1f\x7f\x80\xff".as_slice()), any::<u8>()];
    prop_oneof![
        4 => Just(Damage::None),
        1 => any::<prop::sample::Index>().prop_map(Damage::Cut),
        2 => (any::<prop::sample::Index>(), byte()).prop_map(|(i, b)| Damage::Byte(i, b)),
        1 => (any::<prop::sample::Index>(), byte()).prop_map(|(i, b)| Damage::Insert(i, b)),
        1 => any::<prop::sample::Index>().prop_map(Damage::Remove),
    ]
}
fn damaged(text: &str, d: &Damage) -> Vec<u8> {
    let mut b = text.as_bytes().to_vec();
    match d {
        Damage::None => {}
        Damage::Cut(i) => b.truncate(i.index(b.len())),
        Damage::Byte(i, x) => {
            let at = i.index(b.len());
            b[at] = *x;
        }
        Damage::Insert(i, x) => b.insert(i.index(b.len()), *x),
        Damage::Remove(i) => {
            b.remove(i.index(b.len()));
        }
    }
    b
}

/// The value of a field by serde_json and the documented rules, where those decide: Err is a bad row, None is undecided (a number that
/// serde_json holds as a double and that may have been another).
fn expected(ty: &Type, v: Option<&Value>) -> Option<Result<Value, ()>> {
    let v = match v {
        None | Some(Value::Null) => return Some(Ok(Value::Null)),
        Some(v) => v,
    };
    let whole = |v: &Value| match v.as_i64() {
        Some(i) => Some(Ok(i.into())),
        None if v.is_u64() => Some(Err(())),
        None => {
            let f = v.as_f64()?;
            if f.fract() != 0.0 || f.abs() > 1e19 {
                Some(Err(()))
            } else if f.abs() < 9e15 && f != 0.0 {
                Some(Ok((f as i64).into()))
            } else {
                None
            }
        }
    };
    Some(match (ty, v) {
        (Type::Json, v) => Ok(v.clone()),
        (Type::Bool, Value::Bool(_)) | (Type::String, Value::String(_)) => Ok(v.clone()),
        (Type::Int | Type::Timestamp, Value::Number(_)) => return whole(v),
        (Type::Float, Value::Number(n)) => Ok(n.as_f64().expect("a double").into()),
        (Type::Timestamp, Value::String(s)) => crate::calendar::parse(s).map(Value::from).ok_or(()),
        (Type::Bytes, Value::String(s)) => {
            use base64::Engine;
            crate::format::BASE64.decode(s).map(|b| crate::format::BASE64.encode(b).into()).map_err(|_| ())
        }
        (Type::List(of), Value::Array(items)) => {
            let mut all = Vec::new();
            for i in items {
                match expected(of, Some(i))? {
                    Ok(v) => all.push(v),
                    Err(()) => return Some(Err(())),
                }
            }
            Ok(all.into())
        }
        _ => Err(()),
    })
}

/// serde_json reads some doubles to the neighbour of the nearest one unless a feature that others would pay for is on.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) if x.is_f64() || y.is_f64() => {
            let (x, y) = (x.as_f64().expect("a double"), y.as_f64().expect("a double"));
            (x - y).abs() <= 4.0 * f64::EPSILON * x.abs()
        }
        (Value::Array(x), Value::Array(y)) => x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(x, y)),
        (Value::Object(x), Value::Object(y)) => x.len() == y.len() && x.iter().all(|(k, v)| y.get(k).is_some_and(|w| same(v, w))),
        _ => a == b,
    }
}

fn lookup<'a>(v: &'a Value, name: &str) -> Option<&'a Value> {
    v.get(name).or_else(|| name.split_once('.').and_then(|(head, rest)| v.get(head)?.get(rest)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(700))]
    #[test]
    fn like_serde_json(
        texts in proptest::collection::vec(object(2), 1..4),
        picks in proptest::collection::vec((any::<prop::sample::Index>(), damage()), 1..12),
        types in proptest::collection::vec(proptest::sample::select(&["bool", "int", "float", "string", "bytes", "timestamp", "json", "list<int>", "list<json>"][..]), 4),
    ) {
        let fs: Vec<Field> = ["a", "c.d", "é", "long member name beyond a word"].iter().zip(&types).map(|(n, t)| Field::new(*n, Type::parse(t).expect("a type"))).collect();
        let records: Vec<Vec<u8>> = picks.iter().map(|(i, d)| damaged(&texts[i.index(texts.len())], d)).collect();
        let payloads: Vec<Option<&[u8]>> = records.iter().map(|r| Some(r.as_slice())).collect();
        let got = Reader::new(&fs).decode(&payloads);
        let plain = Reader::unpredicted(&fs).decode(&payloads);
        prop_assert_eq!(&got.columns, &plain.columns);
        prop_assert_eq!(&got.bad, &plain.bad);
        for (row, bytes) in records.iter().enumerate() {
            let why = got.bad.iter().find(|b| b.0 == row).map(|b| &b.1);
            let syntax = std::str::from_utf8(bytes).is_ok()
                && serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok()
                && bytes.trim_ascii_start().first() == Some(&b'{');
            if !syntax {
                prop_assert!(why.is_some(), "{:?} should be refused", String::from_utf8_lossy(bytes));
                continue;
            }
            // Half a surrogate pair and numbers beyond a double are refused by serde_json even where they are skipped.
            let Ok(value) = serde_json::from_slice::<Value>(bytes) else { continue };
            let want: Option<Vec<_>> = fs.iter().map(|f| expected(&f.ty, lookup(&value, &f.name))).collect();
            let Some(want) = want else { continue };
            if want.iter().any(Result::is_err) {
                prop_assert!(why.is_some_and(|w| w.starts_with("member")), "{} should not fit {types:?}: {why:?}", value);
                continue;
            }
            prop_assert!(why.is_none(), "{} {why:?}", value);
            for ((f, c), w) in fs.iter().zip(&got.columns).zip(want) {
                let (g, w) = (cell(&f.ty, c, row), w.expect("checked"));
                prop_assert!(same(&g, &w), "{}: {g} where {w} was expected in {}", f.name, value);
            }
        }
    }

    #[test]
    fn any_bytes(records in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..8)) {
        let fs = fields(&["a int", "b list<string>", "a.c json"]);
        let payloads: Vec<Option<&[u8]>> = records.iter().map(|r| Some(r.as_slice())).collect();
        let d = Reader::new(&fs).decode(&payloads);
        for (row, _) in d.bad {
            prop_assert!(d.columns.iter().all(|c| c.is_null(row)));
        }
    }

    #[test]
    fn integers_as_std_reads_them(digits in "-?(0|[1-9][0-9]{0,19})(\\.[0-9]{1,3})?") {
        let whole = digits.trim_end_matches('0').trim_end_matches('.');
        let want = if digits.contains('.') { whole.parse().ok() } else { digits.parse().ok() };
        prop_assert_eq!(read::int_of(&digits), want, "{}", digits);
    }

    #[test]
    fn doubles_are_the_nearest(x in any::<f64>(), digits in "-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,12})?([eE][+-]?[0-9]{1,2})?") {
        prop_assert_eq!(read::float_of(&digits).map(f64::to_bits), digits.parse().ok().map(f64::to_bits), "{}", digits);
        if x.is_finite() {
            let text = format!("{x:?}");
            prop_assert_eq!(read::float_of(&text).map(f64::to_bits), Some(x.to_bits()));
        }
    }

    #[test]
    fn what_is_written_is_read(
        rows in proptest::collection::vec((any::<Option<i64>>(), any::<Option<f64>>(), any::<Option<String>>(), any::<Option<bool>>(),
            any::<Option<Vec<u8>>>(), proptest::option::of(proptest::collection::vec(any::<Option<String>>(), 0..3))), 0..8),
    ) {
        let fs = fields(&["i int", "f float", "s \"é string", "b bool", "y bytes", "l list<string>", "t timestamp", "j json"]);
        let mut cols: Vec<Column> = fs.iter().map(|f| Column::new(&f.ty, rows.len())).collect();
        for (i, f, s, b, y, l) in &rows {
            match i { Some(i) => { cols[0].int(*i); cols[6].int(*i); } None => { cols[0].null(); cols[6].null(); } }
            match f { Some(f) => cols[1].float(*f), None => cols[1].null() }
            match s { Some(s) => { cols[2].bytes(s.as_bytes()).expect("short"); cols[7].bytes(serde_json::to_string(s)?.as_bytes()).expect("short"); } None => { cols[2].null(); cols[7].null(); } }
            match b { Some(b) => cols[3].bool(*b), None => cols[3].null() }
            match y { Some(y) => cols[4].bytes(y).expect("short"), None => cols[4].null() }
            match l {
                Some(l) => {
                    for e in l { match e { Some(e) => cols[5].elements().bytes(e.as_bytes()).expect("short"), None => cols[5].elements().null() } }
                    cols[5].list().expect("short");
                }
                None => cols[5].null(),
            }
        }
        let columns: Vec<ArrayRef> = cols.into_iter().map(Column::finish).collect();
        let (mut out, mut ends) = (Vec::new(), Vec::new());
        Format::Json.encoder(&fs)?.encode(&columns, &mut out, &mut ends)?;
        prop_assert_eq!(ends.len(), rows.len());
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let payloads: Vec<Option<&[u8]>> = starts.zip(&ends).map(|(a, b)| Some(&out[a..*b])).collect();
        let d = Reader::new(&fs).decode(&payloads);
        prop_assert_eq!(&d.bad, &vec![]);
        for (i, (f, c)) in fs.iter().zip(&d.columns).enumerate() {
            for row in 0..rows.len() {
                let was = cell(&f.ty, &columns[i], row);
                // NaN and the infinities have no form in JSON; `cell` makes them null too.
                prop_assert_eq!(cell(&f.ty, c, row), was, "{} of row {}", &f.name, row);
            }
        }
        for p in payloads.iter().flatten() {
            prop_assert!(serde_json::from_slice::<Value>(p).is_ok(), "{:?}", String::from_utf8_lossy(p));
        }
    }
}
