"""`SerializingProducer`: a producer whose keys and values go through serializers."""

from typing import Any, Callable, Dict, Optional

from ._clients import Producer
from .error import KeySerializationError, ValueSerializationError
from .serialization import MessageField, SerializationContext


class SerializingProducer(Producer):
    """A Producer with `key.serializer` and `value.serializer` in its configuration."""

    def __init__(self, conf: Dict[str, Any]) -> None:
        own = dict(conf)
        self._key_serializer: Optional[Callable[..., Any]] = own.pop("key.serializer", None)
        self._value_serializer: Optional[Callable[..., Any]] = own.pop("value.serializer", None)
        super().__init__(own)

    def produce(  # type: ignore[override]
        self,
        topic: str,
        key: Any = None,
        value: Any = None,
        partition: int = -1,
        on_delivery: Optional[Callable[..., Any]] = None,
        timestamp: int = 0,
        headers: Any = None,
    ) -> None:
        """As Producer.produce, with objects in place of bytes. Note the order: key before value."""
        ctx = SerializationContext(topic, MessageField.KEY, headers)
        if self._key_serializer is not None:
            try:
                key = self._key_serializer(key, ctx)
            except Exception as e:
                raise KeySerializationError(e) from e
        ctx.field = MessageField.VALUE
        if self._value_serializer is not None:
            try:
                value = self._value_serializer(value, ctx)
            except Exception as e:
                raise ValueSerializationError(e) from e
        super().produce(topic, value, key, headers=headers, partition=partition, timestamp=timestamp, on_delivery=on_delivery)
