"""What concerns the whole process: signals, forks, threads, and its end."""

import os
import signal
import sys
import threading
import time

import pytest
from conftest import NOWHERE

import wellhead
from wellhead import Consumer, Producer

START = f"""
import sys, time, wellhead
NOWHERE = {NOWHERE!r}
""" + """
b = wellhead.Broker(sys.argv[1])
conf = {"bootstrap.servers": b.bootstrap_servers}
with wellhead.Producer(conf) as p: p.produce("t", "already there")
"""


@pytest.mark.parametrize(
    "wait",
    [
        'c = wellhead.Consumer({**conf, "group.id": "g", "auto.offset.reset": "latest"}); c.subscribe(["t"]); print("waiting", flush=True); c.poll()',
        'c = wellhead.Consumer({**conf, "group.id": "g", "auto.offset.reset": "latest"}); c.subscribe(["t"]); print("waiting", flush=True); c.consume(10)',
        'c = wellhead.Consumer({**conf, "group.id": "g", "auto.offset.reset": "latest"}); c.subscribe(["t"]); print("waiting", flush=True); next(c.batches())',
        'p = wellhead.Producer({"bootstrap.servers": NOWHERE}, on_delivery=print); p.produce("t", "x"); print("waiting", flush=True); p.poll()',
        'p = wellhead.Producer({"bootstrap.servers": NOWHERE}); p.produce("t", "x"); print("waiting", flush=True); p.flush()',
        'a = wellhead.AdminClient({"bootstrap.servers": NOWHERE}); print("waiting", flush=True); a.list_topics()',
    ],
    ids=["poll", "consume", "batches", "producer-poll", "flush", "list_topics"],
)
def test_ctrl_c_answers_within_a_second(python, tmp_path, wait):
    script = START + f"""
try:
    {wait}
    print("came back")
except KeyboardInterrupt:
    print("interrupted", flush=True)
wellhead._live.EXIT_FLUSH_S = 0
"""
    p = python(script, tmp_path / "data", start=True)
    assert p.stdout.readline() == "waiting\n", p.communicate()
    time.sleep(0.3)  # into the wait
    p.send_signal(signal.SIGINT)
    started = time.time()
    assert p.stdout.readline() == "interrupted\n", p.communicate()
    assert time.time() - started < 1
    out, err = p.communicate(timeout=20)
    assert p.returncode == 0, (p.returncode, out, err)


def test_the_gil_is_released_while_waiting(broker):
    c = Consumer({"bootstrap.servers": broker.bootstrap_servers, "group.id": "gil"})
    waiting = threading.Thread(target=c.poll, args=(1.0,))
    waiting.start()
    ticks, longest, last = 0, 0.0, time.perf_counter()
    while waiting.is_alive():
        now = time.perf_counter()
        longest, last, ticks = max(longest, now - last), now, ticks + 1
    c.close()
    assert ticks > 1_000 and longest < 0.3, (ticks, longest)


def test_threads_may_share_a_producer(broker, consumer, topic):
    seen = []
    p = Producer({"bootstrap.servers": broker.bootstrap_servers})

    def work(k):
        for i in range(500):
            p.produce(topic, b"%d-%d" % (k, i), partition=0, on_delivery=lambda e, m: seen.append(m.value()))
            p.poll(0)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert p.flush(20) == 0 and p.close()
    assert sorted(seen) == sorted(b"%d-%d" % (k, i) for k in range(4) for i in range(500))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_child_is_told_that_its_clients_are_the_parents(python, tmp_path):
    script = START + """
import os
p = wellhead.Producer(conf)
p.produce("u", b"before"); p.flush(10)
c = wellhead.Consumer({**conf, "group.id": "g", "auto.offset.reset": "earliest"})
c.subscribe(["u"])
pid = os.fork()
if pid == 0:
    said = []
    for call in (lambda: p.produce("t", b"child"), lambda: p.flush(5), lambda: c.poll(5), lambda: c.close()):
        try:
            call()
            said.append("no error")
        except RuntimeError as e:
            said.append(str(e))
    assert all("made before a fork" in s for s in said), said
    sys.exit(0)  # an ordinary end: nothing of the parent's may be closed or waited for
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
p.produce("u", b"after"); assert p.flush(10) == 0
assert [m.value() for m in c.consume(2, 10)] == [b"before", b"after"]
b.close()
print("fine")
"""
    out = python(script, tmp_path / "data")
    assert out.stdout == "fine\n" and out.returncode == 0, out.stderr


