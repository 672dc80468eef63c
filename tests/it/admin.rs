//! The admin port from outside: what its pages say of a node that works, and whom it refuses.

use super::embedded::WAIT;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use wellhead::{Admin, Broker, Consumer, Event, Producer, ProducerRecord, TopicPartition, admin::NewTopic};

fn open(dir: &std::path::Path) -> Broker {
    let properties = [("wellhead.admin.listener", "127.0.0.1:0"), ("wellhead.durability", "fsync")];
    let properties: Vec<(String, String)> = properties.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Broker::open(dir, &properties).expect("it opens")
}

/// Sends these bytes; the status and the body.
fn ask(at: SocketAddr, head: &str) -> (u16, String) {
    let mut s = TcpStream::connect(at).expect("it listens");
    s.set_read_timeout(Some(WAIT)).expect("a timeout");
    s.write_all(head.as_bytes()).expect("sent");
    let mut text = String::new();
    s.read_to_string(&mut text).expect("an answer");
    let status = text.split(' ').nth(1).and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("no status: {text}"));
    (status, text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}
fn get(at: SocketAddr, path: &str) -> (u16, String) {
    ask(at, &format!("GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n"))
}

/// The lines of a page: name and labels to value.
fn figures(page: &str) -> BTreeMap<&str, f64> {
    assert!(page.ends_with("# EOF\n"), "it is whole");
    let lines = page.lines().filter(|l| !l.starts_with('#'));
    lines.map(|l| l.rsplit_once(' ').map(|(k, v)| (k, v.parse().expect("a number"))).expect("a name and a value")).collect()
}

#[test]
fn metrics_tell_of_topics_groups_and_requests() {
    let dir = tempfile::tempdir().expect("a directory");
    let broker = open(dir.path());
    let at = broker.admin_addr().expect("it was asked for");
    let bootstrap = broker.bootstrap_servers();
    let admin = Admin::new([("bootstrap.servers", bootstrap.as_str())]).expect("an admin");
    let cache = NewTopic { configs: vec![("wellhead.durability".into(), "page-cache".into())], ..new("cache", 1) };
    for (_, r) in admin.create_topics(&[new("orders", 2), cache], WAIT, false).expect("create") {
        r.expect("it is created");
    }
    let p = Producer::new([("bootstrap.servers", bootstrap.as_str())]).expect("a producer");
    let then_ms = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_millis() as i64 - 60_000;
    for i in 0..10 {
        p.send(&ProducerRecord { timestamp_ms: then_ms, ..ProducerRecord::to("orders").partition(i % 2).value(b"0123456789") }).expect("send");
    }
    assert_eq!(p.flush(WAIT), 0);
    let c = Consumer::new([("bootstrap.servers", bootstrap.as_str()), ("group.id", "billing"), ("enable.auto.commit", "false")]).expect("a consumer");
    c.commit(Some(&[TopicPartition::new("orders", 0).at(5), TopicPartition::new("orders", 1).at(2)]), WAIT).expect("committed");
    c.assign(&[TopicPartition::new("orders", 0).at(0)]).expect("assign");
    let mut read = 0;
    while read < 5 {
        for e in c.poll(100, WAIT).expect("poll") {
            if let Event::Records(set) = e {
                read += set.len();
            }
        }
    }

    let (status, page) = get(at, "/metrics");
    assert_eq!(status, 200);
    let f = figures(&page);
    let is = |name: &str, value: f64| assert_eq!(f.get(name), Some(&value), "{name}\n{page}");
    is("wellhead_produced_records_total{topic=\"orders\"}", 10.0);
    is("wellhead_topic_info{topic=\"orders\",durability=\"fsync\"}", 1.0);
    is("wellhead_topic_info{topic=\"cache\",durability=\"page-cache\"}", 1.0);
    is("wellhead_partition_high_watermark{topic=\"orders\",partition=\"1\"}", 5.0);
    is("wellhead_group_lag_records{group=\"billing\",topic=\"orders\",partition=\"0\"}", 0.0);
    is("wellhead_group_lag_seconds{group=\"billing\",topic=\"orders\",partition=\"0\"}", 0.0);
    is("wellhead_group_lag_records{group=\"billing\",topic=\"orders\",partition=\"1\"}", 3.0);
    is("wellhead_data_directory_online", 1.0);
    is("wellhead_topic_partitions_offline{topic=\"orders\"}", 0.0);
    let behind = f["wellhead_group_lag_seconds{group=\"billing\",topic=\"orders\",partition=\"1\"}"];
    assert!((60.0..600.0).contains(&behind), "{behind} s");
    let at_least = |name: &str, n: f64| assert!(f.get(name).is_some_and(|v| *v >= n), "{name}\n{page}");
    at_least("wellhead_request_duration_seconds_count{api=\"Produce\"}", 1.0);
    at_least("wellhead_request_duration_seconds_bucket{le=\"+Inf\",api=\"Produce\"}", 1.0);
    at_least("wellhead_commit_duration_seconds_count", 1.0);
    at_least("wellhead_fetched_bytes_total{topic=\"orders\"}", 50.0);
    at_least("wellhead_produced_bytes_total{topic=\"orders\"}", 100.0);
    at_least("wellhead_topic_size_bytes{topic=\"orders\"}", 100.0);
    at_least("process_resident_memory_bytes", 1_000_000.0);

    let (_, page) = get(at, "/metrics?by=topic");
    assert!(!page.contains("wellhead_partition_"), "{page}");
    assert!(figures(&page).contains_key("wellhead_produced_records_total{topic=\"orders\"}"));
    drop((c, p, admin));
    broker.close().expect("a clean stop");
    assert!(TcpStream::connect(at).is_err(), "it listens no more");
}

fn new(name: &str, partitions: i32) -> NewTopic {
    NewTopic { name: name.to_owned(), partitions, replication: -1, ..NewTopic::default() }
}

#[test]
fn the_admin_port_answers_what_it_knows_and_refuses_the_rest() {
    let dir = tempfile::tempdir().expect("a directory");
    let broker = open(dir.path());
    let at = broker.admin_addr().expect("it was asked for");
    assert_eq!(get(at, "/healthz"), (200, "ok\n".to_owned()));
    assert_eq!(get(at, "/readyz"), (200, "ok\n".to_owned()));
    assert_eq!(get(at, "/nothing").0, 404);
    assert_eq!(ask(at, &format!("POST /metrics HTTP/1.1\r\nHost: {at}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")).0, 405);
    let (status, why) = ask(at, "GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    assert!(status == 403 && why.contains("localhost"), "{status} {why}");
    assert_eq!(ask(at, "GET /healthz HTTP/1.0\r\n\r\n").0, 200, "old clients name no host");
    assert_eq!(ask(at, "\u{1}\u{2}nonsense\r\n\r\n").0, 400);
    let long = format!("GET /metrics HTTP/1.1\r\nX: {}\r\n\r\n", "a".repeat(1 << 20));
    let mut s = TcpStream::connect(at).expect("it listens");
    // It may hang up before all of it is written.
    let _ = s.write_all(long.as_bytes());
    drop(s);
    assert_eq!(get(at, "/healthz").0, 200, "it goes on");
    broker.close().expect("a clean stop");
    // What cannot be listened on fails the whole open, with its name, and leaves the directory free.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let properties = [("wellhead.admin.listener".to_owned(), taken.local_addr().expect("its address").to_string())];
    let why = Broker::open(dir.path(), &properties).expect_err("the port is taken");
    assert!(why.message().contains("/metrics"), "{why}");
    Broker::open(dir.path(), &[]).expect("it opens without").close().expect("a clean stop");
}
