/* landing.c - see landing.h. A chance is a hash of (seed, order id, question): an order's fate
 * depends on itself and the market, never on the number of draws before. */
#include "execute/trade/landing.h"

#include <string.h>

#include "common/base/hash.h"
#include "common/base/num.h"

enum question { ASK_LATENCY = 1, ASK_LANDS, ASK_CONGESTION, ASK_SANDWICH };

static uint64_t draw(const struct paper_rules *r, uint64_t order_id, enum question q, uint64_t n)
{
    uint64_t x = hash_u64(hash_u64(r->seed ^ UINT64_C(0x736c75696365)) ^ hash_u64(order_id) ^
                          (uint64_t)q * UINT64_C(0x9e3779b97f4a7c15));
    return (uint64_t)((u128)x * n >> 64);
}

uint64_t landing_latency(const struct paper_rules *r, const struct rec_order *o)
{
    return r->latency_min +
           draw(r, o->order_id, ASK_LATENCY, (uint64_t)r->latency_max - r->latency_min + 1);
}

/* Chance in ppm that the transaction lands. A bundle competes by its tip, a plain transaction by
 * its priority fee on the same scale. Jito's tip floor gives quantiles of landed tips; these steps
 * and odds are assumptions, to be fitted to own landings. */
static uint32_t landing_ppm(const struct paper_rules *r, const struct rec_order *o)
{
    static const struct {
        uint64_t lamports;
        uint32_t ppm;
    } odds[] = {{0, 300000},      {1000, 500000},    {10000, 700000},
                {100000, 850000}, {1000000, 950000}, {10000000, 990000}};
    uint64_t bid = r->bundle ? o->tip_lamports : o->priority_fee_lamports;
    size_t i = 0;
    while (i + 1 < COUNT_OF(odds) && bid >= odds[i + 1].lamports) i++;
    return odds[i].ppm;
}

static void copy_order(const struct landing *in, struct rec_fill *f)
{
    const struct rec_order *o = in->order;
    f->slot = in->slot;
    f->sent_slot = o->slot;
    f->order_id = o->order_id;
    f->position_id = o->position_id;
    memcpy(f->strategy, o->strategy, sizeof f->strategy);
    f->mint = o->mint;
    f->pool = o->pool;
    f->venue = o->venue;
    f->side = o->side;
    f->reason = o->reason;
    f->network_fee_lamports = SIGNATURE_FEE;
    f->priority_fee_lamports = o->priority_fee_lamports;
}

static enum failure quote(const struct amm_pool *p, const struct rec_order *o, uint64_t now_ns,
                          struct amm_swap *s)
{
    struct amm_fees f = amm_fees_at(p, now_ns);
    return o->side == side_buy ? amm_buy_in(p, f, o->amount_raw, s)
                               : amm_sell_in(p, f, o->amount_raw, s);
}

/* Failed on chain: a plain transaction pays for its signature and priority; a bundle that would
 * fail never lands. */
static uint8_t fail_on_chain(const struct landing *in, struct rec_fill *f, uint8_t why)
{
    if (in->rules->bundle) {
        f->status = order_status_expired;
        return why;
    }
    f->status = order_status_failed;
    f->failure = why;
    f->cash_delta_lamports = -(int64_t)(f->network_fee_lamports + f->priority_fee_lamports);
    return 0;
}

/* The quote of base tokens on a pool, whatever the pool really holds. */
static bool net_quote(const struct amm_pool *p, const struct rec_order *o, uint64_t base,
                      uint64_t now_ns, uint64_t *quote_raw)
{
    struct amm_swap s;
    struct amm_pool q = *p;
    q.complete = 0;
    if (q.base_real_raw < base) q.base_real_raw = base;
    if (q.quote_real_raw < q.quote_reserve_raw) q.quote_real_raw = q.quote_reserve_raw;
    struct amm_fees f = amm_fees_at(&q, now_ns);
    if ((o->side == side_buy ? amm_buy_out(&q, f, base, &s) : amm_sell_in(&q, f, base, &s)) !=
        failure_none)
        return false;
    *quote_raw = s.quote_raw;
    return true;
}

/* The ladder of a fill's costs: the recorded price at the decision; the market's movement until
 * landing; our size on the recorded pool; our earlier trades still in the pool; a sandwich. The
 * parts add up to quote_lamports exactly. All quotes are for the tokens that really moved, so that
 * each step is money for the same tokens. unsandwiched_raw: the quote without the searcher; 0: no
 * searcher. */
static void ladder(const struct landing *in, uint64_t unsandwiched_raw, struct rec_fill *f)
{
    const struct rec_order *o = in->order;
    const struct amm_pool *m = &in->pool->market;
    uint64_t naive = 0, spot = 0, sized = 0;
    uint64_t carried = unsandwiched_raw ? unsandwiched_raw : f->quote_lamports;
    int64_t sign = o->side == side_buy ? 1 : -1;
    if (!muldiv_floor(f->base_raw, o->quote_reserve_raw, o->base_reserve_raw, &naive))
        naive = f->quote_lamports;
    if (!muldiv_floor(f->base_raw, m->quote_reserve_raw, m->base_reserve_raw, &spot)) spot = naive;
    if (!net_quote(m, o, f->base_raw, in->now_ns, &sized)) sized = spot;
    if (!in->pool->differs)
        sized = carried; /* no earlier trade of ours is in the pool: rounding is own size, too */
    f->naive_lamports = naive;
    f->latency_cost_lamports = sign * ((int64_t)spot - (int64_t)naive);
    f->impact_cost_lamports = sign * ((int64_t)sized - (int64_t)spot);
    f->carried_cost_lamports = sign * ((int64_t)carried - (int64_t)sized);
    f->sandwich_cost_lamports = sign * ((int64_t)f->quote_lamports - (int64_t)carried);
}

