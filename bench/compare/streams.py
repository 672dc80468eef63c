"""Stream engines side by side over the same records on the same broker.

Each side is a process of its own that reads one topic from its first to its last record, at its documented best settings; the sides run in
turn, A B A B, and each figure is a median with its least and greatest. The broker is one `wellhead serve` for all of them, with its default
durability (fsync)."""

import json
import statistics
import subprocess
import sys

from common import BUILD, HERE, Wellhead, jars, machine, run, section, warn

RECORDS, SLOW_RECORDS, KEYS, PARTITIONS = 2_000_000, 40_000, 1_000_000, 2
RATE, SECONDS = 20_000, 15  # of the latency
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


def java_side():
    """Measure compiled against Kafka's jars. None without Java."""
    lib, classes = jars(), BUILD / "classes"
    if lib is None:
        return None
    classes.mkdir(parents=True, exist_ok=True)
    run(["javac", "-nowarn", "-cp", f"{lib}/*", "-d", classes, HERE / "java" / "Measure.java"])
    return ["java", "-Xmx1g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp", f"{classes}:{lib}/*", "Measure"]


def python_side(name):
    """A virtual environment with the rival's package, and its program."""
    venv = BUILD / f"venv-{name}"
    python = venv / "bin" / "python"
    if not python.exists():
        run([sys.executable, "-m", "venv", venv])
        run([python, "-m", "pip", "install", "-q", PACKAGES[name]])
    return [python, HERE / f"measure_{name}.py"]


def sides():
    out = {"wellhead": [measure_program()], "kafka-streams": java_side(), **{name: python_side(name) for name in PACKAGES}}
    if out["kafka-streams"] is None:
        warn("kafka-streams is skipped: java and mvn are needed")
        del out["kafka-streams"]
    return out


def measure_program():
    return Wellhead.binary.parent / "examples" / "measure"


def median(values):
    return f"{statistics.median(values):,.0f} ({min(values):,.0f} - {max(values):,.0f})"


def middle(rows, figure):
    return statistics.median(r[figure] for r in rows)


def rates(results, rounds):
    lines = [
        f"{RECORDS:,} JSON records of 66 bytes ({SLOW_RECORDS:,} for the Python engines), {PARTITIONS} partitions, 1,000 keys; medians of {rounds} runs in turn, least and greatest behind them; "
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


def others(results):
    lines = ["", f"State of a count with {KEYS:,} keys that comes back, and end to end at {RATE:,} records/s (from the intended time of sending until the result is read; Kafka Streams with `linger.ms=0`). Kafka Streams does not leave its group when it is closed, so that its whole way has the session timeout of 45 s in it; compare what the restore takes.", ""]
    lines += ["| figure | side | | |", "|---|---|---|---|"]
    for w, figures in (("restore", ("restore_seconds", "seconds")), ("restore-snapshot", ("restore_seconds", "seconds")), ("latency", ("p50_ms", "p99_ms", "p999_ms"))):
        for side in ("wellhead", "kafka-streams"):
            rows = [r for r in results if r["workload"] == w and r["side"] == side]
            if rows:
                said = "; ".join(f"{f.removesuffix('_ms')} {middle(rows, f):.2f} ({min(r[f] for r in rows):.2f} - {max(r[f] for r in rows):.2f})" for f in figures)
                unit = "ms" if w == "latency" else "s, first what the restore takes, then the whole way from the start to running"
                lines.append(f"| {w} | {side} | {said} | {unit} |")
    return lines


class Work:
    """The runs, each side in turn."""

    def __init__(self, bootstrap, commands, rounds, results):
        self.bootstrap, self.commands, self.rounds, self.results = bootstrap, commands, rounds, results
        self.measure = measure_program()
        self.topics = 0

    def note(self, output):
        for line in output.strip().splitlines():
            if line.startswith("{"):
                self.results.append(json.loads(line))
                print(json.dumps(self.results[-1]), flush=True)

    def rates(self, workloads):
        if not workloads:
            return
        counts = {"clicks": RECORDS, "few": SLOW_RECORDS}
        for topic, n in counts.items():
            run([self.measure, "generate", self.bootstrap, topic, n, PARTITIONS])
        for workload in workloads:
            for _ in range(self.rounds):
                for side, command in self.commands.items():
                    topic = "few" if side in PACKAGES else "clicks"
                    if side in PACKAGES and workload not in IN_PYTHON:
                        continue
                    verb = ["run"] if side == "wellhead" else []
                    self.note(run([*command, *verb, workload, self.bootstrap, topic, counts[topic]]))

    def restore(self):
        run([self.measure, "generate", self.bootstrap, "keys", KEYS, PARTITIONS, KEYS])
        for _ in range(self.rounds):
            for side, command in self.commands.items():
                if side not in PACKAGES:
                    self.note(run([*command, "restore", self.bootstrap, "keys", KEYS]))

    def latency(self):
        for _ in range(self.rounds):
            for side, command in self.commands.items():
                if side in PACKAGES:
                    continue
                self.topics += 1
                topic = f"paced-{self.topics}"
                for name in (topic, f"{topic}-pass"):
                    run([self.measure, "topic", self.bootstrap, name, PARTITIONS])
                app = subprocess.Popen([str(c) for c in (*command, "app", "pass", self.bootstrap, topic)], stdout=subprocess.PIPE, text=True)
                try:
                    if app.stdout.readline().strip() != "running":
                        raise SystemExit(f"{side} does not run")
                    self.note(run([self.measure, "latency", side, self.bootstrap, topic, f"{topic}-pass", RATE, SECONDS]))
                finally:
                    app.kill()
                    app.wait(30)


def aims(f, results):
    """What the project wants to hold, and which of it this run shows."""

    def rows(side, workload):
        return [r for r in results if r["side"] == side and r["workload"] == workload]

    for w in ("stateless", "tumbling"):
        ours, ks = rows("wellhead", w), rows("kafka-streams", w)
        if ours:
            rate = middle(ours, "per_second")
            f.aim(rate >= 2_000_000, f"{w} >= 2 M/s: {rate:,.0f}")
            f.aim(max(r["memory_mb"] for r in ours) <= 100, f"{w} in 100 MB: {max(r['memory_mb'] for r in ours):.0f}")
        if ours and ks and w == "tumbling":
            ratio = middle(ours, "per_second") / middle(ks, "per_second")
            f.aim(ratio >= 15, f"{w} >= 15x Kafka Streams: {ratio:.1f}x")
            warm = middle(ours, "per_second_warm") / max(r["per_second_warm"] for r in ks)
            f.aim(warm >= 8, f"{w} >= 8x its best warm half: {warm:.1f}x")
    if ours := rows("wellhead", "restore"):
        f.aim(middle(ours, "restore_seconds") <= 0.5, f"restore <= 0.5 s: {middle(ours, 'restore_seconds'):.2f}")
    if ours := rows("wellhead", "latency"):
        f.aim(middle(ours, "p99_ms") <= 10, f"p99 <= 10 ms: {middle(ours, 'p99_ms'):.1f}")


def measure(f, names):
    results = []
    asked = names or [*WORKLOADS, "restore", "latency"]
    with Wellhead() as broker:
        work = Work(broker.address, sides(), f.rounds, results)
        work.rates([w for w in asked if w in WORKLOADS])
        if "restore" in asked:
            work.restore()
        if "latency" in asked:
            work.latency()
    section("streams", "Streams", rates(results, f.rounds) + others(results))
    aims(f, results)
