"""Waiting for a file descriptor in an event loop."""

import asyncio
import threading
from typing import Any, Callable, Optional, Set


class Ready:
    """Lets coroutines wait until a descriptor is readable. The loop watches it only while somebody waits."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._waiting: "Set[asyncio.Future[None]]" = set()
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._closed = False

    async def wait(self, timeout: Optional[float]) -> None:
        """Returns when it is readable, closed, or the time is over."""
        if self._closed:
            return
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            # Waiters of an earlier loop ended with it.
            self._waiting.clear()
            self._loop = loop
        waiter: "asyncio.Future[None]" = loop.create_future()
        if not self._waiting:
            loop.add_reader(self._fd, self._wake)
        self._waiting.add(waiter)
        try:
            await asyncio.wait({waiter}, timeout=timeout)
        finally:
            self._waiting.discard(waiter)
            if not self._waiting and not self._closed and self._loop is loop:
                loop.remove_reader(self._fd)

    def _wake(self) -> None:
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)

    def close(self) -> None:
        """Stops watching, before the descriptor goes away; whoever waits is woken."""
        if self._closed:
            return
        self._closed = True
        if self._waiting and self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._fd)
            self._wake()


async def in_thread(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Runs a blocking question on a thread of its own.

    Not on the loop's executor: asyncio.run() joins those threads, so that Ctrl-C would wait for an answer that may never come.
    """
    loop = asyncio.get_running_loop()
    future: "asyncio.Future[Any]" = loop.create_future()

    def settle(error: Optional[BaseException], value: Any) -> None:
        if future.done():
            return  # cancelled meanwhile
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(value)

    def work() -> None:
        error: Optional[BaseException] = None
        value: Any = None
        try:
            value = call(*args, **kwargs)
        except BaseException as e:  # noqa: B902 - it belongs to whoever awaits
            error = e
        try:
            loop.call_soon_threadsafe(settle, error, value)
        except RuntimeError:
            pass  # the loop has ended, and with it whoever waited

    threading.Thread(target=work, name="wellhead-aio", daemon=True).start()
    return await future
