//! The table of APIs against what a broker of Apache Kafka 4.3.1 answers to ApiVersions, and the versions of headers.

use wellhead_wire::{APIS, Api, ApiKey, request_header_version, response_header_version};

/// Key, name, lowest and highest version, as a Kafka 4.3.1 broker in KRaft mode advertises them.
const KAFKA: &[(i16, &str, i16, i16)] = &[
    (0, "Produce", 0, 13),
    (1, "Fetch", 4, 18),
    (2, "ListOffsets", 1, 11),
    (3, "Metadata", 0, 13),
    (8, "OffsetCommit", 2, 10),
    (9, "OffsetFetch", 1, 10),
    (10, "FindCoordinator", 0, 6),
    (11, "JoinGroup", 0, 9),
    (12, "Heartbeat", 0, 4),
    (13, "LeaveGroup", 0, 5),
    (14, "SyncGroup", 0, 5),
    (15, "DescribeGroups", 0, 6),
    (16, "ListGroups", 0, 5),
    (17, "SaslHandshake", 0, 1),
    (18, "ApiVersions", 0, 4),
    (19, "CreateTopics", 2, 7),
    (20, "DeleteTopics", 1, 6),
    (21, "DeleteRecords", 0, 2),
    (22, "InitProducerId", 0, 5),
    (23, "OffsetForLeaderEpoch", 2, 4),
    (24, "AddPartitionsToTxn", 0, 5),
    (25, "AddOffsetsToTxn", 0, 4),
    (26, "EndTxn", 0, 5),
    (27, "WriteTxnMarkers", 1, 2),
    (28, "TxnOffsetCommit", 0, 5),
    (29, "DescribeAcls", 1, 3),
    (30, "CreateAcls", 1, 3),
    (31, "DeleteAcls", 1, 3),
    (32, "DescribeConfigs", 1, 4),
    (33, "AlterConfigs", 0, 2),
    (34, "AlterReplicaLogDirs", 1, 2),
    (35, "DescribeLogDirs", 1, 5),
    (36, "SaslAuthenticate", 0, 2),
    (37, "CreatePartitions", 0, 3),
    (38, "CreateDelegationToken", 1, 3),
    (39, "RenewDelegationToken", 1, 2),
    (40, "ExpireDelegationToken", 1, 2),
    (41, "DescribeDelegationToken", 1, 3),
    (42, "DeleteGroups", 0, 2),
    (43, "ElectLeaders", 0, 2),
    (44, "IncrementalAlterConfigs", 0, 1),
    (45, "AlterPartitionReassignments", 0, 1),
    (46, "ListPartitionReassignments", 0, 0),
    (47, "OffsetDelete", 0, 0),
    (48, "DescribeClientQuotas", 0, 1),
    (49, "AlterClientQuotas", 0, 1),
    (50, "DescribeUserScramCredentials", 0, 0),
    (51, "AlterUserScramCredentials", 0, 0),
    (55, "DescribeQuorum", 0, 2),
    (57, "UpdateFeatures", 0, 2),
    (60, "DescribeCluster", 0, 2),
    (61, "DescribeProducers", 0, 0),
    (64, "UnregisterBroker", 0, 0),
    (65, "DescribeTransactions", 0, 0),
    (66, "ListTransactions", 0, 2),
    (68, "ConsumerGroupHeartbeat", 0, 1),
    (69, "ConsumerGroupDescribe", 0, 1),
    (74, "ListConfigResources", 0, 1),
    (75, "DescribeTopicPartitions", 0, 0),
    (76, "ShareGroupHeartbeat", 1, 1),
    (77, "ShareGroupDescribe", 1, 1),
    (78, "ShareFetch", 1, 2),
    (79, "ShareAcknowledge", 1, 2),
    (80, "AddRaftVoter", 0, 1),
    (81, "RemoveRaftVoter", 0, 0),
    (83, "InitializeShareGroupState", 0, 0),
    (84, "ReadShareGroupState", 0, 0),
    (85, "WriteShareGroupState", 0, 1),
    (86, "DeleteShareGroupState", 0, 0),
    (87, "ReadShareGroupStateSummary", 0, 1),
    (88, "StreamsGroupHeartbeat", 0, 0),
    (89, "StreamsGroupDescribe", 0, 0),
    (90, "DescribeShareGroupOffsets", 0, 1),
    (91, "AlterShareGroupOffsets", 0, 0),
    (92, "DeleteShareGroupOffsets", 0, 0),
];

#[test]
fn the_table_is_kafkas() {
    for &(key, name, min, max) in KAFKA {
        let api = Api::find(key).unwrap_or_else(|| panic!("no api {name}"));
        assert_eq!((api.name, api.advertised_min(), api.max), (name, min, max));
        assert!(api.broker, "{name}");
        assert_eq!(ApiKey::from_i16(key), Some(api.key));
        assert_eq!(api.key.to_string(), name);
    }
    // The rest of the broker's APIs are the two that Kafka offers only with a telemetry plugin.
    let rest: Vec<_> = APIS.iter().filter(|a| a.broker && !KAFKA.iter().any(|k| k.0 == a.key.get())).map(|a| a.name).collect();
    assert_eq!(rest, ["GetTelemetrySubscriptions", "PushTelemetry"]);
    for gone in [4, 5, 6, 7, -1, 93, i16::MAX] {
        assert_eq!(ApiKey::from_i16(gone), None, "{gone}");
    }
}

#[test]
fn header_versions() {
    for (key, version, request, response) in [
        (ApiKey::Produce, 3, 1, 0),
        (ApiKey::Produce, 8, 1, 0),
        (ApiKey::Produce, 9, 2, 1),
        (ApiKey::Fetch, 11, 1, 0),
        (ApiKey::Fetch, 12, 2, 1),
        (ApiKey::ApiVersions, 0, 1, 0),
        (ApiKey::ApiVersions, 2, 1, 0),
        (ApiKey::ApiVersions, 3, 2, 0),
        (ApiKey::ApiVersions, 99, 2, 0),
        (ApiKey::SaslHandshake, 1, 1, 0),
        (ApiKey::OffsetDelete, 0, 1, 0),
        (ApiKey::ConsumerGroupHeartbeat, 0, 2, 1),
    ] {
        assert_eq!(request_header_version(key.get(), version), request, "{key} v{version}");
        assert_eq!(response_header_version(key.get(), version), response, "{key} v{version}");
    }
    assert_eq!((request_header_version(999, 5), response_header_version(999, 5)), (1, 0));
}
