//! The departures of New York in 2013 as they happen: delays per airline and hour beside the weather of that hour, checked against the CSV files.
//!
//! `stream-flights FOLDER [--bootstrap HOST:PORT] [--rows N]`
//!
//! The records are the lines of the CSV files as they stand. Three topics come together: the departures (a stream), the weather of each airport (a
//! table: a departure finds what it was at its own hour) and the names of the airlines (a global table). FOLDER has the files (`make data`).
//! Without an address the broker runs in this process, in a temporary folder.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};
use wellhead::streams::build::{Builder, Source, To, count, max, mean, tumbling};
use wellhead::streams::ops::Functions;
use wellhead::streams::plan::{Emit, How};
use wellhead::streams::run::{App, Config};
use wellhead::streams::{Format, Plan, Type};
use wellhead::{Admin, Broker, Code, Consumer, Event, Producer, ProducerRecord, admin::NewTopic};

type Anyhow<T> = Result<T, Box<dyn Error>>;

/// After that what is missing is not awaited any longer.
const PATIENCE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// An airline's name and an hour.
type Key = (String, String);
/// Departures, their mean delay and the strongest wind, per airline and hour.
type Hours = BTreeMap<Key, (u64, Option<f64>, Option<f64>)>;

/// The columns of a file's lines. What may be NA is text here.
fn columns(text: &'static str) -> Vec<(&'static str, Type)> {
    text.split(' ').map(|c| (c, if c == "time_hour" { Type::Timestamp } else { Type::String })).collect()
}

fn program() -> Anyhow<Plan> {
    let flights = "year month day dep_time sched_dep_time dep_delay arr_time sched_arr_time arr_delay carrier flight tailnum origin dest air_time \
                   distance hour minute time_hour";
    let weather = "place year month day hour temp dewp humid wind_dir wind_speed wind_gust precip pressure visib time_hour";
    let csv = |topic: &str, names| Source::csv(topic, &columns(names));
    let b = Builder::new();
    let departures = b.stream(csv("departures", flights).time("time_hour"));
    let weather = b.table(csv("weather", weather).key("origin", Type::String).time("time_hour")).select([("wind", "cast(wind_speed as float)")]);
    let airlines = b.global_table(csv("airlines", "code name").key("carrier", Type::String));
    departures
        .select([("carrier", "carrier"), ("origin", "origin"), ("delay", "cast(dep_delay as float)")]) // null where it is NA
        .select_key([("origin", "origin")])
        .join_table_after(&weather, How::Inner, HOUR) // as it was at that hour
        .join_global(&airlines, How::Inner, ["carrier"])
        .group_by(&["name"])
        .window(tumbling(HOUR))
        .emit(Emit::Final)
        .agg(&[count("departures"), mean("delay", "delay"), max("wind", "wind")])
        .to(To::topic("delays-per-hour").format(Format::Csv { delimiter: ',' }));
    Ok(b.plan()?)
}

/// A file's lines in the order of their last column, which is the hour.
fn lines(path: &Path) -> Anyhow<Vec<String>> {
    let mut all: Vec<String> = std::fs::read_to_string(path)?.lines().skip(1).map(str::to_owned).collect();
    all.sort_by(|a, b| a.rsplit(',').next().cmp(&b.rsplit(',').next()));
    Ok(all)
}
fn field(line: &str, at: usize) -> &str {
    line.split(',').nth(at).unwrap_or_default()
}

/// The same without a program of streams.
fn expected(departures: &[String], weather: &[String], airlines: &[String]) -> Hours {
    let names: HashMap<&str, &str> = airlines.iter().filter_map(|l| l.split_once(',')).collect();
    let mut winds: HashMap<&str, Vec<(&str, Option<f64>)>> = HashMap::new();
    for w in weather {
        winds.entry(field(w, 0)).or_default().push((field(w, 14), field(w, 9).parse().ok()));
    }
    let mut sums: BTreeMap<Key, (u64, Vec<f64>, Option<f64>)> = BTreeMap::new();
    for d in departures {
        let (hour, known) = (field(d, 18), &winds[field(d, 12)]);
        let wind = known[known.partition_point(|(at, _)| *at <= hour) - 1].1;
        let s = sums.entry((names[field(d, 9)].to_owned(), hour.to_owned())).or_default();
        s.0 += 1;
        s.1.extend(field(d, 5).parse::<f64>());
        s.2 = s.2.into_iter().chain(wind).reduce(f64::max);
    }
    sums.into_iter()
        .map(|(k, (n, delays, wind))| (k, (n, (!delays.is_empty()).then(|| delays.iter().sum::<f64>() / delays.len() as f64), wind)))
        .collect()
}

fn send(producer: &Producer, topic: &str, key: Option<&str>, line: &str) -> Anyhow<()> {
    let record = ProducerRecord::to(topic).value(line.as_bytes());
    let record = match key {
        Some(k) => record.key(k.as_bytes()),
        None => record,
    };
    while let Err(e) = producer.send(&record) {
        if e.code != Code::QUEUE_FULL {
            return Err(e.into());
        }
        delivered(producer, Duration::from_millis(100))?;
    }
    Ok(())
}
/// Takes the delivery reports that are there: they make room for more.
fn delivered(producer: &Producer, wait: Duration) -> Anyhow<()> {
    match producer.poll_reports(usize::MAX, wait).into_iter().find_map(|r| r.error) {
        Some(e) => Err(e.into()),
        None => Ok(()),
    }
}

