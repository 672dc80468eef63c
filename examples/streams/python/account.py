"""Accounts from events: what happened is a topic, what everybody owns is what a program makes of it - at any time again, from the beginning.

usage: account.py [--bootstrap HOST:PORT] [--events N] [--seed N]

A bank writes down what happens (opened, deposited, withdrawn, transferred) and nothing else. One program keeps the balances. Then its state is thrown
away: a program under another name reads the same events and must come to the same balances, and a third one to those of an earlier day.
Both are checked against a plain loop. Without an address the broker runs in this process, in a temporary folder.
"""

import argparse
import json
import random
import sys
import tempfile

import wellhead
from wellhead.admin import NewTopic
from wellhead.streams import App, count, functions as F

#: Seconds after which what is missing is not awaited any longer.
PATIENCE_S = 60
OPENED_MS = 1_767_225_600_000  # 2026-01-01
EVENT = {"kind": str, "account": str, "other": str, "cents": int, "at": "timestamp"}


def program(name, bootstrap, until=None):
    """Balances of all accounts; `until`: as they were then."""
    app = App(name, bootstrap, commit_interval_ms=100)
    events = app.stream("bank-events", schema=EVENT, time="at")
    if until is not None:
        events = events.filter(f"epoch_ms(at) < {until}")
    # A transfer is two postings, everything else is one.
    sign = "CASE WHEN kind IN ('withdrawn', 'transferred') THEN -cents ELSE cents END"
    postings = events.select("kind", "at", account="account", cents=sign).merge(
        events.filter("kind = 'transferred'").select("kind", "at", account="other", cents="cents")
    )
    balances = postings.group_by("account").agg(balance=F.sum("cents"), postings=count(), last=F.last("kind"))
    balances.to("balances")
    return app, balances


def happenings(n, seed):
    """What happens at a bank; nobody withdraws what is not there."""
    r = random.Random(seed)
    owns, at = {}, OPENED_MS
    for _ in range(n):
        at += r.randrange(1, 600_000)
        names = list(owns)
        kind = r.choice(["deposited", "withdrawn", "transferred"]) if names and r.random() < 0.98 else "opened"
        event = {"kind": kind, "account": f"DE{len(owns):04}" if kind == "opened" else r.choice(names), "cents": r.randrange(100_000), "at": at}
        if kind in ("withdrawn", "transferred"):
            event["cents"] = min(event["cents"], owns[event["account"]])
            owns[event["account"]] -= event["cents"]
        if kind == "transferred":
            event["other"] = r.choice(names)
            owns[event["other"]] += event["cents"]
        if kind in ("opened", "deposited"):
            owns[event["account"]] = owns.get(event["account"], 0) + event["cents"]
        yield event


def expected(events):
    out = {}
    for e in events:
        out[e["account"]] = out.get(e["account"], 0) + (-e["cents"] if e["kind"] in ("withdrawn", "transferred") else e["cents"])
        if e["kind"] == "transferred":
            out[e["other"]] = out.get(e["other"], 0) + e["cents"]
    return out


def run(name, bootstrap, until=None):
    """Starts a program, waits until it has read every event, and gives the balances it has then."""
    app, balances = program(name, bootstrap, until)
    with app:
        app.wait_running(PATIENCE_S)
        app.catch_up(PATIENCE_S)
        return {r["account"]: r["balance"] for r in balances.to_pylist()}


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--bootstrap")
    a.add_argument("--events", type=int, default=20_000)
    a.add_argument("--seed", type=int, default=1)
    a = a.parse_args()
    events = list(happenings(a.events, a.seed))
    with tempfile.TemporaryDirectory() as folder, wellhead.Broker(f"{folder}/data") as broker:
        bootstrap = a.bootstrap or broker.bootstrap_servers
        with wellhead.AdminClient({"bootstrap.servers": bootstrap}) as admin:
            # The events are the truth: they are kept for ever. One partition keeps all of them in order.
            for done in admin.create_topics([NewTopic("bank-events", 1, 1, config={"retention.ms": "-1"})]).values():
                done.result(30)
        with wellhead.Producer({"bootstrap.servers": bootstrap}) as producer:
            for e in events:
                producer.produce("bank-events", json.dumps(e), key=e["account"])
        middle = events[len(events) // 2]["at"]
        answers = {
            "the program": (run("bank", bootstrap), expected(events)),
            "the one that began anew": (run("bank-again", bootstrap), expected(events)),
            "the one that looks back": (run("bank-then", bootstrap, middle), expected(e for e in events if e["at"] < middle)),
        }
    for who, (got, want) in answers.items():
        if got != want:
            sys.exit(f"account: {who} has other balances: {sorted(set(got.items()) ^ set(want.items()))[:5]}")
        print(f"{who}: {len(got)} accounts with {sum(got.values()) / 100:,.2f}")
    print(f"seed {a.seed}: {len(events)} events, three times the balances of a plain loop")


if __name__ == "__main__":
    main()
