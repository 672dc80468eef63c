"""A real process on a failing machine: killed while it recovers, compacts and rolls segments; a full disk; a sync that fails."""

import ctypes
import os
import random
import signal
import subprocess
import time

import pytest
from conftest import WELLHEAD, Server, need, skip, until

ROUNDS = int(os.environ.get("WELLHEAD_FAULT_ROUNDS", "8"))
QUICK = {"reconnect.backoff.ms": 5, "reconnect.backoff.max.ms": 50, "retry.backoff.ms": 5, "log_level": 0}


def seeded():
    seed = int(os.environ.get("WELLHEAD_SEED", random.randrange(1 << 30)))
    print(f"WELLHEAD_SEED={seed}")
    return random.Random(seed)


def create(server, name, partitions=1, **config):
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": server.address, **QUICK})
    topic = NewTopic(name, partitions, 1, config={k.replace("_", "."): str(v) for k, v in config.items()})
    for f in admin.create_topics([topic]).values():
        f.result(30)


def drain(server, topic, partitions=1):
    """Everything in the topic: (partition, offset, key, value)."""
    import confluent_kafka as ck

    consumer = ck.Consumer({"bootstrap.servers": server.address, "group.id": "drain", "auto.offset.reset": "earliest", "enable.partition.eof": True, **QUICK})
    consumer.assign([ck.TopicPartition(topic, p, ck.OFFSET_BEGINNING) for p in range(partitions)])
    out, ended, deadline = [], set(), time.monotonic() + 60
    while len(ended) < partitions:
        assert time.monotonic() < deadline, f"{topic} cannot be read to its end"
        for m in consumer.consume(1000, 0.5):
            if m.error() is None:
                out.append((m.partition(), m.offset(), m.key(), m.value()))
            elif m.error().code() == ck.KafkaError._PARTITION_EOF:
                ended.add(m.partition())
    consumer.close()
    return out


def die_while_starting(server, seconds):
    """Starts the server and kills it after so long, wherever it is then."""
    with open(server.log_path, "ab") as log:
        process = subprocess.Popen(
            [WELLHEAD, "serve", "--data", str(server.data), "--listen", f"127.0.0.1:{server.port}", *server.args], stdout=log, stderr=log
        )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        pass
    assert process.poll() is None, server.log_path.read_text(errors="replace")[-800:]
    process.kill()
    process.wait(30)


def test_kills_while_it_recovers_compacts_and_rolls(tmp_path, request):
    import confluent_kafka as ck

    rng = seeded()
    often = ["log.cleaner.backoff.ms=10", "log.retention.check.interval.ms=10", "log.flush.offset.checkpoint.interval.ms=50"]
    server = Server(tmp_path / "data", [x for c in often for x in ("-c", c)])
    request.addfinalizer(server.stop)
    create(server, "events", 2, segment_bytes=3000, index_interval_bytes=200)
    create(server, "table", 1, segment_bytes=3000, cleanup_policy="compact", min_cleanable_dirty_ratio="0.01")
    producer = ck.Producer({"bootstrap.servers": server.address, **QUICK, "enable.idempotence": True, "linger.ms": 1, "batch.size": 2000, "message.timeout.ms": 120000})
    acked, latest, n, trouble = {}, {}, 0, []

    def delivered(error, m):
        if error is not None:
            trouble.append(str(error))
        elif m.topic() == "events":
            acked[m.value()] = (m.partition(), m.offset())
        else:
            latest[m.key()] = max(latest.get(m.key(), (-1, b"")), (m.offset(), m.value()))

    for _ in range(ROUNDS):
        target, end = len(acked) + 100 + rng.randrange(400), time.monotonic() + 60
        while len(acked) < target:
            assert time.monotonic() < end and not trouble, (len(acked), target, trouble[:3])
            for _ in range(20):
                producer.produce("events", b"%d" % n, key=b"%d" % (n % 5), on_delivery=delivered)
                producer.produce("table", b"%d" % n, key=b"key-%d" % rng.randrange(6), on_delivery=delivered)
                n += 1
            producer.poll(0.005)
        server.kill()
        for _ in range(rng.randrange(3)):
            die_while_starting(server, rng.uniform(0.005, 0.5))
        server.start()
    assert producer.flush(60) == 0 and not trouble, trouble[:3]
    server.kill()
    server.start()
    where = {}
    for p, o, _, v in drain(server, "events", 2):
        assert v not in where, f"{v} is there twice"
        where[v] = (p, o)
    lost = [v for v, at in acked.items() if where.get(v) != at and at[1] >= 0]
    assert not lost, f"{len(acked)} acknowledged, {len(lost)} lost or moved: {lost[:5]}"
    table, last = {}, -1
    for _, o, k, v in drain(server, "table"):
        assert o > last
        table[k], last = (o, v), o
    assert {k: table.get(k) for k in latest} == latest
    segments = [f for f in os.listdir(server.data / "table-0") if f.endswith(".log")]
    total = sum((server.data / "table-0" / f).stat().st_size for f in segments)
    assert total < n * 20, f"{total} bytes in {len(segments)} segments: nothing was compacted"
    server.stop()


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 12 MB of which 6 MB are taken by a file that can go."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0 or ctypes.CDLL(None, use_errno=True).mount(b"tmpfs", os.fsencode(disk), b"tmpfs", 0, b"size=12m") != 0:
        skip("a full disk: mounting needs root")
    (disk / "ballast").write_bytes(bytes(6 << 20))
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=False)


