"""Error rates per minute: log files through a topic, the lines and the errors of each file and minute counted, checked against a plain count.

usage: logs.py [FILE...] [--bootstrap HOST:PORT]

Lines begin with their time, as "2026-01-31 12:00:00" or with a T. Without files it takes those of this machine (/var/log). Without an address
the broker runs in this process, in a temporary folder.
"""

import argparse
import datetime as dt
import glob
import json
import re
import sys
import tempfile

import wellhead
from wellhead.admin import NewTopic
from wellhead.streams import App, col, count, tumble

#: Seconds after which what is missing is not awaited any longer.
PATIENCE_S = 60
BAD = "error|fail|fatal|panic|trigproc"
STAMP = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)")


def lines_of(files):
    """(file, milliseconds, line) of the lines that begin with a time."""
    for name in files:
        with open(name, encoding="utf-8", errors="replace") as f:
            for line in f:
                if m := STAMP.match(line):
                    at = dt.datetime.fromisoformat(f"{m[1]}T{m[2]}+00:00")
                    yield name, int(at.timestamp() * 1000), line.rstrip("\n")


def program(bootstrap):
    app = App("error-rates", bootstrap, commit_interval_ms=100, create_sources=True)
    lines = app.stream("log-lines", format="text", key="file")  # the time of a line is that of its record
    per_minute = (
        lines.with_columns(bad=f"if(regexp_matches(lower(value), '{BAD}'), 1, null)")
        .group_by("file")
        .window(tumble("1m"), grace="1h")  # several files are read one after another
        .agg(lines=count(), errors=count("bad"))
    )
    rates = per_minute.with_columns(rate=col("errors") * 1.0 / col("lines"))
    rates.to("error-rates")
    rates.filter("lines >= 10 AND rate > 0.5").to("error-alerts")
    return app


def expected(lines):
    out = {}
    for name, at, line in lines:
        key = name, at // 60_000 * 60_000
        n, errors = out.get(key, (0, 0))
        out[key] = n + 1, errors + bool(re.search(BAD, line.lower()))
    return out


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("files", nargs="*")
    a.add_argument("--bootstrap")
    a = a.parse_args()
    # In the order of time, as several followers at work would send them.
    lines = sorted(lines_of(a.files or glob.glob("/var/log/*.log")), key=lambda x: x[1])
    if not lines:
        sys.exit("logs: no line begins with a time")
    want = expected(lines)

    with tempfile.TemporaryDirectory() as folder:
        app = program(a.bootstrap or f"embedded://{folder}/data")
        servers = {"bootstrap.servers": app.bootstrap_servers}
        with wellhead.AdminClient(servers) as admin:
            # Old lines are old records, which topics drop unless they are told not to.
            keep = [NewTopic(t, 1, 1, config={"retention.ms": "-1"}) for t in ("log-lines", "error-rates", "error-alerts")]
            for done in admin.create_topics(keep).values():
                done.result(30)
        with app, wellhead.Producer(servers) as producer:
            app.wait_running(PATIENCE_S)
            for name, at, line in lines:
                while True:
                    try:
                        producer.produce("log-lines", line, key=name, timestamp=at)
                        break
                    except BufferError:
                        producer.poll(0.1)
            producer.flush(PATIENCE_S)
            app.catch_up(PATIENCE_S)
            got, alerts = table(servers, "error-rates"), set(table(servers, "error-alerts"))
    if got != want:
        sys.exit(f"logs: the counts differ: {sorted(set(got.items()) ^ set(want.items()))[:5]}")
    bad = {k for k, (n, errors) in want.items() if n >= 10 and errors / n > 0.5}
    if alerts != bad:
        sys.exit(f"logs: the alerts differ: {sorted(alerts ^ bad)[:5]}")
    for (name, minute), (n, errors) in sorted(want.items(), key=lambda kv: -kv[1][1])[:5]:
        at = dt.datetime.fromtimestamp(minute / 1000, dt.timezone.utc)
        print(f"{at:%Y-%m-%d %H:%M}  {errors:5} of {n:5} lines  {name}")
    print(f"{len(lines)} lines in {len(want)} minutes, {len(bad)} alerts: as counted by hand")


def table(servers, topic):
    """The last record of each file and minute. What is none any more is a record without a value."""
    out = {}
    with wellhead.Consumer({**servers, "group.id": "error-rates-check", "enable.partition.eof": True}) as consumer:
        consumer.assign([wellhead.TopicPartition(topic, 0, 0)])
        while (m := consumer.poll(PATIENCE_S)) is not None and m.error() is None:
            k, v = json.loads(m.key()), m.value() and json.loads(m.value())
            out[k["file"], k["window_start"]] = v and (v["lines"], v["errors"])
    return {k: v for k, v in out.items() if v is not None}


if __name__ == "__main__":
    main()
