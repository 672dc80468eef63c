//! The command from outside: a server of its own, and what people type at it.

mod common;

use common::{BIN, Server, serving};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

fn serve(data: &Path) -> Server {
    let s = Server::start(&mut serving(data, &[]));
    assert!(s.said.contains("durability fsync") && s.said.contains(data.file_name().unwrap().to_str().unwrap()), "{}", s.said);
    s
}

impl Server {
    fn run(&self, args: &[&str]) -> Child {
        Command::new(BIN)
            .args(args)
            .env("WELLHEAD_BOOTSTRAP", &self.address)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary was built for this test")
    }
    fn with_input(&self, args: &[&str], input: &[u8]) -> Output {
        let mut child = self.run(args);
        child.stdin.take().expect("piped").write_all(input).expect("the command reads it");
        child.wait_with_output().expect("it ends")
    }
    /// Runs a command that must succeed; what it printed.
    fn ok(&self, args: &[&str]) -> String {
        text(&self.with_input(args, b""), args, 0)
    }
    fn produce(&self, args: &[&str], input: &str) {
        text(&self.with_input(args, input.as_bytes()), args, 0);
    }
    /// Runs a command that must fail; what it complained.
    fn fails(&self, args: &[&str]) -> String {
        text(&self.with_input(args, b""), args, 1)
    }
    fn terminate(&mut self) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill is there").success());
        assert_eq!(self.process.wait().expect("it ends").code(), Some(0), "a stop is clean");
    }
}
fn text(o: &Output, args: &[&str], code: i32) -> String {
    let (out, err) = (String::from_utf8_lossy(&o.stdout), String::from_utf8_lossy(&o.stderr));
    assert_eq!(o.status.code(), Some(code), "{args:?}\n{out}\n{err}");
    assert!(!err.contains("panicked"), "{args:?}: {err}");
    if code == 0 { out.into_owned() } else { err.into_owned() }
}
fn sorted(s: &str) -> Vec<&str> {
    let mut v: Vec<&str> = s.lines().collect();
    v.sort_unstable();
    v
}
fn json(s: &str) -> serde_json::Value {
    serde_json::from_str(s).unwrap_or_else(|e| panic!("{e}: {s}"))
}

#[test]
fn a_newcomers_session() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut s = serve(&dir.path().join("data"));
    s.ok(&["topic", "create", "orders", "--partitions", "3", "--config", "retention.ms=-1"]);
    assert_eq!(s.ok(&["topic", "list"]), "orders\n");
    assert!(s.fails(&["topic", "create", "orders"]).contains("--if-not-exists"));
    s.ok(&["topic", "create", "orders", "--if-not-exists"]);
    assert!(s.fails(&["topic", "describe", "order"]).contains("Did you mean \"orders\"?"));
    assert!(s.fails(&["consume", "ordrs", "-e"]).contains("orders"));

    // Lines, keys, headers, partitions, codecs.
    s.produce(&["produce", "orders"], "a\nb\nc\n");
    assert_eq!(sorted(&s.ok(&["consume", "orders", "-e"])), ["a", "b", "c"]);
    assert_eq!(sorted(&s.ok(&["consume", "orders", "-o", "beginning", "-e"])), ["a", "b", "c"]);
    s.produce(&["produce", "orders", "-K", ":", "-p", "1", "-z", "zstd", "-H", "kind=test", "-H", "none"], "k1:v1\nk2:v2\n");
    let f = s.ok(&["consume", "orders", "-p", "1", "-e", "-o", "-2", "-f", "%t/%p %k=%s [%h] %K %S\\n"]);
    assert_eq!(f, "orders/1 k1=v1 [kind=test,none=NULL] 2 2\norders/1 k2=v2 [kind=test,none=NULL] 2 2\n");
    let line = s.ok(&["consume", "orders", "-p", "1", "-e", "-o", "-1", "--json"]);
    let record = json(&line);
    assert_eq!((record["key"].as_str(), record["value"].as_str()), (Some("k2"), Some("v2")));
    assert_eq!(record["headers"], serde_json::json!([["kind", "test"], ["none", null]]));
    assert!(record["timestamp"].as_i64().is_some_and(|t| t > 1_600_000_000_000), "{line}");
    assert_eq!(s.ok(&["consume", "orders", "-c", "2"]).lines().count(), 2, "a count ends it without -e");
    assert_eq!(s.ok(&["consume", "orders", "-o", "end", "-e"]), "");
    assert_eq!(s.ok(&["consume", "orders", "-o", "s@2020-01-01", "-e"]).lines().count(), 5);
    assert_eq!(s.ok(&["consume", "orders", "-o", "s@2099-01-01", "-e"]), "");
    assert_eq!(s.ok(&["consume", "orders", "-o", "e@2020-01-01"]), "", "nothing is before that time");

    let d = json(&s.ok(&["topic", "describe", "orders", "--json"]));
    assert_eq!((d["topic"].as_str(), d["config"]["retention.ms"].as_str()), (Some("orders"), Some("-1")));
    assert_eq!(d["partitions"].as_array().map(Vec::len), Some(3));
    let held: i64 = d["partitions"].as_array().expect("partitions").iter().map(|p| p["next_offset"].as_i64().expect("an offset")).sum();
    assert_eq!(held, 5);
    s.ok(&["topic", "alter", "orders", "--partitions", "4", "--config", "wellhead.durability=page-cache"]);
    let d = s.ok(&["topic", "describe", "orders"]);
    assert!(d.contains("4 partitions") && d.contains("durability page-cache"), "{d}");

    // A restart keeps it all, and the port is told again.
    s.terminate();
    let s = serve(&dir.path().join("data"));
    assert_eq!(s.ok(&["consume", "orders", "-e"]).lines().count(), 5);
    s.ok(&["topic", "delete", "orders"]);
    assert_eq!(s.ok(&["topic", "list"]), "");
    assert!(s.fails(&["topic", "delete", "orders"]).contains("no topic"));
}

