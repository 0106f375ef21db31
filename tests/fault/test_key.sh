#!/bin/sh
# test_key.sh - keys at rest as a new user meets them: every subcommand, wrong passwords, files and permissions; no byte of a key file can
# be changed unnoticed; an independent implementation opens it where there is one (Debian's python3-nacl).
cd "$(dirname "$0")/../.."
. tests/tap.sh
pw() { printf '%s\n' "$1"; }
key() { printf '%s\n' "$pass" | sluice-key "$@" --password-fd 0; }
kdf=--kdf=interactive
pass='correct horse battery'
exits 0 "new makes a key" key new "$work/k" $kdf
wallet=$(cat "$work/out")
is "its address is 32 bytes of base58" "$(printf %s "$wallet" | grep -cE '^[1-9A-HJ-NP-Za-km-z]{32,44}$')" 1
is "the file is 140 bytes, readable by its owner alone" "$(stat -c '%s %a' "$work/k")" "140 600"
exits 0 "show needs no password" sluice-key show "$work/k"
is "and names the wallet" "$(awk '/wallet/{print $2}' "$work/out")" "$wallet"
exits 0 "show --verify unlocks" key show --verify "$work/k"
exits 0 "export gives the Solana form" key export "$work/k" "$work/k.json" --yes
is "readable by its owner alone" "$(stat -c %a "$work/k.json")" 600
is "64 bytes" "$(tr ',' '\n' <"$work/k.json" | grep -c .)" 64
exits 0 "import takes it back" key import "$work/k.json" "$work/k2" $kdf
is "the same wallet" "$(cat "$work/out")" "$wallet"
exits 0 "export again" key export "$work/k2" "$work/k2.json" --yes
ok "byte for byte the same" cmp "$work/k.json" "$work/k2.json"
exits 0 "to standard output too" key export "$work/k2" - --yes
exits 0 "rotate changes the password" sh -c 'printf "new password here\n" >"$0/np"; printf "%s\n" "$1" | sluice-key rotate "$0/k2" --password-fd 0 --new-password-fd 3 --kdf interactive 3<"$0/np"' "$work" "$pass"
exits 9 "the old password is refused" key show --verify "$work/k2"
exits 0 "the new one opens" sh -c 'sluice-key show --verify "$0/k2" --password-fd 0 <"$0/np"' "$work"

pass=wrong exits 9 "a wrong password" key show --verify "$work/k"
ok "is said in one line" test "$(wc -l <"$work/err")" = 1
pass=wrong exits 9 "export with a wrong password" key export "$work/k" "$work/no.json" --yes
ok "writes nothing" test ! -e "$work/no.json"
pass= exits 9 "an empty password" key new "$work/k3" $kdf
ok "makes no file" test ! -e "$work/k3"
pass=$(head -c 2000 /dev/zero | tr '\0' x) exits 9 "a password that is too long" key new "$work/k3" $kdf
exits 3 "nothing is overwritten by new" key new "$work/k" $kdf
exits 3 "nor by import" key import "$work/k.json" "$work/k" $kdf
exits 3 "nor by export" key export "$work/k" "$work/k.json" --yes
exits 2 "export wants --yes where nobody can be asked" key export "$work/k" "$work/x.json"
exits 2 "an unknown kdf" key new "$work/k3" --kdf fast
exits 2 "no operands" sluice-key
exits 2 "an unknown word" sluice-key destroy "$work/k"
exits 2 "without a terminal or a descriptor" setsid sluice-key new "$work/k3" $kdf
exits 3 "a file that is not there" sluice-key show "$work/none"
exits 3 "a folder that is not there" key new "$work/none/k" $kdf
ln -s k "$work/link"
exits 9 "a symbolic link" sluice-key show "$work/link"
says() { ok "and says: $1" grep -q -- "$1" "$work/err"; }
exits 3 "a key that is not there" sluice-key show "$work/none"
says 'sluice-key new'
: >"$work/nothing"; chmod 600 "$work/nothing"
exits 9 "an empty file" sluice-key show "$work/nothing"
says 'is empty'
exits 9 "a keypair of Solana's where a key file is wanted" sluice-key show "$work/k.json"
says 'sluice-key import'
exits 4 "a key file where a keypair is wanted" key import "$work/k" "$work/k4" $kdf
says 'key file of sluice already'
cp "$work/k.json" "$work/wide.json" && chmod 644 "$work/wide.json"
exits 0 "a keypair that others can read is imported" key import "$work/wide.json" "$work/k5" $kdf
says 'move its funds to a new key'
exits 9 "the input ends before a password" sh -c 'sluice-key show --verify "$0" --password-fd 0 </dev/null' "$work/k"
says 'no password from'
exits 2 "a descriptor that is not open" sluice-key show --verify "$work/k" --password-fd 9
says '3<file'
exits 2 "a descriptor that is no number" sluice-key show --verify "$work/k" --password-fd pw
exits 2 "an unknown kdf is told before the password is asked for" sluice-key new "$work/k6" --kdf fast --password-fd 9
says 'interactive, moderate or sensitive'
exits 2 "rotate names the option" sh -c 'echo "$1" | setsid -w sluice-key rotate "$0" --password-fd 0' "$work/k" "$pass"
says '--new-password-fd'
if [ "$(id -u)" = 0 ]; then
    cp "$work/k" "$work/foreign" && chmod 600 "$work/foreign" && chown 12345 "$work/foreign"
    exits 9 "somebody else's file" sluice-key show "$work/foreign"
    says 'belongs to another user'
