#!/bin/sh
# backtest.sh TAPE -o DIR [-c CONFIG]... - one whole backtest: books, report and hashes into DIR.
# Prints the report, stream-hash: and ledger-hash:. The same tape and configuration give the same two hashes for ever.
set -eu
usage() { echo "usage: backtest.sh TAPE -o DIR [-c CONFIG]...   (TAPE: .slu or .slu.zst, - for standard input; TRANSPORT=nng for sockets)" >&2; exit 2; }
tape= dir=
while [ $# -gt 0 ]; do
    case $1 in
    -o) [ $# -ge 2 ] || usage; dir=$2; shift 2 ;;
    -c) [ $# -ge 2 ] || usage; SLUICE_CONFIG="${SLUICE_CONFIG:+$SLUICE_CONFIG
}$2"; export SLUICE_CONFIG; shift 2 ;;
    -h|--help) usage ;;
    -?*) usage ;;
    *) [ -z "$tape" ] || usage; tape=$1; shift ;;
    esac
done
[ -n "$tape" ] && [ -n "$dir" ] || usage
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=pipelines/row.sh
. "$here/row.sh"
row_tools
[ "$tape" = - ] || [ -r "$tape" ] || { echo "backtest.sh: unable to read '$tape'" >&2; exit 3; }
mkdir -p "$dir" || exit 3
dir=$(cd "$dir" && pwd)
rc=0
row "$tape" "$dir" || rc=$?
sluice-report "$dir/run.db" >"$dir/report.txt" || exit $?
sluice-report --json "$dir/run.db" >"$dir/report.json"
sluice-report --html "$dir/report.html" "$dir/run.db"
cat "$dir/report.txt"
cat "$dir/ledger.out"
echo "report: $dir/report.html"
exit $rc
