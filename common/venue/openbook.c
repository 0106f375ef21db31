/* openbook.c - OpenBook v1 as a venue: a swap is an order that takes what the book has at once,
 * settled in the same transaction:
 *   [create the open orders account of the wallet, when it has none]
 *   new_order_v3 (immediate or cancel)   settle_funds   [a floor under the output]
 * send_take would need no open orders, but the program does not implement it. new_order_v3 has a
 * worst price and no least output. So the floor is a transfer of the least balance from the output
 * account to itself: it moves nothing, and fails with the whole transaction when less is there.
 *
 * An order that reaches its limit of matches rests in the book, immediate or not: always ask for
 * 65,535. A taker's order keeps one of 128 places until the event queue is consumed. The first one
 * deposits 23,357,760 lamports of rent. No event is read: the program logs fills only when its
 * queue is consumed, later and by others. Must not: send transactions. */
#include <string.h>

#include "common/base/num.h"
#include "common/venue/book.h"
#include "common/venue/venue.h"

#define UNITS                                                                                   \
    65000u /* upper bound of compute units; measured on the program: 34,000 to 60,000, and some \
              2,700 a resting order */
#define UNITS_ORDER 2800u
#define ORDER_LIMIT \
    65535u /* orders that the program may match; at its limit the rest would rest in the book */

enum { IMMEDIATE_OR_CANCEL = 1, ABORT_ON_SELF_TRADE = 2 };

struct depth {
    struct book_depth book;
    bool coin_is_base, has_orders;
    uint64_t held_raw[3]; /* by side: what the output account holds before */
};
_Static_assert(sizeof(struct depth) <= VENUE_SPACE, "the book fits a market's space");

static struct depth *depth_of(struct venue_market *m) { return (struct depth *)(void *)m->space; }
static const struct depth *depth_seen(const struct venue_market *m)
{
    return (const struct depth *)(const void *)m->space;
}

/* ---- accounts ---- */

enum { BIDS, ASKS, ORDERS, BASE, QUOTE, COUNT };

static size_t accounts(struct venue_market *m, unsigned round, struct key keys[VENUE_ACCOUNTS])
{
    static const enum account_role wanted[COUNT] = {acct_bids, acct_asks, acct_open_orders,
                                                    acct_user_base, acct_user_quote};
    const struct key *market = keyset_get(&m->keys, acct_pool, side_buy);
    if (round == 0 && market) {
        keys[0] = *market;
        return 1;
    }
    if (round != 1) return 0;
    for (size_t i = 0; i < COUNT; i++) {
        const struct key *k = keyset_get(&m->keys, wanted[i], side_buy);
        if (!k) return 0;
        keys[i] = *k;
    }
    return COUNT;
}

/* The coin may be the token or what it is paid in. */
static bool orient(struct venue_market *m, const struct book_market *b)
{
    const struct key *base = keyset_get(&m->keys, acct_base_mint, side_buy),
                     *quote = keyset_get(&m->keys, acct_quote_mint, side_buy);
    bool as_base = key_equal(&b->coin_mint, base) && key_equal(&b->pc_mint, quote),
         as_quote = key_equal(&b->coin_mint, quote) && key_equal(&b->pc_mint, base);
    depth_of(m)->coin_is_base = as_base;
    m->by_lot = as_quote;
    return as_base || as_quote;
}

static bool set_keys(struct venue_market *m, const struct book_market *b)
{
    const struct key *user = keyset_get(&m->keys, acct_user, side_buy);
    struct key signer, orders;
    char seed[32];
    if (!book_vault_signer(&b->own, b->signer_nonce, address_key(address_openbook), &signer) ||
        !book_orders_address(user, &b->own, address_key(address_openbook), seed, &orders))
        return false;
    const struct {
        enum account_role role;
        const struct key *key;
    } parts[] = {{acct_market, &b->own},
                 {acct_request_queue, &b->requests},
                 {acct_event_queue, &b->events},
                 {acct_bids, &b->bids},
                 {acct_asks, &b->asks},
                 {acct_market_base_vault, &b->coin_vault},
                 {acct_market_quote_vault, &b->pc_vault},
                 {acct_coin_mint, &b->coin_mint},
                 {acct_pc_mint, &b->pc_mint},
                 {acct_market_signer, &signer},
                 {acct_open_orders, &orders}};
    for (size_t i = 0; i < COUNT_OF(parts); i++) keyset_set(&m->keys, parts[i].role, parts[i].key);
    return true;
}

