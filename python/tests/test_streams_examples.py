"""The examples of streams in Python: each checks itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "streams" / "python"
DATA = Path(os.environ.get("WELLHEAD_DATA", ROOT / "build" / "flights"))


def example(name, *args):
    out = subprocess.run([sys.executable, str(EXAMPLES / name), *map(str, args)], capture_output=True, text=True, timeout=300)
    assert out.returncode == 0, out.stdout + out.stderr
    return out.stdout


def test_word_count():
    assert "as counted by hand" in example("wordcount.py")


@pytest.mark.skipif(not (DATA / "flights.csv").exists(), reason="the flights are not there (make data)")
def test_flights():
    assert "20000 departures" in example("flights.py", DATA, "--rows", 20_000)
