"""Producer and Consumer against an embedded broker."""

import gc
import json
import time
import weakref

import pytest
from conftest import NOWHERE, read

import wellhead
from wellhead import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
from wellhead.admin import NewTopic

HEADERS = [("a", b"1"), ("a", b"2"), ("n", None), ("e", b"")]


def test_what_is_produced_is_read(producer, consumer, topic):
    now = int(time.time() * 1000)
    seen = []
    producer.produce(topic, b"bytes", b"key", headers=HEADERS, timestamp=now, callback=lambda e, m: seen.append((e, m)))
    producer.produce(topic, "text: é", key="k", headers={"x": "y", "z": None})
    producer.produce(topic)
    producer.produce(topic, b"", key=b"")
    producer.produce(topic, bytearray(b"array"), key=memoryview(b"view"))
    assert len(producer) > 0
    assert producer.flush(10) == 0 and len(producer) == 0

    (error, report), = seen
    assert error is None and report.error() is None
    assert (report.topic(), report.offset(), report.value(), report.key()) == (topic, 0, b"bytes", b"key")
    assert report.timestamp() == (wellhead.TIMESTAMP_CREATE_TIME, now) and report.latency() >= 0

    c = consumer()
    c.subscribe([topic])
    a, b, none, empty, other = read(c, 5)
    assert (a.topic(), a.partition(), a.offset(), a.key(), a.value(), a.headers()) == (topic, report.partition(), 0, b"key", b"bytes", HEADERS)
    assert a.timestamp() == (wellhead.TIMESTAMP_CREATE_TIME, now) and a.leader_epoch() is not None and len(a) == 5
    assert (b.value().decode(), b.key(), b.headers()) == ("text: é", b"k", [("x", b"y"), ("z", None)])
    assert (none.value(), none.key(), none.headers()) == (None, None, None)
    assert (empty.value(), empty.key(), len(empty)) == (b"", b"", 0)
    assert (other.value(), other.key()) == (b"array", b"view")
    a.set_value("mine")
    assert a.value() == "mine" and a.key() == b"key" and a.headers() == HEADERS
    assert repr(b) == f"<Message {topic} [0] @ 1>"


def test_reports_come_in_order_inside_poll_on_this_thread(broker, topic):
    import threading

    here, order = threading.get_ident(), []
    p = Producer({"bootstrap.servers": broker.bootstrap_servers, "on_delivery": lambda e, m: order.append((m.value(), m.offset(), threading.get_ident()))})
    for i in range(100):
        p.produce(topic, str(i).encode(), partition=0)
    served, end = 0, time.time() + 20
    assert not order
    while len(order) < 100 and time.time() < end:
        served += p.poll(0.5)
    assert served == 100
    assert order == [(str(i).encode(), i, here) for i in range(100)]
    own = []
    p.produce(topic, b"own", on_delivery=lambda e, m: own.append(m))
    p.close()
    assert len(own) == 1 and len(order) == 100


def test_an_exception_in_a_callback_leaves_the_others(producer, topic):
    seen = []

    def callback(error, message):
        if message.value() == b"1":
            raise KeyError("mine")
        seen.append(message.value())

    for i in range(3):
        producer.produce(topic, b"%d" % i, partition=0, callback=callback)
    with pytest.raises(KeyError):
        producer.flush(10)
    assert seen == [b"0"]
    assert producer.flush(10) == 0 and seen == [b"0", b"2"]


def test_a_callback_may_produce_and_poll(producer, topic):
    chain = []

    def callback(error, message):
        chain.append(message.value())
        if len(chain) < 5:
            producer.produce(topic, b"%d" % len(chain), callback=callback)
            producer.poll(0)

    producer.produce(topic, b"0", callback=callback)
    producer.flush(10)
    assert chain == [b"0", b"1", b"2", b"3", b"4"]


def test_a_full_queue_raises_buffer_error(topic):
    p = Producer({"bootstrap.servers": NOWHERE, "queue.buffering.max.messages": 5})
    failed = []
    with pytest.raises(BufferError) as e:
        for _ in range(10):
            p.produce(topic, b"x", on_delivery=lambda e, m: failed.append((e, m.offset())))
    assert str(e.value) == "Local: Queue full" and len(p) == 5
    p.purge()
    p.flush(5)
    assert len(failed) == 5 and all(e.code() in (KafkaError._PURGE_QUEUE, KafkaError._PURGE_INFLIGHT) and o is None for e, o in failed)
    p.close()


