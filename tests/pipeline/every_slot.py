#!/usr/bin/env python3
"""every_slot.py CHANNEL < stream: speaks on the back channel as live execution may: a done for every slot, whether or not an order is in flight,
and for each order, two slots later, a landed fill. Buys bring a million raw tokens for what the order spends; sales bring half of that."""
import os, re, struct, sys

table, enums, name = {}, {}, None
for line in open("common/rec/records.def"):
    m = re.match(r"RECORD\((\w+), (\d+)", line)
    if m: name = m[1]; table[int(m[2])] = (name, []); by = table[int(m[2])][1]
    m = re.match(r"FIELD\(\w+, (\w+), (\w+),", line)
    if m: by.append((m[2], m[1]))
ids = {v[0]: k for k, v in table.items()}

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
    n, signed = {0xCC: (1, False), 0xCD: (2, False), 0xCE: (4, False), 0xCF: (8, False), 0xD0: (1, True), 0xD1: (2, True), 0xD2: (4, True), 0xD3: (8, True)}[t]
    return int.from_bytes(b[i + 1:i + 1 + n], "big", signed=signed), i + 1 + n

def pack(v):
    if v is None: return b"\xc0"
    if isinstance(v, bytes): return b"\xc4" + bytes([len(v)]) + v
    if isinstance(v, str): e = v.encode(); return (bytes([0xA0 | len(e)]) if len(e) < 32 else b"\xd9" + bytes([len(e)])) + e
    if v < 0: return b"\xd3" + struct.pack(">q", v)
    return bytes([v]) if v < 128 else b"\xcf" + struct.pack(">Q", v)

def record(kind, **given):
    body = b"".join(pack(given.get(f, None if k in ("KEY", "SIG") else "" if k == "STR" else 0)) for f, k in table[ids[kind]][1])
    return b"\xc8" + struct.pack(">HB", len(body), ids[kind]) + body

source, channel, flying, seq = sys.stdin.buffer, None, [], 0
while True:
    head = source.read(4)
    if len(head) < 4: break
    body, kind, f, i = source.read(int.from_bytes(head[1:3], "big")), head[3], [], 0
    if channel is None: channel = os.open(sys.argv[1], os.O_WRONLY)
    if table[kind][0] not in ("slot", "order"): continue
    while i < len(body): v, i = value(body, i); f.append(v)
    r = dict(zip((n for n, _ in table[kind][1]), f))
    if table[kind][0] == "order": flying.append((now + 2, r)); continue
    now = r["slot"]; out = b""
    for due, o in [x for x in flying if x[0] <= now]:
        seq += 1; buy = o["side"] == 1
        base, quote = (1000000, o["amount_raw"]) if buy else (o["amount_raw"], 5000000)
        out += record("fill", ts_ns=r["ts_ns"], src=17, seq=seq, slot=now, order_id=o["order_id"], position_id=o["position_id"], strategy=o["strategy"], mint=o["mint"], pool=o["pool"], venue=o["venue"], side=o["side"], status=2,
                      base_raw=base, quote_lamports=quote, cash_delta_lamports=-quote if buy else quote, base_reserve_raw=o["base_reserve_raw"], quote_reserve_raw=o["quote_reserve_raw"])
    flying = [x for x in flying if x[0] > now]
    seq += 1
    try: os.write(channel, out + record("done", ts_ns=r["ts_ns"], src=17, seq=seq, slot=now - 1))
    except BrokenPipeError: channel = os.open(os.devnull, os.O_WRONLY)  # risk has read its input to the end
