//! The producer against a scripted broker over the in-process transport.

use super::*;
use crate::cluster::tests::{FakeBroker, answer};
use bytes::Bytes;
use std::collections::HashMap;
use wellhead_record::{Batches, Codec};
use wellhead_wire::messages::produce_response::{PartitionProduceResponse, TopicProduceResponse};
use wellhead_wire::messages::{InitProducerIdRequest, InitProducerIdResponse, ProduceRequest, ProduceResponse};
use wellhead_wire::{Reader, RequestHeader};

type Log = Arc<Mutex<HashMap<i32, Vec<(Option<Vec<u8>>, Vec<u8>)>>>>;

/// Appends what is produced to `log`; every `fail_every`-th produce request of the run gets `code` and appends nothing.
fn broker(partitions: i32, fail_every: usize, code: Code) -> (FakeBroker, Log) {
    let log: Log = Log::default();
    let (to, seen) = (log.clone(), AtomicUsize::new(0));
    // Per partition the sequence that comes next.
    let expected: Mutex<HashMap<i32, i32>> = Mutex::default();
    let handler = move |h: RequestHeader, body: Bytes| match h.api_key {
        // An empty transactional id is not null: Kafka refuses it.
        22 if InitProducerIdRequest::decode(&mut Reader::new(&body), h.api_version).unwrap().transactional_id.is_some() => {
            Some(answer(&h, &InitProducerIdResponse { error_code: 42, ..Default::default() }))
        }
        22 => Some(answer(&h, &InitProducerIdResponse { producer_id: 5, producer_epoch: 0, ..Default::default() })),
        0 => {
            let req = ProduceRequest::decode(&mut Reader::new(&body), h.api_version).unwrap();
            let failing = fail_every > 0 && (seen.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(fail_every);
            let mut log = to.lock();
            let topics = req.topic_data.into_iter().map(|t| {
                let parts = t.partition_data.into_iter().map(|p| {
                    let list = log.entry(p.index).or_default();
                    let base = list.len() as i64;
                    if failing {
                        return PartitionProduceResponse { index: p.index, error_code: code.get(), base_offset: -1, ..Default::default() };
                    }
                    for b in Batches::new(&p.records.unwrap()) {
                        let b = b.unwrap();
                        b.verify_crc().unwrap();
                        let mut expected = expected.lock();
                        let next = expected.entry(p.index).or_default();
                        if b.producer_id() >= 0 && b.base_sequence() != *next {
                            return PartitionProduceResponse { index: p.index, error_code: 45, base_offset: -1, ..Default::default() };
                        }
                        *next += b.record_count();
                        let mut scratch = Vec::new();
                        list.extend(
                            b.records(&mut scratch, 1 << 24)
                                .unwrap()
                                .map(|r| r.unwrap())
                                .map(|r| (r.key.map(<[u8]>::to_vec), r.value.unwrap_or_default().to_vec())),
                        );
                    }
                    PartitionProduceResponse { index: p.index, base_offset: base, log_append_time_ms: -1, ..Default::default() }
                });
                TopicProduceResponse { partition_responses: parts.collect(), name: t.name, topic_id: t.topic_id }
            });
            let r = ProduceResponse { responses: topics.collect(), ..Default::default() };
            (req.acks != 0).then(|| answer(&h, &r))
        }
        other => panic!("unexpected api {other}"),
    };
    (FakeBroker::start("produce", partitions, Arc::new(handler)), log)
}

fn producer(b: &FakeBroker, more: &[(&str, &str)]) -> Producer {
    let address = b.address();
    let mut pairs = vec![("bootstrap.servers", address.as_str()), ("retry.backoff.ms", "1"), ("topic.metadata.refresh.fast.interval.ms", "1")];
    pairs.extend_from_slice(more);
    Producer::new(pairs).unwrap()
}
const LONG: Duration = Duration::from_secs(20);

#[test]
fn records_sent_before_the_metadata_came_arrive_in_order_with_their_offsets() {
    for codec in [Codec::None, Codec::Lz4] {
        let (b, log) = broker(1, 0, Code::NO_ERROR);
        let p = producer(&b, &[("compression.type", codec.name()), ("batch.num.messages", "100")]);
        for i in 0..1000u64 {
            let v = i.to_string();
            p.send(&ProducerRecord { headers: &[("h", Some(b"1"))], ..ProducerRecord::to("t").key(b"k").value(v.as_bytes()).token(i) }).unwrap();
        }
        assert_eq!(p.flush(LONG), 0);
        let values: Vec<u64> = log.lock()[&0].iter().map(|r| std::str::from_utf8(&r.1).unwrap().parse().unwrap()).collect();
        assert_eq!(values, (0..1000).collect::<Vec<_>>());
        let mut seen = 0u64;
        while seen < 1000 {
            for r in p.poll_reports(1000, LONG) {
                assert!(r.error.is_none(), "{r:?}");
                for (k, t) in r.tokens.iter().enumerate() {
                    assert_eq!((*t, r.base_offset + k as i64), (seen, seen as i64));
                    seen += 1;
                }
            }
        }
        assert_eq!((p.reports_waiting(), p.outstanding()), (0, 0));
    }
}

#[test]
fn injected_errors_keep_the_order() {
    let (b, log) = broker(3, 4, Code::NOT_LEADER_FOR_PARTITION);
    let p = producer(&b, &[("batch.num.messages", "10"), ("linger.ms", "0")]);
    p.set_reports(false);
    for i in 0..3000u64 {
        let v = i.to_string();
        p.send(&ProducerRecord::to("t").partition((i % 3) as i32).value(v.as_bytes())).unwrap();
    }
    assert_eq!(p.flush(LONG), 0);
    for (partition, list) in &*log.lock() {
        let values: Vec<u64> = list.iter().map(|r| std::str::from_utf8(&r.1).unwrap().parse().unwrap()).collect();
        assert_eq!(values, (0..1000).map(|i| i * 3 + *partition as u64).collect::<Vec<_>>());
    }
}

#[test]
fn keys_choose_the_partition_and_those_without_stick() {
    let (b, log) = broker(4, 0, Code::NO_ERROR);
    let p = producer(&b, &[("sticky.partitioning.linger.ms", "60000")]);
    for i in 0..50 {
        p.send(&ProducerRecord::to("t").key(b"kafka").value(b"keyed")).unwrap();
        p.send(&ProducerRecord::to("t").value(if i < 49 { b"free" } else { b"last" })).unwrap();
    }
    assert_eq!(p.flush(LONG), 0);
    let log = log.lock();
    // crc32("kafka") % 4, as confluent_kafka.consistent gives it.
    let keyed = &log[&(i32::try_from(crate::partitioner::crc32(b"kafka") % 4).unwrap())];
    assert_eq!(keyed.iter().filter(|r| r.0.is_some()).count(), 50);
    assert_eq!(log.values().filter(|l| l.iter().any(|r| r.0.is_none())).count(), 1, "one partition took all without a key");
}

#[test]
fn a_full_queue_refuses_until_reports_are_polled() {
    let (b, _log) = broker(1, 0, Code::NO_ERROR);
    let p = producer(&b, &[("queue.buffering.max.messages", "10"), ("linger.ms", "0")]);
    for _ in 0..10 {
        p.send(&ProducerRecord::to("t").value(b"x")).unwrap();
    }
    assert_eq!(p.send(&ProducerRecord::to("t").value(b"x")).unwrap_err().code, Code::QUEUE_FULL);
    assert_eq!(p.flush(LONG), 0);
    assert_eq!(p.send(&ProducerRecord::to("t")).unwrap_err().code, Code::QUEUE_FULL, "reports were not polled yet");
    let mut seen = 0;
    while seen < 10 {
        seen += p.poll_reports(100, LONG).iter().map(|r| r.tokens.len()).sum::<usize>();
    }
    p.send(&ProducerRecord::to("t")).unwrap();
}

#[test]
fn what_cannot_be_sent_says_why() {
    let (b, _log) = broker(2, 0, Code::NO_ERROR);
    let p = producer(&b, &[("message.max.bytes", "1000"), ("topic.metadata.propagation.max.ms", "20")]);
    let code = |r: &ProducerRecord<'_>| p.send(r).unwrap_err().code;
    assert_eq!(code(&ProducerRecord::to("t").value(&[0; 2000])), Code::MSG_SIZE_TOO_LARGE);
    assert_eq!(code(&ProducerRecord::to("no such/name")), Code::INVALID_ARG);
    let mut seen = HashMap::new();
    // The metadata may be there before the record is placed; then `send` itself says it.
    if let Err(e) = p.send(&ProducerRecord::to("t").partition(9).token(1)) {
        seen.insert(1, e.code);
    }
    p.send(&ProducerRecord::to("missing").token(2)).unwrap();
    while seen.len() < 2 {
        for r in p.poll_reports(10, LONG) {
            seen.insert(r.tokens[0], r.error.unwrap().code);
        }
    }
    assert_eq!((seen[&1], seen[&2]), (Code::UNKNOWN_PARTITION, Code::UNKNOWN_TOPIC));
    assert_eq!(code(&ProducerRecord::to("t").partition(9)), Code::UNKNOWN_PARTITION);
    // Given up once, asked for again by the next record.
    p.send(&ProducerRecord::to("missing").token(3)).unwrap();
    assert_eq!(p.poll_reports(10, LONG)[0].error.as_ref().unwrap().code, Code::UNKNOWN_TOPIC);
    p.close(Duration::ZERO);
    assert_eq!(code(&ProducerRecord::to("t")), Code::STATE);
}

#[test]
fn without_a_broker_records_time_out() {
    let p = Producer::new([("bootstrap.servers", "embedded:not-there"), ("message.timeout.ms", "30")]).unwrap();
    p.send(&ProducerRecord::to("t").value(b"x")).unwrap();
    let r = p.poll_reports(1, LONG);
    assert_eq!(r[0].error.as_ref().unwrap().code, Code::MSG_TIMED_OUT);
    assert_eq!(p.flush(LONG), 0);
}

#[test]
fn acks_0_is_reported_without_offsets() {
    let (b, log) = broker(1, 0, Code::NO_ERROR);
    let p = producer(&b, &[("acks", "0"), ("linger.ms", "0")]);
    p.send(&ProducerRecord::to("t").value(b"x")).unwrap();
    let r = p.poll_reports(1, LONG);
    assert_eq!((r[0].base_offset, r[0].error.is_none()), (-1, true));
    let until = std::time::Instant::now() + LONG;
    while log.lock().is_empty() && std::time::Instant::now() < until {
        std::thread::yield_now();
    }
    assert_eq!(log.lock()[&0].len(), 1);
}

#[test]
fn closing_with_records_left_reports_them() {
    let p = Producer::new([("bootstrap.servers", "embedded:not-there-either")]).unwrap();
    p.send(&ProducerRecord::to("t").value(b"x")).unwrap();
    p.close(Duration::from_millis(1));
    assert_eq!(p.poll_reports(1, LONG)[0].error.as_ref().unwrap().code, Code::PURGE_QUEUE);
}

/// A thread that waited for reports, or for everything to be delivered, when another one closed the producer waited for ever.
#[test]
fn closing_ends_the_waits_of_other_threads() {
    let p = Producer::new([("bootstrap.servers", "embedded:nobody-waits")]).unwrap();
    let waiting = std::sync::Barrier::new(3);
    std::thread::scope(|s| {
        let reports = s.spawn(|| {
            waiting.wait();
            p.poll_reports(1, Duration::MAX).len()
        });
        let flush = s.spawn(|| {
            waiting.wait();
            p.flush(Duration::MAX)
        });
        waiting.wait();
        p.close(Duration::ZERO);
        assert_eq!((reports.join().unwrap(), flush.join().unwrap()), (0, 0));
    });
}

/// What `send` took while another thread closed the producer gets its report; it could be appended after the driver had failed
/// everything and gone.
#[test]
fn whatever_was_taken_is_reported_also_while_closing() {
    for round in 0..40 {
        let p = Producer::new([("bootstrap.servers", "embedded:nobody-closes")]).unwrap();
        let taken: usize = std::thread::scope(|s| {
            let senders: Vec<_> = (0..3)
                .map(|k| {
                    let p = &p;
                    s.spawn(move || {
                        let topic = format!("t{}", (k + round) % 3);
                        let mut n = 0;
                        while p.send(&ProducerRecord::to(&topic).value(b"x")).is_ok() {
                            n += 1;
                        }
                        n
                    })
                })
                .collect();
            p.close(Duration::ZERO);
            senders.into_iter().map(|t| t.join().unwrap()).sum()
        });
        let mut reported = 0;
        while p.outstanding() > 0 || p.reports_waiting() > 0 {
            reported += p.poll_reports(100, Duration::from_millis(10)).iter().map(|r| r.tokens.len()).sum::<usize>();
        }
        assert_eq!(reported, taken, "round {round}");
    }
}

#[test]
fn troubles_wake_who_waits_for_reports() {
    let p = Producer::new([("bootstrap.servers", "embedded:nobody-to-probe"), ("reconnect.backoff.ms", "1")]).unwrap();
    p.watch_troubles(true);
    let (mut told, until) = (Vec::new(), std::time::Instant::now() + LONG);
    while told.len() < 2 && std::time::Instant::now() < until {
        assert!(p.poll_reports(1, LONG).is_empty());
        told.extend(p.take_troubles());
    }
    assert_eq!(told.iter().map(|e| e.code).collect::<Vec<_>>(), [Code::TRANSPORT, Code::ALL_BROKERS_DOWN]);
    p.close(Duration::ZERO);
}
