//! Statements that run: through the test driver, and what is refused.

use super::{Answer, Session, Statement, parse_one, rows_of, run_json};
use crate::build::{Builder, Rows, Source, To};
use crate::driver::{Record, TestDriver};
use crate::ops::Functions;
use crate::plan::Plan;
use crate::types::Type;

const SOURCES: &str = "
    CREATE STREAM clicks (user string, n int, ts timestamp, data json) WITH (timestamp = 'ts', grace = '1s');
    CREATE STREAM views (user string KEY, page string);
    CREATE TABLE users (id string KEY, name string, n int);
    CREATE GLOBAL TABLE pages (path string KEY, title string);";

fn session(text: &str) -> Session {
    let mut s = Session::new();
    s.run(SOURCES).expect("the sources");
    s.run(text).unwrap_or_else(|e| panic!("{text}: {}", e.message()));
    s
}
fn texts(d: &mut TestDriver, topic: &str) -> Vec<String> {
    let s = |b: &Option<Vec<u8>>| b.as_ref().map_or("null".to_owned(), |b| String::from_utf8_lossy(b).into_owned());
    let one = |r: &Record| format!("{}: {} @{}", s(&r.key), s(&r.value), r.timestamp);
    d.read_all(topic).iter().map(one).collect()
}
fn clicks(d: &mut TestDriver, rows: &[(&str, i64, i64)]) {
    for (user, n, t) in rows {
        let v = format!("{{\"user\":\"{user}\",\"n\":{n},\"ts\":{t},\"data\":{{\"a\":[{n}]}}}}");
        d.pipe("clicks", None, Some(v.as_bytes()), 0).expect("it is processed");
    }
}

