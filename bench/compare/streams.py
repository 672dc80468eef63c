"""Stream engines side by side over the same records on the same broker: `make compare ONLY=streams`.

Each side is a process of its own that reads one topic from its first to its last record, at its documented best settings; the sides run in
turn, A B A B, and each figure is a median with its least and greatest. One JSON line per run goes to standard output as it is measured, and the table to docs/benchmarks.md.
The broker is one `wellhead serve` on this machine for all of them, with its default durability (fsync)."""

import argparse
import json
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPO = HERE.parent.parent
BUILD = REPO / "build" / "compare"
WORKLOADS = {
    "stateless": "filter and map, JSON in and out",
    "count": "count by key",
    "tumbling": "count by key in 10 s windows",
    "hop": "count by key, 10 s every 2 s, final results",
    "session": "count by key in sessions of 500 ms, final results",
    "join": "stream joined with a table",
    "words": "count by another key (rows move)",
}
# What the Python engines are asked for: what has one way to be said in them.
IN_PYTHON = ("stateless", "count", "tumbling", "hop", "session")
PACKAGES = {"quix": "quixstreams==3.28.0", "bytewax": "bytewax[kafka]==0.21.1"}


def run(command, **kw):
    r = subprocess.run([str(c) for c in command], capture_output=True, text=True, **kw)
    if r.returncode != 0:
        raise SystemExit(f"{command[0]} failed:\n{(r.stdout + r.stderr)[-3000:]}")
    return r.stdout


def java_side():
    """The jars by Maven, and Measure compiled against them."""
    jars, classes = BUILD / "jars", BUILD / "classes"
    if not jars.exists():
        run(["mvn", "-q", "-B", "-f", HERE / "java" / "pom.xml", "dependency:copy-dependencies", f"-DoutputDirectory={jars}"])
    classes.mkdir(parents=True, exist_ok=True)
    run(["javac", "-nowarn", "-cp", f"{jars}/*", "-d", classes, HERE / "java" / "Measure.java"])
    return ["java", "-Xmx1g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp", f"{classes}:{jars}/*", "Measure"]


def python_side(name):
    """A virtual environment with the rival's package, and its program."""
    venv = BUILD / f"venv-{name}"
    python = venv / "bin" / "python"
    if not python.exists():
        run([sys.executable, "-m", "venv", venv])
        run([python, "-m", "pip", "install", "-q", PACKAGES[name]])
    return [python, HERE / f"measure_{name}.py"]


def sides(names, target):
    out = {}
    for name in names:
        if name == "wellhead":
            out[name] = [target / "release" / "examples" / "measure"]
        elif name == "kafka-streams":
            if not (shutil.which("java") and shutil.which("mvn")):
                print("kafka-streams is skipped: java and mvn are needed", file=sys.stderr)
                continue
            out[name] = java_side()
        else:
            out[name] = python_side(name)
    return out


class Broker:
    def __init__(self, binary, folder):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.bootstrap = f"127.0.0.1:{self.port}"
        self.process = subprocess.Popen([binary, "serve", "--data", folder, "--listen", self.bootstrap], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


def median(values):
    return f"{statistics.median(values):,.0f} ({min(values):,.0f} - {max(values):,.0f})"


def machine():
    return f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()} {platform.release().split('-')[0]}"


def middle(rows, figure):
    return statistics.median(r[figure] for r in rows)


