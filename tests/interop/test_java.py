"""Kafka's own Java against `wellhead serve`: its clients by the named checks of java/src, and its command line tools as an operator
types them, one JVM for all but what must be processes of their own."""

import json
import re
import signal
import subprocess
import threading

import pytest
from conftest import Server, until
from jvm import HERE, java

TOOLS = "org.apache.kafka.tools."
# The names as they stand in the sources, so that collecting tests does not start Java; `test_no_check_is_left_out` holds the two equal.
_source = "\n".join(p.read_text() for p in sorted((HERE / "src").glob("*Checks.java")))
_codecs, _assignors = ["none", "gzip", "snappy", "lz4", "zstd"], ["Range", "RoundRobin", "Sticky", "CooperativeSticky"]
CHECKS = [
    *(f"records with codec {c}" for c in _codecs),
    *(f"members come and go with {a}" for a in _assignors),
    *re.findall(r'all\.put\("([^"]*[^" ])", ', _source),
    *("not served: " + n for n in re.findall(r'(?:refuse|admin)\(all, "([^"]*)"', _source)),
]


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """A node that does not wait for further members of a new group, and lets sessions end early."""
    s = Server(tmp_path_factory.mktemp("java") / "data", ["-c", "group.initial.rebalance.delay.ms=0", "-c", "group.min.session.timeout.ms=500"])
    yield s
    assert s.process.poll() is None, s.log_path.read_text()[-2000:]
    s.stop()


@pytest.fixture
def tool(jvm, node):
    """Runs one of Kafka's tools at the node; its outcome, which must be a success unless `code` is another or None."""

    def run(name, *args, code=0, stdin="", flag="--bootstrap-server", seconds=60):
        where = () if flag is None else (flag, node.address)
        outcome = jvm.call(name if name.startswith("kafka.") else TOOLS + name, *where, *args, stdin=stdin, seconds=seconds)
        assert code is None or outcome.code == code, f"{name} {' '.join(map(str, args))}: {outcome}"
        return outcome

    return run


def test_no_check_is_left_out(jvm, node):
    said = jvm.call("Checks", node.address, "none").err
    assert re.search(r"there are \[(.*)\]", said)[1].split(", ") and set(re.search(r"there are \[(.*)\]", said)[1].split(", ")) == set(CHECKS)


@pytest.mark.parametrize("check", CHECKS)
def test_check(jvm, node, check):
    outcome = jvm.call("Checks", node.address, check, seconds=150)
    assert outcome.code == 0, outcome


# The tools, as an operator meets them on the first day.


def test_topics(tool):
    assert "Created topic tools-a." in tool("TopicCommand", "--create", "--topic", "tools-a", "--partitions", 3, "--replication-factor", 1, "--config", "retention.ms=-1").out
    assert tool("TopicCommand", "--create", "--topic", "tools-a", "--if-not-exists").code == 0
    assert "already exists" in tool("TopicCommand", "--create", "--topic", "tools-a", code=1).out
    assert "tools-a" in tool("TopicCommand", "--list").out.splitlines()
    described = tool("TopicCommand", "--describe", "--topic", "tools-a").out
    assert re.search(r"Topic: tools-a\s+TopicId: \S{22}\s+PartitionCount: 3\s+ReplicationFactor: 1\s+Configs: retention.ms=-1", described), described
    assert len(re.findall(r"Partition: \d\s+Leader: 1\s+Replicas: 1\s+Isr: 1", described)) == 3, described
    topic_id = re.search(r"TopicId: (\S+)", described)[1]
    # Asked by id it uses an older request, which knows nothing of eligible leaders.
    assert tool("TopicCommand", "--describe", "--topic-id", topic_id).out.replace("lr: N/A", "lr: ") == described
    assert tool("TopicCommand", "--alter", "--topic", "tools-a", "--partitions", 5).code == 0
    assert "PartitionCount: 5" in tool("TopicCommand", "--describe", "--topic", "tools-a").out
    for what in ("--under-replicated-partitions", "--unavailable-partitions", "--under-min-isr-partitions", "--at-min-isr-partitions"):
        assert tool("TopicCommand", "--describe", what).code == 0
    tool("TopicCommand", "--delete", "--topic", "tools-a")
    assert "tools-a" not in tool("TopicCommand", "--list").out.splitlines()
    assert "does not exist" in tool("TopicCommand", "--describe", "--topic", "tools-a", code=1).out


