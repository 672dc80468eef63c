"""The table of clients, and those that are programs.

The Python clients run in this process (clients_python.py), the Go and Rust ones in one process each that takes JSON lines (`Remote`,
go/, rust/), kcat and our command as one process a call."""

import base64
import json
import os
import subprocess
from pathlib import Path

from client import Client, Record, Refused
from clients_python import Aiokafka, Confluent, KafkaPython, Ours
from conftest import REPO, WELLHEAD, need

HERE = Path(__file__).resolve().parent


class Remote(Client):
    """A client in a process that answers one JSON line with another."""

    def __init__(self, address: str):
        super().__init__(address)
        self.process = subprocess.Popen([str(self.program()), self.name, address], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.process.stdout.close()

    def broken(self):
        return self.process.poll() is not None

    def ask(self, verb, **args):
        try:
            self.process.stdin.write(json.dumps({"do": verb, **args}).encode() + b"\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BaseException:
            self.process.kill()  # a time limit of the test: the next line would be the answer to this one
            raise
        assert line, f"the {self.name} process ended with {self.process.wait(10)} during {verb}"
        answer = json.loads(line)
        if "error" in answer:
            raise Refused(answer["code"], answer["error"])
        return answer.get("ok")

    @staticmethod
    def text(b):
        return None if b is None else base64.b64encode(b).decode()

    @staticmethod
    def raw(s):
        return None if s is None else base64.b64decode(s)

    def write(self, topic, records, codec="none", max_bytes=0):
        rows = [
            {**r._asdict(), "key": self.text(r.key), "value": self.text(r.value), "headers": [{"name": n, "value": self.text(v)} for n, v in r.headers]}
            for r in records
        ]
        self.ask("write", topic=topic, codec=codec, max_bytes=max_bytes, records=rows)

    def rows(self, got):
        return [
            Record(self.raw(r["key"]), self.raw(r["value"]), tuple((h["name"], self.raw(h["value"])) for h in r["headers"] or ()), r["timestamp"], r["partition"], r["offset"])
            for r in got
        ]

    def join(self, group, topic, reset="earliest"):
        return RemoteMember(self, self.ask("join", group=group, topic=topic, reset=reset))

    def commit(self, group, topic, partition, offset, metadata=""):
        self.ask("commit", group=group, topic=topic, partition=partition, offset=offset, metadata=metadata)

    def committed(self, group, topic, partition):
        return tuple(self.ask("committed", group=group, topic=topic, partition=partition))

    def offset(self, topic, partition, at):
        return self.ask("offset", topic=topic, partition=partition, at=at)

    def create(self, topic, partitions, configs=None):
        self.ask("create", topic=topic, count=partitions, configs=configs or {})

    def grow(self, topic, partitions):
        self.ask("grow", topic=topic, count=partitions)

    def remove(self, topic):
        self.ask("remove", topic=topic)

    def topics(self):
        return self.ask("topics")

    def config(self, topic, name):
        return self.ask("config", topic=topic, name=name)

    def alter(self, topic, name, value):
        self.ask("alter", topic=topic, name=name, value=value)

    def delete_records(self, topic, partition, before):
        self.ask("delete_records", topic=topic, partition=partition, offset=before)

    def groups(self):
        return self.ask("groups")

    def describe(self, group):
        return tuple(self.ask("describe", group=group))

    def remove_group(self, group):
        self.ask("remove_group", group=group)


class RemoteMember:
    def __init__(self, client, number):
        self.client, self.number = client, number

    def poll(self, seconds):
        return self.client.rows(self.client.ask("poll", member=self.number, ms=int(seconds * 1000)))

    def leave(self):
        self.client.ask("leave", member=self.number)


def build(tool, path, command, cwd, env=None):
    """Builds a program of clients once a session; what it is built from is kept outside the checkout."""
    need(tool)
    if path not in build.done:
        path.parent.mkdir(parents=True, exist_ok=True)
        r = subprocess.run(command, cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, text=True, timeout=1500)
        assert r.returncode == 0, r.stderr[-3000:]
        build.done.add(path)
    return path


build.done = set()


class Go(Remote):
    def program(self):
        path = REPO / "build" / "interop-go"
        need("cc")  # confluent-kafka-go is librdkafka behind cgo
        return build("go", path, ["go", "build", "-o", str(path), "."], HERE / "go", {"CGO_ENABLED": "1"})


class Franz(Go):
    name = "franz-go"


class Sarama(Go):
    name = "sarama"


class Segmentio(Go):
    name = "kafka-go"
    has = Client.has - {"delete_records"}
    # Its reader gives null where a key or value is empty.
    carries = Client.carries - {"empties"}


class ConfluentGo(Go):
    name = "confluent-kafka-go"


class Rust(Remote):
    def program(self):
        target = Path(os.environ.get("CARGO_TARGET_DIR") or REPO / "build") / "interop"
        need("make")  # librdkafka is built by its own makefiles
        return build("cargo", target / "debug" / "interop-clients", ["cargo", "build", "--locked", "--quiet", "--target-dir", str(target)], HERE / "rust")


class Rdkafka(Rust):
    name = "rdkafka"


class Rskafka(Rust):
    name = "rskafka"
    has = frozenset({"offsets", "delete_records", "large"})
    carries = Client.carries - {"duplicates", "null_headers"}

    def read(self, topic, n, group):
        return self.rows(self.ask("fetch", topic=topic, partition=0, offset=0, count=n))


class Kcat(Client):
    name = "kcat"
    has = frozenset({"offsets"})
    carries = frozenset()

    def write(self, topic, records, codec="none", max_bytes=0):
        lines = b"".join(r.key + b"\t" + r.value + b"\n" for r in records)
        subprocess.run([need("kcat"), "-b", self.address, "-t", topic, "-P", "-p", "0", "-K", "\t", "-z", codec, "-X", "acks=all"], input=lines, check=True, timeout=60)

    def read(self, topic, n, group):
        out = subprocess.run(
            [need("kcat"), "-b", self.address, "-G", group, "-X", "auto.offset.reset=earliest", "-c", str(n), "-f", "%k\t%s\n", "-q", topic],
            capture_output=True, check=True, timeout=60,
        ).stdout
        return [Record(*line.split(b"\t", 1)) for line in out.splitlines()]

    def offset(self, topic, partition, at):
        out = subprocess.run([need("kcat"), "-b", self.address, "-Q", "-t", f"{topic}:{partition}:{at}"], capture_output=True, check=True, timeout=60, text=True).stdout
        return int(out.rsplit(" ", 1)[1])


class Command(Client):
    name = "wellhead (command)"
    has = frozenset()
    carries = frozenset()

    def write(self, topic, records, codec="none", max_bytes=0):
        lines = b"".join(r.key + b"\t" + r.value + b"\n" for r in records)
        subprocess.run([WELLHEAD, "produce", topic, "--bootstrap", self.address, "-p", "0", "-K", "\t", "-z", codec], input=lines, check=True, timeout=60, stdout=subprocess.DEVNULL)

    def read(self, topic, n, group):
        r = subprocess.run([WELLHEAD, "consume", topic, "--bootstrap", self.address, "-G", group, "-o", "beginning", "-c", str(n), "-f", "%k\\t%s\\n"], capture_output=True, check=True, timeout=60)
        return [Record(*line.split(b"\t", 1)) for line in r.stdout.splitlines()]


# Those that are not ours, and those that are.
FOREIGN = [Confluent, KafkaPython, Aiokafka, Franz, Sarama, Segmentio, ConfluentGo, Rdkafka, Rskafka, Kcat]
OURS = [Ours, Command]