def test_a_forked_worker_makes_its_own_client(python, broker):
    """Servers that fork their workers: the parent imports, the children connect."""
    script = """
import os, sys, wellhead
pids = []
for k in range(2):
    pid = os.fork()
    if pid == 0:
        with wellhead.Producer({"bootstrap.servers": sys.argv[1]}) as p:
            p.produce("workers", b"%d" % k)
        os._exit(0)
    pids.append(pid)
assert [os.waitstatus_to_exitcode(os.waitpid(p, 0)[1]) for p in pids] == [0, 0]
c = wellhead.Consumer({"bootstrap.servers": sys.argv[1], "group.id": "g", "auto.offset.reset": "earliest"})
c.subscribe(["workers"])
print(sorted(m.value() for m in c.consume(2, 20)))
c.close()
"""
    out = python(script, broker.listen)
    assert out.stdout == "[b'0', b'1']\n", out.stderr


def test_the_end_with_live_clients_delivers_what_was_not_flushed(python, broker, consumer, topic):
    script = """
import sys, wellhead
p = wellhead.Producer({"bootstrap.servers": sys.argv[1], "linger.ms": 300})
c = wellhead.Consumer({"bootstrap.servers": sys.argv[1], "group.id": "ending"})
c.subscribe([sys.argv[2]])
a = wellhead.AdminClient({"bootstrap.servers": sys.argv[1]})
pending = a.create_topics([wellhead.admin.NewTopic(sys.argv[2] + "-later", 1, 1)])
for i in range(100):
    p.produce(sys.argv[2], b"%d" % i, on_delivery=lambda e, m: print("a callback at the end"))
"""
    started = time.time()
    out = python(script, broker.listen, topic)
    assert (out.returncode, out.stdout) == (0, ""), (out.returncode, out.stderr)
    assert time.time() - started < 10
    c = consumer()
    c.subscribe([topic])
    got = c.consume(100, 10)
    assert [m.value() for m in got] == [b"%d" % i for i in range(100)]


def test_the_end_says_what_was_not_delivered(python):
    script = f"NOWHERE = {NOWHERE!r}" + """
import wellhead
wellhead._live.EXIT_FLUSH_S = 0.2
p = wellhead.Producer({"bootstrap.servers": NOWHERE})
p.produce("t", b"x")
"""
    out = python(script)
    assert out.returncode == 0 and "1 records were not delivered" in out.stderr, out.stderr


def test_the_end_with_threads_that_wait(python, tmp_path):
    script = START + """
import threading
for k in range(3):
    c = wellhead.Consumer({**conf, "group.id": "g%d" % k}); c.subscribe(["t"])
    threading.Thread(target=c.poll, daemon=True).start()
pending = wellhead.AdminClient({"bootstrap.servers": NOWHERE}).describe_cluster()
time.sleep(0.3)
"""
    out = python(script, tmp_path / "data")
    assert (out.returncode, out.stdout) == (0, ""), (out.returncode, out.stderr)


def test_an_embedded_broker_keeps_its_records(python, tmp_path):
    write = START + """
with wellhead.Producer(conf) as p:
    p.produce("v", sys.argv[2])
"""
    for value in ("first", "second"):
        out = python(write, tmp_path / "data", value)
        assert out.returncode == 0, out.stderr
    with wellhead.Broker(tmp_path / "data") as b, Consumer({"bootstrap.servers": b.bootstrap_servers, "group.id": "g", "auto.offset.reset": "earliest"}) as c:
        c.subscribe(["v"])
        assert [m.value() for m in c.consume(2, 20)] == [b"first", b"second"]


def test_no_memory_or_descriptors_are_left(broker, topic):
    def cycle():
        p = Producer({"bootstrap.servers": broker.bootstrap_servers})
        p.produce(topic, b"x", on_delivery=lambda e, m: None)
        p.flush(10)
        p.close()
        Consumer({"bootstrap.servers": broker.bootstrap_servers, "group.id": "cycle"}).close()

    def descriptors():
        return len(os.listdir("/proc/self/fd"))

    for _ in range(5):
        cycle()
    before, threads = descriptors(), len(os.listdir("/proc/self/task"))
    for _ in range(50):
        cycle()
    end = time.time() + 10  # threads and sockets of the last ones may take a moment to go
    while (descriptors() > before + 5 or len(os.listdir("/proc/self/task")) > threads + 5) and time.time() < end:
        time.sleep(0.05)
    assert descriptors() <= before + 5 and len(os.listdir("/proc/self/task")) <= threads + 5


if not sys.platform.startswith("linux"):
    del test_no_memory_or_descriptors_are_left
