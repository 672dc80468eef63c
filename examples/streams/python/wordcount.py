"""Word count: lines of a text through a topic, their words counted by a program of streams, the counts checked against a plain count.

usage: wordcount.py [FILE] [--bootstrap HOST:PORT]

Without a file it counts the words of Python's own licence. Without an address it runs the broker itself, in a temporary folder.
"""

import argparse
import collections
import re
import sys
import tempfile

import wellhead
from wellhead.streams import App, col, count

#: Seconds after which what is missing is not awaited any longer.
PATIENCE_S = 60


def words(text):
    return re.findall(r"[^ ]+", text.lower())


def licence():
    """Some hundred lines that are on every machine that runs this."""
    import _sitebuiltins  # noqa: F401 - what makes `license`

    license._Printer__setup()
    return license._Printer__lines


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("file", nargs="?")
    a.add_argument("--bootstrap")
    a = a.parse_args()
    lines = open(a.file, encoding="utf-8").read().splitlines() if a.file else licence()

    with tempfile.TemporaryDirectory() as folder:
        app = App("wordcount", a.bootstrap or f"embedded://{folder}/data", commit_interval_ms=100, create_sources=True)
        text = app.stream("text-lines", format="text")
        counts = text.flat_map(word=col("value").str.lower().str.split(" ")).filter("word != ''").group_by("word").agg(n=count())
        counts.to("word-counts")

        with app:
            with wellhead.Producer({"bootstrap.servers": app.bootstrap_servers}) as producer:
                for line in lines:
                    producer.produce("text-lines", line)
            want = collections.Counter(w for line in lines for w in words(line))
            app.wait_running(PATIENCE_S)
            app.catch_up(PATIENCE_S)
            got = {r["word"]: r["n"] for r in counts.to_pylist()}
        if got != want:
            sys.exit(f"wordcount: the counts differ: {sorted(set(got.items()) ^ set(want.items()))[:10]}")
        for word, n in want.most_common(5):
            print(f"{n:6} {word}")
        print(f"{sum(want.values())} words, {len(want)} different: as counted by hand")


if __name__ == "__main__":
    main()
