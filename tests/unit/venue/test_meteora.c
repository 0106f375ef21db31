/* test_meteora.c - Meteora: fixed-point powers, fees, pools and pairs at their edges, known
 * addresses, events; with SLUICE_DATA, real DLMM instructions. Quotes and instructions against the
 * official SDKs: tests/venue/golden/test_golden.sh. The programs themselves are in no package, so
 * that nothing is executed here as it is for pump.fun. */
#include "common/venue/damm_v2.h"
#include "common/venue/account.h"
#include "common/venue/dlmm.h"
#include "common/amm/q64.h"
#include "common/base/text.h"
#include "common/io/json.h"
#include "common/sol/core.h"
#include "common/sol/pda.h"
#include "common/venue/venue.h"
#include "tests/unit/tap.h"

static void put(uint8_t *d, size_t at, size_t n, u128 v)
{
    for (size_t i = 0; i < n; i++) d[at + i] = (uint8_t)(v >> (8 * i));
}

/* ---- fixed point ---- */

static void powers(void)
{
    u128 p, q;
    ok(q64_pow(5, 0, &p) && p == Q64_ONE, "anything to the power of 0 is 1");
    ok(q64_pow(Q64_ONE + (Q64_ONE / 10000) * 25, 1, &p) && p >> 64 == 1, "1.0025^1");
    ok(!q64_pow(Q64_ONE * 2, 1 << 19, &p) && !q64_pow(Q64_ONE * 2, -(1 << 19), &p) &&
           !q64_pow(Q64_ONE * 2, INT32_MIN, &p),
       "exponents end below 2^19");
    ok(!q64_pow(Q64_ONE / 2, 65, &p) && !q64_pow(0, 1, &p), "a power that vanishes fails");
    ok(q64_pow(Q64_ONE / 2, 3, &p) && p == Q64_ONE / 8, "(1/2)^3");
    ok(q64_pow(Q64_ONE / 2, -3, &q) && q == U128_MAX / p, "a negative exponent inverts");
}

/* ---- DAMM v2 ---- */

/* A full-range pool of 1,000 SOL and 10^12 tokens (a: the token), linear fees from 50 % to 1 % over
 * 49 periods of 10 s, active at 1000. */
static void make_damm(uint8_t *d)
{
    static const uint8_t disc[8] = {0xf1, 0x9a, 0x6d, 0x04, 0x11, 0xb1, 0x6d, 0xbc};
    memset(d, 0, ACCOUNT_BYTES_damm_pool);
    memcpy(d, disc, 8);
    put(d, 8, 8, 500000000);
    put(d, 22, 2, 49);
    put(d, 24, 8, 10);
    put(d, 32, 8, 10000000);
    d[48] = 20;
    memset(d + 168, 7, 32);
    memcpy(d + 200, address_key(address_native_mint)->b, 32);
    put(d, 360, 16, (u128)1000000000000 << 64); /* sqrt(10^12 * 10^12) */
    put(d, 424, 16, 4295048016);
    put(d, 440, 16, (u128)79226673521066979 * 1000000000000 + 257578248091);
    put(d, 456, 16, Q64_ONE);
    put(d, 472, 8, 1000);
    d[480] = 1;
    d[484] = DAMM_ONLY_B;
    d[486] = 1;
    put(d, 680, 8, 1000000000000);
    put(d, 688, 8, 1000000000000);
    d[696] = 1;
}

static uint64_t fee_of(const struct damm_pool *p, bool a_to_b, uint64_t in, uint64_t at)
{
    struct damm_swap s;
    return damm_swap_in(p, a_to_b, in, at, &s) ? 0 : s.lp_fee + s.protocol_fee;
}

static void damm_fees(void)
{
    uint8_t d[ACCOUNT_BYTES_damm_pool];
    struct damm_pool p;
    struct damm_swap s;
    make_damm(d);
    ok(!damm_v2_read(d, sizeof d, &p), "a pool is read");
    is_u64(fee_of(&p, false, 1000000, 1000), 500000, "the fee at the start is half");
    is_u64(fee_of(&p, false, 1000000, 1009), 500000, "until the first period is over");
    is_u64(fee_of(&p, false, 1000000, 1010), 490000, "then one step less");
    is_u64(fee_of(&p, false, 1000000, 99999), 10000, "and 1 %% at the end");
    ok(damm_swap_in(&p, false, 1000000, 99999, &s) == failure_none && s.on_input &&
           s.protocol_fee == 2000 && s.lp_fee == 8000,
       "a fifth of it is the protocol's");
    ok(damm_swap_in(&p, true, 1000000, 99999, &s) == failure_none && !s.on_input &&
           s.out + s.lp_fee + s.protocol_fee == 999999,
       "a sale pays it of what it brings");
    p.cliff = 999000000;
    p.periods = 0;
    p.fee_version = 0;
    is_u64(fee_of(&p, false, 1000000, 1000), 500000, "version 0 caps at 50 %%");
    p.fee_version = 1;
    is_u64(fee_of(&p, false, 1000000, 1000), 990000, "version 1 at 99 %%");
    p.cliff = 10000000;
    p.dynamic = 1;
    p.volatility = 20000;
    p.bin_step = 1;
    p.variable_control = 1000000;
    is_u64(fee_of(&p, false, 1000000000, 99999), 10004000,
           "the dynamic fee comes on top: 20000^2 * 10^6 / 10^11 = 4000 of 10^9");
    p.dynamic = 0;
    p.fee_mode = DAMM_RATE_LIMITER;
    p.third = 1000;
    p.periods = 100;
    p.duration = 60;
    p.step = 5000;
    is_u64(fee_of(&p, false, 1000, 1000), 10,
           "the rate limiter leaves the reference amount at the base fee");
    is_u64(fee_of(&p, false, 2000, 1060), 30, "charges the next more");
    is_u64(fee_of(&p, false, 2000, 1061), 20, "until its duration is over");
    ok(damm_limited(&p, false, 1060) && !damm_limited(&p, false, 1061) &&
           !damm_limited(&p, true, 1000),
       "and only limits buys of a");
    is_u64(fee_of(&p, true, 200000, 1000), 2000, "a sale pays the base fee");
}

