"""One node beside Apache Kafka: the same foreign clients against both, in turn, in the same class of durability.

Every figure says its class. page-cache is what Kafka does by default (the acknowledgement comes once the record is in the system's
cache); fsync is Wellhead's default, and Kafka's `flush.messages=1`. Kafka runs with the heap and the collector of its own start script."""

import json
import os
import random
import re
import signal
import time

from common import KAFKA, OURS, Kafka, Nats, Wellhead, go_program, java, jars, librdkafka_performance, machine, number, plot, run, section, spread, table, timed, topic, warn

FIGURES = {}


def figure(f):
    FIGURES[f.__name__] = f
    return f


def fresh(side, **properties):
    """A server of a side with nothing in it; not started yet."""
    return Kafka(**properties) if side == KAFKA else Wellhead(**properties)


def sides():
    if jars() is None:
        warn("kafka is skipped: java and mvn are needed")
        return [OURS]
    return [OURS, KAFKA]


class Pair:
    """Both sides at once; only one of them has something to do at a time."""

    def __enter__(self):
        self.servers = [fresh(s) for s in sides()]
        for s in self.servers:
            s.start()
        # The first topic of a Kafka that just started waits for its controller, and its first requests are interpreted.
        for s in self.servers:
            topic(s, "warm", 4)
            for _ in range(3):
                librdkafka_produce(s, "warm", 200_000, 100)
                librdkafka_consume(s, "warm", 200_000, 4)
        return self.servers

    def __exit__(self, *_):
        for s in self.servers:
            s.close()


def librdkafka_produce(server, name, records, size, acks="all", codec="none", **conf):
    """Records a second as librdkafka's tool says, and its CPU seconds."""
    settings = {"linger.ms": 5, "queue.buffering.max.messages": 1_000_000, "batch.num.messages": 100_000, **conf}
    extra = [x for k, v in settings.items() for x in ("-X", f"{k}={v}")]
    out, _, cpu = timed([librdkafka_performance(), "-P", "-b", server.address, "-t", name, "-s", size, "-c", records, "-a", -1 if acks == "all" else acks, "-z", codec, "-q", *extra])
    said = re.search(rf"{records} delivered \(offset \d+, 0 failed\) in (\d+)ms", out)
    if not said:
        raise SystemExit(f"librdkafka's tool did not deliver all to {server.name}:\n{out[-2000:]}")
    return records / (int(said[1]) / 1000), cpu


def librdkafka_consume(server, name, records, partitions):
    parts = [x for p in range(partitions) for x in ("-p", p)]
    out, _, cpu = timed([librdkafka_performance(), "-C", "-b", server.address, "-t", name, *parts, "-c", records, "-o", "beginning", "-q", "-X", "fetch.queue.backoff.ms=10"])
    said = re.search(r"(\d+) messages \(\d+ bytes\) consumed in (\d+)ms", out)
    if not said or int(said[1]) < records:
        raise SystemExit(f"librdkafka's tool did not get all from {server.name}:\n{out[-2000:]}")
    return int(said[1]) / (int(said[2]) / 1000), cpu


def java_produce(server, name, records, size, codec="none", acks="all", batch=262_144):
    props = f"bootstrap.servers={server.address} acks={acks} batch.size={batch} linger.ms=5 compression.type={codec} buffer.memory=134217728".split()
    # Random letters of its own: it compresses about as text does.
    out, _, cpu = timed(java("org.apache.kafka.tools.ProducerPerformance", "--topic", name, "--num-records", records, "--record-size", size, "--throughput", -1, "--command-property", *props))
    return float(re.findall(r"records sent, ([\d.]+) records/sec", out)[-1]), cpu


def java_consume(server, name, records, group):
    out, _, cpu = timed(java("org.apache.kafka.tools.ConsumerPerformance", "--bootstrap-server", server.address, "--topic", name, "--num-records", records, "--group", group,
                             "--timeout", 60_000, "--hide-header", "--command-property", "fetch.max.bytes=52428800"))
    fields = out.strip().splitlines()[-1].split(", ")
    return {"consume_per_s": float(fields[9]), "rebalance_ms": float(fields[6]), "consume_client_cpu_s": cpu}


class Clock:
    def __init__(self, server):
        self.server, self.before = server, server.cpu()

    def cpu(self):
        now = self.server.cpu()
        spent, self.before = now - self.before, now
        return spent


# --- throughput -------------------------------------------------------------------------------------------------------------------

