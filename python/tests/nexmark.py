"""Nexmark: people, the auctions they open and the bids on them, by a seed; its queries as programs of streams, and as DuckDB answers them.

Not a test by itself: test_nexmark.py runs it. The model is that of the Nexmark benchmark (one person and three auctions to 46 bids, hot
auctions and hot bidders), made small, so that some thousand events fill windows, sessions and joins. Two things are ours: event times
are unique among bids, so that "the last bid" is one; and what comes in is out of order, by up to DELAY_MS.
"""

import json
import random
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

import duckdb
import pyarrow

from wellhead.streams import App, Stream, Table, col, count, functions as F, hop, lit, session, tumble

#: How much earlier than what came before it an event may be.
DELAY_MS = 4_000
#: The longest auction.
AUCTION_MS = 30_000
#: More than any lateness there is: no row is late unless a test wants it to be.
GRACE = "1h"
#: The last bids are so much later than the others, so that every window of the others is closed.
TAIL_MS = 4 * 3_600_000
#: How many there are: enough to come to every partition.
TAIL = 64
STATES = ["AZ", "CA", "ID", "OR", "WA", "WY"]
CITIES = ["Phoenix", "Palo Alto", "Boise", "Portland", "Bend", "Redmond", "Kent", "Cheyenne"]

PERSON = {"name": str, "emailAddress": str, "city": str, "state": str, "dateTime": "timestamp", "extra": str}
AUCTION = {"itemName": str, "initialBid": int, "reserve": int, "dateTime": "timestamp", "expires": "timestamp", "seller": int, "category": int, "extra": str}
BID = {"auction": int, "bidder": int, "price": int, "channel": str, "url": str, "dateTime": "timestamp", "extra": str}


class Event(NamedTuple):
    topic: str
    key: Optional[bytes]
    row: Dict[str, Any]

    @property
    def time(self) -> int:
        return int(self.row["dateTime"])

    @property
    def value(self) -> bytes:
        return json.dumps({k: v for k, v in self.row.items() if self.topic == "bid" or k != "id"}).encode()


def events(seed: int, n: int, start: int) -> List[Event]:
    """n events in the order in which they arrive, and behind them bids on no auction that move time on in every partition."""
    r = random.Random(seed)
    people = auctions = 0
    clock = start
    out: List[Tuple[float, Event]] = []
    for i in range(n):
        # Bursts, and a pause now and then that ends sessions.
        clock += r.choice([1, 2, 5, 20, 60]) if r.random() > 0.004 else r.randrange(5_000, 15_000)
        kind = i % 50
        row: Dict[str, Any]
        if kind == 0 or people == 0:
            row = {"id": 1000 + people, "name": f"person {r.randrange(200)}", "emailAddress": f"p{people}@example.com", "city": r.choice(CITIES)}
            row.update(state=r.choice(STATES), dateTime=clock, extra=_text(r))
            people += 1
            event = Event("person", str(row["id"]).encode(), row)
        elif kind < 4 or auctions == 0:
            # Most sellers are new ones: "who opens an auction soon after signing up" has answers.
            seller = 1000 + (max(people - 1 - r.randrange(3), 0) if r.random() < 0.7 else r.randrange(people))
            first = r.randrange(1, 1_000)
            row = {"id": 1000 + auctions, "itemName": f"item {_text(r)}", "initialBid": first, "reserve": first + r.randrange(1_000), "dateTime": clock}
            row.update(expires=clock + r.randrange(500, AUCTION_MS), seller=seller, category=r.randrange(10, 15), extra=_text(r))
            auctions += 1
            event = Event("auction", str(row["id"]).encode(), row)
        else:
            hot = auctions - 1 - auctions % 7 if r.random() < 0.5 else r.randrange(max(0, auctions - 20), auctions)
            bidder = r.randrange(people) if r.random() < 0.6 else r.randrange(max(0, people - 3), people)
            row = {"auction": 1000 + max(hot, 0), "bidder": 1000 + bidder, "price": r.choice([r.randrange(100, 200), r.randrange(100, 10_000_000)])}
            row.update(channel=r.choice(["Google", "Facebook", "Baidu", "Apple"]), url=f"https://example.com/{r.randrange(1000)}", dateTime=clock, extra=_text(r))
            event = Event("bid", None, row)
        # Two thirds come at once, the rest late.
        out.append((clock + (0 if r.random() < 0.66 else r.uniform(0, DELAY_MS)), event))
    out.sort(key=lambda e: e[0])
    tail = clock + TAIL_MS
    for i in range(TAIL):
        row = {"auction": i, "bidder": i, "price": 1, "channel": "", "url": "", "dateTime": tail + i, "extra": ""}
        out.append((0, Event("bid", None, row)))
    return [e for _, e in out]


