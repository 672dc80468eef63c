"""Each client behind two verbs, so that every pair of writer and reader runs the same table of records.

A record is (key, value, headers): bytes or None, bytes or None, a list of (str, bytes or None). `write` returns when all are
acknowledged; `read` returns n records of a topic, read in a new or given group from the earliest offset, sorted by offset."""

import json
import os
import subprocess
import time
from pathlib import Path

from conftest import REPO, WELLHEAD, need

HERE = Path(__file__).resolve().parent


class Confluent:
    name, headers, nulls = "confluent-kafka", True, True
    module = "confluent_kafka"

    def write(self, address, topic, records, codec="none"):
        ck = __import__(self.module)
        failed = []
        p = ck.Producer({"bootstrap.servers": address, "compression.type": codec, "linger.ms": 5})
        for k, v, h in records:
            p.produce(topic, v, key=k, headers=h, partition=0, on_delivery=lambda e, m: failed.append(e) if e else None)
        assert p.flush(30) == 0 and not failed, failed[:3]

    def read(self, address, topic, n, group):
        ck = __import__(self.module)
        c = ck.Consumer({"bootstrap.servers": address, "group.id": group, "auto.offset.reset": "earliest", "check.crcs": True})
        c.subscribe([topic])
        out, end = [], time.monotonic() + 30
        while len(out) < n and time.monotonic() < end:
            for m in c.consume(500, 0.2):
                assert m.error() is None, m.error()
                out.append((m.key(), m.value(), m.headers() or []))
        c.commit(asynchronous=False)
        c.close()
        return out


class Ours(Confluent):
    name = "wellhead (Python)"
    module = "wellhead"


class KafkaPython:
    name, headers, nulls = "kafka-python", True, True

    def write(self, address, topic, records, codec="none"):
        from kafka import KafkaProducer

        p = KafkaProducer(bootstrap_servers=address, acks="all", compression_type=None if codec == "none" else codec)
        sent = [p.send(topic, value=v, key=k, headers=[(a, b) for a, b in h if b is not None], partition=0) for k, v, h in records]
        p.flush(30)
        for s in sent:
            s.get(30)
        p.close()

    def read(self, address, topic, n, group):
        from kafka import KafkaConsumer

        c = KafkaConsumer(topic, bootstrap_servers=address, group_id=group, auto_offset_reset="earliest", consumer_timeout_ms=20000, enable_auto_commit=False)
        out = []
        for r in c:
            out.append((r.key, r.value, list(r.headers)))
            if len(out) == n:
                break
        c.commit()
        c.close()
        return out


class Kcat:
    name, headers, nulls = "kcat", False, False

    def write(self, address, topic, records, codec="none"):
        kcat = need("kcat")
        lines = b"".join(k + b"\t" + v + b"\n" for k, v, _ in records)
        subprocess.run([kcat, "-b", address, "-t", topic, "-P", "-p", "0", "-K", "\t", "-z", codec, "-X", "acks=all"], input=lines, check=True, timeout=60)

    def read(self, address, topic, n, group):
        kcat = need("kcat")
        out = subprocess.run(
            [kcat, "-b", address, "-G", group, "-X", "auto.offset.reset=earliest", "-c", str(n), "-f", "%k\t%s\n", "-q", topic],
            capture_output=True, check=True, timeout=60,
        ).stdout
        return [(*line.split(b"\t", 1), []) for line in out.splitlines()]


class Franz:
    name, headers, nulls = "franz-go", True, True
    binary = None

    def run(self, *args, stdin=None):
        need("go")
        if Franz.binary is None:
            Franz.binary = REPO / "build" / "franz"
            env = {**os.environ, "CGO_ENABLED": "0"}
            subprocess.run(["go", "build", "-o", str(Franz.binary), "."], cwd=HERE / "franz", env=env, check=True, timeout=600)
        r = subprocess.run([str(Franz.binary), *args], input=stdin, capture_output=True, text=True, timeout=90)
        assert r.returncode == 0, r.stderr[-800:]
        return r.stdout

    def write(self, address, topic, records, codec="none"):
        h = lambda b: None if b is None else b.hex()
        lines = "".join(json.dumps({"key": h(k), "value": h(v), "headers": [[a, h(b)] for a, b in hs]}) + "\n" for k, v, hs in records)
        self.run("write", address, topic, codec, stdin=lines)

    def read(self, address, topic, n, group):
        b = lambda x: None if x is None else bytes.fromhex(x)
        rows = [json.loads(line) for line in self.run("read", address, topic, str(n), group).splitlines()]
        return [(b(r["key"]), b(r["value"]), [(a, b(v)) for a, v in r["headers"]]) for r in rows]


class Command:
    name, headers, nulls = "wellhead (command)", False, False

    def write(self, address, topic, records, codec="none"):
        lines = b"".join(k + b"\t" + v + b"\n" for k, v, _ in records)
        subprocess.run([WELLHEAD, "produce", topic, "--bootstrap", address, "-p", "0", "-K", "\t", "-z", codec], input=lines, check=True, timeout=60, stdout=subprocess.DEVNULL)

    def read(self, address, topic, n, group):
        r = subprocess.run([WELLHEAD, "consume", topic, "--bootstrap", address, "-G", group, "-o", "beginning", "-c", str(n), "-f", "%k\\t%s\\n"], capture_output=True, check=True, timeout=60)
        return [(*line.split(b"\t", 1), []) for line in r.stdout.splitlines()]


FOREIGN = [Confluent(), KafkaPython(), Kcat(), Franz()]
OURS = [Ours(), Command()]