# What varies around 100 bytes, 4 partitions, no codec, acks=all: records, and what is different.
CASES = {
    "100 B": (2_000_000, {}),
    "1 KB": (600_000, {"size": 1_000}),
    "10 KB": (60_000, {"size": 10_000}),
    "1 partition": (2_000_000, {"partitions": 1}),
    "8 partitions": (2_000_000, {"partitions": 8}),
    "64 partitions": (2_000_000, {"partitions": 64}),
    "acks=1": (2_000_000, {"acks": "1"}),
    "gzip": (500_000, {"codec": "gzip"}),
    "snappy": (1_000_000, {"codec": "snappy"}),
    "lz4": (1_000_000, {"codec": "lz4"}),
    "zstd": (1_000_000, {"codec": "zstd"}),
}


def in_and_out(f, server, case, durability, n):
    records, different = CASES[case]
    how = {"size": 100, "partitions": 4, "acks": "all", "codec": "none", **different}
    name = f"t-{n}-{durability}-{re.sub(r'[^a-z0-9]', '', case.lower())}"
    topic(server, name, how["partitions"], server.topic_config(durability))
    clock = Clock(server)
    produced, produce_cpu = librdkafka_produce(server, name, records, how["size"], how["acks"], how["codec"])
    cpu_in = clock.cpu()
    consumed, consume_cpu = librdkafka_consume(server, name, records, how["partitions"])
    cpu_out = clock.cpu()
    f.note(
        "throughput", server.name, case=case, durability=durability, client="librdkafka", records=records, size=how["size"], partitions=how["partitions"], produce_per_s=produced, consume_per_s=consumed,
        produce_mb_s=produced * how["size"] / 1e6, consume_mb_s=consumed * how["size"] / 1e6, broker_cpu_s=cpu_in + cpu_out, broker_cpu_in_s=cpu_in, broker_cpu_s_per_gb=(cpu_in + cpu_out) / (records * how["size"] / 1e9),
        produce_client_cpu_s=produce_cpu, consume_client_cpu_s=consume_cpu, memory_mb=server.rss_mb()[1],
    )
    drop(server, name)


def drop(server, name):
    from confluent_kafka.admin import AdminClient

    admin = AdminClient({"bootstrap.servers": server.address})
    admin.delete_topics([name])[name].result(60)


@figure
def throughput(f):
    """librdkafka's own performance tool, in and out, case by case; and Java's."""
    with Pair() as servers:
        for case in CASES:
            for n in range(f.rounds):
                for s in servers:
                    in_and_out(f, s, case, "page-cache", n)
                if case in ("100 B", "1 KB", "10 KB", "64 partitions"):
                    in_and_out(f, servers[0], case, "fsync", n)
        for n in range(f.rounds):
            for s in servers:
                name = f"java-{n}"
                topic(s, name, 4, s.topic_config("page-cache"))
                clock = Clock(s)
                rate, cpu = java_produce(s, name, 2_000_000, 100)
                out = java_consume(s, name, 2_000_000, f"java-{n}")
                f.note("java", s.name, durability="page-cache", client="java", produce_per_s=rate, produce_client_cpu_s=cpu, broker_cpu_s=clock.cpu(), **out)
                drop(s, name)
    show_throughput(f)


