"""Clients side by side: ours in Rust, Go and Python beside librdkafka, Java, franz-go and confluent's, each against Wellhead and against
Apache Kafka. Each is a process of its own that says its rate and the CPU it took; they run in turn."""

import json
import sys

import broker
from common import HERE, KAFKA, OURS, Wellhead, go_program, machine, plot, run, section, spread, table, topic

RECORDS = 2_000_000
# Of Python's ways, as many as each takes some seconds for.
WAYS = {"produce": 1_000_000, "produce-reports": 1_000_000, "produce-async": 100_000, "poll": 1_000_000, "consume": 2_000_000, "batches": 2_000_000, "poll-async": 200_000}
SLOW = {"produce-async": 20_000, "poll-async": 20_000}
TITLES = {
    "produce": "`produce()`, a record a call",
    "produce-reports": "`produce()` with a callback a record",
    "produce-async": "`await produce()` from 100 tasks",
    "poll": "`poll()`, a record a call",
    "consume": "`consume(10000)`",
    "batches": "`batches()` into Arrow",
    "poll-async": "`await poll()`",
}


def rust(server, verb, name):
    out = json.loads(run([Wellhead.binary, "--bootstrap", server.address, "--json", "bench", verb, "--topic", name, "-n", RECORDS, "-s", 100]))
    return out["records_per_s"], out["cpu_us_per_record"]


def librdkafka(server, verb, name):
    rate, cpu = broker.librdkafka_produce(server, name, RECORDS, 100) if verb == "produce" else broker.librdkafka_consume(server, name, RECORDS, 4)
    return rate, cpu / RECORDS * 1e6


def jvm(server, verb, name):
    if verb == "produce":
        rate, cpu = broker.java_produce(server, name, RECORDS, 100)
    else:
        out = broker.java_consume(server, name, RECORDS, f"g-{name}-{server.cpu()}")
        rate, cpu = out["consume_per_s"], out["consume_client_cpu_s"]
    return rate, cpu / RECORDS * 1e6


def go(which, many=False):
    program = go_program(which)

    def measure(server, verb, name):
        if many and verb == "consume":
            verb = "consume-many"
        out = json.loads(run([program, "-n", RECORDS, "-s", 100, "-p", 4, verb, server.address, name]))
        return out["records_per_s"], out["cpu_us_per_record"]

    return measure if program else None


def programs():
    out = {"wellhead (Rust)": rust, "librdkafka": librdkafka, "java": jvm, "franz-go": go("franz"), "wellhead (Go)": go("wellhead"), "wellhead (Go, many a call)": go("wellhead", many=True), "confluent-kafka-go": go("confluent")}
    return {k: v for k, v in out.items() if v}


def rates(f, servers):
    """Everything that produces and consumes 100 B."""
    for n in range(f.rounds):
        for client, measure in programs().items():
            for s in servers:
                name = f"c{n}-{''.join(c for c in client if c.isalnum())}"
                topic(s, name, 4, s.topic_config("page-cache"))
                for verb in ("produce", "consume"):
                    rate, cpu = measure(s, verb, name)
                    f.note("client", s.name, client=client, verb=verb, durability="page-cache", per_s=rate, cpu_us=cpu)
                broker.drop(s, name)


def python(f, servers):
    for s in servers:
        topic(s, "read", 4, s.topic_config("page-cache"))
        rust(s, "produce", "read")
    for n in range(f.rounds):
        for way, records in WAYS.items():
            for module in ("wellhead", "confluent_kafka"):
                if module == "confluent_kafka" and way == "batches":
                    continue
                for s in servers:
                    name = "read"
                    if way.startswith("produce"):
                        name = f"p{n}-{way}-{module}".replace("_", "-")
                        topic(s, name, 4, s.topic_config("page-cache"))
                    count = SLOW.get(way, records) if module == "confluent_kafka" else records
                    said = run([sys.executable, HERE / "python_client.py", module, way, s.address, name, count])
                    out = json.loads(said.strip().splitlines()[-1])
                    f.note("python", s.name, client=module, way=way, durability="page-cache", per_s=out["records_per_s"], cpu_us=out["cpu_us_per_record"])
                    if name != "read":
                        broker.drop(s, name)


