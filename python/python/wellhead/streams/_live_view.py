"""`LiveView`: a table that is looked at while it changes."""

import sys
import threading
import time
from typing import Any, Callable, Optional, TextIO

from .._wellhead import KafkaException
from ._frame import Frame


class LiveView:
    """Shows what a table holds, again and again. As the last value of a notebook's cell it shows the table once and follows it in the
    background until `stop()`, or until the program ends; `show()` follows it in the foreground. Elsewhere `show()` prints it.
    """

    def __init__(self, frame: Callable[[], Frame], every: float = 0.5, rows: int = 20) -> None:
        if every <= 0:
            raise ValueError("every: more than 0 seconds are needed")
        self._frame = frame
        self._every = every
        self._rows = rows
        self._stopping = threading.Event()
        self._thread: Optional[threading.Thread] = None
        self._handle: Any = None

    def __str__(self) -> str:
        return self._frame().text(self._rows)

    def _repr_html_(self) -> str:
        return self._frame().html(self._rows)

    def _ipython_display_(self) -> None:
        if _notebook() is None:
            print(self)
        else:
            self.start()

    def start(self) -> "LiveView":
        """Displays it in a notebook and follows it in the background. RuntimeError outside of one."""
        display = _notebook()
        if display is None:
            raise RuntimeError("there is no notebook here: show() prints the table")
        if self._thread is None or not self._thread.is_alive():
            self._stopping.clear()
            self._handle = display(_Html(self._repr_html_()), display_id=True)
            self._thread = threading.Thread(target=self._follow, name="wellhead-live", daemon=True)
            self._thread.start()
        return self

    def stop(self) -> None:
        """Ends the following; what is shown stays. Blocks for a moment."""
        self._stopping.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(5)

    def _follow(self) -> None:
        shown = ""
        while not self._stopping.wait(self._every):
            try:
                html = self._repr_html_()
            except KafkaException:
                return  # the program ended
            if html != shown:
                shown = html
                self._handle.update(_Html(html))

    def show(self, seconds: Optional[float] = None, file: Optional[TextIO] = None) -> None:
        """Follows it for so many seconds (None: until Ctrl-C or the program's end): in a notebook in its place, elsewhere as text, printed
        anew when it changed."""
        display = _notebook() if file is None else None
        handle = display(_Html(self._repr_html_()), display_id=True) if display is not None else None
        out = sys.stdout if file is None else file
        end = None if seconds is None else time.monotonic() + seconds
        shown = ""
        try:
            while True:
                try:
                    text = self._repr_html_() if handle is not None else str(self)
                except KafkaException:
                    return
                if text != shown:
                    shown = text
                    if handle is not None:
                        handle.update(_Html(text))
                    else:
                        print(text, end="\n\n", file=out, flush=True)
                left = self._every if end is None else min(self._every, end - time.monotonic())
                if left <= 0 or self._stopping.wait(left):
                    return
        except KeyboardInterrupt:
            return


class _Html:
    """What a notebook shows of it."""

    def __init__(self, html: str) -> None:
        self._html = html

    def _repr_html_(self) -> str:
        return self._html


def _notebook() -> Optional[Callable[..., Any]]:
    """IPython's display, where there is a notebook to show something in."""
    try:
        from IPython import get_ipython  # type: ignore[import-not-found,unused-ignore]
        from IPython.display import display  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return None
    shell = get_ipython()
    if shell is None or not hasattr(shell, "kernel"):
        return None
    found: Callable[..., Any] = display
    return found
