"""Callbacks that raise, call back, or close what calls them. Each is the program's own code in the middle of ours."""

import threading
import time

import pytest
from conftest import NOWHERE

import wellhead
from wellhead import Consumer, KafkaError, Producer, TopicPartition


class Boom(Exception):
    pass


def until(what, call, seconds=30):
    """Calls until `what` says that it is enough."""
    end = time.time() + seconds
    while not what():
        assert time.time() < end, "it did not come"
        call()


def test_a_delivery_callback_that_raises_leaves_the_others_for_the_next_call(producer, topic):
    seen = []

    def report(error, message):
        seen.append(message.value())
        if message.value() == b"1":
            raise Boom

    for i in range(4):
        producer.produce(topic, b"%d" % i, partition=0, on_delivery=report)
    with pytest.raises(Boom):
        producer.flush(20)
    assert seen == [b"0", b"1"]
    assert producer.flush(20) == 0 and seen == [b"0", b"1", b"2", b"3"]


@pytest.mark.parametrize("inside", ["poll", "flush", "produce", "close", "len"])
def test_a_delivery_callback_may_call_its_producer(broker, topic, inside):
    p, seen = Producer({"bootstrap.servers": broker.bootstrap_servers}), []
    calls = {
        "poll": lambda: p.poll(0),
        "flush": lambda: p.flush(20),
        "produce": lambda: p.produce(topic, b"again") if len(seen) < 10 else None,
        "close": lambda: p.close(),
        "len": lambda: len(p),
    }

    def report(error, message):
        seen.append(error)
        calls[inside]()

    for i in range(5):
        p.produce(topic, b"%d" % i, partition=0, on_delivery=report)
    p.flush(20)
    assert seen == [None] * 5 and p.close() is True
    with pytest.raises(RuntimeError):
        p.produce(topic, b"x")


@pytest.mark.parametrize("name", ["error_cb", "stats_cb", "on_commit"])
def test_other_callbacks_that_raise(broker, fill, topic, group, name):
    fill(topic, 2)
    calls = []

    def callback(*args):
        calls.append(args)
        raise Boom

    there = name != "error_cb"
    conf = {"bootstrap.servers": broker.bootstrap_servers if there else NOWHERE, "group.id": group, "auto.offset.reset": "earliest", name: callback}
    c = Consumer({**conf, "statistics.interval.ms": 10 if name == "stats_cb" else 0})
    try:
        c.subscribe([topic])
        raised = 0
        end = time.time() + 30
        while raised == 0 and time.time() < end:
            try:
                m = c.poll(0.05)
                if m is not None and m.error() is None and name == "on_commit":
                    c.commit(m)
            except Boom:
                raised += 1
        assert raised == 1 and len(calls) == 1
    finally:
        try:
            c.close()
        except Boom:
            pass  # the last commit, or the next statistics
    assert c._closed()


@pytest.mark.parametrize("inside", ["raise", "poll", "consume", "close", "unsubscribe", "subscribe", "commit", "seek", "assignment"])
@pytest.mark.parametrize("when", ["on_assign", "on_revoke"])
def test_a_rebalance_callback_may_do_anything(broker, fill, topic, group, when, inside):
    """And the group goes on: another consumer gets the partition afterwards, with everything in it."""
    fill(topic, 5)
    calls = []

    def callback(c, partitions):
        calls.append([t.partition for t in partitions])
        if len(calls) > 1:
            return
        if inside == "raise":
            raise Boom
        if inside == "poll":
            c.poll(0)
        if inside == "consume":
            c.consume(1, 0)
        if inside == "close":
            c.close()
        if inside == "unsubscribe":
            c.unsubscribe()
        if inside == "subscribe":
            c.subscribe([topic])
        if inside == "commit":
            c.commit(offsets=[TopicPartition(topic, 0, 0)], asynchronous=True)
        if inside == "seek":
            try:
                c.seek(TopicPartition(topic, 0, 0))
            except wellhead.KafkaException as e:
                assert e.args[0].code() == KafkaError._STATE  # not assigned yet, or any more
        if inside == "assignment":
            c.assignment()

    conf = {"bootstrap.servers": broker.bootstrap_servers, "group.id": group, "auto.offset.reset": "earliest", "enable.auto.commit": False}
    c = Consumer(conf)
    c.subscribe([topic], **{when: callback})
    raised = 0

    def poll():
        nonlocal raised
        try:
            c.poll(0.05)
        except Boom:
            raised += 1

    if when == "on_assign":
        until(lambda: calls, poll)
    else:
        until(lambda: c.assignment(), poll)
    try:
        c.close()
    except Boom:
        raised += 1
    assert calls and c._closed() and raised == (inside == "raise")
    c.close()
    with Consumer(conf) as other:
        other.subscribe([topic])
        got = []
        until(lambda: len(got) == 5, lambda: got.extend(other.consume(5, 0.1)))
        assert [m.value() for m in got] == [b"v%d" % i for i in range(5)]


def test_a_consumer_closes_once_however_many_threads_close_it(broker, topic, group):
    calls = []
    c = Consumer({"bootstrap.servers": broker.bootstrap_servers, "group.id": group})
    with Producer({"bootstrap.servers": broker.bootstrap_servers}) as p:
        p.produce(topic, b"x")
    c.subscribe([topic], on_revoke=lambda c, ps: calls.append(ps))
    until(lambda: c.assignment(), lambda: c.poll(0.05))
    threads = [threading.Thread(target=c.close) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(30)
    assert len(calls) == 1 and c._closed() and not any(t.is_alive() for t in threads)


def test_error_cb_hears_of_an_address_where_nobody_is():
    """It heard nothing: a producer had no such callback at all."""
    for make in (
        lambda **conf: Producer({"bootstrap.servers": NOWHERE, **conf}),
        lambda **conf: Consumer({"bootstrap.servers": NOWHERE, "group.id": "g", **conf}),
    ):
        said = []
        client = make(error_cb=said.append)
        if isinstance(client, Consumer):
            client.subscribe(["t"])
        until(lambda: len(said) >= 2, lambda: client.poll(0.1))
        assert [e.code() for e in said] == [KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN]
        assert NOWHERE in said[0].str() and not said[0].fatal()
        client.close()


def test_an_error_cb_of_a_producer_that_raises_comes_out_of_poll():
    def callback(error):
        raise Boom

    p = Producer({"bootstrap.servers": NOWHERE, "error_cb": callback})
    with pytest.raises(Boom):
        until(lambda: False, lambda: p.poll(0.1))
    assert p.flush(0.1) == 0 and p.close()
