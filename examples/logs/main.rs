//! Log aggregation. `logs follow` reads log files, goes on as they grow, and produces each line keyed by its file's path, so that the
//! lines of one file stay in order. `logs tail` prints what arrives, from any other process. `logs rates` counts the lines and the errors
//! of each file and minute with a program of streams. `logs broker DIR` hosts an embedded broker for all of them and prints its address.

use std::collections::HashMap;
use std::error::Error;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use wellhead::streams::Type;
use wellhead::streams::array::{AsArray, Int64Type};
use wellhead::streams::build::{Builder, Source, count, sum, tumbling};
use wellhead::streams::ops::Functions;
use wellhead::streams::run::{App, Config};
use wellhead::{Admin, Broker, Code, Consumer, Event, Producer, ProducerRecord, admin::NewTopic};

type Anyhow<T> = Result<T, Box<dyn Error>>;

const USAGE: &str = "usage: logs follow --bootstrap B --topic T [--once] FILE...
       logs tail --bootstrap B --topic T [--count N]
       logs rates --bootstrap B --topic T [--count N]
       logs broker DIR";

/// What is an error in a line, in lower case.
const BAD: &str = "error|fail|fatal|panic";
/// How often a file is looked at again once its end was reached.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// A line longer than this is cut, so that it fits a record.
const LINE_BYTES_MAX: usize = 900_000;

/// One followed file: what was read of it, and the beginning of a line whose end is not written yet.
struct Followed {
    path: PathBuf,
    inode: u64,
    position: u64,
    partial: Vec<u8>,
}

impl Followed {
    fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), inode: 0, position: 0, partial: Vec::new() }
    }

    /// Reads what was added and gives each complete line to `line`. A file that was rotated (another inode, or shorter than
    /// before) is read from its beginning. Returns whether anything was new.
    fn advance(&mut self, mut line: impl FnMut(&[u8]) -> Anyhow<()>) -> Anyhow<bool> {
        let Ok(mut file) = File::open(&self.path) else { return Ok(false) };
        let meta = file.metadata()?;
        if meta.ino() != self.inode || meta.len() < self.position {
            (self.inode, self.position) = (meta.ino(), 0);
            self.partial.clear();
        }
        file.seek(SeekFrom::Start(self.position))?;
        let mut chunk = vec![0; 256 * 1024];
        let mut any = false;
        loop {
            let n = file.read(&mut chunk)?;
            if n == 0 {
                return Ok(any);
            }
            any = true;
            self.position += n as u64;
            let mut rest = &chunk[..n];
            while let Some(end) = rest.iter().position(|&b| b == b'\n') {
                self.partial.extend_from_slice(&rest[..end]);
                self.partial.truncate(LINE_BYTES_MAX);
                line(&self.partial)?;
                self.partial.clear();
                rest = &rest[end + 1..];
            }
            self.partial.extend_from_slice(rest);
            self.partial.truncate(LINE_BYTES_MAX);
        }
    }
}

/// Sends one line; a full queue is waited out, which slows the reading of files and loses nothing.
fn send(producer: &Producer, topic: &str, key: &[u8], value: &[u8]) -> Anyhow<()> {
    let record = ProducerRecord::to(topic).key(key).value(value);
    loop {
        match producer.send(&record) {
            Err(e) if e.code == Code::QUEUE_FULL => reports(producer, Duration::from_millis(50))?,
            other => return Ok(other?),
        }
    }
}

/// Takes the delivery reports that are there; a line that could not be delivered ends the program.
fn reports(producer: &Producer, wait: Duration) -> Anyhow<()> {
    for report in producer.poll_reports(1_000, wait) {
        if let Some(e) = report.error {
            return Err(e.into());
        }
    }
    Ok(())
}

fn follow(bootstrap: &str, topic: &str, once: bool, paths: &[&str]) -> Anyhow<()> {
    let admin = Admin::new([("bootstrap.servers", bootstrap)])?;
    let new = NewTopic {
        name: topic.to_owned(),
        partitions: 4,
        replication: -1,
        configs: vec![("retention.ms".into(), "-1".into())],
        ..NewTopic::default()
    };
    for (name, outcome) in admin.create_topics(&[new], Duration::from_secs(10), false)? {
        match outcome {
            Err(e) if e.code != Code::TOPIC_ALREADY_EXISTS => return Err(format!("{name}: {e}").into()),
            _ => {}
        }
    }
    let producer = Producer::new([("bootstrap.servers", bootstrap), ("compression.type", "lz4")])?;
    let mut files: Vec<_> = paths.iter().map(|p| Followed::new(Path::new(p))).collect();
    let mut lines: HashMap<PathBuf, u64> = HashMap::new();
    loop {
        let mut any = false;
        for file in &mut files {
            let path = file.path.clone();
            let key = path.as_os_str().as_encoded_bytes();
            let sent = lines.entry(path.clone()).or_default();
            any |= file.advance(|line| {
                *sent += 1;
                send(&producer, topic, key, line)
            })?;
        }
        reports(&producer, if any { Duration::ZERO } else { LOOK_AGAIN })?;
        if once && !any {
            let left = producer.flush(Duration::from_secs(60));
            reports(&producer, Duration::ZERO)?;
            let total: u64 = lines.values().sum();
            println!("{total} lines of {} files", lines.len());
            return if left == 0 { Ok(()) } else { Err(format!("{left} lines were not delivered").into()) };
        }
        if !any {
            std::thread::sleep(LOOK_AGAIN);
        }
    }
}

