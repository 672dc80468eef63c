"""The page of /metrics as Prometheus' own parser reads it, over a server in the command's process."""

import re
import urllib.request

from conftest import Server
from confluent_kafka import Producer
from prometheus_client.openmetrics.parser import text_string_to_metric_families


def test_prometheus_reads_the_page_of_a_server(tmp_path):
    server = Server(tmp_path / "data", ["--admin", "127.0.0.1:0"])
    try:
        url = re.search(r"http://\S+/metrics", server.log_path.read_text())[0]
        p = Producer({"bootstrap.servers": server.address})
        for i in range(100):
            p.produce('say "hi"'.replace(" ", "_").replace('"', "-"), str(i))
        assert p.flush(30) == 0
        with urllib.request.urlopen(url, timeout=30) as r:
            assert r.headers["Content-Type"].startswith("application/openmetrics-text")
            families = {f.name: f for f in text_string_to_metric_families(r.read().decode())}
        samples = {(s.name, s.labels.get("topic"), s.labels.get("api")): s.value for f in families.values() for s in f.samples}
        assert samples["wellhead_produced_records_total", "say_-hi-", None] == 100
        assert samples["wellhead_request_duration_seconds_count", None, "Produce"] >= 1
        assert families["wellhead_request_duration_seconds"].type == "histogram" and families["wellhead_request_duration_seconds"].unit == "seconds"
        assert families["wellhead_produced_bytes"].type == "counter"
        with urllib.request.urlopen(url.replace("/metrics", "/readyz"), timeout=30) as r:
            assert r.read() == b"ok\n"
    finally:
        server.stop()
