"""Quix Streams over the same records as core/streams/examples/measure: WORKLOAD BOOTSTRAP TOPIC RECORDS. One JSON line."""

import json
import logging
import os
import resource
import sys
import tempfile
import time
from datetime import timedelta

from quixstreams import Application

workload, bootstrap, topic, records = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
logging.disable(logging.WARNING)
app = Application(
    broker_address=bootstrap,
    consumer_group=f"measure-quix-{workload}-{os.getpid()}",
    auto_offset_reset="earliest",
    state_dir=tempfile.mkdtemp(),
    commit_interval=1.0,
    loglevel="ERROR",
)
seen = 0
half = 0.0


def tick(value):
    global seen, half
    seen += 1
    if seen == records // 2:
        half = time.monotonic()
    if seen == records:
        # Its own count= does not count what a filter drops.
        app.stop()


source = app.topic(topic, value_deserializer="json", key_deserializer="str")
sink = app.topic(f"{topic}-{workload}", value_serializer="json", key_serializer="str")
df = app.dataframe(source).update(tick)
if workload == "stateless":
    df = df.filter(lambda v: v["amount"] < 550).apply(lambda v: {"user": v["user"], "twice": v["amount"] * 2})
elif workload == "count":

    def count(value, state):
        n = state.get("n", 0) + 1
        state.set("n", n)
        return {"n": n}

    df = df.apply(count, stateful=True)
elif workload == "tumbling":
    df = df.tumbling_window(timedelta(seconds=10)).count().current()
elif workload == "hop":
    df = df.hopping_window(timedelta(seconds=10), timedelta(seconds=2)).count().final()
elif workload == "session":
    df = df.session_window(timedelta(milliseconds=500)).count().final()
else:
    raise SystemExit(f"no workload {workload}")
df.to_topic(sink)
begun = time.monotonic()
app.run(timeout=120)
end = time.monotonic()
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "side": "quix", "workload": workload, "records": seen, "seconds": end - begun, "per_second": seen / (end - begun),
    "per_second_warm": (seen - records // 2) / (end - half) if half else 0, "cpu_us_per_record": (usage.ru_utime + usage.ru_stime) * 1e6 / max(seen, 1),
    "memory_mb": usage.ru_maxrss / 1024,
}))
