"""The flights in Python: reads the topic `flights` in a group and once more by replay from an offset, prints the delays per carrier
and checks both against the CSV.

usage: flights.py --bootstrap HOST:PORT --csv FLIGHTS.CSV
"""

import argparse
import csv
import sys
import time

from wellhead import Consumer, KafkaException, TopicPartition

TOPIC = "flights"
#: The columns of a CSV line that this example looks at.
DEP_DELAY, CARRIER = 5, 9
#: Seconds without a record after which the rest is not awaited any longer.
PATIENCE_S = 30


class Delays:
    """Departures of a carrier, and the minutes of delay over those that have one (a cancelled flight has none)."""

    def __init__(self):
        self.flights = self.delayed = self.minutes = 0

    def add(self, dep_delay):
        self.flights += 1
        if dep_delay not in ("", "NA"):
            self.delayed += 1
            self.minutes += int(dep_delay)

    def mean(self):
        return self.minutes / max(self.delayed, 1)

    def __eq__(self, other):
        return vars(self) == vars(other)


def expected(path):
    """The delays per carrier of the CSV file, and its number of rows."""
    delays, rows = {}, 0
    with open(path, newline="") as f:
        lines = csv.reader(f)
        next(lines)
        for line in lines:
            delays.setdefault(line[CARRIER], Delays()).add(line[DEP_DELAY])
            rows += 1
    return delays, rows


def read(consumer, rows):
    """Reads until `rows` records came; the consumer is assigned or subscribed already."""
    delays, seen, last = {}, 0, time.monotonic()
    while seen < rows:
        messages = consumer.consume(min(10_000, rows - seen), timeout=0.5)
        for message in messages:
            if message.error() is not None:
                raise KafkaException(message.error())
            columns = message.value().decode().split(",")
            delays.setdefault(columns[CARRIER], Delays()).add(columns[DEP_DELAY])
        seen += len(messages)
        if messages:
            last = time.monotonic()
        elif time.monotonic() - last > PATIENCE_S:
            sys.exit(f"flights: only {seen} of {rows} records came")
    return delays


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--bootstrap", required=True)
    a.add_argument("--csv", required=True)
    a = a.parse_args()
    want, rows = expected(a.csv)
    # Nothing is committed, so that a later run reads everything again.
    conf = {"bootstrap.servers": a.bootstrap, "auto.offset.reset": "earliest", "enable.auto.commit": False}

    with Consumer({**conf, "group.id": "flights-python"}) as consumer:
        consumer.subscribe([TOPIC])
        started = time.monotonic()
        by_group = read(consumer, rows)
        print(f"in a group: {rows} departures in {time.monotonic() - started:.2f} s")

    with Consumer({**conf, "group.id": "flights-python-replay"}) as consumer:
        partitions = consumer.list_topics(TOPIC, timeout=10).topics[TOPIC].partitions
        consumer.assign([TopicPartition(TOPIC, p, 0) for p in partitions])
        started = time.monotonic()
        by_replay = read(consumer, rows)
        print(f"by replay from offset 0: {rows} departures in {time.monotonic() - started:.2f} s")

    print("carrier  departures  mean delay (min)")
    for carrier, d in sorted(by_group.items()):
        print(f"{carrier:<7}  {d.flights:>10}  {d.mean():>16.2f}")
    if by_group != want or by_replay != want:
        sys.exit("flights: the delays differ from those of the CSV")
    print(f"the delays of {len(want)} carriers equal those of the CSV")


if __name__ == "__main__":
    main()
