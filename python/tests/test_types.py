"""KafkaError, TopicPartition, Message and the small functions behave as those of confluent-kafka."""

import copy
import pickle

import pytest

import wellhead
from wellhead import KafkaError, KafkaException, Message, TopicPartition


def test_an_error_compares_hashes_and_prints_as_its_code():
    e = KafkaError(3)
    assert (e.code(), e.name(), e.str()) == (3, "UNKNOWN_TOPIC_OR_PART", "Broker: Unknown topic or partition")
    assert e == 3 and e == KafkaError(3, "another text") and e != 4 and e < 4 and hash(e) == 3
    assert e == KafkaError.UNKNOWN_TOPIC_OR_PART and KafkaError(-191) == KafkaError._PARTITION_EOF
    assert e != "3" and e is not None and bool(KafkaError(0))
    assert repr(e) == str(e) == 'KafkaError{code=UNKNOWN_TOPIC_OR_PART,val=3,str="Broker: Unknown topic or partition"}'
    assert repr(KafkaError(3, "hey", fatal=True)) == 'KafkaError{FATAL,code=UNKNOWN_TOPIC_OR_PART,val=3,str="hey"}'
    assert (KafkaError(9999).name(), KafkaError(9999).str()) == ("ERR_9999?", "Err-9999?")
    with pytest.raises(TypeError):
        _ = e < "3"


def test_an_exception_carries_its_error():
    e = KafkaException(KafkaError(KafkaError._TIMED_OUT))
    assert e.args[0].code() == -185 and e.args[0].name() == "_TIMED_OUT" and isinstance(e, Exception)


def test_errors_and_partitions_survive_pickling():
    e = pickle.loads(pickle.dumps(KafkaError(3, "why", fatal=True)))
    assert e == 3 and e.str() == "why" and e.fatal()
    t = copy.copy(TopicPartition("t", 2, 7, "meta", 5))
    assert (t.topic, t.partition, t.offset, t.metadata, t.leader_epoch) == ("t", 2, 7, "meta", 5)


def test_partitions_are_equal_by_topic_and_number():
    a = TopicPartition("a", 1)
    assert a == TopicPartition("a", 1, 99) and hash(a) == hash(TopicPartition("a", 1, 99)) and a != TopicPartition("a", 2) and a != "a"
    assert sorted([TopicPartition("b", 1), TopicPartition("a", 2), a]) == [a, TopicPartition("a", 2), TopicPartition("b", 1)]
    assert (a.offset, a.metadata, a.leader_epoch, a.error) == (wellhead.OFFSET_INVALID, None, None, None)
    assert repr(a) == "TopicPartition{topic=a,partition=1,offset=-1001,leader_epoch=None,error=None}"
    a.offset = 5
    assert a.offset == 5
    with pytest.raises(TypeError):
        TopicPartition("t", "a")


def test_a_message_made_by_hand():
    m = Message("t", 1, 2, b"k", b"vvv", [("a", b"1")], None, (1, 5), 1.5, 3)
    assert (m.topic(), m.partition(), m.offset(), m.key(), m.value(), m.headers()) == ("t", 1, 2, b"k", b"vvv", [("a", b"1")])
    assert (m.error(), m.timestamp(), m.latency(), m.leader_epoch(), len(m)) == (None, (1, 5), 1.5, 3, 3)
    m.set_value({"parsed": 1})
    m.set_key(None)
    m.set_headers([])
    m.set_error(KafkaError(3))
    assert (m.value(), m.key(), m.headers(), m.error()) == ({"parsed": 1}, None, [], 3)
    empty = Message()
    assert (empty.topic(), empty.partition(), empty.offset(), empty.value(), empty.timestamp(), len(empty)) == (None, None, None, None, (0, 0), 0)
    assert bool(empty) and Message[bytes, str] is Message


def test_partitioners_choose_as_librdkafka():
    # The right-hand sides were computed by confluent-kafka 2.16.1.
    assert [wellhead.murmur2(k, 7) for k in (b"abc", b"")] == [4, 2]
    assert [wellhead.consistent(k, 7) for k in (b"abc", b"")] == [5, 0]
    assert (wellhead.fnv1a(b"abc", 7), wellhead.fnv1a(b"hello", 100)) == (5, 23)
    with pytest.raises(ValueError):
        wellhead.murmur2(b"abc", 0)
    with pytest.raises(TypeError):
        wellhead.murmur2("abc", 7)


def test_versions_and_ids():
    text, number = wellhead.libversion()
    assert text == wellhead.version() == wellhead.__version__ and number & 0xFF == 0xFF
    assert str(wellhead.Uuid(1, 2)) == "AAAAAAAAAAEAAAAAAAAAAg" and wellhead.Uuid(1, 2) == wellhead.Uuid(1, 2)
    assert (wellhead.OFFSET_BEGINNING, wellhead.OFFSET_END, wellhead.OFFSET_STORED, wellhead.OFFSET_INVALID) == (-2, -1, -1000, -1001)


def test_submodules_are_where_confluents_are():
    from wellhead.admin import AdminClient, ConfigResource, NewPartitions, NewTopic  # noqa: F401
    from wellhead.aio import AIOConsumer, AIOProducer  # noqa: F401
    from wellhead.cimpl import Consumer, Producer  # noqa: F401
    from wellhead.error import ConsumeError, ValueSerializationError  # noqa: F401
    from wellhead.serialization import IntegerDeserializer, StringSerializer  # noqa: F401

    assert Producer is wellhead.Producer and wellhead.AsyncProducer.__module__.startswith("wellhead.aio")


def test_serializers():
    from wellhead.serialization import (
        DoubleDeserializer,
        DoubleSerializer,
        IntegerDeserializer,
        IntegerSerializer,
        SerializationError,
        StringDeserializer,
        StringSerializer,
    )

    for there, back, value, raw in (
        (StringSerializer(), StringDeserializer(), "é", b"\xc3\xa9"),
        (IntegerSerializer(), IntegerDeserializer(), 5, b"\0\0\0\5"),
        (DoubleSerializer(), DoubleDeserializer(), 5.0, b"@\x14\0\0\0\0\0\0"),
    ):
        assert there(value) == raw and back(raw) == value and there(None) is None and back(None) is None
    for fails in (lambda: StringDeserializer()(b"\xff"), lambda: IntegerSerializer()("a"), lambda: DoubleDeserializer()(b"abc")):
        with pytest.raises(SerializationError):
            fails()
