//! The records that every side reads.

use super::{WAIT, number};
use std::time::Duration;
use wellhead_client::admin::NewTopic;
use wellhead_client::{Admin, Producer, ProducerRecord};
use wellhead_streams::{Error, Result};

pub fn topic(bootstrap: &str, name: &str, partitions: &str) -> Result<()> {
    let admin = Admin::new([("bootstrap.servers", bootstrap)])?;
    // The records are of 2023, and would be removed by their age while somebody measures.
    let configs = vec![("retention.ms".to_owned(), "-1".to_owned())];
    let new = NewTopic { name: name.to_owned(), partitions: number(partitions)? as i32, replication: -1, configs, ..NewTopic::default() };
    for (_, r) in admin.create_topics(&[new], WAIT, false)? {
        r?;
    }
    Ok(())
}

fn producer(bootstrap: &str) -> Result<Producer> {
    Producer::new([("bootstrap.servers", bootstrap), ("linger.ms", "20"), ("queue.buffering.max.messages", "1000000"), ("batch.size", "262144")])
}

fn send(p: &Producer, r: &ProducerRecord<'_>) -> Result<()> {
    loop {
        match p.send(r) {
            Ok(()) => return Ok(()),
            Err(e) if e.code == wellhead_streams::Code::QUEUE_FULL => drop(p.poll_reports(10_000, Duration::from_millis(50))),
            Err(e) => return Err(e),
        }
    }
}

fn delivered(p: &Producer) -> Result<()> {
    let left = p.flush(Duration::from_secs(120));
    if left > 0 { Err(Error::invalid_arg(format!("{left} records were not delivered"))) } else { Ok(()) }
}

/// Ten records a millisecond of event time, each of exactly 66 bytes, and in TOPIC-users a record for each key. With as many keys as
/// records each key comes once.
pub fn generate(bootstrap: &str, name: &str, records: &str, partitions: &str, keys: &str) -> Result<()> {
    let (records, keys) = (number(records)?, number(keys)?);
    topic(bootstrap, name, partitions)?;
    let users = format!("{name}-users");
    topic(bootstrap, &users, partitions)?;
    let p = producer(bootstrap)?;
    for user in 0..keys {
        let key = format!("u{user:06}");
        let value = format!("{{\"tier\":\"{}\",\"since\":{}}}", if user % 10 == 0 { "gold" } else { "plain" }, 2000 + user % 20);
        send(&p, &ProducerRecord { timestamp_ms: 1_600_000_000_000, ..ProducerRecord::to(&users).key(key.as_bytes()).value(value.as_bytes()) })?;
    }
    let mut seed = 1u64;
    for i in 0..records {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let user = if keys == records { i } else { (seed >> 33) as i64 % keys };
        let amount = 100 + (seed >> 20) % 900;
        let key = format!("u{user:06}");
        let time = 1_700_000_000_000 + i / 10;
        let value = format!("{{\"user\":\"{key}\",\"amount\":{amount},\"ts\":{time},\"kind\":\"clicks\"}}");
        send(&p, &ProducerRecord { timestamp_ms: time, ..ProducerRecord::to(name).key(key.as_bytes()).value(value.as_bytes()) })?;
        if i == 0 {
            eprintln!("a record has {} bytes: {value}", value.len());
        }
    }
    delivered(&p)
}
