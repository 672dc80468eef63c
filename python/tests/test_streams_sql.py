"""SQL in programs of wellhead.streams: over what the app made, and under what it makes of it."""

import datetime as dt

import pytest

import wellhead.streams as ws
from wellhead.streams import App, Stream, Table, TestDriver, col

CLICKS = {"user": str, "n": int, "at": "timestamp"}


def clicks_of(app, **more):
    return app.stream("clicks", schema=CLICKS, time="at", **more)


def feed(driver):
    driver.pipe_all("clicks", [{"user": u, "n": n, "at": t} for u, n, t in [("a", 2, 1000), ("a", 3, 2000), ("b", 1, 12_000)]])


def test_sql_over_streams_and_a_builder_over_what_sql_made():
    app = App("sql")
    clicks = clicks_of(app)
    big = app.sql("SELECT user, n * 2 AS twice FROM big WHERE twice > 0 AND n > 1", big=clicks.with_columns(twice=col("n") * 2))
    assert isinstance(big, Stream) and big.columns == ["user", "twice"]
    sums = app.sql("CREATE TABLE sums AS SELECT user, sum(n) AS total FROM clicks GROUP BY user, TUMBLE(at, '10s')")
    assert isinstance(sums, Table) and sums.key == ["user", "window_start", "window_end"]
    assert app.table("sums")._node == sums._node
    sums.filter("total > 2").to("large", columns=["total"])
    big.to("big")
    assert app.sql("CREATE STREAM views (user string KEY, page string)") is None
    app.stream("views").filter("page = 'home'").to("homes")
    app.sql("INSERT INTO views SELECT user, 'click' AS page FROM clicks")
    assert app.sql("SHOW TABLES") == [("sums", "TABLE on topic sums")]
    assert app.sql("DESCRIBE clicks")[:2] == [("user", "string"), ("n", "int")]
    assert "aggregate" in app.sql("EXPLAIN SELECT user, count(*) AS n FROM clicks GROUP BY user")
    d = TestDriver(app)
    feed(d)
    d.pipe("views", {"page": "home"}, key="x", timestamp=5)
    assert d.values("big") == [{"user": "a", "twice": 4}, {"user": "a", "twice": 6}]
    assert [v["total"] for v in d.values("large")] == [5]
    assert [r.key for r in d.read_all("homes")] == ["x"]
    assert [r.value["page"] for r in d.read_all("views")] == ["click"] * 3
    # What SQL writes is read as it was written, by the driver too.
    assert d.read_all("sums")[-1].value["total"] == 1
    assert d.table(sums).column("total").to_pylist() == [1]  # the first window is closed


def test_names():
    app = App("sql")
    clicks = clicks_of(app, name="c")
    app.name("big", clicks.filter("n > 1"))
    assert app.sql("SELECT n FROM big").columns == ["n"]
    assert app.sql("SELECT n FROM c").columns == ["n"]
    # Names of one call hide others, and are gone behind it.
    assert app.sql("SELECT m FROM big", big=clicks.select(m="n + 1")).columns == ["m"]
    with pytest.raises(ValueError, match="no column"):
        app.sql("SELECT m FROM big")
    with pytest.raises(ValueError, match="did you mean big"):
        app.sql("SELECT n FROM bigg", other=clicks)
    with pytest.raises(ValueError, match="already"):
        app.name("big", clicks)
    with pytest.raises(TypeError, match="no stream or table"):
        app.sql("SELECT 1 AS x FROM y", y=[1, 2])
    with pytest.raises(ValueError, match="another App"):
        app.sql("SELECT n FROM y", y=clicks_of(App("other")))
    app.sql("CREATE TABLE t AS SELECT user, count(*) AS n FROM c GROUP BY user")
    with pytest.raises(ValueError, match="no Stream"):
        app.stream("t")
    with pytest.raises(ValueError, match="schema is missing"):
        app.stream("nothing")


@pytest.mark.parametrize(
    "text, says",
    [
        ("SELECT user FROM clickz", r"did you mean clicks\? \(line 1, column 18\)"),
        ("SELECT n,\n usr FROM clicks", r'did you mean "user"\? \(line 2, column 2\)'),
        ("CREATE STREAM s WITH (format = 'avr')", "did you mean 'avro'"),
        ("SELECT n FROM clicks LIMIT 3", "no LIMIT"),
        ("SHOW TOPICS", "wellhead sql"),
        ("INSERT INTO clicks VALUES ('a', 1, 2)", "wellhead sql"),
    ],
)
def test_mistakes_tell_their_place_and_change_nothing(text, says):
    app = App("sql")
    clicks_of(app)
    before = app.plan_json()
    with pytest.raises(ValueError, match=says):
        app.sql(text)
    assert app.plan_json() == before


