"""The border to the engine. Use the classes of `wellhead`."""

import os
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union, final

from typing_extensions import disjoint_base

_HeadersType = Union[Dict[str, Union[str, bytes, None]], Sequence[Tuple[str, Union[str, bytes, None]]]]
_DeliveryCallback = Callable[[Optional["KafkaError"], "Message"], Any]
_RebalanceCallback = Callable[[Any, List["TopicPartition"]], Any]
_Pairs = List[Tuple[str, str]]

__all__ = [
    "_Admin",
    "Batch",
    "_Broker",
    "_command",
    "_Consumer",
    "Message",
    "_Producer",
    "TopicPartition",
    "_ending",
    "_forked",
    "__version__",
    "KafkaError",
    "KafkaException",
]

__version__: str

@disjoint_base
class KafkaError:
    _BAD_MSG: int
    _BAD_COMPRESSION: int
    _DESTROY: int
    _FAIL: int
    _TRANSPORT: int
    _CRIT_SYS_RESOURCE: int
    _RESOLVE: int
    _MSG_TIMED_OUT: int
    _PARTITION_EOF: int
    _UNKNOWN_PARTITION: int
    _FS: int
    _UNKNOWN_TOPIC: int
    _ALL_BROKERS_DOWN: int
    _INVALID_ARG: int
    _TIMED_OUT: int
    _QUEUE_FULL: int
    _ISR_INSUFF: int
    _NODE_UPDATE: int
    _SSL: int
    _WAIT_COORD: int
    _UNKNOWN_GROUP: int
    _IN_PROGRESS: int
    _PREV_IN_PROGRESS: int
    _EXISTING_SUBSCRIPTION: int
    _ASSIGN_PARTITIONS: int
    _REVOKE_PARTITIONS: int
    _CONFLICT: int
    _STATE: int
    _UNKNOWN_PROTOCOL: int
    _NOT_IMPLEMENTED: int
    _AUTHENTICATION: int
    _NO_OFFSET: int
    _OUTDATED: int
    _TIMED_OUT_QUEUE: int
    _UNSUPPORTED_FEATURE: int
    _WAIT_CACHE: int
    _INTR: int
    _KEY_SERIALIZATION: int
    _VALUE_SERIALIZATION: int
    _KEY_DESERIALIZATION: int
    _VALUE_DESERIALIZATION: int
    _PARTIAL: int
    _READ_ONLY: int
    _NOENT: int
    _UNDERFLOW: int
    _INVALID_TYPE: int
    _RETRY: int
    _PURGE_QUEUE: int
    _PURGE_INFLIGHT: int
    _FATAL: int
    _INCONSISTENT: int
    _GAPLESS_GUARANTEE: int
    _MAX_POLL_EXCEEDED: int
    _UNKNOWN_BROKER: int
    _NOT_CONFIGURED: int
    _FENCED: int
    _APPLICATION: int
    _ASSIGNMENT_LOST: int
    _NOOP: int
    _AUTO_OFFSET_RESET: int
    _LOG_TRUNCATION: int
    _INVALID_DIFFERENT_RECORD: int
    _DESTROY_BROKER: int
    UNKNOWN: int
    NO_ERROR: int
    OFFSET_OUT_OF_RANGE: int
    INVALID_MSG: int
    UNKNOWN_TOPIC_OR_PART: int
    INVALID_MSG_SIZE: int
    LEADER_NOT_AVAILABLE: int
    NOT_LEADER_FOR_PARTITION: int
    REQUEST_TIMED_OUT: int
    BROKER_NOT_AVAILABLE: int
    REPLICA_NOT_AVAILABLE: int
    MSG_SIZE_TOO_LARGE: int
    STALE_CTRL_EPOCH: int
    OFFSET_METADATA_TOO_LARGE: int
    NETWORK_EXCEPTION: int
    COORDINATOR_LOAD_IN_PROGRESS: int
    COORDINATOR_NOT_AVAILABLE: int
    NOT_COORDINATOR: int
    TOPIC_EXCEPTION: int
    RECORD_LIST_TOO_LARGE: int
    NOT_ENOUGH_REPLICAS: int
    NOT_ENOUGH_REPLICAS_AFTER_APPEND: int
    INVALID_REQUIRED_ACKS: int
    ILLEGAL_GENERATION: int
    INCONSISTENT_GROUP_PROTOCOL: int
    INVALID_GROUP_ID: int
    UNKNOWN_MEMBER_ID: int
    INVALID_SESSION_TIMEOUT: int
    REBALANCE_IN_PROGRESS: int
    INVALID_COMMIT_OFFSET_SIZE: int
    TOPIC_AUTHORIZATION_FAILED: int
    GROUP_AUTHORIZATION_FAILED: int
    CLUSTER_AUTHORIZATION_FAILED: int
    INVALID_TIMESTAMP: int
    UNSUPPORTED_SASL_MECHANISM: int
    ILLEGAL_SASL_STATE: int
    UNSUPPORTED_VERSION: int
    TOPIC_ALREADY_EXISTS: int
    INVALID_PARTITIONS: int
    INVALID_REPLICATION_FACTOR: int
    INVALID_REPLICA_ASSIGNMENT: int
    INVALID_CONFIG: int
    NOT_CONTROLLER: int
    INVALID_REQUEST: int
    UNSUPPORTED_FOR_MESSAGE_FORMAT: int
    POLICY_VIOLATION: int
    OUT_OF_ORDER_SEQUENCE_NUMBER: int
    DUPLICATE_SEQUENCE_NUMBER: int
    INVALID_PRODUCER_EPOCH: int
    INVALID_TXN_STATE: int
    INVALID_PRODUCER_ID_MAPPING: int
    INVALID_TRANSACTION_TIMEOUT: int
    CONCURRENT_TRANSACTIONS: int
    TRANSACTION_COORDINATOR_FENCED: int
    TRANSACTIONAL_ID_AUTHORIZATION_FAILED: int
    SECURITY_DISABLED: int
    OPERATION_NOT_ATTEMPTED: int
    KAFKA_STORAGE_ERROR: int
    LOG_DIR_NOT_FOUND: int
    SASL_AUTHENTICATION_FAILED: int
    UNKNOWN_PRODUCER_ID: int
    REASSIGNMENT_IN_PROGRESS: int
    DELEGATION_TOKEN_AUTH_DISABLED: int
    DELEGATION_TOKEN_NOT_FOUND: int
    DELEGATION_TOKEN_OWNER_MISMATCH: int
    DELEGATION_TOKEN_REQUEST_NOT_ALLOWED: int
    DELEGATION_TOKEN_AUTHORIZATION_FAILED: int
    DELEGATION_TOKEN_EXPIRED: int
    INVALID_PRINCIPAL_TYPE: int
    NON_EMPTY_GROUP: int
    GROUP_ID_NOT_FOUND: int
    FETCH_SESSION_ID_NOT_FOUND: int
    INVALID_FETCH_SESSION_EPOCH: int
    LISTENER_NOT_FOUND: int
    TOPIC_DELETION_DISABLED: int
    FENCED_LEADER_EPOCH: int
    UNKNOWN_LEADER_EPOCH: int
    UNSUPPORTED_COMPRESSION_TYPE: int
    STALE_BROKER_EPOCH: int
    OFFSET_NOT_AVAILABLE: int
    MEMBER_ID_REQUIRED: int
    PREFERRED_LEADER_NOT_AVAILABLE: int
    GROUP_MAX_SIZE_REACHED: int
    FENCED_INSTANCE_ID: int
    ELIGIBLE_LEADERS_NOT_AVAILABLE: int
    ELECTION_NOT_NEEDED: int
    NO_REASSIGNMENT_IN_PROGRESS: int
    GROUP_SUBSCRIBED_TO_TOPIC: int
    INVALID_RECORD: int
    UNSTABLE_OFFSET_COMMIT: int
    THROTTLING_QUOTA_EXCEEDED: int
    PRODUCER_FENCED: int
    RESOURCE_NOT_FOUND: int
    DUPLICATE_RESOURCE: int
    UNACCEPTABLE_CREDENTIAL: int
    INCONSISTENT_VOTER_SET: int
    INVALID_UPDATE_VERSION: int
    FEATURE_UPDATE_FAILED: int
    PRINCIPAL_DESERIALIZATION_FAILURE: int
    SNAPSHOT_NOT_FOUND: int
    POSITION_OUT_OF_RANGE: int
    UNKNOWN_TOPIC_ID: int
    DUPLICATE_BROKER_REGISTRATION: int
    BROKER_ID_NOT_REGISTERED: int
    INCONSISTENT_TOPIC_ID: int
    INCONSISTENT_CLUSTER_ID: int
    TRANSACTIONAL_ID_NOT_FOUND: int
    FETCH_SESSION_TOPIC_ID_ERROR: int
    INELIGIBLE_REPLICA: int
    NEW_LEADER_ELECTED: int
    OFFSET_MOVED_TO_TIERED_STORAGE: int
    FENCED_MEMBER_EPOCH: int
    UNRELEASED_INSTANCE_ID: int
    UNSUPPORTED_ASSIGNOR: int
    STALE_MEMBER_EPOCH: int
    MISMATCHED_ENDPOINT_TYPE: int
    UNSUPPORTED_ENDPOINT_TYPE: int
    UNKNOWN_CONTROLLER_ID: int
    UNKNOWN_SUBSCRIPTION_ID: int
    TELEMETRY_TOO_LARGE: int
    INVALID_REGISTRATION: int
    TRANSACTION_ABORTABLE: int
    INVALID_RECORD_STATE: int
    SHARE_SESSION_NOT_FOUND: int
    INVALID_SHARE_SESSION_EPOCH: int
    FENCED_STATE_EPOCH: int
    INVALID_VOTER_KEY: int
    DUPLICATE_VOTER: int
    VOTER_NOT_FOUND: int
    INVALID_REGULAR_EXPRESSION: int
    REBOOTSTRAP_REQUIRED: int
    STREAMS_INVALID_TOPOLOGY: int
    STREAMS_INVALID_TOPOLOGY_EPOCH: int
    STREAMS_TOPOLOGY_FENCED: int
    SHARE_SESSION_LIMIT_REACHED: int
    def __new__(
        cls, error: int, reason: Optional[str] = None, fatal: bool = False, retriable: bool = False, txn_requires_abort: bool = False
    ) -> KafkaError: ...
    def code(self) -> int: ...
    def name(self) -> str: ...
    def str(self) -> str: ...
    def fatal(self) -> bool: ...
    def retriable(self) -> bool: ...
    def txn_requires_abort(self) -> bool: ...
    def __bool__(self) -> bool: ...
    def __hash__(self) -> int: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __lt__(self, value: Union[KafkaError, int], /) -> bool: ...
    def __le__(self, value: Union[KafkaError, int], /) -> bool: ...
    def __gt__(self, value: Union[KafkaError, int], /) -> bool: ...
    def __ge__(self, value: Union[KafkaError, int], /) -> bool: ...

