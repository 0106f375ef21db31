#!/bin/sh
# test_sign.sh - the signer as a process: it unlocks, locks itself in, answers on its socket, refuses by rule, survives what clients do to it,
# keeps the key in one place, and goes when told.
cd "$(dirname "$0")/../.."
. tests/tap.sh
python=$(command -v python3) || skip_all "no python3 to talk to the socket"
printf 'a password for tests\n' >"$work/pw"
wallet=$(sluice-key new "$work/k" --kdf interactive --password-fd 0 <"$work/pw")
sluice-key export "$work/k" "$work/k.json" --yes --password-fd 0 <"$work/pw"
start() { rm -f "$work/sign.out"; sluice-sign --key "$work/k" --socket "$work/s" --password-fd 0 "$@" <"$work/pw" >"$work/sign.out" 2>&1 & pid=$!; for _ in $(seq 100); do grep -q answering "$work/sign.out" 2>/dev/null && break; kill -0 $pid 2>/dev/null || break; sleep 0.05; done; }
exits 2 "without a key" sluice-sign --socket "$work/s"
exits 2 "without a socket" sluice-sign --key "$work/k"
exits 9 "with a wrong password" sh -c 'echo no | sluice-sign --key "$0/k" --socket "$0/s" --password-fd 0' "$work"
exits 2 "with a destination that is none" sh -c 'sluice-sign --key "$0/k" --socket "$0/s" --destination x --password-fd 0 <"$0/pw"' "$work"
start
ok "it warns that without counters the limits are forgotten" grep -q 'no counters file is named' "$work/sign.out"
ok "it starts and says which wallet and which caps" grep -q "$wallet" "$work/sign.out"
is "its socket is its owner's alone" "$(stat -c %a "$work/s")" 600
exits 3 "a second signer is refused" sh -c 'sluice-sign --key "$0/k" --socket "$0/s" --password-fd 0 <"$0/pw"' "$work"
cat >"$work/talk.py" <<'P'
import base64, hashlib, socket, struct, subprocess, sys, json, time, os
path, wallet, pid = sys.argv[1], sys.argv[2], sys.argv[3]
n = bad = 0
def ok(good, what):
    global n, bad
    n += 1; bad += not good
    print(('' if good else 'not ') + 'ok - ' + what)
def conn():
    s = socket.socket(socket.AF_UNIX); s.settimeout(3); s.connect(path); return s
def ask(s, kind, body=b''):
    s.sendall(struct.pack('<HB', len(body) + 1, kind) + body)
    h = b''
    while len(h) < 3: h += s.recv(3 - len(h))
    k, status = struct.unpack('<HB', h)
    b = b''
    while len(b) < k - 1: b += s.recv(k - 1 - len(b))
    return status, b
def message(instructions, payer=wallet):
    d = {'payer': payer, 'blockhash': '11111111111111111111111111111111', 'keys': {'from': wallet, 'payer': wallet}, 'instructions': [{'name': 'compute_budget.set_compute_unit_limit', 'arguments': {'units': 1000}}] + instructions}
    b = base64.b64decode(subprocess.run(['sluice-tx', 'build'], input=json.dumps(d), capture_output=True, text=True, check=True).stdout)
    return b[1 + 64 * b[0]:]
tip = lambda v: {'name': 'system.transfer', 'keys': {'to': 'jito_tip_0'}, 'arguments': {'lamports': v}}
s = conn()
st, b = ask(s, 2); ok(st == 0 and len(b) == 72, 'status answers')
m = message([tip(10000)]); st, sig = ask(s, 1, m); ok(st == 0 and len(sig) == 64, 'a tip is signed')
open(sys.argv[4], 'wb').write(sig + m)
st, why = ask(s, 1, message([tip(10_000_001)])); ok(st == 1 and why.startswith(b'tip:'), 'a large one is refused by its rule: ' + why.decode())
st, why = ask(s, 1, message([{'name': 'system.transfer', 'keys': {'to': '62qc2CNXwrYqQScmEdiZFFAnJR262PxWEuNQtxfafNgV'}, 'arguments': {'lamports': 1}}])); ok(st == 1 and why.startswith(b'destinations:'), 'SOL to a stranger is refused')
for junk in (b'', b'\x00', os.urandom(200), b'\x80' * 1300, m[:-1], m + b'x'):
    st, why = ask(s, 1, junk); ok(st == 1 and why.startswith(b'form:'), 'no message: ' + why.decode())
