/* sluice-score - turn feature vectors into signals by the strategies of the configuration. */
#include <stdio.h>
#include <string.h>

#include "common/run/log.h"
#include "common/run/options.h"
#include "common/run/stage.h"
#include "score/score/io/model.h"
#include "score/score/score.h"

static size_t forests_of(const struct settings *s)
{
    size_t n = 0;
    for (size_t i = 0; i < settings_instance_count(s, "strategy"); i++)
        n += *settings_str(settings_instance(s, "strategy", i), "model") != 0;
    return n;
}

static size_t state_size(const struct settings *s)
{
    return sizeof(struct score_state) + forests_of(s) * sizeof(struct forest);
}

static enum error compile(const struct section *sec, const char *key, const char *text,
                          struct expr *x, struct err *e)
{
    struct err inner = {0};
    if (expr_compile(text, x, &inner) == OK) return OK;
    return err_set(e, E_CONFIG, "%s: %s: %.300s",
                   sec ? settings_origin(sec, key) : "built-in strategy", key, inner.text);
}

static void read_when(const struct section *sec, struct strategy *g)
{
    const char *on = settings_str(sec, "on");
    char item[64];
    while (option_item(&on, item)) {
        g->on_traded |= strcmp(item, "traded") == 0;
        g->on_age |= strcmp(item, "age") == 0;
    }
}

static enum error read_strategy(const struct section *sec, const struct settings *s,
                                struct score_state *st, struct strategy *g, struct err *e)
{
    read_when(sec, g);
    snprintf(g->name, sizeof g->name, "%.32s", settings_section_name(sec));
    g->enabled = settings_bool(sec, "enabled");
    g->once = settings_bool(sec, "once");
    g->probability_ppm = settings_u32(sec, "probability-ppm");
    g->min_probability_ppm = settings_u32(sec, "min-probability-ppm");
    g->cooldown_ns = settings_ns(sec, "cooldown");
    enum error rc = compile(sec, "entry", settings_str(sec, "entry"), &g->entry, e);
    if (rc == OK) rc = compile(sec, "exit", settings_str(sec, "exit"), &g->exit, e);
    if (rc == OK && g->enabled && !*settings_str(sec, "model") && g->entry.count == 0)
        return err_set(e, E_CONFIG,
                       "[strategy %s] has neither an entry rule nor a model: it would never speak",
                       g->name);
    if (rc != OK || !*settings_str(sec, "model")) return rc;
    if (!settings_bool(settings_section(s, "sluice"), "enable-ml-inference")) return OK;
    g->has_model = 1;
    g->at_model = st->size;
    st->size += sizeof(struct forest);
    return model_load(settings_str(sec, "model"),
                      (struct forest *)(void *)((char *)st + g->at_model), e);
}

static enum error built_in(struct strategy *g, struct err *e)
{
    *g = (struct strategy){.enabled = 1, .once = 1, .on_traded = 1, .probability_ppm = 500000};
    snprintf(g->name, sizeof g->name, "%s", score_default_name);
    enum error rc = compile(NULL, "entry", score_default_entry, &g->entry, e);
    return rc == OK ? compile(NULL, "exit", score_default_exit, &g->exit, e) : rc;
}

static enum error init(void *state, const struct settings *s, struct err *e)
{
    struct score_state *st = state;
    size_t n = settings_instance_count(s, "strategy");
    score_init(st);
    st->size = sizeof *st;
    st->count = n ? (uint32_t)n : 1;
    if (n > STRATEGIES_MAX) return err_set(e, E_CONFIG, "at most %u strategies", STRATEGIES_MAX);
    if (n == 0) return built_in(&st->strategy[0], e);
    struct log_errors errors = {.limit = STRATEGIES_MAX};
    for (size_t i = 0; i < n; i++) {
        struct err one = {0};
        if (read_strategy(settings_instance(s, "strategy", i), s, st, &st->strategy[i], &one) != OK)
            log_errors_add(&errors, &one);
    }
    return log_errors_end(&errors, e);
}

static void step(void *state, const struct record *r, struct out *out)
{
    score_step(state, &r->u.fvec, out);
}

static const struct stage stage = {.name = "sluice-score",
                                   .purpose = "turn feature vectors into signals by strategies",
                                   .sections = "strategy",
                                   .src = SRC_SCORE,
                                   .records = {.reads = REC_BIT(fvec),
                                               .consumes = REC_BIT(fvec),
                                               .writes = REC_BIT(signal) | REC_BIT(reject)},
                                   .state_size = state_size,
                                   .init = init,
                                   .step = step};

int main(int argc, char **argv) { return stage_main(&stage, argc, argv); }
