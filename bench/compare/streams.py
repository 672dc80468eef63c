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
    "words": "count by another key (rows move)",
}
PACKAGES = {"quix": "quixstreams==3.28.0", "bytewax": "bytewax==0.21.1"}


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
            out[name] = [target / "release" / "examples" / "measure", "run"]
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


def table(results, records, partitions, rounds):
    lines = [
        f"{records:,} JSON records of 66 bytes, {partitions} partitions, 1,000 keys; medians of {rounds} runs in turn, least and greatest behind them; {platform.machine()}, {os.cpu_count()} cores, {platform.system()} "
        f"{platform.release().split('-')[0]}. The broker is one `wellhead serve` (fsync) on the same machine. The rate is over the whole run from the start of the program to its last commit; warm is the second half of the records.",
        "",
        "| workload | side | records/s | warm | CPU us/record | memory MB | ours is |",
        "|---|---|---|---|---|---|---|",
    ]
    for w in WORKLOADS:
        ours = [r["per_second"] for r in results if r["workload"] == w and r["side"] == "wellhead"]
        for side in dict.fromkeys(r["side"] for r in results):
            rows = [r for r in results if r["workload"] == w and r["side"] == side]
            if not rows:
                continue
            ratio = f"{statistics.median(ours) / statistics.median([r['per_second'] for r in rows]):.1f}x" if ours and side != "wellhead" else ""
            lines.append(
                f"| {WORKLOADS[w]} | {side} | {median([r['per_second'] for r in rows])} | {median([r['per_second_warm'] for r in rows])} | "
                f"{statistics.median([r['cpu_us_per_record'] for r in rows]):.2f} | {statistics.median([r['memory_mb'] for r in rows]):.0f} | {ratio} |"
            )
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
    p.add_argument("--partitions", type=int, default=2)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--sides", default="wellhead,kafka-streams,quix,bytewax")
    p.add_argument("--workloads", default=",".join(WORKLOADS))
    p.add_argument("--no-docs", action="store_true")
    a = p.parse_args()
    BUILD.mkdir(parents=True, exist_ok=True)
    commands = sides(a.sides.split(","), a.target)
    measure = a.target / "release" / "examples" / "measure"
    results = []
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(a.target / "release" / "wellhead", folder)
        try:
            counts = {"clicks": a.records, "few": a.slow_records}
            for topic, n in counts.items():
                run([measure, "generate", broker.bootstrap, topic, n, a.partitions])
            for workload in a.workloads.split(","):
                for _ in range(a.rounds):
                    for side, command in commands.items():
                        topic = "few" if side in PACKAGES else "clicks"
                        if side in PACKAGES and workload == "words":
                            continue
                        out = run([*command, workload, broker.bootstrap, topic, counts[topic]])
                        results.append(json.loads(out.strip().splitlines()[-1]))
                        print(json.dumps(results[-1]), flush=True)
        finally:
            broker.stop()
    lines = table(results, a.records, a.partitions, a.rounds)
    print("\n".join(lines))
    if not a.no_docs:
        write_docs(lines)
    held, short = [], []
    for w in ("stateless", "tumbling"):
        ours = [r["per_second"] for r in results if r["workload"] == w and r["side"] == "wellhead"]
        ks = [r["per_second"] for r in results if r["workload"] == w and r["side"] == "kafka-streams"]
        if ours:
            (held if statistics.median(ours) >= 2_000_000 else short).append(f"{w} >= 2 M/s: {statistics.median(ours):,.0f}")
        if ours and ks:
            ratio = statistics.median(ours) / statistics.median(ks)
            (held if ratio >= 15 else short).append(f"{w} >= 15x Kafka Streams: {ratio:.1f}x")
    print(f"{len(held)} aims hold, {len(short)} fall short" + (": " + "; ".join(short) if short else ""))


if __name__ == "__main__":
    main()
