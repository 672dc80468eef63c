"""What lives longer or shorter than it should: forks, the interpreter's end, closes under load, what is left after many rounds.

WELLHEAD_LEAK_ROUNDS says how many rounds of opening and closing (`make soak` takes 10,000)."""

import gc
import os
import resource
import signal
import sys
import threading
import time

import pytest
from conftest import NOWHERE

import wellhead
from wellhead import AdminClient, Consumer, KafkaException, Producer

ROUNDS = int(os.environ.get("WELLHEAD_LEAK_ROUNDS", "150"))
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")

ALL = f"""
import asyncio, gc, os, sys, threading, time, wellhead
from wellhead.aio import AsyncConsumer, AsyncProducer
NOWHERE = {NOWHERE!r}
""" + """
b = wellhead.Broker(sys.argv[1])
conf = {"bootstrap.servers": b.bootstrap_servers}
p = wellhead.Producer(conf)
p.produce("t", b"before"); assert p.flush(30) == 0
c = wellhead.Consumer({**conf, "group.id": "g", "auto.offset.reset": "earliest"})
c.subscribe(["t"])
got = c.consume(1, 30)
assert [m.value() for m in got] == [b"before"]
a = wellhead.AdminClient(conf)
ap, ac = AsyncProducer(conf), AsyncConsumer({**conf, "group.id": "ga"})
"""

# --- forks ---

FORK = ALL + """
import multiprocessing, pickle
def child(q):
    calls = {
        "produce": lambda: p.produce("t", b"child"), "flush": lambda: p.flush(5), "producer poll": lambda: p.poll(5),
        "purge": lambda: p.purge(), "producer close": lambda: p.close(), "producer list_topics": lambda: p.list_topics(),
        "poll": lambda: c.poll(5), "consume": lambda: c.consume(1, 5), "batches": lambda: next(c.batches()), "commit": lambda: c.commit(asynchronous=False),
        "assignment": lambda: c.assignment(), "subscribe": lambda: c.subscribe(["t"]), "close": lambda: c.close(), "memberid": lambda: c.memberid(),
        "list_topics": lambda: a.list_topics(), "create_topics": lambda: a.create_topics([wellhead.admin.NewTopic("x", 1, 1)])["x"].result(10),
        "aio produce": lambda: asyncio.run(ap.send("t", b"x")), "aio poll": lambda: asyncio.run(ac.poll(5)),
        "new producer": lambda: wellhead.Producer(conf), "new consumer": lambda: wellhead.Consumer({**conf, "group.id": "g"}),
        "new admin": lambda: wellhead.AdminClient(conf), "new broker": lambda: wellhead.Broker(sys.argv[1] + "-child"),
    }
    said = {}
    for name, call in calls.items():
        try:
            call()
            said[name] = "no error"
        except (RuntimeError, wellhead.KafkaException) as e:
            said[name] = str(e)
    # What needs no thread still works: what was read is there.
    assert [m.value() for m in got] == [b"before"] and len(p) == 0 and b.bootstrap_servers
    b.close(), a.close()
    q.put(said)

if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    q = context.SimpleQueue()
    children = [context.Process(target=child, args=(q,)) for _ in range(3)]
    for x in children: x.start()
    for _ in children:
        said = q.get()
        wrong = {k: v for k, v in said.items() if "fork" not in v}
        assert not wrong, wrong
    for x in children:
        x.join(30)
        assert x.exitcode == 0, x.exitcode
    # The parent goes on.
    p.produce("t", b"after"); assert p.flush(30) == 0
    assert [m.value() for m in c.consume(1, 30)] == [b"after"]
    assert "t" in a.list_topics(timeout=30).topics
    p.close(), c.close(), a.close(), b.close()
    print("fine")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_multiprocessing_children_are_refused_and_the_parent_goes_on(python, tmp_path):
    out = python(FORK, tmp_path / "data", timeout=180)
    assert out.stdout == "fine\n" and out.returncode == 0, (out.returncode, out.stdout, out.stderr)


# --- the interpreter's end ---

ENDS = {
    "everything open": "",
    "an exception": "raise SystemExit(0)",
    "in a cycle": "class K: pass\nk = K(); k.k = k; k.all = [p, c, a, b, ap, ac]",
    "in a module": "import types; m = types.ModuleType('kept'); sys.modules['kept'] = m; m.all = [p, c, a, b, ap, ac]",
    "produced and not flushed": "[p.produce('t', b'x', on_delivery=print) for _ in range(100)]",
    "daemon threads": """
