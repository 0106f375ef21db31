/* raydium_v4.c - Raydium AMM v4: its accounts and the swap instructions that need no order book
 * (tags 16 and 17). It has no event: its log line (ray_log) is read with the instruction, by the
 * decoder of transactions. Source: raydium-amm, state and processor (July 2026). Must not: know how
 * a transaction is sent. */
#include <string.h>

#include "common/base/num.h"
#include "common/venue/venue.h"

#define AMM_BYTES 752u

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

/* Swaps are allowed in the states 1, 6 and, once its time has come, 7. */
static bool may_swap(const struct venue_market *m, const uint8_t *d)
{
    uint64_t status = load_u64(d);
    return status == 1 || status == 6 || (status == 7 && load_u64(d + 224) <= m->now_s);
}

static enum failure read_pool(struct venue_market *m, const struct venue_account *a)
{
    const uint8_t *d = a->data;
    bool coin_is_base;
    if (!venue_account_is(a, address_raydium_v4, AMM_BYTES) || a->n != AMM_BYTES ||
        !venue_sides(m, d + 400, d + 432, &coin_is_base))
        return failure_no_pool;
    uint64_t num = load_u64(d + 176), den = load_u64(d + 184);
    if (!may_swap(m, d) || den == 0 || num >= den || (u128)num * BPS_ONE % den)
        return failure_no_pool; /* a fee of parts of a basis point: none is known */
    m->fees = (struct amm_fees){.lp_bps = (uint32_t)((u128)num * BPS_ONE / den)};
    m->fees_known = true;
    venue_give(m, acct_coin_vault, d + 336);
    venue_give(m, acct_pc_vault, d + 368);
    return failure_none;
}

/* What is priced: vaults less the profit that waits to be taken. */
static enum failure read_vaults(struct venue_market *m, const struct venue_account *a)
{
    const uint8_t *d = a[2].data;
    uint64_t coin, pc;
    if (!venue_account_is(&a[2], address_raydium_v4, AMM_BYTES) || !venue_balance(&a[0], &coin) ||
        !venue_balance(&a[1], &pc))
        return failure_no_pool;
    if (!sub_u64(coin, load_u64(d + 192), &coin) || !sub_u64(pc, load_u64(d + 200), &pc))
        return failure_math;
    bool coin_is_base = memcmp(d + 400, keyset_get(&m->keys, acct_base_mint, side_buy)->b, 32) == 0;
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

static void reprice(struct venue_market *m) { (void)m; } /* one fee at every size of the pool */

static const char *build(struct venue_market *m, uint8_t side, uint64_t in_raw, uint64_t limit_raw,
                         struct plan *p)
{
    return venue_add(m, layout_raydium_in_v2, side, in_raw, limit_raw, p);
}

static enum failure meaning(uint32_t custom)
{
    return custom == 30 ? failure_slippage : custom == 40 ? failure_funds : failure_congestion;
}

const struct venue_ops venue_row_raydium_v4 = {.venue = venue_raydium_v4,
                                               .program = address_raydium_v4,
                                               .nameless = true,
                                               .accounts = accounts,
                                               .read = read_market,
                                               .quote = venue_quote_amm,
                                               .reprice = reprice,
                                               .build = build,
                                               .failure = meaning};
