/* whirlpool.c - Orca Whirlpool: its accounts, quotes by common/amm/whirlpool, swap_v2, the Traded
 * event. The reserves that the market shows are virtual (clmm_virtual): they price a small swap. A
 * larger one crosses ticks, which only quote() walks. A swap takes the whole input or fails; it
 * names the three tick arrays of its direction, and the price may move as far as these reach.
 * Tokens with a transfer hook are refused: their swaps need accounts that only the hook defines.
 * Source: whirlpools-sdk 0.22.0 and orca-so/whirlpools,
 * programs/whirlpool/src/{state,instructions/v2/swap}.rs (August 2026). Must not: send
 * transactions. */
#include "common/venue/whirlpool.h"

#include <stdio.h>
#include <string.h>

#include "common/base/num.h"
#include "common/sol/pda.h"
#include "common/venue/account.h"
#include "common/venue/venue.h"

#define POOL_BYTES   ACCOUNT_BYTES_whirlpool_pool
#define TICK_BYTES   113u
#define FIXED_BYTES  ACCOUNT_BYTES_whirlpool_fixed
#define DYNAMIC_HEAD ACCOUNT_BYTES_whirlpool_dynamic
#define ORACLE_BYTES ACCOUNT_BYTES_whirlpool_oracle
#define FEE_RATE_MAX 60000u
#define UNITS                                                                                 \
    80000u /* upper bound of compute units. Measured on the program in 2,279 swaps: all below \
              70,000 plus 11,500 a step, mostly 30,000 plus 9,300 */
#define UNITS_STEP 12000u
#define AROUND     2u /* tick arrays below the one that holds the price */

_Static_assert(sizeof(struct whirlpool) <= VENUE_SPACE, "a market has room for a Whirlpool");

static const uint8_t pool_disc[8] = {0x3f, 0x95, 0xd1, 0x0c, 0xe1, 0x80, 0x63, 0x09},
                     fixed_disc[8] = {0x45, 0x61, 0xbd, 0xbe, 0x6e, 0x07, 0x42, 0xbb},
                     dynamic_disc[8] = {0x11, 0xd8, 0xf6, 0x8e, 0xe1, 0xc7, 0xda, 0x38},
                     oracle_disc[8] = {0x8b, 0xc2, 0x83, 0xb3, 0x8c, 0xb3, 0xe5, 0xf4};

static struct whirlpool *own(struct venue_market *m)
{
    return (struct whirlpool *)(void *)m->space;
}
static const struct whirlpool *own_const(const struct venue_market *m)
{
    return (const struct whirlpool *)(const void *)m->space;
}

/* ---- reading ---- */

bool whirlpool_read(struct whirlpool *w, const uint8_t *d, size_t n)
{
    if (n < POOL_BYTES || memcmp(d, pool_disc, 8) != 0) return false;
    w->spacing = FIELD_u16(d, whirlpool_pool_tick_spacing);
    w->fee_rate = FIELD_u16(d, whirlpool_pool_fee_rate);
    w->protocol_rate = FIELD_u16(d, whirlpool_pool_protocol_fee_rate);
    w->liquidity = FIELD_u128(d, whirlpool_pool_liquidity);
    w->sqrt_price = FIELD_u128(d, whirlpool_pool_sqrt_price);
    w->tick = FIELD_i32(d, whirlpool_pool_tick_current_index);
    if (!w->spacing || w->fee_rate > FEE_RATE_MAX || w->protocol_rate > BPS_ONE ||
        w->sqrt_price < CLMM_SQRT_MIN || w->sqrt_price > CLMM_SQRT_MAX)
        return false;
    /* The tick is that of the price, or the one below after a swap to the left that stopped on a
     * tick. */
    int32_t t = clmm_tick(w->sqrt_price);
    return w->tick == t || (w->tick == t - 1 && clmm_sqrt_price(t) == w->sqrt_price);
}

