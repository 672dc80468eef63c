//! Measures programs over topics; `make compare ONLY=streams` starts it beside the other engines. Each measurement prints one JSON line.
//!
//! - `generate BOOTSTRAP TOPIC RECORDS PARTITIONS [KEYS]` writes 66-byte JSON records, `topic BOOTSTRAP NAME PARTITIONS` makes a topic.
//! - `run WORKLOAD BOOTSTRAP TOPIC RECORDS`: from the start of the program to the commit behind the last record. Workloads: stateless (filter and
//!   map), count (by key), tumbling (10 s, by key), hop (10 s every 2 s), session (a gap of 500 ms), join (stream and table), words (re-keyed count).
//! - `restore BOOTSTRAP TOPIC RECORDS`: how long the state of a count by key takes to come back.
//! - `app WORKLOAD BOOTSTRAP TOPIC` runs until it is killed; `latency SIDE BOOTSTRAP FROM TO RATE SECONDS` measures whoever turns FROM into TO.

mod generate;
mod latency;
mod work;

use std::time::Duration;
use wellhead_streams::{Error, Result};

const WAIT: Duration = Duration::from_secs(60);

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args[..] {
        ["topic", bootstrap, name, partitions] => generate::topic(bootstrap, name, partitions),
        ["generate", bootstrap, topic, records, partitions] => generate::generate(bootstrap, topic, records, partitions, "1000"),
        ["generate", bootstrap, topic, records, partitions, keys] => generate::generate(bootstrap, topic, records, partitions, keys),
        ["run", workload, bootstrap, topic, records] => work::run(workload, bootstrap, topic, records),
        ["restore", bootstrap, topic, records] => work::restore(bootstrap, topic, records),
        ["app", workload, bootstrap, topic] => work::app(workload, bootstrap, topic),
        ["latency", side, bootstrap, from, to, rate, seconds] => latency::latency(side, bootstrap, from, to, rate, seconds),
        _ => Err(Error::invalid_arg("generate | topic | run | restore | app | latency; the head of the source says with what")),
    };
    if let Err(e) = done {
        eprintln!("{e}");
        std::process::exit(1);
    }
}

fn number(text: &str) -> Result<i64> {
    text.parse().map_err(|_| Error::invalid_arg(format!("{text} is no number")))
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
