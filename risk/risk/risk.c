/* risk.c - records in, orders and rejects out. Entries are decided in entry.c, exits in exit.c. See
 * risk.h. */
#include "risk/risk/risk.h"

#include <string.h>

#include "common/base/num.h"
#include "common/sol/core.h"
#include "common/sol/token.h"
#include "risk/risk/risk_internal.h"

static struct table *risk_pools(struct risk_state *s)
{
    return (struct table *)(void *)s->table_words;
}

void risk_init(struct risk_state *s)
{
    table_init(risk_pools(s), RISK_POOLS);
    seen_init(s->answered, RISK_ANSWERED);
    s->cash = clamp_i64_from_u64(s->rules.capital);
    s->equity_peak = s->day_start = s->cash;
}

bool risk_awaits(const struct risk_state *s) { return s->waiting != 0; }

/* Row of a pool, made when new; the one idle for longest gives way, but never one that is held. */
uint32_t risk_pool_row(struct risk_state *s, const struct key *pool, const struct key *mint)
{
    bool added;
    struct table *t = risk_pools(s);
    const struct key *k = key_is_none(pool) ? mint : pool;
    uint32_t row = table_add(t, k->b, &added);
    if (row == TABLE_NONE) {
        uint32_t old = table_oldest(t);
        while (old != TABLE_NONE && s->pool[old].held) old = table_newer(t, old);
        if (old == TABLE_NONE) return TABLE_NONE;
        table_remove(t, old);
        row = table_add(t, k->b, &added);
    }
    if (added) memset(&s->pool[row], 0, sizeof s->pool[row]);
    return row;
}

uint64_t risk_mark(const struct risk_state *s, const struct risk_position *p)
{
    const struct amm_pool *ours = &s->pool[p->pool_row].carry.ours;
    struct amm_swap w;
    if (p->held_raw == 0 ||
        amm_sell_in(ours, amm_fees_at(ours, s->now_ns), p->held_raw, &w) != failure_none)
        return 0;
    return w.out_raw;
}

/* Cash, refundable rent, and what the curves would pay now for all that is held: as execution
 * counts it. */
int64_t risk_equity(const struct risk_state *s)
{
    int64_t sum = s->cash + clamp_i64_from_u64(s->rent);
    for (uint32_t i = 0; i < RISK_POSITIONS; i++)
        if (s->position[i].held_raw) sum += clamp_i64_from_u64(risk_mark(s, &s->position[i]));
    return sum;
}

/* ---- breakers ---- */

static void trip(struct risk_state *s, enum risk_breaker why, const char *code, const char *text,
                 struct out *out)
{
    struct rec_alert a = {.ts_ns = s->now_ns, .level = level_warning};
    CAUSED_BY(&a, out);
    memcpy(a.code, code, strlen(code) + 1);
    memcpy(a.text, text, strlen(text) + 1);
    put_alert(out, &a);
    s->breaker = why;
    s->blocked_until_ns = s->now_ns + s->rules.cooldown_ns;
}

/* At each slot: has equity fallen too far, from its peak or since the day began? After the
 * cool-down both start afresh. */
void risk_watch(struct risk_state *s, struct out *out)
{
    int64_t equity = risk_equity(s);
    uint64_t day = s->now_ns / (86400 * NS_PER_S);
    if (day != s->day) {
        s->day = day;
        s->day_start = equity;
    }
    if (s->breaker && s->now_ns >= s->blocked_until_ns) {
        s->breaker = BREAKER_NONE;
        s->equity_peak = s->day_start = equity;
        s->losses_in_row = 0;
    }
    if (equity > s->equity_peak) s->equity_peak = equity;
    if (s->breaker) return;
    int64_t lost_today = s->day_start - equity, down = s->equity_peak - equity;
    if (s->rules.daily_loss && lost_today >= clamp_i64_from_u64(s->rules.daily_loss))
        trip(s, BREAKER_DAY, "daily_loss",
             "the loss of this day reached its limit; entries rest for the cool-down", out);
    else if (s->equity_peak > 0 && down > 0 &&
             ratio_ppm((uint64_t)down, (uint64_t)s->equity_peak) >= s->rules.drawdown_ppm)
        trip(s, BREAKER_DRAWDOWN, "drawdown",
             "equity fell too far from its peak; entries rest for the cool-down", out);
    else if (s->rules.streak && s->losses_in_row >= s->rules.streak)
        trip(s, BREAKER_STREAK, "loss_streak",
             "too many losses in a row; entries rest for the cool-down", out);
}

