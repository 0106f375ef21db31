/* sluice-features - turn trades, pools, tokens and posts into feature vectors. */
#include <string.h>

#include "common/run/options.h"
#include "common/run/stage.h"
#include "features/vector/features.h"

/* "10s,30s,1m": rising ages; "none": none. */
static enum error parse_ages(const struct section *own, struct features_config *c, struct err *e)
{
    const char *text = settings_str(own, "ages"), *origin = settings_origin(own, "ages");
    char item[64];
    if (strcmp(text, "none") == 0) return OK;
    while (option_item(&text, item)) {
        uint64_t ns;
        if (!option_parse(OPTION_DURATION, item, &ns))
            return err_set(e, E_CONFIG, "%s: ages must be durations such as 30s,5m, not '%s'",
                           origin, item);
        if (c->age_count == FEATURE_AGES_MAX)
            return err_set(e, E_CONFIG, "%s: ages has more than %d items", origin,
                           FEATURE_AGES_MAX);
        if (c->age_count && ns <= c->age_ns[c->age_count - 1])
            return err_set(e, E_CONFIG, "%s: ages must rise: '%s' is not above the one before it",
                           origin, item);
        c->age_ns[c->age_count++] = ns;
    }
    return OK;
}

static enum error read_config(const struct settings *s, struct features_config *c, struct err *e)
{
    const struct section *own = settings_own(s);
    *c = (struct features_config){.mints = settings_u32(own, "mints"),
                                  .wallets = settings_u32(own, "wallets")};
    return parse_ages(own, c, e);
}

static size_t state_size(const struct settings *s)
{
    struct features_config c;
    return read_config(s, &c, NULL) == OK ? features_size(&c) : 64;
}

static enum error init(void *state, const struct settings *s, struct err *e)
{
    struct features_config c;
    enum error rc = read_config(s, &c, e);
    if (rc == OK) features_init(state, &c);
    return rc;
}

static void step(void *state, const struct record *r, struct out *out)
{
    features_step(state, r, out);
}
static void finish(void *state, struct out *out) { features_finish(state, out); }

static const struct stage stage = {
    .name = "sluice-features",
    .purpose = "compute the features of every token",
    .src = SRC_FEATURES,
    .records = {.reads =
                    REC_BIT(slot) | REC_BIT(trade) | REC_BIT(pool) | REC_BIT(token) | REC_BIT(post),
                .writes = REC_BIT(fvec)},
    .state_size = state_size,
    .init = init,
    .step = step,
    .finish = finish};

int main(int argc, char **argv) { return stage_main(&stage, argc, argv); }
