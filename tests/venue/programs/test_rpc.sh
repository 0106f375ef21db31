#!/bin/sh
# test_rpc.sh - sluice-rpc against the loopback chain: what it writes is what sluice-import makes of the same blocks, whatever the nodes do
# to it; what is missing is told by a gap; killed and started again it loses nothing. Needs node, npm and cargo once; SKIP without.
cd "$(dirname "$0")/../../.."
. tests/venue/lib/svm.sh
KILLS=${KILLS:-6}
fault() { call _fault "[{\"method\":\"$1\",\"kind\":\"$2\",\"count\":${3:-1}${4:+,$4}}]" >/dev/null; }
quiet() { call _clearFaults >/dev/null; }
view() { call _view "[$1]" >/dev/null; }
start() { sluice-rpc --rpc "$svm_url" --timeout 1s --log-level info "$@" 2>"$work/err" & pid=$!; } # ended by: stop
stop() { kill -TERM $pid; wait $pid; }
rpc() { timeout 60 sluice-rpc --rpc "$svm_url" --timeout 1s --log-level info "$@" 2>"$work/err"; }
now() { call getSlot '[{"commitment":"confirmed"}]' | jq .result; }
body() { sluice-cat "$1" 2>/dev/null | grep -v '^\(head\|eos\) '; }
records() { body "$1" | grep -v '^\(slot\|gap\|fee_level\|tip_level\) ' | sed 's/ src=[0-9]* seq=[0-9]* / /'; }
differ() { diff "$1" "$2" | cut -c1-200 | head -n 6; } # empty when they are the same
slots() { sluice-cat --only slot "$1" | sed 's/.* slot=\([0-9]*\).*/\1/'; }
gaps() { sluice-cat --only gap "$1" 2>/dev/null | sed -n 's/.*from_seq=\([0-9]*\) to_seq=\([0-9]*\).*reason="\([^":]*\).*/\1 \2 \3/p' | while read -r a b why; do echo "$((a >> 20))-$((b >> 20)) $why"; done; }

