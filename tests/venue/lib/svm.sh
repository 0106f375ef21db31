# svm.sh - a loopback chain for a test: . tests/venue/lib/svm.sh (brings tap.sh and the software, or skips); svm_start OPTION...; svm_stop.
# SVM_UNDER: a command to start it by (taskset ...). svm_port, svm_url: where it listens. market VERB...: tests/venue/lib/market.cjs on it. call METHOD [PARAMS]: JSON-RPC. wallet_make: the world, and a wallet of
# 100 SOL ($wallet) with its key in $work/k and the password in $work/pw. Sourced, not run.
. tests/tap.sh
svm_why=$(tests/venue/lib/setup.sh "$VENUE" 2>&1 >/dev/null) || skip_all "$(echo "$svm_why" | tail -1)"
svm_pid=
svm_start() {
    rm -f "$work/port"
    ${SVM_UNDER:-} node tests/venue/lib/svm.mjs "$VENUE" --port-file "$work/port" --log "$work/svm.log" "$@" >"$work/svm.out" 2>&1 &
    svm_pid=$!
    trap 'kill $svm_pid 2>/dev/null; rm -rf "$work"' EXIT
    for _ in $(seq 100); do [ -s "$work/port" ] && break; sleep 0.1; done
    [ -s "$work/port" ] || { sed 's/^/# /' "$work/svm.out"; result 1 "the loopback chain starts"; done_testing; exit 1; }
    svm_port=$(cat "$work/port")
    svm_url=http://127.0.0.1:$svm_port
    export svm_port svm_url
}
svm_stop() { kill "$svm_pid" 2>/dev/null; wait "$svm_pid" 2>/dev/null; svm_pid=; }
market() { node tests/venue/lib/market.cjs "$VENUE" "$svm_port" "$@"; }
call() { curl -s -m 10 -d "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$1\",\"params\":${2:-[]}}" "$svm_url"; }
wallet_make() {
    market world || { result 1 "the world is made"; done_testing; exit; }
    (umask 077; printf 'a password for tests\n' >"$work/pw"; market key wallet >"$work/k.json")
    wallet=$(umask 077; sluice-key import "$work/k.json" "$work/k" --kdf interactive --password-fd 0 <"$work/pw")
    call _airdrop "[\"$wallet\",100000000000]" >/dev/null
}
