#!/bin/sh
# test_meteora.sh - seeded DAMM v2 pools and DLMM pairs, written as account bytes: quotes equal those of the official SDKs to the unit, instructions
# byte for byte. The programs themselves are in no package; who has a file of DAMM v2 or DLMM names it in DAMM_PROGRAM, DLMM_PROGRAM, and every quote is
# executed on it.
# Needs node; SKIP without.
cd "$(dirname "$0")/../../.."
. tests/tap.sh
why=$(tests/venue/lib/setup.sh "$VENUE" 2>&1 >/dev/null) || skip_all "$(echo "$why" | tail -1)"
for case in damm:DAMM\ v2\ pools dlmm:DLMM\ pairs; do
    name=${case%%:*}
    for seed in 1 2; do
        oracle "tests/venue/golden/meteora_$name.cjs" "$VENUE" $seed 1000 >"$work/lines" 2>"$work/err" || { sed 's/^/# /' "$work/err" | tail -5; result 1 "${case#*:}: the SDK's generator runs"; continue; }
        exits 0 "${case#*:}: 1,000 cases of seed $seed: quotes, fees and instructions equal the SDK's" "$B/venue/bin/markets" <"$work/lines"
        grep '^#' "$work/out" | head -12
        set -- $(tail -n 1 "$work/out")
        ok "${case#*:}: $6 of them are quotes that the SDK gives" test "$6" -gt 400
        case $name in damm) venue=damm_v2 program=${DAMM_PROGRAM:-} ;; *) venue=dlmm program=${DLMM_PROGRAM:-} ;; esac
        [ -z "$program" ] || { exits 0 "${case#*:}, seed $seed: the program itself gives what is quoted, and not one unit more" node tests/venue/lib/execute_lines.mjs "$VENUE" "$venue" "$program" <"$work/lines"; sed 's/^/# /' "$work/out"; }
        rm -f "$work/lines"
    done
done
done_testing