class KafkaException(Exception): ...

@disjoint_base
class TopicPartition:
    topic: str
    partition: int
    offset: int
    metadata: Optional[str]
    leader_epoch: Optional[int]
    error: Optional[KafkaError]
    def __new__(
        cls, topic: str, partition: int = -1, offset: int = -1001, metadata: Optional[str] = None, leader_epoch: Optional[int] = None
    ) -> TopicPartition: ...
    def __hash__(self) -> int: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __lt__(self, value: TopicPartition, /) -> bool: ...
    def __le__(self, value: TopicPartition, /) -> bool: ...
    def __gt__(self, value: TopicPartition, /) -> bool: ...
    def __ge__(self, value: TopicPartition, /) -> bool: ...

@disjoint_base
class Message:
    def __new__(
        cls,
        topic: Optional[str] = None,
        partition: Optional[int] = None,
        offset: Optional[int] = None,
        key: Any = None,
        value: Any = None,
        headers: Optional[_HeadersType] = None,
        error: Optional[KafkaError] = None,
        timestamp: Optional[Tuple[int, int]] = None,
        latency: Optional[float] = None,
        leader_epoch: Optional[int] = None,
        delivery_count: Optional[int] = None,
    ) -> Message: ...
    def topic(self) -> Optional[str]: ...
    def partition(self) -> Optional[int]: ...
    def offset(self) -> Optional[int]: ...
    def key(self) -> Any: ...
    def value(self) -> Any: ...
    def deserialized_key(self) -> Any: ...
    def deserialized_value(self) -> Any: ...
    def headers(self) -> Optional[List[Tuple[str, Optional[bytes]]]]: ...
    def error(self) -> Optional[KafkaError]: ...
    def timestamp(self) -> Tuple[int, int]: ...
    def latency(self) -> Optional[float]: ...
    def leader_epoch(self) -> Optional[int]: ...
    def delivery_count(self) -> Optional[int]: ...
    def set_headers(self, headers: Any) -> None: ...
    def set_key(self, key: Any) -> None: ...
    def set_value(self, value: Any) -> None: ...
    def set_error(self, error: Optional[KafkaError]) -> None: ...
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...
    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...

