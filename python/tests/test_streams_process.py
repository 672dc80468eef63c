"""Functions with state for each key and timers."""

import json

import pytest

from wellhead.streams import App, TestDriver

CLICKS = {"n": int}


def sums(app):
    """The sum per key; ten seconds of event time behind the first row of a key it goes out and the key is forgotten."""

    def rows(frame, state):
        for i, n in enumerate(frame["n"]):
            kept = json.loads(state.get(i) or b"null")
            if kept is None:
                kept = {"sum": 0, "until": frame["_timestamp"][i].timestamp() * 1000 + 10_000}
                state.set_timer(i, int(kept["until"]))
            kept["sum"] += n
            state.put(i, json.dumps(kept).encode())

    def timers(due, clock, state):
        assert clock == "event"
        out = {"k": due["k"].to_pylist(), "sum": [], "_timestamp": due["_timestamp"].to_pylist()}
        for i in range(len(due)):
            out["sum"].append(json.loads(state.get(i))["sum"])
            state.delete(i)
        return out

    app.stream("in", schema=CLICKS, key="k").process(rows, {"sum": int}, timers=timers, name="sums").to("out", columns=["sum"])
    return app


def test_state_and_timers_of_event_time():
    d = TestDriver(sums(App("p")))
    d.pipe_all("in", [({"n": 1}, "a", 1000), ({"n": 5}, "b", 2000), ({"n": 2}, "a", 3000)])
    assert d.read_all("out") == []
    # They come back from the changelog.
    d.restart(sums(App("p")))
    d.pipe("in", {"n": 4}, key="a", timestamp=4000)
    d.pipe("in", {"n": 9}, key="c", timestamp=11_500)
    assert d.read_all("out") == [("a", {"sum": 7}, 11_000)]
    d.advance_time(12_000)
    assert d.read_all("out") == [("b", {"sum": 5}, 12_000)]
    # The key that went begins anew.
    d.pipe("in", {"n": 3}, key="a", timestamp=12_000)
    d.advance_time(30_000)
    assert [(r.key, r.value["sum"]) for r in d.read_all("out")] == [("c", 9), ("a", 3)]


def test_timers_of_the_wall_clock_and_rows_at_once():
    app = App("p")

    def rows(frame, state):
        for i in range(len(frame)):
            state.set_timer(i, 5000, clock="wall")
            state.set_timer(i, 6000, clock="wall")
            state.cancel_timer(i, 6000, clock="wall")
        return {"what": ["row"] * len(frame)}

    def timers(due, clock, state):
        return {"k": due["k"].to_pylist(), "what": [clock] * len(due), "_timestamp": due["_timestamp"].to_pylist()}

    app.stream("in", schema=CLICKS, key="k").process(rows, {"what": str}, timers=timers).to("out", columns=["what"])
    d = TestDriver(app)
    d.pipe_all("in", [({"n": 1}, "a", 10), ({"n": 1}, "a", 20)])
    assert d.values("out") == [{"what": "row"}] * 2
    d.advance_wall("4999ms")
    assert d.read_all("out") == []
    d.advance_wall("10s")
    assert d.read_all("out") == [("a", {"what": "wall"}, 5000)]


def test_mistakes():
    def program(fn, timers=None):
        app = App("p")
        app.stream("in", schema=CLICKS, key="k").process(fn, {"x": int}, timers=timers).to("out")
        return TestDriver(app)

    def no_timers(frame, state):
        state.set_timer(0, 1)

    def raises(frame, state):
        raise LookupError("not here")

    for fn, error, says in [
        (lambda f, s: s.put(0, "text"), TypeError, "state is bytes"),
        (lambda f, s: s.set_timer(0, 1, clock="sun"), ValueError, "neither event nor wall"),
        (no_timers, ValueError, "no function timers="),
        (raises, LookupError, "not here"),
    ]:
        with pytest.raises(error, match=says):
            program(fn).pipe("in", {"n": 1}, key="a", timestamp=5)
