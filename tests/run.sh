#!/bin/sh
# run.sh BUILD_DIR [TEST...] - every test of sluice, or those named, as TAP, run by prove. Tests that need an optional part say SKIP and why.
set -eu
B=${1:-build}
cd "$(dirname "$0")/.."
case $B in /*) ;; *) B=$PWD/$B ;; esac
export B PATH="$B/bin:$PATH" LC_ALL=C TZ=UTC
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || for t in "$B"/tests/*/test_* tests/golden/test_*.sh tests/fault/test_*.sh tests/pipeline/test_*.sh tests/fuzz/test_*.sh tests/venue/test_*.sh tests/man/test_*.sh; do
    [ -x "$t" ] && set -- "$@" "$t"
done
JOBS=${JOBS:-$(nproc)}
exec prove -j "$JOBS" --exec tests/one.sh --merge --failures --comments ${VERBOSE:+-v} "$@"
