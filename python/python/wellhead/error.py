"""Exceptions of the serializing clients, and the two classes that every program needs."""

from typing import Optional

from ._wellhead import KafkaError, KafkaException, Message
from .serialization import SerializationError

__all__ = [
    "ConsumeError",
    "KafkaError",
    "KafkaException",
    "KeyDeserializationError",
    "KeySerializationError",
    "ProduceError",
    "SerializationError",
    "ValueDeserializationError",
    "ValueSerializationError",
]


class _KafkaClientError(KafkaException):
    """An error with the exception that caused it and the message it is about."""

    def __init__(self, kafka_error: KafkaError, exception: Optional[BaseException] = None, kafka_message: Optional[Message] = None) -> None:
        super().__init__(kafka_error)
        self.exception = exception
        self.kafka_message = kafka_message

    @property
    def code(self) -> int:
        return int(self.args[0].code())

    @property
    def name(self) -> str:
        return str(self.args[0].name())


class ConsumeError(_KafkaClientError):
    """A message could not be read."""


class KeyDeserializationError(ConsumeError, SerializationError):
    def __init__(self, exception: Optional[BaseException] = None, kafka_message: Optional[Message] = None) -> None:
        super().__init__(KafkaError(KafkaError._KEY_DESERIALIZATION, str(exception)), exception, kafka_message)


class ValueDeserializationError(ConsumeError, SerializationError):
    def __init__(self, exception: Optional[BaseException] = None, kafka_message: Optional[Message] = None) -> None:
        super().__init__(KafkaError(KafkaError._VALUE_DESERIALIZATION, str(exception)), exception, kafka_message)


class ProduceError(_KafkaClientError):
    """A message could not be sent."""

    def __init__(self, kafka_error: KafkaError, exception: Optional[BaseException] = None) -> None:
        super().__init__(kafka_error, exception, None)


class KeySerializationError(ProduceError, SerializationError):
    def __init__(self, exception: Optional[BaseException] = None) -> None:
        super().__init__(KafkaError(KafkaError._KEY_SERIALIZATION, str(exception)), exception)


class ValueSerializationError(ProduceError, SerializationError):
    def __init__(self, exception: Optional[BaseException] = None) -> None:
        super().__init__(KafkaError(KafkaError._VALUE_SERIALIZATION, str(exception)), exception)
