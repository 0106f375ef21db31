/* exit.c - when to leave a position, and for how much. */
#include "common/base/num.h"
#include "common/sol/core.h"
#include "risk/risk/risk_internal.h"

#define EXIT_SLIPPAGE_MAX_BPS 9900u

void risk_verdict(struct risk_state *s, const struct rec_verdict *r)
{
    for (uint32_t i = 0; i < RISK_POSITIONS && r->finding == finding_fail; i++)
        if (s->position[i].state == POSITION_OPEN && key_equal(&s->position[i].mint, &r->mint))
            s->position[i].exit_wanted = order_reason_verdict;
}

/* Send a sale of this many tokens, with a slippage limit that widens with each attempt. Sends
 * nothing while the pool has no price. */
static void leave(struct risk_state *s, struct risk_position *p, uint8_t reason, uint64_t tokens,
                  struct out *out)
{
    const struct amm_pool *ours = &s->pool[p->pool_row].carry.ours;
    struct amm_swap w;
    if (tokens > p->held_raw) tokens = p->held_raw;
    if (tokens == 0 || amm_sell_in(ours, amm_fees_at(ours, s->now_ns), tokens, &w) != failure_none)
        return;
    uint64_t bps = s->rules.exit_slippage_bps + (uint64_t)s->rules.exit_step_bps * p->attempt;
    if (bps > EXIT_SLIPPAGE_MAX_BPS) bps = EXIT_SLIPPAGE_MAX_BPS;
    uint64_t limit = w.out_raw - (uint64_t)((u128)w.out_raw * bps / BPS_ONE);
    risk_send(s, p, side_sell, reason, tokens, limit,
              (uint16_t)(p->attempt > UINT16_MAX ? UINT16_MAX : p->attempt), out);
}

/* Would the rest bring less than the fees of selling it? Shares round down: a ladder that sums to
 * the whole leaves single units, which are not worth an order of their own. */
static bool is_rest_worthless(const struct risk_state *s, const struct risk_position *p,
                              uint64_t rest_raw, uint64_t mark)
{
    uint64_t fees = SIGNATURE_LAMPORTS + s->rules.tip + s->rules.priority_fee;
    return p->held_raw == 0 || (uint64_t)((u128)mark * rest_raw / p->held_raw) <= fees;
}

/* The most urgent reason to sell all of it now; order_reason_none without one. */
static uint8_t reason_to_leave(const struct risk_state *s, const struct risk_position *p,
                               uint64_t mark, uint64_t cost)
{
    const struct risk_strategy *g = &s->strategy[p->strategy];
    const struct amm_pool *pool = &s->pool[p->pool_row].carry.ours;
    if (p->exit_wanted) return p->exit_wanted;
    if (g->liquidity_ppm &&
        ratio_ppm(pool->quote_reserve_raw, p->entry_quote_reserve) < PPM_ONE - g->liquidity_ppm)
        return order_reason_liquidity;
    if (g->stop_ppm && ratio_ppm(mark, cost) <= PPM_ONE - g->stop_ppm) return order_reason_stop;
    if (g->trail_ppm && p->peak_mark > cost &&
        ratio_ppm(mark, p->peak_mark) <= PPM_ONE - g->trail_ppm)
        return order_reason_trail;
    if (g->max_hold_ns && s->now_ns - p->opened_ns >= g->max_hold_ns) return order_reason_time;
    return order_reason_none;
}

/* Tokens of the rung that the gain has reached, 0 below it. */
static uint64_t rung_tokens(const struct risk_state *s, const struct risk_position *p,
                            uint64_t mark, uint64_t cost)
{
    const struct risk_strategy *g = &s->strategy[p->strategy];
    if (p->rung >= g->rungs || cost == 0 ||
        ratio_ppm(mark, cost) < PPM_ONE + g->rung[p->rung].gain_ppm)
        return 0;
    uint64_t tokens = (uint64_t)((u128)p->bought_raw * g->rung[p->rung].share_ppm / PPM_ONE);
    bool all = tokens > p->held_raw || is_rest_worthless(s, p, p->held_raw - tokens, mark);
    return all ? p->held_raw : tokens;
}

static void consider(struct risk_state *s, struct risk_position *p, struct out *out)
{
    uint64_t mark = risk_mark(s, p), cost = risk_position_cost(p);
    if (mark > p->peak_mark) p->peak_mark = mark;
    uint8_t why = reason_to_leave(s, p, mark, cost);
    uint64_t tokens = why ? p->held_raw : rung_tokens(s, p, mark, cost);
    if (!why && !tokens) return;
    if (!why) p->peak_mark = 0; /* the trailing stop starts afresh on the rest */
    leave(s, p, why ? why : order_reason_take, tokens, out);
}

void risk_exits(struct risk_state *s, struct out *out)
{
    for (uint32_t i = 0; i < RISK_POSITIONS; i++) {
        struct risk_position *p = &s->position[i];
        if (p->state != POSITION_OPEN || p->order_id || p->held_raw == 0) continue;
        consider(s, p, out);
    }
}
