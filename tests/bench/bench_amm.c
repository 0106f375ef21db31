/* bench_amm.c - nanoseconds of one exact quote: median of 9 rounds over 4,096 seeded pools. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/amm/amm.h"
#include "common/base/num.h"
#include "common/base/rng.h"
#include "tests/bench/bench.h"

#define POOLS  4096
#define ROUNDS 9
#define PASSES 200

/* The bare constant-product quote: out = floor(B*x/(Q+x)). */
static uint64_t bare(const struct amm_pool *p, struct amm_fees f, uint64_t x)
{
    uint64_t out = 0;
    (void)f;
    return muldiv_floor(p->base_reserve_raw, x, p->quote_reserve_raw + x, &out) ? out : 0;
}
static uint64_t sell(const struct amm_pool *p, struct amm_fees f, uint64_t x)
{
    struct amm_swap s;
    return amm_sell_in(p, f, x, &s) == failure_none ? s.out_raw : 0;
}
static uint64_t buy(const struct amm_pool *p, struct amm_fees f, uint64_t x)
{
    struct amm_swap s;
    return amm_buy_in(p, f, x, &s) == failure_none ? s.out_raw : 0;
}

static void measure(const char *name,
                    uint64_t (*quote)(const struct amm_pool *, struct amm_fees, uint64_t),
                    const struct amm_pool *p, const uint64_t *x)
{
    double ns[ROUNDS];
    volatile uint64_t sink = 0;
    struct amm_fees f = {20, 5, 5};
    for (int r = 0; r < ROUNDS; r++) {
        double t = now_ns();
        uint64_t sum = 0;
        for (int k = 0; k < PASSES; k++)
            for (int i = 0; i < POOLS; i++) sum += quote(&p[i], f, x[i] + (uint64_t)k);
        sink += sum;
        ns[r] = (now_ns() - t) / PASSES / POOLS;
    }
    qsort(ns, ROUNDS, sizeof *ns, by_value);
    printf("%-28s %8.1f ns\n", name, ns[ROUNDS / 2]);
}

int main(void)
{
    static struct amm_pool p[POOLS];
    static uint64_t x[POOLS];
    struct rng r;
    rng_seed(&r, 1);
    for (int i = 0; i < POOLS; i++) {
        p[i] = (struct amm_pool){.venue = venue_pumpswap,
                                 .has_creator = 1,
                                 .base_reserve_raw = UINT64_C(1) << 40 | rng_u64(&r) >> 16,
                                 .quote_reserve_raw = UINT64_C(1) << 34 | rng_u64(&r) >> 27};
        p[i].base_real_raw = p[i].base_reserve_raw;
        p[i].quote_real_raw = p[i].quote_reserve_raw;
        x[i] = 1000000 + (rng_u64(&r) >> 36);
    }
    measure("quote constant product", bare, p, x);
    measure("quote sell with 3 fees", sell, p, x);
    measure("quote buy with 3 fees", buy, p, x);
    return 0;
}
