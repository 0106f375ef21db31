#!/bin/sh
# paper.sh - a paper run of a recorded tape at SPEED times real time: the same ledger as the backtest.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
usage() { echo "usage: paper.sh TAPE -o DIR [-c CONFIG]... [--speed N]   (N: 60; without -c: strategy.conf beside the script)"; }
# shellcheck source=pipelines/common.sh
. "$here/common.sh"
parse "TAPE -o -c --speed" "$@"
[ -n "$tape" ] && [ -n "$dir" ] || wrong "TAPE and -o DIR are needed"
find_tools
readable "$tape"
shipped_strategy
check_config
mkdir -p "$dir"
rc=0
stage replay sluice-replay --speed "${speed:-60}" "$tape" | backtest - "$dir" || rc=$?
verdict replay || rc=$?
exit "$rc"