/* ---- what became of orders ---- */

static struct risk_position *position_of_order(struct risk_state *s, uint64_t order_id)
{
    for (uint32_t i = 0; i < RISK_POSITIONS; i++)
        if (s->position[i].state != POSITION_FREE && s->position[i].order_id == order_id &&
            order_id)
            return &s->position[i];
    return NULL;
}

static bool holds_tokens(const struct risk_state *s)
{
    for (uint32_t i = 0; i < RISK_POSITIONS; i++)
        if (s->position[i].held_raw) return true;
    return false;
}

static void free_position(struct risk_state *s, struct risk_position *p)
{
    if (s->pool[p->pool_row].held) s->pool[p->pool_row].held--;
    memset(p, 0, sizeof *p);
    if (!holds_tokens(s)) s->rent = 0;
}

/* Cash and refundable rent of a fill. The first trade of a coin also pays rents that never come
 * back (a creator's vault), so at most the rent of one token account counts as refundable. */
static void book_cash(struct risk_state *s, const struct rec_fill *f)
{
    uint64_t most = RENT_LAMPORTS(TOKEN_ACCOUNT_BYTES), paid = f->rent_paid_lamports;
    s->cash += f->cash_delta_lamports;
    s->rent = sub_sat_u64(s->rent + (paid < most ? paid : most), f->rent_refund_lamports);
}

static void put_position_record(struct risk_state *s, const struct risk_position *p,
                                struct out *out)
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

/* The order is settled, one way or the other: nothing is in flight for this position any more. */
static void settle(struct risk_state *s, struct risk_position *p, uint64_t order_id)
{
    seen_add(s->answered, order_id);
    p->order_id = 0;
    if (s->in_flight) s->in_flight--;
    s->reserved = sub_sat_u64(s->reserved, p->reserved);
    p->reserved = 0;
}

static void close_books(struct risk_state *s, struct risk_position *p)
{
    s->cost_held = sub_sat_u64(s->cost_held, p->cost);
    s->strategy[p->strategy].at_risk = sub_sat_u64(s->strategy[p->strategy].at_risk, p->cost);
    s->losses_in_row = p->proceeds < p->cost ? s->losses_in_row + 1 : 0;
}

static void landed_buy(struct risk_state *s, struct risk_position *p, const struct rec_fill *f)
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
    s->cost_held += paid;
}

static void landed_sell(struct risk_state *s, struct risk_position *p, const struct rec_fill *f)
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

/* Fees of a failed transaction count as cost. */
static void failed_order(struct risk_state *s, struct risk_position *p, uint64_t paid)
{
    if (p->state == POSITION_ENTERING) {
        s->strategy[p->strategy].at_risk =
            sub_sat_u64(s->strategy[p->strategy].at_risk, p->order_amount);
        free_position(s, p);
        return;
    }
    p->cost += paid;
    s->cost_held += paid;
    s->strategy[p->strategy].at_risk += paid;
    p->state = POSITION_OPEN;
    p->attempt++;
    if (p->reason != order_reason_take) p->exit_wanted = p->reason; /* try again */
}

/* Live, the stream holds our own trades: the reserves of the fill are the market's. */
static void see_fill(struct risk_pool *pool, const struct rec_fill *f)
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

