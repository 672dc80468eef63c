"""Serializers and deserializers: what turns objects into the bytes of a key or value, and back."""

import struct
from enum import Enum
from typing import Any, Dict, Optional, Sequence, Tuple, Union

from .._wellhead import KafkaException

__all__ = [
    "Deserializer",
    "DoubleDeserializer",
    "DoubleSerializer",
    "IntegerDeserializer",
    "IntegerSerializer",
    "MessageField",
    "SerializationContext",
    "SerializationError",
    "Serializer",
    "StringDeserializer",
    "StringSerializer",
]

HeadersType = Union[Dict[str, Union[str, bytes, None]], Sequence[Tuple[str, Union[str, bytes, None]]]]


class MessageField(str, Enum):
    """Which part of a message is meant."""

    NONE = "none"
    KEY = "key"
    VALUE = "value"

    def __str__(self) -> str:
        return str(self.value)


class SerializationContext:
    """Where the bytes go, or come from."""

    def __init__(self, topic: str, field: MessageField, headers: Optional[HeadersType] = None) -> None:
        self.topic = topic
        self.field = field
        self.headers = headers


class SerializationError(KafkaException):
    """An object is not what a serializer takes, or bytes are not what a deserializer takes."""


class Serializer:
    """An object to bytes; None stays None."""

    def __call__(self, obj: Any, ctx: Optional[SerializationContext] = None) -> Optional[bytes]:
        raise NotImplementedError


class Deserializer:
    """Bytes to an object; None stays None."""

    def __call__(self, value: Optional[bytes], ctx: Optional[SerializationContext] = None) -> Any:
        raise NotImplementedError


class StringSerializer(Serializer):
    """str to bytes, as UTF-8 unless another codec is named."""

    def __init__(self, codec: str = "utf_8") -> None:
        self.codec = codec

    def __call__(self, obj: Optional[str], ctx: Optional[SerializationContext] = None) -> Optional[bytes]:
        if obj is None:
            return None
        try:
            return obj.encode(self.codec)
        except (UnicodeEncodeError, AttributeError) as e:
            raise SerializationError(str(e)) from e


class StringDeserializer(Deserializer):
    def __init__(self, codec: str = "utf_8") -> None:
        self.codec = codec

    def __call__(self, value: Optional[bytes], ctx: Optional[SerializationContext] = None) -> Optional[str]:
        if value is None:
            return None
        try:
            return value.decode(self.codec)
        except (UnicodeDecodeError, AttributeError) as e:
            raise SerializationError(str(e)) from e


def _pack(layout: str, obj: Any) -> Optional[bytes]:
    if obj is None:
        return None
    try:
        return struct.pack(layout, obj)
    except struct.error as e:
        raise SerializationError(str(e)) from e


def _unpack(layout: str, value: Optional[bytes]) -> Any:
    if value is None:
        return None
    try:
        return struct.unpack(layout, value)[0]
    except struct.error as e:
        raise SerializationError(str(e)) from e


class IntegerSerializer(Serializer):
    """int to 4 bytes, big-endian, as Java's."""

    def __call__(self, obj: Optional[int], ctx: Optional[SerializationContext] = None) -> Optional[bytes]:
        return _pack(">i", obj)


class IntegerDeserializer(Deserializer):
    def __call__(self, value: Optional[bytes], ctx: Optional[SerializationContext] = None) -> Optional[int]:
        found: Optional[int] = _unpack(">i", value)
        return found


class DoubleSerializer(Serializer):
    """float to 8 bytes, big-endian, as Java's."""

    def __call__(self, obj: Optional[float], ctx: Optional[SerializationContext] = None) -> Optional[bytes]:
        return _pack(">d", obj)


class DoubleDeserializer(Deserializer):
    def __call__(self, value: Optional[bytes], ctx: Optional[SerializationContext] = None) -> Optional[float]:
        found: Optional[float] = _unpack(">d", value)
        return found
