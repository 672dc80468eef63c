//! `wellhead bench ...`: one node measured through the client, in process or over TCP. Every line says what ran, the durability class
//! included, because a figure without it means nothing.

use crate::args::{Bench, BenchArgs, Global};
use crate::connect::Cluster;
use crate::fail::{Done, Failure, Result};
use crate::output::{Out, grouped, progress};
use crate::topic;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use wellhead::admin::NewTopic;
use wellhead::{Admin, Broker, Code, Consumer, Event, OFFSET_END, Producer, ProducerRecord, TopicPartition};
use wellhead_base::env::Rng;

/// A run that makes no headway for this long has failed.
const STALLED: Duration = Duration::from_secs(30);
/// Values are windows into one buffer of this size beyond their own, so that codecs see more than one record over and over.
const VARIETY: usize = 4_096;

pub fn run(global: &Global, command: Bench) -> Done {
    let (name, args) = match &command {
        Bench::Produce(a) => ("produce", a),
        Bench::Consume(a) => ("consume", a),
        Bench::Latency(a) => ("latency", a),
    };
    if args.rate.is_some() && name != "produce" {
        return Err(Failure::new(format!("bench {name} has no --rate")).hint("bench produce --rate N measures acknowledgements at a fixed rate."));
    }
    let setup = Setup::new(global, args)?;
    let outcome = match command {
        Bench::Produce(_) => match args.rate {
            None => setup.produce(args).map(|m| setup.report(global, args, name, &[("batch", m)])),
            Some(rate) => setup.paced(args, rate).map(|m| setup.report(global, args, name, &[("due", m)])),
        },
        Bench::Consume(_) => setup.consume(args).map(|m| setup.report(global, args, name, &[("poll", m)])),
        Bench::Latency(_) => setup.latency(args).map(|(ack, end)| setup.report(global, args, name, &[("acknowledged", ack), ("received", end)])),
    };
    // The broker and what it wrote go also when the run failed.
    let cleaned = setup.clean();
    outcome??;
    cleaned
}

/// What ran and how long things took.
struct Measured {
    records: u64,
    bytes: u64,
    elapsed: Duration,
    cpu: Option<Duration>,
    /// Microseconds, with how many records each is of.
    latencies: Vec<(u64, u64)>,
}

/// The cluster, and the topic that is measured.
struct Setup {
    cluster: Cluster,
    admin: Admin,
    topic: String,
    own_topic: bool,
    durability: String,
    partitions: usize,
    broker: Option<Broker>,
    temporary: Option<PathBuf>,
}

impl Setup {
    fn new(global: &Global, args: &BenchArgs) -> Result<Self> {
        let (mut broker, mut temporary) = (None, None);
        let cluster = if args.embedded {
            let dir = match &args.data {
                Some(d) => d.clone(),
                None => {
                    let d = std::env::temp_dir().join(format!("wellhead-bench-{}", std::process::id()));
                    temporary = Some(d.clone());
                    d
                }
            };
            let b = Broker::open(&dir, &[])?;
            let c = Cluster::at(b.bootstrap_servers(), global);
            broker = Some(b);
            c
        } else {
            Cluster::new(global)
        };
        let made = Self::topic(&cluster, args);
        match made {
            Ok((admin, topic, durability, partitions)) => {
                Ok(Self { cluster, admin, topic, own_topic: args.topic.is_none(), durability, partitions, broker, temporary })
            }
            Err(e) => {
                let _ = broker.map(|b| b.close());
                remove(temporary.as_deref());
                Err(e)
            }
        }
    }