static enum failure leg(struct amm_pool *p, struct amm_fees f, uint8_t side, uint64_t in,
                        struct amm_swap *s)
{
    enum failure bad = side == side_buy ? amm_buy_in(p, f, in, s) : amm_sell_in(p, f, in, s);
    if (!bad) amm_apply(p, side, s);
    return bad;
}

/* A searcher that sees the order takes what its limit leaves: its front leg, ours, its back leg,
 * each on the pool that the one before left. *before_raw: our quote without the searcher; *after:
 * the pool behind the three. False when no searcher looks, or it does not pay. */
static bool sandwiched(const struct landing *in, const struct amm_pool *p, struct amm_swap *s,
                       uint64_t *before_raw, struct amm_pool *after)
{
    const struct rec_order *o = in->order;
    struct amm_fees f = amm_fees_at(p, in->now_ns);
    uint64_t front;
    if (draw(in->rules, o->order_id, ASK_SANDWICH, PPM_ONE) >= in->rules->sandwich_ppm)
        return false;
    if (!amm_sandwich_loss(p, f, o->side, o->amount_raw, o->limit_raw, 100000, &front))
        return false;
    struct amm_pool q = *p;
    struct amm_swap a, v, back;
    if (leg(&q, f, o->side, front, &a) != failure_none ||
        leg(&q, f, o->side, o->amount_raw, &v) != failure_none || v.out_raw < o->limit_raw)
        return false;
    if ((o->side == side_buy ? amm_sell_in(&q, f, a.base_raw, &back)
                             : amm_buy_out(&q, f, a.base_raw, &back)) != failure_none)
        return false;
    amm_apply(&q, o->side == side_buy ? side_sell : side_buy, &back);
    if (!net_quote(p, o, v.base_raw, in->now_ns, before_raw)) return false;
    *s = v;
    *after = q;
    return true;
}

static void fill_money(const struct landing *in, const struct amm_swap *s, struct rec_fill *f)
{
    const struct rec_order *o = in->order;
    bool buy = o->side == side_buy;
    f->status = order_status_landed;
    f->base_raw = s->base_raw;
    f->quote_lamports = s->quote_raw;
    f->lp_fee_lamports = s->lp_fee_raw;
    f->protocol_fee_lamports = s->protocol_fee_raw;
    f->creator_fee_lamports = s->creator_fee_raw;
    f->tip_lamports = in->rules->bundle ? o->tip_lamports : 0;
    f->rent_paid_lamports = buy && in->held_raw == 0 ? RENT_TOKEN_ACCOUNT : 0;
    f->rent_refund_lamports = !buy && s->base_raw == in->held_raw ? RENT_TOKEN_ACCOUNT : 0;
    int64_t fees = (int64_t)(f->lp_fee_lamports + f->protocol_fee_lamports +
                             f->creator_fee_lamports + f->network_fee_lamports +
                             f->priority_fee_lamports + f->tip_lamports + f->rent_paid_lamports);
    f->cash_delta_lamports = (buy ? -(int64_t)f->quote_lamports : (int64_t)f->quote_lamports) -
                             fees + (int64_t)f->rent_refund_lamports;
}

/* Why the order is not sent at all: money, tokens or table rows are missing. 0: it is sent. */
static uint8_t refuse(const struct landing *in)
{
    const struct rec_order *o = in->order;
    u128 need =
        (u128)o->tip_lamports + o->priority_fee_lamports + SIGNATURE_FEE +
        (o->side == side_buy ? (u128)o->amount_raw + (in->held_raw ? 0 : RENT_TOKEN_ACCOUNT) : 0);
    if (in->rules->null_venue) return failure_no_pool;
    if (o->amount_raw == 0 || (o->side != side_buy && o->side != side_sell)) return failure_math;
    if (in->cash < 0 || need > (u128)in->cash) return failure_funds;
    if (o->side == side_sell && o->amount_raw > in->held_raw) return failure_funds;
    return o->side == side_buy && !in->can_hold ? failure_capacity : 0;
}

/* What happens before any price counts: 0, or why the order ends here. */
static uint8_t settle_early(const struct landing *in, struct rec_fill *f)
{
    const struct rec_order *o = in->order;
    uint8_t no = refuse(in);
    if (no) return no;
    copy_order(in, f);
    if (draw(in->rules, o->order_id, ASK_LANDS, PPM_ONE) < landing_ppm(in->rules, o)) return 0;
    f->status = order_status_expired;
    return failure_expired;
}

uint8_t landing_settle(struct landing *in, struct rec_fill *f)
{
    const struct rec_order *o = in->order;
    struct amm_pool before = in->pool->ours, after = before;
    struct amm_swap s;
    uint64_t unsandwiched = 0;
    uint8_t no = settle_early(in, f);
    if (no) return no;
    if (draw(in->rules, o->order_id, ASK_CONGESTION, PPM_ONE) < in->rules->congestion_ppm)
        return fail_on_chain(in, f, failure_congestion);
    enum failure bad = quote(&before, o, in->now_ns, &s);
    if (bad) return fail_on_chain(in, f, bad);
    if (s.out_raw < o->limit_raw) return fail_on_chain(in, f, failure_slippage);
    bool seen = sandwiched(in, &before, &s, &unsandwiched, &after);
    fill_money(in, &s, f);
    ladder(in, seen ? unsandwiched : 0, f);
    if (seen) {
        in->pool->ours = after;
        in->pool->differs = 1;
    } else
        carry_own(in->pool, o->side, &s);
    f->base_reserve_raw = in->pool->ours.base_reserve_raw;
    f->quote_reserve_raw = in->pool->ours.quote_reserve_raw;
    return 0;
}
