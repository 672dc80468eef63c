"""Keyed queries of tables: how keys are written, and pages."""

import base64
import datetime as _dt
import json
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, List, Optional, Tuple, Union

from ._frame import Frame
from ._types import ms_of_datetime

if TYPE_CHECKING:
    from ._stream import _Rows

#: A key: the value of its one column, or a tuple of those of its columns or of the first of them.
KeyLike = Union[None, Any, Tuple[Any, ...]]
#: Asks the engine for some rows, by keys as JSON.
Ask = Callable[[str], Frame]


def _value(v: Any, type: str) -> Any:
    if isinstance(v, _dt.datetime):
        return ms_of_datetime(v)
    if isinstance(v, (bytes, bytearray)):
        return base64.b64encode(v).decode()
    if type == "json" and not isinstance(v, str):
        return json.dumps(v)
    return v


def _key(table: "_Rows", key: Tuple[Any, ...]) -> List[Any]:
    types = table._shape.columns[: table._shape.key_len]
    if len(key) > len(types):
        raise ValueError(f"the key has the columns {', '.join(n for n, _ in types)}, and {len(key)} value(s) were given")
    return [_value(v, t) for v, (_, t) in zip(key, types)]


def _bound(table: "_Rows", key: KeyLike) -> Optional[List[Any]]:
    return None if key is None else _key(table, key if isinstance(key, tuple) else (key,))


def get(ask: Ask, table: "_Rows", key: Tuple[Any, ...]) -> Optional[Dict[str, Any]]:
    """The one row of a key. The end of a window need not be said."""
    names = table._shape.key
    least = len(names) - 1 if table._shape.windowed else len(names)
    if not least <= len(key) <= len(names):
        raise ValueError(f"the key has the columns {', '.join(names[:least])}, and {len(key)} value(s) were given")
    written = _key(table, key)
    found = ask(json.dumps({"from": written, "to": written, "limit": 1})).to_pylist()
    return found[0] if found else None


def between(ask: Ask, table: "_Rows", first: KeyLike, last: KeyLike) -> Frame:
    return ask(json.dumps({"from": _bound(table, first), "to": _bound(table, last)}))


def pages(ask: Ask, table: "_Rows", rows: int) -> Iterator[Frame]:
    if rows < 1:
        raise ValueError("a page has at least one row")
    after: Optional[List[Any]] = None
    while True:
        page = ask(json.dumps({"after": after, "limit": rows}))
        if len(page) > 0:
            yield page
        if len(page) < rows:
            return
        after = _key(table, tuple(page.column(n)[-1] for n in table._shape.key))
