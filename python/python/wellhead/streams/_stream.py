"""Streams and tables: what a program says about its rows. Every call adds to the plan of the app; nothing runs before `App.start`."""

from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, TypeVar, Union

from .._wellhead import _Frame
from . import _find, _process
from ._expr import Expr, call, column_expr, condition_json, lit, named
from ._formats import FormatLike, format_json
from ._frame import Frame, native
from ._process import State
from ._types import Duration, SchemaLike, fields, ms
from ._windows import Window, window_json
from .functions import Aggregation

if TYPE_CHECKING:
    from ._app import App
    from ._live_view import LiveView

R = TypeVar("R", bound="_Rows")

#: A column or what is computed of columns: an expression, a column's name, or SQL.
ColumnLike = Union[Expr, str]
_EMITS = ("every", "changes", "final")


def _emit(emit: str) -> str:
    if emit not in _EMITS:
        raise ValueError(f"emit: {emit!r} is none of {', '.join(_EMITS)}")
    return emit


class _Rows:
    """What streams and tables have in common."""

    def __init__(self, app: "App", node: int) -> None:
        self._app = app
        self._node = node

    @property
    def _shape(self) -> Any:
        return self._app._plan.shapes[self._node]

    @property
    def schema(self) -> Dict[str, str]:
        """The type of each column; the key's columns come first."""
        return dict(self._shape.columns)

    @property
    def columns(self) -> List[str]:
        """The names of the columns; the key's come first."""
        return list(self._shape.names)

    @property
    def key(self) -> List[str]:
        """The names of the key's columns."""
        return list(self._shape.key)

    def __repr__(self) -> str:
        text = [f"{n} {t}" for n, t in self._shape.columns]
        k = self._shape.key_len
        return f"<{type(self).__name__} {self._node} [{', '.join(text[:k])}] {', '.join(text[k:])}>"

    def _push(self, op: Any, *more: "_Rows", name: Optional[str] = None) -> int:
        for other in more:
            if other._app is not self._app:
                raise ValueError("both sides belong to one App")
        return self._app._plan.push(op, [self._node, *(m._node for m in more)], name)

    def _same(self: R, op: Any) -> R:
        return type(self)(self._app, self._push(op))

    def filter(self: R, *conditions: Any) -> R:
        """The rows for which all conditions are true: `filter(col("price") > 100, "side = 'buy'")`. A text is SQL; null is not true."""
        if not conditions:
            raise ValueError("filter() needs a condition")
        out = condition_json(conditions[0])
        for c in conditions[1:]:
            out = {"call": {"name": "and", "args": [out, condition_json(c)]}}
        return self._same({"filter": {"when": out}})

    def select(self: R, *columns: ColumnLike, **more: Any) -> R:
        """These columns alone, in this order; the key stays. `select("price", total=col("price") * col("qty"), eur="price * 0.9")`.

        A text is a column's name or SQL; a constant text is `lit("...")`.
        """
        key = self._shape.key
        out = [(n, e) for n, e in named(columns, more) if not (n in key and e == {"col": n})]
        return self._same({"select": {"columns": out, "keep": False}})

    def with_columns(self: R, *columns: ColumnLike, **more: Any) -> R:
        """The same rows with further columns; one of a name that is there replaces it."""
        return self._same({"select": {"columns": named(columns, more), "keep": True}})

    def drop(self: R, *columns: str) -> R:
        """Without these columns."""
        have = self._shape.names[self._shape.key_len :]
        for c in columns:
            if c not in have:
                raise ValueError(f"there is no column {c!r} among {', '.join(have)} (columns of the key cannot be dropped)")
        return self._same({"select": {"columns": [(n, {"col": n}) for n in have if n not in columns], "keep": False}})

    def foreach(self: R, fn: Callable[[Frame], Any], name: Optional[str] = None) -> R:
        """Calls `fn(frame)` with every batch of rows, on the program's thread; the rows go on unchanged. Blocks the program meanwhile.

        An exception ends the program.
        """
        plan = self._app._plan

        def called(frame: _Frame) -> None:
            fn(Frame(frame))

        plan.open()
        function = plan.function(plan.foreach, fn, called)
        return self._same({"foreach": {"function": function}})

    def group_by(self, *columns: ColumnLike, **more: Any) -> "Grouped":
        """Groups of rows: `group_by("carrier")`, `group_by(hour=col("ts").dt.truncate("hour"))`. Then `.window(...)` or `.agg(...)`."""
        by = named(columns, more)
        if not by:
            raise ValueError("group_by() needs at least one column")
        computed = [(n, e) for n, e in by if e != {"col": n}]
        rows: _Rows = self
        if computed:
            rows = self._same({"select": {"columns": computed, "keep": True}})
        return Grouped(rows, [n for n, _ in by])

    def to(
        self: R,
        topic: str,
        *,
        key: Union[None, str, Sequence[str]] = None,
        columns: Optional[Sequence[str]] = None,
        format: FormatLike = "json",
        key_format: Optional[FormatLike] = None,
        partitions: Optional[int] = None,
        emit: Optional[str] = None,
    ) -> R:
        """Writes the rows to a topic, which is made if it is not there (with `partitions`, else with as many as the rows have).

        `key`: the columns that become the record's key (default: the rows' key); one is written as text, several as JSON, unless
        `key_format` says otherwise. `columns`: what becomes the value (default: all but those that begin with `_`). `emit` is as in
        `agg()`, for the aggregate that the rows come from. Returns the rows themselves.
        """
        if emit is not None:
            self._set_emit(emit)
        sink: Dict[str, Any] = {"topic": topic, "format": format_json(format)}
        if key is not None:
            sink["key"] = [key] if isinstance(key, str) else list(key)
        if key_format is not None:
            sink["key_format"] = format_json(key_format, "key_format")
        if columns is not None:
            sink["columns"] = [columns] if isinstance(columns, str) else list(columns)
        if partitions is not None:
            sink["partitions"] = partitions
        self._app._sinks[topic] = self._app._plan.shapes[self._push({"sink": sink})], sink
        return self

    def _set_emit(self, emit: str) -> None:
        plan, at = self._app._plan, self._node
        while "aggregate" not in plan.nodes[at]["op"]:
            op = plan.nodes[at]["op"]
            if (op if isinstance(op, str) else next(iter(op))) not in ("filter", "select", "foreach", "to_stream", "select_key", "repartition"):
                raise ValueError("emit is for the rows of an aggregate")
            at = plan.nodes[at]["inputs"][0]
        chosen = self._app._emits.get(at)
        if chosen is not None and chosen != _emit(emit):
            raise ValueError(f"the aggregate's results go out as emit={chosen!r} already, and to every reader the same; make another aggregate")
        plan.change(at, "emit", _emit(emit))
        self._app._emits[at] = emit