/* The program takes SPL tokens only; a permissioned market needs a signature that we do not have.
 */
static enum failure read_head(struct venue_market *m, const struct venue_account *a)
{
    struct book_market b;
    struct depth *d = depth_of(m);
    const struct key *program = keyset_get(&m->keys, acct_base_program, side_buy),
                     *pool = keyset_get(&m->keys, acct_pool, side_buy);
    if (!venue_account_is(a, address_openbook, BOOK_MARKET_BYTES) ||
        book_market_read(a->data, a->n, &b))
        return failure_no_pool;
    if ((b.flags & (BOOK_DISABLED | BOOK_PERMISSIONED)) || !key_equal(&b.own, pool) || !program ||
        !address_is(program, address_token) || !orient(m, &b))
        return failure_no_pool;
    d->book.coin_lot_raw = b.coin_lot_raw;
    d->book.pc_lot_raw = b.pc_lot_raw;
    d->book.rate = book_taker_rate(book_is_stable(&b.own));
    return set_keys(m, &b) ? failure_none : failure_no_pool;
}

/* Keep the best orders of a side, up to an order of the wallet: meeting that one would abort ours.
 */
static bool read_side(struct depth *d, const struct venue_account *a, uint8_t side,
                      const struct key *own)
{
    struct book_walk w;
    struct book_order o;
    if (!a->exists || !address_is(&a->owner, address_openbook)) return false;
    for (book_begin(&w, a->data, a->n, side); book_next(&w, &o);) {
        if (d->book.cut[side]) continue; /* the rest is only checked */
        d->book.cut[side] = key_equal(&o.owner, own)             ? BOOK_CUT_OWN
                            : d->book.count[side] == BOOK_LEVELS ? BOOK_CUT_FULL
                                                                 : BOOK_CUT_NOT;
        if (d->book.cut[side])
            d->book.cut_lots[side] = o.price_lots;
        else
            d->book.level[side][d->book.count[side]++] =
                (struct book_level){o.price_lots, o.coin_lots};
    }
    return w.why == NULL;
}

static bool read_held(const struct venue_account *a, uint64_t *held)
{
    *held = 0;
    return !a->exists || venue_balance(a, held);
}

static enum failure read_orders(struct venue_market *m, const struct venue_account *a)
{
    struct book_slots s;
    struct depth *d = depth_of(m);
    d->has_orders = a->exists;
    m->rent_lamports = a->exists ? 0 : RENT_LAMPORTS(BOOK_ORDERS_BYTES);
    if (!a->exists) return failure_none;
    bool blank =
        a->n == BOOK_ORDERS_BYTES &&
        load_u64(a->data + 5) == 0; /* created, not used yet: the first order initialises it */
    if (!address_is(&a->owner, address_openbook)) return failure_no_pool;
    if (blank) return failure_none;
    if (book_slots_read(a->data, a->n, &s) ||
        !key_equal(&s.market, keyset_get(&m->keys, acct_market, side_buy)) ||
        !key_equal(&s.owner, keyset_get(&m->keys, acct_user, side_buy)))
        return failure_no_pool;
    return s.free_count ? failure_none : failure_capacity;
}

/* The price of a small swap: halfway between best bid and best ask, or the one that exists. */
static bool price(struct venue_market *m)
{
    const struct depth *d = depth_seen(m);
    uint64_t bid = d->book.count[BOOK_BID] ? d->book.level[BOOK_BID][0].price_lots : 0,
             ask = d->book.count[BOOK_ASK] ? d->book.level[BOOK_ASK][0].price_lots : bid, both, pc,
             coin;
    if (!add_u64(bid ? bid : ask, ask, &both) || !mul_u64(both, d->book.pc_lot_raw, &pc) ||
        !mul_u64(2, d->book.coin_lot_raw, &coin))
        return false;
    m->pool.base_reserve_raw = m->pool.base_real_raw = d->coin_is_base ? coin : pc;
    m->pool.quote_reserve_raw = m->pool.quote_real_raw = d->coin_is_base ? pc : coin;
    return true;
}

