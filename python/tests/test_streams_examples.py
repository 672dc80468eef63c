"""The examples of streams in Python and Rust: each checks itself. Go's run with Go's tests, the notebook in test_notebook.py."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "streams" / "python"
DATA = Path(os.environ.get("WELLHEAD_DATA", ROOT / "build" / "flights"))

needs_data = pytest.mark.skipif(not (DATA / "weather.csv").exists(), reason="the flights are not there (make data)")
#: Where `make build` puts the programs in Rust.
BIN = Path(os.environ["WELLHEAD_BIN"]).parent if "WELLHEAD_BIN" in os.environ else None
needs_bin = pytest.mark.skipif(BIN is None or not (BIN / "stream-flights").exists(), reason="the examples in Rust are not built (make build)")


def example(name, *args):
    command = [sys.executable, EXAMPLES / name] if name.endswith(".py") else [BIN / name]
    out = subprocess.run([*map(str, command), *map(str, args)], capture_output=True, text=True, timeout=300)
    assert out.returncode == 0, out.stdout + out.stderr
    return out.stdout


def test_word_count():
    assert "as counted by hand" in example("wordcount.py")


def test_log_rates(tmp_path):
    """Two files, with a minute of errors in one of them: that is an alert."""
    lines = [f"2026-02-03 04:{m:02}:{s:02} {'ERROR: no' if m == 7 and s % 3 else 'ok'} {s}" for m in range(10) for s in range(0, 60, 2)]
    (tmp_path / "a.log").write_text("\n".join(lines))
    (tmp_path / "b.log").write_text("no time\n" + "\n".join(f"2026-02-03T04:{m:02}:01 failed" for m in range(10)))
    out = example("logs.py", tmp_path / "a.log", tmp_path / "b.log")
    assert "310 lines in 20 minutes, 1 alerts: as counted by hand" in out


def test_account():
    assert "three times the balances of a plain loop" in example("account.py", "--events", 5_000)


def test_metrics():
    assert "as a plain loop has them" in example("metrics.py", "--seconds", 2)


@needs_data
def test_flights():
    assert "20000 departures" in example("flights.py", DATA, "--rows", 20_000)


@needs_data
def test_etl():
    assert "4 broken, as the CSV says" in example("etl.py", DATA)


@needs_bin
def test_word_count_in_rust():
    assert "as a plain count has them" in example("wordcount", ROOT / "README.md", ROOT / "LICENSE")


@needs_bin
@needs_data
def test_flights_in_rust():
    assert "20000 departures" in example("stream-flights", DATA, "--rows", 20_000)
