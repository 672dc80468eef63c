"""Files: Kafka's own tool reads what we write, segment by segment and index by index; and we open a data directory that Kafka wrote."""

import json
import re
import shutil
import signal
import time

import pytest
from conftest import Server
from jvm import Kafka

DUMP = "org.apache.kafka.tools.DumpLogSegments"
CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
# Young enough for every retention.
T = int(time.time()) * 1000 - 3_600_000


def write(address, topic, n, codec="none", at=T, size=300, idempotent=True):
    """`n` records on partition 0 with keys, headers and rising times."""
    import confluent_kafka as ck

    failed = []
    p = ck.Producer({"bootstrap.servers": address, "compression.type": codec, "linger.ms": 2, "batch.num.messages": 40, "enable.idempotence": idempotent, "log_level": 2})
    for i in range(n):
        while True:
            try:
                p.produce(topic, b"%06d" % i + b"v" * size, key=b"k%d" % (i % 50), headers=[("h", b"%d" % i)], partition=0, timestamp=at + i * 10, on_delivery=lambda e, m: failed.append(e) if e else None)
                break
            except BufferError:
                p.poll(0.1)
    assert p.flush(60) == 0 and not failed, failed[:3]


def segments(directory):
    return sorted(directory.glob("*.log"))


def dumped(jvm, files, *options):
    outcome = jvm.call(DUMP, "--files", ",".join(map(str, files)), *options, seconds=120)
    assert outcome.code == 0 and "Exception" not in outcome.err, outcome
    return outcome.out


def complaints(jvm, files, *options):
    """What the tool says against these files; it says that on standard error."""
    outcome = jvm.call(DUMP, "--files", ",".join(map(str, files)), *options, seconds=120)
    assert outcome.code == 0, outcome
    said = outcome.out + outcome.err
    return re.search(r"(?i)mismatch|out of order|should be|not found|error", said) and said[:3000]


def index_entries(path, width):
    data = path.read_bytes()
    assert len(data) % width == 0
    return len(data) // width


def test_kafkas_dump_tool_reads_our_files(jvm, tmp_path):
    """Several segments of every codec. `--index-sanity-check` and the default check (every entry of an index against the log) find
    nothing; the records dumped are the records written, each once."""
    server = Server(tmp_path / "data", ["-c", "log.segment.bytes=400000", "-c", "log.index.interval.bytes=2000"])
    try:
        for codec in CODECS:
            write(server.address, f"dump-{codec}", 4000 if codec == "none" else 8000, codec)
    finally:
        server.stop()
    for codec in CODECS:
        directory = server.data / f"dump-{codec}-0"
        logs, indexes, times = segments(directory), sorted(directory.glob("*.index")), sorted(directory.glob("*.timeindex"))
        assert len(logs) == len(indexes) == len(times) and (codec != "none" or len(logs) > 3), (codec, len(logs))
        assert sum(index_entries(i, 8) for i in indexes) > 20 and sum(index_entries(i, 12) for i in times) > 20, codec
        out = dumped(jvm, logs, "--deep-iteration", "--print-data-log")
        found = re.findall(r"offset: (\d+) CreateTime: (\d+) keySize: \d+ valueSize: \d+ sequence: (\d+) headerKeys: \[h\] key: (k\d+) payload: (\d{6})v", out)
        n = 4000 if codec == "none" else 8000
        assert [(int(o), int(t), k, int(v)) for o, t, _, k, v in found] == [(i, T + 10 * i, f"k{i % 50}", i) for i in range(n)], (codec, out[:2000])
        assert [int(s) for _, _, s, _, _ in found] == list(range(n))
        assert "isvalid: false" not in out and f"compresscodec: {codec}" in out
        assert not complaints(jvm, indexes + times, "--deep-iteration", "--verify-index-only")
        assert not complaints(jvm, indexes + times)
        said = dumped(jvm, indexes + times, "--index-sanity-check")
        assert len(re.findall("passed sanity check", said)) == len(indexes) + len(times), said[:3000]
        snapshots = sorted(directory.glob("*.snapshot"))
        said = dumped(jvm, snapshots[-1:])
        assert re.search(rf"producerId: \d+ producerEpoch: 0 coordinatorEpoch: -1 currentTxnFirstOffset: OptionalLong.empty lastTimestamp: {T + 10 * (n - 1)} firstSequence: \d+ lastSequence: {n - 1} lastOffset: {n - 1}", said), said


    # The tool would have said so.
    for damaged, at in ((indexes[0], 8), (times[0], 12)):
        data = bytearray(damaged.read_bytes())
        data[at + 3] ^= 1
        damaged.write_bytes(data)
        assert complaints(jvm, [damaged], "--deep-iteration", "--verify-index-only"), damaged


