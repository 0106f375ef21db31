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

/* The other way round. */
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

/* What one transaction tells of a pool in several events belongs together: its tokens when it was
 * created, its quote when it was boosted. */
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
        e->base_reserve_raw = e->quote_reserve_raw = 0; /* half a price is none */
}

bool decode_pool_event(struct walk *w, unsigned i, const struct layout *l, uint8_t venue,
                       const uint8_t *p, size_t n)
{
    const struct venue_ops *row = venue_of(venue);
    struct market_event e;
    struct decoded d;
    if (!row || !row->market || n < 8 || !row->market(p, n, &e)) return false;
    if (e.trailing) walk_drift(w, venue, DRIFT_TRAILING, p, e.trailing);
    if (e.token && !key_equal(&w->made_mint, &e.mint))
        decode_token_told(w, &e); /* else its mint was seen to be made */
    if (e.token) {
        w->made_mint = e.mint;
        w->made_by = e.user;
    }
    if (key_is_none(&e.mint) && !find_mints(w, i, l, &e)) {
        w->sink->left_out(w->sink->to, DECODE_POOL,
                          "the mints of a pool that changed are not told");
        return true;
    }
    const struct key *quote = key_is_none(&e.quote_mint) && venue == venue_pumpswap
                                  ? walk_account(w, &w->v->ix[i], l, acct_quote_mint)
                                  : NULL;
    if (quote) e.quote_mint = *quote;
    if (!key_is_none(&e.quote_mint) && e.venue != venue_pump &&
        !walk_is_base(&e.mint, &e.quote_mint, e.by_tokens ? -1 : 1))
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

/* Two reserves of a pool of nameless tokens into a record. */
static void put_tokens(struct walk *w, unsigned i, const struct layout *l, uint8_t venue,
                       uint8_t what, uint64_t a, uint64_t b, bool priced)
{
    struct market_event e = {.venue = venue, .what = what, .base_real_raw = a, .quote_real_raw = b};
    const struct key *pool = walk_account(w, &w->v->ix[i], l, acct_pool);
    struct decoded d;
    if (!pool || !find_mints(w, i, l, &e)) {
        w->sink->left_out(w->sink->to, DECODE_POOL,
                          "the mints of a pool that changed are not told");
        return;
    }
    if (priced) {
        e.base_reserve_raw = a;
        e.quote_reserve_raw = b;
    }
    if (!walk_is_base(&e.mint, &e.quote_mint, venue == venue_raydium_v4 ? 1 : -1)) turn(&e);
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

/* ray_log of types 0 (75 bytes: the first amounts), 1 (105: deposit) and 2 (89: withdrawal).
 * Source: raydium-amm, log.rs. */
bool decode_pool_ray(struct walk *w, unsigned i, const struct layout *l, const uint8_t *p, size_t n)
{
    uint64_t coin, pc;
    if (!l) return false;
    if (p[0] == 0 && n >= 75) {
        pc = load_u64(p + 27);
        coin = load_u64(p + 35);
        put_tokens(w, i, l, venue_raydium_v4, pool_event_created, coin, pc, true);
        return true;
    }
    if (p[0] == 1 && n >= 105 && add_u64(load_u64(p + 25), load_u64(p + 81), &coin) &&
        add_u64(load_u64(p + 33), load_u64(p + 89), &pc)) {
        put_tokens(w, i, l, venue_raydium_v4, pool_event_added, coin, pc, true);
        return true;
    }
    if (p[0] == 2 && n >= 89 && sub_u64(load_u64(p + 17), load_u64(p + 73), &coin) &&
        sub_u64(load_u64(p + 25), load_u64(p + 81), &pc)) {
        put_tokens(w, i, l, venue_raydium_v4, pool_event_removed, coin, pc, true);
        return true;
    }
    return false;
}

void decode_pool_created(struct walk *w, unsigned i, const struct layout *l, uint8_t venue)
{
    static const enum account_role first[] = {acct_vault_0, acct_coin_vault, acct_base_vault},
                                   second[] = {acct_vault_1, acct_pc_vault, acct_quote_vault};
    const struct view_ix *x = &w->v->ix[i];
    if (strncmp(l->name, "initialize", 10) != 0 ||
        walk_account_index(x, l, acct_pool) == VIEW_ACCOUNTS_MAX)
        return;
    for (size_t k = 0; k < COUNT_OF(first); k++) {
        unsigned a = walk_account_index(x, l, first[k]), b = walk_account_index(x, l, second[k]);
        if (a == VIEW_ACCOUNTS_MAX || b == VIEW_ACCOUNTS_MAX) continue;
        put_tokens(w, i, l, venue, pool_event_created, walk_balance_after(w, i, a),
                   walk_balance_after(w, i, b),
                   venue == venue_raydium_cpmm || venue == venue_raydium_v4);
        return;
    }
}