def wait(call):
    def run():
        try:
            call()
        except BaseException:
            pass
    threading.Thread(target=run, daemon=True).start()
q = wellhead.Producer({"bootstrap.servers": NOWHERE}); q.produce("t", b"x", on_delivery=lambda e, m: None)
wellhead._live.EXIT_FLUSH_S = 0.2
for k in range(2):
    wait(lambda: c.poll()); wait(lambda: c.consume(10)); wait(lambda: next(c.batches())); wait(lambda: q.poll()); wait(lambda: q.flush())
    wait(lambda: wellhead.AdminClient({"bootstrap.servers": NOWHERE}).list_topics()); wait(lambda: p.flush()); wait(lambda: asyncio.run(ac.poll()))
time.sleep(0.3)
""",
    "threads that produce": """
stop = False
def work():
    while not stop:
        try:
            p.produce("t", b"x", on_delivery=lambda e, m: None); p.poll(0)
        except BaseException:
            return
for _ in range(3): threading.Thread(target=work, daemon=True).start()
time.sleep(0.1)
""",
    "asyncio ended": "asyncio.run(ap.send('t', b'x')); asyncio.run(ac.subscribe(['t'])); asyncio.run(ac.poll(0.1))",
    "asyncio with a task that waits": """
async def main():
    await ac.subscribe(["t"])
    asyncio.create_task(ac.poll()); asyncio.create_task(ac.committed([wellhead.TopicPartition("t", 0)]))
    await asyncio.sleep(0.1)
asyncio.run(main())
""",
    "the broker first": "b.close()",
    "a callback that holds its client": "p2 = wellhead.Producer(conf); p2.produce('t', b'x', on_delivery=lambda e, m, p=p2: p.poll(0))",
}


@pytest.mark.parametrize("how", list(ENDS))
def test_the_interpreter_ends(python, tmp_path, how):
    out = python(ALL + ENDS[how] + "\nprint('at the end')", tmp_path / "data", timeout=180)
    expected = "" if how == "an exception" else "at the end\n"
    assert (out.returncode, out.stdout) == (0, expected), (out.returncode, out.stdout, out.stderr)
    assert "panicked" not in out.stderr and "Fatal Python error" not in out.stderr, out.stderr


# --- Ctrl-C ---

WAITS = {
    "an admin's future": 'a = wellhead.AdminClient({"bootstrap.servers": NOWHERE}); f = a.describe_cluster(); say(); f.result()',
    "commit": 'n = consumer(); n.assign([tp]); say(); n.commit(offsets=[tp], asynchronous=False)',
    "committed": "n = consumer(); say(); n.committed([tp])",
    "watermarks": "n = consumer(); say(); n.get_watermark_offsets(tp)",
    "offsets_for_times": "n = consumer(); say(); n.offsets_for_times([tp])",
    "close of a producer": 'n = wellhead.Producer({"bootstrap.servers": NOWHERE}); n.produce("t", b"x"); say(); n.close()',
    "with": 'say()\n    with wellhead.Producer({"bootstrap.servers": NOWHERE}) as n: n.produce("t", b"x")',
    "aio poll": "async def main():\n        n = AsyncConsumer(nconf); say(); await n.poll()\n    asyncio.run(main())",
    "aio send": 'async def main():\n        n = AsyncProducer({"bootstrap.servers": NOWHERE}); say(); await n.send("t", b"x")\n    asyncio.run(main())',
    "aio committed": "async def main():\n        n = AsyncConsumer(nconf); say(); await n.committed([tp])\n    asyncio.run(main())",
    "aio list_topics": "async def main():\n        n = AsyncConsumer(nconf); say(); await n.list_topics()\n    asyncio.run(main())",
}


@pytest.mark.parametrize("what", list(WAITS))
def test_ctrl_c_ends_every_wait(python, what):
    script = f"""
import asyncio, time, wellhead
from wellhead.aio import AsyncConsumer, AsyncProducer
NOWHERE = {NOWHERE!r}
nconf = {{"bootstrap.servers": NOWHERE, "group.id": "g"}}
tp = wellhead.TopicPartition("t", 0, 0)
def consumer(): return wellhead.Consumer(nconf)
def say(): print("waiting", flush=True)
try:
    {WAITS[what]}
    print("came back")
