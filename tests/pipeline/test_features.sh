#!/bin/sh
# test_features.sh - every feature of every vector against a recomputation from the whole history, in Python, exactly.
cd "$(dirname "$0")/../.."
. tests/tap.sh
command -v python3 >/dev/null 2>&1 || skip_all "no python3"
features=$(printf '#define FEATURE(index, name, unit, window, doc) @name\n#include "common/rec/features.def"\n' | ${CC:-cc} -E -P -I. - | grep -o @ | wc -l)
compare() { # SEED HOURS LAUNCHES
    step sluice-sim --seed "$1" --hours "$2" --launches "$3" --profile calm | step sluice-features --wallets 1024 | step sluice-cat --json --only slot,token,pool,trade,post,fvec >"$work/in.json"
    steps "seed $1"
    timeout 120 python3 tests/pipeline/features_oracle.py <"$work/in.json" >"$work/answer"
    is "seed $1, $2 hours, $3 launches: no feature differs" "$(sed 's/vectors [0-9]* //;20q' "$work/answer")" "features $features differences 0"
    ok "over more than a thousand vectors" awk '/^vectors/{exit !($2 > 1000)}' "$work/answer"
}
compare 11 1.2 14
compare 8 0.2 25
# The comparison itself: one changed amount must be noticed.
sed '0,/"rec":"trade".*"side":"buy"/s/\("side":"buy","base_raw":[0-9]*,"quote_raw":[0-9]\)/\11/' "$work/in.json" >"$work/changed.json"
exits 1 "a changed amount is noticed" sh -c "python3 tests/pipeline/features_oracle.py <'$work/changed.json'"
done_testing
