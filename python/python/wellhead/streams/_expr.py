"""Expressions over columns. What they mean is the engine's; here they are written down."""

import datetime as _dt
from typing import Any, Dict, Iterable, List, Optional, Tuple, Union

from .._wellhead import _parse_expr
from ._types import ms, ms_of_datetime, type_name

#: What is taken where a value of a row is wanted: an expression, or a constant.
IntoExpr = Union["Expr", str, bytes, bool, int, float, _dt.datetime, _dt.date, _dt.timedelta, None]

_Json = Any
# `Expr.str` hides the type of that name inside the class.
_Str = str


def _literal(value: Any) -> _Json:
    if value is None:
        return {"lit": "null"}
    if isinstance(value, bool):
        return {"lit": {"bool": value}}
    if isinstance(value, int):
        return {"lit": {"int": value}}
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            # JSON has no such numbers; the engine reads their names.
            return {"cast": {"expr": {"lit": {"string": str(value)}}, "to": "float"}}
        return {"lit": {"float": value}}
    if isinstance(value, str):
        return {"lit": {"string": value}}
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"lit": {"bytes": list(bytes(value))}}
    if isinstance(value, _dt.timedelta):
        return {"lit": {"int": value // _dt.timedelta(milliseconds=1)}}
    if isinstance(value, _dt.datetime):
        return {"lit": {"timestamp": ms_of_datetime(value)}}
    if isinstance(value, _dt.date):
        return {"lit": {"timestamp": ms_of_datetime(_dt.datetime(value.year, value.month, value.day))}}
    if hasattr(value, "item"):
        return _literal(value.item())  # numpy's numbers
    raise TypeError(f"{value!r} is no constant of an expression: bool, int, float, str, bytes, datetime, timedelta or None are")


def _json(value: Any) -> _Json:
    """An operand: an expression stays, all else is a constant."""
    return value._json if isinstance(value, Expr) else _literal(value)


def call(name: str, *args: Any) -> "Expr":
    """A function of the engine by its name, as SQL has it: `call("coalesce", col("a"), 0)`."""
    return Expr({"call": {"name": name, "args": [_json(a) for a in args]}})


class Expr:
    """A value for each row, made of columns. `col`, `lit`, `when` and the functions make them; operators and methods join them.

    `&`, `|` and `~` are AND, OR and NOT. Nothing is computed until the program runs; what is wrong with an expression is said by the
    operator that takes it (ValueError).
    """

    __slots__ = ("_json", "_name")
    _json: _Json
    _name: Optional[_Str]

    def __init__(self, json: _Json, name: Optional[_Str] = None) -> None:
        self._json = json
        self._name = name

    @property
    def name(self) -> Optional[_Str]:
        """The name its column gets where none is said: that of `alias`, or of the column that it is."""
        if self._name is not None:
            return self._name
        if isinstance(self._json, dict) and "col" in self._json:
            return str(self._json["col"])
        return None

    def alias(self, name: _Str) -> "Expr":
        """The same under another name."""
        return Expr(self._json, name)

    def __repr__(self) -> _Str:
        return f"<expr {_text(self._json)}{'' if self._name is None else f' AS {self._name}'}>"

    def __bool__(self) -> bool:
        raise TypeError("an expression is neither true nor false before it is computed: write & for and, | for or, ~ for not, and is_in()/between() for chains")

    # Comparison with == makes an expression, so two of them cannot be told apart by a set or dict.
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: Any) -> "Expr":  # type: ignore[override]
        return call("=", self, other)

    def __ne__(self, other: Any) -> "Expr":  # type: ignore[override]
        return call("!=", self, other)

    def __lt__(self, other: Any) -> "Expr":
        return call("<", self, other)

    def __le__(self, other: Any) -> "Expr":
        return call("<=", self, other)

    def __gt__(self, other: Any) -> "Expr":
        return call(">", self, other)

    def __ge__(self, other: Any) -> "Expr":
        return call(">=", self, other)

    def __and__(self, other: Any) -> "Expr":
        return call("and", self, other)

    def __rand__(self, other: Any) -> "Expr":
        return call("and", other, self)

    def __or__(self, other: Any) -> "Expr":
        return call("or", self, other)

    def __ror__(self, other: Any) -> "Expr":
        return call("or", other, self)

    def __invert__(self) -> "Expr":
        return call("not", self)

    def __add__(self, other: Any) -> "Expr":
        return call("||" if isinstance(other, str) else "+", self, other)

    def __radd__(self, other: Any) -> "Expr":
        return call("||" if isinstance(other, str) else "+", other, self)

    def __sub__(self, other: Any) -> "Expr":
        return call("-", self, other)

    def __rsub__(self, other: Any) -> "Expr":
        return call("-", other, self)

    def __mul__(self, other: Any) -> "Expr":
        return call("*", self, other)

    def __rmul__(self, other: Any) -> "Expr":
        return call("*", other, self)

    def __truediv__(self, other: Any) -> "Expr":
        return call("/", self, other)

    def __rtruediv__(self, other: Any) -> "Expr":
        return call("/", other, self)

    def __floordiv__(self, other: Any) -> "Expr":
        """The int of the quotient, cut toward zero as SQL does (Python's own // rounds down)."""
        return call("div", self, other)

    def __mod__(self, other: Any) -> "Expr":
        """What remains, with the sign of the left side as SQL has it."""
        return call("%", self, other)

    def __pow__(self, other: Any) -> "Expr":
        return call("pow", self, other)

    def __neg__(self) -> "Expr":
        return call("neg", self)

    def __abs__(self) -> "Expr":
        return call("abs", self)

    def is_null(self) -> "Expr":
        return call("is_null", self)

    def is_not_null(self) -> "Expr":
        return call("is_not_null", self)

    def fill_null(self, value: Any) -> "Expr":
        """`value` where it is null."""
        return call("coalesce", self, value)

    def is_in(self, values: Iterable[Any]) -> "Expr":
        """Equal to one of them."""
        return call("in", self, *values)

    def between(self, low: Any, high: Any) -> "Expr":
        """Not below `low` and not above `high`."""
        return call("between", self, low, high)

    def cast(self, to: Any) -> "Expr":
        """As another type: a Python type, its name or a `Type`. Null where the value cannot be one."""
        return Expr({"cast": {"expr": self._json, "to": type_name(to)}}, self._name)

    def abs(self) -> "Expr":
        return call("abs", self)

    def round(self, digits: int = 0) -> "Expr":
        """Halves go away from zero."""
        return call("round", self, digits)

    def floor(self) -> "Expr":
        return call("floor", self)

    def ceil(self) -> "Expr":
        return call("ceil", self)

    @property
    def str(self) -> "Strings":
        """What is done with texts."""
        return Strings(self)

    @property
    def dt(self) -> "Times":
        """What is done with timestamps."""
        return Times(self)

    @property
    def json(self) -> "Json":
        """What is done with JSON."""
        return Json(self)

    @property
    def list(self) -> "Lists":
        """What is done with lists."""
        return Lists(self)


class Strings:
    """Methods of texts: `col("name").str.lower()`."""

    __slots__ = ("_e",)

    def __init__(self, e: Expr) -> None:
        self._e = e

    def lower(self) -> Expr:
        return call("lower", self._e)

    def upper(self) -> Expr:
        return call("upper", self._e)

    def trim(self) -> Expr:
        """Without white space at both ends."""
        return call("trim", self._e)

    def length(self) -> Expr:
        """Characters."""
        return call("length", self._e)

    def contains(self, part: Any) -> Expr:
        return call("contains", self._e, part)

    def starts_with(self, part: Any) -> Expr:
        return call("starts_with", self._e, part)

    def ends_with(self, part: Any) -> Expr:
        return call("ends_with", self._e, part)

    def like(self, pattern: Any) -> Expr:
        """% is any text, _ any character."""
        return call("like", self._e, pattern)

    def replace(self, old: Any, new: Any) -> Expr:
        """Every `old` becomes `new`."""
        return call("replace", self._e, old, new)

    def slice(self, start: int, length: Optional[int] = None) -> Expr:
        """`length` characters from the `start`-th on, which counts from 0."""
        args = [start + 1] if length is None else [start + 1, length]
        return call("substr", self._e, *args)

    def split(self, by: Any) -> Expr:
        """A list of what is between the separators."""
        return call("split", self._e, by)

    def matches(self, pattern: Any) -> Expr:
        """Whether a regular expression is found in it."""
        return call("regexp_matches", self._e, pattern)


class Times:
    """Methods of timestamps, in UTC: `col("ts").dt.truncate("hour")`."""

    __slots__ = ("_e",)

    def __init__(self, e: Expr) -> None:
        self._e = e

    def truncate(self, unit: str) -> Expr:
        """The beginning of its second, minute, hour, day, week (Monday), month, quarter or year."""
        return call("date_trunc", unit, self._e)

    def bucket(self, length: Any) -> Expr:
        """The beginning of the stretch of that length ("10m"), counted from 1970."""
        return call("time_bucket", ms(length, "bucket"), self._e)

    def _part(self, part: str) -> Expr:
        return call("date_part", part, self._e)

    def year(self) -> Expr:
        return self._part("year")

    def month(self) -> Expr:
        return self._part("month")

    def day(self) -> Expr:
        return self._part("day")

    def hour(self) -> Expr:
        return self._part("hour")

    def minute(self) -> Expr:
        return self._part("minute")

    def second(self) -> Expr:
        return self._part("second")

    def epoch_ms(self) -> Expr:
        """Milliseconds since 1970."""
        return call("epoch_ms", self._e)


class Json:
    """Methods of JSON: `col("body").json.text("user.name")`."""

    __slots__ = ("_e",)

    def __init__(self, e: Expr) -> None:
        self._e = e

    def get(self, path: str) -> Expr:
        """What stands at a path (`a.b[0]`), as JSON."""
        return call("json_get", self._e, path)

    def text(self, path: str) -> Expr:
        """The text, number or truth that stands at a path, as text; null where an object or an array does."""
        return call("json_value", self._e, path)

    def length(self) -> Expr:
        """How many items an array has."""
        return call("json_length", self._e)


class Lists:
    """Methods of lists."""

    __slots__ = ("_e",)

    def __init__(self, e: Expr) -> None:
        self._e = e

    def length(self) -> Expr:
        """How many items it has."""
        return call("length", self._e)

    def get(self, index: Any) -> Expr:
        """The item at `index`, which counts from 0."""
        return call("list_get", self._e, index)

    def contains(self, value: Any) -> Expr:
        return call("list_contains", self._e, value)


def col(name: str) -> Expr:
    """A column, or one of `_timestamp`, `_topic`, `_partition`, `_offset`."""
    if not isinstance(name, str):
        raise TypeError(f"a column has a name, not {name!r}")
    return Expr({"col": name})


def lit(value: Any) -> Expr:
    """A constant."""
    return value if isinstance(value, Expr) else Expr(_literal(value))


def expr(text: str) -> Expr:
    """An expression of SQL: `expr("price * qty > 100 AND side = 'buy'")`. Raises ValueError where it cannot be read."""
    import json

    return Expr(json.loads(_parse_expr(text)))


class When:
    """`when(condition).then(value)` ... `.otherwise(value)`: the value of the first condition that is true. Without an `otherwise` it is null."""

    __slots__ = ("_done", "_open")

    def __init__(self, done: List[Tuple[_Json, _Json]], open: _Json) -> None:
        self._done = done
        self._open = open

    def then(self, value: Any) -> "Then":
        return Then(self._done + [(self._open, _json(value))])


class Then(Expr):
    """A `when` that has its value; an expression already."""

    __slots__ = ("_cases",)

    def __init__(self, cases: List[Tuple[_Json, _Json]]) -> None:
        super().__init__({"case": {"when": [list(c) for c in cases], "otherwise": None}})
        self._cases = cases

    def when(self, condition: Any) -> When:
        return When(self._cases, condition_json(condition))

    def otherwise(self, value: Any) -> Expr:
        return Expr({"case": {"when": [list(c) for c in self._cases], "otherwise": _json(value)}})


def when(condition: Any) -> When:
    """Begins a choice: `when(col("n") > 9).then("many").otherwise("few")`. A text is a condition of SQL."""
    return When([], condition_json(condition))


def condition_json(condition: Any) -> _Json:
    """Where a condition is wanted a plain text is SQL."""
    if isinstance(condition, str):
        return expr(condition)._json
    return _json(condition)


def column_expr(value: Any) -> Expr:
    """Where a column is wanted a plain text is its name, or an expression of SQL."""
    if isinstance(value, Expr):
        return value
    if isinstance(value, str):
        return col(value) if value.isidentifier() else expr(value)
    return Expr(_literal(value))


def named(given: Iterable[Any], more: Dict[str, Any]) -> List[Tuple[str, _Json]]:
    """Expressions with the names of their columns."""
    out: List[Tuple[str, _Json]] = []
    for g in given:
        e = column_expr(g)
        if e.name is None:
            raise ValueError(f"{_text(e._json)} needs a name: write name=... or .alias(...)")
        out.append((e.name, e._json))
    for name, g in more.items():
        out.append((name, column_expr(g)._json))
    return out


def _text(j: _Json) -> str:
    """For messages; the engine writes its own."""
    if "col" in j:
        return str(j["col"])
    if "lit" in j:
        v = j["lit"]
        return "NULL" if v == "null" else repr(next(iter(v.values())))
    if "call" in j:
        name, args = j["call"]["name"], [_text(a) for a in j["call"]["args"]]
        if len(args) == 2 and not name.replace("_", "").isalnum() or name in ("and", "or"):
            return "(" + f" {name} ".join(args) + ")"
        return f"{name}({', '.join(args)})"
    if "cast" in j:
        return f"cast({_text(j['cast']['expr'])} as {j['cast']['to']})"
    cases = " ".join(f"when {_text(c)} then {_text(v)}" for c, v in j["case"]["when"])
    other = j["case"]["otherwise"]
    return f"case {cases}{'' if other is None else ' else ' + _text(other)} end"
