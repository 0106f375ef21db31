/* raydium_cpmm.c - Raydium CPMM: accounts, the exact quote with the pool's own fee configuration,
 * instructions, event. Source: raydium-cp-swap (December 2025), states and
 * curve/{calculator,fees,constant_product}. Rates are millionths; protocol and fund shares are of
 * the trade fee and leave the priced reserves, as does the creator's fee; the creator's fee is of
 * the input or the output. Must not: know how a transaction is sent. */
#include <string.h>

#include "common/base/num.h"
#include "common/venue/venue.h"

#define POOL_BYTES   637u
#define CONFIG_BYTES 236u
#define RATE_ONE     1000000u

/* In the market's space. */
struct cpmm {
    uint64_t trade_rate, protocol_rate, fund_rate, creator_rate;
    uint8_t creator_on;
    bool base_is_0;
};

static const uint8_t pool_disc[8] = {0xf7, 0xed, 0xe3, 0xf5, 0xd7, 0xc3, 0xde, 0x46};

static struct cpmm *own(struct venue_market *m) { return (struct cpmm *)(void *)m->space; }
static const struct cpmm *own_const(const struct venue_market *m)
{
    return (const struct cpmm *)(const void *)m->space;
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
    if (!is_pool(a) || !venue_sides(m, d + 168, d + 200, &base_is_0)) return failure_no_pool;
    if (d[329] & 4 || load_u64(d + 373) > m->now_s)
        return failure_no_pool; /* swaps are switched off, or not yet open */
    own(m)->base_is_0 = base_is_0;
    venue_give(m, acct_amm_config, d + 8);
    venue_give(m, acct_observation, d + 296);
    venue_give(m, acct_base_vault, d + (base_is_0 ? 72 : 104));
    venue_give(m, acct_quote_vault, d + (base_is_0 ? 104 : 72));
    return failure_none;
}

/* Fees that wait in a vault and are no part of the price. */
static bool waiting(const uint8_t *d, unsigned token, uint64_t *sum)
{
    uint64_t v = load_u64(d + 341 + 8 * token);
    return add_u64(v, load_u64(d + 357 + 8 * token), &v) &&
           add_u64(v, load_u64(d + 397 + 8 * token), sum);
}

static enum failure read_reserves(struct venue_market *m, const struct venue_account *a)
{
    struct cpmm *c = own(m);
    const uint8_t *d = a[0].data, *g = a[1].data;
    uint64_t base, quote, base_held, quote_held;
    if (!is_pool(&a[0]) || !venue_account_is(&a[1], address_raydium_cpmm, CONFIG_BYTES) ||
        !venue_balance(&a[2], &base) || !venue_balance(&a[3], &quote))
        return failure_no_pool;
    c->trade_rate = load_u64(g + 12);
    c->protocol_rate = load_u64(g + 20);
    c->fund_rate = load_u64(g + 28);
    c->creator_rate = d[390] ? load_u64(g + 108) : 0;
    c->creator_on = d[389];
    if (c->trade_rate >= RATE_ONE || c->creator_rate >= RATE_ONE ||
        c->trade_rate + c->creator_rate >= RATE_ONE)
        return failure_math;
    if (!waiting(d, c->base_is_0 ? 0 : 1, &base_held) ||
        !waiting(d, c->base_is_0 ? 1 : 0, &quote_held) || !sub_u64(base, base_held, &base) ||
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

/* Is the creator's fee taken of the input? 0: always; 1, 2: of that token alone. */
static bool creator_of_input(const struct cpmm *c, bool in_is_0)
{
    return c->creator_on == 0 || (c->creator_on == 1) == in_is_0;
}

static enum failure quote(const struct venue_market *m, uint8_t side, uint64_t in_raw,
                          struct amm_swap *s)
{
    const struct cpmm *c = own_const(m);
    bool buy = side == side_buy, of_input = creator_of_input(c, buy != c->base_is_0);
    uint64_t in_reserve = buy ? m->pool.quote_reserve_raw : m->pool.base_reserve_raw,
             out_reserve = buy ? m->pool.base_reserve_raw : m->pool.quote_reserve_raw;
    uint64_t rate = c->trade_rate + (of_input ? c->creator_rate : 0), total, creator = 0, in, x,
             sum, out;
    memset(s, 0, sizeof *s);
    if (!in_reserve || !out_reserve) return failure_no_pool;
    if (!venue_reaches(m, side, in_raw, &in) || !muldiv_ceil(in, rate, RATE_ONE, &total) ||
        (of_input && rate && !muldiv_floor(total, c->creator_rate, rate, &creator)))
        return failure_math;
    if (!sub_u64(in, total, &x) || x == 0 || !add_u64(in_reserve, x, &sum) ||
        !muldiv_floor(out_reserve, x, sum, &out))
        return failure_math;
    uint64_t trade = total - creator, net_out = out;
    if (!of_input && (!muldiv_ceil(out, c->creator_rate, RATE_ONE, &creator) ||
                      !sub_u64(out, creator, &net_out)))
        return failure_math;
    if (buy && !venue_arrives(m, net_out, &net_out)) return failure_math;
    uint64_t leaves = (uint64_t)((u128)trade * c->protocol_rate / RATE_ONE +
                                 (u128)trade * c->fund_rate / RATE_ONE);
    s->in_raw = in_raw;
    s->out_raw = net_out;
    s->base_raw = buy ? net_out : in_raw;
    s->quote_raw = buy ? x : out;
    if (buy) {
        s->protocol_fee_raw = leaves;
        s->lp_fee_raw = trade - leaves;
    }
    if (buy == of_input) s->creator_fee_raw = creator;
    return s->out_raw ? failure_none : failure_math;
}

static const char *build(struct venue_market *m, uint8_t side, uint64_t in_raw, uint64_t limit_raw,
                         struct plan *p)
{
    return venue_add(m, layout_cpmm_in, side, in_raw, limit_raw, p);
}

/* Protocol's and fund's shares of a trade fee; they leave the priced reserves. The event does not
 * tell them: these are the shares of the fee configurations 0 to 3, on which nearly all pools are.
 */
static uint64_t shares_of(uint64_t trade)
{
    return (uint64_t)((u128)trade * 120000 / RATE_ONE + (u128)trade * 40000 / RATE_ONE);
}

/* Is the fee the 25 basis points of the first configuration? common/amm models no other. */
static bool is_modelled(const struct swap_event *e)
{
    uint64_t fee, sum;
    return muldiv_ceil(e->in_raw, 25, BPS_ONE, &fee) &&
           add_u64(e->pool_fee_raw, e->program_fee_raw, &sum) && sum == fee;
}

/* SwapEvent. Which of the two tokens is a is not in older ones: only the vaults of the instruction
 * tell; a is the input here. Older ones do not tell the fee either, so they do not tell the
 * reserves after. */
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

/* LpChangeEvent: the priced reserves before it, and what came or went. */
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