def show_throughput(f):
    lines = [
        f"librdkafka's own performance tool (`rdkafka_performance`, 2.11.1) against each broker in turn: acks=all, 4 partitions, 100 B and no codec unless the case says otherwise; linger 5 ms. Medians of {f.rounds} runs "
        f"with their least and greatest. {machine()}; the client runs beside the broker on the same cores, so that the client's share is in every rate.",
        "",
    ]
    rows = []
    for case in CASES:
        for side, durability in ((OURS, "page-cache"), (KAFKA, "page-cache"), (OURS, "fsync")):
            got = f.rows("throughput", side=side, case=case, durability=durability)
            if got:
                col = lambda k, scale=1.0: spread([r[k] for r in got], scale)
                rows.append([case, side, durability, col("produce_per_s", 1e-3), col("consume_per_s", 1e-3), col("broker_cpu_s"), col("broker_cpu_s_per_gb"), col("memory_mb")])
    lines += table(["case", "broker", "durability", "produce, 1000/s", "consume, 1000/s", "broker CPU s, in and out", "per GB", "memory MB"], rows)
    if f.rows("java"):
        rows = [[r["side"], r["durability"], *(spread(f.values("java", k, side=r["side"]), s) for k, s in (("produce_per_s", 1e-3), ("consume_per_s", 1e-3), ("rebalance_ms", 1), ("broker_cpu_s", 1)))]
                for r in {r["side"]: r for r in f.rows("java")}.values()]
        lines += ["Kafka's own Java tools (`ProducerPerformance`, batches of 256 KB, linger 5; `ConsumerPerformance`, a new group), 2 M records of 100 B:", ""]
        lines += table(["broker", "durability", "produce, 1000/s", "consume, 1000/s (in fetch)", "until the group has partitions, ms", "broker CPU s"], rows)
    cases = [c for c in CASES if f.rows("throughput", case=c)]
    for value, title, unit, scale in (("produce_per_s", "Produced by librdkafka, page-cache", "1000 records/s", 1e-3), ("broker_cpu_s_per_gb", "Broker CPU for a GB in and out, page-cache", "CPU seconds", 1)):
        series = {s: [[v * scale for v in f.values("throughput", value, side=s, case=c, durability="page-cache")] for c in cases] for s in (OURS, KAFKA)}
        lines.append(plot(f"throughput-{value}", title, unit, cases, {s: v for s, v in series.items() if any(v)}))
    section("throughput", "One node: in and out", lines)
    base = {"case": "100 B", "durability": "page-cache"}
    for what in ("produce", "consume"):
        f.at_least(f"librdkafka, 100 B, acks=all: {what}", f.ratio("throughput", f"{what}_per_s", {"side": OURS, **base}, {"side": KAFKA, **base}), 1)
    f.at_most("broker CPU for 2 M x 100 B in and out", f.median("throughput", "broker_cpu_s", side=OURS, **base), 0.8, "s")
    f.at_most("broker CPU for 600 k x 1 KB in and out", f.median("throughput", "broker_cpu_s", side=OURS, case="1 KB", durability="page-cache"), 1.3, "s")


@figure
def nats(f):
    """NATS JetStream with its own client, beside the same work of ours with our own Go client."""
    if not go_program("nats"):
        return warn("nats is skipped: go is needed")
    with Nats() as theirs, Wellhead() as ours:
        for size, records in ((100, 1_000_000), (1_000, 300_000)):
            for n in range(f.rounds):
                name = f"n{n}-{size}"
                topic(ours, name, 1, ours.topic_config("page-cache"))
                for s in (theirs, ours):
                    clock, values = Clock(s), {}
                    for verb in ("produce", "consume"):
                        out = s.measure(verb, name, records, size) if s is theirs else json.loads(run([go_program(OURS), "-n", records, "-s", size, "-p", 1, verb, s.address, name]))
                        values |= {f"{verb}_per_s": out["records_per_s"], f"{verb}_client_cpu_us": out["cpu_us_per_record"]}
                    f.note("nats", s.name, durability="page-cache", client=f"{s.name} (Go)", size=size, records=records, broker_cpu_s=clock.cpu(), memory_mb=s.rss_mb()[1], **values)
    rows = [[f"{number(size)} B", s, *(spread(f.values("nats", k, side=s, size=size), scale) for k, scale in (("produce_per_s", 1e-3), ("consume_per_s", 1e-3), ("broker_cpu_s", 1), ("memory_mb", 1)))]
            for size in (100, 1_000) for s in ("nats", OURS)]
    section("nats", "NATS JetStream", [f"NATS JetStream 2.15 (file storage, its default: acknowledged from the page cache) with its Go client's asynchronous publishing and pull fetches of 10,000, beside our broker and our Go client: one stream, one partition. Medians of {f.rounds}.", "",
                                       *table(["records", "broker and client", "produce, 1000/s", "consume, 1000/s", "broker CPU s", "memory MB"], rows)])


# --- start and groups -------------------------------------------------------------------------------------------------------------

def first_ack(server, name="first", partition=None):
    """Milliseconds from the start of the process until librdkafka has a record acknowledged."""
    from confluent_kafka import Producer

    p = Producer({"bootstrap.servers": server.address, "linger.ms": 0, "reconnect.backoff.ms": 2, "reconnect.backoff.max.ms": 20, "topic.metadata.refresh.fast.interval.ms": 20})
    at = []
    kw = {} if partition is None else {"partition": partition}
    p.produce(name, b"x", on_delivery=lambda e, m: at.append((e, time.perf_counter())), **kw)
    p.flush(300)
    if not at or at[0][0] is not None:
        raise SystemExit(f"{server.name} acknowledged nothing: {at}")
    return (at[0][1] - server.started) * 1000


