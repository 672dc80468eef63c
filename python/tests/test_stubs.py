"""The types: the package is checked as strict, and the stub of the border equals what is there."""

import subprocess
import sys
from pathlib import Path

import wellhead

PACKAGE = Path(wellhead.__file__).parent


def mypy(*args, cwd):
    return subprocess.run([sys.executable, "-m", *args], capture_output=True, text=True, cwd=cwd)


def test_the_package_is_typed(tmp_path):
    out = mypy("mypy", "--strict", "--cache-dir", str(tmp_path), "-p", "wellhead", cwd=tmp_path)
    assert out.returncode == 0, out.stdout + out.stderr


def test_the_stub_equals_the_module(tmp_path):
    out = mypy("mypy.stubtest", "wellhead._wellhead", cwd=tmp_path)
    assert out.returncode == 0, out.stdout + out.stderr


def test_a_program_is_checked(tmp_path):
    (tmp_path / "program.py").write_text(
        """
from wellhead import Consumer, Producer, Message, KafkaError
p = Producer({"bootstrap.servers": "x"})
def report(e: "KafkaError | None", m: Message) -> None: ...
p.produce("t", b"v", on_delivery=report)
c = Consumer({"group.id": "g"})
m = c.poll(1.0)
if m is not None:
    e = m.error()
    if e is not None and e.code() == KafkaError._PARTITION_EOF:
        print(m.offset())
for b in c.batches():
    print(len(b), b[0].value())
"""
    )
    out = mypy("mypy", "--strict", "--python-version", "3.10", "--cache-dir", str(tmp_path / "cache"), "program.py", cwd=tmp_path)
    assert out.returncode == 0, out.stdout + out.stderr
    (tmp_path / "program.py").write_text('from wellhead import Producer\nProducer({}).produce(5)\n')
    out = mypy("mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "program.py", cwd=tmp_path)
    assert out.returncode == 1 and "incompatible type" in out.stdout
    assert (PACKAGE / "py.typed").exists()
