/* amm.c - exact swaps of constant-product venues. Q, B: pricing reserves of quote and base before
 * the swap; n: net quote. pump curve   buy tokens  q = floor(Q*b/(B-b)) + 1    buy SOL  b =
 * floor(B*(n-1)/(Q+n-1)) sell        q = floor(Q*b/(B+b)) PumpSwap     buy tokens  q =
 * ceil(Q*b/(B-b))         buy SOL  b = floor(B*(n-1)/(Q+n-1)) sell        q = floor(Q*b/(B+b))
 *   Raydium      x = in - ceil(in*25/10000)              out = floor(R_out*x/(R_in+x))
 * Fees of the pump family are taken of the quote, each rounded up; those of Raydium of the input.
 * Sources: the published programs and interface documents of the venues. Must not: use floating
 * point, I/O, or hold state. */
#include "common/amm/amm.h"

#include <string.h>

#include "common/base/num.h"

/* Shares of Raydium CPMM's trade fee that leave the pool: AmmConfig 0, protocol 120000 and fund
 * 40000 of 1e6. */
static uint64_t cpmm_leaves(uint64_t trade_fee)
{
    return (uint64_t)((u128)trade_fee * 120000 / 1000000 + (u128)trade_fee * 40000 / 1000000);
}

static bool fee_on_input(uint8_t venue)
{
    return venue == venue_raydium_v4 || venue == venue_raydium_cpmm;
}
static bool is_modelled(uint8_t venue)
{
    return venue >= venue_pump && venue <= venue_raydium_cpmm;
}

static uint64_t fee_of(uint64_t x, uint32_t bps)
{
    return (uint64_t)(((u128)x * bps + BPS_ONE - 1) / BPS_ONE);
}

static enum failure usable(const struct amm_pool *p)
{
    if (p->complete) return failure_completed;
    if (!is_modelled(p->venue) || p->base_reserve_raw == 0 || p->quote_reserve_raw == 0)
        return failure_no_pool;
    return failure_none;
}

/* Fees of the quote amount s->quote_raw. */
static void take_fees(struct amm_fees f, struct amm_swap *s)
{
    s->lp_fee_raw = fee_of(s->quote_raw, f.lp_bps);
    s->protocol_fee_raw = fee_of(s->quote_raw, f.protocol_bps);
    s->creator_fee_raw = fee_of(s->quote_raw, f.creator_bps);
}

static bool fees_sum(const struct amm_swap *s, uint64_t *sum)
{
    return add_u64(s->lp_fee_raw, s->protocol_fee_raw, sum) &&
           add_u64(*sum, s->creator_fee_raw, sum);
}

/* A buy whose quote_raw and base_raw are set: fees and totals. */
static enum failure close_buy(const struct amm_pool *p, struct amm_fees f, struct amm_swap *s)
{
    uint64_t fees, after;
    take_fees(f, s);
    if (!fees_sum(s, &fees) || !add_u64(s->quote_raw, fees, &s->in_raw)) return failure_math;
    if (!add_u64(p->quote_reserve_raw, s->in_raw, &after)) return failure_math;
    s->out_raw = s->base_raw;
    s->completes = p->venue == venue_pump && s->base_raw == p->base_real_raw;
    return s->base_raw ? failure_none : failure_math;
}

/* Split a fee taken of a quote input into what stays and what leaves. */
static void split_input_fee(const struct amm_pool *p, uint64_t fee, struct amm_swap *s)
{
    s->protocol_fee_raw = p->venue == venue_raydium_cpmm ? cpmm_leaves(fee) : 0;
    s->lp_fee_raw = fee - s->protocol_fee_raw;
}

static enum failure raydium_buy_in(const struct amm_pool *p, struct amm_fees f, uint64_t in,
                                   struct amm_swap *s)
{
    uint64_t fee = fee_of(in, f.lp_bps), x = sub_sat_u64(in, fee), sum;
    if (x == 0 || !add_u64(p->quote_reserve_raw, in, &sum)) return failure_math;
    if (!muldiv_floor(p->base_reserve_raw, x, p->quote_reserve_raw + x, &s->base_raw) ||
        s->base_raw == 0)
        return failure_math;
    s->in_raw = in;
    s->quote_raw = x;
    s->out_raw = s->base_raw;
    split_input_fee(p, fee, s);
    return failure_none;
}