class Stream(_Rows):
    """Rows as they come. The order within a partition stays."""

    def select_key(self, *columns: ColumnLike, **more: Any) -> "Stream":
        """Another key; the rows move to the partition of it where an operator needs that. Columns of the old key are gone, those that
        become the key under their own name are no value columns any more."""
        by = named(columns, more)
        if not by:
            raise ValueError("select_key() needs at least one column")
        return Stream(self._app, self._push({"select_key": {"columns": by}}))

    def explode(self, column: str) -> "Stream":
        """A row for each item of a list, which becomes the item; rows with an empty list or none are dropped."""
        return Stream(self._app, self._push({"explode": {"column": column}}))

    def flat_map(self, **column: Any) -> "Stream":
        """A row for each item of a computed list: `lines.flat_map(word=col("line").str.split(" "))`."""
        if len(column) != 1:
            raise ValueError('flat_map() takes one column, as flat_map(word=col("line").str.split(" "))')
        return self.with_columns(**column).explode(next(iter(column)))

    def map_batches(self, fn: Callable[[Frame], Any], schema: SchemaLike) -> "Stream":
        """Calls `fn(frame)` with every batch of rows, on the program's thread, and goes on with what it returns.

        It returns a dict of lists, a `Frame`, or anything with an Arrow interface (pyarrow, polars, pandas): the value columns that
        `schema` names; others are left out. If it returns another number of rows than it got, the key's columns and `_timestamp` must
        be there too. It must not keep state: batches may come again after a crash. An exception ends the program; its traceback comes
        out of `App.stop()`, `wait()` and `error`.
        """
        plan = self._app._plan
        plan.open()
        columns = fields(schema)
        types = [(str(f["name"]), str(f["type"])) for f in columns]
        declared = {n for n, _ in types}
        types += [(n, t) for n, t in self._shape.columns[: self._shape.key_len] if n not in declared]
        types.append(("_timestamp", "timestamp"))

        def called(frame: _Frame) -> _Frame:
            return native(fn(Frame(frame)), types)

        function = plan.function(plan.map, fn, called)
        return Stream(self._app, self._push({"map": {"function": function, "fields": columns}}))

    def process(
        self,
        fn: Callable[[Frame, State], Any],
        schema: SchemaLike,
        *,
        timers: Optional[Callable[[Frame, str, State], Any]] = None,
        name: Optional[str] = None,
    ) -> "Stream":
        """Calls `fn(frame, state)` with every batch of rows, and goes on with what it returns: rows as those of `map_batches`, or None for
        none. `state` keeps bytes for each key (`state.get(row)`, `put`, `delete`) and sets timers (`state.set_timer(row, time)`).

        `timers(frame, clock, state)` is called with the keys whose timers are due and, in `_timestamp`, the times that they were set for;
        `clock` is "event" or "wall". It returns rows with the key's columns and `_timestamp`, or None. A batch comes before the timers
        that it makes due. The rows move to the partition of their key first. State and timers are in a changelog, whose name is `name`.
        """
        plan = self._app._plan
        plan.open()
        columns = fields(schema)
        types = [(str(f["name"]), str(f["type"])) for f in columns]
        declared = {n for n, _ in types}
        types += [(n, t) for n, t in self._shape.columns[: self._shape.key_len] if n not in declared]
        types.append(("_timestamp", "timestamp"))
        function = plan.function(plan.process, fn, _process.called(fn, timers, types))
        return Stream(self._app, self._push({"process": {"function": function, "fields": columns}}, name=name))

    def merge(self, *others: "Stream") -> "Stream":
        """The rows of all of them, which have the same columns."""
        return Stream(self._app, self._push("merge", *others))

    def branch(self, *conditions: Any) -> List["Stream"]:
        """A stream for each condition; a row goes to the first that is true, and to none where none is. The last may be `True`."""
        out = []
        before: Optional[Expr] = None
        for c in conditions:
            this = Expr(condition_json(c)) if not isinstance(c, bool) else lit(c)
            out.append(self.filter(this if before is None else this & ~before))
            known = call("coalesce", this, False)
            before = known if before is None else before | known
        return out

    def dead_letters(self) -> "Stream":
        """The records of this source that could not be read: `key` and `value` as bytes, `reason`, `topic`, `partition`, `offset`."""
        return Stream(self._app, self._push("dead_letters"))

    def to_table(self, name: Optional[str] = None) -> "Table":
        """The latest row of each key."""
        return Table(self._app, self._push("to_table", name=name))

    def repartition(self, partitions: Optional[int] = None, name: Optional[str] = None) -> "Stream":
        """Rows go to the partition of their key, through a topic with so many partitions where there are several processes."""
        return Stream(self._app, self._push({"repartition": {"partitions": partitions}}, name=name))

    def join(
        self,
        other: Union["Stream", "Table", "GlobalTable"],
        *,
        on: Union[None, ColumnLike, Sequence[ColumnLike]] = None,
        how: str = "inner",
        within: Optional[Duration] = None,
        before: Optional[Duration] = None,
        after: Optional[Duration] = None,
        grace: Optional[Duration] = None,
        prefix: str = "right_",
        name: Optional[str] = None,
    ) -> "Stream":
        """Rows of both sides beside each other.

        With a stream: rows of one key whose times are `within` of each other, or where the right row is at most `before` earlier and
        `after` later; `grace` is how late a row may be; `how` is inner, left or outer. With a table: what it holds for the row's key
        now, or with `grace` as it was at the row's time, for which rows wait so long; inner or left. With a global table: what it
        holds for the columns `on`; inner or left.

        `on`: the columns to join by, where they are not the key already; a stream is re-keyed by them. Right columns whose names are
        taken get the `prefix`.
        """
        join: Dict[str, Any] = {"how": how, "prefix": prefix}
        by = None if on is None else [on] if isinstance(on, (str, Expr)) else list(on)
        left: Stream = self
        right: _Rows = other
        times = {"within": within, "before": before, "after": after}
        if isinstance(other, Stream):
            if all(t is None for t in times.values()):
                raise ValueError('two streams are joined by time: write within="10s" (or before=, after=)')
            if by is not None:
                left, right = left._keyed(by), other._keyed(by)
            around = 0 if within is None else ms(within, "within")
            join["before_ms"] = around if before is None else ms(before, "before")
            join["after_ms"] = around if after is None else ms(after, "after")
        else:
            for word, t in times.items():
                if t is not None:
                    raise ValueError(f"{word} is for two streams; a table holds one row per key")
            if by is not None and isinstance(other, GlobalTable):
                join["on"] = [column_expr(e)._json for e in by]
            elif by is not None:
                left = left._keyed(by)
        if grace is not None:
            join["grace_ms"] = ms(grace, "grace")
        return Stream(self._app, left._push({"join": join}, right, name=name))

    def _keyed(self, by: Sequence[ColumnLike]) -> "Stream":
        wanted = named(by, {})
        if [n for n, _ in wanted] == self._shape.key and all(e == {"col": n} for n, e in wanted):
            return self
        return self.select_key(*by)


