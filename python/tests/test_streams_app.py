"""Programs of wellhead.streams against a broker."""

import datetime as dt
import io
import json
import time

import pytest
from conftest import NOWHERE, read

import wellhead
import wellhead.streams as ws
from wellhead.streams import App, LiveView, col, count, tumble

SCHEMA = {"word": str, "at": dt.datetime}
# The beginning of a window, not long ago: what a program writes carries event time, and topics drop what is a week old.
T0 = int(time.time()) // 10 * 10_000 - 60_000


@pytest.fixture
def send(producer):
    def send(topic, *rows):
        for r in rows:
            producer.produce(topic, json.dumps(r))
        assert producer.flush(30) == 0

    return send


def program(broker, group, topic, **config):
    app = App(group, broker.bootstrap_servers, commit_interval_ms=100, create_sources=True, **config)
    counts = app.stream(topic, schema=SCHEMA, time="at").group_by("word").window(tumble("10s")).agg(n=count(), name="counts")
    counts.to(f"{topic}-out", emit="final")
    return app, counts


def until(done, seconds=60):
    """Waits until `done` gives something true, and gives that. Its value at the end is in the message."""
    end = time.monotonic() + seconds
    while True:
        found = done()
        if found:
            return found
        assert time.monotonic() < end, f"not within {seconds} s: {found!r}"
        time.sleep(0.02)


def test_a_windowed_count(broker, send, consumer, topic, group):
    send(topic, *({"word": w, "at": t} for w, t in [("a", T0), ("b", T0 + 1), ("a", T0 + 9_999)]))
    app, counts = program(broker, group, topic)
    with app:
        assert app.wait_running(60) is app and app.state == "running"
        until(lambda: len(counts.frame()) == 2)
        row = counts.get("a", dt.datetime.fromtimestamp(T0 / 1000, dt.timezone.utc))
        assert row["n"] == 2 and row["window_end"].timestamp() == T0 / 1000 + 10
        table = counts.to_arrow()
        assert table.schema.names == ["word", "window_start", "window_end", "n", "_timestamp"] and table["n"].to_pylist() == [2, 1]
        assert [r["word"] for r in counts.to_pylist()] == ["a", "b"]
        send(topic, {"word": "c", "at": T0 + 10_000})  # closes the first window
        c = consumer(group_id=f"{group}-reader")
        c.subscribe([f"{topic}-out"])
        got = {m["word"]: m["n"] for m in (json.loads(m.value()) for m in read(c, 2))}
        assert got == {"a": 2, "b": 1}
        figures = app.metrics()
        assert figures["records_in"] == 4 and figures["tasks"] >= 1 and figures["state_bytes"] > 0
        app.commit()
        assert app.error is None and not app.wait(0.01)
    assert app.state == "stopped"
    app.stop()  # once more does nothing


def test_a_restart_resumes(broker, send, topic, group, tmp_path):
    for round in range(3):
        send(topic, {"word": "a", "at": T0 + round})
        # The second start has the state from a snapshot, the third from the changelog alone.
        app, counts = program(broker, group, topic, state_dir=tmp_path if round < 2 else None)
        with app:
            app.wait_running(60)
            until(lambda: (counts.get("a", T0) or {"n": 0})["n"] == round + 1)
            if round:
                assert app.metrics()["restored_snapshot" if round == 1 else "restored_changelog"] >= 1


def test_embedded(tmp_path):
    data = tmp_path / "data"
    app = App("words", f"embedded://{data}", commit_interval_ms=100)
    with wellhead.Broker(data) as b, wellhead.Producer({"bootstrap.servers": b.bootstrap_servers}) as p:
        p.produce("lines", "to be or not to be")
        p.flush(10)
        assert app.bootstrap_servers == b.bootstrap_servers  # the one that is open already
    words = app.stream("lines", format="text").flat_map(word=col("value").str.split(" ")).group_by("word").agg(n=count())
    with app:  # opens the directory itself
        app.wait_running(60)
        until(lambda: (words.get("to") or {}).get("n") == 2)
        with pytest.raises(wellhead.KafkaException):
            wellhead.Broker(data)
    wellhead.Broker(data).close()  # and closed it


def test_a_broker_object_will_do(broker, topic, group):
    app = App(group, broker, create_sources=True)
    app.stream(topic, format="text").to(f"{topic}-out", format="text")
    with app:
        app.wait_running(60)


def test_an_exception_of_a_function_stops_the_program(broker, send, topic, group):
    app = App(group, broker.bootstrap_servers, create_sources=True)
    boom = ZeroDivisionError("boom")

    def explode(frame):
        raise boom

    app.stream(topic, schema=SCHEMA).map_batches(explode, {"x": int}).to(f"{topic}-out")
    send(topic, {"word": "a", "at": 1})
    app.start()
    with pytest.raises(wellhead.KafkaException) as e:
        app.wait(60)
    text = e.value.args[0].str()
    assert 'the function "explode" raised' in text and "in explode" in text and "ZeroDivisionError: boom" in text
    assert e.value.__cause__ is boom and app.state == "failed" and app.error.__cause__ is boom
    with pytest.raises(wellhead.KafkaException, match="ZeroDivisionError: boom"):
        app.stop()
    app.stop()


