#!/bin/sh
# test_drift_seen.sh - transactions that landed and hold what sluice does not know of a venue's program raise one alert in the stream of
# sluice-import, after three of them and not before; failed ones raise none.
cd "$(dirname "$0")/../.."
. tests/tap.sh
PUMP=6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P
SIGNATURES="2AXDGYSE4f2sz7tvMMzyHvUfcoJmxudvdhBcmiUSo6ijwfYmfZYsKRxboQMPh3R4kUhXRVdtSXFXMheka4Rc4P2 3L3RY5sT8K4kyEnqhizwaqxLEbcYvpGrGPNEYRwtbCSUtL6YL86jdrvCbohnP5q8VxQ3qzGmt3W3iQJW97rD7m3 4VZdodJgBy6dxMgm45zusmRzrPvKtiumu5YrK9RLPJADpzeJzgebxHsoQD4B58FCFS6aGUufKZka56xFiBGpB94 5f5r5AjuFd8WwUagQSztAgufUCE6rdYhXmjU5rtnBPsxmfC5fFCUGiqQCcQZmAfFzuo6gyYYm616Roc1HEhREX5 6pc4LiB8KHAPvbUbkozrTcPL5zXspYBdATv5raNDyVbhiKjrKokLb9o111kxTD5KkPVd7UBSCcFcnWFkrJ82Hu6 7z8GcFcMNwCGuiNX7AzpkXrzhnqenSpYoA6hdHqfmbKSezHczNJCuakboR7M9FVPVsC9XxpKe8W99CuWRMYdMH7"
unknown=eFGDJNkg2pK # deadbeef01020304
# block SLOT ERR TRANSACTIONS...: each of one instruction of pump.fun with this data; signatures are taken in turn
block() {
    slot=$1 err=$2 sep=
    shift 2
    printf '{"parentSlot":%d,"blockTime":1780000000,"transactions":[' $((slot - 1))
    for data; do
        printf '%s{"meta":{"err":%s,"fee":5000,"innerInstructions":[],"logMessages":[],"preBalances":[1,1],"postBalances":[1,1],"preTokenBalances":[],"postTokenBalances":[]},"transaction":{"signatures":["%s"],"message":{"accountKeys":["So11111111111111111111111111111111111111112","%s"],"instructions":[{"programIdIndex":1,"accounts":[0],"data":"%s"}]}}}' "$sep" "$err" "${SIGNATURES%% *}" "$PUMP" "$data"
        SIGNATURES="${SIGNATURES#* } ${SIGNATURES%% *}"
        sep=,
    done
    printf ']}'
}
alerts() { sluice-import --format getblock "$@" 2>"$work/err" | sluice-cat --json --only alert; }
block 100 null "$unknown" "$unknown" >"$work/two"
block 101 null "$unknown" "$unknown" >"$work/more"
block 102 '{"InstructionError":[0,{"Custom":101}]}' "$unknown" "$unknown" "$unknown" "$unknown" >"$work/failed"
is "two transactions: no alert" "$(alerts "$work/two")" ""
is "failed ones: no alert" "$(alerts "$work/two" "$work/failed")" ""
alerts "$work/two" "$work/more" >"$work/alert"
is "three that landed: one alert" "$(wc -l <"$work/alert" | tr -d ' ')" 1
is "its code and level" "$(jq -r '.code + " " + .level' "$work/alert")" "drift.pump critical"
ok "its text names the discriminator and a transaction" sh -c "jq -r .text '$work/alert' | grep -E 'not known: [0-9a-f]{16}, in 3 transactions, last [1-9A-HJ-NP-Za-km-z]{80,}'"
is "nothing is said twice" "$(alerts "$work/two" "$work/more" "$work/more" | wc -l | tr -d ' ')" 1
is "and the stream is whole" "$(sluice-import --format getblock "$work/two" "$work/more" 2>/dev/null | sluice-verify --quiet; echo $?)" 0
done_testing
