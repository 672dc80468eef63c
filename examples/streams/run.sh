#!/bin/bash
# Every example of streams in every language, and the notebook: each checks itself.
# usage: run.sh serve|embedded DATA BIN PYTHON
# embedded: the broker is in the program's own process; serve: each program has a `wellhead serve` of its own, as they use the same topics.
set -euo pipefail
mode=$1 data=$(realpath "$2") bin=$3 python=$4
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
server=
finish() {
    if [ -n "$server" ]; then kill -TERM "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; server=; fi
}
trap 'finish; rm -rf "$tmp"' EXIT
case $mode in
serve | embedded) ;;
*) echo "MODE is serve or embedded (each program takes the address of any Kafka by itself)"; exit 2 ;;
esac
(cd "$here/go" && for p in wordcount flights account; do go build -o "$tmp/go-$p" "./$p"; done)

passed=0
# Runs a program; in mode serve with the option and the address of a server.
run() {
    local title=$1 option=$2
    shift 2
    echo "== $title"
    local command=("$@")
    if [ "$mode" = serve ]; then
        rm -rf "$tmp/data"
        "$bin/wellhead" serve --data "$tmp/data" --listen 127.0.0.1:0 >"$tmp/log" 2>&1 & server=$!
        local bootstrap=
        for _ in $(seq 500); do
            bootstrap=$(grep -oE '127\.0\.0\.1:[0-9]+' "$tmp/log" | head -1 || true)
            [ -n "$bootstrap" ] && break
            kill -0 "$server" 2>/dev/null || { cat "$tmp/log"; exit 1; }
            sleep 0.02
        done
        command=("$1" ${PYTHON_FILE:+"$PYTHON_FILE"} "$option" "$bootstrap" "${@:2}")
    else
        command=("$1" ${PYTHON_FILE:+"$PYTHON_FILE"} "${@:2}")
    fi
    "${command[@]}"
    finish
    passed=$((passed + 1))
}
text=("$here/../../README.md" "$here/../../LICENSE")
for p in wordcount logs account metrics; do PYTHON_FILE=$here/python/$p.py run "$p in Python" --bootstrap "$python"; done
PYTHON_FILE=$here/python/flights.py run "flights in Python" --bootstrap "$python" "$data"
PYTHON_FILE=$here/python/etl.py run "etl in Python" --bootstrap "$python" "$data"
run "wordcount in Go" -bootstrap "$tmp/go-wordcount" "${text[@]}"
run "flights in Go" -bootstrap "$tmp/go-flights" -data "$data"
run "account in Go" -bootstrap "$tmp/go-account"
run "wordcount in Rust" --bootstrap "$bin/wordcount" "${text[@]}"
run "flights in Rust" --bootstrap "$bin/stream-flights" "$data"
echo "== the notebook"
WELLHEAD_DATA=$data "$python" "$here/../notebooks/execute.py" "$here/../notebooks/flights.ipynb"
echo "$passed programs of streams in Python, Go and Rust ($mode) and the notebook: all as computed without them"
