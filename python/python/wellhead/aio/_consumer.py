"""`AsyncConsumer`."""

import inspect
import time
from typing import Any, AsyncIterator, Callable, Dict, List, Optional, Tuple, Type, TypeVar

from .._clients import Consumer, ConsumerGroupMetadata
from .._wellhead import Batch, KafkaException, Message, TopicPartition
from ..admin._metadata import ClusterMetadata
from ._ready import Ready, in_thread

C = TypeVar("C", bound="AsyncConsumer")

#: Seconds that close() gives the last commit and the goodbye to the group.
_CLOSE_S = 30.0


class AsyncConsumer:
    """A consumer for asyncio. `await consumer.poll()`, `await consumer.consume(n)`, `async for message in consumer`,
    `async for batch in consumer.batches()`. Rebalance callbacks may be coroutine functions."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._consumer = Consumer(*args, **kwargs)
        self._ready = Ready(self._consumer._event_fd())
        self._on_revoke: Optional[Callable[..., Any]] = None
        # Answers of coroutine callbacks that poll() has to await: (awaitable, whether revoked, partitions).
        self._answers: List[Tuple[Any, bool, List[TopicPartition]]] = []

    # Reading

    async def poll(self, timeout: float = -1) -> Optional[Message]:
        """The next message, or None after `timeout` seconds (negative: never)."""
        end = _end(timeout)
        while True:
            message = self._consumer.poll(0)
            await self._answer()
            if message is not None or self._consumer._closed() or not await self._wait(end):
                return message

    async def consume(self, num_messages: int = 1, timeout: float = -1) -> List[Message]:
        """Up to `num_messages` messages, waiting up to `timeout` seconds until there are as many."""
        end = _end(timeout)
        out: List[Message] = []
        while True:
            out.extend(self._consumer.consume(num_messages - len(out), 0))
            await self._answer()
            if len(out) >= num_messages or self._consumer._closed() or not await self._wait(end):
                return out

    def __aiter__(self) -> AsyncIterator[Message]:
        return self._messages()

    async def _messages(self) -> AsyncIterator[Message]:
        while not self._consumer._closed():
            for message in await self._some():
                error = message.error()
                if error is not None:
                    raise KafkaException(error)
                yield message

    async def _some(self) -> List[Message]:
        # One at a time keeps what is stored for a commit in step with what the loop's body has seen.
        message = await self.poll()
        return [] if message is None else [message]

    async def batches(self, max_rows: int = 32768, timeout: Optional[float] = None, linger: float = 0.1) -> AsyncIterator[Batch]:
        """As Consumer.batches(): records as columns."""
        while True:
            end = _end(-1 if timeout is None else timeout)
            batch: Optional[Batch] = None
            while True:
                more = self._consumer._next_batch(max_rows - (len(batch) if batch is not None else 0), 0.0, 0.0)
                await self._answer()
                if more is not None:
                    if batch is None:
                        end = _end(linger)
                    batch = more if batch is None else batch._joined(more)
                if (batch is not None and len(batch) >= max_rows) or self._consumer._closed() or not await self._wait(end):
                    break
            if batch is None:
                return
            yield batch

    async def _wait(self, end: Optional[float]) -> bool:
        """Waits for events. False: the time is over."""
        left = None if end is None else end - time.monotonic()
        if left is not None and left <= 0:
            return False
        await self._ready.wait(left)
        return True

    # The group

    async def subscribe(
        self,
        topics: List[str],
        on_assign: Optional[Callable[..., Any]] = None,
        on_revoke: Optional[Callable[..., Any]] = None,
        on_lost: Optional[Callable[..., Any]] = None,
    ) -> None:
        """As Consumer.subscribe(). The callbacks get this object; those that are coroutine functions are awaited inside poll()."""
        self._on_revoke = on_revoke
        kwargs: Dict[str, Any] = {}
        for name, callback, revoke in (("on_assign", on_assign, False), ("on_revoke", on_revoke, True), ("on_lost", on_lost, True)):
            if callback is not None:
                kwargs[name] = self._callback(callback, revoke)
        self._consumer.subscribe(topics, **kwargs)

    def _callback(self, callback: Callable[..., Any], revoke: bool) -> Callable[..., Any]:
        def called(_consumer: Any, partitions: List[TopicPartition]) -> None:
            said = callback(self, partitions)
            if inspect.isawaitable(said):
                self._consumer._defer()
                self._answers.append((said, revoke, partitions))

        return called

    async def _answer(self) -> None:
        while self._answers:
            said, revoke, partitions = self._answers.pop(0)
            self._consumer._begin_answer()
            try:
                await said
            finally:
                self._consumer._answer(revoke, partitions)

    async def unsubscribe(self) -> None:
        self._consumer.unsubscribe()

    async def assign(self, partitions: List[TopicPartition]) -> None:
        self._consumer.assign(partitions)

    async def unassign(self) -> None:
        self._consumer.unassign()

    async def incremental_assign(self, partitions: List[TopicPartition]) -> None:
        self._consumer.incremental_assign(partitions)

    async def incremental_unassign(self, partitions: List[TopicPartition]) -> None:
        self._consumer.incremental_unassign(partitions)

    async def assignment(self) -> List[TopicPartition]:
        return self._consumer.assignment()

    async def subscription(self) -> List[str]:
        return self._consumer.subscription()

    async def consumer_group_metadata(self) -> Optional[ConsumerGroupMetadata]:
        return self._consumer.consumer_group_metadata()

    async def memberid(self) -> Optional[str]:
        return self._consumer.memberid()

    # Offsets

    async def commit(
        self, message: Optional[Message] = None, offsets: Optional[List[TopicPartition]] = None, asynchronous: bool = True
    ) -> Optional[List[TopicPartition]]:
        if asynchronous:
            return self._consumer.commit(message, offsets, True)
        done: Optional[List[TopicPartition]] = await in_thread(self._consumer.commit, message, offsets, False)
        return done

    async def store_offsets(self, message: Optional[Message] = None, offsets: Optional[List[TopicPartition]] = None) -> None:
        self._consumer.store_offsets(message, offsets)

    async def committed(self, partitions: List[TopicPartition], timeout: float = -1) -> List[TopicPartition]:
        found: List[TopicPartition] = await in_thread(self._consumer.committed, partitions, timeout)
        return found

    async def position(self, partitions: List[TopicPartition]) -> List[TopicPartition]:
        return self._consumer.position(partitions)

    async def seek(self, partition: TopicPartition) -> None:
        await in_thread(self._consumer.seek, partition)

    async def pause(self, partitions: List[TopicPartition]) -> None:
        self._consumer.pause(partitions)

    async def resume(self, partitions: List[TopicPartition]) -> None:
        self._consumer.resume(partitions)

    async def get_watermark_offsets(self, partition: TopicPartition, timeout: float = -1, cached: bool = False) -> Tuple[int, int]:
        if cached:
            return self._consumer.get_watermark_offsets(partition, timeout, True)
        found: Tuple[int, int] = await in_thread(self._consumer.get_watermark_offsets, partition, timeout)
        return found

    async def offsets_for_times(self, partitions: List[TopicPartition], timeout: float = -1) -> List[TopicPartition]:
        found: List[TopicPartition] = await in_thread(self._consumer.offsets_for_times, partitions, timeout)
        return found

    async def list_topics(self, topic: Optional[str] = None, timeout: float = -1) -> ClusterMetadata:
        found: ClusterMetadata = await in_thread(self._consumer.list_topics, topic, timeout)
        return found

    async def cluster_id(self, timeout: float = -1) -> str:
        return str(await in_thread(self._consumer.cluster_id, timeout))

    async def set_sasl_credentials(self, username: str, password: str) -> None:
        self._consumer.set_sasl_credentials(username, password)

    async def close(self) -> None:
        """Commits what was read (enable.auto.commit), leaves the group and ends the consumer."""
        if self._consumer._closed():
            return
        callback, self._on_revoke = self._on_revoke, None
        if callback is not None:
            held = self._consumer.assignment()
            if held and self._consumer.subscription():
                said = callback(self, held)
                if inspect.isawaitable(said):
                    await said
        self._ready.close()
        await in_thread(self._consumer._end, _CLOSE_S)

    async def __aenter__(self: C) -> C:
        return self

    async def __aexit__(self, exc_type: Optional[Type[BaseException]], exc_value: Any, exc_traceback: Any) -> None:
        await self.close()


class AIOConsumer(AsyncConsumer):
    """AsyncConsumer under confluent-kafka's name. There are no workers: those arguments are accepted and unused."""

    def __init__(self, consumer_conf: Dict[str, Any], max_workers: int = 100, executor: Any = None) -> None:
        super().__init__(consumer_conf)


def _end(timeout: float) -> Optional[float]:
    return None if timeout < 0 else time.monotonic() + timeout
