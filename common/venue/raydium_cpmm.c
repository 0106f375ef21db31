/* raydium_cpmm.c - Raydium CPMM: accounts, quotes by common/amm/cpmm, instructions, events. Source:
 * raydium-cp-swap (December 2025), states. Must not: send transactions. */
#include <string.h>

#include "common/base/num.h"
#include "common/amm/cpmm.h"
#include "common/venue/account.h"
#include "common/venue/venue.h"

#define POOL_BYTES   ACCOUNT_BYTES_cpmm_pool
#define CONFIG_BYTES ACCOUNT_BYTES_cpmm_config

/* In the market's space. */
struct own {
    struct cpmm_rates rates;
    bool base_is_0;
};

static const uint8_t pool_disc[8] = {0xf7, 0xed, 0xe3, 0xf5, 0xd7, 0xc3, 0xde, 0x46};

static struct own *own(struct venue_market *m) { return (struct own *)(void *)m->space; }
static const struct own *own_const(const struct venue_market *m)
{
    return (const struct own *)(const void *)m->space;
}

static size_t accounts(struct venue_market *m, unsigned round, struct key keys[VENUE_ACCOUNTS])
{
    static const enum account_role parts[] = {acct_pool, acct_amm_config, acct_base_vault,
                                              acct_quote_vault};
    size_t n = round == 0 ? 1 : round == 1 ? COUNT_OF(parts) : 0;
    for (size_t i = 0; i < n; i++) {
        const struct key *k = keyset_get(&m->keys, parts[i], side_buy);
        if (!k) return 0;
        keys[i] = *k;
    }
    return n;
}

static bool is_pool(const struct venue_account *a)
{
    return venue_account_is(a, address_raydium_cpmm, POOL_BYTES) &&
           memcmp(a->data, pool_disc, 8) == 0;
}

static enum failure read_pool(struct venue_market *m, const struct venue_account *a)
{
    const uint8_t *d = a->data;
    bool base_is_0;
    if (!is_pool(a) || !venue_sides(m, FIELD_key(d, cpmm_pool_token_0_mint),
                                    FIELD_key(d, cpmm_pool_token_1_mint), &base_is_0))
        return failure_no_pool;
    if (FIELD_u8(d, cpmm_pool_status) & 4 || FIELD_u64(d, cpmm_pool_open_time) > m->now_s)
        return failure_no_pool; /* swaps are disabled, or the pool is not open yet */
    own(m)->base_is_0 = base_is_0;
    venue_give(m, acct_amm_config, FIELD_key(d, cpmm_pool_amm_config));
    venue_give(m, acct_observation, FIELD_key(d, cpmm_pool_observation_key));
    venue_give(m, acct_base_vault,
               base_is_0 ? FIELD_key(d, cpmm_pool_token_0_vault)
                         : FIELD_key(d, cpmm_pool_token_1_vault));
    venue_give(m, acct_quote_vault,
               base_is_0 ? FIELD_key(d, cpmm_pool_token_1_vault)
                         : FIELD_key(d, cpmm_pool_token_0_vault));
    return failure_none;
}

/* Fees that wait in a vault and are not priced. */
static bool waiting(const uint8_t *d, unsigned token, uint64_t *sum)
{
    uint64_t v = token ? FIELD_u64(d, cpmm_pool_protocol_fees_token_1)
                       : FIELD_u64(d, cpmm_pool_protocol_fees_token_0);
    return add_u64(v,
                   token ? FIELD_u64(d, cpmm_pool_fund_fees_token_1)
                         : FIELD_u64(d, cpmm_pool_fund_fees_token_0),
                   &v) &&
           add_u64(v,
                   token ? FIELD_u64(d, cpmm_pool_creator_fees_token_1)
                         : FIELD_u64(d, cpmm_pool_creator_fees_token_0),
                   sum);
}

