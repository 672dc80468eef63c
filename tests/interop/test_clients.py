"""What every foreign client does with the node: one scenario each, run with every client that has the calls for it.

`clients.py` says which client has what; docs/interop.md shows it as a table."""

import time

import pytest
from client import CODECS, EARLIEST, LATEST, NOON, Record, Refused
from clients import FOREIGN, Command, Confluent, Ours
from conftest import until

MESSAGE_TOO_LARGE, TOPIC_ALREADY_EXISTS, INVALID_CONFIG, UNKNOWN_TOPIC = 10, 36, 40, 3


@pytest.fixture(scope="module")
def make(shared):
    """Clients of the one server, each opened once."""
    opened = {}

    def one(kind):
        if kind not in opened or opened[kind].broken():
            opened[kind] = kind(shared.address)
        return opened[kind]

    yield one
    for c in opened.values():
        c.close()


def with_clients(*needs, also=(), without=()):
    """The foreign clients that have what a scenario needs, and ours in Python."""
    kinds = [k for k in [*FOREIGN, Ours, *also] if set(needs) <= k.has and k not in without]
    return pytest.mark.parametrize("kind", kinds, ids=lambda k: k.name)


def records(carries, codec):
    """Records with everything that a client can carry."""
    rows = [Record(f"key-{i}".encode(), f"{codec}-{i}-".encode() * (1 + i % 7 * 20)) for i in range(300)]
    if "nulls" in carries:
        rows += [Record(None, b"no key"), Record(b"no value", None), Record(b"big", b"x" * 500_000)]
    if "empties" in carries:
        rows += [Record(b"", b""), Record(None, b""), Record(b"", None), Record(b"h", b"v", (("b", b""),) if "headers" in carries else ())]
    if "nothing" in carries:
        rows += [Record(None, None)]
    if "headers" in carries:
        rows += [Record(b"h", b"v", (("", b"no name"), ("a", b"1"), ("\u00e4", b"\x00\xff")))]
    if "duplicates" in carries:
        rows += [Record(b"h", b"v", (("a", b"1"), ("b", b"3"), ("a", b"2"), ("a", b"1")))]
    if "null_headers" in carries:
        rows += [Record(b"h", b"v", (("n", None), ("n", b"2"), ("n", None)))]
    if "timestamps" in carries:
        # Not 0, which is "now" to librdkafka.
        rows += [Record(b"t", b"%d" % t, (), t) for t in (1, 2, NOON - 1, NOON + 86_400_000, 1_699_999_999_999)]
    return rows


def contents(got, carries):
    return [r.content() if "timestamps" in carries else r.content()[:2] for r in got]


def check_pair(writer, reader, topic, codec):
    both = writer.carries & reader.carries
    rows = records(both, codec)
    writer.write(topic, rows, codec)
    got, want = contents(reader.read(topic, len(rows), f"g-{topic}"), both), contents(rows, both)
    assert len(got) == len(want)
    for g, w in zip(got, want):
        assert g == w


@pytest.mark.parametrize("codec", CODECS)
@with_clients(also=[Command], without=[Ours])
def test_they_read_what_we_wrote(make, kind, codec):
    check_pair(make(Ours), make(kind), f"ours-{kind.name.split()[0]}-{codec}", codec)


@pytest.mark.parametrize("codec", CODECS)
@with_clients(also=[Command], without=[Ours])
def test_we_read_what_they_wrote(make, kind, codec):
    check_pair(make(kind), make(Ours), f"theirs-{kind.name.split()[0]}-{codec}", codec)


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("writer,reader", [(Command, Confluent), (Confluent, Command)], ids=["writes", "reads"])
def test_our_command_and_a_foreign_client(make, writer, reader, codec):
    check_pair(make(writer), make(reader), f"command-{writer is Command}-{codec}", codec)


