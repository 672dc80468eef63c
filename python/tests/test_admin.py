"""AdminClient against an embedded broker."""

import pytest
from conftest import read

from wellhead import ConsumerGroupTopicPartitions, KafkaError, KafkaException, TopicCollection, TopicPartition
from wellhead.admin import AlterConfigOpType, ConfigEntry, ConfigResource, NewPartitions, NewTopic, OffsetSpec, ResourceType


def test_topics(admin, topic):
    made = admin.create_topics([NewTopic(topic, 2, 1, config={"retention.ms": "-1"}), NewTopic(topic + "-b", num_partitions=1, replication_factor=1)])
    assert set(made) == {topic, topic + "-b"} and [f.result(10) for f in made.values()] == [None, None]
    with pytest.raises(KafkaException) as e:
        admin.create_topics([NewTopic(topic, 2, 1)])[topic].result(10)
    assert e.value.args[0].code() == KafkaError.TOPIC_ALREADY_EXISTS
    admin.create_topics([NewTopic(topic + "-c", 1, 1)], validate_only=True)[topic + "-c"].result(10)
    assert topic + "-c" not in admin.list_topics(timeout=10).topics
    admin.create_partitions([NewPartitions(topic, 5)])[topic].result(10)
    described = admin.describe_topics(TopicCollection([topic]))[topic].result(10)
    assert described.name == topic and [p.id for p in described.partitions] == [0, 1, 2, 3, 4] and described.partitions[0].leader.id >= 0
    assert str(described.topic_id) != "AAAAAAAAAAAAAAAAAAAAAA" and not described.is_internal
    admin.delete_topics([topic])[topic].result(10)
    assert topic not in admin.list_topics(timeout=10).topics
    with pytest.raises(KafkaException) as e:
        admin.delete_topics([topic])[topic].result(10)
    assert e.value.args[0].code() == KafkaError.UNKNOWN_TOPIC_OR_PART


def test_wrong_arguments(admin):
    for wrong in (lambda: admin.create_topics(["x"]), lambda: admin.create_topics("x"), lambda: admin.delete_topics("x"), lambda: admin.describe_topics(["x"])):
        with pytest.raises(TypeError):
            wrong()
    with pytest.raises(TypeError, match="foo"):
        admin.create_topics([NewTopic("t")], foo=1)
    for wrong in (lambda: admin.create_topics([]), lambda: admin.describe_configs([]), lambda: admin.describe_consumer_groups([])):
        with pytest.raises(ValueError):
            wrong()


def test_the_cluster(admin):
    c = admin.describe_cluster().result(10)
    assert c.cluster_id == admin.cluster_id(10) and c.controller.id in [n.id for n in c.nodes]


def test_configs(admin, fill, topic):
    fill(topic, 0)
    resource = ConfigResource("topic", topic)
    before = admin.describe_configs([resource])[resource].result(10)
    assert before["retention.ms"].value and not before["retention.ms"].is_read_only
    change = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[ConfigEntry("retention.ms", "1234567", incremental_operation=AlterConfigOpType.SET)])
    admin.incremental_alter_configs([change])[change].result(10)
    assert admin.describe_configs([resource])[resource].result(10)["retention.ms"].value == "1234567"
    admin.alter_configs([ConfigResource("topic", topic, set_config={"max.message.bytes": "4000000"})]).popitem()[1].result(10)
    after = admin.describe_configs([resource])[resource].result(10)
    assert after["max.message.bytes"].value == "4000000" and after["retention.ms"].value == before["retention.ms"].value
    wrong = ConfigResource("topic", topic, incremental_configs=[ConfigEntry("no.such", "1", incremental_operation=AlterConfigOpType.SET)])
    with pytest.raises(KafkaException) as e:
        admin.incremental_alter_configs([wrong])[wrong].result(10)
    assert e.value.args[0].code() == KafkaError.INVALID_CONFIG


def test_offsets_and_records(admin, fill, topic):
    fill(topic, 10)
    here = TopicPartition(topic, 0)

    def at(spec):
        return admin.list_offsets({here: spec})[here].result(10)

    assert (at(OffsetSpec.earliest()).offset, at(OffsetSpec.latest()).offset) == (0, 10)
    assert at(OffsetSpec.max_timestamp()).timestamp > 0 and at(OffsetSpec.for_timestamp(0)).offset == 0
    deleted = admin.delete_records([TopicPartition(topic, 0, 4)])
    assert deleted[here].result(10).low_watermark == 4
    assert at(OffsetSpec.earliest()).offset == 4


def test_groups(admin, fill, consumer, topic, group):
    fill(topic, 10)
    c = consumer()
    c.subscribe([topic])
    read(c, 10)
    c.commit(asynchronous=False)
    assert group in [g.group_id for g in admin.list_consumer_groups().result(10).valid]
    described = admin.describe_consumer_groups([group])[group].result(10)
    assert described.state.name == "STABLE" and len(described.members) == 1
    assert [(t.topic, t.partition) for t in described.members[0].assignment.topic_partitions] == [(topic, 0)]
    found = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)])[group].result(10)
    assert [(t.topic, t.partition, t.offset) for t in found.topic_partitions] == [(topic, 0, 10)]
    c.close()
    admin.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(group, [TopicPartition(topic, 0, 3)])])[group].result(10)
    found = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group, [TopicPartition(topic, 0)])])[group].result(10)
    assert found.topic_partitions[0].offset == 3
    admin.delete_consumer_groups([group])[group].result(10)
    assert group not in [g.group_id for g in admin.list_consumer_groups().result(10).valid]


def test_what_is_not_there_says_so(admin):
    from wellhead.admin import AclBindingFilter

    everything = AclBindingFilter("any", None, "any", None, None, "any", "any")
    with pytest.raises(KafkaException) as e:
        admin.describe_acls(everything).result(5)
    assert e.value.args[0].code() == KafkaError._NOT_IMPLEMENTED
