"""What a newcomer meets: mistakes with the server, limits, and the examples on real input."""

import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest
from conftest import REPO, WELLHEAD, Server, until


def run(*args, **kw):
    return subprocess.run([WELLHEAD, *args], capture_output=True, text=True, timeout=60, **kw)


def test_a_second_process_is_kept_out(server):
    r = run("serve", "--data", str(server.data), "--listen", "127.0.0.1:0")
    said = r.stdout + r.stderr
    assert r.returncode == 1 and str(server.data) in said and "panicked" not in said, said


def test_a_busy_port_is_said(tmp_path):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        port = s.getsockname()[1]
        r = run("serve", "--data", str(tmp_path / "d"), "--listen", f"127.0.0.1:{port}")
    said = r.stdout + r.stderr
    assert r.returncode == 1 and str(port) in said and "panicked" not in said, said


def test_a_wrong_property_offers_the_nearest(tmp_path):
    r = run("serve", "--data", str(tmp_path / "d"), "--listen", "127.0.0.1:0", "-c", "num.partition=3")
    said = r.stdout + r.stderr
    assert r.returncode == 1 and "num.partitions" in said, said


def test_sigterm_stops_cleanly_and_a_restart_keeps_everything(server):
    import confluent_kafka as ck

    p = ck.Producer({"bootstrap.servers": server.address})
    p.produce("keep", b"one")
    assert p.flush(20) == 0
    server.kill(signal.SIGTERM)
    assert server.process.returncode == 0, server.process.returncode
    server.start()
    r = run("consume", "keep", "--bootstrap", server.address, "-o", "beginning", "-e")
    assert r.stdout == "one\n", r


def test_a_full_disk_refuses_and_goes_on_after_it_was_freed(tmp_path):
    import confluent_kafka as ck

    if os.geteuid() != 0:
        from conftest import skip

        skip("not root: no small file system can be mounted")
    mount = tmp_path / "small"
    mount.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(mount)]).returncode != 0:
        from conftest import skip

        skip("no tmpfs can be mounted here")
    try:
        s = Server(mount / "data", ["-c", "log.segment.bytes=1048576"])
        s.log_path = tmp_path / "log"
        acked, failed = [], []
        p = ck.Producer({"bootstrap.servers": s.address, "message.timeout.ms": 3000, "request.timeout.ms": 1500, "linger.ms": 1, "batch.size": 100000})
        for i in range(400):
            p.produce("full", os.urandom(100_000), partition=0, on_delivery=lambda e, m: failed.append(e) if e else acked.append(m.offset()))
            p.poll(0.005)
        p.flush(20)
        assert acked and failed, (len(acked), len(failed))
        assert s.process.poll() is None, "the server must stay up on a full disk"
        c = ck.Consumer({"bootstrap.servers": s.address, "group.id": "g", "auto.offset.reset": "earliest"})
        c.assign([ck.TopicPartition("full", 0, 0)])
        got = set()
        until(lambda: got.update(m.offset() for m in c.consume(100, 0.5) if m.error() is None) or set(acked) <= got)
        c.close()
        s.stop()
    finally:
        subprocess.run(["umount", "-l", str(mount)])


@pytest.mark.parametrize("mode", ["serve", "embedded"])
def test_flights_end_to_end(mode):
    import sys

    data, flights_go = os.environ["WELLHEAD_DATA"], os.environ["WELLHEAD_FLIGHTS_GO"]
    r = subprocess.run([str(REPO / "examples/flights/run.sh"), mode, data, str(Path(WELLHEAD).parent), sys.executable, flights_go], capture_output=True, text=True, timeout=300)
    assert r.returncode == 0, (r.stdout + r.stderr)[-1500:]
    assert r.stdout.count("336776") + r.stdout.count("336,776") >= 3, r.stdout[-1500:]


def test_logs_are_followed_into_a_topic(server, tmp_path):
    log = tmp_path / "app.log"
    log.write_text("first\nsecond\n")
    logs = str(Path(WELLHEAD).parent / "logs")
    follow = subprocess.Popen([logs, "follow", "--bootstrap", server.address, "--topic", "logs", str(log)])
    tail = subprocess.Popen([logs, "tail", "--bootstrap", server.address, "--topic", "logs", "--count", "3"], stdout=subprocess.PIPE, text=True)
    try:
        with open(log, "a") as f:
            f.write("third\n")
        out, _ = tail.communicate(timeout=60)
    finally:
        follow.terminate()
        follow.wait(10)
        tail.kill()
    assert [line.split(": ", 1)[1] for line in out.splitlines()] == ["first", "second", "third"], out
