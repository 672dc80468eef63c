"""Delays per carrier in windows of an hour: the departures of New York in 2013 through a topic and a program of streams, joined with the
names of the airlines, checked against the CSV.

usage: flights.py FOLDER [--bootstrap HOST:PORT] [--rows N]

FOLDER has flights.csv and airlines.csv (`make data`). Without an address it runs the broker itself, in a temporary folder.
"""

import argparse
import csv
import datetime as dt
import sys
import tempfile
import time
from pathlib import Path

import wellhead
from wellhead.admin import NewTopic
from wellhead.streams import App, count, functions as F, tumble

#: Seconds after which what is missing is not awaited any longer.
PATIENCE_S = 60
COLUMNS = {"dep_delay": float, "carrier": str, "tailnum": str, "origin": str, "time_hour": "timestamp"}


def read(folder, rows):
    """The departures in the order of their hours (the file's is by day and minute of departure), and the airlines."""
    with open(folder / "flights.csv", newline="") as f:
        flights = sorted(csv.DictReader(f), key=lambda r: r["time_hour"])[:rows]
    with open(folder / "airlines.csv", newline="") as f:
        airlines = {r["carrier"]: r["name"] for r in csv.DictReader(f)}
    return flights, airlines


def expected(flights, airlines):
    """Departures and mean delay per carrier and hour, without a program of streams."""
    out = {}
    for r in flights:
        window = airlines[r["carrier"]], r["time_hour"]
        n, delays = out.get(window, (0, []))
        out[window] = n + 1, delays if r["dep_delay"] in ("", "NA") else delays + [float(r["dep_delay"])]
    return {k: (n, round(sum(d) / len(d), 6) if d else None) for k, (n, d) in out.items()}


def program(bootstrap):
    app = App("flight-delays", bootstrap, commit_interval_ms=200, create_sources=True)
    flights = app.stream("departures", schema=COLUMNS, time="time_hour")
    airlines = app.global_table("airlines", schema={"name": str}, key="carrier")
    delays = (
        flights.join(airlines, on="carrier")
        .group_by("name")
        .window(tumble("1h"))
        .agg(departures=count(), delay=F.mean("dep_delay"), worst=F.max("dep_delay"))
    )
    delays.to("delays-per-hour", emit="final")
    return app, delays


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("folder", type=Path)
    a.add_argument("--bootstrap")
    a.add_argument("--rows", type=int)
    a = a.parse_args()
    flights, airlines = read(a.folder, a.rows)
    want = expected(flights, airlines)

    with tempfile.TemporaryDirectory() as tmp:
        app, delays = program(a.bootstrap or f"embedded://{tmp}/data")
        servers = {"bootstrap.servers": app.bootstrap_servers}
        with wellhead.AdminClient(servers) as admin:
            # What the program writes has the time of the flights, and topics drop what is older than a week unless they are told not to.
            for done in admin.create_topics([NewTopic("delays-per-hour", 1, 1, config={"retention.ms": "-1"})]).values():
                done.result(30)
        with wellhead.Producer(servers) as producer:
            for carrier, name in airlines.items():
                produce(producer, "airlines", {"name": name}, carrier)
        began = time.monotonic()
        with app, wellhead.Producer(servers) as producer:
            app.wait_running(PATIENCE_S)
            for r in flights:
                row = {k: None if r[k] in ("", "NA") else r[k] for k in COLUMNS}
                produce(producer, "departures", {**row, "dep_delay": row["dep_delay"] and float(row["dep_delay"])})
            # A row of much later closes the last window.
            produce(producer, "departures", {"carrier": flights[0]["carrier"], "time_hour": "2014-06-01T00:00:00Z"})
            producer.flush(PATIENCE_S)
            got = results(servers, want)
        seconds = time.monotonic() - began
    if got != want:
        differ = sorted(k for k in got.keys() | want.keys() if got.get(k) != want.get(k))
        sys.exit(f"flights: {len(differ)} windows differ, as {differ[0]}: {got.get(differ[0])} and not {want.get(differ[0])}")
    for (name, hour), (n, delay) in sorted(want.items(), key=lambda kv: -(kv[1][1] or 0) * (kv[1][0] > 9))[:5]:
        print(f"{delay:7.1f} min  {n:3} departures  {hour}  {name}")
    print(f"{len(flights)} departures in {len(want)} windows, as the CSV says, in {seconds:.1f} s")


def produce(producer, topic, row, key=None):
    import json

    while True:
        try:
            return producer.produce(topic, json.dumps(row), key=key)
        except BufferError:
            producer.poll(0.1)


def results(servers, want):
    """The windows that the program wrote, as the CSV's."""
    import json

    got, end = {}, time.monotonic() + PATIENCE_S
    with wellhead.Consumer({**servers, "group.id": "flight-delays-check", "auto.offset.reset": "earliest"}) as consumer:
        consumer.subscribe(["delays-per-hour"])
        while len(got) < len(want) and time.monotonic() < end:
            for m in consumer.consume(10_000, timeout=0.5):
                row = json.loads(m.value())
                hour = dt.datetime.fromtimestamp(row["window_start"] / 1000, dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
                got[row["name"], hour] = row["departures"], None if row["delay"] is None else round(row["delay"], 6)
    return got


if __name__ == "__main__":
    main()