@figure
def start(f):
    """From exec to the first acknowledged record, and what an idle broker has in memory."""
    for _ in range(max(f.rounds, 5)):
        for side in sides():
            with fresh(side) as s:
                ms = first_ack(s)
                time.sleep(3)
                anon, all = s.rss_mb()
                before = s.cpu()
                time.sleep(5)
                f.note("start", side, durability="fsync" if side == OURS else "page-cache", first_ack_ms=ms, memory_mb=all, memory_anon_mb=anon, idle_cpu_percent=(s.cpu() - before) / 5 * 100)
    rows = [[s, *(spread(f.values("start", k, side=s)) for k in ("first_ack_ms", "memory_mb", "idle_cpu_percent"))] for s in sides()]
    section("start", "Start", ["From exec to the first record that librdkafka has acknowledged, its topic made on the way; then 3 s later the resident memory, and the share of a core over 5 idle seconds.", "",
                               *table(["broker", "first acknowledged record, ms", "memory MB", "idle CPU %"], rows)])
    f.at_most("start to first acknowledged record", f.median("start", "first_ack_ms", side=OURS), 30, "ms")
    f.at_most("idle memory", f.median("start", "memory_mb", side=OURS), 15, "MB")


@figure
def group(f):
    """From subscribe to the first record of a group that never was."""
    from confluent_kafka import Consumer, Producer

    import wellhead

    clients = {"confluent-kafka (librdkafka)": Consumer, "wellhead": wellhead.Consumer}
    servers = [fresh(s) for s in sides()]
    try:
        for s in servers:
            s.start()
            topic(s, "t", 4)
            p = Producer({"bootstrap.servers": s.address})
            for i in range(100):
                p.produce("t", b"x", partition=i % 4)
            p.flush(30)
        for n in range(max(f.rounds, 5)):
            for client, make in clients.items():
                for s in servers:
                    c = make({"bootstrap.servers": s.address, "group.id": f"{client[:4]}-{n}", "auto.offset.reset": "earliest"})
                    began = time.perf_counter()
                    c.subscribe(["t"])
                    while (m := c.poll(5)) is None or m.error():
                        pass
                    f.note("group", s.name, client=client, first_record_ms=(time.perf_counter() - began) * 1000)
                    c.close()
    finally:
        for s in servers:
            s.close()
    rows = [[c, s, spread(f.values("group", "first_record_ms", side=s, client=c))] for c in clients for s in sides()]
    section("group", "A new group", ["From `subscribe` to the first record, a group of one member that never was; each broker with its defaults (Kafka waits 3 s for further members: `group.initial.rebalance.delay.ms`).", "",
                                     *table(["client", "broker", "first record, ms"], rows)])
    f.at_most("first record of a new group (our client)", f.median("group", "first_record_ms", side=OURS, client="wellhead"), 100, "ms")
    f.at_most("first record of a new group (librdkafka)", f.median("group", "first_record_ms", side=OURS, client="confluent-kafka (librdkafka)"), 100, "ms")


# --- latency ----------------------------------------------------------------------------------------------------------------------

@figure
def latency(f):
    """Acknowledgements at a fixed rate, from the moment a record was due."""
    rates = {1_000: 10, 20_000: 15}
    cases = [(OURS, "page-cache"), (KAFKA, "page-cache"), (OURS, "fsync")]
    with Pair() as servers:
        for rate, seconds in rates.items():
            for n in range(f.rounds):
                for side, durability in cases:
                    for s in servers:
                        if s.name == side:
                            paced(f, s, durability, rate, seconds, n)
    lines = [f"acks=all, no linger, 100 B, 4 partitions, our client (`wellhead bench produce --rate`) against each; 10 and 15 s a run, medians of {f.rounds}. A record's time runs from the moment it was due, so that a stall counts for every record it held up "
             "(coordinated omission corrected).", ""]
    rows = [[number(r), s, d, *(spread(f.values("latency", k, side=s, durability=d, rate=r)) for k in ("p50_ms", "p99_ms", "p999_ms", "max_ms", "broker_cpu_s"))] for r in rates for s, d in cases if f.rows("latency", side=s)]
    lines += table(["records/s", "broker", "durability", "p50 ms", "p99 ms", "p99.9 ms", "max ms", "broker CPU s"], rows)
    groups = [f"{number(r)}/s {p}" for r in rates for p in ("p50", "p99", "p99.9")]
    series = {s: [f.values("latency", k, side=s, durability="page-cache", rate=r) for r in rates for k in ("p50_ms", "p99_ms", "p999_ms")] for s in (OURS, KAFKA)}
    lines.append(plot("latency", "Acknowledgement at a fixed rate, page-cache", "milliseconds", groups, {s: v for s, v in series.items() if any(v)}))
    section("latency", "Latency at a fixed rate", lines)
    page = {"durability": "page-cache", "rate": 20_000}
    ratio = f.ratio("latency", "p99_ms", {"side": OURS, **page}, {"side": KAFKA, **page})
    f.at_most("20 k/s: p99 beside Kafka's", ratio, 1 / 3, "x")


