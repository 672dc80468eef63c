"""`DeserializingConsumer`: a consumer whose keys and values come through deserializers."""

from typing import Any, Callable, Dict, List, Optional

from ._clients import Consumer
from ._wellhead import Message
from .error import ConsumeError, KeyDeserializationError, ValueDeserializationError
from .serialization import MessageField, SerializationContext


class DeserializingConsumer(Consumer):
    """A Consumer with `key.deserializer` and `value.deserializer` in its configuration."""

    def __init__(self, conf: Dict[str, Any]) -> None:
        own = dict(conf)
        self._key_deserializer: Optional[Callable[..., Any]] = own.pop("key.deserializer", None)
        self._value_deserializer: Optional[Callable[..., Any]] = own.pop("value.deserializer", None)
        super().__init__(own)

    def poll(self, timeout: float = -1) -> Optional[Message]:
        """As Consumer.poll; an error in place of a message is raised as ConsumeError."""
        message = super().poll(timeout)
        if message is None:
            return None
        error = message.error()
        if error is not None:
            raise ConsumeError(error, kafka_message=message)
        self._deserialize(message)
        return message

    def consume(self, num_messages: int = 1, timeout: float = -1) -> List[Message]:
        """As Consumer.consume; errors in place of messages stay in the list."""
        messages = super().consume(num_messages, timeout)
        for m in messages:
            if m.error() is None:
                self._deserialize(m)
        return messages

    def _deserialize(self, message: Message) -> None:
        ctx = SerializationContext(message.topic() or "", MessageField.VALUE, message.headers())
        if self._value_deserializer is not None:
            try:
                value = self._value_deserializer(message.value(), ctx)
            except Exception as e:
                raise ValueDeserializationError(e, message) from e
            message.set_value(value)
        ctx.field = MessageField.KEY
        if self._key_deserializer is not None:
            try:
                key = self._key_deserializer(message.key(), ctx)
            except Exception as e:
                raise KeyDeserializationError(e, message) from e
            message.set_key(key)