st, why = ask(conn(), 9); ok(st == 2, 'an unknown request is said to be one')
t = conn(); t.sendall(struct.pack('<H', 60000)); time.sleep(0.1); ok(t.recv(10) == b'', 'an impossible length ends the client')
many = [conn() for _ in range(20)]; time.sleep(0.1)
for c in many: c.close()
time.sleep(0.1)
half = conn(); half.sendall(struct.pack('<H', 500) + b'\x01abc')
st, b = ask(conn(), 2); ok(st == 0, 'it answers others while one has said half a word, after 20 came at once')
reader = conn()
try:
    for _ in range(3000): reader.sendall(struct.pack('<HB', 1, 2))
except OSError: pass
reader.close()
st, b = ask(conn(), 2); ok(st == 0, 'it answers after one that asks and never reads')
lat = []
s = conn()
for i in range(2000):
    mm = m[:-8] + struct.pack('<Q', 1000 + i)
    a = time.perf_counter(); st, b = ask(s, 1, mm); lat.append(time.perf_counter() - a)
    if st != 0: ok(False, b.decode()); break
lat.sort(); print('# sign over the socket, from Python: median %.0f us, p99 %.0f us' % (lat[len(lat)//2] * 1e6, lat[len(lat)*99//100] * 1e6))
# After some 2000 signatures: no word of the seed but where it is kept, none of what signing derives from it (SHA-512, clamped or not), in
# either byte order, in any mapping, the stack included; and no password.
try:
    seed = bytes(json.load(open(sys.argv[5]))[:32]); az = hashlib.sha512(seed).digest(); clamped = bytes([az[0] & 248]) + az[1:31] + bytes([az[31] & 63 | 64])
    words = lambda b: [b[i:i + 8] for i in range(0, len(b), 8)]
    secret = set(words(seed) + words(az) + words(clamped)); secret |= {w[::-1] for w in secret}
    found = {w: 0 for w in secret}; whole = passwords = stack = regions = 0
    mem = open('/proc/%s/mem' % pid, 'rb')
    for l in open('/proc/%s/maps' % pid):
        a, p = l.split()[:2]
        if 'r' not in p or '[v' in l: continue
        lo, hi = (int(x, 16) for x in a.split('-'))
        try:
            for at in range(lo, min(hi, lo + (1 << 30)), 1 << 24): # shadow memory of sanitizers is huge and empty
                mem.seek(at); b = mem.read(min(1 << 24, hi - at) + (32 if hi - at > 1 << 24 else 0))
                for w in secret: found[w] += b.count(w)
                whole += b.count(seed); passwords += b.count(b'a password for tests'); regions += 1; stack += '[stack]' in l
        except OSError: pass
    ok(whole == 1 and stack > 0, 'the key is in memory once (%d; %d regions, the stack among them)' % (whole, regions))
    ok(all(found[w] == (w in words(seed)) for w in secret), 'no part of it, nor of what signing makes of it, is anywhere else (%s)' % sorted(v for w, v in found.items() if v != (w in words(seed))))
    ok(passwords == 0, 'the password is nowhere')
except (PermissionError, FileNotFoundError) as e: print('# key in memory: not looked for (%s)' % e)
lim = [l for l in open('/proc/%s/limits' % pid) if l.startswith('Max core')][0].split()
ok(lim[4] == '0' and lim[5] == '0', 'it leaves no core')
ok('Seccomp:\t2' in open('/proc/%s/status' % pid).read(), 'the kernel says it is filtered')
st, b = ask(conn(), 3); ok(st == 0, 'told to lock, it does')
print('1..%d' % n); sys.exit(bad != 0)
P
# The verifier of signatures is OpenSSL's, by way of sluice-tx (libsodium checks) and of the runtime in the venue tests.
exits 0 "it answers, refuses, and outlives bad clients" "$python" "$work/talk.py" "$work/s" "$wallet" "$pid" "$work/signed" "$work/k.json"
grep '^not ok\|^#' "$work/out" | sed 's/^not ok/# not ok/'
wait $pid
is "after the lock it is gone, with 0" $? 0
{ printf '\001'; cat "$work/signed"; } >"$work/tx"
sluice-tx decode --encoding raw "$work/tx" >"$work/shown"
ok "what it signed is valid" grep -q 'signature   valid' "$work/shown"
# ---- counters over restarts ----
export wallet
ask() { "$python" tests/fault/sign_ask.py "$work/s" "$@"; }
# refused CODE WHAT TEXT OPTION...: it ends with this code and says this, before it asks for the password or answers
refused() { want=$1 what=$2 text=$3; shift 3; rc=0; sluice-sign --key "$work/k" --socket "$work/s" --password-fd 9 "$@" >"$work/err" 2>&1 || rc=$?; is "$what: said before the key is unlocked" "$rc $(grep -c "$text" "$work/err") $(grep -c answering "$work/err")" "$want 1 0"; }
refused 3 "no key file" 'sluice-key new' --key "$work/none"
refused 9 "a folder for a key" 'is a directory' --key "$work"
refused 9 "a Solana keypair for a key" 'sluice-key import' --key "$work/k.json"
cp "$work/k" "$work/wide" && chmod 640 "$work/wide"
refused 9 "a key that others can read" 'chmod 600' --key "$work/wide"
refused 2 "a descriptor that is not open" 'is not open'
refused 2 "the key as an operand" 'named by --key' "$work/k"
refused 3 "a file where the socket is to be" 'is not a socket' --socket "$work/pw"
refused 3 "a folder that is not there for the socket" 'its directory does not exist' --socket "$work/none/s"
refused 3 "no counters file yet" 'start with --counters-new' --counters "$work/c"
start --counters "$work/c" --counters-new
is "its counters are made, its owner's alone" "$(stat -c '%a %s' "$work/c")" "600 57344"
is "two are signed" "$(ask sign 10000 10001 | tr '\n' ' ')" "signed signed "
left=$(ask left)
is "the day knows" "$left" $((20000000000 - 2 * 5000 - 10000 - 10001))
is "the status counts them" "$(ask status)" "$left 2 0"
is "one more is counted" "$(ask sign 9999; ask left)" "signed
$((left - 5000 - 9999))"
left=$((left - 5000 - 9999))
refused 3 "the counters are in use" 'in use by another signer' --counters "$work/c" --socket "$work/s2"
exits 0 "--check reads them meanwhile" sluice-sign --check --key "$work/k" --counters "$work/c"
ok "and says what is left" grep -q "of which 19.999955 are left" "$work/out"
kill -KILL "$pid"; wait "$pid" 2>/dev/null
start --counters "$work/c"
is "killed and started again, it still knows" "$(ask left)" "$left"
is "what was signed before is signed again" "$(ask sign 10001)" signed
is "and not counted again" "$(ask left)" "$left"
kill -TERM "$pid"; wait "$pid"
start --counters "$work/c" --max-day-sol 0.00004
is "under a smaller limit the next is refused" "$(ask sign 10002)" day
is "the one signed before is not, and is no way around it" "$(ask sign 10000 10003 10001 10004 | tr '\n' ' ')" "signed day signed day "
kill -TERM "$pid"; wait "$pid"
refused 3 "made a second time" 'start without --counters-new' --counters "$work/c" --counters-new
refused 3 "a folder that is not there" 'unable to create' --counters "$work/none/c" --counters-new
refused 2 "counters-new without counters" 'require a file' --counters-new
printf 'a password for tests\n' | sluice-key new "$work/other" --kdf interactive --password-fd 0 >/dev/null
refused 9 "counters of another wallet" 'counts for another wallet' --counters "$work/c" --key "$work/other"
refused 9 "a folder" 'is a directory' --counters "$work"
ln -s c "$work/c.link"
refused 9 "a symbolic link" 'symbolic link' --counters "$work/c.link"
chmod 640 "$work/c"
refused 9 "counters that others can read" 'chmod 600' --counters "$work/c"
chmod 600 "$work/c"
: >"$work/empty"; chmod 600 "$work/empty"
refused 9 "an empty file" 'is empty' --counters "$work/empty"
refused 9 "the key file" 'is not a counters file of sluice' --counters "$work/k"
cp "$work/c" "$work/damaged"; for at in 100 28772; do printf 'XXXX' | dd of="$work/damaged" bs=1 seek=$at conv=notrunc 2>/dev/null; done
refused 9 "both slots damaged" 'is damaged' --counters "$work/damaged"
cp "$work/c" "$work/c1"
exits 3 "a file that cannot be written" sh -c 'trap "" XFSZ; ulimit -f 1; exec sluice-sign --key "$0/k" --socket "$0/s" --counters "$0/c1" --password-fd 9 2>/dev/null' "$work"
exits 3 "a file that cannot be written whole" sh -c 'trap "" XFSZ; ulimit -f 56; exec sluice-sign --key "$0/k" --socket "$0/s" --counters "$0/c1" --password-fd 9 2>&1' "$work"; ok "says why" grep -q "unable to write .*File too large" "$work/out" "$work/err"
# While it runs: the slot that is written next lies beyond a limit of 28672 bytes, as on a full disk.
generation() { "$python" -c 'import struct,sys; b=open(sys.argv[1],"rb").read(); print(max(struct.unpack("<Q", b[at+8:at+16])[0] for at in (0, 28672)))' "$1"; }
cp "$work/c" "$work/c2"
[ $(($(generation "$work/c2") % 2)) = 1 ] || { start --counters "$work/c2"; kill -TERM "$pid"; wait "$pid"; }
cp "$work/c2" "$work/whole"
if command -v prlimit >/dev/null 2>&1; then
    start --counters "$work/c2"
    prlimit --pid "$pid" --fsize=28672:unlimited
    before=$(ask left)
    is "when a count cannot be written nothing is signed, not even the second time" "$(ask sign 20000 20001 20000 | tr '\n' ' ')" "counters counters counters "
    is "the signer still answers" "$(ask status | cut -d' ' -f2-)" "0 3"
    ok "the limits count what could not be written" test "$(ask left)" -lt "$before"
    is "the operator reads one message" "$(grep -c 'unable to write the counters file' "$work/sign.out")" 1
    prlimit --pid "$pid" --fsize=unlimited:unlimited
    is "once there is room it signs again" "$(ask sign 20000)" "signed"
    left=$(ask left)
    kill -KILL "$pid"; wait "$pid" 2>/dev/null
    start --counters "$work/c2"
    is "and nothing was forgotten" "$(ask left)" "$left"
    kill -TERM "$pid"; wait "$pid"
    is "SIGTERM ends it with 0" $? 0
else
    skip "a full disk" "no prlimit to make one"
fi
cat "$work/whole" >"$work/c2"
start --counters "$work/c2"
: >"$work/c2"
is "a file that is truncated while it runs gets the next count" "$(ask sign 20000 | tr '\n' ' ')" "signed "
kill -TERM "$pid"; wait "$pid"
refused 9 "but a new start does not trust what is left of it" 'is not a counters file of sluice' --counters "$work/c2"
cat "$work/whole" >"$work/c2"
start --counters "$work/c2" --counters-sync
is "synced to the disk: signed too" "$(ask sign 30000 30001 | tr '\n' ' ')" "signed signed "
kill -TERM "$pid"; wait "$pid"
# kill -9 at any moment, again and again: what was answered is counted; beyond it at most the one that was under way.
start --counters "$work/c3" --counters-new --max-hour-sol 2000 --max-day-sol 2000
sum=0 next=100000 wrong=0 rounds=0
for ms in 03 11 20 24 31 42 55 61 77 83 94 99; do
    "$python" tests/fault/sign_ask.py "$work/s" flood "$work/sum" $next & flood=$!
    for _ in $(seq 200); do [ -e "$work/sum.going" ] && break; sleep 0.02; done
    sleep "0.0$ms"; kill -KILL "$pid"; wait "$pid" 2>/dev/null; wait $flood
    read -r got next <"$work/sum"; rm -f "$work/sum" "$work/sum.going"; sum=$((sum + got))
    start --counters "$work/c3" --max-hour-sol 2000 --max-day-sol 2000
    spent=$((2000000000000 - $(ask left))) rounds=$((rounds + 1))
    { [ "$spent" -ge "$sum" ] && [ "$spent" -le $((sum + next + 5000)) ]; } || { wrong=$((wrong + 1)); echo "# round $ms: answered $sum, counted $spent"; }
    sum=$spent next=$((next + 1))
done
is "killed $rounds times while it signed: nothing that was answered is forgotten" "$wrong" 0
ok "and it did sign ($((next - 100000)) messages, $sum lamports)" test $((next - 100000)) -gt 100
kill -TERM "$pid"; wait "$pid"

# ---- the policy as a person reads it, and chosen ----
exits 0 "--check without anything" sluice-sign --check
ok "names what is signed" grep -q 'pump_swap .*buy, buy_exact_quote_in, sell' "$work/out"
exits 0 "--check with a choice" sluice-sign --check --allow compute_budget --allow system.transfer,pump --deny pump.buy --destination 62qc2CNXwrYqQScmEdiZFFAnJR262PxWEuNQtxfafNgV
sed -n '/^signed/,/^not signed/p' "$work/out" >"$work/signed.kinds"
ok "shows it" grep -q 'pump  *buy_exact_sol_in' "$work/signed.kinds"
is "and no more" "$(grep -c raydium "$work/signed.kinds")" 0
ok "with the destination" grep -q 62qc2CNXwr "$work/out"
exits 2 "an unknown instruction" sluice-sign --check --allow pump.bye
ok "names the nearest" grep -q "did you mean 'pump.buy'" "$work/err"
exits 2 "an unknown program to deny" sluice-sign --check --deny raydum_v4
exits 2 "one that nothing bounds" sluice-sign --check --allow default,token.approve
ok "says so" grep -q 'no rule that bounds' "$work/err"
exits 9 "--check with a key that is none" sluice-sign --check --key "$work/pw"
start --deny system.transfer
is "what is denied is not signed" "$(ask sign 10000)" instructions
kill -TERM "$pid"; wait "$pid"

# ---- nobody else of the same user reads its memory ----
home=$work/home; as=; mkdir "$home"; cp "$B/bin/sluice-sign" "$work/k" "$work/pw" "$home"
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null 2>&1; then
    chmod 755 "$work"; chown -R 65534:65534 "$home"
    as="setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --bounding-set=-all"
fi
cat >"$work/spy.py" <<'P'
import ctypes, os, sys
pid, bad = int(sys.argv[1]), []
for name in ('mem', 'environ', 'fd', 'maps'):
    try:
        if name == 'fd': os.listdir('/proc/%d/fd' % pid)
        else: open('/proc/%d/%s' % (pid, name), 'rb').read(1)
        bad.append(name)
    except PermissionError: pass
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
for how in (16, 0x4206): # attach, seize
    if libc.ptrace(how, pid, None, None) == 0: bad.append('ptrace %d' % how)
class iov(ctypes.Structure): _fields_ = [('p', ctypes.c_void_p), ('n', ctypes.c_size_t)]
buf = ctypes.create_string_buffer(16)
l, r = iov(ctypes.addressof(buf), 16), iov(0x400000, 16)
if libc.process_vm_readv(pid, ctypes.byref(l), 1, ctypes.byref(r), 1, 0) >= 0 or ctypes.get_errno() != 1: bad.append('process_vm_readv')
print('uid %d, %s' % (os.getuid(), bad or 'nothing')); sys.exit(bool(bad))
P
cp "$work/spy.py" "$home/spy.py"; chmod 644 "$home/spy.py"
spy=$python; $as "$spy" -c 1 2>/dev/null || spy=/usr/bin/python3
(cd "$home" && exec $as ./sluice-sign --key k --socket s --password-fd 0 <pw >sign.out 2>&1) & pid=$!
for _ in $(seq 100); do grep -q answering "$home/sign.out" 2>/dev/null && break; kill -0 $pid 2>/dev/null || break; sleep 0.05; done
ok "it runs as a plain user" grep -q answering "$home/sign.out"
if $as "$spy" -c 1 2>/dev/null; then exits 0 "a process of the same user reads neither its memory nor its descriptors, and cannot trace it" $as "$spy" "$home/spy.py" "$pid"; sed 's/^/# /' "$work/out"
else skip "a process of the same user reads neither its memory nor its descriptors" "no python3 that this user may run"; fi
kill -TERM "$pid"; wait "$pid"

start
ok "a new one takes over the socket of one that went" kill -0 "$pid"
kill -TERM "$pid"; wait "$pid"
is "SIGTERM ends it in order" $? 0
done_testing
