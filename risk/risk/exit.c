/* exit.c - when and how to leave a position, and how orders are made. */
#include <string.h>

#include "common/base/hash.h"
#include "common/base/num.h"
#include "risk/risk/risk_internal.h"

/* Name of an order: the same decision on the same tape has the same name for ever. */
static uint64_t order_id(const struct risk_state *s, const struct risk_position *p,
                         const struct out *out)
{
    struct {
        uint64_t seed;
        char strategy[40];
        struct key mint;
        uint64_t cause_src, cause_seq, n;
    } of;
    memset(&of, 0, sizeof of);
    of.seed = s->rules.seed;
    memcpy(of.strategy, s->strategy[p->strategy].name, sizeof s->strategy[p->strategy].name);
    of.mint = p->mint;
    of.cause_src = out->cause_src;
    of.cause_seq = out->cause_seq;
    of.n = s->orders;
    uint64_t id = blake_u64(&of, sizeof of);
    return id ? id : 1;
}

void risk_send(struct risk_state *s, struct risk_position *p, uint8_t side, uint8_t reason,
               uint64_t amount, uint64_t limit, uint16_t attempt, struct out *out)
{
    const struct amm_pool *market = &s->pool[p->pool_row].carry.market;
    s->orders++;
    struct rec_order o = {.ts_ns = s->now_ns,
                          .slot = s->slot,
                          .order_id = order_id(s, p, out),
                          .mint = p->mint,
                          .pool = p->pool,
                          .venue = p->venue,
                          .side = side,
                          .reason = reason,
                          .amount_raw = amount,
                          .limit_raw = limit,
                          .tip_lamports = s->rules.tip,
                          .priority_fee_lamports = s->rules.priority_fee,
                          .expires_slot = s->slot + s->rules.expires_slots,
                          .base_reserve_raw = market->base_reserve_raw,
                          .quote_reserve_raw = market->quote_reserve_raw,
                          .attempt_count = attempt};
    CAUSED_BY(&o, out);
    memcpy(o.strategy, s->strategy[p->strategy].name, sizeof o.strategy);
    if (p->id == 0) p->id = o.order_id;
    o.position_id = p->id;
    p->order_id = o.order_id;
    p->order_amount = amount;
    p->order_slot = s->slot;
    p->reason = reason;
    p->state = side == side_buy ? POSITION_ENTERING : POSITION_EXITING;
    s->in_flight++;
    put_order(out, &o);
}

/* Sell this much, with the slippage that grows with each try. Nothing is sent while the pool cannot
 * be priced. */
static void leave(struct risk_state *s, struct risk_position *p, uint8_t reason, uint64_t tokens,
                  struct out *out)
{
    const struct amm_pool *ours = &s->pool[p->pool_row].carry.ours;
    struct amm_swap w;
    if (tokens > p->held_raw) tokens = p->held_raw;
    if (tokens == 0 || amm_sell_in(ours, amm_fees_at(ours, s->now_ns), tokens, &w) != failure_none)
        return;
    uint64_t bps = s->rules.exit_slippage_bps + (uint64_t)s->rules.exit_step_bps * p->attempt;
    if (bps > 9900) bps = 9900;
    uint64_t limit = w.out_raw - (uint64_t)((u128)w.out_raw * bps / BPS_ONE);
    risk_send(s, p, side_sell, reason, tokens, limit,
              (uint16_t)(p->attempt > UINT16_MAX ? UINT16_MAX : p->attempt), out);
}

/* value as ppm of cost; saturating. */
static uint32_t of_cost(uint64_t value, uint64_t cost) { return ratio_ppm(value, cost); }

/* The most urgent reason to leave now, order_reason_none when there is none. */
/* Would what a sale leaves behind bring less than the fees of selling it? Shares round down: a
 * ladder that sums to all leaves single units, which are not worth an order of their own. */
static bool is_rest_worthless(const struct risk_state *s, const struct risk_position *p,
                              uint64_t rest_raw, uint64_t mark)
{
    uint64_t fees = UINT64_C(5000) + s->rules.tip + s->rules.priority_fee;
    return p->held_raw == 0 || (uint64_t)((u128)mark * rest_raw / p->held_raw) <= fees;
}

static uint8_t reason_to_leave(const struct risk_state *s, const struct risk_position *p,
                               uint64_t mark)
{
    const struct risk_strategy *g = &s->strategy[p->strategy];
    const struct amm_pool *pool = &s->pool[p->pool_row].carry.ours;
    /* Cost and mark of what is still held. */
    uint64_t cost = p->bought_raw ? (uint64_t)((u128)p->cost * p->held_raw / p->bought_raw) : 0;
    if (p->exit_wanted) return p->exit_wanted;
    if (g->liquidity_ppm &&
        ratio_ppm(pool->quote_reserve_raw, p->entry_quote_reserve) < PPM_ONE - g->liquidity_ppm)
        return order_reason_liquidity;
    if (g->stop_ppm && of_cost(mark, cost) <= PPM_ONE - g->stop_ppm) return order_reason_stop;
    if (g->trail_ppm && p->peak_mark > cost &&
        of_cost(mark, p->peak_mark) <= PPM_ONE - g->trail_ppm)
        return order_reason_trail;
    if (g->max_hold_ns && s->now_ns - p->opened_ns >= g->max_hold_ns) return order_reason_time;
    return order_reason_none;
}

static uint64_t share_of(uint64_t amount, uint32_t ppm)
{
    return (uint64_t)((u128)amount * ppm / PPM_ONE);
}

static void consider(struct risk_state *s, struct risk_position *p, struct out *out)
{
    const struct risk_strategy *g = &s->strategy[p->strategy];
    uint64_t mark = risk_mark(s, p),
             cost = p->bought_raw ? (uint64_t)((u128)p->cost * p->held_raw / p->bought_raw) : 0;
    if (mark > p->peak_mark) p->peak_mark = mark;
    uint8_t why = reason_to_leave(s, p, mark);
    if (why) {
        leave(s, p, why, p->held_raw, out);
        return;
    }
    if (p->rung >= g->rungs || cost == 0 ||
        of_cost(mark, cost) < PPM_ONE + g->rung[p->rung].gain_ppm)
        return;
    uint64_t tokens = share_of(p->bought_raw, g->rung[p->rung].share_ppm);
    if (tokens > p->held_raw || is_rest_worthless(s, p, p->held_raw - tokens, mark))
        tokens = p->held_raw;
    p->peak_mark = 0; /* the trail starts afresh on what is left */
    leave(s, p, order_reason_take, tokens, out);
}

void risk_exits(struct risk_state *s, struct out *out)
{
    for (uint32_t i = 0; i < RISK_POSITIONS; i++) {
        struct risk_position *p = &s->position[i];
        if (p->state != POSITION_OPEN || p->order_id || p->held_raw == 0) continue;
        consider(s, p, out);
    }
}
