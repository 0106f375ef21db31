/* trade_setup.c - see trade_setup.h. */
#include "execute/trade/io/trade_setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/io/endpoint.h"
#include "common/io/sys.h"
#include "common/run/stage.h"

/* capital-sol of [execute], or of [risk]: both stages trade one wallet. */
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

enum error trade_setup_paper(struct paper_state *p, const struct settings *s, struct err *e)
{
    struct paper_rules *r = &p->rules;
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
    r->bundle = route_of(settings_str(own, "route")) != route_plain;
    r->null_venue = settings_bool(own, "null");
    r->congestion_ppm = settings_u32(own, "congestion-ppm");
    r->sandwich_ppm = settings_u32(own, "sandwich-ppm");
    paper_init(p);
    return OK;
}

/* Read one line: an address, or the first column of a CSV. The first line may be a heading. */
static enum error read_leader(const char *path, size_t number, const char *line,
                              struct sandwich_guard_rules *r, struct err *e)
{
    struct key k;
    size_t len = strcspn(line, ", \t\r#");
    if (len == 0) return OK;
    if (!base58_decode(line, len, k.b, 32))
        return number == 1
                   ? OK
                   : err_set(e, E_CONFIG, "%s:%zu: '%.50s' is not an address", path, number, line);
    return sandwich_guard_avoid(r, &k)
               ? OK
               : err_set(e, E_CONFIG, "%s: more than %u validators", path, SANDWICH_GUARD_LEADERS);
}

/* The validators to avoid, one a line. */
static enum error read_leaders(const char *path, struct sandwich_guard_rules *r, struct err *e)
{
    char *text = NULL, *rest, *line;
    size_t n, number = 0;
    if (!*path) return OK;
    enum error rc = sys_file_read(path, 1u << 20, &text, &n, e);
    rest = text;
    while (rc == OK && (line = strsep(&rest, "\n"))) rc = read_leader(path, ++number, line, r, e);
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

enum error trade_setup_live(const struct settings *s, struct live_rules *r, struct err *e)
{
    const struct section *own = settings_own(s), *all = settings_section(s, "sluice");
    *r = (struct live_rules){.fee_reserve_lamports =
                                 settings_lamports(settings_section(s, "risk"), "fee-reserve-sol"),
                             .protect = settings_bool(all, "enable-mev-protection")};
    r->route = (uint8_t)route_of(settings_str(own, "route"));
    if (strcmp(settings_str(all, "trading-env"), "live") != 0)
        return err_set(e, E_CONFIG,
                       "%s: --live needs trading-env = live in [sluice] as well, as a second "
                       "consent: it is '%s'",
                       settings_origin(all, "trading-env"), settings_str(all, "trading-env"));
    r->units = settings_u32(own, "units");
    r->market_cache_markets = settings_u32(own, "warm");
    r->mev.max_loss_bps = settings_u32(own, "mev-loss-bps");
    r->mev.room_bps = settings_u32(own, "mev-room-bps");
    r->mev.delay_slots = settings_u32(own, "mev-delay-slots");
    read_fees(own, &r->fees);
    return read_leaders(settings_str(own, "avoid-leaders"), &r->mev, e);
}

enum error trade_setup_open(const struct settings *s, struct live_state *st, struct chain **out,
                            struct err *e)
{
    static struct live_rules rules; /* large: the list of leaders */
    const struct section *own = settings_own(s), *all = settings_section(s, "sluice");
    const char *own_nodes = settings_str(own, "rpc");
    const struct chain_config c = {.signer = settings_str(own, "signer"),
                                   .journal = settings_str(own, "journal"),
                                   .nodes =
                                       *own_nodes ? own_nodes : settings_str(all, "solana-rpc-url"),
                                   .engines = settings_str(own, "jito"),
                                   .uuid = settings_str(own, "jito-uuid"),
                                   .halt_file = settings_str(own, "halt-file"),
                                   .pid_file = settings_str(own, "pid-file"),
                                   .tip_floor = settings_str(own, "tip-floor"),
                                   .capital_lamports = capital_of(s),
                                   .equity_every_ns = settings_ns(own, "equity-every")};
    enum error rc = trade_setup_live(s, &rules, e);
    return rc == OK ? chain_open(&c, &rules, st, out, e) : rc;
}

/* Serve until all is sold, or a signal ends it. The journal holds every fill: the pipeline's ledger
 * receives them when it starts again. */
static enum error sell_until_done(struct chain *c, struct out *out, struct err *e)
{
    bool readable;
    size_t left;
    enum error rc = OK;
    chain_sell_all(c);
    while (rc == OK && !chain_sold(c, &left) && !endpoint_stop) {
        rc = chain_serve(c, out, -1, &readable, e);
        out->len = 0;
    }
    if (rc != OK) return rc;
    if (!chain_sold(c, &left))
        return err_set(e, E_PEER,
                       "stopped before everything was sold: the journal holds what is in flight; "
                       "start again");
    if (left)
        return err_set(e, E_MISMATCH,
                       "%zu tokens are left: no sale of them landed, or the wallet holds more than "
                       "%u tokens; sell them by hand",
                       left, CHAIN_HOLDINGS);
    return OK;
}

enum error trade_setup_sell_all(const struct settings *s, struct err *e)
{
    static struct live_state st;
    struct chain *c = NULL;
    struct out out = {.cap = 8u << 20, .src = SRC_EXECUTE};
    if (!settings_bool(settings_own(s), "live"))
        return err_set(e, E_USAGE, "--sell-all sells real holdings: it needs --live as well");
    if (!(out.buf = malloc(out.cap))) return err_set(e, E_LIMIT, "out of memory");
    enum error rc = trade_setup_open(s, &st, &c, e);
    if (rc == OK) rc = sell_until_done(c, &out, e);
    if (rc == OK)
        fprintf(
            stderr,
            "sluice-execute: everything is sold: %llu sales landed, %llu failed, %llu expired\n",
            (unsigned long long)st.landed_count, (unsigned long long)st.failed_count,
            (unsigned long long)st.expired_count);
    chain_close(c);
    free(out.buf);
    return rc;
}
