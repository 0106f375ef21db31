#!/bin/sh
# row.sh - the whole live pipeline: the chain through a node, features, scores, risk, execution, ledger. The configuration decides
# everything; real money moves when it says trading-env = live and a sluice-sign answers at the signer it names.
#   DIR/run.db   the ledger                DIR/journal  every order, written before it is sent   DIR/halt  see sluice-halt(1)
#   DIR/log      messages of the tools     DIR/execute.pid
# When a process dies, the pipeline ends and is started again at once: execution follows the orders of its journal to their end and
# reports them to risk and the ledger. Exit 2, a wrong configuration or option, is not mended by a restart: row.sh prints the message
# and exits 2. On SIGTERM and SIGINT the pipeline ends in order. Run it under a supervisor; see supervisord.conf.
set -u
here=$(cd "$(dirname "$0")/.." && pwd)
usage() { echo "usage: row.sh -c CONFIG... -d DIR [--once]"; }
# shellcheck source=pipelines/common.sh
. "$here/common.sh"
parse "-c -d --once" "$@"
[ -n "$SLUICE_CONFIG" ] && [ -n "$dir" ] || wrong "-c CONFIG and -d DIR are needed"
find_tools
check_config
mkdir -p "$dir" || exit 3
fifo=$dir/reports.fifo
# live_stages: the pipeline, once; its status is verdict's.
live_stages() {
    rm -f "$fifo" "$dir"/status.*
    stage rpc sluice-rpc --log-level info 2>>"$dir/log" |
        stage features sluice-features --hash=no 2>>"$dir/log" |
        stage score sluice-score --hash=no 2>>"$dir/log" |
        stage risk sluice-risk --hash=no --reports "$fifo" 2>>"$dir/log" |
        stage execute sluice-execute --live --log-level info --hash=no --reports "$fifo" --journal "$dir/journal" --halt-file "$dir/halt" --pid-file "$dir/execute.pid" 2>>"$dir/log" |
        stage ledger sluice-ledger "$dir/run.db" >>"$dir/log" 2>&1
    verdict rpc features score risk execute ledger 2>>"$dir/log"
}
if [ -n "$once" ]; then
    # In the background, so that a signal is handled at once and passed on to every process of this session.
    trap 'trap "" TERM; kill -TERM 0; wait' TERM
    live_stages &
    wait $!
    exit $?
fi
# The pipeline is a session of its own, so that a signal reaches every process of it and no other.
row='' stopping=''
tied=
command -v setpriv >/dev/null 2>&1 && tied='setpriv --pdeathsig TERM' # a pipeline without its keeper ends too
# The source ends first (it may only just be starting); its end runs through the pipeline, and orders in flight come to theirs. After half a
# minute every process gets SIGTERM.
stop() {
    stopping=1
    [ -n "$row" ] || return 0
    (n=0; while [ $n -lt 150 ] && kill -0 $$; do pkill -TERM -g "$row" -x sluice-rpc; sleep 0.2; n=$((n + 1)); done; kill -0 $$ && kill -TERM "-$row") >/dev/null 2>&1 &
}
trap stop TERM INT
while [ -z "$stopping" ]; do
    began=$(date +%s) status=0
    [ -e "$dir/log" ] || : >"$dir/log"
    logged=$(wc -c <"$dir/log")
    setsid $tied "$0" --once -d "$dir" & # SLUICE_CONFIG is exported
    row=$!
    [ -z "$stopping" ] || kill -TERM "$row" # the signal came before there was this row
    while kill -0 "$row" 2>/dev/null; do status=0; wait "$row" || status=$?; done
    while pgrep -g "$row" >/dev/null 2>&1; do sleep 0.05; done # the journal has one owner at a time
    [ -n "$stopping" ] && break
    if [ "$status" = 2 ]; then
        tail -c "+$((logged + 1))" "$dir/log" | grep ': error: ' >&2
        fail 2 "the configuration or an option is wrong, see above; mend it and start again"
    fi
    echo "row.sh: the pipeline ended with status $status and is started again" >>"$dir/log"
    [ $(($(date +%s) - began)) -ge 1 ] || sleep 0.2 # not in a hot circle when it cannot even start
done
exit 0
