/* position.c - one position: found, bought, sold, closed. */
#include <string.h>

#include "common/base/num.h"
#include "risk/risk/risk_internal.h"

struct risk_position *risk_position_of_order(struct risk_state *s, uint64_t order_id)
{
    for (uint32_t i = 0; order_id && i < RISK_POSITIONS; i++)
        if (s->position[i].state != POSITION_FREE && s->position[i].order_id == order_id)
            return &s->position[i];
    return NULL;
}

struct risk_position *risk_position_of_id(struct risk_state *s, uint64_t id)
{
    for (uint32_t i = 0; id && i < RISK_POSITIONS; i++)
        if (s->position[i].state != POSITION_FREE && s->position[i].id == id)
            return &s->position[i];
    return NULL;
}

struct risk_position *risk_position_unused(struct risk_state *s)
{
    for (uint32_t i = 0; i < RISK_POSITIONS; i++)
        if (s->position[i].state == POSITION_FREE) return &s->position[i];
    return NULL;
}

uint64_t risk_position_cost(const struct risk_position *p)
{
    return p->bought_raw ? (uint64_t)((u128)p->cost * p->held_raw / p->bought_raw) : 0;
}

void risk_position_bought(struct risk_state *s, struct risk_position *p, const struct rec_fill *f)
{
    uint64_t paid = f->cash_delta_lamports < 0 ? (uint64_t)-f->cash_delta_lamports : 0;
    struct risk_strategy *g = &s->strategy[p->strategy];
    g->at_risk = sub_sat_u64(g->at_risk, p->order_amount) + paid;
    p->state = POSITION_OPEN;
    p->bought_raw = p->held_raw = f->base_raw;
    p->cost = paid;
    p->opened_ns = s->now_ns;
    p->peak_mark = 0;
    p->entry_quote_reserve = f->quote_reserve_raw;
}

/* Nothing is held any more: release the cost, count the streak of losses. */
static void close_books(struct risk_state *s, struct risk_position *p)
{
    struct risk_strategy *g = &s->strategy[p->strategy];
    g->at_risk = sub_sat_u64(g->at_risk, p->cost);
    s->losses_in_row = p->proceeds < p->cost ? s->losses_in_row + 1 : 0;
}

void risk_position_sold(struct risk_state *s, struct risk_position *p, const struct rec_fill *f)
{
    p->held_raw = sub_sat_u64(p->held_raw, f->base_raw);
    if (f->cash_delta_lamports > 0) p->proceeds += (uint64_t)f->cash_delta_lamports;
    p->state = POSITION_OPEN;
    p->attempt = 0;
    if (p->reason == order_reason_take)
        p->rung++;
    else
        p->exit_wanted = 0;
    if (p->held_raw == 0) close_books(s, p);
}

/* Fees of a failed exit count as cost. */
void risk_position_unfilled(struct risk_state *s, struct risk_position *p, uint64_t paid)
{
    struct risk_strategy *g = &s->strategy[p->strategy];
    if (p->state == POSITION_ENTERING) {
        g->at_risk = sub_sat_u64(g->at_risk, p->order_amount);
        risk_position_free(s, p);
        return;
    }
    p->cost += paid;
    g->at_risk += paid;
    p->state = POSITION_OPEN;
    p->attempt++;
    if (p->reason != order_reason_take) p->exit_wanted = p->reason;
}

void risk_position_put(struct risk_state *s, const struct risk_position *p, struct out *out)
{
    struct rec_position r = {.ts_ns = s->now_ns,
                             .slot = s->slot,
                             .position_id = p->id,
                             .mint = p->mint,
                             .status = p->held_raw ? position_status_open : position_status_closed,
                             .held_raw = p->held_raw,
                             .cost_lamports = p->cost,
                             .proceeds_lamports = p->proceeds,
                             .reason = p->reason};
    CAUSED_BY(&r, out);
    memcpy(r.strategy, s->strategy[p->strategy].name, sizeof r.strategy);
    put_position(out, &r);
}

static bool holds_tokens(const struct risk_state *s)
{
    for (uint32_t i = 0; i < RISK_POSITIONS; i++)
        if (s->position[i].held_raw) return true;
    return false;
}

void risk_position_free(struct risk_state *s, struct risk_position *p)
{
    if (s->pool[p->pool_row].held) s->pool[p->pool_row].held--;
    memset(p, 0, sizeof *p);
    if (!holds_tokens(s)) s->rent = 0;
}
