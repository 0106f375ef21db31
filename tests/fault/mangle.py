#!/usr/bin/env python3
"""mangle.py MODE [T_NS] < stream > stream: a stream with hostile content in whole frames. The eos is left out (its checksum
would have to be made again), so readers find the stream truncated as well, after having read it all.

absurd     amounts and reserves of trades and pools are 0, 1 and 2^64-1 by turns
backwards  the records of each slot keep their order, but slots come in pairs with the later one first
flip T_NS  every record after T_NS says something else: other amounts, sides, wallets, tokens, names; slots stay slots
nan        vectors carry a NaN
repeat     every record comes twice"""
import struct, sys
sys.dont_write_bytecode = True
sys.path.insert(0, "tests")
from records import fields, frame, frames

HEAD, EOS, SLOT, TRADE, POOL, TOKEN, TRANSFER, FVEC = 1, 2, 3, 4, 5, 6, 7, 17
AMOUNTS = {TRADE: (8, 9, 10, 11, 19, 20), POOL: (10, 11, 12, 13, 14)}
mode = sys.argv[1]
data = sys.stdin.buffer.read()
out = sys.stdout.buffer
turn = 0
WEIRD = (0, 1, 2**64 - 1, 2**63, 2**64 - 2)

def other(v, n):
    if isinstance(v, bytes): return bytes(x ^ 0x5A for x in v)
    if isinstance(v, str): return v[::-1]
    if isinstance(v, int) and v > 255: return v + v // 3 + n
    return v

slots, current = [], []
for kind, p in frames(data):
    f = fields(p)
    if kind == EOS: continue
    if kind == HEAD: out.write(frame(kind, f)); continue
    if mode == "absurd" and kind in AMOUNTS:
        for k in AMOUNTS[kind]:
            turn += 1
            if k < len(f): f[k] = WEIRD[turn * 7 % 5]
    elif mode == "flip" and f[0] > int(sys.argv[2]):
        turn += 1
        keep = 4 if kind not in (9,) else 3  # ts_ns, src, seq and slot
        f = f[:keep] + [other(v, turn) for v in f[keep:]]
        if kind == TRADE: f[7] = 3 - f[7]
    elif mode == "nan" and len(p) > 500:
        f = [v[:40] + struct.pack("<f", float("nan")) + v[44:] if isinstance(v, bytes) and len(v) > 100 else v for v in f]
    if mode == "backwards":
        if kind == SLOT and current: slots.append(current); current = []
        current.append(frame(kind, f))
        if len(slots) == 2: out.write(b"".join(slots[1] + slots[0])); slots = []
        continue
    one = frame(kind, f)
    out.write(one * (2 if mode == "repeat" else 1))
for s in slots + [current]: out.write(b"".join(s))
