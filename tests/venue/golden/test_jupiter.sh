#!/bin/sh
# test_jupiter.sh - sluice-tx route against a loopback server that answers as Jupiter's API is documented, and that lies, fails and stalls: what is honest becomes the bytes that the official
# client and library make of it, nothing else becomes a transaction. And recorded transactions of Jupiter's are read to the last byte. Needs node; SKIP without.
cd "$(dirname "$0")/../../.."
. tests/tap.sh
why=$(tests/venue/lib/setup.sh "$VENUE" 2>&1 >/dev/null) || skip_all "$(echo "$why" | tail -1)"
node tests/venue/lib/jupiter_server.mjs "$VENUE" --port-file "$work/port" --log "$work/requests" >"$work/server.out" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
for _ in $(seq 100); do [ -s "$work/port" ] && break; sleep 0.1; done
[ -s "$work/port" ] || { sed 's/^/# /' "$work/server.out"; result 1 "the server starts"; done_testing; exit 1; }
url=http://127.0.0.1:$(cat "$work/port")
wallet=9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM usdc=EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v bonk=DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263 sol=So11111111111111111111111111111111111111112
route() { mode=$1; shift; sluice-tx route --jupiter "$url/$mode" --wallet $wallet --amount 1000003 --timeout 1s "$@"; }
mint() { case $1 in SOL) echo $sol ;; *) echo "$1" ;; esac; }

# ---- honest answers ----
same() { # MODE FROM TO OPTION...: our bytes are the official client's and library's
    mode=$1 from=$2 to=$3; shift 3
    route "$mode" --from "$from" --to "$to" --rpc "$url/honest/rpc" --json "$@" >"$work/ours" 2>"$work/err"
    way=ExactIn; case " $* " in *exact-out*) way=ExactOut ;; esac
    table=; case $mode in *large*) table=yes ;; esac
    theirs=$(node tests/venue/lib/jupiter_client.cjs "$VENUE" "$url/$mode" $wallet "$(mint "$from")" "$(mint "$to")" 1000003 $way "$(jq -r .blockhash "$work/ours")" $table 2>&1 | tail -1)
    is "$mode, $way, $(echo "$from" | cut -c1-4) to $(echo "$to" | cut -c1-4): the bytes are the official client's" "$(jq -r .transaction "$work/ours" 2>/dev/null || cat "$work/err")" "$theirs"
}
for mode in honest v1-honest shared-honest v1-shared-honest large-honest large-shared-honest; do
    same $mode SOL $usdc
    same $mode $bonk SOL
    same $mode $bonk $usdc
    same $mode SOL $usdc --exact-out
    same $mode $usdc $bonk --exact-out
done
route large-honest --from SOL --to $usdc --rpc "$url/honest/rpc" --json >"$work/out"
is "a large route uses its lookup table" "$(jq -c '[.decoded.version, (.decoded.lookup_tables|length), .lookup_tables_left_out]' "$work/out")" '["0",1,0]'
exits 6 "and without a node to read it from there is no transaction" route large-honest --from SOL --to $usdc
ok "which is said" grep -q 'lookup tables are not loaded' "$work/err"
exits 6 "nor with a table that another program owns" route large-honest --from SOL --to $usdc --rpc "$url/lie-table-owner/rpc"
route honest --from SOL --to $usdc --json >"$work/out"
is "the quote is as it came" "$(jq -c '.quote|[.mode,.in_amount,.out_amount,.least_out,.slippage_bps,.price_impact_pct,.steps[0].label,.steps[0].share_bps]' "$work/out")" '["exact_in",1000003,3000026,2985026,50,"0.0012","Whirlpool",10000]'
is "without a node the blockhash is none, and said to be" "$(jq -c '[.blockhash,.decoded.blockhash]' "$work/out")" '[null,"11111111111111111111111111111111"]'
is "the wallet alone signs" "$(jq -c '.decoded.signatures|map([.by,.state])' "$work/out")" "[[\"$wallet\",\"missing\"]]"
exits 0 "a venue that nobody knows yet, with the amounts in front of the plan" route venue-honest --from SOL --to $usdc --json
is "its steps are said not to be read" "$(jq -c '.decoded.instructions[]|select(.program_name=="jupiter").route|[.unread_steps,(.steps|length)]' "$work/out")" '[1,0]'
exits 1 "the same with the amounts behind the plan: they cannot be known" route v1-venue-honest --from SOL --to $usdc
exits 0 "a simulation that failed is shown" route lie-simulation --from SOL --to $usdc
ok "in printable text" grep -q '^warning     Jupiter reports: insufficient lamports?$' "$work/out"
exits 0 "a name is shown" route label --from SOL --to $usdc
is "without what steers a terminal" "$(LC_ALL=C tr -d '\n -~' <"$work/out" | wc -c)" 0
exits 0 "our own limit holds" route honest --from SOL --to $usdc --limit 2985025
exits 1 "a quote below our own limit does not" route honest --from SOL --to $usdc --limit 3000027
exits 1 "nor one above it, the other way" route honest --from SOL --to $usdc --exact-out --limit 3000000