static bool set_tick(struct whirlpool *w, struct whirlpool_array *a, int32_t start, unsigned i,
                     const uint8_t *net)
{
    int32_t tick = start + (int32_t)i * (int32_t)w->spacing;
    if (tick < CLMM_TICK_MIN || tick > CLMM_TICK_MAX) return false;
    a->initialized |= (u128)1 << i;
    a->net[i] = (i128)load_u128(net);
    return true;
}

static bool read_fixed(struct whirlpool *w, struct whirlpool_array *a, int32_t start,
                       const uint8_t *d)
{
    for (unsigned i = 0; i < WHIRLPOOL_TICKS; i++) {
        const uint8_t *t = FIELD_list(d, whirlpool_fixed_ticks) + i * TICK_BYTES;
        if (t[0] && !set_tick(w, a, start, i, t + 1)) return false;
    }
    return true;
}

/* A tick takes one byte, or 113 when it is initialized: its bit in the bitmap and its first byte
 * must agree. */
static bool read_dynamic(struct whirlpool *w, struct whirlpool_array *a, int32_t start,
                         const uint8_t *d, size_t n)
{
    u128 bits = FIELD_u128(d, whirlpool_dynamic_tick_bitmap);
    size_t at = DYNAMIC_HEAD;
    if (bits >> WHIRLPOOL_TICKS) return false;
    for (unsigned i = 0; i < WHIRLPOOL_TICKS; i++) {
        bool set = bits >> i & 1;
        size_t len = set ? TICK_BYTES : 1;
        if (len > n - at || d[at] != set || (set && !set_tick(w, a, start, i, d + at + 1)))
            return false;
        at += len;
    }
    return true;
}

bool whirlpool_read_array(struct whirlpool *w, unsigned place, const struct key *pool,
                          const uint8_t *d, size_t n)
{
    struct whirlpool_array *a = &w->array[place];
    int32_t start = w->first + (int32_t)place * whirlpool_span(w);
    memset(a, 0, sizeof *a);
    if (n < DYNAMIC_HEAD || FIELD_i32(d, whirlpool_fixed_start_tick_index) != start) return false;
    bool fixed = memcmp(d, fixed_disc, 8) == 0;
    if (fixed ? n != FIXED_BYTES : memcmp(d, dynamic_disc, 8) != 0) return false;
    if (memcmp(fixed ? FIELD_key(d, whirlpool_fixed_whirlpool)
                     : FIELD_key(d, whirlpool_dynamic_whirlpool),
               pool->b, 32) != 0)
        return false;
    a->present = fixed ? read_fixed(w, a, start, d) : read_dynamic(w, a, start, d, n);
    return a->present;
}

/* The rules of the program (AdaptiveFeeConstants::validate_constants), and the references are
 * within the ticks. */
static bool oracle_sane(const struct whirlpool_oracle *o, uint16_t spacing)
{
    if (!o->filter_s || o->decay_s <= o->filter_s || o->control >= 100000 || o->reduction >= 10000)
        return false;
    if (!o->group_ticks || o->group_ticks > spacing || spacing % o->group_ticks) return false;
    int32_t groups = CLMM_TICK_MAX / o->group_ticks + 1;
    return (uint64_t)o->max_accumulator * o->group_ticks <= UINT32_MAX &&
           o->reference <= o->max_accumulator && o->group_reference >= -groups &&
           o->group_reference <= groups;
}

bool whirlpool_read_oracle(struct whirlpool *w, const struct key *pool, const uint8_t *d, size_t n)
{
    struct whirlpool_oracle *o = &w->oracle;
    memset(o, 0, sizeof *o);
    if (n < ORACLE_BYTES || memcmp(d, oracle_disc, 8) != 0 ||
        memcmp(FIELD_key(d, whirlpool_oracle_whirlpool), pool->b, 32) != 0)
        return false;
    o->filter_s = FIELD_u16(d, whirlpool_oracle_filter_period);
    o->decay_s = FIELD_u16(d, whirlpool_oracle_decay_period);
    o->reduction = FIELD_u16(d, whirlpool_oracle_reduction_factor);
    o->control = FIELD_u32(d, whirlpool_oracle_adaptive_fee_control_factor);
    o->max_accumulator = FIELD_u32(d, whirlpool_oracle_max_volatility_accumulator);
    o->group_ticks = FIELD_u16(d, whirlpool_oracle_tick_group_size);
    o->reference_s = FIELD_u64(d, whirlpool_oracle_last_reference_update_timestamp);
    o->major_s = FIELD_u64(d, whirlpool_oracle_last_major_swap_timestamp);
    o->reference = FIELD_u32(d, whirlpool_oracle_volatility_reference);
    o->group_reference = FIELD_i32(d, whirlpool_oracle_tick_group_index_reference);
    o->accumulator = FIELD_u32(d, whirlpool_oracle_volatility_accumulator);
    return o->exists = oracle_sane(o, w->spacing);
}

