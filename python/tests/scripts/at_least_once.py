"""A worker that stores offsets after the work and commits them itself; a second run goes on where the first stopped."""
import sys

from confluent_kafka import Consumer, Producer, TopicPartition

topic = "work"
producer = Producer({"bootstrap.servers": sys.argv[1], "linger.ms": 10, "compression.type": "lz4", "enable.idempotence": True})
for i in range(50):
    producer.produce(topic, b"job-%d" % i, partition=0)
assert producer.flush(30) == 0


def work(limit):
    consumer = Consumer({
        "bootstrap.servers": sys.argv[1], "group.id": "workers", "auto.offset.reset": "earliest",
        "enable.auto.commit": False, "enable.auto.offset.store": False,
    })
    consumer.subscribe([topic], on_assign=lambda c, ps: None, on_revoke=lambda c, ps: None)
    done = []
    while len(done) < limit:
        msg = consumer.poll(5.0)
        assert msg is not None and not msg.error()
        done.append(msg.value())
        consumer.store_offsets(message=msg)
    consumer.commit(asynchronous=False)
    consumer.close()
    return done


assert work(20) == [b"job-%d" % i for i in range(20)]
assert work(30) == [b"job-%d" % i for i in range(20, 50)]
c = Consumer({"bootstrap.servers": sys.argv[1], "group.id": "workers"})
low, high = c.get_watermark_offsets(TopicPartition(topic, 0), timeout=10)
lag = high - c.committed([TopicPartition(topic, 0)], timeout=10)[0].offset
assert (low, high, lag) == (0, 50, 0)
c.close()
print("fine")
