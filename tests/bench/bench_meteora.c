/* bench_meteora.c - nanoseconds of one exact quote on Meteora, of the parts that cost most, and of
 * reading a bin array: median of 9 rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/venue/damm_v2.h"
#include "common/venue/account.h"
#include "common/venue/dlmm.h"
#include "common/amm/q64.h"
#include "tests/bench/bench.h"

#define ROUNDS 9

static struct damm_pool flat, concentrated;
static struct dlmm_pair pair;
static uint8_t array[ACCOUNT_BYTES_dlmm_array] = {0x5c, 0x8e, 0x5c, 0xdc, 0x05, 0x94, 0x46, 0xb5};

static void measure(const char *name, uint64_t (*work)(uint64_t), int times)
{
    double ns[ROUNDS];
    volatile uint64_t sink = 0;
    for (int r = 0; r < ROUNDS; r++) {
        double t = now_ns();
        uint64_t sum = 0;
        for (int i = 0; i < times; i++) sum += work((uint64_t)i);
        sink += sum;
        ns[r] = (now_ns() - t) / times;
    }
    qsort(ns, ROUNDS, sizeof *ns, by_value);
    printf("%-44s %8.1f ns\n", name, ns[ROUNDS / 2]);
}

static uint64_t damm(const struct damm_pool *p, bool a_to_b, uint64_t i)
{
    struct damm_swap s;
    return damm_swap_in(p, a_to_b, 1000000 + i, 100, &s) ? 0 : s.out;
}
static uint64_t damm_buy(uint64_t i) { return damm(&concentrated, false, i); }
static uint64_t damm_sell(uint64_t i) { return damm(&concentrated, true, i); }
static uint64_t damm_flat(uint64_t i) { return damm(&flat, false, i); }

static uint64_t dlmm(uint64_t in)
{
    struct dlmm_swap s;
    return dlmm_swap_in(&pair, DLMM_UP, in, 100, &s) ? 0 : s.out;
}
static uint64_t dlmm_one(uint64_t i) { return dlmm(1000 + i % 100000); }
static uint64_t dlmm_ten(uint64_t i) { return dlmm(10500000 + i % 1000); }
static uint64_t dlmm_sixty(uint64_t i) { return dlmm(82000000 + i % 1000); }

static uint64_t price(uint64_t i)
{
    u128 p;
    return dlmm_price(100, (int32_t)(i % 4000) - 2000, &p) ? (uint64_t)p : 0;
}
static uint64_t read_array(uint64_t i)
{
    static const struct key none;
    return i + (dlmm_read_array(array, sizeof array, &none, &pair, DLMM_DOWN, 1, 1) == NULL);
}

int main(void)
{
    concentrated = (struct damm_pool){.liquidity = (u128)1000000000000 << 64,
                                      .sqrt_min = 4295048016,
                                      .sqrt_max = (u128)1 << 96,
                                      .sqrt_price = ((u128)1 << 64) + 12345,
                                      .cliff = 500000000,
                                      .third = 50,
                                      .frequency = 10,
                                      .periods = 300,
                                      .fee_mode = DAMM_TIME_EXPONENTIAL,
                                      .collect = DAMM_ONLY_B,
                                      .fee_version = 1,
                                      .protocol_percent = 20};
    flat = (struct damm_pool){.liquidity = 1,
                              .token_a = UINT64_C(1000000000000),
                              .token_b = UINT64_C(1000000000000),
                              .cliff = 10000000,
                              .collect = DAMM_COMPOUNDING,
                              .fee_version = 1,
                              .protocol_percent = 20};
    pair.bin_step = 100;
    pair.base_factor = 10000;
    pair.variable_control = 7500;
    pair.max_volatility = 300000;
    pair.bitmap[8] = 1;
    pair.filter_period = 30;
    pair.decay_period = 600;
    pair.array[DLMM_UP][0].loaded = true;
    for (int i = 0; i < DLMM_BINS; i++) pair.array[DLMM_UP][0].bin[i].provided = 1000000;
    array[8] = 1;
    for (int i = 0; i < DLMM_BINS; i++) {
        u128 p;
        if (dlmm_price(100, DLMM_BINS + i, &p)) memcpy(array + 56 + (size_t)i * 144 + 16, &p, 16);
    }
    measure("DAMM v2 buy, exponential fee schedule", damm_buy, 200000);
    measure("DAMM v2 sale, exponential fee schedule", damm_sell, 200000);
    measure("DAMM v2 buy, compounding pool", damm_flat, 200000);
    measure("DLMM within one bin", dlmm_one, 200000);
    measure("DLMM through ten bins", dlmm_ten, 50000);
    measure("DLMM through sixty bins", dlmm_sixty, 10000);
    measure("DLMM price of a bin", price, 200000);
    measure("DLMM bin array read, every price checked", read_array, 20000);
    return 0;
}