/* ---- accounts ---- */

static bool array_address(const struct key *pool, int32_t start, struct key *out)
{
    char text[16];
    int n = snprintf(text, sizeof text, "%d", (int)start);
    struct pda_seed seeds[] = {{"tick_array", 10}, {pool->b, 32}, {text, (size_t)n}};
    return pda_find(seeds, 3, address_key(address_whirlpool), out, NULL);
}

/* Derive the addresses around the price again only after the price moved to another array. */
static bool place_arrays(struct whirlpool *w, const struct key *pool)
{
    int32_t span = whirlpool_span(w), first = whirlpool_start(w, w->tick) - (int32_t)AROUND * span;
    if (w->first == first && !key_is_none(&w->array_key[AROUND])) return true;
    memset(w->array_key, 0, sizeof w->array_key);
    memset(w->array, 0, sizeof w->array);
    w->first = first;
    for (unsigned i = 0; i < WHIRLPOOL_ARRAYS; i++)
        if (whirlpool_start_valid(w, first + (int32_t)i * span) &&
            !array_address(pool, first + (int32_t)i * span, &w->array_key[i]))
            return false;
    return true;
}

/* Round 0: the pool. Round 1: the pool with its oracle and tick arrays. Round 2: the same when the
 * price moved to another array in between. */
static size_t accounts(struct venue_market *m, unsigned round, struct key keys[VENUE_ACCOUNTS])
{
    struct whirlpool *w = own(m);
    const struct key *pool = keyset_get(&m->keys, acct_pool, side_buy), *oracle;
    size_t n = 0;
    if (!pool || round > 2 || (round == 2 && !w->moved)) return 0;
    keys[n++] = *pool;
    if (round == 0) return n;
    if (!w->spacing || !(oracle = keyset_get(&m->keys, acct_whirlpool_oracle, side_buy)) ||
        !place_arrays(w, pool))
        return 0;
    keys[n++] = *oracle;
    for (unsigned i = 0; i < WHIRLPOOL_ARRAYS; i++)
        if (!key_is_none(&w->array_key[i])) keys[n++] = w->array_key[i];
    return n;
}

/* Not created yet, as the program sees it. */
static bool absent(const struct venue_account *a)
{
    return !a->exists || (a->n == 0 && address_is(&a->owner, address_system));
}

static enum failure read_pool(struct venue_market *m, const struct venue_account *a)
{
    struct whirlpool *w = own(m);
    if (!venue_account_is(a, address_whirlpool, POOL_BYTES) || !whirlpool_read(w, a->data, a->n))
        return failure_no_pool;
    if (!venue_sides(m, FIELD_key(a->data, whirlpool_pool_token_mint_a),
                     FIELD_key(a->data, whirlpool_pool_token_mint_b), &w->base_is_a))
        return failure_no_pool;
    if (!key_is_none(&m->mint.hook_program) || m->mint.paused) return failure_no_pool;
    const uint8_t *vault_a = FIELD_key(a->data, whirlpool_pool_token_vault_a),
                  *vault_b = FIELD_key(a->data, whirlpool_pool_token_vault_b);
    venue_give(m, acct_base_vault, w->base_is_a ? vault_a : vault_b);
    venue_give(m, acct_quote_vault, w->base_is_a ? vault_b : vault_a);
    struct amm_pool *p = &m->pool;
    clmm_virtual(w->sqrt_price, w->liquidity,
                 w->base_is_a ? &p->base_reserve_raw : &p->quote_reserve_raw,
                 w->base_is_a ? &p->quote_reserve_raw : &p->base_reserve_raw);
    p->base_real_raw = p->base_reserve_raw;
    p->quote_real_raw = p->quote_reserve_raw;
    return failure_none;
}