def test_kafkas_dump_tool_reads_our_groups_and_metadata(jvm, tmp_path):
    import confluent_kafka as ck

    server = Server(tmp_path / "data", ["-c", "offsets.topic.num.partitions=1"])
    try:
        write(server.address, "t", 10)
        c = ck.Consumer({"bootstrap.servers": server.address, "group.id": "dumped-group", "auto.offset.reset": "earliest"})
        c.subscribe(["t"])
        assert len(c.consume(10, 30)) == 10
        c.commit(asynchronous=False)
        c.close()
    finally:
        server.stop()
    out = dumped(jvm, segments(server.data / "__consumer_offsets-0"), "--offsets-decoder")
    assert "dumped-group" in out and '"offset":10' in out and '"protocolType":"consumer"' in out, out
    out = dumped(jvm, segments(server.data / "__cluster_metadata-0"), "--cluster-metadata-decoder")
    assert '"type":"TOPIC_RECORD"' in out and '"name":"t"' in out and '"type":"PARTITION_RECORD"' in out, out


def everything(address, topic, partition=0):
    """All records of a partition: (offset, timestamp, key, value, headers)."""
    import confluent_kafka as ck

    c = ck.Consumer({"bootstrap.servers": address, "group.id": "reader", "enable.partition.eof": True, "auto.offset.reset": "earliest", "check.crcs": True})
    c.assign([ck.TopicPartition(topic, partition, 0)])
    out, end = [], time.monotonic() + 60
    while True:
        assert time.monotonic() < end, f"{len(out)} records of {topic} and no end"
        for m in c.consume(1000, 0.2):
            if m.error() is not None:
                assert m.error().code() == ck.KafkaError._PARTITION_EOF, m.error()
                c.close()
                return out
            out.append((m.offset(), m.timestamp(), m.key(), m.value(), m.headers()))


def by_time(address, topic, times):
    import confluent_kafka as ck

    c = ck.Consumer({"bootstrap.servers": address, "group.id": "reader"})
    found = [c.offsets_for_times([ck.TopicPartition(topic, 0, t)], timeout=30)[0].offset for t in times]
    marks = c.get_watermark_offsets(ck.TopicPartition(topic, 0), timeout=30)
    c.close()
    return found, marks


def committed(address, group, topic):
    import confluent_kafka as ck

    c = ck.Consumer({"bootstrap.servers": address, "group.id": group})
    got = c.committed([ck.TopicPartition(topic, 0)], timeout=30)[0]
    c.close()
    return got.offset, got.metadata


def producers(jvm, address, topic):
    """The idempotent producers that the broker remembers: all columns of Kafka's own tool."""
    outcome = jvm.call("org.apache.kafka.tools.TransactionsCommand", "--bootstrap-server", address, "describe-producers", "--topic", topic, "--partition", "0")
    assert outcome.code == 0, outcome
    return sorted(outcome.out.splitlines())


TOPICS = [*(f"from-kafka-{c}" for c in CODECS), "wide", "transactional"]
TIMES = [0, T, T + 5, T + 9_995, T + 20_000, T + 39_990, T + 10**9]


def look(jvm, address):
    """What a broker says of everything that the fixture below wrote."""
    from confluent_kafka.admin import AdminClient

    said = {t: (everything(address, t), by_time(address, t, TIMES), producers(jvm, address, t)) for t in TOPICS}
    listed = AdminClient({"bootstrap.servers": address, "log_level": 2}).list_topics(timeout=30)
    said["compacted"] = everything(address, "compacted")
    said["committed"] = committed(address, "moved", "from-kafka-none")
    said["topics"] = sorted(t for t in listed.topics if not t.startswith("__"))
    said["cluster"] = listed.cluster_id
    return said


