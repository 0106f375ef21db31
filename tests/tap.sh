# tap.sh - TAP for shell tests: . tests/tap.sh; ok "what" command...; is "what" GOT WANT; done_testing. Sourced, not run.
# The names bad, work, tap_n, keeper and keepers belong to this file. dash: `kill` knows no `--`; `wait` with an empty word waits
# for every child; a shell that has just forked loses a signal, so send it until its receiver has ended.
VENUE=${VENUE:-$PWD/build/venue} # software that tests/venue/lib/setup.sh brings, for every kind of build
export VENUE
tap_n=0
bad=0
work=$(mktemp -d "${TMPDIR:-/tmp}/sluice-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
result() { # STATUS NAME
    tap_n=$((tap_n + 1))
    if [ "$1" = 0 ]; then echo "ok $tap_n - $2"; else echo "not ok $tap_n - $2"; bad=$((bad + 1)); fi
}
ok() { what=$1; shift; if "$@" >"$work/.ok" 2>&1; then result 0 "$what"; else result 1 "$what"; sed 's/^/# /' "$work/.ok" | head -20; fi; }
is() { if [ "$2" = "$3" ]; then result 0 "$1"; else result 1 "$1"; printf '# got:  %s\n# want: %s\n' "$2" "$3" | head -40; fi; }
skip() { tap_n=$((tap_n + 1)); echo "ok $tap_n - $1 # SKIP $2"; }
skip_all() { echo "1..0 # SKIP $1"; exit 0; }
# exits CODE NAME COMMAND...: the command ends with this exit code; its standard error is left in $work/err
exits() { want=$1 what=$2; shift 2; rc=0; "$@" >"$work/out" 2>"$work/err" || rc=$?; if [ "$rc" = "$want" ]; then result 0 "$what"; else result 1 "$what"; echo "# exit $rc, want $want"; head -5 "$work/err" | sed 's/^/# /'; fi; }
# In a pipeline the shell looks only at the last status: step COMMAND... keeps that of each process, steps NAME [STATUS] asserts that all of
# them exited with STATUS (0), as the line before it ran them.
step() {
    step_status=0
    "$@" || step_status=$?
    echo "$step_status $*" | cut -c1-100 >>"$work/.steps"
    return "$step_status"
}
steps() {
    is "$1: every process exits ${2:-0}" "$(grep -v "^${2:-0} " "$work/.steps" || [ -s "$work/.steps" ] || echo none ran)" ""
    rm -f "$work/.steps"
}
# oracle SCRIPT ARGUMENT...: what a node script prints that asks other software (SEED among its arguments). Kept in build/oracle under the hash of
# the arguments, the scripts of its folder, the versions in tests/venue/lib/setup.sh and node's, so that it is computed once for all builds.
oracle() {
    oracle_kept=build/oracle/$(basename "$1").$( { echo "$*"; cat "$(dirname "$1")"/*.[cm]js tests/venue/lib/setup.sh; node --version; } | sha256sum | cut -c1-24).gz
    if [ ! -s "$oracle_kept" ]; then
        mkdir -p build/oracle
        node "$@" >"$work/.oracle" || return 1
        gzip -1 <"$work/.oracle" >"$oracle_kept.$$" && mv "$oracle_kept.$$" "$oracle_kept"
        rm -f "$work/.oracle"
    fi
    gzip -dc "$oracle_kept"
}
# keep PID-FILE COMMAND...: in the background; run it again until it has ended well, or until keepers_end, which waits: what may still write to $work
# has ended before it is removed.
keepers=
keep() {
    (
        pid_file=$1; shift
        trap 'kill -9 $!; wait $!; exit' TERM
        while :; do "$@" & echo $! >"$pid_file"; wait $! && break; sleep 0.1; done 2>/dev/null
    ) &
    keepers="$keepers $!"
}
keepers_end() { for keeper in $keepers; do while kill "$keeper"; do sleep 0.05; done; done; keepers=; } 2>/dev/null # again: a shell that forks just now hears nothing
done_testing() { echo "1..$tap_n"; [ "$bad" = 0 ]; }
