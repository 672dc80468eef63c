//! A little that decompresses to a lot (T3): sent to a broker that must open it, and to one that need not, whose consumer must. What
//! it claims and what it yields are both bounded, whatever the codec.

use crate::MEMORY;
use crate::memory::{alone, directory};
use std::time::{Duration, Instant};
use wellhead_base::limits::{DECOMPRESSED_BATCH_BYTES_MAX, produced_batch_bytes_max};
use wellhead_broker::Broker;
use wellhead_client::admin::NewTopic;
use wellhead_client::{Admin, Consumer, Event, TopicPartition};
use wellhead_net::in_process;
use wellhead_record::{BatchBuilder, BatchRef, BuilderOptions, Codec, HEADER_LEN, LEVEL_DEFAULT, NO_HEADERS, compress, patch};
use wellhead_wire::headers::{decode_response, encode_request};
use wellhead_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use wellhead_wire::messages::{ProduceRequest, ProduceResponse};

const PATIENCE: Duration = Duration::from_secs(60);
const CODECS: [Codec; 4] = [Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd];

/// A batch of one record, with `body` in place of its records.
fn with_body(codec: Codec, body: &[u8]) -> Vec<u8> {
    let mut b = BatchBuilder::new(BuilderOptions { codec, ..BuilderOptions::default() });
    b.append(1, Some(b"k"), Some(b"v"), NO_HEADERS).expect("room");
    let mut out = b.finish().expect("a batch")[..HEADER_LEN].to_vec();
    out.extend_from_slice(body);
    let len = (out.len() - 12) as i32;
    out[8..12].copy_from_slice(&len.to_be_bytes());
    patch::set_crc(&mut out);
    out
}

/// A batch that decompresses to so many zeros.
fn bomb(codec: Codec, bytes: usize) -> Vec<u8> {
    let mut packed = Vec::new();
    compress(codec, LEVEL_DEFAULT, &vec![0; bytes], &mut packed).expect("compressed");
    with_body(codec, &packed)
}

/// A zstd frame without content size and with a window of so many bits, of five bytes of content.
fn zstd_window(bits: u8) -> Vec<u8> {
    let mut out = vec![0x28, 0xb5, 0x2f, 0xfd, 0, (bits - 10) << 3];
    out.extend([5 << 3 | 1, 0, 0]);
    out.extend(b"hello");
    out
}

/// Lies of a few bytes: sizes that are claimed and never come.
fn claims() -> Vec<(&'static str, Vec<u8>)> {
    let with_header = |records: i32, body: &[u8]| {
        let mut packed = Vec::new();
        compress(Codec::Zstd, LEVEL_DEFAULT, body, &mut packed).expect("compressed");
        let mut b = with_body(Codec::Zstd, &packed);
        b[23..27].copy_from_slice(&(records - 1).to_be_bytes());
        b[57..61].copy_from_slice(&records.to_be_bytes());
        patch::set_crc(&mut b);
        b
    };
    vec![
        ("a zstd window of 2^31", with_body(Codec::Zstd, &zstd_window(31))),
        ("a zstd window of 2^27", with_body(Codec::Zstd, &zstd_window(27))),
        ("a zstd content of 2^60", with_body(Codec::Zstd, &[0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0x10, 1, 0, 0])),
        ("a snappy block of 4 GiB", with_body(Codec::Snappy, &[0xff, 0xff, 0xff, 0xff, 0x0f, 0])),
        ("an lz4 frame of 2^60 bytes", with_body(Codec::Lz4, &[4, 0x22, 0x4d, 0x18, 0x68, 0x40, 0, 0, 0, 0, 0, 0, 0, 0x10, 0xd3, 0, 0, 0, 0])),
        ("two billion records", with_header(i32::MAX, &[0x0c, 0, 0, 0, 1, 0, 0])),
        ("two billion headers", with_header(1, &[0x14, 0, 0, 0, 0x01, 0, 0xfe, 0xff, 0xff, 0xff, 0x0f])),
        ("a value of two billion bytes", with_header(1, &[0x16, 0, 0, 0, 0x01, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0])),
    ]
}

struct Node {
    broker: Broker,
    _dir: tempfile::TempDir,
}

impl Node {
    /// Topics that are opened for each reason there is, and one that is not.
    fn start() -> Node {
        let dir = directory();
        let broker = Broker::open(dir.path(), &[]).expect("an open broker");
        let at = broker.embedded_address();
        let admin = Admin::new([("bootstrap.servers", at.as_str())]).expect("an admin");
        let topic = |name: &str, key: &str, value: &str| NewTopic {
            name: name.into(),
            partitions: 1,
            replication: 1,
            assignment: vec![],
            configs: vec![(key.into(), value.into()), ("max.message.bytes".into(), "50000000".into())],
        };
        let topics = [
            topic("opened-compacted", "cleanup.policy", "compact"),
            topic("opened-uncompressed", "compression.type", "uncompressed"),
            topic("opened-gzip", "compression.type", "gzip"),
            topic("opened-times", "message.timestamp.before.max.ms", "1000000000000000"),
            topic("not-opened", "cleanup.policy", "delete"),
            topic("append-time", "message.timestamp.type", "LogAppendTime"),
        ];
        for made in admin.create_topics(&topics, PATIENCE, false).expect("an answer") {
            made.1.expect("a topic");
        }
        Node { broker, _dir: dir }
    }