/* The token side of a net quote on the pump family. */
static enum failure pump_tokens(const struct amm_pool *p, uint64_t net, uint64_t *base)
{
    uint64_t sum;
    if (net < 2 || !add_u64(p->quote_reserve_raw, net - 1, &sum)) return failure_math;
    return muldiv_floor(p->base_reserve_raw, net - 1, sum, base) ? failure_none : failure_math;
}

/* The curve sells at most what it has left. */
static bool sells_out(const struct amm_pool *p, uint64_t base)
{
    return p->venue == venue_pump && base >= p->base_real_raw;
}

enum failure amm_buy_net(const struct amm_pool *p, struct amm_fees f, uint64_t net,
                         struct amm_swap *s)
{
    memset(s, 0, sizeof *s);
    enum failure bad = usable(p);
    if (bad) return bad;
    if (fee_on_input(p->venue)) {
        uint64_t gross;
        if (!muldiv_ceil(net, BPS_ONE, BPS_ONE - f.lp_bps, &gross)) return failure_math;
        return raydium_buy_in(p, f, gross, s);
    }
    s->quote_raw = net;
    bad = pump_tokens(p, net, &s->base_raw);
    if (bad) return bad;
    if (sells_out(p, s->base_raw)) return amm_buy_out(p, f, p->base_real_raw, s);
    return close_buy(p, f, s);
}

/* The net quote of a spend as the pump family finds it: what is too much after the fees were
 * rounded up is taken off the net, and the fees stay as they were (seen on the programs themselves:
 * tests/venue). fees: the sum of those. */
static enum failure net_of(uint64_t spend, struct amm_fees f, struct amm_swap *first, uint64_t *net)
{
    uint64_t fees, total;
    memset(first, 0, sizeof *first);
    if (!muldiv_floor(spend, BPS_ONE, BPS_ONE + f.lp_bps + f.protocol_bps + f.creator_bps, net))
        return failure_math;
    first->quote_raw = *net;
    take_fees(f, first);
    if (!fees_sum(first, &fees) || !add_u64(*net, fees, &total)) return failure_math;
    if (total > spend && !sub_u64(*net, total - spend, net)) return failure_math;
    first->in_raw = *net + fees;
    return failure_none;
}

enum failure amm_buy_in(const struct amm_pool *p, struct amm_fees f, uint64_t in,
                        struct amm_swap *s)
{
    memset(s, 0, sizeof *s);
    struct amm_swap first;
    enum failure bad = usable(p);
    uint64_t net;
    if (bad) return bad;
    if (fee_on_input(p->venue)) return raydium_buy_in(p, f, in, s);
    bad = net_of(in, f, &first, &net);
    if (!bad) bad = amm_buy_net(p, f, net, s);
    if (bad || s->quote_raw != net) return bad;
    s->in_raw = first.in_raw;
    s->lp_fee_raw = first.lp_fee_raw;
    s->protocol_fee_raw = first.protocol_fee_raw;
    s->creator_fee_raw = first.creator_fee_raw;
    return failure_none;
}

static enum failure raydium_buy_out(const struct amm_pool *p, struct amm_fees f, uint64_t out,
                                    struct amm_swap *s)
{
    uint64_t raw, in;
    if (!muldiv_ceil(p->quote_reserve_raw, out, p->base_reserve_raw - out, &raw))
        return failure_math;
    if (!muldiv_ceil(raw, BPS_ONE, BPS_ONE - f.lp_bps, &in)) return failure_math;
    s->in_raw = in;
    s->base_raw = s->out_raw = out;
    uint64_t fee = fee_of(in, f.lp_bps);
    s->quote_raw = in - fee;
    split_input_fee(p, fee, s);
    return add_u64(p->quote_reserve_raw, in, &raw) ? failure_none : failure_math;
}

