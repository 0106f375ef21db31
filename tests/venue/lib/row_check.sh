# row_check.sh - what must hold between ledger and chain after a live row, however it went. Sourced by test_row.sh and test_row_kill.sh:
# wants $work, $wallet, call(), sql(); row_check NAME START-BALANCE. Sourced, not run.
row_check() {
    name=$1 start=$2
    cash=$(sql 'select coalesce(sum(cash_delta),0) from fills')
    is "$name: the ledger's cash is the chain's, to the lamport" "$cash" "$(($(call getBalance "[\"$wallet\"]" | jq -r .result.value) - start))"
    sql "select mint || ' ' || sum(case side when 'buy' then base_raw else -base_raw end) from fills where status='landed' group by mint having sum(case side when 'buy' then base_raw else -base_raw end) != 0 order by mint" >"$work/books"
    for program in TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb; do
        call getTokenAccountsByOwner "[\"$wallet\",{\"programId\":\"$program\"},{\"encoding\":\"jsonParsed\"}]" | jq -r '.result.value[].account.data[0]' | while read -r data; do
            printf %s "$data" | base64 -d | node -e 'const d=require("fs").readFileSync(0),bs58=require(process.argv[1]);const n=d.readBigUInt64LE(64);if(n)console.log((bs58.default||bs58).encode(d.subarray(0,32)),String(n))' "$VENUE/svm/node_modules/bs58"
        done
    done | sort >"$work/chain"
    sort "$work/books" >"$work/books.sorted"
    is "$name: so is every token" "$(cat "$work/books.sorted")" "$(cat "$work/chain")"
    is "$name: every transaction of the wallet is one fill" "$(call _landed | jq "[.result[]|select(.payer==\"$wallet\")]|length")" "$(sql 'select count(*) from fills')"
    is "$name: no position was bought twice" "$(sql "select count(*) from (select position_id from fills where side='buy' and status='landed' group by position_id having count(*)>1)")" 0
    is "$name: nothing was sold that was not bought" "$(sql "select count(*) from (select mint from fills where status='landed' group by mint having sum(case side when 'buy' then base_raw else -base_raw end) < 0)")" 0
    is "$name: debits equal credits" "$(sql 'select count(*) from (select unit from postings group by unit having sum(debit)!=sum(credit))')" 0
}
