#!/bin/sh
# test_supervised.sh - pipelines/live: the paper row under supervisord, fed by a tape, with every stage killed: it goes on by itself and keeps the
# books of a plain backtest; up, down, status, new.
cd "$(dirname "$0")/../.."
. tests/tap.sh
command -v supervisord >/dev/null 2>&1 || skip_all "no supervisord"
live=pipelines/live/live.sh
export SLUICE_RUN="$work/run" SLUICE_CONFIG="$PWD/pipelines/strategy.conf" SLUICE_ENV=/dev/null TRADING_ENV=paper SLUICE_SOCKET="$work/none"
trap '$live down >/dev/null 2>&1; rm -rf "$work"' EXIT
sluice-sim --seed 7 --hours 0.5 --launches 150 --profile mania >"$work/market.slu"
export SLUICE_SOURCE="sluice-replay --speed 60 --from slot:{slot} $work/market.slu"
SLUICE_CONFIG='' pipelines/backtest.sh "$work/market.slu" -o "$work/base" -c pipelines/strategy.conf >"$work/base.txt" 2>&1
exits 2 "a word is wanted" $live
exits 3 "status: down" $live status
exits 0 "down when down" $live down
SOLANA_RPC_URL='' SLUICE_SOURCE='' exits 1 "check names what is missing" $live check
ok "the node" grep -q SOLANA_RPC_URL "$work/out"
TRADING_ENV=live exits 1 "check for live" $live check
ok "misses the signer" grep -q "no signer" "$work/out"
exits 0 "up" $live up
exits 0 "up again" $live up
exits 2 "new is refused while up" $live new
pid() { supervisorctl -c pipelines/live/supervisord.conf pid "$1"; }
export SLUICE_LIVE="$PWD/$live" SLUICE_STAGES=true SLUICE_ROW=false
sleep 1.5
for s in features score risk execute ledger source keep risk execute; do
    p=$(pid $s)
    [ "$p" -gt 1 ] && kill -9 "$p" && echo $s >>"$work/killed"
    sleep 0.3
done
is "nine were killed" "$(wc -l <"$work/killed")" 9
exits 0 "status" $live status
is "all seven are there again, or have ended well" "$(grep -cE '^(source|keep|features|score|risk|execute|ledger) +(RUNNING|EXITED)' "$work/out")" 7
want=$(sqlite3 "$work/base/run.db" "select count(*),sum(cash_delta) from fills" 2>/dev/null)
for _ in $(seq 200); do [ "$(sluice-keep --last-slot "$work/run/market.log")" = "$(sluice-cat --json --only slot --fields slot "$work/market.slu" | tail -n 1 | tr -dc 0-9)" ] && break; sleep 0.2; done
sleep 2
if command -v sqlite3 >/dev/null 2>&1; then
    is "the books are those of the backtest: every order and fill, the cash, the journal's lines" \
        "$(for q in "count(*),sum(order_id%1000003) from orders" "count(*),sum(cash_delta) from fills" "count(*),sum(debit) from postings" "count(*) from signals" "count(*) from rejects"; do sqlite3 "$work/run/run.db" "select $q"; done)" \
        "$(for q in "count(*),sum(order_id%1000003) from orders" "count(*),sum(cash_delta) from fills" "count(*),sum(debit) from postings" "count(*) from signals" "count(*) from rejects"; do sqlite3 "$work/base/run.db" "select $q"; done)"
    ok "and there are fills" test "${want%%|*}" -gt 10
else skip "the books are those of the backtest" "sqlite3 is not installed"; fi
exits 0 "stop" $live stop
exits 0 "status tells it" $live status
ok "stopped" grep -q '^stopped' "$work/out"
exits 0 "down" $live down
exits 3 "status: down" $live status
sleep 1
is "nothing of it runs" "$(grep -ls "SLUICE_RUN=$work/run" /proc/[0-9]*/environ 2>/dev/null | xargs -r -n 1 dirname | while read -r p; do grep -ls '^sluice-\|^supervisord' "$p/comm"; done | wc -l)" 0
exits 0 "new moves the logs" $live new
is "and leaves the books" "$(cd "$work/run" && ls -d *.log run.db 2>/dev/null | tr '\n' ' ')" "run.db supervisord.log "
done_testing