static enum failure read_book(struct venue_market *m, const struct venue_account *a)
{
    struct depth *d = depth_of(m);
    const struct key *own = keyset_get(&m->keys, acct_open_orders, side_buy);
    memset(d->book.count, 0, sizeof d->book.count);
    memset(d->book.cut, 0, sizeof d->book.cut);
    if (!read_side(d, &a[BIDS], BOOK_BID, own) || !read_side(d, &a[ASKS], BOOK_ASK, own))
        return failure_no_pool;
    if (!read_held(&a[BASE], &d->held_raw[side_buy]) ||
        !read_held(&a[QUOTE], &d->held_raw[side_sell]))
        return failure_no_pool;
    enum failure bad = read_orders(m, &a[ORDERS]);
    return bad ? bad : price(m) ? failure_none : failure_math;
}

static enum failure read_market(struct venue_market *m, unsigned round,
                                const struct venue_account *a, size_t n)
{
    if (round == 0) return n >= 1 ? read_head(m, &a[0]) : failure_no_pool;
    return round == 1 && n >= COUNT ? read_book(m, a) : failure_no_pool;
}

/* ---- quotes ---- */

/* The side of the order for a swap of this side of the token. */
static uint8_t book_side_of(const struct depth *d, uint8_t side)
{
    return (side == side_buy) == d->coin_is_base ? BOOK_BID : BOOK_ASK;
}

static enum failure quote(const struct venue_market *m, uint8_t side, uint64_t in_raw,
                          struct amm_swap *s)
{
    const struct depth *d = depth_seen(m);
    uint8_t order = book_side_of(d, side);
    struct book_fill f;
    uint64_t coin, with_fee, net;
    memset(s, 0, sizeof *s);
    enum failure bad = book_match(&d->book, order, in_raw, &f);
    if (bad) return bad;
    if (!mul_u64(f.coin_lots, d->book.coin_lot_raw, &coin) ||
        !add_u64(f.pc_raw, f.fee_raw, &with_fee) || !sub_u64(f.pc_raw, f.fee_raw, &net))
        return failure_math;
    s->compute_units = UNITS + UNITS_ORDER * f.orders;
    s->in_raw = order == BOOK_BID ? with_fee : coin;
    s->out_raw = order == BOOK_BID ? coin : net;
    s->base_raw = side == side_buy ? s->out_raw : s->in_raw;
    s->quote_raw = d->coin_is_base ? f.pc_raw : coin;
    if (d->coin_is_base)
        s->protocol_fee_raw = f.fee_raw; /* else the fee is in tokens, and in base_raw */
    return s->out_raw ? failure_none : failure_math;
}

/* ---- the instructions ---- */

/* Create the open orders account of the wallet at the address where other clients look for it. */
static bool make_orders(struct venue_market *m, struct plan *p)
{
    const struct key *user = keyset_get(&m->keys, acct_user, side_buy),
                     *market = keyset_get(&m->keys, acct_market, side_buy),
                     *program = address_key(address_openbook);
    char seed[32];
    struct key orders;
    if (!book_orders_address(user, market, program, seed, &orders)) return false;
    struct ix *x = plan_add(p, address_key(address_system));
    ix_u32(x, 3);
    ix_bytes(x, user->b, 32);
    ix_u64(x, sizeof seed);
    ix_bytes(x, seed, sizeof seed);
    ix_u64(x, RENT_LAMPORTS(BOOK_ORDERS_BYTES));
    ix_u64(x, BOOK_ORDERS_BYTES);
    ix_bytes(x, program->b, 32);
    ix_account(x, user, ACCOUNT_SIGNER | ACCOUNT_WRITABLE);
    ix_account(x, &orders, ACCOUNT_WRITABLE);
    return true;
}