#[test]
fn a_filter_and_new_columns() {
    let s = session("CREATE STREAM out AS SELECT upper(user) AS who, c.n * 2 AS twice, data.a[0] FROM clicks c WHERE n > 1;");
    let mut d = TestDriver::new(s.plan(), Functions::default()).unwrap();
    clicks(&mut d, &[("a", 1, 10), ("b", 2, 20)]);
    assert_eq!(texts(&mut d, "out"), [r#"null: {"who":"B","twice":4,"col2":2} @20"#]);
}

#[test]
fn groups_windows_and_having() {
    let s = session(
        "CREATE TABLE sums AS SELECT left(user, 1) AS initial, sum(n) AS total, count(*) + 1 AS more, window_end AS till
         FROM clicks GROUP BY initial, TUMBLE(ts, '10 seconds') HAVING count(*) > 1 EMIT FINAL",
    );
    let mut d = TestDriver::new(s.plan(), Functions::default()).unwrap();
    clicks(&mut d, &[("ann", 1, 1000), ("art", 2, 2000), ("bob", 5, 3000), ("x", 1, 30_000), ("x", 1, 60_000)]);
    let rows = texts(&mut d, "sums");
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(rows[0].contains(r#""total":3,"more":3"#), "{rows:?}");
}

#[test]
fn rows_are_inserted_into_a_stream_that_is_there() {
    let s = session(
        "CREATE STREAM big (user string, n int); INSERT INTO big SELECT n, user FROM clicks WHERE n > 5; INSERT INTO big SELECT user, 0 AS n FROM clicks WHERE n < 0",
    );
    let mut d = TestDriver::new(s.plan(), Functions::default()).unwrap();
    clicks(&mut d, &[("a", 6, 1), ("b", 3, 2), ("c", -1, 3)]);
    assert_eq!(texts(&mut d, "big"), [r#"null: {"user":"a","n":6} @1"#, r#"null: {"user":"c","n":0} @3"#]);
}

/// Joins as nodes: what they do is the engine's business.
#[test]
fn joins_become_what_their_sides_are() {
    let cases = [
        // A stream and a table: the stream is put under the table's key.
        ("SELECT u.name, c.n, u.id FROM clicks c LEFT JOIN users u ON c.user = u.id", "select_key join select"),
        ("SELECT v.page, name FROM views v JOIN users u ON u.id = v.user", "join select"),
        // A global table is looked up where the row is.
        ("SELECT title, v.user FROM views v JOIN pages p ON v.page = p.path", "join select"),
        ("SELECT c.n, v.page FROM clicks c JOIN views v WITHIN '10s' ON c.user = v.user", "select_key join select"),
        ("SELECT page, count(*) FROM clicks c JOIN views v WITHIN '10s' ON c.user = v.user GROUP BY page", "select_key join aggregate"),
    ];
    for (text, want) in cases {
        let mut s = Session::new();
        s.run(SOURCES).unwrap();
        let a = s.run(text).unwrap_or_else(|e| panic!("{text}: {}", e.message()));
        let words: Vec<&str> = s.plan().nodes.iter().map(|n| n.op.word()).filter(|w| !["stream", "table", "global"].contains(w)).collect();
        assert_eq!(words.join(" "), want, "{text}");
        assert_eq!(a, [Answer::Query(s.plan().nodes.len() - 1)], "{text}");
    }
}

#[test]
fn what_there_is() {
    let mut s = session("CREATE TABLE per AS SELECT user, count(*) AS n FROM clicks GROUP BY user");
    let rows = |list: &[(&str, &str)]| Answer::Rows(list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect());
    let got = s.run("SHOW STREAMS; SHOW TABLES; DESCRIBE per; DROP STREAM views; DROP TABLE IF EXISTS nothing").unwrap();
    assert_eq!(got[0], rows(&[("clicks", "STREAM on topic clicks"), ("views", "STREAM on topic views")]));
    assert_eq!(got[1], rows(&[("users", "TABLE on topic users"), ("pages", "GLOBAL TABLE on topic pages"), ("per", "TABLE on topic per")]));
    assert_eq!(got[2], rows(&[("user", "string KEY"), ("n", "int")]));
    assert_eq!(got[3], Answer::Done("views is gone".to_owned()));
}

/// SQL over streams and tables that a builder made, and a builder over what SQL made.
#[test]
fn sql_and_a_builder_share_a_plan() {
    let b = Builder::new();
    let clicks = b.stream(Source::json("clicks", &[("user", Type::String), ("n", Type::Int), ("ts", Type::Timestamp)]).time("ts"));
    b.name("big", &clicks.filter("n > 1").with([("twice", "n * 2")])).unwrap();
    // The topic by its own name, a stream by a given one, and the event time behind a filter.
    let t = b.sql("CREATE TABLE sums AS SELECT user, sum(twice) AS total FROM big GROUP BY user, TUMBLE(ts, '10s'); SHOW STREAMS").unwrap();
    assert_eq!(
        t.answers[1],
        Answer::Rows(vec![("big".into(), "STREAM made by the program".into()), ("clicks".into(), "STREAM on topic clicks".into())])
    );
    let sums = t.table().unwrap();
    sums.filter("total > 5").to(To::topic("large").columns(&["total"]));
    let Rows::Table(same) = b.named("sums").unwrap() else { panic!("sums is a table") };
    assert_eq!(same.node(), sums.node());
    b.sql("CREATE STREAM small AS SELECT user, n FROM clicks WHERE n <= 1").unwrap().stream().unwrap();
    // A mistake leaves the plan alone.
    let before = b.plan().unwrap();
    let e = b.sql("SELECT usr FROM big").err().expect("there is no such column");
    assert!(e.message().contains("did you mean \"user\"? (line 1, column 8)"), "{}", e.message());
    assert_eq!(b.plan().unwrap(), before);
    let mut d = TestDriver::new(&before, Functions::default()).unwrap();
    for (user, n, t) in [("a", 2, 1000), ("a", 3, 2000), ("b", 1, 3000)] {
        d.pipe("clicks", None, Some(format!("{{\"user\":\"{user}\",\"n\":{n},\"ts\":{t}}}").as_bytes()), 0).unwrap();
    }
    assert_eq!(d.read_all("large").len(), 1);
    assert_eq!(texts(&mut d, "small"), [r#"null: {"user":"b","n":1} @3000"#]);
}

/// As the fronts of other languages do it: plan and catalog travel as JSON.
#[test]
fn plan_and_catalog_as_json() {
    let mut plan = Plan::default();
    let b = Builder::new();
    b.stream(Source::json("clicks", &[("user", Type::String), ("n", Type::Int)]));
    plan.nodes.extend(b.plan().unwrap().nodes);
    let first =
        run_json(&plan.to_json(), r#"[{"name":"c","node":0}]"#, "CREATE STREAM views (user string KEY); SELECT user FROM c WHERE n > 1").unwrap();
    let first: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert_eq!(first["answers"][1], serde_json::json!({"query": 2, "kind": "stream"}));
    let (plan, catalog) = (first["plan"].to_string(), first["catalog"].to_string());
    let second = run_json(&plan, &catalog, "CREATE TABLE t AS SELECT user, count(*) AS n FROM views GROUP BY user").unwrap();
    let second: serde_json::Value = serde_json::from_str(&second).unwrap();
    assert_eq!(second["answers"][0], serde_json::json!({"made": {"name": "t", "node": 4}, "kind": "table"}));
    assert_eq!(second["plan"]["nodes"].as_array().map(Vec::len), Some(6));
    for (catalog, part) in [(r#"[{"name":"x","node":9}]"#, "no node 9"), (r#"[{"name":"x"}]"#, "neither"), ("{", "cannot be read")] {
        let e = run_json(&plan, catalog, "SHOW STREAMS").unwrap_err();
        assert!(e.message().contains(part), "{}", e.message());
    }
}

#[test]
fn avro_and_protobuf_by_their_options() {
    let schema = r#"{"type":"record","name":"Bid","fields":[{"name":"auction","type":"long"},{"name":"price","type":"double"}]}"#;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("bid.avsc");
    std::fs::write(&file, schema).unwrap();
    // The columns are the schema's, by a text and by a file.
    for option in [format!("schema = '{schema}'"), format!("schema_file = '{}'", file.display())] {
        let mut s = Session::new();
        s.run(&format!("CREATE STREAM bids WITH (format = 'avro', {option})")).unwrap();
        s.run("CREATE STREAM out AS SELECT auction, price * 2 AS price FROM bids").unwrap();
        assert_eq!(s.run("DESCRIBE bids").unwrap()[0], Answer::Rows(vec![("auction".into(), "int".into()), ("price".into(), "float".into())]));
        let mut d = TestDriver::new(s.plan(), Functions::default()).unwrap();
        // Zigzag 7 and a double of 1.5.
        let record = [&[14][..], &1.5f64.to_le_bytes()].concat();
        d.pipe("bids", None, Some(&record), 5).unwrap();
        assert_eq!(texts(&mut d, "out"), [r#"null: {"auction":7,"price":3.0} @5"#]);
    }
    // message Bid { int64 auction = 1; } in package shop, as protoc writes it.
    let field: &[u8] = b"\x0a\x07auction\x18\x01\x20\x01\x28\x03";
    let message = [b"\x0a\x03Bid\x12", &[field.len() as u8][..], field].concat();
    let file_part = [b"\x0a\x09bid.proto\x12\x04shop\x22", &[message.len() as u8][..], &message, b"\x62\x06proto3"].concat();
    let set = [&[0x0a, file_part.len() as u8][..], &file_part].concat();
    let path = dir.path().join("bid.desc");
    std::fs::write(&path, &set).unwrap();
    let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &set);
    for option in [format!("descriptors = '{text}'"), format!("descriptors_file = '{}'", path.display())] {
        let mut s = Session::new();
        s.run(&format!("CREATE STREAM bids (k string KEY) WITH (format = 'protobuf', message = 'shop.Bid', {option})")).unwrap();
        s.run("CREATE STREAM out WITH (format = 'json') AS SELECT auction FROM bids").unwrap();
        let mut d = TestDriver::new(s.plan(), Functions::default()).unwrap();
        d.pipe("bids", Some(b"x"), Some(b"\x08\x07"), 5).unwrap();
        assert_eq!(texts(&mut d, "out"), [r#"x: {"k":"x","auction":7} @5"#]);
    }
    for (with, part) in [
        ("format = 'avro'", "schema_file"),
        ("format = 'avro', schema = '{'", "schema"),
        ("format = 'avro', schema = 'x', schema_file = 'y'", "both given"),
        ("format = 'avro', schema_file = '/nowhere/at/all'", "/nowhere/at/all cannot be read"),
        ("format = 'protobuf'", "descriptors_file"),
        ("format = 'protobuf', descriptors = '???', message = 'x'", "not base64"),
        ("format = 'protobf', schema = 'x'", "did you mean 'protobuf'?"),
        ("format = 'json', schema = 'x'", "there is no option schema here"),
        ("format = 'json'", "needs its columns"),
    ] {
        let e = Session::new().run(&format!("CREATE STREAM bids WITH ({with})")).unwrap_err();
        assert!(e.message().contains(part), "{with}: {}", e.message());
    }
}

#[test]
fn mistakes_have_their_place() {
    let rows = [
        ("SELECT n\nFROM clickz", "did you mean clicks? (line 2, column 6)"),
        ("SELECT n,\n  usr FROM clicks", "did you mean \"user\"? (line 2, column 3)"),
        ("SELECT c.usr FROM clicks c", "did you mean \"user\"? (line 1, column 8)"),
        ("SELECT n FROM clicks WHERE m > 1", "(line 1, column 28)"),
        ("SELECT n FROM clicks WHERE n", "a filter needs a condition, and \"n\" is of type int (line 1, column 28)"),
        ("SELECT n, user + 1 FROM clicks", "(line 1, column 11)"),
        ("SELECT user, count(*) AS c,\n sum(user) AS s FROM clicks GROUP BY user", "not string (line 2, column 2)"),
        ("SELECT user, n, count(*) FROM clicks GROUP BY user", "neither grouped by nor inside an aggregate (line 1, column 14)"),
        ("SELECT user, count(*) AS c FROM clicks GROUP BY user,\n HOP('1s', '5s')", "advances by 1 to 1000 ms, not by 5000 (line 2, column 2)"),
        ("SELECT user, count(*) AS c FROM clicks GROUP BY user HAVING n > 1", "(line 1, column 61)"),
        ("SELECT n FROM clicks c\nJOIN views v ON c.user = v.user", "WITHIN '10 seconds' ON ... (line 2, column 6)"),
        ("SHOW STREAMS;\nDESCRIBE clics", "did you mean clicks? (line 2, column 1)"),
    ];
    let mut wrong = Vec::new();
    for (text, part) in rows {
        let mut s = Session::new();
        s.run(SOURCES).unwrap();
        let message = s.run(text).map_or_else(|e| e.message().to_owned(), |a| format!("gave {a:?}"));
        if !message.ends_with(part) || message.contains("(node") {
            wrong.push(format!("{text}: \"{message}\" does not end with \"{part}\""));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn values_become_records() {
    let mut s = Session::new();
    s.run(SOURCES).unwrap();
    s.run("CREATE TABLE per AS SELECT user, count(*) AS n FROM clicks GROUP BY user").unwrap();
    let write = |name: &str, text: &str| {
        let Statement::Values { columns, rows, .. } = parse_one(text).unwrap() else { panic!("VALUES") };
        let (entry, _, schema) = s.catalog().find(name).unwrap();
        rows_of(entry, schema, columns.as_deref(), &rows).map(|w| {
            let s = |b: &Option<Vec<u8>>| b.as_ref().map_or("null".to_owned(), |b| String::from_utf8_lossy(b).into_owned());
            w.iter().map(|w| format!("{}: {} {:?}", s(&w.key), s(&w.value), w.timestamp)).collect::<Vec<_>>()
        })
    };
    assert_eq!(
        write("clicks", "INSERT INTO clicks (user, n, ts) VALUES ('a', 1 + 1, '2024-01-01T00:00:01Z'), ('b', NULL, 5)").unwrap(),
        [
            r#"null: {"user":"a","n":2,"ts":1704067201000,"data":null} Some(1704067201000)"#,
            r#"null: {"user":"b","n":null,"ts":5,"data":null} Some(5)"#
        ]
    );
    assert_eq!(write("users", "INSERT INTO users VALUES ('x', 'Xaver', 3)").unwrap(), [r#"x: {"name":"Xaver","n":3} None"#]);
    assert_eq!(write("users", "INSERT INTO users (id) VALUES ('x')").unwrap(), ["x: null None"]);
    for (text, part) in [
        ("INSERT INTO users VALUES ('x')", "3 columns"),
        ("INSERT INTO users (idd) VALUES ('x')", "did you mean \"id\"?"),
        ("INSERT INTO users (id, n) VALUES ('x', 'many')", "no value of the column n"),
    ] {
        let e = write("users", text).unwrap_err();
        assert!(e.message().contains(part), "{}", e.message());
    }
}

#[test]
fn wrong_ones_leave_nothing_behind() {
    let rows = [
        ("SELECT * FROM clickz", "did you mean clicks?"),
        ("SELECT x FROM clicks", "there is no column \"x\""),
        ("SELECT c.x FROM clicks c", "c has no column \"x\""),
        ("SELECT user, count(*) FROM clicks GROUP BY n", "\"user\" is neither grouped by nor inside an aggregate"),
        ("SELECT user FROM clicks GROUP BY user", "GROUP BY without an aggregate"),
        ("SELECT n, n FROM clicks", "two columns of the query are called n"),
        ("SELECT count(*) FROM clicks GROUP BY TUMBLE(n, '1s')", "event time of clicks, which is \"ts\""),
        ("SELECT sum(user) FROM clicks", "sum() adds numbers, not string"),
        ("SELECT n FROM clicks EMIT FINAL", "EMIT FINAL needs a window"),
        ("SELECT name FROM clicks c JOIN users u ON c.user = u.id WHERE n > 1", "more than one stream has a column \"n\""),
        ("SELECT n FROM clicks c JOIN views v ON c.user = v.user", "WITHIN a time"),
        ("SELECT n FROM clicks c JOIN users u ON c.user = u.name", "joined by its whole key: id is missing"),
        ("SELECT n FROM clicks c FULL JOIN users u ON c.user = u.id", "JOIN or LEFT JOIN"),
        ("SELECT * FROM pages", "is a global table"),
        ("CREATE TABLE t AS SELECT * FROM clicks", "t would be a stream"),
        ("CREATE STREAM clicks (a int)", "there is a stream or table clicks already"),
        ("CREATE STREAM s (a int) WITH (topc = 'x')", "did you mean topic?"),
        ("CREATE STREAM s (a int) WITH (format = 'jsn')", "did you mean 'json'?"),
        ("CREATE STREAM s (a int) WITH (timestamp = 'b')", "\"b\""),
        ("CREATE STREAM s (a int) WITH (partitions = 'many')", "a whole number"),
        ("INSERT INTO views SELECT user FROM clicks", "\"page\""),
        ("INSERT INTO users SELECT user AS id, user AS name FROM clicks", "rows are inserted into streams"),
        ("DESCRIBE clics", "did you mean clicks?"),
        ("DROP TABLE clicks", "clicks is a stream"),
    ];
    let mut wrong = Vec::new();
    for (text, part) in rows {
        let mut s = Session::new();
        s.run(SOURCES).unwrap();
        let message = s.run(text).map_or_else(|e| e.message().to_owned(), |a| format!("gave {a:?}"));
        if !message.contains(part) {
            wrong.push(format!("{text}: \"{message}\" does not say \"{part}\""));
        }
        assert!(s.plan().nodes.is_empty(), "{text}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
