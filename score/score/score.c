/* score.c - see score.h. */
#include "score/score/score.h"

#include <stdio.h>
#include <string.h>

#include "common/rec/form.h"

const char score_default_name[] = "momentum";
const char score_default_entry[] = "age_s >= 20 and age_s <= 900 and uniq_buyers_30s >= 12 and "
                                   "net_lamports_30s > 2sol and buy_share_ppm_30s > 60% and "
                                   "top10_of_held_ppm < 75% and drawdown_ppm < 15% and "
                                   "freeze_authority == 0 and sniper_bought_share_ppm < 30%";
const char score_default_exit[] = "sell_lamports_15s > 3sol and net_lamports_15s < 0";

static struct table *seen_table(struct score_state *s)
{
    return (struct table *)(void *)s->table_words;
}

void score_init(struct score_state *s) { table_init(seen_table(s), SCORE_MINTS); }

static uint32_t row_of(struct score_state *s, const struct key *mint)
{
    bool added;
    uint32_t row = table_claim(seen_table(s), mint->b, &added);
    if (added) memset(&s->seen[row], 0, sizeof s->seen[row]);
    return row;
}

/* "term [value]; term [value]": what held, as far as it fits. */
static void reason_of(const struct strategy *g, const struct expr *x, const struct rec_fvec *v,
                      double p, char *text, size_t cap)
{
    size_t n = 0;
    text[0] = 0;
    if (g->has_model) n = (size_t)snprintf(text, cap, "model %u ppm; ", (unsigned)p);
    for (unsigned i = 0; i < x->count && n + 8 < cap; i++) {
        const struct expr_term *t = &x->term[i];
        double value = expr_value(t->compares ? &t->left : &t->code, v->values.v, p);
        int k = snprintf(text + n, cap - n, "%s%.*s [%.0f]", i ? "; " : "", t->text_len,
                         x->text + t->text_at, value);
        if (k < 0 || (size_t)k >= cap - n) return;
        n += (size_t)k;
    }
}

static void put_side(const struct strategy *g, const struct expr *x, uint8_t side,
                     const struct rec_fvec *v, uint32_t ppm, struct out *out)
{
    struct rec_signal r = {.ts_ns = v->ts_ns,
                           .slot = v->slot,
                           .mint = v->mint,
                           .pool = v->pool,
                           .creator = v->creator,
                           .venue = v->venue,
                           .side = side,
                           .probability_ppm = ppm,
                           .base_reserve_raw = v->base_reserve_raw,
                           .quote_reserve_raw = v->quote_reserve_raw,
                           .volatility_ppm = v->volatility_ppm};
    CAUSED_BY(&r, out);
    memcpy(r.strategy, g->name, sizeof r.strategy);
    reason_of(g, x, v, ppm, r.reason, sizeof r.reason);
    put_signal(out, &r);
}

static int64_t whole(double x)
{
    return x > 9e18 ? INT64_MAX : x < -9e18 ? INT64_MIN : x != x ? 0 : (int64_t)x;
}

static void put_near_miss(const struct strategy *g, const struct expr_term *t, const char *text,
                          const struct rec_fvec *v, double p, struct out *out)
{
    struct rec_reject r = {
        .ts_ns = v->ts_ns, .slot = v->slot, .mint = v->mint, .threshold = 1, .margin = -1};
    CAUSED_BY(&r, out);
    memcpy(r.strategy, g->name, sizeof r.strategy);
    snprintf(r.gate, sizeof r.gate, "%.*s", t->text_len, text + t->text_at);
    if (t->compares) {
        double left = expr_value(&t->left, v->values.v, p),
               right = expr_value(&t->right, v->values.v, p);
        bool below = t->compares == OP_LT || t->compares == OP_LE;
        r.threshold = whole(right);
        r.value = whole(left);
        r.margin = whole(below ? right - left : left - right);
        if (t->left.n == 1 && t->left.ops[0].op == OP_FEATURE &&
            t->left.ops[0].feature < FEATURE_SLOTS)
            snprintf(r.unit, sizeof r.unit, "%s", feature_units[t->left.ops[0].feature]);
    }
    put_reject(out, &r);
}

static void put_low_probability(const struct strategy *g, const struct rec_fvec *v, uint32_t ppm,
                                struct out *out)
{
    struct rec_reject r = {.ts_ns = v->ts_ns,
                           .slot = v->slot,
                           .mint = v->mint,
                           .gate = "min-probability-ppm",
                           .threshold = g->min_probability_ppm,
                           .value = ppm,
                           .margin = (int64_t)ppm - (int64_t)g->min_probability_ppm,
                           .unit = "ppm"};
    CAUSED_BY(&r, out);
    memcpy(r.strategy, g->name, sizeof r.strategy);
    put_reject(out, &r);
}

/* Features this build defines; a vector must have them all. */
#define FEATURE(index, name, unit, window, doc) +1
enum {
    FEATURES_KNOWN = 0
#include "common/rec/features.def"
};
#undef FEATURE

static bool within(uint64_t then_ns, uint64_t now_ns, uint64_t span_ns)
{
    return then_ns && (now_ns <= then_ns || now_ns - then_ns < span_ns);
}

static void consider(struct score_state *s, uint32_t i, uint32_t row, const struct rec_fvec *v,
                     struct out *out)
{
    const struct strategy *g = &s->strategy[i];
    uint32_t ppm = g->probability_ppm;
    unsigned which = 0;
    uint64_t *entered = &s->seen[row].entered_ns[i], *missed = &s->seen[row].missed_ns[i],
             *exited = &s->seen[row].exited_ns[i];
    if (!g->enabled || (v->reason == fvec_reason_age ? !g->on_age : !g->on_traded)) return;
    if (*entered && g->exit.count && *exited < *entered &&
        expr_failing(&g->exit, v->values.v, ppm, &which) == 0) {
        *exited = v->ts_ns;
        put_side(g, &g->exit, side_sell, v, ppm, out);
    }
    if (v->values.n < FEATURES_KNOWN)
        return; /* made by an older build: what it lacks must not pass for 0 */
    if ((g->entry.count == 0 && !g->has_model) || (g->once && *entered) ||
        within(*entered, v->ts_ns, g->cooldown_ns))
        return;
    unsigned failing = expr_failing(&g->entry, v->values.v, ppm, &which);
    if (failing > 1 || (failing == 1 && g->entry.count < 3)) return;
    if (failing == 0 && g->has_model)
        ppm = forest_ppm((const struct forest *)(const void *)((const char *)s + g->at_model),
                         v->values.v);
    if (failing == 0 && ppm >= g->min_probability_ppm) {
        *entered = v->ts_ns ? v->ts_ns : 1;
        put_side(g, &g->entry, side_buy, v, ppm, out);
        return;
    }
    if (within(*missed, v->ts_ns, NEAR_MISS_NS)) return;
    *missed = v->ts_ns ? v->ts_ns : 1;
    if (failing)
        put_near_miss(g, &g->entry.term[which], g->entry.text, v, ppm, out);
    else
        put_low_probability(g, v, ppm, out);
}

void score_step(struct score_state *s, const struct rec_fvec *v, struct out *out)
{
    uint32_t row = row_of(s, &v->mint);
    for (uint32_t i = 0; i < s->count; i++) consider(s, i, row, v, out);
}
