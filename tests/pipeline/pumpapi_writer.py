#!/usr/bin/env python3
"""pumpapi_writer.py GENERATION < sluice-cat --json lines > archive lines: the simulated market as PumpApi would have sent it.

Written from the documented format alone, with Python's Decimal; the importer must give the same trades back. Lines of a
slot arrive shuffled and up to 20 slots late, as on the real stream. The seed is fixed."""
import json, random, re, sys
from decimal import Decimal

generation = int(sys.argv[1])
rng = random.Random(7)
WSOL = "So11111111111111111111111111111111111111112"

def units(raw, decimals):
    return Decimal(raw).scaleb(-decimals)

def Number(d):
    """A decimal that json.dumps must not turn into a float: marked here, bare in the end."""
    return "@%s@" % format(d, "f")

def common(r, kind):
    e = {"signature": None, "mint": r["mint"], "pool": "pump" if r["venue"] == "pump" else "pump-amm", "block": r["slot"], "timestamp": r["ts_ns"] // 1000000,
         "poolId": r["pool"] or "curve", "creatorFeeAddress": None, "burnedLiquidity": "100%", "poolFeeRate": Number(Decimal("0.0125"))}
    if r["venue"] == "pump": e["poolId"] = r["mint"]
    e["txType" if generation == 1 else "action"] = kind
    return e

def reserves(e, r):
    sol = "Sol" if generation == 1 else "Quote"
    if r["venue"] == "pump":
        e["vTokensInBondingCurve"] = Number(units(r["base_reserve_raw"], 6))
        e["v%sInBondingCurve" % sol] = Number(units(r["quote_reserve_raw"], 9))
    e["tokensInPool"] = Number(units(r["base_real_raw"], 6))
    e["solInPool" if generation == 1 else "quoteInPool"] = Number(units(r["quote_real_raw"], 9))
    if generation == 2: e["quoteMint"] = WSOL

def trade(r, kind):
    e = common(r, kind)
    e["txSigner"] = r["trader"]
    e["tokenAmount" if kind != "create" else "initialBuy"] = Number(units(r["base_raw"], 6))
    e["solAmount" if generation == 1 else "quoteAmount"] = Number(units(r["quote_raw"], 9))
    e["tradersInvolved"] = {r["trader"]: {"x": [1, "a}b"]}} if generation == 1 else [r["trader"]]
    if r["creator_fee_raw"]: e["creatorFeeAddress"] = r["trader"]
    if r["priority_fee_lamports"]: e["priorityFee"] = Number(units(r["priority_fee_lamports"], 9))
    reserves(e, r)
    return e

def creation(token, pool, first):
    e = trade(first, "create") if first else common(pool, "create")
    if not first: reserves(e, pool)
    e.update(txSigner=token["creator"], name=token["name"], symbol=token["symbol"], uri=token["uri"], decimals=token["decimals"], supply=Number(units(token["supply_raw"], 6)),
             mintAuthority=None, freezeAuthority=None, tokenProgram="spl-token", tokenExtensions={})
    return e

tokens, pools, out = {}, {}, []
for line in sys.stdin:
    r = json.loads(line)
    if r["rec"] == "token": tokens[r["mint"]] = r
    elif r["rec"] == "pool" and r["event"] == "created": pools[r["mint"]] = r
    elif r["rec"] == "pool" and r["event"] == "migrated": e = common(r, "migrate"); reserves(e, r); out.append(e)
    elif r["rec"] == "trade" and not r["flags"] & 1:
        if r["flags"] & 16: out.append(creation(tokens.pop(r["mint"]), pools[r["mint"]], r))
        else: out.append(trade(r, r["side"]))
late = sorted(range(len(out)), key=lambda i: (out[i]["block"] + rng.random() * 20, rng.random()))
for i in late:
    print(re.sub(r'"@([^@"]*)@"', r"\1", json.dumps(out[i], separators=(",", ":") if generation == 2 else (", ", ": "))))
