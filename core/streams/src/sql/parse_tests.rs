//! A table of statements and their one text, and a table of mistakes and what is said of them.

use super::*;

#[test]
fn statements() {
    // What is written, and its one text; both read as the same statement.
    let rows = [
        (
            "create stream bids (auction int key, price double, \"when\" timestamp, tags list<string>) with (topic='bids', format='json', key_format='text', timestamp='when', partitions=4, strict=true)",
            "CREATE STREAM bids (auction int KEY, price float, \"when\" timestamp, tags list<string>) WITH (topic = 'bids', format = 'json', key_format = 'text', timestamp = 'when', partitions = 4, strict = true)",
        ),
        ("CREATE TABLE users (id VARCHAR(20) PRIMARY KEY, name TEXT, data json)", "CREATE TABLE users (id string KEY, name string, data json)"),
        (
            "CREATE GLOBAL TABLE IF NOT EXISTS airlines (code string key, name string)",
            "CREATE GLOBAL TABLE IF NOT EXISTS airlines (code string KEY, name string)",
        ),
        ("select * from bids", "SELECT * FROM bids"),
        (
            "SELECT price * 1.1 AS gross, upper(item) FROM bids b WHERE b.price > 100",
            "SELECT (price * 1.1) AS gross, upper(item) FROM bids AS b WHERE (\"b.price\" > 100)",
        ),
        (
            "CREATE TABLE per_user AS SELECT bidder, count(*) AS n FROM bids GROUP BY bidder",
            "CREATE TABLE per_user AS SELECT bidder, count() AS n FROM bids GROUP BY bidder",
        ),
        (
            "CREATE TABLE hot WITH (topic='hot-items', partitions=2) AS SELECT auction, sum(price) total, avg(price), count(distinct bidder) u FROM bids GROUP BY auction, TUMBLE(ts, '10 seconds') GRACE '1s' HAVING count(*) > 3 EMIT FINAL",
            "CREATE TABLE hot WITH (topic = 'hot-items', partitions = 2) AS SELECT auction, sum(price) AS total, mean(price), count_distinct(bidder) AS u FROM bids GROUP BY auction, TUMBLE(ts, '10000 ms') GRACE '1000 ms' HAVING (count() > 3) EMIT FINAL",
        ),
        (
            "select k, count(*) from s group by hop('10s', interval '2' second), k emit changes",
            "SELECT k, count() FROM s GROUP BY k, HOP('10000 ms', '2000 ms') EMIT CHANGES",
        ),
        ("select count(*) from s window session (30 seconds) group by k", "SELECT count() FROM s GROUP BY k, SESSION('30000 ms')"),
        ("select count(*) from s group by slide(ts, '1 hour') emit every", "SELECT count() FROM s GROUP BY SLIDE(ts, '3600000 ms') EMIT EVERY"),
        (
            "select o.id, p.amount from orders o left join payments p within '10 seconds' grace period '5s' on o.id = p.order_id and p.kind = o.kind",
            "SELECT \"o.id\", \"p.amount\" FROM orders AS o LEFT JOIN payments AS p WITHIN '10000 ms' GRACE '5000 ms' ON \"o.id\" = \"p.order_id\" AND \"o.kind\" = \"p.kind\"",
        ),
        (
            "select a.*, b.v.x.y from a full outer join b within ('1s', '2s') on a.k = b.k",
            "SELECT a.*, json_get(\"b.v\", '$.x.y') FROM a FULL OUTER JOIN b WITHIN ('1000 ms', '2000 ms') ON \"a.k\" = \"b.k\"",
        ),
        ("select payload.user.id from s", "SELECT json_get(payload, '$.user.id') FROM s"),
        (
            "select approx_quantile(delay, 0.99) p99, last_value(x), array_agg(y) from s group by k",
            "SELECT quantile(delay, 0.99) AS p99, last(x), collect(y) FROM s GROUP BY k",
        ),
        ("insert into alerts select * from bids where price > 1000", "INSERT INTO alerts SELECT * FROM bids WHERE (price > 1000)"),
        ("show streams", "SHOW STREAMS"),
        ("show tables;", "SHOW TABLES"),
        ("list topics", "SHOW TOPICS"),
        ("show queries", "SHOW QUERIES"),
        ("explain select * from a", "EXPLAIN SELECT * FROM a"),
        ("terminate query q_1", "TERMINATE q_1"),
        ("drop stream s delete topic", "DROP STREAM s DELETE TOPIC"),
        ("insert into s values (1, 'x', null), (2, 'y', 1.5)", "INSERT INTO s VALUES (1, 'x', NULL), (2, 'y', 1.5)"),
        ("insert into s (a, b) values (-1, timestamp '2024-01-01')", "INSERT INTO s (a, b) VALUES (-1, TIMESTAMP '2024-01-01T00:00:00.000Z')"),
        ("select x from a emit changes limit 3", "SELECT x FROM a EMIT CHANGES LIMIT 3"),
        ("describe \"my stream\"", "DESCRIBE \"my stream\""),
        ("drop table if exists t", "DROP TABLE IF EXISTS t"),
        ("SELECT \"from\" FROM \"select\" -- a comment", "SELECT \"from\" FROM \"select\""),
    ];
    for (text, want) in rows {
        let s = parse_one(text).unwrap_or_else(|e| panic!("{text}: {}", e.message()));
        assert_eq!(s.to_string(), want, "{text}");
        assert_eq!(parse_one(want).map_err(|e| e.message().to_owned()), Ok(s), "{want} reads back");
    }
}

