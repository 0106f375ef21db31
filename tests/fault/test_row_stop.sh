#!/bin/sh
# test_row_stop.sh - pipelines/live/row.sh told to stop at any moment, while its row dies and is started again all the time: it ends at once and nothing
# of it lives on. And the tests' own keepers: tests/one.sh and keep of tests/tap.sh.
cd "$(dirname "$0")/../.."
. tests/tap.sh
mkdir "$work/bin"
# A source that dies at once, and once the row has been told to stop only when it is told as well.
printf '#!/bin/sh\nwhile [ -e "%s" ]; do sleep 0.2; done\nexit 3\n' "$work/told" >"$work/bin/sluice-rpc"
chmod +x "$work/bin/sluice-rpc"
cp pipelines/strategy.conf "$work/conf"
late=0
for k in $(seq 30); do
    PATH="$work/bin:$PATH" pipelines/live/row.sh -c "$work/conf" -d "$work/row" &
    row=$!
    sleep "0.$(awk "BEGIN{srand($k); printf \"%03d\", rand() * 700}")"
    touch "$work/told"
    kill -TERM $row
    began=$(date +%s)
    wait $row
    rm "$work/told"
    [ $(($(date +%s) - began)) -le 5 ] || late=$((late + 1))
done
sleep 1
ok "the row died and was started again meanwhile: $(grep -c 'started again' "$work/row/log") times" test "$(grep -c 'started again' "$work/row/log")" -ge 10
is "stopped at 30 moments, each within 5 s" "$late" 0
is "and nothing lives on" "$(pgrep -fl "$work/row")" ""

keep "$work/kept.pid" sleep 300
sleep 0.3
first=$(cat "$work/kept.pid")
kill -9 "$first"
sleep 0.5
ok "what is kept comes again" test "$(cat "$work/kept.pid")" != "$first"
first=$(cat "$work/kept.pid")
keepers_end
is "and has ended when its keeper has" "$(ps -o pid= -p "$first")" ""

printf '#!/bin/sh\necho ok 1\necho 1..1\nsleep 300 &\n' >"$work/leaves"
printf '#!/bin/sh\necho ok 1\nsleep 300\n' >"$work/hangs"
printf '#!/bin/sh\necho ok 1\necho 1..1\nexit 7\n' >"$work/fails"
chmod +x "$work/leaves" "$work/hangs" "$work/fails"
exits 1 "a test that leaves something running has failed" tests/one.sh "$work/leaves"
ok "which is named" grep -q 'sleep 300' "$work/out"
LIMIT=1 exits 124 "one that hangs is ended" tests/one.sh "$work/hangs"
ok "which is said" grep -q 'did not end within 1 s' "$work/out"
exits 7 "one that fails fails as it did" tests/one.sh "$work/fails"
done_testing
