/* entry.c - a signal becomes an order, or the reject of the gate that stopped it. The gates and
 * limits are rows of rules.def. */
#include <string.h>

#include "common/base/num.h"
#include "common/sol/core.h"
#include "common/sol/token.h"
#include "risk/risk/risk_internal.h"

/* What a gate measured: becomes the reject record. A negative margin fails. */
struct gate {
    const char *name, *unit;
    int64_t threshold, value, margin;
};

/* Lamports at risk over all strategies: cost held and cash in flight. */
struct exposure {
    uint64_t token, creator, total;
    uint32_t open_count, same_count; /* positions; of this token and strategy */
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

static bool has_creator(const struct rec_signal *r) { return !key_is_none(&r->creator); }

static void measure(const struct risk_state *s, const struct rec_signal *r, uint32_t strategy,
                    struct exposure *x)
{
    memset(x, 0, sizeof *x);
    for (uint32_t i = 0; i < RISK_POSITIONS; i++) {
        const struct risk_position *p = &s->position[i];
        if (p->state == POSITION_FREE) continue;
        uint64_t at_risk = p->cost + p->reserved;
        x->open_count++;
        x->total += at_risk;
        if (key_equal(&p->mint, &r->mint)) {
            x->token += at_risk;
            x->same_count += p->strategy == strategy;
        }
        if (has_creator(r) && key_equal(&p->creator, &r->creator)) x->creator += at_risk;
    }
}

static uint64_t free_cash(const struct risk_state *s)
{
    int64_t cash =
        s->cash - clamp_i64_from_u64(s->reserved) - clamp_i64_from_u64(s->rules.fee_reserve);
    return cash > 0 ? (uint64_t)cash : 0;
}

/* Most cash an entry can cost beyond its amount: rent of the token account, fees, tip. */
static uint64_t overhead_lamports(const struct risk_rules *rules)
{
    return RENT_LAMPORTS(TOKEN_ACCOUNT_BYTES) + SIGNATURE_LAMPORTS + rules->tip +
           rules->priority_fee;
}

static bool passes_gates(const struct risk_state *s, const struct rec_signal *r,
                         const struct exposure *x, struct gate *g)
{
    const struct risk_rules *rules = &s->rules;
#define GATE(name, unit, holds, value, threshold) \
    if (!holds(g, #name, unit, value, threshold)) return false;
#include "risk/risk/rules.def"
    return true;
}

/* Size: max-trade-sol, scaled down by volatility, then by every limit. The limit that binds names
 * the reject when too little is left. */
static uint64_t size_of(const struct risk_state *s, const struct rec_signal *r,
                        const struct risk_strategy *strategy, const struct exposure *x,
                        const struct amm_pool *pool, const char **binding)
{
    const struct risk_rules *rules = &s->rules;
    uint64_t size = rules->max_trade;
    if (rules->target_volatility_ppm && r->volatility_ppm > rules->target_volatility_ppm)
        size = (uint64_t)((u128)size * rules->target_volatility_ppm / r->volatility_ppm);
    const struct {
        const char *name;
        uint64_t lamports;
    } limits[] = {
#define LIMIT(name, lamports) {#name, lamports},
#include "risk/risk/rules.def"
    };
    *binding = "size";
    for (size_t i = 0; i < COUNT_OF(limits); i++) {
        if (limits[i].lamports >= size) continue;
        size = limits[i].lamports;
        *binding = limits[i].name;
    }
    return size;
}

static bool passes_size_gates(const struct risk_state *s, uint64_t size, const char *binding,
                              struct gate *g)
{
    const struct risk_rules *rules = &s->rules;
    if (!at_least(g, binding, "lamports", size, rules->min_trade)) return false;
#define SIZE_GATE(name, unit, holds, value, threshold) \
    if (!holds(g, #name, unit, value, threshold)) return false;
#include "risk/risk/rules.def"
    return true;
}

static void enter(struct risk_state *s, const struct rec_signal *r, uint32_t strategy,
                  struct risk_position *p, uint32_t row, uint64_t size, uint64_t tokens,
                  struct out *out)
{
    *p = (struct risk_position){.mint = r->mint,
                                .pool = r->pool,
                                .creator = r->creator,
                                .strategy = strategy,
                                .pool_row = row,
                                .venue = r->venue,
                                .reserved = size + overhead_lamports(&s->rules),
                                .state = POSITION_ENTERING};
    s->pool[row].held++;
    s->reserved += p->reserved;
    s->strategy[strategy].at_risk += size;
    risk_send(s, p, side_buy, order_reason_entry, size,
              tokens - (uint64_t)((u128)tokens * s->rules.slippage_bps / BPS_ONE), 0, out);
}

static bool try_entry(struct risk_state *s, const struct rec_signal *r, uint32_t k, struct gate *g,
                      struct out *out)
{
    struct exposure x;
    struct amm_swap w;
    const char *binding;
    measure(s, r, k, &x);
    if (!passes_gates(s, r, &x, g)) return false;
    uint32_t row = risk_pool_row(s, &r->pool, &r->mint);
    struct risk_position *p = risk_position_unused(s);
    if (row == TABLE_NONE || !p) {
        *g = (struct gate){"capacity", "count", RISK_POSITIONS, RISK_POSITIONS, 0};
        return false;
    }
    const struct amm_pool *pool = &s->pool[row].carry.ours;
    uint64_t size = size_of(s, r, &s->strategy[k], &x, pool, &binding);
    if (!passes_size_gates(s, size, binding, g)) return false;
    enum failure bad = amm_buy_in(pool, amm_fees_at(pool, s->now_ns), size, &w);
    if (bad) {
        *g = (struct gate){"unquotable", "none", 0, bad, -1};
        return false;
    }
    enter(s, r, k, p, row, size, w.out_raw, out);
    return true;
}

/* Mark the exit; it is sent at the next slot, when the fate of all orders is known. */
static bool try_exit(struct risk_state *s, const struct rec_signal *r, uint32_t k, struct gate *g)
{
    for (uint32_t i = 0; i < RISK_POSITIONS; i++) {
        struct risk_position *p = &s->position[i];
        if (p->state == POSITION_FREE || p->strategy != k || !key_equal(&p->mint, &r->mint))
            continue;
        p->exit_wanted = order_reason_exit_signal;
        return true;
    }
    *g = (struct gate){"nothing_held", "count", 1, 0, -1};
    return false;
}

static uint32_t strategy_of(const struct risk_state *s, const char *name)
{
    uint32_t i = 0;
    while (i < s->strategies && strcmp(s->strategy[i].name, name) != 0) i++;
    return i;
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