def _text(r: random.Random) -> str:
    return "".join(r.choice("abcdefg \"\\\u00e9\u4e2d") for _ in range(r.randrange(12)))


class Sources(NamedTuple):
    bids: Stream
    auctions: Stream
    people: Stream


class Query(NamedTuple):
    #: The program; gives the table or stream whose rows are the answer.
    program: Callable[[Sources], Any]
    #: What of its rows is compared, in this order.
    columns: List[str]
    #: DuckDB's, over the tables person, auction and bid.
    sql: str


def sources(app: App) -> Sources:
    return Sources(
        app.stream("bid", schema=BID, time="dateTime"),
        app.stream("auction", schema=AUCTION, key={"id": int}, time="dateTime"),
        app.stream("person", schema=PERSON, key={"id": int}, time="dateTime"),
    )


def _q0(s: Sources) -> Stream:
    return s.bids


def _q1(s: Sources) -> Stream:
    return s.bids.with_columns(price=col("price") * 0.908)


def _q2(s: Sources) -> Stream:
    return s.bids.filter("auction % 123 = 0").select("auction", "price")


def _q3(s: Sources) -> Table:
    auctions = s.auctions.filter(col("category") == 10).to_table("q3-auctions")
    people = s.people.filter("state IN ('OR', 'ID', 'CA')").to_table("q3-people")
    return auctions.join(people, on="seller", name="q3-join")


def _won(s: Sources, name: str) -> Stream:
    """Bids beside the auction that was open when they were made."""
    bids = s.bids.select("auction", "bidder", "price", at=col("dateTime")).select_key("auction")
    auctions = s.auctions.select("category", "expires", opened=col("dateTime")).select_key(auction="id")
    both = bids.join(auctions, before=f"{AUCTION_MS}ms", after="0s", grace=GRACE, name=name)
    return both.filter("at BETWEEN opened AND expires")


def _q4(s: Sources) -> Table:
    finals = _won(s, "q4-join").group_by("auction", "category").agg(final=F.max("price"), name="q4-finals")
    return finals.group_by("category").agg(average=F.mean("final"), name="q4-averages")


def _q5(s: Sources) -> Table:
    counts = s.bids.group_by("auction").window(hop("10s", every="2s"), grace=GRACE).agg(num=count(), name="q5-counts")
    most = counts.group_by("window_start", "window_end").agg(most=F.max("num"), name="q5-most")
    return counts.join(most, on=["window_start", "window_end"], name="q5-join").filter("num = most")


def _q7(s: Sources) -> Stream:
    keyed = s.bids.with_columns(one=lit(1))
    best = keyed.group_by("one").window(tumble("10s"), grace=GRACE).agg(best=F.max("price"), emit="final", name="q7-best")
    highest = best.to_stream().select("best", begins=col("window_start")).select_key(price="best")
    bids = s.bids.select("auction", "bidder", "price", at=col("dateTime")).select_key("price")
    both = bids.join(highest, within="10s", grace=GRACE, name="q7-join")
    return both.filter(col("at").dt.bucket("10s") == col("begins"))