static enum failure read_reserves(struct venue_market *m, const struct venue_account *a)
{
    struct own *o = own(m);
    struct cpmm_rates *c = &o->rates;
    const uint8_t *d = a[0].data, *g = a[1].data;
    uint64_t base, quote, base_held, quote_held;
    if (!is_pool(&a[0]) || !venue_account_is(&a[1], address_raydium_cpmm, CONFIG_BYTES) ||
        !venue_balance(&a[2], &base) || !venue_balance(&a[3], &quote))
        return failure_no_pool;
    c->trade_rate = FIELD_u64(g, cpmm_config_trade_fee_rate);
    c->protocol_rate = FIELD_u64(g, cpmm_config_protocol_fee_rate);
    c->fund_rate = FIELD_u64(g, cpmm_config_fund_fee_rate);
    c->creator_rate =
        FIELD_u8(d, cpmm_pool_enable_creator_fee) ? FIELD_u64(g, cpmm_config_creator_fee_rate) : 0;
    c->creator_on = FIELD_u8(d, cpmm_pool_creator_fee_on);
    if (c->trade_rate >= CPMM_RATE_ONE || c->creator_rate >= CPMM_RATE_ONE ||
        c->trade_rate + c->creator_rate >= CPMM_RATE_ONE)
        return failure_math;
    if (!waiting(d, o->base_is_0 ? 0 : 1, &base_held) ||
        !waiting(d, o->base_is_0 ? 1 : 0, &quote_held) || !sub_u64(base, base_held, &base) ||
        !sub_u64(quote, quote_held, &quote))
        return failure_math;
    m->pool.base_reserve_raw = m->pool.base_real_raw = base;
    m->pool.quote_reserve_raw = m->pool.quote_real_raw = quote;
    return failure_none;
}

static enum failure read_market(struct venue_market *m, unsigned round,
                                const struct venue_account *a, size_t n)
{
    if (round == 0) return n >= 1 ? read_pool(m, &a[0]) : failure_no_pool;
    return round == 1 && n >= 4 ? read_reserves(m, a) : failure_no_pool;
}

static enum failure quote(const struct venue_market *m, uint8_t side, uint64_t in_raw,
                          struct amm_swap *s)
{
    const struct own *o = own_const(m);
    bool buy = side == side_buy;
    uint64_t in_reserve = buy ? m->pool.quote_reserve_raw : m->pool.base_reserve_raw,
             out_reserve = buy ? m->pool.base_reserve_raw : m->pool.quote_reserve_raw, in, out;
    struct cpmm_swap x;
    memset(s, 0, sizeof *s);
    if (!in_reserve || !out_reserve) return failure_no_pool;
    if (!venue_reaches(m, side, in_raw, &in)) return failure_math;
    enum failure bad =
        cpmm_swap_in(&o->rates, in_reserve, out_reserve, in, buy != o->base_is_0, &x);
    if (bad) return bad;
    out = x.out_raw;
    if (buy && !venue_arrives(m, out, &out)) return failure_math;
    s->in_raw = in_raw;
    s->out_raw = out;
    s->base_raw = buy ? out : in_raw;
    s->quote_raw = buy ? x.priced_in_raw : x.priced_out_raw;
    if (buy) {
        s->protocol_fee_raw = x.leaves_raw;
        s->lp_fee_raw = x.trade_fee_raw - x.leaves_raw;
    }
    if (buy == x.creator_of_input) s->creator_fee_raw = x.creator_fee_raw;
    return s->out_raw ? failure_none : failure_math;
}

static const char *build(struct venue_market *m, uint8_t side, uint64_t in_raw, uint64_t limit_raw,
                         struct plan *p)
{
    return venue_add(m, layout_cpmm_in, side, in_raw, limit_raw, p);
}

/* Shares of protocol and fund in a trade fee; they leave the priced reserves. The event leaves them
 * out: these are the shares of the fee configurations 0 to 3, which nearly all pools use. */
static uint64_t shares_of(uint64_t trade)
{
    return (uint64_t)((u128)trade * 120000 / CPMM_RATE_ONE + (u128)trade * 40000 / CPMM_RATE_ONE);
}

/* Is the fee the 25 basis points of the first configuration? common/amm models no other. */
static bool is_modelled(const struct swap_event *e)
{
    uint64_t fee, sum;
    return muldiv_ceil(e->in_raw, 25, BPS_ONE, &fee) &&
           add_u64(e->pool_fee_raw, e->program_fee_raw, &sum) && sum == fee;
}