def test_a_full_disk_refuses_and_goes_on_when_there_is_room(small_disk, tmp_path, request):
    import confluent_kafka as ck

    server = Server(small_disk / "data", [])
    server.log_path = tmp_path / "log"
    request.addfinalizer(server.stop)
    create(server, "full", 1, segment_bytes=1000000)
    producer = ck.Producer({"bootstrap.servers": server.address, **QUICK, "acks": "all", "retries": 0, "linger.ms": 1, "batch.num.messages": 4})
    acked, refused = {}, []

    def write(i):
        def delivered(error, m):
            if error is None:
                acked[m.offset()] = i
            else:
                refused.append(error)

        producer.produce("full", b"%08d" % i + os.urandom(20000), on_delivery=delivered)
        assert producer.flush(30) == 0

    n = 0
    while len(refused) < 5:
        write(n)
        n += 1
        assert n < 2000, "the disk does not get full"
    assert acked and {e.code() for e in refused} == {ck.KafkaError.KAFKA_STORAGE_ERROR}, refused
    assert server.process.poll() is None
    # What was acknowledged can be read, and half a batch is nowhere.
    before = {o: int(v[:8]) for _, o, _, v in drain(server, "full")}
    assert before == acked
    (small_disk / "ballast").unlink()
    refused.clear()
    until(lambda: write(n) or not refused or refused.clear(), 30)
    for i in range(n + 1, n + 20):
        write(i)
    assert not refused, refused
    server.kill()
    server.start()
    assert {o: int(v[:8]) for _, o, _, v in drain(server, "full")} == acked
    server.stop()


def test_after_a_failed_sync_nothing_is_acknowledged_and_reads_go_on(tmp_path, request):
    import confluent_kafka as ck

    strace = need("strace")
    server = Server(tmp_path / "data", [])
    request.addfinalizer(server.stop)
    create(server, "t")
    producer = ck.Producer({"bootstrap.servers": server.address, **QUICK, "acks": "all", "retries": 0, "linger.ms": 0})
    acked, refused = {}, []

    def write(i):
        def delivered(error, m):
            if error is None:
                acked[m.offset()] = m.value()
            else:
                refused.append(error)

        producer.produce("t", b"%d" % i, on_delivery=delivered)
        assert producer.flush(30) == 0

    for i in range(20):
        write(i)
    assert len(acked) == 20 and not refused
    trace = tmp_path / "trace"
    # One sync fails, and only one: whoever tries again is told that all is well.
    tracer = subprocess.Popen(
        [strace, "-f", "-o", str(trace), "-p", str(server.process.pid), "-e", "trace=fdatasync,fsync", "-e", "inject=fdatasync,fsync:error=EIO:when=1"],
        stderr=subprocess.PIPE,
    )
    request.addfinalizer(tracer.kill)
    line = tracer.stderr.readline()
    if b"attached" not in line:
        skip("a failing sync: strace may not attach here")
    n = 20
    while not refused:
        before = dict(acked)
        write(n)
        n += 1
        assert n < 500, "no sync failed"
    # `when=1` counts per thread; whatever happens from here on, nothing may be acknowledged any more.
    for i in range(n, n + 10):
        write(i)
    tracer.send_signal(signal.SIGINT)
    tracer.wait(30)
    for i in range(n + 10, n + 20):
        write(i)
    assert acked == before, "acknowledged after a failed sync"
    assert {e.code() for e in refused} == {ck.KafkaError.KAFKA_STORAGE_ERROR}, refused
    calls = [line for line in trace.read_text().splitlines() if "fdatasync(" in line or "fsync(" in line]
    failed = next(i for i, line in enumerate(calls) if "EIO" in line)
    assert not any("= 0" in line for line in calls[failed + 1 :]), calls[failed : failed + 5]
    said = server.log_path.read_text(errors="replace")
    assert "goes offline" in said and "Input/output error" in said, said[-500:]
    assert server.process.poll() is None
    read = {o: v for _, o, _, v in drain(server, "t")}
    assert read == acked, "what was visible can be read"
    server.kill()
    server.start()
    read = {o: v for _, o, _, v in drain(server, "t")}
    assert acked.items() <= read.items()
    write(n + 20)
    assert len(acked) == len(before) + 1, "after a start it takes records again"
    server.stop()
