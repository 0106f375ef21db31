#!/bin/sh
# test_bad_input.sh - what each tool makes of bad input: the exit code of its manual page, one clear line, no hang, no crash.
cd "$(dirname "$0")/../.."
. tests/tap.sh
sluice-sim --seed 3 --hours 0.05 --launches 10 >"$work/good.slu"
sluice-features <"$work/good.slu" | sluice-score --keep fvec >"$work/scored.slu"
: >"$work/empty"
head -c 20000 "$work/good.slu" >"$work/truncated.slu"
# Random bytes, of which the first is not: by chance it can be the '{' of JSON lines, or begin a record longer than the file.
{ printf '\377'; head -c 4095 /dev/urandom; } >"$work/random"
{ head -c 300 "$work/good.slu"; printf '\377\377\377\377\377'; tail -c +400 "$work/good.slu"; } >"$work/damaged.slu"
printf '\311\377\377\377\377' >"$work/bomb"   # ext32 of 4 GiB in five bytes
# A head of another format version: the byte after the three common fields.
python3 - "$work" <<'PY' 2>/dev/null || : >"$work/schema.slu"
import sys
w=sys.argv[1]; b=bytearray(open(w+'/good.slu','rb').read())
assert b[4:8] == bytes([0, 2, 0, 2]) # ts_ns, src, seq, format: one byte each
b[7]=99
open(w+'/schema.slu','wb').write(b)
PY
sluice-sim --seed 3 --hours 1 --launches 300 >"$work/big.slu"
run() { # TOOL FILE: its standard input is FILE
    case $1 in
    sluice-execute) timeout 20 sluice-execute --paper <"$2" ;;
    sluice-ledger) rm -f "$work/l.db"*; timeout 20 sluice-ledger "$work/l.db" <"$2" ;;
    sluice-quote) timeout 20 sluice-quote --check <"$2" ;;
    sluice-risk) timeout 20 sluice-risk --log-level error <"$2" ;;
    *) timeout 20 "$1" <"$2" ;;
    esac
}
one_line() { [ "$(grep -c . "$work/err")" -le 3 ] && grep -q "^sluice[-a-z]*: \(error\|warning\): [a-z'].*" "$work/err"; }
for tool in sluice-cat sluice-stat sluice-verify sluice-merge sluice-replay sluice-quote sluice-features sluice-score sluice-risk sluice-execute sluice-ledger; do
    in=good.slu
    [ $tool = sluice-score ] && in=scored.slu
    exits 0 "$tool: a good stream" run $tool "$work/$in"
    exits 1 "$tool: empty" run $tool "$work/empty"; ok "$tool: empty: says so in one line" one_line
    exits 1 "$tool: truncated" run $tool "$work/truncated.slu"; ok "$tool: truncated: says so" one_line
    exits 4 "$tool: random bytes" run $tool "$work/random"; ok "$tool: random bytes: says so" one_line
    exits 4 "$tool: damaged in the middle" run $tool "$work/damaged.slu"; ok "$tool: damaged: says so" one_line
    exits 4 "$tool: a 5-byte bomb" run $tool "$work/bomb"; ok "$tool: bomb: says so" one_line
    [ -s "$work/schema.slu" ] && { exits 4 "$tool: a stream of a later format" run $tool "$work/schema.slu"; ok "$tool: later format: says so" one_line; }
    exits 2 "$tool: an unknown option" "$tool" --no-such-option </dev/null; ok "$tool: unknown option: says so" one_line
done
# Nothing before the damage is lost.
n=$(sluice-cat --only trade "$work/truncated.slu" 2>/dev/null | wc -l)
ok "sluice-cat shows what came before the cut ($n trades)" test "$n" -gt 20
sluice-features <"$work/truncated.slu" 2>/dev/null | sluice-cat --json --only eos >"$work/eos" 2>/dev/null
ok "a stage marks its output truncated" grep -q '"truncated":1' "$work/eos"

