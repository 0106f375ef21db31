#!/bin/sh
# test_live_pools.sh - live execution on the venues that write no event: Raydium AMM v4 and OpenBook v1, on their own programs, with signer, journal and bundles.
# Their fills are read off the token balances; after every scene the ledger equals the chain to the lamport and the raw token.
cd "$(dirname "$0")/../../.."
. tests/venue/lib/live.sh
market_of() { node tests/venue/lib/pools.cjs "$VENUE" "$svm_port" "$@"; }
order() { echo "order id=$1 mint=$mint pool=$pool venue=$venue side=$2 amount=$3 limit=1 tip=20000 fee=15000"; echo "wait ${4:-200}"; }
failures() { sluice-cat --only report "$work/out.$n.slu" | grep 'failure=[^n]' | sed 's/^/# /'; cat "$work/log" | sed 's/^/# /' | tail -5; }

# NAME VENUE BUY SELL: six buys, five sales, and with a signer that was started again one of all that is left. BUY: lamports of the smallest, SELL: tokens.
scene() {
    name=$1 venue=$2 buy=$3 sell=$4 before=$(sql 'select count(*) from fills' 2>/dev/null)
    {
        for i in 1 2 3 4 5 6; do
            order $((id += 1)) buy $((i * buy + i * i * 1237)) $((i == 1 ? 2000 : 400)) # a sale before its buy has landed is refused, and a market's first order reads it first
            [ $i = 6 ] || order $((id += 1)) sell $((i * sell + i))
        done
        echo "wait 700"
    } >"$work/lines"; execute
    is "$name: execute ends in order" $? 0
    equal "$name" "$mint"
    [ "$(sql "select count(*) from fills where mint='$mint' and status='landed'")" = 11 ] || failures
    kill $sign_pid; wait $sign_pid 2>/dev/null; sign_start
    order $((id += 1)) sell "$(held "$mint")" 700 >"$work/lines"; execute
    equal "$name, all sold under a signer that was started again" "$mint"
    is "$name: six buys and six sales landed, each with its amounts" "$(sql "select group_concat(side||n,' ') from (select side, count(*) as n from fills where mint='$mint' and venue='$venue' and status='landed' and quote_lamports > 0 and base_raw > 0 group by side order by side)")" "buy6 sell6"
    [ "$(sql "select count(*) from fills where mint='$mint' and status='landed'")" = 12 ] || failures
}
id=0

set -- $(market_of raydium live); mint=$1 pool=$2
scene "Raydium AMM v4" raydium_v4 7000000 1500000000
is "rent is one token account, and it is back" "$(sql "select sum(rent_paid)||' '||sum(rent_refund) from fills where mint='$mint'")" "2039280 2039280"
is "nothing is left" "$(held "$mint")" 0

set -- $(market_of book live); mint=$1 pool=$2
scene "OpenBook v1" openbook 30000000 20000000
is "rent is the open orders and one token account" "$(sql "select sum(rent_paid) from fills where mint='$mint'")" "$((23357760 + 2039280))"
ok "less than a lot is left" [ "$(held "$mint")" -lt 100000 ]

# A signer that is told not to: nothing is sent, and it says by which rule.
kill $sign_pid; wait $sign_pid 2>/dev/null; sign_start --deny openbook.new_order_v3
order $((id += 1)) buy 30000000 600 >"$work/lines"; execute
ok "a signer that may not refuses, and names the rule" grep -q 'the signer refuses: instructions: openbook.new_order_v3 is not allowed' "$work/log"
equal "what is refused" "$mint"
kill $sign_pid; wait $sign_pid 2>/dev/null; sign_start

set -- $(market_of inverted live); mint=$1 pool=$2
scene "OpenBook v1 where SOL is the coin" openbook 500000 15000000
is "what was not sold by the lot is back" "$(call getTokenAccountsByOwner "[\"$wallet\",{\"mint\":\"So11111111111111111111111111111111111111112\"}]" | jq '.result.value|length')" 0
done_testing
