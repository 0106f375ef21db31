# row.sh - the row of a backtest, for the scripts beside it: . row.sh; row TAPE DIR. Sourced, not run.
# Options of single stages come from the configuration files in SLUICE_CONFIG (newline-separated) and from SLUICE_* variables.

# Where the tools are: on PATH, or in the build beside this folder.
row_tools() {
    command -v sluice-features >/dev/null 2>&1 && return 0
    PATH="$(cd "$(dirname "$0")/.." && pwd)/build/bin:$PATH"
    export PATH
    command -v sluice-features >/dev/null 2>&1 || { echo "the tools are not built: run make" >&2; exit 3; }
}

# row TAPE DIR: TAPE through the five stages, books in DIR/run.db, the whole stream in DIR/run.slu.zst unless KEEP=no.
# Inside the row the checksum guards each link; the BLAKE2b is computed once, on the whole stream at its end.
# With TRANSPORT=nng the stages are joined by nng sockets instead of pipes.
row() {
    tape=$1 dir=$2
    mkdir -p "$dir" || return 3
    rm -f "$dir"/run.db "$dir"/run.db-wal "$dir"/run.db-shm "$dir"/status.* "$dir"/reports.fifo "$dir"/*.ipc*
    mkfifo "$dir/reports.fifo" || return 3
    case ${TRANSPORT:-pipe} in
    nng) row_nng ;;
    *) row_pipe ;;
    esac
    rm -f "$dir/reports.fifo"
    rc=0
    for s in features score risk execute ledger; do
        st=$(cat "$dir/status.$s" 2>/dev/null || echo 99)
        [ "$st" = 0 ] || { [ "$rc" = 0 ] && rc=$st; [ "$st" = 5 ] || echo "sluice-$s ended with $st" >&2; }
    done
    rm -f "$dir"/status.*
    return $rc
}

stage() { # NAME COMMAND...: run, keep the exit status
    name=$1
    shift
    st=0
    "$@" || st=$?
    echo $st >"$dir/status.$name"
}

row_pipe() {
    stage features sluice-features -i "$tape" --hash=no |
        stage score sluice-score --hash=no |
        stage risk sluice-risk --hash=no --reports "$dir/reports.fifo" |
        stage execute sluice-execute --paper --reports "$dir/reports.fifo" |
        stage ledger sluice-ledger "$dir/run.db" >"$dir/ledger.out"
}

row_nng() {
    u=ipc://$dir
    stage ledger sluice-ledger -i "pull:+$u/d.ipc" "$dir/run.db" >"$dir/ledger.out" &
    stage execute sluice-execute --paper --reports "$dir/reports.fifo" -i "pull:+$u/c.ipc" -o "push:$u/d.ipc" &
    stage risk sluice-risk --hash=no --reports "$dir/reports.fifo" -i "pull:+$u/b.ipc" -o "push:$u/c.ipc" &
    stage score sluice-score --hash=no -i "pull:+$u/a.ipc" -o "push:$u/b.ipc" &
    stage features sluice-features --hash=no -i "$tape" -o "push:$u/a.ipc" &
    wait
}
