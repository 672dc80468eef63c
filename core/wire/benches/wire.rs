//! Cost of reading and writing the hot messages: a produce request and a fetch response of many partitions, as structs and as views;
//! a metadata response as an owned struct.

use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use wellhead_base::TopicId;
use wellhead_wire::messages::{MetadataResponse, ProduceRequest, metadata_response, produce_request};
use wellhead_wire::views::{FetchPartitionHeader, FetchResponseView, FetchResponseWriter, ProduceRequestView, ProduceRequestWriter};
use wellhead_wire::{Reader, Writer};

const TOPICS: usize = 10;
const PARTITIONS: usize = 10;

fn produce_frame() -> Bytes {
    let partition = |index| produce_request::PartitionProduceData { index, records: Some(Bytes::from(vec![7; 1024])) };
    let topic = |n| produce_request::TopicProduceData {
        name: format!("topic-{n}"),
        topic_id: TopicId::ZERO,
        partition_data: (0..PARTITIONS as i32).map(partition).collect(),
    };
    let m = ProduceRequest { acks: -1, timeout_ms: 30_000, topic_data: (0..TOPICS).map(topic).collect(), transactional_id: None };
    let mut w = Writer::new();
    m.encode(&mut w, 12).expect("a valid message");
    w.into_bytes()
}

fn fetch_frame(records: &Bytes) -> Vec<Bytes> {
    let mut w = FetchResponseWriter::<Bytes>::new(17, 1, 0, 0, 0, TOPICS).expect("a valid version");
    for _ in 0..TOPICS {
        w.topic("", TopicId::METADATA, PARTITIONS).expect("a short topic");
        for partition in 0..PARTITIONS as i32 {
            let p = FetchPartitionHeader { partition, high_watermark: 100, last_stable_offset: 100, log_start_offset: 0, ..Default::default() };
            w.partition(&p, records.len(), [records.clone()]).expect("records of some length");
        }
    }
    w.finish(&[]).expect("a valid message")
}

fn benches(c: &mut Criterion) {
    let mut g = c.benchmark_group("produce request, 100 partitions");
    g.throughput(Throughput::Elements((TOPICS * PARTITIONS) as u64));
    let frame = produce_frame();
    g.bench_function("decode struct", |b| b.iter(|| ProduceRequest::decode(&mut Reader::new(black_box(&frame)), 12)));
    g.bench_function("parse and iterate view", |b| {
        b.iter(|| {
            let view = ProduceRequestView::parse(&mut Reader::new(black_box(&frame)), 12).expect("a valid message");
            view.topics().flat_map(|t| t.partitions()).map(|p| p.range.len()).sum::<usize>()
        });
    });
    let records = Bytes::from(vec![7; 4096]);
    g.bench_function("write as parts", |b| {
        b.iter(|| {
            let mut w = ProduceRequestWriter::new(12, 1, Some("bench"), None, -1, 30_000, TOPICS).expect("a valid version");
            for _ in 0..TOPICS {
                w.topic("topic", TopicId::ZERO, PARTITIONS).expect("a short name");
                for p in 0..PARTITIONS as i32 {
                    w.partition(p, records.clone()).expect("short records");
                }
            }
            w.finish()
        });
    });
    g.finish();

    let mut g = c.benchmark_group("fetch response, 100 partitions");
    g.throughput(Throughput::Elements((TOPICS * PARTITIONS) as u64));
    g.bench_function("write as parts", |b| b.iter(|| fetch_frame(black_box(&records))));
    let parts = fetch_frame(&records);
    let frame: Bytes = parts.concat().into();
    g.bench_function("parse and iterate view", |b| {
        b.iter(|| {
            let mut r = Reader::new(black_box(&frame));
            r.skip(5).expect("a header");
            let view = FetchResponseView::parse(&mut r, 17).expect("a valid message");
            view.topics().flat_map(|t| t.partitions()).map(|p| p.range.len()).sum::<usize>()
        });
    });
    g.finish();

    let mut g = c.benchmark_group("metadata response, 1000 partitions");
    g.throughput(Throughput::Elements(1000));
    let partition = |partition_index| metadata_response::MetadataResponsePartition {
        partition_index,
        replica_nodes: vec![1],
        isr_nodes: vec![1],
        ..Default::default()
    };
    let topic = metadata_response::MetadataResponseTopic {
        name: Some("topic".to_owned()),
        partitions: (0..1000).map(partition).collect(),
        ..Default::default()
    };
    let m = MetadataResponse { topics: vec![topic], ..Default::default() };
    let mut w = Writer::new();
    m.encode(&mut w, 12).expect("a valid message");
    let frame = w.into_bytes();
    g.bench_function("encode", |b| {
        b.iter(|| {
            let mut w = Writer::with_capacity(64 * 1024);
            m.encode(&mut w, 12).expect("a valid message");
            w
        });
    });
    g.bench_function("decode", |b| b.iter(|| MetadataResponse::decode(&mut Reader::new(black_box(&frame)), 12)));
    g.finish();
}

criterion_group!(wire, benches);
criterion_main!(wire);
