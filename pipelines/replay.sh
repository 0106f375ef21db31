#!/bin/sh
# replay.sh TAPE [SPEED] - watch a tape as it was: its trades as lines of text, at SPEED times real time (1).
set -eu
[ $# -ge 1 ] || { echo "usage: replay.sh TAPE [SPEED]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
. "$here/row.sh"
row_tools
sluice-replay --speed "${2:-1}" "$1" | sluice-cat --only token,trade,pool
