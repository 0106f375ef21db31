#!/bin/sh
# test_live.sh - live execution against the loopback chain: signer, journal, bundles, the programs themselves. After every scene the ledger equals the
# chain to the lamport and the raw token, and no order stands on the chain twice: in plain trading, under kill -9 at random points, and
# with nodes and block engines that are late, silent, wrong, lying or forking.
cd "$(dirname "$0")/../../.."
. tests/venue/lib/live.sh
KILLS=${KILLS:-12}
fault() { call _fault "[{\"method\":\"$1\",\"kind\":\"$2\",\"count\":${3:-1}${4:+,$4}}]" >/dev/null; }
quiet() { call _clearFaults >/dev/null; }
mint=$(market create live)

# Refusals to start.
exits 2 "live wants trading-env = live" sluice-execute --live --signer "$work/sock" --journal "$work/j2" </dev/null
exits 2 "live wants a journal" sluice-execute --live -c "$work/conf" --journal= </dev/null
exits 2 "live and paper exclude each other" sluice-execute --live --paper -c "$work/conf" </dev/null
exits 3 "live wants a signer that answers" sluice-execute --live -c "$work/conf" --signer "$work/none" --journal "$work/j2" </dev/null

# Plain trading: 20 round trips on the curve.
{
    echo "slot 1000"
    for i in $(seq 20); do
        echo "order id=$((i * 2)) mint=$mint side=buy amount=$((i * 7000000)) limit=1 tip=20000 fee=15000"
        echo "wait 800"
        echo "order id=$((i * 2 + 1)) mint=$mint side=sell amount=$((i * 9000000 + 1)) limit=1 tip=20000 fee=15000"
        echo "wait 800"
    done
    echo "wait 1500"
} >"$work/lines"
execute
is "40 orders: execute ends in order" $? 0
ok "its first lines name wallet, caps and endpoints" sh -c 'grep -q "LIVE, real money" "$0" && grep -q "SOL a transaction" "$0" && grep -q "node http" "$0"' "$work/log"
equal "20 round trips" "$mint"
is "all 40 landed" "$(sql "select count(*) from fills where status='landed'")" 40

# A limit that the market does not give is not sent; one that the market leaves on the way fails on the chain or in the auction.
{ echo "order id=901 mint=$mint side=buy amount=10000000 limit=99999999999999 tip=20000 fee=15000"; echo "order id=40 mint=$mint side=buy amount=10000000 limit=1 tip=20000 fee=15000"; echo "wait 600"; } >"$work/lines"; execute
sluice-cat --only report "$work/out.$n.slu" >"$work/shown"
ok "beyond its limit: refused before sending" grep -q 'order_id=901 .*status=refused failure=slippage' "$work/shown"
equal "an order id that was settled before" "$mint"

# Faults: the outcome is the chain's in each.
i=1000
scene() { # NAME OUTCOME FAULTS...: one order under faults
    name=$1 outcome=$2; shift 2
    i=$((i + 1))
    for f; do eval "fault $f"; done
    { echo "order id=$i mint=$mint side=buy amount=5000000 limit=1 tip=20000 fee=15000"; echo "wait ${hold:-1500}"; } >"$work/lines"; execute
    rc=$?
    quiet
    sluice-cat --only report "$work/out.$n.slu" 2>/dev/null | sed -n "s/.*order_id=$i .*status=\([a-z]*\).*/\1/p" | tail -1 >"$work/state"
    is "$name: $outcome (exit $rc)" "$(cat "$work/state")" "$outcome"
}
scene "the node answers 500 three times" landed "getMultipleAccounts 500 3"
scene "429 with retry-after" landed "getMultipleAccounts 429 1"
scene "half a JSON for the accounts" landed "getMultipleAccounts malformed 2"
scene "a dropped connection" landed "getMultipleAccounts drop 2"
scene "the blockhash comes late" landed "getLatestBlockhash late 1 '\"ms\":800'"
scene "the block engine answers 500" landed "sendBundle 500 1"
scene "the block engine is silent" landed "sendBundle never 1"
scene "the block engine executes, its answer is lost" landed "sendBundle lost 1"
scene "the block engine says yes and drops it, once" landed "sendBundle lie 1"
scene "statuses are malformed, then 503" landed "getSignatureStatuses malformed 1" "getSignatureStatuses 503 1"
scene "the bundle is executed twice" landed "sendBundle twice 1"
scene "the result is late, then cut" landed "getTransaction late 1 '\"ms\":700'" "getTransaction malformed 1"
scene "the node gives accounts in a wrong order, twice" landed "getMultipleAccounts wrong 2"
scene "the node says it landed before it has" landed "sendBundle lie 1" "getSignatureStatuses yes 2"
scene "the node gives an absurd block height and knows nothing of it" landed "sendBundle late 1 '\"ms\":600'" "getBlockHeight high 9" "getSignatureStatuses no 2"
hold=2500 scene "a fork takes it back, it lands again" landed "sendBundle fork 1 '\"slots\":2'"
hold=14000 scene "every bundle is dropped: it expires at its height" expired "sendBundle lie 99"
equal "after all faults" "$mint"

