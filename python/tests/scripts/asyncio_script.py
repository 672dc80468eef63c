"""The AIO names."""
import asyncio
import sys

from confluent_kafka.aio import AIOConsumer, AIOProducer


async def main():
    producer = AIOProducer({"bootstrap.servers": sys.argv[1]}, max_workers=4)
    futures = [await producer.produce(topic="aio", value=f"value-{i}") for i in range(50)]
    for msg in await asyncio.gather(*futures):
        assert msg.topic() == "aio" and msg.offset() >= 0
    await producer.flush()
    await producer.close()

    consumer = AIOConsumer({"bootstrap.servers": sys.argv[1], "group.id": "aio", "auto.offset.reset": "earliest"})
    await consumer.subscribe(["aio"])
    seen = []
    while len(seen) < 50:
        msg = await consumer.poll(timeout=5.0)
        if msg is not None and not msg.error():
            seen.append(msg.value())
    await consumer.unsubscribe()
    await consumer.close()
    assert len(set(seen)) == 50


asyncio.run(main())
print("fine")
