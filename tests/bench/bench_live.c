/* bench_live.c - the parts of an order's way to the wire that are ours: derive and build, check the
 * policy and sign, read an event. Prints one line a figure: name, median, 99th percentile. Must
 * not: touch the network. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/sol/core.h"
#include "common/sol/pda.h"
#include "common/venue/event.h"
#include "execute/trade/live.h"
#include "execute/sign/policy.h"
#include "tests/bench/bench.h"
#include "tests/unit/curve_accounts.h"
#include "tests/unit/default_policy.h"

#define ROUNDS 4000

static double took[ROUNDS];

static void print(const char *name)
{
    qsort(took, ROUNDS, sizeof *took, by_value);
    printf("%-32s %8.2f us  (99%%: %.2f us)\n", name, took[ROUNDS / 2], took[ROUNDS * 99 / 100]);
}

static struct live_state s;
static struct policy_state ps;
static struct policy p;
static uint8_t pair[64], public[32];
static double parts[4][ROUNDS];
enum { FROM_CHAIN, FROM_CACHE, SIGN, WHOLE };

static struct live_order *order(uint32_t i, bool first)
{
    struct rec_order o = {.order_id = 2 * i + 1 + first,
                          .venue = venue_pump,
                          .side = side_buy,
                          .amount_raw = 100000000 + i,
                          .limit_raw = 1,
                          .tip_lamports = 10000,
                          .priority_fee_lamports = 10000,
                          .mint = numbered(100 + i)};
    enum failure why;
    return live_take(&s, &o, 1, i, &why);
}

/* An order whose market is derived and read from what a node answered. */
static bool build_from_chain(uint32_t i, const struct venue_account *a, size_t n)
{
    struct key keys[MARKET_ACCOUNTS];
    enum failure why;
    struct live_order *x = order(i, true);
    double t = now_us();
    if (!x || !live_begin(&s, x) || live_market_accounts(live_market(&s, x), keys) != n ||
        live_read(&s, x, a, n, 1790000000, 0, &why) != LIVE_BUILT)
        return false;
    parts[FROM_CHAIN][i] = now_us() - t;
    live_free(&s, x);
    return true;
}

static bool cache_market(uint32_t i, const struct venue_account *a, size_t n)
{
    struct key keys[MARKET_ACCOUNTS];
    struct rec_trade r = {.venue = venue_pump,
                          .side = side_buy,
                          .mint = numbered(100 + i),
                          .slot = 1,
                          .base_raw = 1,
                          .quote_raw = 1,
                          .base_reserve_raw = UINT64_C(1073000000000000),
                          .quote_reserve_raw = UINT64_C(30000000000)};
    market_cache_trade(&s.cache, &r);
    struct market_cache_market *w = market_cache_next(&s.cache, 0);
    if (!w || live_market_accounts(&w->market, keys) != n) return false;
    market_cache_read(&s.cache, w, a, n, 1790000000, 1, 0);
    return true;
}

/* What the signer does with a message. A function of its own, so that callgrind can count it. */
__attribute__((noinline)) static bool check_and_sign(const uint8_t *message, size_t n)
{
    static struct tx_message m;
    char text[200];
    uint8_t sig[64];
    uint64_t worth;
    if (message_read(message, n, &m) || !policy_check(&p, &ps, &m, 1, &worth, text)) return false;
    crypto_sign_detached(sig, NULL, message, n, pair);
    policy_count(&ps, &m, 1, worth);
    return true;
}

static bool build_from_cache(uint32_t i)
{
    enum live_next next;
    size_t n;
    double t = now_us();
    struct live_order *x = order(i, false);
    if (!x || !live_build_cached(&s, x, 1790000000, 0, &next) || next != LIVE_BUILT) return false;
    double built = now_us();
    const uint8_t *message = live_message(x, &n);
    if (!check_and_sign(message, n)) return false;
    double end = now_us();
    parts[FROM_CACHE][i] = built - t;
    parts[SIGN][i] = end - built;
    parts[WHOLE][i] = end - t;
    live_free(&s, x);
    return true;
}

int main(void)
{
    static const char *const names[4] = {"derive, read, quote, build", "the same, market cached",
                                         "check the policy and sign", "order in, signed bytes out"};
    static struct live_rules rules = {
        .route = route_bundle,
        .units = 300000,
        .market_cache_markets = 64,
        .fees = {.tip_max_lamports = 1000000, .priority_max_lamports = 1000000}};
    struct venue_account a[MARKET_ACCOUNTS];
    struct key wallet;
    if (sodium_init() < 0) return 1;
    crypto_sign_keypair(public, pair);
    memcpy(wallet.b, public, 32);
    live_init(&s, &wallet, &rules);
    s.blockhash = numbered(1);
    s.last_valid_height = 1000;
    s.lamports = UINT64_C(100000000000);
    p.wallet = wallet;
    p.max_tx = p.max_hour = p.max_day = p.max_tip = p.max_priority = UINT64_MAX;
    policy_defaults(&p);
    policy_init(&ps, &p);
    size_t n = curve_accounts(a);
    for (uint32_t i = 0; i < ROUNDS; i++)
        if (!build_from_chain(i, a, n) || !cache_market(i, a, n) || !build_from_cache(i)) return 1;
    for (size_t k = 0; k < 4; k++) {
        memcpy(took, parts[k], sizeof took);
        print(names[k]);
    }
    static uint8_t event[260] = {0xbd, 0xdb, 0x7f, 0xd3, 0x4e, 0xe6, 0x61, 0xee};
    struct swap_event e;
    put64(event + 40, 1000);
    put64(event + 48, 1000);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        double t = now_us();
        for (int k = 0; k < 100; k++)
            if (!event_read(address_key(address_pump), event, sizeof event, &e)) return 1;
        took[i] = (now_us() - t) / 100;
    }
    print("read a swap event");
    struct key k = numbered(9);
    bool on = false;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        double t = now_us();
        for (int j = 0; j < 10; j++) {
            k.b[0]++;
            on ^= pda_on_curve(&k);
        }
        took[i] = (now_us() - t) / 10;
    }
    print(on ? "point on the curve?" : "point on the curve? ");
    return 0;
}
