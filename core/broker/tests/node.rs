//! One node from outside: through the in-process transport and through a raw socket, with Kafka's messages.

#[path = "node/cluster.rs"]
mod cluster;

use bytes::Bytes;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use wellhead_base::{Code, TopicId};
use wellhead_broker::Broker;
use wellhead_net::{Address, in_process};
use wellhead_record::{BatchBuilder, BatchRef, Batches, BuilderOptions, NO_HEADERS};
use wellhead_wire::headers::{decode_response, encode_request};
use wellhead_wire::messages::*;
use wellhead_wire::{APIS, ApiKey, Request};

struct Node {
    dir: tempfile::TempDir,
    broker: Option<Broker>,
}

impl Node {
    fn start(properties: &[(&str, &str)]) -> Node {
        let dir = tempfile::tempdir().expect("a directory");
        let broker = Some(open(dir.path(), properties));
        Node { dir, broker }
    }
    fn restart(&mut self, properties: &[(&str, &str)]) {
        self.broker.take().expect("running").close().expect("a clean end");
        self.broker = Some(open(self.dir.path(), properties));
    }
    fn client(&self) -> Client {
        let broker = self.broker.as_ref().expect("running");
        let Ok(Address::Embedded(name)) = Address::parse(&broker.embedded_address()) else { panic!("an embedded address") };
        Client { end: in_process::connect(&name).expect("connecting"), next: 0 }
    }
    fn socket(&self) -> Socket {
        let address = self.broker.as_ref().expect("running").listen_addrs()[0];
        let stream = TcpStream::connect(address).expect("connecting");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        Socket(stream)
    }
}

fn open(dir: &std::path::Path, properties: &[(&str, &str)]) -> Broker {
    let properties: Vec<(String, String)> = properties.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Broker::open(dir, &properties).expect("opening")
}

/// A client in this process.
struct Client {
    end: in_process::ClientEnd,
    next: i32,
}
impl Client {
    fn send<R: Request>(&mut self, version: i16, request: &R) {
        self.next += 1;
        let frame = encode_request(request, version, self.next, Some("test")).expect("a request");
        self.end.requests.blocking_send(frame).expect("sending");
    }
    fn receive<R: Request>(&mut self, version: i16) -> R::Response {
        let frame = self.end.responses.blocking_recv().expect("a response").into_bytes().expect("its bytes");
        decode_response::<R::Response>(&frame, version).expect("a response that can be read").1
    }
    fn call<R: Request>(&mut self, version: i16, request: &R) -> R::Response {
        self.send(version, request);
        self.receive::<R>(version)
    }
    fn create(&mut self, name: &str, partitions: i32, configs: &[(&str, &str)]) -> TopicId {
        let configs =
            configs.iter().map(|(k, v)| create_topics_request::CreatableTopicConfig { name: (*k).into(), value: Some((*v).into()) }).collect();
        let topic = create_topics_request::CreatableTopic {
            name: name.into(),
            num_partitions: partitions,
            replication_factor: -1,
            configs,
            ..Default::default()
        };
        let r = self.call(7, &CreateTopicsRequest { topics: vec![topic], timeout_ms: 1000, validate_only: false });
        // aiokafka's tests found a message of "" here: the schema's default, while Kafka sends null.
        let t = &r.topics[0];
        assert_eq!((t.error_code, t.num_partitions, t.error_message.as_deref()), (0, partitions, None));
        r.topics[0].topic_id
    }
    fn produce(&mut self, topic: &str, partition: i32, values: &[&str]) -> produce_response::PartitionProduceResponse {
        self.produce_with(9, topic, TopicId::ZERO, partition, -1, batch(values, BuilderOptions::default()))
    }
    fn produce_with(
        &mut self,
        version: i16,
        topic: &str,
        id: TopicId,
        partition: i32,
        acks: i16,
        records: Vec<u8>,
    ) -> produce_response::PartitionProduceResponse {
        let request = produce_request(topic, id, partition, acks, records);
        self.call(version, &request).responses.remove(0).partition_responses.remove(0)
    }
    fn fetch(&mut self, topic: &str, partition: i32, offset: i64) -> Vec<(i64, String)> {
        let r = self.call(12, &fetch_request(0, -1, &[(topic, partition, offset)]));
        assert_eq!(r.error_code, 0);
        let p = &r.responses[0].partitions[0];
        assert_eq!(p.error_code, 0);
        records(p.records.as_ref())
    }
    fn offset(&mut self, topic: &str, timestamp: i64) -> (i16, i64, i64) {
        let partition = list_offsets_request::ListOffsetsPartition { partition_index: 0, current_leader_epoch: -1, timestamp };
        let topics = vec![list_offsets_request::ListOffsetsTopic { name: topic.into(), partitions: vec![partition] }];
        let r = self.call(11, &ListOffsetsRequest { replica_id: -1, isolation_level: 0, topics, timeout_ms: 0 });
        let p = &r.topics[0].partitions[0];
        (p.error_code, p.offset, p.timestamp)
    }
}

