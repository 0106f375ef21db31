/* recover.c - positions, orders and cash that live execution reports from its journal after a
 * restart; and sales by the operator (sluice-halt), which arrive as fills without an order of ours.
 */
#include <string.h>

#include "common/base/num.h"
#include "risk/risk/risk_internal.h"

/* A position of a strategy that is no longer configured is kept under the rules of the first. */
static uint32_t strategy_named(const struct risk_state *s, const char *name)
{
    for (uint32_t i = 0; i < s->strategies; i++)
        if (strcmp(s->strategy[i].name, name) == 0) return i;
    return s->strategies ? 0 : RISK_STRATEGIES;
}

static struct risk_position *make_position(struct risk_state *s, uint64_t id, const char *strategy,
                                           const struct key *mint, const struct key *pool,
                                           uint8_t venue)
{
    uint32_t k = strategy_named(s, strategy), row = risk_pool_row(s, pool, mint);
    struct risk_position *p = risk_position_unused(s);
    if (!p || k == RISK_STRATEGIES || row == TABLE_NONE) return NULL;
    *p = (struct risk_position){.id = id,
                                .mint = *mint,
                                .pool = *pool,
                                .strategy = k,
                                .pool_row = row,
                                .venue = venue,
                                .state = POSITION_OPEN,
                                .opened_ns = s->now_ns};
    s->pool[row].held++;
    return p;
}

void risk_recover_reserves(struct risk_pool *pool, const struct rec_fill *f)
{
    struct rec_reserve r = {.ts_ns = f->ts_ns,
                            .slot = f->slot,
                            .mint = f->mint,
                            .venue = f->venue,
                            .pool = f->pool,
                            .base_reserve_raw = f->base_reserve_raw,
                            .quote_reserve_raw = f->quote_reserve_raw};
    if (f->base_reserve_raw && f->quote_reserve_raw) carry_reserve(&pool->carry, &r);
}

/* The position of the fill, made when the fill opens it; NULL when the position is closed. */
static struct risk_position *position_for(struct risk_state *s, const struct rec_fill *f)
{
    struct risk_position *p = risk_position_of_id(s, f->position_id);
    if (p || f->side != side_buy || f->status != order_status_landed) return p;
    return make_position(s, f->position_id, f->strategy, &f->mint, &f->pool, f->venue);
}

static void recover_failed(struct risk_state *s, struct risk_position *p, const struct rec_fill *f)
{
    risk_position_unfilled(s, p,
                           f->cash_delta_lamports < 0 ? (uint64_t)-f->cash_delta_lamports : 0);
    p->attempt = 0;
    p->exit_wanted = 0;
}

static void recover_landed(struct risk_state *s, struct risk_position *p, const struct rec_fill *f)
{
    risk_recover_reserves(&s->pool[p->pool_row], f);
    if (f->side != side_buy) {
        risk_position_sold(s, p, f);
        return;
    }
    risk_position_bought(s, p, f);
    p->opened_ns = f->ts_ns;
}

void risk_recover_fill(struct risk_state *s, const struct rec_fill *f, struct out *out)
{
    if (!seen_add(s->answered, f->order_id)) return; /* a repeated fill */
    if (!s->recovering) risk_book_cash(s, f);
    struct risk_position *p = position_for(s, f);
    if (!p) return;
    p->reason = f->reason;
    if (f->status != order_status_landed) {
        recover_failed(s, p, f);
        return;
    }
    recover_landed(s, p, f);
    if (p->held_raw) return;
    risk_position_put(s, p, out);
    if (p->order_id) risk_settle(s, p, p->order_id); /* its own answer will match no position */
    risk_position_free(s, p);
}

void risk_recover_order(struct risk_state *s, const struct rec_order *o)
{
    struct risk_position *p = risk_position_of_id(s, o->position_id);
    if (risk_position_of_order(s, o->order_id) || seen_has(s->answered, o->order_id)) return;
    if (!p) p = make_position(s, o->position_id, o->strategy, &o->mint, &o->pool, o->venue);
    if (!p) return;
    bool buy = o->side == side_buy;
    risk_keep_in_flight(s, p, o);
    p->reserved = buy ? o->amount_raw : 0;
    s->reserved += p->reserved;
    if (buy) s->strategy[p->strategy].at_risk += o->amount_raw;
}

void risk_recover_cash(struct risk_state *s, const struct rec_equity *q)
{
    s->cash = q->cash_lamports;
    s->rent = q->rent_lamports;
    s->equity_peak = s->day_start = risk_equity(s);
}
