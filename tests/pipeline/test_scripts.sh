#!/bin/sh
# test_scripts.sh - the scripts of pipelines/: options, configuration, the kept stream, sweeps, and pipelines whose stage fails.
cd "$(dirname "$0")/../.."
. tests/tap.sh
P=$PWD/pipelines
unset SLUICE_CONFIG
sluice-sim --seed 7 --hours 0.5 --launches 80 --profile mania >"$work/t.slu"
cat >"$work/my.conf" <<'C'
[strategy mine]
entry = age_s >= 5 and uniq_buyers_30s >= 4
C
strategies() { sed -n '/"strategies":/s/.*"strategies":\(\[[^]]*\]\).*/\1/p' "$1/report.json" | grep -o '"name":"[a-z]*"' | tr '\n' ' '; } # DIR
hashes() { grep '^\(stream\|ledger\)-hash:' "$1"; }

# Options.
exits 0 "--help" pipelines/backtest.sh --help
exits 2 "no tape" pipelines/backtest.sh -o "$work/o"
exits 2 "no folder" pipelines/backtest.sh "$work/t.slu"
exits 2 "an unknown option" pipelines/backtest.sh "$work/t.slu" -o "$work/o" --fast 1
ok "is named" grep -q "unknown option '--fast'" "$work/err"
exits 2 "an option without its value" pipelines/paper.sh "$work/t.slu" -o
exits 2 "an operand too many" pipelines/backtest.sh "$work/t.slu" "$work/t.slu" -o "$work/o"
exits 3 "a tape that is not there" pipelines/paper.sh "$work/none.slu" -o "$work/o"
exits 3 "a configuration that is not there" pipelines/backtest.sh "$work/t.slu" -o "$work/o" -c "$work/none.conf"
printf '[risk]\nmax-opn = 3\n' >"$work/bad.conf"
for script in backtest paper; do
    exits 2 "$script: a misspelt key" pipelines/$script.sh "$work/t.slu" -o "$work/o" -c "$work/bad.conf"
    is "$script: one message, before any stage starts" "$(wc -l <"$work/err")" 1
done
exits 2 "an unknown transport" env TRANSPORT=ngn pipelines/backtest.sh "$work/t.slu" -o "$work/o"

# Backtest: the stream is kept, unless it is not wanted.
exits 0 "a backtest" pipelines/backtest.sh "$work/t.slu" -o "$work/b" -c "$work/my.conf"
cp "$work/out" "$work/b.txt"
is "trades the configuration" "$(strategies "$work/b")" '"name":"mine" '
is "keeps the whole stream: it has the printed hash" "$(sluice-verify "$work/b/run.slu.zst" | sed 's/.* hash \([0-9a-f]*\).*/stream-hash: \1/')" "$(grep ^stream-hash: "$work/b.txt")"
ok "with orders and fills in it" test "$(sluice-cat --only order,fill "$work/b/run.slu.zst" | wc -l)" -gt 20
exits 0 "KEEP=no" env KEEP=no pipelines/backtest.sh "$work/t.slu" -o "$work/k" -c "$work/my.conf"
is "the same hashes" "$(hashes "$work/out")" "$(hashes "$work/b.txt")"
ok "no stream" test ! -e "$work/k/run.slu.zst"
exits 0 "TRANSPORT=nng" env TRANSPORT=nng pipelines/backtest.sh "$work/t.slu" -o "$work/n" -c "$work/my.conf"
is "the same hashes by sockets" "$(hashes "$work/out")" "$(hashes "$work/b.txt")"
is "and the same stream" "$(sluice-verify "$work/n/run.slu.zst" | sed 's/.*ok//')" "$(sluice-verify "$work/b/run.slu.zst" | sed 's/.*ok//')"
for transport in pipe nng; do
    exits 0 "$transport: a tape on standard input" sh -c 'cat "$0/t.slu" | TRANSPORT=$2 timeout 60 "$1/backtest.sh" - -o "$0/i" -c "$0/my.conf"' "$work" "$P" $transport
    is "$transport: the same hashes" "$(hashes "$work/out")" "$(hashes "$work/b.txt")"
done
head -c 300000 "$work/t.slu" >"$work/cut.slu"
exits 1 "a truncated tape: the report of what came, exit 1" pipelines/backtest.sh "$work/cut.slu" -o "$work/c" -c "$work/my.conf"
ok "the report calls it incomplete" grep -q INCOMPLETE "$work/out"

# A stage that fails ends the pipeline with its status: no report, no process left, no hang.
for tool in features score risk execute ledger merge; do
    mkdir "$work/bin.$tool"
    printf '#!/bin/sh\nexit 7\n' >"$work/bin.$tool/sluice-$tool"
    chmod +x "$work/bin.$tool/sluice-$tool"
    for transport in pipe nng; do
        exits 7 "$transport: sluice-$tool fails" env PATH="$work/bin.$tool:$PATH" TRANSPORT=$transport timeout 60 pipelines/backtest.sh "$work/t.slu" -o "$work/fail" -c "$work/my.conf"
        ok "$transport: it is named, and there is no report" sh -c 'grep -q "error: the stage .* exited with status 7" "$0/err" && ! test -e "$0/fail/report.txt"' "$work"
    done
done
is "no process is left" "$(pgrep -fl "sluice-.*$work/fail")" ""