@with_clients("large")
def test_a_record_at_the_limit_is_taken_and_one_past_it_is_refused(make, kind):
    """max.message.bytes bounds a batch: 61 bytes of header, and the record with its lengths."""
    client, topic, limit = make(kind), f"limit-{kind.name.split()[0]}", 300_000
    make(Ours).create(topic, 1, {"max.message.bytes": str(limit)})
    # Lengths of three bytes (value, record), one of key, headers, attributes and both deltas; the length of a null key is one byte.
    overhead = 61 + 3 + 1 + 1 + 1 + 1 + 3 + 1
    exact = Record(None, b"x" * (limit - overhead))
    client.write(topic, [exact], max_bytes=2_000_000)
    with pytest.raises(Refused) as refused:
        client.write(topic, [exact._replace(value=exact.value + b"x")], max_bytes=2_000_000)
    assert refused.value.code == MESSAGE_TOO_LARGE, refused.value
    got = client.read(topic, 1, f"g-{topic}")
    assert [len(r.value) for r in got] == [len(exact.value)]
    assert make(Ours).offset(topic, 0, LATEST) == 1, "nothing of the refused one is there"


@with_clients("large")
def test_a_record_of_many_megabytes(make, kind):
    client, topic = make(kind), f"large-{kind.name.split()[0]}"
    make(Ours).create(topic, 1, {"max.message.bytes": str(4 << 20)})
    value = bytes(range(256)) * (12 << 10)
    client.write(topic, [Record(b"k", value), Record(b"k", b"after")], max_bytes=4 << 20)
    reader = client if kind.name not in ("rskafka", "kafka-go") else make(Ours)  # they fetch what they were told and no more
    assert [r.value for r in reader.read(topic, 2, f"g-{topic}")] == [value, b"after"]


@with_clients("groups")
def test_members_come_and_go_and_nothing_is_missed(make, kind):
    client, topic, group = make(kind), f"members-{kind.name.split()[0]}", f"g-members-{kind.name}"
    make(Ours).create(topic, 4)
    written = []

    def write():
        """One record into each partition."""
        rows = [Record(b"k", b"%d" % (len(written) + p), partition=p) for p in range(4)]
        written.extend(r.value for r in rows)
        make(Ours).write(topic, rows)
        return {r.value for r in rows}

    seen, members = set(), {}

    def settled(want):
        """Writes until a round is read by as many members as `want` says, each record by one of them."""

        def one_round():
            fresh, by = write(), {}
            end = time.monotonic() + 5
            while time.monotonic() < end and set().union(*by.values()) < fresh if by else time.monotonic() < end:
                for name, m in members.items():
                    got = {r.value for r in m.poll(0.2)}
                    seen.update(got)
                    by.setdefault(name, set()).update(got & fresh)
            return set().union(*by.values()) == fresh and sorted(len(v) for v in by.values()) == want

        until(one_round, 60)

    members["a"] = client.join(group, topic)
    settled([4])
    members["b"] = client.join(group, topic)
    settled([2, 2])
    members.pop("a").leave()
    settled([4])
    members["c"] = client.join(group, topic)
    settled([2, 2])
    for m in members.values():
        m.leave()
    # Every record was read by somebody, also those written while members came and went.
    missing = set(written) - seen
    late = client.join(group, topic)
    end = time.monotonic() + 20
    while missing and time.monotonic() < end:
        missing -= {r.value for r in late.poll(0.5)}
    late.leave()
    assert not missing, sorted(missing)


@with_clients("groups")
def test_a_group_goes_on_where_it_was(make, kind):
    client, topic = make(kind), f"resume-{kind.name.split()[0]}"
    rows = [Record(b"k%d" % i, b"v%d" % i) for i in range(20)]
    make(Confluent).write(topic, rows)
    assert [r.value for r in client.read(topic, 20, f"g-{topic}")] == [r.value for r in rows]
    make(Confluent).write(topic, [Record(b"k", b"more")])
    got = client.read(topic, 1, f"g-{topic}")
    assert [(r.value, r.offset) for r in got] == [(b"more", 20)]


@with_clients("groups", "commits")
def test_where_a_group_without_a_usable_offset_begins(make, kind):
    client, topic = make(kind), f"reset-{kind.name.split()[0]}"
    ours = make(Ours)
    ours.create(topic, 1)
    ours.write(topic, [Record(b"k", b"%d" % i) for i in range(10)])
    # From the latest offset: only what came after it had its partition, which the last of what it is sent until it reads one shows.
    member, got, n = client.join(f"latest-{topic}", topic, reset="latest"), [], 0
    end = time.monotonic() + 30
    while not got and time.monotonic() < end:
        ours.write(topic, [Record(b"k", b"new-%d" % n)])
        n += 1
        got = member.poll(0.3)
    member.leave()
    assert got and got[0].offset >= 10, got
    # An offset that retention took away: the group begins where its reset says.
    ours.delete_records(topic, 0, 7)
    client.commit(f"gone-{topic}", topic, 0, 3)
    got = client.read(topic, 1, f"gone-{topic}")
    assert got[0].offset == 7, got