# ---- what was asked ----
: >"$work/requests"
JUPITER_API_KEY=abc-123 route honest --from SOL --to $usdc --direct --slippage-bps 77 --max-priority-sol 0.0005 >/dev/null 2>&1
is "two requests, both with the key" "$(jq -rs 'map(.key)|join(" ")' "$work/requests")" "abc-123 abc-123"
is "the question" "$(jq -rs '.[0].url' "$work/requests")" "/honest/swap/v1/quote?inputMint=$sol&outputMint=$usdc&amount=1000003&slippageBps=77&swapMode=ExactIn&onlyDirectRoutes=true&restrictIntermediateTokens=true&instructionVersion=V2"
is "the wallet and the cap" "$(jq -cs '.[1].body|[.userPublicKey,.wrapAndUnwrapSol,.prioritizationFeeLamports]' "$work/requests")" "[\"$wallet\",true,{\"priorityLevelWithMaxLamports\":{\"priorityLevel\":\"high\",\"maxLamports\":500000}}]"
is "the quote goes back as it came" "$(jq -cs '.[1].body.quoteResponse' "$work/requests")" "$(curl -s "$url$(jq -rs '.[0].url' "$work/requests")" | jq -c .)"
: >"$work/requests"
JUPITER_API_KEY="$(printf 'a\r\nx-evil: 1')" exits 2 "a key that would add a header is refused" route honest --from SOL --to $usdc
is "and nothing is asked" "$(wc -l <"$work/requests")" 0

# ---- lies ----
lie() { # FROM TO LIE...: each must end in 1 (not to the question) or 8 (not as documented), with nothing on standard output
    from=$1 to=$2; shift 2
    for lie in "$@"; do
        rc=0
        route "$lie" --from "$from" --to "$to" $more >"$work/out" 2>"$work/err" || rc=$?
        { [ $rc = 1 ] || [ $rc = 8 ]; } && [ ! -s "$work/out" ] && grep -q "^sluice-tx: error: Jupiter's answer" "$work/err"
        result $? "$lie$more: $(cut -c18-150 "$work/err" | head -1)"
    done
}
more=
lie SOL $usdc lie-quote-input lie-quote-output lie-quote-amount lie-quote-mode lie-quote-slippage lie-quote-threshold lie-quote-threshold-high lie-quote-fee lie-quote-nothing lie-quote-number lie-quote-negative lie-quote-float \
    lie-quote-large lie-quote-bad-key lie-quote-no-legs lie-quote-many-legs lie-quote-leg-text lie-quote-slippage-text lie-quote-slippage-negative lie-quote-missing
lie SOL $usdc lie-swap-amount lie-swap-quote lie-swap-slippage lie-swap-fee lie-swap-positive lie-swap-mode lie-swap-ledger lie-swap-trailing lie-swap-unknown lie-swap-user lie-swap-source lie-swap-destination lie-swap-other \
    lie-swap-source-mint lie-swap-destination-mint lie-swap-self lie-swap-events lie-swap-token-program lie-swap-program lie-swap-signer lie-swap-unsigned lie-swap-short lie-swap-many lie-swap-data lie-swap-data-long lie-swap-flag lie-swap-key
lie SOL $usdc v1-lie-swap-amount v1-lie-swap-quote v1-lie-swap-slippage v1-lie-swap-fee v1-lie-swap-fee-account v1-lie-swap-tail v1-lie-swap-trailing v1-lie-swap-user v1-lie-swap-source v1-lie-swap-destination v1-lie-swap-other \
    v1-lie-swap-destination-mint v1-lie-swap-self v1-lie-swap-token-program
lie $bonk $usdc shared-lie-swap-authority shared-lie-swap-program-source shared-lie-swap-program-destination shared-lie-swap-destination shared-lie-swap-source shared-lie-swap-user v1-shared-lie-swap-authority v1-shared-lie-swap-program-source \
    v1-shared-lie-swap-program-destination v1-shared-lie-swap-destination v1-shared-lie-swap-fee-account
