//! Building and reading a batch of 1,000 records with 100-byte values. Throughput is in records.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use wellhead_record::{BatchBuilder, BatchRef, BuilderOptions, Codec, NO_HEADERS, crc32c};

const RECORDS: usize = 1_000;

fn options(codec: Codec) -> BuilderOptions {
    BuilderOptions { codec, ..BuilderOptions::default() }
}

fn fill(b: &mut BatchBuilder, keyed: bool, headers: bool) {
    let value = [b'v'; 100];
    for i in 0..RECORDS {
        let key = (i as u64).to_be_bytes();
        let key = keyed.then_some(key.as_slice());
        let ts = 1_700_000_000_000 + i as i64 / 10;
        if headers {
            let h: [(&[u8], Option<&[u8]>); 2] = [(b"trace", Some(b"0123456789abcdef")), (b"kind", Some(b"test"))];
            b.append(ts, key, Some(&value), h.into_iter()).expect("it fits");
        } else {
            b.append(ts, key, Some(&value), NO_HEADERS).expect("it fits");
        }
    }
}

fn benches(c: &mut Criterion) {
    let mut g = c.benchmark_group("record");
    g.throughput(Throughput::Elements(RECORDS as u64));
    for (name, keyed, headers) in [("plain", false, false), ("keyed", true, false), ("headers", true, true)] {
        let mut b = BatchBuilder::new(options(Codec::None));
        g.bench_function(format!("build/{name}"), |t| {
            let mut out = Vec::new();
            t.iter(|| {
                fill(&mut b, keyed, headers);
                out.clear();
                b.finish_into(&mut out).expect("it has records");
                black_box(out.len())
            });
        });
        fill(&mut b, keyed, headers);
        let bytes = b.finish().expect("it has records");
        let read = |bytes: &[u8], crc: bool| {
            let batch = BatchRef::parse(bytes).expect("our own batch");
            if crc {
                batch.verify_crc().expect("our own CRC");
            }
            let mut sum = 0usize;
            for r in batch.records(&mut Vec::new(), 0).expect("records") {
                let r = r.expect("a record");
                sum += r.value.map_or(0, <[u8]>::len) + r.key.map_or(0, <[u8]>::len) + r.offset as usize;
            }
            sum
        };
        g.bench_function(format!("iterate/{name}"), |t| t.iter(|| read(black_box(&bytes), false)));
        g.bench_function(format!("iterate+crc/{name}"), |t| t.iter(|| read(black_box(&bytes), true)));
    }
    for codec in [Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
        let mut b = BatchBuilder::new(options(codec));
        g.bench_function(format!("build/{}", codec.name()), |t| {
            let mut out = Vec::new();
            t.iter(|| {
                fill(&mut b, true, false);
                out.clear();
                b.finish_into(&mut out).expect("it has records");
                black_box(out.len())
            });
        });
        fill(&mut b, true, false);
        let bytes = b.finish().expect("it has records");
        let mut scratch = Vec::new();
        g.bench_function(format!("iterate/{}", codec.name()), |t| {
            t.iter(|| {
                let batch = BatchRef::parse(black_box(&bytes)).expect("our own batch");
                batch.records(&mut scratch, 1 << 20).expect("records").map(|r| r.expect("a record").offset).sum::<i64>()
            });
        });
    }
    g.finish();
    let data = vec![7u8; 100_000];
    let mut g = c.benchmark_group("crc32c");
    for n in [64, 1_000, 100_000] {
        g.throughput(Throughput::Bytes(n as u64));
        g.bench_function(n.to_string(), |t| t.iter(|| crc32c(black_box(&data[..n]))));
    }
    g.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