def test_what_produce_refuses(producer, topic):
    for bad in (
        lambda: producer.produce(),
        lambda: producer.produce(None),
        lambda: producer.produce(topic, 5),
        lambda: producer.produce(topic, b"x", key=5),
        lambda: producer.produce(topic, b"x", headers=5),
        lambda: producer.produce(topic, b"x", headers=[("a",)]),
        lambda: producer.produce(topic, b"x", headers=[("a", 5)]),
        lambda: producer.produce(topic, b"x", timestamp="now"),
        lambda: producer.poll("a"),
    ):
        with pytest.raises(TypeError):
            bad()
    with pytest.raises(KafkaException) as e:
        producer.produce(topic, b"x" * 2_000_000)
    assert e.value.args[0].code() == KafkaError.MSG_SIZE_TOO_LARGE
    with pytest.raises(KafkaException) as e:
        producer.init_transactions()
    assert e.value.args[0].code() == KafkaError._NOT_CONFIGURED
    assert len(producer) == 0


def test_produce_batch(producer, consumer, topic):
    seen = []
    messages = [{"value": b"a", "key": "k"}, {"value": b"x" * 2_000_000}, {"value": "c", "headers": {"h": b"1"}, "callback": lambda e, m: seen.append("own")}]
    assert producer.produce_batch(topic, messages, partition=0, on_delivery=lambda e, m: seen.append("all")) == 2
    assert messages[1]["_error"].code() == KafkaError.MSG_SIZE_TOO_LARGE and "_error" not in messages[0]
    producer.flush(10)
    assert seen == ["all", "own"]
    c = consumer()
    c.subscribe([topic])
    assert [(m.key(), m.value(), m.headers()) for m in read(c, 2)] == [(b"k", b"a", None), (None, b"c", [("h", b"1")])]


def test_after_close(broker, topic):
    p = Producer({"bootstrap.servers": broker.bootstrap_servers})
    assert p.close() and p.close() and len(p) == 0 and bool(p)
    for call in (lambda: p.produce(topic, b"x"), lambda: p.poll(0), lambda: p.flush(0), lambda: p.list_topics(timeout=1)):
        with pytest.raises(RuntimeError, match="has been closed"):
            call()
    c = Consumer({"bootstrap.servers": broker.bootstrap_servers, "group.id": "g"})
    c.close()
    c.close()
    for call in (lambda: c.poll(0), lambda: c.consume(), lambda: c.subscribe(["a"]), lambda: c.assignment(), lambda: c.commit(), lambda: c.position([]), lambda: c.memberid()):
        with pytest.raises(RuntimeError, match="Consumer closed"):
            call()


def test_commit_seek_position_and_watermarks(fill, consumer, topic, group):
    fill(topic, 100)
    c = consumer(enable_auto_commit=False)
    c.subscribe([topic])
    read(c, 40)
    here = TopicPartition(topic, 0)
    assert c.position([here])[0].offset == 40
    assert [t.offset for t in c.commit(asynchronous=False)] == [40]
    assert c.committed([here], timeout=10)[0].offset == 40
    m = c.poll(10)
    assert c.commit(message=m, asynchronous=False)[0].offset == 41
    assert c.commit(offsets=[TopicPartition(topic, 0, 7)], asynchronous=False)[0].offset == 7
    assert c.committed([here], timeout=10)[0].offset == 7
    c.seek(TopicPartition(topic, 0, 90))
    assert c.poll(10).value() == b"v90"
    assert c.get_watermark_offsets(here, timeout=10) == (0, 100)
    assert c.get_watermark_offsets(here, cached=True)[1] == 100
    c.seek(TopicPartition(topic, 0, wellhead.OFFSET_BEGINNING))
    assert c.poll(10).value() == b"v0"
    assert c.memberid() and c.consumer_group_metadata().group_id == group
    assert c.list_topics(topic, timeout=10).topics[topic].partitions.keys() == {0}
    for wrong in (lambda: c.commit(message=1), lambda: c.commit(offsets=1), lambda: c.seek(5), lambda: c.assign([5]), lambda: c.subscribe("t"), lambda: c.poll("a")):
        with pytest.raises(TypeError):
            wrong()
    for wrong in (lambda: c.consume(-1), lambda: c.consume(1_000_001), lambda: c.store_offsets(), lambda: c.commit(message=m, offsets=[])):
        with pytest.raises(ValueError):
            wrong()
    for wrong in (lambda: c.subscribe([]), lambda: c.seek(TopicPartition("other", 0, 5)), lambda: c.commit(message=Message(error=KafkaError(3)))):
        with pytest.raises(KafkaException):
            wrong()


