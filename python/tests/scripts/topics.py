"""The usual admin script."""
import sys
from concurrent.futures import as_completed

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic

a = AdminClient({"bootstrap.servers": sys.argv[1]})
new_topics = [NewTopic(t, num_partitions=3, replication_factor=1) for t in ("one", "two")]
fs = a.create_topics(new_topics)
for topic, f in fs.items():
    assert f.result() is None, topic
for f in as_completed(a.create_partitions([NewPartitions("one", 4)]).values()):
    f.result()
md = a.list_topics(timeout=10)
assert {"one", "two"} <= set(md.topics) and len(md.topics["one"].partitions) == 4
for b in iter(md.brokers.values()):
    assert b.host and b.port is not None
resources = [ConfigResource("topic", "one")]
for res, f in a.describe_configs(resources).items():
    configs = f.result()
    assert configs["cleanup.policy"].value == "delete", res
try:
    a.create_topics([NewTopic("one", 1, 1)])["one"].result()
    sys.exit("created twice")
except KafkaException as e:
    assert e.args[0].name() == "TOPIC_ALREADY_EXISTS"
for f in a.delete_topics(["one", "two"], operation_timeout=30).values():
    f.result()
print("fine")
