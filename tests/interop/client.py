"""What a client of the interop tests is: its verbs, what a record, a member and a refusal are. Does not own: the clients (clients.py,
clients_python.py), the scenarios (test_clients.py), servers.

A client is made for one address; its verbs return when they are done and raise `Refused` with Kafka's error code."""

import time
from typing import NamedTuple

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
LATEST, EARLIEST = -1, -2
PATIENCE = 40.0
# The time of records whose time is not the point.
NOON = 1_700_000_000_000


class Record(NamedTuple):
    """Bytes or None; headers are pairs of str and bytes or None."""

    key: bytes | None
    value: bytes | None
    headers: tuple = ()
    timestamp: int = NOON
    partition: int = 0
    offset: int = -1

    def content(self):
        return self[:4]


class Refused(Exception):
    """The broker, or the client in its name, said no."""

    def __init__(self, code: int, text: str):
        super().__init__(f"{code}: {text}")
        self.code = code


class Client:
    """What every client is asked. `has` names the groups of verbs that the library offers, and a scenario that needs another one is not
    run with it; `carries` names what its records can carry, and a round trip leaves the rest out."""

    name = ""
    # write, read: always. groups: join. offsets: by time. commits: commit, committed. admin: create .. alter. delete_records.
    has = frozenset({"groups", "offsets", "commits", "admin", "group_admin", "delete_records", "large"})
    # Of a record: a null key or value; empty ones told from null; neither key nor value; headers; several of one name; null header
    # values; the timestamp.
    carries = frozenset({"nulls", "empties", "nothing", "headers", "duplicates", "null_headers", "timestamps"})
    # The longest metadata of a commit: offset.metadata.max.bytes.
    metadata_max = 4096

    def __init__(self, address: str):
        self.address = address

    def close(self):
        pass

    def broken(self) -> bool:
        """Whether a call that was cut short left it unusable."""
        return False

    def read(self, topic: str, n: int, group: str) -> list[Record]:
        """n records of one partition, read in `group` from the earliest offset, or from where the group was."""
        member, out, end = self.join(group, topic), [], time.monotonic() + PATIENCE
        try:
            while len(out) < n and time.monotonic() < end:
                out += member.poll(0.5)
        finally:
            member.leave()
        return out
