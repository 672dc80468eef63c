//! Measures one program over a topic: `measure generate BOOTSTRAP TOPIC RECORDS PARTITIONS [KEYS]` writes 66-byte JSON records,
//! `measure run WORKLOAD BOOTSTRAP TOPIC RECORDS` processes them from the first to the last and prints one JSON line.
//!
//! Workloads: stateless (filter and map), count (by key), tumbling (10 s count by key), hop (10 s every 2 s), words (re-keyed count).
//! The time runs from the start of the program to the commit behind the last record; the first tenth is told apart, since it has the start in it.

use std::time::{Duration, Instant};
use wellhead_client::admin::NewTopic;
use wellhead_client::{Admin, Consumer, OFFSET_INVALID, Producer, ProducerRecord, TopicPartition};
use wellhead_streams::build::{Builder, Source, count, hop, tumbling};
use wellhead_streams::ops::Functions;
use wellhead_streams::plan::{Emit, Plan};
use wellhead_streams::run::{App, Config};
use wellhead_streams::{Error, Result, Type};

const WAIT: Duration = Duration::from_secs(60);

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args[..] {
        ["generate", bootstrap, topic, records, partitions] => generate(bootstrap, topic, records, partitions, "1000"),
        ["generate", bootstrap, topic, records, partitions, keys] => generate(bootstrap, topic, records, partitions, keys),
        ["run", workload, bootstrap, topic, records] => run(workload, bootstrap, topic, records),
        _ => Err(Error::invalid_arg("generate BOOTSTRAP TOPIC RECORDS PARTITIONS [KEYS] | run WORKLOAD BOOTSTRAP TOPIC RECORDS")),
    };
    if let Err(e) = done {
        eprintln!("{e}");
        std::process::exit(1);
    }
}

fn number(text: &str) -> Result<i64> {
    text.parse().map_err(|_| Error::invalid_arg(format!("{text} is no number")))
}

/// Ten records a millisecond of event time. Every record has exactly 66 bytes.
fn generate(bootstrap: &str, topic: &str, records: &str, partitions: &str, keys: &str) -> Result<()> {
    let (records, partitions, keys) = (number(records)?, number(partitions)?, number(keys)?);
    let admin = Admin::new([("bootstrap.servers", bootstrap)])?;
    let new = NewTopic { name: topic.to_owned(), partitions: partitions as i32, replication: -1, ..NewTopic::default() };
    for (_, r) in admin.create_topics(&[new], WAIT, false)? {
        r?;
    }
    let p = Producer::new([
        ("bootstrap.servers", bootstrap),
        ("linger.ms", "20"),
        ("queue.buffering.max.messages", "1000000"),
        ("batch.size", "262144"),
    ])?;
    let mut seed = 1u64;
    for i in 0..records {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let user = (seed >> 33) as i64 % keys;
        let amount = 100 + (seed >> 20) % 900;
        let key = format!("u{user:06}");
        let value = format!("{{\"user\":\"{key}\",\"amount\":{amount},\"ts\":{},\"kind\":\"clicks\"}}", 1_700_000_000_000 + i / 10);
        loop {
            let r =
                ProducerRecord { timestamp_ms: 1_700_000_000_000 + i / 10, ..ProducerRecord::to(topic).key(key.as_bytes()).value(value.as_bytes()) };
            match p.send(&r) {
                Ok(()) => break,
                Err(e) if e.code == wellhead_streams::Code::QUEUE_FULL => drop(p.poll_reports(10_000, Duration::from_millis(50))),
                Err(e) => return Err(e),
            }
        }
        if i == 0 {
            eprintln!("a record has {} bytes: {value}", value.len());
        }
    }
    let left = p.flush(Duration::from_secs(120));
    if left > 0 { Err(Error::invalid_arg(format!("{left} records were not delivered"))) } else { Ok(()) }
}

