"""Producer and consumer in an event loop."""

import asyncio
import threading
import time

import pytest
from conftest import NOWHERE

from wellhead import AsyncConsumer, AsyncProducer, KafkaError, KafkaException, TopicPartition
from wellhead.aio import AIOConsumer, AIOProducer


def conf(broker, **more):
    return {"bootstrap.servers": broker.bootstrap_servers, **{k.replace("_", "."): v for k, v in more.items()}}


def consumer_conf(broker, group):
    return conf(broker, group_id=group, auto_offset_reset="earliest")


def test_round_trip_without_a_thread(broker, topic, group):
    async def main():
        async with AsyncProducer(conf(broker)) as p, AsyncConsumer(consumer_conf(broker, group)) as c:
            await p.send(topic, b"warm-up")
            await c.subscribe([topic])
            assert (await c.poll(20)).value() == b"warm-up"
            before = threading.active_count()
            reading = asyncio.create_task(c.consume(200, 20))
            futures = [await p.produce(topic, b"%d" % i, partition=0) for i in range(200)]
            assert threading.active_count() == before
            done = await asyncio.wait_for(asyncio.gather(*futures), 20)
            got = await reading
            assert threading.active_count() == before
            assert [m.offset() for m in done] == list(range(1, 201))
            assert [m.value() for m in got] == [b"%d" % i for i in range(200)]
            assert await p.flush(5) == 0

    asyncio.run(main())


def test_the_loop_goes_on_while_a_poll_waits(broker, fill, topic, group):
    fill(topic, 0)

    async def main():
        async with AsyncConsumer(consumer_conf(broker, group)) as c:
            await c.subscribe([topic])
            polling, ticks = asyncio.create_task(c.poll(1.0)), 0
            while not polling.done():
                await asyncio.sleep(0.01)
                ticks += 1
            assert polling.result() is None and ticks > 30

    asyncio.run(main())


def test_a_waiting_poll_is_woken_at_once(broker, topic, group):
    async def main():
        async with AsyncProducer(conf(broker, linger_ms=0)) as p, AsyncConsumer(consumer_conf(broker, group)) as c:
            await p.send(topic, b"first")
            await c.subscribe([topic])
            assert (await c.poll(20)).value() == b"first"
            waits = []
            for _ in range(20):
                polling = asyncio.create_task(c.poll(20))
                await asyncio.sleep(0.02)
                started = time.perf_counter()
                await p.send(topic, b"x")
                await polling
                waits.append(time.perf_counter() - started)
            assert sorted(waits)[10] < 0.1, waits

    asyncio.run(main())


def test_a_poll_may_be_cancelled(broker, fill, topic, group):
    fill(topic, 0)

    async def main():
        async with AsyncConsumer(consumer_conf(broker, group)) as c, AsyncProducer(conf(broker)) as p:
            await c.subscribe([topic])
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(c.poll(), 0.2)
            await p.send(topic, b"x")
            assert (await c.poll(20)).value() == b"x"

    asyncio.run(main())


def test_errors_come_out_of_the_future():
    async def main():
        p = AsyncProducer({"bootstrap.servers": NOWHERE, "queue.buffering.max.messages": 2})
        first, second = [await p.produce("t", b"x") for _ in range(2)]
        with pytest.raises(BufferError):
            p.produce_nowait("t", b"x")
        waiting = asyncio.create_task(p.produce("t", b"x"))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        await p.purge()
        for f in (first, second):
            with pytest.raises(KafkaException) as e:
                await asyncio.wait_for(f, 10)
            assert e.value.args[0].code() in (KafkaError._PURGE_QUEUE, KafkaError._PURGE_INFLIGHT)
        third = await asyncio.wait_for(waiting, 10)  # there is room now
        await p.purge()
        with pytest.raises(KafkaException):
            await asyncio.wait_for(third, 10)
        await p.close(1)

    asyncio.run(main())


def test_iteration_and_batches(broker, topic, group):
    async def main():
        async with AsyncProducer(conf(broker)) as p, AsyncConsumer(consumer_conf(broker, group)) as c:
            for i in range(100):
                await p.produce(topic, b"%d" % i, partition=0)
            await p.flush()
            await c.assign([TopicPartition(topic, 0, 0)])
            seen = []
            async for m in c:
                seen.append(m.value())
                if len(seen) == 10:
                    break
            assert seen == [b"%d" % i for i in range(10)]
            rows = 0
            async for batch in c.batches(max_rows=40, timeout=1):
                assert len(batch) <= 40
                rows += len(batch)
            assert rows == 90

    asyncio.run(main())


def test_coroutine_callbacks_are_awaited(broker, topic, group):
    calls = []

    async def main():
        async with AsyncProducer(conf(broker)) as p:
            for i in range(5):
                await p.send(topic, b"%d" % i, partition=0)
        c = AIOConsumer(consumer_conf(broker, group), max_workers=3)

        async def on_assign(consumer, partitions):
            assert consumer is c
            await asyncio.sleep(0.01)
            for t in partitions:
                t.offset = 3
            await consumer.assign(partitions)
            calls.append("assign")

        async def on_revoke(consumer, partitions):
            calls.append("revoke")

        await c.subscribe([topic], on_assign=on_assign, on_revoke=on_revoke)
        m = await c.poll(timeout=20)
        assert m.offset() == 3
        assert (await c.commit(message=m, asynchronous=False))[0].offset == 4
        assert (await c.committed([TopicPartition(topic, 0)], 10))[0].offset == 4
        assert (await c.get_watermark_offsets(TopicPartition(topic, 0), 10)) == (0, 5)
        assert [t.partition for t in await c.assignment()] == [0] and topic in (await c.list_topics(timeout=10)).topics
        await c.close()
        with pytest.raises(RuntimeError):
            await c.poll(0)

    asyncio.run(main())
    assert calls == ["assign", "revoke"]


def test_confluents_producer_signature(broker, topic):
    async def main():
        p = AIOProducer(conf(broker), max_workers=2, batch_size=10, buffer_timeout=0.1)
        said = []
        future = await p.produce(topic, value=b"v", key=b"k", on_delivery=lambda e, m: said.append(m.offset()))
        m = await future
        assert (m.value(), m.key(), m.error()) == (b"v", b"k", None) and said == [m.offset()]
        assert await p.flush() == 0 and await p.poll(timeout=0) == 0
        await p.close()
        await p.close()

    asyncio.run(main())


def test_one_producer_in_two_loops(broker, topic):
    p = AsyncProducer(conf(broker))

    async def main():
        return (await p.send(topic, b"x", partition=0)).offset()

    assert [asyncio.run(main()) for _ in range(2)] == [0, 1]
    asyncio.run(p.close())