/* SwapEvent. Older ones do not show which of the two tokens is a; only the vaults of the
 * instruction do. Here a is the input. Older ones lack the fee too, so the reserves after the swap
 * are unknown. */
static bool event(const uint8_t *data, size_t n, struct swap_event *e)
{
    static const uint8_t disc[8] = {0x40, 0xc6, 0xcd, 0xe8, 0x26, 0x08, 0x71, 0xe2};
    struct event_cursor at = {data, n, 8}, *c = &at;
    if (n < 89 || memcmp(data, disc, 8) != 0) return false;
    e->venue = venue_raydium_cpmm;
    e->form = EVENT_TOKENS;
    e->a_to_b = true;
    e->pool = event_key(c);
    uint64_t in_before = event_u64(c), out_before = event_u64(c), in_fee, out_fee;
    e->in_raw = event_u64(c);
    e->out_raw = event_u64(c);
    in_fee = event_u64(c);
    out_fee = event_u64(c);
    event_skip(c, 1 + 32 + 32);
    uint64_t trade = event_u64(c), creator = event_u64(c), leaves = shares_of(trade), a, b;
    bool of_input = event_u8(c) != 0;
    e->trailing = event_trailing(c);
    if (of_input && !add_u64(leaves, creator, &leaves)) return false;
    if (!add_u64(in_before, e->in_raw, &a) || !sub_u64(a, leaves, &a) ||
        !sub_u64(out_before, e->out_raw, &b) || (!of_input && !sub_u64(b, creator, &b)))
        return false;
    if (trade) {
        e->a_reserve_raw = a;
        e->b_reserve_raw = b;
        e->pool_fee_raw = trade - shares_of(trade);
        e->program_fee_raw = leaves;
    }
    if (!add_u64(e->in_raw, in_fee, &e->in_raw) || !sub_u64(e->out_raw, out_fee, &e->out_raw))
        return false;
    e->inferred = !is_modelled(e);
    return true;
}

/* LpChangeEvent: the priced reserves before it, and the amounts that moved. */
static bool market_event(const uint8_t *data, size_t n, struct market_event *e)
{
    static const uint8_t disc[8] = {0x79, 0xa3, 0xcd, 0xc9, 0x39, 0xda, 0x75, 0x3c};
    struct event_cursor at = {data, n, 8}, *c = &at;
    memset(e, 0, sizeof *e);
    if (n < 97 || memcmp(data, disc, 8) != 0) return false;
    e->venue = venue_raydium_cpmm;
    e->by_tokens = true;
    e->pool = event_key(c);
    event_skip(c, 8);
    uint64_t a = event_u64(c), b = event_u64(c), da = event_u64(c), db = event_u64(c);
    event_skip(c, 2 * 8);
    uint8_t kind = event_u8(c);
    e->what = kind == 1 ? pool_event_removed : kind == 0 ? pool_event_added : pool_event_created;
    e->trailing = event_trailing(c);
    bool fits = kind == 1 ? sub_u64(a, da, &a) && sub_u64(b, db, &b)
                          : add_u64(a, da, &a) && add_u64(b, db, &b);
    e->base_reserve_raw = e->base_real_raw = a;
    e->quote_reserve_raw = e->quote_real_raw = b;
    return fits;
}

static const struct venue_error errors[] = {
    {6005, failure_slippage, "the price has moved beyond the limit"}, {0}};

static const uint16_t sizes[] = {POOL_BYTES, CONFIG_BYTES, 4075, 0};

const struct venue_ops venue_row_raydium_cpmm = {
    .venue = venue_raydium_cpmm,
    .program = address_raydium_cpmm,
    .traits = VENUE_VAULTS_PRICE | VENUE_ALL_INSTRUCTIONS | VENUE_ALL_EVENTS,
    .size = sizes,
    .accounts = accounts,
    .read = read_market,
    .quote = quote,
    .build = build,
    .event = event,
    .market = market_event,
    .error = errors};