fn batch(values: &[&str], options: BuilderOptions) -> Vec<u8> {
    batch_at(1000, values, options)
}

fn batch_at(first_ms: i64, values: &[&str], options: BuilderOptions) -> Vec<u8> {
    let mut b = BatchBuilder::new(options);
    for (i, v) in values.iter().enumerate() {
        b.append(first_ms + i as i64, None, Some(v.as_bytes()), NO_HEADERS).expect("a record");
    }
    b.finish().expect("a batch")
}

fn records(bytes: Option<&Bytes>) -> Vec<(i64, String)> {
    let mut out = Vec::new();
    let mut scratch = Vec::new();
    for b in Batches::new(bytes.map_or(&[][..], |b| b)) {
        let b: BatchRef<'_> = b.expect("a batch");
        b.verify_crc().expect("its checksum");
        for r in b.records(&mut scratch, 1 << 20).expect("records") {
            let r = r.expect("a record");
            out.push((r.offset, String::from_utf8(r.value.unwrap_or_default().to_vec()).expect("text")));
        }
    }
    out
}

fn produce_request(topic: &str, topic_id: TopicId, index: i32, acks: i16, records: Vec<u8>) -> ProduceRequest {
    let partition_data = vec![produce_request::PartitionProduceData { index, records: Some(records.into()) }];
    ProduceRequest {
        transactional_id: None,
        acks,
        timeout_ms: 10_000,
        topic_data: vec![produce_request::TopicProduceData { name: topic.into(), topic_id, partition_data }],
    }
}

fn fetch_request(session_id: i32, session_epoch: i32, partitions: &[(&str, i32, i64)]) -> FetchRequest {
    let topics = partitions
        .iter()
        .map(|(topic, partition, fetch_offset)| fetch_request::FetchTopic {
            topic: (*topic).into(),
            partitions: vec![fetch_request::FetchPartition {
                partition: *partition,
                fetch_offset: *fetch_offset,
                partition_max_bytes: 1 << 20,
                ..Default::default()
            }],
            ..Default::default()
        })
        .collect();
    FetchRequest { max_wait_ms: 0, min_bytes: 1, max_bytes: 1 << 20, session_id, session_epoch, topics, ..Default::default() }
}

/// A client with a socket and nothing else.
struct Socket(TcpStream);
impl Socket {
    fn send(&mut self, frame: &[u8]) {
        self.0.write_all(&(frame.len() as i32).to_be_bytes()).expect("sending");
        self.0.write_all(frame).expect("sending");
    }
    /// The next frame; None when the connection ends.
    fn receive(&mut self) -> Option<Bytes> {
        let mut len = [0; 4];
        self.0.read_exact(&mut len).ok()?;
        let mut out = vec![0; i32::from_be_bytes(len) as usize];
        self.0.read_exact(&mut out).ok()?;
        Some(out.into())
    }
}

const TCP: &[(&str, &str)] = &[("listeners", "127.0.0.1:0")];

#[test]
fn records_come_back_in_order_and_survive_a_restart() {
    let mut node = Node::start(&[]);
    let mut c = node.client();
    let id = c.create("t", 2, &[]);
    assert_eq!(c.produce("t", 0, &["a", "b"]).base_offset, 0);
    assert_eq!(c.produce("t", 0, &["c"]).base_offset, 2);
    assert_eq!(c.produce_with(13, "", id, 1, 1, batch(&["x"], BuilderOptions::default())).base_offset, 0);
    let want: Vec<(i64, String)> = ["a", "b", "c"].iter().zip(0..).map(|(v, i)| (i, (*v).to_owned())).collect();
    assert_eq!(c.fetch("t", 0, 0), want);
    assert_eq!(c.fetch("t", 0, 2), want[2..]);
    let cluster = c.call(1, &DescribeClusterRequest::default()).cluster_id;
    drop(c);
    node.restart(&[]);
    let mut c = node.client();
    assert_eq!(c.fetch("t", 0, 0), want);
    assert_eq!(c.fetch("t", 1, 0), [(0, "x".into())]);
    assert_eq!(c.produce("t", 0, &["d"]).base_offset, 3);
    assert_eq!(c.call(1, &DescribeClusterRequest::default()).cluster_id, cluster);
    let metadata = c.call(12, &MetadataRequest { topics: None, ..Default::default() });
    assert_eq!((metadata.topics.len(), metadata.topics[0].topic_id), (1, id));
}

