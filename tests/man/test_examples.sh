#!/bin/sh
# test_examples.sh - the EXAMPLES of every manual page run, and exit 0.
cd "$(dirname "$0")/../.."
root=$PWD
. tests/tap.sh
# The example of sluice-fetch gets an archive on loopback.
if command -v python3 >/dev/null 2>&1 && command -v zstd >/dev/null 2>&1; then
    . tests/fault/archive.sh
    sluice-sim --seed 3 --hours 0.2 --launches 30 | sluice-cat --json --only trade,token,pool | python3 tests/pipeline/pumpapi_writer.py 1 | zstd -q >"$work/hour.zst"
    archive_start "$work/hour.zst"
    export SLUICE_FETCH_URL="$url/" # its hour 01 cuts the first answer
fi
for page in "$B"/man/*.[157]; do
    [ "$(basename "$page")" != sluice-fetch.1 ] || [ -n "${url:-}" ] || { skip "$(basename "$page")" "no python3 or zstd"; continue; }
    # Each .Bd -literal block of the EXAMPLES section is one script.
    awk -v base="$work/$(basename "$page")" '/^\.Sh /{ex=/EXAMPLES/} ex && /^\.Bd/{n++; f=base "." n; next} /^\.Ed/{f=""} f{print > f}' "$page"
    for script in "$work/$(basename "$page")".[0-9]*; do
        [ -e "$script" ] || continue
        dir=$(mktemp -d "$work/run.XXXXXX")
        ln -s "$root/pipelines" "$dir/pipelines"
        (cd "$dir" && [ -e ../market.slu ] && cp ../market.slu .) 2>/dev/null
        [ -e "$work/market.slu" ] || sluice-sim --seed 7 --hours 0.1 --launches 20 >"$work/market.slu"
        ok "$(basename "$page") example $(echo "$script" | sed 's/.*\.//')" sh -c "cd '$dir' && sh -e '$script'"
    done
done
cd "$root" || exit 1
done_testing
