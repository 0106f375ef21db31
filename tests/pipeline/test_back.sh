#!/bin/sh
# test_back.sh - the back channel against a venue that tells every slot, as the chain does, also those without an order: each fill is heard in the
# slot it belongs to, none is given up.
cd "$(dirname "$0")/../.."
. tests/tap.sh
command -v python3 >/dev/null 2>&1 || skip_all "no python3"
step sluice-sim --seed 7 --hours 1 --launches 300 --profile mania | step sluice-features | step sluice-score >"$work/scored.slu"
steps "a scored market"
mkfifo "$work/f"
cat >"$work/late.py" <<'P'
import json, sys
sent, lag = {}, []
for l in sys.stdin:
    r = json.loads(l)
    if r["rec"] == "order": sent.setdefault(r["position_id"], int(r["slot"]))
    elif r["position_id"] in sent: lag.append(int(r["slot"]) - sent.pop(r["position_id"]))
print(len(lag), len(sent), max(lag))
P
step timeout 60 sluice-risk -i "$work/scored.slu" --reports "$work/f" | tee "$work/risk.slu" | step python3 tests/pipeline/every_slot.py "$work/f"
steps "risk and the venue"
set -- $(sluice-cat --json --only order,position --fields slot,position_id "$work/risk.slu" | python3 "$work/late.py")
ok "positions come of orders ($1)" test "$1" -gt 20
is "none is given up" "$2" 0
is "and each is heard of when its slot has closed" "$3" 2
done_testing