enum failure amm_buy_out(const struct amm_pool *p, struct amm_fees f, uint64_t out,
                         struct amm_swap *s)
{
    memset(s, 0, sizeof *s);
    enum failure bad = usable(p);
    if (bad) return bad;
    if (p->venue == venue_pump && out > p->base_real_raw) out = p->base_real_raw;
    if (out == 0) return failure_math;
    if (out >= p->base_reserve_raw) return failure_funds;
    if (fee_on_input(p->venue)) return raydium_buy_out(p, f, out, s);
    uint64_t left = p->base_reserve_raw - out;
    s->base_raw = out;
    bool ok = p->venue == venue_pump
                  ? muldiv_floor(p->quote_reserve_raw, out, left, &s->quote_raw) &&
                        add_u64(s->quote_raw, 1, &s->quote_raw)
                  : muldiv_ceil(p->quote_reserve_raw, out, left, &s->quote_raw);
    return ok ? close_buy(p, f, s) : failure_math;
}

static enum failure close_sell(const struct amm_pool *p, struct amm_fees f, struct amm_swap *s)
{
    uint64_t fees;
    take_fees(f, s);
    if (s->quote_raw > p->quote_real_raw) return failure_funds;
    if (!fees_sum(s, &fees) || !sub_u64(s->quote_raw, fees, &s->out_raw)) return failure_math;
    return failure_none;
}

enum failure amm_sell_in(const struct amm_pool *p, struct amm_fees f, uint64_t in,
                         struct amm_swap *s)
{
    memset(s, 0, sizeof *s);
    enum failure bad = usable(p);
    uint64_t x = in, sum;
    if (bad) return bad;
    if (fee_on_input(p->venue)) x = sub_sat_u64(in, fee_of(in, f.lp_bps));
    if (x == 0 || !add_u64(p->base_reserve_raw, in, &sum)) return failure_math;
    if (!muldiv_floor(p->quote_reserve_raw, x, p->base_reserve_raw + x, &s->quote_raw))
        return failure_math;
    s->in_raw = s->base_raw = in;
    if (!fee_on_input(p->venue)) return close_sell(p, f, s);
    s->out_raw = s->quote_raw;
    return s->out_raw ? failure_none : failure_math;
}

/* Least x in [1, hi] with ok(x), for an ok that stays true once it is; 0 when none. */
static uint64_t least(uint64_t hi, bool (*ok)(const void *, uint64_t), const void *arg)
{
    uint64_t lo = 1;
    if (hi == 0 || !ok(arg, hi)) return 0;
    while (lo < hi) {
        uint64_t mid = lo + (hi - lo) / 2;
        if (ok(arg, mid))
            hi = mid;
        else
            lo = mid + 1;
    }
    return lo;
}

struct target {
    const struct amm_pool *p;
    struct amm_fees f;
    uint64_t out;
};

static bool sell_reaches(const void *arg, uint64_t in)
{
    const struct target *t = arg;
    struct amm_swap s;
    enum failure bad = amm_sell_in(t->p, t->f, in, &s);
    /* An amount beyond the reserves counts as beyond the target, so that the predicate is monotone.
     */
    return bad == failure_funds || (bad == failure_none && s.out_raw >= t->out);
}

/* The pump family takes its fees of the output, each rounded up, so that one lamport more before
 * fees can be two less after: output is not monotone, and bisection would miss the least. Start
 * where no smaller amount can do, and step. */
