"""Records as columns."""

import gc

import pyarrow as pa
import pytest
from conftest import read

import wellhead
from wellhead import TopicPartition

HEADERS = [("a", b"1"), ("a", None), ("é", b"")]


def gather(consumer, rows, **kwargs):
    batches, n = [], 0
    for b in consumer.batches(timeout=20, **kwargs):
        batches.append(b)
        n += len(b)
        if n >= rows:
            return batches
    raise AssertionError(f"{n} of {rows}")


def test_columns(producer, consumer, topic):
    producer.produce(topic, b"v", b"k", partition=0, headers=HEADERS, timestamp=1_234)
    producer.produce(topic, None, None, partition=0, timestamp=1_235)
    producer.produce(topic, b"", b"", partition=0, timestamp=1_236)
    producer.flush(10)
    c = consumer()
    c.subscribe([topic])
    batch, = gather(c, 3, linger=2, max_rows=3)
    t = pa.table(batch)
    assert t.schema.names == ["topic", "partition", "offset", "timestamp", "key", "value", "headers"]
    assert [str(f.type) for f in t.schema][:6] == ["string", "int32", "int64", "timestamp[ms, tz=UTC]", "binary", "binary"]
    assert t.schema.field("headers").type.equals(pa.list_(pa.field("item", pa.struct([pa.field("key", pa.string(), False), pa.field("value", pa.binary())]), False)))
    assert pa.schema(batch) == t.schema
    rows = t.to_pylist()
    assert [(r["topic"], r["partition"], r["offset"], r["key"], r["value"]) for r in rows] == [
        (topic, 0, 0, b"k", b"v"), (topic, 0, 1, None, None), (topic, 0, 2, b"", b"")]
    assert [(h["key"], h["value"]) for h in rows[0]["headers"]] == HEADERS and rows[1]["headers"] == []
    assert t["timestamp"].cast(pa.int64()).to_pylist() == [1_234, 1_235, 1_236]
    t.validate(full=True)
    assert len(batch) == batch.num_rows == 3 and batch[0].value() == b"v" and batch[-1].key() == b"" and len(batch.messages()) == 3
    with pytest.raises(IndexError):
        batch[3]


def test_batches_are_bounded_and_complete(fill, consumer, topic):
    fill(topic, 5_000, partitions=3)
    c = consumer()
    c.subscribe([topic])
    batches = gather(c, 5_000, max_rows=700)
    assert max(len(b) for b in batches) == 700
    values = pa.concat_tables(pa.table(b) for b in batches)["value"].to_pylist()
    assert sorted(values) == sorted(b"v%d" % i for i in range(5_000))


def test_the_iteration_ends_when_nothing_comes(fill, consumer, topic):
    fill(topic, 3)
    c = consumer()
    c.assign([TopicPartition(topic, 0, 0)])
    assert [len(b) for b in c.batches(timeout=1)] == [3]


def test_committing_a_batch(fill, consumer, topic):
    fill(topic, 10)
    c = consumer(enable_auto_commit=False)
    c.subscribe([topic])
    first = gather(c, 4, max_rows=4)[0]
    gather(c, 4, max_rows=4)
    assert [(t.topic, t.partition, t.offset) for t in first.next_offsets()] == [(topic, 0, 4)]
    assert first.commit()[0].offset == 4
    c.close()
    with pytest.raises(RuntimeError, match="Consumer closed"):
        first.commit()
    c = consumer()
    c.subscribe([topic])
    assert read(c, 1)[0].offset() == 4


def test_columns_outlive_the_consumer(fill, consumer, topic):
    fill(topic, 1_000, value=lambda i: b"%06d" % i * 50)
    c = consumer()
    c.subscribe([topic])
    batches = gather(c, 1_000)
    c.close()
    late = [pa.table(b) for b in batches]  # made after the consumer is closed
    capsule = batches[0].__arrow_c_stream__()
    del c, batches
    gc.collect()
    values = [v for t in late for v in t["value"].to_pylist()]
    assert values == [b"%06d" % i * 50 for i in range(1_000)]
    del capsule  # nobody took the stream out: it is released with the capsule
    gc.collect()


def test_a_consumer_of_columns_needs_no_pyarrow(python, tmp_path):
    out = python(
        """
        import sys
        sys.modules["pyarrow"] = None
        import wellhead
        with wellhead.Broker(sys.argv[1]) as b:
            with wellhead.Producer({"bootstrap.servers": b.bootstrap_servers}) as p:
                p.produce("t", b"x")
            with wellhead.Consumer({"bootstrap.servers": b.bootstrap_servers, "group.id": "g", "auto.offset.reset": "earliest"}) as c:
                c.subscribe(["t"])
                batch = next(c.batches())
                print(len(batch), type(batch.__arrow_c_stream__()).__name__)
        """,
        tmp_path / "data",
    )
    assert out.stdout.split() == ["1", "PyCapsule"], out.stderr


def test_no_rows_are_refused(consumer):
    with pytest.raises(ValueError):
        next(consumer().batches(max_rows=0))
    assert wellhead.Batch
