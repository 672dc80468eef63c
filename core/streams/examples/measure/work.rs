//! The workloads, and one run over a topic from its first to its last record.

use super::{WAIT, number, usage};
use std::time::{Duration, Instant};
use wellhead_client::{Consumer, OFFSET_INVALID, TopicPartition};
use wellhead_streams::build::{Builder, Source, count, hop, session, tumbling};
use wellhead_streams::ops::Functions;
use wellhead_streams::plan::{Emit, How, Plan};
use wellhead_streams::run::{App, Config};
use wellhead_streams::{Error, Result, Type};

/// What each workload does; the other sides do the same.
pub fn plan(workload: &str, topic: &str) -> Result<Plan> {
    let b = Builder::new();
    let out = format!("{topic}-{workload}");
    let out = out.as_str();
    let ten = Duration::from_secs(10);
    let all = |more: &[(&str, Type)]| {
        let columns = [("user", Type::String), ("amount", Type::Int), ("ts", Type::Timestamp)];
        Source::json(topic, &[&columns, more].concat()).time("ts")
    };
    let by_key = || b.stream(Source::json(topic, &[("ts", Type::Timestamp)]).key("user", Type::String).time("ts")).group_by(&["user"]);
    match workload {
        "stateless" => b.stream(all(&[])).filter("amount < 550").select([("user", "user"), ("twice", "amount * 2")]).to(out),
        "pass" => b.stream(all(&[("sent", Type::Int)])).filter("amount < 550").select([("user", "user"), ("sent", "sent")]).to(out),
        "words" => b.stream(all(&[])).group_by(&["user"]).agg(&[count("n")]).to(out),
        "count" => by_key().agg(&[count("n")]).to(out),
        "tumbling" => by_key().window(tumbling(ten)).agg(&[count("n")]).to(out),
        "hop" => by_key().window(hop(ten, Duration::from_secs(2))).emit(Emit::Final).agg(&[count("n")]).to(out),
        "session" => by_key().window(session(Duration::from_millis(500))).emit(Emit::Final).agg(&[count("n")]).to(out),
        "join" => {
            let users = b.table(Source::json(&format!("{topic}-users"), &[("tier", Type::String)]).key("user", Type::String));
            let clicks = b.stream(Source::json(topic, &[("amount", Type::Int), ("ts", Type::Timestamp)]).key("user", Type::String).time("ts"));
            clicks.join_table(&users, How::Inner).filter("tier = 'gold'").select([("amount", "amount"), ("tier", "tier")]).to(out);
        }
        _ => return Err(Error::invalid_arg(format!("no workload \"{workload}\""))),
    }
    b.plan()
}

pub fn config(application: &str, bootstrap: &str) -> Config {
    Config::new(application, bootstrap)
}

/// Where the group stands in all partitions of the topic.
pub struct Probe {
    consumer: Consumer,
    partitions: Vec<TopicPartition>,
}
impl Probe {
    pub fn new(application: &str, bootstrap: &str, topic: &str) -> Result<Probe> {
        let consumer = Consumer::new([("bootstrap.servers", bootstrap), ("group.id", application), ("enable.auto.commit", "false")])?;
        let n = consumer.metadata(Some(topic), WAIT)?.topics[0].partitions.len() as i32;
        Ok(Probe { consumer, partitions: (0..n).map(|p| TopicPartition::new(topic, p)).collect() })
    }
    pub fn committed(&self) -> Result<i64> {
        let all = self.consumer.committed(&self.partitions, WAIT)?;
        Ok(all.iter().map(|o| if o.offset == OFFSET_INVALID { 0 } else { o.offset.max(0) }).sum())
    }
}

/// Waits until `records` records are in and committed; the time at which half of them were in.
pub fn finish(app: &App, probe: &Probe, records: i64, begun: Instant) -> Result<Option<Duration>> {
    let mut half: Option<Duration> = None;
    loop {
        let m = app.metrics(WAIT)?;
        if half.is_none() && m.counters.records_in as i64 >= records / 2 {
            half = Some(begun.elapsed());
        }
        if m.counters.records_in as i64 >= records {
            app.commit(WAIT)?;
            if probe.committed()? >= records {
                break;
            }
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let m = app.metrics(WAIT)?;
    if m.counters.dead + m.counters.skipped > 0 {
        return Err(Error::invalid_arg(format!(
            "{} records could not be read and {} were skipped: that is no measurement",
            m.counters.dead, m.counters.skipped
        )));
    }
    Ok(half)
}

pub fn run(workload: &str, bootstrap: &str, topic: &str, records: &str) -> Result<()> {
    let records = number(records)?;
    let plan = plan(workload, topic)?;
    let application = format!("measure-{workload}-{}", std::process::id());
    let probe = Probe::new(&application, bootstrap, topic)?;
    let begun = Instant::now();
    let app = App::start(&plan, Functions::default(), config(&application, bootstrap))?;
    app.wait_running(WAIT)?;
    let half = finish(&app, &probe, records, begun)?;
    let all = begun.elapsed();
    let (cpu, rss) = usage();
    let m = app.metrics(WAIT)?;
    app.stop(WAIT)?;
    println!(
        "{}",
        serde_json::json!({
            "side": "wellhead", "workload": workload, "records": records, "seconds": all.as_secs_f64(),
            "per_second": records as f64 / all.as_secs_f64(),
            "per_second_warm": (records / 2) as f64 / all.saturating_sub(half.unwrap_or(all)).as_secs_f64(),
            "cpu_us_per_record": cpu * 1e6 / records as f64, "memory_mb": rss, "records_out": m.counters.records_out, "state_bytes": m.state_bytes,
        })
    );
    Ok(())
}

/// Runs until it is killed; says "running" when it is.
pub fn app(workload: &str, bootstrap: &str, topic: &str) -> Result<()> {
    let app = App::start(&plan(workload, topic)?, Functions::default(), config(&format!("app-{workload}-{}", std::process::id()), bootstrap))?;
    app.wait_running(WAIT)?;
    println!("running");
    app.wait_ended(Duration::from_secs(3600))
}

/// The state of a count by key comes back, from its changelog and from a snapshot.
pub fn restore(bootstrap: &str, topic: &str, records: &str) -> Result<()> {
    let records = number(records)?;
    let plan = plan("count", topic)?;
    let state = std::env::temp_dir().join(format!("measure-restore-{}", std::process::id()));
    for (name, dir) in [("restore", None), ("restore-snapshot", Some(state.clone()))] {
        let application = format!("measure-{name}-{}", std::process::id());
        let probe = Probe::new(&application, bootstrap, topic)?;
        let config = Config { state_dir: dir, ..config(&application, bootstrap) };
        let app = App::start(&plan, Functions::default(), config.clone())?;
        app.wait_running(WAIT)?;
        finish(&app, &probe, records, Instant::now())?;
        app.stop(WAIT)?;
        let begun = Instant::now();
        let app = App::start(&plan, Functions::default(), config)?;
        app.wait_running(WAIT)?;
        let seconds = begun.elapsed().as_secs_f64();
        let m = app.metrics(WAIT)?;
        app.stop(WAIT)?;
        if (m.restored_changelog + m.restored_snapshot) as i64 != records {
            return Err(Error::invalid_arg(format!("{m:?} came back, not {records}")));
        }
        println!(
            "{}",
            serde_json::json!({ "side": "wellhead", "workload": name, "keys": records, "seconds": seconds,
                "restore_seconds": m.restore_ms as f64 / 1000.0, "memory_mb": usage().1 })
        );
    }
    let _ = std::fs::remove_dir_all(state);
    Ok(())
}
