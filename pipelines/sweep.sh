#!/bin/sh
# sweep.sh TAPE -o DIR KEY=V1,V2,... - one backtest for each value of one setting, side by side.
# KEY is SECTION.KEY or strategy.NAME.KEY. The number of variants is given to the report as trials, for the deflated Sharpe.
set -eu
usage() { echo "usage: sweep.sh TAPE -o DIR SECTION.KEY=V1,V2,..." >&2; exit 2; }
[ $# = 4 ] && [ "$2" = -o ] || usage
tape=$1 dir=$3 key=${4%%=*} values=${4#*=}
[ "$key" != "$4" ] || usage
here=$(cd "$(dirname "$0")" && pwd)
. "$here/row.sh"
row_tools
mkdir -p "$dir"
n=$(printf '%s\n' "$values" | tr ',' '\n' | wc -l)
section=${key%.*}
case $section in strategy.*) section="strategy ${section#strategy.}" ;; esac
printf '%-24s %14s %8s %8s\n' "$key" result closed won
printf '%s\n' "$values" | tr ',' '\n' | while read -r v; do
    d=$dir/$v
    mkdir -p "$d"
    printf '[%s]\n%s = %s\n' "$section" "${key##*.}" "$v" >"$d/sweep.conf"
    "$here/backtest.sh" "$tape" -o "$d" -c "$here/strategy.conf" -c "$d/sweep.conf" >/dev/null
    sluice-report --trials "$n" "$d/run.db" >"$d/report.txt"
    awk -v k="$v" '/^capital/{for(i=1;i<NF;i++) if($i=="result") r=$(i+1)} /closed positions/{c=$3; w=$6} END{gsub(/[()]/,"",w); printf "%-24s %14s %8s %7s%%\n", k, r, c, w}' "$d/report.txt"
done
