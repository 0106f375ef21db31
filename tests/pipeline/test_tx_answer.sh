#!/bin/sh
# test_tx_answer.sh - sluice-tx decode reads what getTransaction returned, in every encoding: the same instructions, the result of
# execution, and a reason when there is no transaction.
cd "$(dirname "$0")/../.."
. tests/tap.sh
payer=3KfVgWSJ8n2FpbBbuyq3gQTJWhjJSVRYFJ5uvgvj9aXf other=8qbHbw2BbbTHBW1sbeqakYXVKRQM8Ne7pLK7m6CVfeR
hash=4uQeVj5tqViQh7yWWGStvkEG1Zmhx6uasJtWCJziofM system=11111111111111111111111111111111
signature=2AXDGYSE4f2sz7tvMMzyHvUfcoJmxudvdhBcmiUSo6ijwfYmfZYsKRxboQMPh3R4kUhXRVdtSXFXMheka4Rc4P2
sluice-tx build >"$work/b64" <<J
{"payer":"$payer","blockhash":"$hash","instructions":[{"name":"system.transfer","keys":{"from":"$payer","to":"$other"},"arguments":{"lamports":77}}]}
J
# answer TRANSACTION ERR: the JSON-RPC response
answer() { printf '{"jsonrpc":"2.0","result":{"blockTime":1780000000,"meta":{"err":%s,"fee":5000,"computeUnitsConsumed":150,"innerInstructions":[],"logMessages":[],"preBalances":[1,1,1],"postBalances":[1,1,1],"loadedAddresses":{"readonly":[],"writable":[]}},"slot":123,"transaction":%s,"version":"legacy"},"id":1}' "$2" "$1"; }
message='"header":{"numRequiredSignatures":1,"numReadonlySignedAccounts":0,"numReadonlyUnsignedAccounts":1},"recentBlockhash":"'$hash'"'
answer "[\"$(cat "$work/b64")\",\"base64\"]" null >"$work/base64"
answer "{\"signatures\":[\"$signature\"],\"message\":{$message,\"accountKeys\":[\"$payer\",\"$other\",\"$system\"],\"instructions\":[{\"programIdIndex\":2,\"accounts\":[0,1],\"data\":\"3Bxs4Djf3YieDDSP\",\"stackHeight\":null}]}}" null >"$work/json"
answer "{\"signatures\":[\"$signature\"],\"message\":{\"recentBlockhash\":\"$hash\",\"accountKeys\":[{\"pubkey\":\"$payer\",\"signer\":true,\"writable\":true,\"source\":\"transaction\"},{\"pubkey\":\"$other\",\"signer\":false,\"writable\":true,\"source\":\"transaction\"},{\"pubkey\":\"$system\",\"signer\":false,\"writable\":false,\"source\":\"transaction\"}],\"instructions\":[{\"parsed\":{\"info\":{\"destination\":\"$other\",\"lamports\":77,\"source\":\"$payer\"},\"type\":\"transfer\"},\"program\":\"system\",\"programId\":\"$system\",\"stackHeight\":null}]}}" '{"InstructionError":[0,{"Custom":1}]}' >"$work/parsed"
jq -c .result "$work/base64" >"$work/result"
shown() { sluice-tx decode --json "$1" 2>"$work/err" | jq -c '[.fee_payer, .blockhash, (.instructions[]|[.program_name,.name,.arguments.lamports])]'; }
want="[\"$payer\",\"$hash\",[\"system\",\"transfer\",77]]"
for f in base64 json parsed result; do is "$f" "$(shown "$work/$f")" "$want"; done
is "as the bytes alone" "$(shown "$work/b64")" "$want"
is "from standard input" "$(sluice-tx decode --json <"$work/json" | jq -c '[.executed.slot,.executed.fee_lamports,.executed.units,.executed.err]')" '[123,5000,150,null]'
is "keys by role" "$(sluice-tx decode --json "$work/json" | jq -c '[.accounts[]|[.signer,.writable]]')" '[[true,true],[false,true],[false,false]]'
is "and of jsonParsed" "$(sluice-tx decode --json "$work/parsed" | jq -c '[.accounts[]|[.signer,.writable]]')" '[[true,true],[false,true],[false,false]]'
sluice-tx decode "$work/parsed" >"$work/out"
ok "text: what became of it" grep -q '^executed    slot 123, 5000 lamports, 150 compute units$' "$work/out"
ok "text: why it failed, by the program's own words" grep -q '^fails .*Custom.*: the account does not have that many lamports' "$work/out"
ok "text: what the node parsed" grep -q '^      lamports  *77$' "$work/out"
ok "a signature over a message that was put together from jsonParsed is unchecked" grep -q '^signature   unchecked' "$work/out"
ok "one of json is checked" sh -c "sluice-tx decode '$work/json' | grep -q '^signature   invalid'"
echo '{"jsonrpc":"2.0","result":null,"id":1}' >"$work/null"
exits 4 "no such transaction" sluice-tx decode "$work/null"
ok "is named" grep -q "no such block or transaction" "$work/err"
echo '{"parentSlot":1,"transactions":[]}' >"$work/block"
exits 4 "a block" sluice-tx decode "$work/block"
ok "is sent to sluice-import" grep -q "sluice-import --format getblock" "$work/err"
head -c 200 "$work/json" >"$work/cut"
exits 4 "a cut answer" sluice-tx decode "$work/cut"
done_testing
