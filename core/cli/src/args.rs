//! What may be typed.

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

#[derive(Parser, Debug)]
#[command(
    name = "wellhead",
    version,
    about = "A durable Kafka-protocol broker in one small binary, and the tools to use it or any Kafka cluster",
    propagate_version = true,
    max_term_width = 110,
    after_help = "Start with:\n  wellhead serve\n  echo hello | wellhead produce orders\n  wellhead consume orders -e"
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Args, Debug, Clone, Default)]
pub struct Global {
    /// The broker to ask, or several with commas between [default: $WELLHEAD_BOOTSTRAP, or localhost:9092]
    #[arg(short = 'b', long, global = true, value_name = "HOST:PORT", help_heading = "Everywhere")]
    pub bootstrap: Option<String>,
    /// Print JSON for programs
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub json: bool,
    /// Set a client property, named as in librdkafka; may be repeated
    #[arg(short = 'X', global = true, value_name = "PROPERTY=VALUE", value_parser = pair, help_heading = "Everywhere")]
    pub property: Vec<(String, String)>,
    /// Seconds to wait for an answer
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=86_400), help_heading = "Everywhere")]
    pub timeout: u64,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run a broker until it is told to stop
    Serve(Serve),
    /// Create, list, describe, change and delete topics
    Topic {
        #[command(subcommand)]
        command: Topic,
    },
    /// Write lines to a topic
    Produce(Produce),
    /// Read and print the records of a topic
    Consume(Consume),
    /// List, describe, reset and delete consumer groups
    Group {
        #[command(subcommand)]
        command: Group,
    },
    /// Look for what is wrong with this machine, a data directory, a set-up or a cluster
    Doctor(Doctor),
    /// Query topics by SQL, at a prompt or from a script
    Sql(Sql),
    /// Measure this machine with Wellhead, or any broker
    Bench {
        #[command(subcommand)]
        command: Bench,
    },
    /// Print a shell's completion script
    Completions { shell: clap_complete::Shell },
}

#[derive(Args, Debug)]
pub struct Serve {
    /// Where the data lies; made if it is not there [default: ./wellhead-data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:9092]
    #[arg(long, value_name = "HOST:PORT")]
    pub listen: Option<String>,
    /// Where to answer /metrics, /healthz and /readyz over HTTP [default: nowhere]
    #[arg(long, value_name = "HOST:PORT")]
    pub admin: Option<String>,
    /// How log lines are written to standard error; WELLHEAD_LOG says which (a level, or target=level,...) [default: text]
    #[arg(long, value_enum)]
    pub log_format: Option<LogFormat>,
    /// Set a broker property, named as in Kafka; may be repeated
    #[arg(short = 'c', value_name = "PROPERTY=VALUE", value_parser = pair)]
    pub property: Vec<(String, String)>,
    /// Read broker properties from a file, as Kafka's server.properties; -c goes before it
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// A line for people
    #[default]
    Text,
    /// One JSON object a line: timestamp, level, target, fields
    Json,
}