# Paper.
exits 0 "paper with a configuration" pipelines/paper.sh "$work/t.slu" -o "$work/p" -c "$work/my.conf" --speed 100000
is "trades that one" "$(strategies "$work/p")" '"name":"mine" '
is "as the backtest does" "$(hashes "$work/out")" "$(hashes "$work/b.txt")"
exits 0 "paper without one" pipelines/paper.sh "$work/t.slu" -o "$work/p" 100000
ok "names the strategy it trades" grep -q 'no -c and no SLUICE_CONFIG: using .*/strategy.conf' "$work/err"
printf '#!/bin/sh\n%s "$@"; exit 7\n' "$(command -v sluice-replay)" >"$work/bin.merge/sluice-replay"
chmod +x "$work/bin.merge/sluice-replay"; rm "$work/bin.merge/sluice-merge"
exits 7 "paper ends as its replay does" env PATH="$work/bin.merge:$PATH" pipelines/paper.sh "$work/t.slu" -o "$work/p" -c "$work/my.conf" --speed 100000
exits 0 "replay prints trades" pipelines/replay.sh "$work/t.slu" --speed 1000000
ok "of the tape" grep -q '^trade' "$work/out"

# Sweep.
sweep() { pipelines/sweep.sh "$work/t.slu" -o "$work/s" "$@"; }
rows() { sed 1d "$work/out" | wc -l | tr -d ' '; }
exits 0 "a sweep of one setting" sweep -c "$work/my.conf" risk.max-open=1,2,10
is "is a run a value" "$(rows)" 3
is "of the configuration that was given" "$(strategies "$work/s/2")" '"name":"mine" '
is "its runs differ in the setting" "$(cat "$work"/s/?/sweep.conf | grep -c '^max-open = \(1\|2\|10\)$')" 3
ok "and in their result" test "$(sed 1d "$work/out" | awk '{print $2}' | sort -u | wc -l)" -ge 2
ok "the table is kept" cmp "$work/out" "$work/s/sweep.txt"
is "the number of runs deflates the Sharpe ratio" "$(sluice-report --trials 3 "$work/s/1/run.db" | cmp - "$work/s/1/report.txt" && echo same)" same
exits 0 "a ladder is one value" sweep -c "$work/my.conf" strategy.mine.take=40%:40%,120%:60%
is "one run" "$(rows) $(cat "$work/s/1/sweep.conf" | tr '\n' ' ')" "1 [strategy mine] take = 40%:40%,120%:60% "
exits 0 "two ladders times two limits" sweep -c "$work/my.conf" --grid 'strategy.mine.take=40%:40%,120%:60%;30%:100%' --grid risk.max-open=2,10
is "four runs, each other" "$(rows) $(cat "$work"/s/[1-4]/sweep.conf | tr '\n' ' ' | sed 's/\[strategy/\n&/g' | sort -u | grep -c take)" "4 4"
printf '[risk]\nmax-open = 3\n' >"$work/three.conf"
exits 0 "two configurations" sweep -c "$work/my.conf" -c "$work/three.conf" risk.min-trade-sol=0.02
exits 2 "a key that is none" sweep -c "$work/my.conf" risk.max-opn=1,2
is "is a failed row a value" "$(grep -c '^[12] *failed' "$work/out")" 2
ok "with the reason" grep -q "did you mean 'max-open'" "$work/out"
exits 2 "no grid" sweep -c "$work/my.conf"
exits 2 "a grid without values" sweep -c "$work/my.conf" --grid risk.max-open
exits 2 "a sweep of standard input" pipelines/sweep.sh - -o "$work/s" risk.max-open=1
is "it splits no value of a setting that takes a list" "$(sed -n 's/^OPTION(\(strategy\|risk\|features\|score\|execute\), "\([a-z-]*\)", \([A-Z0-9]*\), "\([^"]*\)".*/\2 \3 \4/p' common/run/options.def | awk '$2 == "LIST" || $3 ~ /,/ {print $1}' | while read -r key; do grep -q " \*\.$key=\*" pipelines/sweep.sh || echo "$key"; done)" ""

# Live: a wrong configuration is no reason to start again.
live() { env SOLANA_RPC_URL=http://127.0.0.1:9 timeout 30 pipelines/live/row.sh -d "$work/live" "$@"; }
exits 2 "live: a misspelt key" live -c "$work/bad.conf"
ok "its message is on standard error" grep -q "did you mean 'max-open'" "$work/err"
printf '[sluice]\ntrading-env = live\n[strategy x]\nentry = uniq_byers_30s > 1\n' >"$work/rule.conf"
exits 2 "live: a rule with an unknown feature" live -c "$work/rule.conf"
ok "its message is on standard error" grep -q "uniq_byers_30s" "$work/err"
ok "nothing was started" test ! -e "$work/live/log"
printf '[sluice]\ntrading-env = live\n' >"$work/unsigned.conf"
exits 2 "live: a stage that is without its signer" live -c "$work/unsigned.conf"
ok "its message is on standard error, and what to do" sh -c 'grep -q "signer" "$0" && grep -q "mend it and start again" "$0"' "$work/err"
is "it was not started again" "$(grep -c 'started again' "$work/live/log")" 0
is "no process is left" "$(pgrep -fl "$work/live")" ""
done_testing
