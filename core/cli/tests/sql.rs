//! `wellhead sql` from outside: a server process, and sessions that end by themselves or are told to.

mod common;

use common::{BIN, Server, serving};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

fn serve(data: &Path) -> Server {
    let s = Server::start(&mut serving(data, &["-c", "wellhead.durability=page-cache", "-c", "group.initial.rebalance.delay.ms=0"]));
    assert!(s.said.contains("durability page-cache"), "{}", s.said);
    s
}

impl Server {
    fn command(&self, args: &[&str]) -> Command {
        let mut c = Command::new(BIN);
        c.args(args).env("WELLHEAD_BOOTSTRAP", &self.address).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        c
    }
    fn sql(&self, text: &str) -> Output {
        self.command(&["sql", "-e", text]).output().expect("it ends")
    }
    /// Statements that hold; what they printed.
    fn ok(&self, text: &str) -> String {
        let o = self.sql(text);
        assert_eq!(o.status.code(), Some(0), "{text}\n{}\n{}", String::from_utf8_lossy(&o.stdout), String::from_utf8_lossy(&o.stderr));
        String::from_utf8(o.stdout).expect("text")
    }
    /// Statements of which one does not; what was said.
    fn fails(&self, text: &str) -> String {
        let o = self.sql(text);
        let said = String::from_utf8_lossy(&o.stderr).into_owned();
        assert!(o.status.code() == Some(1) && !said.contains("panicked"), "{text}: {said}");
        said
    }
}
fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill is there").success());
}

const ORDERS: &str = "CREATE STREAM orders (customer string KEY, amount int, at timestamp) WITH (timestamp = 'at', partitions = 2);";

