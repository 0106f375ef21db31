/* warm.c - see warm.h. */
#include "execute/warm.h"

#include <string.h>

#include "common/base/num.h"

#define AGAIN_MS 500u
#define TRIES 5u

static struct table *table_of(struct warm *w) { return (struct table *)(void *)w->table_words; }
static const struct table *const_table_of(const struct warm *w) { return (const struct table *)(const void *)w->table_words; }

void warm_init(struct warm *w, const struct key *wallet, uint32_t most)
{
    w->wallet = *wallet;
    w->most = most < WARM_MARKETS ? most : WARM_MARKETS;
    if (w->most) table_init(table_of(w), w->most);
}

/* Can a venue's market be kept up to date by trades alone? */
static bool can_follow(uint8_t venue)
{
    const struct venue_ops *v = venue_of(venue);
    return v && v->reprice && v->accounts;
}

static struct warm_market *row_of(struct warm *w, const struct key *mint)
{
    bool added;
    uint32_t row = table_claim(table_of(w), mint->b, &added);
    if (added) w->market[row].stage = WARM_FREE;
    return &w->market[row];
}

/* Read this market (again) when there is time. */
static void want(struct warm *w, struct warm_market *m, uint8_t venue, const struct key *mint, const struct key *pool)
{
    m->venue = venue, m->next_ms = 0, m->tries = 0, m->has_last = false;
    m->stage = market_begin(&m->market, venue, &w->wallet, mint, pool) ? WARM_WANTED : WARM_USELESS;
}

void warm_trade(struct warm *w, const struct rec_trade *t)
{
    if (!w->most || !can_follow(t->venue) || !key_is_none(&t->quote_mint)) return;
    struct warm_market *m = row_of(w, &t->mint);
    if (m->stage == WARM_FREE || m->venue != t->venue) want(w, m, t->venue, &t->mint, &t->pool);
    if (m->stage == WARM_READY && !venue_follow(&m->market.venue, t)) m->stage = WARM_USELESS;
    if (m->stage == WARM_WANTED || m->stage == WARM_ASKING) m->last = *t, m->has_last = true;
}

void warm_pool(struct warm *w, const struct rec_pool *p)
{
    if (!w->most || !can_follow(p->venue) || !key_is_none(&p->quote_mint)) return;
    struct warm_market *m = row_of(w, &p->mint);
    want(w, m, p->venue, &p->mint, &p->pool); /* whatever happened to it: its flags, liquidity or place may be new */
}

void warm_fill(struct warm *w, const struct rec_fill *f)
{
    uint32_t row = w->most ? table_find(const_table_of(w), f->mint.b) : TABLE_NONE;
    if (row == TABLE_NONE || f->status != order_status_landed) return;
    struct market *m = &w->market[row].market;
    m->held_raw = f->side == side_buy ? add_sat_u64(m->held_raw, f->base_raw) : sub_sat_u64(m->held_raw, f->base_raw);
}

const struct market *warm_get(const struct warm *w, uint8_t venue, const struct key *mint, const struct key *pool)
{
    uint32_t row = w->most ? table_find(const_table_of(w), mint->b) : TABLE_NONE;
    if (row == TABLE_NONE) return NULL;
    const struct warm_market *m = &w->market[row];
    const struct key *own = &m->market.venue.keys.key[part_pool];
    if (m->stage != WARM_READY || m->venue != venue) return NULL;
    return key_is_none(pool) || key_equal(pool, own) ? &m->market : NULL;
}

struct warm_market *warm_next(struct warm *w, uint64_t now_ms)
{
    const struct table *t = const_table_of(w);
    if (!w->most) return NULL;
    struct warm_market *best = NULL;
    for (uint32_t row = table_oldest(t); row != TABLE_NONE; row = table_newer(t, row))
        if (w->market[row].stage == WARM_WANTED && w->market[row].next_ms <= now_ms) best = &w->market[row]; /* the one that traded last */
    if (best) best->stage = WARM_ASKING;
    return best;
}

/* Derive every address that a buy or a sale wants, once: at the order it takes no time. */
static void derive(struct market *m)
{
    static const uint8_t sides[] = {side_buy, side_sell};
    const struct venue_ops *v = venue_of(m->venue.venue);
    struct plan p;
    for (size_t i = 0; i < COUNT_OF(sides); i++) {
        p.count = 0;
        if (v->build(&m->venue, sides[i], 1, 1, &p)) return;
    }
    (void)keyset_get(&m->venue.keys, part_user_quote, side_buy);
}

void warm_read(struct warm *w, struct warm_market *m, const struct venue_account *a, size_t n, uint64_t now_s, uint64_t slot, uint64_t now_ms)
{
    bool more;
    (void)w;
    if (m->stage != WARM_ASKING) return; /* it changed meanwhile: what was read may be old */
    m->stage = WARM_WANTED, m->next_ms = now_ms + AGAIN_MS;
    if (++m->tries > TRIES) { m->stage = WARM_USELESS; return; }
    if (n == 0) return;
    enum failure bad = market_read(&m->market, a, n, now_s, slot, &more);
    if (bad || more) { m->next_ms = bad ? now_ms + AGAIN_MS : 0; return; }
    m->stage = WARM_READY;
    derive(&m->market);
    /* Trades that came by while it was being read: what the node said may be older than the last of them, or newer: by slot. */
    if (m->has_last && m->last.slot > slot && !venue_follow(&m->market.venue, &m->last)) m->stage = WARM_USELESS;
}
