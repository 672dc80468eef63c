"""Serializing producer, deserializing consumer."""
import sys

from confluent_kafka import DeserializingConsumer, SerializingProducer
from confluent_kafka.error import ConsumeError
from confluent_kafka.serialization import IntegerDeserializer, IntegerSerializer, StringDeserializer, StringSerializer

p = SerializingProducer({"bootstrap.servers": sys.argv[1], "key.serializer": StringSerializer("utf_8"), "value.serializer": IntegerSerializer()})
for i in range(10):
    p.produce(topic="serdes", key=f"k{i}", value=i, on_delivery=lambda err, msg: err and sys.exit(str(err)))
p.flush()
c = DeserializingConsumer({
    "bootstrap.servers": sys.argv[1], "group.id": "serdes", "auto.offset.reset": "earliest",
    "key.deserializer": StringDeserializer("utf_8"), "value.deserializer": IntegerDeserializer(),
})
c.subscribe(["serdes"])
got = {}
while len(got) < 10:
    try:
        m = c.poll(5.0)
    except ConsumeError as e:
        sys.exit(f"{e.code} {e.name}")
    if m is not None:
        got[m.key()] = m.value()
c.close()
assert got == {f"k{i}": i for i in range(10)}
print("fine")
