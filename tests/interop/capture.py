#!/usr/bin/env python3
"""Captures what real clients send to a broker and what it answers, as golden bytes for the wire tests.

usage: capture.py OUT.jsonl      (WELLHEAD_BIN names the command)

Each client of the interop tests produces and reads through a proxy; one exchange per client, API and version is kept (the first
small one). A line holds client, api_key, version, and the request and response frames in hex, each from its header on."""

import json
import os
import socket
import struct
import sys
import tempfile
import threading
from pathlib import Path

import conftest
from client import Record
from clients import FOREIGN

FRAME_BYTES_MAX = 4000


class Proxy:
    """Passes bytes between clients and the server and keeps the frames it sees."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.client, self.kept, self.target = None, {}, None
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            here, _ = self.socket.accept()
            there = socket.create_connection(("127.0.0.1", self.target))
            pending = {}
            threading.Thread(target=self.pump, args=(here, there, self.request, pending), daemon=True).start()
            threading.Thread(target=self.pump, args=(there, here, self.response, pending), daemon=True).start()

    def pump(self, source, sink, see, pending):
        data = b""
        while True:
            try:
                got = source.recv(1 << 16)
            except OSError:
                got = b""
            data += got
            while len(data) >= 4 and len(data) >= 4 + struct.unpack(">i", data[:4])[0]:
                n = 4 + struct.unpack(">i", data[:4])[0]
                see(data[4:n], pending)
                data = data[n:]
            if not got:
                for s in (source, sink):
                    try:
                        s.shutdown(socket.SHUT_RDWR)
                    except OSError:
                        pass
                return
            try:
                sink.sendall(got)
            except OSError:
                return

    def request(self, frame, pending):
        key, version, correlation = struct.unpack_from(">hhi", frame)
        pending[correlation] = (self.client, key, version, frame)

    def response(self, frame, pending):
        seen = pending.pop(struct.unpack_from(">i", frame)[0], None)
        if seen and len(frame) <= FRAME_BYTES_MAX and len(seen[3]) <= FRAME_BYTES_MAX:
            self.kept.setdefault(seen[:3], (seen[3], frame))


def main():
    out = Path(sys.argv[1])
    proxy = Proxy()
    with tempfile.TemporaryDirectory() as tmp:
        server = conftest.Server(Path(tmp) / "data", ["-c", f"advertised.listeners=PLAINTEXT://127.0.0.1:{proxy.port}"])
        proxy.target = server.port
        address = f"127.0.0.1:{proxy.port}"
        try:
            for kind in FOREIGN:
                proxy.client = kind.name
                topic = f"capture-{FOREIGN.index(kind)}"
                rows = [Record(b"k%d" % i, b"v%d" % i, (("h", b"1"),) if "headers" in kind.carries else ()) for i in range(5)]
                client = kind(address)
                client.write(topic, rows)
                client.read(topic, len(rows), f"group-{topic}")
                client.close()
        finally:
            server.stop()
    with open(out, "w") as f:
        for (client, key, version), (request, response) in sorted(proxy.kept.items()):
            f.write(json.dumps({"client": client, "api_key": key, "version": version, "request": request.hex(), "response": response.hex()}) + "\n")
    print(f"{len(proxy.kept)} exchanges of {len({k[0] for k in proxy.kept})} clients")


if __name__ == "__main__":
    main()
