#!/bin/sh
# test_fetch.sh - sluice-fetch against a loopback archive that cuts, refuses, stalls and lies.
cd "$(dirname "$0")/../.."
. tests/tap.sh
command -v python3 >/dev/null 2>&1 || skip_all "no python3"
command -v zstd >/dev/null 2>&1 || skip_all "no zstd"
. tests/fault/archive.sh
head -c 3000000 /dev/urandom | zstd -q >"$work/hour.zst"
archive_start "$work/hour.zst"
[ -s "$work/port" ] || skip_all "the loopback server does not start"
D=$work/dir
fetch() { timeout 60 sluice-fetch --url "$url" -o "$D" --backoff 20ms "$@"; }
whole() { ok "$1" cmp "$work/hour.zst" "$D/2026-04-18T$2.jsonl.zst"; }
none() { ok "$1" sh -c "! ls '$D' | grep -q 'T$2'"; }
requests() { grep -c "^$1 " "$work/requests"; }

exits 0 "one hour" fetch 2026-04-18T00
whole "is brought whole" 00
is "its path is printed" "$(cat "$work/out")" "$D/2026-04-18T00.jsonl.zst"
is "nothing else is said, without a terminal" "$(cat "$work/err")" ""
exits 0 "an hour that is there" fetch 2026-04-18T00
is "is not asked for again" "$(requests 0)" 1

exits 0 "an answer cut in the middle" fetch 2026-04-18T01
whole "goes on where it stopped" 01
ok "from the byte that was missing" sh -c "sed -n 's/^1 //p' '$work/requests' | tail -n 1 | grep -qv '^0$'"
ok "and the try is said" grep -q "trying again" "$work/err"
exits 1 "a missing hour among others" fetch 2026-04-18T02..04
whole "does not keep the next from coming, after two 503" 03
whole "nor one from a server that knows no ranges" 04
none "leaves no file" 02
ok "is named" grep -q "2026-04-18T02: the archive has no such hour" "$work/err"
ok "and counted" grep -q "1 of 3 hours are missing" "$work/err"
exits 4 "a page instead of the file" fetch 2026-04-18T05
none "is not kept" 05
exits 0 "429 with Retry-After" fetch 2026-04-18T06
ok "waits as long as the server asks" grep -q "trying again in 1.0 s" "$work/err"
exits 8 "a server that stalls" fetch --stall 1s --tries 2 2026-04-18T07
ok "what came is kept for the next time" test -s "$D/2026-04-18T07.jsonl.zst.part"
exits 0 "a server that resumes at the wrong place" fetch 2026-04-18T08
ok "is not believed: it is said" grep -q "does not resume" "$work/err"
whole "and the file is begun again" 08
exits 8 "a server that always fails" fetch --tries 3 2026-04-18T09
is "is asked as often as told" "$(requests 9)" 3
none "leaves nothing behind" 09
exits 0 "a redirection" fetch 2026-04-18T10
whole "is followed" 10

head -c 1000000 "$work/hour.zst" >"$D/2026-04-19T00.jsonl.zst.part"
exits 0 "an interrupted run of another day" fetch 2026-04-19T00
ok "goes on from its .part" cmp "$work/hour.zst" "$D/2026-04-19T00.jsonl.zst"
ok "and asks only for the rest" grep -q "^0 1000000$" "$work/requests"
cp "$work/hour.zst" "$D/2026-04-20T00.jsonl.zst.part"
exits 0 "a .part that was whole already" fetch 2026-04-20T00
ok "only gets its name" cmp "$work/hour.zst" "$D/2026-04-20T00.jsonl.zst"
cat "$work/hour.zst" "$work/hour.zst" >"$D/2026-04-21T00.jsonl.zst.part"
exits 0 "a .part that is longer than the file" fetch 2026-04-21T00
ok "is begun again" cmp "$work/hour.zst" "$D/2026-04-21T00.jsonl.zst"

exits 1 "a range over midnight asks for both days" fetch 2026-04-21T23..2026-04-22T02
ok "to the last hour" test -e "$D/2026-04-22T01.jsonl.zst"
for wrong in 2026-04-31T00 2026-04-18T24 2026-04-18T05..04 2026-4-18 18.4.2026 2026-04-18T1 2026-04-18T01... '' 1969-01-01 2026-04-18T01..2028-04-18T01; do
    exits 2 "'$wrong' is no range of hours" fetch "$wrong"
done
exits 2 "no hours at all" fetch
exits 2 "an unknown option" fetch --foo 2026-04-18T00
exits 3 "a folder that cannot be made" timeout 20 sluice-fetch --url "$url" -o /proc/nowhere/x 2026-04-18T00
exits 8 "nobody listens" timeout 20 sluice-fetch --url http://127.0.0.1:9 --tries 2 --backoff 1ms -o "$D" 2026-05-01T00
exits 8 "a scheme that is not HTTP" timeout 20 sluice-fetch --url file:///etc --tries 2 --backoff 1ms -o "$D" 2026-05-01T00
if command -v script >/dev/null 2>&1; then
    script -qec "timeout 60 sluice-fetch --url $url -o $D 2026-04-23T00" /dev/null >"$work/terminal" 2>&1
    ok "on a terminal a bar shows progress, rate and size" grep -q '2026-04-23T00 \[#*\] 100.0 %  3.0/3.0 MB' "$work/terminal"
fi
done_testing
