"""What the cluster says about its brokers, topics and groups."""

from typing import Any, Dict, List, Optional

from .._model import Uuid
from .._wellhead import KafkaError


class BrokerMetadata:
    def __init__(self) -> None:
        self.id: int = -1
        self.host: Optional[str] = None
        self.port: int = -1

    def __repr__(self) -> str:
        return f"BrokerMetadata({self.id}, {self.host}:{self.port})"

    def __str__(self) -> str:
        return f"{self.host}:{self.port}/{self.id}"


class PartitionMetadata:
    """A partition: its leader and the brokers that hold it. `error` is None when all is well."""

    def __init__(self) -> None:
        self.id: int = -1
        self.leader: int = -1
        self.replicas: List[int] = []
        self.isrs: List[int] = []
        self.error: Optional[KafkaError] = None

    def __repr__(self) -> str:
        return f"PartitionMetadata({self.id}" + (f", {self.error})" if self.error is not None else ")")

    def __str__(self) -> str:
        return f"{self.id}"


class TopicMetadata:
    """A topic and its partitions by number. `error` is None when all is well."""

    def __init__(self) -> None:
        self.topic: Optional[str] = None
        self.partitions: Dict[int, PartitionMetadata] = {}
        self.error: Optional[KafkaError] = None

    def __repr__(self) -> str:
        head = f"TopicMetadata({self.topic}, {len(self.partitions)} partitions"
        return head + (f", {self.error})" if self.error is not None else ")")

    def __str__(self) -> str:
        return f"{self.topic}"


class ClusterMetadata:
    """The cluster: brokers by number, topics by name."""

    def __init__(self) -> None:
        self.cluster_id: Optional[str] = None
        self.controller_id: int = -1
        self.brokers: Dict[int, BrokerMetadata] = {}
        self.topics: Dict[str, TopicMetadata] = {}
        self.orig_broker_id: int = -1
        self.orig_broker_name: Optional[str] = None

    def __repr__(self) -> str:
        return f"ClusterMetadata({self.cluster_id})"

    def __str__(self) -> str:
        return f"{self.cluster_id}"


class GroupMember:
    def __init__(self) -> None:
        self.id: Optional[str] = None
        self.client_id: Optional[str] = None
        self.client_host: Optional[str] = None
        self.metadata: Optional[bytes] = None
        self.assignment: Optional[bytes] = None


class GroupMetadata:
    def __init__(self) -> None:
        self.broker: Optional[BrokerMetadata] = None
        self.id: Optional[str] = None
        self.error: Optional[KafkaError] = None
        self.state: Optional[str] = None
        self.protocol_type: Optional[str] = None
        self.protocol: Optional[str] = None
        self.members: List[GroupMember] = []

    def __repr__(self) -> str:
        return f"GroupMetadata({self.id}" + (f", {self.error})" if self.error is not None else ")")

    def __str__(self) -> str:
        return f"{self.id}"


def broker(raw: Any) -> BrokerMetadata:
    b = BrokerMetadata()
    b.id, b.host, b.port = raw[0], raw[1], raw[2]
    return b


def topic(raw: Any) -> TopicMetadata:
    t = TopicMetadata()
    t.topic, t.error = raw[0], raw[3]
    for id_, leader, _epoch, replicas, isr, error in raw[4]:
        p = PartitionMetadata()
        p.id, p.leader, p.replicas, p.isrs, p.error = id_, leader, replicas, isr, error
        t.partitions[id_] = p
    return t


def uuid(raw: Any) -> Uuid:
    return Uuid(raw[1][0], raw[1][1])


def cluster(raw: Any) -> ClusterMetadata:
    c = ClusterMetadata()
    c.cluster_id, c.controller_id = raw[0], raw[1]
    c.brokers = {b[0]: broker(b) for b in raw[2]}
    c.topics = {t[0]: topic(t) for t in raw[3]}
    origin = raw[4]
    c.orig_broker_id = origin[0]
    c.orig_broker_name = f"{origin[1]}:{origin[2]}/{origin[0]}"
    return c
