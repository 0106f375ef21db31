#!/bin/sh
# test_row_kill_N.sh - the live pipeline under kill -9 at KILLS (125) random points: of execute, of the signer, of the node's RPC front, each in the
# middle of whatever it does, while actors trade. What dies is started again, as a supervisor would. At the end: no position bought twice, no
# fill lost, no order without an end, and the ledger equals the chain to the lamport and the raw token. The names that link to this file make
# four runs of it, 500 kills in all, each with its own SEED (N). Needs node, npm and cargo once; SKIP without. KILLS=15 under sanitizers.
cd "$(dirname "$0")/../../.."
. tests/venue/lib/svm.sh
. tests/venue/lib/row_check.sh
part=${0##*_}
case $B in */asan) : "${KILLS:=15}" ;; esac
KILLS=${KILLS:-125} SEED=${SEED:-${part%.sh}}
umask 077
sql() { sqlite3 -cmd '.timeout 5000' "$work/live/run.db" "$1" 2>/dev/null; }
svm_start --slot-ms 60
wallet_make
start=$(call getBalance "[\"$wallet\"]" | jq -r .result.value)
sluice-sign --key "$work/k" --socket "$work/sock" --counters "$work/counters" --counters-new --check >/dev/null 2>&1
sign() { exec sluice-sign --key "$work/k" --socket "$work/sock" --password-fd 0 --max-day-sol 5000 --max-hour-sol 5000 <"$work/pw" 2>>"$work/sign.log"; }
front_port=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
keep "$work/front.pid" node tests/venue/lib/front.mjs "$front_port" "$svm_port" >"$work/front.log" 2>&1
keep "$work/sign.pid" sign
sed -e "s|@URL@/api|$svm_url/api|g" -e "s|@URL@|http://127.0.0.1:$front_port|g" -e "s|@SOCKET@|$work/sock|g" -e "s|@DIR@|$work/live|g" tests/venue/lib/row.conf >"$work/conf"
pipelines/live/row.sh -c "$work/conf" -d "$work/live" &
row_pid=$!
node tests/venue/lib/actors.cjs "$VENUE" "$svm_port" "$SEED" 1500 1.5 >"$work/launches" 2>"$work/actors.log" &
actors_pid=$!
trap 'kill $row_pid $actors_pid 2>/dev/null; wait $row_pid 2>/dev/null; keepers_end; kill $svm_pid 2>/dev/null; [ -z "${KEEP:-}" ] || cp -r "$work" "$KEEP"; rm -rf "$work"' EXIT
trap 'exit 1' TERM INT
# Lines of "WHO SECONDS", from the seed; enough of them, for who has just been killed may not be there yet.
awk -v n="$((KILLS * 2))" -v seed="$SEED" 'BEGIN{srand(seed); for(i=0;i<n;i++){r=rand(); print (r<0.6?"execute":r<0.8?"sign":"front"), 0.15+rand()*0.9}}' >"$work/plan"
killed=0
alive() { pid=$(cat "$work/live/execute.pid" 2>/dev/null) && [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; }
while read -r who after; do
    for _ in $(seq 200); do alive && break; sleep 0.05; done # the time runs from when execution is back: a loaded machine starts it slowly
    sleep "$after"
    pid=$(cat "$work/$who.pid" "$work/live/$who.pid" 2>/dev/null | head -1)
    [ -n "$pid" ] && kill -9 "$pid" 2>/dev/null && killed=$((killed + 1))
    [ "$killed" -lt "$KILLS" ] && kill -0 "$svm_pid" 2>/dev/null || break
done <"$work/plan"
is "processes killed, in the middle of whatever they did (execute, signer, RPC front)" "$killed" "$KILLS"
ok "the loopback chain is alive" kill -0 "$svm_pid"
kill $actors_pid 2>/dev/null
# In peace: what is in flight comes to its end, and everything is sold.
sluice-halt sell "$work/live/halt" --wait 120 >"$work/halt.out" 2>&1
is "in peace again, everything is sold" $? 0 || sed 's/^/# /' "$work/halt.out"
sleep 1
kill -TERM $row_pid
wait $row_pid 2>/dev/null
"$B/venue/bin/orders" </dev/null >"$work/empty.slu"
# A last start tells the ledger what the journal holds, and says what is still in flight.
timeout 60 sluice-execute --live -c "$work/conf" --journal "$work/live/journal" -i "$work/empty.slu" -o "$work/last.slu" 2>"$work/last.err"
sluice-ledger "$work/live/run.db" <"$work/last.slu" >/dev/null 2>&1
row_check "after $killed kills" "$start"
ok "no order is left without an end: $(grep -o '[0-9]* orders in flight' "$work/last.err")" grep -q ' 0 orders in flight' "$work/last.err"
ok "there was something to lose: $(sql "select count(*) from fills where status='landed'") fills landed" test "$(sql "select count(*) from fills where status='landed'")" -ge $((KILLS / 5))
done_testing
