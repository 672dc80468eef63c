//! What an administrator asks of a cluster, of this cluster of one node: elections, reassignments, the quorum, features.

use super::*;
use wellhead_wire::Api;

fn versions(key: ApiKey) -> std::ops::RangeInclusive<i16> {
    let api: &Api = key.api();
    api.min..=api.max
}

#[test]
fn every_partition_has_its_leader_already() {
    let node = Node::start(&[]);
    let mut c = node.client();
    c.create("t", 2, &[]);
    for version in versions(ApiKey::ElectLeaders) {
        let asked = |topic: &str, partitions: &[i32]| elect_leaders_request::TopicPartitions { topic: topic.into(), partitions: partitions.to_vec() };
        let mut request = ElectLeadersRequest {
            topic_partitions: Some(vec![asked("t", &[0, 1, 2, -1]), asked("u", &[0])]),
            timeout_ms: 1000,
            ..Default::default()
        };
        for election_type in 0..=i8::from(version > 0) {
            request.election_type = election_type;
            let r = c.call(version, &request);
            let codes: Vec<Vec<_>> = r
                .replica_election_results
                .iter()
                .map(|t| t.partition_result.iter().map(|p| (p.partition_id, Code(p.error_code))).collect())
                .collect();
            let (done, unknown) = (Code::ELECTION_NOT_NEEDED, Code::UNKNOWN_TOPIC_OR_PART);
            assert_eq!(codes, [vec![(0, done), (1, done), (2, unknown), (-1, unknown)], vec![(0, unknown)]]);
            assert_eq!(r.error_code, 0);
        }
        // All there are: each topic, and no partition of it that needed one.
        let r = c.call(version, &ElectLeadersRequest { topic_partitions: None, election_type: 0, timeout_ms: 1000 });
        assert_eq!(r.replica_election_results.iter().map(|t| (t.topic.as_str(), t.partition_result.len())).collect::<Vec<_>>(), [("t", 0)]);
        if version > 0 {
            request.election_type = 7;
            let r = c.call(version, &request);
            assert_eq!((Code(r.error_code), r.replica_election_results.len()), (Code::INVALID_REQUEST, 2));
        }
    }
}

#[test]
fn a_partition_can_be_assigned_to_its_one_holder_only() {
    let node = Node::start(&[]);
    let mut c = node.client();
    c.create("t", 1, &[]);
    let me = node.broker.as_ref().unwrap().node().node_id();
    let rows: &[(&str, i32, Option<&[i32]>, Code)] = &[
        ("t", 0, Some(&[me]), Code::NO_ERROR),
        ("t", 0, Some(&[me + 1]), Code::INVALID_REPLICA_ASSIGNMENT),
        ("t", 0, Some(&[me, me + 1]), Code::INVALID_REPLICA_ASSIGNMENT),
        ("t", 0, Some(&[me, me]), Code::INVALID_REPLICA_ASSIGNMENT),
        ("t", 0, Some(&[]), Code::INVALID_REPLICA_ASSIGNMENT),
        ("t", 0, None, Code::NO_REASSIGNMENT_IN_PROGRESS),
        ("t", 1, Some(&[me]), Code::UNKNOWN_TOPIC_OR_PART),
        ("t", -1, None, Code::UNKNOWN_TOPIC_OR_PART),
        ("u", 0, Some(&[me]), Code::UNKNOWN_TOPIC_OR_PART),
    ];
    for version in versions(ApiKey::AlterPartitionReassignments) {
        use alter_partition_reassignments_request::{ReassignablePartition, ReassignableTopic};
        let topics = rows.iter().map(|(topic, partition_index, replicas, _)| ReassignableTopic {
            name: (*topic).into(),
            partitions: vec![ReassignablePartition { partition_index: *partition_index, replicas: replicas.map(<[i32]>::to_vec) }],
        });
        let r = c.call(version, &AlterPartitionReassignmentsRequest { topics: topics.collect(), ..Default::default() });
        assert_eq!((r.error_code, r.responses.len()), (0, rows.len()));
        for (answer, row) in r.responses.iter().zip(rows) {
            let p = &answer.partitions[0];
            assert_eq!((answer.name.as_str(), p.partition_index, Code(p.error_code)), (row.0, row.1, row.3), "{row:?}");
            assert_eq!(p.error_message.is_none(), row.3.is_ok(), "{row:?}");
        }
        // Nothing is under way, whatever was asked for.
        let asked = list_partition_reassignments_request::ListPartitionReassignmentsTopics { name: "t".into(), partition_indexes: vec![0] };
        for topics in [None, Some(vec![asked])] {
            let r = c.call(0, &ListPartitionReassignmentsRequest { topics, timeout_ms: 1000 });
            assert_eq!((r.error_code, r.error_message, r.topics.len()), (0, None, 0));
        }
    }
}

