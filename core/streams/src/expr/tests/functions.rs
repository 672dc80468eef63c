//! The table of functions, a line each: the text, the type, the four rows.

use super::super::functions::all;
use super::*;

#[track_caller]
fn table(rows: &[(&str, &str, &str)]) {
    for (text, ty, want) in rows {
        check(Expr::parse(text).unwrap_or_else(|e| panic!("{text}: {}", e.message())), ty, want);
    }
}

#[test]
fn comparison() {
    table(&[
        ("a = 1", "bool", "true | false | null | false"),
        ("a <> b", "bool", "true | true | null | true"),
        ("a > 0.5", "bool", "true | false | null | true"),
        ("1 < a", "bool", "false | false | null | true"),
        ("x = y", "bool", "false | true | null | true"),
        ("x < 0.0", "bool", "false | false | null | false"),
        ("y >= x", "bool", "true | true | null | true"),
        ("y > 1e300", "bool", "false | false | null | true"),
        ("s < t", "bool", "true | false | null | true"),
        ("s = 'Hello'", "bool", "true | false | null | false"),
        ("a = '1'", "bool", "true | false | null | false"),
        ("p = q", "bool", "false | null | null | true"),
        ("p = 'true'", "bool", "true | false | null | true"),
        ("raw = 'abc'", "bool", "true | false | null | false"),
        ("ts > '2024-01-01'", "bool", "false | true | null | false"),
        ("ts = 0", "bool", "true | false | null | false"),
        ("ts BETWEEN '1970-01-01' AND '2024-02-29T12:34:56.789Z'", "bool", "true | true | null | false"),
        ("a = NULL", "bool", "null | null | null | null"),
        ("a IS NULL", "bool", "false | false | true | false"),
        ("a IS NOT NULL", "bool", "true | true | false | true"),
        ("a IS DISTINCT FROM b", "bool", "true | true | false | true"),
        ("x IS DISTINCT FROM y", "bool", "true | false | false | false"),
        ("x IS NOT DISTINCT FROM NULL", "bool", "false | false | true | false"),
        ("a IN (1, 2, NULL)", "bool", "true | null | null | null"),
        ("a IN (1, 2, 3, 4, 5, NULL)", "bool", "true | null | null | null"),
        ("a NOT IN (1, 2, 3, 4, 5)", "bool", "false | true | null | true"),
        ("s IN ('a', 'b', 'c', 'd', 'e', '')", "bool", "false | false | null | true"),
        ("x IN (1.5, 0)", "bool", "true | true | null | false"),
        ("a IN ()", "bool", "false | false | false | false"),
        ("a IN (b, 1)", "bool", "true | false | null | false"),
        ("a NOT BETWEEN 0 AND b", "bool", "false | true | null | true"),
        ("j = 17", "bool", "null | null | null | true"),
        ("j.s = 'hi'", "bool", "true | null | null | null"),
    ]);
}

#[test]
fn three_valued_logic() {
    table(&[
        ("p AND q", "bool", "false | false | null | true"),
        ("p OR q", "bool", "true | null | null | true"),
        ("NOT p", "bool", "false | true | null | false"),
        ("p AND NULL", "bool", "null | false | null | null"),
        ("p OR NULL", "bool", "true | null | null | true"),
        ("p AND TRUE", "bool", "true | false | null | true"),
        ("p AND FALSE", "bool", "false | false | false | false"),
        ("p OR TRUE OR q", "bool", "true | true | true | true"),
        ("p IS TRUE", "bool", "true | false | false | true"),
        ("p IS NOT TRUE", "bool", "false | true | true | false"),
        ("p IS FALSE", "bool", "false | true | false | false"),
        ("p IS NOT FALSE", "bool", "true | false | true | true"),
        ("p IS UNKNOWN", "bool", "false | false | true | false"),
        ("NULL AND NULL", "bool", "null | null | null | null"),
    ]);
}