#[test]
fn groups_are_read_shown_and_moved() {
    let dir = tempfile::tempdir().expect("a directory");
    let s = serve(&dir.path().join("data"));
    s.ok(&["topic", "create", "t", "--partitions", "2"]);
    let lines = "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    s.produce(&["produce", "t", "-p", "0"], lines);
    assert_eq!(s.ok(&["consume", "t", "-G", "g", "-c", "4"]), "0\n1\n2\n3\n");
    let d = json(&s.ok(&["group", "describe", "g", "--json"]));
    assert_eq!((d["state"].as_str(), d["members"].as_array().map(Vec::len)), (Some("Empty"), Some(0)));
    let p0 = d["offsets"].as_array().expect("offsets").iter().find(|o| o["partition"] == 0).expect("partition 0").clone();
    assert_eq!((p0["committed"].as_i64(), p0["end"].as_i64(), p0["lag"].as_i64()), (Some(4), Some(10), Some(6)));
    assert_eq!(s.ok(&["consume", "t", "-G", "g", "-e"]), "4\n5\n6\n7\n8\n9\n", "the group goes on where it was, and -e ends it");
    assert!(s.ok(&["group", "list"]).contains('g'));

    let plan = s.ok(&["group", "reset", "g", "--topic", "t:0", "--shift-by", "-3"]);
    assert!(plan.contains("10") && plan.contains('7'), "{plan}");
    assert_eq!(s.ok(&["consume", "t", "-G", "g", "-e"]), "", "without --execute nothing was moved");
    s.ok(&["group", "reset", "g", "--topic", "t:0", "--shift-by", "-3", "--execute"]);
    assert_eq!(s.ok(&["consume", "t", "-G", "g", "-e"]), "7\n8\n9\n");
    s.ok(&["group", "reset", "g", "--to-datetime", "2020-01-01T00:00:00Z", "--execute"]);
    assert_eq!(s.ok(&["consume", "t", "-G", "g", "-e"]).lines().count(), 10);
    s.ok(&["group", "reset", "fresh", "--topic", "t", "--to-latest", "--execute"]);
    assert_eq!(s.ok(&["consume", "t", "-G", "fresh", "-e"]), "");

    assert!(s.fails(&["group", "describe", "gg"]).contains("no group"));
    s.ok(&["group", "delete", "g"]);
    assert!(s.fails(&["group", "delete", "g"]).contains("no group"));
    assert!(s.fails(&["consume", "t", "-o", "stored", "-e"]).contains("-G"));
}

/// A group keeps a new member waiting while an old one does not answer, for as long as that one's session lasts. `-e` promises an end.
#[test]
fn a_group_that_gives_nothing_is_not_waited_for_without_end() {
    let dir = tempfile::tempdir().expect("a directory");
    let s = serve(&dir.path().join("data"));
    s.produce(&["produce", "t"], "a\n");
    let mut member = s.run(&["consume", "t", "-G", "g"]);
    let mut line = String::new();
    BufReader::new(member.stdout.as_mut().expect("piped")).read_line(&mut line).expect("it has the partition");
    let signal = |name: &str| assert!(Command::new("kill").args([name, &member.id().to_string()]).status().expect("kill is there").success());
    signal("-STOP");
    let said = s.fails(&["consume", "t", "-G", "g", "-e", "--timeout", "1"]);
    signal("-KILL");
    member.wait().expect("it ends");
    assert!(said.contains("group g") && said.contains("group describe g"), "{said}");
}