def paced(f, server, durability, rate, seconds, n):
    name = f"paced-{rate}-{durability}-{n}"
    topic(server, name, 4, server.topic_config(durability))
    clock = Clock(server)
    out = json.loads(run([Wellhead.binary, "--bootstrap", server.address, "--json", "bench", "produce", "--topic", name, "--rate", rate, "-n", rate * seconds, "-s", 100]))
    at = out["latency"]["due"]
    f.note("latency", server.name, durability=durability, client="wellhead", rate=rate, broker_cpu_s=clock.cpu(), **{f"{p}_ms": at[f"{p}_us"] / 1000 for p in ("p50", "p99", "p999", "max")})
    drop(server, name)


# --- fsync before the acknowledgement ------------------------------------------------------------------------------------------------

def bench(server, name, records, size, **conf):
    """Our client's rate; it knows how to fill batches of a size."""
    extra = [x for k, v in conf.items() for x in ("-X", f"{k}={v}")]
    out = json.loads(run([Wellhead.binary, "--bootstrap", server.address, "--json", *extra, "bench", "produce", "--topic", name, "-n", records, "-s", size]))
    return out["records_per_s"]


@figure
def fsync(f):
    """What it costs that nothing acknowledged is lost in a power cut."""
    with Pair() as servers:
        for n in range(f.rounds):
            for s in servers:
                # Small batches to many partitions.
                name = f"f64-{n}"
                topic(s, name, 64, s.topic_config("fsync"))
                records = 400_000 if s.name == OURS else 60_000
                rate, _ = librdkafka_produce(s, name, records, 100, **{"batch.size": 1024})
                f.note("fsync-64", s.name, durability="fsync", client="librdkafka", produce_per_s=rate)
                drop(s, name)
                # Large ones to one.
                for client, size, records in (("librdkafka", 100, 1_000_000), ("wellhead", 100, 2_000_000), ("wellhead", 10_000, 60_000)):
                    name = f"f1-{client}-{size}-{n}"
                    topic(s, name, 1, s.topic_config("fsync"))
                    if client == "librdkafka":
                        rate, _ = librdkafka_produce(s, name, records, size, **{"batch.size": 262_144})
                    else:
                        rate = bench(s, name, records, size, **{"batch.size": 262_144})
                    f.note("fsync-1", s.name, durability="fsync", client=client, size=size, produce_per_s=rate, mb_s=rate * size / 1e6)
                    drop(s, name)
                # One batch of 1 KB to each of 1,000 partitions, in each class.
                for durability in ("fsync", "page-cache"):
                    name = f"f1000-{durability}-{n}"
                    topic(s, name, 1000, s.topic_config(durability))
                    for client in ("librdkafka", "wellhead"):
                        f.note("fsync-1000", s.name, durability=durability, client=client, **one_to_each(s, name, 1000, client))
                    drop(s, name)
            f.note("dd", "disk", **disk(servers[0].folder))
    show_fsync(f)


def one_to_each(server, name, partitions, client):
    """librdkafka sends a request for each partition, ours (as Java's) one for many."""
    from confluent_kafka import Producer

    import wellhead

    p = (wellhead.Producer if client == "wellhead" else Producer)({"bootstrap.servers": server.address, "linger.ms": 5, "acks": "all"})
    took = []
    for _ in range(6):
        began = time.perf_counter()
        for i in range(partitions):
            p.produce(name, b"x" * 1000, partition=i)
        if p.flush(300):
            raise SystemExit(f"{server.name} did not take a record for each partition")
        took.append((time.perf_counter() - began) * 1000)
    return {"first_ms": took[0], "again_ms": sorted(took[1:])[2]}


