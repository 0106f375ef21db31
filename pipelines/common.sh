# common.sh - what the pipeline scripts share: options, tools, one backtest. Sourced, not run.
# A script defines usage(), sources this file, calls `parse "OPTIONS IT TAKES" "$@"`, then find_tools.

NL='
'
tape='' dir='' speed='' once='' grids=''
configs=''

# fail STATUS MESSAGE: report an error of the script and exit.
fail() {
    echo "${0##*/}: error: $2" >&2
    exit "$1"
}

# parse OPTIONS ARGUMENT...: OPTIONS lists what this script takes besides its operands.
#   -c FILE, --config FILE   configuration; may be given several times, later files win; replaces SLUICE_CONFIG
#   -o DIR, --output DIR     where results go       -d DIR   the same, for a live pipeline
#   --speed N                times real time        --grid KEY=VALUES   one dimension of a sweep
# Operands: TAPE, then SPEED when the script takes --speed, or a GRID when it takes --grid.
parse() {
    takes=" $1 "
    shift
    while [ $# -gt 0 ]; do
        case $1 in
        --config) option=-c ;;
        --output) option=-o ;;
        *) option=$1 ;;
        esac
        case $option in
        -h | --help) usage; exit 0 ;;
        --once) once=1; shift; continue ;;
        - | [!-]*) operand "$1"; shift; continue ;;
        esac
        case $takes in *" $option "*) ;; *) wrong "unknown option '$1'" ;; esac
        [ $# -ge 2 ] && [ -n "$2" ] || wrong "option '$1' needs a value"
        case $option in
        -c) configs=$configs${configs:+$NL}$2 ;;
        -o | -d) dir=$2 ;;
        --speed) speed=$2 ;;
        --grid) grids=$grids$2$NL ;;
        esac
        shift 2
    done
    [ -z "$configs" ] || SLUICE_CONFIG=$configs
    export SLUICE_CONFIG="${SLUICE_CONFIG:-}"
}

operand() {
    if [ -z "$tape" ]; then
        case $takes in *' TAPE '*) tape=$1; return ;; esac
    else
        case $takes in
        *' --speed '*) [ -n "$speed" ] || { speed=$1; return; } ;;
        *' --grid '*) case $1 in *=*) grids=$grids$1$NL; return ;; esac ;;
        esac
    fi
    wrong "unexpected argument '$1'"
}

# wrong MESSAGE: the command line is wrong: report it and exit.
wrong() {
    echo "${0##*/}: error: $1" >&2
    usage >&2
    exit 2
}

# find_tools: the tools are on PATH, or in the build beside this folder.
find_tools() {
    command -v sluice-features >/dev/null 2>&1 && return 0
    PATH=$PATH:$here/../build/bin:$here/../../build/bin
    export PATH
    command -v sluice-features >/dev/null 2>&1 || fail 3 "the tools are not built: run make"
}

# check_config: exit with one message when the configuration is wrong, before any process of the pipeline starts.
check_config() {
    sluice-config check || exit $?
}

# shipped_strategy: without a configuration, trade strategy.conf beside the scripts, and say so.
shipped_strategy() {
    [ -z "$SLUICE_CONFIG" ] || return 0
    SLUICE_CONFIG=$here/strategy.conf
    echo "${0##*/}: no -c and no SLUICE_CONFIG: using $SLUICE_CONFIG" >&2
}

# stage NAME COMMAND...: run one process of the pipeline and keep its exit status in $dir/status.NAME.
stage() {
    name=$1
    shift
    status=0
    "$@" || status=$?
    echo "$status" >"$dir/status.$name"
}

# rank STATUS: how surely a stage with this exit status failed by itself. Others only follow: they saw a truncated stream (1), lost
# their reader (5) or their peer (8), were stopped (143) or never came to an end (99).
rank() {
    case $1 in 0) echo 0 ;; 1) echo 1 ;; 5) echo 2 ;; 8) echo 3 ;; 143) echo 4 ;; 99) echo 5 ;; *) echo 6 ;; esac
}

# verdict NAME...: the exit status of a pipeline of these stages, which is that of the stage that failed first by rank. Names it,
# unless the stream was only truncated: its reader has warned of that.
verdict() {
    cause=0 culprit=''
    for name; do
        status=$(cat "$dir/status.$name" 2>/dev/null || echo 99)
        [ "$(rank "$status")" -le "$(rank "$cause")" ] || cause=$status culprit=$name
        rm -f "$dir/status.$name"
    done
    [ "$cause" -le 1 ] || echo "${0##*/}: error: the stage '$culprit' exited with status $cause" >&2
    return "$cause"
}

# readable TAPE: exit unless it is standard input or a file that can be read.
readable() {
    [ "$1" = - ] || [ -r "$1" ] || fail 3 "unable to read '$1'"
}