/* The worst price that the order may take: that of the quote, plus the room that the limit leaves
 * below the output of the quote. */
static uint64_t worst_price(uint8_t order, const struct book_fill *f, const struct amm_swap *s,
                            uint64_t limit_raw)
{
    uint64_t out = limit_raw < s->out_raw ? limit_raw : s->out_raw, v;
    if (order == BOOK_BID)
        return out && muldiv_ceil(f->worst_lots, s->out_raw, out, &v) ? v : UINT64_MAX;
    return muldiv_floor(f->worst_lots, out, s->out_raw, &v) && v ? v : 1;
}

static const char *add_order(struct venue_market *m, uint8_t order, uint64_t price_lots,
                             uint64_t in_raw, struct plan *p)
{
    const struct depth *d = depth_seen(m);
    struct ix *x = plan_add(p, address_key(address_openbook));
    layout_begin(layout_openbook_new_order_v3, x);
    ix_u32(x, order);
    ix_u64(x, price_lots);
    ix_u64(x, order == BOOK_BID ? UINT64_MAX : in_raw / d->book.coin_lot_raw);
    ix_u64(x, order == BOOK_BID ? in_raw : UINT64_MAX);
    ix_u32(x, ABORT_ON_SELF_TRADE);
    ix_u32(x, IMMEDIATE_OR_CANCEL);
    ix_u64(x, 0);
    ix_u16(x, ORDER_LIMIT);
    return layout_accounts(layout_openbook_new_order_v3, &m->keys,
                           order == BOOK_BID ? side_buy : side_sell, x);
}

static const char *add_settlement(struct venue_market *m, struct plan *p)
{
    struct ix *x = plan_add(p, address_key(address_openbook));
    layout_begin(layout_openbook_settle_funds, x);
    return layout_accounts(layout_openbook_settle_funds, &m->keys, side_buy, x);
}

static const char *add_floor(struct venue_market *m, uint8_t side, uint64_t limit_raw,
                             struct plan *p)
{
    uint64_t least;
    const struct key *account = keyset_get(&m->keys, acct_user_out, side);
    if (!account || !add_u64(depth_seen(m)->held_raw[side], limit_raw, &least)) return "user_out";
    struct ix *x = plan_add(p, address_key(address_token));
    ix_u8(x, 3);
    ix_u64(x, least);
    ix_account(x, account, ACCOUNT_WRITABLE);
    ix_account(x, account, ACCOUNT_WRITABLE);
    ix_account(x, keyset_get(&m->keys, acct_user, side), ACCOUNT_SIGNER);
    return NULL;
}

static const char *build(struct venue_market *m, uint8_t side, uint64_t in_raw, uint64_t limit_raw,
                         struct plan *p)
{
    struct depth *d = depth_of(m);
    uint8_t order = book_side_of(d, side);
    struct book_fill f;
    struct amm_swap s;
    if (quote(m, side, in_raw, &s) || book_match(&d->book, order, in_raw, &f)) return "pool";
    if (!d->has_orders && !make_orders(m, p)) return "open_orders";
    const char *missing = add_order(m, order, worst_price(order, &f, &s, limit_raw), in_raw, p);
    if (!missing) missing = add_settlement(m, p);
    return missing ? missing : add_floor(m, side, limit_raw, p);
}

/* 1 is an error of the token program at the floor: less than the limit came. Numbers above 2^24 are
 * places in the source of the program. */
static const struct venue_error errors[] = {
    {1, failure_slippage, NULL},
    {34, failure_funds, "the wallet holds less than the order takes"},
    {42, failure_capacity, "all 128 places of the open orders wait for the event queue"},
    {0}};

const struct venue_ops venue_row_openbook = {.venue = venue_openbook,
                                             .program = address_openbook,
                                             .nameless = true,
                                             .accounts = accounts,
                                             .read = read_market,
                                             .quote = quote,
                                             .build = build,
                                             .error = errors};
