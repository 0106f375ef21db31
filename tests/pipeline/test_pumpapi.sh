#!/bin/sh
# test_pumpapi.sh - the public archive's format: the documented check values to the unit, a whole simulated market written as
# the archive would have sent it (both generations, shuffled) and read back equal, and what is wrong counted by reason.
cd "$(dirname "$0")/../.."
. tests/tap.sh
import() { timeout 60 sluice-import --format pumpapi-jsonl "$@"; }
M=7z3d83ARUU8pbixZdRi97d2VGs6ro84qkCJ3HVQbVJET T=2VfSumCkUdnSvgZBTAUXXbbbkdeZGzn7wAiZ5GJ4NX4a P=GzQCJSivXwoe93xghi1U78W2Xa5a2EnrSssBNjU7JDtC W=So11111111111111111111111111111111111111112
line() { echo "{\"signature\":null,\"mint\":\"$M\",\"txSigner\":\"$T\",\"block\":$1,\"timestamp\":1776470400000,$2}"; }
fields() { sluice-cat --json --only trade | sed 's/.*"side":"\([a-z]*\)","base_raw":\([0-9]*\),"quote_raw":\([0-9]*\),"base_reserve_raw":\([0-9]*\),"quote_reserve_raw":\([0-9]*\),"flags":\([0-9]*\).*/\1 \2 \3 \4 \5 \6/'; }

buy='"txType":"buy","pool":"pump","tokenAmount":42640626.248501,"solAmount":2.151563012,"vTokensInBondingCurve":777685441.584331,"vSolInBondingCurve":41.392056839,"tradersInvolved":{"'$T'":{}}'
is "the documented buy, first generation" "$(line 400000000 "$buy" | import | fields)" "buy 42640626248501 2151563012 777685441584331 41392056839 0"
{ line 400000000 '"txType":"create","pool":"pump","vTokensInBondingCurve":820326067.832832,"vSolInBondingCurve":39.240493827'; line 400000000 "$buy"; } | import >"$work/buy.slu"
is "and it is exact on the curve" "$(sluice-quote --check "$work/buy.slu" | tail -n 1)" "checked 1 exact 1"
two='"action":"buy","protocol":"PUMPFUN","quoteMint":"'$W'","tokenAmount":42640626.248501,"quoteAmount":2.151563012,"vTokensInBondingCurve":777685441.584331,"vQuoteInBondingCurve":41.392056839,"tradersInvolved":["'$T'"],"breakdown":[{"trader":"'$T'","action":"buy","tokenAmount":42640626.248501,"quoteAmount":2.151563012,"price":1}]'
is "the same in the second generation" "$(line 400000000 "$two" | import | fields)" "buy 42640626248501 2151563012 777685441584331 41392056839 0"
create='"txType":"create","pool":"pump","initialBuy":97545454.545454,"solAmount":3.0,"vTokensInBondingCurve":975454545.454546,"vSolInBondingCurve":33.0,"name":"A \"q\" \u00e9\ud83d\ude00","symbol":"S","uri":"https://x","supply":1000000000,"decimals":6,"tokenProgram":"spl-token-2022","mayhemMode":true,"tokenExtensions":{"metadataPointer":{},"transfer_hook":{}}'
line 400000000 "$create" | import >"$work/create.slu"
is "the documented creation: the creator's buy" "$(fields <"$work/create.slu")" "buy 97545454545454 3000000000 975454545454546 33000000000 16"
is "its curve before that buy" "$(sluice-cat --json --only pool "$work/create.slu" | sed 's/.*"base_reserve_raw":\([0-9]*\),"quote_reserve_raw":\([0-9]*\),"base_real_raw":\([0-9]*\),"quote_real_raw":\([0-9]*\).*/\1 \2 \3 \4/')" "1073000000000000 30000000000 793100000000000 0"
is "its token, escapes resolved" "$(sluice-cat --json --only token "$work/create.slu" | sed 's/.*"name":\(".*"\),"symbol".*"extensions":\([0-9]*\),"flags":\([0-9]*\).*/\1 \2 \3/')" '"A \"q\" é😀" 278528 5'
is "token, curve, buy come in that order" "$(sluice-cat --json "$work/create.slu" | grep -o '"rec":"[a-z]*"' | tr -d '\n')" '"rec":"head""rec":"slot""rec":"token""rec":"pool""rec":"trade""rec":"slot""rec":"eos"'
is "the documented migration" "$(line 400000000 '"txType":"migrate","pool":"pump-amm","poolId":"'$P'","tokensInPool":206900000.0,"solInPool":84.99036005' | import | sluice-cat --json --only pool | sed 's/.*"venue":"\([a-z]*\)","event":"\([a-z]*\)","pool":"\([A-Za-z0-9]*\)".*"base_reserve_raw":\([0-9]*\),"quote_reserve_raw":\([0-9]*\).*/\1 \2 \3 \4 \5/')" "pumpswap migrated $P 206900000000000 84990360050"
is "more decimals than the unit are rounded and counted" "$(line 400000000 "$(echo "$buy" | sed 's/2.151563012/2.1515630124999/')" | import --log-level info 2>&1 >/dev/null | grep -o '[0-9]* amounts rounded')" "1 amounts rounded"
parts='"action":"buy","pool":"pump","quoteMint":"'$W'","tokenAmount":2,"quoteAmount":2,"vTokensInBondingCurve":975454545.454546,"vQuoteInBondingCurve":33.0,"tradersInvolved":["'$T'","'$P'"],"breakdown":[{"trader":"'$T'","action":"buy","tokenAmount":34612903.225806,"quoteAmount":1},{"trader":"'$P'","action":"buy","tokenAmount":62932551.319648,"quoteAmount":2}]'
is "an event of two traders becomes two trades" "$(line 400000000 "$parts" | import | fields)" "buy 34612903225806 1000000000 1038387096774194 31000000000 0
buy 62932551319648 2000000000 975454545454546 33000000000 0"
is "a transfer" "$(echo '{"txType":"transfer","block":400000001,"timestamp":1776470400000,"transfers":[{"from":"'$T'","to":"'$P'","amount":1.5,"isSolana":true,"mint":"'$W'"},{"from":"'$T'","to":"'$P'","amount":2.5,"isSolana":false,"mint":"'$M'"}]}' | import | sluice-cat --json --only transfer | grep -o '"mint":.*"amount_raw":[0-9]*' | sed "s/\"from.*raw//")" "\"mint\":null,\":1500000000
\"mint\":\"$M\",\":2500000"

