//! `wellhead consume`: prints records, by assignment or as a member of a group.

use crate::args::{Consume, Global};
use crate::connect::Cluster;
use crate::fail::{Done, Failure, Result};
use crate::format::{Format, record_json};
use crate::offsets::{self, Range, Start};
use crate::output::Out;
use crate::{stop, topic};
use std::collections::HashMap;
use std::io::Write;
use std::time::{Duration, Instant};
use wellhead::admin::OffsetSpec;
use wellhead::{Code, Consumer, Event, OFFSET_INVALID, RecordSet, TopicPartition, TopicPartitionOffset};

const POLL: Duration = Duration::from_millis(200);
const RECORDS_PER_POLL: usize = 10_000;

pub fn run(global: &Global, args: &Consume) -> Done {
    let cluster = Cluster::new(global);
    let range = offsets::parse(&args.offset)?;
    let null = if args.null { "NULL" } else { "" };
    let format = match &args.format {
        Some(f) => Format::parse(f, null)?,
        None => Format::plain(args.key_delimiter.as_deref(), &args.delimiter, null),
    };
    let printer = Printer { out: Out::stdout(global.json), format, buf: Vec::new(), left: args.count.unwrap_or(u64::MAX) };
    if printer.left == 0 {
        return Ok(());
    }
    cluster.reach()?;
    match &args.group {
        Some(group) => in_group(&cluster, args, group, range, printer),
        None => by_assignment(&cluster, args, range, printer),
    }
}

/// Prints until its count is reached.
struct Printer {
    out: Out,
    format: Format,
    buf: Vec<u8>,
    left: u64,
}
impl Printer {
    /// Prints the records below `end`; they are flushed, since the next poll may wait.
    fn records(&mut self, set: &RecordSet, end: i64) -> Done {
        self.buf.clear();
        for r in set.iter() {
            if self.left == 0 || r.offset >= end {
                break;
            }
            self.left -= 1;
            if self.out.json {
                let _ = writeln!(self.buf, "{}", record_json(&set.topic, set.partition, &r));
            } else {
                self.format.print(&mut self.buf, &set.topic, set.partition, &r);
            }
        }
        self.out.raw(&self.buf)
    }
    fn poll_max(&self) -> usize {
        usize::try_from(self.left).unwrap_or(usize::MAX).min(RECORDS_PER_POLL)
    }
}

/// The partitions to read, with where to begin and where to end (`i64::MAX`: not at all).
fn plan(cluster: &Cluster, args: &Consume, range: Range) -> Result<Vec<(TopicPartition, i64, i64)>> {
    let admin = cluster.admin()?;
    let start = range.start.unwrap_or(Start::Beginning);
    if start == Start::Stored {
        return Err(Failure::new("Stored offsets belong to a group").hint("Name it with -G GROUP."));
    }
    let mut partitions = Vec::new();
    for name in &args.topics {
        let t = topic::one(cluster, &admin, name)?;
        for &p in &args.partition {
            if !t.partitions.iter().any(|q| q.id == p) {
                let n = t.partitions.len();
                return Err(
                    Failure::new(format!("Topic {name} has no partition {p}")).hint(format!("It has {n}, from 0 to {}.", n.saturating_sub(1)))
                );
            }
        }
        let wanted = t.partitions.iter().filter(|p| args.partition.is_empty() || args.partition.contains(&p.id));
        partitions.extend(wanted.map(|p| TopicPartition::new(t.name.clone(), p.id)));
    }
    let bounds = topic::bounds(cluster, &admin, &partitions)?;
    let at_time = |ms| topic::offsets(cluster, &admin, &partitions, OffsetSpec::Timestamp(ms));
    let starts = if let Start::Time(ms) = start { at_time(ms)? } else { vec![-1; partitions.len()] };
    let ends = range.end_time.map(at_time).transpose()?;
    Ok(partitions
        .into_iter()
        .enumerate()
        .map(|(i, tp)| {
            let (first, next) = bounds[i];
            let found = |o: i64| (o >= 0).then_some(o);
            let begin = offsets::resolve(start, first, next, found(starts[i]));
            // A time that no record has reached yet ends at what is there now.
            let end = match (&ends, args.exit) {
                (Some(ends), _) => found(ends[i]).unwrap_or(next),
                (None, true) => next,
                (None, false) => i64::MAX,
            };
            (tp, begin, end)
        })
        .collect())
}

fn by_assignment(cluster: &Cluster, args: &Consume, range: Range, mut printer: Printer) -> Done {
    let mut open: HashMap<TopicPartition, i64> = HashMap::new();
    let mut assignment = Vec::new();
    for (tp, begin, end) in plan(cluster, args, range)? {
        if begin < end {
            assignment.push(tp.at(begin));
            open.insert(tp, end);
        }
    }
    if open.is_empty() {
        return Ok(());
    }
    let consumer =
        Consumer::new(cluster.properties(&[("enable.partition.eof", "true"), ("enable.auto.commit", "false"), ("auto.offset.reset", "earliest")]))?;
    let stop = stop::listen(|| {})?;
    consumer.assign(&assignment)?;
    while !open.is_empty() && printer.left > 0 && !stop.asked() {
        for event in consumer.poll(printer.poll_max(), POLL).map_err(|e| cluster.failure(&e))? {
            match event {
                Event::Records(set) => {
                    let tp = TopicPartition::new(set.topic.clone(), set.partition);
                    let Some(&end) = open.get(&tp) else { continue };
                    printer.records(&set, end)?;
                    if !set.is_empty() && set.last_offset() + 1 >= end {
                        open.remove(&tp);
                        consumer.incremental_unassign(&[tp])?;
                    }
                }
                // Markers and compaction leave offsets without a record, so that the end may be no record's.
                Event::PartitionEof { topic, partition, offset } => {
                    let tp = TopicPartition::new(topic, partition);
                    if open.get(&tp).is_some_and(|&end| offset >= end) {
                        open.remove(&tp);
                    }
                }
                Event::Error(e) => warn_or_fail(cluster, &e)?,
                Event::Assign(_) | Event::Revoke { .. } | Event::Committed { .. } => {}
            }
        }
        printer.out.flush()?;
    }
    printer.out.flush()?;
    let _ = consumer.close(Duration::from_secs(1));
    Ok(())
}

