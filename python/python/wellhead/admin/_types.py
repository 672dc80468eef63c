"""What the admin calls take and return."""

from enum import Enum
from typing import Any, Dict, List, Optional, Union

from .. import _constants as _c
from .._model import ConsumerGroupState, ConsumerGroupType, Node, OrderedEnum, TopicPartitionInfo, Uuid
from .._wellhead import TopicPartition


class ResourceType(OrderedEnum):
    UNKNOWN = _c.RESOURCE_UNKNOWN
    ANY = _c.RESOURCE_ANY
    TOPIC = _c.RESOURCE_TOPIC
    GROUP = _c.RESOURCE_GROUP
    BROKER = _c.RESOURCE_BROKER
    TRANSACTIONAL_ID = _c.RESOURCE_TRANSACTIONAL_ID


class ResourcePatternType(OrderedEnum):
    UNKNOWN = _c.RESOURCE_PATTERN_UNKNOWN
    ANY = _c.RESOURCE_PATTERN_ANY
    MATCH = _c.RESOURCE_PATTERN_MATCH
    LITERAL = _c.RESOURCE_PATTERN_LITERAL
    PREFIXED = _c.RESOURCE_PATTERN_PREFIXED


class AclOperation(OrderedEnum):
    UNKNOWN = _c.ACL_OPERATION_UNKNOWN
    ANY = _c.ACL_OPERATION_ANY
    ALL = _c.ACL_OPERATION_ALL
    READ = _c.ACL_OPERATION_READ
    WRITE = _c.ACL_OPERATION_WRITE
    CREATE = _c.ACL_OPERATION_CREATE
    DELETE = _c.ACL_OPERATION_DELETE
    ALTER = _c.ACL_OPERATION_ALTER
    DESCRIBE = _c.ACL_OPERATION_DESCRIBE
    CLUSTER_ACTION = _c.ACL_OPERATION_CLUSTER_ACTION
    DESCRIBE_CONFIGS = _c.ACL_OPERATION_DESCRIBE_CONFIGS
    ALTER_CONFIGS = _c.ACL_OPERATION_ALTER_CONFIGS
    IDEMPOTENT_WRITE = _c.ACL_OPERATION_IDEMPOTENT_WRITE


class AclPermissionType(OrderedEnum):
    UNKNOWN = _c.ACL_PERMISSION_TYPE_UNKNOWN
    ANY = _c.ACL_PERMISSION_TYPE_ANY
    DENY = _c.ACL_PERMISSION_TYPE_DENY
    ALLOW = _c.ACL_PERMISSION_TYPE_ALLOW


class ConfigSource(Enum):
    UNKNOWN_CONFIG = _c.CONFIG_SOURCE_UNKNOWN_CONFIG
    DYNAMIC_TOPIC_CONFIG = _c.CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG
    DYNAMIC_BROKER_CONFIG = _c.CONFIG_SOURCE_DYNAMIC_BROKER_CONFIG
    DYNAMIC_DEFAULT_BROKER_CONFIG = _c.CONFIG_SOURCE_DYNAMIC_DEFAULT_BROKER_CONFIG
    STATIC_BROKER_CONFIG = _c.CONFIG_SOURCE_STATIC_BROKER_CONFIG
    DEFAULT_CONFIG = _c.CONFIG_SOURCE_DEFAULT_CONFIG
    GROUP_CONFIG = _c.CONFIG_SOURCE_GROUP_CONFIG


class AlterConfigOpType(Enum):
    SET = _c.ALTER_CONFIG_OP_TYPE_SET
    DELETE = _c.ALTER_CONFIG_OP_TYPE_DELETE
    APPEND = _c.ALTER_CONFIG_OP_TYPE_APPEND
    SUBTRACT = _c.ALTER_CONFIG_OP_TYPE_SUBTRACT


