#!/bin/sh
# row.sh -c CONF -d DIR [--once] - the whole row, live: the chain through a node, features, scores, risk, execution, ledger. What sluice.conf says is
# what happens; real money moves when CONF says trading-env = live and a sluice-sign answers at the signer it names.
#   DIR/run.db   the ledger          DIR/journal  every order, before it is sent     DIR/halt  see sluice-halt(1)
#   DIR/log      what the tools say  DIR/execute.pid
# When a process dies the row ends and is started again at once: the journal knows what is in flight, execution follows it to its end and
# tells risk and the ledger. On SIGTERM and SIGINT it ends in order. Run it under a supervisor; see live/supervisord.conf.
set -u
conf='' dir='' once=''
while [ $# -gt 0 ]; do
    case $1 in
    -c) conf=${2:?row.sh: -c wants a file} ; shift 2 ;;
    -d) dir=${2:?row.sh: -d wants a folder} ; shift 2 ;;
    --once) once=1; shift ;;
    *) echo "usage: row.sh -c CONF -d DIR [--once]" >&2; exit 2 ;;
    esac
done
[ -n "$conf" ] && [ -n "$dir" ] || { echo "usage: row.sh -c CONF -d DIR [--once]" >&2; exit 2; }
[ -r "$conf" ] || { echo "row.sh: unable to read '$conf'" >&2; exit 3; }
mkdir -p "$dir" || exit 3
fifo=$dir/reports.fifo
if [ -n "$once" ]; then
    rm -f "$fifo"
    row() {
        sluice-rpc -c "$conf" --log-level info 2>>"$dir/log" |
            sluice-features -c "$conf" --hash=no 2>>"$dir/log" |
            sluice-score -c "$conf" --hash=no 2>>"$dir/log" |
            sluice-risk -c "$conf" --hash=no --reports "$fifo" 2>>"$dir/log" |
            sluice-execute --live -c "$conf" --log-level info --hash=no --reports "$fifo" --journal "$dir/journal" --halt-file "$dir/halt" --pid-file "$dir/execute.pid" 2>>"$dir/log" |
            sluice-ledger "$dir/run.db" -c "$conf" >>"$dir/log" 2>&1
    }
    # In the background, so that a signal is heard at once and handed to everybody in this session.
    trap 'trap "" TERM; kill -TERM 0; wait' TERM
    row &
    wait $!
    exit $?
fi
# The row is a session of its own, so that a signal reaches every process of it and nobody else.
row='' stopping=''
tied=
command -v setpriv >/dev/null 2>&1 && tied='setpriv --pdeathsig TERM' # a row without its keeper ends too
# The source ends first (it may only just be starting): its end runs through the row, what is in flight comes to its own. After half a minute
# everybody is told.
stop() {
    stopping=1
    [ -n "$row" ] || return 0
    (n=0; while [ $n -lt 150 ] && kill -0 $$; do pkill -TERM -g "$row" -x sluice-rpc; sleep 0.2; n=$((n + 1)); done; kill -0 $$ && kill -TERM "-$row") >/dev/null 2>&1 &
}
trap stop TERM INT
while [ -z "$stopping" ]; do
    began=$(date +%s)
    setsid $tied "$0" --once -c "$conf" -d "$dir" &
    row=$!
    [ -z "$stopping" ] || kill -TERM "$row" # the signal came before there was this row
    while kill -0 "$row" 2>/dev/null; do wait "$row"; done
    while pgrep -g "$row" >/dev/null 2>&1; do sleep 0.05; done # the journal has one owner at a time
    [ -n "$stopping" ] && break
    echo "row.sh: the row has ended and is started again" >>"$dir/log"
    [ $(($(date +%s) - began)) -ge 1 ] || sleep 0.2 # not in a hot circle when it cannot even start
done
exit 0
