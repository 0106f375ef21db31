#!/bin/sh
# test_decode.sh - blocks that the programs themselves made, on the loopback chain, read by sluice-import: every swap is found, its amounts and reserves
# are those of the accounts, and each is exact by the venue's arithmetic. Needs node, npm and cargo once; SKIP without.
cd "$(dirname "$0")/../../.."
. tests/venue/lib/svm.sh
svm_start --slot-ms 100
market world
mint=$(market create decode)
for step in "buy alice 1.5" "buy bob 0.7" "sell alice 20000000000000" "buy carol 3.25" "sell bob all"; do
    set -- $step
    market "$1" "$mint" "$2" "$3" >/dev/null || result 1 "$step"
done
second=$(market create migrate)
market complete "$second" whale >/dev/null || result 1 "a curve is completed and migrated"
market pay alice bob 123456789 >/dev/null && market pay carol alice 5 >/dev/null && market buy "$mint" alice 0.1 >/dev/null && market give "$mint" alice carol 1000001 >/dev/null || result 1 "plain transfers"
node tests/venue/programs/executed.cjs "$VENUE" "$svm_port" 7 >"$work/tap" 2>&1
result $? "a market is made: $(grep -c '^ok' "$work/tap") trades and checks"
last=$(call getSlot '[]' | jq .result)
call _landed '[]' | jq -r '.result[].slot' | sort -un | while read -r slot; do
    [ "$slot" -lt "$last" ] || continue
    for encoding in json base64; do
        call getBlock "[$slot,{\"encoding\":\"$encoding\",\"maxSupportedTransactionVersion\":0,\"transactionDetails\":\"full\"}]" >"$work/$encoding.$slot.block"
    done
done
sluice-import --format getblock "$work"/json.*.block -o "$work/b.slu" 2>"$work/import.err"
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
is "six trades of the first coin" "$(grep -c "$mint" "$work/trades")" 6
sluice-import --format getblock "$work"/base64.*.block -o "$work/b64.slu" 2>"$work/import64.err"
is "the same records from blocks in base64" "$(sluice-cat --json "$work/b64.slu" | grep -v '"rec":"\(head\|eos\)"' | cksum) $(cat "$work/import64.err")" "$(sluice-cat --json "$work/b.slu" | grep -v '"rec":"\(head\|eos\)"' | cksum) "
sluice-cat --json --only token,pool,transfer "$work/b.slu" >"$work/records"
node tests/venue/programs/decode_records.cjs "$VENUE" "$svm_port" "$work/records" "$mint" "$second" >"$work/tap2" 2>&1
result $? "tokens, pools and transfers are what the accounts say: $(grep -c '^ok' "$work/tap2") comparisons"
grep -v '^ok' "$work/tap2" | sed 's/^/# /'
is "every creation of a coin has its token, its curve, and nothing else is a token" "$(grep -c '"rec":"token"' "$work/records")" "$(grep '"rec":"pool"' "$work/records" | grep '"venue":"pump"' | grep -c '"event":"created"')"
jq -r -f tests/venue/golden/swaps.jq "$work/trades" | sort >"$work/ours"
node tests/venue/golden/dex_parser.cjs "$VENUE" "$work"/json.*.block | awk '{print $1, $3, $4, $5, $6}' | sort >"$work/theirs"
is "solana-dex-parser finds the same $(wc -l <"$work/ours" | tr -d ' ') swaps with the same amounts" "$(cat "$work/ours")" "$(cat "$work/theirs")"
signature=$(jq -r "select(.mint==\"$mint\") | .signature" "$work/trades" | head -1)
call getTransaction "[\"$signature\",{\"encoding\":\"json\",\"maxSupportedTransactionVersion\":0}]" >"$work/one.json"
is "a single transaction gives the same trade" "$(sluice-import --format getblock "$work/one.json" 2>/dev/null | sluice-cat --json --only trade | jq -c 'del(.seq,.tx_index,.ts_ns)')" "$(grep "$signature" "$work/trades" | jq -c 'del(.seq,.tx_index,.ts_ns)')"
done_testing
