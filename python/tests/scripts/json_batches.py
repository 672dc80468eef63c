"""JSON in and out by the batch, with headers."""
import json
import sys
import time

from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition

p = Producer({"bootstrap.servers": sys.argv[1]})
for i in range(1000):
    record = json.dumps({"id": i, "at": time.time()})
    while True:
        try:
            p.produce("json", value=record, key=str(i % 10), headers=[("source", b"script"), ("n", str(i))])
            break
        except BufferError:
            p.poll(0.5)
p.flush()

c = Consumer({"bootstrap.servers": sys.argv[1], "group.id": "json", "auto.offset.reset": "latest", "fetch.min.bytes": 1, "error_cb": print, "stats_cb": print})
partitions = c.list_topics("json", timeout=10).topics["json"].partitions
c.assign([TopicPartition("json", p, OFFSET_BEGINNING) for p in partitions])
rows = []
while len(rows) < 1000:
    msgs = c.consume(num_messages=200, timeout=5)
    assert msgs
    for m in msgs:
        assert m.error() is None
        assert dict(m.headers())["n"].decode() == str(json.loads(m.value())["id"])
        rows.append(json.loads(m.value())["id"])
c.close()
assert sorted(rows) == list(range(1000))
print("fine")