class _Kept(_Rows):
    """What can be asked for its rows while the program runs.

    What is read is what the program has processed so far, committed or not: of one moment, between two batches, in this process. The
    program waits while the rows are put together; a key, a range and a page take little of it.
    """

    def frame(self, timeout: Optional[float] = 10.0) -> Frame:
        """All that it holds in this process, sorted by key. Blocks for up to `timeout` seconds, until the program is between two batches.

        A table that is made of others (a filter, columns, a join of tables) is made of their rows when it is asked. KafkaException when
        the program is not running.
        """
        return self._app.table_view(self, timeout)

    def _ask(self, timeout: Optional[float]) -> Callable[[str], Frame]:
        return lambda keys: Frame(self._app._running().find(self._node, keys, timeout))

    def get(self, *key: Any, timeout: Optional[float] = 10.0) -> Optional[Dict[str, Any]]:
        """The row of a key, or None: `t.get("UA")`, and `t.get("UA", window_start)` of a windowed table."""
        return _find.get(self._ask(timeout), self, key)

    def range(self, first: Any = None, last: Any = None, timeout: Optional[float] = 10.0) -> Frame:
        """The rows from one key to another, both included, sorted by key. None is no bound; of a key of several columns give a tuple, or
        its first columns: `t.range(("UA", since), ("UA", until))` are the windows of a key by their starts."""
        return _find.between(self._ask(timeout), self, first, last)

    def scan(self, page: int = 10_000, timeout: Optional[float] = 10.0) -> Iterator[Frame]:
        """All rows sorted by key, in frames of up to `page` rows. Each is of its own moment, and the program goes on between them."""
        return _find.pages(self._ask(timeout), self, page)


