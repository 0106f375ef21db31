/* sluice-quote - exact quotes by hand, and the check of recorded trades against the venues'
 * arithmetic. Must not: be lenient: a trade is exact to the unit, or the reason is printed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/amm/amm.h"
#include "common/base/num.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/rec/form.h"
#include "common/run/operands.h"
#include "common/run/stage.h"
#include "common/run/stream.h"

#define POOLS_MAX   65536u
#define REASONS_MAX 32

struct check {
    struct table *keys;
    struct amm_pool pools[POOLS_MAX];
    uint64_t checked, exact, seen;
    struct {
        const char *text;
        uint64_t count;
        bool counts;
    } why[REASONS_MAX];
    size_t why_count;
    bool verbose;
    struct record record;
};

static void note_why(struct check *c, const char *text, bool counts, const struct rec_trade *t)
{
    size_t i = 0;
    while (i < c->why_count && strcmp(c->why[i].text, text) != 0) i++;
    if (i == c->why_count && i < REASONS_MAX) c->why[c->why_count++].text = text;
    if (i < REASONS_MAX) {
        c->why[i].count++;
        c->why[i].counts = counts;
    }
    if (!c->verbose) return;
    char mint[2 * 32 + 2];
    base58_encode(t->mint.b, 32, mint);
    printf("%s %s slot %llu seq %llu base %llu quote %llu: %s\n", counts ? "inexact" : "left out",
           mint, (unsigned long long)t->slot, (unsigned long long)t->seq,
           (unsigned long long)t->base_raw, (unsigned long long)t->quote_raw, text);
}

static struct amm_pool *pool_of(struct check *c, const struct key *pool, const struct key *mint,
                                bool *added)
{
    const struct key *k = key_is_none(pool) ? mint : pool;
    uint32_t row = table_claim(c->keys, k->b, added);
    if (*added) memset(&c->pools[row], 0, sizeof c->pools[row]);
    return &c->pools[row];
}

/* Do the recorded reserves after the trade follow from those we hold? If not, something in between
 * is missing. */
static bool contiguous(const struct amm_pool *p, const struct rec_trade *t)
{
    struct amm_pool before;
    if (!amm_before(t, &before)) return false;
    /* What left a CPMM pool of the quote is not recorded in the reserves, so only there the base
     * alone decides. */
    return before.base_reserve_raw == p->base_reserve_raw &&
           (t->venue == venue_raydium_cpmm || before.quote_reserve_raw == p->quote_reserve_raw);
}

static void check_trade(struct check *c, const struct rec_trade *t)
{
    bool added;
    struct amm_pool *p = pool_of(c, &t->pool, &t->mint, &added);
    c->seen++;
    if (t->flags & TRADE_FAILED) {
        note_why(c, "failed on chain, nothing moved", false, t);
        return;
    }
    if (t->flags & TRADE_OUTLIER) {
        note_why(c, "marked as an outlier", false, t);
        return;
    }
    if (t->venue < venue_pump || t->venue > venue_raydium_cpmm) {
        note_why(c, "the venue's arithmetic is not modelled", false, t);
        return;
    }
    if (t->flags & TRADE_INFERRED)
        note_why(c, "its reserves are inferred, not recorded", false, t);
    else if (t->flags & TRADE_NET)
        note_why(c, "several swaps folded into one", false, t);
    else if (p->base_reserve_raw == 0) {
        /* The first sight of a pool: its state before follows from the trade itself; exact means
         * consistent in itself. */
        struct amm_pool before;
        const char *why = amm_before(t, &before) ? amm_explain(&before, t)
                                                 : "the amounts do not fit the reserves";
        note_why(c,
                 why ? "first sight of the pool, and inconsistent in itself"
                     : "first sight of the pool: the state before is not recorded",
                 false, t);
    } else if (t->flags & TRADE_DISCONTIGUOUS || !contiguous(p, t))
        note_why(c, "not contiguous: something between it and the trade before is missing", false,
                 t);
    else {
        const char *why = amm_explain(p, t);
        c->checked++;
        if (why)
            note_why(c, why, true, t);
        else
            c->exact++;
    }
    amm_observe(p, t);
}

