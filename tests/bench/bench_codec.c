/* bench_codec.c - nanoseconds to encode and to decode one trade with all its fields: median of 9
 * rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/rng.h"
#include "common/rec/codec.h"
#include "tests/bench/bench.h"

#define N      20000
#define ROUNDS 9

int main(void)
{
    static uint8_t buf[N * 512];
    static struct record r;
    struct rng g;
    double enc[ROUNDS], dec[ROUNDS], skip[ROUNDS];
    volatile uint64_t sink = 0;
    size_t n = 0;
    rng_seed(&g, 1);
    r.id = REC_trade;
    r.u.trade = (struct rec_trade){.ts_ns = UINT64_C(1768435200000000000),
                                   .src = 2,
                                   .slot = 393000000,
                                   .venue = venue_pump,
                                   .side = side_buy,
                                   .base_raw = UINT64_C(34199203120618),
                                   .quote_raw = 987654320,
                                   .base_reserve_raw = UINT64_C(1038800796879382),
                                   .quote_reserve_raw = UINT64_C(30987654320),
                                   .exactness = exactness_in,
                                   .limit_raw = UINT64_C(30000000000000),
                                   .protocol_fee_raw = 9382717,
                                   .creator_fee_raw = 2962963,
                                   .base_real_raw = UINT64_C(758900796879382),
                                   .quote_real_raw = 987654320,
                                   .priority_fee_lamports = 100000};
    for (int i = 0; i < 32; i++) {
        r.u.trade.mint.b[i] = (uint8_t)rng_u64(&g);
        r.u.trade.trader.b[i] = (uint8_t)rng_u64(&g);
    }
    for (int k = 0; k < ROUNDS; k++) {
        double t = now_ns();
        n = 0;
        for (int i = 0; i < N; i++) {
            r.u.trade.seq = (uint64_t)i;
            n += record_encode(buf + n, &r);
        }
        enc[k] = (now_ns() - t) / N;
        struct record_view v;
        t = now_ns();
        for (size_t at = 0; at < n && frame_next(buf + at, n - at, &v) == FRAME_OK;
             at += v.wire_len)
            sink += record_decode(&v, &r);
        dec[k] = (now_ns() - t) / N;
        t = now_ns();
        for (size_t at = 0; at < n && frame_next(buf + at, n - at, &v) == FRAME_OK;
             at += v.wire_len)
            sink += v.id;
        skip[k] = (now_ns() - t) / N;
    }
    qsort(enc, ROUNDS, sizeof *enc, by_value);
    qsort(dec, ROUNDS, sizeof *dec, by_value);
    qsort(skip, ROUNDS, sizeof *skip, by_value);
    printf("%-28s %8.1f ns  (%zu bytes)\n%-28s %8.1f ns\n%-28s %8.1f ns\n", "encode a trade",
           enc[ROUNDS / 2], n / N, "decode a trade", dec[ROUNDS / 2], "skip a record",
           skip[ROUNDS / 2]);
    return 0;
}
