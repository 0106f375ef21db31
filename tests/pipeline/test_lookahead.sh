#!/bin/sh
# test_lookahead.sh - nothing before time t depends on anything after it: two markets that are the same up to t and differ
# after it give the same fills, orders, signals and vectors up to t.
cd "$(dirname "$0")/../.."
. tests/tap.sh
sluice-sim --seed 5 --hours 0.4 --launches 120 >"$work/a.slu"
for cut in 120 400 900; do
    # The other market: the same until t, then only what another seed does.
    sluice-replay --to +${cut}s "$work/a.slu" >"$work/head.slu"
    sluice-sim --seed 6 --hours 0.4 --launches 120 | sluice-replay --from +${cut}s >"$work/tail.slu"
    sluice-merge "$work/head.slu" "$work/tail.slu" >"$work/b.slu"
    for x in a b; do
        mkfifo "$work/$x.fifo"
        { sluice-features -i "$work/$x.slu" | sluice-score --keep fvec | sluice-risk --reports "$work/$x.fifo" | sluice-execute --paper --reports "$work/$x.fifo"; } 2>/dev/null |
            sluice-replay --to +${cut}s | sluice-cat --json --only fvec,signal,reject,order,fill,report,position,equity >"$work/$x.$cut" 2>/dev/null
        rm "$work/$x.fifo"
    done
    ok "there is something to compare up to $cut s" test "$(wc -l <"$work/a.$cut")" -gt 50
    is "the future after $cut s changes nothing before it" "$(cksum <"$work/b.$cut")" "$(cksum <"$work/a.$cut")"
    ok "while the futures differ" sh -c "! cmp -s '$work/a.slu' '$work/b.slu'"
done
done_testing
