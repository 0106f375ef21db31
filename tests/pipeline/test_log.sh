#!/bin/sh
# test_log.sh - stages joined by log: files: any may be killed and started again, in any order, and nothing is lost or doubled; a log of other
# input or configuration, a second writer, a torn end and a full disk are met.
cd "$(dirname "$0")/../.."
. tests/tap.sh
trap 'keepers_end; umount "$work/small" 2>/dev/null; rm -rf "$work"' EXIT
C="-c $PWD/pipelines/strategy.conf"
sluice-sim --seed 7 --hours 0.5 --launches 150 --profile mania >"$work/market.slu"
m=$work/market.slu
sluice-features -i "$m" -o "$work/plain.slu"

# One link.
exits 0 "a log is written" sluice-features -i "$m" -o "log:$work/a"
ok "with the bytes of a plain file" cmp "$work/a" "$work/plain.slu"
exits 0 "again, over what is there" sluice-features -i "$m" -o "log:$work/a"
ok "nothing has changed" cmp "$work/a" "$work/plain.slu"
exits 0 "it is read" sluice-score -i "log:$work/a" -o "$work/s.slu"
exits 0 "as a plain file is" sh -c 'sluice-score -i "$0" | cmp - "$1"' "$work/plain.slu" "$work/s.slu"
for cut in 7 70000 1; do
    head -c -$cut "$work/plain.slu" >"$work/a"
    exits 0 "an end torn by $cut bytes is mended" sluice-features -i "$m" -o "log:$work/a"
    ok "to the same bytes" cmp "$work/a" "$work/plain.slu"
done
exits 4 "another configuration is another log" sluice-features -i "$m" -o "log:$work/a" --mints 64
ok "which is said" grep -q 'holds another stream from byte' "$work/err"
ok "and nothing is written over" cmp "$work/a" "$work/plain.slu"
( flock 9; sleep 3 ) 9<"$work/a" &
sleep 0.3
exits 3 "a second writer is refused" sluice-features -i "$m" -o "log:$work/a"
exits 3 "a folder is no log" sluice-features -i "$m" -o "log:$work"
timeout 20 sluice-score -i "log:$work/later" -o "$work/s2.slu" & reader=$!
sleep 0.3
head -c 100000 "$work/plain.slu" >"$work/later"; sleep 0.2
tail -c +100001 "$work/plain.slu" >>"$work/later"
wait $reader
is "a reader waits for the file and for what comes" "$? $(cmp "$work/s.slu" "$work/s2.slu" && echo same)" "0 same"
sluice-score -i "log:$work/plain.slu.not" -o null & reader=$!
sleep 0.3; kill -9 $reader; wait $reader 2>/dev/null; sleep 0.2
is "its helper ends with it" "$(grep -l "[p]lain.slu.not" /proc/[0-9]*/cmdline 2>/dev/null | wc -l)" 0

# A source of many lives.
body() { sluice-cat "$1" 2>/dev/null | grep -v '^head\|^eos' | cksum; }
for part in "--to +4m" "--from +3m --to +9m" "--from +9m --to +9m" "--from +8m --to +20m"; do sluice-replay $part "$m" 2>/dev/null | sluice-keep "$work/k" 2>/dev/null; done
printf '\310\020' >>"$work/k"
is "sluice-keep tells the last slot" "$(sluice-keep --last-slot "$work/k")" "$(sluice-cat --json --only slot --fields slot "$work/k" 2>/dev/null | tail -n 1 | tr -dc 0-9)"
exits 0 "sluice-keep goes on" sh -c 'sluice-replay --from slot:$(sluice-keep --last-slot "$0") "$1" | sluice-keep "$0"' "$work/k" "$m"
is "lives that overlap and a torn end make the whole" "$(body "$work/k")" "$(body "$m")"
n=0; rm -f "$work/k"
while [ $n -lt 6 ]; do
    n=$((n + 1))
    sluice-replay --speed 900 ${last:+--from slot:$last} "$m" 2>/dev/null | sluice-keep "$work/k" 2>/dev/null & k=$!
    sleep 0.3; kill -9 $k; wait $k 2>/dev/null
    last=$(sluice-keep --last-slot "$work/k")