fi
exits 9 "a folder" sluice-key show "$work"
cp "$work/k" "$work/open" && chmod 644 "$work/open"
exits 9 "a file others can read" sluice-key show "$work/open"
ok "says what to do" grep -q chmod "$work/err"
head -c 139 "$work/k" >"$work/short" && chmod 600 "$work/short"
exits 9 "a cut file" sluice-key show "$work/short"
for json in '' '[]' '[1,2,3]' '{"a":1}' 'x' "[$(seq -s, 1 64)]" "[$(seq -s, 300 363)]"; do
    printf %s "$json" >"$work/bad.json"
    exits 4 "import refuses $(printf %.20s "$json")" key import "$work/bad.json" "$work/k4" $kdf
done
exits 3 "import from nowhere" key import "$work/none.json" "$work/k4" $kdf
ok "no file came of any of these" test ! -e "$work/k4"
ok "and no half-written one is left" sh -c '! ls "$0"/*.part 2>/dev/null' "$work"

if command -v python3 >/dev/null 2>&1; then
    # Every byte flipped: refused before or after the derivation, never accepted. Bytes of cost are bounded, so none takes long.
    printf '%s\n' "$pass" >"$work/pw"
    printf 'correct horse battery\n' >"$work/pw"
    cat >"$work/flip.py" <<'P'
import os, subprocess, sys
d = sys.argv[1]
good = open(d + '/k', 'rb').read()
bad = 0
for i in list(range(0, 20)) + list(range(20, 140, 7)) + [139]:
    f = bytearray(good); f[i] ^= 1 << (i % 8)
    p = d + '/flipped'
    fd = os.open(p, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600); os.write(fd, bytes(f)); os.close(fd)
    r = subprocess.run(['sluice-key', 'show', '--verify', p, '--password-fd', '0'], stdin=open(d + '/pw'), capture_output=True, timeout=60)
    if r.returncode not in (9, 6): bad += 1; print('byte', i, 'exit', r.returncode, r.stderr)
sys.exit(bad != 0)
P
    ok "a key file with any byte flipped is refused" python3 "$work/flip.py" "$work"
fi
p=; for c in /usr/bin/python3 python3; do "$c" -c 'import nacl.bindings' 2>/dev/null && { p=$c; break; }; done
if [ -n "$p" ]; then
    cat >"$work/open.py" <<'P'
import json, struct, sys
from nacl import bindings as b, pwhash
f = open(sys.argv[1], 'rb').read()
ops, mem = struct.unpack('<IQ', f[8:20])
key = pwhash.argon2id.kdf(32, sys.argv[2].encode(), f[20:36], opslimit=ops, memlimit=mem)
seed = b.crypto_aead_xchacha20poly1305_ietf_decrypt(f[92:], f[:92], f[36:60], key)
pk, sk = b.crypto_sign_seed_keypair(seed)
assert pk == f[60:92]
assert list(sk) == json.load(open(sys.argv[3]))
P
    ok "an independent implementation opens the file and finds the same key" "$p" "$work/open.py" "$work/k" "$pass" "$work/k.json"
else skip "an independent implementation opens the file" "no python3-nacl"; fi
if command -v script >/dev/null 2>&1; then
    (sleep 0.5; printf 'typed in secret\n'; sleep 0.5; printf 'typed in secret\n'; sleep 1) | script -qec "sluice-key new $work/t --kdf interactive" /dev/null >"$work/tty" 2>&1
    ok "a person is asked twice at the terminal" sluice-key show "$work/t"
    ok "and what they type is not shown" sh -c '! grep -q "typed in secret" "$0"' "$work/tty"
    tty() { (for typed in "$1" "$2"; do sleep 0.6; printf "$typed"; done; sleep 1) | script -qec "$3" /dev/null >"$work/tty" 2>&1; }
    tty '\004' '' "sluice-key new $work/t2 --kdf interactive"
    ok "an end of input at the prompt makes no file" test ! -e "$work/t2"
    ok "and is told" grep -q 'no password from' "$work/tty"
    tty 'one of these\n' 'another one\n' "sluice-key new $work/t3 --kdf interactive"
    ok "two different words make no file" test ! -e "$work/t3"
    ok "and are told" grep -q 'passwords differ' "$work/tty"
    tty '\003' '' "trap : INT; sluice-key new $work/t4; stty -a"
    ok "interrupted at the prompt, the terminal echoes again" grep -qE '(^| )echo ' "$work/tty"
fi
done_testing