@with_clients("offsets")
def test_offsets_by_time(make, kind):
    client, topic = make(kind), f"times-{kind.name.split()[0]}"
    make(Ours).create(topic, 1)
    make(Ours).write(topic, [Record(b"k", b"%d" % i, timestamp=NOON + 1000 * i) for i in range(10)])
    asked = {LATEST: 10, EARLIEST: 0, NOON - 5: 0, NOON: 0, NOON + 1: 1, NOON + 4500: 5, NOON + 9000: 9, NOON + 9001: -1}
    assert {at: client.offset(topic, 0, at) for at in asked} == asked


@with_clients("commits")
def test_commits_carry_their_metadata(make, kind):
    client, ours, topic, group = make(kind), make(Ours), f"metadata-{kind.name.split()[0]}", f"g-metadata-{kind.name}"
    ours.create(topic, 2)
    assert client.committed(group, topic, 0) == (-1, "")
    for offset, metadata in [(5, "plain"), (6, ""), (7, "\u00e4\u4e2d\U0001f600"), (8, "x" * kind.metadata_max)]:
        client.commit(group, topic, 0, offset, metadata)
        assert client.committed(group, topic, 0) == (offset, metadata)
        assert ours.committed(group, topic, 0)[0] == offset
    assert client.committed(group, topic, 1) == (-1, "")
    with pytest.raises(Refused) as refused:
        client.commit(group, topic, 0, 9, "x" * (kind.metadata_max + 1))
    assert refused.value.code == 12, refused.value
    assert client.committed(group, topic, 0)[0] == 8


@with_clients("admin")
def test_topics_are_made_changed_and_removed(make, kind):
    client, topic = make(kind), f"admin-{kind.name.split()[0]}"
    client.create(topic, 3, {"retention.ms": "86400000", "cleanup.policy": "compact"})
    assert client.topics()[topic] == 3
    assert client.config(topic, "retention.ms") == "86400000"
    assert client.config(topic, "cleanup.policy") == "compact"
    client.alter(topic, "retention.ms", "1234567")
    assert client.config(topic, "retention.ms") == "1234567"
    client.grow(topic, 5)
    assert until(lambda: client.topics()[topic] == 5)
    for refused, code in [
        (lambda: client.create(topic, 1), TOPIC_ALREADY_EXISTS),
        (lambda: client.create(topic + "-bad", 1, {"retention.ms": "soon"}), INVALID_CONFIG),
        (lambda: client.grow(topic, 2), 37),
        (lambda: client.remove(topic + "-none"), UNKNOWN_TOPIC),
    ]:
        with pytest.raises(Refused) as no:
            refused()
        assert no.value.code == code, no.value
    client.remove(topic)
    assert until(lambda: topic not in client.topics())
    assert topic + "-bad" not in client.topics()


@with_clients("delete_records")
def test_records_are_deleted_up_to_an_offset(make, kind):
    client, topic = make(kind), f"delete-{kind.name.split()[0]}"
    make(Ours).create(topic, 1)
    make(Ours).write(topic, [Record(b"k", b"%d" % i) for i in range(10)])
    client.delete_records(topic, 0, 6)
    assert client.offset(topic, 0, EARLIEST) == 6
    assert [r.value for r in make(Ours).read(topic, 4, f"g-{topic}")] == [b"6", b"7", b"8", b"9"]


@with_clients("groups", "group_admin")
def test_groups_are_listed_described_and_removed(make, kind):
    client, topic, group = make(kind), f"groups-{kind.name.split()[0]}", f"g-groups-{kind.name}"
    make(Ours).create(topic, 1)
    make(Ours).write(topic, [Record(b"k", b"v")])
    member = client.join(group, topic)
    assert until(lambda: member.poll(0.5))
    state, members = client.describe(group)
    assert (state.upper(), members) == ("STABLE", 1)
    assert group in client.groups()
    member.leave()
    assert until(lambda: client.describe(group)[1] == 0)
    assert client.describe(group)[0].upper() == "EMPTY"
    client.remove_group(group)
    assert group not in client.groups()
