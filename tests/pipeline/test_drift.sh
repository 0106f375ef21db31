#!/bin/sh
# test_drift.sh - an alert of drift, merged into a market, shuts its venue for entries in the whole row: rejects in the books, exits go on, a
# checkpoint keeps it, --venue-ok lifts it, --sell-only does the same by hand.
cd "$(dirname "$0")/../.."
. tests/tap.sh
command -v python3 >/dev/null 2>&1 || skip_all "no python3"
sluice-sim --seed 7 --hours 1 --launches 300 --profile mania >"$work/market.slu"
cat >"$work/c.conf" <<'C'
[strategy eager]
entry = age_s >= 5 and uniq_buyers_30s >= 4
once = no
cooldown = 30s
[strategy late]
entry = graduated == 1
max-hold = 2m
C
C="-c $work/c.conf"
slots=$(sluice-cat --json --only slot --fields ts_ns "$work/market.slu" | sed 's/.*"ts_ns":\([0-9]*\).*/\1/')
at() { echo "$slots" | sed -n "$(($(echo "$slots" | wc -l) * $1 / 100))p"; }
t1=$(at 40) t2=$(at 70)
# row NAME SOURCE OPTIONS...: SOURCE through the row, the decisions in NAME.json, the stream in NAME.slu; the alerts have no eos, so stages end with 1
row() {
    name=$1 from=$2; shift 2
    rm -f "$work/f"; mkfifo "$work/f"
    step sluice-merge "$work/market.slu" "$from" 2>/dev/null | step sluice-features 2>/dev/null | step sluice-score $C 2>/dev/null | step sluice-risk $C --reports "$work/f" "$@" 2>"$work/risk.err" | step sluice-execute $C --paper --reports "$work/f" >"$work/$name.slu" 2>/dev/null
    steps "$name" 1
    sluice-cat --json --only order,reject,alert,fill,slot "$work/$name.slu" 2>/dev/null >"$work/$name.json"
}
cat >"$work/count.py" <<'P'
import json, sys
lo, hi = int(sys.argv[2]), int(sys.argv[3])
n = dict(entry=0, exit=0, drift=0, only=0, shape=0, other=0)
for l in open(sys.argv[1]):
    r = json.loads(l)
    if not lo < int(r["ts_ns"]) <= hi: continue
    if r["rec"] == "order": n["exit" if r["side"] == "sell" else "entry" if r["venue"] == "pump" else "other"] += 1
    if r["rec"] == "reject" and r["gate"] in ("venue_drift", "sell_only"):
        n["drift" if r["gate"] == "venue_drift" else "only"] += 1
        n["shape"] += (int(r["threshold"]), int(r["value"]), int(r["margin"]), r["unit"]) != (0, 1, -1, "flag")
print(n[sys.argv[4]])
P
count() { python3 "$work/count.py" "$work/$1.json" "$2" "$3" "$4"; }
end=9999999999999999999
python3 tests/pipeline/alerts.py "$work/market.slu" >"$work/none.alerts"
python3 tests/pipeline/alerts.py "$work/market.slu" "$t1" drift.pump "$t2" drift.pump.cleared >"$work/drift.alerts"
python3 tests/pipeline/alerts.py "$work/market.slu" "$t1" drift.pumpswap "$t1" drift.nowhere "$t1" other.pump >"$work/swap.alerts"
python3 tests/pipeline/alerts.py "$work/market.slu" "$t1" drift.pump >"$work/for-ever.alerts"

