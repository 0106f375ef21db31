/* bench_whirlpool.c - nanoseconds of one exact Whirlpool quote: within one stretch of liquidity,
 * over eight ticks, and with the adaptive fee over eight tick groups; of a price from a tick and a
 * tick from a price. Medians of 9 rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/base/rng.h"
#include "tests/unit/whirlpool_accounts.h"
#include "tests/bench/bench.h"

#define ROUNDS 9
#define PASSES 20000

static struct venue_market m;

/* A tick with its own liquidity at every step of the spacing. */
static void market(bool adaptive)
{
    static const struct key pool = {{1}}, mint = {{9}}, user = {{5}};
    struct whirlpool *w = (struct whirlpool *)(void *)m.space;
    memset(&m, 0, sizeof m);
    venue_begin(&m, venue_whirlpool, &user, &mint, &pool);
    m.now_s = 1010;
    *w = (struct whirlpool){.spacing = 64,
                            .fee_rate = 3000,
                            .protocol_rate = 1300,
                            .tick = 320,
                            .sqrt_price = clmm_sqrt_price(320),
                            .liquidity = UINT64_C(1000000000000000),
                            .first = -2 * 5632};
    for (unsigned i = 0; i < WHIRLPOOL_ARRAYS; i++) {
        w->array[i].present = true;
        w->array[i].initialized = ((u128)1 << WHIRLPOOL_TICKS) - 1;
        for (unsigned k = 0; k < WHIRLPOOL_TICKS; k++) w->array[i].net[k] = 1000;
    }
    if (adaptive)
        w->oracle = (struct whirlpool_oracle){.exists = true,
                                              .filter_s = 30,
                                              .decay_s = 600,
                                              .reduction = 500,
                                              .group_ticks = 64,
                                              .control = 4000,
                                              .max_accumulator = 350000,
                                              .reference_s = 1000,
                                              .major_s = 1000,
                                              .group_reference = 3};
}

static void measure(const char *name, uint64_t in)
{
    double ns[ROUNDS];
    volatile uint64_t sink = 0;
    const struct venue_ops *v = venue_of(venue_whirlpool);
    for (int r = 0; r < ROUNDS; r++) {
        double t = now_ns();
        for (int i = 0; i < PASSES; i++) {
            struct amm_swap s;
            if (v->quote(&m, i & 1 ? side_buy : side_sell, in + (uint64_t)i, &s) != failure_none) {
                printf("no quote\n");
                exit(1);
            }
            sink += s.out_raw;
        }
        ns[r] = (now_ns() - t) / PASSES;
    }
    qsort(ns, ROUNDS, sizeof *ns, by_value);
    printf("%-28s %8.1f ns\n", name, ns[ROUNDS / 2]);
}

static void ticks(void)
{
    double price[ROUNDS], tick[ROUNDS];
    static int32_t t[4096];
    static u128 p[4096];
    struct rng r;
    volatile uint64_t sink = 0;
    rng_seed(&r, 1);
    for (size_t i = 0; i < COUNT_OF(t); i++)
        t[i] = (int32_t)rng_below(&r, 2 * CLMM_TICK_MAX) - CLMM_TICK_MAX;
    for (int k = 0; k < ROUNDS; k++) {
        double a = now_ns();
        for (size_t i = 0; i < COUNT_OF(t); i++) p[i] = clmm_sqrt_price(t[i]);
        double b = now_ns();
        for (size_t i = 0; i < COUNT_OF(t); i++) sink += (uint64_t)clmm_tick(p[i]);
        price[k] = (b - a) / COUNT_OF(t);
        tick[k] = (now_ns() - b) / COUNT_OF(t);
    }
    qsort(price, ROUNDS, sizeof *price, by_value);
    qsort(tick, ROUNDS, sizeof *tick, by_value);
    printf("%-28s %8.1f ns\n%-28s %8.1f ns\n", "price of a tick", price[ROUNDS / 2],
           "tick of a price", tick[ROUNDS / 2]);
}

int main(void)
{
    market(false);
    measure("quote Whirlpool, no tick", UINT64_C(100000000000));
    measure("quote Whirlpool, 8 ticks", UINT64_C(25000000000000));
    market(true);
    measure("quote Whirlpool, adaptive", UINT64_C(25000000000000));
    ticks();
    return 0;
}
