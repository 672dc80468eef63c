#!/bin/bash
# Builds the fuzz targets and runs each for SECONDS (the first argument), two at a time, from the seeds in tests/vectors and what
# earlier runs found. Ends with one line; an input that fails is kept and named with the command that shows it again.
# FUZZ_SEED makes a run repeat, as far as its time goes. FUZZ_ASAN=1 builds with the address sanitizer too, for what is not Rust (zstd).
set -uo pipefail
cd "$(dirname "$0")"
seconds="${1:-60}"
shift
work="$PWD/../../build/fuzz"
mkdir -p "$work/artifacts" "$work/log"
# Where a target keeps files; what is killed does not tidy up.
export TMPDIR="$work/tmp"
rm -rf "$TMPDIR"; mkdir -p "$TMPDIR"; trap 'rm -rf "$TMPDIR"' EXIT
host=$(rustc -vV | sed -n 's/^host: //p')
flags="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters"
flags+=" -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=4"
# The one stable toolchain has the sanitizers, behind this door.
if [ -n "${FUZZ_ASAN:-}" ]; then flags+=" -Zsanitizer=address"; export RUSTC_BOOTSTRAP=1; fi
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/wellhead/target}/fuzz"
RUSTFLAGS="$flags" cargo build --locked --quiet --release --target "$host" || exit 1
bin="$CARGO_TARGET_DIR/$host/release"
all=(${*:-request_decode response_decode record_batch segment_recover directory_load connection_state group_protocol internal_records c_abi_sequence})
WELLHEAD_SEEDS="$work/seeds" "$bin/seeds" -runs=0 >"$work/log/seeds" 2>&1 || { cat "$work/log/seeds"; exit 1; }

run() {
    local t=$1 dir="$work/corpus/$1"
    mkdir -p "$dir" "$work/seeds/$t"
    # Ten seconds for one input is a hang; a gigabyte is no proportion to any of them.
    if "$bin/$t" "$dir" "$work/seeds/$t" -max_total_time="$seconds" ${FUZZ_SEED:+-seed=$FUZZ_SEED} -max_len=8192 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
        -artifact_prefix="$work/artifacts/$t-" >"$work/log/$t" 2>&1; then
        echo "$t: $(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log/$t") inputs"
    else
        tail -30 "$work/log/$t"
        echo "$t FAILED; again with: $bin/$t $(ls -t "$work"/artifacts/"$t"-* 2>/dev/null | head -1)"
        return 1
    fi
}

passed=0 failed=0
for ((i = 0; i < ${#all[@]}; i += 2)); do
    pids=()
    for t in "${all[@]:i:2}"; do run "$t" & pids+=($!); done
    for p in "${pids[@]}"; do if wait "$p"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi; done
done
echo "fuzz: $passed targets passed, $failed failed, $seconds s each"
[ "$failed" = 0 ]