def show_rates(f):
    clients = list(dict.fromkeys(r["client"] for r in f.rows("client")))
    rows = []
    for client in clients:
        for s in dict.fromkeys(r["side"] for r in f.rows("client")):
            col = lambda verb, k, scale=1.0: spread(f.values("client", k, side=s, client=client, verb=verb), scale)
            rows.append([client, s, col("produce", "per_s", 1e-3), col("produce", "cpu_us"), col("consume", "per_s", 1e-3), col("consume", "cpu_us")])
    lines = [f"2 M records of 100 B, 4 partitions, acks=all, page-cache, linger 5 ms; each client against each broker, medians of {f.rounds} runs in turn. {machine()}; client and broker share the cores. "
             "The Java tools' CPU has the start of the machine in it.", "",
             *table(["client", "broker", "produce, 1000/s", "client CPU us/record", "consume, 1000/s", "client CPU us/record"], rows)]
    for verb in ("produce", "consume"):
        series = {s: [[v / 1000 for v in f.values("client", "per_s", side=s, client=c, verb=verb)] for c in clients] for s in (OURS, KAFKA)}
        lines.append(plot(f"clients-{verb}", f"Clients: {verb}, 100 B, by the broker they talk to", "1000 records/s", clients, {s: v for s, v in series.items() if any(v)}))
    section("clients", "Clients", lines)
    for verb in ("produce", "consume"):
        for s in (OURS, KAFKA):
            on = {"side": s, "verb": verb}
            f.at_least(f"Rust client, {verb} on {s}, beside franz-go", f.ratio("client", "per_s", {"client": "wellhead (Rust)", **on}, {"client": "franz-go", **on}), 2)
            f.at_most(f"its CPU a record, {verb} on {s}, beside franz-go's", f.ratio("client", "cpu_us", {"client": "wellhead (Rust)", **on}, {"client": "franz-go", **on}), 0.5, "x")
            f.at_least(f"Go client, {verb} on {s}, beside confluent-kafka-go", f.ratio("client", "per_s", {"client": "wellhead (Go)", **on}, {"client": "confluent-kafka-go", **on}), 3)
            f.at_least(f"Go client, {verb} on {s}, beside franz-go", f.ratio("client", "per_s", {"client": "wellhead (Go, many a call)", **on}, {"client": "franz-go", **on}), 1)


def show_python(f):
    rows = []
    for way, title in TITLES.items():
        for module in ("wellhead", "confluent_kafka"):
            for s in dict.fromkeys(r["side"] for r in f.rows("python")):
                got = f.rows("python", way=way, client=module, side=s)
                if got:
                    rows.append([title, module, s, spread([r["per_s"] for r in got], 1e-3), spread([r["cpu_us"] for r in got])])
    section("python", "Python", [f"Records of 100 B, 4 partitions, acks=all, page-cache; CPython {sys.version.split()[0]}, one process; medians of {f.rounds} runs in turn.", "",
                                 *table(["way", "package", "broker", "1000/s", "CPU us/record"], rows)])
    for s in (OURS, KAFKA):
        def beside(way, other=None):
            return f.ratio("python", "per_s", {"client": "wellhead", "way": way, "side": s}, {"client": "confluent_kafka", "way": other or way, "side": s})

        f.at_least(f"Python, produce per message on {s}", beside("produce"), 3)
        f.at_least(f"Python, poll per message on {s}", beside("poll"), 3)
        f.at_least(f"Python, by batch on {s}", beside("batches", "consume"), 10)
        f.at_least(f"Python, async on {s}", beside("poll-async"), 50)


FIGURES = {"rates": (rates, show_rates), "python": (python, show_python)}


def measure(f, names):
    wanted = [v for k, v in FIGURES.items() if not names or k in names]
    if wanted:
        with broker.Pair() as servers:
            for what, _ in wanted:
                what(f, servers)
        for _, show in wanted:
            show(f)
