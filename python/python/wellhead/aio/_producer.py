"""`AsyncProducer`."""

import asyncio
import inspect
import time
from typing import Any, Callable, Dict, List, Optional, Type, TypeVar

from .._clients import Producer
from .._wellhead import KafkaError, KafkaException, Message
from ..admin._metadata import ClusterMetadata
from ._ready import in_thread

P = TypeVar("P", bound="AsyncProducer")


class AsyncProducer:
    """A producer for asyncio. `await producer.send(topic, value)` returns the delivered message; `await producer.produce(...)` only
    queues the record and returns a future of it, so that many can be under way."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._producer = Producer(*args, **kwargs)
        self._fd = self._producer._event_fd()
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._under_way = 0
        # Those who wait for room in the queue, or for everything to be delivered.
        self._waiting: "List[asyncio.Future[None]]" = []

    def produce_nowait(
        self,
        topic: str,
        value: Any = None,
        key: Any = None,
        partition: int = -1,
        timestamp: int = 0,
        headers: Any = None,
        on_delivery: Optional[Callable[..., Any]] = None,
    ) -> "asyncio.Future[Message]":
        """Queues a record. The future gives the delivered message or raises KafkaException. A full queue raises BufferError."""
        loop = self._watch()
        future: "asyncio.Future[Message]" = loop.create_future()

        def delivered(error: Optional[KafkaError], message: Message) -> None:
            self._under_way -= 1
            if not future.done() and not loop.is_closed():
                if error is not None:
                    future.set_exception(KafkaException(error))
                else:
                    future.set_result(message)
            if on_delivery is not None:
                said = on_delivery(error, message)
                if inspect.isawaitable(said):
                    asyncio.ensure_future(said)

        self._producer.produce(topic, value, key, partition, on_delivery=delivered, timestamp=timestamp, headers=headers)
        self._under_way += 1
        return future

    async def produce(
        self,
        topic: str,
        value: Any = None,
        key: Any = None,
        partition: int = -1,
        timestamp: int = 0,
        headers: Any = None,
        on_delivery: Optional[Callable[..., Any]] = None,
    ) -> "asyncio.Future[Message]":
        """Queues a record, waiting for room if need be, and returns a future of the delivered message."""
        while True:
            try:
                return self.produce_nowait(topic, value, key, partition, timestamp, headers, on_delivery)
            except BufferError:
                await self._change(None)

    async def send(self, topic: str, value: Any = None, key: Any = None, **kwargs: Any) -> Message:
        """Queues a record and waits until it is delivered."""
        return await (await self.produce(topic, value, key, **kwargs))

    async def flush(self, timeout: float = -1) -> int:
        """Sends what is queued and waits until it is delivered or failed. Returns what is left."""
        self._producer.flush(0)
        end = None if timeout < 0 else time.monotonic() + timeout
        while self._under_way > 0:
            left = None if end is None else end - time.monotonic()
            if left is not None and left <= 0:
                break
            await self._change(left)
        return len(self._producer)

    async def poll(self, timeout: float = 0) -> int:
        """Serves reports; needed by nobody, as the event loop does it."""
        served = self._producer.poll(0)
        if served == 0 and timeout != 0 and self._under_way > 0:
            before = self._under_way
            await self._change(None if timeout < 0 else timeout)
            served = max(before - self._under_way, 0)
        return served

    async def purge(self, in_queue: bool = True, in_flight: bool = True, blocking: bool = True) -> None:
        self._producer.purge(in_queue, in_flight, blocking)

    async def list_topics(self, topic: Optional[str] = None, timeout: float = -1) -> ClusterMetadata:
        found: ClusterMetadata = await in_thread(self._producer.list_topics, topic, timeout)
        return found

    async def cluster_id(self, timeout: float = -1) -> str:
        return str(await in_thread(self._producer.cluster_id, timeout))

    async def set_sasl_credentials(self, username: str, password: str) -> None:
        self._producer.set_sasl_credentials(username, password)

    async def init_transactions(self, timeout: float = -1) -> None:
        self._producer.init_transactions(timeout)

    async def begin_transaction(self) -> None:
        self._producer.begin_transaction()

    async def send_offsets_to_transaction(self, positions: Any, group_metadata: Any, timeout: float = -1) -> None:
        self._producer.send_offsets_to_transaction(positions, group_metadata, timeout)

    async def commit_transaction(self, timeout: float = -1) -> None:
        self._producer.commit_transaction(timeout)

    async def abort_transaction(self, timeout: float = -1) -> None:
        self._producer.abort_transaction(timeout)

    async def close(self, timeout: float = -1) -> None:
        """Flushes and ends the producer."""
        if self._producer._closed():
            return
        await self.flush(timeout)
        self._unwatch()
        await in_thread(self._producer.close, 0)
        self._wake()

    def __len__(self) -> int:
        return len(self._producer)

    def __bool__(self) -> bool:
        return True

    async def __aenter__(self: P) -> P:
        return self

    async def __aexit__(self, exc_type: Optional[Type[BaseException]], exc_value: Any, exc_traceback: Any) -> None:
        await self.close()

    def _watch(self) -> asyncio.AbstractEventLoop:
        """The running loop, watching for reports."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop and not self._producer._closed():
            loop.add_reader(self._fd, self._serve)
            self._loop = loop
            self._waiting.clear()  # of a loop that has ended
        return loop

    def _unwatch(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._fd)
        self._loop = None

    def _serve(self) -> None:
        try:
            self._producer.poll(0)
        finally:
            self._wake()

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for w in waiting:
            if not w.done():
                w.set_result(None)

    async def _change(self, timeout: Optional[float]) -> None:
        """Waits until reports were served."""
        loop = self._watch()
        waiter: "asyncio.Future[None]" = loop.create_future()
        self._waiting.append(waiter)
        await asyncio.wait({waiter}, timeout=timeout)


class AIOProducer(AsyncProducer):
    """AsyncProducer under confluent-kafka's name. There are no workers and no second buffer: those arguments are accepted and unused."""

    def __init__(
        self, producer_conf: Dict[str, Any], max_workers: int = 4, executor: Any = None, batch_size: int = 1000, buffer_timeout: float = 1.0
    ) -> None:
        super().__init__(producer_conf)
