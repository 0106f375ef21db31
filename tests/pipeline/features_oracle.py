#!/usr/bin/env python3
"""features_oracle.py < sluice-cat --json of sluice-features' output: recompute every feature of every vector from the whole
history, by the definitions of sluice-features(5), with no running state but lists of what happened. Windows are sums over
lists, rankings are sorts. Prints the first differences and `vectors N features M differences D`; exits 1 when D > 0.

Wants a tape whose wallets and tokens all fit the tables (--wallets, --mints), as forgetting is not recomputed here."""
import datetime, json, math, struct, sys

WINDOWS = [("1s", 1, 1), ("5s", 1, 5), ("15s", 1, 15), ("30s", 1, 30), ("60s", 1, 60), ("5m", 15, 20), ("15m", 15, 60), ("1h", 60, 60)]
BY = {n: (b, k) for n, b, k in WINDOWS}
SOL, PPM, CURVE = 10**9, 10**6, 793100000000000

def f32(x):
    """The float32 nearest to an integer or a double, ties to even, as one conversion."""
    if isinstance(x, int) and abs(x) >= 1 << 53:
        sign, x = (-1, -x) if x < 0 else (1, x)
        shift = x.bit_length() - 24
        q, r = x >> shift, x & ((1 << shift) - 1)
        half = 1 << (shift - 1)
        if r > half or (r == half and q & 1): q += 1
        x = sign * (q << shift)
    return struct.unpack("<f", struct.pack("<f", float(x)))[0]