# Routes: by which words an order left is in the chain's log.
left_by() { jq -r "select(.signatures and (.signatures|index(\"$(call _landed | jq -r "[.result[]|select(.payer==\"$wallet\")]|last.signature")\"))) | .method + (if (.url|test(\"bundleOnly\")) then \" bundleOnly\" elif (.url|test(\"api/v1\")) then \" engine\" else \" node\" end)" "$work/svm.log" | sort -u | tr '\n' ' '; }
order() { # ID AMOUNT TIP OPTION...: one buy, and how it ended
    id=$1 amount=$2 tip=$3; shift 3
    { echo "order id=$id mint=$mint side=buy amount=$amount limit=1 tip=$tip fee=15000 expires=${expires:-0}"; echo "wait ${hold:-1000}"; } >"$work/lines"; execute "$@"
    sluice-cat --only report "$work/out.$n.slu" 2>/dev/null | sed -n "s/.*order_id=$id .*status=\([a-z]*\) *\(failure=[a-z]*\)*.*/\1 \2/p" | tail -1 >"$work/state"
}
# Connections to block engines are there before an order: each is asked for its tip accounts, one a second, and an order leaves by the same connection.
: >"$work/svm.log"
{ echo "wait 2600"; echo "order id=3000 mint=$mint side=buy amount=5000000 limit=1 tip=20000 fee=15000"; echo "wait 1000"; } >"$work/lines"
execute --jito "http://localhost:$svm_port/a,http://localhost:$svm_port/b" --rpc "$svm_url,$svm_url/other"
is "idle block engines are asked, one after the other" "$(jq -r 'select(.method=="getTipAccounts").url' "$work/svm.log" | tr '\n' ' ')" "/a/api/v1/getTipAccounts /b/api/v1/getTipAccounts "
is "a second apart, less what it took to connect to the first" "$(jq -s '[.[]|select(.method=="getTipAccounts").ms] | .[1]-.[0] >= 800' "$work/svm.log")" true
is "the order leaves by a connection that was there" "$(jq -s '([.[]|select(.method=="getTipAccounts").peer]) as $p | [.[]|select(.method=="sendBundle").peer | IN($p[])] | length>0 and all' "$work/svm.log")" true
is "the other node is asked as well" "$(jq -r 'select(.method=="getHealth").url' "$work/svm.log")" "/other"
exits 2 "the plain route is refused under enable-mev-protection" sluice-execute --live -c "$work/conf" --route plain </dev/null
exits 2 "a route that is none" sluice-execute --live -c "$work/conf" --route by_foot </dev/null
order 501 5000000 1000 --route bundle_only
is "bundle_only lands, by sendTransaction to the block engine" "$(cat "$work/state") $(left_by)" "landed  sendBundle bundleOnly "
is "its tip is the median of what landed, for the order offered less" "$(sluice-cat --json --only fill "$work/out.$n.slu" | jq -r 'select(.order_id==501).tip_lamports')" 10000
order 502 5000000 20000 --route plain --set sluice.enable-mev-protection=no
is "plain lands, in the open, without a tip" "$(cat "$work/state") $(left_by) $(sluice-cat --json --only fill "$work/out.$n.slu" | jq -r 'select(.order_id==502).tip_lamports')" "landed  sendTransaction node  0"
order 503 5000000 20000 --route auto --set sluice.enable-mev-protection=no
is "auto: of a small order nothing can be taken: in the open" "$(cat "$work/state") $(left_by)" "landed  sendTransaction node "
order 504 450000000 20000 --route auto --set sluice.enable-mev-protection=no
is "auto: of a large one with a loose limit: a bundle" "$(cat "$work/state") $(left_by)" "landed  sendBundle engine "
order 505 5000000 20000 --route auto
is "auto under enable-mev-protection: a bundle" "$(cat "$work/state") $(left_by)" "landed  sendBundle engine "
# Validators on the list lead 60 slots of 100: an entry waits for the others, or is left when it would expire before.
avoided=$(market address "a bad validator")
call _leaders "[[$(for i in $(seq 60); do printf '"%s",' "$avoided"; done)$(for i in $(seq 40); do printf '"Vote111111111111111111111111111111111111111"%s' "$([ "$i" = 40 ] || echo ,)"; done)]]" >/dev/null
printf 'leader,note\n%s,on the list\n' "$avoided" >"$work/avoid"
for k in 1 2 3; do
    while [ "$(($(call getSlot | jq .result) % 100))" -gt 20 ]; do sleep 0.1; done
    hold=4500 order $((510 + k)) 5000000 20000 --avoid-leaders "$work/avoid"
    slot=$(sluice-cat --json --only fill "$work/out.$n.slu" | jq -r "select(.order_id==$((510 + k))).slot")
    ok "waited for another leader: slot $slot, $((slot % 100)) of 100" test "$((slot % 100))" -ge 58
done
while [ "$(($(call getSlot | jq .result) % 100))" -gt 15 ]; do sleep 0.1; done
expires=$(($(call getSlot | jq .result) + 25)) order 514 5000000 20000 --avoid-leaders "$work/avoid"
ok "one that would expire before is not sent: $(cat "$work/state")" grep -q 'refused failure=mev\|expired' "$work/state"
call _leaders '[["Vote111111111111111111111111111111111111111"]]' >/dev/null
printf 'leader\nnonsense,2\n' >"$work/avoid"
exits 2 "a list of leaders that is none" sluice-execute --live -c "$work/conf" --avoid-leaders "$work/avoid" </dev/null
equal "after all routes" "$mint"

# kill -9 at random points; upstream sends the same orders again each time.
{ for k in $(seq 30); do echo "order id=$((2000 + k)) mint=$mint side=buy amount=$((k * 300000 + 1000000)) limit=1 tip=20000 fee=15000"; echo "wait 40"; done; echo "wait 30000"; } >"$work/lines"
killed=0
while [ $killed -lt "$KILLS" ]; do
    n=$((n + 1)) killed=$((killed + 1))
    setsid sh -c '"$B/venue/bin/orders" <"$1/lines" | sluice-execute --live -c "$1/conf" >"$1/out.$2.slu" 2>>"$1/log"' row "$work" "$n" 2>/dev/null &
    row=$!
    sleep "0.$(awk "BEGIN{srand($killed + ${SEED:-1}); printf \"%02d\", 5 + rand() * 90}")"
    kill -9 "-$row"
    wait $row 2>/dev/null
done
sed -i 's/wait 30000/wait 1500/' "$work/lines"
execute
is "after $killed kills the row runs to its end" $? 0
equal "$killed times kill -9 of execute" "$mint"
# Killed between writing down and sending, an order ends as expired: never sent again under another signature.
is "each of the 30 orders has one end: on the chain once, or expired" "$(sql "select count(*) from (select order_id from fills where order_id between 2001 and 2030 union select order_id from reports where order_id between 2001 and 2030 and status='expired')")" 30

# PumpSwap: the coin completes and migrates; sales and buys go through the pool it became, SOL wrapped and unwrapped on the way.
market complete "$mint" whale || result 1 "the coin migrates"
{
    for i in 1 2 3 4 5 6; do
        echo "order id=$((2500 + i * 2)) mint=$mint side=buy venue=pumpswap amount=$((i * 6000000)) limit=1 tip=20000 fee=15000"; echo "wait 300"
        echo "order id=$((2501 + i * 2)) mint=$mint side=sell venue=pumpswap amount=$((i * 900000000)) limit=1 tip=20000 fee=15000"; echo "wait 300"
    done
    echo "order id=2599 mint=$mint side=sell amount=1000000 limit=1 tip=20000 fee=15000"; echo "wait 1500"
} >"$work/lines"; execute
equal "12 orders on PumpSwap" "$mint"
is "all 12 landed, with the pool's fees told apart" "$(sql "select count(*) from fills where venue='pumpswap' and status='landed' and quote_lamports > 0 and lp_fee > 0 and protocol_fee > 0")" 12
is "rent on PumpSwap is what accounts cost, nothing else" "$(sql "select count(*) from fills where venue='pumpswap' and order_id > 2503 and (rent_paid > 0 or rent_refund > 0)")" 0
ok "a sale to the completed curve is refused" sh -c 'sluice-cat --only report "$0" | grep -q "order_id=2599.*refused failure=completed"' "$work/out.$n.slu"

# Without a signer nothing is sent; with it back, the same order goes.
kill -9 $sign_pid; wait $sign_pid 2>/dev/null
exits 3 "the signer is gone: execute does not start" sluice-execute --live -c "$work/conf" </dev/null
sign_start
{ echo "order id=3001 mint=$mint side=sell venue=pumpswap amount=$(held "$mint") limit=1 tip=20000 fee=15000"; echo "wait 900"; } >"$work/lines"; execute
equal "all sold" "$mint"
is "the token account is closed, its rent is back" "$(call getTokenAccountsByOwner "[\"$wallet\",{\"mint\":\"$mint\"}]" | jq '.result.value|length')" 0
touch "$work/halt"
{ echo "order id=3002 mint=$mint side=buy venue=pumpswap amount=5000000 limit=1 tip=20000 fee=15000"; echo "wait 300"; } >"$work/lines"; execute --halt-file "$work/halt"
ok "while the halt file exists no entry is sent" sh -c 'sluice-cat --only report "$0" | grep -q "order_id=3002.*refused"' "$work/out.$n.slu"
done_testing
