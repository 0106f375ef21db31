#!/bin/sh
# live.sh - run the whole pipeline under supervisord: on paper, or live when the environment file says TRADING_ENV=live.
#
#   live.sh up|down|status|new        start the pipeline, stop it, show it; new: move the logs aside (only when down and nothing is held)
#   live.sh stop|cancel|sell|resume   sluice-halt on the pipeline's halt file, with its pid file, socket and configuration
#   live.sh check                     check that everything the pipeline needs is present
#   live.sh stage NAME                what supervisord runs; NAME: row, or source keep features score risk execute ledger
#
# SLUICE_JOIN sets how the stages are joined:
#   logs   one program a stage, joined by log: files (sluice-stream(5)). Any stage may be killed and restarted without loss. Default on paper.
#   pipes  row.sh as one program. When a stage dies, all restart; execute reports from its journal what is held. Default live: logs with
#          live execution have not been tested against the chain.
#
# Files, all under SLUICE_RUN: market.log vectors.log signals.log orders.log reports.log (the links), fills.log (paper) or fills.sock
# (live), market.sock, journal, run.db, halt, execute.pid, NAME.out and NAME.err. Settings: SLUICE_ENV (/etc/sluice/env, else env beside
# this file); see env.example. The signer is a unit of its own, sluice-sign.service: it reads a password and runs in a stricter sandbox.
# Logs hold the whole market and each restart reads them from the start: begin new ones every day (live.sh new). A changed
# configuration or build needs new logs too: a stage whose log another build made exits with 4 and is not restarted.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
for f in "${SLUICE_ENV:-}" /etc/sluice/env "$here/env"; do
    # shellcheck disable=SC1090
    [ -n "$f" ] && [ -r "$f" ] && { set -a; . "$f"; set +a; break; }
done
: "${SLUICE_RUN:=/var/lib/sluice}" "${SLUICE_CONFIG:=$here/../strategy.conf}" "${TRADING_ENV:=paper}" "${SLUICE_SOCKET:=/run/sluice-sign/socket}" "${SLUICE_SOURCE:=}"
[ "$TRADING_ENV" = live ] && : "${SLUICE_JOIN:=pipes}" || : "${SLUICE_JOIN:=logs}"
case $SLUICE_JOIN in logs) SLUICE_STAGES=true SLUICE_ROW=false ;; pipes) SLUICE_STAGES=false SLUICE_ROW=true ;; *) echo "live.sh: SLUICE_JOIN is logs or pipes" >&2; exit 2 ;; esac
export SLUICE_STAGES SLUICE_ROW
command -v sluice-features >/dev/null 2>&1 || PATH=$here/../../build/bin:$PATH
export PATH SLUICE_RUN SLUICE_CONFIG TRADING_ENV
SLUICE_LIVE=$here/live.sh
export SLUICE_LIVE
d=$SLUICE_RUN
die() { echo "live.sh: $*" >&2; exit 2; }
ctl() { supervisorctl -c "$here/supervisord.conf" "$@"; }
running() { [ -S "$d/supervisor.sock" ] && ctl pid >/dev/null 2>&1; }

# The chain, from the last slot that was kept; or any command that takes -o, {slot} being that slot (0: none).
source_command() {
    slot=$(sluice-keep --last-slot "$d/market.log" 2>/dev/null || echo 0)
    if [ -n "$SLUICE_SOURCE" ]; then printf '%s\n' "$SLUICE_SOURCE" | sed "s/{slot}/$slot/g"
    elif [ "$slot" = 0 ]; then echo "sluice-rpc"
    else echo "sluice-rpc --from $slot"; fi
}

