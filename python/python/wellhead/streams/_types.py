"""The types of columns, durations and times, as Python writes them."""

import datetime as _dt
import re
import typing
from typing import Any, Dict, List, Mapping, Tuple, Union


class Type(str):
    """A column's type. The names are those that the engine writes; Python's own types are taken everywhere instead."""

    BOOL: "Type"
    INT: "Type"
    FLOAT: "Type"
    STRING: "Type"
    BYTES: "Type"
    #: Milliseconds since 1970, UTC.
    TIMESTAMP: "Type"
    #: JSON of any shape, kept as text.
    JSON: "Type"

    @staticmethod
    def list_of(item: Any) -> "Type":
        return Type(f"list<{type_name(item)}>")


Type.BOOL, Type.INT, Type.FLOAT, Type.STRING = Type("bool"), Type("int"), Type("float"), Type("string")
Type.BYTES, Type.TIMESTAMP, Type.JSON = Type("bytes"), Type("timestamp"), Type("json")

#: What a schema is: a type for each column.
SchemaLike = Mapping[str, Any]

_PYTHON: Dict[Any, Type] = {
    bool: Type.BOOL,
    int: Type.INT,
    float: Type.FLOAT,
    str: Type.STRING,
    bytes: Type.BYTES,
    _dt.datetime: Type.TIMESTAMP,
    dict: Type.JSON,
    Any: Type.JSON,
}


def type_name(t: Any) -> str:
    """The engine's name of a type: of a Python type, a text or a `Type`. What a text means the engine says."""
    if isinstance(t, str):
        return str(t)
    known = _PYTHON.get(t)
    if known is not None:
        return str(known)
    origin = typing.get_origin(t)
    if origin in (list, typing.List):
        (item,) = typing.get_args(t) or (Any,)
        return f"list<{type_name(item)}>"
    if origin is dict:
        return str(Type.JSON)
    if origin is Union:
        items = [a for a in typing.get_args(t) if a is not type(None)]
        if len(items) == 1:
            return type_name(items[0])  # every column may be null
    if t is list:
        return "list<json>"
    raise TypeError(f"{t!r} is no type of a column: bool, int, float, str, bytes, datetime, dict (for JSON) or list[...] of one are")


def fields(schema: SchemaLike) -> List[Dict[str, str]]:
    return [{"name": str(name), "type": type_name(t)} for name, t in dict(schema).items()]


_UNITS = {"ms": 1, "s": 1000, "sec": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
for _word, _unit in (("millisecond", "ms"), ("second", "s"), ("minute", "m"), ("hour", "h"), ("day", "d"), ("week", "w")):
    _UNITS[_word] = _UNITS[_word + "s"] = _UNITS[_unit]
_PART = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z]+)\s*", re.IGNORECASE)

#: "10s", "1h30m", "250ms", or a timedelta.
Duration = Union[str, _dt.timedelta]


def ms(value: Any, what: str) -> int:
    """A duration in milliseconds. A plain number is refused: nobody could read its unit."""
    if isinstance(value, _dt.timedelta):
        return value // _dt.timedelta(milliseconds=1)
    if not isinstance(value, str):
        raise TypeError(f'{what}: a duration is a text like "10s", "500ms" or "1h30m", or a timedelta; not {value!r}')
    at, total = 0, 0.0
    while at < len(value):
        m = _PART.match(value, at)
        if m is None or m.group(2).lower() not in _UNITS:
            at = -1
            break
        total += float(m.group(1)) * _UNITS[m.group(2).lower()]
        at = m.end()
    if at <= 0:
        raise ValueError(f'{what}: "{value}" is no duration like "10s", "500ms" or "1h30m" (ms, s, m, h, d, w)')
    return round(total)


EPOCH = _dt.datetime(1970, 1, 1, tzinfo=_dt.timezone.utc)


def ms_of_datetime(value: _dt.datetime) -> int:
    """Milliseconds since 1970. A time without a zone is UTC."""
    if value.tzinfo is None:
        value = value.replace(tzinfo=_dt.timezone.utc)
    return (value - EPOCH) // _dt.timedelta(milliseconds=1)


def datetime_of_ms(value: int) -> Union[_dt.datetime, int]:
    """The time in UTC; the number itself where Python has no such year."""
    try:
        return EPOCH + _dt.timedelta(milliseconds=value)
    except OverflowError:
        return value


def time_ms(value: Any, what: str = "time") -> int:
    """A moment: milliseconds since 1970, or a datetime."""
    if isinstance(value, _dt.datetime):
        return ms_of_datetime(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{what}: milliseconds since 1970 or a datetime are needed, not {value!r}")
    return value


Columns = List[Tuple[str, str]]
