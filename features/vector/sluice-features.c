/* sluice-features - turn trades, pools, tokens and posts into feature vectors. */
#include <string.h>

#include "common/run/settings_load.h"
#include "common/run/stage.h"
#include "features/vector/features.h"

static enum error parse_ages(const char *text, struct features_config *c, struct err *e)
{
    char item[32];
    if (strcmp(text, "none") == 0) return OK;
    while (*text) {
        size_t n = strcspn(text, ", ");
        uint64_t ns;
        if (n >= sizeof item) return err_set(e, E_CONFIG, "ages: '%.40s' is no duration", text);
        memcpy(item, text, n);
        item[n] = 0;
        if (n && c->age_count == FEATURE_AGES_MAX)
            return err_set(e, E_CONFIG, "ages: at most %d", FEATURE_AGES_MAX);
        if (n && option_parse(OPTION_DURATION, item, &ns, e) != OK) return E_CONFIG;
        if (n && c->age_count && ns <= c->age_ns[c->age_count - 1])
            return err_set(e, E_CONFIG, "ages must rise");
        if (n) c->age_ns[c->age_count++] = ns;
        text += n + (text[n] != 0);
    }
    return OK;
}

static enum error read_config(const struct settings *s, struct features_config *c, struct err *e)
{
    const struct section *own = settings_own(s);
    uint64_t mints = settings_u64(own, "mints"), wallets = settings_u64(own, "wallets");
    if (mints < 64 || mints > 65536)
        return err_set(e, E_CONFIG, "%s: mints wants 64 to 65536", settings_origin(own, "mints"));
    if (wallets < 16 || wallets > 1024)
        return err_set(e, E_CONFIG, "%s: wallets wants 16 to 1024",
                       settings_origin(own, "wallets"));
    *c = (struct features_config){.mints = (uint32_t)mints, .wallets = (uint32_t)wallets};
    return parse_ages(settings_str(own, "ages"), c, e);
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
    .purpose = "keep the features of every token and write its vector when it traded",
    .src = SRC_FEATURES,
    .records = {.reads =
                    REC_BIT(slot) | REC_BIT(trade) | REC_BIT(pool) | REC_BIT(token) | REC_BIT(post),
                .writes = REC_BIT(fvec)},
    .state_size = state_size,
    .init = init,
    .step = step,
    .finish = finish};

int main(int argc, char **argv) { return stage_main(&stage, argc, argv); }