#[test]
fn mistakes_are_told_in_a_sentence() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    let s = serve(&data);
    let run = |args: &[&str]| {
        let o = Command::new(BIN).args(args).stdin(Stdio::null()).output().expect("the binary runs");
        text(&o, args, 1)
    };
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its address").port().to_string();
    for command in [["topic", "list"], ["consume", "t"], ["produce", "t"], ["group", "list"]] {
        let said = run(&[command[0], command[1], "--bootstrap", &format!("127.0.0.1:{port}")]);
        assert!(said.contains(&format!("127.0.0.1:{port}")) && said.lines().count() == 1, "{said}");
    }
    let data = data.to_str().expect("text");
    let said = run(&["serve", "--data", data, "--listen", "127.0.0.1:0"]);
    assert!(said.contains(data) && said.contains("in use"), "{said}");
    let other = dir.path().join("other");
    let other = other.to_str().expect("text");
    let said = run(&["serve", "--data", other, "--listen", &s.address]);
    assert!(said.contains(&s.address) && said.contains("in use"), "{said}");
    let said = run(&["serve", "--data", other, "--listen", "127.0.0.1:0", "-c", "num.partition=3"]);
    assert!(said.contains("num.partitions"), "{said}");
    let file = dir.path().join("file");
    std::fs::write(&file, "x").expect("a file");
    let said = run(&["serve", "--data", file.to_str().expect("text"), "--listen", "127.0.0.1:0"]);
    assert!(said.contains("file") && said.contains("--data"), "{said}");
    let said = s.fails(&["produce", "t", "-X", "linger.mss=5"]);
    assert!(said.contains("linger.ms"), "{said}");
    let said = s.fails(&["topic", "create", "a b"]);
    assert!(said.contains("a b"), "{said}");
    let said = s.fails(&["produce", "t", "/nowhere/at/all"]);
    assert!(said.contains("/nowhere/at/all"), "{said}");
}

#[test]
fn a_data_directory_that_everybody_may_write_to_is_worth_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("a directory");
    for (mode, warned) in [(0o700, false), (0o775, false), (0o777, true)] {
        let data = dir.path().join(format!("{mode:o}"));
        std::fs::create_dir(&data).expect("a directory");
        std::fs::set_permissions(&data, std::fs::Permissions::from_mode(mode)).expect("its mode");
        let mut process = Command::new(BIN)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary was built for this test");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("piped")).read_line(&mut line).expect("one line on start");
        process.kill().expect("it runs");
        let said = String::from_utf8(process.wait_with_output().expect("it ends").stderr).expect("text");
        let told = said.lines().any(|l| l.contains("WARN") && l.contains("may write") && l.contains(data.to_str().expect("text")));
        assert_eq!(told, warned, "{mode:o}: {said}");
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let dir = tempfile::tempdir().expect("a directory");
    let s = serve(&dir.path().join("data"));
    let lines = (0..50_000).fold(String::new(), |mut all, i| {
        all.push_str("a line that fills the pipe, number ");
        all.push_str(&i.to_string());
        all.push('\n');
        all
    });
    s.produce(&["produce", "t"], &lines);
    let mut child = s.run(&["consume", "t"]);
    let mut first = String::new();
    // The reader reads one line and goes.
    BufReader::new(child.stdout.take().expect("piped")).read_line(&mut first).expect("a line");
    assert!(first.starts_with("a line"), "{first}");
    let o = child.wait_with_output().expect("it ends by itself");
    assert_eq!((o.status.code(), o.stderr.as_slice()), (Some(0), &b""[..]), "{}", String::from_utf8_lossy(&o.stderr));
    assert_eq!(s.ok(&["consume", "t", "-e"]), lines, "one partition keeps the order of the lines");
}

#[test]
fn benches_say_what_ran() {
    for what in ["produce", "consume", "latency"] {
        let o = Command::new(BIN).args(["bench", what, "--embedded", "-n", "200", "--durability", "page-cache", "--json"]).output().expect("it runs");
        let said = json(&text(&o, &[what], 0));
        assert_eq!(
            (said["bench"].as_str(), said["durability"].as_str(), said["broker"].as_str()),
            (Some(what), Some("page-cache"), Some("embedded"))
        );
        assert!(said["records"].as_u64().is_some_and(|n| n >= 200) && said["records_per_s"].as_f64().is_some_and(|r| r > 0.0), "{said}");
    }
    let args = ["bench", "consume", "--embedded", "--rate", "1000"];
    assert!(text(&Command::new(BIN).args(args).output().expect("it runs"), &args, 1).contains("--rate"));
    // At a rate, which the run cannot be faster than.
    let args = ["bench", "produce", "--embedded", "-n", "300", "--rate", "1000", "-p", "3", "--json"];
    let said = json(&text(&Command::new(BIN).args(args).output().expect("it runs"), &args, 0));
    let due = &said["latency"]["due"];
    assert!(said["records"] == 300 && said["seconds"].as_f64().is_some_and(|s| s >= 0.299), "{said}");
    assert!(due["p50_us"].as_u64() <= due["p999_us"].as_u64() && due["max_us"].as_u64().is_some_and(|us| us > 0), "{said}");
}

#[test]
fn completions_are_printed() {
    for shell in ["bash", "zsh", "fish"] {
        let o = Command::new(BIN).args(["completions", shell]).output().expect("it runs");
        assert!(text(&o, &[shell], 0).contains("wellhead"));
    }
    let o = Command::new(BIN).arg("--version").output().expect("it runs");
    assert_eq!(text(&o, &[], 0).trim(), concat!("wellhead ", env!("CARGO_PKG_VERSION")));
    let o = Command::new(BIN).arg("serv").output().expect("it runs");
    assert_eq!(o.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&o.stderr).contains("serve"), "clap offers the nearest command");
}
