#!/bin/sh
# test_lookahead.sh - nothing before time t depends on anything after it: two markets that are the same up to t and differ
# after it give the same fills, orders, signals and vectors up to t.
cd "$(dirname "$0")/../.."
. tests/tap.sh
sluice-sim --seed 5 --hours 0.4 --launches 120 >"$work/a.slu"
for cut in 120 400 900; do
    # The other market: the same until t, then only what another seed does.
    sluice-replay --to +${cut}s "$work/a.slu" >"$work/head.slu"
    step sluice-sim --seed 6 --hours 0.4 --launches 120 | step sluice-replay --from +${cut}s >"$work/tail.slu"
    sluice-merge "$work/head.slu" "$work/tail.slu" >"$work/b.slu"
    for x in a b; do
        mkfifo "$work/$x.fifo"
        { step sluice-features -i "$work/$x.slu" | step sluice-score --keep fvec | step sluice-risk --reports "$work/$x.fifo" | step sluice-execute --paper --reports "$work/$x.fifo"; } >"$work/$x.whole" 2>/dev/null
        steps "up to $cut s, $x"
        sluice-replay --to +${cut}s "$work/$x.whole" | sluice-cat --json --only fvec,signal,reject,order,fill,report,position,equity >"$work/$x.$cut" 2>/dev/null
        rm "$work/$x.fifo"
    done
    ok "there is something to compare up to $cut s" test "$(wc -l <"$work/a.$cut")" -gt 50
    is "the future after $cut s changes nothing before it" "$(cksum <"$work/b.$cut")" "$(cksum <"$work/a.$cut")"
    ok "while the futures differ" sh -c "! cmp -s '$work/a.slu' '$work/b.slu'"
done
# The same with the same records, each of them saying something else after t.
if command -v python3 >/dev/null 2>&1; then
    cut=600
    start=$(sluice-cat --json --only slot "$work/a.slu" | sed -n '1s/.*"ts_ns":\([0-9]*\).*/\1/p')
    python3 tests/fault/mangle.py flip $((start + cut * 1000000000)) <"$work/a.slu" >"$work/b.slu"
    sluice-cat --json "$work/a.slu" | sed 1d >"$work/a.json"
    sluice-cat --json "$work/b.slu" 2>/dev/null | sed 1d >"$work/b.json"
    is "flipped: as many records" "$(wc -l <"$work/b.json")" "$(($(wc -l <"$work/a.json") - 1))"
    ok "flipped: hardly one is as it was after $cut s" test "$(diff "$work/a.json" "$work/b.json" | grep -c '^>')" -gt 1000
    for x in a b; do
        mkfifo "$work/$x.fifo"
        { step sluice-features -i "$work/$x.slu" | step sluice-score --keep fvec | step sluice-risk --reports "$work/$x.fifo" | step sluice-execute --paper --reports "$work/$x.fifo"; } >"$work/$x.whole" 2>/dev/null
        steps "flipped, $x" $([ $x = a ] && echo 0 || echo 1)
        sluice-replay --to +${cut}s "$work/$x.whole" 2>/dev/null | sluice-cat --json --only fvec,signal,reject,order,fill,report,position,equity >"$work/$x.flip" 2>/dev/null
        rm "$work/$x.fifo"
    done
    ok "flipped: there is something to compare" test "$(wc -l <"$work/a.flip")" -gt 50
    is "flipped: every record after $cut s, nothing before it changes" "$(cksum <"$work/b.flip")" "$(cksum <"$work/a.flip")"
fi
done_testing
