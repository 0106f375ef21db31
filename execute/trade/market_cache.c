/* market_cache.c - see market_cache.h. */
#include "execute/trade/market_cache.h"

#include <string.h>

#include "common/base/num.h"

#define AGAIN_MS 500u
#define TRIES    5u

static struct table *table_of(struct market_cache *w)
{
    return (struct table *)(void *)w->table_words;
}
static const struct table *const_table_of(const struct market_cache *w)
{
    return (const struct table *)(const void *)w->table_words;
}

void market_cache_init(struct market_cache *w, const struct key *wallet, uint32_t most)
{
    w->wallet = *wallet;
    w->most = most < MARKET_CACHE_MARKETS ? most : MARKET_CACHE_MARKETS;
    if (w->most) table_init(table_of(w), w->most);
}

/* Do trades alone keep a market of this venue up to date? */
static bool can_follow(uint8_t venue)
{
    const struct venue_ops *v = venue_of(venue);
    return v && v->reprice && v->accounts;
}

static struct market_cache_market *row_of(struct market_cache *w, const struct key *mint)
{
    bool added;
    uint32_t row = table_claim(table_of(w), mint->b, &added);
    if (added) w->market[row].stage = MARKET_CACHE_FREE;
    return &w->market[row];
}

/* Read this market (again) when there is time. */
static void want(struct market_cache *w, struct market_cache_market *m, uint8_t venue,
                 const struct key *mint, const struct key *pool)
{
    m->venue = venue;
    m->next_ms = 0;
    m->tries = 0;
    m->has_last = false;
    m->stage = live_market_begin(&m->market, venue, &w->wallet, mint, pool) ? MARKET_CACHE_WANTED
                                                                            : MARKET_CACHE_USELESS;
}

void market_cache_trade(struct market_cache *w, const struct rec_trade *t)
{
    if (!w->most || !can_follow(t->venue) || !key_is_none(&t->quote_mint)) return;
    struct market_cache_market *m = row_of(w, &t->mint);
    if (m->stage == MARKET_CACHE_FREE || m->venue != t->venue)
        want(w, m, t->venue, &t->mint, &t->pool);
    if (m->stage == MARKET_CACHE_READY && !venue_follow(&m->market.venue, t))
        m->stage = MARKET_CACHE_USELESS;
    if (m->stage == MARKET_CACHE_WANTED || m->stage == MARKET_CACHE_ASKING) {
        m->last = *t;
        m->has_last = true;
    }
}

void market_cache_pool(struct market_cache *w, const struct rec_pool *p)
{
    if (!w->most || !can_follow(p->venue) || !key_is_none(&p->quote_mint)) return;
    struct market_cache_market *m = row_of(w, &p->mint);
    want(w, m, p->venue, &p->mint, &p->pool); /* flags, liquidity or place may be new */
}

void market_cache_fill(struct market_cache *w, const struct rec_fill *f)
{
    uint32_t row = w->most ? table_find(const_table_of(w), f->mint.b) : TABLE_NONE;
    if (row == TABLE_NONE || f->status != order_status_landed) return;
    struct market *m = &w->market[row].market;
    m->held_raw = f->side == side_buy ? add_sat_u64(m->held_raw, f->base_raw)
                                      : sub_sat_u64(m->held_raw, f->base_raw);
}

const struct market *market_cache_get(const struct market_cache *w, uint8_t venue,
                                      const struct key *mint, const struct key *pool)
{
    uint32_t row = w->most ? table_find(const_table_of(w), mint->b) : TABLE_NONE;
    if (row == TABLE_NONE) return NULL;
    const struct market_cache_market *m = &w->market[row];
    const struct key *own = &m->market.venue.keys.key[acct_pool];
    if (m->stage != MARKET_CACHE_READY || m->venue != venue) return NULL;
    return key_is_none(pool) || key_equal(pool, own) ? &m->market : NULL;
}

struct market_cache_market *market_cache_next(struct market_cache *w, uint64_t now_ms)
{
    const struct table *t = const_table_of(w);
    if (!w->most) return NULL;
    struct market_cache_market *best = NULL;
    for (uint32_t row = table_oldest(t); row != TABLE_NONE; row = table_newer(t, row))
        if (w->market[row].stage == MARKET_CACHE_WANTED && w->market[row].next_ms <= now_ms)
            best = &w->market[row]; /* the last one wins: it traded last */
    if (best) best->stage = MARKET_CACHE_ASKING;
    return best;
}

/* Derive every address that a buy or a sale needs, so that an order derives none. */
static void derive(struct market *m)
{
    static const uint8_t sides[] = {side_buy, side_sell};
    const struct venue_ops *v = venue_of(m->venue.venue);
    struct plan p;
    for (size_t i = 0; i < COUNT_OF(sides); i++) {
        p.count = 0;
        if (v->build(&m->venue, sides[i], 1, 1, &p)) return;
    }
    (void)keyset_get(&m->venue.keys, acct_user_quote, side_buy);
}

void market_cache_read(struct market_cache *w, struct market_cache_market *m,
                       const struct venue_account *a, size_t n, uint64_t now_s, uint64_t slot,
                       uint64_t now_ms)
{
    bool more;
    (void)w;
    if (m->stage != MARKET_CACHE_ASKING) return; /* it changed meanwhile: the answer may be old */
    m->stage = MARKET_CACHE_WANTED;
    m->next_ms = now_ms + AGAIN_MS;
    if (++m->tries > TRIES) {
        m->stage = MARKET_CACHE_USELESS;
        return;
    }
    if (n == 0) return;
    enum failure bad = live_market_read(&m->market, a, n, now_s, slot, &more);
    if (bad || more) {
        m->next_ms = bad ? now_ms + AGAIN_MS : 0;
        return;
    }
    m->stage = MARKET_CACHE_READY;
    derive(&m->market);
    /* The answer may be older than the last trade that came while the market was read: the slot
     * decides. */
    if (m->has_last && m->last.slot > slot && !venue_follow(&m->market.venue, &m->last))
        m->stage = MARKET_CACHE_USELESS;
}
