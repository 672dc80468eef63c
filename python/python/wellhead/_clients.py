"""`Producer` and `Consumer`: the configuration and what is not per record, over the classes of the engine's border."""

from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple, Type, TypeVar

from . import _live
from ._conf import Conf, check_credentials
from ._model import metadata_of
from ._wellhead import Batch, KafkaError, KafkaException, TopicPartition, _Consumer, _Producer

P = TypeVar("P", bound="Producer")
C = TypeVar("C", bound="Consumer")


def _transactional() -> KafkaException:
    return KafkaException(KafkaError(KafkaError._NOT_CONFIGURED, "The Transactional API requires transactional.id to be configured"))


class Producer(_Producer):
    """Sends records. `Producer({"bootstrap.servers": ...})`, or `Producer(bootstrap_servers=...)`.

    `produce()` queues and returns at once. What became of a record comes to its callback, which runs inside `poll()` or `flush()`.
    Call `flush()` (or `close()`, or use a `with` block) before the end.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        conf = Conf(args, kwargs)
        self._transactional_id = conf.get("transactional.id")
        cb = conf.callbacks
        self._open(conf.pairs, cb["on_delivery"], cb["stats_cb"], conf.stats_interval_ms, conf.logger, cb["error_cb"])
        conf.announce("producer")
        _live.producers.add(self)

    def list_topics(self, topic: Optional[str] = None, timeout: float = -1) -> "ClusterMetadata":
        """The brokers and topics of the cluster, or one topic."""
        return metadata_of(self._metadata(topic, timeout))

    def cluster_id(self, timeout: float = -1) -> str:
        return self._metadata(None, timeout)[0] or ""

    def set_sasl_credentials(self, username: str, password: str) -> None:
        """Credentials for the next connection with SASL. A client without SASL, the only kind so far, has no use for them."""
        check_credentials(username, password)

    def _transaction(self) -> None:
        if self._closed():
            raise RuntimeError("Producer has been closed")
        if not self._transactional_id:
            raise _transactional()
        raise KafkaException(KafkaError(KafkaError._NOT_IMPLEMENTED, "transactions are not implemented"))

    def init_transactions(self, timeout: float = -1) -> None:
        self._transaction()

    def begin_transaction(self) -> None:
        self._transaction()

    def commit_transaction(self, timeout: float = -1) -> None:
        self._transaction()

    def abort_transaction(self, timeout: float = -1) -> None:
        self._transaction()

    def send_offsets_to_transaction(self, positions: List[TopicPartition], group_metadata: Any, timeout: float = -1) -> None:
        self._transaction()

    def __enter__(self: P) -> P:
        return self

    def __exit__(self, exc_type: Optional[Type[BaseException]], exc_value: Any, exc_traceback: Any) -> None:
        self.close()


class ConsumerGroupMetadata(NamedTuple):
    """Which membership of a group a consumer has."""

    group_id: str
    generation_id: int
    member_id: str
    group_instance_id: Optional[str]


class Consumer(_Consumer):
    """Reads records, alone (`assign`) or in a group (`subscribe`).

    `poll()` gives one message, `consume()` a list, `batches()` columns. What was returned is committed in the background
    (enable.auto.commit) or by `commit()`. Call `close()`, or use a `with` block, so that the group knows at once.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        conf = Conf(args, kwargs)
        cb = conf.callbacks
        self._open(conf.pairs, cb["on_commit"], cb["error_cb"], cb["stats_cb"], conf.stats_interval_ms, conf.logger)
        # After the properties were read: a misspelt group.id is told by its own name.
        if not conf.get("group.id"):
            self._end(0)
            raise ValueError("Failed to create consumer: group.id must be set")
        conf.announce("consumer")
        _live.consumers.add(self)

    def batches(self, max_rows: int = 32768, timeout: Optional[float] = None, linger: float = 0.1) -> Iterator[Batch]:
        """Records as columns, for pyarrow, polars, pandas, duckdb: `for batch in consumer.batches(): pyarrow.table(batch)`.

        A batch has at most `max_rows` records; it comes when it is full, or `linger` seconds after its first record. The iteration
        ends when nothing came for `timeout` seconds (None: never).
        """
        while True:
            batch = self._next_batch(max_rows, timeout, linger)
            if batch is None:
                return
            yield batch

    def list_topics(self, topic: Optional[str] = None, timeout: float = -1) -> "ClusterMetadata":
        """The brokers and topics of the cluster, or one topic."""
        return metadata_of(self._metadata(topic, timeout))

    def cluster_id(self, timeout: float = -1) -> str:
        return self._metadata(None, timeout)[0] or ""

    def consumer_group_metadata(self) -> Optional[ConsumerGroupMetadata]:
        found = self._group_metadata()
        return None if found is None else ConsumerGroupMetadata(*found)

    def set_sasl_credentials(self, username: str, password: str) -> None:
        """Credentials for the next connection with SASL. A client without SASL, the only kind so far, has no use for them."""
        check_credentials(username, password)

    def __enter__(self: C) -> C:
        return self

    def __exit__(self, exc_type: Optional[Type[BaseException]], exc_value: Any, exc_traceback: Any) -> None:
        self.close()


from .admin._metadata import ClusterMetadata  # noqa: E402 - needed by annotations; admin imports this module
