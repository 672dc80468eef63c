"""Every foreign client writes what ours read, and reads what ours wrote, in a group, with every codec it has."""

import pytest
from clients import FOREIGN, OURS, Confluent, Ours

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
ids = lambda c: c.name if hasattr(c, "name") else str(c)


def table(writer, reader, codec):
    """Records that both sides of a pair can express."""
    rows = [(f"key-{i}".encode(), f"{codec}-{i}-".encode() * (1 + i % 7 * 20), []) for i in range(300)]
    if writer.nulls and reader.nulls:
        rows += [(None, b"no key", []), (b"no value", None, []), (b"", b"", []), (b"big", b"x" * 500_000, [])]
    if writer.headers and reader.headers:
        rows += [(b"h", b"v", [("a", b"1"), ("a", b"2"), ("b", b""), ("\u00e4", b"\x00\xff")])]
    return rows


def tidy(records):
    """kafka-python gives header values as bytes and drops none; the others keep tuples or lists."""
    return [(k, v, [(a, b) for a, b in h]) for k, v, h in records]


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("ours", OURS, ids=ids)
@pytest.mark.parametrize("foreign", FOREIGN, ids=ids)
def test_they_read_what_we_wrote(shared, foreign, ours, codec):
    topic = f"ours-{OURS.index(ours)}-{FOREIGN.index(foreign)}-{codec}"
    rows = table(ours, foreign, codec)
    ours.write(shared.address, topic, rows, codec)
    assert tidy(foreign.read(shared.address, topic, len(rows), f"g-{topic}")) == rows


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("ours", OURS, ids=ids)
@pytest.mark.parametrize("foreign", FOREIGN, ids=ids)
def test_we_read_what_they_wrote(shared, foreign, ours, codec):
    topic = f"theirs-{OURS.index(ours)}-{FOREIGN.index(foreign)}-{codec}"
    rows = table(foreign, ours, codec)
    foreign.write(shared.address, topic, rows, codec)
    assert tidy(ours.read(shared.address, topic, len(rows), f"g-{topic}")) == rows


@pytest.mark.parametrize("reader", [Confluent(), Ours()], ids=ids)
def test_null_header_values_survive(shared, reader):
    topic = f"null-headers-{reader.module}"
    rows = [(b"k", b"v", [("n", None), ("n", b"2"), ("e", b"")])]
    Confluent().write(shared.address, topic, rows)
    assert tidy(reader.read(shared.address, topic, 1, f"g-{topic}")) == rows


@pytest.mark.parametrize("client", FOREIGN + OURS, ids=ids)
def test_a_group_goes_on_where_it_was(shared, client):
    topic = f"resume-{client.name.split()[0]}-{(FOREIGN + OURS).index(client)}"
    rows = [(b"k%d" % i, b"v%d" % i, []) for i in range(20)]
    Confluent().write(shared.address, topic, rows)
    assert tidy(client.read(shared.address, topic, 20, f"g-{topic}")) == rows
    more = [(b"k", b"more", [])]
    Confluent().write(shared.address, topic, more)
    # The command reads on from the stored offset only when it is not told to begin at the beginning, so a foreign client goes on.
    reader = Confluent() if client.name == "wellhead (command)" else client
    if client.name == "kcat" or client.name == "wellhead (command)":
        assert tidy(Confluent().read(shared.address, topic, 1, f"g-{topic}"))[-1:] == more
    else:
        assert tidy(reader.read(shared.address, topic, 1, f"g-{topic}")) == more
