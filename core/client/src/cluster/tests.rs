//! The cache's rules, and negotiation and metadata against a scripted broker over the in-process transport.

use super::*;
use crate::config::Config;
use bytes::Bytes;
use std::sync::atomic::AtomicU64;
use wellhead_net::{Frame, in_process};
use wellhead_wire::headers::{decode_response, encode_response};
use wellhead_wire::messages::api_versions_response::ApiVersion;
use wellhead_wire::messages::metadata_response::{MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic};
use wellhead_wire::messages::{ApiVersionsResponse, MetadataResponse};
use wellhead_wire::{APIS, Message, Reader, RequestHeader};

/// A broker whose answers a test writes. Versions and metadata it answers itself; the rest goes to `handler`, which gives the whole
/// response frame, or None to stay silent.
pub(crate) struct FakeBroker {
    pub name: String,
    task: tokio::task::JoinHandle<()>,
}
pub(crate) type Handler = Arc<dyn Fn(RequestHeader, Bytes) -> Option<Frame> + Send + Sync>;

impl Drop for FakeBroker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) fn unique_name(what: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("{what}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

impl FakeBroker {
    /// `partitions`: of every topic that is asked for.
    pub fn start(what: &str, partitions: i32, handler: Handler) -> FakeBroker {
        let name = unique_name(what);
        let mut acceptor = in_process::listen(&name).unwrap();
        let task = wellhead_net::runtime().unwrap().spawn(async move {
            while let Some(mut end) = acceptor.accept().await {
                let handler = handler.clone();
                tokio::spawn(async move {
                    while let Some(frame) = end.requests.recv().await {
                        let mut r = Reader::new(&frame);
                        let h = RequestHeader::decode(&mut r).unwrap();
                        let body = frame.slice(r.position()..);
                        let answer = match h.api_key {
                            18 => Some(versions(&h)),
                            3 => Some(metadata(&h, &body, partitions)),
                            _ => handler(h, body),
                        };
                        if let Some(a) = answer
                            && end.responses.send(a).await.is_err()
                        {
                            return;
                        }
                    }
                });
            }
        });
        FakeBroker { name, task }
    }
    pub fn address(&self) -> String {
        format!("embedded:{}", self.name)
    }
}

pub(crate) fn answer<M: Message>(h: &RequestHeader, m: &M) -> Frame {
    encode_response(m, h.api_version, h.correlation_id).unwrap().into()
}

pub(crate) fn versions(h: &RequestHeader) -> Frame {
    let api_keys = APIS.iter().map(|a| ApiVersion { api_key: a.key as i16, min_version: a.min, max_version: a.max }).collect();
    answer(h, &ApiVersionsResponse { api_keys, ..Default::default() })
}

fn metadata(h: &RequestHeader, body: &Bytes, partitions: i32) -> Frame {
    let ask = MetadataRequest::decode(&mut Reader::new(body), h.api_version).unwrap();
    let topics = ask.topics.unwrap_or_default().into_iter().map(|t| {
        let name = t.name.unwrap();
        let missing = name.starts_with("missing");
        MetadataResponseTopic {
            error_code: if missing { 3 } else { 0 },
            topic_id: wellhead_base::TopicId([name.len() as u8; 16]),
            partitions: (0..if missing { 0 } else { partitions })
                .map(|i| MetadataResponsePartition {
                    partition_index: i,
                    leader_id: 1,
                    leader_epoch: 0,
                    replica_nodes: vec![1],
                    isr_nodes: vec![1],
                    ..Default::default()
                })
                .collect(),
            name: Some(name),
            ..Default::default()
        }
    });
    let brokers = vec![MetadataResponseBroker { node_id: 1, host: "outside".into(), port: 9, ..Default::default() }];
    answer(h, &MetadataResponse { brokers, controller_id: 1, cluster_id: Some("c".into()), topics: topics.collect(), ..Default::default() })
}

pub(crate) fn cluster(bootstrap: &str) -> Arc<Cluster> {
    let pairs = [("bootstrap.servers", bootstrap), ("reconnect.backoff.ms", "1"), ("reconnect.backoff.max.ms", "10"), ("retry.backoff.ms", "1")];
    Cluster::new(Config::read(pairs).unwrap().cluster().unwrap()).unwrap()
}

#[test]
fn an_embedded_broker_is_reached_the_way_we_came() {
    let broker = FakeBroker::start("meta", 3, Arc::new(|_, _| None));
    let c = cluster(&broker.address());
    let d = c.clone();
    let m = c.block_on(Duration::from_secs(5), async move { d.metadata(Some(&["a", "missing"]), false, Duration::from_secs(5)).await }).unwrap();
    assert_eq!(m.brokers[0].host, "outside");
    assert_eq!(m.topics[0].partitions.len(), 3);
    assert_eq!(m.topics[1].error.as_ref().unwrap().code, Code::UNKNOWN_TOPIC_OR_PART);
    assert_eq!(c.with_cache(|k| k.address(1)), Some(Address::Embedded(broker.name.clone())));
    assert_eq!(c.with_cache(|k| k.leader("a", 2).map(|p| p.leader)), Some(1));
    assert_eq!(m.originating_broker.id, 1);
}

#[test]
fn a_broker_that_only_knows_version_0_is_asked_in_it() {
    let name = unique_name("old");
    let mut acceptor = in_process::listen(&name).unwrap();
    wellhead_net::runtime().unwrap().spawn(async move {
        let mut end = acceptor.accept().await.unwrap();
        let mut asked = Vec::new();
        while let Some(frame) = end.requests.recv().await {
            let h = RequestHeader::decode(&mut Reader::new(&frame)).unwrap();
            asked.push(h.api_version);
            let keys = vec![ApiVersion { api_key: 18, min_version: 0, max_version: 2 }, ApiVersion { api_key: 3, min_version: 0, max_version: 1 }];
            let r = ApiVersionsResponse { error_code: if h.api_version > 2 { 35 } else { 0 }, api_keys: keys, ..Default::default() };
            let v = if h.api_version > 2 { 0 } else { h.api_version };
            let bytes = encode_response(&r, v, h.correlation_id).unwrap();
            assert!(decode_response::<ApiVersionsResponse>(&bytes, v).is_ok());
            end.responses.send(bytes.into()).await.unwrap();
        }
        assert_eq!(asked, [4, 2]);
    });
    let c = cluster(&format!("embedded:{name}"));
    let d = c.clone();
    let link = c.block_on(Duration::from_secs(5), async move { d.link(Target::Any, Class::Control).await }).unwrap();
    assert_eq!(link.versions.newest::<MetadataRequest>(i16::MAX).unwrap(), 1);
    let e = link.versions.newest::<FindCoordinatorRequest>(i16::MAX).unwrap_err();
    assert!(e.code == Code::UNSUPPORTED_FEATURE && e.message().contains("FindCoordinator"), "{e}");
}

/// librdkafka's mock cluster refuses version 4 in a form that is neither version 0 nor what it was asked in.
#[test]
fn a_refusal_that_cannot_be_read_is_followed_by_lower_versions() {
    let name = unique_name("odd");
    let mut acceptor = in_process::listen(&name).unwrap();
    wellhead_net::runtime().unwrap().spawn(async move {
        let mut end = acceptor.accept().await.unwrap();
        while let Some(frame) = end.requests.recv().await {
            let h = RequestHeader::decode(&mut Reader::new(&frame)).unwrap();
            let answer: Frame = if h.api_version > 3 {
                let mut b = h.correlation_id.to_be_bytes().to_vec();
                b.extend_from_slice(&[0, 35, 1, 0, 18, 0, 0, 0, 3, 0, 0, 0, 0]);
                b.into()
            } else {
                versions(&h)
            };
            end.responses.send(answer).await.unwrap();
        }
    });
    let c = cluster(&format!("embedded:{name}"));
    let d = c.clone();
    let link = c.block_on(Duration::from_secs(5), async move { d.link(Target::Any, Class::Control).await }).unwrap();
    assert!(link.versions.newest::<MetadataRequest>(i16::MAX).is_ok());
}

#[test]
fn nobody_there_is_a_transport_error_that_names_the_address() {
    let c = cluster("embedded:nobody-is-here");
    let d = c.clone();
    let e = c.block_on(Duration::from_secs(5), async move { d.metadata(None, false, Duration::from_millis(50)).await }).unwrap_err();
    assert!(e.code == Code::TRANSPORT && e.message().contains("nobody-is-here"), "{e:?}");
}

/// The first address accepts connections and never answers; the second is a broker.
#[test]
fn a_broker_that_stays_silent_does_not_hold_up_the_others() {
    let silent = unique_name("silent");
    let acceptor = in_process::listen(&silent).unwrap();
    let broker = FakeBroker::start("speaks", 1, Arc::new(|_, _| None));
    let c = cluster(&format!("embedded:{silent},{}", broker.address()));
    let d = c.clone();
    let m = c.block_on(Duration::from_secs(20), async move { d.metadata_once(Some(&["t"]), false, Duration::from_secs(20)).await }).unwrap();
    assert_eq!(m.topics.len(), 1);
    drop(acceptor);
}

#[test]
fn an_older_leader_epoch_does_not_replace_a_newer() {
    let told = |leader, epoch| TopicMetadata {
        name: "t".into(),
        id: wellhead_base::TopicId([1; 16]),
        internal: false,
        partitions: vec![PartitionMetadata { id: 0, leader, leader_epoch: epoch, replicas: vec![], isr: vec![], error: None }],
        error: None,
    };
    let mut k = MetadataCache::default();
    for (leader, epoch, want) in [(1, 5, 1), (2, 4, 1), (2, 6, 2), (3, -1, 3)] {
        k.learn_topics(Some(&["t"]), &[told(leader, epoch)], 0);
        assert_eq!(k.leader("t", 0).unwrap().leader, want, "{leader} {epoch}");
    }
}

/// A range that no broker can mean was believed for as long as the connection lasted.
#[test]
fn versions_that_end_before_they_begin_are_no_answer() {
    let name = unique_name("lies");
    let mut acceptor = in_process::listen(&name).unwrap();
    wellhead_net::runtime().unwrap().spawn(async move {
        for lie in [(3, 200, 13), (3, -1, 13), (3, 0, 13)] {
            let mut end = acceptor.accept().await.unwrap();
            let frame = end.requests.recv().await.unwrap();
            let h = RequestHeader::decode(&mut Reader::new(&frame)).unwrap();
            let keys = [(18, 0, 4), lie].map(|(api_key, min_version, max_version)| ApiVersion { api_key, min_version, max_version });
            let r = ApiVersionsResponse { api_keys: keys.to_vec(), ..Default::default() };
            end.responses.send(encode_response(&r, h.api_version, h.correlation_id).unwrap().into()).await.unwrap();
            while end.requests.recv().await.is_some() {}
        }
    });
    let c = cluster(&format!("embedded:{name}"));
    let d = c.clone();
    // The third connection gets an answer that can be.
    let link = c.block_on(Duration::from_secs(20), async move {
        loop {
            match d.link(Target::Any, Class::Control).await {
                Err(e) => assert!(e.message().contains("ApiVersions: versions") || e.code == Code::TRANSPORT, "{e}"),
                Ok(link) => return Ok(link),
            }
        }
    });
    assert_eq!(link.unwrap().versions.newest::<MetadataRequest>(i16::MAX).unwrap(), 13);
}
