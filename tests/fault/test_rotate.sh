#!/bin/sh
# test_rotate.sh - a new password while the signer runs and signs: it goes on with the key it has; the file is the old or the new one at any
# moment, and whenever the rotation is killed exactly one password opens it. (test_private.c kills at each system call.)
cd "$(dirname "$0")/../.."
. tests/tap.sh
python=$(command -v python3) || skip_all "no python3 to talk to the socket"
mkdir "$work/keys"
k=$work/keys/k
word() { printf 'password number %s\n' "$1" >"$work/pw$1"; }
word 0
wallet=$(sluice-key new "$k" --kdf interactive --password-fd 0 <"$work/pw0")
export wallet
ask() { "$python" tests/fault/sign_ask.py "$work/s" "$@"; }
start() { rm -f "$work/sign.out"; sluice-sign --key "$k" --socket "$work/s" --password-fd 0 --counters "$work/c" --max-hour-sol 9000 --max-day-sol 9000 "$@" <"$work/pw$now" >"$work/sign.out" 2>&1 & pid=$!; for _ in $(seq 100); do grep -q answering "$work/sign.out" 2>/dev/null && break; kill -0 $pid 2>/dev/null || break; sleep 0.05; done; }
opens() { sluice-key show --verify "$k" --password-fd 0 <"$work/pw$1" >/dev/null 2>&1; }
rotate() { exec sluice-key rotate "$k" --kdf interactive --password-fd 3 --new-password-fd 4 3<"$work/pw$1" 4<"$work/pw$2"; }
now=0
start --counters-new
"$python" tests/fault/sign_ask.py "$work/s" flood "$work/sum" 100000 & flood=$!
for _ in $(seq 200); do [ -e "$work/sum.going" ] && break; sleep 0.02; done
word 1
exits 0 "rotated while the signer signs" sh -c 'exec sluice-key rotate "$0" --kdf interactive --password-fd 3 --new-password-fd 4 3<"$1/pw0" 4<"$1/pw1"' "$k" "$work"
ok "the new password opens the file" opens 1
ok "the old one does not" sh -c '! sluice-key show --verify "$0" --password-fd 0 <"$1"' "$k" "$work/pw0"
is "the file is its owner's alone" "$(stat -c '%s %a' "$k")" "140 600"
is "of the same wallet" "$(sluice-key show "$k" | awk '/wallet/{print $2}')" "$wallet"
now=1 next=2 both=0 neither=0 torn=0 done_count=0 left=0
for s in 0.001 0.005 0.02 0.04 0.055 0.07 0.085 0.1 0.115 0.13 0.145 0.16 0.175 0.19 0.205 0.22 0.24 0.26 0.3 3; do
    word $next
    (rotate $now $next) 2>/dev/null & rotating=$!
    sleep $s; kill -KILL $rotating 2>/dev/null; wait $rotating 2>/dev/null && done_count=$((done_count + 1))
    [ "$(stat -c '%s %a' "$k")" = "140 600" ] || torn=$((torn + 1))
    [ "$(ls "$work/keys" | wc -l)" -le 2 ] || left=$((left + 1))
    old=0 new=0
    opens $now && old=1
    opens $next && new=1
    case $old$new in 11) both=$((both + 1)) ;; 00) neither=$((neither + 1)) ;; 01) now=$next ;; esac
    next=$((next + 1))
done
is "killed at twenty moments: never both passwords, never none, never another file" "$both $neither $torn $left" "0 0 0 0"
ok "some were killed in time and some not ($done_count were done)" test $done_count -gt 0 -a $done_count -lt 20
word $next
(rotate $now $next); now=$next
is "after one that was not killed there is one file and no more" "$(ls "$work/keys")" k
ok "the signer signed all the while" kill -0 $flood
is "and signs now" "$(ask sign 1000)" signed
kill -KILL "$pid"; wait "$pid" 2>/dev/null; wait $flood
read -r _ last <"$work/sum"
ok "$((last - 100000)) messages meanwhile" test "$((last - 100000))" -gt 1000
start
is "started again with the newest password it signs" "$(ask sign 1001)" signed
kill -TERM "$pid"; wait "$pid"
word other
exits 9 "rotate with a wrong password" sh -c 'exec sluice-key rotate "$0" --kdf interactive --password-fd 3 --new-password-fd 4 3<"$1/pwother" 4<"$1/pw1"' "$k" "$work"
exits 9 "and with an empty new one" sh -c 'exec sluice-key rotate "$0" --kdf interactive --password-fd 3 --new-password-fd 4 3<"$1" 4</dev/null' "$k" "$work/pw$now"
ok "leave the file as it was" opens $now
done_testing
