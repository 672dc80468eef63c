//! From a record's intended time to be sent until what a program made of it is read, at a fixed rate. The time is the intended one, so
//! that a producer that is held up does not hide it (coordinated omission).

use super::{WAIT, number};
use std::time::{Duration, Instant};
use wellhead_client::{Consumer, Event, OFFSET_BEGINNING, Producer, ProducerRecord, TopicPartition};
use wellhead_streams::{Error, Result};

/// The first so many seconds are not counted: connections, the program's first batches, a virtual machine that compiles.
const WARM: u64 = 5;

pub fn latency(side: &str, bootstrap: &str, from: &str, to: &str, rate: &str, seconds: &str) -> Result<()> {
    let (rate, seconds) = (number(rate)?.max(1) as u64, number(seconds)?.max(1) as u64 + WARM);
    let begun = Instant::now();
    let read =
        Consumer::new([("bootstrap.servers", bootstrap), ("group.id", "latency"), ("enable.auto.commit", "false"), ("fetch.wait.max.ms", "100")])?;
    let n = read.metadata(Some(to), WAIT)?.topics[0].partitions.len() as i32;
    read.assign(&(0..n).map(|p| TopicPartition::new(to, p).at(OFFSET_BEGINNING)).collect::<Vec<_>>())?;
    let wanted = rate * seconds;
    let reader = std::thread::spawn(move || -> Result<Vec<u64>> {
        let mut took = Vec::with_capacity(wanted as usize);
        let mut seen = 0;
        let end = begun + Duration::from_secs(seconds + 30);
        while seen < wanted && Instant::now() < end {
            for e in read.poll(10_000, Duration::from_millis(100))? {
                let Event::Records(set) = e else { continue };
                let now = begun.elapsed().as_micros() as u64;
                for r in set.iter() {
                    let sent = r.value.and_then(sent).ok_or_else(|| Error::invalid_arg("a result without the time it was sent at"))?;
                    seen += 1;
                    if sent >= WARM * 1_000_000 {
                        took.push(now.saturating_sub(sent));
                    }
                }
            }
        }
        Ok(took)
    });
    let p = Producer::new([("bootstrap.servers", bootstrap), ("linger.ms", "0"), ("acks", "all")])?;
    // The reader's first fetch is on its way by then.
    let first = begun.elapsed() + Duration::from_millis(500);
    for i in 0..wanted {
        let due = first + Duration::from_nanos(i * 1_000_000_000 / rate);
        while begun.elapsed() < due {
            std::thread::sleep(due.saturating_sub(begun.elapsed()).min(Duration::from_millis(1)));
        }
        let key = format!("u{:06}", i % 1000);
        let value = format!("{{\"user\":\"{key}\",\"amount\":100,\"ts\":{},\"sent\":{}}}", 1_700_000_000_000 + i / 20, due.as_micros());
        p.send(&ProducerRecord::to(from).key(key.as_bytes()).value(value.as_bytes()))?;
        drop(p.poll_reports(10_000, Duration::ZERO));
    }
    let mut took = reader.join().map_err(|_| Error::invalid_arg("the reader panicked"))??;
    took.sort_unstable();
    let counted = took.len() as u64;
    if counted < (rate * (seconds - WARM)).saturating_sub(rate) {
        return Err(Error::invalid_arg(format!("{counted} results were read of about {}", rate * (seconds - WARM))));
    }
    let at = |q: f64| took[((counted as f64 * q) as usize).min(took.len() - 1)] as f64 / 1000.0;
    println!(
        "{}",
        serde_json::json!({ "side": side, "workload": "latency", "per_second": rate, "results": counted,
            "p50_ms": at(0.5), "p99_ms": at(0.99), "p999_ms": at(0.999), "max_ms": at(1.0) })
    );
    Ok(())
}

/// The number behind "sent".
fn sent(value: &[u8]) -> Option<u64> {
    serde_json::from_slice::<serde_json::Value>(value).ok()?.get("sent")?.as_u64()
}