    fn topic(cluster: &Cluster, args: &BenchArgs) -> Result<(Admin, String, String, usize)> {
        let admin = cluster.admin()?;
        let name = args.topic.clone().unwrap_or_else(|| {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_millis());
            format!("wellhead-bench-{}-{now}", std::process::id())
        });
        let configs: Vec<(String, String)> = args.durability.iter().map(|d| ("wellhead.durability".to_owned(), d.clone())).collect();
        let new = NewTopic { name: name.clone(), partitions: args.partitions, replication: -1, assignment: Vec::new(), configs };
        for (_, outcome) in admin.create_topics(&[new], cluster.timeout, false).map_err(|e| cluster.failure(&e))? {
            match outcome {
                Err(e) if e.code != Code::TOPIC_ALREADY_EXISTS => return Err(cluster.topic_failure(&admin, &name, &e)),
                _ => {}
            }
        }
        let partitions = topic::one(cluster, &admin, &name)?.partitions.len();
        // Brokers that are not Wellhead do not have the property, and acknowledge what is in the page cache.
        let durability = topic::config(cluster, &admin, &name, "wellhead.durability").unwrap_or_else(|| "the broker's own".to_owned());
        if let Some(wanted) = args.durability.as_ref().filter(|w| **w != durability) {
            return Err(Failure::new(format!("Topic {name} has durability {durability} and not {wanted}")).hint("Name another topic, or none."));
        }
        Ok((admin, name, durability, partitions))
    }

    fn producer(&self, args: &BenchArgs, ours: &[(&str, &str)]) -> Result<Producer> {
        let idempotent = if args.acks == "all" { "true" } else { "false" };
        let mut all = vec![("acks", args.acks.as_str()), ("enable.idempotence", idempotent), ("compression.codec", args.codec.as_str())];
        all.extend_from_slice(ours);
        Ok(Producer::new(self.cluster.properties(&all))?)
    }

    fn produce(&self, args: &BenchArgs) -> Result<Measured> {
        let records = args.records.unwrap_or(1_000_000);
        let producer = self.producer(args, &[("queue.buffering.max.messages", "1000000"), ("linger.ms", "5")])?;
        let payload = Payload::new(args.size as usize);
        let bar = progress("produced", Some(records));
        // Metadata and the producer id are fetched before the clock runs.
        producer.metadata(Some(&self.topic), self.cluster.timeout).map_err(|e| self.cluster.failure(&e))?;
        let mut m = Measured { records, bytes: records * u64::from(args.size), elapsed: Duration::ZERO, cpu: None, latencies: Vec::new() };
        let (cpu, start) = (cpu_time(), Instant::now());
        let (mut sent, mut done, mut headway) = (0u64, 0u64, start);
        while done < records {
            while sent < records {
                let record = ProducerRecord::to(&self.topic).value(payload.value(sent));
                match producer.send(&record) {
                    Ok(()) => sent += 1,
                    Err(e) if e.code == Code::QUEUE_FULL => break,
                    Err(e) => return Err(self.cluster.failure(&e)),
                }
                if sent.is_multiple_of(65_536) {
                    break;
                }
            }
            let all_sent = sent == records;
            if all_sent && done == 0 {
                // Nothing more comes that would fill the last batches.
                producer.flush(Duration::ZERO);
            }
            let wait = if all_sent { Duration::from_millis(200) } else { Duration::ZERO };
            let before = done;
            for report in producer.poll_reports(4_096, wait) {
                if let Some(e) = report.error {
                    return Err(self.cluster.failure(&e));
                }
                let n = report.tokens.len() as u64;
                done += n;
                m.latencies.push((report.latency.as_micros() as u64, n));
            }
            if done > before {
                headway = Instant::now();
                bar.set_position(done);
            } else if headway.elapsed() > STALLED {
                return Err(Failure::new(format!("{} of {} records were not acknowledged", grouped(records - done), grouped(records))));
            }
        }
        m.elapsed = start.elapsed();
        m.cpu = cpu.zip(cpu_time()).map(|(a, b)| b.saturating_sub(a));
        bar.finish_and_clear();
        producer.close(Duration::from_secs(1));
        Ok(m)
    }

    /// Sends at a fixed rate. What a record waits for counts from the moment it was due, so that a stall is seen by every record that it
    /// held up and not by one alone (the correction for coordinated omission).
    fn paced(&self, args: &BenchArgs, rate: u64) -> Result<Measured> {
        let records = args.records.unwrap_or(rate.saturating_mul(10));
        let producer = self.producer(args, &[("linger.ms", "0")])?;
        let payload = Payload::new(args.size as usize);
        let mut m = Measured { records, bytes: records * u64::from(args.size), elapsed: Duration::ZERO, cpu: None, latencies: Vec::new() };
        producer.metadata(Some(&self.topic), self.cluster.timeout).map_err(|e| self.cluster.failure(&e))?;
        // One for each partition's way to its leader, which is not what is measured.
        for p in 0..self.partitions {
            let first = ProducerRecord::to(&self.topic).partition(p as i32).value(payload.value(0)).token(u64::MAX);
            producer.send(&first).map_err(|e| self.cluster.failure(&e))?;
        }
        if producer.flush(self.cluster.timeout) > 0 {
            return Err(Failure::new("The first records were not acknowledged"));
        }
        let bar = progress("produced", Some(records));
        let (cpu, start) = (cpu_time(), Instant::now());
        let due = |n: u64| start + Duration::from_nanos((u128::from(n) * 1_000_000_000 / u128::from(rate)) as u64);
        let (mut sent, mut done, mut headway) = (0u64, 0u64, start);
        while done < records {
            let now = Instant::now();
            while sent < records && due(sent) <= now {
                match producer.send(&ProducerRecord::to(&self.topic).value(payload.value(sent)).token(sent)) {
                    Ok(()) => sent += 1,
                    Err(e) if e.code == Code::QUEUE_FULL => break,
                    Err(e) => return Err(self.cluster.failure(&e)),
                }
            }
            let wait = if sent < records { due(sent).saturating_duration_since(Instant::now()) } else { Duration::from_millis(200) };
            for report in producer.poll_reports(4_096, wait) {
                if let Some(e) = report.error {
                    return Err(self.cluster.failure(&e));
                }
                headway = Instant::now();
                for token in report.tokens.into_iter().filter(|t| *t != u64::MAX) {
                    m.latencies.push((headway.saturating_duration_since(due(token)).as_micros() as u64, 1));
                    done += 1;
                }
            }
            if headway.max(due(sent)).elapsed() > STALLED {
                return Err(Failure::new(format!("{} of {} records were not acknowledged", grouped(records - done), grouped(records))));
            }
            bar.set_position(done);
        }
        m.elapsed = start.elapsed();
        m.cpu = cpu.zip(cpu_time()).map(|(a, b)| b.saturating_sub(a));
        bar.finish_and_clear();
        producer.close(Duration::from_secs(1));
        Ok(m)
    }

    fn consume(&self, args: &BenchArgs) -> Result<Measured> {
        let wanted = args.records.unwrap_or(1_000_000);
        let partitions: Vec<TopicPartition> = (0..self.partitions).map(|p| TopicPartition::new(self.topic.as_str(), p as i32)).collect();
        let held: i64 = topic::bounds(&self.cluster, &self.admin, &partitions)?.iter().map(|(first, next)| next - first).sum();
        let missing = wanted.saturating_sub(held.max(0) as u64);
        if missing > 0 {
            self.produce(&BenchArgs { records: Some(missing), acks: "all".to_owned(), ..args.clone() })?;
        }
        let ends = topic::bounds(&self.cluster, &self.admin, &partitions)?;
        let consumer = Consumer::new(self.cluster.properties(&[("enable.partition.eof", "true"), ("enable.auto.commit", "false")]))?;
        let start_at: Vec<_> = partitions.iter().zip(&ends).map(|(tp, (first, _))| tp.at(*first)).collect();
        let mut at_end = partitions.iter().zip(&ends).filter(|(_, (first, next))| first == next).count();
        let bar = progress("consumed", Some(wanted));
        let mut m = Measured { records: 0, bytes: 0, elapsed: Duration::ZERO, cpu: None, latencies: Vec::new() };
        let (cpu, start) = (cpu_time(), Instant::now());
        let mut headway = start;
        consumer.assign(&start_at)?;
        while m.records < wanted && at_end < partitions.len() {
            let asked = Instant::now();
            let mut got = 0u64;
            for event in consumer.poll(100_000, Duration::from_millis(500)).map_err(|e| self.cluster.failure(&e))? {
                match event {
                    Event::Records(set) => {
                        for r in set.iter() {
                            m.bytes += r.value.map_or(0, <[u8]>::len) as u64;
                            got += 1;
                        }
                    }
                    Event::PartitionEof { .. } => at_end += 1,
                    Event::Error(e) if e.fatal || !e.retriable() => return Err(self.cluster.failure(&e)),
                    _ => {}
                }
            }
            if got > 0 {
                m.records += got;
                m.latencies.push((asked.elapsed().as_micros() as u64, got));
                headway = Instant::now();
                bar.set_position(m.records);
            } else if headway.elapsed() > STALLED {
                return Err(Failure::new(format!("{} of {} records did not come", grouped(wanted - m.records), grouped(wanted))));
            }
        }
        m.elapsed = start.elapsed();
        m.cpu = cpu.zip(cpu_time()).map(|(a, b)| b.saturating_sub(a));
        bar.finish_and_clear();
        let _ = consumer.close(Duration::from_secs(1));
        Ok(m)
    }

    fn latency(&self, args: &BenchArgs) -> Result<(Measured, Measured)> {
        let records = args.records.unwrap_or(1_000);
        let producer = self.producer(args, &[("linger.ms", "0")])?;
        let consumer = Consumer::new(self.cluster.properties(&[("enable.auto.commit", "false")]))?;
        let payload = Payload::new(args.size as usize);
        let partition = TopicPartition::new(self.topic.as_str(), 0);
        consumer.assign(&[partition.at(OFFSET_END)])?;
        let none = || Measured { records, bytes: records * u64::from(args.size), elapsed: Duration::ZERO, cpu: None, latencies: Vec::new() };
        let (mut ack, mut received) = (none(), none());
        let bar = progress("sent", Some(records));
        // The first ones find the way (metadata, producer id, the consumer's position) and are not counted.
        let warm = 10.min(records);
        let mut start = Instant::now();
        let mut cpu = cpu_time();
        for n in 0..warm + records {
            if n == warm {
                start = Instant::now();
                cpu = cpu_time();
            }
            let t = Instant::now();
            producer.send(&ProducerRecord::to(&self.topic).partition(0).value(payload.value(n)).token(n)).map_err(|e| self.cluster.failure(&e))?;
            let mut offset = None;
            while offset.is_none() {
                for report in producer.poll_reports(16, Duration::from_secs(1)) {
                    if let Some(e) = report.error {
                        return Err(self.cluster.failure(&e));
                    }
                    offset = Some(report.base_offset);
                }
                if t.elapsed() > STALLED {
                    return Err(Failure::new("A record was not acknowledged"));
                }
            }
            let acknowledged = t.elapsed();
            // acks=0 tells no offset; then any record counts, there is one at a time.
            let offset = offset.unwrap_or(-1);
            let mut seen = false;
            while !seen {
                for event in consumer.poll(1_000, Duration::from_millis(if n == 0 { 200 } else { 1_000 })).map_err(|e| self.cluster.failure(&e))? {
                    match event {
                        Event::Records(set) => seen |= set.last_offset() >= offset,
                        Event::Error(e) if e.fatal || !e.retriable() => return Err(self.cluster.failure(&e)),
                        _ => {}
                    }
                }
                if n == 0 && !seen {
                    // The consumer took the end for its position after this record was there: the next ones tell.
                    break;
                }
                if t.elapsed() > STALLED {
                    return Err(Failure::new("A record did not reach the consumer"));
                }
            }
            if n >= warm {
                ack.latencies.push((acknowledged.as_micros() as u64, 1));
                received.latencies.push((t.elapsed().as_micros() as u64, 1));
                bar.set_position(n + 1 - warm);
            }
        }
        for m in [&mut ack, &mut received] {
            m.elapsed = start.elapsed();
            m.cpu = cpu.zip(cpu_time()).map(|(a, b)| b.saturating_sub(a));
        }
        bar.finish_and_clear();
        producer.close(Duration::from_secs(1));
        let _ = consumer.close(Duration::from_secs(1));
        Ok((ack, received))
    }

    fn report(&self, global: &Global, args: &BenchArgs, what: &str, measured: &[(&str, Measured)]) -> Done {
        let mut out = Out::stdout(global.json);
        let Some((_, first)) = measured.first() else { return Ok(()) };
        let seconds = first.elapsed.as_secs_f64().max(1e-9);
        let (rate, mb) = (first.records as f64 / seconds, first.bytes as f64 / 1e6 / seconds);
        let cpu_us = first.cpu.map(|c| c.as_secs_f64() * 1e6 / first.records.max(1) as f64);
        let place = if self.broker.is_some() { "embedded".to_owned() } else { self.cluster.bootstrap.clone() };
        let summaries: Vec<(&str, Summary)> = measured.iter().map(|(name, m)| (*name, summary(&m.latencies))).collect();
        if global.json {
            let latency: serde_json::Map<String, serde_json::Value> = summaries
                .iter()
                .map(|(name, s)| ((*name).to_owned(), json!({ "p50_us": s.p50, "p99_us": s.p99, "p999_us": s.p999, "max_us": s.max })))
                .collect();
            out.value(&json!({
                "bench": what, "records": first.records, "size": args.size, "partitions": self.partitions, "acks": args.acks, "codec": args.codec,
                "durability": self.durability, "broker": place, "seconds": seconds, "records_per_s": rate, "mb_per_s": mb,
                "cpu_us_per_record": cpu_us, "cpu_of": if self.broker.is_some() { "client and broker" } else { "client" }, "latency": latency,
            }))?;
            return out.flush();
        }
        out.line(&format!(
            "{what}: {} records of {} bytes, {} partition{}, acks={}, codec {}, durability {}, {place}",
            grouped(first.records),
            args.size,
            self.partitions,
            if self.partitions == 1 { "" } else { "s" },
            args.acks,
            args.codec,
            self.durability
        ))?;
        let cpu = cpu_us.map_or(String::new(), |us| {
            format!(", {us:.2} \u{b5}s CPU per record ({})", if self.broker.is_some() { "client and broker" } else { "client" })
        });
        out.line(&format!("  {} records/s, {mb:.1} MB/s, {seconds:.2} s{cpu}", grouped(rate as u64)))?;
        for (name, s) in &summaries {
            out.line(&format!("  {name}: p50 {}, p99 {}, p99.9 {}, max {}", ms(s.p50), ms(s.p99), ms(s.p999), ms(s.max)))?;
        }
        out.flush()
    }

    fn clean(self) -> Done {
        if self.own_topic && self.temporary.is_none() {
            let _ = self.admin.delete_topics(&[&self.topic], self.cluster.timeout);
        }
        self.admin.close();
        let closed = self.broker.map_or(Ok(()), |b| b.close());
        remove(self.temporary.as_deref());
        Ok(closed?)
    }
}