@final
class Batch:
    @property
    def num_rows(self) -> int: ...
    def messages(self) -> List[Message]: ...
    def next_offsets(self) -> List[TopicPartition]: ...
    def commit(self, asynchronous: bool = False, timeout: float = -1.0) -> Optional[List[TopicPartition]]: ...
    def _joined(self, other: Batch) -> Batch: ...
    def __len__(self) -> int: ...
    def __getitem__(self, key: int, /) -> Message: ...
    def __arrow_c_schema__(self) -> Any: ...
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...

@disjoint_base
class _Producer:
    def __new__(cls, *_args: Any, **_kwargs: Any) -> Any: ...
    def _open(
        self,
        pairs: _Pairs,
        on_delivery: Optional[Callable[..., Any]] = None,
        stats_cb: Optional[Callable[..., Any]] = None,
        stats_interval_ms: int = 0,
        logger: Any = None,
        error_cb: Optional[Callable[..., Any]] = None,
    ) -> None: ...
    def produce(
        self,
        topic: str,
        value: Optional[Union[str, bytes]] = None,
        key: Optional[Union[str, bytes]] = None,
        partition: int = -1,
        callback: Optional[_DeliveryCallback] = None,
        on_delivery: Optional[_DeliveryCallback] = None,
        timestamp: int = 0,
        headers: Optional[_HeadersType] = None,
    ) -> None: ...
    def produce_batch(
        self,
        topic: str,
        messages: List[Dict[str, Any]],
        partition: int = -1,
        callback: Optional[_DeliveryCallback] = None,
        on_delivery: Optional[_DeliveryCallback] = None,
    ) -> int: ...
    def poll(self, timeout: float = -1.0) -> int: ...
    def flush(self, timeout: float = -1.0) -> int: ...
    def purge(self, in_queue: bool = True, in_flight: bool = True, blocking: bool = True) -> None: ...
    def close(self, timeout: float = -1.0) -> bool: ...
    def _end(self, timeout: float) -> int: ...
    def _metadata(self, topic: Optional[str], timeout: float) -> Any: ...
    def _admin(self) -> _Admin: ...
    def _event_fd(self) -> int: ...
    def _closed(self) -> bool: ...
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...

