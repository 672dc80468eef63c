//! The same lies through the server's real path: frames to an open broker, in process and over TCP. Every frame is answered or ends
//! its connection with a log line that names the peer, the broker goes on, and what a frame costs stays in proportion to it.

use crate::memory::{allowed, alone, directory};
use crate::schema::{Field, Message, Type};
use crate::walk::{Content, Kind, build, definitions, lies, marks};
use crate::{MEMORY, log};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wellhead_base::limits::REQUEST_ELEMENTS_MAX;
use wellhead_base::{Code, TopicId};
use wellhead_broker::Broker;
use wellhead_net::in_process;
use wellhead_record::{BatchBuilder, BuilderOptions, NO_HEADERS};
use wellhead_wire::headers::{encode_request, encode_request_header};
use wellhead_wire::messages::join_group_request::JoinGroupRequestProtocol;
use wellhead_wire::messages::{
    ApiVersionsRequest, ApiVersionsResponse, CreateTopicsRequest, CreateTopicsResponse, JoinGroupRequest, create_topics_request,
};
use wellhead_wire::{Request, Writer};

/// Longer than any answer that is not asked to wait; a busy machine is not a failure.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long an answer is waited for whose lie made it wait.
const SHORT: Duration = Duration::from_millis(20);

/// Frames under way at a time.
const TOGETHER: usize = 12;

/// What became of a frame.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Outcome {
    Answered,
    Closed,
    Waits,
}

struct Node {
    broker: Broker,
    _dir: tempfile::TempDir,
    topic: TopicId,
}

fn node() -> Node {
    let dir = directory();
    let properties = [
        ("listeners", "127.0.0.1:0"),
        ("offsets.topic.num.partitions", "1"),
        ("group.min.session.timeout.ms", "1"),
        ("group.max.session.timeout.ms", "1000"),
    ];
    let properties: Vec<_> = properties.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let broker = Broker::open(dir.path(), &properties).expect("an open broker");
    let mut node = Node { broker, _dir: dir, topic: TopicId::ZERO };
    let create = CreateTopicsRequest {
        topics: vec![create_topics_request::CreatableTopic { name: "abc".into(), num_partitions: 2, replication_factor: 1, ..Default::default() }],
        timeout_ms: 10_000,
        ..Default::default()
    };
    let made: CreateTopicsResponse = node.ask(&create, 7);
    assert_eq!(made.topics[0].error_code, 0);
    node.topic = made.topics[0].topic_id;
    node
}

fn runtime() -> tokio::runtime::Handle {
    wellhead_net::runtime().expect("the runtime")
}

impl Node {
    fn name(&self) -> String {
        self.broker.embedded_address().strip_prefix("embedded:").expect("an embedded name").to_owned()
    }

    fn ask<R: Request>(&self, request: &R, version: i16) -> R::Response {
        let frame = encode_request(request, version, 7, Some("healthy")).expect("a request");
        let bytes = runtime().block_on(async {
            let mut c = in_process::connect(&self.name()).expect("a connection");
            c.requests.send(frame).await.expect("sent");
            let answer = tokio::time::timeout(PATIENCE, c.responses.recv()).await.expect("an answer in time").expect("an answer");
            answer.into_bytes().expect("bytes")
        });
        wellhead_wire::headers::decode_response::<R::Response>(&bytes, version).expect("a readable answer").1
    }

    fn healthy(&self) {
        let r: ApiVersionsResponse = self.ask(&ApiVersionsRequest::default(), 2);
        assert_eq!(r.error_code, 0);
    }

    async fn send(&self, frame: Bytes, wait: Duration) -> Outcome {
        let mut c = loop {
            match in_process::connect(&self.name()) {
                Ok(c) => break c,
                // The backlog is short.
                Err(wellhead_net::NetError::Busy) => tokio::task::yield_now().await,
                Err(e) => panic!("{e}"),
            }
        };
        if c.requests.send(frame).await.is_err() {
            return Outcome::Closed;
        }
        match tokio::time::timeout(wait, c.responses.recv()).await {
            Ok(Some(_)) => Outcome::Answered,
            Ok(None) => Outcome::Closed,
            Err(_) => Outcome::Waits,
        }
    }

    async fn send_tcp(&self, bytes: Vec<u8>, wait: Duration) -> Outcome {
        let mut c = TcpStream::connect(self.broker.listen_addrs()[0]).await.expect("a connection");
        // Ends it with a reset, so that tens of thousands of them leave no port behind.
        let _ = c.set_zero_linger();
        let _ = c.write_all(&bytes).await;
        let mut length = [0; 4];
        match tokio::time::timeout(wait, c.read_exact(&mut length)).await {
            Ok(Ok(_)) => Outcome::Answered,
            Ok(Err(_)) => Outcome::Closed,
            Err(_) => Outcome::Waits,
        }
    }
}