def rates(results, a):
    lines = [
        f"{a.records:,} JSON records of 66 bytes ({a.slow_records:,} for the Python engines), {a.partitions} partitions, 1,000 keys; medians of {a.rounds} runs in turn, least and greatest behind them; "
        f"{machine()}. The broker is one `wellhead serve` (fsync) on the same machine. The rate is over the whole run from the start of the program to its last commit, so that it has the start in it (cold); "
        "warm is the second half of the records.",
        "",
        "| workload | side | records/s | warm | CPU us/record | memory MB | ours is |",
        "|---|---|---|---|---|---|---|",
    ]
    for w in WORKLOADS:
        ours = [r for r in results if r["workload"] == w and r["side"] == "wellhead"]
        for side in dict.fromkeys(r["side"] for r in results):
            rows = [r for r in results if r["workload"] == w and r["side"] == side]
            if not rows:
                continue
            ratio = f"{middle(ours, 'per_second') / middle(rows, 'per_second'):.1f}x" if ours and side != "wellhead" else ""
            lines.append(
                f"| {WORKLOADS[w]} | {side} | {median([r['per_second'] for r in rows])} | {median([r['per_second_warm'] for r in rows])} | "
                f"{middle(rows, 'cpu_us_per_record'):.2f} | {middle(rows, 'memory_mb'):.0f} | {ratio} |"
            )
    return lines


def others(results, a):
    lines = ["", f"State of a count with {a.keys:,} keys that comes back, and end to end at {a.rate:,} records/s (from the intended time of sending until the result is read; Kafka Streams with `linger.ms=0`). Kafka Streams does not leave its group when it is closed, so that its whole way has the session timeout of 45 s in it; compare what the restore takes.", ""]
    lines += ["| figure | side | | |", "|---|---|---|---|"]
    for w, figures in (("restore", ("restore_seconds", "seconds")), ("restore-snapshot", ("restore_seconds", "seconds")), ("latency", ("p50_ms", "p99_ms", "p999_ms"))):
        for side in ("wellhead", "kafka-streams"):
            rows = [r for r in results if r["workload"] == w and r["side"] == side]
            if rows:
                said = "; ".join(f"{f.removesuffix('_ms')} {middle(rows, f):.2f} ({min(r[f] for r in rows):.2f} - {max(r[f] for r in rows):.2f})" for f in figures)
                unit = "ms" if w == "latency" else "s, first what the restore takes, then the whole way from the start to running"
                lines.append(f"| {w} | {side} | {said} | {unit} |")
    return lines


def write_docs(lines):
    """Puts the table between its marks in docs/benchmarks.md; the rest of the file is people's."""
    path = REPO / "docs" / "benchmarks.md"
    begin, end = "<!-- streams: made by make compare ONLY=streams -->", "<!-- streams: end -->"
    text = path.read_text() if path.exists() else f"# Benchmarks\nMade by `make compare`. One table a comparison.\n\n## Streams\n{begin}\n{end}\n"
    head, rest = text.split(begin)
    path.write_text(head + begin + "\n" + "\n".join(lines) + "\n" + end + rest.split(end)[1])


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--target", type=Path, required=True, help="the Cargo target folder")
    p.add_argument("--records", type=int, default=4_000_000)
    p.add_argument("--slow-records", type=int, default=200_000, help="for the Python engines")
    p.add_argument("--keys", type=int, default=1_000_000, help="of the state that comes back")
    p.add_argument("--rate", type=int, default=20_000, help="records a second for the latency")
    p.add_argument("--seconds", type=int, default=15, help="of each latency run")
    p.add_argument("--partitions", type=int, default=2)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--sides", default="wellhead,kafka-streams,quix,bytewax")
    p.add_argument("--workloads", default=",".join([*WORKLOADS, "restore", "latency"]))
    p.add_argument("--no-docs", action="store_true")
    a = p.parse_args()
    BUILD.mkdir(parents=True, exist_ok=True)
    measure = a.target / "release" / "examples" / "measure"
    asked = a.workloads.split(",")
    results = []
    with tempfile.TemporaryDirectory() as folder:
        commands = sides(a.sides.split(","), a.target)
        broker = Broker(a.target / "release" / "wellhead", folder)
        try:
            work = Work(broker.bootstrap, commands, measure, a, results)
            work.rates([w for w in asked if w in WORKLOADS])
            if "restore" in asked:
                work.restore()
            if "latency" in asked:
                work.latency()
        finally:
            broker.stop()
    lines = rates(results, a) + others(results, a)
    print("\n".join(lines))
    if not a.no_docs:
        write_docs(lines)
    held, short = aims(results)
    print(f"{len(held)} aims hold, {len(short)} fall short" + (": " + "; ".join(short) if short else ""))


