/* raydium_v4.c - Raydium AMM v4: its accounts, the swap instructions that need no order book (tags
 * 16 and 17), and the ray_log lines that it writes instead of events. Source: raydium-amm: state,
 * processor, log (July 2026). Must not: send transactions. */
#include <string.h>

#include "common/base/num.h"
#include "common/venue/account.h"
#include "common/venue/venue.h"

#define AMM_BYTES ACCOUNT_BYTES_raydium_v4_pool

static size_t accounts(struct venue_market *m, unsigned round, struct key keys[VENUE_ACCOUNTS])
{
    const struct key *pool = keyset_get(&m->keys, acct_pool, side_buy),
                     *coin = keyset_get(&m->keys, acct_coin_vault, side_buy),
                     *pc = keyset_get(&m->keys, acct_pc_vault, side_buy);
    if (round == 0 && pool) {
        keys[0] = *pool;
        return 1;
    }
    if (round == 1 && pool && coin && pc) {
        keys[0] = *coin;
        keys[1] = *pc;
        keys[2] = *pool;
        return 3;
    }
    return 0;
}

/* The program swaps in the states 1, 6 and, after the opening time, 7. */
static bool may_swap(const struct venue_market *m, const uint8_t *d)
{
    uint64_t status = FIELD_u64(d, raydium_v4_pool_status);
    return status == 1 || status == 6 ||
           (status == 7 && FIELD_u64(d, raydium_v4_pool_pool_open_time) <= m->now_s);
}

static enum failure read_pool(struct venue_market *m, const struct venue_account *a)
{
    const uint8_t *d = a->data;
    bool coin_is_base;
    if (!venue_account_is(a, address_raydium_v4, AMM_BYTES) || a->n != AMM_BYTES ||
        !venue_sides(m, FIELD_key(d, raydium_v4_pool_coin_mint),
                     FIELD_key(d, raydium_v4_pool_pc_mint), &coin_is_base))
        return failure_no_pool;
    uint64_t num = FIELD_u64(d, raydium_v4_pool_swap_fee_numerator),
             den = FIELD_u64(d, raydium_v4_pool_swap_fee_denominator);
    if (!may_swap(m, d) || den == 0 || num >= den || (u128)num * BPS_ONE % den)
        return failure_no_pool; /* parts of a basis point: common/amm models no such fee */
    m->fees = (struct amm_fees){.lp_bps = (uint32_t)((u128)num * BPS_ONE / den)};
    m->fees_known = true;
    venue_give(m, acct_coin_vault, FIELD_key(d, raydium_v4_pool_coin_vault));
    venue_give(m, acct_pc_vault, FIELD_key(d, raydium_v4_pool_pc_vault));
    return failure_none;
}

/* The priced reserves: vaults less the profit that waits to be taken. */
static enum failure read_vaults(struct venue_market *m, const struct venue_account *a)
{
    const uint8_t *d = a[2].data;
    uint64_t coin, pc;
    if (!venue_account_is(&a[2], address_raydium_v4, AMM_BYTES) || !venue_balance(&a[0], &coin) ||
        !venue_balance(&a[1], &pc))
        return failure_no_pool;
    if (!sub_u64(coin, FIELD_u64(d, raydium_v4_pool_need_take_pnl_coin), &coin) ||
        !sub_u64(pc, FIELD_u64(d, raydium_v4_pool_need_take_pnl_pc), &pc))
        return failure_math;
    bool coin_is_base = memcmp(FIELD_key(d, raydium_v4_pool_coin_mint),
                               keyset_get(&m->keys, acct_base_mint, side_buy)->b, 32) == 0;
    m->pool.base_reserve_raw = m->pool.base_real_raw = coin_is_base ? coin : pc;
    m->pool.quote_reserve_raw = m->pool.quote_real_raw = coin_is_base ? pc : coin;
    return failure_none;
}

static enum failure read_market(struct venue_market *m, unsigned round,
                                const struct venue_account *a, size_t n)
{
    if (round == 0) return n >= 1 ? read_pool(m, &a[0]) : failure_no_pool;
    return round == 1 && n >= 3 ? read_vaults(m, a) : failure_no_pool;
}

static void reprice(struct venue_market *m)
{
    (void)m;
} /* the fee does not depend on the reserves */