    /// The error code of the broker's answer.
    fn produce(&self, topic: &str, records: &[u8]) -> i16 {
        let partition = PartitionProduceData { index: 0, records: Some(records.to_vec().into()) };
        let topic_data = vec![TopicProduceData { name: topic.into(), partition_data: vec![partition], ..Default::default() }];
        let request = ProduceRequest { acks: -1, timeout_ms: 30_000, topic_data, ..Default::default() };
        let frame = encode_request(&request, 9, 7, Some("bomber")).expect("a request");
        let name = self.broker.embedded_address();
        let name = name.strip_prefix("embedded:").expect("an embedded name");
        let bytes = wellhead_net::runtime().expect("the runtime").block_on(async {
            let mut c = in_process::connect(name).expect("a connection");
            c.requests.send(frame).await.expect("sent");
            let answer = tokio::time::timeout(PATIENCE, c.responses.recv()).await.expect("an answer in time").expect("an answer");
            answer.into_bytes().expect("bytes")
        });
        decode_response::<ProduceResponse>(&bytes, 9).expect("a readable answer").1.responses[0].partition_responses[0].error_code
    }

    /// What a consumer is told first of this topic: its records, or an error.
    fn consume(&self, topic: &str) -> Result<usize, wellhead_client::Error> {
        let at = self.broker.embedded_address();
        let pairs = [("bootstrap.servers", at.as_str()), ("fetch.message.max.bytes", "60000000"), ("fetch.max.bytes", "60000000")];
        let c = Consumer::new(pairs).expect("a consumer");
        c.assign(&[TopicPartition::new(topic, 0).at(0)]).expect("assigned");
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            for e in c.poll(1, Duration::from_millis(100)).expect("polled") {
                match e {
                    Event::Records(set) => return Ok(set.len()),
                    Event::Error(e) => return Err(e),
                    _ => {}
                }
            }
        }
        panic!("neither a record nor an error came of {topic}");
    }
}

fn peak_of<T>(f: impl FnOnce() -> T) -> (T, usize) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let out = f();
    (out, MEMORY.peak_usage().saturating_sub(before))
}

#[test]
fn a_broker_opens_no_bomb_and_a_consumer_neither() {
    let alone = alone();
    let node = Node::start();
    let opened = ["opened-compacted", "opened-uncompressed", "opened-gzip", "opened-times"];
    // One reason each for the codecs that take long, all of them for the densest.
    for codec in CODECS {
        let bomb = bomb(codec, DECOMPRESSED_BATCH_BYTES_MAX + 1);
        println!("{codec:?}: {} bytes", bomb.len());
        assert!(BatchRef::parse(&bomb).is_ok_and(|b| b.verify_crc().is_ok()), "the test's premise");
        for topic in opened {
            if codec != Codec::Zstd && topic != "opened-compacted" {
                continue;
            }
            let (code, peak) = peak_of(|| node.produce(topic, &bomb));
            assert_ne!(code, 0, "{codec:?} to {topic}");
            // The request and its copy, and a buffer that doubles up to the bound.
            let may = 3 * produced_batch_bytes_max(bomb.len()) + 4 * bomb.len() + (1 << 20);
            assert!(peak <= may, "{codec:?} to {topic}: {} bytes took {peak} of memory, {may} are allowed", bomb.len());
        }
    }
    // Whoever only passes a batch on does not look inside; the consumer does.
    let small = bomb(Codec::Zstd, DECOMPRESSED_BATCH_BYTES_MAX + 1);
    for topic in ["not-opened", "append-time"] {
        let (code, peak) = peak_of(|| node.produce(topic, &small));
        assert!(code == 0 && peak < 2 << 20, "{topic}: {code}, {peak} bytes");
        let (read, peak) = peak_of(|| node.consume(topic));
        let e = read.expect_err("no bomb is opened");
        assert!(e.message().contains(topic) && !e.message().is_empty(), "{e}");
        assert!(peak < 3 * DECOMPRESSED_BATCH_BYTES_MAX, "{topic}: {peak} bytes");
    }
    assert_eq!(alone.panics(), 0);
}

#[test]
fn claims_are_not_believed_by_a_broker_or_a_consumer() {
    let _alone = alone();
    for (what, batch) in claims() {
        let node = Node::start();
        for topic in ["opened-compacted", "opened-uncompressed", "opened-times"] {
            let (code, peak) = peak_of(|| node.produce(topic, &batch));
            assert!(code != 0 && peak < 2 << 20, "{what} to {topic}: code {code}, {peak} bytes of memory");
        }
        if node.produce("not-opened", &batch) == 0 {
            let (read, peak) = peak_of(|| node.consume("not-opened"));
            assert!(read.is_err() && peak < 4 << 20, "{what}: {read:?}, {peak} bytes of memory");
        }
    }
}

/// Many batches of a response, each within its bound: before, all of them were opened at once.
#[test]
fn many_small_bombs_in_one_answer_are_opened_one_by_one() {
    let _alone = alone();
    let node = Node::start();
    let mut plain = BatchBuilder::new(BuilderOptions { codec: Codec::Zstd, ..BuilderOptions::default() });
    plain.append(1, None, Some(&vec![0; 12 << 20]), NO_HEADERS).expect("room");
    let batch = plain.finish().expect("a batch");
    for _ in 0..20 {
        assert_eq!(node.produce("not-opened", &batch), 0);
    }
    let (read, peak) = peak_of(|| node.consume("not-opened"));
    assert!(read.expect("records") > 0);
    assert!(peak < 150 << 20, "20 batches of 12 MiB took {peak} bytes");
}
