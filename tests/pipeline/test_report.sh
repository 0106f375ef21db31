#!/bin/sh
# test_report.sh - the report of a run that ends with open positions, failed entries and alerts: every table sums to the same result,
# open positions count at what the curve pays, and a figure that is not computed is null, never 0.
cd "$(dirname "$0")/../.."
. tests/tap.sh
command -v python3 >/dev/null 2>&1 || skip_all "no python3"
forms() { # DIR: the three forms of DIR/run.db
    sluice-report "$1/run.db" >"$1/report.txt" && sluice-report --json "$1/run.db" >"$1/report.json" && sluice-report --html "$1/report.html" "$1/run.db"
}
value() { python3 -c 'import json, sys
v = json.load(open(sys.argv[1] + "/report.json"))
for k in sys.argv[2].split("."): v = v[k]
print(json.dumps(v))' "$1" "$2"; } # DIR KEY.KEY

sluice-sim --seed 7 --hours 1 --launches 150 >"$work/market.slu"
cat >"$work/keep.conf" <<'C'
[risk]
capital-sol = 20
max-open = 40
max-trade-sol = 0.3
[execute]
congestion-ppm = 200000
route = plain
[strategy first]
entry = buys_total >= 6
stop-ppm = 500000
max-hold = 12h
take = 60%:50%
[strategy second]
entry = buys_total >= 9
stop-ppm = 900000
max-hold = 12h
C
pipelines/backtest.sh "$work/market.slu" -o "$work/open" -c "$work/keep.conf" >"$work/open.txt" 2>&1
ok "positions are open at the end" test "$(value "$work/open" open_positions)" -gt 5
ok "some tokens are held by both strategies" test "$(sqlite3 "$work/open/run.db" "SELECT count(*) FROM (SELECT mint FROM fills GROUP BY mint HAVING count(DISTINCT strategy)>1 AND sum(CASE side WHEN 'buy' THEN base_raw ELSE -base_raw END)>0)" 2>/dev/null || echo 1)" -gt 0
ok "some entries failed" test "$(value "$work/open" failed_entries)" -gt 0
ok "every table sums to the result, to the lamport" python3 tests/pipeline/report_sums.py "$work/open" "$work/open/run.db"
is "every open position is marked" "$(value "$work/open" unmarked_positions)" 0
is "nothing is left outside the tables" "$(value "$work/open" unplaced_lamports)" 0
is "won and lost count open positions too" "$(($(value "$work/open" wins) + $(value "$work/open" losses)))" "$(value "$work/open" positions)"
ok "the terminal says how many are open" grep -q "^  still open, marked to the curve  *$(value "$work/open" open_positions)\$" "$work/open/report.txt"
ok "and the page" grep -q "positions, $(value "$work/open" open_positions) open<" "$work/open/report.html"
drawdown=$(value "$work/open" metrics.max_drawdown_intraday | cut -c 1-4)
ok "intraday drawdown ($drawdown) is deeper than that of one day" python3 -c 'import json, sys; m = json.load(open(sys.argv[1]))["metrics"]; sys.exit(not m["max_drawdown_intraday"] > m["max_drawdown"])' "$work/open/report.json"
ok "the terminal has it" grep -q "^  deepest drawdown, intraday .*%" "$work/open/report.txt"
ok "and a tile" grep -q "drawdown, intraday</div><div class='v [a-z]*'>[0-9.]* %" "$work/open/report.html"

# Not computed.
for key in sharpe_daily sd skew kurtosis psr dsr sharpe_365 sortino_365 cagr calmar; do
    is "one day: metrics.$key" "$(value "$work/open" metrics.$key)" null
done
ok "the terminal says why" grep -q "^  Sharpe, daily  *not computed (fewer than 2 days)" "$work/open/report.txt"
mkdir -p "$work/idle"
sluice-features -i "$work/market.slu" | sluice-score --set 'strategy.never.entry=buys_total >= 999999999' | sluice-risk --set 'strategy.never.stop-ppm=100000' 2>/dev/null | sluice-execute --paper | sluice-ledger "$work/idle/run.db" >/dev/null
ok "a run without trades has a report" forms "$work/idle"
for key in win_rate profit_factor average_win_lamports average_loss_lamports average_hold_ns; do
    is "no trades: $key" "$(value "$work/idle" $key)" null
done
is "no trades: the result is computed" "$(value "$work/idle" result_lamports)" 0
ok "no trades: every table sums to it" python3 tests/pipeline/report_sums.py "$work/idle" "$work/idle/run.db"
mkdir -p "$work/none"
exits 1 "an empty stream makes an empty ledger" sh -c "sluice-ledger '$work/none/run.db' </dev/null"
ok "an empty ledger has a report" forms "$work/none"
for key in capital_lamports equity_lamports result_lamports metrics.max_drawdown metrics.max_drawdown_intraday; do
    is "empty: $key" "$(value "$work/none" $key)" null
done
ok "empty: the terminal says so" grep -q "result: not computed (no equity records)" "$work/none/report.txt"

# Alerts, with text that must not reach a terminal or a page as it is.
command -v sqlite3 >/dev/null 2>&1 || { skip "alerts and old ledgers" "no sqlite3"; done_testing; exit; }
mkdir -p "$work/alert"
cp "$work/open/run.db" "$work/alert/run.db"
sqlite3 "$work/alert/run.db" "INSERT INTO alerts(src,seq,ts_ns,level,code,text) VALUES(16,1,1768435200000000000,'critical','daily_loss','lost <b>much</b> '||char(27)||'[31m'),(16,2,1768435200000000001,'warning','drawdown','peak')"
ok "a report with alerts" forms "$work/alert"
ok "the terminal shows them" grep -q "^alerts: 2, of which critical 1" "$work/alert/report.txt"
ok "each with its text" grep -q "critical daily_loss: lost <b>much</b>" "$work/alert/report.txt"
ok "without its escape codes" sh -c "! grep -q '$(printf '\033')' '$work/alert/report.txt'"
ok "the page shows them escaped" grep -q "daily_loss: lost &lt;b&gt;much" "$work/alert/report.html"
is "JSON counts them" "$(value "$work/alert" alert_count)" 2
ok "and has the newest first" sh -c "python3 -c 'import json, sys; sys.exit(json.load(open(sys.argv[1]))[\"alerts\"][0][\"code\"] != \"drawdown\")' '$work/alert/report.json'"

# A ledger of an earlier version has no marks: open positions are not valued, and the tables still sum to the result.
mkdir -p "$work/old"
cp "$work/open/run.db" "$work/old/run.db"
sqlite3 "$work/old/run.db" "DROP TABLE marks"
ok "a ledger without marks has a report" forms "$work/old"
ok "its tables sum to the result" python3 tests/pipeline/report_sums.py "$work/old" "$work/old/run.db"
is "its open positions are named as unmarked" "$(value "$work/old" unmarked_positions)" "$(value "$work/open" open_positions)"
ok "and are not in the figures" grep -q "^  still open, without a mark  *[0-9]* (not in the figures below)" "$work/old/report.txt"

# Without an equity record at the end the ladder does not add up, and the report says so.
mkdir -p "$work/cut"
cp "$work/open/run.db" "$work/cut/run.db"
sqlite3 "$work/cut/run.db" "DELETE FROM equity WHERE ts_ns>(SELECT min(ts_ns)+600000000000 FROM equity)"
ok "a ledger whose equity ends early has a report" forms "$work/cut"
is "JSON: the ladder does not add up" "$(value "$work/cut" ladder.adds_up)" false
ok "the terminal says so" grep -q "LADDER DOES NOT ADD UP" "$work/cut/report.txt"
done_testing