static void damm_edges(void)
{
    uint8_t d[ACCOUNT_BYTES_damm_pool];
    struct damm_pool p;
    struct damm_swap s;
    make_damm(d);
    ok(damm_v2_read(d, sizeof d - 1, &p) && damm_v2_read(d, 0, &p), "a short account is none");
    static const struct {
        size_t at;
        uint8_t v;
    } wrong[] = {{0, 0}, {16, 5}, {480, 2}, {482, 2}, {484, 3}, {486, 2}, {696, 2}, {48, 101}};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        make_damm(d);
        d[wrong[i].at] = wrong[i].v;
        ok(damm_v2_read(d, sizeof d, &p), "byte %zu = %u is not known and refused", wrong[i].at,
           wrong[i].v);
    }
    make_damm(d);
    put(d, 360, 16, 0);
    ok(damm_v2_read(d, sizeof d, &p), "no liquidity, no pool");
    make_damm(d);
    damm_v2_read(d, sizeof d, &p);
    ok(damm_swap_in(&p, true, 0, 99999, &s) == failure_math, "nothing is no swap");
    ok(damm_swap_in(&p, false, UINT64_MAX, 99999, &s) == failure_none && s.out < 1000000000000,
       "the whole range takes any amount");
    p.sqrt_max = Q64_ONE + 1;
    ok(damm_swap_in(&p, false, 1000000000000, 99999, &s) == failure_math, "a narrow one does not");
    make_damm(d);
    damm_v2_read(d, sizeof d, &p);
    p.token_a = 5;
    ok(damm_swap_in(&p, false, 1000000, 99999, &s) == failure_math, "no more than the pool holds");
    p.cliff = 5;
    p.periods = 49;
    ok(damm_swap_in(&p, false, 1000, 99999, &s) == failure_math,
       "a schedule below zero fails as on chain");
}

static void damm_holdings(void)
{
    uint8_t d[ACCOUNT_BYTES_damm_pool];
    struct damm_pool p;
    uint64_t a, b;
    make_damm(d);
    damm_v2_read(d, sizeof d, &p);
    ok(damm_held(&p, &a, &b) && a == 1000000000000 && b == 1000000000000,
       "a pool that counts says what it holds");
    p.counted = 0;
    p.token_a = p.token_b = 0;
    ok(damm_held(&p, &a, &b) && a == 999999999767 && b == 999999999767,
       "an older one holds what its liquidity is made of between its prices");
}

static enum failure read_damm(struct venue_market *m, const uint8_t *d, uint64_t now)
{
    struct key mint, user = {{9}}, pool = {{8}}, keys[VENUE_ACCOUNTS];
    const struct venue_ops *v = venue_of(venue_damm_v2);
    struct venue_account a = {true, *address_key(address_damm_v2), 1, d, ACCOUNT_BYTES_damm_pool};
    memset(&mint, 7, sizeof mint);
    memset(m, 0, sizeof *m);
    venue_begin(m, venue_damm_v2, &user, &mint, &pool);
    keyset_set(&m->keys, acct_base_program, address_key(address_token));
    m->now_s = now;
    return v->accounts(m, 0, keys) == 1 && key_equal(&keys[0], &pool) ? v->read(m, 0, &a, 1)
                                                                      : failure_duplicate;
}

static void damm_market(void)
{
    static struct venue_market m;
    uint8_t d[ACCOUNT_BYTES_damm_pool];
    struct amm_swap s;
    make_damm(d);
    ok(read_damm(&m, d, 1000) == failure_none && m.pool.base_reserve_raw == 1000000000000 &&
           m.pool.quote_reserve_raw == 1000000000000,
       "a market and its pricing reserves");
    ok(read_damm(&m, d, 999) == failure_no_pool, "not open yet");
    d[481] = 1;
    ok(read_damm(&m, d, 1000) == failure_no_pool, "switched off");
    make_damm(d);
    d[482] = 1;
    ok(read_damm(&m, d, 1000) == failure_no_pool, "another token program than the mint's");
    make_damm(d);
    d[168] = 0;
    ok(read_damm(&m, d, 1000) == failure_no_pool, "another mint");
    make_damm(d);
    read_damm(&m, d, 99999);
    m.mint.extensions = 1u << TOKEN_EXT_TRANSFER_FEE;
    m.mint.newer_fee = m.mint.older_fee = (struct transfer_fee){0, UINT64_MAX, 1000};
    uint64_t fee = token_transfer_fee(&m.mint, 1, 1000000);
    ok(venue_of(venue_damm_v2)->quote(&m, side_sell, 1000000, &s) == failure_none &&
           fee == 100000 && s.quote_raw == 899999 && s.in_raw == 1000000,
       "a token's transfer fee is kept from what it sells");
    ok(venue_of(venue_damm_v2)->quote(&m, side_buy, 1, &s) == failure_math && s.out_raw == 0,
       "what brings nothing is no quote");
    ok(venue_failure(venue_of(venue_damm_v2), 6002) == failure_slippage &&
           venue_failure(venue_of(venue_damm_v2), 6003) == failure_no_pool,
       "the program's errors");
}

