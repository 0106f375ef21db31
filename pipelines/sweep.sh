#!/bin/sh
# sweep.sh - one backtest for each combination of settings, side by side.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
usage() {
    cat <<U
usage: sweep.sh TAPE -o DIR [-c CONFIG]... [--grid] KEY=VALUES...
  KEY      SECTION.KEY or strategy.NAME.KEY
  VALUES   V1,V2,... ; for a key whose values contain commas (take, ages): 'V1;V2;...'
  Several grids give every combination. DIR/N holds run N: its sweep.conf and report; DIR/sweep.txt is the table.
  Without -c the variants of strategy.conf beside the script are tried.
U
}
# shellcheck source=pipelines/common.sh
. "$here/common.sh"
TAB=$(printf '\t')

# values GRID: its values, one a line.
values() {
    case $1 in
    *';'*) printf '%s\n' "${1#*=}" | tr ';' '\n' ;;
    *.take=* | *.on=* | *.ages=* | *.sell-only=* | *.venue-ok=* | *.rpc=* | *.jito=*) printf '%s\n' "${1#*=}" ;;
    *) printf '%s\n' "${1#*=}" | tr ',' '\n' ;;
    esac
}

# combine CHOSEN GRID...: every combination of the grids' values, one a line, its settings separated by tabs.
combine() (
    chosen=$1
    [ $# -gt 1 ] || { printf '%s\n' "$chosen"; exit; }
    grid=$2
    shift 2
    values "$grid" | while IFS= read -r value; do combine "$chosen${chosen:+$TAB}${grid%%=*}=$value" "$@"; done
)

# settings COMBINATION: the configuration file that makes it.
settings() {
    printf '%s\n' "$1" | tr '\t' '\n' | while IFS= read -r setting; do
        key=${setting%%=*}
        section=${key%.*}
        case $section in strategy.*) section="strategy ${section#strategy.}" ;; esac
        printf '[%s]\n%s = %s\n' "$section" "${key##*.}" "${setting#*=}"
    done
}

number() { grep -o "\"$1\":-*[0-9]*" "$run/report.json" | sed 's/.*://;q'; } # KEY: its first value in the report of $run

# try N COMBINATION: its backtest, and its row of the table.
try() {
    run=$out/$1
    mkdir -p "$run"
    settings "$2" >"$run/sweep.conf"
    SLUICE_CONFIG=$base$NL$run/sweep.conf
    status=0
    (check_config; KEEP=${KEEP:-no} backtest "$market" "$run") </dev/null >"$run/log" 2>&1 || status=$?
    if [ "$status" -gt 1 ]; then
        printf '%-4s %14s %8s %8s  %s\n' "$1" failed - - "$2" | tr '\t' ' '
        tail -n 3 "$run/log" | sed 's/^/     /'
    else
        sluice-report --trials "$trials" "$run/run.db" >"$run/report.txt"
        printf '%s %s %s %s %s\n' "$(number capital_lamports)" "$(number equity_lamports)" "$(number wins)" "$(number losses)" "$2" | tr '\t' ' ' |
            awk -v n="$1" '{ closed = $3 + $4; row = $5; for (i = 6; i <= NF; i++) row = row " " $i
                printf "%-4s %+14.4f %8d %7.1f%%  %s\n", n, ($2 - $1) / 1e9, closed, closed ? 100 * $3 / closed : 0, row }'
    fi
    return "$status"
}

parse "TAPE -o -c --grid" "$@"
[ -n "$tape" ] && [ -n "$dir" ] && [ -n "$grids" ] || wrong "TAPE, -o DIR and a grid are needed"
find_tools
shipped_strategy
check_config
IFS=$NL
set -f
# shellcheck disable=SC2086
set -- $grids
set +f
unset IFS
for grid; do
    case $grid in *.*=?*) ;; *) wrong "'$grid' is no grid: SECTION.KEY=V1,V2,..." ;; esac
done
market=$tape out=$dir base=$SLUICE_CONFIG
mkdir -p "$out" || exit 3
combine '' "$@" >"$out/combinations"
trials=$(wc -l <"$out/combinations")
[ "$market" != - ] || wrong "a sweep reads its tape many times: TAPE is a file"
printf '%-4s %14s %8s %8s  %s\n' run 'result, SOL' closed won settings | tee "$out/sweep.txt"
n=0 rc=0
while IFS= read -r combination; do
    n=$((n + 1)) status=0
    try "$n" "$combination" >"$out/row" || status=$?
    tee -a "$out/sweep.txt" <"$out/row"
    [ "$status" = 0 ] || rc=$status
done <"$out/combinations"
rm -f "$out/row" "$out/combinations"
exit "$rc"
