#!/bin/sh
# test_recorded.sh - recorded data: every contiguous trade is exact, known defects are found, and the row runs on each tape with
# the same hashes through pipes and nng. Skipped where there is no recorded data; see recorded.sh.
cd "$(dirname "$0")/../.."
. tests/tap.sh
. tests/pipeline/recorded.sh
[ -n "$D" ] || skip_all "no recorded data: SLUICE_DATA names no folder of it, and ../shared/data is not there"
recorded_tapes
is "4-token tape: every contiguous trade is exact, but for first sights and two gaps" "$(sluice-quote --check "$work/csv.slu" | tail -n 1)" "checked 1996 exact 1996"
is "4-token tape: the two gaps are marked" "$(sluice-cat --json --only trade "$work/csv.slu" | grep -c '"flags":8,')" 2
is "block: 12 curve trades, 122 Raydium v4 swaps, failed ones included, and the swaps on DLMM, Whirlpool and CLMM that landed" "$(sluice-stat "$work/block.slu" | awk '/^  (pump|raydium|dlmm|whirlpool)/{print $1, $2}' | tr '\n' ' ')" "pump 12 raydium_v4 122 dlmm 3 whirlpool 4 raydium_clmm 4 "
is "block: the swaps on Phoenix are named" "$(sluice-import --format getblock --log-level info "$D/block-285000037/slot_285000037.json" -o null 2>&1 | grep -o 'not read.*\|. swaps unexplained')" "0 swaps unexplained
not read 3: a swap on Phoenix, which is no venue of sluice"
is "block: its slot record counts transactions and failures" "$(sluice-cat --json --only slot "$work/block.slu" | sed 's/.*"tx_count":\([0-9]*\),"failed_tx_count":\([0-9]*\).*/\1 \2/' | head -n 1)" "557 99"
is "block: no swap is unexplained" "$(cat "$work/block.err")" ""
is "block: every contiguous trade is exact" "$(sluice-quote --check "$work/block.slu" | tail -n 1)" "checked 104 exact 104"
ok "floor sample: outliers are marked, about a tenth of 7,392 usable swaps" sh -c "n=\$(sluice-stat --json '$work/floor.slu' | sed 's/.*\"outliers\":\([0-9]*\).*/\1/'); echo \$n; [ \$n -gt 500 ] && [ \$n -lt 1400 ]"
for t in csv block floor; do
    pipelines/backtest.sh "$work/$t.slu" -o "$work/1" -c pipelines/strategy.conf >"$work/1.txt" 2>"$work/1.err"; rc=$?
    is "$t: the row ends well" "$rc$(cat "$work/1.err")" 0
    TRANSPORT=nng pipelines/backtest.sh "$work/$t.slu" -o "$work/2" -c pipelines/strategy.conf >"$work/2.txt" 2>&1
    is "$t: the same hashes through nng" "$(grep -h -- '-hash:' "$work/2.txt")" "$(grep -h -- '-hash:' "$work/1.txt")"
done
done_testing