static enum failure pump_sell_out(const struct amm_pool *p, struct amm_fees f, uint64_t out,
                                  struct amm_swap *s)
{
    uint64_t q, b, sum = (uint64_t)f.lp_bps + f.protocol_bps + f.creator_bps;
    if (sum >= BPS_ONE || !muldiv_floor(out, BPS_ONE, BPS_ONE - sum, &q) ||
        q >= p->quote_reserve_raw)
        return failure_funds;
    if (q == 0) q = 1;
    if (!muldiv_ceil(p->base_reserve_raw, q, p->quote_reserve_raw - q, &b)) return failure_math;
    for (int i = 0; i < 16; i++) {
        enum failure bad = amm_sell_in(p, f, b, s);
        if (bad || s->out_raw >= out) return bad;
        /* The least sale that brings at least one lamport more. */
        uint64_t next;
        q = s->quote_raw + 1;
        if (q >= p->quote_reserve_raw ||
            !muldiv_ceil(p->base_reserve_raw, q, p->quote_reserve_raw - q, &next))
            return failure_funds;
        b = next > b ? next : b + 1;
    }
    return failure_math;
}

enum failure amm_sell_out(const struct amm_pool *p, struct amm_fees f, uint64_t out,
                          struct amm_swap *s)
{
    struct target t = {p, f, out};
    memset(s, 0, sizeof *s);
    enum failure bad = usable(p);
    if (bad) return bad;
    if (!fee_on_input(p->venue)) return pump_sell_out(p, f, out, s);
    uint64_t hi = 1;
    while (hi < UINT64_MAX / 4 && !sell_reaches(&t, hi)) hi *= 2;
    uint64_t in = least(hi, sell_reaches, &t);
    return in ? amm_sell_in(p, f, in, s) : failure_funds;
}

uint64_t amm_base_leaves(const struct amm_pool *p, uint64_t base)
{
    return p->venue == venue_raydium_cpmm ? cpmm_leaves(fee_of(base, 25)) : 0;
}

void amm_apply(struct amm_pool *p, uint8_t side, const struct amm_swap *s)
{
    if (side == side_buy) {
        p->base_reserve_raw -= s->base_raw;
        p->base_real_raw = sub_sat_u64(p->base_real_raw, s->base_raw);
        p->quote_reserve_raw += s->quote_raw + s->lp_fee_raw;
        p->quote_real_raw = add_sat_u64(p->quote_real_raw, s->quote_raw + s->lp_fee_raw);
        if (s->completes) p->complete = 1;
        return;
    }
    uint64_t base = s->base_raw - amm_base_leaves(p, s->base_raw),
             quote = s->quote_raw - s->lp_fee_raw;
    p->base_reserve_raw += base;
    p->base_real_raw = add_sat_u64(p->base_real_raw, base);
    p->quote_reserve_raw -= quote;
    p->quote_real_raw = sub_sat_u64(p->quote_real_raw, quote);
}

uint64_t amm_max_buy(const struct amm_pool *p, struct amm_fees f, uint32_t impact_bps)
{
    /* Average price over spot is (Q + q) / Q, so q may be at most Q * impact. */
    uint64_t net;
    struct amm_swap s;
    if (usable(p) || !muldiv_floor(p->quote_reserve_raw, impact_bps, BPS_ONE, &net)) return 0;
    net = sub_sat_u64(net, 2); /* the venue's roundings go against the buyer */
    return amm_buy_net(p, f, net, &s) == failure_none ? s.in_raw : 0;
}

uint64_t amm_max_sell(const struct amm_pool *p, struct amm_fees f, uint32_t impact_bps)
{
    /* Average price over spot is B / (B + b), so b may be at most B * impact / (1 - impact). */
    uint64_t b;
    struct amm_swap s;
    if (usable(p) || impact_bps >= BPS_ONE ||
        !muldiv_floor(p->base_reserve_raw, impact_bps, BPS_ONE - impact_bps, &b))
        return 0;
    uint64_t lo = 0, hi = b;
    if (b && amm_sell_in(p, f, b, &s) == failure_none) return b;
    /* The pool's real quote binds: the largest sale it can pay. */
    while (hi - lo > 1) {
        uint64_t mid = lo + (hi - lo) / 2;
        if (amm_sell_in(p, f, mid, &s) == failure_funds)
            hi = mid;
        else
            lo = mid;
    }
    return lo && amm_sell_in(p, f, lo, &s) == failure_none ? lo : 0;
}
