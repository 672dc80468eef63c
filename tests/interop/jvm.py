"""Java for the interop tests: Kafka's jars by Maven, our checks compiled against them, and the processes that run them.

Jars and classes lie under build/java and are made once per machine and content. `Jvm` is one process in which Kafka's command line
tools and our checks (java/src) run one after the other; `Kafka` is an Apache Kafka of one node."""

import fcntl
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from conftest import REPO, need

HERE = Path(__file__).resolve().parent / "java"
BUILD = REPO / "build" / "java"
LOGGING = ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
# Short runs: the second compiler would take more time than it saves.
FAST = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"]


def _made(name: str, sources, make) -> Path:
    """The folder build/java/NAME-HASH of what `sources` hold now, made by `make(folder)` when it is not there."""
    key = hashlib.sha256(b"".join(p.read_bytes() for p in sources)).hexdigest()[:16]
    BUILD.mkdir(parents=True, exist_ok=True)
    done = BUILD / f"{name}-{key}"
    with open(BUILD / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            for old in BUILD.glob(f"{name}-*"):
                shutil.rmtree(old)
            part = BUILD / f"part-{name}"
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            make(part)
            part.rename(done)
    return done


def _run(command, **kw):
    r = subprocess.run(command, capture_output=True, text=True, **kw)
    assert r.returncode == 0, f"{command[0]} failed:\n{(r.stdout + r.stderr)[-3000:]}"


def jars() -> Path:
    """Kafka's jars. The first call on a machine lets Maven fetch them."""
    need("java")
    mvn = need("mvn")
    return _made("jars", [HERE / "pom.xml"], lambda to: _run([mvn, "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies", f"-DoutputDirectory={to}"], timeout=900))


def classpath() -> str:
    """Kafka's jars and our checks, compiled."""
    lib = jars()
    javac = need("javac")
    sources = sorted((HERE / "src").glob("*.java"))
    classes = _made("classes", [HERE / "pom.xml", *sources], lambda to: _run([javac, "-nowarn", "-Xlint:none", "-cp", f"{lib}/*", "-d", str(to), *map(str, sources)], timeout=300))
    return f"{classes}:{lib}/*"


def java(*args, heap="256m") -> list:
    """The command line of a Java process with everything on its class path."""
    return [need("java"), f"-Xmx{heap}", *FAST, *LOGGING, "-cp", classpath(), *args]


class Outcome:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def __repr__(self):
        return f"exit {self.code}\n{self.out[-4000:]}\n--- standard error\n{self.err[-4000:]}"


class Jvm:
    """One process that runs main methods; see Runner.java. It is started anew when a call did not end in time."""

    def __init__(self, log: Path):
        self.log_path, self.process = log, None

    def call(self, main: str, *args, stdin="", seconds=60) -> Outcome:
        if self.process is None:
            with open(self.log_path, "ab") as log:
                self.process = subprocess.Popen(java("Runner", heap="512m"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
        self.process.stdin.write(json.dumps({"main": main, "args": [str(a) for a in args], "stdin": stdin, "seconds": seconds}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"Java ended with {self.process.wait(10)}: {self.log_path.read_text()[-2000:]}"
        answer = json.loads(line)
        outcome = Outcome(answer["code"], answer["out"], answer["err"])
        if "hangs" in answer:
            self.stop()
            raise AssertionError(f"{main} {' '.join(map(str, args))}: {answer['hangs']}\n{outcome}")
        return outcome

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)
            self.process = None


def free_port() -> int:
    """A port that was free a moment ago: Kafka cannot be asked to take one itself and tell which."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Kafka:
    """Apache Kafka in KRaft mode, one node that is broker and controller, on the loopback."""

    def __init__(self, home: Path, **properties):
        home.mkdir(parents=True)
        self.data, self.log_path, self.process = home / "data", home / "log", None
        self.port = free_port()
        controller = free_port()
        self.properties = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@127.0.0.1:{controller}",
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{controller}",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": str(self.data),
            "offsets.topic.num.partitions": "5",
            "offsets.topic.replication.factor": "1",
            "transaction.state.log.num.partitions": "2",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "share.coordinator.state.topic.num.partitions": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            **properties,
        }
        self.config = home / "server.properties"
        self.config.write_text("".join(f"{k}={v}\n" for k, v in self.properties.items()))
        from uuid import uuid4
        import base64

        self.cluster_id = base64.urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")
        _run(java("kafka.tools.StorageTool", "format", "--cluster-id=" + self.cluster_id, "--config", str(self.config)), timeout=120)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self, jvm: Jvm) -> None:
        """Waits until it serves. Nothing when it runs already."""
        if self.process is not None:
            assert self.process.poll() is None, f"Kafka ended: {self.log_path.read_text()[-3000:]}"
            return
        with open(self.log_path, "ab") as log:
            command = java("kafka.Kafka", str(self.config), heap="512m")
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        end = time.monotonic() + 120
        while True:
            assert self.process.poll() is None and time.monotonic() < end, f"Kafka did not come up: {self.log_path.read_text()[-3000:]}"
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        # It listens before it serves.
        outcome = jvm.call("org.apache.kafka.tools.TopicCommand", "--bootstrap-server", self.address, "--list", seconds=120)
        assert outcome.code == 0, outcome

    def stop(self, sig=signal.SIGTERM) -> None:
        """A clean stop, which leaves the data directory whole, or a kill."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(sig)
            try:
                self.process.wait(120)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(30)
                raise
        self.process = None
