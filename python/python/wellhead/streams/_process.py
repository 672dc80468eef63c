"""`State`: what a function of `process` keeps for its keys, and its timers."""

import datetime as _dt
from typing import Any, Callable, Dict, List, Optional, Tuple, Union

from .._wellhead import _Frame
from ._frame import Frame, native
from ._types import Columns, time_ms

#: What a change does, by its number at the border.
_PUT, _DELETE, _SET, _CANCEL = 0, 1, 2, 4
_CLOCKS = {"event": 0, "wall": 1}
_CHANGES: Columns = [("_key", "int"), ("what", "int"), ("value", "bytes"), ("time", "int")]


class State:
    """Bytes for each key of a batch, and its timers; rows are named by their number in it, and rows of one key share what it has.

    Both are in the program's changelog: they come back after a stop, as they were at the last commit.
    """

    def __init__(self, keys: List[int], kept: List[Optional[bytes]], event_time: Optional[int]) -> None:
        self._keys = keys
        #: Event time: the greatest time of a row so far, milliseconds since 1970; None before the first.
        self.event_time = event_time
        self._now: Dict[int, Optional[bytes]] = {}
        for key, value in zip(keys, kept):
            self._now.setdefault(key, value)
        self._changes: Dict[str, List[Any]] = {name: [] for name, _ in _CHANGES}

    def __len__(self) -> int:
        return len(self._keys)

    def _change(self, row: int, what: int, value: Optional[bytes], time: Optional[int]) -> int:
        key = self._keys[row]
        for name, v in zip(self._changes, (key, what, value, time)):
            self._changes[name].append(v)
        return key

    def get(self, row: int) -> Optional[bytes]:
        """What the key of this row has, or None."""
        return self._now[self._keys[row]]

    def put(self, row: int, value: bytes) -> None:
        """Keeps bytes for the key of this row."""
        if not isinstance(value, (bytes, bytearray)):
            raise TypeError(f"state is bytes, not {value!r}: encode it, as json.dumps(v).encode() does")
        self._now[self._change(row, _PUT, bytes(value), None)] = bytes(value)

    def delete(self, row: int) -> None:
        """Forgets what the key of this row has. Its timers stay."""
        self._now[self._change(row, _DELETE, None, None)] = None

    def set_timer(self, row: int, time: Union[int, _dt.datetime], clock: str = "event") -> None:
        """Calls `timers` for the key of this row at a time (milliseconds since 1970 or a datetime) of event time, or of the wall clock
        with `clock="wall"`. The same time twice is one call."""
        self._change(row, _SET + self._clock(clock), None, time_ms(time))

    def cancel_timer(self, row: int, time: Union[int, _dt.datetime], clock: str = "event") -> None:
        """Takes back a timer that was set for this time."""
        self._change(row, _CANCEL + self._clock(clock), None, time_ms(time))

    @staticmethod
    def _clock(clock: str) -> int:
        if clock not in _CLOCKS:
            raise ValueError(f"clock: {clock!r} is neither event nor wall")
        return _CLOCKS[clock]

    def _frame(self) -> Optional[_Frame]:
        return native(self._changes, _CHANGES) if self._changes["what"] else None


def called(
    rows: Callable[[Frame, State], Any], timers: Optional[Callable[[Frame, str, State], Any]], types: Columns
) -> Callable[[int, Optional[int], _Frame], Tuple[Optional[_Frame], Optional[_Frame]]]:
    """How the engine calls a function of `process`."""

    def call(why: int, event_time: Optional[int], given: _Frame) -> Tuple[Optional[_Frame], Optional[_Frame]]:
        frame = Frame(given)
        state = State(frame.column("_key").to_pylist(), frame.column("_state").to_pylist(), event_time)
        if why == 0:
            gave = rows(frame, state)
        elif timers is not None:
            gave = timers(frame, "event" if why == 1 else "wall", state)
        else:
            raise ValueError("a timer is due, and process() was given no function timers=")
        return None if gave is None else native(gave, types), state._frame()

    return call