class _ByKey:
    """Compares and hashes by `_key()`."""

    def _key(self) -> Any:
        raise NotImplementedError

    def __hash__(self) -> int:
        return hash(self._key())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and bool(self._key() == other._key())

    def __lt__(self, other: Any) -> bool:
        return bool(self._key() < other._key())

    def __le__(self, other: Any) -> bool:
        return bool(self._key() <= other._key())

    def __gt__(self, other: Any) -> bool:
        return bool(self._key() > other._key())

    def __ge__(self, other: Any) -> bool:
        return bool(self._key() >= other._key())


class NewTopic(_ByKey):
    """A topic to create. -1 partitions or replicas: the broker's default."""

    def __init__(
        self,
        topic: str,
        num_partitions: int = -1,
        replication_factor: int = -1,
        replica_assignment: Optional[List[List[int]]] = None,
        config: Optional[Dict[str, str]] = None,
    ) -> None:
        self.topic = topic
        self.num_partitions = num_partitions
        self.replication_factor = replication_factor
        self.replica_assignment = replica_assignment
        self.config = config

    def _key(self) -> Any:
        return (self.topic, self.num_partitions)

    def __repr__(self) -> str:
        return f"NewTopic(topic={self.topic})"


class NewPartitions(_ByKey):
    """How many partitions a topic shall have in all."""

    def __init__(self, topic: str, new_total_count: int, replica_assignment: Optional[List[List[int]]] = None) -> None:
        self.topic = topic
        self.new_total_count = new_total_count
        self.replica_assignment = replica_assignment

    def _key(self) -> Any:
        return (self.topic, self.new_total_count)

    def __repr__(self) -> str:
        return f"NewPartitions(topic={self.topic},new_total_count={self.new_total_count})"


class ConfigEntry:
    """A config with where its value comes from; or, for incremental_alter_configs, what to do to it."""

    def __init__(
        self,
        name: str,
        value: Optional[str],
        source: Union[ConfigSource, int] = ConfigSource.UNKNOWN_CONFIG,
        is_read_only: bool = False,
        is_default: bool = False,
        is_sensitive: bool = False,
        is_synonym: bool = False,
        synonyms: Optional[Dict[str, "ConfigEntry"]] = None,
        incremental_operation: Optional[AlterConfigOpType] = None,
    ) -> None:
        self.name = name
        self.value = value
        self.source = source
        self.is_read_only = bool(is_read_only)
        self.is_default = bool(is_default)
        self.is_sensitive = bool(is_sensitive)
        self.is_synonym = bool(is_synonym)
        self.synonyms = synonyms if synonyms is not None else {}
        self.incremental_operation = incremental_operation

    def __repr__(self) -> str:
        return f"ConfigEntry({self})"

    def __str__(self) -> str:
        return f'{self.name}="{self.value}"'


class ConfigResource(_ByKey):
    """What configs belong to: a topic, a broker or a group."""

    Type = ResourceType

    def __init__(
        self,
        restype: Union[ResourceType, str, int],
        name: str,
        set_config: Optional[Dict[str, str]] = None,
        described_configs: Optional[Dict[str, ConfigEntry]] = None,
        error: Optional[Any] = None,
        incremental_configs: Optional[List[ConfigEntry]] = None,
    ) -> None:
        if name is None:
            raise ValueError("expected a resource name")
        try:
            self.restype: ResourceType = ResourceType.of(restype)
        except KeyError:
            raise ValueError(f"unknown resource type {restype!r}: expected one of {', '.join(ResourceType.__members__)}") from None
        self.restype_int = int(self.restype.value)
        self.name = name
        self.set_config_dict: Dict[str, str] = dict(set_config) if set_config is not None else {}
        self.incremental_configs: List[ConfigEntry] = list(incremental_configs or [])
        self.configs = described_configs
        self.error = error

    def _key(self) -> Any:
        return (self.restype_int, self.name)

    def __repr__(self) -> str:
        tail = f",{self.error})" if self.error is not None else ")"
        return f"ConfigResource({self.restype},{self.name}{tail}"

    def __len__(self) -> int:
        return len(self.set_config_dict)

    def set_config(self, name: str, value: str, overwrite: bool = True) -> None:
        if overwrite or name not in self.set_config_dict:
            self.set_config_dict[name] = value

    def add_incremental_config(self, config_entry: ConfigEntry) -> None:
        self.incremental_configs.append(config_entry)


