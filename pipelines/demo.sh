#!/bin/sh
# demo.sh - a whole backtest on the embedded market: four simulated hours, 1,000 launches.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
usage() { echo "usage: demo.sh [DIR] [-c CONFIG]...   (DIR: build/demo)"; }
# shellcheck source=pipelines/common.sh
. "$here/common.sh"
parse "TAPE -o -c" "$@"
out=${dir:-${tape:-build/demo}}
find_tools
: "${SLUICE_CONFIG:=$here/strategy.conf}"
check_config
mkdir -p "$out"
echo "1/2  simulating four hours of launches: sluice-sim --seed 7 --hours 4 --launches 1000"
sluice-sim --seed 7 --hours 4 --launches 1000 --truth "$out/truth.slu" -o "$out/market.slu"
sluice-stat "$out/market.slu" | sed -n '2,4p;/^trades/p'
echo "2/2  features | score | risk | execute --paper | ledger"
backtest "$out/market.slu" "$out"
echo "The market is synthetic: it shows that the machine works, not that a strategy earns."
