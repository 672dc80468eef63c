#!/bin/bash
# Follows the log files of this machine into a topic, and tails them from another process.
# usage: run.sh BIN [MODE]   (MODE: serve, embedded, or HOST:PORT of any Kafka)
set -euo pipefail
bin=$1 mode=${2:-serve}
tmp=$(mktemp -d)
server=
finish() {
    if [ -n "$server" ]; then kill -TERM "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
    rm -rf "$tmp"
}
trap finish EXIT
case $mode in
serve) "$bin/wellhead" serve --data "$tmp/data" --listen 127.0.0.1:0 >"$tmp/log" 2>&1 & server=$! ;;
embedded) "$bin/logs" broker "$tmp/data" >"$tmp/log" 2>&1 & server=$! ;;
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
mapfile -t files < <(find /var/log -maxdepth 2 -type f -name '*.log' -readable -size +0 2>/dev/null | head -20)
[ ${#files[@]} -gt 0 ] || { echo "this machine has no readable log files"; exit 0; }
said=$("$bin/logs" follow --bootstrap "$bootstrap" --topic machine-logs --once "${files[@]}")
echo "$said"
lines=${said%% *}
"$bin/logs" tail --bootstrap "$bootstrap" --topic machine-logs --count "$lines" >"$tmp/tailed"
tail -5 "$tmp/tailed" | cut -c1-160
[ "$(wc -l <"$tmp/tailed")" -eq "$lines" ] || { echo "tailed $(wc -l <"$tmp/tailed") lines, not $lines"; exit 1; }
# What a program of streams counts is what grep counts; a line that is no UTF-8 is neither.
"$bin/logs" rates --bootstrap "$bootstrap" --topic machine-logs --count "$lines" >"$tmp/rates"
sort -rn "$tmp/rates" | head -3
bad=$(cat "${files[@]}" | iconv -f UTF-8 -t UTF-8 -c | LC_ALL=C.UTF-8 grep -ciE 'error|fail|fatal|panic' || true)
counted=$(tail -1 "$tmp/rates")
[ "$(awk '{print $1 + $5}' <<<"$counted")" -eq "$lines" ] || { echo "counted $counted, not $lines lines"; exit 1; }
[ "$(awk '{print $3}' <<<"$counted")" -eq "$bad" ] || [ "$(awk '{print $5}' <<<"$counted")" -gt 0 ] || { echo "counted $counted, and grep $bad errors"; exit 1; }
echo "all $lines lines came through, $bad of them errors"
