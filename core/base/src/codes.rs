//! Every error code there is: Kafka's (0 and up, -1) and, below -100, librdkafka's for what happens on the client's side.
//! One table serves the wire, Rust, C, Go and Python: names are Kafka's and librdkafka's without the leading underscore.

use std::fmt;

/// An error code. 0 is success.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Code(pub i16);

macro_rules! codes {
    ($($value:literal $name:ident $retriable:literal $text:literal;)*) => {
        impl Code {
            $(#[doc = $text] pub const $name: Code = Code($value);)*
            /// Every code: value, name as confluent-kafka spells it, description, whether a retry may help.
            pub const ALL: &'static [(i16, &'static str, &'static str, bool)] = &[
                $(($value, stringify!($name), $text, $retriable),)*
            ];
        }
    };
}

impl Code {
    fn row(self) -> Option<&'static (i16, &'static str, &'static str, bool)> {
        Self::ALL.binary_search_by_key(&self.0, |r| r.0).ok().map(|i| &Self::ALL[i])
    }
    pub fn is_ok(self) -> bool {
        self.0 == 0
    }
    /// `OFFSET_OUT_OF_RANGE`; for a local code librdkafka's name without its leading underscore.
    pub fn bare_name(self) -> &'static str {
        self.row().map_or("UNKNOWN_CODE", |r| r.1)
    }
    /// The name as confluent-kafka's Python spells it: local codes begin with an underscore.
    pub fn name(self) -> String {
        if self.is_local() { format!("_{}", self.bare_name()) } else { self.bare_name().to_owned() }
    }
    pub fn description(self) -> &'static str {
        self.row().map_or("Unknown error code", |r| r.2)
    }
    /// The same request may succeed later, perhaps after a metadata refresh.
    pub fn retriable(self) -> bool {
        self.row().is_some_and(|r| r.3)
    }
    /// Made on this side of the wire; never sent.
    pub fn is_local(self) -> bool {
        self.0 < -100
    }
    pub fn get(self) -> i16 {
        self.0
    }
}
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.name(), self.0)
    }
}
impl From<i16> for Code {
    fn from(v: i16) -> Self {
        Self(v)
    }
}
impl From<Code> for i16 {
    fn from(c: Code) -> i16 {
        c.0
    }
}