static void damm_event(void)
{
    uint8_t d[188] = {0xbd, 0x42, 0x33, 0xa8, 0x26, 0x50, 0x75, 0x99};
    struct swap_event e;
    d[40] = 1;
    d[41] = DAMM_ONLY_B; /* b to a, fee of the input */
    put(d, 92, 16, Q64_ONE);
    put(d, 108, 8, 8);
    put(d, 116, 8, 2);
    put(d, 140, 8, 1000);
    put(d, 148, 8, 985);
    put(d, 156, 8, 980);
    put(d, 164, 8, 77);
    put(d, 172, 8, 5000000);
    put(d, 180, 8, 5000100);
    ok(event_read(address_key(address_damm_v2), d, sizeof d, &e) && e.form == EVENT_TOKENS &&
           !e.a_to_b && !e.fee_on_output && e.in_raw == 1000 && e.out_raw == 980 &&
           e.pool_fee_raw == 8 && e.program_fee_raw == 2,
       "EvtSwap2");
    ok(e.a_reserve_raw == 5000000 && e.b_reserve_raw == 5000100 && e.time_s == 77 &&
           e.trailing == 0,
       "its reserves have the price it states");
    ok(event_side(&e, true) && e.side == side_buy && e.quote_raw == 990 && e.base_raw == 980 &&
           e.lp_fee_raw == 8,
       "as base and quote");
    put(d, 180, 8, 6000000);
    ok(event_read(address_key(address_damm_v2), d, sizeof d, &e) && e.a_reserve_raw == 0,
       "reserves of a narrow pool are no pricing reserves");
    d[41] = 9;
    ok(!event_read(address_key(address_damm_v2), d, sizeof d, &e) &&
           !event_read(address_key(address_damm_v2), d, sizeof d - 1, &e),
       "unknown or cut events are none");
}

/* ---- DLMM ---- */

static const struct key pair_key = {{8}};

/* Bin step 100 bps, active bin 5, base fee 1 % (factor 10000), no variable fee, both outer ends of
 * the inner bitmap empty. */
static void make_pair(uint8_t *d)
{
    static const uint8_t disc[8] = {0x21, 0x0b, 0x31, 0x62, 0xb5, 0x65, 0xb1, 0x0d};
    memset(d, 0, ACCOUNT_BYTES_dlmm_pair);
    memcpy(d, disc, 8);
    put(d, 8, 2, 10000);
    put(d, 10, 2, 30);
    put(d, 12, 2, 600);
    put(d, 14, 2, 5000);
    put(d, 20, 4, 300000);
    put(d, 32, 2, 1000);
    put(d, 48, 4, 5);
    put(d, 76, 4, 5);
    put(d, 80, 2, 100);
    d[35] = 2; /* limit orders */
    memset(d + 88, 7, 32);
    memcpy(d + 120, address_key(address_native_mint)->b, 32);
    d[584 + 64] = 1; /* array 0 */
}

static void make_array(uint8_t *d, int32_t index)
{
    static const uint8_t disc[8] = {0x5c, 0x8e, 0x5c, 0xdc, 0x05, 0x94, 0x46, 0xb5};
    memset(d, 0, ACCOUNT_BYTES_dlmm_array);
    memcpy(d, disc, 8);
    put(d, 8, 8, (u128)(i128)index);
    memcpy(d + 24, pair_key.b, 32);
}

static uint8_t *bin_of(uint8_t *array, int i) { return array + 56 + i * 144; }

/* Active bin 5: 1,000 X and 1,000 Y; bins 4 and 6: 1,000 of providers and limit orders of 500 and
 * 300. */
static void fill_array(uint8_t *d)
{
    make_array(d, 0);
    put(bin_of(d, 5), 0, 8, 1000);
    put(bin_of(d, 5), 8, 8, 1000);
    put(bin_of(d, 4), 8, 8, 1000);
    put(bin_of(d, 4), 112, 8, 500);
    put(bin_of(d, 4), 128, 8, 300);
    put(bin_of(d, 6), 0, 8, 1000);
    put(bin_of(d, 6), 112, 8, 500);
    put(bin_of(d, 6), 128, 8, 300);
    bin_of(d, 6)[140] = 1;
}

static void load_pair(struct dlmm_pair *p)
{
    static uint8_t d[ACCOUNT_BYTES_dlmm_pair], a[ACCOUNT_BYTES_dlmm_array];
    make_pair(d);
    fill_array(a);
    ok(!dlmm_read_pair(d, sizeof d, p) &&
           !dlmm_read_array(a, sizeof a, &pair_key, p, DLMM_DOWN, 0, 0) &&
           !dlmm_read_array(a, sizeof a, &pair_key, p, DLMM_UP, 0, 0),
       "a pair and its bins are read");
}

