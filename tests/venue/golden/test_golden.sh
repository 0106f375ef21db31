#!/bin/sh
# test_golden.sh - our addresses, messages and instructions are, byte for byte, those of the official SDKs. Needs node; SKIP without.
cd "$(dirname "$0")/../../.."
. tests/tap.sh
why=$(tests/venue/lib/setup.sh "$VENUE" 2>&1 >/dev/null) || skip_all "$(echo "$why" | tail -1)"
for case in accounts:fields\ of\ accounts sol:addresses,\ points,\ token\ accounts,\ messages pump:pump.fun,\ legacy\ and\ v2 pumpswap:PumpSwap raydium:Raydium\ AMM\ v4\ and\ CPMM whirlpool:Orca\ Whirlpool jupiter:Jupiter\ routes\ and\ events openbook:OpenBook\ and\ Serum; do
    name=${case%%:*}
    [ -e "tests/venue/golden/$name.cjs" ] || continue
    for seed in 1 2; do
        oracle "tests/venue/golden/$name.cjs" "$VENUE" $seed 250 >"$work/$name" 2>"$work/err" || { sed 's/^/# /' "$work/err" | tail -5; result 1 "${case#*:}: the SDK's generator runs"; continue; }
        exits 0 "${case#*:}: 250 cases of seed $seed equal the SDK's" "$B/venue/bin/golden" <"$work/$name"
        grep -v '^checked' "$work/out" | head -12
        grep -q 'checked 0' "$work/out" && result 1 "${case#*:}: there are cases"
    done
done
done_testing
