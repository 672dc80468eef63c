#!/usr/bin/env python3
"""Measures one node from outside, with a foreign client: what a user of Kafka would compare. Prints one JSON line a figure, with its
durability class and the machine, each the median of several runs with its spread.

usage: node.py WELLHEAD [NAME...]     (NAME: a figure, or the beginning of its name)
Needs confluent-kafka. Servers listen on free ports of the loopback, with directories of their own, and are ended."""

import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

FIGURES = []


def figure(runs):
    def add(f):
        FIGURES.append((f, runs))
        return f

    return add


class Server:
    def __init__(self, wellhead, data=None, args=()):
        self.owned = data is None
        self.data = data or tempfile.mkdtemp(prefix="bench-")
        self.log = Path(self.data + ".log")
        self.started = time.perf_counter()
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([wellhead, "serve", "--data", self.data, "--listen", "127.0.0.1:0", *args], stdout=log, stderr=log)
        while not (at := re.search(rb"127\.0\.0\.1:([1-9]\d*)", self.log.read_bytes())):
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.0005)
        self.address = at[0].decode()

    def cpu(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_mb(self):
        return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text())[1]) / 1024

    def stop(self, sig=signal.SIGTERM):
        self.process.send_signal(sig)
        self.process.wait(60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()
        if self.owned:
            shutil.rmtree(self.data, ignore_errors=True)
        self.log.unlink(missing_ok=True)


def topic(address, name, partitions, config=None):
    admin = AdminClient({"bootstrap.servers": address})
    admin.create_topics([NewTopic(name, partitions, 1, config=config or {})])[name].result(30)


def produce(address, name, n, size, conf=None):
    p = Producer({"bootstrap.servers": address, "acks": "all", "linger.ms": 5, "queue.buffering.max.messages": 1000000, **(conf or {})})
    value = os.urandom(size)
    started = time.perf_counter()
    for _ in range(n):
        while True:
            try:
                p.produce(name, value)
                break
            except BufferError:
                p.poll(0.01)
    assert p.flush(120) == 0
    return n / (time.perf_counter() - started)


def consume(address, name, n, group="g"):
    c = Consumer({"bootstrap.servers": address, "group.id": group, "auto.offset.reset": "earliest", "enable.auto.commit": False, "fetch.queue.backoff.ms": 10})
    c.subscribe([name])
    got, started = 0, None
    while got < n:
        batch = c.consume(10000, 1.0)
        started = started or time.perf_counter()
        got += len(batch)
    rate = n / (time.perf_counter() - started)
    c.close()
    return rate


@figure(5)
def start_to_first_ack(wellhead):
    """From exec to the first record acknowledged to librdkafka, and the resident memory then."""
    with Server(wellhead) as s:
        p = Producer({"bootstrap.servers": s.address, "linger.ms": 0, "reconnect.backoff.ms": 2})
        at = []
        p.produce("first", b"x", on_delivery=lambda e, m: at.append((e, time.perf_counter())))
        p.flush(20)
        assert at and at[0][0] is None, at
        return {"first_ack_ms": (at[0][1] - s.started) * 1000, "memory_mb": s.rss_mb(), "class": "fsync"}


def in_and_out(wellhead, durability):
    n, size = 2_000_000, 100
    with Server(wellhead) as s:
        topic(s.address, "t", 4, {"wellhead.durability": durability})
        before = s.cpu()
        into = produce(s.address, "t", n, size)
        middle = s.cpu()
        out = consume(s.address, "t", n)
        return {"produce_per_s": into, "consume_per_s": out, "broker_cpu_s": s.cpu() - before, "broker_cpu_in_s": middle - before, "memory_mb": s.rss_mb(), "class": durability}


@figure(3)
def two_million_fsync(wellhead):
    """librdkafka, 2 M records of 100 B, 4 partitions, acks=all, in and out."""
    return in_and_out(wellhead, "fsync")


@figure(3)
def two_million_page_cache(wellhead):
    """The same with Kafka's class of durability."""
    return in_and_out(wellhead, "page-cache")


@figure(5)
def new_group_first_record(wellhead):
    """From subscribe to the first record of a group that never was."""
    with Server(wellhead) as s:
        produce(s.address, "t", 10, 100)
        c = Consumer({"bootstrap.servers": s.address, "group.id": "new", "auto.offset.reset": "earliest"})
        started = time.perf_counter()
        c.subscribe(["t"])
        while c.poll(1.0) is None:
            pass
        took = time.perf_counter() - started
        c.close()
        return {"first_record_ms": took * 1000, "class": "fsync"}


def many_partitions(wellhead, journal):
    """1 KB to each of 1,000 partitions, acks=all: the first time, which makes them, and again; and the stop right after."""
    n = 1000
    with Server(wellhead, args=["-c", f"wellhead.journal.bytes={journal}"]) as s:
        topic(s.address, "t", n)
        p = Producer({"bootstrap.servers": s.address, "linger.ms": 5, "acks": "all"})
        rounds = []
        for _ in range(6):
            started = time.perf_counter()
            for i in range(n):
                p.produce("t", b"x" * 1000, partition=i)
            assert p.flush(120) == 0
            rounds.append((time.perf_counter() - started) * 1000)
        started = time.perf_counter()
        s.stop()
        stopped = (time.perf_counter() - started) * 1000
        return {"first_ms": rounds[0], "again_ms": statistics.median(rounds[1:]), "stop_ms": stopped, "class": "fsync"}


@figure(3)
def thousand_partitions_journal(wellhead):
    """With the commit journal."""
    return many_partitions(wellhead, 64 << 20)


@figure(3)
def thousand_partitions_no_journal(wellhead):
    """Without it: every group commit syncs every partition's files."""
    return many_partitions(wellhead, 0)


def restart(wellhead, sig):
    data = tempfile.mkdtemp(prefix="bench-")
    try:
        with Server(wellhead, data) as s:
            admin = AdminClient({"bootstrap.servers": s.address})
            started = time.perf_counter()
            for f in admin.create_topics([NewTopic(f"t{i}", 100, 1) for i in range(60)], operation_timeout=60).values():
                f.result(60)
            created = time.perf_counter() - started
            p = Producer({"bootstrap.servers": s.address, "linger.ms": 20})
            for i in range(60):
                for part in range(100):
                    p.produce(f"t{i}", b"x" * 1000, partition=part)
                p.poll(0)
            assert p.flush(120) == 0
            s.stop(sig)
        with Server(wellhead, data) as s:
            p = Producer({"bootstrap.servers": s.address, "linger.ms": 0, "reconnect.backoff.ms": 2})
            at = []
            p.produce("t0", b"x", partition=0, on_delivery=lambda e, m: at.append((e, time.perf_counter())))
            p.flush(60)
            assert at and at[0][0] is None, at
            return {"create_6000_ms": created * 1000, "restart_to_ack_ms": (at[0][1] - s.started) * 1000, "memory_mb": s.rss_mb(), "class": "fsync"}
    finally:
        shutil.rmtree(data, ignore_errors=True)


@figure(3)
def restart_6000_partitions_clean(wellhead):
    """6,000 partitions with a record each: SIGTERM, start, first acknowledgement."""
    return restart(wellhead, signal.SIGTERM)


@figure(3)
def restart_6000_partitions_killed(wellhead):
    """The same after kill -9."""
    return restart(wellhead, signal.SIGKILL)


def main():
    wellhead, names = sys.argv[1], sys.argv[2:]
    machine = f"{os.cpu_count()} cores, " + (re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text()) or [0, "unknown processor"])[1]
    for f, runs in FIGURES:
        if names and not any(f.__name__.startswith(n) for n in names):
            continue
        rows = [f(wellhead) for _ in range(runs)]
        out = {"figure": f.__name__, "class": rows[0].pop("class"), "runs": runs, "machine": machine}
        for key in rows[0]:
            if key != "class":
                values = [r[key] for r in rows]
                out[key] = {"median": round(statistics.median(values), 2), "min": round(min(values), 2), "max": round(max(values), 2)}
        print(json.dumps(out), flush=True)


if __name__ == "__main__":
    main()
