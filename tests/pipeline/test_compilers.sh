#!/bin/sh
# test_compilers.sh - the hashes of a backtest are the same from other compilers and optimisations, which build without a warning. The four
# trees lie in build/compilers and are brought up to date by make. Needs clang for a part; SKIP without.
cd "$(dirname "$0")/../.."
. tests/tap.sh
. tests/pipeline/backtests.sh
tapes_make
for tape in $tapes; do
    backtest "$tape" "$tape" env
    is "$tape: a backtest" $? 0
done
other() { # COMPILER OPTIMISATION
    tree=$PWD/build/compilers/$1$2
    if ! make -s -j"$(nproc)" B="$tree" CC="$1" BUILD=release CFLAGS="$2" WERROR=1 tools >"$work/make" 2>&1; then
        result 1 "$1 $2 builds without a warning"
        head -5 "$work/make" | sed 's/^/# /'
        return
    fi
    for tape in $tapes; do same "built by $1 $2" "$tape" env PATH="$tree/bin:$PATH"; done
}
for optimisation in -O0 -O2; do
    other gcc $optimisation
    if command -v clang >/dev/null 2>&1; then other clang $optimisation; else skip "built by clang $optimisation" "clang is not installed"; fi
done
done_testing
