#!/bin/sh
# run.sh BUILD_DIR - the rules of the house that a machine can check: layers, purity, banned calls, one file a library,
# length of functions, man pages. Prints each violation as file:line: rule; exit 1 when there is one.
set -u
B=${1:-build}
PURE_ROOMS=${PURE_ROOMS:?run by make lint}
cd "$(dirname "$0")/../.."
bad=0
say() { echo "lint: $*"; bad=1; }

sources=$(git ls-files '*.c' '*.h' 2>/dev/null || find common ingest features score risk execute ledger -name '*.[ch]')
# Layers: includes are written from the root and go downward only (base < rec < sol < amm < venue < decode < io < run <
# stages). A stage includes no other stage; a tool's room includes no other tool's room; *_internal.h stays in its room.
# Pure rooms include no io room.
awk '
function rank(f) { return f ~ /^common\/(base|rec|sol|amm|venue|decode|io|run|tools)\// ? index("ba re so am ve de io ru to", substr(f, 8, 2)) : f ~ /^tests\// ? 200 : 100 }
function room(f) { sub(/\/[^\/]*$/, "", f); return f }
function stage(f) { return f ~ /^(common|tests|man)\// ? "" : substr(f, 1, index(f, "/") - 1) }
function own(f, r) { r = room(f); sub(/\/io$/, "", r); return r }
function main(f) { return f ~ /\/sluice[^\/]*\.c$/ }
/^#include "/ {
    inc = $2; gsub(/"/, "", inc); at = FILENAME ":" FNR ": "
    if (inc ~ /^[a-z_]+\.def$/) next # made by the build, in $(B)/gen
    if (inc !~ /^(common|ingest|features|score|risk|execute|ledger|tests)\//) { print at "include \"" inc "\" is not written from the root"; next }
    if (rank(inc) > rank(FILENAME)) print at "includes upward: " inc
    s = stage(FILENAME); t = stage(inc)
    if (s != "" && t != "" && s != t) print at "a stage includes another: " inc
    if (s != "" && s == t && own(inc) != own(FILENAME) && own(inc) != s) print at "a tool includes another tool: " inc
    if (inc ~ /_internal\.h$/ && own(inc) != own(FILENAME) && FILENAME !~ /^tests\//) print at "private to " own(inc) ": " inc
    if (inc ~ /\/io\// && FILENAME !~ /(^tests|\/io|^common\/run|^common\/tools)\// && !main(FILENAME) && inc !~ /common\/io\/json.h/) print at "a pure room includes io: " inc
}' $sources >"$B/lint.layers"
[ -s "$B/lint.layers" ] && { sed 's/^/lint: /' "$B/lint.layers"; bad=1; }

# Each outside library enters by one file. libsodium is the exception: keys are derived, sealed, signed and wiped where
# they are, so it enters by the files named here.
sodium='common/base/hash.h common/sol/pda.c common/io/rpc.c execute/sign/io/counter_file.c execute/sign/io/key_file.c execute/sign/io/password.c execute/sign/io/sign_server.c execute/sign/io/sign_setup.c execute/sign/policy.c execute/sign/sluice-sign.c execute/tx/io/tx_view.c'
product=$(printf '%s\n' $sources | grep -v '^tests/')
for h in nng/nng.h curl/curl.h jansson.h sqlite3.h zstd.h ini.h xxhash.h msgpack.h; do
    n=$(grep -lE "^#include <$h>" $product | wc -l)
    [ "$n" -le 1 ] || say "<$h> enters by $n files: $(grep -lE "^#include <$h>" $product | tr '\n' ' ')"
done
for f in $(grep -l '^#include <sodium.h>' $product); do
    case " $sodium " in *" $f "*) ;; *) say "<sodium.h> enters by $f, which is not on the list of tests/lint/run.sh" ;; esac
done

# Calls nobody makes.
grep -nE '[^a-z_](strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|atof|rand|srand|alloca|system|tmpnam|strtok)\(' $sources | grep -v '^tests/\|strtok_r' | sed 's/^/lint: banned call: /' >"$B/lint.banned"
[ -s "$B/lint.banned" ] && { cat "$B/lint.banned"; bad=1; }

# The pure rooms: no clock, no I/O, no environment, no allocation, no threads, as the linker sees them.
allowed='^(mem(cpy|set|cmp|move|chr|mem)|str(len|cmp|ncmp|chr|rchr|spn|cspn|str|pbrk|nlen|casecmp|ncasecmp)|snprintf|__snprintf_chk|vsnprintf|bcmp|qsort|erfc|pow|sqrtf?|floorf?|ceilf?|fabsf?|abort|__ctype_b_loc|__stack_chk_fail|__assert_fail|crypto_generichash.*|crypto_hash_sha256.*|sodium_.*|__u?(div|mod)ti3|__udivmodti4|msgpack_.*|_GLOBAL_OFFSET_TABLE_|__asan.*|__ubsan.*|__popcountdi2)$'
for f in $PURE_ROOMS; do
    for c in "$f"/*.c; do
        case $c in */sluice-*|*'*'*) continue ;; esac
        o=$B/obj/${c%.c}.o
        [ -e "$o" ] || continue
        nm -u "$o" | awk '{print $2}' | sort -u
        continue
    done
done | sort -u >"$B/lint.undefined"
find "$B/obj/common" "$B/obj/ingest" "$B/obj/features" "$B/obj/score" "$B/obj/risk" "$B/obj/execute" "$B/obj/ledger" -name '*.o' 2>/dev/null | xargs nm --defined-only 2>/dev/null | awk 'NF==3{print $3}' | sort -u >"$B/lint.defined"
comm -23 "$B/lint.undefined" "$B/lint.defined" | grep -vE "$allowed" | sed 's/^/lint: a pure room needs: /' >"$B/lint.impure"
[ -s "$B/lint.impure" ] && { cat "$B/lint.impure"; bad=1; }

# No dead code: a function that other files can call is called by one, or at least by its own (then tests may reach it
# too). Tables make the functions of records.def, so put_* and report_* are exempt.
objects=$(printf '%s\n' $product | sed -n "s#\(.*\)\.c\$#$B/obj/\1.o#p" | xargs ls 2>/dev/null)
nm --defined-only --extern-only $objects | awk 'NF==3 && $2=="T" {print $3}' | grep -vE '^(main|put_.*|report_.*)$' | sort -u >"$B/lint.external"
nm -u $objects | awk 'NF==2 {print $2}' | sort -u | comm -23 "$B/lint.external" - >"$B/lint.lonely"
cat $(printf '%s\n' $product | grep '\.c$') | grep -oE '[a-z_0-9]+' | sort | uniq -c | awk '$1 == 1 {print $2}' | sort |
    comm -12 "$B/lint.lonely" - | sed 's/^/lint: no product code calls /' >"$B/lint.dead"
[ -s "$B/lint.dead" ] && { cat "$B/lint.dead"; bad=1; }

# Functions of at most 60 lines; nothing of C beyond 100 columns.
awk 'FNR==1{start=0} /^[a-z].*\)$|^    .*\)$/{name=$0} /^\{/{start=FNR} /^\}/{ if (start && FNR-start>60) printf "lint: %s:%d: function of %d lines: %s\n", FILENAME, start, FNR-start, name; start=0 }' $(printf '%s\n' $sources | grep -v '^tests/') >"$B/lint.long"
awk 'length($0) > 100 { printf "lint: %s:%d: beyond 100 columns\n", FILENAME, FNR }' $sources $(git ls-files '*.def') >>"$B/lint.long"
[ -s "$B/lint.long" ] && { cat "$B/lint.long"; bad=1; }

# The whole tree is formatted by .clang-format (version 14, as Debian 12 has it: others differ in details).
if clang-format --version 2>/dev/null | grep -q ' 14\.'; then
    clang-format --dry-run --Werror $(printf '%s\n' $sources | grep '\.[ch]$') 2>&1 | grep 'error:' | sed 's/^/lint: /' >"$B/lint.format"
    [ -s "$B/lint.format" ] && { cat "$B/lint.format"; bad=1; }
else
    echo "lint: SKIP format: clang-format 14 is not installed"
fi

# One statement a line: no comma operator but in the head of a for loop.
if command -v clang >/dev/null 2>&1; then
    printf '%s\n' $sources | grep '\.c$' | xargs -P "$(nproc)" -n 12 clang -fsyntax-only -std=c11 -D_GNU_SOURCE '-DSLUICE_VERSION="0"' -I. -I"$B/gen" -Wno-everything -Wcomma 2>&1 |
        grep 'warning:\|error:' | sed 's/^/lint: /; s/possible misuse of comma operator here.*/statements joined by a comma/' | sort -u >"$B/lint.comma"
    [ -s "$B/lint.comma" ] && { cat "$B/lint.comma"; bad=1; }
else
    echo "lint: SKIP comma operators: clang is not installed"
fi

# A man page for each tool, with its options, environment and exit codes printed from the tables (man/tables.c). Only
# sluice-halt, which shares no code and no table with the others, lists its own by hand.
for t in "$B"/bin/sluice*; do
    t=$(basename "$t") page=man/$(basename "$t").1.in
    [ -e "$page" ] || { say "$t has no man page $page"; continue; }
    [ "$t" != sluice-halt ] || continue
    grep -qx '\.\\" @exit' "$page" || say "$page: EXIT STATUS is not printed from errors.def: .\\\" @exit"
    [ "$t" = sluice ] || for list in options environment; do
        grep -qxF ".\\\" @$list ${t#sluice-}" "$page" || say "$page: lacks .\\\" @$list ${t#sluice-}"
    done
done
for m in man/*.in; do
    [ "$m" != man/sluice-halt.1.in ] || continue
    awk '/^\.Sh /{ex=/EXIT STATUS/} /^\.It (Fl|Ev) |^\.It Cm .* No = / || ex && /^\.It [0-9]/ {print "lint: " FILENAME ":" FNR ": a list by hand; print it from the table"}' "$m"
done >"$B/lint.manual"
[ -s "$B/lint.manual" ] && { cat "$B/lint.manual"; bad=1; }
if command -v mandoc >/dev/null 2>&1; then
    for m in man/*.in; do
        m=$B/man/$(basename "$m" .in)
        mandoc -T lint -W warning "$m" | grep -v 'referenced manual not found\|missing date' && bad=1
    done
else
    echo "lint: SKIP man page syntax: mandoc is not installed"
fi
[ "$bad" = 0 ] && echo "lint: clean"
exit $bad
