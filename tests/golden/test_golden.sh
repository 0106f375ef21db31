#!/bin/sh
# test_golden.sh - what the tools print, against files beside this one. BLESS=1 (make bless) rewrites them: review the diff.
# A difference that is meant belongs into the same commit as its cause.
cd "$(dirname "$0")/../.."
. tests/tap.sh
root=$PWD
golden() { # NAME: what was printed lies in $work/got
    if [ -n "${BLESS:-}" ]; then cp "$work/got" "tests/golden/$1.txt"; fi
    if cmp -s "$work/got" "tests/golden/$1.txt"; then result 0 "$1"; else result 1 "$1"; diff "tests/golden/$1.txt" "$work/got" | head -20 | sed 's/^/# /'; fi
}
sluice-sim --seed 7 --hours 1 --launches 150 --truth "$work/truth.slu" >"$work/market.slu"
sluice-stat "$work/market.slu" | sed '1d' >"$work/got"
golden stat
sluice-cat "$work/market.slu" | sed -n '1,60p' >"$work/got"
golden market-text
sluice-cat --json "$work/market.slu" | sed -n '2,40p' >"$work/got"
golden market-json
sluice-cat --csv --only trade --fields slot,mint,side,base_raw,quote_raw,flags "$work/market.slu" | sed -n '1,40p' >"$work/got"
golden trades-csv
sluice-cat "$work/truth.slu" | sed -n '2,40p' >"$work/got"
golden truth
sluice-quote --check "$work/market.slu" >"$work/got"
golden quote-check
{ sluice-quote --buy-sol 1; sluice-quote --json --venue pumpswap --base-reserve 206900000000000 --quote-reserve 84990360050 --sell-tokens 1000000000000; sluice-quote --sell-for-sol 0.5 --base-reserve 800000000000000 --quote-reserve 40237500000; } 2>&1 >"$work/got"
golden quote-buy
pipelines/backtest.sh "$work/market.slu" -o "$work/out" -c pipelines/strategy.conf >"$work/backtest.txt" 2>&1
sed "s|$work|WORK|g" "$work/backtest.txt" >"$work/got"
golden backtest
sluice-report --json "$work/out/run.db" >"$work/got"
golden report-json
C="-c pipelines/strategy.conf"
mkfifo "$work/f"
step sluice-features -i "$work/market.slu" | step sluice-score $C | step sluice-risk $C --reports "$work/f" | step sluice-execute $C --paper --reports "$work/f" >"$work/row.slu"
steps "a pipeline"
sluice-cat --only signal,order,reject,fill,report,position,alert "$work/row.slu" | sed -n '1,120p' >"$work/got"
golden decisions
mint=$(sluice-cat --json --only fill "$work/row.slu" | sed -n '1s/.*"mint":"\([A-Za-z0-9]*\)".*/\1/p')
sluice-why "$work/out/run.db" "$mint" >"$work/got"
golden why
for f in first second migrate transfer; do sluice-import --format pumpapi-jsonl "tests/fuzz/corpus/import_pumpapi/$f" 2>&1 >"$work/i.slu" | sed 's/^/stderr: /'; sluice-cat --json --only trade,token,pool,transfer,slot "$work/i.slu"; done >"$work/got"
golden import-pumpapi
for t in $(sluice help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do [ -x "$B/bin/sluice-$t" ] || continue; echo "== $t"; "sluice-$t" --help 2>&1; done >"$work/got"
golden help
sluice config show --origin 2>&1 | sed "s|$root|ROOT|g" >"$work/got"
golden config
done_testing
