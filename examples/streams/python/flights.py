"""The departures of New York in 2013 as they happen: delays per airline and hour beside the weather, and planes that are late again and again.

usage: flights.py FOLDER [--bootstrap HOST:PORT] [--rows N]

Three topics come together: the departures (a stream), the weather of each airport (a table: a departure finds what it was at its own
hour) and the names of the airlines (a global table). Both results are checked against the CSV files. FOLDER has them (`make data`).
Without an address the broker runs in this process, in a temporary folder.
"""

import argparse
import bisect
import csv
import datetime as dt
import json
import sys
import tempfile
import time
from pathlib import Path

import wellhead
from wellhead.admin import NewTopic
from wellhead.streams import App, count, functions as F, session, tumble

#: Seconds after which what is missing is not awaited any longer.
PATIENCE_S = 60
#: A departure this late is a late one, in minutes; legs of one plane that are no further apart belong to one bad day.
LATE, BAD_DAY_H = 30, 8
DEPARTURE = {"dep_delay": float, "carrier": str, "tailnum": str, "origin": str, "time_hour": "timestamp"}
WEATHER = {"wind_speed": float, "visib": float, "time_hour": "timestamp"}


def program(bootstrap):
    app = App("flight-delays", bootstrap, commit_interval_ms=200, create_sources=True)
    departures = app.stream("departures", schema=DEPARTURE, time="time_hour")
    weather = app.table("weather", schema=WEATHER, key="origin", time="time_hour")
    airlines = app.global_table("airlines", schema={"name": str}, key="carrier")

    hourly = (
        departures.join(weather, on="origin", grace="1h")  # as it was at that hour
        .join(airlines, on="carrier")
        .group_by("name")
        .window(tumble("1h"))
        .agg(departures=count(), delay=F.mean("dep_delay"), worst=F.max("dep_delay"), wind=F.max("wind_speed"))
    )
    hourly.to("delays-per-hour", emit="final")

    late = departures.filter(f"dep_delay >= {LATE}").group_by("tailnum").window(session(f"{BAD_DAY_H}h"))
    late.agg(legs=count(), minutes=F.sum("dep_delay")).to("late-planes", emit="final")
    return app


def rows(path, columns):
    """The file's rows in the order of their hours; NA is nothing, and what is a number is one."""
    with open(path, newline="") as f:
        for r in sorted(csv.DictReader(f), key=lambda r: r.get("time_hour", "")):
            given = {c: None if r[c] in ("", "NA") else r[c] for c in columns}
            yield {c: float(v) if v is not None and columns[c] is float else v for c, v in given.items()}


def expected_hours(departures, weather, airlines):
    """Departures, mean and worst delay and wind per airline and hour, without a program of streams."""
    known = {}
    for w in weather:
        known.setdefault(w["origin"], []).append((w["time_hour"], w["wind_speed"]))
    groups = {}
    for d in departures:
        at = bisect.bisect(known[d["origin"]], d["time_hour"], key=lambda w: w[0])
        wind = known[d["origin"]][at - 1][1]
        groups.setdefault((airlines[d["carrier"]], d["time_hour"]), []).append((d["dep_delay"], wind))
    out = {}
    for key, g in groups.items():
        delays, winds = [x for x, _ in g if x is not None], [w for _, w in g if w is not None]
        mean = sum(delays) / len(delays) if delays else None
        out[key] = len(g), *(x and round(x, 6) for x in (mean, max(delays, default=None), max(winds, default=None)))
    return out


def expected_planes(departures):
    """The runs of late departures per plane."""
    out, last = {}, {}
    for d in departures:
        if d["tailnum"] is None or d["dep_delay"] is None or d["dep_delay"] < LATE:
            continue
        at = hour(d["time_hour"])
        begun, end, legs, minutes = last.get(d["tailnum"], (at, at, 0, 0.0))
        if at - end > dt.timedelta(hours=BAD_DAY_H):
            begun, legs, minutes = at, 0, 0.0
        last[d["tailnum"]] = begun, at, legs + 1, minutes + d["dep_delay"]
        out[d["tailnum"], begun] = legs + 1, minutes + d["dep_delay"]
    return out


