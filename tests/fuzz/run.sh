#!/bin/sh
# run.sh - every fuzz target for FUZZ_SECONDS (10) seconds with libFuzzer, from its corpus. Needs clang.
set -eu
cd "$(dirname "$0")/../.."
command -v clang >/dev/null 2>&1 || { echo "fuzz: SKIP: clang is not installed"; exit 0; }
env -u B make -s BUILD=fuzz fuzz-bins
for bin in build/fuzz/fuzz/fuzz_*; do
    [ -x "$bin" ] && [ ! -d "$bin" ] || continue
    case $bin in *.d|*.o) continue ;; esac
    name=$(basename "$bin")
    mkdir -p "build/fuzz/corpus/$name"
    echo "== $name"
    "$bin" -max_total_time="${FUZZ_SECONDS:-10}" -timeout=5 -rss_limit_mb=2048 -print_final_stats=0 -verbosity=0 -artifact_prefix="build/fuzz/" "build/fuzz/corpus/$name" "tests/fuzz/corpus/${name#fuzz_}" || { echo "fuzz: $name found something; see build/fuzz/"; exit 1; }
done
echo "fuzz: all targets clean"
