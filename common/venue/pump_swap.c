/* pump_swap.c - PumpSwap: its accounts, instructions and events. Pricing uses the quote vault plus
 * the virtual reserves of the pool. Layouts: pump-swap-sdk 1.20.0, September 2026. Must not: send
 * transactions. */
#include <string.h>

#include "common/base/num.h"
#include "common/sol/pda.h"
#include "common/venue/account.h"
#include "common/venue/pump.h"

static const uint8_t none[32];

enum { POOL, CONFIG, FEES, QUOTE, BASE, BASE_2022, COUNT };

/* The pool that the order names, or the canonical pool of its mint. */
static const struct key *pool_of(struct venue_market *m)
{
    const struct key *k = keyset_get(&m->keys, acct_pool, side_buy);
    if (k || !(k = keyset_get(&m->keys, acct_canonical_pool, side_buy))) return k;
    keyset_set(&m->keys, acct_pool, k);
    return k;
}

static size_t accounts(struct venue_market *m, unsigned round, struct key keys[VENUE_ACCOUNTS])
{
    const struct key *pool = round == 0 ? pool_of(m) : NULL,
                     *mint = keyset_get(&m->keys, acct_base_mint, side_buy),
                     *token = address_key(address_token);
    if (!pool || !mint) return 0;
    keys[POOL] = *pool;
    keys[CONFIG] = *address_key(address_pump_swap_config);
    keys[FEES] = *address_key(address_pump_swap_fee_config);
    bool good = pda_token_account(pool, token, mint, &keys[BASE]) &&
                pda_token_account(pool, address_key(address_token_2022), mint, &keys[BASE_2022]);
    return good && pda_token_account(pool, token, address_key(address_native_mint), &keys[QUOTE])
               ? COUNT
               : 0;
}

static bool is_canonical(struct venue_market *m, const uint8_t *pool)
{
    const struct key *authority = keyset_get(&m->keys, acct_pool_authority, side_buy);
    return authority && FIELD_u16(pool, pump_swap_pool_index) == 0 &&
           memcmp(FIELD_key(pool, pump_swap_pool_creator), authority->b, 32) == 0;
}

static bool read_reserves(struct venue_market *m, const struct venue_account *p, uint64_t base,
                          uint64_t quote)
{
    i128 boost = p->n >= 261 ? (i128)FIELD_u128(p->data, pump_swap_pool_virtual_quote_reserves) : 0,
         priced;
    if (__builtin_add_overflow((i128)quote, boost, &priced) || priced <= 0 || priced > UINT64_MAX)
        return false;
    m->pool.base_reserve_raw = m->pool.base_real_raw = base;
    m->pool.quote_reserve_raw = (uint64_t)priced;
    m->pool.quote_real_raw = quote;
    return true;
}

static enum failure read_market(struct venue_market *m, unsigned round,
                                const struct venue_account *a, size_t n)
{
    const struct venue_account *p = &a[POOL], *g = &a[CONFIG];
    if (round || n < COUNT || !venue_account_is(p, address_pump_swap, 211) ||
        !venue_account_is(g, address_pump_swap, 899))
        return failure_no_pool;
    const struct key *mint = keyset_get(&m->keys, acct_base_mint, side_buy),
                     *program = keyset_get(&m->keys, acct_base_program, side_buy);
    if (memcmp(FIELD_key(p->data, pump_swap_pool_base_mint), mint->b, 32) != 0 ||
        memcmp(FIELD_key(p->data, pump_swap_pool_quote_mint), address_key(address_native_mint)->b,
               32) != 0)
        return failure_no_pool;
    uint64_t base, quote;
    if (!program ||
        !venue_balance(&a[address_is(program, address_token_2022) ? BASE_2022 : BASE], &base) ||
        !venue_balance(&a[QUOTE], &quote))
        return failure_no_pool;
    if (!read_reserves(m, p, base, quote)) return failure_math;
    const uint8_t *creator = p->n >= 243 ? FIELD_key(p->data, pump_swap_pool_coin_creator) : none;
    m->pool.has_creator = memcmp(creator, none, 32) != 0;
    m->pool.mayhem = p->n > 243 && FIELD_u8(p->data, pump_swap_pool_is_mayhem_mode);
    m->pool.supply_raw = m->mint.supply_raw;
    m->keys.pool_is =
        (uint8_t)((p->n > 244 && FIELD_u8(p->data, pump_swap_pool_is_cashback_coin) ? POOL_cashback
                                                                                    : 0) |
                  (m->pool.has_creator ? POOL_has_creator : 0));
    venue_give(m, acct_base_vault, FIELD_key(p->data, pump_swap_pool_pool_base_token_account));
    venue_give(m, acct_quote_vault, FIELD_key(p->data, pump_swap_pool_pool_quote_token_account));
    venue_give(m, acct_creator, creator);
    venue_give(m, acct_fee_recipient,
               m->pool.mayhem ? FIELD_key(g->data, pump_swap_config_reserved_fee_recipient)
                              : FIELD_list(g->data, pump_swap_config_protocol_fee_recipients));
    venue_give(m, acct_buyback_recipient,
               FIELD_list(g->data, pump_swap_config_buyback_fee_recipients));
    pump_fees_read(m, &a[FEES], is_canonical(m, p->data),
                   p->n >= 269 && g->n > 940 &&
                           FIELD_u8(g->data, pump_swap_config_creator_fee_configurable)
                       ? FIELD_u64(p->data, pump_swap_pool_creator_fee_bps)
                       : 0);
    return failure_none;
}

