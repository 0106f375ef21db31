/* sluice-execute - carry out orders: on the paper venue, or nowhere. */
#include <string.h>

#include "common/run/stage.h"
#include "execute/paper.h"

static size_t state_size(const struct settings *s) { (void)s; return sizeof(struct paper_state); }

static enum error ppm(const struct section *own, const char *key, uint32_t *out, struct err *e)
{
    uint64_t v = get_u64(own, key);
    *out = (uint32_t)v;
    return v > PPM_ONE ? err_set(e, E_CONFIG, "%s: %s wants 0 to 1000000", origin_of(own, key), key) : OK;
}

static enum error init(void *state, const struct settings *s, struct err *e)
{
    struct paper_state *st = state;
    struct paper_rules *r = &st->rules;
    const struct section *own = settings_own(s);
    if (get_bool(own, "live")) return err_set(e, E_USAGE, "--live is not part of this build: it has no signer; use --paper");
    if (!get_bool(own, "paper") && !get_bool(own, "null")) return err_set(e, E_USAGE, "wants --paper (simulated fills) or --null (no fills)");
    uint64_t lo = get_u64(own, "latency-min-slots"), hi = get_u64(own, "latency-max-slots");
    if (lo < 1 || hi < lo || hi > 150) return err_set(e, E_CONFIG, "latency-min-slots and latency-max-slots want 1 <= min <= max <= 150");
    const char *route = get_str(own, "route");
    if (strcmp(route, "bundle") != 0 && strcmp(route, "plain") != 0) return err_set(e, E_CONFIG, "%s: route wants bundle or plain", origin_of(own, "route"));
    r->capital = get_lamports(own, "capital-sol");
    if (r->capital == 0) r->capital = get_lamports(settings_section(s, "risk"), "capital-sol"); /* one wallet, said once */
    r->seed = get_u64(own, "seed");
    r->equity_every_ns = get_ns(own, "equity-every");
    if (r->equity_every_ns < NS_PER_S) return err_set(e, E_CONFIG, "%s: equity-every wants at least 1s", origin_of(own, "equity-every"));
    r->latency_min = (uint32_t)lo;
    r->latency_max = (uint32_t)hi;
    r->bundle = strcmp(route, "bundle") == 0;
    r->null_venue = get_bool(own, "null");
    enum error rc = ppm(own, "congestion-ppm", &r->congestion_ppm, e);
    if (rc == OK) rc = ppm(own, "sandwich-ppm", &r->sandwich_ppm, e);
    if (rc == OK) paper_init(st);
    return rc;
}

static void step(void *state, const struct record *r, struct out *out) { paper_step(state, r, out); }
static void finish(void *state, struct out *out) { paper_finish(state, out); }

static const struct stage stage = {
    .name = "sluice-execute", .section = "execute", .purpose = "carry out orders on the paper venue", .src = SRC_EXECUTE,
    .reads = REC_BIT(slot) | REC_BIT(trade) | REC_BIT(pool) | REC_BIT(reserve) | REC_BIT(order), .writes = REC_BIT(fill) | REC_BIT(report) | REC_BIT(equity), .state_size = state_size, .init = init,
    .step = step, .finish = finish, .reports = true};

int main(int argc, char **argv) { return stage_main(&stage, argc, argv); }
