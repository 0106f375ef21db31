#!/bin/sh
# test_hostile.sh - whole frames with hostile content through the whole row: absurd amounts, time that goes back, NaN, every
# record twice. No stage crashes or hangs, each says that the stream was truncated, and the books balance.
cd "$(dirname "$0")/../.."
. tests/tap.sh
command -v python3 >/dev/null 2>&1 || skip_all "no python3"
sluice-sim --seed 7 --hours 0.5 --launches 120 >"$work/good.slu"
cat >"$work/eager.conf" <<'C'
[strategy eager]
entry = buys_total >= 3
once = no
cooldown = 10s
C
row() { # STREAM: exit codes of the five stages into $work/codes
    rm -f "$work/f" "$work"/r.db* "$work"/code.*
    mkfifo "$work/f"
    c="-c $work/eager.conf"
    { timeout 60 sluice-features -i "$1"; echo $? >"$work/code.1"; } 2>"$work/e1" | { timeout 60 sluice-score $c; echo $? >"$work/code.2"; } 2>"$work/e2" |
        { timeout 60 sluice-risk $c --reports "$work/f"; echo $? >"$work/code.3"; } 2>"$work/e3" | { timeout 60 sluice-execute $c --paper --reports "$work/f"; echo $? >"$work/code.4"; } 2>"$work/e4" |
        { timeout 60 sluice-ledger "$work/r.db"; echo $? >"$work/code.5"; } >/dev/null 2>"$work/e5"
    cat "$work"/code.* | tr '\n' ' '
}
balanced() { # debits equal credits in every order and unit, and there are orders
    command -v sqlite3 >/dev/null 2>&1 || { skip "$1: the books balance" "no sqlite3"; return; }
    is "$1: the books balance" "$(sqlite3 "$work/r.db" 'select count(*) from (select 1 from postings group by order_id, unit having sum(debit) <> sum(credit))')" 0
}
for mode in absurd backwards repeat; do
    python3 tests/fault/mangle.py $mode <"$work/good.slu" >"$work/$mode.slu"
    is "$mode: every stage ends in order and says that the stream was truncated" "$(row "$work/$mode.slu")" "1 1 1 1 1 "
    ok "$mode: in one line each" sh -c "for k in 1 2 3 4 5; do [ \$(grep -c . '$work/e'\$k) -le 3 ] || exit 1; done"
    ok "$mode: the report is written" sluice-report "$work/r.db"
    balanced $mode
    for tool in sluice-cat sluice-stat sluice-verify "sluice-quote --check" sluice-replay; do
        exits 1 "$mode: $tool" sh -c "timeout 60 $tool '$work/$mode.slu' >/dev/null"
    done
done
sluice-features <"$work/good.slu" | python3 tests/fault/mangle.py nan >"$work/nan.slu"
exits 1 "nan: sluice-score ends in order" sh -c "timeout 60 sluice-score -c '$work/eager.conf' <'$work/nan.slu' >'$work/scored.slu'"
ok "nan: says that vectors do not decode" grep -q "a fvec record does not decode" "$work/err"
ok "nan: no signal comes of them" sh -c "! sluice-cat --json --only signal '$work/scored.slu' 2>/dev/null | grep -q ."
ok "nan: they are counted" sh -c "sluice-cat --json --only eos '$work/scored.slu' 2>/dev/null | grep -q '\"rejected_count\":[1-9]'"
done_testing
