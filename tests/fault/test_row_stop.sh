#!/bin/sh
# test_row_stop.sh - pipelines/live/row.sh gets SIGTERM at any moment, while its pipeline dies and is started again all the time: it ends at once and no
# process of it is left.
cd "$(dirname "$0")/../.."
. tests/tap.sh
mkdir "$work/bin"
# A source that dies at once, and once the row has been told to stop only when it is told as well.
printf '#!/bin/sh\nwhile [ -e "%s" ]; do sleep 0.2; done\nexit 3\n' "$work/told" >"$work/bin/sluice-rpc"
chmod +x "$work/bin/sluice-rpc"
cp pipelines/strategy.conf "$work/conf"
restarts() { grep -c "started again" "$work/row/log" 2>/dev/null || true; }
late=0
for k in $(seq 30); do
    PATH="$work/bin:$PATH" pipelines/live/row.sh -c "$work/conf" -d "$work/row" &
    row=$!
    # Every other time only once the pipeline was started again: on a loaded machine its start takes longer than the moment.
    seen=$(restarts) n=0
    [ $((k % 2)) = 1 ] || while [ "$(restarts)" -le "$seen" ] && [ $n -lt 200 ]; do sleep 0.05; n=$((n + 1)); done
    sleep "0.$(awk "BEGIN{srand($k); printf \"%03d\", rand() * 700}")"
    touch "$work/told"
    kill -TERM $row
    began=$(date +%s)
    wait $row
    rm "$work/told"
    [ $(($(date +%s) - began)) -le 5 ] || late=$((late + 1))
done
sleep 1
ok "the row died and was started again meanwhile: $(restarts) times" test "$(restarts)" -ge 10
is "stopped at 30 moments, each within 5 s" "$late" 0
is "and nothing lives on" "$(pgrep -fl "$work/row")" ""
done_testing
