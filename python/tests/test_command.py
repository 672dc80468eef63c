"""The `wellhead` command that the package brings."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from conftest import NOWHERE

import wellhead


def command(*args, **kwargs):
    return subprocess.run([sys.executable, "-m", "wellhead", *args], capture_output=True, text=True, timeout=60, **kwargs)


def test_it_lists_topics_and_consumes(broker, fill, topic):
    fill(topic, 3)
    assert topic in command("topic", "list", "--bootstrap", broker.listen).stdout
    out = command("consume", topic, "-o", "beginning", "-e", "--bootstrap", broker.listen)
    assert out.stdout.split() == ["v0", "v1", "v2"], out.stderr
    wrong = command("topic", "list", "--bootstrap", NOWHERE)
    assert wrong.returncode != 0 and NOWHERE in wrong.stderr and "panicked" not in wrong.stderr


def test_it_serves_and_stops(tmp_path):
    server = subprocess.Popen(
        [sys.executable, "-m", "wellhead", "serve", "--data", str(tmp_path), "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        address = None
        for line in server.stdout:
            found = re.search(r"127\.0\.0\.1:\d+", line)
            if found:
                address = found.group()
                break
        with wellhead.Producer({"bootstrap.servers": address}) as p:
            p.produce("t", b"x")
            assert p.flush(10) == 0
    finally:
        server.send_signal(signal.SIGTERM)
        server.stdout.read()
        assert server.wait(30) == 0


def test_the_script_is_installed_with_the_package():
    found = shutil.which("wellhead", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    assert found, "pip installs a console script"
    assert subprocess.run([found, "--version"], capture_output=True, text=True).returncode == 0