stage() {
    case $1 in
    # When one of these two dies, so does the other, and the source begins again at the last slot that was kept.
    source) from=$(source_command); eval "exec $from -o 'unix:$d/market.sock'" ;;
    row) exec "$here/row.sh" -c "$SLUICE_CONFIG" -d "$d" ;;
    keep) exec sluice-keep -i "unix:+$d/market.sock" "$d/market.log" ;;
    features) exec sluice-features -i "log:$d/market.log" -o "log:$d/vectors.log" --hash=no ;;
    score) exec sluice-score -i "log:$d/vectors.log" -o "log:$d/signals.log" --hash=no ;;
    risk) exec sluice-risk -i "log:$d/signals.log" -o "log:$d/orders.log" --hash=no --reports "log:$d/reports.log" ;;
    execute)
        if [ "$TRADING_ENV" = live ]; then
            exec sluice-execute --live -i "log:$d/orders.log" -o "unix:$d/fills.sock" --hash=no --reports "log:$d/reports.log" --signer "$SLUICE_SOCKET" --journal "$d/journal" --halt-file "$d/halt" --pid-file "$d/execute.pid"
        else exec sluice-execute --paper -i "log:$d/orders.log" -o "log:$d/fills.log" --hash=no --reports "log:$d/reports.log"; fi ;;
    ledger)
        if [ "$TRADING_ENV" = live ]; then exec sluice-ledger -i "unix:+$d/fills.sock" "$d/run.db"
        else exec sluice-ledger -i "log:$d/fills.log" "$d/run.db"; fi ;;
    *) die "no stage '$1'" ;;
    esac
}

check() {
    bad=0
    for t in supervisord supervisorctl sluice-keep sluice-halt sluice-features sluice-score sluice-risk sluice-execute sluice-ledger; do command -v "$t" >/dev/null 2>&1 || { echo "missing: $t"; bad=1; }; done
    [ -n "$SLUICE_SOURCE" ] || command -v sluice-rpc >/dev/null 2>&1 || { echo "missing: sluice-rpc, or SLUICE_SOURCE"; bad=1; }
    [ -n "$SLUICE_SOURCE" ] || [ -n "${SOLANA_RPC_URL:-}" ] || { echo "not set: SOLANA_RPC_URL"; bad=1; }
    { mkdir -p "$d" && [ -w "$d" ]; } || { echo "not writable: $d"; bad=1; }
    [ -r "$SLUICE_CONFIG" ] || { echo "not readable: $SLUICE_CONFIG"; bad=1; }
    [ "$SLUICE_JOIN" = logs ] || [ "$TRADING_ENV" = live ] || { echo "pipes are for live only"; bad=1; }
    [ "$TRADING_ENV" != live ] || [ -S "$SLUICE_SOCKET" ] || { echo "no signer at $SLUICE_SOCKET"; bad=1; }
    sluice-config check || bad=1
    return $bad
}

up() {
    check || die "not started"
    running && { echo "already up"; return 0; }
    supervisord -c "$here/supervisord.conf"
    status
}

# The source first, execute last: nothing new comes in while what is under way is brought to its end.
down() {
    running || { echo "already down"; return 0; }
    for s in row source keep features score risk execute ledger; do ctl stop "$s" >/dev/null || true; done
    ctl shutdown
}

status() {
    running || { echo "down"; sluice-halt status "$d/halt" || true; return 3; }
    ctl status || true
    sluice-halt status "$d/halt" || true
    for l in market vectors signals orders reports; do [ ! -e "$d/$l.log" ] || echo "$l.log: $(stat -c %s "$d/$l.log") bytes, $(($(date +%s) - $(stat -c %Y "$d/$l.log"))) s old"; done
}

new() {
    running && die "down first: the logs are in use"
    to=$d/before-$(date +%Y%m%dT%H%M%S)
    mkdir "$to"
    for l in market vectors signals orders reports fills; do [ ! -e "$d/$l.log" ] || mv "$d/$l.log" "$to"; done
    echo "moved to $to; journal and run.db stay. Risk begins without positions: what the wallet holds it will not sell."
}

case ${1:-} in
up|down|status|new|check) "$1" ;;
stage) stage "${2:-}" ;;
stop|cancel|resume) sluice-halt "$1" "$d/halt" ;;
sell) exec sluice-halt sell "$d/halt" --kill "$d/execute.pid" --lock "$SLUICE_SOCKET" ;; # supervisord starts it again, and it sees the files
*) sed -n '7,10s/^#   //p' "$0" >&2; exit 2 ;;
esac