static void dlmm_prices(void)
{
    u128 p;
    ok(dlmm_price(100, 0, &p) && p == Q64_ONE, "the price of bin 0 is 1");
    ok(dlmm_price(10, 5000, &p) && p >> 64 == 148,
       "1.001^5000 = 148.04, as the program's powers give it");
    ok(dlmm_price(1, -443636, &p) && p == 1 && dlmm_price(1, 443636, &p) && p >> 126,
       "the ends of the range");
    is_i64(dlmm_array_of(-1), -1, "bin -1 lies in array -1");
    is_i64(dlmm_array_of(-70), -1, "bin -70 too");
    is_i64(dlmm_array_of(-71), -2, "bin -71 in array -2");
    is_i64(dlmm_array_of(69), 0, "bin 69 in array 0");
}

static void dlmm_walks(void)
{
    static struct dlmm_pair p;
    struct dlmm_swap s;
    load_pair(&p);
    /* Y for X at 1.01^5 = 1.05101: 100 Y pay 1 % = 1, 99 buy floor(99 / 1.05101) = 94. */
    ok(dlmm_swap_in(&p, DLMM_UP, 100, 100, &s) == failure_none && s.out == 94 &&
           s.lp_fee + s.protocol_fee == 1 && s.on_input && s.arrays == 1,
       "within the active bin");
    /* All 1,000 X of bin 5 cost ceil(1051.01) = 1052 and a fee of ceil(1052 / 99) = 11; bin 6 then
     * sells providers' X first, limit orders next. */
    ok(dlmm_swap_in(&p, DLMM_UP, 1063, 100, &s) == failure_none && s.out == 1000,
       "the whole active bin");
    /* 1,927 left, 20 of it fee: 1,000 for 1,062, 300 for 319, and 526 buy floor(526 / 1.06152) =
     * 495. */
    ok(dlmm_swap_in(&p, DLMM_UP, 2990, 100, &s) == failure_none && s.out == 2795,
       "on into the next one and its limit orders");
    ok(dlmm_swap_in(&p, DLMM_UP, 2995, 100, &s) == failure_none && s.out == 2800 &&
           dlmm_swap_in(&p, DLMM_UP, 2996, 100, &s) == failure_math,
       "all that the bins hold, and no more");
    p.collect = 1;
    ok(dlmm_swap_in(&p, DLMM_DOWN, 100, 100, &s) == failure_none && !s.on_input && s.out == 103 &&
           s.lp_fee + s.protocol_fee == 2,
       "fees in Y alone: a sale of X pays of what it brings");
    ok(dlmm_swap_in(&p, DLMM_UP, 100, 100, &s) == failure_none && s.on_input,
       "a purchase of X of what it costs");
    ok(dlmm_swap_in(&p, DLMM_UP, 0, 100, &s) == failure_math, "nothing is no swap");
    p.array[DLMM_UP][0].loaded = false;
    ok(dlmm_swap_in(&p, DLMM_UP, 100, 100, &s) == failure_math,
       "bins that are not there are not guessed");
}

/* Fee of 10^6 X that stay in the active bin. */
static uint64_t dlmm_fee(struct dlmm_pair *p, uint64_t now)
{
    struct dlmm_swap s;
    p->array[DLMM_DOWN][0].bin[5].provided = UINT64_C(1) << 40;
    return dlmm_swap_in(p, DLMM_DOWN, 1000000, now, &s) ? 0 : s.lp_fee + s.protocol_fee;
}

static void dlmm_fees(void)
{
    static struct dlmm_pair p;
    load_pair(&p);
    is_u64(dlmm_fee(&p, 100), 10000, "base fee: 10000 * 100 * 10 of 10^9 is 1 %%");
    p.variable_control = 10000;
    p.volatility = 20000;
    p.updated_s = 90;
    p.index_reference = 3;
    p.volatility_reference = 0;
    is_u64(dlmm_fee(&p, 100), 10400,
           "soon after a swap the reference stays: 2 bins away, (20000 * 100)^2 * 10^4 / 10^11 = "
           "400000 of 10^9 on top");
    is_u64(dlmm_fee(&p, 120), 10100,
           "after the filter period half of the volatility is left: a quarter of that");
    is_u64(dlmm_fee(&p, 690), 10000, "after the decay period none");
    p.max_volatility = 10000;
    is_u64(dlmm_fee(&p, 100), 10100, "volatility is capped");
    p.power = 3;
    is_u64(dlmm_fee(&p, 100), 100000, "and the whole fee at 10 %%");
    p.power = 0;
    p.reduction_factor = 65535;
    p.volatility = UINT32_MAX;
    is_u64(dlmm_fee(&p, 120), 0, "a product beyond the program's 32 bits is refused");
}

