//! `stats_cb`: a JSON text with librdkafka's names for the figures that the engine measures, given to the callback inside `poll()` every
//! `statistics.interval.ms`.

use crate::wait::lock;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use wellhead::stats::{PartitionStats, Stats};
use wellhead_base::env::{Clock, SystemClock};

pub struct StatsCallback {
    callback: Mutex<Option<Py<PyAny>>>,
    interval: Duration,
    started: Instant,
    last: Mutex<Instant>,
}

impl StatsCallback {
    /// None when nobody asked for them.
    pub fn new(callback: Option<Py<PyAny>>, interval_ms: u64) -> Option<Self> {
        let now = Instant::now();
        (callback.is_some() && interval_ms > 0).then(|| Self {
            callback: Mutex::new(callback),
            interval: Duration::from_millis(interval_ms),
            started: now,
            last: Mutex::new(now),
        })
    }

    /// Calls the callback if it is time. Returns how often (0 or 1).
    pub fn serve(&self, py: Python<'_>, kind: &str, client_id: &str, look: impl FnOnce() -> Stats) -> PyResult<usize> {
        {
            let mut last = lock(&self.last);
            if last.elapsed() < self.interval {
                return Ok(0);
            }
            *last = Instant::now();
        }
        let Some(callback) = lock(&self.callback).as_ref().map(|c| c.clone_ref(py)) else { return Ok(0) };
        let age = self.started.elapsed().as_micros() as u64;
        callback.call1(py, (json(kind, client_id, age, &look()),))?;
        Ok(1)
    }

    pub fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        match self.callback.try_lock() {
            Ok(cb) => visit.call(cb.as_ref()),
            Err(_) => Ok(()),
        }
    }
    pub fn clear(&self) {
        let callback = lock(&self.callback).take();
        drop(callback);
    }
}

/// The figures under librdkafka's names. What is not measured is left out rather than told as 0.
fn json(kind: &str, client_id: &str, age_us: u64, s: &Stats) -> String {
    let producer = kind == "producer";
    let wall_s = SystemClock::default().wall_ms() / 1000;
    let mut out = String::with_capacity(1024);
    let sum = |f: fn(&wellhead::stats::BrokerStats) -> u64| s.brokers.iter().map(f).sum::<u64>();
    out.push_str("{\"name\":");
    text(&mut out, client_id);
    out.push_str(",\"client_id\":");
    text(&mut out, client_id);
    let _ = write!(
        out,
        ",\"type\":\"{kind}\",\"ts\":{age_us},\"time\":{wall_s},\"age\":{age_us},\"msg_cnt\":{},\"msg_size\":{},\"tx\":{},\"tx_bytes\":{},\"rx\":{},\"rx_bytes\":{},\"metadata_cache_cnt\":{}",
        s.waiting_records,
        s.waiting_bytes,
        sum(|b| b.tx),
        sum(|b| b.tx_bytes),
        sum(|b| b.rx),
        sum(|b| b.rx_bytes),
        s.topics_known
    );
    let _ =
        if producer { write!(out, ",\"txmsgs\":{},\"txmsg_bytes\":{}", s.records, s.record_bytes) } else { write!(out, ",\"rxmsgs\":{}", s.records) };
    out.push_str(",\"brokers\":{");
    for (i, b) in s.brokers.iter().enumerate() {
        let name = if b.node < 0 { format!("{}/bootstrap", b.address) } else { format!("{}/{}", b.address, b.node) };
        comma(&mut out, i);
        text(&mut out, &name);
        out.push_str(":{\"name\":");
        text(&mut out, &name);
        out.push_str(",\"nodename\":");
        text(&mut out, &b.address);
        let (state, r) = (if b.connected { "UP" } else { "DOWN" }, &b.round_trips);
        let _ = write!(
            out,
            ",\"nodeid\":{},\"state\":\"{state}\",\"tx\":{},\"txbytes\":{},\"rx\":{},\"rxbytes\":{},\"rtt\":{{\"min\":{},\"max\":{},\"avg\":{},\"sum\":{},\"cnt\":{}}}}}",
            b.node,
            b.tx,
            b.tx_bytes,
            b.rx,
            b.rx_bytes,
            r.min_us,
            r.max_us,
            r.sum_us.checked_div(r.count).unwrap_or(0),
            r.sum_us,
            r.count
        );
    }
    out.push_str("},\"topics\":{");
    let mut topics: BTreeMap<&str, Vec<&PartitionStats>> = BTreeMap::new();
    for p in &s.partitions {
        topics.entry(&p.topic).or_default().push(p);
    }
    for (i, (topic, partitions)) in topics.iter().enumerate() {
        comma(&mut out, i);
        text(&mut out, topic);
        out.push_str(":{\"topic\":");
        text(&mut out, topic);
        out.push_str(",\"partitions\":{");
        for (i, p) in partitions.iter().enumerate() {
            comma(&mut out, i);
            let _ = write!(out, "\"{0}\":{{\"partition\":{0},\"broker\":{1},\"leader\":{1}", p.partition, p.leader);
            let _ = if producer {
                write!(out, ",\"txmsgs\":{},\"txbytes\":{}}}", p.records, p.record_bytes)
            } else {
                write!(
                    out,
                    ",\"fetchq_cnt\":{},\"fetchq_size\":{},\"app_offset\":{},\"stored_offset\":{},\"committed_offset\":{},\"lo_offset\":{},\"hi_offset\":{},\"consumer_lag\":{},\"consumer_lag_stored\":{},\"rxmsgs\":{}}}",
                    p.waiting_records,
                    p.waiting_bytes,
                    p.position,
                    p.stored,
                    p.committed,
                    p.low,
                    p.high,
                    lag(p.high, p.committed),
                    lag(p.high, p.stored),
                    p.records
                )
            };
        }
        out.push_str("}}");
    }
    out.push_str("}}");
    out
}

/// What lies between an offset and the end; -1 where one of them is not known.
fn lag(high: i64, offset: i64) -> i64 {
    if high < 0 || offset < 0 { -1 } else { (high - offset).max(0) }
}

fn comma(out: &mut String, i: usize) {
    if i > 0 {
        out.push(',');
    }
}

fn text(out: &mut String, text: &str) {
    out.push('"');
    escape(out, text);
    out.push('"');
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
}
