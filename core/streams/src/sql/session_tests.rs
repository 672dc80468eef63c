//! Statements that run: through the test driver, and what is refused.

use super::{Answer, Session};
use crate::driver::{Record, TestDriver};
use crate::ops::Functions;

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
