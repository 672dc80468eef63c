"""What programs (and their tests) that come from confluent-kafka do with its objects: made by hand, pickled, compared, subclassed, closed, and
used without a broker."""

import json
import logging
import pickle
import signal
import threading
import time

import pytest
from conftest import NOWHERE

import wellhead
from wellhead import AdminClient, Consumer, KafkaError, KafkaException, Message, Messages, Producer, TopicPartition, TopicCollection
from wellhead.admin import (
    AclBinding,
    AclBindingFilter,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    OffsetSpec,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialAlteration,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)


class Parsed(Message):
    def __init__(self, text):
        super().__init__("t", 0, 7, value=text)
        self.parsed = json.loads(text)


class Place(TopicPartition):
    def __init__(self, text):
        topic, number = text.split("/")
        super().__init__(topic, int(number), 5)


def code_of(call):
    with pytest.raises(KafkaException) as e:
        call()
    return e.value.args[0].code()


def test_a_message_holds_what_a_test_puts_there():
    thing = object()
    m = Message(thing, key=thing, value=thing, headers=thing, error=thing)
    assert all(got is thing for got in (m.topic(), m.key(), m.value(), m.headers(), m.error())) and "error" in repr(m)
    for name in ("topic", "key", "value", "headers", "error"):
        getattr(m, f"set_{name}")("x")
        assert getattr(m, name)() == "x"
        getattr(m, f"set_{name}")(None)
        assert getattr(m, name)() is None
    with pytest.raises(TypeError):
        len(Message(value=5))
    with pytest.raises(TypeError):
        Message(partition="zero")
    with pytest.raises(OverflowError):
        Message(delivery_count=1 << 15)


def test_numbers_below_zero_are_none():
    for m in (Message(), Message("t", -1, -1001, latency=-1.0, leader_epoch=-1, delivery_count=0), Message("t", None, None, latency=None)):
        assert (m.partition(), m.offset(), m.latency(), m.leader_epoch(), m.delivery_count()) == (None,) * 5
    m = Message("t", 0, 0, latency=0.0, leader_epoch=0, delivery_count=1)
    assert (m.partition(), m.offset(), m.latency(), m.leader_epoch(), m.delivery_count()) == (0, 0, 0.0, 0, 1)


def test_messages_are_equal_by_what_they_hold_and_survive_pickling(fill, consumer, topic):
    made = Message("t", 1, 2, b"k", "v", [("h", None)], KafkaError(3), (1, 99), 0.5, 4, 6)
    again = pickle.loads(pickle.dumps(made))
    assert again == made and again.latency() == 0.5 and again.delivery_count() == 6 and again.error() == 3
    for other in (
        Message("u", 1, 2, b"k", "v", [("h", None)], KafkaError(3), (1, 99), 0.5, 4, 6),
        Message("t", 1, 3, b"k", "v", [("h", None)], KafkaError(3), (1, 99), 0.5, 4, 6),
        Message("t", 1, 2, b"k", "w", [("h", None)], KafkaError(3), (1, 99), 0.5, 4, 6),
        Message("t", 1, 2, b"k", "v", [("h", None)], KafkaError(3), (1, 98), 0.5, 4, 6),
    ):
        assert other != made
    assert Message(latency=1.0) == Message(latency=2.0) and made != "v" and made is not None
    with pytest.raises(TypeError):
        _ = made < again
    with pytest.raises(TypeError):
        hash(made)

    fill(topic, 2)
    c = consumer()
    c.assign([TopicPartition(topic, 0, wellhead.OFFSET_BEGINNING)])
    first, second = c.consume(2, 20)
    copied = pickle.loads(pickle.dumps(first))
    assert copied == first and copied.value() == first.value() == b"v0" and copied.timestamp() == first.timestamp() and first != second


def test_subclasses_have_constructors_of_their_own():
    m = Parsed('{"a": 1}')
    assert m.parsed == {"a": 1} and (m.topic(), m.offset()) == ("t", 7) and m == Message("t", 0, 7, value='{"a": 1}')
    back = pickle.loads(pickle.dumps(m))
    assert type(back) is Message and back == m
    t = Place("x/3")
    assert (t.topic, t.partition, t.offset) == ("x", 3, 5) and t == TopicPartition("x", 3)
    c = Consumer({"bootstrap.servers": NOWHERE, "group.id": "g"})
    c.assign([t])
    assert c.assignment() == [t]
    c.close()