@disjoint_base
class _Consumer:
    def __new__(cls, *_args: Any, **_kwargs: Any) -> Any: ...
    def _open(
        self,
        pairs: _Pairs,
        on_commit: Optional[Callable[..., Any]] = None,
        error_cb: Optional[Callable[..., Any]] = None,
        stats_cb: Optional[Callable[..., Any]] = None,
        stats_interval_ms: int = 0,
        logger: Any = None,
    ) -> None: ...
    def subscribe(
        self,
        topics: List[str],
        on_assign: Optional[_RebalanceCallback] = None,
        on_revoke: Optional[_RebalanceCallback] = None,
        on_lost: Optional[_RebalanceCallback] = None,
    ) -> None: ...
    def unsubscribe(self) -> None: ...
    def subscription(self) -> List[str]: ...
    def assign(self, partitions: List[TopicPartition]) -> None: ...
    def unassign(self) -> None: ...
    def incremental_assign(self, partitions: List[TopicPartition]) -> None: ...
    def incremental_unassign(self, partitions: List[TopicPartition]) -> None: ...
    def assignment(self) -> List[TopicPartition]: ...
    def assignment_lost(self) -> bool: ...
    def rebalance_protocol(self) -> str: ...
    def _defer(self) -> None: ...
    def _begin_answer(self) -> None: ...
    def _answer(self, revoke: bool, partitions: List[TopicPartition]) -> None: ...
    def poll(self, timeout: float = -1.0) -> Optional[Message]: ...
    def consume(self, num_messages: int = 1, timeout: float = -1.0) -> List[Message]: ...
    def _next_batch(self, max_rows: int = 65536, timeout: Optional[float] = None, linger: float = 0.1) -> Optional[Batch]: ...
    def commit(
        self,
        message: Optional[Message] = None,
        offsets: Optional[List[TopicPartition]] = None,
        asynchronous: bool = True,
        timeout: float = -1.0,
    ) -> Optional[List[TopicPartition]]: ...
    def store_offsets(self, message: Optional[Message] = None, offsets: Optional[List[TopicPartition]] = None) -> None: ...
    def committed(self, partitions: List[TopicPartition], timeout: float = -1.0) -> List[TopicPartition]: ...
    def position(self, partitions: List[TopicPartition]) -> List[TopicPartition]: ...
    def seek(self, partition: TopicPartition, timeout: float = 30.0) -> None: ...
    def pause(self, partitions: List[TopicPartition]) -> None: ...
    def resume(self, partitions: List[TopicPartition]) -> None: ...
    def get_watermark_offsets(self, partition: TopicPartition, timeout: float = -1.0, cached: bool = False) -> Tuple[int, int]: ...
    def offsets_for_times(self, partitions: List[TopicPartition], timeout: float = -1.0) -> List[TopicPartition]: ...
    def memberid(self) -> Optional[str]: ...
    def _group_metadata(self) -> Optional[Tuple[str, int, str, Optional[str]]]: ...
    def _metadata(self, topic: Optional[str], timeout: float) -> Any: ...
    def _admin(self) -> _Admin: ...
    def _event_fd(self) -> int: ...
    def _closed(self) -> bool: ...
    def close(self) -> None: ...
    def _end(self, timeout: float) -> None: ...