/// Waits for all of them, side by side.
async fn all<F: Future<Output = Outcome> + Unpin>(mut futures: Vec<F>) -> Vec<Outcome> {
    let mut done: Vec<Option<Outcome>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(move |cx| {
        for (f, d) in futures.iter_mut().zip(&mut done) {
            if d.is_none()
                && let Poll::Ready(outcome) = Pin::new(f).poll(cx)
            {
                *d = Some(outcome);
            }
        }
        if done.iter().all(Option::is_some) { Poll::Ready(done.iter().copied().flatten().collect()) } else { Poll::Pending }
    })
    .await
}

/// A batch of one record.
fn batch() -> Vec<u8> {
    let mut b = BatchBuilder::new(BuilderOptions::default());
    b.append(1, Some(b"k"), Some(b"v"), NO_HEADERS).expect("room");
    b.finish().expect("a batch")
}

/// Fields of a request that does something: the topic that exists, its first partition, short waits.
fn sensible(topic: TopicId) -> impl Fn(&str, &Field) -> Option<Content> {
    let batch = batch();
    move |path, f| {
        let field = path.rsplit('.').next().unwrap_or("");
        Some(match f.ty {
            Type::Uuid => Content::Text(topic.0.to_vec()),
            Type::Records => Content::Text(batch.clone()),
            Type::Int(_) | Type::Bool => Content::Int(match field {
                // A member that a dead connection leaves behind is waited for as long.
                "SessionTimeoutMs" => 20,
                n if n.ends_with("Ms") => 1,
                "PartitionIndex" | "Partition" | "PartitionIndexes" | "Partitions" | "PartitionIds" | "Index" | "SessionId" | "KeyType"
                | "IsolationLevel" => 0,
                "ReplicaId"
                | "SessionEpoch"
                | "CurrentLeaderEpoch"
                | "LeaderEpoch"
                | "LastFetchedEpoch"
                | "Acks"
                | "GenerationId"
                | "GenerationIdOrMemberEpoch"
                | "ProducerId"
                | "ProducerEpoch"
                | "Timestamp"
                | "LogStartOffset"
                | "CommittedLeaderEpoch" => -1,
                "FetchOffset" | "CommittedOffset" | "Offset" => 0,
                "MaxBytes" | "PartitionMaxBytes" => 1 << 20,
                "ResourceType" => 2,
                "ValidateOnly" | "AllowAutoTopicCreation" => 0,
                _ => 1,
            }),
            Type::String if field == "MemberId" => Content::Text(Vec::new()),
            Type::String if field == "ProtocolType" => Content::Text(b"consumer".to_vec()),
            Type::String if field == "Cursor" => return None,
            _ => return None,
        })
    }
}

fn header(key: i16, version: i16) -> Vec<u8> {
    let mut w = Writer::new();
    encode_request_header(&mut w, key, version, 1, Some("hostile")).expect("a header");
    w.into_bytes().to_vec()
}

/// The requests that the broker serves, in each version.
fn served(node: &Node, all: &[Message]) -> Vec<(Message, i16)> {
    let versions: ApiVersionsResponse = node.ask(&ApiVersionsRequest::default(), 2);
    let mut out = Vec::new();
    for api in versions.api_keys {
        let m = all.iter().find(|m| m.kind == "request" && m.api_key == api.api_key).expect("a definition");
        out.extend((api.min_version.max(m.valid.lo)..=api.max_version.min(m.valid.hi)).map(|v| (m.clone(), v)));
    }
    assert!(out.len() > 60, "{} requests are served", out.len());
    out
}

/// Whether a request may wait for long because of this lie: it asks to.
fn asks_to_wait(path: &str) -> bool {
    let field = path.rsplit('.').next().unwrap_or("");
    field.ends_with("Ms") || field.starts_with("MinBytes")
}

