//! The sender by script: batches in, errors injected, the order and the numbers of what goes out. No runtime.

use super::*;
use crate::config::Config;
use crate::producer::ProducerRecord;
use crate::producer::accumulator::{BatchLimits, Queue};
use parking_lot::Mutex;
use std::sync::atomic::AtomicBool;
use wellhead_base::env::Rng;
use wellhead_record::BatchRef;

struct Rig {
    sender: Sender,
    limits: BatchLimits,
    now: i64,
    next_token: u64,
    reports: Vec<DeliveryReport>,
    /// Requests not yet answered: number, node and per batch (partition, producer id, base sequence, first token by value).
    out: VecDeque<(u64, i32, Vec<Sent>)>,
    others: Vec<String>,
}
#[derive(Clone, Debug, PartialEq)]
struct Sent {
    partition: usize,
    producer_id: i64,
    sequence: i32,
    values: Vec<u64>,
}

impl Rig {
    fn new(pairs: &[(&str, &str)], partitions: usize) -> Rig {
        let mut all = vec![("batch.num.messages", "1"), ("linger.ms", "0"), ("retry.backoff.ms", "10"), ("message.timeout.ms", "1000")];
        all.extend_from_slice(pairs);
        let cfg = Config::read(all.iter().copied()).unwrap().producer().unwrap();
        let limits = BatchLimits {
            bytes: cfg.batch_bytes,
            records: cfg.batch_records,
            record_bytes: cfg.message_bytes_max,
            codec: cfg.codec,
            level: cfg.level,
        };
        let mut sender = Sender::new(cfg, Backoff { first_ms: 10, max_ms: 10 });
        for i in 0..partitions {
            let acc = Accumulator {
                topic: "t".into(),
                partition: i as i32,
                index: i,
                queue: Mutex::new(Queue::default()),
                has_leader: AtomicBool::new(false),
            };
            sender.add(Arc::new(acc));
            sender.on_leader(i, 1, 0);
        }
        sender.on_up(1);
        sender.on_up(2);
        if sender.idempotent {
            sender.on_ids(100, 0);
            // The brokers have had records of this producer; `a_first_batch_goes_alone` is about the time before.
            for p in &mut sender.parts {
                (p.ids, p.known) = (sender.ids, true);
            }
        }
        Rig { sender, limits, now: 0, next_token: 0, reports: Vec::new(), out: VecDeque::new(), others: Vec::new() }
    }
    fn append(&mut self, partition: usize, n: usize) {
        for _ in 0..n {
            let token = self.next_token;
            self.next_token += 1;
            let value = token.to_be_bytes();
            let r = ProducerRecord { token, ..ProducerRecord::to("t").value(&value) };
            let now = self.now;
            if self.sender.accumulator(partition).queue.lock().append(&self.limits, &r, 50, 1, || now).unwrap() {
                self.sender.on_wake(partition);
            }
        }
    }
    fn take(&mut self, effects: Vec<Effect>) {
        for e in effects {
            match e {
                Effect::Send { node, request, batches } => {
                    let sent = batches.into_iter().map(|(partition, bytes)| {
                        let b = BatchRef::parse(&bytes).unwrap();
                        b.verify_crc().unwrap();
                        let mut scratch = Vec::new();
                        let values =
                            b.records(&mut scratch, 1 << 20).unwrap().map(|r| u64::from_be_bytes(r.unwrap().value.unwrap().try_into().unwrap()));
                        Sent { partition, producer_id: b.producer_id(), sequence: b.base_sequence(), values: values.collect() }
                    });
                    self.out.push_back((request, node, sent.collect()));
                }
                Effect::Report { report, .. } => self.reports.push(report),
                other => self.others.push(format!("{other:?}")),
            }
        }
    }
    fn poll(&mut self) -> Option<i64> {
        let (effects, next) = self.sender.poll(self.now, false);
        self.take(effects);
        next
    }
    /// Answers the oldest request, the same for all its partitions.
    fn answer(&mut self, code: Code) -> Vec<Sent> {
        let (request, node, sent) = self.out.pop_front().expect("a request is under way");
        let a = |s: &Sent| (s.partition, Answer { code, message: None, base_offset: 7, log_append_time_ms: -1 });
        let effects = self.sender.on_answers(self.now, node, request, sent.iter().map(a).collect());
        self.take(effects);
        sent
    }
    fn break_oldest(&mut self) -> Vec<Sent> {
        let (request, node, sent) = self.out.pop_front().expect("a request is under way");
        let effects = self.sender.on_broken(self.now, node, request, &Error::code(Code::TRANSPORT));
        self.take(effects);
        sent
    }
    fn sequences(&self) -> Vec<i32> {
        self.out.iter().flat_map(|r| r.2.iter().map(|s| s.sequence)).collect()
    }
}

