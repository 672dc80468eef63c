"""kill -9 under load: every acknowledged record is there, once, in order, at its offset; the group goes on where it was."""

import os
import random
import threading
import time

from conftest import Server

ROUNDS = int(os.environ.get("WELLHEAD_KILL_ROUNDS", "50"))


def test_fifty_kills_lose_nothing_acknowledged(tmp_path, request):
    import confluent_kafka as ck

    seed = int(os.environ.get("WELLHEAD_SEED", random.randrange(1 << 30)))
    print(f"WELLHEAD_SEED={seed}")
    rng = random.Random(seed)
    server = Server(tmp_path / "data", ["-c", "num.partitions=3", "-c", "log.segment.bytes=2000000"])
    request.addfinalizer(server.stop)
    quick = {"bootstrap.servers": server.address, "reconnect.backoff.ms": 5, "reconnect.backoff.max.ms": 50, "retry.backoff.ms": 5, "log_level": 0}
    acked, n, stop = {}, 0, threading.Event()
    producer = ck.Producer({**quick, "enable.idempotence": True, "linger.ms": 1, "message.timeout.ms": 120000})
    seen, committed = {}, {}
    trouble = []

    def read():
        """One member of a group that lives through the kills; what it commits must never go back."""
        consumer = ck.Consumer({**quick, "group.id": "kills", "auto.offset.reset": "earliest", "enable.auto.commit": False, "session.timeout.ms": 6000})
        consumer.subscribe(["kills"])
        while not stop.is_set():
            batch = consumer.consume(500, 0.05)
            for m in batch:
                if m.error() is None:
                    at = (m.partition(), m.offset())
                    if seen.setdefault(at, m.value()) != m.value():
                        trouble.append(f"{at} was {seen[at]} and is now {m.value()}")
            if batch:
                try:
                    for t in consumer.commit(asynchronous=False) or []:
                        if t.error is None and t.offset >= 0:
                            if t.offset < committed.get(t.partition, 0):
                                trouble.append(f"the commit of partition {t.partition} went back to {t.offset}")
                            committed[t.partition] = t.offset
                except ck.KafkaException:
                    pass
        consumer.close()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for round_ in range(ROUNDS):
            before, target = len(acked), len(acked) + 200 + rng.randrange(1500)
            end = time.monotonic() + 30
            while len(acked) < target and time.monotonic() < end:
                for _ in range(50):
                    try:
                        producer.produce("kills", b"%d" % n, key=b"%d" % (n % 11), on_delivery=lambda e, m: acked.__setitem__(m.value(), (m.partition(), m.offset())) if e is None else trouble.append(str(e)))
                        n += 1
                    except BufferError:
                        break
                producer.poll(0.002)
            assert len(acked) > before, f"round {round_}: nothing was acknowledged"
            server.kill()
            if rng.random() < 0.2:  # and again while it recovers
                server.start()
                server.kill()
            server.start()
        assert producer.flush(60) == 0
        deadline = time.monotonic() + 60
        while len(seen) < len(acked) and time.monotonic() < deadline and not trouble:
            time.sleep(0.02)
    finally:
        stop.set()
        reader.join(30)
    assert not trouble, trouble[:5]

    consumer = ck.Consumer({**quick, "group.id": "drain", "auto.offset.reset": "earliest"})
    high = {p: consumer.get_watermark_offsets(ck.TopicPartition("kills", p), timeout=20)[1] for p in range(3)}
    consumer.assign([ck.TopicPartition("kills", p, 0) for p in range(3)])
    where, last = {}, {}
    total, end = sum(high.values()), time.monotonic() + 60
    count = 0
    while count < total and time.monotonic() < end:
        for m in consumer.consume(1000, 0.2):
            assert m.error() is None, m.error()
            assert m.value() not in where, f"{m.value()} is there twice"
            where[m.value()] = (m.partition(), m.offset())
            assert int(m.value()) > last.get(m.partition(), -1), "out of order"
            last[m.partition()] = int(m.value())
            count += 1
    group = ck.Consumer({**quick, "group.id": "kills"})
    kept = {t.partition: t.offset for t in group.committed([ck.TopicPartition("kills", p) for p in range(3)], timeout=20)}
    for c in (consumer, group):
        c.close()
    server.stop()
    lost = [v for v in acked if v not in where]
    moved = [v for v in acked if v in where and acked[v] != where[v] and acked[v][1] >= 0]
    assert acked and not lost and not moved, f"{len(acked)} acknowledged, {len(lost)} lost, {len(moved)} moved"
    assert all(kept[p] >= committed[p] for p in committed), (kept, committed)
    assert set(seen.items()) <= {((p, o), v) for v, (p, o) in where.items()}, "the group read what is not there any more"
