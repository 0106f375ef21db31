/* test_meteora.c - Meteora: fixed-point powers, DAMM v2 fees and pools at their edges, known addresses, events.
 * Quotes against the official SDK: tests/venue/test_golden.sh. */
#include "common/amm/damm.h"
#include "common/amm/q64.h"
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
    ok(!q64_pow(Q64_ONE * 2, 1 << 19, &p) && !q64_pow(Q64_ONE * 2, -(1 << 19), &p) && !q64_pow(Q64_ONE * 2, INT32_MIN, &p), "exponents end below 2^19");
    ok(!q64_pow(Q64_ONE / 2, 65, &p) && !q64_pow(0, 1, &p), "a power that vanishes fails");
    ok(q64_pow(Q64_ONE / 2, 3, &p) && p == Q64_ONE / 8, "(1/2)^3");
    ok(q64_pow(Q64_ONE / 2, -3, &q) && q == U128_MAX / p, "a negative exponent inverts");
}

/* ---- DAMM v2 ---- */

/* A full-range pool of 1,000 SOL and 10^12 tokens (a: the token), linear fees from 50 % to 1 % over 49 periods of 10 s, active at 1000. */
static void make_damm(uint8_t *d)
{
    static const uint8_t disc[8] = {0xf1, 0x9a, 0x6d, 0x04, 0x11, 0xb1, 0x6d, 0xbc};
    memset(d, 0, DAMM_POOL_BYTES);
    memcpy(d, disc, 8);
    put(d, 8, 8, 500000000), put(d, 22, 2, 49), put(d, 24, 8, 10), put(d, 32, 8, 10000000);
    d[48] = 20;
    memset(d + 168, 7, 32), memcpy(d + 200, address_key(address_native_mint)->b, 32);
    put(d, 360, 16, (u128)1000000000000 << 64); /* sqrt(10^12 * 10^12) */
    put(d, 424, 16, 4295048016), put(d, 440, 16, (u128)79226673521066979 * 1000000000000 + 257578248091), put(d, 456, 16, Q64_ONE);
    put(d, 472, 8, 1000), d[480] = 1, d[484] = DAMM_ONLY_B, d[486] = 1;
    put(d, 680, 8, 1000000000000), put(d, 688, 8, 1000000000000), d[696] = 1;
}

static uint64_t fee_of(const struct damm_pool *p, bool a_to_b, uint64_t in, uint64_t at)
{
    struct damm_swap s;
    return damm_swap_in(p, a_to_b, in, at, &s) ? 0 : s.lp_fee + s.protocol_fee;
}

static void damm_fees(void)
{
    uint8_t d[DAMM_POOL_BYTES];
    struct damm_pool p;
    struct damm_swap s;
    make_damm(d);
    ok(!damm_read(d, sizeof d, &p), "a pool is read");
    is_u64(fee_of(&p, false, 1000000, 1000), 500000, "the fee at the start is half");
    is_u64(fee_of(&p, false, 1000000, 1009), 500000, "until the first period is over");
    is_u64(fee_of(&p, false, 1000000, 1010), 490000, "then one step less");
    is_u64(fee_of(&p, false, 1000000, 99999), 10000, "and 1 %% at the end");
    ok(damm_swap_in(&p, false, 1000000, 99999, &s) == failure_none && s.on_input && s.protocol_fee == 2000 && s.lp_fee == 8000, "a fifth of it is the protocol's");
    ok(damm_swap_in(&p, true, 1000000, 99999, &s) == failure_none && !s.on_input && s.out + s.lp_fee + s.protocol_fee == 999999, "a sale pays it of what it brings");
    p.cliff = 999000000, p.periods = 0, p.fee_version = 0;
    is_u64(fee_of(&p, false, 1000000, 1000), 500000, "version 0 caps at 50 %%");
    p.fee_version = 1;
    is_u64(fee_of(&p, false, 1000000, 1000), 990000, "version 1 at 99 %%");
    p.cliff = 10000000, p.dynamic = 1, p.volatility = 20000, p.bin_step = 1, p.variable_control = 1000000;
    is_u64(fee_of(&p, false, 1000000000, 99999), 10004000, "the dynamic fee comes on top: 20000^2 * 10^6 / 10^11 = 4000 of 10^9");
    p.dynamic = 0, p.fee_mode = DAMM_RATE_LIMITER, p.third = 1000, p.periods = 100, p.duration = 60, p.step = 5000;
    is_u64(fee_of(&p, false, 1000, 1000), 10, "the rate limiter leaves the reference amount at the base fee");
    is_u64(fee_of(&p, false, 2000, 1060), 30, "charges the next more");
    is_u64(fee_of(&p, false, 2000, 1061), 20, "until its duration is over");
    ok(damm_limited(&p, false, 1060) && !damm_limited(&p, false, 1061) && !damm_limited(&p, true, 1000), "and only limits buys of a");
    is_u64(fee_of(&p, true, 200000, 1000), 2000, "a sale pays the base fee");
}

