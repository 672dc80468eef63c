#!/bin/bash
# The flights through Go, Python and Rust.
# usage: run.sh serve|embedded|HOST:PORT DATA BIN PYTHON FLIGHTS_GO
# serve: against `wellhead serve`; embedded: one process (the Rust program) opens the broker and listens for the others;
# HOST:PORT: against that Kafka. Both servers are started on a free port with a data directory of their own, and ended.
set -euo pipefail
mode=$1 data=$2 bin=$3 python=$4 flights_go=$5
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
server=
finish() {
    if [ -n "$server" ]; then kill -TERM "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
    rm -rf "$tmp"
}
trap finish EXIT
case $mode in
serve) "$bin/wellhead" serve --data "$tmp/data" --listen 127.0.0.1:0 >"$tmp/log" 2>&1 & server=$! ;;
embedded) "$bin/flights" broker "$tmp/data" >"$tmp/log" 2>&1 & server=$! ;;
*) bootstrap=$mode ;;
esac
if [ -n "$server" ]; then
    for _ in $(seq 500); do
        bootstrap=$(grep -oE '127\.0\.0\.1:[0-9]+' "$tmp/log" | head -1 || true)
        [ -n "$bootstrap" ] && break
        kill -0 "$server" 2>/dev/null || { cat "$tmp/log"; exit 1; }
        sleep 0.02
    done
fi
echo "== Go produces the departures, keyed by carrier, to $bootstrap"
"$flights_go" -bootstrap "$bootstrap" -data "$data"
echo "== Python reads them in a group, then by replay"
"$python" "$here/python/flights.py" --bootstrap "$bootstrap" --csv "$data/flights.csv"
echo "== Rust reads them in a group, then by replay"
"$bin/flights" read "$bootstrap" "$data/flights.csv"
