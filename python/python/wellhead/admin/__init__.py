"""`AdminClient`: topics, partitions, records, configs, groups and offsets of a cluster.

Every call returns at once with a Future, or with a dict of futures by topic, resource, group or partition, as confluent-kafka's does.
"""

import threading
import time
import warnings
from concurrent.futures import Future
from typing import Any, Callable, Dict, Iterable, List, Optional, Set, Type, TypeVar, Union

from .. import _live
from .._conf import Conf, check_credentials
from .._model import (
    ConsumerGroupState,
    ConsumerGroupTopicPartitions,
    ConsumerGroupType,
    ElectionType,
    IsolationLevel,
    Node,
    TopicCollection,
    TopicPartitionInfo,
)
from .._wellhead import KafkaError, KafkaException, TopicPartition, _Admin
from ..cimpl import OFFSET_INVALID
from . import _metadata
from ._metadata import BrokerMetadata, ClusterMetadata, GroupMember, GroupMetadata, PartitionMetadata, TopicMetadata
from ._types import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    ConsumerGroupDescription,
    ConsumerGroupListing,
    DeletedRecords,
    DescribeClusterResult,
    ListConsumerGroupsResult,
    ListOffsetsResultInfo,
    MemberAssignment,
    MemberDescription,
    NewPartitions,
    NewTopic,
    OffsetSpec,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    TopicDescription,
    UserScramCredentialAlteration,
    UserScramCredentialDeletion,
    UserScramCredentialsDescription,
    UserScramCredentialUpsertion,
    operations,
)

__all__ = [
    "AclBinding",
    "AclBindingFilter",
    "AclOperation",
    "AclPermissionType",
    "AdminClient",
    "AlterConfigOpType",
    "BrokerMetadata",
    "ClusterMetadata",
    "ConfigEntry",
    "ConfigResource",
    "ConfigSource",
    "ConsumerGroupDescription",
    "ConsumerGroupListing",
    "DeletedRecords",
    "DescribeClusterResult",
    "GroupMember",
    "GroupMetadata",
    "ListConsumerGroupsResult",
    "ListOffsetsResultInfo",
    "MemberAssignment",
    "MemberDescription",
    "NewPartitions",
    "NewTopic",
    "OffsetSpec",
    "PartitionMetadata",
    "ResourcePatternType",
    "ResourceType",
    "ScramCredentialInfo",
    "ScramMechanism",
    "TopicDescription",
    "TopicMetadata",
    "UserScramCredentialAlteration",
    "UserScramCredentialDeletion",
    "UserScramCredentialUpsertion",
    "UserScramCredentialsDescription",
]

#: confluent-kafka's own name for it, which programs import.
_ElectionType = ElectionType

A = TypeVar("A", bound="AdminClient")

#: Kafka numbers the group resource differently than librdkafka does.
_CONFIG_RESOURCES = {ResourceType.TOPIC: 2, ResourceType.BROKER: 4, ResourceType.GROUP: 32}


class WrongArgument(TypeError, ValueError):
    """What is no such list, or no such item of one. confluent-kafka raises TypeError here and ValueError there; who catches either is served."""


class _Options:
    """The keyword arguments that the calls share; and nobody calls a client that is closed."""

    def __init__(self, admin: "AdminClient", kwargs: Dict[str, Any], *more: str) -> None:
        admin._check()
        known = {"request_timeout", "operation_timeout", "validate_only", "broker", *more}
        for key, value in kwargs.items():
            if key not in known:
                raise TypeError(f"{key!r} is an invalid keyword argument for this function")
            if key in ("request_timeout", "operation_timeout") and value is not None:
                if isinstance(value, bool) or not isinstance(value, (int, float)):
                    raise TypeError(f"{key} must be a number of seconds, not {type(value).__name__}")
                if value < 0:
                    raise ValueError(f"{key} must not be negative")
            if key in ("validate_only", "include_authorized_operations", "require_stable") and not isinstance(value, bool):
                raise TypeError(f"{key} must be True or False, not {type(value).__name__}")
        request, operation = kwargs.get("request_timeout"), kwargs.get("operation_timeout")
        self.timeout = float(request) if request is not None else max(float(operation or 0), admin._timeout_s)
        self.validate_only = bool(kwargs.get("validate_only", False))


