# live.sh - live execution on the loopback chain, for a test: . tests/venue/lib/live.sh starts the chain with its world, makes a wallet with its key and signer, and
# gives: execute OPTION... (orders from $work/lines; result in $work/out.$n.slu), ledger, sql, equal NAME MINT (ledger and chain agree). Sourced, not run.
. tests/venue/lib/svm.sh
umask 077
balance() { call getBalance "[\"$wallet\"]" | jq -r .result.value; }

svm_start --slot-ms 60
wallet_make
sign_start() { rm -f "$work/sign.log"; sluice-sign --key "$work/k" --socket "$work/sock" --password-fd 0 --max-day-sol 90 --max-hour-sol 90 "$@" <"$work/pw" 2>"$work/sign.log" & sign_pid=$!; for _ in $(seq 100); do grep -qs answering "$work/sign.log" && break; sleep 0.05; done; }
sign_start
trap 'kill $svm_pid $sign_pid 2>/dev/null; rm -rf "$work"' EXIT
cat >"$work/conf" <<C
[sluice]
trading-env = live
[execute]
signer = $work/sock
journal = $work/journal
rpc = $svm_url
jito = $svm_url,$svm_url,$svm_url,$svm_url,$svm_url,$svm_url,$svm_url,$svm_url
tip-floor = $svm_url/api/v1/bundles/tip_floor
C
n=0
execute() { n=$((n + 1)); "$B/venue/bin/orders" <"$work/lines" | timeout 60 sluice-execute --live -c "$work/conf" "$@" >"$work/out.$n.slu" 2>"$work/log"; } # orders from $work/lines
ledger() { for f in "$work"/out.*.slu; do [ -s "$f" ] && sluice-ledger "$work/run.db" <"$f" >/dev/null 2>&1; done; }
sql() { sqlite3 "$work/run.db" "$1"; }
held() { call getTokenAccountsByOwner "[\"$wallet\",{\"mint\":\"$1\"}]" | jq -r '.result.value[0].account.data[0] // empty' | base64 -d | od -An -tu8 -j64 -N8 2>/dev/null | tr -d ' ' | grep . || echo 0; } # MINT: raw tokens of the wallet
start_balance=$(balance)
equal() { # NAME MINT: ledger and chain agree, nothing landed twice
    ledger
    is "$1: the ledger's cash is the chain's, to the lamport" "$(sql 'select coalesce(sum(cash_delta),0) from fills')" "$(($(balance) - start_balance))"
    is "$1: so are the tokens" "$(sql "select coalesce(sum(case side when 'buy' then base_raw else -base_raw end),0) from fills where status='landed' and mint='$2'")" "$(held "$2")"
    is "$1: every transaction of the wallet is one fill" "$(call _landed | jq "[.result[]|select(.payer==\"$wallet\")]|length")" "$(sql 'select count(*) from fills')"
}
