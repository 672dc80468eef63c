"""Stream processing in this process, over the embedded broker or any Kafka cluster.

    import wellhead.streams as ws
    from wellhead.streams import col, count, tumble

    app = ws.App("fraud", "embedded://./data")
    bids = app.stream("bids", schema={"auction": int, "price": float, "at": "timestamp"}, time="at")
    hot = bids.filter(col("price") > 100).group_by("auction").window(tumble("10s"), grace="1s").agg(n=count())
    hot.to("hot-items", emit="final")
    with app:
        app.wait_running()
        hot.to_polars()

What a program says is a plan; the engine (Rust, columns) runs it on a thread of its own. Expressions are computed there; functions of
Python get whole batches (`map_batches`). `TestDriver` runs a program without a broker. docs/streams.md tells how it works.
"""

from . import functions as functions
from ._app import App, Diff
from ._driver import Record, TestDriver
from ._expr import Expr, When, call, col, expr, lit, when
from ._formats import avro, csv, protobuf
from ._frame import Column, Frame
from ._live_view import LiveView
from ._process import State
from ._stream import GlobalTable, Grouped, Stream, Table
from ._types import Type
from ._windows import Window, hop, session, sliding, tumble
from .functions import Aggregation, coalesce, collect, count, count_distinct, first, last, mean, quantile, reduce

# Not in __all__: `from wellhead.streams import *` must not hide Python's own.
from .functions import max as max
from .functions import min as min
from .functions import sum as sum

__all__ = [
    "Aggregation",
    "App",
    "Column",
    "Diff",
    "Expr",
    "Frame",
    "GlobalTable",
    "Grouped",
    "LiveView",
    "Record",
    "State",
    "Stream",
    "Table",
    "TestDriver",
    "Type",
    "When",
    "Window",
    "avro",
    "call",
    "coalesce",
    "col",
    "collect",
    "count",
    "count_distinct",
    "csv",
    "expr",
    "first",
    "functions",
    "hop",
    "last",
    "lit",
    "mean",
    "protobuf",
    "quantile",
    "reduce",
    "session",
    "sliding",
    "tumble",
    "when",
]