done
ok "six of them ended by kill -9" test "$last" -gt 0
sluice-replay --from "slot:$last" "$m" | sluice-keep "$work/k"
is "make the whole too" "$(body "$work/k")" "$(body "$m")"
exits 0 "the eos is missing only" sh -c 'sluice-features -i "$0" -o null; test $? = 1' "$work/k"
exits 4 "a log that has ended is not gone on with" sh -c 'cp "$0" "$1" && sluice-replay "$0" | sluice-keep "$1"' "$m" "$work/ended"
exits 4 "something else is no log" sh -c 'echo hello, this is no log at all >"$1"; sluice-replay "$0" | sluice-keep "$1"' "$m" "$work/hello"
exits 2 "sluice-keep wants a log" sluice-keep

# The row.
pipelines/backtest.sh "$m" -o "$work/base" $C >"$work/base.txt" 2>&1
want=$(grep '^ledger-hash' "$work/base.txt")
told() { exec "$@" >"$work/$name.out" 2>>"$work/$name.err"; } # what the last of its lives says
again() { name=$1; shift; keep "$d/$name.pid" told "$@"; } # NAME COMMAND...
row() { # SIGNAL VICTIM...
    sig=$1; shift
    d=$(mktemp -d "$work/row.XXXXXX")
    again ledger sluice-ledger -i "log:$d/e" "$d/run.db"
    again execute sluice-execute $C --paper --reports "log:$d/rep" -i "log:$d/d" -o "log:$d/e"
    again risk sluice-risk $C --reports "log:$d/rep" -i "log:$d/c" -o "log:$d/d"
    again score sluice-score $C -i "log:$d/b" -o "log:$d/c"
    again features sluice-features -i "log:$d/a" -o "log:$d/b"
    again source sluice-replay --speed 600 "$m" -o "log:$d/a"
    sleep 0.4
    for v; do kill "-$sig" "$(cat "$d/$v.pid")"; sleep 0.25; done 2>/dev/null
    n=0; while [ $n -lt 300 ] && ! grep -qs '^ledger-hash.*[0-9a-f]$' "$work/ledger.out"; do sleep 0.1; n=$((n + 1)); done
    got=$(cat "$work/ledger.out"); : >"$work/ledger.out"
    keepers_end
}
row KILL
is "a row of logs keeps the books of a row of pipes" "$got" "$want"
for v in source features score risk execute ledger; do
    row KILL $v
    is "kill -9 of $v: the others live on, the books are the same" "$got" "$want"
done
row KILL risk execute risk score ledger features execute risk source ledger
is "kill -9 of ten, one after the other" "$got" "$want"
row TERM features score risk execute ledger
is "SIGTERM of each" "$got" "$want"
ok "no stage's output has an end before its time" sh -c 'for f in a b c d e; do sluice-verify --quiet "$0/$f" || exit 1; done' "$d"
printf '\310\001' >>"$d/rep"; cp "$d/rep" "$work/rep"
exits 0 "a torn end of the back channel is cut" sluice-execute $C --paper --reports "log:$d/rep" -i "log:$d/d" -o null
ok "and gone on with" sh -c 'test "$(stat -c %s "$0")" -gt "$(stat -c %s "$1")"' "$d/rep" "$work/rep"
if mkdir "$work/small" && mount -t tmpfs -o size=400k tmpfs "$work/small" 2>/dev/null; then
    exits 3 "a full disk" sluice-features -i "$m" -o "log:$work/small/a"
    mount -o remount,size=200m "$work/small"
    exits 0 "with room again it goes on" sluice-features -i "$m" -o "log:$work/small/a"
    ok "to the same bytes" cmp "$work/small/a" "$work/plain.slu"
else skip "a full disk" "no tmpfs can be mounted: not root"; fi
done_testing