static enum failure read_around(struct venue_market *m, const struct venue_account *a, size_t n)
{
    struct whirlpool *w = own(m);
    const struct key *pool = keyset_get(&m->keys, acct_pool, side_buy);
    uint16_t spacing = w->spacing;
    size_t at = 2;
    enum failure bad = n >= 2 ? read_pool(m, &a[0]) : failure_no_pool;
    if (bad || w->spacing != spacing) return bad ? bad : failure_no_pool;
    memset(&w->oracle, 0, sizeof w->oracle);
    if (!absent(&a[1]) &&
        (!venue_account_is(&a[1], address_whirlpool, ORACLE_BYTES) ||
         !whirlpool_read_oracle(w, pool, a[1].data, a[1].n) ||
         FIELD_u64(a[1].data, whirlpool_oracle_trade_enable_timestamp) > m->now_s))
        return failure_no_pool;
    for (unsigned i = 0; i < WHIRLPOOL_ARRAYS; i++) {
        memset(&w->array[i], 0, sizeof w->array[i]);
        if (key_is_none(&w->array_key[i])) continue;
        if (at >= n) return failure_no_pool;
        const struct venue_account *x = &a[at++];
        if (absent(x))
            w->array[i].present = true;
        else if (!venue_account_is(x, address_whirlpool, DYNAMIC_HEAD) ||
                 !whirlpool_read_array(w, i, pool, x->data, x->n))
            return failure_no_pool;
    }
    w->moved = whirlpool_start(w, w->tick) != w->first + (int32_t)AROUND * whirlpool_span(w);
    return failure_none;
}

static enum failure read_market(struct venue_market *m, unsigned round,
                                const struct venue_account *a, size_t n)
{
    if (round == 0) return n >= 1 ? read_pool(m, &a[0]) : failure_no_pool;
    return round <= 2 ? read_around(m, a, n) : failure_no_pool;
}

/* ---- swaps ---- */

/* The program takes the transfer fee of the mint off the input before it walks, and compares the
 * limit with what arrives. Its own fee is of the input. */
static enum failure quote(const struct venue_market *m, uint8_t side, uint64_t in_raw,
                          struct amm_swap *s)
{
    const struct whirlpool *w = own_const(m);
    struct whirlpool_swap x;
    uint64_t in;
    memset(s, 0, sizeof *s);
    if (!w->spacing) return failure_no_pool;
    if (!venue_reaches(m, side, in_raw, &in)) return failure_math;
    enum failure bad = whirlpool_swap(w, (side == side_buy) != w->base_is_a, in, m->now_s, &x);
    if (bad) return bad;
    s->compute_units = UNITS + UNITS_STEP * x.steps;
    return venue_swapped(m, side, in_raw,
                         (struct venue_gives){x.out_raw, x.lp_fee_raw, x.protocol_fee_raw, true},
                         s);
}

/* The tick arrays of the direction; the last one is repeated where fewer than three exist. */
static bool give_arrays(struct venue_market *m, bool a_to_b)
{
    static const enum account_role parts[WHIRLPOOL_SEQUENCE] = {
        acct_tick_array_0, acct_tick_array_1, acct_tick_array_2};
    const struct whirlpool *w = own_const(m);
    uint8_t place[WHIRLPOOL_SEQUENCE];
    unsigned n = whirlpool_sequence(w, a_to_b, place);
    for (unsigned i = 0; n && i < WHIRLPOOL_SEQUENCE; i++)
        keyset_set(&m->keys, parts[i], &w->array_key[place[i < n ? i : n - 1]]);
    return n > 0;
}

