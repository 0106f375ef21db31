#!/bin/sh
# test_risk.sh - the limits of sluice-risk hold from outside: every signal has one answer, every order one end, no cap is
# passed, caps bind when they are small, breakers rest entries, and a replayed back channel changes nothing.
cd "$(dirname "$0")/../.."
. tests/tap.sh
command -v python3 >/dev/null 2>&1 || skip_all "no python3"
sluice-sim --seed 7 --hours 1.5 --launches 400 --profile mania >"$work/t.slu"
cat >"$work/eager.conf" <<'C'
[strategy eager]
entry = age_s >= 5 and uniq_buyers_30s >= 4
once = no
cooldown = 30s
[strategy late]
entry = graduated == 1
capital-sol = 1
max-hold = 2m
C
run() { # SETTING...
    rm -f "$work/f"
    mkfifo "$work/f"
    step timeout 100 sluice-features -i "$work/t.slu" | step sluice-score -c "$work/eager.conf" | step sluice-risk -c "$work/eager.conf" --reports "$work/f" "$@" |
        step sluice-execute -c "$work/eager.conf" --paper --reports "$work/f" | step sluice-cat --json --only slot,signal,reject,order,fill,report,position,alert >"$work/x.json"
    steps "$*"
}
promises() { # NAME KEY=VALUE...: all keys have roomy defaults
    what=$1
    shift
    exits 0 "$what: no promise is broken" sh -c "python3 tests/pipeline/risk_invariants.py capital=10000000000 max_trade=500000000 max_token=1000000000 max_creator=1000000000 max_total=5000000000 max_open=10 late.capital=1000000000 $* <'$work/x.json'"
    cp "$work/out" "$work/answer"
    grep -v '^signals\|^worst' "$work/out" | sed 's/^/# /'
}
gate() { grep -c "\"gate\":\"$1\"" "$work/x.json"; }
run; promises "defaults"
ok "with more than a hundred orders" awk '/^signals/{exit !($4 > 100)}' "$work/answer"
run --max-trade-sol 0.1; promises "small trades" max_trade=100000000
run --max-open 2; promises "two positions at most" max_open=2
ok "the limit binds" test "$(gate max_open)" -gt 10
run --max-total-sol 0.6; promises "a small total" max_total=600000000
ok "the limit binds" test "$(gate max_total)" -gt 10
run --max-token-sol 0.3 --max-creator-sol 0.2; promises "small token and creator" max_token=300000000 max_creator=200000000
run --capital-sol 0.3; promises "little money" capital=300000000 late.capital=1000000000
ok "the strategy's capital or the cash binds" test $(($(gate strategy_capital) + $(gate cash))) -gt 10
run --max-losses-in-row 3 --cooldown 5m; promises "three losses in a row"
ok "rest the entries" test "$(gate breaker_loss_streak)" -gt 10
ok "and an alert says so" grep -q '"rec":"alert"' "$work/x.json"
run --max-daily-loss-sol 0.1 --cooldown 5m; promises "a daily loss"
ok "rests the entries" test "$(gate breaker_daily_loss)" -gt 10
run --max-drawdown-ppm 10000 --cooldown 5m; promises "a drawdown of 1 %"
ok "rests the entries" test "$(gate breaker_drawdown)" -gt 10
done_testing
