/* sluice-execute - carry out orders: on the paper venue, nowhere, or on the chain. Paper and live
 * share everything but the venue. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/io/endpoint.h"
#include "common/run/stage.h"
#include "execute/trade/io/chain.h"
#include "execute/trade/paper.h"

struct execute {
    bool live;
    struct live_state chain_state;
    struct paper_state paper;
};
/* The world outside: not in the state block, which holds no pointers and can be written to a file.
 */
static struct chain *chain;
static struct err chain_failed;

static size_t state_size(const struct settings *s)
{
    (void)s;
    return sizeof(struct execute);
}

/* One wallet, said once. */
static uint64_t capital_of(const struct settings *s)
{
    uint64_t v = settings_lamports(settings_own(s), "capital-sol");
    return v ? v : settings_lamports(settings_section(s, "risk"), "capital-sol");
}

static unsigned route_of(const char *name)
{
    for (unsigned i = route_bundle; i < route_count; i++)
        if (strcmp(name, enum_name("route", i)) == 0) return i;
    return route_none;
}

static enum error init_paper(struct paper_state *st, const struct settings *s, bool bundle,
                             struct err *e)
{
    struct paper_rules *r = &st->rules;
    const struct section *own = settings_own(s);
    r->latency_min = settings_u32(own, "latency-min-slots");
    r->latency_max = settings_u32(own, "latency-max-slots");
    if (r->latency_max < r->latency_min)
        return err_set(e, E_CONFIG,
                       "%s: latency-max-slots must not be below latency-min-slots (%u)",
                       settings_origin(own, "latency-max-slots"), r->latency_min);
    r->capital = capital_of(s);
    r->seed = settings_u64(own, "seed");
    r->equity_every_ns = settings_ns(own, "equity-every");
    r->bundle = bundle;
    r->null_venue = settings_bool(own, "null");
    r->congestion_ppm = settings_u32(own, "congestion-ppm");
    r->sandwich_ppm = settings_u32(own, "sandwich-ppm");
    paper_init(st);
    return OK;
}

/* Validators: an address a line, or the first column of a CSV; a first line that is no address is a
 * heading. */
static enum error read_leaders(const char *path, struct sandwich_guard_rules *r, struct err *e)
{
    char *text = NULL, *rest, *line;
    size_t n, number = 0;
    if (!*path) return OK;
    enum error rc = file_read_all(path, 1u << 20, &text, &n, e);
    for (rest = text; rc == OK && (line = strsep(&rest, "\n"));) {
        struct key k;
        size_t len = strcspn(line, ", \t\r#");
        number++;
        if (len == 0) continue;
        if (!base58_decode(line, len, k.b, 32)) {
            if (number > 1)
                rc = err_set(e, E_CONFIG, "%s:%zu: '%.50s' is no address", path, number, line);
        } else if (!sandwich_guard_avoid(r, &k))
            rc = err_set(e, E_CONFIG, "%s: more than %u validators", path, SANDWICH_GUARD_LEADERS);
    }
    free(text);
    return rc;
}

static void read_fees(const struct section *own, struct fee_rules *r)
{
    r->tip_max_lamports = settings_lamports(own, "tip-max-sol");
    r->priority_max_lamports = settings_lamports(own, "priority-max-sol");
    r->tip_percentile = (uint32_t)settings_u64(own, "tip-percentile");
    r->priority_percentile = (uint32_t)settings_u64(own, "priority-percentile");
    r->tip_worth_bps = settings_u32(own, "tip-worth-bps");
}

static enum error read_live(const struct settings *s, struct live_rules *r, struct err *e)
{
    const struct section *own = settings_own(s), *all = settings_section(s, "sluice");
    *r = (struct live_rules){.fee_reserve_lamports =
                                 settings_lamports(settings_section(s, "risk"), "fee-reserve-sol"),
                             .protect = settings_bool(all, "enable-mev-protection")};
    r->route = (uint8_t)route_of(settings_str(own, "route"));
    if (strcmp(settings_str(all, "trading-env"), "live") != 0)
        return err_set(e, E_CONFIG,
                       "%s: --live wants trading-env = live in [sluice] as well: it is '%s'",
                       settings_origin(all, "trading-env"), settings_str(all, "trading-env"));
    r->units = settings_u32(own, "units");
    r->market_cache_markets = settings_u32(own, "warm");
    r->mev.max_loss_bps = settings_u32(own, "mev-loss-bps");
    r->mev.room_bps = settings_u32(own, "mev-room-bps");
    r->mev.delay_slots = settings_u32(own, "mev-delay-slots");
    read_fees(own, &r->fees);
    return read_leaders(settings_str(own, "avoid-leaders"), &r->mev, e);
}

