/* check.c - recorded trades against the arithmetic, states before and after them, and what a
 * sandwich takes. Must not: accept a difference of even one unit. */
#include <string.h>

#include "common/amm/amm.h"
#include "common/base/num.h"

void amm_observe(struct amm_pool *p, const struct rec_trade *t)
{
    p->venue = t->venue;
    p->base_reserve_raw = t->base_reserve_raw;
    p->quote_reserve_raw = t->quote_reserve_raw;
    p->base_real_raw = t->base_real_raw         ? t->base_real_raw
                       : t->venue == venue_pump ? 0
                                                : t->base_reserve_raw;
    p->quote_real_raw = t->quote_real_raw ? t->quote_real_raw
                        : t->venue == venue_pump
                            ? sub_sat_u64(t->quote_reserve_raw, UINT64_C(30000000000))
                            : t->quote_reserve_raw;
    if (t->creator_fee_raw) p->has_creator = 1;
    if (t->venue == venue_pump) {
        /* Virtual minus real tokens is 279,900,000,000,000 on every SOL curve. */
        if (!t->base_real_raw)
            p->base_real_raw = sub_sat_u64(t->base_reserve_raw, UINT64_C(279900000000000));
        p->complete = p->base_real_raw == 0;
    }
}

bool amm_before(const struct rec_trade *t, struct amm_pool *p)
{
    memset(p, 0, sizeof *p);
    amm_observe(p, t);
    p->complete = 0;
    if (t->flags & TRADE_FAILED) return true;
    uint64_t quote;
    if (t->side == side_buy) {
        if (!add_u64(t->quote_raw, t->lp_fee_raw, &quote)) return false;
        p->quote_real_raw = sub_sat_u64(p->quote_real_raw, quote);
        return add_u64(p->base_reserve_raw, t->base_raw, &p->base_reserve_raw) &&
               add_u64(p->base_real_raw, t->base_raw, &p->base_real_raw) &&
               sub_u64(p->quote_reserve_raw, quote, &p->quote_reserve_raw);
    }
    uint64_t base = t->base_raw - amm_base_leaves(p, t->base_raw);
    if (t->side != side_sell || !sub_u64(t->quote_raw, t->lp_fee_raw, &quote)) return false;
    p->base_real_raw = sub_sat_u64(p->base_real_raw, base);
    return sub_u64(p->base_reserve_raw, base, &p->base_reserve_raw) &&
           add_u64(p->quote_reserve_raw, quote, &p->quote_reserve_raw) &&
           add_u64(p->quote_real_raw, quote, &p->quote_real_raw);
}

/* Does a buy of the venue exist that moves exactly these two amounts? */
static bool buy_amounts_fit(const struct amm_pool *b, const struct rec_trade *t)
{
    uint64_t x, Q = b->quote_reserve_raw, B = b->base_reserve_raw, q = t->quote_raw;
    if (t->base_raw >= B || q == 0) return false;
    uint64_t left = B - t->base_raw;
    if (b->venue != venue_pump && muldiv_ceil(Q, t->base_raw, left, &x) && x == q)
        return true; /* exact tokens */
    if (b->venue == venue_pump && muldiv_floor(Q, t->base_raw, left, &x) && x + 1 == q) return true;
    /* Exact quote. */
    return muldiv_floor(B, q - 1, Q + q - 1, &x) && x == t->base_raw;
}

static const char *explain_pump_family(const struct amm_pool *b, const struct rec_trade *t)
{
    uint64_t q;
    if (t->side == side_buy)
        return buy_amounts_fit(b, t) ? NULL : "the amounts do not fit the curve";
    return muldiv_floor(b->quote_reserve_raw, t->base_raw, b->base_reserve_raw + t->base_raw, &q) &&
                   q == t->quote_raw
               ? NULL
               : "the amounts do not fit the curve";
}

static const char *explain_raydium(const struct amm_pool *b, const struct rec_trade *t)
{
    struct amm_swap s;
    struct amm_fees f = amm_fees_at(b, t->ts_ns);
    if (t->side == side_sell) {
        if (amm_sell_in(b, f, t->base_raw, &s) == failure_none && s.quote_raw == t->quote_raw)
            return NULL;
        /* Exact quote out: the program rounds the input up. */
        return amm_sell_out(b, f, t->quote_raw, &s) == failure_none && t->base_raw >= s.base_raw &&
                       t->base_raw - s.base_raw <= 2
                   ? NULL
                   : "the amounts do not fit the pool";
    }
    uint64_t in;
    if (!add_u64(t->quote_raw, t->lp_fee_raw, &in) || !add_u64(in, t->protocol_fee_raw, &in))
        return "the amounts overflow";
    if (amm_buy_in(b, f, in, &s) == failure_none && s.base_raw == t->base_raw) return NULL;
    return amm_buy_out(b, f, t->base_raw, &s) == failure_none && s.in_raw == in
               ? NULL
               : "the amounts do not fit the pool";
}

static const char *explain_after(const struct amm_pool *b, const struct rec_trade *t)
{
    struct amm_pool after = *b;
    struct amm_swap s = {
        .base_raw = t->base_raw, .quote_raw = t->quote_raw, .lp_fee_raw = t->lp_fee_raw};
    if (t->side == side_sell && t->lp_fee_raw > t->quote_raw) return "the fee exceeds the amount";
    amm_apply(&after, t->side, &s);
    if (after.base_reserve_raw != t->base_reserve_raw)
        return "the token reserve after it does not follow";
    return after.quote_reserve_raw == t->quote_reserve_raw
               ? NULL
               : "the quote reserve after it does not follow";
}