fn remove(dir: Option<&Path>) {
    if let Some(d) = dir {
        let _ = std::fs::remove_dir_all(d);
    }
}

/// Values that differ and cost nothing to make.
struct Payload {
    bytes: Vec<u8>,
    size: usize,
}
impl Payload {
    fn new(size: usize) -> Self {
        // Letters of a fixed seed: compressible about as text is, and the same in every run.
        let mut rng = Rng::seeded(42);
        let bytes = (0..size + VARIETY).map(|_| b'a' + rng.below(16) as u8).collect();
        Self { bytes, size }
    }
    fn value(&self, n: u64) -> &[u8] {
        let at = (n.wrapping_mul(31) % VARIETY as u64) as usize;
        &self.bytes[at..at + self.size]
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Summary {
    p50: u64,
    p99: u64,
    p999: u64,
    max: u64,
}

/// Percentiles of microseconds that are each so many records'.
fn summary(latencies: &[(u64, u64)]) -> Summary {
    let mut sorted = latencies.to_vec();
    sorted.sort_unstable();
    let total: u64 = sorted.iter().map(|&(_, n)| n).sum();
    let at = |part: u64| {
        // The first latency that at least this part of the records stay within.
        let need = (total * part).div_ceil(1_000);
        let mut sum = 0;
        sorted.iter().find(|&&(_, n)| {
            sum += n;
            sum >= need
        })
    };
    let of = |found: Option<&(u64, u64)>| found.map_or(0, |&(us, _)| us);
    Summary { p50: of(at(500)), p99: of(at(990)), p999: of(at(999)), max: of(sorted.last()) }
}

fn ms(us: u64) -> String {
    if us < 10_000 { format!("{:.3} ms", us as f64 / 1e3) } else { format!("{:.1} ms", us as f64 / 1e3) }
}

/// What this process has used of all processors so far; none where the system does not tell.
fn cpu_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name may hold blanks; it ends at the last parenthesis. Linux counts user and system time in 1/100 s.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_count_records_and_not_batches() {
        assert_eq!(summary(&[(5, 1), (1, 98), (9, 1)]), Summary { p50: 1, p99: 5, p999: 9, max: 9 });
        assert_eq!(summary(&[(7, 1)]), Summary { p50: 7, p99: 7, p999: 7, max: 7 });
        assert_eq!(summary(&[(1, 998), (3, 1), (8, 1)]), Summary { p50: 1, p99: 1, p999: 3, max: 8 });
        assert_eq!(summary(&[]), Summary { p50: 0, p99: 0, p999: 0, max: 0 });
    }

    #[test]
    fn payloads_have_their_size_and_differ() {
        let p = Payload::new(100);
        assert!((0..10_000).all(|n| p.value(n).len() == 100));
        assert_ne!(p.value(0), p.value(1));
        assert_eq!(Payload::new(0).value(3), b"");
    }
}
