//! Word count: the lines of text files through a topic into a table that follows them, checked against a count without any of it.
//!
//! `wordcount [--bootstrap HOST:PORT] FILE...` Without an address the broker runs in this process, in a temporary folder.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::{Duration, Instant};
use wellhead::streams::array::{AsArray, Int64Type};
use wellhead::streams::build::{Builder, Source, count};
use wellhead::streams::ops::Functions;
use wellhead::streams::run::{App, Config};
use wellhead::{Broker, Code, Producer, ProducerRecord};

type Anyhow<T> = Result<T, Box<dyn Error>>;

/// After that what is missing is not awaited any longer.
const PATIENCE: Duration = Duration::from_secs(60);

fn run(bootstrap: &str, lines: &[String]) -> Anyhow<BTreeMap<String, i64>> {
    // The program.
    let b = Builder::new();
    let words = b.stream(Source::text("text-lines")).select([("word", "split(lower(value), ' ')")]).explode("word").filter("word <> ''");
    let counts = words.group_by(&["word"]).agg(&[count("n")]);
    counts.to("word-counts");
    let config = Config { create_sources: true, ..Config::new("word-count-rust", bootstrap) };
    let app = App::start(&b.plan()?, Functions::default(), config)?;
    app.wait_running(PATIENCE)?;

    // The text.
    let producer = Producer::new([("bootstrap.servers", bootstrap)])?;
    for line in lines {
        let record = ProducerRecord::to("text-lines").value(line.as_bytes());
        while let Err(e) = producer.send(&record) {
            if e.code != Code::QUEUE_FULL {
                return Err(e.into());
            }
            producer.poll_reports(usize::MAX, Duration::from_millis(100)); // they make room for more
        }
    }
    if producer.flush(PATIENCE) > 0 {
        return Err("not every line was delivered".into());
    }

    // The table, once the program has seen every line.
    let begun = Instant::now();
    while app.metrics(PATIENCE)?.counters.records_in < lines.len() as u64 {
        if begun.elapsed() > PATIENCE {
            return Err("not every line was counted".into());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let table = app.table(counts.node(), PATIENCE)?;
    app.stop(PATIENCE)?;
    let (words, numbers) = (table.column("word")?.as_string::<i32>(), table.column("n")?.as_primitive::<Int64Type>());
    Ok((0..table.len()).map(|i| (words.value(i).to_owned(), numbers.value(i))).collect())
}

fn main() -> Anyhow<()> {
    let mut files: Vec<String> = std::env::args().skip(1).collect();
    let mut bootstrap = None;
    if let Some(at) = files.iter().position(|a| a == "--bootstrap") {
        bootstrap = files.drain(at..at + 2).nth(1);
    }
    let mut lines = Vec::new();
    for f in &files {
        lines.extend(std::fs::read_to_string(f)?.lines().map(str::to_owned));
    }
    if lines.is_empty() {
        return Err("usage: wordcount [--bootstrap HOST:PORT] FILE...".into());
    }
    let folder = std::env::temp_dir().join(format!("wordcount-{}", std::process::id()));
    let got = match &bootstrap {
        Some(b) => run(b, &lines),
        None => {
            let broker = Broker::open(&folder, &[])?;
            let got = run(&broker.bootstrap_servers(), &lines);
            broker.close()?;
            std::fs::remove_dir_all(&folder)?;
            got
        }
    }?;

    let mut want: BTreeMap<String, i64> = BTreeMap::new();
    for word in lines.iter().flat_map(|l| l.split(' ')).filter(|w| !w.is_empty()) {
        *want.entry(word.to_lowercase()).or_default() += 1;
    }
    if got != want {
        return Err(format!("the counts of {} words differ from a plain count of {}", got.len(), want.len()).into());
    }
    let mut top: Vec<_> = got.iter().collect();
    top.sort_by_key(|(_, n)| -**n);
    for (word, n) in top.iter().take(5) {
        println!("{n:6} {word}");
    }
    println!("{} lines, {} words: as a plain count has them", lines.len(), got.len());
    Ok(())
}