static void dlmm_bitmaps(void)
{
    static struct dlmm_pair p;
    static uint8_t d[ACCOUNT_BYTES_dlmm_bitmap] = {0x50, 0x6f, 0x7c, 0x71, 0x37, 0xed, 0x12, 0x05};
    static uint8_t pair[ACCOUNT_BYTES_dlmm_pair];
    int32_t at = 99;
    make_pair(pair);
    pair[584] = 1;
    pair[584 + 127] = 0x80; /* arrays -512 and 511 */
    dlmm_read_pair(pair, sizeof pair, &p);
    ok(dlmm_next_array(&p, DLMM_UP, 0, &at) && at == 0 && dlmm_next_array(&p, DLMM_UP, 1, &at) &&
           at == 511 && dlmm_next_array(&p, DLMM_DOWN, -1, &at) && at == -512,
       "arrays of the inner bitmap");
    ok(!dlmm_next_array(&p, DLMM_UP, 512, &at) && !dlmm_next_array(&p, DLMM_DOWN, -513, &at) &&
           !dlmm_next_array(&p, DLMM_DOWN, 600, &at),
       "beyond it nothing is known without the outer ones");
    memcpy(d + 8, pair_key.b, 32);
    d[40] = 2;
    d[40 + 767] = 0x80;
    d[808] = 1;
    d[808 + 64] = 4; /* 513 and 6655; -513 and -1027 */
    struct key other = {{1}};
    ok(dlmm_read_bitmap(d, sizeof d, &other, &p) &&
           dlmm_read_bitmap(d, sizeof d - 1, &pair_key, &p) &&
           !dlmm_read_bitmap(d, sizeof d, &pair_key, &p),
       "outer bitmaps, of this pair only");
    ok(dlmm_next_array(&p, DLMM_UP, 512, &at) && at == 513 &&
           dlmm_next_array(&p, DLMM_UP, 514, &at) && at == 6655 &&
           dlmm_next_array(&p, DLMM_DOWN, 600, &at) && at == 513,
       "above");
    ok(dlmm_next_array(&p, DLMM_DOWN, -513, &at) && at == -513 &&
           dlmm_next_array(&p, DLMM_DOWN, -514, &at) && at == -1027 &&
           dlmm_next_array(&p, DLMM_UP, -1026, &at) && at == -513,
       "below");
    ok(dlmm_next_array(&p, DLMM_UP, -512, &at) && at == -512 &&
           dlmm_next_array(&p, DLMM_DOWN, 512, &at) && at == 511,
       "from one into the other");
    ok(!dlmm_next_array(&p, DLMM_DOWN, -1028, &at) && !dlmm_next_array(&p, DLMM_UP, 6656, &at),
       "the ends");
}

static void dlmm_accounts(void)
{
    static struct dlmm_pair p;
    static uint8_t d[ACCOUNT_BYTES_dlmm_pair], a[ACCOUNT_BYTES_dlmm_array];
    static const struct {
        size_t at;
        uint8_t v;
    } wrong[] = {{0, 0},   {35, 3},  {36, 2}, {75, 4},    {86, 2},
                 {880, 2}, {34, 10}, {80, 0}, {33, 0x40}, {79, 0x7f}};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        make_pair(d);
        d[wrong[i].at] = wrong[i].v;
        ok(dlmm_read_pair(d, sizeof d, &p), "byte %zu = %u is not known and refused", wrong[i].at,
           wrong[i].v);
    }
    make_pair(d);
    d[75] = 2;
    put(d, 816, 8, 1000);
    dlmm_read_pair(d, sizeof d, &p);
    ok(!dlmm_open(&p, 999, 5000) && dlmm_open(&p, 1000, 0), "a pair that opens at a slot");
    p.by_time = 1;
    ok(!dlmm_open(&p, 5000, 999) && dlmm_open(&p, 0, 1000), "or at a time");
    p.pair_type = 0;
    p.activation = UINT64_MAX;
    ok(dlmm_open(&p, 0, 0), "others are open at once");
    p.status = 1;
    ok(!dlmm_open(&p, 0, 0), "unless switched off");
    fill_array(a);
    put(bin_of(a, 4), 16, 16, 12345);
    ok(dlmm_read_array(a, sizeof a, &pair_key, &p, DLMM_DOWN, 0, 0),
       "a bin of another price than the formula's");
    fill_array(a);
    ok(dlmm_read_array(a, sizeof a, &pair_key, &p, DLMM_DOWN, 0, 1) &&
           dlmm_read_array(a, sizeof a - 1, &pair_key, &p, DLMM_DOWN, 0, 0),
       "another array, or a short one");
    make_pair(d);
    d[35] = 0;
    d[264] = 1;
    dlmm_read_pair(d, sizeof d, &p);
    ok(!p.orders, "undetermined pairs with rewards fill no limit orders");
    d[264] = 0;
    dlmm_read_pair(d, sizeof d, &p);
    ok(p.orders, "those without do");
    fill_array(a);
    p.orders = false;
    ok(!dlmm_read_array(a, sizeof a, &pair_key, &p, DLMM_UP, 0, 0) &&
           p.array[DLMM_UP][0].bin[6].provided == 1000 && p.array[DLMM_UP][0].bin[6].open == 0,
       "and where none are filled none are read");
    p.orders = true;
    dlmm_read_array(a, sizeof a, &pair_key, &p, DLMM_UP, 0, 0);
    ok(p.array[DLMM_UP][0].bin[6].open == 500 && p.array[DLMM_UP][0].bin[6].processed == 300 &&
           p.array[DLMM_UP][0].bin[4].open == 0,
       "orders of the other side are not for this direction");
}

