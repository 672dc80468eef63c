//! `wellhead produce`: lines of standard input or of files become records.

use crate::args::{Global, Produce};
use crate::connect::Cluster;
use crate::fail::{Done, Failure, Result};
use crate::format::unescape;
use crate::output::{Out, grouped, progress};
use crate::stop;
use serde_json::json;
use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, stderr, stdin};
use std::time::{Duration, Instant};
use wellhead::{Code, Error, Producer, ProducerRecord};

/// Reports are looked at after so many records; the producer goes on by itself meanwhile.
const RECORDS_PER_LOOK: u64 = 1_000;

/// How a line becomes key and value.
struct Cut {
    delimiter: Option<Vec<u8>>,
    key: Option<Vec<u8>>,
    null: bool,
}
impl Cut {
    /// Without the delimiter the line is all value.
    fn cut<'a>(&'a self, line: &'a [u8]) -> (Option<&'a [u8]>, Option<&'a [u8]>) {
        let split = self.delimiter.as_ref().and_then(|d| find(line, d).map(|at| (&line[..at], &line[at + d.len()..])));
        let (key, value) = match split {
            Some((k, v)) => (Some(k), v),
            None => (self.key.as_deref(), line),
        };
        let filled = |b: &&[u8]| !(self.null && b.is_empty());
        (key.filter(filled), Some(value).filter(filled))
    }
}

fn find(line: &[u8], what: &[u8]) -> Option<usize> {
    line.windows(what.len()).position(|w| w == what)
}

/// Reads up to `delimiter`, which is taken off; false at the end.
fn read_record(r: &mut impl BufRead, delimiter: &[u8], out: &mut Vec<u8>) -> std::io::Result<bool> {
    out.clear();
    let last = *delimiter.last().expect("a delimiter is not empty");
    loop {
        if r.read_until(last, out)? == 0 {
            return Ok(!out.is_empty());
        }
        if out.ends_with(delimiter) {
            out.truncate(out.len() - delimiter.len());
            return Ok(true);
        }
    }
}

struct Tally {
    sent: u64,
    bytes: u64,
    delivered: u64,
    failed: u64,
    why: Option<Error>,
}
impl Tally {
    fn look(&mut self, producer: &Producer, wait: Duration) {
        for report in producer.poll_reports(1_024, wait) {
            let n = report.tokens.len() as u64;
            match report.error {
                None => self.delivered += n,
                Some(e) => {
                    self.failed += n;
                    self.why.get_or_insert(e);
                }
            }
        }
    }
    fn open(&self) -> u64 {
        self.sent - self.delivered - self.failed
    }
}

pub fn run(global: &Global, args: &Produce) -> Done {
    let cluster = Cluster::new(global);
    let headers: Vec<(&str, Option<&[u8]>)> = args
        .header
        .iter()
        .map(|h| match h.split_once('=') {
            Some((k, v)) => (k, Some(v.as_bytes())),
            None => (h.as_str(), None),
        })
        .collect();
    let delimiter = unescape(&args.delimiter);
    let key_delimiter = args.key_delimiter.as_deref().map(unescape);
    if delimiter.is_empty() || key_delimiter.as_ref().is_some_and(Vec::is_empty) {
        return Err(Failure::new("A delimiter must not be empty"));
    }
    let cut = Cut { delimiter: key_delimiter, key: args.key.clone().map(String::into_bytes), null: args.null };

    // An unanswered record ends in an error while someone still looks at the terminal; -X message.timeout.ms says otherwise.
    let mut ours = vec![("message.timeout.ms", "30000"), ("linger.ms", "5")];
    if let Some(codec) = &args.codec {
        ours.push(("compression.codec", codec));
    }
    cluster.reach()?;
    let producer = Producer::new(cluster.properties(&ours))?;
    let interrupted = producer.clone();
    let stop = stop::listen(move || {
        // What was typed before Ctrl-C is delivered; the read of standard input cannot be woken.
        interrupted.flush(Duration::from_secs(5));
        std::process::exit(130);
    })?;

    let mut inputs: Vec<(String, Option<&std::path::Path>)> =
        args.files.iter().map(|p| (p.display().to_string(), Some(p.as_path()).filter(|p| p.as_os_str() != "-"))).collect();
    if inputs.is_empty() {
        inputs.push(("standard input".to_owned(), None));
    }
    let typed = inputs.iter().any(|(_, path)| path.is_none()) && stdin().is_terminal();
    let bar = if typed { indicatif::ProgressBar::hidden() } else { progress("produced", None) };
    let mut tally = Tally { sent: 0, bytes: 0, delivered: 0, failed: 0, why: None };
    let template = ProducerRecord { partition: args.partition.unwrap_or(-1), headers: &headers, ..ProducerRecord::to(&args.topic) };
    for (name, path) in &inputs {
        let cannot = |e: std::io::Error| Failure::new(format!("Cannot read {name}: {e}"));
        let mut reader: Box<dyn BufRead> = match path {
            Some(p) => Box::new(BufReader::with_capacity(1 << 20, File::open(p).map_err(cannot)?)),
            None => Box::new(BufReader::with_capacity(1 << 16, stdin())),
        };
        let mut line = Vec::new();
        while read_record(&mut reader, &delimiter, &mut line).map_err(cannot)? {
            let (key, value) = cut.cut(&line);
            send(&producer, &ProducerRecord { key, value, ..template }, &mut tally)?;
            tally.bytes += line.len() as u64;
            if tally.sent.is_multiple_of(RECORDS_PER_LOOK) || typed {
                tally.look(&producer, Duration::ZERO);
                bar.set_position(tally.sent);
            }
            if stop.asked() || producer.fatal_error().is_some() {
                break;
            }
        }
    }
    finish(&producer, &mut tally);
    bar.finish_and_clear();

    let mut out = Out::stdout(global.json);
    if global.json {
        out.value(&json!({ "topic": args.topic, "records": tally.delivered, "failed": tally.failed + tally.open(), "bytes": tally.bytes }))?;
        out.flush()?;
    }
    let lost = tally.failed + tally.open();
    if lost == 0 {
        if stderr().is_terminal() && !global.json {
            eprintln!("{} record{} delivered to {}", grouped(tally.delivered), if tally.delivered == 1 { "" } else { "s" }, args.topic);
        }
        return Ok(());
    }
    let why = tally.why.or_else(|| producer.fatal_error()).unwrap_or_else(|| Error::code(Code::TIMED_OUT));
    let failure = match cluster.admin() {
        Ok(admin) => cluster.topic_failure(&admin, &args.topic, &why),
        Err(f) => f,
    };
    Err(Failure::new(format!("{} of {} records were not delivered: {failure}", grouped(lost), grouped(tally.sent))))
}

