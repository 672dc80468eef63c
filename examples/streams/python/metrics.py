"""Monitoring with alerts: this machine's load and memory as a stream of samples, averages over the last second, an alert while one is too high.

usage: metrics.py [--bootstrap HOST:PORT] [--seconds N]

A sampler reads /proc every 20 ms; half the time this program keeps a processor busy, so that there is something to see. The program of streams
keeps a table of alerts: a metric comes into it when its mean over a second exceeds its limit and goes from it when it no longer does, which
are records with and without a value in the topic `alerts`. Both results are checked against a plain loop over the same samples. Without an
address the broker runs in this process, in a temporary folder.
"""

import argparse
import json
import math
import os
import sys
import tempfile
import threading
import time

import wellhead
from wellhead.streams import App, count, functions as F, hop

#: Seconds after which what is missing is not awaited any longer.
PATIENCE_S = 60
SAMPLE = {"metric": str, "value": float, "at": "timestamp"}
SIZE_MS, EVERY_MS = 1_000, 200
#: Processors' worth of work of this process; megabytes.
LIMITS = {"cpu": 0.5, "rss": 4_000.0}


def program(bootstrap):
    app = App("monitor", bootstrap, commit_interval_ms=100, create_sources=True)
    samples = app.stream("samples", schema=SAMPLE, time="at")
    means = (
        samples.group_by("metric")
        .window(hop(f"{SIZE_MS}ms", every=f"{EVERY_MS}ms"), grace="100ms")
        .agg(n=count(), mean=F.mean("value"), worst=F.max("value"), emit="final")
    )
    means.to("means")
    # The latest mean of each metric, of those that are too high. What leaves a table's filter is deleted behind it.
    limit = "CASE " + " ".join(f"WHEN metric = '{m}' THEN {x}" for m, x in LIMITS.items()) + " END"
    latest = means.to_stream().select("mean", "worst", at="window_end").select_key("metric").to_table("latest")
    latest.filter(f"mean > {limit}").to("alerts")
    return app


def sample(seconds, send):
    """Samples of this process, 50 a second; in the middle half of the time it works."""
    begun, last_cpu, last = time.monotonic(), time.process_time(), time.monotonic()
    page = os.sysconf("SC_PAGE_SIZE")
    busy = threading.Thread(target=work, args=(begun + seconds / 4, begun + seconds * 3 / 4), daemon=True)
    busy.start()
    while time.monotonic() < begun + seconds:
        time.sleep(0.02)
        now, cpu, at = time.monotonic(), time.process_time(), time.time_ns() // 1_000_000
        with open("/proc/self/statm") as f:
            rss = int(f.read().split()[1]) * page / 1e6
        send({"metric": "cpu", "value": round((cpu - last_cpu) / (now - last), 4), "at": at})
        send({"metric": "rss", "value": round(rss, 3), "at": at})
        last_cpu, last = cpu, now
    busy.join()


def work(start, end):
    while time.monotonic() < start:
        time.sleep(0.01)
    while time.monotonic() < end:
        sum(range(20_000))


def expected(samples):
    """The means per metric and window, in the order of their windows."""
    groups = {}
    for s in samples:
        last = s["at"] // EVERY_MS * EVERY_MS
        for start in range(last - SIZE_MS + EVERY_MS, last + 1, EVERY_MS):
            groups.setdefault((s["metric"], start), []).append(s["value"])
    return {k: (len(v), math.fsum(v) / len(v), max(v)) for k, v in groups.items()}


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--bootstrap")
    a.add_argument("--seconds", type=float, default=4)
    a = a.parse_args()
    samples = []
    with tempfile.TemporaryDirectory() as folder:
        app = program(a.bootstrap or f"embedded://{folder}/data")
        servers = {"bootstrap.servers": app.bootstrap_servers}
        with app, wellhead.Producer({**servers, "linger.ms": 5}) as producer:
            app.wait_running(PATIENCE_S)

            def send(s):
                samples.append(s)
                producer.produce("samples", json.dumps(s))

            sample(a.seconds, send)
            want = expected(samples)
            # A sample of a minute later closes the windows.
            producer.produce("samples", json.dumps({"metric": "end", "value": 0.0, "at": samples[-1]["at"] + 60_000}))
            producer.flush(PATIENCE_S)
            got, alerts = read(servers, want)
    differ = sorted(k for k in got.keys() | want.keys() if not same(got.get(k), want.get(k)))
    if differ:
        sys.exit(f"metrics: {len(differ)} windows differ, as {differ[0]}: {got.get(differ[0])} and not {want.get(differ[0])}")
    # An alert begins when a mean is above its limit, is told again with each window, and ends with the first one that is not.
    told, open_ = [], set()
    for (metric, _), (_, mean, _) in sorted(want.items(), key=lambda kv: kv[0][1]):
        if mean > LIMITS[metric]:
            told.append((metric, mean))
            open_.add(metric)
        elif metric in open_:
            told.append((metric, None))
            open_.remove(metric)
    if collapsed(alerts) != collapsed(told):
        sys.exit(f"metrics: the alerts differ: {collapsed(alerts)} and not {collapsed(told)}")
    for metric, changes in collapsed(told).items():
        print(f"{metric}: {' '.join(changes)}")
    cpu = [m for (metric, _), (_, m, _) in want.items() if metric == "cpu"]
    print(f"cpu from {min(cpu):.2f} to {max(cpu):.2f} processors; {len(samples)} samples, {len(want)} windows, as a plain loop has them")


def same(got, want):
    """Equal, but for the last digits of a mean."""
    return got is not None and want is not None and got[::2] == want[::2] and math.isclose(got[1], want[1], rel_tol=1e-12)


def collapsed(alerts):
    """Per metric the alerts and their ends, without repetition."""
    out = {}
    for metric, mean in alerts:
        word = "ok" if mean is None else "ALERT"
        changes = out.setdefault(metric, [])
        if not changes or changes[-1] != word:
            changes.append(word)
    return out


def read(servers, want):
    """The windows, and the alerts in their order."""
    got, alerts, end, quiet = {}, [], time.monotonic() + PATIENCE_S, 0
    with wellhead.Consumer({**servers, "group.id": "monitor-check", "auto.offset.reset": "earliest"}) as consumer:
        consumer.subscribe(["means", "alerts"])
        while (len(got) < len(want) or quiet < 2) and time.monotonic() < end:
            messages = consumer.consume(10_000, timeout=0.3)
            quiet = 0 if messages else quiet + 1
            for m in messages:
                v = m.value() and json.loads(m.value())
                if m.error() is not None:
                    continue  # the program has not made the topic yet
                if m.topic() == "alerts":
                    alerts.append((m.key().decode(), v and v["mean"]))
                elif v["metric"] != "end":
                    got[v["metric"], v["window_start"]] = v["n"], v["mean"], v["worst"]
    return got, alerts


if __name__ == "__main__":
    main()
