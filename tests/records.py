"""records.py - frames and values of the stream for the test scripts: value, pack, frames, fields, frame. Independent of the product's own codec."""
import struct

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
