#!/bin/sh
# backtest.sh - one whole backtest: ledger, report, stream and hashes. The same tape and configuration give the same two hashes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
usage() {
    cat <<U
usage: backtest.sh TAPE -o DIR [-c CONFIG]...
  TAPE   a recording (.slu or .slu.zst), or - for standard input
  DIR    gets run.db, run.slu.zst (the whole stream; KEEP=no: not written), report.txt, report.json, report.html
  TRANSPORT=nng joins the stages by sockets instead of pipes
U
}
# shellcheck source=pipelines/common.sh
. "$here/common.sh"
parse "TAPE -o -c" "$@"
[ -n "$tape" ] && [ -n "$dir" ] || wrong "TAPE and -o DIR are needed"
find_tools
check_config
backtest "$tape" "$dir"
