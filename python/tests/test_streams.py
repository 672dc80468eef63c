"""wellhead.streams without a broker: every family of operators through the test driver, and what mistakes say."""

import datetime as dt
import json

import pytest

import wellhead.streams as ws
from wellhead.streams import (
    App,
    Frame,
    TestDriver,
    Type,
    call,
    coalesce,
    col,
    collect,
    count,
    count_distinct,
    first,
    hop,
    last,
    lit,
    mean,
    quantile,
    reduce,
    session,
    sliding,
    tumble,
    when,
)
from wellhead.streams import functions as F

UTC = dt.timezone.utc
TRADES = {"symbol": str, "price": float, "qty": int}


def trades(key=None, **more):
    app = App("test")
    return app, app.stream("trades", schema=TRADES, key=key, **more)


def run(app, records, topic="trades", out="out"):
    """The values that a program writes for values that it reads, a second apart."""
    d = TestDriver(app)
    for i, r in enumerate(records):
        d.pipe(topic, r, timestamp=i * 1000)
    return d.values(out)


def trade(symbol, price, qty=1):
    return {"symbol": symbol, "price": price, "qty": qty}


# Rows.


def test_filter_and_select():
    app, t = trades()
    t.filter(col("price") > 10, "qty < 5").select("symbol", total=col("price") * col("qty"), big="price >= 20").to("out")
    out = run(app, [trade("a", 20.0, 2), trade("b", 10.0), trade("c", 11.5), trade("d", 30.0, 5), {"symbol": "e"}])
    assert out == [{"symbol": "a", "total": 40.0, "big": True}, {"symbol": "c", "total": 11.5, "big": False}]


def test_with_columns_replaces_and_drop_leaves_out():
    app, t = trades()
    t.with_columns(col("price").cast(int).alias("price"), side=lit("buy")).drop("qty").to("out")
    assert run(app, [trade("a", 2.0)]) == [{"symbol": "a", "price": 2, "side": "buy"}]


