"""Small data classes and enums of the client APIs."""

import base64
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Any, Iterable, Iterator, List, Optional, Union, overload

from . import _constants as _c
from ._wellhead import Message, TopicPartition

if TYPE_CHECKING:
    from .admin._metadata import ClusterMetadata


class OrderedEnum(Enum):
    """An enum whose members compare by their numbers."""

    def __lt__(self, other: object) -> bool:
        if self.__class__ is not other.__class__ or not isinstance(other, Enum):
            return NotImplemented
        return bool(self.value < other.value)

    @classmethod
    def of(cls, value: Any) -> Any:
        """The member of a number, a name or a member."""
        if isinstance(value, cls):
            return value
        if isinstance(value, str):
            return cls[value.upper()]
        return cls(value)


class ConsumerGroupState(OrderedEnum):
    UNKNOWN = _c.CONSUMER_GROUP_STATE_UNKNOWN
    PREPARING_REBALANCING = _c.CONSUMER_GROUP_STATE_PREPARING_REBALANCE
    COMPLETING_REBALANCING = _c.CONSUMER_GROUP_STATE_COMPLETING_REBALANCE
    STABLE = _c.CONSUMER_GROUP_STATE_STABLE
    DEAD = _c.CONSUMER_GROUP_STATE_DEAD
    EMPTY = _c.CONSUMER_GROUP_STATE_EMPTY

    @classmethod
    def named(cls, name: str) -> "ConsumerGroupState":
        """The state under the protocol's name for it."""
        return _STATES.get(name, cls.UNKNOWN)


class ConsumerGroupType(OrderedEnum):
    UNKNOWN = _c.CONSUMER_GROUP_TYPE_UNKNOWN
    CONSUMER = _c.CONSUMER_GROUP_TYPE_CONSUMER
    CLASSIC = _c.CONSUMER_GROUP_TYPE_CLASSIC

    @classmethod
    def named(cls, name: str) -> "ConsumerGroupType":
        return {"consumer": cls.CONSUMER, "classic": cls.CLASSIC}.get(name.lower(), cls.UNKNOWN)


_STATES = {
    "PreparingRebalance": ConsumerGroupState.PREPARING_REBALANCING,
    "CompletingRebalance": ConsumerGroupState.COMPLETING_REBALANCING,
    "Stable": ConsumerGroupState.STABLE,
    "Dead": ConsumerGroupState.DEAD,
    "Empty": ConsumerGroupState.EMPTY,
}


class IsolationLevel(OrderedEnum):
    READ_UNCOMMITTED = _c.ISOLATION_LEVEL_READ_UNCOMMITTED
    READ_COMMITTED = _c.ISOLATION_LEVEL_READ_COMMITTED


class ElectionType(OrderedEnum):
    PREFERRED = _c.ELECTION_TYPE_PREFERRED
    UNCLEAN = _c.ELECTION_TYPE_UNCLEAN


class AcknowledgeType(IntEnum):
    ACCEPT = _c.SHARE_ACKNOWLEDGE_TYPE_ACCEPT
    RELEASE = _c.SHARE_ACKNOWLEDGE_TYPE_RELEASE
    REJECT = _c.SHARE_ACKNOWLEDGE_TYPE_REJECT


class Node:
    """A broker."""

    def __init__(self, id: int, host: str, port: int, rack: Optional[str] = None) -> None:
        self.id = id
        self.id_string = str(id)
        self.host = host
        self.port = port
        self.rack = rack

    def __str__(self) -> str:
        return f"({self.id}) {self.host}:{self.port}" + (f" (Rack - {self.rack})" if self.rack else "")


class Uuid:
    """A topic's id: two 64-bit halves, printed as Kafka prints it."""

    def __init__(self, most_significant_bits: int, least_significant_bits: int) -> None:
        self._bits = (most_significant_bits, least_significant_bits)

    def get_most_significant_bits(self) -> int:
        return self._bits[0]

    def get_least_significant_bits(self) -> int:
        return self._bits[1]

    def __str__(self) -> str:
        raw = b"".join((half & 0xFFFFFFFFFFFFFFFF).to_bytes(8, "big") for half in self._bits)
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    __repr__ = __str__

    def __hash__(self) -> int:
        return hash(self._bits)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Uuid) and self._bits == other._bits


class ConsumerGroupTopicPartitions:
    """A group with partitions (and offsets)."""

    def __init__(self, group_id: str, topic_partitions: Optional[List[TopicPartition]] = None) -> None:
        self.group_id = group_id
        self.topic_partitions = topic_partitions


class TopicCollection:
    def __init__(self, topic_names: List[str]) -> None:
        self.topic_names = topic_names


class TopicPartitionInfo:
    def __init__(self, id: int, leader: Optional[Node], replicas: List[Node], isr: List[Node]) -> None:
        self.id = id
        self.leader = leader
        self.replicas = replicas
        self.isr = isr


class ThrottleEvent:
    """Says that a broker made a request wait."""

    def __init__(self, broker_name: str, broker_id: int, throttle_time: float) -> None:
        self.broker_name = broker_name
        self.broker_id = broker_id
        self.throttle_time = throttle_time

    def __str__(self) -> str:
        return f"{self.broker_name}/{self.broker_id} throttled for {int(self.throttle_time * 1000)} ms"


class Messages:
    """An immutable sequence of messages."""

    def __init__(self, messages: Iterable[Message] = ()) -> None:
        self._records = tuple(messages)

    def records(self) -> List[Message]:
        return list(self._records)

    def count(self) -> int:
        return len(self._records)

    def is_empty(self) -> bool:
        return not self._records

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Message]:
        return iter(self._records)

    @overload
    def __getitem__(self, index: int) -> Message: ...
    @overload
    def __getitem__(self, index: slice) -> "Messages": ...
    def __getitem__(self, index: Union[int, slice]) -> "Union[Message, Messages]":
        return Messages(self._records[index]) if isinstance(index, slice) else self._records[index]

    @classmethod
    def _from_list(cls, records: List[Message]) -> "Messages":
        return cls(records)

    def __repr__(self) -> str:
        return f"Messages({list(self._records)!r})"


def metadata_of(raw: Any) -> "ClusterMetadata":
    from .admin import _metadata

    return _metadata.cluster(raw)
