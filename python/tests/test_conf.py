"""What a configuration may look like, and what is said about a wrong one."""

import logging

import pytest
from conftest import NOWHERE

from wellhead import AdminClient, Broker, Consumer, KafkaError, KafkaException, Producer



def refused(make, code=KafkaError._INVALID_ARG):
    with pytest.raises(KafkaException) as e:
        make()
    assert e.value.args[0].code() == code, e.value
    return str(e.value)


def test_dicts_and_keywords():
    for p in (
        Producer({"bootstrap.servers": NOWHERE}),
        Producer(**{"bootstrap.servers": NOWHERE}),
        Producer(bootstrap_servers=NOWHERE, linger_ms=5, log_level=3),
        Producer({"bootstrap.servers": NOWHERE}, logger=logging.getLogger("x")),
        Producer({"bootstrap.servers": NOWHERE, "linger.ms": 5, "enable.idempotence": True, "acks": "all", "default.topic.config": {"acks": -1}}),
    ):
        assert p.close()
    conf = {"bootstrap.servers": NOWHERE, "group.id": "g", "on_commit": lambda *a: None, "error_cb": lambda e: None, "stats_cb": lambda s: None}
    kept = dict(conf)
    Consumer(conf).close()
    assert conf == kept


@pytest.mark.parametrize("cls", [Producer, Consumer, AdminClient])
def test_what_is_no_configuration(cls):
    for args in ((), (1,), ("x",), ({}, {})):
        with pytest.raises(TypeError):
            cls(*args)


def test_an_unknown_property_is_refused_with_the_nearest_name():
    assert "bootstrap.servers" in refused(lambda: Producer({"bootstrap.server": "x"})).split("did you mean")[1]
    assert "group.id" in refused(lambda: Consumer({"group.id": "g", "groupid": "x"}))
    assert "acks" in refused(lambda: AdminClient({"ackks": "x"}))


def test_a_wrong_value_is_refused():
    assert "linger.ms" in refused(lambda: Producer({"linger.ms": "zz"}))
    refused(lambda: Producer({"linger.ms": -5}))
    refused(lambda: Producer({"acks": "some"}))
    refused(lambda: Producer({"acks": 1, "enable.idempotence": True}))
    refused(lambda: Producer({"compression.type": "foo"}))
    refused(lambda: Consumer({"group.id": "a", "auto.offset.reset": "hey"}))
    refused(lambda: Producer({"on_delivery": 1}))
    with pytest.raises(TypeError):
        Producer({"error_cb": 1})


def test_a_consumer_needs_a_group():
    for make in (lambda: Consumer({}), lambda: Consumer({"bootstrap.servers": NOWHERE})):
        with pytest.raises(ValueError, match="group.id must be set"):
            make()


def test_subclasses_may_have_other_arguments():
    class Mine(Producer):
        def __init__(self, host, port):
            super().__init__({"bootstrap.servers": f"{host}:{port}"})

    class Forgot(Producer):
        def __init__(self):
            pass

    assert Mine(*NOWHERE.split(":")).close()
    with pytest.raises(RuntimeError, match="__init__"):
        Forgot().produce("t", b"x")


def test_a_wrong_port_is_told(caplog):
    c = Consumer({"bootstrap.servers": NOWHERE, "group.id": "g"})
    c.subscribe(["t"])
    with caplog.at_level(logging.WARNING, logger="wellhead"):
        assert c.poll(3) is None
    c.close()
    assert NOWHERE in caplog.text

    class Mine:
        said = []

        def warning(self, text, *args):
            self.said.append(text % args)

    p = Producer({"bootstrap.servers": NOWHERE}, logger=Mine())
    p.produce("t", b"x")
    assert p.flush(3) == 1
    p.purge()
    p.close()
    assert any(NOWHERE in text for text in Mine.said), Mine.said

    said = []
    c = Consumer({"bootstrap.servers": NOWHERE, "group.id": "g", "error_cb": said.append})
    c.subscribe(["t"])
    for _ in range(30):
        if said:
            break
        assert c.poll(0.2) is None
    c.close()
    assert said and said[0].code() in (KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN)


def test_a_question_to_nobody_times_out():
    with pytest.raises(KafkaException) as e:
        AdminClient({"bootstrap.servers": NOWHERE}).list_topics(timeout=0.3)
    assert e.value.args[0].code() in (KafkaError._TRANSPORT, KafkaError._TIMED_OUT, KafkaError._ALL_BROKERS_DOWN)


def test_a_broker_refuses_unknown_properties_and_a_taken_directory(tmp_path, python):
    assert "auto.create.topics.enable" in refused(lambda: Broker(tmp_path, config={"auto.create.topic.enable": False}))
    with Broker(tmp_path, auto_create_topics_enable=False) as b:
        assert b.listen is None and b.bootstrap_servers and not b.closed
        with pytest.raises(KafkaException):
            Broker(tmp_path)
        other = python("import sys, wellhead; wellhead.Broker(sys.argv[1])", tmp_path)
        assert other.returncode != 0 and "KafkaException" in other.stderr and str(tmp_path) in other.stderr, other.stderr
    assert b.closed
    b.close()
    with Broker(tmp_path, listen="127.0.0.1:0") as b:
        assert b.listen.startswith("127.0.0.1:") and b.listen == b.bootstrap_servers