def test_messages_in_a_row():
    rows = [Message("t", 0, i) for i in range(4)]
    batch = Messages(rows)
    assert isinstance(batch[1:3], Messages) and list(batch[1:3]) == rows[1:3] and batch[-1] is rows[3]
    assert repr(Messages()) == "Messages([])" and repr(batch[:1]) == "Messages([<Message t [0] @ 0>])"


def test_what_is_stored_and_committed():
    c = Consumer({"bootstrap.servers": NOWHERE, "group.id": "g", "enable.auto.offset.store": False, "enable.auto.commit": False})
    c.assign([TopicPartition("t", 0)])
    assert code_of(lambda: c.store_offsets(offsets=[TopicPartition("never-heard-of", 0, 5)])) == KafkaError._UNKNOWN_PARTITION
    # An offset below zero is no position: nothing is stored, and so there is nothing to commit.
    c.store_offsets(offsets=[TopicPartition("t", 0, -1)])
    c.store_offsets(Message("t", 0))
    assert code_of(lambda: c.commit(asynchronous=False)) == KafkaError._NO_OFFSET
    assert code_of(lambda: c.commit(Message("t", 0), asynchronous=False)) == KafkaError._NO_OFFSET
    assert c.commit(Message("t", 0)) is None
    assert code_of(lambda: c.commit(Message("t", 0, 5, error=KafkaError(3)))) == KafkaError._INVALID_ARG
    assert code_of(lambda: c.commit(Message())) == KafkaError._INVALID_ARG
    c.close()


def test_a_client_without_an_address_is_made_and_says_so(caplog):
    with caplog.at_level(logging.WARNING, logger="wellhead"):
        c, p, a = Consumer({"group.id": "g"}), Producer({}), AdminClient({})
    assert caplog.text.count("bootstrap.servers is not set") == 3
    t = TopicPartition("t", 0, 5)
    # librdkafka's codes, at once in place of after its time-outs.
    began = time.monotonic()
    assert code_of(lambda: p.list_topics(timeout=60)) == code_of(lambda: c.list_topics(timeout=60)) == KafkaError._TRANSPORT
    assert code_of(lambda: c.get_watermark_offsets(t, timeout=60)) == code_of(lambda: c.offsets_for_times([t], timeout=60)) == KafkaError._ALL_BROKERS_DOWN
    assert code_of(lambda: c.committed([t], timeout=60)) == code_of(lambda: a.list_topics(timeout=60)) == KafkaError._TIMED_OUT
    assert code_of(lambda: a.create_topics([NewTopic("t", 1, 1)])["t"].result(60)) == KafkaError._TIMED_OUT
    assert time.monotonic() - began < 50
    c.subscribe(["t"])
    # It was a message with an error, again and again.
    assert c.poll(0.5) is None and c.consume(1, 0.2) == []
    c.close()
    a.close()
    assert p.close()


def test_nobody_calls_what_is_closed_or_was_never_made():
    class Hollow:
        def __init__(self):
            pass

    consumer, producer, admin = (type("Sub", (Hollow, base), {})() for base in (Consumer, Producer, AdminClient))
    closed = Consumer({"bootstrap.servers": NOWHERE, "group.id": "g"}), Producer({"bootstrap.servers": NOWHERE}), AdminClient({"bootstrap.servers": NOWHERE})
    for c in closed:
        c.close()
    for c, p, a in ((consumer, producer, admin), closed):
        for call, text in (
            (lambda: c.poll(0), "Consumer closed"),
            (lambda: c.subscribe(["t"]), "Consumer closed"),
            (lambda: c.list_topics(), "Handle has been closed"),
            (lambda: p.produce("t"), "Producer has been closed"),
            (lambda: p.begin_transaction(), "Producer has been closed"),
            (lambda: p.list_topics(), "Handle has been closed"),
            (lambda: a.create_topics([NewTopic("t", 1, 1)]), "AdminClient has been closed"),
            (lambda: a.poll(0), "AdminClient has been closed"),
            (lambda: a.list_topics(), "Handle has been closed"),
        ):
            with pytest.raises(RuntimeError, match=text):
                call()
        c.close()
        p.close()
        a.close()
        assert len(a) == len(p) == 0


