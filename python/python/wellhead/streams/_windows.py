"""Windows of time. Lengths are texts ("10s", "1h30m") or timedeltas; windows begin at multiples of their advance since 1970, UTC."""

from typing import Any, Dict

from ._types import Duration, ms


class Window:
    """A kind of window; `tumble`, `hop`, `sliding` and `session` make them."""

    __slots__ = ("_json",)

    def __init__(self, json: Dict[str, Dict[str, int]]) -> None:
        self._json = json

    def __repr__(self) -> str:
        ((kind, lengths),) = self._json.items()
        return f"<{kind} window {', '.join(f'{k}={v}' for k, v in lengths.items())}>"


def tumble(size: Duration) -> Window:
    """One behind the other: each row is in one."""
    return Window({"tumbling": {"size_ms": ms(size, "size")}})


def hop(size: Duration, every: Duration) -> Window:
    """A new one begins `every` so often: each row is in several."""
    return Window({"hopping": {"size_ms": ms(size, "size"), "advance_ms": ms(every, "every")}})


def sliding(size: Duration) -> Window:
    """One for each set of rows that are no further apart than `size`, both ends included."""
    return Window({"sliding": {"size_ms": ms(size, "size")}})


def session(gap: Duration) -> Window:
    """Rows of a group that are no further apart than `gap` are one session."""
    return Window({"session": {"gap_ms": ms(gap, "gap")}})


def window_json(window: Any) -> Any:
    if not isinstance(window, Window):
        raise TypeError(f"a window is tumble(), hop(), sliding() or session(), not {window!r}")
    return window._json