def test_avro_by_a_file_and_by_text(tmp_path):
    schema = '{"type":"record","name":"Bid","fields":[{"name":"auction","type":"long"},{"name":"price","type":"double"}]}'
    (tmp_path / "bid.avsc").write_text(schema)
    app = App("sql")
    app.sql(f"CREATE STREAM bids WITH (format = 'avro', schema_file = '{tmp_path / 'bid.avsc'}')")
    doubled = app.sql("SELECT auction, price * 2 AS price FROM bids")
    assert doubled.schema == {"auction": "int", "price": "float"}
    doubled.to("json")
    app.sql(f"CREATE STREAM again WITH (format = 'avro', schema = '{schema}') AS SELECT * FROM bids")
    d = TestDriver(app)
    record = b"\x0e\x00\x00\x00\x00\x00\x00\xf8\x3f"
    d.pipe("bids", record, timestamp=5)
    assert d.values("json") == [{"auction": 7, "price": 3.0}]
    assert d.values("again") == [record]


def test_a_program_that_runs_is_fixed():
    app = App("sql", "localhost:1")
    clicks_of(app)
    app._plan.frozen = True
    with pytest.raises(RuntimeError, match="started"):
        app.sql("SELECT n FROM clicks")


def test_a_session_window_and_a_join():
    app = App("sql")
    clicks_of(app, name="c")
    app.sql("CREATE TABLE users (id string KEY, country string)")
    visits = app.sql(
        """
        CREATE TABLE visits AS
          SELECT country, count(*) AS clicks FROM c JOIN users u ON c.user = u.id
          GROUP BY country, SESSION('5s') EMIT FINAL
        """
    )
    assert isinstance(visits, ws.Table)
    d = TestDriver(app)
    d.pipe("users", {"country": "SE"}, key="a", timestamp=0)
    feed(d)
    d.advance_time(dt.datetime(1970, 1, 1, 0, 1, tzinfo=dt.timezone.utc))
    assert [v["clicks"] for v in d.values("visits")] == [2]


def test_keys_ranges_and_pages():
    app = App("find")
    users = app.table("users", schema={"n": int}, key="id")
    other = app.table("other", schema={"m": int}, key="id")
    joined, big = users.join(other, how="left"), users.filter(col("n") > 3)
    windows = clicks_of(app).group_by("user").window(ws.tumble("10s"), grace="1h").agg(n=ws.count())
    d = TestDriver(app)
    for i in range(7):
        d.pipe("users", {"n": i}, key=f"u{i}", timestamp=i)
    d.pipe("other", {"m": 5}, key="u2", timestamp=9)
    feed(d)
    assert d.get(users, "u4")["n"] == 4 and d.get(users, "nobody") is None
    assert (d.get(joined, "u2")["m"], d.get(joined, "u3")["m"]) == (5, None)
    assert d.get(big, "u2") is None and d.get(big, "u5")["n"] == 5
    assert d.get(windows, "a", 0)["n"] == d.get(windows, "a", dt.datetime(1970, 1, 1))["n"] == 2
    assert d.range(users, "u1", "u3").column("id").to_pylist() == ["u1", "u2", "u3"]
    assert d.range(joined, last="u1").column("id").to_pylist() == ["u0", "u1"]
    since = dt.datetime(1970, 1, 1, 0, 0, 10, tzinfo=dt.timezone.utc)
    assert d.range(windows, ("b", since), ("b", 20_000)).column("n").to_pylist() == [1]
    assert len(d.range(windows, "a", "a")) == 1 and len(d.range(windows)) == 2
    for page in (1, 2, 3, 7, 100):
        frames = list(d.scan(users, page))
        assert all(len(f) <= page for f in frames)
        assert [i for f in frames for i in f.column("id")] == [f"u{i}" for i in range(7)]
        assert sum(len(f) for f in d.scan(windows, page)) == 2
    with pytest.raises(ValueError, match="columns id, and 2 value"):
        d.get(users, "u1", 5)
    with pytest.raises(ValueError, match="no value of the key's column id"):
        d.get(users, 5)
    with pytest.raises(ValueError, match="at least one row"):
        list(d.scan(users, 0))


def test_keys_of_a_running_program(broker, producer, topic, group):
    for i in range(5):
        producer.produce(topic, f'{{"n":{i}}}', key=f"k{i}")
    assert producer.flush(30) == 0
    app = App(group, broker.bootstrap_servers, commit_interval_ms=100)
    rows = app.table(topic, schema={"n": int}, key="id")
    sums = app.sql("CREATE TABLE sums AS SELECT n % 2 AS odd, count(*) AS n FROM rows GROUP BY odd", rows=rows)
    with app:
        app.wait_running(60)
        app.catch_up()
        assert rows.get("k3")["n"] == 3 and rows.get("k9") is None
        assert sums.get(0)["n"] == 3
        assert rows.range("k1", "k2").column("n").to_pylist() == [1, 2]
        assert [len(f) for f in rows.scan(2)] == [2, 2, 1]