# Outputs that cannot be written, readers that go away.
for tool in "sluice-sim --hours 1 --launches 100" "sluice-merge $work/good.slu" "sluice-replay $work/good.slu" "sluice-features -i $work/good.slu" "sluice-score -i $work/scored.slu"; do
    name=${tool%% *}
    exits 3 "$name: an output folder that is not there" $tool -o "$work/no/such/file"; ok "$name: says so" one_line
    if [ -w /dev/full ]; then exits 3 "$name: a full disk" sh -c "$tool -o /dev/full"; ok "$name: full disk: says so" one_line; fi
done
for tool in sluice-cat sluice-stat sluice-report; do
    case $tool in sluice-report) sluice-execute --paper <"$work/good.slu" | sluice-ledger "$work/r.db" >/dev/null; arg=$work/r.db ;; *) arg=$work/good.slu ;; esac
    if [ -w /dev/full ]; then exits 3 "$tool: standard output on a full disk" sh -c "$tool '$arg' >/dev/full"; fi
done
# The same for every tool that prints text, and for a file at its size limit.
mkdir -p "$work/empty.d"
why=$(command -v sqlite3 >/dev/null 2>&1 && sqlite3 "$work/r.db" "select mint from rejects limit 1")
for text in "sluice-config show --all" "sluice-config show --origin" "sluice-verify $work/good.slu" "sluice-quote --buy-sol 1" "sluice-quote --check --verbose $work/good.slu" "sluice-report --json $work/r.db" "sluice-stat --json $work/good.slu" "sluice help" "sluice completion bash" "sluice-risk --help" "sluice-why $work/r.db ${why:-x}"; do
    [ "$text" != "sluice-why $work/r.db x" ] || continue
    if [ -w /dev/full ]; then exits 3 "$text: a full disk" sh -c "$text >/dev/full"; ok "$text: says so" one_line; fi
    exits 141 "$text: a reader that closes the pipe ends it by SIGPIPE" sh -c "{ trap '' PIPE; sleep 0.3; $text; echo \$? >'$work/st'; } | true; exit \$(cat '$work/st')" </dev/null
    is "$text: without a message" "$(cat "$work/err")" ""
done
exits 3 "sluice-report: a page that cannot be written" sluice-report --html /dev/full "$work/r.db"; ok "sluice-report: says so" one_line
rm -f "$work/l.db"*
exits 7 "sluice-ledger: a file at its size limit" sh -c "ulimit -f 16; sluice-execute --paper <'$work/good.slu' | sluice-ledger '$work/l.db'"; ok "sluice-ledger: says so" one_line
exits 3 "sluice-features: a file at its size limit" sh -c "ulimit -f 16; sluice-features -i '$work/good.slu' -o '$work/limited.slu'"; ok "sluice-features: says so" one_line
for st in features score risk execute; do
    exits 5 "sluice-$st: the reader goes away" sh -c "{ sluice-$st $([ $st = execute ] && echo --paper) --log-level error -i '$work/big.slu'; echo \$? >'$work/st'; } | head -c 10 >/dev/null; exit \$(cat '$work/st')"
done
exits 5 "sluice-sim: the reader goes away" sh -c '{ sluice-sim --hours 20 --launches 3000; echo $? >'"$work"'/st; } 2>'"$work"'/err2 | head -c 10 >/dev/null; exit $(cat '"$work"'/st)'
exits 141 "sluice-cat: the reader goes away" sh -c '{ sluice-cat "'"$work"'/big.slu"; echo $? >'"$work"'/st; } | head -c 10 >/dev/null; exit $(cat '"$work"'/st)'
is "sluice-cat: without a message" "$(cat "$work/err")" ""

# Configuration.
printf '[risk]\nmax-trade-sol = 1\nmax-tade-sol = 2\n' >"$work/c.conf"
exits 2 "a configuration with an unknown key" sluice-risk -c "$work/c.conf" </dev/null
ok "is named with file, line and the nearest key" grep -q "c.conf:3.*max-trade-sol" "$work/err"
exits 2 "a value of the wrong kind" sluice-risk --max-trade-sol NaN </dev/null
exits 2 "a rule with an unknown feature" sluice-score --set 'strategy.a.entry=uniq_byers_30s > 1' </dev/null
ok "is told the nearest" grep -q "uniq_buyers_30s" "$work/err"
exits 3 "a configuration file that is not there" sluice-risk -c "$work/none.conf" </dev/null

