//! The page in OpenMetrics' text format, by Prometheus' own encoder. Owns: names, units, help and labels. Names follow Prometheus'
//! rules: base units (seconds, bytes), `_total` behind counters.

use super::page::{Page, PartitionFigures};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, MetricEncoder, text::encode};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::{Registry, Unit};
use std::fmt;
use wellhead_base::meter::{BUCKETS_US, Durations};

pub fn write(page: Page) -> Result<String, fmt::Error> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(page));
    let mut out = String::new();
    encode(&mut out, &registry)?;
    Ok(out)
}

type Labels<'a> = Vec<(&'static str, &'a str)>;

/// One metric of the page.
struct Family<'a> {
    name: &'static str,
    help: &'static str,
    unit: Option<Unit>,
    rows: Vec<(Labels<'a>, Value)>,
}

enum Value {
    Gauge(i64),
    GaugeF(f64),
    Counter(u64),
    CounterF(f64),
    Histogram(Durations),
}

impl EncodeMetric for Value {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        match self {
            Value::Gauge(v) => encoder.encode_gauge(v),
            Value::GaugeF(v) => encoder.encode_gauge(v),
            Value::Counter(v) => encoder.encode_counter::<prometheus_client::encoding::NoLabelSet, _, u64>(v, None),
            Value::CounterF(v) => encoder.encode_counter::<prometheus_client::encoding::NoLabelSet, _, u64>(v, None),
            Value::Histogram(d) => {
                let mut buckets: Vec<(f64, u64)> = BUCKETS_US.iter().zip(d.buckets).map(|(us, n)| (*us as f64 / 1e6, n)).collect();
                let beyond = d.count.saturating_sub(d.buckets.iter().sum());
                buckets.push((f64::MAX, beyond));
                encoder.encode_histogram::<prometheus_client::encoding::NoLabelSet>(d.sum_us as f64 / 1e6, d.count, &buckets, None)
            }
        }
    }
    fn metric_type(&self) -> MetricType {
        match self {
            Value::Gauge(_) | Value::GaugeF(_) => MetricType::Gauge,
            Value::Counter(_) | Value::CounterF(_) => MetricType::Counter,
            Value::Histogram(_) => MetricType::Histogram,
        }
    }
}

impl Family<'_> {
    fn write(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let Some((_, first)) = self.rows.first() else { return Ok(()) };
        let mut metric = encoder.encode_descriptor(self.name, self.help, self.unit.as_ref(), first.metric_type())?;
        for (labels, value) in &self.rows {
            if labels.is_empty() {
                return value.encode(metric);
            }
            value.encode(metric.encode_family(labels)?)?;
        }
        Ok(())
    }
}

impl Collector for Page {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        self.node(&mut encoder)?;
        self.topics(&mut encoder)?;
        self.groups(&mut encoder)?;
        self.process(&mut encoder)
    }
}

impl Page {
    fn node(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let alone = |v| vec![(Labels::new(), v)];
        let version = env!("CARGO_PKG_VERSION");
        let families = [
            Family {
                name: "wellhead_build_info",
                help: "The version that runs",
                unit: None,
                rows: vec![(vec![("version", version)], Value::Gauge(1))],
            },
            Family {
                name: "wellhead_uptime",
                help: "Since the node was opened",
                unit: Some(Unit::Seconds),
                rows: alone(Value::GaugeF(self.uptime_seconds)),
            },
            Family {
                name: "wellhead_connections",
                help: "Open connections of clients",
                unit: None,
                rows: alone(Value::Gauge(self.connections as i64)),
            },
            Family {
                name: "wellhead_request_duration",
                help: "From a request's arrival until its answer is ready, with what it waits by its client's wish (a fetch for records, a join for members)",
                unit: Some(Unit::Seconds),
                rows: self.requests.iter().map(|(api, d)| (vec![("api", api.name())], Value::Histogram(d.clone()))).collect(),
            },
            Family {
                name: "wellhead_commit_duration",
                help: "Group commits: the syncs (fdatasync) by which records of class fsync become durable",
                unit: Some(Unit::Seconds),
                rows: alone(Value::Histogram(self.commits.clone())),
            },
            Family {
                name: "wellhead_data_directory_online",
                help: "1 while records can be written; 0 after a failed sync, until a restart",
                unit: None,
                rows: alone(Value::Gauge(i64::from(self.online))),
            },
            Family {
                name: "wellhead_recovering",
                help: "1 while partitions are recovered after an unclean stop",
                unit: None,
                rows: alone(Value::Gauge(i64::from(self.recovering))),
            },
        ];
        families.iter().try_for_each(|f| f.write(encoder))?;
        if let Some((size, free)) = self.disk {
            let bytes = |name, help, n: u64| Family { name, help, unit: Some(Unit::Bytes), rows: alone(Value::Gauge(n.min(i64::MAX as u64) as i64)) };
            bytes("wellhead_disk_size", "The file system of the data directory", size).write(encoder)?;
            bytes("wellhead_disk_free", "What of it may still be used", free).write(encoder)?;
        }
        Ok(())
    }

