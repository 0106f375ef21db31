#!/bin/sh
# test_xgboost.sh - our inference against XGBoost itself, where Python has it (Debian's python3-xgboost).
cd "$(dirname "$0")/../../.."
. tests/tap.sh
python=
for p in /usr/bin/python3 python3; do "$p" -c 'import xgboost' 2>/dev/null && { python=$p; break; }; done
[ -n "$python" ] || skip_all "no XGBoost for Python"
for objective in binary:logistic reg:squarederror; do
    ok "$objective: XGBoost trains 300 trees of depth 6" timeout 600 "$python" tests/venue/golden/xgboost_oracle.py train "$work/model.json" "$work/rows" $objective 3
    exits 0 "$objective: its margins within one ulp" env FOREST_MODEL="$work/model.json" FOREST_ROWS="$work/rows" "$B/tests/score/test_xgboost"
    grep '^#' "$work/out"
done
done_testing
