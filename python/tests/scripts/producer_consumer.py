"""The usual producer with a delivery callback, and the usual poll loop."""
import sys

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer

topic = "everyday"
delivered = []


def delivery_report(err, msg):
    if err is not None:
        sys.exit(f"Message delivery failed: {err}")
    delivered.append(f"{msg.topic()} [{msg.partition()}] @ {msg.offset()}")


p = Producer({"bootstrap.servers": sys.argv[1], "client.id": "script", "acks": "all"})
for i in range(100):
    p.poll(0)
    p.produce(topic, key=str(i), value=f"message {i}".encode("utf-8"), callback=delivery_report)
p.flush()
assert len(delivered) == 100

conf = {"bootstrap.servers": sys.argv[1], "group.id": "everyday", "auto.offset.reset": "earliest", "enable.partition.eof": True, "session.timeout.ms": 6000}
consumer = Consumer(conf)
count = 0
try:
    consumer.subscribe([topic])
    while True:
        msg = consumer.poll(timeout=1.0)
        if msg is None:
            continue
        if msg.error():
            if msg.error().code() == KafkaError._PARTITION_EOF:
                break
            raise KafkaException(msg.error())
        assert msg.value().decode("utf-8").startswith("message ")
        count += 1
        if count % 10 == 0:
            consumer.commit(asynchronous=True)
finally:
    consumer.close()
assert count == 100, count
print("fine")