#[test]
fn every_lie_is_answered_or_ends_its_connection() {
    let alone = alone();
    let logged = log::capture();
    let node = node();
    let definitions = definitions();
    let requests = served(&node, &definitions);
    // Everything once as it should be, so that what is made once is there.
    let rt = runtime();
    for (m, version) in &requests {
        let frame = [header(m.api_key, *version), build(m, *version, &sensible(node.topic))].concat();
        let outcome = rt.block_on(node.send(frame.into(), PATIENCE));
        assert_ne!(outcome, Outcome::Waits, "{} v{version}", m.name);
    }
    let mut count = BTreeMap::<Outcome, usize>::new();
    let mut worst = (0, String::new());
    for (m, version) in &requests {
        let (head, body) = (header(m.api_key, *version), build(m, *version, &sensible(node.topic)));
        let (places, _) = marks(m, *version, &body).expect("what was built can be walked");
        let mut frames = Vec::new();
        for place in &places {
            // Lies about lengths are the decoder's affair, which has seen them all; here they and the integers go on behind it.
            for lie in lies(&body, place) {
                frames.push((lie.what, [&head[..], &lie.bytes].concat(), place.kind == Kind::Int && asks_to_wait(&place.path)));
            }
        }
        for n in 0..body.len() {
            frames.push((format!("cut at {n}"), [&head[..], &body[..n]].concat(), false));
        }
        for n in 0..head.len() {
            frames.push((format!("header cut at {n}"), head[..n].to_vec(), false));
        }
        frames.push(("bytes behind it".into(), [&head[..], &body, &[0xff; 1000]].concat(), false));
        // Some at a time, since most of the time is spent in waiting for each other's turn.
        for (n, some) in frames.chunks(TOGETHER).enumerate() {
            let bytes: usize = some.iter().map(|f| f.1.len()).sum();
            let before = MEMORY.current_usage();
            MEMORY.reset_peak_usage();
            let outcomes = rt.block_on(async {
                let mut under_way = Vec::new();
                for (i, (_, frame, may_wait)) in some.iter().enumerate() {
                    let (node, frame, wait) = (&node, frame.clone(), if *may_wait { SHORT } else { PATIENCE });
                    let by_tcp = (n + i) % 8 == 0;
                    under_way.push(Box::pin(async move {
                        if by_tcp {
                            node.send_tcp([&(frame.len() as i32).to_be_bytes()[..], &frame].concat(), wait).await
                        } else {
                            node.send(frame.into(), wait).await
                        }
                    }));
                }
                all(under_way).await
            });
            let peak = MEMORY.peak_usage().saturating_sub(before);
            for ((what, _, may_wait), outcome) in some.iter().zip(outcomes) {
                assert!(*may_wait || outcome != Outcome::Waits, "{} v{version}, {what}: no answer", m.name);
                *count.entry(outcome).or_default() += 1;
            }
            assert!(peak <= allowed(bytes), "{} v{version}, {} and what follows: {bytes} bytes took {peak} of memory", m.name, some[0].0);
            if peak > worst.0 {
                worst = (peak, format!("{} v{version}, {} and what follows", m.name, some[0].0));
            }
        }
        assert_eq!(alone.panics(), 0, "{} v{version}", m.name);
        node.healthy();
    }
    println!("{count:?}, the most memory {worst:?}");
    assert!(count[&Outcome::Answered] > 1_000 && count[&Outcome::Closed] > 1_000, "{count:?}");
    drop(node);
    let said = logged.text();
    let closed = said.lines().filter(|l| l.contains("connection closed")).count();
    let left_out: usize = said.lines().filter_map(|l| l.split("left_out=").nth(1)?.split(' ').next()?.parse::<usize>().ok()).sum();
    assert!(closed > 0 && closed + left_out <= count[&Outcome::Closed], "{closed} lines and {left_out} left out of {}", count[&Outcome::Closed]);
    assert!(
        said.lines().filter(|l| l.contains("connection closed")).all(|l| l.contains("peer=127.0.0.1:") || l.contains("peer=embedded:")),
        "{said}"
    );
}

#[test]
fn wrong_keys_versions_and_sizes() {
    let _alone = alone();
    let node = node();
    let rt = runtime();
    for key in [-1, 4, 7, 93, 1000, i16::MIN, i16::MAX] {
        for version in [-1, 0, 1, i16::MIN, i16::MAX] {
            let frame = [header(key, version), vec![0; 50]].concat();
            assert_eq!(rt.block_on(node.send(frame.into(), PATIENCE)), Outcome::Closed, "API {key} v{version}");
        }
    }
    for (m, _) in served(&node, &definitions()) {
        for version in [-1, i16::MIN, m.valid.hi + 1, 100, i16::MAX] {
            let frame = [header(m.api_key, version), vec![0; 50]].concat();
            let outcome = rt.block_on(node.send(frame.into(), PATIENCE));
            // ApiVersions answers in version 0 what it knows.
            let want = if m.api_key == 18 { Outcome::Answered } else { Outcome::Closed };
            assert_eq!(outcome, want, "{} v{version}", m.name);
        }
    }
    for size in [i32::MIN, -2, -1, 0, 1, 7, 104_857_601, i32::MAX, 0x1603_0100, 352_518_912] {
        let began = Instant::now();
        let bytes = [&size.to_be_bytes()[..], &[0; 100]].concat();
        assert_eq!(rt.block_on(node.send_tcp(bytes, PATIENCE)), Outcome::Closed, "size {size} after {:?}", began.elapsed());
    }
    // The largest size that is accepted, and hardly any of it: nothing is allocated for what did not come.
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let mut held = Vec::new();
    for _ in 0..20 {
        held.push(rt.block_on(async {
            let mut c = TcpStream::connect(node.broker.listen_addrs()[0]).await.expect("a connection");
            c.write_all(&104_857_600i32.to_be_bytes()).await.expect("written");
            c.write_all(&[0; 5_000]).await.expect("written");
            c
        }));
    }
    while MEMORY.peak_usage().saturating_sub(before) < 20 * 5_000 {
        std::thread::sleep(Duration::from_millis(1));
    }
    node.healthy();
    let peak = MEMORY.peak_usage().saturating_sub(before);
    assert!(peak < 20 * 200 * 1024, "20 connections that claim 100 MiB each and sent 5 kB took {peak}");
}

