/* test_cpmm.c - Raydium CPMM by hand: the program's steps with and without the token's own transfer
 * fee, and fees that take all. That the accounts and instructions are the SDK's is held by
 * tests/venue/lib/golden.c. */
#include "common/sol/core.h"
#include "common/sol/token.h"
#include "common/venue/venue.h"
#include "tests/unit/tap.h"

static void put64(uint8_t *p, uint64_t v) { memcpy(p, &v, 8); }

static struct venue_account held(uint8_t data[165], const struct key *mint, uint64_t amount_raw)
{
    memset(data, 0, 165);
    memcpy(data, mint->b, 32);
    put64(data + 64, amount_raw);
    data[108] = 1;
    return (struct venue_account){true, *address_key(address_token), 1, data, 165};
}

/* A pool of 10^12 tokens and 1,000 SOL whose trade fee is 1 %, a fifth of it the protocol's; no
 * creator's fee. */
static bool market(struct venue_market *m)
{
    static const uint8_t disc[8] = {0xf7, 0xed, 0xe3, 0xf5, 0xd7, 0xc3, 0xde, 0x46};
    static uint8_t pool[637], config[236], base[165], quote[165];
    struct key user = {{1}}, mint = {{2}}, at = {{3}};
    const struct venue_ops *v = venue_of(venue_raydium_cpmm);
    memset(m, 0, sizeof *m);
    venue_begin(m, venue_raydium_cpmm, &user, &mint, &at);
    m->now_s = 1000;
    m->epoch = 7;
    memcpy(pool, disc, 8);
    memcpy(pool + 168, mint.b, 32);
    memcpy(pool + 200, address_key(address_native_mint)->b, 32);
    put64(config + 12, 10000);
    put64(config + 20, 200000);
    struct venue_account a[4] = {
        {true, *address_key(address_raydium_cpmm), 1, pool, sizeof pool},
        {true, *address_key(address_raydium_cpmm), 1, config, sizeof config},
        held(base, &mint, UINT64_C(1000000000000)),
        held(quote, address_key(address_native_mint), UINT64_C(1000000000000))};
    return v->read(m, 0, a, 1) == failure_none && v->read(m, 1, a, 4) == failure_none;
}

static void keep(struct venue_market *m, uint16_t bps)
{
    m->mint.extensions = UINT64_C(1) << TOKEN_EXT_TRANSFER_FEE;
    m->mint.newer_fee = m->mint.older_fee = (struct transfer_fee){0, UINT64_MAX, bps};
}

int main(void)
{
    static struct venue_market m;
    struct amm_swap s;
    const struct venue_ops *v = venue_of(venue_raydium_cpmm);
    ok(market(&m), "the accounts are read");
    ok(v->quote(&m, side_buy, 1000000000, &s) == failure_none, "a buy of 1 SOL");
    is_u64(s.out_raw, 989020869, "floor(10^12 * 990000000 / (10^12 + 990000000)) tokens");
    is_u64(s.protocol_fee_raw, 2000000, "a fifth of 1 %% is the protocol's");
    is_u64(s.lp_fee_raw, 8000000, "the rest the pool's");
    ok(v->quote(&m, side_sell, 1000000000, &s) == failure_none && s.out_raw == 989020869,
       "a sale is its mirror");

    keep(&m, 1000);
    ok(v->quote(&m, side_buy, 1000000000, &s) == failure_none, "a token that keeps 10 %%: a buy");
    is_u64(s.out_raw, 989020869 - 98902087, "what arrives: a tenth less, rounded up");
    is_u64(s.base_raw, s.out_raw, "and what moves");
    is_u64(s.quote_raw, 990000000, "the price is moved by the same SOL");
    ok(v->quote(&m, side_sell, 1000000000, &s) == failure_none, "a sale");
    is_u64(s.out_raw, 890206825,
           "floor(10^12 * 891000000 / (10^12 + 891000000)): a tenth never reached the pool");
    is_u64(s.in_raw, 1000000000, "though all of it left the wallet");
    keep(&m, 10000);
    ok(v->quote(&m, side_buy, 1000000000, &s) == failure_math &&
           v->quote(&m, side_sell, 1000000000, &s) == failure_math,
       "a token that keeps everything is not traded");
    keep(&m, 65535);
    ok(v->quote(&m, side_buy, 1000000000, &s) == failure_math &&
           v->quote(&m, side_sell, 1000000000, &s) == failure_math,
       "nor one that says it keeps more than all");
    return done();
}
