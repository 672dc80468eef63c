//! From text to expression and back.

use super::super::functions::all;
use super::*;
use proptest::prelude::*;

#[test]
fn read_and_written() {
    // What is read, and its one text.
    let rows = [
        ("price*1.1>100 and lower(side)='buy'", "(((price * 1.1) > 100) AND (lower(side) = 'buy'))"),
        ("a and b and c or d", "((a AND b AND c) OR d)"),
        ("a and (b and c)", "(a AND (b AND c))"),
        ("1 + 2 * -3", "(1 + (2 * -3))"),
        ("-a", "neg(a)"),
        ("- 9223372036854775808", "-9223372036854775808"),
        ("9223372036854775808", "9.223372036854776e18"),
        ("1.0e3", "1000.0"),
        ("'it''s \\n'", "'it''s \\n'"),
        ("X'0aFf'", "X'0aff'"),
        ("TIMESTAMP '2024-01-02 03:04:05'", "TIMESTAMP '2024-01-02T03:04:05.000Z'"),
        ("DATE '2024-01-02'", "TIMESTAMP '2024-01-02T00:00:00.000Z'"),
        ("CAST(99999999999999999 AS timestamp)", "CAST(99999999999999999 AS timestamp)"),
        ("INTERVAL '10' SECOND", "10000"),
        ("INTERVAL '1 hour 30 minutes'", "5400000"),
        ("INTERVAL 5 DAY", "432000000"),
        ("NULL is null", "(NULL IS NULL)"),
        ("not a is not null", "(NOT (a IS NOT NULL))"),
        ("a not between 1 and 2", "(NOT (a BETWEEN 1 AND 2))"),
        ("a not in (1,2)", "(NOT (a IN (1, 2)))"),
        ("s not like '%x'", "(NOT (s LIKE '%x'))"),
        ("s !~ 'x+'", "(NOT regexp_matches(s, 'x+'))"),
        ("a <> b or a == b", "((a != b) OR (a = b))"),
        ("a || b || 'c'", "(a || b || 'c')"),
        ("case x when 1 then 'a' else 'b' end", "CASE WHEN (x = 1) THEN 'a' ELSE 'b' END"),
        ("a::varchar(10)", "CAST(a AS string)"),
        ("try_cast(a as double precision)", "CAST(a AS float)"),
        ("cast(a as string[])", "CAST(a AS string[])"),
        ("CAST('NaN' AS float)", "CAST('NaN' AS float)"),
        ("extract(hour from ts)", "date_part('hour', ts)"),
        ("substring(s from 2 for 3)", "substr(s, 2, 3)"),
        ("trim(leading 'x' from s)", "ltrim(s, 'x')"),
        ("position('a' in s)", "strpos(s, 'a')"),
        ("ceil(x) + floor(y)", "(ceil(x) + floor(y))"),
        ("UCASE(s)", "upper(s)"),
        ("payload.user.id", "json_get(payload, '$.user.id')"),
        ("payload['a b'][0].c", "json_get(payload, '$[\"a b\"][0].c')"),
        ("payload -> 'a' ->> 'b'", "json_value(payload, '$.a.b')"),
        ("l[0]", "list_get(l, 0)"),
        ("\"Weird \"\"one\"\"\" + \"select\"", "(\"Weird \"\"one\"\"\" + \"select\")"),
        ("timestamp + key + value + date + time + status + name", "((((((timestamp + key) + value) + date) + time) + status) + name)"),
        ("a is distinct from b", "(a IS DISTINCT FROM b)"),
        ("a is true", "coalesce(a, false)"),
        ("1_000", "1000"),
    ];
    for (text, want) in rows {
        let e = Expr::parse(text).unwrap_or_else(|e| panic!("{text}: {}", e.message()));
        assert_eq!(e.to_string(), want, "{text}");
        // As text, for NaN is not equal to itself.
        assert_eq!(format!("{:?}", Expr::parse(want).unwrap()), format!("{e:?}"), "{want} reads back");
    }
}