except KeyboardInterrupt:
    print("interrupted", flush=True)
wellhead._live.EXIT_FLUSH_S = 0
"""
    p = python(script, start=True)
    assert p.stdout.readline() == "waiting\n", p.communicate()
    time.sleep(0.3)  # into the wait
    p.send_signal(signal.SIGINT)
    started = time.time()
    assert p.stdout.readline() == "interrupted\n", p.communicate()
    # A second is what it takes; the rest is for a machine that has other things to do.
    assert time.time() - started < 3
    out, err = p.communicate(timeout=60)
    assert p.returncode == 0, (p.returncode, out, err)


# --- closes under load ---


def hammer(calls, close, seconds=0.4):
    """Threads call in turns what they like while one closes. Nobody may hang, and nothing but the client's own errors may come."""
    wrong, closed = [], threading.Event()

    def work(k):
        i = k
        while not closed.is_set() or i < k + 3 * len(calls):
            i += 1
            try:
                calls[i % len(calls)]()
            except (RuntimeError, KafkaException, BufferError):
                pass
            except BaseException as e:
                wrong.append(e)

    threads = [threading.Thread(target=work, args=(k,), daemon=True) for k in range(4)]
    for t in threads:
        t.start()
    time.sleep(seconds)
    close()
    closed.set()
    for t in threads:
        t.join(60)
    assert not wrong and not any(t.is_alive() for t in threads), wrong


def test_a_producer_is_closed_under_its_threads(broker, topic):
    for _ in range(3):
        p = Producer({"bootstrap.servers": broker.bootstrap_servers})
        calls = [lambda: p.produce(topic, b"x" * 100, on_delivery=lambda e, m: None), lambda: p.poll(0), lambda: p.flush(0.01), lambda: len(p), lambda: p.poll(0.01)]
        hammer(calls, p.close)
        with pytest.raises(RuntimeError, match="closed"):
            p.produce(topic, b"x")


def test_a_consumer_is_closed_under_its_threads(broker, fill, topic, group):
    fill(topic, 200)
    for _ in range(3):
        c = Consumer({"bootstrap.servers": broker.bootstrap_servers, "group.id": group, "auto.offset.reset": "earliest"})
        c.subscribe([topic], on_assign=lambda c, ps: None)
        t = [wellhead.TopicPartition(topic, 0, 0)]
        calls = [
            lambda: c.poll(0.01),
            lambda: c.consume(10, 0.01),
            lambda: c._next_batch(10, 0.01, 0.0),
            lambda: c.commit(asynchronous=False),
            lambda: c.assignment(),
            lambda: c.position(t),
            lambda: c.pause(t),
            lambda: c.resume(t),
            lambda: c.committed(t, 5),
            lambda: c.memberid(),
        ]
        hammer(calls, c.close)
        with pytest.raises(RuntimeError, match="closed"):
            c.poll(0)


def test_an_admin_and_a_broker_are_closed_under_their_threads(tmp_path):
    b = wellhead.Broker(tmp_path)
    conf = {"bootstrap.servers": b.bootstrap_servers}
    a, p = AdminClient(conf), Producer({**conf, "message.timeout.ms": 2000})
    calls = [lambda: a.list_topics(timeout=1), lambda: a.describe_cluster(request_timeout=1).result(10), lambda: p.produce("t", b"x"), lambda: p.poll(0.01)]
    hammer(calls, lambda: (b.close(), a.close()))
    p.purge()
    p.close()


# --- what is left ---


def test_columns_outlive_everything_they_came_from(tmp_path):
    """An array is read after its batch, its consumer and the broker are gone, and its memory was asked for again."""
    pa = pytest.importorskip("pyarrow")
    tables = []
    with wellhead.Broker(tmp_path) as b:
        conf = {"bootstrap.servers": b.bootstrap_servers}
        with Producer(conf) as p:
            for i in range(2000):
                p.produce("t", b"%d" % i * 20, key=b"%d" % i, headers=[("h", b"%d" % i)])
        with Consumer({**conf, "group.id": "g", "auto.offset.reset": "earliest"}) as c:
            c.subscribe(["t"])
            rows = 0
            for batch in c.batches(max_rows=300):
                rows += len(batch)
                tables.append(pa.table(batch))
                if rows == 2000:
                    break
            stream, schema = batch.__arrow_c_stream__(), batch.__arrow_c_schema__()
            message = batch[0]
            del batch
    del c, b, p
    gc.collect()
    trash = [bytes([k % 256]) * 4096 for k in range(2000)]
    table = pa.concat_tables(tables)
    assert table["value"].to_pylist() == [b"%d" % i * 20 for i in range(2000)]
    assert table["headers"].to_pylist() == [[{"key": "h", "value": b"%d" % i}] for i in range(2000)]
    assert message.value() == message.key() * 20
    del stream, schema, trash  # capsules that nobody took are released
    gc.collect()


