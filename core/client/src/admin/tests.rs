//! Each API against scripted brokers over the in-process transport: what is asked of whom, how outcomes are told, what is asked again.

use super::*;
use crate::assignor::encode_assignment;
use crate::cluster::tests::{answer, cluster, unique_name, versions};
use crate::types::{OFFSET_END, OFFSET_INVALID};
use bytes::Bytes;
use parking_lot::Mutex;
use std::time::Instant;
use tokio::task::JoinHandle;
use wellhead_net::{Frame, in_process};
use wellhead_wire::messages::api_versions_response::ApiVersion;
use wellhead_wire::messages::create_partitions_response::CreatePartitionsTopicResult;
use wellhead_wire::messages::create_topics_request::CreatableReplicaAssignment;
use wellhead_wire::messages::create_topics_response::CreatableTopicResult;
use wellhead_wire::messages::delete_groups_response::DeletableGroupResult;
use wellhead_wire::messages::delete_records_response::{DeleteRecordsPartitionResult, DeleteRecordsTopicResult};
use wellhead_wire::messages::delete_topics_response::DeletableTopicResult;
use wellhead_wire::messages::describe_cluster_response::DescribeClusterBroker;
use wellhead_wire::messages::describe_configs_response::{DescribeConfigsResourceResult, DescribeConfigsResult, DescribeConfigsSynonym};
use wellhead_wire::messages::describe_groups_response::{DescribedGroup, DescribedGroupMember};
use wellhead_wire::messages::find_coordinator_response::Coordinator;
use wellhead_wire::messages::list_groups_response::ListedGroup;
use wellhead_wire::messages::list_offsets_response::{ListOffsetsPartitionResponse, ListOffsetsTopicResponse};
use wellhead_wire::messages::metadata_response::{MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic};
use wellhead_wire::messages::offset_commit_response::{OffsetCommitResponsePartition, OffsetCommitResponseTopic};
use wellhead_wire::messages::offset_delete_response::{OffsetDeleteResponsePartition, OffsetDeleteResponseTopic};
use wellhead_wire::messages::offset_fetch_response::{OffsetFetchResponseGroup, OffsetFetchResponsePartitions, OffsetFetchResponseTopics};
use wellhead_wire::messages::*;
use wellhead_wire::messages::{alter_configs_response as replaced, incremental_alter_configs_response as changed};
use wellhead_wire::{APIS, Reader, Request, RequestHeader};

/// Long enough for any busy machine; nothing waits for its end.
const LONG: Duration = Duration::from_secs(30);
/// For calls that are to run out of time.
const SHORT: Duration = Duration::from_millis(300);

/// What the brokers of a fleet say of themselves; handlers may change it.
struct Map {
    controller: i32,
    coordinator: i32,
    /// The leader of each partition of every topic but those named `missing...`.
    leaders: Vec<i32>,
    /// For the first so many metadata requests no partition has a leader.
    leaderless: usize,
    /// Nodes that metadata was asked of, and groups' coordinators.
    metadata_asks: usize,
    coordinator_asks: usize,
    /// An API that is not served.
    lacking: Option<i16>,
}