@pytest.fixture(scope="module")
def kafkas(kafka_node, jvm, tmp_path_factory):
    """A data directory that Kafka wrote: as a kill left it, as a clean stop after that left it, and what Kafka said before each."""
    import confluent_kafka as ck
    from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewTopic, ResourceType

    home = tmp_path_factory.mktemp("kafkas")
    kafka = kafka_node
    kafka.start(jvm)
    said = {}
    try:
        admin = AdminClient({"bootstrap.servers": kafka.address, "log_level": 2})
        topics = [NewTopic(f"from-kafka-{c}", 1, 1) for c in CODECS]
        topics += [NewTopic("compacted", 1, 1, config={"cleanup.policy": "compact", "segment.ms": "100", "min.cleanable.dirty.ratio": "0.01"}), NewTopic("wide", 60, 1), NewTopic("deleted", 2, 1)]
        for f in admin.create_topics(topics).values():
            f.result(60)
        change = ConfigEntry("retention.bytes", "777777777", incremental_operation=AlterConfigOpType.SET)
        for f in admin.incremental_alter_configs([ConfigResource(ResourceType.TOPIC, "wide", incremental_configs=[change])]).values():
            f.result(60)
        for codec in CODECS:
            write(kafka.address, f"from-kafka-{codec}", 4000, codec)
        write(kafka.address, "compacted", 500)
        write(kafka.address, "wide", 10, idempotent=False)
        write(kafka.address, "deleted", 10)
        for f in admin.delete_topics(["deleted"]).values():
            f.result(60)
        p = ck.Producer({"bootstrap.servers": kafka.address, "transactional.id": "mover", "log_level": 2})
        p.init_transactions(60)
        for round_ in range(3):
            p.begin_transaction()
            for i in range(50):
                p.produce("transactional", b"%d" % i, partition=0, timestamp=T + i)
            p.commit_transaction(60)
        del p
        # Many small commands, so that the controller writes snapshots and drops what is before them.
        for i in range(12):
            for f in admin.create_topics([NewTopic(f"small-{i}", 3, 1)]).values():
                f.result(60)
        c = ck.Consumer({"bootstrap.servers": kafka.address, "group.id": "moved", "auto.offset.reset": "earliest", "enable.auto.commit": False})
        c.subscribe(["from-kafka-none"])
        assert len(c.consume(1234, 60)) == 1234
        c.commit(offsets=[ck.TopicPartition("from-kafka-none", 0, 1234, metadata="of Kafka")], asynchronous=False)
        c.close()
        said["killed"] = look(jvm, kafka.address)
        kafka.stop(signal.SIGKILL)
        shutil.copytree(kafka.data, home / "killed")
        # It starts again, so that leader epochs rise.
        kafka.start(jvm)
        write(kafka.address, "from-kafka-none", 10, at=T + 40_000)
        for f in admin.delete_records([ck.TopicPartition("from-kafka-gzip", 0, 1500)]).values():
            f.result(60)
        said["clean"] = look(jvm, kafka.address)
    finally:
        kafka.stop()
    # There is a snapshot, and the log before it is gone.
    assert any(int(p.name.split("-")[0]) > 0 for p in kafka.data.glob("__cluster_metadata-0/*.checkpoint"))
    return {"clean": kafka.data, "killed": home / "killed", "said": said}


@pytest.mark.parametrize("how", ["clean", "killed"])
def test_a_data_directory_that_kafka_wrote_is_served(jvm, kafkas, tmp_path, how):
    """Topics with their ids and configs, every record at its offset with its time, look-ups by time, groups with their offsets; then
    it goes on: writes of ours follow on Kafka's, through a restart."""
    import confluent_kafka as ck
    from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

    shutil.copytree(kafkas[how], tmp_path / "data")
    said = kafkas["said"][how]
    server = Server(tmp_path / "data")
    try:
        admin = AdminClient({"bootstrap.servers": server.address, "log_level": 2})
        listed = admin.list_topics(timeout=30)
        assert listed.cluster_id == said["cluster"]
        assert sorted(t for t in listed.topics if not t.startswith("__")) == said["topics"]
        assert len(listed.topics["wide"].partitions) == 60 and all(p.leader == 1 and p.isrs == [1] for p in listed.topics["wide"].partitions.values())
        wide = list(admin.describe_configs([ConfigResource(ResourceType.TOPIC, "wide")]).values())[0].result(30)
        assert wide["retention.bytes"].value == "777777777"
        for topic in TOPICS:
            assert everything(server.address, topic) == said[topic][0], topic
            assert by_time(server.address, topic, TIMES) == said[topic][1], topic
            # Without a snapshot of theirs producers are read from the log, and the coordinator's epoch in its markers is not looked at yet.
            if how == "clean" or topic != "transactional":
                assert producers(jvm, server.address, topic) == said[topic][2], topic
        # Whoever compacts when: what is there was there, and each key's last record stays.
        kept = everything(server.address, "compacted")
        assert all(r in said["compacted"] for r in kept) and {r[2]: r for r in kept} == {r[2]: r for r in said["compacted"]}
        assert len(said["from-kafka-none"][2]) >= 2 and len(said["transactional"][2]) == 2
        assert committed(server.address, "moved", "from-kafka-none") == said["committed"] == (1234, "of Kafka")
        for round_ in range(2):
            write(server.address, "from-kafka-none", 10, at=T + 50_000)
            end = len(said["from-kafka-none"][0]) + 10 * (round_ + 1)
            assert [r[0] for r in everything(server.address, "from-kafka-none")] == list(range(end))
            c = ck.Consumer({"bootstrap.servers": server.address, "group.id": "moved", "auto.offset.reset": "error", "enable.auto.commit": False})
            c.subscribe(["from-kafka-none"])
            m = c.poll(30)
            assert m is not None and m.error() is None and m.offset() == 1234, m
            c.close()
            server.kill(signal.SIGTERM)
            server.start()
        epochs = [int(line.split()[0]) for line in (server.data / "from-kafka-none-0" / "leader-epoch-checkpoint").read_text().splitlines()[2:]]
        # Kafka took the leadership from itself at its clean stop; a killed one took it to its grave.
        assert len(epochs) >= (1 if how == "killed" else 2) and epochs == sorted(epochs), epochs
    finally:
        server.stop()
    dumped(jvm, segments(server.data / "from-kafka-none-0"), "--deep-iteration")


