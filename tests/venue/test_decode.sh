#!/bin/sh
# test_decode.sh - blocks that the programs themselves made, on the loopback chain, read by sluice-import: every swap is found, its amounts and reserves
# are those of the accounts, and each is exact by the venue's arithmetic. Needs node, npm and cargo once; SKIP without.
cd "$(dirname "$0")/../.."
. tests/venue/svm.sh
svm_start --slot-ms 100
market world
mint=$(market create decode)
for step in "buy alice 1.5" "buy bob 0.7" "sell alice 20000000000000" "buy carol 3.25" "sell bob all"; do
    set -- $step
    market "$1" "$mint" "$2" "$3" >/dev/null || result 1 "$step"
done
node tests/venue/executed.cjs "$B/venue" "$svm_port" 7 >"$work/tap" 2>&1
result $? "a market is made: $(grep -c '^ok' "$work/tap") trades and checks"
call() { curl -s -m 10 -d "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$1\",\"params\":$2}" "$svm_url"; }
last=$(call getSlot '[]' | jq .result)
call _landed '[]' | jq -r '.result[].slot' | sort -un | while read -r slot; do
    [ "$slot" -lt "$last" ] || continue
    call getBlock "[$slot,{\"encoding\":\"json\",\"maxSupportedTransactionVersion\":0,\"transactionDetails\":\"full\"}]" >"$work/block.$slot.json"
done
sluice-import --format getblock "$work"/block.*.json -o "$work/b.slu" 2>"$work/import.err"
sluice-cat --json --only trade "$work/b.slu" >"$work/trades"
sluice-quote --check --verbose "$work/b.slu" >"$work/verbose"
total=$(tail -n 1 "$work/verbose" | awk '{print $2, $4}')
is "every swap of every block is exact by the venue's arithmetic ($total)" "${total% *}" "${total#* }"
ok "there are more than 45 of them" test "${total% *}" -gt 45
ok "on the curve, on PumpSwap and on Raydium v4" test "$(jq -r '.venue + " " + .side' "$work/trades" | sort -u | tr '\n' ',')" = "pump buy,pump sell,pumpswap buy,pumpswap sell,raydium_v4 buy,raydium_v4 sell,"
swaps=$(call _landed '[]' | jq '[.result[]|select(.err==null)]|length')
ok "nothing is unexplained, of $swaps transactions" test -z "$(grep -i 'unexplained\|left out' "$work/import.err")"
# The last trade of the first coin leaves the curve as the account says.
state=$(market state "$mint" | jq -r '.virtual_token + " " + .virtual_quote')
is "the reserves after the last trade are the account's" "$(jq -r "select(.mint==\"$mint\") | \"\(.base_reserve_raw) \(.quote_reserve_raw)\"" "$work/trades" | tail -1)" "$state"
is "five trades of the first coin" "$(grep -c "$mint" "$work/trades")" 5
done_testing
