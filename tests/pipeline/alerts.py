#!/usr/bin/env python3
"""alerts.py MARKET [T_NS CODE]... > stream: a stream with one alert at each of these times, under the head of the stream MARKET (a file). It has
no eos, whose checksum would have to be made, so that its readers end with 1."""
import struct, sys

def pack(v):
    if isinstance(v, str): e = v.encode(); return (bytes([0xA0 | len(e)]) if len(e) < 32 else b"\xd9" + bytes([len(e)])) + e
    return bytes([v]) if v < 128 else b"\xcf" + struct.pack(">Q", v)

with open(sys.argv[1], "rb") as f:
    start = f.read(4)
    sys.stdout.buffer.write(start + f.read(int.from_bytes(start[1:3], "big")))
ID = 28  # alert
for n, (t, code) in enumerate(zip(sys.argv[2::2], sys.argv[3::2])):
    body = b"".join(map(pack, [int(t), 4, n + 1, 0, 0, 2, code, "a test"]))
    sys.stdout.buffer.write(b"\xc8" + struct.pack(">HB", len(body), ID) + body)