lie SOL $usdc lie-priority lie-priority-no-limit lie-budget-twice lie-budget-unknown lie-budget-other lie-setup-elsewhere lie-setup-more lie-setup-twice lie-setup-owner lie-setup-account lie-setup-mint lie-setup-approve lie-setup-authority \
    lie-setup-seed lie-setup-many lie-setup-text lie-cleanup-elsewhere lie-cleanup-other lie-cleanup-send lie-other lie-ledger lie-no-swap lie-tables-many lie-tables-bad
lie $bonk $usdc lie-setup-elsewhere lie-cleanup-elsewhere lie-cleanup-other
more=" --exact-out"
lie SOL $usdc lie-quote-amount lie-quote-mode lie-quote-threshold lie-quote-threshold-high lie-quote-nothing lie-swap-amount lie-swap-quote lie-swap-slippage lie-swap-mode
more=

# ---- failures ----
fails() { mode=$1 says=$2; exits 8 "$mode: $says" route "$mode" --from SOL --to $usdc; ok "which is said" grep -q "$says" "$work/err"; is "and nothing is printed" "$(wc -c <"$work/out")" 0; }
for which in '' second-; do
    fails "${which}429" 'Jupiter answers 429: too many requests: no; it may be asked again in 7 s'
    fails "${which}401" 'Jupiter answers 401: it needs a key'
    fails "${which}400" 'Jupiter answers 400: Could not find any route'
    fails "${which}500" 'Jupiter answers 500'
    fails "${which}302" 'Jupiter answers 302'
    fails "${which}late" 'timed out'
    fails "${which}malformed" 'not a JSON object'
    fails "${which}list" 'not a JSON object'
    fails "${which}empty" 'not a JSON object'
    fails "${which}nul" 'not a JSON object'
    fails "${which}deep" 'not a JSON object'
    fails "${which}huge" 'an answer of more than'
    fails "${which}cut" 'transfer closed'
done
fails twice 'not a JSON object'
exits 2 "an amount is wanted" sluice-tx route --jupiter "$url/honest" --wallet $wallet --from SOL --to $usdc
exits 2 "so is a wallet" sluice-tx route --jupiter "$url/honest" --amount 5 --from SOL --to $usdc
exits 2 "slippage beyond all" route honest --from SOL --to $usdc --slippage-bps 10001

# ---- recorded transactions ----
if [ -n "${SLUICE_DATA:-}" ] && [ -e "$SLUICE_DATA/block-285000037" ] && [ -e "$SLUICE_DATA/chain-json/vixen" ]; then
    mkdir -p "$work/recorded"
    node tests/venue/golden/jupiter_recorded.cjs "$VENUE" "$SLUICE_DATA" "$work/recorded" >"$work/lines" 2>"$work/err" || { sed 's/^/# /' "$work/err" | head -5; result 1 "the recorded transactions are read"; }
    exits 0 "routes on chain are what the official coder reads" "$B/venue/bin/golden" <"$work/lines"
    is "all of them" "$(tail -1 "$work/out")" "checked 13 exact 13"
    for f in "$work"/recorded/*.b64; do sluice-tx decode --json "$f"; done | jq -cs '[length, ([.[].instructions[]|select(.program_name=="jupiter")]|length, map(select(.name==null or .warning or .data_hex or .route.warning or .route.unread_steps))|length)]' >"$work/out" 2>&1
    is "13 transactions of Jupiter's, 14 instructions, every one named and read whole" "$(cat "$work/out")" "[13,14,0]"
    # A venue that is newer than the official package: what went in and out by the program's events is what the instruction says.
    while read -r hex spent got; do
        echo "{\"payer\":\"$wallet\",\"blockhash\":\"11111111111111111111111111111111\",\"instructions\":[{\"program\":\"jupiter\",\"accounts\":[],\"data_hex\":\"$hex\"}]}" | sluice-tx build --json >"$work/out"
        is "a step by AlphaQ is read, with the amount that its events add up to" "$(jq -c '.instructions[0]|[.route.steps[0].venue,.arguments.in_amount,.route.warning]' "$work/out")" "[\"AlphaQ\",$spent,null]"
        ok "and what came out is not below its limit" test "$got" -ge "$(jq -r '.instructions[0].route.least_out' "$work/out")"
    done <"$work/recorded/newer"
else
    skip "recorded transactions of Jupiter's" "SLUICE_DATA is not set"
fi
done_testing