#[test]
fn a_statement_as_data() {
    let s = parse_one("SELECT k, sum(v) FROM s x WHERE x.v > 1 GROUP BY k, TUMBLE('1m') EMIT FINAL").unwrap();
    let want = Query {
        items: vec![
            Item::Expr { expr: Expr::Col("k".into()), name: None },
            Item::Expr { expr: crate::expr::call("sum", [crate::expr::col("v")]), name: None },
        ],
        from: From { name: "s".into(), alias: Some("x".into()) },
        joins: vec![],
        filter: Some(crate::expr::col("x.v").gt(1)),
        group_by: vec![Expr::Col("k".into())],
        window: Some(Windowed { window: Window::Tumbling { size_ms: 60_000 }, time: None, grace_ms: None }),
        having: None,
        emit: Some(Emit::Final),
        limit: None,
        places: Places::default(),
    };
    assert_eq!(s, Statement::Select(want));
}

#[test]
fn several_statements() {
    let all = parse("; CREATE STREAM a (x int);; SELECT * FROM a; -- the end\n").unwrap();
    assert_eq!(all.iter().map(ToString::to_string).collect::<Vec<_>>(), ["CREATE STREAM a (x int)", "SELECT * FROM a"]);
    assert_eq!(parse("  -- nothing").unwrap(), []);
    assert!(parse_one("").unwrap_err().message().contains("no statement"));
    assert!(parse_one("SHOW TABLES; SHOW TABLES").unwrap_err().message().contains("the text has 2"));
}