@final
class _Admin:
    def __new__(cls, pairs: _Pairs) -> _Admin: ...
    def close(self) -> None: ...
    def metadata(self, topic: Optional[str], timeout: float) -> Any: ...
    def create_topics(self, topics: Any, validate_only: bool, timeout: float) -> Any: ...
    def delete_topics(self, topics: List[str], timeout: float) -> Any: ...
    def create_partitions(self, topics: Any, validate_only: bool, timeout: float) -> Any: ...
    def delete_records(self, before: List[TopicPartition], timeout: float) -> List[TopicPartition]: ...
    def describe_topics(self, topics: List[str], timeout: float) -> Any: ...
    def describe_cluster(self, timeout: float) -> Any: ...
    def describe_configs(self, resources: Any, timeout: float) -> Any: ...
    def alter_configs(self, changes: Any, validate_only: bool, timeout: float) -> Any: ...
    def incremental_alter_configs(self, changes: Any, validate_only: bool, timeout: float) -> Any: ...
    def list_groups(self, states: List[str], types: List[str], timeout: float) -> Any: ...
    def describe_groups(self, groups: List[str], timeout: float) -> Any: ...
    def delete_groups(self, groups: List[str], timeout: float) -> Any: ...
    def list_group_offsets(self, group: str, partitions: Optional[List[TopicPartition]], require_stable: bool, timeout: float) -> List[TopicPartition]: ...
    def alter_group_offsets(self, group: str, offsets: List[TopicPartition], timeout: float) -> List[TopicPartition]: ...
    def delete_group_offsets(self, group: str, partitions: List[TopicPartition], timeout: float) -> List[TopicPartition]: ...
    def list_offsets(self, specs: Any, read_committed: bool, timeout: float) -> Any: ...

@final
class _Broker:
    def __new__(cls, data: Union[str, "os.PathLike[str]"], properties: _Pairs) -> _Broker: ...
    def bootstrap_servers(self) -> str: ...
    def listen_addrs(self) -> List[str]: ...
    def closed(self) -> bool: ...
    def close(self) -> None: ...

def _command(args: List[str]) -> int: ...
def _ending() -> None: ...
def _forked() -> None: ...