def test_a_sub_interpreter_is_told_that_it_cannot(python):
    script = """
import _xxsubinterpreters as sub, sys
import wellhead
i = sub.create()
try:
    sub.run_string(i, "import sys; sys.path = %r; import wellhead" % sys.path)
    print("imported")
except Exception as e:
    print(e)
print("and the main one goes on:", wellhead.version()[0] != "")
"""
    pytest.importorskip("_xxsubinterpreters")
    out = python(script)
    lines = out.stdout.splitlines()
    assert out.returncode == 0 and "subinterpreter" in lines[0].lower().replace("-", "") and lines[-1].endswith("True"), (out.returncode, out.stdout, out.stderr)


def descriptors(broker):
    """Open ones, without the files of the broker that lives through it all: it opens more of them as its log grows."""
    count = 0
    for name in os.listdir("/proc/self/fd"):
        try:
            count += not os.readlink(f"/proc/self/fd/{name}").startswith(broker.data)
        except OSError:
            pass  # gone meanwhile
    return count


def tasks():
    return len(os.listdir("/proc/self/task"))


def resident():
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * resource.getpagesize()


def rounds(kind, tmp_path, broker, topic):
    conf = {"bootstrap.servers": broker.bootstrap_servers}
    if kind == "producer":
        p = Producer(conf)
        p.produce(topic, b"x", on_delivery=lambda e, m, keep=p: None)  # a cycle through the callback
        p.flush(30)
        p.close()
    elif kind == "producer never closed":
        Producer(conf).produce(topic, b"x")
    elif kind == "consumer":
        c = Consumer({**conf, "group.id": "leaks"})
        c.assign([wellhead.TopicPartition(topic, 0, 0)])
        c.poll(0)
        c.close()
    elif kind == "consumer never closed":
        Consumer({**conf, "group.id": "leaks"})
    elif kind == "admin":
        with AdminClient(conf) as a:
            a.list_topics(timeout=30)
    elif kind == "asyncio":
        import asyncio

        async def main():
            async with wellhead.AsyncProducer(conf) as p, wellhead.AsyncConsumer({**conf, "group.id": "leaks"}) as c:
                await p.send(topic, b"x")
                await c.assign([wellhead.TopicPartition(topic, 0, 0)])
                await c.poll(0)

        asyncio.run(main())
    elif kind == "refused":
        with pytest.raises(KafkaException):
            Consumer({**conf, "no.such.property": 1})
        with pytest.raises(KafkaException):
            wellhead.Broker(tmp_path / "b", config={"no.such.property": 1})
    else:
        with wellhead.Broker(tmp_path / "b", listen="127.0.0.1:0"):
            pass


KINDS = ["producer", "producer never closed", "consumer", "consumer never closed", "admin", "asyncio", "refused", "broker"]


@linux
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_left_of_what_was_opened_and_closed(tmp_path, broker, fill, topic, kind):
    fill(topic, 1)
    # A broker is opened and closed with everything on disk: a tenth of them takes as long.
    count = max(ROUNDS // 10, 20) if kind == "broker" else ROUNDS
    for _ in range(count // 3):
        rounds(kind, tmp_path, broker, topic)
    gc.collect()
    time.sleep(0.2)
    fds, threads, memory = descriptors(broker), tasks(), resident()
    for _ in range(count):
        rounds(kind, tmp_path, broker, topic)
    gc.collect()
    end = time.time() + 60  # what the last ones stop in the background has a moment to end
    while (descriptors(broker) > fds + 10 or tasks() > threads + 5) and time.time() < end:
        time.sleep(0.05)
    assert descriptors(broker) <= fds + 10 and tasks() <= threads + 5, (descriptors(broker), fds, tasks(), threads)
    grown = resident() - memory
    # The broker of this process goes on growing its own log and caches a little; 10,000 rounds that each kept a page would be 40 MB.
    assert grown < 24 << 20, f"{count} rounds left {grown >> 10} KiB"
