/* sluice-execute - carry out orders: on the paper venue, nowhere, or on the chain. Paper and live share everything but the venue. */
#include <stdio.h>
#include <string.h>

#include "common/run/stage.h"
#include "execute/io/chain.h"
#include "execute/paper.h"

struct execute { bool live; struct live_state chain_state; struct paper_state paper; };
/* The world outside: not in the state block, which holds no pointers and can be written to a file. */
static struct chain *chain;
static struct err chain_failed;

static size_t state_size(const struct settings *s) { (void)s; return sizeof(struct execute); }

static enum error ppm(const struct section *own, const char *key, uint32_t *out, struct err *e)
{
    uint64_t v = get_u64(own, key);
    *out = (uint32_t)v;
    return v > PPM_ONE ? err_set(e, E_CONFIG, "%s: %s wants 0 to 1000000", origin_of(own, key), key) : OK;
}

static enum error init_paper(struct paper_state *st, const struct settings *s, bool bundle, struct err *e)
{
    struct paper_rules *r = &st->rules;
    const struct section *own = settings_own(s);
    uint64_t lo = get_u64(own, "latency-min-slots"), hi = get_u64(own, "latency-max-slots");
    if (lo < 1 || hi < lo || hi > 150) return err_set(e, E_CONFIG, "latency-min-slots and latency-max-slots want 1 <= min <= max <= 150");
    r->capital = get_lamports(own, "capital-sol");
    if (r->capital == 0) r->capital = get_lamports(settings_section(s, "risk"), "capital-sol"); /* one wallet, said once */
    r->seed = get_u64(own, "seed");
    r->equity_every_ns = get_ns(own, "equity-every");
    if (r->equity_every_ns < NS_PER_S) return err_set(e, E_CONFIG, "%s: equity-every wants at least 1s", origin_of(own, "equity-every"));
    r->latency_min = (uint32_t)lo;
    r->latency_max = (uint32_t)hi;
    r->bundle = bundle;
    r->null_venue = get_bool(own, "null");
    enum error rc = ppm(own, "congestion-ppm", &r->congestion_ppm, e);
    if (rc == OK) rc = ppm(own, "sandwich-ppm", &r->sandwich_ppm, e);
    if (rc == OK) paper_init(st);
    return rc;
}

static enum error init_live(struct execute *x, const struct settings *s, bool bundle, struct err *e)
{
    const struct section *own = settings_own(s), *all = settings_section(s, "sluice");
    struct live_rules rules = {.bundle = bundle, .units = (uint32_t)get_u64(own, "units"), .fee_reserve_lamports = get_lamports(settings_section(s, "risk"), "fee-reserve-sol")};
    if (strcmp(get_str(all, "trading-env"), "live") != 0) return err_set(e, E_CONFIG, "%s: --live wants trading-env = live in [sluice] as well: it is '%s'", origin_of(all, "trading-env"), get_str(all, "trading-env"));
    if (get_u64(own, "units") < 50000 || get_u64(own, "units") > TX_COMPUTE_MAX) return err_set(e, E_CONFIG, "%s: units wants 50000 to %u", origin_of(own, "units"), TX_COMPUTE_MAX);
    const char *nodes = *get_str(own, "rpc") ? get_str(own, "rpc") : get_str(all, "solana-rpc-url");
    struct chain_config c = {get_str(own, "signer"), get_str(own, "journal"), nodes, get_str(own, "jito"), get_str(own, "jito-uuid"), get_str(own, "halt-file")};
    return chain_open(&c, &rules, &x->chain_state, &chain, e);
}

static enum error init(void *state, const struct settings *s, struct err *e)
{
    struct execute *x = state;
    const struct section *own = settings_own(s);
    const char *route = get_str(own, "route");
    int modes = get_bool(own, "paper") + get_bool(own, "null") + get_bool(own, "live");
    x->live = get_bool(own, "live");
    if (modes == 0) return err_set(e, E_USAGE, "wants --paper (simulated fills), --null (no fills) or --live (real money)");
    if (x->live && (*get_str(own, "state-in") || *get_str(own, "state-out"))) return err_set(e, E_USAGE, "live execution keeps its state in the journal, not in a checkpoint");
    if (x->live && modes > 1) return err_set(e, E_USAGE, "--live excludes --paper and --null");
    if (strcmp(route, "bundle") != 0 && strcmp(route, "plain") != 0) return err_set(e, E_CONFIG, "%s: route wants bundle or plain", origin_of(own, "route"));
    bool bundle = strcmp(route, "bundle") == 0;
    return x->live ? init_live(x, s, bundle, e) : init_paper(&x->paper, s, bundle, e);
}

static void step_live(const struct record *r, struct out *out)
{
    if (chain_failed.code != OK) return;
    if (r->id == REC_slot) chain_slot(chain, &r->u.slot, out);
    if (r->id == REC_order) chain_order(chain, &r->u.order, out, &chain_failed);
}

static void step(void *state, const struct record *r, struct out *out)
{
    struct execute *x = state;
    if (x->live) step_live(r, out);
    else paper_step(&x->paper, r, out);
}

static void finish(void *state, struct out *out)
{
    struct execute *x = state;
    if (!x->live) paper_finish(&x->paper, out);
}

static enum error serve(void *state, struct out *out, int input_fd, bool *readable, struct err *e)
{
    struct execute *x = state;
    *readable = true;
    if (!x->live) return OK;
    if (chain_failed.code != OK) { *e = chain_failed; return e->code; }
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

static const struct stage stage = {
    .name = "sluice-execute", .section = "execute", .purpose = "carry out orders, on paper or on the chain", .src = SRC_EXECUTE,
    .reads = REC_BIT(slot) | REC_BIT(trade) | REC_BIT(pool) | REC_BIT(reserve) | REC_BIT(order), .writes = REC_BIT(fill) | REC_BIT(report) | REC_BIT(equity), .state_size = state_size, .init = init,
    .step = step, .finish = finish, .serve = serve, .pending = pending, .release = release, .reports = true};

int main(int argc, char **argv) { return stage_main(&stage, argc, argv); }