#[test]
fn a_session_from_the_command_line() {
    let dir = tempfile::tempdir().expect("a directory");
    let s = serve(&dir.path().join("data"));
    // Rows by hand, and the answers that are there: of a stream, a group, windows, a join.
    let script = format!(
        "{ORDERS}
         INSERT INTO orders VALUES ('ann', 10, 1000), ('bob', 7, 2000), ('ann', 5, 12000), ('cyd', 1, 13000);
         SELECT * FROM orders WHERE amount > 5;
         SELECT customer, sum(amount) AS total FROM orders GROUP BY customer;
         SELECT customer, count(*) AS n FROM orders GROUP BY customer, TUMBLE(at, '10s') HAVING count(*) > 0;
         CREATE TABLE people (id string KEY, name string, since timestamp) WITH (timestamp = 'since', partitions = 2);
         INSERT INTO people VALUES ('ann', 'Ann', 1), ('bob', 'Bob', 2);
         SELECT o.customer, amount, name FROM orders o JOIN people p ON o.customer = p.id WHERE amount < 10;
         SELECT * FROM people WHERE id = 'bob'"
    );
    let out = s.ok(&script);
    let mut lines: Vec<&str> = out.lines().collect();
    // A stream's rows come in the order of their partitions.
    lines[..2].sort_unstable();
    let joined = lines.iter().position(|l| l.contains("\"name\"") && l.contains("\"amount\"")).expect("the join");
    lines[joined..joined + 2].sort_unstable();
    assert_eq!(
        lines,
        [
            r#"{"customer":"ann","amount":10,"at":1000}"#,
            r#"{"customer":"bob","amount":7,"at":2000}"#,
            r#"{"customer":"ann","total":15}"#,
            r#"{"customer":"bob","total":7}"#,
            r#"{"customer":"cyd","total":1}"#,
            r#"{"customer":"ann","window_start":0,"window_end":10000,"n":1}"#,
            r#"{"customer":"ann","window_start":10000,"window_end":20000,"n":1}"#,
            r#"{"customer":"bob","window_start":0,"window_end":10000,"n":1}"#,
            r#"{"customer":"cyd","window_start":10000,"window_end":20000,"n":1}"#,
            r#"{"customer":"ann","amount":5,"name":"Ann"}"#,
            r#"{"customer":"bob","amount":7,"name":"Bob"}"#,
            r#"{"id":"bob","name":"Bob","since":2}"#,
        ]
    );
    let declared = "CREATE STREAM orders (customer string KEY, amount int, at timestamp) WITH (timestamp = 'at');";
    // Queries that run: one fills a table, another reads that one; what they were given is there when they are asked.
    let queries = format!(
        "{declared} CREATE TABLE totals AS SELECT customer, sum(amount) AS total FROM orders GROUP BY customer;
         CREATE STREAM large AS SELECT customer, total FROM totals WHERE total > 5;"
    );
    let out = s.ok(&format!(
        "{queries} SELECT * FROM totals; INSERT INTO orders VALUES ('cyd', 9, 14000); SELECT * FROM totals WHERE customer = 'cyd'; SHOW QUERIES"
    ));
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(
        lines[..4],
        [
            r#"{"customer":"ann","total":15}"#,
            r#"{"customer":"bob","total":7}"#,
            r#"{"customer":"cyd","total":1}"#,
            r#"{"customer":"cyd","total":10}"#
        ]
    );
    assert!(lines[4].contains(r#""query":"made_totals_1","state":"running""#) && lines[5].contains("made_large_1"), "{out}");
    // The same statements in another session go on: nothing is counted twice.
    assert_eq!(s.ok(&format!("{queries} SELECT total FROM totals WHERE customer = 'cyd'")).trim(), r#"{"customer":"cyd","total":10}"#);
    let out =
        s.ok(&format!("{queries} TERMINATE made_large_1; DROP STREAM large DELETE TOPIC; SHOW TABLES; SHOW STREAMS; SHOW TOPICS; DESCRIBE totals"));
    assert!(out.contains(r#"{"name":"totals","what":"TABLE on topic totals"}"#) && !out.contains("large"), "{out}");
    assert!(out.contains(r#"{"topic":"orders","partitions":2}"#) && out.contains(r#"{"column":"total","type":"int"}"#), "{out}");
    // Queries by hand leave no group and no topic behind.
    let o = s.command(&["group", "list"]).output().expect("it runs");
    let groups = String::from_utf8_lossy(&o.stdout).into_owned();
    assert!(groups.lines().filter(|l| l.contains("wellhead-sql-")).count() <= 2 && !groups.contains("query"), "{groups}");
}

#[test]
fn mistakes_say_where_and_what_is_near() {
    let dir = tempfile::tempdir().expect("a directory");
    let s = serve(&dir.path().join("data"));
    s.ok(ORDERS);
    let declared = "CREATE STREAM orders (customer string KEY, amount int);\n";
    for (text, part) in [
        ("SELECT amount FROM ordes", "did you mean orders? (line 2, column 20)"),
        ("SELECT amout FROM orders", "did you mean \"amount\"? (line 2, column 8)"),
        ("SELEC amount FROM orders", "did you mean SELECT?"),
        ("CREATE STREAM clicks (n int)", "WITH (partitions = 1) makes it"),
        ("CREATE STREAM o2 (n int) WITH (topic = 'ordrs')", "did you mean 'orders'?"),
        ("TERMINATE made_x_1", "there is no query made_x_1"),
        ("INSERT INTO orders VALUES ('a', 'many')", "no value of the column amount"),
        ("CREATE TABLE t AS SELECT customer, amount FROM orders", "t would be a stream"),
        ("CREATE STREAM t AS SELECT amount FROM orders; DROP STREAM orders", "TERMINATE made_t_1 first"),
    ] {
        let said = s.fails(&format!("{declared}{text}"));
        assert!(said.contains(part), "{text}: \"{said}\" does not say \"{part}\"");
    }
    // A statement that cannot be read keeps those before it from being run.
    assert!(s.fails("CREATE STREAM later (n int) WITH (partitions = 1); SELECT n FORM later").contains("line 1, column 66"));
    assert!(!s.ok("SHOW TOPICS").contains("later"));
}

#[test]
fn rows_come_until_somebody_says_enough() {
    let dir = tempfile::tempdir().expect("a directory");
    let s = serve(&dir.path().join("data"));
    s.ok(&format!("{ORDERS} INSERT INTO orders VALUES ('ann', 1, 1000)"));
    let declared = "CREATE STREAM orders (customer string KEY, amount int, at timestamp) WITH (timestamp = 'at');";
    // LIMIT ends it.
    assert_eq!(s.ok(&format!("{declared} SELECT amount FROM orders EMIT CHANGES LIMIT 1")), "{\"customer\":\"ann\",\"amount\":1}\n");
    // Rows that are written while it reads, and Ctrl-C, after which the script goes no further and ends well.
    let query = format!("{declared} SELECT customer, sum(amount) AS total FROM orders GROUP BY customer EMIT CHANGES; SHOW TOPICS");
    let mut reader = s.command(&["sql", "-e", &query]).spawn().expect("it runs");
    let mut lines = BufReader::new(reader.stdout.take().expect("piped")).lines();
    let mut next = || lines.next().map(|l| l.expect("text"));
    assert_eq!(next().as_deref(), Some(r#"{"customer":"ann","total":1}"#));
    s.ok(&format!("{declared} INSERT INTO orders VALUES ('ann', 2, 2000)"));
    assert_eq!(next().as_deref(), Some(r#"{"customer":"ann","total":3}"#));
    signal(&reader, "-INT");
    assert_eq!(next(), None);
    assert_eq!(reader.wait().expect("it ends").code(), Some(0));
    // A script from standard input whose query is to run on: its rows come, and SIGTERM ends it in order.
    let mut running = s.command(&["sql", "--keep-running"]).stdin(Stdio::piped()).spawn().expect("it runs");
    let text = format!("{declared} CREATE STREAM doubled AS SELECT amount * 2 AS twice FROM orders;");
    running.stdin.take().expect("piped").write_all(text.as_bytes()).expect("it reads");
    let doubled = "CREATE STREAM doubled (customer string KEY, twice int)";
    loop {
        // The topic is there once the query has begun.
        let o = s.sql(&format!("{doubled}; SELECT twice FROM doubled EMIT CHANGES LIMIT 2"));
        if o.status.success() {
            assert_eq!(String::from_utf8_lossy(&o.stdout), "{\"customer\":\"ann\",\"twice\":2}\n{\"customer\":\"ann\",\"twice\":4}\n");
            break;
        }
        assert!(String::from_utf8_lossy(&o.stderr).contains("is not there"), "{}", String::from_utf8_lossy(&o.stderr));
        assert_eq!(running.try_wait().expect("it is ours"), None, "it ended by itself");
    }
    signal(&running, "-TERM");
    assert_eq!(running.wait().expect("it ends").code(), Some(0));
}

#[test]
fn without_a_server_and_as_tables() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    let run = |text: &str| {
        let o = Command::new(BIN).args(["sql", "--data"]).arg(&data).args(["-e", text]).stdin(Stdio::null()).output().expect("it ends");
        assert_eq!(o.status.code(), Some(0), "{}", String::from_utf8_lossy(&o.stderr));
        String::from_utf8(o.stdout).expect("text")
    };
    let out = run(
        "CREATE STREAM s (n int) WITH (partitions = 1); INSERT INTO s VALUES (1), (2); SELECT sum(n) AS n FROM s GROUP BY n % 1; EXPLAIN SELECT n FROM s",
    );
    assert!(out.starts_with("{\"group0\":0,\"n\":3}\n{\"plan\":\""), "{out}");
    assert_eq!(run("CREATE STREAM s (n int); SELECT n FROM s LIMIT 1"), "{\"n\":1}\n", "the directory keeps it");
    // A file is a script too.
    let file = dir.path().join("q.sql");
    std::fs::write(&file, "CREATE STREAM s (n int);\n-- a remark; with a semicolon\nSELECT n FROM s WHERE n > 1;\n").expect("a file");
    let o = Command::new(BIN).args(["sql", "--data"]).arg(&data).arg("-f").arg(&file).stdin(Stdio::null()).output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&o.stdout), "{\"n\":2}\n", "{}", String::from_utf8_lossy(&o.stderr));
}