def test_configs(tool):
    def configs(*args, **kw):
        return tool("kafka.admin.ConfigCommand", *args, **kw).out

    tool("TopicCommand", "--create", "--topic", "tools-c")
    assert "Completed updating config for topic tools-c" in configs("--alter", "--entity-type", "topics", "--entity-name", "tools-c", "--add-config", "retention.ms=9000,cleanup.policy=[compact,delete]")
    described = configs("--describe", "--entity-type", "topics", "--entity-name", "tools-c")
    assert "retention.ms=9000" in described and "cleanup.policy=compact,delete" in described and "DYNAMIC_TOPIC_CONFIG" in described, described
    configs("--alter", "--entity-type", "topics", "--entity-name", "tools-c", "--delete-config", "retention.ms")
    described = configs("--describe", "--entity-type", "topics", "--entity-name", "tools-c")
    assert "retention.ms" not in described, described
    assert "max.message.bytes=1048588" in configs("--describe", "--all", "--entity-type", "topics", "--entity-name", "tools-c")
    configs("--alter", "--entity-type", "topics", "--entity-name", "tools-c", "--add-config", "no.such=1", code=1)
    configs("--alter", "--entity-type", "brokers", "--entity-default", "--add-config", "log.retention.ms=720000000")
    assert "log.retention.ms=720000000" in configs("--describe", "--entity-type", "brokers", "--entity-default")
    configs("--alter", "--entity-type", "brokers", "--entity-default", "--delete-config", "log.retention.ms")
    configs("--alter", "--entity-type", "brokers", "--entity-name", "1", "--add-config", "message.max.bytes=2000000")
    assert "message.max.bytes=2000000" in configs("--describe", "--entity-type", "brokers", "--entity-name", "1")
    configs("--alter", "--entity-type", "brokers", "--entity-name", "1", "--delete-config", "message.max.bytes")
    assert "node.id=1" in configs("--describe", "--all", "--entity-type", "brokers", "--entity-name", "1")
    assert "Dynamic configs for topic" in configs("--describe", "--entity-type", "topics")


def test_console_producer_and_consumer(tool):
    lines = "".join(f"h:{i}\tk{i}\tv{i} \u00e4\n" for i in range(100))
    tool("ConsoleProducer", "--topic", "tools-con", "--reader-property", "parse.key=true", "--reader-property", "parse.headers=true", "--compression-codec", "zstd", stdin=lines)
    tool("ConsoleProducer", "--topic", "tools-con", "--reader-property", "parse.key=true", "--reader-property", "null.marker=NIL", stdin="gone\tNIL\n")
    out = tool(
        "consumer.ConsoleConsumer", "--topic", "tools-con", "--from-beginning", "--max-messages", 101, "--timeout-ms", 30000,
        *(x for p in ("print.key=true", "print.headers=true", "print.timestamp=true", "print.offset=true", "print.partition=true") for x in ("--formatter-property", p)),
    ).out.splitlines()
    assert len(out) == 101 and re.fullmatch(r"CreateTime:\d{13}\tPartition:0\tOffset:7\th:7\tk7\tv7 \u00e4", out[7]), out[:9]
    assert out[100].endswith("NO_HEADERS\tgone\tnull"), out[100]
    assert tool("consumer.ConsoleConsumer", "--topic", "tools-con", "--partition", 0, "--offset", 98, "--max-messages", 2, "--timeout-ms", 30000).out.split("\n")[0] == "v98 \u00e4"
    read = tool("consumer.ConsoleConsumer", "--topic", "tools-con", "--group", "tools-con-g", "--from-beginning", "--max-messages", 101, "--timeout-ms", 30000, "--isolation-level", "read_committed")
    assert "Processed a total of 101 messages" in read.err, read
    assert "Processed a total of 0 messages" in tool("consumer.ConsoleConsumer", "--topic", "tools-con", "--group", "tools-con-g", "--timeout-ms", 2000).err