static void check_pool(struct check *c, const struct rec_pool *r)
{
    bool added;
    struct amm_pool *p = pool_of(c, &r->pool, &r->mint, &added);
    p->venue = r->venue;
    p->has_creator = !key_is_none(&r->creator);
    p->mayhem = (r->flags & TOKEN_MAYHEM) != 0;
    p->supply_raw = r->supply_raw;
    if (r->event == pool_event_completed || !r->base_reserve_raw) return;
    p->base_reserve_raw = r->base_reserve_raw;
    p->quote_reserve_raw = r->quote_reserve_raw;
    p->base_real_raw = r->base_real_raw;
    p->quote_real_raw = r->quote_real_raw;
}

static void check_reserve(struct check *c, const struct rec_reserve *r)
{
    bool added;
    struct amm_pool *p = pool_of(c, &r->pool, &r->mint, &added);
    p->venue = r->venue;
    p->base_reserve_raw = r->base_reserve_raw;
    p->quote_reserve_raw = r->quote_reserve_raw;
    p->base_real_raw = r->base_real_raw ? r->base_real_raw : r->base_reserve_raw;
    p->quote_real_raw = r->quote_real_raw ? r->quote_real_raw : r->quote_reserve_raw;
}

static enum error check_stream(void *self, struct reader *r, struct err *e)
{
    struct check *c = self;
    struct record_view v;
    bool more;
    enum error rc;
    while ((rc = reader_next(r, &v, &more, e)) == OK && more) {
        if (v.id != REC_trade && v.id != REC_pool && v.id != REC_reserve) continue;
        if (!record_decode(&v, &c->record)) continue;
        if (v.id == REC_trade)
            check_trade(c, &c->record.u.trade);
        else if (v.id == REC_pool)
            check_pool(c, &c->record.u.pool);
        else
            check_reserve(c, &c->record.u.reserve);
    }
    return rc;
}

static enum error check_all(const struct settings *s, struct err *e)
{
    static struct check c;
    c.verbose = settings_bool(settings_own(s), "verbose");
    c.keys = malloc(table_size(POOLS_MAX));
    if (!c.keys) return err_set(e, E_LIMIT, "out of memory");
    table_init(c.keys, POOLS_MAX);
    enum error rc = operands_each(s, check_stream, &c, e);
    free(c.keys);
    if (rc != OK && rc != E_TRUNCATED) return rc;
    for (size_t i = 0; i < c.why_count; i++)
        printf("%s %llu: %s\n", c.why[i].counts ? "inexact" : "left out",
               (unsigned long long)c.why[i].count, c.why[i].text);
    printf("checked %llu exact %llu\n", (unsigned long long)c.checked, (unsigned long long)c.exact);
    if (rc == OK && c.exact < c.checked)
        rc = err_set(e, E_MISMATCH, "%llu trades are not what the venue's arithmetic gives",
                     (unsigned long long)(c.checked - c.exact));
    return rc;
}

/* ---- by hand ---- */

static enum error read_pool(const struct section *own, struct amm_pool *p, uint64_t *ts_ns,
                            struct err *e)
{
    const char *venue = settings_str(own, "venue");
    for (p->venue = venue_pump; strcmp(venue, enum_name("venue", p->venue)) != 0;) p->venue++;
    p->base_reserve_raw = settings_u64(own, "base-reserve");
    p->quote_reserve_raw = settings_u64(own, "quote-reserve");
    p->has_creator = settings_bool(own, "creator");
    bool curve = p->venue == venue_pump;
    if (curve && !p->base_reserve_raw) {
        p->base_reserve_raw = UINT64_C(1073000000000000);
        p->quote_reserve_raw = 30 * LAMPORTS_PER_SOL;
    }
    p->base_real_raw =
        curve ? sub_sat_u64(p->base_reserve_raw, UINT64_C(279900000000000)) : p->base_reserve_raw;
    p->quote_real_raw =
        curve ? sub_sat_u64(p->quote_reserve_raw, 30 * LAMPORTS_PER_SOL) : p->quote_reserve_raw;
    if (!p->base_reserve_raw || !p->quote_reserve_raw)
        return err_set(e, E_USAGE, "%s requires --base-reserve and --quote-reserve", venue);
    *ts_ns = settings_time(own, "at");
    return OK;
}

