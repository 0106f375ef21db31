#!/bin/sh
# demo.sh - a whole backtest on the embedded market: four simulated hours, 1,000 launches.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/row.sh"
row_tools
out=${1:-build/demo}
mkdir -p "$out"
echo "1/2  simulating four hours of launches: sluice-sim --seed 7 --hours 4 --launches 1000"
sluice-sim --seed 7 --hours 4 --launches 1000 --truth "$out/truth.slu" -o "$out/market.slu"
sluice-stat "$out/market.slu" | sed -n '2,4p;/^trades/p'
echo "2/2  features | score | risk | execute --paper | ledger"
"$here/backtest.sh" "$out/market.slu" -o "$out" -c "$here/strategy.conf"
echo "The market is synthetic: it shows that the machine works, not that a strategy earns."
