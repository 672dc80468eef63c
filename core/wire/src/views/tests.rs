//! The views and writers against the plain structs: they must say and write the same in every version.

use super::*;
use crate::headers::{decode_response_header, encode_request_header, encode_response_header};
use crate::messages::{FetchRequest, FetchResponse, ProduceRequest, ProduceResponse};
use crate::messages::{fetch_request, fetch_response, produce_request, produce_response};
use crate::{RequestHeader, Writer};
use bytes::Bytes;
use wellhead_base::TopicId;

const ID: TopicId = TopicId([9; 16]);

/// The name before topic ids, the id from then on.
fn named(version: i16, ids_from: i16, name: &str) -> (String, TopicId) {
    if version >= ids_from { (String::new(), ID) } else { (name.to_owned(), TopicId::ZERO) }
}

fn produce_request(version: i16) -> ProduceRequest {
    let topic = |name, sizes: &[Option<usize>]| {
        let (name, topic_id) = named(version, 13, name);
        let partition_data = sizes
            .iter()
            .enumerate()
            .map(|(i, n)| produce_request::PartitionProduceData { index: i as i32, records: n.map(|n| vec![i as u8; n].into()) })
            .collect();
        produce_request::TopicProduceData { name, topic_id, partition_data }
    };
    ProduceRequest {
        transactional_id: Some("tx".to_owned()),
        acks: -1,
        timeout_ms: 1500,
        topic_data: vec![topic("a", &[Some(0), Some(10), Some(5000)]), topic("none", &[]), topic("b", &[Some(200)])],
    }
}

#[test]
fn produce_request_view_says_what_the_struct_says() {
    for v in ProduceRequest::MIN_VERSION..=ProduceRequest::MAX_VERSION {
        let mut m = produce_request(v);
        m.topic_data[0].partition_data[0].records = None;
        let mut w = Writer::new();
        w.raw(b"before");
        m.encode(&mut w, v).expect("a valid message");
        let frame = w.into_bytes();
        let mut r = Reader::new(&frame);
        r.skip(6).expect("six bytes");
        let view = ProduceRequestView::parse(&mut r, v).expect("a valid message");
        assert_eq!(r.remaining(), 0);
        assert_eq!((view.transactional_id, view.acks, view.timeout_ms), (Some("tx"), -1, 1500));
        assert_eq!(view.topics().len(), m.topic_data.len());
        for (t, mt) in view.topics().zip(&m.topic_data) {
            assert_eq!((t.name, t.id), (mt.name.as_str(), mt.topic_id));
            assert_eq!(t.partitions().len(), mt.partition_data.len());
            for (p, mp) in t.partitions().zip(&mt.partition_data) {
                assert_eq!((p.index, p.records), (mp.index, mp.records.as_deref()));
                assert_eq!(&frame[p.range.clone()], mp.records.as_deref().unwrap_or_default());
            }
        }
    }
    assert!(ProduceRequestView::parse(&mut Reader::from_slice(&[0; 64]), 2).is_err());
    assert!(ProduceRequestView::parse(&mut Reader::from_slice(&[0; 64]), 14).is_err());
}

#[test]
fn produce_request_writer_writes_what_the_struct_writes() {
    for v in ProduceRequest::MIN_VERSION..=ProduceRequest::MAX_VERSION {
        let m = produce_request(v);
        let mut w = Writer::new();
        encode_request_header(&mut w, 0, v, 77, Some("me")).expect("a short name");
        m.encode(&mut w, v).expect("a valid message");
        let mut p = ProduceRequestWriter::new(v, 77, Some("me"), Some("tx"), -1, 1500, m.topic_data.len()).expect("a valid version");
        for t in &m.topic_data {
            p.topic(&t.name, t.topic_id, t.partition_data.len()).expect("a short name");
            for d in &t.partition_data {
                p.partition(d.index, d.records.clone().expect("records")).expect("short records");
            }
        }
        let parts = p.finish();
        assert_eq!(parts.concat(), w.as_slice(), "v{v}");
        let large = m.topic_data[0].partition_data[2].records.as_ref().expect("records");
        assert!(parts.iter().any(|p| p.as_ptr() == large.as_ptr()), "large records are passed on, not copied");
        let frame = Bytes::from(parts.concat());
        let mut r = Reader::new(&frame);
        let h = RequestHeader::decode(&mut r).expect("a header");
        assert_eq!((h.api_key, h.api_version, h.correlation_id, h.client_id.as_deref()), (0, v, 77, Some("me")));
        assert_eq!(ProduceRequest::decode(&mut r, v), Ok(m));
    }
}

