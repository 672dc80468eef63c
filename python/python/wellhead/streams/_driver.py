"""`TestDriver`: a program without a broker, for tests."""

import datetime as _dt
import json
import struct
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Union

from .._wellhead import _TestDriver
from ._app import App
from ._formats import format_name
from ._frame import Frame
from . import _find
from ._stream import _Rows
from ._types import Duration, ms, ms_of_datetime, time_ms

_NUMBERS = {"int64": ">q", "int32": ">i", "double": ">d"}


class Record(NamedTuple):
    """A record that the program wrote: JSON and text are decoded, other formats are bytes."""

    key: Any
    value: Any
    #: Milliseconds since 1970.
    timestamp: int


class TestDriver:
    """Runs the program of an app without a broker: records go in with their times, outputs come out, and nothing sleeps.

    Every record is worked off before `pipe` returns. Event time is what the records and `advance_time` say, the wall clock what
    `advance_wall` says (it begins at 0). Every source topic has one partition, unless `partitions` says more. What a function of the
    program raises comes out of the call that led to it.
    """

    __test__ = False  # pytest, it is no test

    def __init__(self, app: App, partitions: Optional[Mapping[str, int]] = None) -> None:
        self._app = app
        plan = app._plan
        self._driver = _TestDriver(plan.json(), dict(plan.map), dict(plan.foreach), dict(plan.process), dict(partitions or {}))
        # What a record without a time of its own gets, and what event time has come to.
        self._last = self._time = 0

    def pipe(
        self, topic: str, value: Any = None, *, key: Any = None, timestamp: Union[int, _dt.datetime, None] = None, partition: int = 0
    ) -> None:
        """One record. A dict, number or text is written as the source's format has it, bytes are taken as they are, None is a deletion.

        `timestamp`: milliseconds since 1970 or a datetime; without one that of the record before.
        """
        self.pipe_all(topic, [(value, key, timestamp)], partition=partition)

    def pipe_all(self, topic: str, records: Iterable[Any], *, partition: int = 0) -> None:
        """Several records at once, as a fetch brings them: values, or tuples of (value, key, timestamp)."""
        known = self._app._sources.get(topic)
        source: Dict[str, Any] = known[0] if known is not None else {"format": "json"}
        out = []
        for r in records:
            value, key, timestamp = r if isinstance(r, tuple) else (r, None, None)
            if timestamp is not None:
                self._last = time_ms(timestamp, "timestamp")
                self._time = max(self._time, self._last)
            out.append((_write(key, source.get("key_format", "text"), source.get("key")), _write(value, source["format"], source.get("fields")), self._last))
        self._driver.pipe(topic, partition, out)

    def advance_time(self, to: Union[int, _dt.datetime, Duration]) -> None:
        """Event time is at least `to` (milliseconds since 1970, a datetime), or goes on by a duration ("10s"): what is closed by then goes out."""
        if isinstance(to, (str, _dt.timedelta)):
            self._time += ms(to, "to")
        else:
            self._time = max(self._time, time_ms(to, "to"))
        self._last = self._time
        self._driver.advance_time(self._time)

    def advance_wall(self, by: Duration) -> None:
        """The wall clock goes on: timers, and sources that count as idle."""
        self._driver.advance_wall(ms(by, "by"))

    def read(self, topic: str) -> Optional[Record]:
        """The next record that the program wrote to a topic, or None."""
        found = self._driver.read(topic)
        if found is None:
            return None
        shape, sink = self._app._sinks.get(topic, (None, {}))
        key, value, timestamp = found
        names = sink.get("key") or (shape.key if shape is not None else [])
        types = dict(shape.columns) if shape is not None else {}
        key_types = [types.get(n, "string") for n in names]
        default = ("raw" if key_types[0] == "bytes" else "json" if key_types[0].startswith("list<") else "text") if len(key_types) == 1 else "json"
        return Record(_read(key, sink.get("key_format") or default, key_types), _read(value, sink.get("format", "json"), []), timestamp)

    def read_all(self, topic: str) -> List[Record]:
        """All records that the program wrote to a topic and that were not read yet."""
        return list(iter(lambda: self.read(topic), None))

    def values(self, topic: str) -> List[Any]:
        """The values of `read_all`."""
        return [r.value for r in self.read_all(topic)]

    def table(self, table: _Rows) -> Frame:
        """What a table holds, sorted by key."""
        return Frame(self._driver.table(table._node))

    def _ask(self, table: _Rows) -> Callable[[str], Frame]:
        return lambda keys: Frame(self._driver.find(table._node, keys))

    def get(self, table: _Rows, *key: Any) -> Optional[Dict[str, Any]]:
        """The row of a key, as `Table.get` has it."""
        return _find.get(self._ask(table), table, key)

    def range(self, table: _Rows, first: Any = None, last: Any = None) -> Frame:
        """The rows from one key to another, as `Table.range` has it."""
        return _find.between(self._ask(table), table, first, last)

    def scan(self, table: _Rows, page: int = 10_000) -> Iterator[Frame]:
        """All rows in pages, as `Table.scan` has it."""
        return _find.pages(self._ask(table), table, page)

    def metrics(self) -> Dict[str, int]:
        """records_in, records_out, dead, late, skipped."""
        found: Dict[str, int] = json.loads(self._driver.counters())
        return found

    def restart(self, app: Optional[App] = None) -> None:
        """Stops the program and starts it again from its changelogs, as after a crash behind a commit; with `app` as another version of it."""
        self._app = self._app if app is None else app
        plan = self._app._plan
        self._driver.restart(plan.json(), dict(plan.map), dict(plan.foreach), dict(plan.process))


def _json_default(v: Any) -> Any:
    if isinstance(v, _dt.datetime):
        return ms_of_datetime(v)
    raise TypeError(f"{v!r} has no form in JSON")


def _text(v: Any) -> bytes:
    if isinstance(v, bool):
        return b"true" if v else b"false"
    if isinstance(v, _dt.datetime):
        return str(ms_of_datetime(v)).encode()
    return str(v).encode()


def _write(v: Any, format: Any, fields: Optional[Sequence[Mapping[str, str]]]) -> Optional[bytes]:
    if v is None or isinstance(v, bytes):
        return v
    name = format_name(format)
    if name == "json":
        return json.dumps(v, default=_json_default).encode()
    if name == "text":
        return _text(v)
    if name in _NUMBERS:
        return struct.pack(_NUMBERS[name], v)
    if name == "csv" and isinstance(v, (dict, list, tuple)):
        import csv
        import io

        line = io.StringIO()
        row = [v.get(f["name"]) for f in fields or []] if isinstance(v, dict) else v
        csv.writer(line, delimiter=format["csv"].get("delimiter", ","), lineterminator="").writerow(row)
        return line.getvalue().encode()
    if isinstance(v, str):
        return v.encode()
    raise TypeError(f"a value of format {name} is given as bytes, not {v!r}")


def _number(text: str, parse: Callable[[str], Any]) -> Any:
    try:
        return parse(text)
    except ValueError:
        return text


def _read(b: Optional[bytes], format: Any, types: Sequence[str]) -> Any:
    if b is None:
        return None
    name = format_name(format)
    if name == "json":
        return json.loads(b)
    if name in _NUMBERS:
        return struct.unpack(_NUMBERS[name], b)[0]
    if name not in ("text", "csv"):
        return b
    text = b.decode()
    if types == ["int"]:
        return _number(text, int)
    if types == ["float"]:
        return _number(text, float)
    if types == ["bool"]:
        return {"true": True, "false": False}.get(text, text)
    return text
