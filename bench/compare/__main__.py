"""`make compare [ONLY=broker|clients|streams] [FIGURES=name,...]`: everything, or a part of it, measured beside its rivals on this machine. Each run
of a figure is a JSON line on standard output; tables and plots go to docs/benchmarks.md; the last line counts the aims."""

import argparse
from pathlib import Path

import broker
import clients
import common
import streams

PARTS = {"broker": broker, "clients": clients, "streams": streams}


def main():
    p = argparse.ArgumentParser(prog="compare", description=__doc__)
    p.add_argument("--target", type=Path, required=True, help="the Cargo target folder")
    p.add_argument("--only", default="", help="broker, clients or streams")
    p.add_argument("--figures", default="", help="some of a part's figures, with commas between")
    p.add_argument("--rounds", type=int, default=3)
    a = p.parse_args()
    common.BUILD.mkdir(parents=True, exist_ok=True)
    common.Wellhead.binary = a.target / "release" / "wellhead"
    f = common.Figures(a.rounds)
    names = [n for n in a.figures.split(",") if n]
    for name, part in PARTS.items():
        if not a.only or name in a.only.split(","):
            part.measure(f, names)
    print(f"{len(f.held)} aims hold, {len(f.short)} fall short" + (": " + "; ".join(f.short) if f.short else ""))


if __name__ == "__main__":
    main()