static void print_swap(const struct amm_pool *p, const char *what, uint8_t side,
                       const struct amm_swap *s, bool json)
{
    struct amm_pool after = *p;
    amm_apply(&after, side, s);
    const char *form =
        json
            ? "{\"quote\":\"%s\",\"in_raw\":%llu,\"out_raw\":%llu,\"quote_raw\":%llu,\"lp_fee_"
              "raw\":%llu,\"protocol_fee_raw\":%llu,\"creator_fee_raw\":%llu,\"base_reserve_raw\":%"
              "llu,\"quote_reserve_raw\":%llu}\n"
            : "%-14s in %llu  out %llu\n               net quote %llu, fees: pool %llu, protocol "
              "%llu, creator %llu\n               reserves after: %llu tokens raw, %llu lamports\n";
    printf(form, what, (unsigned long long)s->in_raw, (unsigned long long)s->out_raw,
           (unsigned long long)s->quote_raw, (unsigned long long)s->lp_fee_raw,
           (unsigned long long)s->protocol_fee_raw, (unsigned long long)s->creator_fee_raw,
           (unsigned long long)after.base_reserve_raw, (unsigned long long)after.quote_reserve_raw);
}

static enum error by_hand(const struct section *own, struct err *e)
{
    struct amm_pool p = {0};
    struct amm_swap s;
    uint64_t ts_ns = 0;
    enum error rc = read_pool(own, &p, &ts_ns, e);
    if (rc != OK) return rc;
    struct amm_fees f = amm_fees_at(&p, ts_ns);
    bool json = settings_bool(own, "json");
    const struct {
        const char *key, *what;
        uint8_t side;
        uint64_t amount;
        enum failure (*quote)(const struct amm_pool *, struct amm_fees, uint64_t,
                              struct amm_swap *);
    } asked[] = {
        {"buy-sol", "buy for SOL", side_buy, settings_lamports(own, "buy-sol"), amm_buy_in},
        {"buy-tokens", "buy tokens", side_buy, settings_u64(own, "buy-tokens"), amm_buy_out},
        {"sell-tokens", "sell tokens", side_sell, settings_u64(own, "sell-tokens"), amm_sell_in},
        {"sell-for-sol", "sell for SOL", side_sell, settings_lamports(own, "sell-for-sol"),
         amm_sell_out}};
    bool any = false;
    for (size_t i = 0; i < COUNT_OF(asked); i++) {
        if (!settings_is_set(own, asked[i].key)) continue;
        any = true;
        enum failure bad = asked[i].quote(&p, f, asked[i].amount, &s);
        if (bad)
            return err_set(e, E_MISMATCH, "%s: the venue would refuse: %s", asked[i].what,
                           enum_name("failure", bad));
        print_swap(&p, asked[i].what, asked[i].side, &s, json);
    }
    if (settings_is_set(own, "impact-bps")) {
        uint32_t bps = settings_u32(own, "impact-bps");
        any = true;
        printf(json ? "{\"impact_bps\":%u,\"max_buy_lamports\":%llu,\"max_sell_raw\":%llu}\n"
                    : "within %u bps   buy up to %llu lamports, sell up to %llu tokens raw\n",
               bps, (unsigned long long)amm_max_buy(&p, f, bps),
               (unsigned long long)amm_max_sell(&p, f, bps));
    }
    return any ? OK
               : err_set(e, E_USAGE,
                         "give --check, or an amount: --buy-sol, --buy-tokens, --sell-tokens, "
                         "--sell-for-sol or --impact-bps; see --help");
}

static enum error quote(const struct settings *s, struct err *e)
{
    enum error rc =
        settings_bool(settings_own(s), "check") ? check_all(s, e) : by_hand(settings_own(s), e);
    return rc == OK && fflush(stdout) ? operands_stdout_failed(e) : rc;
}

static const struct tool tool = {.name = "sluice-quote",
                                 .section = "quote",
                                 .purpose = "compute exact quotes and check recorded trades",
                                 .operands = "[FILE...]",
                                 .run = quote};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
