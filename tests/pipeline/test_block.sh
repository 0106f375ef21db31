#!/bin/sh
# test_block.sh - blocks in JSON through sluice-import: the slot record counts transactions, a block without records still
# opens its slot, what cannot be read is counted and named.
cd "$(dirname "$0")/../.."
. tests/tap.sh
SIGNATURE=2AXDGYSE4f2sz7tvMMzyHvUfcoJmxudvdhBcmiUSo6ijwfYmfZYsKRxboQMPh3R4kUhXRVdtSXFXMheka4Rc4P2
# tx ERR: a transaction that does nothing
tx() { printf '{"meta":{"err":%s,"fee":5000,"innerInstructions":[],"logMessages":[],"preBalances":[1],"postBalances":[1]},"transaction":{"signatures":["%s"],"message":{"accountKeys":["So11111111111111111111111111111111111111112"],"instructions":[]}}}' "$1" "$SIGNATURE"; }
# block SLOT TRANSACTION...
block() {
    slot=$1 sep=
    shift
    printf '{"jsonrpc":"2.0","result":{"parentSlot":%d,"blockTime":1780000000,"transactions":[' $((slot - 1))
    for t; do printf '%s%s' "$sep" "$t"; sep=,; done
    printf ']},"id":1}'
}
slots() { sluice-import --format getblock "$@" 2>"$work/err" | sluice-cat --json --only slot | jq -r '[.slot, .tx_count, .failed_tx_count] | join(" ")'; }
block 100 "$(tx null)" "$(tx '{"InstructionError":[0,{"Custom":1}]}')" "$(tx null)" >"$work/three"
block 101 >"$work/none"
block 103 "$(tx '"AccountInUse"')" '{"meta":null,"transaction":{}}' >"$work/bad"
is "a slot record counts transactions and failures" "$(slots "$work/three" | head -n 1)" "100 3 1"
is "each slot is opened once, in order, with its own counts; slots without a block have none" "$(slots "$work/bad" "$work/none" "$work/three")" "100 3 1
101 0 0
102 0 0
103 2 1
104 0 0"
ok "a transaction that cannot be read is named" grep -q "left out 1: a transaction without meta or message" "$work/err"
is "the same block twice opens its slot once" "$(slots "$work/three" "$work/three" | head -n 1)" "100 3 1"
head -c 300 "$work/three" >"$work/cut"
sluice-import --format getblock "$work/cut" >"$work/out" 2>"$work/err"
is "a cut block is an error" $? 4
ok "that names the file" grep -q "cut': .*cut or malformed at byte" "$work/err"
echo '{"jsonrpc":"2.0","error":{"code":-32009,"message":"Slot 7 was skipped"},"id":1}' >"$work/error"
sluice-import --format getblock "$work/error" >"$work/out" 2>"$work/err"
is "an error of the node is an error" $? 4
ok "with the node's text" grep -q "Slot 7 was skipped" "$work/err"
done_testing
