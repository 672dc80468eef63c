"""Where confluent-kafka has its C types; the same names, here."""

from typing import Any, Tuple

from . import _wellhead
from ._model import Uuid
from ._partitioners import consistent, fnv1a, murmur2
from ._wellhead import KafkaError, KafkaException, Message, TopicPartition

#: The first record there is.
OFFSET_BEGINNING: int = -2
#: The next record that will be written.
OFFSET_END: int = -1
#: What the group committed.
OFFSET_STORED: int = -1000
#: No offset.
OFFSET_INVALID: int = -1001
TIMESTAMP_NOT_AVAILABLE: int = 0
TIMESTAMP_CREATE_TIME: int = 1
TIMESTAMP_LOG_APPEND_TIME: int = 2


class IllegalStateException(RuntimeError):
    """A call that the object's state does not allow."""


class ConcurrentModificationException(RuntimeError):
    """A call from a second thread where only one may be inside."""


def version() -> str:
    """The version of this package."""
    return str(_wellhead.__version__)


def libversion() -> Tuple[str, int]:
    """The engine's version as text and as a number (one byte each for major, minor, patch, and 0xff)."""
    text = str(_wellhead.__version__)
    number = 0
    for part in (text.split("-")[0].split(".") + ["0", "0"])[:3]:
        number = number << 8 | (int(part) & 0xFF)
    return text, number << 8 | 0xFF


def __getattr__(name: str) -> Any:
    # Producer, Consumer, NewTopic and the like live in modules that import this one.
    if name in ("Producer", "Consumer"):
        from . import _clients

        return getattr(_clients, name)
    if name in ("NewTopic", "NewPartitions"):
        from . import admin

        return getattr(admin, name)
    from . import _constants

    if hasattr(_constants, name):
        return getattr(_constants, name)
    raise AttributeError(f"module 'wellhead.cimpl' has no attribute {name!r}")


__all__ = [
    "ConcurrentModificationException",
    "IllegalStateException",
    "KafkaError",
    "KafkaException",
    "Message",
    "OFFSET_BEGINNING",
    "OFFSET_END",
    "OFFSET_INVALID",
    "OFFSET_STORED",
    "TIMESTAMP_CREATE_TIME",
    "TIMESTAMP_LOG_APPEND_TIME",
    "TIMESTAMP_NOT_AVAILABLE",
    "TopicPartition",
    "Uuid",
    "consistent",
    "fnv1a",
    "libversion",
    "murmur2",
    "version",
]