static void give_sides(struct venue_market *m)
{
    static const enum account_role of[4][4] = {
        {acct_base_mint, acct_quote_mint, acct_mint_a, acct_mint_b},
        {acct_base_program, acct_quote_program, acct_program_a, acct_program_b},
        {acct_user_base, acct_user_quote, acct_user_a, acct_user_b},
        {acct_base_vault, acct_quote_vault, acct_vault_a, acct_vault_b}};
    bool a = own_const(m)->base_is_a;
    for (size_t i = 0; i < 4; i++) {
        const struct key *base = keyset_get(&m->keys, of[i][0], side_buy),
                         *q = keyset_get(&m->keys, of[i][1], side_buy);
        if (base) keyset_set(&m->keys, of[i][a ? 2 : 3], base);
        if (q) keyset_set(&m->keys, of[i][a ? 3 : 2], q);
    }
}

const char *whirlpool_write(enum layout_id id, struct keyset *keys, uint64_t in_raw,
                            uint64_t limit_raw, u128 sqrt_limit, bool exact_in, bool a_to_b,
                            struct ix *x)
{
    layout_begin(id, x);
    ix_u64(x, in_raw);
    ix_u64(x, limit_raw);
    ix_u64(x, (uint64_t)sqrt_limit);
    ix_u64(x, (uint64_t)(sqrt_limit >> 64));
    ix_u8(x, exact_in);
    ix_u8(x, a_to_b);
    if (id == layout_whirlpool_swap_v2) ix_u8(x, 0); /* no remaining accounts */
    return layout_accounts(id, keys, side_buy, x);
}

static const char *build(struct venue_market *m, uint8_t side, uint64_t in_raw, uint64_t limit_raw,
                         struct plan *p)
{
    bool a_to_b = (side == side_buy) != own_const(m)->base_is_a;
    if (!give_arrays(m, a_to_b)) return keyset_role_name(acct_tick_array_0);
    give_sides(m);
    /* The signer demands a least output above zero. */
    return whirlpool_write(layout_whirlpool_swap_v2, &m->keys, in_raw, limit_raw ? limit_raw : 1,
                           a_to_b ? CLMM_SQRT_MIN : CLMM_SQRT_MAX, true, a_to_b,
                           plan_add(p, address_key(address_system)));
}

/* Traded: amounts are those that moved between user and vaults, with the transfer fee of a token;
 * fees are in units of the input. */
static bool event(const uint8_t *data, size_t n, struct swap_event *e)
{
    static const uint8_t disc[8] = {0xe1, 0xca, 0x49, 0xaf, 0x93, 0x2b, 0xa0, 0x96};
    struct event_cursor at = {data, n, 8}, *c = &at;
    if (n < 121 || memcmp(data, disc, 8) != 0) return false;
    e->venue = venue_whirlpool;
    e->form = EVENT_TOKENS;
    e->pool = event_key(c);
    e->a_to_b = event_u8(c) != 0;
    event_skip(c, 16 + 16);
    e->in_raw = event_u64(c);
    uint64_t out = event_u64(c);
    event_skip(c, 8);
    if (!sub_u64(out, event_u64(c), &e->out_raw)) return false;
    e->pool_fee_raw = event_u64(c);
    e->program_fee_raw = event_u64(c);
    e->trailing = event_trailing(c);
    return true;
}

static const struct venue_error errors[] = {
    {6023, failure_slippage, "the price has left the tick arrays of the swap"},
    {6036, failure_slippage, "less would come than the limit asks for"},
    {6037, failure_slippage, "more would be needed than the limit allows"},
    {6038, failure_slippage, "the price has left the tick arrays of the swap"},
    {6064, failure_no_pool, "the pool is not open yet"},
    {0}};

const struct venue_ops venue_row_whirlpool = {.venue = venue_whirlpool,
                                              .program = address_whirlpool,
                                              .accounts = accounts,
                                              .read = read_market,
                                              .quote = quote,
                                              .build = build,
                                              .event = event,
                                              .error = errors};
