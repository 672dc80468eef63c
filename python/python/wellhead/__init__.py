"""Wellhead: a durable, Kafka-protocol event log in your process, and clients for it or for any Kafka cluster.

The names and behaviours are those of confluent-kafka, so `import wellhead as confluent_kafka` runs everyday scripts. Beyond them:
`Broker` (the log itself, embedded), `Consumer.batches()` (records as Arrow columns), `wellhead.aio` (asyncio without threads).
"""

import atexit as _atexit
import os as _os
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from . import _main_only as _main_only  # first: it may refuse
from . import _wellhead
from ._broker import Broker
from ._clients import Consumer, ConsumerGroupMetadata, Producer
from ._model import (
    AcknowledgeType,
    ConsumerGroupState,
    ConsumerGroupTopicPartitions,
    ConsumerGroupType,
    ElectionType,
    IsolationLevel,
    Messages,
    Node,
    ThrottleEvent,
    TopicCollection,
    TopicPartitionInfo,
    Uuid,
)
from ._partitioners import consistent, fnv1a, murmur2
from ._wellhead import Batch, KafkaError, KafkaException, Message, TopicPartition
from .admin import AdminClient
from .cimpl import (
    OFFSET_BEGINNING,
    OFFSET_END,
    OFFSET_INVALID,
    OFFSET_STORED,
    TIMESTAMP_CREATE_TIME,
    TIMESTAMP_LOG_APPEND_TIME,
    TIMESTAMP_NOT_AVAILABLE,
    ConcurrentModificationException,
    IllegalStateException,
    libversion,
    version,
)
from .deserializing_consumer import DeserializingConsumer
from .serializing_producer import SerializingProducer

if _TYPE_CHECKING:
    from .aio import AsyncConsumer, AsyncProducer

__version__: str = _wellhead.__version__

__all__ = [
    "AcknowledgeType",
    "AdminClient",
    "AsyncConsumer",
    "AsyncProducer",
    "Batch",
    "Broker",
    "ConcurrentModificationException",
    "Consumer",
    "ConsumerGroupMetadata",
    "ConsumerGroupState",
    "ConsumerGroupTopicPartitions",
    "ConsumerGroupType",
    "DeserializingConsumer",
    "ElectionType",
    "IllegalStateException",
    "IsolationLevel",
    "KafkaError",
    "KafkaException",
    "Message",
    "Messages",
    "Node",
    "OFFSET_BEGINNING",
    "OFFSET_END",
    "OFFSET_INVALID",
    "OFFSET_STORED",
    "Producer",
    "SerializingProducer",
    "TIMESTAMP_CREATE_TIME",
    "TIMESTAMP_LOG_APPEND_TIME",
    "TIMESTAMP_NOT_AVAILABLE",
    "ThrottleEvent",
    "TopicCollection",
    "TopicPartition",
    "TopicPartitionInfo",
    "Uuid",
    "consistent",
    "fnv1a",
    "libversion",
    "murmur2",
    "version",
]

# An object made before a fork says so in the child instead of hanging there.
if hasattr(_os, "register_at_fork"):
    _os.register_at_fork(after_in_child=_wellhead._forked)


def _at_exit() -> None:
    """Ends what still lives: producers send what is queued (for a few seconds at most), consumers leave their groups, brokers close."""
    from . import _live

    _live.end()


_atexit.register(_at_exit)


def __getattr__(name: str) -> _Any:
    # asyncio is loaded by those who use it.
    if name in ("AsyncConsumer", "AsyncProducer"):
        from . import aio

        return getattr(aio, name)
    raise AttributeError(f"module 'wellhead' has no attribute {name!r}")