for g in 1 2; do
    if ! command -v python3 >/dev/null 2>&1; then skip "a whole market, generation $g" "no python3"; continue; fi
    sluice-sim --seed 3 --hours 0.7 --launches 120 >"$work/sim.slu"
    sluice-cat --json --only trade,token,pool "$work/sim.slu" | python3 tests/pipeline/pumpapi_writer.py $g >"$work/$g.jsonl"
    zstd -q -f "$work/$g.jsonl" 2>/dev/null && in=$work/$g.jsonl.zst || in=$work/$g.jsonl
    exits 0 "a whole market, generation $g, is read" import "$in" -o "$work/$g.slu"
    is "nothing is left out" "$(cat "$work/err")" ""
    # Failed trades are not in the archive; flags is the eleventh column.
    key() { sluice-cat --csv --only trade --fields slot,mint,trader,venue,side,base_raw,quote_raw,base_reserve_raw,quote_reserve_raw,flags,lp_fee_raw,priority_fee_lamports "$1" | awk -F, '$11 % 2 == 0' | sort; }
    key "$work/$g.slu" >"$work/got"
    key "$work/sim.slu" >"$work/want"
    is "the same trades come out, to the unit" "$(cmp "$work/got" "$work/want" && wc -l <"$work/got")" "$(wc -l <"$work/want")"
    is "and every one is exact in its place" "$(sluice-quote --check "$work/$g.slu" | tail -n 1 | awk '{print ($2 == $4 && $2 > 5000)}')" 1
    is "a plain file and a second run give the same stream" "$(import "$work/$g.jsonl" | sluice-verify -)" "$(sluice-verify - <"$work/$g.slu")"
done
if [ -s "$work/1.slu" ]; then
    ok "both generations give the same hash" test "$(sluice-verify - <"$work/1.slu")" = "$(sluice-verify - <"$work/2.slu")"
fi

bad() { exits 0 "$1: left out, not fatal" import "$work/bad"; ok "$1: counted by reason" grep -q "left out 1: $2" "$work/err"; }
line 400000000 "$buy" >"$work/good"
try() { { cat "$work/good"; echo "$2"; } >"$work/bad"; bad "$1" "$3"; }
try "broken JSON" '{"txType":"buy","mint":' "broken JSON"
try "not an object" '[1,2]' "a line is no JSON object"
try "an unknown kind" "$(line 400000000 '"txType":"swap","pool":"pump"')" "an unknown kind of event"
try "an unknown pool" "$(line 400000000 '"txType":"buy","pool":"moon"')" "an unknown pool"
try "NaN" "$(line 400000000 "$(echo "$buy" | sed 's/2.151563012/NaN/')")" "an amount is no number"
try "a negative amount" "$(line 400000000 "$(echo "$buy" | sed 's/2.151563012/-2/')")" "an amount is no number"
try "an absurd amount" "$(line 400000000 "$(echo "$buy" | sed 's/2.151563012/1e30/')")" "an amount is no number"
try "no reserves" "$(line 400000000 '"txType":"buy","pool":"pump","tokenAmount":1,"solAmount":1,"tradersInvolved":{}')" "an amount or reserve is zero"
try "block zero" "$(line 0 "$buy")" "the block is missing"
try "an unknown quote" "$(line 400000000 "$buy,\"quoteMint\":\"$P\"")" "a quote mint whose decimals"
echo '<!DOCTYPE html><html>403</html>' >"$work/page.jsonl"
exits 4 "an HTML page is an error" import "$work/page.jsonl"; ok "that names the file" grep -q page.jsonl "$work/err"
exits 0 "a slot in the far future harms nobody else" sh -c "{ $(command -v cat) $work/good; sed 's/400000000/900000000000/' $work/good; sed 's/400000000/400000005/' $work/good; } | sluice-import --format pumpapi-jsonl | sluice-stat --json | grep -q '\"trade\":3'"
exits 3 "a full disk is said" import "$work/good" -o /dev/full
done_testing
