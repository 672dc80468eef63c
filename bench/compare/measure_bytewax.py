"""Bytewax over the same records as core/streams/examples/measure: WORKLOAD BOOTSTRAP TOPIC RECORDS. One JSON line."""

import json
import resource
import sys
import time
from datetime import datetime, timedelta, timezone

import bytewax.operators as op
import bytewax.operators.windowing as win
from bytewax.connectors.kafka import KafkaSinkMessage, KafkaSource
from bytewax.connectors.kafka import KafkaSink
from bytewax.dataflow import Dataflow
from bytewax.testing import run_main

workload, bootstrap, topic, records = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
seen = 0
half = 0.0


def parse(m):
    global seen, half
    seen += 1
    if seen == records // 2:
        half = time.monotonic()
    return json.loads(m.value)


flow = Dataflow("measure")
# tail=False: it ends at the end of the topic.
values = op.map("parse", op.input("in", flow, KafkaSource([bootstrap], [topic], tail=False, batch_size=10000)), parse)
if workload == "stateless":
    kept = op.filter("filter", values, lambda v: v["amount"] < 550)
    out = op.map("map", kept, lambda v: KafkaSinkMessage(None, json.dumps({"user": v["user"], "twice": v["amount"] * 2}).encode()))
else:
    keyed = op.key_on("key", values, lambda v: v["user"])
    if workload == "count":
        counted = op.stateful_map("count", keyed, lambda n, v: ((n or 0) + 1, (n or 0) + 1))
    elif workload in ("tumbling", "hop", "session"):
        clock = win.EventClock(lambda v: datetime.fromtimestamp(v["ts"] / 1000, timezone.utc), wait_for_system_duration=timedelta(0))
        begin = datetime(2023, 1, 1, tzinfo=timezone.utc)
        windower = {
            "tumbling": lambda: win.TumblingWindower(length=timedelta(seconds=10), align_to=begin),
            "hop": lambda: win.SlidingWindower(length=timedelta(seconds=10), offset=timedelta(seconds=2), align_to=begin),
            "session": lambda: win.SessionWindower(gap=timedelta(milliseconds=500)),
        }[workload]()
        counted = op.map("count_of", win.count_window("count", values, clock, windower, lambda v: v["user"]).down, lambda kv: (kv[0], kv[1][1]))
    else:
        raise SystemExit(f"no workload {workload}")
    out = op.map("out_of", counted, lambda kv: KafkaSinkMessage(kv[0].encode(), str(kv[1]).encode()))
op.output("out", out, KafkaSink([bootstrap], f"{topic}-{workload}"))
begun = time.monotonic()
run_main(flow)
end = time.monotonic()
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "side": "bytewax", "workload": workload, "records": seen, "seconds": end - begun, "per_second": seen / (end - begun),
    "per_second_warm": (seen - records // 2) / (end - half) if half else 0, "cpu_us_per_record": (usage.ru_utime + usage.ru_stime) * 1e6 / max(seen, 1),
    "memory_mb": usage.ru_maxrss / 1024,
}))