#[test]
fn five_are_in_flight_and_a_failed_one_is_sent_again_with_all_after_it() {
    let mut r = Rig::new(&[], 1);
    r.append(0, 7);
    r.poll();
    assert_eq!(r.sequences(), [0, 1, 2, 3, 4], "five requests under way");
    r.answer(Code::NO_ERROR);
    r.answer(Code::NOT_LEADER_FOR_PARTITION);
    r.poll();
    assert_eq!(r.sequences(), [2, 3, 4], "nothing newer goes out behind the failed one");
    for _ in 0..3 {
        r.answer(Code::OUT_OF_ORDER_SEQUENCE_NUMBER);
    }
    r.poll();
    assert_eq!(r.sequences(), [0; 0], "not before the pause is over");
    r.now += 10_000;
    r.poll();
    let mut again = Vec::new();
    while !r.out.is_empty() {
        assert!(again.len() > 3 || r.out.len() == 1, "what is sent again goes one by one");
        assert!(r.out.iter().all(|q| q.2[0].producer_id == 100));
        again.extend(r.answer(Code::NO_ERROR).iter().map(|s| s.sequence));
        r.poll();
    }
    assert_eq!(again, [1, 2, 3, 4, 5, 6], "from the failed one on, with the old numbers");
    let tokens: Vec<u64> = r.reports.iter().flat_map(|x| x.tokens.clone()).collect();
    assert_eq!(tokens, [0, 1, 2, 3, 4, 5, 6]);
    assert!(r.reports.iter().all(|x| x.error.is_none()));
}

/// Apache Kafka refused the first batch of a topic that was just made (it did not lead the partition yet), took the second, which was
/// on its way, as the producer's first, and the first came behind it: 20,000 records out of order.
#[test]
fn a_first_batch_goes_alone() {
    let mut r = Rig::new(&[], 1);
    r.sender.parts[0].ids = None;
    r.append(0, 4);
    r.poll();
    assert_eq!(r.sequences(), [0]);
    r.answer(Code::NOT_LEADER_FOR_PARTITION);
    r.now += 10_000;
    r.poll();
    assert_eq!(r.sequences(), [0]);
    r.answer(Code::NO_ERROR);
    r.poll();
    assert_eq!(r.sequences(), [1, 2, 3], "now it would be refused to leave one out");
    // Under a new id it is a first batch again.
    for _ in 0..3 {
        r.answer(Code::OUT_OF_ORDER_SEQUENCE_NUMBER);
    }
    r.sender.on_ids(200, 0);
    r.poll();
    assert_eq!(r.sequences(), [0]);
    r.answer(Code::NO_ERROR);
    r.poll();
    assert_eq!((r.sequences(), r.out[0].2[0].producer_id), (vec![1], 200), "what was sent before goes one by one");
}

#[test]
fn a_broken_connection_resends_everything_in_order_and_a_duplicate_is_a_success() {
    let mut r = Rig::new(&[], 1);
    r.append(0, 3);
    r.poll();
    for _ in 0..3 {
        r.break_oldest();
    }
    r.now += 10_000;
    r.poll();
    for (i, code) in [Code::DUPLICATE_SEQUENCE_NUMBER, Code::NO_ERROR, Code::NO_ERROR].into_iter().enumerate() {
        assert_eq!(r.sequences(), [i as i32]);
        r.answer(code);
        r.poll();
    }
    assert_eq!(r.reports.len(), 3);
    assert!(r.reports.iter().all(|x| x.error.is_none() && x.persisted == Persisted::Yes));
}

#[test]
fn a_lost_place_at_the_head_begins_anew_under_a_new_id_for_this_partition_alone() {
    let mut r = Rig::new(&[], 2);
    r.append(0, 1);
    r.append(1, 1);
    r.poll();
    r.answer(Code::NO_ERROR);
    r.append(0, 2);
    r.poll();
    assert_eq!(r.sequences(), [1, 2]);
    r.answer(Code::OUT_OF_ORDER_SEQUENCE_NUMBER);
    r.answer(Code::OUT_OF_ORDER_SEQUENCE_NUMBER);
    r.poll();
    assert!(r.out.is_empty() && r.others.contains(&"WantIds".to_owned()), "{:?}", r.others);
    r.sender.on_ids(200, 0);
    r.append(1, 1);
    r.poll();
    let sent: Vec<(usize, i64, i32)> = r.out.iter().flat_map(|q| q.2.iter().map(|s| (s.partition, s.producer_id, s.sequence))).collect();
    assert_eq!(sent, [(0, 200, 0), (1, 100, 1)]);
    r.answer(Code::NO_ERROR);
    r.poll();
    assert_eq!((r.out[0].2[0].producer_id, r.sequences()), (200, vec![1]));
}