# A source that reads from nodes; what nodes may do to it: tests/venue/programs/test_rpc.sh.
exits 2 "sluice-rpc: an unknown option" sluice-rpc --no-such-option </dev/null; ok "sluice-rpc: unknown option: says so" one_line
exits 2 "sluice-rpc: no node" env -u SOLANA_RPC_URL sluice-rpc </dev/null; ok "sluice-rpc: no node: says so" one_line
exits 2 "sluice-rpc: a node that is no URL" sluice-rpc --rpc localhost:8899 </dev/null; ok "sluice-rpc: no URL: says so" one_line
exits 2 "sluice-rpc: too many nodes" sluice-rpc --rpc http://a,http://b,http://c,http://d,http://e,http://f,http://g,http://h,http://i </dev/null; ok "sluice-rpc: too many: says so" one_line
exits 8 "sluice-rpc: nobody listens" timeout 30 sluice-rpc --rpc http://127.0.0.1:9 --tries 2 -o null; ok "sluice-rpc: nobody listens: says so" one_line

# Databases.
echo "not a database" >"$work/bad.db"
exits 7 "sluice-ledger: no database" sluice-ledger "$work/bad.db" <"$work/good.slu"
exits 7 "sluice-report: no database" sluice-report "$work/bad.db"
exits 3 "sluice-report: no such file" sluice-report "$work/none.db"
exits 7 "sluice-ledger: a folder that is not there" sluice-ledger "$work/no/such.db" <"$work/good.slu"
exits 1 "sluice-why: a token nobody knows" sluice-why "$work/r.db" So11111111111111111111111111111111111111112
exits 2 "sluice-why: no address" sluice-why "$work/r.db" hello

# Import.
H=block_time,transaction_signature,block_num,program_id,trade_type,wallet_address,token_address,is_buy,amount_in_sol,amount_in_token,change_in_sol,change_in_tokens,price_in_sol,virtual_sol_reserves,virtual_token_reserves,real_sol_reserves,real_token_reserves,fee_recipient,fee_basis_points,fee_amount,creator_address,creator_fee_basis_points,creator_fee_amount,ingested_at
echo '<!DOCTYPE html><html>429 Too Many Requests</html>' >"$work/page.html"
for f in pumpfun-csv floor-jsonl getblock; do
    exits 4 "sluice-import $f: HTML" sluice-import --format $f "$work/page.html"; ok "sluice-import $f: names the file" grep -q "page.html.*HTML" "$work/err"
    exits 1 "sluice-import $f: empty" sluice-import --format $f "$work/empty"
    exits 4 "sluice-import $f: random bytes" sluice-import --format $f "$work/random"
done
{ echo '{'; cat "$work/random"; } >"$work/brace"
exits 0 "sluice-import floor-jsonl: random bytes after a brace" sluice-import --format floor-jsonl -o "$work/brace.slu" "$work/brace"; ok "are counted" grep -q "left out 1: broken JSON" "$work/err"
{ echo $H; echo "1757782400,x,NaN,a,b,c,d,true,1e400,-5,,,,,,,,,,,,,,"; echo ",,,"; } >"$work/bad.csv"
exits 0 "sluice-import: rows of NaN and absurd amounts" sluice-import --format pumpfun-csv -o "$work/bad.slu" "$work/bad.csv"
ok "are counted by reason" grep -q "left out 1: " "$work/err"
ok "and in the eos" sh -c "sluice-cat --json --only eos '$work/bad.slu' | grep -q '\"rejected_count\":2'"
# Time that goes back, absurd amounts in whole frames, NaN: tests/fault/test_hostile.sh.
done_testing
