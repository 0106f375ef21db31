/* entry.c - from a signal to an order or to the reject that says which gate stopped it and by how
 * much. */
#include <string.h>

#include "common/base/num.h"
#include "risk/risk/risk_internal.h"

/* Signed arithmetic of gates: what was found, what is asked for. */
struct gate {
    const char *name, *unit;
    int64_t threshold, value, margin;
};

static void put_gate(struct risk_state *s, const struct rec_signal *r, const struct gate *g,
                     struct out *out)
{
    struct rec_reject x = {.ts_ns = s->now_ns > r->ts_ns ? s->now_ns : r->ts_ns,
                           .slot = s->slot,
                           .mint = r->mint,
                           .threshold = g->threshold,
                           .value = g->value,
                           .margin = g->margin};
    CAUSED_BY(&x, out);
    memcpy(x.strategy, r->strategy, sizeof x.strategy);
    memcpy(x.gate, g->name, strlen(g->name) + 1);
    memcpy(x.unit, g->unit, strlen(g->unit) + 1);
    put_reject(out, &x);
}

static bool at_most(struct gate *g, const char *name, const char *unit, uint64_t value,
                    uint64_t threshold)
{
    int64_t v = clamp_i64_from_u64(value), t = clamp_i64_from_u64(threshold);
    *g = (struct gate){name, unit, t, v, t - v};
    return value <= threshold;
}

static bool at_least(struct gate *g, const char *name, const char *unit, uint64_t value,
                     uint64_t threshold)
{
    int64_t v = clamp_i64_from_u64(value), t = clamp_i64_from_u64(threshold);
    *g = (struct gate){name, unit, t, v, v - t};
    return value >= threshold;
}

static uint32_t strategy_of(struct risk_state *s, const char *name)
{
    for (uint32_t i = 0; i < s->strategies; i++)
        if (strcmp(s->strategy[i].name, name) == 0) return i;
    return RISK_STRATEGIES;
}

/* What is at risk in a token or with a creator, over all strategies: cost held and cash in flight.
 */
struct exposure {
    uint64_t token, creator, total;
    uint32_t open, same;
};

static void measure(const struct risk_state *s, const struct rec_signal *r, uint32_t strategy,
                    struct exposure *x)
{
    memset(x, 0, sizeof *x);
    for (uint32_t i = 0; i < RISK_POSITIONS; i++) {
        const struct risk_position *p = &s->position[i];
        if (p->state == POSITION_FREE) continue;
        uint64_t at_risk = p->cost + p->reserved;
        x->open++;
        x->total += at_risk;
        if (key_equal(&p->mint, &r->mint)) {
            x->token += at_risk;
            x->same += p->strategy == strategy;
        }
        if (!key_is_none(&r->creator) && key_equal(&p->creator, &r->creator)) x->creator += at_risk;
    }
}

static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* Size: the cap of a trade, scaled down by volatility; what the pool bears; what every limit
 * leaves. The binding limit is named in *g so that a size below the minimum says which one it was.
 */
static uint64_t size_of(const struct risk_state *s, const struct rec_signal *r,
                        const struct risk_strategy *strat, const struct exposure *x,
                        const struct amm_pool *pool, struct gate *g)
{
    uint64_t size = s->rules.max_trade, capital = strat->capital;
    if (s->rules.target_volatility_ppm && r->volatility_ppm > s->rules.target_volatility_ppm)
        size = (uint64_t)((u128)size * s->rules.target_volatility_ppm / r->volatility_ppm);
    const char *binding = "size";
    int64_t free_cash =
        s->cash - clamp_i64_from_u64(s->reserved) - clamp_i64_from_u64(s->rules.fee_reserve);
    const struct {
        const char *name;
        uint64_t left;
    } limits[] = {
        {"pool_depth", amm_max_buy(pool, amm_fees_at(pool, s->now_ns), s->rules.impact_bps)},
        {"max_token", sub_sat_u64(s->rules.max_token, x->token)},
        {"max_creator",
         key_is_none(&r->creator) ? UINT64_MAX : sub_sat_u64(s->rules.max_creator, x->creator)},
        {"strategy_capital", sub_sat_u64(capital, strat->at_risk)},
        {"max_total", sub_sat_u64(s->rules.max_total, x->total)},
        {"cash", free_cash > 0 ? (uint64_t)free_cash : 0}};
    for (size_t i = 0; i < COUNT_OF(limits); i++)
        if (limits[i].left < size) {
            size = limits[i].left;
            binding = limits[i].name;
        }
    at_least(g, binding, "lamports", size, s->rules.min_trade);
    return least(size, s->rules.max_trade);
}

