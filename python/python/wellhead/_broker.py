"""`Broker`: the log itself, in this process."""

import os
from typing import Any, Dict, List, Optional, Type, TypeVar, Union

from . import _live
from ._conf import _text
from ._wellhead import _Broker

B = TypeVar("B", bound="Broker")


class Broker:
    """A durable broker on a data directory, embedded in this process.

    `with wellhead.Broker("./data") as b: Producer({"bootstrap.servers": b.bootstrap_servers})`

    No port is opened unless `listen` names one (`"127.0.0.1:9092"`; port 0 takes a free one). `config` takes Kafka's broker
    property names; keywords with underscores do as well (`auto_create_topics_enable=False`). A second broker on the same directory,
    also in another process, is refused with KafkaException.
    """

    def __init__(
        self,
        data: Union[str, "os.PathLike[str]"] = "./wellhead-data",
        listen: Optional[str] = None,
        config: Optional[Dict[str, Any]] = None,
        **properties: Any,
    ) -> None:
        given: Dict[str, Any] = dict(config or {})
        for key, value in properties.items():
            given[key if "." in key else key.replace("_", ".")] = value
        if listen is not None:
            given["listeners"] = listen
        self._broker = _Broker(os.fspath(data), [(str(k), _text(v)) for k, v in given.items() if v is not None])
        self.data = os.fspath(data)
        _live.brokers.add(self)

    @property
    def bootstrap_servers(self) -> str:
        """What a client's `bootstrap.servers` takes: the address it listens on, else a name that works in this process."""
        return self._broker.bootstrap_servers()

    @property
    def listen(self) -> Optional[str]:
        """The address that other processes reach it at, or None."""
        found = self._broker.listen_addrs()
        return found[0] if found else None

    @property
    def listen_addresses(self) -> List[str]:
        return self._broker.listen_addrs()

    @property
    def closed(self) -> bool:
        return self._broker.closed()

    def close(self) -> None:
        """Stops it cleanly: what was acknowledged is on disk, and the next start is quick."""
        self._broker.close()

    def __enter__(self: B) -> B:
        return self

    def __exit__(self, exc_type: Optional[Type[BaseException]], exc_value: Any, exc_traceback: Any) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<wellhead.Broker {self.data!r} {'closed' if self.closed else self.bootstrap_servers}>"
