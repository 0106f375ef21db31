#!/bin/sh
# test_row.sh - the whole row, live, on the loopback chain: actors launch and trade coins, sluice discovers them in the blocks, buys through Jito
# bundles, holds, takes profit or stops, sells; after ROUNDS (200) round trips the ledger equals the chain to the lamport and the raw token.
# Then the operator stops it and sells everything. ROUNDS=30 under sanitizers, where everything is slower. Needs node, npm and cargo once; SKIP without.
cd "$(dirname "$0")/../../.."
. tests/venue/lib/svm.sh
. tests/venue/lib/row_check.sh
case $B in */asan) : "${ROUNDS:=30}" ;; esac
ROUNDS=${ROUNDS:-200}
umask 077
sql() { sqlite3 "$work/live/run.db" "$1" 2>/dev/null; }
svm_start --slot-ms 100
wallet_make
sluice-sign --key "$work/k" --socket "$work/sock" --password-fd 0 --max-day-sol 2000 --max-hour-sol 2000 <"$work/pw" 2>"$work/sign.log" &
sign_pid=$!
for _ in $(seq 100); do grep -q answering "$work/sign.log" && break; sleep 0.05; done
sed -e "s|@URL@|$svm_url|g" -e "s|@SOCKET@|$work/sock|g" -e "s|@DIR@|$work/live|g" tests/venue/lib/row.conf >"$work/conf"
start=$(call getBalance "[\"$wallet\"]" | jq -r .result.value)
pipelines/live/row.sh -c "$work/conf" -d "$work/live" &
row_pid=$!
node tests/venue/lib/actors.cjs "$VENUE" "$svm_port" "${SEED:-1}" 600 2 >"$work/launches" 2>"$work/actors.log" &
actors_pid=$!
trap 'kill $row_pid $actors_pid 2>/dev/null; wait $row_pid 2>/dev/null; kill $svm_pid $sign_pid 2>/dev/null; [ -z "${KEEP:-}" ] || cp -r "$work" "$KEEP"; rm -rf "$work"' EXIT
trap 'exit 1' TERM INT
trips() { sql "select count(*) from (select position_id from fills where status='landed' group by position_id having sum(case side when 'buy' then base_raw else -base_raw end)=0)"; }
for _ in $(seq 1500); do
    done_trips=$(trips)
    [ "${done_trips:-0}" -ge "$ROUNDS" ] && break
    kill -0 $row_pid 2>/dev/null || break
    sleep 0.4
done
ok "$ROUNDS round trips: $(trips)" test "$(trips)" -ge "$ROUNDS"
sleep 1
kill $actors_pid 2>/dev/null
# The operator: no more entries, everything is sold.
sluice-halt sell "$work/live/halt" --wait 90 >"$work/halt.out" 2>&1
is "sluice-halt sells everything" $? 0 || sed 's/^/# /' "$work/halt.out"
is "nothing is left in the wallet" "$(for p in TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb; do call getTokenAccountsByOwner "[\"$wallet\",{\"programId\":\"$p\"},{\"encoding\":\"base64\"}]" | jq -r '.result.value[].account.data[0]' | while read -r d; do printf %s "$d" | base64 -d | od -An -tu8 -j64 -N8; done; done | awk '{s+=$1} END{print s+0}')" 0
sleep 1.5
kill -TERM $row_pid
wait $row_pid 2>/dev/null
row_check "after $(trips) round trips" "$start"
ok "by stop, take, time and signal: $(sql "select group_concat(reason || ' ' || n, ', ') from (select reason, count(*) n from fills where status='landed' group by reason)")" test "$(sql "select count(distinct reason) from fills where status='landed'")" -ge 3
is "each landed fill was audited" "$(sql "select count(*) from fills f where status='landed' and not exists (select 1 from audits a where a.order_id=f.order_id)")" 0
ok "few of them unseen: $(sql "select group_concat(verdict || ' ' || n, ', ') from (select verdict, count(*) n from audits group by verdict)")" test "$(sql "select count(*) from audits where verdict='unseen'")" -le 10
exits 0 "the report of a live run" sluice-report "$work/live/run.db"
ok "its ladder adds up, to the lamport" grep -q 'adds up to equity less capital' "$work/out"
done_testing
