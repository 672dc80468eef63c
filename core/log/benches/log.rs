//! What an append and a read cost, and one durable append from end to end. `cargo bench -p wellhead-log`.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::sync::Arc;
use wellhead_base::TopicId;
use wellhead_base::env::SystemClock;
use wellhead_log::{AppendInfo, Durability, LogConfig, LogDir, LogDirOptions, Origin, ReadUpTo, real_disk};
use wellhead_record::{BatchBuilder, BuilderOptions, NO_HEADERS};

const NOW: i64 = 1_700_000_000_000;

fn batch(records: usize, value: usize) -> Vec<u8> {
    let mut b = BatchBuilder::new(BuilderOptions::default());
    let value = vec![b'x'; value];
    for i in 0..records {
        b.append(NOW + i as i64, None, Some(&value), NO_HEADERS).expect("a record fits");
    }
    b.finish().expect("the batch has records")
}

fn benches(c: &mut Criterion) {
    let tmp = tempfile::tempdir().expect("a temporary directory");
    let dir = LogDir::open(tmp.path(), real_disk(), Arc::new(SystemClock::default()), LogDirOptions::default()).expect("a new data directory");
    let info = AppendInfo { leader_epoch: 0, origin: Origin::Client, now_ms: NOW };
    let open = |topic: &str, durability| {
        let config = LogConfig { durability, segment_bytes: 256 << 20, ..LogConfig::default() };
        dir.partition(topic, 0, TopicId([1; 16]), config).expect("a new partition")
    };

    let p = open("cache", Durability::PageCache);
    let mut group = c.benchmark_group("append");
    for (name, records, value) in [("1x100B", 1, 100), ("1000x100B", 1000, 100), ("60x16KB", 60, 16 << 10)] {
        let bytes = batch(records, value);
        group.throughput(Throughput::Elements(records as u64));
        group.bench_function(name, |b| {
            b.iter_batched_ref(|| bytes.clone(), |bytes| p.append(bytes, info).expect("appended"), BatchSize::LargeInput);
            p.retain(NOW + 30 * 86_400_000).expect("retention");
        });
    }
    group.finish();

    let p = open("durable", Durability::Fsync);
    let bytes = batch(1, 100);
    c.bench_function("durable append of 1x100B", |b| {
        b.iter_batched_ref(
            || bytes.clone(),
            |bytes| {
                p.append(bytes, info).expect("appended");
                p.flush().expect("durable");
            },
            BatchSize::SmallInput,
        );
    });

    let p = open("read", Durability::PageCache);
    let bytes = batch(100, 100);
    for _ in 0..5_000 {
        p.append(&mut bytes.clone(), info).expect("appended");
    }
    let mut group = c.benchmark_group("read 1 MB");
    group.throughput(Throughput::Bytes(1 << 20));
    let end = p.log_end_offset();
    for (name, step) in [("in order", 0), ("anywhere", 7_919_003)] {
        let mut at = 0;
        group.bench_function(name, |b| {
            b.iter(|| {
                let slice = p.read(at, 1 << 20, ReadUpTo::HighWatermark, true).expect("in range");
                let records = slice.len() as i64 / bytes.len() as i64 * 100;
                at = if step == 0 { (slice.base_offset + records) % end } else { (at + step) % end };
                slice.to_bytes().expect("read")
            });
        });
    }
    group.finish();
    dir.close().expect("closed");
}

criterion_group!(all, benches);
criterion_main!(all);