svm_start --slot-ms 100
market world || { result 1 "the world is made"; done_testing; exit; }
mint=$(market create rpc)
sleep 0.3
set -- "buy alice 1.5" "buy bob 0.7" "sell alice 20000000000000" "buy carol 3.25" "sell bob all" "buy dave 0.4" "sell carol all" "buy bob 1.1"
for step; do
    market ${step%% *} "$mint" ${step#* } >/dev/null || result 1 "$step"
    [ "$step" != "sell bob all" ] || { call _skip '[3]' >/dev/null; sleep 0.3; }
done
sleep 0.5
end=$(now)
for slot in $(seq 1001 "$end"); do
    call getBlock "[$slot,{\"encoding\":\"json\",\"maxSupportedTransactionVersion\":0,\"transactionDetails\":\"full\"}]" >"$work/block"
    grep -q '"error"' "$work/block" || mv "$work/block" "$work/block.$slot.json"
done
sluice-import --format getblock "$work"/block.*.json -o "$work/import.slu" 2>/dev/null
exits 0 "an older range is read to its end" rpc --from 1001 --until "$end" -o "$work/a.slu"
records "$work/import.slu" >"$work/want"
records "$work/a.slu" >"$work/got"
# sluice-import takes the slot after the parent where slots were skipped: none of these holds a trade here.
is "it is what sluice-import makes of the blocks, record for record" "$(differ "$work/got" "$work/want")" ""
ok "and that is not nothing: $(wc -l <"$work/want") records, $(grep -c '^trade' "$work/want") trades" test "$(grep -c '^trade' "$work/want")" -ge 8
is "every block has its slot record, skipped slots have none" "$(slots "$work/a.slu" | tr '\n' ' ')" "$(ls "$work"/block.*.json | sed 's/.*block.\([0-9]*\).json/\1/' | sort -n | tr '\n' ' ')"
ok "three slots were skipped" test "$(slots "$work/a.slu" | wc -l)" = $((end - 1001 + 1 - 3))
ok "the stream verifies" sluice-verify --quiet "$work/a.slu"
body "$work/a.slu" >"$work/names"
is "times and names never go back" "$(sed 's/^[a-z_]* ts_ns=\([0-9]*\) src=4 seq=\([0-9]*\) .*/\1 \2/' "$work/names" | awk '$1+0<t || $2+0<=s {n++} {t=$1+0; s=$2+0} END{print n+0, (NR>30)}')" "0 1"
is "transactions are counted" "$(sluice-cat --json --only slot "$work/a.slu" | jq -s '[.[].tx_count]|add')" "$(cat "$work"/block.*.json | jq -s '[.[].result.transactions|length]|add')"
ok "its log names start, nodes and place" grep -q "from slot 1001, the newest is" "$work/err"
rpc --from 1010 --until "$end" -o "$work/b.slu"
body "$work/b.slu" | grep -v '^[a-z]*_level' >"$work/got"
sed -n '/^slot .* slot=1010/,$p' "$work/names" | grep -v '^[a-z]*_level' >"$work/part"
is "read again from the middle: the same names, the same records" "$(differ "$work/got" "$work/part")$(wc -l <"$work/got")" "$(wc -l <"$work/part")"

# What the node may do to a single answer: the stream is the same in the end.
same() { # NAME OPTION...: under the faults set before
    name=$1; shift
    rpc --from 1001 --until "$end" -o "$work/f.slu" "$@"
    st=$?
    quiet
    result $st "$name: ends in order"
    body "$work/f.slu" >"$work/got"
    is "$name: the same stream" "$(differ "$work/got" "$work/names")" ""
}
fault getBlock late 3 '"ms":400'; same "late answers"
fault getBlock late 2 '"ms":1500'; same "answers later than the timeout"
fault getBlock never 2; same "no answer at all"
fault getBlock 429 2; same "429 with Retry-After"
fault getBlock 500 3; same "500"
fault getBlocks 503 3; same "503 for the list of slots"
fault getBlock malformed 3; same "half a JSON"
fault getBlock cut 3; same "a body that is cut"
fault getBlock drop 3; same "dropped connections"
fault getBlock html 2; same "an HTML page with 200"
fault getBlock null 2; same "null instead of a block"
fault getBlock nolist 2; same "a block without transactions"
fault getBlock flood 1; same "an answer of 80 MiB"
fault getBlock wrong 3; same "an older slot's block"
fault getBlock wrong 3 '"offset":2'; same "a later slot's block"
fault getBlock parent 2; same "a block of another chain"
fault getBlock error 3 '"code":-32004'; same "not available yet"
fault getBlock error 3 '"code":-32005'; same "the node is behind"
fault getBlock error 3 '"code":-32007'; same "blocks called skipped that are not"
fault getBlock error 2 '"code":-32602'; same "an error nobody expects"
fault getBlocks null 2; fault getSlot malformed 2; same "lists and slots malformed"
fault getBlocks drop 2; fault getSlot 429 1; same "at the start: dropped, 429"
same "one at a time" --parallel 1
same "sixteen at once" --parallel 16

# What stays away is a gap, and it goes on.
hole=$(sed -n 's/^trade .* slot=\([0-9]*\) .*/\1/p' "$work/names" | sed -n 3p)
grep -v " slot=$hole " "$work/want" | sed 's/ flags=[0-9]*//' >"$work/holed"
holed() { records "$1" | sed 's/ flags=[0-9]*//' >"$work/got"; differ "$work/got" "$work/holed"; }
fault getBlock malformed 99 "\"slot\":$hole"
exits 0 "a block that never comes whole" rpc --from 1001 --until "$end" --tries 3 -o "$work/g.slu"; quiet
is "is one gap" "$(gaps "$work/g.slu")" "$hole-$hole missing"
is "and nothing else is missing" "$(holed "$work/g.slu")" ""
is "the trade behind it says that something lies between" "$(sluice-cat --only trade "$work/g.slu" | sed -n '3s/.* flags=\([0-9]*\) .*/\1/p')" 8
ok "a warning says which and why" grep -q "warning: slots $hole to $hole: missing: .*a gap is written" "$work/err"
view "{\"url\":\"/\",\"lose\":[$hole]}"
exits 0 "a block that its only node neither lists nor has" rpc --from 1001 --until "$end" --tries 3 -o "$work/g.slu"
is "is a gap too: its child names it" "$(gaps "$work/g.slu")" "$hole-$hole missing"
is "nothing else is missing" "$(holed "$work/g.slu")" ""
view '{"url":"/"}'; view "{\"url\":\"/poor\",\"lose\":[$hole,$((hole + 1))],\"behind\":25}"
exits 0 "two nodes, of which one lies behind and lacks blocks" timeout 60 sluice-rpc --rpc "$svm_url/poor,$svm_url/good" --from 1001 --until "$end" -o "$work/g.slu"
is "the stream is whole" "$(body "$work/g.slu" >"$work/got"; differ "$work/got" "$work/names")" ""
view '{"url":"/poor","first":1020}'
exits 0 "a node keeps blocks only from 1020 on" timeout 60 sluice-rpc --rpc "$svm_url/poor" --from 1001 --until "$end" --tries 2 -o "$work/g.slu" 2>"$work/err"
is "slots before it are gaps, every one" "$(gaps "$work/g.slu" | awk '{print $1}' | tr '-' ' ' | while read -r a b; do seq "$a" "$b"; done | tr '\n' ' ')" "$(seq 1001 1019 | tr '\n' ' ')"
is "the rest is there" "$(slots "$work/g.slu" | head -n 1)" 1020
view '{"url":"/poor"}'

# Following the newest, faults on the way, SIGTERM.
start -o "$work/live.slu" --state "$work/live.state"
sleep 0.5
market buy "$mint" erin 0.3 >/dev/null
fault getBlock 500 1; fault getBlocks drop 2; fault getBlock malformed 1
market sell "$mint" erin all >/dev/null
call _skip '[2]' >/dev/null
sleep 0.7
lag=$(($(now) - $(sed -n 's/^covered //p' "$work/live.state")))
market buy "$mint" erin 0.2 >/dev/null
sleep 0.7
stop
is "SIGTERM ends it in order" $? 0
ok "the stream verifies" sluice-verify --quiet "$work/live.slu"
is "the three trades are in it" "$(sluice-cat --only trade "$work/live.slu" | wc -l)" 3
ok "it kept up while the node failed: $lag slots of 100 ms behind" test "$lag" -le 15
is "without a gap" "$(gaps "$work/live.slu")" ""

# kill -9 at any moment: with the state it goes on, under the same names.
first=$(($(now) + 1)) k=0
while [ $k -lt "$KILLS" ]; do
    k=$((k + 1))
    sluice-rpc --rpc "$svm_url" --from "$first" --state "$work/k.state" -o "$work/k.$k.slu" 2>>"$work/k.err" & pid=$!
    { sleep "0.$((10 + k * 11 % 70))"; market buy "$mint" frank 0.1 >/dev/null; }
    kill -9 $pid; wait $pid 2>/dev/null
done
sleep 0.3
last=$(now)
rpc --from "$first" --until "$last" --state "$work/k.state" -o "$work/k.last.slu"
rpc --from "$first" --until "$last" -o "$work/whole.slu"
for f in "$work"/k.[0-9]*.slu "$work/k.last.slu"; do body "$f"; done | grep -v '^[a-z]*_level' | sort -u >"$work/pieces"
body "$work/whole.slu" | grep -v '^[a-z]*_level' | sort >"$work/whole"
is "$k times kill -9: the pieces are the whole, no name has two contents" "$(differ "$work/pieces" "$work/whole")" ""
ok "there are $k trades in it" test "$(sluice-cat --only trade "$work/whole.slu" | wc -l)" -ge "$k"
ok "the state is small and readable" sh -c "head -n 1 '$work/k.state' | grep -qx 'sluice-rpc 1' && grep -q '^covered $last' '$work/k.state'"
echo nonsense >"$work/bad.state"
exits 4 "a state file that is none" rpc --state "$work/bad.state" --slots 1 -o null
exits 3 "a state file that cannot be written" rpc --state "$work/no/such/state" --slots 1 -o null

# A fork: what was written last loses. Told once, then on along the other.
start -o "$work/fork.slu"
sleep 1
orphaned=$(call _orphan '[6]' | jq .result)
sleep 3
stop
result $? "a fork: it goes on"
is "and is one gap that names the dead slots" "$(gaps "$work/fork.slu" | sed 's/-[0-9]*/ to the last/')" "$((orphaned - 6)) to the last fork"
is "slots behind the fork are written once" "$(slots "$work/fork.slu" | sort | uniq -d)" ""
ok "the records of the new fork follow" test "$(slots "$work/fork.slu" | tail -n 1)" -gt $((orphaned + 3))

# Too far behind; nobody there; the node comes back.
exits 0 "too far behind, by --max-behind" rpc --from 1001 --max-behind 20 --slots 3 -o "$work/m.slu"
is "is one gap from the start" "$(gaps "$work/m.slu" | sed 's/-.*missing/-N missing/')" "1001-N missing"
exits 8 "no node answers" timeout 20 sluice-rpc --rpc http://127.0.0.1:9,http://127.0.0.1:10 -o null
view '{"url":"/"}'
start -o "$work/back.slu"
sleep 0.5
for m in getBlock getBlocks getSlot; do fault $m drop 9999; done
sleep 2.5
quiet
sleep 2.5
stop
is "the only node is away for some seconds: nothing is given up" "$? $(gaps "$work/back.slu")" "0 "
is "every slot is there" "$(slots "$work/back.slu" | awk 'NR>1 && $1!=p+1{n++} {p=$1} END{print n+0}')" 0

# Levels of fees: from the 150th block that was read on, every tenth slot; a slot is told the same from wherever it is read.
while [ "$(now)" -lt 1260 ]; do sleep 0.5; done
last=$(now)
rpc --from 1001 --until "$last" -o "$work/l1.slu"
rpc --from 1041 --until "$last" -o "$work/l2.slu"
sluice-cat --only fee_level "$work/l1.slu" >"$work/l1"
sluice-cat --only fee_level "$work/l2.slu" >"$work/l2"
at() { # where they belong: every tenth slot, with 150 read and a transaction among these
    sluice-cat --only slot "$1" | sed 's/.* slot=\([0-9]*\)/\1/; s/tx_count=\([0-9]*\).*/\1/' | awk '{n[NR] = $2 + n[NR - 1]} NR >= 150 && $1 % 10 == 0 && n[NR] > n[NR - 150] {printf "%s ", $1}'
}
is "fee levels stand at every tenth slot once 150 are read" "$(sed 's/.* slot=\([0-9]*\).*/\1/' "$work/l1" | tr '\n' ' ')" "$(at "$work/l1.slu")"
is "and later when reading begins later" "$(sed 's/.* slot=\([0-9]*\).*/\1/' "$work/l2" | tr '\n' ' ')" "$(at "$work/l2.slu")"
ok "told the same: $(wc -l <"$work/l2") of $(wc -l <"$work/l1")" sh -c '[ -s "$0" ] && ! grep -vxFf "$1" "$0"' "$work/l2" "$work/l1"
rpc --from 1001 --until "$last" --levels-every 0 -o "$work/l3.slu"
is "none when not wanted" "$(body "$work/l3.slu" >"$work/got"; body "$work/l1.slu" | grep -v '^\(fee\|tip\)_level' >"$work/part"; differ "$work/got" "$work/part")" ""

# Wrong options, ends that fail.
for wrong in "--from x" "--from 0" "--from 9 --until 3" "--commitment processed" "--parallel 0" "--parallel 99" "--tries 0" "--poll 1ms" "--timeout 1ms" "--rpc ftp://x" "operand"; do
    exits 2 "sluice-rpc $wrong" sluice-rpc --rpc "$svm_url" $wrong -o null
    ok "says so in one line" sh -c '[ "$(grep -c . "$0")" = 1 ] && grep -q "^sluice-rpc: error: ..*" "$0"' "$work/err"
done
exits 2 "no node named" env -u SOLANA_RPC_URL sluice-rpc -o null
ok "tells how to name one" grep -q -e "--rpc.*SOLANA_RPC_URL" "$work/err"
exits 0 "the node of [sluice]" env SOLANA_RPC_URL="$svm_url" sluice-rpc --slots 2 -o null
exits 3 "an output that cannot be opened" rpc --slots 2 -o "$work/no/such"
exits 5 "the reader goes away" sh -c "{ timeout 20 sluice-rpc --rpc $svm_url --from 1001; echo \$? >'$work/st'; } 2>/dev/null | head -c 10 >/dev/null; exit \$(cat '$work/st')"
[ ! -w /dev/full ] || exits 3 "a full disk" rpc --slots 2 -o /dev/full
fault getBlock 500 1; rpc --rpc "http://user:secret@127.0.0.1:$svm_port/v2/secret?api-key=secret" --slots 1 -o null --log-level debug
ok "keys in a URL are not printed" sh -c '! grep -q secret "$0"' "$work/err"

# The row on the live chain.
mkfifo "$work/reports" "$work/feed"
printf '[strategy any]\nentry = buy_lamports_60s >= 1lamports\nmax-hold = 1s\n' >"$work/conf"
{ step sluice-features -i "$work/feed" -c "$work/conf" | step sluice-score -c "$work/conf" | step sluice-risk -c "$work/conf" --reports "$work/reports" | step sluice-execute -c "$work/conf" --paper --reports "$work/reports" >"$work/row.slu"; } 2>"$work/row.err" & row=$!
start -o "$work/feed"
sleep 0.5
for i in 1 2 3; do market buy "$mint" gina 0.2 >/dev/null; done
sleep 1
stop
wait $row
steps "the pipeline on the live chain"
ok "the row runs on it and ends when it ends" sluice-verify --quiet "$work/row.slu"
is "its trades are in it" "$(sluice-cat --only trade "$work/row.slu" | wc -l)" 3
ok "risk decided on them: $(sluice-cat --only signal "$work/row.slu" | wc -l) signals, $(sluice-cat --only order "$work/row.slu" | wc -l) orders, $(sluice-cat --only fill "$work/row.slu" | wc -l) fills" test "$(sluice-cat --only order,reject "$work/row.slu" | wc -l)" -ge 1
done_testing