fn run(bootstrap: &str, departures: &[String], weather: &[String], airlines: &[String], n: usize) -> Anyhow<Hours> {
    let admin = Admin::new([("bootstrap.servers", bootstrap)])?;
    // What they hold has the time of the flights, and topics drop what is older than a week unless they are told not to.
    let topic = |name: &str| NewTopic {
        name: name.to_owned(),
        partitions: 1,
        replication: -1,
        configs: vec![("retention.ms".into(), "-1".into())],
        ..NewTopic::default()
    };
    for (_, made) in admin.create_topics(&["departures", "weather", "airlines", "delays-per-hour"].map(topic), PATIENCE, false)? {
        made?;
    }
    let producer = Producer::new([("bootstrap.servers", bootstrap)])?;
    for a in airlines {
        send(&producer, "airlines", Some(field(a, 0)), a)?;
    }
    for w in weather {
        send(&producer, "weather", Some(field(w, 0)), w)?;
    }
    producer.flush(PATIENCE);
    let app = App::start(&program()?, Functions::default(), Config::new("flight-delays-rust", bootstrap))?;
    app.wait_running(PATIENCE)?;
    for d in departures {
        send(&producer, "departures", None, d)?;
    }
    // Two of much later: the second lets the first go on to the windows, and that one closes them.
    for at in ["2014-06-01T00:00:00Z", "2014-06-01T02:00:00Z"] {
        let (before, _) = departures[0].rsplit_once(',').ok_or("a line without a comma")?;
        send(&producer, "departures", None, &format!("{before},{at}"))?;
    }
    if producer.flush(PATIENCE) > 0 {
        return Err("not every departure was delivered".into());
    }
    delivered(&producer, Duration::ZERO)?;
    let consumer = Consumer::new([("bootstrap.servers", bootstrap), ("group.id", "flight-delays-rust-check"), ("auto.offset.reset", "earliest")])?;
    consumer.subscribe(&["delays-per-hour"])?;
    let (mut got, begun) = (Hours::new(), Instant::now());
    while got.len() < n && begun.elapsed() < PATIENCE {
        for event in consumer.poll(10_000, Duration::from_millis(200))? {
            let Event::Records(set) = event else { continue };
            for r in set.iter() {
                let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(r.value.unwrap_or_default());
                for row in reader.records() {
                    let row = row?;
                    // name, window_start, window_end, departures, delay, wind
                    let hour = row[1].replace(".000", "");
                    got.insert((row[0].to_owned(), hour), (row[3].parse()?, row[4].parse().ok(), row[5].parse().ok()));
                }
            }
        }
    }
    consumer.close(PATIENCE)?;
    app.stop(PATIENCE)?;
    Ok(got)
}

fn near(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-6,
        _ => a.is_none() && b.is_none(),
    }
}

fn main() -> Anyhow<()> {
    let mut args = std::env::args().skip(1);
    let (mut folder, mut bootstrap, mut rows) = (None, None, usize::MAX);
    while let Some(a) = args.next() {
        match a.as_str() {
            "--bootstrap" => bootstrap = args.next(),
            "--rows" => rows = args.next().ok_or("--rows needs a number")?.parse()?,
            _ => folder = Some(a),
        }
    }
    let folder = folder.ok_or("usage: stream-flights FOLDER [--bootstrap HOST:PORT] [--rows N]")?;
    let file = |name: &str| lines(&Path::new(&folder).join(name));
    let (mut departures, weather, airlines) = (file("flights.csv")?, file("weather.csv")?, file("airlines.csv")?);
    departures.truncate(rows);
    let want = expected(&departures, &weather, &airlines);

    let begun = Instant::now();
    let data = std::env::temp_dir().join(format!("stream-flights-{}", std::process::id()));
    let got = match &bootstrap {
        Some(b) => run(b, &departures, &weather, &airlines, want.len())?,
        None => {
            let broker = Broker::open(&data, &[])?;
            let got = run(&broker.bootstrap_servers(), &departures, &weather, &airlines, want.len());
            broker.close()?;
            std::fs::remove_dir_all(&data)?;
            got?
        }
    };
    for (k, w) in &want {
        let g = got.get(k).copied().unwrap_or_default();
        if g.0 != w.0 || !near(g.1, w.1) || !near(g.2, w.2) {
            return Err(format!("{} at {}: {g:?}, and the CSV says {w:?}", k.0, k.1).into());
        }
    }
    let mut worst: Vec<_> = got.iter().filter(|(_, h)| h.0 >= 10).collect();
    worst.sort_by(|a, b| b.1.1.partial_cmp(&a.1.1).unwrap_or(std::cmp::Ordering::Equal));
    for ((name, hour), (n, delay, wind)) in worst.iter().take(3) {
        println!("{hour}  {name:24} {n:3} departures, {:.1} minutes late, wind {:.1} mph", delay.unwrap_or(0.0), wind.unwrap_or(0.0));
    }
    println!("{} departures in {} windows, as the CSV says, in {:.1} s", departures.len(), want.len(), begun.elapsed().as_secs_f64());
    Ok(())
}