@pytest.mark.parametrize("what", ["produce", "poll", "consume", "flush"])
def test_ctrl_c_ends_a_long_wait(what):
    conf = {"bootstrap.servers": NOWHERE}
    client = Producer(conf) if what in ("produce", "flush", "poll") else Consumer({**conf, "group.id": "g"})
    if what in ("produce", "flush"):
        client.produce("t", b"x")
    began = time.monotonic()
    main = threading.main_thread().ident
    timer = threading.Timer(0.3, lambda: signal.pthread_kill(main, signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            {"consume": lambda: client.consume(10, 600), "poll": lambda: client.poll(600)}.get(what, lambda: client.flush(600))()
    finally:
        timer.cancel()
    assert time.monotonic() - began < 300
    if isinstance(client, Producer):
        client.purge()
    client.close()


def test_error_cb_of_an_admin_client_is_called_by_its_poll():
    said = []
    a = AdminClient({"bootstrap.servers": NOWHERE, "error_cb": said.append})
    while len(said) < 2:
        assert a.poll(60) > 0
    assert {e.code() for e in said} == {KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN}
    assert a.poll(0) == 0
    a.close()

    def raises(error):
        raise ZeroDivisionError(error.str())

    a = AdminClient({"bootstrap.servers": NOWHERE, "error_cb": raises})
    with pytest.raises(ZeroDivisionError, match=NOWHERE):
        a.poll(60)
    a.close()


def test_statistics_and_errors_come_while_it_waits():
    def raises(_):
        raise ZeroDivisionError

    for conf in ({"error_cb": raises}, {"stats_cb": raises, "statistics.interval.ms": 200}):
        c = Consumer({"bootstrap.servers": NOWHERE, "group.id": "g", **conf})
        c.subscribe(["t"])
        with pytest.raises(ZeroDivisionError):
            c.consume(1, 60)
        while True:  # the statistics may be due again
            try:
                c.close()
                break
            except ZeroDivisionError:
                pass


def test_what_is_said_about_topics_goes_before_the_rest():
    said = []
    p = Producer({"bootstrap.servers": NOWHERE, "message.timeout.ms": 600_000, "default.topic.config": {"message.timeout.ms": 100}})
    p.produce("t", b"x", on_delivery=lambda e, m: said.append((e.code(), m.offset())))
    assert p.flush(60) == 0 and said == [(KafkaError._MSG_TIMED_OUT, None)]
    p.close()


def test_a_batch_that_is_none_queues_nothing():
    p = Producer({"bootstrap.servers": NOWHERE})
    for wrong, text in (
        ("text", "messages must be a list"),
        ([{"value": b"good"}, "bad"], "Message at index 1 must be a dict"),
        ([{"value": b"good"}, {"value": 5}], "Message value at index 1 must be bytes or str"),
        ([{"key": []}], "Message key at index 0 must be bytes or str"),
        ([{"partition": "0"}], "Message partition at index 0 must be int"),
    ):
        with pytest.raises(TypeError, match=text):
            p.produce_batch("t", wrong)
        assert len(p) == 0
    p.close()


def test_debug_tells_that_a_client_was_made():
    class Lines(logging.Handler):
        def __init__(self):
            super().__init__()
            self.lines = []

        def emit(self, record):
            self.lines.append(record.getMessage())

    logger, lines = logging.getLogger("mine"), Lines()
    logger.setLevel(logging.DEBUG)
    logger.addHandler(lines)
    conf = {"bootstrap.servers": NOWHERE, "debug": "all", "client.id": "me"}
    for client in (Producer(conf, logger=logger), Consumer({**conf, "group.id": "g"}, logger=logger), AdminClient(conf, logger=logger)):
        client.close()
    assert [line.split(": ")[0] for line in lines.lines] == ["INIT [me]"] * 3
    with pytest.raises(TypeError):
        Producer(conf).set_sasl_credentials(None, "x")


def test_arguments_of_the_admin_are_looked_at_before_anything_is_sent():
    a = AdminClient({"bootstrap.servers": NOWHERE})
    binding = ("TOPIC", "t", "LITERAL", "User:u", "*", "WRITE", "ALLOW")
    info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096)
    t = TopicPartition("t", 0)
    op = AlterConfigOpType.SET
    for kind, calls in {
        TypeError: (
            lambda: a.delete_topics(None),
            lambda: a.delete_topics(["t"], request_timeout="soon"),
            lambda: a.create_topics([NewTopic("t")], validate_only="maybe"),
            lambda: a.create_topics([NewTopic("t", config=["a=b"])]),
            lambda: a.list_consumer_groups(states=["STABLE"]),
            lambda: a.list_offsets({t: OffsetSpec.latest()}, isolation_level=10),
            lambda: a.list_offsets({t: "latest"}),
            lambda: a.elect_leaders("PREFERRED", [t]),
            lambda: a.describe_acls(AclBinding(*binding)),
            lambda: a.incremental_alter_configs([ConfigResource("topic", "t", incremental_configs=[ConfigEntry(5, "1", incremental_operation=op)])]),
            lambda: a.describe_user_scram_credentials([None]),
            lambda: a.alter_user_scram_credentials(["u"]),
            lambda: a.alter_user_scram_credentials([UserScramCredentialAlteration("u")]),
            lambda: a.alter_user_scram_credentials([UserScramCredentialUpsertion("u", info, "text")]),
            lambda: a.alter_user_scram_credentials([UserScramCredentialDeletion("u", "SCRAM-SHA-256")]),
        ),
        ValueError: (
            lambda: a.delete_topics([None]),
            lambda: a.delete_topics(["t"], request_timeout=-1),
            lambda: a.delete_records([TopicPartition("t")]),
            lambda: a.list_offsets({TopicPartition("", 0): OffsetSpec.latest()}),
            lambda: a.list_consumer_group_offsets([wellhead.ConsumerGroupTopicPartitions("g", [TopicPartition("t", 0, 5)])]),
            lambda: a.alter_consumer_group_offsets([wellhead.ConsumerGroupTopicPartitions("g", [t])]),
            lambda: a.incremental_alter_configs([ConfigResource("topic", "t")]),
            lambda: AclBinding("ANY", *binding[1:]),
            lambda: AclBinding("TOPIC", None, *binding[2:]),
            lambda: a.create_acls([AclBinding(*binding)] * 2),
            lambda: a.alter_user_scram_credentials([UserScramCredentialUpsertion("u", info, b"")]),
            lambda: a.alter_user_scram_credentials([UserScramCredentialUpsertion("", info, b"x")]),
        ),
    }.items():
        for i, call in enumerate(calls):
            try:
                call()
            except kind:
                continue
            pytest.fail(f"call {i} was to raise {kind.__name__}")
    assert a.describe_topics(TopicCollection([])) == {} and a.list_offsets({}) == {}
    AclBindingFilter("ANY", None, "MATCH", None, None, "ANY", "ANY")
    # What no broker is asked yet says so.
    for future in (
        a.describe_acls(AclBindingFilter(*binding)),
        a.create_acls([AclBinding(*binding)]).popitem()[1],
        a.alter_user_scram_credentials([UserScramCredentialUpsertion("u", info, b"x")])["u"],
        a.describe_user_scram_credentials(["u"])["u"],
        a.elect_leaders(wellhead.ElectionType.PREFERRED, [t]),
    ):
        assert code_of(lambda: future.result(10)) == KafkaError._NOT_IMPLEMENTED
    a.close()


def test_a_call_takes_as_long_as_socket_timeout_ms():
    a = AdminClient({"bootstrap.servers": NOWHERE, "socket.timeout.ms": 50})
    assert code_of(lambda: a.create_topics([NewTopic("t", 1, 1)])["t"].result(40)) == KafkaError._TIMED_OUT
    a.close()