/* Read the two accounts that exist into a market, in rounds. */
static enum failure read_dlmm(struct venue_market *m, const uint8_t *pair, const uint8_t *array)
{
    struct key mint, user = {{9}}, keys[VENUE_ACCOUNTS];
    const struct venue_ops *v = venue_of(venue_dlmm);
    struct venue_account a[VENUE_ACCOUNTS] = {
        {true, *address_key(address_dlmm), 1, pair, ACCOUNT_BYTES_dlmm_pair}};
    memset(&mint, 7, sizeof mint);
    memset(m, 0, sizeof *m);
    venue_begin(m, venue_dlmm, &user, &mint, &pair_key);
    keyset_set(&m->keys, acct_base_program, address_key(address_token));
    m->now_s = 100;
    enum failure bad = v->accounts(m, 0, keys) == 1 ? v->read(m, 0, a, 1) : failure_duplicate;
    if (bad) return bad;
    size_t n = v->accounts(m, 1, keys);
    if (n != 2) return failure_duplicate; /* bitmaps, and one array for both directions */
    a[0].exists = false;
    a[1] = (struct venue_account){true, *address_key(address_dlmm), 1, array,
                                  ACCOUNT_BYTES_dlmm_array};
    bad = v->read(m, 1, a, n);
    return bad || !v->accounts(m, 2, keys) ? bad : failure_duplicate;
}

/* A live buy of a Token-2022 coin with a tip, as live.c plans it. */
static size_t wire_bytes(struct venue_market *m, uint64_t in)
{
    static struct plan p;
    static uint8_t message[TX_V1_BYTES_MAX];
    struct key user = {{9}}, account = {{10}}, wsol = {{11}}, mint;
    size_t n = 0;
    memset(&mint, 7, sizeof mint);
    memset(&p, 0, sizeof p);
    p.payer = user;
    core_compute_limit(&p, 300000);
    core_compute_price(&p, 5);
    core_create_token_account(&p, &user, &wsol, &user, address_key(address_native_mint),
                              address_key(address_token));
    core_transfer(&p, &user, &wsol, in);
    core_sync_native(&p, &wsol);
    core_create_token_account(&p, &user, &account, &user, &mint, address_key(address_token_2022));
    if (venue_of(venue_dlmm)->build(m, side_buy, in, 1, &p)) return 0;
    core_close_token_account(&p, address_key(address_token), &wsol, &user, &user);
    core_transfer(&p, &user, address_key(address_jito_tip_0), 1000);
    ix_account(&p.ix[p.count - 1], address_key(address_jito_dont_front), 0);
    return plan_build(&p, BUILD_LEGACY, NULL, 0, message, &n) ? 0 : plan_tx_bytes(n, 1);
}

static void dlmm_market(void)
{
    static struct venue_market m;
    static struct plan p;
    static uint8_t pair[ACCOUNT_BYTES_dlmm_pair], array[ACCOUNT_BYTES_dlmm_array];
    struct amm_swap s;
    make_pair(pair);
    fill_array(array);
    ok(read_dlmm(&m, pair, array) == failure_none, "a market in two rounds");
    ok(m.pool.quote_real_raw == 2800 && m.pool.base_real_raw == 2800 &&
           m.pool.quote_reserve_raw == 5742 && m.pool.base_reserve_raw == 5464,
       "reserves: what the bins hold, at the active price");
    ok(venue_of(venue_dlmm)->quote(&m, side_buy, 100, &s) == failure_none && s.out_raw == 94 &&
           s.quote_raw == 99 && s.base_raw == 94,
       "a purchase");
    ok(venue_of(venue_dlmm)->quote(&m, side_sell, 100, &s) == failure_none && s.out_raw == 104 &&
           s.quote_raw == 104 && s.lp_fee_raw == 0,
       "a sale: its fee is in tokens");
    m.mint.extensions = 1u << TOKEN_EXT_TRANSFER_FEE;
    m.mint.newer_fee = m.mint.older_fee = (struct transfer_fee){0, UINT64_MAX, 1000};
    ok(venue_of(venue_dlmm)->quote(&m, side_sell, 100, &s) == failure_none && s.out_raw == 93 &&
           s.in_raw == 100,
       "a transfer fee is kept first");
    p.count = 0;
    ok(!venue_of(venue_dlmm)->build(&m, side_buy, 100, 90, &p) && p.ix[0].accounts_count == 17 &&
           p.ix[0].data_len == 32,
       "the instruction has the array that is there");
    ok(venue_of(venue_dlmm)->build(&m, side_buy, 1000000, 90, &p) != NULL,
       "and is not built for more than the bins hold");
    struct own_arrays {
        struct dlmm_pair pair;
        struct key key[DLMM_WAYS][DLMM_ARRAYS];
    } *o = (struct own_arrays *)(void *)m.space; /* as in dlmm.c */
    for (int i = 1; i < 4; i++) {
        o->pair.array[DLMM_UP][i] = o->pair.array[DLMM_UP][0];
        o->pair.array[DLMM_UP][i].index = i;
        o->pair.bitmap[8] |= UINT64_C(1) << i;
        o->key[DLMM_UP][i].b[0] = (uint8_t)(20 + i);
    }
    p.count = 0;
    ok(!venue_of(venue_dlmm)->build(&m, side_buy, 9000, 90, &p) && p.ix[0].accounts_count == 19,
       "a swap that goes on into the next array names that and one more");
    size_t n = wire_bytes(&m, 20000);
    ok(n > 0 && n <= TX_BYTES_MAX, "a live buy through four arrays is sent in %zu bytes", n);
    m.mint.hook_program.b[0] = 1;
    make_pair(pair);
    pair[82] = 1;
    ok(read_dlmm(&m, pair, array) == failure_no_pool, "switched off");
    make_pair(pair);
    pair[880] = 1;
    ok(read_dlmm(&m, pair, array) == failure_no_pool, "another token program than the mint's");
    make_pair(pair);
    make_array(array, 0);
    ok(read_dlmm(&m, pair, array) == failure_no_pool, "an empty pair");
    ok(venue_failure(venue_of(venue_dlmm), 6003) == failure_slippage &&
           venue_failure(venue_of(venue_dlmm), 6042) == failure_no_pool &&
           venue_failure(venue_of(venue_dlmm), 6018) == failure_math,
       "the program's errors");
}

