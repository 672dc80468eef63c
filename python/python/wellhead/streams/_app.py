"""`App`: a program of streams and tables, and its life."""

import contextlib
import json
import os
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Type, TypeVar, Union

from .. import _live
from .._broker import Broker
from .._conf import _text
from .._wellhead import KafkaError, KafkaException, _App, _plan_describe, _plan_diff
from ._formats import ONE_COLUMN, FormatLike, format_json, format_name
from ._frame import Frame
from ._plan import PlanBuilder, Shape
from ._stream import GlobalTable, Stream, Table, _Rows
from ._types import Duration, SchemaLike, fields, ms, type_name

A = TypeVar("A", bound="App")
R = TypeVar("R", bound=_Rows)

#: The key's columns: a name (a text column), names, or a type for each name.
KeyLike = Union[None, str, Sequence[str], Mapping[str, Any]]


class Diff(NamedTuple):
    """What becomes of the stores and internal topics of an old plan under a new one."""

    #: In both: the new plan goes on with their state.
    kept: List[str]
    #: Only in the new plan: they begin empty.
    added: List[str]
    #: Only in the old plan: nobody reads them any more.
    orphaned: List[str]
    #: In both, with other columns: their state cannot be read.
    changed: List[str]


class App:
    """A program: streams and tables from topics to topics, run by a thread of this process.

    `application_id` names the consumer group and begins the name of every internal topic; processes with the same one share the work.
    `bootstrap` is `host:port` of a cluster, a `wellhead.Broker`, or `embedded://./data`: the broker on that directory in this process,
    which the app opens and closes if nobody else has. `config` are properties by Kafka's names, with underscores or dots:
    `commit_interval_ms` (1000), `state_dir`, `snapshot_interval_ms`, `replication_factor`, `create_sources` (False), and the client's.

    Mistakes in the plan are ValueErrors of the calls that make them. `with app:` starts it and stops it.
    """

    def __init__(
        self, application_id: str, bootstrap: Union[str, Broker] = "localhost:9092", config: Optional[Mapping[str, Any]] = None, **properties: Any
    ) -> None:
        self.application_id = application_id
        self._bootstrap = bootstrap
        given: Dict[str, Any] = dict(config or {})
        for key, value in properties.items():
            given[key if "." in key else key.replace("_", ".")] = value
        self._config = [(str(k), _text(os.fspath(v) if isinstance(v, os.PathLike) else v)) for k, v in given.items() if v is not None]
        self._plan = PlanBuilder()
        self._sources: Dict[str, Tuple[Any, _Rows]] = {}
        #: By topic: the rows' shape and the sink, for tests that read what was written.
        self._sinks: Dict[str, Tuple[Shape, Dict[str, Any]]] = {}
        self._emits: Dict[int, str] = {}
        self._broker: Optional[Broker] = None
        self._run: Optional[_App] = None
        self._ended = True

    # The plan.

    def stream(
        self,
        topic: str,
        schema: Optional[SchemaLike] = None,
        *,
        key: KeyLike = None,
        format: FormatLike = "json",
        key_format: Optional[FormatLike] = None,
        time: Optional[str] = None,
        idle_after: Optional[Duration] = None,
        from_latest: bool = False,
        strict: bool = False,
        name: Optional[str] = None,
    ) -> Stream:
        """The records of a topic, from the first on (or from the end with `from_latest`) where the group has no offset yet.

        `schema`: the value's columns and their types, as `{"price": float, "at": "timestamp"}`; members that it does not name are not
        read. Formats of one column ("text", "raw", "int64", "int32", "double") have `value` without one. `key`: the columns in the
        record's key, a name for one of text; their types are taken from `schema` where it names them. Without it keys are not read.
        `time`: the column that is the event time (else the record's timestamp). `idle_after`: when no record comes for so long, event
        time goes on with the clock. `strict`: a record that cannot be read ends the program, instead of going to `dead_letters()`.
        `name`: what SQL calls it (else the topic's name; see `sql`). Without a schema a name of SQL's gives what that stands for.
        """
        known = self._named(Stream, topic, schema, format)
        if known is not None:
            return known
        made = self._source("stream", topic, schema, key, format, key_format, time, idle_after, from_latest, strict)
        assert isinstance(made, Stream)
        if name is not None:
            self.name(name, made)
        return made

    def table(
        self,
        topic: str,
        schema: Optional[SchemaLike] = None,
        *,
        key: KeyLike = "key",
        format: FormatLike = "json",
        key_format: Optional[FormatLike] = None,
        time: Optional[str] = None,
        strict: bool = False,
        name: Optional[str] = None,
    ) -> Table:
        """The latest record of each key of a topic; a null value deletes. The arguments are as in `stream`."""
        known = self._named(Table, topic, schema, format)
        if known is not None:
            return known
        made = self._source("table", topic, schema, key, format, key_format, time, None, False, strict)
        assert isinstance(made, Table)
        if name is not None:
            self.name(name, made)
        return made

    def global_table(
        self,
        topic: str,
        schema: Optional[SchemaLike] = None,
        *,
        key: KeyLike = "key",
        format: FormatLike = "json",
        key_format: Optional[FormatLike] = None,
        strict: bool = False,
        name: Optional[str] = None,
    ) -> GlobalTable:
        """The same with every partition in every process, so that a join can look up any of its keys."""
        known = self._named(GlobalTable, topic, schema, format)
        if known is not None:
            return known
        made = self._source("global", topic, schema, key, format, key_format, None, None, False, strict)
        assert isinstance(made, GlobalTable)
        if name is not None:
            self.name(name, made)
        return made

    def sql(self, text: str, **names: _Rows) -> Any:
        """Runs SQL statements, which add to the plan, and returns what the last of them made: a Stream or Table of SELECT or CREATE ... AS,
        a list of (name, what it is) of SHOW and DESCRIBE, the text of EXPLAIN; else None.

            app.sql("SELECT auction, count(*) AS n FROM big GROUP BY auction, TUMBLE('10s')", big=bids.filter("price > 100"))

        Names in it are those given here (for these statements alone), those of `name`, topics that the app reads already, and what
        earlier statements made; those can be had as `app.stream("x")` and `app.table("x")` too. `docs/streams.md` has the statements. A
        ValueError tells the line and column of a mistake, and the statements before it hold.
        """
        for n, rows in names.items():
            self._mine(n, rows)
        answers = self._plan.sql(text, {n: rows._node for n, rows in names.items()})
        for at, node in enumerate(self._plan.nodes):
            op = node["op"]
            if isinstance(op, dict) and "sink" in op and op["sink"]["topic"] not in self._sinks:
                self._sinks[op["sink"]["topic"]] = self._plan.shapes[at], op["sink"]
            if isinstance(op, dict) and "source" in op and op["source"]["topic"] not in self._sources:
                self._sources[op["source"]["topic"]] = (op["source"], self._rows(at))
        if not answers:
            return None
        last = answers[-1]
        if "rows" in last:
            return [(n, what) for n, what in last["rows"]]
        if "text" in last:
            return last["text"]
        made = last.get("query", last.get("made"))
        return None if made is None else self._rows(made["node"] if isinstance(made, dict) else made)

    def name(self, name: str, rows: _Rows) -> None:
        """A name for SQL, for all statements from here on."""
        self._mine(name, rows)
        before = self._plan.catalog
        self._plan.catalog = before + [{"name": name, "node": rows._node}]
        try:
            self._plan.sql("", {})
        except BaseException:
            self._plan.catalog = before
            raise

    def _mine(self, name: str, rows: Any) -> None:
        if not isinstance(rows, _Rows):
            raise TypeError(f"{name}={rows!r} is no stream or table")
        if rows._app is not self:
            raise ValueError(f"{name} belongs to another App")

    def _rows(self, at: int) -> Any:
        shape = self._plan.shapes[at]
        made: Dict[str, Type[_Rows]] = {"stream": Stream, "table": Table, "global": GlobalTable}
        return made[shape.kind](self, at)

    def _named(self, kind: Type[R], name: str, schema: Any, format: Any) -> Optional[R]:
        """What SQL knows by a name, where no schema says that a topic is meant."""
        if schema is not None or format != "json" or not any(e["name"] == name for e in self._plan.catalog):
            return None
        quoted = name.replace('"', '""')
        rows = self.sql(f'SELECT * FROM "{quoted}"')
        if not isinstance(rows, kind):
            raise ValueError(f"{name} is {rows!r}, and no {kind.__name__}")
        return rows

    def _source(
        self,
        kind: str,
        topic: str,
        schema: Optional[SchemaLike],
        key: KeyLike,
        format: FormatLike,
        key_format: Optional[FormatLike],
        time: Optional[str],
        idle_after: Optional[Duration],
        from_latest: bool,
        strict: bool,
    ) -> _Rows:
        written = format_json(format)
        if schema is None:
            one = ONE_COLUMN.get(format_name(written))
            if one is None:
                raise ValueError(f'{topic}: the schema is missing, as {{"price": float, "at": "timestamp"}}')
            schema = {"value": one}
        values = dict(schema)
        keys: Dict[str, Any] = {}
        if isinstance(key, Mapping):
            keys = dict(key)
        elif key is not None:
            for name in [key] if isinstance(key, str) else key:
                keys[name] = values.get(name, str)
        values = {n: t for n, t in values.items() if n not in keys}
        source: Dict[str, Any] = {"topic": topic, "kind": kind, "fields": fields(values), "format": written}
        if keys:
            source["key"] = fields(keys)
            if key_format is None:
                key_format = "json" if len(keys) > 1 else "raw" if type_name(next(iter(keys.values()))) == "bytes" else "text"
            source["key_format"] = format_json(key_format, "key_format")
        if time is not None:
            source["time"] = time
        if idle_after is not None:
            source["idle_after_ms"] = ms(idle_after, "idle_after")
        if from_latest:
            source["from_latest"] = True
        if strict:
            source["strict"] = True
        known = self._sources.get(topic)
        if known is not None:
            if known[0] == source:
                return known[1]
            raise ValueError(f"the topic {topic} is read already, as something else: read it once and use it twice")
        made: Dict[str, Type[_Rows]] = {"stream": Stream, "table": Table, "global": GlobalTable}
        rows = made[kind](self, self._plan.push({"source": source}, []))
        self._sources[topic] = (source, rows)
        return rows

    def describe(self) -> str:
        """The plan as it will run: subtopologies, what moves where, what is kept under which name."""
        return _plan_describe(self._plan.json())

    def plan_json(self) -> str:
        """The plan as every language writes it. Keep it beside the program to `diff` a later one with it."""
        return self._plan.json()

    def diff(self, old: str) -> Diff:
        """What becomes of the state of a program that ran the plan `old` (of `plan_json`) when it goes on as this one."""
        return Diff(**json.loads(_plan_diff(self._plan.json(), old)))

    # Its life.

    def start(self: A) -> A:
        """Starts the program's thread and returns at once; `wait_running` waits for the broker. The plan is fixed from here on.

        An app can be started again after `stop`. KafkaException where the broker cannot be opened.
        """
        if not self._ended:
            raise RuntimeError("the program has been started already")
        address = self._address()
        try:
            config = [("application.id", self.application_id), ("bootstrap.servers", address)]
            self._run = _App(self._plan.json(), dict(self._plan.map), dict(self._plan.foreach), dict(self._plan.process), config + self._config)
        except BaseException:
            self._close()
            raise
        self._plan.frozen = True
        self._ended = False
        _live.apps.add(self)
        return self

    def _address(self) -> str:
        if not isinstance(self._bootstrap, str):
            return self._bootstrap.bootstrap_servers
        if not self._bootstrap.startswith("embedded://"):
            return self._bootstrap
        data = self._bootstrap[len("embedded://") :]
        for b in list(_live.brokers):
            if not b.closed and os.path.realpath(b.data) == os.path.realpath(data):
                return str(b.bootstrap_servers)
        self._broker = Broker(data)
        return self._broker.bootstrap_servers

    @property
    def bootstrap_servers(self) -> str:
        """Where producers and consumers find what this program reads and writes. Opens the embedded broker if need be."""
        if self._broker is not None:
            return self._broker.bootstrap_servers
        return self._address()

    def _running(self) -> _App:
        if self._run is None:
            raise KafkaException(KafkaError(KafkaError._STATE, "the program has not been started: call start()"))
        return self._run

    def wait_running(self: A, timeout: Optional[float] = 30.0) -> A:
        """Waits until its state is there and it reads. KafkaException when it failed, or after `timeout` seconds (None: never)."""
        if not self._running().wait_running(timeout):
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT, f"the program does not run after {timeout} s: it is {self.state}"))
        return self

    def wait(self, timeout: Optional[float] = None) -> bool:
        """Waits until the program ends: True; False when it still goes on after `timeout` seconds. KafkaException when it failed."""
        return self._running().wait_ended(timeout)

    def stop(self, timeout: Optional[float] = 30.0) -> None:
        """Commits, leaves the group and ends; blocks meanwhile, for up to `timeout` seconds (KafkaException when it takes longer). Nothing happens
        to one that was stopped or never started.

        KafkaException when the program had failed: its text has the traceback of the function that raised, its `__cause__` is what was raised.
        """
        if self._ended:
            return
        try:
            self._running().stop(timeout)
        finally:
            self._ended = self._running().state() in ("stopped", "failed")
            if self._ended:
                _live.apps.discard(self)
                self._close()

    def _close(self) -> None:
        broker, self._broker = self._broker, None
        if broker is not None:
            broker.close()

    def run(self) -> None:
        """Starts, and waits until the program ends or Ctrl-C stops it. KafkaException when it failed."""
        self.start()
        with contextlib.suppress(KeyboardInterrupt, KafkaException):
            self.wait()
        self.stop()  # says why it failed, if it did

    def __enter__(self: A) -> A:
        if self._ended:
            self.start()
        return self

    def __exit__(self, exc_type: Optional[Type[BaseException]], exc_value: Any, exc_traceback: Any) -> None:
        try:
            self.stop()
        except Exception:
            if exc_type is None:  # what went wrong inside says more
                raise

    @property
    def state(self) -> str:
        """`new`, `starting`, `restoring`, `running`, `stopped` or `failed`."""
        return "new" if self._run is None else self._run.state()

    @property
    def error(self) -> Optional[BaseException]:
        """Why the program failed, if it did."""
        return None if self._run is None else self._run.failure()

    def commit(self, timeout: Optional[float] = 30.0) -> None:
        """Commits now and waits for it."""
        self._running().commit(timeout)

    def catch_up(self, timeout: Optional[float] = 30.0) -> None:
        """Waits until everything that the program's topics hold now has been processed, written and committed."""
        self._running().catch_up(timeout)

    def metrics(self, timeout: Optional[float] = 10.0) -> Dict[str, int]:
        """Figures of the program: records_in, records_out, dead, late, skipped, tasks, commits, state_bytes, restore_ms, ..."""
        found: Dict[str, int] = json.loads(self._running().metrics(timeout))
        return found

    def table_view(self, table: _Rows, timeout: Optional[float] = 10.0) -> Frame:
        """What a table holds in this process, sorted by key; see `Table.frame`."""
        if table._app is not self:
            raise ValueError("the table belongs to another App")
        return Frame(self._running().table(table._node, timeout))

    def __repr__(self) -> str:
        return f"<App {self.application_id!r} {self.state}, {len(self._plan.nodes)} operators>"