class Table(_Kept):
    """The latest row of each key, and its changes."""

    def to_stream(self) -> Stream:
        """The changes: a row for each new value, a deletion where a key goes."""
        return Stream(self._app, self._push("to_stream"))

    def late(self) -> Stream:
        """Of a windowed aggregate: the rows that came after their window was closed, as they came."""
        return Stream(self._app, self._push("late"))

    def dead_letters(self) -> Stream:
        """The records of this source that could not be read: `key` and `value` as bytes, `reason`, `topic`, `partition`, `offset`."""
        return Stream(self._app, self._push("dead_letters"))

    def join(
        self,
        other: "Table",
        *,
        on: Union[None, ColumnLike, Sequence[ColumnLike]] = None,
        how: str = "inner",
        prefix: str = "right_",
        name: Optional[str] = None,
    ) -> "Table":
        """Rows of both tables beside each other, kept up to date: by their keys (inner, left, outer), or with `on` by a foreign key, which
        are this table's columns that are the other's key (inner, left)."""
        join: Dict[str, Any] = {"how": how, "prefix": prefix}
        if on is not None:
            join["on"] = [column_expr(e)._json for e in ([on] if isinstance(on, (str, Expr)) else on)]
        return Table(self._app, self._push({"join": join}, other, name=name))

    def to_arrow(self) -> Any:
        """What it holds as a `pyarrow.Table`; see `frame`."""
        return self.frame().to_pyarrow()

    def to_polars(self) -> Any:
        """What it holds as a `polars.DataFrame`; see `frame`."""
        return self.frame().to_polars()

    def to_pandas(self) -> Any:
        """What it holds as a `pandas.DataFrame`; see `frame`."""
        return self.frame().to_pandas()

    def to_pylist(self) -> List[Dict[str, Any]]:
        """What it holds as a list of dicts; see `frame`."""
        return self.frame().to_pylist()

    def live(self, every: float = 0.5, rows: int = 20) -> "LiveView":
        """A view that follows it: in a notebook it updates in its place, elsewhere `show()` prints. `every` is in seconds."""
        from ._live_view import LiveView

        return LiveView(self.frame, every, rows)