/// Large frames of the smallest elements: what a handler makes of each element counts too.
#[test]
fn many_small_elements_through_the_handlers() {
    let _alone = alone();
    const FRAME: usize = 64 * 1024;
    let node = node();
    let all = definitions();
    let rt = runtime();
    let mut worst = BTreeMap::new();
    for (m, version) in served(&node, &all).into_iter().rev() {
        let sensible = sensible(node.topic);
        let base = build(&m, version, &sensible);
        let mut paths: Vec<_> = marks(&m, version, &base).expect("what was built can be walked").0.into_iter().map(|p| p.path).collect();
        paths.dedup();
        for path in paths {
            let of = |count: usize| {
                build(&m, version, &|p, f| {
                    if p == path && matches!(f.ty, Type::Array(_)) {
                        return Some(Content::Count(count));
                    }
                    let below = p.starts_with(&path) && p[path.len()..].starts_with('.');
                    match f.ty {
                        Type::Array(_) if below => Some(Content::Count(0)),
                        Type::String | Type::Bytes | Type::Records if below => Some(Content::Text(Vec::new())),
                        _ => sensible(p, f),
                    }
                })
            };
            let (one, two) = (of(1).len(), of(2).len());
            if one == two {
                continue;
            }
            let elements = FRAME / (two - one);
            let frame = [header(m.api_key, version), of(elements)].concat();
            let len = frame.len();
            let before = MEMORY.current_usage();
            MEMORY.reset_peak_usage();
            let began = Instant::now();
            let outcome = rt.block_on(node.send(frame.into(), PATIENCE));
            let peak = MEMORY.peak_usage().saturating_sub(before);
            assert_ne!(outcome, Outcome::Waits, "{} v{version} many {path}", m.name);
            // In proportion to the elements, of which there may be so many; not more than some hundred bytes for each.
            let may = allowed(len) + 512 * elements.min(REQUEST_ELEMENTS_MAX);
            assert!(peak <= may, "{} v{version}, {elements} of {path}: {len} bytes took {peak} of memory, {may} are allowed", m.name);
            let w = worst.entry(path).or_insert((0, 0, Duration::ZERO));
            if peak > w.0 {
                *w = (peak, version, began.elapsed());
            }
        }
        node.healthy();
    }
    let mut worst: Vec<_> = worst.into_iter().collect();
    worst.sort_by_key(|w| std::cmp::Reverse(w.1.0));
    for (path, (peak, version, took)) in worst.iter().take(12) {
        println!("{path} v{version}: {peak} bytes, {took:?}");
    }
}

/// What a member says of itself is kept as long as the member, with its session of half an hour.
#[test]
fn members_of_groups_keep_little_memory() {
    let _alone = alone();
    let node = node();
    let join = |bytes: usize| {
        let protocol = JoinGroupRequestProtocol { name: "range".into(), metadata: vec![0; bytes].into() };
        let request = JoinGroupRequest {
            group_id: "abc".into(),
            session_timeout_ms: 1_000,
            rebalance_timeout_ms: 1,
            protocol_type: "consumer".into(),
            protocols: vec![protocol],
            ..Default::default()
        };
        node.ask(&request, 2).error_code
    };
    // The offsets topic and the group are made.
    assert_eq!(join(10), 0);
    assert_eq!(join(1_000_000), 0);
    let before = MEMORY.current_usage();
    for _ in 0..20 {
        assert_eq!(join(10_000_000), Code::MSG_SIZE_TOO_LARGE.get());
    }
    let kept = MEMORY.current_usage().saturating_sub(before);
    assert!(kept < 12 << 20, "{kept} bytes are kept of 200 MB that were refused");
}
