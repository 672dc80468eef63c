//! The producer against this repository's broker: embedded, over TCP, and through a restart.

use std::collections::HashMap;
use std::time::{Duration, Instant};
use wellhead::{Broker, Code, DeliveryReport, Producer, ProducerRecord};

const LONG: Duration = Duration::from_secs(60);

fn broker(dir: &std::path::Path, listen: Option<&str>) -> Broker {
    let props: Vec<(String, String)> = listen.map(|l| ("listeners".to_owned(), format!("PLAINTEXT://{l}"))).into_iter().collect();
    Broker::open(dir, &props).unwrap()
}

/// Polls until `n` records are reported.
fn reports(p: &Producer, n: usize) -> Vec<DeliveryReport> {
    let (mut out, mut seen, until) = (Vec::new(), 0, Instant::now() + LONG);
    while seen < n {
        let some = p.poll_reports(1000, Duration::from_millis(500));
        seen += some.iter().map(|r| r.tokens.len()).sum::<usize>();
        out.extend(some);
        assert!(Instant::now() < until, "{seen} of {n} reported");
    }
    out
}

#[test]
fn embedded_records_get_the_offsets_of_their_order() {
    let dir = tempfile::tempdir().unwrap();
    let b = broker(dir.path(), None);
    let p = Producer::new([("bootstrap.servers", b.bootstrap_servers()), ("compression.type", "lz4".into())]).unwrap();
    let started = Instant::now();
    for i in 0..20_000u64 {
        let value = format!("value-{i}");
        p.send(&ProducerRecord::to("t").partition(0).value(value.as_bytes()).token(i)).unwrap();
    }
    assert_eq!(p.flush(LONG), 0);
    println!("20,000 records in {:?}", started.elapsed());
    let mut next = 0;
    for r in reports(&p, 20_000) {
        assert!(r.error.is_none(), "{r:?}");
        for (k, token) in r.tokens.iter().enumerate() {
            assert_eq!((*token, r.base_offset + k as i64), (next, next as i64));
            next += 1;
        }
    }
    let m = p.metadata(Some("t"), LONG).unwrap();
    assert_eq!(m.topics[0].partitions.len(), 1);
    p.close(LONG);
    b.close().unwrap();
}

#[test]
fn a_restart_of_the_broker_costs_no_record_and_doubles_none() {
    let dir = tempfile::tempdir().unwrap();
    let b = broker(dir.path(), Some("127.0.0.1:0"));
    let address = b.listen_addrs()[0].to_string();
    let pairs = [
        ("bootstrap.servers", address.as_str()),
        ("batch.num.messages", "20"),
        ("linger.ms", "1"),
        ("reconnect.backoff.ms", "5"),
        ("retry.backoff.ms", "5"),
    ];
    let p = Producer::new(pairs).unwrap();
    let mut b = Some(b);
    let (mut sent, total) = (0u64, 6_000u64);
    while sent < total {
        if sent > 0 && sent.is_multiple_of(2_000) {
            // Sent and not awaited: some of it is under way while the broker goes.
            b.take().unwrap().close().unwrap();
            b = Some(broker(dir.path(), Some(&address)));
        }
        match p.send(&ProducerRecord::to("t").value(sent.to_string().as_bytes()).token(sent)) {
            Ok(()) => sent += 1,
            Err(e) => {
                assert_eq!(e.code, Code::QUEUE_FULL);
                std::thread::yield_now();
            }
        }
    }
    assert_eq!(p.flush(LONG), 0);
    let mut offsets: HashMap<i64, u64> = HashMap::new();
    let mut last: Option<(u64, i64)> = None;
    for r in reports(&p, total as usize) {
        assert!(r.error.is_none(), "{r:?}");
        for (k, token) in r.tokens.iter().enumerate() {
            let at = r.base_offset + k as i64;
            assert!(offsets.insert(at, *token).is_none(), "offset {at} twice");
            assert!(last.is_none_or(|(t, o)| t + 1 == *token && o < at), "{last:?} then {token} at {at}");
            last = Some((*token, at));
        }
    }
    assert_eq!(offsets.len(), total as usize);
    assert_eq!(last.unwrap().1, total as i64 - 1, "no gap and nothing twice in the log");
    p.close(LONG);
}

#[test]
fn the_first_acknowledgement_comes_soon() {
    let dir = tempfile::tempdir().unwrap();
    let b = broker(dir.path(), None);
    let started = Instant::now();
    let p = Producer::new([("bootstrap.servers", b.bootstrap_servers()), ("linger.ms", "0".into())]).unwrap();
    p.send(&ProducerRecord::to("first").value(b"x")).unwrap();
    let r = reports(&p, 1);
    assert!(r[0].error.is_none(), "{r:?}");
    println!("first acknowledgement after {:?}", started.elapsed());
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
}
