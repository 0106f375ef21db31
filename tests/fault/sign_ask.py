"""sign_ask.py SOCKET VERB ...: talks to a signer, with tips of the wallet in $wallet.
 sign VALUE... (tips; prints the rule when refused) | left | status (what is left of the day, how many were signed and refused) | flood FILE FIRST (until the signer dies; lamports answered and the next tip to FILE)"""
import base64, json, os, socket, struct, subprocess, sys
def message(v):
    cache = os.path.join(os.path.dirname(sys.argv[1]), 'message')
    if not os.path.exists(cache):
        w = os.environ['wallet']
        d = {'payer': w, 'blockhash': '11111111111111111111111111111111', 'keys': {'from': w, 'payer': w}, 'instructions': [{'name': 'system.transfer', 'keys': {'to': 'jito_tip_0'}, 'arguments': {'lamports': 1}}]}
        b = base64.b64decode(subprocess.run(['sluice-tx', 'build'], input=json.dumps(d), capture_output=True, text=True, check=True).stdout)
        open(cache, 'wb').write(b[1 + 64 * b[0]:])
    return open(cache, 'rb').read()[:-8] + struct.pack('<Q', v)
s = socket.socket(socket.AF_UNIX); s.settimeout(5); s.connect(sys.argv[1])
def ask(kind, body=b''):
    s.sendall(struct.pack('<HB', len(body) + 1, kind) + body)
    h = b''
    while len(h) < 3:
        p = s.recv(3 - len(h))
        if not p: raise ConnectionResetError
        h += p
    k, status = struct.unpack('<HB', h); b = b''
    while len(b) < k - 1:
        p = s.recv(k - 1 - len(b))
        if not p: raise ConnectionResetError
        b += p
    return status, b
verb = sys.argv[2]
if verb == 'left': print(struct.unpack('<5Q', ask(2)[1][32:])[2])
if verb == 'status': print(*struct.unpack('<5Q', ask(2)[1][32:])[2:])
if verb == 'sign':
    for v in sys.argv[3:]:
        st, b = ask(1, message(int(v))); print('signed' if st == 0 else b.decode().split(':')[0])
if verb == 'flood':
    total = 0; v = int(sys.argv[4])
    try:
        while True:
            st, b = ask(1, message(v))
            if st: break
            total += v + 5000; v += 1
            if v == int(sys.argv[4]) + 1: open(sys.argv[3] + '.going', 'w').close()
    except OSError: pass
    open(sys.argv[3], 'w').write('%d %d\n' % (total, v))