codes! {
    -199 BAD_MSG false "Local: Bad message format";
    -198 BAD_COMPRESSION false "Local: Invalid compressed data";
    -197 DESTROY true "Local: Broker handle destroyed for termination";
    -196 FAIL false "Local: Communication failure with broker";
    -195 TRANSPORT true "Local: Broker transport failure";
    -194 CRIT_SYS_RESOURCE false "Local: Critical system resource failure";
    -193 RESOLVE false "Local: Host resolution failure";
    -192 MSG_TIMED_OUT false "Local: Message timed out";
    -191 PARTITION_EOF false "Broker: No more messages";
    -190 UNKNOWN_PARTITION false "Local: Unknown partition";
    -189 FS false "Local: File or filesystem error";
    -188 UNKNOWN_TOPIC false "Local: Unknown topic";
    -187 ALL_BROKERS_DOWN true "Local: All broker connections are down";
    -186 INVALID_ARG false "Local: Invalid argument or configuration";
    -185 TIMED_OUT true "Local: Timed out";
    -184 QUEUE_FULL false "Local: Queue full";
    -183 ISR_INSUFF false "Local: ISR count insufficient";
    -182 NODE_UPDATE false "Local: Broker node update";
    -181 SSL false "Local: SSL error";
    -180 WAIT_COORD true "Local: Waiting for coordinator";
    -179 UNKNOWN_GROUP false "Local: Unknown group";
    -178 IN_PROGRESS false "Local: Operation in progress";
    -177 PREV_IN_PROGRESS false "Local: Previous operation in progress";
    -176 EXISTING_SUBSCRIPTION false "Local: Existing subscription";
    -175 ASSIGN_PARTITIONS false "Local: Assign partitions";
    -174 REVOKE_PARTITIONS false "Local: Revoke partitions";
    -173 CONFLICT false "Local: Conflicting use";
    -172 STATE false "Local: Erroneous state";
    -171 UNKNOWN_PROTOCOL false "Local: Unknown protocol";
    -170 NOT_IMPLEMENTED false "Local: Not implemented";
    -169 AUTHENTICATION false "Local: Authentication failure";
    -168 NO_OFFSET false "Local: No offset stored";
    -167 OUTDATED false "Local: Outdated";
    -166 TIMED_OUT_QUEUE true "Local: Timed out in queue";
    -165 UNSUPPORTED_FEATURE false "Local: Required feature not supported by broker";
    -164 WAIT_CACHE false "Local: Awaiting cache update";
    -163 INTR true "Local: Operation interrupted";
    -162 KEY_SERIALIZATION false "Local: Key serialization error";
    -161 VALUE_SERIALIZATION false "Local: Value serialization error";
    -160 KEY_DESERIALIZATION false "Local: Key deserialization error";
    -159 VALUE_DESERIALIZATION false "Local: Value deserialization error";
    -158 PARTIAL false "Local: Partial response";
    -157 READ_ONLY false "Local: Read-only object";
    -156 NOENT false "Local: No such entry";
    -155 UNDERFLOW false "Local: Read underflow";
    -154 INVALID_TYPE false "Local: Invalid type";
    -153 RETRY true "Local: Retry operation";
    -152 PURGE_QUEUE false "Local: Purged in queue";
    -151 PURGE_INFLIGHT false "Local: Purged in flight";
    -150 FATAL false "Local: Fatal error";
    -149 INCONSISTENT false "Local: Inconsistent state";
    -148 GAPLESS_GUARANTEE false "Local: Gap-less ordering can no longer be kept";
    -147 MAX_POLL_EXCEEDED false "Local: Application did not poll within max.poll.interval.ms";
    -146 UNKNOWN_BROKER false "Local: Unknown broker";
    -145 NOT_CONFIGURED false "Local: Functionality not configured";
    -144 FENCED false "Local: This instance has been fenced by a newer instance";
    -143 APPLICATION false "Local: Application generated error";
    -142 ASSIGNMENT_LOST false "Local: Group partition assignment lost";
    -141 NOOP false "Local: No operation performed";
    -140 AUTO_OFFSET_RESET false "Local: No offset to automatically reset to";
    -139 LOG_TRUNCATION false "Local: Partition log truncation detected";
    -138 INVALID_DIFFERENT_RECORD false "Local: Another record of the batch is invalid";
    -137 DESTROY_BROKER false "Local: Broker handle destroyed without termination";
    -1 UNKNOWN false "Unknown broker error";
    0 NO_ERROR false "Success";
    1 OFFSET_OUT_OF_RANGE false "Broker: Offset out of range";
    2 INVALID_MSG true "Broker: Invalid message";
    3 UNKNOWN_TOPIC_OR_PART true "Broker: Unknown topic or partition";
    4 INVALID_MSG_SIZE false "Broker: Invalid message size";
    5 LEADER_NOT_AVAILABLE true "Broker: Leader not available";
    6 NOT_LEADER_FOR_PARTITION true "Broker: Not leader for partition";
    7 REQUEST_TIMED_OUT true "Broker: Request timed out";
    8 BROKER_NOT_AVAILABLE true "Broker: Broker not available";
    9 REPLICA_NOT_AVAILABLE true "Broker: Replica not available";
    10 MSG_SIZE_TOO_LARGE false "Broker: Message size too large";
    11 STALE_CTRL_EPOCH false "Broker: StaleControllerEpochCode";
    12 OFFSET_METADATA_TOO_LARGE false "Broker: Offset metadata string too large";
    13 NETWORK_EXCEPTION true "Broker: Disconnected before the response";
    14 COORDINATOR_LOAD_IN_PROGRESS true "Broker: Coordinator load in progress";
    15 COORDINATOR_NOT_AVAILABLE true "Broker: Coordinator not available";
    16 NOT_COORDINATOR true "Broker: Not coordinator";
    17 TOPIC_EXCEPTION false "Broker: Invalid topic";
    18 RECORD_LIST_TOO_LARGE false "Broker: Batch is larger than a segment";
    19 NOT_ENOUGH_REPLICAS true "Broker: Not enough in-sync replicas";
    20 NOT_ENOUGH_REPLICAS_AFTER_APPEND true "Broker: Written to too few in-sync replicas";
    21 INVALID_REQUIRED_ACKS false "Broker: Invalid required acks value";
    22 ILLEGAL_GENERATION false "Broker: Specified group generation id is not valid";
    23 INCONSISTENT_GROUP_PROTOCOL false "Broker: Inconsistent group protocol";
    24 INVALID_GROUP_ID false "Broker: Invalid group.id";
    25 UNKNOWN_MEMBER_ID false "Broker: Unknown member";
    26 INVALID_SESSION_TIMEOUT false "Broker: Invalid session timeout";
    27 REBALANCE_IN_PROGRESS false "Broker: Group rebalance in progress";
    28 INVALID_COMMIT_OFFSET_SIZE false "Broker: Commit offset data size is not valid";
    29 TOPIC_AUTHORIZATION_FAILED false "Broker: Topic authorization failed";
    30 GROUP_AUTHORIZATION_FAILED false "Broker: Group authorization failed";
    31 CLUSTER_AUTHORIZATION_FAILED false "Broker: Cluster authorization failed";
    32 INVALID_TIMESTAMP false "Broker: Invalid timestamp";
    33 UNSUPPORTED_SASL_MECHANISM false "Broker: Unsupported SASL mechanism";
    34 ILLEGAL_SASL_STATE false "Broker: Request not valid in current SASL state";
    35 UNSUPPORTED_VERSION false "Broker: API version not supported";
    36 TOPIC_ALREADY_EXISTS false "Broker: Topic already exists";
    37 INVALID_PARTITIONS false "Broker: Invalid number of partitions";
    38 INVALID_REPLICATION_FACTOR false "Broker: Invalid replication factor";
    39 INVALID_REPLICA_ASSIGNMENT false "Broker: Invalid replica assignment";
    40 INVALID_CONFIG false "Broker: Configuration is invalid";
    41 NOT_CONTROLLER true "Broker: Not controller for cluster";
    42 INVALID_REQUEST false "Broker: Invalid request";
    43 UNSUPPORTED_FOR_MESSAGE_FORMAT false "Broker: Message format does not support the request";
    44 POLICY_VIOLATION false "Broker: Policy violation";
    45 OUT_OF_ORDER_SEQUENCE_NUMBER false "Broker: Out of order sequence number";
    46 DUPLICATE_SEQUENCE_NUMBER false "Broker: Duplicate sequence number";
    47 INVALID_PRODUCER_EPOCH false "Broker: Producer epoch is old";
    48 INVALID_TXN_STATE false "Broker: Transaction state does not allow this";
    49 INVALID_PRODUCER_ID_MAPPING false "Broker: Producer id is not assigned to this transactional id";
    50 INVALID_TRANSACTION_TIMEOUT false "Broker: Transaction timeout is larger than transaction.max.timeout.ms";
    51 CONCURRENT_TRANSACTIONS true "Broker: Another operation on this transaction is under way";
    52 TRANSACTION_COORDINATOR_FENCED false "Broker: Transaction coordinator is fenced";
    53 TRANSACTIONAL_ID_AUTHORIZATION_FAILED false "Broker: Transactional Id authorization failed";
    54 SECURITY_DISABLED false "Broker: Security features are disabled";
    55 OPERATION_NOT_ATTEMPTED false "Broker: Operation not attempted";
    56 KAFKA_STORAGE_ERROR true "Broker: Disk error in the log directory";
    57 LOG_DIR_NOT_FOUND false "Broker: Log directory not found";
    58 SASL_AUTHENTICATION_FAILED false "Broker: SASL Authentication failed";
    59 UNKNOWN_PRODUCER_ID false "Broker: Unknown Producer Id";
    60 REASSIGNMENT_IN_PROGRESS true "Broker: Partition reassignment is in progress";
    61 DELEGATION_TOKEN_AUTH_DISABLED false "Broker: Delegation Token feature is not enabled";
    62 DELEGATION_TOKEN_NOT_FOUND false "Broker: Delegation Token is not found on server";
    63 DELEGATION_TOKEN_OWNER_MISMATCH false "Broker: Specified Principal is not valid Owner/Renewer";
    64 DELEGATION_TOKEN_REQUEST_NOT_ALLOWED false "Broker: Delegation tokens are not allowed on this connection";
    65 DELEGATION_TOKEN_AUTHORIZATION_FAILED false "Broker: Delegation Token authorization failed";
    66 DELEGATION_TOKEN_EXPIRED false "Broker: Delegation Token is expired";
    67 INVALID_PRINCIPAL_TYPE false "Broker: Supplied principalType is not supported";
    68 NON_EMPTY_GROUP false "Broker: The group is not empty";
    69 GROUP_ID_NOT_FOUND false "Broker: The group id does not exist";
    70 FETCH_SESSION_ID_NOT_FOUND true "Broker: The fetch session ID was not found";
    71 INVALID_FETCH_SESSION_EPOCH true "Broker: The fetch session epoch is invalid";
    72 LISTENER_NOT_FOUND true "Broker: No matching listener";
    73 TOPIC_DELETION_DISABLED false "Broker: Topic deletion is disabled";
    74 FENCED_LEADER_EPOCH true "Broker: Leader epoch is older than broker epoch";
    75 UNKNOWN_LEADER_EPOCH true "Broker: Leader epoch is newer than broker epoch";
    76 UNSUPPORTED_COMPRESSION_TYPE false "Broker: Unsupported compression type";
    77 STALE_BROKER_EPOCH false "Broker: Broker epoch has changed";
    78 OFFSET_NOT_AVAILABLE true "Broker: Leader high watermark is not caught up";
    79 MEMBER_ID_REQUIRED false "Broker: Group member needs a valid member ID";
    80 PREFERRED_LEADER_NOT_AVAILABLE false "Broker: Preferred leader was not available";
    81 GROUP_MAX_SIZE_REACHED false "Broker: Consumer group has reached maximum size";
    82 FENCED_INSTANCE_ID false "Broker: Static member is fenced";
    83 ELIGIBLE_LEADERS_NOT_AVAILABLE true "Broker: Eligible partition leaders are not available";
    84 ELECTION_NOT_NEEDED false "Broker: Election not needed";
    85 NO_REASSIGNMENT_IN_PROGRESS false "Broker: No reassignment in progress";
    86 GROUP_SUBSCRIBED_TO_TOPIC false "Broker: Group is subscribed to the topic";
    87 INVALID_RECORD false "Broker: Broker failed to validate record";
    88 UNSTABLE_OFFSET_COMMIT true "Broker: Unstable offsets are pending";
    89 THROTTLING_QUOTA_EXCEEDED true "Broker: Throttling quota has been exceeded";
    90 PRODUCER_FENCED false "Broker: Producer is fenced by a newer one";
    91 RESOURCE_NOT_FOUND false "Broker: Resource not found";
    92 DUPLICATE_RESOURCE false "Broker: Resource named twice";
    93 UNACCEPTABLE_CREDENTIAL false "Broker: Credential is not acceptable";
    94 INCONSISTENT_VOTER_SET false "Broker: Voter set is inconsistent";
    95 INVALID_UPDATE_VERSION false "Broker: Invalid update version";
    96 FEATURE_UPDATE_FAILED false "Broker: Feature update failed";
    97 PRINCIPAL_DESERIALIZATION_FAILURE false "Broker: Principal could not be read";
    98 SNAPSHOT_NOT_FOUND false "Broker: Snapshot not found";
    99 POSITION_OUT_OF_RANGE false "Broker: Position out of range";
    100 UNKNOWN_TOPIC_ID true "Broker: Unknown topic id";
    101 DUPLICATE_BROKER_REGISTRATION false "Broker: Duplicate broker registration";
    102 BROKER_ID_NOT_REGISTERED false "Broker: Broker id not registered";
    103 INCONSISTENT_TOPIC_ID true "Broker: Topic id differs";
    104 INCONSISTENT_CLUSTER_ID false "Broker: Cluster id differs";
    105 TRANSACTIONAL_ID_NOT_FOUND false "Broker: Transactional id not found";
    106 FETCH_SESSION_TOPIC_ID_ERROR true "Broker: Fetch session holds inconsistent topic ids";
    107 INELIGIBLE_REPLICA false "Broker: Replica may not join the ISR";
    108 NEW_LEADER_ELECTED true "Broker: A new leader was elected";
    109 OFFSET_MOVED_TO_TIERED_STORAGE true "Broker: Offset moved to tiered storage";
    110 FENCED_MEMBER_EPOCH false "Broker: Member epoch is fenced";
    111 UNRELEASED_INSTANCE_ID false "Broker: Instance id is still in use";
    112 UNSUPPORTED_ASSIGNOR false "Broker: Assignor is not supported";
    113 STALE_MEMBER_EPOCH false "Broker: The member epoch is stale";
    114 MISMATCHED_ENDPOINT_TYPE false "Broker: The request was sent to an endpoint of the wrong type";
    115 UNSUPPORTED_ENDPOINT_TYPE false "Broker: This endpoint type is not supported yet";
    116 UNKNOWN_CONTROLLER_ID false "Broker: This controller ID is not known";
    117 UNKNOWN_SUBSCRIPTION_ID false "Broker: Telemetry subscription is unknown";
    118 TELEMETRY_TOO_LARGE false "Broker: Telemetry is too large";
    119 INVALID_REGISTRATION false "Broker: Broker registration is invalid";
    120 TRANSACTION_ABORTABLE false "Broker: Transaction must be aborted";
    121 INVALID_RECORD_STATE false "Broker: The record state is invalid";
    122 SHARE_SESSION_NOT_FOUND false "Broker: The share session was not found";
    123 INVALID_SHARE_SESSION_EPOCH false "Broker: The share session epoch is invalid";
    124 FENCED_STATE_EPOCH false "Broker: The share-group state epoch did not match";
    125 INVALID_VOTER_KEY false "Broker: Voter key differs";
    126 DUPLICATE_VOTER false "Broker: Voter is there already";
    127 VOTER_NOT_FOUND false "Broker: Voter not found";
    128 INVALID_REGULAR_EXPRESSION false "Broker: The regular expression is not valid";
    129 REBOOTSTRAP_REQUIRED false "Broker: Metadata is stale, bootstrap again";
    130 STREAMS_INVALID_TOPOLOGY false "Broker: The supplied topology is invalid";
    131 STREAMS_INVALID_TOPOLOGY_EPOCH false "Broker: The supplied topology epoch is invalid";
    132 STREAMS_TOPOLOGY_FENCED false "Broker: The supplied topology epoch is outdated";
    133 SHARE_SESSION_LIMIT_REACHED false "Broker: The limit of share sessions has been reached";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_sorted_so_that_the_search_finds_every_row() {
        assert!(Code::ALL.windows(2).all(|w| w[0].0 < w[1].0));
        for r in Code::ALL {
            assert_eq!(Code(r.0).bare_name(), r.1);
        }
    }

    #[test]
    fn names_are_those_of_the_clients() {
        assert_eq!(Code::INVALID_ARG.name(), "_INVALID_ARG");
        assert_eq!(Code(3).name(), "UNKNOWN_TOPIC_OR_PART");
        assert_eq!(Code(9999).description(), "Unknown error code");
    }
}
