#!/bin/sh
# mutate.sh [WORD...] - are the tests sharp? Applies each one-line mutation of tests/mutants (those whose line contains one of the words) to a copy of
# the tree, builds it, runs the tests that the line names, and reports the mutants that survive: no test failed. Exit 1 when more than 5 % survive,
# 2 when the list is wrong: a text that is not exactly once in its file, or a mutant that does not compile. Not part of continuous integration.
#   MUTATE=DIR   where the copy is made (build/mutate); CC may name ccache
set -eu
cd "$(dirname "$0")/.."
root=$PWD scratch=${MUTATE:-$PWD/build/mutate}
mkdir -p "$scratch"
find "$scratch" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
git ls-files -z | tar --null -T - -cf - | tar -xf - -C "$scratch"
cd "$scratch"
B=$scratch/build
export B PATH="$B/bin:$PATH" LC_ALL=C TZ=UTC VENUE="$root/build/venue"
jobs=-j$(nproc)
build() { make -s "$jobs" ${CC:+CC="$CC"} "$@" >"$scratch/mutate.log" 2>&1; }
echo "mutate: building $scratch"
build all tests-build || { cat "$scratch/mutate.log"; exit 2; }

# target TEST: what make has to build for it
target() { case $1 in unit/*) echo "build/tests/${1#unit/}" ;; *) echo all ;; esac; }
run() { case $1 in unit/*) timeout 120 "$B/tests/${1#unit/}" ;; *) LIMIT=300 tests/one.sh "tests/$1.sh" ;; esac; } # TEST

# mutant FILE OLD NEW TESTS: 0 killed, 1 survived, 2 the line is wrong
mutant() {
    [ -f "$1" ] || { echo "mutate: no file $1"; return 2; }
    cp -p "$1" "$scratch/mutate.kept"
    OLD=$2 NEW=$3 perl -0pi -e '$n = () = /\Q$ENV{OLD}\E/g; s/\Q$ENV{OLD}\E/$ENV{NEW}/ if $n == 1; END { exit($n == 1 ? 0 : 1) }' "$1" || { cp "$scratch/mutate.kept" "$1"; echo "mutate: not exactly once in $1: $2"; return 2; }
    touch "$1"
    result=1
    for test in $4; do
        build "B=build" "$(target "$test")" || { result=2; echo "mutate: does not compile: $1: $3"; head -3 "$scratch/mutate.log"; break; }
        if ! run "$test" >"$scratch/mutate.out" 2>&1; then
            result=0
            break
        fi
    done
    cp "$scratch/mutate.kept" "$1"
    return $result
}

total=0 survived=0 wrong=0
while IFS= read -r line; do
    case $line in '#'* | '') continue ;; esac
    if [ $# -gt 0 ]; then
        for word; do case $line in *"$word"*) break ;; esac; word=''; done
        [ -n "$word" ] || continue
    fi
    file=${line%% @@ *} rest=${line#* @@ }
    old=${rest%% @@ *} rest=${rest#* @@ }
    new=${rest%% @@ *} tests=${rest#* @@ }
    total=$((total + 1)) status=0
    mutant "$file" "$old" "$new" "$tests" </dev/null || status=$?
    case $status in
    0) echo "killed    $file: $old -> $new ($test)" ;;
    1) survived=$((survived + 1)); echo "SURVIVED  $file: $old -> $new ($tests)" ;;
    *) wrong=$((wrong + 1)) ;;
    esac
done <"$root/tests/mutants"
echo "mutate: $total mutants, $survived survived, $wrong wrong lines"
[ "$wrong" = 0 ] || exit 2
[ $((survived * 20)) -le "$total" ]