#[test]
fn the_quorum_is_this_node_and_its_log_is_where_it_is() {
    use describe_quorum_request::{PartitionData, TopicData};
    let mut node = Node::start(TCP);
    let mut last_end = -1;
    for (round, version) in versions(ApiKey::DescribeQuorum).enumerate() {
        let mut c = node.client();
        let describe = |topic: &str, partitions: &[i32]| DescribeQuorumRequest {
            topics: vec![TopicData {
                topic_name: topic.into(),
                partitions: partitions.iter().map(|p| PartitionData { partition_index: *p }).collect(),
            }],
        };
        c.create(&format!("t{round}"), 1, &[]);
        let r = c.call(version, &describe("__cluster_metadata", &[0]));
        let log = node.broker.as_ref().unwrap().node().metadata.log_state().unwrap();
        let p = &r.topics[0].partitions[0];
        let me = node.broker.as_ref().unwrap().node().node_id();
        assert_eq!((r.error_code, p.error_code, p.leader_id, p.leader_epoch), (0, 0, me, log.leader_epoch));
        assert_eq!((p.current_voters.len(), p.observers.len(), p.current_voters[0].replica_id), (1, 0, me));
        assert_eq!((p.high_watermark, p.current_voters[0].log_end_offset), (log.high_watermark, log.log_end));
        // Each topic is three records or more (with its partition and, once, the feature), and a restart takes none back.
        assert!(p.high_watermark > last_end && p.high_watermark == log.log_end, "{last_end} {p:?}");
        last_end = p.high_watermark;
        if version == 2 {
            assert_eq!(p.current_voters[0].replica_directory_id, node.broker.as_ref().unwrap().node().directory_id);
            assert_eq!((r.nodes.len(), r.nodes[0].node_id, r.nodes[0].listeners.len()), (1, me, 1));
        }
        for (topic, partitions) in [("t0", &[0][..]), ("__cluster_metadata", &[1]), ("__cluster_metadata", &[0, 0]), ("__cluster_metadata", &[])] {
            let r = c.call(version, &describe(topic, partitions));
            let got: Vec<_> = r.topics[0].partitions.iter().map(|p| (p.partition_index, Code(p.error_code))).collect();
            let want: Vec<_> = partitions.iter().map(|p| (*p, Code::UNKNOWN_TOPIC_OR_PART)).collect();
            assert_eq!(got, want, "{topic}");
        }
        drop(c);
        node.restart(TCP);
    }
}

#[test]
fn features_are_what_api_versions_says_they_are() {
    use update_features_request::FeatureUpdateKey;
    let node = Node::start(&[]);
    let mut c = node.client();
    let told = |c: &mut Client| {
        let r = c.call(4, &ApiVersionsRequest { client_software_name: "x".into(), client_software_version: "1".into() });
        let supported: Vec<_> = r.supported_features.iter().map(|f| (f.name.clone(), f.min_version, f.max_version)).collect();
        let finalized: Vec<_> = r.finalized_features.iter().map(|f| (f.name.clone(), f.min_version_level, f.max_version_level)).collect();
        assert!(r.finalized_features_epoch >= 0);
        (supported, finalized)
    };
    let want = vec![("metadata.version".to_owned(), 30, 30)];
    assert_eq!(told(&mut c), (want.clone(), want.clone()));
    let rows: &[(&str, i16, i8, Code)] = &[
        ("metadata.version", 30, 1, Code::NO_ERROR),
        ("metadata.version", 31, 1, Code::INVALID_UPDATE_VERSION),
        ("metadata.version", 29, 2, Code::INVALID_UPDATE_VERSION),
        ("metadata.version", -1, 1, Code::INVALID_UPDATE_VERSION),
        ("metadata.version", 30, 0, Code::INVALID_UPDATE_VERSION),
        ("group.version", 1, 1, Code::INVALID_UPDATE_VERSION),
        ("group.version", 0, 2, Code::NO_ERROR),
    ];
    for version in versions(ApiKey::UpdateFeatures) {
        for (feature, max_version_level, upgrade_type, code) in rows.iter().filter(|r| version > 0 || r.2 == 1) {
            let update = FeatureUpdateKey {
                feature: (*feature).into(),
                max_version_level: *max_version_level,
                upgrade_type: *upgrade_type,
                ..Default::default()
            };
            let fine = FeatureUpdateKey { feature: "metadata.version".into(), max_version_level: 30, ..Default::default() };
            let request = UpdateFeaturesRequest { feature_updates: vec![fine, update], timeout_ms: 1000, ..Default::default() };
            let r = c.call(version, &request);
            assert_eq!(Code(r.error_code), *code, "{feature} {max_version_level} {upgrade_type}: {:?}", r.error_message);
            assert_eq!(r.error_message.is_none(), code.is_ok());
            // One that cannot be is none at all.
            assert_eq!(r.results.len(), if code.is_ok() && version < 2 { 2 } else { 0 });
        }
    }
    assert_eq!(told(&mut c).1, want);
}
