#!/bin/sh
# test_determinism.sh - the same tape gives the same hashes: twice, on one core and two, through pipes and nng, and after kill -9 of any stage
# and a rerun. (Other compilers: test_compilers.sh.)
cd "$(dirname "$0")/../.."
. tests/tap.sh
. tests/pipeline/backtests.sh
tapes_make
for tape in $tapes; do
    backtest "$tape" "$tape" env
    is "$tape: a backtest" $? 0
    sed 's/^/# /' "$work/$tape.err"
    is "$tape: it prints both hashes" "$(hashes "$tape" | wc -l)" 2
    same "again" "$tape" env
    same "on one core" "$tape" taskset 1
    same "through nng" "$tape" env TRANSPORT=nng
done
ok "and sim trades" test "$(sluice-report --json "$work/sim/run.db" | sed 's/.*"landed":\([0-9]*\).*/\1/')" -gt 4

# A longer tape, so that the stage is in the middle of it when it is killed. Only processes of this test are killed: they
# carry a mark in their environment.
# Sanitizers make stages slow: a third of it is long enough for them.
case $B in */asan) hours=1 launches=330 ;; *) hours=3 launches=1000 ;; esac
sluice-sim --seed 12 --hours $hours --launches $launches >"$work/tape.slu"
backtest tape tape env
is "a longer tape" $? 0
kill_stage() { # NAME: the process of that name with our mark
    for p in $(pgrep -x "sluice-$1"); do
        tr '\0' ' ' <"/proc/$p/cmdline" 2>/dev/null | grep -q -- --check-config && continue # the pipeline has not started yet
        grep -qs "SLUICE_TEST_MARK=$work" "/proc/$p/environ" && kill -9 "$p" 2>/dev/null && return 0
    done
    return 1
}
for victim in features score risk execute ledger; do
    (i=0; while [ $i -lt 100 ]; do sleep 0.05; i=$((i + 1)); [ $i -gt 6 ] && kill_stage $victim && exit 0; done; exit 1) &
    killer=$!
    backtest again tape timeout 100 env SLUICE_TEST_MARK="$work"; rc=$?
    ok "sluice-$victim was killed on the way" wait $killer
    is "and the backtest exits with its status" "$rc" 137
    same "a rerun after kill -9 of sluice-$victim" tape env
done
# Recorded tapes are short: their second half waits until the stage is dead.
for tape in $tapes; do
    [ $tape != sim ] || continue
    half=$(($(wc -c <"$work/$tape.slu") / 2))
    for victim in features score risk execute ledger; do
        rm -f "$work/tried"
        (i=0 rc=1; while [ $i -lt 400 ] && [ $rc != 0 ]; do sleep 0.05; i=$((i + 1)); [ $i -gt 4 ] && kill_stage $victim && rc=0; done; : >"$work/tried"; exit $rc) &
        killer=$!
        { head -c $half "$work/$tape.slu"; until [ -e "$work/tried" ]; do sleep 0.05; done; tail -c +$((half + 1)) "$work/$tape.slu"; } 2>/dev/null | SLUICE_TEST_MARK="$work" timeout 60 pipelines/backtest.sh - -o "$work/again" -c pipelines/strategy.conf >"$work/again.txt" 2>&1
        rc=$?
        ok "$tape: sluice-$victim was killed on the way" wait $killer
        is "$tape: and the backtest exits with its status" "$rc" 137
        same "a rerun after kill -9 of sluice-$victim" "$tape" env
    done
done
sum=$(sqlite3 "$work/tape/run.db" "SELECT sum(debit)-sum(credit) FROM postings GROUP BY unit" 2>/dev/null | sort -u)
if command -v sqlite3 >/dev/null 2>&1; then is "debits equal credits in every unit" "$sum" 0; else skip "debits equal credits" "sqlite3 is not installed"; fi
# A ledger fed the same fills twice is unchanged.
mkfifo "$work/t.fifo"
step sluice-features -i "$work/tape.slu" | step sluice-score | step sluice-risk --reports "$work/t.fifo" | step sluice-execute --paper --reports "$work/t.fifo" >"$work/filled.slu"
steps "a stream of fills"
once=$(sluice-ledger -i "$work/filled.slu" "$work/t.db")
is "a ledger fed the same fills twice is unchanged" "$(sluice-ledger -i "$work/filled.slu" "$work/t.db")" "$once"
done_testing
