//! What a record of about 66 bytes costs as JSON: read with two and with four of its members used, where records share a shape and where
//! their members come in any order, beside serde_json into a struct; and written. `cargo bench -p wellhead-streams --bench json`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde::Deserialize;
use wellhead_streams::{Field, Format, Type};

const RECORDS: usize = 10_000;

/// The members of a record; lengths vary as they do in life.
fn members(i: usize) -> [String; 4] {
    let x = i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    [
        format!("\"user\":\"u{}\"", x % 1000),
        format!("\"kind\":\"{}\"", ["click", "view", "purchase"][x % 3]),
        format!("\"amount\":{}", (x % 100_000) as f64 / 100.0),
        format!("\"ts\":{}", 1_700_000_000_000 + i as u64 * 7),
    ]
}
fn records(any_order: bool) -> Vec<Vec<u8>> {
    (0..RECORDS)
        .map(|i| {
            let mut m = members(i);
            if any_order {
                let x = i.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 30;
                m.swap(0, x % 4);
                m.swap(1, 1 + x / 4 % 3);
                m.swap(2, 2 + x / 12 % 2);
            }
            format!("{{{}}}", m.join(",")).into_bytes()
        })
        .collect()
}

#[derive(Deserialize)]
struct Two<'a> {
    user: &'a str,
    amount: f64,
}

fn benches(c: &mut Criterion) {
    let four =
        [Field::new("user", Type::String), Field::new("kind", Type::String), Field::new("amount", Type::Float), Field::new("ts", Type::Timestamp)];
    let two = [four[0].clone(), four[2].clone()];
    let none: [Field; 0] = [];
    let same = records(false);
    let mixed = records(true);
    let bytes: usize = same.iter().map(Vec::len).sum();
    println!("{} bytes a record on average", bytes as f64 / RECORDS as f64);

    let mut group = c.benchmark_group("json");
    group.throughput(Throughput::Elements(RECORDS as u64));
    for (name, fields, records) in [
        ("read 0 of 4, one shape", &none[..], &same),
        ("read 2 of 4, one shape", &two[..], &same),
        ("read 4 of 4, one shape", &four[..], &same),
        ("read 2 of 4, any order", &two[..], &mixed),
        ("read 4 of 4, any order", &four[..], &mixed),
    ] {
        let payloads: Vec<Option<&[u8]>> = records.iter().map(|r| Some(r.as_slice())).collect();
        let mut decoder = Format::Json.decoder(fields).expect("a decoder");
        assert!(decoder.decode(&payloads).bad.is_empty());
        group.bench_function(name, |b| b.iter(|| decoder.decode(&payloads)));
    }
    group.bench_function("serde_json, 2 of 4 into a struct", |b| {
        b.iter(|| {
            let mut sum = 0.0;
            for r in &same {
                let t: Two = serde_json::from_slice(r).expect("a record");
                sum += t.amount + t.user.len() as f64;
            }
            sum
        });
    });
    let payloads: Vec<Option<&[u8]>> = same.iter().map(|r| Some(r.as_slice())).collect();
    let columns = Format::Json.decoder(&four).expect("a decoder").decode(&payloads).columns;
    let mut encoder = Format::Json.encoder(&four).expect("an encoder");
    let (mut out, mut ends) = (Vec::new(), Vec::new());
    group.bench_function("write 4", |b| {
        b.iter(|| {
            out.clear();
            ends.clear();
            encoder.encode(&columns, &mut out, &mut ends).expect("encoded");
            out.len()
        });
    });
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
