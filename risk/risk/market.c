/* market.c - the pools that risk prices with: the recorded market, and the same pool with our own
 * trades in it. */
#include <string.h>

#include "risk/risk/risk_internal.h"

uint32_t risk_pool_row(struct risk_state *s, const struct key *pool, const struct key *mint)
{
    bool added;
    struct table *t = (struct table *)(void *)s->table_words;
    const struct key *k = key_is_none(pool) ? mint : pool;
    uint32_t row = table_add(t, k->b, &added);
    if (row == TABLE_NONE) {
        uint32_t old = table_oldest(t);
        while (old != TABLE_NONE && s->pool[old].held) old = table_newer(t, old);
        if (old == TABLE_NONE) return TABLE_NONE;
        table_remove(t, old);
        row = table_add(t, k->b, &added);
    }
    if (added) memset(&s->pool[row], 0, sizeof s->pool[row]);
    return row;
}

/* The token migrated to this pool: from now on its positions are priced and sold here. */
static void migrate(struct risk_state *s, const struct rec_pool *r, uint32_t row)
{
    for (uint32_t i = 0; i < RISK_POSITIONS; i++) {
        struct risk_position *p = &s->position[i];
        if (p->state == POSITION_FREE || !key_equal(&p->mint, &r->mint) || p->pool_row == row)
            continue;
        if (s->pool[p->pool_row].held) s->pool[p->pool_row].held--;
        s->pool[row].held++;
        p->pool_row = row;
        p->pool = r->pool;
        p->venue = r->venue;
        p->entry_quote_reserve = r->quote_reserve_raw;
    }
}

void risk_market_pool(struct risk_state *s, const struct rec_pool *r)
{
    if (!key_is_none(&r->quote_mint)) return; /* not quoted in SOL */
    uint32_t row = risk_pool_row(s, &r->pool, &r->mint);
    if (row == TABLE_NONE) return;
    carry_pool(&s->pool[row].carry, r);
    if (r->event == pool_event_migrated) migrate(s, r, row);
}

void risk_market_trade(struct risk_state *s, const struct rec_trade *r)
{
    if (!key_is_none(&r->quote_mint)) return;
    uint32_t row = risk_pool_row(s, &r->pool, &r->mint);
    if (row != TABLE_NONE) carry_trade(&s->pool[row].carry, r);
}
