/* sluice-risk - decide which signals become orders, how large, and when to leave. */
#include <stdio.h>
#include <string.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/run/log.h"
#include "common/run/options.h"
#include "common/run/stage.h"
#include "common/decode/drift.h"
#include "risk/risk/risk.h"

static size_t state_size(const struct settings *s)
{
    (void)s;
    return sizeof(struct risk_state);
}

static void read_rules(const struct section *own, struct risk_rules *r)
{
    r->capital = settings_lamports(own, "capital-sol");
    r->max_trade = settings_lamports(own, "max-trade-sol");
    r->min_trade = settings_lamports(own, "min-trade-sol");
    r->max_token = settings_lamports(own, "max-token-sol");
    r->max_creator = settings_lamports(own, "max-creator-sol");
    r->max_total = settings_lamports(own, "max-total-sol");
    r->daily_loss = settings_lamports(own, "max-daily-loss-sol");
    r->fee_reserve = settings_lamports(own, "fee-reserve-sol");
    r->tip = settings_lamports(own, "tip-sol");
    r->priority_fee = settings_lamports(own, "priority-fee-sol");
    r->cooldown_ns = settings_ns(own, "cooldown");
    r->seed = settings_u64(own, "seed");
    r->impact_bps = settings_u32(own, "impact-bps");
    r->slippage_bps = settings_u32(own, "slippage-bps");
    r->exit_slippage_bps = settings_u32(own, "exit-slippage-bps");
    r->exit_step_bps = settings_u32(own, "exit-step-bps");
    r->target_volatility_ppm = settings_u32(own, "target-volatility-ppm");
    r->max_open = settings_u32(own, "max-open");
    r->expires_slots = settings_u32(own, "expires-slots");
    r->drawdown_ppm = settings_u32(own, "max-drawdown-ppm");
    r->streak = settings_u32(own, "max-losses-in-row");
}

/* "50%:40%,200%:60%": at a gain of 50 % sell 40 % of what was bought. */
static enum error read_rungs(const char *origin, const char *text, struct risk_strategy *g,
                             struct err *e)
{
    while (*text) {
        const char *colon = strchr(text, ':');
        size_t n = strcspn(text, ","), left = colon ? (size_t)(colon - text) : n;
        uint64_t gain, share;
        if (g->rungs == RISK_RUNGS)
            return err_set(e, E_CONFIG, "%s: take has more than %u rungs", origin, RISK_RUNGS);
        if (left >= n || text[left - 1] != '%' || text[n - 1] != '%' ||
            !parse_decimal_u64(text, left - 1, 4, &gain, NULL) ||
            !parse_decimal_u64(colon + 1, n - left - 2, 4, &share, NULL) || gain > 4000000000u ||
            share == 0 || share > PPM_ONE)
            return err_set(
                e, E_CONFIG,
                "%s: take must be GAIN%%:SHARE%%,... such as 50%%:40%%,200%%:100%%, not '%.60s'",
                origin, text);
        g->rung[g->rungs++] = (struct risk_rung){(uint32_t)gain, (uint32_t)share};
        text += n + (text[n] == ',');
    }
    return OK;
}

static enum error read_strategy(const struct section *sec, const char *name,
                                const struct risk_rules *r, struct risk_strategy *g, struct err *e)
{
    snprintf(g->name, sizeof g->name, "%.32s", name);
    g->capital = settings_lamports(sec, "capital-sol");
    if (g->capital == 0) g->capital = r->capital;
    g->max_hold_ns = settings_ns(sec, "max-hold");
    g->stop_ppm = settings_u32(sec, "stop-ppm");
    g->trail_ppm = settings_u32(sec, "trail-ppm");
    g->liquidity_ppm = settings_u32(sec, "liquidity-ppm");
    return read_rungs(settings_origin(sec, "take"), settings_str(sec, "take"), g, e);
}

/* "pump,pumpswap": a bit for each. */
static uint64_t read_venues(const struct section *own, const char *key)
{
    const char *list = settings_str(own, key);
    char name[64];
    uint64_t bits = 0;
    while (option_item(&list, name)) bits |= drift_venue_bit(name, strlen(name));
    return bits;
}

/* What the operator says now. Outside of the state block, so that it holds whatever a checkpoint
 * brings. */
static struct {
    uint64_t sell_only, venue_ok;
    bool said;
} operator;

static enum error read_strategies(struct risk_state *st, const struct settings *s, struct err *e)
{
    size_t n = settings_instance_count(s, "strategy");
    struct log_errors errors = {.limit = RISK_STRATEGIES};
    if (n > RISK_STRATEGIES - 1)
        return err_set(e, E_CONFIG, "more than %u strategies", RISK_STRATEGIES - 1);
    for (size_t i = 0; i < n; i++) {
        const struct section *sec = settings_instance(s, "strategy", i);
        struct err one = {0};
        if (read_strategy(sec, settings_section_name(sec), &st->rules, &st->strategy[i], &one) !=
            OK)
            log_errors_add(&errors, &one);
    }
    st->strategies = (uint32_t)n;
    return log_errors_end(&errors, e);
}

static enum error init(void *state, const struct settings *s, struct err *e)
{
    struct risk_state *st = state;
    read_rules(settings_own(s), &st->rules);
    enum error rc = read_strategies(st, s, e);
    operator.sell_only = read_venues(settings_own(s), "sell-only");
    operator.venue_ok = read_venues(settings_own(s), "venue-ok");
    if (rc == OK && st->strategies == 0) {
        /* The built-in strategy of sluice-score, with the defaults of the option table. */
        st->strategies = 1;
        st->strategy[0] = (struct risk_strategy){.name = "momentum",
                                                 .capital = st->rules.capital,
                                                 .stop_ppm = 200000,
                                                 .trail_ppm = 250000,
                                                 .liquidity_ppm = 400000,
                                                 .max_hold_ns = 600 * NS_PER_S};
        rc = read_rungs("built-in", "40%:40%,120%:60%", &st->strategy[0], e);
    }
    if (rc == OK) risk_init(st);
    /* Live execution tells at the first slot what is open from before: nothing is decided until
     * then. */
    st->live = strcmp(settings_str(settings_section(s, "sluice"), "trading-env"), "live") == 0;
    st->recovering = st->live && *settings_str(settings_own(s), "reports");
    return rc;
}

static void step(void *state, const struct record *r, struct out *out)
{
    if (!operator.said) risk_operator(state, operator.sell_only, operator.venue_ok, out);
    operator.said = true;
    risk_step(state, r, out);
}

static bool awaits(const void *state) { return risk_awaits(state); }

static const struct stage stage = {
    .name = "sluice-risk",
    .purpose = "size, limit and stop: signals become orders or rejects",
    .sections = "strategy",
    .src = SRC_RISK,
    .records = {.reads = REC_BIT(slot) | REC_BIT(trade) | REC_BIT(pool) | REC_BIT(signal) |
                         REC_BIT(verdict) | REC_BIT(fill) | REC_BIT(report) | REC_BIT(order) |
                         REC_BIT(equity) | REC_BIT(done) | REC_BIT(alert),
                .writes = REC_BIT(order) | REC_BIT(reject) | REC_BIT(position) | REC_BIT(alert)},
    .state_size = state_size,
    .init = init,
    .step = step,
    .awaits = awaits};

int main(int argc, char **argv) { return stage_main(&stage, argc, argv); }