#[test]
fn wrong_statements_say_what_and_where() {
    let rows: &[(&str, &[&str])] = &[
        ("SELCT * FROM a", &["did you mean SELECT?", "line 1, column 1"]),
        ("SELECT * FORM a", &["FROM is wanted", "column 10", "\"FORM a\""]),
        ("SELECT * FROM", &["the name of a stream or table is wanted", "at the end"]),
        ("SELECT * FROM a b c", &["the statement ends before this", "\"c\""]),
        ("SELECT lowr(x) FROM a", &["did you mean lower?", "column 8"]),
        ("SELECT * FROM (SELECT 1)", &["a query inside a query"]),
        ("SELECT * FROM a, b", &["not by a comma"]),
        ("SELECT DISTINCT x FROM a", &["GROUP BY"]),
        ("SELECT x FROM a ORDER BY x", &["no ORDER here"]),
        ("SELECT x FROM a WHERE x > 1 LIMIT y", &["after LIMIT stands a whole number", "line 1, column 35"]),
        ("INSERT INTO s (a, b) VALUES (1)", &["2 columns are named", "1 values"]),
        ("INSERT INTO s VALUES (a)", &["a value is a constant"]),
        ("INSERT INTO s (a) SELECT a FROM t", &["name them there by AS"]),
        ("EXPLAIN DROP TABLE t", &["SELECT is wanted here"]),
        ("SELECT x FROM a WHERE count(*) > 1", &["count() is an aggregate", "HAVING"]),
        ("SELECT sum(max(x)) FROM a", &["max(x) is an aggregate inside"]),
        ("SELECT sum(x, y) FROM a", &["sum takes 1 argument(s), not 2"]),
        ("SELECT sum(DISTINCT x) FROM a", &["DISTINCT goes with count only"]),
        ("SELECT sum(*) FROM a", &["* is no argument of sum"]),
        ("SELECT quantile(x, y) FROM a", &["constant from 0 to 1"]),
        ("SELECT x FROM a GROUP BY x, TUMBLE('10')", &["length of time", "column 36"]),
        ("SELECT x FROM a GROUP BY x, TUMBLE('10 fortnights')", &["\"fortnights\" is not a unit"]),
        ("SELECT x FROM a GROUP BY x, HOP('10s')", &["two lengths"]),
        ("SELECT x FROM a GROUP BY x, TUMBLE('1s'), HOP('2s', '1s')", &["one window"]),
        ("SELECT x FROM a GROUP BY x EMIT LATER", &["FINAL, CHANGES or EVERY"]),
        ("SELECT x FROM a JOIN b WITHIN '10s'", &["ON is wanted"]),
        ("SELECT x FROM a JOIN b ON a.x > b.x", &["a join is ON"]),
        ("SELECT x FROM a JOIN b ON a.x = a.y", &["one side has to be of b"]),
        ("SELECT x FROM a RIGHT JOIN b ON a.x = b.x", &["turn the sides"]),
        ("SELECT x FROM a JOIN a ON a.x = a.y", &["called a", "alias"]),
        ("CREATE STREAM s (a int, a int)", &["two columns named \"a\"", "column 25"]),
        ("CREATE STREAM s (a money)", &["money", "is not a type"]),
        ("CREATE STREAM s (a int", &[") is wanted", "at the end"]),
        ("CREATE STREAM s", &["the columns of s in parentheses, or AS SELECT"]),
        ("CREATE TABLE t (a int)", &["a table needs a key", "KEY"]),
        ("CREATE STREAM s (a int) WITH (topic=b)", &["the option topic is a constant"]),
        ("CREATE STREAM s (a int) WITH (topic='b', TOPIC='c')", &["there twice"]),
        ("CREATE STREAM s (a int) AS SELECT * FROM t", &["leave the list out"]),
        ("CREATE VIEW v AS SELECT 1", &["after CREATE stands STREAM or TABLE"]),
        ("SHOW THINGS", &["STREAMS, TABLES, TOPICS or QUERIES"]),
        ("INSERT bids SELECT 1", &["INTO is wanted"]),
        ("SELECT 'open FROM a", &["Unterminated"]),
    ];
    let mut wrong = Vec::new();
    for (text, parts) in rows {
        let message = parse(text).map_or_else(|e| e.message().to_owned(), |s| format!("read as {s:?}"));
        if parts.iter().any(|p| !message.contains(p)) {
            wrong.push(format!("{text}: \"{message}\" does not say {parts:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

proptest::proptest! {
    #[test]
    fn no_text_panics(words in proptest::collection::vec("SELECT|FROM|CREATE|STREAM|TABLE|AS|WITH|GROUP|BY|JOIN|ON|WITHIN|EMIT|FINAL|TUMBLE|\\(|\\)|,|\\*|=|a|b|'1s'|1|\\.|;|é|\"", 0..12)) {
        let _ = parse(&words.join(" "));
    }
}