def _q8(s: Sources) -> Table:
    # A person appears once, so that her window has one name.
    people = s.people.group_by("id").window(tumble("10s"), grace=GRACE).agg({"name": F.last("name")}, name="q8-people")
    sellers = s.auctions.select_key(id="seller").group_by("id").window(tumble("10s"), grace=GRACE).agg(auctions=count(), name="q8-sellers")
    return people.join(sellers, name="q8-join")


def _q11(s: Sources) -> Table:
    return s.bids.group_by("bidder").window(session("10s"), grace=GRACE).agg(num=count(), name="q11-sessions")


def _q18(s: Sources) -> Table:
    last = {c: F.last(c) for c in ("price", "channel", "url", "extra")}
    return s.bids.group_by("bidder", "auction").agg({**last, "at": F.last("dateTime")}, name="q18-last")


def _q20(s: Sources) -> Stream:
    """The auction as it was when the bid was made: rows wait for the grace, so a bid may come before its auction."""
    auctions = s.auctions.select("itemName", "seller", "category", opened=col("dateTime")).to_table("q20-auctions")
    bids = s.bids.select_key(id="auction")
    return bids.join(auctions, grace="1h", name="q20-join").filter("category = 10")


QUERIES: Dict[str, Query] = {
    "q0": Query(_q0, list(BID), "SELECT auction, bidder, price, channel, url, dateTime, extra FROM bid"),
    "q1": Query(
        _q1, ["auction", "bidder", "price", "dateTime", "extra"], "SELECT auction, bidder, price * 0.908::DOUBLE, dateTime, extra FROM bid"
    ),
    "q2": Query(_q2, ["auction", "price"], "SELECT auction, price FROM bid WHERE auction % 123 = 0"),
    "q3": Query(
        _q3,
        ["name", "city", "state", "id"],
        """SELECT P.name, P.city, P.state, A.id FROM auction A JOIN person P ON A.seller = P.id
           WHERE A.category = 10 AND P.state IN ('OR', 'ID', 'CA')""",
    ),
    "q4": Query(
        _q4,
        ["category", "average"],
        """SELECT category, avg(final) FROM (
               SELECT max(B.price) AS final, A.category FROM auction A JOIN bid B ON A.id = B.auction
               WHERE B.dateTime BETWEEN A.dateTime AND A.expires GROUP BY A.id, A.category) GROUP BY category""",
    ),
    "q5": Query(
        _q5,
        ["auction", "window_start", "num"],
        """WITH counts AS (
               SELECT auction, w AS starts, count(*) AS num
               FROM (SELECT auction, unnest(range((dateTime // 2000) * 2000 - 8000, dateTime + 1, 2000)) AS w FROM bid)
               GROUP BY ALL)
           SELECT auction, starts, num FROM counts QUALIFY num = max(num) OVER (PARTITION BY starts)""",
    ),
    "q7": Query(
        _q7,
        ["auction", "bidder", "price", "at"],
        """SELECT auction, bidder, price, dateTime FROM bid WHERE dateTime < getvariable('tail')
           QUALIFY price = max(price) OVER (PARTITION BY dateTime // 10000)""",
    ),
    "q8": Query(
        _q8,
        ["id", "name", "window_start"],
        """SELECT DISTINCT P.id, P.name, (P.dateTime // 10000) * 10000 FROM person P JOIN auction A
           ON P.id = A.seller AND P.dateTime // 10000 = A.dateTime // 10000""",
    ),
    "q11": Query(
        _q11,
        ["bidder", "window_start", "window_end", "num"],
        """WITH steps AS (SELECT bidder, dateTime, dateTime - lag(dateTime) OVER (PARTITION BY bidder ORDER BY dateTime) AS gap FROM bid),
                sessions AS (SELECT *, sum(CASE WHEN gap <= 10000 THEN 0 ELSE 1 END) OVER (PARTITION BY bidder ORDER BY dateTime) AS n FROM steps)
           SELECT bidder, min(dateTime), max(dateTime), count(*) FROM sessions GROUP BY bidder, n""",
    ),
    "q18": Query(
        _q18,
        ["bidder", "auction", "price", "channel", "url", "extra", "at"],
        """SELECT bidder, auction, price, channel, url, extra, dateTime FROM bid
           QUALIFY row_number() OVER (PARTITION BY bidder, auction ORDER BY dateTime DESC) = 1""",
    ),
    "q20": Query(
        _q20,
        ["id", "bidder", "price", "channel", "url", "dateTime", "extra", "itemName", "opened", "seller"],
        """SELECT B.auction, B.bidder, B.price, B.channel, B.url, B.dateTime, B.extra, A.itemName, A.dateTime, A.seller
           FROM bid B JOIN auction A ON B.auction = A.id WHERE A.category = 10""",
    ),
}