    fn topics(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let known = self.topics.iter().filter(|t| !t.durability.is_empty());
        let durability = known.map(|t| (vec![("topic", &*t.name), ("durability", t.durability)], Value::Gauge(1))).collect();
        Family {
            name: "wellhead_topic_info",
            help: "The durability class: what acks=all says of a record of this topic (fsync: on the disk; page-cache: a power cut may take it)",
            unit: None,
            rows: durability,
        }
        .write(encoder)?;
        type Of = fn(&PartitionFigures) -> u64;
        let counters: [(&'static str, &'static str, Option<Unit>, Of); 3] = [
            ("wellhead_produced_records", "Records of producers since the start", None, |p| p.records_in),
            ("wellhead_produced", "Bytes of producers since the start, as they lie in the log", Some(Unit::Bytes), |p| p.bytes_in),
            ("wellhead_fetched", "Bytes that readers were sent since the start", Some(Unit::Bytes), |p| p.bytes_out),
        ];
        for (name, help, unit, of) in counters {
            let rows = self.topics.iter().map(|t| (vec![("topic", &*t.name)], Value::Counter(t.partitions.iter().map(of).sum()))).collect();
            Family { name, help, unit, rows }.write(encoder)?;
        }
        let gauges: [(&'static str, &'static str, Option<Unit>, Of); 2] = [
            ("wellhead_topic_size", "All partitions of the topic", Some(Unit::Bytes), |p| p.size_bytes),
            ("wellhead_topic_partitions_offline", "Partitions of the topic that are out of service", None, |p| u64::from(p.offline)),
        ];
        for (name, help, unit, of) in gauges {
            let rows =
                self.topics.iter().map(|t| (vec![("topic", &*t.name)], Value::Gauge(t.partitions.iter().map(of).sum::<u64>() as i64))).collect();
            Family { name, help, unit, rows }.write(encoder)?;
        }
        if !self.by_partition {
            return Ok(());
        }
        let numbers: Vec<(&str, String, &PartitionFigures)> =
            self.topics.iter().flat_map(|t| t.partitions.iter().filter(|p| !p.offline).map(|p| (&*t.name, p.partition.to_string(), p))).collect();
        type OfPartition = fn(&PartitionFigures) -> i64;
        let each: [(&'static str, &'static str, Option<Unit>, OfPartition); 4] = [
            ("wellhead_partition_size", "One partition's log", Some(Unit::Bytes), |p| p.size_bytes as i64),
            ("wellhead_partition_log_start_offset", "The first record that is kept", None, |p| p.log_start),
            ("wellhead_partition_high_watermark", "The end of what readers see", None, |p| p.high_watermark),
            ("wellhead_partition_log_end_offset", "The end of what was written", None, |p| p.log_end),
        ];
        for (name, help, unit, of) in each {
            let rows = numbers.iter().map(|(t, n, p)| (vec![("topic", *t), ("partition", n.as_str())], Value::Gauge(of(p)))).collect();
            Family { name, help, unit, rows }.write(encoder)?;
        }
        Ok(())
    }

    fn groups(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let members = self.groups.iter().map(|g| (vec![("group", &*g.name), ("state", g.state)], Value::Gauge(g.members as i64))).collect();
        Family { name: "wellhead_group_members", help: "Members of the group", unit: None, rows: members }.write(encoder)?;
        let lags: Vec<_> = self.groups.iter().flat_map(|g| g.lags.iter().map(move |l| (&*g.name, l, l.partition.to_string()))).collect();
        let labels = |(group, lag, partition): &(&'_ str, &'_ super::page::Lag, String)| -> Vec<(&'static str, String)> {
            vec![("group", (*group).to_owned()), ("topic", lag.topic.to_string()), ("partition", partition.clone())]
        };
        let owned: Vec<Vec<(&'static str, String)>> = lags.iter().map(labels).collect();
        let rows = |of: fn(&super::page::Lag) -> Value| -> Vec<(Labels<'_>, Value)> {
            owned.iter().zip(&lags).map(|(l, (_, lag, _))| (l.iter().map(|(k, v)| (*k, v.as_str())).collect(), of(lag))).collect()
        };
        Family {
            name: "wellhead_group_lag_records",
            help: "Records that the group has not committed yet",
            unit: None,
            rows: rows(|l| Value::Gauge(l.records)),
        }
        .write(encoder)?;
        Family {
            name: "wellhead_group_lag",
            help: "Age of the first batch that the group has not committed, by its earliest record",
            unit: Some(Unit::Seconds),
            rows: rows(|l| Value::GaugeF(l.seconds)),
        }
        .write(encoder)
    }

    fn process(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let p = &self.process;
        let one = |v: Option<Value>| v.map(|v| (Labels::new(), v)).into_iter().collect();
        let families = [
            Family { name: "process_cpu", help: "User and system time", unit: Some(Unit::Seconds), rows: one(p.cpu_seconds.map(Value::CounterF)) },
            Family {
                name: "process_resident_memory",
                help: "Resident memory",
                unit: Some(Unit::Bytes),
                rows: one(p.resident_bytes.map(|n| Value::Gauge(n as i64))),
            },
            Family { name: "process_open_fds", help: "Open file descriptors", unit: None, rows: one(p.open_files.map(|n| Value::Gauge(n as i64))) },
        ];
        families.iter().try_for_each(|f| f.write(encoder))
    }
}
