/* decode_pool.c - see decode.h: pools and curves that are created, filled, emptied, completed,
 * moved. */
#include <string.h>

#include "common/base/num.h"
#include "common/decode/decode_internal.h"

static void put(struct walk *w, struct decoded *d)
{
    struct rec_pool *p = &d->u.pool;
    d->id = REC_pool;
    p->ts_ns = w->v->ts_ns;
    p->slot = w->v->slot;
    p->tx_index = w->v->index;
    p->signature = w->v->signature;
    walk_put(w, d, key_is_none(&p->pool) ? &p->mint : &p->pool, p->base_reserve_raw,
             p->quote_reserve_raw);
}

static void swap_u64(uint64_t *a, uint64_t *b)
{
    uint64_t x = *a;
    *a = *b;
    *b = x;
}

/* Exchange base and quote. */
static void turn(struct market_event *e)
{
    struct key mint = e->mint;
    e->mint = e->quote_mint;
    e->quote_mint = mint;
    swap_u64(&e->base_reserve_raw, &e->quote_reserve_raw);
    swap_u64(&e->base_real_raw, &e->quote_real_raw);
}

/* The mints that the event leaves out: of the instruction, or of its vaults. */
static bool find_mints(struct walk *w, unsigned i, const struct layout *l, struct market_event *e)
{
    static const enum account_role first[] = {acct_vault_0, acct_coin_vault, acct_base_vault},
                                   second[] = {acct_vault_1, acct_pc_vault, acct_quote_vault};
    const struct view_ix *x = &w->v->ix[i];
    const struct key *a = walk_account(w, x, l, acct_base_mint),
                     *b = walk_account(w, x, l, acct_quote_mint);
    for (size_t k = 0; k < COUNT_OF(first) && !(a && b); k++) {
        a = walk_mint(w, walk_account_index(x, l, first[k]));
        b = walk_mint(w, walk_account_index(x, l, second[k]));
    }
    if (!a || !b) return false;
    e->mint = *a;
    e->quote_mint = *b;
    return true;
}

/* Join several events about one pool in a transaction: its tokens when it was created, its quote
 * when it was boosted. */
static void join(struct walk *w, struct market_event *e)
{
    bool same = !key_is_none(&e->pool) && key_equal(&e->pool, &w->pool);
    if (e->what == pool_event_created && !key_is_none(&e->pool)) {
        w->pool = e->pool;
        w->pool_base = e->base_reserve_raw;
        w->pool_quote = e->quote_reserve_raw;
    } else if (e->what == pool_event_none && same && !e->base_reserve_raw) {
        e->base_reserve_raw = e->base_real_raw = w->pool_base;
        w->pool_quote = e->quote_reserve_raw;
    } else if (e->what == pool_event_migrated && same) {
        e->base_reserve_raw = w->pool_base;
        e->quote_reserve_raw = w->pool_quote;
    }
    if (!e->base_reserve_raw || !e->quote_reserve_raw)
        e->base_reserve_raw = e->quote_reserve_raw = 0; /* half a price is no price */
}

/* Fill what the event leaves out from the instruction. */
static void complete(struct walk *w, unsigned i, const struct layout *l, struct market_event *e)
{
    const struct view_ix *x = &w->v->ix[i];
    const struct key *k;
    if (venue_is(venue_of(e->venue), VENUE_BY_MINT)) return;
    if (key_is_none(&e->quote_mint) && (k = walk_account(w, x, l, acct_quote_mint)))
        e->quote_mint = *k;
    if (key_is_none(&e->pool) && (k = walk_account(w, x, l, acct_pool))) e->pool = *k;
}

/* Which of two tokens that are no money is the base: 1 the first, -1 the lower key. */
static int first_is_base(uint8_t venue, bool by_tokens)
{
    return by_tokens && !venue_is(venue_of(venue), VENUE_NAMES_BASE) ? -1 : 1;
}