EXPRESSIONS = [
    (col("n") + 1, 8),
    (1 + col("n"), 8),
    (10 - col("n"), 3),
    (col("n") * 2 - 1, 13),
    (col("n") / 2, 3.5),
    (col("n") // 2, 3),
    (-col("n") % 4, -3),
    (col("n") ** 2, 49.0),
    (abs(-col("n")), 7),
    (col("f").round(1), 2.3),
    (col("f").floor().cast(int), 2),
    ((col("n") == 7) & (col("s") != "x"), True),
    ((col("n") < 7) | ~(col("n") <= 7), False),
    (col("n").between(7, 9), True),
    (col("n").is_in([1, 7]), True),
    (col("none").is_null() & col("n").is_not_null(), True),
    (col("none").fill_null(5), 5),
    (coalesce(col("none"), col("n")), 7),
    (when(col("n") > 9).then("many").when("n > 5").then("some").otherwise("few"), "some"),
    (when(col("n") > 9).then("many"), None),
    (col("s").str.upper(), "HÉLLO"),
    (col("s").str.length(), 5),
    (col("s") + "!", "héllo!"),
    ("<" + col("s"), "<héllo"),
    (col("s").str.starts_with("hé") & col("s").str.contains("ll"), True),
    (col("s").str.like("h%o"), True),
    (col("s").str.slice(1, 2), "él"),
    (col("s").str.replace("l", "L"), "héLLo"),
    (col("s").str.split("l"), ["hé", "", "o"]),
    (col("t").dt.truncate("hour"), 1_700_000_000_000 // 3_600_000 * 3_600_000),
    (col("t").dt.bucket("10m"), 1_700_000_000_000 // 600_000 * 600_000),
    (col("t").dt.year(), 2023),
    (col("t") > dt.datetime(2023, 1, 1), True),
    (col("t") - dt.timedelta(seconds=1) < dt.datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC), True),
    (col("j").json.text("a.b"), "1"),
    (col("l").list.length(), 3),
    (col("l").list.get(0), 4),
    (F.greatest(col("n"), 9), 9),
    (F.concat(col("s"), "-", col("n").cast(str)), "héllo-7"),
    (ws.expr("n * 2 + length(s)"), 19),
    (call("coalesce", None, 3), 3),
]


@pytest.mark.parametrize("e, expected", EXPRESSIONS, ids=[repr(e)[6:-1] for e, _ in EXPRESSIONS])
def test_expressions(e, expected):
    app = App("test")
    schema = {"n": int, "f": float, "s": str, "none": int, "t": dt.datetime, "j": dict, "l": "list<int>"}
    app.stream("in", schema=schema).select(x=e).to("out")
    row = {"n": 7, "f": 2.25, "s": "héllo", "none": None, "t": 1_700_000_000_000, "j": {"a": {"b": 1}}, "l": [4, 5, 6]}
    assert run(app, [row], "in") == [{"x": expected}]


def test_expressions_are_not_true_or_false():
    with pytest.raises(TypeError, match="write & for and"):
        bool(col("a") > 1)
    with pytest.raises(TypeError, match="write & for and"):
        1 < col("a") < 3
    with pytest.raises(TypeError, match="no constant"):
        col("a") == object()
    with pytest.raises(TypeError, match="unhashable"):
        {col("a")}
    assert repr((col("a") > 1) & col("b").is_null()) == "<expr ((a > 1) and is_null(b))>"


def test_select_key_moves_the_column():
    app, t = trades()
    keyed = t.select_key("symbol")
    assert keyed.key == ["symbol"] and keyed.columns == ["symbol", "price", "qty"]
    keyed.select("price").to("out")
    d = TestDriver(app)
    d.pipe("trades", trade("a", 1.5), timestamp=5)
    assert d.read_all("out") == [ws.Record("a", {"symbol": "a", "price": 1.5}, 5)]
    assert d.read("out") is None


def test_explode_and_flat_map():
    app = App("test")
    lines = app.stream("lines", format="text")
    lines.flat_map(word=col("value").str.split(" ")).select("word").to("out", format="text")
    d = TestDriver(app)
    d.pipe("lines", "to be or")
    d.pipe("lines", "not")
    assert d.values("out") == ["to", "be", "or", "not"]


def test_branch_first_match_wins():
    app, t = trades()
    high, low, rest = t.branch(col("price") > 10, "price > 5", True)
    for name, s in (("high", high), ("low", low), ("rest", rest)):
        s.select("symbol").to(name)
    d = TestDriver(app)
    d.pipe_all("trades", [trade("a", 20.0), trade("b", 7.0), trade("c", 1.0), {"symbol": "d"}])
    assert [[v["symbol"] for v in d.values(t)] for t in ("high", "low", "rest")] == [["a"], ["b"], ["c", "d"]]


def test_merge():
    app = App("test")
    a, b = (app.stream(t, schema={"x": int}) for t in ("a", "b"))
    a.merge(b).to("out")
    d = TestDriver(app)
    d.pipe("a", {"x": 1}, timestamp=1)
    d.pipe("b", {"x": 2}, timestamp=2)
    assert d.values("out") == [{"x": 1}, {"x": 2}]


def test_dead_letters():
    app, t = trades()
    t.to("out")
    t.dead_letters().select("reason", "offset", value=col("value").cast(str)).to("dead")
    d = TestDriver(app)
    d.pipe("trades", b"{nonsense")
    d.pipe("trades", trade("a", 1.0))
    d.pipe("trades", {"symbol": "a", "price": "dear"})
    assert [v["symbol"] for v in d.values("out")] == ["a"]
    dead = d.values("dead")
    assert [(v["offset"], v["value"]) for v in dead] == [(0, "{nonsense"), (2, '{"symbol": "a", "price": "dear"}')]
    assert "price" in dead[1]["reason"] and d.metrics()["dead"] == 2


def test_strict_raises():
    app, t = trades(strict=True)
    t.to("out")
    with pytest.raises(ws._app.KafkaException, match="trades-0 at offset 0"):
        TestDriver(app).pipe("trades", b"{nonsense")


FORMATS = [
    ("text", None, "héllo", "héllo"),
    ("raw", None, b"\x00\xff", b"\x00\xff"),
    ("int64", None, -5, -5),
    ("int32", None, 7, 7),
    ("double", None, 1.25, 1.25),
    ("csv", {"a": int, "b": str}, {"a": 1, "b": 'x,"y'}, '1,"x,""y"'),
    (ws.csv(";"), {"a": int, "b": str}, [2, "z"], "2;z"),
]


@pytest.mark.parametrize("format, schema, given, expected", FORMATS, ids=[str(f[0]) for f in FORMATS])
def test_formats(format, schema, given, expected):
    app = App("test")
    app.stream("in", schema=schema, format=format).to("out", format=format)
    assert run(app, [given], "in") == [expected]


# Groups.


def test_aggregates():
    app, t = trades()
    total = t.group_by("symbol").agg(
        n=count(), m=count("price"), qty=ws.sum("qty"), turnover=ws.sum("price * qty"), low=ws.min("price"), high=ws.max(col("price")), mean=mean("qty")
    )
    assert total.schema == {
        "symbol": "string", "n": "int", "m": "int", "qty": "int", "turnover": "float", "low": "float", "high": "float", "mean": "float"}
    d = TestDriver(app)
    d.pipe_all("trades", [trade("a", 2.0, 3), trade("b", 5.0), trade("a", 4.0, 1), {"symbol": "a", "qty": 5}])
    assert d.table(total).to_pylist()[0] == {
        "symbol": "a", "n": 3, "m": 2, "qty": 9, "turnover": 10.0, "low": 2.0, "high": 4.0, "mean": 3.0, "_timestamp": dt.datetime(1970, 1, 1, tzinfo=UTC)}
    assert d.get(total, "b")["n"] == 1 and d.get(total, "c") is None


def test_further_aggregates():
    app, t = trades()
    total = t.group_by("symbol").agg(
        first=first("price"), last=last("price"), all=collect("qty"), different=count_distinct("qty"), half=quantile("price", 0.5),
        most=reduce("qty", "greatest(acc, value)"),
    )
    d = TestDriver(app)
    d.pipe_all("trades", [(trade("a", float(p), q), None, p) for p, q in [(2, 1), (1, 9), (3, 1)]])
    row = d.get(total, "a")
    assert (row["first"], row["last"], row["all"], row["different"], row["most"]) == (1.0, 3.0, [1, 9, 1], 2, 9)
    assert row["half"] == pytest.approx(2, rel=0.05)


def test_group_by_what_is_computed():
    app, t = trades()
    t.group_by(dear=col("price") > 10).count().to("out")
    assert run(app, [trade("a", 20.0), trade("b", 1.0), trade("c", 30.0)])[-1] == {"dear": True, "count": 2}


def test_names_of_columns_that_are_arguments():
    app, t = trades()
    g = t.group_by("symbol")
    assert g.agg({"emit": count()}, count().alias("name")).columns == ["symbol", "emit", "name"]
    with pytest.raises(ValueError, match="needs a name"):
        g.agg(count())
    with pytest.raises(TypeError, match="no aggregation like"):
        g.agg(n="price")


def windowed(window, emit="changes", grace="0s"):
    app, t = trades()
    out = t.group_by("symbol").window(window, grace=grace).agg(n=count(), emit=emit)
    out.to("out")
    out.late().select("price").to("late")
    return app, out, TestDriver(app)


def feed(d, *times):
    for t in times:
        d.pipe("trades", trade("a", t / 1000), timestamp=t)


def spans(values):
    return [(v["window_start"], v["window_end"], v["n"]) for v in values]


def test_tumbling_windows_final():
    app, out, d = windowed(tumble("10s"), "final", "2s")
    feed(d, 1_000, 9_000, 11_000, 9_500)
    assert d.values("out") == []
    feed(d, 12_000, 3_000)
    assert spans(d.values("out")) == [(0, 10_000, 3)]
    assert d.values("late") == [{"symbol": "a", "price": 3.0}] and d.metrics()["late"] == 1
    d.advance_time("10s")
    assert spans(d.values("out")) == [(10_000, 20_000, 2)]


def test_windows_as_a_table():
    app, out, d = windowed(tumble(dt.timedelta(seconds=10)))
    feed(d, 1_000, 11_000, 12_000)
    start = dt.datetime(1970, 1, 1, 0, 0, 10, tzinfo=UTC)
    assert d.get(out, "a", start)["n"] == d.get(out, "a", 10_000)["n"] == 2
    with pytest.raises(ValueError, match="symbol, window_start"):
        d.get(out, "a")
    assert d.table(out)["window_start"][-1] == start


def test_emit_every():
    app, t = trades()
    t.group_by("symbol").agg(n=count(), emit="every").to("out")
    d = TestDriver(app)
    d.pipe_all("trades", [trade("a", 1.0)] * 3)
    assert [v["n"] for v in d.values("out")] == [1, 2, 3]


def test_emit_may_be_said_by_the_sink():
    app, t = trades()
    counts = t.group_by("symbol").window(tumble("10s")).agg(n=count())
    counts.filter(col("n") > 1).to("out", emit="final")
    d = TestDriver(app)
    feed(d, 1_000, 2_000, 10_000)
    assert spans(d.values("out")) == [(0, 10_000, 2)]
    with pytest.raises(ValueError, match="emit='final' already"):
        counts.to("more", emit="every")
    with pytest.raises(ValueError, match="of an aggregate"):
        t.to("rows", emit="final")


def test_hopping_windows():
    app, out, d = windowed(hop("10s", every="5s"))
    feed(d, 7_000)
    assert spans(d.values("out")) == [(0, 10_000, 1), (5_000, 15_000, 1)]


def test_sliding_windows():
    app, out, d = windowed(sliding("10s"), "final")
    feed(d, 20_000, 25_000)
    d.advance_time(60_000)
    assert sorted(spans(d.values("out"))) == [(10_000, 20_000, 1), (15_000, 25_000, 2), (20_001, 30_001, 1)]


def test_sessions():
    app, out, d = windowed(session("5s"), "final")
    feed(d, 1_000, 4_000, 20_000)
    d.advance_time("1m")
    assert spans(d.values("out")) == [(1_000, 4_000, 2), (20_000, 20_000, 1)]


def test_idle_input_closes_windows():
    app, t = trades(idle_after="5s")
    t.group_by("symbol").window(tumble("10s")).agg(n=count(), emit="final").to("out")
    d = TestDriver(app)
    d.pipe("trades", trade("a", 1.0), timestamp=1_000)
    d.advance_wall("4s")
    assert d.values("out") == []
    d.advance_wall("1m")
    assert spans(d.values("out")) == [(0, 10_000, 1)]


# Tables and joins.


def test_a_table_keeps_the_latest():
    app = App("test")
    users = app.table("users", schema={"name": str, "city": str}, key="id")
    users.filter(col("city") == "Rome").select("name").to("romans", columns=["name"])
    d = TestDriver(app)
    d.pipe("users", {"name": "Ann", "city": "Rome"}, key="1", timestamp=1)
    d.pipe("users", {"name": "Bob", "city": "Oslo"}, key="2", timestamp=2)
    d.pipe("users", {"name": "Ann", "city": "Oslo"}, key="1", timestamp=3)
    assert [(r.key, r.value) for r in d.read_all("romans")] == [("1", {"name": "Ann"}), ("1", None)]
    d.pipe("users", None, key="2", timestamp=4)
    assert d.table(users).to_dict() == {"id": ["1"], "name": ["Ann"], "city": ["Oslo"], "_timestamp": [dt.datetime(1970, 1, 1, 0, 0, 0, 3000, tzinfo=UTC)]}


def test_group_by_of_a_table_takes_rows_back():
    app = App("test")
    users = app.table("users", schema={"city": str}, key="id")
    cities = users.group_by("city").agg(n=count())
    d = TestDriver(app)
    for key, city in (("1", "Rome"), ("2", "Rome"), ("1", "Oslo")):
        d.pipe("users", {"city": city}, key=key)
    assert {r["city"]: r["n"] for r in d.table(cities).to_pylist()} == {"Rome": 1, "Oslo": 1}


def test_stream_to_table_and_back():
    app, t = trades(key="symbol")
    latest = t.to_table(name="latest")
    latest.to_stream().filter("price > 1").to("out")
    d = TestDriver(app)
    d.pipe("trades", {"price": 2.0, "qty": 1}, key="a")
    d.pipe("trades", {"price": 1.0, "qty": 1}, key="a")
    assert d.get(latest, "a")["price"] == 1.0
    assert d.values("out") == [{"symbol": "a", "price": 2.0, "qty": 1}]


def test_stream_table_join():
    app = App("test")
    rates = app.table("rates", schema={"rate": float}, key="currency")
    orders = app.stream("orders", schema={"currency": str, "amount": float})
    orders.join(rates, on="currency", how="left").select(eur=col("amount") * col("rate")).to("out")
    d = TestDriver(app)
    d.pipe("rates", {"rate": 0.5}, key="usd", timestamp=1)
    d.pipe("orders", {"currency": "usd", "amount": 10.0}, timestamp=2)
    d.pipe("orders", {"currency": "chf", "amount": 10.0}, timestamp=3)
    assert [v["eur"] for v in d.values("out")] == [5.0, None]


def test_stream_stream_join():
    app = App("test")
    a = app.stream("a", schema={"x": int}, key="k")
    b = app.stream("b", schema={"x": int}, key="k")
    a.join(b, within="10s", how="inner").to("out")
    d = TestDriver(app)
    d.pipe("a", {"x": 1}, key="k", timestamp=1_000)
    d.pipe("b", {"x": 2}, key="k", timestamp=9_000)
    d.pipe("b", {"x": 3}, key="k", timestamp=30_000)
    assert d.values("out") == [{"k": "k", "x": 1, "right_x": 2}]


def test_global_table_join():
    app = App("test")
    airlines = app.global_table("airlines", schema={"name": str}, key="carrier")
    flights = app.stream("flights", schema={"carrier": str, "delay": int})
    flights.join(airlines, on=col("carrier").str.upper()).select("delay", "name").to("out")
    d = TestDriver(app)
    d.pipe("airlines", {"name": "United"}, key="UA")
    d.pipe_all("flights", [{"carrier": "ua", "delay": 3}, {"carrier": "xx", "delay": 4}])
    assert d.values("out") == [{"delay": 3, "name": "United"}]


def test_table_joins():
    app = App("test")
    people = app.table("people", schema={"name": str, "team": str}, key="id")
    pay = app.table("pay", schema={"wage": int}, key="id")
    teams = app.table("teams", schema={"title": str}, key="team_id")
    both = people.join(pay, how="left")
    named = people.join(teams, on="team")
    both.to("both")
    named.to("named")
    d = TestDriver(app)
    d.pipe("people", {"name": "Ann", "team": "t"}, key="1")
    d.pipe("pay", {"wage": 5}, key="1")
    d.pipe("teams", {"title": "Tea"}, key="t")
    assert [v["wage"] for v in d.values("both")] == [None, 5]
    assert [v["title"] for v in d.values("named")] == ["Tea"]


# Functions.


def test_map_batches_with_a_dict():
    app, t = trades(key="id")
    seen = []

    def double(frame):
        seen.append((len(frame), frame.column_names, frame.column("price").to_pylist()))
        return {**frame.to_dict(), "twice": [p * 2 for p in frame["price"]], "at": frame["_timestamp"]}

    out = t.map_batches(double, schema={"twice": float, "at": dt.datetime})
    assert out.schema == {"id": "string", "twice": "float", "at": "timestamp"}
    out.to("out")
    d = TestDriver(app)
    d.pipe_all("trades", [(trade("a", 1.5), "k", 7), (trade("b", 2.0), "l", 8)])
    assert d.read_all("out") == [ws.Record("k", {"id": "k", "twice": 3.0, "at": 7}, 7), ws.Record("l", {"id": "l", "twice": 4.0, "at": 8}, 8)]
    assert seen == [(2, ["id", "symbol", "price", "qty", "_timestamp"], [1.5, 2.0])]


def test_map_batches_of_every_type():
    app = App("test")
    schema = {"b": bool, "i": int, "f": float, "s": str, "y": bytes, "t": dt.datetime, "j": Type.JSON, "l": list[int], "n": int}
    s = app.stream("in", schema={"x": int})
    row = {"b": True, "i": 1, "f": 1, "s": "ä", "y": b"\0", "t": dt.datetime(1970, 1, 1, 0, 0, 1), "j": {"a": [1]}, "l": [1, None], "n": None}
    out = s.map_batches(lambda frame: {k: [v] for k, v in row.items()}, schema)
    got = []
    out.foreach(got.append).to("out")
    d = TestDriver(app)
    d.pipe("in", {"x": 1})
    frame, = got
    assert frame.slice(0).to_pylist() == [
        {**row, "f": 1.0, "t": dt.datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), "j": '{"a": [1]}', "_timestamp": dt.datetime(1970, 1, 1, tzinfo=UTC)}]
    assert d.values("out")[0]["j"] == {"a": [1]}


def test_map_batches_may_change_the_number_of_rows():
    app, t = trades(key="id")

    def repeat(frame):
        rows = [r for r in frame.to_pylist() for _ in range(r["qty"])]
        return {"id": [r["id"] for r in rows], "symbol": [r["symbol"] for r in rows], "_timestamp": [r["_timestamp"] for r in rows]}

    t.map_batches(repeat, schema={"symbol": str}).to("out")
    d = TestDriver(app)
    d.pipe_all("trades", [(trade("a", 1.0, 2), "x", 1), (trade("b", 1.0, 0), "y", 2)])
    assert [(r.key, r.value["symbol"], r.timestamp) for r in d.read_all("out")] == [("x", "a", 1), ("x", "a", 1)]


def test_map_batches_with_arrow():
    pa = pytest.importorskip("pyarrow")
    app, t = trades()

    def table(frame):
        out = frame.to_pyarrow()
        assert [str(f.type) for f in out.schema] == ["string", "double", "int64", "timestamp[ms, tz=UTC]"]
        return out.append_column("upper", pa.compute.utf8_upper(out["symbol"]).cast(pa.large_string()))

    def batch(frame):
        b = pa.record_batch(frame)
        b.validate(full=True)
        return pa.record_batch({"n": pa.array([len(b)] * len(b), pa.int32()), "view": b["upper"].cast(pa.string_view())})

    import pyarrow.compute  # noqa: F401

    t.map_batches(table, {"upper": str}).map_batches(batch, {"n": int, "view": str}).to("out")
    assert run(app, [trade("a", 1.0)]) == [{"n": 1, "view": "A"}]


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_map_batches_with_data_frames(library):
    module = pytest.importorskip(library)
    app, t = trades()

    def twice(frame):
        df = frame.to_polars() if library == "polars" else frame.to_pandas()
        assert isinstance(df, module.DataFrame)
        return df.with_columns(twice=df["price"] * 2) if library == "polars" else df.assign(twice=df["price"] * 2)

    t.map_batches(twice, {"symbol": str, "twice": float}).to("out")
    assert run(app, [trade("a", 1.5)]) == [{"symbol": "a", "twice": 3.0}]


WRONG_RESULTS = [
    (lambda f: None, TypeError, "not NoneType"),
    (lambda f: {"x": [1]}, ValueError, 'gave no column "y"'),
    (lambda f: {"y": ["one"]}, TypeError, "\"y\" is of type int, and its value 0 is of type str"),
    (lambda f: {"y": "one"}, TypeError, "must be a list of values, not one text"),
    (lambda f: {"y": 5}, TypeError, "must be a list of values"),
    (lambda f: {"y": [1, 2]}, ValueError, "without a column _timestamp"),
    (lambda f: {"y": [1], "_timestamp": [1, 2]}, ValueError, "of the same length"),
    (lambda f: f.column("pric"), KeyError, "no column 'pric'"),
    (lambda f: {"y": [2**63]}, ValueError, "more than 64 bits"),
]


@pytest.mark.parametrize("fn, error, text", WRONG_RESULTS)
def test_what_a_function_must_not_give(fn, error, text):
    app, t = trades()
    t.map_batches(fn, {"y": int}).to("out")
    with pytest.raises(error, match=text):
        TestDriver(app).pipe("trades", trade("a", 1.0))


def test_an_exception_of_a_function_comes_out_as_it_is():
    app, t = trades()
    boom = ZeroDivisionError("boom")

    def raises(frame):
        raise boom

    t.foreach(raises)
    d = TestDriver(app)
    with pytest.raises(ZeroDivisionError) as e:
        d.pipe("trades", trade("a", 1.0))
    assert e.value is boom


def test_a_function_cannot_use_its_driver():
    app, t = trades()
    t.foreach(lambda frame: d.read("out"))
    d = TestDriver(app)
    with pytest.raises(RuntimeError, match="at work"):
        d.pipe("trades", trade("a", 1.0))


# Frames.


def test_frames():
    f = Frame.from_dict({"a": [1, None, 3], "t": [None, 5, dt.datetime(2000, 1, 1)], "l": [["x"], None, []]}, {"a": "int", "t": "timestamp", "l": "list<string>"})
    assert len(f) == f.num_rows == 3 and f.schema == {"a": "int", "t": "timestamp", "l": "list<string>"}
    assert f["a"].to_pylist() == list(f["a"]) == [1, None, 3] and f["a"][-1] == 3 and len(f["a"]) == 3
    assert f["t"].to_pylist() == [None, dt.datetime(1970, 1, 1, 0, 0, 0, 5000, tzinfo=UTC), dt.datetime(2000, 1, 1, tzinfo=UTC)]
    assert f.slice(1, 1).rows() == [(None, dt.datetime(1970, 1, 1, 0, 0, 0, 5000, tzinfo=UTC), None)]
    assert f.find(a=3).to_dict()["l"] == [[]] and f.find(a=None)["t"][0] == f["t"][1] and len(f.find(a=4)) == 0
    assert len(f.find(t=dt.datetime(2000, 1, 1))) == 1 and "a" in f and "b" not in f
    with pytest.raises(IndexError):
        f["a"][3]
    assert str(f).splitlines()[0].split() == ["a", "t", "l"] and "2000-01-01 00:00:00" in str(f)
    assert "<td>3</td>" in f._repr_html_() and repr(f) == "<Frame of 3 rows: a int, t timestamp, l list<string>>"
    html = Frame.from_dict({"s": ["<b>"]}, {"s": "string"}).html()
    assert "&lt;b&gt;" in html and "<b>" not in html


def test_frames_through_arrow():
    pa = pytest.importorskip("pyarrow")
    f = Frame.from_dict({"a": [1, None], "s": ["x", "y"], "t": [0, 1]}, {"a": "int", "s": "string", "t": "timestamp"})
    t = pa.table(f)
    t.validate(full=True)
    assert t == f.to_arrow() and pa.record_batch(f).num_rows == 2 and pa.schema(f) == t.schema
    assert t.to_pylist() == f.to_pylist()
    stream = f.__arrow_c_stream__()
    del f, stream  # nobody took it: it is released with the capsule
    assert t["s"].to_pylist() == ["x", "y"]


def test_a_frame_needs_no_other_library(python):
    out = python(
        """
        import sys
        for name in ("pyarrow", "polars", "pandas", "numpy", "IPython"):
            sys.modules[name] = None
        import wellhead.streams as ws
        app = ws.App("x")
        app.stream("in", schema={"x": int}).map_batches(lambda f: {"y": [v + 1 for v in f["x"]]}, {"y": int}).to("out")
        d = ws.TestDriver(app)
        d.pipe("in", {"x": 1})
        print(d.values("out"))

        class Foreign:  # what has a capsule is read without a library, too
            def __init__(self, frame): self.frame = frame
            def __arrow_c_stream__(self, requested_schema=None): return self.frame.__arrow_c_stream__(requested_schema)

        class Array:
            def __init__(self, frame): self.frame = frame
            def __arrow_c_array__(self, requested_schema=None): return self.frame.__arrow_c_array__(requested_schema)

        for kind in (Foreign, Array):
            app = ws.App("x")
            app.stream("in", schema={"x": int}).map_batches(kind, {"x": int}).to("out")
            d = ws.TestDriver(app)
            d.pipe("in", {"x": 5})
            print(d.values("out"))
        try:
            ws.Frame.from_dict({"a": [1]}, {"a": "int"}).to_polars()
        except ImportError as e:
            print("ImportError", e)
        """
    )
    lines = out.stdout.splitlines()
    assert lines[:3] == ["[{'y': 2}]", "[{'x': 5}]", "[{'x': 5}]"] and "polars" in lines[3], out.stderr


# The plan.


def test_mistakes_are_raised_where_they_are_made():
    app, t = trades()
    with pytest.raises(ValueError, match='no column "pric" among symbol, price, qty; did you mean "price"'):
        t.filter(col("pric") > 1)
    with pytest.raises(ValueError, match='did you mean "symbol"'):
        t.group_by("symbl").agg(n=count())
    with pytest.raises(ValueError, match="no function uper; did you mean upper"):
        t.select(x=call("uper", col("symbol")))
    with pytest.raises(ValueError, match="sum.. adds numbers, not string"):
        t.group_by("qty").agg(x=ws.sum("symbol"))
    with pytest.raises(ValueError, match="line 1, column 9"):
        t.filter("price > > 1")
    with pytest.raises(ValueError, match="emit final needs a window"):
        t.group_by("symbol").agg(n=count(), emit="final")
    with pytest.raises(ValueError, match="emit: 'finally' is none of every, changes, final"):
        t.group_by("symbol").agg(n=count(), emit="finally")
    with pytest.raises(ValueError, match="needs a name"):
        t.select(col("price") * 2)
    with pytest.raises(ValueError, match='within="10s"'):
        t.join(app.stream("other", schema={"x": int}))
    with pytest.raises(ValueError, match="belong to one App"):
        t.merge(trades()[1])
    with pytest.raises(ValueError, match="read already"):
        app.stream("trades", schema={"x": int})
    with pytest.raises(ValueError, match="the schema is missing"):
        app.stream("more")
    with pytest.raises(ValueError, match="did you mean 'json'"):
        app.stream("more", schema={"x": int}, format="jso")
    with pytest.raises(ValueError, match='"strng" is not a type'):
        app.stream("more", schema={"x": "strng"})
    with pytest.raises(TypeError, match="no type of a column"):
        app.stream("more", schema={"x": complex})
    with pytest.raises(ValueError, match="no topic|topic's name"):
        t.to("not a topic")
    # None of them left anything behind.
    assert t is app.stream("trades", schema=TRADES) and len(app._plan.nodes) == 2


def test_durations():
    assert [ws._types.ms(d, "x") for d in ("10s", "1h30m", "250ms", "1.5 s", "2 days", dt.timedelta(minutes=1))] == [
        10_000, 5_400_000, 250, 1_500, 172_800_000, 60_000]
    for bad in ("", "10", "s", "10 parsecs", "-1s"):
        with pytest.raises(ValueError, match="no duration"):
            tumble(bad)
    with pytest.raises(TypeError, match='like "10s"'):
        tumble(10)


def test_describe_and_diff():
    def build(more=False, qty=False):
        app, t = trades()
        if more:
            t = t.filter(col("price") > 0)
        t.group_by("symbol").agg(n=count(), **({"q": ws.sum("qty")} if qty else {}))
        t.group_by("qty").agg(n=count(), name="by-qty")
        return app

    app = build()
    text = app.describe()
    assert "stream trades" in text and "by-qty" in text and "Sub-topology" in text
    assert json.loads(app.plan_json())["nodes"][0]["op"]["source"]["topic"] == "trades"
    same = build(more=True).diff(app.plan_json())
    assert not same.added and not same.orphaned and not same.changed and "by-qty" in same.kept
    other = build(qty=True).diff(app.plan_json())
    assert len(other.added) == len(other.orphaned) == 2 and "by-qty" in other.kept


def test_restart_goes_on():
    app, t = trades()
    counts = t.group_by("symbol").window(tumble("10s")).agg(n=count(), emit="final")
    counts.to("out")
    d = TestDriver(app)
    feed(d, 1_000, 2_000)
    d.restart()
    feed(d, 3_000, 10_000)
    assert spans(d.values("out")) == [(0, 10_000, 3)]


def test_partitions():
    app, t = trades()
    counts = t.group_by("symbol").agg(n=count())
    d = TestDriver(app, partitions={"trades": 3})
    for p in range(3):
        d.pipe("trades", trade("a", 1.0), partition=p)
    assert d.get(counts, "a")["n"] == 3
    with pytest.raises(KeyError, match="has 3 partition"):
        d.pipe("trades", trade("a", 1.0), partition=3)
    with pytest.raises(KeyError, match="does not read tradess, but trades"):
        d.pipe("tradess", trade("a", 1.0))


def test_representations():
    app, t = trades(key="symbol")
    assert repr(t) == "<Stream 0 [symbol string] price float, qty int>"
    assert repr(app) == "<App 'test' new, 1 operators>" and repr(hop("2s", "1s")) == "<hopping window size_ms=2000, advance_ms=1000>"


def test_a_program_is_checked(tmp_path):
    import subprocess
    import sys

    def mypy(text):
        (tmp_path / "program.py").write_text(text)
        args = ["mypy", "--strict", "--python-version", "3.10", "--cache-dir", str(tmp_path / "cache"), "program.py"]
        return subprocess.run([sys.executable, "-m", *args], capture_output=True, text=True, cwd=tmp_path)

    out = mypy(
        """
from typing import Dict, List
from wellhead.streams import App, Frame, Stream, Table, TestDriver, col, count, sum, tumble, when
app = App("x", "embedded://./data", commit_interval_ms=100)
s: Stream = app.stream("in", schema={"a": int, "b": "timestamp"}, key="k", time="b")
def f(frame: Frame) -> Dict[str, List[int]]:
    return {"c": [v + 1 for v in frame["a"]]}
t: Table = s.filter(col("a") > 1, "a < 5").map_batches(f, {"c": int}).group_by("k").window(tumble("1s")).agg(n=count(), c=sum("c"))
t.filter(when(col("n") > 1).then(True).otherwise(False)).to("out", emit="final")
d = TestDriver(app)
d.pipe("in", {"a": 1}, key="k", timestamp=5)
for r in d.read_all("out"):
    print(r.key, r.value, r.timestamp + 1)
"""
    )
    assert out.returncode == 0, out.stdout + out.stderr
    out = mypy('from wellhead.streams import App\nApp("x").stream("in", schema=5)\n')
    assert out.returncode == 1 and "incompatible type" in out.stdout
