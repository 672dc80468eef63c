"""`Frame`: rows as columns, as functions get them and as tables show them."""

import datetime as _dt
import json as _json
from importlib import import_module
from typing import Any, Dict, Iterator, List, Optional, Tuple

from .._wellhead import _Frame
from ._types import Columns, datetime_of_ms, ms_of_datetime


class Column:
    """One column of a frame. Values are made as they are asked for."""

    __slots__ = ("_frame", "_index", "name", "type")

    def __init__(self, frame: "_Frame", index: int, name: str, type: str) -> None:
        self._frame = frame
        self._index = index
        self.name = name
        self.type = type

    def to_pylist(self) -> List[Any]:
        """All values: None for null, datetime (UTC) for a timestamp."""
        return _python(self._frame.values(self._index, 0, len(self._frame)), self.type)

    def __len__(self) -> int:
        return len(self._frame)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.to_pylist())

    def __getitem__(self, row: int) -> Any:
        n = len(self._frame)
        at = row + n if row < 0 else row
        if not 0 <= at < n:
            raise IndexError("row out of range")
        return _python(self._frame.values(self._index, at, 1), self.type)[0]

    def __repr__(self) -> str:
        return f"<column {self.name} {self.type}, {len(self)} values>"


class Frame:
    """Rows as columns: the key's columns first, then the value's, then `_timestamp`, the event time.

    It has the Arrow interfaces (`__arrow_c_stream__`, `__arrow_c_array__`), so `pyarrow.table(frame)`, `polars.DataFrame(frame)` and
    `duckdb` read it without a copy; timestamps are UTC. None of them is needed for the other methods.
    """

    __slots__ = ("_native",)

    def __init__(self, native: _Frame) -> None:
        self._native = native

    @staticmethod
    def from_dict(columns: Dict[str, Any], schema: Dict[str, str]) -> "Frame":
        """A frame of lists. `schema` names the columns' types; columns that it does not name are left out."""
        return Frame(native(columns, list(schema.items())))

    def __len__(self) -> int:
        return len(self._native)

    @property
    def num_rows(self) -> int:
        return len(self._native)

    @property
    def column_names(self) -> List[str]:
        return self._native.names()

    @property
    def schema(self) -> Dict[str, str]:
        """The type of each column, as the engine writes it."""
        return dict(zip(self._native.names(), self._native.types()))

    def column(self, name: str) -> Column:
        names = self._native.names()
        if name not in names:
            raise KeyError(f"there is no column {name!r} among {', '.join(names)}")
        at = names.index(name)
        return Column(self._native, at, name, self._native.types()[at])

    __getitem__ = column

    def __contains__(self, name: object) -> bool:
        return name in self._native.names()

    def slice(self, start: int, count: Optional[int] = None) -> "Frame":
        """`count` rows from row `start` on (all that follow without one); nothing is copied."""
        return Frame(self._native.slice(start, len(self) if count is None else count))

    def find(self, **columns: Any) -> "Frame":
        """The rows in which each of these columns has its value; None is null. Looks at every row."""
        types = self.schema
        wanted = []
        for name, value in columns.items():
            if name not in types:
                raise KeyError(f"there is no column {name!r} among {', '.join(types)}")
            wanted.append((name, _engine(value, types[name])))
        return Frame(self._native.find(wanted))

    def to_dict(self) -> Dict[str, List[Any]]:
        """A list for each column."""
        return {name: self.column(name).to_pylist() for name in self.column_names}

    def to_pylist(self) -> List[Dict[str, Any]]:
        """A dict for each row."""
        names = self.column_names
        return [dict(zip(names, row)) for row in zip(*(self.column(n).to_pylist() for n in names))]

    def rows(self) -> List[Tuple[Any, ...]]:
        """A tuple for each row."""
        return list(zip(*(self.column(n).to_pylist() for n in self.column_names)))

    def to_pyarrow(self) -> Any:
        """A `pyarrow.Table`. ImportError without pyarrow."""
        return import_module("pyarrow").table(self)

    to_arrow = to_pyarrow

    def to_polars(self) -> Any:
        """A `polars.DataFrame`. ImportError without polars."""
        return import_module("polars").DataFrame(self)

    def to_pandas(self) -> Any:
        """A `pandas.DataFrame`. ImportError without pandas and pyarrow."""
        import_module("pandas")  # whoever lacks it is told its name and not pyarrow's
        return self.to_pyarrow().to_pandas()

    def __arrow_c_stream__(self, requested_schema: Optional[object] = None) -> object:
        return self._native.__arrow_c_stream__(requested_schema)

    def __arrow_c_array__(self, requested_schema: Optional[object] = None) -> Tuple[object, object]:
        return self._native.__arrow_c_array__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        return self._native.__arrow_c_schema__()

    def __repr__(self) -> str:
        return f"<Frame of {len(self)} rows: {', '.join(f'{n} {t}' for n, t in self.schema.items())}>"

    def __str__(self) -> str:
        return self.text()

    def text(self, rows: int = 20) -> str:
        """The first rows as a table of text."""
        names = self.column_names
        cells = [[_cell(v) for v in row] for row in self.slice(0, rows).rows()]
        widths = [max([len(n)] + [len(r[i]) for r in cells]) for i, n in enumerate(names)]
        lines = ["  ".join(v.ljust(w) for v, w in zip(line, widths)).rstrip() for line in [names, ["-" * w for w in widths]] + cells]
        if len(self) > rows:
            lines.append(f"... {len(self)} rows")
        return "\n".join(lines)

    def html(self, rows: int = 20) -> str:
        """The first rows as a table for a notebook."""
        from html import escape

        head = "".join(f"<th>{escape(n)}</th>" for n in self.column_names)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(_cell(v))}</td>" for v in row) + "</tr>" for row in self.slice(0, rows).rows()
        )
        foot = f"<p>{len(self)} rows</p>"
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{foot}"

    def _repr_html_(self) -> str:
        return self.html()


def _cell(v: Any) -> str:
    if v is None:
        return ""
    if isinstance(v, _dt.datetime):
        return v.strftime("%Y-%m-%d %H:%M:%S") + (f".{v.microsecond // 1000:03}" if v.microsecond else "")
    if isinstance(v, float):
        return f"{v:g}"
    return str(v)


def _python(values: List[Any], type: str) -> List[Any]:
    """The border's values as Python's own."""
    if type == "timestamp":
        return [None if v is None else datetime_of_ms(v) for v in values]
    if type.startswith("list<"):
        inner = type[5:-1]
        return [None if v is None else _python(v, inner) for v in values]
    return values


def _engine(value: Any, type: str) -> Any:
    """A value as the border wants it."""
    if value is None:
        return None
    if type == "timestamp":
        return ms_of_datetime(value) if isinstance(value, _dt.datetime) else value
    if type == "json" and not isinstance(value, str):
        return _json.dumps(value)
    if type.startswith("list<") and not isinstance(value, (str, bytes)):
        inner = type[5:-1]
        if inner in ("timestamp", "json") or inner.startswith("list<"):
            return [_engine(v, inner) for v in value]
    return value


def native(given: Any, types: Columns) -> _Frame:
    """The engine's frame of what a function gave."""
    if isinstance(given, Frame):
        return given._native
    if isinstance(given, dict):
        by = dict(types)
        given = {name: [_engine(v, by[name]) for v in values] if _converts(by.get(name)) else values for name, values in given.items()}
    return _Frame.of(given, types)


def _converts(type: Optional[str]) -> bool:
    return type is not None and (type in ("timestamp", "json") or type.startswith("list<"))
