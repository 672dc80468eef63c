//! The flights in Rust. `flights read BOOTSTRAP CSV` reads the topic `flights` in a group and once more by replay from an offset,
//! prints the delays per carrier and checks both against the CSV. `flights broker DIR` is the embedded variant's host: it opens a
//! broker in this process, listens on a free port, prints the address, and runs until it is told to stop.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::{Duration, Instant};
use wellhead::{Broker, Code, Consumer, Event, OFFSET_BEGINNING, TopicPartition};

type Anyhow<T> = Result<T, Box<dyn Error>>;

/// What is kept per carrier: departures, and minutes of delay over those departures that have one.
#[derive(Default, Debug, PartialEq, Clone, Copy)]
struct Delays {
    flights: u64,
    delayed: u64,
    minutes: i64,
}

impl Delays {
    fn add(&mut self, dep_delay: &str) {
        self.flights += 1;
        if let Ok(minutes) = dep_delay.parse::<i64>() {
            self.delayed += 1;
            self.minutes += minutes;
        }
    }
    fn mean(&self) -> f64 {
        self.minutes as f64 / self.delayed.max(1) as f64
    }
}

type PerCarrier = BTreeMap<String, Delays>;

/// The columns of a CSV line that this example looks at.
const DEP_DELAY: usize = 5;
const CARRIER: usize = 9;

fn count(line: &[u8], into: &mut PerCarrier) -> Anyhow<()> {
    let line = std::str::from_utf8(line)?;
    let mut columns = line.split(',');
    let delay = columns.nth(DEP_DELAY).ok_or("a record has too few columns")?;
    let carrier = columns.nth(CARRIER - DEP_DELAY - 1).ok_or("a record has too few columns")?;
    match into.get_mut(carrier) {
        Some(d) => d.add(delay),
        None => into.entry(carrier.to_owned()).or_default().add(delay),
    }
    Ok(())
}

fn expected(path: &str) -> Anyhow<(PerCarrier, u64)> {
    let (mut delays, mut rows) = (PerCarrier::new(), 0);
    for row in csv::Reader::from_path(path)?.records() {
        let row = row?;
        delays.entry(row[CARRIER].to_owned()).or_default().add(&row[DEP_DELAY]);
        rows += 1;
    }
    Ok((delays, rows))
}

/// Reads until `rows` records came; the consumer is assigned or subscribed already.
fn read(consumer: &Consumer, rows: u64) -> Anyhow<PerCarrier> {
    let (mut delays, mut seen, mut last) = (PerCarrier::new(), 0, Instant::now());
    while seen < rows {
        for event in consumer.poll(100_000, Duration::from_millis(500))? {
            match event {
                Event::Records(set) => {
                    for record in set.iter() {
                        count(record.value.ok_or("a record without a value")?, &mut delays)?;
                    }
                    seen += set.len() as u64;
                    last = Instant::now();
                }
                // The producer may not have made the topic yet.
                Event::Error(e) if e.code == Code::UNKNOWN_TOPIC_OR_PART => {}
                Event::Error(e) => return Err(e.into()),
                _ => {}
            }
        }
        if last.elapsed() > Duration::from_secs(30) {
            return Err(format!("only {seen} of {rows} records came").into());
        }
    }
    Ok(delays)
}

fn run_reader(bootstrap: &str, path: &str) -> Anyhow<()> {
    let (want, rows) = expected(path)?;
    let config =
        |group: &str| [("bootstrap.servers", bootstrap.to_owned()), ("group.id", group.to_owned()), ("auto.offset.reset", "earliest".to_owned())];

    let group = Consumer::new(config("flights-rust"))?;
    group.subscribe(&["flights"])?;
    let started = Instant::now();
    let by_group = read(&group, rows)?;
    println!("in a group: {rows} departures in {:.2} s", started.elapsed().as_secs_f64());
    // A later run of this example reads everything again: the group starts over.
    let partitions = group.assignment();
    group.commit(Some(&partitions.iter().map(|p| p.at(0)).collect::<Vec<_>>()), Duration::from_secs(10))?;
    group.close(Duration::from_secs(10))?;

    let replay = Consumer::new(config("flights-rust-replay"))?;
    let topic = replay.metadata(Some("flights"), Duration::from_secs(10))?.topics.into_iter().next().ok_or("the topic is not there")?;
    let all: Vec<_> = topic.partitions.iter().map(|p| TopicPartition::new("flights", p.id).at(OFFSET_BEGINNING)).collect();
    replay.assign(&all)?;
    let started = Instant::now();
    let by_replay = read(&replay, rows)?;
    println!("by replay from offset 0: {rows} departures in {:.2} s", started.elapsed().as_secs_f64());
    replay.close(Duration::from_secs(10))?;

    println!("carrier  departures  mean delay (min)");
    for (carrier, d) in &by_group {
        println!("{carrier:<7}  {:>10}  {:>16.2}", d.flights, d.mean());
    }
    if by_group != want || by_replay != want {
        return Err("the delays differ from those of the CSV".into());
    }
    println!("the delays of {} carriers equal those of the CSV", want.len());
    Ok(())
}

fn run_broker(dir: &str) -> Anyhow<()> {
    let broker = Broker::open(std::path::Path::new(dir), &[("listeners".to_owned(), "PLAINTEXT://127.0.0.1:0".to_owned())])?;
    println!("embedded broker on {}", broker.bootstrap_servers());
    // Like a server this host runs until it is ended; an embedded broker recovers from that as from a crash.
    loop {
        std::thread::park();
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["read", bootstrap, path] => run_reader(bootstrap, path),
        ["broker", dir] => run_broker(dir),
        _ => Err("usage: flights read BOOTSTRAP FLIGHTS.CSV | flights broker DIR".into()),
    };
    if let Err(e) = outcome {
        eprintln!("flights: {e}");
        std::process::exit(1);
    }
}
