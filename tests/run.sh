#!/bin/sh
# run.sh BUILD_DIR [TEST...] - run every test of sluice, or those named, under prove: longest first by tests/schedule, and the tests that
# sleep beside those that compute. A test that needs an optional part prints SKIP and why.
#   T='WORD...'    only tests whose name (unit/io/test_http, pipeline/test_log) contains one of the words
#   SET=release    only the unit tests and those that tests/schedule marks release or release-only
#   JOBS=N         computing tests at a time (number of cores); SLEEPERS=N: sleeping tests beside them (twice that)
#   VERBOSE=1      every line of every test
set -eu
B=${1:-build}
[ $# -eq 0 ] || shift
cd "$(dirname "$0")/.."
case $B in /*) ;; *) B=$PWD/$B ;; esac
export B PATH="$B/bin:$PATH" LC_ALL=C TZ=UTC
cores=$(nproc)
for t; do
    [ -f "$t" ] && [ -x "$t" ] || { echo "run.sh: '$t' is no test that can be run" >&2; exit 2; }
done

# Lines "NAME PATH" of all tests, or of those on the command line.
names() {
    [ $# -gt 0 ] || set -- "$B"/tests/*/test_* tests/*/test_*.sh tests/venue/*/test_*.sh
    for t; do
        [ -f "$t" ] && [ -x "$t" ] || continue
        case $t in "$B"/tests/*) name=unit/${t#"$B"/tests/} ;; *) name=${t#tests/} ;; esac
        echo "${name%.sh} $t"
    done
}
# Lines "KIND SECONDS PATH", longest first. A test that is not in the schedule computes for 1 s.
scheduled() {
    names "$@" | awk -v words="${T:-}" -v set="${SET:-}" -v sanitized="$sanitized" '
        FILENAME != "-" { if ($1 ~ /^[0-9]/) { seconds[$3] = $1; kind[$3] = $2; marked[$3] = $4 } next }
        { wanted = words == ""; n = split(words, w, " "); for (i = 1; i <= n; i++) wanted = wanted || index($1, w[i]) }
        wanted && sanitized && marked[$1] == "release-only" { print "run.sh: not under sanitizers: " $1 >"/dev/stderr"; next }
        wanted && (set == "" || index(marked[$1], set) == 1 || (set == "release" && $1 ~ /^unit\//)) { print ($1 in kind ? kind[$1] : "computes"), ($1 in kind ? seconds[$1] : 1), $2 }' tests/schedule - |
        sort -k2,2nr -k3
}
sanitized=
case $B in */asan | */tsan) sanitized=yes ;; esac
list=$(scheduled "$@")
if [ -z "$list" ]; then
    echo "run.sh: no test matches T='${T:-}'${SET:+ SET=$SET}. The tests are:" >&2
    names "$@" | sed 's/ .*//; s/^/  /' >&2
    exit 2
fi
of_kind() { printf '%s\n' "$list" | sed -n "s/^$1 [0-9]* //p"; }
options="--exec tests/one.sh --merge --failures --comments ${VERBOSE:+-v}"
many=${SLEEPERS:-$((2 * cores))} rc=0
work=$(mktemp -d)
of_kind computes >"$work/computes"
of_kind sleeps >"$work/sleeps"
beside=
trap '[ -z "$beside" ] || kill -TERM "-$beside" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
# Tests that sleep also watch the clock: those that compute give way to them (nice). A session of its own: it can be ended whole.
if [ -s "$work/sleeps" ]; then
    # shellcheck disable=SC2086
    setsid prove -j "$many" $options - <"$work/sleeps" >"$work/out" 2>&1 &
    beside=$!
fi
# shellcheck disable=SC2086
[ ! -s "$work/computes" ] || nice -n 5 prove -j "${JOBS:-$cores}" $options - <"$work/computes" || rc=$?
if [ -n "$beside" ]; then
    wait "$beside" || rc=$?
    beside=
    cat "$work/out"
fi
exit "$rc"
