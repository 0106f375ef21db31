#!/bin/sh
# test_ledger.sh - the tools of the ledger on databases that are missing, empty, foreign or of no backend, and with readers that leave:
# the exit code of the manual and one line that names what failed.
cd "$(dirname "$0")/../.."
. tests/tap.sh
mint=So11111111111111111111111111111111111111112
sluice-sim --seed 3 --hours 0.2 --launches 40 >"$work/market.slu"
sluice-features -i "$work/market.slu" | sluice-score --set 'strategy.any.entry=buys_total >= 3' | sluice-risk 2>/dev/null --set 'strategy.any.stop-ppm=100000' |
    sluice-execute --paper >"$work/run.slu"
sluice-ledger "$work/run.db" <"$work/run.slu" >"$work/hash"
: >"$work/empty"
echo "not a database" >"$work/text"
mkdir "$work/folder"
sluice-ledger "$work/fresh.db" </dev/null >/dev/null 2>&1
one_line() { [ "$(grep -c . "$work/err")" = 1 ] && grep -q "^sluice-[a-z]*: error: " "$work/err"; }
for tool in "sluice-report" "sluice-why"; do
    token=; [ $tool = sluice-report ] || token=$mint
    for form in "" --json; do
        [ $tool = sluice-report ] || [ -z "$form" ] || continue
        exits 3 "$tool $form: a missing file" $tool $form "$work/none.db" $token; ok "says so" one_line
        ok "and names it" grep -q none.db "$work/err"
        exits 7 "$tool $form: an empty file" $tool $form "$work/empty" $token; ok "says so" one_line
        exits 7 "$tool $form: a text" $tool $form "$work/text" $token; ok "says so" one_line
        exits 7 "$tool $form: a folder" $tool $form "$work/folder" $token; ok "says so" one_line
        exits 2 "$tool $form: nothing to read from null:" $tool $form null: $token; ok "says so" one_line
        exits 2 "$tool $form: an unknown backend" $tool $form oracle:run.db $token; ok "names the known ones" grep -q "sqlite:PATH, null:" "$work/err"
        exits 2 "$tool $form: no operand" $tool $form; ok "says so" one_line
    done
done
exits 0 "sluice-report: an empty ledger" sluice-report "$work/fresh.db"
exits 1 "sluice-why: an empty ledger" sluice-why "$work/fresh.db" $mint; ok "says so" grep -q "the ledger has no record of $mint" "$work/err"
exits 1 "sluice-why: an unknown token" sluice-why "$work/run.db" $mint
exits 2 "sluice-why: an address of 31 bytes" sluice-why "$work/run.db" 1111111111111111111111111111111; ok "says so" grep -q "is not the address of a token" "$work/err"
exits 2 "sluice-why: two databases" sluice-why "$work/run.db" "$work/run.db" $mint

# Backends.
exits 0 "sluice-ledger: by scheme" sluice-ledger "sqlite:$work/same.db" -i "$work/run.slu"
ok "the same books" cmp -s "$work/out" "$work/hash"
exits 0 "sluice-ledger: null" sluice-ledger null: -i "$work/run.slu"
is "has no hash" "$(cat "$work/out")" "ledger-hash: not computed"
ok "and no file" sh -c "! ls null: 2>/dev/null"
exits 2 "sluice-ledger: an unknown backend" sluice-ledger oracle:run.db -i "$work/run.slu"
exits 2 "sluice-ledger: no operand" sluice-ledger -i "$work/run.slu"; ok "says so" one_line

# Readers that leave: no message, as other text tools do.
command -v sqlite3 >/dev/null 2>&1 || { skip "closed pipes" "no sqlite3"; done_testing; exit; }
traded=$(sqlite3 "$work/run.db" "SELECT mint FROM fills GROUP BY mint ORDER BY count(*) DESC LIMIT 1")
exits 0 "sluice-why: a token that was traded" sluice-why "$work/run.db" "$traded"
ok "ends on its result" sh -c "tail -n 1 '$work/out' | grep -q '^result: [-+0-9.]* SOL in cash, '"
for text in "sluice-why $work/run.db $traded" "sluice-report $work/run.db" "sluice-report --json $work/run.db"; do
    { sleep 0.2; $text; } 2>"$work/left" | true
    sleep 0.4
    is "$text: the reader leaves" "$(cat "$work/left")" ""
done
sqlite3 "$work/run.db" "UPDATE signals SET reason='a'||char(27)||'[2Jb'||char(10)||'c'"
exits 0 "sluice-why: text with control characters" sluice-why "$work/run.db" "$traded"
ok "prints none of them" sh -c "! grep -q '$(printf '\033')' '$work/out' && grep -q 'a?\[2Jb?c' '$work/out'"
done_testing