/// sarama's functional tests found it: acks=1 was answered at the append, and ListOffsets or DeleteRecords right behind it did not know
/// of the record, as its sync was still under way. All three are sent before any is answered.
#[test]
fn an_acks_1_record_is_known_to_what_asks_behind_it() {
    let node = Node::start(&[]);
    let mut c = node.client();
    c.create("t", 1, &[]);
    let latest = |timestamp| {
        let partition = list_offsets_request::ListOffsetsPartition { partition_index: 0, current_leader_epoch: -1, timestamp };
        let topics = vec![list_offsets_request::ListOffsetsTopic { name: "t".into(), partitions: vec![partition] }];
        ListOffsetsRequest { replica_id: -1, isolation_level: 0, topics, timeout_ms: 0 }
    };
    for i in 0..50 {
        c.send(9, &produce_request("t", TopicId::ZERO, 0, 1, batch_at(1000 + i, &["a"], BuilderOptions::default())));
        c.send(11, &latest(-1));
        c.send(11, &latest(1000 + i));
        let partitions = vec![delete_records_request::DeleteRecordsPartition { partition_index: 0, offset: i + 1 }];
        let topics = vec![delete_records_request::DeleteRecordsTopic { name: "t".into(), partitions }];
        c.send(2, &DeleteRecordsRequest { topics, timeout_ms: 10_000 });
        assert_eq!(c.receive::<ProduceRequest>(9).responses[0].partition_responses[0].base_offset, i);
        assert_eq!(c.receive::<ListOffsetsRequest>(11).topics[0].partitions[0].offset, i + 1);
        assert_eq!(c.receive::<ListOffsetsRequest>(11).topics[0].partitions[0].offset, i);
        let deleted = &c.receive::<DeleteRecordsRequest>(2).topics[0].partitions[0];
        assert_eq!((deleted.error_code, deleted.low_watermark), (0, i + 1));
    }
}

#[test]
fn errors_of_produce_name_their_cause() {
    let node = Node::start(&[]);
    let mut c = node.client();
    let id = c.create("t", 1, &[("max.message.bytes", "200")]);
    let options = BuilderOptions::default;
    let one = || batch(&["a"], options());
    let mut check = |version, topic: &str, id, partition, acks, records: Vec<u8>, want: Code| {
        let r = c.produce_with(version, topic, id, partition, acks, records);
        assert_eq!(Code(r.error_code), want, "{:?}", r.error_message);
    };
    check(9, "nope", TopicId::ZERO, 0, -1, one(), Code::UNKNOWN_TOPIC_OR_PART);
    check(9, "t", TopicId::ZERO, 1, -1, one(), Code::UNKNOWN_TOPIC_OR_PART);
    check(9, "t", TopicId::ZERO, -1, -1, one(), Code::UNKNOWN_TOPIC_OR_PART);
    check(13, "", TopicId([9; 16]), 0, -1, one(), Code::UNKNOWN_TOPIC_ID);
    check(9, "t", TopicId::ZERO, 0, 2, one(), Code::INVALID_REQUIRED_ACKS);
    check(9, "t", TopicId::ZERO, 0, -1, Vec::new(), Code::INVALID_RECORD);
    check(9, "t", TopicId::ZERO, 0, -1, [one(), one()].concat(), Code::INVALID_RECORD);
    let large = "x".repeat(300);
    check(9, "t", TopicId::ZERO, 0, -1, batch(&[&large], options()), Code::MSG_SIZE_TOO_LARGE);
    let mut torn = one();
    let last = torn.len() - 1;
    torn[last] ^= 1;
    check(9, "t", TopicId::ZERO, 0, -1, torn, Code::INVALID_MSG);
    check(13, "", id, 0, -1, one(), Code::NO_ERROR);
}