/* A fee of the net, or, when the trader fixed the quote, of the net before up to three roundings
 * were taken off it. */
static bool fee_fits(uint64_t fee, uint64_t net, uint32_t bps)
{
    uint64_t least, most;
    return muldiv_ceil(net, bps, BPS_ONE, &least) && muldiv_ceil(net + 3, bps, BPS_ONE, &most) &&
           fee >= least && fee <= most;
}

/* Where the record has fees, they must be those of the dated table. */
static const char *explain_fees(const struct amm_pool *b, const struct rec_trade *t)
{
    if (t->venue != venue_pump || t->protocol_fee_raw == 0) return NULL;
    struct amm_fees f = amm_fees_at(b, t->ts_ns);
    if (t->quote_raw > UINT64_MAX - 3 ||
        !fee_fits(t->protocol_fee_raw, t->quote_raw, f.protocol_bps))
        return "the protocol fee is not that of the fee table";
    if (t->creator_fee_raw && !fee_fits(t->creator_fee_raw, t->quote_raw, f.creator_bps))
        return "the creator fee is not that of the fee table";
    return NULL;
}

const char *amm_explain(const struct amm_pool *before, const struct rec_trade *t)
{
    if (t->venue < venue_pump || t->venue > venue_raydium_cpmm)
        return "the venue's arithmetic is not modelled";
    if (t->side != side_buy && t->side != side_sell) return "neither buy nor sell";
    if (t->flags & TRADE_FAILED) return NULL;
    bool family = t->venue == venue_pump || t->venue == venue_pumpswap;
    const char *why = family ? explain_pump_family(before, t) : explain_raydium(before, t);
    if (!why) why = explain_after(before, t);
    if (why) return why;
    struct amm_pool p = *before;
    if (t->creator_fee_raw) p.has_creator = 1;
    return explain_fees(&p, t);
}

/* ---- sandwich ---- */

/* Try one front size: front, victim, back. False when the victim would fail. */
static bool sandwich(const struct amm_pool *p0, struct amm_fees f, uint8_t side, uint64_t in,
                     uint64_t limit, uint64_t front, uint64_t *victim_out, i128 *profit)
{
    struct amm_pool p = *p0;
    struct amm_swap s, v;
    bool buy = side == side_buy;
    if ((buy ? amm_buy_in(&p, f, front, &s) : amm_sell_in(&p, f, front, &s)) != failure_none)
        return false;
    amm_apply(&p, side, &s);
    if ((buy ? amm_buy_in(&p, f, in, &v) : amm_sell_in(&p, f, in, &v)) != failure_none ||
        v.out_raw < limit)
        return false;
    amm_apply(&p, side, &v);
    *victim_out = v.out_raw;
    struct amm_swap back;
    enum failure bad =
        buy ? amm_sell_in(&p, f, s.base_raw, &back) : amm_buy_out(&p, f, s.base_raw, &back);
    *profit = bad   ? -1
              : buy ? (i128)back.out_raw - (i128)s.in_raw
                    : (i128)s.out_raw - (i128)back.in_raw;
    return true;
}

uint64_t amm_sandwich_loss(const struct amm_pool *p, struct amm_fees f, uint8_t side, uint64_t in,
                           uint64_t limit, uint64_t tip, uint64_t *front)
{
    struct amm_swap alone;
    uint64_t lo = 0, out = 0, hi = side == side_buy ? p->quote_reserve_raw : p->base_reserve_raw;
    hi = hi > UINT64_MAX / 32
             ? UINT64_MAX / 2
             : hi * 16; /* a front of sixteen times the pool takes all a limit can leave */
    i128 profit = -1;
    *front = 0;
    if ((side == side_buy ? amm_buy_in(p, f, in, &alone) : amm_sell_in(p, f, in, &alone)) !=
            failure_none ||
        alone.out_raw <= limit)
        return 0;
    /* The largest front the victim's limit bears: its output falls as the front grows, so bisection
     * finds it. */
    while (hi - lo > 1) {
        uint64_t mid = lo + (hi - lo) / 2, o;
        i128 gain;
        if (sandwich(p, f, side, in, limit, mid, &o, &gain))
            lo = mid;
        else
            hi = mid;
    }
    /* Of those, the one that pays best: profit rises to one peak and falls, as the searcher pays
     * its own impact and fees. */
    uint64_t from = 1, to = lo;
    while (lo && to - from > 2) {
        uint64_t a = from + (to - from) / 3, b = to - (to - from) / 3, o;
        i128 at_a = -1, at_b = -1;
        sandwich(p, f, side, in, limit, a, &o, &at_a);
        sandwich(p, f, side, in, limit, b, &o, &at_b);
        if (at_a < at_b)
            from = a + 1;
        else
            to = b;
    }
    for (uint64_t x = from; lo && x <= to; x++) {
        uint64_t o;
        i128 gain;
        if (sandwich(p, f, side, in, limit, x, &o, &gain) && gain > profit) {
            profit = gain;
            out = o;
            *front = x;
        }
    }
    if (*front == 0 || profit <= (i128)tip || out >= alone.out_raw) {
        *front = 0;
        return 0;
    }
    return alone.out_raw - out;
}