def disk(folder):
    """What the disk gives in the same folder, MB/s: one fdatasync at the end, and one for each 256 KB."""
    out = {}
    for key, how in (("once_mb_s", ["conv=fdatasync", "count=4096"]), ("each_mb_s", ["oflag=dsync", "count=1024"])):
        path = folder / "dd"
        said, _, _ = timed(["dd", "if=/dev/zero", f"of={path}", "bs=256K", *how])
        number, unit = re.search(r"([\d.]+) ([MG])B/s", said).groups()
        out[key] = float(number) * (1000 if unit == "G" else 1)
        path.unlink()
    return out


def show_fsync(f):
    lines = [f"The acknowledgement comes after the disk has it: Kafka with `flush.messages=1`. Medians of {f.rounds} runs in turn. `dd` in the same folder: {spread(f.values('dd', 'once_mb_s'))} MB/s with one fdatasync after 1 GB, "
             f"{spread(f.values('dd', 'each_mb_s'))} MB/s with one after each 256 KB.", ""]
    rows = []
    for side in sides():
        rows.append(["100 B in batches of 1 KB to 64 partitions", "librdkafka", side, "fsync", spread(f.values("fsync-64", "produce_per_s", side=side), 1e-3) + " k/s"])
    for client, size in (("librdkafka", 100), ("wellhead", 100), ("wellhead", 10_000)):
        for side in sides():
            got = {"side": side, "client": client, "size": size}
            rows.append([f"{number(size)} B in batches of 256 KB to 1 partition", client, side, "fsync", f"{spread(f.values('fsync-1', 'produce_per_s', **got), 1e-3)} k/s, {spread(f.values('fsync-1', 'mb_s', **got))} MB/s"])
    for durability, client, side in ((d, c, s) for d in ("fsync", "page-cache") for c in ("librdkafka", "wellhead") for s in sides()):
        got = {"side": side, "durability": durability, "client": client}
        rows.append(["1 KB to each of 1,000 partitions", client, side, durability, f"{spread(f.values('fsync-1000', 'again_ms', **got))} ms; the first time {spread(f.values('fsync-1000', 'first_ms', **got))} ms"])
    section("fsync", "Acknowledged after fsync", lines + table(["load", "client", "broker", "durability", "figure"], rows))
    ours, theirs = {"side": OURS}, {"side": KAFKA}
    f.at_least("fsync, 64 partitions, 1 KB batches", f.ratio("fsync-64", "produce_per_s", ours, theirs), 20)
    for client in ("wellhead", "librdkafka"):
        synced, cached = {"durability": "fsync", "client": client}, {"durability": "page-cache", "client": client}
        f.at_least(f"fsync, 1,000 partitions ({client})", f.ratio("fsync-1000", "again_ms", {**theirs, **synced}, {**ours, **synced}), 50)
        f.at_most(f"fsync, 1,000 partitions, beside our page-cache ({client})", f.ratio("fsync-1000", "again_ms", {**ours, **synced}, {**ours, **cached}), 2, "x")
    f.at_least("fsync, 1 partition, 256 KB batches, 100 B", f.ratio("fsync-1", "produce_per_s", {**ours, "client": "wellhead", "size": 100}, {**theirs, "client": "librdkafka"}), 3)
    best, dd = f.median("fsync-1", "mb_s", side=OURS, client="wellhead", size=10_000), f.median("dd", "once_mb_s")
    if best and dd:
        f.at_least("fsync, 1 partition, 256 KB batches, of what dd gives", best / dd * 100, 80, " %")


# --- many partitions, much data -------------------------------------------------------------------------------------------------------

