"""Configuration as callers write it (a dict, keywords, values of any type) to the pairs of text that the engine reads."""

import logging
from typing import Any, Callable, Dict, List, Optional, Tuple

from ._wellhead import KafkaError, KafkaException, __version__

#: Keys whose values are Python objects. The engine never sees them.
CALLBACKS = ("error_cb", "stats_cb", "throttle_cb", "oauth_cb", "on_commit", "on_delivery", "log_cb")
#: Properties whose names really have underscores.
UNDERSCORED = ("log_level",)

Pairs = List[Tuple[str, str]]


class Conf:
    """A configuration taken apart: `pairs` for the engine, callbacks and the logger for us."""

    def __init__(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> None:
        if len(args) > 1 or (args and not isinstance(args[0], dict)) or (not args and not kwargs):
            raise TypeError("expected configuration dict")
        given: Dict[str, Any] = dict(args[0]) if args else {}
        for key, value in kwargs.items():
            given[_keyword(key)] = value
        self.logger: Any = given.pop("logger", None)
        self.callbacks: Dict[str, Optional[Callable[..., Any]]] = {}
        for name in CALLBACKS:
            callback = given.pop(name, None)
            if callback is not None and not callable(callback):
                if name == "on_delivery":
                    raise KafkaException(KafkaError(KafkaError._INVALID_ARG, "on_delivery requires a callable object"))
                raise TypeError(f"expected {name} property as a callable function")
            self.callbacks[name] = callback
        topic = given.pop("default.topic.config", None)
        if isinstance(topic, dict):
            given.update(topic)  # what is said about topics in particular goes first
        partitioner = given.get("partitioner")
        if callable(partitioner):
            raise TypeError("partitioner takes a name, e.g. 'murmur2_random'; to choose a partition in Python, give it to produce()")
        self.pairs: Pairs = [(_text_key(k), _text(v)) for k, v in given.items() if v is not None]

    def announce(self, kind: str) -> None:
        """What is worth a line before anything is asked: with `debug`, that a client was made; and that it has no broker to begin with."""
        log = self.logger if self.logger is not None else logging.getLogger("wellhead")
        if self.get("debug") and hasattr(log, "debug"):
            log.debug("INIT [%s]: wellhead %s %s initialized", self.get("client.id") or "wellhead", __version__, kind)
        if not self.get("bootstrap.servers", "metadata.broker.list"):
            log.warning("bootstrap.servers is not set: the %s has no broker to begin with", kind)

    def get(self, *names: str) -> Optional[str]:
        """The last value that was given under one of the names."""
        found = [v for k, v in self.pairs if k in names]
        return found[-1] if found else None

    @property
    def stats_interval_ms(self) -> int:
        text = self.get("statistics.interval.ms")
        return int(text) if text and text.isdigit() else 0


def _keyword(key: str) -> str:
    """`bootstrap_servers=` means bootstrap.servers; names that are ours, or have dots already, stay."""
    if "." in key or key in CALLBACKS or key in UNDERSCORED or key == "logger":
        return key
    return key.replace("_", ".")


def _text_key(key: Any) -> str:
    return key if isinstance(key, str) else str(key)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, (list, tuple)):
        return ",".join(_text(v) for v in value)
    return str(value)


def check_credentials(username: Any, password: Any) -> None:
    for name, value in (("username", username), ("password", password)):
        if not isinstance(value, str):
            raise TypeError(f"{name} must be a string, not {type(value).__name__}")
