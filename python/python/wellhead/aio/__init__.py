"""Producer and consumer for asyncio.

The engine tells through a file descriptor that reports or records wait, and the event loop watches it: no thread waits, neither per
call nor per client. Only rare questions to the cluster (committed(), list_topics(), a synchronous commit()) take a thread for
themselves. `AIOProducer` and `AIOConsumer` are the names and signatures of confluent-kafka.
"""

from ._consumer import AIOConsumer, AsyncConsumer
from ._producer import AIOProducer, AsyncProducer

__all__ = ["AIOConsumer", "AIOProducer", "AsyncConsumer", "AsyncProducer"]