static void dlmm_event(void)
{
    uint8_t d[155] = {0x2e, 0x74, 0x52, 0xd7, 0x94, 0x1b, 0x54, 0x4d},
            old[137] = {0x51, 0x6c, 0xe3, 0xbe, 0xcd, 0xd0, 0x0a, 0xc4};
    const struct key *program = address_key(address_dlmm);
    struct swap_event e;
    d[8] = 8;
    d[40] = 9;
    d[80] = 1;
    put(d, 97, 8, 1000);
    put(d, 113, 8, 900);
    put(d, 121, 8, 7);
    put(d, 129, 8, 2);
    put(d, 137, 8, 1);
    d[153] = 1;
    ok(event_read(program, d, sizeof d, &e) && e.a_to_b && !e.fee_on_output && e.in_raw == 1000 &&
           e.out_raw == 900 && e.pool_fee_raw == 8 && e.program_fee_raw == 2 && e.user.b[0] == 9,
       "Swap2Evt");
    put(d, 105, 8, 5);
    ok(!event_read(program, d, sizeof d, &e), "a part that is left over is not guessed at");
    put(old, 80, 8, 1000);
    put(old, 88, 8, 900);
    put(old, 97, 8, 10);
    put(old, 105, 8, 2);
    ok(event_read(program, old, sizeof old, &e) && e.older,
       "Swap, which the program writes beside it, is only read where it is asked for");
    ok(!e.a_to_b && e.in_raw == 1000 && e.out_raw == 900 && e.pool_fee_raw == 8 &&
           e.program_fee_raw == 2,
       "and says the same");
}

/* ---- real instructions ---- */

static const char *text_of(const json_t *o, const char *name)
{
    return json_string_value(json_object_get(o, name)) ? json_string_value(json_object_get(o, name))
                                                       : "";
}

static struct key key_at(const json_t *accounts, size_t i)
{
    struct key k = {{0}};
    const char *s = text_of(json_array_get(accounts, i), "pubkey");
    return base58_decode(s, strlen(s), k.b, 32) ? k : (struct key){{0}};
}

/* snake_case as camelCase. */
static void camel(const char *in, char *out)
{
    bool up = false;
    for (; *in; in++) {
        if (*in == '_')
            up = true;
        else {
            *out++ = up ? (char)(*in - 32) : *in;
            up = false;
        }
    }
    *out = 0;
}

/* Arguments that the fixture states as plain numbers; how many there are, and how many are ours. */
static void compare_args(const struct layout *l, const uint8_t *data, size_t n,
                         const json_t *stated, int *there, int *same)
{
    struct layout_arg a;
    uint64_t v;
    size_t at = l->disc_len;
    char name[40], text[32];
    for (const char *rest = l->args;
         layout_next_arg(&rest, &a) && layout_read_arg(&a, data, n, &at, &v);) {
        camel(a.name, name);
        const json_t *x = json_object_get(json_object_get(stated, name), "data");
        if (!json_is_string(x) && !json_is_integer(x)) continue;
        bool is_signed = strstr(a.type, "i32") != NULL;
        snprintf(text, sizeof text, is_signed ? "%" PRId64 : "%" PRIu64,
                 is_signed ? (int64_t)(int32_t)(uint32_t)v : (int64_t)v);
        char wanted[32];
        snprintf(wanted, sizeof wanted, "%" JSON_INTEGER_FORMAT, json_integer_value(x));
        ++*there;
        *same += strcmp(text, json_is_string(x) ? json_string_value(x) : wanted) == 0;
    }
}