static const char *build(struct venue_market *m, uint8_t side, uint64_t in_raw, uint64_t limit_raw,
                         struct plan *p)
{
    return venue_add(m, layout_raydium_in_v2, side, in_raw, limit_raw, p);
}

static const struct venue_error errors[] = {
    {22, failure_congestion, "the pool does not allow swaps now"},
    {30, failure_slippage, "the price has moved beyond the limit"},
    {40, failure_funds, "not enough tokens in the wallet"},
    {0}};

static const uint16_t sizes[] = {AMM_BYTES, 2208, 0};

/* ---- its log ---- */

/* ray_log of a swap: type 3 (exact input: amount in, least out) or 4 (exact output: most in, amount
 * out), direction 1 = pc to coin, reserves before it, then the other amount. a: coin, b: pc.
 * Source: raydium-amm, log.rs. */
enum { RAY_BYTES = 57 };

static bool event(const uint8_t *data, size_t n, struct swap_event *e)
{
    if (n < RAY_BYTES || (data[0] != 3 && data[0] != 4)) return false;
    bool exact_in = data[0] == 3;
    uint64_t first = load_u64(data + 1), second = load_u64(data + 9),
             direction = load_u64(data + 17), coin = load_u64(data + 33), pc = load_u64(data + 41),
             last = load_u64(data + 49);
    if (direction != 1 && direction != 2) return false;
    e->venue = venue_raydium_v4;
    e->form = EVENT_TOKENS;
    e->a_to_b = direction == 2;
    e->exactness = exact_in ? exactness_in : exactness_out;
    e->limit_raw = exact_in ? second : first;
    e->trailing = (uint32_t)(n - RAY_BYTES);
    e->a_reserve_raw = coin;
    e->b_reserve_raw = pc;
    if (e->failed) return true;
    e->in_raw = exact_in ? first : last;
    e->out_raw = exact_in ? last : second;
    uint64_t *in = e->a_to_b ? &e->a_reserve_raw : &e->b_reserve_raw,
             *out = e->a_to_b ? &e->b_reserve_raw : &e->a_reserve_raw;
    return muldiv_ceil(e->in_raw, 25, BPS_ONE, &e->pool_fee_raw) && add_u64(*in, e->in_raw, in) &&
           sub_u64(*out, e->out_raw, out);
}

/* ray_log of types 0 (75 bytes: the first amounts), 1 (105: deposit) and 2 (89: withdrawal). The
 * amounts of 1 and 2 are added to, or taken from, the reserves before it. */
static bool market_event(const uint8_t *data, size_t n, struct market_event *e)
{
    static const struct {
        uint8_t bytes, coin, pc, moved_coin, moved_pc;
    } forms[] = {{75, 35, 27, 0, 0}, {105, 25, 33, 81, 89}, {89, 17, 25, 73, 81}};
    static const uint8_t what[] = {pool_event_created, pool_event_added, pool_event_removed};
    memset(e, 0, sizeof *e);
    uint8_t type = n ? data[0] : UINT8_MAX;
    if (type >= COUNT_OF(forms) || n < forms[type].bytes) return false;
    uint64_t coin = load_u64(data + forms[type].coin), pc = load_u64(data + forms[type].pc);
    if (type) {
        uint64_t dc = load_u64(data + forms[type].moved_coin),
                 dp = load_u64(data + forms[type].moved_pc);
        if (!(type == 1 ? add_u64(coin, dc, &coin) && add_u64(pc, dp, &pc)
                        : sub_u64(coin, dc, &coin) && sub_u64(pc, dp, &pc)))
            return false;
    }
    e->venue = venue_raydium_v4;
    e->what = what[type];
    e->by_tokens = true;
    e->base_reserve_raw = e->base_real_raw = coin;
    e->quote_reserve_raw = e->quote_real_raw = pc;
    return true;
}

const struct venue_ops venue_row_raydium_v4 = {
    .venue = venue_raydium_v4,
    .program = address_raydium_v4,
    .traits = VENUE_NAMES_BASE | VENUE_VAULTS_PRICE | VENUE_LOGS_RAY | VENUE_ALL_INSTRUCTIONS,
    .size = sizes,
    .nameless = true,
    .accounts = accounts,
    .read = read_market,
    .quote = venue_quote_amm,
    .reprice = reprice,
    .build = build,
    .event = event,
    .market = market_event,
    .error = errors};