#[test]
fn an_idempotent_producer_is_deduplicated_also_after_a_restart() {
    let mut node = Node::start(&[]);
    let mut c = node.client();
    c.create("t", 1, &[]);
    let first = c.call(5, &InitProducerIdRequest { transactional_id: None, ..Default::default() });
    let second = c.call(5, &InitProducerIdRequest { transactional_id: None, ..Default::default() });
    assert_eq!((first.error_code, first.producer_epoch), (0, 0));
    assert_ne!(first.producer_id, second.producer_id);
    let refused = c.call(5, &InitProducerIdRequest { transactional_id: Some("x".into()), ..Default::default() });
    assert_eq!(Code(refused.error_code), Code::TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
    // A producer is forgotten by the age of its records, as in Kafka: these are new.
    let now = wellhead_base::env::Clock::wall_ms(&wellhead_base::env::SystemClock::default());
    let of = |sequence, values: &[&str]| {
        batch_at(now, values, BuilderOptions { producer_id: first.producer_id, producer_epoch: 0, base_sequence: sequence, ..Default::default() })
    };
    assert_eq!(c.produce_with(9, "t", TopicId::ZERO, 0, -1, of(0, &["a", "b"])).base_offset, 0);
    assert_eq!(c.produce_with(9, "t", TopicId::ZERO, 0, -1, of(0, &["a", "b"])).base_offset, 0);
    drop(c);
    node.restart(&[]);
    let mut c = node.client();
    assert_eq!(c.produce_with(9, "t", TopicId::ZERO, 0, -1, of(0, &["a", "b"])).base_offset, 0);
    assert_eq!(c.produce_with(9, "t", TopicId::ZERO, 0, -1, of(2, &["c"])).base_offset, 2);
    assert_eq!(Code(c.produce_with(9, "t", TopicId::ZERO, 0, -1, of(9, &["z"])).error_code), Code::OUT_OF_ORDER_SEQUENCE_NUMBER);
    let third = c.call(5, &InitProducerIdRequest { transactional_id: None, ..Default::default() });
    assert!(third.producer_id > second.producer_id, "no id is given out twice");
    let topics = vec![describe_producers_request::TopicRequest { name: "t".into(), partition_indexes: vec![0] }];
    let described = c.call(0, &DescribeProducersRequest { topics });
    let p = &described.topics[0].partitions[0];
    assert_eq!((p.error_code, p.active_producers.len(), p.active_producers[0].last_sequence), (0, 1, 2));
}

#[test]
fn a_waiting_fetch_is_woken_by_the_append_and_not_by_its_deadline() {
    let node = Node::start(&[]);
    let (mut reader, mut writer) = (node.client(), node.client());
    writer.create("t", 1, &[]);
    let request = FetchRequest { max_wait_ms: 20_000, ..fetch_request(0, -1, &[("t", 0, 0)]) };
    reader.send(12, &request);
    let begun = Instant::now();
    writer.produce("t", 0, &["a"]);
    let r = reader.receive::<FetchRequest>(12);
    assert_eq!(records(r.responses[0].partitions[0].records.as_ref()), [(0, "a".into())]);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    // Without an append it is answered at its deadline, and empty.
    let request = FetchRequest { max_wait_ms: 30, ..fetch_request(0, -1, &[("t", 0, 1)]) };
    let begun = Instant::now();
    let r = reader.call(12, &request);
    assert!(begun.elapsed() >= Duration::from_millis(29));
    assert_eq!((r.responses[0].partitions[0].high_watermark, records(r.responses[0].partitions[0].records.as_ref()).len()), (1, 0));
}

#[test]
fn fetch_sessions_answer_with_news_only() {
    let node = Node::start(&[]);
    let mut c = node.client();
    c.create("t", 3, &[]);
    c.produce("t", 0, &["a"]);
    let full = c.call(12, &fetch_request(0, 0, &[("t", 0, 0), ("t", 1, 0), ("t", 2, 0)]));
    assert_eq!((full.error_code, full.responses.iter().map(|t| t.partitions.len()).sum::<usize>()), (0, 3));
    let id = full.session_id;
    assert!(id > 0);
    let none = c.call(12, &fetch_request(id, 1, &[("t", 0, 1)]));
    assert_eq!((none.session_id, none.responses.len()), (id, 0));
    c.produce("t", 2, &["b"]);
    let news = c.call(12, &fetch_request(id, 2, &[]));
    assert_eq!((news.responses.len(), news.responses[0].partitions.len(), news.responses[0].partitions[0].partition_index), (1, 1, 2));
    let stale = c.call(12, &fetch_request(id, 2, &[]));
    assert_eq!(Code(stale.error_code), Code::INVALID_FETCH_SESSION_EPOCH);
    let unknown = c.call(12, &fetch_request(id ^ 1, 3, &[]));
    assert_eq!(Code(unknown.error_code), Code::FETCH_SESSION_ID_NOT_FOUND);
}

#[test]
fn fetch_errors_and_limits() {
    let node = Node::start(&[]);
    let mut c = node.client();
    c.create("t", 2, &[]);
    let large = "x".repeat(5000);
    c.produce("t", 0, &[&large]);
    c.produce("t", 0, &[&large]);
    c.produce("t", 1, &[&large]);
    let code = |r: &FetchResponse| Code(r.responses[0].partitions[0].error_code);
    assert_eq!(code(&c.call(12, &fetch_request(0, -1, &[("t", 0, 3)]))), Code::OFFSET_OUT_OF_RANGE);
    assert_eq!(code(&c.call(12, &fetch_request(0, -1, &[("t", 7, 0)]))), Code::UNKNOWN_TOPIC_OR_PART);
    let mut epoch = fetch_request(0, -1, &[("t", 0, 0)]);
    epoch.topics[0].partitions[0].current_leader_epoch = 3;
    assert_eq!(code(&c.call(12, &epoch)), Code::UNKNOWN_LEADER_EPOCH);
    // The first batch comes whatever its size, and only the first.
    let mut small = fetch_request(0, -1, &[("t", 0, 0), ("t", 1, 0)]);
    small.max_bytes = 100;
    let r = c.call(12, &small);
    let got: Vec<usize> = r.responses.iter().flat_map(|t| &t.partitions).map(|p| records(p.records.as_ref()).len()).collect();
    assert_eq!(got, [1, 0]);
    let mut replica = fetch_request(0, -1, &[("t", 0, 0)]);
    replica.replica_id = 2;
    assert_eq!(Code(c.call(12, &replica).error_code), Code::CLUSTER_AUTHORIZATION_FAILED);
}

#[test]
fn special_times_of_list_offsets() {
    let node = Node::start(&[]);
    let mut c = node.client();
    c.create("t", 1, &[]);
    assert_eq!(c.offset("t", -1), (0, 0, -1));
    assert_eq!(c.offset("t", -3), (0, -1, -1), "an empty log has no largest time");
    c.produce("t", 0, &["a", "b", "c"]);
    assert_eq!(c.offset("t", -1), (0, 3, -1));
    assert_eq!(c.offset("t", -2), (0, 0, -1));
    assert_eq!(c.offset("t", -3), (0, 2, 1002));
    assert_eq!(c.offset("t", -4), (0, 0, -1));
    assert_eq!(c.offset("t", -5), (0, -1, -1));
    assert_eq!(c.offset("t", -6), (0, -1, -1));
    assert_eq!(Code(c.offset("t", -7).0), Code::UNSUPPORTED_VERSION);
    assert_eq!(c.offset("t", 1001), (0, 1, 1001));
    assert_eq!(c.offset("t", 5000), (0, -1, -1));
    assert_eq!(Code(c.offset("nope", -1).0), Code::UNKNOWN_TOPIC_OR_PART);
}

#[test]
fn metadata_makes_a_topic_that_is_asked_for_when_that_is_allowed() {
    let node = Node::start(&[("num.partitions", "3")]);
    let mut c = node.client();
    let ask = |name: &str, allow| MetadataRequest {
        topics: Some(vec![metadata_request::MetadataRequestTopic { name: Some(name.into()), ..Default::default() }]),
        allow_auto_topic_creation: allow,
        ..Default::default()
    };
    let topic = |r: MetadataResponse| (Code(r.topics[0].error_code), r.topics[0].partitions.len());
    assert_eq!(topic(c.call(12, &ask("t", false))), (Code::UNKNOWN_TOPIC_OR_PART, 0));
    assert_eq!(topic(c.call(12, &ask("t", true))), (Code::NO_ERROR, 3));
    assert_eq!(topic(c.call(12, &ask("bad name", true))), (Code::TOPIC_EXCEPTION, 0));
    assert_eq!(topic(c.call(12, &ask("__consumer_offsets", true))), (Code::NO_ERROR, 50));
    let r = c.call(12, &ask("__consumer_offsets", true));
    assert!(r.topics[0].is_internal);
    assert_eq!((r.controller_id, r.brokers.len(), r.brokers[0].port), (1, 1, 0));
    let none = c.call(12, &MetadataRequest { topics: Some(Vec::new()), ..Default::default() });
    assert!(none.topics.is_empty());
    let strict = Node::start(&[("auto.create.topics.enable", "false")]);
    assert_eq!(topic(strict.client().call(12, &ask("t", true))), (Code::UNKNOWN_TOPIC_OR_PART, 0));
}

/// Java's admin client asks for an id under the name "", which was taken for the name: the answer had no id, and the client threw.
#[test]
fn metadata_by_id_does_not_look_at_the_name() {
    let node = Node::start(&[]);
    let mut c = node.client();
    let id = c.create("t", 1, &[]);
    for name in [None, Some(String::new())] {
        let topics = [id, TopicId([9; 16])].map(|topic_id| metadata_request::MetadataRequestTopic { topic_id, name: name.clone() });
        let r = c.call(13, &MetadataRequest { topics: Some(topics.into()), ..Default::default() });
        assert_eq!((r.topics[0].error_code, r.topics[0].name.as_deref(), r.topics[0].topic_id), (0, Some("t"), id));
        assert_eq!((Code(r.topics[1].error_code), r.topics[1].name.clone(), r.topics[1].topic_id), (Code::UNKNOWN_TOPIC_ID, None, TopicId([9; 16])));
    }
}

#[test]
fn topics_are_described_page_by_page() {
    let node = Node::start(&[]);
    let mut c = node.client();
    for (name, partitions) in [("a", 3), ("b", 2), ("c", 4)] {
        c.create(name, partitions, &[]);
    }
    let mut request = DescribeTopicPartitionsRequest { response_partition_limit: 2, ..Default::default() };
    let mut seen = Vec::new();
    for page in 0.. {
        assert!(page < 10, "the cursor goes on");
        let r = c.call(0, &request);
        for t in &r.topics {
            seen.extend(t.partitions.iter().map(|p| (t.name.clone().unwrap_or_default(), p.partition_index)));
        }
        let Some(next) = r.next_cursor else { break };
        request.cursor = Some(describe_topic_partitions_request::Cursor { topic_name: next.topic_name, partition_index: next.partition_index });
    }
    let want: Vec<(String, i32)> = [("a", 3), ("b", 2), ("c", 4)].iter().flat_map(|(n, p)| (0..*p).map(|i| ((*n).to_owned(), i))).collect();
    assert_eq!(seen, want);
}

#[test]
fn configs_are_altered_described_and_in_effect() {
    let mut node = Node::start(&[("log.retention.hours", "5")]);
    let mut c = node.client();
    c.create("t", 1, &[("segment.ms", "60000")]);
    let resource = |configs| incremental_alter_configs_request::AlterConfigsResource { resource_type: 2, resource_name: "t".into(), configs };
    let set = |name: &str, operation, value: Option<&str>| incremental_alter_configs_request::AlterableConfig {
        name: name.into(),
        config_operation: operation,
        value: value.map(str::to_owned),
    };
    let alter = |c: &mut Client, configs| {
        let r = c.call(1, &IncrementalAlterConfigsRequest { resources: vec![resource(configs)], validate_only: false });
        Code(r.responses[0].error_code)
    };
    assert_eq!(alter(&mut c, vec![set("max.message.bytes", 0, Some("100")), set("cleanup.policy", 2, Some("compact"))]), Code::NO_ERROR);
    assert_eq!(alter(&mut c, vec![set("max.message.bytes", 0, Some("many"))]), Code::INVALID_CONFIG);
    assert_eq!(Code(c.produce("t", 0, &[&"x".repeat(200)]).error_code), Code::MSG_SIZE_TOO_LARGE);
    drop(c);
    node.restart(&[("log.retention.hours", "5")]);
    let mut c = node.client();
    let describe = |c: &mut Client| {
        let resource = describe_configs_request::DescribeConfigsResource { resource_type: 2, resource_name: "t".into(), configuration_keys: None };
        let r = c.call(4, &DescribeConfigsRequest { resources: vec![resource], include_synonyms: true, include_documentation: true });
        r.results[0]
            .configs
            .iter()
            .map(|x| (x.name.clone(), (x.value.clone().unwrap_or_default(), x.config_source)))
            .collect::<std::collections::BTreeMap<_, _>>()
    };
    let got = describe(&mut c);
    for (name, value, source) in [
        ("max.message.bytes", "100", 1),
        ("cleanup.policy", "delete,compact", 1),
        ("segment.ms", "60000", 1),
        ("retention.ms", "18000000", 4),
        ("segment.bytes", "1073741824", 5),
        ("wellhead.durability", "fsync", 5),
    ] {
        assert_eq!(got[name], (value.to_owned(), source), "{name}");
    }
    assert_eq!(alter(&mut c, vec![set("max.message.bytes", 1, None)]), Code::NO_ERROR);
    assert_eq!(describe(&mut c)["max.message.bytes"], ("1048588".into(), 5));
}

#[test]
fn a_deleted_topic_is_gone_and_its_name_may_live_again() {
    let node = Node::start(&[]);
    let mut c = node.client();
    let id = c.create("t", 1, &[]);
    c.produce("t", 0, &["old"]);
    let topics = vec![delete_topics_request::DeleteTopicState { name: None, topic_id: id }];
    let r = c.call(6, &DeleteTopicsRequest { topics, ..Default::default() });
    assert_eq!((r.responses[0].error_code, r.responses[0].name.as_deref()), (0, Some("t")));
    assert_eq!(Code(c.produce("t", 0, &["x"]).error_code), Code::UNKNOWN_TOPIC_OR_PART);
    let again = c.create("t", 1, &[]);
    assert_ne!(id, again);
    assert_eq!(c.produce("t", 0, &["new"]).base_offset, 0);
    assert_eq!(c.fetch("t", 0, 0), [(0, "new".into())]);
}

#[test]
fn records_are_deleted_up_to_an_offset() {
    let node = Node::start(&[]);
    let mut c = node.client();
    c.create("t", 1, &[]);
    c.produce("t", 0, &["a", "b", "c"]);
    let mut delete = |offset| {
        let partitions = vec![delete_records_request::DeleteRecordsPartition { partition_index: 0, offset }];
        let topics = vec![delete_records_request::DeleteRecordsTopic { name: "t".into(), partitions }];
        let r = c.call(2, &DeleteRecordsRequest { topics, timeout_ms: 1000 });
        (Code(r.topics[0].partitions[0].error_code), r.topics[0].partitions[0].low_watermark)
    };
    assert_eq!(delete(2), (Code::NO_ERROR, 2));
    assert_eq!(delete(9).0, Code::OFFSET_OUT_OF_RANGE);
    assert_eq!(delete(-1), (Code::NO_ERROR, 3));
    assert_eq!(c.offset("t", -2), (0, 3, -1));
}

#[test]
fn many_partitions_are_one_command_and_no_files() {
    let mut node = Node::start(&[]);
    let mut c = node.client();
    let begun = Instant::now();
    c.create("many", 5000, &[]);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert!(!node.dir.path().join("many-0").exists());
    c.produce("many", 4999, &["x"]);
    drop(c);
    node.restart(&[]);
    assert_eq!(node.client().fetch("many", 4999, 0), [(0, "x".into())]);
}

#[test]
fn a_snapshot_bounds_the_metadata_log_and_gives_the_same_cluster() {
    let properties = [("metadata.log.max.record.bytes.between.snapshots", "3000"), ("metadata.log.segment.bytes", "1000")];
    let mut node = Node::start(&properties);
    let mut ids = std::collections::BTreeMap::new();
    for round in 0..3 {
        let mut c = node.client();
        for i in 0..30 {
            let name = format!("t{round}-{i}");
            ids.insert(name.clone(), c.create(&name, 1 + i % 3, &[("segment.ms", "60000")]));
        }
        for i in (0..30).step_by(2) {
            let name = format!("t{round}-{i}");
            let topics = vec![delete_topics_request::DeleteTopicState { name: None, topic_id: ids.remove(&name).unwrap() }];
            assert_eq!(c.call(6, &DeleteTopicsRequest { topics, ..Default::default() }).responses[0].error_code, 0);
        }
        drop(c);
        node.restart(&properties);
        let all = node.client().call(12, &MetadataRequest { topics: None, ..Default::default() });
        let got: std::collections::BTreeMap<String, TopicId> = all.topics.iter().map(|t| (t.name.clone().unwrap(), t.topic_id)).collect();
        assert_eq!(got, ids, "round {round}");
    }
    let names: Vec<String> =
        std::fs::read_dir(node.dir.path().join("__cluster_metadata-0")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names.iter().filter(|n| n.ends_with(".checkpoint")).count(), 1, "{names:?}");
    assert!(
        names.iter().filter(|n| std::path::Path::new(n).extension().is_some_and(|e| e == "log")).count() < 8,
        "what the snapshot covers is dropped: {names:?}"
    );
    // Kafka opens a snapshot by its header and footer, and a log that has at least one record.
    let dir = node.dir.path().join("__cluster_metadata-0");
    let snapshot = std::fs::read(dir.join(names.iter().find(|n| n.ends_with(".checkpoint")).unwrap())).unwrap();
    let batches: Vec<BatchRef<'_>> = Batches::new(&snapshot).map(Result::unwrap).collect();
    let control: Vec<bool> = batches.iter().map(BatchRef::is_control).collect();
    assert!(control.len() > 2 && control[0] && control[control.len() - 1] && control.iter().filter(|c| **c).count() == 2, "{control:?}");
    assert!(batches.windows(2).all(|w| w[1].base_offset() == w[0].last_offset() + 1), "offsets go on without a gap");
    let end = |name: &str| name.split(['.', '-']).next().unwrap().parse::<i64>().unwrap();
    let start = std::fs::read_to_string(node.dir.path().join("log-start-offset-checkpoint")).unwrap();
    let start: i64 = start.lines().find_map(|l| l.strip_prefix("__cluster_metadata 0 ")).unwrap().parse().unwrap();
    assert!(names.iter().any(|n| n.ends_with(".checkpoint") && end(n) > start), "the log keeps a record of the snapshot's: {start} {names:?}");
}

#[test]
fn a_host_name_is_listened_on_at_all_its_addresses() {
    let node = Node::start(&[("listeners", "localhost:0")]);
    let addresses = node.broker.as_ref().unwrap().listen_addrs().to_vec();
    assert!(addresses.iter().all(|a| a.ip().is_loopback() && a.port() == addresses[0].port()), "{addresses:?}");
    for a in addresses {
        let mut s = Socket(TcpStream::connect(a).unwrap());
        s.send(&encode_request(&DescribeClusterRequest::default(), 1, 1, None).unwrap());
        let r = decode_response::<DescribeClusterResponse>(&s.receive().expect("an answer"), 1).unwrap().1;
        assert_eq!(
            (r.brokers[0].host.clone(), r.brokers[0].port),
            (a.ip().to_string(), i32::from(a.port())),
            "clients are told what they connected to"
        );
    }
}

#[test]
fn an_unclean_end_loses_nothing_that_was_acknowledged() {
    let mut node = Node::start(&[]);
    let mut c = node.client();
    c.create("t", 3, &[]);
    for p in 0..3 {
        c.produce("t", p, &["a", "b"]);
    }
    drop(c);
    node.restart(&[]);
    // Without the marker of a clean end the next start recovers, as after a crash.
    node.broker.take().unwrap().close().unwrap();
    std::fs::remove_file(node.dir.path().join(".kafka_cleanshutdown")).unwrap();
    node.broker = Some(open(node.dir.path(), &[]));
    let mut c = node.client();
    for p in 0..3 {
        assert_eq!(c.fetch("t", p, 0), [(0, "a".into()), (1, "b".into())]);
        assert_eq!(c.produce("t", p, &["c"]).base_offset, 2);
    }
}

#[test]
fn a_second_broker_on_the_directory_or_port_is_told_why_not() {
    let node = Node::start(TCP);
    let e = Broker::open(node.dir.path(), &[]).expect_err("the directory is taken");
    assert!(e.message().contains("in use"), "{e}");
    let port = node.broker.as_ref().unwrap().listen_addrs()[0].to_string();
    let other = tempfile::tempdir().unwrap();
    let e = Broker::open(other.path(), &[("listeners".into(), port.clone())]).expect_err("the port is taken");
    assert!(e.message().contains(&port) && e.message().contains("in use"), "{e}");
    // And the directory and the name were left in order, at once.
    Broker::open(other.path(), &[]).expect("opening").close().expect("closing");
}

/// What was closed can be opened at once, under the same name and on the same port.
#[test]
fn a_closed_broker_has_given_up_its_name_and_port() {
    let mut node = Node::start(TCP);
    let port = node.broker.as_ref().unwrap().listen_addrs()[0].to_string();
    for round in 0..50 {
        node.broker.take().unwrap().close().expect("closing");
        node.broker = Some(Broker::open(node.dir.path(), &[("listeners".into(), port.clone())]).unwrap_or_else(|e| panic!("round {round}: {e}")));
    }
}

#[test]
fn unknown_versions_and_apis_are_answered_as_kafka_does() {
    let node = Node::start(TCP);
    let mut s = node.socket();
    // ApiVersions in a version of the future, with the flexible header it would have.
    s.send(&[&[0, 18, 0, 99, 0, 0, 0, 7, 0, 1, b'a', 0][..], &[0]].concat());
    let answer = s.receive().expect("an answer");
    let (id, r) = decode_response::<ApiVersionsResponse>(&answer, 0).expect("version 0");
    assert_eq!((id, Code(r.error_code)), (7, Code::UNSUPPORTED_VERSION));
    let advertised: Vec<_> = r.api_keys.iter().map(|a| (a.api_key, a.min_version, a.max_version)).collect();
    assert!(advertised.contains(&(0, 0, 13)) && advertised.contains(&(1, 4, 18)));
    // The connection goes on, until something that is not known at all.
    s.send(&encode_request(&ApiVersionsRequest { client_software_name: "x".into(), client_software_version: "1".into() }, 3, 8, None).unwrap());
    assert_eq!(s.receive().map(|f| decode_response::<ApiVersionsResponse>(&f, 3).unwrap().1.error_code), Some(0));
    for bad in [[0, 99, 0, 0, 0, 0, 0, 1, 255, 255], [0, 3, 0, 99, 0, 0, 0, 1, 255, 255], [0, 0, 0, 1, 0, 0, 0, 1, 255, 255]] {
        let mut s = node.socket();
        s.send(&bad);
        assert!(s.receive().is_none(), "{bad:?}");
    }
}

/// Kafka's golden requests, and the same with bytes changed: each is answered or its connection closed, and the node lives.
#[test]
fn golden_requests_whole_and_damaged_never_hurt_the_node() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/wire/protocol");
    let node = Node::start(&[("listeners", "127.0.0.1:0"), ("auto.create.topics.enable", "false")]);
    let seed = 5;
    println!("seed {seed}");
    let mut rng = wellhead_base::env::Rng::seeded(seed);
    let served: Vec<ApiKey> = wellhead_broker::api::TABLE.iter().map(|(k, _)| *k).collect();
    let mut tried = 0;
    for api in APIS.iter().filter(|a| served.contains(&a.key)) {
        // These wait for others, or for records.
        let slow = matches!(api.key, ApiKey::Fetch | ApiKey::JoinGroup | ApiKey::SyncGroup | ApiKey::Produce);
        let text = std::fs::read_to_string(folder.join(format!("{}Request.jsonl", api.name))).expect("vectors");
        for line in text.lines() {
            let Some((version, hex)) = version_and_hex(line) else { panic!("a vector without version or hex: {line}") };
            if !api.serves(version) {
                continue;
            }
            let mut head = vec![0, api.key as u8];
            head.extend(version.to_be_bytes());
            head.extend(4242i32.to_be_bytes());
            head.extend([0xff, 0xff]);
            if version >= api.request_flexible {
                head.push(0);
            }
            let body: Vec<u8> = (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).expect("hex")).collect();
            for damage in 0..4 {
                let mut frame = [&head[..], &body].concat();
                if damage > 0 && !body.is_empty() {
                    let at = head.len() + rng.below(body.len() as u64) as usize;
                    frame[at] = [0, 0x7f, 0x80, 0xff][rng.below(4) as usize];
                }
                tried += 1;
                let mut s = node.socket();
                if slow || damage > 0 {
                    s.0.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
                }
                s.send(&frame);
                let answer = s.receive();
                if damage == 0 && !slow {
                    let answer = answer.unwrap_or_else(|| panic!("{} v{version} was not answered: {hex}", api.name));
                    assert_eq!(answer[..4], 4242i32.to_be_bytes(), "{} v{version}", api.name);
                }
            }
        }
    }
    assert!(tried > 500, "{tried}");
    let mut s = node.socket();
    s.send(&encode_request(&ApiVersionsRequest::default(), 0, 1, None).unwrap());
    assert!(s.receive().is_some());
}

fn version_and_hex(line: &str) -> Option<(i16, &str)> {
    let version = line.split_once("\"version\":")?.1.trim_start();
    let version = version[..version.find(|c: char| !c.is_ascii_digit())?].parse().ok()?;
    let hex = line.split_once("\"hex\":")?.1.trim_start().strip_prefix('"')?;
    Some((version, &hex[..hex.find('"')?]))
}