# backtest TAPE DIR: the tape through all stages, then the report. DIR gets run.db (the ledger), report.*, and run.slu.zst (the whole
# stream) unless KEEP=no. Prints the report, stream-hash: and ledger-hash:. TRANSPORT=nng joins the stages by sockets.
backtest() {
    tape=$1 dir=$2
    readable "$tape"
    mkdir -p "$dir" && dir=$(cd "$dir" && pwd) || exit 3
    rm -f "$dir"/run.db "$dir"/run.db-wal "$dir"/run.db-shm "$dir"/run.slu.zst "$dir"/*.ipc* "$dir"/*.fifo "$dir"/pid.* "$dir"/ledger.out "$dir"/report.*
    mkfifo "$dir/reports.fifo" "$dir/keep.fifo" "$dir/copy.fifo" "$dir/ended.fifo" || exit 3
    stages="features score risk execute ledger" rc=0
    for name in $stages keep copy; do rm -f "$dir/status.$name"; done
    [ "${KEEP:-yes}" = no ] || stages="$stages keep"
    case ${TRANSPORT:-pipe} in
    nng) stages="$stages copy"; by_sockets ;;
    pipe) by_pipes ;;
    *) fail 2 "TRANSPORT is pipe or nng, not '$TRANSPORT'" ;;
    esac
    rm -f "$dir"/*.fifo "$dir"/*.ipc* "$dir"/pid.*
    # shellcheck disable=SC2086
    verdict $stages || rc=$?
    [ "$rc" -le 1 ] || exit "$rc"
    report
    return "$rc"
}

report() {
    sluice-report "$dir/run.db" >"$dir/report.txt" || exit $?
    sluice-report --json "$dir/run.db" >"$dir/report.json" || exit $?
    sluice-report --html "$dir/report.html" "$dir/run.db" || exit $?
    cat "$dir/report.txt" "$dir/ledger.out"
    echo "report: $dir/report.html"
}

# Inside the pipeline the checksum guards each link; the BLAKE2b is computed once, on the whole stream at its end.
by_pipes() {
    stage features sluice-features -i "$tape" --hash=no |
        stage score sluice-score --hash=no |
        stage risk sluice-risk --hash=no --reports "$dir/reports.fifo" |
        stage execute sluice-execute --paper --reports "$dir/reports.fifo" |
        books
}

# books: the stream on standard input into the ledger, and compressed into run.slu.zst beside it.
books() {
    if [ "${KEEP:-yes}" = no ]; then
        stage ledger sluice-ledger "$dir/run.db" >"$dir/ledger.out"
    else
        stage keep sluice-merge - -o "$dir/run.slu.zst" <"$dir/keep.fifo" &
        tee "$dir/keep.fifo" | stage ledger sluice-ledger "$dir/run.db" >"$dir/ledger.out"
        wait
    fi
}

# A stage joined by sockets waits for ever for a neighbour that died. So each reports its end through a FIFO, and when one fails the
# others are stopped. A shell gives /dev/null to what it runs in the background, hence descriptor 3 for standard input.
by_sockets() {
    u=ipc://$dir
    exec 3<&0 4<>"$dir/ended.fifo"
    books <"$dir/copy.fifo" 4<&- &
    exec 5>"$dir/copy.fifo" # a writer, so that its reader ends even when sluice-merge never opens it
    joined copy sluice-merge "pull:+$u/d.ipc" -o "$dir/copy.fifo"
    joined execute sluice-execute --paper --hash=no --reports "$dir/reports.fifo" -i "pull:+$u/c.ipc" -o "push:$u/d.ipc"
    joined risk sluice-risk --hash=no --reports "$dir/reports.fifo" -i "pull:+$u/b.ipc" -o "push:$u/c.ipc"
    joined score sluice-score --hash=no -i "pull:+$u/a.ipc" -o "push:$u/b.ipc"
    joined features sluice-features --hash=no -i "$tape" -o "push:$u/a.ipc"
    for _ in copy execute risk score features; do
        read -r status <&4
        case $status in 0 | 1) ;; *) stop_joined copy execute risk score features ;; esac
    done
    exec 5>&-
    wait
    exec 3<&- 4<&-
}

# joined NAME COMMAND...: run a stage in the background; its process id is in pid.NAME, its end is a line in ended.fifo.
joined() {
    (
        exec 5>&-
        name=$1 status=0
        shift
        "$@" <&3 4<&- &
        echo $! >"$dir/pid.$name"
        wait $! || status=$?
        echo "$status" >"$dir/status.$name"
        echo "$status" >&4
    ) &
}

stop_joined() {
    for name; do
        while [ ! -s "$dir/pid.$name" ]; do sleep 0.01; done
        [ -e "$dir/status.$name" ] || kill -TERM "$(cat "$dir/pid.$name")" 2>/dev/null || :
    done
}