def ppm(part, whole): return 0 if whole == 0 else min(part * PPM // whole, 0xFFFFFFFF)
def change(a, b): return 0 if a == 0 else ppm(b - a, a) if b >= a else -ppm(a - b, a)
def price_of(base, quote): return 0 if base == 0 else min(quote * 10**15 // base, ((1 << 64) - 1) // 4)
def rate(a, a_s, b, b_s): return ppm(a * b_s, b * a_s)
def within(name, now_s, then_s): b, k = BY[name]; return then_s // b + k > now_s // b

class Token:
    def __init__(self, now):
        self.born = now; self.events = []; self.trades = []; self.posts = []; self.failed = []
        self.token = None; self.creator = None; self.supply = 10**15; self.pool = None; self.res = (0, 0, 0, 0)
        self.price = self.first = 0; self.prices = []; self.venue = 0; self.curve = False; self.graduated = None

class Market: pass

names, tokens, creators, market = None, {}, {}, Market()
market.launches, market.graduations, market.trades, market.failed = [], [], [], []
origin = now = None
VENUE = {"none": 0, "pump": 1, "pumpswap": 2, "raydium_v4": 3, "raydium_cpmm": 4}

def seconds(): return (now - origin) // SOL

def at(r):
    global origin, now
    if origin is None: origin = now = r["ts_ns"]
    now = max(now, r["ts_ns"])

def token(mint): return tokens.setdefault(mint, None) or tokens.__setitem__(mint, Token(now)) or tokens[mint]

def graduate(t):
    if t.graduated is not None: return
    t.graduated = now
    if t.creator: creators.setdefault(t.creator, [0, 0])[1] += 1
    market.graduations.append(seconds())

def on_token(r):
    at(r); t = token(r["mint"])
    if t.token: return
    t.token = r
    if r["supply_raw"]: t.supply = r["supply_raw"]
    if r["creator"]: t.creator = r["creator"]; creators.setdefault(r["creator"], [0, 0])[0] += 1
    market.launches.append(seconds())

def on_pool(r):
    if r["quote_mint"]: return
    at(r); t = token(r["mint"])
    if r["creator"]: t.creator = r["creator"]
    if r["supply_raw"]: t.supply = r["supply_raw"]
    if r["venue"] == "pump": t.curve = True
    if r["event"] in ("completed", "migrated"): graduate(t)
    if r["event"] == "completed" or r["base_reserve_raw"] == 0: return
    t.venue = VENUE[r["venue"]]
    t.res = (r["base_reserve_raw"], r["quote_reserve_raw"], r["base_real_raw"], r["quote_real_raw"])
    if t.price == 0:
        t.price = price_of(*t.res[:2]); t.prices.append((now, t.price, False))

def on_trade(r):
    if r["quote_mint"] or r["flags"] & 2 or r["side"] not in ("buy", "sell"): return
    at(r); t = token(r["mint"])
    if r["flags"] & 1:
        t.failed.append(seconds()); t.events.append((seconds(), t.price)); market.failed.append(seconds()); return
    r = dict(r, s=seconds(), now=now, before=t.price, buy=r["side"] == "buy")
    r["mine"] = bool(t.token) and r["trader"] == t.creator
    r["launch_slot"] = bool(t.token) and r["slot"] == t.token["slot"]
    t.events.append((seconds(), t.price))
    t.trades.append(r); market.trades.append(r)
    t.price = price_of(r["base_reserve_raw"], r["quote_reserve_raw"])
    r["after"] = t.price
    t.prices.append((now, t.price, True))
    t.res = (r["base_reserve_raw"], r["quote_reserve_raw"], r["base_real_raw"], r["quote_real_raw"])
    t.venue = VENUE[r["venue"]]
    if r["venue"] == "pump": t.curve = True

def on_post(r):
    at(r)
    t = tokens.get(r["mint"])
    if t: t.posts.append(seconds()); t.events.append((seconds(), t.price))

def flips(t):
    """SOL of trades whose wallet's trade before was on the other side at most 60 s earlier."""
    last, out = {}, []
    for r in t.trades:
        p = last.get(r["trader"])
        out.append(r["quote_raw"] if p and p["buy"] != r["buy"] and r["s"] - p["s"] <= 60 else 0)
        last[r["trader"]] = r
    return out

def vector(t):
    v, n, tr = {}, seconds(), t.trades
    flip = flips(t)
    first_buy, repeat = {}, []
    for r in tr:
        repeat.append(r["buy"] and r["trader"] in first_buy)
        if r["buy"]: first_buy.setdefault(r["trader"], r)
    squares = [min(ppm(abs(r["after"] - r["before"]), r["before"]), 10 * PPM) ** 2 if r["before"] else 0 for r in tr]
    lam = lambda p: p / 1e9
    base, quote, base_real, quote_real = t.res
    prices = [p for _, p, _ in t.prices]
    launch = prices[0] if prices else 0
    peak = peak_at = low = highs = deepest = 0
    for i, (when, p, traded) in enumerate(t.prices):
        if i == 0: peak = low = p; peak_at = when
        elif p > peak: peak, peak_at, highs = p, when, highs + 1
        low = min(low, p)
        if traded: deepest = max(deepest, ppm(peak - p, peak))
    v.update(price_lamports=lam(t.price), mcap_lamports=quote * t.supply // base if base else 0, base_reserve_raw=base, quote_reserve_lamports=quote, base_real_raw=base_real, quote_real_lamports=quote_real,
             launch_price_lamports=lam(launch), peak_price_lamports=lam(peak), price_vs_launch_ppm=ppm(t.price, launch), peak_vs_launch_ppm=ppm(peak, launch), drawdown_ppm=ppm(peak - t.price, peak),
             max_drawdown_ppm=deepest, runup_ppm=ppm(t.price - low, low), since_peak_s=(now - peak_at) // SOL, new_highs=highs,
             curve_progress_ppm=PPM if t.graduated is not None else ppm(CURVE - min(base_real, CURVE), CURVE) if t.curve else 0, graduated=int(t.graduated is not None),
             since_graduation_s=(now - t.graduated) // SOL if t.graduated is not None else 0, venue=t.venue)
    buys, sells = [r for r in tr if r["buy"]], [r for r in tr if not r["buy"]]
    since = lambda l: (now - (l[-1]["now"] if l else t.born)) // SOL
    gap, prev = 0, t.born
    for i, r in enumerate(tr):
        g = r["now"] - prev
        gap = g if i == 0 else gap - gap // 16 + g // 16
        prev = r["now"]
    slots = []
    for r in tr:
        if not slots or slots[-1][0]["slot"] != r["slot"]: slots.append([r])
        else: slots[-1].append(r)
    when = datetime.datetime.fromtimestamp(now // SOL, datetime.timezone.utc)
    v.update(age_s=(now - t.born) // SOL, since_trade_s=since(tr), since_buy_s=since(buys), since_sell_s=since(sells), trade_gap_ms=gap // 10**6, slots_traded=len(slots), launch_seen=int(t.token is not None),
             hour_utc=when.hour, weekday_utc=(when.weekday() + 1) % 7)
    vol = lambda l, key="quote_raw": sum(r[key] for r in l)
    for name, b, k in WINDOWS:
        w = [i for i, r in enumerate(tr) if within(name, n, r["s"])]
        wb, ws = [tr[i] for i in w if tr[i]["buy"]], [tr[i] for i in w if not tr[i]["buy"]]
        inside = [p for s, p in t.events if within(name, n, s)]
        start = inside[0] if inside else t.price
        v["return_ppm_" + name] = change(start or launch, t.price)
        v["buy_lamports_" + name], v["sell_lamports_" + name], v["net_lamports_" + name] = vol(wb), vol(ws), vol(wb) - vol(ws)
        v["buys_" + name], v["sells_" + name] = len(wb), len(ws)
        v["uniq_buyers_" + name], v["uniq_sellers_" + name] = len({r["trader"] for r in wb}), len({r["trader"] for r in ws})
        v["new_buyers_" + name] = sum(1 for r in first_buy.values() if within(name, n, r["s"]))
        v["buy_share_ppm_" + name] = ppm(vol(wb), vol(wb) + vol(ws))
        square = sum(squares[i] for i in w)
        if name in ("60s", "5m", "15m", "1h"): v["volatility_ppm_" + name] = min(math.isqrt(square), 0xFFFFFFFF)
        if name == "5m":
            age = (now - t.born) // SOL
            v["volatility_ppm"] = math.isqrt(square // (300 if age > 300 else 60 if age < 60 else age) * 60)
            v["posts_5m"] = sum(1 for s in t.posts if within(name, n, s))
        if name in ("30s", "60s", "5m"):
            ab, as_ = vol(wb) // len(wb) if wb else 0, vol(ws) // len(ws) if ws else 0
            failed = sum(1 for s in t.failed if within(name, n, s))
            v["avg_buy_lamports_" + name], v["avg_sell_lamports_" + name], v["size_ratio_ppm_" + name] = ab, as_, ppm(ab, as_)
            v["big_buys_" + name], v["big_sells_" + name] = (sum(1 for r in l if r["quote_raw"] >= SOL) for l in (wb, ws))
            v["repeat_buy_share_ppm_" + name] = ppm(sum(1 for i in w if repeat[i]), len(wb))
            v["flip_share_ppm_" + name] = ppm(sum(flip[i] for i in w), vol(wb) + vol(ws))
            v["buyer_fee_lamports_" + name] = vol(wb, "tip_lamports") + vol(wb, "priority_fee_lamports")
            v["failed_" + name], v["failed_share_ppm_" + name] = failed, ppm(failed, failed + len(w))
    count = lambda name: v["buys_" + name] + v["sells_" + name]
    volume = lambda name: v["buy_lamports_" + name] + v["sell_lamports_" + name]
    v.update(trade_accel_ppm=rate(count("5s"), 5, count("60s"), 60), buy_accel_ppm=rate(v["buy_lamports_15s"], 15, v["buy_lamports_60s"], 60), volume_accel_ppm=rate(volume("60s"), 60, volume("5m"), 300),
             buyer_accel_ppm=rate(v["uniq_buyers_15s"], 15, v["uniq_buyers_60s"], 60))
    last = tr[-1] if tr else None
    streak = 0
    for r in reversed(tr):
        if r["buy"] != last["buy"]: break
        streak += 1
    slot = slots[-1] if slots else []
    v.update(buy_lamports_total=vol(buys), sell_lamports_total=vol(sells), net_lamports_total=vol(buys) - vol(sells), buys_total=len(buys), sells_total=len(sells),
             big_buys_total=sum(1 for r in buys if r["quote_raw"] >= SOL), failed_total=len(t.failed), failed_share_total_ppm=ppm(len(t.failed), len(t.failed) + len(tr)),
             buyer_fee_lamports_total=vol(buys, "tip_lamports") + vol(buys, "priority_fee_lamports"), flip_share_total_ppm=ppm(sum(flip), vol(tr)), max_buy_lamports=max([r["quote_raw"] for r in buys], default=0),
             max_sell_lamports=max([r["quote_raw"] for r in sells], default=0), max_buy_share_ppm=ppm(max([r["quote_raw"] for r in buys], default=0), vol(buys)),
             slot_buys=sum(r["buy"] for r in slot), slot_sells=sum(not r["buy"] for r in slot), slot_buy_lamports=vol([r for r in slot if r["buy"]]), slot_sell_lamports=vol([r for r in slot if not r["buy"]]),
             slot_return_ppm=change(slot[0]["before"], t.price) if slot else 0, last_side=(1 if last["buy"] else 2) if last else 0, last_lamports=last["quote_raw"] if last else 0,
             streak=streak if not last or last["buy"] else -streak)
    wallets = list(dict.fromkeys(r["trader"] for r in tr))
    held = {}
    for wlt in wallets:
        mine = [r for r in tr if r["trader"] == wlt]
        held[wlt] = max(0, vol([r for r in mine if r["buy"]], "base_raw") - vol([r for r in mine if not r["buy"]], "base_raw"))
    rank, total, whole = sorted(held.values(), reverse=True), sum(held.values()), sum(held.values()) >> 20
    early = [w for w, r in first_buy.items() if not r["mine"]][:10]
    snipers = [w for w, r in first_buy.items() if not r["mine"] and r["launch_slot"]]
    sniped = [r for r in buys if r["trader"] in snipers and r["launch_slot"]]
    v.update(holders=sum(1 for h in rank if h), top1_share_ppm=ppm(sum(rank[:1]), t.supply), top3_share_ppm=ppm(sum(rank[:3]), t.supply), top10_share_ppm=ppm(sum(rank[:10]), t.supply), top10_of_held_ppm=ppm(sum(rank[:10]), total),
             hhi_ppm=sum((h >> 20) ** 2 for h in rank) // whole * PPM // whole if whole else 0, held_share_ppm=ppm(total, t.supply), wallets_tracked=len(wallets), wallets_forgotten=0,
             sniper_buys=len(sniped), sniper_bought_share_ppm=ppm(vol(sniped, "base_raw"), t.supply), sniper_lamports=vol(sniped), sniper_held_ppm=ppm(sum(held[w] for w in snipers), vol(sniped, "base_raw")),
             sniper_sells=sum(1 for r in sells if r["trader"] in snipers), early_buyers=len(early), early_held_share_ppm=ppm(sum(held[w] for w in early), t.supply))
    mb, ms = [r for r in buys if r["mine"]], [r for r in sells if r["mine"]]
    bought, sold = vol(mb, "base_raw"), vol(ms, "base_raw")
    c = creators.get(t.creator, [0, 0])
    v.update(creator_known=int(t.creator is not None), creator_held_share_ppm=ppm(max(0, bought - sold), t.supply), creator_bought_share_ppm=ppm(bought, t.supply), creator_sold_ppm=ppm(sold, bought) if bought else PPM if sold else 0,
             creator_buy_lamports=vol(mb), creator_sell_lamports=vol(ms), creator_sells=len(ms), creator_launches=c[0], creator_graduated=c[1])
    k = t.token or {"flags": 0, "mint_authority": None, "freeze_authority": None}
    f = k["flags"]
    v.update(posts_total=len(t.posts), supply_raw=t.supply, token_flags=f, has_x=f >> 4 & 1, has_telegram=f >> 5 & 1, has_website=f >> 6 & 1, mutable=f >> 3 & 1, mayhem=f & 1, token2022=f >> 2 & 1,
             mint_authority=int(k["mint_authority"] is not None), freeze_authority=int(k["freeze_authority"] is not None))
    for name in ("5m", "1h"):
        w = [r for r in market.trades if within(name, n, r["s"])]
        b, s = vol([r for r in w if r["buy"]]), vol([r for r in w if not r["buy"]])
        failed = sum(1 for x in market.failed if within(name, n, x))
        v.update({"mkt_launches_" + name: sum(1 for x in market.launches if within(name, n, x)), "mkt_graduations_" + name: sum(1 for x in market.graduations if within(name, n, x)), "mkt_trades_" + name: len(w),
                  "mkt_buy_lamports_" + name: b, "mkt_sell_lamports_" + name: s, "mkt_buy_share_ppm_" + name: ppm(b, b + s), "mkt_failed_share_ppm_" + name: ppm(failed, failed + len(w))})
    return v

vectors = differences = 0
seen = set()
pending_slot = None
for line in sys.stdin:
    r = json.loads(line)
    kind = r["rec"]
    if kind == "fvec":
        # A vector of a closed slot is as things stood before the slot record that closed it; one of an age, after.
        if r["reason"] == "age" and pending_slot: at(pending_slot); pending_slot = None
        want = vector(tokens[r["mint"]])
        got = r["values"]
        vectors += 1
        seen.update(want)
        for name in want:
            if f32(want[name]) != f32(float(got.get(name, 0))):
                differences += 1
                if differences <= 20: print("%s slot %d %s: %s, recomputed %s" % (r["mint"], r["slot"], name, got.get(name, 0), f32(want[name])))
        for name in got:
            if name not in want: differences += 1; print("not recomputed: " + name)
        continue
    if pending_slot: at(pending_slot); pending_slot = None
    if kind == "slot": pending_slot = r
    elif kind == "token": on_token(r)
    elif kind == "pool": on_pool(r)
    elif kind == "trade": on_trade(r)
    elif kind == "post": on_post(r)
print("vectors %d features %d differences %d" % (vectors, len(seen), differences))
sys.exit(differences > 0)
