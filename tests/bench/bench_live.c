/* bench_live.c - the parts of an order's way to the wire that are ours: derive and build, check the policy and sign, read an event.
 * Prints one line a figure: name, median, 99th percentile. Must not: touch the network. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/sol/core.h"
#include "common/sol/pda.h"
#include "common/venue/event.h"
#include "execute/live.h"
#include "execute/policy.h"

#define ROUNDS 4000

static double took[ROUNDS];

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print(const char *name)
{
    qsort(took, ROUNDS, sizeof *took, by_size);
    printf("%-32s %8.2f us  (99%%: %.2f us)\n", name, took[ROUNDS / 2], took[ROUNDS * 99 / 100]);
}

static struct key numbered(uint32_t n)
{
    struct key k;
    crypto_generichash(k.b, 32, (const uint8_t *)&n, 4, NULL, 0);
    return k;
}

static void put64(uint8_t *p, uint64_t v) { memcpy(p, &v, 8); }

int main(void)
{
    static struct live_state s;
    static struct policy_state ps;
    static struct policy p;
    static uint8_t curve[151], global[1152], mint[82], pair[64], public[32];
    struct live_rules rules = {.bundle = true, .units = 300000};
    if (sodium_init() < 0) return 1;
    crypto_sign_keypair(public, pair);
    struct key wallet;
    memcpy(wallet.b, public, 32);
    live_init(&s, &wallet, &rules);
    s.blockhash = numbered(1), s.last_valid_height = 1000;
    p.wallet = wallet, p.max_tx = p.max_hour = p.max_day = p.max_tip = p.max_priority = UINT64_MAX;
    policy_defaults(&p), policy_init(&ps, &p);
    put64(curve + 8, UINT64_C(1073000000000000)), put64(curve + 16, UINT64_C(30000000000)), put64(curve + 24, UINT64_C(793100000000000));
    struct key creator = numbered(2), fees = numbered(3);
    memcpy(curve + 49, creator.b, 32), memcpy(global + 41, fees.b, 32), memcpy(global + 741, fees.b, 32);
    put64(mint + 36, UINT64_C(1000000000000000)), mint[44] = 6, mint[45] = 1;
    struct live_account a[LIVE_ACCOUNTS] = {{true, *address_key(address_pump), 1, curve, sizeof curve}, {true, *address_key(address_token), 1, mint, sizeof mint}, {true, *address_key(address_pump), 1, global, sizeof global}, {false}, {false}, {true, *address_key(address_system), UINT64_C(100000000000), NULL, 0}};
    static double both[ROUNDS];
    for (uint32_t i = 0; i < ROUNDS; i++) {
        struct rec_order o = {.order_id = i + 1, .venue = venue_pump, .side = side_buy, .amount_raw = 100000000 + i, .limit_raw = 1, .tip_lamports = 10000, .priority_fee_lamports = 10000, .mint = numbered(100 + i)};
        enum failure why;
        struct key keys[LIVE_ACCOUNTS];
        struct live_order *x = live_take(&s, &o, 1, i, &why);
        static struct tx_message m;
        char text[200];
        uint64_t worth;
        size_t n;
        if (!x) return 1;
        double t = now_us();
        live_accounts(&s, x, keys);
        if (live_build(&s, x, a) != failure_none) return 1;
        double built = now_us();
        const uint8_t *message = live_message(x, &n);
        uint8_t sig[64];
        if (message_read(message, n, &m) || !policy_check(&p, &ps, &m, 1, &worth, text)) { printf("%s\n", text); return 1; }
        crypto_sign_detached(sig, NULL, message, n, pair);
        policy_count(&ps, &m, 1, worth);
        double end = now_us();
        took[i] = built - t, both[i] = end - t;
        live_free(&s, x);
    }
    print("derive and build a buy");
    memcpy(took, both, sizeof took);
    print("build, check the policy, sign");
    static uint8_t event[260] = {0xbd, 0xdb, 0x7f, 0xd3, 0x4e, 0xe6, 0x61, 0xee};
    struct swap_event e;
    put64(event + 40, 1000), put64(event + 48, 1000);
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
        for (int j = 0; j < 10; j++) k.b[0]++, on ^= key_on_curve(&k);
        took[i] = (now_us() - t) / 10;
    }
    print(on ? "point on the curve?" : "point on the curve? ");
    return 0;
}