#[test]
fn arithmetic() {
    table(&[
        ("a + 1", "int", "2 | -6 | null | null"),
        ("a - b", "int", "-1 | -7 | null | 9223372036854775804"),
        ("a * b", "int", "2 | 0 | null | null"),
        ("a / b", "float", "0.5 | null | null | 3.0744573456182584e18"),
        ("div(a, b)", "int", "0 | null | null | 3074457345618258602"),
        ("a % b", "int", "1 | null | null | 1"),
        ("-7 % 2", "int", "-1 | -1 | -1 | -1"),
        ("x % 1", "float", "0.5 | -0.0 | null | NaN"),
        ("x + a", "float", "2.5 | -7.0 | null | NaN"),
        ("-a", "int", "-1 | 7 | null | -9223372036854775807"),
        ("-(-9223372036854775808)", "int", "null | null | null | null"),
        ("abs(a)", "int", "1 | 7 | null | 9223372036854775807"),
        ("sign(a)", "int", "1 | -1 | null | 1"),
        ("sign(x)", "int", "1 | 0 | null | null"),
        ("round(x)", "float", "2.0 | -0.0 | null | NaN"),
        ("round(2.345, 2)", "float", "2.35 | 2.35 | 2.35 | 2.35"),
        ("round(b, -1)", "int", "0 | 0 | null | 0"),
        ("round(15, -1)", "int", "20 | 20 | 20 | 20"),
        ("round(a, -19)", "int", "0 | 0 | null | null"),
        ("floor(x)", "float", "1.0 | -0.0 | null | NaN"),
        ("ceil(x)", "float", "2.0 | -0.0 | null | NaN"),
        ("ceil(a)", "int", "1 | -7 | null | 9223372036854775807"),
        ("sqrt(a)", "float", "1.0 | null | null | 3037000499.97605"),
        ("pow(b, 2)", "float", "4.0 | 0.0 | null | 9.0"),
        ("exp(b - b)", "float", "1.0 | 1.0 | null | 1.0"),
        ("ln(b)", "float", "0.6931471805599453 | null | null | 1.0986122886681098"),
        ("log10(100)", "float", "2.0 | 2.0 | 2.0 | 2.0"),
        ("greatest(a, b, 0)", "int", "2 | 0 | 0 | 9223372036854775807"),
        ("least(a, NULL, 5)", "int", "1 | -7 | 5 | 5"),
        ("greatest(s, 'I')", "string", r#""I" | "żółw x" | "I" | "I""#),
        ("j * 2", "float", "null | null | null | 34.0"),
    ]);
}

#[test]
fn texts() {
    table(&[
        ("lower(s)", "string", r#""hello" | "żółw x" | null | """#),
        ("upper(s)", "string", r#""HELLO" | "ŻÓŁW X" | null | """#),
        ("length(s)", "int", "5 | 6 | null | 0"),
        ("length(raw)", "int", "3 | 2 | null | 0"),
        ("length(l)", "int", "3 | null | 0 | 1"),
        ("s || '-' || a", "string", r#""Hello-1" | "żółw x--7" | null | "-9223372036854775807""#),
        ("concat(s, '-', NULL, a)", "string", r#""Hello-1" | "żółw x--7" | "-" | "-9223372036854775807""#),
        ("contains(s, t)", "bool", "true | false | null | false"),
        ("contains(s, 'l')", "bool", "true | false | null | false"),
        ("starts_with(s, 'ż')", "bool", "false | true | null | false"),
        ("ends_with(s, 'lo')", "bool", "true | false | null | false"),
        ("s LIKE 'H%o'", "bool", "true | false | null | false"),
        ("s NOT LIKE '_ó%'", "bool", "true | false | null | true"),
        ("s ILIKE 'hELL_'", "bool", "true | false | null | false"),
        ("trim(t)", "string", r#""ell" | "12.5" | null | "true""#),
        ("ltrim(t)", "string", r#""ell" | "12.5" | null | "true ""#),
        ("rtrim(s, 'xol ')", "string", r#""He" | "żółw" | null | """#),
        ("TRIM(BOTH 'H' FROM s)", "string", r#""ello" | "żółw x" | null | """#),
        ("substr(s, 2)", "string", r#""ello" | "ółw x" | null | """#),
        ("substr(s, 2, 2)", "string", r#""el" | "ół" | null | """#),
        ("substr(s, -2)", "string", r#""lo" | " x" | null | """#),
        ("substr(s, 0, 2)", "string", r#""H" | "ż" | null | """#),
        ("SUBSTRING(s FROM 3 FOR b)", "string", r#""ll" | "" | null | """#),
        ("left(s, 2)", "string", r#""He" | "żó" | null | """#),
        ("left(s, -2)", "string", r#""Hel" | "żółw" | null | """#),
        ("right(s, 3)", "string", r#""llo" | "w x" | null | """#),
        ("right(s, -1)", "string", r#""ello" | "ółw x" | null | """#),
        ("replace(s, 'l', 'LL')", "string", r#""HeLLLLo" | "żółw x" | null | """#),
        ("replace(s, '', 'x')", "string", r#""Hello" | "żółw x" | null | """#),
        ("reverse(s)", "string", r#""olleH" | "x włóż" | null | """#),
        ("repeat(t, b)", "string", r#""ellell" | "" | null | " true  true  true ""#),
        ("repeat(s, 9223372036854775807)", "string", r#"null | null | null | """#),
        ("strpos(s, 'ł')", "int", "0 | 3 | null | 0"),
        ("POSITION(t IN s)", "int", "2 | 0 | null | 0"),
        ("lpad(s, 7, '*-')", "string", r#""*-Hello" | "*żółw x" | null | "*-*-*-*""#),
        ("rpad(s, 3)", "string", r#""Hel" | "żół" | null | "   ""#),
        ("lpad(s, a)", "string", r#""H" | "" | null | null"#),
        ("split(s, 'l')", "list<string>", r#"["He","","o"] | ["żółw x"] | null | [""]"#),
        ("split(t, '')", "list<string>", r#"["e","l","l"] | ["1","2",".","5"] | null | [" ","t","r","u","e"," "]"#),
        ("split_part(t, '.', 1)", "string", r#""ell" | "12" | null | " true ""#),
        ("split_part(t, '.', -1)", "string", r#""ell" | "5" | null | " true ""#),
        ("split_part(t, '.', 3)", "string", r#""" | "" | null | """#),
        ("split_part(t, '.', -9223372036854775807 - 1)", "string", r#""" | "" | null | """#),
        ("regexp_matches(s, '^H.*o$')", "bool", "true | false | null | false"),
        ("s ~ '[łz]'", "bool", "false | true | null | false"),
        ("regexp_matches(s, t)", "bool", "true | false | null | false"),
        ("regexp_matches('a', s || '(')", "bool", "null | null | null | null"),
        ("regexp_extract(s, 'l+')", "string", r#""ll" | "" | null | """#),
        ("regexp_extract(s, '(.)(.)', 2)", "string", r#""e" | "ó" | null | """#),
        ("regexp_extract(s, '(.)', 7)", "string", r#""" | "" | null | """#),
        ("regexp_replace(s, '(l)', '<\\1>')", "string", r#""He<l>lo" | "żółw x" | null | """#),
        ("regexp_replace(s, 'l', '$', 'g')", "string", r#""He$$o" | "żółw x" | null | """#),
        ("lower(j.s)", "string", r#""hi" | null | null | null"#),
    ]);
}

#[test]
fn choices() {
    table(&[
        ("coalesce(a, b, 0)", "int", "1 | -7 | 0 | 9223372036854775807"),
        ("coalesce(NULL, s, 'none', t)", "string", r#""Hello" | "żółw x" | "none" | """#),
        ("coalesce(a, x)", "float", "1.0 | -7.0 | null | 9.223372036854776e18"),
        ("nullif(a, 1)", "int", "null | -7 | null | 9223372036854775807"),
        ("nullif(b, 0.0)", "int", "2 | null | null | 3"),
        ("nullif(NULL, 1)", "int", "null | null | null | null"),
        ("if(p, a, b)", "int", "1 | 0 | null | 9223372036854775807"),
        ("if(a > 0, 'yes', NULL)", "string", r#""yes" | null | null | "yes""#),
        ("CASE WHEN p THEN 1 WHEN a < 0 THEN 2.5 END", "float", "1.0 | 2.5 | null | 1.0"),
        ("CASE a WHEN 1 THEN 'one' WHEN -7 THEN s ELSE '?' END", "string", r#""one" | "żółw x" | "?" | "?""#),
        ("CASE _topic WHEN 'bids' THEN a ELSE b END", "int", "1 | -7 | null | 9223372036854775807"),
        ("CASE WHEN 1 = 1 THEN 3 ELSE 4 END", "int", "3 | 3 | 3 | 3"),
    ]);
}

#[test]
fn times() {
    table(&[
        ("date_trunc('second', ts)", "timestamp", r#""1970-01-01T00:00:00.000Z" | "2024-02-29T12:34:56.000Z" | null | "1969-12-31T23:59:59.000Z""#),
        ("date_trunc('minutes', ts)", "timestamp", r#""1970-01-01T00:00:00.000Z" | "2024-02-29T12:34:00.000Z" | null | "1969-12-31T23:59:00.000Z""#),
        ("date_trunc('hour', ts)", "timestamp", r#""1970-01-01T00:00:00.000Z" | "2024-02-29T12:00:00.000Z" | null | "1969-12-31T23:00:00.000Z""#),
        ("date_trunc('day', ts)", "timestamp", r#""1970-01-01T00:00:00.000Z" | "2024-02-29T00:00:00.000Z" | null | "1969-12-31T00:00:00.000Z""#),
        ("date_trunc('week', ts)", "timestamp", r#""1969-12-29T00:00:00.000Z" | "2024-02-26T00:00:00.000Z" | null | "1969-12-29T00:00:00.000Z""#),
        ("date_trunc('month', ts)", "timestamp", r#""1970-01-01T00:00:00.000Z" | "2024-02-01T00:00:00.000Z" | null | "1969-12-01T00:00:00.000Z""#),
        ("date_trunc('quarter', ts)", "timestamp", r#""1970-01-01T00:00:00.000Z" | "2024-01-01T00:00:00.000Z" | null | "1969-10-01T00:00:00.000Z""#),
        ("date_trunc('year', ts)", "timestamp", r#""1970-01-01T00:00:00.000Z" | "2024-01-01T00:00:00.000Z" | null | "1969-01-01T00:00:00.000Z""#),
        ("EXTRACT(YEAR FROM ts)", "int", "1970 | 2024 | null | 1969"),
        ("date_part('quarter', ts)", "int", "1 | 1 | null | 4"),
        ("EXTRACT(MONTH FROM ts)", "int", "1 | 2 | null | 12"),
        ("EXTRACT(DAY FROM ts)", "int", "1 | 29 | null | 31"),
        ("EXTRACT(DOW FROM ts)", "int", "4 | 4 | null | 3"),
        ("date_part('isodow', ts)", "int", "4 | 4 | null | 3"),
        ("date_part('doy', ts)", "int", "1 | 60 | null | 365"),
        ("EXTRACT(WEEK FROM ts)", "int", "1 | 9 | null | 1"),
        ("EXTRACT(HOUR FROM ts)", "int", "0 | 12 | null | 23"),
        ("EXTRACT(MINUTE FROM ts)", "int", "0 | 34 | null | 59"),
        ("EXTRACT(SECOND FROM ts)", "int", "0 | 56 | null | 59"),
        ("date_part('millisecond', ts)", "int", "0 | 56789 | null | 59999"),
        ("date_part('epoch', ts)", "int", "0 | 1709210096 | null | -1"),
        ("ts + INTERVAL '1' HOUR", "timestamp", r#""1970-01-01T01:00:00.000Z" | "2024-02-29T13:34:56.789Z" | null | "1970-01-01T00:59:59.999Z""#),
        ("ts - INTERVAL '2 days'", "timestamp", r#""1969-12-30T00:00:00.000Z" | "2024-02-27T12:34:56.789Z" | null | "1969-12-29T23:59:59.999Z""#),
        ("ts - '1970-01-01'", "int", "0 | 1709210096789 | null | -1"),
        ("ts - _timestamp", "int", "-1000 | 1709210094789 | null | -4001"),
        (
            "time_bucket('10 minutes', ts)",
            "timestamp",
            r#""1970-01-01T00:00:00.000Z" | "2024-02-29T12:30:00.000Z" | null | "1969-12-31T23:50:00.000Z""#,
        ),
        ("time_bucket(b, ts)", "timestamp", r#""1970-01-01T00:00:00.000Z" | null | null | "1969-12-31T23:59:59.997Z""#),
        ("to_timestamp(b)", "timestamp", r#""1970-01-01T00:00:00.002Z" | "1970-01-01T00:00:00.000Z" | null | "1970-01-01T00:00:00.003Z""#),
        ("to_timestamp('2024-02-29 12:34:56+02:00') = TIMESTAMP '2024-02-29 10:34:56'", "bool", "true | true | true | true"),
        ("to_timestamp(s)", "timestamp", "null | null | null | null"),
        ("epoch_ms(ts)", "int", "0 | 1709210096789 | null | -1"),
    ]);
}

#[test]
fn json_and_lists() {
    table(&[
        ("json_get(j, '$.a.b[1]')", "json", "20.5 | null | null | null"),
        ("j.a.b", "json", r#"[10,20.5,"x\u00e9"] | null | null | null"#),
        ("j['a']['b'][-1]", "json", r#""x\u00e9" | null | null | null"#),
        ("j -> 'a' -> 'b' ->> 2", "string", r#""xé" | null | null | null"#),
        ("j[1].k", "json", r#"null | "v" | null | null"#),
        ("j[0]", "json", "null | 1 | null | null"),
        ("json_value(j, '$.s')", "string", r#""hi" | null | null | null"#),
        ("json_value(j, '$.n')", "string", "null | null | null | null"),
        ("json_value(j, '$.a')", "string", r#""{\"b\":[10,20.5,\"x\\u00e9\"]}" | null | null | null"#),
        (
            "json_value(j, '$')",
            "string",
            r#""{\"a\":{\"b\":[10,20.5,\"x\\u00e9\"]},\"n\":null,\"s\":\"hi\",\"ok\":true}" | "[ 1 , {\"k\" : \"v\"} ]" | null | "17""#,
        ),
        ("json_get(j, s)", "json", "null | null | null | 17"),
        ("j.ok AND TRUE", "bool", "true | null | null | null"),
        ("j.s::string", "string", r#""hi" | null | null | null"#),
        ("j.a.b[0]::int + 1", "int", "11 | null | null | null"),
        ("json_length(j)", "int", "null | 2 | null | null"),
        ("json_valid(s)", "bool", "false | false | null | false"),
        ("json_valid(j)", "bool", "true | true | null | true"),
        ("l[0]", "string", r#""u" | null | null | "w""#),
        ("list_get(l, -1)", "string", r#""w" | null | null | "w""#),
        ("list_get(l, b)", "string", r#""w" | null | null | null"#),
        ("list_get(l, a)", "string", "null | null | null | null"),
        ("list_contains(l, 'w')", "bool", "true | null | false | true"),
        ("list_contains(l, lower(upper('u')))", "bool", "true | null | false | false"),
        ("list_contains(split(s, ''), t)", "bool", "false | false | null | false"),
        ("list_contains(split(s, ''), left(s, 1))", "bool", "true | true | null | false"),
        ("CAST(l AS json)", "json", r#"["u",null,"w"] | null | [] | ["w"]"#),
        ("CAST(split('1,x,3', ',') AS int[])", "list<int>", "[1,null,3] | [1,null,3] | [1,null,3] | [1,null,3]"),
    ]);
}

#[test]
fn hashes_and_encodings() {
    table(&[
        // The vectors of XXH64's own tests, with seed 0.
        ("hash('') = -1205034819632174695", "bool", "true | true | true | true"),
        ("hash('abc')", "int", "4952883123889572249 | 4952883123889572249 | 4952883123889572249 | 4952883123889572249"),
        ("hash(NULL) = hash('')", "bool", "false | false | false | false"),
        ("hash(x) = hash(y)", "bool", "false | true | true | true"),
        ("hash(a, b) = hash(b, a)", "bool", "false | false | true | false"),
        ("hash(s, a) IS NULL", "bool", "false | false | false | false"),
        // As Kafka's Utils.murmur2 prints them (UtilsTest.testMurmur2).
        ("murmur2('21')", "int", "-973932308 | -973932308 | -973932308 | -973932308"),
        ("murmur2('foobar')", "int", "-790332482 | -790332482 | -790332482 | -790332482"),
        ("murmur2(X'612d6c6974746c652d6269742d6c6f6e672d737472696e67')", "int", "-985981536 | -985981536 | -985981536 | -985981536"),
        ("kafka_partition('foobar', 10) = (murmur2('foobar') + 2147483648) % 10", "bool", "true | true | true | true"),
        ("kafka_partition(s, b)", "int", "0 | null | null | 0"),
        ("hex(raw)", "string", r#""616263" | "ff00" | null | """#),
        ("unhex('FF00') = X'ff00'", "bool", "true | true | true | true"),
        ("unhex(s)", "bytes", r#"null | null | null | """#),
        ("base64(raw)", "string", r#""YWJj" | "/wA=" | null | """#),
        ("unbase64('_wA') = X'ff00' AND unbase64('/wA=') = X'ff00'", "bool", "true | true | true | true"),
        ("unbase64(s)", "bytes", r#"null | null | null | """#),
    ]);
}

#[test]
fn casts() {
    table(&[
        ("CAST(t AS int)", "int", "null | 12 | null | null"),
        ("CAST('13.5' AS int)", "int", "14 | 14 | 14 | 14"),
        ("t::float", "float", "null | 12.5 | null | null"),
        ("t::bool", "bool", "null | null | null | true"),
        ("a::string", "string", r#""1" | "-7" | null | "9223372036854775807""#),
        ("x::string", "string", r#""1.5" | "-0.0" | null | "NaN""#),
        ("x::int", "int", "2 | 0 | null | null"),
        ("1e19::int", "int", "null | null | null | null"),
        ("p::int", "int", "1 | 0 | null | 1"),
        ("b::bool", "bool", "true | false | null | true"),
        ("ts::string", "string", r#""1970-01-01T00:00:00.000Z" | "2024-02-29T12:34:56.789Z" | null | "1969-12-31T23:59:59.999Z""#),
        ("ts::int", "int", "0 | 1709210096789 | null | -1"),
        ("a::timestamp::string", "string", r#""1970-01-01T00:00:00.001Z" | "1969-12-31T23:59:59.993Z" | null | null"#),
        ("raw::string", "string", r#""abc" | null | null | """#),
        ("s::bytes::string = s", "bool", "true | true | null | true"),
        ("s::json", "json", "null | null | null | null"),
        ("a::json", "json", "1 | -7 | null | 9223372036854775807"),
        ("x::json", "json", "1.5 | -0.0 | null | null"),
        ("(s || '\"')::string::bytes::string", "string", r#""Hello\"" | "żółw x\"" | null | "\"""#),
        ("ts::json", "json", r#""1970-01-01T00:00:00.000Z" | "2024-02-29T12:34:56.789Z" | null | "1969-12-31T23:59:59.999Z""#),
        ("j::int", "int", "null | null | null | 17"),
        ("NULL::timestamp", "timestamp", "null | null | null | null"),
    ]);
}

#[test]
fn places_of_records() {
    table(&[
        ("_topic || '/' || _partition || '/' || _offset", "string", r#""bids/3/10" | "bids/3/11" | "bids/3/12" | "bids/3/13""#),
        ("_timestamp::int", "int", "1000 | 2000 | 3000 | 4000"),
        ("\"Odd name\" + 1", "int", "6 | 7 | null | 8"),
    ]);
    // Rows that are no records have no place; a column of such a name is the column.
    let schema = Schema::new(vec![Field::new("_offset", Type::String)], 0).unwrap();
    let c = Chunk::new(schema, vec![Arc::new(StringArray::from(vec!["x"]))], vec![7]);
    assert_eq!(run(&Expr::parse("_topic").unwrap(), &c).unwrap().0, "null");
    assert_eq!(run(&Expr::parse("_partition IS NULL").unwrap(), &c).unwrap().0, "true");
    assert_eq!(run(&Expr::parse("_offset").unwrap(), &c).unwrap(), (r#""x""#.to_owned(), Type::String));
}

#[test]
fn wrong_types_are_named() {
    let wrong: &[(&str, &[&str])] = &[
        ("lower(a)", &["lower", "a is int", "string is wanted", "CAST(a AS string)"]),
        ("a + p", &["argument 2 (p: bool) is not a number"]),
        ("ts * 2", &["argument 1 (ts: timestamp) is not a number"]),
        ("ts + ts", &["+", "does not go with"]),
        ("l = l", &["lists"]),
        ("a AND p", &["and", "a is int"]),
        ("date_trunc('fortnight', ts)", &["'fortnight'", "second, minute"]),
        ("date_trunc('hours', a)", &["a is int"]),
        ("date_trunc(s, ts)", &["must be a constant"]),
        ("date_trunc('minite', ts)", &["did you mean 'minute'?"]),
        ("regexp_matches(s, '(')", &["'('", "unclosed group"]),
        ("json_get(j, 'a..b')", &["empty step"]),
        ("CAST(l AS int)", &["no cast from list<string> to int"]),
        ("CASE WHEN a THEN 1 END", &["condition a of a CASE is int"]),
        ("CASE WHEN p THEN 1 ELSE s END", &["CASE", "no type in common"]),
        ("a IN (1, 'x')", &["'x' is not a int"]),
        ("list_contains(a, 1)", &["is no list"]),
        ("hash(l)", &["is a list"]),
        ("time_bucket('3 months', ts)", &["no fixed length"]),
    ];
    for (text, parts) in wrong {
        fails(Expr::parse(text).unwrap_or_else(|e| panic!("{text}: {}", e.message())), parts);
    }
    assert!(Bound::condition(&col("a"), &chunk().schema).unwrap_err().message().contains("is int, not bool"));
    assert!(Bound::condition(&Expr::Lit(Scalar::Null), &chunk().schema).is_ok());
    let b = Bound::new(&col("a"), &chunk().schema).unwrap();
    assert!(b.filter(&chunk()).unwrap_err().message().contains("no condition"));
}

/// Whatever a row of the table promises, calling it with any types must give a result or an error, and never a panic.
#[test]
fn nothing_panics() {
    let c = chunk();
    let mut args: Vec<Expr> = c.schema.fields().iter().map(|f| col(&f.name)).collect();
    args.extend([
        Expr::Lit(Scalar::Null),
        i64::MIN.into(),
        0.into(),
        f64::NAN.into(),
        "".into(),
        "day".into(),
        "$.a[0]".into(),
        true.into(),
        col("_topic"),
    ]);
    let mut good = 0;
    for f in all() {
        let counts = f.args.0..=f.args.1.min(f.args.0.max(3));
        for n in counts {
            let mut place = vec![0; n];
            loop {
                let e = call(f.name, place.iter().map(|i| args[*i].clone()));
                if let Ok(b) = Bound::new(&e, &c.schema) {
                    good += 1;
                    let a = b.eval(&c).unwrap_or_else(|x| panic!("{e}: {}", x.message()));
                    assert_eq!((a.len(), a.data_type()), (4, &b.ty().arrow()), "{e}");
                }
                let Some(i) = (0..n).find(|i| place[*i] + 1 < args.len()) else { break };
                place[..i].fill(0);
                place[i] += 1;
            }
        }
    }
    assert!(good > 5000, "only {good} calls could be bound");
}