/// Brokers 1, 2, ... whose versions, metadata and coordinators are told from the map; the rest is the handler's, which is silent
/// where it gives None.
struct Fleet {
    first: String,
    map: Arc<Mutex<Map>>,
    tasks: Vec<JoinHandle<()>>,
}
impl Drop for Fleet {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

type Handler = dyn Fn(&mut Map, i32, &RequestHeader, &Bytes) -> Option<Frame> + Send + Sync;

fn fleet(size: i32, handler: impl Fn(&mut Map, i32, &RequestHeader, &Bytes) -> Option<Frame> + Send + Sync + 'static) -> Fleet {
    let handler: Arc<Handler> = Arc::new(handler);
    let map = Map { controller: 1, coordinator: 1, leaders: vec![1; 3], leaderless: 0, metadata_asks: 0, coordinator_asks: 0, lacking: None };
    let map = Arc::new(Mutex::new(map));
    let names: Arc<[String]> = (0..size).map(|_| format!("embedded:{}", unique_name("fleet"))).collect();
    let mut tasks = Vec::new();
    for node in 1..=size {
        let mut acceptor = in_process::listen(names[node as usize - 1].trim_start_matches("embedded:")).unwrap();
        let (names, map, handler) = (names.clone(), map.clone(), handler.clone());
        tasks.push(wellhead_net::runtime().unwrap().spawn(async move {
            while let Some(mut end) = acceptor.accept().await {
                let (names, map, handler) = (names.clone(), map.clone(), handler.clone());
                tokio::spawn(async move {
                    while let Some(frame) = end.requests.recv().await {
                        let mut r = Reader::new(&frame);
                        let h = RequestHeader::decode(&mut r).unwrap();
                        let body = frame.slice(r.position()..);
                        let said = {
                            let mut map = map.lock();
                            match h.api_key {
                                18 => Some(served(&map, &h)),
                                3 => Some(metadata(&mut map, &names, &h, &body)),
                                10 => Some(coordinators(&mut map, &names, &h, &body)),
                                _ => handler(&mut map, node, &h, &body),
                            }
                        };
                        if let Some(a) = said
                            && end.responses.send(a).await.is_err()
                        {
                            return;
                        }
                    }
                });
            }
        }));
    }
    Fleet { first: names[0].clone(), map, tasks }
}

fn served(map: &Map, h: &RequestHeader) -> Frame {
    if map.lacking.is_none() {
        return versions(h);
    }
    let api_keys = APIS.iter().filter(|a| Some(a.key as i16) != map.lacking);
    let api_keys = api_keys.map(|a| ApiVersion { api_key: a.key as i16, min_version: a.min, max_version: a.max }).collect();
    answer(h, &ApiVersionsResponse { api_keys, ..Default::default() })
}

fn metadata(map: &mut Map, names: &[String], h: &RequestHeader, body: &Bytes) -> Frame {
    let ask = MetadataRequest::decode(&mut Reader::new(body), h.api_version).unwrap();
    assert!(!ask.allow_auto_topic_creation, "an admin makes no topic by asking for it");
    let topics = ask.topics.unwrap_or_default();
    map.metadata_asks += usize::from(!topics.is_empty());
    let leaderless = map.metadata_asks <= map.leaderless;
    let topics = topics.into_iter().map(|t| {
        let missing = t.name.as_ref().unwrap().starts_with("missing");
        let partition = |(leader, i): (&i32, i32)| MetadataResponsePartition {
            partition_index: i,
            leader_id: if leaderless { -1 } else { *leader },
            error_code: if leaderless { Code::LEADER_NOT_AVAILABLE.get() } else { 0 },
            leader_epoch: 7,
            ..Default::default()
        };
        MetadataResponseTopic {
            error_code: if missing { Code::UNKNOWN_TOPIC_OR_PART.get() } else { 0 },
            partitions: if missing { Vec::new() } else { map.leaders.iter().zip(0..).map(partition).collect() },
            name: t.name,
            ..Default::default()
        }
    });
    let brokers = names.iter().zip(1..).map(|(n, node_id)| MetadataResponseBroker { node_id, host: n.clone(), port: 0, ..Default::default() });
    let r = MetadataResponse {
        topics: topics.collect(),
        brokers: brokers.collect(),
        controller_id: map.controller,
        cluster_id: Some("c".into()),
        ..Default::default()
    };
    answer(h, &r)
}

fn coordinators(map: &mut Map, names: &[String], h: &RequestHeader, body: &Bytes) -> Frame {
    let ask = FindCoordinatorRequest::decode(&mut Reader::new(body), h.api_version).unwrap();
    map.coordinator_asks += 1;
    let host = &names[map.coordinator as usize - 1];
    let found = ask.coordinator_keys.into_iter().map(|key| Coordinator { key, node_id: map.coordinator, host: host.clone(), ..Default::default() });
    answer(h, &FindCoordinatorResponse { coordinators: found.collect(), ..Default::default() })
}

/// A fleet that serves one API: `reply` gets the number of the request (from 0), the node and the request.
struct Script<R> {
    fleet: Fleet,
    admin: Admin,
    asked: Arc<Mutex<Vec<(i32, R)>>>,
}
fn script<R: Request + Send + 'static>(
    size: i32,
    reply: impl Fn(&mut Map, usize, i32, &R) -> Option<R::Response> + Send + Sync + 'static,
) -> Script<R> {
    let asked: Arc<Mutex<Vec<(i32, R)>>> = Arc::default();
    let log = asked.clone();
    let fleet = fleet(size, move |map, node, h, body| {
        if h.api_key != R::API_KEY {
            return None;
        }
        let request = R::decode(&mut Reader::new(body), h.api_version).unwrap();
        let mut log = log.lock();
        let said = reply(map, log.len(), node, &request);
        log.push((node, request));
        said.map(|r| answer(h, &r))
    });
    let admin = Admin::over(cluster(&fleet.first), "tests");
    Script { fleet, admin, asked }
}
impl<R: Clone> Script<R> {
    fn asked(&self) -> Vec<(i32, R)> {
        self.asked.lock().clone()
    }
}

fn text(s: &str) -> Option<String> {
    Some(s.to_owned())
}
fn tp(topic: &str, partition: i32) -> TopicPartition {
    TopicPartition::new(topic, partition)
}
/// `name: ok` or `name: CODE message`.
fn told<N: Display, T>(rows: &[(N, Result<T>)]) -> Vec<String> {
    let row = |(n, r): &(N, Result<T>)| match r {
        Ok(_) => format!("{n}: ok"),
        Err(e) => format!("{n}: {} {}", e.code, e.message()),
    };
    rows.iter().map(row).collect()
}
fn told_offsets(rows: &[TopicPartitionOffset]) -> Vec<(i32, i64, Code)> {
    rows.iter().map(|o| (o.partition, o.offset, o.error.as_ref().map_or(Code::NO_ERROR, |e| e.code))).collect()
}

// --- topics ---

