"""What one record costs in Python: one way of one package against a server. Prints one JSON line.

usage: python_client.py MODULE WAY BOOTSTRAP TOPIC RECORDS      (MODULE: wellhead or confluent_kafka)
The ways: produce, produce-reports (with a callback a record), produce-async; poll, consume (10,000 at a time), batches (Arrow; of wellhead
alone), poll-async. Consuming ways read a topic that has the records; the clock begins with the first one."""

import asyncio
import json
import os
import sys
import time

SIZE = 100


class Clock:
    def __init__(self):
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def report(self, records):
        took, cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu
        print(json.dumps({"records": records, "records_per_s": records / took, "cpu_us_per_record": cpu / records * 1e6}))


def produce(module, address, topic, n, reports):
    p = module.Producer({"bootstrap.servers": address, "linger.ms": 5, "acks": "all", "queue.buffering.max.messages": 1_000_000})
    p.list_topics(topic, timeout=10)
    value, done, send = os.urandom(SIZE), [], p.produce
    told = lambda e, m: done.append(e)
    clock = Clock()
    for i in range(n):
        while True:
            try:
                if reports:
                    send(topic, value, on_delivery=told)
                    if i % 1000 == 0:
                        p.poll(0)
                else:
                    send(topic, value)
                break
            except BufferError:
                p.poll(0.01)
    assert p.flush(120) == 0
    assert not reports or (len(done) == n and not any(done))
    clock.report(n)


def consume(module, address, topic, n, way):
    # librdkafka stops fetching for a second when its queue is full; 10 ms is what its users set who read fast.
    c = module.Consumer({"bootstrap.servers": address, "group.id": "compare", "auto.offset.reset": "earliest", "enable.auto.commit": False, "fetch.queue.backoff.ms": 10})
    c.assign([module.TopicPartition(topic, p, 0) for p in c.list_topics(topic, timeout=10).topics[topic].partitions])
    assert c.poll(20) is not None
    if way == "batches":
        import pyarrow as pa
    seen, size, clock = 1, SIZE, Clock()
    if way == "batches":
        for b in c.batches(timeout=20):
            rows = pa.table(b)
            seen += rows.num_rows
            size += rows.num_rows * SIZE
            if seen >= n:
                break
    elif way == "poll":
        poll = c.poll
        while seen < n:
            size += len(poll(10).value())
            seen += 1
    while seen < n:
        # No more than there are: it waits for as many as it is asked for.
        for m in c.consume(min(10_000, n - seen), 1):
            size += len(m.value())
            seen += 1
    clock.report(seen)
    assert size == seen * SIZE
    c.close()


async def produce_async(module, address, topic, n):
    """A record at a time from each of 100 tasks, as the handlers of a web server do: the task goes on when its record is acknowledged."""
    if module.__name__ == "wellhead":
        from wellhead.aio import AIOProducer
    else:
        from confluent_kafka.aio import AIOProducer
    p = AIOProducer({"bootstrap.servers": address, "linger.ms": 0, "acks": "all"})
    value, tasks = os.urandom(SIZE), 100

    async def handler(k):
        for _ in range(k):
            await (await p.produce(topic, value=value))

    await handler(1)
    clock = Clock()
    work = asyncio.gather(*(handler(n // tasks) for _ in range(tasks)))
    while not work.done():  # its batches go out when there are 1,000 or when they are flushed
        await p.flush()
        await asyncio.sleep(0)
    await work
    clock.report(n // tasks * tasks)
    await p.close()


async def poll_async(module, address, topic, n):
    if module.__name__ == "wellhead":
        from wellhead.aio import AIOConsumer
    else:
        from confluent_kafka.aio import AIOConsumer
    c = AIOConsumer({"bootstrap.servers": address, "group.id": "compare", "auto.offset.reset": "earliest", "enable.auto.commit": False, "fetch.queue.backoff.ms": 10})
    await c.assign([module.TopicPartition(topic, p, 0) for p in range(4)])
    assert await c.poll(20) is not None
    clock = Clock()
    for _ in range(n):
        m = await c.poll(10)
        assert len(m.value()) == SIZE
    clock.report(n)
    await c.close()


def main():
    name, way, address, topic, n = sys.argv[1:]
    module, n = __import__(name), int(n)
    if way in ("produce", "produce-reports"):
        produce(module, address, topic, n, way == "produce-reports")
    elif way == "produce-async":
        asyncio.run(produce_async(module, address, topic, n))
    elif way == "poll-async":
        asyncio.run(poll_async(module, address, topic, n))
    else:
        consume(module, address, topic, n, way)


if __name__ == "__main__":
    main()
