#!/bin/sh
# test_sign.sh - the signer as a process: it unlocks, locks itself in, answers on its socket, refuses by rule, survives what clients do to it,
# keeps the key in one place, and goes when told.
cd "$(dirname "$0")/../.."
. tests/tap.sh
python=$(command -v python3) || skip_all "no python3 to talk to the socket"
printf 'a password for tests\n' >"$work/pw"
wallet=$(sluice-key new "$work/k" --kdf interactive --password-fd 0 <"$work/pw")
sluice-key export "$work/k" "$work/k.json" --yes --password-fd 0 <"$work/pw"
start() { sluice-sign --key "$work/k" --socket "$work/s" --password-fd 0 "$@" <"$work/pw" >"$work/sign.out" 2>&1 & pid=$!; for _ in $(seq 100); do grep -q answering "$work/sign.out" && break; kill -0 $pid 2>/dev/null || break; sleep 0.05; done; }
exits 2 "without a key" sluice-sign --socket "$work/s"
exits 2 "without a socket" sluice-sign --key "$work/k"
exits 9 "with a wrong password" sh -c 'echo no | sluice-sign --key "$0/k" --socket "$0/s" --password-fd 0' "$work"
exits 2 "with a destination that is none" sh -c 'sluice-sign --key "$0/k" --socket "$0/s" --destination x --password-fd 0 <"$0/pw"' "$work"
start
ok "it starts and says which wallet and which caps" grep -q "$wallet" "$work/sign.out"
is "its socket is its owner's alone" "$(stat -c %a "$work/s")" 600
exits 3 "a second signer is refused" sh -c 'sluice-sign --key "$0/k" --socket "$0/s" --password-fd 0 <"$0/pw"' "$work"
cat >"$work/talk.py" <<'P'
import base64, socket, struct, subprocess, sys, json, time, os
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
try:
    seed = bytes(json.load(open(sys.argv[5]))[:32]); found = 0
    mem = open('/proc/%s/mem' % pid, 'rb')
    for l in open('/proc/%s/maps' % pid):
        a, p = l.split()[:2]
        if 'r' not in p or '[v' in l: continue
        lo, hi = (int(x, 16) for x in a.split('-'))
        try:
            for at in range(lo, min(hi, lo + (1 << 30)), 1 << 24): # shadow memory of sanitizers is huge and empty
                mem.seek(at); found += mem.read(min(1 << 24, hi - at) + (32 if hi - at > 1 << 24 else 0)).count(seed)
        except OSError: pass
    ok(found == 1, 'the key is in memory once (%d)' % found)
except (PermissionError, FileNotFoundError) as e: print('# key in memory: not looked for (%s)' % e)
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
# sluice-halt: shares nothing with the trader, works on a full disk and without memory.
exits 2 "halt wants a word" sluice-halt
exits 2 "halt wants a file" sluice-halt stop
exits 0 "stop" sluice-halt stop "$work/halt"
exits 0 "status: stopped" sluice-halt status "$work/halt"
exits 0 "stop again" sluice-halt stop "$work/halt"
exits 0 "resume" sluice-halt resume "$work/halt"
exits 1 "status: not stopped" sluice-halt status "$work/halt"
exits 0 "resume again" sluice-halt resume "$work/halt"
exits 3 "stop where no file can be" sluice-halt stop "$work/none/halt"
exits 8 "lock without a signer" sluice-halt lock "$work/none.sock"
start
exits 0 "stop and lock, with no place for the file" sluice-halt stop "$work/none/halt" --lock "$work/s"
wait $pid
is "the signer has gone, with 0" $? 0
is "it is linked to no part of the trader" "$(nm "$B/bin/sluice-halt" 2>/dev/null | grep -cE ' T (err_set|stage_main|tool_main|record_decode|signer_)')" 0
case $B in *asan*|*tsan*) skip "with 4 MB of address space it still stops" "a sanitizer needs more" ;; *) exits 0 "with 4 MB of address space it still stops" sh -c 'ulimit -v 4096; exec sluice-halt stop "$0/halt2"' "$work" ;; esac
start
ok "a new one takes over the socket of one that went" kill -0 "$pid"
kill -TERM "$pid"; wait "$pid"
is "SIGTERM ends it in order" $? 0
done_testing
