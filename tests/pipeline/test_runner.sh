#!/bin/sh
# test_runner.sh - the tests' own tools: tests/run.sh chooses tests by name, tests/one.sh fails a test that hangs or leaves a process,
# keep of tests/tap.sh starts again what died.
cd "$(dirname "$0")/../.."
. tests/tap.sh
unset T SET VERBOSE
exits 0 "T= runs the tests whose name contains the word" env T=base/test_tabl VERBOSE=1 tests/run.sh "$B"
ok "and no other" grep -q '^Files=1, ' "$work/out"
exits 0 "two words: both" env T='base/test_table base/test_wide' tests/run.sh "$B"
ok "and no other" grep -q '^Files=2, ' "$work/out"
exits 2 "no test matches: an error" env T=no_such_test tests/run.sh "$B"
ok "that lists the names" sh -c 'grep -q "no test matches T=.no_such_test" "$0" && grep -q "unit/base/test_table" "$0" && grep -q "pipeline/test_runner" "$0"' "$work/err"
exits 2 "a named test that is not there: an error" tests/run.sh "$B" tests/pipeline/test_none.sh
is "every test of tests/schedule is there" "$(sed -n 's/^[0-9]* [a-z]* \([^ ]*\).*/\1/p' tests/schedule | while read -r name; do [ -x "tests/$name.sh" ] || [ -x "$B/tests/${name#unit/}" ] || echo "$name"; done)" ""
is "every test of the tree is executable" "$(find tests -name 'test_*.sh' ! -perm -u+x)" ""

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