class GlobalTable(_Kept):
    """The latest row of each key of a topic, whole in every process. The right side of a join, and nothing else."""


class Grouped:
    """Rows in groups. `.window(...)` cuts them by time, `.agg(...)` says what becomes of them."""

    def __init__(self, rows: _Rows, by: List[str], window: Optional[Window] = None, grace: int = 0) -> None:
        self._rows = rows
        self._by = by
        self._window = window
        self._grace = grace

    def window(self, window: Window, grace: Duration = "0s") -> "Grouped":
        """Groups per window of event time. A row that comes more than `grace` after its window's end is late: see `Table.late`."""
        window_json(window)
        return Grouped(self._rows, self._by, window, ms(grace, "grace"))

    def agg(
        self, *aggregations: Union[Aggregation, Mapping[str, Aggregation]], emit: Optional[str] = None, name: Optional[str] = None, **columns: Aggregation
    ) -> Table:
        """A table with a row per group (and window): `agg(n=count(), total=sum("price"), p99=quantile("delay", .99))`.

        `emit`: when results go out - "changes" (the default: a row per changed group and batch of input), "every" (a row for every
        input row), "final" (one row when the window is closed). `name` is that of the store and its changelog. For columns of these
        names give a dict, or `count().alias("name")`.
        """
        out: List[Tuple[str, Any]] = []
        for a in aggregations:
            if isinstance(a, Mapping):
                out += [(n, _checked(n, v)) for n, v in a.items()]
            elif isinstance(a, Aggregation) and a._name is not None:
                out.append((a._name, a._json))
            else:
                raise ValueError(f"{a!r} needs a name: write name={a!r} or .alias(...)")
        out += [(n, _checked(n, v)) for n, v in columns.items()]
        aggregate: Dict[str, Any] = {"by": self._by, "columns": out, "grace_ms": self._grace, "emit": "changes" if emit is None else _emit(emit)}
        if self._window is not None:
            aggregate["window"] = self._window._json
        node = self._rows._push({"aggregate": aggregate}, name=name)
        if emit is not None:
            self._rows._app._emits[node] = emit
        return Table(self._rows._app, node)

    def count(self, name: str = "count", **options: Any) -> Table:
        """`agg(count=count())`."""
        from .functions import count

        return self.agg({name: count()}, **options)


def _checked(name: str, a: Any) -> Any:
    if not isinstance(a, Aggregation):
        raise TypeError(f"{name}={a!r} is no aggregation like count() or sum({name!r})")
    return a._json
