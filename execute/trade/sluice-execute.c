/* sluice-execute - executes orders: simulated (--paper), discarded (--null), or sent to Solana
 * (--live). Paper and live share everything but the venue. */
#include <string.h>

#include "common/run/stage.h"
#include "execute/trade/io/trade_setup.h"

struct execute {
    bool live;
    struct live_state chain_state;
    struct paper_state paper;
};
/* Live execution's I/O. It is outside the state block, which holds no pointers and can be written
 * to a file. */
static struct chain *chain;
static struct err chain_failed;

static size_t state_size(const struct settings *s)
{
    (void)s;
    return sizeof(struct execute);
}

static enum error check_modes(const struct section *own, struct err *e)
{
    bool live = settings_bool(own, "live");
    int modes = settings_bool(own, "paper") + settings_bool(own, "null") + live;
    if (modes == 0)
        return err_set(e, E_USAGE,
                       "name a venue: --paper (simulated fills), --null (no fills) or --live (real "
                       "money)");
    if (live && (*settings_str(own, "state-in") || *settings_str(own, "state-out")))
        return err_set(e, E_USAGE,
                       "live execution keeps its state in the journal, not in a checkpoint");
    if (live && modes > 1) return err_set(e, E_USAGE, "--live excludes --paper and --null");
    if (settings_bool(own, "sell-all"))
        return err_set(e, E_USAGE,
                       "--sell-all reads no stream: sluice-execute --live --sell-all -c FILE");
    return OK;
}

static enum error init(void *state, const struct settings *s, struct err *e)
{
    struct execute *x = state;
    enum error rc = check_modes(settings_own(s), e);
    if (rc != OK) return rc;
    x->live = settings_bool(settings_own(s), "live");
    return x->live ? trade_setup_open(s, &x->chain_state, &chain, e)
                   : trade_setup_paper(&x->paper, s, e);
}

/* Check the rules that trading-env selects. */
static enum error check(const struct settings *s, struct err *e)
{
    static struct live_rules rules;
    static struct paper_state paper;
    bool live = strcmp(settings_str(settings_section(s, "sluice"), "trading-env"), "live") == 0;
    return live ? trade_setup_live(s, &rules, e) : trade_setup_paper(&paper, s, e);
}

static void step_live(const struct record *r, struct out *out)
{
    if (chain_failed.code != OK) return;
    if (r->id == REC_order)
        chain_order(chain, &r->u.order, out, &chain_failed);
    else
        chain_record(chain, r, out, &chain_failed);
}

static void step(void *state, const struct record *r, struct out *out)
{
    struct execute *x = state;
    if (x->live)
        step_live(r, out);
    else
        paper_step(&x->paper, r, out); /* ignores records for live execution */
}

static void finish(void *state, struct out *out)
{
    struct execute *x = state;
    if (x->live)
        chain_put_equity(chain, out);
    else
        paper_finish(&x->paper, out);
}

static enum error serve(void *state, struct out *out, int input_fd, bool *readable, struct err *e)
{
    struct execute *x = state;
    *readable = true;
    if (!x->live) return OK;
    if (chain_failed.code != OK) {
        *e = chain_failed;
        return e->code;
    }
    return chain_serve(chain, out, input_fd, readable, e);
}

static bool pending(const void *state)
{
    const struct execute *x = state;
    return x->live && chain_pending(chain);
}

static void release(void *state)
{
    (void)state;
    chain_close(chain);
}

static const struct stage_io io = {
    .reports = true, .serve = serve, .pending = pending, .release = release, .check = check};
static const struct stage stage = {
    .name = "sluice-execute",
    .purpose = "execute orders on paper or on the chain",
    .src = SRC_EXECUTE,
    .records = {.reads = REC_BIT(slot) | REC_BIT(trade) | REC_BIT(pool) | REC_BIT(reserve) |
                         REC_BIT(order) | REC_BIT(alert) | REC_BIT(tip_level) | REC_BIT(fee_level),
                .writes = REC_BIT(fill) | REC_BIT(report) | REC_BIT(mark) | REC_BIT(equity) |
                          REC_BIT(audit) | REC_BIT(sandwich) | REC_BIT(alert)},
    .state_size = state_size,
    .init = init,
    .step = step,
    .finish = finish,
    .io = &io};

static const struct tool seller = {.name = "sluice-execute",
                                   .section = "execute",
                                   .purpose = "sell everything that the wallet holds",
                                   .operands = "",
                                   .run = trade_setup_sell_all};

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--sell-all") == 0) return tool_main(&seller, argc, argv);
    return stage_main(&stage, argc, argv);
}