static const char *build(struct venue_market *m, uint8_t side, uint64_t in_raw, uint64_t limit_raw,
                         struct plan *p)
{
    return venue_add(m, side == side_buy ? layout_pump_swap_buy_in : layout_pump_swap_sell, side,
                     in_raw, limit_raw, p);
}

static const struct venue_error errors[] = {
    {6004, failure_slippage, "the price has moved beyond the limit"},
    {6016, failure_congestion, "the pool does not have that many tokens"},
    {6020, failure_congestion, "buys are disabled"},
    {6021, failure_congestion, "sales are disabled"},
    {6040, failure_slippage, "fewer tokens would come than the limit asks for"},
    {6044, failure_congestion, "trailing accounts are missing"},
    {6063, failure_congestion, "the pool does not have that much SOL"},
    {0}};

static const uint16_t sizes[] = {211, 243, 244, 245, 261, 269, 270, 287, 300,
                                 301, 90,  106, 137, 544, 907, 940, 949, 0};

/* ---- events ---- */

/* Pricing reserves after a swap: vaults before it, the boost, and what moved (the pool keeps the LP
 * fee). */
static bool after(struct swap_event *e, uint64_t base_before, uint64_t quote_before, i128 boost)
{
    i128 quote, real;
    bool buy = e->side == side_buy;
    i128 moved =
        buy ? (i128)e->quote_raw + e->lp_fee_raw : (i128)e->lp_fee_raw - (i128)e->quote_raw;
    if (__builtin_add_overflow((i128)quote_before + moved, boost, &quote) || quote < 0 ||
        quote > UINT64_MAX)
        return false;
    e->quote_reserve_raw = (uint64_t)quote;
    real = (i128)quote_before + moved;
    e->quote_real_raw = real > 0 && real <= UINT64_MAX ? (uint64_t)real : 0;
    bool fits = buy ? sub_u64(base_before, e->base_raw, &e->base_reserve_raw)
                    : add_u64(base_before, e->base_raw, &e->base_reserve_raw);
    e->base_real_raw = e->base_reserve_raw;
    return fits;
}

static bool event(const uint8_t *data, size_t n, struct swap_event *e)
{
    static const uint8_t buy_event[8] = {0x67, 0xf4, 0x52, 0x1f, 0x2c, 0xf5, 0x77, 0x77},
                         sell_event[8] = {0x3e, 0x2f, 0x37, 0x0a, 0xa5, 0x03, 0xdc, 0x2a};
    bool buy = memcmp(data, buy_event, 8) == 0;
    struct event_cursor at = {data, n, 8}, *c = &at;
    if (n < 352 || (!buy && memcmp(data, sell_event, 8) != 0)) return false;
    e->venue = venue_pumpswap;
    e->side = buy ? side_buy : side_sell;
    e->time_s = (int64_t)event_u64(c);
    e->base_raw = event_u64(c);
    event_skip(c, 3 * 8);
    uint64_t base_before = event_u64(c), quote_before = event_u64(c), spend = event_u64(c), with_lp;
    e->quote_raw = spend;
    event_skip(c, 8);
    e->lp_fee_raw = event_u64(c);
    event_skip(c, 8);
    e->protocol_fee_raw = event_u64(c);
    with_lp = event_u64(c);
    e->user_quote_raw = event_u64(c);
    e->pool = event_key(c);
    e->user = event_key(c);
    event_skip(c, 4 * 32);
    e->creator = event_key(c);
    event_skip(c, 8);
    e->creator_fee_raw = event_u64(c);
    if (buy) {
        event_skip(c, 1 + 5 * 8);
        event_skip_text(c);
    }
    event_skip(c, 8);
    e->creator_fee_raw += event_u64(c);
    event_skip(c, 2 * 8);
    uint64_t low = event_u64(c), high = event_u64(c);
    i128 boost = (i128)((u128)low | (u128)high << 64);
    event_skip(c, 1 + 3 * 8);
    event_skip(c, 2 * 8);
    e->trailing = event_trailing(c);
    /* In an exact-quote buy the program writes the whole spend as quote_amount_in and the net as
     * user_quote_amount_in. The field with the LP fee is the net plus that fee in every kind of
     * buy. (Measured on the program: tests/venue/programs/test_decode.sh.) */
    if (buy && !sub_u64(with_lp, e->lp_fee_raw, &e->quote_raw)) return false;
    if (buy && spend > e->user_quote_raw) e->user_quote_raw = spend;
    return after(e, base_before, quote_before, boost);
}

