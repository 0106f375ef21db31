# backtests.sh - backtests of several tapes and their hashes: . tests/pipeline/backtests.sh (brings recorded.sh). Sourced, not run.
. tests/pipeline/recorded.sh
export KEEP=no # the streams are known by their hashes
# tapes_make: $work/sim.slu, and the recorded tapes where there are any; their names are in $tapes
tapes_make() {
    sluice-sim --seed 11 --hours 0.5 --launches 150 >"$work/sim.slu" || exit 1
    tapes=sim
    if [ -n "$D" ]; then recorded_tapes; tapes="sim csv block floor"; else skip "recorded tapes" "no recorded data"; fi
}
hashes() { grep -h '^stream-hash:\|^ledger-hash:' "$work/$1.txt" | sort; } # NAME of a run
# backtest NAME TAPE COMMAND...: a backtest of $work/TAPE.slu under COMMAND (env VARIABLE=VALUE...); its exit status
backtest() {
    name=$1 tape_file=$work/$2.slu
    shift 2
    "$@" pipelines/backtest.sh "$tape_file" -o "$work/$name" -c pipelines/strategy.conf >"$work/$name.txt" 2>"$work/$name.err"
}
# same WHAT TAPE COMMAND...: the backtest exits 0 and has the hashes of the run that is named as the tape
same() {
    what=$1 tape=$2
    shift 2
    backtest again "$tape" "$@"
    is "$tape: $what: the same hashes" "$? $(hashes again)" "0 $(hashes "$tape")"
}
