#!/bin/sh
# paper.sh TAPE -o DIR [SPEED] - a paper run of a recorded tape at SPEED times real time (60): the same books as the backtest.
set -eu
[ $# -ge 3 ] && [ "$2" = -o ] || { echo "usage: paper.sh TAPE -o DIR [SPEED]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
. "$here/row.sh"
row_tools
sluice-replay --speed "${4:-60}" "$1" | "$here/backtest.sh" - -o "$3" -c "$here/strategy.conf"