fn tail(bootstrap: &str, topic: &str, limit: u64) -> Anyhow<()> {
    let consumer = Consumer::new([
        ("bootstrap.servers", bootstrap),
        ("group.id", "logs-tail"),
        ("auto.offset.reset", "earliest"),
        ("enable.auto.commit", "false"),
    ])?;
    consumer.subscribe(&[topic])?;
    let mut out = std::io::stdout().lock();
    let mut seen = 0;
    while seen < limit {
        for event in consumer.poll(10_000, Duration::from_secs(1))? {
            match event {
                Event::Records(set) => {
                    for record in set.iter().take((limit - seen) as usize) {
                        out.write_all(record.key.unwrap_or(b"-"))?;
                        out.write_all(b": ")?;
                        out.write_all(record.value.unwrap_or(b""))?;
                        out.write_all(b"\n")?;
                        seen += 1;
                    }
                }
                // Nobody has followed a file into the topic yet: it is asked for every second.
                Event::Error(e) if e.code == Code::UNKNOWN_TOPIC_OR_PART => eprintln!("logs: waiting for the topic {topic}"),
                Event::Error(e) => return Err(e.into()),
                _ => {}
            }
        }
        out.flush()?;
    }
    consumer.close(Duration::from_secs(10))?;
    Ok(())
}

/// Lines and errors of each file and minute of arrival, printed anew every second; with a limit once, when so many lines were counted.
fn rates(bootstrap: &str, topic: &str, limit: u64) -> Anyhow<()> {
    let b = Builder::new();
    let lines = b.stream(Source::text(topic).key("file", Type::String));
    let bad = format!("if(regexp_matches(lower(value), '{BAD}'), 1, 0)");
    let per_minute = lines
        .with([("bad", bad.as_str())])
        .group_by(&["file"])
        .window(tumbling(Duration::from_secs(60)))
        .grace(Duration::from_secs(3600))
        .agg(&[count("lines"), sum("errors", "bad")]);
    let rates = per_minute.with([("rate", "errors / lines")]);
    rates.filter("lines >= 10 AND rate > 0.5").to("log-alerts");
    let app = App::start(&b.plan()?, Functions::default(), Config::new(format!("{topic}-rates"), bootstrap))?;
    app.wait_running(Duration::from_secs(60))?;
    loop {
        let counted = app.metrics(Duration::from_secs(10))?.counters;
        if counted.records_in >= limit || limit == u64::MAX {
            let table = app.table(per_minute.node(), Duration::from_secs(10))?;
            let files = table.column("file")?.as_string::<i32>();
            let numbers = |name: &str| Ok::<_, Box<dyn Error>>(table.column(name)?.as_primitive::<Int64Type>().clone());
            let (lines, errors) = (numbers("lines")?, numbers("errors")?);
            for i in 0..table.len() {
                println!("{:6} of {:6} lines  {}", errors.value(i), lines.value(i), files.value(i));
            }
            let total = |a: &dyn Fn(usize) -> i64| (0..table.len()).map(a).sum::<i64>();
            println!("{} lines, {} errors, {} no text", total(&|i| lines.value(i)), total(&|i| errors.value(i)), counted.dead);
        }
        if counted.records_in >= limit {
            return Ok(app.stop(Duration::from_secs(60))?);
        }
        std::thread::sleep(if limit == u64::MAX { Duration::from_secs(1) } else { Duration::from_millis(20) });
    }
}

fn run(args: &[&str]) -> Anyhow<()> {
    let (verb, rest) = args.split_first().ok_or(USAGE)?;
    let (mut bootstrap, mut topic, mut once, mut limit, mut names) = ("localhost:9092", "logs", false, u64::MAX, Vec::new());
    let mut rest = rest.iter();
    while let Some(arg) = rest.next() {
        match *arg {
            "--bootstrap" => bootstrap = rest.next().ok_or(USAGE)?,
            "--topic" => topic = rest.next().ok_or(USAGE)?,
            "--count" => limit = rest.next().ok_or(USAGE)?.parse()?,
            "--once" => once = true,
            name => names.push(name),
        }
    }
    match (*verb, &names[..]) {
        ("follow", [_, ..]) => follow(bootstrap, topic, once, &names),
        ("tail", []) => tail(bootstrap, topic, limit),
        ("rates", []) => rates(bootstrap, topic, limit),
        ("broker", [dir]) => {
            let broker = Broker::open(Path::new(dir), &[("listeners".to_owned(), "PLAINTEXT://127.0.0.1:0".to_owned())])?;
            println!("embedded broker on {}", broker.bootstrap_servers());
            loop {
                std::thread::park();
            }
        }
        _ => Err(USAGE.into()),
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let Err(e) = run(&args.iter().map(String::as_str).collect::<Vec<_>>()) {
        // A reader that went away (head, less) is no mistake.
        if e.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe) {
            return;
        }
        eprintln!("logs: {e}");
        std::process::exit(1);
    }
}