#[test]
fn wrong_texts_say_where() {
    let rows: &[(&str, &[&str])] = &[
        ("", &["an expression", "at the end"]),
        ("a +", &["an expression", "at the end"]),
        ("a b", &["the expression ends before this", "column 3", "\"b\""]),
        ("a > 1 AND\n  lowr(s) = 'x'", &["there is no function lowr; did you mean lower?", "line 2, column 3"]),
        ("(a", &["Expected: )", "at the end"]),
        ("'open", &["Unterminated"]),
        ("sum(a) OVER (ORDER BY b)", &["nothing else"]),
        ("count(*)", &["count"]),
        ("a & b", &["operator & is not known"]),
        ("a IN (SELECT b FROM c)", &["join with it"]),
        ("TIMESTAMP 'noon'", &["'noon' is not a timestamp"]),
        ("INTERVAL '1 month'", &["a month has no fixed length"]),
        ("INTERVAL '1 secnd'", &["did you mean second?"]),
        ("CAST(a AS money)", &["money"]),
        ("X'abc'", &["even number"]),
        ("s LIKE 'a' ESCAPE '!'", &["escape of LIKE"]),
        ("lower(DISTINCT s)", &["lower takes expressions"]),
        ("lower", &["read as lower"]),
    ];
    let mut wrong = Vec::new();
    for (text, parts) in rows {
        let message = Expr::parse(text).map_or_else(|e| e.message().to_owned(), |e| format!("read as {e}"));
        if parts.iter().any(|p| !message.contains(p)) {
            wrong.push(format!("{text}: \"{message}\" does not say {parts:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn depth_is_bounded() {
    for text in [
        format!("{}a{}", "(".repeat(3000), ")".repeat(3000)),
        format!("{}a", "- ".repeat(3000)),
        format!("a{}", " + a".repeat(4000)),
        format!("a{}", "[0]".repeat(3000)),
        format!("(a{}) & 1", " OR a".repeat(1900)),
        format!("a{} & 1", " + a".repeat(1900)),
    ] {
        let _ = Expr::parse(&text);
    }
    assert!(Expr::parse(&format!("a{}", " + a".repeat(1900))).unwrap_err().message().contains("64 deep"));
    assert!(Expr::parse(&format!("a{}", " + a".repeat(40_000))).unwrap_err().message().contains("more than 4000 words"));
    // A long list of conditions is wide and not deep.
    let many = Expr::parse(&format!("a = 0{}", " OR a = 1".repeat(900))).unwrap();
    check(many, "bool", "true | false | null | false");
}

/// Every word of the parser is either quoted or reads as a column: a new version of it may not change that.
#[test]
fn every_keyword_as_a_column() {
    let mut unreadable = BTreeSet::new();
    for word in sqlparser::keywords::ALL_KEYWORDS {
        for name in [word.to_ascii_lowercase(), (*word).to_owned()] {
            for e in [col(&name), col(&name) + 1, call("lower", [col(&name), "x".into()]), case().when(col(&name), col(&name)).end()] {
                if Expr::parse(&e.to_string()).ok() != Some(e) {
                    unreadable.insert(word.to_ascii_lowercase());
                }
            }
        }
    }
    assert!(unreadable.is_empty(), "these words must be quoted: {unreadable:?}");
}

#[test]
fn every_function_reads_back() {
    let mut unreadable = Vec::new();
    for f in all() {
        for n in f.args.0..=f.args.1.min(4) {
            let e = call(f.name, (0..n).map(|i| col(format!("c{i}"))));
            let text = e.to_string();
            if Expr::parse(&text).ok() != Some(e) {
                unreadable.push(text);
            }
        }
    }
    assert!(unreadable.is_empty(), "{unreadable:?}");
}

#[test]
fn names_of_functions_are_unique() {
    let mut seen = std::collections::HashSet::new();
    for f in all() {
        for name in std::iter::once(&f.name).chain(f.aliases) {
            assert!(seen.insert(*name), "{name} is there twice");
        }
        assert!(f.args.0 <= f.args.1 && !f.doc.is_empty(), "{}", f.name);
    }
}

#[test]
fn expressions_as_json() {
    let e = Expr::parse("CASE WHEN a > 100 THEN 'x' ELSE b::string END").unwrap();
    let text = serde_json::to_string(&e).unwrap();
    assert_eq!(
        text,
        r#"{"case":{"when":[[{"call":{"name":">","args":[{"col":"a"},{"lit":{"int":100}}]}},{"lit":{"string":"x"}}]],"otherwise":{"cast":{"expr":{"col":"b"},"to":"string"}}}}"#
    );
    assert_eq!(serde_json::from_str::<Expr>(&text).unwrap(), e);
}

fn any_expr() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        ".{0,6}".prop_map(col),
        "[a-z]{1,6}".prop_map(col),
        any::<i64>().prop_map(Expr::from),
        any::<f64>().prop_filter("NaN is not equal to itself", |x| !x.is_nan()).prop_map(Expr::from),
        ".{0,8}".prop_map(Expr::from),
        any::<bool>().prop_map(Expr::from),
        proptest::collection::vec(any::<u8>(), 0..5).prop_map(Expr::from),
        any::<i64>().prop_map(|t| Expr::Lit(Scalar::Timestamp(t))),
        Just(Expr::Lit(Scalar::Null)),
    ];
    leaf.prop_recursive(4, 40, 4, |e| {
        let ty = prop_oneof![
            Just(Type::Int),
            Just(Type::Float),
            Just(Type::String),
            Just(Type::Bytes),
            Just(Type::Bool),
            Just(Type::Json),
            Just(Type::List(Box::new(Type::Int)))
        ];
        prop_oneof![
            (0..all().count(), proptest::collection::vec(e.clone(), 1..4)).prop_map(|(i, mut args)| {
                let f = all().nth(i).unwrap();
                args.resize(args.len().clamp(f.args.0, f.args.1), 1.into());
                call(f.name, args)
            }),
            (proptest::collection::vec((e.clone(), e.clone()), 1..3), proptest::option::of(e.clone()))
                .prop_map(|(when, o)| Expr::Case { when, otherwise: o.map(Box::new) }),
            (e, ty).prop_map(|(e, ty)| match (&e, &ty) {
                // These two are the texts of constants.
                (Expr::Lit(Scalar::String(_)), Type::Float) => e,
                _ => e.cast(ty),
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]
    /// One text per expression, and it reads as that expression.
    #[test]
    fn text_round_trip(e in any_expr()) {
        // `+x` and `- 1` of constants fold; nothing else may.
        let text = e.to_string();
        let back = Expr::parse(&text).map_err(|x| TestCaseError::fail(format!("{text}: {}", x.message())))?;
        prop_assert_eq!(&back, &e, "{}", text);
        prop_assert_eq!(back.to_string(), text);
    }
    #[test]
    fn no_text_panics(text in "[a-z0-9 ()'\"+*<>=.,\\[\\]:$-]{0,40}") {
        let _ = Expr::parse(&text);
    }
    #[test]
    fn no_json_panics(text in "[{}\\[\\]\",:a-c0-9 \\\\é-]{0,40}", path in "[$.a-c\\[\\]0-9'\"-]{0,12}") {
        if let Ok(steps) = json::parse_path(&path) {
            let _ = json::find(&text, &steps).and_then(json::text);
            prop_assert_eq!(json::parse_path(&json::path_text(&steps)), Ok(steps));
        }
        let _ = json::length(&text);
    }
    /// The scanner finds what a real parser finds.
    #[test]
    fn json_find_agrees(keys in proptest::collection::vec("[a-c\"\\\\é]{0,2}", 1..4), n in 0usize..4) {
        let mut value = serde_json::json!([1, "two", {"x": null}, [[]]]);
        for k in keys.iter().rev() {
            value = serde_json::json!({"zz": [1, {"a": "]}"}], k.as_str(): value, "~": "\""});
        }
        let mut steps: Vec<json::Step> = keys.iter().map(|k| json::Step::Key(k.clone())).collect();
        steps.push(json::Step::Index(n as i64));
        let mut want = &value;
        for k in &keys {
            want = &want[k.as_str()];
        }
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let got = json::find(&text, &steps).map(|t| serde_json::from_str::<serde_json::Value>(t).unwrap());
            prop_assert_eq!(got, want.get(n).cloned());
        }
    }
    /// Any time that has a text reads as itself.
    #[test]
    fn times_round_trip(ms in -62_167_219_200_000i64..253_402_300_800_000) {
        prop_assert_eq!(parse_millis(&format_millis(ms).unwrap()), Some(ms));
    }
}
