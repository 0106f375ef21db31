#!/bin/sh
# run.sh - every fuzz target for FUZZ_SECONDS (10) seconds with libFuzzer, from its corpus, one on each core. Needs clang.
set -eu
cd "$(dirname "$0")/../.."
command -v clang >/dev/null 2>&1 || { echo "fuzz: SKIP: clang is not installed"; exit 0; }
jobs=$(nproc)
env -u B make -s -j"$jobs" BUILD=fuzz fuzz-bins
export FUZZ_SECONDS="${FUZZ_SECONDS:-10}"
# shellcheck disable=SC2016
if printf '%s\n' tests/fuzz/fuzz_*.c | sed 's|.*/fuzz_\(.*\)\.c|\1|' | xargs -P "$jobs" -I NAME sh -c '
    mkdir -p "build/fuzz/corpus/fuzz_NAME"
    "build/fuzz/fuzz/fuzz_NAME" -max_total_time="$FUZZ_SECONDS" -timeout=5 -rss_limit_mb=2048 -print_final_stats=0 -verbosity=0 \
        -artifact_prefix="build/fuzz/NAME." "build/fuzz/corpus/fuzz_NAME" "tests/fuzz/corpus/NAME" >"build/fuzz/NAME.log" 2>&1 && exit 0
    echo "fuzz: NAME failed; its input is build/fuzz/NAME.*, its log:"
    tail -n 40 "build/fuzz/NAME.log"
    exit 1'
then echo "fuzz: $(ls tests/fuzz/fuzz_*.c | wc -l) targets clean after $FUZZ_SECONDS s each"
else exit 1; fi