def test_groups_and_their_offsets(tool, node):
    def groups(*args, **kw):
        return tool("consumer.group.ConsumerGroupCommand", *args, **kw).out

    tool("TopicCommand", "--create", "--topic", "tools-g", "--partitions", 2)
    tool("ConsoleProducer", "--topic", "tools-g", stdin="x\n" * 50)
    tool("consumer.ConsoleConsumer", "--topic", "tools-g", "--group", "tools-g1", "--from-beginning", "--max-messages", 50, "--timeout-ms", 30000)
    assert "tools-g1" in groups("--list").split()
    assert re.search(r"tools-g1\s+Classic\s+consumer", tool("GroupsCommand", "--list").out)
    assert re.search(r"tools-g1\s+Classic\s+Empty", groups("--list", "--state", "--type")), groups("--list", "--state", "--type")
    described = groups("--describe", "--group", "tools-g1")
    rows = re.findall(r"tools-g1\s+tools-g\s+(\d)\s+(\d+)\s+(\d+)\s+0\s+-", described)
    assert len(rows) >= 1 and sum(int(r[1]) for r in rows) == 50, described
    assert re.search(r"tools-g1\s+\S+:\d+\s+\(1\)\s+-\s+Empty\s+0", groups("--describe", "--group", "tools-g1", "--state"))
    groups("--describe", "--group", "tools-g1", "--members", "--verbose")
    groups("--describe", "--all-groups", "--offsets")
    for how, want in ((["--to-earliest"], 0), (["--to-latest"], 50), (["--shift-by", -5], None), (["--to-offset", 3], None), (["--to-datetime", "2020-01-01T00:00:00.000"], 0), (["--by-duration", "PT1H"], 0), (["--to-current"], 0)):
        dry = groups("--reset-offsets", "--group", "tools-g1", "--all-topics", *how, "--dry-run")
        done = groups("--reset-offsets", "--group", "tools-g1", "--all-topics", *how, "--execute")
        new = [int(n) for n in re.findall(r"tools-g1\s+tools-g\s+\d\s+(\d+)", done)]
        assert new and new == [int(n) for n in re.findall(r"tools-g1\s+tools-g\s+\d\s+(\d+)", dry)] and (want is None or sum(new) == want), (how, dry, done)
    exported = groups("--reset-offsets", "--group", "tools-g1", "--all-topics", "--to-current", "--export", "--dry-run")
    assert '"tools-g",0,' in exported or "tools-g,0," in exported, exported
    # Somebody is there: nothing may be reset or deleted, and members are described.
    member = subprocess.Popen(java(TOOLS + "consumer.ConsoleConsumer", "--bootstrap-server", node.address, "--topic", "tools-g", "--group", "tools-g1"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: "Stable" in groups("--describe", "--group", "tools-g1", "--state"), 60)
        assert re.search(r"tools-g1\s+\S*console-consumer\S*\s+/127.0.0.1\s+\S*console-consumer\S*\s+2", groups("--describe", "--group", "tools-g1", "--members"))
        assert "can only be reset if the group" in groups("--reset-offsets", "--group", "tools-g1", "--all-topics", "--to-earliest", "--execute")
        assert "not empty" in groups("--delete", "--group", "tools-g1").lower()
    finally:
        member.terminate()
        member.wait(30)
    until(lambda: "Stable" not in groups("--describe", "--group", "tools-g1", "--state"), 60)
    groups("--delete-offsets", "--group", "tools-g1", "--topic", "tools-g")
    groups("--delete", "--group", "tools-g1")
    assert "tools-g1" not in groups("--list").split()


def test_offsets_records_and_directories(tool, tmp_path):
    tool("TopicCommand", "--create", "--topic", "tools-o", "--partitions", 2)
    tool("ConsoleProducer", "--topic", "tools-o", "--reader-property", "parse.key=true", stdin="".join(f"{i}\tx\n" for i in range(40)))

    def offsets(*args):
        return [int(n) for n in re.findall(r"tools-o:\d:(\d+)", tool("GetOffsetShell", "--topic", "tools-o", *args).out)]

    assert sum(offsets()) == 40 and sum(offsets("--time", "-1")) == 40 and offsets("--time", "earliest") == [0, 0]
    assert len(offsets("--time", "max-timestamp")) == 2 and offsets("--time", "0") == [0, 0] and len(offsets("--time", "-4")) == 2
    first = offsets()[0]
    what = tmp_path / "records.json"
    what.write_text(json.dumps({"version": 1, "partitions": [{"topic": "tools-o", "partition": 0, "offset": 3}, {"topic": "tools-o", "partition": 1, "offset": -1}]}))
    assert "low_watermark: 3" in tool("DeleteRecordsCommand", "--offset-json-file", what).out
    assert offsets("--time", "earliest") == [3, 40 - first]
    dirs = tool("LogDirsCommand", "--describe", "--topic-list", "tools-o").out
    found = json.loads(dirs[dirs.index("{"):])["brokers"][0]["logDirs"][0]
    assert found["error"] is None and {p["partition"] for p in found["partitions"]} == {"tools-o-0", "tools-o-1"} and all(p["size"] > 0 for p in found["partitions"]), dirs


def test_verifiable_producer_and_consumer(node, tool):
    """Two consumers of a group share what a producer writes; one is killed, the other takes over."""
    tool("TopicCommand", "--create", "--topic", "tools-v", "--partitions", 4)
    seen, members = {}, {}

    def start(name):
        args = ["--bootstrap-server", node.address, "--topic", "tools-v", "--group-id", "tools-v", "--reset-policy", "earliest", "--session-timeout", "4000", "--group-protocol", "classic"]
        members[name] = subprocess.Popen(java(TOOLS + "VerifiableConsumer", *args), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        def read():
            for line in members[name].stdout:
                seen.setdefault(name, []).append(json.loads(line))

        threading.Thread(target=read, daemon=True).start()

    def produce(n):
        command = java(TOOLS + "VerifiableProducer", "--bootstrap-server", node.address, "--topic", "tools-v", "--max-messages", str(n), "--acks", "-1", "--repeating-keys", "50")
        r = subprocess.run(command, capture_output=True, text=True, timeout=120)
        said = json.loads(r.stdout.splitlines()[-1])
        assert r.returncode == 0 and said["name"] == "tool_data" and said["acked"] == n, r

    def consumed(names):
        return sum(e["count"] for n in names for e in seen.get(n, []) if e["name"] == "records_consumed")

    def assigned(name):
        got = set()
        for e in list(seen.get(name, [])):
            parts = {p["partition"] for p in e.get("partitions", [])} if e["name"].startswith("partitions_") else set()
            got = got | parts if e["name"] == "partitions_assigned" else got - parts if e["name"] in ("partitions_revoked", "partitions_lost") else got
        return got

    try:
        start("a")
        start("b")
        until(lambda: assigned("a") | assigned("b") == {0, 1, 2, 3} and not assigned("a") & assigned("b") and assigned("a") and assigned("b"), 60)
        produce(2000)
        until(lambda: consumed("ab") == 2000, 60)
        members["a"].kill()
        until(lambda: assigned("b") == {0, 1, 2, 3}, 60)
        produce(500)
        until(lambda: consumed("b") + consumed("a") >= 2500, 60)
        members["b"].send_signal(signal.SIGTERM)
        members["b"].wait(30)
    finally:
        for m in members.values():
            m.kill()
            m.wait(30)


def test_performance_tools(tool):
    out = tool("ProducerPerformance", "--topic", "tools-p", "--num-records", 20000, "--record-size", 200, "--throughput", -1, "--command-property", "linger.ms=5").out
    assert re.search(r"20000 records sent, [\d.]+ records/sec", out), out
    out = tool("ConsumerPerformance", "--topic", "tools-p", "--num-records", 20000, "--timeout", 30000).out
    assert re.search(r", 20000, ", out), out


def test_what_the_cluster_says(tool, node):
    at = ("--bootstrap-server", node.address)
    assert re.search(r"Cluster ID: \S{22}", tool("ClusterTool", "cluster-id", *at, flag=None).out)
    versions = tool("BrokerApiVersionsCommand").out
    assert "Produce(0): 0 to 13 [usable: 13]" in versions and "UNSUPPORTED" in versions, versions[:800]
    features = tool("FeatureCommand", "describe").out
    assert re.search(r"Feature: metadata.version\s+SupportedMinVersion: \S+\s+SupportedMaxVersion: 4.3-IV0\s+FinalizedVersionLevel: 4.3-IV0\s+Epoch: \d+", features), features
    assert "could not" in tool("FeatureCommand", "upgrade", "--feature", "group.version=1", code=1).out.lower()


def test_the_quorum(tool, node):
    tool("TopicCommand", "--create", "--topic", "tools-q")
    status = tool("MetadataQuorumCommand", "describe", "--status").out
    assert re.search(r"LeaderId:\s+1\n", status) and re.search(r"MaxFollowerLag:\s+0\n", status), status
    assert re.search(r"HighWatermark:\s+[1-9]\d*\n", status) and re.search(r"CurrentObservers:\s+\[\]", status), status
    voters = re.search(r"CurrentVoters:\s+(.*)", status)[1]
    assert '"id": 1' in voters and node.address.split(":")[1] in voters, status
    replication = tool("MetadataQuorumCommand", "describe", "--replication").out.splitlines()
    assert len([line for line in replication if line.rstrip().endswith("Leader")]) == 1, replication


def test_leaders_and_reassignments(tool, tmp_path):
    tool("TopicCommand", "--create", "--topic", "tools-l", "--partitions", 2)
    tool("LeaderElectionCommand", "--election-type", "PREFERRED", "--all-topic-partitions")
    out = tool("LeaderElectionCommand", "--election-type", "PREFERRED", "--topic", "tools-l", "--partition", 1).out
    assert "Valid replica already elected for partitions tools-l-1" in out, out
    out = tool("LeaderElectionCommand", "--election-type", "UNCLEAN", "--topic", "tools-l", "--partition", 9, code=1)
    assert "tools-l-9" in out.out + out.err, out

    reassign = "reassign.ReassignPartitionsCommand"
    assert "No partition reassignments found." in tool(reassign, "--list").out
    plan = lambda brokers: json.dumps({"version": 1, "partitions": [{"topic": "tools-l", "partition": p, "replicas": brokers} for p in (0, 1)]})
    here, elsewhere = tmp_path / "here.json", tmp_path / "elsewhere.json"
    here.write_text(plan([1]))
    elsewhere.write_text(plan([2]))
    assert "Successfully started partition reassignments for tools-l-0,tools-l-1" in tool(reassign, "--execute", "--reassignment-json-file", here).out
    out = tool(reassign, "--verify", "--reassignment-json-file", here).out
    assert all(f"Reassignment of partition tools-l-{p} is completed." in out for p in (0, 1)), out
    out = tool(reassign, "--execute", "--reassignment-json-file", elsewhere, code=1)
    assert "2" in out.out + out.err and "Successfully" not in out.out, out


@pytest.mark.parametrize(
    "command",
    [
        ["TransactionsCommand", "list"],
        ["AclCommand", "--list"],
        ["kafka.admin.ConfigCommand", "--describe", "--entity-type", "users"],
        ["streams.StreamsGroupCommand", "--describe", "--group", "none"],
        ["consumer.group.ShareGroupCommand", "--describe", "--group", "none"],
    ],
    ids=lambda c: c[0],
)
def test_tools_for_what_is_not_served_say_so(tool, command):
    outcome = tool(*command, code=None)
    assert re.search(r"does not support|Unsupported|not supported", outcome.out + outcome.err), outcome
