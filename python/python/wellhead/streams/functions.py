"""Functions of rows and of groups. `from wellhead.streams import functions as F`, or by name from `wellhead.streams`.

What aggregates (`count`, `sum`, ... `reduce`) goes into `agg()`. Their argument is a column's name, an expression, or SQL text of one;
nulls are passed over. `sum`, `min` and `max` hide Python's own where they are imported by name.
"""

from typing import Any, Optional

from ._expr import Expr, call, col, column_expr, expr, lit, when

__all__ = [
    "Aggregation", "call", "coalesce", "col", "collect", "concat", "count", "count_distinct", "expr", "first", "greatest", "hash", "last",
    "least", "lit", "max", "mean", "min", "quantile", "reduce", "sum", "when",
]


class Aggregation:
    """One column of an aggregate."""

    __slots__ = ("_json", "_name")

    def __init__(self, json: Any, name: Optional[str] = None) -> None:
        self._json = json
        self._name = name

    def alias(self, name: str) -> "Aggregation":
        """The same under another name."""
        return Aggregation(self._json, name)

    def __repr__(self) -> str:
        return f"<aggregation {self._json['function']}>"


def _aggregation(function: str, of: Any, **more: Any) -> Aggregation:
    return Aggregation({"function": function, "arg": column_expr(of)._json, **more})


def count(of: Any = None) -> Aggregation:
    """How many rows; of a column how many that are not null."""
    return Aggregation({"function": "count"}) if of is None else _aggregation("count", of)


def sum(of: Any) -> Aggregation:
    return _aggregation("sum", of)


def min(of: Any) -> Aggregation:
    return _aggregation("min", of)


def max(of: Any) -> Aggregation:
    return _aggregation("max", of)


def mean(of: Any) -> Aggregation:
    return _aggregation("mean", of)


def first(of: Any) -> Aggregation:
    """The value with the earliest event time."""
    return _aggregation("first", of)


def last(of: Any) -> Aggregation:
    """The value with the latest event time."""
    return _aggregation("last", of)


def collect(of: Any) -> Aggregation:
    """All values as a list."""
    return _aggregation("collect", of)


def count_distinct(of: Any) -> Aggregation:
    """About how many different values there are."""
    return _aggregation("count_distinct", of)


def quantile(of: Any, q: float) -> Aggregation:
    """About the value below which a share `q` (0 to 1) of them lies."""
    return _aggregation("quantile", of, param=float(q))


def reduce(of: Any, by: Any) -> Aggregation:
    """Folds the values by an expression over `acc` and `value`: `reduce("n", "greatest(acc, value)")`. The first value is the first `acc`."""
    return _aggregation("reduce", of, reduce=column_expr(by)._json)


def coalesce(*values: Any) -> Expr:
    """The first that is not null. A text is a constant here, a column is `col(...)`."""
    return call("coalesce", *values)


def greatest(*values: Any) -> Expr:
    """The largest; nulls are passed over."""
    return call("greatest", *values)


def least(*values: Any) -> Expr:
    """The smallest; nulls are passed over."""
    return call("least", *values)


def concat(*values: Any) -> Expr:
    """Texts joined; nulls are passed over."""
    return call("concat", *values)


def hash(*values: Any) -> Expr:
    """64 bits that are the same on every machine and in every version."""
    return call("hash", *values)