#[test]
fn produce_response_writer_writes_what_the_struct_writes() {
    for v in ProduceResponse::MIN_VERSION..=ProduceResponse::MAX_VERSION {
        let (name, topic_id) = named(v, 13, "topic");
        let partition_responses = vec![
            produce_response::PartitionProduceResponse {
                index: 1,
                base_offset: 42,
                log_append_time_ms: 5,
                log_start_offset: 3,
                ..Default::default()
            },
            produce_response::PartitionProduceResponse {
                index: 2,
                error_code: 2,
                base_offset: -1,
                error_message: Some("bad".to_owned()),
                ..Default::default()
            },
        ];
        let empty = produce_response::TopicProduceResponse { name: name.clone(), topic_id, partition_responses: Vec::new() };
        let m = ProduceResponse {
            responses: vec![produce_response::TopicProduceResponse { partition_responses, ..empty.clone() }, empty],
            throttle_time_ms: 9,
            ..Default::default()
        };
        let mut w = Writer::new();
        encode_response_header(&mut w, 0, v, 5);
        m.encode(&mut w, v).expect("a valid message");
        let mut p = ProduceResponseWriter::new(v, 5, 2).expect("a valid version");
        for t in &m.responses {
            p.topic(&t.name, t.topic_id, t.partition_responses.len()).expect("a short name");
            for d in &t.partition_responses {
                p.partition(&ProducedPartition {
                    index: d.index,
                    error_code: d.error_code,
                    base_offset: d.base_offset,
                    log_append_time_ms: d.log_append_time_ms,
                    log_start_offset: d.log_start_offset,
                    error_message: d.error_message.as_deref(),
                })
                .expect("a short message");
            }
        }
        assert_eq!(p.finish(9), w.into_bytes(), "v{v}");
    }
}

#[test]
fn fetch_request_view_says_what_the_struct_says() {
    for v in FetchRequest::MIN_VERSION..=FetchRequest::MAX_VERSION {
        let (topic, topic_id) = named(v, 13, "t");
        let mut m = FetchRequest { max_wait_ms: 500, min_bytes: 1, max_bytes: 9000, isolation_level: 1, ..Default::default() };
        let mut p = fetch_request::FetchPartition { partition: 3, fetch_offset: 1 << 40, partition_max_bytes: 77, ..Default::default() };
        if v >= 5 {
            p.log_start_offset = 12;
        }
        if v >= 7 {
            (m.session_id, m.session_epoch) = (8, 9);
            m.forgotten_topics_data = vec![fetch_request::ForgottenTopic { topic: topic.clone(), topic_id, partitions: vec![1, 2] }];
        }
        if v >= 9 {
            p.current_leader_epoch = 4;
        }
        if v >= 11 {
            m.rack_id = "r".to_owned();
        }
        if v >= 12 {
            p.last_fetched_epoch = 6;
            m.cluster_id = Some("c".to_owned());
        }
        if v >= 15 {
            m.replica_state = fetch_request::ReplicaState { replica_id: 5, replica_epoch: 6 };
        } else {
            m.replica_id = 5;
        }
        if v >= 17 {
            p.replica_directory_id = ID;
        }
        if v >= 18 {
            p.high_watermark = 99;
        }
        let second = fetch_request::FetchPartition { partition: 4, ..Default::default() };
        m.topics = vec![fetch_request::FetchTopic { topic, topic_id, partitions: vec![p, second] }];
        let mut w = Writer::new();
        m.encode(&mut w, v).expect("a valid message");
        let frame = w.into_bytes();
        let mut r = Reader::new(&frame);
        let view = FetchRequestView::parse(&mut r, v).expect("a valid message");
        assert_eq!(r.remaining(), 0);
        assert_eq!((view.cluster_id, view.rack_id), (m.cluster_id.as_deref(), m.rack_id.as_str()));
        assert_eq!((view.replica_id, view.replica_epoch), (5, if v >= 15 { 6 } else { -1 }));
        assert_eq!((view.max_wait_ms, view.min_bytes, view.max_bytes, view.isolation_level), (500, 1, 9000, 1));
        assert_eq!((view.session_id, view.session_epoch), (m.session_id, m.session_epoch));
        assert_eq!(view.topics().len(), 1);
        for (t, mt) in view.topics().zip(&m.topics) {
            assert_eq!((t.name, t.id), (mt.topic.as_str(), mt.topic_id));
            let parts: Vec<_> = t.partitions().collect();
            let expected: Vec<_> = mt
                .partitions
                .iter()
                .map(|p| FetchPartitionView {
                    partition: p.partition,
                    current_leader_epoch: p.current_leader_epoch,
                    fetch_offset: p.fetch_offset,
                    last_fetched_epoch: p.last_fetched_epoch,
                    log_start_offset: p.log_start_offset,
                    partition_max_bytes: p.partition_max_bytes,
                    replica_directory_id: p.replica_directory_id,
                    high_watermark: p.high_watermark,
                })
                .collect();
            assert_eq!(parts, expected, "v{v}");
        }
        let forgotten: Vec<_> = view.forgotten().map(|t| (t.name.to_owned(), t.id, t.partitions().collect::<Vec<_>>())).collect();
        let expected: Vec<_> = m.forgotten_topics_data.iter().map(|t| (t.topic.clone(), t.topic_id, t.partitions.clone())).collect();
        assert_eq!(forgotten, expected);
    }
}