#[test]
fn an_id_unknown_after_an_attempt_without_an_answer_is_not_written_twice() {
    let mut r = Rig::new(&[], 1);
    r.append(0, 1);
    r.poll();
    r.break_oldest();
    r.now += 10_000;
    r.poll();
    r.answer(Code::UNKNOWN_PRODUCER_ID);
    let e = &r.reports[0];
    assert_eq!((e.error.as_ref().unwrap().code, e.persisted), (Code::UNKNOWN_PRODUCER_ID, Persisted::Possibly));
    assert!(r.out.is_empty());
}

#[test]
fn what_waits_too_long_times_out_but_nothing_in_flight_does() {
    let mut r = Rig::new(&[], 1);
    r.append(0, 6);
    let next = r.poll();
    assert_eq!(next, Some(1_000_000), "the queued one's deadline");
    r.now = 2_000_000;
    r.poll();
    assert_eq!(r.reports.len(), 1, "the one that was never sent");
    assert_eq!(r.reports[0].error.as_ref().unwrap().code, Code::MSG_TIMED_OUT);
    assert_eq!((r.reports[0].tokens[0], r.reports[0].persisted), (5, Persisted::No));
    // A retry would come too late.
    r.break_oldest();
    for _ in 0..4 {
        r.break_oldest();
    }
    r.poll();
    assert_eq!(r.reports.len(), 6);
    assert!(r.reports[1..].iter().all(|x| x.persisted == Persisted::Possibly));
}

#[test]
fn a_refused_batch_fails_alone_and_its_successors_are_delivered() {
    let mut r = Rig::new(&[], 1);
    r.append(0, 3);
    r.poll();
    r.answer(Code::MSG_SIZE_TOO_LARGE);
    r.answer(Code::OUT_OF_ORDER_SEQUENCE_NUMBER);
    r.answer(Code::OUT_OF_ORDER_SEQUENCE_NUMBER);
    r.sender.on_ids(300, 0);
    r.now += 10_000;
    r.poll();
    assert_eq!(r.sequences(), [0]);
    r.answer(Code::NO_ERROR);
    r.poll();
    assert_eq!(r.sequences(), [1]);
    r.answer(Code::NO_ERROR);
    let codes: Vec<Code> = r.reports.iter().map(|x| x.error.as_ref().map_or(Code::NO_ERROR, |e| e.code)).collect();
    assert_eq!(codes, [Code::MSG_SIZE_TOO_LARGE, Code::NO_ERROR, Code::NO_ERROR]);
}

#[test]
fn a_new_leader_gets_nothing_before_the_old_one_answered() {
    let mut r = Rig::new(&[], 1);
    r.append(0, 1);
    r.poll();
    r.sender.on_leader(0, 2, 1);
    r.append(0, 1);
    r.poll();
    assert_eq!(r.out.len(), 1);
    r.answer(Code::NO_ERROR);
    r.poll();
    assert_eq!((r.out[0].1, r.sequences()), (2, vec![1]));
}

#[test]
fn linger_is_kept_unless_flushing_and_one_request_takes_one_batch_of_each_partition() {
    let mut r = Rig::new(&[("linger.ms", "20"), ("batch.num.messages", "10")], 3);
    for p in 0..3 {
        r.append(p, 15);
    }
    assert_eq!(r.poll(), Some(20_000), "the second batches linger");
    assert_eq!(r.out.len(), 1);
    assert_eq!(r.out[0].2.iter().map(|s| (s.partition, s.values.len())).collect::<Vec<_>>(), [(0, 10), (1, 10), (2, 10)]);
    let (effects, _) = r.sender.poll(r.now, true);
    r.take(effects);
    assert_eq!(r.out[1].2.iter().map(|s| s.values.len()).collect::<Vec<_>>(), [5, 5, 5]);
}

#[test]
fn purged_in_flight_is_reported_once_and_its_answer_finds_nobody() {
    let mut r = Rig::new(&[], 1);
    r.append(0, 6);
    r.poll();
    let mut out = Vec::new();
    r.sender.fail_in_flight(r.now, &Error::code(Code::PURGE_INFLIGHT), &mut out);
    r.sender.fail_queued(r.now, &Error::code(Code::PURGE_QUEUE), &mut out);
    r.take(out);
    assert_eq!(r.reports.len(), 6);
    for _ in 0..5 {
        r.answer(Code::NO_ERROR);
    }
    assert_eq!(r.reports.len(), 6);
    r.append(0, 1);
    r.sender.on_ids(200, 0);
    r.poll();
    assert_eq!(r.sequences(), [0]);
}