bool decode_pool_event(struct walk *w, unsigned i, const struct layout *l, uint8_t venue,
                       const uint8_t *p, size_t n)
{
    const struct venue_ops *row = venue_of(venue);
    struct market_event e;
    struct decoded d;
    if (w->v->failed || !row || !row->market || n < 8 || !row->market(p, n, &e)) return false;
    if (e.trailing) walk_drift(w, venue, DRIFT_TRAILING, p, e.trailing);
    if (e.token && !key_equal(&w->made_mint, &e.mint))
        decode_token_told(w, &e); /* else its mint was seen to be made */
    if (e.token) {
        w->made_mint = e.mint;
        w->made_by = e.user;
    }
    if (key_is_none(&e.mint) && !find_mints(w, i, l, &e)) {
        w->sink->left_out(w->sink->to, DECODE_POOL, "the mints of a pool that changed are unknown");
        return true;
    }
    complete(w, i, l, &e);
    if (!key_is_none(&e.quote_mint) && !venue_is(venue_of(e.venue), VENUE_BY_MINT) &&
        !walk_is_base(&e.mint, &e.quote_mint, first_is_base(e.venue, e.by_tokens)))
        turn(&e);
    join(w, &e);
    memset(&d, 0, sizeof d);
    d.u.pool = (struct rec_pool){.mint = e.mint,
                                 .venue = e.venue,
                                 .event = e.what,
                                 .pool = e.pool,
                                 .creator = e.creator,
                                 .quote_mint = walk_quote(&e.quote_mint),
                                 .base_reserve_raw = e.base_reserve_raw,
                                 .quote_reserve_raw = e.quote_reserve_raw,
                                 .base_real_raw = e.base_real_raw,
                                 .quote_real_raw = e.quote_real_raw,
                                 .supply_raw = e.supply_raw,
                                 .flags = e.flags};
    put(w, &d);
    return true;
}

/* Put two reserves of a pool of nameless tokens. */
static void put_tokens(struct walk *w, unsigned i, const struct layout *l, uint8_t venue,
                       uint8_t what, uint64_t a, uint64_t b, bool priced)
{
    struct market_event e = {.venue = venue, .what = what, .base_real_raw = a, .quote_real_raw = b};
    const struct key *pool = walk_account(w, &w->v->ix[i], l, acct_pool);
    struct decoded d;
    if (!pool || !find_mints(w, i, l, &e)) {
        w->sink->left_out(w->sink->to, DECODE_POOL, "the mints of a pool that changed are unknown");
        return;
    }
    if (priced) {
        e.base_reserve_raw = a;
        e.quote_reserve_raw = b;
    }
    if (!walk_is_base(&e.mint, &e.quote_mint, first_is_base(venue, true))) turn(&e);
    memset(&d, 0, sizeof d);
    d.u.pool = (struct rec_pool){.mint = e.mint,
                                 .venue = venue,
                                 .event = what,
                                 .pool = *pool,
                                 .quote_mint = walk_quote(&e.quote_mint),
                                 .base_reserve_raw = e.base_reserve_raw,
                                 .quote_reserve_raw = e.quote_reserve_raw,
                                 .base_real_raw = e.base_real_raw,
                                 .quote_real_raw = e.quote_real_raw};
    put(w, &d);
}

void decode_pool_created(struct walk *w, unsigned i, const struct layout *l, uint8_t venue)
{
    static const enum account_role first[] = {acct_vault_0, acct_coin_vault, acct_base_vault},
                                   second[] = {acct_vault_1, acct_pc_vault, acct_quote_vault};
    const struct view_ix *x = &w->v->ix[i];
    if (!venue_creates(l)) return;
    for (size_t k = 0; k < COUNT_OF(first); k++) {
        unsigned a = walk_account_index(x, l, first[k]), b = walk_account_index(x, l, second[k]);
        if (a == VIEW_ACCOUNTS_MAX || b == VIEW_ACCOUNTS_MAX) continue;
        put_tokens(w, i, l, venue, pool_event_created, walk_balance_after(w, i, a),
                   walk_balance_after(w, i, b), venue_is(venue_of(venue), VENUE_VAULTS_PRICE));
        return;
    }
}
