#!/bin/sh
# test_cpmm_executed.sh - seeded Raydium CPMM pools, written as account bytes, with waiting fees, transfer fees, every fee configuration: what we quote is
# what the program itself gives, to the unit, and the instruction is the SDK's. No package has the program: who has its file names it in
# CPMM_PROGRAM (CPMM_OLD=old for one from before the creator's fees). Needs node; SKIP without.
cd "$(dirname "$0")/../../.."
. tests/tap.sh
[ -n "${CPMM_PROGRAM:-}" ] || skip_all "CPMM_PROGRAM names no program file"
why=$(tests/venue/lib/setup.sh "$VENUE" 2>&1 >/dev/null) || skip_all "$(echo "$why" | tail -1)"
for seed in 1 2; do
    node tests/venue/golden/raydium_cpmm.cjs "$VENUE" $seed 1000 ${CPMM_OLD:-} | node tests/venue/lib/execute_lines.mjs "$VENUE" raydium_cpmm "$CPMM_PROGRAM" >"$work/lines" 2>"$work/errors"
    sed 's/^/# /' "$work/errors"
    exits 0 "1,000 pools of seed $seed: quotes and refusals are the program's" "$B/venue/bin/markets" <"$work/lines"
    grep '^#' "$work/out" | head -12
    set -- $(tail -n 1 "$work/out")
    ok "$6 of $2 are quotes" test "$2" = 1000 -a "$6" -gt 500
done
done_testing