static enum error init_live(struct live_state *st, const struct settings *s, struct err *e)
{
    static struct live_rules rules; /* large: the list of leaders */
    const struct section *own = settings_own(s), *all = settings_section(s, "sluice");
    const char *nodes =
        *settings_str(own, "rpc") ? settings_str(own, "rpc") : settings_str(all, "solana-rpc-url");
    struct chain_config c = {settings_str(own, "signer"),
                             settings_str(own, "journal"),
                             nodes,
                             settings_str(own, "jito"),
                             settings_str(own, "jito-uuid"),
                             settings_str(own, "halt-file"),
                             settings_str(own, "pid-file"),
                             settings_str(own, "tip-floor"),
                             capital_of(s),
                             settings_ns(own, "equity-every")};
    enum error rc = read_live(s, &rules, e);
    return rc == OK ? chain_open(&c, &rules, st, &chain, e) : rc;
}

static enum error init(void *state, const struct settings *s, struct err *e)
{
    struct execute *x = state;
    const struct section *own = settings_own(s);
    const char *route = settings_str(own, "route");
    int modes =
        settings_bool(own, "paper") + settings_bool(own, "null") + settings_bool(own, "live");
    x->live = settings_bool(own, "live");
    if (modes == 0)
        return err_set(e, E_USAGE,
                       "wants --paper (simulated fills), --null (no fills) or --live (real money)");
    if (x->live && (*settings_str(own, "state-in") || *settings_str(own, "state-out")))
        return err_set(e, E_USAGE,
                       "live execution keeps its state in the journal, not in a checkpoint");
    if (x->live && modes > 1) return err_set(e, E_USAGE, "--live excludes --paper and --null");
    if (settings_bool(own, "sell-all"))
        return err_set(e, E_USAGE,
                       "--sell-all reads no stream: sluice-execute --live --sell-all -c FILE");
    return x->live ? init_live(&x->chain_state, s, e)
                   : init_paper(&x->paper, s, route_of(route) != route_plain, e);
}

/* What trading-env says will run: live rules or paper rules. */
static enum error check(const struct settings *s, struct err *e)
{
    static struct live_rules rules;
    static struct paper_state paper;
    bool live = strcmp(settings_str(settings_section(s, "sluice"), "trading-env"), "live") == 0;
    return live ? read_live(s, &rules, e) : init_paper(&paper, s, true, e);
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
        paper_step(&x->paper, r, out); /* passes over what only live execution hears */
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
    .purpose = "carry out orders, on paper or on the chain",
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

/* ---- selling everything, without a stream ---- */

static enum error sell_all(const struct settings *s, struct err *e)
{
    static struct live_state st;
    struct out out = {.cap = 8u << 20, .src = SRC_EXECUTE};
    bool readable;
    size_t left;
    if (!settings_bool(settings_own(s), "live"))
        return err_set(e, E_USAGE, "--sell-all wants --live");
    if (!(out.buf = malloc(out.cap))) return err_set(e, E_LIMIT, "out of memory");
    enum error rc = init_live(&st, s, e);
    if (rc == OK) chain_sell_all(chain);
    while (rc == OK && !chain_sold(chain, &left) && !endpoint_stop) {
        rc = chain_serve(chain, &out, -1, &readable, e);
        out.len = 0;
    } /* the journal holds every fill: the row tells its ledger when it starts again */
    if (rc == OK && !chain_sold(chain, &left))
        rc = err_set(e, E_PEER,
                     "stopped before everything was sold; the journal holds what is in flight");
    else if (rc == OK && left)
        rc = err_set(e, E_MISMATCH,
                     "%zu tokens are left that nobody buys, or that were beyond the first 1,024 in "
                     "the wallet",
                     left);
    if (rc == OK)
        fprintf(
            stderr,
            "sluice-execute: everything is sold: %llu sales landed, %llu failed, %llu expired\n",
            (unsigned long long)st.landed_count, (unsigned long long)st.failed_count,
            (unsigned long long)st.expired_count);
    chain_close(chain);
    free(out.buf);
    return rc;
}

static const struct tool seller = {.name = "sluice-execute",
                                   .section = "execute",
                                   .purpose = "sell everything that the wallet holds",
                                   .operands = "",
                                   .run = sell_all};

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--sell-all") == 0) return tool_main(&seller, argc, argv);
    return stage_main(&stage, argc, argv);
}
