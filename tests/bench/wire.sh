#!/bin/sh
# wire.sh - from an order to its first bytes on the wire, through all processes, on the loopback chain: ORDERS (200) buys of a token whose market
# is at hand, by bundle, each signed by sluice-sign and flushed to the journal before it is sent. Prints medians and 99th percentiles of the
# whole and its parts. Needs node, npm and cargo once; says so without. Must not: assert anything.
cd "$(dirname "$0")/../.."
ORDERS=${ORDERS:-200}
case $B in /*) ;; *) B=$PWD/${B:-build} ;; esac
export B PATH="$B/bin:$PATH"
tests/venue/setup.sh "$B/venue" >/dev/null 2>&1 || { echo "order in to the wire: not measured, the loopback chain is not to be had here"; exit 0; }
. tests/venue/svm.sh
svm_start --slot-ms 400
market world
market key wallet >"$work/k.json"
printf 'a password for tests\n' >"$work/pw"
chmod 600 "$work/pw" "$work/k.json"
wallet=$(sluice-key import "$work/k.json" "$work/k" --kdf interactive --password-fd 0 <"$work/pw")
curl -s -d "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"_airdrop\",\"params\":[\"$wallet\",100000000000]}" "$svm_url" >/dev/null
mint=$(market create wire)
sluice-sign --key "$work/k" --socket "$work/sock" --password-fd 0 --max-day-sol 90 --max-hour-sol 90 --counters "$work/counters" --counters-new <"$work/pw" 2>"$work/sign.log" &
sign_pid=$!
trap 'kill $svm_pid $sign_pid 2>/dev/null; rm -rf "$work"' EXIT
for _ in $(seq 100); do grep -q answering "$work/sign.log" && break; sleep 0.05; done
{
    echo "trade mint=$mint base=1073000000000000 quote=30000000000"
    echo "wait 1500"
    for i in $(seq "$ORDERS"); do echo "order id=$i mint=$mint side=buy amount=$((1000000 + i)) limit=1 tip=20000 fee=15000"; echo "wait 160"; done
    echo "wait 3000"
} | "$B/venue/bin/orders" | sluice-execute --live --set sluice.trading-env=live --log-level info --signer "$work/sock" --journal "$work/journal" --rpc "$svm_url" --jito "$svm_url,$svm_url,$svm_url,$svm_url,$svm_url,$svm_url,$svm_url,$svm_url" --tip-floor= >/dev/null 2>"$work/log"
sed -n 's/.* on the wire after \([0-9]*\) us: waited \([0-9]*\), market at hand and built \([0-9]*\), signed \([0-9]*\), written down \([0-9]*\), sent \([0-9]*\)/\1 \2 \3 \4 \5 \6/p' "$work/log" >"$work/parts"
column=0
for what in "order in, bytes on the wire" "  a block engine is free" "  quoted and built" "  signed" "  flushed to the journal" "  sent"; do
    column=$((column + 1))
    awk -v c=$column '{print $c}' "$work/parts" | sort -n | awk -v what="$what" '{v[NR]=$1} END{if (NR) printf "%-32s %8d us  (99%%: %d us; %d orders)\n", what, v[int((NR+1)/2)], v[int(NR*0.99+0.5)], NR}'
done