fn created(topics: impl IntoIterator<Item = (String, Code, Option<&'static str>)>) -> CreateTopicsResponse {
    let row = |(name, code, message): (String, Code, Option<&str>)| CreatableTopicResult {
        name,
        error_code: code.get(),
        error_message: message.map(str::to_owned),
        num_partitions: if code.is_ok() { 3 } else { -1 },
        ..Default::default()
    };
    CreateTopicsResponse { topics: topics.into_iter().map(row).collect(), ..Default::default() }
}
fn new_topic(name: &str) -> NewTopic {
    NewTopic { name: name.into(), partitions: 3, replication: 1, ..Default::default() }
}

#[test]
fn created_topics_have_their_own_outcomes_and_only_open_ones_are_asked_for_again() {
    let s = script::<CreateTopicsRequest>(2, |map, n, node, r| {
        // The controller moves from 1 to 2 after the first request, and the broker answers in an order of its own.
        map.controller = 2;
        Some(created(r.topics.iter().rev().map(|t| match t.name.as_str() {
            "there" => (t.name.clone(), Code::TOPIC_ALREADY_EXISTS, Some("Topic 'there' already exists.")),
            "late" if n == 0 => (t.name.clone(), Code::NOT_CONTROLLER, None),
            "late" => (t.name.clone(), if node == 2 { Code::NO_ERROR } else { Code::NOT_CONTROLLER }, None),
            _ => (t.name.clone(), Code::NO_ERROR, Some("")),
        })))
    });
    let given = NewTopic {
        assignment: vec![vec![1], vec![2]],
        configs: vec![("retention.ms".into(), "7".into())],
        partitions: 9,
        replication: 9,
        name: "given".into(),
    };
    let began = Instant::now();
    let rows = s.admin.create_topics(&[new_topic("late"), new_topic("there"), given], LONG, false).unwrap();
    assert!(began.elapsed() < LONG / 2, "more partitions were waited for than there are");
    assert_eq!(told(&rows), ["late: ok", "there: TOPIC_ALREADY_EXISTS Topic 'there' already exists.", "given: ok"]);
    let asked = s.asked();
    assert_eq!(asked.iter().map(|(node, r)| (*node, r.topics.len())).collect::<Vec<_>>(), [(1, 3), (2, 1)]);
    let (late, given) = (&asked[0].1.topics[0], &asked[0].1.topics[2]);
    assert_eq!((late.num_partitions, late.replication_factor, late.assignments.len()), (3, 1, 0));
    assert_eq!((given.num_partitions, given.replication_factor), (-1, -1));
    assert_eq!(given.assignments[1], CreatableReplicaAssignment { partition_index: 1, broker_ids: vec![2] });
    assert_eq!((given.configs[0].name.as_str(), given.configs[0].value.as_deref()), ("retention.ms", Some("7")));
    let (_, first) = &asked[0];
    assert!(!first.validate_only && first.timeout_ms > 20_000 && first.timeout_ms <= 30_000, "{first:?}");
    assert_eq!(asked[1].1.topics[0].name, "late");
}

#[test]
fn a_created_topic_is_waited_for_until_it_has_leaders() {
    let reply =
        |_: &mut Map, _: usize, _: i32, r: &CreateTopicsRequest| Some(created(r.topics.iter().map(|t| (t.name.clone(), Code::NO_ERROR, None))));
    let s = script(1, reply);
    s.fleet.map.lock().leaderless = 3;
    assert_eq!(told(&s.admin.create_topics(&[new_topic("a")], LONG, false).unwrap()), ["a: ok"]);
    assert_eq!(s.fleet.map.lock().metadata_asks, 4);
    // Only validated: there is nothing to wait for.
    assert_eq!(told(&s.admin.create_topics(&[new_topic("a")], LONG, true).unwrap()), ["a: ok"]);
    assert_eq!(s.fleet.map.lock().metadata_asks, 4);
    assert!(s.asked()[1].1.validate_only);
    // It was created, even if it does not show in time.
    s.fleet.map.lock().leaderless = usize::MAX;
    let began = Instant::now();
    assert_eq!(told(&s.admin.create_topics(&[new_topic("a")], SHORT, false).unwrap()), ["a: ok"]);
    assert!(began.elapsed() < LONG / 2);
}

#[test]
fn nothing_may_be_named_twice() {
    let a = Admin::new([("bootstrap.servers", "embedded:nobody")]).unwrap();
    let e = a.create_topics(&[new_topic("a"), new_topic("a")], LONG, false).unwrap_err();
    assert_eq!((e.code, e.message()), (Code::INVALID_ARG, "topic a is named twice"));
    let e = a.delete_group_offsets("g", &[tp("t", 0), tp("t", 0)], LONG).unwrap_err();
    assert_eq!((e.code, e.message()), (Code::INVALID_ARG, "partition t [0] is named twice"));
    for e in [a.describe_groups(&["g", "g"], LONG).unwrap_err(), a.delete_topics(&["g", "g"], LONG).unwrap_err()] {
        assert_eq!(e.code, Code::INVALID_ARG);
    }
    // And what asks for nothing asks nobody.
    assert!(a.create_topics(&[], LONG, false).unwrap().is_empty());
    assert!(a.describe_topics(&[], LONG).unwrap().is_empty());
    assert!(a.list_group_offsets("g", Some(&[]), false, LONG).unwrap().is_empty());
}

#[test]
fn deleted_topics_and_new_partitions_have_their_own_outcomes() {
    let s = script::<DeleteTopicsRequest>(1, |_, _, _, r| {
        let row = |name: Option<String>| {
            let gone = name.as_deref() != Some("never");
            DeletableTopicResult { name, error_code: if gone { 0 } else { Code::UNKNOWN_TOPIC_OR_PART.get() }, ..Default::default() }
        };
        Some(DeleteTopicsResponse { responses: r.topics.iter().map(|t| row(t.name.clone())).collect(), ..Default::default() })
    });
    let rows = s.admin.delete_topics(&["a", "never"], LONG).unwrap();
    assert_eq!(told(&rows), ["a: ok", "never: UNKNOWN_TOPIC_OR_PART Broker: Unknown topic or partition"]);
    assert_eq!(s.asked().len(), 1, "an unknown topic is not asked for again");

    let s = script::<CreatePartitionsRequest>(1, |_, _, _, r| {
        let row = |name: &String| CreatePartitionsTopicResult {
            name: name.clone(),
            error_code: if name == "b" { Code::INVALID_PARTITIONS.get() } else { 0 },
            error_message: text("Topic currently has 3 partitions."),
        };
        Some(CreatePartitionsResponse { results: r.topics.iter().map(|t| row(&t.name)).collect(), ..Default::default() })
    });
    let rows = s.admin.create_partitions(&[("a", 3, vec![vec![1], vec![2]]), ("b", 2, vec![])], LONG, false).unwrap();
    assert_eq!(told(&rows), ["a: ok", "b: INVALID_PARTITIONS Topic currently has 3 partitions."]);
    let (_, r) = &s.asked()[0];
    assert_eq!(r.topics[0].assignments.as_ref().unwrap()[1].broker_ids, [2]);
    assert_eq!((r.topics[1].count, r.topics[1].assignments.is_none()), (2, true));
    assert_eq!(s.fleet.map.lock().metadata_asks, 1, "the new partitions are waited for");
}

#[test]
fn records_are_deleted_at_their_leaders_and_a_moved_leader_is_followed() {
    let s = script::<DeleteRecordsRequest>(2, |map, n, node, r| {
        if n == 0 {
            map.leaders = vec![2, 2, 2];
        }
        let row = |p: i32| DeleteRecordsPartitionResult {
            partition_index: p,
            low_watermark: if node == 2 { 40 + i64::from(p) } else { -1 },
            error_code: if node == 2 { 0 } else { Code::NOT_LEADER_FOR_PARTITION.get() },
        };
        let topics = r
            .topics
            .iter()
            .map(|t| DeleteRecordsTopicResult { name: t.name.clone(), partitions: t.partitions.iter().map(|p| row(p.partition_index)).collect() });
        Some(DeleteRecordsResponse { topics: topics.collect(), ..Default::default() })
    });
    s.fleet.map.lock().leaders = vec![1, 1, 1];
    let before = [tp("t", 2).at(7), tp("missing", 0).at(1), tp("t", 0).at(OFFSET_END), tp("t", 9).at(1)];
    let rows = s.admin.delete_records(&before, LONG).unwrap();
    let unknown = Code::UNKNOWN_TOPIC_OR_PART;
    assert_eq!(told_offsets(&rows), [(2, 42, Code::NO_ERROR), (0, OFFSET_INVALID, unknown), (0, 40, Code::NO_ERROR), (9, OFFSET_INVALID, unknown)]);
    let asked = s.asked();
    assert_eq!(asked.iter().map(|a| a.0).collect::<Vec<_>>(), [1, 2]);
    let offsets: Vec<_> = asked[1].1.topics[0].partitions.iter().map(|p| (p.partition_index, p.offset)).collect();
    assert_eq!(offsets, [(2, 7), (0, -1)]);
    assert_eq!(s.admin.delete_records(&[tp("t", 0).at(OFFSET_INVALID)], LONG).unwrap_err().code, Code::INVALID_ARG);
}

#[test]
fn offsets_are_listed_at_the_leaders() {
    let s = script::<ListOffsetsRequest>(2, |_, _, node, r| {
        let row = |p: i32, timestamp: i64| ListOffsetsPartitionResponse {
            partition_index: p,
            timestamp,
            offset: i64::from(node) * 100 + i64::from(p),
            leader_epoch: 7,
            ..Default::default()
        };
        let topics = r.topics.iter().map(|t| ListOffsetsTopicResponse {
            name: t.name.clone(),
            partitions: t.partitions.iter().map(|p| row(p.partition_index, p.timestamp)).collect(),
        });
        Some(ListOffsetsResponse { topics: topics.collect(), ..Default::default() })
    });
    s.fleet.map.lock().leaders = vec![1, 2, 1];
    let specs = [
        (tp("t", 2), OffsetSpec::Timestamp(55)),
        (tp("t", 1), OffsetSpec::Latest),
        (tp("t", 0), OffsetSpec::MaxTimestamp),
        (tp("missing", 0), OffsetSpec::Earliest),
    ];
    let rows = s.admin.list_offsets(&specs, true, LONG).unwrap();
    let listed = |offset, timestamp| ListedOffset { offset, timestamp, leader_epoch: 7 };
    assert_eq!(rows[0], (tp("t", 2), Ok(listed(102, 55))));
    assert_eq!(rows[1], (tp("t", 1), Ok(listed(201, -1))));
    assert_eq!(rows[2], (tp("t", 0), Ok(listed(100, -3))));
    assert_eq!((&rows[3].0, rows[3].1.as_ref().unwrap_err().code), (&tp("missing", 0), Code::UNKNOWN_TOPIC_OR_PART));
    assert!(s.asked().iter().all(|(_, r)| r.isolation_level == 1));
    assert_eq!(s.admin.list_offsets(&[(tp("t", 0), OffsetSpec::Timestamp(-3))], false, LONG).unwrap_err().code, Code::INVALID_ARG);
}

#[test]
fn topics_are_described_in_the_order_asked_for() {
    let f = fleet(1, |_, _, _, _| None);
    let a = Admin::over(cluster(&f.first), "tests");
    let t = a.describe_topics(&["t", "missing", "a", "t"], LONG).unwrap();
    assert_eq!(t.iter().map(|t| (&*t.name, t.partitions.len())).collect::<Vec<_>>(), [("t", 3), ("missing", 0), ("a", 3), ("t", 3)]);
    assert_eq!(t[1].error.as_ref().unwrap().code, Code::UNKNOWN_TOPIC_OR_PART);
    let m = a.metadata(Some("t"), LONG).unwrap();
    assert_eq!((m.topics.len(), m.brokers.len(), m.cluster_id.as_deref()), (1, 1, Some("c")));
    assert_eq!(a.client_id(), "tests");
}

// --- configs and the cluster ---

fn resource(kind: ResourceType, name: &str) -> ConfigResource {
    ConfigResource { kind, name: name.into() }
}

#[test]
fn a_brokers_configs_are_asked_of_that_broker() {
    let s = script::<DescribeConfigsRequest>(2, |_, _, node, r| {
        let config = DescribeConfigsResourceResult {
            name: "told.by".into(),
            value: Some(node.to_string()),
            config_source: 5,
            synonyms: vec![DescribeConfigsSynonym { name: "by".into(), value: None, source: 4 }],
            config_type: 3,
            documentation: text("Who told it."),
            ..Default::default()
        };
        let secret = DescribeConfigsResourceResult {
            name: "key".into(),
            value: text("leaked"),
            is_sensitive: true,
            read_only: true,
            config_source: 4,
            ..Default::default()
        };
        let row = |kind: i8, name: &str| DescribeConfigsResult {
            resource_type: kind,
            resource_name: name.into(),
            error_code: if name == "never" { 3 } else { 0 },
            error_message: if name == "never" { text("Topic 'never' does not exist.") } else { None },
            configs: if name == "never" { Vec::new() } else { vec![config.clone(), secret.clone()] },
        };
        Some(DescribeConfigsResponse { results: r.resources.iter().map(|r| row(r.resource_type, &r.resource_name)).collect(), ..Default::default() })
    });
    let resources = [
        resource(ResourceType::Broker, "2"),
        resource(ResourceType::Topic, "never"),
        resource(ResourceType::Topic, "2"),
        resource(ResourceType::Broker, "1"),
        resource(ResourceType::Broker, "9"),
        resource(ResourceType::Broker, "x"),
    ];
    let rows = s.admin.describe_configs(&resources, LONG).unwrap();
    assert_eq!(rows.iter().map(|r| &r.0).collect::<Vec<_>>(), resources.iter().collect::<Vec<_>>());
    let config = |i: usize| &rows[i].1.as_ref().unwrap()[0];
    assert_eq!((config(0).value.as_deref(), config(3).value.as_deref()), (Some("2"), Some("1")));
    assert!(config(2).is_default && config(2).kind == 3 && config(2).documentation.is_some() && config(2).synonyms[0].source == 4);
    let secret = &rows[0].1.as_ref().unwrap()[1];
    assert!(secret.value.is_none() && secret.sensitive && secret.read_only && !secret.is_default);
    assert_eq!(told(&rows)[1], "Topic never: UNKNOWN_TOPIC_OR_PART Topic 'never' does not exist.");
    assert_eq!([4, 5].map(|i: usize| rows[i].1.as_ref().unwrap_err().code), [Code::UNKNOWN_BROKER, Code::INVALID_ARG]);
    let (_, r) = &s.asked()[0];
    assert!(r.include_synonyms && r.include_documentation && r.resources[0].configuration_keys.is_none());
}

#[test]
fn configs_are_altered_where_they_live() {
    let s = script::<AlterConfigsRequest>(2, |_, _, _, r| {
        let row = |r: &alter_configs_request::AlterConfigsResource| replaced::AlterConfigsResourceResponse {
            resource_type: r.resource_type,
            resource_name: r.resource_name.clone(),
            error_code: if r.configs[0].name == "bad" { Code::INVALID_CONFIG.get() } else { 0 },
            error_message: text("Unknown config bad"),
        };
        Some(AlterConfigsResponse { responses: r.resources.iter().map(row).collect(), ..Default::default() })
    });
    let set = |name: &str, value: Option<&str>| vec![(name.to_owned(), value.map(str::to_owned))];
    let changes = [(resource(ResourceType::Broker, "2"), set("a", Some("1"))), (resource(ResourceType::Topic, "t"), set("bad", None))];
    assert_eq!(told(&s.admin.alter_configs(&changes, LONG, true).unwrap()), ["Broker 2: ok", "Topic t: INVALID_CONFIG Unknown config bad"]);
    let asked = s.asked();
    assert!(asked.len() == 2 && asked.iter().all(|(_, r)| r.validate_only && r.resources.len() == 1));
    let of_broker = asked.iter().find(|(_, r)| r.resources[0].resource_type == 4).unwrap();
    assert_eq!((of_broker.0, of_broker.1.resources[0].configs[0].value.as_deref()), (2, Some("1")));

    let s = script::<IncrementalAlterConfigsRequest>(1, |_, n, _, r| {
        let row = |r: &incremental_alter_configs_request::AlterConfigsResource| changed::AlterConfigsResourceResponse {
            resource_type: r.resource_type,
            resource_name: r.resource_name.clone(),
            error_code: if n == 0 { Code::NOT_CONTROLLER.get() } else { 0 },
            ..Default::default()
        };
        Some(IncrementalAlterConfigsResponse { responses: r.resources.iter().map(row).collect(), ..Default::default() })
    });
    let change = |name: &str, op, value: Option<&str>| ConfigChange { name: name.into(), op, value: value.map(str::to_owned) };
    let changes = vec![change("a", AlterOp::Delete, None), change("b", AlterOp::Append, Some("x"))];
    assert_eq!(told(&s.admin.incremental_alter_configs(&[(resource(ResourceType::Topic, "t"), changes)], LONG, false).unwrap()), ["Topic t: ok"]);
    let asked = s.asked();
    let configs = &asked[1].1.resources[0].configs;
    assert_eq!(asked.len(), 2);
    assert_eq!((configs[0].config_operation, configs[0].value.as_deref()), (1, None));
    assert_eq!((configs[1].config_operation, configs[1].value.as_deref()), (2, Some("x")));
}

#[test]
fn the_cluster_is_described_by_old_brokers_too() {
    let s = script::<DescribeClusterRequest>(2, |_, _, _, r| {
        let brokers = [2, 1].map(|broker_id| DescribeClusterBroker { broker_id, host: "h".into(), port: 9, rack: text("r"), ..Default::default() });
        assert!(r.include_cluster_authorized_operations && r.endpoint_type == 1);
        Some(DescribeClusterResponse {
            cluster_id: "id".into(),
            controller_id: 2,
            brokers: brokers.into(),
            cluster_authorized_operations: 6,
            ..Default::default()
        })
    });
    let d = s.admin.describe_cluster(LONG).unwrap();
    assert_eq!((d.cluster_id.as_str(), d.controller_id, d.authorized_operations), ("id", 2, 6));
    assert_eq!(d.brokers.iter().map(|b| (b.id, b.rack.as_deref())).collect::<Vec<_>>(), [(1, Some("r")), (2, Some("r"))]);

    let f = fleet(2, |_, _, _, _| None);
    f.map.lock().lacking = Some(DescribeClusterRequest::API_KEY);
    let d = Admin::over(cluster(&f.first), "tests").describe_cluster(LONG).unwrap();
    assert_eq!((d.cluster_id.as_str(), d.controller_id, d.brokers.len(), d.authorized_operations), ("c", 1, 2, i32::MIN));
}

// --- groups ---

#[test]
fn groups_are_listed_by_all_brokers_and_one_that_fails_is_told() {
    let s = script::<ListGroupsRequest>(3, |_, n, node, _| {
        let group = |id: &str| ListedGroup {
            group_id: id.into(),
            protocol_type: "consumer".into(),
            group_state: "Stable".into(),
            group_type: "classic".into(),
        };
        let (error_code, groups) = match node {
            1 if n < 3 => (Code::COORDINATOR_LOAD_IN_PROGRESS, vec![]),
            1 => (Code::NO_ERROR, vec![group("z"), group("twice")]),
            2 => (Code::CLUSTER_AUTHORIZATION_FAILED, vec![]),
            _ => (Code::NO_ERROR, vec![group("a"), group("twice")]),
        };
        Some(ListGroupsResponse { error_code: error_code.get(), groups, ..Default::default() })
    });
    let (groups, errors) = s.admin.list_groups(&["Stable"], &["classic"], LONG).unwrap();
    assert_eq!(groups.iter().map(|g| g.group_id.as_str()).collect::<Vec<_>>(), ["a", "twice", "z"]);
    assert_eq!((groups[0].state.as_str(), groups[0].group_type.as_str(), groups[0].protocol_type.as_str()), ("Stable", "classic", "consumer"));
    assert_eq!(errors.len(), 1);
    assert!(errors[0].code == Code::CLUSTER_AUTHORIZATION_FAILED && errors[0].message().starts_with("broker 2: "), "{errors:?}");
    assert!(s.asked().iter().all(|(_, r)| r.states_filter == ["Stable"] && r.types_filter == ["classic"]));
}

#[test]
fn a_group_is_described_by_its_coordinator_wherever_it_moved() {
    let s = script::<DescribeGroupsRequest>(2, |map, _, node, r| {
        map.coordinator = 2;
        let assigned = encode_assignment(&[("t".into(), 1), ("t".into(), 0)]);
        let member = |id: &str, assigned: &Bytes| DescribedGroupMember {
            member_id: id.into(),
            group_instance_id: text("i"),
            client_id: "c".into(),
            client_host: "/h".into(),
            member_assignment: assigned.clone(),
            ..Default::default()
        };
        let group = |id: &String| {
            let g = DescribedGroup { group_id: id.clone(), group_state: "Stable".into(), protocol_data: "range".into(), ..Default::default() };
            match id.as_str() {
                _ if node == 1 => DescribedGroup { error_code: Code::NOT_COORDINATOR.get(), ..g },
                "gone" => DescribedGroup { error_code: Code::GROUP_ID_NOT_FOUND.get(), error_message: text("Group gone not found."), ..g },
                "secret" => DescribedGroup { error_code: Code::GROUP_AUTHORIZATION_FAILED.get(), ..g },
                "connect" => DescribedGroup { protocol_type: "connect".into(), members: vec![member("m", &assigned)], ..g },
                _ => {
                    let members = vec![member("m", &assigned), member("n", &Bytes::from_static(b"\x00\x01\x7f")), member("o", &Bytes::new())];
                    DescribedGroup { protocol_type: "consumer".into(), members, authorized_operations: 5, ..g }
                }
            }
        };
        Some(DescribeGroupsResponse { groups: r.groups.iter().map(group).collect(), ..Default::default() })
    });
    let rows = s.admin.describe_groups(&["g", "gone", "secret", "connect"], LONG).unwrap();
    assert_eq!(told(&rows), ["g: ok", "gone: ok", "secret: GROUP_AUTHORIZATION_FAILED Broker: Group authorization failed", "connect: ok"]);
    let group = |i: usize| rows[i].1.as_ref().unwrap();
    let g = group(0);
    assert_eq!(
        (g.group_id.as_str(), g.state.as_str(), g.protocol.as_str(), g.coordinator.id, g.authorized_operations),
        ("g", "Stable", "range", 2, 5)
    );
    let m = &g.members[0];
    assert_eq!((m.member_id.as_str(), m.group_instance_id.as_deref(), m.client_id.as_str(), m.client_host.as_str()), ("m", Some("i"), "c", "/h"));
    let mut assigned = m.assignment.clone();
    assigned.sort();
    assert_eq!(assigned, [tp("t", 0), tp("t", 1)]);
    assert!(g.members[1].assignment.is_empty() && g.members[2].assignment.is_empty());
    assert_eq!((group(1).state.as_str(), group(1).group_id.as_str()), ("Dead", "gone"));
    assert!(group(3).members[0].assignment.is_empty());
    assert_eq!(s.asked().iter().map(|a| a.0).collect::<Vec<_>>(), [1, 2]);
    assert!(s.asked()[0].1.include_authorized_operations);
}

#[test]
fn deleted_groups_have_their_own_outcomes() {
    let s = script::<DeleteGroupsRequest>(1, |_, n, _, r| {
        let row = |id: &String| {
            let code = match id.as_str() {
                "busy" => Code::NON_EMPTY_GROUP,
                "loading" if n == 0 => Code::COORDINATOR_LOAD_IN_PROGRESS,
                _ => Code::NO_ERROR,
            };
            DeletableGroupResult { group_id: id.clone(), error_code: code.get() }
        };
        Some(DeleteGroupsResponse { results: r.groups_names.iter().map(row).collect(), ..Default::default() })
    });
    let rows = s.admin.delete_groups(&["loading", "busy", "a"], LONG).unwrap();
    assert_eq!(told(&rows), ["loading: ok", "busy: NON_EMPTY_GROUP Broker: The group is not empty", "a: ok"]);
    assert_eq!(s.asked().iter().map(|a| a.1.groups_names.len()).collect::<Vec<_>>(), [3, 1]);
}

#[test]
fn a_groups_offsets_are_listed_once_they_are_stable() {
    let s = script::<OffsetFetchRequest>(1, |_, n, _, r| {
        let row = |p: i32| OffsetFetchResponsePartitions {
            partition_index: p,
            committed_offset: if p == 0 { 9 } else { -1 },
            committed_leader_epoch: 4,
            metadata: text(if p == 0 { "note" } else { "" }),
            error_code: if n == 0 && p == 0 { Code::UNSTABLE_OFFSET_COMMIT.get() } else { 0 },
        };
        let asked = &r.groups[0];
        let partitions = asked.topics.as_ref().map_or(vec![0], |t| t[0].partition_indexes.clone());
        let topics =
            vec![OffsetFetchResponseTopics { name: "t".into(), partitions: partitions.into_iter().map(row).collect(), ..Default::default() }];
        let group = OffsetFetchResponseGroup { group_id: asked.group_id.clone(), topics, ..Default::default() };
        Some(OffsetFetchResponse { groups: vec![group], ..Default::default() })
    });
    let rows = s.admin.list_group_offsets("g", Some(&[tp("t", 2), tp("t", 0)]), true, LONG).unwrap();
    assert_eq!(told_offsets(&rows), [(2, OFFSET_INVALID, Code::NO_ERROR), (0, 9, Code::NO_ERROR)]);
    assert_eq!((rows[1].metadata.as_deref(), rows[1].leader_epoch, rows[0].metadata.as_deref()), (Some("note"), 4, None));
    let rows = s.admin.list_group_offsets("g", None, false, LONG).unwrap();
    assert_eq!(told_offsets(&rows), [(0, 9, Code::NO_ERROR)]);
    let stable: Vec<_> = s.asked().iter().map(|(_, r)| (r.require_stable, r.groups[0].topics.is_some())).collect();
    assert_eq!(stable, [(true, true), (true, true), (false, false)]);
}

#[test]
fn a_groups_offsets_are_committed_and_deleted_per_partition() {
    let s = script::<OffsetCommitRequest>(2, |map, n, _, r| {
        map.coordinator = 2;
        let code = |p: i32| match (n, p) {
            (0, 0) => Code::NOT_COORDINATOR,
            (_, 1) => Code::UNKNOWN_TOPIC_OR_PART,
            _ => Code::NO_ERROR,
        };
        let row = |p: i32| OffsetCommitResponsePartition { partition_index: p, error_code: code(p).get() };
        let topics = r.topics.iter().map(|t| OffsetCommitResponseTopic {
            name: t.name.clone(),
            partitions: t.partitions.iter().map(|p| row(p.partition_index)).collect(),
            ..Default::default()
        });
        Some(OffsetCommitResponse { topics: topics.collect(), ..Default::default() })
    });
    let mut first = tp("t", 0).at(5);
    first.metadata = text("note");
    first.leader_epoch = 3;
    let rows = s.admin.alter_group_offsets("g", &[first, tp("t", 1).at(6)], LONG).unwrap();
    assert_eq!(told_offsets(&rows), [(0, 5, Code::NO_ERROR), (1, 6, Code::UNKNOWN_TOPIC_OR_PART)]);
    let asked = s.asked();
    assert_eq!(asked.iter().map(|a| (a.0, a.1.topics[0].partitions.len())).collect::<Vec<_>>(), [(1, 2), (2, 1)]);
    let (_, r) = &asked[1];
    let p = &r.topics[0].partitions[0];
    assert_eq!((r.group_id.as_str(), r.generation_id_or_member_epoch, r.member_id.as_str()), ("g", -1, ""));
    assert_eq!((p.committed_offset, p.committed_leader_epoch, p.committed_metadata.as_deref()), (5, 3, Some("note")));
    assert_eq!(s.admin.alter_group_offsets("g", &[tp("t", 0).at(OFFSET_END)], LONG).unwrap_err().code, Code::INVALID_ARG);

    let s = script::<OffsetDeleteRequest>(1, |_, n, _, r| {
        if n == 0 {
            return Some(OffsetDeleteResponse { error_code: Code::NOT_COORDINATOR.get(), ..Default::default() });
        }
        if r.group_id == "gone" {
            return Some(OffsetDeleteResponse { error_code: Code::GROUP_ID_NOT_FOUND.get(), ..Default::default() });
        }
        let code = |p: i32| if p == 1 { Code::GROUP_SUBSCRIBED_TO_TOPIC } else { Code::NO_ERROR };
        let row = |p: i32| OffsetDeleteResponsePartition { partition_index: p, error_code: code(p).get() };
        let topics = r
            .topics
            .iter()
            .map(|t| OffsetDeleteResponseTopic { name: t.name.clone(), partitions: t.partitions.iter().map(|p| row(p.partition_index)).collect() });
        Some(OffsetDeleteResponse { topics: topics.collect(), ..Default::default() })
    });
    let rows = s.admin.delete_group_offsets("g", &[tp("t", 1), tp("t", 0)], LONG).unwrap();
    assert_eq!(told_offsets(&rows), [(1, OFFSET_INVALID, Code::GROUP_SUBSCRIBED_TO_TOPIC), (0, OFFSET_INVALID, Code::NO_ERROR)]);
    assert_eq!(s.fleet.map.lock().coordinator_asks, 2, "the coordinator is asked for anew after NOT_COORDINATOR");
    assert_eq!(s.admin.delete_group_offsets("gone", &[tp("t", 0)], LONG).unwrap_err().code, Code::GROUP_ID_NOT_FOUND);
}

// --- time ---

#[test]
fn what_is_open_at_the_end_is_timed_out_with_what_was_waited_for() {
    // Nobody there.
    let a = Admin::over(cluster("embedded:nobody-is-here-either"), "tests");
    let e = a.create_topics(&[new_topic("a")], SHORT, false).unwrap_err();
    assert!(e.code == Code::TIMED_OUT && e.message().contains("creating topics") && e.message().contains("nobody-is-here-either"), "{e}");

    // A broker that never becomes the controller.
    let s = script::<CreateTopicsRequest>(1, |_, _, _, r| {
        let code = |name: &str| if name == "b" { Code::INVALID_PARTITIONS } else { Code::NOT_CONTROLLER };
        Some(created(r.topics.iter().map(|t| (t.name.clone(), code(&t.name), None))))
    });
    let rows = s.admin.create_topics(&[new_topic("a"), new_topic("b")], SHORT, false).unwrap();
    assert_eq!(rows.iter().map(|r| r.1.as_ref().unwrap_err().code).collect::<Vec<_>>(), [Code::TIMED_OUT, Code::INVALID_PARTITIONS]);
    assert!(rows[0].1.as_ref().unwrap_err().message().contains("Not controller"), "{rows:?}");
    assert!(s.asked().len() > 1);

    // One of two is silent: the other's answer is not lost.
    let s = script::<DescribeConfigsRequest>(2, |_, _, node, r| {
        let row = |kind: i8, name: &str| DescribeConfigsResult { resource_type: kind, resource_name: name.into(), ..Default::default() };
        let results = r.resources.iter().map(|r| row(r.resource_type, &r.resource_name)).collect();
        (node == 1).then(|| DescribeConfigsResponse { results, ..Default::default() })
    });
    let began = Instant::now();
    let rows = s.admin.describe_configs(&[resource(ResourceType::Broker, "2"), resource(ResourceType::Broker, "1")], SHORT).unwrap();
    assert!(rows[1].1.is_ok());
    let e = rows[0].1.as_ref().unwrap_err();
    assert!(e.code == Code::TIMED_OUT && e.message().contains("describing configs") && e.message().contains("no answer"), "{e}");
    assert!(began.elapsed() < LONG / 2);
}

#[test]
fn an_answer_that_cannot_be_read_spoils_only_itself() {
    // The first answer is no answer at all.
    let broken = Arc::new(Mutex::new(true));
    let f = fleet(1, move |_, _, h, body| {
        if std::mem::take(&mut *broken.lock()) {
            let mut garbage = h.correlation_id.to_be_bytes().to_vec();
            garbage.push(0);
            return Some(Bytes::from(garbage).into());
        }
        let r = DeleteGroupsRequest::decode(&mut Reader::new(body), h.api_version).unwrap();
        let results = r.groups_names.iter().map(|id| DeletableGroupResult { group_id: id.clone(), error_code: 0 }).collect();
        Some(answer(h, &DeleteGroupsResponse { results, ..Default::default() }))
    });
    let a = Admin::over(cluster(&f.first), "tests");
    // What cannot be read is not repeated by itself, and does not spoil what comes after.
    assert_eq!(told(&a.delete_groups(&["g"], LONG).unwrap())[0].split(' ').nth(1), Some("_BAD_MSG"));
    assert_eq!(told(&a.delete_groups(&["g"], LONG).unwrap()), ["g: ok"]);
}

#[test]
fn closing_cancels_what_is_under_way() {
    let (tx, rx) = std::sync::mpsc::channel();
    let tx = Mutex::new(tx);
    let s = script::<DescribeGroupsRequest>(1, move |_, _, _, _| {
        let _ = tx.lock().send(());
        None
    });
    let other = s.admin.clone();
    let waiting = std::thread::spawn(move || other.describe_groups(&["g"], LONG));
    rx.recv_timeout(LONG).unwrap();
    let began = Instant::now();
    s.admin.close();
    assert_eq!(waiting.join().unwrap().unwrap_err().code, Code::DESTROY);
    assert!(began.elapsed() < LONG / 2);
    assert_eq!(s.admin.describe_cluster(LONG).unwrap_err().code, Code::STATE);
    assert!(!s.admin.inner.cluster.is_closed(), "the connections are another client's");
    s.admin.close();

    let own = Admin::new([("bootstrap.servers", s.fleet.first.as_str()), ("client.id", "me"), ("acks", "1"), ("group.id", "g")]).unwrap();
    assert_eq!((own.client_id(), own.metadata(None, LONG).unwrap().brokers.len()), ("me", 1));
    own.close();
    assert!(own.inner.cluster.is_closed());
    assert!(Admin::new([("bootstrap.server", "x")]).is_err());
}
