/* damm_v2.c - Meteora DAMM v2: its one account, quotes by common/amm/damm, the instruction, its
 * event. Anti-sniper fees fall with time, so a quote holds for its slot only. Source:
 * MeteoraAg/damm-v2 0.2.1 and cp-amm-sdk 1.5.0 (interface 0.2.5). Must not: send transactions. */
#include "common/venue/damm_v2.h"

#include <string.h>

#include "common/base/num.h"
#include "common/venue/account.h"
#include "common/venue/venue.h"

enum { EXACT_IN = 0 }; /* swap_mode */

/* In the market's space. */
struct own {
    struct damm_pool pool;
    bool base_is_a;
};

static struct own *own(struct venue_market *m) { return (struct own *)(void *)m->space; }
static const struct own *own_const(const struct venue_market *m)
{
    return (const struct own *)(const void *)m->space;
}

static const uint8_t pool_disc[8] = {0xf1, 0x9a, 0x6d, 0x04, 0x11, 0xb1, 0x6d, 0xbc};

static void read_fees(const uint8_t *d, struct damm_pool *p)
{
    const uint8_t *f = FIELD_list(d, damm_pool_base_fee_info);
    p->cliff = FIELD_u64(f, damm_base_fee_cliff);
    p->fee_mode = FIELD_u8(f, damm_base_fee_mode);
    p->periods = FIELD_u16(f, damm_base_fee_number);
    p->third = FIELD_u64(f, damm_base_fee_third);
    p->frequency = FIELD_u64(f, damm_base_fee_frequency);
    /* Rate limiter: duration, then largest fee. Price scheduler: step, then duration. */
    uint32_t one = FIELD_u32(f, damm_base_fee_first_u32),
             two = FIELD_u32(f, damm_base_fee_second_u32);
    bool limiter = p->fee_mode == DAMM_RATE_LIMITER;
    p->step = limiter ? two : one;
    p->duration = limiter ? one : two;
    p->protocol_percent = FIELD_u8(d, damm_pool_protocol_fee_percent);
    p->compounding_bps = FIELD_u16(d, damm_pool_compounding_fee_bps);
    p->dynamic = FIELD_u8(d, damm_pool_dynamic_fee_initialized);
    p->variable_control = FIELD_u32(d, damm_pool_variable_fee_control);
    p->bin_step = FIELD_u16(d, damm_pool_bin_step);
    p->volatility = FIELD_u128(d, damm_pool_volatility_accumulator);
    p->init_sqrt_price = FIELD_u128(d, damm_pool_init_sqrt_price);
}

const char *damm_v2_read(const uint8_t *d, size_t n, struct damm_pool *p)
{
    if (n < ACCOUNT_BYTES_damm_pool || memcmp(d, pool_disc, 8) != 0) return "not a pool";
    memset(p, 0, sizeof *p);
    read_fees(d, p);
    p->liquidity = FIELD_u128(d, damm_pool_liquidity);
    p->sqrt_min = FIELD_u128(d, damm_pool_sqrt_min_price);
    p->sqrt_max = FIELD_u128(d, damm_pool_sqrt_max_price);
    p->sqrt_price = FIELD_u128(d, damm_pool_sqrt_price);
    p->activation = FIELD_u64(d, damm_pool_activation_point);
    p->by_time = FIELD_u8(d, damm_pool_activation_type);
    p->status = FIELD_u8(d, damm_pool_pool_status);
    p->flag_a = FIELD_u8(d, damm_pool_token_a_flag);
    p->flag_b = FIELD_u8(d, damm_pool_token_b_flag);
    p->collect = FIELD_u8(d, damm_pool_collect_fee_mode);
    p->fee_version = FIELD_u8(d, damm_pool_fee_version);
    p->token_a = FIELD_u64(d, damm_pool_token_a_amount);
    p->token_b = FIELD_u64(d, damm_pool_token_b_amount);
    p->counted = FIELD_u8(d, damm_pool_layout_version);
    if (p->fee_mode >= DAMM_FEE_MODES || p->collect >= DAMM_COLLECTS || p->fee_version > 1 ||
        p->by_time > 1 || p->counted > 1 || p->flag_a > 1 || p->flag_b > 1)
        return "a kind of pool that is not known";
    if (p->fee_mode == DAMM_RATE_LIMITER && p->step > BPS_ONE)
        return "a rate limiter beyond the whole";
    if (p->protocol_percent > 100 || p->compounding_bps > BPS_ONE) return "shares beyond the whole";
    if (p->liquidity == 0 ||
        (p->collect == DAMM_COMPOUNDING ? !p->token_a || !p->token_b : p->sqrt_price == 0))
        return "an empty pool";
    return NULL;
}

static size_t accounts(struct venue_market *m, unsigned round, struct key keys[VENUE_ACCOUNTS])
{
    const struct key *pool = round == 0 ? keyset_get(&m->keys, acct_pool, side_buy) : NULL;
    if (!pool) return 0;
    keys[0] = *pool;
    return 1;
}

/* Find which token of the pool is the base; false unless the other is the quote and both token
 * programs are those that the pool names. */
static bool find_sides(struct venue_market *m, const uint8_t *d)
{
    struct own *o = own(m);
    return venue_sides(m, FIELD_key(d, damm_pool_token_a_mint),
                       FIELD_key(d, damm_pool_token_b_mint), &o->base_is_a) &&
           venue_programs(m, o->base_is_a, o->pool.flag_a, o->pool.flag_b);
}