def test_an_asynchronous_commit_reports_to_on_commit(fill, consumer, topic):
    fill(topic, 3)
    said = []
    c = consumer_with(consumer, on_commit=lambda e, offsets: said.append((e, offsets)))
    c.subscribe([topic])
    read(c, 3)
    assert c.commit(asynchronous=True) is None
    end = time.time() + 10
    while not said and time.time() < end:
        c.poll(0.1)
    (error, offsets), = said
    assert error is None and [(t.topic, t.partition, t.offset) for t in offsets] == [(topic, 0, 3)]


def consumer_with(consumer, **callbacks):
    class Mine(Consumer):
        def __init__(self, conf):
            super().__init__({**conf, "enable.auto.commit": False, **callbacks})

    return consumer(Mine)


def test_what_was_read_is_committed_on_close(fill, consumer, topic):
    fill(topic, 10)
    c = consumer()
    c.subscribe([topic])
    read(c, 4)
    c.close()
    c = consumer()
    c.subscribe([topic])
    assert read(c, 1)[0].offset() == 4


def test_stored_offsets(fill, consumer, topic):
    fill(topic, 10)
    c = consumer(enable_auto_offset_store=False)
    c.subscribe([topic])
    messages = read(c, 10)
    c.store_offsets(message=messages[5])
    c.close()
    c = consumer()
    c.subscribe([topic])
    assert read(c, 1)[0].offset() == 6


def test_pause_and_resume(fill, consumer, topic):
    fill(topic, 10)
    c = consumer()
    c.assign([TopicPartition(topic, 0, 3)])
    assert read(c, 1)[0].offset() == 3
    c.pause([TopicPartition(topic, 0)])
    assert c.poll(0.5) is None
    c.resume([TopicPartition(topic, 0)])
    assert read(c, 1)[0].offset() == 4


def test_times_and_tails(producer, consumer, topic):
    for i in range(5):
        producer.produce(topic, b"%d" % i, partition=0, timestamp=1_000_000 + 1000 * i)
    producer.flush(10)
    c = consumer()
    found = c.offsets_for_times([TopicPartition(topic, 0, 1_001_500)], timeout=10)
    assert found[0].offset == 2
    c.assign([TopicPartition(topic, 0, -2000 - 2)])
    assert [m.offset() for m in read(c, 2)] == [3, 4]


def test_the_end_of_a_partition(fill, consumer, topic):
    fill(topic, 2)
    c = consumer(enable_partition_eof=True)
    c.subscribe([topic])
    messages = []
    while not messages or messages[-1].error() is None:
        messages.append(c.poll(10))
    assert [m.offset() for m in messages] == [0, 1, 2]
    assert messages[-1].error().code() == KafkaError._PARTITION_EOF and messages[-1].topic() == topic


def test_unknown_topics_come_into_being(producer, consumer, topic):
    c = consumer()
    c.subscribe([topic])
    said = c.poll(0.5)
    assert said is None or said.error() == KafkaError.UNKNOWN_TOPIC_OR_PART
    producer.produce(topic, b"first")
    producer.flush(10)
    end = time.time() + 20
    while time.time() < end:
        m = c.poll(1)
        if m is not None and m.error() is None:
            break
    assert m.value() == b"first"


def test_stats(broker, group, topic):
    """The figures that dashboards read, under librdkafka's names, and true."""
    said = []
    conf = {"bootstrap.servers": broker.bootstrap_servers, "statistics.interval.ms": 50, "stats_cb": lambda s: said.append(json.loads(s))}

    def until(client, what):
        said.clear()
        end = time.time() + 30
        while not (said and what(said[-1])):
            assert time.time() < end, said[-1:]
            client.poll(0.1)
        return said[-1]

    p = Producer({**conf, "client.id": 'a"b'})
    for _ in range(10):
        p.produce(topic, b"x" * 100, partition=0)
    stats = until(p, lambda s: s["txmsgs"] == 10)
    assert stats["type"] == "producer" and stats["client_id"] == stats["name"] == 'a"b' and stats["msg_cnt"] == stats["msg_size"] == 0
    assert stats["age"] > 0 and abs(stats["time"] - time.time()) < 600 and stats["metadata_cache_cnt"] == 1
    assert stats["txmsg_bytes"] > 1000 and stats["tx"] >= stats["rx"] > 0 and stats["tx_bytes"] > 1000
    part = stats["topics"][topic]["partitions"]["0"]
    assert part["txmsgs"] == 10 and part["txbytes"] == stats["txmsg_bytes"] and part["leader"] >= 0
    b = next(b for b in stats["brokers"].values() if b["nodeid"] >= 0)
    assert b["state"] == "UP" and b["tx"] > 0 and b["rxbytes"] > 0 and set(b["rtt"]) == {"min", "max", "avg", "sum", "cnt"}
    p.close()
    told = [b["rtt"] for s in said for b in s["brokers"].values() if b["rtt"]["cnt"]]
    assert told and all(0 < r["min"] <= r["avg"] <= r["max"] <= r["sum"] for r in told), told

    c = Consumer({**conf, "group.id": group, "enable.auto.commit": False})
    c.assign([TopicPartition(topic, 0, 0)])
    got = []
    while len(got) < 4:
        got.extend(c.consume(4 - len(got), 1))
    c.commit(got[-1], asynchronous=False)
    stats = until(c, lambda s: s["rxmsgs"] >= 4)
    part = stats["topics"][topic]["partitions"]["0"]
    assert stats["type"] == "consumer" and (part["lo_offset"], part["hi_offset"], part["committed_offset"]) == (0, 10, 4)
    assert part["consumer_lag"] == 6 and part["consumer_lag_stored"] == 10 - part["stored_offset"] and part["rxmsgs"] == stats["rxmsgs"]
    c.close()


