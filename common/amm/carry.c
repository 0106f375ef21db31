/* carry.c - see carry.h. */
#include "common/amm/carry.h"

#include "common/base/num.h"

/* Quote the recorded trade on our state with the terms of its trader. */
static enum failure again(const struct amm_pool *ours, struct amm_fees f, const struct rec_trade *t,
                          struct amm_swap *s)
{
    if (t->side == side_sell) return amm_sell_in(ours, f, t->base_raw, s);
    if (t->exactness == exactness_out) return amm_buy_out(ours, f, t->base_raw, s);
    return amm_buy_net(ours, f, t->quote_raw, s);
}

static bool limit_broken(const struct rec_trade *t, const struct amm_swap *s)
{
    if (t->limit_raw == 0 || t->exactness == exactness_unknown) return false;
    return t->exactness == exactness_out ? s->in_raw > t->limit_raw : s->out_raw < t->limit_raw;
}

bool carry_trade(struct carry *c, const struct rec_trade *t)
{
    if (t->flags & (TRADE_FAILED | TRADE_OUTLIER)) return false;
    if (!c->differs) {
        amm_observe(&c->market, t);
        c->ours = c->market;
        return false;
    }
    struct amm_fees f = amm_fees_at(&c->ours, t->ts_ns);
    struct amm_swap s;
    bool reverted = again(&c->ours, f, t, &s) != failure_none || limit_broken(t, &s);
    if (!reverted) amm_apply(&c->ours, t->side, &s);
    c->reverted_count += reverted;
    amm_observe(&c->market, t);
    return reverted;
}

/* x moved from `from` to `to`: move y by as much, not below 0. */
static uint64_t moved(uint64_t y, uint64_t from, uint64_t to)
{
    return to >= from ? add_sat_u64(y, to - from) : sub_sat_u64(y, from - to);
}

/* Take over the recorded state. Ours keeps its difference: a record of a known state, or a change
 * of liquidity, must not erase our own impact. */
static void settle(struct carry *c, bool same_pool, uint64_t base, uint64_t quote,
                   uint64_t base_real, uint64_t quote_real)
{
    struct amm_pool old = c->market, ours = c->ours;
    c->market.base_reserve_raw = base;
    c->market.quote_reserve_raw = quote;
    c->market.base_real_raw = base_real;
    c->market.quote_real_raw = quote_real;
    c->ours = c->market;
    if (!same_pool || !c->differs || base == 0 || quote == 0) {
        c->differs = 0;
        return;
    }
    c->ours.base_reserve_raw = moved(ours.base_reserve_raw, old.base_reserve_raw, base);
    c->ours.quote_reserve_raw = moved(ours.quote_reserve_raw, old.quote_reserve_raw, quote);
    c->ours.base_real_raw = moved(ours.base_real_raw, old.base_real_raw, base_real);
    c->ours.quote_real_raw = moved(ours.quote_real_raw, old.quote_real_raw, quote_real);
}

void carry_pool(struct carry *c, const struct rec_pool *r)
{
    bool had = c->market.base_reserve_raw != 0 && c->market.venue == r->venue;
    c->market.venue = r->venue;
    c->market.has_creator = !key_is_none(&r->creator);
    c->market.mayhem = (r->flags & TOKEN_MAYHEM) != 0;
    if (r->supply_raw) c->market.supply_raw = r->supply_raw;
    if (r->event == pool_event_completed) {
        c->market.complete = c->ours.complete = 1;
        return;
    }
    bool same = had && r->event != pool_event_migrated && r->event != pool_event_created;
    c->market.complete = 0;
    if (r->base_reserve_raw || r->event == pool_event_removed)
        settle(c, same, r->base_reserve_raw, r->quote_reserve_raw, r->base_real_raw,
               r->quote_real_raw);
    else if (!c->differs)
        c->ours = c->market;
}

void carry_reserve(struct carry *c, const struct rec_reserve *r)
{
    bool same = c->market.venue == r->venue;
    c->market.venue = r->venue;
    settle(c, same, r->base_reserve_raw, r->quote_reserve_raw,
           r->base_real_raw ? r->base_real_raw : r->base_reserve_raw,
           r->quote_real_raw ? r->quote_real_raw : r->quote_reserve_raw);
}

void carry_own(struct carry *c, uint8_t side, const struct amm_swap *s)
{
    amm_apply(&c->ours, side, s);
    c->differs = 1;
}