def create(server, topics, partitions):
    """Milliseconds until all are acknowledged."""
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": server.address})
    admin.list_topics(timeout=60)
    began = time.perf_counter()
    # Kafka takes no more than 10,000 partitions in a request.
    together = max(1, 5_000 // partitions)
    for first in range(0, topics, together):
        asked = [NewTopic(f"t{i}", partitions, 1) for i in range(first, min(first + together, topics))]
        for done in admin.create_topics(asked, operation_timeout=120).values():
            done.result(180)
    return (time.perf_counter() - began) * 1000


def fill(server, topics, partitions, gigabytes, size=10_000):
    from confluent_kafka import Producer

    p = Producer({"bootstrap.servers": server.address, "linger.ms": 20, "queue.buffering.max.kbytes": 262_144, "message.timeout.ms": 600_000})
    values = [random.Random(i).randbytes(size) for i in range(64)]
    for n in range(int(gigabytes * 1e9 / size)):
        while True:
            try:
                p.produce(f"t{n % topics}", values[n % 64], partition=n // topics % partitions)
                break
            except BufferError:
                p.poll(0.05)
    if p.flush(600):
        raise SystemExit(f"{server.name} did not take {gigabytes} GB")


@figure
def restart(f):
    """6,200 partitions with 2.7 GB, and one topic with 5 GB: memory, and how long a restart takes until a record is acknowledged."""
    for topics, partitions, gigabytes in ((62, 100, 2.7), (1, 8, 5.0)):
        for _ in range(min(f.rounds, 1)):  # minutes each
            for side in sides():
                with fresh(side) as s:
                    made = create(s, topics, partitions)
                    fill(s, topics, partitions, gigabytes)
                    anon, all = s.rss_mb()
                    # The disk may still be busy with what was only in the cache; that is not the restart's time.
                    os.sync()
                    s.stop(signal.SIGKILL)
                    s.start()
                    killed = first_ack(s, "t0", 0)
                    stop = s.stop(signal.SIGTERM)
                    s.start()
                    clean = first_ack(s, "t0", 0)
                    again, _ = s.rss_mb()
                    f.note("restart", side, partitions=topics * partitions, gigabytes=gigabytes, durability="fsync" if side == OURS else "page-cache", create_ms=made, memory_anon_mb=anon, memory_mb=all,
                           killed_ms=killed, stop_ms=stop * 1000, clean_ms=clean, memory_after_anon_mb=again)
    rows = []
    for parts, gb in ((6200, 2.7), (8, 5.0)):
        for s in sides():
            col = lambda k, scale=1.0: spread(f.values("restart", k, side=s, partitions=parts), scale)
            rows.append([f"{number(parts)}, {gb} GB", s, col("memory_anon_mb"), col("killed_ms", 1e-3), col("stop_ms", 1e-3), col("clean_ms", 1e-3), col("memory_after_anon_mb")])
    section("restart", "Restart", ["From exec until librdkafka has a record acknowledged, after kill -9 and after a clean stop. Records of 10 KB over all partitions. Memory is what is the process's own (RssAnon; files that are mapped are the system's cache).", "",
                                   *table(["partitions and data", "broker", "memory MB", "after kill -9, s", "clean stop, s", "start after it, s", "memory then MB"], rows)])
    many = {"side": OURS, "partitions": 6200}
    f.at_most("6,200 partitions and 2.7 GB: memory", f.median("restart", "memory_anon_mb", **many), 60, "MB")
    f.at_most("their restart after kill -9", f.median("restart", "killed_ms", **many), 500, "ms")
    f.at_most("their restart, clean", f.median("restart", "clean_ms", **many), 500, "ms")


@figure
def partitions(f):
    """What a partition costs."""
    counts = (10, 1_000, 5_000, 20_000)
    for _ in range(min(f.rounds, 1)):
        for n in counts:
            for side in sides():
                with fresh(side) as s:
                    first_ack(s)
                    before, _ = s.rss_mb()
                    made = create(s, max(1, n // 1000), min(n, 1000))
                    time.sleep(3)
                    after, _ = s.rss_mb()
                    cpu = s.cpu()
                    time.sleep(5)
                    f.note("partitions", side, partitions=n, create_ms=made, memory_anon_mb=after, kb_per_partition=(after - before) * 1024 / n, idle_cpu_percent=(s.cpu() - cpu) / 5 * 100)
    rows = [[number(n), s, *(spread(f.values("partitions", k, side=s, partitions=n)) for k in ("create_ms", "memory_anon_mb", "kb_per_partition", "idle_cpu_percent"))] for n in counts for s in sides()]
    section("partitions", "What a partition costs", ["Empty partitions, at most 1,000 a topic, made 5,000 a request; memory and idle CPU some seconds later (RssAnon).", "",
                                                     *table(["partitions", "broker", "made in ms", "memory MB", "KB a partition", "idle CPU %"], rows)])
    f.at_most("create 5,000 partitions", f.median("partitions", "create_ms", side=OURS, partitions=5_000), 500, "ms")


def measure(f, names):
    for name, what in FIGURES.items():
        if not names or name in names:
            what(f)
