"""An embedded broker per test module, topics of their own per test, and clients that are closed at the end.

With WELLHEAD_TEST_BOOTSTRAP the clients go to the cluster at that address instead; the interop tests run them at Apache Kafka so."""

import itertools
import os
import socket
import subprocess
import sys
import textwrap
import types

import pytest

import wellhead

_numbers = itertools.count()

# An address where nobody listens, and nobody else can while the tests run: bound and not listening.
_taken = socket.socket()
_taken.bind(("127.0.0.1", 0))
NOWHERE = f"127.0.0.1:{_taken.getsockname()[1]}"


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    if foreign := os.environ.get("WELLHEAD_TEST_BOOTSTRAP"):
        yield types.SimpleNamespace(bootstrap_servers=foreign)
        return
    with wellhead.Broker(tmp_path_factory.mktemp("data"), listen="127.0.0.1:0") as b:
        yield b


@pytest.fixture
def topic():
    return f"topic-{os.getpid()}-{next(_numbers)}"


@pytest.fixture
def group():
    return f"group-{os.getpid()}-{next(_numbers)}"


@pytest.fixture
def producer(broker):
    with wellhead.Producer({"bootstrap.servers": broker.bootstrap_servers}) as p:
        yield p


@pytest.fixture
def admin(broker):
    with wellhead.AdminClient({"bootstrap.servers": broker.bootstrap_servers}) as a:
        yield a


@pytest.fixture
def consumer(broker, group):
    """Makes consumers; they are closed at the end."""
    made = []

    def make(cls=wellhead.Consumer, **conf):
        given = {k.replace("_", "."): v for k, v in conf.items()}
        c = cls({"bootstrap.servers": broker.bootstrap_servers, "group.id": group, "auto.offset.reset": "earliest", **given})
        made.append(c)
        return c

    yield make
    for c in made:
        c.close()


@pytest.fixture
def fill(producer, broker):
    """Writes n records `v0`.. with keys `k0`.. to a topic, which it makes with so many partitions."""

    def fill(topic, n, partitions=1, value=lambda i: f"v{i}"):
        if partitions > 1 or n == 0:
            with wellhead.AdminClient({"bootstrap.servers": broker.bootstrap_servers}) as admin:
                admin.create_topics([wellhead.admin.NewTopic(topic, partitions, 1)])[topic].result(10)
        for i in range(n):
            while True:
                try:
                    producer.produce(topic, value(i), key=f"k{i}", partition=i % partitions)
                    break
                except BufferError:
                    producer.poll(0.1)
        assert producer.flush(30) == 0

    return fill


@pytest.fixture
def python(tmp_path):
    """Runs a script in a process of its own; returns it ended, or started with `start=True`."""

    def run(script, *args, start=False, timeout=60):
        path = tmp_path / f"script-{next(_numbers)}.py"
        path.write_text(textwrap.dedent(script))
        command = [sys.executable, "-X", "faulthandler", str(path), *map(str, args)]
        if start:
            return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return subprocess.run(command, capture_output=True, text=True, timeout=timeout)

    return run


def read(consumer, n, seconds=30):
    """The next n messages."""
    out = []
    while len(out) < n:
        got = consumer.consume(n - len(out), seconds)
        assert got, f"{len(out)} of {n} messages within {seconds} s"
        for m in got:
            assert m.error() is None, m.error()
        out += got
    return out