def _expect(items: Any, kind: type, name: str = "request") -> List[Any]:
    """A list of `kind`, not empty."""
    if not isinstance(items, (list, tuple)):
        raise WrongArgument(f"Expected {name.capitalize()} to be a list, got '{type(items).__name__}'")
    if not items:
        raise ValueError(f"Expected a non-empty list of {kind.__name__}")
    for i in items:
        if not isinstance(i, kind):
            raise WrongArgument(f"Element of the {name} list must be of type '{kind.__name__}' got '{type(i).__name__}'")
    return list(items)


def _partition(t: TopicPartition) -> TopicPartition:
    """A partition that there can be."""
    if not t.topic:
        raise ValueError("Expected a topic's name not to be empty")
    if t.partition < 0:
        raise ValueError(f"Expected the number of a partition of {t.topic}, not {t.partition}")
    return t


def _settle(future: "Future[Any]", error: Optional[KafkaError], value: Any) -> None:
    if error is not None:
        future.set_exception(KafkaException(error))
    else:
        future.set_result(value)


class AdminClient:
    """Manages a cluster. `AdminClient({"bootstrap.servers": ...})`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        conf = Conf(args, kwargs)
        self._error_cb = conf.callbacks["error_cb"]
        self._admin = _Admin(conf.pairs, self._error_cb is not None)
        self._timeout_s = int(conf.get("socket.timeout.ms") or 60_000) / 1000
        self._open = True
        conf.announce("admin client")
        _live.admins.add(self)

    #: Until `__init__` has run, which a subclass may forget to call.
    _open = False

    def _check(self, what: str = "AdminClient") -> None:
        if not self._open:
            raise RuntimeError(f"{what} has been closed")

    def close(self) -> None:
        if self._open:
            self._open = False
            self._admin.close()

    def __len__(self) -> int:
        """Nothing waits in it."""
        return 0

    def __bool__(self) -> bool:
        return True

    def __enter__(self: A) -> A:
        return self

    def __exit__(self, exc_type: Optional[Type[BaseException]], exc_value: Any, exc_traceback: Any) -> None:
        self.close()

    def poll(self, timeout: float = -1) -> int:
        """Calls `error_cb` for what went wrong beside the calls, waiting up to `timeout` seconds (negative: for ever) for the first.
        Returns how often. Futures complete by themselves: without an `error_cb` there is nothing to wait for."""
        self._check()
        if self._error_cb is None:
            return 0
        end = None if timeout < 0 else time.monotonic() + timeout
        while True:
            errors = self._admin.next_troubles()
            for e in errors or ():
                self._error_cb(e)
            if errors is None or errors or (end is not None and time.monotonic() >= end):
                return len(errors or ())

    # How a call becomes futures: a thread waits for the answer and settles them. It holds nothing of the interpreter while it waits.

    @staticmethod
    def _start(work: Callable[[], None]) -> None:
        threading.Thread(target=work, name="wellhead-admin", daemon=True).start()

    def _many(self, keys: Iterable[Any], call: Callable[[], Iterable[Any]], value: Callable[[Any, Any], Any] = lambda _k, v: v) -> Dict[Any, "Future[Any]"]:
        """A future per key. `call` returns (key, error, value) triples; `value` makes the result out of key and value."""
        futures: Dict[Any, "Future[Any]"] = {k: Future() for k in keys}
        for f in futures.values():
            f.set_running_or_notify_cancel()

        def work() -> None:
            try:
                for key, error, found in call():
                    if key in futures and not futures[key].done():
                        _settle(futures[key], error, None if error is not None else value(key, found))
                missing = KafkaException(KafkaError(KafkaError._FAIL, "the broker's answer does not mention it"))
            except BaseException as e:
                missing = e  # type: ignore[assignment]
            for f in futures.values():
                if not f.done():
                    f.set_exception(missing)

        self._start(work)
        return dict(futures)  # the caller may take it apart

    def _one(self, call: Callable[[], Any]) -> "Future[Any]":
        future: "Future[Any]" = Future()
        future.set_running_or_notify_cancel()

        def work() -> None:
            try:
                future.set_result(call())
            except BaseException as e:
                future.set_exception(e)

        self._start(work)
        return future

    # Topics

    def create_topics(self, new_topics: List[NewTopic], **kwargs: Any) -> Dict[str, "Future[None]"]:
        o = _Options(self, kwargs)
        topics = _expect(new_topics, NewTopic)
        for t in topics:
            if t.config is not None and not isinstance(t.config, dict):
                raise TypeError(f"Expected the config of {t.topic} to be a dict, got '{type(t.config).__name__}'")
        plain = [(t.topic, t.num_partitions, t.replication_factor, t.replica_assignment or [], [(k, str(v)) for k, v in (t.config or {}).items()]) for t in topics]
        return self._many([t.topic for t in topics], lambda: self._admin.create_topics(plain, o.validate_only, o.timeout), lambda _k, _v: None)

    def delete_topics(self, topics: List[str], **kwargs: Any) -> Dict[str, "Future[None]"]:
        o = _Options(self, kwargs)
        names = _expect(topics, str)
        return self._many(names, lambda: self._admin.delete_topics(names, o.timeout), lambda _k, _v: None)

    def create_partitions(self, new_partitions: List[NewPartitions], **kwargs: Any) -> Dict[str, "Future[None]"]:
        o = _Options(self, kwargs)
        wanted = _expect(new_partitions, NewPartitions)
        plain = [(p.topic, p.new_total_count, p.replica_assignment or []) for p in wanted]
        return self._many([p.topic for p in wanted], lambda: self._admin.create_partitions(plain, o.validate_only, o.timeout), lambda _k, _v: None)

    def list_topics(self, topic: Optional[str] = None, timeout: float = -1) -> ClusterMetadata:
        """The brokers and topics of the cluster, or one topic. Waits for the answer."""
        self._check("Handle")
        return _metadata.cluster(self._admin.metadata(topic, timeout))

    def cluster_id(self, timeout: float = -1) -> str:
        self._check("Handle")
        return self._admin.metadata(None, timeout)[0] or ""

    def describe_topics(self, topics: TopicCollection, **kwargs: Any) -> Dict[str, "Future[TopicDescription]"]:
        o = _Options(self, kwargs, "include_authorized_operations")
        if not isinstance(topics, TopicCollection):
            raise TypeError("Expected input to be instance of TopicCollection")
        names = [_topic_name(t) for t in topics.topic_names]
        if not names:
            return {}

        def call() -> Any:
            brokers = {b[0]: Node(*b) for b in self._admin.describe_cluster(o.timeout)[2]}
            for raw in self._admin.describe_topics(names, o.timeout):
                partitions = [TopicPartitionInfo(p[0], brokers.get(p[1]), _nodes(brokers, p[3]), _nodes(brokers, p[4])) for p in raw[4]]
                yield raw[0], raw[3], TopicDescription(raw[0], _metadata.uuid(raw), raw[2], partitions)

        return self._many(names, call)

    def delete_records(self, topic_partition_offsets: List[TopicPartition], **kwargs: Any) -> Dict[TopicPartition, "Future[DeletedRecords]"]:
        """Deletes what lies before each offset (OFFSET_END: everything)."""
        o = _Options(self, kwargs)
        wanted = [_partition(t) for t in _expect(topic_partition_offsets, TopicPartition)]
        return self._many(wanted, lambda: ((t, t.error, DeletedRecords(t.offset)) for t in self._admin.delete_records(wanted, o.timeout)))

    # The cluster

    def describe_cluster(self, **kwargs: Any) -> "Future[DescribeClusterResult]":
        o = _Options(self, kwargs, "include_authorized_operations")

        def call() -> DescribeClusterResult:
            cluster_id, controller, raw, bits = self._admin.describe_cluster(o.timeout)
            nodes = [Node(*n) for n in raw]
            first = [n for n in nodes if n.id == controller]
            return DescribeClusterResult(first[0] if first else None, nodes, cluster_id, operations(bits))

        return self._one(call)

    def elect_leaders(self, election_type: ElectionType, partitions: Optional[List[TopicPartition]] = None, **kwargs: Any) -> "Future[Any]":
        _Options(self, kwargs)
        if not isinstance(election_type, ElectionType):
            raise TypeError(f"Expected an ElectionType, got '{type(election_type).__name__}'")
        for t in _expect(partitions, TopicPartition, "'partitions'") if partitions is not None else ():
            _partition(t)
        return self._one(_not_implemented("leader elections"))

    # Configs

    def describe_configs(self, resources: List[ConfigResource], **kwargs: Any) -> Dict[ConfigResource, "Future[Dict[str, ConfigEntry]]"]:
        o = _Options(self, kwargs)
        wanted = _expect(resources, ConfigResource)
        by_number = {_resource(r): r for r in wanted}

        def call() -> Any:
            for key, error, entries in self._admin.describe_configs(list(by_number), o.timeout):
                yield by_number.get(key), error, None if error is not None else {e[0]: _entry(e) for e in entries}

        return self._many(wanted, call)

    def alter_configs(self, resources: List[ConfigResource], **kwargs: Any) -> Dict[ConfigResource, "Future[None]"]:
        """Replaces all configs of each resource; what is not named goes back to its default."""
        o = _Options(self, kwargs)
        wanted = _expect(resources, ConfigResource)
        by_number = {_resource(r): r for r in wanted}
        plain = [(n, list(r.set_config_dict.items())) for n, r in by_number.items()]
        return self._many(wanted, lambda: ((by_number.get(k), e, v) for k, e, v in self._admin.alter_configs(plain, o.validate_only, o.timeout)), lambda _k, _v: None)

    def incremental_alter_configs(self, resources: List[ConfigResource], **kwargs: Any) -> Dict[ConfigResource, "Future[None]"]:
        """Changes single configs: each ConfigEntry says what to do by its `incremental_operation`."""
        o = _Options(self, kwargs)
        wanted = _expect(resources, ConfigResource)
        by_number = {_resource(r): r for r in wanted}
        plain = []
        for number, r in by_number.items():
            changes = []
            for e in _expect(r.incremental_configs, ConfigEntry, "incremental_configs"):
                if not isinstance(e.name, str):
                    raise TypeError(f"Expected a config's name to be a string, got '{type(e.name).__name__}'")
                if not isinstance(e.incremental_operation, AlterConfigOpType):
                    raise WrongArgument(f"config {e.name}: incremental_operation is not set to an AlterConfigOpType")
                changes.append((e.name, int(e.incremental_operation.value), e.value))
            plain.append((number, changes))
        return self._many(
            wanted, lambda: ((by_number.get(k), e, v) for k, e, v in self._admin.incremental_alter_configs(plain, o.validate_only, o.timeout)), lambda _k, _v: None
        )

    # Groups

    def list_consumer_groups(self, **kwargs: Any) -> "Future[ListConsumerGroupsResult]":
        """`states` and `types` are sets that filter; without them, all groups."""
        o = _Options(self, kwargs, "states", "types")
        states: Set[ConsumerGroupState] = _set(kwargs.get("states"), ConsumerGroupState, "states")
        types: Set[ConsumerGroupType] = _set(kwargs.get("types"), ConsumerGroupType, "types")

        def call() -> ListConsumerGroupsResult:
            names = [_STATE_NAMES[s] for s in states if s in _STATE_NAMES]
            groups, errors = self._admin.list_groups(names, [t.name.lower() for t in types], o.timeout)
            found = [
                ConsumerGroupListing(g[0], not g[1], ConsumerGroupState.named(g[2]) if g[2] else None, ConsumerGroupType.named(g[3]) if g[3] else None)
                for g in groups
                if g[1] in ("consumer", "")
            ]
            return ListConsumerGroupsResult(found, [KafkaException(e) for e in errors])

        return self._one(call)

    def list_groups(self, group: Optional[str] = None, timeout: float = -1) -> List[GroupMetadata]:
        """Deprecated: use list_consumer_groups() and describe_consumer_groups()."""
        self._check("Handle")
        warnings.warn("list_groups() is deprecated, use list_consumer_groups() and describe_consumer_groups() instead.", DeprecationWarning, stacklevel=2)
        names = [group] if group is not None else [g[0] for g in self._admin.list_groups([], [], timeout)[0]]
        out = []
        for name, error, raw in self._admin.describe_groups(names, timeout) if names else []:
            g = GroupMetadata()
            g.id, g.error = name, error
            if raw is not None:
                g.state, g.protocol_type, g.protocol, g.broker = raw[1], raw[2], raw[3], _metadata.broker(raw[5])
                for m in raw[4]:
                    member = GroupMember()
                    member.id, member.client_id, member.client_host = m[0], m[2], m[3]
                    g.members.append(member)
            out.append(g)
        return out

    def describe_consumer_groups(self, group_ids: List[str], **kwargs: Any) -> Dict[str, "Future[ConsumerGroupDescription]"]:
        o = _Options(self, kwargs, "include_authorized_operations")
        if not isinstance(group_ids, list):
            raise TypeError("Expected input to be list of group ids to be described")
        if not group_ids:
            raise ValueError("Expected at least one group to be described")

        def value(_key: str, g: Any) -> ConsumerGroupDescription:
            members = [MemberDescription(m[0], m[2], m[3], MemberAssignment(m[4]), m[1]) for m in g[4]]
            return ConsumerGroupDescription(
                g[0], not g[2], members, g[3], ConsumerGroupState.named(g[1]), Node(*g[5]), operations(g[6]), ConsumerGroupType.CLASSIC
            )

        return self._many(group_ids, lambda: self._admin.describe_groups(group_ids, o.timeout), value)

    def delete_consumer_groups(self, group_ids: List[str], **kwargs: Any) -> Dict[str, "Future[None]"]:
        o = _Options(self, kwargs)
        names = _expect(group_ids, str)
        return self._many(names, lambda: self._admin.delete_groups(names, o.timeout), lambda _k, _v: None)

    def list_consumer_group_offsets(
        self, list_consumer_group_offsets_request: List[ConsumerGroupTopicPartitions], **kwargs: Any
    ) -> Dict[str, "Future[ConsumerGroupTopicPartitions]"]:
        """The committed offsets of a group: of its `topic_partitions`, or of all partitions when they are None."""
        o = _Options(self, kwargs, "require_stable")
        request = _single(list_consumer_group_offsets_request)
        if any(t.offset != OFFSET_INVALID for t in request.topic_partitions or ()):
            raise ValueError("Expected partitions without offsets: they are what is asked for")
        stable = bool(kwargs.get("require_stable", False))

        def call() -> Any:
            found = self._admin.list_group_offsets(request.group_id, request.topic_partitions, stable, o.timeout)
            yield request.group_id, None, ConsumerGroupTopicPartitions(request.group_id, found)

        return self._many([request.group_id], call)

    def alter_consumer_group_offsets(
        self, alter_consumer_group_offsets_request: List[ConsumerGroupTopicPartitions], **kwargs: Any
    ) -> Dict[str, "Future[ConsumerGroupTopicPartitions]"]:
        """Sets the committed offsets of a group without members."""
        o = _Options(self, kwargs)
        request = _single(alter_consumer_group_offsets_request)
        offsets = request.topic_partitions
        if not offsets or any(t.offset < 0 for t in offsets):
            raise ValueError("Expected a non-empty list of TopicPartition with offsets")

        def call() -> Any:
            done = self._admin.alter_group_offsets(request.group_id, offsets, o.timeout)
            yield request.group_id, None, ConsumerGroupTopicPartitions(request.group_id, done)

        return self._many([request.group_id], call)

    def list_offsets(self, topic_partition_offsets: Dict[TopicPartition, OffsetSpec], **kwargs: Any) -> Dict[TopicPartition, "Future[ListOffsetsResultInfo]"]:
        o = _Options(self, kwargs, "isolation_level")
        level = kwargs.get("isolation_level", IsolationLevel.READ_UNCOMMITTED)
        if not isinstance(level, IsolationLevel):
            raise TypeError(f"Expected isolation_level to be an IsolationLevel, got '{type(level).__name__}'")
        if not isinstance(topic_partition_offsets, dict):
            raise TypeError("Expected a dict of TopicPartition to OffsetSpec")
        for t, spec in topic_partition_offsets.items():
            if not isinstance(t, TopicPartition) or not isinstance(spec, OffsetSpec):
                raise TypeError("Expected a dict of TopicPartition to OffsetSpec")
            _partition(t)
        if not topic_partition_offsets:
            return {}
        specs = [(t, s._value) for t, s in topic_partition_offsets.items()]
        return self._many(
            list(topic_partition_offsets),
            lambda: self._admin.list_offsets(specs, level is IsolationLevel.READ_COMMITTED, o.timeout),
            lambda _k, v: ListOffsetsResultInfo(*v),
        )

    # Security: what a broker without an authorizer has nothing to say about

    def create_acls(self, acls: List[AclBinding], **kwargs: Any) -> Dict[AclBinding, "Future[None]"]:
        _Options(self, kwargs)
        wanted = _expect(acls, AclBinding)
        if len(set(wanted)) < len(wanted):
            raise ValueError("an AclBinding is there twice")
        return {a: self._one(_not_implemented("ACLs")) for a in wanted}

    def describe_acls(self, acl_binding_filter: AclBindingFilter, **kwargs: Any) -> "Future[List[AclBinding]]":
        _Options(self, kwargs)
        if not isinstance(acl_binding_filter, AclBindingFilter):
            raise TypeError(f"Expected an AclBindingFilter, got '{type(acl_binding_filter).__name__}'")
        return self._one(_not_implemented("ACLs"))

    def delete_acls(self, acl_binding_filters: List[AclBindingFilter], **kwargs: Any) -> Dict[AclBindingFilter, "Future[List[AclBinding]]"]:
        _Options(self, kwargs)
        wanted = _expect(acl_binding_filters, AclBindingFilter)
        if len(set(wanted)) < len(wanted):
            raise ValueError("an AclBindingFilter is there twice")
        return {a: self._one(_not_implemented("ACLs")) for a in wanted}

    def describe_user_scram_credentials(self, users: Optional[List[str]] = None, **kwargs: Any) -> Union["Future[Any]", Dict[str, "Future[Any]"]]:
        _Options(self, kwargs)
        if users is None:
            return self._one(_not_implemented("SCRAM credentials"))
        for u in _expect(users, str):
            _user(u)
        if len(set(users)) < len(users):
            raise KafkaException(KafkaError(KafkaError._INVALID_ARG, "Duplicate users"))
        return {u: self._one(_not_implemented("SCRAM credentials")) for u in users}

    def alter_user_scram_credentials(self, alterations: List[UserScramCredentialAlteration], **kwargs: Any) -> Dict[str, "Future[None]"]:
        _Options(self, kwargs)
        for a in _expect(alterations, UserScramCredentialAlteration):
            _user(a.user)
            a._check()
        return {a.user: self._one(_not_implemented("SCRAM credentials")) for a in alterations}

    def set_sasl_credentials(self, username: str, password: str) -> None:
        """Credentials for the next connection with SASL. A client without SASL, the only kind so far, has no use for them."""
        check_credentials(username, password)


_STATE_NAMES = {
    ConsumerGroupState.PREPARING_REBALANCING: "PreparingRebalance",
    ConsumerGroupState.COMPLETING_REBALANCING: "CompletingRebalance",
    ConsumerGroupState.STABLE: "Stable",
    ConsumerGroupState.DEAD: "Dead",
    ConsumerGroupState.EMPTY: "Empty",
}


def _not_implemented(what: str) -> Callable[[], Any]:
    def call() -> Any:
        raise KafkaException(KafkaError(KafkaError._NOT_IMPLEMENTED, f"{what} are not implemented"))

    return call


def _user(name: Any) -> None:
    if not isinstance(name, str):
        raise TypeError("Expected a user's name to be a string")
    if not name:
        raise ValueError("Expected a user's name not to be empty")


def _nodes(brokers: Dict[int, Node], ids: List[int]) -> List[Node]:
    return [brokers.get(i, Node(i, "", -1)) for i in ids]


def _topic_name(name: Any) -> str:
    if not isinstance(name, str):
        raise TypeError("Expected list of topic strings")
    if not name:
        raise ValueError("Expected non-empty topic strings")
    return name


def _resource(r: ConfigResource) -> Any:
    if r.restype not in _CONFIG_RESOURCES:
        raise ValueError(f"{r.restype} has no configs")
    return _CONFIG_RESOURCES[r.restype], r.name


def _source(number: int) -> int:
    known = {s.value for s in ConfigSource}
    return number if number in known else ConfigSource.UNKNOWN_CONFIG.value


def _entry(e: Any) -> ConfigEntry:
    name, value, source, read_only, is_default, sensitive, synonyms = e
    more = {s[0]: ConfigEntry(s[0], s[1], _source(s[2]), is_synonym=True) for s in synonyms}
    return ConfigEntry(name, value, _source(source), read_only, is_default, sensitive, False, more)


def _single(request: Any) -> ConsumerGroupTopicPartitions:
    """The one group that a request is about so far, with partitions that there can be."""
    if not isinstance(request, list):
        raise TypeError(f"Expected Request to be a list, got '{type(request).__name__}'")
    if len(request) != 1:
        raise ValueError("Expected a list with one ConsumerGroupTopicPartitions")
    one: ConsumerGroupTopicPartitions = _expect(request, ConsumerGroupTopicPartitions)[0]
    if not isinstance(one.group_id, str):
        raise TypeError(f"Expected group_id to be a string, got '{type(one.group_id).__name__}'")
    if not one.group_id:
        raise ValueError("Expected group_id not to be empty")
    if one.topic_partitions is not None:
        for t in _expect(one.topic_partitions, TopicPartition, "topic_partitions"):
            _partition(t)
    return one


def _set(given: Any, kind: type, name: str) -> Set[Any]:
    if given is None:
        return set()
    if not isinstance(given, set) or not all(isinstance(g, kind) for g in given):
        raise TypeError(f"Expected {name} to be a set of {kind.__name__}")
    return given