static struct risk_position *free_slot(struct risk_state *s)
{
    for (uint32_t i = 0; i < RISK_POSITIONS; i++)
        if (s->position[i].state == POSITION_FREE) return &s->position[i];
    return NULL;
}

/* All cash an entry can cost beyond its amount: rent of the token account, fees, tip. */
static uint64_t overhead(const struct risk_state *s)
{
    return UINT64_C(2039280) + 5000 + s->rules.tip + s->rules.priority_fee;
}

static bool try_entry(struct risk_state *s, const struct rec_signal *r, uint32_t k, struct gate *g,
                      struct out *out)
{
    struct exposure x;
    struct amm_swap w;
    struct risk_strategy *strat = &s->strategy[k];
    const char *shut = risk_venue_gate(s, r->venue);
    if (shut) return at_most(g, shut, "flag", 1, 0);
    measure(s, r, k, &x);
    if (s->breaker) {
        static const char *const names[] = {"", "breaker_drawdown", "breaker_daily_loss",
                                            "breaker_loss_streak"};
        at_least(g, names[s->breaker], "ns", 0, s->blocked_until_ns - s->now_ns);
        return false;
    }
    if (!at_most(g, "already_held", "count", x.same, 0) ||
        !at_most(g, "max_open", "count", x.open + 1, s->rules.max_open))
        return false;
    uint32_t row = risk_pool_row(s, &r->pool, &r->mint);
    struct risk_position *p = free_slot(s);
    if (row == TABLE_NONE || !p) {
        *g = (struct gate){"capacity", "count", RISK_POSITIONS, RISK_POSITIONS, 0};
        return false;
    }
    const struct amm_pool *pool = &s->pool[row].carry.ours;
    uint64_t size = size_of(s, r, strat, &x, pool, g);
    if (size < s->rules.min_trade) return false;
    if (size <= 2 * overhead(s)) {
        at_least(g, "overhead", "lamports", size, 2 * overhead(s) + 1);
        return false;
    }
    enum failure bad = amm_buy_in(pool, amm_fees_at(pool, s->now_ns), size, &w);
    if (bad) {
        *g = (struct gate){"unquotable", "none", 0, bad, -1};
        return false;
    }
    *p = (struct risk_position){.mint = r->mint,
                                .pool = r->pool,
                                .creator = r->creator,
                                .strategy = k,
                                .pool_row = row,
                                .venue = r->venue,
                                .reserved = size + overhead(s),
                                .state = POSITION_ENTERING};
    s->pool[row].held++;
    s->reserved += p->reserved;
    strat->at_risk += size;
    strat->entries++;
    risk_send(s, p, side_buy, order_reason_entry, size,
              w.out_raw - (uint64_t)((u128)w.out_raw * s->rules.slippage_bps / BPS_ONE), 0, out);
    return true;
}

static bool try_exit(struct risk_state *s, const struct rec_signal *r, uint32_t k, struct gate *g)
{
    for (uint32_t i = 0; i < RISK_POSITIONS; i++) {
        struct risk_position *p = &s->position[i];
        if (p->state == POSITION_FREE || p->strategy != k || !key_equal(&p->mint, &r->mint))
            continue;
        p->exit_wanted = order_reason_exit_signal; /* sent at the next slot, when the state of all
                                                      orders is known */
        return true;
    }
    *g = (struct gate){"nothing_held", "count", 1, 0, -1};
    return false;
}

void risk_signal(struct risk_state *s, const struct rec_signal *r, struct out *out)
{
    struct gate g = {"unknown_strategy", "none", 0, 0, -1};
    uint32_t k = strategy_of(s, r->strategy);
    bool done = false;
    if (k < s->strategies)
        done = r->side == side_sell ? try_exit(s, r, k, &g) : try_entry(s, r, k, &g, out);
    if (!done) put_gate(s, r, &g, out);
}