fn in_group(cluster: &Cluster, args: &Consume, group: &str, range: Range, mut printer: Printer) -> Done {
    let reset = match range.start {
        None | Some(Start::Stored | Start::Beginning) => "earliest",
        Some(Start::End) => "latest",
        Some(_) => {
            return Err(Failure::new("A group begins where it has committed").hint(format!(
                "Move it with `wellhead group reset {group}`; -o beginning or -o end say where it begins when it has committed nothing."
            )));
        }
    };
    if range.end_time.is_some() {
        return Err(Failure::new("A group cannot end at a time").hint("Leave out -G to read by assignment."));
    }
    let consumer = Consumer::new(cluster.properties(&[
        ("group.id", group),
        ("enable.partition.eof", "true"),
        ("enable.auto.offset.store", "false"),
        ("auto.offset.reset", reset),
    ]))?;
    if args.topics.iter().any(|t| !t.starts_with('^')) {
        // A name that is mistyped would wait for ever.
        let admin = cluster.admin()?;
        for name in args.topics.iter().filter(|t| !t.starts_with('^')) {
            topic::one(cluster, &admin, name)?;
        }
    }
    let stop = stop::listen(|| {})?;
    consumer.set_rebalance_events(true);
    let topics: Vec<&str> = args.topics.iter().map(String::as_str).collect();
    consumer.subscribe(&topics)?;
    // What is assigned, with whether its end was reached.
    let mut assigned: HashMap<TopicPartition, bool> = HashMap::new();
    let mut joined = false;
    let done = |assigned: &HashMap<TopicPartition, bool>, joined| args.exit && joined && assigned.values().all(|&at_end| at_end);
    // A group may keep a new member waiting for minutes, while one that does not answer is still counted in.
    let give_up = Instant::now() + cluster.timeout;
    while printer.left > 0 && !stop.asked() && !done(&assigned, joined) {
        if args.exit && !joined && Instant::now() > give_up {
            consumer.set_rebalance_events(false);
            let _ = consumer.close(Duration::from_secs(1));
            return Err(Failure::new(format!("The group {group} gave this consumer no partitions within {} s", cluster.timeout.as_secs()))
                .hint(format!("A member of it may not be answering: `wellhead group describe {group}` lists them. --timeout waits longer.")));
        }
        for event in consumer.poll(printer.poll_max(), POLL).map_err(|e| cluster.failure(&e))? {
            match event {
                Event::Records(set) => {
                    printer.records(&set, i64::MAX)?;
                    let tp = TopicPartition::new(set.topic.clone(), set.partition);
                    if let Some(at_end) = assigned.get_mut(&tp) {
                        *at_end = false;
                    }
                    // Only what went out is committed: a pipe that breaks here leaves it for the next time.
                    printer.out.flush()?;
                    if !set.is_empty() {
                        let _ = consumer.store_offsets(&[tp.at(set.last_offset() + 1)]);
                    }
                }
                Event::PartitionEof { topic, partition, .. } => {
                    assigned.insert(TopicPartition::new(topic, partition), true);
                }
                Event::Assign(partitions) => {
                    joined = true;
                    assigned.extend(partitions.iter().map(|p| (p.tp(), false)));
                    if consumer.rebalance_protocol() == "COOPERATIVE" {
                        consumer.incremental_assign(&partitions)?;
                    } else {
                        consumer.assign(&partitions)?;
                    }
                }
                Event::Revoke { partitions, lost } => {
                    let gone: Vec<TopicPartition> = partitions.iter().map(TopicPartitionOffset::tp).collect();
                    assigned.retain(|tp, _| !gone.contains(tp));
                    if !lost {
                        let _ = consumer.commit(None, cluster.timeout);
                    }
                    if consumer.rebalance_protocol() == "COOPERATIVE" { consumer.incremental_unassign(&gone)? } else { consumer.unassign()? }
                }
                Event::Committed { error: Some(e), offsets } if offsets.iter().any(|o| o.offset != OFFSET_INVALID) => {
                    eprintln!("wellhead: offsets were not committed: {}", e.message());
                }
                Event::Committed { .. } => {}
                Event::Error(e) => warn_or_fail(cluster, &e)?,
            }
        }
        printer.out.flush()?;
    }
    printer.out.flush()?;
    // Close would ask this loop about the revocation.
    consumer.set_rebalance_events(false);
    consumer.close(cluster.timeout).map_err(|e| cluster.failure(&e))
}

/// Retriable troubles are told once each and waited out, as the client does.
fn warn_or_fail(cluster: &Cluster, e: &wellhead::Error) -> Done {
    let passing = e.retriable() || matches!(e.code, Code::TRANSPORT | Code::RESOLVE | Code::ALL_BROKERS_DOWN);
    if e.fatal || !passing {
        return Err(cluster.failure(e));
    }
    eprintln!("wellhead: {} (trying again)", e.message());
    Ok(())
}
