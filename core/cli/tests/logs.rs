//! What a server writes to its log: JSON lines where they are asked for, and never a secret.

mod common;

use common::{BIN, Server, serving};
use std::fs::File;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

const SECRET: &str = "hunter2-never-in-a-log";

/// Serves with everything logged into a file.
fn logged(dir: &Path, args: &[&str]) -> Server {
    let log = File::create(dir.join("log")).expect("a file");
    let server = Server::start(serving(&dir.join("data"), args).env("WELLHEAD_LOG", "trace").stderr(Stdio::from(log)));
    assert!(server.said.contains("listens on") && !server.said.contains(SECRET), "{}", server.said);
    server
}
fn log(dir: &Path) -> String {
    std::fs::read_to_string(dir.join("log")).expect("the log")
}

#[test]
fn json_lines_have_their_fields_apart() {
    let dir = tempfile::tempdir().expect("a directory");
    let server = logged(dir.path(), &["--log-format", "json", "-c", "auto.leader.rebalance.enable=true"]);
    // A peer that speaks no Kafka is named in the log.
    let mut peer = TcpStream::connect(&server.address).expect("it listens");
    std::io::Write::write_all(&mut peer, b"GET / HTTP/1.0\r\n\r\n").expect("it is sent");
    let me = peer.local_addr().expect("an address").to_string();
    let mut rest = Vec::new();
    let _ = std::io::Read::read_to_end(&mut peer, &mut rest);
    drop(server);
    let text = log(dir.path());
    let lines: Vec<serde_json::Value> = text.lines().map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{e}: {l}"))).collect();
    assert!(!lines.is_empty() && lines.iter().all(|l| l["timestamp"].is_string() && l["level"].is_string() && l["target"].is_string()), "{text}");
    let closed = lines.iter().find(|l| l["fields"]["peer"] == me.as_str()).unwrap_or_else(|| panic!("nobody tells of {me}:\n{text}"));
    assert_eq!(closed["level"], "WARN", "{closed}");
    assert!(closed["fields"]["message"].as_str().is_some_and(|m| m.contains("connection closed")), "{closed}");
    assert!(lines.iter().any(|l| l["fields"]["property"] == "auto.leader.rebalance.enable"), "{text}");
}

/// Where a secret can be given: it is in no line of any level, and in no message of the command.
#[test]
fn secrets_are_in_no_line() {
    let dir = tempfile::tempdir().expect("a directory");
    let refused = |args: &[&str]| {
        let o = Command::new(BIN).args(args).env("WELLHEAD_LOG", "trace").stdin(Stdio::null()).output().expect("it ends");
        let said = format!("{}{}", String::from_utf8_lossy(&o.stdout), String::from_utf8_lossy(&o.stderr));
        assert!(!said.contains(SECRET), "{args:?}: {said}");
        (o.status.code(), said)
    };
    // Settings of a server that it does not have yet: it does not start, and says which and not what.
    for name in [
        "ssl.keystore.password",
        "ssl.key.password",
        "ssl.truststore.password",
        "sasl.jaas.config",
        "listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config",
    ] {
        let data = dir.path().join("none");
        let (code, said) = refused(&["serve", "--listen", "127.0.0.1:0", "--data", data.to_str().expect("text"), "-c", &format!("{name}={SECRET}")]);
        assert!(code == Some(1) && said.contains(name), "{name}: {code:?} {said}");
        let file = dir.path().join("server.properties");
        std::fs::write(&file, format!("{name}={SECRET}\n")).expect("a file");
        let (code, said) =
            refused(&["serve", "--listen", "127.0.0.1:0", "--data", data.to_str().expect("text"), "--config", file.to_str().expect("text")]);
        assert!(code == Some(1) && said.contains(name), "{name}: {code:?} {said}");
        refused(&["doctor", "--config", file.to_str().expect("text")]);
    }
    // Those of a client.
    let server = logged(dir.path(), &[]);
    for name in ["sasl.password", "sasl.oauthbearer.client.secret", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem"] {
        refused(&["topic", "list", "-b", &server.address, "-X", &format!("{name}={SECRET}")]);
        refused(&["consume", "nothing", "-b", &server.address, "-n", "0", "-X", &format!("{name}={SECRET}"), "-X", "sasl.mechanism=PLAIN"]);
    }
    refused(&["topic", "list", "-b", &server.address, "-X", &format!("sasl.pasword={SECRET}")]);
    // What a topic is told is no place for one either, and names nobody knows are refused without their value.
    let (code, said) = refused(&["topic", "create", "t", "-b", &server.address, "-c", &format!("ssl.key.password={SECRET}")]);
    assert!(code == Some(1) && said.contains("ssl.key.password"), "{said}");
    drop(server);
    assert!(!log(dir.path()).contains(SECRET));
}
