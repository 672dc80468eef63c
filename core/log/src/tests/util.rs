//! What the tests share: batches, a log on a temporary directory, and reading everything back.

use crate::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use wellhead_base::TopicId;
use wellhead_base::env::{Clock, Disk, ManualClock};
use wellhead_record::{BatchBuilder, Batches, BuilderOptions, Codec, NO_HEADERS};

pub(super) const NOW: i64 = 1_700_000_000_000;
pub(super) const ID: TopicId = TopicId([7; 16]);

pub(super) fn info() -> AppendInfo {
    AppendInfo { leader_epoch: 0, origin: Origin::Client, now_ms: NOW }
}

/// A batch of records with these keys and values, one millisecond apart from `ts`.
pub(super) fn batch_of(options: BuilderOptions, ts: i64, records: &[(Option<&str>, Option<&str>)]) -> Vec<u8> {
    let mut b = BatchBuilder::new(options);
    for (i, (k, v)) in records.iter().enumerate() {
        b.append(ts + i as i64, k.map(str::as_bytes), v.map(str::as_bytes), NO_HEADERS).unwrap();
    }
    b.finish().unwrap()
}
pub(super) fn batch(values: &[&str]) -> Vec<u8> {
    let records: Vec<_> = values.iter().map(|v| (None, Some(*v))).collect();
    batch_of(BuilderOptions::default(), NOW, &records)
}
/// A batch of an idempotent producer.
pub(super) fn sequenced(producer: i64, epoch: i16, sequence: i32, values: &[&str]) -> Vec<u8> {
    let records: Vec<_> = values.iter().map(|v| (None, Some(*v))).collect();
    let options = BuilderOptions { producer_id: producer, producer_epoch: epoch, base_sequence: sequence, ..BuilderOptions::default() };
    batch_of(options, NOW, &records)
}
pub(super) fn compressed(codec: Codec, values: &[&str]) -> Vec<u8> {
    let records: Vec<_> = values.iter().map(|v| (None, Some(*v))).collect();
    batch_of(BuilderOptions { codec, ..BuilderOptions::default() }, NOW, &records)
}

/// A data directory of a test.
pub(super) struct Fixture {
    pub disk: Arc<dyn Disk>,
    pub clock: Arc<ManualClock>,
    pub path: PathBuf,
    pub options: LogDirOptions,
    _dir: Option<tempfile::TempDir>,
}
impl Fixture {
    pub fn real() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self::on(real_disk(), dir.path().join("data"), LogDirOptions::default(), Some(dir))
    }
    pub fn real_manual() -> Self {
        let mut f = Self::real();
        f.options.commit = CommitMode::Manual;
        f
    }
    pub fn on(disk: Arc<dyn Disk>, path: PathBuf, options: LogDirOptions, dir: Option<tempfile::TempDir>) -> Self {
        Self { disk, clock: Arc::new(ManualClock::at(NOW)), path, options, _dir: dir }
    }
    pub fn open(&self) -> LogDir {
        self.try_open().unwrap()
    }
    pub fn try_open(&self) -> Result<LogDir, LogError> {
        LogDir::open(&self.path, self.disk.clone(), self.clock.clone() as Arc<dyn Clock>, self.options.clone())
    }
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join("t-0").join(name)
    }
}

pub(super) fn log(dir: &LogDir, config: LogConfig) -> Arc<PartitionLog> {
    dir.partition("t", 0, ID, config).unwrap()
}

/// Waits for the commit thread; a failure of the log ends the wait.
pub(super) fn wait_visible(p: &PartitionLog, offset: i64) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while p.high_watermark() < offset {
        assert!(p.failed().is_none(), "{:?}", p.failed());
        assert!(Instant::now() < deadline, "the high watermark stays at {}", p.high_watermark());
        std::thread::yield_now();
    }
}

/// Every visible record from `from` on: offset, key and value. Reads in pieces of `max_bytes`.
pub(super) fn scan_from(p: &PartitionLog, from: i64, max_bytes: usize) -> Vec<Record> {
    try_scan_from(p, from, max_bytes).unwrap()
}
/// Offset, key and value.
pub(super) type Record = (i64, Option<String>, Option<String>);
pub(super) fn try_scan_from(p: &PartitionLog, from: i64, max_bytes: usize) -> Result<Vec<Record>, ReadError> {
    let mut out = Vec::new();
    let mut next = from;
    loop {
        let slice = p.read(next, max_bytes, ReadUpTo::HighWatermark, true)?;
        if slice.is_empty() {
            return Ok(out);
        }
        let bytes = slice.to_bytes()?;
        let mut batches = Batches::new(&bytes);
        let before = next;
        for b in batches.by_ref() {
            let b = b.unwrap();
            b.verify_crc().unwrap();
            let mut scratch = Vec::new();
            for r in b.records(&mut scratch, 1 << 30).unwrap() {
                let r = r.unwrap();
                if r.offset >= from {
                    let text = |v: Option<&[u8]>| v.map(|v| String::from_utf8(v.to_vec()).unwrap());
                    out.push((r.offset, text(r.key), text(r.value)));
                }
            }
            next = b.last_offset() + 1;
        }
        assert_eq!(batches.consumed(), bytes.len(), "whole batches only");
        assert!(next > before, "a read makes progress");
    }
}
pub(super) fn scan(p: &PartitionLog) -> Vec<Record> {
    scan_from(p, p.log_start_offset(), 1 << 20)
}
pub(super) fn values(p: &PartitionLog) -> Vec<String> {
    scan(p).into_iter().map(|r| r.2.unwrap()).collect()
}

/// The files of a directory, sorted.
pub(super) fn listing(disk: &dyn Disk, dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = disk.read_dir(dir).unwrap().into_iter().map(|e| e.0.to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}
