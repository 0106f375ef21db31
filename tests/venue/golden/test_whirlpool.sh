#!/bin/sh
# test_whirlpool.sh - quotes on seeded Whirlpools equal the official maths to the unit, their accounts and swap_v2 the official SDK's bytes. The
# program itself is in no package; who has a file of it names it in WHIRLPOOL_PROGRAM, and the address it was built for, where that is another, in
# WHIRLPOOL_ADDRESS: then quotes are executed on it. Needs node; SKIP without.
cd "$(dirname "$0")/../../.."
. tests/tap.sh
why=$(tests/venue/lib/setup.sh "$VENUE" 2>&1 >/dev/null) || skip_all "$(echo "$why" | tail -1)"
for seed in 1 2; do
    oracle tests/venue/golden/whirlpool_quote.mjs "$VENUE" $seed 600 >"$work/lines" 2>"$work/err" || { sed 's/^/# /' "$work/err" | tail -5; result 1 "the SDK's generator runs"; continue; }
    exits 0 "600 pools of seed $seed: quotes, accounts, swap_v2, ticks equal the official ones" "$B/venue/bin/whirlpool" <"$work/lines"
    echo "# $(tail -n 1 "$work/out")"
    grep '^#' "$work/out" | head -12
    set -- $(tail -n 1 "$work/out")
    ok "enough of them crossed ticks ($6) and paid an adaptive fee ($8)" test "$6" -gt 500 -a "$8" -gt 500
    grep -v 'out=fail' "$work/lines" | grep -c '^quote' >"$work/n"
    ok "of $(cat "$work/n") quotes that the official maths gives" test "$(cat "$work/n")" -gt 2000
    [ -z "${WHIRLPOOL_PROGRAM:-}" ] || { exits 0 "seed $seed: the program itself gives what is quoted, and not one unit more" node tests/venue/lib/execute_lines.mjs "$VENUE" whirlpool "$WHIRLPOOL_PROGRAM" ${WHIRLPOOL_ADDRESS:-} <"$work/lines"; sed 's/^/# /' "$work/out"; }
done
done_testing