fn plan(workload: &str, topic: &str) -> Result<Plan> {
    let b = Builder::new();
    let out = format!("{topic}-{workload}");
    let out = out.as_str();
    let ten = Duration::from_secs(10);
    if matches!(workload, "stateless" | "words") {
        let s = b.stream(Source::json(topic, &[("user", Type::String), ("amount", Type::Int), ("ts", Type::Timestamp)]).time("ts"));
        if workload == "words" {
            s.group_by(&["user"]).agg(&[count("n")]).to(out);
        } else {
            s.filter("amount < 550").select([("user", "user"), ("twice", "amount * 2")]).to(out);
        }
        return b.plan();
    }
    let by = b.stream(Source::json(topic, &[("ts", Type::Timestamp)]).key("user", Type::String).time("ts")).group_by(&["user"]);
    match workload {
        "count" => by.agg(&[count("n")]).to(out),
        "tumbling" => by.window(tumbling(ten)).agg(&[count("n")]).to(out),
        "hop" => by.window(hop(ten, Duration::from_secs(2))).emit(Emit::Final).agg(&[count("n")]).to(out),
        _ => return Err(Error::invalid_arg(format!("no workload \"{workload}\""))),
    }
    b.plan()
}

fn committed(c: &Consumer, tps: &[TopicPartition]) -> Result<i64> {
    Ok(c.committed(tps, WAIT)?.iter().map(|o| if o.offset == OFFSET_INVALID { 0 } else { o.offset.max(0) }).sum())
}

/// CPU seconds of this process, and its greatest resident memory in MB.
fn usage() -> (f64, f64) {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks: f64 = [11, 12].iter().filter_map(|i| fields.get(*i)?.parse::<f64>().ok()).sum();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kb: f64 = status.lines().find_map(|l| l.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.trim().parse().ok()).unwrap_or(0.0);
    (ticks / 100.0, kb / 1024.0)
}

fn run(workload: &str, bootstrap: &str, topic: &str, records: &str) -> Result<()> {
    let records = number(records)?;
    let plan = plan(workload, topic)?;
    let application = format!("measure-{workload}-{}", std::process::id());
    let probe = Consumer::new([("bootstrap.servers", bootstrap), ("group.id", application.as_str()), ("enable.auto.commit", "false")])?;
    let n = probe.metadata(Some(topic), WAIT)?.topics[0].partitions.len() as i32;
    let tps: Vec<TopicPartition> = (0..n).map(|p| TopicPartition::new(topic, p)).collect();
    let mut config = Config::new(application.clone(), bootstrap);
    config.commit_interval_ms = 200;
    let begun = Instant::now();
    let app = App::start(&plan, Functions::default(), config)?;
    app.wait_running(WAIT)?;
    let mut half: Option<Duration> = None;
    loop {
        let m = app.metrics(WAIT)?;
        if half.is_none() && m.counters.records_in as i64 >= records / 2 {
            half = Some(begun.elapsed());
        }
        if m.counters.records_in as i64 >= records {
            app.commit(WAIT)?;
            if committed(&probe, &tps)? >= records {
                break;
            }
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let all = begun.elapsed();
    let half = half.unwrap_or(all);
    let (cpu, rss) = usage();
    let m = app.metrics(WAIT)?;
    app.stop(WAIT)?;
    if m.counters.dead + m.counters.skipped > 0 {
        return Err(Error::invalid_arg(format!(
            "{} records could not be read and {} were skipped: that is no measurement",
            m.counters.dead, m.counters.skipped
        )));
    }
    println!(
        "{}",
        serde_json::json!({
            "side": "wellhead", "workload": workload, "records": records, "seconds": all.as_secs_f64(),
            "per_second": records as f64 / all.as_secs_f64(),
            "per_second_warm": (records / 2) as f64 / all.saturating_sub(half).as_secs_f64(),
            "cpu_us_per_record": cpu * 1e6 / records as f64, "memory_mb": rss, "records_out": m.counters.records_out, "state_bytes": m.state_bytes,
        })
    );
    Ok(())
}
