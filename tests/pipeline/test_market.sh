#!/bin/sh
# test_market.sh - the simulated market: same seed, same bytes; its statistics lie in the bands of what was recorded; nothing
# is made of nothing; the ground truth fits the tape. Bands: failed and tipped transactions of a recorded block (18 %, 9 %),
# trade sizes of four recorded launches (quartiles 0.0125 and 0.217 SOL, p95 1.44, p99 2.49), public rates of graduation and rugs.
cd "$(dirname "$0")/../.."
. tests/tap.sh
between() { ok "$1: $2 lies between $3 and $4" awk "BEGIN{exit !($2 >= $3 && $2 <= $4)}"; }
is "same seed, same bytes" "$(sluice-sim --seed 5 --hours 0.3 --launches 60 | cksum)" "$(sluice-sim --seed 5 --hours 0.3 --launches 60 | cksum)"
ok "another seed, other bytes" test "$(sluice-sim --seed 6 --hours 0.3 --launches 60 | cksum)" != "$(sluice-sim --seed 5 --hours 0.3 --launches 60 | cksum)"
for p in calm mania attack; do
    sluice-sim --seed 7 --hours 6 --launches 1500 --profile $p --truth "$work/truth.slu" >"$work/m.slu"
    is "$p: every trade is exact on the venue's arithmetic" "$(sluice-quote --check "$work/m.slu" | awk 'END{print ($2 == $4 && $2 > 1000)}')" 1
    sluice-cat --csv --only trade --fields quote_raw,flags,tip_lamports "$work/m.slu" | sed 1d >"$work/trades"
    awk -F, '{n++; f += $3 % 2; t += $4 > 0} END{printf "failed=%.3f tips=%.3f\n", f / n, t / n}' "$work/trades" >"$work/rates"
    awk -F, '$3 % 2 == 0 {print $2}' "$work/trades" | sort -n | awk '{a[NR] = $1 / 1e9} END{printf "p25=%g p75=%g p95=%g p99=%g\n", a[int(NR * .25)], a[int(NR * .75)], a[int(NR * .95)], a[int(NR * .99)]}' >>"$work/rates"
    # shellcheck disable=SC2046
    eval $(cat "$work/rates")
    between "$p: failed transactions" "$failed" 0.10 0.22
    between "$p: transactions with a tip" "$tips" 0.05 0.18
    between "$p: first quartile of sizes, SOL" "$p25" 0.006 0.03
    between "$p: third quartile" "$p75" 0.1 0.6
    between "$p: 95th percentile" "$p95" 0.7 3
    between "$p: 99th percentile" "$p99" 1.5 8
    sluice-cat --json --only truth "$work/truth.slu" | grep -o '"kind":"[a-z_]*"' | sort | uniq -c >"$work/kinds"
    of() { awk -v k="\"kind\":\"$1\"" '$2 == k {n = $1} END{print n + 0}' "$work/kinds"; }
    case $p in calm) g=0.03 r=0.12 ;; mania) g=0.3 r=0.12 ;; *) g=0.1 r=0.4 ;; esac
    between "$p: share of launches that graduate" "$(awk "BEGIN{print $(of graduates) / 1500}")" 0.002 $g
    between "$p: share that is rugged" "$(awk "BEGIN{print $(of rug) / 1500}")" 0.03 $r
    is "$p: a launch is honest or a rug" "$(($(of honest) + $(of rug)))" 1500
    is "$p: the tape has as many migrations as the truth graduates" "$(sluice-cat --json --only pool "$work/m.slu" | grep -c '"event":"migrated"')" "$(of graduates)"
    is "$p: each sandwich has its victim" "$(of sandwich_front)" "$(of sandwich_victim)"
done
# Conservation on each curve: what buys moved less what sells moved is what is missing from it.
sluice-cat --csv --only trade --fields mint,venue,side,base_raw,quote_raw,base_reserve_raw,quote_reserve_raw,flags "$work/m.slu" | awk -F, 'NR > 1 && $9 % 2 == 0 && $3 == "pump" {
    s = $4 == "buy" ? 1 : -1; b[$2] += s * $5; q[$2] += s * $6; B[$2] = $7; Q[$2] = $8 } END{for (m in b) if (b[m] + B[m] != 1073000000000000 || Q[m] - q[m] != 30000000000) bad++; print bad + 0}' >"$work/conserved"
is "tokens and SOL are conserved on every curve, to the unit" "$(cat "$work/conserved")" 0
done_testing
