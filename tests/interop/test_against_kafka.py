"""The other way: our clients in Rust, Python and Go, and the command, against Apache Kafka in KRaft mode, one node on the loopback."""

import importlib
import json
import os
import re
import subprocess
import sys
import time

import pytest
from conftest import REPO, WELLHEAD, need

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]


def at(kafka):
    return {**os.environ, "WELLHEAD_TEST_BOOTSTRAP": kafka.address}


def rows(codec):
    """(key, value, headers) of every shape; some large, many small."""
    out = [(b"key-%d" % i, b"%s-%d-" % (codec.encode(), i) * (1 + i % 7 * 20), []) for i in range(500)]
    out += [(None, b"no key", []), (b"no value", None, []), (b"", b"", []), (b"big", os.urandom(400_000), []), (b"zeros", bytes(900_000), [])]
    return out + [(b"h", b"v", [("a", b"1"), ("a", None), ("a", b"1"), ("b", b""), ("\u00e4", b"\x00\xff")])]


def write(module, address, topic, records, codec):
    failed = []
    p = importlib.import_module(module).Producer({"bootstrap.servers": address, "compression.type": codec, "linger.ms": 5})
    for key, value, headers in records:
        p.produce(topic, value, key=key, headers=headers, partition=0, on_delivery=lambda e, m: failed.append(e) if e else None)
    assert p.flush(60) == 0 and not failed, failed[:3]


def read(module, address, topic, n, group):
    c = importlib.import_module(module).Consumer({"bootstrap.servers": address, "group.id": group, "auto.offset.reset": "earliest", "check.crcs": True})
    c.subscribe([topic])
    out, end = [], time.monotonic() + 60
    while len(out) < n and time.monotonic() < end:
        for m in c.consume(500, 0.2):
            assert m.error() is None, m.error()
            out.append((m.key(), m.value(), list(m.headers() or [])))
    c.commit(asynchronous=False)
    c.close()
    return out


@pytest.mark.parametrize("codec", CODECS)
def test_what_python_writes_another_client_reads_and_the_reverse(kafka, codec):
    for writer, reader in (("wellhead", "confluent_kafka"), ("confluent_kafka", "wellhead"), ("wellhead", "wellhead")):
        topic, records = f"{writer}-{reader}-{codec}", rows(codec)
        write(writer, kafka.address, topic, records, codec)
        assert read(reader, kafka.address, topic, len(records), f"g-{topic}") == records, (writer, reader)


def test_the_python_clients_own_tests_pass_there(kafka):
    files = [f"tests/test_{n}.py" for n in ("admin", "clients", "group", "aio", "arrow")]
    r = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files], cwd=REPO / "python", env=at(kafka), capture_output=True, text=True, timeout=400)
    assert r.returncode == 0 and re.search(r"\d+ passed", r.stdout), r.stdout[-4000:]


def test_the_go_client(kafka):
    go = need("go")
    r = subprocess.run([go, "test", "-count=1", "-v", "-race", "-run", "^TestAgainstKafka$", "./kafka"], cwd=REPO / "go", env=at(kafka), capture_output=True, text=True, timeout=1800)
    assert r.returncode == 0 and "--- PASS: TestAgainstKafka" in r.stdout, (r.stdout + r.stderr)[-4000:]


def test_the_rust_client(kafka):
    cargo = need("cargo")
    command = [cargo, "test", "--locked", "--quiet", "-p", "wellhead-tests", "--test", "it", "--", "--ignored", "against_kafka"]
    r = subprocess.run(command, cwd=REPO, env=at(kafka), capture_output=True, text=True, timeout=1800)
    assert r.returncode == 0 and "3 passed" in r.stdout, (r.stdout + r.stderr)[-4000:]


def test_the_command(kafka):
    """What `wellhead` says of an Apache Kafka: topics, records, groups."""

    def run(*args, stdin=None, code=0):
        r = subprocess.run([WELLHEAD, *map(str, args), "--bootstrap", kafka.address], input=stdin, capture_output=True, text=True, timeout=90)
        assert r.returncode == code and "panicked" not in r.stderr, r
        return r.stdout if code == 0 else r.stderr

    run("topic", "create", "command", "-p", 2, "-c", "retention.ms=-1")
    assert "exists" in run("topic", "create", "command", code=1)
    assert "command" in run("topic", "list").split()
    run("produce", "command", "-K", ":", "-p", 0, "-H", "a=b", "-z", "zstd", stdin="".join(f"k{i}:v{i}\n" for i in range(50)))
    assert run("consume", "command", "-o", "beginning", "-e", "-f", "%p %o %k %s %h\\n").splitlines() == [f"0 {i} k{i} v{i} a=b" for i in range(50)]
    assert run("consume", "command", "-o", "-3", "-e", "-p", 0).splitlines() == ["v47", "v48", "v49"]
    assert run("consume", "command", "-G", "command-g", "-o", "beginning", "-c", 20).splitlines() == [f"v{i}" for i in range(20)]
    described = json.loads(run("topic", "describe", "command", "--json"))
    assert "command" in json.dumps(described) and "retention.ms" in json.dumps(described), described
    assert "command-g" in run("group", "list").split()
    group = run("group", "describe", "command-g")
    assert re.search(r"command\s+0\s+20\s+50\s+30", group), group
    run("group", "reset", "command-g", "--to-earliest", "--execute")
    assert re.search(r"command\s+0\s+0\s+50\s+50", run("group", "describe", "command-g"))
    assert run("consume", "command", "-G", "command-g", "-c", 1).splitlines() == ["v0"]
    run("group", "delete", "command-g")
    assert "command-g" not in run("group", "list").split()
    run("topic", "alter", "command", "-p", 4, "-c", "max.message.bytes=2000")
    assert "2000" in run("topic", "describe", "command")
    run("bench", "produce", "-n", 20000, "-p", 2)
    run("topic", "delete", "command")


def test_the_flights_in_every_language(kafka):
    data, flights_go = os.environ["WELLHEAD_DATA"], os.environ["WELLHEAD_FLIGHTS_GO"]
    command = [str(REPO / "examples/flights/run.sh"), kafka.address, data, os.path.dirname(WELLHEAD), sys.executable, flights_go]
    r = subprocess.run(command, capture_output=True, text=True, timeout=400)
    assert r.returncode == 0, (r.stdout + r.stderr)[-1500:]
    assert r.stdout.count("336776") + r.stdout.count("336,776") >= 3, r.stdout[-1500:]


def test_streams_give_the_same_there(kafka):
    """Nexmark's queries as one program, stopped and started, against DuckDB's answers."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_nexmark.py", "-k", "against_a_broker"]
    r = subprocess.run(command, cwd=REPO / "python", env=at(kafka), capture_output=True, text=True, timeout=400)
    assert r.returncode == 0 and "1 passed" in r.stdout, r.stdout[-4000:]