def test_what_goes_wrong_inside_a_with_block_comes_first(broker, send, topic, group):
    app = App(group, broker.bootstrap_servers, create_sources=True)
    app.stream(topic, schema=SCHEMA).foreach(lambda frame: 1 / 0)
    send(topic, {"word": "a", "at": 1})
    with pytest.raises(LookupError):
        with app:
            until(lambda: app.state == "failed")
            raise LookupError
    with pytest.raises(wellhead.KafkaException, match="division by zero"):
        app.start()
        app.wait(60)
    with pytest.raises(wellhead.KafkaException):
        app.stop()


def test_functions_run_beside_python(broker, send, topic, group):
    """A function that waits for another thread of Python gets there: the program holds the GIL only inside of it."""
    import threading

    turn, seen = threading.Event(), []

    def wait(frame):
        assert turn.wait(60)
        seen.extend(frame["word"])

    app = App(group, broker.bootstrap_servers, create_sources=True)
    app.stream(topic, schema=SCHEMA).foreach(wait)
    send(topic, {"word": "a", "at": 1})
    with app:
        app.wait_running(60)
        threading.Timer(0.1, turn.set).start()
        until(lambda: seen)
    assert seen == ["a"]


def test_errors_of_starting(broker, topic, group):
    app = App(group, broker.bootstrap_servers)
    app.stream(topic, schema=SCHEMA).to(f"{topic}-out")
    app.start()
    with pytest.raises(RuntimeError, match="started already"):
        app.start()
    with pytest.raises(RuntimeError, match="cannot change any more"):
        app.stream("more", format="text")
    with pytest.raises(wellhead.KafkaException, match="is not there"):
        app.wait_running(60)
    with pytest.raises(wellhead.KafkaException, match="is not there"):
        app.stop()
    app = App("not/a group", broker.bootstrap_servers)
    app.stream(topic, schema=SCHEMA).to("out")
    with pytest.raises(ValueError, match="application.id"):
        app.start()
    app = App(group, broker.bootstrap_servers, commit_interval_ms=-1)
    app.stream(topic, schema=SCHEMA).to("out")
    with pytest.raises(ValueError, match="commit.interval.ms"):
        app.start()
    for ask in (app.wait_running, app.metrics, app.commit, app.wait):
        with pytest.raises(wellhead.KafkaException, match="has not been started"):
            ask()


def test_waiting_ends(topic, group):
    app = App(group, NOWHERE)
    app.stream(topic, schema=SCHEMA).to("out")
    app.start()
    with pytest.raises(wellhead.KafkaException) as e:
        app.wait_running(0.2)
    assert e.value.args[0].code() == wellhead.KafkaError._TIMED_OUT
    try:
        app.stop(60)
    except wellhead.KafkaException:
        pass  # nobody is there to commit to
    assert app.state in ("stopped", "failed")


def test_live_view(broker, send, topic, group):
    send(topic, {"word": "a", "at": T0})
    app, counts = program(broker, group, topic)
    with app:
        app.wait_running(60)
        until(lambda: len(counts.frame()))
        view = counts.live(every=0.05)
        assert "<td>a</td>" in view._repr_html_() and "a " in str(view)
        out = io.StringIO()
        view.show(seconds=0.2, file=out)
        assert out.getvalue().count("word") == 1  # printed when it changes, and it did not
        with pytest.raises(RuntimeError, match="no notebook"):
            view.start()
    out = io.StringIO()
    view.show(seconds=60, file=out)  # over with the program
    assert out.getvalue() == ""


def test_live_view_in_a_notebook(monkeypatch):
    shown, updated = [], []

    class Handle:
        def update(self, html):
            updated.append(html._repr_html_())

    def display(html, display_id):
        shown.append(html._repr_html_())
        return Handle()

    monkeypatch.setattr(ws._live_view, "_notebook", lambda: display)
    rows = [1]
    view = LiveView(lambda: ws.Frame.from_dict({"n": list(rows)}, {"n": "int"}), every=0.01)
    view._ipython_display_()
    assert "<td>1</td>" in shown[0]
    rows[0] = 2
    until(lambda: updated and "<td>2</td>" in updated[-1])
    view.stop()
    assert not view._thread.is_alive()


def test_ctrl_c_stops_run(python, tmp_path):
    import signal

    p = python(
        """
        import sys, wellhead
        from wellhead.streams import App
        app = App("x", f"embedded://{sys.argv[1]}", create_sources=True)
        app.stream("in", format="text").foreach(lambda f: print("row", f["value"][0], flush=True))
        with wellhead.Broker(sys.argv[1]) as b, wellhead.Producer({"bootstrap.servers": b.bootstrap_servers}) as p:
            p.produce("in", "hello")
        app.run()
        print(app.state, flush=True)
        """,
        tmp_path / "data",
        start=True,
    )
    assert p.stdout.readline() == "row hello\n"
    p.send_signal(signal.SIGINT)
    out, err = p.communicate(timeout=60)
    assert (out, p.returncode) == ("stopped\n", 0), err


def test_a_program_ends_with_the_interpreter(python, tmp_path):
    out = python(
        """
        import sys, time, wellhead
        from wellhead.streams import App
        app = App("x", f"embedded://{sys.argv[1]}", create_sources=True)
        app.stream("in", format="text").foreach(lambda f: time.sleep(0.01))
        app.start().wait_running(60)
        with wellhead.Producer({"bootstrap.servers": app.bootstrap_servers}) as p:
            for i in range(1000):
                p.produce("in", "x")
        print("end", flush=True)
        """,
        tmp_path / "data",
    )
    assert (out.stdout, out.returncode, out.stderr) == ("end\n", 0, "")
