#!/usr/bin/env python3
"""mangle.py MODE [T_NS] < stream > stream: a stream with hostile content in whole frames. The eos is left out (its checksum
would have to be made again), so readers find the stream truncated as well, after having read it all.

absurd     amounts and reserves of trades and pools are 0, 1 and 2^64-1 by turns
backwards  the records of each slot keep their order, but slots come in pairs with the later one first
flip T_NS  every record after T_NS says something else: other amounts, sides, wallets, tokens, names; slots stay slots
nan        vectors carry a NaN
repeat     every record comes twice"""
import struct, sys

def value(b, i):
    t = b[i]
    if t < 0x80: return t, i + 1
    if t >= 0xE0: return t - 256, i + 1
    if t & 0xE0 == 0xA0: n = t & 31; return b[i + 1:i + 1 + n].decode(), i + 1 + n
    if t == 0xC0: return None, i + 1
    for tag, size, kind in ((0xC4, 1, bytes), (0xC5, 2, bytes), (0xD9, 1, str), (0xDA, 2, str)):
        if t == tag:
            n = int.from_bytes(b[i + 1:i + 1 + size], "big"); j = i + 1 + size
            return (bytes(b[j:j + n]) if kind is bytes else b[j:j + n].decode()), j + n
    sizes = {0xCC: (1, False), 0xCD: (2, False), 0xCE: (4, False), 0xCF: (8, False), 0xD0: (1, True), 0xD1: (2, True), 0xD2: (4, True), 0xD3: (8, True)}
    n, signed = sizes[t]
    return int.from_bytes(b[i + 1:i + 1 + n], "big", signed=signed), i + 1 + n

def pack(v):
    if v is None: return b"\xc0"
    if isinstance(v, bytes): return (b"\xc4" + bytes([len(v)]) if len(v) < 256 else b"\xc5" + struct.pack(">H", len(v))) + v
    if isinstance(v, str):
        e = v.encode()
        return (bytes([0xA0 | len(e)]) if len(e) < 32 else b"\xd9" + bytes([len(e)]) if len(e) < 256 else b"\xda" + struct.pack(">H", len(e))) + e
    if v < 0: return b"\xd3" + struct.pack(">q", v)
    return bytes([v]) if v < 128 else b"\xcf" + struct.pack(">Q", v)

def frames(b):
    i = 0
    while i < len(b):
        n = int.from_bytes(b[i + 1:i + 3], "big")
        yield b[i + 3], b[i + 4:i + 4 + n]
        i += 4 + n

def fields(p):
    out, i = [], 0
    while i < len(p): v, i = value(p, i); out.append(v)
    return out

def frame(kind, f):
    p = b"".join(pack(v) for v in f)
    return b"\xc8" + struct.pack(">H", len(p)) + bytes([kind]) + p

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
