#!/usr/bin/env python3
"""risk_invariants.py KEY=VALUE... < sluice-cat --json of a whole row: the promises of sluice-risk(1), checked from outside.

Keys (lamports and counts): max_trade, max_token, max_creator, max_total, max_open, capital, per-strategy capital as NAME.capital.
Prints each breach and a line of counts; exits 1 on a breach."""
import json, sys

limits = {k: int(v) for k, v in (a.split("=") for a in sys.argv[1:])}
signals, answered, orders, ends, creators = {}, {}, {}, {}, {}
live = {}          # position id -> dict: what is at risk
breaches = []
closed = set()
worst = {"trade": 0, "token": 0, "creator": 0, "total": 0, "open": 0}
slot = 0

def breach(text): breaches.append("slot %d: %s" % (slot, text))

def measure(p):
    total = sum(x["risk"] for x in live.values())
    token = sum(x["risk"] for x in live.values() if x["mint"] == p["mint"])
    creator = sum(x["risk"] for x in live.values() if p["creator"] and x["creator"] == p["creator"])
    strategy = sum(x["risk"] for x in live.values() if x["strategy"] == p["strategy"])
    for name, value in (("token", token), ("creator", creator), ("total", total), ("open", len(live))):
        worst[name] = max(worst[name], value)
        if value > limits["max_" + name] + (0 if name == "open" else slack * len(live)): breach("%s at %d, limit %d" % (name, value, limits["max_" + name]))
    cap = limits.get(p["strategy"] + ".capital", limits["capital"])
    if strategy > cap + slack * len(live): breach("strategy %s at %d, limit %d" % (p["strategy"], strategy, cap))

slack = 4000000    # an entry costs its size plus rent, tip and fees; limits are on sizes

for line in sys.stdin:
    r = json.loads(line)
    kind = r["rec"]
    if kind == "slot": slot = r["slot"]
    elif kind == "signal": signals[(r["src"], r["seq"])] = r
    elif kind == "reject":
        if r["src"] == 16:
            key = (r["cause_src"], r["cause_seq"])
            answered[key] = answered.get(key, 0) + 1
            if r["gate"] != "already_held" and r["margin"] > 0: breach("reject %s has a positive margin" % r["gate"])
            if abs(r["margin"]) != abs(r["value"] - r["threshold"]) and r["gate"] not in ("unquotable", "nothing_held", "capacity", "unknown_strategy"): breach("reject %s: margin %d is not value - threshold" % (r["gate"], r["margin"]))
    elif kind == "order":
        if r["order_id"] in orders: breach("order id %d twice" % r["order_id"])
        if not r["order_id"]: breach("order id 0")
        orders[r["order_id"]] = r
        if r["side"] == "buy":
            key = (r["cause_src"], r["cause_seq"])
            answered[key] = answered.get(key, 0) + 1
            worst["trade"] = max(worst["trade"], r["amount_raw"])
            if r["amount_raw"] > limits["max_trade"]: breach("entry of %d, limit %d" % (r["amount_raw"], limits["max_trade"]))
            s = signals.get(key)
            if not s: breach("an entry without a signal")
            live[r["position_id"]] = {"mint": r["mint"], "creator": s and s["creator"], "strategy": r["strategy"], "risk": r["amount_raw"], "held": 0}
            measure(live[r["position_id"]])
        else:
            p = live.get(r["position_id"])
            if not p: breach("a sale of nothing")
            elif r["amount_raw"] < 1000: breach("a sale of dust: %d" % r["amount_raw"])
            elif r["amount_raw"] > p["held"]: breach("a sale of %d with %d held" % (r["amount_raw"], p["held"]))
    elif kind in ("fill", "report"):
        o = orders.get(r["order_id"])
        if not o: breach("a %s for no order" % kind); continue
        if kind == "fill" or r["status"] in ("expired", "refused", "failed", "dropped"):
            ends[r["order_id"]] = ends.get(r["order_id"], 0) + 1
        if kind == "fill" and r["slot"] <= o["slot"]: breach("order of slot %d landed in slot %d" % (o["slot"], r["slot"]))
        p = live.get(o["position_id"])
        if o["side"] == "buy" and r["status"] not in ("landed", "sent"): live.pop(o["position_id"], None); continue # an entry that came to nothing
        if kind == "fill" and p and r["status"] == "landed":
            p["held"] += r["base_raw"] if r["side"] == "buy" else -r["base_raw"]
    elif kind == "position":
        if r["status"] == "closed" or r["held_raw"] == 0: live.pop(r["position_id"], None)

for key, s in signals.items():
    n = answered.get(key, 0)
    if s["side"] == "buy" and n != 1: breach("signal %s has %d answers" % (key, n))
    if s["side"] == "sell" and n > 1: breach("sell signal %s has %d answers" % (key, n))
for oid, n in ends.items():
    if n != 1: breach("order %d ended %d times" % (oid, n))
for b in breaches[:20]: print(b)
print("signals %d orders %d ended %d breaches %d" % (len(signals), len(orders), len(ends), len(breaches)))
print("worst " + " ".join("%s=%d" % kv for kv in worst.items()))
sys.exit(len(breaches) > 0)