class OffsetSpec:
    """Which offset list_offsets() asks for."""

    def __init__(self, value: int) -> None:
        self._value = value

    @classmethod
    def earliest(cls) -> "OffsetSpec":
        return cls(_c.OFFSET_SPEC_EARLIEST)

    @classmethod
    def latest(cls) -> "OffsetSpec":
        return cls(_c.OFFSET_SPEC_LATEST)

    @classmethod
    def max_timestamp(cls) -> "OffsetSpec":
        return cls(_c.OFFSET_SPEC_MAX_TIMESTAMP)

    @classmethod
    def for_timestamp(cls, timestamp: int) -> "OffsetSpec":
        """The first record at or after this many milliseconds since the Unix epoch."""
        return cls(timestamp)


class ListOffsetsResultInfo:
    def __init__(self, offset: int, timestamp: int, leader_epoch: int) -> None:
        self.offset = offset
        self.timestamp = timestamp
        self.leader_epoch = leader_epoch


class DeletedRecords:
    def __init__(self, low_watermark: int) -> None:
        self.low_watermark = low_watermark


class DescribeClusterResult:
    def __init__(self, controller: Optional[Node], nodes: List[Node], cluster_id: Optional[str] = None, authorized_operations: Optional[List[AclOperation]] = None) -> None:
        self.controller = controller
        self.nodes = nodes
        self.cluster_id = cluster_id
        self.authorized_operations = authorized_operations


class TopicDescription:
    def __init__(
        self, name: str, topic_id: Uuid, is_internal: bool, partitions: List[TopicPartitionInfo], authorized_operations: Optional[List[AclOperation]] = None
    ) -> None:
        self.name = name
        self.topic_id = topic_id
        self.is_internal = is_internal
        self.partitions = partitions
        self.authorized_operations = authorized_operations


class ConsumerGroupListing:
    def __init__(
        self, group_id: str, is_simple_consumer_group: bool, state: Optional[ConsumerGroupState] = None, type: Optional[ConsumerGroupType] = None
    ) -> None:
        self.group_id = group_id
        self.is_simple_consumer_group = is_simple_consumer_group
        self.state = state
        self.type = type


class ListConsumerGroupsResult:
    def __init__(self, valid: Optional[List[ConsumerGroupListing]] = None, errors: Optional[List[Any]] = None) -> None:
        self.valid = valid or []
        self.errors = errors or []


class MemberAssignment:
    def __init__(self, topic_partitions: Optional[List[TopicPartition]] = None) -> None:
        self.topic_partitions = topic_partitions or []


class MemberDescription:
    def __init__(
        self,
        member_id: str,
        client_id: str,
        host: str,
        assignment: MemberAssignment,
        group_instance_id: Optional[str] = None,
        target_assignment: Optional[MemberAssignment] = None,
    ) -> None:
        self.member_id = member_id
        self.client_id = client_id
        self.host = host
        self.assignment = assignment
        self.group_instance_id = group_instance_id
        self.target_assignment = target_assignment


class ConsumerGroupDescription:
    def __init__(
        self,
        group_id: str,
        is_simple_consumer_group: bool,
        members: List[MemberDescription],
        partition_assignor: str,
        state: Optional[ConsumerGroupState],
        coordinator: Node,
        authorized_operations: Optional[List[AclOperation]] = None,
        type: ConsumerGroupType = ConsumerGroupType.UNKNOWN,
    ) -> None:
        self.group_id = group_id
        self.is_simple_consumer_group = is_simple_consumer_group
        self.members = members
        self.partition_assignor = partition_assignor
        self.state = state
        self.coordinator = coordinator
        self.authorized_operations = authorized_operations
        self.type = type


class ScramMechanism(OrderedEnum):
    UNKNOWN = _c.SCRAM_MECHANISM_UNKNOWN
    SCRAM_SHA_256 = _c.SCRAM_MECHANISM_SHA_256
    SCRAM_SHA_512 = _c.SCRAM_MECHANISM_SHA_512


