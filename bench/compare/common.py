"""What the comparisons share: the sides (Wellhead, Apache Kafka) as processes, figures as JSON lines, tables and plots of them in
docs/benchmarks.md, and the aims. Does not own: what is measured (broker.py, clients.py, streams.py)."""

import json
import os
import platform
import re
import resource
import shutil
import signal
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
DOCS = REPO / "docs"
OURS, KAFKA = "wellhead", "kafka"
# Kafka's own start script has these; a heap of 1 GB is its default.
JVM = ["-Xmx1g", "-Xms1g", "-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35", "-XX:+ExplicitGCInvokesConcurrent",
       "-Djava.awt.headless=true", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"]


def finished(command, seconds, **kw):
    """A program that has ended well; the comparison ends where it did not."""
    r = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=seconds, **kw)
    if r.returncode != 0:
        raise SystemExit(f"{' '.join(str(c) for c in command)[:400]} failed:\n{(r.stdout + r.stderr)[-3000:]}")
    return r


def run(command, seconds=900, **kw):
    """A program's standard output."""
    return finished(command, seconds, **kw).stdout


def timed(command, seconds=900, **kw):
    """Standard output and error of a program, the seconds it took, and the CPU seconds of it and its children."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    r = finished(command, seconds, **kw)
    took, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return r.stdout + r.stderr, took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def machine():
    name = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    return f"{os.cpu_count()} cores of {name[1] if name else platform.machine()}, {platform.system()} {platform.release().split('-')[0]}"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


# --- programs of others ---------------------------------------------------------------------------------------------------------

def jars():
    """Kafka's jars by Maven. None without Java."""
    if not (shutil.which("java") and shutil.which("mvn")):
        return None
    made = BUILD / "jars"
    pom = HERE / "java" / "pom.xml"
    of = made / "pom.xml"
    if not of.exists() or of.read_text() != pom.read_text():
        shutil.rmtree(made, ignore_errors=True)
        run(["mvn", "-q", "-B", "-f", pom, "dependency:copy-dependencies", f"-DoutputDirectory={made}"])
        shutil.copy(pom, of)
    return made


