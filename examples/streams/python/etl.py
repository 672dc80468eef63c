"""A pipeline from CSV to Parquet and SQLite: lines of a file through a topic, cleaned by a program of streams, written by it to both.

usage: etl.py FOLDER [--bootstrap HOST:PORT] [--out FOLDER]

The lines of weather.csv (FOLDER has it: `make data`) are records as they are, some of them broken on purpose. Lines that cannot be read go to a
topic of their own with the reason; NA becomes nothing, miles become kilometres, Fahrenheit Celsius. Each batch becomes a file of Parquet, named after its
first offset, and rows of SQLite under their key, so that a batch that comes again after a crash changes nothing. What is there in the end is
checked against the CSV. Without an address the broker runs in this process, in a temporary folder. Needs pyarrow.
"""

import argparse
import csv
import json
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

import pyarrow
import pyarrow.parquet

import wellhead
from wellhead.streams import App, csv as csv_format

#: Seconds after which what is missing is not awaited any longer.
PATIENCE_S = 60
#: The columns as the file has them; what may be NA is text here.
RAW = {
    "origin": str, "year": int, "month": int, "day": int, "hour": int, "temp": str, "dewp": str, "humid": str, "wind_dir": str, "wind_speed": str,
    "wind_gust": str, "precip": str, "pressure": str, "visib": str, "time_hour": "timestamp",
}  # fmt: skip
CLEAN = ["origin", "at", "celsius", "wind_kmh", "visib_km"]
BROKEN = ["", "EWR,2013,1", 'JFK,2013,1,1,not an hour,39,26,59,270,10,NA,0,1012,10,2013-01-01T06:00:00Z', "LGA,2013,1,1,1,39,26,59,270,10,NA,0,1012,10,yesterday"]


def program(bootstrap, out):
    app = App("weather-etl", bootstrap, commit_interval_ms=200, create_sources=True)
    raw = app.stream("weather-lines", schema=RAW, format=csv_format(), time="time_hour")
    raw.dead_letters().to("weather-broken", format="json")
    clean = raw.select(
        "origin",
        at="time_hour",
        celsius="round((cast(temp as float) - 32) / 1.8, 2)",  # null where it is NA
        wind_kmh="round(cast(wind_speed as float) * 1.609344, 2)",
        visib_km="round(cast(visib as float) * 1.609344, 2)",
        offset="_offset",
    ).filter("celsius IS NOT NULL")
    clean.foreach(to_parquet(out / "parquet")).foreach(to_sqlite(out / "weather.db"))
    return app


def to_parquet(folder):
    folder.mkdir(parents=True, exist_ok=True)

    def write(frame):
        table = pyarrow.table(frame)
        pyarrow.parquet.write_table(table.select(CLEAN), folder / f"{table['offset'][0]}.parquet")

    return write


def to_sqlite(path):
    def write(frame):
        # The program's thread is another than the one that made it, so the connection is made here.
        with sqlite3.connect(path) as db:
            db.execute("CREATE TABLE IF NOT EXISTS weather (origin TEXT, at TEXT, celsius REAL, wind_kmh REAL, visib_km REAL, PRIMARY KEY (origin, at))")
            rows = zip(*(frame[c].to_pylist() for c in CLEAN))
            db.executemany("INSERT OR REPLACE INTO weather VALUES (?, ?, ?, ?, ?)", [(o, f"{at:%Y-%m-%dT%H:%M:%SZ}", *more) for o, at, *more in rows])
        db.close()

    return write


def expected(lines):
    out = []
    for r in csv.DictReader(lines):
        number = {c: None if r[c] == "NA" else float(r[c]) for c in ("temp", "wind_speed", "visib")}
        if number["temp"] is not None:
            km = [None if number[c] is None else number[c] * 1.609344 for c in ("wind_speed", "visib")]
            out.append((r["origin"], r["time_hour"], (number["temp"] - 32) / 1.8, *km))
    return sorted(out)


def same(got, want):
    """Equal, but for how a hundredth is rounded."""
    near = (a == b or (isinstance(a, float) and isinstance(b, float) and abs(a - b) <= 0.00501) for g, w in zip(got, want) for a, b in zip(g, w))
    return len(got) == len(want) and all(near)


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("folder", type=Path)
    a.add_argument("--bootstrap")
    a.add_argument("--out", type=Path, help="where what it writes stays")
    a = a.parse_args()
    lines = (a.folder / "weather.csv").read_text().splitlines()
    want = expected(lines)
    records = lines[1:]
    for i, line in enumerate(BROKEN):
        records.insert((i + 1) * 1_000, line)

    with tempfile.TemporaryDirectory() as tmp:
        out = a.out or Path(tmp)
        app = program(a.bootstrap or f"embedded://{tmp}/data", out)
        servers = {"bootstrap.servers": app.bootstrap_servers}
        with app, wellhead.Producer(servers) as producer:
            app.wait_running(PATIENCE_S)
            for line in records:
                while True:
                    try:
                        producer.produce("weather-lines", line)
                        break
                    except BufferError:
                        producer.poll(0.1)
            producer.flush(PATIENCE_S)
            app.catch_up(PATIENCE_S)
            broken = dead_letters(servers, len(BROKEN))
        parquet = pyarrow.parquet.read_table(out / "parquet").to_pylist()
        with sqlite3.connect(out / "weather.db") as db:
            sqlite = db.execute("SELECT * FROM weather ORDER BY origin, at").fetchall()
            coldest = db.execute("SELECT origin, at, celsius FROM weather ORDER BY celsius, at LIMIT 1").fetchone()
        db.close()
        files = len(list((out / "parquet").iterdir()))
    rows = sorted((r["origin"], f"{r['at']:%Y-%m-%dT%H:%M:%SZ}", r["celsius"], r["wind_kmh"], r["visib_km"]) for r in parquet)
    if not same(rows, want):
        sys.exit(f"etl: {len(rows)} rows of Parquet, {len(want)} of the CSV")
    if not same(sqlite, want):
        sys.exit(f"etl: {len(sqlite)} rows of SQLite, {len(want)} of the CSV")
    if len(broken) != len(BROKEN):
        sys.exit(f"etl: {len(broken)} broken lines: {broken}")
    for reason in broken:
        print("broken:", reason)
    print(f"coldest: {coldest[2]} degrees at {coldest[0]}, {coldest[1]}")
    print(f"{len(records)} lines: {len(rows)} rows in {files} files of Parquet, {len(sqlite)} rows of SQLite, {len(broken)} broken, as the CSV says")


def dead_letters(servers, n):
    reasons, end = [], time.monotonic() + PATIENCE_S
    with wellhead.Consumer({**servers, "group.id": "etl-check", "auto.offset.reset": "earliest"}) as consumer:
        consumer.subscribe(["weather-broken"])
        while len(reasons) < n and time.monotonic() < end:
            reasons += [json.loads(m.value())["reason"] for m in consumer.consume(100, timeout=0.5) if m.error() is None]
    return reasons


if __name__ == "__main__":
    main()