class ScramCredentialInfo:
    """A mechanism and how many iterations its hash takes."""

    def __init__(self, mechanism: ScramMechanism, iterations: int) -> None:
        self.mechanism = mechanism
        self.iterations = iterations


class UserScramCredentialsDescription:
    """The credentials of a user, without the secrets."""

    def __init__(self, user: str, scram_credential_infos: List[ScramCredentialInfo]) -> None:
        self.user = user
        self.scram_credential_infos = scram_credential_infos


class UserScramCredentialAlteration:
    """A change to the credentials of a user."""

    def __init__(self, user: str) -> None:
        self.user = user

    def _check(self) -> None:
        """Raises for a change that no broker could make."""
        raise TypeError("Expected a UserScramCredentialUpsertion or a UserScramCredentialDeletion")


class UserScramCredentialUpsertion(UserScramCredentialAlteration):
    """Sets a user's password for a mechanism; without a salt, one is drawn."""

    def __init__(self, user: str, scram_credential_info: ScramCredentialInfo, password: bytes, salt: Optional[bytes] = None) -> None:
        super().__init__(user)
        self.scram_credential_info = scram_credential_info
        self.password = password
        self.salt = salt

    def _check(self) -> None:
        info = self.scram_credential_info
        if not isinstance(info, ScramCredentialInfo) or not isinstance(info.mechanism, ScramMechanism) or not isinstance(info.iterations, int):
            raise TypeError("Expected scram_credential_info with a ScramMechanism and a number of iterations")
        if info.iterations < 1:
            raise ValueError("Expected a positive number of iterations")
        for name, secret in (("password", self.password), ("salt", b"-" if self.salt is None else self.salt)):
            if not isinstance(secret, bytes):
                raise TypeError(f"Expected {name} to be bytes")
            if not secret:
                raise ValueError(f"Expected {name} not to be empty")


class UserScramCredentialDeletion(UserScramCredentialAlteration):
    """Takes a user's password for a mechanism away."""

    def __init__(self, user: str, mechanism: ScramMechanism) -> None:
        super().__init__(user)
        self.mechanism = mechanism

    def _check(self) -> None:
        if not isinstance(self.mechanism, ScramMechanism):
            raise TypeError("Expected a ScramMechanism")


class AclBinding(_ByKey):
    """Who may do what with which resource."""

    def __init__(
        self,
        restype: Union[ResourceType, str, int],
        name: Optional[str],
        resource_pattern_type: Union[ResourcePatternType, str, int],
        principal: Optional[str],
        host: Optional[str],
        operation: Union[AclOperation, str, int],
        permission_type: Union[AclPermissionType, str, int],
    ) -> None:
        self.restype: ResourceType = ResourceType.of(restype)
        self.name = name
        self.resource_pattern_type: ResourcePatternType = ResourcePatternType.of(resource_pattern_type)
        self.principal = principal
        self.host = host
        self.operation: AclOperation = AclOperation.of(operation)
        self.permission_type: AclPermissionType = AclPermissionType.of(permission_type)
        self._check()

    def _check(self) -> None:
        """A binding names everything; only a filter leaves something open."""
        for what, value in (("name", self.name), ("principal", self.principal), ("host", self.host)):
            if value is None:
                raise ValueError(f"expected a {what}")
        for member in (self.restype, self.resource_pattern_type, self.operation, self.permission_type):
            if member.name in ("ANY", "MATCH"):
                raise ValueError(f"{member} stands for several: it belongs into an AclBindingFilter")

    def _key(self) -> Any:
        return (
            self.restype.value,
            self.name,
            self.resource_pattern_type.value,
            self.principal,
            self.host,
            self.operation.value,
            self.permission_type.value,
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({','.join(str(v) for v in self._key())})"


class AclBindingFilter(AclBinding):
    """An AclBinding whose None and ANY match everything."""

    def _check(self) -> None:
        pass


def operations(bits: int) -> Optional[List[AclOperation]]:
    """A bit per operation; None when the broker did not tell."""
    if bits == -(1 << 31):
        return None
    return [op for op in AclOperation if op.value > 2 and bits >> op.value & 1]
