#!/bin/sh
# test_executed.sh - our quotes and transactions on the real programs in a real runtime, on loopback: balances as quoted, to the lamport;
# refusals with the error we predict. Needs node, npm and cargo once; SKIP without.
cd "$(dirname "$0")/../../.."
. tests/venue/lib/svm.sh
for seed in 1 2; do
    svm_start --slot-ms 200
    node tests/venue/programs/executed.cjs "$VENUE" "$svm_port" "$seed" pumpswap,raydium,openbook,create >"$work/tap" 2>&1
    rc=$?
    result $rc "seed $seed: $(grep -c '^ok' "$work/tap") checks on the programs themselves (curve, v2, PumpSwap, Raydium v4, OpenBook, new coins, coins in USDC, bundles, refusals)"
    [ $rc = 0 ] || grep -A1 '^not ok\|rror' "$work/tap" | sed 's/^/# /' | head -20
    [ "$(grep -c '^ok' "$work/tap")" -gt 350 ] || result 1 "seed $seed: all of them ran"
    svm_stop
done
done_testing
