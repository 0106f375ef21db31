/* venue.c - the table of venues, and what their files share. See venue.h. */
#include "common/venue/venue.h"

#include <string.h>

#include "common/base/num.h"

const struct venue_ops *const venue_rows[VENUE_NUMBERS] = {
#define VENUE(name, number, doc) [venue_##name] = &venue_row_##name,
#include "venues.def"
};

const uint8_t venue_by_program[ADDRESS_COUNT + 1] = {
#define PROGRAM(venue, program) [address_##program] = venue_##venue,
#include "venues.def"
};

static const char *const elsewhere[ADDRESS_COUNT + 1] = {
#define ELSEWHERE(program, why) [address_##program] = why,
#include "venues.def"
};

const uint8_t venue_layout_terms[LAYOUT_COUNT] = {
#define SWAP(layout, terms) [layout_##layout] = VENUE_##terms,
#include "venues.def"
};

const char *venue_elsewhere(enum address program) { return elsewhere[program]; }

const struct venue_ops *venue_of_program(const struct key *program)
{
    return venue_of(venue_at(address_of(program)));
}

static const bool creates[LAYOUT_COUNT] = {
#define CREATES(layout) [layout_##layout] = true,
#include "venues.def"
};

bool venue_creates(const struct layout *l) { return creates[l - layout_of((enum layout_id)0)]; }

static const struct venue_error *error_of(const struct venue_ops *v, uint32_t number)
{
    const struct venue_error *e = v ? v->error : NULL;
    while (e && e->number && e->number != number) e++;
    return e && e->number ? e : NULL;
}

enum failure venue_failure(const struct venue_ops *v, uint32_t number)
{
    const struct venue_error *e = error_of(v, number);
    return e ? (enum failure)e->failure : failure_congestion;
}

const char *venue_error_text(const struct venue_ops *v, uint32_t number)
{
    const struct venue_error *e = error_of(v, number);
    return e ? e->text : NULL;
}

void venue_begin(struct venue_market *m, uint8_t venue, const struct key *user,
                 const struct key *mint, const struct key *pool)
{
    m->venue = venue;
    m->pool.venue = venue;
    keyset_set(&m->keys, acct_user, user);
    keyset_set(&m->keys, acct_base_mint, mint);
    keyset_set(&m->keys, acct_quote_mint, address_key(address_native_mint));
    keyset_set(&m->keys, acct_quote_program, address_key(address_token));
    if (!key_is_none(pool)) keyset_set(&m->keys, acct_pool, pool);
}

void venue_give(struct venue_market *m, enum account_role role, const uint8_t *bytes)
{
    struct key k;
    memcpy(k.b, bytes, 32);
    keyset_set(&m->keys, role, &k);
}

bool venue_account_is(const struct venue_account *a, enum address program, size_t n)
{
    return a->exists && address_is(&a->owner, program) && a->n >= n;
}

bool venue_balance(const struct venue_account *a, uint64_t *amount_raw)
{
    struct token_account t;
    if (!a->exists ||
        (!address_is(&a->owner, address_token) && !address_is(&a->owner, address_token_2022)) ||
        token_account_read(a->data, a->n, &t))
        return false;
    *amount_raw = t.amount_raw;
    return true;
}

bool venue_sides(struct venue_market *m, const uint8_t *mint_a, const uint8_t *mint_b,
                 bool *base_is_a)
{
    const struct key *base = keyset_get(&m->keys, acct_base_mint, side_buy),
                     *quote = keyset_get(&m->keys, acct_quote_mint, side_buy);
    if (!base || !quote) return false;
    *base_is_a = memcmp(mint_a, base->b, 32) == 0;
    return memcmp(*base_is_a ? mint_a : mint_b, base->b, 32) == 0 &&
           memcmp(*base_is_a ? mint_b : mint_a, quote->b, 32) == 0;
}

bool venue_programs(struct venue_market *m, bool base_is_a, bool a_is_2022, bool b_is_2022)
{
    const struct key *base = keyset_get(&m->keys, acct_base_program, side_buy),
                     *quote = keyset_get(&m->keys, acct_quote_program, side_buy);
    if (!base || !quote) return false;
    const struct key *a = base_is_a ? base : quote, *b = base_is_a ? quote : base;
    keyset_set(&m->keys, acct_program_a, a);
    keyset_set(&m->keys, acct_program_b, b);
    return a_is_2022 == address_is(a, address_token_2022) &&
           b_is_2022 == address_is(b, address_token_2022);
}

enum failure venue_quote_amm(const struct venue_market *m, uint8_t side, uint64_t in_raw,
                             struct amm_swap *s)
{
    struct amm_fees f = m->fees_known ? m->fees : amm_fees_at(&m->pool, m->now_s * NS_PER_S);
    return side == side_buy ? amm_buy_in(&m->pool, f, in_raw, s)
                            : amm_sell_in(&m->pool, f, in_raw, s);
}

bool venue_arrives(const struct venue_market *m, uint64_t amount_raw, uint64_t *left_raw)
{
    return sub_u64(amount_raw, token_transfer_fee(&m->mint, m->epoch, amount_raw), left_raw);
}

/* Only the token can have a transfer fee: the quote is wrapped SOL. */
bool venue_reaches(const struct venue_market *m, uint8_t side, uint64_t in_raw,
                   uint64_t *in_pool_raw)
{
    if (side == side_sell) return venue_arrives(m, in_raw, in_pool_raw);
    *in_pool_raw = in_raw;
    return true;
}

enum failure venue_swapped(const struct venue_market *m, uint8_t side, uint64_t in_raw,
                           struct venue_gives g, struct amm_swap *s)
{
    bool buy = side == side_buy, fee_in_quote = buy == g.fee_on_input;
    uint64_t fees = 0, out = g.out_raw, quote;
    if (buy && !venue_arrives(m, g.out_raw, &out)) return failure_math;
    if (fee_in_quote && !add_u64(g.lp_fee_raw, g.protocol_fee_raw, &fees)) return failure_math;
    if (out == 0 || !(buy ? sub_u64(in_raw, fees, &quote) : add_u64(out, fees, &quote)))
        return failure_math;
    s->in_raw = in_raw;
    s->out_raw = out;
    s->base_raw = buy ? out : in_raw;
    s->quote_raw = quote;
    if (fee_in_quote) {
        s->lp_fee_raw = g.lp_fee_raw;
        s->protocol_fee_raw = g.protocol_fee_raw;
    }
    return failure_none;
}

const char *venue_add(struct venue_market *m, enum layout_id id, uint8_t side, uint64_t first,
                      uint64_t second, struct plan *p)
{
    return layout_write(id, &m->keys, side, first, second,
                        plan_add(p, address_key(address_system)));
}

bool venue_follow(struct venue_market *m, const struct rec_trade *t)
{
    const struct venue_ops *v = venue_of(m->venue);
    if (!v || !v->reprice || t->venue != m->venue || t->flags & TRADE_INFERRED ||
        t->base_reserve_raw == 0 || t->quote_reserve_raw == 0)
        return false;
    uint8_t has_creator = m->pool.has_creator;
    if (!(t->flags & TRADE_FAILED)) amm_observe(&m->pool, t);
    m->pool.has_creator = has_creator;
    v->reprice(m);
    return true;
}