/// Queues a record, waiting for room.
fn send(producer: &Producer, record: &ProducerRecord<'_>, tally: &mut Tally) -> Result<()> {
    loop {
        match producer.send(record) {
            Ok(()) => {
                tally.sent += 1;
                return Ok(());
            }
            Err(e) if e.code == Code::QUEUE_FULL => tally.look(producer, Duration::from_millis(100)),
            Err(e) if e.fatal => {
                tally.why.get_or_insert(e);
                return Ok(());
            }
            Err(e) => return Err(Failure::new(format!("Record {} cannot be sent: {}", tally.sent + 1, e.message()))),
        }
    }
}

/// Waits until every record is delivered or failed; message.timeout.ms bounds it.
fn finish(producer: &Producer, tally: &mut Tally) {
    let mut quiet_since = Instant::now();
    while tally.open() > 0 {
        producer.flush(Duration::from_millis(100));
        let open = tally.open();
        tally.look(producer, Duration::from_millis(100));
        if tally.open() < open {
            quiet_since = Instant::now();
        } else if producer.outstanding() == 0 && producer.reports_waiting() == 0 && quiet_since.elapsed() > Duration::from_secs(5) {
            // Nothing is under way and no report comes: the rest is told as lost instead of waiting for ever.
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_into_key_and_value() {
        let c = |delimiter: Option<&str>, key: Option<&str>, null| Cut { delimiter: delimiter.map(|d| d.into()), key: key.map(|k| k.into()), null };
        assert_eq!(c(None, None, false).cut(b"a:b"), (None, Some(&b"a:b"[..])));
        assert_eq!(c(Some(":"), None, false).cut(b"a:b:c"), (Some(&b"a"[..]), Some(&b"b:c"[..])));
        assert_eq!(c(Some("::"), None, false).cut(b"a::b"), (Some(&b"a"[..]), Some(&b"b"[..])));
        assert_eq!(c(Some(":"), None, false).cut(b"ab"), (None, Some(&b"ab"[..])));
        assert_eq!(c(None, Some("k"), false).cut(b""), (Some(&b"k"[..]), Some(&b""[..])));
        assert_eq!(c(Some(":"), None, true).cut(b"k:"), (Some(&b"k"[..]), None));
        assert_eq!(c(Some(":"), None, true).cut(b":v"), (None, Some(&b"v"[..])));
    }

    #[test]
    fn records_end_at_the_delimiter() {
        let all = |text: &[u8], delimiter: &[u8]| {
            let (mut r, mut line, mut got) = (text, Vec::new(), Vec::new());
            while read_record(&mut r, delimiter, &mut line).unwrap() {
                got.push(String::from_utf8(line.clone()).unwrap());
            }
            got
        };
        assert_eq!(all(b"a\nb\n", b"\n"), ["a", "b"]);
        assert_eq!(all(b"a\n\nb", b"\n"), ["a", "", "b"]);
        assert_eq!(all(b"a--b-c--", b"--"), ["a", "b-c"]);
        assert_eq!(all(b"", b"\n"), [""; 0]);
    }
}