#: The same queries in SQL, as far as it says them in one statement.
SQL: Dict[str, str] = {
    "q0": "SELECT * FROM bid",
    "q1": "SELECT auction, bidder, price * 0.908 AS price, dateTime, extra FROM bid",
    "q2": "SELECT auction, price FROM bid WHERE auction % 123 = 0",
    "q3": """CREATE TABLE chosen AS SELECT * FROM auctions WHERE category = 10;
             CREATE TABLE near AS SELECT * FROM people WHERE state IN ('OR', 'ID', 'CA');
             SELECT name, city, state FROM chosen JOIN near ON chosen.seller = near.id""",
    "q4": f"""CREATE TABLE finals AS
                SELECT b.auction, a.category, max(b.price) AS final FROM bid b JOIN opened a WITHIN ('{AUCTION_MS} ms', '0 ms') GRACE '1h' ON b.auction = a.auction
                WHERE b.dateTime BETWEEN a.begins AND a.expires GROUP BY b.auction, a.category;
              SELECT category, avg(final) AS average FROM finals GROUP BY category""",
    "q11": "SELECT bidder, count(*) AS num FROM bid GROUP BY bidder, SESSION('10s') GRACE '1h'",
    "q18": """SELECT bidder, auction, last(price) AS price, last(channel) AS channel, last(url) AS url, last(extra) AS extra, last(dateTime) AS at
              FROM bid GROUP BY bidder, auction""",
    "q20": """SELECT b.auction AS id, b.bidder, b.price, b.channel, b.url, b.dateTime AS dateTime, b.extra AS extra, a.itemName, a.dateTime AS opened, a.seller
              FROM bid b JOIN auctions a GRACE '1h' ON b.auction = a.id WHERE a.category = 10""",
}


def by_sql(app: App, query: str) -> Any:
    """The query's program from its SQL."""
    s = sources(app)
    opened = s.auctions.select("category", "expires", begins=col("dateTime")).select_key(auction="id")
    names = {"bid": s.bids, "opened": opened, "auctions": s.auctions.to_table("sql-auctions"), "people": s.people.to_table("sql-people")}
    return app.sql(SQL[query], **names)


class Batch:
    """DuckDB over the same events."""

    def __init__(self, rows: List[Event]) -> None:
        self._db = duckdb.connect(config={"threads": 1})
        text, number = pyarrow.string(), pyarrow.int64()
        for topic, schema in (("person", {"id": int, **PERSON}), ("auction", {"id": int, **AUCTION}), ("bid", BID)):
            types = pyarrow.schema([(n, text if t is str else number) for n, t in schema.items()])
            table = pyarrow.Table.from_pylist([e.row for e in rows if e.topic == topic], schema=types)
            self._db.register(f"{topic}_rows", table)
            self._db.execute(f"CREATE TABLE {topic} AS FROM {topic}_rows")
        self._db.execute("SET VARIABLE tail = (SELECT max(dateTime) - 1000000 FROM bid)")

    def answer(self, query: str) -> List[Tuple[Any, ...]]:
        return self.sql(QUERIES[query].sql)

    def sql(self, text: str) -> List[Tuple[Any, ...]]:
        return sorted(self._db.execute(text).fetchall(), key=repr)
