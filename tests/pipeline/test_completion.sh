#!/bin/sh
# test_completion.sh - bash completion, printed from the option table: verbs, options, choices and paths.
cd "$(dirname "$0")/../.."
. tests/tap.sh
command -v bash >/dev/null 2>&1 || skip_all "bash is not installed"
sluice completion bash >"$work/sluice.bash"
ok "it is bash" bash -n "$work/sluice.bash"
mkdir "$work/in" && touch "$work/in/tape.slu" "$work/in/my.conf"

# complete WORD...: what completing the last word gives, on one line.
complete() {
    (cd "$work/in" && bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sluice; echo ${COMPREPLY[*]}' "$work/sluice.bash" "$@" | tr ' ' '\n' | sort | tr '\n' ' ' | sed 's/ $//')
}
is "verbs" "$(complete sluice sta)" "stat"
is "verbs of the umbrella itself" "$(complete sluice comp)" "completion"
is "options of a tool" "$(complete sluice sim --pro)" "--profile"
is "the same by the tool's own name" "$(complete sluice-sim --pro)" "--profile"
is "options of every tool" "$(complete sluice sim --log)" "--log-level"
is "a stage has those of stages" "$(complete sluice-risk --state-)" "--state-in --state-out"
is "another tool has not" "$(complete sluice-cat --state-)" ""
is "short options" "$(complete sluice-risk -c)" "-c"
is "choices" "$(complete sluice sim --profile '')" "attack calm mania"
is "choices that begin so" "$(complete sluice-sim --profile ma)" "mania"
is "choices behind an equals sign" "$(complete sluice-sim --profile = ma)" "mania"
is "and right behind it" "$(complete sluice-sim --profile =)" "attack calm mania"
is "choices of a number" "$(complete sluice-execute --tip-percentile 9)" "95 99"
is "names of an enum" "$(complete sluice-risk --sell-only pumps)" "pumpswap"
is "names of records" "$(complete sluice-cat --only tra)" "trade transfer"
is "files for -c" "$(complete sluice-risk -c m)" "my.conf"
is "files for an input" "$(complete sluice-risk --input t)" "tape.slu"
is "no files for a number" "$(complete sluice-risk --max-open '')" ""
is "files for an operand" "$(complete sluice-cat t)" "tape.slu"
exits 2 "another shell" sluice completion fish
done_testing
