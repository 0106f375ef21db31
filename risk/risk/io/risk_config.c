/* risk_config.c - see risk_config.h. */
#include "risk/risk/io/risk_config.h"

#include <stdio.h>
#include <string.h>

#include "common/base/text.h"
#include "common/decode/drift.h"
#include "common/run/log.h"
#include "common/run/options.h"

#define READ_LAMPORTS(key) settings_lamports(own, key)
#define READ_NS(key)       settings_ns(own, key)
#define READ_U64(key)      settings_u64(own, key)
#define READ_U32(key)      settings_u32(own, key)

static void read_rules(const struct section *own, struct risk_rules *r)
{
#define RULE(kind, name, key) r->name = READ_##kind(key);
#include "risk/risk/rules.def"
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

static enum error read_strategies(struct risk_state *st, const struct settings *s, struct err *e)
{
    size_t n = settings_instance_count(s, "strategy");
    struct log_errors errors = {.limit = RISK_STRATEGIES};
    if (n > RISK_STRATEGIES)
        return err_set(e, E_CONFIG, "more than %u strategies", RISK_STRATEGIES);
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

/* The built-in strategy of sluice-score, with the defaults of options.def. */
static enum error built_in(struct risk_state *st, struct err *e)
{
    st->strategies = 1;
    st->strategy[0] = (struct risk_strategy){.name = "momentum",
                                             .capital = st->rules.capital,
                                             .stop_ppm = 200000,
                                             .trail_ppm = 250000,
                                             .liquidity_ppm = 400000,
                                             .max_hold_ns = 600 * NS_PER_S};
    return read_rungs("built-in", "40%:40%,120%:60%", &st->strategy[0], e);
}

enum error risk_config_read(struct risk_state *st, const struct settings *s, struct err *e)
{
    read_rules(settings_own(s), &st->rules);
    enum error rc = read_strategies(st, s, e);
    if (rc == OK && st->strategies == 0) rc = built_in(st, e);
    st->live = strcmp(settings_str(settings_section(s, "sluice"), "trading-env"), "live") == 0;
    /* Live execution reports at the first slot what is open; nothing is decided before. */
    st->recovering = st->live && *settings_str(settings_own(s), "reports");
    return rc;
}

uint64_t risk_config_venues(const struct section *own, const char *key)
{
    const char *list = settings_str(own, key);
    char name[64];
    uint64_t bits = 0;
    while (option_item(&list, name)) bits |= drift_venue_bit(name, strlen(name));
    return bits;
}