#[derive(Args, Debug)]
pub struct Doctor {
    /// The data directory to look at [default: that of --config, or ./wellhead-data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// A broker's properties to look at, as Kafka's server.properties
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
pub enum Topic {
    /// Create topics
    Create {
        #[arg(required = true, value_name = "TOPIC")]
        names: Vec<String>,
        /// Partitions of each [default: the broker's num.partitions]
        #[arg(long, short = 'p', value_name = "N", value_parser = clap::value_parser!(i32).range(1..))]
        partitions: Option<i32>,
        /// Replicas of each partition [default: the broker's default.replication.factor]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..=32_767))]
        replication_factor: Option<i32>,
        /// Set a topic property; may be repeated
        #[arg(long = "config", short = 'c', value_name = "PROPERTY=VALUE", value_parser = pair)]
        configs: Vec<(String, String)>,
        /// A topic that exists already is no mistake
        #[arg(long)]
        if_not_exists: bool,
    },
    /// List the topics, one name a line
    List {
        /// Internal topics too
        #[arg(long, short)]
        all: bool,
        /// With partitions and ids
        #[arg(long, short)]
        long: bool,
    },
    /// Show partitions, leaders, offsets and configuration
    Describe {
        /// All topics when none is named
        #[arg(value_name = "TOPIC")]
        names: Vec<String>,
    },
    /// Change a topic's configuration or raise its number of partitions
    Alter {
        #[arg(value_name = "TOPIC")]
        name: String,
        /// The new total
        #[arg(long, short = 'p', value_name = "N", value_parser = clap::value_parser!(i32).range(1..))]
        partitions: Option<i32>,
        /// Set a topic property; may be repeated
        #[arg(long = "config", short = 'c', value_name = "PROPERTY=VALUE", value_parser = pair)]
        configs: Vec<(String, String)>,
        /// Take a property back to its default; may be repeated
        #[arg(long, value_name = "PROPERTY")]
        delete_config: Vec<String>,
    },
    /// Delete topics and their records
    Delete {
        #[arg(required = true, value_name = "TOPIC")]
        names: Vec<String>,
    },
}

#[derive(Args, Debug)]
pub struct Produce {
    pub topic: String,
    /// Files whose lines are the records; "-" and none: standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// What stands between key and value in a line, for example -K : or -K '\t'
    #[arg(short = 'K', value_name = "DELIMITER")]
    pub key_delimiter: Option<String>,
    /// The key of every record
    #[arg(short = 'k', value_name = "KEY", conflicts_with = "key_delimiter")]
    pub key: Option<String>,
    /// What stands between records
    #[arg(short = 'D', value_name = "DELIMITER", default_value = "\\n")]
    pub delimiter: String,
    /// The partition of every record [default: chosen by key, else spread]
    #[arg(short = 'p', value_name = "N", value_parser = clap::value_parser!(i32).range(0..))]
    pub partition: Option<i32>,
    /// A header of every record; without "=" its value is null; may be repeated
    #[arg(short = 'H', value_name = "NAME=VALUE")]
    pub header: Vec<String>,
    /// Compress: gzip, snappy, lz4, zstd
    #[arg(short = 'z', value_name = "CODEC")]
    pub codec: Option<String>,
    /// Empty keys and values are null (a null value deletes the key in a compacted topic)
    #[arg(short = 'Z')]
    pub null: bool,
}

#[derive(Args, Debug)]
pub struct Consume {
    #[arg(required = true, value_name = "TOPIC")]
    pub topics: Vec<String>,
    /// Where to begin: beginning, end, stored, an offset, -N (the last N of each partition), s@TIME (from that time on);
    /// e@TIME ends before that time. TIME is milliseconds or like 2026-01-31T12:00:00Z [default: beginning; with -G: stored]
    #[arg(short = 'o', value_name = "OFFSET", allow_hyphen_values = true)]
    pub offset: Vec<String>,
    /// Exit at the end instead of waiting for more
    #[arg(short = 'e', long)]
    pub exit: bool,
    /// Exit after so many records
    #[arg(short = 'c', long, value_name = "N")]
    pub count: Option<u64>,
    /// Only this partition; may be repeated
    #[arg(short = 'p', value_name = "N", value_parser = clap::value_parser!(i32).range(0..))]
    pub partition: Vec<i32>,
    /// How to print a record: %t topic, %p partition, %o offset, %k key, %s value, %T timestamp, %h headers, %K %S their lengths,
    /// %% percent, \n \r \t \0 \xNN [default: %s\n]
    #[arg(short = 'f', value_name = "FORMAT", conflicts_with = "json")]
    pub format: Option<String>,
    /// Print the key and this before each value
    #[arg(short = 'K', value_name = "DELIMITER", conflicts_with = "format")]
    pub key_delimiter: Option<String>,
    /// Print this between records
    #[arg(short = 'D', value_name = "DELIMITER", default_value = "\\n", conflicts_with = "format")]
    pub delimiter: String,
    /// Print NULL for null keys and values
    #[arg(short = 'Z')]
    pub null: bool,
    /// Read as a member of this group and commit what was printed
    #[arg(short = 'G', long, value_name = "GROUP", conflicts_with = "partition")]
    pub group: Option<String>,
}

#[derive(Args, Debug)]
pub struct Sql {
    /// Run these statements and exit; may be repeated
    #[arg(short = 'e', long, value_name = "STATEMENTS", conflicts_with = "file")]
    pub execute: Vec<String>,
    /// Run the statements of a file; "-" is standard input, which is read too when it is no terminal
    #[arg(short = 'f', long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// After the statements let the queries that they began run until SIGINT or SIGTERM
    #[arg(short = 'k', long)]
    pub keep_running: bool,
    /// A broker on this directory inside this process, instead of one at --bootstrap
    #[arg(long, value_name = "DIR", conflicts_with = "bootstrap")]
    pub data: Option<PathBuf>,
    /// Where queries keep snapshots of their state, so that they come back sooner [default: nowhere]
    #[arg(long, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
pub enum Group {
    /// List the groups
    List {
        /// Only those in this state, for example Empty or Stable
        #[arg(long, value_name = "STATE")]
        state: Vec<String>,
    },
    /// Show members, committed offsets and lag
    Describe {
        #[arg(required = true, value_name = "GROUP")]
        names: Vec<String>,
    },
    /// Move a group's committed offsets; it must have no members. Only with --execute is anything changed
    Reset(Reset),
    /// Delete groups that have no members
    Delete {
        #[arg(required = true, value_name = "GROUP")]
        names: Vec<String>,
    },
}

#[derive(Args, Debug)]
#[command(group(clap::ArgGroup::new("to").required(true)))]
pub struct Reset {
    #[arg(value_name = "GROUP")]
    pub name: String,
    /// Only this topic, or these partitions of it; may be repeated [default: all that the group has committed]
    #[arg(long, value_name = "TOPIC[:P,P...]")]
    pub topic: Vec<String>,
    #[arg(long, group = "to")]
    pub to_earliest: bool,
    #[arg(long, group = "to")]
    pub to_latest: bool,
    #[arg(long, group = "to", value_name = "OFFSET", value_parser = clap::value_parser!(i64).range(0..))]
    pub to_offset: Option<i64>,
    /// To the first record at or after a time: milliseconds or like 2026-01-31T12:00:00Z
    #[arg(long, group = "to", value_name = "TIME")]
    pub to_datetime: Option<String>,
    /// By so many records, back when negative
    #[arg(long, group = "to", value_name = "N", allow_hyphen_values = true)]
    pub shift_by: Option<i64>,
    /// Do it
    #[arg(long)]
    pub execute: bool,
    /// Only show what would be done (the default)
    #[arg(long, conflicts_with = "execute")]
    pub dry_run: bool,
}

#[derive(Subcommand, Debug)]
pub enum Bench {
    /// Records per second into a topic
    Produce(BenchArgs),
    /// Records per second out of a topic; it is filled first if it does not hold enough
    Consume(BenchArgs),
    /// One record at a time: until it is acknowledged, and until a consumer has it
    Latency(BenchArgs),
}

#[derive(Args, Debug, Clone)]
pub struct BenchArgs {
    /// How many records [default: 1000000; with --rate ten seconds' worth; for latency 1000]
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub records: Option<u64>,
    /// Records a second at most; each one's latency then runs from the moment it was due (of produce)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    pub rate: Option<u64>,
    /// Bytes of a record's value
    #[arg(long, short = 's', value_name = "BYTES", default_value_t = 100, value_parser = clap::value_parser!(u32).range(..=100_000_000))]
    pub size: u32,
    /// Partitions of the topic, when it is made
    #[arg(long, short = 'p', value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(i32).range(1..))]
    pub partitions: i32,
    /// Whose acknowledgement a producer waits for
    #[arg(long, default_value = "all", value_parser = ["0", "1", "all"])]
    pub acks: String,
    /// Compress: none, gzip, snappy, lz4, zstd
    #[arg(short = 'z', long, value_name = "CODEC", default_value = "none")]
    pub codec: String,
    /// fsync or page-cache, when the topic is made [default: the broker's]
    #[arg(long, value_name = "CLASS", value_parser = ["fsync", "page-cache"])]
    pub durability: Option<String>,
    /// The topic; kept afterwards [default: one of its own, deleted afterwards]
    #[arg(long, value_name = "TOPIC")]
    pub topic: Option<String>,
    /// A broker inside this process instead of one at --bootstrap
    #[arg(long, conflicts_with = "bootstrap")]
    pub embedded: bool,
    /// The embedded broker's data directory [default: a temporary one, deleted afterwards]
    #[arg(long, value_name = "DIR", requires = "embedded")]
    pub data: Option<PathBuf>,
}

/// `name=value`; the value may hold further `=`.
fn pair(s: &str) -> Result<(String, String), String> {
    match s.split_once('=') {
        Some((k, v)) if !k.trim().is_empty() => Ok((k.trim().to_owned(), v.to_owned())),
        _ => Err("expected PROPERTY=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split_whitespace())
    }

    #[test]
    fn the_definitions_are_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn what_newcomers_type_is_understood() {
        for line in [
            "wellhead serve",
            "wellhead serve --data d --listen 0.0.0.0:0 -c num.partitions=3 -c a=b --config f",
            "wellhead topic create a --partitions 3 --replication-factor 1 --config retention.ms=-1 --if-not-exists",
            "wellhead topic list --bootstrap h:1",
            "wellhead --bootstrap h:1 topic list --json",
            "wellhead topic describe t --json -b h:1",
            "wellhead produce t -K : -p 3 -H a=b -H c -z lz4 -X linger.ms=5",
            "wellhead produce t file1 file2",
            "wellhead consume t -o -10",
            "wellhead consume t -o -1 -e --bootstrap 127.0.0.1:9",
            "wellhead consume t -o beginning -e -c 5 -p 0 -p 1 -f %k:%s\\n",
            "wellhead consume t -o s@1700000000000 -o e@2026-01-01",
            "wellhead consume t u -G g --json",
            "wellhead group list",
            "wellhead group describe g h",
            "wellhead group reset g --to-earliest --execute",
            "wellhead group reset g --topic t:0,1 --shift-by -5",
            "wellhead group delete g",
            "wellhead sql",
            "wellhead sql -b h:1 --json -f q.sql -k",
            "wellhead sql --data d -e SHOW -e DROP",
            "wellhead bench produce --embedded",
            "wellhead bench latency -n 100 --durability page-cache",
            "wellhead completions bash",
        ] {
            parse(line).unwrap_or_else(|e| panic!("{line}: {e}"));
        }
    }

    #[test]
    fn mistakes_are_refused() {
        for line in [
            "wellhead",
            "wellhead serv",
            "wellhead topic create",
            "wellhead topic create t --partitions 0",
            "wellhead topic create t --config nothing",
            "wellhead consume",
            "wellhead consume t -G g -p 1",
            "wellhead consume t --json -f %s",
            "wellhead group reset g",
            "wellhead group reset g --to-earliest --to-latest",
            "wellhead group reset g --to-latest --dry-run --execute",
            "wellhead bench produce --embedded --bootstrap h:1",
            "wellhead produce t -K : -k fixed",
            "wellhead sql --data d -b h:1",
            "wellhead sql -e x -f y",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_negative_offset_is_an_offset() {
        let Command::Consume(c) = parse("wellhead consume t -o -10 -e").unwrap().command else { panic!("consume") };
        assert_eq!(c.offset, ["-10"]);
        assert!(c.exit);
    }
}
