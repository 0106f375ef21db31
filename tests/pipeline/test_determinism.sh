#!/bin/sh
# test_determinism.sh - the same tape gives the same hashes: twice, on one core and two, through pipes and nng, by other
# compilers and optimisation, and after kill -9 of any stage and a rerun. Needs clang for one part (SKIP otherwise).
cd "$(dirname "$0")/../.."
. tests/tap.sh
. tests/pipeline/recorded.sh
sluice-sim --seed 11 --hours 0.5 --launches 150 >"$work/sim.slu" || exit 1
tapes=sim
if [ -n "$D" ]; then recorded_tapes; tapes="sim csv block floor"; else skip "recorded tapes" "no recorded data"; fi
hashes() { grep -h '^stream-hash:\|^ledger-hash:' "$work/$1.txt" | sort; }
run() { name=$1; shift; "$@" pipelines/backtest.sh "$work/$tape.slu" -o "$work/$name" -c pipelines/strategy.conf >"$work/$name.txt" 2>"$work/$name.err"; }
for tape in $tapes; do
    run "$tape" env; rc=$?
    is "$tape: a backtest ends well" "$rc" 0
    [ "$rc" = 0 ] || sed 's/^/# /' "$work/$tape.err"
    want=$(hashes "$tape")
    is "$tape: it prints both hashes" "$(echo "$want" | wc -l)" 2
    run b env; is "$tape: again: the same hashes" "$(hashes b)" "$want"
    run c taskset 1; is "$tape: on one core: the same hashes" "$(hashes c)" "$want"
    run d env TRANSPORT=nng; is "$tape: through nng: the same hashes" "$(hashes d)" "$want"
done
ok "and sim trades" test "$(sluice-report --json "$work/sim/run.db" | sed 's/.*"landed":\([0-9]*\).*/\1/')" -gt 4

other() { # NAME CC CFLAGS: a build of its own
    if ! make -s -j2 B="$work/build-$1" CC="$2" BUILD=debug CFLAGS="$3" tools >"$work/$1.make" 2>&1; then result 1 "$1 builds"; head -5 "$work/$1.make" | sed 's/^/# /'; return; fi
    for tape in $tapes; do
        run "$1" env PATH="$work/build-$1/bin:$PATH"
        is "$tape: built with $2 $3: the same hashes" "$(hashes "$1")" "$(hashes "$tape")"
    done
    rm -rf "$work/build-$1"
}
other gcc-O0 gcc "-O0"
other gcc-O2 gcc "-O2"
if command -v clang >/dev/null 2>&1; then other clang-O0 clang "-O0"; other clang-O2 clang "-O2"; else skip "built with clang" "clang is not installed"; fi

# A longer tape, so that the stage is in the middle of it when it is killed. Only processes of this test are killed: they
# carry a mark in their environment.
sluice-sim --seed 12 --hours 3 --launches 1000 >"$work/tape.slu"
tape=tape
run f env
want=$(hashes f)
kill_stage() { # NAME: the process of that name with our mark
    for p in /proc/[0-9]*; do
        [ "$(cat "$p/comm" 2>/dev/null)" = "sluice-$1" ] && grep -qs "SLUICE_TEST_MARK=$work" "$p/environ" && kill -9 "${p#/proc/}" 2>/dev/null && return 0
    done
    return 1
}
for victim in features score risk execute ledger; do
    (i=0; while [ $i -lt 100 ]; do sleep 0.05; i=$((i + 1)); [ $i -gt 6 ] && kill_stage $victim && exit 0; done; exit 1) &
    killer=$!
    run killed timeout 100 env SLUICE_TEST_MARK="$work"; rc=$?
    ok "sluice-$victim was killed on the way" wait $killer
    ok "and the backtest says so" test "$rc" != 0
    run killed env
    is "a rerun after kill -9 of sluice-$victim: the same hashes" "$(hashes killed)" "$want"
done
# Recorded tapes are short: their second half waits until the stage is dead.
for tape in $tapes; do
    [ $tape != sim ] || continue
    half=$(($(wc -c <"$work/$tape.slu") / 2))
    for victim in features score risk execute ledger; do
        (i=0; while [ $i -lt 100 ]; do sleep 0.05; i=$((i + 1)); [ $i -gt 4 ] && kill_stage $victim && exit 0; done; exit 1) &
        killer=$!
        { head -c $half "$work/$tape.slu"; sleep 1; tail -c +$((half + 1)) "$work/$tape.slu"; } 2>/dev/null | SLUICE_TEST_MARK="$work" timeout 60 pipelines/backtest.sh - -o "$work/killed" -c pipelines/strategy.conf >"$work/killed.txt" 2>&1
        rc=$?
        ok "$tape: sluice-$victim was killed on the way" wait $killer
        ok "$tape: and the backtest says so" test "$rc" != 0
        run killed env
        is "$tape: a rerun after kill -9 of sluice-$victim: the same hashes" "$(hashes killed)" "$(hashes $tape)"
    done
done
sum=$(sqlite3 "$work/f/run.db" "SELECT sum(debit)-sum(credit) FROM postings GROUP BY unit" 2>/dev/null | sort -u)
if command -v sqlite3 >/dev/null 2>&1; then is "debits equal credits in every unit" "$sum" 0; else skip "debits equal credits" "sqlite3 is not installed"; fi
# A ledger fed the same fills twice is unchanged.
mkfifo "$work/t.fifo"
sluice-features -i "$work/tape.slu" | sluice-score | sluice-risk --reports "$work/t.fifo" | sluice-execute --paper --reports "$work/t.fifo" >"$work/filled.slu"
once=$(sluice-ledger -i "$work/filled.slu" "$work/t.db")
is "a ledger fed the same fills twice is unchanged" "$(sluice-ledger -i "$work/filled.slu" "$work/t.db")" "$once"
done_testing
