#!/bin/sh
# test_examples.sh - the EXAMPLES of every manual page run, and exit 0.
cd "$(dirname "$0")/../.."
root=$PWD
. tests/tap.sh
for page in man/*.1; do
    # Each .Bd -literal block of the EXAMPLES section is one script.
    awk -v base="$work/$(basename "$page")" '/^\.Sh /{ex=/EXAMPLES/} ex && /^\.Bd/{n++; f=base "." n; next} /^\.Ed/{f=""} f{print > f}' "$page"
    for script in "$work/$(basename "$page")".[0-9]*; do
        [ -e "$script" ] || continue
        dir=$(mktemp -d "$work/run.XXXXXX")
        (cd "$dir" && [ -e ../market.slu ] && cp ../market.slu .) 2>/dev/null
        [ -e "$work/market.slu" ] || sluice-sim --seed 7 --hours 0.1 --launches 20 >"$work/market.slu"
        ok "$(basename "$page") example $(echo "$script" | sed 's/.*\.//')" sh -c "cd '$dir' && sh -e '$script'"
    done
done
cd "$root" || exit 1
done_testing
