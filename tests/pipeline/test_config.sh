#!/bin/sh
# test_config.sh - `sluice config check`: every error of a configuration, one line each; every pipeline runs it first and starts
# nothing when the configuration is wrong. `sluice config show` prints no key.
cd "$(dirname "$0")/../.."
. tests/tap.sh
root=$PWD
cd "$work" || exit 1

# refuses NAME FILE LINE...: the check exits 2 and prints these lines, each once, and no other.
refuses() {
    name=$1 file=$2 st=0
    shift 2
    sluice-config check -c "$file" >out 2>err || st=$?
    is "$name: exit status" "$st" 2
    printf 'sluice-config: error: %s\n' "$@" >want
    is "$name: one line an error" "$(cat out err)" "$(cat want)"
}

printf '[risk]\nmax-open = 500\ncapitol-sol = 3\n[execute]\nroute = bundel\n' >many.conf
refuses "all errors of a file" many.conf \
    "many.conf:2: max-open must be a whole number from 0 to 256, not '500'" \
    "many.conf:3: unknown key 'capitol-sol' in [risk]; did you mean 'capital-sol'?" \
    "many.conf:5: route must be bundle, bundle_only, plain or auto, not 'bundel'; did you mean 'bundle'?"

printf '[strategy a]\nentry = age_s > 5 and uniq_byers_30s > 3\n[strategy b]\nentry = age_s > 5\nexit = age_s >\ntake = 30:3\n' >rules.conf
refuses "rules" rules.conf \
    "rules.conf:2: entry: column 15: there is no feature 'uniq_byers_30s'; did you mean 'uniq_buyers_30s'?" \
    "rules.conf:5: exit: column 8: the expression ends too early" \
    "rules.conf:6: take must be GAIN%:SHARE%,... such as 50%:40%,200%:100%, not '30:3'"

printf '[strategy a]\nentry = age_s > 5\nmodel = none.json\n' >model.conf
refuses "a model that is missing" model.conf "model.conf:3: model: the file 'none.json' does not exist"
echo '{}' >bad.json
printf '[strategy a]\nentry = age_s > 5\nmodel = bad.json\n' >model.conf
exits 2 "a model that is none" sluice-config check -c model.conf
is "is one line" "$(sluice-config check -c model.conf 2>&1 | wc -l)" 1

printf '[features]\nages = 30s,10s\n' >ages.conf
refuses "ages that fall" ages.conf "ages.conf:2: ages must rise: '10s' is not above the one before it"
printf '[execute]\nlatency-min-slots = 5\nlatency-max-slots = 4\n' >latency.conf
refuses "two options that contradict" latency.conf "latency.conf:3: latency-max-slots must not be below latency-min-slots (5)"
echo nonsense >leaders
printf '[sluice]\ntrading-env = live\n[execute]\navoid-leaders = leaders\n' >live.conf
echo more >>leaders
exits 2 "a file of leaders without addresses, when live" sluice-config check -c live.conf

printf '[sluice]\ntrading-env = lief\n' >env.conf
refuses "a word that is no choice" env.conf "env.conf:2: trading-env must be backtest, paper or live, not 'lief'; did you mean 'live'?"
exits 3 "a file that is missing" sluice-config check -c none.conf

# Settings that no version can use yet.
printf '[sluice]\ndatabase-url = postgres://u:secret@h/db\n' >later.conf
refuses "a setting that is not built" later.conf "later.conf:2: database-url (shared PostgreSQL ledger) is not built yet and nothing would use it; remove it"
exits 2 "is refused by stages too" sluice-features -c later.conf </dev/null
printf '[sluice]\nredis-url = redis://h\nhelius-api-key = k\nenable-flash-loans = yes\nenable-social-intelligence = yes\n' >adds.conf
exits 0 "one that would only add" sluice-config check -c adds.conf
is "is a warning each" "$(sluice-config check -c adds.conf 2>&1 | grep -c 'warning: adds.conf:[2-5]: .* is not built yet and has no effect')" 4

# What is fine is silent.
exits 0 "the shipped strategies" sluice-config check -c "$root/pipelines/strategy.conf"
is "no output" "$(sluice-config check -c "$root/pipelines/strategy.conf" 2>&1)" ""
exits 0 "no configuration at all" sluice-config check
{ printf '[strategy long]\nentry = age_s > 5'; i=0; while [ $i -lt 15 ]; do printf ' and uniq_buyers_30s > %d' $i; i=$((i + 1)); done; echo; } >long.conf
ok "a rule beyond 300 bytes" test "$(wc -L <long.conf)" -gt 300
exits 0 "on one line" sluice-config check -c long.conf

# The environment.
exits 2 "an unknown variable" env SLUICE_RISK_MAX_OPN=3 sluice-config check
is "one line, with the nearest name" "$(SLUICE_RISK_MAX_OPN=3 sluice-config check 2>&1)" "sluice-config: error: unknown environment variable 'SLUICE_RISK_MAX_OPN'; did you mean 'SLUICE_RISK_MAX_OPEN'?"
exits 2 "refused by every tool" env SLUICE_RISK_MAX_OPN=3 sluice-cat /dev/null
exits 2 "a wrong value" env SLUICE_FEATURES_SEED=x sluice-config check

# Every pipeline checks first: one line, exit 2, nothing is written.
sluice-sim --seed 3 --hours 0.1 --launches 5 -o tape.slu
cat >sluice-refuse.conf <<X
[strategy a]
entry = age_s > 5 and uniq_byers_30s > 3
X
for command in "backtest.sh tape.slu -o out.d" "paper.sh tape.slu -o out.d" "sweep.sh tape.slu -o out.d risk.max-open=1,2" "demo.sh out.d" "live/row.sh -d out.d"; do
    st=0
    timeout 20 "$root"/pipelines/$command -c sluice-refuse.conf >out 2>err || st=$?
    is "${command%% *}: exit status" "$st" 2
    is "${command%% *}: one line" "$(cat out err)" "sluice-config: error: sluice-refuse.conf:2: entry: column 15: there is no feature 'uniq_byers_30s'; did you mean 'uniq_buyers_30s'?"
    ok "${command%% *}: writes nothing" test ! -e out.d
done
st=0
SLUICE_CONFIG=sluice-refuse.conf SLUICE_RUN=$work/run SLUICE_SOURCE=false SLUICE_ENV=/dev/null timeout 20 "$root"/pipelines/live/live.sh up >out 2>&1 || st=$?
is "live.sh: exit status" "$st" 2
is "live.sh: one line of the check" "$(grep -c 'sluice-refuse.conf:2: entry: column 15' out)" 1

# No secret is printed.
cat >secret.conf <<X
[sluice]
solana-rpc-url = https://user:pass1@node.example/pass2?api-key=pass3
helius-api-key = pass4
jupiter-api-key = pass5
database-url = postgres://u:pass6@h/db
redis-url = redis://:pass7@h
quicknode-rpc = https://h.example/pass8/
[execute]
rpc = https://a.example/pass9,https://b.example/?k=pass10
jito = https://c.example/bundles?uuid=pass11
jito-uuid = pass12
[rpc]
rpc = https://d.example/pass13
[tx]
rpc = https://e.example/pass14
X
sluice-config show -c secret.conf >shown
is "no secret is shown" "$(grep -c "pass[0-9]" shown)" 0
ok "hosts are" grep -q 'rpc = https://a.example/...,https://b.example/...' shown
ok "a key is set, not shown" grep -q 'helius-api-key = (set, not shown)' shown
sluice-config show --origin -c secret.conf >shown
is "nor with origins" "$(grep -c "pass[0-9]" shown)" 0
done_testing
