"""Groups: rebalance callbacks, sharing, and going on where another left off."""

import time

import pytest
from conftest import read

from wellhead import TopicPartition


def until(condition, *consumers, seconds=30):
    """Polls the consumers until the condition holds; returns what they read."""
    end, got = time.time() + seconds, []
    while not condition():
        assert time.time() < end, "it did not come to pass"
        for c in consumers:
            got += c.consume(100, 0.05)
    return got


def test_members_share_the_partitions(fill, consumer, topic):
    fill(topic, 60, partitions=6)
    members = [consumer() for _ in range(3)]
    for m in members:
        m.subscribe([topic])
    got = until(lambda: [len(m.assignment()) for m in members] == [2, 2, 2], *members)
    got += until(lambda: True, *members)
    end = time.time() + 20
    while len({m.value() for m in got}) < 60 and time.time() < end:
        for m in members:
            got += m.consume(100, 0.1)
    assert {m.value() for m in got} == {b"v%d" % i for i in range(60)}
    assert len({(t.topic, t.partition) for m in members for t in m.assignment()}) == 6


def test_callbacks_are_called_and_may_choose_the_offset(fill, consumer, topic):
    fill(topic, 10, partitions=1)
    calls = []

    def on_assign(c, partitions):
        calls.append(("assign", [(t.topic, t.partition) for t in partitions]))
        for t in partitions:
            t.offset = 7
        c.assign(partitions)

    def on_revoke(c, partitions):
        calls.append(("revoke", [(t.topic, t.partition) for t in partitions]))

    c = consumer()
    c.subscribe([topic], on_assign=on_assign, on_revoke=on_revoke)
    assert read(c, 1)[0].offset() == 7
    c.close()
    assert calls == [("assign", [(topic, 0)]), ("revoke", [(topic, 0)])]


def test_a_callback_that_assigns_nothing_leaves_it_to_us(fill, consumer, topic):
    fill(topic, 3)
    seen = []
    c = consumer()
    c.subscribe([topic], on_assign=lambda c, t: seen.append(t))
    assert len(read(c, 3)) == 3 and len(seen) == 1


def test_an_exception_in_a_rebalance_callback_comes_out_of_poll(fill, consumer, topic):
    fill(topic, 3)

    def on_assign(c, partitions):
        raise KeyError("mine")

    c = consumer()
    c.subscribe([topic], on_assign=on_assign)
    with pytest.raises(KeyError):
        c.poll(20)
    assert read(c, 1)[0].offset() == 0


def test_cooperative_members_keep_what_they_have(fill, consumer, topic):
    fill(topic, 40, partitions=4)
    revoked = []
    a = consumer(partition_assignment_strategy="cooperative-sticky")
    a.subscribe([topic], on_revoke=lambda c, t: revoked.extend(t))
    until(lambda: len(a.assignment()) == 4, a)
    assert a.rebalance_protocol() == "COOPERATIVE"
    b = consumer(partition_assignment_strategy="cooperative-sticky")
    b.subscribe([topic])
    until(lambda: len(a.assignment()) == 2 and len(b.assignment()) == 2, a, b)
    assert len(revoked) == 2
    assert {t.partition for t in a.assignment()} | {t.partition for t in b.assignment()} == {0, 1, 2, 3}


def test_a_pattern(fill, consumer, topic):
    fill(topic + "-x", 2)
    fill(topic + "-y", 2)
    c = consumer()
    c.subscribe([f"^{topic}-.*"])
    assert {m.topic() for m in read(c, 4)} == {topic + "-x", topic + "-y"}


def test_unsubscribe_and_assign(fill, consumer, topic):
    fill(topic, 5, partitions=1)
    c = consumer()
    c.subscribe([topic])
    read(c, 5)
    c.unsubscribe()
    until(lambda: c.assignment() == [], c)
    c.assign([TopicPartition(topic, 0, 2)])
    assert read(c, 1)[0].offset() == 2
    c.unassign()
    assert c.assignment() == [] and c.poll(0.2) is None
