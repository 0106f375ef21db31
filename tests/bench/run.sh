#!/bin/sh
# run.sh BUILD_DIR - what sluice reaches on this machine: medians of 5 runs; CPU, date and hash of the input. Nothing is
# asserted: figures are for people. Memory is the sum of the peaks of all stages.
set -eu
cd "$(dirname "$0")/../.."
B=${1:-build}
case $B in /*) ;; *) B=$PWD/$B ;; esac
PATH=$B/bin:$PATH
export PATH
tmp=$(mktemp -d "${TMPDIR:-/tmp}/sluice-bench.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
echo "machine   $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores"
echo "date      $(date -u +%Y-%m-%dT%H:%M:%SZ)   build $(cat "$B/flags" | grep -o -- "-O[0-3]" | tail -n 1)"
sluice-sim --seed 7 --hours "${BENCH_HOURS:-6}" --launches "${BENCH_LAUNCHES:-1800}" >"$tmp/tape.slu"
sluice-verify "$tmp/tape.slu" | sed "s|.*ok, \(.*\) records.*hash \(.*\)|input     \1 records, BLAKE2b \2|"
records=$(sluice-stat --json "$tmp/tape.slu" | sed 's/.*"records"://' | grep -o ':[0-9]*' | tr -d : | paste -sd+)
records=$(($records))
trades=$(sluice-stat --json "$tmp/tape.slu" | sed 's/.*"trade":\([0-9]*\).*/\1/')
seconds() { # COMMAND: median wall seconds of 5 runs
    for _ in 1 2 3 4 5; do
        t0=$(date +%s%N)
        sh -c "$1" >/dev/null 2>&1
        t1=$(date +%s%N)
        echo $(((t1 - t0) / 1000))
    done | sort -n | sed -n 3p
}
rate() { printf '%-28s %8.2f M/s\n' "$1" "$(echo "$2 $3" | awk '{print $1 / $2}')"; }
echo
for b in "$B"/bench/bench_*; do [ -x "$b" ] && "$b"; done
# Instructions are counted where valgrind is installed: they do not depend on what else the machine does.
instructions() { # NAME FUNCTION COUNT COMMAND...: in user space, inside the function and what it calls, per call
    what=$1 function=$2 count=$3
    shift 3
    command -v valgrind >/dev/null 2>&1 || return 0
    valgrind --tool=callgrind --collect-atstart=no --toggle-collect="$function" --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null |
        sed -n 's/.*Collected : \([0-9]*\).*/\1/p' | sort -n | tail -n 1 | awk -v what="$what" -v n="$count" '{printf "%-32s %8.0f k instructions\n", what, $1 / n / 1000}'
}
instructions "order in to request out, execute" chain_order 60 "$B/bench/bench_order"
instructions "check the policy and sign" check_and_sign 4000 "$B/bench/bench_live"
rate "replay, records, one core" "$records" "$(seconds "taskset 1 sluice-replay -o null $tmp/tape.slu")"
rate "verify, every record decoded" "$records" "$(seconds "sluice-verify --quiet $tmp/tape.slu")"
rate "simulate, records" "$records" "$(seconds "sluice-sim --seed 7 --hours ${BENCH_HOURS:-6} --launches ${BENCH_LAUNCHES:-1800} -o null")"
if command -v python3 >/dev/null 2>&1; then
    sluice-cat --json --only trade,token,pool "$tmp/tape.slu" | python3 tests/pipeline/pumpapi_writer.py 2 >"$tmp/archive.jsonl"
    rate "import pumpapi, bytes" "$(wc -c <"$tmp/archive.jsonl")" "$(seconds "taskset 1 sluice-import --format pumpapi-jsonl $tmp/archive.jsonl -o null")"
    rm -f "$tmp/archive.jsonl"
fi
rate "features, trades" "$trades" "$(seconds "sluice-features -i $tmp/tape.slu -o null")"
row="mkfifo $tmp/f; sluice-features -i $tmp/tape.slu --hash=no | sluice-score --hash=no | sluice-risk --hash=no --reports $tmp/f | sluice-execute --paper --reports $tmp/f | sluice-ledger $tmp/r.db; rm -f $tmp/f $tmp/r.db*"
rate "whole row, trades" "$trades" "$(seconds "$row")"
mkfifo "$tmp/f"
peak() { python3 -c 'import resource,subprocess,sys; r=subprocess.call(sys.argv[2:]); open(sys.argv[1],"w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)); sys.exit(r)' "$@"; }
if command -v python3 >/dev/null 2>&1; then
    peak "$tmp/m1" sluice-features -i "$tmp/tape.slu" | peak "$tmp/m2" sluice-score | peak "$tmp/m3" sluice-risk --reports "$tmp/f" | peak "$tmp/m4" sluice-execute --paper --reports "$tmp/f" | peak "$tmp/m5" sluice-ledger "$tmp/r.db" >/dev/null
    echo "memory of the row            $(for k in 1 2 3 4 5; do cat "$tmp/m$k"; echo; done | awk '{s+=$1} END{printf "%8.0f MiB", s/1024}')   (features $(($(cat "$tmp/m1") / 1024)), score $(($(cat "$tmp/m2") / 1024)), risk $(($(cat "$tmp/m3") / 1024)), execute $(($(cat "$tmp/m4") / 1024)), ledger $(($(cat "$tmp/m5") / 1024)))"
fi
