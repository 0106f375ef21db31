#!/usr/bin/env python3
"""every_slot.py CHANNEL < stream: speaks on the back channel as live execution may: a done for every slot, whether or not an order is in flight,
and for each order, two slots later, a landed fill. Buys bring a million raw tokens for what the order spends; sales bring half of that."""
import os, re, sys
sys.dont_write_bytecode = True
sys.path.insert(0, "tests")
from records import fields, frame

table, enums, name = {}, {}, None
for line in open("common/rec/records.def"):
    m = re.match(r"RECORD\((\w+), (\d+)", line)
    if m: name = m[1]; table[int(m[2])] = (name, []); by = table[int(m[2])][1]
    m = re.match(r"FIELD\(\w+, (\w+), (\w+),", line)
    if m: by.append((m[2], m[1]))
ids = {v[0]: k for k, v in table.items()}

def record(kind, **given):
    return frame(ids[kind], [given.get(f, None if k in ("KEY", "SIG") else "" if k == "STR" else 0) for f, k in table[ids[kind]][1]])

source, channel, flying, seq = sys.stdin.buffer, None, [], 0
while True:
    head = source.read(4)
    if len(head) < 4: break
    body, kind = source.read(int.from_bytes(head[1:3], "big")), head[3]
    if channel is None: channel = os.open(sys.argv[1], os.O_WRONLY)
    if table[kind][0] not in ("slot", "order"): continue
    r = dict(zip((n for n, _ in table[kind][1]), fields(body)))
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