row base "$work/none.alerts"
ok "without an alert there are entries on pump in the middle" test "$(count base "$t1" "$t2" entry)" -gt 5
is "and no such reject" "$(count base 0 $end drift)" 0
row drift "$work/drift.alerts"
is "before the alert the entries are the same" "$(count drift 0 "$t1" entry)" "$(count base 0 "$t1" entry)"
is "after it there is none on pump" "$(count drift "$t1" "$t2" entry)" 0
ok "each is a reject by venue_drift" test "$(count drift "$t1" "$t2" drift)" -gt 5
is "of one shape" "$(count drift 0 $end shape)" 0
ok "exits go on" test "$(count drift "$t1" "$t2" exit)" -gt 0
ok "after it is cleared there are entries again" test "$(count drift "$t2" $end entry)" -gt 5
is "and no such reject" "$(count drift "$t2" $end drift)" 0
row swap "$work/swap.alerts"
ok "another venue's drift leaves pump open" test "$(count swap "$t1" "$t2" entry)" -gt 5
row only "$work/none.alerts" --sell-only pump
is "--sell-only: no entry on pump" "$(count only 0 $end entry)" 0
ok "but rejects by sell_only" test "$(count only 0 $end only)" -gt 5
is "of the same shape" "$(count only 0 $end shape)" 0
row list "$work/none.alerts" --sell-only pumpswap,pump --sell-only raydium_v4
is "a list of them" "$(count list 0 $end entry) $(count list 0 $end other)" "0 0"
exits 2 "a venue that is none" sluice-risk --sell-only pumpp
ok "is named" grep -q "not 'pumpp'; did you mean 'pump'?" "$work/err"
exits 2 "the same of venue-ok" sluice-risk --venue-ok pump,,x

# The books.
sluice-ledger -i "$work/drift.slu" "$work/run.db" >/dev/null 2>&1
sluice-report "$work/run.db" >"$work/report" 2>/dev/null
ok "the report counts them" grep -qE "venue_drift +$(count drift 0 $end drift)( |$)" "$work/report"
mint=$(grep '"gate":"venue_drift"' "$work/drift.json" | sed -n '1s/.*"mint":"\([A-Za-z0-9]*\)".*/\1/p')
sluice-why "$work/run.db" "$mint" >"$work/why" 2>/dev/null
ok "sluice-why shows the reject" grep -q 'venue_drift: requires 0 flag, found 1 (margin -1)' "$work/why"

# A restart: the scored stream in two halves, a checkpoint between.
sluice-merge "$work/market.slu" "$work/for-ever.alerts" 2>/dev/null | sluice-features 2>/dev/null | sluice-score $C >"$work/scored.slu" 2>/dev/null
sluice-replay --to "$((t2 / 1000000000))" "$work/scored.slu" >"$work/first.slu" 2>/dev/null
sluice-replay --from "$((t2 / 1000000000))" "$work/scored.slu" >"$work/second.slu" 2>/dev/null
risk() { name=$1; shift; sluice-risk $C "$@" 2>"$work/err" | sluice-cat --json --only order,reject,alert,slot >"$work/$name.json" 2>/dev/null; }
risk first -i "$work/first.slu" --state-out "$work/state"
ok "the first half ends with a checkpoint" test -s "$work/state"
risk fresh -i "$work/second.slu"
ok "a start without it knows nothing of the alert" test "$(count fresh 0 $end entry)" -gt 5
risk kept -i "$work/second.slu" --state-in "$work/state"
is "one with it enters nothing" "$(count kept 0 $end entry)" 0
ok "and rejects" test "$(count kept 0 $end drift)" -gt 5
risk lifted -i "$work/second.slu" --state-in "$work/state" --venue-ok pump
ok "--venue-ok lifts it" test "$(count lifted 0 $end entry)" -gt 5
is "by one alert, for the record" "$(grep -c '"rec":"alert".*"level":"info","code":"drift.pump.cleared"' "$work/lifted.json")" 1
risk shut -i "$work/second.slu" --state-in "$work/state" --venue-ok pump --sell-only pump
is "the operator may shut what the checkpoint had open" "$(count shut 0 $end entry)" 0
ok "by sell_only" test "$(count shut 0 $end only)" -gt 5
exits 4 "another rule is another configuration still" sluice-risk $C -i "$work/second.slu" --state-in "$work/state" --max-open 3 -o null
done_testing