static void damm_edges(void)
{
    uint8_t d[DAMM_POOL_BYTES];
    struct damm_pool p;
    struct damm_swap s;
    make_damm(d);
    ok(damm_read(d, sizeof d - 1, &p) && damm_read(d, 0, &p), "a short account is none");
    static const struct { size_t at; uint8_t v; } wrong[] = {{0, 0}, {16, 5}, {480, 2}, {482, 2}, {484, 3}, {486, 2}, {696, 2}, {48, 101}};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        make_damm(d), d[wrong[i].at] = wrong[i].v;
        ok(damm_read(d, sizeof d, &p), "byte %zu = %u is not known and refused", wrong[i].at, wrong[i].v);
    }
    make_damm(d), put(d, 360, 16, 0);
    ok(damm_read(d, sizeof d, &p), "no liquidity, no pool");
    make_damm(d), damm_read(d, sizeof d, &p);
    ok(damm_swap_in(&p, true, 0, 99999, &s) == failure_math, "nothing is no swap");
    ok(damm_swap_in(&p, false, UINT64_MAX, 99999, &s) == failure_none && s.out < 1000000000000, "the whole range takes any amount");
    p.sqrt_max = Q64_ONE + 1;
    ok(damm_swap_in(&p, false, 1000000000000, 99999, &s) == failure_math, "a narrow one does not");
    make_damm(d), damm_read(d, sizeof d, &p);
    p.token_a = 5;
    ok(damm_swap_in(&p, false, 1000000, 99999, &s) == failure_math, "no more than the pool holds");
    p.cliff = 5, p.periods = 49;
    ok(damm_swap_in(&p, false, 1000, 99999, &s) == failure_math, "a schedule below zero fails as on chain");
}

static enum failure read_damm(struct venue_market *m, const uint8_t *d, uint64_t now)
{
    struct key mint, user = {{9}}, pool = {{8}}, keys[VENUE_ACCOUNTS];
    const struct venue_ops *v = venue_of(venue_damm_v2);
    struct venue_account a = {true, *address_key(address_damm_v2), 1, d, DAMM_POOL_BYTES};
    memset(&mint, 7, sizeof mint), memset(m, 0, sizeof *m);
    venue_begin(m, venue_damm_v2, &user, &mint, &pool);
    keyset_set(&m->keys, part_base_program, address_key(address_token));
    m->now_s = now;
    return v->accounts(m, 0, keys) == 1 && key_equal(&keys[0], &pool) ? v->read(m, 0, &a, 1) : failure_duplicate;
}

static void damm_market(void)
{
    static struct venue_market m;
    uint8_t d[DAMM_POOL_BYTES];
    struct amm_swap s;
    make_damm(d);
    ok(read_damm(&m, d, 1000) == failure_none && m.pool.base_reserve_raw == 1000000000000 && m.pool.quote_reserve_raw == 1000000000000, "a market and its pricing reserves");
    ok(read_damm(&m, d, 999) == failure_no_pool, "not open yet");
    d[481] = 1;
    ok(read_damm(&m, d, 1000) == failure_no_pool, "switched off");
    make_damm(d), d[482] = 1;
    ok(read_damm(&m, d, 1000) == failure_no_pool, "another token program than the mint's");
    make_damm(d), d[168] = 0;
    ok(read_damm(&m, d, 1000) == failure_no_pool, "another mint");
    make_damm(d), read_damm(&m, d, 99999);
    m.mint.extensions = 1u << TOKEN_EXT_TRANSFER_FEE, m.mint.newer_fee = m.mint.older_fee = (struct transfer_fee){0, UINT64_MAX, 1000};
    uint64_t fee = token_transfer_fee(&m.mint, 1, 1000000);
    ok(venue_of(venue_damm_v2)->quote(&m, side_sell, 1000000, &s) == failure_none && fee == 100000 && s.quote_raw == 899999 && s.in_raw == 1000000, "a token's transfer fee is kept from what it sells");
    ok(venue_of(venue_damm_v2)->quote(&m, side_buy, 1, &s) == failure_math && s.out_raw == 0, "what brings nothing is no quote");
    ok(venue_of(venue_damm_v2)->failure(6002) == failure_slippage && venue_of(venue_damm_v2)->failure(6003) == failure_no_pool, "the program's errors");
}

static void damm_event(void)
{
    uint8_t d[188] = {0xbd, 0x42, 0x33, 0xa8, 0x26, 0x50, 0x75, 0x99};
    struct swap_event e;
    d[40] = 1, d[41] = DAMM_ONLY_B; /* b to a, fee of the input */
    put(d, 92, 16, Q64_ONE), put(d, 108, 8, 8), put(d, 116, 8, 2), put(d, 140, 8, 1000), put(d, 148, 8, 985), put(d, 156, 8, 980), put(d, 164, 8, 77), put(d, 172, 8, 5000000), put(d, 180, 8, 5000100);
    ok(event_read(address_key(address_damm_v2), d, sizeof d, &e) && e.form == EVENT_TOKENS && !e.a_to_b && !e.fee_on_output && e.in_raw == 1000 && e.out_raw == 980 && e.pool_fee_raw == 8 && e.program_fee_raw == 2, "EvtSwap2");
    ok(e.a_reserve_raw == 5000000 && e.b_reserve_raw == 5000100 && e.time_s == 77 && e.trailing == 0, "its reserves have the price it states");
    ok(event_side(&e, true) && e.side == side_buy && e.quote_raw == 990 && e.base_raw == 980 && e.lp_fee_raw == 8, "as base and quote");
    put(d, 180, 8, 6000000);
    ok(event_read(address_key(address_damm_v2), d, sizeof d, &e) && e.a_reserve_raw == 0, "reserves of a narrow pool are no pricing reserves");
    d[41] = 9;
    ok(!event_read(address_key(address_damm_v2), d, sizeof d, &e) && !event_read(address_key(address_damm_v2), d, sizeof d - 1, &e), "unknown or cut events are none");
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
    ok(derives("pool_authority", address_damm_v2, address_damm_v2_authority) && derives("__event_authority", address_damm_v2, address_damm_v2_event_authority), "addresses of DAMM v2");
    ok(derives("__event_authority", address_dlmm, address_dlmm_event_authority), "and of DLMM");
    damm_fees(), damm_edges(), damm_market(), damm_event();
    return done();
}
