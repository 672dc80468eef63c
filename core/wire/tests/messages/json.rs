//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).
//! JSON name -> field, struct by struct; and the table of all messages.

use crate::convert::{FromJson, Run, from_json};

from_json!(wellhead_wire::messages::add_offsets_to_txn_request::AddOffsetsToTxnRequest { transactional_id: "transactionalId", producer_id: "producerId", producer_epoch: "producerEpoch", group_id: "groupId" });
from_json!(wellhead_wire::messages::add_offsets_to_txn_response::AddOffsetsToTxnResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode" });
from_json!(wellhead_wire::messages::add_partitions_to_txn_request::AddPartitionsToTxnRequest { transactions: "transactions", v3_and_below_transactional_id: "v3AndBelowTransactionalId", v3_and_below_producer_id: "v3AndBelowProducerId", v3_and_below_producer_epoch: "v3AndBelowProducerEpoch", v3_and_below_topics: "v3AndBelowTopics" });
from_json!(wellhead_wire::messages::add_partitions_to_txn_request::AddPartitionsToTxnTransaction { transactional_id: "transactionalId", producer_id: "producerId", producer_epoch: "producerEpoch", verify_only: "verifyOnly", topics: "topics" });
from_json!(wellhead_wire::messages::add_partitions_to_txn_request::AddPartitionsToTxnTopic { name: "name", partitions: "partitions" });
from_json!(wellhead_wire::messages::add_partitions_to_txn_response::AddPartitionsToTxnResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", results_by_transaction: "resultsByTransaction", results_by_topic_v3_and_below: "resultsByTopicV3AndBelow" });
from_json!(wellhead_wire::messages::add_partitions_to_txn_response::AddPartitionsToTxnResult { transactional_id: "transactionalId", topic_results: "topicResults" });
from_json!(wellhead_wire::messages::add_partitions_to_txn_response::AddPartitionsToTxnTopicResult { name: "name", results_by_partition: "resultsByPartition" });
from_json!(wellhead_wire::messages::add_partitions_to_txn_response::AddPartitionsToTxnPartitionResult { partition_index: "partitionIndex", partition_error_code: "partitionErrorCode" });
from_json!(wellhead_wire::messages::add_raft_voter_request::AddRaftVoterRequest { cluster_id: "clusterId", timeout_ms: "timeoutMs", voter_id: "voterId", voter_directory_id: "voterDirectoryId", listeners: "listeners", ack_when_committed: "ackWhenCommitted" });
from_json!(wellhead_wire::messages::add_raft_voter_request::Listener { name: "name", host: "host", port: "port" });
from_json!(wellhead_wire::messages::add_raft_voter_response::AddRaftVoterResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", error_message: "errorMessage" });
from_json!(wellhead_wire::messages::allocate_producer_ids_request::AllocateProducerIdsRequest { broker_id: "brokerId", broker_epoch: "brokerEpoch" });
from_json!(wellhead_wire::messages::allocate_producer_ids_response::AllocateProducerIdsResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", producer_id_start: "producerIdStart", producer_id_len: "producerIdLen" });
from_json!(wellhead_wire::messages::alter_client_quotas_request::AlterClientQuotasRequest { entries: "entries", validate_only: "validateOnly" });
from_json!(wellhead_wire::messages::alter_client_quotas_request::EntryData { entity: "entity", ops: "ops" });
from_json!(wellhead_wire::messages::alter_client_quotas_request::EntityData { entity_type: "entityType", entity_name: "entityName" });
from_json!(wellhead_wire::messages::alter_client_quotas_request::OpData { key: "key", value: "value", remove: "remove" });
from_json!(wellhead_wire::messages::alter_client_quotas_response::AlterClientQuotasResponse { throttle_time_ms: "throttleTimeMs", entries: "entries" });
from_json!(wellhead_wire::messages::alter_client_quotas_response::EntryData { error_code: "errorCode", error_message: "errorMessage", entity: "entity" });
from_json!(wellhead_wire::messages::alter_client_quotas_response::EntityData { entity_type: "entityType", entity_name: "entityName" });
from_json!(wellhead_wire::messages::alter_configs_request::AlterConfigsRequest { resources: "resources", validate_only: "validateOnly" });
from_json!(wellhead_wire::messages::alter_configs_request::AlterConfigsResource { resource_type: "resourceType", resource_name: "resourceName", configs: "configs" });
from_json!(wellhead_wire::messages::alter_configs_request::AlterableConfig { name: "name", value: "value" });
from_json!(wellhead_wire::messages::alter_configs_response::AlterConfigsResponse { throttle_time_ms: "throttleTimeMs", responses: "responses" });
from_json!(wellhead_wire::messages::alter_configs_response::AlterConfigsResourceResponse { error_code: "errorCode", error_message: "errorMessage", resource_type: "resourceType", resource_name: "resourceName" });
from_json!(wellhead_wire::messages::alter_partition_reassignments_request::AlterPartitionReassignmentsRequest { timeout_ms: "timeoutMs", allow_replication_factor_change: "allowReplicationFactorChange", topics: "topics" });
from_json!(wellhead_wire::messages::alter_partition_reassignments_request::ReassignableTopic { name: "name", partitions: "partitions" });
from_json!(wellhead_wire::messages::alter_partition_reassignments_request::ReassignablePartition { partition_index: "partitionIndex", replicas: "replicas" });
from_json!(wellhead_wire::messages::alter_partition_reassignments_response::AlterPartitionReassignmentsResponse { throttle_time_ms: "throttleTimeMs", allow_replication_factor_change: "allowReplicationFactorChange", error_code: "errorCode", error_message: "errorMessage", responses: "responses" });
from_json!(wellhead_wire::messages::alter_partition_reassignments_response::ReassignableTopicResponse { name: "name", partitions: "partitions" });
from_json!(wellhead_wire::messages::alter_partition_reassignments_response::ReassignablePartitionResponse { partition_index: "partitionIndex", error_code: "errorCode", error_message: "errorMessage" });
from_json!(wellhead_wire::messages::alter_partition_request::AlterPartitionRequest { broker_id: "brokerId", broker_epoch: "brokerEpoch", topics: "topics" });
from_json!(wellhead_wire::messages::alter_partition_request::TopicData { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::alter_partition_request::PartitionData { partition_index: "partitionIndex", leader_epoch: "leaderEpoch", new_isr: "newIsr", new_isr_with_epochs: "newIsrWithEpochs", leader_recovery_state: "leaderRecoveryState", partition_epoch: "partitionEpoch" });
from_json!(wellhead_wire::messages::alter_partition_request::BrokerState { broker_id: "brokerId", broker_epoch: "brokerEpoch" });
from_json!(wellhead_wire::messages::alter_partition_response::AlterPartitionResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", topics: "topics" });
from_json!(wellhead_wire::messages::alter_partition_response::TopicData { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::alter_partition_response::PartitionData { partition_index: "partitionIndex", error_code: "errorCode", leader_id: "leaderId", leader_epoch: "leaderEpoch", isr: "isr", leader_recovery_state: "leaderRecoveryState", partition_epoch: "partitionEpoch" });
from_json!(wellhead_wire::messages::alter_replica_log_dirs_request::AlterReplicaLogDirsRequest { dirs: "dirs" });
from_json!(wellhead_wire::messages::alter_replica_log_dirs_request::AlterReplicaLogDir { path: "path", topics: "topics" });
from_json!(wellhead_wire::messages::alter_replica_log_dirs_request::AlterReplicaLogDirTopic { name: "name", partitions: "partitions" });
from_json!(wellhead_wire::messages::alter_replica_log_dirs_response::AlterReplicaLogDirsResponse { throttle_time_ms: "throttleTimeMs", results: "results" });
from_json!(wellhead_wire::messages::alter_replica_log_dirs_response::AlterReplicaLogDirTopicResult { topic_name: "topicName", partitions: "partitions" });
from_json!(wellhead_wire::messages::alter_replica_log_dirs_response::AlterReplicaLogDirPartitionResult { partition_index: "partitionIndex", error_code: "errorCode" });
from_json!(wellhead_wire::messages::alter_share_group_offsets_request::AlterShareGroupOffsetsRequest { group_id: "groupId", topics: "topics" });
from_json!(wellhead_wire::messages::alter_share_group_offsets_request::AlterShareGroupOffsetsRequestTopic { topic_name: "topicName", partitions: "partitions" });
from_json!(wellhead_wire::messages::alter_share_group_offsets_request::AlterShareGroupOffsetsRequestPartition { partition_index: "partitionIndex", start_offset: "startOffset" });
from_json!(wellhead_wire::messages::alter_share_group_offsets_response::AlterShareGroupOffsetsResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", error_message: "errorMessage", responses: "responses" });
from_json!(wellhead_wire::messages::alter_share_group_offsets_response::AlterShareGroupOffsetsResponseTopic { topic_name: "topicName", topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::alter_share_group_offsets_response::AlterShareGroupOffsetsResponsePartition { partition_index: "partitionIndex", error_code: "errorCode", error_message: "errorMessage" });
from_json!(wellhead_wire::messages::alter_user_scram_credentials_request::AlterUserScramCredentialsRequest { deletions: "deletions", upsertions: "upsertions" });
from_json!(wellhead_wire::messages::alter_user_scram_credentials_request::ScramCredentialDeletion { name: "name", mechanism: "mechanism" });
from_json!(wellhead_wire::messages::alter_user_scram_credentials_request::ScramCredentialUpsertion { name: "name", mechanism: "mechanism", iterations: "iterations", salt: "salt", salted_password: "saltedPassword" });
from_json!(wellhead_wire::messages::alter_user_scram_credentials_response::AlterUserScramCredentialsResponse { throttle_time_ms: "throttleTimeMs", results: "results" });
from_json!(wellhead_wire::messages::alter_user_scram_credentials_response::AlterUserScramCredentialsResult { user: "user", error_code: "errorCode", error_message: "errorMessage" });
from_json!(wellhead_wire::messages::api_versions_request::ApiVersionsRequest { client_software_name: "clientSoftwareName", client_software_version: "clientSoftwareVersion" });
from_json!(wellhead_wire::messages::api_versions_response::ApiVersionsResponse { error_code: "errorCode", api_keys: "apiKeys", throttle_time_ms: "throttleTimeMs", supported_features: "supportedFeatures", finalized_features_epoch: "finalizedFeaturesEpoch", finalized_features: "finalizedFeatures", zk_migration_ready: "zkMigrationReady" });
from_json!(wellhead_wire::messages::api_versions_response::ApiVersion { api_key: "apiKey", min_version: "minVersion", max_version: "maxVersion" });
from_json!(wellhead_wire::messages::api_versions_response::SupportedFeatureKey { name: "name", min_version: "minVersion", max_version: "maxVersion" });
from_json!(wellhead_wire::messages::api_versions_response::FinalizedFeatureKey { name: "name", max_version_level: "maxVersionLevel", min_version_level: "minVersionLevel" });
from_json!(wellhead_wire::messages::assign_replicas_to_dirs_request::AssignReplicasToDirsRequest { broker_id: "brokerId", broker_epoch: "brokerEpoch", directories: "directories" });
from_json!(wellhead_wire::messages::assign_replicas_to_dirs_request::DirectoryData { id: "id", topics: "topics" });
from_json!(wellhead_wire::messages::assign_replicas_to_dirs_request::TopicData { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::assign_replicas_to_dirs_request::PartitionData { partition_index: "partitionIndex" });
from_json!(wellhead_wire::messages::assign_replicas_to_dirs_response::AssignReplicasToDirsResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", directories: "directories" });
from_json!(wellhead_wire::messages::assign_replicas_to_dirs_response::DirectoryData { id: "id", topics: "topics" });
from_json!(wellhead_wire::messages::assign_replicas_to_dirs_response::TopicData { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::assign_replicas_to_dirs_response::PartitionData { partition_index: "partitionIndex", error_code: "errorCode" });
from_json!(wellhead_wire::messages::begin_quorum_epoch_request::BeginQuorumEpochRequest { cluster_id: "clusterId", voter_id: "voterId", topics: "topics", leader_endpoints: "leaderEndpoints" });
from_json!(wellhead_wire::messages::begin_quorum_epoch_request::TopicData { topic_name: "topicName", partitions: "partitions" });
from_json!(wellhead_wire::messages::begin_quorum_epoch_request::PartitionData { partition_index: "partitionIndex", voter_directory_id: "voterDirectoryId", leader_id: "leaderId", leader_epoch: "leaderEpoch" });
from_json!(wellhead_wire::messages::begin_quorum_epoch_request::LeaderEndpoint { name: "name", host: "host", port: "port" });
from_json!(wellhead_wire::messages::begin_quorum_epoch_response::BeginQuorumEpochResponse { error_code: "errorCode", topics: "topics", node_endpoints: "nodeEndpoints" });
from_json!(wellhead_wire::messages::begin_quorum_epoch_response::TopicData { topic_name: "topicName", partitions: "partitions" });
from_json!(wellhead_wire::messages::begin_quorum_epoch_response::PartitionData { partition_index: "partitionIndex", error_code: "errorCode", leader_id: "leaderId", leader_epoch: "leaderEpoch" });
from_json!(wellhead_wire::messages::begin_quorum_epoch_response::NodeEndpoint { node_id: "nodeId", host: "host", port: "port" });
from_json!(wellhead_wire::messages::broker_heartbeat_request::BrokerHeartbeatRequest { broker_id: "brokerId", broker_epoch: "brokerEpoch", current_metadata_offset: "currentMetadataOffset", want_fence: "wantFence", want_shut_down: "wantShutDown", offline_log_dirs: "offlineLogDirs", cordoned_log_dirs: "cordonedLogDirs" });
from_json!(wellhead_wire::messages::broker_heartbeat_response::BrokerHeartbeatResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", is_caught_up: "isCaughtUp", is_fenced: "isFenced", should_shut_down: "shouldShutDown" });
from_json!(wellhead_wire::messages::broker_registration_request::BrokerRegistrationRequest { broker_id: "brokerId", cluster_id: "clusterId", incarnation_id: "incarnationId", listeners: "listeners", features: "features", rack: "rack", is_migrating_zk_broker: "isMigratingZkBroker", log_dirs: "logDirs", previous_broker_epoch: "previousBrokerEpoch" });
from_json!(wellhead_wire::messages::broker_registration_request::Listener { name: "name", host: "host", port: "port", security_protocol: "securityProtocol" });
from_json!(wellhead_wire::messages::broker_registration_request::Feature { name: "name", min_supported_version: "minSupportedVersion", max_supported_version: "maxSupportedVersion" });
from_json!(wellhead_wire::messages::broker_registration_response::BrokerRegistrationResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", broker_epoch: "brokerEpoch" });
from_json!(wellhead_wire::messages::consumer_group_describe_request::ConsumerGroupDescribeRequest { group_ids: "groupIds", include_authorized_operations: "includeAuthorizedOperations" });
from_json!(wellhead_wire::messages::consumer_group_describe_response::ConsumerGroupDescribeResponse { throttle_time_ms: "throttleTimeMs", groups: "groups" });
from_json!(wellhead_wire::messages::consumer_group_describe_response::DescribedGroup { error_code: "errorCode", error_message: "errorMessage", group_id: "groupId", group_state: "groupState", group_epoch: "groupEpoch", assignment_epoch: "assignmentEpoch", assignor_name: "assignorName", members: "members", authorized_operations: "authorizedOperations" });
from_json!(wellhead_wire::messages::consumer_group_describe_response::Member { member_id: "memberId", instance_id: "instanceId", rack_id: "rackId", member_epoch: "memberEpoch", client_id: "clientId", client_host: "clientHost", subscribed_topic_names: "subscribedTopicNames", subscribed_topic_regex: "subscribedTopicRegex", assignment: "assignment", target_assignment: "targetAssignment", member_type: "memberType" });
from_json!(wellhead_wire::messages::consumer_group_describe_response::TopicPartitions { topic_id: "topicId", topic_name: "topicName", partitions: "partitions" });
from_json!(wellhead_wire::messages::consumer_group_describe_response::Assignment { topic_partitions: "topicPartitions" });
from_json!(wellhead_wire::messages::consumer_group_heartbeat_request::ConsumerGroupHeartbeatRequest { group_id: "groupId", member_id: "memberId", member_epoch: "memberEpoch", instance_id: "instanceId", rack_id: "rackId", rebalance_timeout_ms: "rebalanceTimeoutMs", subscribed_topic_names: "subscribedTopicNames", subscribed_topic_regex: "subscribedTopicRegex", server_assignor: "serverAssignor", topic_partitions: "topicPartitions" });
from_json!(wellhead_wire::messages::consumer_group_heartbeat_request::TopicPartitions { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::consumer_group_heartbeat_response::ConsumerGroupHeartbeatResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", error_message: "errorMessage", member_id: "memberId", member_epoch: "memberEpoch", heartbeat_interval_ms: "heartbeatIntervalMs", assignment: "assignment" });
from_json!(wellhead_wire::messages::consumer_group_heartbeat_response::Assignment { topic_partitions: "topicPartitions" });
from_json!(wellhead_wire::messages::consumer_group_heartbeat_response::TopicPartitions { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::consumer_protocol_assignment::ConsumerProtocolAssignment { assigned_partitions: "assignedPartitions", user_data: "userData" });
from_json!(wellhead_wire::messages::consumer_protocol_assignment::TopicPartition { topic: "topic", partitions: "partitions" });
from_json!(wellhead_wire::messages::consumer_protocol_subscription::ConsumerProtocolSubscription { topics: "topics", user_data: "userData", owned_partitions: "ownedPartitions", generation_id: "generationId", rack_id: "rackId" });
from_json!(wellhead_wire::messages::consumer_protocol_subscription::TopicPartition { topic: "topic", partitions: "partitions" });
from_json!(wellhead_wire::messages::control_record_type_schema::ControlRecordTypeSchema { r#type: "type" });
from_json!(wellhead_wire::messages::controller_registration_request::ControllerRegistrationRequest { controller_id: "controllerId", incarnation_id: "incarnationId", zk_migration_ready: "zkMigrationReady", listeners: "listeners", features: "features" });
from_json!(wellhead_wire::messages::controller_registration_request::Listener { name: "name", host: "host", port: "port", security_protocol: "securityProtocol" });
from_json!(wellhead_wire::messages::controller_registration_request::Feature { name: "name", min_supported_version: "minSupportedVersion", max_supported_version: "maxSupportedVersion" });
from_json!(wellhead_wire::messages::controller_registration_response::ControllerRegistrationResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", error_message: "errorMessage" });
from_json!(wellhead_wire::messages::create_acls_request::CreateAclsRequest { creations: "creations" });
from_json!(wellhead_wire::messages::create_acls_request::AclCreation { resource_type: "resourceType", resource_name: "resourceName", resource_pattern_type: "resourcePatternType", principal: "principal", host: "host", operation: "operation", permission_type: "permissionType" });
from_json!(wellhead_wire::messages::create_acls_response::CreateAclsResponse { throttle_time_ms: "throttleTimeMs", results: "results" });
from_json!(wellhead_wire::messages::create_acls_response::AclCreationResult { error_code: "errorCode", error_message: "errorMessage" });
from_json!(wellhead_wire::messages::create_delegation_token_request::CreateDelegationTokenRequest { owner_principal_type: "ownerPrincipalType", owner_principal_name: "ownerPrincipalName", renewers: "renewers", max_lifetime_ms: "maxLifetimeMs" });
from_json!(wellhead_wire::messages::create_delegation_token_request::CreatableRenewers { principal_type: "principalType", principal_name: "principalName" });
from_json!(wellhead_wire::messages::create_delegation_token_response::CreateDelegationTokenResponse { error_code: "errorCode", principal_type: "principalType", principal_name: "principalName", token_requester_principal_type: "tokenRequesterPrincipalType", token_requester_principal_name: "tokenRequesterPrincipalName", issue_timestamp_ms: "issueTimestampMs", expiry_timestamp_ms: "expiryTimestampMs", max_timestamp_ms: "maxTimestampMs", token_id: "tokenId", hmac: "hmac", throttle_time_ms: "throttleTimeMs" });
from_json!(wellhead_wire::messages::create_partitions_request::CreatePartitionsRequest { topics: "topics", timeout_ms: "timeoutMs", validate_only: "validateOnly" });
from_json!(wellhead_wire::messages::create_partitions_request::CreatePartitionsTopic { name: "name", count: "count", assignments: "assignments" });
from_json!(wellhead_wire::messages::create_partitions_request::CreatePartitionsAssignment { broker_ids: "brokerIds" });
from_json!(wellhead_wire::messages::create_partitions_response::CreatePartitionsResponse { throttle_time_ms: "throttleTimeMs", results: "results" });
from_json!(wellhead_wire::messages::create_partitions_response::CreatePartitionsTopicResult { name: "name", error_code: "errorCode", error_message: "errorMessage" });
from_json!(wellhead_wire::messages::create_topics_request::CreateTopicsRequest { topics: "topics", timeout_ms: "timeoutMs", validate_only: "validateOnly" });
from_json!(wellhead_wire::messages::create_topics_request::CreatableTopic { name: "name", num_partitions: "numPartitions", replication_factor: "replicationFactor", assignments: "assignments", configs: "configs" });
from_json!(wellhead_wire::messages::create_topics_request::CreatableReplicaAssignment { partition_index: "partitionIndex", broker_ids: "brokerIds" });
from_json!(wellhead_wire::messages::create_topics_request::CreatableTopicConfig { name: "name", value: "value" });
from_json!(wellhead_wire::messages::create_topics_response::CreateTopicsResponse { throttle_time_ms: "throttleTimeMs", topics: "topics" });
from_json!(wellhead_wire::messages::create_topics_response::CreatableTopicResult { name: "name", topic_id: "topicId", error_code: "errorCode", error_message: "errorMessage", topic_config_error_code: "topicConfigErrorCode", num_partitions: "numPartitions", replication_factor: "replicationFactor", configs: "configs" });
from_json!(wellhead_wire::messages::create_topics_response::CreatableTopicConfigs { name: "name", value: "value", read_only: "readOnly", config_source: "configSource", is_sensitive: "isSensitive" });
from_json!(wellhead_wire::messages::default_principal_data::DefaultPrincipalData { r#type: "type", name: "name", token_authenticated: "tokenAuthenticated" });
from_json!(wellhead_wire::messages::delete_acls_request::DeleteAclsRequest { filters: "filters" });
from_json!(wellhead_wire::messages::delete_acls_request::DeleteAclsFilter { resource_type_filter: "resourceTypeFilter", resource_name_filter: "resourceNameFilter", pattern_type_filter: "patternTypeFilter", principal_filter: "principalFilter", host_filter: "hostFilter", operation: "operation", permission_type: "permissionType" });
from_json!(wellhead_wire::messages::delete_acls_response::DeleteAclsResponse { throttle_time_ms: "throttleTimeMs", filter_results: "filterResults" });
from_json!(wellhead_wire::messages::delete_acls_response::DeleteAclsFilterResult { error_code: "errorCode", error_message: "errorMessage", matching_acls: "matchingAcls" });
from_json!(wellhead_wire::messages::delete_acls_response::DeleteAclsMatchingAcl { error_code: "errorCode", error_message: "errorMessage", resource_type: "resourceType", resource_name: "resourceName", pattern_type: "patternType", principal: "principal", host: "host", operation: "operation", permission_type: "permissionType" });
from_json!(wellhead_wire::messages::delete_groups_request::DeleteGroupsRequest { groups_names: "groupsNames" });
from_json!(wellhead_wire::messages::delete_groups_response::DeleteGroupsResponse { throttle_time_ms: "throttleTimeMs", results: "results" });
from_json!(wellhead_wire::messages::delete_groups_response::DeletableGroupResult { group_id: "groupId", error_code: "errorCode" });
from_json!(wellhead_wire::messages::delete_records_request::DeleteRecordsRequest { topics: "topics", timeout_ms: "timeoutMs" });
from_json!(wellhead_wire::messages::delete_records_request::DeleteRecordsTopic { name: "name", partitions: "partitions" });
from_json!(wellhead_wire::messages::delete_records_request::DeleteRecordsPartition { partition_index: "partitionIndex", offset: "offset" });
from_json!(wellhead_wire::messages::delete_records_response::DeleteRecordsResponse { throttle_time_ms: "throttleTimeMs", topics: "topics" });
from_json!(wellhead_wire::messages::delete_records_response::DeleteRecordsTopicResult { name: "name", partitions: "partitions" });
from_json!(wellhead_wire::messages::delete_records_response::DeleteRecordsPartitionResult { partition_index: "partitionIndex", low_watermark: "lowWatermark", error_code: "errorCode" });
from_json!(wellhead_wire::messages::delete_share_group_offsets_request::DeleteShareGroupOffsetsRequest { group_id: "groupId", topics: "topics" });
from_json!(wellhead_wire::messages::delete_share_group_offsets_request::DeleteShareGroupOffsetsRequestTopic { topic_name: "topicName" });
from_json!(wellhead_wire::messages::delete_share_group_offsets_response::DeleteShareGroupOffsetsResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", error_message: "errorMessage", responses: "responses" });
from_json!(wellhead_wire::messages::delete_share_group_offsets_response::DeleteShareGroupOffsetsResponseTopic { topic_name: "topicName", topic_id: "topicId", error_code: "errorCode", error_message: "errorMessage" });
from_json!(wellhead_wire::messages::delete_share_group_state_request::DeleteShareGroupStateRequest { group_id: "groupId", topics: "topics" });
from_json!(wellhead_wire::messages::delete_share_group_state_request::DeleteStateData { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::delete_share_group_state_request::PartitionData { partition: "partition" });
from_json!(wellhead_wire::messages::delete_share_group_state_response::DeleteShareGroupStateResponse { results: "results" });
from_json!(wellhead_wire::messages::delete_share_group_state_response::DeleteStateResult { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::delete_share_group_state_response::PartitionResult { partition: "partition", error_code: "errorCode", error_message: "errorMessage" });
from_json!(wellhead_wire::messages::delete_topics_request::DeleteTopicsRequest { topics: "topics", topic_names: "topicNames", timeout_ms: "timeoutMs" });
from_json!(wellhead_wire::messages::delete_topics_request::DeleteTopicState { name: "name", topic_id: "topicId" });
from_json!(wellhead_wire::messages::delete_topics_response::DeleteTopicsResponse { throttle_time_ms: "throttleTimeMs", responses: "responses" });
from_json!(wellhead_wire::messages::delete_topics_response::DeletableTopicResult { name: "name", topic_id: "topicId", error_code: "errorCode", error_message: "errorMessage" });
from_json!(wellhead_wire::messages::describe_acls_request::DescribeAclsRequest { resource_type_filter: "resourceTypeFilter", resource_name_filter: "resourceNameFilter", pattern_type_filter: "patternTypeFilter", principal_filter: "principalFilter", host_filter: "hostFilter", operation: "operation", permission_type: "permissionType" });
from_json!(wellhead_wire::messages::describe_acls_response::DescribeAclsResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", error_message: "errorMessage", resources: "resources" });
from_json!(wellhead_wire::messages::describe_acls_response::DescribeAclsResource { resource_type: "resourceType", resource_name: "resourceName", pattern_type: "patternType", acls: "acls" });
from_json!(wellhead_wire::messages::describe_acls_response::AclDescription { principal: "principal", host: "host", operation: "operation", permission_type: "permissionType" });
from_json!(wellhead_wire::messages::describe_client_quotas_request::DescribeClientQuotasRequest { components: "components", strict: "strict" });
from_json!(wellhead_wire::messages::describe_client_quotas_request::ComponentData { entity_type: "entityType", match_type: "matchType", r#match: "match" });
from_json!(wellhead_wire::messages::describe_client_quotas_response::DescribeClientQuotasResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", error_message: "errorMessage", entries: "entries" });
from_json!(wellhead_wire::messages::describe_client_quotas_response::EntryData { entity: "entity", values: "values" });
from_json!(wellhead_wire::messages::describe_client_quotas_response::EntityData { entity_type: "entityType", entity_name: "entityName" });
from_json!(wellhead_wire::messages::describe_client_quotas_response::ValueData { key: "key", value: "value" });
from_json!(wellhead_wire::messages::describe_cluster_request::DescribeClusterRequest { include_cluster_authorized_operations: "includeClusterAuthorizedOperations", endpoint_type: "endpointType", include_fenced_brokers: "includeFencedBrokers" });
from_json!(wellhead_wire::messages::describe_cluster_response::DescribeClusterResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", error_message: "errorMessage", endpoint_type: "endpointType", cluster_id: "clusterId", controller_id: "controllerId", brokers: "brokers", cluster_authorized_operations: "clusterAuthorizedOperations" });
from_json!(wellhead_wire::messages::describe_cluster_response::DescribeClusterBroker { broker_id: "brokerId", host: "host", port: "port", rack: "rack", is_fenced: "isFenced" });
from_json!(wellhead_wire::messages::describe_configs_request::DescribeConfigsRequest { resources: "resources", include_synonyms: "includeSynonyms", include_documentation: "includeDocumentation" });
from_json!(wellhead_wire::messages::describe_configs_request::DescribeConfigsResource { resource_type: "resourceType", resource_name: "resourceName", configuration_keys: "configurationKeys" });
from_json!(wellhead_wire::messages::describe_configs_response::DescribeConfigsResponse { throttle_time_ms: "throttleTimeMs", results: "results" });
from_json!(wellhead_wire::messages::describe_configs_response::DescribeConfigsResult { error_code: "errorCode", error_message: "errorMessage", resource_type: "resourceType", resource_name: "resourceName", configs: "configs" });
from_json!(wellhead_wire::messages::describe_configs_response::DescribeConfigsResourceResult { name: "name", value: "value", read_only: "readOnly", config_source: "configSource", is_sensitive: "isSensitive", synonyms: "synonyms", config_type: "configType", documentation: "documentation" });
from_json!(wellhead_wire::messages::describe_configs_response::DescribeConfigsSynonym { name: "name", value: "value", source: "source" });
from_json!(wellhead_wire::messages::describe_delegation_token_request::DescribeDelegationTokenRequest { owners: "owners" });
from_json!(wellhead_wire::messages::describe_delegation_token_request::DescribeDelegationTokenOwner { principal_type: "principalType", principal_name: "principalName" });
from_json!(wellhead_wire::messages::describe_delegation_token_response::DescribeDelegationTokenResponse { error_code: "errorCode", tokens: "tokens", throttle_time_ms: "throttleTimeMs" });
from_json!(wellhead_wire::messages::describe_delegation_token_response::DescribedDelegationToken { principal_type: "principalType", principal_name: "principalName", token_requester_principal_type: "tokenRequesterPrincipalType", token_requester_principal_name: "tokenRequesterPrincipalName", issue_timestamp: "issueTimestamp", expiry_timestamp: "expiryTimestamp", max_timestamp: "maxTimestamp", token_id: "tokenId", hmac: "hmac", renewers: "renewers" });
from_json!(wellhead_wire::messages::describe_delegation_token_response::DescribedDelegationTokenRenewer { principal_type: "principalType", principal_name: "principalName" });
from_json!(wellhead_wire::messages::describe_groups_request::DescribeGroupsRequest { groups: "groups", include_authorized_operations: "includeAuthorizedOperations" });
from_json!(wellhead_wire::messages::describe_groups_response::DescribeGroupsResponse { throttle_time_ms: "throttleTimeMs", groups: "groups" });
from_json!(wellhead_wire::messages::describe_groups_response::DescribedGroup { error_code: "errorCode", error_message: "errorMessage", group_id: "groupId", group_state: "groupState", protocol_type: "protocolType", protocol_data: "protocolData", members: "members", authorized_operations: "authorizedOperations" });
from_json!(wellhead_wire::messages::describe_groups_response::DescribedGroupMember { member_id: "memberId", group_instance_id: "groupInstanceId", client_id: "clientId", client_host: "clientHost", member_metadata: "memberMetadata", member_assignment: "memberAssignment" });
from_json!(wellhead_wire::messages::describe_log_dirs_request::DescribeLogDirsRequest { topics: "topics" });
from_json!(wellhead_wire::messages::describe_log_dirs_request::DescribableLogDirTopic { topic: "topic", partitions: "partitions" });
from_json!(wellhead_wire::messages::describe_log_dirs_response::DescribeLogDirsResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", results: "results" });
from_json!(wellhead_wire::messages::describe_log_dirs_response::DescribeLogDirsResult { error_code: "errorCode", log_dir: "logDir", topics: "topics", total_bytes: "totalBytes", usable_bytes: "usableBytes", is_cordoned: "isCordoned" });
from_json!(wellhead_wire::messages::describe_log_dirs_response::DescribeLogDirsTopic { name: "name", partitions: "partitions" });
from_json!(wellhead_wire::messages::describe_log_dirs_response::DescribeLogDirsPartition { partition_index: "partitionIndex", partition_size: "partitionSize", offset_lag: "offsetLag", is_future_key: "isFutureKey" });
from_json!(wellhead_wire::messages::describe_producers_request::DescribeProducersRequest { topics: "topics" });
from_json!(wellhead_wire::messages::describe_producers_request::TopicRequest { name: "name", partition_indexes: "partitionIndexes" });
from_json!(wellhead_wire::messages::describe_producers_response::DescribeProducersResponse { throttle_time_ms: "throttleTimeMs", topics: "topics" });
from_json!(wellhead_wire::messages::describe_producers_response::TopicResponse { name: "name", partitions: "partitions" });
from_json!(wellhead_wire::messages::describe_producers_response::PartitionResponse { partition_index: "partitionIndex", error_code: "errorCode", error_message: "errorMessage", active_producers: "activeProducers" });
from_json!(wellhead_wire::messages::describe_producers_response::ProducerState { producer_id: "producerId", producer_epoch: "producerEpoch", last_sequence: "lastSequence", last_timestamp: "lastTimestamp", coordinator_epoch: "coordinatorEpoch", current_txn_start_offset: "currentTxnStartOffset" });
from_json!(wellhead_wire::messages::describe_quorum_request::DescribeQuorumRequest { topics: "topics" });
from_json!(wellhead_wire::messages::describe_quorum_request::TopicData { topic_name: "topicName", partitions: "partitions" });
from_json!(wellhead_wire::messages::describe_quorum_request::PartitionData { partition_index: "partitionIndex" });
from_json!(wellhead_wire::messages::describe_quorum_response::DescribeQuorumResponse { error_code: "errorCode", error_message: "errorMessage", topics: "topics", nodes: "nodes" });
from_json!(wellhead_wire::messages::describe_quorum_response::TopicData { topic_name: "topicName", partitions: "partitions" });
from_json!(wellhead_wire::messages::describe_quorum_response::PartitionData { partition_index: "partitionIndex", error_code: "errorCode", error_message: "errorMessage", leader_id: "leaderId", leader_epoch: "leaderEpoch", high_watermark: "highWatermark", current_voters: "currentVoters", observers: "observers" });
from_json!(wellhead_wire::messages::describe_quorum_response::Node { node_id: "nodeId", listeners: "listeners" });
from_json!(wellhead_wire::messages::describe_quorum_response::Listener { name: "name", host: "host", port: "port" });
from_json!(wellhead_wire::messages::describe_quorum_response::ReplicaState { replica_id: "replicaId", replica_directory_id: "replicaDirectoryId", log_end_offset: "logEndOffset", last_fetch_timestamp: "lastFetchTimestamp", last_caught_up_timestamp: "lastCaughtUpTimestamp" });
from_json!(wellhead_wire::messages::describe_share_group_offsets_request::DescribeShareGroupOffsetsRequest { groups: "groups" });
from_json!(wellhead_wire::messages::describe_share_group_offsets_request::DescribeShareGroupOffsetsRequestGroup { group_id: "groupId", topics: "topics" });
from_json!(wellhead_wire::messages::describe_share_group_offsets_request::DescribeShareGroupOffsetsRequestTopic { topic_name: "topicName", partitions: "partitions" });
from_json!(wellhead_wire::messages::describe_share_group_offsets_response::DescribeShareGroupOffsetsResponse { throttle_time_ms: "throttleTimeMs", groups: "groups" });
from_json!(wellhead_wire::messages::describe_share_group_offsets_response::DescribeShareGroupOffsetsResponseGroup { group_id: "groupId", topics: "topics", error_code: "errorCode", error_message: "errorMessage" });
from_json!(wellhead_wire::messages::describe_share_group_offsets_response::DescribeShareGroupOffsetsResponseTopic { topic_name: "topicName", topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::describe_share_group_offsets_response::DescribeShareGroupOffsetsResponsePartition { partition_index: "partitionIndex", start_offset: "startOffset", leader_epoch: "leaderEpoch", lag: "lag", error_code: "errorCode", error_message: "errorMessage" });
from_json!(wellhead_wire::messages::describe_topic_partitions_request::DescribeTopicPartitionsRequest { topics: "topics", response_partition_limit: "responsePartitionLimit", cursor: "cursor" });
from_json!(wellhead_wire::messages::describe_topic_partitions_request::TopicRequest { name: "name" });
from_json!(wellhead_wire::messages::describe_topic_partitions_request::Cursor { topic_name: "topicName", partition_index: "partitionIndex" });
from_json!(wellhead_wire::messages::describe_topic_partitions_response::DescribeTopicPartitionsResponse { throttle_time_ms: "throttleTimeMs", topics: "topics", next_cursor: "nextCursor" });
from_json!(wellhead_wire::messages::describe_topic_partitions_response::DescribeTopicPartitionsResponseTopic { error_code: "errorCode", name: "name", topic_id: "topicId", is_internal: "isInternal", partitions: "partitions", topic_authorized_operations: "topicAuthorizedOperations" });
from_json!(wellhead_wire::messages::describe_topic_partitions_response::DescribeTopicPartitionsResponsePartition { error_code: "errorCode", partition_index: "partitionIndex", leader_id: "leaderId", leader_epoch: "leaderEpoch", replica_nodes: "replicaNodes", isr_nodes: "isrNodes", eligible_leader_replicas: "eligibleLeaderReplicas", last_known_elr: "lastKnownElr", offline_replicas: "offlineReplicas" });
from_json!(wellhead_wire::messages::describe_topic_partitions_response::Cursor { topic_name: "topicName", partition_index: "partitionIndex" });
from_json!(wellhead_wire::messages::describe_transactions_request::DescribeTransactionsRequest { transactional_ids: "transactionalIds" });
from_json!(wellhead_wire::messages::describe_transactions_response::DescribeTransactionsResponse { throttle_time_ms: "throttleTimeMs", transaction_states: "transactionStates" });
from_json!(wellhead_wire::messages::describe_transactions_response::TransactionState { error_code: "errorCode", transactional_id: "transactionalId", transaction_state: "transactionState", transaction_timeout_ms: "transactionTimeoutMs", transaction_start_time_ms: "transactionStartTimeMs", producer_id: "producerId", producer_epoch: "producerEpoch", topics: "topics" });
from_json!(wellhead_wire::messages::describe_transactions_response::TopicData { topic: "topic", partitions: "partitions" });
from_json!(wellhead_wire::messages::describe_user_scram_credentials_request::DescribeUserScramCredentialsRequest { users: "users" });
from_json!(wellhead_wire::messages::describe_user_scram_credentials_request::UserName { name: "name" });
from_json!(wellhead_wire::messages::describe_user_scram_credentials_response::DescribeUserScramCredentialsResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", error_message: "errorMessage", results: "results" });
from_json!(wellhead_wire::messages::describe_user_scram_credentials_response::DescribeUserScramCredentialsResult { user: "user", error_code: "errorCode", error_message: "errorMessage", credential_infos: "credentialInfos" });
from_json!(wellhead_wire::messages::describe_user_scram_credentials_response::CredentialInfo { mechanism: "mechanism", iterations: "iterations" });
from_json!(wellhead_wire::messages::elect_leaders_request::ElectLeadersRequest { election_type: "electionType", topic_partitions: "topicPartitions", timeout_ms: "timeoutMs" });
from_json!(wellhead_wire::messages::elect_leaders_request::TopicPartitions { topic: "topic", partitions: "partitions" });
from_json!(wellhead_wire::messages::elect_leaders_response::ElectLeadersResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", replica_election_results: "replicaElectionResults" });
from_json!(wellhead_wire::messages::elect_leaders_response::ReplicaElectionResult { topic: "topic", partition_result: "partitionResult" });
from_json!(wellhead_wire::messages::elect_leaders_response::PartitionResult { partition_id: "partitionId", error_code: "errorCode", error_message: "errorMessage" });
from_json!(wellhead_wire::messages::end_quorum_epoch_request::EndQuorumEpochRequest { cluster_id: "clusterId", topics: "topics", leader_endpoints: "leaderEndpoints" });
from_json!(wellhead_wire::messages::end_quorum_epoch_request::TopicData { topic_name: "topicName", partitions: "partitions" });
from_json!(wellhead_wire::messages::end_quorum_epoch_request::PartitionData { partition_index: "partitionIndex", leader_id: "leaderId", leader_epoch: "leaderEpoch", preferred_successors: "preferredSuccessors", preferred_candidates: "preferredCandidates" });
from_json!(wellhead_wire::messages::end_quorum_epoch_request::ReplicaInfo { candidate_id: "candidateId", candidate_directory_id: "candidateDirectoryId" });
from_json!(wellhead_wire::messages::end_quorum_epoch_request::LeaderEndpoint { name: "name", host: "host", port: "port" });
from_json!(wellhead_wire::messages::end_quorum_epoch_response::EndQuorumEpochResponse { error_code: "errorCode", topics: "topics", node_endpoints: "nodeEndpoints" });
from_json!(wellhead_wire::messages::end_quorum_epoch_response::TopicData { topic_name: "topicName", partitions: "partitions" });
from_json!(wellhead_wire::messages::end_quorum_epoch_response::PartitionData { partition_index: "partitionIndex", error_code: "errorCode", leader_id: "leaderId", leader_epoch: "leaderEpoch" });
from_json!(wellhead_wire::messages::end_quorum_epoch_response::NodeEndpoint { node_id: "nodeId", host: "host", port: "port" });
from_json!(wellhead_wire::messages::end_txn_marker::EndTxnMarker { coordinator_epoch: "coordinatorEpoch" });
from_json!(wellhead_wire::messages::end_txn_request::EndTxnRequest { transactional_id: "transactionalId", producer_id: "producerId", producer_epoch: "producerEpoch", committed: "committed" });
from_json!(wellhead_wire::messages::end_txn_response::EndTxnResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", producer_id: "producerId", producer_epoch: "producerEpoch" });
from_json!(wellhead_wire::messages::envelope_request::EnvelopeRequest { request_data: "requestData", request_principal: "requestPrincipal", client_host_address: "clientHostAddress" });
from_json!(wellhead_wire::messages::envelope_response::EnvelopeResponse { response_data: "responseData", error_code: "errorCode" });
from_json!(wellhead_wire::messages::expire_delegation_token_request::ExpireDelegationTokenRequest { hmac: "hmac", expiry_time_period_ms: "expiryTimePeriodMs" });
from_json!(wellhead_wire::messages::expire_delegation_token_response::ExpireDelegationTokenResponse { error_code: "errorCode", expiry_timestamp_ms: "expiryTimestampMs", throttle_time_ms: "throttleTimeMs" });
from_json!(wellhead_wire::messages::fetch_request::FetchRequest { cluster_id: "clusterId", replica_id: "replicaId", replica_state: "replicaState", max_wait_ms: "maxWaitMs", min_bytes: "minBytes", max_bytes: "maxBytes", isolation_level: "isolationLevel", session_id: "sessionId", session_epoch: "sessionEpoch", topics: "topics", forgotten_topics_data: "forgottenTopicsData", rack_id: "rackId" });
from_json!(wellhead_wire::messages::fetch_request::ReplicaState { replica_id: "replicaId", replica_epoch: "replicaEpoch" });
from_json!(wellhead_wire::messages::fetch_request::FetchTopic { topic: "topic", topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::fetch_request::FetchPartition { partition: "partition", current_leader_epoch: "currentLeaderEpoch", fetch_offset: "fetchOffset", last_fetched_epoch: "lastFetchedEpoch", log_start_offset: "logStartOffset", partition_max_bytes: "partitionMaxBytes", replica_directory_id: "replicaDirectoryId", high_watermark: "highWatermark" });
from_json!(wellhead_wire::messages::fetch_request::ForgottenTopic { topic: "topic", topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::fetch_response::FetchResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", session_id: "sessionId", responses: "responses", node_endpoints: "nodeEndpoints" });
from_json!(wellhead_wire::messages::fetch_response::FetchableTopicResponse { topic: "topic", topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::fetch_response::PartitionData { partition_index: "partitionIndex", error_code: "errorCode", high_watermark: "highWatermark", last_stable_offset: "lastStableOffset", log_start_offset: "logStartOffset", diverging_epoch: "divergingEpoch", current_leader: "currentLeader", snapshot_id: "snapshotId", aborted_transactions: "abortedTransactions", preferred_read_replica: "preferredReadReplica", records: "records" });
from_json!(wellhead_wire::messages::fetch_response::EpochEndOffset { epoch: "epoch", end_offset: "endOffset" });
from_json!(wellhead_wire::messages::fetch_response::LeaderIdAndEpoch { leader_id: "leaderId", leader_epoch: "leaderEpoch" });
from_json!(wellhead_wire::messages::fetch_response::SnapshotId { end_offset: "endOffset", epoch: "epoch" });
from_json!(wellhead_wire::messages::fetch_response::AbortedTransaction { producer_id: "producerId", first_offset: "firstOffset" });
from_json!(wellhead_wire::messages::fetch_response::NodeEndpoint { node_id: "nodeId", host: "host", port: "port", rack: "rack" });
from_json!(wellhead_wire::messages::fetch_snapshot_request::FetchSnapshotRequest { cluster_id: "clusterId", replica_id: "replicaId", max_bytes: "maxBytes", topics: "topics" });
from_json!(wellhead_wire::messages::fetch_snapshot_request::TopicSnapshot { name: "name", partitions: "partitions" });
from_json!(wellhead_wire::messages::fetch_snapshot_request::PartitionSnapshot { partition: "partition", current_leader_epoch: "currentLeaderEpoch", snapshot_id: "snapshotId", position: "position", replica_directory_id: "replicaDirectoryId" });
from_json!(wellhead_wire::messages::fetch_snapshot_request::SnapshotId { end_offset: "endOffset", epoch: "epoch" });
from_json!(wellhead_wire::messages::fetch_snapshot_response::FetchSnapshotResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", topics: "topics", node_endpoints: "nodeEndpoints" });
from_json!(wellhead_wire::messages::fetch_snapshot_response::TopicSnapshot { name: "name", partitions: "partitions" });
from_json!(wellhead_wire::messages::fetch_snapshot_response::PartitionSnapshot { index: "index", error_code: "errorCode", snapshot_id: "snapshotId", current_leader: "currentLeader", size: "size", position: "position", unaligned_records: "unalignedRecords" });
from_json!(wellhead_wire::messages::fetch_snapshot_response::SnapshotId { end_offset: "endOffset", epoch: "epoch" });
from_json!(wellhead_wire::messages::fetch_snapshot_response::LeaderIdAndEpoch { leader_id: "leaderId", leader_epoch: "leaderEpoch" });
from_json!(wellhead_wire::messages::fetch_snapshot_response::NodeEndpoint { node_id: "nodeId", host: "host", port: "port" });
from_json!(wellhead_wire::messages::find_coordinator_request::FindCoordinatorRequest { key: "key", key_type: "keyType", coordinator_keys: "coordinatorKeys" });
from_json!(wellhead_wire::messages::find_coordinator_response::FindCoordinatorResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", error_message: "errorMessage", node_id: "nodeId", host: "host", port: "port", coordinators: "coordinators" });
from_json!(wellhead_wire::messages::find_coordinator_response::Coordinator { key: "key", node_id: "nodeId", host: "host", port: "port", error_code: "errorCode", error_message: "errorMessage" });
from_json!(wellhead_wire::messages::get_telemetry_subscriptions_request::GetTelemetrySubscriptionsRequest { client_instance_id: "clientInstanceId" });
from_json!(wellhead_wire::messages::get_telemetry_subscriptions_response::GetTelemetrySubscriptionsResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", client_instance_id: "clientInstanceId", subscription_id: "subscriptionId", accepted_compression_types: "acceptedCompressionTypes", push_interval_ms: "pushIntervalMs", telemetry_max_bytes: "telemetryMaxBytes", delta_temporality: "deltaTemporality", requested_metrics: "requestedMetrics" });
from_json!(wellhead_wire::messages::heartbeat_request::HeartbeatRequest { group_id: "groupId", generation_id: "generationId", member_id: "memberId", group_instance_id: "groupInstanceId" });
from_json!(wellhead_wire::messages::heartbeat_response::HeartbeatResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode" });
from_json!(wellhead_wire::messages::incremental_alter_configs_request::IncrementalAlterConfigsRequest { resources: "resources", validate_only: "validateOnly" });
from_json!(wellhead_wire::messages::incremental_alter_configs_request::AlterConfigsResource { resource_type: "resourceType", resource_name: "resourceName", configs: "configs" });
from_json!(wellhead_wire::messages::incremental_alter_configs_request::AlterableConfig { name: "name", config_operation: "configOperation", value: "value" });
from_json!(wellhead_wire::messages::incremental_alter_configs_response::IncrementalAlterConfigsResponse { throttle_time_ms: "throttleTimeMs", responses: "responses" });
from_json!(wellhead_wire::messages::incremental_alter_configs_response::AlterConfigsResourceResponse { error_code: "errorCode", error_message: "errorMessage", resource_type: "resourceType", resource_name: "resourceName" });
from_json!(wellhead_wire::messages::init_producer_id_request::InitProducerIdRequest { transactional_id: "transactionalId", transaction_timeout_ms: "transactionTimeoutMs", producer_id: "producerId", producer_epoch: "producerEpoch", enable2_pc: "enable2Pc", keep_prepared_txn: "keepPreparedTxn" });
from_json!(wellhead_wire::messages::init_producer_id_response::InitProducerIdResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", producer_id: "producerId", producer_epoch: "producerEpoch", ongoing_txn_producer_id: "ongoingTxnProducerId", ongoing_txn_producer_epoch: "ongoingTxnProducerEpoch" });
from_json!(wellhead_wire::messages::initialize_share_group_state_request::InitializeShareGroupStateRequest { group_id: "groupId", topics: "topics" });
from_json!(wellhead_wire::messages::initialize_share_group_state_request::InitializeStateData { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::initialize_share_group_state_request::PartitionData { partition: "partition", state_epoch: "stateEpoch", start_offset: "startOffset" });
from_json!(wellhead_wire::messages::initialize_share_group_state_response::InitializeShareGroupStateResponse { results: "results" });
from_json!(wellhead_wire::messages::initialize_share_group_state_response::InitializeStateResult { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::initialize_share_group_state_response::PartitionResult { partition: "partition", error_code: "errorCode", error_message: "errorMessage" });
from_json!(wellhead_wire::messages::join_group_request::JoinGroupRequest { group_id: "groupId", session_timeout_ms: "sessionTimeoutMs", rebalance_timeout_ms: "rebalanceTimeoutMs", member_id: "memberId", group_instance_id: "groupInstanceId", protocol_type: "protocolType", protocols: "protocols", reason: "reason" });
from_json!(wellhead_wire::messages::join_group_request::JoinGroupRequestProtocol { name: "name", metadata: "metadata" });
from_json!(wellhead_wire::messages::join_group_response::JoinGroupResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", generation_id: "generationId", protocol_type: "protocolType", protocol_name: "protocolName", leader: "leader", skip_assignment: "skipAssignment", member_id: "memberId", members: "members" });
from_json!(wellhead_wire::messages::join_group_response::JoinGroupResponseMember { member_id: "memberId", group_instance_id: "groupInstanceId", metadata: "metadata" });
from_json!(wellhead_wire::messages::k_raft_version_record::KRaftVersionRecord { version: "version", k_raft_version: "kRaftVersion" });
from_json!(wellhead_wire::messages::leader_change_message::LeaderChangeMessage { version: "version", leader_id: "leaderId", voters: "voters", granting_voters: "grantingVoters" });
from_json!(wellhead_wire::messages::leader_change_message::Voter { voter_id: "voterId", voter_directory_id: "voterDirectoryId" });
from_json!(wellhead_wire::messages::leave_group_request::LeaveGroupRequest { group_id: "groupId", member_id: "memberId", members: "members" });
from_json!(wellhead_wire::messages::leave_group_request::MemberIdentity { member_id: "memberId", group_instance_id: "groupInstanceId", reason: "reason" });
from_json!(wellhead_wire::messages::leave_group_response::LeaveGroupResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", members: "members" });
from_json!(wellhead_wire::messages::leave_group_response::MemberResponse { member_id: "memberId", group_instance_id: "groupInstanceId", error_code: "errorCode" });
from_json!(wellhead_wire::messages::list_config_resources_request::ListConfigResourcesRequest { resource_types: "resourceTypes" });
from_json!(wellhead_wire::messages::list_config_resources_response::ListConfigResourcesResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", config_resources: "configResources" });
from_json!(wellhead_wire::messages::list_config_resources_response::ConfigResource { resource_name: "resourceName", resource_type: "resourceType" });
from_json!(wellhead_wire::messages::list_groups_request::ListGroupsRequest { states_filter: "statesFilter", types_filter: "typesFilter" });
from_json!(wellhead_wire::messages::list_groups_response::ListGroupsResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", groups: "groups" });
from_json!(wellhead_wire::messages::list_groups_response::ListedGroup { group_id: "groupId", protocol_type: "protocolType", group_state: "groupState", group_type: "groupType" });
from_json!(wellhead_wire::messages::list_offsets_request::ListOffsetsRequest { replica_id: "replicaId", isolation_level: "isolationLevel", topics: "topics", timeout_ms: "timeoutMs" });
from_json!(wellhead_wire::messages::list_offsets_request::ListOffsetsTopic { name: "name", partitions: "partitions" });
from_json!(wellhead_wire::messages::list_offsets_request::ListOffsetsPartition { partition_index: "partitionIndex", current_leader_epoch: "currentLeaderEpoch", timestamp: "timestamp" });
from_json!(wellhead_wire::messages::list_offsets_response::ListOffsetsResponse { throttle_time_ms: "throttleTimeMs", topics: "topics" });
from_json!(wellhead_wire::messages::list_offsets_response::ListOffsetsTopicResponse { name: "name", partitions: "partitions" });
from_json!(wellhead_wire::messages::list_offsets_response::ListOffsetsPartitionResponse { partition_index: "partitionIndex", error_code: "errorCode", timestamp: "timestamp", offset: "offset", leader_epoch: "leaderEpoch" });
from_json!(wellhead_wire::messages::list_partition_reassignments_request::ListPartitionReassignmentsRequest { timeout_ms: "timeoutMs", topics: "topics" });
from_json!(wellhead_wire::messages::list_partition_reassignments_request::ListPartitionReassignmentsTopics { name: "name", partition_indexes: "partitionIndexes" });
from_json!(wellhead_wire::messages::list_partition_reassignments_response::ListPartitionReassignmentsResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", error_message: "errorMessage", topics: "topics" });
from_json!(wellhead_wire::messages::list_partition_reassignments_response::OngoingTopicReassignment { name: "name", partitions: "partitions" });
from_json!(wellhead_wire::messages::list_partition_reassignments_response::OngoingPartitionReassignment { partition_index: "partitionIndex", replicas: "replicas", adding_replicas: "addingReplicas", removing_replicas: "removingReplicas" });
from_json!(wellhead_wire::messages::list_transactions_request::ListTransactionsRequest { state_filters: "stateFilters", producer_id_filters: "producerIdFilters", duration_filter: "durationFilter", transactional_id_pattern: "transactionalIdPattern" });
from_json!(wellhead_wire::messages::list_transactions_response::ListTransactionsResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", unknown_state_filters: "unknownStateFilters", transaction_states: "transactionStates" });
from_json!(wellhead_wire::messages::list_transactions_response::TransactionState { transactional_id: "transactionalId", producer_id: "producerId", transaction_state: "transactionState" });
from_json!(wellhead_wire::messages::metadata_request::MetadataRequest { topics: "topics", allow_auto_topic_creation: "allowAutoTopicCreation", include_cluster_authorized_operations: "includeClusterAuthorizedOperations", include_topic_authorized_operations: "includeTopicAuthorizedOperations" });
from_json!(wellhead_wire::messages::metadata_request::MetadataRequestTopic { topic_id: "topicId", name: "name" });
from_json!(wellhead_wire::messages::metadata_response::MetadataResponse { throttle_time_ms: "throttleTimeMs", brokers: "brokers", cluster_id: "clusterId", controller_id: "controllerId", topics: "topics", cluster_authorized_operations: "clusterAuthorizedOperations", error_code: "errorCode" });
from_json!(wellhead_wire::messages::metadata_response::MetadataResponseBroker { node_id: "nodeId", host: "host", port: "port", rack: "rack" });
from_json!(wellhead_wire::messages::metadata_response::MetadataResponseTopic { error_code: "errorCode", name: "name", topic_id: "topicId", is_internal: "isInternal", partitions: "partitions", topic_authorized_operations: "topicAuthorizedOperations" });
from_json!(wellhead_wire::messages::metadata_response::MetadataResponsePartition { error_code: "errorCode", partition_index: "partitionIndex", leader_id: "leaderId", leader_epoch: "leaderEpoch", replica_nodes: "replicaNodes", isr_nodes: "isrNodes", offline_replicas: "offlineReplicas" });
from_json!(wellhead_wire::messages::offset_commit_request::OffsetCommitRequest { group_id: "groupId", generation_id_or_member_epoch: "generationIdOrMemberEpoch", member_id: "memberId", group_instance_id: "groupInstanceId", retention_time_ms: "retentionTimeMs", topics: "topics" });
from_json!(wellhead_wire::messages::offset_commit_request::OffsetCommitRequestTopic { name: "name", topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::offset_commit_request::OffsetCommitRequestPartition { partition_index: "partitionIndex", committed_offset: "committedOffset", committed_leader_epoch: "committedLeaderEpoch", committed_metadata: "committedMetadata" });
from_json!(wellhead_wire::messages::offset_commit_response::OffsetCommitResponse { throttle_time_ms: "throttleTimeMs", topics: "topics" });
from_json!(wellhead_wire::messages::offset_commit_response::OffsetCommitResponseTopic { name: "name", topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::offset_commit_response::OffsetCommitResponsePartition { partition_index: "partitionIndex", error_code: "errorCode" });
from_json!(wellhead_wire::messages::offset_delete_request::OffsetDeleteRequest { group_id: "groupId", topics: "topics" });
from_json!(wellhead_wire::messages::offset_delete_request::OffsetDeleteRequestTopic { name: "name", partitions: "partitions" });
from_json!(wellhead_wire::messages::offset_delete_request::OffsetDeleteRequestPartition { partition_index: "partitionIndex" });
from_json!(wellhead_wire::messages::offset_delete_response::OffsetDeleteResponse { error_code: "errorCode", throttle_time_ms: "throttleTimeMs", topics: "topics" });
from_json!(wellhead_wire::messages::offset_delete_response::OffsetDeleteResponseTopic { name: "name", partitions: "partitions" });
from_json!(wellhead_wire::messages::offset_delete_response::OffsetDeleteResponsePartition { partition_index: "partitionIndex", error_code: "errorCode" });
from_json!(wellhead_wire::messages::offset_fetch_request::OffsetFetchRequest { group_id: "groupId", topics: "topics", groups: "groups", require_stable: "requireStable" });
from_json!(wellhead_wire::messages::offset_fetch_request::OffsetFetchRequestTopic { name: "name", partition_indexes: "partitionIndexes" });
from_json!(wellhead_wire::messages::offset_fetch_request::OffsetFetchRequestGroup { group_id: "groupId", member_id: "memberId", member_epoch: "memberEpoch", topics: "topics" });
from_json!(wellhead_wire::messages::offset_fetch_request::OffsetFetchRequestTopics { name: "name", topic_id: "topicId", partition_indexes: "partitionIndexes" });
from_json!(wellhead_wire::messages::offset_fetch_response::OffsetFetchResponse { throttle_time_ms: "throttleTimeMs", topics: "topics", error_code: "errorCode", groups: "groups" });
from_json!(wellhead_wire::messages::offset_fetch_response::OffsetFetchResponseTopic { name: "name", partitions: "partitions" });
from_json!(wellhead_wire::messages::offset_fetch_response::OffsetFetchResponsePartition { partition_index: "partitionIndex", committed_offset: "committedOffset", committed_leader_epoch: "committedLeaderEpoch", metadata: "metadata", error_code: "errorCode" });
from_json!(wellhead_wire::messages::offset_fetch_response::OffsetFetchResponseGroup { group_id: "groupId", topics: "topics", error_code: "errorCode" });
from_json!(wellhead_wire::messages::offset_fetch_response::OffsetFetchResponseTopics { name: "name", topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::offset_fetch_response::OffsetFetchResponsePartitions { partition_index: "partitionIndex", committed_offset: "committedOffset", committed_leader_epoch: "committedLeaderEpoch", metadata: "metadata", error_code: "errorCode" });
from_json!(wellhead_wire::messages::offset_for_leader_epoch_request::OffsetForLeaderEpochRequest { replica_id: "replicaId", topics: "topics" });
from_json!(wellhead_wire::messages::offset_for_leader_epoch_request::OffsetForLeaderTopic { topic: "topic", partitions: "partitions" });
from_json!(wellhead_wire::messages::offset_for_leader_epoch_request::OffsetForLeaderPartition { partition: "partition", current_leader_epoch: "currentLeaderEpoch", leader_epoch: "leaderEpoch" });
from_json!(wellhead_wire::messages::offset_for_leader_epoch_response::OffsetForLeaderEpochResponse { throttle_time_ms: "throttleTimeMs", topics: "topics" });
from_json!(wellhead_wire::messages::offset_for_leader_epoch_response::OffsetForLeaderTopicResult { topic: "topic", partitions: "partitions" });
from_json!(wellhead_wire::messages::offset_for_leader_epoch_response::EpochEndOffset { error_code: "errorCode", partition: "partition", leader_epoch: "leaderEpoch", end_offset: "endOffset" });
from_json!(wellhead_wire::messages::produce_request::ProduceRequest { transactional_id: "transactionalId", acks: "acks", timeout_ms: "timeoutMs", topic_data: "topicData" });
from_json!(wellhead_wire::messages::produce_request::TopicProduceData { name: "name", topic_id: "topicId", partition_data: "partitionData" });
from_json!(wellhead_wire::messages::produce_request::PartitionProduceData { index: "index", records: "records" });
from_json!(wellhead_wire::messages::produce_response::ProduceResponse { responses: "responses", throttle_time_ms: "throttleTimeMs", node_endpoints: "nodeEndpoints" });
from_json!(wellhead_wire::messages::produce_response::TopicProduceResponse { name: "name", topic_id: "topicId", partition_responses: "partitionResponses" });
from_json!(wellhead_wire::messages::produce_response::PartitionProduceResponse { index: "index", error_code: "errorCode", base_offset: "baseOffset", log_append_time_ms: "logAppendTimeMs", log_start_offset: "logStartOffset", record_errors: "recordErrors", error_message: "errorMessage", current_leader: "currentLeader" });
from_json!(wellhead_wire::messages::produce_response::BatchIndexAndErrorMessage { batch_index: "batchIndex", batch_index_error_message: "batchIndexErrorMessage" });
from_json!(wellhead_wire::messages::produce_response::LeaderIdAndEpoch { leader_id: "leaderId", leader_epoch: "leaderEpoch" });
from_json!(wellhead_wire::messages::produce_response::NodeEndpoint { node_id: "nodeId", host: "host", port: "port", rack: "rack" });
from_json!(wellhead_wire::messages::push_telemetry_request::PushTelemetryRequest { client_instance_id: "clientInstanceId", subscription_id: "subscriptionId", terminating: "terminating", compression_type: "compressionType", metrics: "metrics" });
from_json!(wellhead_wire::messages::push_telemetry_response::PushTelemetryResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode" });
from_json!(wellhead_wire::messages::read_share_group_state_request::ReadShareGroupStateRequest { group_id: "groupId", topics: "topics" });
from_json!(wellhead_wire::messages::read_share_group_state_request::ReadStateData { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::read_share_group_state_request::PartitionData { partition: "partition", leader_epoch: "leaderEpoch" });
from_json!(wellhead_wire::messages::read_share_group_state_response::ReadShareGroupStateResponse { results: "results" });
from_json!(wellhead_wire::messages::read_share_group_state_response::ReadStateResult { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::read_share_group_state_response::PartitionResult { partition: "partition", error_code: "errorCode", error_message: "errorMessage", state_epoch: "stateEpoch", start_offset: "startOffset", state_batches: "stateBatches" });
from_json!(wellhead_wire::messages::read_share_group_state_response::StateBatch { first_offset: "firstOffset", last_offset: "lastOffset", delivery_state: "deliveryState", delivery_count: "deliveryCount" });
from_json!(wellhead_wire::messages::read_share_group_state_summary_request::ReadShareGroupStateSummaryRequest { group_id: "groupId", topics: "topics" });
from_json!(wellhead_wire::messages::read_share_group_state_summary_request::ReadStateSummaryData { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::read_share_group_state_summary_request::PartitionData { partition: "partition", leader_epoch: "leaderEpoch" });
from_json!(wellhead_wire::messages::read_share_group_state_summary_response::ReadShareGroupStateSummaryResponse { results: "results" });
from_json!(wellhead_wire::messages::read_share_group_state_summary_response::ReadStateSummaryResult { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::read_share_group_state_summary_response::PartitionResult { partition: "partition", error_code: "errorCode", error_message: "errorMessage", state_epoch: "stateEpoch", leader_epoch: "leaderEpoch", start_offset: "startOffset", delivery_complete_count: "deliveryCompleteCount" });
from_json!(wellhead_wire::messages::remove_raft_voter_request::RemoveRaftVoterRequest { cluster_id: "clusterId", voter_id: "voterId", voter_directory_id: "voterDirectoryId" });
from_json!(wellhead_wire::messages::remove_raft_voter_response::RemoveRaftVoterResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", error_message: "errorMessage" });
from_json!(wellhead_wire::messages::renew_delegation_token_request::RenewDelegationTokenRequest { hmac: "hmac", renew_period_ms: "renewPeriodMs" });
from_json!(wellhead_wire::messages::renew_delegation_token_response::RenewDelegationTokenResponse { error_code: "errorCode", expiry_timestamp_ms: "expiryTimestampMs", throttle_time_ms: "throttleTimeMs" });
from_json!(wellhead_wire::messages::request_header::RequestHeader { request_api_key: "requestApiKey", request_api_version: "requestApiVersion", correlation_id: "correlationId", client_id: "clientId" });
from_json!(wellhead_wire::messages::response_header::ResponseHeader { correlation_id: "correlationId" });
from_json!(wellhead_wire::messages::sasl_authenticate_request::SaslAuthenticateRequest { auth_bytes: "authBytes" });
from_json!(wellhead_wire::messages::sasl_authenticate_response::SaslAuthenticateResponse { error_code: "errorCode", error_message: "errorMessage", auth_bytes: "authBytes", session_lifetime_ms: "sessionLifetimeMs" });
from_json!(wellhead_wire::messages::sasl_handshake_request::SaslHandshakeRequest { mechanism: "mechanism" });
from_json!(wellhead_wire::messages::sasl_handshake_response::SaslHandshakeResponse { error_code: "errorCode", mechanisms: "mechanisms" });
from_json!(wellhead_wire::messages::share_acknowledge_request::ShareAcknowledgeRequest { group_id: "groupId", member_id: "memberId", share_session_epoch: "shareSessionEpoch", is_renew_ack: "isRenewAck", topics: "topics" });
from_json!(wellhead_wire::messages::share_acknowledge_request::AcknowledgeTopic { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::share_acknowledge_request::AcknowledgePartition { partition_index: "partitionIndex", acknowledgement_batches: "acknowledgementBatches" });
from_json!(wellhead_wire::messages::share_acknowledge_request::AcknowledgementBatch { first_offset: "firstOffset", last_offset: "lastOffset", acknowledge_types: "acknowledgeTypes" });
from_json!(wellhead_wire::messages::share_acknowledge_response::ShareAcknowledgeResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", error_message: "errorMessage", acquisition_lock_timeout_ms: "acquisitionLockTimeoutMs", responses: "responses", node_endpoints: "nodeEndpoints" });
from_json!(wellhead_wire::messages::share_acknowledge_response::ShareAcknowledgeTopicResponse { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::share_acknowledge_response::PartitionData { partition_index: "partitionIndex", error_code: "errorCode", error_message: "errorMessage", current_leader: "currentLeader" });
from_json!(wellhead_wire::messages::share_acknowledge_response::LeaderIdAndEpoch { leader_id: "leaderId", leader_epoch: "leaderEpoch" });
from_json!(wellhead_wire::messages::share_acknowledge_response::NodeEndpoint { node_id: "nodeId", host: "host", port: "port", rack: "rack" });
from_json!(wellhead_wire::messages::share_fetch_request::ShareFetchRequest { group_id: "groupId", member_id: "memberId", share_session_epoch: "shareSessionEpoch", max_wait_ms: "maxWaitMs", min_bytes: "minBytes", max_bytes: "maxBytes", max_records: "maxRecords", batch_size: "batchSize", share_acquire_mode: "shareAcquireMode", is_renew_ack: "isRenewAck", topics: "topics", forgotten_topics_data: "forgottenTopicsData" });
from_json!(wellhead_wire::messages::share_fetch_request::FetchTopic { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::share_fetch_request::FetchPartition { partition_index: "partitionIndex", acknowledgement_batches: "acknowledgementBatches" });
from_json!(wellhead_wire::messages::share_fetch_request::AcknowledgementBatch { first_offset: "firstOffset", last_offset: "lastOffset", acknowledge_types: "acknowledgeTypes" });
from_json!(wellhead_wire::messages::share_fetch_request::ForgottenTopic { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::share_fetch_response::ShareFetchResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", error_message: "errorMessage", acquisition_lock_timeout_ms: "acquisitionLockTimeoutMs", responses: "responses", node_endpoints: "nodeEndpoints" });
from_json!(wellhead_wire::messages::share_fetch_response::ShareFetchableTopicResponse { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::share_fetch_response::PartitionData { partition_index: "partitionIndex", error_code: "errorCode", error_message: "errorMessage", acknowledge_error_code: "acknowledgeErrorCode", acknowledge_error_message: "acknowledgeErrorMessage", current_leader: "currentLeader", records: "records", acquired_records: "acquiredRecords" });
from_json!(wellhead_wire::messages::share_fetch_response::LeaderIdAndEpoch { leader_id: "leaderId", leader_epoch: "leaderEpoch" });
from_json!(wellhead_wire::messages::share_fetch_response::AcquiredRecords { first_offset: "firstOffset", last_offset: "lastOffset", delivery_count: "deliveryCount" });
from_json!(wellhead_wire::messages::share_fetch_response::NodeEndpoint { node_id: "nodeId", host: "host", port: "port", rack: "rack" });
from_json!(wellhead_wire::messages::share_group_describe_request::ShareGroupDescribeRequest { group_ids: "groupIds", include_authorized_operations: "includeAuthorizedOperations" });
from_json!(wellhead_wire::messages::share_group_describe_response::ShareGroupDescribeResponse { throttle_time_ms: "throttleTimeMs", groups: "groups" });
from_json!(wellhead_wire::messages::share_group_describe_response::DescribedGroup { error_code: "errorCode", error_message: "errorMessage", group_id: "groupId", group_state: "groupState", group_epoch: "groupEpoch", assignment_epoch: "assignmentEpoch", assignor_name: "assignorName", members: "members", authorized_operations: "authorizedOperations" });
from_json!(wellhead_wire::messages::share_group_describe_response::Member { member_id: "memberId", rack_id: "rackId", member_epoch: "memberEpoch", client_id: "clientId", client_host: "clientHost", subscribed_topic_names: "subscribedTopicNames", assignment: "assignment" });
from_json!(wellhead_wire::messages::share_group_describe_response::TopicPartitions { topic_id: "topicId", topic_name: "topicName", partitions: "partitions" });
from_json!(wellhead_wire::messages::share_group_describe_response::Assignment { topic_partitions: "topicPartitions" });
from_json!(wellhead_wire::messages::share_group_heartbeat_request::ShareGroupHeartbeatRequest { group_id: "groupId", member_id: "memberId", member_epoch: "memberEpoch", rack_id: "rackId", subscribed_topic_names: "subscribedTopicNames" });
from_json!(wellhead_wire::messages::share_group_heartbeat_response::ShareGroupHeartbeatResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", error_message: "errorMessage", member_id: "memberId", member_epoch: "memberEpoch", heartbeat_interval_ms: "heartbeatIntervalMs", assignment: "assignment" });
from_json!(wellhead_wire::messages::share_group_heartbeat_response::Assignment { topic_partitions: "topicPartitions" });
from_json!(wellhead_wire::messages::share_group_heartbeat_response::TopicPartitions { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::snapshot_footer_record::SnapshotFooterRecord { version: "version" });
from_json!(wellhead_wire::messages::snapshot_header_record::SnapshotHeaderRecord { version: "version", last_contained_log_timestamp: "lastContainedLogTimestamp" });
from_json!(wellhead_wire::messages::streams_group_describe_request::StreamsGroupDescribeRequest { group_ids: "groupIds", include_authorized_operations: "includeAuthorizedOperations" });
from_json!(wellhead_wire::messages::streams_group_describe_response::StreamsGroupDescribeResponse { throttle_time_ms: "throttleTimeMs", groups: "groups" });
from_json!(wellhead_wire::messages::streams_group_describe_response::DescribedGroup { error_code: "errorCode", error_message: "errorMessage", group_id: "groupId", group_state: "groupState", group_epoch: "groupEpoch", assignment_epoch: "assignmentEpoch", topology: "topology", members: "members", authorized_operations: "authorizedOperations" });
from_json!(wellhead_wire::messages::streams_group_describe_response::Topology { epoch: "epoch", subtopologies: "subtopologies" });
from_json!(wellhead_wire::messages::streams_group_describe_response::Subtopology { subtopology_id: "subtopologyId", source_topics: "sourceTopics", repartition_sink_topics: "repartitionSinkTopics", state_changelog_topics: "stateChangelogTopics", repartition_source_topics: "repartitionSourceTopics" });
from_json!(wellhead_wire::messages::streams_group_describe_response::Member { member_id: "memberId", member_epoch: "memberEpoch", instance_id: "instanceId", rack_id: "rackId", client_id: "clientId", client_host: "clientHost", topology_epoch: "topologyEpoch", process_id: "processId", user_endpoint: "userEndpoint", client_tags: "clientTags", task_offsets: "taskOffsets", task_end_offsets: "taskEndOffsets", assignment: "assignment", target_assignment: "targetAssignment", is_classic: "isClassic" });
from_json!(wellhead_wire::messages::streams_group_describe_response::Endpoint { host: "host", port: "port" });
from_json!(wellhead_wire::messages::streams_group_describe_response::TaskOffset { subtopology_id: "subtopologyId", partition: "partition", offset: "offset" });
from_json!(wellhead_wire::messages::streams_group_describe_response::Assignment { active_tasks: "activeTasks", standby_tasks: "standbyTasks", warmup_tasks: "warmupTasks" });
from_json!(wellhead_wire::messages::streams_group_describe_response::TaskIds { subtopology_id: "subtopologyId", partitions: "partitions" });
from_json!(wellhead_wire::messages::streams_group_describe_response::KeyValue { key: "key", value: "value" });
from_json!(wellhead_wire::messages::streams_group_describe_response::TopicInfo { name: "name", partitions: "partitions", replication_factor: "replicationFactor", topic_configs: "topicConfigs" });
from_json!(wellhead_wire::messages::streams_group_heartbeat_request::StreamsGroupHeartbeatRequest { group_id: "groupId", member_id: "memberId", member_epoch: "memberEpoch", endpoint_information_epoch: "endpointInformationEpoch", instance_id: "instanceId", rack_id: "rackId", rebalance_timeout_ms: "rebalanceTimeoutMs", topology: "topology", active_tasks: "activeTasks", standby_tasks: "standbyTasks", warmup_tasks: "warmupTasks", process_id: "processId", user_endpoint: "userEndpoint", client_tags: "clientTags", task_offsets: "taskOffsets", task_end_offsets: "taskEndOffsets", shutdown_application: "shutdownApplication" });
from_json!(wellhead_wire::messages::streams_group_heartbeat_request::Topology { epoch: "epoch", subtopologies: "subtopologies" });
from_json!(wellhead_wire::messages::streams_group_heartbeat_request::Subtopology { subtopology_id: "subtopologyId", source_topics: "sourceTopics", source_topic_regex: "sourceTopicRegex", state_changelog_topics: "stateChangelogTopics", repartition_sink_topics: "repartitionSinkTopics", repartition_source_topics: "repartitionSourceTopics", copartition_groups: "copartitionGroups" });
from_json!(wellhead_wire::messages::streams_group_heartbeat_request::CopartitionGroup { source_topics: "sourceTopics", source_topic_regex: "sourceTopicRegex", repartition_source_topics: "repartitionSourceTopics" });
from_json!(wellhead_wire::messages::streams_group_heartbeat_request::KeyValue { key: "key", value: "value" });
from_json!(wellhead_wire::messages::streams_group_heartbeat_request::TopicInfo { name: "name", partitions: "partitions", replication_factor: "replicationFactor", topic_configs: "topicConfigs" });
from_json!(wellhead_wire::messages::streams_group_heartbeat_request::Endpoint { host: "host", port: "port" });
from_json!(wellhead_wire::messages::streams_group_heartbeat_request::TaskOffset { subtopology_id: "subtopologyId", partition: "partition", offset: "offset" });
from_json!(wellhead_wire::messages::streams_group_heartbeat_request::TaskIds { subtopology_id: "subtopologyId", partitions: "partitions" });
from_json!(wellhead_wire::messages::streams_group_heartbeat_response::StreamsGroupHeartbeatResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", error_message: "errorMessage", member_id: "memberId", member_epoch: "memberEpoch", heartbeat_interval_ms: "heartbeatIntervalMs", acceptable_recovery_lag: "acceptableRecoveryLag", task_offset_interval_ms: "taskOffsetIntervalMs", status: "status", active_tasks: "activeTasks", standby_tasks: "standbyTasks", warmup_tasks: "warmupTasks", endpoint_information_epoch: "endpointInformationEpoch", partitions_by_user_endpoint: "partitionsByUserEndpoint" });
from_json!(wellhead_wire::messages::streams_group_heartbeat_response::EndpointToPartitions { user_endpoint: "userEndpoint", active_partitions: "activePartitions", standby_partitions: "standbyPartitions" });
from_json!(wellhead_wire::messages::streams_group_heartbeat_response::Status { status_code: "statusCode", status_detail: "statusDetail" });
from_json!(wellhead_wire::messages::streams_group_heartbeat_response::TopicPartition { topic: "topic", partitions: "partitions" });
from_json!(wellhead_wire::messages::streams_group_heartbeat_response::TaskIds { subtopology_id: "subtopologyId", partitions: "partitions" });
from_json!(wellhead_wire::messages::streams_group_heartbeat_response::Endpoint { host: "host", port: "port" });
from_json!(wellhead_wire::messages::sync_group_request::SyncGroupRequest { group_id: "groupId", generation_id: "generationId", member_id: "memberId", group_instance_id: "groupInstanceId", protocol_type: "protocolType", protocol_name: "protocolName", assignments: "assignments" });
from_json!(wellhead_wire::messages::sync_group_request::SyncGroupRequestAssignment { member_id: "memberId", assignment: "assignment" });
from_json!(wellhead_wire::messages::sync_group_response::SyncGroupResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", protocol_type: "protocolType", protocol_name: "protocolName", assignment: "assignment" });
from_json!(wellhead_wire::messages::txn_offset_commit_request::TxnOffsetCommitRequest { transactional_id: "transactionalId", group_id: "groupId", producer_id: "producerId", producer_epoch: "producerEpoch", generation_id: "generationId", member_id: "memberId", group_instance_id: "groupInstanceId", topics: "topics" });
from_json!(wellhead_wire::messages::txn_offset_commit_request::TxnOffsetCommitRequestTopic { name: "name", partitions: "partitions" });
from_json!(wellhead_wire::messages::txn_offset_commit_request::TxnOffsetCommitRequestPartition { partition_index: "partitionIndex", committed_offset: "committedOffset", committed_leader_epoch: "committedLeaderEpoch", committed_metadata: "committedMetadata" });
from_json!(wellhead_wire::messages::txn_offset_commit_response::TxnOffsetCommitResponse { throttle_time_ms: "throttleTimeMs", topics: "topics" });
from_json!(wellhead_wire::messages::txn_offset_commit_response::TxnOffsetCommitResponseTopic { name: "name", partitions: "partitions" });
from_json!(wellhead_wire::messages::txn_offset_commit_response::TxnOffsetCommitResponsePartition { partition_index: "partitionIndex", error_code: "errorCode" });
from_json!(wellhead_wire::messages::unregister_broker_request::UnregisterBrokerRequest { broker_id: "brokerId" });
from_json!(wellhead_wire::messages::unregister_broker_response::UnregisterBrokerResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", error_message: "errorMessage" });
from_json!(wellhead_wire::messages::update_features_request::UpdateFeaturesRequest { timeout_ms: "timeoutMs", feature_updates: "featureUpdates", validate_only: "validateOnly" });
from_json!(wellhead_wire::messages::update_features_request::FeatureUpdateKey { feature: "feature", max_version_level: "maxVersionLevel", allow_downgrade: "allowDowngrade", upgrade_type: "upgradeType" });
from_json!(wellhead_wire::messages::update_features_response::UpdateFeaturesResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", error_message: "errorMessage", results: "results" });
from_json!(wellhead_wire::messages::update_features_response::UpdatableFeatureResult { feature: "feature", error_code: "errorCode", error_message: "errorMessage" });
from_json!(wellhead_wire::messages::update_raft_voter_request::UpdateRaftVoterRequest { cluster_id: "clusterId", current_leader_epoch: "currentLeaderEpoch", voter_id: "voterId", voter_directory_id: "voterDirectoryId", listeners: "listeners", k_raft_version_feature: "kRaftVersionFeature" });
from_json!(wellhead_wire::messages::update_raft_voter_request::Listener { name: "name", host: "host", port: "port" });
from_json!(wellhead_wire::messages::update_raft_voter_request::KRaftVersionFeature { min_supported_version: "minSupportedVersion", max_supported_version: "maxSupportedVersion" });
from_json!(wellhead_wire::messages::update_raft_voter_response::UpdateRaftVoterResponse { throttle_time_ms: "throttleTimeMs", error_code: "errorCode", current_leader: "currentLeader" });
from_json!(wellhead_wire::messages::update_raft_voter_response::CurrentLeader { leader_id: "leaderId", leader_epoch: "leaderEpoch", host: "host", port: "port" });
from_json!(wellhead_wire::messages::vote_request::VoteRequest { cluster_id: "clusterId", voter_id: "voterId", topics: "topics" });
from_json!(wellhead_wire::messages::vote_request::TopicData { topic_name: "topicName", partitions: "partitions" });
from_json!(wellhead_wire::messages::vote_request::PartitionData { partition_index: "partitionIndex", replica_epoch: "replicaEpoch", replica_id: "replicaId", replica_directory_id: "replicaDirectoryId", voter_directory_id: "voterDirectoryId", last_offset_epoch: "lastOffsetEpoch", last_offset: "lastOffset", pre_vote: "preVote" });
from_json!(wellhead_wire::messages::vote_response::VoteResponse { error_code: "errorCode", topics: "topics", node_endpoints: "nodeEndpoints" });
from_json!(wellhead_wire::messages::vote_response::TopicData { topic_name: "topicName", partitions: "partitions" });
from_json!(wellhead_wire::messages::vote_response::PartitionData { partition_index: "partitionIndex", error_code: "errorCode", leader_id: "leaderId", leader_epoch: "leaderEpoch", vote_granted: "voteGranted" });
from_json!(wellhead_wire::messages::vote_response::NodeEndpoint { node_id: "nodeId", host: "host", port: "port" });
from_json!(wellhead_wire::messages::voters_record::VotersRecord { version: "version", voters: "voters" });
from_json!(wellhead_wire::messages::voters_record::Voter { voter_id: "voterId", voter_directory_id: "voterDirectoryId", endpoints: "endpoints", k_raft_version_feature: "kRaftVersionFeature" });
from_json!(wellhead_wire::messages::voters_record::Endpoint { name: "name", host: "host", port: "port" });
from_json!(wellhead_wire::messages::voters_record::KRaftVersionFeature { min_supported_version: "minSupportedVersion", max_supported_version: "maxSupportedVersion" });
from_json!(wellhead_wire::messages::write_share_group_state_request::WriteShareGroupStateRequest { group_id: "groupId", topics: "topics" });
from_json!(wellhead_wire::messages::write_share_group_state_request::WriteStateData { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::write_share_group_state_request::PartitionData { partition: "partition", state_epoch: "stateEpoch", leader_epoch: "leaderEpoch", start_offset: "startOffset", delivery_complete_count: "deliveryCompleteCount", state_batches: "stateBatches" });
from_json!(wellhead_wire::messages::write_share_group_state_request::StateBatch { first_offset: "firstOffset", last_offset: "lastOffset", delivery_state: "deliveryState", delivery_count: "deliveryCount" });
from_json!(wellhead_wire::messages::write_share_group_state_response::WriteShareGroupStateResponse { results: "results" });
from_json!(wellhead_wire::messages::write_share_group_state_response::WriteStateResult { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::messages::write_share_group_state_response::PartitionResult { partition: "partition", error_code: "errorCode", error_message: "errorMessage" });
from_json!(wellhead_wire::messages::write_txn_markers_request::WriteTxnMarkersRequest { markers: "markers" });
from_json!(wellhead_wire::messages::write_txn_markers_request::WritableTxnMarker { producer_id: "producerId", producer_epoch: "producerEpoch", transaction_result: "transactionResult", topics: "topics", coordinator_epoch: "coordinatorEpoch", transaction_version: "transactionVersion" });
from_json!(wellhead_wire::messages::write_txn_markers_request::WritableTxnMarkerTopic { name: "name", partition_indexes: "partitionIndexes" });
from_json!(wellhead_wire::messages::write_txn_markers_response::WriteTxnMarkersResponse { markers: "markers" });
from_json!(wellhead_wire::messages::write_txn_markers_response::WritableTxnMarkerResult { producer_id: "producerId", topics: "topics" });
from_json!(wellhead_wire::messages::write_txn_markers_response::WritableTxnMarkerTopicResult { name: "name", partitions: "partitions" });
from_json!(wellhead_wire::messages::write_txn_markers_response::WritableTxnMarkerPartitionResult { partition_index: "partitionIndex", error_code: "errorCode" });
from_json!(wellhead_wire::records::consumer_group_current_member_assignment_key::ConsumerGroupCurrentMemberAssignmentKey { group_id: "groupId", member_id: "memberId" });
from_json!(wellhead_wire::records::consumer_group_current_member_assignment_value::ConsumerGroupCurrentMemberAssignmentValue { member_epoch: "memberEpoch", previous_member_epoch: "previousMemberEpoch", state: "state", assigned_partitions: "assignedPartitions", partitions_pending_revocation: "partitionsPendingRevocation" });
from_json!(wellhead_wire::records::consumer_group_current_member_assignment_value::TopicPartitions { topic_id: "topicId", partitions: "partitions", assignment_epochs: "assignmentEpochs" });
from_json!(wellhead_wire::records::consumer_group_member_metadata_key::ConsumerGroupMemberMetadataKey { group_id: "groupId", member_id: "memberId" });
from_json!(wellhead_wire::records::consumer_group_member_metadata_value::ConsumerGroupMemberMetadataValue { instance_id: "instanceId", rack_id: "rackId", client_id: "clientId", client_host: "clientHost", subscribed_topic_names: "subscribedTopicNames", subscribed_topic_regex: "subscribedTopicRegex", rebalance_timeout_ms: "rebalanceTimeoutMs", server_assignor: "serverAssignor", classic_member_metadata: "classicMemberMetadata" });
from_json!(wellhead_wire::records::consumer_group_member_metadata_value::ClassicMemberMetadata { session_timeout_ms: "sessionTimeoutMs", supported_protocols: "supportedProtocols" });
from_json!(wellhead_wire::records::consumer_group_member_metadata_value::ClassicProtocol { name: "name", metadata: "metadata" });
from_json!(wellhead_wire::records::consumer_group_metadata_key::ConsumerGroupMetadataKey { group_id: "groupId" });
from_json!(wellhead_wire::records::consumer_group_metadata_value::ConsumerGroupMetadataValue { epoch: "epoch", metadata_hash: "metadataHash" });
from_json!(wellhead_wire::records::consumer_group_partition_metadata_key::ConsumerGroupPartitionMetadataKey { group_id: "groupId" });
from_json!(wellhead_wire::records::consumer_group_partition_metadata_value::ConsumerGroupPartitionMetadataValue { topics: "topics" });
from_json!(wellhead_wire::records::consumer_group_partition_metadata_value::TopicMetadata { topic_id: "topicId", topic_name: "topicName", num_partitions: "numPartitions", partition_metadata: "partitionMetadata" });
from_json!(wellhead_wire::records::consumer_group_partition_metadata_value::PartitionMetadata { partition: "partition", racks: "racks" });
from_json!(wellhead_wire::records::consumer_group_regular_expression_key::ConsumerGroupRegularExpressionKey { group_id: "groupId", regular_expression: "regularExpression" });
from_json!(wellhead_wire::records::consumer_group_regular_expression_value::ConsumerGroupRegularExpressionValue { topics: "topics", version: "version", timestamp: "timestamp" });
from_json!(wellhead_wire::records::consumer_group_target_assignment_member_key::ConsumerGroupTargetAssignmentMemberKey { group_id: "groupId", member_id: "memberId" });
from_json!(wellhead_wire::records::consumer_group_target_assignment_member_value::ConsumerGroupTargetAssignmentMemberValue { topic_partitions: "topicPartitions" });
from_json!(wellhead_wire::records::consumer_group_target_assignment_member_value::TopicPartition { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::records::consumer_group_target_assignment_metadata_key::ConsumerGroupTargetAssignmentMetadataKey { group_id: "groupId" });
from_json!(wellhead_wire::records::consumer_group_target_assignment_metadata_value::ConsumerGroupTargetAssignmentMetadataValue { assignment_epoch: "assignmentEpoch", assignment_timestamp: "assignmentTimestamp" });
from_json!(wellhead_wire::records::group_metadata_key::GroupMetadataKey { group: "group" });
from_json!(wellhead_wire::records::group_metadata_value::GroupMetadataValue { protocol_type: "protocolType", generation: "generation", protocol: "protocol", leader: "leader", current_state_timestamp: "currentStateTimestamp", members: "members" });
from_json!(wellhead_wire::records::group_metadata_value::MemberMetadata { member_id: "memberId", group_instance_id: "groupInstanceId", client_id: "clientId", client_host: "clientHost", rebalance_timeout: "rebalanceTimeout", session_timeout: "sessionTimeout", subscription: "subscription", assignment: "assignment" });
from_json!(wellhead_wire::records::legacy_offset_commit_key::LegacyOffsetCommitKey { group: "group", topic: "topic", partition: "partition" });
from_json!(wellhead_wire::records::legacy_offset_commit_value::LegacyOffsetCommitValue { offset: "offset", metadata: "metadata", commit_timestamp: "commitTimestamp" });
from_json!(wellhead_wire::records::offset_commit_key::OffsetCommitKey { group: "group", topic: "topic", partition: "partition" });
from_json!(wellhead_wire::records::offset_commit_value::OffsetCommitValue { offset: "offset", leader_epoch: "leaderEpoch", metadata: "metadata", commit_timestamp: "commitTimestamp", expire_timestamp: "expireTimestamp", topic_id: "topicId" });
from_json!(wellhead_wire::records::share_group_current_member_assignment_key::ShareGroupCurrentMemberAssignmentKey { group_id: "groupId", member_id: "memberId" });
from_json!(wellhead_wire::records::share_group_current_member_assignment_value::ShareGroupCurrentMemberAssignmentValue { member_epoch: "memberEpoch", previous_member_epoch: "previousMemberEpoch", state: "state", assigned_partitions: "assignedPartitions" });
from_json!(wellhead_wire::records::share_group_current_member_assignment_value::TopicPartitions { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::records::share_group_member_metadata_key::ShareGroupMemberMetadataKey { group_id: "groupId", member_id: "memberId" });
from_json!(wellhead_wire::records::share_group_member_metadata_value::ShareGroupMemberMetadataValue { rack_id: "rackId", client_id: "clientId", client_host: "clientHost", subscribed_topic_names: "subscribedTopicNames" });
from_json!(wellhead_wire::records::share_group_metadata_key::ShareGroupMetadataKey { group_id: "groupId" });
from_json!(wellhead_wire::records::share_group_metadata_value::ShareGroupMetadataValue { epoch: "epoch", metadata_hash: "metadataHash" });
from_json!(wellhead_wire::records::share_group_state_partition_metadata_key::ShareGroupStatePartitionMetadataKey { group_id: "groupId" });
from_json!(wellhead_wire::records::share_group_state_partition_metadata_value::ShareGroupStatePartitionMetadataValue { initializing_topics: "initializingTopics", initialized_topics: "initializedTopics", deleting_topics: "deletingTopics" });
from_json!(wellhead_wire::records::share_group_state_partition_metadata_value::TopicPartitionsInfo { topic_id: "topicId", topic_name: "topicName", partitions: "partitions" });
from_json!(wellhead_wire::records::share_group_state_partition_metadata_value::TopicInfo { topic_id: "topicId", topic_name: "topicName" });
from_json!(wellhead_wire::records::share_group_target_assignment_member_key::ShareGroupTargetAssignmentMemberKey { group_id: "groupId", member_id: "memberId" });
from_json!(wellhead_wire::records::share_group_target_assignment_member_value::ShareGroupTargetAssignmentMemberValue { topic_partitions: "topicPartitions" });
from_json!(wellhead_wire::records::share_group_target_assignment_member_value::TopicPartition { topic_id: "topicId", partitions: "partitions" });
from_json!(wellhead_wire::records::share_group_target_assignment_metadata_key::ShareGroupTargetAssignmentMetadataKey { group_id: "groupId" });
from_json!(wellhead_wire::records::share_group_target_assignment_metadata_value::ShareGroupTargetAssignmentMetadataValue { assignment_epoch: "assignmentEpoch", assignment_timestamp: "assignmentTimestamp" });
from_json!(wellhead_wire::records::streams_group_current_member_assignment_key::StreamsGroupCurrentMemberAssignmentKey { group_id: "groupId", member_id: "memberId" });
from_json!(wellhead_wire::records::streams_group_current_member_assignment_value::StreamsGroupCurrentMemberAssignmentValue { member_epoch: "memberEpoch", previous_member_epoch: "previousMemberEpoch", state: "state", active_tasks: "activeTasks", standby_tasks: "standbyTasks", warmup_tasks: "warmupTasks", active_tasks_pending_revocation: "activeTasksPendingRevocation", standby_tasks_pending_revocation: "standbyTasksPendingRevocation", warmup_tasks_pending_revocation: "warmupTasksPendingRevocation" });
from_json!(wellhead_wire::records::streams_group_current_member_assignment_value::TaskIds { subtopology_id: "subtopologyId", partitions: "partitions", assignment_epochs: "assignmentEpochs" });
from_json!(wellhead_wire::records::streams_group_member_metadata_key::StreamsGroupMemberMetadataKey { group_id: "groupId", member_id: "memberId" });
from_json!(wellhead_wire::records::streams_group_member_metadata_value::StreamsGroupMemberMetadataValue { instance_id: "instanceId", rack_id: "rackId", client_id: "clientId", client_host: "clientHost", rebalance_timeout_ms: "rebalanceTimeoutMs", topology_epoch: "topologyEpoch", process_id: "processId", user_endpoint: "userEndpoint", client_tags: "clientTags" });
from_json!(wellhead_wire::records::streams_group_member_metadata_value::Endpoint { host: "host", port: "port" });
from_json!(wellhead_wire::records::streams_group_member_metadata_value::KeyValue { key: "key", value: "value" });
from_json!(wellhead_wire::records::streams_group_metadata_key::StreamsGroupMetadataKey { group_id: "groupId" });
from_json!(wellhead_wire::records::streams_group_metadata_value::StreamsGroupMetadataValue { epoch: "epoch", metadata_hash: "metadataHash", validated_topology_epoch: "validatedTopologyEpoch", last_assignment_configs: "lastAssignmentConfigs" });
from_json!(wellhead_wire::records::streams_group_metadata_value::LastAssignmentConfig { key: "key", value: "value" });
from_json!(wellhead_wire::records::streams_group_target_assignment_member_key::StreamsGroupTargetAssignmentMemberKey { group_id: "groupId", member_id: "memberId" });
from_json!(wellhead_wire::records::streams_group_target_assignment_member_value::StreamsGroupTargetAssignmentMemberValue { active_tasks: "activeTasks", standby_tasks: "standbyTasks", warmup_tasks: "warmupTasks" });
from_json!(wellhead_wire::records::streams_group_target_assignment_member_value::TaskIds { subtopology_id: "subtopologyId", partitions: "partitions" });
from_json!(wellhead_wire::records::streams_group_target_assignment_metadata_key::StreamsGroupTargetAssignmentMetadataKey { group_id: "groupId" });
from_json!(wellhead_wire::records::streams_group_target_assignment_metadata_value::StreamsGroupTargetAssignmentMetadataValue { assignment_epoch: "assignmentEpoch", assignment_timestamp: "assignmentTimestamp" });
from_json!(wellhead_wire::records::streams_group_topology_key::StreamsGroupTopologyKey { group_id: "groupId" });
from_json!(wellhead_wire::records::streams_group_topology_value::StreamsGroupTopologyValue { epoch: "epoch", subtopologies: "subtopologies" });
from_json!(wellhead_wire::records::streams_group_topology_value::Subtopology { subtopology_id: "subtopologyId", source_topics: "sourceTopics", source_topic_regex: "sourceTopicRegex", state_changelog_topics: "stateChangelogTopics", repartition_sink_topics: "repartitionSinkTopics", repartition_source_topics: "repartitionSourceTopics", copartition_groups: "copartitionGroups" });
from_json!(wellhead_wire::records::streams_group_topology_value::CopartitionGroup { source_topics: "sourceTopics", source_topic_regex: "sourceTopicRegex", repartition_source_topics: "repartitionSourceTopics" });
from_json!(wellhead_wire::records::streams_group_topology_value::TopicConfig { key: "key", value: "value" });
from_json!(wellhead_wire::records::streams_group_topology_value::TopicInfo { name: "name", partitions: "partitions", replication_factor: "replicationFactor", topic_configs: "topicConfigs" });
from_json!(wellhead_wire::records::abort_transaction_record::AbortTransactionRecord { reason: "reason" });
from_json!(wellhead_wire::records::access_control_entry_record::AccessControlEntryRecord { id: "id", resource_type: "resourceType", resource_name: "resourceName", pattern_type: "patternType", principal: "principal", host: "host", operation: "operation", permission_type: "permissionType" });
from_json!(wellhead_wire::records::begin_transaction_record::BeginTransactionRecord { name: "name" });
from_json!(wellhead_wire::records::broker_registration_change_record::BrokerRegistrationChangeRecord { broker_id: "brokerId", broker_epoch: "brokerEpoch", fenced: "fenced", in_controlled_shutdown: "inControlledShutdown", log_dirs: "logDirs", cordoned_log_dirs: "cordonedLogDirs" });
from_json!(wellhead_wire::records::clear_elr_record::ClearElrRecord { topic_name: "topicName" });
from_json!(wellhead_wire::records::client_quota_record::ClientQuotaRecord { entity: "entity", key: "key", value: "value", remove: "remove" });
from_json!(wellhead_wire::records::client_quota_record::EntityData { entity_type: "entityType", entity_name: "entityName" });
from_json!(wellhead_wire::records::config_record::ConfigRecord { resource_type: "resourceType", resource_name: "resourceName", name: "name", value: "value" });
from_json!(wellhead_wire::records::delegation_token_record::DelegationTokenRecord { owner: "owner", requester: "requester", renewers: "renewers", issue_timestamp: "issueTimestamp", max_timestamp: "maxTimestamp", expiration_timestamp: "expirationTimestamp", token_id: "tokenId" });
from_json!(wellhead_wire::records::end_transaction_record::EndTransactionRecord {  });
from_json!(wellhead_wire::records::feature_level_record::FeatureLevelRecord { name: "name", feature_level: "featureLevel" });
from_json!(wellhead_wire::records::fence_broker_record::FenceBrokerRecord { id: "id", epoch: "epoch" });
from_json!(wellhead_wire::records::no_op_record::NoOpRecord {  });
from_json!(wellhead_wire::records::partition_change_record::PartitionChangeRecord { partition_id: "partitionId", topic_id: "topicId", isr: "isr", leader: "leader", replicas: "replicas", removing_replicas: "removingReplicas", adding_replicas: "addingReplicas", leader_recovery_state: "leaderRecoveryState", directories: "directories", eligible_leader_replicas: "eligibleLeaderReplicas", last_known_elr: "lastKnownElr" });
from_json!(wellhead_wire::records::partition_record::PartitionRecord { partition_id: "partitionId", topic_id: "topicId", replicas: "replicas", isr: "isr", removing_replicas: "removingReplicas", adding_replicas: "addingReplicas", leader: "leader", leader_recovery_state: "leaderRecoveryState", leader_epoch: "leaderEpoch", partition_epoch: "partitionEpoch", directories: "directories", eligible_leader_replicas: "eligibleLeaderReplicas", last_known_elr: "lastKnownElr" });
from_json!(wellhead_wire::records::producer_ids_record::ProducerIdsRecord { broker_id: "brokerId", broker_epoch: "brokerEpoch", next_producer_id: "nextProducerId" });
from_json!(wellhead_wire::records::register_broker_record::RegisterBrokerRecord { broker_id: "brokerId", is_migrating_zk_broker: "isMigratingZkBroker", incarnation_id: "incarnationId", broker_epoch: "brokerEpoch", end_points: "endPoints", features: "features", rack: "rack", fenced: "fenced", in_controlled_shutdown: "inControlledShutdown", log_dirs: "logDirs", cordoned_log_dirs: "cordonedLogDirs" });
from_json!(wellhead_wire::records::register_broker_record::BrokerEndpoint { name: "name", host: "host", port: "port", security_protocol: "securityProtocol" });
from_json!(wellhead_wire::records::register_broker_record::BrokerFeature { name: "name", min_supported_version: "minSupportedVersion", max_supported_version: "maxSupportedVersion" });
from_json!(wellhead_wire::records::register_controller_record::RegisterControllerRecord { controller_id: "controllerId", incarnation_id: "incarnationId", zk_migration_ready: "zkMigrationReady", end_points: "endPoints", features: "features" });
from_json!(wellhead_wire::records::register_controller_record::ControllerEndpoint { name: "name", host: "host", port: "port", security_protocol: "securityProtocol" });
from_json!(wellhead_wire::records::register_controller_record::ControllerFeature { name: "name", min_supported_version: "minSupportedVersion", max_supported_version: "maxSupportedVersion" });
from_json!(wellhead_wire::records::remove_access_control_entry_record::RemoveAccessControlEntryRecord { id: "id" });
from_json!(wellhead_wire::records::remove_delegation_token_record::RemoveDelegationTokenRecord { token_id: "tokenId" });
from_json!(wellhead_wire::records::remove_topic_record::RemoveTopicRecord { topic_id: "topicId" });
from_json!(wellhead_wire::records::remove_user_scram_credential_record::RemoveUserScramCredentialRecord { name: "name", mechanism: "mechanism" });
from_json!(wellhead_wire::records::topic_record::TopicRecord { name: "name", topic_id: "topicId" });
from_json!(wellhead_wire::records::unfence_broker_record::UnfenceBrokerRecord { id: "id", epoch: "epoch" });
from_json!(wellhead_wire::records::unregister_broker_record::UnregisterBrokerRecord { broker_id: "brokerId", broker_epoch: "brokerEpoch" });
from_json!(wellhead_wire::records::user_scram_credential_record::UserScramCredentialRecord { name: "name", mechanism: "mechanism", salt: "salt", stored_key: "storedKey", server_key: "serverKey", iterations: "iterations" });
from_json!(wellhead_wire::records::zk_migration_state_record::ZkMigrationStateRecord { zk_migration_state: "zkMigrationState" });
from_json!(wellhead_wire::records::share_snapshot_key::ShareSnapshotKey { group_id: "groupId", topic_id: "topicId", partition: "partition" });
from_json!(wellhead_wire::records::share_snapshot_value::ShareSnapshotValue { snapshot_epoch: "snapshotEpoch", state_epoch: "stateEpoch", leader_epoch: "leaderEpoch", start_offset: "startOffset", delivery_complete_count: "deliveryCompleteCount", create_timestamp: "createTimestamp", write_timestamp: "writeTimestamp", state_batches: "stateBatches" });
from_json!(wellhead_wire::records::share_snapshot_value::StateBatch { first_offset: "firstOffset", last_offset: "lastOffset", delivery_state: "deliveryState", delivery_count: "deliveryCount" });
from_json!(wellhead_wire::records::share_update_key::ShareUpdateKey { group_id: "groupId", topic_id: "topicId", partition: "partition" });
from_json!(wellhead_wire::records::share_update_value::ShareUpdateValue { snapshot_epoch: "snapshotEpoch", leader_epoch: "leaderEpoch", start_offset: "startOffset", delivery_complete_count: "deliveryCompleteCount", state_batches: "stateBatches" });
from_json!(wellhead_wire::records::share_update_value::StateBatch { first_offset: "firstOffset", last_offset: "lastOffset", delivery_state: "deliveryState", delivery_count: "deliveryCount" });
from_json!(wellhead_wire::records::transaction_log_key::TransactionLogKey { transactional_id: "transactionalId" });
from_json!(wellhead_wire::records::transaction_log_value::TransactionLogValue { producer_id: "producerId", previous_producer_id: "previousProducerId", next_producer_id: "nextProducerId", producer_epoch: "producerEpoch", next_producer_epoch: "nextProducerEpoch", transaction_timeout_ms: "transactionTimeoutMs", transaction_status: "transactionStatus", transaction_partitions: "transactionPartitions", transaction_last_update_timestamp_ms: "transactionLastUpdateTimestampMs", transaction_start_timestamp_ms: "transactionStartTimestampMs", client_transaction_version: "clientTransactionVersion" });
from_json!(wellhead_wire::records::transaction_log_value::PartitionsSchema { topic: "topic", partition_ids: "partitionIds" });

/// Runs `run` for the type of the message called `name`; false when there is none.
pub fn with_message(name: &str, run: &mut impl Run) -> bool {
    match name {
        "AddOffsetsToTxnRequest" => run.message::<wellhead_wire::messages::AddOffsetsToTxnRequest>(),
        "AddOffsetsToTxnResponse" => run.message::<wellhead_wire::messages::AddOffsetsToTxnResponse>(),
        "AddPartitionsToTxnRequest" => run.message::<wellhead_wire::messages::AddPartitionsToTxnRequest>(),
        "AddPartitionsToTxnResponse" => run.message::<wellhead_wire::messages::AddPartitionsToTxnResponse>(),
        "AddRaftVoterRequest" => run.message::<wellhead_wire::messages::AddRaftVoterRequest>(),
        "AddRaftVoterResponse" => run.message::<wellhead_wire::messages::AddRaftVoterResponse>(),
        "AllocateProducerIdsRequest" => run.message::<wellhead_wire::messages::AllocateProducerIdsRequest>(),
        "AllocateProducerIdsResponse" => run.message::<wellhead_wire::messages::AllocateProducerIdsResponse>(),
        "AlterClientQuotasRequest" => run.message::<wellhead_wire::messages::AlterClientQuotasRequest>(),
        "AlterClientQuotasResponse" => run.message::<wellhead_wire::messages::AlterClientQuotasResponse>(),
        "AlterConfigsRequest" => run.message::<wellhead_wire::messages::AlterConfigsRequest>(),
        "AlterConfigsResponse" => run.message::<wellhead_wire::messages::AlterConfigsResponse>(),
        "AlterPartitionReassignmentsRequest" => run.message::<wellhead_wire::messages::AlterPartitionReassignmentsRequest>(),
        "AlterPartitionReassignmentsResponse" => run.message::<wellhead_wire::messages::AlterPartitionReassignmentsResponse>(),
        "AlterPartitionRequest" => run.message::<wellhead_wire::messages::AlterPartitionRequest>(),
        "AlterPartitionResponse" => run.message::<wellhead_wire::messages::AlterPartitionResponse>(),
        "AlterReplicaLogDirsRequest" => run.message::<wellhead_wire::messages::AlterReplicaLogDirsRequest>(),
        "AlterReplicaLogDirsResponse" => run.message::<wellhead_wire::messages::AlterReplicaLogDirsResponse>(),
        "AlterShareGroupOffsetsRequest" => run.message::<wellhead_wire::messages::AlterShareGroupOffsetsRequest>(),
        "AlterShareGroupOffsetsResponse" => run.message::<wellhead_wire::messages::AlterShareGroupOffsetsResponse>(),
        "AlterUserScramCredentialsRequest" => run.message::<wellhead_wire::messages::AlterUserScramCredentialsRequest>(),
        "AlterUserScramCredentialsResponse" => run.message::<wellhead_wire::messages::AlterUserScramCredentialsResponse>(),
        "ApiVersionsRequest" => run.message::<wellhead_wire::messages::ApiVersionsRequest>(),
        "ApiVersionsResponse" => run.message::<wellhead_wire::messages::ApiVersionsResponse>(),
        "AssignReplicasToDirsRequest" => run.message::<wellhead_wire::messages::AssignReplicasToDirsRequest>(),
        "AssignReplicasToDirsResponse" => run.message::<wellhead_wire::messages::AssignReplicasToDirsResponse>(),
        "BeginQuorumEpochRequest" => run.message::<wellhead_wire::messages::BeginQuorumEpochRequest>(),
        "BeginQuorumEpochResponse" => run.message::<wellhead_wire::messages::BeginQuorumEpochResponse>(),
        "BrokerHeartbeatRequest" => run.message::<wellhead_wire::messages::BrokerHeartbeatRequest>(),
        "BrokerHeartbeatResponse" => run.message::<wellhead_wire::messages::BrokerHeartbeatResponse>(),
        "BrokerRegistrationRequest" => run.message::<wellhead_wire::messages::BrokerRegistrationRequest>(),
        "BrokerRegistrationResponse" => run.message::<wellhead_wire::messages::BrokerRegistrationResponse>(),
        "ConsumerGroupDescribeRequest" => run.message::<wellhead_wire::messages::ConsumerGroupDescribeRequest>(),
        "ConsumerGroupDescribeResponse" => run.message::<wellhead_wire::messages::ConsumerGroupDescribeResponse>(),
        "ConsumerGroupHeartbeatRequest" => run.message::<wellhead_wire::messages::ConsumerGroupHeartbeatRequest>(),
        "ConsumerGroupHeartbeatResponse" => run.message::<wellhead_wire::messages::ConsumerGroupHeartbeatResponse>(),
        "ConsumerProtocolAssignment" => run.message::<wellhead_wire::messages::ConsumerProtocolAssignment>(),
        "ConsumerProtocolSubscription" => run.message::<wellhead_wire::messages::ConsumerProtocolSubscription>(),
        "ControlRecordTypeSchema" => run.message::<wellhead_wire::messages::ControlRecordTypeSchema>(),
        "ControllerRegistrationRequest" => run.message::<wellhead_wire::messages::ControllerRegistrationRequest>(),
        "ControllerRegistrationResponse" => run.message::<wellhead_wire::messages::ControllerRegistrationResponse>(),
        "CreateAclsRequest" => run.message::<wellhead_wire::messages::CreateAclsRequest>(),
        "CreateAclsResponse" => run.message::<wellhead_wire::messages::CreateAclsResponse>(),
        "CreateDelegationTokenRequest" => run.message::<wellhead_wire::messages::CreateDelegationTokenRequest>(),
        "CreateDelegationTokenResponse" => run.message::<wellhead_wire::messages::CreateDelegationTokenResponse>(),
        "CreatePartitionsRequest" => run.message::<wellhead_wire::messages::CreatePartitionsRequest>(),
        "CreatePartitionsResponse" => run.message::<wellhead_wire::messages::CreatePartitionsResponse>(),
        "CreateTopicsRequest" => run.message::<wellhead_wire::messages::CreateTopicsRequest>(),
        "CreateTopicsResponse" => run.message::<wellhead_wire::messages::CreateTopicsResponse>(),
        "DefaultPrincipalData" => run.message::<wellhead_wire::messages::DefaultPrincipalData>(),
        "DeleteAclsRequest" => run.message::<wellhead_wire::messages::DeleteAclsRequest>(),
        "DeleteAclsResponse" => run.message::<wellhead_wire::messages::DeleteAclsResponse>(),
        "DeleteGroupsRequest" => run.message::<wellhead_wire::messages::DeleteGroupsRequest>(),
        "DeleteGroupsResponse" => run.message::<wellhead_wire::messages::DeleteGroupsResponse>(),
        "DeleteRecordsRequest" => run.message::<wellhead_wire::messages::DeleteRecordsRequest>(),
        "DeleteRecordsResponse" => run.message::<wellhead_wire::messages::DeleteRecordsResponse>(),
        "DeleteShareGroupOffsetsRequest" => run.message::<wellhead_wire::messages::DeleteShareGroupOffsetsRequest>(),
        "DeleteShareGroupOffsetsResponse" => run.message::<wellhead_wire::messages::DeleteShareGroupOffsetsResponse>(),
        "DeleteShareGroupStateRequest" => run.message::<wellhead_wire::messages::DeleteShareGroupStateRequest>(),
        "DeleteShareGroupStateResponse" => run.message::<wellhead_wire::messages::DeleteShareGroupStateResponse>(),
        "DeleteTopicsRequest" => run.message::<wellhead_wire::messages::DeleteTopicsRequest>(),
        "DeleteTopicsResponse" => run.message::<wellhead_wire::messages::DeleteTopicsResponse>(),
        "DescribeAclsRequest" => run.message::<wellhead_wire::messages::DescribeAclsRequest>(),
        "DescribeAclsResponse" => run.message::<wellhead_wire::messages::DescribeAclsResponse>(),
        "DescribeClientQuotasRequest" => run.message::<wellhead_wire::messages::DescribeClientQuotasRequest>(),
        "DescribeClientQuotasResponse" => run.message::<wellhead_wire::messages::DescribeClientQuotasResponse>(),
        "DescribeClusterRequest" => run.message::<wellhead_wire::messages::DescribeClusterRequest>(),
        "DescribeClusterResponse" => run.message::<wellhead_wire::messages::DescribeClusterResponse>(),
        "DescribeConfigsRequest" => run.message::<wellhead_wire::messages::DescribeConfigsRequest>(),
        "DescribeConfigsResponse" => run.message::<wellhead_wire::messages::DescribeConfigsResponse>(),
        "DescribeDelegationTokenRequest" => run.message::<wellhead_wire::messages::DescribeDelegationTokenRequest>(),
        "DescribeDelegationTokenResponse" => run.message::<wellhead_wire::messages::DescribeDelegationTokenResponse>(),
        "DescribeGroupsRequest" => run.message::<wellhead_wire::messages::DescribeGroupsRequest>(),
        "DescribeGroupsResponse" => run.message::<wellhead_wire::messages::DescribeGroupsResponse>(),
        "DescribeLogDirsRequest" => run.message::<wellhead_wire::messages::DescribeLogDirsRequest>(),
        "DescribeLogDirsResponse" => run.message::<wellhead_wire::messages::DescribeLogDirsResponse>(),
        "DescribeProducersRequest" => run.message::<wellhead_wire::messages::DescribeProducersRequest>(),
        "DescribeProducersResponse" => run.message::<wellhead_wire::messages::DescribeProducersResponse>(),
        "DescribeQuorumRequest" => run.message::<wellhead_wire::messages::DescribeQuorumRequest>(),
        "DescribeQuorumResponse" => run.message::<wellhead_wire::messages::DescribeQuorumResponse>(),
        "DescribeShareGroupOffsetsRequest" => run.message::<wellhead_wire::messages::DescribeShareGroupOffsetsRequest>(),
        "DescribeShareGroupOffsetsResponse" => run.message::<wellhead_wire::messages::DescribeShareGroupOffsetsResponse>(),
        "DescribeTopicPartitionsRequest" => run.message::<wellhead_wire::messages::DescribeTopicPartitionsRequest>(),
        "DescribeTopicPartitionsResponse" => run.message::<wellhead_wire::messages::DescribeTopicPartitionsResponse>(),
        "DescribeTransactionsRequest" => run.message::<wellhead_wire::messages::DescribeTransactionsRequest>(),
        "DescribeTransactionsResponse" => run.message::<wellhead_wire::messages::DescribeTransactionsResponse>(),
        "DescribeUserScramCredentialsRequest" => run.message::<wellhead_wire::messages::DescribeUserScramCredentialsRequest>(),
        "DescribeUserScramCredentialsResponse" => run.message::<wellhead_wire::messages::DescribeUserScramCredentialsResponse>(),
        "ElectLeadersRequest" => run.message::<wellhead_wire::messages::ElectLeadersRequest>(),
        "ElectLeadersResponse" => run.message::<wellhead_wire::messages::ElectLeadersResponse>(),
        "EndQuorumEpochRequest" => run.message::<wellhead_wire::messages::EndQuorumEpochRequest>(),
        "EndQuorumEpochResponse" => run.message::<wellhead_wire::messages::EndQuorumEpochResponse>(),
        "EndTxnMarker" => run.message::<wellhead_wire::messages::EndTxnMarker>(),
        "EndTxnRequest" => run.message::<wellhead_wire::messages::EndTxnRequest>(),
        "EndTxnResponse" => run.message::<wellhead_wire::messages::EndTxnResponse>(),
        "EnvelopeRequest" => run.message::<wellhead_wire::messages::EnvelopeRequest>(),
        "EnvelopeResponse" => run.message::<wellhead_wire::messages::EnvelopeResponse>(),
        "ExpireDelegationTokenRequest" => run.message::<wellhead_wire::messages::ExpireDelegationTokenRequest>(),
        "ExpireDelegationTokenResponse" => run.message::<wellhead_wire::messages::ExpireDelegationTokenResponse>(),
        "FetchRequest" => run.message::<wellhead_wire::messages::FetchRequest>(),
        "FetchResponse" => run.message::<wellhead_wire::messages::FetchResponse>(),
        "FetchSnapshotRequest" => run.message::<wellhead_wire::messages::FetchSnapshotRequest>(),
        "FetchSnapshotResponse" => run.message::<wellhead_wire::messages::FetchSnapshotResponse>(),
        "FindCoordinatorRequest" => run.message::<wellhead_wire::messages::FindCoordinatorRequest>(),
        "FindCoordinatorResponse" => run.message::<wellhead_wire::messages::FindCoordinatorResponse>(),
        "GetTelemetrySubscriptionsRequest" => run.message::<wellhead_wire::messages::GetTelemetrySubscriptionsRequest>(),
        "GetTelemetrySubscriptionsResponse" => run.message::<wellhead_wire::messages::GetTelemetrySubscriptionsResponse>(),
        "HeartbeatRequest" => run.message::<wellhead_wire::messages::HeartbeatRequest>(),
        "HeartbeatResponse" => run.message::<wellhead_wire::messages::HeartbeatResponse>(),
        "IncrementalAlterConfigsRequest" => run.message::<wellhead_wire::messages::IncrementalAlterConfigsRequest>(),
        "IncrementalAlterConfigsResponse" => run.message::<wellhead_wire::messages::IncrementalAlterConfigsResponse>(),
        "InitProducerIdRequest" => run.message::<wellhead_wire::messages::InitProducerIdRequest>(),
        "InitProducerIdResponse" => run.message::<wellhead_wire::messages::InitProducerIdResponse>(),
        "InitializeShareGroupStateRequest" => run.message::<wellhead_wire::messages::InitializeShareGroupStateRequest>(),
        "InitializeShareGroupStateResponse" => run.message::<wellhead_wire::messages::InitializeShareGroupStateResponse>(),
        "JoinGroupRequest" => run.message::<wellhead_wire::messages::JoinGroupRequest>(),
        "JoinGroupResponse" => run.message::<wellhead_wire::messages::JoinGroupResponse>(),
        "KRaftVersionRecord" => run.message::<wellhead_wire::messages::KRaftVersionRecord>(),
        "LeaderChangeMessage" => run.message::<wellhead_wire::messages::LeaderChangeMessage>(),
        "LeaveGroupRequest" => run.message::<wellhead_wire::messages::LeaveGroupRequest>(),
        "LeaveGroupResponse" => run.message::<wellhead_wire::messages::LeaveGroupResponse>(),
        "ListConfigResourcesRequest" => run.message::<wellhead_wire::messages::ListConfigResourcesRequest>(),
        "ListConfigResourcesResponse" => run.message::<wellhead_wire::messages::ListConfigResourcesResponse>(),
        "ListGroupsRequest" => run.message::<wellhead_wire::messages::ListGroupsRequest>(),
        "ListGroupsResponse" => run.message::<wellhead_wire::messages::ListGroupsResponse>(),
        "ListOffsetsRequest" => run.message::<wellhead_wire::messages::ListOffsetsRequest>(),
        "ListOffsetsResponse" => run.message::<wellhead_wire::messages::ListOffsetsResponse>(),
        "ListPartitionReassignmentsRequest" => run.message::<wellhead_wire::messages::ListPartitionReassignmentsRequest>(),
        "ListPartitionReassignmentsResponse" => run.message::<wellhead_wire::messages::ListPartitionReassignmentsResponse>(),
        "ListTransactionsRequest" => run.message::<wellhead_wire::messages::ListTransactionsRequest>(),
        "ListTransactionsResponse" => run.message::<wellhead_wire::messages::ListTransactionsResponse>(),
        "MetadataRequest" => run.message::<wellhead_wire::messages::MetadataRequest>(),
        "MetadataResponse" => run.message::<wellhead_wire::messages::MetadataResponse>(),
        "OffsetCommitRequest" => run.message::<wellhead_wire::messages::OffsetCommitRequest>(),
        "OffsetCommitResponse" => run.message::<wellhead_wire::messages::OffsetCommitResponse>(),
        "OffsetDeleteRequest" => run.message::<wellhead_wire::messages::OffsetDeleteRequest>(),
        "OffsetDeleteResponse" => run.message::<wellhead_wire::messages::OffsetDeleteResponse>(),
        "OffsetFetchRequest" => run.message::<wellhead_wire::messages::OffsetFetchRequest>(),
        "OffsetFetchResponse" => run.message::<wellhead_wire::messages::OffsetFetchResponse>(),
        "OffsetForLeaderEpochRequest" => run.message::<wellhead_wire::messages::OffsetForLeaderEpochRequest>(),
        "OffsetForLeaderEpochResponse" => run.message::<wellhead_wire::messages::OffsetForLeaderEpochResponse>(),
        "ProduceRequest" => run.message::<wellhead_wire::messages::ProduceRequest>(),
        "ProduceResponse" => run.message::<wellhead_wire::messages::ProduceResponse>(),
        "PushTelemetryRequest" => run.message::<wellhead_wire::messages::PushTelemetryRequest>(),
        "PushTelemetryResponse" => run.message::<wellhead_wire::messages::PushTelemetryResponse>(),
        "ReadShareGroupStateRequest" => run.message::<wellhead_wire::messages::ReadShareGroupStateRequest>(),
        "ReadShareGroupStateResponse" => run.message::<wellhead_wire::messages::ReadShareGroupStateResponse>(),
        "ReadShareGroupStateSummaryRequest" => run.message::<wellhead_wire::messages::ReadShareGroupStateSummaryRequest>(),
        "ReadShareGroupStateSummaryResponse" => run.message::<wellhead_wire::messages::ReadShareGroupStateSummaryResponse>(),
        "RemoveRaftVoterRequest" => run.message::<wellhead_wire::messages::RemoveRaftVoterRequest>(),
        "RemoveRaftVoterResponse" => run.message::<wellhead_wire::messages::RemoveRaftVoterResponse>(),
        "RenewDelegationTokenRequest" => run.message::<wellhead_wire::messages::RenewDelegationTokenRequest>(),
        "RenewDelegationTokenResponse" => run.message::<wellhead_wire::messages::RenewDelegationTokenResponse>(),
        "RequestHeader" => run.message::<wellhead_wire::messages::RequestHeader>(),
        "ResponseHeader" => run.message::<wellhead_wire::messages::ResponseHeader>(),
        "SaslAuthenticateRequest" => run.message::<wellhead_wire::messages::SaslAuthenticateRequest>(),
        "SaslAuthenticateResponse" => run.message::<wellhead_wire::messages::SaslAuthenticateResponse>(),
        "SaslHandshakeRequest" => run.message::<wellhead_wire::messages::SaslHandshakeRequest>(),
        "SaslHandshakeResponse" => run.message::<wellhead_wire::messages::SaslHandshakeResponse>(),
        "ShareAcknowledgeRequest" => run.message::<wellhead_wire::messages::ShareAcknowledgeRequest>(),
        "ShareAcknowledgeResponse" => run.message::<wellhead_wire::messages::ShareAcknowledgeResponse>(),
        "ShareFetchRequest" => run.message::<wellhead_wire::messages::ShareFetchRequest>(),
        "ShareFetchResponse" => run.message::<wellhead_wire::messages::ShareFetchResponse>(),
        "ShareGroupDescribeRequest" => run.message::<wellhead_wire::messages::ShareGroupDescribeRequest>(),
        "ShareGroupDescribeResponse" => run.message::<wellhead_wire::messages::ShareGroupDescribeResponse>(),
        "ShareGroupHeartbeatRequest" => run.message::<wellhead_wire::messages::ShareGroupHeartbeatRequest>(),
        "ShareGroupHeartbeatResponse" => run.message::<wellhead_wire::messages::ShareGroupHeartbeatResponse>(),
        "SnapshotFooterRecord" => run.message::<wellhead_wire::messages::SnapshotFooterRecord>(),
        "SnapshotHeaderRecord" => run.message::<wellhead_wire::messages::SnapshotHeaderRecord>(),
        "StreamsGroupDescribeRequest" => run.message::<wellhead_wire::messages::StreamsGroupDescribeRequest>(),
        "StreamsGroupDescribeResponse" => run.message::<wellhead_wire::messages::StreamsGroupDescribeResponse>(),
        "StreamsGroupHeartbeatRequest" => run.message::<wellhead_wire::messages::StreamsGroupHeartbeatRequest>(),
        "StreamsGroupHeartbeatResponse" => run.message::<wellhead_wire::messages::StreamsGroupHeartbeatResponse>(),
        "SyncGroupRequest" => run.message::<wellhead_wire::messages::SyncGroupRequest>(),
        "SyncGroupResponse" => run.message::<wellhead_wire::messages::SyncGroupResponse>(),
        "TxnOffsetCommitRequest" => run.message::<wellhead_wire::messages::TxnOffsetCommitRequest>(),
        "TxnOffsetCommitResponse" => run.message::<wellhead_wire::messages::TxnOffsetCommitResponse>(),
        "UnregisterBrokerRequest" => run.message::<wellhead_wire::messages::UnregisterBrokerRequest>(),
        "UnregisterBrokerResponse" => run.message::<wellhead_wire::messages::UnregisterBrokerResponse>(),
        "UpdateFeaturesRequest" => run.message::<wellhead_wire::messages::UpdateFeaturesRequest>(),
        "UpdateFeaturesResponse" => run.message::<wellhead_wire::messages::UpdateFeaturesResponse>(),
        "UpdateRaftVoterRequest" => run.message::<wellhead_wire::messages::UpdateRaftVoterRequest>(),
        "UpdateRaftVoterResponse" => run.message::<wellhead_wire::messages::UpdateRaftVoterResponse>(),
        "VoteRequest" => run.message::<wellhead_wire::messages::VoteRequest>(),
        "VoteResponse" => run.message::<wellhead_wire::messages::VoteResponse>(),
        "VotersRecord" => run.message::<wellhead_wire::messages::VotersRecord>(),
        "WriteShareGroupStateRequest" => run.message::<wellhead_wire::messages::WriteShareGroupStateRequest>(),
        "WriteShareGroupStateResponse" => run.message::<wellhead_wire::messages::WriteShareGroupStateResponse>(),
        "WriteTxnMarkersRequest" => run.message::<wellhead_wire::messages::WriteTxnMarkersRequest>(),
        "WriteTxnMarkersResponse" => run.message::<wellhead_wire::messages::WriteTxnMarkersResponse>(),
        "ConsumerGroupCurrentMemberAssignmentKey" => run.message::<wellhead_wire::records::ConsumerGroupCurrentMemberAssignmentKey>(),
        "ConsumerGroupCurrentMemberAssignmentValue" => run.message::<wellhead_wire::records::ConsumerGroupCurrentMemberAssignmentValue>(),
        "ConsumerGroupMemberMetadataKey" => run.message::<wellhead_wire::records::ConsumerGroupMemberMetadataKey>(),
        "ConsumerGroupMemberMetadataValue" => run.message::<wellhead_wire::records::ConsumerGroupMemberMetadataValue>(),
        "ConsumerGroupMetadataKey" => run.message::<wellhead_wire::records::ConsumerGroupMetadataKey>(),
        "ConsumerGroupMetadataValue" => run.message::<wellhead_wire::records::ConsumerGroupMetadataValue>(),
        "ConsumerGroupPartitionMetadataKey" => run.message::<wellhead_wire::records::ConsumerGroupPartitionMetadataKey>(),
        "ConsumerGroupPartitionMetadataValue" => run.message::<wellhead_wire::records::ConsumerGroupPartitionMetadataValue>(),
        "ConsumerGroupRegularExpressionKey" => run.message::<wellhead_wire::records::ConsumerGroupRegularExpressionKey>(),
        "ConsumerGroupRegularExpressionValue" => run.message::<wellhead_wire::records::ConsumerGroupRegularExpressionValue>(),
        "ConsumerGroupTargetAssignmentMemberKey" => run.message::<wellhead_wire::records::ConsumerGroupTargetAssignmentMemberKey>(),
        "ConsumerGroupTargetAssignmentMemberValue" => run.message::<wellhead_wire::records::ConsumerGroupTargetAssignmentMemberValue>(),
        "ConsumerGroupTargetAssignmentMetadataKey" => run.message::<wellhead_wire::records::ConsumerGroupTargetAssignmentMetadataKey>(),
        "ConsumerGroupTargetAssignmentMetadataValue" => run.message::<wellhead_wire::records::ConsumerGroupTargetAssignmentMetadataValue>(),
        "GroupMetadataKey" => run.message::<wellhead_wire::records::GroupMetadataKey>(),
        "GroupMetadataValue" => run.message::<wellhead_wire::records::GroupMetadataValue>(),
        "LegacyOffsetCommitKey" => run.message::<wellhead_wire::records::LegacyOffsetCommitKey>(),
        "LegacyOffsetCommitValue" => run.message::<wellhead_wire::records::LegacyOffsetCommitValue>(),
        "OffsetCommitKey" => run.message::<wellhead_wire::records::OffsetCommitKey>(),
        "OffsetCommitValue" => run.message::<wellhead_wire::records::OffsetCommitValue>(),
        "ShareGroupCurrentMemberAssignmentKey" => run.message::<wellhead_wire::records::ShareGroupCurrentMemberAssignmentKey>(),
        "ShareGroupCurrentMemberAssignmentValue" => run.message::<wellhead_wire::records::ShareGroupCurrentMemberAssignmentValue>(),
        "ShareGroupMemberMetadataKey" => run.message::<wellhead_wire::records::ShareGroupMemberMetadataKey>(),
        "ShareGroupMemberMetadataValue" => run.message::<wellhead_wire::records::ShareGroupMemberMetadataValue>(),
        "ShareGroupMetadataKey" => run.message::<wellhead_wire::records::ShareGroupMetadataKey>(),
        "ShareGroupMetadataValue" => run.message::<wellhead_wire::records::ShareGroupMetadataValue>(),
        "ShareGroupStatePartitionMetadataKey" => run.message::<wellhead_wire::records::ShareGroupStatePartitionMetadataKey>(),
        "ShareGroupStatePartitionMetadataValue" => run.message::<wellhead_wire::records::ShareGroupStatePartitionMetadataValue>(),
        "ShareGroupTargetAssignmentMemberKey" => run.message::<wellhead_wire::records::ShareGroupTargetAssignmentMemberKey>(),
        "ShareGroupTargetAssignmentMemberValue" => run.message::<wellhead_wire::records::ShareGroupTargetAssignmentMemberValue>(),
        "ShareGroupTargetAssignmentMetadataKey" => run.message::<wellhead_wire::records::ShareGroupTargetAssignmentMetadataKey>(),
        "ShareGroupTargetAssignmentMetadataValue" => run.message::<wellhead_wire::records::ShareGroupTargetAssignmentMetadataValue>(),
        "StreamsGroupCurrentMemberAssignmentKey" => run.message::<wellhead_wire::records::StreamsGroupCurrentMemberAssignmentKey>(),
        "StreamsGroupCurrentMemberAssignmentValue" => run.message::<wellhead_wire::records::StreamsGroupCurrentMemberAssignmentValue>(),
        "StreamsGroupMemberMetadataKey" => run.message::<wellhead_wire::records::StreamsGroupMemberMetadataKey>(),
        "StreamsGroupMemberMetadataValue" => run.message::<wellhead_wire::records::StreamsGroupMemberMetadataValue>(),
        "StreamsGroupMetadataKey" => run.message::<wellhead_wire::records::StreamsGroupMetadataKey>(),
        "StreamsGroupMetadataValue" => run.message::<wellhead_wire::records::StreamsGroupMetadataValue>(),
        "StreamsGroupTargetAssignmentMemberKey" => run.message::<wellhead_wire::records::StreamsGroupTargetAssignmentMemberKey>(),
        "StreamsGroupTargetAssignmentMemberValue" => run.message::<wellhead_wire::records::StreamsGroupTargetAssignmentMemberValue>(),
        "StreamsGroupTargetAssignmentMetadataKey" => run.message::<wellhead_wire::records::StreamsGroupTargetAssignmentMetadataKey>(),
        "StreamsGroupTargetAssignmentMetadataValue" => run.message::<wellhead_wire::records::StreamsGroupTargetAssignmentMetadataValue>(),
        "StreamsGroupTopologyKey" => run.message::<wellhead_wire::records::StreamsGroupTopologyKey>(),
        "StreamsGroupTopologyValue" => run.message::<wellhead_wire::records::StreamsGroupTopologyValue>(),
        "AbortTransactionRecord" => run.message::<wellhead_wire::records::AbortTransactionRecord>(),
        "AccessControlEntryRecord" => run.message::<wellhead_wire::records::AccessControlEntryRecord>(),
        "BeginTransactionRecord" => run.message::<wellhead_wire::records::BeginTransactionRecord>(),
        "BrokerRegistrationChangeRecord" => run.message::<wellhead_wire::records::BrokerRegistrationChangeRecord>(),
        "ClearElrRecord" => run.message::<wellhead_wire::records::ClearElrRecord>(),
        "ClientQuotaRecord" => run.message::<wellhead_wire::records::ClientQuotaRecord>(),
        "ConfigRecord" => run.message::<wellhead_wire::records::ConfigRecord>(),
        "DelegationTokenRecord" => run.message::<wellhead_wire::records::DelegationTokenRecord>(),
        "EndTransactionRecord" => run.message::<wellhead_wire::records::EndTransactionRecord>(),
        "FeatureLevelRecord" => run.message::<wellhead_wire::records::FeatureLevelRecord>(),
        "FenceBrokerRecord" => run.message::<wellhead_wire::records::FenceBrokerRecord>(),
        "NoOpRecord" => run.message::<wellhead_wire::records::NoOpRecord>(),
        "PartitionChangeRecord" => run.message::<wellhead_wire::records::PartitionChangeRecord>(),
        "PartitionRecord" => run.message::<wellhead_wire::records::PartitionRecord>(),
        "ProducerIdsRecord" => run.message::<wellhead_wire::records::ProducerIdsRecord>(),
        "RegisterBrokerRecord" => run.message::<wellhead_wire::records::RegisterBrokerRecord>(),
        "RegisterControllerRecord" => run.message::<wellhead_wire::records::RegisterControllerRecord>(),
        "RemoveAccessControlEntryRecord" => run.message::<wellhead_wire::records::RemoveAccessControlEntryRecord>(),
        "RemoveDelegationTokenRecord" => run.message::<wellhead_wire::records::RemoveDelegationTokenRecord>(),
        "RemoveTopicRecord" => run.message::<wellhead_wire::records::RemoveTopicRecord>(),
        "RemoveUserScramCredentialRecord" => run.message::<wellhead_wire::records::RemoveUserScramCredentialRecord>(),
        "TopicRecord" => run.message::<wellhead_wire::records::TopicRecord>(),
        "UnfenceBrokerRecord" => run.message::<wellhead_wire::records::UnfenceBrokerRecord>(),
        "UnregisterBrokerRecord" => run.message::<wellhead_wire::records::UnregisterBrokerRecord>(),
        "UserScramCredentialRecord" => run.message::<wellhead_wire::records::UserScramCredentialRecord>(),
        "ZkMigrationStateRecord" => run.message::<wellhead_wire::records::ZkMigrationStateRecord>(),
        "ShareSnapshotKey" => run.message::<wellhead_wire::records::ShareSnapshotKey>(),
        "ShareSnapshotValue" => run.message::<wellhead_wire::records::ShareSnapshotValue>(),
        "ShareUpdateKey" => run.message::<wellhead_wire::records::ShareUpdateKey>(),
        "ShareUpdateValue" => run.message::<wellhead_wire::records::ShareUpdateValue>(),
        "TransactionLogKey" => run.message::<wellhead_wire::records::TransactionLogKey>(),
        "TransactionLogValue" => run.message::<wellhead_wire::records::TransactionLogValue>(),
        _ => return false,
    }
    true
}

/// Every message.
pub const NAMES: &[&str] = &[
    "AddOffsetsToTxnRequest",
    "AddOffsetsToTxnResponse",
    "AddPartitionsToTxnRequest",
    "AddPartitionsToTxnResponse",
    "AddRaftVoterRequest",
    "AddRaftVoterResponse",
    "AllocateProducerIdsRequest",
    "AllocateProducerIdsResponse",
    "AlterClientQuotasRequest",
    "AlterClientQuotasResponse",
    "AlterConfigsRequest",
    "AlterConfigsResponse",
    "AlterPartitionReassignmentsRequest",
    "AlterPartitionReassignmentsResponse",
    "AlterPartitionRequest",
    "AlterPartitionResponse",
    "AlterReplicaLogDirsRequest",
    "AlterReplicaLogDirsResponse",
    "AlterShareGroupOffsetsRequest",
    "AlterShareGroupOffsetsResponse",
    "AlterUserScramCredentialsRequest",
    "AlterUserScramCredentialsResponse",
    "ApiVersionsRequest",
    "ApiVersionsResponse",
    "AssignReplicasToDirsRequest",
    "AssignReplicasToDirsResponse",
    "BeginQuorumEpochRequest",
    "BeginQuorumEpochResponse",
    "BrokerHeartbeatRequest",
    "BrokerHeartbeatResponse",
    "BrokerRegistrationRequest",
    "BrokerRegistrationResponse",
    "ConsumerGroupDescribeRequest",
    "ConsumerGroupDescribeResponse",
    "ConsumerGroupHeartbeatRequest",
    "ConsumerGroupHeartbeatResponse",
    "ConsumerProtocolAssignment",
    "ConsumerProtocolSubscription",
    "ControlRecordTypeSchema",
    "ControllerRegistrationRequest",
    "ControllerRegistrationResponse",
    "CreateAclsRequest",
    "CreateAclsResponse",
    "CreateDelegationTokenRequest",
    "CreateDelegationTokenResponse",
    "CreatePartitionsRequest",
    "CreatePartitionsResponse",
    "CreateTopicsRequest",
    "CreateTopicsResponse",
    "DefaultPrincipalData",
    "DeleteAclsRequest",
    "DeleteAclsResponse",
    "DeleteGroupsRequest",
    "DeleteGroupsResponse",
    "DeleteRecordsRequest",
    "DeleteRecordsResponse",
    "DeleteShareGroupOffsetsRequest",
    "DeleteShareGroupOffsetsResponse",
    "DeleteShareGroupStateRequest",
    "DeleteShareGroupStateResponse",
    "DeleteTopicsRequest",
    "DeleteTopicsResponse",
    "DescribeAclsRequest",
    "DescribeAclsResponse",
    "DescribeClientQuotasRequest",
    "DescribeClientQuotasResponse",
    "DescribeClusterRequest",
    "DescribeClusterResponse",
    "DescribeConfigsRequest",
    "DescribeConfigsResponse",
    "DescribeDelegationTokenRequest",
    "DescribeDelegationTokenResponse",
    "DescribeGroupsRequest",
    "DescribeGroupsResponse",
    "DescribeLogDirsRequest",
    "DescribeLogDirsResponse",
    "DescribeProducersRequest",
    "DescribeProducersResponse",
    "DescribeQuorumRequest",
    "DescribeQuorumResponse",
    "DescribeShareGroupOffsetsRequest",
    "DescribeShareGroupOffsetsResponse",
    "DescribeTopicPartitionsRequest",
    "DescribeTopicPartitionsResponse",
    "DescribeTransactionsRequest",
    "DescribeTransactionsResponse",
    "DescribeUserScramCredentialsRequest",
    "DescribeUserScramCredentialsResponse",
    "ElectLeadersRequest",
    "ElectLeadersResponse",
    "EndQuorumEpochRequest",
    "EndQuorumEpochResponse",
    "EndTxnMarker",
    "EndTxnRequest",
    "EndTxnResponse",
    "EnvelopeRequest",
    "EnvelopeResponse",
    "ExpireDelegationTokenRequest",
    "ExpireDelegationTokenResponse",
    "FetchRequest",
    "FetchResponse",
    "FetchSnapshotRequest",
    "FetchSnapshotResponse",
    "FindCoordinatorRequest",
    "FindCoordinatorResponse",
    "GetTelemetrySubscriptionsRequest",
    "GetTelemetrySubscriptionsResponse",
    "HeartbeatRequest",
    "HeartbeatResponse",
    "IncrementalAlterConfigsRequest",
    "IncrementalAlterConfigsResponse",
    "InitProducerIdRequest",
    "InitProducerIdResponse",
    "InitializeShareGroupStateRequest",
    "InitializeShareGroupStateResponse",
    "JoinGroupRequest",
    "JoinGroupResponse",
    "KRaftVersionRecord",
    "LeaderChangeMessage",
    "LeaveGroupRequest",
    "LeaveGroupResponse",
    "ListConfigResourcesRequest",
    "ListConfigResourcesResponse",
    "ListGroupsRequest",
    "ListGroupsResponse",
    "ListOffsetsRequest",
    "ListOffsetsResponse",
    "ListPartitionReassignmentsRequest",
    "ListPartitionReassignmentsResponse",
    "ListTransactionsRequest",
    "ListTransactionsResponse",
    "MetadataRequest",
    "MetadataResponse",
    "OffsetCommitRequest",
    "OffsetCommitResponse",
    "OffsetDeleteRequest",
    "OffsetDeleteResponse",
    "OffsetFetchRequest",
    "OffsetFetchResponse",
    "OffsetForLeaderEpochRequest",
    "OffsetForLeaderEpochResponse",
    "ProduceRequest",
    "ProduceResponse",
    "PushTelemetryRequest",
    "PushTelemetryResponse",
    "ReadShareGroupStateRequest",
    "ReadShareGroupStateResponse",
    "ReadShareGroupStateSummaryRequest",
    "ReadShareGroupStateSummaryResponse",
    "RemoveRaftVoterRequest",
    "RemoveRaftVoterResponse",
    "RenewDelegationTokenRequest",
    "RenewDelegationTokenResponse",
    "RequestHeader",
    "ResponseHeader",
    "SaslAuthenticateRequest",
    "SaslAuthenticateResponse",
    "SaslHandshakeRequest",
    "SaslHandshakeResponse",
    "ShareAcknowledgeRequest",
    "ShareAcknowledgeResponse",
    "ShareFetchRequest",
    "ShareFetchResponse",
    "ShareGroupDescribeRequest",
    "ShareGroupDescribeResponse",
    "ShareGroupHeartbeatRequest",
    "ShareGroupHeartbeatResponse",
    "SnapshotFooterRecord",
    "SnapshotHeaderRecord",
    "StreamsGroupDescribeRequest",
    "StreamsGroupDescribeResponse",
    "StreamsGroupHeartbeatRequest",
    "StreamsGroupHeartbeatResponse",
    "SyncGroupRequest",
    "SyncGroupResponse",
    "TxnOffsetCommitRequest",
    "TxnOffsetCommitResponse",
    "UnregisterBrokerRequest",
    "UnregisterBrokerResponse",
    "UpdateFeaturesRequest",
    "UpdateFeaturesResponse",
    "UpdateRaftVoterRequest",
    "UpdateRaftVoterResponse",
    "VoteRequest",
    "VoteResponse",
    "VotersRecord",
    "WriteShareGroupStateRequest",
    "WriteShareGroupStateResponse",
    "WriteTxnMarkersRequest",
    "WriteTxnMarkersResponse",
    "ConsumerGroupCurrentMemberAssignmentKey",
    "ConsumerGroupCurrentMemberAssignmentValue",
    "ConsumerGroupMemberMetadataKey",
    "ConsumerGroupMemberMetadataValue",
    "ConsumerGroupMetadataKey",
    "ConsumerGroupMetadataValue",
    "ConsumerGroupPartitionMetadataKey",
    "ConsumerGroupPartitionMetadataValue",
    "ConsumerGroupRegularExpressionKey",
    "ConsumerGroupRegularExpressionValue",
    "ConsumerGroupTargetAssignmentMemberKey",
    "ConsumerGroupTargetAssignmentMemberValue",
    "ConsumerGroupTargetAssignmentMetadataKey",
    "ConsumerGroupTargetAssignmentMetadataValue",
    "GroupMetadataKey",
    "GroupMetadataValue",
    "LegacyOffsetCommitKey",
    "LegacyOffsetCommitValue",
    "OffsetCommitKey",
    "OffsetCommitValue",
    "ShareGroupCurrentMemberAssignmentKey",
    "ShareGroupCurrentMemberAssignmentValue",
    "ShareGroupMemberMetadataKey",
    "ShareGroupMemberMetadataValue",
    "ShareGroupMetadataKey",
    "ShareGroupMetadataValue",
    "ShareGroupStatePartitionMetadataKey",
    "ShareGroupStatePartitionMetadataValue",
    "ShareGroupTargetAssignmentMemberKey",
    "ShareGroupTargetAssignmentMemberValue",
    "ShareGroupTargetAssignmentMetadataKey",
    "ShareGroupTargetAssignmentMetadataValue",
    "StreamsGroupCurrentMemberAssignmentKey",
    "StreamsGroupCurrentMemberAssignmentValue",
    "StreamsGroupMemberMetadataKey",
    "StreamsGroupMemberMetadataValue",
    "StreamsGroupMetadataKey",
    "StreamsGroupMetadataValue",
    "StreamsGroupTargetAssignmentMemberKey",
    "StreamsGroupTargetAssignmentMemberValue",
    "StreamsGroupTargetAssignmentMetadataKey",
    "StreamsGroupTargetAssignmentMetadataValue",
    "StreamsGroupTopologyKey",
    "StreamsGroupTopologyValue",
    "AbortTransactionRecord",
    "AccessControlEntryRecord",
    "BeginTransactionRecord",
    "BrokerRegistrationChangeRecord",
    "ClearElrRecord",
    "ClientQuotaRecord",
    "ConfigRecord",
    "DelegationTokenRecord",
    "EndTransactionRecord",
    "FeatureLevelRecord",
    "FenceBrokerRecord",
    "NoOpRecord",
    "PartitionChangeRecord",
    "PartitionRecord",
    "ProducerIdsRecord",
    "RegisterBrokerRecord",
    "RegisterControllerRecord",
    "RemoveAccessControlEntryRecord",
    "RemoveDelegationTokenRecord",
    "RemoveTopicRecord",
    "RemoveUserScramCredentialRecord",
    "TopicRecord",
    "UnfenceBrokerRecord",
    "UnregisterBrokerRecord",
    "UserScramCredentialRecord",
    "ZkMigrationStateRecord",
    "ShareSnapshotKey",
    "ShareSnapshotValue",
    "ShareUpdateKey",
    "ShareUpdateValue",
    "TransactionLogKey",
    "TransactionLogValue",
];
