#!/bin/sh
# one.sh TEST - run a test file for prove within LIMIT (1200) seconds. A process that a test leaves behind holds prove's
# pipe for ever: what is left is named and killed, and the test has failed. A test ends what it keeps running
# (keepers_end) before its folder is removed.
LIMIT=${LIMIT:-1200}
timeout -k 10 "$LIMIT" "$1" & # in a process group of its own
group=$!
trap 'kill -TERM "$group"; wait "$group"; exit 1' TERM INT
wait "$group"
rc=$?
[ "$rc" != 124 ] && [ "$rc" != 137 ] || echo "# $1 did not end within $LIMIT s"
for _ in 1 2 3 4 5 6 7 8 9 10; do
    pgrep -g "$group" >/dev/null || exit "$rc"
    sleep 0.3
done
echo "not ok - $1 left these running:"
ps -o pid=,etimes=,args= -p "$(pgrep -d , -g "$group")" | cut -c 1-160 | sed 's/^/# /'
pkill -KILL -g "$group"
exit 1