/* ---- events of a pool ---- */

static i128 event_i128(struct event_cursor *c)
{
    uint64_t low = event_u64(c), high = event_u64(c);
    return (i128)((u128)low | (u128)high << 64);
}

static bool created(struct event_cursor *c, struct market_event *e)
{
    e->what = pool_event_created;
    event_skip(c, 8 + 2);
    e->user = event_key(c);
    e->mint = event_key(c);
    e->quote_mint = event_key(c);
    event_skip(c, 2 + 2 * 8);
    e->base_reserve_raw = e->base_real_raw = event_u64(c);
    e->quote_reserve_raw = e->quote_real_raw = event_u64(c);
    event_skip(c, 3 * 8 + 1);
    e->pool = event_key(c);
    event_skip(c, 3 * 32);
    e->creator = event_key(c);
    e->flags = event_u8(c) ? TOKEN_MAYHEM : 0;
    event_skip(
        c, 8 + 1 + 1); /* the coin's own creator fee, whether it may be changed, holder rewards */
    return true;
}

/* Liquidity: the vaults before it and what moved. The event does not show whether the pool has
 * virtual reserves, so the pricing reserves stay unknown. */
static bool moved(struct event_cursor *c, struct market_event *e, bool in)
{
    event_skip(c, 6 * 8);
    uint64_t base = event_u64(c), quote = event_u64(c), db = event_u64(c), dq = event_u64(c);
    event_skip(c, 8);
    e->pool = event_key(c);
    e->user = event_key(c);
    event_skip(c, 3 * 32);
    e->what = in ? pool_event_added : pool_event_removed;
    return in ? add_u64(base, db, &e->base_real_raw) && add_u64(quote, dq, &e->quote_real_raw)
              : sub_u64(base, db, &e->base_real_raw) && sub_u64(quote, dq, &e->quote_real_raw);
}

static bool added(struct event_cursor *c, struct market_event *e) { return moved(c, e, true); }
static bool removed(struct event_cursor *c, struct market_event *e) { return moved(c, e, false); }

static bool priced(struct market_event *e, i128 boost)
{
    i128 quote;
    if (__builtin_add_overflow((i128)e->quote_real_raw, boost, &quote) || quote <= 0 ||
        quote > UINT64_MAX)
        return false;
    e->quote_reserve_raw = (uint64_t)quote;
    return true;
}

/* Virtual reserves begin; the event leaves out the tokens. */
static bool boosted(struct event_cursor *c, struct market_event *e)
{
    event_skip(c, 8);
    e->mint = event_key(c);
    event_skip(c, 32);
    e->pool = event_key(c);
    i128 boost = event_i128(c);
    e->quote_real_raw = event_u64(c);
    return priced(e, boost);
}

/* The pool buys its own token and burns it. */
static bool burned(struct event_cursor *c, struct market_event *e)
{
    event_skip(c, 8);
    e->mint = event_key(c);
    event_skip(c, 32);
    e->pool = event_key(c);
    e->user = event_key(c);
    event_skip(c, 3 * 8);
    i128 boost = event_i128(c);
    e->quote_real_raw = event_u64(c);
    e->base_reserve_raw = e->base_real_raw = event_u64(c);
    event_skip(c, 8);
    return priced(e, boost);
}

static bool market_event(const uint8_t *data, size_t n, struct market_event *e)
{
    static const struct {
        uint8_t disc[8];
        uint16_t least;
        bool (*read)(struct event_cursor *, struct market_event *);
    } known[] = {
        {{0xb1, 0x31, 0x0c, 0xd2, 0xa0, 0x76, 0xa7, 0x74}, 301, created},
        {{0x78, 0xf8, 0x3d, 0x53, 0x1f, 0x8e, 0x6b, 0x90}, 256, added},
        {{0x16, 0x09, 0x85, 0x1a, 0xa0, 0x2c, 0x47, 0xc0}, 256, removed},
        {{0xae, 0x7c, 0x4a, 0xf9, 0x04, 0x51, 0xf6, 0x11}, 136, boosted},
        {{0x3f, 0x45, 0x1c, 0x16, 0x30, 0x5c, 0xc2, 0xb9}, 208, burned},
    };
    struct event_cursor c = {data, n, 8};
    memset(e, 0, sizeof *e);
    e->venue = venue_pumpswap;
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        if (memcmp(data, known[i].disc, 8) != 0 || n < known[i].least || !known[i].read(&c, e))
            continue;
        e->trailing = event_trailing(&c);
        return true;
    }
    return false;
}

const struct venue_ops venue_row_pumpswap = {
    .venue = venue_pumpswap,
    .program = address_pump_swap,
    .traits = VENUE_NAMES_BASE | VENUE_ALWAYS_TELLS | VENUE_ALL_INSTRUCTIONS | VENUE_ALL_EVENTS,
    .size = sizes,
    .accounts = accounts,
    .read = read_market,
    .quote = venue_quote_amm,
    .reprice = pump_reprice,
    .build = build,
    .event = event,
    .market = market_event,
    .error = errors};
