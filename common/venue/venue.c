/* venue.c - the table of venues, and what their files share. See venue.h. */
#include "common/venue/venue.h"

#include <string.h>

static const struct venue_ops *const rows[] = {
    [venue_pump] = &venue_row_pump, [venue_pumpswap] = &venue_row_pump_swap, [venue_raydium_v4] = &venue_row_raydium_v4, [venue_raydium_cpmm] = &venue_row_raydium_cpmm,
    [venue_launchlab] = &venue_row_launchlab, [venue_dbc] = &venue_row_dbc,
    [venue_whirlpool] = &venue_row_whirlpool,
    [venue_openbook] = &venue_row_openbook,
    [venue_damm_v2] = &venue_row_damm_v2,
    [venue_dlmm] = &venue_row_dlmm,
};

const struct venue_ops *venue_of(uint8_t venue) { return venue < COUNT_OF(rows) ? rows[venue] : NULL; }

const struct venue_ops *venue_of_program(const struct key *program)
{
    enum address a = address_of(program);
    for (size_t i = 0; i < COUNT_OF(rows) && a != ADDRESS_COUNT; i++)
        if (rows[i] && rows[i]->program == a) return rows[i];
    return NULL;
}

void venue_begin(struct venue_market *m, uint8_t venue, const struct key *user, const struct key *mint, const struct key *pool)
{
    m->venue = venue;
    m->pool.venue = venue;
    keyset_set(&m->keys, part_user, user);
    keyset_set(&m->keys, part_base_mint, mint);
    keyset_set(&m->keys, part_quote_mint, address_key(address_native_mint));
    keyset_set(&m->keys, part_quote_program, address_key(address_token));
    if (!key_is_none(pool)) keyset_set(&m->keys, part_pool, pool);
}

void venue_give(struct venue_market *m, enum part part, const uint8_t *bytes)
{
    struct key k;
    memcpy(k.b, bytes, 32);
    keyset_set(&m->keys, part, &k);
}

bool venue_account_is(const struct venue_account *a, enum address program, size_t n) { return a->exists && address_is(&a->owner, program) && a->n >= n; }

bool venue_balance(const struct venue_account *a, uint64_t *amount_raw)
{
    struct token_account t;
    if (!a->exists || (!address_is(&a->owner, address_token) && !address_is(&a->owner, address_token_2022)) || token_account_read(a->data, a->n, &t)) return false;
    *amount_raw = t.amount_raw;
    return true;
}

bool venue_sides(struct venue_market *m, const uint8_t *mint_a, const uint8_t *mint_b, bool *base_is_a)
{
    const struct key *base = keyset_get(&m->keys, part_base_mint, side_buy), *quote = keyset_get(&m->keys, part_quote_mint, side_buy);
    if (!base || !quote) return false;
    *base_is_a = memcmp(mint_a, base->b, 32) == 0;
    return memcmp(*base_is_a ? mint_a : mint_b, base->b, 32) == 0 && memcmp(*base_is_a ? mint_b : mint_a, quote->b, 32) == 0;
}

bool venue_programs(struct venue_market *m, bool base_is_a, bool a_is_2022, bool b_is_2022)
{
    const struct key *base = keyset_get(&m->keys, part_base_program, side_buy), *quote = keyset_get(&m->keys, part_quote_program, side_buy);
    if (!base || !quote) return false;
    const struct key *a = base_is_a ? base : quote, *b = base_is_a ? quote : base;
    keyset_set(&m->keys, part_program_a, a), keyset_set(&m->keys, part_program_b, b);
    return a_is_2022 == address_is(a, address_token_2022) && b_is_2022 == address_is(b, address_token_2022);
}

enum failure venue_quote_amm(const struct venue_market *m, uint8_t side, uint64_t in_raw, struct amm_swap *s)
{
    struct amm_fees f = m->fees_known ? m->fees : amm_fees_at(&m->pool, m->now_s * NS_PER_S);
    return side == side_buy ? amm_buy_in(&m->pool, f, in_raw, s) : amm_sell_in(&m->pool, f, in_raw, s);
}

const char *venue_add(struct venue_market *m, enum layout_id id, uint8_t side, uint64_t first, uint64_t second, struct plan *p)
{
    return layout_write(id, &m->keys, side, first, second, plan_add(p, address_key(address_system)));
}

bool venue_follow(struct venue_market *m, const struct rec_trade *t)
{
    const struct venue_ops *v = venue_of(m->venue);
    if (!v || !v->reprice || t->venue != m->venue || t->flags & TRADE_INFERRED || t->base_reserve_raw == 0 || t->quote_reserve_raw == 0) return false;
    uint8_t has_creator = m->pool.has_creator;
    if (!(t->flags & TRADE_FAILED)) amm_observe(&m->pool, t);
    m->pool.has_creator = has_creator;
    v->reprice(m);
    return true;
}
