/* flight.c - orders from the decision to the answer: named, counted, settled by fill, report or
 * expiry. */
#include <string.h>

#include "common/base/hash.h"
#include "common/base/num.h"
#include "risk/risk/risk_internal.h"

/* A hash of run, strategy, mint, cause and count: the same decision on the same recording has the
 * same id. Never 0. */
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

void risk_keep_in_flight(struct risk_state *s, struct risk_position *p, const struct rec_order *o)
{
    p->order_id = o->order_id;
    p->order_amount = o->amount_raw;
    p->order_slot = s->slot;
    p->reason = o->reason;
    p->state = o->side == side_buy ? POSITION_ENTERING : POSITION_EXITING;
    s->in_flight++;
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
    risk_keep_in_flight(s, p, &o);
    put_order(out, &o);
}

void risk_settle(struct risk_state *s, struct risk_position *p, uint64_t order_id)
{
    seen_add(s->answered, order_id);
    p->order_id = 0;
    if (s->in_flight) s->in_flight--;
    s->reserved = sub_sat_u64(s->reserved, p->reserved);
    p->reserved = 0;
}

/* Keep our copy of the pool equal to the venue's. Live, our own trade also comes back in the
 * stream: applying the fill to the copy as well would count it twice. */
static void carry_fill(struct risk_state *s, struct risk_position *p, const struct rec_fill *f)
{
    struct risk_pool *pool = &s->pool[p->pool_row];
    if (s->live) {
        risk_recover_reserves(pool, f);
        return;
    }
    struct amm_swap w = {
        .base_raw = f->base_raw, .quote_raw = f->quote_lamports, .lp_fee_raw = f->lp_fee_lamports};
    if (f->base_raw > pool->carry.ours.base_reserve_raw || pool->carry.ours.venue != f->venue)
        return;
    carry_own(&pool->carry, f->side, &w);
    pool->carry.ours.base_reserve_raw = f->base_reserve_raw;
    pool->carry.ours.quote_reserve_raw = f->quote_reserve_raw;
}

void risk_fill(struct risk_state *s, const struct rec_fill *f, struct out *out)
{
    struct risk_position *p = risk_position_of_order(s, f->order_id);
    if (!p && (s->recovering || f->reason == order_reason_halt)) risk_recover_fill(s, f, out);
    if (!p || seen_has(s->answered, f->order_id)) return; /* a repeated fill, or not ours */
    risk_book_cash(s, f);
    risk_settle(s, p, f->order_id);
    if (f->status != order_status_landed) {
        risk_position_unfilled(s, p,
                               f->cash_delta_lamports < 0 ? (uint64_t)-f->cash_delta_lamports : 0);
        return;
    }
    carry_fill(s, p, f);
    if (f->side == side_buy)
        risk_position_bought(s, p, f);
    else
        risk_position_sold(s, p, f);
    risk_position_put(s, p, out);
    if (p->held_raw == 0) risk_position_free(s, p);
}

void risk_report(struct risk_state *s, const struct rec_report *r)
{
    struct risk_position *p = risk_position_of_order(s, r->order_id);
    if (!p || (r->status != order_status_expired && r->status != order_status_refused)) return;
    risk_settle(s, p, r->order_id);
    risk_position_unfilled(s, p, 0);
}

void risk_expire(struct risk_state *s)
{
    for (uint32_t i = 0; i < RISK_POSITIONS; i++) {
        struct risk_position *p = &s->position[i];
        if (!p->order_id || s->slot <= p->order_slot + s->rules.expires_slots + 1) continue;
        risk_settle(s, p, p->order_id);
        risk_position_unfilled(s, p, 0);
    }
}
