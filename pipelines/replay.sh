#!/bin/sh
# replay.sh - show a tape as it was recorded: its trades as lines of text, at SPEED times real time.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
usage() { echo "usage: replay.sh TAPE [--speed N]   (N: 1)"; }
# shellcheck source=pipelines/common.sh
. "$here/common.sh"
parse "TAPE --speed" "$@"
[ -n "$tape" ] || wrong "TAPE is needed"
find_tools
sluice-replay --speed "${speed:-1}" "$tape" | sluice-cat --only token,trade,pool