/// A broker's partition: appends in sequence, knows the last five, sometimes fails. Whatever it does, every record ends up in the log
/// once and in order, or is reported as failed.
#[test]
fn random_faults_never_reorder_or_duplicate() {
    for seed in 0..400 {
        let mut rng = Rng::seeded(seed);
        let mut r = Rig::new(&[("message.timeout.ms", "0"), ("batch.num.messages", "3")], 1);
        let mut log: Vec<u64> = Vec::new();
        // Per producer id the last sequences: base and records.
        let mut known: HashMap<i64, VecDeque<(i32, usize)>> = HashMap::new();
        let mut ids = 100;
        let total = 60;
        let mut steps = 0;
        while (r.reports.iter().map(|x| x.tokens.len()).sum::<usize>()) < total {
            steps += 1;
            assert!(steps < 5000, "seed {seed}: no end");
            if (r.next_token as usize) < total && rng.below(2) == 0 {
                let n = (1 + rng.below(5) as usize).min(total - r.next_token as usize);
                r.append(0, n);
            }
            if r.others.iter().any(|o| o == "WantIds") {
                r.others.clear();
                ids += 1;
                r.sender.on_ids(ids, 0);
            }
            r.now += 3_000;
            r.poll();
            if r.out.is_empty() || rng.below(3) == 0 {
                continue;
            }
            if rng.below(12) == 0 {
                // The connection breaks: what is under way may or may not have been appended, in order.
                let reach = rng.below(r.out.len() as u64 + 1) as usize;
                for q in r.out.iter().take(reach).cloned().collect::<Vec<_>>() {
                    apply(&mut log, &mut known, &q.2[0], &mut rng, true);
                }
                while !r.out.is_empty() {
                    r.break_oldest();
                }
                continue;
            }
            let s = r.out[0].2[0].clone();
            let code = apply(&mut log, &mut known, &s, &mut rng, false);
            r.answer(code);
        }
        let want: Vec<u64> = (0..total as u64).collect();
        assert_eq!(log, want, "seed {seed}");
        assert!(r.reports.iter().all(|x| x.error.is_none()), "seed {seed}");
    }

    fn apply(log: &mut Vec<u64>, known: &mut HashMap<i64, VecDeque<(i32, usize)>>, s: &Sent, rng: &mut Rng, quiet: bool) -> Code {
        let last = known.entry(s.producer_id).or_default();
        if last.iter().any(|&(base, n)| base == s.sequence && n == s.values.len()) {
            return Code::DUPLICATE_SEQUENCE_NUMBER;
        }
        let expected = last.back().map_or(0, |&(b, n)| b + n as i32);
        if s.sequence != expected {
            return Code::OUT_OF_ORDER_SEQUENCE_NUMBER;
        }
        if !quiet && rng.below(6) == 0 {
            return Code::NOT_LEADER_FOR_PARTITION;
        }
        log.extend(&s.values);
        last.push_back((s.sequence, s.values.len()));
        if last.len() > 5 {
            last.pop_front();
        }
        if !quiet && rng.below(10) == 0 { Code::REQUEST_TIMED_OUT } else { Code::NO_ERROR }
    }
}

/// Each counted as a whole `batch.size`, of which a request takes eight.
#[test]
fn small_batches_of_many_partitions_share_a_request() {
    let mut r = Rig::new(&[("batch.num.messages", "100000"), ("batch.size", "1000000")], 500);
    for i in 0..500 {
        r.append(i, 3);
    }
    r.poll();
    assert_eq!(r.out.iter().map(|(_, _, sent)| sent.len()).collect::<Vec<_>>(), [500]);
    r.answer(Code::NO_ERROR);
    r.poll();
    assert_eq!(r.reports.iter().map(|d| d.tokens.len()).sum::<usize>(), 1_500);
}

/// A request has its bound all the same: batches of 1 MB share it by eight.
#[test]
fn large_batches_fill_a_request() {
    let mut r = Rig::new(&[("batch.num.messages", "100000"), ("batch.size", "1000000"), ("message.max.bytes", "2000000")], 20);
    let value = vec![b'x'; 990_000];
    for i in 0..20 {
        let record = ProducerRecord { token: 0, ..ProducerRecord::to("t").value(&value) };
        assert!(r.sender.accumulator(i).queue.lock().append(&r.limits, &record, 990_050, 1, || 0).unwrap());
        r.sender.on_wake(i);
    }
    let (effects, _) = r.sender.poll(0, false);
    let sizes: Vec<usize> = effects
        .iter()
        .map(|e| match e {
            Effect::Send { batches, .. } => batches.iter().map(|b| b.1.len()).sum(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(sizes.iter().map(|s| s / 990_000).sum::<usize>(), 20);
    assert!(sizes.iter().all(|s| *s <= REQUEST_BYTES) && sizes.len() == 3, "{sizes:?}");
}