def test_kafka_opens_a_data_directory_that_we_wrote(jvm, tmp_path):
    """There and back: topics made, grown and deleted here, records, a group; then Kafka on the same directory, which adds to them; then
    this node again. Snapshots of the metadata are written at every turn."""
    from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic, ResourceType

    import confluent_kafka as ck

    early = {"metadata.log.max.record.bytes.between.snapshots": "3000"}
    kafka = Kafka(tmp_path / "kafka", **{**early, "offsets.topic.num.partitions": "50"})
    shutil.rmtree(kafka.data)
    server = Server(kafka.data, [x for k, v in early.items() for x in ("-c", f"{k}={v}")])

    def look(address):
        admin = AdminClient({"bootstrap.servers": address, "log_level": 2})
        listed = admin.list_topics(timeout=30)
        configs = list(admin.describe_configs([ConfigResource(ResourceType.TOPIC, "ours-zstd")]).values())[0].result(30)
        topics = {n: len(t.partitions) for n, t in listed.topics.items() if not n.startswith("__")}
        return listed.cluster_id, topics, configs["retention.bytes"].value, {t: everything(address, t) for t in ("ours-none", "ours-zstd")}, committed(address, "ours", "ours-none")

    def add(address, n):
        admin = AdminClient({"bootstrap.servers": address, "log_level": 2})
        for f in admin.create_topics([NewTopic(f"more-{n}-{i}", 3, 1) for i in range(8)]).values():
            f.result(60)
        for i in range(8):
            for f in admin.create_topics([NewTopic(f"small-{n}-{i}", 2, 1)]).values():
                f.result(60)
        admin.create_partitions([NewPartitions(f"more-{n}-0", 5)])[f"more-{n}-0"].result(60)
        admin.delete_topics([f"more-{n}-1"])[f"more-{n}-1"].result(60)
        for codec in ("none", "zstd"):
            write(address, f"ours-{codec}", 500, codec, at=T + n * 10_000)

    try:
        admin = AdminClient({"bootstrap.servers": server.address, "log_level": 2})
        admin.create_topics([NewTopic("ours-zstd", 1, 1, config={"retention.bytes": "888888888"})])["ours-zstd"].result(30)
        add(server.address, 0)
        c = ck.Consumer({"bootstrap.servers": server.address, "group.id": "ours"})
        c.commit(offsets=[ck.TopicPartition("ours-none", 0, 321, metadata="by us")], asynchronous=False)
        c.close()
        ours = look(server.address)
        assert ours[2] == "888888888" and len(ours[3]["ours-none"]) == 500 and ours[4] == (321, "by us"), ours
        server.kill(signal.SIGTERM)
        snapshots = sorted(kafka.data.glob("__cluster_metadata-0/*.checkpoint"))
        out = dumped(jvm, snapshots, "--cluster-metadata-decoder")
        assert '"name":"metadata.version","featureLevel":30' in out and '"name":"ours-zstd"' in out, out[:3000]

        kafka.start(jvm)
        assert look(kafka.address) == ours
        add(kafka.address, 1)
        theirs = look(kafka.address)
        assert [r[0] for r in theirs[3]["ours-zstd"]] == list(range(1000)), theirs
        kafka.stop()

        server.start()
        assert look(server.address) == theirs
        add(server.address, 2)
        assert [r[0] for r in everything(server.address, "ours-zstd")] == list(range(1500))
    finally:
        server.stop()
        kafka.stop()