static enum failure read_market(struct venue_market *m, unsigned round,
                                const struct venue_account *a, size_t n)
{
    struct own *o = own(m);
    uint64_t x, y, held_x, held_y;
    if (round || n < 1 || !venue_account_is(&a[0], address_damm_v2, ACCOUNT_BYTES_damm_pool) ||
        damm_v2_read(a[0].data, a[0].n, &o->pool) || !find_sides(m, a[0].data))
        return failure_no_pool;
    if (o->pool.status || damm_point(&o->pool, m->slot, m->now_s) < o->pool.activation)
        return failure_no_pool; /* disabled, or not open yet */
    if (!key_is_none(&m->mint.hook_program))
        return failure_no_pool; /* the program passes no accounts to a hook */
    if (!damm_reserves(&o->pool, &x, &y) || !damm_held(&o->pool, &held_x, &held_y))
        return failure_math;
    const uint8_t *d = a[0].data;
    venue_give(m, acct_mint_a, FIELD_key(d, damm_pool_token_a_mint));
    venue_give(m, acct_mint_b, FIELD_key(d, damm_pool_token_b_mint));
    venue_give(m, acct_vault_a, FIELD_key(d, damm_pool_token_a_vault));
    venue_give(m, acct_vault_b, FIELD_key(d, damm_pool_token_b_vault));
    m->pool.base_reserve_raw = o->base_is_a ? x : y;
    m->pool.quote_reserve_raw = o->base_is_a ? y : x;
    m->pool.base_real_raw = o->base_is_a ? held_x : held_y;
    m->pool.quote_real_raw = o->base_is_a ? held_y : held_x;
    return failure_none;
}

static enum failure quote(const struct venue_market *m, uint8_t side, uint64_t in_raw,
                          struct amm_swap *s)
{
    const struct own *o = own_const(m);
    struct damm_swap d;
    uint64_t in;
    memset(s, 0, sizeof *s);
    if (!venue_reaches(m, side, in_raw, &in)) return failure_math;
    enum failure bad = damm_swap_in(&o->pool, (side == side_buy) != o->base_is_a, in,
                                    damm_point(&o->pool, m->slot, m->now_s), &d);
    return bad ? bad
               : venue_swapped(m, side, in_raw,
                               (struct venue_gives){d.out, d.lp_fee, d.protocol_fee, d.on_input},
                               s);
}

static const char *build(struct venue_market *m, uint8_t side, uint64_t in_raw, uint64_t limit_raw,
                         struct plan *p)
{
    const struct own *o = own_const(m);
    const char *missing = venue_add(m, layout_damm_swap2, side, in_raw, limit_raw, p);
    if (missing) return missing;
    struct ix *x = &p->ix[p->count - 1];
    ix_u8(x, EXACT_IN);
    if (damm_limited(&o->pool, (side == side_buy) != o->base_is_a,
                     damm_point(&o->pool, m->slot, m->now_s)))
        ix_account(x, address_key(address_sysvar_instructions), 0);
    return NULL;
}

/* Do these reserves have this price, to a thousandth? Those of a pool over the whole price range
 * do; those of a narrower one do not price a swap. */
static bool priced(uint64_t a, uint64_t b, u128 sqrt_price)
{
    if (sqrt_price >> 96 || a == 0) return false;
    u128 square = (sqrt_price >> 32) * (sqrt_price >> 32),
         ratio = ((u128)b << 64) / a; /* both Q64.64 */
    return ratio && (ratio > square ? ratio - square : square - ratio) <= ratio / 1000;
}

/* EvtSwap2. a and b are the pool's tokens. */
static bool event(const uint8_t *data, size_t n, struct swap_event *e)
{
    static const uint8_t disc[8] = {0xbd, 0x42, 0x33, 0xa8, 0x26, 0x50, 0x75, 0x99};
    struct event_cursor at = {data, n, 8}, *c = &at;
    if (n < 188 || memcmp(data, disc, 8) != 0) return false;
    e->venue = venue_damm_v2;
    e->form = EVENT_TOKENS;
    e->pool = event_key(c);
    e->a_to_b = event_u8(c) == 0;
    uint8_t collect = event_u8(c);
    if (collect >= DAMM_COLLECTS) return false;
    e->fee_on_output = collect == DAMM_BOTH || e->a_to_b;
    event_skip(c, 1 + 17 + 4 * 8);
    uint64_t low = event_u64(c), high = event_u64(c), claimed = event_u64(c),
             protocol = event_u64(c), compounded = event_u64(c), referral = event_u64(c);
    e->in_raw = event_u64(c);
    event_skip(c, 8);
    e->out_raw = event_u64(c);
    e->time_s = (int64_t)event_u64(c);
    e->a_reserve_raw = event_u64(c);
    e->b_reserve_raw = event_u64(c);
    e->trailing = event_trailing(c);
    if (collect != DAMM_COMPOUNDING &&
        !priced(e->a_reserve_raw, e->b_reserve_raw, (u128)high << 64 | low))
        e->a_reserve_raw = e->b_reserve_raw = 0;
    return add_u64(claimed, compounded, &e->pool_fee_raw) &&
           add_u64(protocol, referral, &e->program_fee_raw);
}

static const struct venue_error errors[] = {
    {6000, failure_math, "overflow in the arithmetic of the program"},
    {6002, failure_slippage, "less would come than the limit asks for"},
    {6003, failure_no_pool, "the pool is disabled or not open yet"},
    {6007, failure_math, "the price would leave its range"},
    {6015, failure_math, "a number does not fit its type"},
    {0}};

static const uint16_t sizes[] = {ACCOUNT_BYTES_damm_pool, 0};

const struct venue_ops venue_row_damm_v2 = {.venue = venue_damm_v2,
                                            .program = address_damm_v2,
                                            .size = sizes,
                                            .accounts = accounts,
                                            .read = read_market,
                                            .quote = quote,
                                            .build = build,
                                            .event = event,
                                            .error = errors};
