"""The clients and brokers that live, so that the interpreter's end can end them in order."""

import sys
import threading
import weakref
from typing import Any, Set

from . import _wellhead

producers: "weakref.WeakSet[Any]" = weakref.WeakSet()
consumers: "weakref.WeakSet[Any]" = weakref.WeakSet()
admins: "weakref.WeakSet[Any]" = weakref.WeakSet()
brokers: "weakref.WeakSet[Any]" = weakref.WeakSet()
#: Programs of streams that run. They are held: one that was started goes on, whoever forgets it.
apps: "Set[Any]" = set()

#: Seconds that all producers together get at the interpreter's end for what was not flushed.
EXIT_FLUSH_S = 5.0


def end() -> None:
    """Ends everything. Called once, before the interpreter is taken apart."""
    lost = 0
    # First, while Python is whole: a program calls functions of Python, and reads and writes what the others close.
    for app in list(apps):
        try:
            app.stop(EXIT_FLUSH_S)
        except BaseException:
            pass
    for p in list(producers):
        try:
            lost += p._end(EXIT_FLUSH_S)
        except BaseException:  # noqa: B902 - the exit goes on, whatever one client says
            pass
    if lost:
        print(f"wellhead: {lost} records were not delivered before the program's end; call flush()", file=sys.stderr)
    for c in list(consumers):
        try:
            c._end(1.0)
        except BaseException:
            pass
    for a in list(admins):
        try:
            a.close()
        except BaseException:
            pass
    for b in list(brokers):
        try:
            b.close()
        except BaseException:
            pass
    # Who still waits in the engine gives up now; what is asked of the cluster in the background would else meet a half-ended interpreter.
    _wellhead._ending()
    for t in threading.enumerate():
        if t.name in ("wellhead-admin", "wellhead-aio"):
            t.join(0.5)
