/* sluice-risk - decide which signals become orders, how large, and when to leave. */
#include "common/run/stage.h"
#include "risk/risk/io/risk_config.h"

/* The operator's options of this start. They lie outside of the state block, so that they hold over
 * any checkpoint. */
static struct {
    uint64_t sell_only, venue_ok;
    bool applied;
} operator;

static size_t state_size(const struct settings *s)
{
    (void)s;
    return sizeof(struct risk_state);
}

static enum error init(void *state, const struct settings *s, struct err *e)
{
    enum error rc = risk_config_read(state, s, e);
    operator.sell_only = risk_config_venues(settings_own(s), "sell-only");
    operator.venue_ok = risk_config_venues(settings_own(s), "venue-ok");
    if (rc == OK) risk_init(state);
    return rc;
}

static void step(void *state, const struct record *r, struct out *out)
{
    if (!operator.applied) risk_operator(state, operator.sell_only, operator.venue_ok, out);
    operator.applied = true;
    risk_step(state, r, out);
}

static bool awaits(const void *state) { return risk_awaits(state); }

static const struct stage stage = {
    .name = "sluice-risk",
    .purpose = "turn signals into sized orders or rejects, and decide exits",
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
