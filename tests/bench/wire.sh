#!/bin/sh
# wire.sh - from an order to its first bytes on the wire, through all processes, on the loopback chain: ORDERS (200) buys of a token whose market
# is at hand, by bundle, each signed by sluice-sign and flushed to the journal before it is sent. Once with the journal on the disk of TMPDIR, once
# in memory, which shows what is left where a flush costs nothing; bench_flush shows what that disk takes for a flush alone, in the same rhythm.
# The chain, which is no part of sluice, has a core of its own where there are two. Prints medians and 99th percentiles of the whole and its
# parts. Needs node, npm and cargo once; says so without. Must not: assert anything.
cd "$(dirname "$0")/../.."
ORDERS=${ORDERS:-200}
case $B in /*) ;; *) B=$PWD/${B:-build} ;; esac
export B PATH="$B/bin:$PATH"
VENUE=${VENUE:-$PWD/build/venue}
export VENUE
tests/venue/lib/setup.sh "$VENUE" >/dev/null 2>&1 || { echo "order in to the wire: not measured, the loopback chain cannot be started here"; exit 0; }
SVM_UNDER='' sluice_under=''
[ "$(nproc)" -gt 1 ] && command -v taskset >/dev/null 2>&1 && SVM_UNDER='taskset 1' sluice_under='taskset 2'
. tests/venue/lib/svm.sh
svm_start --slot-ms 400
wallet_make
mint=$(market create wire)
# shellcheck disable=SC2086 # a command and its options, or nothing
$sluice_under sluice-sign --key "$work/k" --socket "$work/sock" --password-fd 0 --max-day-sol 90 --max-hour-sol 90 --counters "$work/counters" --counters-new <"$work/pw" 2>"$work/sign.log" &
sign_pid=$!
memory=/dev/shm/sluice-bench.$$
trap 'kill $svm_pid $sign_pid 2>/dev/null; rm -rf "$work" $memory' EXIT
for _ in $(seq 100); do grep -q answering "$work/sign.log" && break; sleep 0.05; done
engines=$svm_url,$svm_url,$svm_url,$svm_url,$svm_url,$svm_url,$svm_url,$svm_url

way() { # FIRST-ID JOURNAL: the parts of each order's way into $work/parts
    {
        echo "trade mint=$mint base=1073000000000000 quote=30000000000"
        echo "wait 10000" # until every engine has been asked for its tip accounts
        for i in $(seq "$1" $(($1 + ORDERS - 1))); do echo "order id=$i mint=$mint side=buy amount=$((1000000 + i)) limit=1 tip=20000 fee=15000"; echo "wait 160"; done
        echo "wait 3000"
    } | "$B/venue/bin/orders" | $sluice_under sluice-execute --live --set sluice.trading-env=live --log-level info --signer "$work/sock" --journal "$2" --rpc "$svm_url" --jito "$engines" --tip-floor= >/dev/null 2>"$work/log"
    sed -n 's/.* on the wire after \([0-9]*\) us: waited \([0-9]*\), market at hand and built \([0-9]*\), signed \([0-9]*\), written down \([0-9]*\), sent \([0-9]*\)/\1 \2 \3 \4 \5 \6/p' "$work/log" | awk '{print $0, $2 + $3 + $4}' >"$work/parts"
}
figure() { # COLUMN NAME
    awk -v c="$1" '{print $c}' "$work/parts" | sort -n | awk -v what="$2" '{v[NR]=$1} END{if (NR) printf "%-32s %8d us  (99%%: %d us; %d orders)\n", what, v[int((NR+1)/2)], v[int(NR*0.99+0.5)], NR}'
}
way 1 "$work/journal"
figure 1 "order in, bytes on the wire"
figure 2 "  a block engine is free"
figure 3 "  quoted and built"
figure 4 "  signed"
figure 5 "  flushed to the journal"
figure 6 "  sent"
figure 7 "order in, signed"
mkdir "$memory" 2>/dev/null || exit 0
way 100001 "$memory/journal"
figure 1 "  all of it, journal in memory"