def test_serializing_clients(broker, consumer, topic):
    from wellhead import DeserializingConsumer, SerializingProducer
    from wellhead.error import ConsumeError, ValueDeserializationError, ValueSerializationError
    from wellhead.serialization import IntegerSerializer, SerializationError, StringDeserializer, StringSerializer

    p = SerializingProducer({"bootstrap.servers": broker.bootstrap_servers, "key.serializer": StringSerializer(), "value.serializer": lambda o, ctx: json.dumps([ctx.topic, o]).encode()})
    p.produce(topic, key="k", value={"a": 1})
    p.flush(10)
    refuses = SerializingProducer({"bootstrap.servers": broker.bootstrap_servers, "value.serializer": IntegerSerializer()})
    with pytest.raises(ValueSerializationError):
        refuses.produce(topic, value="text")

    class Mine(DeserializingConsumer):
        def __init__(self, conf):
            super().__init__({**conf, "key.deserializer": StringDeserializer(), "value.deserializer": lambda v, ctx: json.loads(v)})

    c = consumer(Mine)
    c.subscribe([topic])
    m = c.poll(10)
    assert (m.key(), m.value()) == ("k", [topic, {"a": 1}])
    raw = Producer({"bootstrap.servers": broker.bootstrap_servers})
    raw.produce(topic, b"not json")
    raw.flush(10)
    with pytest.raises(ValueDeserializationError) as e:
        c.poll(10)
    assert e.value.kafka_message.value() == b"not json" and e.value.code == KafkaError._VALUE_DESERIALIZATION
    assert isinstance(e.value, ConsumeError) and isinstance(e.value, SerializationError)
    for p in (p, refuses, raw):
        p.close()


def test_many_records_across_partitions(fill, consumer, topic):
    fill(topic, 20_000, partitions=4)
    c = consumer()
    c.subscribe([topic])
    seen = [[] for _ in range(4)]
    for m in read(c, 20_000):
        seen[m.partition()].append(int(m.value()[1:]))
    assert [s == list(range(i, 20_000, 4)) for i, s in enumerate(seen)] == [True] * 4


def test_nothing_keeps_closed_clients_alive(broker, topic):
    """Callbacks that refer to their client are a cycle through the engine's side; the collector must see it."""
    p = Producer({"bootstrap.servers": broker.bootstrap_servers, "on_delivery": lambda e, m, box=[]: box})
    box = {"p": p}
    p.produce(topic, b"x", on_delivery=lambda e, m, box=box: box)
    p.flush(10)
    p.produce(topic, b"x", on_delivery=lambda e, m, box=box: box)
    c = Consumer({"bootstrap.servers": broker.bootstrap_servers, "group.id": "cycle"})
    c.subscribe([topic], on_assign=lambda c, t, box=box: box)
    box["c"] = c
    gone = [weakref.ref(p), weakref.ref(c)]
    del p, c, box
    gc.collect()
    assert [r() for r in gone] == [None, None]


def test_topics_are_listed_by_every_client(producer, admin, topic):
    admin.create_topics([NewTopic(topic, 3, 1)])[topic].result(10)
    for client in (producer, admin):
        listed = client.list_topics(timeout=10)
        assert set(listed.topics[topic].partitions) == {0, 1, 2} and listed.brokers and listed.cluster_id == client.cluster_id(10)