def hour(text):
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00"))


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("folder", type=Path)
    a.add_argument("--bootstrap")
    a.add_argument("--rows", type=int)
    a = a.parse_args()
    departures = list(rows(a.folder / "flights.csv", DEPARTURE))[: a.rows]
    weather = list(rows(a.folder / "weather.csv", {"origin": str, **WEATHER}))
    airlines = {r["carrier"]: r["name"] for r in rows(a.folder / "airlines.csv", {"carrier": str, "name": str})}
    hours, planes = expected_hours(departures, weather, airlines), expected_planes(departures)

    with tempfile.TemporaryDirectory() as tmp:
        app = program(a.bootstrap or f"embedded://{tmp}/data")
        servers = {"bootstrap.servers": app.bootstrap_servers}
        with wellhead.AdminClient(servers) as admin:
            # These records have the time of the flights, and topics drop what is older than a week unless they are told not to.
            keep = [NewTopic(t, 1, 1, config={"retention.ms": "-1"}) for t in ("departures", "weather", "delays-per-hour", "late-planes")]
            for done in admin.create_topics(keep).values():
                done.result(30)
        with wellhead.Producer(servers) as producer:
            for carrier, name in airlines.items():
                producer.produce("airlines", json.dumps({"name": name}), key=carrier)
            for w in weather:
                send(producer, "weather", {c: w[c] for c in WEATHER}, w["origin"])
        began = time.monotonic()
        with app, wellhead.Producer(servers) as producer:
            app.wait_running(PATIENCE_S)
            for d in departures:
                send(producer, "departures", d)
            # Two of much later: the second lets the first go on to the windows and sessions, and that one closes them.
            for at in ("2014-06-01T00:00:00Z", "2014-06-01T02:00:00Z"):
                send(producer, "departures", {**departures[0], "dep_delay": 99.0, "tailnum": "later", "time_hour": at})
            producer.flush(PATIENCE_S)
            read(servers, "delays-per-hour", hours, lambda r: ((r["name"], r["window_start"]), (r["departures"], r["delay"], r["worst"], r["wind"])))
            read(servers, "late-planes", planes, lambda r: ((r["tailnum"], r["window_start"]), (r["legs"], r["minutes"])))
        seconds = time.monotonic() - began
    print("The worst hours (departures, mean and worst delay in minutes, wind in mph):")
    for (name, at), (n, delay, worst, wind) in sorted(hours.items(), key=lambda kv: -(kv[1][1] or 0) * (kv[1][0] > 9))[:3]:
        print(f"  {at}  {name:24} {n:3} {delay:7.1f} {worst:6.0f} {wind or 0:5.1f}")
    print("The planes' worst days (late legs, minutes):")
    for (plane, at), (legs, minutes) in sorted(planes.items(), key=lambda kv: -kv[1][1])[:3]:
        print(f"  {at:%Y-%m-%d}  {plane:24} {legs:3} {minutes:7.0f}")
    print(f"{len(departures)} departures, {len(hours)} windows and {len(planes)} bad days as the CSV says, in {seconds:.1f} s")


def send(producer, topic, row, key=None):
    while True:
        try:
            return producer.produce(topic, json.dumps(row), key=key)
        except BufferError:
            producer.poll(0.1)


def read(servers, topic, want, split):
    """Reads what the program wrote to a topic until it is all there; ends this program where it is not what the CSV says."""
    got, end = {}, time.monotonic() + PATIENCE_S
    with wellhead.Consumer({**servers, "group.id": f"{topic}-check", "auto.offset.reset": "earliest"}) as consumer:
        consumer.subscribe([topic])
        while len(got) < len(want) and time.monotonic() < end:
            for m in consumer.consume(10_000, timeout=0.5):
                (name, start), found = split(json.loads(m.value()))
                at = dt.datetime.fromtimestamp(start / 1000, dt.timezone.utc)
                key = (name, at) if topic == "late-planes" else (name, at.strftime("%Y-%m-%dT%H:%M:%SZ"))
                got[key] = tuple(x and round(x, 6) for x in found)
    differ = sorted(k for k in got.keys() | want.keys() if got.get(k) != want.get(k))
    if differ:
        sys.exit(f"flights: {topic}: {len(differ)} differ, as {differ[0]}: {got.get(differ[0])} and not {want.get(differ[0])}")


if __name__ == "__main__":
    main()
