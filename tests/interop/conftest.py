"""Servers and helpers of the interop tests. Every server listens on a free port of the loopback and has its own data directory."""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
WELLHEAD = os.environ.get("WELLHEAD_BIN") or str(Path(os.environ["CARGO_TARGET_DIR"]) / "release" / "wellhead")


def skip(what: str) -> None:
    """Skips the test and writes down why, so that `make test` can say it at its end."""
    (REPO / "build").mkdir(exist_ok=True)
    with open(REPO / "build" / "skipped", "a") as f:
        f.write(what + "\n")
    pytest.skip(what)


def need(tool: str) -> str:
    path = shutil.which(tool)
    if path is None:
        skip(f"{tool} is not installed")
    return path


class Server:
    """`wellhead serve`; after `kill` it can be started again on the same port and directory."""

    def __init__(self, data: Path, args=()):
        self.data, self.args, self.port, self.process = data, list(args), 0, None
        self.log_path = data.with_name(data.name + ".log")
        self.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        with open(self.log_path, "ab") as log:
            begin = log.tell()
            self.process = subprocess.Popen([WELLHEAD, "serve", "--data", str(self.data), "--listen", f"127.0.0.1:{self.port}", *self.args], stdout=log, stderr=log)
        end = time.monotonic() + 30
        while True:
            said = self.log_path.read_bytes()[begin:].decode(errors="replace")
            at = re.search(r"127\.0\.0\.1:(\d+)", said)
            if at and int(at[1]) != 0:
                self.port = int(at[1])
                return
            assert self.process.poll() is None and time.monotonic() < end, f"serve did not come up: {said[-800:]}"
            time.sleep(0.005)

    def kill(self, sig=signal.SIGKILL) -> None:
        self.process.send_signal(sig)
        self.process.wait(30)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.kill(signal.SIGTERM)


@pytest.fixture
def server(tmp_path):
    s = Server(tmp_path / "data")
    yield s
    s.stop()


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """One server for tests that only use topics of their own."""
    s = Server(tmp_path_factory.mktemp("shared") / "data")
    yield s
    s.stop()


def until(what, seconds=30.0):
    """Calls `what` until it gives something true; the value."""
    end = time.monotonic() + seconds
    while True:
        got = what()
        if got:
            return got
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture(scope="session")
def jvm(tmp_path_factory):
    """One Java process for Kafka's tools; see jvm.py."""
    from jvm import Jvm

    j = Jvm(tmp_path_factory.mktemp("jvm") / "log")
    yield j
    j.stop()


@pytest.fixture(scope="session")
def kafka_node(tmp_path_factory, jvm):
    """The one Apache Kafka of a session. It takes snapshots of its metadata early, so that there are some to read."""
    from jvm import Kafka

    k = Kafka(tmp_path_factory.mktemp("kafka") / "node", **{"log.segment.bytes": "1048576", "metadata.log.max.record.bytes.between.snapshots": "4000"})
    yield k
    k.stop()


@pytest.fixture
def kafka(kafka_node, jvm):
    """That Kafka, running."""
    kafka_node.start(jvm)
    return kafka_node


def pytest_unconfigure(config):
    """The closing line: how many passed and failed."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        count = lambda *what: sum(len(reporter.stats.get(w, [])) for w in what)
        print(f"interop: {count('passed')} passed, {count('failed', 'error')} failed, {count('skipped')} skipped")