fn fetch_response(v: i16) -> FetchResponse {
    let (topic, topic_id) = named(v, 13, "t");
    let mut p = fetch_response::PartitionData {
        partition_index: 3,
        high_watermark: 100,
        last_stable_offset: 90,
        aborted_transactions: Some(vec![fetch_response::AbortedTransaction { producer_id: 7, first_offset: 8 }]),
        records: Some(vec![1; 300].into()),
        ..Default::default()
    };
    let mut empty = fetch_response::PartitionData { error_code: 1, high_watermark: -1, aborted_transactions: None, ..Default::default() };
    empty.records = Some(Bytes::new());
    let mut m = FetchResponse { throttle_time_ms: 4, ..Default::default() };
    if v >= 5 {
        p.log_start_offset = 5;
    }
    if v >= 7 {
        (m.session_id, m.error_code) = (11, 70);
    }
    if v >= 11 {
        p.preferred_read_replica = 2;
    }
    if v >= 12 {
        empty.diverging_epoch = fetch_response::EpochEndOffset { epoch: 3, end_offset: 30 };
        empty.current_leader = fetch_response::LeaderIdAndEpoch { leader_id: 1, leader_epoch: 6 };
    }
    if v >= 16 {
        m.node_endpoints = vec![fetch_response::NodeEndpoint { node_id: 1, host: "h".to_owned(), port: 9, rack: None }];
    }
    let t = |partitions| fetch_response::FetchableTopicResponse { topic: topic.clone(), topic_id, partitions };
    m.responses = vec![t(vec![p.clone(), empty.clone()]), t(Vec::new()), t(vec![empty, p])];
    m
}

fn leader(p: &fetch_response::PartitionData) -> Option<(i32, i32)> {
    Some((p.current_leader.leader_id, p.current_leader.leader_epoch)).filter(|l| *l != (-1, -1))
}
fn diverging(p: &fetch_response::PartitionData) -> Option<(i32, i64)> {
    Some((p.diverging_epoch.epoch, p.diverging_epoch.end_offset)).filter(|l| *l != (-1, -1))
}

#[test]
fn fetch_response_writer_writes_what_the_struct_writes_and_the_view_reads_it() {
    for v in FetchResponse::MIN_VERSION..=FetchResponse::MAX_VERSION {
        let m = fetch_response(v);
        let mut w = Writer::new();
        encode_response_header(&mut w, 1, v, 5);
        m.encode(&mut w, v).expect("a valid message");
        let mut f = FetchResponseWriter::<Bytes>::new(v, 5, 4, m.error_code, m.session_id, m.responses.len()).expect("a valid version");
        for t in &m.responses {
            f.topic(&t.topic, t.topic_id, t.partitions.len()).expect("a short name");
            for p in &t.partitions {
                let aborted: Option<Vec<_>> = p.aborted_transactions.as_ref().map(|a| a.iter().map(|a| (a.producer_id, a.first_offset)).collect());
                let records = p.records.clone().expect("records");
                let header = FetchPartitionHeader {
                    partition: p.partition_index,
                    error_code: p.error_code,
                    high_watermark: p.high_watermark,
                    last_stable_offset: p.last_stable_offset,
                    log_start_offset: p.log_start_offset,
                    aborted: aborted.as_deref(),
                    preferred_read_replica: p.preferred_read_replica,
                    diverging_epoch: diverging(p),
                    current_leader: leader(p),
                };
                // Two parts, as when the records lie in two files.
                let (a, b) = (records.slice(..records.len() / 2), records.slice(records.len() / 2..));
                f.partition(&header, records.len(), [a, b]).expect("short records");
            }
        }
        let frame: Bytes = f.finish(&m.node_endpoints).expect("a valid message").concat().into();
        assert_eq!(frame, w.into_bytes(), "v{v}");

        let mut r = Reader::new(&frame);
        assert_eq!(decode_response_header(&mut r, 1, v), Ok(5));
        let view = FetchResponseView::parse(&mut r, v).expect("a valid message");
        assert_eq!(r.remaining(), 0);
        assert_eq!((view.throttle_time_ms, view.error_code, view.session_id), (4, m.error_code, m.session_id));
        assert_eq!(view.node_endpoints, m.node_endpoints);
        assert_eq!(view.topics().len(), 3);
        for (t, mt) in view.topics().zip(&m.responses) {
            assert_eq!((t.name, t.id, t.partitions().len()), (mt.topic.as_str(), mt.topic_id, mt.partitions.len()));
            for (p, mp) in t.partitions().zip(&mt.partitions) {
                assert_eq!((p.partition, p.error_code, p.high_watermark), (mp.partition_index, mp.error_code, mp.high_watermark));
                assert_eq!((p.last_stable_offset, p.log_start_offset), (mp.last_stable_offset, mp.log_start_offset));
                assert_eq!((p.diverging_epoch, p.current_leader, p.preferred_read_replica), (diverging(mp), leader(mp), mp.preferred_read_replica));
                assert_eq!(p.records, mp.records.as_deref());
                assert_eq!(Some(&frame[p.range.clone()]), p.records);
                let aborted: Vec<_> = mp.aborted_transactions.iter().flatten().map(|a| (a.producer_id, a.first_offset)).collect();
                assert_eq!(p.aborted().collect::<Vec<_>>(), aborted);
            }
        }
    }
}
