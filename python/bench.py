"""What one record costs in Python, here and with confluent-kafka, against the same server.

usage: bench.py [BOOTSTRAP] [--records N] [--size BYTES]      (without BOOTSTRAP: an embedded broker that listens on a free port)
"""

import argparse
import os
import platform
import tempfile
import time

import wellhead


def produce(module, address, topic, n, value, reports):
    p = module.Producer({"bootstrap.servers": address, "linger.ms": 5, "enable.idempotence": True, "queue.buffering.max.messages": 2_000_000})
    done = []
    kw = {"on_delivery": lambda e, m: done.append(e)} if reports else {}
    started, cpu = time.perf_counter(), time.process_time()
    for i in range(n):
        while True:
            try:
                p.produce(topic, value, **kw)
                break
            except BufferError:
                p.poll(0.01)
        if reports and i % 1000 == 0:
            p.poll(0)
    assert p.flush(120) == 0
    assert not reports or (len(done) == n and not any(done))
    return time.perf_counter() - started, time.process_time() - cpu


def consume(module, address, topic, n, how):
    c = module.Consumer({"bootstrap.servers": address, "group.id": f"bench-{os.getpid()}-{time.time()}", "auto.offset.reset": "earliest", "enable.auto.commit": False})
    partitions = c.list_topics(topic, timeout=10).topics[topic].partitions
    c.assign([module.TopicPartition(topic, p, 0) for p in partitions])
    assert c.poll(20) is not None
    seen, size = 1, 0
    started, cpu = time.perf_counter(), time.process_time()
    if how == "batches":
        for b in c.batches(timeout=20):
            seen += len(b)
            b.__arrow_c_stream__()
            if seen >= n:
                break
    elif how == "poll":
        while seen < n:
            m = c.poll(10)
            size += len(m.value())
            seen += 1
    else:
        while seen < n:
            messages = c.consume(10_000, 1)
            seen += len(messages)
            if how == "consume + value":
                for m in messages:
                    size += len(m.value())
    took = time.perf_counter() - started, time.process_time() - cpu
    c.close()
    return took


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("bootstrap", nargs="?")
    a.add_argument("--records", type=int, default=500_000)
    a.add_argument("--size", type=int, default=100)
    a = a.parse_args()
    modules = [wellhead]
    try:
        import confluent_kafka

        modules.append(confluent_kafka)
    except ImportError:
        pass
    print(f"{platform.machine()} {os.cpu_count()} cores, Python {platform.python_version()}, wellhead {wellhead.__version__}, {a.records} records of {a.size} bytes, durability as the server's")
    with tempfile.TemporaryDirectory() as data:
        broker = None if a.bootstrap else wellhead.Broker(data, listen="127.0.0.1:0")
        address = a.bootstrap or broker.bootstrap_servers
        value, n = os.urandom(a.size), a.records

        def say(what, module, took):
            print(f"{what:<24} {module.__name__:<16} {n / took[0] / 1000:>8.0f} k/s  {took[1] / n * 1e6:>6.2f} us CPU of the process a record", flush=True)

        for module in modules:
            topic = f"bench-{module.__name__}-{os.getpid()}"
            say("produce", module, produce(module, address, topic, n, value, False))
            say("produce with reports", module, produce(module, address, topic + "-r", n, value, True))
        topic = f"bench-wellhead-{os.getpid()}"
        for how in ("consume", "consume + value", "poll", "batches"):
            for module in modules:
                if how != "batches" or module is wellhead:
                    say(how, module, consume(module, address, topic, n, how))
        if broker is not None:
            broker.close()


if __name__ == "__main__":
    main()
