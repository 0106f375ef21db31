#!/bin/sh
# test_corpus.sh - every input of the corpora through its target.
cd "$(dirname "$0")/../.."
. tests/tap.sh
for d in tests/fuzz/corpus/*/; do
    name=$(basename "$d")
    ok "corpus of $name ($(ls "$d" | wc -l) inputs)" "$B/fuzz/fuzz_$name" "$d"*
done
done_testing