class Work:
    """The runs, each side in turn."""

    def __init__(self, bootstrap, commands, measure, a, results):
        self.bootstrap, self.commands, self.measure, self.a, self.results = bootstrap, commands, measure, a, results
        self.topics = 0

    def note(self, output):
        for line in output.strip().splitlines():
            if line.startswith("{"):
                self.results.append(json.loads(line))
                print(json.dumps(self.results[-1]), flush=True)

    def rates(self, workloads):
        if not workloads:
            return
        counts = {"clicks": self.a.records, "few": self.a.slow_records}
        for topic, n in counts.items():
            run([self.measure, "generate", self.bootstrap, topic, n, self.a.partitions])
        for workload in workloads:
            for _ in range(self.a.rounds):
                for side, command in self.commands.items():
                    topic = "few" if side in PACKAGES else "clicks"
                    if side in PACKAGES and workload not in IN_PYTHON:
                        continue
                    verb = ["run"] if side == "wellhead" else []
                    self.note(run([*command, *verb, workload, self.bootstrap, topic, counts[topic]]))

    def restore(self):
        run([self.measure, "generate", self.bootstrap, "keys", self.a.keys, self.a.partitions, self.a.keys])
        for _ in range(self.a.rounds):
            for side, command in self.commands.items():
                if side not in PACKAGES:
                    self.note(run([*command, "restore", self.bootstrap, "keys", self.a.keys]))

    def latency(self):
        for _ in range(self.a.rounds):
            for side, command in self.commands.items():
                if side in PACKAGES:
                    continue
                self.topics += 1
                topic = f"paced-{self.topics}"
                for name in (topic, f"{topic}-pass"):
                    run([self.measure, "topic", self.bootstrap, name, self.a.partitions])
                app = subprocess.Popen([str(c) for c in (*command, "app", "pass", self.bootstrap, topic)], stdout=subprocess.PIPE, text=True)
                try:
                    if app.stdout.readline().strip() != "running":
                        raise SystemExit(f"{side} does not run")
                    self.note(run([self.measure, "latency", side, self.bootstrap, topic, f"{topic}-pass", self.a.rate, self.a.seconds]))
                finally:
                    app.kill()
                    app.wait(30)


def aims(results):
    """What the project wants to hold, and which of it this run shows."""
    held, short = [], []

    def rows(side, workload):
        return [r for r in results if r["side"] == side and r["workload"] == workload]

    def aim(holds, text):
        (held if holds else short).append(text)

    for w in ("stateless", "tumbling"):
        ours, ks = rows("wellhead", w), rows("kafka-streams", w)
        if ours:
            rate = middle(ours, "per_second")
            aim(rate >= 2_000_000, f"{w} >= 2 M/s: {rate:,.0f}")
            aim(max(r["memory_mb"] for r in ours) <= 100, f"{w} in 100 MB: {max(r['memory_mb'] for r in ours):.0f}")
        if ours and ks and w == "tumbling":
            ratio = middle(ours, "per_second") / middle(ks, "per_second")
            aim(ratio >= 15, f"{w} >= 15x Kafka Streams: {ratio:.1f}x")
            warm = middle(ours, "per_second_warm") / max(r["per_second_warm"] for r in ks)
            aim(warm >= 8, f"{w} >= 8x its best warm half: {warm:.1f}x")
    if ours := rows("wellhead", "restore"):
        aim(middle(ours, "restore_seconds") <= 0.5, f"restore <= 0.5 s: {middle(ours, 'restore_seconds'):.2f}")
    if ours := rows("wellhead", "latency"):
        aim(middle(ours, "p99_ms") <= 10, f"p99 <= 10 ms: {middle(ours, 'p99_ms'):.1f}")
    return held, short


if __name__ == "__main__":
    main()
