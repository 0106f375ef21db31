/* fuzz_meteora.c - hostile DAMM v2 pools, DLMM pairs, bitmaps and bin arrays: read, quoted both
 * ways, built into instructions; events too. Input: one byte of choice (venue, side, clock), 8 of
 * amount, then the accounts one after the other, filled up with zeros, with owner, discriminator
 * and the keys that tie them together put in so that what lies behind these checks is reached. */
#include <string.h>

#include "common/venue/account.h"
#include "common/venue/damm_v2.h"
#include "common/venue/dlmm.h"
#include "common/base/num.h"
#include "common/venue/venue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct key pool = {{8}}, user = {{9}};
static struct venue_market m;
static uint8_t bytes[VENUE_ACCOUNTS][VENUE_ACCOUNT_MAX];

/* The next n bytes of the input, or zeros. */
static void take(const uint8_t **p, size_t *left, uint8_t *out, size_t n)
{
    size_t have = n < *left ? n : *left;
    memset(out, 0, n);
    memcpy(out, *p, have);
    *p += have;
    *left -= have;
}

static void patch(uint8_t *d, size_t n, size_t base_at)
{
    static const uint8_t pool_disc[8] = {0xf1, 0x9a, 0x6d, 0x04, 0x11, 0xb1, 0x6d, 0xbc},
                         pair_disc[8] = {0x21, 0x0b, 0x31, 0x62, 0xb5, 0x65, 0xb1, 0x0d};
    memcpy(d, n == ACCOUNT_BYTES_damm_pool ? pool_disc : pair_disc, 8);
    memset(d + base_at, 7, 32);
    memcpy(d + base_at + 32, address_key(address_native_mint)->b, 32);
}

/* Bitmaps come first in round 1, arrays behind them; a byte says of an array which index it claims.
 */
static size_t fill(unsigned round, size_t i, const uint8_t **p, size_t *left)
{
    static const uint8_t array_disc[8] = {0x5c, 0x8e, 0x5c, 0xdc, 0x05, 0x94, 0x46, 0xb5},
                         bitmap_disc[8] = {0x50, 0x6f, 0x7c, 0x71, 0x37, 0xed, 0x12, 0x05};
    bool bitmap = round == 1 && i == 0;
    size_t size =
        round == 0 ? (m.venue == venue_damm_v2 ? ACCOUNT_BYTES_damm_pool : ACCOUNT_BYTES_dlmm_pair)
        : bitmap   ? ACCOUNT_BYTES_dlmm_bitmap
                   : ACCOUNT_BYTES_dlmm_array;
    take(p, left, bytes[i], size);
    if (round == 0)
        patch(bytes[i], size, m.venue == venue_damm_v2 ? 168 : 88);
    else {
        memcpy(bytes[i], bitmap ? bitmap_disc : array_disc, 8);
        memcpy(bytes[i] + (bitmap ? 8 : 24), pool.b, 32);
    }
    return size;
}

static void trade(const struct venue_ops *v, uint8_t side, uint64_t amount)
{
    static struct plan plan;
    struct amm_swap s;
    plan.count = 0;
    if (v->quote(&m, side, amount, &s)) return;
    if (s.out_raw == 0 || s.in_raw != amount) __builtin_trap();
    if (v->build(&m, side, amount, 1, &plan)) __builtin_trap();
    if (plan.count != 1 || plan.ix[0].accounts_count > 22) __builtin_trap();
}

static void market(uint8_t choice, uint64_t amount, const uint8_t *p, size_t left)
{
    const struct venue_ops *v = venue_of(choice & 1 ? venue_dlmm : venue_damm_v2);
    struct venue_account a[VENUE_ACCOUNTS];
    struct key keys[VENUE_ACCOUNTS], mint;
    memset(&mint, 7, sizeof mint);
    memset(&m, 0, sizeof m);
    venue_begin(&m, v->venue, &user, &mint, &pool);
    keyset_set(&m.keys, acct_base_program,
               address_key(choice & 2 ? address_token_2022 : address_token));
    m.now_s = choice & 4 ? 1800000000 : 5;
    m.slot = choice & 4 ? 400000000 : 5;
    if (choice & 8) {
        m.mint.extensions = 1u << TOKEN_EXT_TRANSFER_FEE;
        m.mint.newer_fee = m.mint.older_fee =
            (struct transfer_fee){0, UINT64_MAX, (uint16_t)(choice * 40u)};
    }
    for (unsigned round = 0; round < VENUE_ROUNDS; round++) {
        size_t n = v->accounts(&m, round, keys);
        if (n > VENUE_ACCOUNTS) __builtin_trap();
        if (n == 0) break;
        for (size_t i = 0; i < n; i++)
            a[i] = (struct venue_account){true, *address_key((enum address)v->program), 1, bytes[i],
                                          fill(round, i, &p, &left)};
        if (v->read(&m, round, a, n)) return;
    }
    trade(v, side_buy, amount);
    trade(v, side_sell, amount);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct swap_event e;
    if (n < 9) return 0;
    market(data[0], load_u64(data + 1), data + 9, n - 9);
    if (event_read(address_key(address_dlmm), data, n, &e) && (e.older || !event_side(&e, true)) &&
        e.venue != venue_dlmm)
        __builtin_trap();
    if (event_read(address_key(address_damm_v2), data, n, &e) && !event_side(&e, false) &&
        e.venue != venue_damm_v2)
        __builtin_trap();
    return 0;
}