/* A swap's accounts by name, their flags, and the oracle derived from the pair. */
static bool accounts_agree(const struct layout *l, const json_t *accounts)
{
    static const struct {
        const char *label, *part;
    } names[] = {{"lbPair", "pool"},
                 {"binArrayBitmapExtension", "dlmm_bitmap"},
                 {"reserveX", "vault_a"},
                 {"reserveY", "vault_b"},
                 {"userTokenIn", "user_in"},
                 {"userTokenOut", "user_out"},
                 {"tokenXMint", "mint_a"},
                 {"tokenYMint", "mint_b"},
                 {"oracle", "dlmm_oracle"},
                 {"hostFeeIn", "dlmm_host_fee"},
                 {"user", "user"},
                 {"tokenXProgram", "program_a"},
                 {"tokenYProgram", "program_b"},
                 {"memoProgram", "memo_program"},
                 {"eventAuthority", "dlmm_event_authority"},
                 {"program", "dlmm_program"}};
    static struct keyset s;
    memset(&s, 0, sizeof s);
    struct key pool = key_at(accounts, 0);
    keyset_set(&s, acct_pool, &pool);
    for (size_t i = 0; i < l->accounts_count; i++) {
        const json_t *a = json_array_get(accounts, i);
        struct key k = key_at(accounts, i);
        const struct key *known = keyset_get(&s, (enum account_role)l->account[i].role, side_buy);
        bool absent = address_is(&k, address_dlmm), named = false;
        for (size_t j = 0; j < COUNT_OF(names); j++)
            named |=
                strcmp(names[j].label, text_of(a, "label")) == 0 &&
                strcmp(names[j].part, keyset_role_name((enum account_role)l->account[i].role)) == 0;
        uint8_t flags = absent ? 0 : l->account[i].flags;
        bool pays = (flags & ACCOUNT_SIGNER) !=
                    0; /* the wallet pays for the transaction and is written then */
        if (!named || (known && !key_equal(known, &k)) ||
            json_is_true(json_object_get(a, "is_signer")) != pays)
            return false;
        if (!pays &&
            json_is_true(json_object_get(a, "is_writable")) != ((flags & ACCOUNT_WRITABLE) != 0))
            return false;
    }
    return true;
}

static bool is_bin_array(const struct key *pair, const struct key *k)
{
    for (int64_t i = -200; i <= 200; i++) {
        struct pda_seed seeds[] = {{"bin_array", 9}, {pair->b, 32}, {&i, 8}};
        struct key made;
        if (pda_find(seeds, 3, address_key(address_dlmm), &made, NULL) && key_equal(&made, k))
            return true;
    }
    return false;
}

static void real_instruction(const char *folder, const char *name, int *there, int *same)
{
    char path[512];
    uint8_t data[1024];
    snprintf(path, sizeof path, "%s/chain-json/carbon/meteora-dlmm__%s_ix.json", folder, name);
    json_t *o = json_load_file(path, 0, NULL);
    const json_t *accounts = json_object_get(o, "accounts");
    size_t n = strlen(text_of(o, "data"));
    bool good = o && n / 2 <= sizeof data && hex_decode(text_of(o, "data"), n, data, n / 2);
    const struct layout *l = good ? layout_find(address_key(address_dlmm), data, n / 2) : NULL;
    ok(l && strcmp(l->name, name) == 0, "%s is known by its first bytes", name);
    if (l) compare_args(l, data, n / 2, json_object_get(o, "data_decoded"), there, same);
    if (l && l->accounts_count)
        ok(accounts_agree(l, accounts), "its accounts are those of the table");
    if (l && l->accounts_count)
        for (size_t i = l->accounts_count; i < json_array_size(accounts); i++) {
            struct key pair = key_at(accounts, 0), k = key_at(accounts, i);
            ok(is_bin_array(&pair, &k), "account %zu behind them is one of the pair's bin arrays",
               i);
        }
    json_decref(o);
}

static void real_instructions(void)
{
    static const char *const names[] = {"swap",
                                        "swap2",
                                        "swap_exact_out2",
                                        "swap_with_price_impact2",
                                        "add_liquidity_by_strategy",
                                        "add_liquidity_by_weight",
                                        "add_liquidity",
                                        "add_liquidity_one_side_precise",
                                        "claim_fee2",
                                        "claim_reward2",
                                        "claim_reward",
                                        "close_position_if_empty",
                                        "close_position",
                                        "go_to_a_bin",
                                        "initialize_bin_array_bitmap_extension",
                                        "initialize_customizable_permissionless_lb_pair2",
                                        "initialize_customizable_permissionless_lb_pair",
                                        "initialize_lb_pair",
                                        "initialize_permission_lb_pair",
                                        "initialize_position",
                                        "initialize_position_pda",
                                        "migrate_bin_array",
                                        "migrate_position",
                                        "remove_liquidity2",
                                        "remove_liquidity_by_range2",
                                        "remove_liquidity",
                                        "set_activation_point",
                                        "set_pair_status_permissionless",
                                        "set_pre_activation_duration",
                                        "update_fees_and_rewards"};
    const char *folder = getenv("SLUICE_DATA");
    int there = 0, same = 0;
    if (!folder) {
        printf("# SLUICE_DATA is not set: no real instructions\n");
        return;
    }
    for (size_t i = 0; i < COUNT_OF(names); i++) real_instruction(folder, names[i], &there, &same);
    ok(there >= 10 && same == there, "%d of %d stated arguments are read", same, there);
}

static bool derives(const char *seed, enum address program, enum address want)
{
    struct pda_seed s = {seed, strlen(seed)};
    struct key k;
    return pda_find(&s, 1, address_key(program), &k, NULL) && address_is(&k, want);
}

int main(void)
{
    powers();
    ok(derives("pool_authority", address_damm_v2, address_damm_v2_authority) &&
           derives("__event_authority", address_damm_v2, address_damm_v2_event_authority),
       "addresses of DAMM v2");
    ok(derives("__event_authority", address_dlmm, address_dlmm_event_authority), "and of DLMM");
    damm_fees();
    damm_edges();
    damm_holdings();
    damm_market();
    damm_event();
    dlmm_prices();
    dlmm_walks();
    dlmm_fees();
    dlmm_bitmaps();
    dlmm_accounts();
    dlmm_market();
    dlmm_event();
    real_instructions();
    return done();
}