def java(main, *args, heap="512m"):
    return ["java", f"-Xmx{heap}", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp", f"{jars()}/*", main, *args]


def go_program(name):
    """One of the programs in bench/compare/go; "confluent" is our client's with another import line. None without Go."""
    if not shutil.which("go"):
        return None
    to, overlay = BUILD / f"go-{name}", []
    if name == "confluent":
        ours = (HERE / "go" / OURS / "main.go").read_text()
        theirs = BUILD / "confluent.go"
        theirs.write_text(ours.replace("github.com/wellhead-io/wellhead/go/kafka", "github.com/confluentinc/confluent-kafka-go/v2/kafka"))
        (BUILD / "overlay.json").write_text(json.dumps({"Replace": {str(HERE / "go" / name / "main.go"): str(theirs)}}))
        overlay = ["-overlay", BUILD / "overlay.json"]
    run(["go", "build", *overlay, "-o", to, f"./{name}"], cwd=HERE / "go")
    return to


def librdkafka_performance():
    """librdkafka's own performance tool: its source is in the crate that rdkafka of the interop tests brings, the library in the Go module
    of confluent-kafka-go. None where a toolchain for it is missing."""
    if not (shutil.which("gcc") and shutil.which("go") and shutil.which("cargo")):
        return None
    to = BUILD / "rdkafka_performance"
    if to.exists():
        return to
    packages = json.loads(run(["cargo", "metadata", "--locked", "--format-version", "1", "--manifest-path", REPO / "tests" / "interop" / "rust" / "Cargo.toml"]))["packages"]
    source = Path(next(p["manifest_path"] for p in packages if p["name"] == "rdkafka-sys")).parent / "librdkafka"
    run(["go", "mod", "download"], cwd=HERE / "go")
    module = Path(run(["go", "list", "-m", "-f", "{{.Dir}}", "github.com/confluentinc/confluent-kafka-go/v2"], cwd=HERE / "go").strip())
    library = module / "kafka" / "librdkafka_vendor" / ("librdkafka_glibc_linux_arm64.a" if platform.machine() == "aarch64" else "librdkafka_glibc_linux_amd64.a")
    # What its configure would find out, as far as this program's headers ask.
    settings = BUILD / "rdkafka" / "config.h"
    (settings.parent / "include").mkdir(parents=True, exist_ok=True)
    atomic = "__atomic_ ## OP1 ## _ ## OP2(PTR, VAL, __ATOMIC_SEQ_CST)"
    has = ["HAVE_ATOMICS_32", "HAVE_ATOMICS_64", "HAVE_ATOMICS_32_ATOMIC", "HAVE_ATOMICS_64_ATOMIC", "HAVE_STRNDUP", "HAVE_STRERROR_R"]
    settings.write_text("".join(f"#define {h} 1\n" for h in has) + f"#define ATOMIC_OP32(OP1,OP2,PTR,VAL) {atomic}\n#define ATOMIC_OP64 ATOMIC_OP32\n")
    run(["gcc", "-O2", "-w", f"-I{settings.parent}/include", f"-I{source}/src", "-o", to, source / "examples" / "rdkafka_performance.c", library, "-lm", "-lpthread", "-ldl", "-lrt"])
    return to


# --- the sides ------------------------------------------------------------------------------------------------------------------

class Process:
    """A broker in a process of its own, with its data in a folder that `close` removes."""

    name = ""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="compare-", dir=BUILD))
        self.process, self.address, self.started = None, None, 0.0

    def spawn(self, command):
        self.started = time.perf_counter()
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([str(c) for c in command], stdout=log, stderr=log)

    def alive(self):
        if self.process.poll() is not None:
            raise SystemExit(f"{self.name} ended:\n{(self.folder / 'log').read_text()[-3000:]}")

    def listening(self, seconds=120):
        """Waits until something accepts connections; it may not answer yet."""
        host, port = self.address.rsplit(":", 1)
        end = time.monotonic() + seconds
        while True:
            self.alive()
            try:
                socket.create_connection((host, int(port)), timeout=1).close()
                return
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.001)

    def cpu(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_mb(self):
        """Resident memory: without mapped files, whose pages are the system's cache, and with them."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"RssAnon:\s+(\d+)", status)[1]) / 1024, int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def stop(self, sig=signal.SIGTERM):
        """Seconds until it was gone."""
        began = time.perf_counter()
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(sig)
            self.process.wait(300)
        self.process = None
        return time.perf_counter() - began

    def close(self):
        self.stop(signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.close()


class Wellhead(Process):
    name = OURS
    binary = None  # set by the run

    def __init__(self, **properties):
        super().__init__()
        self.properties = properties

    def start(self):
        self.address = self.address or f"127.0.0.1:{free_port()}"
        extra = [x for k, v in self.properties.items() for x in ("-c", f"{k}={v}")]
        self.spawn([self.binary, "serve", "--data", self.folder / "data", "--listen", self.address, *extra])
        self.listening()

    def topic_config(self, durability):
        return {"wellhead.durability": durability}


class Kafka(Process):
    """Apache Kafka in KRaft mode, broker and controller in one node, its own defaults but for what one node needs."""

    name = KAFKA

    def __init__(self, **properties):
        super().__init__()
        port, controller = free_port(), free_port()
        self.address = f"127.0.0.1:{port}"
        all = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@127.0.0.1:{controller}",
            "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": str(self.folder / "data"),
            "offsets.topic.replication.factor": "1",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            **properties,
        }
        self.config = self.folder / "server.properties"
        self.config.write_text("".join(f"{k}={v}\n" for k, v in all.items()))
        run(java("kafka.tools.StorageTool", "format", "--cluster-id=AAAAAAAAQACAAAAAAAAAAA", "--config", self.config))

    def start(self):
        self.spawn(["java", *JVM, "-cp", f"{jars()}/*", "kafka.Kafka", self.config])
        self.listening()

    def topic_config(self, durability):
        # Its class is page-cache; the only way to fsync before the acknowledgement is to flush each append.
        return {"flush.messages": "1"} if durability == "fsync" else {}


class Nats(Process):
    """NATS JetStream as it comes; the program has the server and the client. Another protocol, so that its own client measures it."""

    name = "nats"

    def start(self):
        self.address = f"127.0.0.1:{free_port()}"
        self.spawn([go_program("nats"), "serve", self.folder / "data", self.address])
        self.listening()

    def measure(self, verb, name, records, size):
        return json.loads(run([go_program("nats"), "-n", records, "-s", size, verb, self.address, name]))


def topic(server, name, partitions, config=None):
    """Makes a topic and waits until its partitions have a leader."""
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": server.address})
    admin.create_topics([NewTopic(name, partitions, 1, config=config or {})], operation_timeout=60)[name].result(90)
    end = time.monotonic() + 60
    while True:
        found = admin.list_topics(name, timeout=30).topics[name].partitions
        if len(found) == partitions and all(p.leader >= 0 for p in found.values()):
            return
        if time.monotonic() > end:
            raise SystemExit(f"{name} has no leaders on {server.name}")
        time.sleep(0.01)


# --- figures ---------------------------------------------------------------------------------------------------------------------

class Figures:
    """What was measured. One JSON line goes out for each run of a figure."""

    def __init__(self, rounds):
        self.rounds, self.all, self.held, self.short = rounds, [], [], []

    def note(self, figure, side, **values):
        row = {"figure": figure, "side": side, **{k: round(v, 4) if isinstance(v, float) else v for k, v in values.items()}}
        self.all.append(row)
        print(json.dumps(row), flush=True)

    def rows(self, figure, **match):
        return [r for r in self.all if r["figure"] == figure and all(r.get(k) == v for k, v in match.items())]

    def values(self, figure, value, **match):
        return [r[value] for r in self.rows(figure, **match) if r.get(value) is not None]

    def median(self, figure, value, **match):
        got = self.values(figure, value, **match)
        return statistics.median(got) if got else None

    def ratio(self, figure, value, a, b):
        """Of the medians of two selections; None where one is missing."""
        x, y = self.median(figure, value, **a), self.median(figure, value, **b)
        return x / y if x is not None and y else None

    def aim(self, holds, text):
        (self.held if holds else self.short).append(text)

    def at_least(self, what, value, aim, unit="x"):
        if value is not None:
            self.aim(value >= aim, f"{what} >= {aim:g}{unit}: {value:.3g}{unit}")

    def at_most(self, what, value, aim, unit):
        if value is not None:
            self.aim(value <= aim, f"{what} <= {aim:g} {unit}: {value:.3g} {unit}")


def number(x):
    return f"{x:,.0f}" if abs(x) >= 1000 else f"{x:.3g}"


def spread(values, scale=1.0):
    """Median, least and greatest."""
    if not values:
        return ""
    values = [v * scale for v in values]
    if len(values) == 1:
        return number(values[0])
    return f"{number(statistics.median(values))} ({number(min(values))} - {number(max(values))})"


def table(head, rows):
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *("| " + " | ".join(str(c) for c in r) + " |" for r in rows), ""]


def section(name, title, lines):
    """Puts lines between this section's marks in docs/benchmarks.md; the rest of the file is people's or other sections'."""
    path = DOCS / "benchmarks.md"
    begin, end = f"<!-- {name}: made by make compare -->", f"<!-- {name}: end -->"
    text = path.read_text()
    body = "\n".join(lines).rstrip()
    print(f"\n## {title}\n{body}\n", flush=True)
    if begin not in text:
        text = text.rstrip() + f"\n\n## {title}\n{begin}\n{end}\n"
    head, rest = text.split(begin)
    path.write_text(head + begin + "\n" + body + "\n" + end + rest.split(end, 1)[1])


def plot(name, title, unit, groups, series):
    """Bars with their least and greatest: `series` has per side a list of the runs' values for each of `groups`. The line for the table."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = name  # the same figures make the same file
    import matplotlib.pyplot as plt

    colors = {OURS: "#1f6f8b", KAFKA: "#c7893b", "nats": "#7a9e57"}
    fig, axes = plt.subplots(figsize=(8, 0.45 * len(groups) * max(1, len(series)) / 1.6 + 1.2))
    height = 0.8 / len(series)
    for i, (side, runs) in enumerate(series.items()):
        at = [g + i * height for g, values in enumerate(runs) if values]
        mid = [statistics.median(v) for v in runs if v]
        error = [[m - min(v) for m, v in zip(mid, filter(None, runs))], [max(v) - m for m, v in zip(mid, filter(None, runs))]]
        bars = axes.barh(at, mid, height, xerr=error, label=side, color=colors.get(side), ecolor="#555", capsize=2)
        axes.bar_label(bars, [number(m) for m in mid], padding=4, fontsize=7)
    axes.set_yticks([g + 0.4 - height / 2 for g in range(len(groups))], groups, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel(unit, fontsize=8)
    axes.set_title(title, fontsize=9, loc="left")
    axes.margins(x=0.12)
    axes.legend(fontsize=7)
    axes.spines[["top", "right"]].set_visible(False)
    to = DOCS / "plots"
    to.mkdir(exist_ok=True)
    fig.savefig(to / f"{name}.svg", metadata={"Date": None, "Creator": None}, bbox_inches="tight")
    plt.close(fig)
    return f"![{title}](plots/{name}.svg)\n"


def warn(text):
    print(text, file=sys.stderr, flush=True)
