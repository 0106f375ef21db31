#!/bin/sh
# test_dex_parser.sh - a second opinion on a whole mainnet block: solana-dex-parser finds the same swaps with the same amounts. What it has
# beyond ours is named: swaps on Phoenix, which is no venue of sluice, and a redemption at a treasury (program treaf4wW...), which is no swap of
# a pool. Needs node and npm once, and recorded data; SKIP without. (The loopback chain's blocks: test_decode.sh.)
cd "$(dirname "$0")/../../.."
. tests/tap.sh
. tests/pipeline/recorded.sh
[ -n "$D" ] || skip_all "no recorded data: SLUICE_DATA names no folder of it, and ../shared/data is not there"
why=$(tests/venue/lib/setup.sh "$VENUE" 2>&1 >/dev/null) || skip_all "$(echo "$why" | tail -1)"
block=$D/block-285000037/slot_285000037.json
sluice-import --format getblock "$block" 2>/dev/null | sluice-cat --json --only trade | jq -r -f tests/venue/golden/swaps.jq | sort >"$work/ours"
node tests/venue/golden/dex_parser.cjs "$VENUE" "$block" >"$work/theirs.full"
awk '{print $1, $3, $4, $5, $6}' "$work/theirs.full" | sort >"$work/theirs"
is "137 swaps" "$(wc -l <"$work/ours" | tr -d ' ')" 137
is "none that the other does not find too, to the unit" "$(comm -23 "$work/ours" "$work/theirs")" ""
comm -13 "$work/ours" "$work/theirs" | while read -r swap; do awk -v s="$swap" '$1 " " $3 " " $4 " " $5 " " $6 == s {print $NF}' "$work/theirs.full"; done | sort | uniq -c | awk '{print $1, $2}' >"$work/beyond"
is "beyond them three on Phoenix and one of no known venue" "$(tr '\n' ',' <"$work/beyond")" "3 Phoenix,1 Unknown,"
is "that one is a redemption at the Helium treasury" "$(grep 'Unknown' "$work/theirs.full" | awk '{print $5}')" hntyVP6YFm1Hg25TN9WGLqM12b8TQmcknKrdu1oxWux
done_testing