/* Keep our own view of the pool the same as the venue's. */
static void carry_fill(struct risk_state *s, struct risk_position *p, const struct rec_fill *f)
{
    struct risk_pool *pool = &s->pool[p->pool_row];
    if (s->live) {
        see_fill(pool, f);
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

/* ---- recovering: live execution tells the fills of open positions and the orders in flight, from
 * its journal ---- */

static struct risk_position *position_of_id(struct risk_state *s, uint64_t id)
{
    for (uint32_t i = 0; i < RISK_POSITIONS; i++)
        if (s->position[i].state != POSITION_FREE && s->position[i].id == id && id)
            return &s->position[i];
    return NULL;
}

static uint32_t strategy_named(const struct risk_state *s, const char *name)
{
    for (uint32_t i = 0; i < s->strategies; i++)
        if (strcmp(s->strategy[i].name, name) == 0) return i;
    return s->strategies ? 0 : RISK_STRATEGIES; /* one that is gone: its positions are kept by the
                                                   rules of the first */
}

static struct risk_position *make_position(struct risk_state *s, uint64_t id, const char *strategy,
                                           const struct key *mint, const struct key *pool,
                                           uint8_t venue)
{
    struct risk_position *p = NULL;
    uint32_t k = strategy_named(s, strategy), row = risk_pool_row(s, pool, mint);
    for (uint32_t i = 0; i < RISK_POSITIONS && !p; i++)
        if (s->position[i].state == POSITION_FREE) p = &s->position[i];
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

static void recover_fill(struct risk_state *s, const struct rec_fill *f, struct out *out)
{
    struct risk_position *p = position_of_id(s, f->position_id);
    uint64_t paid = f->cash_delta_lamports < 0 ? (uint64_t)-f->cash_delta_lamports : 0;
    if (!seen_add(s->answered, f->order_id)) return;
    if (!s->recovering) book_cash(s, f);
    if (!p && (f->side != side_buy || f->status != order_status_landed))
        return; /* of a position that is closed */
    if (!p && !(p = make_position(s, f->position_id, f->strategy, &f->mint, &f->pool, f->venue)))
        return;
    p->reason = f->reason;
    if (f->status != order_status_landed) {
        failed_order(s, p, paid);
        p->attempt = 0;
        p->exit_wanted = 0;
        return;
    }
    see_fill(&s->pool[p->pool_row], f);
    if (f->side == side_buy) {
        landed_buy(s, p, f);
        p->opened_ns = f->ts_ns;
    } else
        landed_sell(s, p, f);
    if (p->held_raw) return;
    put_position_record(s, p, out);
    if (p->order_id) settle(s, p, p->order_id); /* its answer will find nobody */
    free_position(s, p);
}

static void recover_order(struct risk_state *s, const struct rec_order *o)
{
    struct risk_position *p = position_of_id(s, o->position_id);
    if (position_of_order(s, o->order_id) || seen_has(s->answered, o->order_id)) return;
    if (!p && !(p = make_position(s, o->position_id, o->strategy, &o->mint, &o->pool, o->venue)))
        return;
    bool buy = o->side == side_buy;
    p->order_id = o->order_id;
    p->order_amount = o->amount_raw;
    p->order_slot = s->slot;
    p->reason = o->reason;
    p->state = buy ? POSITION_ENTERING : POSITION_EXITING;
    p->reserved = buy ? o->amount_raw : 0;
    s->reserved += p->reserved;
    if (buy) s->strategy[p->strategy].at_risk += o->amount_raw;
    s->in_flight++;
}

static void recover_cash(struct risk_state *s, const struct rec_equity *q)
{
    s->cash = q->cash_lamports;
    s->rent = q->rent_lamports;
    s->equity_peak = s->day_start = risk_equity(s);
}

static void step_fill(struct risk_state *s, const struct rec_fill *f, struct out *out)
{
    struct risk_position *p = position_of_order(s, f->order_id);
    if (!p && (s->recovering || f->reason == order_reason_halt))
        recover_fill(s, f, out); /* also what the operator sold over our head */
    if (!p || seen_has(s->answered, f->order_id)) return; /* heard before, or not ours */
    book_cash(s, f);
    settle(s, p, f->order_id);
    if (f->status != order_status_landed) {
        failed_order(s, p, f->cash_delta_lamports < 0 ? (uint64_t)-f->cash_delta_lamports : 0);
        return;
    }
    carry_fill(s, p, f);
    if (f->side == side_buy)
        landed_buy(s, p, f);
    else
        landed_sell(s, p, f);
    put_position_record(s, p, out);
    if (p->held_raw == 0) free_position(s, p);
}

static void step_report(struct risk_state *s, const struct rec_report *r)
{
    struct risk_position *p = position_of_order(s, r->order_id);
    if (!p || (r->status != order_status_expired && r->status != order_status_refused)) return;
    settle(s, p, r->order_id);
    failed_order(s, p, 0);
}

/* ---- the market ---- */

static void step_pool(struct risk_state *s, const struct rec_pool *r)
{
    if (!key_is_none(&r->quote_mint)) return;
    uint32_t row = risk_pool_row(s, &r->pool, &r->mint);
    if (row == TABLE_NONE) return;
    carry_pool(&s->pool[row].carry, r);
    if (r->event != pool_event_migrated) return;
    /* What is held of the token can now be sold here, and only here. */
    for (uint32_t i = 0; i < RISK_POSITIONS; i++) {
        struct risk_position *p = &s->position[i];
        if (p->state == POSITION_FREE || !key_equal(&p->mint, &r->mint) || p->pool_row == row)
            continue;
        if (s->pool[p->pool_row].held) s->pool[p->pool_row].held--;
        s->pool[row].held++;
        p->pool_row = row;
        p->pool = r->pool;
        p->venue = r->venue;
        p->entry_quote_reserve = r->quote_reserve_raw;
    }
}

static void step_trade(struct risk_state *s, const struct rec_trade *r)
{
    if (!key_is_none(&r->quote_mint)) return;
    uint32_t row = risk_pool_row(s, &r->pool, &r->mint);
    if (row != TABLE_NONE) carry_trade(&s->pool[row].carry, r);
}

static void step_verdict(struct risk_state *s, const struct rec_verdict *r)
{
    for (uint32_t i = 0; i < RISK_POSITIONS && r->finding == finding_fail; i++)
        if (s->position[i].state == POSITION_OPEN && key_equal(&s->position[i].mint, &r->mint))
            s->position[i].exit_wanted = order_reason_verdict;
}

/* Without a back channel nobody answers: an order is given up when it can no longer land. */
static void give_up(struct risk_state *s)
{
    for (uint32_t i = 0; i < RISK_POSITIONS; i++) {
        struct risk_position *p = &s->position[i];
        if (!p->order_id || s->slot <= p->order_slot + s->rules.expires_slots + 1) continue;
        settle(s, p, p->order_id);
        failed_order(s, p, 0);
    }
}

static void step_done(struct risk_state *s, struct out *out)
{
    s->waiting = s->recovering = 0;
    risk_watch(s, out);
    risk_exits(s, out);
}

static void step_slot(struct risk_state *s, const struct rec_slot *r, struct out *out)
{
    s->slot = r->slot;
    if (r->ts_ns > s->now_ns) s->now_ns = r->ts_ns;
    if (s->waiting) give_up(s);
    /* With orders in flight the decisions of this slot wait until their fate is known: see
     * step_done. Orders that are made now belong to this slot and are waited for at the next. */
    if (s->in_flight == 0 && !s->recovering)
        step_done(s, out);
    else
        s->waiting = 1;
}

void risk_step(struct risk_state *s, const struct record *r, struct out *out)
{
    switch (r->id) {
    case REC_slot: step_slot(s, &r->u.slot, out); break;
    case REC_trade: step_trade(s, &r->u.trade); break;
    case REC_pool: step_pool(s, &r->u.pool); break;
    case REC_signal: risk_signal(s, &r->u.signal, out); break;
    case REC_verdict: step_verdict(s, &r->u.verdict); break;
    case REC_fill: step_fill(s, &r->u.fill, out); break;
    case REC_report: step_report(s, &r->u.report); break;
    case REC_order:
        if (s->recovering) recover_order(s, &r->u.order);
        break;
    case REC_equity:
        if (s->recovering) recover_cash(s, &r->u.equity);
        break;
    case REC_done: step_done(s, out); break;
    case REC_alert: risk_alert(s, &r->u.alert); break;
    default: break;
    }
}
